"""Gini's mean difference as cuts and pieces, against the programme in which every pair is written down."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from problems import by_clarabel, by_enumeration, by_linprog
from scipy import sparse
from scipy.optimize import linprog

from sitpy.errors import InputError, NotSolvedError, UnboundedError
from sitpy.solvers import Program, ReferenceModel, certificate, model_for
from sitpy.solvers.cutting_model import CuttingModel, smoothed_minimum
from sitpy.solvers.diagnosis import attainable_range, explain
from sitpy.solvers.mean_difference import MeanDifference, Piece, localised

Array = np.ndarray
SEEDS = st.integers(0, 10**6)
ALIKE = 1e-7
"""Of objectives of size 0.1: linprog may miss a row by 1e-7, Clarabel is asked for 1e-10."""


def pairs(T: int) -> tuple[Array, Array]:
    first, second = np.array(list(itertools.combinations(range(T), 2)), dtype=int).T
    return first, second


def by_hand(difference: MeanDifference, x: Array) -> float:
    y = difference.returns @ x[: difference.returns.shape[1]]
    return difference.scale * sum(abs(one - other) for one, other in itertools.combinations(y, 2))


def written_out(program: Program) -> Program:
    """Two rows for every pair, ``t >= y_j - y_k`` and ``t >= y_k - y_j``, and ``variable >= scale * sum of t``."""
    for difference in program.differences:
        n, assets = program.n, difference.returns.shape[1]
        j, k = pairs(len(difference.returns))
        apart = np.zeros((n, j.size))
        apart[:assets] = (difference.returns[j] - difference.returns[k]).T
        total = np.append(np.zeros(n), np.full(j.size, -difference.scale))
        total[difference.variable] = 1.0
        unit = np.eye(j.size)
        rows = np.hstack([np.vstack([-apart, unit]), np.vstack([apart, unit]), total[:, None]])
        D = program.D
        if D is not None:
            D = np.zeros((n + j.size, n + j.size))
            D[:n, :n] = program.D
        program = replace(
            program,
            c=np.append(program.c, np.zeros(j.size)),
            A=np.hstack([np.vstack([program.A, np.zeros((j.size, program.m))]), rows]),
            b=np.append(program.b, np.zeros(rows.shape[1])),
            lb=np.append(program.lb, np.zeros(j.size)),
            ub=np.append(program.ub, np.full(j.size, np.inf)),
            D=D,
            row_names=(),
            variable_names=(),
        )
    return replace(program, differences=())


def referee(program: Program) -> float | None:
    plain = written_out(program)
    if plain.binary.size:
        return by_enumeration(plain)
    return by_linprog(plain) if plain.D is None else by_clarabel(plain)


def unbounded(program: Program) -> bool:
    """Whether the objective falls along a direction that no row, bound or pair limits."""
    plain = written_out(program)
    lb, ub = (np.where(np.isfinite(bound), 0.0, np.sign(bound)) for bound in (plain.lb, plain.ub))
    slope = by_linprog(replace(plain, b=np.where(np.isfinite(plain.b), 0.0, plain.b), lb=lb, ub=ub))
    assert slope is not None
    return slope < -1e-9


# ----------------------------------------------------------------------------------------------------- problems

KINDS = ("objective", "cap", "both", "equalities", "free", "quadratic", "two", "binary", "binary quadratic")


def problem(seed: int, kind: str, periods: int | None = None, assets: int | None = None) -> Program:
    """Assets that sum to 1, then a variable above the mean difference of each history, then 0/1 variables.

    Returns are multiples of 1 %, so that ties are common. Limits range from below the least mean difference of a single
    asset to above the largest one: some problems have no solution.
    """
    rng = np.random.default_rng(seed)
    n = assets or int(rng.integers(2, 5))
    T = periods or int(rng.integers(3, 9))
    histories = [rng.integers(-10, 13, (T, n)) / 100 for _ in range(2 if kind == "two" else 1)]
    k, binaries = len(histories), n if "binary" in kind else 0
    N = n + k + binaries
    differences = tuple(MeanDifference(R, n + i, 2 / (T * (T - 1))) for i, R in enumerate(histories))
    single = np.array([[by_hand(d, unit) for unit in np.eye(n)] for d in differences])
    limit = single.min(axis=1) * rng.uniform(0.3, 1.5, k)
    mu = histories[0].mean(axis=0)
    equal, unequal = [(np.append(np.ones(n), np.zeros(N - n)), 1.0)], []
    if kind == "equalities":
        equal.append((np.append(mu, np.zeros(N - n)), float(mu.min() + rng.uniform(0.2, 0.8) * np.ptp(mu))))
    if kind not in ("objective", "both", "equalities"):
        unequal = [(-np.eye(N)[n + i], -limit[i]) for i in range(k)]
    lb = np.concatenate([np.full(n, -np.inf if kind == "free" else rng.choice([0.0, -0.5])), np.zeros(N - n)])
    ub = np.concatenate([np.full(n, np.inf if kind == "free" else 0.8), np.full(k, np.inf), np.ones(binaries)])
    for i in range(binaries):  # held only where its binary is 1, of which there are two
        lb[i] = 0.0
        switch = np.zeros(N)
        switch[i], switch[n + k + i] = -1.0, 0.8
        unequal.append((switch, 0.0))
    if binaries:
        equal.append((np.append(np.zeros(n + k), np.ones(binaries)), 2.0))
    c = np.zeros(N)
    if kind in ("objective", "equalities", "both"):
        c[n] = 1.0
    if kind in ("cap", "both", "free", "two", "binary"):
        c[:n] -= mu
    D = None
    if "quadratic" in kind:
        D = np.zeros((N, N))
        D[:n, :n] = np.atleast_2d(np.cov(histories[0].T))
    columns = [*equal, *unequal]
    return Program(
        c,
        np.column_stack([column for column, _ in columns]),
        np.array([rhs for _, rhs in columns]),
        len(equal),
        lb,
        ub,
        D,
        np.arange(n + k, N),
        differences=differences,
    )


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


@pytest.mark.parametrize("kind", ["objective", "both", "cap", "quadratic", "two"])
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


# ------------------------------------------------------------------------------------- why there is no solution


def part(program: Program, rows: list[int], lower: list[int], upper: list[int], kept: list[int]) -> Program:
    """Only these rows, bounds and differences, the bounds as rows; a 0/1 variable stays between 0 and 1."""
    n, unit = program.n, np.eye(program.n)
    lb, ub = np.full(n, -np.inf), np.full(n, np.inf)
    lb[program.binary], ub[program.binary] = 0.0, 1.0
    return replace(
        program,
        c=np.zeros(n),
        D=None,
        A=np.column_stack([program.A[:, rows], unit[:, lower], -unit[:, upper]]),
        b=np.concatenate([program.b[rows], program.lb[lower], -program.ub[upper]]),
        meq=sum(row < program.meq for row in rows),
        lb=lb,
        ub=ub,
        differences=tuple(program.differences[i] for i in kept),
    )


def least_violation(program: Program) -> float:
    """Least sum of what rows and differences of a part must be missed by."""
    plain, m, n = written_out(program), program.m, program.n
    j = int(np.sum([len(d.returns) * (len(d.returns) - 1) // 2 for d in program.differences]))
    ends = m + np.cumsum([len(d.returns) * (len(d.returns) - 1) + 1 for d in program.differences], dtype=int) - 1
    elastic = [*range(m), *ends]  # a difference is missed where its variable is below the sum
    assert plain.n == n + j
    slack = np.eye(plain.m)[elastic]
    short = -slack[: program.meq]
    extra = len(slack) + len(short)
    answer = by_linprog(
        replace(
            plain,
            c=np.append(np.zeros(plain.n), np.ones(extra)),
            A=np.vstack([plain.A, slack, short]),
            lb=np.append(plain.lb, np.zeros(extra)),
            ub=np.append(plain.ub, np.full(extra, np.inf)),
        )
    )
    assert answer is not None
    return answer


@pytest.mark.parametrize("kind", ["cap", "quadratic", "two", "free", "binary"])
@settings(max_examples=8)
@given(seed=SEEDS)
def test_the_set_that_is_blamed_is_a_smallest_one(kind: str, seed: int) -> None:
    program = problem(seed, kind)
    program = replace(program, b=np.where(program.b < 0, 0.6 * program.b, program.b))  # tighter limits
    assume(referee(replace(program, c=np.zeros(program.n))) is None)
    conflict = explain(program)
    members = [part.tolist() for part in (conflict.rows, conflict.lower, conflict.upper, conflict.differences)]
    assert referee(part(program, *members)) is None
    for k, member in enumerate(members):
        for item in member:
            fewer = [[one for one in other if one != item] if i == k else other for i, other in enumerate(members)]
            assert referee(part(program, *fewer)) is not None, (k, item)
    if not conflict.integer:
        alone = replace(part(program, *members), binary=np.zeros(0, dtype=int))
        assert conflict.distance == pytest.approx(least_violation(alone), abs=1e-7)
        assert conflict.distance > 0
    for i in conflict.differences:
        T = len(program.differences[i].returns)
        variable = program.differences[i].variable
        assert f"variable {variable} being at least Gini's mean difference of {T} periods" in conflict.message


def test_a_contradiction_without_the_difference_does_not_blame_it() -> None:
    program = problem(11, "cap", periods=50, assets=3)
    upper = np.append(np.full(3, 0.3), program.ub[3:])
    conflict = explain(replace(program, ub=upper))
    assert conflict.differences.size == 0
    assert conflict.rows.tolist() == [0]
    assert "make it at most 0.9: 0.1 too little" in conflict.message


@pytest.mark.parametrize("periods", [8, 50])
def test_the_difference_alone_against_bounds(periods: int) -> None:
    """Weights that are fixed, and a variable that may not be as large as their mean difference."""
    program = problem(4, "objective", periods=periods, assets=3)
    weight = np.array([0.5, 0.2, 0.3])
    value = by_hand(program.differences[0], weight)
    program = replace(program, A=np.zeros((4, 0)), b=np.zeros(0), meq=0)
    fixed = replace(program, lb=np.append(weight, 0.0), ub=np.append(weight, 0.9 * value))
    conflict = explain(fixed)
    assert conflict.differences.tolist() == [0]
    assert conflict.rows.size == 0
    assert 3 in conflict.upper
    assert f"(1) variable 3 being at least Gini's mean difference of {periods} periods; (2) the " in conflict.message
    with pytest.raises(ValueError, match="the programme is feasible; there is no conflict to explain"):
        explain(replace(fixed, ub=np.append(weight, 1.001 * value)))


@pytest.mark.parametrize("kind", ["cap", "two", "binary"])
@settings(max_examples=6)
@given(seed=SEEDS)
def test_attainable_range_under_limits_on_differences(kind: str, seed: int) -> None:
    program = problem(seed, kind)
    direction = np.append(
        program.differences[0].returns[0], np.zeros(program.n - program.differences[0].returns.shape[1])
    )
    least = referee(replace(program, c=direction))
    assume(least is not None)
    most = referee(replace(program, c=-direction))
    assert least is not None
    assert most is not None
    np.testing.assert_allclose(attainable_range(program, direction), [least, -most], rtol=0, atol=ALIKE)


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
    cut = Piece.cut(difference, x)
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
