"""awkward_functions.R, translated from R."""

from copy import deepcopy

import numpy as np

import sitpy.r as r
from sitpy.translate import like_r


def g(x, *dots, **named):
    args = r.list(*dots, **named)
    return len(args)


n0 = g(1)
n2 = g(1, 2, 3)


def h(a, b):
    if a > b:
        big = a
    else:
        big = b
    return big


h1 = h(1, 2)


def fib(n):
    if n <= 2:
        return 1
    return like_r.calc(fib(n - 1), "+", fib(n - 2))


f10 = fib(10)
outer_var = 10


def shadow():
    outer_var = 5
    return outer_var + 1


sh = shadow()
still = outer_var


def vec(n):
    out = np.full(n, np.nan)
    for i in range(1, n + 1):
        out[i - 1] = 2 * i
    return out


v = np.array(vec(3), dtype=float)


def mk(n, value=0):
    return np.full((n, n), value)


m = mk(2)
m2 = mk(2, 7)


def norm(w):
    return w / w.sum()


w = norm(np.array([1, 3]))
acc = None
for i in range(1, 4):
    acc = r.c(acc, 10 * i)
lst = r.list()
for nm in ["a", "b"]:
    lst = like_r.put_item(lst, len(nm), nm)
la = deepcopy(lst.a)


def swap(v):
    v = np.array(v, dtype=float)
    tmp = v[0]
    v[0] = v[1]
    v[1] = tmp
    return v


orig = np.array([1, 2])
sw = swap(orig).copy()
res = like_r.sapply(np.arange(1, 4), lambda i: np.array([10 * i + j for j in range(1, 3)]))
