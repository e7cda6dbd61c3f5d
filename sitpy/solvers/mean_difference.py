"""Gini's mean difference as rows: too many pairs to write them all, few that matter.

A :class:`MeanDifference` says that a variable is at least ``scale * sum over pairs |y_j - y_k|`` with ``y = returns x``.
For one order of the observations, that sum is linear and never above the true one (a cut). It errs only by pairs in the
other order; with a correction variable for each pair that may change places, the cut is exact as far as the others keep
theirs (a piece). A programme with the piece around its own answer therefore has the answer of the whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from sitpy.sparse import beside, deeper, lines

if TYPE_CHECKING:
    from sitpy.solvers.program import Program

Array = np.ndarray
ALL_PAIRS = 400
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
class Cut:
    """A gradient whose linear function is nowhere above the sum: that of one order, or a mean of several."""

    difference: MeanDifference
    slope: Array

    @staticmethod
    def at(difference: MeanDifference, x: Array) -> Cut:
        """The cut of the order at ``x``, where it touches."""
        return Cut(difference, difference.slope(np.argsort(difference.observations(x), kind="stable")))

    @property
    def key(self) -> tuple[int, bytes]:
        """The same for cuts that are the same row."""
        return self.difference.variable, self.slope.tobytes()

    def column(self, n: int) -> Array:
        """Its row over n variables: ``x[variable] - slope'x >= 0``."""
        column = np.zeros(n)
        column[: self.slope.size] = -self.slope
        column[self.difference.variable] += 1.0
        return column

    def slack(self, x: Array) -> float:
        """By how much the variable is above the cut."""
        return float(self.column(x.size) @ x)


@dataclass(frozen=True, eq=False)
class Piece(Cut):
    """The cut of an order of the observations, and the pairs (upper, lower in that order) that may leave it."""

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
        return Piece(difference, difference.slope(order), order, order[high], order[low])

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

    def apart(self) -> Array:
        """Rows of the pairs over the assets: by how much the upper observation is above the lower one."""
        return np.asarray(self.difference.returns[self.upper] - self.difference.returns[self.lower])

    def settled(self, shares: Array) -> Cut:
        """The cut in which each pair has left the order by its share (0: not at all, 1: changed places)."""
        return Cut(self.difference, self.slope - 2.0 * self.difference.scale * np.clip(shares, 0.0, 1.0) @ self.apart())


def localised(program: Program, pieces: Sequence[Piece], cuts: Sequence[Cut] = ()) -> Program:
    """The ordinary programme with rows for cuts, pieces and pairs (after its own) and corrections (after its variables)."""
    k, m = len(cuts), len(cuts) + len(pieces)
    n, extra = program.n, sum(piece.upper.size for piece in pieces)
    held = (program.lb != 0.0) | (program.ub != 0.0)  # the others are 0: coefficients would only cost time
    A = deeper(program.A, extra)
    if m:
        rows = np.zeros((n + extra, m))
        for j, cut in enumerate([*cuts, *pieces]):
            rows[:n, j] = cut.column(n)
        for j, (piece, pairs) in enumerate(zip(pieces, _pairs(pieces))):
            rows[n + pairs, k + j] = -2.0 * piece.difference.scale
        A = beside(A, rows)
    for piece, pairs in zip(pieces, _pairs(pieces)):
        A = beside(A, lines(piece.apart() * held[: piece.slope.size], n + extra, (n + pairs, 1.0)))
    D = program.D
    if D is not None and extra:
        D = np.zeros((n + extra, n + extra))
        D[:n, :n] = program.D
    return replace(
        program,
        c=np.append(program.c, np.zeros(extra)),
        A=A,
        b=np.append(program.b, np.zeros(m + extra)),
        lb=np.append(program.lb, np.zeros(extra)),
        ub=np.append(program.ub, np.full(extra, np.inf)),
        D=D,
        row_names=(*program.row_names, *["Gini model"] * (m + extra)) if program.row_names else (),
        variable_names=(*program.variable_names, *[f"pair.{i + 1}" for i in range(extra)])
        if program.variable_names
        else (),
        differences=(),
    )


def _pairs(pieces: Sequence[Piece]) -> list[Array]:
    """Positions of each piece's pairs among those of all."""
    ends = np.cumsum([0, *(piece.upper.size for piece in pieces)])
    return [np.arange(first, last) for first, last in pairwise(ends)]


def proofs(pieces: Sequence[Piece], multipliers: Array) -> list[Cut]:
    """Cuts that prove what their pieces proved, from the multipliers of the pieces' rows and then of all their pairs."""
    cuts = []
    for j, (piece, pairs) in enumerate(zip(pieces, _pairs(pieces))):
        if multipliers[j] > 0 and pairs.size:
            shares = multipliers[len(pieces) + pairs] / (2.0 * piece.difference.scale * multipliers[j])
            cuts.append(piece.settled(shares))
    return cuts
