"""Lines against dates: one colour and dash for each model, ranges of dates shaded, names shown letter by letter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter, NullLocator, StrMethodFormatter

from sitpy.backtest.environment import Span, rows_between
from sitpy.plots.page import dress
from sitpy.plots.palette import Dash, line_styles

Style = tuple[str, Dash]


def draw_lines(
    ax: Axes, lines: Mapping[str, pd.Series], linewidth: float = 1.3, styles: Mapping[str, Style] | None = None
) -> None:
    """A line for each series, in the colours and dashes of its name; a point that stands alone is a dot."""
    styles = dict(zip(lines, line_styles(len(lines)), strict=True)) if styles is None else styles
    for name, series in lines.items():
        colour, dash = styles[name]
        alone = int(series.notna().sum()) == 1
        ax.plot(series.index, series, color=colour, linestyle=dash, linewidth=linewidth, label=name, marker="o" * alone)


def name_lines(ax: Axes, names: Sequence[str]) -> None:
    """The legend of :func:`draw_lines`: a name is text even if it has a dollar sign or begins with an underscore."""
    handles: list[Line2D] = ax.get_lines()[: len(names)]
    places = [str(i) for i in range(len(names))]
    legend = ax.legend(handles, places, loc="best", fontsize="small", framealpha=0.85, handlelength=3.2)
    for text, name in zip(legend.get_texts(), names, strict=True):
        text.set(text=name, parse_math=False)


def dress_dates(ax: Axes, title: str, ylab: str) -> None:
    """Title (text, no formula), grid, and dates as short as they can be."""
    dress(ax, title, "", ylab)
    ax.title.set_parse_math(False)
    locator = AutoDateLocator(minticks=3, maxticks=8)  # type: ignore[no-untyped-call]
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]


def log_axis(ax: Axes) -> None:
    """Logarithmic, with a few plain numbers however narrow the range is."""
    ax.set_yscale("log")
    low, high = ax.get_ylim()
    if high / low < 3:
        ax.yaxis.set_major_locator(MaxNLocator(6))
    elif high / low < 1000:
        ax.yaxis.set_major_locator(LogLocator(subs=[1, 1.5, 2, 3, 5, 7] if high / low < 20 else [1, 2, 5], numticks=10))
    if high / low < 1000:
        ax.yaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    ax.yaxis.set_minor_formatter(NullFormatter())


def highlight(ax: Axes, dates: pd.DatetimeIndex, span: Span, *, above: bool = False) -> None:
    """Shade the dates of a range, of positions or of a mask, behind the data or above them; None shades nothing."""
    if span is None:
        return
    chosen = np.zeros(len(dates), dtype=bool)
    chosen[rows_between(dates, span)] = True
    edges = np.flatnonzero(np.diff(chosen.astype(int), prepend=0, append=0))
    for first, behind in edges.reshape(-1, 2):
        left, right = dates[max(first - 1, 0)], dates[behind - 1]
        ax.axvspan(left, right, color="black", alpha=0.12, linewidth=0, zorder=2.5 if above else 0)


def say_nothing_to_show(ax: Axes, why: str) -> None:
    """Words in the middle of empty axes."""
    ax.text(0.5, 0.5, why, transform=ax.transAxes, ha="center", va="center", color="0.4")
