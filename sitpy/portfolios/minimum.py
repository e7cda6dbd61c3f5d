"""Portfolios of least risk under general constraints, and the one of largest return.

Every function takes input assumptions (n assets) and constraints (n or more variables; the asset weights come first, 0/1
variables are welcome) and returns the values of all the constraints' variables.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal, Protocol, cast, overload

import numpy as np

from sitpy.arguments import flag
from sitpy.constraints import Constraints, ConstraintType, delete_constraints
from sitpy.covariance import working_covariance
from sitpy.inputs import InputAssumptions
from sitpy.portfolios.problem import build, checked, optimum, padded
from sitpy.risk_models import (
    add_constraint_cdar,
    add_constraint_cvar,
    add_constraint_mad_downside,
    add_constraint_maxloss,
)
from sitpy.solvers import Engine, Limits, Program, Solution, certificate
from sitpy.sparse import column

Array = np.ndarray
RiskModel = Callable[[InputAssumptions, float, ConstraintType, Constraints], Constraints]
MakeProgram = Callable[[InputAssumptions, Constraints], Program]


class PortfolioFunction(Protocol):
    """What every function here is: weights, or with ``details=True`` all that the solver knows of its answer."""

    __name__: str

    @overload
    def __call__(
        self,
        ia: InputAssumptions,
        constraints: Constraints,
        *,
        details: Literal[False] = ...,
        engine: Engine = ...,
        limits: Limits | None = ...,
    ) -> Array: ...

    @overload
    def __call__(
        self,
        ia: InputAssumptions,
        constraints: Constraints,
        *,
        details: Literal[True],
        engine: Engine = ...,
        limits: Limits | None = ...,
    ) -> Solution: ...


def portfolio_function(function: Callable[..., Array | Solution]) -> PortfolioFunction:
    """The function itself, with the types of its two forms."""
    return cast(PortfolioFunction, function)


def risk_program(ia: InputAssumptions, constraints: Constraints) -> Program:
    """Minimise ``x' cov x / 2``."""
    return build(ia, constraints, D=working_covariance(ia, constraints.n))


def correlation_program(ia: InputAssumptions, constraints: Constraints) -> Program:
    """Minimise ``x' correlation x / 2``."""
    alike = ia.copy()
    alike.cov, alike.cov_temp = ia.correlation, None
    return risk_program(alike, constraints)


def measure_program(ia: InputAssumptions, constraints: Constraints, risk_model: RiskModel) -> Program:
    """Minimise the measure that ``risk_model`` puts into its last constraint."""
    model = risk_model(ia, 0.0, ">=", constraints)
    return build(ia, delete_constraints(-1, model), cost=column(model.matrix, -1))


def return_program(ia: InputAssumptions, constraints: Constraints) -> Program:
    """Minimise minus the expected return."""
    return build(ia, constraints, cost=-padded(ia.expected_return, constraints.n))


def mad_program(ia: InputAssumptions, constraints: Constraints) -> Program:
    """Minimise the mean absolute deviation: twice the mean shortfall below the mean, because deviations sum to zero.

    This form has half the variables of ``add_constraint_mad``, and no equalities.
    """
    below_mean = ia.copy()
    below_mean.parameters_mar = None
    program = measure_program(below_mean, constraints, add_constraint_mad_downside)
    return replace(program, c=2 * program.c)


def maxloss_program(ia: InputAssumptions, constraints: Constraints) -> Program:
    """Minimise the largest loss."""
    return measure_program(ia, constraints, add_constraint_maxloss)


def cvar_program(ia: InputAssumptions, constraints: Constraints) -> Program:
    """Minimise the conditional value at risk."""
    return measure_program(ia, constraints, add_constraint_cvar)


def cdar_program(ia: InputAssumptions, constraints: Constraints) -> Program:
    """Minimise the conditional drawdown at risk."""
    return measure_program(ia, constraints, add_constraint_cdar)


def answer(
    make: MakeProgram,
    ia: InputAssumptions,
    constraints: Constraints,
    details: bool,
    engine: Engine,
    limits: Limits | None,
) -> Array | Solution:
    """The optimum of the programme that ``make`` writes: the constraints' variables, or the whole solution."""
    checked(ia, constraints)
    flag("details", details)
    program = make(ia, constraints)
    solution = optimum(program, ia, constraints, engine, limits)
    if details:
        return replace(solution, certificate=certificate(program, solution))
    return solution.x[: constraints.n]


@portfolio_function
def min_risk_portfolio(
    ia: InputAssumptions,
    constraints: Constraints,
    *,
    details: bool = False,
    engine: Engine = "fast",
    limits: Limits | None = None,
) -> Array | Solution:
    """Portfolio of least variance; with ``constraints.binary_index``, proven by branch and bound.

    Parameters
    ----------
    ia : InputAssumptions
        n assets.
    constraints : Constraints
        n or more variables, asset weights first.
    details : bool
        Return the solver's :class:`~sitpy.solvers.Solution` (all variables of the programme, value, bound, proof,
        counts, and a :class:`~sitpy.solvers.Certificate` of its residuals) instead of the weights.
    engine : {"fast", "reference"}
        The reference engine is the plain route to the same answer.
    limits : Limits, optional
        When a search over 0/1 variables may end without a proof, with the best answer that it has. Ctrl-C ends it too.

    Returns
    -------
    array (constraints.n variables) or Solution

    Raises
    ------
    InputError
        Data that do not agree, missing numbers.
    InfeasibleError
        No portfolio satisfies the constraints; the message names those that contradict each other.
    UnboundedError, NotSolvedError
        The objective has no limit; no solver reached a proven answer, or a limit was reached before any answer.

    Warns
    -----
    SitpyWarning
        A limit or Ctrl-C ended the search: the answer is the best found, not proven; the warning gives its bound.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> weights = sitpy.min_risk_portfolio(ia, sitpy.create_basic_constraints(ia.n, 0, 0.8))
    >>> round(float(sitpy.portfolio_risk(weights, ia)[0]), 4)
    0.0258

    References
    ----------
    SIT, ``min.risk.portfolio``; Markowitz (1952), "Portfolio selection", Journal of Finance 7.
    """
    return answer(risk_program, ia, constraints, details, engine, limits)


@portfolio_function
def min_cor_insteadof_cov_portfolio(
    ia: InputAssumptions,
    constraints: Constraints,
    *,
    details: bool = False,
    engine: Engine = "fast",
    limits: Limits | None = None,
) -> Array | Solution:
    """Portfolio of least ``x' correlation x``: the least variance if all assets had the same risk.

    Parameters, return value and errors as in :func:`min_risk_portfolio`.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> weights = sitpy.min_cor_insteadof_cov_portfolio(ia, sitpy.create_basic_constraints(ia.n, 0, 0.8))
    >>> round(float(sitpy.portfolio_risk(weights, ia)[0]), 4)
    0.1259

    References
    ----------
    SIT, ``min.cor.insteadof.cov.portfolio``.
    """
    return answer(correlation_program, ia, constraints, details, engine, limits)


@portfolio_function
def min_mad_portfolio(
    ia: InputAssumptions,
    constraints: Constraints,
    *,
    details: bool = False,
    engine: Engine = "fast",
    limits: Limits | None = None,
) -> Array | Solution:
    """Portfolio of least mean absolute deviation.

    Parameters, return value and errors as in :func:`min_risk_portfolio`; the history must be complete.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> weights = sitpy.min_mad_portfolio(ia, sitpy.create_basic_constraints(ia.n, 0, 0.8))
    >>> round(float(sitpy.portfolio_mad(weights, ia)[0]), 4)
    0.0199

    References
    ----------
    SIT, ``min.mad.portfolio``; Konno and Yamazaki (1991).
    """
    return answer(mad_program, ia, constraints, details, engine, limits)


@portfolio_function
def min_maxloss_portfolio(
    ia: InputAssumptions,
    constraints: Constraints,
    *,
    details: bool = False,
    engine: Engine = "fast",
    limits: Limits | None = None,
) -> Array | Solution:
    """Portfolio whose worst period is least bad.

    Parameters, return value and errors as in :func:`min_risk_portfolio`; the history must be complete.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> weights = sitpy.min_maxloss_portfolio(ia, sitpy.create_basic_constraints(ia.n, 0, 0.8))
    >>> round(float(sitpy.portfolio_maxloss(weights, ia)[0]), 4)
    -0.0384

    References
    ----------
    SIT, ``min.maxloss.portfolio``; Young (1998).
    """
    return answer(maxloss_program, ia, constraints, details, engine, limits)


@portfolio_function
def min_cvar_portfolio(
    ia: InputAssumptions,
    constraints: Constraints,
    *,
    details: bool = False,
    engine: Engine = "fast",
    limits: Limits | None = None,
) -> Array | Solution:
    """Portfolio of least conditional value at risk at ``ia.parameters_alpha``.

    Parameters, return value and errors as in :func:`min_risk_portfolio`; the history must be complete.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> weights = sitpy.min_cvar_portfolio(ia, sitpy.create_basic_constraints(ia.n, 0, 0.8))
    >>> round(float(sitpy.portfolio_cvar_ru(weights, ia)[0]), 4)
    -0.0384

    References
    ----------
    SIT, ``min.cvar.portfolio``; Rockafellar and Uryasev (2000).
    """
    return answer(cvar_program, ia, constraints, details, engine, limits)


@portfolio_function
def min_cdar_portfolio(
    ia: InputAssumptions,
    constraints: Constraints,
    *,
    details: bool = False,
    engine: Engine = "fast",
    limits: Limits | None = None,
) -> Array | Solution:
    """Portfolio of least conditional drawdown at risk at ``ia.parameters_alpha``.

    Parameters, return value and errors as in :func:`min_risk_portfolio`; the history must be complete.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> weights = sitpy.min_cdar_portfolio(ia, sitpy.create_basic_constraints(ia.n, 0, 0.8))
    >>> abs(round(float(sitpy.portfolio_cdar_ru(weights, ia)[0]), 4))
    0.0

    References
    ----------
    SIT, ``min.cdar.portfolio``; Chekhlov, Uryasev and Zabarankin (2005).
    """
    return answer(cdar_program, ia, constraints, details, engine, limits)


@portfolio_function
def max_return_portfolio(
    ia: InputAssumptions,
    constraints: Constraints,
    *,
    details: bool = False,
    engine: Engine = "fast",
    limits: Limits | None = None,
) -> Array | Solution:
    """Portfolio of largest expected return.

    Parameters, return value and errors as in :func:`min_risk_portfolio`.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> weights = sitpy.max_return_portfolio(ia, sitpy.create_basic_constraints(ia.n, 0, 0.8))
    >>> round(float(sitpy.portfolio_return(weights, ia)[0]), 4)
    0.199

    References
    ----------
    SIT, ``max.return.portfolio``.
    """
    return answer(return_program, ia, constraints, details, engine, limits)
