"""Missing values, lags and choices along a history (periods x assets, oldest first)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sitpy import arguments
from sitpy.errors import InputError
from sitpy.r._vectors import in_one_type, like, values_of, whole

Array = np.ndarray


def iif(cond: Any, truepart: Any, falsepart: Any) -> Any:
    """One of two values, entry by entry.

    Parameters
    ----------
    cond : bool, vector or matrix of bool
        A single condition chooses `truepart` or `falsepart` as a whole. In a vector a missing condition counts as false.
    truepart, falsepart : anything, or numbers in the shape of `cond`
        Single values are used for every entry. Entries are matched by position, not by label.

    Returns
    -------
    `truepart` or `falsepart`; or the chosen entries with the labels of `falsepart`, `cond` or `truepart`

    Raises
    ------
    InputError
        A single condition that is missing, or shapes that differ.

    Examples
    --------
    >>> import sitpy.r as r
    >>> r.iif([True, False, True], 1, [10, 20, 30]).tolist(), r.iif(2 > 1, "yes", "no")
    ([1, 20, 1], 'yes')

    References
    ----------
    SIT, ``iif``.
    """
    values = values_of(cond)
    missing = np.asarray(pd.isna(values))
    if values.dtype.kind in "mM":
        raise InputError("the condition holds dates; expected True or False")
    if values.size == 1:
        if missing.any():
            raise InputError("the condition is missing; expected True or False")
        return truepart if values.all() else falsepart
    parts = [values_of(part) for part in (truepart, falsepart)]
    for name, part in zip(("truepart", "falsepart"), parts):
        if part.size != 1 and part.shape != values.shape:
            raise InputError(
                f"{name} has shape {part.shape} and the condition {values.shape}; expected one value, or the same shape"
            )
    yes, no = (part.ravel()[0] if part.size == 1 else part for part in in_one_type(parts))
    result = np.where(np.where(missing, False, values).astype(bool), yes, no)
    template = next((part for part in (falsepart, cond, truepart) if isinstance(part, (pd.Series, pd.DataFrame))), None)
    return like(template, result)


def ifna(x: Any, y: Any) -> Any:
    """Missing and infinite values replaced.

    Parameters
    ----------
    x : number, vector, matrix, Series or DataFrame
    y : number, or numbers in the shape of `x`
        What stands in for nan, None, Inf and -Inf.

    Returns
    -------
    as `x`

    Raises
    ------
    InputError
        Shapes that differ.

    Examples
    --------
    >>> import sitpy.r as r
    >>> r.ifna([1.0, float("nan"), float("inf")], 0).tolist(), r.ifna(None, 5)
    ([1.0, 0.0, 0.0], 5)

    References
    ----------
    SIT, ``ifna``.
    """
    values = values_of(x)
    bad = np.asarray(pd.isna(values))
    if values.dtype.kind == "f":
        bad = ~np.isfinite(values)
    return iif(bad, y, x)


def ifna_prev(y: Any) -> Any:
    """Missing values replaced by the last one before them; those at the beginning stay missing.

    Parameters
    ----------
    y : vector, matrix, Series or DataFrame (periods, or periods x assets)
        Each column by itself (R runs from one column into the next).

    Returns
    -------
    as `y`

    Examples
    --------
    >>> import sitpy.r as r
    >>> r.ifna_prev([float("nan"), 1, float("nan"), 3]).tolist()
    [nan, 1.0, 1.0, 3.0]

    References
    ----------
    SIT, ``ifna.prev``.
    """
    values = np.atleast_1d(values_of(y))
    rows = np.arange(len(values)).reshape(-1, *[1] * (values.ndim - 1))
    last = np.maximum.accumulate(np.where(pd.isna(values), 0, rows), axis=0)
    return like(y, np.take_along_axis(values, last, axis=0))


def mlag(m: Any, nlag: int = 1) -> Any:
    """Rows moved down by `nlag` periods (a negative number leads), what comes in being missing.

    Parameters
    ----------
    m : vector, matrix, Series or DataFrame (periods, or periods x assets)
        Logical and whole numbers become floating ones, to hold nan.
    nlag : int

    Returns
    -------
    as `m`

    Examples
    --------
    >>> import sitpy.r as r
    >>> r.mlag([1, 2, 3]).tolist(), r.mlag([1, 2, 3], -1).tolist()
    ([nan, 1.0, 2.0], [2.0, 3.0, nan])

    References
    ----------
    SIT, ``mlag``.
    """
    values = np.atleast_1d(values_of(m))
    plain = values.dtype.kind in "biuf"
    result = np.full(values.shape, np.nan if plain else None, dtype=float if plain else object)
    remedy = "give a whole number of rows, negative to look ahead"
    n, nlag = len(values), int(arguments.real("nlag", nlag, remedy, lambda rows: rows % 1 == 0))
    kept = max(0, n - abs(nlag))
    into, out_of = (n - kept, 0) if nlag > 0 else (0, n - kept)
    result[into : into + kept] = values[out_of : out_of + kept]
    return like(m, result)


def mlast(m: Any, n: int = 1) -> Any:
    """The last n rows of a matrix, or entries of a vector.

    Parameters
    ----------
    m : vector, matrix, Series or DataFrame (periods, or periods x assets)
    n : int
        1 or more, and no more than there are.

    Returns
    -------
    as `m`: a matrix stays one, with n rows

    Raises
    ------
    InputError
        A number of rows that cannot be had.

    Examples
    --------
    >>> import sitpy.r as r
    >>> r.mlast([1, 2, 3], 2).tolist(), r.mlast([[1, 2], [3, 4]]).tolist()
    ([2, 3], [[3, 4]])

    References
    ----------
    SIT, ``mlast``.
    """
    values = m if isinstance(m, (pd.Series, pd.DataFrame)) else np.atleast_1d(values_of(m))
    n, rows = whole(n, "n", 1), len(values)
    if n > rows:
        raise InputError(f"n is {n} but there are {rows} rows; ask for no more than these")
    return values.iloc[rows - n :].copy() if isinstance(values, (pd.Series, pd.DataFrame)) else values[rows - n :]


def count(x: Any, side: int = 2) -> Any:
    """How many values are not missing: per column, per row, or of a vector.

    Parameters
    ----------
    x : vector, matrix, Series or DataFrame
    side : {2, 1}
        2 counts per column, 1 per row (R's margins); not used for a vector.

    Returns
    -------
    int for a vector; array, or Series with the names of the columns or rows, for a matrix

    Raises
    ------
    InputError
        Another side.

    Examples
    --------
    >>> import sitpy.r as r
    >>> nan = float("nan")
    >>> r.count([1, nan, 3]), r.count([[1, nan], [3, 4]]).tolist(), r.count([[1, nan], [3, 4]], side=1).tolist()
    (2, [2, 1], [1, 2])

    References
    ----------
    SIT, ``count``.
    """
    side = int(
        arguments.real("side", side, "expected 2 to count per column, or 1 to count per row", (1, 2).__contains__)
    )
    there = ~np.asarray(pd.isna(values_of(x)))
    if there.ndim < 2:
        return int(there.sum())
    counts = there.sum(axis=2 - side)
    if isinstance(x, pd.DataFrame):
        return pd.Series(counts, index=x.columns if side == 2 else x.index)
    return counts


def ntop(data: Any, topn: int = 1, dirMaxMin: bool = True) -> Any:
    """Equal weights for the best few of each row.

    Parameters
    ----------
    data : matrix or DataFrame (periods x assets)
        Values to rank; missing ones take no part.
    topn : int
        How many assets to hold; fewer where fewer have a value. Of equal ones the first in order.
    dirMaxMin : bool
        True for the largest values, False for the smallest.

    Returns
    -------
    as `data`
        1 / (number held) for the assets held, otherwise 0; a row without values holds nothing.

    Raises
    ------
    InputError
        A vector instead of a matrix, or `topn` below 1.

    Examples
    --------
    >>> import sitpy.r as r
    >>> r.ntop([[3, 1, 2], [1, 5, 4]], 2).tolist()
    [[0.5, 0.0, 0.5], [0.0, 0.5, 0.5]]

    References
    ----------
    SIT, ``ntop``.
    """
    return ntop_keep(data, topn, 0, dirMaxMin)


def ntop_keep(data: Any, topn: int = 1, keepn: int = 1, dirMaxMin: bool = True) -> Any:
    """Equal weights for the best few of each row, where an asset once held stays while it is among the best `keepn`.

    Fewer changes than :func:`ntop`: those of the row before that still rank within `keepn` are kept, and the best of
    the others fill up to `topn`.

    Parameters
    ----------
    data, topn, dirMaxMin
        As in :func:`ntop`.
    keepn : int
        Rank down to which an asset is kept, usually above `topn`.

    Returns
    -------
    as in :func:`ntop`

    Raises
    ------
    InputError
        As in :func:`ntop`.

    Examples
    --------
    >>> import sitpy.r as r
    >>> r.ntop_keep([[3, 2, 1], [2, 3, 1], [1, 3, 2]], 1, 2).tolist()
    [[1.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]

    References
    ----------
    SIT, ``ntop.keep``.
    """
    values = values_of(data)
    if values.ndim != 2 or values.dtype.kind not in "biuf":
        raise InputError(
            f"data has shape {values.shape} and type {values.dtype}; expected numbers, periods x assets "
            "(rbind makes one row of a vector)"
        )
    topn, keepn = whole(topn, "topn", 1), whole(keepn, "keepn")
    worth = -values.astype(float) if arguments.flag("dirMaxMin", dirMaxMin) else values.astype(float)
    weight = np.zeros(values.shape)
    held = np.zeros(0, dtype=int)
    for row, scores in zip(weight, worth):
        ranked = np.argsort(scores, kind="stable")[: np.count_nonzero(~np.isnan(scores))]
        kept = [i for i in ranked[:keepn] if i in held]
        fresh = [i for i in ranked if i not in kept]
        held = np.array([*kept, *fresh][:topn], dtype=int)
        row[held] = 1 / max(1, held.size)
    return like(data, weight)
