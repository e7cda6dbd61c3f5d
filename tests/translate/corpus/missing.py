"""missing.R, translated from R."""

import numpy as np

from sitpy.translate import like_r

# NA, NULL, Inf
x = np.array([1, np.nan, 3])
holes = np.isnan(x)
filled = np.array(x, dtype=float)
filled[np.isnan(filled)] = 0
total = x.sum()
known = np.nansum(x)
average = np.nanmean(x)
larger = like_r.calc(x, ">", 2)
kept = x[~np.isnan(x)]
clean = x[~np.isnan(x)]
infinite = np.array([1, np.inf])
least = infinite.min()
ratio = 1 / np.inf
nothing = None
some = 5
choice = np.where(np.isnan(x), 0, x)
either = like_r.calc(np.nan, "|", True)
neither = like_r.calc(np.nan, "&", False)
