"""Frontiers under every kind of constraint: both engines have the same points, and both have proven them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from engine_cases import BINARY, CONTINUOUS, Problem

import sitpy
from sitpy.frontier import MINIMISERS

NONE = 1e-10  # for objectives that are zero but for rounding (square roots of 1e-20)
POINTS = 3
CASES = [(make, measure) for make in CONTINUOUS for measure in MINIMISERS]
CASES += [(make, measure) for make in BINARY for measure in ("Risk", "MAD", "CVaR")]  # single portfolios: every measure


@pytest.mark.parametrize(("make", "measure"), CASES, ids=lambda part: getattr(part, "__name__", part))
def test_engines_have_the_same_frontier(make: Callable[[], Problem], measure: str) -> None:
    """The plain engine at the targets of the fast one; the first point's own return need not be unique."""
    ia, constraints = make()
    fast = sitpy.portopt(ia, constraints, POINTS, min_risk_fn=MINIMISERS[measure])
    plain = sitpy.portopt(
        ia, constraints, min_risk_fn=MINIMISERS[measure], targets=fast.target_return, engine="reference"
    )
    assert fast.proven and plain.proven
    np.testing.assert_allclose(fast.objective, plain.objective, rtol=1e-9, atol=NONE)
    for ef in (fast, plain):
        points = ef.statistics_frame()
        assert (points["bound"] <= points["objective"] + NONE).all()
        assert (points["bound"] <= plain.statistics_frame()["objective"] * (1 + 1e-9) + NONE).all()
        reached = ef.return_ >= np.nan_to_num(ef.target_return, nan=-np.inf) - 1e-9
        assert reached.all()


@pytest.mark.parametrize("make", BINARY, ids=lambda make: make.__name__)
def test_one_point_alone_is_the_same_as_in_a_frontier(make: Callable[[], Problem]) -> None:
    """Nothing that a search keeps from the point before changes an optimum."""
    ia, constraints = make()
    ef = sitpy.portopt(ia, constraints, 4)
    for target, value in zip(ef.target_return, ef.statistics_frame()["objective"]):
        alone = sitpy.portopt(ia, constraints, targets=[target])
        assert alone.statistics_frame()["objective"].iloc[0] == pytest.approx(value, rel=1e-9)
