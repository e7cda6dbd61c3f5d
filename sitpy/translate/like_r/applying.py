"""Names, pasted texts, and functions applied to each of many."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd

import sitpy.r as r
from sitpy.errors import InputError
from sitpy.r._vectors import flat, in_one_type, is_text, text_of, values_of
from sitpy.r.lists import List

Array = np.ndarray


def names(x: Any) -> Any:
    """R's ``names`` or ``colnames``; None where there are none.

    Examples
    --------
    >>> import sitpy.r as r
    >>> from sitpy.translate import like_r
    >>> like_r.names(r.c(a=1, b=2)).tolist()
    ['a', 'b']
    """
    if isinstance(x, dict):
        return np.array([str(name) for name in x])
    if isinstance(x, List):
        own: Any = [""] * len(x._unnamed) + List.names(x) if List.names(x) else None
    else:
        own = getattr(x, "columns", getattr(x, "index", None)) if isinstance(x, (pd.Series, pd.DataFrame)) else None
    return None if own is None or isinstance(own, pd.RangeIndex) else np.array([str(name) for name in own])


def paste(*values: Any, sep: str = " ", collapse: str | None = None) -> Any:
    """R's ``paste``: texts joined entry by entry, shorter vectors repeated.

    Examples
    --------
    >>> from sitpy.translate import like_r
    >>> like_r.paste("x", [1, 2.5], sep=""), like_r.paste(["a", "b"], collapse="+")
    (array(['x1', 'x2.5'], dtype='<U4'), 'a+b')
    """
    parts = [text_of(np.atleast_1d(flat([] if value is None else value))) for value in values]
    n = max((part.size for part in parts), default=0)
    parts = [part if part.size else np.array([""]) for part in parts]
    joined = [sep.join(str(part[i % part.size]) for part in parts) for i in range(n)]
    if collapse is not None:
        return collapse.join(joined)
    return joined[0] if n == 1 and all(np.ndim(value) == 0 for value in values) else np.array(joined, dtype=str)


def sprintf(pattern: str, *values: Any) -> Any:
    """R's ``sprintf``: numbers and texts in a pattern, once for each entry of the longest, shorter ones repeated.

    Examples
    --------
    >>> from sitpy.translate import like_r
    >>> like_r.sprintf("%-4s|%5.1f%%", ["a", "b"], 12.34).tolist()
    ['a   | 12.3%', 'b   | 12.3%']
    """
    parts = [np.atleast_1d(flat(value)) for value in values]
    if any(part.size == 0 for part in parts):
        return np.array([], dtype=str)
    if any(pd.isna(part).any() for part in parts):
        raise InputError("sprintf has a missing value (NA); leave it out first")
    letters = [letter for letter in re.findall(r"%%|%[^a-zA-Z%]*([a-zA-Z])", pattern) if letter]
    for letter, part in zip(letters, parts):
        if letter == "d" and (is_text(part) or (part.astype(float) % 1 != 0).any()):
            raise InputError(f"sprintf has {part[0]} where '%d' takes whole numbers; use '%f' or '%s'")
    parts = [text_of(part) if letter == "s" else part for letter, part in zip(letters, parts)]
    n = max((part.size for part in parts), default=1)
    made = [pattern % tuple(part[i % part.size] for part in parts) for i in range(n)]
    return made[0] if all(np.ndim(value) == 0 for value in values) else np.array(made)


def rev(x: Any) -> Any:
    """R's ``rev`` of a list: its values in the other order, with their names.

    Examples
    --------
    >>> import sitpy.r as r
    >>> from sitpy.translate import like_r
    >>> like_r.rev(r.list(a=1, b=2))
    list(b=2, a=1)
    """
    if isinstance(x, dict):
        x = r.list(**x)
    return _listed([*x][::-1], None if names(x) is None else names(x)[::-1])


# ------------------------------------------------------------------------------------------ functions applied


def each(x: Any) -> Iterator[Any]:
    """What ``for`` goes through: the values of a list or vector, of a matrix column by column.

    Examples
    --------
    >>> from sitpy.translate import like_r
    >>> [int(value) for value in like_r.each([[1, 2], [3, 4]])]
    [1, 3, 2, 4]
    """
    if x is None:
        return
    yield from x if isinstance(x, List) else np.atleast_1d(flat(x))


def sapply(x: Any, f: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    """R's ``sapply``: a vector of single values, a matrix of equally long ones (a column each), otherwise a list.

    Examples
    --------
    >>> from sitpy.translate import like_r
    >>> like_r.sapply([1, 2], lambda i: i * 10).tolist()
    [10, 20]
    """
    values = [f(value, *arguments, **named) for value in each(x)]
    labels = flat(x) if not isinstance(x, List) and is_text(values_of(x)) else names(x)
    plain = not any(value is None or isinstance(value, List) for value in values)
    sizes = {values_of(value).size for value in values} if plain else set()
    if len(sizes) != 1:
        return _listed(values, labels)
    if sizes == {1}:
        vector = np.concatenate(in_one_type([flat(value) for value in values]))
        return vector if labels is None else pd.Series(vector, index=labels)
    table = np.column_stack(in_one_type([flat(value) for value in values]))
    rows = values[0].index if isinstance(values[0], pd.Series) else None
    return table if labels is None and rows is None else pd.DataFrame(table, index=rows, columns=labels)


def unlist(x: Any) -> Any:
    """R's ``unlist`` of a list: its values as one vector, with their names where each is one value.

    Examples
    --------
    >>> import sitpy.r as r
    >>> from sitpy.translate import like_r
    >>> like_r.unlist(r.list(a=1, b=2)).to_dict(), like_r.unlist(r.list([1, 2], 3)).tolist()
    ({'a': 1, 'b': 2}, [1, 2, 3])
    """
    if not isinstance(x, List):
        return x
    values = [value for value in x if value is not None]
    if any(isinstance(value, (List, dict)) for value in values):
        raise InputError("unlist of a list in a list is not known; take what is needed from it")
    single = all(values_of(value).size == 1 for value in values)
    if names(x) is not None and not single:
        raise InputError("unlist of a list with names needs single values; take what is needed from it")
    return sapply(x, lambda value: value) if single else np.concatenate(in_one_type([flat(value) for value in values]))


def lapply(x: Any, f: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    """R's ``lapply``: a list of the results, with the names of x.

    Examples
    --------
    >>> from sitpy.translate import like_r
    >>> like_r.lapply([1, 2], lambda i: i + 1)
    list(2, 3)
    """
    return _listed([f(_plain(value), *arguments, **named) for value in each(x)], names(x))


def _listed(values: list[Any], labels: Any) -> Any:
    plain = [_plain(value) for value in values]
    if labels is None or not all(labels):
        return r.list(*plain)
    result = r.list()
    for label, value in zip(labels, plain):
        result[str(label)] = value
    return result


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def apply(x: Any, margin: int, f: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    """R's ``apply`` over the rows (1) or the columns (2) of a matrix.

    Examples
    --------
    >>> from sitpy.translate import like_r
    >>> like_r.apply([[1, 2], [3, 4]], 2, max).tolist()
    [3, 4]
    """
    values = x.to_numpy() if isinstance(x, pd.DataFrame) else values_of(x)
    if margin not in (1, 2) or values.ndim != 2:
        raise InputError(
            f"apply takes a matrix and margin 1 or 2; found {values.ndim} dimensions and margin {margin!r}"
        )
    lines = values if margin == 1 else values.T
    result = sapply(r.list(*lines), f, *arguments, **named)
    labels = (x.index if margin == 1 else x.columns) if isinstance(x, pd.DataFrame) else None
    if labels is not None and isinstance(result, np.ndarray):
        result = pd.Series(result, index=labels) if result.ndim == 1 else pd.DataFrame(result, columns=labels)
    return result
