"""Numbers side by side: bars for tables by asset, and curves with the points that somebody else published."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes

from sitpy.errors import InputError
from sitpy.plots.page import dress, next_axes, percent_ticks
from sitpy.plots.palette import ASSET_COLOURS, asset_styles, line_styles

_GROUP = 0.8  # of the distance between two groups of bars
Curve = tuple[npt.ArrayLike, npt.ArrayLike]


def plot_bars(table: pd.DataFrame, title: str, ylab: str = "", *, ax: Axes | None = None) -> Axes:
    """Bars in groups: one group per row of a table, one bar per column, in percent.

    Parameters
    ----------
    table : DataFrame (groups x series)
        Fractions (0.1 is 10 %), nan for no bar; labels of rows stand below the groups, those of columns in the legend.
    title, ylab : str
    ax : matplotlib.axes.Axes, optional
        Where to draw; default the next free cell of the current `layout`, or a new figure.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        A table without rows or columns.

    Examples
    --------
    >>> import pandas as pd
    >>> from sitpy.plots.comparison import plot_bars
    >>> plot_bars(pd.DataFrame({"before": [0.6, 0.4], "after": [0.5, 0.5]}, index=["A", "B"]), "Weights").get_title()
    'Weights'
    """
    if table.empty:
        raise InputError(f"the table for {title!r} has shape {table.shape}; there is nothing to draw")
    groups, series = table.shape
    ax = next_axes(ax)
    width = _GROUP / series
    for j, (name, (colour, hatch)) in enumerate(zip(table.columns, asset_styles(series), strict=True)):
        place = np.arange(groups) + (j - (series - 1) / 2) * width
        heights = 100 * table.iloc[:, j].to_numpy(dtype=float)
        ax.bar(
            place, heights, width, color=colour, hatch=hatch or None, edgecolor="white", linewidth=0.5, label=str(name)
        )
    dress(ax, title, "", ylab)
    ax.axhline(0, color="black", linewidth=0.8)
    labels = [str(label) for label in table.index]
    long = max(map(len, labels)) * groups > 70
    ax.set_xticks(np.arange(groups), labels, rotation=30 if long else 0, ha="right" if long else "center", fontsize=9)
    ax.grid(False, axis="x")
    percent_ticks(ax.yaxis)
    if series > 1:
        ax.legend(frameon=False, fontsize=9)
    return ax


def plot_curves(
    curves: Mapping[str, Curve],
    title: str,
    xlab: str,
    ylab: str,
    published: Curve | None = None,
    *,
    ax: Axes | None = None,
) -> Axes:
    """Lines by name, in percent on both axes, and published points as circles below them.

    Parameters
    ----------
    curves : mapping of name to (x, y)
        Fractions; two vectors of one length each.
    title, xlab, ylab : str
    published : (x, y), optional
        The points to compare with.
    ax : matplotlib.axes.Axes, optional
        Where to draw; default the next free cell of the current `layout`, or a new figure.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        No curve; x and y that differ in length.

    Examples
    --------
    >>> from sitpy.plots.comparison import plot_curves
    >>> plot_curves({"ours": ([0.1, 0.2], [0.05, 0.06])}, "Frontier", "Risk", "Return").get_xlabel()
    'Risk'
    """
    if not curves:
        raise InputError(f"no curve was given for {title!r}, expected one or more by name")
    ax = next_axes(ax)
    if published is not None:
        x, y = _percent("published", published)
        ax.plot(x, y, linestyle="none", marker="o", markersize=5, color=ASSET_COLOURS[2], label="published")
    for (name, curve), (colour, dash) in zip(curves.items(), line_styles(len(curves)), strict=True):
        ax.plot(*_percent(name, curve), color=colour, linestyle=dash, linewidth=1.5, label=name)
    dress(ax, title, xlab, ylab)
    percent_ticks(ax.xaxis)
    percent_ticks(ax.yaxis)
    if len(curves) > 1 or published is not None:
        ax.legend(frameon=False, fontsize=9)
    return ax


def _percent(name: str, curve: Curve) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    x, y = (100 * np.array(values, dtype=float).ravel() for values in curve)
    if x.size != y.size:
        raise InputError(f"{name!r} has {x.size} values of x and {y.size} of y; expected as many of each")
    return x, y
