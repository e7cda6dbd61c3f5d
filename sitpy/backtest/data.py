"""Prices of several symbols brought to common dates, and functions of each symbol's prices side by side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sitpy.arguments import dimensions, function, instance, numbers, shown, whole
from sitpy.backtest.environment import (
    BacktestData,
    Prices,
    Span,
    close_of,
    column_of,
    refuse_other_zone,
    rows_between,
    tables_of,
)
from sitpy.dates import dated
from sitpy.errors import InputError
from sitpy.record import Record

Array = np.ndarray
Align = Literal["keep_all", "remove_na", "keep.all", "remove.na"]

_TRAILING_GAP = 5  # rows; a price missing for longer at the end is a symbol that has gone, not a gap


class MergedDates(Record):
    """What :func:`sitpy.bt_merge` found: ``all_dates``, and ``date_map`` (dates x symbols, rows in each symbol's table)."""

    def __init__(self, all_dates: pd.DatetimeIndex, date_map: pd.DataFrame) -> None:
        self.all_dates = all_dates
        self.date_map = date_map


def bt_merge(b: Prices | BacktestData, align: Align = "keep_all", dates: Span = None) -> MergedDates:
    """The dates that several symbols share, or that any of them has.

    Parameters
    ----------
    b : mapping of str to DataFrame or Series, DataFrame (dates x symbols), or BacktestData
        A table of its own for each symbol, or one for all.
    align : {"keep_all", "remove_na"}
        Keep a date that any symbol has, or only dates that all have.
    dates : str, optional
        A range such as "2000::2005", "2000-06::" or "2003".

    Returns
    -------
    record
        ``all_dates``; ``date_map`` (dates x symbols): the 0-based row of each symbol's own table, missing where none.

    Raises
    ------
    InputError
        No symbol, a table without dates or with a date twice, tables in other time zones, no date left.

    Examples
    --------
    >>> import pandas as pd, sitpy
    >>> days = pd.date_range("2020-01-01", periods=3)
    >>> b = {"A": pd.Series([1.0, 2, 3], index=days), "B": pd.Series([5.0, 6], index=days[1:])}
    >>> sitpy.bt_merge(b, "remove_na").date_map["A"].tolist()
    [1, 2]

    References
    ----------
    SIT, ``bt.merge``.
    """
    tables = tables_of(b)
    how = str(align).replace(".", "_")
    if how not in ("keep_all", "remove_na"):
        raise InputError(f"align is {align!r}; known are 'keep_all' and 'remove_na'")
    index = {}
    first = next(iter(tables))
    for symbol, table in tables.items():
        own = dated(table)
        refuse_other_zone(own, symbol, dated(tables[first]), first)
        if own.has_duplicates:
            raise InputError(f"{symbol} has the date {own[own.duplicated()][0]:%Y-%m-%d} twice; keep one row per date")
        index[symbol] = pd.Series(np.arange(len(own)), index=own, dtype="Int64")
    date_map = pd.DataFrame(index).sort_index()
    if how == "remove_na":
        date_map = date_map.dropna()
    if date_map.empty:
        raise InputError(f"no date is common to {', '.join(tables)}; use align='keep_all'")
    date_map = date_map.iloc[rows_between(dated(date_map), dates)]
    return MergedDates(dated(date_map), date_map)


def bt_prep(
    b: Prices | BacktestData,
    align: Align = "keep_all",
    dates: Span = None,
    fill_gaps: bool | int = False,
) -> BacktestData:
    """Bring all symbols to common dates, oldest first, and set up prices, weights and execution prices.

    Parameters
    ----------
    b : mapping of str to DataFrame or Series, DataFrame (dates x symbols), or BacktestData
        Per symbol a table with a column Close, or closing prices alone; or closing prices of all symbols.
    align, dates
        As in :func:`bt_merge`.
    fill_gaps : bool or int
        Fill a missing close with the one before: True as SIT does, however long the gap, but not more than 5 rows after a
        symbol's last price (so that whether a row is filled depends on whether prices come back: look-ahead, where weights
        ask which symbols have a price); a number: at most so many rows after any price, whatever comes later. Missing
        Open, High, Low are filled with the close, Volume with 0, Adjusted with the one before.

    Returns
    -------
    BacktestData
        ``prices``, ``weight`` (all nan), ``execution_price`` (all nan), ``dates``, ``symbolnames``, and each symbol's
        own table as ``data["SPY"]``. What was given is not changed, so write ``data = bt_prep(data)``.

    Raises
    ------
    InputError
        As in :func:`bt_merge`; a table without closing prices; prices that are text, infinite, zero or negative.

    Examples
    --------
    >>> import pandas as pd, sitpy
    >>> days = pd.date_range("2020-01-01", periods=3)
    >>> b = {"A": pd.Series([1.0, 2, 3], index=days), "B": pd.Series([5.0, 6], index=days[1:])}
    >>> sitpy.bt_prep(b).prices["B"].tolist()
    [nan, 5.0, 6.0]

    References
    ----------
    SIT, ``bt.prep``.
    """
    limit = fill_gaps if isinstance(fill_gaps, (bool, np.bool_)) else whole("fill_gaps", fill_gaps)
    tables = tables_of(b)
    merged = bt_merge(b, align, dates).all_dates
    frames = {}
    for symbol, table in tables.items():
        frame = close_of(table, symbol).to_frame("Close") if isinstance(table, pd.Series) else table
        frame = frame.set_axis(dated(table), axis=0).reindex(merged)
        frames[symbol] = _filled(frame, symbol, limit) if limit else frame
    prices = pd.DataFrame({symbol: close_of(frame, symbol) for symbol, frame in frames.items()}, index=merged)
    one_table = isinstance(b, pd.DataFrame)  # its symbols have no tables of their own
    return BacktestData(prices, frames=None if one_table else frames)


def bt_apply(b: BacktestData, xfun: Callable[..., Any] | None = None, *args: Any, **kwargs: Any) -> pd.DataFrame:
    """A function of each symbol's own table, side by side.

    Parameters
    ----------
    b : BacktestData
    xfun : callable, optional
        ``xfun(table, *args, **kwargs)`` gives one number per date; the closing price when not given.
    *args, **kwargs
        Handed on.

    Returns
    -------
    DataFrame (dates x symbols)

    Raises
    ------
    InputError
        The function's answer for a symbol has another length than its table.

    Examples
    --------
    >>> import pandas as pd, sitpy
    >>> b = sitpy.bt_prep(pd.DataFrame({"A": [1.0, 2], "B": [3.0, 5]}, index=pd.date_range("2020-01-01", periods=2)))
    >>> sitpy.bt_apply(b, lambda table: table["Close"].diff()).iloc[1].tolist()
    [1.0, 2.0]

    References
    ----------
    SIT, ``bt.apply``.
    """
    b = instance("b", b, BacktestData, "give the environment that bt_prep makes")
    xfun = None if xfun is None else function("xfun", xfun, "give a function of a symbol's table, or None")
    columns = {}
    for symbol in b.symbolnames:
        answer = close_of(b[symbol], symbol) if xfun is None else xfun(b[symbol], *args, **kwargs)
        columns[symbol] = _numbers(answer, len(b.dates), symbol)
    return pd.DataFrame(columns, index=b.dates)


def bt_apply_matrix(b: pd.DataFrame | ArrayLike, xfun: Callable[..., Any], *args: Any, **kwargs: Any) -> pd.DataFrame:
    """A function of each column of a table, side by side.

    Parameters
    ----------
    b : DataFrame or array (dates x symbols)
    xfun : callable
        ``xfun(column, *args, **kwargs)`` gives one number per row.
    *args, **kwargs
        Handed on.

    Returns
    -------
    DataFrame (dates x symbols)

    Raises
    ------
    InputError
        The function's answer has another length than the column.

    Examples
    --------
    >>> import pandas as pd, sitpy
    >>> sitpy.bt_apply_matrix(pd.DataFrame({"A": [1.0, 2]}), lambda column: column.cumsum())["A"].tolist()
    [1.0, 3.0]

    References
    ----------
    SIT, ``bt.apply.matrix``.
    """
    function("xfun", xfun, "give a function of a column")
    if dimensions(b) != 2:
        raise InputError(f"b is {shown(b)}; expected a table (dates x symbols)")
    table = b if isinstance(b, pd.DataFrame) else pd.DataFrame(numbers("b", b))
    answers = [
        _numbers(xfun(table.iloc[:, i], *args, **kwargs), len(table), str(name)) for i, name in enumerate(table.columns)
    ]
    return pd.DataFrame(np.column_stack(answers), index=table.index, columns=table.columns)


def _filled(frame: pd.DataFrame, symbol: str, limit: bool | int) -> pd.DataFrame:
    """The table of one symbol without gaps after its first price."""
    close_name = close_of(frame, symbol).name
    columns = {field: column_of(frame, field) for field in ("Open", "High", "Low", "Volume", "Adjusted")}
    known = {
        column: numbers(f"the column {column!r} of {symbol!r}", frame[column])
        for column in (close_name, *columns.values())
        if column is not None
    }
    close = known.pop(close_name)
    rows, last = np.arange(len(close)), _last_known(close)
    if limit is True:
        near = (rows <= last[-1]) | (rows[-1] - last[-1] <= _TRAILING_GAP)
    else:
        near = rows - last <= limit
    there = near & (last >= 0)
    filled = np.where(there, close[last], np.nan)
    result = frame.copy(deep=False)
    for column, own in {close_name: close, **known}.items():
        gaps = np.isnan(own) & there
        if gaps.any():
            value = {columns["Volume"]: np.zeros(1), columns["Adjusted"]: own[_last_known(own)]}.get(column, filled)
            result[column] = np.where(gaps, value, own)
    return result


def _last_known(values: Array) -> Array:
    """For each row the last one up to it that has a value; -1 before there is any."""
    return np.asarray(np.maximum.accumulate(np.where(np.isnan(values), -1, np.arange(len(values)))))


def _numbers(answer: Any, length: int, symbol: str) -> Array:
    values = numbers(f"what the function gave for {symbol}", answer).ravel()
    if values.size != length:
        raise InputError(f"the function gave {values.size} numbers for {symbol}; expected {length}, one per date")
    return values
