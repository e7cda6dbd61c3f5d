"""What row multipliers prove of a linear programme's optimum, whatever solver they come from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sitpy.solvers.program import Program

Array = np.ndarray

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
    """``b'y`` and the least of ``(c - Ay)'x`` within the bounds, for ``y`` cut to what inequalities can carry.

    ``sides`` are right-hand sides and bounds. At the answer ``x``, what rounding leaves of a free variable's price counts at
    the variable's own size; a larger price of a free variable proves nothing.
    """
    b, lb, ub = sides
    rows = rows.copy()
    rows[program.meq :] = np.maximum(rows[program.meq :], 0.0)
    rows[np.isinf(b)] = 0.0
    terms = rows * np.where(rows == 0, 0.0, b)
    price = program.c - program.A @ rows
    end = np.where(price > 0, lb, ub)
    limited = np.isfinite(end)
    left = np.abs(price[~limited])
    steepest = float(np.abs(program.c).max(initial=0.0))
    size = float(np.abs(program.c) @ np.abs(x) + np.abs(terms).sum()) + _LEAST * steepest
    if (left > _STEEP * steepest).any():
        return Proof(rows, price, -np.inf, size)
    charge = float(left @ np.maximum(1.0, np.abs(x[~limited])))
    return Proof(rows, price, float(terms.sum() + price[limited] @ end[limited]) - charge, size)
