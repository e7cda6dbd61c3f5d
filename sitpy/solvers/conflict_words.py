"""Constraints in words: a row and its formula, bounds by their value, a set that contradicts itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sitpy.solvers.linear import ray
from sitpy.solvers.program import Program
from sitpy.sparse import column

Array = np.ndarray

_MOST_VALUES = 6
"""Different bounds that are told one by one."""
_MOST_ROWS = 12


@dataclass(frozen=True)
class Range:
    """What the other constraints leave to one that asks for something else.

    ``row``: its 0-based column of ``A``. ``low``, ``high``: the least and the largest value that the other constraints allow
    (infinite where nothing limits it). ``asked``: what the row asks for, such as "at most 10". ``kind``: "count" (of 0/1
    variables), "sum", "cap" or "return". ``gap``: where what is asked lies between them, but 0/1 variables keep it from
    being reached, the nearest values below and above it.
    """

    row: int
    low: float
    high: float
    asked: str
    kind: str = "sum"
    gap: tuple[float, float] | None = None


def describe_ray(program: Program) -> str:
    """Why the objective of a feasible linear programme has no limit: the variables that can grow together."""
    growing = np.flatnonzero(np.abs(ray(program)) > 1e-9).tolist()
    shown = ", ".join(variable_name(program, i) for i in growing[:4]) + (", ..." if len(growing) > 4 else "")
    return (
        f"the objective improves without limit: nothing bounds {shown or 'the variables'} on that side. "
        "Give upper or lower bounds, or a constraint that limits them"
    )


def describe_row(program: Program, j: int) -> str:
    """A row for a reader: its name, or else its column, and its formula."""
    coefficients, rhs = column(program.A, j), program.b[j]
    used = np.flatnonzero(coefficients)
    sense = "=" if j < program.meq else ">="
    if used.size and (coefficients[used] <= 0).all() and sense == ">=":
        coefficients, rhs, sense = -coefficients, -rhs, "<="
    name = name_of(program, j)
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
            f"{sign} {factor}{variable_name(program, i)}".strip()
            if terms or sign
            else f"{factor}{variable_name(program, i)}"
        )
    more = f" + ... ({used.size} variables)" if used.size > 4 else ""
    return " ".join(terms) + more


def variable_name(program: Program, i: int) -> str:
    """A variable for a reader: its name, or else its position."""
    return program.variable_names[i] if program.variable_names else f"variable {i}"


def _bounds_in_words(program: Program, side: str, indices: Array, limits: Array) -> list[str]:
    """Bounds grouped by their value: "the upper bounds 0.1 of 9 variables (SP500, SmallUS, Europe, ...)"."""
    values = np.unique(limits[indices])
    if values.size > _MOST_VALUES:
        return [f"the {side} bounds, {values[0]:.6g} to {values[-1]:.6g}, of {_members(program, indices)}"]
    groups = []
    for limit in values:
        members = indices[limits[indices] == limit]
        if members.size == 1:
            groups.append(f"the {side} bound {limit:.6g} of {variable_name(program, int(members[0]))}")
        else:
            groups.append(f"the {side} bounds {limit:.6g} of {_members(program, members)}")
    return groups


def _members(program: Program, indices: Array) -> str:
    shown = ", ".join(variable_name(program, int(i)) for i in indices[:3]) + (", ..." if indices.size > 3 else "")
    return f"{indices.size} variables ({shown})"


def conflict_message(
    program: Program,
    rows: Array,
    differences: Array,
    lower: Array,
    upper: Array,
    integer: bool,
    distance: float,
    smallest: bool,
) -> str:
    """All that is known of a contradicting set."""
    bounds = _bounds_in_words(program, "lower", lower, program.lb)
    bounds += _bounds_in_words(program, "upper", upper, program.ub)
    if rows.size == 1 and not differences.size and not integer:
        return _one_row(program, int(rows[0]), lower, upper, bounds)
    parts = _grouped_rows(program, rows) + [_difference(program, i) for i in differences] + bounds
    if integer:
        parts.append("the binary variables being 0 or 1")
    listed = "; ".join(f"({k + 1}) {part}" for k, part in enumerate(parts))
    apart = "" if integer else f"; together they are missed by at least {distance:.6g}"
    ended = "" if smallest else " (perhaps fewer of them do: the search for fewer was ended)"
    return (
        f"no point satisfies all constraints. These contradict each other{ended}: {listed}{apart}. "
        "Relax or remove one of them"
    )


def describe_ranges(program: Program, ranges: Sequence[Range]) -> str:
    """What the other constraints leave to each sum, as a sentence that follows the message; empty where there is none."""
    parts = []
    for one in ranges:
        name = name_of(program, one.row)
        kind = "value" if one.kind == "cap" else one.kind
        hole = f", but none between {one.gap[0]:.6g} and {one.gap[1]:.6g}," if one.gap else ""
        where = f"in {name!r}" if name else f"in column {one.row}"
        parts.append(f"a {kind} of {_from_to(one.low, one.high)}{hole} {where} (asked: {one.asked})")
    return f". The other constraints allow {', '.join(parts)}" if parts else ""


def _from_to(low: float, high: float) -> str:
    if np.isinf(low) or np.isinf(high):
        return f"at least {low:.6g}" if np.isfinite(low) else f"at most {high:.6g}"
    return f"{low:.6g}" if f"{low:.6g}" == f"{high:.6g}" else f"{low:.6g} to {high:.6g}"


def name_of(program: Program, j: int) -> str | None:
    """The name of a row, if it has one."""
    return program.row_names[j] if j < len(program.row_names) else None


def _grouped_rows(program: Program, rows: Array) -> list[str]:
    """Rows for a reader; more than two of one name (the rows of a risk model) are one entry, and so are many alike."""
    names = [name_of(program, int(j)) for j in rows]
    parts: dict[str, None] = {}
    for j, name in zip(rows, names):
        many = name is not None and names.count(name) > 2
        parts[f"{names.count(name)} rows named {name!r}" if many else describe_row(program, int(j))] = None
    listed = list(parts)
    if len(listed) > _MOST_ROWS:
        more = len(listed) - _MOST_ROWS + 1
        listed[_MOST_ROWS - 1 :] = [f"{more} more such as {listed[-1]}"]
    return listed


def _difference(program: Program, i: int) -> str:
    difference = program.differences[i]
    name, periods = variable_name(program, difference.variable), len(difference.returns)
    return f"{name} being at least Gini's mean difference of {periods} periods"


def _one_row(program: Program, j: int, lower: Array, upper: Array, bounds: Sequence[str]) -> str:
    """One row against bounds: what it can reach, what it needs, what is missing."""
    coefficients, required = column(program.A, j), program.b[j]
    at = np.zeros(program.n)
    at[lower], at[upper] = program.lb[lower], program.ub[upper]
    reach = float(coefficients @ at)
    negated = j >= program.meq and coefficients.any() and (coefficients <= 0).all()
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
