"""precedence.R, translated from R."""

import numpy as np

import sitpy.r as r

# what binds to what
a = -(2**2)
b = (-2) ** 2
d = 2**3**2
e = r.seq(-1, 3)
f = -np.arange(1, 4)
g = 2 * np.arange(1, 4) + 1
h = r.seq(1, 3**2)
yes = 2 > 1
no = 1 > 2
i = not yes and no
j = not (yes and no)
k = 10 % 3 * 2
w = 7 // 2 % 2
m = 2**-1
n = 3
o = np.arange(1, n + 1) - 1
p = np.arange(1, n)
q = a < 0 or (b < 0 and no)
r_ = 1 if n > 2 else 12
s = 1
u = 100 / 10 / 2
v = n in [1, 3] and yes
