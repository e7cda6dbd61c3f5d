"""Branch and bound over the 0/1 space: the tree, its order, its bounds; what a node means is the caller's."""

from __future__ import annotations

import heapq
import math
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from sitpy.record import Record

Array = np.ndarray

_PROVEN = 1e-9  # relative gap at which a node is closed


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


# no limits; depth first, because a neighbour's answer is at hand as cutoff and near nodes warm each other
EXHAUSTIVE = Control(itermax=math.inf, branchvar="first", searchdir="depth", proborder="mindiff")


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
    """State of one search: ``relax(lower, upper, parent, cutoff)`` and ``rounding`` define the problem."""

    relax: Callable[[Array, Array, Relaxed | None, float], Relaxed | None]
    rounding: Rounding
    positions: Array
    control: Control
    best: Relaxed | None = None
    gains: Gains | None = None
    counter: int = 0
    cut_short: bool = False
    _closed: list[Node] = field(default_factory=list)
    _queue: Any = field(default_factory=list)
    _root_bound: float = -math.inf
    _pushed: int = 0

    def run(self, leaves: Sequence[Node] = ()) -> Found:
        """Search everything, or the leaves of a finished search of a problem that this one only tightens."""
        count = self.positions.size
        if self.control.searchdir in ("depth", "breadth"):
            self._queue = deque()
        for leaf in leaves:
            self._push(leaf)
        if not leaves:
            self._visit(np.zeros(count), np.ones(count), None, 0)
        while self._queue:
            if self.counter >= self.control.itermax:
                self.cut_short = True
                break
            node = self._pop()
            if node.bound >= self._cutoff():
                self._closed.append(node)
            elif node.branch < 0:
                self._visit(node.lower, node.upper, node.relaxed, node.depth)
            elif node.depth >= self.control.depthmax:
                self.cut_short = True
                self._closed.append(node)
            else:
                self._branch(node)
        leaves = self._closed + self._waiting()
        value = math.inf if self.best is None else self.best.value
        bound = min([value] + [node.bound for node in leaves])
        x = None if self.best is None else self.best.x
        return Found(x, value, bound, self.counter, not self.cut_short, leaves)

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
        solved = candidate is not None and candidate.value - relaxed.bound <= tolerance(candidate.value)
        if solved or free.size == 0:
            self._closed.append(node)
        else:
            pool = obstacles[np.isin(obstacles, free)]
            node.branch = self._choose(relaxed.x[self.positions], pool if pool.size else free)
            self._push(node)
        return relaxed.bound

    def _choose(self, values: Array, pool: Array) -> int:
        """The binary to branch on, by ``control.branchvar``, among those that stand in the way (worst first)."""
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
        return self.best.value - max(self.control.precisioneps, tolerance(self.best.value))


def tolerance(value: float) -> float:
    """Distance from the best value at which a node is closed."""
    return _PROVEN * max(abs(value), 1e-12)
