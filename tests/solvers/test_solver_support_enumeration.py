"""The support search against every support solved by itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from support_cases import every_support, support_program

from sitpy.solvers import Program, ReferenceModel
from sitpy.solvers.limits import Limits
from sitpy.solvers.support_model import SupportModel
from sitpy.solvers.supports import recognised_support

Array = np.ndarray


def covariance(rng: np.random.Generator, n: int) -> Array:
    factors = rng.normal(size=(n, 3))
    return factors @ factors.T / 3 + np.diag(rng.uniform(0.1, 1, n))


def model_of(program: Program) -> SupportModel:
    structure = recognised_support(program)
    assert structure is not None
    return SupportModel(program, structure)


def agrees(program: Program, model: SupportModel, b: Array, start: Array | None, referee: float | None) -> Array | None:
    """Hold an answer to the referee; the answer, for the next start."""
    solution = model.solve(b, start=start)
    if referee is None:
        assert solution is None
        return None
    assert solution is not None and solution.proven and solution.stopped_by == ""
    # quadprog's own accuracy; the search is asked for 1e-9
    assert solution.value == pytest.approx(referee, rel=2e-9, abs=1e-11)
    assert solution.bound <= referee + 1e-11 + 1e-10 * abs(referee)
    assert solution.bound <= solution.value
    assert program.violation(solution.x, b) <= 1e-9
    assert set(solution.x[program.binary]) <= {0.0, 1.0}
    return solution.x


MEMBERS = st.one_of(st.none(), st.sets(st.integers(0, 5), min_size=1))
COUNTS = st.lists(st.tuples(MEMBERS, st.sampled_from(["<=", "=", ">="]), st.integers(0, 6)), max_size=3)


@settings(max_examples=60)
@given(
    seed=st.integers(0, 2**31),
    counts=COUNTS,
    least=st.sampled_from([0.0, 0.01, 0.1, 0.15, 0.3, 0.6]),
    most=st.sampled_from([0.12, 0.3, 0.5, 0.8, 1.0]),
    short=st.booleans(),
    linear=st.booleans(),
)
def test_every_kind_of_count_and_holding_along_a_frontier(
    seed: int, counts: list[tuple[set[int] | None, str, int]], least: float, most: float, short: bool, linear: bool
) -> None:
    """Counts that nest, cross and contradict each other, holdings that cannot sum to 1, short holdings, any scale."""
    rng, n = np.random.default_rng(seed), 6
    lowest = np.where(rng.random(n) < 0.5, -most, least) if short else np.full(n, least)
    assume(short or least <= most)
    mu = rng.normal(size=n)
    program = support_program(
        covariance(rng, n),
        least=lowest,
        most=most,
        counts=[(None if members is None else sorted(members), sense, k) for members, sense, k in counts],
        rows=[(rng.uniform(0, 1, n), "<=", 0.7), (mu, ">=", -np.inf)],
        c=rng.normal(size=n) * 0.3 if linear else None,
        scale=rng.choice([0.01, 1.0, 300.0]),
    )
    model, start = model_of(program), None
    for target in (-np.inf, 0.2 * mu.max(), 0.7 * mu.max()):
        b = program.b.copy()
        b[-1] = target
        start = agrees(program, model, b, start, every_support(replace(program, b=b)))


@settings(max_examples=10)
@given(seed=st.integers(0, 2**31), k=st.integers(1, 4), groups=st.booleans())
def test_ten_assets(seed: int, k: int, groups: bool) -> None:
    rng, n = np.random.default_rng(seed), 10
    halves = [([0, 1, 2, 3, 4], "<=", 1), ([5, 6, 7, 8, 9], "<=", 2)] if groups else []
    program = support_program(covariance(rng, n), least=0.05, counts=[(None, "<=", k), *halves])
    agrees(program, model_of(program), program.b, None, every_support(program))


@settings(max_examples=25)
@given(
    seed=st.integers(0, 2**31),
    kind=st.sampled_from(["singular", "no variance", "twins", "nothing varies", "equal returns"]),
    k=st.integers(1, 5),
    least=st.sampled_from([0.0, 0.1]),
)
def test_awkward_covariances_against_the_reference_engine(seed: int, kind: str, k: int, least: float) -> None:
    """The plain route is exact to about 1e-8 where the covariance is singular."""
    rng, n = np.random.default_rng(seed), 5
    D, mu = covariance(rng, n), rng.normal(size=n)
    if kind == "singular":
        F = rng.normal(size=(n, 2))
        D = F @ F.T
    if kind == "no variance":
        D[0] = D[:, 0] = 0.0
    if kind == "twins":
        D[1] = D[0]
        D[:, 1] = D[:, 0]
        D[1, 1] = D[0, 0]
    if kind == "nothing varies":
        D = np.zeros((n, n))
    if kind == "equal returns":
        mu[:] = 0.05
    program = support_program(D, least=least, most=0.7, counts=[(None, "<=", k)], rows=[(mu, ">=", -np.inf)])
    model = model_of(program)
    for target in (-np.inf, float(np.sort(mu)[-2:].mean()), float(mu.max()) * 1.01 + 0.01):
        b = program.b.copy()
        b[-1] = target
        found, referee = model.solve(b), ReferenceModel(program).solve(b)
        assert (found is None) == (referee is None)
        if found is not None and referee is not None:
            assert found.proven
            assert found.value == pytest.approx(referee.value, rel=1e-7, abs=1e-9)
            assert found.bound <= referee.value + 1e-9
            assert program.violation(found.x, b) <= 1e-9


@pytest.mark.parametrize(
    ("least", "most", "counts"),
    [
        (0.4, 0.3, []),  # a holding that cannot be
        (0.6, 1.0, [(None, ">=", 2)]),  # two holdings of 60 %
        (0.0, 0.3, [(None, "<=", 3)]),  # three of 30 %
        (0.0, 1.0, [(None, "<=", 0)]),  # nothing may be held
        (0.0, 1.0, [(None, ">=", 7)]),  # more than there are
        (0.0, 1.0, [([0, 1], "=", 2), ([1, 2], "=", 0)]),  # counts that contradict each other
    ],
)
def test_what_cannot_be_is_proven_without_a_search(
    least: float, most: float, counts: list[tuple[list[int] | None, str, int]]
) -> None:
    rng = np.random.default_rng(0)
    program = support_program(covariance(rng, 6), least=least, most=most, counts=counts)
    assert every_support(program) is None
    assert model_of(program).solve() is None


def test_an_infeasible_programme_of_many_assets_does_not_try_supports_one_by_one() -> None:
    """60 assets of at most 30 %, three held: 34220 supports, none of them feasible."""
    program = support_program(covariance(np.random.default_rng(1), 60), most=0.3, counts=[(None, "<=", 3)])
    structure = recognised_support(program)
    assert structure is not None
    assert SupportModel(program, structure, Limits(nodes=1)).solve() is None


def test_more_may_be_held_than_there_are() -> None:
    program = support_program(covariance(np.random.default_rng(2), 5), counts=[(None, "<=", 9)])
    agrees(program, model_of(program), program.b, None, every_support(program))


def test_exactly_k_without_a_minimum_may_leave_some_empty() -> None:
    """The rows allow b = 1 with x = 0, so exactly 4 of 5 means at most 4, and the binaries say 4."""
    rng = np.random.default_rng(3)
    D = covariance(rng, 5)
    exactly = support_program(D, counts=[(None, "=", 4)])
    at_most = support_program(D, counts=[(None, "<=", 4)])
    found, other = model_of(exactly).solve(), model_of(at_most).solve()
    assert found is not None and other is not None
    assert found.value == pytest.approx(other.value, rel=1e-9)
    assert found.x[exactly.binary].sum() == 4
