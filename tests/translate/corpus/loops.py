"""loops.R, translated from R."""

import numpy as np

import sitpy.r as r

# for, while, repeat, break and next
x = np.array([2, 4, 8])
total = 0
for i in range(1, len(x) + 1):
    total = total + x[i - 1] * i
differences = np.zeros(2)
for i in range(1, 3):
    # the step from the one before
    differences[i - 1] = x[i] - x[i - 1]
for value in x:
    last = value
n = 10
count_ = 0
while n > 1:
    if n % 2 == 0:
        n = n / 2
    else:
        n = 3 * n + 1
    count_ = count_ + 1
skipped = 0
for i in r.seq(2, 10, by=2):
    if i == 4:
        continue
    if i > 8:
        break
    skipped = skipped + i
k = 0
while True:
    k = k + 3
    if k >= 7:
        break
nested = np.zeros((2, 3))
for i in range(1, nested.shape[0] + 1):
    for j in range(1, nested.shape[1] + 1):
        nested[i - 1, j - 1] = 10 * i + j
factorial20 = 1
for i in range(1, 21):
    factorial20 = factorial20 * i
words = ""
for s in ["a", "b"]:
    words = f"{words}{s}"
