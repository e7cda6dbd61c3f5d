"""Quadratic programmes by their few free variables, from nothing and from a neighbour's answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from problems import AWKWARD, awkward, problems, program

from sitpy.solvers import Program, ReferenceModel, certificate
from sitpy.solvers.working_set import solve_on_working_set

Array = np.ndarray


def random_market(n: int, seed: int = 0) -> Program:
    """Long only, at most a third each, with a cost."""
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(2 * n, n)) * 0.02 + rng.normal(size=(2 * n, 1)) * 0.02
    rows = [([1.0] * n, "=", 1.0), (list(rng.normal(size=n)), ">=", 0.1)]
    return program(rows, n, D=root.T @ root / n, c=-1e-4 * rng.random(n), ub=1 / 3)


@pytest.mark.parametrize("n", [5, 60, 150])
def test_from_nothing(n: int) -> None:
    made = random_market(n)
    answer, known = solve_on_working_set(made), ReferenceModel(made).solve()
    assert answer is not None and known is not None
    np.testing.assert_allclose(answer.x, known.x, atol=1e-9)
    assert answer.value == pytest.approx(known.value, rel=1e-11)
    assert answer.bound <= known.value * (1 + 1e-14) and answer.gap <= 1e-10
    assert certificate(made, answer).is_optimal(1e-9)


def test_an_active_set_that_stays_optimal_needs_no_programme() -> None:
    made = random_market(60)
    first = solve_on_working_set(made)
    assert first is not None and first.qp_count >= 1
    scaled = replace(made, D=made.D * 1.0001, c=made.c * 1.0001)  # type: ignore[operator]
    again = solve_on_working_set(scaled, first.state)
    assert again is not None and again.qp_count == 0
    np.testing.assert_allclose(again.x, first.x, atol=1e-10)


def test_from_a_neighbour() -> None:
    """Covariances of a moving window, then tighter and looser bounds and rows: every answer as from nothing."""
    rng = np.random.default_rng(4)
    returns = rng.normal(size=(140, 30)) * 0.02 + rng.normal(size=(140, 1)) * 0.015
    made = random_market(30)
    state = None
    for t in range(40):
        made = replace(made, D=np.cov(returns[t : t + 100].T), ub=np.full(30, 0.1 if t % 7 == 3 else 0.3))
        if t % 5 == 4:
            made = replace(made, b=np.array([1.0, 0.05 * (t % 3)]))
        answer, alone = solve_on_working_set(made, state), solve_on_working_set(made)
        assert answer is not None and alone is not None
        np.testing.assert_allclose(answer.x, alone.x, atol=1e-9)
        assert certificate(made, answer).is_optimal(1e-9)
        state = answer.state


def test_a_state_of_another_shape_is_no_help_and_no_harm() -> None:
    small, large = solve_on_working_set(random_market(10)), solve_on_working_set(random_market(60), None)
    assert small is not None and large is not None
    again = solve_on_working_set(random_market(60), small.state)
    assert again is not None
    np.testing.assert_array_equal(again.x, large.x)


def test_the_programme_stays_as_it_is() -> None:
    made = random_market(60)
    copy = [np.array(part) for part in (made.D, made.c, made.A, made.b, made.lb, made.ub)]
    first = solve_on_working_set(made)
    assert first is not None
    solve_on_working_set(made, first.state)
    for part, before in zip((made.D, made.c, made.A, made.b, made.lb, made.ub), copy, strict=True):
        np.testing.assert_array_equal(part, before)


def test_the_zoo() -> None:
    for problem in problems(binary=False):
        if problem.program.D is None:
            continue
        answer = solve_on_working_set(problem.program)
        assert answer is not None, problem.name
        assert answer.value == pytest.approx(problem.optimum, rel=1e-9, abs=1e-12), problem.name


@pytest.mark.parametrize("status", ["infeasible", "unbounded"])
def test_none_where_there_is_no_optimum(status: str) -> None:
    for problem in problems(status, binary=False):
        assert solve_on_working_set(problem.program) is None, problem.name


@given(st.integers(0, 10**6), st.sets(st.sampled_from(AWKWARD)), st.integers(3, 7))
def test_random_programmes(seed: int, kinds: set[str], n: int) -> None:
    """None is allowed, a wrong answer is not; 1e-8 is the referee's accuracy for singular matrices."""
    made = awkward(seed, frozenset(kinds), n=n)
    answer, known = solve_on_working_set(made), ReferenceModel(made).solve()
    assert known is not None
    if answer is None:
        return
    accuracy = 1e-8 * max(abs(known.value), 1e-4) + 10 * made.violation(known.x)
    assert abs(answer.value - known.value) <= accuracy and answer.bound <= known.value + accuracy
    assert made.violation(answer.x) <= 1e-9


def test_the_model_of_large_programmes_gives_what_the_plain_one_gives() -> None:
    """60 assets, a frontier's moving right-hand side, other bounds, a contradiction; both engines behind the one door."""
    from sitpy.solvers import ReferenceModel, model_for
    from sitpy.solvers.working_set_model import WorkingSetModel

    rng = np.random.default_rng(4)
    n = 60
    sample = rng.normal(size=(150, n)) * rng.uniform(0.5, 2, n)
    mu = rng.uniform(0, 1, n)
    program = Program(
        np.zeros(n),
        np.column_stack([np.ones(n), mu]),
        np.array([1.0, -np.inf]),
        1,
        np.zeros(n),
        np.full(n, 0.2),
        np.cov(sample.T),
    )
    fast, plain = model_for(program), ReferenceModel(program)
    assert isinstance(fast, WorkingSetModel)
    for target in (-np.inf, 0.5, 0.7, 0.6):
        b = np.array([1.0, target])
        answers = [model.solve(b) for model in (fast, plain)]
        assert answers[0] is not None and answers[1] is not None
        np.testing.assert_allclose(answers[0].x, answers[1].x, rtol=0, atol=1e-8)
        assert answers[0].bound <= answers[1].value * (1 + 1e-12)
    tighter = np.full(n, 0.05)
    assert fast.solve(ub=tighter) is not None
    np.testing.assert_allclose(fast.solve(ub=tighter).x, plain.solve(ub=tighter).x, rtol=0, atol=1e-8)  # type: ignore[union-attr]
    assert fast.solve(ub=np.full(n, 0.01)) is None and plain.solve(ub=np.full(n, 0.01)) is None
