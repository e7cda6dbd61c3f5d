"""Portfolios of largest Omega along the frontier (Systematic Investor blog, 2011), beside those of least variance.

Omega is one plus the mean return above a threshold per mean shortfall below it. Below the return at which the mean meets the
threshold, the largest Omega wants a large shortfall; those points are proven by a 0/1 search and take the most time.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from sitpy.constraints import create_basic_constraints
from sitpy.frontier import Frontier, portopt
from sitpy.frontier.omega import portopt_omega
from sitpy.inputs import InputAssumptions
from sitpy.measures import portfolio_omega
from sitpy.portfolios.omega import max_omega_portfolio
from sitpy.reference import read_reference
from sitpy.studies.published import Check, check, check_table
from sitpy.studies.study import Study, StudyOptions, StudyResult, StudyTable, data_line, write_figure, write_table

THRESHOLD = 0.1  # per year
LARGEST = 0.8
POINTS = 25
STORED = {"A": {"max.omega.lp.threshold": 0.05}, "B": {"max.omega.lp": 0.0, "max.omega.lp.threshold": 0.005}}
"""R's single portfolios, and their thresholds per period."""
SAME = 1e-9
"""Between two proven optima: Omega relative, weights absolute."""


def with_threshold(ia: InputAssumptions, threshold: float) -> InputAssumptions:
    """The same assumptions with a threshold per period, for Omega and for the mean shortfall."""
    moved = ia.copy()
    moved.parameters_omega = moved.parameters_mar = threshold
    return moved


@dataclass(frozen=True, kw_only=True)
class OmegaStudy(Study):
    """The frontier of Omega, that of variance, and R's portfolios of largest Omega."""

    data_sets: tuple[str, ...] = ("bernstein-wilkinson", "etf8-simulated")
    takes_points: bool = True

    def run(self, options: StudyOptions) -> StudyResult:
        """Both frontiers, what must hold between them, and R's figures where they are stored."""
        ia, letter = self.inputs(options)
        ia = with_threshold(ia, THRESHOLD / ia.annual_factor)
        constraints = create_basic_constraints(ia.n, 0, LARGEST)
        points = options.points or POINTS
        risk = portopt(ia, constraints, points, "least variance")
        what = "largest Omega"
        omega = portopt_omega(ia, constraints, points, what, progress=lambda *count: options.report(what, *count))
        checks = check_table([*between(omega, risk), *stored(ia, letter)])
        along = pd.DataFrame(
            {
                "target return": omega.target_return,
                "largest Omega": omega.objective,
                "at return": omega.return_,
                "risk": omega.risk,
                "Omega of least variance": portfolio_omega(risk.weight, ia),
                "its risk": risk.risk,
            }
        )
        shares = dict.fromkeys(("target return", "at return", "risk", "its risk"), ".2%")
        title = f"along the frontier, threshold {THRESHOLD:.0%} per year:"
        return StudyResult(
            head=(data_line(ia),),
            tables=(
                StudyTable(title, along, {**shares, "largest Omega": ".3f", "Omega of least variance": ".3f"}),
                checks,
            ),
            files=_write(self.title, ia, omega, risk, along, options.out),
        )


def between(omega: Frontier, risk: Frontier) -> list[Check]:
    """What must hold between the two frontiers, which have the same targets."""
    ia, largest = omega.ia, omega.objective
    single = portfolio_omega(max_omega_portfolio(ia, omega.constraints), ia)
    ahead = (portfolio_omega(risk.weight, ia) - largest) / np.maximum(largest, 1)
    return [
        check("no portfolio of least variance has a larger Omega", ahead, SAME),
        check("a higher target never costs Omega", -np.diff(largest) / np.maximum(largest[1:], 1), SAME),
        check("the last point is the portfolio of largest Omega of all", np.abs(largest[-1] - single) / single, SAME),
    ]


def stored(ia: InputAssumptions, letter: str | None) -> list[Check]:
    """R's portfolios of largest Omega: weights and Omega."""
    if letter is None:
        return []
    outputs, rows = read_reference(f"{letter}_05_single_portfolios")["outputs"], []
    for name, threshold in STORED[letter].items():
        moved = with_threshold(ia, threshold)
        weights = max_omega_portfolio(moved, create_basic_constraints(ia.n, 0, LARGEST))
        ours = float(portfolio_omega(weights, moved)[0])
        what = f"R, {name}, threshold {threshold:g}"
        rows.append(check(f"{what}: Omega {ours:.4f}", abs(ours / outputs[name]["measure"] - 1), SAME))
        rows.append(check(f"{what}: weights", np.abs(weights - outputs[name]["weight"]), SAME))
    return rows


def _write(
    title: str, ia: InputAssumptions, omega: Frontier, risk: Frontier, along: pd.DataFrame, out: Path | None
) -> tuple[Path, ...]:
    if out is None:
        return ()
    from sitpy.measures import portfolio_mad_downside
    from sitpy.plots import layout, next_axes, plot_ef, plot_transition_map
    from sitpy.plots.omega import plot_omega
    from sitpy.plots.page import dress, percent_ticks

    figure = layout(2, 3)
    figure.suptitle(f"{title}: threshold {THRESHOLD:.0%} per year")
    plot_ef(ia, [omega, risk], transition_map=False)
    plot_ef(ia, [omega, risk], portfolio_mad_downside, False)
    for ef in (omega, risk):  # against the return: the risk rises and falls along the frontier of Omega
        plot_transition_map(ef, omega.target_return, "Target return")
    ax = next_axes()
    ax.plot(100 * along["target return"], along["largest Omega"], color="black", label=omega.name)
    ax.plot(100 * along["target return"], along["Omega of least variance"], "--", color="#CC6677", label=risk.name)
    dress(ax, "Omega along the frontier", "Target return", "Omega")
    percent_ticks(ax.xaxis)
    ax.legend(frameon=False, fontsize=9)
    some = pd.DataFrame([omega.weight[-1], *risk.weight[[0, len(risk.weight) // 2, -1]]])
    some.index = pd.Index(["largest Omega", "least risk", "halfway", "largest return"])
    plot_omega(some, ia)
    return (
        write_table(along, out / "along.csv"),
        write_table(omega.to_frame(), out / "omega.csv", index=True),
        write_table(risk.to_frame(), out / "least_variance.csv", index=True),
        write_figure(figure, out / "omega.png"),
    )


STUDY = OmegaStudy(
    name="omega",
    title="Maximizing the Omega ratio",
    source="Systematic Investor blog, 2011",
)
