"""Why a programme has no solution: a smallest set of constraints that contradict each other, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sitpy.errors import InfeasibleError, UnboundedError
from sitpy.solvers.linear import LinearModel
from sitpy.solvers.presolve import FEASIBLE
from sitpy.solvers.program import Program

Array = np.ndarray


@dataclass(frozen=True)
class Conflict:
    """Constraints that cannot hold together; without any one of them the others can.

    ``rows``, ``lower``, ``upper``: 0-based columns of ``A`` and variables whose bounds take part. ``integer``: whether the
    0/1 condition is needed for the contradiction. ``distance``: the least total amount by which they must be missed
    (nan when the 0/1 condition is needed). ``message``: all this for a reader.
    """

    rows: Array
    lower: Array
    upper: Array
    integer: bool
    distance: float
    message: str


def explain(program: Program) -> Conflict:
    """A smallest contradicting set of constraints of an infeasible programme.

    The multipliers of the least total violation (a linear programme) mark a contradicting set; a deletion filter
    (Chinneck & Dravnieks 1991) makes it smallest. When only the 0/1 condition contradicts, the filter alone does it.

    Raises
    ------
    ValueError
        When the programme is feasible after all.
    """
    # bounds become columns like any other: rows first, then lower, then upper bounds
    low, high = np.flatnonzero(np.isfinite(program.lb)), np.flatnonzero(np.isfinite(program.ub))
    unit = np.eye(program.n)
    G = np.column_stack([program.A, unit[:, low], -unit[:, high]])
    g = np.concatenate([program.b, program.lb[low], -program.ub[high]])
    equality = np.arange(g.size) < program.meq
    distance, keep = _least_violation(G, g, equality)
    integer = distance <= FEASIBLE
    if integer:
        keep = np.isfinite(g)
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
        distance = _least_violation(G[:, keep], g[keep], equality[keep])[0]
    message = _message(program, rows, lower, upper, integer, distance)
    return Conflict(rows, lower, upper, integer, distance if not integer else float("nan"), message)


def attainable_range(program: Program, direction: Array) -> tuple[float, float]:
    """Smallest and largest value of ``direction'x`` over the feasible points (infinite where nothing limits it)."""
    ends = []
    for sign in (1.0, -1.0):
        probe = Program(
            sign * direction,
            program.A,
            program.b,
            program.meq,
            program.lb,
            program.ub,
            binary=program.binary,
        )
        try:
            answer = LinearModel(probe, integer=True).solve()
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
    slope_rows = np.where(np.isfinite(program.b), 0.0, -np.inf)
    probe = Program(
        program.c,
        program.A,
        slope_rows,
        program.meq,
        np.where(np.isfinite(program.lb), 0.0, -1.0),
        np.where(np.isfinite(program.ub), 0.0, 1.0),
    )
    answer = LinearModel(probe).solve()
    growing = [] if answer is None else np.flatnonzero(np.abs(answer.x) > 1e-9).tolist()
    shown = ", ".join(_variable(program, i) for i in growing[:4]) + (", ..." if len(growing) > 4 else "")
    return (
        f"the objective improves without limit: nothing bounds {shown or 'the variables'} on that side. "
        "Give upper or lower bounds, or a constraint that limits them"
    )


# ------------------------------------------------------------------------------------------------- the set


def _least_violation(G: Array, g: Array, equality: Array) -> tuple[float, Array]:
    """Least total violation of ``G'x = g`` / ``G'x >= g`` and the columns whose multipliers prove it."""
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
    )
    answer = LinearModel(program).solve()
    assert answer is not None and answer.row_multipliers is not None
    used = np.zeros(k, dtype=bool)
    used[order] = np.abs(answer.row_multipliers) > 1e-9
    return answer.value, used


class _Feasibility:
    """Whether some of the columns can hold together: one warm model in which columns are switched off and on."""

    def __init__(self, program: Program, G: Array, g: Array, equality: Array, wanted: Array, integer: bool) -> None:
        lb, ub = np.full(program.n, -np.inf), np.full(program.n, np.inf)
        binary = program.binary if integer else program.binary[:0]
        lb[binary], ub[binary] = 0.0, 1.0
        # an equality is two inequalities, so that it can be switched off by its right-hand sides
        both = np.flatnonzero(wanted & equality)
        self._column = np.concatenate([np.flatnonzero(wanted), both])
        self._rhs = np.concatenate([g[wanted], -g[both]])
        matrix = np.column_stack([G[:, wanted], -G[:, both]])
        part = Program(np.zeros(program.n), matrix, self._rhs, 0, lb, ub, binary=binary)
        self._model = LinearModel(part, integer=integer)

    def __call__(self, keep: Array) -> bool:
        return self._model.solve(np.where(keep[self._column], self._rhs, -np.inf)) is not None


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


def _message(program: Program, rows: Array, lower: Array, upper: Array, integer: bool, distance: float) -> str:
    bounds = _bounds_in_words(program, "lower", lower, program.lb)
    bounds += _bounds_in_words(program, "upper", upper, program.ub)
    if rows.size == 1 and not integer:
        return _one_row(program, int(rows[0]), lower, upper, bounds)
    parts = _grouped_rows(program, rows) + bounds
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
