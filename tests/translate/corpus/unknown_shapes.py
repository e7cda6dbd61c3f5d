"""unknown_shapes.R, translated from R."""

import numpy as np

import sitpy.r as r
from sitpy.translate import like_r

# values whose shape only the run knows
rows = r.list(np.array([1, 2]), np.array([3, 4]), np.array([5, 6]))
table = r.rbind(*rows)
sums = like_r.apply(table, 1, np.sum)
means = like_r.apply(table, 2, np.mean)
back = like_r.rev(r.list(1, "two", 3))
last = back[0]


def f(x, na=0):
    if x is not None and r.len(x) > 1:
        return like_r.take(x, 1) + na
    return na


f1 = f(np.array([4, 5]))
f2 = f(None)
