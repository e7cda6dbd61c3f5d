"""Vectors and matrices made by rule: repeated, counted, filled."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sitpy import arguments
from sitpy.errors import InputError, warn
from sitpy.r._vectors import flat, labels, recycled, values_of, whole

Array = np.ndarray
Table = np.ndarray | pd.DataFrame
Number = int | float

_FUZZ = 1e-10  # of a step, by which R's seq may pass its end


def rep(x: Any, times: ArrayLike = 1, length_out: Number | None = None, each: Number = 1) -> Any:
    """Values repeated: each entry `each` times, then the whole `times` times or up to `length_out` entries.

    Parameters
    ----------
    x : number, text, vector or Series
        None is a missing number.
    times : int, or array of int (one per entry, after `each`)
        How often the whole, or every single entry, is repeated; not used with `length_out`.
    length_out : int, optional
        Length of the result, which is cut or begun anew as needed.
    each : int
        How often every entry is repeated first.

    Returns
    -------
    array, or Series when `x` is one with labels

    Raises
    ------
    InputError
        `times` has neither one number nor one per entry, or a count is negative.

    Examples
    --------
    >>> import sitpy.r as r
    >>> r.rep([1, 2], 2).tolist(), r.rep([1, 2], each=2).tolist(), r.rep([1, 2], [3, 1]).tolist()
    ([1, 2, 1, 2], [1, 1, 2, 2], [1, 1, 1, 2])

    References
    ----------
    base R, ``rep``.
    """
    values = flat(np.nan if x is None else x)
    order = np.repeat(np.arange(values.size), whole(each, "each"))
    if length_out is not None:
        n = whole(length_out, "length_out")
        if order.size == 0:
            return np.full(n, np.nan)
        order = order[np.arange(n) % order.size]
    else:
        counts = np.array([whole(count, "times") for count in flat(times)], dtype=int)
        if counts.size not in {1, order.size}:
            raise InputError(f"times has {counts.size} numbers; expected 1, or {order.size}: one for each entry")
        order = np.tile(order, counts[0]) if counts.size == 1 else np.repeat(order, counts)
    named = isinstance(x, pd.Series) and labels(x.index) is not None
    return x.iloc[order] if named else values[order]


def seq(
    from_: Any = None,
    to: Number | None = None,
    by: Number | None = None,
    length_out: Number | None = None,
    along_with: Any = None,
) -> Array:
    """Equally spaced numbers, the end included; these are values, counted from 1, and no positions.

    ``seq(n)`` is 1..n (and 1, 0 for 0), ``seq(vector)`` one number per entry, ``seq(from, to)`` steps of 1 up or down,
    ``seq(from, to, by)`` steps of `by` as far as `to`, which may be passed by a 1e-10th of a step. With `length_out`,
    what is missing of the others follows.

    Parameters
    ----------
    from_, to : number
        First and last value (``from`` is a reserved word of Python).
    by : number, optional
        Step; negative to count down.
    length_out : int, optional
        How many numbers; rounded up.
    along_with : vector, optional
        As many numbers as this has entries.

    Returns
    -------
    array
        Whole numbers where the first one and the step are whole.

    Raises
    ------
    InputError
        A step with the wrong sign or zero, too many arguments, or a number that is not finite.

    Examples
    --------
    >>> import sitpy.r as r
    >>> r.seq(3).tolist(), r.seq(5, 1, by=-2).tolist(), r.seq(0, 1, length_out=5).tolist()
    ([1, 2, 3], [5, 3, 1], [0.0, 0.25, 0.5, 0.75, 1.0])

    References
    ----------
    base R, ``seq``.
    """
    n = flat(along_with).size if along_with is not None else None
    if length_out is not None:
        n = math.ceil(_finite(length_out, "length_out"))
        if n < 0:
            raise InputError(f"length_out is {length_out}; expected 0 or more")
    if to is None and by is None and n is None:
        size = flat(from_).size if from_ is not None else 0
        if from_ is None:
            return np.array([1])
        if size != 1:
            return np.arange(1, size + 1)
        to, from_ = flat(from_)[0].item(), 1
    ends = {"from_": from_, "to": to, "by": by}
    given = {name: _finite(value, name) for name, value in ends.items() if value is not None}
    if n is None:
        first, last = given.get("from_", 1), given.get("to", 1)
        return _steps(first, last, given.get("by", 1 if first <= last else -1))
    if len(given) == 3:
        raise InputError("seq was given from_, to, by and a length, of which three say it all; leave one out")
    return _of_length(n, **given)


def _finite(value: Any, name: str) -> Number:
    values = flat(value)
    if values.size != 1 or values.dtype.kind not in "biuf" or not abs(values[0]) < 2**53:
        raise InputError(f"{name} is {value!r}; expected one finite number")
    number: Number = values[0].item()
    return int(number) if isinstance(number, float) and number.is_integer() and name != "by" else number


def _steps(first: Number, last: Number, by: Number) -> Array:
    if first == last:
        return np.array([first])
    if by == 0:
        raise InputError(f"by is 0, which never leads from {first:g} to {last:g}")
    n = (last - first) / by
    if n < 0:
        raise InputError(f"by is {by:g}, the wrong sign to lead from {first:g} to {last:g}; turn it")
    values = first + np.arange(math.floor(n + _FUZZ) + 1) * by
    return np.asarray(np.minimum(values, last) if by > 0 else np.maximum(values, last))


def _of_length(n: int, from_: Number | None = None, to: Number | None = None, by: Number | None = None) -> Array:
    if from_ is not None and to is not None:
        return np.linspace(from_, to, n)
    step = 1 if by is None else by
    first = 1 if from_ is None else from_
    if to is not None:
        first = to - (n - 1) * step
    return np.asarray(first + np.arange(n) * step)


def matrix(
    data: Any = None,
    nrow: Number | None = None,
    ncol: Number | None = None,
    byrow: bool = False,
    dimnames: tuple[Any, Any] | None = None,
) -> Table:
    """A matrix filled column by column (NumPy's own order is row by row), the data repeated as needed.

    Parameters
    ----------
    data : number, text, vector or matrix
        None is a missing number.
    nrow, ncol : int, optional
        One that is left out follows from the length of the data; both left out give one column.
    byrow : bool
        Fill row by row instead.
    dimnames : (row names, column names), optional
        Either may be None.

    Returns
    -------
    array, or DataFrame with `dimnames` (nrow x ncol)

    Raises
    ------
    InputError
        A negative size.

    Warns
    -----
    SitpyWarning
        The data do not fill the matrix a whole number of times.

    Examples
    --------
    >>> import sitpy.r as r
    >>> r.matrix(r.seq(6), nrow=2)
    array([[1, 3, 5],
           [2, 4, 6]])
    >>> r.matrix(r.seq(6), ncol=2, byrow=True).tolist()
    [[1, 2], [3, 4], [5, 6]]

    References
    ----------
    base R, ``matrix``.
    """
    values = flat(np.nan if data is None else data)
    if nrow is None:
        columns = 1 if ncol is None else whole(ncol, "ncol")
        rows = -(-values.size // max(columns, 1))
    else:
        rows = whole(nrow, "nrow")
        columns = -(-values.size // max(rows, 1)) if ncol is None else whole(ncol, "ncol")
    if values.size > 1 and rows * columns % values.size:
        warn(f"{values.size} values do not fill a matrix of {rows} x {columns} evenly")
    result = recycled(values, rows * columns).reshape(
        (rows, columns), order="C" if arguments.flag("byrow", byrow) else "F"
    )
    if dimnames is None:
        return result
    pair = arguments.listed("dimnames", dimnames, "give the names of the rows and of the columns, None for none")
    sizes = [len(flat(names)) if names is not None else size for names, size in zip(pair, result.shape)]
    if len(pair) != 2 or sizes != list(result.shape):
        raise InputError(f"dimnames is {arguments.shown(dimnames)}; give {rows} names of rows and {columns} of columns")
    return pd.DataFrame(result, index=pair[0], columns=pair[1])


def diag(x: Any = None, nrow: Number | None = None, ncol: Number | None = None) -> Any:
    """The diagonal of a matrix, or a matrix with a given diagonal.

    ``diag(matrix)`` is its diagonal; ``diag(n)`` the unit matrix of size n, and so, as in R, is ``diag([n])``;
    ``diag(vector)`` a square matrix with it on the diagonal; ``diag(x, nrow, ncol)`` repeats x along the diagonal.

    Parameters
    ----------
    x : number, vector, matrix, Series or DataFrame, optional
        1 when left out, which needs `nrow`.
    nrow, ncol : int, optional
        Size of the result; square when `ncol` is left out.

    Returns
    -------
    array, Series or DataFrame
        Labels stay: a DataFrame with equal row and column names gives a Series, a Series gives a DataFrame.

    Raises
    ------
    InputError
        A size given with a matrix, a negative size, neither `x` nor `nrow`, or an empty `x`.

    Examples
    --------
    >>> import sitpy.r as r
    >>> r.diag(2).tolist(), r.diag([1, 2]).tolist(), r.diag(5, 2).tolist()
    ([[1.0, 0.0], [0.0, 1.0]], [[1, 0], [0, 2]], [[5, 0], [0, 5]])
    >>> r.diag([[1, 2], [3, 4]]).tolist()
    [1, 4]

    References
    ----------
    base R, ``diag``.
    """
    values = values_of(1.0 if x is None else x)
    sized = nrow is not None or ncol is not None
    if values.ndim > 2:
        raise InputError(f"x has {values.ndim} dimensions; expected a number, a vector or a matrix")
    if values.ndim == 2:
        if sized:
            raise InputError("nrow and ncol are not for a matrix x, whose diagonal is taken; leave them out")
        same = isinstance(x, pd.DataFrame) and x.index.equals(x.columns)
        return pd.Series(np.diag(values), index=x.index) if same else np.diag(values).copy()
    if x is None and nrow is None:
        raise InputError("diag needs x or nrow: diag(n) is the unit matrix of size n")
    if values.size == 1 and not sized:
        return np.eye(whole(x, "x"))
    n = values.size if nrow is None else whole(nrow, "nrow")
    m = n if ncol is None else whole(ncol, "ncol")
    if values.size == 0 and n and m:
        raise InputError("x is empty; give at least one value for the diagonal")
    result = np.zeros((n, m), dtype=values.dtype)
    np.fill_diagonal(result, recycled(values.ravel(), min(n, m)))
    named = isinstance(x, pd.Series) and labels(x.index) is not None and n == m == values.size
    return pd.DataFrame(result, index=x.index, columns=x.index) if named else result


def repmat(v: Any, n: Number, m: Number) -> Array:
    """A matrix tiled n times downwards and m times to the right; a vector is one column.

    Parameters
    ----------
    v : number, vector or matrix
    n, m : int
        Copies along the rows and along the columns.

    Returns
    -------
    array (n * rows of v, m * columns of v)

    Raises
    ------
    InputError
        A negative count.

    Examples
    --------
    >>> import sitpy.r as r
    >>> r.repmat([1, 2], 1, 3)
    array([[1, 1, 1],
           [2, 2, 2]])

    References
    ----------
    SIT, ``repmat``.
    """
    values = values_of(v)
    tile = values if values.ndim == 2 else values.reshape(-1, 1)
    return np.tile(tile, (whole(n, "n"), whole(m, "m")))


def rep_row(m: Any, nr: Number) -> Table:
    """A vector as each of `nr` rows.

    Parameters
    ----------
    m : vector or Series (n entries)
    nr : int
        Number of rows.

    Returns
    -------
    array, or DataFrame with the Series' labels as columns (nr x n)

    Raises
    ------
    InputError
        A negative count.

    Examples
    --------
    >>> import sitpy.r as r
    >>> r.rep_row([1, 2, 3], 2)
    array([[1, 2, 3],
           [1, 2, 3]])

    References
    ----------
    SIT, ``rep.row``.
    """
    values = np.tile(flat(m), (whole(nr, "nr"), 1))
    return pd.DataFrame(values, columns=m.index) if isinstance(m, pd.Series) else values


def rep_col(m: Any, nc: Number) -> Table:
    """A vector as each of `nc` columns.

    Parameters, return value and errors as in :func:`rep_row`, with rows and columns exchanged.

    Examples
    --------
    >>> import sitpy.r as r
    >>> r.rep_col([1, 2], 3)
    array([[1, 1, 1],
           [2, 2, 2]])

    References
    ----------
    SIT, ``rep.col``.
    """
    values = np.tile(flat(m)[:, None], (1, whole(nc, "nc")))
    return pd.DataFrame(values, index=m.index) if isinstance(m, pd.Series) else values
