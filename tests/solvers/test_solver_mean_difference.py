"""Gini's mean difference as cuts and pieces, against the programme in which every pair is written down."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mean_difference_cases import ALIKE, KINDS, by_hand, pairs, problem, referee, unbounded, written_out
from problems import by_clarabel
from scipy import sparse
from scipy.optimize import linprog

from sitpy.errors import InputError, NotSolvedError, UnboundedError
from sitpy.solvers import Program, ReferenceModel, certificate, model_for
from sitpy.solvers.cutting_model import CuttingModel, smoothed_minimum
from sitpy.solvers.mean_difference import Cut, MeanDifference, Piece, localised

Array = np.ndarray
SEEDS = st.integers(0, 10**6)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=12)
@given(seed=SEEDS)
def test_cuts_and_pieces_have_the_optimum_of_all_pairs(kind: str, seed: int) -> None:
    program = problem(seed, kind)
    models = model_for(program), ReferenceModel(program)
    if kind == "free" and unbounded(program):
        for model in models:
            with pytest.raises(UnboundedError, match="the objective improves without limit: nothing bounds"):
                model.solve()
        return
    expected = referee(program)
    for model in models:
        answer = model.solve()
        assert (answer is None) == (expected is None)
        if answer is None:
            continue
        assert answer.x.shape == (program.n,)
        assert answer.proven
        assert answer.value == pytest.approx(expected, abs=ALIKE)
        assert answer.value == pytest.approx(program.value(answer.x), abs=1e-12)
        assert answer.bound <= answer.value
        assert answer.gap <= 1e-6
        assert program.violation(answer.x) <= 1e-9
        if not program.binary.size:
            assert certificate(program, answer).is_optimal(1e-6)


@pytest.mark.parametrize("kind", ["objective", "cap", "quadratic"])
@pytest.mark.parametrize("seed", range(3))
def test_more_periods_than_are_written_down_at_once(kind: str, seed: int) -> None:
    """50 periods have 1225 pairs: only the close ones are brought in."""
    program = problem(seed, kind, periods=50, assets=3)
    answer, expected = model_for(program).solve(), referee(program)
    assert (answer is None) == (expected is None)
    if answer is not None:
        assert answer.value == pytest.approx(expected, abs=ALIKE)
        assert certificate(program, answer).is_optimal(1e-7)


def test_some_of_the_problems_have_no_solution_and_most_have_one() -> None:
    """So that the test above means something."""
    found = [model_for(problem(seed, kind)).solve() is None for kind in ("cap", "quadratic") for seed in range(40)]
    assert 5 < sum(found) < 40


@pytest.mark.parametrize("kind", ["objective", "both", "cap", "quadratic", "two", "binary"])
@pytest.mark.parametrize("periods", [8, 50])
def test_a_model_solved_again_with_other_limits_is_as_good_as_a_new_one(kind: str, periods: int) -> None:
    """A row of returns whose right-hand side goes up and down, off and on, and bounds that move: kept cuts stay valid."""
    program = problem(7, kind, periods=periods, assets=4)
    n = 4
    mu = np.append(program.differences[0].returns.mean(axis=0), np.zeros(program.n - n))
    program = program.with_row(mu, -np.inf)
    program.b[program.meq : -1] = -1.0  # caps that do not bind yet
    model = model_for(program)
    low, high = mu[:n].min(), mu[:n].max()
    for share, ub in ((0.5, 0.8), (0.1, 0.8), (0.9, 0.8), (None, 0.8), (0.6, 0.5), (2.0, 0.8), (0.3, 0.8)):
        b, upper = program.b.copy(), program.ub.copy()
        b[-1] = -np.inf if share is None else low + share * (high - low)
        upper[:n] = ub
        answer = model.solve(b, ub=upper)
        fresh = model_for(replace(program, b=b, ub=upper)).solve()
        assert (answer is None) == (fresh is None) == (share == 2.0)
        if answer is not None and fresh is not None:
            assert answer.value == pytest.approx(fresh.value, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("kind", ["binary", "binary objective"])
@pytest.mark.parametrize("seed", range(4))
def test_a_search_with_shared_cuts_against_every_choice(kind: str, seed: int) -> None:
    """30 periods, 435 pairs, two of four assets: the referee writes all down for each of the six choices."""
    program = problem(seed, "binary", periods=30, assets=4)
    if kind == "binary objective":
        program = replace(program, c=np.eye(program.n)[4])
    answer, expected = model_for(program).solve(), referee(program)
    assert (answer is None) == (expected is None)
    if answer is not None:
        assert answer.proven
        assert answer.value == pytest.approx(expected, abs=ALIKE)
        assert program.violation(answer.x) <= 1e-9
        assert set(np.round(answer.x[program.binary], 12)) <= {0.0, 1.0}


def three_of(R: Array) -> Program:
    """The least mean difference of three assets, each at most 80 %."""
    program = least_difference(R)
    n = R.shape[1]
    unit = np.eye(2 * n + 1)
    columns = [np.append(np.ones(n), np.zeros(n + 1)), np.append(np.zeros(n + 1), np.ones(n))]
    columns += [0.8 * unit[n + 1 + i] - unit[i] for i in range(n)]
    return replace(
        program,
        c=unit[n],
        A=np.column_stack(columns),
        b=np.concatenate([[1.0, 3.0], np.zeros(n)]),
        meq=2,
        lb=np.zeros(2 * n + 1),
        ub=np.concatenate([np.full(n, 0.8), [np.inf], np.ones(n)]),
        binary=np.arange(n + 1, 2 * n + 1),
    )


def test_120_periods_and_every_choice_of_three_assets() -> None:
    """Each choice alone is a continuous problem, which the tests above hold to all pairs."""
    program = three_of(long_history(120, 6))
    answer = model_for(program).solve()
    assert answer is not None
    assert answer.proven
    values = []
    for chosen in itertools.combinations(range(6), 3):
        lb, ub = program.lb.copy(), program.ub.copy()
        lb[7:] = ub[7:] = np.isin(np.arange(6), chosen)
        alone = model_for(replace(program, lb=lb, ub=ub, binary=program.binary[:0])).solve()
        assert alone is not None
        values.append(alone.value)
    assert answer.value == pytest.approx(min(values), rel=1e-9)


def test_a_search_asks_for_few_exact_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """9 assets have 84 choices of three; cuts that the nodes share rule most of them out."""
    count = [0]
    solve = CuttingModel.solve

    def counted(model: CuttingModel, *args: Any, **kwargs: Any) -> Any:
        count[0] += 1
        return solve(model, *args, **kwargs)

    monkeypatch.setattr(CuttingModel, "solve", counted)
    answer = model_for(three_of(long_history(250))).solve()
    assert answer is not None
    assert answer.proven
    assert 1 < count[0] < 25


def test_nothing_is_changed_in_place() -> None:
    program = problem(3, "both")
    before = problem(3, "both")
    model_for(program).solve(start=np.zeros(program.n))
    for field in ("c", "A", "b", "lb", "ub"):
        np.testing.assert_array_equal(getattr(program, field), getattr(before, field))
    np.testing.assert_array_equal(program.differences[0].returns, before.differences[0].returns)


# ------------------------------------------------------------------------------------------------- many periods


def long_history(T: int, n: int = 9) -> Array:
    rng = np.random.default_rng(42)
    common = rng.standard_t(4, size=(T, 1)) * 0.03
    return np.asarray(common * rng.uniform(0.3, 1.5, n) + rng.normal(0.005, 0.03, (T, n)))


def least_difference(R: Array) -> Program:
    """Long-only, at most 80 % each, and a return in the upper half."""
    T, n = R.shape
    mu = R.mean(axis=0)
    rows = np.column_stack([np.append(np.ones(n), 0), np.append(mu, 0)])
    return Program(
        np.eye(n + 1)[n],
        rows,
        np.array([1.0, mu.mean()]),
        1,
        np.zeros(n + 1),
        np.append(np.full(n, 0.8), np.inf),
        differences=(MeanDifference(R, n, 2 / (T * (T - 1))),),
    )


def test_120_periods_against_all_7140_pairs() -> None:
    """One-sided pairs in sparse rows, by HiGHS: sum |d| = sum (2 max(d, 0) - d); 1e-8 is its tolerance, set here."""
    R = long_history(120)
    program = least_difference(R)
    T, n = R.shape
    j, k = pairs(T)
    apart = 100 * (R[j] - R[k])  # per cent
    answer = linprog(
        np.append(-apart.sum(axis=0), np.full(j.size, 2.0)) * 2 / (T * (T - 1)),
        sparse.vstack(
            [
                sparse.hstack([sparse.csr_matrix(apart), -sparse.eye(j.size)]),
                sparse.csr_matrix(np.append(-100 * R.mean(axis=0), np.zeros(j.size))),
            ]
        ),
        np.append(np.zeros(j.size), -100 * R.mean()),
        sparse.csr_matrix(np.append(np.ones(n), np.zeros(j.size))),
        [1.0],
        bounds=[(0, 0.8)] * n + [(0, None)] * j.size,
        method="highs-ipm",
        options={"primal_feasibility_tolerance": 1e-8, "dual_feasibility_tolerance": 1e-8},
    )
    assert answer.status == 0
    ours = model_for(program).solve()
    assert ours is not None
    assert 100 * ours.value == pytest.approx(answer.fun, rel=1e-8)
    assert 100 * by_hand(program.differences[0], ours.x) == pytest.approx(answer.fun, rel=1e-8)


def test_500_periods_are_proven_optimal() -> None:
    """124750 pairs: the certificate fits its own multipliers, knowing nothing of cuts."""
    program = least_difference(long_history(500))
    answer = model_for(program).solve()
    assert answer is not None
    check = certificate(program, answer)
    assert check.gap < 1e-8
    assert check.is_optimal(1e-8)
    difference = program.differences[0]
    assert difference.value(answer.x) == pytest.approx(by_hand(difference, answer.x), rel=1e-10)
    assert answer.x[-1] == pytest.approx(difference.value(answer.x), rel=1e-9)


def test_the_certificate_does_not_pass_a_point_that_is_not_optimal() -> None:
    program = least_difference(long_history(120))
    answer = model_for(program).solve()
    assert answer is not None
    other = 0.95 * answer.x + 0.05 * np.append(np.full(9, 1 / 9), 0)
    other[-1] = program.differences[0].value(other)
    assert program.violation(other) <= 1e-9
    assert not certificate(program, other).is_optimal(1e-4)


def test_newton_on_the_smoothed_difference_comes_close() -> None:
    """Within 2 % of the least difference, and feasible: near enough for a piece around it to hold the optimum."""
    program = least_difference(long_history(120))
    answer = model_for(program).solve()
    x = smoothed_minimum(program, program.differences[0], None)
    assert answer is not None
    assert x is not None
    x = np.append(x[:9], program.differences[0].value(x))
    assert program.violation(x) <= 1e-8
    assert answer.value <= x[-1] <= 1.02 * answer.value
    assert smoothed_minimum(replace(program, b=np.array([1.0, 9.0])), program.differences[0], None) is None


# ---------------------------------------------------------------------------------------- no limit, no solution


def test_a_limit_on_the_difference_bounds_what_nothing_else_bounds() -> None:
    """Free weights of two assets: x1 = 1 + x, x2 = -x; observations 2 + 3x, 1 + 2x and -3 - 4x (times 1 %)."""
    R = np.array([[2.0, -1.0], [1.0, -1.0], [-3.0, 1.0]]) / 100
    # differences 1 + x, 5 + 7x, 4 + 6x: their mean is (10 + 14 x)/3 for x > -2/3, which the limit 8 % holds to x = 1
    program = Program(
        np.array([-0.02, -0.01, 0.0]),
        np.array([[1.0, 0.0], [1.0, 0.0], [0.0, -1.0]]),
        np.array([1.0, -0.08]),
        1,
        np.full(3, -np.inf),
        np.full(3, np.inf),
        differences=(MeanDifference(R, 2, 1 / 3),),
    )
    answer = model_for(program).solve()
    assert answer is not None
    np.testing.assert_allclose(answer.x, [2, -1, 0.08], atol=1e-9)
    without = replace(program, b=np.array([1.0, -np.inf]))
    with pytest.raises(UnboundedError, match="the objective improves without limit: nothing bounds"):
        model_for(without).solve()


@pytest.mark.parametrize("kind", ["cap", "quadratic", "two", "free", "binary"])
def test_a_limit_below_the_least_difference_leaves_nothing(kind: str) -> None:
    program = problem(11, kind, periods=8, assets=3)
    b = program.b.copy()
    b[program.meq : program.meq + len(program.differences)] = 1e-6  # a mean difference of at most minus that
    for model in (model_for(program), ReferenceModel(program)):
        assert model.solve(b) is None


def test_limits_at_the_least_difference_leave_one_point() -> None:
    """To within 1e-9 above it there is a solution, 1e-7 below it there is none."""
    R = long_history(60, 4)
    least = model_for(least_difference(R)).solve()
    assert least is not None
    base = least_difference(R)
    capped = replace(base, c=np.append(-R.mean(axis=0), 0.0)).with_row(-np.eye(5)[4], 0.0)
    for factor, feasible in ((1 + 1e-9, True), (1 - 1e-7, False)):
        b = np.append(base.b, -least.value * factor)
        assert (model_for(capped).solve(b) is not None) == feasible


def test_giving_up_says_how_far_it_came() -> None:
    program = problem(5, "quadratic", periods=30, assets=4)
    program.b[program.meq] = -0.03
    words = "after 1 relaxations a mean difference still exceeds its variable by .*; use fewer assets or periods"
    with pytest.raises(NotSolvedError, match=words) as caught:
        CuttingModel(program, model_for, most=1).solve()
    assert caught.value.best.shape == (program.n,)
    answer = model_for(program).solve()
    assert answer is not None
    assert caught.value.bound <= answer.value


def test_the_plain_engine_refuses_more_pairs_than_it_can_write() -> None:
    words = (
        "the reference engine writes down all 11175 pairs of observations, and 10000 is its limit; use the fast engine"
    )
    with pytest.raises(InputError, match=words):
        ReferenceModel(least_difference(long_history(150))).solve()


# ---------------------------------------------------------------------------------------------------- the parts


def difference_of(seed: int) -> tuple[MeanDifference, Array, Array]:
    rng = np.random.default_rng(seed)
    n, T = int(rng.integers(1, 5)), int(rng.integers(2, 9))
    difference = MeanDifference(rng.integers(-5, 6, (T, n)) / 100, n, float(rng.choice([1.0, 0.1])))
    return difference, np.append(rng.integers(-3, 4, n), 0.0), np.append(rng.normal(size=n), 0.0)


@given(SEEDS)
def test_a_cut_touches_at_its_own_point_and_is_nowhere_above(seed: int) -> None:
    difference, x, other = difference_of(seed)
    assert difference.value(x) == pytest.approx(by_hand(difference, x), abs=1e-14)
    cut = Cut.at(difference, x)
    # the slack of the variable at zero is minus the cut's value
    assert -cut.slack(x) == pytest.approx(by_hand(difference, x), abs=1e-14)
    assert -cut.slack(other) <= by_hand(difference, other) + 1e-14
    assert difference.missed(x) == pytest.approx(by_hand(difference, x), abs=1e-14)
    assert difference.rounding(x) >= abs(difference.value(x) - by_hand(difference, x))
    assert difference.rounding(x) <= 1e-12


@given(SEEDS)
def test_a_piece_with_its_changed_pairs_is_exact_at_both_points(seed: int) -> None:
    """Its row plus twice the corrections is the sum; a piece of close pairs alone is never above it."""
    difference, x, other = difference_of(seed)
    T = len(difference.returns)

    def value(piece: Piece, at: Array) -> float:
        return -piece.slack(at) + 2 * difference.scale * float(piece.corrections(at).sum())

    whole = Piece.around(difference, x, np.inf)
    assert whole.upper.size == T * (T - 1) // 2
    assert value(whole, other) == pytest.approx(by_hand(difference, other), abs=1e-13)
    close = Piece.around(difference, x, 0.02)
    assert close.upper.size <= whole.upper.size
    assert value(close, x) == pytest.approx(by_hand(difference, x), abs=1e-13)
    assert value(close, other) <= by_hand(difference, other) + 1e-13
    grown = close.extended(other)
    assert value(grown, other) == pytest.approx(by_hand(difference, other), abs=1e-13)
    assert len({tuple(pair) for pair in zip(grown.upper, grown.lower)}) == grown.upper.size  # each pair once
    np.testing.assert_array_equal(grown.extended(other).upper, grown.upper)


@given(SEEDS)
def test_a_piece_with_shares_of_its_pairs_is_a_cut(seed: int) -> None:
    """Nowhere above the sum, whatever the shares; with all that have changed places, equal to it there."""
    difference, x, other = difference_of(seed)
    piece = Piece.around(difference, x, np.inf)
    shares = np.random.default_rng(seed).uniform(-0.5, 1.5, piece.upper.size)
    assert -piece.settled(shares).slack(other) <= by_hand(difference, other) + 1e-13
    changed = (piece.corrections(other) > 0).astype(float)
    assert -piece.settled(changed).slack(other) == pytest.approx(by_hand(difference, other), abs=1e-13)


@pytest.mark.parametrize("kind", ["objective", "cap", "both", "two"])
@pytest.mark.parametrize("periods", [8, 50])
def test_the_cuts_that_are_left_prove_the_answer(kind: str, periods: int) -> None:
    """An ordinary linear programme of cuts alone has the same value: what the pieces proved is in them."""
    for seed in range(4):
        program = problem(seed, kind, periods=periods, assets=3)
        model = CuttingModel(program, model_for)
        answer = model.solve()
        if answer is not None:
            relaxed = model_for(localised(program, [], model.cuts)).solve()
            assert relaxed is not None
            assert relaxed.value == pytest.approx(answer.value, abs=1e-10)


def test_rounding_is_no_curvature() -> None:
    """Far apart observations have none; what cancels used to be taken for a quadratic term that is not convex."""
    program = least_difference(long_history(12, 4))
    program.b[1] = (
        (1 - 1e-12) * program.A[:4, 1] @ np.sort([0.8, 0.2, 0.0, 0.0])[np.argsort(np.argsort(program.A[:4, 1]))]
    )
    x = smoothed_minimum(program, program.differences[0], None)
    assert x is not None
    assert program.violation(np.append(x[:4], program.differences[0].value(x))) <= 1e-8


def test_the_localised_programme_keeps_the_callers_rows_and_variables_in_front() -> None:
    program = problem(2, "quadratic", periods=5, assets=3)
    program = replace(program, row_names=("budget", "cap"), variable_names=("a", "b", "c", "gini"))
    piece = Piece.around(program.differences[0], np.zeros(4), np.inf)
    ordinary = localised(program, [piece])
    assert ordinary.differences == ()
    assert (ordinary.n, ordinary.m, ordinary.meq) == (4 + 10, 2 + 1 + 10, program.meq)
    np.testing.assert_array_equal(ordinary.A[:4, :2], program.A)
    assert not ordinary.A[4:, :2].any()
    np.testing.assert_array_equal(ordinary.D[:4, :4], program.D)
    assert not ordinary.D[4:].any()
    assert ordinary.row_names[:2] == ("budget", "cap")
    assert set(ordinary.row_names[2:]) == {"Gini model"}
    assert ordinary.variable_names[:5] == ("a", "b", "c", "gini", "pair.1")
    alike = by_clarabel(ordinary)
    assert alike is not None
    assert alike == pytest.approx(by_clarabel(written_out(program)), abs=1e-10)
