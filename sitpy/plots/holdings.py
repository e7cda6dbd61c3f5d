"""What a strategy holds: weights through time, at its last date, and how much is invested."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import is_color_like, to_hex
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sitpy.backtest.environment import Span
from sitpy.dates import dated
from sitpy.errors import InputError
from sitpy.plots.page import dress, next_axes, percent_ticks
from sitpy.plots.palette import ASSET_COLOURS, asset_styles
from sitpy.plots.stack import Styles, draw_stack, seam, stack_legend
from sitpy.plots.timeline import dress_dates, highlight, say_nothing_to_show

Floats = npt.NDArray[np.float64]
_MOST = 16  # names that fit beside a picture; smaller holdings are drawn as one
_OTHERS = ("#999999", "")
_LONG, _SHORT = ASSET_COLOURS[2], ASSET_COLOURS[0]


def plotbt_transition_map(
    weight: pd.DataFrame,
    name: str = "",
    col: Sequence[str] | None = None,
    x_highlight: Span = None,
    sort_asset: bool = True,
    *,
    ax: Axes | None = None,
) -> Axes:
    """Weights through time, stacked: positive ones above zero, negative ones below.

    Parameters
    ----------
    weight : DataFrame (dates x symbols)
        Fractions, as ``model.weight``: a row holds from the date before to its own. A missing weight is drawn as none.
    name : str
        Name in the title.
    col : sequence of str, optional
        A colour for each column; default the ten colours of :func:`sitpy.plots.asset_styles`, then the same hatched.
    x_highlight : str, rows or mask, optional
        Dates to shade.
    sort_asset : bool
        Stack the assets by the number of dates on which they are held, most at the bottom; False: in the order of the columns.
    ax : matplotlib.axes.Axes, optional
        Where to draw; default the next free cell of the current `layout`, or a new figure.

    Returns
    -------
    matplotlib.axes.Axes
        Assets never held are not in the legend; of more than 16, the smaller ones are drawn as one.

    Raises
    ------
    InputError
        Weights without dates, infinite, or text; too few colours.

    Examples
    --------
    >>> import pandas as pd, sitpy
    >>> days = pd.date_range("2020-01-01", periods=3)
    >>> ax = sitpy.plotbt_transition_map(pd.DataFrame({"A": [0, 1, 0.5], "B": [0, 0, 0.5]}, index=days), "Both")
    >>> ax.get_title(), [text.get_text() for text in ax.get_legend().get_texts()]
    ('Transition Map for Both', ['B', 'A'])

    References
    ----------
    SIT, ``plotbt.transition.map``.
    """
    held = _holdings(weight, col)
    order = np.argsort(-np.count_nonzero(held.table, axis=0), kind="stable") if sort_asset else np.arange(held.n)
    position, table = _steps(held.dates, held.table)
    groups, names, styles = held.folded(order)
    above = np.column_stack([np.maximum(table[:, group], 0).sum(axis=1) for group in groups] or [table[:, 0]])
    below = np.column_stack([np.minimum(table[:, group], 0).sum(axis=1) for group in groups] or [table[:, 0]])
    ax = next_axes(ax)
    dress_dates(ax, f"Transition Map for {name}" if name else "Transition Map", "Allocation %")
    draw_stack(ax, position, 100 * above, styles)
    draw_stack(ax, position, 100 * below, styles)
    ax.axhline(0, color="black", linewidth=0.8, zorder=3)
    ax.margins(x=0, y=0.03)
    if names:
        stack_legend(ax, names, styles)
    else:
        say_nothing_to_show(ax, "nothing is held")
    highlight(ax, held.dates, x_highlight, above=True)
    return ax


def plotbt_holdings(weight: pd.DataFrame, smain: str | None = None, *, ax: Axes | None = None) -> Axes:
    """What is held at the last date: a bar for each asset, the largest on top, short positions to the left.

    Parameters
    ----------
    weight : DataFrame (dates x symbols)
        Fractions, as ``model.weight``; a missing weight is none.
    smain : str, optional
        What the title says after "Allocation for"; default the last date.
    ax : matplotlib.axes.Axes, optional
        Where to draw; default the next free cell of the current `layout`, or a new figure.

    Returns
    -------
    matplotlib.axes.Axes
        Assets that are not held have no bar; of more than 16, the smaller ones are drawn as one.

    Raises
    ------
    InputError
        As :func:`plotbt_transition_map`.

    Examples
    --------
    >>> import pandas as pd, sitpy
    >>> weight = pd.DataFrame({"A": [0.6], "B": [0.4], "C": [0.0]}, index=pd.to_datetime(["2020-01-31"]))
    >>> ax = sitpy.plotbt_holdings(weight)
    >>> ax.get_title(), [label.get_text() for label in ax.get_yticklabels()]
    ('Allocation for 31-Jan-2020', ['A', 'B'])

    References
    ----------
    SIT, ``plotbt.holdings``, which draws a pie of absolute weights.
    """
    held = _holdings(weight, None)
    held = replace(held, table=held.table[-1:], dates=held.dates[-1:])
    size = np.abs(held.table[0])
    groups, names, styles = held.folded(np.argsort(-size, kind="stable"))
    values = np.array([100 * held.table[0, group].sum() for group in groups])
    ax = next_axes(ax, (6.2, max(2.0, 1.0 + 0.3 * len(names))))
    dress(ax, f"Allocation for {f'{held.dates[0]:%d-%b-%Y}' if smain is None else smain}", "", "")
    ax.title.set_parse_math(False)
    for row, (value, (colour, hatch)) in enumerate(zip(values, styles)):
        ax.barh(row, value, 0.72, facecolor=colour, hatch=hatch or None, **seam(colour, hatch))
        ax.annotate(
            _percent(value), (value, row), (3 if value >= 0 else -3, 0), textcoords="offset points", va="center",
            ha="left" if value >= 0 else "right", fontsize=9,
        )  # fmt: skip
    ax.set_yticks(range(len(names)), names, fontsize=9)
    for label in ax.get_yticklabels():
        label.set_parse_math(False)
    ax.set_ylim(max(len(names), 5) - 0.4, -0.6)
    ax.margins(x=0.14)
    ax.axvline(0, color="black", linewidth=0.8)
    ax.grid(False, axis="y")
    ax.tick_params(left=False)
    ax.spines[["top", "right", "left"]].set_visible(False)
    percent_ticks(ax.xaxis)
    if not names:
        say_nothing_to_show(ax, "nothing is held")
    return ax


def plotbt_holdings_time(weight: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """How much is invested through time: long positions above zero, short ones below, and the sum of both sizes as a line.

    Parameters
    ----------
    weight : DataFrame (dates x symbols)
        Fractions, as ``model.weight``; a missing weight is none.
    ax : matplotlib.axes.Axes, optional
        Where to draw; default the next free cell of the current `layout`, or a new figure.

    Returns
    -------
    matplotlib.axes.Axes
        Its line is the sum of absolute weights, in percent.

    Raises
    ------
    InputError
        As :func:`plotbt_transition_map`.

    Examples
    --------
    >>> import pandas as pd, sitpy
    >>> days = pd.date_range("2020-01-01", periods=2)
    >>> ax = sitpy.plotbt_holdings_time(pd.DataFrame({"A": [0, 1.3], "B": [0, -0.3]}, index=days))
    >>> [round(float(y)) for y in ax.get_lines()[0].get_ydata()]
    [160, 160]

    References
    ----------
    SIT, ``plotbt.holdings.time``, which draws the sum of absolute weights.
    """
    held = _holdings(weight, None)
    position, table = _steps(held.dates, 100 * held.table)
    sides = np.column_stack([np.maximum(table, 0).sum(axis=1), np.minimum(table, 0).sum(axis=1)])
    ax = next_axes(ax)
    dress_dates(ax, "Holdings through time", "Part of the portfolio")
    ax.plot(position, np.abs(table).sum(axis=1), color="black", linewidth=1.0, label="Long and short")
    handles: list[Line2D | Patch] = [ax.get_lines()[0]]
    for side, colour, label in zip(sides.T, (_LONG, _SHORT), ("Long", "Short")):
        draw_stack(ax, position, side[:, None], [(colour, "")])
        handles.append(Patch(facecolor=colour, label=label))
    shown = handles if np.any(sides[:, 1]) else handles[1:2]
    ax.get_lines()[0].set_linewidth(1.0 if len(shown) > 1 else 0.6)
    ax.axhline(0, color="black", linewidth=0.8, zorder=3)
    ax.margins(x=0, y=0.05)
    percent_ticks(ax.yaxis)
    ax.legend(handles=shown, loc="best", fontsize="small", framealpha=0.85)
    return ax


@dataclass(frozen=True)
class _Holdings:
    """Weights (dates x symbols) that can be drawn, the names of the symbols and their styles."""

    table: Floats
    dates: pd.DatetimeIndex
    names: list[str]
    styles: Styles

    @property
    def n(self) -> int:
        return len(self.names)

    def folded(self, order: npt.NDArray[np.intp]) -> tuple[list[list[int]], list[str], list[tuple[str, str]]]:
        """Columns to draw as one each, in the given order, with names and styles: those ever held, small ones together."""
        size = np.abs(self.table).mean(axis=0)
        shown = [int(j) for j in order if size[j] > 0]
        large = set(shown)
        if len(shown) > _MOST:
            large = set(sorted(shown, key=lambda j: -size[j])[: _MOST - 1])
        groups = [[j] for j in shown if j in large]
        names, styles = [self.names[j] for (j,) in groups], [self.styles[j] for (j,) in groups]
        small = [j for j in shown if j not in large]
        if small:
            groups, names, styles = [*groups, small], [*names, f"{len(small)} others"], [*styles, _OTHERS]
        return groups, names, styles


def _holdings(weight: pd.DataFrame, col: Sequence[str] | None) -> _Holdings:
    if not isinstance(weight, pd.DataFrame):
        raise InputError(
            f"weight is a {type(weight).__name__}; give a DataFrame (dates x symbols), such as model.weight"
        )
    if weight.empty:
        raise InputError(f"weight has shape {weight.shape}; expected at least one date and one symbol")
    dates = dated(weight)
    if not dates.is_monotonic_increasing or dates.has_duplicates:
        raise InputError("the dates of weight repeat or fall; sort, one row per date")
    try:
        table = np.nan_to_num(np.array(weight, dtype=float), posinf=np.inf, neginf=-np.inf)
    except (TypeError, ValueError) as error:
        raise InputError(f"weight holds something that is not a number: {error}") from None
    names = [str(column) for column in weight.columns]
    infinite = np.argwhere(np.isinf(table))
    if infinite.size:
        row, column = infinite[0]
        raise InputError(f"the weight of {names[column]} on {dates[row]:%Y-%m-%d} is infinite; use a number")
    if col is not None and len(col) < len(names):
        raise InputError(f"col has {len(col)} colours for {len(names)} symbols; give one for each column of weight")
    strange = [colour for colour in col or () if not is_color_like(colour)]
    if strange:
        raise InputError(f"{strange[0]!r} in col is no colour; give names such as 'teal' or codes such as '#44AA99'")
    styles = asset_styles(len(names)) if col is None else [(to_hex(colour), "") for colour in col]
    return _Holdings(table, dates, names, styles)


def _steps(dates: pd.DatetimeIndex, table: Floats) -> tuple[pd.DatetimeIndex, Floats]:
    """Corners of areas in which each row fills the time since the row before; a single row fills its day."""
    if len(dates) == 1:
        return pd.DatetimeIndex([dates[0], dates[0] + pd.Timedelta(days=1)]), np.repeat(table, 2, axis=0)
    return pd.DatetimeIndex(dates.repeat(2)[1:-1]), np.repeat(table[1:], 2, axis=0)


def _percent(value: float) -> str:
    return f"{value:.1f}%".replace(".0%", "%")
