"""A path of optima as a function of the return asked for: points, values and multipliers by formula."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sitpy.errors import InputError
from sitpy.solvers.active_set import System
from sitpy.solvers.program import Program, Solution

Array = np.ndarray

_NOTHING = 1e-13  # by how much, relative, a target may lie above the largest return through rounding


@dataclass(frozen=True)
class PathPoints:
    """Points of a path (p of them).

    ``x`` (p x n variables), ``values``, ``bounds`` that no feasible point goes below, ``multipliers`` of the return, and
    which of the points are ``known``: what stands at the others has no meaning.
    """

    x: Array
    values: Array
    bounds: Array
    multipliers: Array
    known: Array


@dataclass(frozen=True)
class Watched:
    """Quantities of a system where each segment begins, their change per unit of return, and which indices are inside."""

    system: System
    start: Array
    rate: Array
    inside: Array

    def multipliers(self, segment: int, step: float) -> tuple[Array, Array]:
        """Of rows and bounds, ``step`` above the beginning of a segment."""
        return self.system.multipliers(self.start[segment] + step * self.rate[segment], self.inside[segment])


@dataclass(frozen=True)
class Path:
    """Least value ``x'Dx/2 + c'x`` at every return ``mu'x``, from the least of all to the largest return.

    Segment 0 is the point of least value (of several, the one of most return); segment j > 0 goes from turning point j - 1 to
    turning point j, or for ever.

    Attributes
    ----------
    program : Program
        The problem without a row for the return.
    mu : array (n variables)
        Their returns.
    targets : array (k turning points)
        Returns of the turning points, ascending.
    x : array (k turning points x n variables)
        The variables there.
    values, multipliers : array (k turning points)
        Objective, and its slope by the return just below the point (0 at the first).
    direction : array (segments x n variables)
        Change of the variables per unit of return.
    slope, bend : array (segments)
        Slope of the value where the segment begins, and its change per unit of return.
    vouched : array (segments)
        Whether the conditions of optimality hold all along the segment; elsewhere the path has a gap.
    open : array (segments)
        How far the proven bound is below the value.
    complete : bool
        Whether the path goes up to the largest return.
    unlimited : bool
        Whether there is no largest return: the last segment has no end.
    """

    program: Program
    mu: Array
    targets: Array
    x: Array
    values: Array
    multipliers: Array
    direction: Array
    slope: Array
    bend: Array
    vouched: Array
    open: Array
    complete: bool
    unlimited: bool
    watched: Watched | None = field(default=None, repr=False)

    def at(self, target: float) -> Solution | None:
        """The optimum at no less than this return (nan: at any), or None where the path does not know it.

        The multipliers of rows have that of the return at the end, as for ``program.with_row(mu, target)``.
        """
        if not self.targets.size:
            return None
        points = self.at_all(np.array([target]))
        if not points.known[0]:
            return None
        assert self.watched is not None
        segment, step = self._places(np.array([target]))[:2]
        rows, bounds = self.watched.multipliers(int(segment[0]), float(step[0]))
        return Solution(
            points.x[0],
            float(points.values[0]),
            float(points.bounds[0]),
            row_multipliers=np.append(rows, points.multipliers[0]),
            bound_multipliers=bounds,
        )

    def at_all(self, targets: Array) -> PathPoints:
        """Optima at no less than these returns (nan: at any return)."""
        if not self.targets.size:
            nothing = np.full(targets.size, np.nan)
            return PathPoints(
                np.full((targets.size, self.program.n), np.nan), nothing, nothing, nothing, np.zeros(targets.size, bool)
            )
        segment, step, beyond = self._places(targets)
        begin = np.maximum(segment - 1, 0)
        x = self.direction[segment]
        x *= step[:, None]
        x += self.x[begin]
        slope = self.slope[segment] + self.bend[segment] * step
        values = self.values[begin] + 0.5 * (self.slope[segment] + slope) * step
        return PathPoints(x, values, values - self.open[segment], slope, self.vouched[segment] & ~beyond)

    def _places(self, targets: Array) -> tuple[Array, Array, Array]:
        """Segment of each target, how far above its beginning, and whether the target is above the end of the path."""
        first, last = self.targets[0], self.targets[-1]
        t = np.where(targets > first, targets, first)
        beyond = np.zeros(t.size, dtype=bool)
        if not self.unlimited:
            beyond = t > last + _NOTHING * max(1.0, abs(float(last)))
            t = np.minimum(t, last)
        segment = np.searchsorted(self.targets, t)
        return segment, t - self.targets[np.maximum(segment - 1, 0)], beyond

    def of_risk(self, variance: float) -> Solution | None:
        """The point of largest return whose variance ``x'Dx`` is this; None where the path has none, or a gap."""
        self._only_risk()
        least = 0.5 * variance
        if not self.targets.size or not least >= self.values[0]:
            return None
        segment = int(np.searchsorted(self.values, least))
        if segment >= self.slope.size:
            return None
        begin = max(segment - 1, 0)
        rise, slope = least - self.values[begin], self.slope[segment]
        root = np.sqrt(max(0.0, slope**2 + 2 * self.bend[segment] * rise))
        return self.at(float(self.targets[begin] + (2 * rise / (slope + root) if rise > 0 else 0.0)))

    def tangency(self, riskfree: float = 0.0) -> Solution | None:
        """The point of the largest ratio of ``mu'x - riskfree`` to the root of the variance.

        None where no return exceeds ``riskfree``, the ratio rises for ever, or the path has a gap there.
        """
        self._only_risk()
        if not self.targets.size or (not self.unlimited and self.targets[-1] <= riskfree):
            return None
        begin, more = np.arange(self.slope.size - 1), self.targets[: self.slope.size - 1] - riskfree
        slope, bend = self.slope[1:], self.bend[1:]
        rises = 2 * self.values[begin] - more * slope  # the ratio rises where this is positive; linear on a segment
        change = slope - more * bend
        length = np.append(np.diff(self.targets), [np.inf] * self.unlimited)
        with np.errstate(invalid="ignore"):
            falls = (rises + change * length <= 0) & (self.targets[begin] + length > riskfree)
        if not falls.any():
            return None if self.unlimited or not self.complete else self.at(float(self.targets[-1]))
        j = int(falls.argmax())
        step = rises[j] / -change[j] if rises[j] > 0 else 0.0
        return self.at(float(self.targets[j] + step))

    def _only_risk(self) -> None:
        if self.program.c.any():
            raise InputError(
                "the objective has a linear cost, so its value is no variance; trace the path of a programme without one"
            )
