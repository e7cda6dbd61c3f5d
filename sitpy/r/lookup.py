"""Positions found by name and by date, counted from 0 as Python does (R counts from 1)."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Any

import numpy as np
import pandas as pd

from sitpy.dates import dated
from sitpy.errors import InputError
from sitpy.r._vectors import flat, is_text, values_of

Array = np.ndarray

_FREQUENCY = {4: "Y", 6: "M", 8: "D"}  # digits of a year, a month and a day


def lookup_index(labels: Any, index: Any = None) -> Array:
    """Positions of names among labels.

    Parameters
    ----------
    labels : vector of str, Series or DataFrame
        Where to look: the labels themselves, those of a Series, or a DataFrame's columns.
    index : str, or vector of str or int, optional
        The names; positions are handed back as they are. All positions when left out.

    Returns
    -------
    array of int
        0-based positions, in the order asked for.

    Raises
    ------
    InputError
        A name or position that is not there.

    Examples
    --------
    >>> import sitpy.r as r
    >>> r.lookup_index(["SPY", "QQQ", "EEM"], ["EEM", "SPY"]).tolist()
    [2, 0]

    References
    ----------
    SIT, ``lookup.index``.
    """
    if isinstance(labels, pd.DataFrame):
        labels = labels.columns
    elif isinstance(labels, pd.Series):
        labels = labels.index
    known = [str(label) for label in flat(labels)]
    if index is None:
        return np.arange(len(known))
    wanted = flat(index)
    if is_text(wanted):
        for name in wanted:
            if name not in known:
                close = get_close_matches(str(name), known, 1, 0.6)
                hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(known)}"
                raise InputError(f"there is no {str(name)!r} among the labels; {hint}")
        return np.array([known.index(name) for name in wanted], dtype=int)
    return _positions(wanted, len(known), "index")


def dates2index(x: Any, dates: Any = "") -> Array:
    """Positions of the rows within ranges of dates, written as in R's xts.

    Parameters
    ----------
    x : Series, DataFrame or Index (T rows)
        With dates, or with years as whole numbers.
    dates : str, or vector of str or int
        "1995::2010" from the beginning of 1995 to the end of 2010, "2008-03::" from March 2008, "::2010" until then,
        "2005" one year, "" all rows; "/" does as well as "::". Dates are YYYY, YYYY-MM or YYYY-MM-DD, the "-" optional
        or a ":". Of several ranges the rows of any. Positions are handed back as they are.

    Returns
    -------
    array of int
        0-based rows, ascending; none where no row lies within.

    Raises
    ------
    InputError
        No dates in `x`, a range that cannot be read, or a position that is not there.

    Examples
    --------
    >>> import pandas as pd, sitpy.r as r
    >>> r.dates2index(pd.date_range("2009-11-01", periods=6, freq="MS"), "2009-12::2010-02").tolist()
    [1, 2, 3]

    References
    ----------
    SIT, ``dates2index``.
    """
    index = x if isinstance(x, pd.Index) else getattr(x, "index", None)
    if not isinstance(index, pd.Index):
        raise InputError(f"x is a {type(x).__name__}; expected a Series or DataFrame with dates")
    wanted = np.atleast_1d(values_of("" if dates is None else dates))
    if not is_text(wanted):
        return _positions(wanted, len(index), "dates")
    years = pd.api.types.is_integer_dtype(index.dtype) and not isinstance(index, pd.RangeIndex)
    when = (_years(index) if years else dated(index)).tz_localize(None)
    inside = np.zeros(len(when), dtype=bool)
    for text in wanted:
        first, last = _limits(str(text))
        inside |= np.asarray((when >= first) & (when <= last))
    return np.flatnonzero(inside)


def _years(index: pd.Index) -> pd.DatetimeIndex:
    try:
        return pd.DatetimeIndex(pd.to_datetime(index.astype(str), format="%Y"))
    except ValueError as error:
        raise InputError(f"whole numbers in the index are read as years, which fails: {error}") from None


def _limits(text: str) -> tuple[pd.Timestamp, pd.Timestamp]:
    """First and last moment of a range."""
    first, separator, last = text.replace("/", "::").partition("::")
    begin, end = first.strip(), last.strip() if separator else first.strip()
    try:
        return (
            _period(begin).start_time if begin else pd.Timestamp.min,
            _period(end).end_time if end else pd.Timestamp.max,
        )
    except (KeyError, ValueError):
        raise InputError(f"dates {text!r} is not a range such as '1990::2010', '2008-03::' or '2005'") from None


def _period(text: str) -> pd.Period:
    digits = re.sub("[-:]", "", text)
    return pd.Period("-".join(filter(None, (digits[:4], digits[4:6], digits[6:]))), freq=_FREQUENCY[len(digits)])


def _positions(values: Array, n: int, name: str) -> Array:
    positions = np.asarray(values, dtype=float) if values.dtype.kind in "iuf" else np.array([np.nan])
    wrong = (positions % 1 != 0) | (positions < -n) | (positions >= n)
    if wrong.any():
        raise InputError(f"{name} holds {values[int(wrong.argmax())]}; expected names, or positions 0..{n - 1}")
    return positions.astype(int) % max(n, 1)
