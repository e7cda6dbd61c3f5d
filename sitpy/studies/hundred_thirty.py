"""130/30 Portfolio Construction (Systematic Investor blog, 18 October 2011).

Five constructions of a portfolio with short positions, each as a frontier of least risk and one of least mean absolute
deviation.
"""

from __future__ import annotations

import numpy as np

from sitpy.constraints import Constraints, add_constraints, add_variables, new_constraints
from sitpy.inputs import InputAssumptions, aa_test_ia_add_short
from sitpy.studies.frontiers import Construction, FrontierStudy

Problem = tuple[InputAssumptions, Constraints]

LONG_MOST, SHORT_MOST = 0.8, 0.5


def unlimited_leverage(ia: InputAssumptions) -> Problem:
    """``-0.5 <= x <= 0.8``, ``sum x = 1``: leverage grows along the frontier."""
    n = ia.n
    constraints = new_constraints(n, lb=-SHORT_MOST, ub=LONG_MOST)
    return ia, add_constraints(np.ones(n), 1, "=", constraints, "sum x = 1")


def absolute_weights(ia: InputAssumptions, gross: float) -> Problem:
    """The v form: ``-v <= x <= v``, ``sum v = gross``."""
    constraints = with_absolute_values(unlimited_leverage(ia)[1])
    return ia, add_constraints(np.repeat([0, 1], ia.n), gross, "=", constraints, f"sum v = {gross:g}")


def with_absolute_values(constraints: Constraints) -> Constraints:
    """As many more variables ``v``, with ``-v <= x <= v``."""
    n = constraints.n
    constraints = add_variables(n, constraints)
    unit = np.eye(n)
    constraints = add_constraints(np.vstack([unit, unit]), 0, ">=", constraints, "x + v >= 0")
    return add_constraints(np.vstack([unit, -unit]), 0, "<=", constraints, "x - v <= 0")


def long_and_short(ia: InputAssumptions, gross: float) -> Problem:
    """The split form: ``x = long - short``, ``sum(long - short) = 1``, ``sum(long + short) = gross``."""
    n = ia.n
    constraints = new_constraints(2 * n, lb=0, ub=np.repeat([LONG_MOST, SHORT_MOST], n))
    constraints = add_constraints(np.repeat([1, -1], n), 1, "=", constraints, "sum(long - short) = 1")
    constraints = add_constraints(np.ones(2 * n), gross, "=", constraints, f"sum(long + short) = {gross:g}")
    return aa_test_ia_add_short(ia), constraints


def long_or_short(ia: InputAssumptions, gross: float) -> Problem:
    """The split form with binaries: ``long <= b``, ``short <= 1 - b``, so no asset is both long and short."""
    n = ia.n
    ia_ls, constraints = long_and_short(ia, gross)
    constraints = add_variables(n, constraints)
    constraints.binary_index = np.arange(2 * n, 3 * n)
    unit, none = np.eye(n), np.zeros((n, n))
    constraints = add_constraints(np.vstack([unit, none, -unit]), 0, "<=", constraints, "long <= b")
    constraints = add_constraints(np.vstack([none, unit, unit]), 1, "<=", constraints, "short <= 1 - b")
    return ia_ls, constraints


STUDY = FrontierStudy(
    name="130-30",
    title="130/30 Portfolio Construction",
    source="Systematic Investor blog, 18 October 2011",
    constructions=(
        Construction("1_unlimited_leverage", "-50% to 80% each, any leverage", unlimited_leverage, "02a_bounds_m50_80"),
        Construction(
            "2_130-30_absolute", "130/30, absolute weights v", lambda ia: absolute_weights(ia, 1.6), "02b_130_30_vi"
        ),
        Construction(
            "3_130-30_split", "130/30, long and short", lambda ia: long_and_short(ia, 1.6), "02c_130_30_split"
        ),
        Construction(
            "4_200-100_split", "200/100, long and short", lambda ia: long_and_short(ia, 3.0), "02d_200_100_split"
        ),
        Construction(
            "5_200-100_binary", "200/100, long or short (0/1)", lambda ia: long_or_short(ia, 3.0), "02e_200_100_binary"
        ),
    ),
)
