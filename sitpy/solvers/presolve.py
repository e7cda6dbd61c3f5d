"""Exact presolve: what the rows and bounds already decide is taken out before a solver starts.

quadprog calls problems that are feasible only just ("two shorts of at most 0.5 must sum to 1") inconsistent. Such rows
force each of their variables to a bound; finding them here is exact and leaves quadprog a well-posed rest.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sitpy.solvers.program import Program

Array = np.ndarray

FEASIBLE = 1e-9  # rows and bounds may be missed by this much through rounding
_TIGHT = 1e-11  # a range this narrow is a point


@dataclass(frozen=True)
class Reduced:
    """Bounds after propagation, free variables and rows that still restrict them."""

    lb: Array
    ub: Array
    free: Array
    rows: Array


class Presolve:
    """Repeated presolve of one matrix with changing right-hand sides and bounds."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._positive = np.maximum(program.A, 0.0)
        self._negative = np.minimum(program.A, 0.0)
        self._has_positive = (program.A > 0).astype(float)
        self._has_negative = (program.A < 0).astype(float)
        self._equality = np.arange(program.m) < program.meq
        self._single = (program.A != 0).sum(axis=0) == 1
        self._tolerance = FEASIBLE * np.maximum(1.0, np.abs(program.A).max(axis=0, initial=0.0))

    def __call__(self, b: Array, lb: Array, ub: Array) -> Reduced | None:
        """Propagate until nothing changes; None when a row or a bound cannot be satisfied."""
        lb, ub = lb.copy(), ub.copy()
        active = np.isfinite(b)
        if not self._singletons(b, lb, ub, active):
            return None
        for _ in range(lb.size + 1):
            if not _settle(lb, ub):
                return None
            high, low = self._activity(lb, ub)
            if ((high < b - self._tolerance) & active).any():
                return None
            if ((low > b + self._tolerance) & active & self._equality).any():
                return None
            forced_high = active & (high <= b + _TIGHT)
            forced_low = active & self._equality & (low >= b - _TIGHT) & ~forced_high
            active &= ~(~self._equality & (low >= b))  # satisfied whatever the variables do
            active &= ~(forced_high | forced_low)
            changed = self._force(np.flatnonzero(forced_high), lb, ub, towards_high=True)
            changed |= self._force(np.flatnonzero(forced_low), lb, ub, towards_high=False)
            if not changed:
                break
        return Reduced(lb, ub, np.flatnonzero(ub > lb), np.flatnonzero(active))

    def _singletons(self, b: Array, lb: Array, ub: Array, active: Array) -> bool:
        """Rows with a single coefficient are bounds; False when two of them cross."""
        A = self._program.A
        for j in np.flatnonzero(self._single & active):
            i = int(np.flatnonzero(A[:, j])[0])
            limit = b[j] / A[i, j]
            if self._equality[j] or A[i, j] > 0:
                lb[i] = max(lb[i], limit)
            if self._equality[j] or A[i, j] < 0:
                ub[i] = min(ub[i], limit)
        active &= ~self._single
        return _settle(lb, ub)

    def _activity(self, lb: Array, ub: Array) -> tuple[Array, Array]:
        """Largest and smallest value that each row can take within the bounds."""
        no_upper, no_lower = np.isinf(ub), np.isinf(lb)
        upper, lower = np.where(no_upper, 0.0, ub), np.where(no_lower, 0.0, lb)
        high = upper @ self._positive + lower @ self._negative
        low = lower @ self._positive + upper @ self._negative
        if no_upper.any() or no_lower.any():
            high[(no_upper @ self._has_positive + no_lower @ self._has_negative) > 0] = np.inf
            low[(no_lower @ self._has_positive + no_upper @ self._has_negative) > 0] = -np.inf
        return high, low

    def _force(self, rows: Array, lb: Array, ub: Array, *, towards_high: bool) -> bool:
        """Fix the variables of rows that hold only at one corner of the bounds."""
        changed = False
        for j in rows:
            column = self._program.A[:, j]
            to_upper = (column > 0) if towards_high else (column < 0)
            to_lower = (column < 0) if towards_high else (column > 0)
            changed |= bool((ub > lb)[column != 0].any())
            lb[to_upper] = ub[to_upper]
            ub[to_lower] = lb[to_lower]
        return changed


def implied_bounds(program: Program, rounds: int = 3) -> tuple[Array, Array]:
    """Bounds that follow from the rows (``x <= 0.8 b`` with a binary b gives ``x <= 0.8``), beside the given ones."""
    lb, ub = program.lb.copy(), program.ub.copy()
    for _ in range(rounds):
        before = np.concatenate([lb, ub])
        for j in np.flatnonzero(np.isfinite(program.b)):
            _tighten(program.A[:, j], program.b[j], lb, ub)
            if j < program.meq:
                _tighten(-program.A[:, j], -program.b[j], lb, ub)
        if np.array_equal(before, np.concatenate([lb, ub])):
            break
    return lb, ub


def _tighten(column: Array, rhs: float, lb: Array, ub: Array) -> None:
    """Bounds that ``column'x >= rhs`` implies for each of its variables, in place."""
    used = np.flatnonzero(column)
    a = column[used]
    most = np.where(a > 0, a * ub[used], a * lb[used])
    unlimited = np.flatnonzero(np.isinf(most))
    if unlimited.size > 1:
        return
    total = most[np.isfinite(most)].sum()
    for k in range(used.size) if unlimited.size == 0 else unlimited:
        i, others = used[k], total - (most[k] if unlimited.size == 0 else 0.0)
        limit = (rhs - others) / a[k]
        if a[k] > 0:
            lb[i] = max(lb[i], limit)
        else:
            ub[i] = min(ub[i], limit)


def strengthened(program: Program) -> Program:
    """The same 0/1 problem with the tightest coefficients of binaries in single inequalities.

    Where a row has room to spare at one value of a binary, its coefficient there may shrink: ``x <= b`` with ``x <= 0.8``
    becomes ``x <= 0.8 b``. The 0/1 points stay the same, the relaxation gets much tighter (Savelsbergh 1994).
    """
    lb, ub = implied_bounds(program)
    A, b = program.A.copy(), program.b.copy()
    for j in range(program.meq, program.m):
        if not np.isfinite(b[j]):
            continue
        for i in program.binary[A[program.binary, j] != 0]:
            column = A[:, j]
            used = np.flatnonzero(column)
            least = np.where(column[used] > 0, column[used] * lb[used], column[used] * ub[used]).sum()
            spare = least - min(0.0, column[i]) + max(0.0, column[i]) - b[j]
            shrink = min(spare, abs(column[i]))
            if not np.isfinite(spare) or shrink <= 1e-9:
                continue
            if column[i] > 0:
                A[i, j] -= shrink
            else:
                A[i, j] += shrink
                b[j] += shrink
    return replace(program, A=A, b=b)


def _settle(lb: Array, ub: Array) -> bool:
    """Close ranges that are points but for rounding; False when a lower bound lies above its upper bound."""
    width = ub - lb
    if (width < -FEASIBLE).any():
        return False
    point = (width <= _TIGHT) & (width != 0)
    if point.any():
        lb[point] = ub[point] = 0.5 * (lb[point] + ub[point])
    return True
