"""recycling.R, translated from R."""

import numpy as np

from sitpy.translate import like_r

# shorter vectors are repeated, down the columns of a matrix
m = np.arange(1, 5).reshape((2, 2), order="F")
down = like_r.calc(m, "*", np.array([10, 100]))
scaled = m / 2
one = np.array([1, 2, 3]) + 1
two = like_r.calc(np.array([1, 2, 3, 4]), "*", np.array([1, 10]))
square = m + m
powers = np.arange(1, 4) ** 2
roots = np.array([4, 9]) ** 0.5
signs = -m
steps = np.arange(1, 4) / 2
big = np.float_power(2, np.arange(1, 41))
