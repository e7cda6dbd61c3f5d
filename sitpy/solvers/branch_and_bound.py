"""0/1 search by branch and bound over any relaxation, and SIT's ``binary_branch_bound`` as its plain form."""

from __future__ import annotations

import heapq
import math
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol

import numpy as np

from sitpy.errors import InputError, NotSolvedError
from sitpy.record import Record
from sitpy.solvers.linear import binary_positions
from sitpy.solvers.presolve import FEASIBLE, strengthened, tightens
from sitpy.solvers.program import Program, Relaxation, Solution

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


# no limits; best bound first; branch on the binary whose rows refuse 0 and 1 most
EXHAUSTIVE = Control(itermax=math.inf, branchvar="first", searchdir="depth", proborder="mindiff")


def bbb_control(
    itermax: float = 200,
    depthmax: float = math.inf,
    bineps: float = 1e-4,
    precisioneps: float = 0.0,
    silent: bool = True,
    branchvar: Literal["first", "max", "min"] = "first",
    proborder: Literal["0", "1", "mindiff"] = "0",
    searchdir: Literal["depth", "breadth", "best", "normbest"] = "depth",
) -> Control:
    """Options of :func:`binary_branch_bound`.

    Parameters
    ----------
    itermax : int
        Most relaxations to solve; when reached, the result is not proven.
    depthmax : int
        Most binaries to fix on one path; when reached, the result is not proven.
    bineps : float
        How near to 0 or 1 counts as integer.
    precisioneps : float
        A node is closed when its bound is within this much (absolute) of the best value.
    silent : bool
        Print nothing; otherwise one line per improvement.
    branchvar : {"first", "max", "min"}
        Branch on the first binary that is not integer, the one nearest 1/2, or the one farthest from it.
    proborder : {"0", "1", "mindiff"}
        Which child comes first: the 0 branch, the 1 branch, the one nearer to the relaxed value.
    searchdir : {"depth", "breadth", "best", "normbest"}
        Next node: the newest, the oldest, the one with the best bound, the one whose bound rose least per fixed binary.

    Returns
    -------
    Control

    Raises
    ------
    InputError
        An unknown word, or a limit that is not positive.

    Examples
    --------
    >>> import sitpy
    >>> sitpy.bbb_control(branchvar="max", searchdir="best").searchdir
    'best'

    References
    ----------
    SIT, ``bbb_control``; Bemporad, A. and Mignone, D. (2001), "A Matlab function for solving mixed integer quadratic
    programs", ETH Zurich, which SIT follows.
    """
    for name, value, words in (
        ("branchvar", branchvar, ("first", "max", "min")),
        ("proborder", str(proborder), ("0", "1", "mindiff")),
        ("searchdir", searchdir, ("depth", "breadth", "best", "normbest")),
    ):
        if value not in words:
            raise InputError(f"{name} {value!r} is not known; use {', '.join(map(repr, words))}")
    for name, limit in (("itermax", itermax), ("depthmax", depthmax)):
        if not limit >= 1:
            raise InputError(f"{name} is {limit}; give 1 or more")
    if not 0 < bineps < 0.5 or precisioneps < 0:
        raise InputError(f"bineps is {bineps} and precisioneps {precisioneps}; expected 0 < bineps < 0.5 and 0 or more")
    return Control(itermax, depthmax, bineps, precisioneps, silent, branchvar, str(proborder), searchdir)


# ---------------------------------------------------------------------------------------------------- search


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
class _Search:
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
        solved = candidate is not None and candidate.value - relaxed.bound <= _tolerance(candidate.value)
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
        return self.best.value - max(self.control.precisioneps, _tolerance(self.best.value))


def _tolerance(value: float) -> float:
    return _PROVEN * max(abs(value), 1e-12)


# ---------------------------------------------------------------------------------- programmes with binaries


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
    ) -> None:
        self.program = program
        self._make_relaxation = relaxation
        self._control = control
        self._gap = gap
        self._gains = Gains(program.binary.size)
        self._columns = program.A[program.binary]
        self._touches = self._columns != 0
        self._switched = self._touches.any(axis=0)
        self._row_size = np.maximum(1.0, np.abs(program.A).max(axis=0, initial=0.0))
        self._prepare(program.b, program.lb, program.ub)

    def _prepare(self, b: Array, lb: Array, ub: Array) -> None:
        """The relaxation with coefficients as tight as these right-hand sides and bounds allow."""
        base = replace(self.program, b=b, lb=lb, ub=ub)
        tight = strengthened(base)
        self._base = (b, lb, ub)
        self._shift = np.where(np.isfinite(b), tight.b, 0.0) - np.where(np.isfinite(b), b, 0.0)
        self._relaxation = self._make_relaxation(replace(tight, binary=tight.binary[:0]))
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
        b = program.b if b is None else b
        base_lb = (program.lb if lb is None else lb).copy()
        base_ub = (program.ub if ub is None else ub).copy()
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

        search = _Search(relax, rounding, program.binary, self._control, gains=self._gains)
        if start is not None:
            pattern = np.round(start[program.binary])
            neighbour = relax(pattern, pattern, None, math.inf)
            if neighbour is not None:
                search.best = self._round(neighbour.x, b)[0]
        found = search.run(self._known_leaves(problem))
        self._last, self._leaves = problem, found.leaves
        if found.x is None:
            if found.complete:
                return None
            raise NotSolvedError(
                f"the search stopped after {found.counter} relaxations without a feasible answer; "
                "raise itermax or depthmax",
                None,
                found.bound,
            )
        gap = (found.value - found.bound) / max(abs(found.value), 1e-12)
        return Solution(
            found.x,
            found.value,
            found.bound,
            found.complete and gap <= self._gap,
            qp_count=0 if program.D is None else solves[0],
            lp_count=solves[0] if program.D is None else 0,
            nodes=found.counter,
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


# ------------------------------------------------------------------------------------------- SIT's signature


@dataclass(frozen=True)
class BranchBoundResult(Record):
    """Answer of :func:`binary_branch_bound`.

    ``xmin`` (all variables; nan when none was found), ``fmin``, ``counter`` (relaxations solved), ``flag`` (1 solved,
    5 stopped by a limit without an integer answer, 7 infeasible), ``bound`` (no integer point has a lower value), ``gap``
    (relative), ``proven``.
    """

    xmin: Array
    fmin: float
    counter: int
    flag: int
    bound: float
    gap: float
    proven: bool


def binary_branch_bound(
    index_binvar: Sequence[int] | Array,
    bbb_data: Mapping[str, Any],
    bbb_solve: Callable[[dict[str, Any]], Mapping[str, Any]],
    control: Control | None = None,
) -> BranchBoundResult:
    """General 0/1 branch and bound over any relaxation.

    Parameters
    ----------
    index_binvar : sequence of int
        0-based positions of the 0/1 variables.
    bbb_data : mapping
        The problem, with at least ``lb`` and ``ub`` (arrays, n variables); the rest is passed on untouched.
    bbb_solve : callable
        Solves the relaxation of a mapping like ``bbb_data`` whose bounds of the binaries have been tightened, and
        returns a mapping with ``ok`` (False: infeasible), ``x`` (n variables), ``fval`` and, optionally, ``bound``
        (a value that no feasible point beats; ``fval`` when absent).
    control : Control, optional
        See :func:`bbb_control`.

    Returns
    -------
    BranchBoundResult

    Raises
    ------
    InputError
        When bounds are missing or a position does not exist.

    Examples
    --------
    Two of three projects, at least cost, the relaxation being a linear programme:

    >>> import numpy as np, sitpy
    >>> def relaxation(data):
    ...     try:
    ...         lp = sitpy.solve_LP_bounds("min", [3, 1, 2], [[1, 1, 1]], ["="], 2, lb=data["lb"], ub=data["ub"])
    ...     except sitpy.InfeasibleError:
    ...         return {"ok": False}
    ...     return {"ok": True, "x": lp.solution, "fval": lp.value}
    >>> found = sitpy.binary_branch_bound([0, 1, 2], {"lb": np.zeros(3), "ub": np.ones(3)}, relaxation)
    >>> found.xmin.tolist(), found.fmin, found.flag
    ([0.0, 1.0, 1.0], 3.0, 1)

    References
    ----------
    SIT, ``binary_branch_bound``; its tree ignores ``itermax``, which is honoured here.
    """
    control = Control() if control is None else control
    try:
        lb, ub = np.array(bbb_data["lb"], dtype=float), np.array(bbb_data["ub"], dtype=float)
    except KeyError as missing:
        raise InputError(
            f"bbb_data has no {missing}; give lb and ub, one number per variable (-inf and inf for none)"
        ) from None
    positions = binary_positions(index_binvar, lb.size, "index_binvar")

    def relax(lower: Array, upper: Array, parent: Relaxed | None, cutoff: float) -> Relaxed | None:
        data = dict(bbb_data)
        data["lb"], data["ub"] = lb.copy(), ub.copy()
        data["lb"][positions], data["ub"][positions] = lower, upper
        answer = bbb_solve(data)
        if not answer["ok"]:
            return None
        value = float(answer["fval"])
        return Relaxed(np.array(answer["x"], dtype=float), value, float(answer.get("bound", value)))

    def rounding(x: Array, lower: Array, upper: Array) -> tuple[Relaxed | None, Array]:
        values = x[positions]
        target = np.round(values)
        far = np.abs(values - target)
        if (far > control.bineps).any():
            return None, np.flatnonzero(far > control.bineps)
        # nearly integer is not integer: the value is that of the rounded choice, solved again
        return relax(target, target, None, math.inf), np.flatnonzero(lower < upper)

    found = _Search(relax, rounding, positions, control).run()
    if found.x is None:
        flag = 7 if found.complete else 5
        bound = math.inf if found.complete else found.bound
        return BranchBoundResult(
            np.full(lb.size, np.nan), math.inf, found.counter, flag, bound, math.inf, found.complete
        )
    gap = max(0.0, found.value - found.bound) / max(abs(found.value), 1e-12)
    return BranchBoundResult(found.x, found.value, found.counter, 1, found.bound, gap, found.complete and gap <= 1e-6)
