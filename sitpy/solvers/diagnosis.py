"""Why a programme has no solution: a smallest set of constraints that contradict each other, in words."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from sitpy.errors import InfeasibleError, NotSolvedError, UnboundedError
from sitpy.solvers.conflict_ranges import kind_of, ranges, without_row
from sitpy.solvers.conflict_words import (
    Range,
    conflict_message,
    describe_ranges,
    describe_ray,
    describe_row,
)
from sitpy.solvers.contradiction import (
    NO_CONFLICT,
    USED,
    Columns,
    Deadline,
    Feasibility,
    LimitedModel,
    any_model,
    blocks_of,
    filtered,
    is_smallest,
    least_difference,
    least_violation,
    least_whole_violation,
    linked,
    one_row,
    prefer_bounds,
    with_sums,
    without_whole_bounds,
)
from sitpy.solvers.presolve import FEASIBLE
from sitpy.solvers.program import Program

__all__ = [
    "Conflict",
    "Range",
    "attainable_range",
    "describe_ray",
    "describe_row",
    "explain",
    "is_feasible",
    "without_row",
]

Array = np.ndarray

_SECONDS, _PATIENT = 0.4, 4.0  # for the filter, where there are many constraints and where there are few
_MANY, _MANY_VARIABLES = 100, 30  # the second where mean differences come in by cuts
_DISTANCE_SECONDS, _RANGE_SECONDS = 0.02, 0.3


@dataclass(frozen=True)
class Conflict:
    """Constraints that cannot hold together; without any one of them the others can.

    ``rows``, ``lower``, ``upper``: 0-based columns of ``A`` and variables whose bounds take part. ``integer``: whether the
    0/1 condition is needed for the contradiction. ``distance``: the least total amount by which they must be missed, with
    0/1 variables 0 or 1 where ``integer`` (nan where the search for it did not end in time). ``message``: all this for a
    reader. ``differences``: positions of the mean differences that take part. ``ranges``: what the other constraints of the
    programme allow where a row asks for a count of 0/1 variables, a sum (a budget, a leverage, a group) or sets a cap.
    ``smallest``: False where the time was up before every constraint had been left out once to see whether it is needed;
    the set contradicts itself all the same.
    """

    rows: Array
    lower: Array
    upper: Array
    integer: bool
    distance: float
    message: str
    differences: Array = field(default_factory=lambda: np.zeros(0, dtype=int))
    ranges: tuple[Range, ...] = ()
    smallest: bool = True

    def __str__(self) -> str:
        return self.message


def explain(program: Program) -> Conflict:
    """A smallest contradicting set of constraints of an infeasible programme.

    The multipliers of the least total violation (a linear programme) mark a contradicting set; a deletion filter
    (Chinneck & Dravnieks 1991) makes it smallest. When only the 0/1 condition contradicts, the filter alone does it.
    It tries whole blocks (rows of one name, all lower bounds) before single constraints, and ends after a part of a second.

    Raises
    ------
    ValueError
        When the programme is feasible after all.
    """
    if program.differences:
        try:
            return explain(replace(program, differences=()))
        except ValueError:
            return _explain(program, linked(program))
    return _explain(program, program)


def _explain(original: Program, program: Program) -> Conflict:
    """The conflict in ``program``, whose rows past those of the original stand for its mean differences."""
    columns = Columns.of(program)
    keep = one_row(columns, program.m)
    if keep is not None:
        integer, smallest = False, True
        distance = least_violation(columns.part(keep))[0]
    else:
        keep, distance, integer, smallest = _contradiction(original, program, columns)
    m = program.m
    rows = np.flatnonzero(keep[:m])
    lower, upper = columns.low[keep[columns.lower(m)]], columns.high[keep[columns.upper(m)]]
    rows, differences = rows[rows < original.m], rows[rows >= original.m] - original.m
    allowed = ranges(original, rows, _RANGE_SECONDS) if rows.size > 1 else ()
    message = conflict_message(original, rows, differences, lower, upper, integer, distance, smallest)
    if original.binary.size or _explained_by(original, rows):
        message += describe_ranges(original, allowed)
    return Conflict(rows, lower, upper, integer, distance, message, differences, allowed, smallest)


def _contradiction(original: Program, program: Program, columns: Columns) -> tuple[Array, float, bool, bool]:
    """Which columns, how far apart, whether the 0/1 condition is needed, and whether the set is known to be smallest."""
    known = least_difference(original, columns)
    distance, multipliers = known or least_violation(columns, program.differences)
    integer = distance <= FEASIBLE
    keep = np.isfinite(columns.g) if integer else np.abs(multipliers) > USED
    if integer:
        without_whole_bounds(program, columns, keep)
    prefer_bounds(program, columns, keep)
    proven, smallest = keep.copy(), True
    if integer or program.differences or not is_smallest(columns, multipliers, keep):
        many = _MANY_VARIABLES if program.differences else _MANY
        deadline = Deadline(_SECONDS if max(keep.sum(), program.n) > many else _PATIENT)
        feasible = Feasibility(program, columns, keep, integer, deadline)
        if integer and (program.binary.size == 0 or _holds(feasible, keep)):
            raise ValueError(NO_CONFLICT)
        smallest = filtered(keep, feasible, blocks_of(program, columns))
        if known and not smallest:
            keep = proven  # whose distance is known
    if integer:
        whole = not program.differences
        distance = (
            least_whole_violation(columns.part(keep), program.binary, _DISTANCE_SECONDS) if whole else float("nan")
        )
    elif known is None or (keep != proven).any():
        distance = least_violation(columns.part(keep), program.differences)[0]
    return keep, distance, integer, smallest


def _holds(feasible: Feasibility, keep: Array) -> bool:
    """Whether the whole can hold together; where the time is up before, whoever asked has reason to say that it cannot."""
    try:
        return feasible(keep)
    except NotSolvedError:
        return False


def _explained_by(program: Program, rows: Array) -> bool:
    """Whether ranges tell of every amount that the rows ask for: what is left to a budget explains no return out of reach."""
    return all(program.b[j] == 0 or kind_of(program, int(j)) for j in rows)


def is_feasible(program: Program) -> bool:
    """Whether any point satisfies all constraints, however long it takes to find out."""
    part = replace(program, c=np.zeros(program.n), D=None)
    whole = part.binary.size and not part.differences
    return any_model(with_sums(part) if whole else part, integer=True).solve() is not None


def attainable_range(program: Program, direction: Array, seconds: float = np.inf) -> tuple[float, float]:
    """Smallest and largest value of ``direction'x`` over the feasible points (infinite where nothing limits it).

    Raises
    ------
    InfeasibleError
        No point is feasible.
    NotSolvedError
        A search with 0/1 variables took more seconds than it may.
    """
    ends = []
    for sign in (1.0, -1.0):
        part = replace(program, c=sign * direction, D=None)
        try:
            if program.binary.size and not program.differences:
                model = LimitedModel(with_sums(part), integer=True)
                model.limit(seconds)
                answer = model.solve()
            else:
                answer = any_model(part, integer=True).solve()
        except UnboundedError:
            ends.append(-sign * np.inf)
            continue
        if answer is None:
            raise InfeasibleError(
                "no point is feasible, so there is no attainable range; explain says which constraints contradict"
            )
        ends.append(sign * answer.value)
    return ends[0], ends[1]
