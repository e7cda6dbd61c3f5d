"""A walk along the optima of a convex quadratic programme whose cost changes along a line.

Between two changes of the active set, values and multipliers are affine in the parameter. Where letting go of a constraint
leaves the objective without curvature, the optimum moves along that flat direction, at one value of the parameter, until
something blocks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sitpy.solvers.active_set import ActiveSet

Array = np.ndarray

_NO_SLOPE = 1e-12  # of the largest slope, or of 1: rounding
_STEEP = 1e9  # a released quantity that moves so much faster than what released it: is there any curvature?
_PATIENCE = 30  # steps of length zero before the least index decides
_SAME = 1e-13  # relative distance of parameters that are one


@dataclass(frozen=True)
class Piece:
    """Where the active set stays the same: what is watched is ``lines[0] + s lines[1]``, ``s`` in ``reach``.

    ``parameter`` is that of both ends; ``rest`` are the values of variables that are not inside, and ``moved`` the one of
    them that moves along a flat direction nevertheless (a zero for each other).
    """

    parameter: tuple[float, float]
    reach: tuple[float, float]
    lines: Array
    inside: Array
    rest: Array
    moved: Array | None = None


class Walk:
    """Moves an active set that is optimal at ``parameter`` 0 along ``slope``, the change of the cost per unit."""

    def __init__(self, active: ActiveSet, slope: Array) -> None:
        self.active, self.parameter = active, 0.0
        self.pieces: list[Piece] = []
        self.ray: Piece | None = None  # one unit of what has no end
        self._idle = 0
        self._most = 50 + 10 * slope.size
        active.tilt(slope)

    def run(self, until: float = np.inf) -> bool:
        """Go to ``until``, or for ever; False where the walk cannot go on."""
        active = self.active
        n, is_row = active.system.n, active.system.is_row
        released: tuple[int, float, float] | None = None
        for _ in range(self._most):
            lines = active.solve()
            if released is not None and (lines is None or not 0 < lines[1, released[0]] / -released[1] < _STEEP):
                goes_on = self._along_flat(*released)
                if not goes_on:
                    return self.ray is not None
                released = None
                continue
            released = None
            if lines is None:
                return False
            i, end = self._first(lines, until)
            if i is None or self._idle > 4 * _PATIENCE + is_row.size:
                return False
            if end > self.parameter or i < 0:
                self._record(lines, end)
            if i < 0:
                return True
            slope = float(lines[1, i])
            if active.inside[i] == is_row[i]:  # a multiplier is used up
                released = (i, slope, float(active.rest[i]) if i < n else 0.0)
                active.toggle(i)
            else:
                active.toggle(i, float(active.low[i] if slope < 0 else active.high[i]))
        return False

    def _first(self, lines: Array, until: float) -> tuple[int | None, float]:
        """The index whose limit comes first, and where; -1 where none comes before ``until``; None for not a number."""
        active = self.active
        watched, slope = lines
        steepness = np.abs(slope)
        at = np.where(slope < 0, active.low, active.high)
        at -= watched
        at /= slope
        at[steepness <= _NO_SLOPE * max(1.0, steepness.max())] = np.inf
        i = int(at.argmin())
        end = float(at[i])
        if end != end:
            return None, end
        if end >= until:
            return -1, until
        same = _SAME * max(1.0, self.parameter)
        if end > self.parameter + same:
            self._idle = 0
            return i, end
        self._idle += 1
        tied = np.flatnonzero(at <= self.parameter + same)
        if tied.size > 1:
            i = int(tied[0] if self._idle > _PATIENCE else tied[steepness[tied].argmax()])
        return i, self.parameter

    def _record(self, lines: Array, end: float) -> None:
        """The piece up to ``end``; without end, the point itself, and one unit of the ray where there is one."""
        active, start = self.active, self.parameter
        inside, rest = active.inside.copy(), active.rest.copy()
        if np.isfinite(end):
            self.pieces.append(Piece((start, end), (start, end), lines, inside, rest))
            self.parameter = end
            return
        self.pieces.append(Piece((start, start), (start, start), lines, inside, rest))
        n, steepness = active.system.n, np.abs(lines[1])
        if (steepness[:n][inside[:n]] > _NO_SLOPE * max(1.0, float(steepness.max()))).any():
            self.ray = Piece((start, start + 1.0), (start, start + 1.0), lines, inside, rest)

    def _along_flat(self, i: int, slope: float, rest: float) -> bool:
        """Index ``i`` was let go without curvature: go back, and move at this parameter until something blocks."""
        active, system = self.active, self.active.system
        active.toggle(i, rest)
        lines = active.solve()
        if lines is None:
            return False
        column = active.column(i)
        if not active.is_flat(i, column):
            active.toggle(i)
            return True
        is_variable = i < system.n
        sign = float(-np.sign(slope)) if is_variable else 1.0  # the value of a row can only rise
        change = sign * (column @ active.coefficients)
        moved, own = np.zeros(system.n), np.inf
        if is_variable:
            change += sign * system.M[i]
            moved[i] = sign
            own = float(system.high[i] - rest if sign > 0 else rest - system.low[i])
        change[active.unknown] = sign * column
        change[active.inside == system.is_row] = 0.0  # multipliers stay
        return self._until_blocked(i, lines[0] + self.parameter * lines[1], change, moved, own)

    def _until_blocked(self, i: int, watched: Array, change: Array, moved: Array, own: float) -> bool:
        """Move what is watched by ``change`` until a limit comes, or ``i`` itself has gone as far as it can."""
        active, system = self.active, self.active.system
        room = (np.where(change < 0, active.low, active.high) - watched) / change
        room[np.abs(change) <= _NO_SLOPE * max(1.0, float(np.abs(change).max()))] = np.inf
        k = int(room.argmin())
        step = min(max(0.0, float(room[k])), own)
        at, lines = (self.parameter, self.parameter), np.array([watched, change])
        length = step if np.isfinite(step) else 1.0
        piece = Piece(at, (0.0, length), lines, active.inside.copy(), active.rest.copy(), moved)
        if not np.isfinite(step):
            self.ray = piece
            return False
        if step > 0:
            self.pieces.append(piece)
            self._idle = 0
        bound = float(active.low[k] if change[k] < 0 else active.high[k])
        active.toggle(i)
        if own <= step:
            active.toggle(i, float(system.high[i] if moved[i] > 0 else system.low[i]))
        else:
            active.toggle(k, bound)
        return True
