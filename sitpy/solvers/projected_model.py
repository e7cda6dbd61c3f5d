"""Quadratic programmes under long linear models of other risks: the auxiliary variables are projected out.

A limit of CVaR, MAD or CDaR brings hundreds of variables that cost nothing and have no curvature, and as many rows. For
given weights, whether these rows can be satisfied is a small sparse linear programme; where they cannot, its multipliers
are a row in the weights alone that every feasible portfolio satisfies and this one does not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sitpy.errors import NotSolvedError
from sitpy.solvers.active_set import Basis
from sitpy.solvers.linear import LinearModel
from sitpy.solvers.program import Program, Solution
from sitpy.solvers.quadratic_model import QuadraticModel
from sitpy.solvers.working_set import solve_on_working_set
from sitpy.sparse import Matrix, dense, sparse

Array = np.ndarray

_MANY = 60  # variables without cost and curvature; fewer are no burden
_MISSED = 1e-9  # sum of what the rows are missed by
_STILL = 1e-13  # weights that move less after a new row satisfy it as well as the solver can tell
_MOST = 2000  # rounds
_KEPT = 300  # cuts


def suits_projection(program: Program) -> bool:
    """Whether most variables only carry rows: they cost nothing and have no curvature."""
    if program.D is None or program.binary.size or program.differences:
        return False
    idle = _idle(program).sum()
    return bool(idle > _MANY and 2 * idle > program.n)


def _idle(program: Program) -> Array:
    """Which variables are no part of the objective."""
    assert program.D is not None
    return np.asarray((program.c == 0) & ~program.D.any(axis=0))


@dataclass(frozen=True, eq=False)
class _Cut:
    """Multipliers of the projected rows, what they make of the weights, and the prices left to the projected variables."""

    multipliers: Array
    column: Array
    price: Array

    def rhs(self, b: Array, lb: Array, ub: Array) -> float:
        """``multipliers'b`` less the most that the projected variables can bring within their bounds."""
        used = np.flatnonzero(self.multipliers)
        end = np.where(self.price > 0, lb, ub)
        limited = np.isfinite(end)  # the others' prices are rounding
        return float(self.multipliers[used] @ b[used] + self.price[limited] @ end[limited])


class ProjectedModel:
    """One programme, solved again and again; the rows in the weights that were found stay.

    Each round solves a relaxation, so the answer of the last, for which the projected rows can be satisfied, is the
    optimum.
    """

    def __init__(self, program: Program) -> None:
        assert program.D is not None
        self.program = program
        idle = _idle(program)
        self._core, self._idle = np.flatnonzero(~idle), np.flatnonzero(idle)
        A = sparse(program.A).tocsr()
        long = np.zeros(program.m, dtype=bool)
        long[A[self._idle].indices] = True
        self._long, self._plain = np.flatnonzero(long), np.flatnonzero(~long)
        self._weights = sparse(A[self._core][:, self._long])
        self._others = sparse(A[self._idle][:, self._long])
        self._rows = dense(A[self._core][:, self._plain])
        self._D = program.D[np.ix_(self._core, self._core)]
        self._feasibility = LinearModel(self._elastic())
        self._cuts: list[_Cut] = []
        self._state: Basis | None = None

    def _elastic(self) -> Program:
        """The least sum of what the projected rows are missed by, at weights that its right-hand sides stand for."""
        from scipy.sparse import eye_array, vstack

        program, k = self.program, self._idle.size
        meq = int((self._long < program.meq).sum())
        unit = eye_array(self._long.size, format="csr")
        A: Matrix = sparse(vstack([self._others, unit, -unit[:meq]], format="csc"))
        slack = self._long.size + meq
        return Program(
            np.concatenate([np.zeros(k), np.ones(slack)]),
            A,
            program.b[self._long],
            meq,
            np.concatenate([program.lb[self._idle], np.zeros(slack)]),
            np.concatenate([program.ub[self._idle], np.full(slack, np.inf)]),
        )

    def solve(
        self,
        b: Array | None = None,
        lb: Array | None = None,
        ub: Array | None = None,
        start: Array | None = None,
    ) -> Solution | None:
        """Optimum for these right-hand sides and bounds; None where no point is feasible."""
        b, lb, ub = self.program.limits(b, lb, ub)
        counts = np.zeros(2, dtype=int)
        bound, before = -np.inf, np.full(self._core.size, np.inf)
        for _ in range(_MOST):
            usable = [cut for cut in self._cuts if np.isfinite(b[self._long][cut.multipliers != 0]).all()]
            relaxed = self._relaxed(self._relaxation(usable, b, lb, ub))
            if relaxed is None:
                return None
            bound = relaxed.bound
            counts += (relaxed.qp_count, 1)
            missed, cut = self._check(relaxed.x, b, lb, ub)
            if missed.value <= _MISSED or np.abs(relaxed.x - before).max(initial=0.0) <= _STILL:
                return self._joined(relaxed, usable, missed.x, counts)
            before = relaxed.x
            self._cuts.append(cut)
            if self._state is not None:  # the new row will be active
                self._state = replace(self._state, inside=np.append(self._state.inside, True))
        raise NotSolvedError(
            f"after {_MOST} relaxations a row of an auxiliary variable is still missed by {missed.value:.2g}; rescale "
            "constraints whose coefficients differ by many orders of magnitude",
            None,
            bound,
        )

    def _relaxed(self, relaxation: Program) -> Solution | None:
        """The optimum in the weights alone, from the active set of the last one."""
        found = solve_on_working_set(relaxation, self._state)
        if found is None:
            self._state = None
            return QuadraticModel(relaxation).solve()
        self._state = found.state
        return found

    def _relaxation(self, usable: list[_Cut], b: Array, lb: Array, ub: Array) -> Program:
        """The programme in the weights alone, with the rows that are known so far."""
        others = b[self._long], lb[self._idle], ub[self._idle]
        columns = [cut.column for cut in usable]
        program = self.program
        return Program(
            program.c[self._core],
            np.column_stack([self._rows, *columns]) if columns else self._rows,
            np.concatenate([b[self._plain], [cut.rhs(*others) for cut in usable]]),
            int((self._plain < program.meq).sum()),
            lb[self._core],
            ub[self._core],
            self._D,
        )

    def _check(self, x: Array, b: Array, lb: Array, ub: Array) -> tuple[Solution, _Cut]:
        """By how much the projected rows are missed at these weights, and the row in the weights that says so."""
        k = self._idle.size
        elastic = self._feasibility.program
        low, high = elastic.lb.copy(), elastic.ub.copy()
        low[:k], high[:k] = lb[self._idle], ub[self._idle]
        missed = self._feasibility.solve(b[self._long] - x @ self._weights, low, high)
        assert missed is not None and missed.row_multipliers is not None  # whatever is missing may be made up
        multipliers = missed.row_multipliers
        return missed, _Cut(multipliers, self._weights @ multipliers, -(self._others @ multipliers))

    def _joined(self, relaxed: Solution, usable: list[_Cut], idle: Array, counts: Array) -> Solution:
        """The answer in all variables."""
        x = np.zeros(self.program.n)
        x[self._core], x[self._idle] = relaxed.x, idle[: self._idle.size]
        rows = None
        if self._state is not None and relaxed.row_multipliers is not None:  # quadprog does not tell all of them
            own, of_cuts = np.split(relaxed.row_multipliers, [self._plain.size])
            rows = np.zeros(self.program.m)
            rows[self._plain] = own
            rows[self._long] = sum(
                (share * cut.multipliers for share, cut in zip(of_cuts, usable)), np.zeros(self._long.size)
            )
        if len(self._cuts) > _KEPT:
            self._cuts, self._state = self._cuts[-_KEPT // 2 :], None
        return replace(
            relaxed,
            x=x,
            row_multipliers=rows,
            bound_multipliers=None if rows is None else self.program.gradient(x) - self.program.A @ rows,
            qp_count=int(counts[0]),
            lp_count=int(counts[1]),
            state=None,
        )
