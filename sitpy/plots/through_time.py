"""Series with dates in one picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

from sitpy.errors import InputError
from sitpy.plots.page import dress, next_axes
from sitpy.plots.palette import line_styles


def plot_through_time(
    lines: Mapping[str, pd.Series],
    title: str,
    ylab: str,
    *,
    drawstyle: Literal["default", "steps-post"] = "default",
    below: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Lines by name over their dates, which may differ from line to line.

    Parameters
    ----------
    lines : mapping of name to Series (dates)
    title, ylab : str
    drawstyle : {"default", "steps-post"}
        "steps-post" for what holds until the next date, such as a weight.
    below : bool
        Whether the names stand below the picture, where they cover no line.
    ax : matplotlib.axes.Axes, optional
        Where to draw; default the next free cell of the current `layout`, or a new figure.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        No line, or one without dates.

    Examples
    --------
    >>> import pandas as pd
    >>> from sitpy.plots.through_time import plot_through_time
    >>> value = pd.Series([1.0, 1.1, 1.05], index=pd.date_range("2024-01-31", periods=3, freq="ME"))
    >>> plot_through_time({"fund": value}, "Value", "of 1 invested").get_ylabel()
    'of 1 invested'
    """
    if not lines:
        raise InputError(f"no line was given for {title!r}, expected one or more by name")
    ax = next_axes(ax)
    for (name, line), (colour, dash) in zip(lines.items(), line_styles(len(lines)), strict=True):
        if not isinstance(line.index, pd.DatetimeIndex):
            raise InputError(f"{name!r} has {line.index.dtype} labels; give a Series with a DatetimeIndex")
        ax.plot(line.index, line, color=colour, linestyle=dash, linewidth=1.3, drawstyle=drawstyle, label=name)
    locator = AutoDateLocator()  # type: ignore[no-untyped-call]
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
    dress(ax, title, "", ylab)
    if len(lines) > 1:
        place: dict[str, Any] = {}
        if below:
            place = {"loc": "upper center", "bbox_to_anchor": (0.5, -0.08), "ncols": min(len(lines), 5)}
        ax.legend(frameon=False, fontsize=9, handlelength=3.2, **place)
    return ax
