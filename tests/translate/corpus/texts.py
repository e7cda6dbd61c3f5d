"""texts.R, translated from R."""

import numpy as np

from sitpy.translate import like_r

# paste, cat, nchar, substr
a = "x"
joined = f"a {a}"
tight = like_r.paste("n", np.arange(1, 4), sep="")
dashed = "a-b"
collapsed = like_r.paste(np.array(["a", "b", "c"]), collapse="+")
number = like_r.paste("value", 0.1 + 0.2)
fraction = like_r.paste(1 / 3)
upper = "abc".upper()
letters3 = "portfolio"[:4]
size = len("portfolio")
quoted = 'it\'s "here"'
raw = "a\\b"
print("sum is", 3)
print("a", "b", sep="", end="")
print()
formatted = f"{3:d} of {2.5:.2f}"
same = a == "x"
symbols = np.array(["SPY", "TLT"])
chosen = symbols[symbols != "SPY"]
found = np.flatnonzero(symbols == "TLT") + 1
place = found[0]
