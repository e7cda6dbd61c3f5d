"""Optimality conditions of a convex quadratic programme as one symmetric system, and its answers for a set of unknowns.

With ``q`` the negative multipliers of the rows, ``M = [[D, A], [A', 0]]`` and ``u = (x, q)``, the gradient of the Lagrangian
and the rows' values are ``M u + (c, 0)``. Each index, a variable or a row, is either inside (its ``u`` is unknown: a free
variable, an active row) or outside (its ``u`` is given: a variable at rest at a bound, an inactive row), and has one other
quantity to watch: inside the unknown ``u`` itself, outside the entry of ``M u + (c, 0)``. Where all of them are within
their limits, the point is optimal. Bringing an index inside or taking it out is the same small change of a set.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg.lapack import dgesv, dgetrs

from sitpy.solvers.program import Program, dense

Array = np.ndarray

FEASIBLE = 1e-10  # rows (of norm 1) and bounds may be missed by this much, relative to the largest variable if above 1
STATIONARY = 1e-11  # the gradient, by this much of the largest diagonal entry of D
_TIGHT = 1e-9  # a constraint this close counts as active where a point is read
_FLAT = 1e-11  # curvature below this part of its terms is none
_REGULAR = 1e-10  # pivots of a system without flat directions


class System:
    """A programme scaled for tolerances: rows of norm 1, the largest diagonal entry of D (or cost) 1; no idle rows."""

    def __init__(self, program: Program) -> None:
        assert program.D is not None
        self.program, self.n = program, program.n
        A = dense(program.A)
        norm = np.sqrt(np.einsum("ij,ij->j", A, A))
        self.rows = np.flatnonzero(np.isfinite(program.b) & (norm > 0))
        self.meq = int((self.rows < program.meq).sum())
        self.norm = norm[self.rows]
        b = program.b[self.rows] / self.norm
        n, count = self.n, self.n + self.rows.size
        largest = max(float(program.D.diagonal().max(initial=0.0)), 0.0)
        self.size = largest or float(np.abs(program.c).max(initial=0.0)) or 1.0
        self.M = np.zeros((count, count))
        np.divide(program.D, self.size, out=self.M[:n, :n])
        self.M[:n, n:] = A[:, self.rows] / self.norm
        self.M[n:, :n] = self.M[:n, n:].T
        self.cost = np.zeros(count)
        np.divide(program.c, self.size, out=self.cost[:n])
        self.goal = np.zeros(count)
        self.goal[n:] = b
        self.low = np.concatenate([program.lb, b])
        self.high = np.concatenate([program.ub, np.full(b.size, np.inf)])
        self.high[n : n + self.meq] = b[: self.meq]
        self.is_row = np.arange(count) >= n
        self.spread = np.sqrt(np.maximum(self.M.diagonal(), 0.0))

    def empty_rows_hold(self) -> bool:
        """Whether rows without coefficients, which are no part of the system, are satisfied."""
        program = self.program
        if self.rows.size == program.m:
            return True
        empty = ~np.isin(np.arange(program.m), self.rows) & np.isfinite(program.b)
        side = program.b[empty]
        equal = np.flatnonzero(empty) < program.meq
        return bool((side <= FEASIBLE).all() and (side[equal] >= -FEASIBLE).all())

    def multipliers(self, watched: Array, inside: Array) -> tuple[Array, Array]:
        """Multipliers of all rows and of the bounds, in the programme's own units (points x ...)."""
        n = self.n
        bounds = np.where(inside[..., :n], 0.0, watched[..., :n]) * self.size
        rows = np.zeros((*watched.shape[:-1], self.program.m))
        rows[..., self.rows] = np.where(inside[..., n:], -watched[..., n:], 0.0) * self.size / self.norm
        return rows, bounds


@dataclass(frozen=True)
class Basis:
    """A point ``x``, which indices are inside, and where the variables outside rest (-1 lower, 1 upper, 0 in between)."""

    inside: Array
    side: Array
    x: Array


class ActiveSet:
    """One set of unknowns of a system; ``watched`` limits are kept in ``low`` and ``high``."""

    def __init__(self, system: System, inside: Array, rest: Array) -> None:
        self.system = system
        self.inside, self.rest = inside.copy(), np.where(inside[: system.n], 0.0, rest)
        self.low, self.high = self._limits()
        self._given = np.zeros((2, system.cost.size))  # what is watched without the unknowns, and its slope
        self._given[0] = system.cost + self.rest @ system.M[: system.n]

    @classmethod
    def of(cls, system: System, basis: Basis) -> ActiveSet:
        """The set of a basis; variables outside rest at their present bounds."""
        program = system.program
        return cls(
            system, basis.inside, np.where(basis.side < 0, program.lb, np.where(basis.side > 0, program.ub, basis.x))
        )

    def _limits(self) -> tuple[Array, Array]:
        """Limits of the watched quantity of every index, as :meth:`_limit` sets them one by one."""
        system, n = self.system, self.system.n
        lb, ub = system.low[:n], system.high[:n]
        low, high = np.zeros(system.low.size), np.zeros(system.low.size)
        outside = ~self.inside[:n]
        fixed = outside & (lb == ub)
        low[:n][fixed | (outside & (self.rest == ub))] = -np.inf
        high[:n][fixed | (outside & (self.rest == lb))] = np.inf
        low[n : n + system.meq], high[n : n + system.meq] = -np.inf, np.inf
        low[n + system.meq :] = -np.inf
        primal = self.inside != system.is_row
        low[primal], high[primal] = system.low[primal], system.high[primal]
        return low, high

    def toggle(self, i: int, rest: float = 0.0) -> None:
        """Bring index ``i`` inside, or take it out; a variable that goes out rests at ``rest``."""
        system = self.system
        if i < system.n:
            if self.inside[i]:
                self.rest[i] = rest
                if rest:
                    self._given[0] += rest * system.M[i]
            elif self.rest[i]:
                self._given[0] -= self.rest[i] * system.M[i]
                self.rest[i] = 0.0
        self.inside[i] = not self.inside[i]
        self._limit(i)

    def _limit(self, i: int) -> None:
        """Limits of what is watched at index ``i``."""
        system = self.system
        low, high = system.low[i], system.high[i]
        if self.inside[i] != system.is_row[i]:  # a value
            self.low[i], self.high[i] = low, high
        elif i < system.n:  # a bound's multiplier; of a variable in between it is zero
            self.low[i] = -np.inf if self.rest[i] == high else 0.0
            self.high[i] = np.inf if self.rest[i] == low else 0.0
        else:
            self.low[i], self.high[i] = -np.inf, np.inf if low == high else 0.0

    def charge(self, slope: Array) -> None:
        """Add to the cost (n variables, and 0 for each row)."""
        self._given[0] += slope

    def tilt(self, slope: Array) -> None:
        """From now on :meth:`solve` says how everything changes per unit of this change of the cost."""
        self._given[1] = slope

    def solve(self) -> Array | None:
        """What is watched of each index (first row), and its change with the slope (second); None where singular."""
        S = self.unknown = self.inside.nonzero()[0]
        given, self.coefficients = self._given, self.system.M.take(S, 0)
        if S.size == 0:
            return given.copy()
        right = -given.take(S, 1)
        right[0] += self.system.goal.take(S)
        # symmetric: the transpose is the same matrix, in the order that needs no copy
        square = self.coefficients.take(S, 1).T
        self._factors, self._pivots, u, info = dgesv(square, right.T, overwrite_a=True, overwrite_b=True)
        if info:
            return None
        u = u.T
        watched = u @ self.coefficients
        watched += given
        watched[:, S] = u
        return np.asarray(watched)

    def is_regular(self) -> bool:
        """Whether the system of the last :meth:`solve` was far from singular."""
        return self.unknown.size == 0 or bool(np.abs(self._factors.diagonal()).min() > _REGULAR)

    def column(self, i: int) -> Array:
        """Change of the unknowns as index ``i`` is driven: a variable outside moves up, or an active row's value does."""
        S = self.unknown
        right = -self.coefficients[:, i] if not self.inside[i] else np.equal(S, i).astype(float)
        if S.size == 0:
            return right
        return np.asarray(dgetrs(self._factors, self._pivots, right)[0])

    def is_flat(self, i: int, column: Array) -> bool:
        """Whether the objective has no curvature along the direction that lets go of index ``i``."""
        system, S = self.system, self.unknown
        moved = np.abs(column) @ system.spread.take(S)
        if self.inside[i]:
            curvature = -float(column[np.searchsorted(S, i)])
        else:
            moved += system.spread[i]
            curvature = float(system.M[i, i] + self.coefficients[:, i] @ column)
        return bool(curvature <= _FLAT * moved**2)

    def values(self, watched: Array) -> Array:
        """The variables."""
        n = self.system.n
        return np.where(self.inside[:n], watched[:n], self.rest)

    def is_optimal(self, watched: Array) -> bool:
        """Whether the point that :meth:`solve` gives satisfies all conditions of optimality."""
        S, primal = self.unknown, self.inside != self.system.is_row
        left = watched.take(S) @ self.coefficients.take(S, 1) + self._given[0].take(S) - self.system.goal.take(S)
        self.residual = float(np.abs(left).max(initial=0.0))
        apart = np.maximum(self.low - watched, watched - self.high)
        allowed = np.where(primal, FEASIBLE * max(1.0, float(np.abs(watched[primal]).max(initial=0.0))), STATIONARY)
        return bool((apart <= allowed).all()) and self.residual <= STATIONARY

    def basis(self, x: Array) -> Basis:
        """What :meth:`of` takes, for the point ``x`` of this set."""
        program = self.system.program
        side = np.where(self.rest == program.lb, -1, np.where(self.rest == program.ub, 1, 0))
        return Basis(self.inside.copy(), side, x)


def active_set_at(system: System, x: Array) -> ActiveSet:
    """A set of unknowns at a feasible point: rows that are tight and independent, variables between their bounds.

    Variables along which the objective has no curvature, the rows being kept, stay outside, at rest where they are.
    """
    n, program = system.n, system.program
    near = _TIGHT * max(1.0, float(np.abs(x).max(initial=0.0)))
    lower, upper = x - program.lb <= near, program.ub - x <= near
    rest = np.where(lower, program.lb, np.where(upper, program.ub, x))
    free = np.flatnonzero(~(lower | upper))
    slack = rest @ system.M[:n, n:] - system.goal[n:]
    tight = np.flatnonzero((slack <= near) | (np.arange(slack.size) < system.meq))
    normal, chosen = np.zeros((free.size, 0)), []
    for r in tight:
        a = system.M[n + r, free]
        left = a - normal @ (normal.T @ a)
        left -= normal @ (normal.T @ left)
        length = float(np.sqrt(left @ left))
        if length > 1e-8:
            normal = np.column_stack([normal, left / length])
            chosen.append(r)
    inside = np.zeros(system.low.size, dtype=bool)
    inside[free] = inside[n + np.array(chosen, dtype=int)] = True
    inside[free[_flat_variables(system.M[np.ix_(free, free)], normal)]] = False
    return ActiveSet(system, inside, rest)


def _flat_variables(D: Array, normal: Array) -> Array:
    """As few variables as must rest so that the objective is strictly convex in the others."""
    if normal.shape[1] == D.shape[0]:
        return np.zeros(0, dtype=int)
    from scipy.linalg import qr

    across = np.linalg.qr(normal, mode="complete")[0][:, normal.shape[1] :] if normal.shape[1] else np.eye(len(D))
    values, vectors = np.linalg.eigh(across.T @ D @ across)
    flat = across @ vectors[:, values <= 10 * _FLAT]
    return np.asarray(qr(flat.T, mode="r", pivoting=True)[1][: flat.shape[1]])
