"""A table of numbers as a map in heat colours: what a sweep over options gives."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

from sitpy.arguments import choice, instance
from sitpy.errors import InputError
from sitpy.plots.page import next_axes
from sitpy.plots.palette import ink_on

_CELL = (0.85, 0.36)  # inches
_NONE = "#e6e6e6"


def plot_heat_map(
    table: pd.DataFrame,
    title: str,
    form: str = ".2f",
    *,
    good: Literal["high", "zero"] = "high",
    ax: Axes | None = None,
) -> Axes:
    """Numbers in cells, the best one framed.

    Parameters
    ----------
    table : DataFrame (rows x columns)
        Labels of both, with the names of the index and the columns, stand at the sides; nan is a dash on grey.
    title : str
    form : str
        How a number is written.
    good : {"high", "zero"}
        Which number is best. "high": colours from the lowest (dark) to the highest (bright). "zero": white is zero, and
        both signs get colours of their own.
    ax : matplotlib.axes.Axes, optional
        Where to draw; default the next free cell of the current `layout`, or a new figure.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        A table without rows or columns, an unknown word.

    Examples
    --------
    >>> import pandas as pd
    >>> from sitpy.plots.heat_map import plot_heat_map
    >>> table = pd.DataFrame([[0.9, 1.2], [1.1, 0.7]], index=["60", "120"], columns=["5", "20"])
    >>> plot_heat_map(table, "Sharpe ratio").get_title()
    'Sharpe ratio'
    """
    choice("good", good, ("high", "zero"))
    if instance("table", table, pd.DataFrame, "give a DataFrame (rows x columns)").empty:
        raise InputError(f"the table for {title!r} has shape {table.shape}; there is nothing to draw")
    rows, columns = table.shape
    values = table.to_numpy(dtype=float)
    ax = next_axes(ax, (2.4 + _CELL[0] * columns, 1.2 + _CELL[1] * rows))
    colours = _colours(values, good)
    ax.imshow(colours, aspect="auto", interpolation="nearest")
    for i, j in np.ndindex(rows, columns):
        words = "\N{EN DASH}" if np.isnan(values[i, j]) else format(values[i, j], f"z{form}")
        ax.text(j, i, words, ha="center", va="center", color=ink_on(tuple(colours[i, j])), fontsize=9)
    if np.isfinite(values).any():
        score = values if good == "high" else -np.abs(values)
        i, j = np.unravel_index(int(np.nanargmax(score)), values.shape)
        ax.add_patch(Rectangle((j - 0.47, i - 0.45), 0.94, 0.9, fill=False, edgecolor="black", linewidth=2.2))
        ax.texts[int(i) * columns + int(j)].set_fontweight("bold")
    ax.set_title(title, fontweight="bold", parse_math=False)
    ax.set_xticks(range(columns), [str(label) for label in table.columns], parse_math=False)
    ax.set_yticks(range(rows), [str(label) for label in table.index], parse_math=False)
    ax.set_xlabel(str(table.columns.name or ""), parse_math=False)
    ax.set_ylabel(str(table.index.name or ""), parse_math=False)
    ax.tick_params(length=0)
    ax.set_xticks(np.arange(columns - 1) + 0.5, minor=True)
    ax.set_yticks(np.arange(rows - 1) + 0.5, minor=True)
    ax.grid(which="minor", color="white", linewidth=1.5)
    ax.tick_params(which="minor", length=0)
    ax.spines[:].set_visible(False)
    return ax


def _colours(values: np.ndarray, good: str) -> np.ndarray:
    """Red, green and blue (rows x columns x 3) of each number."""
    known = values[np.isfinite(values)]
    low, high = (known.min(), known.max()) if known.size else (0.0, 1.0)
    if good == "zero":
        reach = max(abs(low), abs(high)) or 1.0
        place, colours = 0.5 + 0.4 * values / reach, colormaps["PuOr"]
    else:
        place, colours = (values - low) / ((high - low) or 1.0), colormaps["cividis"]
    found = np.array(colours(np.nan_to_num(place))[..., :3])
    found[np.isnan(values)] = to_rgb(_NONE)
    return found
