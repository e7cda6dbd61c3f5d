"""names_and_tables.R, translated from R."""

import numpy as np
import pandas as pd

import sitpy.r as r
from sitpy.translate import like_r

# names travel with values
w = r.c(a=0.6, b=0.4)
one = like_r.take(w, "a")
labels = like_r.names(w)
total = np.sum(w.to_numpy())
scaled = w * 2
m = np.array([[1, 3], [2, 4]])
m = pd.DataFrame(m, columns=["x", "y"])
column = m["y"]
heads = m.columns.to_numpy(dtype=str)
cell = like_r.take(m, 2, 1)
v = np.array([1, 2])
v = pd.Series(v, index=["p", "q"])
second = like_r.take(v, 2)
