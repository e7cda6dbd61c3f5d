"""printing.R, translated from R."""

import numpy as np

# what is printed
lines = None


def say(word, times=1):
    for i in range(1, times + 1):
        print(i, word, "", end="")
    return print()


say("hello")
say("again", 2)
x = np.array([2, 4])
print(x)
print("sum", x.sum())
print("values:", *x, end="")
print()
print(end="")
n = len(x)
print("done")
