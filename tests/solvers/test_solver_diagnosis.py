"""Why there is no answer: smallest contradicting sets, distances, attainable ranges, and the words."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from problems import (
    AWKWARD,
    awkward,
    awkward_binary,
    by_linprog,
    cardinality,
    endless_growth,
    half_a_binary,
    nine_of_a_tenth,
    problems,
    program,
    two_budgets,
    two_heavy_holdings,
)

import sitpy
from sitpy.solvers.diagnosis import attainable_range, describe_ray, describe_row, explain
from sitpy.solvers.linear import LinearModel

EXACT = 1e-9


def part(problem, rows, lower, upper, integer):
    """Only these rows and bounds (and the 0/1 condition, where it takes part)."""
    lb, ub = np.full(problem.n, -np.inf), np.full(problem.n, np.inf)
    lb[lower], ub[upper] = problem.lb[lower], problem.ub[upper]
    rows = np.array(rows, dtype=int)
    binary = problem.binary if integer else problem.binary[:0]
    lb[binary], ub[binary] = np.maximum(lb[binary], 0), np.minimum(ub[binary], 1)
    return replace(
        problem,
        D=None,
        c=np.zeros(problem.n),
        A=problem.A[:, rows],
        b=problem.b[rows],
        meq=int((rows < problem.meq).sum()),
        lb=lb,
        ub=ub,
        binary=binary,
        row_names=(),
    )


def feasible(problem, *members):
    probe = part(problem, *members)
    if not probe.binary.size:
        return by_linprog(probe) is not None
    return LinearModel(probe, integer=True).solve() is not None


def assert_smallest(problem, conflict):
    """The set contradicts itself, and no longer without any one of its members."""
    members = [conflict.rows.tolist(), conflict.lower.tolist(), conflict.upper.tolist()]
    assert not feasible(problem, *members, conflict.integer)
    for kind in range(3):
        for k in range(len(members[kind])):
            fewer = [list(member) for member in members]
            del fewer[kind][k]
            assert feasible(problem, *fewer, conflict.integer), (kind, members[kind][k])
    if conflict.integer:
        assert feasible(problem, *members, False)


@pytest.mark.parametrize("problem", problems("infeasible"), ids=lambda problem: problem.name)
def test_sets_of_the_zoo_are_smallest(problem):
    assert_smallest(problem.program, explain(problem.program))


@settings(max_examples=30)
@given(st.integers(0, 10**6), st.frozensets(st.sampled_from(sorted(set(AWKWARD) - {"scales"})), max_size=3))
def test_random_sets_are_smallest(seed, kinds):
    problem = awkward(seed, kinds | {"single"})
    b = problem.b.copy()
    b[-1] += 2 * np.abs(problem.A[:, -1]).max()
    raised = replace(problem, b=b)
    assume(by_linprog(replace(raised, D=None)) is None)
    conflict = explain(raised)
    assert not conflict.integer and conflict.distance > 0
    assert_smallest(raised, conflict)


@settings(max_examples=15)
@given(st.integers(0, 10**6), st.frozensets(st.sampled_from(["exactly", "cover", "signs"]), min_size=1))
def test_random_sets_with_binaries_are_smallest(seed, kinds):
    problem = awkward_binary(seed, kinds, n=3, quadratic=False)
    problem = replace(problem, b=problem.b + np.where(np.arange(problem.m) == problem.m - 1, 0.5, 0.0))
    assume(LinearModel(problem, integer=True).solve() is None)
    assert_smallest(problem, explain(problem))


def test_nine_weights_of_a_tenth():
    conflict = explain(nine_of_a_tenth().program)
    assert conflict.rows.tolist() == [0] and conflict.upper.tolist() == list(range(9)) and conflict.lower.size == 0
    assert conflict.distance == pytest.approx(0.1, abs=EXACT) and not conflict.integer
    assert conflict.message == (
        "no point satisfies all constraints. column 0: sum of 9 variables = 1 needs 1, but the upper bounds 0.1 of 9 "
        "variables (variable 0, variable 1, variable 2, ...) make it at most 0.9: 0.1 too little. "
        "Raise these bounds or change this constraint"
    )


def test_rows_that_contradict_each_other():
    conflict = explain(two_budgets().program)
    assert conflict.rows.tolist() == [0, 1] and conflict.lower.size == conflict.upper.size == 0
    assert conflict.distance == pytest.approx(0.5, abs=EXACT)
    assert "(1) column 0: sum of 3 variables = 1; (2) column 1: sum of 3 variables = 0.5" in conflict.message


@pytest.mark.parametrize(
    ("rows", "bounds", "distance"),
    [
        ([([1.0, 1.0], "=", 5.0)], (0.0, 1.0), 3.0),  # 5 - 2
        ([([1.0, 1.0], "=", 1.0)], (0.75, 1.0), 0.5),  # 1.5 - 1
        ([([1.0, 0.0], ">=", 0.9), ([1.0, 0.0], "<=", 0.2)], (0.0, 1.0), 0.7),
        ([([1.0, -1.0], ">=", 2.0)], (0.0, 1.0), 1.0),  # 2 - (1 - 0)
        ([], ([2.0, 0.0], 1.0), 1.0),
    ],
)
def test_distance_by_hand(rows, bounds, distance):
    problem = program(rows, 2, lb=bounds[0], ub=bounds[1])
    conflict = explain(problem)
    assert conflict.distance == pytest.approx(distance, abs=EXACT)
    assert_smallest(problem, conflict)


def test_unrelated_constraints_do_not_take_part():
    """Twenty rows that all hold, and one pair that does not."""
    rows = [([1.0, 0.0, 1.0], ">=", -k / 10) for k in range(20)]
    rows += [([0.0, 1.0, 0.0], ">=", 0.6), ([0.0, 1.0, 0.0], "<=", 0.4)]
    conflict = explain(program(rows, 3))
    assert conflict.rows.tolist() == [20, 21] and conflict.distance == pytest.approx(0.2, abs=EXACT)


def test_row_switched_off_takes_no_part():
    problem = two_budgets().program.with_row(np.ones(3), -np.inf)
    assert explain(problem).rows.tolist() == [0, 1]


def test_only_the_zero_one_condition_contradicts():
    conflict = explain(half_a_binary().program)
    assert conflict.integer and conflict.rows.tolist() == [0]
    assert conflict.distance == pytest.approx(1.0, abs=EXACT)  # 2 b is 0 or 2, not 1
    assert "(2) the binary variables being 0 or 1" in conflict.message and "missed by" not in conflict.message
    conflict = explain(two_heavy_holdings().program)
    assert conflict.integer is False or "binary variables" in conflict.message


def test_three_even_binaries_make_no_odd_sum():
    """2 b0 + 2 b1 + 2 b2 = 3 has fractional solutions only."""
    problem = program([([2.0] * 3, "=", 3.0), ([1.0] * 3, "<=", 2.0)], 3, binary=[0, 1, 2])
    conflict = explain(problem)
    assert conflict.integer and conflict.rows.tolist() == [0] and conflict.lower.size == conflict.upper.size == 0
    assert_smallest(problem, conflict)


def test_feasible_programmes_have_nothing_to_explain():
    for problem in problems()[:5] + problems(binary=True)[:2]:
        with pytest.raises(ValueError, match="feasible; there is no conflict"):
            explain(problem.program)


# ----------------------------------------------------------------------------------------------------- the words


def test_named_rows_and_variables():
    names = ("SP500", "SmallUS", "Europe")
    rows = [([1.0] * 3, "=", 1.0), ([0.1, 0.2, 0.15], ">=", 0.3)]
    named = program(rows, 3, ub=1.0, row_names=("budget", "return floor"), variable_names=names)
    words = explain(named).message
    assert "budget: sum of 3 variables = 1" in words
    assert "return floor: 0.1 SP500 + 0.2 SmallUS + 0.15 Europe >= 0.3" in words
    assert "column" not in words and "variable 0" not in words


def test_unnamed_rows_beside_named_ones():
    rows = [([1.0] * 3, "=", 1.0), ([1.0] * 3, "=", 2.0)]
    words = explain(program(rows, 3, row_names=("budget", None), lb=-np.inf, ub=np.inf)).message
    assert "(1) budget: sum of 3 variables = 1; (2) column 1: sum of 3 variables = 2" in words


def test_rows_of_a_model_with_one_name_are_one_entry():
    """z >= k for k = 1..: only three disjoint variables each with their own row, and one cap on their sum."""
    unit = np.eye(3)
    rows = [(list(unit[i]), ">=", 1.0) for i in range(3)] + [([1.0] * 3, "<=", 2.0)]
    problem = program(rows, 3, lb=-np.inf, ub=np.inf, row_names=("CVaR", "CVaR", "CVaR", "limit"))
    words = explain(problem).message
    assert "(1) 3 rows named 'CVaR'; (2) limit: sum of 3 variables <= 2" in words
    assert "missed by at least 1" in words


def test_bounds_are_grouped_by_value():
    problem = program([([1.0] * 5, "=", 2.0)], 5, lb=0, ub=[0.1, 0.1, 0.3, 0.3, 0.5])
    words = explain(problem).message
    assert "the upper bounds 0.1 of 2 variables (variable 0, variable 1)" in words
    assert "the upper bounds 0.3 of 2 variables (variable 2, variable 3)" in words
    assert "the upper bound 0.5 of variable 4" in words
    assert "make it at most 1.3: 0.7 too little" in words


def test_too_much_is_said_as_such():
    problem = program([([1.0] * 3, "=", 1.0)], 3, lb=0.5, ub=2.0)
    words = explain(problem).message
    assert "the lower bounds 0.5 of 3 variables" in words
    assert "make it at least 1.5: 0.5 too much. Lower these bounds or change this constraint" in words


def test_upper_rows_are_shown_as_upper_rows():
    """-x - y >= -0.5 is stored; a reader sees <= 0.5."""
    problem = program([([1.0, 1.0], "<=", 0.5)], 2, lb=0.5)
    words = explain(problem).message
    assert "column 0: sum of 2 variables <= 0.5 needs 0.5" in words
    assert "make it at least 1: 0.5 too much. Lower these bounds" in words


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ([1.0, 1.0, 1.0, 1.0, 1.0], "column 0: sum of 5 variables >= 2"),
        ([1.0, -1.0, 0.0, 0.0, 0.0], "column 0: variable 0 - variable 1 >= 2"),
        ([-1.0, 0.5, 0.0, 0.0, 0.0], "column 0: - variable 0 + 0.5 variable 1 >= 2"),
        ([-1.0, -2.0, 0.0, 0.0, 0.0], "column 0: variable 0 + 2 variable 1 <= -2"),
        ([0.0, 0.0, 0.25, 0.0, 0.0], "column 0: 0.25 variable 2 >= 2"),
        ([0.0] * 5, "column 0: 0 >= 2"),
        (
            [1.0, 2.0, 3.0, 4.0, 5.0],
            "column 0: variable 0 + 2 variable 1 + 3 variable 2 + 4 variable 3 + ... (5 variables) >= 2",
        ),
    ],
)
def test_formulas(row, words):
    assert describe_row(program([(row, ">=", 2.0)], 5), 0) == words


def test_row_without_coefficients():
    words = explain(program([([0.0, 0.0], ">=", 1.0)], 2)).message
    assert "column 0: 0 >= 1 needs 1, but its coefficients make it at most 0: 1 too little" in words


# ------------------------------------------------------------------------------------------- ranges and directions


def test_attainable_range_by_hand():
    """Sum 1 with at most 0.8 each: 0.8 in the best and 0.2 in the next, and the other way round."""
    problem = program([([1.0] * 3, "=", 1.0)], 3, ub=0.8)
    low, high = attainable_range(problem, np.array([0.1, 0.12, 0.07]))
    assert (low, high) == pytest.approx((0.8 * 0.07 + 0.2 * 0.1, 0.8 * 0.12 + 0.2 * 0.1), abs=EXACT)


def test_attainable_range_with_binaries():
    """Exactly one of two, at least 0.4 and at most 1: all in one."""
    problem = cardinality(np.eye(2), 1, least=0.4, most=1.0)
    low, high = attainable_range(problem, np.array([0.1, 0.2, 0, 0]))
    assert (low, high) == pytest.approx((0.1, 0.2), abs=1e-8)  # integrality tolerance 1e-9


def test_attainable_range_without_limits_and_without_points():
    half = program([], 1, lb=0.0, ub=np.inf)
    assert attainable_range(half, np.array([1.0])) == (0, np.inf)
    assert attainable_range(half, np.array([-1.0])) == (-np.inf, 0)
    with pytest.raises(sitpy.InfeasibleError, match="no attainable range; explain says which"):
        attainable_range(two_budgets().program, np.ones(3))


@settings(max_examples=30)
@given(st.integers(0, 10**6), st.frozensets(st.sampled_from(AWKWARD), max_size=3))
def test_attainable_range_against_scipy(seed, kinds):
    problem = awkward(seed, kinds, quadratic=False)
    low, high = attainable_range(problem, problem.c)
    assert low == pytest.approx(by_linprog(problem), abs=1e-6)
    assert high == pytest.approx(-by_linprog(replace(problem, c=-problem.c)), abs=1e-6)


def test_ray_in_words():
    words = describe_ray(endless_growth().program)
    assert words == (
        "the objective improves without limit: nothing bounds variable 0, variable 1 on that side. "
        "Give upper or lower bounds, or a constraint that limits them"
    )
    named = replace(endless_growth().program, variable_names=("cash", "loan"))
    assert "nothing bounds cash, loan on that side" in describe_ray(named)
    many = program([], 6, c=[-1] * 6, ub=np.inf)
    assert "nothing bounds variable 0, variable 1, variable 2, variable 3, ... on that side" in describe_ray(many)


def test_ray_names_only_what_grows():
    problem = program([([1.0, 1.0, 0.0], "=", 1.0)], 3, c=[-1, -1, -1], ub=[1, 1, np.inf])
    assert "nothing bounds variable 2 on that side" in describe_ray(problem)
