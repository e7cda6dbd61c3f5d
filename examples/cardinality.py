"""Minimum Investment and Number of Assets Portfolio Cardinality Constraints (Systematic Investor blog, October 2011).

A 0/1 variable b.i says whether an asset is held. The post downloads eight ETFs; this runs on the annual returns of nine
asset classes that ship with sitpy. Figures go to the folder given as the first argument, else to the current one.
"""

import sys
from pathlib import Path

from numpy import diag, ones, vstack, zeros

from sitpy import (
    aa_test_create_ia_rebal,
    add_constraints,
    layout,
    min_mad_portfolio,
    new_constraints,
    plot_ef,
    plot_transition_map,
    portfolio_mad,
    portfolio_risk,
    portopt,
)

folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")


def held_or_not(least, most):
    """Constraints ``least * b.i <= x.i <= most * b.i``."""
    # SUM x.i = 1
    constraints = new_constraints(ones(n), 1, type="=")

    # adjust prior constraints: add b.i, and say which variables are 0 or 1
    constraints.A = vstack([constraints.A, zeros((n, constraints.A.shape[1]))])
    constraints.binary_index = range(n, 2 * n)

    # x.i >= least * b.i
    constraints = add_constraints(vstack([eye, -least * eye]), 0, ">=", constraints)

    # x.i <= most * b.i
    return add_constraints(vstack([eye, -most * eye]), 0, "<=", constraints)


def frontiers(constraints, title, file):
    """Create efficient frontiers; plot them and their transition maps."""
    ef_risk = portopt(ia, constraints, 50, "Risk")
    ef_mad = portopt(ia, constraints, 50, "MAD", min_mad_portfolio)

    figure = layout(2, 2)
    figure.suptitle(title)
    plot_ef(ia, [ef_risk, ef_mad], portfolio_risk, False)
    plot_ef(ia, [ef_risk, ef_mad], portfolio_mad, False)
    plot_transition_map(ef_risk)
    plot_transition_map(ef_mad)
    figure.savefig(folder / file)
    return ef_risk, ef_mad


ia = aa_test_create_ia_rebal()
n = ia.n
eye = diag(ones(n))

# --------------------------------------------------------------------------
# Minimum Investment: each asset at least 10% or not held
# --------------------------------------------------------------------------
frontiers(held_or_not(0.1, 0.8), "at least 10% or nothing", "1_at_least_10.png")

# --------------------------------------------------------------------------
# Limit on the Number of Assets: SUM b.i = 3
# --------------------------------------------------------------------------
constraints = held_or_not(0.00001, 0.8)
constraints = add_constraints([*zeros(n), *ones(n)], 3, "=", constraints)
ef_risk, ef_mad = frontiers(constraints, "exactly three assets", "2_exactly_three.png")
