"""Why no portfolio satisfies the constraints: words, ranges and sets, for problems of 100 assets and small ones by hand."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import sitpy
from sitpy.portfolios.problem import build
from sitpy.solvers.diagnosis import Conflict, explain

Array = np.ndarray
Problem = tuple[sitpy.InputAssumptions, sitpy.Constraints]

N = 100
SECONDS = 2.0
"""Of processor time. The aim is one; a machine that others use takes longer."""


def assumptions(periods: int = 120, n: int = N, seed: int = 1) -> sitpy.InputAssumptions:
    rng = np.random.default_rng(seed)
    common = rng.normal(0, 0.03, (periods, 3))
    return sitpy.create_historical_ia(common @ rng.uniform(0, 1, (3, n)) + rng.normal(0.006, 0.04, (periods, n)), 12)


def budget(ub: float = 1.0, n: int = N) -> sitpy.Constraints:
    return sitpy.add_constraints(np.ones(n), 1, "=", sitpy.new_constraints(n, lb=0, ub=ub), "budget")


def explained(problem: Problem) -> Conflict:
    began = time.process_time()
    conflict = sitpy.why_infeasible(*problem)
    assert time.process_time() - began < SECONDS
    assert conflict is not None
    return conflict


def test_a_portfolio_that_exists_needs_no_words() -> None:
    ia = assumptions(n=5)
    assert sitpy.why_infeasible(ia, budget(n=5)) is None
    assert sitpy.why_infeasible(ia, sitpy.add_cardinality(budget(n=5), 2, 0.3)) is None


def test_the_error_carries_the_same() -> None:
    ia = assumptions(n=5)
    constraints = sitpy.add_cardinality(budget(0.2, 5), 4)
    conflict = sitpy.why_infeasible(ia, constraints)
    with pytest.raises(sitpy.InfeasibleError) as caught:
        sitpy.min_risk_portfolio(ia, constraints)
    assert str(conflict) == str(caught.value) == caught.value.conflict.message
    assert conflict is not None and conflict.ranges == caught.value.conflict.ranges


# ----------------------------------------------------------------------------------------------- 100 assets


def test_return_that_is_out_of_reach_with_fifty_groups() -> None:
    ia, rng = assumptions(), np.random.default_rng(1)
    constraints = budget(0.1)
    for g in range(50):
        constraints = sitpy.add_constraints((rng.random(N) < 0.2).astype(float), 0.4, "<=", constraints, f"group {g}")
    most = float(ia.expected_return @ sitpy.max_return_portfolio(ia, constraints))
    least = float(ia.expected_return @ sitpy.max_return_portfolio(mirrored(ia), constraints))
    target = most + 0.001
    constraints = sitpy.add_constraints(ia.expected_return, target, ">=", constraints, "target return")
    conflict = explained((ia, constraints))
    assert f"The other constraints allow an expected return from {least:.4%} to {most:.4%}" in conflict.message
    told = conflict.ranges[-1]
    assert (told.kind, told.row) == ("return", constraints.names.index("target return"))
    assert (told.low, told.high) == pytest.approx((least, most), abs=1e-9)
    assert conflict.distance <= 0.001 + 1e-9  # asking for that much less is one way out


def mirrored(ia: sitpy.InputAssumptions) -> sitpy.InputAssumptions:
    other = ia.copy()
    other.expected_return = -ia.expected_return
    return other


def test_minimum_holdings_that_cannot_sum_to_one() -> None:
    """Twelve of at least 10 % are 120 %; at most ten are possible."""
    words = explained((assumptions(), sitpy.add_cardinality(budget(), 12, 0.1, type="="))).message
    assert "(1) exactly 12 assets: sum of 100 variables = 12; (2) budget: sum of 100 variables = 1; " in words
    assert "(3) 100 rows named 'minimum holding 10%'; together they are missed by at least 0.2" in words
    assert (
        "allow a count of 1 to 10 in 'exactly 12 assets' (asked: 12), a sum of 1.2 to 12 in 'budget' (asked: 1)"
        in words
    )


def test_too_few_assets_of_too_little() -> None:
    """Ten of at most 5 % are 50 %; twenty are needed."""
    conflict = explained((assumptions(), sitpy.add_cardinality(budget(0.05), 10, 0.01)))
    assert (
        "allow a count of 20 to 100 in 'at most 10 assets' (asked: at most 10), a sum of 0 to 0.5" in conflict.message
    )
    assert conflict.distance == pytest.approx(0.5) and not conflict.integer and conflict.smallest
    count = conflict.ranges[0]
    assert (count.kind, count.low, count.high, count.gap) == ("count", 20, 100, None)


def test_groups_that_hold_too_few() -> None:
    groups = {f"sector {i}": (np.arange(10 * i, 10 * i + 10), 1) for i in range(10)}
    words = explained((assumptions(), sitpy.add_cardinality(budget(0.05), 30, 0.01, groups=groups))).message
    assert "at most 1 assets of sector 3: sum of 10 variables <= 1" in words
    assert "at most 30 assets" not in words


def test_leverage_out_of_reach_of_one_side() -> None:
    """100 shorts of at most 0.2 % are 20 %."""
    constraints = sitpy.add_long_short(sitpy.new_constraints(N, lb=-0.002, ub=0.8))
    words = explained((sitpy.aa_test_ia_add_short(assumptions()), constraints)).message
    assert "30% short: sum of 100 variables = 0.3 needs 0.3, but the upper bounds 0.002 of 100 variables" in words
    assert "make it at most 0.2: 0.1 too little. Raise these bounds" in words


def test_leverage_out_of_reach_because_an_asset_is_long_or_short() -> None:
    """160 % need 80 longs of 2 %, 60 % need 30 shorts; with 30 shorts 140 % long are left, with 80 longs 40 % short."""
    constraints = sitpy.add_long_short(sitpy.new_constraints(N, lb=-0.02, ub=0.02), 1.6, 0.6)
    words = explained((sitpy.aa_test_ia_add_short(assumptions()), constraints)).message
    assert "200 rows named 'long or short'" in words
    assert "a sum of 0 to 1.4 in '160% long' (asked: 1.6), a sum of 0 to 0.4 in '60% short' (asked: 0.6)" in words


@pytest.mark.parametrize("periods", [100, 300])
@pytest.mark.parametrize(
    ("add", "least"),
    [
        (sitpy.add_constraint_cvar, sitpy.min_cvar_portfolio),
        (sitpy.add_constraint_mad, sitpy.min_mad_portfolio),
        (sitpy.add_constraint_maxloss, sitpy.min_maxloss_portfolio),
    ],
)
def test_caps_that_are_too_tight(
    add: Callable[..., sitpy.Constraints], least: Callable[..., sitpy.solvers.Solution], periods: int
) -> None:
    """The range that is left to the cap begins at the least of its measure."""
    ia = assumptions(periods)
    value = least(ia, budget(), details=True).value
    conflict = explained((ia, add(ia, 0.9 * value, "<=", budget())))
    assert "allow a value of at least" in conflict.message
    (told,) = conflict.ranges
    assert (told.kind, told.high) == ("cap", np.inf) and told.low == pytest.approx(value, rel=1e-7)


def test_gini_cap_that_is_too_tight() -> None:
    ia, pairs = assumptions(300), 300 * 299 / 2
    least = sitpy.min_gini_portfolio(ia, budget(), details=True).value
    conflict = explained((ia, sitpy.add_constraint_gini(ia, 0.9 * least * pairs, "<=", budget())))
    assert "aux.1 being at least Gini's mean difference of 300 periods" in conflict.message
    assert conflict.distance == pytest.approx(0.1 * least, rel=1e-6)  # raising the limit is the least that helps


def test_only_the_zero_one_condition_contradicts_and_the_words_say_what_is_near() -> None:
    """30 % to 32 % or nothing: three make 96 % at most, four 120 % at least; 3.2 of them would do."""
    conflict = explained((assumptions(), sitpy.add_cardinality(budget(), None, 0.3, 0.32)))
    assert conflict.integer and {0} <= set(conflict.rows.tolist())
    assert "the binary variables being 0 or 1" in conflict.message
    assert "allow a sum of 0 to 32, but none between 0.96 and 1.2, in 'budget' (asked: 1)" in conflict.message
    if not conflict.smallest:
        assert "(perhaps fewer of them do: the search for fewer was ended)" in conflict.message


def test_even_lots_make_no_odd_sum() -> None:
    lots = 2 * np.random.default_rng(3).integers(5, 30, N)
    constraints = sitpy.add_variables(N, budget(), lb=0, ub=1)
    constraints.binary_index = np.arange(N, 2 * N)
    constraints = sitpy.add_constraints(np.append(np.zeros(N), lots), 501, "=", constraints, "lots")
    conflict = explained((assumptions(), constraints))
    assert conflict.integer and conflict.smallest and conflict.rows.tolist() == [0]
    assert conflict.distance == pytest.approx(1.0, abs=1e-6)


def test_many_different_bounds_are_one_entry() -> None:
    ub = np.linspace(0.001, 0.009, N)
    words = explained(
        (assumptions(), sitpy.add_constraints(np.ones(N), 1, "=", sitpy.new_constraints(N, lb=0, ub=ub)))
    ).message
    assert "the upper bounds, 0.001 to 0.009, of 100 variables (" in words and len(words) < 400


def test_many_contradicting_rows_are_cut_short() -> None:
    """One of each of 50 pairs is held, and at most 20 in all."""
    constraints = sitpy.add_cardinality(budget(), 20)
    for i in range(50):
        pair = np.zeros(constraints.n)
        pair[[N + 2 * i, N + 2 * i + 1]] = 1
        constraints = sitpy.add_constraints(pair, 1, "=", constraints, f"one of pair {i}")
    conflict = explained((assumptions(), constraints))
    assert conflict.rows.size == 51 and conflict.distance == pytest.approx(30)
    assert "40 more such as at most 20 assets: sum of 100 variables <= 20" in conflict.message
    assert "a count of 50 in 'at most 20 assets' (asked: at most 20)" in conflict.message


# -------------------------------------------------------------------------------------------- by brute force


@settings(max_examples=25)
@given(st.integers(0, 10**6))
def test_ranges_and_distances_against_every_choice(seed: int) -> None:
    """Six assets: counts that the other rows allow, found by trying all 64 supports."""
    rng = np.random.default_rng(seed)
    n, k = 6, int(rng.integers(0, 4))
    least, most = rng.choice([0.0, 0.1, 0.2]), rng.choice([0.25, 0.3, 0.4], n)
    constraints = sitpy.add_cardinality(budget(n=n), k, least, most, {"first": ([0, 1, 2], 1)})
    total = {
        held: least * sum(held) <= 1 <= float(most @ held)
        for held in (tuple((code >> i) & 1 for i in range(n)) for code in range(2**n))
        if sum(held[:3]) <= 1
    }
    counts = [sum(held) for held, fits in total.items() if fits]
    assume(not counts or min(counts) > k)
    conflict = sitpy.why_infeasible(assumptions(n=n), constraints)
    assert conflict is not None and conflict.distance > 0
    told = {constraints.names[one.row]: one for one in conflict.ranges}
    row = f"at most {k} assets"
    if counts and row in told:
        assert (told[row].low, told[row].high) == (min(counts), max(counts))
    if not counts:
        assert row not in told
    assert counts == [] or row in told or constraints.names.index(row) not in conflict.rows


@settings(max_examples=25)
@given(st.integers(0, 10**6))
def test_distance_with_binaries_against_every_choice(seed: int) -> None:
    """Whole multiples of lots that miss a total: the nearest sum of a subset."""
    rng = np.random.default_rng(seed)
    lots = 3.0 * rng.integers(1, 6, 5)
    wanted = float(rng.integers(1, 20))
    sums = [float(lots @ [(code >> i) & 1 for i in range(5)]) for code in range(32)]
    assume(wanted not in sums and wanted < lots.sum())
    constraints = sitpy.new_constraints(5, lots, wanted, "=", lb=0, ub=1)
    constraints.binary_index = np.arange(5)
    conflict = explain(build(assumptions(n=5), constraints))
    assert conflict.integer
    assert conflict.distance == pytest.approx(min(abs(value - wanted) for value in sums), abs=1e-6)


# -------------------------------------------------------------------------------------------------- refused


def test_what_is_no_problem_is_refused() -> None:
    with pytest.raises(sitpy.InputError, match="ia is None; give input assumptions"):
        sitpy.why_infeasible(None, budget(n=3))  # type: ignore[arg-type]
    with pytest.raises(sitpy.InputError, match="constraints is None; give constraints"):
        sitpy.why_infeasible(assumptions(n=3), None)  # type: ignore[arg-type]
    with pytest.raises(sitpy.InputError, match="the constraints have 3 variables but there are 5 assets"):
        sitpy.why_infeasible(assumptions(n=5), budget(n=3))
