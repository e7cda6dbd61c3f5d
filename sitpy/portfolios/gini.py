"""Portfolios of least Gini mean difference."""

from __future__ import annotations

from functools import partial

import numpy as np

from sitpy.constraints import Constraints
from sitpy.inputs import InputAssumptions
from sitpy.portfolios.minimum import answer, measure_program, portfolio_function
from sitpy.risk_models import add_constraint_gini
from sitpy.solvers import Engine, Limits, Program, Solution

Array = np.ndarray


def gini_program(ia: InputAssumptions, constraints: Constraints) -> Program:
    """Minimise Gini's mean difference, whose pairs the solver brings in as they matter."""
    return measure_program(ia, constraints, partial(add_constraint_gini, pairs=False))


@portfolio_function
def min_gini_portfolio(
    ia: InputAssumptions,
    constraints: Constraints,
    *,
    details: bool = False,
    engine: Engine = "fast",
    limits: Limits | None = None,
) -> Array | Solution:
    """Portfolio of least Gini mean difference.

    Parameters, return value and errors as in :func:`min_risk_portfolio`; the history must be complete.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> weights = sitpy.min_gini_portfolio(ia, sitpy.create_basic_constraints(ia.n, 0, 0.8))
    >>> round(float(sitpy.portfolio_gini_coefficient(weights, ia)[0]), 4)
    0.0294

    References
    ----------
    SIT, ``min.gini.portfolio``; Yitzhaki (1982).
    """
    return answer(gini_program, ia, constraints, details, engine, limits)
