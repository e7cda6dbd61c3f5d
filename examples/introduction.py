"""Introduction to Asset Allocation, as in the post of the Systematic Investor blog (October 2011).

Long-only frontiers of least risk, least largest loss and least mean absolute deviation. The post downloads eight ETFs;
this runs on the annual returns of nine asset classes that ship with sitpy. The figure goes to the folder given as the
first argument, else to the current one.
"""

import sys
from pathlib import Path

from numpy import ones

from sitpy import (
    aa_test_create_ia_rebal,
    add_constraints,
    layout,
    min_mad_portfolio,
    min_maxloss_portfolio,
    new_constraints,
    plot_ef,
    plot_transition_map,
    portfolio_mad,
    portfolio_maxloss,
    portfolio_risk,
    portopt,
)

folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")

ia = aa_test_create_ia_rebal()
n = ia.n

# 0 <= x.i <= 0.8
constraints = new_constraints(n, lb=0, ub=0.8)

# SUM x.i = 1
constraints = add_constraints(ones(n), 1, "=", constraints)

# create efficient frontier(s)
ef_risk = portopt(ia, constraints, 50, "Risk")
ef_maxloss = portopt(ia, constraints, 50, "Max Loss", min_maxloss_portfolio)
ef_mad = portopt(ia, constraints, 50, "MAD", min_mad_portfolio)

# Plot multiple Efficient Frontiers & Transition Maps
figure = layout(3, 2)
for measure in (portfolio_risk, portfolio_maxloss, portfolio_mad):
    plot_ef(ia, [ef_risk, ef_maxloss, ef_mad], measure, False)
for ef in (ef_risk, ef_maxloss, ef_mad):
    plot_transition_map(ef)
figure.savefig(folder / "introduction.png")
