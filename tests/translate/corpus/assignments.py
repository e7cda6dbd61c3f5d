"""assignments.R, translated from R."""

import numpy as np

import sitpy.r as r

# the three arrows, chains, and several statements on a line
a = 1
b = 2
d = 3
f = a + b
e = f
my_value = 2 * d  # dots become underscores
my_value_ = 7
odd_name = 5
list_of_x = np.array([a, b, d])
lambda_ = 0.5
max_ = 4
largest = r.c(list_of_x, max_).max()
print(True)
