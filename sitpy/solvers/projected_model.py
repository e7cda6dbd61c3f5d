"""Quadratic programmes under long linear models of other risks, solved in the weights alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sitpy.errors import NotSolvedError
from sitpy.solvers.active_set import Basis
from sitpy.solvers.program import Program, Solution
from sitpy.solvers.projection import Cut, Projection
from sitpy.solvers.quadratic_model import QuadraticModel
from sitpy.solvers.working_set import solve_on_working_set

Array = np.ndarray

_MOST = 2000  # rounds


class ProjectedModel:
    """One programme, solved again and again; the rows in the weights that were found stay.

    Each round solves a relaxation, so the answer of the last, for which the projected rows can be satisfied, is the
    optimum. ``keep``: variables that are not projected out in any case, where a search fixes them.
    """

    def __init__(self, program: Program, keep: Array | None = None) -> None:
        self.program = program
        self.projection = Projection(program, np.zeros(0, dtype=int) if keep is None else keep)
        self._state: Basis | None = None

    def solve(
        self,
        b: Array | None = None,
        lb: Array | None = None,
        ub: Array | None = None,
        start: Array | None = None,
    ) -> Solution | None:
        """Optimum for these right-hand sides and bounds; None where no point is feasible."""
        return self.relax(b, lb, ub)

    def relax(
        self,
        b: Array | None = None,
        lb: Array | None = None,
        ub: Array | None = None,
        state: Basis | None = None,
        until: float | None = None,
    ) -> Solution | None:
        """As :meth:`solve`; stops as soon as the bound reaches ``until``. It starts at its own last answer."""
        sides = self.program.limits(b, lb, ub)
        if self.projection.forget():
            self._state = None
        counts = np.zeros(2, dtype=int)
        before, bound = np.full(self.projection.core.size, np.inf), -np.inf
        for _ in range(_MOST):
            cuts = self.projection.known(sides)
            relaxed = self._relaxed(self.projection.relaxation(cuts, sides))
            if relaxed is None:
                return None
            bound = relaxed.bound
            counts += (relaxed.qp_count, 1)
            idle, cut, missed = self.projection.check(relaxed.x, before, sides)
            if cut is None or (until is not None and bound >= until):
                return self._joined(relaxed, cuts, idle, counts)
            before = relaxed.x
            if self._state is not None:  # the new row will be active
                self._state = replace(self._state, inside=np.append(self._state.inside, True))
        raise NotSolvedError(
            f"after {_MOST} relaxations a row of an auxiliary variable is still missed by {missed:.2g}; rescale "
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

    def _joined(self, relaxed: Solution, cuts: list[Cut], idle: Array, counts: Array) -> Solution:
        """The answer in all variables."""
        program, projection = self.program, self.projection
        x = projection.whole(relaxed.x, idle)
        rows = None
        if self._state is not None and relaxed.row_multipliers is not None:  # quadprog does not tell all of them
            own, of_cuts = np.split(relaxed.row_multipliers, [projection.plain.size])
            rows = np.zeros(program.m)
            rows[projection.plain] = own
            rows[projection.long] = sum(
                (share * cut.multipliers for share, cut in zip(of_cuts, cuts)), np.zeros(projection.long.size)
            )
        return replace(
            relaxed,
            x=x,
            row_multipliers=rows,
            bound_multipliers=None if rows is None else program.gradient(x) - program.A @ rows,
            qp_count=int(counts[0]),
            lp_count=int(counts[1]),
            state=None,
        )
