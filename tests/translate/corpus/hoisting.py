"""hoisting.R, translated from R."""

import numpy as np

import sitpy.r as r
from sitpy.translate import like_r

# functions that need more than an expression


def function_1(i):
    total = 0
    for j in r.seq(1, i):
        total = total + j
    return total


scores = like_r.sapply(np.arange(1, 4), function_1)


def function_2(v):
    half = v / 2
    return half + 1


weights = like_r.lapply(np.array([1, 2]), function_2)
first = weights[0]


def apply_to(x, f):
    return f(x)


def function_3(v):
    w = v + 1
    return like_r.calc(w, "*", w)


result = apply_to(3, function_3)
