"""Every minimiser under every kind of constraint: both engines have the same optimum, and both have proven it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from engine_cases import BINARY, CONTINUOUS, N, Problem, assumptions, budget

import sitpy
from sitpy.frontier import MINIMISERS

FUNCTIONS: dict[str, Callable[..., Any]] = {**MINIMISERS, "return": sitpy.max_return_portfolio}
NONE = 1e-12  # for objectives that are zero but for rounding


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("make", [*CONTINUOUS, *BINARY], ids=lambda make: make.__name__)
def test_engines_agree(make: Callable[[], Problem], name: str) -> None:
    ia, constraints = make()
    fast, plain = (FUNCTIONS[name](ia, constraints, details=True, engine=engine) for engine in ("fast", "reference"))
    assert fast.value == pytest.approx(plain.value, rel=1e-9, abs=NONE)
    for answer in (fast, plain):
        assert answer.proven
        assert answer.bound <= answer.value + NONE
        assert answer.bound <= min(fast.value, plain.value) * (1 + np.sign(plain.value) * 1e-9) + NONE
        slack = constraints.A.T @ answer.x[: constraints.n] - constraints.b
        assert np.abs(slack[: constraints.meq]).max(initial=0.0) <= 1e-8
        assert slack[constraints.meq :].min(initial=0.0) >= -1e-8
        if constraints.binary_index is not None:
            assert np.isin(answer.x[constraints.binary_index], (0.0, 1.0)).all()


IMPOSSIBLE: dict[str, Callable[[], sitpy.Constraints]] = {
    "bounds": lambda: budget(0.0, 0.1),
    "holdings": lambda: sitpy.add_cardinality(budget(0.0, 1.0), 4, 0.3, type="="),
    "few": lambda: sitpy.add_cardinality(budget(0.0, 0.2), 3),
    "whole": lambda: sitpy.add_cardinality(budget(0.0, 1.0), None, 0.35, 0.45),
    "more than all": lambda: sitpy.add_cardinality(budget(0.0, 1.0), N + 1, 0.01, type="="),
}


@pytest.mark.parametrize("which", IMPOSSIBLE)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_engines_agree_that_there_is_nothing(name: str, which: str) -> None:
    words = []
    for engine in ("fast", "reference"):
        with pytest.raises(sitpy.InfeasibleError) as caught:
            FUNCTIONS[name](assumptions(), IMPOSSIBLE[which](), engine=engine)
        words.append(
            str(caught.value).split(". The other constraints")[0]
        )  # ranges are told where they are known in time
    assert words[0] == words[1]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_more_than_all_assets_are_no_limit(name: str) -> None:
    """At most K of n assets with K above n: the optimum without any count."""
    free = FUNCTIONS[name](assumptions(), budget(), details=True)
    limited = FUNCTIONS[name](assumptions(), sitpy.add_cardinality(budget(), N + 3), details=True)
    assert limited.value == pytest.approx(free.value, rel=1e-9, abs=NONE) and limited.proven
