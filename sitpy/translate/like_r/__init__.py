"""R's rules where Python's differ, for translated scripts that would otherwise have to guess.

Positions count from 1 here, as in R: ``take(x, 2)`` is ``x[2]``, ``take(x, -1)`` is ``x[-1]``, all but the first.
"""

from sitpy.translate.like_r.applying import apply, each, lapply, names, paste, rev, sapply, sprintf
from sitpy.translate.like_r.operators import calc, ifelse, match, negated, true
from sitpy.translate.like_r.positions import EVERY, item, positions, put, put_item, take

__all__ = [
    "EVERY",
    "apply",
    "calc",
    "each",
    "ifelse",
    "item",
    "lapply",
    "match",
    "names",
    "negated",
    "paste",
    "positions",
    "put",
    "put_item",
    "rev",
    "sapply",
    "sprintf",
    "take",
    "true",
]
