"""What all studies share: build each construction, trace its frontiers, draw, write, compare with the stored figures."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from sitpy import data
from sitpy.constraints import Constraints
from sitpy.errors import InputError
from sitpy.files import write_whole
from sitpy.frontier import MEASURES, MINIMISERS, Frontier, portopt
from sitpy.inputs import InputAssumptions, aa_test_create_ia_rebal, create_historical_ia, read_table
from sitpy.reference import Comparison, compare, net_weight

STORED_POINTS = 50
"""Number of points of the stored frontiers; another number has nothing to be compared with."""


@dataclass(frozen=True)
class Construction:
    """One way to pose the problem: its file name, its title, its builder, and the stored figures' name."""

    key: str
    title: str
    build: Callable[[InputAssumptions], tuple[InputAssumptions, Constraints]]
    reference: str


@dataclass(frozen=True)
class Study:
    """A published study: its constructions, each for every measure."""

    name: str
    title: str
    source: str
    measures: tuple[str, ...]
    constructions: tuple[Construction, ...]


@dataclass(frozen=True)
class Traced:
    """One frontier of a study, the residuals of its points, and its comparison where there are stored figures."""

    construction: Construction
    measure: str
    frontier: Frontier
    residuals: pd.DataFrame
    comparison: Comparison | None


@dataclass(frozen=True)
class StudyResult:
    """All frontiers of a study and the files written."""

    study: Study
    ia: InputAssumptions
    traced: tuple[Traced, ...]
    files: tuple[Path, ...]

    @property
    def ok(self) -> bool:
        """Whether every comparison that could be made came out."""
        return all(item.comparison is None or item.comparison.ok for item in self.traced)

    def table(self) -> pd.DataFrame:
        """One row per frontier: how it was solved and how it compares (nan where nothing is stored)."""
        rows = []
        for item in self.traced:
            statistics = item.frontier.statistics_frame()
            leverage = np.abs(item.frontier.weight).sum(axis=1)
            row = {
                "construction": item.construction.key,
                "measure": item.measure,
                "points": len(item.frontier.weight),
                "proven": int(statistics["proven"].sum()),
                "violation": float(item.residuals["primal_residual"].max()),
                "gap": float(item.residuals["gap"].max()),
                "leverage_min": float(leverage.min()),
                "leverage_max": float(leverage.max()),
                "seconds": item.frontier.seconds,
            }
            if item.comparison is not None:
                summary = item.comparison.summary
                names = ("objective", "return", "weights", "other_weights", "reference_not_optimal", "ok")
                row |= {name: summary[name] for name in names}
            rows.append(row)
        return pd.DataFrame(rows)


# --------------------------------------------------------------------------------------------------- inputs

DATA_SETS = ("bernstein-wilkinson", "etf8-simulated")


def study_data(source: str, annual_factor: float | None = None) -> tuple[InputAssumptions, str | None]:
    """Input assumptions from a data set's name or a CSV file of returns, and the letter of its stored figures.

    Raises
    ------
    InputError
        Neither a known name nor a readable CSV file; prices instead of returns.
    """
    if source == "bernstein-wilkinson":
        return aa_test_create_ia_rebal(), "A"
    if source == "etf8-simulated":
        ia = create_historical_ia(data.etf8_simulated(), 12)
        ia.source = "SIMULATED monthly history with the names of eight ETFs (not market data)"
        return ia, "B"
    if not Path(source).is_file():
        raise InputError(
            f"there is no data set or file {source!r}; use {', '.join(DATA_SETS)} or a CSV file of returns"
        )
    returns = read_table(source)
    if (returns.abs() > 5).to_numpy().any():
        raise InputError(
            f"{source!r} holds values above 5 (500 %); expected returns per period as fractions, not prices or percent"
        )
    factor = annual_factor if annual_factor is not None else periods_per_year(returns.index)
    ia = create_historical_ia(returns, factor)
    ia.complete_history()
    ia.source = f"{source}, {factor:g} period(s) per year"
    return ia, None


def periods_per_year(index: pd.Index) -> float:
    """Periods per year from the labels of a history: years, or dates at a regular pace.

    Examples
    --------
    >>> import pandas as pd
    >>> from sitpy.studies.study import periods_per_year
    >>> periods_per_year(pd.Index([1970, 1971])), periods_per_year(pd.Index(["2020-01-31", "2020-02-29"]))
    (1.0, 12.0)
    """
    labels = [str(label) for label in index]
    if all(len(label) == 4 and label.isdigit() for label in labels):
        return 1.0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # pandas guesses the format of each date
        dates = pd.to_datetime(pd.Series(labels), errors="coerce")
    if dates.isna().any():
        raise InputError(
            f"the label {labels[int(dates.isna().argmax())]!r} is neither a year nor a date, so the number of periods "
            "per year is not known; give it with --annual-factor"
        )
    days = float(dates.diff().dt.days.abs().median())
    for limit, periods in ((4, 252.0), (10, 52.0), (45, 12.0), (120, 4.0)):
        if days <= limit:
            return periods
    return 1.0


# ----------------------------------------------------------------------------------------------------- run


def run_study(
    study: Study,
    ia: InputAssumptions,
    letter: str | None = None,
    points: int = STORED_POINTS,
    out: Path | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> StudyResult:
    """Run a study: every construction for every measure, in order.

    Parameters
    ----------
    study : Study
    ia : InputAssumptions
    letter : str, optional
        "A" or "B": the stored figures that belong to these inputs; None for no comparison.
    points : int
        Points per frontier.
    out : Path, optional
        Folder for a CSV and a JSON file per frontier, and a figure per construction; none are written without it.
    progress : callable, optional
        Called as ``progress(what, done, all)`` over all points.

    Returns
    -------
    StudyResult
    """
    traced: list[Traced] = []
    files: list[Path] = []
    total = points * len(study.constructions) * len(study.measures)
    for construction in study.constructions:
        problem = construction.build(ia)
        pair: list[Traced] = []
        for measure in study.measures:
            done = points * (len(traced) + len(pair))
            what = f"{construction.title}, {measure}"

            def report(count: int, _: int, done: int = done, what: str = what) -> None:
                if progress is not None:
                    progress(what, done + count, total)

            ef = portopt(*problem, points, measure, MINIMISERS[measure], progress=report)
            residuals = ef.certificates()
            ef.weight = net_weight(ef.solution, ef.ia)
            comparison = None
            if letter is not None and points == STORED_POINTS:
                comparison = compare(ef, f"{letter}_{construction.reference}_{measure}")
            pair.append(Traced(construction, measure, ef, residuals, comparison))
        traced += pair
        if out is not None:
            files += _write(study, construction, ia, pair, out)
    result = StudyResult(study, ia, tuple(traced), ())
    if out is not None:
        table = result.table()
        files.append(write_whole(out / "summary.csv", lambda path: table.to_csv(path, index=False)))
    return StudyResult(study, ia, tuple(traced), tuple(files))


def _write(study: Study, construction: Construction, ia: InputAssumptions, pair: list[Traced], out: Path) -> list[Path]:
    files = []
    for item in pair:
        stem = f"{construction.key}_{item.measure}"
        frame = item.frontier.to_frame()
        files.append(write_whole(out / f"{stem}.csv", lambda path, frame=frame: frame.to_csv(path)))  # type: ignore[misc]
        files.append(item.frontier.to_json(out / f"{stem}.json"))
    files.append(_draw(study, construction, ia, [item.frontier for item in pair], out / f"{construction.key}.png"))
    return files


def _draw(study: Study, construction: Construction, ia: InputAssumptions, efs: list[Frontier], path: Path) -> Path:
    """The figure of the published study: frontiers by each measure on the left, transition maps on the right."""
    import matplotlib.pyplot as plt

    from sitpy.plots import layout, plot_ef, plot_transition_map

    figure = layout(len(efs), 2)
    figure.suptitle(f"{study.title}: {construction.title}")
    for measure in study.measures:
        plot_ef(ia, efs, MEASURES[measure], False)
    for ef in efs:
        plot_transition_map(ef)
    try:
        return write_whole(path, lambda temporary: figure.savefig(temporary, dpi=110))
    finally:
        plt.close(figure)
