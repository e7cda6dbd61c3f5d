"""Portfolios of largest Omega, as in the Systematic Investor blog (2011), beside those of least variance.

Nine asset classes, annual returns 1970-1996, and a threshold of 10 % a year. The figures go to the folder given as the first
argument, else to the current one.
"""

import sys
from pathlib import Path

from sitpy import (
    aa_test_create_ia_rebal,
    create_basic_constraints,
    layout,
    max_omega_portfolio,
    plot_add_portfolios,
    plot_ef,
    plot_omega,
    plot_transition_map,
    portfolio_omega,
    portfolio_risk,
    portopt,
    portopt_omega,
)

folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")

ia = aa_test_create_ia_rebal()
ia.parameters_omega = 0.1

# 0 <= x.i <= 0.8, SUM x.i = 1
constraints = create_basic_constraints(ia.n, 0, 0.8, 1)

# create efficient frontier(s)
ef_risk = portopt(ia, constraints, 25, "Risk")
ef_omega = portopt_omega(ia, constraints, 25, "Omega")
best = max_omega_portfolio(ia, constraints)
print(
    f"largest Omega {portfolio_omega(best, ia)[0]:.4f}; along the least risk {portfolio_omega(ef_risk.weight, ia).max():.4f}"
)

# Plot multiple Efficient Frontiers and Transition Maps
figure = layout(2, 2)
ax = plot_ef(ia, [ef_risk, ef_omega], portfolio_risk, False)
plot_add_portfolios(ia, portfolio_risk, ax=ax, **{"largest Omega": best})
plot_omega(ef_risk.weights.iloc[[0, 8, 16, 24]].rename(index="point {}".format), ia)
plot_transition_map(ef_risk)
plot_transition_map(ef_omega, ef_omega.target_return, "Target return")
figure.savefig(folder / "omega.png")
