"""functions.R, translated from R."""

import numpy as np

from sitpy.translate import like_r


# defaults, names, lazy defaults, implicit and early return, closures
def add(a, b=2):
    return a + b


three = add(1)
five = add(1, 4)


def area(width, height=None):
    if height is None:
        height = width
    # a default that depends on another argument
    return width * height


square = area(3)
oblong = area(3, 4)


def absolute(x):
    if x < 0:
        return -x
    return x


left = absolute(-4)


def sign_of(x):
    if x > 0:
        return 1
    if x < 0:
        return -1
    return 0


s = sign_of(-3)


def second(v):
    return v[1]


got = second(np.array([5, 6, 7]))


def last_of(v, n=None):
    if n is None:
        n = len(v)
    return like_r.take(v, n)


end = last_of(np.array([5, 6, 7]))


def compose(f, g):
    return lambda x: g(f(x))


twice_plus = compose(lambda x: x * 2, lambda x: x + 1)
seven = twice_plus(3)


def power(x, p):
    return np.float_power(x, p)


cubes = power(np.arange(1, 4), 3)


def optional(x, by=None):
    if by is None:
        return x
    return x * by


plain = optional(4)
scaled = optional(4, 2)
