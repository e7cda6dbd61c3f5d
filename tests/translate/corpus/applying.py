"""applying.R, translated from R."""

import numpy as np

import sitpy.r as r
from sitpy.translate import like_r

# sapply, lapply, apply, with functions written in place, named, or of R's own
x = np.array([1, 4, 9])
roots = like_r.sapply(x, np.sqrt)
doubled = np.array([x[i] * 2 for i in range(3)])
both = like_r.sapply(np.arange(1, 4), lambda i: np.array([i, x[i - 1]]))
held = r.list(*[10 * i for i in range(1, 3)])
second = held[1]
m = np.array([[1, 3, 5], [2, 4, 6]])
by_row = m.sum(axis=1)
by_column = like_r.apply(m, 2, lambda v: v.max() - v.min())
spread = np.std(m, axis=0, ddof=1)


def cube(v):
    return v**3


cubes = np.array([cube(each) for each in x])
scaled = like_r.sapply(x, lambda v, by: v * by, by=10)
normal = like_r.apply(m, 1, lambda v: v / v.sum())
total = np.sum(np.asarray(like_r.sapply(held, lambda v: v)))
lengths = like_r.sapply(np.array(["a", "bb"]), len)
