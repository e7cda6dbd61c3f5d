"""What the other constraints leave to a count of 0/1 variables, to a sum of others (a leverage), to what has a cap."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sitpy.errors import NotSolvedError, UnboundedError
from sitpy.solvers.conflict_words import Range, name_of
from sitpy.solvers.contradiction import Deadline, LimitedModel, with_sums
from sitpy.solvers.presolve import FEASIBLE
from sitpy.solvers.program import Program
from sitpy.sparse import column, counts

Array = np.ndarray

_MOST = 3
"""Rows of one contradiction whose ranges are told."""
_KINDS = ("count", "cap", "sum")


def without_row(program: Program, j: int) -> Program:
    """The same programme less one row."""
    keep = np.delete(np.arange(program.m), j)
    return replace(
        program,
        A=program.A[:, keep],
        b=program.b[keep],
        meq=program.meq - int(j < program.meq),
        row_names=tuple(program.row_names[i] for i in keep) if program.row_names else (),
    )


def ranges(program: Program, rows: Array, seconds: float) -> tuple[Range, ...]:
    """The ranges of what rows ask for in vain; without those that are not known in time."""
    if program.differences:
        return ()
    names = [name_of(program, int(j)) for j in rows]
    single = [int(j) for j, name in zip(rows, names) if name is None or names.count(name) == 1]
    kinds = {j: kind for j in single if (kind := kind_of(program, j))}
    if "cap" in kinds.values():  # what a budget could be explains no cap
        kinds = {j: kind for j, kind in kinds.items() if kind != "sum"}
    size = counts(program.A)
    told = sorted(kinds, key=lambda j: (_KINDS.index(kinds[j]), -size[j], j))[:_MOST]
    deadline = Deadline(seconds)
    found = [_range(program, j, kinds[j], deadline) for j in told]
    return tuple(one for one in found if one is not None)


def kind_of(program: Program, j: int) -> str:
    """What a row limits: a count (0/1 variables only), a sum (other variables, coefficients of one size), something
    under a named cap (``<=``, no negative coefficient); empty for anything else, such as the rows of a model."""
    coefficients, name = column(program.A, j), name_of(program, j)
    used = np.flatnonzero(coefficients)
    binary = np.isin(used, program.binary)
    if not used.size or (binary.any() and not binary.all()):
        return ""
    capped = bool(j >= program.meq and name and not binary.any() and (coefficients <= 0).all())
    alike = used.size > 1 and np.ptp(np.abs(coefficients[used])) == 0 and (used.size > 2 or program.b[j] != 0)
    if alike and binary.all() and np.ptp(coefficients[used]) == 0:
        return "count"
    return "cap" if capped else "sum" if alike else ""


def _range(program: Program, j: int, kind: str, deadline: Deadline) -> Range | None:
    """Least and largest value, with 0/1 variables kept, if the row asks for something else; None where it fits in, or the
    time is up."""
    coefficients = column(program.A, j)
    sign = -1.0 if coefficients[np.flatnonzero(coefficients)[0]] < 0 else 1.0
    size = float(np.abs(coefficients).max()) if kind == "count" else 1.0
    direction, asked = sign * coefficients / size, sign * program.b[j] / size
    equal, at_most = j < program.meq, j >= program.meq and sign < 0
    gap = None
    try:
        reach = _Reach(without_row(program, j), direction, deadline)
        low, high = reach(1.0), reach(-1.0)
        if low <= asked + FEASIBLE and (at_most or asked <= high + FEASIBLE):
            if not equal or not program.binary.size:
                return None
            gap = (reach(-1.0, asked), reach(1.0, asked))
    except NotSolvedError:
        return None
    sense = "" if equal else "at most " if at_most else "at least "
    return Range(j, low, high, f"{sense}{asked:.6g}", kind, gap)


class _Reach:
    """How far a direction can go under the constraints."""

    def __init__(self, program: Program, direction: Array, deadline: Deadline) -> None:
        rest = replace(program.with_row(direction, -np.inf), D=None, c=np.zeros(program.n))
        rest = replace(rest.with_row(-direction, -np.inf), row_names=(), variable_names=())
        whole = with_sums(rest) if program.binary.size else rest
        self._model = LimitedModel(whole, integer=True)
        self._direction = np.append(direction, np.zeros(whole.n - program.n))
        self._deadline = deadline

    def __call__(self, sign: float, limit: float | None = None) -> float:
        """Least (sign 1) or largest (-1) value; on its own side of the limit, where there is one.

        Raises
        ------
        NotSolvedError
            The time is up, or the other constraints have no solution either.
        """
        b = self._model.program.b.copy()
        if limit is not None:
            b[-2 if sign > 0 else -1] = sign * limit
        self._model.limit(self._deadline.left if self._model.program.binary.size else float("inf"))
        self._model.price(sign * self._direction)
        try:
            answer = self._model.solve(b)
        except UnboundedError:
            return -sign * float("inf")
        if answer is None:
            raise NotSolvedError("no point is feasible")
        return sign * answer.value + 0.0
