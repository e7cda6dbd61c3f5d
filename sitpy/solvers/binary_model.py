"""Programmes with 0/1 variables, searched over a warm continuous model."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from sitpy.solvers.limits import UNLIMITED, Clock, Limits
from sitpy.solvers.presolve import FEASIBLE, strengthened, tightens
from sitpy.solvers.program import Program, Relaxation, Solution, dense
from sitpy.solvers.search import EXHAUSTIVE, Control, Found, Gains, Node, Relaxed, Search, stopped_empty_handed

Array = np.ndarray
Relax = Callable[[Array, Array, Relaxed | None, float], Relaxed | None]

_PATIENCE = 1000  # nodes of a linear programme after which HiGHS' own search, which has cuts, is the quicker one
_LESS_PATIENCE = 100  # nodes, once that has been so


class BinaryModel:
    """A programme with 0/1 variables, searched over a warm continuous model.

    Most binaries of portfolio problems cost nothing themselves; they only switch rows. A fractional one is then no
    obstacle when 0 or 1 satisfies its rows as well, and the node is solved. The search branches only on binaries
    whose rows refuse both.
    """

    def __init__(
        self,
        program: Program,
        relaxation: Callable[[Program], Relaxation],
        control: Control = EXHAUSTIVE,
        gap: float = 1e-6,
        limits: Limits = UNLIMITED,
    ) -> None:
        self.program = program = replace(program, A=dense(program.A))
        self._make_relaxation = relaxation
        self._control = control
        self._gap = gap
        self._limits = limits
        self._patience = _PATIENCE if program.D is None and not program.differences else math.inf
        self._gains = Gains(program.binary.size)
        self._columns = program.A[program.binary]
        self._touches = self._columns != 0
        self._switched = self._touches.any(axis=0)
        self._switching = _switching(program)
        self._switches_nothing = np.setdiff1d(np.arange(program.binary.size), self._switching[0])
        self._row_size = np.maximum(1.0, np.abs(program.A).max(axis=0, initial=0.0))
        self._prepare(program.b, program.lb, program.ub)

    def _prepare(self, b: Array, lb: Array, ub: Array) -> None:
        """The relaxation with coefficients as tight as these right-hand sides and bounds allow."""
        base = replace(self.program, b=b, lb=lb, ub=ub)
        tight = strengthened(base)
        self._base = (b, lb, ub)
        self._shift = np.where(np.isfinite(b), tight.b, 0.0) - np.where(np.isfinite(b), b, 0.0)
        self._tight = replace(tight, binary=tight.binary[:0])
        self._relaxation = self._make_relaxation(self._tight)
        self._last: tuple[Array, Array, Array] | None = None
        self._leaves: list[Node] = []

    def solve(
        self,
        b: Array | None = None,
        lb: Array | None = None,
        ub: Array | None = None,
        start: Array | None = None,
    ) -> Solution | None:
        """Proven optimum; None where no 0/1 choice is feasible. ``start``: a neighbour's answer, tried first."""
        program = self.program
        b, base_lb, base_ub = (part.copy() for part in program.limits(b, lb, ub))  # kept for the next solve
        problem = (b, base_lb, base_ub)
        moved_switch = (b != self._base[0]) & self._switched
        if moved_switch.any() or not tightens(self._base, problem, program.meq):
            self._prepare(*problem)
        tight_b = b + self._shift
        solves = [0]

        def relax(lower: Array, upper: Array, parent: Relaxed | None, cutoff: float) -> Relaxed | None:
            node_lb, node_ub = base_lb.copy(), base_ub.copy()
            node_lb[program.binary] = np.maximum(node_lb[program.binary], lower)
            node_ub[program.binary] = np.minimum(node_ub[program.binary], upper)
            if (node_lb > node_ub).any():
                return None
            state = None if parent is None else parent.state
            answer = self._relaxation.relax(tight_b, node_lb, node_ub, state, cutoff)
            if answer is None:
                return None
            solves[0] += max(answer.qp_count, answer.lp_count)
            return Relaxed(answer.x, answer.value, answer.bound, answer.row_multipliers, answer.state)

        def rounding(x: Array, lower: Array, upper: Array) -> tuple[Relaxed | None, Array]:
            return self._round(x, b)

        def neighbour() -> Relaxed | None:
            if start is None:
                return None
            pattern = np.round(start[program.binary])
            answer = relax(pattern, pattern, None, math.inf)
            return None if answer is None else self._round(answer.x, b)[0]

        patience, clock = self._patience, self._limits.clock()
        search = Search(
            relax,
            rounding,
            program.binary,
            replace(self._control, itermax=min(self._control.itermax, patience)),
            gains=self._gains,
            weights=self._weights,
            clock=clock,
            nothing=program.nothing,
        )
        found = search.run(self._known_leaves(problem), neighbour)
        self._last, self._leaves = problem, found.leaves
        if patience <= found.counter < self._control.itermax and not found.complete and not clock.reason:
            self._patience = _LESS_PATIENCE
            found = self._handed_over(found, problem, clock, relax)
        if clock.reason:  # whatever it broke off in the middle of is made anew
            self._relaxation = self._make_relaxation(self._tight)
        return self._solution(found, solves[0])

    def _handed_over(self, found: Found, problem: tuple[Array, Array, Array], clock: Clock, relax: Relax) -> Found:
        """What HiGHS' own search makes of what is found already; its 0/1 choice is settled by our relaxation."""
        from sitpy.solvers.contradiction import with_sums
        from sitpy.solvers.highs_search import HighsSearch

        b, lb, ub = problem
        n = self.program.n
        posed = with_sums(replace(self.program, b=b, lb=lb, ub=ub))  # to branch on "3 or 4 of them", too
        start = None if found.x is None else np.append(found.x, found.x @ dense(posed.A)[:n, : posed.n - n])
        search = HighsSearch(posed, start, self._limits.gap)
        search.run(clock, found.counter)
        x, value = found.x, found.value
        if search.x is not None:
            search.x = search.x[:n]
            pattern = np.round(search.x[self.program.binary])
            settled = relax(pattern, pattern, None, math.inf)
            candidate = search.x if settled is None else settled.x
            if self.program.value(candidate) < value:
                x, value = candidate, self.program.value(candidate)
        complete = search.complete and (math.isfinite(search.bound) or x is None)
        bound = min(value, max(found.bound, search.bound)) if math.isfinite(search.bound) else found.bound
        reason = "" if search.complete else clock.reason
        return Found(x, value, bound, found.counter + search.nodes, complete, found.leaves, reason)

    def _weights(self, x: Array) -> Array:
        """What each binary switches at ``x``: the product where it is several variables, zero where it is none."""
        size = np.abs(x[self._switching[1]])
        result = np.ones(self.program.binary.size)
        np.multiply.at(result, self._switching[0], size)
        result[self._switches_nothing] = 0.0
        return result

    def _solution(self, found: Found, solves: int) -> Solution | None:
        """What the search found, with its proof."""
        if found.x is None:
            if found.complete:
                return None
            raise stopped_empty_handed(found.stopped_by or "its itermax or depthmax", found.counter, found.bound)
        gap = (found.value - found.bound) / max(abs(found.value), self.program.nothing)
        return Solution(
            found.x,
            found.value,
            found.bound,
            found.complete and gap <= max(self._gap, self._limits.gap),
            qp_count=0 if self.program.D is None else solves,
            lp_count=solves if self.program.D is None else 0,
            nodes=found.counter,
            stopped_by=found.stopped_by,
            nothing=self.program.nothing,
        )

    def _known_leaves(self, problem: tuple[Array, Array, Array]) -> list[Node]:
        """Leaves of the last search, with the bounds that they imply here, if this problem only tightens the last."""
        if self._last is None or not tightens(self._last, problem, self.program.meq):
            return []
        b, old_b = problem[0], self._last[0]
        moved = np.flatnonzero((b != old_b) & np.isfinite(old_b))
        rise = b[moved] - old_b[moved]
        for leaf in self._leaves:
            leaf.branch = -1
            if moved.size and leaf.relaxed.multipliers is not None:
                leaf.bound += max(0.0, float(leaf.relaxed.multipliers[moved] @ rise))
        return self._leaves

    def _round(self, x: Array, b: Array) -> tuple[Relaxed | None, Array]:
        """Each fractional binary to the nearest of 0 and 1 that its rows accept, if there is one for all."""
        program = self.program
        values = x[program.binary]
        target = np.round(values)
        fractional = np.flatnonzero(np.abs(values - target) > 1e-12)
        slack = program.slack(x, b)
        touched = self._touches[fractional]
        # rows that one binary decides alone; those shared with other fractional ones are checked at the end
        alone = touched & (touched.sum(axis=0) == 1)
        obstacles: dict[int, float] = {}
        for k, rows in zip(fractional, alone):
            rows = np.flatnonzero(rows)
            column = self._columns[k, rows]
            nearest = self._missed(slack[rows] + column * (target[k] - values[k]), rows)
            if nearest <= FEASIBLE:
                continue
            other = self._missed(slack[rows] + column * (1.0 - target[k] - values[k]), rows)
            if other <= FEASIBLE:
                target[k] = 1.0 - target[k]
            else:
                obstacles[int(k)] = min(nearest, other)
        if obstacles:
            return None, np.array(sorted(obstacles, key=lambda k: -obstacles[k]))
        rounded = x.copy()
        rounded[program.binary] = target
        if self._missed(program.slack(rounded, b), np.arange(program.m)) > FEASIBLE:
            return None, fractional[np.argsort(-values[fractional], kind="stable")]
        value = program.value(rounded)
        return Relaxed(rounded, value, value), fractional

    def _missed(self, slack: Array, rows: Array) -> float:
        """By how much the worst of these rows is violated, in units of its largest coefficient (1 or more)."""
        misses = np.where(rows < self.program.meq, np.abs(slack), -slack) / self._row_size[rows]
        return float(misses.max(initial=0.0))


def _switching(program: Program) -> tuple[Array, Array]:
    """Pairs of a binary (its place among them) and a variable that it alone shares an inequality with."""
    used = program.A != 0
    rows = np.flatnonzero((used.sum(axis=0) == 2) & (used[program.binary].sum(axis=0) == 1))
    switch = np.argmax(used[np.ix_(program.binary, rows)], axis=0)
    others = used[:, rows].copy()
    others[program.binary] = False
    pairs = np.unique(np.column_stack([switch, np.argmax(others, axis=0)]), axis=0)
    return pairs[:, 0], pairs[:, 1]
