"""Downside risk, as in the Systematic Investor blog (2011).

Frontiers of least downside deviation, squared and absolute, beside those of least risk and least MAD. The post downloads
eight ETFs; this runs on the annual returns of nine asset classes that ship with sitpy. Figures go to the folder given as
the first argument, else to the current one.
"""

import sys
from pathlib import Path

from numpy import ones

from sitpy import (
    aa_test_create_ia_rebal,
    add_constraints,
    layout,
    min_mad_downside_portfolio,
    min_mad_portfolio,
    min_risk_downside_portfolio,
    new_constraints,
    plot_ef,
    plot_transition_map,
    portfolio_mad,
    portfolio_mad_downside,
    portfolio_risk,
    portfolio_risk_downside,
    portopt,
)

folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")

ia = aa_test_create_ia_rebal()
n = ia.n

# 0 <= x.i <= 0.8
constraints = new_constraints(n, lb=0, ub=0.8)

# SUM x.i = 1
constraints = add_constraints(ones(n), 1, "=", constraints)

# what counts as a shortfall: below the portfolio's own mean, then below a minimum acceptable return of 0
for mar, file in ((None, "below_mean.png"), (0, "below_zero.png")):
    ia.parameters_mar = mar

    # create efficient frontier(s)
    ef_risk = portopt(ia, constraints, 50, "Risk")
    ef_risk_downside = portopt(ia, constraints, 50, "S-Risk", min_risk_downside_portfolio)
    ef_mad = portopt(ia, constraints, 50, "MAD", min_mad_portfolio)
    ef_mad_downside = portopt(ia, constraints, 50, "S-MAD", min_mad_downside_portfolio)
    efs = [ef_risk, ef_risk_downside, ef_mad, ef_mad_downside]

    # Plot multiple Efficient Frontiers & Transition Maps
    figure = layout(4, 2)
    for measure in (portfolio_risk, portfolio_risk_downside, portfolio_mad, portfolio_mad_downside):
        plot_ef(ia, efs, measure, False)
    for ef in efs:
        plot_transition_map(ef)
    figure.savefig(folder / file)
