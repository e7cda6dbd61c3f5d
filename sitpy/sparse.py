"""Coefficients that are mostly zeros, stored without them where that pays: a numpy array, or scipy's ``csc_array``.

Everything that reads the coefficients of a long risk model goes through these few functions, or uses what both kinds
have in common: ``x @ A``, ``A @ y``, ``A[:, columns]``, ``A.shape``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray
Matrix = Any
"""A two-dimensional numpy array, or a ``scipy.sparse.csc_array``."""

LARGE = 40_000
"""Entries from which zeros are left out; below, plain arrays are quicker."""


def is_sparse(A: Matrix) -> bool:
    """Whether zeros are left out."""
    return hasattr(A, "tocsc")


def dense(A: Matrix) -> Array:
    """Coefficients as a plain array, for methods that work on small problems only."""
    return np.asarray(A.toarray() if is_sparse(A) else A)


def sparse(A: Matrix) -> Any:
    """Coefficients without zeros."""
    from scipy.sparse import csc_array

    return A if isinstance(A, csc_array) else csc_array(A)


def beside(left: Matrix, right: Matrix) -> Matrix:
    """The columns of both; without zeros if one of them is."""
    if not is_sparse(left) and not is_sparse(right):
        return np.hstack([left, right])
    from scipy.sparse import hstack

    return sparse(hstack([sparse(left), sparse(right)], format="csc"))


def stacked(upper: Matrix, lower: Matrix) -> Matrix:
    """The rows of both, one over the other; without zeros where they are many."""
    size = (upper.shape[0] + lower.shape[0]) * upper.shape[1]
    if not is_sparse(upper) and not is_sparse(lower) and size <= LARGE:
        return np.vstack([upper, lower])
    from scipy.sparse import vstack

    return sparse(vstack([sparse(upper), sparse(lower)], format="csc"))


def deeper(A: Matrix, k: int) -> Matrix:
    """With ``k`` rows of zeros at the end: variables that no constraint touches."""
    n, m = A.shape
    if not is_sparse(A) and (n + k) * m <= LARGE:
        return np.vstack([A, np.zeros((k, m))])
    from scipy.sparse import csc_array

    A = sparse(A)
    return csc_array((A.data, A.indices, A.indptr), shape=(n + k, m))


def lines(blocks: Array, n: int, *entries: tuple[Array | int, float]) -> Matrix:
    """A column over ``n`` variables from each row of ``blocks`` (k x first variables), with single entries further down.

    An entry is (positions, one of each column or the same in all; coefficient). Positions ascend from entry to entry.
    """
    k, first = blocks.shape
    rows = np.empty((k, first + len(entries)), dtype=np.int32)
    values = np.empty(rows.shape)
    rows[:, :first], values[:, :first] = np.arange(first), blocks
    for j, (positions, coefficient) in enumerate(entries):
        rows[:, first + j], values[:, first + j] = positions, coefficient
    if n * k <= LARGE:
        result = np.zeros((n, k))
        result[rows, np.arange(k)[:, None]] = values
        return result
    from scipy.sparse import csc_array

    starts = np.arange(k + 1, dtype=np.int32) * rows.shape[1]
    compact = csc_array((values.ravel(), rows.ravel(), starts), shape=(n, k))
    compact.eliminate_zeros()
    return compact


def column(A: Matrix, j: int) -> Array:
    """One column, with its zeros."""
    if not is_sparse(A):
        return np.asarray(A[:, j])
    result = np.zeros(A.shape[0])
    used, values = entries(A, j)
    result[used] = values
    return result


def entries(A: Matrix, j: int) -> tuple[Array, Array]:
    """Positions and values of what is not zero in one column."""
    j %= A.shape[1]
    if is_sparse(A):
        part = slice(A.indptr[j], A.indptr[j + 1])
        used, values = A.indices[part], A.data[part]
        there = values != 0
        return (used, values) if there.all() else (used[there], values[there])
    used = np.flatnonzero(A[:, j])
    return used, A[used, j]


def lengths(A: Matrix) -> Array:
    """Euclidean length of each column."""
    if not is_sparse(A):
        return np.asarray(np.linalg.norm(A, axis=0))
    return np.asarray(np.sqrt(np.bincount(_columns(A), A.data**2, A.shape[1])))


def counts(A: Matrix) -> Array:
    """Number of coefficients in each column that are not zero."""
    if not is_sparse(A):
        return np.asarray(np.count_nonzero(A, axis=0))
    return np.asarray(np.bincount(_columns(A)[A.data != 0], minlength=A.shape[1]))


def touched(A: Matrix, i: int) -> bool:
    """Whether any column has a coefficient in row ``i``."""
    return bool((A.data[A.indices == i] if is_sparse(A) else A[i]).any())


def values(A: Matrix) -> Array:
    """All that is stored, for a look at the size of the coefficients."""
    return np.asarray(A.data if is_sparse(A) else A)


def _columns(A: Any) -> Array:
    """The column of each stored coefficient."""
    return np.repeat(np.arange(A.shape[1]), np.diff(A.indptr))
