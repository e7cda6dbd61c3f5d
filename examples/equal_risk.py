"""Equal risk contributions: the second example of Maillard, Roncalli and Teiletche (2010).

Four assets in two blocks; the weights of three portfolios, and the share of the risk that each asset brings. The paper prints
38.4, 19.2, 24.3 and 18.2 % for equal risk contributions. The figure goes to the folder given as the first argument, else to
the current one.
"""

import sys
from pathlib import Path

from numpy import ones
from pandas import DataFrame

from sitpy import (
    InputAssumptions,
    create_basic_constraints,
    equal_risk_contribution_portfolio,
    layout,
    min_risk_portfolio,
    portfolio_risk,
    portfolio_risk_contribution,
)
from sitpy.plots.comparison import plot_bars

folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")

correlation = [[1, 0.8, 0, 0], [0.8, 1, 0, 0], [0, 0, 1, -0.5], [0, 0, -0.5, 1]]
ia = InputAssumptions(
    symbols=["A", "B", "C", "D"], expected_return=[0] * 4, risk=[0.1, 0.2, 0.3, 0.4], correlation=correlation
)

# 0 <= x.i <= 1, SUM x.i = 1
constraints = create_basic_constraints(ia.n, 0, 1, 1)

weights = DataFrame(
    {
        "1/n": ones(ia.n) / ia.n,
        "minimum variance": min_risk_portfolio(ia, constraints),
        "equal risk": equal_risk_contribution_portfolio(ia, constraints),
    },
    index=ia.symbols,
).T
shares = DataFrame(portfolio_risk_contribution(weights, ia), weights.index, weights.columns)

table = (100 * weights).round(1)
table["volatility"] = (100 * portfolio_risk(weights, ia)).round(1)
print(table)
print((100 * shares).round(1))

figure = layout(1, 2)
plot_bars(weights.T, "Weights")
plot_bars(shares.T, "Shares of the risk")
figure.savefig(folder / "equal_risk.png")
