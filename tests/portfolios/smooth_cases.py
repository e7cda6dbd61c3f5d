"""Problems for the smooth portfolios: assumptions at random, "bounds and sum 1", and its corners."""

from __future__ import annotations

import itertools

import numpy as np

import sitpy
from sitpy import Constraints, InputAssumptions

Array = np.ndarray


def limits(n: int, lb: float = 0.0, ub: float = 0.8) -> Constraints:
    return sitpy.add_constraints(np.ones(n), 1, "=", sitpy.new_constraints(n, lb=lb, ub=ub), "budget")


def corners(n: int, lb: float, ub: float) -> Array:
    """Every corner of "bounds and sum 1": all but one weight at a bound, that one what is left."""
    found = []
    for free in range(n):
        for pattern in itertools.product([lb, ub], repeat=n - 1):
            weights = np.insert(np.array(pattern), free, 1 - sum(pattern))
            if lb - 1e-12 <= weights[free] <= ub + 1e-12:
                found.append(weights)
    return np.array(found)


def random_assumptions(seed: int, n: int | None = None) -> InputAssumptions:
    rng = np.random.default_rng(seed)
    n = n or int(rng.integers(3, 9))
    factors = int(rng.integers(1, 4))
    loadings = rng.normal(0.6, 0.6, (factors, n))
    history = 0.01 + rng.normal(0, 0.03, (40, factors)) @ loadings
    return sitpy.create_ia(history + rng.normal(0, 0.03, (40, n)) * rng.uniform(0.3, 2, n))
