"""Small helpers with the names and the meaning of R, so that a pasted script needs few edits.

Use ``import sitpy.r as r``, or ``from sitpy.r import *`` in a script that is R at heart: the latter hides Python's own
``list`` and ``len`` on purpose.

What they share:

- A matrix is read and filled column by column, and shorter vectors are repeated ("recycled"), with a warning where the
  lengths do not divide.
- ``nan`` is R's NA. ``None`` as an argument of :func:`c`, :func:`cbind` and :func:`rbind` is NULL and left out; as data it is
  missing.
- Positions count from 0 (:func:`lookup_index`, :func:`dates2index`, ``list()[0]``); values such as ``seq(3)`` are R's 1, 2, 3.
- ``1:n`` is written ``seq(1, n)`` or ``seq(n)``; arguments with dots have underscores (``length_out``), ``from`` is ``from_``.
- Labels of pandas stay where there are any. They never move values: what R matches by position is matched by position.
"""

import math

from sitpy.r.combine import c, cbind, rbind, vec
from sitpy.r.histories import count, ifna, ifna_prev, iif, mlag, mlast, ntop, ntop_keep
from sitpy.r.lists import len, list
from sitpy.r.lookup import dates2index, lookup_index
from sitpy.r.page import layout
from sitpy.r.sequences import diag, matrix, rep, rep_col, rep_row, repmat, seq
from sitpy.r.text import join, spl, to_nice, to_percent, trim

T, F, NULL, NA, Inf = True, False, None, math.nan, math.inf

__all__ = [
    "NA",
    "NULL",
    "F",
    "Inf",
    "T",
    "c",
    "cbind",
    "count",
    "dates2index",
    "diag",
    "ifna",
    "ifna_prev",
    "iif",
    "join",
    "layout",
    "len",
    "list",
    "lookup_index",
    "matrix",
    "mlag",
    "mlast",
    "ntop",
    "ntop_keep",
    "rbind",
    "rep",
    "rep_col",
    "rep_row",
    "repmat",
    "seq",
    "spl",
    "to_nice",
    "to_percent",
    "trim",
    "vec",
]
