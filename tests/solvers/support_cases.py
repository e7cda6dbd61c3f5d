"""Programmes with minimum holdings and numbers of assets, and the referee that tries every support."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import quadprog

from sitpy.solvers import Program

Array = np.ndarray
Row = tuple[Array, str, float]


def support_program(
    D: Array,
    *,
    least: Array | float = 0.0,
    most: Array | float = 1.0,
    counts: Sequence[tuple[list[int] | None, str, int]] = (),
    rows: Sequence[Row] = (),
    c: Array | None = None,
    scale: float = 1.0,
    total: float = 1.0,
) -> Program:
    """Weights of sum ``total``, ``least b <= x <= most b``, counts of ``b`` over members (None: all), rows of the weights.

    The right-hand side of the last row moves along a frontier (-inf: none). ``scale`` multiplies every row of ``b``.
    """
    n = len(D)
    nothing, unit = np.zeros(n), np.eye(n)
    least, most = np.broadcast_to(least, n), np.broadcast_to(most, n)
    listed: list[Row] = [(np.concatenate([np.ones(n), nothing]), "=", total)]
    for i in range(n):
        listed.append((scale * np.concatenate([unit[i], -least[i] * unit[i]]), ">=", 0.0))
        listed.append((scale * np.concatenate([unit[i], -most[i] * unit[i]]), "<=", 0.0))
    for members, sense, number in counts:
        chosen = nothing.copy()
        chosen[slice(None) if members is None else members] = scale
        listed.append((np.concatenate([nothing, chosen]), sense, scale * number))
    listed += [(np.concatenate([row, nothing]), sense, side) for row, sense, side in rows]
    ordered = sorted(listed, key=lambda row: row[1] != "=")
    sign = [-1.0 if sense == "<=" else 1.0 for _, sense, _ in ordered]
    low = np.concatenate([np.where(least < 0, -np.inf, 0.0), nothing])
    big = np.zeros((2 * n, 2 * n))
    big[:n, :n] = D
    return Program(
        np.concatenate([nothing if c is None else c, nothing]),
        np.array([s * row for s, (row, _, _) in zip(sign, ordered)]).T,
        np.array([s * side for s, (_, _, side) in zip(sign, ordered)]),
        sum(sense == "=" for _, sense, _ in ordered),
        low,
        np.concatenate([np.full(n, np.inf), np.ones(n)]),
        big,
        np.arange(n, 2 * n),
    )


def every_support(program: Program) -> float | None:
    """Least value over all 0/1 choices, each solved by quadprog; None where none is feasible. D is positive definite."""
    n, binary = program.n, program.binary
    weights = np.setdiff1d(np.arange(n), binary)
    best: float | None = None
    for choice in itertools.product((0.0, 1.0), repeat=binary.size):
        b = np.array(choice)
        if (b < program.lb[binary]).any() or (b > program.ub[binary]).any():
            continue
        side = program.b - b @ program.A[binary]
        value = _least(program, weights, side)
        if value is not None and (best is None or value < best):
            best = value
    return best


def _least(program: Program, weights: Array, side: Array) -> float | None:
    """Least value for given binaries: quadprog, each row that has no coefficient left checked by itself."""
    A = program.A[weights]
    empty = ~A.any(axis=0)
    equal = np.arange(program.m) < program.meq
    if (side[empty] > 1e-9).any() or (side[empty & equal] < -1e-9).any():
        return None
    used = np.flatnonzero(~empty & np.isfinite(side))
    meq = int((used < program.meq).sum())
    low, high = program.lb[weights], program.ub[weights]
    # holdings that are off: x >= 0 and -x >= 0 make quadprog's rows dependent, so these variables are taken out
    lower, upper = low.copy(), high.copy()
    single = [j for j in used if j >= meq and (A[:, j] != 0).sum() == 1]
    for j in single:
        i = int(np.argmax(A[:, j] != 0))
        limit = side[j] / A[i, j]
        if A[i, j] > 0:
            lower[i] = max(lower[i], limit)
        else:
            upper[i] = min(upper[i], limit)
    if (lower > upper + 1e-9).any():
        return None
    free = np.flatnonzero(upper - lower > 1e-9)
    x = np.where(upper - lower > 1e-9, 0.0, lower)
    others = np.setdiff1d(used, single)
    D, c = program.D[np.ix_(weights, weights)], program.c[weights]
    rest = side[others] - x @ A[:, others]
    if free.size == 0:
        feasible = (np.abs(rest[:meq]) <= 1e-9).all() and (rest[meq:] <= 1e-9).all()
        return 0.5 * float(x @ D @ x) + float(c @ x) if feasible else None
    finite_low, finite_high = free[np.isfinite(lower[free])], free[np.isfinite(upper[free])]
    unit = np.eye(weights.size)
    C = np.hstack([A[:, others], unit[:, finite_low], -unit[:, finite_high]])[free]
    try:
        y = quadprog.solve_qp(
            D[np.ix_(free, free)],
            -(c + D @ x)[free],
            C,
            np.concatenate([rest, lower[finite_low], -upper[finite_high]]),
            meq,
        )[0]
    except ValueError:
        return None
    x[free] = y
    return 0.5 * float(x @ D @ x) + float(c @ x)
