"""What multipliers of rows prove of the optimum of a linear or convex quadratic programme, whatever solver they come from.

A convex objective ``f`` lies above its tangent at any point ``z``, and multipliers ``y`` (not negative on inequalities) make of
the rows one that every feasible ``x`` satisfies. With the prices ``p = Dz + c - Ay`` that they leave to the variables,

    f(x) >= f(z) - y'(A'z - b) + p'(x - z) + (x - z)'D(x - z)/2,

so that the bound is below ``f(z)`` by multiplier times slack and by what prices can still gain within the bounds. Where all
is at rest, both are sums of zeros: the bound loses nothing to rounding but that of the prices and of ``f(z)`` itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sitpy.solvers.program import Program

Array = np.ndarray

ROUNDING = 4 * np.finfo(float).eps  # of the terms of an objective: charged to every bound of a quadratic programme
_LEAST = 1e-2  # of the steepest cost: what counts as the size of an objective whose terms are all zero
_STEEP = 1e-7  # relative to the steepest cost: a free variable's price beyond this is no rounding


@dataclass(frozen=True)
class Proof:
    """Row multipliers, the prices that they leave to the variables, the bound that follows, and the size of its terms."""

    rows: Array
    price: Array
    bound: float
    size: float


def proof(program: Program, x: Array, rows: Array, sides: tuple[Array, Array, Array]) -> Proof:
    """What the multipliers ``rows``, cut to what inequalities can carry, prove at the answer ``x``.

    ``sides`` are right-hand sides and bounds.
    """
    b, lb, ub = sides
    rows = rows.copy()
    rows[program.meq :] = np.maximum(rows[program.meq :], 0.0)
    rows[np.isinf(b)] = 0.0
    used = np.flatnonzero(rows)
    terms = rows[used] * b[used]
    gradient, value, size = program.c, float(program.c @ x), float(np.abs(program.c) @ np.abs(x))
    size += float(np.abs(terms).sum())
    steepest, charge = float(np.abs(program.c).max(initial=0.0)), 0.0
    if program.D is not None:
        curved = program.D @ x
        gradient = curved + program.c
        value += 0.5 * float(x @ curved)
        size += quadratic_terms(np.sqrt(np.maximum(program.D.diagonal(), 0.0)), x)
        steepest = max(steepest, float(np.abs(gradient).max(initial=0.0)))
        charge = ROUNDING * size
    price = gradient - program.A @ rows
    slack = program.slack(x, b)[used]
    bound = value - float(rows[used] @ slack) - gain(price, x, lb, ub, _STEEP * steepest) - charge
    return Proof(rows, price, bound, size + _LEAST * steepest)


def gain(price: Array, x: Array, lb: Array, ub: Array, rounding: float = 0.0, curvature: float = 0.0) -> float:
    """The most that ``-price'd - curvature d'd/2`` can be while ``x + d`` stays within the bounds.

    With neither bound nor curvature, a price up to ``rounding`` counts at the variable's own size; a larger one gains for ever.
    """
    if curvature:
        d = np.minimum(np.maximum(price / -curvature, lb - x), ub - x)
        return -float(price @ d) - 0.5 * curvature * float(d @ d)
    far = np.where(price > 0, x - lb, ub - x)
    size = np.abs(price)
    endless = np.isinf(far)
    if endless.any():
        if (size[endless] > rounding).any():
            return float("inf")
        far[endless] = np.maximum(1.0, np.abs(x[endless]))
    return float(size @ far)


def quadratic_terms(spread: Array, x: Array) -> float:
    """No less than the sum of the sizes of the terms of ``x'Dx/2``; ``spread``: roots of the diagonal of ``D``."""
    return 0.5 * float(spread @ np.abs(x)) ** 2
