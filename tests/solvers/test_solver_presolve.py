"""Presolve keeps the optimum, implied bounds and tightened rows keep every 0/1 point, and nothing gets looser."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from problems import (
    AWKWARD,
    NONE,
    awkward,
    awkward_binary,
    by_enumeration,
    by_linprog,
    cardinality,
    nine_of_a_tenth,
    one_feasible_point,
    opposite_corners,
    patterns,
    problems,
    program,
    two_budgets,
    two_shorts_left,
)

from sitpy.solvers.presolve import Presolve, implied_bounds, strengthened

KINDS = st.frozensets(st.sampled_from(AWKWARD), max_size=4)
RULES = st.frozensets(st.sampled_from([*AWKWARD, "cost", "exactly", "cover", "signs"]), max_size=4)
SEEDS = st.integers(0, 10**6)
CLOSE = 1e-7
"""scipy's HiGHS accepts rows missed by 1e-7; the problems are of size 1."""


def reduced(problem):
    return Presolve(problem)(problem.b, problem.lb, problem.ub)


def after(problem):
    """The programme that presolve leaves: its bounds, its rows, the others switched off."""
    kept = reduced(problem)
    if kept is None:
        return None
    off = np.setdiff1d(np.arange(problem.m), kept.rows)
    A, b = problem.A.copy(), problem.b.copy()
    A[:, off], b[off] = 0.0, 0.0
    return replace(problem, A=A, b=b, lb=np.minimum(kept.lb, kept.ub), ub=np.maximum(kept.lb, kept.ub))


@given(SEEDS, KINDS, st.booleans())
def test_reduced_problem_has_the_same_optimum(seed, kinds, raised):
    """Also with a row raised until it may not be feasible any more."""
    problem = awkward(seed, kinds, quadratic=False)
    if raised:
        b = problem.b.copy()
        b[-1] += 0.75 * max(1.0, np.abs(problem.A[:, -1]).max()) * (problem.m > problem.meq)
        problem = replace(problem, b=b)
    before, left = by_linprog(problem), after(problem)
    if left is None:
        assert before is None
        return
    found = by_linprog(left)
    assert (found is None) == (before is None)
    if before is not None:
        assert found == pytest.approx(before, abs=CLOSE * 10)


@given(SEEDS, KINDS)
def test_no_bound_of_presolve_is_looser_than_given(seed, kinds):
    problem = awkward(seed, kinds)
    kept = reduced(problem)
    assert (kept.lb >= problem.lb - 1e-9).all() and (kept.ub <= problem.ub + 1e-9).all()
    assert (kept.lb[kept.free] < kept.ub[kept.free]).all()


def test_forced_rows_fix_their_variables():
    kept = reduced(one_feasible_point().program)
    assert kept.free.size == 0 and kept.lb.tolist() == [0.25] * 4 == kept.ub.tolist()
    kept = reduced(two_shorts_left().program)
    assert kept.free.size == 0 and kept.lb.tolist() == [0, 0, 0.5, 0.5]


def test_row_forced_at_its_low_end():
    """x + y = 0 with x, y >= 0, and -x - y >= 0 says the same."""
    for sense in ("=", "<="):
        kept = reduced(program([([1.0, 1.0, 0.0], sense, 0.0)], 3))
        assert kept.free.tolist() == [2] and kept.rows.size == 0
        assert kept.ub.tolist() == [0, 0, 1]


def test_forced_rows_in_a_chain():
    """x0 + x1 = 2 fixes both at 1, then x1 + x2 = 1 fixes x2 at 0, then x2 + x3 = 0.5 fixes x3."""
    rows = [([1.0, 1, 0, 0], "=", 2.0), ([0.0, 1, 1, 0], "=", 1.0), ([0.0, 0, 1, 1], ">=", 1.0)]
    kept = reduced(program(rows, 4))
    assert kept.free.size == 0 and kept.lb.tolist() == [1, 1, 0, 1]


def test_single_coefficient_rows_become_bounds():
    rows = [([0.0, 2.0], "=", 1.0), ([3.0, 0.0], ">=", 0.75), ([1.0, 0.0], "<=", 0.5)]
    kept = reduced(program(rows, 2))
    assert kept.rows.size == 0 and kept.free.tolist() == [0]
    assert (kept.lb[0], kept.ub[0], kept.lb[1], kept.ub[1]) == (0.25, 0.5, 0.5, 0.5)


@pytest.mark.parametrize("order", [1, -1])
def test_rows_that_force_opposite_ends_are_infeasible(order):
    problem = opposite_corners().program
    assert reduced(replace(problem, A=problem.A[:, ::order], b=problem.b[::order])) is None


def test_infeasible_by_reach_and_by_crossing():
    assert reduced(nine_of_a_tenth().program) is None
    assert reduced(program([([1.0, 1.0], "=", -0.5)], 2)) is None
    assert reduced(program([], 2, lb=[0, 2], ub=1)) is None
    rows = [([1.0, 0.0], ">=", 0.8), ([1.0, 0.0], "<=", 0.7)]
    assert reduced(program(rows, 2)) is None


def test_presolve_does_not_decide_what_it_cannot_see():
    """Two budgets contradict each other, but each is reachable: a solver has to say so."""
    kept = reduced(two_budgets().program)
    assert kept is not None and kept.rows.tolist() == [0, 1]


def test_rounding_in_bounds_is_no_contradiction():
    """0.1 + 0.2 is not 0.3 in binary: bounds that cross by 1e-17 are a point."""
    kept = reduced(program([], 1, lb=0.1 + 0.2, ub=0.3))
    assert kept is not None and kept.free.size == 0


@pytest.mark.parametrize("problem", problems(), ids=lambda problem: problem.name)
def test_presolve_keeps_known_optimal_points(problem):
    if problem.x is None:
        pytest.skip("the optimum has several answers")
    kept = reduced(problem.program)
    x = np.array(problem.x)
    assert (x >= kept.lb - 1e-9).all() and (x <= kept.ub + 1e-9).all()


def test_inputs_stay_as_they_are():
    problem = two_shorts_left().program
    b, lb, ub = problem.b.copy(), problem.lb.copy(), problem.ub.copy()
    reduced(problem), implied_bounds(problem), strengthened(problem)
    assert np.array_equal(b, problem.b) and np.array_equal(lb, problem.lb) and np.array_equal(ub, problem.ub)


# ------------------------------------------------------------------------------------------- bounds and coefficients


def test_bounds_that_rows_imply():
    """x <= 0.8 b with b <= 1, so the other is 0.2 at least, and its b a quarter; sum 1 and one lower bound."""
    lb, ub = implied_bounds(cardinality(np.eye(2), 2, least=0.1, exactly=False))
    assert ub == pytest.approx([0.8, 0.8, 1, 1]) and lb == pytest.approx([0.2, 0.2, 0.25, 0.25])
    lb, ub = implied_bounds(program([([1.0, 1.0], "=", 1.0)], 2, lb=[0.25, -np.inf], ub=np.inf))
    assert lb.tolist() == [0.25, -np.inf] and ub.tolist() == [np.inf, 0.75]


@settings(max_examples=40)
@given(SEEDS, KINDS)
def test_implied_bounds_hold_at_every_feasible_point(seed, kinds):
    """Attainable ranges by scipy lie within the implied bounds, and these within the given ones."""
    problem = awkward(seed, kinds, n=3, quadratic=False)
    lb, ub = implied_bounds(problem)
    assert (lb >= problem.lb).all() and (ub <= problem.ub).all()
    for i in range(problem.n):
        unit = np.eye(problem.n)[i]
        low, high = by_linprog(replace(problem, c=unit)), by_linprog(replace(problem, c=-unit))
        assert low >= lb[i] - CLOSE * 10 and -high <= ub[i] + CLOSE * 10


@settings(max_examples=25)
@given(SEEDS, RULES)
def test_strengthened_keeps_every_choice_and_loosens_nothing(seed, kinds):
    """For every 0/1 pattern the optimum of a linear objective stays; the relaxation's optimum never falls."""
    problem = awkward_binary(seed, kinds - {"scales"}, quadratic=False)
    tight = strengthened(problem)
    rng = np.random.default_rng(seed)
    c = rng.integers(-4, 5, problem.n) / 4
    for before, now in zip(patterns(replace(problem, c=c)), patterns(replace(tight, c=c))):
        first, second = by_linprog(before), by_linprog(now)
        assert (first is None) == (second is None)
        if first is not None:
            assert second == pytest.approx(first, abs=CLOSE * 10)
    loose, strong = (by_linprog(replace(part, c=c, binary=NONE)) for part in (problem, tight))
    if loose is not None and strong is not None:
        assert strong >= loose - CLOSE * 10
    assert loose is not None or strong is None


def test_strengthened_reaches_the_bound_of_the_variable():
    """x <= b with x <= 0.8 becomes x <= 0.8 b."""
    rows = [([-1.0, 1.0], ">=", 0.0)]
    tight = strengthened(program(rows, 2, ub=[0.8, 1.0], binary=[1]))
    assert tight.A[:, 0] == pytest.approx([-1, 0.8]) and tight.b[0] == 0
    # and from the other side: x >= 0.3 - b where x >= 0.1 anyway: at b = 1 the row asks -0.7, 0.1 is enough
    tight = strengthened(program([([1.0, 1.0], ">=", 0.3)], 2, lb=[0.1, 0.0], binary=[1]))
    assert tight.A[:, 0] == pytest.approx([1, 0.2]) and tight.b[0] == pytest.approx(0.3)


@pytest.mark.parametrize("pinned", [0.0, 1.0])
@pytest.mark.parametrize("coefficient", [1.0, -1.0])
def test_strengthened_with_a_binary_whose_bounds_meet(pinned, coefficient):
    """x + z >= b or x - z >= b with z fixed: the smallest x stays what it was."""
    base = program([([1.0, coefficient], ">=", 1.5 if coefficient > 0 else -0.25)], 2, c=[1, 0], binary=[1])
    fixed = replace(base, lb=np.array([0.0, pinned]), ub=np.array([1.0, pinned]))
    assert by_enumeration(strengthened(fixed)) == by_enumeration(fixed)


def test_strengthened_with_a_binary_that_a_lower_weight_switches_on():
    """x >= 0.3 and x <= 0.8 b imply b >= 0.375, so b = 1; a row with b keeps its feasible points."""
    rows = [([-1.0, 0.8, 0.0], ">=", 0.0), ([0.0, 1.0, 1.0], ">=", 1.5)]
    held = program(rows, 3, c=[0, 0, 1], lb=[0.3, 0, 0], binary=[1])
    assert by_enumeration(held) == pytest.approx(0.5)
    assert by_enumeration(strengthened(held)) == pytest.approx(0.5)
