"""What the support search stands on: bounds that nothing beats, and the cheapest choice under counts."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support_cases import support_program

from sitpy.solvers.perspective import Perspective
from sitpy.solvers.splitting import first_shape, split
from sitpy.solvers.support_counts import FREE, OFF, ON, Count, Counts
from sitpy.solvers.supports import holdings, recognised_support

Array = np.ndarray


def factor_covariance(rng: np.random.Generator, n: int, factors: int = 3) -> Array:
    loadings = rng.normal(size=(n, factors))
    return loadings @ loadings.T / factors + np.diag(rng.uniform(0.1, 1, n))


@settings(max_examples=60)
@given(
    seed=st.integers(0, 2**31),
    sets=st.lists(st.tuples(st.sets(st.integers(0, 6), min_size=1), st.integers(0, 3), st.integers(0, 7)), max_size=4),
)
def test_the_cheapest_choice_and_every_change_of_it(seed: int, sets: list[tuple[set[int], int, int]]) -> None:
    """Against all choices that the nested counts allow."""
    rng, n = np.random.default_rng(seed), 7
    cost, status = rng.normal(size=n), rng.choice([OFF, ON, FREE], n, p=[0.1, 0.1, 0.8])
    counts = Counts(n, [Count(np.isin(np.arange(n), list(m)), low, max(low, high)) for m, low, high in sets])
    choices = [np.array(choice, dtype=bool) for choice in itertools.product((0, 1), repeat=n)]
    allowed = [
        choice
        for choice in choices
        if choice[status == ON].all()
        and not choice[status == OFF].any()
        and all(count.least <= choice[count.members].sum() <= count.most for count in counts.nested)
    ]
    chosen = counts.cheapest(cost, status)
    if not allowed:
        assert chosen is None
        return
    assert chosen is not None
    least = min(float(cost[choice].sum()) for choice in allowed)
    assert any(np.array_equal(chosen, choice) for choice in allowed)
    assert float(cost[chosen].sum()) == pytest.approx(least, abs=1e-12)
    change = counts.changes(cost, status, chosen)
    for i in np.flatnonzero(status == FREE):
        other = [float(cost[choice].sum()) for choice in allowed if choice[i] != chosen[i]]
        assert least + change[i] <= min(other, default=np.inf) + 1e-12
    decided = counts.decide(status)
    full = [choice for choice in allowed if counts.hold(choice)]
    if decided is None:
        assert not full
    else:
        assert all(choice[decided == ON].all() and not choice[decided == OFF].any() for choice in full)


def test_the_strictest_limits_are_shared_out() -> None:
    """At most 3 in all is stricter than two groups of 2; at most 3 in all is not, where the groups allow 1 each."""
    n = 6
    halves = [np.arange(n) < 3, np.arange(n) >= 3]
    total = Count(np.ones(n, dtype=bool), 0, 3)
    assert [pool.most for pool in Counts(n, [total, *(Count(half, 0, 2) for half in halves)]).pools] == [3]
    assert [pool.most for pool in Counts(n, [total, *(Count(half, 0, 1) for half in halves)]).pools] == [1, 1]


@settings(max_examples=40)
@given(seed=st.integers(0, 2**31), short=st.booleans(), optimum=st.booleans(), twins=st.booleans())
def test_no_feasible_point_is_below_a_bound(seed: int, short: bool, optimum: bool, twins: bool) -> None:
    """Bounds from the active set's own answer and from points and multipliers out of the blue."""
    rng, n, k = np.random.default_rng(seed), 7, 3
    D = factor_covariance(rng, n)
    if twins:
        D[1], D[:, 1] = D[0], D[:, 0]
    program = support_program(
        D, least=-0.5 if short else 0.05, most=0.7, counts=[(None, "<=", k)], c=rng.normal(size=n) * 0.2
    )
    structure = recognised_support(program)
    assert structure is not None
    problem = holdings(program, structure, (program.b, program.lb, program.ub))
    assert problem is not None
    relaxation = Perspective(D, program.c[:n], problem, 1e-15 if twins else 0.0, twins)
    status = rng.choice([FREE, OFF, ON], n, p=[0.7, 0.2, 0.1])
    decided = problem.counts.decide(status)
    if decided is None:
        return
    free, alive = np.flatnonzero(decided == FREE), np.flatnonzero(decided != OFF)
    shares = split(D, first_shape(D), alive, free, 0).shares
    values = np.linalg.eigvalsh((D - np.diag(shares))[np.ix_(alive, alive)])
    assert alive.size == 0 or values[0] > -1e-12
    x, y = rng.normal(size=n) * 0.3, rng.normal(size=problem.b.size)
    if optimum:
        found = relaxation.relax(decided, shares, x, np.maximum(y, 0), np.inf)
    else:
        found = relaxation.judged(decided, shares, x, y)
    for _ in range(200):
        on = np.flatnonzero(rng.random(n) < 0.5)
        point = np.zeros(n)
        point[on] = rng.uniform(problem.least[on], problem.most[on])
        held = np.isin(np.arange(n), on)
        if held[decided == OFF].any() or not held[decided == ON].all() or not problem.counts.hold(held):
            continue
        rest = 1.0 - point.sum()  # move along the first that can take it
        for i in on:
            step = np.clip(rest, problem.least[i] - point[i], problem.most[i] - point[i])
            point[i] += step
            rest -= step
        if abs(rest) < 1e-12 and found is not None:
            assert found.bound <= relaxation.value(point) + 1e-12


def test_a_better_split_gives_a_better_bound() -> None:
    """A known instance: the first split's bound is above that of no split, and steps along the gradient raise it."""
    rng, n = np.random.default_rng(4), 30
    D = factor_covariance(rng, n, 8)
    program = support_program(D, counts=[(None, "<=", 4)])
    structure = recognised_support(program)
    assert structure is not None
    problem = holdings(program, structure, (program.b, program.lb, program.ub))
    assert problem is not None
    relaxation, status, everything = Perspective(D, np.zeros(n), problem, 0.0, False), np.full(n, FREE), np.arange(n)
    x, y = np.full(n, 1 / n), np.zeros(problem.b.size)
    plain = relaxation.relax(status, np.zeros(n), x, y, np.inf)
    assert plain is not None
    bounds, parts = [plain.bound], split(D, first_shape(D), everything, everything, 0)
    for step in range(1, 6):
        found = relaxation.relax(status, parts.shares, x, y, np.inf)
        assert found is not None and found.settled
        bounds.append(found.bound)
        parts = split(D, parts.improved(found.worth), everything, everything, step)
    assert bounds[0] < bounds[1] < max(bounds[2:])
