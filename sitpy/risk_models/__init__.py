"""Risk measures as linear rows: each ``add_constraint_*`` appends auxiliary variables, the rows that tie them to the
asset weights, and, as the LAST constraint, "measure type value".

The same builders serve as caps ("minimum risk with MaxLoss <= 12 %") and, by their last row, as objectives of the
``min_*_portfolio`` functions. R = ``ia.hist_returns`` (T periods x n assets), p = R x.
"""

from sitpy.risk_models.dispersion import add_constraint_gini, add_constraint_mad, add_constraint_mad_downside
from sitpy.risk_models.omega import add_constraint_omega
from sitpy.risk_models.tails import add_constraint_cdar, add_constraint_cvar, add_constraint_maxloss

__all__ = [
    "add_constraint_cdar",
    "add_constraint_cvar",
    "add_constraint_gini",
    "add_constraint_mad",
    "add_constraint_mad_downside",
    "add_constraint_maxloss",
    "add_constraint_omega",
]
