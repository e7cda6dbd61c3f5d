"""Minimum variance through time: a date's covariance from the last one's, and its weights from the last date's.

Most of what a rolling allocation asks of the solvers is one problem: least variance, a sum of weights and bounds, a
covariance that has moved a little. Here it is solved with what the last date left. The assets that are at a bound stay
there as a trial, the others follow from a linear system, and the optimality conditions accept the answer or say which
assets change sides. Every doubt (a covariance that is not safely positive definite, an asset without risk, sets that do not
settle) leaves the date to the strategy itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg.lapack import dposv, dpotrf

Array = np.ndarray

_CHANGES = 30  # of the assets at their bounds, before a date is given up
_OPTIMAL = 1e-11  # by how much, relative to the steepest slope, an asset at its bound may want to leave it
_LEAST = 2e-9  # eigenvalue below which make_positive_definite changes a covariance
_SAFE = 1e-12  # the same, relative, where nobody asks for a positive definite covariance


@dataclass(frozen=True)
class LeastVariance:
    """Least ``x'Vx`` with weights that sum to ``total`` within bounds, V the sample covariance of rolling windows.

    ``returns``: dates x assets, all known in the windows that are asked for; ``length`` of a window in rows; ``adjusted``:
    whether the caller would move the covariance to the nearest positive definite one.
    """

    returns: Array
    length: int
    lb: Array
    ub: Array
    total: float
    adjusted: bool

    def weights(self, last_rows: Sequence[int]) -> Iterator[Array | None]:
        """The weights for windows that end at these rows, which rise; None where the date must be solved otherwise."""
        side = np.zeros(self.lb.size)
        for scatter in self._scatters(last_rows):
            floor = _LEAST * (self.length - 1) if self.adjusted else _SAFE * scatter.trace() / len(scatter)
            shifted = scatter.copy()
            shifted.ravel()[:: len(scatter) + 1] -= floor
            safe = dpotrf(shifted.T, clean=0, overwrite_a=1)[1] == 0  # transposed: in LAPACK's order
            answer = self._solve(scatter, side) if safe else None
            if answer is None:
                side = np.zeros(self.lb.size)
                yield None
            else:
                x, side = answer
                yield x

    def _scatters(self, last_rows: Sequence[int]) -> Iterator[Array]:
        """Sums of products about the means: the sample covariances times ``length - 1``.

        Only the rows that leave and enter are read of the next window.
        """
        row, length = last_rows[0], self.length
        window = self.returns[row - length + 1 : row + 1]
        origin = window.mean(axis=0)
        centred = window - origin
        products, sums = centred.T @ centred, centred.sum(axis=0)
        for after in last_rows:
            if after > row:
                step = min(after - row, length)
                first = row - length + 1
                moved = np.concatenate([self.returns[after - step + 1 : after + 1], self.returns[first : first + step]])
                moved -= origin
                signed = moved.copy()
                signed[step:] *= -1.0
                products += signed.T @ moved
                sums += signed.sum(axis=0)
                row = after
            yield products - sums[:, None] * (sums / length)

    def _solve(self, scatter: Array, side: Array) -> tuple[Array, Array] | None:
        """The weights and which assets are at a bound (-1: lower, 1: upper), beginning with those of the last date."""
        lb, ub, total = self.lb, self.ub, np.add.reduce  # which sum() calls by a detour
        for _ in range(_CHANGES):
            x = np.where(side < 0, lb, ub)
            free = (side == 0).nonzero()[0]
            if not free.size:
                return None
            x[free] = 0.0
            right = np.empty((free.size, 2), order="F")
            right[:, 0] = 1.0
            rows = scatter.take(free, 0)
            rows.dot(x, out=right[:, 1])
            solved, failed = dposv(rows.take(free, 1).T, right, overwrite_a=1, overwrite_b=1)[1:]
            if failed:
                return None
            ones, pull = solved.T
            price = (self.total - total(x) + total(pull)) / total(ones)
            x[free] = price * ones - pull
            pressed = side * (x @ scatter - price)  # positive: the asset wants to leave its bound
            below, above, leaves = x < lb, x > ub, pressed > _OPTIMAL * abs(price)
            change = below | above | leaves
            if not change.nonzero()[0].size:
                return x, side
            side = np.where(change, above.astype(float) - below, side)
        return None
