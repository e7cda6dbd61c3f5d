"""switching.R, translated from R."""

import sitpy.r as r

# switch by a text: alternatives, several names for one, with and without a value for all others
kind = "MAD"
size = 1 if kind == "Risk" else 2 if kind == "MAD" else 3 if kind == "CVaR" else None
other = 1 if kind == "Risk" else 0
shared = 5 if kind in ("Risk", "MAD") else 7 if kind == "CVaR" else None
missing = 1 if kind == "Risk" else 3 if kind == "CVaR" else None
none = missing is None
label = " ".join(["least", "variance" if kind == "Risk" else "deviation" if kind == "MAD" else "loss"])
total = 10 * (1 if kind == "Risk" else 2 if kind == "MAD" else 3) + 1
sizes = None
for word in ["Risk", "CVaR", "Gini"]:
    sizes = r.c(sizes, 1 if word == "Risk" else 2 if word == "MAD" else 3 if word == "CVaR" else -1)
