"""awkward_names.R, translated from R."""

import numpy as np
import pandas as pd

import sitpy.r as r
from sitpy.translate import like_r

# names, lists and growing tables
x = r.c(a=1, b=2)
y = like_r.calc(x, "+", np.array([10, 20]))
ya = y["b"]
s = np.sum(y.to_numpy())
m = r.cbind(p=np.array([1, 2]), q=np.array([3, 4]))
mp = m["p"]
mq = like_r.take(m, 2, "q")
m2 = m * 2
m3 = m2.to_numpy() @ np.array([1, 1])
tot = m.sum()


def f(w, names=None):
    if names is not None:
        return "named"
    return "plain"


p1 = f(1)
p2 = f(1, "x")


def g(n):
    if n == 0:
        return 0
    return like_r.calc(n, "+", g(n - 1))


g5 = g(5)
z = None
for i in range(1, 4):
    z = r.rbind(z, np.array([i, i**2]))
zz = like_r.take(z, 2, like_r.EVERY)
w = None
for i in range(1, 4):
    w = r.cbind(w, np.array([i, i]))
ws = np.sum(np.asarray(w))
k = 0
for i in [3, 1, 2]:
    if i > 1:
        k = k + i
xs = np.array([5, 3, 8])
xs = pd.Series(xs, index=["u", "v", "w"])
best = like_r.take(like_r.names(xs), int(np.nanargmax(xs.to_numpy())) + 1)
xr = xs.iloc[::-1]
xo = like_r.take(xs, np.array(["w", "u"]))
lst = r.list(1, "b", np.array([1, 2]))
n3 = r.len(lst[2])
b = lst[1]
cnt = 0
for item in lst:
    cnt = cnt + r.len(item)
emp = r.list()
e0 = len(emp)
fn = r.list(sq=lambda x: x**2, half=lambda x: x / 2)
r4 = fn.sq(4)
rr = like_r.sapply(fn, lambda f: f(10))
i1 = like_r.calc(xs > 4, "&", xs < 9)
sw = 0
while sw < 3:
    sw = sw + 1
b2 = 7
a = b2
v = np.arange(1, 11)
ev = v[v % 2 == 0]
od = like_r.take(v, np.array([True, False]))
mat = r.matrix(v, nrow=2)
col_max = like_r.apply(mat, 2, lambda x: int(np.argmax(x)) + 1)
dd = like_r.take(mat, like_r.EVERY, r.seq(mat.shape[1], 1))
tri = np.array([np.arange(1, n + 1).sum() for n in range(1, 4)])
frac = np.arange(1, 6) / np.arange(1, 6).sum()
cum = np.cumsum(frac)
w1 = (np.flatnonzero(cum > 0.5) + 1)[0]
mod = (v - 1) % 3 + 1
