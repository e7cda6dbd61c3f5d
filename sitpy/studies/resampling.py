"""Resampled frontiers (Michaud 1998) against the plain one: means over histories that might have been.

No figures are published for these data. What must hold whatever is drawn is checked instead: the frontier is the mean of its
samples' frontiers, traced one by one here, its portfolios keep the constraints, and none has less risk than the plain
frontier at its return.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from sitpy.constraints import Constraints, create_basic_constraints
from sitpy.frontier import Frontier, portopt
from sitpy.frontier.resampled import portopt_resampled
from sitpy.inputs import InputAssumptions
from sitpy.measures import portfolio_concentration_herfindahl_index
from sitpy.portfolios.sampling import normal_draws
from sitpy.studies.published import Check, check, check_table
from sitpy.studies.study import Study, StudyOptions, StudyResult, StudyTable, data_line, write_figure, write_table

Array = np.ndarray
Draw = Literal["normal", "bootstrap"]

SAMPLES, SEED = 100, 1
LARGEST = 0.8
DRAWS: tuple[Draw, ...] = ("normal", "bootstrap")
CHECKED = 5  # samples whose mean is taken again in a plain loop


def plain_loop(ia: InputAssumptions, constraints: Constraints, points: int, samples: int, draw: Draw) -> Array:
    """The mean of the samples' frontiers (points x assets), one drawn history after another."""
    factor, length = ia.annual_factor, len(ia.hist_returns)
    total = np.zeros((points, ia.n))
    for stream in np.random.SeedSequence(SEED).spawn(samples):
        rng = np.random.default_rng(stream)
        if draw == "normal":
            history = normal_draws(ia.expected_return / factor, ia.cov / factor, length, rng)
            mean = factor * history.mean(axis=0)
        else:
            history = ia.hist_returns[rng.integers(length, size=length)]
            mean = ia.expected_return + factor * (history.mean(axis=0) - ia.hist_returns.mean(axis=0))
        sample = InputAssumptions(symbols=ia.symbols, expected_return=mean, cov=factor * np.cov(history.T))
        total += portopt(sample, constraints, points).weight
    return total / samples


@dataclass(frozen=True, kw_only=True)
class ResamplingStudy(Study):
    """A plain frontier, and resampled ones from normal draws and from draws with replacement."""

    data_sets: tuple[str, ...] = ("bernstein-wilkinson", "etf8-simulated")
    takes_points: bool = True

    def run(self, options: StudyOptions) -> StudyResult:
        """The three frontiers, what must hold for them, and a page with their transition maps."""
        ia, _ = self.inputs(options)
        constraints = create_basic_constraints(ia.n, 0, LARGEST)
        points, length = options.points or 50, len(ia.hist_returns)
        plain = portopt(ia, constraints, points, "plain")
        efs, rows = [plain], []
        for i, draw in enumerate(DRAWS):

            def report(count: int, _: int, i: int = i, draw: Draw = draw) -> None:
                options.report(f"resampled, {draw}", i * SAMPLES + count, len(DRAWS) * SAMPLES)

            name = f"resampled, {draw}"
            ef = portopt_resampled(
                ia, constraints, points, name, SAMPLES, length, draw=draw, seed=SEED, progress=report
            )
            efs.append(ef)
            rows += invariants(ia, constraints, plain, ef, draw)
        checks = check_table(rows)
        return StudyResult(
            head=(
                data_line(ia),
                f"{SAMPLES} samples of {length} periods, seed {SEED}; 0 to {LARGEST:.0%} in each asset",
            ),
            tables=(checks, described(efs)),
            files=_write(self.title, ia, efs, checks.frame, options.out),
        )


def invariants(
    ia: InputAssumptions, constraints: Constraints, plain: Frontier, ef: Frontier, draw: Draw
) -> list[Check]:
    """What must hold for a resampled frontier beside the plain one."""
    points = len(ef.weight)
    few = portopt_resampled(ia, constraints, points, "", CHECKED, len(ia.hist_returns), draw=draw, seed=SEED)
    mean = plain_loop(ia, constraints, points, CHECKED, draw)
    reachable = np.minimum(ef.return_, plain.return_[-1] * (1 - 1e-12))
    least = portopt(ia, constraints, targets=reachable).risk
    return [
        check(f"{ef.name}: the mean of {CHECKED} samples, traced one by one", np.abs(few.weight - mean), 1e-8),
        check(f"{ef.name}: weights sum to 1", np.abs(ef.weight.sum(axis=1) - 1), 1e-9),
        check(f"{ef.name}: weights are within their bounds", np.maximum(-ef.weight, ef.weight - LARGEST), 1e-9),
        check(f"{ef.name}: no less risk than the plain frontier", least - ef.risk, 1e-9),
    ]


def described(efs: list[Frontier]) -> StudyTable:
    """How the frontiers differ: where they run, and how many assets they hold."""
    rows = [
        {
            "frontier": ef.name,
            "held": float((ef.weight > 0.01).sum(axis=1).mean()),
            "concentration": float(portfolio_concentration_herfindahl_index(ef.weight).mean()),
            "largest step": float(np.abs(np.diff(ef.weight, axis=0)).max()),
            "last return": float(ef.return_[-1]),
            "its risk": float(ef.risk[-1]),
        }
        for ef in efs
    ]
    formats = {"held": ".1f", "concentration": ".2f"} | dict.fromkeys(
        ("largest step", "last return", "its risk"), ".1%"
    )
    title = (
        "assets held above 1 % and concentration (means over the points), the largest step of a weight between points:"
    )
    return StudyTable(title, pd.DataFrame(rows), formats)


def _write(
    title: str, ia: InputAssumptions, efs: list[Frontier], table: pd.DataFrame, out: Path | None
) -> tuple[Path, ...]:
    if out is None:
        return ()
    from sitpy.plots import layout, plot_ef, plot_transition_map

    written = [write_table(ef.to_frame(), out / f"{ef.name.replace(', ', '_')}.csv", index=True) for ef in efs]
    figure = layout(2, 2)
    figure.suptitle(title)
    plot_ef(ia, efs, transition_map=False)
    for ef in efs:
        plot_transition_map(ef)
    return (*written, write_table(table, out / "checks.csv"), write_figure(figure, out / "resampling.png"))


STUDY = ResamplingStudy(
    name="resampling",
    title="Resampled efficient frontiers",
    source="Michaud, 1998; SIT, portopt.resampled",
)
