"""Expected shortfall (CVaR) and Conditional Drawdown at Risk (CDaR), as in the Systematic Investor blog (October 2011).

Long-only frontiers of least risk, least CVaR and least CDaR at 95 %. The post downloads eight ETFs; this runs on the
annual returns of nine asset classes that ship with sitpy. The figure goes to the folder given as the first argument, else
to the current one.
"""

import sys
from pathlib import Path

from numpy import ones

from sitpy import (
    aa_test_create_ia_rebal,
    add_constraints,
    layout,
    min_cdar_portfolio,
    min_cvar_portfolio,
    new_constraints,
    plot_ef,
    plot_transition_map,
    portfolio_cdar_ru,
    portfolio_cvar_ru,
    portfolio_risk,
    portopt,
)

folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")

ia = aa_test_create_ia_rebal()
ia.parameters_alpha = 0.95
n = ia.n

# 0 <= x.i <= 0.8
constraints = new_constraints(n, lb=0, ub=0.8)

# SUM x.i = 1
constraints = add_constraints(ones(n), 1, "=", constraints)

# create efficient frontier(s)
ef_risk = portopt(ia, constraints, 50, "Risk")
ef_cvar = portopt(ia, constraints, 50, "CVaR", min_cvar_portfolio)
ef_cdar = portopt(ia, constraints, 50, "CDaR", min_cdar_portfolio)

# Plot multiple Efficient Frontiers & Transition Maps. The post draws portfolio.cvar and portfolio.cdar, which have no
# value where no period is below the quantile; the _ru forms are what the programmes minimise
figure = layout(3, 2)
for measure in (portfolio_risk, portfolio_cvar_ru, portfolio_cdar_ru):
    plot_ef(ia, [ef_risk, ef_cvar, ef_cdar], measure, False)
for ef in (ef_risk, ef_cvar, ef_cdar):
    plot_transition_map(ef)
figure.savefig(folder / "cvar.png")
