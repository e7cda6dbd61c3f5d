"""leaving_out.R, translated from R."""

import numpy as np
import pandas as pd

import sitpy.r as r
from sitpy.translate import like_r

# positions that leave out, where there may be none, and ranges whose ends the script gives
x = np.array([5, 6, 7])
none = like_r.take(x, -(np.flatnonzero(x > 100) + 1))
some = like_r.take(x, -(np.flatnonzero(x > 5) + 1))
k = np.array([True, False, True])
w = np.flatnonzero(k)
others = like_r.take(x, -(w + 1))
inner = np.delete(x, [0, len(x) - 1])
neg = -1
behind = like_r.take(x, neg)
largest = np.argsort(-x, kind="stable")[:2]
top = x[largest]
found = x[~np.isnan(x)]
y = np.array([4, np.nan, 2])
there = y[~np.isnan(y)]
total = np.sum(there > 1)
x = pd.Series(x, index=["a", "b", "c"])
big = x[x > 5]
days = 4
path = np.zeros(days)
path[0] = 1
for t in range(1, days):
    path[t] = path[t - 1] * 2
window = 2
means = np.full(days, np.nan)
for t in r.seq(window, days):
    means[t - 1] = like_r.take(path, r.seq(t - window + 1, t)).mean()
low = 3
high = 1
falling = r.seq(low, high)
longer = np.concatenate([there, [9]])
