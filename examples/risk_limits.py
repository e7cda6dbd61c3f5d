"""Controlling multiple risk measures during construction of efficient frontier (Systematic Investor blog, November 2011).

Frontiers of least risk, with and without a limit on another measure. The post downloads eight ETFs; this runs on the
SIMULATED monthly history with their names that ships with sitpy. The figure goes to the folder given as the first
argument, else to the current one.
"""

import sys
from pathlib import Path

from numpy import ones

from sitpy import (
    add_constraint_cvar,
    add_constraint_mad,
    add_constraint_maxloss,
    add_constraints,
    create_historical_ia,
    layout,
    new_constraints,
    plot_ef,
    plot_transition_map,
    portfolio_cvar_ru,
    portfolio_mad,
    portfolio_maxloss,
    portfolio_risk,
    portopt,
)
from sitpy.data import etf8_simulated

folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")

ia = create_historical_ia(etf8_simulated(), 12)
n = ia.n

# 0 <= x.i <= 0.8
constraints = new_constraints(n, lb=0, ub=0.8)

# SUM x.i = 1
constraints = add_constraints(ones(n), 1, "=", constraints)

efs = [
    portopt(ia, constraints, 50, "no limit"),
    # the worst month loses at most 12%
    portopt(ia, add_constraint_maxloss(ia, 0.12, "<=", constraints), 50, "Max Loss to 12%"),
    # the mean of the worst 5% of months loses at most 8%
    portopt(ia, add_constraint_cvar(ia, 0.08, "<=", constraints), 50, "CVaR to 8%"),
    # mean absolute deviation of at most 2.9% per month
    portopt(ia, add_constraint_mad(ia, 0.029, "<=", constraints), 50, "MAD to 2.9%"),
]

# Plot multiple Efficient Frontiers & Transition Maps
figure = layout(4, 2)
for measure in (portfolio_risk, portfolio_maxloss, portfolio_cvar_ru, portfolio_mad):
    plot_ef(ia, efs, measure, False)
for ef in efs:
    plot_transition_map(ef)
figure.savefig(folder / "risk_limits.png")
