"""choices.R, translated from R."""

import numpy as np

# if as a statement and as a value, ifelse, logical operators
x = 5
if x > 3:
    size = "large"
else:
    size = "small"
grade = "A" if x > 8 else "B" if x > 4 else "C"
if x > 3 and x < 10:
    inside = True
else:
    inside = False
v = np.array([1, 5, 9])
flags = (v > 2) & (v < 8)
either = (v < 2) | (v > 8)
opposite = ~flags
chosen = np.where(v > 4, v, 0)
words = np.where(v > 4, "big", "small")
both = True and not False
has = 5 in v
have = np.isin(np.array([1, 2]), v)
anyone = np.any(v > 8)
everyone = np.all(v > 8)
nothing = None
is_nothing = nothing is None
where = np.flatnonzero(v > 2) + 1
number_of = len(where)
if x > 3:
    y = 2 * x
    nested = y + 1
else:
    nested = 0
