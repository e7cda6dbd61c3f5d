"""Exact presolve: what the rows and bounds already decide is taken out before a solver starts.

quadprog calls problems that are feasible only just ("two shorts of at most 0.5 must sum to 1") inconsistent. Such rows
force each of their variables to a bound; finding them here is exact and leaves quadprog a well-posed rest.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sitpy.solvers.program import Program, dense
from sitpy.sparse import entries

Array = np.ndarray

FEASIBLE = 1e-9  # rows and bounds may be missed by this much through rounding
_MOVE = 1e-10  # a variable that can move by no more than this is fixed
_FAR = 1e9  # implied bounds beyond this are not worth having
_TIGHT = 1e-11  # a range this narrow is a point


@dataclass(frozen=True)
class Reduced:
    """Bounds after propagation, free variables and rows that still restrict them; ``play``: how far each variable that
    counts as fixed can still move."""

    lb: Array
    ub: Array
    free: Array
    rows: Array
    play: Array


class Presolve:
    """Repeated presolve of one matrix with changing right-hand sides and bounds."""

    def __init__(self, program: Program) -> None:
        A = dense(program.A)
        self._size = np.abs(A)
        self._signed = np.hstack([np.maximum(A, 0.0), np.minimum(A, 0.0)])
        self._present = np.hstack([A > 0, A < 0]).astype(float)
        self._equality = np.arange(program.m) < program.meq
        self._used = A != 0
        single = np.flatnonzero(self._used.sum(axis=0) == 1)
        self._single, self._single_variable = single, np.argmax(self._used[:, single], axis=0)
        self._single_coefficient = A[self._single_variable, single]
        self._tolerance = FEASIBLE * np.maximum(1.0, self._size.max(axis=0, initial=0.0))

    def __call__(self, b: Array, lb: Array, ub: Array) -> Reduced | None:
        """Propagate until nothing changes; None when a row or a bound cannot be satisfied."""
        lb, ub, play = lb.copy(), ub.copy(), np.zeros(lb.size)
        active = np.isfinite(b)
        side = np.where(active, b, 0.0)
        self._singletons(b, lb, ub, active)
        while True:
            if not _settle(lb, ub, play):
                return None
            high, low = self._activity(lb, ub)
            spare, excess = high - side, low - side
            if (active & (spare < -self._tolerance)).any() or (
                active & self._equality & (excess > self._tolerance)
            ).any():
                return None
            active &= self._equality | (excess < 0)  # the others hold whatever the variables do
            fixed = lb == ub
            forced_high = active & (spare <= _TIGHT)
            forced_low = active & self._equality & (excess >= -_TIGHT) & ~forced_high
            room = np.where(forced_high, spare, -excess)
            if not (forced_high | forced_low).any() or not self._force(
                forced_high, forced_low, room, (lb, ub, play), fixed
            ):
                break
        free = np.flatnonzero(~fixed)
        return Reduced(lb, ub, free, np.flatnonzero(active & self._used[free].any(axis=0)), play)

    def _singletons(self, b: Array, lb: Array, ub: Array, active: Array) -> None:
        """Rows with a single coefficient are bounds."""
        rows = self._single
        on = active[rows]
        if not on.any():
            return
        rows, i, a = rows[on], self._single_variable[on], self._single_coefficient[on]
        limit = b[rows] / a
        below, above = self._equality[rows] | (a > 0), self._equality[rows] | (a < 0)
        np.maximum.at(lb, i[below], limit[below])
        np.minimum.at(ub, i[above], limit[above])
        active[rows] = False

    def _activity(self, lb: Array, ub: Array) -> tuple[Array, Array]:
        """Largest and smallest value that each row can take within the bounds."""
        m = self._equality.size
        ends = np.vstack([ub, lb])
        without = np.isinf(ends)
        limited = without.any()
        sums = (np.where(without, 0.0, ends) if limited else ends) @ self._signed
        high, low = sums[0, :m] + sums[1, m:], sums[1, :m] + sums[0, m:]
        if limited:
            count = without @ self._present
            high[(count[0, :m] + count[1, m:]) > 0] = np.inf
            low[(count[1, :m] + count[0, m:]) > 0] = -np.inf
        return high, low

    def _force(self, high: Array, low: Array, room: Array, limits: tuple[Array, Array, Array], fixed: Array) -> bool:
        """Fix the variables of rows that hold only at one corner of the bounds; whether any was still free.

        A row with a little room lets each variable move by room / coefficient: small coefficients do not bind. Two rows
        that force a variable to opposite bounds contradict each other; the next round finds that out.
        """
        m = self._equality.size
        lb, ub, play = limits
        binds = self._size * _MOVE >= room
        positive, negative = (self._present[:, :m] > 0) & binds, (self._present[:, m:] > 0) & binds
        to_upper = (positive[:, high].any(axis=1) | negative[:, low].any(axis=1)) & ~fixed
        to_lower = (negative[:, high].any(axis=1) | positive[:, low].any(axis=1)) & ~fixed
        lb[to_upper] = ub[to_upper]
        ub[to_lower] = lb[to_lower]
        moved = to_upper | to_lower
        room = np.maximum(room, 0.0) + play @ self._size
        if room[high | low].any():
            size = np.where(binds[moved] & (high | low), self._size[moved], 0.0)
            with np.errstate(divide="ignore", invalid="ignore"):
                play[moved] = np.where(size > 0, room / size, np.inf).min(axis=1)
        return bool(moved.any())


def implied_bounds(program: Program, rounds: int = 3) -> tuple[Array, Array]:
    """Bounds that follow from the rows (``x <= 0.8 b`` with a binary b gives ``x <= 0.8``), beside the given ones."""
    lb, ub = program.lb.copy(), program.ub.copy()
    for _ in range(rounds):
        before = np.concatenate([lb, ub])
        for j in np.flatnonzero(np.isfinite(program.b)):
            used, a = entries(program.A, int(j))
            _tighten(used, a, program.b[j], lb, ub)
            if j < program.meq:
                _tighten(used, -a, -program.b[j], lb, ub)
        if np.array_equal(before, np.concatenate([lb, ub])):
            break
    return lb, ub


def _tighten(used: Array, a: Array, rhs: float, lb: Array, ub: Array) -> None:
    """Bounds that ``a'x[used] >= rhs`` implies for each of its variables, in place."""
    most = np.where(a > 0, a * ub[used], a * lb[used])
    unlimited = np.flatnonzero(np.isinf(most))
    if unlimited.size > 1:
        return
    total = most[np.isfinite(most)].sum()
    for k in range(used.size) if unlimited.size == 0 else unlimited:
        i, others = used[k], total - (most[k] if unlimited.size == 0 else 0.0)
        if abs(rhs - others) > _FAR * abs(a[k]):
            continue  # so far away that it limits nothing; it may be rounding over rounding
        limit = (rhs - others) / a[k]
        if a[k] > 0:
            lb[i] = max(lb[i], limit)
        else:
            ub[i] = min(ub[i], limit)


def tightens(old: tuple[Array, Array, Array], new: tuple[Array, Array, Array], meq: int) -> bool:
    """Whether right-hand sides and bounds (b, lb, ub) only add to the old ones' restrictions."""
    (old_b, old_lb, old_ub), (b, lb, ub) = old, new
    return bool(
        np.array_equal(b[:meq], old_b[:meq])
        and (b[meq:] >= old_b[meq:]).all()
        and (lb >= old_lb).all()
        and (ub <= old_ub).all()
    )


def strengthened(program: Program) -> Program:
    """The same 0/1 problem with the tightest coefficients of binaries in single inequalities.

    Where a row has room to spare at one value of a binary, its coefficient there may shrink: ``x <= b`` with ``x <= 0.8``
    becomes ``x <= 0.8 b``. The 0/1 points stay the same, the relaxation gets much tighter (Savelsbergh 1994).
    """
    lb, ub = implied_bounds(program)
    A, b = np.array(dense(program.A)), program.b.copy()
    for j in range(program.meq, program.m):
        if not np.isfinite(b[j]):
            continue
        for i in program.binary[A[program.binary, j] != 0]:
            column = A[:, j]
            others = np.flatnonzero((column != 0) & (np.arange(program.n) != i))
            least = np.where(column[others] > 0, column[others] * lb[others], column[others] * ub[others]).sum()
            spare = least + max(0.0, column[i]) - b[j]
            shrink = min(spare, abs(column[i]))
            if not np.isfinite(spare) or shrink <= 1e-9:
                continue
            if column[i] > 0:
                A[i, j] -= shrink
            else:
                A[i, j] += shrink
                b[j] += shrink
    return replace(program, A=A, b=b)


def _settle(lb: Array, ub: Array, play: Array) -> bool:
    """Close ranges that are points but for rounding; False when a lower bound lies above its upper bound."""
    width = ub - lb
    if (width < -FEASIBLE).any():
        return False
    point = (width <= _TIGHT) & (width != 0)
    if point.any():
        play[point] = np.maximum(width[point], 0.0)
        lb[point] = ub[point] = 0.5 * (lb[point] + ub[point])
    return True
