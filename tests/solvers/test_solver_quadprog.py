"""solve_QP: quadprog's own contract, its multipliers, and what it refuses."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from problems import THREE_ASSETS, awkward, quadprog_manual

import sitpy


def manual():
    problem = quadprog_manual()
    return np.eye(3), np.array([0.0, 5.0, 0.0]), problem.program.A.copy(), problem.program.b.copy()


def test_manual_example():
    """quadprog manual: solution 0.476, 1.048, 2.095, value -2.381, unconstrained 0 5 0, active rows 3 and 2 (1-based).

    In fractions: x = (10, 22, 44)/21; multipliers 5/21 of row 2 and 44/21 of row 3.
    """
    answer = sitpy.solve_QP(*manual())
    assert answer.solution == pytest.approx(np.array([10, 22, 44]) / 21, abs=1e-12)
    assert answer.value == pytest.approx(-50 / 21, abs=1e-12)
    assert answer.unconstrained_solution == pytest.approx([0, 5, 0], abs=1e-12)
    assert answer.Lagrangian == pytest.approx([0, 5 / 21, 44 / 21], abs=1e-9)  # least-squares fit
    assert sorted(answer.iact.tolist()) == [1, 2]


@given(
    st.integers(0, 10**6),
    st.sets(st.sampled_from(["ties", "duplicate", "singular", "meet", "redundant", "single", "point"])),
)
def test_multipliers_satisfy_the_optimality_conditions(seed, kinds):
    """Dx - d = A lambda + mu, lambda >= 0 on inequalities, no multiplier where there is room."""
    problem = awkward(seed, frozenset(kinds))
    answer = sitpy.solve_QP_bounds(
        problem.D, -problem.c, problem.A, problem.b, problem.meq, lb=problem.lb, ub=problem.ub
    )
    x, rows, bounds = answer.solution, answer.Lagrangian, answer.bound_multipliers
    assert problem.violation(x) <= 1e-8
    # values are settled to 1e-8 relative, gradients of problems of size 1 in practice far better than 1e-5
    assert np.abs(problem.D @ x + problem.c - problem.A @ rows - bounds).max() <= 1e-5
    assert (rows[problem.meq :] >= 0).all()
    slack = x @ problem.A - problem.b
    assert (slack[problem.meq :][rows[problem.meq :] > 0] <= 1e-6).all()
    assert (x - problem.lb)[bounds > 0].max(initial=0) <= 1e-6
    assert (problem.ub - x)[bounds < 0].max(initial=0) <= 1e-6
    assert set(answer.iact.tolist()) == set(np.flatnonzero(rows).tolist())


def test_factorized_is_the_same_problem():
    _, d, A, b = manual()
    D = np.array([[4.0, 1, 0], [1, 3, 0.5], [0, 0.5, 2]])
    inverse_root = np.linalg.inv(np.linalg.cholesky(D).T)  # R^-1 with D = R'R, R upper triangular
    plain, factorized = sitpy.solve_QP(D, d, A, b), sitpy.solve_QP(inverse_root, d, A, b, 0, True)
    assert factorized.solution == pytest.approx(plain.solution, abs=1e-10)  # two inversions of a condition number 3
    assert factorized.value == pytest.approx(plain.value, abs=1e-10)


def test_singular_factor_is_refused_in_words():
    with pytest.raises(sitpy.InputError, match="Dmat"):
        sitpy.solve_QP(np.zeros((2, 2)), [0, 0], np.ones((2, 1)), [1], 1, factorized=True)


def test_right_hand_sides_default_to_zero_and_one_column_may_be_a_vector():
    answer = sitpy.solve_QP(np.eye(2), [-1, -2], [1, 1])
    assert answer.solution == pytest.approx([0.5, -0.5], abs=1e-12)  # (-1, -2) moved to sum 0
    assert answer.Lagrangian == pytest.approx([1.5], abs=1e-9)


def test_no_constraints_at_all():
    answer = sitpy.solve_QP(2 * np.eye(2), [2, -4], np.zeros((2, 0)))
    assert answer.solution == pytest.approx([1, -2], abs=1e-12)
    assert answer.value == pytest.approx(-5, abs=1e-12)  # -d'd/4


def test_only_bounds():
    answer = sitpy.solve_QP_bounds(2 * np.eye(2), [2, -4], np.zeros((2, 0)), [], lb=0, ub=0.5)
    assert answer.solution == pytest.approx([0.5, 0], abs=1e-12)
    assert answer.bound_multipliers == pytest.approx([-1, 4], abs=1e-9)  # gradient (-1, 4)


def test_row_that_leaves_a_variable_alone():
    """One row fixes variable 0; variable 1 has neither row nor bound."""
    answer = sitpy.solve_QP(np.eye(2), [0, 3], [[2], [0]], [1], 1)
    assert answer.solution == pytest.approx([0.5, 3], abs=1e-12)


def test_equalities_may_have_multipliers_of_either_sign():
    for rhs, sign in ((1.0, 1), (-1.0, -1)):
        answer = sitpy.solve_QP(np.eye(2), [0, 0], np.ones((2, 1)), [rhs], 1)
        assert answer.Lagrangian == pytest.approx([sign * 0.5], abs=1e-9)


def test_multiplier_is_the_change_of_the_value():
    """Value at b = 1 plus a small step, by the multiplier; the second-order term is 1e-12/(2 1'D^-1 1)."""
    D, ones = THREE_ASSETS, np.ones((3, 1))
    first = sitpy.solve_QP(D, np.zeros(3), ones, [1.0], 1)
    second = sitpy.solve_QP(D, np.zeros(3), ones, [1.0 + 1e-6], 1)
    assert second.value - first.value == pytest.approx(1e-6 * first.Lagrangian[0], rel=1e-5)


@pytest.mark.parametrize(
    ("position", "value", "words"),
    [
        (
            0,
            np.array([[1.0, 0.5, 0], [0, 1, 0], [0, 0, 1]]),
            "not symmetric: entries differ from their mirror by up to 0.5",
        ),
        (0, np.eye(2), r"Dmat has shape \(2, 2\) but dvec has 3 values"),
        (0, np.diag([1.0, np.nan, 1.0]), "Dmat holds a missing or infinite number"),
        (1, [0, 5, np.inf], "dvec holds a missing or infinite number"),
        (2, np.ones((2, 3)), r"Amat has shape \(2, 3\); expected 3 variables x constraints"),
        (2, np.full((3, 3), np.nan), "Amat holds a missing"),
        (3, [1, 2], "bvec has 2 values but Amat has 3 columns"),
        (3, [1, 2, np.nan], "bvec holds a missing"),
    ],
)
def test_unusable_input(position, value, words):
    arguments = list(manual())
    arguments[position] = value
    with pytest.raises(sitpy.InputError, match=words):
        sitpy.solve_QP(*arguments)


@pytest.mark.parametrize("meq", [-1, 4])
def test_meq_out_of_range(meq):
    with pytest.raises(sitpy.InputError, match=rf"meq is {meq}"):
        sitpy.solve_QP(*manual(), meq)


@pytest.mark.parametrize(("field", "value"), [("lb", [0, 0]), ("ub", [1, 1, 1, 1])])
def test_bounds_of_wrong_length(field, value):
    with pytest.raises(sitpy.InputError, match=f"{field} has {len(value)} values for 3 variables; give 1 or 3"):
        sitpy.solve_QP_bounds(*manual(), **{field: value})


def test_input_may_be_read_only_and_stays_as_it_is():
    D, d, A, b = manual()
    lb, ub, binary = np.full(3, -9.0), np.full(3, 9.0), np.array([2])
    arrays = (D, d, A, b, lb, ub, binary)
    copies = [array.copy() for array in arrays]
    for array in arrays:
        array.flags.writeable = False
    sitpy.solve_QP(D, d, A, b)
    sitpy.solve_QP_bounds(D, d, A, b, lb=lb, ub=ub)
    sitpy.solve_QP_bounds(D, d, A, b, binary_vec=binary, lb=lb, ub=ub)
    sitpy.solve_LP_bounds("min", d, A.T, [">="] * 3, b, binary, lb, ub)
    for array, copy in zip(arrays, copies):
        assert np.array_equal(array, copy)


def test_crossed_bounds_are_named():
    with pytest.raises(
        sitpy.InfeasibleError, match=r"the lower bound 2 of variable 0.*the upper bound 1 of variable 0"
    ):
        sitpy.solve_QP_bounds(*manual(), lb=[2, np.nan, np.nan], ub=1)
