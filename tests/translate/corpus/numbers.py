"""numbers.R, translated from R."""

import numpy as np

import sitpy.r as r
from sitpy.translate import like_r

x = np.array([2, 4, 6])
y = np.array([1, 3, 5])
d = x - y
dot = np.sum(x * y)
mx = np.maximum(x, np.array([3, 3, 7]))
r_ = np.array([x.min(), x.max()])
lo = r_[0]
hi = r_[1]
idx = np.flatnonzero(x == 4)
val = y[idx]
o = np.argsort(-y, kind="stable")
yo = y[o]
first_big = (np.flatnonzero(x > 3) + 1)[0]
nm = like_r.paste("asset", np.arange(1, 4))
nm2 = like_r.paste("a", "b", np.array(["x", "y"]), sep=".")
num = float("3.5") + 1
txt = like_r.paste(np.array([1.5, 2, 1e6]))
t1 = like_r.paste(True)
e = 1e-20 + 1
big = 123456000
ii = int(3.7)
len0 = r.len(None)
cum = np.cumsum(x)[2]
mat = r.cbind(a=x, b=y)
cm = mat.mean()
e1 = np.exp(np.log(5))
lg = np.log(100) / np.log(10)
z = np.outer(x, y)
cc = np.column_stack([x, y]).T @ np.column_stack([x, y])
w = np.full(3, 1 / 3)
port = w @ x
val2 = w @ x
mm = np.vstack([x, y])
r1 = mm[0]
v1 = np.var(x, ddof=1)
c1 = np.corrcoef(x, y)[0, 1]
q = np.quantile(x, np.array([0.1, 0.9]))
u = np.array([3, 1, 3])[np.sort(np.unique(np.array([3, 1, 3]), return_index=True)[1])]
sd0 = np.array([*dict.fromkeys(np.arange(1, 6)[~np.isin(np.arange(1, 6), np.arange(2, 4))])])
tf = like_r.calc(True, "+", True)
neg = -np.arange(1, 4)
ev = x[x % 4 == 0]
anyna = np.any(np.isnan(x))
i = 5
i = i + 1
fl = np.floor(-2.5)
sg = np.sign(-3)
ab = np.abs(np.array([-1, 2]))
mn = r.c(x, 1).min()
sq = np.sqrt(16)
