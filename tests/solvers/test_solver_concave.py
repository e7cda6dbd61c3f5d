"""Quadratic programmes with nothing but negative curvature: their optimum is a corner, and corners can be tried one by one."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sitpy
from sitpy.solvers import Program
from sitpy.solvers.linear import LinearModel
from sitpy.solvers.nonconvex import solve_indefinite

Array = np.ndarray
SEEDS = st.integers(0, 10**6)


def in_a_box(seed: int, n: int, rank: int, size: float = 1.0) -> Program:
    """Minus a Gram matrix of some rank, a linear part, and bounds -1 to 1."""
    rng = np.random.default_rng(seed)
    factors = rng.normal(size=(rank, n))
    one = np.ones(n)
    return Program(size * rng.normal(size=n), np.zeros((n, 0)), np.zeros(0), 0, -one, one, -size * factors.T @ factors)


def best_corner(program: Program) -> float:
    """Of all corners of the box."""
    return min(program.value(np.array(corner)) for corner in itertools.product((-1.0, 1.0), repeat=program.n))


@settings(max_examples=25)
@given(SEEDS, st.integers(1, 6), st.integers(1, 6), st.sampled_from([1e-5, 1.0, 1e4]))
def test_the_best_of_all_corners_of_a_box(seed: int, n: int, rank: int, size: float) -> None:
    """Objectives of any size, as covariances per day and costs in cents are."""
    program = in_a_box(seed, n, rank, size)
    answer = solve_indefinite(program)
    assert answer is not None
    assert answer.value == pytest.approx(best_corner(program), rel=1e-8)
    assert answer.bound <= answer.value == program.value(answer.x)
    assert program.violation(answer.x) <= 1e-9


def test_a_sum_leaves_corners_with_one_weight_between_its_bounds() -> None:
    """x1^2 + 2 x2^2 + 3 x3^2 at sum 1 and at most 0.6: 0.6 of the last and 0.4 of the second, by hand."""
    D = -np.diag([2.0, 4.0, 6.0])
    program = Program(np.zeros(3), np.ones((3, 1)), np.ones(1), 1, np.zeros(3), np.full(3, 0.6), D)
    answer = solve_indefinite(program)
    assert answer is not None
    np.testing.assert_allclose(answer.x, [0, 0.4, 0.6], rtol=0, atol=1e-9)
    assert answer.value == pytest.approx(-(2 * 0.16 + 3 * 0.36), rel=1e-9)
    through = sitpy.solve_QP_bounds(D, np.zeros(3), np.ones((3, 1)), [1], 1, lb=0, ub=0.6)
    np.testing.assert_allclose(through.solution, answer.x, rtol=0, atol=1e-9)


def test_variables_without_curvature_and_no_curvature_at_all() -> None:
    program = in_a_box(1, 3, 2)
    D = np.zeros((5, 5))
    D[:3, :3] = program.D
    one = np.ones(5)
    wider = Program(np.append(program.c, [1.0, -1.0]), np.zeros((5, 0)), np.zeros(0), 0, -one, one, D)
    answer = solve_indefinite(wider)
    assert answer is not None and answer.value == pytest.approx(best_corner(program) - 2, rel=1e-9)
    flat = solve_indefinite(replace(wider, D=np.zeros((5, 5))))
    assert flat is not None and flat.value == pytest.approx(-float(np.abs(wider.c).sum()), rel=1e-9)


def test_what_has_no_point_or_no_limit() -> None:
    program = in_a_box(2, 3, 3)
    assert solve_indefinite(replace(program, A=np.ones((3, 1)), b=np.array([4.0]))) is None
    words = "negative curvature along a direction that no constraint limits"
    with pytest.raises(sitpy.UnboundedError, match=words):
        solve_indefinite(replace(program, ub=np.full(3, np.inf)))


def test_a_limit_of_boxes_leaves_the_best_corner_found_and_a_bound() -> None:
    program = in_a_box(5, 6, 6)
    best = best_corner(program)
    with pytest.raises(sitpy.NotSolvedError, match="not proven after 1 relaxations") as caught:
        solve_indefinite(program, limit=1)
    assert caught.value.bound <= best <= program.value(caught.value.best)
    assert program.violation(caught.value.best) <= 1e-9


def test_other_costs_for_a_linear_model_at_hand() -> None:
    """Warm after other costs, the same as cold."""
    program = replace(in_a_box(3, 4, 1), A=np.ones((4, 1)), b=np.zeros(1), D=None)
    model = LinearModel(program)
    rng = np.random.default_rng(0)
    for _ in range(5):
        c = rng.normal(size=4)
        model.price(c)
        warm, cold = model.solve(), LinearModel(replace(program, c=c)).solve()
        assert warm is not None and cold is not None
        assert warm.value == pytest.approx(cold.value, abs=1e-12) == pytest.approx(float(c @ warm.x), abs=1e-12)
