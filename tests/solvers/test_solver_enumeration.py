"""Random problems of up to twelve 0/1 variables against every choice of them, each solved by an independent method.

For each choice, least variance comes from Clarabel's interior point method at a tolerance of 1e-10, a linear measure from
scipy's linprog. Both engines must have that optimum, proven, with a bound that is not above it, or say that there is none.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from problems import by_enumeration

import sitpy
from sitpy.portfolios.minimum import cvar_program, mad_program, risk_program
from sitpy.solvers import Program, model_for
from sitpy.solvers.program import dense

Array = np.ndarray
Make = Callable[[np.random.Generator], tuple[sitpy.InputAssumptions, sitpy.Constraints]]

SEEDS = st.integers(0, 10**6)


# ------------------------------------------------------------------------------------------------- the referee


def best_of_all_choices(program: Program) -> float | None:
    """Clarabel or linprog for each choice, with the objective in units of the largest variance."""
    if program.D is None:
        return by_enumeration(replace(program, A=dense(program.A)))
    largest = float(np.diag(program.D).max()) or 1.0
    value = by_enumeration(replace(program, A=dense(program.A), D=program.D / largest, c=program.c / largest))
    return None if value is None else largest * value


def assert_optimal(program: Program, best: float | None) -> None:
    largest = 1.0 if program.D is None else float(np.diag(program.D).max())
    for engine in ("fast", "reference"):
        answer = model_for(program, engine).solve()
        if best is None:
            assert answer is None
            continue
        referee = 1e-8 * max(largest, abs(best)) + 1e-7 * abs(best)  # the referees' own accuracy
        assert answer is not None and answer.proven
        assert answer.value == pytest.approx(best, abs=referee)
        assert answer.bound <= best + referee
        assert answer.bound <= answer.value + 1e-12
        assert program.violation(answer.x) <= 1e-8


def assert_best_of_all_choices(program: Program) -> None:
    assert_optimal(program, best_of_all_choices(program))


# ------------------------------------------------------------------------------------------------ the problems


def assumptions(rng: np.random.Generator, n: int, kind: str) -> sitpy.InputAssumptions:
    """Histories of 8 periods; singular: fewer factors than assets; still: two assets never move; alike: equal means."""
    history = rng.integers(-4, 6, (8, n)) / 40
    if kind == "singular":
        history = history[:, :2] @ (rng.integers(-2, 3, (2, n)) / 2) + 0.01
    if kind == "still":
        history[:, :2] = 0.01
    if kind == "alike":
        history += 0.01 - history.mean(axis=0)
    if kind == "twice":
        history[:, 1] = history[:, 0]
    return sitpy.create_ia(history)


KINDS = ("plain", "singular", "still", "alike", "twice")


def budget(rng: np.random.Generator, ia: sitpy.InputAssumptions, lb: float = 0.0) -> sitpy.Constraints:
    n = ia.n
    c = sitpy.new_constraints(n, lb=lb, ub=rng.choice([0.5, 0.75, 1.0], n))
    c = sitpy.add_constraints(np.ones(n), 1, "=", c, "budget")
    if rng.random() < 0.5:
        c = sitpy.add_constraints(ia.expected_return, float(np.quantile(ia.expected_return, 0.6)), ">=", c, "target")
    return c


def counted(rng: np.random.Generator, ia: sitpy.InputAssumptions) -> sitpy.Constraints:
    """At most K, K may be more than n."""
    return sitpy.add_cardinality(budget(rng, ia), int(rng.integers(1, ia.n + 2)), rng.choice([0.0, 0.125, 0.25]))


def exactly(rng: np.random.Generator, ia: sitpy.InputAssumptions) -> sitpy.Constraints:
    """Exactly K; with the larger minimum weights they often cannot sum to 1."""
    least = float(rng.choice([0.01, 0.125, 0.3]))
    return sitpy.add_cardinality(budget(rng, ia), int(rng.integers(1, ia.n + 1)), least, type="=")


def holding(rng: np.random.Generator, ia: sitpy.InputAssumptions) -> sitpy.Constraints:
    return sitpy.add_cardinality(budget(rng, ia), None, rng.choice([0.1, 0.2, 0.375], ia.n))


def grouped(rng: np.random.Generator, ia: sitpy.InputAssumptions) -> sitpy.Constraints:
    half = {"first": (np.arange(ia.n) < ia.n // 2, 1), "odd": (np.arange(ia.n) % 2 == 1, 2)}
    return sitpy.add_cardinality(budget(rng, ia), int(rng.integers(2, ia.n)), 0.05, groups=half)


def short_too(rng: np.random.Generator, ia: sitpy.InputAssumptions) -> sitpy.Constraints:
    return sitpy.add_cardinality(budget(rng, ia, -0.25), int(rng.integers(1, ia.n + 1)))


def unstructured(rng: np.random.Generator, ia: sitpy.InputAssumptions) -> sitpy.Constraints:
    """0/1 variables anywhere, in rows of any kind."""
    k = 4
    c = sitpy.add_variables(k, budget(rng, ia), lb=0, ub=1)
    c.binary_index = np.arange(ia.n, ia.n + k)
    for _ in range(4):
        row = np.concatenate([rng.integers(-2, 3, ia.n) / 2, rng.integers(-2, 3, k) / 4])
        c = sitpy.add_constraints(row, float(rng.integers(-4, 2)) / 8, ">=", c)
    return c


STRUCTURES = (counted, exactly, holding, grouped, short_too, unstructured)


@pytest.mark.parametrize("structure", STRUCTURES, ids=lambda structure: structure.__name__)
@settings(max_examples=10)
@given(seed=SEEDS, kind=st.sampled_from(KINDS))
def test_least_variance(structure: Callable[..., sitpy.Constraints], seed: int, kind: str) -> None:
    rng = np.random.default_rng(seed)
    ia = assumptions(rng, int(rng.integers(3, 6)), kind)
    assert_best_of_all_choices(risk_program(ia, structure(rng, ia)))


@pytest.mark.parametrize("make", [mad_program, cvar_program])
@pytest.mark.parametrize("structure", STRUCTURES, ids=lambda structure: structure.__name__)
@settings(max_examples=4)
@given(seed=SEEDS, kind=st.sampled_from(KINDS))
def test_linear_measures(
    structure: Callable[..., sitpy.Constraints], make: Callable[..., Program], seed: int, kind: str
) -> None:
    rng = np.random.default_rng(seed)
    ia = assumptions(rng, int(rng.integers(3, 6)), kind)
    assert_best_of_all_choices(make(ia, structure(rng, ia)))


def long_or_short(rng: np.random.Generator, n: int, kind: str) -> tuple[sitpy.InputAssumptions, sitpy.Constraints]:
    """Exact totals, each asset long or short."""
    c = sitpy.new_constraints(n, lb=-rng.choice([0.125, 0.25, 0.5], n), ub=rng.choice([0.5, 0.75, 1.0], n))
    ia = sitpy.aa_test_ia_add_short(assumptions(rng, n, kind))
    return ia, sitpy.add_long_short(c, float(rng.choice([1.25, 1.5])), 0.25)


@pytest.mark.parametrize("make", [risk_program, mad_program])
@settings(max_examples=8)
@given(seed=SEEDS, kind=st.sampled_from(KINDS))
def test_long_or_short(make: Callable[..., Program], seed: int, kind: str) -> None:
    rng = np.random.default_rng(seed)
    assert_best_of_all_choices(make(*long_or_short(rng, int(rng.integers(3, 6)), kind)))


@pytest.mark.parametrize("make", [risk_program, mad_program])
@pytest.mark.parametrize("seed", [1, 4])
def test_long_or_short_and_few(make: Callable[..., Program], seed: int) -> None:
    """At most two positions as well: 9 binaries."""
    ia, c = long_or_short(np.random.default_rng(seed), 3, "plain")
    assert_best_of_all_choices(make(ia, sitpy.add_cardinality(c, 2)))


@settings(max_examples=1)
@given(seed=SEEDS)
def test_twelve_binaries(seed: int) -> None:
    rng = np.random.default_rng(seed)
    ia = assumptions(rng, 12, "plain")
    c = sitpy.add_constraints(np.ones(12), 1, "=", sitpy.new_constraints(12, lb=0, ub=0.5))
    c = sitpy.add_cardinality(c, 4, 0.1, groups={"thirds": (np.arange(12) % 3 == 0, 1)})
    program = risk_program(ia, c)
    supports = (held for r in range(2, 5) for held in itertools.combinations(range(12), r))
    values = []
    for held in supports:
        if sum(i % 3 == 0 for i in held) > 1:
            continue
        b = np.isin(np.arange(12), held).astype(float)
        lb, ub = program.lb.copy(), program.ub.copy()
        lb[12:] = ub[12:] = b
        lb[:12], ub[:12] = 0.1 * b, 0.5 * b
        value = best_of_all_choices(replace(program, lb=lb, ub=ub, binary=program.binary[:0]))
        if value is not None:
            values.append(value)
    assert_optimal(program, min(values))
