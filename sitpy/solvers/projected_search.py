"""Quadratic programmes with 0/1 variables under long linear models of other risks.

The rows of a CVaR or MAD limit hide which variables a 0/1 variable switches, and make every node of a search dear. Without
them the rest is often a problem that a search of its own knows: it then runs in the weights and the 0/1 variables, and
asks at its points which row in the weights follows from the limit that is missed there. Any other problem goes to the
general search, whose relaxations are solved in the weights alone, too.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sitpy.solvers.binary_model import BinaryModel
from sitpy.solvers.limits import UNLIMITED, Limits
from sitpy.solvers.program import Model, Program, Solution
from sitpy.solvers.projected_model import ProjectedModel
from sitpy.solvers.projection import Projection, Sides
from sitpy.solvers.support_model import SupportModel
from sitpy.solvers.supports import recognised_support

Array = np.ndarray


def search_projected(program: Program, limits: Limits = UNLIMITED) -> Model:
    """The model of a programme with 0/1 variables most of whose others only carry rows."""
    binary = program.binary
    continuous = ProjectedModel(replace(program, binary=binary[:0]), binary)
    projection = continuous.projection
    places = np.searchsorted(projection.core, binary)
    core = replace(projection.relaxation([], (program.b, program.lb, program.ub)), binary=places)
    structure = recognised_support(core)
    if structure is None or projection.concerns(places):
        return BinaryModel(program, lambda part: ProjectedModel(part, binary), limits=limits)
    rows = _RowsThatFollow(projection, structure.continuous)
    return ProjectedSearch(program, continuous, SupportModel(core, structure, limits, rows), rows)


class ProjectedSearch:
    """One programme whose 0/1 variables say which assets are held, once its long rows are projected out."""

    def __init__(
        self, program: Program, continuous: ProjectedModel, search: SupportModel, rows: _RowsThatFollow
    ) -> None:
        self.program, self._continuous, self._search, self._rows = program, continuous, search, rows

    def solve(
        self,
        b: Array | None = None,
        lb: Array | None = None,
        ub: Array | None = None,
        start: Array | None = None,
    ) -> Solution | None:
        """Proven optimum; None where no 0/1 choice is feasible. ``start``: a neighbour's answer, tried first."""
        sides = self.program.limits(b, lb, ub)
        relaxed = self._continuous.solve(*sides)  # 0/1 variables anywhere in between: for the rows that it brings
        if relaxed is None:
            return None
        self._rows.begin(sides)
        projection = self._continuous.projection
        core = projection.core
        known = None if start is None else start[core]
        found = self._search.solve(sides[0][projection.plain], sides[1][core], sides[2][core], known)
        if found is None:
            return None
        idle = projection.check(found.x, found.x, sides)[0]
        return replace(found, x=projection.whole(found.x, idle), lp_count=relaxed.lp_count + self._rows.asked)


class _RowsThatFollow:
    """The rows in the weights that follow from the long rows, for the present right-hand sides and bounds."""

    def __init__(self, projection: Projection, weights: Array) -> None:
        self._projection, self._weights = projection, weights

    def begin(self, sides: Sides) -> None:
        """Right-hand sides and bounds of the next search."""
        self._sides, self.asked = sides, 0
        self._before = np.full(self._projection.core.size, np.inf)

    def known(self) -> list[tuple[Array, float]]:
        """All that were found so far."""
        projection = self._projection
        return [(cut.column[self._weights], projection.side(cut, self._sides)) for cut in projection.known(self._sides)]

    def missed(self, x: Array) -> tuple[Array, float] | None:
        """A row that is missed at these weights; None where the long rows can be satisfied there."""
        core = np.zeros(self._projection.core.size)
        core[self._weights] = x
        self.asked += 1
        cut = self._projection.check(core, self._before, self._sides)[1]
        self._before = core
        return None if cut is None else (cut.column[self._weights], self._projection.side(cut, self._sides))
