"""awkward_matrices.R, translated from R."""

import numpy as np

import sitpy.r as r
from sitpy.translate import like_r

m = np.array([[4, 2], [2, 3]], dtype=float)
inv = np.linalg.inv(m)
idn = m @ inv
m[0] = 0
m[:, 1] = m[:, 1] * 2
m[1, 0] = m[0, 0] + 5
b = like_r.calc(m, "+", np.array([1, 2]))
z = np.arange(1, 7).reshape((3, 2), order="F").astype(float)
z2 = z.copy()
z2[z2 > 3] = 0
z2[1] = np.array([9, 8])
z3 = like_r.take(z, z[:, 0] > 1, like_r.EVERY)
z4 = like_r.take(z, np.argsort(-z[:, 0], kind="stable") + 1, like_r.EVERY)
for r_ in range(z.shape[0]):
    z[r_] = z[r_] / z[r_].sum()
s = z.sum(axis=1)
rows3 = r.list(*[z[i].copy() for i in range(3)])
l2 = like_r.take(rows3[1], 1)
names = np.array(["p", "q"])
d = np.eye(2) * 3
k = 2
blk = np.vstack([np.hstack([d, np.eye(k)]), np.hstack([0 * np.eye(k), d])]).astype(float)
dims = np.array(blk.shape)
blk[2:4, :2] = 1
tri = blk[:2, 2:4].copy()
w = np.array([0.2, 0.8])
risk = np.sqrt(w @ d @ w)
e = d @ w
rs = d.sum(axis=1)
st = np.vstack([np.arange(1, 3), np.arange(3, 5)])
cb = r.cbind(1, np.array([2, 3]))
v = st.ravel(order="F")
big = st.max()
wm = np.flatnonzero((st > 2).ravel(order="F")) + 1
xx = st > 2
ss = xx.sum()
