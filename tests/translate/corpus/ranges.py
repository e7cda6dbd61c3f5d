"""ranges.R, translated from R."""

import numpy as np

import sitpy.r as r
from sitpy.translate import like_r

# positions and slices, all counted from 1
x = np.array([10, 20, 30, 40, 50])
n = 3
first = x[0]
last = x[-1]
middle = x[1:4]
upto = like_r.take(x, np.arange(1, n + 1))
after = x[r.seq(n + 1, 5) - 1]
one = x[n - 1]
shifted = x[n]
rest = x[1:]
but_last = x[:-1]
but_some = np.delete(x, [0, 2])
but_three = x[3:]
odd = x[[0, 2, 4]]
down = x[r.seq(5, 1) - 1]
twice = x[[n - 1, n - 1]]
large = x[x > 25]
none = x[x > 100]
k = 2
from_k = x[r.seq(k, n) - 1]
backwards = r.seq(3, 1)
empty = np.arange(1, 1)
# a loop over nothing does not run
runs = 0
for i in range(1, 1):
    runs = runs + i
