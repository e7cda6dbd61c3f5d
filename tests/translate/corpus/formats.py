"""formats.R, translated from R."""

import numpy as np

from sitpy.translate import like_r

# numbers in texts
one = f"{3.14159:5.2f}|{7:d}"
many = like_r.sprintf("%-4s%6.1f%%", np.array(["a", "bb"]), np.array([12.34, 5]))
word = like_r.sprintf("%s is %s", "x", 1.5)
plain = "100%"
large = "1e+05"
larger = "n 123456"
million = "1e+06"
small = like_r.paste(0.0001, "x", sep="")
missing_one = like_r.paste("a", "NA")
nothing = like_r.paste("a", None)
spread = np.quantile(np.array([3, 1, 2]) * 2, [0, 1])
