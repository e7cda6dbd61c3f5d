"""Variables that only carry rows, projected out: what their rows demand of the other variables, row by row as it matters.

A limit of CVaR, MAD or CDaR brings hundreds of variables that cost nothing and have no curvature, and as many rows. For
given weights, whether these rows can be satisfied is a small sparse linear programme; where they cannot, its multipliers
are a row in the weights alone that every feasible portfolio satisfies and this one does not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sitpy.solvers.linear import LinearModel
from sitpy.solvers.program import Program
from sitpy.sparse import Matrix, dense, sparse

Array = np.ndarray
Sides = tuple[Array, Array, Array]  # right-hand sides, lower and upper bounds

_MANY = 60  # variables without cost and curvature; fewer are no burden
_MISSED = 1e-9  # sum of what the rows are missed by
_STILL = 1e-13  # weights that move less after a new row satisfy it as well as the solver can tell
_KEPT = 300  # rows


def suits_projection(program: Program) -> bool:
    """Whether most variables only carry rows: they cost nothing, have no curvature, and are no 0/1 variables."""
    if program.D is None or program.differences:
        return False
    idle = _idle(program, program.binary).sum()
    return bool(idle > _MANY and 2 * idle > program.n)


def _idle(program: Program, keep: Array) -> Array:
    """Which variables, but for those to ``keep``, are no part of the objective."""
    assert program.D is not None
    idle = (program.c == 0) & ~program.D.any(axis=0)
    idle[keep] = False
    return np.asarray(idle)


@dataclass(frozen=True, eq=False)
class Cut:
    """Multipliers of the projected rows, what they make of the weights, and the prices left to the projected variables."""

    multipliers: Array
    column: Array
    price: Array


class Projection:
    """A programme without the variables that only carry rows; those to ``keep`` stay in any case.

    ``core`` are the variables that stay, ``plain`` the rows in which no other is.
    """

    def __init__(self, program: Program, keep: Array) -> None:
        assert program.D is not None
        self.program = program
        idle = _idle(program, keep)
        self.core, self._idle = np.flatnonzero(~idle), np.flatnonzero(idle)
        A = sparse(program.A).tocsr()
        long = np.zeros(program.m, dtype=bool)
        long[A[self._idle].indices] = True
        self.long, self.plain = np.flatnonzero(long), np.flatnonzero(~long)
        self._weights = sparse(A[self.core][:, self.long])
        self._others = sparse(A[self._idle][:, self.long])
        self._rows = dense(A[self.core][:, self.plain])
        self._D = program.D[np.ix_(self.core, self.core)]
        self._feasibility = LinearModel(self._elastic())
        self._cuts: list[Cut] = []

    def _elastic(self) -> Program:
        """The least sum of what the projected rows are missed by, at weights that its right-hand sides stand for."""
        from scipy.sparse import eye_array, vstack

        program, k = self.program, self._idle.size
        meq = int((self.long < program.meq).sum())
        unit = eye_array(self.long.size, format="csr")
        A: Matrix = sparse(vstack([self._others, unit, -unit[:meq]], format="csc"))
        slack = self.long.size + meq
        return Program(
            np.concatenate([np.zeros(k), np.ones(slack)]),
            A,
            program.b[self.long],
            meq,
            np.concatenate([program.lb[self._idle], np.zeros(slack)]),
            np.concatenate([program.ub[self._idle], np.full(slack, np.inf)]),
        )

    def concerns(self, places: Array) -> bool:
        """Whether one of the core's variables at these places is in a row that is projected out."""
        return bool(self._weights.tocsr()[places].nnz)

    def known(self, sides: Sides) -> list[Cut]:
        """The cuts found so far that follow from rows which are switched on."""
        b = sides[0][self.long]
        return [cut for cut in self._cuts if np.isfinite(b[cut.multipliers != 0]).all()]

    def side(self, cut: Cut, sides: Sides) -> float:
        """What ``cut.column'core`` must reach: ``multipliers'b`` less the most that the projected variables can bring."""
        b, lb, ub = sides[0][self.long], sides[1][self._idle], sides[2][self._idle]
        used = np.flatnonzero(cut.multipliers)
        end = np.where(cut.price > 0, lb, ub)
        limited = np.isfinite(end)  # the others' prices are rounding
        return float(cut.multipliers[used] @ b[used] + cut.price[limited] @ end[limited])

    def relaxation(self, cuts: list[Cut], sides: Sides) -> Program:
        """The programme in the core alone, with these cuts."""
        b, lb, ub = sides
        columns = [cut.column for cut in cuts]
        return Program(
            self.program.c[self.core],
            np.column_stack([self._rows, *columns]) if columns else self._rows,
            np.concatenate([b[self.plain], [self.side(cut, sides) for cut in cuts]]),
            int((self.plain < self.program.meq).sum()),
            lb[self.core],
            ub[self.core],
            self._D,
        )

    def check(self, core: Array, before: Array, sides: Sides) -> tuple[Array, Cut | None, float]:
        """The projected variables that suit this core; a new cut that it misses, None where it misses nothing; the miss.

        ``before``: the core that the last cut was made for.
        """
        b, lb, ub = sides
        k, elastic = self._idle.size, self._feasibility.program
        low, high = elastic.lb.copy(), elastic.ub.copy()
        low[:k], high[:k] = lb[self._idle], ub[self._idle]
        found = self._feasibility.solve(b[self.long] - core @ self._weights, low, high)
        assert found is not None and found.row_multipliers is not None  # whatever is missing may be made up
        if found.value <= _MISSED or np.abs(core - before).max(initial=0.0) <= _STILL:
            return found.x[:k], None, found.value
        y = found.row_multipliers
        self._cuts.append(Cut(y, self._weights @ y, -(self._others @ y)))
        return found.x[:k], self._cuts[-1], found.value

    def whole(self, core: Array, idle: Array) -> Array:
        """All variables of the programme."""
        x = np.zeros(self.program.n)
        x[self.core], x[self._idle] = core, idle
        return x

    def forget(self) -> bool:
        """Drop the oldest cuts where there are many; whether there were."""
        many = len(self._cuts) > _KEPT
        if many:
            self._cuts = self._cuts[-_KEPT // 2 :]
        return many
