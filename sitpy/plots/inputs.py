"""The input assumptions at a glance: a table of returns and risks, and the correlations."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.text import Text

from sitpy.arguments import listed
from sitpy.errors import InputError
from sitpy.inputs import given_assumptions
from sitpy.plots.page import AtDraw, cells_waiting, next_axes, pixels_per_point
from sitpy.plots.page import layout as page_of
from sitpy.plots.palette import ink_on

if TYPE_CHECKING:
    from sitpy.inputs import InputAssumptions

Floats = npt.NDArray[np.float64]


def plot_ia(
    ia: InputAssumptions, layout: object = None, *, axes: Sequence[Axes] | npt.NDArray[Any] | None = None
) -> npt.NDArray[Any]:
    """Table of expected return and risk, and a heat map of the correlations.

    Parameters
    ----------
    ia : InputAssumptions
        The n assets; ``expected_return``, ``risk`` and, if present, ``geometric_return`` have length n and
        are fractions per period of `ia`, printed in percent; ``correlation`` is n x n.
    layout : object, optional
        SIT's "a layout is set already"; not needed, because the cells of the current page are taken first.
    axes : two matplotlib.axes.Axes, optional
        Where to draw the table and the heat map; default the next two free cells of the current `layout`, or
        a new figure where there are not two.

    Returns
    -------
    numpy.ndarray of matplotlib.axes.Axes, shape (2,)
        The table, then the heat map: blue where assets move together, red where they move against each other.

    Raises
    ------
    InputError
        If `axes` are not two, or if `ia` lacks one of the figures or has it in another size.

    References
    ----------
    SIT, ``plot.ia``. A correlation that is missing is left grey.

    Examples
    --------
    >>> import sitpy
    >>> table, heat_map = sitpy.plot_ia(sitpy.aa_test_create_ia_rebal())
    >>> heat_map.get_title()
    'Correlation'
    """
    symbols = [str(s) for s in drawable(ia).symbols]
    n = len(symbols)
    columns = [("Return", _field(ia, "expected_return", (n,))), ("Risk", _field(ia, "risk", (n,)))]
    if getattr(ia, "geometric_return", None) is not None:
        columns.append(("Geometric", _field(ia, "geometric_return", (n,))))
    correlation = _field(ia, "correlation", (n, n))

    if axes is None:
        if cells_waiting() < 2:
            # The heat map needs room for its numbers: wider than the table, it grows with the assets.
            page_of([[1, 1, 2, 2, 2]], figsize=(max(11.0, 4.0 + 0.5 * n), max(3.2, 1.4 + 0.36 * n)))
        axes = [next_axes(), next_axes()]
    given = listed("axes", axes, "pass two, one for the table and one for the heat map")
    if len(given) != 2:
        raise InputError(f"axes has length {len(given)}, expected 2: one for the table and one for the heat map")
    table, heat_map = (next_axes(a) for a in given)
    _draw_table(table, symbols, columns)
    _draw_heat_map(heat_map, symbols, correlation)
    pair = np.empty(2, dtype=object)
    pair[:] = table, heat_map
    return pair


def drawable(ia: Any) -> Any:
    """The assumptions, or something with the same fields."""
    return ia if hasattr(ia, "symbols") and hasattr(ia, "expected_return") else given_assumptions(ia)


def _field(ia: Any, name: str, shape: tuple[int, ...]) -> Floats:
    value = getattr(ia, name, None)
    if value is None:
        raise InputError(f"ia.{name} is missing, expected an array of shape {shape}: set it or use create_ia")
    array = np.array(value, dtype=float)
    if array.shape != shape:
        raise InputError(f"ia.{name} has shape {array.shape}, expected {shape}: one entry per name in ia.symbols")
    return array


def _draw_table(ax: Axes, symbols: list[str], columns: list[tuple[str, Floats]]) -> None:
    """Names at the left, one column of percentages per figure, every second row shaded."""
    n = len(symbols)
    ax.set(xlim=(0, 1), ylim=(n + 0.5, -0.5))  # row 0 is the header
    ax.set_title("Return and risk", fontweight="bold")
    ax.axis("off")
    for row in range(0, n + 1, 2):
        ax.axhspan(row - 0.5, row + 0.5, color="0.82" if row == 0 else "0.94", linewidth=0)
    size = float(np.clip(0.55 * _points(ax, "height") / (n + 1), 5, 10))
    cells = [["Asset", *symbols]] + [[title, *map(_percent, values)] for title, values in columns]
    texts = [
        [
            ax.text(0, row, cell, va="center", fontsize=size, fontweight="normal" if row else "bold")
            for row, cell in enumerate(column)
        ]
        for column in cells
    ]
    fit = partial(_spread_columns, ax, texts, size)
    ax.add_artist(AtDraw(fit))
    fit()


def _spread_columns(ax: Axes, columns: list[list[Text]], size: float) -> None:
    """Share the width among the columns, each as wide as its widest text in letters of `size` points.

    If that is too much, the letters become smaller. The first column is set to the left, the others to the
    right.
    """
    margin = 0.03
    for text in chain.from_iterable(columns):
        text.set_fontsize(size)
    widths = [max(text.get_window_extent().width for text in column) for column in columns]
    share = np.array(widths) / ax.get_window_extent().width
    room = 1 - 2 * margin * len(columns)
    scale = min(1.0, room / share.sum())
    share = share * scale + (room - share.sum() * scale) / len(columns) + 2 * margin
    right_edges = np.cumsum(share) - margin
    for j, column in enumerate(columns):
        for text in column:
            text.set_fontsize(size * scale)
            text.set_x(margin if j == 0 else float(right_edges[j]))
            text.set_horizontalalignment("left" if j == 0 else "right")


def _draw_heat_map(ax: Axes, symbols: list[str], correlation: Floats) -> None:
    """Cells coloured from -1 (red) over 0 (white) to 1 (blue): a pair safe for colour-blind readers."""
    n = len(symbols)
    colours = colormaps["RdBu"].with_extremes(bad="0.85")
    image = ax.imshow(correlation, cmap=colours, vmin=-1, vmax=1, aspect="auto", interpolation="nearest")
    numbers = []
    for i, j in np.ndindex(n, n):
        value = float(correlation[i, j])
        if np.isfinite(value):
            ink = ink_on(to_rgb(colours((value + 1) / 2)))
            numbers.append(ax.text(j, i, _two_decimals(value), ha="center", va="center", color=ink))
    fit = partial(_fit_cells, ax, numbers, n)
    ax.add_artist(AtDraw(fit))
    fit()
    ax.set_title("Correlation", fontweight="bold")
    label_size = float(np.clip(0.6 * _points(ax, "height") / n, 5, 9))
    ax.set_yticks(range(n), symbols, fontsize=label_size)
    ax.set_xticks(range(n), symbols, fontsize=label_size, rotation=45, ha="left", rotation_mode="anchor")
    ax.tick_params(top=False, bottom=False, left=False, labeltop=True, labelbottom=False)
    ax.set_xticks(np.arange(n - 1) + 0.5, minor=True)
    ax.set_yticks(np.arange(n - 1) + 0.5, minor=True)
    ax.grid(which="minor", color="white", linewidth=1)
    ax.tick_params(which="minor", length=0)
    ax.spines[:].set_visible(False)
    bar = ax.figure.colorbar(image, ax=ax, fraction=0.05, pad=0.02, ticks=[-1, -0.5, 0, 0.5, 1])
    bar.outline.set_visible(False)


def _fit_cells(ax: Axes, numbers: list[Text], n: int) -> None:
    """Letters as large as one of the `n` x `n` cells allows; "-0.72" is about three times as wide as high."""
    size = min(_points(ax, "width") / (3.2 * n), 0.55 * _points(ax, "height") / n, 9.0)
    for number in numbers:
        number.set_fontsize(max(size, 1.0))


def _points(ax: Axes, side: str) -> float:
    """Width or height of the axes in points (1/72 inch)."""
    return float(getattr(ax.get_window_extent(), side)) / pixels_per_point(ax)


def _percent(value: float) -> str:
    return f"{100 * value:.1f}%" if np.isfinite(value) else "-"


def _two_decimals(value: float) -> str:
    return f"{value:.2f}".replace("-0.00", "0.00")
