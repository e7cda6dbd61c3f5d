"""Portfolios of smooth functions without a convex programme: least average correlation, largest compounded return."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sitpy.arguments import real
from sitpy.constraints import Constraints
from sitpy.errors import InfeasibleError, InputError, NotSolvedError, UnboundedError, warn
from sitpy.inputs import InputAssumptions
from sitpy.measures import portfolio_geometric_return
from sitpy.portfolios.minimum import max_return_portfolio, min_risk_portfolio
from sitpy.portfolios.problem import build, checked, optimum, padded
from sitpy.portfolios.sharpe import homogenised
from sitpy.portfolios.smooth import Smooth, best_found, corner_finder, distinct, limited, variance_of, where_level
from sitpy.solvers import Program
from sitpy.solvers.nonconvex import descended, solve_indefinite

Array = np.ndarray

_DIRECTIONS = 40  # random corners to start from
_TINY = 1e-9  # relative to the weights: rounding of a linear programme
_RUIN = 1e-4  # of growth factors
_WORK = 8e6  # boxes times variables cubed: seconds


def min_avgcor_portfolio(ia: InputAssumptions, constraints: Constraints) -> Array:
    """Portfolio of least average correlation with its assets (from ``ia.cov``).

    The average is ``g'x / sqrt(x' cov x)`` with ``g = cov (1/risk) / n``. It does not change with the size of ``x``, so with
    ``y = kappa x`` and all constraints multiplied by ``kappa`` a variance stands for it. Where some portfolio has ``g'x < 0``,
    the least variance with ``g'y = -1`` is the answer, a convex programme. Where none has, it is the largest variance with
    ``g'y = 1``, at one of many corners: branch and bound proves the best one, in less than a second for 10 assets. Beyond
    about 15 assets the proof may need more than its limit of work. The answer then is the best corner found, to which
    the tangent from many others leads, and a warning says so.

    Parameters
    ----------
    ia : InputAssumptions
        n assets, each with a variance.
    constraints : Constraints
        n or more variables, asset weights first; no 0/1 variables.

    Returns
    -------
    array (constraints.n variables)
        Where several portfolios have the least average, one of them.

    Raises
    ------
    InputError
        Data that do not agree, an asset without variance, 0/1 variables.
    InfeasibleError
        No portfolio satisfies the constraints; the message names those that contradict each other. Or none has any risk.
    UnboundedError
        The average falls as long as the positions grow, and nothing limits them.
    NotSolvedError
        Coefficients of very different size: the answer misses a constraint.

    Warns
    -----
    SitpyWarning
        The answer is not proven; the message gives the bound that is.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> weights = sitpy.min_avgcor_portfolio(ia, sitpy.create_basic_constraints(ia.n, 0, 0.8))
    >>> round(float(sitpy.portfolio_avgcor(weights, ia)[0]), 4)
    0.1197

    References
    ----------
    SIT, ``min.avgcor.portfolio``; Varadi and others (2012), "The minimum correlation algorithm"; Falk and Soland (1969), "An
    algorithm for separable nonconvex programming problems", Management Science 15.
    """
    program = _smooth_program(ia, constraints, "min_avgcor_portfolio")
    variance = np.diag(ia.cov)
    if (variance <= 0).any():
        raise InputError(
            f"{ia.symbols[int(np.argmin(variance))]!r} has no variance, so its correlation with a portfolio is not defined; "
            "leave the asset out"
        )
    towards = ia.cov @ (1 / np.sqrt(variance)) / ia.n  # numerator of the average correlation
    unit = float(np.abs(towards).max())
    hedge = _least_together(program, towards / unit, ia, constraints)
    least = -np.inf if hedge is None else float(towards @ hedge[: ia.n]) / unit
    if hedge is not None and abs(least) <= _TINY and variance_of(ia.cov)(hedge)[0] > _TINY**2 * variance.max():
        return hedge
    by_cov = ia.copy()
    by_cov.cov_temp = None
    if least < -_TINY:
        convex, scaled = homogenised(by_cov, constraints, -towards)
        return _divided(optimum(convex, by_cov, scaled).x, program)
    convex, _ = homogenised(by_cov, constraints, towards)
    assert convex.D is not None
    return _divided(_longest(replace(convex, D=-convex.D), unit), program)


def _least_together(program: Program, towards: Array, ia: InputAssumptions, constraints: Constraints) -> Array | None:
    """The portfolio that moves least with the assets; None if that has no limit."""
    try:
        return optimum(replace(program, c=padded(towards, program.n)), ia, constraints).x
    except UnboundedError:
        return None


def _longest(concave: Program, unit: float) -> Array:
    """The best portfolio, in units of its numerator, and a warning where it is not proven to be."""
    try:
        solution = solve_indefinite(concave, limit=_steps(concave.n))
    except UnboundedError:
        raise _grows() from None
    except NotSolvedError as error:
        if error.best is None:
            raise
        found, bound = (unit / np.sqrt(-2 * value) for value in (concave.value(error.best), error.bound))
        warn(
            f"the average correlation {found:.6f} is the least that was found, but not proven to be the least of all: after "
            f"{_steps(concave.n)} steps it is certain only that none is below {bound:.6f}. Fewer assets are proven sooner"
        )
        return np.asarray(error.best)
    if solution is None:
        raise InfeasibleError(
            "every portfolio within the constraints is without risk, so its correlation with the assets is not defined; "
            "ask for a positive sum of weights"
        )
    return solution.x


def _divided(y: Array, program: Program) -> Array:
    """The portfolio ``x`` of ``y = kappa x``; ``kappa`` is the last variable."""
    if y[-1] <= _TINY * max(1.0, float(np.abs(y).max())):
        raise _grows()
    x = np.asarray(np.clip(y[:-1] / y[-1], program.lb, program.ub))
    missed = program.violation(x)
    if missed > 1e-6:
        raise NotSolvedError(
            f"the answer misses a constraint by {missed:.2g}; rescale constraints whose coefficients differ by many orders of "
            "magnitude",
            x,
        )
    return x


def _grows() -> UnboundedError:
    return UnboundedError(
        "no portfolio has the least average correlation: it falls as long as the positions grow. Bound the weights, or give "
        "them a sum"
    )


def max_geometric_return_portfolio(
    ia: InputAssumptions, constraints: Constraints, min_risk: float = 0.0, max_risk: float = np.inf
) -> Array:
    """Portfolio of largest compounded return whose risk lies between two limits.

    With the lower limit not binding, the problem is convex and the answer its optimum. Where it binds, the problem has a
    hole, and the answer is the best of searches from many corners of the constraints; it is not proven.

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
        No portfolio satisfies the constraints; the message names those that contradict each other. Or none has a risk between
        the limits; the message gives the range of risks that the constraints allow.
    NotSolvedError
        No search ended between the limits.

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
    min_risk, max_risk = _limits(min_risk, max_risk)
    program = _smooth_program(ia, constraints, "max_geometric_return_portfolio")
    loss, variance = _loss_of_growth(ia.complete_history()), variance_of(ia.cov)
    least, most = min_risk_portfolio(ia, constraints), max_return_portfolio(ia, constraints)
    if variance(least)[0] > (max_risk * (1 + 1e-9) + 1e-12) ** 2:
        raise _out_of_range(f"at most max_risk = {max_risk:.4%}", "raise max_risk", program, ia, least)
    unit = max(float(np.diag(ia.cov).max()), 1e-12)
    limits = [limited(variance, max_risk**2, -1 / unit)] if np.isfinite(max_risk) else []
    best = best_found(loss, program, [most + share * (least - most) for share in (0.75, 0.5, 0.25, 1.0, 0.0)], limits)
    if variance(best)[0] < min_risk**2 * (1 - _TINY):
        outside = _riskier(program, ia, min_risk, least, most)
        starts = [where_level(lambda x: variance(x)[0], best, x, min_risk**2) for x in outside]
        best = best_found(loss, program, starts, [*limits, limited(variance, min_risk**2, 1 / unit)])
    portfolio_geometric_return(best, ia)  # refuses a portfolio that is ruined in some period
    return best


def _limits(min_risk: float, max_risk: float) -> tuple[float, float]:
    """Both as numbers, in order."""
    remedy = "give a standard deviation per year, such as 0.1"
    low, high = (
        real(label, number, remedy, lambda number: not np.isnan(number))
        for label, number in (("min_risk", min_risk), ("max_risk", max_risk))
    )
    if not 0 <= low <= high:
        raise InputError(f"min_risk is {low:g} and max_risk {high:g}; they must be positive, the lower one first")
    return low, high


def _riskier(program: Program, ia: InputAssumptions, min_risk: float, least: Array, most: Array) -> list[Array]:
    """Corners with at least a risk: in many directions, and those to which the variance climbs from there."""
    corner = corner_finder(program)
    corners = [most, *(corner(direction) for direction in _directions(ia))]
    uphill = _minus_variance(program, ia)
    known = distinct([*corners, *(descended(uphill, x, corner) for x in corners)])
    outside = [x for x in known if -2 * uphill.value(x) >= min_risk**2]
    if outside:
        return outside
    riskiest, bound = _riskiest(uphill)
    if riskiest is not None and -2 * uphill.value(riskiest) >= min_risk**2 * (1 - _TINY):
        return [riskiest]
    if bound < min_risk:
        raise _out_of_range(f"at least min_risk = {min_risk:.4%}", "lower min_risk", program, ia, least)
    raise NotSolvedError(
        f"no portfolio was found with a risk of at least min_risk = {min_risk:.4%}; lower min_risk", riskiest
    )


def _out_of_range(asked: str, remedy: str, program: Program, ia: InputAssumptions, least: Array) -> InfeasibleError:
    """The error that says which risks can be had."""
    bound = _riskiest(_minus_variance(program, ia))[1]
    reach = f"risks from {np.sqrt(variance_of(ia.cov)(least)[0]):.4%} " + (
        "upwards without limit" if np.isinf(bound) else f"to {bound:.4%}"
    )
    return InfeasibleError(
        f"no portfolio has a risk of {asked}: the constraints allow {reach}; {remedy}, or widen the constraints"
    )


def _riskiest(uphill: Program) -> tuple[Array | None, float]:
    """The portfolio of largest risk, or the best that was found, and what no portfolio's risk exceeds."""
    try:
        solution = solve_indefinite(uphill, limit=_steps(uphill.n))
    except UnboundedError:
        return None, np.inf
    except NotSolvedError as error:
        return error.best, float(np.sqrt(-2 * error.bound))
    assert solution is not None  # the least risky portfolio is feasible
    return solution.x, float(np.sqrt(-2 * solution.bound))


def _minus_variance(program: Program, ia: InputAssumptions) -> Program:
    """Minimise ``-x' cov x / 2``: the largest risk."""
    D = np.zeros((program.n, program.n))
    D[: ia.n, : ia.n] = -ia.cov
    return replace(program, c=np.zeros(program.n), D=D)


def _steps(n: int) -> int:
    """Boxes of a search among n variables that take a few seconds at most."""
    return int(max(1.0, _WORK / n**3))


def _loss_of_growth(history: Array) -> Smooth:
    """Minus the mean logarithm of growth; beyond ruin it goes on as its tangent."""

    def loss(x: Array) -> tuple[float, Array]:
        growth = 1 + history @ x[: history.shape[1]]
        safe = np.maximum(growth, _RUIN)
        value = np.log(safe) + (growth - safe) / safe
        return -float(value.mean()), padded(-(history.T @ (1 / safe)) / len(history), x.size)

    return loss


def _directions(ia: InputAssumptions) -> Array:
    """Every asset, up and down, and mixtures of the periods: none knows in which order the assets stand."""
    history = ia.complete_history()
    mixtures = np.random.default_rng(0).normal(size=(_DIRECTIONS, len(history))) @ history
    return np.vstack([np.eye(ia.n), -np.eye(ia.n), mixtures])


def _smooth_program(ia: InputAssumptions, constraints: Constraints, name: str) -> Program:
    """The constraints as a programme with nothing but linear rows and bounds."""
    checked(ia, constraints)
    program = build(ia, constraints)
    if program.binary.size or program.differences:
        raise InputError(
            f"{name} takes no 0/1 variables and no Gini limit over a long history; choose the assets first, with "
            "min_risk_portfolio for example, and fix the others at zero by their bounds"
        )
    return program
