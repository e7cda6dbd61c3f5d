"""Long or short, never both: recognition, and the search over signs against every choice of signs."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sitpy.errors import NotSolvedError
from sitpy.reference import read_reference, reference_constraints, reference_ia
from sitpy.solvers import Program, ReferenceModel, Solution, model_for
from sitpy.solvers.binary_model import BinaryModel
from sitpy.solvers.limits import Limits
from sitpy.solvers.quadratic_model import QuadraticModel
from sitpy.solvers.sign_model import SignModel, SignRelaxation
from sitpy.solvers.signs import curved, diagonal_part, recognised_signs

Array = np.ndarray


def pairs(
    S: Array,
    mu: Array,
    gross: float | None,
    most_long: Array,
    most_short: Array,
    target: float = -np.inf,
    cost: Array | None = None,
) -> Program:
    """long, short, b: ``sum(long - short) = 1``, ``sum(long + short) = gross``, return at least ``target``."""
    n = len(S)
    one, none, unit, empty = np.ones(n), np.zeros(n), np.eye(n), np.zeros((n, n))
    equal = [np.concatenate([one, -one, none])] + ([] if gross is None else [np.concatenate([one, one, none])])
    A = np.column_stack(
        [
            *equal,
            np.vstack([-unit, empty, np.diag(most_long)]),
            np.vstack([empty, -unit, -np.diag(most_short)]),
            np.concatenate([mu, -mu, none]),
        ]
    )
    b = np.concatenate([[1.0] if gross is None else [1.0, gross], none, -most_short, [target]])
    D = np.zeros((3 * n, 3 * n))
    D[: 2 * n, : 2 * n] = np.kron([[1, -1], [-1, 1]], S)
    c = none if cost is None else cost
    return Program(
        np.concatenate([c, -c, none]),
        A,
        b,
        len(equal),
        np.zeros(3 * n),
        np.concatenate([most_long, most_short, one]),
        D,
        np.arange(2 * n, 3 * n),
    )


def random_pairs(seed: int, n: int = 5) -> Program:
    """Any mixture of: few observations (singular), a riskless asset, equal returns, exact leverage, tight limits, a cost."""
    rng = np.random.default_rng(seed)
    T = int(rng.integers(2, 4 * n))
    returns = rng.normal(size=(T, n)) @ (np.eye(n) + rng.normal(size=(n, n)) / n)
    if rng.random() < 0.2:
        returns[:, 0] = 0.01
    S = np.atleast_2d(np.cov(returns.T))
    mu = np.full(n, 0.1) if rng.random() < 0.2 else rng.normal(size=n) / 10
    most_long, most_short = rng.choice([0.3, 0.5, 0.8, 1.0], n), rng.choice([0.2, 0.35, 0.5], n)
    gross = None if rng.random() < 0.3 else float(rng.choice([1.0, 1.4, 2.0, 2.6]))
    target = -np.inf if rng.random() < 0.4 else float(rng.choice([0.0, 0.05, 0.1, 0.2]))
    cost = rng.normal(size=n) if rng.random() < 0.3 else None
    program = pairs(S, mu, gross, most_long, most_short, target, cost)
    program.ub[: 2 * n][rng.random(2 * n) < 0.1] = 0.0  # never long, never short
    return program


def disguised(program: Program, seed: int) -> Program:
    """The same problem with rows and variables in another order, rows in other units, and some binaries the other way."""
    rng = np.random.default_rng(seed)
    A, b = program.A.copy(), program.b.copy()
    for k in program.binary[rng.random(program.binary.size) < 0.5]:  # 1 - b in place of b
        b -= A[k]
        A[k] = -A[k]
    size = rng.choice([0.1, 1.0, 3.0, 250.0], program.m)
    rows = np.concatenate([np.arange(program.meq), program.meq + rng.permutation(program.m - program.meq)])
    order = rng.permutation(program.n)
    place = np.argsort(order)
    assert program.D is not None
    return Program(
        program.c[order],
        (A * size)[np.ix_(order, rows)],
        (b * size)[rows],
        program.meq,
        program.lb[order],
        program.ub[order],
        program.D[np.ix_(order, order)],
        np.sort(place[program.binary]),
    )


def by_every_choice(program: Program) -> float:
    """The least value over all 0/1 choices, each a quadratic programme without any; infinity where none is feasible."""
    least = np.inf
    model = QuadraticModel(replace(program, binary=program.binary[:0]))
    for choice in itertools.product((0.0, 1.0), repeat=program.binary.size):
        lb, ub = program.lb.copy(), program.ub.copy()
        lb[program.binary] = ub[program.binary] = choice
        answer = model.solve(lb=lb, ub=ub)
        least = least if answer is None else min(least, answer.value)
    return least


def agrees(program: Program, answer: Solution | None, best: float) -> None:
    """An answer that is feasible, proven, and of the best value; or none where there is none."""
    assert (answer is None) == np.isinf(best)
    if answer is None:
        return
    assert program.D is not None
    # below this part of the variances risk is rounding; and the referee may miss a row by 1e-9 (presolve.FEASIBLE)
    size = max(abs(best), 1e-6 * np.abs(program.D).max())
    near = 1e-9 * (size + np.abs(program.gradient(answer.x)).max())
    assert answer.proven and not answer.stopped_by and program.violation(answer.x) <= 1e-9 * np.abs(program.A).max()
    assert abs(answer.value - best) <= near and answer.bound <= best + near
    assert answer.bound <= answer.value <= answer.bound + 1e-8 * size


@given(st.integers(0, 10**6))
@settings(max_examples=40)
def test_every_choice_of_signs_is_no_better(seed: int) -> None:
    program = disguised(random_pairs(seed), seed)
    model = model_for(program)
    assert isinstance(model, SignModel)
    agrees(program, model.solve(), by_every_choice(program))


@pytest.mark.parametrize("seed", range(3))
def test_eight_assets_against_every_choice(seed: int) -> None:
    program = random_pairs(seed + 100, 8)
    agrees(program, SignModel(program).solve(), by_every_choice(program))


@given(st.integers(0, 10**6))
@settings(max_examples=25)
def test_both_engines_agree(seed: int) -> None:
    program = random_pairs(seed, 4)
    fast, plain = SignModel(program).solve(), ReferenceModel(program).solve()
    agrees(program, fast, np.inf if plain is None else plain.value)


@given(st.integers(0, 10**6))
@settings(max_examples=10)
def test_a_model_used_again_gives_what_a_new_one_gives(seed: int) -> None:
    """The leaves of the last search cover the next problem: targets that rise, fall and vanish, and other bounds."""
    rng = np.random.default_rng(seed)
    program = random_pairs(seed)
    model, start = SignModel(program), None
    for step in range(8):
        b, ub = program.b.copy(), program.ub.copy()
        b[-1] = rng.choice([-np.inf, 0.0, 0.02, 0.04, 0.06, 0.3]) if step > 3 else 0.02 * step
        if step == 6:
            ub[0] = 0.1
        here = replace(program, b=b, ub=ub)
        answer = model.solve(b, ub=ub, start=start)
        fresh = QuadraticBinary(here).solve()
        agrees(here, answer, np.inf if fresh is None else fresh.value)
        start = None if answer is None else answer.x


def QuadraticBinary(program: Program) -> BinaryModel:
    """The general search."""
    return BinaryModel(program, QuadraticModel)


def test_right_hand_sides_of_switching_rows_and_bounds_of_binaries_may_change() -> None:
    program = random_pairs(1)
    model = SignModel(program)
    model.solve()
    b = program.b.copy()
    b[program.meq + 5] = -0.05  # short_0 + w b <= 0.05: no longer a switch
    here = replace(program, b=b)
    agrees(here, model.solve(b), by_every_choice(here))
    for k in program.binary:
        lb, ub = program.lb.copy(), program.ub.copy()
        lb[k], ub[program.binary[-1]] = 1.0, 0.0
        here = replace(program, lb=lb, ub=ub)
        best = np.inf if k == program.binary[-1] else by_every_choice(here)
        agrees(here, None if k == program.binary[-1] else model.solve(lb=lb, ub=ub), best)


def test_positions_that_must_be_held_decide_their_sign() -> None:
    program = random_pairs(3)
    lb = program.lb.copy()
    lb[0], lb[6] = 0.05, 0.01  # asset 0 long, asset 1 short
    program = replace(program, lb=lb)
    agrees(program, SignModel(program).solve(), by_every_choice(program))
    lb[5] = 0.05  # asset 0 short as well
    assert SignModel(replace(program, lb=lb)).solve() is None
    assert SignModel(replace(program, ub=np.minimum(program.ub, -0.1 * (np.arange(program.n) == 2)))).solve() is None


def test_leverage_out_of_reach_is_infeasible() -> None:
    S, mu, most = np.eye(4), np.arange(4.0), np.full(4, 0.5)
    assert SignModel(pairs(S, mu, 3.0, most, most)).solve() is None  # 4 positions of 0.5 are 2
    tight = SignModel(pairs(S, mu, 2.0, most, most)).solve()  # 3 long and 1 short, all at their limits
    assert tight is not None and tight.value == pytest.approx(0.5, abs=1e-12)
    assert sorted(tight.x[:4] - tight.x[4:8]) == pytest.approx([-0.5, 0.5, 0.5, 0.5])
    assert SignModel(pairs(S, mu, 2.0, most, most, 3.1)).solve() is None  # at most 0.5 (1 + 2 + 3 - 0)
    best = SignModel(pairs(S, mu, 2.0, most, most, 3.0)).solve()
    assert best is not None and best.x[4] == pytest.approx(0.5)


def test_no_sign_matters_without_risk() -> None:
    answer = SignModel(pairs(np.zeros((3, 3)), np.ones(3), 2.0, np.ones(3), np.ones(3))).solve()
    assert answer is not None and answer.value == 0.0 and answer.proven


@pytest.mark.parametrize("case", ["A_02e_200_100_binary_Risk", "B_02e_200_100_binary_Risk"])
def test_the_study_of_200_100_is_recognised(case: str) -> None:
    from sitpy.portfolios.minimum import mad_program, risk_program

    stored = read_reference(case)
    ia, constraints = reference_ia(stored["inputs"]["ia"]), reference_constraints(stored["constraints"])
    program = risk_program(ia, constraints)
    signs = recognised_signs(program)
    assert signs is not None
    n = signs.long.size
    np.testing.assert_array_equal(np.concatenate([signs.long, signs.short]), np.arange(2 * n))
    np.testing.assert_array_equal(signs.most_long, np.full(n, 0.8))
    np.testing.assert_array_equal(signs.most_short, np.full(n, 0.5))
    assert signs.others.size + signs.rows.size == program.m and signs.rows.size == 2 * n
    assert recognised_signs(mad_program(ia, constraints)) is None  # linear
    fast, general = SignModel(program).solve(), QuadraticBinary(program).solve()
    assert fast is not None and general is not None
    assert fast.value == pytest.approx(general.value, rel=1e-9)
    assert fast.qp_count < general.qp_count / 2


@pytest.mark.parametrize(
    "change",
    [
        lambda p: replace(p, c=p.c + (np.arange(p.n) == p.binary[0])),  # a binary that costs
        lambda p: p.with_row((np.arange(p.n) >= p.binary[0]) * 1.0, 2.0),  # at least two long
        lambda p: replace(p, lb=np.where(np.arange(p.n) == 0, -1.0, p.lb)),  # a long that may be short
        lambda p: replace(p, A=np.delete(p.A, 4, axis=1), b=np.delete(p.b, 4)),  # a binary with one row
        lambda p: p.with_row(1.0 * (np.arange(p.n) == 0) - 0.1 * (np.arange(p.n) == p.binary[0]), 0.0),  # least long
        lambda p: replace(p, b=np.where(np.arange(p.m) == 3, 0.1, p.b)),  # long <= u b - 0.1
        lambda p: replace(p, b=np.where(np.arange(p.m) == 3, -np.inf, p.b)),
        lambda p: replace(p, binary=np.append(p.binary, 0)),  # a position that is 0 or 1
        lambda p: replace(p, D=None),
        lambda p: replace(p, binary=p.binary[:0]),
    ],
)
def test_anything_else_is_left_to_the_general_search(change: Any) -> None:
    program = random_pairs(5)
    assert recognised_signs(program) is not None
    assert recognised_signs(change(program)) is None


def test_two_different_assets_of_which_one_may_be_held() -> None:
    """Long and "short" need not cancel: here they are different assets, either of which may be held."""
    rng = np.random.default_rng(0)
    n = 4
    program = pairs(np.eye(n), rng.random(n), None, np.full(n, 0.6), np.full(n, 0.6), 0.2)
    D = np.zeros((3 * n, 3 * n))
    D[: 2 * n, : 2 * n] = np.cov(rng.normal(size=(30, 2 * n)).T)
    A = program.A.copy()
    A[n : 2 * n, 0] = 1.0
    program = replace(program, D=D, A=A)
    assert recognised_signs(program) is not None
    agrees(program, SignModel(program).solve(), by_every_choice(program))


@given(st.integers(0, 10**6))
@settings(max_examples=20)
def test_the_relaxation_costs_the_same_where_a_pair_has_one_side_and_more_where_it_has_both(seed: int) -> None:
    rng = np.random.default_rng(seed)
    program = random_pairs(seed)
    signs = recognised_signs(program)
    assert signs is not None and program.D is not None
    H = curved(program, signs)
    assert np.linalg.eigvalsh(H)[0] >= -1e-12 * np.abs(H).max()
    x = rng.random(program.n)
    both = replace(program, D=H).value(x) - program.value(x)
    assert both >= 0.0
    x[np.where(rng.random(signs.long.size) < 0.5, signs.long, signs.short)] = 0.0
    assert replace(program, D=H).value(x) == pytest.approx(program.value(x), rel=1e-12, abs=1e-15)


def test_a_diagonal_part_is_as_large_as_it_can_be() -> None:
    # correlation r between two alike: d = 1 - r leaves [[r, r], [r, r]], which is as far as it goes
    part = diagonal_part(np.array([[4.0, 2.0], [2.0, 4.0]]))
    assert part[0] == pytest.approx(part[1]) and 0.8 * 2.0 < part[0] < 2.0
    np.testing.assert_array_equal(diagonal_part(np.ones((2, 2))), [0.0, 0.0])  # singular
    assert diagonal_part(np.diag([1.0, 0.0]))[1] == 0.0
    rng = np.random.default_rng(1)
    S = np.cov(rng.normal(size=(40, 12)).T) * np.outer(s := 10.0 ** rng.uniform(-3, 3, 12), s)
    size = np.sqrt(np.diag(S))
    rest = (S - np.diag(diagonal_part(S))) / np.outer(size, size)
    assert np.linalg.eigvalsh(rest)[0] > 0
    np.testing.assert_allclose(diagonal_part(S * 100) / 100, diagonal_part(S), rtol=1e-6)


def hard() -> Program:
    """A problem that takes more than a handful of nodes."""
    rng = np.random.default_rng(1)
    returns = rng.normal(size=(60, 3)) @ rng.normal(size=(3, 14)) + rng.normal(size=(60, 14))
    return pairs(np.cov(returns.T), returns.mean(0), 3.0, np.full(14, 0.6), np.full(14, 0.35))


def test_limits_end_the_search_with_a_bound() -> None:
    whole = SignModel(hard()).solve()
    assert whole is not None and whole.proven and whole.nodes > 10
    for nodes in (1, 3, whole.nodes - 2):
        part = SignModel(hard(), Limits(nodes=nodes)).solve()
        assert part is not None and not part.proven and part.stopped_by == f"the limit of {nodes} nodes"
        assert part.bound < whole.value <= part.value + 1e-12
        assert hard().violation(part.x) <= 1e-9
    ended = SignModel(hard(), Limits(nodes=whole.nodes)).solve()
    assert ended is not None and ended.proven and not ended.stopped_by
    with pytest.raises(NotSolvedError, match=r"ended by the limit of 1e-09 seconds after 0 nodes.*nothing is known"):
        SignModel(hard(), Limits(seconds=1e-9)).solve()


@pytest.mark.parametrize("after", [0, 1, 2, 9])
def test_an_interrupted_search_gives_its_best_and_can_go_on(after: int, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = SignModel(hard()).solve()
    assert whole is not None
    plain, calls = SignRelaxation.__call__, itertools.count()

    def interrupting(self: SignRelaxation, signs: Array) -> Any:
        if next(calls) == after:
            raise KeyboardInterrupt
        return plain(self, signs)

    model = SignModel(hard())
    monkeypatch.setattr(SignRelaxation, "__call__", interrupting)
    if after < 2:  # before any choice of signs has been solved
        with pytest.raises(NotSolvedError, match="ended by the interruption") as caught:
            model.solve()
        assert caught.value.bound <= whole.value
    else:
        part = model.solve()
        assert part is not None and part.stopped_by.startswith("the interruption") and not part.proven
        assert part.bound < whole.value <= part.value + 1e-12
    again = model.solve()  # from the leaves that are left
    assert again is not None and again.proven and again.value == pytest.approx(whole.value, rel=1e-12)
