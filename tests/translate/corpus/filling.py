"""filling.R, translated from R."""

import numpy as np

from sitpy.translate import like_r

# assignments to parts change a copy, never what another name holds
x = np.zeros(4)
x[1] = 1.5
y = x.copy()
y[0] = 9
x[2:4] = np.array([7, 8])
x[x > 5] = 5
whole = np.array([1.0, 2.0, 3.0])
whole[1] = 2.5
m = np.zeros((2, 2))
m[0, 1] = 3
m[1] = np.array([4, 5])
m[m == 4] = -4
np.fill_diagonal(m, 1)
grown = np.array([1.0, 2.0])
grown = like_r.put(grown, 8, 4)
words = np.array(["a", "b"], dtype=object)
words[1] = "longer"
squares = None
for i in range(1, 5):
    squares = like_r.put(squares, i**2, i)


def add_one(v):
    v = np.array(v, dtype=float)
    v[0] = v[0] + 1
    return v


before = np.array([1, 1])
later = add_one(before).copy()
counts = np.arange(1, 4, dtype=float)
counts[1] = 10
