"""The largest ratio of gain to shortfall where no point of a polyhedron gains.

With excesses ``e = R x - L``, gain ``g = mean(e)`` and shortfall ``D = mean(max(-e, 0))``, some point has a ratio ``g/D``
above k exactly where ``g - k D`` has a value above zero. For a negative k this is convex, so that its largest value is at a
corner. A corner is told by its variables, the slacks of rows among them: each is at a bound or in the basis, whose columns are
linearly independent. The search branches on just that. Over a simplex a convex function is nowhere above the plane through
its values at the corners; the simplex at the lower or at the upper ends of the weights' ranges, whichever is smaller, gives
the bound, by one linear programme of few rows, however many observations there are.
"""

from __future__ import annotations

import heapq
import itertools
from dataclasses import dataclass, replace

import numpy as np

from sitpy.errors import NotSolvedError
from sitpy.solvers.linear import LinearModel
from sitpy.solvers.presolve import FEASIBLE, Presolve, Reduced
from sitpy.solvers.program import Program, Solution, dense

Array = np.ndarray

_CLOSED = 1e-12  # of the mean size of excesses: a gain that is rounding
_NARROW = 1e-6  # a smaller simplex is taken to be this large, which is valid too
_INTEGRAL = 1e-9
_SLACK = 0.1  # weight of a slack beside that of a weight
_WORTH = 1e-6  # a range that gets narrower by less is left as it is
_OUTWARD = 1e-7  # added to computed ends of ranges, which the solver, feasible to 1e-9, then never reaches
_PRICED = 1e-8  # prices of an optimum are right to 1e-9 of the largest
_MIDDLE = 1e-3  # weight of a variable's range beside its distance from the nearer end
_BETTER = 1e-12  # by how much a ratio must be larger to count as such
_MOST = 200_000


@dataclass(frozen=True)
class _Node:
    """Ranges of all variables, which of them are in the basis, the relaxed answer and the bound that it gives."""

    lower: Array
    upper: Array
    basic: Array
    x: Array
    bound: float


class ShortfallRatio:
    """The search over ``program`` (its objective is not used), from a feasible ``x`` with a shortfall.

    ``returns`` (T observations x n assets) belong to the first n variables, which the constraints must limit: otherwise
    ``UnboundedError``. 0/1 variables are never in the basis; mean differences are not for this search.
    """

    def __init__(self, program: Program, returns: Array, level: float, x: Array, most: int = _MOST) -> None:
        self.returns, self.level = returns, level
        self._most, self._count = most, program.n
        self._closed = _CLOSED * float(np.abs(returns - level).mean())
        self.program = program = _with_slacks(replace(program, A=dense(program.A)))
        self._effect = _effect(program, self._count, returns.std(axis=0) + 1e-6 * np.abs(returns).mean())
        lengths = np.linalg.norm(program.A, axis=1, keepdims=True)
        self._columns = program.A / np.where(lengths > 0, lengths, 1.0)
        self._assets = np.arange(program.n) < returns.shape[1]
        self._binary = np.isin(np.arange(program.n), program.binary)
        self._mean = self._padded(returns.mean(axis=0))
        self._model = LinearModel(replace(program, binary=program.binary[:0]))
        self._order = itertools.count()
        self.lp_count = self.nodes = 0
        self._left = 0.0  # what the closed nodes leave to be gained
        self.x, self.ratio = x[: self._count], -np.inf
        self._lower, self._upper = program.lb.copy(), program.ub.copy()
        self._climb(np.append(x[: self._count], np.zeros(program.n - self._count)))
        self._limit()

    def solve(self, least: float) -> Solution:
        """The largest ratio, with its sign turned; the bound holds for shortfalls of ``least`` and more."""
        assert np.isfinite(self.ratio), "no point with a shortfall is known"
        queue: list[tuple[float, int, _Node]] = []
        fixed, basic = self._free_variables()
        lower, upper = self._lower.copy(), self._upper.copy()
        lower[fixed] = upper[fixed] = 0.0
        self._visit(queue, lower, upper, basic, np.inf)
        while queue and -queue[0][0] > self._closed and self.nodes < self._most:
            self._branch(queue, heapq.heappop(queue)[2])
        left = max(-queue[0][0], self._left) if queue else self._left
        bound = -self.ratio - (left / max(least, self._closed) if left > 0 else 0.0)
        return Solution(self.x, -self.ratio, bound, left <= self._closed, lp_count=self.lp_count, nodes=self.nodes)

    # ------------------------------------------------------------------------------------------------ the tree

    def _branch(self, queue: list[tuple[float, int, _Node]], node: _Node) -> None:
        """The variable at its lower bound, at its upper bound, or in the basis."""
        k = self._choice(node)
        if k is None:
            return  # a single point, which has been looked at
        for end, value in ((node.upper, self.program.lb[k]), (node.lower, self.program.ub[k])):
            if np.isfinite(value) and node.lower[k] <= value <= node.upper[k]:
                moved = end.copy()
                moved[k] = value
                lower, upper = (node.lower, moved) if end is node.upper else (moved, node.upper)
                self._visit(queue, lower, upper, node.basic, node.bound)
        if not self._binary[k]:
            basic = node.basic.copy()
            basic[k] = True
            if self._independent(basic):
                heapq.heappush(queue, (-node.bound, next(self._order), replace(node, basic=basic)))

    def _choice(self, node: _Node) -> int | None:
        """Fractional 0/1 variables first, then weights that matter and are far from both ends, then slacks of rows alike."""
        undecided = (node.lower < node.upper) & ~node.basic
        inside = np.minimum(node.x - node.lower, node.upper - node.x)
        fractional = undecided & self._binary & (inside > _INTEGRAL)
        if fractional.any():
            return int(np.argmax(np.where(fractional, inside, -np.inf)))
        if not undecided.any():
            return None
        with np.errstate(invalid="ignore"):  # a range without an end, of a variable that moves no weight
            reach = (inside + _MIDDLE * (node.upper - node.lower)) * self._effect
        return int(np.argmax(np.where(undecided, np.where(self._effect > 0, reach, -1.0), -np.inf)))

    def _visit(
        self, queue: list[tuple[float, int, _Node]], lower: Array, upper: Array, basic: Array, most: float
    ) -> None:
        """Bound ``g - k D`` within these ranges, where it is not above ``most``; keep them if a ratio may be larger there."""
        self.nodes += 1
        ranges = self._narrowed(lower, upper)
        if ranges is None:
            return
        lower, upper = ranges
        ratio = min(self.ratio, 0.0)
        corner, sign, size = self._simplex(lower, upper)
        at, others = self._below(corner), self._below(corner[:, None] + sign * size * np.eye(corner.size))
        slope = self._padded(sign * (others - at) / size)
        answer = self._optimum(self._mean - ratio * slope, lower, upper)
        if answer is None:
            return
        x, value, price = answer
        own = value - self.level - ratio * float(at - slope[self._assets] @ corner)
        bound = min(most, own)
        if bound <= self._closed:
            self._left = max(self._left, bound)
            return
        if np.abs(x - np.round(x))[self._binary].max(initial=0.0) <= _INTEGRAL:
            self._climb(x)
        lower, upper = _priced(lower, upper, price, own)
        heapq.heappush(queue, (-bound, next(self._order), _Node(lower, upper, basic, x, bound)))

    def _narrowed(self, lower: Array, upper: Array) -> tuple[Array, Array] | None:
        """The ranges that each row leaves to each variable; None where one is empty."""
        A = self.program.A
        with np.errstate(divide="ignore", invalid="ignore"):
            ends = [
                np.where(A > 0, A * a[:, None], np.where(A < 0, A * b[:, None], 0.0))
                for a, b in ((lower, upper), (upper, lower))
            ]
            room = [self.program.b - _others(end) for end in ends]  # most and least that a variable's term can be
            most = np.where(A > 0, room[0] / A, np.where(A < 0, room[1] / A, np.inf)).min(axis=1, initial=np.inf)
            least = np.where(A > 0, room[1] / A, np.where(A < 0, room[0] / A, -np.inf)).max(axis=1, initial=-np.inf)
        low = np.where(least > lower + _WORTH, least - _OUTWARD, lower)
        high = np.where(most < upper - _WORTH, most + _OUTWARD, upper)
        low = np.where(least >= self.program.ub - FEASIBLE, self.program.ub, low)
        high = np.where(most <= self.program.lb + FEASIBLE, self.program.lb, high)
        return None if (low > high + _WORTH).any() else (low, np.maximum(low, high))

    def _simplex(self, lower: Array, upper: Array) -> tuple[Array, float, float]:
        """A corner of the weights' ranges, the direction from there into them, and how far the sum of weights can be."""
        low, high = lower[self._assets], upper[self._assets]
        up, down = self._most_sum - low.sum(), high.sum() - self._least_sum
        return (low, 1.0, max(up, _NARROW)) if up <= down else (high, -1.0, max(down, _NARROW))

    # ---------------------------------------------------------------------------------------------- the points

    def _climb(self, x: Array) -> None:
        """Keep the best ratio from here on that a step with the same 0/1 variables and the same losers improves."""
        lower, upper = self.program.lb.copy(), self.program.ub.copy()
        lower[self._binary] = upper[self._binary] = np.round(x[self._binary])
        while self._ratio(x) > self.ratio + _BETTER:
            self.x, self.ratio = x[: self._count], self._ratio(x)
            losers = self._excess(x[self._assets]) < 0
            slope = np.zeros(x.size)
            slope[self._assets] = -self.returns[losers].sum(axis=0) / len(self.returns)
            answer = self._optimum(self._mean - self.ratio * slope, lower, upper)
            x = x if answer is None else answer[0]

    def _limit(self) -> None:
        """Ranges of the weights and of their sum; points at their ends are tried."""
        everything = self._padded(np.ones(self._assets.sum()))
        self._most_sum, self._least_sum = self._end(everything), -self._end(-everything)
        for i in np.flatnonzero(self._assets):
            direction = np.zeros(everything.size)
            direction[i] = 1.0
            high, low = self._end(direction), -self._end(-direction)
            self._upper[i] = min(self.program.ub[i], high + _OUTWARD * max(1.0, abs(high)))
            self._lower[i] = max(self.program.lb[i], low - _OUTWARD * max(1.0, abs(low)))

    def _end(self, direction: Array) -> float:
        """The largest ``direction'x``; where there are no 0/1 variables, the point that has it is tried."""
        answer = self._optimum(direction, self.program.lb, self.program.ub)
        if answer is None:
            raise NotSolvedError("the constraints leave a region as narrow as rounding (1e-9): widen it", self.x)
        if not self._binary.any():
            self._climb(answer[0])
        return answer[1]

    def _free_variables(self) -> tuple[Array, Array]:
        """Variables without bounds are in the basis; of dependent ones, which move nothing, the later are fixed."""
        basic = np.zeros(self.program.n, dtype=bool)
        free = np.isinf(self.program.lb) & np.isinf(self.program.ub)
        for k in np.flatnonzero(free):
            basic[k] = True
            basic[k] = self._independent(basic)
        return free & ~basic, basic

    def _independent(self, basic: Array) -> bool:
        count = basic.sum()
        return bool(count <= self.program.m and np.linalg.matrix_rank(self._columns[basic]) == count)

    def _optimum(self, gain: Array, lower: Array, upper: Array) -> tuple[Array, float, Array] | None:
        """Where ``gain'x`` is largest, its value there, and what it loses by each variable; None where no point is feasible."""
        size = float(np.abs(gain).max()) or 1.0  # the solver's tolerances are absolute
        self._model.price(-gain / size)
        answer = self._model.solve(lb=lower, ub=upper)
        self.lp_count += 1
        if answer is None:
            return None
        assert answer.bound_multipliers is not None
        return answer.x, -size * answer.value, size * answer.bound_multipliers

    def _padded(self, weights: Array) -> Array:
        return np.append(weights, np.zeros(self.program.n - weights.size))

    def _excess(self, weights: Array) -> Array:
        return np.asarray(self.returns @ weights - self.level)

    def _below(self, weights: Array) -> Array:
        """The shortfall of weights, or of each column of them."""
        return np.asarray(np.maximum(self.level - self.returns @ weights, 0.0).mean(axis=0))

    def _ratio(self, x: Array) -> float:
        weights = x[: self.returns.shape[1]]
        below = float(self._below(weights))
        return float(self._excess(weights).mean()) / below if below > self._closed else -np.inf


def _effect(program: Program, count: int, spread: Array) -> Array:
    """By how much a unit of each weight, or of the slack of a row with weights, moves the returns; slacks matter less."""
    effect = np.append(spread, np.zeros(program.n - spread.size))
    rows = np.argmax(program.A[count:] != 0, axis=1) if program.n > count else np.zeros(0, dtype=int)
    lengths = np.linalg.norm(program.A[: spread.size, rows], axis=0)
    effect[program.binary] = spread.mean()
    effect[count:] = np.divide(_SLACK * spread.mean(), lengths, out=np.zeros(lengths.size), where=lengths > 0)
    return effect


def _priced(lower: Array, upper: Array, price: Array, most: float) -> tuple[Array, Array]:
    """How far variables can go from the end where they are, if the loss is to be no more than ``most``."""
    with np.errstate(divide="ignore", invalid="ignore"):
        far = (most + _PRICED * np.abs(price).max()) / np.abs(price) + _OUTWARD
        high = np.where(price > 0, np.minimum(upper, lower + far), upper)
        low = np.where(price < 0, np.maximum(lower, upper - far), lower)
    return low, high


def _others(terms: Array) -> Array:
    """The sum of the other terms of each column, which may be infinite."""
    infinite = np.isinf(terms)
    finite = np.where(infinite, 0.0, terms)
    without = infinite.sum(axis=0) > infinite
    return np.asarray(np.where(without, terms.sum(axis=0), finite.sum(axis=0) - finite))


def _with_slacks(program: Program) -> Program:
    """The same polyhedron with equalities and bounds only; rows that are bounds of one variable have become such."""
    reduced = Presolve(program)(program.b, program.lb, program.ub)
    if reduced is None:  # feasible only just
        reduced = Reduced(
            program.lb, program.ub, np.arange(program.n), np.flatnonzero(np.isfinite(program.b)), np.zeros(program.n)
        )
    kept = reduced.rows
    slack = np.flatnonzero(kept >= program.meq)
    slacks = np.zeros((slack.size, kept.size))
    slacks[np.arange(slack.size), slack] = -1.0
    return Program(
        np.zeros(program.n + slack.size),
        np.vstack([program.A[:, kept], slacks]),
        program.b[kept],
        kept.size,
        np.append(reduced.lb, np.zeros(slack.size)),
        np.append(reduced.ub, np.full(slack.size, np.inf)),
        binary=program.binary,
    )
