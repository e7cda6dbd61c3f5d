"""Frontiers that do not exist: the words say which constraints contradict, by how much, and what is attainable."""

from __future__ import annotations

import numpy as np
import pytest
from stored_cases import case

import sitpy
from sitpy.frontier import MINIMISERS
from sitpy.reference import read_reference, reference_constraints, reference_ia

ALL = pytest.mark.parametrize("measure", MINIMISERS)


def stored(which: str) -> sitpy.Constraints:
    """Constraints of 09_infeasible_portopt: what SIT answers with zeros, -100 or an error is an error here."""
    return reference_constraints(read_reference("A_09_infeasible_portopt")["constraints"][which])


def message(constraints: sitpy.Constraints, measure: str = "Risk") -> str:
    with pytest.raises(sitpy.InfeasibleError) as caught:
        sitpy.portopt(reference_ia("A"), constraints, 3, min_risk_fn=MINIMISERS[measure])
    assert caught.value.conflict is not None
    return str(caught.value)


@ALL
def test_bounds_that_cannot_sum_to_one(measure: str) -> None:
    assert message(stored("i"), measure) == (
        "no point satisfies all constraints. column 0: sum of 9 variables = 1 needs 1, but the upper bounds 0.1 of 9 "
        "variables (SP500, SmallUS, Europe, ...) make it at most 0.9: 0.1 too little. Raise these bounds or change "
        "this constraint"
    )


@ALL
def test_three_assets_of_at_most_five_percent(measure: str) -> None:
    words = message(stored("ii"), measure)
    assert "column 0: sum of 9 variables = 3" in words
    assert "column 1: sum of 9 variables = 1" in words
    assert "- Gold + 0.05 aux.6 >= 0" in words
    assert "missed by at least 0.85" in words  # three times 5 % reach 15 %


@ALL
def test_a_return_of_fifty_percent(measure: str) -> None:
    """The attainable range is that of single assets: T-bills 6.9156 % to gold 20.1400 %."""
    mu = reference_ia("A").expected_return
    assert (f"{mu.min():.4%}", f"{mu.max():.4%}") == ("6.9156%", "20.1400%")
    words = message(stored("iii"), measure)
    assert ">= 0.5" in words
    assert "The other constraints allow an expected return from 6.9156% to 20.1400%" in words
    assert words.endswith("choose the target within that range")


@ALL
def test_only_the_binaries_contradict(measure: str) -> None:
    constraints = sitpy.add_variables(9, case("A_01_longonly_0_80_Risk").constraints)
    constraints.binary_index = np.arange(9, 18)
    constraints = sitpy.add_constraints(np.repeat([0, 1], 9), 2.5, "=", constraints, "how many")
    assert message(constraints, measure) == (
        "no point satisfies all constraints. These contradict each other: (1) how many: sum of 9 variables = 2.5; (2) "
        "the binary variables being 0 or 1. Relax or remove one of them"
    )


@pytest.mark.parametrize("engine", ["fast", "reference"])
@ALL
def test_target_beyond_the_attainable_range(measure: str, engine: str) -> None:
    """80 % in gold and 20 % in Japan is the most, 80 % T-bills and 20 % in bonds the least."""
    this = case("A_01_longonly_0_80_Risk")
    ordered = np.sort(this.ia.expected_return)
    low, high = 0.8 * ordered[0] + 0.2 * ordered[1], 0.8 * ordered[-1] + 0.2 * ordered[-2]
    with pytest.raises(sitpy.InfeasibleError) as caught:
        sitpy.portopt(this.ia, this.constraints, targets=[0.1, 0.5], min_risk_fn=MINIMISERS[measure], engine=engine)
    words = str(caught.value)
    assert "target return: " in words
    assert f"allow an expected return from {low:.4%} to {high:.4%}" in words


def test_attainable_range_with_binaries() -> None:
    this = case("A_04b_exactly_3_Risk")
    top = np.sort(this.ia.expected_return)[::-1]
    most = 0.8 * top[0] + (0.2 - 1e-5) * top[1] + 1e-5 * top[2]
    with pytest.raises(sitpy.InfeasibleError, match=f"to {most:.4%}; choose the target within that range"):
        sitpy.portopt(this.ia, this.constraints, targets=[0.3])


@ALL
def test_dropped_point_is_named_and_the_others_stay(measure: str) -> None:
    this = case("A_01_longonly_0_80_Risk")
    fn = MINIMISERS[measure]
    with pytest.warns(sitpy.SitpyWarning, match="the point at target return 0.5 is left out of the frontier: no point"):
        ef = sitpy.portopt(this.ia, this.constraints, targets=[0.1, 0.5, 0.12], min_risk_fn=fn, on_failure="drop")
    kept = sitpy.portopt(this.ia, this.constraints, targets=[0.1, 0.12], min_risk_fn=fn)
    np.testing.assert_array_equal(ef.target_return, [0.1, 0.12])
    np.testing.assert_allclose(ef.objective, kept.objective, rtol=1e-9, atol=1e-9)
    assert len(ef.certificates()) == 2


def test_nothing_left_is_an_error() -> None:
    this = case("A_01_longonly_0_80_Risk")
    with (
        pytest.warns(sitpy.SitpyWarning, match="target return 0.5"),
        pytest.raises(sitpy.NotSolvedError, match="no point of the frontier could be solved"),
    ):
        sitpy.portopt(this.ia, this.constraints, targets=[0.5], on_failure="drop")


@pytest.mark.parametrize("which", ["i", "ii", "iii"])
@pytest.mark.parametrize("function", [*MINIMISERS.values(), sitpy.max_return_portfolio])
def test_single_portfolios_raise_the_same(which: str, function: object) -> None:
    assert callable(function)
    with pytest.raises(sitpy.InfeasibleError) as caught:
        function(reference_ia("A"), stored(which))
    assert str(caught.value) == message(stored(which))
