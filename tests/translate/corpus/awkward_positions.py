"""awkward_positions.R, translated from R."""

import numpy as np

import sitpy.r as r
from sitpy.translate import like_r

n = 1
x = np.array([5, 6, 7])
a = x[r.seq(n, 2) - 1]
b = x[r.seq(2, n) - 1]
i = 0
z = like_r.take(x, i)
k = -1
neg = like_r.take(x, k)


def f(v, i):
    return like_r.take(v, i)


q1 = f(x, -2)
q2 = f(x, np.arange(1, 3))
q3 = f(x, np.array([True, False, True]))
s = 0
for j in range(1, 4):
    for i in r.seq(j, 3):
        s = s + x[i - 1] * j
m = np.arange(1, 10).reshape((3, 3), order="F")
tr = 0
for i in range(1, 4):
    tr = tr + m[i - 1, i - 1]
r1 = like_r.take(m, 2, like_r.EVERY, drop=False)
r2 = like_r.take(m, -2, like_r.EVERY)
r3 = like_r.take(m, np.array([True, False, True]), 2)
lastrow = m[-1]
lastcol = m[:, -1]
inner = like_r.take(m, r.seq(2, m.shape[0]), 1)
tt = m.T[0]
xx = np.array(x, dtype=float)
xx = like_r.put(xx, 0, -1)
yy = np.array(x, dtype=float)
yy[[0, 2]] = np.array([1, 2])
zz = np.array(x, dtype=float)
zz = like_r.put(zz, zz[zz > 5] * 2, zz > 5)
b1 = np.array([True, False, True])
sumb = b1.sum()
b2 = b1 + 1
b3 = like_r.calc(0, "-", b1)
meanb = b1.mean()
p = 5 // 0.3
