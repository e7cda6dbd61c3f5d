"""Returns by calendar month as a table in heat colours."""

from __future__ import annotations

from functools import partial
from typing import Literal, overload

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb

from sitpy.backtest.monthly import monthly_returns, with_averages
from sitpy.backtest.statistics import HasReturns
from sitpy.plots.page import AtDraw, next_axes, pixels_per_point
from sitpy.plots.palette import ink_on

_DEEPEST = 0.72  # how far into the colours the largest number goes: its text must stay readable
_NO_NUMBER = "#ffffff"
_COLOURS = colormaps["RdBu"]


@overload
def plotbt_monthly_table(
    equity: pd.Series | HasReturns, make_plot: Literal[True] = ..., smain: str = ..., *, ax: Axes | None = ...
) -> Axes: ...


@overload
def plotbt_monthly_table(
    equity: pd.Series | HasReturns, make_plot: Literal[False], smain: str = ..., *, ax: Axes | None = ...
) -> pd.DataFrame: ...


def plotbt_monthly_table(
    equity: pd.Series | HasReturns, make_plot: bool = True, smain: str = "", *, ax: Axes | None = None
) -> Axes | pd.DataFrame:
    """Returns of each month and year and the deepest drawdown of each year, in percent, gains blue and losses red.

    Parameters
    ----------
    equity : Series (dates), or BacktestModel
        Equity line.
    make_plot : bool
        False returns the numbers and draws nothing.
    smain : str
        Title.
    ax : matplotlib.axes.Axes, optional
        Where to draw; default the next free cell of the current `layout`, or a new figure.

    Returns
    -------
    matplotlib.axes.Axes, or DataFrame (years and "Avg" x Jan, ..., Dec, Year, MaxDD) of fractions
        A month is counted from the last date before it, so that the first has no return; the last row has the means.

    Raises
    ------
    InputError
        Missing numbers, no dates, dates that repeat or fall.

    Examples
    --------
    >>> import pandas as pd, sitpy
    >>> equity = pd.Series([1, 1.1, 1.21, 0.968], index=pd.date_range("2020-09-30", periods=4, freq="ME"))
    >>> sitpy.plotbt_monthly_table(equity, make_plot=False)[["Oct", "Dec", "Year", "MaxDD"]].round(3).loc["2020"].tolist()
    [0.1, -0.2, -0.032, -0.2]

    References
    ----------
    SIT, ``plotbt.monthly.table``.
    """
    table = with_averages(monthly_returns(equity))
    if not make_plot:
        return table
    rows, columns = table.shape
    ax = next_axes(ax, (9.0, 0.9 + 0.27 * rows))
    colours = heat_colours(table)
    ax.imshow([[to_rgb(colour) for colour in row] for row in colours], aspect="auto", interpolation="nearest")
    words = month_words(table)
    cells = [
        ax.text(j, i, words[i][j], ha="center", va="center", color=ink_for(colours[i][j]))
        for i, j in np.ndindex(rows, columns)
    ]
    for cell, (i, j) in zip(cells, np.ndindex(rows, columns)):
        cell.set_fontweight("bold" if i == rows - 1 or j == columns - 2 else "normal")
    ax.set_title(smain, fontweight="bold", parse_math=False)
    ax.set_xticks(range(columns), table.columns)
    ax.set_yticks(range(rows), table.index)
    ax.tick_params(top=False, bottom=False, left=False, labeltop=True, labelbottom=False)
    ax.set_xticks(np.arange(columns - 1) + 0.5, minor=True)
    ax.set_yticks(np.arange(rows - 1) + 0.5, minor=True)
    ax.grid(which="minor", color="white", linewidth=1)
    ax.tick_params(which="minor", length=0)
    ax.axvline(columns - 2.5, color="white", linewidth=5)
    ax.axhline(rows - 1.5, color="white", linewidth=5)
    ax.spines[:].set_visible(False)
    fit = partial(_fit, ax, rows, columns)
    ax.add_artist(AtDraw(fit))
    fit()
    return ax


def month_words(table: pd.DataFrame) -> list[list[str]]:
    """The numbers of a monthly table in percent with one decimal; nothing where there is none."""
    return [["" if np.isnan(x) else f"{100 * x:z.1f}" for x in row] for row in table.to_numpy(dtype=float)]


def heat_colours(table: pd.DataFrame) -> list[list[str]]:
    """A colour (hex) for each number of a monthly table: red below zero, blue above; months have one scale, years another."""
    values = table.to_numpy(dtype=float)
    scale = np.ones(values.shape[1])
    for columns in (slice(0, 12), slice(12, 13), slice(13, None)):
        scale[columns] = np.nanmax(np.abs(values[:, columns]), initial=0.0) or 1.0
    place = 0.5 + 0.5 * _DEEPEST * values / scale
    return [[_NO_NUMBER if np.isnan(p) else to_hex(_COLOURS(float(p))) for p in row] for row in place]


def ink_for(colour: str) -> str:
    """Black or white, for numbers on a colour (hex)."""
    return ink_on(to_rgb(colour))


def _fit(ax: Axes, rows: int, columns: int) -> None:
    """Letters as large as a cell allows; "-100.0" is about four times as wide as high."""
    extent, pixel = ax.get_window_extent(), pixels_per_point(ax)
    size = max(1.0, min(extent.width / pixel / (3.9 * columns), 0.6 * extent.height / pixel / rows, 9.0))
    for text in [*ax.texts, *ax.get_xticklabels(), *ax.get_yticklabels()]:
        text.set_fontsize(size)
