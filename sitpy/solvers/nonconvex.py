"""Quadratic programmes that are not convex: branch on the directions of negative curvature.

SIT hands such a matrix to a solver that finds a local answer at best. Along each eigenvector with a negative eigenvalue
the curvature is replaced by its chord over the attainable range, which never lies above it; the rest is convex. Halving
the ranges closes the gap (the spatial branch and bound of Falk and Soland, 1969).
"""

from __future__ import annotations

import heapq
from dataclasses import replace

import numpy as np

from sitpy.errors import NotSolvedError, UnboundedError
from sitpy.solvers.diagnosis import attainable_range
from sitpy.solvers.linear import LinearModel
from sitpy.solvers.program import Program, Solution
from sitpy.solvers.quadratic_model import QuadraticModel

Array = np.ndarray


def solve_indefinite(program: Program, gap: float = 1e-9, limit: int = 20000) -> Solution | None:
    """Global minimum of an indefinite quadratic programme over a bounded set; None if no point is feasible."""
    assert program.D is not None
    feasible = LinearModel(replace(program, D=None, c=np.zeros(program.n))).solve()
    if feasible is None:
        return None
    if program.meq:
        return _within_equalities(program, feasible.x, gap, limit)
    if np.linalg.eigvalsh(program.D)[0] >= -1e-9 * np.abs(program.D).max(initial=1e-300):
        return QuadraticModel(program).solve()
    values, vectors = np.linalg.eigh(program.D)
    negative = values < 0
    curvature, directions = values[negative], vectors[:, negative]
    ranges = np.array([attainable_range(program, direction) for direction in directions.T])
    if not np.isfinite(ranges).all():
        raise UnboundedError(
            "the quadratic term has negative curvature along a direction that no constraint limits "
            f"(smallest eigenvalue {values[0]:.3g}); bound all variables or use a positive semidefinite matrix"
        )
    convex = (vectors[:, ~negative] * values[~negative]) @ vectors[:, ~negative].T
    convex = (convex + convex.T) / 2

    def relax(box: Array) -> tuple[Solution, Array] | None:
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
        constant = -float(curvature @ box.prod(axis=1)) / 2
        x = answer.x
        lowest = answer.bound + constant
        return Solution(x, program.value(x), lowest, qp_count=answer.qp_count), x @ directions

    root = relax(ranges)
    if root is None:
        return None
    best, queue, count = root[0], [(root[0].bound, 0, ranges, root[1])], 1
    while queue:
        bound, _, box, t = heapq.heappop(queue)
        if best.value - bound <= gap * max(abs(best.value), 1e-12):
            return replace(best, bound=min(bound, best.value), nodes=count)
        if count >= limit:
            raise NotSolvedError(
                f"the indefinite quadratic programme is not proven after {count} relaxations; "
                "use a positive semidefinite matrix (make_positive_definite)",
                best.x,
                bound,
                best.value - bound,
            )
        error = -curvature * (t - box[:, 0]) * (box[:, 1] - t)
        k = int(np.argmax(error))
        middle = min(max(t[k], box[k] @ [0.8, 0.2]), box[k] @ [0.2, 0.8])
        for low, high in ((box[k, 0], middle), (middle, box[k, 1])):
            half = box.copy()
            half[k] = low, high
            node = relax(half)
            count += 1
            if node is None:
                continue
            best = node[0] if node[0].value < best.value else best
            heapq.heappush(queue, (node[0].bound, count, half, node[1]))
    return replace(best, bound=best.value, nodes=count)


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
