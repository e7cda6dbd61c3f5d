"""Portfolios of least shortfall below a minimum acceptable return."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sitpy.constraints import Constraints
from sitpy.inputs import InputAssumptions
from sitpy.portfolios.minimum import answer, measure_program, portfolio_function
from sitpy.risk_models import add_constraint_mad_downside
from sitpy.solvers import Engine, Limits, Program, Solution

Array = np.ndarray


def mad_downside_program(ia: InputAssumptions, constraints: Constraints) -> Program:
    """Minimise the mean shortfall."""
    return measure_program(ia, constraints, add_constraint_mad_downside)


def risk_downside_program(ia: InputAssumptions, constraints: Constraints) -> Program:
    """Minimise half the mean squared shortfall: the same rows, another objective.

    Shortfalls are in units of the returns' size, so that their curvature is felt by the weights however small returns are.
    """
    history = ia.complete_history()
    unit = float(np.abs(history).mean()) or 1.0
    in_units = ia.copy()
    in_units.hist_returns = history / unit
    if ia.parameters_mar is not None:
        in_units.parameters_mar = ia.parameters_mar / unit
    program = mad_downside_program(in_units, constraints)
    return replace(program, c=np.zeros(program.n), D=np.diag((program.c != 0) * unit**2 / len(history)))


@portfolio_function
def min_mad_downside_portfolio(
    ia: InputAssumptions,
    constraints: Constraints,
    *,
    details: bool = False,
    engine: Engine = "fast",
    limits: Limits | None = None,
) -> Array | Solution:
    """Portfolio of least mean shortfall below ``ia.parameters_mar``, or below its own mean if that is None.

    Parameters, return value and errors as in :func:`min_risk_portfolio`; the history must be complete.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> weights = sitpy.min_mad_downside_portfolio(ia, sitpy.create_basic_constraints(ia.n, 0, 0.8))
    >>> round(float(sitpy.portfolio_mad_downside(weights, ia)[0]), 4)
    0.0099

    References
    ----------
    SIT, ``min.mad.downside.portfolio``; Konno and Yamazaki (1991).
    """
    return answer(mad_downside_program, ia, constraints, details, engine, limits)


@portfolio_function
def min_risk_downside_portfolio(
    ia: InputAssumptions,
    constraints: Constraints,
    *,
    details: bool = False,
    engine: Engine = "fast",
    limits: Limits | None = None,
) -> Array | Solution:
    """Portfolio of least downside deviation below ``ia.parameters_mar``, or below its own mean if that is None.

    Parameters, return value and errors as in :func:`min_risk_portfolio`; the history must be complete.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> weights = sitpy.min_risk_downside_portfolio(ia, sitpy.create_basic_constraints(ia.n, 0, 0.8))
    >>> round(float(sitpy.portfolio_risk_downside(weights, ia)[0]), 4)
    0.0167

    References
    ----------
    SIT, ``min.risk.downside.portfolio``; Markowitz (1959), "Portfolio selection", chapter 9.
    """
    return answer(risk_downside_program, ia, constraints, details, engine, limits)
