"""Searches for the minimum of a smooth function: where to start them, and SLSQP under linear rows and smooth limits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from sitpy.errors import NotSolvedError
from sitpy.portfolios.problem import padded
from sitpy.solvers import Program
from sitpy.solvers.linear import LinearModel
from sitpy.sparse import dense

Array = np.ndarray
Smooth = Callable[[Array], tuple[float, Array]]
"""``x -> (value, gradient)``"""

_FEASIBLE = 1e-8


def variance_of(cov: Array) -> Smooth:
    """The variance of the first weights, with its gradient over all variables."""

    def variance(x: Array) -> tuple[float, Array]:
        covariance = cov @ x[: len(cov)]
        return float(x[: len(cov)] @ covariance), padded(2 * covariance, x.size)

    return variance


def limited(function: Smooth, level: float, sign: float) -> Smooth:
    """``sign (value - level)``, which must not be negative, and its gradient."""

    def limit(x: Array) -> tuple[float, Array]:
        value, gradient = function(x)
        return sign * (value - level), sign * gradient

    return limit


def where_level(function: Callable[[Array], float], inside: Array, outside: Array, level: float) -> Array:
    """The point between two others at which a function reaches a level; the outer one where it does so only just."""
    from scipy.optimize import brentq

    if function(outside) <= level:
        return outside
    share = brentq(lambda share: function(inside + share * (outside - inside)) - level, 0.0, 1.0, xtol=1e-14)
    return np.asarray(inside + share * (outside - inside))


def corner_finder(program: Program) -> Callable[[Array], Array]:
    """Where the sum of products with a direction is least; variables without a bound end at 1000."""
    near = replace(program, lb=np.maximum(program.lb, -1e3), ub=np.minimum(program.ub, 1e3))
    model = LinearModel(near)

    def corner(direction: Array) -> Array:
        model.price(padded(direction / max(float(np.abs(direction).max()), 1e-300), program.n))
        answer = model.solve()
        if answer is None:
            raise NotSolvedError("no portfolio has all variables between -1000 and 1000; choose smaller units for them")
        return answer.x

    return corner


def distinct(points: list[Array]) -> list[Array]:
    """The points without those that come again."""
    kept: list[Array] = []
    for point in points:
        if not any(np.allclose(point, other, atol=1e-9) for other in kept):
            kept.append(point)
    return kept


def best_found(objective: Smooth, program: Program, starts: list[Array], limits: Sequence[Smooth]) -> Array:
    """The best feasible answer of SLSQP from these starts (minimum of the objective, each limit at least zero)."""
    best: tuple[float, Array] | None = None
    rows = [*_rows(program), *(_row(limit) for limit in limits)]
    for start in starts:
        for x in (_slsqp(objective, program, rows, start), start):
            missed = max([program.violation(x), *(-limit(x)[0] for limit in limits)])
            value = objective(x)[0]
            if np.isfinite(value) and missed <= _FEASIBLE and (best is None or value < best[0] - 1e-15):
                best = value, x
    if best is None:
        raise NotSolvedError(
            f"none of {len(starts)} searches ended at a portfolio that satisfies all limits; widen them"
        )
    return best[1]


def _rows(program: Program) -> list[dict[str, Any]]:
    """The programme's rows in the form of scipy."""
    equal = np.arange(program.m) < program.meq
    rows: list[dict[str, Any]] = []
    for kind, which in (("eq", equal), ("ineq", ~equal)):
        A, b = dense(program.A)[:, which], program.b[which]
        if b.size:
            rows.append({"type": kind, "fun": lambda x, A=A, b=b: x @ A - b, "jac": lambda x, A=A: A.T})
    return rows


def _row(limit: Smooth) -> dict[str, Any]:
    return {"type": "ineq", "fun": lambda x: limit(x)[0], "jac": lambda x: limit(x)[1]}


def _slsqp(objective: Smooth, program: Program, rows: list[dict[str, Any]], start: Array) -> Array:
    from scipy.optimize import Bounds, minimize

    run: Any = minimize
    found = run(
        objective,
        start,
        jac=True,
        bounds=Bounds(program.lb, program.ub),
        constraints=rows,
        method="SLSQP",
        options={"ftol": 1e-13, "maxiter": 200},
    )
    return np.asarray(np.clip(found.x, program.lb, program.ub))
