"""How much of the variances the perspective may count: a diagonal ``d`` with ``D - diag(d)`` still convex.

``d`` is a shape ``s`` divided by the largest eigenvalue of the inverse of D scaled by it. Variables that are on need no
share, which leaves more for the free ones. The shape is improved step by step along the gradient of the bound (the best one
would be the answer of a semidefinite programme, Zheng, Sun and Li 2014); any shape gives a valid bound.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Array = np.ndarray

_MARGIN = 0.9999  # keeps D - diag(d) definite against rounding
_SINGULAR = 1e10  # a variable whose variance is this many times what the others leave of it has no share to give
_BAND = 0.3  # width of the band of eigenvalues that count as the last one, at the first step
_SHORTER = 0.6  # power of the number of steps by which steps get shorter


@dataclass(frozen=True)
class Split:
    """The shares ``d`` of all variables, the shape that they come from, the number of steps that have improved it, the free
    variables, and how much each of them presses on the largest eigenvalue (sum 1)."""

    shares: Array
    shape: Array
    steps: int
    free: Array
    pressure: Array

    def improved(self, worth: Array) -> Array:
        """A shape after one more step; ``worth``: what more share for each variable would bring."""
        free, shape = self.free, self.shape.copy()
        worth = worth[free]
        total = float(worth.sum())
        if total <= 0 or not self.pressure.any():
            return shape
        worth = worth / total
        larger = np.maximum(np.maximum(worth, self.pressure), 1.0 / worth.size)
        shape[free] *= np.exp((1 + self.steps) ** -_SHORTER * (worth - self.pressure) / larger)
        return shape


def split(D: Array, shape: Array, alive: Array, free: Array, steps: int) -> Split:
    """Shares for the ``free`` variables (positions), while all but those ``alive`` (the free ones among them) are zero."""
    none = Split(np.zeros_like(shape), shape, steps, free, np.zeros(free.size))
    alive = alive[D.diagonal()[alive] > 0]
    inner = np.searchsorted(alive, free)
    if free.size == 0 or not (D.diagonal()[free] > 0).all():
        return none
    curved = D[np.ix_(alive, alive)]
    try:
        inverse = np.linalg.inv(curved)
        if not (inverse.diagonal() * curved.diagonal() < _SINGULAR).all():
            return none
        root = np.sqrt(shape[free])
        values, vectors = np.linalg.eigh(inverse[np.ix_(inner, inner)] * np.outer(root, root))
        if not values[-1] > 0:
            return none
        shares = np.zeros_like(shape)
        shares[free] = _MARGIN * shape[free] / values[-1]
        curved[np.arange(alive.size), np.arange(alive.size)] -= shares[alive]
        np.linalg.cholesky(curved)
    except np.linalg.LinAlgError:
        return none
    least = 1.0 / np.maximum(values, 1e-300)
    weight = np.exp((least[-1] - least) / (_BAND * least[-1] / np.sqrt(1 + steps)))
    return Split(shares, shape, steps, free, vectors**2 @ (weight / weight.sum()))


def first_shape(D: Array) -> Array:
    """What the other variables leave of each variance, where that is known; the variance otherwise."""
    shape: Array = np.maximum(D.diagonal(), 1e-12)
    used = np.flatnonzero(D.diagonal() > 0)
    try:
        precision = np.linalg.inv(D[np.ix_(used, used)]).diagonal()
    except np.linalg.LinAlgError:
        return shape
    if ((precision > 0) & (precision * shape[used] < _SINGULAR)).all():
        shape[used] = 1.0 / precision
    return shape
