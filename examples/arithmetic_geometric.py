"""Arithmetic and geometric frontiers, after Bernstein and Wilkinson (1997) and the Systematic Investor blog (2011).

What the portfolios of least variance earn on average, compounded with rebalancing, and bought once and held; and the
portfolios that earn most compounded at the same risk. The figure goes to the folder given as the first argument, else to the
current one.
"""

import sys
from pathlib import Path

from pandas import DataFrame

from sitpy import (
    aa_test_create_ia_rebal,
    aritm2geom,
    create_basic_constraints,
    layout,
    max_geometric_return_portfolio,
    plot_transition_map,
    portfolio_geometric_return,
    portfolio_risk,
    portfolio_unrebalanced_return,
    portopt,
)
from sitpy.plots.comparison import plot_curves

folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")

ia = aa_test_create_ia_rebal()

# 0 <= x.i <= 0.8, SUM x.i = 1
constraints = create_basic_constraints(ia.n, 0, 0.8, 1)

# create efficient frontier(s)
ef_risk = portopt(ia, constraints, 25, "arithmetic")
best = [max_geometric_return_portfolio(ia, constraints, 0, risk) for risk in ef_risk.risk]
geometric = DataFrame(best, columns=ia.symbols)

rebalanced = portfolio_geometric_return(ef_risk.weight, ia)
formula = aritm2geom(ef_risk.return_, ef_risk.risk)
print(f"the formula of page 8 is at most {100 * abs(formula - rebalanced).max():.2f} percentage points away")

figure = layout([[1, 2], [1, 3]])
returns = {
    "arithmetic": (ef_risk.risk, ef_risk.return_),
    "compounded": (ef_risk.risk, rebalanced),
    "compounded, by formula": (ef_risk.risk, formula),
    "bought and held": (ef_risk.risk, portfolio_unrebalanced_return(ef_risk.weight, ia)),
    "largest compounded": (portfolio_risk(geometric, ia), portfolio_geometric_return(geometric, ia)),
}
plot_curves(returns, "Returns per year", "Risk", "Return")
plot_transition_map(ef_risk)
plot_transition_map(geometric, portfolio_risk(geometric, ia), name="geometric")
figure.savefig(folder / "arithmetic_geometric.png")
