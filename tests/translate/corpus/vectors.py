"""vectors.R, translated from R."""

import numpy as np

import sitpy.r as r

# c, rep, seq, and what runs along a vector
mixed = np.concatenate([[1], np.array([2, 3]), [4]])
from_parts = np.concatenate([np.zeros(2), np.ones(2), -np.ones(1)])
text = r.c("a", 1, True)
each = np.repeat(np.array([1, 2]), 2)
times = np.tile(np.arange(1, 3), 3)
uneven = r.rep(np.arange(1, 3), np.array([1, 3]))
long = r.rep(np.array([1, 2, 3]), length_out=5)
steps = r.seq(0, 1, by=0.25)
falling = r.seq(5, 1)
points = np.linspace(1, 2, 3)
along = np.arange(1, len(np.array(["a", "b"])) + 1)
three = np.arange(1, 4)
running = np.cumsum(np.arange(1, 5))
growth = np.cumprod(np.array([1.1, 1.2]))
products = np.prod(np.arange(1, 26), dtype=float)
changes = np.diff(np.array([1, 4, 9]))
reversed_ = np.arange(1, 4)[::-1]
sorted_ = np.sort(np.array([3, 1, 2]))
falls = np.sort(np.array([3, 1, 2]))[::-1]
ranks = np.argsort(np.array([30, 10, 20]), kind="stable") + 1
by_rank = np.array([30, 10, 20])[np.argsort(np.array([30, 10, 20]), kind="stable")]
top = int(np.argmax(np.array([1, 5, 2]))) + 1
spread = np.quantile(np.array([3, 1, 2]), [0, 1])
deviation = np.std(np.array([1, 2, 3, 4]), ddof=1)
half = np.median(np.array([1, 3, 2]))
quarter = np.quantile(np.array([1, 2, 3, 4]), 0.25)
rounded = round(2.567, 2)
whole = 7 // 2
left = -7 % 3
distinct = np.array([2, 1, 2])[np.sort(np.unique(np.array([2, 1, 2]), return_index=True)[1])]
first_two = np.array([5, 6, 7])[:2]
last_two = np.array([5, 6, 7])[-2:]
hex_ = 32 + 1e-3
joint = np.minimum(np.array([1, 5]), np.array([3, 2]))
best = max(3, 7, 5)
