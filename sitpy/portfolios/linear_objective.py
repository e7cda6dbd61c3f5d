"""Portfolios with a linear objective: the caller's own, or the measure that an ``add_constraint_*`` builder models."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from sitpy.arguments import choice, finite, function
from sitpy.constraints import Constraints, ConstraintType
from sitpy.errors import InputError
from sitpy.inputs import InputAssumptions
from sitpy.portfolios.minimum import RiskModel, measure_program
from sitpy.portfolios.problem import build, checked, optimum, padded
from sitpy.solvers import Program

Array = np.ndarray

_SIGNS = {"min": 1.0, "max": -1.0}


def lp_obj_portfolio(
    ia: InputAssumptions, constraints: Constraints, f_obj: ArrayLike | None = None, direction: str = "min"
) -> Array:
    """Portfolio with the least or the largest value of a linear objective.

    Parameters
    ----------
    ia : InputAssumptions
        n assets.
    constraints : Constraints
        n or more variables, asset weights first; 0/1 variables are welcome.
    f_obj : array (n assets) or (constraints.n variables), optional
        Coefficients; the expected returns when not given.
    direction : {"min", "max"}

    Returns
    -------
    array (constraints.n variables)

    Raises
    ------
    InputError
        Data that do not agree, missing numbers, an unknown direction.
    InfeasibleError
        No portfolio satisfies the constraints; the message names those that contradict each other.
    UnboundedError, NotSolvedError
        The objective has no limit; no solver reached a proven answer.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.InputAssumptions(expected_return=[0.02, 0.06, 0.04])
    >>> sitpy.lp_obj_portfolio(ia, sitpy.create_basic_constraints(3, 0, 0.7), [1, 2, 4]).round(6).tolist()
    [0.7, 0.3, 0.0]

    References
    ----------
    SIT, ``lp.obj.portfolio``.
    """
    checked(ia, constraints)
    n = constraints.n
    cost = np.atleast_1d(finite("f_obj", ia.expected_return if f_obj is None else f_obj))
    if cost.shape not in ((ia.n,), (n,)):
        raise InputError(f"f_obj has shape {cost.shape}; expected numbers for {ia.n} assets or {n} variables")
    return _solved(build(ia, constraints, cost=padded(cost, n)), ia, constraints, direction)


def optimize_portfolio(
    ia: InputAssumptions,
    constraints: Constraints,
    add_constraint_fn: RiskModel,
    min_risk_fn: Callable[..., Any] | None = None,
    direction: str = "min",
) -> Array:
    """Portfolio with the least or the largest value of the measure that a builder puts into its last constraint.

    This is what stands behind ``min_maxloss_portfolio`` and its relatives: the builder adds the linear model of the measure,
    and the coefficients of "measure >= 0", its last constraint, become the objective.

    Parameters
    ----------
    ia : InputAssumptions
        n assets and whatever the builder needs, mostly a complete history.
    constraints : Constraints
        n or more variables, asset weights first.
    add_constraint_fn : function (ia, value, type, constraints) -> Constraints
        Such as :func:`add_constraint_cvar`, or one of your own.
    min_risk_fn : function (weight, ia) -> array, optional
        The measure itself. SIT printed it beside the optimum while testing; it is not needed.
    direction : {"min", "max"}
        A model of losses has no largest value; "max" is for gains.

    Returns
    -------
    array (constraints.n variables)
        Without the builder's own variables.

    Raises
    ------
    InputError
        Data that do not agree, an unknown direction, a builder that adds no constraint.
    InfeasibleError, UnboundedError, NotSolvedError
        As :func:`lp_obj_portfolio`.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> constraints = sitpy.create_basic_constraints(ia.n, 0, 0.8)
    >>> weights = sitpy.optimize_portfolio(ia, constraints, sitpy.add_constraint_maxloss)
    >>> round(float(sitpy.portfolio_maxloss(weights, ia)[0]), 4)
    -0.0384

    References
    ----------
    SIT, ``optimize.portfolio``.
    """
    checked(ia, constraints)
    function("add_constraint_fn", add_constraint_fn, "give a function, such as add_constraint_mad")
    if min_risk_fn is not None:
        function("min_risk_fn", min_risk_fn, "give a function, such as portfolio_mad")

    def builder(ia: InputAssumptions, value: float, type: ConstraintType, constraints: Constraints) -> Constraints:
        model = add_constraint_fn(ia, value, type, constraints)
        if not isinstance(model, Constraints) or model.m <= constraints.m:
            raise InputError(
                "add_constraint_fn returned no further constraint; its last must be 'measure >= value', as that of "
                "add_constraint_mad"
            )
        return model

    return _solved(measure_program(ia, constraints, builder), ia, constraints, direction)


def min_portfolio(
    ia: InputAssumptions,
    constraints: Constraints,
    add_constraint_fn: RiskModel,
    min_risk_fn: Callable[..., Any] | None = None,
) -> Array:
    """Portfolio with the least value of the measure that a builder puts into its last constraint.

    Parameters, return value and errors as in :func:`optimize_portfolio`.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> constraints = sitpy.create_basic_constraints(ia.n, 0, 0.8)
    >>> weights = sitpy.min_portfolio(ia, constraints, sitpy.add_constraint_mad, sitpy.portfolio_mad)
    >>> round(float(sitpy.portfolio_mad(weights, ia)[0]), 4)
    0.0199

    References
    ----------
    SIT, ``min.portfolio``.
    """
    return optimize_portfolio(ia, constraints, add_constraint_fn, min_risk_fn, "min")


def _solved(program: Program, ia: InputAssumptions, constraints: Constraints, direction: str) -> Array:
    choice("direction", direction, tuple(_SIGNS))
    return optimum(replace(program, c=_SIGNS[direction] * program.c), ia, constraints).x[: constraints.n]
