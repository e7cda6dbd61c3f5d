"""R's own pictures: ``plot`` begins one in the next free cell of the page, ``lines``, ``text`` and others add to the last.

What only changes the looks of a picture, such as margins and the size of letters, is left to sitpy.
"""

from __future__ import annotations

import re
from itertools import cycle, islice
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sitpy.errors import InputError
from sitpy.r._vectors import flat

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_PALETTE = ("black", "#DF536B", "#61D04F", "#2297E6", "#28E2E5", "#CD0BBC", "#F5C710", "gray")
_DASHES = {1: "-", 2: "--", 3: ":", 4: "-.", 5: (0, (8, 3)), 6: (0, (5, 2, 2, 2))}
_DASHES_BY_NAME = {"solid": 1, "dashed": 2, "dotted": 3, "dotdash": 4, "longdash": 5, "twodash": 6}
_MARKERS = dict(enumerate("so^+xDvs*Doosxsso^DooosD^v"))
_FILLED = range(15, 26)
_SIDES = {1: ("center", "top", 0, -1), 2: ("right", "center", -1, 0), 3: ("center", "bottom", 0, 1)}
_SIDES |= {4: ("left", "center", 1, 0)}
_CORNERS = {"bottomright": "lower right", "bottom": "lower center", "bottomleft": "lower left", "left": "center left"}
_CORNERS |= {"topleft": "upper left", "top": "upper center", "topright": "upper right", "right": "center right"}


def plot(x: Any, y: Any = None, type: str = "p", main: str = "", xlab: str = "", ylab: str = "", **looks: Any) -> None:
    """R's ``plot``: a picture of its own, with points (``p``), a line (``l``), both (``b``, ``o``), steps or nothing.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from sitpy.translate import like_r
    >>> like_r.plot([1, 2, 3], [4, 5, 7], type="l", col="steelblue", main="A line")
    >>> like_r.lines([1, 3], [5, 5], lty=2)
    >>> plt.gca().get_title(), len(plt.gca().lines)
    ('A line', 2)
    """
    from matplotlib.ticker import StrMethodFormatter

    from sitpy.plots import next_axes

    ax = next_axes()
    ax.set(xlabel=xlab, ylabel=ylab)
    ax.set_title(main, fontweight="bold")
    for letter in looks.get("log", ""):
        ax.set(**{f"{letter}scale": "log"})
        axis = {"x": ax.xaxis, "y": ax.yaxis}[letter]
        axis.set_major_formatter(StrMethodFormatter("{x:g}"))
    _draw(ax, *_places(x, y), type, looks)
    for name in ("xlim", "ylim"):
        if looks.get(name) is not None:
            ax.set(**{name: tuple(flat(looks[name]))})


def matplot(x: Any, y: Any = None, type: str = "p", col: Any = None, lty: Any = None, **looks: Any) -> None:
    """R's ``matplot``: every column of a matrix in one picture."""
    table = np.asarray(x if y is None else y, dtype=float)
    table = table.reshape(len(table), -1)
    across = np.arange(1, len(table) + 1) if y is None else x
    colours, dashes = flat(range(1, 7) if col is None else col), flat(range(1, 6) if lty is None else lty)
    plot(across, table[:, 0], "n", **looks)
    for column, colour, dash in zip(table.T, cycle(colours), cycle(dashes)):
        _draw(_last(), *_places(across, column), type, {**looks, "col": colour, "lty": dash})


def lines(x: Any, y: Any = None, type: str = "l", **looks: Any) -> None:
    """R's ``lines``: a line in the last picture."""
    _draw(_last(), *_places(x, y), type, looks)


def points(x: Any, y: Any = None, type: str = "p", **looks: Any) -> None:
    """R's ``points``: points in the last picture."""
    _draw(_last(), *_places(x, y), type, looks)


def abline(
    a: Any = None, b: Any = None, h: Any = None, v: Any = None, col: Any = 1, lty: Any = 1, lwd: Any = 1, **_: Any
) -> None:
    """R's ``abline``: lines across the last picture, by intercept and slope, height or place."""
    ax, style = _last(), {"color": _colours(col)[0], "linestyle": _dash(lty), "linewidth": flat(lwd)[0]}
    if a is not None:
        intercept, slope = flat(a) if b is None else (flat(a)[0], flat(b)[0])
        ax.axline((0, float(intercept)), slope=float(slope), **style)
    for height in flat([] if h is None else h):
        ax.axhline(float(height), **style)
    for place in flat([] if v is None else v):
        ax.axvline(place, **style)


def grid(*_: Any, col: Any = "lightgray", lty: Any = "dotted", **__: Any) -> None:
    """R's ``grid``: faint lines behind the last picture."""
    ax = _last()
    ax.grid(True, color=_colours(col)[0], linestyle=_dash(lty), linewidth=0.6)
    ax.set_axisbelow(True)


def text(x: Any, y: Any, labels: Any = None, pos: Any = None, adj: Any = None, col: Any = 1, **_: Any) -> None:
    """R's ``text``: words at places of the last picture; `pos` 1 to 4 is below, left, above and right of them.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from sitpy.translate import like_r
    >>> like_r.plot([1, 2], [1, 2])
    >>> like_r.text([1, 2], [1, 2], ["a", "b"], pos=4)
    >>> [text.get_text() for text in plt.gca().texts]
    ['a', 'b']
    """
    ax, (across, up) = _last(), _places(x, y)
    words = [str(i + 1) for i in range(len(up))] if labels is None else [str(word) for word in flat(labels)]
    for place, height, word, colour in zip(across, up, cycle(words), cycle(_colours(col))):
        side = _SIDES.get(0 if pos is None else int(flat(pos)[0]), ("center", "center", 0, 0))
        if adj is not None and pos is None:
            left = float(flat(adj)[0])
            side = ("left" if left < 0.5 else "right" if left > 0.5 else "center", "center", 0, 0)
        ax.annotate(
            word, (place, height), xytext=(5 * side[2], 5 * side[3]), textcoords="offset points", color=colour,
            ha=side[0], va=side[1], fontsize=9, parse_math=False,
        )  # fmt: skip


def title(main: str = "", sub: str = "", xlab: str = "", ylab: str = "", **_: Any) -> None:
    """R's ``title``: title and labels of the last picture."""
    ax = _last()
    if main:
        ax.set_title(main, fontweight="bold")
    ax.set(**{name: text for name, text in (("xlabel", xlab or sub), ("ylabel", ylab)) if text})


def mtext(text: Any, side: Any = 3, **_: Any) -> None:
    """R's ``mtext``: words in the margin of the last picture."""
    ax, word = _last(), str(flat(text)[0])
    match int(flat(side)[0]):
        case 1:
            ax.set_xlabel(word)
        case 2:
            ax.set_ylabel(word)
        case 4:
            ax.annotate(word, (1.01, 0.5), xycoords="axes fraction", rotation=270, ha="left", va="center")
        case _:
            ax.set_title(word, loc="right" if ax.get_title() else "center", fontsize=9)


def legend(
    x: Any, y: Any = None, legend: Any = None, col: Any = 1, lty: Any = None, pch: Any = None, **looks: Any
) -> None:
    """R's ``legend``: names for lines, points or filled boxes in a corner of the last picture.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from sitpy.translate import like_r
    >>> like_r.plot([1, 2], type="l")
    >>> like_r.legend("topleft", ["one", "two"], col=[1, 2], lty=1)
    >>> [text.get_text() for text in plt.gca().get_legend().get_texts()]
    ['one', 'two']
    """
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    ax = _last()
    if legend is None:
        legend, y = y, None
    words = [str(word) for word in flat(legend)]
    fill, n = looks.get("fill"), len(words)
    colours = list(islice(cycle(_colours(col if fill is None else fill)), n))
    dashes = (
        [""] * n
        if lty is None and looks.get("lwd") is None
        else list(islice(cycle(flat(1 if lty is None else lty)), n))
    )
    marks = [None] * n if pch is None else list(islice(cycle(flat(pch)), n))
    widths = list(islice(cycle(flat(looks.get("lwd", 1))), n))
    entries: list[Any] = [Patch(facecolor=colour, edgecolor="none") for colour in colours]
    if fill is None:
        entries = [
            Line2D([], [], color=colour, linestyle=_dash(dash), linewidth=float(width), **_marker(mark, colour))
            for colour, dash, mark, width in zip(colours, dashes, marks, widths, strict=True)
        ]
    earlier = ax.get_legend()
    if earlier is not None:  # that of sitpy stands beside the picture and stays
        ax.add_artist(earlier)
    place = flat(x)[0]
    options: dict[str, Any] = {"loc": _CORNERS.get(str(place), "best")}
    if y is not None:
        options = {"loc": "upper left", "bbox_to_anchor": (place, flat(y)[0]), "bbox_transform": ax.transData}
    made = ax.legend(
        entries, words, frameon=looks.get("bty", "o") != "n", ncols=int(looks.get("ncol", 1)), title=looks.get("title"),
        fontsize=9, **options,
    )  # fmt: skip
    for word in made.get_texts():
        word.set_parse_math(False)


def barplot(
    height: Any, names_arg: Any = None, beside: bool = False, horiz: bool = False, col: Any = None, **looks: Any
) -> None:
    """R's ``barplot``: a bar per number; of a matrix a bar per column, its rows stacked or `beside` one another."""
    from sitpy.plots import next_axes

    table = np.atleast_2d(np.asarray(height, dtype=float))
    named = getattr(height, "columns", getattr(height, "index", None))
    words = (
        []
        if named is None and names_arg is None
        else [str(word) for word in flat(named if names_arg is None else names_arg)]
    )
    rows = [str(row) for row in getattr(height, "index", [])] if table.shape[0] > 1 else []
    greys = [str(0.3 + 0.6 * i / max(1, len(table) - 1)) for i in range(len(table))] if len(table) > 1 else ["0.75"]
    colours = list(islice(cycle(greys if col is None else _colours(col)), max(table.shape)))
    ax, at, width = next_axes(), np.arange(table.shape[1]), 0.8 / (len(table) if beside else 1)
    ends = {True: np.zeros(table.shape[1]), False: np.zeros(table.shape[1])}
    for i, row in enumerate(table):
        place = at + (i - (len(table) - 1) / 2) * width if beside else at
        start = np.where(row < 0, ends[False], ends[True]) if not beside else np.zeros_like(row)
        colour: Any = colours[: len(row)] if len(table) == 1 else colours[i]
        ax.barh(place, row, width, start, color=colour) if horiz else ax.bar(place, row, width, start, color=colour)
        ends = {True: ends[True] + np.maximum(row, 0), False: ends[False] + np.minimum(row, 0)}
    axis = ax.yaxis if horiz else ax.xaxis
    axis.set_ticks(at[: len(words)], words)
    if not horiz and int(looks.get("las", 0)) in (2, 3):
        axis.set_tick_params(rotation=90)
    ax.set(xlabel=looks.get("xlab", ""), ylabel=looks.get("ylab", ""))
    ax.set_title(looks.get("main", ""), fontweight="bold")
    told = looks.get("legend_text", looks.get("legend"))
    if told is not None and told is not False:
        legend("topright", rows if told is True else told, fill=colours[: len(table)])


def pie(x: Any, labels: Any = None, main: str = "", col: Any = None, **_: Any) -> None:
    """R's ``pie``: a circle in parts."""
    from sitpy.plots import next_axes

    ax, named = next_axes(), getattr(x, "index", None)
    words = labels if labels is not None else named if named is not None else np.arange(1, len(flat(x)) + 1)
    ax.pie(flat(x), labels=[str(word) for word in flat(words)], colors=None if col is None else _colours(col))
    ax.set_title(main, fontweight="bold")


def plota(y: Any, main: str = "", type: str = "l", **looks: Any) -> None:
    """SIT's ``plota``: prices or another series by its dates."""
    plot(y, type=type, main=main, **looks)
    grid()


def plota_lines(y: Any, type: str = "l", **looks: Any) -> None:
    """SIT's ``plota.lines``: another series in the last picture."""
    lines(y, type=type, **looks)


def plota_legend(labels: Any, fill: Any = None, x: Any = "topleft", **looks: Any) -> None:
    """SIT's ``plota.legend``, whose names and colours may be one text with commas."""
    words, colours = (
        value.split(",") if isinstance(value, str) else value for value in (labels, "black" if fill is None else fill)
    )
    legend(x, legend=words, fill=colours, **looks)


def rainbow(n: Any, **_: Any) -> np.ndarray:
    """R's ``rainbow``: `n` colours around the circle.

    Examples
    --------
    >>> from sitpy.translate import like_r
    >>> like_r.rainbow(3).tolist()
    ['#ff0000', '#00ff00', '#0000ff']
    """
    from colorsys import hsv_to_rgb

    from matplotlib.colors import to_hex

    return np.array([to_hex(hsv_to_rgb(i / int(n), 1, 1)) for i in range(int(n))])


# ------------------------------------------------------------------------------------------------------- R's words


def _last() -> Axes:
    """The picture that was drawn last."""
    import matplotlib.pyplot as plt

    if not plt.get_fignums() or not plt.gcf().axes:
        raise InputError("nothing is drawn yet that this could be added to; begin with plot")
    return plt.gca()


def _places(x: Any, y: Any) -> tuple[Any, Any]:
    """Where points lie; without `y` those of `x` one after the other, by their dates where they have such."""
    if y is None:
        rows = getattr(x, "index", None)
        up = flat(x).astype(float)
        return (rows if isinstance(rows, pd.DatetimeIndex) else np.arange(1, up.size + 1)), up
    across = x if isinstance(x, pd.DatetimeIndex) else flat(x)
    up = flat(y).astype(float)
    if len(across) != len(up):
        raise InputError(f"x has {len(across)} values and y has {len(up)}; a picture needs as many of each")
    return across, up


def _draw(ax: Axes, x: Any, y: Any, type: str, looks: dict[str, Any]) -> None:
    """Points or a line, or both, of the looks that R calls `col`, `lty`, `lwd` and `pch`."""
    if type == "n":
        ax.plot(x, y, linestyle="none")
        return
    colours, width = _colours(looks.get("col", 1)), float(flat(looks.get("lwd", 1))[0])
    if type in ("l", "b", "o", "c", "s", "S"):
        steps = {"s": "steps-post", "S": "steps-pre"}.get(type, "default")
        ax.plot(x, y, color=colours[0], linestyle=_dash(looks.get("lty", 1)), linewidth=width, drawstyle=steps)
    if type == "h":
        ax.vlines(x, np.minimum(y, 0), np.maximum(y, 0), colors=colours, linewidth=width)
    if type in ("p", "b", "o"):
        mark = _marker(flat(looks.get("pch", 1))[0], colours[0])
        faces = {"facecolors": "none"} if mark["markerfacecolor"] == "none" and mark["marker"] not in "+x*" else {}
        every = list(islice(cycle(colours), len(y)))
        size = 30 * float(flat(looks.get("cex", 1))[0])
        ax.scatter(
            x, y, marker=mark["marker"], s=size, **({"edgecolors": every, **faces} if faces else {"color": every})
        )


def _marker(pch: Any, colour: Any) -> dict[str, Any]:
    """A point of R's, by its number or its letter."""
    if pch is None or pd.isna(pch):
        return {"marker": ""}
    if isinstance(pch, str):
        return {"marker": "." if pch == "." else f"${pch}$", "markerfacecolor": colour}
    return {"marker": _MARKERS.get(int(pch), "o"), "markerfacecolor": colour if int(pch) in _FILLED else "none"}


def _dash(lty: Any) -> Any:
    """A kind of line, by R's number or name."""
    word = flat(lty)[0]
    if isinstance(word, str) and not word.isdigit():
        return _DASHES.get(_DASHES_BY_NAME.get(word, 0), "")
    return _DASHES.get((int(word) - 1) % 6 + 1, "") if int(word) > 0 else ""


def _colours(col: Any) -> list[str]:
    """R's colours as those of matplotlib."""
    return [_colour(one if isinstance(one, (int, float)) else str(one)) for one in flat(col).tolist()]


def _colour(one: Any) -> str:
    from matplotlib.colors import is_color_like, to_hex, to_rgb

    if not isinstance(one, str) or one.isdigit():
        return "none" if int(one) == 0 else _PALETTE[(int(one) - 1) % len(_PALETTE)]
    grey, shade = re.fullmatch(r"gr[ae]y(\d{1,3})", one), re.fullmatch(r"([a-z]+)([1-4])", one.lower())
    if one == "transparent":
        return "none"
    if grey:
        return str(min(1.0, int(grey[1]) / 100))
    if shade and is_color_like(shade[1]):
        share = {"1": 1.0, "2": 0.932, "3": 0.804, "4": 0.548}[shade[2]]
        red, green, blue = to_rgb(shade[1])
        return to_hex((share * red, share * green, share * blue))
    if not is_color_like(one):
        raise InputError(f"the colour {one!r} is not known; give a number, a name such as 'steelblue', or '#4682B4'")
    return one
