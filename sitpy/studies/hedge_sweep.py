"""A sweep of beta-hedged back-tests over a grid of options: every finished cell is kept, all of them in a table and a map."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sitpy.beta_hedge.sweep import sweep_beta_hedge
from sitpy.errors import InputError, warn
from sitpy.studies.hedge_comparison import long_side
from sitpy.studies.hedge_data import HedgeData
from sitpy.studies.hedge_words import words_of
from sitpy.studies.study import Study, StudyOptions, StudyResult, StudyTable, write_figure, write_table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FIGURES = {"Sharpe": ("Sharpe ratio", ".2f"), "CAGR": ("Growth per year, %", ".1f"), "Beta": ("Beta to {}", ".3f")}
"""Columns that are drawn: title, and how a number is written; growth is in percent."""
CELLS = "cells"
"""Folder below ``--out`` in which finished cells stay, whatever becomes of the run."""
_SHOWN = 30  # cells in the printed table


@dataclass(frozen=True, kw_only=True)
class HedgeSweep(Study):
    """All cells of a grid; ``kept`` is the folder of the finished ones, which a later run goes on from."""

    data: HedgeData
    grid: Mapping[str, Sequence[Any]]
    weights: str | None = None
    arguments: Mapping[str, Any] = field(default_factory=dict)
    kept: Path | None = None
    jobs: int | None = None

    def run(self, options: StudyOptions) -> StudyResult:
        """Work out what is missing, and write the table and the map of all."""
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            table = sweep_beta_hedge(
                self.data.prices,
                self.data.benchmark,
                grid=self.grid,
                out=self.kept,
                n_jobs=self.jobs,
                progress=lambda done, cells: options.report("back-tests", done, cells),
                on_failure="record",
                **long_side(self.data, self.weights),
                **self.arguments,
            )
        failed = table["error"] != ""
        if failed.all():
            raise InputError(f"every cell of the sweep failed; the first: {table['error'].iloc[0]}")
        for warning in caught:
            warn(warning.message)
        files: tuple[Path, ...] = ()
        if options.out is not None:
            written = table.assign(**{name: table[name].map(words_of) for name in self.grid})
            files = (
                write_table(written, options.out / "sweep.csv"),
                write_figure(draw_sweep(table, list(self.grid), self.data.benchmark), options.out / "sweep.png"),
            )
        prices = self.data.prices
        return StudyResult(
            head=(
                f"data: {self.data.source}; {prices.shape[1] - 1} assets and {self.data.benchmark}, {len(prices)} dates, "
                f"{prices.index[0]:%Y-%m-%d} to {prices.index[-1]:%Y-%m-%d}",
                f"{len(table)} cells: " + ", ".join(f"{len(values)} of {name}" for name, values in self.grid.items()),
            ),
            tables=(sweep_table(table[~failed], list(self.grid)),),
            notes=remarks(table),
            files=files,
        )


def hedge_sweep(
    data: HedgeData,
    grid: Mapping[str, Sequence[Any]],
    weights: str | None,
    arguments: Mapping[str, Any],
    out: Path,
    jobs: int | None,
) -> HedgeSweep:
    """The sweep on these data, its finished cells kept below ``out``."""
    twice = [name for name in grid if name in arguments]
    if twice:
        raise InputError(f"{twice[0]} is in --sweep and given beside it; give it once")
    return HedgeSweep(
        name="hedge",
        title=f"Beta-hedged portfolio against {data.benchmark}",
        source="a sweep over options",
        data=data,
        grid=grid,
        weights=weights,
        arguments=arguments,
        kept=out / CELLS,
        jobs=jobs,
    )


def sweep_map(table: pd.DataFrame, names: Sequence[str], figure: str) -> pd.DataFrame:
    """A figure of all cells with the option that has most values across, and all others down.

    Examples
    --------
    >>> import pandas as pd
    >>> from sitpy.studies.hedge_sweep import sweep_map
    >>> cells = pd.DataFrame({"window": [60, 60, 90, 90], "cost_bps": [0.0, 5.0, 0.0, 5.0], "Beta": [0.1, 0.2, 0.3, 0.4]})
    >>> found = sweep_map(cells, ["window", "cost_bps"], "Beta")
    >>> found.columns.tolist(), found.index.tolist(), found.to_numpy().tolist()
    (['60', '90'], ['0', '5'], [[0.1, 0.3], [0.2, 0.4]])
    """
    words = {name: table[name].map(words_of) for name in names}
    across = max(names, key=lambda name: words[name].nunique())
    down = [name for name in names if name != across]
    rows = pd.Series("", table.index)
    for name in down:
        rows = (
            rows + (", " if (rows != "").all() else "") + (words[name] if len(down) == 1 else f"{name} " + words[name])
        )
    values = pd.DataFrame({"row": rows, "column": words[across], "value": table[figure]})
    found = values.pivot(index="row", columns="column", values="value")
    found = found.loc[list(dict.fromkeys(rows)), list(dict.fromkeys(words[across]))]
    return found.rename_axis(index=down[0] if len(down) == 1 else "", columns=across)


def draw_sweep(table: pd.DataFrame, names: Sequence[str], benchmark: str) -> Figure:
    """A map for each figure, beside each other."""
    from sitpy.plots import layout
    from sitpy.plots.heat_map import plot_heat_map

    maps = {figure: sweep_map(table, names, figure) for figure in FIGURES}
    rows, columns = maps["Beta"].shape
    letters = max(len(str(label)) for label in maps["Beta"].index)
    page = layout(
        1,
        len(FIGURES),
        figsize=(0.5 + 0.085 * letters + len(FIGURES) * (0.4 + 0.72 * max(columns, 3)), 1.3 + 0.36 * rows),
    )
    for figure, (title, form) in FIGURES.items():
        values = maps[figure] * (100 if figure == "CAGR" else 1)
        ax = plot_heat_map(values, title.format(benchmark), form, good="zero" if figure == "Beta" else "high")
        if figure != next(iter(FIGURES)):  # the rows are those of the first map
            ax.set(yticklabels=[], ylabel="")
    return page


def sweep_table(table: pd.DataFrame, names: Sequence[str]) -> StudyTable:
    """The cells with the best Sharpe ratio first, as many as a page has room for."""
    best = table.sort_values("Sharpe", ascending=False, kind="stable").head(_SHOWN)
    figures = best[["CAGR", "Volatility", "Sharpe", "Max drawdown", "Beta", "Turnover", "trades", "at_cap"]]
    frame = best[list(names)].map(words_of).join(figures.rename(columns={"at_cap": "at cap"}))
    title = "all cells" if len(best) == len(table) else f"the best {len(best)} of {len(table)} cells"
    formats = {
        "CAGR": "z.2%",
        "Volatility": ".2%",
        "Sharpe": "z.2f",
        "Max drawdown": "z.2%",
        "Beta": "z.3f",
        "Turnover": ".2f",
    }
    return StudyTable(f"{title}, by Sharpe ratio:", frame, formats)


def remarks(table: pd.DataFrame) -> tuple[str, ...]:
    """What a reader of a sweep should know."""
    sharpe = table["Sharpe"].dropna()
    notes = [
        f"Sharpe ratios from {sharpe.min():.2f} to {sharpe.max():.2f}, median {sharpe.median():.2f}: the best of {len(sharpe)} "
        "cells owes part of its place to luck; what its neighbours have in common is worth more"
    ] if len(sharpe) else []  # fmt: skip
    held = table[table["at_cap"] + table["at_floor"] > 0]
    if len(held):
        notes.append(
            f"the hedge ratio was held at a bound in {len(held)} cell(s); see at_cap and at_floor in sweep.csv"
        )
    return tuple(notes)
