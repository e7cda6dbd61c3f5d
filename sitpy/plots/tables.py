"""Tables of text drawn on axes."""

from __future__ import annotations

from textwrap import fill

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.table import Table

_LETTERS = 60  # in a line of the table's head, all columns together
_FULL = 8  # columns that fit with letters of the usual size
ROW_INCHES = 0.24


def draw_table(ax: Axes, words: pd.DataFrame, title: str = "", size: float = 9) -> Table:
    """Row labels at the left, bold heads, every cell to the right; names are text, no formulas."""
    columns = words.shape[1]
    heads = [fill(str(name), max(6, _LETTERS // columns)) for name in words.columns]
    ax.set_axis_off()
    ax.set_title(title, fontweight="bold", parse_math=False)
    table = ax.table(
        words.to_numpy().tolist(),
        rowLabels=[str(label) for label in words.index],
        colLabels=heads,
        loc="upper center",
        cellLoc="right",
        colLoc="right",
        edges="horizontal",
    )
    table.auto_set_font_size(False)
    table.set_fontsize(size * min(1.0, _FULL / columns))
    table.scale(1, 1.45)
    for (row, _), cell in table.get_celld().items():
        cell.set(linewidth=0.5, edgecolor="0.7")
        cell.get_text().set_parse_math(False)
        if row == 0:
            cell.set_height(cell.get_height() * (1 + 0.6 * max(head.count("\n") for head in heads)))
            cell.get_text().set_fontweight("bold")
    return table
