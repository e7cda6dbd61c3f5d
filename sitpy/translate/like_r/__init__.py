"""R's rules where Python's differ, for translated scripts that would otherwise have to guess.

Positions count from 1 here, as in R: ``take(x, 2)`` is ``x[2]``, ``take(x, -1)`` is ``x[-1]``, all but the first.
"""

from sitpy.translate.like_r.applying import apply, each, lapply, names, paste, rev, sapply, sprintf, unlist
from sitpy.translate.like_r.drawing import (
    abline,
    barplot,
    grid,
    legend,
    lines,
    matplot,
    mtext,
    pie,
    plot,
    plota,
    plota_legend,
    plota_lines,
    points,
    rainbow,
    text,
    title,
)
from sitpy.translate.like_r.formatting import format
from sitpy.translate.like_r.naming import dim, every, labelled, named, some, t
from sitpy.translate.like_r.operators import calc, ifelse, match, negated, true
from sitpy.translate.like_r.positions import EVERY, item, positions, put, put_item, take

__all__ = [
    "EVERY",
    "abline",
    "apply",
    "barplot",
    "calc",
    "dim",
    "each",
    "every",
    "format",
    "grid",
    "ifelse",
    "item",
    "labelled",
    "lapply",
    "legend",
    "lines",
    "match",
    "matplot",
    "mtext",
    "named",
    "names",
    "negated",
    "paste",
    "pie",
    "plot",
    "plota",
    "plota_legend",
    "plota_lines",
    "points",
    "positions",
    "put",
    "put_item",
    "rainbow",
    "rev",
    "sapply",
    "some",
    "sprintf",
    "t",
    "take",
    "text",
    "title",
    "true",
    "unlist",
]
