"""awkward_mixes.R, translated from R."""

import numpy as np

import sitpy.r as r
from sitpy.translate import like_r

# statements that stand in each other's way
x = np.array([1, 2, 3])
y = np.array(x, dtype=float)
y[1] = np.nan
z = y * 2
ok = ~np.isnan(y)
w = y[ok]
t1 = np.nansum(y)
big = like_r.calc(y, ">", 1)
nb = np.nansum(big)
lag = np.concatenate([[np.nan], x[:-1]])
ret = x / lag - 1
rr = ret[1:]
mlast1 = x[-1]


def f(a, b=None, c_=3):
    if b is None:
        b = 2 * a
    b = b + c_
    return r.list(total=a + b, parts=r.c(a, b))


res = f(1)
tot = res.total
parts = res.parts
p2 = like_r.take(res.parts, 2)
tt = f(2, c_=1).total
if like_r.true(like_r.calc(tot, ">", 3)):
    msg = "over"
    if like_r.true(like_r.calc(tot, ">", 100)):
        msg = "far over"
elif like_r.true(like_r.calc(tot, "==", 3)):
    msg = "at"
else:
    msg = "under"


def g(x):
    # comment inside
    y = np.array(x + 1, dtype=float)  # trailing

    return y * x


gx = g(x).copy()
local = 5
u = local
s = 0
for i in r.seq(1, len(x), by=2):
    s = s + x[i - 1]
for i in r.seq(len(x), 1):
    s = 2 * s + x[i - 1]
q = 10
while q > 1:
    q = q / 3
v = np.zeros(3)
v[1] = 4
v2 = np.zeros(2)
ch = np.full(2, "", dtype=object)
ch[0] = "word"
lg = np.zeros(2, dtype=bool)
lg[1] = True


def h(n):
    out = None
    for i in range(1, n + 1):
        out = r.c(out, i)
    return out


hh = h(3)


def k(m):
    return m[0] + m[:, 0]


kk = k(np.arange(1, 5).reshape((2, 2), order="F"))


def ab(x):
    return np.where(x > 0, x, -x)


aa = ab(np.array([-1, 2]))
outr = np.outer(np.arange(1, 3), np.arange(1, 4))
d1 = np.diff(x)[0]
r0 = round(-1.5)
r1 = round(0.5)
r2 = round(1234.567, -2)
e1 = 5 == 5
