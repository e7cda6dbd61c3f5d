"""Parts of vectors, matrices, tables and lists, taken and put by R's index."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

import sitpy.r as r
from sitpy.errors import InputError
from sitpy.r._vectors import flat, in_one_type, is_text, like, values_of
from sitpy.r.lists import List

Array = np.ndarray
EVERY = slice(None)
"""What stands between the commas of ``x[, 1]``."""


def take(x: Any, *index: Any, drop: bool = True) -> Any:
    """``x[i]``, ``x[i, j]``, ``x["name"]``, ``x["1995::2010"]`` of a table by date.

    Parameters
    ----------
    x : vector, matrix, Series, DataFrame, list
    *index
        Positions from 1, negative ones to leave out, truth values, names; ``EVERY`` for all rows or columns.
    drop : bool
        Whether a single row or column becomes a vector, as it does in R.

    Returns
    -------
    number, text, vector or matrix

    Raises
    ------
    InputError
        A position or name that is not there, where R gives NA.

    Examples
    --------
    >>> from sitpy.translate import like_r
    >>> like_r.take([10, 20, 30], -1).tolist(), like_r.take([[1, 2], [3, 4]], 2).item()
    ([20, 30], 3)
    """
    if isinstance(x, List):
        return _part_of_list(x, index[0])
    if len(index) == 1:
        return _entries(x, index[0])
    table = x if isinstance(x, pd.DataFrame) else np.atleast_2d(values_of(x))
    if table.ndim == 2 and not isinstance(x, pd.DataFrame) and np.ndim(x) == 1:
        table = table.T
    rows = positions(index[0], table.shape[0], _row_names(x), _dated(x))
    columns = positions(index[1], table.shape[1], getattr(x, "columns", None))
    chosen = table.iloc[rows, columns] if isinstance(table, pd.DataFrame) else table[np.ix_(rows, columns)]
    return _dropped(chosen) if drop else chosen


def _row_names(x: Any) -> Any:
    return x.index if isinstance(x, pd.DataFrame) else None


def _dated(x: Any) -> Any:
    """A table by date, whose rows answer to ranges of dates."""
    return x if isinstance(getattr(x, "index", None), pd.DatetimeIndex) else None


def _dropped(table: Any) -> Any:
    by_date = isinstance(table, pd.DataFrame) and isinstance(table.index, pd.DatetimeIndex)
    if table.shape == (1, 1):
        return (table.to_numpy() if isinstance(table, pd.DataFrame) else table)[0, 0]
    if table.shape[1] == 1:
        return table.iloc[:, 0] if isinstance(table, pd.DataFrame) else table[:, 0]
    if table.shape[0] == 1 and not by_date:
        return table.iloc[0] if isinstance(table, pd.DataFrame) else table[0]
    return table


def _entries(x: Any, index: Any) -> Any:
    by_date = _dated(x) if isinstance(index, str) else None
    if isinstance(x, pd.DataFrame):
        if by_date is None:
            return _of_matrix(x.to_numpy(), index)
        return x.iloc[r.dates2index(x, index)]
    if isinstance(x, pd.Series):
        chosen = x.iloc[positions(index, len(x), x.index, by_date)]
        return chosen.iloc[0] if np.ndim(index) == 0 and len(chosen) == 1 and not _leaves_out(index) else chosen
    values = values_of(x)
    if values.ndim == 2:
        return _of_matrix(values, index)
    values = np.atleast_1d(values)
    chosen = values[positions(index, values.size)]
    return chosen[0] if np.ndim(index) == 0 and chosen.size == 1 and not _leaves_out(index) else chosen


def _of_matrix(values: Array, index: Any) -> Any:
    chosen = values_of(index) if index is not EVERY else None
    if chosen is not None and chosen.ndim == 2 and chosen.dtype.kind in "iuf" and chosen.shape[1] == 2:
        return values[chosen[:, 0].astype(int) - 1, chosen[:, 1].astype(int) - 1]
    return _entries(values.ravel(order="F"), index if chosen is None else flat(index) if chosen.ndim else index)


def _leaves_out(index: Any) -> bool:
    return (
        not isinstance(index, (str, slice))
        and np.ndim(index) == 0
        and (isinstance(index, (bool, np.bool_)) or index < 0)
    )


def positions(index: Any, n: int, names: Any = None, dated: Any = None) -> Array:
    """The 0-based positions that an index of R chooses among n."""
    if index is EVERY:
        return np.arange(n)
    wanted = np.atleast_1d(flat(index))
    if is_text(wanted):
        if dated is not None:
            return np.asarray(r.dates2index(dated, wanted))
        if names is None:
            raise InputError(f"there are no names to find {str(wanted[0])!r} among; set names first")
        return np.asarray(r.lookup_index(np.array([str(name) for name in names]), wanted))
    if wanted.dtype.kind == "b":
        return np.flatnonzero(np.resize(wanted, max(n, wanted.size)))
    if wanted.size and np.isnan(wanted.astype(float)).any():
        raise InputError("a position is missing (NA); leave it out first")
    numbers = np.trunc(wanted.astype(float)).astype(int)
    if (numbers < 0).any():
        if (numbers > 0).any():
            raise InputError("positions to take and positions to leave out do not go together")
        return np.delete(np.arange(n), [-number - 1 for number in np.unique(numbers) if 0 < -number <= n])
    numbers = numbers[numbers != 0]
    if (numbers > n).any():
        raise InputError(f"position {int(numbers.max())} is asked for, but there are {n}; R gives NA there")
    return np.asarray(numbers - 1)


def _part_of_list(x: List, index: Any) -> List:
    names: list[Any] = [None] * len(x._unnamed) + List.names(x)
    part, values = r.list(), [*x]
    for place in positions(index, len(values), [name or "" for name in names]):
        if names[place] is None:
            part = r.c(part, r.list(values[place]))
        else:
            part[names[place]] = values[place]
    return part


def item(x: Any, index: Any) -> Any:
    """``x[[i]]``: one value of a list, a vector, or one column of a table.

    Examples
    --------
    >>> import sitpy.r as r
    >>> from sitpy.translate import like_r
    >>> like_r.item(r.list(1, a="two"), 2)
    'two'
    """
    if isinstance(index, str) or not isinstance(x, (List, pd.DataFrame)):
        return x[index] if isinstance(index, str) else take(x, index)
    place = int(positions(index, x.shape[1] if isinstance(x, pd.DataFrame) else len(x))[0])
    return x.iloc[:, place] if isinstance(x, pd.DataFrame) else x[place]


def put(x: Any, value: Any, *index: Any) -> Any:
    """The result of ``x[i] = value`` or ``x[i, j] = value``: a changed copy, longer where R makes it so.

    Examples
    --------
    >>> from sitpy.translate import like_r
    >>> like_r.put([1, 2], 9.5, 4).tolist()
    [1.0, 2.0, nan, 9.5]
    """
    if isinstance(x, List):
        return put_item(x, value, index[0])
    fill = value.to_numpy() if isinstance(value, (pd.Series, pd.DataFrame)) else values_of(value)
    if isinstance(x, (pd.Series, pd.DataFrame)):
        return _put_labelled(x, fill, *index)
    values = np.atleast_1d(values_of([] if x is None else x))
    values, fill = in_one_type([values, fill]) if values.size and fill.size else [values, fill]
    values = values.astype(object if values.dtype.kind == "U" else np.result_type(values, fill, *_room(values, fill)))
    if len(index) == 2:
        rows, columns = (positions(i, n) for i, n in zip(index, values.shape))
        values[np.ix_(rows, columns)] = _filled(fill, rows.size * columns.size).reshape(
            rows.size, columns.size, order="F"
        )
        return values
    if values.ndim == 2:
        entries = put(values.ravel(order="F"), fill, flat(index[0]) if index[0] is not EVERY else EVERY)
        return entries.reshape(values.shape, order="F")
    return _put_entries(values, fill, index[0])


def _room(values: Array, fill: Array) -> list[type]:
    """A type beside theirs that can hold NA."""
    return [float] if values.dtype.kind in "iub" and fill.dtype.kind in "iuf" else []


def _put_entries(values: Array, fill: Array, index: Any) -> Array:
    numbers = None if index is EVERY or values_of(index).dtype.kind not in "iuf" else flat(index)
    most = int(numbers.max()) if numbers is not None and numbers.size else 0
    if most > values.size:
        held = np.full(
            most, None if values.dtype == object else np.nan, dtype=object if values.dtype == object else float
        )
        held[: values.size] = values
        values = held
    places = positions(index, values.size)
    values[places] = _filled(fill, places.size)
    return values


def _filled(fill: Array, n: int) -> Array:
    entries = fill.ravel(order="F")
    if entries.size == 0 or n % entries.size:
        raise InputError(f"{entries.size} values do not fill {n} places evenly")
    return np.resize(entries, n)


def _put_labelled(x: Any, fill: Array, *index: Any) -> Any:
    result = x.copy()
    if isinstance(x, pd.Series) or len(index) == 2:
        by_date = _dated(x)
        places = [positions(index[0], len(x), x.index, by_date)]
        places += [positions(index[1], x.shape[1], x.columns)] if len(index) == 2 else []
        count = math.prod(place.size for place in places)
        block = _filled(fill, count).reshape([place.size for place in places], order="F")
        result = result.astype(np.result_type(float, block)) if block.dtype.kind in "iuf" else result
        result.iloc[tuple(places)] = block
        return result
    return like(x, put(x.to_numpy(), fill, values_of(index[0]) if index[0] is not EVERY else EVERY))


def put_item(x: Any, value: Any, index: Any) -> Any:
    """The result of ``x[[i]] = value``: a list one longer where i is the place behind its last.

    Examples
    --------
    >>> import sitpy.r as r
    >>> from sitpy.translate import like_r
    >>> like_r.put_item(r.list(1), "b", 2)
    list(1, 'b')
    """
    if x is None:
        x = r.list()
    if not isinstance(x, List):
        return put(x, value, index)
    result = _copied(x)
    if isinstance(index, str):
        result[index] = value
    elif int(index) == len(result) + 1:
        if List.names(result):
            raise InputError("a value without a name cannot follow named ones; give it a name")
        return r.list(*result, value)
    else:
        result[int(index) - 1] = value
    return result


def _copied(x: List) -> List:
    fields = {name: x[name] for name in List.names(x)}
    return r.list(*x._unnamed, **fields)
