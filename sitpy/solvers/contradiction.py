"""Which constraints contradict each other: least violation, and the filter that leaves out what is not needed."""

from __future__ import annotations

import time
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sitpy.errors import NotSolvedError
from sitpy.solvers.cutting_model import CuttingModel
from sitpy.solvers.linear import LinearModel
from sitpy.solvers.mean_difference import Cut, MeanDifference
from sitpy.solvers.presolve import FEASIBLE
from sitpy.solvers.program import Model, Program
from sitpy.sparse import LARGE, beside, column, counts, dense, stacked

Array = np.ndarray
Differences = tuple[MeanDifference, ...]

NO_CONFLICT = "the programme is feasible; there is no conflict to explain"
USED = 1e-9  # multipliers, of 1 at most
_MISSED = 4 * FEASIBLE  # a row and a cut may each be missed by a little
_CLEARLY_USED = 1e-6
_INDEPENDENT = 1e-10  # relative to the largest column
_NODES_PER_SECOND, _BUSY = 1000, 10.0
_FEW = 20  # so many columns are left out one by one at once


@dataclass(frozen=True)
class Columns:
    """All constraints alike: ``G'x = g`` or ``G'x >= g``. Rows come first, then lower, then upper bounds."""

    G: Any
    g: Array
    equality: Array
    low: Array
    high: Array

    @staticmethod
    def of(program: Program) -> Columns:
        """Rows and finite bounds of a programme."""
        low, high = np.flatnonzero(np.isfinite(program.lb)), np.flatnonzero(np.isfinite(program.ub))
        G = beside(beside(program.A, _unit(program.n, low)), -_unit(program.n, high))
        g = np.concatenate([program.b, program.lb[low], -program.ub[high]])
        return Columns(G, g, np.arange(g.size) < program.meq, low, high)

    def part(self, keep: Array) -> Columns:
        """Some of the columns."""
        return replace(self, G=self.G[:, keep], g=self.g[keep], equality=self.equality[keep])

    def lower(self, m: int) -> slice:
        """Where the lower bounds stand, after m rows."""
        return slice(m, m + self.low.size)

    def upper(self, m: int) -> slice:
        """Where the upper bounds stand, after m rows."""
        return slice(m + self.low.size, self.g.size)


def _unit(n: int, chosen: Array) -> Any:
    """Columns of the unit matrix."""
    if n * chosen.size <= LARGE:
        return np.eye(n)[:, chosen]
    from scipy.sparse import csc_array

    one = np.ones(chosen.size)
    return csc_array((one, (chosen, np.arange(chosen.size))), shape=(n, chosen.size))


def one_row(columns: Columns, m: int) -> Array | None:
    """The columns of a row that bounds alone contradict, and of these bounds; None where there is no such row."""
    n = columns.G.shape[0]
    lb, ub = np.full(n, -np.inf), np.full(n, np.inf)
    lower, upper = columns.lower(m), columns.upper(m)
    lb[columns.low], ub[columns.high] = columns.g[lower], -columns.g[upper]
    for sign, upto in ((1.0, m), (-1.0, int(columns.equality.sum()))):
        rows = sign * columns.G[:, :upto]
        up, down = rows > 0, rows < 0
        reach = np.full(upto, np.inf)
        endless = np.isinf(ub).astype(float) @ up + np.isinf(lb).astype(float) @ down
        limited = np.flatnonzero(np.isfinite(columns.g[:upto]) & (endless == 0))
        reach[limited] = np.where(np.isinf(ub), 0, ub) @ (rows * up)[:, limited]
        reach[limited] += np.where(np.isinf(lb), 0, lb) @ (rows * down)[:, limited]
        short = np.flatnonzero(reach < sign * columns.g[:upto] - FEASIBLE)
        if short.size:
            j = int(short[0])
            used = sign * column(columns.G, j)
            keep = np.zeros(columns.g.size, dtype=bool)
            keep[j] = True
            keep[lower], keep[upper] = (used < 0)[columns.low], (used > 0)[columns.high]
            return keep
    return None


class Deadline:
    """A time to end, counted in the work of this thread so that a busy machine gives the same answers."""

    def __init__(self, seconds: float) -> None:
        self._until = time.thread_time() + seconds

    @property
    def left(self) -> float:
        """Seconds that are left; never negative."""
        return max(0.0, self._until - time.thread_time())


# ------------------------------------------------------------------------------------------------- models


class LimitedModel(LinearModel):
    """A linear model whose search ends after some seconds; it then raises a NotSolvedError."""

    def limit(self, seconds: float) -> None:
        """About so many seconds of work for each solve: nodes, because HiGHS looks at a clock that others' work moves on."""
        nodes = 2**31 - 1 if np.isinf(seconds) else 1 + int(_NODES_PER_SECOND * seconds)
        self._highs.setOptionValue("mip_max_nodes", nodes)
        self._highs.setOptionValue("time_limit", _BUSY * float(seconds))


def any_model(program: Program, integer: bool) -> Model:
    """A model for a programme with or without mean differences."""
    if program.differences:
        return CuttingModel(program, lambda part: LinearModel(part, integer=integer))
    return LinearModel(program, integer=integer)


def with_sums(program: Program) -> Program:
    """A whole-numbered variable for each sum of 0/1 variables: a search that may branch on "3 or 4 of them" ends soon."""
    n, binary = program.n, program.binary
    sums = {tuple(binary.tolist())}
    for j in np.flatnonzero(counts(program.A) > 2):
        coefficients = column(program.A, int(j))
        used = np.flatnonzero(coefficients)
        if np.isin(used, binary).all() and np.ptp(coefficients[used]) == 0:
            sums.add(tuple(used.tolist()))
    members = sorted(sums)
    k = len(members)
    rows = np.zeros((n + k, k))
    for i, member in enumerate(members):
        rows[list(member), i], rows[n + i, i] = 1.0, -1.0
    return replace(
        program,
        c=np.append(program.c, np.zeros(k)),
        D=None,
        A=beside(rows, stacked(program.A, np.zeros((k, program.m)))),
        b=np.append(np.zeros(k), program.b),
        meq=program.meq + k,
        lb=np.append(program.lb, np.zeros(k)),
        ub=np.append(program.ub, [float(len(member)) for member in members]),
        binary=np.append(binary, np.arange(n, n + k)),
        row_names=(),
        variable_names=(),
    )


# ------------------------------------------------------------------------------------------ least violation


def least_violation(columns: Columns, differences: Differences = ()) -> tuple[float, Array]:
    """Least total violation of the columns, and the multipliers that prove it."""
    program, order = _elastic(columns, differences)
    answer = any_model(program, integer=False).solve()
    assert answer is not None and answer.row_multipliers is not None
    multipliers = np.empty(order.size)
    multipliers[order] = answer.row_multipliers
    return answer.value, multipliers


def least_whole_violation(columns: Columns, binary: Array, seconds: float) -> float:
    """As :func:`least_violation` with 0/1 variables that stay 0 or 1; nan where the search did not end in time."""
    program, _ = _elastic(columns, ())
    program.lb[binary], program.ub[binary] = 0.0, 1.0
    model = LimitedModel(with_sums(replace(program, binary=binary)), integer=True)
    model.limit(seconds)
    try:
        answer = model.solve()
    except NotSolvedError:
        return float("nan")
    assert answer is not None
    return answer.value


def _elastic(columns: Columns, differences: Differences) -> tuple[Program, Array]:
    """The programme that minimises the total violation, and the order in which it has the columns."""
    n, k = columns.G.shape
    equal = np.flatnonzero(columns.equality)
    order = np.concatenate([equal, np.flatnonzero(~columns.equality)])
    missing = _unit(k, np.arange(k))
    elastic = stacked(stacked(columns.G, missing), -_unit(k, equal).T)
    free = np.full(n, np.inf)
    limits = np.full(k + equal.size, np.inf)
    program = Program(
        np.concatenate([np.zeros(n), np.ones(k + equal.size)]),
        elastic[:, order],
        columns.g[order],
        equal.size,
        np.concatenate([-free, np.zeros(k + equal.size)]),
        np.concatenate([free, limits]),
        differences=differences,
    )
    return program, order


def least_difference(program: Program, columns: Columns) -> tuple[float, Array] | None:
    """Distance and multipliers where a limit on the one mean difference is too low; None where that is not all there is.

    The least mean difference under the other constraints proves it with far fewer cuts than the least violation.
    ``program`` is without the links of the mean difference; ``columns`` are those of the linked programme.

    Raises
    ------
    ValueError
        The limit can be kept: there is no contradiction.
    """
    if len(program.differences) != 1 or program.binary.size:
        return None
    v, m = program.differences[0].variable, program.m
    coefficients = program.A[[v], :]
    limits = np.flatnonzero(dense(coefficients)[0])
    if limits.size and ((counts(program.A)[limits] != 1).any() or (dense(coefficients)[0, limits] != -1).any()):
        return None
    if (limits < program.meq).any() or program.lb[v] > 0:
        return None
    caps = np.append(-program.b[limits], program.ub[v])
    rest = np.setdiff1d(np.arange(m), limits)
    ub, c = program.ub.copy(), np.zeros(program.n)
    ub[v], c[v] = np.inf, 1.0
    alone = replace(program, A=program.A[:, rest], b=program.b[rest], c=c, D=None, ub=ub, row_names=())
    answer = CuttingModel(alone, LinearModel).solve()
    if answer is None or answer.row_multipliers is None or answer.bound_multipliers is None:
        return None
    if answer.value <= caps.min():
        raise ValueError(NO_CONFLICT)
    multipliers = np.zeros(columns.g.size)
    multipliers[rest] = answer.row_multipliers
    multipliers[m] = 1.0  # the link
    bounds = answer.bound_multipliers
    low, high = columns.low[columns.low < program.n], columns.high[columns.high < program.n]
    multipliers[columns.lower(m + 1)][: low.size] = np.maximum(bounds[low], 0)
    multipliers[columns.upper(m + 1)][: high.size] = np.maximum(-bounds[high], 0)
    tightest = int(np.argmin(caps))
    if tightest < limits.size:
        multipliers[limits[tightest]] = 1.0
    else:
        multipliers[columns.upper(m + 1)][: high.size][high == v] = 1.0
    if np.abs(multipliers).max() > 1.0:
        return None  # missing another constraint would be less
    return float(answer.value - caps.min()), multipliers


# ----------------------------------------------------------------------------------------------- the filter


def is_smallest(columns: Columns, multipliers: Array, keep: Array) -> bool:
    """Whether the columns that are kept contradict each other in one way only, all of them taking part: a long risk model
    would need a linear programme for each of its rows to find that out."""
    count = int(keep.sum())
    if count > columns.G.shape[0] + 1 or (np.abs(multipliers[keep]) < _CLEARLY_USED).any():
        return False
    from scipy.linalg import qr

    size = np.abs(np.diag(qr(dense(columns.G[:, keep]), mode="r", pivoting=True)[0]))
    return int((size > _INDEPENDENT * size[0]).sum()) == count - 1


def linked(program: Program) -> Program:
    """Each mean difference below a new variable, and a row that puts the old variable above it: a row can be left out."""
    n, k = program.n, len(program.differences)
    links = np.zeros((n + k, k))
    for i, difference in enumerate(program.differences):
        links[difference.variable, i], links[n + i, i] = 1.0, -1.0
    return replace(
        program,
        c=np.zeros(n + k),
        A=beside(stacked(program.A, np.zeros((k, program.m))), links),
        b=np.append(program.b, np.zeros(k)),
        lb=np.append(program.lb, np.full(k, -np.inf)),
        ub=np.append(program.ub, np.full(k, np.inf)),
        D=None,
        differences=tuple(replace(difference, variable=n + i) for i, difference in enumerate(program.differences)),
    )


class Feasibility:
    """Whether some of the columns can hold together: one warm model in which columns are switched off and on.

    Mean differences come in by cuts, which hold whatever is switched off. The model looks for the point that is as far above
    them as it can be, so that a feasible point is known for one long before the least mean difference is.
    """

    def __init__(self, program: Program, columns: Columns, wanted: Array, integer: bool, deadline: Deadline) -> None:
        G, g = columns.G, columns.g
        lb, ub = np.full(program.n, -np.inf), np.full(program.n, np.inf)
        binary = program.binary if integer else program.binary[:0]
        lb[binary], ub[binary] = 0.0, 1.0
        # an equality is two inequalities, so that it can be switched off by its right-hand sides
        both = np.flatnonzero(wanted & columns.equality)
        self._column = np.concatenate([np.flatnonzero(wanted), both])
        self._rhs = np.concatenate([g[wanted], -g[both]])
        self._differences = program.differences
        self._first_link = program.m - len(program.differences)
        links = dense(G[:, self._first_link : program.m])
        self._others = np.array([-difference.size for difference in program.differences])  # far enough above
        matrix = beside(beside(G[:, wanted], -G[:, both]), -links)
        part = Program(-links.sum(axis=1), matrix, np.append(self._rhs, self._others), 0, lb, ub, binary=binary)
        self._links = links
        self._deadline = deadline
        self._sums = 0
        if integer and not program.differences:
            whole = with_sums(part)
            self._sums, part = whole.m - part.m, whole
        self._model = LimitedModel(part, integer=integer)

    def __call__(self, keep: Array) -> bool:
        """Whether the columns to keep can hold together.

        Raises
        ------
        NotSolvedError
            The time is up before that is known.
        """
        kept = np.flatnonzero(keep[self._first_link : self._first_link + len(self._differences)])
        while True:
            left = self._deadline.left
            if left == 0.0:
                raise NotSolvedError("the time is up")
            self._model.limit(left)
            b = np.append(np.where(keep[self._column], self._rhs, -np.inf), self._others)
            answer = self._model.solve(np.append(np.zeros(self._sums), b))
            if answer is None:
                return False
            x = answer.x[: self._links.shape[0]]
            cuts = [
                Cut.at(self._differences[i], x)
                for i in kept
                if self._differences[i].missed(x) > self._links[:, i] @ x + _MISSED
            ]
            if not cuts:
                return True
            for cut in cuts:
                self._model.add_row(cut.column(x.size), 0.0)
            self._others = np.append(self._others, np.zeros(len(cuts)))


def filtered(keep: Array, feasible: Feasibility, blocks: Iterable[Array]) -> bool:
    """Leave out, in place, what the contradiction does not need: whole blocks first, where there are many, then one by one.

    False where the time was up before all had been tried.
    """
    tried: list[Array] = list(blocks) if keep.sum() > _FEW else []
    try:
        for block in tried + [np.array([k]) for k in np.flatnonzero(keep)]:
            there = block[keep[block]]
            if there.size == 0:
                continue
            keep[there] = False
            try:
                needed = feasible(keep)
            except NotSolvedError:
                keep[there] = True
                raise
            keep[there] = needed
    except NotSolvedError:
        return False
    return True


def blocks_of(program: Program, columns: Columns) -> list[Array]:
    """Columns that a reader sees as one: rows of one name or of one shape, lower bounds, upper bounds."""
    groups: dict[Hashable, list[int]] = {}
    size = counts(program.A)
    for j in range(program.m):
        name = program.row_names[j] if j < len(program.row_names) else None
        groups.setdefault((name, None) if name else (float(program.b[j]), int(size[j])), []).append(j)
    m = program.m
    bounds = [np.arange(columns.g.size)[columns.lower(m)], np.arange(columns.g.size)[columns.upper(m)]]
    return [np.array(group) for group in groups.values()] + [block for block in bounds if block.size]


def prefer_bounds(program: Program, columns: Columns, keep: Array) -> None:
    """Mark the bounds of variables that a marked row limits alone: bounds are told in one sentence, rows one by one."""
    m = program.m
    alone = np.flatnonzero(keep[:m] & (counts(program.A) == 1))
    limited = np.abs(dense(program.A[:, alone])).any(axis=1)
    keep[columns.lower(m)] |= limited[columns.low]
    keep[columns.upper(m)] |= limited[columns.high]


def without_whole_bounds(program: Program, columns: Columns, keep: Array) -> None:
    """Unmark the bounds 0 and 1 of 0/1 variables: the 0/1 condition says as much."""
    m = program.m
    whole = np.zeros(program.n, dtype=bool)
    whole[program.binary] = True
    keep[columns.lower(m)] &= ~(whole & (program.lb <= 0))[columns.low]
    keep[columns.upper(m)] &= ~(whole & (program.ub >= 1))[columns.high]
