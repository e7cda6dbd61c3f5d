"""Why a programme has no solution: a smallest set of constraints that contradict each other, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from sitpy.errors import InfeasibleError, UnboundedError
from sitpy.solvers.cutting_model import CuttingModel
from sitpy.solvers.linear import LinearModel, ray
from sitpy.solvers.mean_difference import Cut, MeanDifference
from sitpy.solvers.presolve import FEASIBLE
from sitpy.solvers.program import Model, Program

Array = np.ndarray
Differences = tuple[MeanDifference, ...]

_MISSED = 4 * FEASIBLE  # a row and a cut may each be missed by a little
_USED, _CLEARLY_USED = 1e-9, 1e-6  # multipliers, of 1 at most
_INDEPENDENT = 1e-10  # relative to the largest column


@dataclass(frozen=True)
class Conflict:
    """Constraints that cannot hold together; without any one of them the others can.

    ``rows``, ``lower``, ``upper``: 0-based columns of ``A`` and variables whose bounds take part. ``integer``: whether the
    0/1 condition is needed for the contradiction. ``distance``: the least total amount by which they must be missed
    (nan when the 0/1 condition is needed). ``message``: all this for a reader. ``differences``: positions of the mean
    differences that take part.
    """

    rows: Array
    lower: Array
    upper: Array
    integer: bool
    distance: float
    message: str
    differences: Array = field(default_factory=lambda: np.zeros(0, dtype=int))


def explain(program: Program) -> Conflict:
    """A smallest contradicting set of constraints of an infeasible programme.

    The multipliers of the least total violation (a linear programme) mark a contradicting set; a deletion filter
    (Chinneck & Dravnieks 1991) makes it smallest. When only the 0/1 condition contradicts, the filter alone does it.

    Raises
    ------
    ValueError
        When the programme is feasible after all.
    """
    if program.differences:
        try:
            return explain(replace(program, differences=()))
        except ValueError:
            return _explain(program, _linked(program))
    return _explain(program, program)


def _explain(original: Program, program: Program) -> Conflict:
    """The conflict in ``program``, whose rows past those of the original stand for its mean differences."""
    # bounds become columns like any other: rows first, then lower, then upper bounds
    low, high = np.flatnonzero(np.isfinite(program.lb)), np.flatnonzero(np.isfinite(program.ub))
    unit = np.eye(program.n)
    G = np.column_stack([program.A, unit[:, low], -unit[:, high]])
    g = np.concatenate([program.b, program.lb[low], -program.ub[high]])
    equality = np.arange(g.size) < program.meq
    distance, multipliers = _least_violation(G, g, equality, program.differences)
    integer = distance <= FEASIBLE
    keep = np.isfinite(g) if integer else np.abs(multipliers) > _USED
    _prefer_bounds(program, keep, low, high)
    if integer or program.differences or not _is_smallest(G, multipliers, keep):
        feasible = _Feasibility(program, G, g, equality, keep, integer)
        if integer and (program.binary.size == 0 or feasible(keep)):
            raise ValueError("the programme is feasible; there is no conflict to explain")
        for k in np.flatnonzero(keep):
            keep[k] = False
            keep[k] = feasible(keep)
    m = program.m
    rows = np.flatnonzero(keep[:m])
    lower = low[keep[m : m + low.size]]
    upper = high[keep[m + low.size :]]
    if not integer:
        distance = _least_violation(G[:, keep], g[keep], equality[keep], program.differences)[0]
    rows, differences = rows[rows < original.m], rows[rows >= original.m] - original.m
    message = _message(original, rows, differences, lower, upper, integer, distance)
    return Conflict(rows, lower, upper, integer, distance if not integer else float("nan"), message, differences)


def _prefer_bounds(program: Program, keep: Array, low: Array, high: Array) -> None:
    """Mark the bounds of variables that a marked row limits alone: bounds are told in one sentence, rows one by one."""
    alone = np.flatnonzero(keep[: program.m] & ((program.A != 0).sum(axis=0) == 1))
    limited = np.abs(program.A[:, alone]).any(axis=1)
    keep[program.m : program.m + low.size] |= limited[low]
    keep[program.m + low.size : program.m + low.size + high.size] |= limited[high]


def _is_smallest(G: Array, multipliers: Array, keep: Array) -> bool:
    """Whether the columns that are kept contradict each other in one way only, all of them taking part: a long risk model
    would need a linear programme for each of its rows to find that out."""
    count = int(keep.sum())
    if count > len(G) + 1 or (np.abs(multipliers[keep]) < _CLEARLY_USED).any():
        return False
    from scipy.linalg import qr

    size = np.abs(np.diag(qr(G[:, keep], mode="r", pivoting=True)[0]))
    return int((size > _INDEPENDENT * size[0]).sum()) == count - 1


def _linked(program: Program) -> Program:
    """Each mean difference below a new variable, and a row that puts the old variable above it: a row can be left out."""
    n, k = program.n, len(program.differences)
    links = np.zeros((n + k, k))
    for i, difference in enumerate(program.differences):
        links[difference.variable, i], links[n + i, i] = 1.0, -1.0
    return replace(
        program,
        c=np.zeros(n + k),
        A=np.hstack([np.vstack([program.A, np.zeros((k, program.m))]), links]),
        b=np.append(program.b, np.zeros(k)),
        lb=np.append(program.lb, np.full(k, -np.inf)),
        ub=np.append(program.ub, np.full(k, np.inf)),
        D=None,
        differences=tuple(replace(difference, variable=n + i) for i, difference in enumerate(program.differences)),
    )


def _model(program: Program, integer: bool) -> Model:
    if program.differences:
        return CuttingModel(program, lambda part: LinearModel(part, integer=integer))
    return LinearModel(program, integer=integer)


def attainable_range(program: Program, direction: Array) -> tuple[float, float]:
    """Smallest and largest value of ``direction'x`` over the feasible points (infinite where nothing limits it)."""
    ends = []
    for sign in (1.0, -1.0):
        try:
            answer = _model(replace(program, c=sign * direction, D=None), integer=True).solve()
        except UnboundedError:
            ends.append(-sign * np.inf)
            continue
        if answer is None:
            raise InfeasibleError(
                "no point is feasible, so there is no attainable range; explain says which constraints contradict"
            )
        ends.append(sign * answer.value)
    return ends[0], ends[1]


def describe_ray(program: Program) -> str:
    """Why the objective of a feasible linear programme has no limit: the variables that can grow together."""
    growing = np.flatnonzero(np.abs(ray(program)) > 1e-9).tolist()
    shown = ", ".join(_variable(program, i) for i in growing[:4]) + (", ..." if len(growing) > 4 else "")
    return (
        f"the objective improves without limit: nothing bounds {shown or 'the variables'} on that side. "
        "Give upper or lower bounds, or a constraint that limits them"
    )


# ------------------------------------------------------------------------------------------------- the set


def _least_violation(G: Array, g: Array, equality: Array, differences: Differences = ()) -> tuple[float, Array]:
    """Least total violation of ``G'x = g`` / ``G'x >= g`` and the multipliers that prove it."""
    n, k = G.shape
    equal = np.flatnonzero(equality)
    order = np.concatenate([equal, np.flatnonzero(~equality)])
    excess = -np.eye(k)[:, equal]
    elastic = np.vstack([G, np.eye(k), excess.T])[:, order]
    free = np.full(n, np.inf)
    limits = np.full(k + equal.size, np.inf)
    program = Program(
        np.concatenate([np.zeros(n), np.ones(k + equal.size)]),
        elastic,
        g[order],
        equal.size,
        np.concatenate([-free, np.zeros(k + equal.size)]),
        np.concatenate([free, limits]),
        differences=differences,
    )
    answer = _model(program, integer=False).solve()
    assert answer is not None and answer.row_multipliers is not None
    multipliers = np.empty(k)
    multipliers[order] = answer.row_multipliers
    return answer.value, multipliers


class _Feasibility:
    """Whether some of the columns can hold together: one warm model in which columns are switched off and on.

    Mean differences come in by cuts, which hold whatever is switched off. The model looks for the point that is as far above
    them as it can be, so that a feasible point is known for one long before the least mean difference is.
    """

    def __init__(self, program: Program, G: Array, g: Array, equality: Array, wanted: Array, integer: bool) -> None:
        lb, ub = np.full(program.n, -np.inf), np.full(program.n, np.inf)
        binary = program.binary if integer else program.binary[:0]
        lb[binary], ub[binary] = 0.0, 1.0
        # an equality is two inequalities, so that it can be switched off by its right-hand sides
        both = np.flatnonzero(wanted & equality)
        self._column = np.concatenate([np.flatnonzero(wanted), both])
        self._rhs = np.concatenate([g[wanted], -g[both]])
        self._differences = program.differences
        self._first_link = program.m - len(program.differences)
        links = G[:, self._first_link : program.m]
        self._others = np.array([-difference.size for difference in program.differences])  # far enough above
        matrix = np.column_stack([G[:, wanted], -G[:, both], -links])
        part = Program(-links.sum(axis=1), matrix, np.append(self._rhs, self._others), 0, lb, ub, binary=binary)
        self._links = links
        self._model = LinearModel(part, integer=integer)

    def __call__(self, keep: Array) -> bool:
        kept = np.flatnonzero(keep[self._first_link : self._first_link + len(self._differences)])
        while True:
            b = np.append(np.where(keep[self._column], self._rhs, -np.inf), self._others)
            answer = self._model.solve(b)
            if answer is None:
                return False
            x = answer.x
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


# ------------------------------------------------------------------------------------------------ the words


def describe_row(program: Program, j: int) -> str:
    """A row for a reader: its name, or else its column, and its formula."""
    coefficients, rhs = program.A[:, j], program.b[j]
    used = np.flatnonzero(coefficients)
    sense = "=" if j < program.meq else ">="
    if used.size and (coefficients[used] <= 0).all() and sense == ">=":
        coefficients, rhs, sense = -coefficients, -rhs, "<="
    name = program.row_names[j] if program.row_names else None
    return f"{name or f'column {j}'}: {_formula(program, coefficients, used)} {sense} {rhs:.6g}"


def _formula(program: Program, coefficients: Array, used: Array) -> str:
    if used.size == 0:
        return "0"
    if used.size > 1 and (coefficients[used] == 1).all():
        return f"sum of {used.size} variables"
    terms: list[str] = []
    for i in used[:4]:
        size = abs(coefficients[i])
        factor = "" if size == 1 else f"{size:.4g} "
        sign = "-" if coefficients[i] < 0 else ("+" if terms else "")
        terms.append(
            f"{sign} {factor}{_variable(program, i)}".strip() if terms or sign else f"{factor}{_variable(program, i)}"
        )
    more = f" + ... ({used.size} variables)" if used.size > 4 else ""
    return " ".join(terms) + more


def _variable(program: Program, i: int) -> str:
    return program.variable_names[i] if program.variable_names else f"variable {i}"


def _bounds_in_words(program: Program, side: str, indices: Array, limits: Array) -> list[str]:
    """Bounds grouped by their value: "the upper bounds 0.1 of 9 variables (SP500, SmallUS, Europe, ...)"."""
    groups = []
    for limit in np.unique(limits[indices]):
        members = [_variable(program, int(i)) for i in indices if limits[i] == limit]
        if len(members) == 1:
            groups.append(f"the {side} bound {limit:.6g} of {members[0]}")
        else:
            shown = ", ".join(members[:3]) + (", ..." if len(members) > 3 else "")
            groups.append(f"the {side} bounds {limit:.6g} of {len(members)} variables ({shown})")
    return groups


def _message(
    program: Program, rows: Array, differences: Array, lower: Array, upper: Array, integer: bool, distance: float
) -> str:
    bounds = _bounds_in_words(program, "lower", lower, program.lb)
    bounds += _bounds_in_words(program, "upper", upper, program.ub)
    if rows.size == 1 and not differences.size and not integer:
        return _one_row(program, int(rows[0]), lower, upper, bounds)
    parts = _grouped_rows(program, rows) + [_difference(program, i) for i in differences] + bounds
    if integer:
        parts.append("the binary variables being 0 or 1")
    listed = "; ".join(f"({k + 1}) {part}" for k, part in enumerate(parts))
    apart = "" if integer else f"; together they are missed by at least {distance:.6g}"
    return (
        f"no point satisfies all constraints. These contradict each other: {listed}{apart}. Relax or remove one of them"
    )


def _grouped_rows(program: Program, rows: Array) -> list[str]:
    """Rows for a reader; more than two of one name (the rows of a risk model) are one entry."""
    names = [program.row_names[j] if program.row_names else None for j in rows]
    parts: list[str] = []
    done: set[str] = set()
    for j, name in zip(rows, names):
        if name is not None and names.count(name) > 2:
            if name not in done:
                parts.append(f"{names.count(name)} rows named {name!r}")
                done.add(name)
        else:
            parts.append(describe_row(program, int(j)))
    return parts


def _difference(program: Program, i: int) -> str:
    difference = program.differences[i]
    name, periods = _variable(program, difference.variable), len(difference.returns)
    return f"{name} being at least Gini's mean difference of {periods} periods"


def _one_row(program: Program, j: int, lower: Array, upper: Array, bounds: Sequence[str]) -> str:
    """One row against bounds: what it can reach, what it needs, what is missing."""
    column, required = program.A[:, j], program.b[j]
    at = np.zeros(program.n)
    at[lower], at[upper] = program.lb[lower], program.ub[upper]
    reach = float(column @ at)
    negated = j >= program.meq and column.any() and (column <= 0).all()
    least = (reach > required) != negated
    reach, required = (-reach, -required) if negated else (reach, required)
    word = "at least" if least else "at most"
    because = " and ".join(bounds) if bounds else "its coefficients"
    change = "Lower" if least else "Raise"
    return (
        f"no point satisfies all constraints. {describe_row(program, j)} needs {required:.6g}, but {because} "
        f"make it {word} {reach:.6g}: {abs(required - reach):.6g} too {'much' if least else 'little'}. "
        f"{change} these bounds or change this constraint"
    )
