"""Branch and bound over the 0/1 space: the tree, its order, its bounds; what a node means is the caller's."""

from __future__ import annotations

import heapq
import math
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from sitpy.errors import NotSolvedError
from sitpy.record import Record
from sitpy.solvers.limits import Clock

Array = np.ndarray

_PROVEN = 1e-9  # relative gap at which a node is closed
_FEW = 3  # leaves to solve anew without a look at the root


@dataclass(frozen=True)
class Control(Record):
    """Options of the search; see :func:`bbb_control`."""

    itermax: float = 200
    depthmax: float = math.inf
    bineps: float = 1e-4
    precisioneps: float = 0.0
    silent: bool = True
    branchvar: str = "first"
    proborder: str = "0"
    searchdir: str = "depth"


# no limits of its own; the best bound next, because a tree without a good answer is deep
EXHAUSTIVE = Control(itermax=math.inf, branchvar="first", searchdir="best", proborder="mindiff")


@dataclass(frozen=True)
class Relaxed:
    """Answer of a relaxation: all variables, its value, a bound that no feasible point beats, and, where the solver
    gives them, how much the bound rises at least for each unit of a right-hand side (the multipliers) and what to start
    from near by (the state)."""

    x: Array
    value: float
    bound: float
    multipliers: Array | None = None
    state: Any = None


@dataclass
class Node:
    """A part of the 0/1 space: bounds of the binaries, its relaxation, the bound that holds in it now, and the binary to
    branch on (-1: closed, or not solved for the present right-hand sides)."""

    lower: Array
    upper: Array
    relaxed: Relaxed
    bound: float
    branch: int
    depth: int


@dataclass(frozen=True)
class Found:
    """What a search knows when it ends; ``leaves`` cover all of the 0/1 space that is feasible."""

    x: Array | None
    value: float
    bound: float
    counter: int
    complete: bool
    leaves: list[Node]
    stopped_by: str = ""


class Rounding(Protocol):
    """Turn a relaxed answer into a 0/1 one, or say which binaries stand in the way, the worst first."""

    def __call__(self, x: Array, lower: Array, upper: Array) -> tuple[Relaxed | None, Array]: ...


class Gains:
    """What branching on each binary has raised the bound by so far, per unit of rounding (pseudocosts).

    Shared by the searches of neighbouring problems. A binary not yet tried counts as promising.
    """

    def __init__(self, count: int) -> None:
        self._total = np.zeros((2, count))
        self._tries = np.zeros((2, count))

    def learn(self, k: int, branch: int, change: float, gain: float) -> None:
        """Branching binary k to 0 or 1 moved it by ``change`` and raised the bound by ``gain``."""
        self._total[branch, k] += gain / max(change, 1e-6)
        self._tries[branch, k] += 1

    def choose(self, pool: Array, values: Array) -> int:
        """The binary of the pool whose two branches promise the largest product of gains; untried ones first."""
        tries = self._tries[:, pool]
        untried = tries.min(axis=0) == 0
        if untried.any():
            return int(pool[np.argmax(untried)])
        down, up = self._total[:, pool] / tries
        value = values[pool]
        return int(pool[np.argmax(np.maximum(down * value, 1e-12) * np.maximum(up * (1 - value), 1e-12))])


@dataclass
class Search:
    """State of one search: ``relax(lower, upper, parent, cutoff)`` and ``rounding`` define the problem.

    ``weights(x)`` says what each binary switches at ``x``: the largest is branched on, and ``gains`` decide where none
    switches anything. A value below ``nothing`` is zero.
    With a ``clock`` the search ends at its limits and on Ctrl-C, with what it knows by then.
    """

    relax: Callable[[Array, Array, Relaxed | None, float], Relaxed | None]
    rounding: Rounding
    positions: Array
    control: Control
    best: Relaxed | None = None
    gains: Gains | None = None
    weights: Callable[[Array], Array] | None = None
    clock: Clock | None = None
    nothing: float = 1e-12
    counter: int = 0
    cut_short: bool = False
    _closed: list[Node] = field(default_factory=list)
    _queue: Any = field(default_factory=list)
    _covered: bool = False  # whether the nodes at hand are all of the 0/1 space
    _root_bound: float = -math.inf
    _pushed: int = 0

    def run(self, leaves: Sequence[Node] = (), first: Callable[[], Relaxed | None] = lambda: None) -> Found:
        """Search everything, or the leaves of a finished search of a problem that this one only tightens.

        ``first`` gives an answer to start from, if it can.
        """
        if self.control.searchdir in ("depth", "breadth"):
            self._queue = deque()
        at_work = list(leaves)
        self._covered = bool(leaves)
        try:
            self.best = first() or self.best
            self._begin(leaves)
            at_work = []
            while self._queue:
                node = self._pop()
                at_work = [node]
                if node.bound < self._cutoff() and self._stops():
                    break
                self._handle(node)
                at_work = []
        except KeyboardInterrupt:
            if self.clock is None:
                raise
            self.clock.interrupted()
            self.cut_short = True
        leaves = self._closed + at_work + self._waiting()
        value = math.inf if self.best is None else self.best.value
        bound = min([value] + [node.bound for node in leaves]) if self._covered else -math.inf
        x = None if self.best is None else self.best.x
        stopped_by = self.clock.reason if self.clock is not None and self.cut_short else ""
        return Found(x, value, bound, self.counter, not self.cut_short, leaves, stopped_by)

    def _begin(self, leaves: Sequence[Node]) -> None:
        """Queue the leaves; where many have to be solved anew, the root alone may do: it is easy now, or infeasible."""
        if not leaves or sum(leaf.bound < self._cutoff() for leaf in leaves) > _FEW:
            if self._stops():
                self._closed += leaves
                return
            self._visit(np.zeros(self.positions.size), np.ones(self.positions.size), None, 0)
            self._covered = True
            if not leaves or not self._queue:
                return
            self._queue.clear()
        for leaf in leaves:
            self._push(leaf)

    def _stops(self) -> bool:
        """Whether a limit ends the search here."""
        ends = self.counter >= self.control.itermax or (self.clock is not None and self.clock.stops(self.counter))
        self.cut_short = self.cut_short or ends
        return ends

    def _handle(self, node: Node) -> None:
        """Close a node, solve it anew, or branch."""
        if node.bound >= self._cutoff():
            self._closed.append(node)
        elif node.branch < 0:
            self._visit(node.lower, node.upper, node.relaxed, node.depth)
        elif node.depth >= self.control.depthmax:
            self.cut_short = True
            self._closed.append(node)
        else:
            self._branch(node)

    def _branch(self, node: Node) -> None:
        """Visit both children of a node and note what it brought."""
        for value in self._order(node):
            lower, upper = node.lower.copy(), node.upper.copy()
            lower[node.branch] = upper[node.branch] = value
            bound = self._visit(lower, upper, node.relaxed, node.depth + 1)
            if self.gains is not None and math.isfinite(bound):
                change = abs(value - node.relaxed.x[self.positions[node.branch]])
                self.gains.learn(node.branch, int(value), change, max(0.0, bound - node.bound))

    def _visit(self, lower: Array, upper: Array, parent: Relaxed | None, depth: int) -> float:
        """Solve a node's relaxation; close it, or put it on the list with the binary to branch on. Its bound."""
        self.counter += 1
        relaxed = self.relax(lower, upper, parent, self._cutoff())
        if relaxed is None:
            return math.inf
        if depth == 0:
            self._root_bound = relaxed.bound
        node = Node(lower, upper, relaxed, relaxed.bound, -1, depth)
        if relaxed.bound >= self._cutoff():
            self._closed.append(node)
            return relaxed.bound
        candidate, obstacles = self.rounding(relaxed.x, lower, upper)
        free = np.flatnonzero(lower < upper)
        if candidate is None and free.size == 0:
            candidate = relaxed  # every binary is fixed: what the relaxation accepts is an answer
        if candidate is not None and candidate.value < (math.inf if self.best is None else self.best.value):
            self.best = candidate
            if not self.control.silent:
                print(f"relaxation {self.counter}: best value {candidate.value:.10g}")
        solved = candidate is not None and candidate.value - relaxed.bound <= self._tolerance(candidate.value)
        if solved or free.size == 0:
            self._closed.append(node)
        else:
            pool = obstacles[np.isin(obstacles, free)]
            node.branch = self._choose(relaxed.x, pool if pool.size else free)
            self._push(node)
        return relaxed.bound

    def _choose(self, x: Array, pool: Array) -> int:
        """The binary to branch on, by ``control.branchvar``, among those that stand in the way (worst first)."""
        values = x[self.positions]
        if self.weights is not None and (weights := self.weights(x)[pool]).any():
            return int(pool[np.argmax(weights)])
        if self.gains is not None:
            return self.gains.choose(pool, values)
        if self.control.branchvar == "first":
            return int(pool[0])
        middle = np.abs(values[pool] - 0.5)
        return int(pool[np.argmin(middle) if self.control.branchvar == "max" else np.argmax(middle)])

    def _order(self, node: Node) -> tuple[float, float]:
        one_first = self.control.proborder == "1" or (
            self.control.proborder == "mindiff" and node.relaxed.x[self.positions[node.branch]] > 0.5
        )
        order = (1.0, 0.0) if one_first else (0.0, 1.0)
        return order[::-1] if self.control.searchdir == "depth" else order  # the newest is taken first

    def _push(self, node: Node) -> None:
        if isinstance(self._queue, deque):
            self._queue.append(node)
            return
        key = node.bound
        if self.control.searchdir == "normbest":
            key = (key - self._root_bound) / max(node.depth, 1)
        self._pushed += 1
        heapq.heappush(self._queue, (key, self._pushed, node))

    def _pop(self) -> Node:
        if self.control.searchdir == "depth":
            return self._queue.pop()  # type: ignore[no-any-return]
        if self.control.searchdir == "breadth":
            return self._queue.popleft()  # type: ignore[no-any-return]
        return heapq.heappop(self._queue)[2]  # type: ignore[no-any-return]

    def _waiting(self) -> list[Node]:
        return list(self._queue) if isinstance(self._queue, deque) else [entry[2] for entry in self._queue]

    def _cutoff(self) -> float:
        """A node whose bound reaches this cannot hold a better answer."""
        if self.best is None:
            return math.inf
        return self.best.value - max(self.control.precisioneps, self._tolerance(self.best.value))

    def _tolerance(self, value: float) -> float:
        """Distance from the best value at which a node is closed."""
        return tolerance(max(abs(value), self.nothing), _PROVEN if self.clock is None else self.clock.limits.gap)


def tolerance(value: float, gap: float) -> float:
    """Distance from ``value`` that is a relative ``gap``."""
    return gap * max(abs(value), 1e-12)


def stopped_empty_handed(stopped_by: str, nodes: int, bound: float) -> NotSolvedError:
    """The error of a search that a limit or the caller ended before it had any answer."""
    known = "nothing is known of its value yet" if bound == -math.inf else f"none has a value below {bound:.8g}"
    return NotSolvedError(
        f"the search was ended by {stopped_by} after {nodes} nodes, before it had an answer; {known}. Allow it more",
        None,
        bound,
    )
