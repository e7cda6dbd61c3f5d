"""Whether two frontiers were solved from the same data: which asset, which field, by how much."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sitpy.constraints import Constraints
from sitpy.inputs import InputAssumptions
from sitpy.record import Record

Array = np.ndarray

_SAME = 1e-9  # relative: the same figures to the last digits of another program
_FIELDS = ("expected_return", "risk", "correlation", "cov", "hist_returns")
_NUMBERS = ("annual_factor", "parameters_alpha", "parameters_mar")


@dataclass(frozen=True)
class DataDifference(Record):
    """One field that differs: ``where`` (asset, pair, period or row), both values, and how many values differ."""

    field: str
    where: str
    result: float
    reference: float
    count: int = 1

    def __str__(self) -> str:
        more = f", and {self.count - 1} more" if self.count > 1 else ""
        return (
            f"{self.field}{f' of {self.where}' if self.where else ''} is {self.result:.8g} in the result and "
            f"{self.reference:.8g} in the reference (by {self.reference - self.result:+.3g}{more})"
        )


def ia_differences(result: InputAssumptions, reference: InputAssumptions) -> list[DataDifference]:
    """Fields in which two input assumptions differ, the largest difference of each."""
    symbols, others = result.symbols, reference.symbols
    if set(symbols) != set(others) or len(symbols) != len(others):
        return [DataDifference("assets", ", ".join(sorted(set(symbols) ^ set(others))), len(symbols), len(others))]
    order = _order(symbols, others)
    found = []
    for name in _FIELDS:
        if name not in result or name not in reference:
            continue
        ours, theirs = result[name], np.asarray(reference[name])
        if name != "hist_returns":
            theirs = theirs[np.ix_(order, order)] if theirs.ndim == 2 else theirs[order]
        else:
            theirs = theirs[:, order]
        if ours.shape != theirs.shape:
            found.append(DataDifference(f"number of rows of {name}", "", len(ours), len(theirs)))
            continue
        found += _largest(name, ours, theirs, result)
    for name in _NUMBERS:
        one, two = (float("nan") if ia[name] is None else float(ia[name]) for ia in (result, reference))
        if not (one == two or (np.isnan(one) and np.isnan(two))):
            found.append(DataDifference(name, "", one, two))
    return found


def _order(symbols: list[str], others: list[str]) -> list[int]:
    """Positions of our assets among theirs; repeated ones in their order."""
    places: dict[str, list[int]] = {}
    for i, name in enumerate(others):
        places.setdefault(name, []).append(i)
    return [places[name].pop(0) for name in symbols]


def _largest(name: str, ours: Array, theirs: Array, ia: InputAssumptions) -> list[DataDifference]:
    both = np.isnan(ours) & np.isnan(theirs)
    apart = np.where(both, 0.0, np.abs(ours - theirs))
    apart = np.where(np.isnan(apart), np.inf, apart)
    size = max(float(np.nanmax(np.abs(ours), initial=0.0)), 1e-12)
    different = apart > _SAME * size
    if not different.any():
        return []
    at = tuple(int(i) for i in np.unravel_index(int(np.argmax(apart)), apart.shape))
    count = int(different.sum())
    if name in ("cov", "correlation"):
        count = int(np.triu(different).sum())
    return [DataDifference(name, _place(name, at, ia), float(ours[at]), float(theirs[at]), count)]


def _place(name: str, at: tuple[int, ...], ia: InputAssumptions) -> str:
    if name == "hist_returns":
        when = str(ia.dates[at[0]]) if ia.dates is not None else f"period {at[0] + 1}"
        return f"{ia.symbols[at[1]]} at {when}"
    return " and ".join(dict.fromkeys(ia.symbols[i] for i in at))


def constraint_differences(result: Constraints, reference: Constraints) -> list[DataDifference]:
    """Bounds and rows in which two sets of constraints differ; rows may stand in another order.

    A row with a single variable is a bound, whichever way it is written.
    """
    if result.n != reference.n:
        return [DataDifference("number of variables", "", result.n, reference.n)]
    found = []
    for name, ours, theirs in zip(("lb", "ub"), _bounds(result), _bounds(reference)):
        different = ~(np.isclose(ours, theirs, rtol=_SAME, atol=_SAME) | (ours == theirs))
        if different.any():
            i = int(np.flatnonzero(different)[0])
            found.append(DataDifference(name, f"variable {i + 1}", ours[i], theirs[i], int(different.sum())))
    ours_rows, theirs_rows = _rows(result), _rows(reference)
    for label, only in (("result", ours_rows - theirs_rows), ("reference", theirs_rows - ours_rows)):
        if only:
            words = f"the {label} alone: {sorted(only)[0][0]} {sorted(only)[0][1]:g}"
            found.append(DataDifference("rows", words, result.m, reference.m, len(only)))
    binaries = [0 if side.binary_index is None else int(side.binary_index.size) for side in (result, reference)]
    if binaries[0] != binaries[1]:
        found.append(DataDifference("number of 0/1 variables", "", *binaries))
    return found


def _bounds(constraints: Constraints) -> tuple[Array, Array]:
    """Lower and upper bounds, those included that rows with a single variable are."""
    lower = np.where(np.isnan(constraints.lb), -np.inf, constraints.lb)
    upper = np.where(np.isnan(constraints.ub), np.inf, constraints.ub)
    for j in _single(constraints):
        i = int(np.flatnonzero(constraints.A[:, j])[0])
        size = float(constraints.A[i, j])
        limit = float(constraints.b[j]) / size
        if j < constraints.meq or size > 0:
            lower[i] = max(lower[i], limit)
        if j < constraints.meq or size < 0:
            upper[i] = min(upper[i], limit)
    return lower, upper


def _single(constraints: Constraints) -> Array:
    """Which rows have a single variable."""
    return np.flatnonzero((constraints.A != 0).sum(axis=0) == 1)


def _rows(constraints: Constraints) -> set[tuple[str, float, bytes]]:
    """The rows of several variables as things that can be compared, rounded to ten digits and scaled alike."""
    found = set()
    for j in np.setdiff1d(np.arange(constraints.m), _single(constraints)):
        column, right, equal = constraints.A[:, j], float(constraints.b[j]), j < constraints.meq
        size = float(np.abs(column).max(initial=0.0)) or 1.0
        if equal and column[np.flatnonzero(column)[:1]].sum() < 0:
            size = -size  # an equality says the same with its sign turned
        scaled = np.round(column / size, 9) + 0.0
        found.add(("=" if equal else ">=", round(right / size, 9) + 0.0, scaled.tobytes()))
    return found
