"""matrices.R, translated from R."""

import numpy as np

from sitpy.translate import like_r

# matrices are filled and read column by column
m = np.arange(1, 7).reshape((2, 3), order="F")
byrow = np.arange(1, 7).reshape((2, 3))
square = np.array([[2, 1], [1, 3]])
row = m[0]
column = m[:, 1]
cell = m[1, 2]
part = m[:, 1:3]
kept = like_r.take(m, like_r.EVERY, 2, drop=False)
without = like_r.take(m, like_r.EVERY, -1)
fifth = like_r.take(m, 5)
corner = m[np.ix_([0, 1], [0, 2])]
large = like_r.take(m, m > 3)
turned = m.T
product = m @ m.T
vector_product = m @ np.array([1, 0, 1])
inner = np.array([1, 2]) @ np.array([3, 4])
outer_product = np.outer(np.array([1, 2]), np.array([3, 4]))
solved = np.linalg.solve(square, np.array([3, 4]))
inverse = np.linalg.inv(square)
sizes = np.array(m.shape)
rows = m.shape[0]
columns = m.shape[1]
stacked = np.vstack([m, np.arange(7, 10)])
beside = np.column_stack([square, np.array([5, 6])])
unit = np.eye(3)
on_diagonal = np.diag(square)
spread = np.diag([1, 2])
means = m.mean(axis=0)
totals = m.sum(axis=1)
zeros = np.zeros((2, rows + 1))
