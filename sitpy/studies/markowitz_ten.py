"""The ten assets of Markowitz and Todd, with the turning points that Bailey and Lopez de Prado (2013) publish.

``problem.csv``: a line of names, then means, lower bounds, upper bounds and the rows of the covariance.
``turning_points_published.csv``: for each turning point the multiplier of the mean (lambda) and the weights.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from sitpy.constraints import Constraints, add_constraints, new_constraints
from sitpy.errors import InputError
from sitpy.frontier import Frontier, portopt
from sitpy.inputs import InputAssumptions
from sitpy.measures import portfolio_return, portfolio_risk
from sitpy.studies.downloads import read_number_table
from sitpy.studies.study import Study, StudyOptions, StudyResult, StudyTable, write_figure, write_table

Array = np.ndarray

PROBLEM, PUBLISHED = "problem.csv", "turning_points_published.csv"
TOLERANCE = 1e-9  # the file prints all digits; two methods, one portfolio


def read_problem(file: Path) -> tuple[InputAssumptions, Constraints]:
    """The assets, and their bounds with the sum of weights 1.

    Raises
    ------
    InputError
        The file cannot be read, or its shape or covariance is not that of such a problem.
    """
    table = read_number_table(file)
    n = table.shape[1]
    if len(table) != 3 + n:
        raise InputError(
            f"{str(file)!r} has {len(table)} lines of numbers for {n} assets; expected means, lower bounds, upper bounds and "
            f"{n} rows of the covariance, {3 + n} in all"
        )
    mean, lower, upper, *cov = table.to_numpy()
    if np.abs(np.array(cov) - np.array(cov).T).max() > 1e-12:
        raise InputError(f"{str(file)!r}: the rows below the bounds are no covariance, they are not symmetric")
    ia = InputAssumptions(symbols=list(table.columns), expected_return=mean, cov=np.array(cov))
    return ia, add_constraints(np.ones(n), 1, "=", new_constraints(n, lb=lower, ub=upper), "sum of weights")


def read_turning_points(file: Path, symbols: list[str]) -> pd.DataFrame:
    """Published multipliers and weights (points x (lambda, assets)), from the least risk up.

    Raises
    ------
    InputError
        The file cannot be read, names other columns, or holds weights that do not sum to 1.
    """
    table = read_number_table(file)
    if list(table.columns) != ["lambda", *symbols]:
        raise InputError(
            f"{str(file)!r} has the columns {', '.join(table.columns)}; expected lambda, {', '.join(symbols)} as in {PROBLEM}"
        )
    total = table[symbols].sum(axis=1).to_numpy()
    worst = int(np.argmax(np.abs(total - 1)))
    if abs(total[worst] - 1) > 1e-6:
        raise InputError(f"{str(file)!r}: the weights of turning point {worst + 1} sum to {total[worst]:g}, not to 1")
    return table.iloc[::-1].reset_index(drop=True)


def multipliers(ef: Frontier) -> Array:
    """By how much half the variance rises with the return: ``S w = lambda mu + gamma`` over the assets that are held.

    nan where only one asset is held: many multipliers then fit.
    """
    found = []
    for w in ef.weight:
        held = np.flatnonzero(w > 1e-7)
        mean = np.column_stack([ef.ia.expected_return[held], np.ones(held.size)])
        found.append(np.linalg.lstsq(mean, (ef.ia.cov @ w)[held])[0][0] if held.size > 1 else np.nan)
    return np.array(found)


@dataclass(frozen=True, kw_only=True)
class MarkowitzStudy(Study):
    """Every published turning point against our portfolio at the same expected return."""

    files: str = f"{PROBLEM} and {PUBLISHED} of the ten-asset example"

    def run(self, options: StudyOptions) -> StudyResult:
        """Returns, risks, weights and multipliers; the frontier through the turning points."""
        assert options.path is not None  # run_study has seen to it
        ia, constraints = read_problem(options.path / PROBLEM)
        published = read_turning_points(options.path / PUBLISHED, ia.symbols)
        weights = published[ia.symbols].to_numpy()
        options.report("turning points", 0, len(weights))
        ef = portopt(ia, constraints, name="Risk", targets=portfolio_return(weights, ia))
        frame = pd.DataFrame(
            {
                "turning point": [f"{len(weights) - k}, {np.sum(w > 0)} held" for k, w in enumerate(weights)],
                "return": ef.return_,
                "risk": portfolio_risk(weights, ia),
                "risk apart": np.abs(ef.risk - portfolio_risk(weights, ia)),
                "weights apart": np.abs(ef.weight - weights).max(axis=1),
                "lambda": published["lambda"],
                "lambda apart": np.abs(multipliers(ef) - published["lambda"]),
            }
        )
        frame[""] = frame[["risk apart", "weights apart", "lambda apart"]].max(axis=1) <= TOLERANCE
        apart = dict.fromkeys(("risk apart", "weights apart", "lambda apart"), ".0e")
        table = StudyTable(
            "largest differences from the published turning points, from the least risk up:",
            frame,
            {"return": ".4f", "risk": ".4f", "lambda": ".6f", **apart},
        )
        notes = ("where one asset is held alone, many multipliers lambda fit, and none is compared",)
        return StudyResult(tables=(table,), notes=notes, files=_write(ia, constraints, ef, frame, options.out))


def _write(
    ia: InputAssumptions, constraints: Constraints, turning: Frontier, frame: pd.DataFrame, out: Path | None
) -> tuple[Path, ...]:
    if out is None:
        return ()
    from sitpy.plots import layout, plot_ef, plot_transition_map

    curve = portopt(ia, constraints, 200, "frontier")
    figure = layout(1, 2)
    figure.suptitle("Ten assets of Markowitz and Todd: frontier, and its published turning points")
    ax = plot_ef(ia, curve, transition_map=False)
    ax.plot(100 * turning.risk, 100 * turning.return_, "D", color="#CC6677", markersize=5, label="turning points")
    ax.legend(frameon=False, loc="upper left", bbox_to_anchor=(1.0, 1.0), fontsize=9)
    plot_transition_map(curve, name="ten assets", type="l")
    weights = turning.weights.assign(turning_point=frame["turning point"].to_numpy())
    return (
        write_table(frame, out / "turning_points.csv"),
        write_table(weights, out / "weights.csv"),
        write_figure(figure, out / "markowitz_ten.png"),
    )


STUDY = MarkowitzStudy(
    name="markowitz-ten",
    title="Turning points of the ten-asset example",
    source="Markowitz and Todd, 2000; Bailey and Lopez de Prado, 2013",
)
