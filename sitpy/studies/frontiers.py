"""Studies that trace frontiers: build each construction, trace it by every measure, draw, write, compare."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sitpy.constraints import Constraints
from sitpy.frontier import MEASURES, MINIMISERS, Frontier, portopt
from sitpy.inputs import InputAssumptions
from sitpy.reference import Comparison, compare, net_weight, read_reference
from sitpy.studies.study import (
    Study,
    StudyOptions,
    StudyResult,
    StudyTable,
    data_line,
    write_figure,
    write_table,
)


@dataclass(frozen=True)
class Construction:
    """One way to pose the problem: its file name, its title, its builder, its stored figures, what is minimised.

    The stored figures of a measure are in ``LETTER_reference_MEASURE``, where there are any.
    """

    key: str
    title: str
    build: Callable[[InputAssumptions], tuple[InputAssumptions, Constraints]]
    reference: str
    measures: tuple[str, ...] = ("Risk", "MAD")


@dataclass(frozen=True)
class Page:
    """A figure: frontiers of these constructions against each of these measures, and their transition maps."""

    key: str
    title: str
    constructions: tuple[str, ...]
    measures: tuple[str, ...]


@dataclass(frozen=True)
class Traced:
    """One frontier of a study, the residuals of its points, and its comparison where there are stored figures."""

    construction: Construction
    measure: str
    frontier: Frontier
    residuals: pd.DataFrame
    comparison: Comparison | None

    def row(self) -> dict[str, Any]:
        """How it was solved and how it compares (nothing where nothing is stored)."""
        leverage = np.abs(self.frontier.weight).sum(axis=1)
        row = {
            "construction": self.construction.key,
            "measure": self.measure,
            "points": len(self.frontier.weight),
            "proven": int(self.frontier.statistics_frame()["proven"].sum()),
            "violation": float(self.residuals["primal_residual"].max()),
            "gap": float(self.residuals["gap"].max()),
            "leverage_min": float(leverage.min()),
            "leverage_max": float(leverage.max()),
            "seconds": self.frontier.seconds,
        }
        if self.comparison is not None:
            summary = self.comparison.summary
            names = ("objective", "return", "weights", "other_weights", "reference_not_optimal", "ok")
            row |= {name: summary[name] for name in names}
        return row


@dataclass(frozen=True, kw_only=True)
class FrontierResult(StudyResult):
    """All frontiers of a study; ``summary`` has one row each."""

    traced: tuple[Traced, ...]
    summary: pd.DataFrame


@dataclass(frozen=True, kw_only=True)
class FrontierStudy(Study):
    """A study of constructions x measures; ``points`` per frontier where nothing is stored, a page per construction
    where no other pages are asked for."""

    constructions: tuple[Construction, ...]
    pages: tuple[Page, ...] = ()
    points: int = 50
    takes_points: bool = True
    data_sets: tuple[str, ...] = ("bernstein-wilkinson", "etf8-simulated")

    def run(self, options: StudyOptions) -> FrontierResult:
        """Trace every frontier, in order; write a CSV and a JSON file each, the pages, and the summary."""
        ia, letter = self.inputs(options)
        traced = self._trace(ia, letter, options)
        summary = pd.DataFrame([item.row() for item in traced])
        return FrontierResult(
            head=(data_line(ia),),
            tables=(printed(summary),),
            notes=remarks(summary),
            files=() if options.out is None else tuple(self._write(ia, traced, summary, options.out)),
            traced=tuple(traced),
            summary=summary,
        )

    def _trace(self, ia: InputAssumptions, letter: str | None, options: StudyOptions) -> list[Traced]:
        plan = []
        for construction in self.constructions:
            problem = construction.build(ia)
            for measure in construction.measures:
                reference, points = self._stored(letter, construction, measure, options.points)
                plan.append((construction, measure, problem, reference, points))
        total, done, traced = sum(points for *_, points in plan), 0, []
        for construction, measure, problem, reference, points in plan:
            what = f"{construction.title}, {measure}"

            def report(count: int, _: int, done: int = done, what: str = what) -> None:
                options.report(what, done + count, total)

            ef = trace(*problem, points, measure, report)
            comparison = None if reference is None else compare(ef, reference)
            traced.append(Traced(construction, measure, ef, ef.certificates(), comparison))
            done += points
        return traced

    def _stored(
        self, letter: str | None, construction: Construction, measure: str, points: int | None
    ) -> tuple[str | None, int]:
        """Name of the stored figures to compare with, if any, and the number of points to trace."""
        name = f"{letter}_{construction.reference}_{measure}"
        if letter is None or not (files("sitpy.reference_outputs") / f"{name}.json").is_file():
            return None, points or self.points
        stored = int(read_reference(name)["nportfolios"])
        return (name, stored) if points in (None, stored) else (None, int(points))

    def _write(self, ia: InputAssumptions, traced: list[Traced], summary: pd.DataFrame, out: Path) -> list[Path]:
        written = []
        for item in traced:
            stem = f"{item.construction.key}_{item.measure}"
            written.append(write_table(item.frontier.to_frame(), out / f"{stem}.csv", index=True))
            written.append(item.frontier.to_json(out / f"{stem}.json"))
        for page in self.pages or [Page(c.key, c.title, (c.key,), c.measures) for c in self.constructions]:
            shown = [item for item in traced if item.construction.key in page.constructions]
            written.append(draw(f"{self.title}: {page.title}", ia, shown, page.measures, out / f"{page.key}.png"))
        return [*written, write_table(summary, out / "summary.csv")]


def trace(
    ia: InputAssumptions,
    constraints: Constraints,
    points: int,
    measure: str,
    progress: Callable[[int, int], None] | None = None,
) -> Frontier:
    """A frontier of net weights."""
    ef = portopt(ia, constraints, points, measure, MINIMISERS[measure], progress=progress)
    ef.weight = net_weight(ef.solution, ef.ia)
    return ef


def printed(summary: pd.DataFrame) -> StudyTable:
    """The table to print, from that with one row per frontier."""
    rows = summary.to_dict("records")
    frame = pd.DataFrame(
        {
            "frontier": [f"{row['construction']} {row['measure']}" for row in rows],
            "proven": [f"{row['proven']}/{row['points']}" for row in rows],
            "leverage": [f"{row['leverage_min']:.2f}-{row['leverage_max']:.2f}" for row in rows],
        }
    )
    title, formats = "", {"ms": ".0f"}
    if "ok" in summary:
        title = "largest differences from R's figures (objective relative, return and net weights absolute):"
        formats |= {"objective": ".1e", "return": ".1e", "weights": ".1e", "R not optimal": ".0f"}
        frame[["objective", "return", "weights"]] = summary[["objective", "return", "weights"]]
        frame["R not optimal"] = summary["reference_not_optimal"]
        frame[""] = summary["ok"]
    frame["ms"] = 1000 * summary["seconds"]
    return StudyTable(title, frame, formats)


def remarks(summary: pd.DataFrame) -> tuple[str, ...]:
    """What holds for all frontiers together, and what a comparison found beside agreement."""
    notes = []
    if "ok" in summary:
        for row in summary.to_dict("records"):
            what = f"{row['construction']} {row['measure']}"
            if row["reference_not_optimal"] > 0:
                notes.append(f"{what}: R is not optimal at {row['reference_not_optimal']:.0f} point(s), sitpy is")
            if row["other_weights"] > 0:
                notes.append(
                    f"{what}: several portfolios are optimal at {row['other_weights']:.0f} point(s); sitpy and R hold "
                    "different ones of the same objective there, so weights and returns differ"
                )
    return (
        *notes,
        f"{int(summary['points'].sum())} points, {int(summary['proven'].sum())} proven optimal; checked from outside the "
        f"solvers: largest violation of a constraint {summary['violation'].max():.0e}, largest gap "
        f"{summary['gap'].max():.0e}",
    )


def draw(title: str, ia: InputAssumptions, shown: Sequence[Traced], measures: Sequence[str], path: Path) -> Path:
    """The figure of a study: frontiers against each measure on the left, transition maps on the right."""
    from sitpy.plots import layout, plot_ef, plot_transition_map

    finest = max(len(item.frontier.weight) for item in shown)
    efs = [pictured(item, shown, finest) for item in shown]
    cells = np.zeros((max(len(efs), len(measures)), 2), dtype=int)
    cells[: len(measures), 0] = np.arange(len(measures)) + 1
    cells[: len(efs), 1] = np.arange(len(efs)) + len(measures) + 1
    figure = layout(cells)
    figure.suptitle(title)
    # the assumptions of the problem, which may have their own threshold, unless it splits assets in long and short
    own = efs[-1].ia if efs[-1].ia.n == ia.n else ia
    for measure in measures:
        plot_ef(own, efs, MEASURES[measure], False)
    for ef in efs:
        plot_transition_map(ef)
    return write_figure(figure, path)


def pictured(item: Traced, shown: Sequence[Traced], points: int) -> Frontier:
    """The frontier with as many points as the others beside it: the chords of a coarse one would make it seem worse.

    Its name tells it apart: its measure, or its construction where they share one.
    """
    ef = copy.copy(item.frontier)
    if len(ef.weight) < points:
        ef = trace(ef.ia, ef.constraints, points, item.measure)
    if sum(other.measure == item.measure for other in shown) > 1:
        ef.name = item.construction.title
    return ef
