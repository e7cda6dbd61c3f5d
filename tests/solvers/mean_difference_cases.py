"""Programmes with Gini's mean difference, and the same with every pair written down, as their referee."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
from problems import by_clarabel, by_enumeration, by_linprog

from sitpy.solvers import Program
from sitpy.solvers.mean_difference import MeanDifference

Array = np.ndarray
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
