"""Portfolios that maximise a smooth function without a programme of its own: SLSQP from many starts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from sitpy.constraints import Constraints
from sitpy.errors import InputError, NotSolvedError
from sitpy.inputs import InputAssumptions
from sitpy.measures import portfolio_geometric_return
from sitpy.portfolios.minimum import max_return_portfolio, min_risk_portfolio
from sitpy.portfolios.problem import build, checked, optimum, padded
from sitpy.solvers import Program, model_for

Array = np.ndarray
Smooth = Callable[[Array], tuple[float, Array]]

_DIRECTIONS = 40  # random corners to start from
_FEASIBLE = 1e-8


def min_avgcor_portfolio(ia: InputAssumptions, constraints: Constraints) -> Array:
    """Portfolio of least average correlation with its assets (from ``ia.cov``).

    The average is not convex, and its minimum is often at a corner of the constraints. The search starts at many corners and
    keeps the best answer; it is not proven.

    Parameters
    ----------
    ia : InputAssumptions
        n assets, each with a variance.
    constraints : Constraints
        n or more variables, asset weights first; no 0/1 variables.

    Returns
    -------
    array (constraints.n variables)

    Raises
    ------
    InputError
        Data that do not agree, an asset without variance, 0/1 variables.
    InfeasibleError
        No portfolio satisfies the constraints; the message names those that contradict each other.
    NotSolvedError
        No start led to a feasible answer.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> weights = sitpy.min_avgcor_portfolio(ia, sitpy.create_basic_constraints(ia.n, 0, 0.8))
    >>> round(float(sitpy.portfolio_avgcor(weights, ia)[0]), 4)
    0.1197

    References
    ----------
    SIT, ``min.avgcor.portfolio``; Varadi and others (2012), "The minimum correlation algorithm".
    """
    program = _smooth_program(ia, constraints, "min_avgcor_portfolio")
    n, cov, risk = ia.n, ia.cov, np.sqrt(np.diag(ia.cov))
    if (risk <= 0).any():
        raise InputError(
            f"{ia.symbols[int(np.argmin(risk))]!r} has no variance, so its correlation with a portfolio is not defined; "
            "leave the asset out"
        )
    towards = cov @ (1 / risk) / n  # numerator of the average correlation

    def average(x: Array) -> tuple[float, Array]:
        covariance = cov @ x[:n]
        size = float(np.sqrt(max(x[:n] @ covariance, 1e-30)))
        value = float(towards @ x[:n]) / size
        return value, padded(towards / size - value * covariance / size**2, x.size)

    least = optimum(replace(program, D=None), ia, constraints).x
    return _best(average, program, [least, *_corners(program, n)], "min_avgcor_portfolio")


def max_geometric_return_portfolio(
    ia: InputAssumptions, constraints: Constraints, min_risk: float = 0.0, max_risk: float = np.inf
) -> Array:
    """Portfolio of largest compounded return whose risk lies between two limits.

    With the lower limit not binding, the problem is convex and the answer its optimum; where it binds, the best answer from
    many starts.

    Parameters
    ----------
    ia : InputAssumptions
        n assets, with a complete history.
    constraints : Constraints
        n or more variables, asset weights first; no 0/1 variables.
    min_risk, max_risk : float
        Limits of the standard deviation per year; the same number twice asks for that risk.

    Returns
    -------
    array (constraints.n variables)

    Raises
    ------
    InputError
        Data that do not agree, limits that contradict each other, 0/1 variables.
    InfeasibleError
        No portfolio satisfies the constraints; the message names those that contradict each other.
    NotSolvedError
        No portfolio was found between the limits; the message gives the attainable risk.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> constraints = sitpy.create_basic_constraints(ia.n, 0, 0.8)
    >>> weights = sitpy.max_geometric_return_portfolio(ia, constraints, 0.10, 0.10)
    >>> round(float(sitpy.portfolio_risk(weights, ia)[0]), 6)
    0.1

    References
    ----------
    SIT, ``max.geometric.return.portfolio``; Bernstein and Wilkinson (1997), "Diversification, rebalancing, and the
    geometric mean frontier".
    """
    for limit, number in (("min_risk", min_risk), ("max_risk", max_risk)):
        if isinstance(number, bool) or not isinstance(number, (int, float, np.number)):
            raise InputError(f"{limit} is {number!r}; give a standard deviation per year, such as 0.1")
    if not 0 <= min_risk <= max_risk:
        raise InputError(
            f"min_risk is {min_risk:g} and max_risk {max_risk:g}; they must be positive, the lower one first"
        )
    program = _smooth_program(ia, constraints, "max_geometric_return_portfolio")
    history, n = ia.complete_history(), ia.n
    cov = ia.cov

    def loss(x: Array) -> tuple[float, Array]:
        growth = 1 + history @ x[:n]
        safe = np.maximum(growth, _RUIN)  # beyond it, the logarithm goes on as its tangent
        value = np.log(safe) + (growth - safe) / safe
        return -float(value.mean()), padded(-(history.T @ (1 / safe)) / len(history), x.size)

    def variance(x: Array) -> tuple[float, Array]:
        covariance = cov @ x[:n]
        return float(x[:n] @ covariance), padded(2 * covariance, x.size)

    unit = max(float(np.diag(cov).max()), 1e-12)
    limits: list[Smooth] = []
    if np.isfinite(max_risk):
        limits.append(lambda x: _scaled(variance(x), max_risk**2, -1 / unit))
    least, most = min_risk_portfolio(ia, constraints), max_return_portfolio(ia, constraints)
    risks = [float(np.sqrt(variance(x)[0])) for x in (least, most)]
    if risks[0] > max_risk * (1 + 1e-9) + 1e-12:
        raise NotSolvedError(
            f"max_risk is {max_risk:.4%} but no portfolio has less than {risks[0]:.4%}; raise max_risk", least
        )
    starts = [share * most + (1 - share) * least for share in (0.25, 0.5, 0.75, 0.0, 1.0)]
    name = "max_geometric_return_portfolio"
    best = _best(loss, program, starts, name, limits)
    if variance(best)[0] < min_risk**2 * (1 - 1e-9):
        limits.append(lambda x: _scaled(variance(x), min_risk**2, 1 / unit))
        corners = [most, *_corners(program, n)]
        corners += [_climbed(variance, program, n, corner) for corner in corners]
        outside = [x for x in corners if variance(x)[0] > min_risk**2]
        starts = [_where(lambda x: variance(x)[0], best, x, min_risk**2) for x in outside]
        try:
            best = _best(loss, program, starts, name, limits)
        except NotSolvedError:
            reach = max(float(np.sqrt(variance(x)[0])) for x in corners)
            raise NotSolvedError(
                f"no portfolio was found with a risk between {min_risk:.4%} and {max_risk:.4%}; the constraints allow from "
                f"{risks[0]:.4%} to about {reach:.4%}: choose limits within that range",
                best,
            ) from None
    portfolio_geometric_return(best, ia)  # refuses a portfolio that is ruined in some period
    return best


_RUIN = 1e-4  # of growth factors


def _where(function: Callable[[Array], float], inside: Array, outside: Array, level: float) -> Array:
    """The point between two others at which a function reaches a level."""
    from scipy.optimize import brentq

    share = brentq(lambda share: function(inside + share * (outside - inside)) - level, 0.0, 1.0, xtol=1e-14)
    return np.asarray(inside + share * (outside - inside))


def _scaled(pair: tuple[float, Array], limit: float, sign: float) -> tuple[float, Array]:
    """``sign (value - limit)`` and its gradient."""
    return sign * (pair[0] - limit), sign * pair[1]


def _smooth_program(ia: InputAssumptions, constraints: Constraints, name: str) -> Program:
    """The constraints as a programme that SLSQP can take."""
    checked(ia, constraints)
    program = build(ia, constraints)
    if program.binary.size or program.differences:
        raise InputError(
            f"{name} takes no 0/1 variables and no Gini limit over a long history; choose the assets first, with "
            "min_risk_portfolio for example, and fix the others at zero by their bounds"
        )
    return program


def _corners(program: Program, n: int) -> list[Array]:
    """Corners of the constraints in the directions of every asset and of fixed random ones."""
    directions = np.vstack([np.eye(n), -np.eye(n), np.random.default_rng(0).normal(size=(_DIRECTIONS, n))])
    corners: list[Array] = []
    for direction in directions:
        found = _corner(program, direction)
        if found is not None and not any(np.allclose(found, corner, atol=1e-9) for corner in corners):
            corners.append(found)
    return corners


def _corner(program: Program, direction: Array) -> Array | None:
    """Where the weights' sum of products with a direction is least; None if nothing is feasible."""
    lb, ub = np.maximum(program.lb, -1e3), np.minimum(program.ub, 1e3)
    answer = model_for(replace(program, c=padded(direction, program.n), lb=lb, ub=ub)).solve()
    return None if answer is None else answer.x


def _climbed(convex: Smooth, program: Program, n: int, corner: Array) -> Array:
    """The corner at which a convex function cannot be seen to rise further: from each, to the highest of its tangent."""
    while True:
        value, slope = convex(corner)
        higher = _corner(program, -slope[:n])
        if higher is None or convex(higher)[0] <= value * (1 + 1e-9):
            return corner
        corner = higher


def _best(
    objective: Smooth,
    program: Program,
    starts: list[Array],
    name: str,
    limits: Sequence[Smooth] = (),
) -> Array:
    """The best feasible answer of SLSQP from these starts (minimum of the objective, each limit at least zero)."""
    from scipy.optimize import Bounds, minimize

    equal = np.arange(program.m) < program.meq
    rows: list[dict[str, Any]] = []
    for kind, which in (("eq", equal), ("ineq", ~equal)):
        A, b = program.A[:, which], program.b[which]
        if b.size:
            rows.append({"type": kind, "fun": lambda x, A=A, b=b: x @ A - b, "jac": lambda x, A=A: A.T})
    for limit in limits:
        rows.append(
            {"type": "ineq", "fun": lambda x, limit=limit: limit(x)[0], "jac": lambda x, limit=limit: limit(x)[1]}
        )
    bounds = Bounds(program.lb, program.ub)
    run: Any = minimize
    best: tuple[float, Array] | None = None
    for start in starts:
        found = run(
            objective,
            start,
            jac=True,
            bounds=bounds,
            constraints=rows,
            method="SLSQP",
            options={"ftol": 1e-13, "maxiter": 200},
        )
        for x in (found.x, start):
            x = np.clip(x, program.lb, program.ub)
            missed = max([program.violation(x), *(-limit(x)[0] for limit in limits)])
            value = objective(x)[0]
            if np.isfinite(value) and missed <= _FEASIBLE and (best is None or value < best[0] - 1e-15):
                best = value, x
    if best is None:
        raise NotSolvedError(f"{name}: none of {len(starts)} starts led to a portfolio that satisfies all limits")
    return best[1]
