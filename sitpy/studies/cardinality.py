"""Minimum Investment and Number of Assets Portfolio Cardinality Constraints (Systematic Investor blog, October 2011).

A binary ``b`` per asset says whether it is held.
"""

from __future__ import annotations

import numpy as np

from sitpy.constraints import Constraints, add_constraints, add_variables, new_constraints
from sitpy.inputs import InputAssumptions
from sitpy.studies.frontiers import Construction, FrontierStudy

MOST = 0.8


def held_or_not(ia: InputAssumptions, least: float) -> tuple[InputAssumptions, Constraints]:
    """``least * b <= x <= 0.8 b``, ``sum x = 1``."""
    n = ia.n
    constraints = add_constraints(np.ones(n), 1, "=", new_constraints(n), "sum x = 1")
    constraints = add_variables(n, constraints)
    constraints.binary_index = np.arange(n, 2 * n)
    unit = np.eye(n)
    constraints = add_constraints(np.vstack([unit, -least * unit]), 0, ">=", constraints, f"x >= {least:g} b")
    return ia, add_constraints(np.vstack([unit, -MOST * unit]), 0, "<=", constraints, f"x <= {MOST:g} b")


def exactly(ia: InputAssumptions, held: int) -> tuple[InputAssumptions, Constraints]:
    """As above with at least 0.001 % of what is held, and ``sum b = held``."""
    ia, constraints = held_or_not(ia, 0.00001)
    return ia, add_constraints(np.repeat([0, 1], ia.n), held, "=", constraints, f"{held} assets held")


STUDY = FrontierStudy(
    name="cardinality",
    title="Minimum Investment and Number of Assets Portfolio Cardinality Constraints",
    source="Systematic Investor blog, October 2011",
    constructions=(
        Construction("1_at_least_10", "at least 10% or nothing", lambda ia: held_or_not(ia, 0.1), "04a_mininvest_10"),
        Construction("2_exactly_three", "exactly three assets", lambda ia: exactly(ia, 3), "04b_exactly_3"),
    ),
)
