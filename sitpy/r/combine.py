"""Values put together: vectors end to end, columns side by side, rows on top of each other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from sitpy.errors import InputError, warn
from sitpy.r._vectors import flat, in_one_type, is_text, labels, recycled, values_of
from sitpy.r.lists import List

Array = np.ndarray
Table = np.ndarray | pd.DataFrame


def c(*values: Any, **named: Any) -> Any:
    """One vector of all values.

    Matrices give their entries column by column. With text among the values everything becomes text; logical values
    among numbers become 0 and 1. With a :func:`list` among them the result is a list.

    Parameters
    ----------
    *values, **named
        Numbers, text, vectors, matrices. None is R's NULL and left out; a missing number is nan.

    Returns
    -------
    array, Series or List
        A Series when there are names: of named arguments (a vector's entries are numbered: a1, a2), or the labels of a
        Series. Entries without one are named "".

    Examples
    --------
    >>> import sitpy.r as r
    >>> r.c(1, [2, 3], None).tolist()
    [1, 2, 3]
    >>> r.c(1, True, "a").tolist()
    ['1', 'TRUE', 'a']
    >>> r.c(SPY=0.6, TLT=0.4)
    SPY    0.6
    TLT    0.4
    dtype: float64

    References
    ----------
    base R, ``c``.
    """
    given: list[tuple[str, Any]] = [("", value) for value in values] + [*named.items()]
    given = [(name, value) for name, value in given if value is not None]
    if any(isinstance(value, List) for _, value in given):
        return _joined_list(given)
    arrays = [flat(value) for _, value in given]
    if not arrays:
        return np.zeros(0)
    kept = [array for array in arrays if array.size] or arrays[:1]
    result = np.concatenate(in_one_type(kept))
    names = [label for (name, value), array in zip(given, arrays) for label in _entry_names(name, value, array.size)]
    return pd.Series(result, index=names) if any(names) else result


def _entry_names(name: str, value: Any, size: int) -> list[str]:
    own = labels(value.index) if isinstance(value, pd.Series) else None
    if own is not None:
        return [f"{name}.{label}" if name else str(label) for label in own]
    return [f"{name}{i + 1}" for i in range(size)] if name and size > 1 else [name] * size


def _joined_list(given: list[tuple[str, Any]]) -> List:
    result = List()
    for name, value in given:
        fields = {key: value[key] for key in List.names(value)} if isinstance(value, List) else {}
        unnamed = [*value._unnamed] if isinstance(value, List) else [*flat(value)]
        if name and not isinstance(value, List):
            unnamed, fields = [], {name: value}
        result._unnamed.extend(unnamed)
        for key, field in fields.items():
            result[key] = field
    return result


def vec(x: Any) -> Array:
    """All entries as one vector, a matrix column by column; labels are dropped.

    Parameters
    ----------
    x : array, DataFrame or Series

    Returns
    -------
    array (entries)

    Examples
    --------
    >>> import sitpy.r as r
    >>> r.vec([[1, 3], [2, 4]]).tolist()
    [1, 2, 3, 4]

    References
    ----------
    SIT, ``vec`` (base R's ``as.vector``).
    """
    return flat(x)


# ---------------------------------------------------------------------------------------------- columns and rows


@dataclass(frozen=True)
class _Block:
    """One argument of cbind: columns, their names, and the names of the rows. A vector is one column, not yet spread.

    For rbind everything is transposed on the way in and out.
    """

    position: int
    columns: Array
    names: pd.Index | None
    rows: pd.Index | None
    vector: bool
    table: bool

    def turned(self) -> _Block:
        """The same for rbind; a vector needs no turning."""
        return self if self.vector else replace(self, columns=self.columns.T, names=self.rows, rows=self.names)


def _block(position: int, name: str, value: Any) -> _Block:
    values = values_of(value)
    if values.ndim > 2:
        raise InputError(f"argument {position} has {values.ndim} dimensions; expected a number, a vector or a matrix")
    if isinstance(value, pd.DataFrame):
        return _Block(position, values, labels(value.columns), labels(value.index), vector=False, table=True)
    if values.ndim == 2:
        return _Block(position, values, None, None, vector=False, table=False)
    name = name or str(getattr(value, "name", None) or "")
    rows = labels(value.index) if isinstance(value, pd.Series) else None
    return _Block(position, values.reshape(-1, 1), pd.Index([name]) if name else None, rows, vector=True, table=False)


def cbind(*values: Any, **named: Any) -> Table:
    """Columns side by side.

    Vectors and numbers are repeated to the number of rows: that of the matrices, or else the longest vector's.

    Parameters
    ----------
    *values, **named
        Numbers, vectors, matrices, Series, DataFrames. None and empty vectors are left out. Columns are taken by
        position; rows with labels must carry the same ones everywhere (R takes the first argument's).

    Returns
    -------
    array, or DataFrame when there are labels (rows x columns)
        Column names come from DataFrames, from a Series' name and from named arguments; the others are "". Text beside
        numbers makes all text, as in R's matrices; columns keep their own type where a DataFrame is among them.

    Raises
    ------
    InputError
        Matrices with different numbers of rows, or row labels that differ.

    Warns
    -----
    SitpyWarning
        A vector does not fill the rows a whole number of times.

    Examples
    --------
    >>> import sitpy.r as r
    >>> r.cbind([1, 2], 0)
    array([[1, 0],
           [2, 0]])
    >>> r.cbind(a=[1, 2], b=[3, 4])
       a  b
    0  1  3
    1  2  4

    References
    ----------
    base R, ``cbind``.
    """
    blocks = [_block(i + 1, name, value) for i, (name, value) in enumerate(_arguments(values, named))]
    matrix, rows, names, labelled = _side_by_side([block for block in blocks if block.columns.size or not block.vector])
    return _labelled(matrix, rows, names) if labelled else matrix


def rbind(*values: Any, **named: Any) -> Table:
    """Rows on top of each other.

    Parameters, return value, errors and warnings as in :func:`cbind`, with rows and columns exchanged.

    Examples
    --------
    >>> import sitpy.r as r
    >>> r.rbind([1, 2, 3], 0)
    array([[1, 2, 3],
           [0, 0, 0]])
    >>> r.rbind(a=[1, 2], b=[3, 4])
       0  1
    a  1  2
    b  3  4

    References
    ----------
    base R, ``rbind``.
    """
    blocks = [_block(i + 1, name, value).turned() for i, (name, value) in enumerate(_arguments(values, named))]
    kept = [block for block in blocks if block.columns.size or not block.vector]
    matrix, columns, names, labelled = _side_by_side(kept, "columns")
    return _labelled(matrix.T, names, columns) if labelled else matrix.T


def _arguments(values: tuple[Any, ...], named: dict[str, Any]) -> list[tuple[str, Any]]:
    return [(name, v) for name, v in [*(("", value) for value in values), *named.items()] if v is not None]


def _side_by_side(blocks: list[_Block], along: str = "rows") -> tuple[Array, pd.Index | None, pd.Index | None, bool]:
    """The columns of all blocks, labels of rows and of columns, and whether there are any."""
    if not blocks:
        return np.zeros((0, 0)), None, None, False
    n = _rows(blocks, along)
    table = any(block.table for block in blocks)
    arrays = [block.columns for block in blocks]
    if not table:
        arrays = in_one_type(arrays)
    elif any(is_text(array) for array in arrays):
        arrays = [array.astype(object) for array in arrays]
    spread = [recycled(array[:, 0], n)[:, None] if block.vector else array for block, array in zip(blocks, arrays)]
    rows = _row_labels(blocks, n, along)
    named = any(block.names is not None for block in blocks)
    names: pd.Index | None = None
    for block, array in zip(blocks, spread) if named else ():
        own = pd.Index([""] * array.shape[1]) if block.names is None else block.names
        names = own if names is None else names.append(own)
    return np.hstack(spread), rows, names, table or named or rows is not None


def _rows(blocks: list[_Block], along: str) -> int:
    """How many rows the result has."""
    matrices = [block for block in blocks if not block.vector]
    n = len((matrices or [max(blocks, key=lambda block: len(block.columns))])[0].columns)
    for block in blocks:
        k = len(block.columns)
        if not block.vector and k != n:
            raise InputError(
                f"argument {block.position} has {k} {along} but argument {matrices[0].position} has {n}; "
                f"matrices that are bound together need the same number of {along}"
            )
        if block.vector and n % k:
            warn(f"argument {block.position} has {k} values, which do not fill {n} {along} evenly")
    return n


def _row_labels(blocks: list[_Block], n: int, along: str) -> pd.Index | None:
    found = [block for block in blocks if block.rows is not None and len(block.rows) == n]
    for block in found[1:]:
        first = found[0]
        if not block.rows.equals(first.rows):  # type: ignore[union-attr]
            raise InputError(
                f"the {along} of argument {block.position} are labelled otherwise than those of argument "
                f"{first.position}; put them in the same order with .reindex, or hand over the numbers (.to_numpy())"
            )
    return found[0].rows if found else None


def _labelled(matrix: Array, rows: pd.Index | None, columns: pd.Index | None) -> pd.DataFrame:
    frame = pd.DataFrame(matrix, index=rows, columns=columns)
    return frame.infer_objects() if matrix.dtype == object else frame
