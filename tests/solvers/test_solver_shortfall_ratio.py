"""The largest ratio of gain to shortfall: every corner as referee, 0/1 and free variables, limits, and what is refused."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from sitpy.errors import UnboundedError
from sitpy.solvers import Program, Solution, model_for
from sitpy.solvers import shortfall_ratio as module
from sitpy.solvers.shortfall_ratio import ShortfallRatio

Array = np.ndarray


def losses(seed: int, T: int, n: int) -> Array:
    """Returns of assets all of which lose on average (the level is 0); the first ones lose least."""
    R = np.random.default_rng(seed).normal(size=(T, n))
    return R - R.mean(axis=0) - 0.02 * np.arange(1, n + 1)


def portfolio(n: int, most: float, *rows: tuple[Array, float], lb: float = 0.0) -> Program:
    """Weights that sum to 1, with ``row'x >= rhs``."""
    A = np.column_stack([np.ones(n), *(row for row, _ in rows)])
    b = np.array([1.0, *(rhs for _, rhs in rows)])
    return Program(np.zeros(n), A, b, 1, np.full(n, lb), np.full(n, most))


def feasible(program: Program) -> Array:
    answer = model_for(program).solve()
    assert answer is not None
    return answer.x


class Blind(ShortfallRatio):
    """A search that finds the best point by itself or not at all: it knows the first point, and does not climb."""

    def _climb(self, x: Array) -> None:
        if self.nodes or not np.isfinite(self.ratio):
            self.x, self.ratio = max((self.x, self.ratio), (x[: self.x.size], self._ratio(x)), key=lambda pair: pair[1])


def largest(program: Program, R: Array, search: type[ShortfallRatio] = ShortfallRatio) -> Solution:
    """From a feasible point; the bound supposes no more than that shortfalls are 0.01."""
    return search(program, R, 0.0, feasible(program)).solve(0.01)


def ratios(R: Array, points: Array) -> Array:
    """``g/D`` of each row of weights."""
    p = points @ R.T
    return np.asarray(p.mean(axis=1) / np.maximum(-p, 0).mean(axis=1))


def corners(program: Program) -> Array:
    """All corners: n - meq of the inequalities and bounds hold as equalities, and the others hold."""
    n, meq = program.n, program.meq
    sides = np.vstack([program.A[:, meq:].T, np.eye(n), -np.eye(n)])
    levels = np.concatenate([program.b[meq:], program.lb, -program.ub])
    sides, levels = sides[np.isfinite(levels)], levels[np.isfinite(levels)]
    found = []
    for active in itertools.combinations(range(levels.size), n - meq):
        square = np.vstack([program.A[:, :meq].T, sides[list(active)]])
        if np.linalg.matrix_rank(square) == n:
            x = np.linalg.solve(square, np.concatenate([program.b[:meq], levels[list(active)]]))
            if (sides @ x >= levels - 1e-9).all():
                found.append(x)
    return np.array(found)


def limited(n: int, R: Array) -> list[Program]:
    """Caps; low caps; a cap on the mean; groups; short positions; a row that repeats a bound."""
    m, odd = R.mean(axis=0), np.arange(n) % 2 * 1.0
    return [
        portfolio(n, 0.5),
        portfolio(n, 0.3, (-m, -m.mean())),
        portfolio(n, 0.5, (-m, -np.quantile(m, 0.4))),
        portfolio(n, 0.6, (-m, -m.mean()), (odd, 0.3), (-odd, -0.7)),
        portfolio(n, 0.7, (-m, -m.mean()), lb=-0.2),
        portfolio(n, 1.0, *((-side, -0.45) for side in np.eye(n))),
    ]


@pytest.mark.parametrize("twice", [False, True])
@pytest.mark.parametrize("search", [ShortfallRatio, Blind])
@pytest.mark.parametrize("seed", range(8))
def test_the_best_of_all_corners(seed: int, search: type[ShortfallRatio], twice: bool) -> None:
    R = losses(seed, 14, 5)
    if twice:
        R[:, 4] = R[:, 3]  # two assets that are one
    for program in limited(5, R):
        answer = largest(program, R, search)
        best = ratios(R, corners(program)).max()
        assert answer.proven
        assert -answer.value == pytest.approx(best, abs=1e-10)  # HiGHS places a corner to 1e-9 at worst
        assert -answer.value == pytest.approx(ratios(R, answer.x[None])[0], abs=1e-14)
        assert answer.bound <= answer.value
        assert answer.gap <= 1e-9
        assert program.violation(answer.x) <= 1e-9


@pytest.mark.parametrize("T", [30, 300])
def test_many_observations_need_no_more_parts(T: int) -> None:
    """Corners do not depend on observations; more of them than there are corners would be no search at all."""
    R = losses(7, T, 8)
    m = R.mean(axis=0)
    answer = largest(portfolio(8, 0.5, (-m, -m.mean())), R)
    assert answer.proven
    assert answer.nodes < 600
    tried = np.random.default_rng(0).dirichlet(np.full(8, 0.2), 5000)
    tried = tried[(tried.max(axis=1) <= 0.5) & (tried @ m <= m.mean())]
    assert ratios(R, tried).max() <= -answer.value + 1e-12
    assert ratios(R, tried).max() >= -answer.value - 0.2  # they come near


def with_choice(n: int, most: int) -> Program:
    """No more than ``most`` assets, each of 0.1 to 0.6 or not at all."""
    eye = np.eye(n)
    count = np.concatenate([np.zeros(n), -np.ones(n)])
    A = np.column_stack([np.concatenate([np.ones(n), np.zeros(n)]), count, *np.hstack([-eye, 0.6 * eye])])
    A = np.column_stack([A, *np.hstack([eye, -0.1 * eye])])
    b = np.concatenate([[1.0, -most], np.zeros(2 * n)])
    upper = np.concatenate([np.full(n, 0.6), np.ones(n)])
    return Program(np.zeros(2 * n), A, b, 1, np.zeros(2 * n), upper, binary=np.arange(n, 2 * n))


@pytest.mark.parametrize("search", [ShortfallRatio, Blind])
@pytest.mark.parametrize("seed", range(4))
def test_no_more_than_three_assets(seed: int, search: type[ShortfallRatio]) -> None:
    R = losses(seed, 20, 5)
    program = with_choice(5, 3)
    answer = largest(program, R, search)
    best = -np.inf
    for held in itertools.combinations(range(5), 3):
        for count in (2, 3):
            for some in itertools.combinations(held, count):
                part = portfolio(count, 0.6, lb=0.1)
                best = max(best, ratios(R[:, some], corners(part)).max())
    assert answer.proven
    assert -answer.value == pytest.approx(best, abs=1e-10)
    assert np.isin(answer.x[5:], (0, 1)).all()
    assert program.violation(answer.x) <= 1e-9


def test_free_variables_that_say_the_same_twice() -> None:
    """Two free variables whose difference is the first weight, and an unlimited one beyond a row, change nothing."""
    R = losses(2, 20, 4)
    plain = portfolio(4, 0.5)
    A = np.zeros((7, 3))
    A[:4, 0] = 1.0
    A[[0, 4, 5], 1] = 1.0, -1.0, 1.0
    A[[1, 6], 2] = -1.0, 1.0
    free = np.full(2, np.inf)
    program = Program(
        np.zeros(7),
        A,
        np.array([1.0, 0.0, 0.0]),
        2,
        np.concatenate([plain.lb, -free, [0.0]]),
        np.concatenate([plain.ub, free, [np.inf]]),
    )
    answer = largest(program, R)
    assert answer.proven
    assert answer.value == pytest.approx(largest(plain, R).value, abs=1e-12)
    assert program.violation(answer.x) <= 1e-9


def test_a_search_that_ends_early_says_so() -> None:
    R = losses(3, 40, 6)
    m = R.mean(axis=0)
    program = portfolio(6, 0.4, (-m, -m.mean()))
    x = feasible(program)
    full = ShortfallRatio(program, R, 0.0, x).solve(0.01)
    early = ShortfallRatio(program, R, 0.0, x, most=5).solve(0.01)
    assert full.proven
    assert full.nodes > 5
    assert not early.proven
    assert early.nodes <= 7  # it ends between nodes, which have two parts to solve
    assert early.bound < full.value - 1e-3
    assert early.value >= full.value - 1e-12


def test_weights_without_limits_are_refused() -> None:
    R = losses(4, 10, 3)
    program = portfolio(3, 0.5)
    program = replace(program, lb=np.full(3, -np.inf), ub=np.full(3, np.inf))
    with pytest.raises(UnboundedError, match="nothing bounds"):
        ShortfallRatio(program, R, 0.0, np.full(3, 1 / 3))


def test_the_level_the_unit_and_the_order_of_assets_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    R = losses(5, 30, 6)
    m = R.mean(axis=0)
    value = largest(portfolio(6, 0.4, (-m, -m.mean())), R).value
    order = np.array([3, 1, 5, 0, 4, 2])
    assert largest(portfolio(6, 0.4, (-m[order], -m.mean())), R[:, order]).value == pytest.approx(value, abs=1e-11)
    program = portfolio(6, 0.4, (-m, -m.mean()))
    moved = ShortfallRatio(program, R / 100 + 0.3, 0.3, feasible(program)).solve(0.0001)
    assert moved.value == pytest.approx(value, abs=1e-11)
    monkeypatch.setattr(module, "_MIDDLE", 1.0)  # another order of branching
    assert largest(program, R).value == pytest.approx(value, abs=1e-11)
