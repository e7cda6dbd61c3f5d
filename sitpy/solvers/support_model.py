"""Minimum holdings and numbers of assets: a quadratic programme searched over which assets are held."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sitpy.solvers.binary_model import BinaryModel
from sitpy.solvers.certificate import fit_multipliers
from sitpy.solvers.limits import UNLIMITED, Limits
from sitpy.solvers.perspective import Perspective
from sitpy.solvers.presolve import FEASIBLE
from sitpy.solvers.program import Program, Solution
from sitpy.solvers.quadratic_model import QuadraticModel
from sitpy.solvers.search import stopped_empty_handed
from sitpy.solvers.splitting import Split, first_shape
from sitpy.solvers.support_counts import FREE, OFF, ON
from sitpy.solvers.support_search import MoreRows, Part, SupportSearch
from sitpy.solvers.supports import Holdings, SupportStructure, holdings, with_sides

Array = np.ndarray

_FIRST_STEPS, _LATER_STEPS = 10, 4  # that improve the split at the root
_HELD = 1e-9


class SupportModel:
    """A quadratic programme whose 0/1 variables say which assets are held, searched over supports.

    The relaxations have no 0/1 variables (see :class:`Perspective`). Neighbouring problems share the split of the
    covariance, the active set at the root and the support of the last answer.

    Parameters
    ----------
    program : Program
    structure : SupportStructure
        What :func:`recognised_support` says of it.
    limits : Limits
        Most seconds and nodes; the relative distance of value and bound at which a part of the search is closed.
    more_rows : MoreRows, optional
        Rows in the continuous variables that are not in the programme: what is missed is asked for where it matters.
    """

    def __init__(
        self,
        program: Program,
        structure: SupportStructure,
        limits: Limits = UNLIMITED,
        more_rows: MoreRows | None = None,
    ) -> None:
        assert program.D is not None
        self._more_rows = more_rows
        self.program, self._structure, self._limits = program, structure, limits
        continuous = structure.continuous
        D, c = program.D[np.ix_(continuous, continuous)], program.c[continuous]
        D = (D + D.T) / 2
        self._scale = max(float(D.diagonal().max(initial=0.0)), float(np.abs(c).max(initial=0.0))) or 1.0
        self._D, self._c = D / self._scale, c / self._scale
        QuadraticModel(
            Program(self._c, np.zeros((c.size, 0)), np.zeros(0), 0, -np.ones(c.size), np.ones(c.size), self._D)
        )
        spread = np.sqrt(np.maximum(self._D.diagonal(), 0.0))
        spread = np.where(spread > 0, spread, 1.0)
        self._flattest = float(np.linalg.eigvalsh(self._D / np.outer(spread, spread))[0])
        self._dent = max(0.0, -float(np.linalg.eigvalsh(self._D)[0]))
        self._shape, self._steps = first_shape(self._D), 0
        self._may_rise = np.zeros(program.m, dtype=bool)
        self._may_rise[structure.rows[structure.rows >= program.meq]] = True
        self._limits_of_problem: tuple[Array, Array, Array] | None = None
        self._problem: Holdings | None = None
        self._x, self._y, self._on = np.zeros(0), np.zeros(0), np.zeros(0, dtype=bool)

    def solve(
        self,
        b: Array | None = None,
        lb: Array | None = None,
        ub: Array | None = None,
        start: Array | None = None,
    ) -> Solution | None:
        """Proven optimum; None where no support is feasible. ``start``: a neighbour's answer, whose support is tried first."""
        b, lb, ub = self.program.limits(b, lb, ub)
        problem = self._holdings(b.copy(), lb.copy(), ub.copy())
        if problem is None:  # other right-hand sides: the 0/1 variables no longer switch anything
            return BinaryModel(self.program, QuadraticModel).solve(b, lb, ub, start)
        if not (problem.may_off | problem.may_on).all():
            return None
        status = np.where(problem.may_off, np.where(problem.may_on, FREE, OFF), ON)
        relaxation = Perspective(self._D, self._c, problem, self._dent, self._flattest < 1e-8)
        for column, side in [] if self._more_rows is None else self._more_rows.known():
            relaxation.require(column, side)
        search = SupportSearch(relaxation, _Plain(relaxation), self._limits, self._more_rows)
        x, y = self._near(relaxation, status)
        known = (self._on, np.zeros(0) if start is None else np.abs(start[self._structure.held]) > _HELD)
        wishes = [np.where(held, -1.0, 1.0) for held in known if held.size]
        hints = [chosen for wish in wishes if (chosen := problem.counts.cheapest(wish, status)) is not None]
        nothing = Split(np.zeros(self._c.size), self._shape, self._steps, np.zeros(0, dtype=int), np.zeros(0))
        search.run(Part(status, nothing, x, y, -np.inf), _LATER_STEPS if self._steps else _FIRST_STEPS, hints)
        if search.root is not None:
            self._x, self._y = search.root.x, search.root.y
            self._shape, self._steps = search.root.split.shape, search.root.split.steps
        return self._solution(search, problem, b)

    def _holdings(self, b: Array, lb: Array, ub: Array) -> Holdings | None:
        """The programme without its 0/1 variables; as the last time, where only sides of its own rows have risen."""
        structure, limits = self._structure, (b, lb, ub)
        if self._problem is not None and self._limits_of_problem is not None:
            old_b, old_lb, old_ub = self._limits_of_problem
            moved = b != old_b
            same = np.array_equal(lb, old_lb) and np.array_equal(ub, old_ub)
            if same and (b >= old_b).all() and np.isfinite(old_b[moved]).all() and self._may_rise[moved].all():
                return with_sides(self._problem, structure, b)
        self._limits_of_problem, self._problem = limits, holdings(self.program, structure, limits)
        return self._problem

    def _near(self, relaxation: Perspective, status: Array) -> tuple[Array, Array]:
        """Where the first active set starts: at the last root, or with everything inside its bounds."""
        if self._x.size and self._y.size == relaxation.b.size:
            return self._x, self._y
        low, high = relaxation.ranges(status)
        return self._x if self._x.size else 0.5 * (low + high), np.zeros(relaxation.b.size)

    def _solution(self, search: SupportSearch, problem: Holdings, b: Array) -> Solution | None:
        """What the search found, with its proof."""
        reason = "" if search.complete else search.clock.reason
        if not np.isfinite(search.value):
            if search.complete:
                return None
            raise stopped_empty_handed(reason, search.nodes, search.bound * self._scale)
        self._on = search.on
        structure, x = self._structure, np.zeros(self.program.n)
        status = np.where(search.on, ON, OFF)
        x[structure.continuous] = np.clip(search.x, *search.relaxation.ranges(status))
        x[structure.binary] = search.on
        if self.program.violation(x, b) > FEASIBLE:
            plain = _Plain(search.relaxation)(status)
            x[structure.continuous] = x[structure.continuous] if plain is None else plain[0]
        value = self.program.value(x)
        return Solution(
            x,
            value,
            min(value, search.bound * self._scale),
            search.proven,
            qp_count=search.solves,
            nodes=search.nodes,
            stopped_by=reason,
        )


class _Plain:
    """The convex programme of some decisions, solved by the plain model."""

    def __init__(self, relaxation: Perspective) -> None:
        self._relaxation = relaxation
        self._model: QuadraticModel | None = None

    def __call__(self, status: Array) -> tuple[Array, Array] | None:
        """Its optimum and the multipliers of the rows; None where it is infeasible."""
        r = self._relaxation
        low, high = r.ranges(status)
        if self._model is None or self._model.program.m < r.b.size:
            self._model = QuadraticModel(Program(r.c, r.A, r.b, r.meq, r.holdings.low, r.holdings.high, r.D))
        program = replace(self._model.program, lb=low, ub=high)
        answer = self._model.relax(None, low, high)
        return None if answer is None else (answer.x, fit_multipliers(program, answer.x, program.gradient(answer.x))[0])
