"""Long or short, never both: a search over signs whose relaxations have no 0/1 variables."""

from __future__ import annotations

import heapq
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
import quadprog

from sitpy.solvers.binary_model import BinaryModel
from sitpy.solvers.limits import UNLIMITED, Clock, Limits
from sitpy.solvers.linear import LinearModel
from sitpy.solvers.presolve import FEASIBLE, tightens
from sitpy.solvers.program import Program, Solution, dense
from sitpy.solvers.quadratic_model import QuadraticModel
from sitpy.solvers.search import stopped_empty_handed, tolerance
from sitpy.solvers.signs import SignStructure, curved, recognised_signs
from sitpy.solvers.weak_duality import ROUNDING, quadratic_terms

Array = np.ndarray
Problem = tuple[Array, Array, Array]  # right-hand sides, lower and upper bounds

_STRICT = 1e-7  # smallest eigenvalue, relative to the largest, at which quadprog is asked directly
_SIZE = 1e-6  # of the largest curvature: an objective below this is zero but for rounding
_OFF = 1e-11  # relative: a bound farther below the value is worth another way
_FEW = 3  # leaves to solve anew without a look at the root
_MOST_NUMBERS = 4_000_000  # kept in prepared nodes


class Leaf(NamedTuple):
    """A bound for some signs (1: may be long, -1: may be short, 0: not decided), and how much it rises at least for each
    unit of a right-hand side."""

    bound: float
    signs: Array
    multipliers: Array | None


class SignModel:
    """A quadratic programme of pairs ``long <= u b``, ``short <= w (1 - b)``, searched over the signs.

    The relaxation asks only that ``long/u + short/w <= 1``, and counts the product of the two as dearly as the risk
    allows (see :func:`curved`). A sign that is decided takes a variable away. The leaves of the last search are kept:
    they still cover a problem that only tightens it.
    """

    def __init__(self, program: Program, limits: Limits = UNLIMITED) -> None:
        self.program = program
        self._limits = limits
        self._prepare((program.b, program.lb, program.ub))

    def _prepare(self, problem: Problem) -> None:
        """The relaxation for these bounds of the binaries, of their pairs and of all others."""
        self._base = problem
        b, lb, ub = problem
        posed = replace(self.program, b=b, lb=lb, ub=ub)
        structure = recognised_signs(posed)
        self._nodes = None if structure is None else SignRelaxation(posed, structure)
        self._general = BinaryModel(posed, QuadraticModel, limits=self._limits) if structure is None else None
        self._last: Problem | None = None
        self._leaves: list[Leaf] = []

    def solve(
        self,
        b: Array | None = None,
        lb: Array | None = None,
        ub: Array | None = None,
        start: Array | None = None,
    ) -> Solution | None:
        """Proven optimum; None where no choice of signs is feasible. ``start``: a neighbour's answer, tried first."""
        b, lb, ub = (part.copy() for part in self.program.limits(b, lb, ub))  # kept for the next solve
        problem = (b, lb, ub)
        if self._general is None:
            assert self._nodes is not None
            moved = (b != self._base[0])[self._nodes.structure.rows].any()
            if moved or not (np.array_equal(lb, self._base[1]) and np.array_equal(ub, self._base[2])):
                self._prepare(problem)
        if self._nodes is None:
            assert self._general is not None
            return self._general.solve(b, lb, ub, start)
        search = SignSearch(self._nodes, b, self._limits.clock())
        if self._nodes.root is not None:
            search.run(self._known_leaves(problem), None if start is None else self._nodes.signs_of(start))
        self._last, self._leaves = problem, search.leaves
        if search.clock.reason:
            self._nodes.forget()
        return self._solution(search)

    def _known_leaves(self, problem: Problem) -> list[Leaf]:
        """Leaves of the last search with the bounds that they imply here; the root where they do not cover this."""
        assert self._nodes is not None and self._nodes.root is not None
        others = self._nodes.structure.others
        if self._last is None or not tightens(self._last, problem, self.program.meq):
            return [Leaf(-np.inf, self._nodes.root, None)]
        b, old_b = problem[0][others], self._last[0][others]
        moved = np.flatnonzero((b != old_b) & np.isfinite(old_b))
        if not moved.size:
            return self._leaves
        rise = b[moved] - old_b[moved]
        return [
            leaf if (by := leaf.multipliers) is None else Leaf(leaf.bound + float(by[moved] @ rise), leaf.signs, by)
            for leaf in self._leaves
        ]

    def _solution(self, search: SignSearch) -> Solution | None:
        """What the search found, with its proof."""
        stopped_by = "" if search.complete else search.clock.reason
        if search.signs is None:
            if search.complete:
                return None
            raise stopped_empty_handed(stopped_by, search.nodes, search.bound)
        x = search.relax.complete(search.x, search.signs)
        value = self.program.value(x)
        return Solution(
            x,
            value,
            min(value, search.bound),
            search.complete,
            qp_count=search.relax.solves,
            nodes=search.nodes,
            stopped_by=stopped_by,
            nothing=self.program.nothing,
        )


class SignRelaxation:
    """The programme without its 0/1 variables, for any signs."""

    def __init__(self, program: Program, structure: SignStructure) -> None:
        self.program, self.structure = program, structure
        self._kept = np.setdiff1d(np.arange(program.n), program.binary)
        place = np.cumsum(~np.isin(np.arange(program.n), program.binary)) - 1
        self.long, self.short = place[structure.long], place[structure.short]
        H = curved(program, structure)
        self.c = program.c[self._kept]
        lb, ub = program.lb[self._kept].copy(), program.ub[self._kept].copy()
        ub[self.long], ub[self.short] = structure.most_long, structure.most_short
        self.lb, self.ub = lb, ub
        self.root = self._first_signs()
        self._H = H[np.ix_(self._kept, self._kept)]
        self._write_rows(dense(program.A))
        values = np.linalg.eigvalsh(self._H)
        self.top = max(float(values[-1]), 1e-300)
        fixed = lb == ub
        fixed[self.long] = fixed[self.short] = False  # these leave by their signs
        self._curvature = float(values[0]) / self.top
        self._spread = np.sqrt(np.maximum(self._H.diagonal() / self.top, 0.0))
        self._quick = values[0] >= _STRICT * self.top and not fixed.any()
        self._parts: dict[bytes, tuple[Array, ...]] = {}
        self._numbers = 0  # in these
        self.solves = 0

    @cached_property
    def _thorough(self) -> QuadraticModel:
        rows = self._rows
        return QuadraticModel(
            Program(self.c, self._C[:, :rows], self._side[:rows].copy(), self._meq, self.lb, self.ub, self._H)
        )

    @cached_property
    def _feasible(self) -> LinearModel:
        return LinearModel(replace(self._thorough.program, c=np.zeros(self.c.size), D=None))

    def _first_signs(self) -> Array | None:
        """Signs that bounds decide; None where they contradict each other."""
        program, long, short = self.program, self.long, self.short
        never_short = (program.lb[program.binary] > 0) | (self.lb[long] > 0) | (self.ub[short] == 0)
        never_long = (program.ub[program.binary] < 1) | (self.lb[short] > 0) | (self.ub[long] == 0)
        wrong = (never_short & (self.lb[short] > 0)) | (never_long & (self.lb[long] > 0))
        if wrong.any() or (self.lb > self.ub).any():
            return None
        return np.where(never_long, -1, never_short.astype(int)).astype(np.int8)

    def _write_rows(self, A: Array) -> None:
        """Rows of the programme, then of the pairs, then bounds that no row of a pair implies; all as ``C'y >= side``."""
        program, s, n = self.program, self.structure, self._kept.size
        rows = A[np.ix_(self._kept, s.others)]
        norms = np.linalg.norm(rows, axis=0)
        self._scale = 1.0 / np.where(norms > 0, norms, 1.0)
        count = self.long.size
        pairs = np.zeros((n, count))
        k = np.arange(count)
        pairs[self.long, k] = -1.0 / np.where(self.ub[self.long] > 0, self.ub[self.long], 1.0)
        pairs[self.short, k] = -1.0 / np.where(self.ub[self.short] > 0, self.ub[self.short], 1.0)
        capped = np.isfinite(self.ub)
        capped[self.long] = capped[self.short] = False
        low, high, unit = np.flatnonzero(np.isfinite(self.lb)), np.flatnonzero(capped), np.eye(n)
        self._C = np.hstack([rows * self._scale, pairs, unit[:, low], -unit[:, high]])
        self._side = np.concatenate([np.zeros(s.others.size), -np.ones(count), self.lb[low], -self.ub[high]])
        self._of = np.concatenate([np.full(s.others.size + count, -1), low, high])  # whose bound a row is
        self._rows = s.others.size + count
        self._meq = program.meq

    def forget(self) -> None:
        """Make anew what may have been broken off in the middle."""
        self._parts.clear()
        self._numbers = 0
        for name in ("_thorough", "_feasible"):
            self.__dict__.pop(name, None)

    def pose(self, b: Array) -> None:
        """Take these right-hand sides."""
        side = b[self.structure.others] * self._scale
        old = self._side[: side.size]
        if not np.array_equal(np.isfinite(side), np.isfinite(old)):
            self._parts.clear()
            self._numbers = 0
        self._side[: side.size] = side
        self.solves = 0

    def value(self, x: Array) -> float:
        """Cost of an answer of which each pair has one side only."""
        return 0.5 * float(x @ self._H @ x) + float(self.c @ x)

    def _part(self, signs: Array) -> tuple[Array, ...]:
        """Free variables, objective, and the rows that these signs leave."""
        key = signs.tobytes()
        part = self._parts.get(key)
        if part is None:
            gone = np.zeros(self._kept.size, dtype=bool)
            gone[self.short[signs > 0]] = gone[self.long[signs < 0]] = True
            gone[self.ub == 0] = True
            free = np.flatnonzero(~gone)
            keep = np.flatnonzero(np.isfinite(self._side) & ~((self._of >= 0) & gone[self._of]))
            H = self._H[np.ix_(free, free)] / self.top
            part = (free, H, -self.c[free] / self.top, np.ascontiguousarray(self._C[np.ix_(free, keep)]), keep)
            size = H.size + part[3].size
            if self._numbers + size > _MOST_NUMBERS:
                self._parts.clear()
                self._numbers = 0
            self._parts[key] = part
            self._numbers += size
        return part

    def __call__(self, signs: Array) -> tuple[Array, float, Array] | None:
        """Answer, value (a bound for these signs) and multipliers of the other rows; None if infeasible."""
        self.solves += 1
        if not self._quick:
            return self._by_second_route(signs)
        free, H, linear, C, keep = self._part(signs)
        side = self._side[keep]
        try:
            y, _, _, _, found, _ = quadprog.solve_qp(H, linear, C, side, self._meq)
        except ValueError:
            return self._by_second_route(signs)
        slack = y @ C - side
        if not max(-slack.min(), slack[: self._meq].max(initial=0.0)) <= FEASIBLE:  # or not a number
            return self._by_second_route(signs)
        gradient = H @ y - linear
        price = gradient - C @ found
        value = 0.5 * float(y @ (gradient - linear))
        gap = float(found @ slack) + float(price @ price) / (2 * self._curvature)
        terms = quadratic_terms(self._spread[free], y) + float(
            np.abs(linear) @ np.abs(y) + np.abs(found) @ np.abs(side)
        )
        if gap > _OFF * max(abs(value), _SIZE):
            return self._by_second_route(signs)
        x = np.zeros(self._kept.size)
        x[free] = y
        multipliers = np.zeros(self._side.size)
        multipliers[keep[self._meq :]] = found[self._meq :]
        bound = (value - max(gap, 0.0) - ROUNDING * terms) * self.top
        return x, bound, multipliers[: self._scale.size] * self._scale * self.top

    def _by_second_route(self, signs: Array) -> tuple[Array, float, Array] | None:
        """With presolve, and whatever it takes: semidefinite risk, or rows that leave no room."""
        lb, ub = self.lb, self.ub.copy()
        ub[self.short[signs > 0]] = ub[self.long[signs < 0]] = 0.0
        side = self._side[: self._rows]
        answer = None if self._feasible.solve(side, lb, ub) is None else self._thorough.relax(side, lb, ub)
        if answer is None:
            return None
        self.solves += answer.qp_count - 1
        multipliers = answer.row_multipliers  # none where presolve has decided everything
        if multipliers is None:
            return answer.x, answer.bound, np.zeros(self._scale.size)
        return answer.x, answer.bound, multipliers[: self._scale.size] * self._scale

    def signs_of(self, x: Array) -> Array:
        """The signs of an answer with 0/1 variables."""
        assert self.root is not None
        return np.where(self.root != 0, self.root, np.where(x[self.program.binary] > 0.5, 1, -1)).astype(np.int8)

    def complete(self, x: Array, signs: Array) -> Array:
        """All variables of the programme."""
        result = np.zeros(self.program.n)
        result[self._kept] = np.clip(x, self.lb, self.ub)
        result[self.program.binary] = signs > 0
        return result


class SignSearch:
    """One search: the node with the lowest bound next, its largest product of long and short decided."""

    def __init__(self, relax: SignRelaxation, b: Array, clock: Clock) -> None:
        self.relax, self.clock = relax, clock
        relax.pose(b)
        self.nodes = 0
        self.value = self.bound = np.inf
        self.signs: Array | None = None
        self.x = np.zeros(0)
        self.leaves: list[Leaf] = []
        self.complete = True
        self._tried: set[bytes] = set()
        self._queue: list[tuple[float, int, Leaf, Array | None]] = []
        self._pushed = 0

    def run(self, leaves: list[Leaf], neighbour: Array | None) -> None:
        """Search what the leaves cover; ``neighbour``: signs to try first."""
        at_work = leaves
        try:
            if neighbour is not None:
                self._try(neighbour)
            self._begin(leaves)
            at_work = []
            while self._is_open() and not self.clock.stops(self.nodes):
                _, _, leaf, x = heapq.heappop(self._queue)
                at_work = [leaf]
                if x is None:
                    self._visit(leaf.signs)
                else:
                    self._branch(leaf.signs, x)
                at_work = []
        except KeyboardInterrupt:
            self.clock.interrupted()
        self.complete = not at_work and not self._is_open()
        self.leaves += at_work + [leaf for _, _, leaf, _ in self._queue]
        self.bound = min([self.value] + [leaf.bound for leaf in self.leaves])

    def _is_open(self) -> bool:
        return bool(self._queue) and self._queue[0][0] < self._cutoff()

    def _begin(self, leaves: list[Leaf]) -> None:
        """Queue the leaves; where many have to be solved anew, the root alone may do: it is easy now, or infeasible."""
        assert self.relax.root is not None
        if sum(leaf.bound < self._cutoff() for leaf in leaves) > _FEW and not self.clock.stops(0):
            self._visit(self.relax.root)
            if not self._queue:
                return
            self._queue.clear()
        for leaf in leaves:
            self._push(leaf, None)

    def _push(self, leaf: Leaf, x: Array | None) -> None:
        self._pushed += 1
        heapq.heappush(self._queue, (leaf.bound, self._pushed, leaf, x))

    def _visit(self, signs: Array) -> None:
        self.nodes += 1
        answer = self.relax(signs)
        if answer is None:
            return
        x, bound, multipliers = answer
        leaf = Leaf(bound, signs, multipliers)
        if bound < self._cutoff():
            long, short = x[self.relax.long], x[self.relax.short]
            if signs.all():
                self._accept(signs, x)
            else:
                self._try(np.where(signs != 0, signs, np.where(long >= short, 1, -1)).astype(np.int8))
                if bound < self._cutoff():
                    self._push(leaf, x)
                    return
        self.leaves.append(leaf)

    def _branch(self, signs: Array, x: Array) -> None:
        i = int(np.argmax(np.where(signs == 0, x[self.relax.long] * x[self.relax.short], -np.inf)))
        for sign in (1, -1):
            child = signs.copy()
            child[i] = sign
            self._visit(child)

    def _try(self, signs: Array) -> None:
        """Solve for these signs, all decided, once in a search."""
        key = signs.tobytes()
        if key in self._tried:
            return
        self._tried.add(key)
        answer = self.relax(signs)
        if answer is not None:
            self._accept(signs, answer[0])

    def _accept(self, signs: Array, x: Array) -> None:
        """Keep the optimum of these signs, all decided, if it is the best so far."""
        value = self.relax.value(x)
        if value < self.value:
            self.value, self.x, self.signs = value, x, signs

    def _cutoff(self) -> float:
        if self.signs is None:
            return np.inf
        return self.value - tolerance(max(abs(self.value), _SIZE * self.relax.top), self.clock.limits.gap)
