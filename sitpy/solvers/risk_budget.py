"""Risk budgets: the minimum of a quadratic form less logarithms, between bounds and with a given sum.

``x > 0`` with ``x_i (V x)_i`` in proportion to budgets ``b_i`` is, but for its scale, the one minimum of the convex
function ``x'Vx/2 - lambda sum b_i log x_i`` (Spinu 2013; Maillard, Roncalli and Teiletche 2010). Between bounds the same
function is minimised, and ``lambda`` is what makes the sum right (Richard and Roncalli 2019).
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import quadprog

from sitpy.errors import NotSolvedError

Array = np.ndarray

_NEWTON_STEPS = 200
_SETTLED, _ROUNDING = 1e-15, 1e-8  # contributions off by this part of the variance: done; done when it no longer falls
_SAME_SUM = 1e-9  # relative
_FEW, _MANY = 4, 60  # halvings of a step
_AT_BOUND = 1e-12  # relative distance, from a bound or of a move, that is rounding
_RIDGE = 1e-13  # of the variances, which are 1: what is inverted must be definite
_FARTHEST = 64.0  # of log(lambda) from that of the solution without bounds


def risk_budget_weights(V: Array, budget: Array, lower: Array, upper: Array, total: float) -> Array | None:
    """``x`` between bounds, with sum ``total``, that minimises ``x'Vx/2 - lambda sum b_i log x_i`` for some ``lambda``.

    Parameters
    ----------
    V : array (n x n)
        Positive semidefinite with a positive diagonal; no ``x >= 0`` but 0 may have ``x'Vx = 0``.
    budget : array (n)
        Positive.
    lower, upper : array (n)
        ``0 <= lower <= upper``, upper positive; sums on both sides of ``total``.
    total : float
        Positive.

    Returns
    -------
    array (n) or None
        None where no ``lambda > 0`` gives the sum: some ``x_i`` above a lower bound would have to lessen the variance.

    Raises
    ------
    NotSolvedError
        Rounding stopped the search.
    """
    for bound in (lower, upper):
        if abs(bound.sum() - total) <= _SAME_SUM * total:  # no lambda, but the limit of small or large ones
            return bound.copy()
    scale = np.sqrt(np.diag(V))
    C, part = V / np.outer(scale, scale), 1 / (scale * total)  # of z = x * scale; part'z = 1
    n, low, high = scale.size, lower * scale, upper * scale
    free = _minimum(C, budget, np.zeros(n), np.full(n, np.inf), np.full(n, 1 / math.sqrt(n)))
    x = free / (scale * (part @ free))
    if (x >= lower).all() and (x <= upper).all():
        return np.asarray(x)

    def at(log_lambda: float) -> Array:
        return _minimum(
            C, math.exp(log_lambda) * budget, low, high, np.clip(math.exp(log_lambda / 2) * free, low, high)
        )

    def excess(log_lambda: float) -> float:
        return float(part @ at(log_lambda) - 1)

    middle, begin = -2 * math.log(part @ free), np.clip(x * scale, low, high)
    least = _exact_goal(C + _RIDGE * np.eye(n), C @ begin, low, high, begin)  # what is left when lambda is 0
    if excess(middle) > 0 and part @ least >= 1:
        return None
    start, end = _far_enough(excess, middle, -1.0), _far_enough(excess, middle, 1.0)
    if start is None or end is None:
        return None
    from scipy.optimize import brentq

    root = brentq(excess, start, end, xtol=1e-14, rtol=4 * np.finfo(float).eps) if start < end else middle
    return np.clip(at(root) / scale, lower, upper)


def _far_enough(excess: Callable[[float], float], middle: float, direction: float) -> float | None:
    """A ``log(lambda)`` on one side of ``middle`` where the sum is too small (-1) or too large (1); None if there is none."""
    step = 0.0
    while direction * excess(middle + direction * step) < 0:
        if step >= _FARTHEST:
            return None
        step = max(1.0, 2 * step)
    return middle + direction * step


def _minimum(C: Array, budget: Array, lower: Array, upper: Array, z: Array) -> Array:
    """Minimum of ``z'Cz/2 - sum budget_i log z_i`` between bounds."""
    last = math.inf
    for _ in range(_NEWTON_STEPS):
        gradient = C @ z - budget / z
        near = _AT_BOUND * z
        moves = ~((z <= lower + near) & (gradient > 0) | (z >= upper - near) & (gradient < 0))
        off = float(np.abs(z * gradient)[moves].max(initial=0.0)) / max(float(budget.sum()), float(z @ C @ z))
        if off <= _SETTLED or last / 2 < off <= _ROUNDING:
            return z
        floor, last = np.maximum(lower, z / 10), off  # no variable comes closer to 0 than a tenth of its value
        hessian = C + np.diag(budget / z**2 + _RIDGE)
        goal = _newton_goal(hessian, gradient, moves, floor, upper, z)
        found = _on_the_way(C, budget, z, gradient, goal, _FEW)
        if found is None:
            goal = _exact_goal(hessian, gradient, floor, upper, z)
            found = _on_the_way(C, budget, z, gradient, goal, _MANY)
        z = z if found is None else found
    raise NotSolvedError(
        f"the search for risk budgets ended {off:.2g} of the variance away from them after {_NEWTON_STEPS} steps; "
        "check that the covariance is not nearly singular",
        z,
    )


def _newton_goal(hessian: Array, gradient: Array, moves: Array, floor: Array, upper: Array, z: Array) -> Array:
    """Minimum of the quadratic model in the variables that may move, cut off at the bounds: right near the end."""
    goal = z.copy()
    goal[moves] -= np.linalg.solve(hessian[np.ix_(moves, moves)], gradient[moves])
    return np.asarray(np.clip(goal, floor, upper))


def _exact_goal(hessian: Array, gradient: Array, floor: Array, upper: Array, z: Array) -> Array:
    """Minimum of the quadratic model between the bounds, for assets so hedged that a cut-off step leads nowhere."""
    goal, moves = z.copy(), np.flatnonzero(floor < upper)
    if moves.size == 0:
        return goal
    low, high = moves[np.isfinite(floor[moves])], moves[np.isfinite(upper[moves])]
    unit, part = np.eye(z.size), hessian[np.ix_(moves, moves)]
    rows = np.hstack([unit[:, low], -unit[:, high]])[moves]
    distance = np.concatenate([floor[low] - z[low], z[high] - upper[high]])
    goal[moves] += quadprog.solve_qp(part, -gradient[moves], rows, distance)[0]
    return np.where(np.abs(goal - z) <= _AT_BOUND * z, z, np.clip(goal, floor, upper))


def _on_the_way(C: Array, budget: Array, z: Array, gradient: Array, goal: Array, halvings: int) -> Array | None:
    """The first point, going back from ``goal`` towards ``z``, where the function has fallen enough."""

    def value(z: Array) -> float:
        return float(z @ C @ z / 2 - budget @ np.log(z))

    now, slope = value(z), float(gradient @ (goal - z))
    for step in 0.5 ** np.arange(halvings) if slope < 0 else ():
        trial = z + step * (goal - z) if step < 1 else goal
        slope_there = float((C @ trial - budget / trial) @ (goal - z))
        # in a hedge the value is rounding long before its slope is
        if value(trial) <= now + 1e-4 * step * slope or abs(slope_there) <= 0.1 * abs(slope):
            return np.asarray(trial)
    return None
