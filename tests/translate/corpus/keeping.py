"""keeping.R, translated from R."""

from copy import deepcopy

import numpy as np

import sitpy.r as r
from sitpy.translate import like_r

# what is kept must not change when something else does
a = np.array([1.0, 2.0])
kept = r.list(v=a.copy())
a[0] = 9
first = kept.v
w = np.zeros(3)
states = r.list()
for i in range(3):
    w[i] = 1
    states = like_r.put_item(states, w.copy(), i + 1)
early = deepcopy(states[0])
late = deepcopy(states[2])
by_name = r.list()
for word in ["one", "two"]:
    w[0] = w[0] + 1
    by_name = like_r.put_item(by_name, w.copy(), word)
one = deepcopy(by_name.one)


def same(k, v):
    return v


b = np.array([1.0, 2.0])
handed = same(1, b).copy()
b[0] = 9


def outer_one():
    return b


given = outer_one().copy()
b[1] = 7
chosen = (b if len(b) > 1 else a).copy()
b[0] = 0
m = np.array([[1, 3], [2, 4]], dtype=float)
d = np.diag(m).copy()
row = m[0].copy()
m[0, 0] = 50
x = np.array([5.0, 6.0])
copies = r.list(*[x.copy() for i in range(2)])
x[0] = 0
copy = copies[0]
begun = np.zeros(0)
for k in range(1, 4):
    begun = like_r.put(begun, k**2, k)
begun = like_r.put(begun, 1, np.array([5, 6]))
