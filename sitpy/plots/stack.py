"""Weights as stacked areas, and the legend that names them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import Patch

from sitpy.plots.page import pixels_per_point
from sitpy.plots.palette import ink_on

Floats = npt.NDArray[np.float64]
Styles = Sequence[tuple[str, str]]  # colour and hatch
_LEGEND_ROW_POINTS = 12.5
_VISIBLE = 1e-3  # percent: of an area that is thinner everywhere its white seam would be all that is seen


def draw_stack(ax: Axes, position: npt.ArrayLike, parts: Floats, styles: Styles) -> None:
    """Areas of one sign, from zero outwards; `parts` (positions x assets) in percent, those too thin to see are left out."""
    edges = np.column_stack([np.zeros(len(parts)), np.cumsum(parts, axis=1)])
    for j, (colour, hatch) in enumerate(styles):
        if not np.any(np.abs(np.nan_to_num(parts[:, j])) > _VISIBLE):
            continue
        edge = seam(colour, hatch)
        ax.fill_between(position, edges[:, j], edges[:, j + 1], facecolor=colour, hatch=hatch or None, **edge)


def seam(colour: str, hatch: str) -> dict[str, Any]:
    """A thin white seam between plain areas; hatches take the ink that shows on their colour."""
    if hatch:
        return {"edgecolor": ink_on(to_rgb(colour)), "linewidth": 0.0}
    return {"edgecolor": "white", "linewidth": 0.3}


def stack_legend(ax: Axes, names: Sequence[str], styles: Styles) -> None:
    """All assets, last one on top as in the stack, in as many columns as the height of the axes asks for."""
    patches = [Patch(facecolor=colour, hatch=hatch or None, **seam(colour, hatch)) for colour, hatch in styles]
    height = ax.get_window_extent().height / pixels_per_point(ax)
    columns = int(np.ceil(len(names) / max(1, height // _LEGEND_ROW_POINTS)))
    places = [str(i) for i in range(len(patches))]
    legend = ax.legend(
        patches[::-1], places, loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False, ncols=columns,
        fontsize=8, handlelength=1.8, handleheight=1.0, labelspacing=0.2,
        borderaxespad=0.2, columnspacing=1.0,
    )  # fmt: skip
    for text, name in zip(legend.get_texts(), list(names)[::-1], strict=True):
        text.set(text=name, parse_math=False)
