"""Programmes with Gini's mean difference and 0/1 variables: one search, whose nodes share their cuts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from sitpy.errors import UnboundedError
from sitpy.solvers.binary_model import BinaryModel
from sitpy.solvers.cutting_model import CuttingModel, exceeded
from sitpy.solvers.limits import UNLIMITED, Limits
from sitpy.solvers.linear import LinearModel
from sitpy.solvers.mean_difference import Cut, localised
from sitpy.solvers.presolve import implied_bounds
from sitpy.solvers.program import Model, Program, Solution
from sitpy.solvers.search import Relaxed

Array = np.ndarray

_ROUNDS = 10  # of cuts at one node
_PACE = 0.2  # of what is missing to close the node: a round that brings less is the last
_MANY = 200  # cuts: more slow the nodes down, unless they all serve


class CuttingSearch(BinaryModel):
    """A programme with 0/1 variables some of whose others bound mean differences from above.

    A node needs a bound only, for which cuts do; and a cut that was found at one node holds at all. The mean differences
    themselves are held exactly where no binary is fixed, and where all are if that may give a better answer.
    """

    _relaxation: CuttingRelaxation

    def __init__(self, program: Program, model_for: Callable[[Program], Model], limits: Limits = UNLIMITED) -> None:
        cuts: list[Cut] = []

        def relaxation(part: Program) -> CuttingRelaxation:
            return CuttingRelaxation(part, program.binary, cuts, model_for)

        super().__init__(program, relaxation, limits=limits)

    def solve(
        self,
        b: Array | None = None,
        lb: Array | None = None,
        ub: Array | None = None,
        start: Array | None = None,
    ) -> Solution | None:
        """As :meth:`BinaryModel.solve`."""
        self._bounds = self.program.limits(b, lb, ub)[1:]
        return super().solve(b, lb, ub, start)

    def _round(self, x: Array, b: Array) -> tuple[Relaxed | None, Array]:
        """As without mean differences; where they are exceeded, the optimum of that 0/1 choice."""
        candidate, obstacles = super()._round(x, b)
        if candidate is None or not exceeded(self.program, candidate.x):
            return candidate, obstacles
        lb, ub = (bound.copy() for bound in self._bounds)
        lb[self.program.binary] = ub[self.program.binary] = candidate.x[self.program.binary]
        answer = self._relaxation.relax(b + self._shift, lb, ub, None, self._relaxation.cutoff)
        if answer is None or exceeded(self.program, answer.x):  # that choice is not feasible, or not better
            return None, obstacles
        return Relaxed(answer.x, answer.value, answer.bound), obstacles


class CuttingRelaxation:
    """Bounds by cuts, and the optimum where it is asked for.

    ``cuts`` are those that are known already. All that are found are added; from time to time those that have proved
    nothing since are forgotten.
    """

    def __init__(self, program: Program, binary: Array, cuts: list[Cut], model_for: Callable[[Program], Model]) -> None:
        self.program = program
        self._binary = binary
        self._cuts = cuts
        self._exact = CuttingModel(program, model_for)
        self._answers: dict[bytes, Solution | None] = {}
        self.cutoff = np.inf  # of the last node
        self._take_stock()

    def _take_stock(self) -> None:
        """Begin anew with these cuts."""
        self._model = LinearModel(localised(self.program, [], self._cuts))
        self._known = {cut.key for cut in self._cuts}
        self._useful = np.zeros(len(self._cuts), dtype=bool)
        self._most = max(_MANY, 2 * len(self._cuts))

    def relax(
        self,
        b: Array | None = None,
        lb: Array | None = None,
        ub: Array | None = None,
        state: Any = None,
        until: float | None = None,
    ) -> Solution | None:
        """A bound and the point that has it, or the optimum; the bound is that of cuts when it reaches ``until``.

        ``state`` is not used: the basis of a parent lacks the cuts that have come since.
        """
        b, lb, ub = self.program.limits(b, lb, ub)
        fixed = lb[self._binary] == ub[self._binary]
        self.cutoff = np.inf if until is None else until
        if not fixed.any():
            return self._optimum(b, lb, ub)
        answer = self._by_cuts(b, lb, ub)
        unsettled = answer is not None and answer.bound < self.cutoff and exceeded(self.program, answer.x)
        return self._optimum(b, lb, ub) if fixed.all() and unsettled else answer

    def _by_cuts(self, b: Array, lb: Array, ub: Array) -> Solution | None:
        """A bound, raised as long as that is quick, or until it closes the node."""
        bound = -np.inf
        for _ in range(_ROUNDS):
            try:
                answer = self._bounded(b, lb, ub)
            except UnboundedError:
                return self._optimum(b, lb, ub)
            if answer is None or answer.bound >= self.cutoff:
                return answer
            missed = exceeded(self.program, answer.x)
            if not missed or answer.bound - bound < _PACE * (self.cutoff - bound):
                return answer
            bound = answer.bound
            self._add([Cut.at(difference, answer.x) for difference in missed])
        return answer

    def _bounded(self, b: Array, lb: Array, ub: Array) -> Solution | None:
        """The optimum under the cuts that are known."""
        answer = self._model.solve(np.append(b, np.zeros(len(self._cuts))), lb, ub)
        if answer is not None and answer.row_multipliers is not None:
            self._useful |= answer.row_multipliers[self.program.m :] > 0
        return answer

    def _optimum(self, b: Array, lb: Array, ub: Array) -> Solution | None:
        """With the mean differences themselves; their cuts are shared, those of the pieces' proofs above all."""
        key = b.tobytes() + lb.tobytes() + ub.tobytes()
        if key not in self._answers:
            low, high = implied_bounds(replace(self.program, b=b, lb=lb, ub=ub))
            none = (low >= 0.0) & (high <= 0.0)  # assets that this 0/1 choice leaves out
            self._answers[key] = self._exact.solve(b, np.where(none, 0.0, lb), np.where(none, 0.0, ub))
            self._add(self._exact.cuts)
        return self._answers[key]

    def _add(self, cuts: list[Cut]) -> None:
        new = [cut for cut in cuts if cut.key not in self._known]
        if len(self._cuts) + len(new) > self._most:
            self._cuts[:] = [cut for cut, useful in zip(self._cuts, self._useful) if useful] + new
            self._take_stock()
        elif new:
            self._cuts += new
            self._known |= {cut.key for cut in new}
            self._useful = np.append(self._useful, np.ones(len(new), dtype=bool))
            for cut in new:
                self._model.add_row(cut.column(self.program.n), 0.0, "Gini model")
