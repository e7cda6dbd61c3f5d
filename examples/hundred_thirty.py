"""130/30 Portfolio Construction, line for line as the R script of the Systematic Investor blog (18 October 2011).

The post downloads eight ETFs; this runs on the annual returns of nine asset classes that ship with sitpy. Figures go to
the folder given as the first argument, else to the current one.
"""

import sys
from pathlib import Path

from numpy import diag, ones, repeat, vstack, zeros

from sitpy import (
    aa_test_create_ia_rebal,
    aa_test_ia_add_short,
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


def draw(title, file):
    """Plot multiple Efficient Frontiers & Transition Maps."""
    figure = layout(2, 2)
    figure.suptitle(title)
    plot_ef(ia, [ef_risk, ef_mad], portfolio_risk, False)
    plot_ef(ia, [ef_risk, ef_mad], portfolio_mad, False)

    plot_transition_map(ef_risk)
    plot_transition_map(ef_mad)
    figure.savefig(folder / file)


# --------------------------------------------------------------------------
# Create Efficient Frontier
# --------------------------------------------------------------------------
ia = aa_test_create_ia_rebal()
n = ia.n
eye, none = diag(ones(n)), zeros((n, n))

# x.i >= -0.5
constraints = new_constraints(eye, repeat(-0.5, n), type=">=")

# x.i <= 0.8
constraints = add_constraints(eye, repeat(0.8, n), "<=", constraints)

# SUM x.i = 1
constraints = add_constraints(ones(n), 1, "=", constraints)

# create efficient frontier(s)
ef_risk = portopt(ia, constraints, 50, "Risk")
ef_mad = portopt(ia, constraints, 50, "MAD", min_mad_portfolio)

draw("-50% to 80% each", "1_unlimited_leverage.png")

# --------------------------------------------------------------------------
# Create 130:30
# -v.i <= x.i <= v.i, v.i>0, SUM(v.i) = 1.6
# --------------------------------------------------------------------------

# adjust prior constraints, add v.i
constraints.A = vstack([constraints.A, zeros((n, constraints.A.shape[1]))])

# -v.i <= x.i <= v.i
#   x.i + v.i >= 0
constraints = add_constraints(vstack([eye, eye]), repeat(0, n), ">=", constraints)

#   x.i - v.i <= 0
constraints = add_constraints(vstack([eye, -eye]), repeat(0, n), "<=", constraints)

# SUM(v.i) = 1.6
constraints = add_constraints([*zeros(n), *ones(n)], 1.6, "=", constraints)

# create efficient frontier(s), keep only portfolio weights
ef_risk = portopt(ia, constraints, 50, "Risk")
ef_risk.weight = ef_risk.weight[:, :n]

ef_mad = portopt(ia, constraints, 50, "MAD", min_mad_portfolio)
ef_mad.weight = ef_mad.weight[:, :n]

draw("130/30, absolute weights v", "2_130-30_absolute.png")

# --------------------------------------------------------------------------
# Create 130:30
# Split x into x.long and x.short, x.long and x.short >= 0
# SUM(x.long) + SUM(x.short) = 1.6
# --------------------------------------------------------------------------
# Split Input Assumptions for x into x.long and x.short
ia_ls = aa_test_ia_add_short(ia)


def long_short(gross):
    """Constraints of the split form."""
    # x.long and x.short >= 0
    constraints = new_constraints(diag(ones(2 * n)), zeros(2 * n), type=">=")

    # x.long <= 0.8
    constraints = add_constraints(vstack([eye, none]), repeat(0.8, n), "<=", constraints)

    # x.short <= 0.5
    constraints = add_constraints(vstack([none, eye]), repeat(0.5, n), "<=", constraints)

    # SUM (x.long - x.short) = 1
    constraints = add_constraints([*ones(n), *-ones(n)], 1, "=", constraints)

    # SUM (x.long + x.short) = gross
    return add_constraints([*ones(n), *ones(n)], gross, "=", constraints)


def net_frontiers(constraints):
    """Frontiers of least risk and of least MAD; x = long - short."""
    ef_risk = portopt(ia_ls, constraints, 50, "Risk")
    ef_risk.weight = ef_risk.weight[:, :n] - ef_risk.weight[:, n : 2 * n]

    ef_mad = portopt(ia_ls, constraints, 50, "MAD", min_mad_portfolio)
    ef_mad.weight = ef_mad.weight[:, :n] - ef_mad.weight[:, n : 2 * n]
    return ef_risk, ef_mad


ef_risk, ef_mad = net_frontiers(long_short(1.6))
draw("130/30, long and short", "3_130-30_split.png")

ef_risk, ef_mad = net_frontiers(long_short(3))
draw("200/100, long and short", "4_200-100_split.png")

# --------------------------------------------------------------------------
# Create 200:100 using binary[0/1] variables and Branch and Bound algorithm
# Solve using branch and bound: add a binary var b.i, x.long.i < b.i, x.short.i < (1-b.i)
# --------------------------------------------------------------------------
constraints = long_short(3)

# NEW add binary constraint
# adjust prior constraints: add b.i
constraints.A = vstack([constraints.A, zeros((n, constraints.A.shape[1]))])

# index of binary variables b.i
constraints.binary_index = range(2 * n, 3 * n)

# binary variable b.i, x.long.i < b.i, x.short.i < (1-b.i)
# x.long.i < b.i
constraints = add_constraints(vstack([eye, none, -eye]), repeat(0, n), "<=", constraints)

# x.short.i < (1-b.i)
constraints = add_constraints(vstack([none, eye, eye]), repeat(1, n), "<=", constraints)

ef_risk, ef_mad = net_frontiers(constraints)
draw("200/100, long or short (0/1)", "5_200-100_binary.png")
