"""Gini's mean difference as rows: too many pairs to write them all, few that matter.

A :class:`MeanDifference` says that a variable is at least ``scale * sum over pairs |y_j - y_k|`` with ``y = returns x``.
For one order of the observations, that sum is linear and never above the true one (a cut). It errs only by pairs in the
other order; with a correction variable for each pair that may change places, the cut is exact as far as the others keep
theirs (a piece). A programme with the piece around its own answer therefore has the answer of the whole.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sitpy.solvers.program import Program

Array = np.ndarray
ALL_PAIRS = 1000
"""So many pairs are simply all written down."""


@dataclass(frozen=True, eq=False)
class MeanDifference:
    """``x[variable] >= scale * sum over pairs j < k of |y_j - y_k|``, ``y = returns x[:n]`` (returns: T x n assets)."""

    returns: Array
    variable: int
    scale: float = 1.0

    def observations(self, x: Array) -> Array:
        """``y``, one value per period."""
        return np.asarray(self.returns @ x[: self.returns.shape[1]])

    def value(self, x: Array) -> float:
        """The sum over all pairs at ``x``."""
        y = np.sort(self.observations(x))
        T = y.size
        return float(self.scale * ((2 * np.arange(T) - T + 1) @ y))

    def slope(self, order: Array) -> Array:
        """Gradient of the sum by the asset weights while the observations keep this (ascending) order."""
        T = order.size
        coefficients = np.empty(T)
        coefficients[order] = 2 * np.arange(T) - T + 1
        return np.asarray(self.scale * (coefficients @ self.returns))

    @cached_property
    def size(self) -> float:
        """The largest sum of a single asset: what is large here."""
        return max(self.value(weight) for weight in np.eye(self.returns.shape[1])) or 1.0

    def rounding(self, x: Array) -> float:
        """What of the sum can be rounding of the observations."""
        largest = float((np.abs(self.returns) @ np.abs(x[: self.returns.shape[1]])).max())
        return 8 * float(np.finfo(float).eps) * self.scale * len(self.returns) ** 2 * largest

    def missed(self, x: Array) -> float:
        """By how much the variable is below the sum."""
        return self.value(x) - float(x[self.variable])


@dataclass(frozen=True, eq=False)
class Piece:
    """An order of the observations, and the pairs (upper, lower in that order) that may leave it."""

    difference: MeanDifference
    order: Array
    upper: Array
    lower: Array

    @staticmethod
    def around(difference: MeanDifference, x: Array, width: float | None = None) -> Piece:
        """The order at ``x`` and its closest pairs: no further apart than ``width``, or about 3 T of them (or all)."""
        y = difference.observations(x)
        order = np.argsort(y, kind="stable")
        T = y.size
        low, high = np.triu_indices(T, 1)
        if width is not None or low.size > ALL_PAIRS:
            apart = y[order[high]] - y[order[low]]
            if width is None:
                width = float(np.partition(apart, 3 * T)[3 * T]) if low.size > 3 * T else float(apart.max())
            near = apart <= width
            low, high = low[near], high[near]
        return Piece(difference, order, order[high], order[low])

    @staticmethod
    def cut(difference: MeanDifference, x: Array) -> Piece:
        """The order at ``x`` alone."""
        none = np.zeros(0, dtype=int)
        return Piece(difference, np.argsort(difference.observations(x), kind="stable"), none, none)

    def column(self, n: int) -> Array:
        """The order's row over n variables: ``x[variable] - slope'x >= 0``."""
        column = np.zeros(n)
        column[: self.difference.returns.shape[1]] = -self.difference.slope(self.order)
        column[self.difference.variable] += 1.0
        return column

    def slack(self, x: Array) -> float:
        """By how much the variable is above this order's cut."""
        return float(self.column(x.size) @ x)

    def extended(self, x: Array) -> Piece:
        """With the pairs that have changed places at ``x``."""
        y = self.difference.observations(x)
        T = y.size
        rank = np.empty(T, dtype=int)
        rank[self.order] = np.arange(T)
        changed = (rank[:, None] > rank[None, :]) & (y[:, None] < y[None, :])
        changed[self.upper, self.lower] = False
        upper, lower = np.nonzero(changed)
        return replace(self, upper=np.append(self.upper, upper), lower=np.append(self.lower, lower))

    def corrections(self, x: Array) -> Array:
        """By how much each pair is in the wrong order at ``x``: values of the correction variables."""
        y = self.difference.observations(x)
        return np.asarray(np.maximum(0.0, y[self.lower] - y[self.upper]))


def localised(program: Program, pieces: list[Piece]) -> Program:
    """The ordinary programme with these pieces as rows (after its own) and corrections as variables (after its own)."""
    counts = [piece.upper.size for piece in pieces]
    n, extra = program.n, sum(counts)
    rows = np.zeros((n + extra, len(pieces) + extra))
    first = 0
    for j, (piece, count) in enumerate(zip(pieces, counts)):
        difference = piece.difference
        assets = difference.returns.shape[1]
        rows[:n, j] = piece.column(n)
        own = slice(n + first, n + first + count)
        rows[own, j] = -2.0 * difference.scale
        columns = slice(len(pieces) + first, len(pieces) + first + count)
        rows[:assets, columns] = (difference.returns[piece.upper] - difference.returns[piece.lower]).T
        rows[own, columns] = np.eye(count)
        first += count
    D = program.D
    if D is not None and extra:
        D = np.zeros((n + extra, n + extra))
        D[:n, :n] = program.D
    return replace(
        program,
        c=np.append(program.c, np.zeros(extra)),
        A=np.hstack([np.vstack([program.A, np.zeros((extra, program.m))]), rows]),
        b=np.append(program.b, np.zeros(rows.shape[1])),
        lb=np.append(program.lb, np.zeros(extra)),
        ub=np.append(program.ub, np.full(extra, np.inf)),
        D=D,
        row_names=(*program.row_names, *["Gini model"] * rows.shape[1]) if program.row_names else (),
        variable_names=(*program.variable_names, *[f"pair.{i + 1}" for i in range(extra)])
        if program.variable_names
        else (),
        differences=(),
    )
