"""Where the next picture goes: R's ``layout`` for matplotlib figures.

The free cells of a page are kept on the Figure itself and found through pyplot's current figure. There is no
state of our own: closing the figure forgets the page.
"""

from __future__ import annotations

from collections.abc import Callable
from numbers import Number
from typing import Any, Literal

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpec, SubplotSpec
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import StrMethodFormatter

from sitpy.arguments import numbers, shown, whole
from sitpy.errors import InputError

_WAITING = "_sitpy_waiting_cells"
_CELL_INCHES = (6.2, 4.2)


def layout(
    rows: int | npt.ArrayLike,
    cols: int | None = None,
    *,
    figsize: tuple[float, float] | None = None,
    by: Literal["column", "row"] = "column",
    heights: npt.ArrayLike | None = None,
) -> Figure:
    """Begin a page: a figure whose empty cells are taken by the next plot calls that pass no ``ax``.

    When all cells are taken, the next plot begins a new figure of its own.

    Parameters
    ----------
    rows : int, or array of int, shape (rows, columns)
        Number of rows; or R's layout matrix, whose numbers 1, 2, ... say which plot stands in each cell. A
        number that fills several cells makes one larger axes, and 0 leaves a cell empty.
    cols : int, optional
        Number of columns (default 1). Not used with a layout matrix.
    figsize : (float, float), optional
        Width and height of the figure in inches. The default grows with the number of cells.
    by : {"column", "row"}
        Order in which the cells are filled. "column" is that of R's ``layout(matrix(1:4, nrow=2))``.
    heights : array of float, shape (rows,), optional
        Heights of the rows in proportion to each other; default all alike.

    Returns
    -------
    matplotlib.figure.Figure
        The new figure, now pyplot's current one.

    Raises
    ------
    InputError
        For fewer than one row or column, an unknown `by`, `heights` that do not fit, or a layout matrix that
        skips a number or repeats one in cells that do not form a rectangle.

    References
    ----------
    base R, ``layout``, as SIT's scripts use it.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> ef = sitpy.portopt(ia, sitpy.create_basic_constraints(ia.n), 5, "Risk")
    >>> page = sitpy.layout(1, 2)
    >>> frontier = sitpy.plot_ef(ia, ef, sitpy.portfolio_risk, False)
    >>> weights = sitpy.plot_transition_map(ef)
    >>> frontier.figure is page and weights.figure is page
    True
    """
    if not isinstance(by, str) or by not in ("column", "row"):
        raise InputError(f'by is {by!r}, expected "column" or "row": choose the order of filling the cells')
    if isinstance(rows, Number):
        matrix = _count_cells(whole("rows", rows, 1), 1 if cols is None else whole("cols", cols, 1), by)
    else:
        if cols is not None:
            raise InputError(f"cols is {shown(cols)} beside a layout matrix, expected none: the matrix has its own")
        matrix = _read_matrix(rows)
    n_rows, n_cols = matrix.shape
    ratios = _read_heights(heights, n_rows)
    size = (_CELL_INCHES[0] * n_cols, _CELL_INCHES[1] * n_rows) if figsize is None else _read_figsize(figsize)
    figure = plt.figure(figsize=size, layout=ConstrainedLayoutEngine(h_pad=0.08, w_pad=0.08))
    grid = GridSpec(n_rows, n_cols, figure=figure, height_ratios=ratios)
    setattr(figure, _WAITING, [_cell(grid, matrix, number) for number in range(1, matrix.max() + 1)])
    return figure


def next_axes(ax: Axes | None = None, figsize: tuple[float, float] | None = None) -> Axes:
    """The axes to draw on: the given one, else the next free cell of the page, else a new figure.

    Parameters
    ----------
    ax : matplotlib.axes.Axes, optional
        Returned as it is.
    figsize : (float, float), optional
        Size in inches of a new figure, should one be needed.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        If `ax` is something other than one Axes.

    Examples
    --------
    >>> from sitpy.plots import layout, next_axes
    >>> page = layout(1, 2)
    >>> next_axes().figure is page
    True
    """
    if ax is not None:
        if not isinstance(ax, Axes):
            raise InputError(
                f"ax is a {type(ax).__name__}, expected one matplotlib Axes: of several, pass one as axes[0]"
            )
        return ax
    if not cells_waiting():
        layout(1, 1, figsize=figsize)
    figure = plt.gcf()
    cell: SubplotSpec = getattr(figure, _WAITING).pop(0)
    return figure.add_subplot(cell)


def cells_waiting() -> int:
    """Number of free cells on pyplot's current figure; 0 if there is no figure (and none is made)."""
    if not plt.get_fignums():
        return 0
    return len(getattr(plt.gcf(), _WAITING, ()))


class AtDraw(Artist):
    """Draws nothing, but calls `adjust` when its axes is drawn, before all that is visible.

    Only then has the layout settled how large the axes is, and so how much room its texts have.
    """

    zorder = -100.0

    def __init__(self, adjust: Callable[[], None]) -> None:
        super().__init__()
        self.set_in_layout(False)
        self.adjust = adjust

    def draw(self, renderer: Any) -> None:
        """Called by the axes."""
        self.adjust()


def pixels_per_point(ax: Axes) -> float:
    """Size of a printer's point (1/72 inch), in which letters are measured, on the figure of `ax`."""
    return float(ax.get_figure(root=True).dpi) / 72.0  # type: ignore[union-attr]


def percent_ticks(axis: Axis) -> None:
    """Numbers of an axis whose data are in percent: 2.5%, 10%."""
    axis.set_major_formatter(StrMethodFormatter("{x:g}%"))


def dress(ax: Axes, title: str, xlab: str, ylab: str) -> None:
    """Title, axis labels and a faint grid behind the data."""
    ax.set_title(title, fontweight="bold")
    ax.set_xlabel(xlab)
    ax.set_ylabel(ylab)
    ax.grid(True, color="0.85", linewidth=0.6, linestyle=":")
    ax.set_axisbelow(True)


def _count_cells(rows: int, cols: int, by: str) -> npt.NDArray[np.int_]:
    if rows < 1 or cols < 1:
        raise InputError(f"layout({rows}, {cols}) has no cells, expected at least one row and one column")
    return np.arange(1, rows * cols + 1).reshape(rows, cols, order="F" if by == "column" else "C")


def _read_matrix(cells: npt.ArrayLike) -> npt.NDArray[np.int_]:
    given = numbers("the layout matrix", cells)
    if given.ndim == 1:  # R reads a plain vector as one column
        given = given.reshape(-1, 1)
    if given.ndim != 2 or given.size == 0 or (given % 1 != 0).any():
        raise InputError(
            f"the layout matrix is {shown(cells)} of shape {given.shape}, expected rows x columns: "
            "pass whole numbers such as [[1, 3], [2, 4]]"
        )
    given = given.astype(np.int_)
    present, expected = set(given.ravel().tolist()) - {0}, set(range(1, int(given.max()) + 1))
    if present != expected or not expected:
        raise InputError(
            f"the layout matrix holds the numbers {sorted(present)}, expected 1, 2, ... with none left out "
            "and none negative: number the plots in the order in which they are drawn, 0 for an empty cell"
        )
    return given


def _read_heights(heights: npt.ArrayLike | None, rows: int) -> list[float]:
    ratios = np.ones(rows) if heights is None else numbers("heights", heights).ravel()
    if len(ratios) != rows or not (ratios > 0).all():
        raise InputError(f"heights are {ratios.tolist()}, expected {rows} positive numbers: one for each row")
    return [float(ratio) for ratio in ratios]


def _read_figsize(figsize: tuple[float, float]) -> tuple[float, float]:
    inches = numbers("figsize", figsize)
    if inches.shape != (2,) or not (np.isfinite(inches) & (inches > 0)).all():
        raise InputError(f"figsize is {shown(figsize)}, expected two positive numbers: width and height in inches")
    return float(inches[0]), float(inches[1])


def _cell(grid: GridSpec, matrix: npt.NDArray[np.int_], number: int) -> SubplotSpec:
    """The rectangle of the grid that holds `number`."""
    row, col = np.nonzero(matrix == number)
    rectangle = (slice(int(row.min()), int(row.max()) + 1), slice(int(col.min()), int(col.max()) + 1))
    if np.any(matrix[rectangle] != number):
        raise InputError(
            f"the cells numbered {number} in the layout matrix do not form a rectangle: "
            "give each plot one block of neighbouring cells"
        )
    return grid[rectangle]
