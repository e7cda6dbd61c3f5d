"""All demands of all constraints in one sparse system, for a solver.

Absolute values reach the solver as pieces. The range of each weight is cut where a sum of absolute values bends (at 0 for gross
exposure, at the weight before the trade for turnover), and the weight is where it starts plus how much of each piece is used.
On a piece ``|w - center|`` rises or falls evenly, so its sum is a row like any other. Pieces may be used in the wrong order,
which only wastes the limit: what the weights can reach is exactly ``sum |w - center| <= limit``. It works for upper limits
only; there are no others. With gross exposure alone the pieces are the usual split ``w = long - short``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from sitpy.optimize.rows import Demand, Distance, Rows

Array = np.ndarray


@dataclass(frozen=True)
class System:
    """``low <= A x <= high``, ``lb <= x <= ub`` for the pieces ``x``; the weights are ``base + M x``."""

    A: sparse.csr_array
    low: Array
    high: Array
    lb: Array
    ub: Array
    base: Array
    M: sparse.csr_array

    def weights(self, x: Array) -> Array:
        """The weights that these pieces make."""
        return np.asarray(self.base + self.M @ x)

    def ranges(self) -> tuple[Array, Array]:
        """Lowest and highest value of each weight."""
        up, down = self.M.maximum(0), self.M.minimum(0)
        with np.errstate(invalid="ignore"):
            ends = [
                self.base + _product(up, a) + _product(down, b) for a, b in ((self.lb, self.ub), (self.ub, self.lb))
            ]
        return ends[0], ends[1]

    def tightened(self, row_side: Array, column_side: Array) -> System:
        """With some rows and columns held at one side: -1 the lower, 1 the upper, 0 neither."""
        return replace(
            self,
            low=np.where(row_side > 0, self.high, self.low),
            high=np.where(row_side < 0, self.low, self.high),
            lb=np.where(column_side > 0, self.ub, self.lb),
            ub=np.where(column_side < 0, self.lb, self.ub),
        )


def _product(matrix: sparse.csr_array, x: Array) -> Array:
    """``matrix @ x`` over the entries that are there, so that an infinite ``x`` meets no zero."""
    entries = sparse.coo_array(matrix)
    total = np.zeros(matrix.shape[0])
    kept = entries.data != 0
    np.add.at(total, entries.coords[0][kept], entries.data[kept] * x[entries.coords[1][kept]])
    return total


def assembled(demands: Sequence[Demand], lb: Array, ub: Array) -> System | None:
    """The system of these demands and ranges of the weights; None where a range is empty."""
    lb, ub = lb.copy(), ub.copy()
    linear = [_bounded(demand, lb, ub) for demand in demands if isinstance(demand, Rows)]
    distances = [demand for demand in demands if isinstance(demand, Distance) and demand.high < np.inf]
    if (lb > ub).any():
        return None
    n, pieces = lb.size, len(distances) + 1
    edges, base, sign, ends = _cut(distances, lb, ub)
    M = sparse.csr_array(sparse.hstack([sparse.diags_array(sign[k]) for k in range(pieces)]))
    A, low, high = [rows.matrix @ M for rows in linear], [], []
    for rows in linear:
        shift = rows.matrix @ base
        low.append(rows.low - shift)
        high.append(rows.high - shift)
    for distance in distances:
        falls = (sign > 0) & (edges[1:] <= distance.center)
        A.append(sparse.csr_array(np.where(falls, -1.0, 1.0).reshape(1, pieces * n)))
        low.append(np.array([-np.inf]))
        high.append(np.array([distance.high - np.abs(base - distance.center).sum()]))
    matrix = sparse.vstack(A) if A else sparse.csr_array((0, pieces * n))
    none = np.zeros(0)
    return System(
        sparse.csr_array(matrix),
        np.concatenate([none, *low]),
        np.concatenate([none, *high]),
        ends[0].ravel(),
        ends[1].ravel(),
        base,
        M,
    )


def _cut(distances: Sequence[Distance], lb: Array, ub: Array) -> tuple[Array, Array, Array, tuple[Array, Array]]:
    """Edges of the pieces, where each weight starts, the direction of each piece, and how much of it there is."""
    if not distances:
        return np.stack([lb, ub]), np.zeros(lb.size), np.ones((1, lb.size)), (lb[None, :], ub[None, :])
    bends = np.sort([distance.center for distance in distances], axis=0)
    edges = np.concatenate([lb[None, :], np.clip(bends, lb, ub), ub[None, :]])
    is_open = np.isinf(lb)
    base = np.where(is_open, edges[1], lb)
    sign = np.ones((len(edges) - 1, lb.size))
    sign[0, is_open] = -1.0
    return edges, base, sign, (np.zeros_like(sign), np.diff(edges, axis=0))


def _bounded(rows: Rows, lb: Array, ub: Array) -> Rows:
    """Tighten the bounds by the rows of a single weight, and give back the other rows."""
    matrix = rows.matrix
    single = np.diff(matrix.indptr) == 1
    which = np.flatnonzero(single)
    at = matrix.indptr[which]
    i, coefficient = matrix.indices[at], matrix.data[at]
    ends = np.stack([rows.low[which] / coefficient, rows.high[which] / coefficient])
    np.maximum.at(lb, i, ends.min(axis=0))
    np.minimum.at(ub, i, ends.max(axis=0))
    rest = np.flatnonzero(~single)
    return Rows(matrix[rest], rows.low[rest], rows.high[rest], [rows.names[int(j)] for j in rest])
