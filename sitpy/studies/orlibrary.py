"""Five published frontiers of Chang, Meade, Beasley and Sharaiha (2000), from files of the OR-Library.

Long only, weights sum to 1. Each is printed at 2000 returns; ours is the least variance at these.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sitpy.constraints import Constraints, add_constraints, new_constraints
from sitpy.errors import InputError
from sitpy.frontier import Frontier, portopt
from sitpy.inputs import InputAssumptions
from sitpy.studies.orlibrary_files import read_assets, read_published, thinned
from sitpy.studies.study import Study, StudyOptions, StudyResult, StudyTable, write_figure, write_table

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Array = np.ndarray

MARKETS = {1: "Hang Seng", 2: "DAX 100", 3: "FTSE 100", 4: "S&P 100", 5: "Nikkei 225"}
POINTS = 200  # of 2000, unless asked for others
TOLERANCE = 5e-6  # relative: nine printed decimals of the return are up to 4e-6 of the smallest variances
HALF_A_DIGIT = 0.5e-9


def long_only(n: int) -> Constraints:
    """No short positions, weights sum to 1."""
    return add_constraints(np.ones(n), 1, "=", new_constraints(n, lb=0), "sum of weights")


@dataclass(frozen=True)
class Market:
    """A market's published points (least variance first) and our frontier at their returns."""

    name: str
    published: Array
    frontier: Frontier

    def points(self) -> pd.DataFrame:
        """One row per point; "rounding" is what half a digit in the return and in the variance can change in a variance."""
        return_, variance = self.published.T
        ours = self.frontier.risk**2
        slope = np.abs(np.gradient(ours, return_))
        return pd.DataFrame(
            {
                "return": return_,
                "published": variance,
                "ours": ours,
                "relative": np.abs(ours / variance - 1),
                "rounding": np.abs(ours - variance) / (HALF_A_DIGIT * (1 + slope)),
                "proven": self.frontier.statistics_frame()["proven"].to_numpy(),
            }
        )

    def row(self) -> dict[str, object]:
        """The largest differences, in a line of the table."""
        points = self.points()
        return {
            "market": self.name,
            "assets": self.frontier.ia.n,
            "points": len(points),
            "proven": int(points["proven"].sum()),
            "most held": int((self.frontier.weight > 1e-8).sum(axis=1).max()),
            "variance": float(points["relative"].max()),
            "of rounding": float(points["rounding"].max()),
            "seconds": self.frontier.seconds,
            "": bool(points["relative"].max() <= TOLERANCE),
        }


@dataclass(frozen=True, kw_only=True)
class OrLibraryStudy(Study):
    """The markets whose files are in the folder."""

    files: str = "portK.txt and portefK.txt of the OR-Library, K = 1 to 5"
    takes_points: bool = True

    def run(self, options: StudyOptions) -> StudyResult:
        """Variances at the published returns; a table per market, and a page of frontiers."""
        markets = self._trace(options)
        formats = {"variance": ".1e", "of rounding": ".2f", "seconds": ".1f"}
        title = "largest differences from the published variances (relative; as a multiple of what rounding explains):"
        table = StudyTable(title, pd.DataFrame([market.row() for market in markets]), formats)
        absent = [f"port{k}.txt ({name})" for k, name in MARKETS.items() if name not in {m.name for m in markets}]
        notes = [f"not in the folder: {', '.join(absent)}"] if absent else []
        notes.append(
            "rounding: half a unit of the ninth printed decimal in the variance, and as much in the return times the slope of "
            "the frontier there. The published returns are not equally spaced to that digit, so they are off by more than "
            "their print, and some points are up to a tenth beyond"
        )
        return StudyResult(tables=(table,), notes=tuple(notes), files=_write(markets, options.out))

    def _trace(self, options: StudyOptions) -> list[Market]:
        """Read all there is before the first frontier is traced."""
        assert options.path is not None  # run_study has seen to it
        present = [k for k in MARKETS if (options.path / f"port{k}.txt").exists()]
        if not present:
            raise InputError(
                f"there is no port1.txt, ..., port5.txt in {str(options.path)!r}; --path names their folder"
            )
        read = {}
        for k in present:
            published = thinned(read_published(options.path / f"portef{k}.txt"), options.points or POINTS)
            read[k] = (read_assets(options.path / f"port{k}.txt"), published)
        total, done, markets = sum(len(published) for _, published in read.values()), 0, []
        for k, (ia, published) in read.items():

            def report(count: int, _: int, done: int = done, name: str = MARKETS[k]) -> None:
                options.report(name, done + count, total)

            _refuse_other_assets(ia, published, k)
            ef = portopt(ia, long_only(ia.n), name=MARKETS[k], targets=published[:, 0], progress=report)
            markets.append(Market(MARKETS[k], published, ef))
            done += len(published)
        return markets


def _refuse_other_assets(ia: InputAssumptions, published: Array, k: int) -> None:
    """A frontier that these assets do not reach is another market's."""
    highest = float(ia.expected_return.max())
    if published[-1, 0] > highest:
        raise InputError(
            f"portef{k}.txt ends at a return of {published[-1, 0]:g}, but the best asset of port{k}.txt returns {highest:g}; "
            "the two files belong to different markets"
        )


def _write(markets: list[Market], out: Path | None) -> tuple[Path, ...]:
    if out is None:
        return ()
    from sitpy.plots import layout
    from sitpy.plots.comparison import plot_curves

    written = []
    for market in markets:
        stem = market.name.lower().replace(" ", "_").replace("&", "_and_")
        written.append(write_table(market.points(), out / f"{stem}.csv"))
    figure = layout(2, 3, by="row")
    figure.suptitle("Frontiers of Chang, Meade, Beasley and Sharaiha (2000): published points and sitpy, per week")
    for market in markets:
        risk, return_ = np.sqrt(market.published[:, 1]), market.published[:, 0]
        shown = slice(None, None, max(1, len(risk) // 25))
        ours = {"sitpy": (market.frontier.risk, market.frontier.return_)}
        title = f"{market.name}: {market.frontier.ia.n} assets"
        plot_curves(ours, title, "Risk", "Return", (risk[shown], return_[shown]))
    _draw_differences(markets)
    return (*written, write_figure(figure, out / "frontiers.png"))


def _draw_differences(markets: list[Market]) -> Axes:
    """Relative differences of the variances along each frontier, in parts per million."""
    from sitpy.plots import asset_styles, next_axes
    from sitpy.plots.page import dress

    ax = next_axes()
    for market, (colour, _) in zip(markets, asset_styles(len(markets)), strict=True):
        relative = 1e6 * market.points()["relative"]
        ax.plot(np.linspace(0, 100, len(relative)), relative, ".", color=colour, markersize=4, label=market.name)
    dress(
        ax,
        "Differences of the variances",
        "Points from the least variance to the largest return, %",
        "Parts per million",
    )
    ax.legend(frameon=False, fontsize=9, markerscale=2)
    return ax


STUDY = OrLibraryStudy(
    name="orlibrary",
    title="Unconstrained frontiers of five markets",
    source="Chang, Meade, Beasley and Sharaiha, 2000",
)
