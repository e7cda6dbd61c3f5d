"""Arguments of constraints in the shape that the record keeps: coefficients, a bound per variable, a name per column."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from sitpy.arguments import listed, numbers, shown
from sitpy.errors import InputError, warn
from sitpy.sparse import Matrix, is_sparse, sparse

Array = np.ndarray
Names = str | Sequence[str | None] | None


def coefficients(A: Matrix) -> Matrix:
    """A matrix of numbers, variables x constraints; a sparse one stays sparse."""
    if is_sparse(A) and getattr(A, "ndim", 0) == 2:
        if A.dtype.kind not in "buif":
            raise InputError(f"A holds something that is not a number: found {A.dtype}")
        kept = sparse(A).astype(float)
        kept.sum_duplicates()
        return kept
    matrix = numbers("A", A)
    if matrix.ndim != 2:
        raise InputError(f"A has {matrix.ndim} dimension(s); expected a matrix, variables x constraints")
    return matrix


def as_columns(A: Matrix) -> Matrix:
    """Coefficients as a matrix; a vector is one column."""
    matrix = coefficients(A) if is_sparse(A) else numbers("A", A)
    if matrix.ndim == 1:
        return matrix[:, None]
    return coefficients(matrix)


def spread(value: ArrayLike | None, n: int, label: str) -> Array:
    """A bound per variable from a number, None or an array."""
    values = np.atleast_1d(numbers(label, np.nan if value is None else value)).ravel()
    if values.size == n:
        return values
    if values.size != 1:
        first = values[0] if values.size else np.nan
        warn(
            f"{label} has {values.size} values for {n} variables; as in SIT only the first, {first:g}, "
            f"is used for all. Give 1 or {n} values"
        )
        values = np.array([first])
    return np.repeat(values, n)


def first_decides(values: Array, label: str) -> Array:
    """SIT reads bounds of added variables as missing when the first one is."""
    if values.size and np.isnan(values[0]) and not np.isnan(values).all():
        warn(
            f"{label} of the added variables begins with a missing value; as in SIT all {values.size} then have no "
            "bound. Use -inf or inf for 'no bound' in the first place"
        )
        return np.full(values.size, np.nan)
    return values


def spread_names(names: Names, k: int) -> list[str | None]:
    """A name, or None, for each of k columns."""
    if names is None or isinstance(names, str):
        return [names] * k
    remedy = "give one name each, or one for all"
    given = listed("names", names, remedy)
    if len(given) != k:
        raise InputError(f"{len(given)} names for {k} constraints; {remedy}")
    if not all(name is None or isinstance(name, str) for name in given):
        raise InputError(f"names is {shown(given)}; {remedy}, as text")
    return given


def refuse_missing(label: str, values: Array) -> None:
    """Only finite numbers may be among coefficients and right-hand sides."""
    if not np.isfinite(values).all():
        bad = np.argwhere(~np.isfinite(values))[0]
        place = ", ".join(str(int(i)) for i in bad)
        raise InputError(
            f"{label}[{place}] is {values[tuple(bad)]}; constraints need finite numbers "
            "(leave a constraint out, or use lb/ub = nan, where there is no limit)"
        )
