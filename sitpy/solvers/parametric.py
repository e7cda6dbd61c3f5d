"""The exact path of a convex quadratic programme as a linear measure of its variables, the return, is asked to rise.

The optimum of ``min x'Dx/2 + c'x`` with rows, bounds and ``mu'x >= t`` is piecewise affine in ``t``, and its value piecewise
quadratic, with the multiplier of the return as its slope (Markowitz 1956; Best 1996). The path is walked once, every segment
is checked against the conditions of optimality at both ends, and any point is then a formula.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sitpy.errors import NotSolvedError, UnboundedError
from sitpy.solvers.active_set import FEASIBLE, ActiveSet, System, active_set_at
from sitpy.solvers.parametric_path import Path, PathPoints, Watched
from sitpy.solvers.parametric_walk import Piece, Walk
from sitpy.solvers.program import Program
from sitpy.solvers.quadratic_model import QuadraticModel
from sitpy.solvers.working_set import optimal_set, walked_to_optimum

__all__ = ["Path", "PathPoints", "trace_path"]

Array = np.ndarray

_LARGEST = 1500  # variables and rows of which one dense system is made at each turning point
_GAP = 1e-9  # what a segment may leave open, relative to its value
_CANCELLED = 1e-6  # a value below this part of its terms is zero, but for their rounding;
_TINY = 1e-5  # so is one below this part of the largest diagonal entry
_NOTHING = 1e-13  # a rise, relative, that is rounding
_APART = 1e-9  # by how much, relative to the largest variable, segments may miss each other
_ROUNDING = 1e-14


@np.errstate(divide="ignore", invalid="ignore", over="ignore")  # a singular system shows in its answer
def trace_path(program: Program, mu: Array) -> Path:
    """The path of a convex quadratic programme; ``mu`` is the return of each variable. The caller knows that D is convex.

    The path is empty where no start was found (the programme may be infeasible, or its value without limit), or where there
    are binaries, mean differences or too many rows for dense systems. It ends early, or has gaps, where its points cannot be
    vouched for. In all these cases a solver must say more.
    """
    if program.D is None or program.binary.size or program.differences or program.n + program.m > _LARGEST:
        return _empty(program, mu)
    system = System(program)
    active = _start(system) if system.empty_rows_hold() else None
    if active is None:
        return _empty(program, mu)
    largest = float(np.abs(mu).max(initial=0.0)) or 1.0
    slope = np.zeros(system.low.size)
    np.divide(mu, -largest, out=slope[: system.n])
    walk = Walk(active, slope)
    complete = walk.run()
    if not walk.pieces:
        return _empty(program, mu)
    return _Making(system, mu, largest).path(walk, complete)


def _start(system: System) -> ActiveSet | None:
    """The optimal active set without regard to the return, with curvature in all that is free."""
    found = optimal_set(system)
    if found is not None:
        active, watched, _ = found
        if active.is_regular():
            return active
        x = active.values(watched)
    else:
        try:
            answer = QuadraticModel(system.program).solve()
        except (NotSolvedError, UnboundedError):
            return None
        if answer is None:
            return None
        x = answer.x
    active = active_set_at(system, x)
    return None if walked_to_optimum(active, x) is None else active


def _empty(program: Program, mu: Array) -> Path:
    none, points = np.zeros(0), np.zeros((0, program.n))
    return Path(program, mu, none, points, none, none, points, none, none, none.astype(bool), none, False, False)


class _Pieces:
    """Pieces of a walk as arrays, by ends (2) and pieces: parameters, variables, watched quantities; what is inside."""

    def __init__(self, pieces: list[Piece], n: int) -> None:
        lines = np.array([piece.lines for piece in pieces])
        reach = np.array([piece.reach for piece in pieces]).T
        self.parameter = np.array([piece.parameter for piece in pieces]).T
        self.inside = np.array([piece.inside for piece in pieces])
        self.watched = lines[:, 0] + reach[:, :, None] * lines[:, 1]
        self.x = np.where(self.inside[:, :n], self.watched[:, :, :n], np.array([piece.rest for piece in pieces]))
        for k, piece in enumerate(pieces):
            if piece.moved is not None:
                self.x[1, k] += piece.reach[1] * piece.moved

    def choose(self, chosen: Array) -> None:
        """Keep these, in this order."""
        self.parameter, self.inside = self.parameter[:, chosen], self.inside[chosen]
        self.watched, self.x = self.watched[:, chosen], self.x[:, chosen]


@dataclass
class _Making:
    """A walk that becomes a path."""

    system: System
    mu: Array
    largest: float

    def path(self, walk: Walk, complete: bool) -> Path:
        """Leave out what is rounding, put the pieces together, and vouch for each."""
        system, program, mu = self.system, self.system.program, self.mu
        ray = walk.ray is not None
        pieces = _Pieces([*walk.pieces, walk.ray] if walk.ray is not None else walk.pieces, system.n)
        rise, joined = self._line_up(pieces)
        ray = ray and joined
        open_ = self._open(pieces)
        points = pieces.x[1, :-1] if ray else pieces.x[1]
        assert program.D is not None
        values = 0.5 * np.einsum("ij,ij->i", points @ program.D, points) + points @ program.c
        multipliers = pieces.parameter * (system.size / self.largest)
        scale, rounding = self._sizes(points, values)
        if ray:
            scale, rounding = np.append(scale, scale[-1]), np.append(rounding, rounding[-1])
        return Path(
            program,
            mu,
            points @ mu,
            points,
            values,
            multipliers[1, : len(points)],
            (pieces.x[1] - pieces.x[0]) / rise[:, None],
            multipliers[0],
            (multipliers[1] - multipliers[0]) / rise,
            open_ <= _GAP * scale,
            open_ + rounding,
            complete and joined,
            ray,
            Watched(system, pieces.watched[0], (pieces.watched[1] - pieces.watched[0]) / rise[:, None], pieces.inside),
        )

    def _line_up(self, pieces: _Pieces) -> tuple[Array, bool]:
        """The point of least value, then the pieces on which the return rises, as far as each begins where the last ended.

        How much it rises on each (1 on the first, which is a point), and whether all are there.
        """
        rise = (pieces.x[1] - pieces.x[0]) @ self.mu
        size = np.maximum(1.0, np.abs(pieces.x[1]).max(axis=1))
        begun = pieces.parameter[1] > 0  # before, the return rises at no cost
        first = int(begun.argmax()) if begun.any() else len(rise) - 1
        chosen = np.flatnonzero(rise > _NOTHING * self.largest * size)
        chosen = np.concatenate([[first], chosen[chosen >= first]])
        pieces.choose(chosen)
        pieces.parameter[:, 0] = 0.0
        pieces.x[1, 0], pieces.watched[1, 0] = pieces.x[0, 0], pieces.watched[0, 0]
        rise = rise[chosen]
        rise[0] = 1.0
        apart = np.abs(pieces.x[0, 1:] - pieces.x[1, :-1]).max(axis=1) > _APART * size[chosen[1:]]
        if not apart.any():
            return rise, True
        count = int(apart.argmax()) + 1
        pieces.choose(np.arange(count))
        return rise[:count], False

    def _open(self, pieces: _Pieces) -> Array:
        """By how much at most a feasible point can beat each piece: slack times multiplier, and residuals of the gradient.

        All are affine along a piece, so that the largest of both ends bounds what lies between; infinite where a
        constraint is missed.
        """
        system, n = self.system, self.system.n
        products = pieces.x @ system.M[:n]  # of D, and the rows' values
        sign = np.where(pieces.inside == system.is_row, np.where(system.is_row, -1.0, 1.0), 0.0)
        multipliers = sign * pieces.watched
        gradient = products[:, :, :n] + system.cost[:n] - pieces.parameter[:, :, None] * (self.mu / self.largest)
        gradient -= multipliers[:, :, :n] + multipliers[:, :, n:] @ system.M[n:, :n]
        products[:, :, :n] = pieces.x
        least, most = products.min(axis=0), products.max(axis=0)
        reach = np.maximum(1.0, np.maximum(-least, most))
        to_low, to_high = (
            np.maximum(most - system.low, system.low - least),
            np.maximum(system.high - least, most - system.high),
        )
        # a multiplier of a wrong sign, where there is no limit, is a residual
        gap = np.maximum(multipliers.max(axis=0), 0.0) * np.where(np.isfinite(system.low), to_low, reach)
        gap -= np.minimum(multipliers.min(axis=0), 0.0) * np.where(np.isfinite(system.high), to_high, reach)
        far = np.maximum(system.high[:n] - least[:, :n], most[:, :n] - system.low[:n])
        far = np.where(np.isfinite(far), far, reach[:, :n])
        open_ = gap.sum(axis=1) + np.einsum("ij,ij->i", np.abs(gradient).max(axis=0), far)
        missed = np.maximum(system.low - least, most - system.high).max(axis=1) > FEASIBLE * reach.max(axis=1)
        return np.where(missed, np.inf, open_ * system.size)

    def _sizes(self, points: Array, values: Array) -> tuple[Array, Array]:
        """What a gap of the segment up to each point is measured by, and the rounding of its value."""
        system, reach = self.system, np.abs(points)
        terms = 0.5 * system.size * (reach @ system.spread[: system.n]) ** 2 + reach @ np.abs(system.program.c)
        scale = np.maximum(np.abs(values), np.maximum(_CANCELLED * terms, _TINY * system.size))
        scale[1:] = np.maximum(scale[1:], scale[:-1])  # of both ends
        return scale, _ROUNDING * (np.abs(values) + terms)
