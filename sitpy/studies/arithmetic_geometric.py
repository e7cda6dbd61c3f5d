"""Arithmetic and geometric frontiers (Bernstein and Wilkinson 1997; Systematic Investor blog, 2011).

Portfolios of least variance, what they earn compounded (rebalanced every period, and bought once and held), how near the
formulas that turn an arithmetic mean into a geometric one come, and the portfolios that earn most compounded at the same risk.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from sitpy.constraints import create_basic_constraints
from sitpy.frontier import Frontier, portopt
from sitpy.inputs import InputAssumptions
from sitpy.measures import (
    aritm2geom,
    aritm2geom4,
    geom2aritm,
    geom2aritm4,
    portfolio_geometric_return,
    portfolio_returns,
    portfolio_unrebalanced_return,
)
from sitpy.portfolios.nonlinear import max_geometric_return_portfolio
from sitpy.reference import read_reference
from sitpy.studies.published import Check, check, check_table
from sitpy.studies.study import Study, StudyOptions, StudyResult, StudyTable, data_line, write_figure, write_table

Array = np.ndarray
Formula = Callable[[Array, Array], Array]

LARGEST = 0.8
POINTS = 25
TO_GEOMETRIC: dict[str, Formula] = {
    "R - V^2/2": lambda R, V: aritm2geom(R, V, 1, 0),
    "page 8": aritm2geom,
    "A4": aritm2geom4,
}
"""Of Bernstein and Wilkinson the usual form and the one of page 8, and Mindlin's (2011) A4."""
STORED: dict[str, tuple[Formula, str]] = {
    "aritm2geom": (aritm2geom, "expected_return"),
    "aritm2geom_a1_b0": (lambda R, V: aritm2geom(R, V, 1, 0), "expected_return"),
    "aritm2geom4": (aritm2geom4, "expected_return"),
    "geom2aritm": (geom2aritm, "geometric_return"),
    "geom2aritm_a1_b0": (lambda G, V: geom2aritm(G, V, 1, 0), "geometric_return"),
    "geom2aritm4": (geom2aritm4, "geometric_return"),
}
"""R's figures, asset by asset: formula, and the returns that it is given."""
SAME = 1e-12
"""Between the same formula in R and here: absolute, rounding of double precision."""
SOLVED = 1e-8
"""By how much, absolute, a compounded return may miss the best one."""


def compounded(weights: Array, ia: InputAssumptions) -> pd.DataFrame:
    """What portfolios earn per year (portfolios x kinds): rebalanced, held, and by each formula.

    The formulas get mean and standard deviation of a period, and their result is compounded over a year.
    """
    factor = ia.annual_factor
    returns = portfolio_returns(weights, ia)
    mean, deviation = returns.mean(axis=0), returns.std(axis=0, ddof=1)
    columns = {
        "rebalanced": portfolio_geometric_return(weights, ia),
        "held": portfolio_unrebalanced_return(weights, ia),
    }
    for name, formula in TO_GEOMETRIC.items():
        columns[name] = (1 + formula(mean, deviation)) ** factor - 1
    return pd.DataFrame(columns)


@dataclass(frozen=True, kw_only=True)
class GeometricStudy(Study):
    """The arithmetic frontier and the geometric one, at equal risks."""

    data_sets: tuple[str, ...] = ("bernstein-wilkinson", "etf8-simulated")
    takes_points: bool = True

    def run(self, options: StudyOptions) -> StudyResult:
        """Both frontiers, the formulas' errors, and R's figures where they are stored."""
        ia, letter = self.inputs(options)
        constraints = create_basic_constraints(ia.n, 0, LARGEST)
        arithmetic = portopt(ia, constraints, options.points or POINTS, "arithmetic")
        best = []
        for done, risk in enumerate(arithmetic.risk):
            options.report("largest compounded return", done, len(arithmetic.risk))
            best.append(max_geometric_return_portfolio(ia, constraints, 0.0, float(risk)))
        geometric = Frontier(np.array(best), "geometric", ia, constraints)
        kinds, most = compounded(arithmetic.weight, ia), portfolio_geometric_return(geometric.weight, ia)
        along = pd.DataFrame({"risk": arithmetic.risk, "arithmetic": arithmetic.return_})
        along = pd.concat([along, kinds, pd.DataFrame({"most": most, "at risk": geometric.risk})], axis=1)
        return StudyResult(
            head=(data_line(ia),),
            tables=(
                StudyTable(
                    "returns per year of the portfolios of least variance; the most that the same risk earns compounded:",
                    along,
                    dict.fromkeys(along.columns, ".2%"),
                ),
                errors(ia, arithmetic),
                check_table([*between(arithmetic, geometric), *stored(ia, letter)]),
            ),
            files=_write(self.title, ia, arithmetic, geometric, along, options.out),
        )


def errors(ia: InputAssumptions, arithmetic: Frontier) -> StudyTable:
    """How far each formula is from the compounded return, at the most."""
    rows = []
    groups = {"each asset alone": np.eye(ia.n), "portfolios of least variance": arithmetic.weight}
    for name, weights in groups.items():
        kinds = compounded(weights, ia)
        far = {formula: float((kinds[formula] - kinds["rebalanced"]).abs().max()) for formula in TO_GEOMETRIC}
        rows.append({"formula less compounded return, at most": name, **far})
    return StudyTable("", pd.DataFrame(rows), dict.fromkeys(TO_GEOMETRIC, ".3%"))


def between(arithmetic: Frontier, geometric: Frontier) -> list[Check]:
    """What must hold between the two frontiers, point by point at the same risk."""
    ia = arithmetic.ia
    plain, most = (portfolio_geometric_return(ef.weight, ia) for ef in (arithmetic, geometric))
    outside = np.maximum(-geometric.weight, geometric.weight - LARGEST).max()
    mean = portfolio_returns(arithmetic.weight, ia).mean(axis=0)
    return [
        check("compounded returns are below the arithmetic ones", plain - ((1 + mean) ** ia.annual_factor - 1), SAME),
        check("the geometric frontier earns no less compounded", plain - most, SOLVED),
        check("with no more risk", geometric.risk - arithmetic.risk, SOLVED),
        check("within the bounds, with sum 1", [outside, *np.abs(geometric.weight.sum(axis=1) - 1)], SOLVED),
    ]


def stored(ia: InputAssumptions, letter: str | None) -> list[Check]:
    """R's figures: the formulas for each asset, and the compounded returns of R's portfolios."""
    if letter is None:
        return []
    outputs, rows = read_reference(f"{letter}_06_measures")["outputs"], []
    for name, (formula, given) in STORED.items():
        ours = formula(np.asarray(ia[given]), ia.risk)
        rows.append(check(f"R, {name}", np.abs(ours - outputs["geom"][name]), SAME))
    for measure in (portfolio_geometric_return, portfolio_unrebalanced_return):
        name = measure.__name__.replace("_", ".")
        rows.append(check(f"R, {name}", np.abs(measure(outputs["weight"], ia) - outputs[name]), SAME))
    return rows


def _write(
    title: str, ia: InputAssumptions, arithmetic: Frontier, geometric: Frontier, along: pd.DataFrame, out: Path | None
) -> tuple[Path, ...]:
    if out is None:
        return ()
    from sitpy.plots import layout, plot_transition_map
    from sitpy.plots.comparison import plot_curves

    risk = along["risk"]
    figure = layout(2, 2)
    figure.suptitle(title)
    returns = {
        "arithmetic": (risk, along["arithmetic"]),
        "largest compounded": (risk, along["most"]),
        "compounded, rebalanced": (risk, along["rebalanced"]),
        "compounded, held": (risk, along["held"]),
    }
    plot_curves(returns, "Returns per year", "Risk", "Return")
    apart = {name: (risk, along[name] - along["rebalanced"]) for name in TO_GEOMETRIC}
    plot_curves(apart, "Formulas less compounded return", "Risk", "Difference")
    for ef in (arithmetic, geometric):
        plot_transition_map(ef)
    return (
        write_table(along, out / "along.csv"),
        write_table(arithmetic.to_frame(), out / "arithmetic.csv", index=True),
        write_table(geometric.to_frame(), out / "geometric.csv", index=True),
        write_figure(figure, out / "arithmetic_geometric.png"),
    )


STUDY = GeometricStudy(
    name="arithmetic-geometric",
    title="Arithmetic and geometric efficient frontiers",
    source="Bernstein and Wilkinson, 1997; Systematic Investor blog, 2011",
)
