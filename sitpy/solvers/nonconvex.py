"""Quadratic programmes that are not convex: branch on the directions of negative curvature.

SIT hands such a matrix to a solver that finds a local answer at best. Along each eigenvector with a negative eigenvalue
the curvature is replaced by its chord over the attainable range, which never lies above it; the rest is convex. Halving
the ranges closes the gap (the spatial branch and bound of Falk and Soland, 1969). Where all curvature is negative, what is
left is linear.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from sitpy.errors import NotSolvedError, UnboundedError
from sitpy.solvers.diagnosis import attainable_range
from sitpy.solvers.linear import LinearModel
from sitpy.solvers.program import Program, Solution, dense
from sitpy.solvers.quadratic_model import QuadraticModel

Array = np.ndarray


def solve_indefinite(program: Program, gap: float = 1e-9, limit: int = 20000) -> Solution | None:
    """Global minimum of an indefinite quadratic programme over a bounded set; None if no point is feasible."""
    program = replace(program, A=dense(program.A))
    assert program.D is not None
    feasible = LinearModel(replace(program, D=None, c=np.zeros(program.n))).solve()
    if feasible is None:
        return None
    if program.D.any() and np.linalg.eigvalsh(program.D)[-1] <= 1e-9 * np.abs(program.D).max():
        return _solve_concave(program, feasible.x, gap, limit)
    if program.meq:
        return _within_equalities(program, feasible.x, gap, limit)
    if np.linalg.eigvalsh(program.D)[0] >= -1e-9 * np.abs(program.D).max(initial=1e-300):
        return QuadraticModel(program).solve()
    values, vectors = np.linalg.eigh(program.D)
    negative = values < 0
    curvature, directions = values[negative], vectors[:, negative]
    ranges = np.array([attainable_range(program, direction) for direction in directions.T])
    if not np.isfinite(ranges).all():
        raise _without_limit(program.D)
    convex = (vectors[:, ~negative] * values[~negative]) @ vectors[:, ~negative].T
    convex = (convex + convex.T) / 2

    def relax(box: Array) -> _Box | None:
        # c t^2/2 with c < 0 lies above its chord over [l, u]: c ((l + u) t - l u)/2
        chord = replace(
            program,
            D=convex,
            c=program.c + directions @ (curvature * box.sum(axis=1) / 2),
            A=np.column_stack([program.A, directions, -directions]),
            b=np.concatenate([program.b, box[:, 0], -box[:, 1]]),
            row_names=(),
        )
        answer = QuadraticModel(chord).solve()
        if answer is None:
            return None
        t = answer.x @ directions
        error = -curvature * (t - box[:, 0]) * (box[:, 1] - t)
        return _Box(answer.bound - float(curvature @ box.prod(axis=1)) / 2, answer.x, box, t, int(np.argmax(error)))

    return _halve(program, relax, ranges, feasible.x, gap, limit)


def _solve_concave(program: Program, feasible: Array, gap: float, limit: int) -> Solution:
    """Minimum of a concave function, at a corner: linear programmes in ``x`` and ``t = Fx``, where ``F'F = -D``.

    Eigenvectors mix all variables. Each coordinate of the symmetric root stays near one of them and has a shorter range:
    a third of the boxes for covariances of ten assets.
    """
    assert program.D is not None
    n, size = program.n, float(np.abs(program.D).max())
    F = _symmetric_root(-program.D / size)
    k = len(F)
    rows = np.block([[F.T, program.A], [-np.eye(k), np.zeros((k, program.m))]])
    free, still, cost = np.full(k, np.inf), np.zeros(k), program.c / size
    joined = Program(
        np.append(cost, still),
        rows,
        np.append(still, program.b),
        k + program.meq,
        np.append(program.lb, -free),
        np.append(program.ub, free),
    )
    model = LinearModel(joined)

    def corner(gradient: Array) -> Array:
        model.price(gradient)
        answer = model.solve()
        assert answer is not None  # the caller's point is feasible
        return answer.x

    def relax(box: Array) -> _Box | None:
        model.price(np.append(cost, -box.sum(axis=1) / 2))
        answer = model.solve(lb=np.append(program.lb, box[:, 0]), ub=np.append(program.ub, box[:, 1]))
        if answer is None:
            return None
        t = answer.x[n:]
        error = (t - box[:, 0]) * (box[:, 1] - t)
        return _Box(
            size * (answer.bound + float(box.prod(axis=1).sum()) / 2), answer.x[:n], box, t, int(np.argmax(error))
        )

    try:
        ends = [corner(np.append(np.zeros(n), sign * unit)) for unit in np.eye(k) for sign in (1.0, -1.0)]
    except UnboundedError:
        raise _without_limit(program.D) from None
    ranges = np.array([[ends[2 * i][n + i], ends[2 * i + 1][n + i]] for i in range(k)])
    best = feasible
    for end in ends:
        x = descended(program, end[:n], lambda gradient: corner(np.append(gradient / size, still))[:n])
        best = x if program.value(x) < program.value(best) else best
    return _halve(program, relax, ranges, best, gap, limit)


def _without_limit(D: Array) -> UnboundedError:
    return UnboundedError(
        "the quadratic term has negative curvature along a direction that no constraint limits "
        f"(smallest eigenvalue {np.linalg.eigvalsh(D)[0]:.3g}); bound all variables or use a positive semidefinite matrix"
    )


def _symmetric_root(matrix: Array) -> Array:
    """``F`` with ``F'F`` equal to a positive semidefinite matrix, without rows of zeros."""
    values, vectors = np.linalg.eigh(matrix)
    root = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    return np.asarray(root[np.abs(root).max(axis=1, initial=0.0) > 1e-12])


def descended(program: Program, x: Array, corner: Callable[[Array], Array]) -> Array:
    """From a corner to the lowest one of its tangent, as long as a concave function falls that way."""
    while True:
        lower = corner(program.gradient(x))
        if program.value(lower) >= program.value(x) - 1e-12 * abs(program.value(x)):
            return x
        x = lower


@dataclass(frozen=True)
class _Box:
    """A part of the space: the bound in it, its relaxed answer, its ranges, where the answer lies in them, and the range
    whose chord is farthest off there."""

    bound: float
    x: Array
    ranges: Array
    t: Array
    worst: int

    def halves(self) -> Iterator[Array]:
        """The box cut half-way between the answer and the middle."""
        k = self.worst
        cut = (self.t[k] + self.ranges[k].mean()) / 2
        for low, high in ((self.ranges[k, 0], cut), (cut, self.ranges[k, 1])):
            half = self.ranges.copy()
            half[k] = low, high
            yield half


def _halve(
    program: Program, relax: Callable[[Array], _Box | None], ranges: Array, best: Array, gap: float, limit: int
) -> Solution:
    """Cut the box with the least bound in two until the best answer is proven."""
    root = relax(ranges)
    queue, count = [] if root is None else [(root.bound, 0, root)], 1
    if root is not None and program.value(root.x) < program.value(best):
        best = root.x
    while queue:
        bound, _, box = heapq.heappop(queue)
        value = program.value(best)
        if value - bound <= gap * max(abs(value), 1e-12):
            return Solution(best, value, min(bound, value), qp_count=count, nodes=count)
        if count >= limit:
            raise NotSolvedError(
                f"the indefinite quadratic programme is not proven after {count} relaxations; "
                "use a positive semidefinite matrix (make_positive_definite)",
                best,
                bound,
                (value - bound) / max(abs(value), 1e-12),
            )
        for half in box.halves():
            part = relax(half)
            count += 1
            if part is not None:
                best = part.x if program.value(part.x) < program.value(best) else best
                heapq.heappush(queue, (part.bound, count, part))
    value = program.value(best)
    return Solution(best, value, value, qp_count=count, nodes=count)


def _within_equalities(program: Program, origin: Array, gap: float, limit: int) -> Solution | None:
    """The same problem in coordinates that satisfy the equalities: it may be convex there, and its ranges are finite."""
    assert program.D is not None
    meq = program.meq
    _, size, rows = np.linalg.svd(program.A[:, :meq].T)
    within = rows[int((size > 1e-10 * size[0]).sum()) :].T
    low, high = np.isfinite(program.lb), np.isfinite(program.ub)
    unit = np.eye(program.n)
    A = np.column_stack([program.A[:, meq:], unit[:, low], -unit[:, high]])
    b = np.concatenate([program.b[meq:], program.lb[low], -program.ub[high]])
    D = within.T @ program.D @ within
    free = np.full(within.shape[1], np.inf)
    part = Program(within.T @ program.gradient(origin), within.T @ A, b - origin @ A, 0, -free, free, D=(D + D.T) / 2)
    answer = solve_indefinite(part, gap, limit)
    if answer is None:
        return None
    x = np.clip(origin + within @ answer.x, program.lb, program.ub)
    value = program.value(x)
    lowest = answer.bound + program.value(origin)
    return replace(answer, x=x, value=value, bound=min(value, lowest), row_multipliers=None, state=None)
