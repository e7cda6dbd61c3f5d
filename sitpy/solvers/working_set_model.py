"""Large strictly convex programmes: the few variables that are free first, the plain route where that cannot be vouched for."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

import numpy as np

from sitpy.solvers.active_set import Basis
from sitpy.solvers.program import Program, Solution
from sitpy.solvers.quadratic_model import QuadraticModel
from sitpy.solvers.working_set import solve_on_working_set

Array = np.ndarray

_LARGE = 40  # variables; below, quadprog on all of them is as quick


def suits_working_set(program: Program) -> bool:
    """Whether a working set is the quicker way: many variables, curvature in every direction."""
    if program.D is None or program.n < _LARGE:
        return False
    try:
        np.linalg.cholesky(program.D)
    except np.linalg.LinAlgError:
        return False
    return True


class WorkingSetModel:
    """One programme, solved again and again from the active set of its last answer."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._state: Basis | None = None

    @cached_property
    def _plain(self) -> QuadraticModel:
        return QuadraticModel(self.program)

    def solve(
        self,
        b: Array | None = None,
        lb: Array | None = None,
        ub: Array | None = None,
        start: Array | None = None,
    ) -> Solution | None:
        """Optimum for these right-hand sides and bounds (the programme's own where None); None if infeasible."""
        sides = self.program.limits(b, lb, ub)
        found = solve_on_working_set(replace(self.program, b=sides[0], lb=sides[1], ub=sides[2]), self._state)
        if found is None:
            return self._plain.solve(b, lb, ub, start)
        self._state = found.state
        return found
