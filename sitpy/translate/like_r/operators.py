"""Operators, conditions and choices, with R's repeating of the shorter operand and its NA."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from sitpy.errors import InputError
from sitpy.r._vectors import flat, in_one_type, is_text, like, values_of

Array = np.ndarray

_OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "^": np.float_power,
    "%%": np.mod,
    "%/%": np.floor_divide,
    "==": np.equal,
    "!=": np.not_equal,
    "<": np.less,
    ">": np.greater,
    "<=": np.less_equal,
    ">=": np.greater_equal,
    "&": np.logical_and,
    "|": np.logical_or,
}


def calc(x: Any, operator: str, y: Any) -> Any:
    """``x operator y`` by R's rules: position by position, the shorter repeated down the columns, NA where one is missing.

    Parameters
    ----------
    x, y : number, text, vector, matrix, Series or DataFrame
    operator : str
        As R writes it: ``+ - * / ^ %% %/% == != < > <= >= & |``.

    Returns
    -------
    number, vector or matrix, with the labels of the larger operand
        Comparisons give truth values, or 1, 0 and nan where something is missing.

    Examples
    --------
    >>> from sitpy.translate import like_r
    >>> like_r.calc([[1, 2], [3, 4]], "*", [10, 100]).tolist(), like_r.calc(float("nan"), ">", 1)
    ([[10, 20], [300, 400]], nan)
    """
    first, second = (np.asarray(part) for part in in_one_type([_values(x), _values(y)]))
    shape, template = _common(first, second), _template(x, y)
    first, second = (_spread(part, shape) for part in (first, second))
    logical = operator not in ("+", "-", "*", "/", "^", "%%", "%/%")
    missing = np.asarray(pd.isna(first) | pd.isna(second)) & logical
    with np.errstate(all="ignore"):
        result = np.asarray(_operate(operator, first, second))
    if missing.any():
        decided = _decided(operator, first, second)
        if not decided[missing].all():
            result = np.where(missing & ~decided, np.nan, result.astype(float))
    return like(template, result) if result.ndim else result.item()


def _operate(operator: str, first: Array, second: Array) -> Any:
    if operator in ("&", "|"):
        first, second = (np.where(pd.isna(part), operator == "&", part).astype(bool) for part in (first, second))
    if operator in ("+", "-", "*") and first.dtype.kind == "b":
        first = first.astype(int)
    if operator in ("-",) and second.dtype.kind == "b":
        second = second.astype(int)
    return _OPERATIONS[operator](first, second)


def _decided(operator: str, first: Array, second: Array) -> Array:
    """Where one side settles the answer, whatever is missing on the other."""
    settles = {"&": _false, "|": _sure}.get(operator)
    return np.zeros(first.shape, dtype=bool) if settles is None else settles(first) | settles(second)


def _false(part: Array) -> Array:
    return np.asarray(~pd.isna(part) & (np.where(pd.isna(part), 1, part) == 0))


def _sure(part: Array) -> Array:
    return np.asarray(~pd.isna(part) & (np.where(pd.isna(part), 0, part) != 0))


def _values(x: Any) -> Array:
    values = np.asarray(values_of(x))
    return values.astype(object) if values.dtype == object else values


def _template(x: Any, y: Any) -> Any:
    labelled = [part for part in (x, y) if isinstance(part, (pd.Series, pd.DataFrame))]
    return max(labelled, key=lambda part: part.ndim) if labelled else None


def _common(first: Array, second: Array) -> tuple[int, ...]:
    if first.ndim == 2 and second.ndim == 2:
        if first.shape != second.shape:
            raise InputError(f"matrices of {first.shape} and {second.shape} do not go together; they must be alike")
        return first.shape
    if 2 in (first.ndim, second.ndim):
        return first.shape if first.ndim == 2 else second.shape
    if first.ndim == second.ndim == 0:
        return ()
    sizes = (first.size, second.size)
    return (0 if 0 in sizes else max(sizes),)


def _spread(part: Array, shape: tuple[int, ...]) -> Array:
    n = math.prod(shape)
    if part.shape == shape:
        return part
    if part.size and n % part.size:
        raise InputError(f"{part.size} values are not repeated evenly over {n}; R warns and repeats a part of them")
    return np.resize(part.ravel(order="F"), n).reshape(shape, order="F")


def true(condition: Any) -> bool:
    """What ``if`` and ``while`` ask: one truth value, never a missing one.

    Examples
    --------
    >>> from sitpy.translate import like_r
    >>> like_r.true([True]), like_r.true(0)
    (True, False)
    """
    values = flat(condition)
    if values.size != 1:
        raise InputError(f"the condition has {values.size} values; R takes exactly one")
    if bool(pd.isna(values[0])):
        raise InputError("the condition is missing (NA) where TRUE or FALSE is needed")
    return bool(values[0])


def negated(x: Any) -> Any:
    """``!x``, in which NA stays NA.

    Examples
    --------
    >>> from sitpy.translate import like_r
    >>> like_r.negated([True, False]).tolist()
    [False, True]
    """
    return calc(x, "==", False)


def ifelse(test: Any, yes: Any, no: Any) -> Any:
    """R's ``ifelse``: the shape of the test, the values repeated as needed, NA where the test is missing.

    Examples
    --------
    >>> from sitpy.translate import like_r
    >>> like_r.ifelse([True, False, True], [1, 2], 0).tolist()
    [1, 0, 1]
    """
    values = values_of(test)
    missing = np.asarray(pd.isna(values))
    n, flags = max(values.size, 1), np.where(missing, False, values).astype(bool)
    parts = [np.resize(flat(part), n).reshape(values.shape, order="F") for part in (yes, no)]
    chosen = np.where(flags, *in_one_type(parts))
    if missing.any():
        text = is_text(chosen)
        chosen = chosen.astype(object if text else float)
        chosen[missing] = None if text else np.nan
    return like(test, chosen) if values.ndim else chosen.item()


def match(x: Any, table: Any) -> Any:
    """R's ``match``: the first position from 1 of each value, nan where there is none.

    Examples
    --------
    >>> from sitpy.translate import like_r
    >>> like_r.match(["b", "z"], ["a", "b"]).tolist()
    [2.0, nan]
    """
    known: dict[Any, int] = {}
    for place, value in enumerate(flat(table)):
        known.setdefault(value, place + 1)
    found = np.array([known.get(value, np.nan) for value in flat(x)])
    return found if np.ndim(x) else found[0]
