"""Kinds of constraints that every minimiser is tried with, on both engines: small problems, all sides of the engine."""

from __future__ import annotations

import functools
from collections.abc import Callable

import numpy as np

import sitpy

Problem = tuple[sitpy.InputAssumptions, sitpy.Constraints]

N, PERIODS = 6, 18


@functools.cache
def assumptions() -> sitpy.InputAssumptions:
    rng = np.random.default_rng(7)
    common = rng.normal(0.0, 0.04, (PERIODS, 1))
    history = common * rng.uniform(-0.5, 1.5, N) + rng.normal(rng.uniform(-0.002, 0.02, N), 0.04, (PERIODS, N))
    return sitpy.create_historical_ia(history, 12)


def budget(lb: float = 0.0, ub: float = 0.6) -> sitpy.Constraints:
    return sitpy.add_constraints(np.ones(N), 1, "=", sitpy.new_constraints(N, lb=lb, ub=ub), "sum of weights")


def long_only() -> Problem:
    return assumptions(), budget()


def bounds_as_rows_too() -> Problem:
    return assumptions(), sitpy.create_basic_constraints(N, 0, 0.6)


def short_sales() -> Problem:
    return assumptions(), budget(-0.4, 0.7)


def groups() -> Problem:
    first = (np.arange(N) < 3).astype(float)
    c = sitpy.add_constraints(first, 0.5, "<=", budget(), "first half")
    return assumptions(), sitpy.add_constraints(np.arange(N) - 2.0, 0.3, ">=", c, "tilt")


def absolute_values() -> Problem:
    """130/30 with -v <= x <= v."""
    c = sitpy.add_variables(N, budget(-0.5, 0.8))
    unit = np.eye(N)
    c = sitpy.add_constraints(np.vstack([unit, unit]), 0, ">=", c)
    c = sitpy.add_constraints(np.vstack([unit, -unit]), 0, "<=", c)
    return assumptions(), sitpy.add_constraints(np.repeat([0, 1], N), 1.6, "=", c)


def long_and_short() -> Problem:
    """130/30 with x = long - short; both may be positive."""
    c = sitpy.new_constraints(2 * N, lb=0, ub=np.repeat([0.8, 0.5], N))
    c = sitpy.add_constraints(np.repeat([1, -1], N), 1, "=", c)
    return sitpy.aa_test_ia_add_short(assumptions()), sitpy.add_constraints(np.ones(2 * N), 1.6, "=", c)


def cap_on_the_largest_loss() -> Problem:
    return assumptions(), sitpy.add_constraint_maxloss(assumptions(), 0.05, "<=", budget())


def cap_on_cvar() -> Problem:
    return assumptions(), sitpy.add_constraint_cvar(assumptions(), 0.05, "<=", budget())


def cap_on_gini_by_cuts() -> Problem:
    pairs = PERIODS * (PERIODS - 1) / 2
    return assumptions(), sitpy.add_constraint_gini(assumptions(), 0.05 * pairs, "<=", budget(), pairs=False)


def minimum_holding() -> Problem:
    return assumptions(), sitpy.add_cardinality(budget(), None, 0.15)


def at_most_three() -> Problem:
    return assumptions(), sitpy.add_cardinality(budget(), 3)


def exactly_three() -> Problem:
    return assumptions(), sitpy.add_cardinality(budget(), 3, 0.1, type="=")


def at_least_four() -> Problem:
    return assumptions(), sitpy.add_cardinality(budget(), 4, 0.1, type=">=")


def one_of_each_half() -> Problem:
    halves = {"first": (range(3), 1), "second": (range(3, 6), 2)}
    return assumptions(), sitpy.add_cardinality(budget(), None, 0.05, groups=halves)


def short_and_few() -> Problem:
    return assumptions(), sitpy.add_cardinality(budget(-0.4, 0.7), 3)


def long_or_short() -> Problem:
    c = sitpy.add_long_short(sitpy.new_constraints(N, lb=-0.3, ub=0.7))
    return sitpy.aa_test_ia_add_short(assumptions()), c


def long_or_short_and_few() -> Problem:
    c = sitpy.add_long_short(sitpy.new_constraints(N, lb=-0.3, ub=0.8))
    return sitpy.aa_test_ia_add_short(assumptions()), sitpy.add_cardinality(c, 4, 0.1, n=2 * N)


def few_with_a_cap() -> Problem:
    c = sitpy.add_constraint_maxloss(assumptions(), 0.06, "<=", budget())
    return assumptions(), sitpy.add_cardinality(c, 3, 0.1, n=N)


def binaries_of_the_users_own() -> Problem:
    """0/1 variables in rows that are no cardinality: if 0 or 1 is held at all, then 2 not; a whole lot of asset 5."""
    c = sitpy.add_variables(2, budget(), lb=0, ub=1)
    c.binary_index = [N, N + 1]
    c = sitpy.add_constraints([1, 1, 0, 0, 0, 0, -2, 0], 0, "<=", c, "0 or 1")
    c = sitpy.add_constraints([0, 0, 1, 0, 0, 0, 1, 0], 1, "<=", c, "then not 2")
    return assumptions(), sitpy.add_constraints([0, 0, 0, 0, 0, 1, 0, -0.25], 0, "=", c, "lot")


CONTINUOUS: tuple[Callable[[], Problem], ...] = (
    long_only,
    bounds_as_rows_too,
    short_sales,
    groups,
    absolute_values,
    long_and_short,
    cap_on_the_largest_loss,
    cap_on_cvar,
    cap_on_gini_by_cuts,
)
BINARY: tuple[Callable[[], Problem], ...] = (
    minimum_holding,
    at_most_three,
    exactly_three,
    at_least_four,
    one_of_each_half,
    short_and_few,
    long_or_short,
    long_or_short_and_few,
    few_with_a_cap,
    binaries_of_the_users_own,
)
