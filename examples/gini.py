"""Gini efficient frontier, as in the Systematic Investor blog.

Frontiers of least risk and of least mean difference between any two periods' returns (Gini). The post downloads eight
ETFs; this runs on the annual returns of nine asset classes that ship with sitpy. The figure goes to the folder given as
the first argument, else to the current one.
"""

import sys
from pathlib import Path

from numpy import ones

from sitpy import (
    aa_test_create_ia_rebal,
    add_constraints,
    layout,
    min_gini_portfolio,
    new_constraints,
    plot_ef,
    plot_transition_map,
    portfolio_gini_coefficient,
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
ef_gini = portopt(ia, constraints, 50, "Gini", min_gini_portfolio)

# Plot multiple Efficient Frontiers & Transition Maps
figure = layout(2, 2)
plot_ef(ia, [ef_risk, ef_gini], portfolio_risk, False)
plot_ef(ia, [ef_risk, ef_gini], portfolio_gini_coefficient, False)
plot_transition_map(ef_risk)
plot_transition_map(ef_gini)
figure.savefig(folder / "gini.png")
