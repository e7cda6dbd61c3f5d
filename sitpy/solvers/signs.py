"""Recognising 0/1 variables that let a pair of positions be long or short, never both."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sitpy.solvers.program import Program, dense

Array = np.ndarray

_NOTHING = 1e-12  # relative to what is there, this is zero but for rounding
_SINGULAR = 1e-9  # smallest eigenvalue of a correlation matrix that has a diagonal part
_INSIDE = 0.1  # how much room to a singular rest counts: with some, quadprog is on safe ground
_NEWTON_STEPS = 50


@dataclass(frozen=True)
class SignStructure:
    """Pairs of variables of which at most one is positive, a 0/1 variable each.

    ``long[i]`` may reach ``most_long[i]`` where binary i is 1, ``short[i]`` may reach ``most_short[i]`` where it is 0, and
    each is zero otherwise. ``rows`` are the constraints that say so; ``others`` are the rest.
    """

    long: Array
    short: Array
    most_long: Array
    most_short: Array
    rows: Array
    others: Array


def recognised_signs(program: Program) -> SignStructure | None:
    """The pairs, if all 0/1 variables of a quadratic programme do nothing else; None otherwise.

    Each binary b must stand in two inequalities and no others, ``x <= u b`` and ``y <= w (1 - b)`` in any scale and
    order, without a cost, and x and y must not go below zero.
    """
    binary, D = program.binary, program.D
    if D is None or not binary.size or program.differences or program.c[binary].any() or D[binary].any():
        return None
    A = dense(program.A)
    switches = A[binary] != 0
    rows = np.flatnonzero(switches.any(axis=0))
    plain = (
        (switches.sum(axis=1) == 2).all()
        and (switches.sum(axis=0) <= 1).all()
        and ((A[:, rows] != 0).sum(axis=0) == 2).all()
        and (rows >= program.meq).all()
        and np.isfinite(program.b[rows]).all()
    )
    if not plain:
        return None
    pairs = np.array([np.flatnonzero(switch) for switch in switches])  # binaries x their two rows
    held = A[:, pairs] != 0
    held[binary] = False
    variable = np.argmax(held, axis=0)
    slope, at_one = A[variable, pairs], A[binary[:, None], pairs]
    if (slope >= 0).any() or (program.lb[variable] < 0).any() or np.unique(variable).size < variable.size:
        return None
    off, on = program.b[pairs] / slope, (program.b[pairs] - at_one) / slope  # limits at b = 0 and at b = 1
    first = np.where(off[:, 0] <= on[:, 0], 0, 1)  # the one that b = 1 lets go
    k = np.arange(binary.size)
    most_long, most_short = on[k, first], off[k, 1 - first]
    nothing = np.abs(off[k, first]) <= _NOTHING * most_long
    nothing &= np.abs(on[k, 1 - first]) <= _NOTHING * most_short
    if not nothing.all():
        return None
    return SignStructure(
        variable[k, first],
        variable[k, 1 - first],
        np.minimum(most_long, program.ub[variable[k, first]]),
        np.minimum(most_short, program.ub[variable[k, 1 - first]]),
        rows,
        np.setdiff1d(np.arange(program.m), rows),
    )


def curved(program: Program, signs: SignStructure) -> Array:
    """A Hessian with the same cost wherever one of each pair is zero, and a higher one where both are positive.

    A multiple of the product of the two costs nothing where one is zero. It takes as much curvature from their difference
    as it gives to their sum, so the cost stays convex as long as the multiple is a diagonal part of the covariance.
    """
    D, long, short = program.D, signs.long, signs.short
    assert D is not None
    if np.abs(D[short] + D[long]).max() <= _NOTHING * np.abs(D).max():  # they cancel: one risk for each pair
        rest = np.setdiff1d(np.arange(program.n), np.concatenate([short, program.binary]))
        product = 2.0 * diagonal_part(D[np.ix_(rest, rest)])[np.searchsorted(rest, long)]
    else:
        part = diagonal_part(D)
        product = np.sqrt(part[long] * part[short])
    result = D.copy()
    result[long, short] += product
    result[short, long] += product
    return result


def diagonal_part(D: Array) -> Array:
    """A diagonal, as large as it well can be, that a covariance remains positive definite without.

    It maximises ``sum(log d) + _INSIDE logdet(D - diag(d))`` by Newton's method, each variable in units of what the others
    leave unexplained of it. Zero where the covariance (without variables that have no variance) is singular.
    """
    used = np.flatnonzero(np.diag(D) > 0)
    result = np.zeros(len(D))
    size = np.sqrt(np.diag(D)[used])
    scaled = D[np.ix_(used, used)] / np.outer(size, size)
    if not used.size or np.linalg.eigvalsh(scaled)[0] < _SINGULAR:
        return result
    unexplained = 1.0 / np.sqrt(np.diag(np.linalg.inv(scaled)))
    scaled /= np.outer(unexplained, unexplained)
    part = np.full(used.size, 0.5 * np.linalg.eigvalsh(scaled)[0])
    height = _height(scaled, part)
    for _ in range(_NEWTON_STEPS):
        inverse = np.linalg.inv(scaled - np.diag(part))
        slope = 1.0 / part - _INSIDE * np.diag(inverse)
        step = np.linalg.solve(np.diag(part**-2.0) + _INSIDE * inverse**2, slope)
        promise = float(slope @ step)
        if promise < 1e-3 * used.size:
            break
        length = 1.0
        while (reached := _height(scaled, part + length * step)) < height + 0.25 * length * promise and length > 1e-6:
            length /= 2.0
        if reached <= height:
            break
        part, height = part + length * step, reached
    result[used] = part * (unexplained * size) ** 2
    return result


def _height(D: Array, part: Array) -> float:
    """What :func:`diagonal_part` maximises; minus infinity where the rest is not positive definite."""
    if (part <= 0).any():
        return -np.inf
    try:
        factor = np.linalg.cholesky(D - np.diag(part))
    except np.linalg.LinAlgError:
        return -np.inf
    return float(np.log(part).sum() + 2.0 * _INSIDE * np.log(np.diag(factor)).sum())
