"""Dates of a history, and the last row of each week, month or year."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sitpy.arguments import choice
from sitpy.errors import InputError

# R's words and the letters of pandas; weeks end on Sunday in both
_PERIODS = {"days": "D", "weeks": "W", "months": "M", "quarters": "Q", "years": "Y"}


def dated(values: object) -> pd.DatetimeIndex:
    """The dates that a table, a series or an index carries, or the error that says that it carries none."""
    index = _read(values if isinstance(values, pd.Index) else getattr(values, "index", None))
    if index.hasnans:
        missing = np.flatnonzero(index.isna())
        raise InputError(
            f"{missing.size} of {len(index)} dates are missing, the first in row {missing[0]}; drop these rows"
        )
    return index


def _read(index: object) -> pd.DatetimeIndex:
    if isinstance(index, pd.DatetimeIndex):
        return index
    if isinstance(index, pd.PeriodIndex):
        return index.to_timestamp(how="end").normalize()
    if not isinstance(index, pd.Index) or pd.api.types.is_numeric_dtype(index.dtype):
        found = f"{index.dtype} labels" if isinstance(index, pd.Index) else "none"
        raise InputError(f"expected dates in the index, found {found}; give a Series or DataFrame with a DatetimeIndex")
    try:
        return pd.DatetimeIndex(index)
    except (ValueError, TypeError) as error:
        raise InputError(f"the index cannot be read as dates: {error}; give a DatetimeIndex") from None


def endpoints(x: pd.DataFrame | pd.Series | pd.Index, on: str = "months") -> np.ndarray:
    """The last row of each period.

    Parameters
    ----------
    x : DataFrame, Series or Index
        With ascending dates.
    on : {"days", "weeks", "months", "quarters", "years"}
        Weeks end on Sunday.

    Returns
    -------
    array of int
        0-based rows, ascending; the last row of ``x`` is always one of them. R's counts from 1 behind a leading 0.

    Raises
    ------
    InputError
        No dates, or an unknown word.

    Examples
    --------
    >>> import pandas as pd, sitpy
    >>> sitpy.endpoints(pd.date_range("2020-01-30", periods=4), "months").tolist()
    [1, 3]

    References
    ----------
    R package xts, ``endpoints``, which SIT's scripts call.
    """
    choice("the periodicity", on, tuple(_PERIODS))
    dates = dated(x).tz_localize(None)
    if len(dates) == 0:
        return np.zeros(0, dtype=int)
    changes = np.diff(dates.to_period(_PERIODS[on]).asi8)
    return np.append(np.flatnonzero(changes), len(dates) - 1)
