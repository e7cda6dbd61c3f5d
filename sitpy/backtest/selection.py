"""Some of the symbols or of the dates of a back-test's environment."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from sitpy.arguments import function, instance, listed, shown, whole
from sitpy.backtest.environment import BacktestData, Prices, Span, close_of, rows_between, tables_of
from sitpy.dates import dated, endpoints
from sitpy.errors import InputError

Array = np.ndarray

_MADE = "give the environment that bt_prep makes"


def bt_prep_remove_symbols_min_history(b: BacktestData, min_history: int = 1000) -> BacktestData:
    """Leave out symbols with fewer than ``min_history`` prices.

    Parameters
    ----------
    b : BacktestData
    min_history : int
        Smallest number of dates with a price.

    Returns
    -------
    BacktestData
        A new one.

    Raises
    ------
    InputError
        When no symbol would be left.

    Examples
    --------
    >>> import pandas as pd, sitpy
    >>> days = pd.date_range("2020-01-01", periods=3)
    >>> b = sitpy.bt_prep({"A": pd.Series([1.0, 2, 3], index=days), "B": pd.Series([5.0, 6], index=days[1:])})
    >>> sitpy.bt_prep_remove_symbols_min_history(b, 3).symbolnames
    ['A']

    References
    ----------
    SIT, ``bt.prep.remove.symbols.min.history``.
    """
    b, min_history = instance("b", b, BacktestData, _MADE), whole("min_history", min_history)
    counts = b.prices.notna().sum().to_numpy()
    return bt_prep_remove_symbols(b, np.flatnonzero(counts < min_history).tolist())


def bt_prep_remove_symbols(b: BacktestData, index: Sequence[int | str] | str) -> BacktestData:
    """Leave out symbols.

    Parameters
    ----------
    b : BacktestData
    index : sequence of int or str, or str
        0-based positions, or names, of the symbols to leave out.

    Returns
    -------
    BacktestData
        A new one.

    Raises
    ------
    InputError
        A symbol that is not there, or none left.

    Examples
    --------
    >>> import pandas as pd, sitpy
    >>> b = sitpy.bt_prep(pd.DataFrame({"A": [1.0], "B": [2.0]}, index=pd.DatetimeIndex(["2020-01-01"])))
    >>> sitpy.bt_prep_remove_symbols(b, "A").symbolnames
    ['B']

    References
    ----------
    SIT, ``bt.prep.remove.symbols``.
    """
    names = instance("b", b, BacktestData, _MADE).symbolnames
    gone = set()
    for item in [index] if isinstance(index, str) else listed("index", index, "give a list of symbols or positions"):
        if isinstance(item, bool) or not isinstance(item, (str, int, np.integer)):
            raise InputError(f"index holds {shown(item)}; give symbols, or their positions counted from 0")
        known = item in names if isinstance(item, str) else -len(names) <= item < len(names)
        if not known:
            raise InputError(f"there is no symbol {item!r}; the symbols are {', '.join(names)} (counted from 0)")
        gone.add(names.index(item) if isinstance(item, str) else int(item) % len(names))
    if len(gone) == len(names):
        raise InputError(f"none of the {len(names)} symbols would be left; keep at least one")
    return b.take(symbols=[i for i in range(len(names)) if i not in gone])


def bt_prep_trim(b: BacktestData, dates: Span = None) -> BacktestData:
    """Keep a range of dates.

    Parameters
    ----------
    b : BacktestData
    dates : str, rows or mask, optional
        A range such as "2000::2005"; all dates when not given.

    Returns
    -------
    BacktestData
        A new one.

    Raises
    ------
    InputError
        No date within the range.

    Examples
    --------
    >>> import pandas as pd, sitpy
    >>> b = sitpy.bt_prep(pd.DataFrame({"A": [1.0, 2, 3]}, index=pd.date_range("2020-01-30", periods=3)))
    >>> sitpy.bt_prep_trim(b, "2020-01").prices["A"].tolist()
    [1.0, 2.0]

    References
    ----------
    SIT, ``bt.prep.trim``.
    """
    b = instance("b", b, BacktestData, _MADE)
    return b.take(rows=rows_between(b.dates, dates))


def bt_change_periodicity(
    b: BacktestData,
    periodicity: str | None = None,
    period_ends: Sequence[int] | Array | None = None,
    date_map_fn: Callable[[pd.DatetimeIndex], pd.DatetimeIndex] | None = None,
) -> BacktestData:
    """Keep the last date of each week, month or year.

    Parameters
    ----------
    b : BacktestData
    periodicity : str, optional
        As in :func:`endpoints`; not used when ``period_ends`` is given.
    period_ends : sequence of int, optional
        0-based rows to keep.
    date_map_fn : callable, optional
        Gives new dates for those kept.

    Returns
    -------
    BacktestData
        A new one.

    Raises
    ------
    InputError
        Neither a periodicity nor rows are given.

    Examples
    --------
    >>> import pandas as pd, sitpy
    >>> b = sitpy.bt_prep(pd.DataFrame({"A": [1.0, 2, 3]}, index=pd.date_range("2020-01-30", periods=3)))
    >>> sitpy.bt_change_periodicity(b, "months").prices["A"].tolist()
    [2.0, 3.0]

    References
    ----------
    SIT, ``bt.change.periodicity``.
    """
    b = instance("b", b, BacktestData, _MADE)
    if period_ends is None:
        if periodicity is None:
            raise InputError("give a periodicity such as 'months', or period_ends, the rows to keep")
        period_ends = endpoints(b.prices, periodicity)
    result = b.take(rows=rows_between(b.dates, period_ends, "period_ends"))
    if date_map_fn is not None:
        function("date_map_fn", date_map_fn, "give a function of dates")
        dates = pd.DatetimeIndex(date_map_fn(result.dates))
        for table in (result.prices, result.weight, result.execution_price, *result.frames.values()):
            table.index = dates
    return result


def bt_start_dates(b: Prices | BacktestData) -> pd.Series:
    """First date with a price of each symbol, earliest first.

    Parameters
    ----------
    b : mapping, DataFrame or BacktestData
        As in :func:`bt_prep`.

    Returns
    -------
    Series (symbols)

    Raises
    ------
    InputError
        A symbol without any price.

    Examples
    --------
    >>> import pandas as pd, sitpy
    >>> days = pd.date_range("2020-01-01", periods=3)
    >>> b = {"B": pd.Series([5.0, 6], index=days[1:]), "A": pd.Series([1.0, 2, 3], index=days)}
    >>> sitpy.bt_start_dates(b).dt.day.to_dict()
    {'A': 1, 'B': 2}

    References
    ----------
    SIT, ``bt.start.dates``.
    """
    return _edge_dates(b, 0).rename("Start")


def bt_end_dates(b: Prices | BacktestData) -> pd.Series:
    """Last date with a price of each symbol, earliest first.

    Parameters, return value and errors as in :func:`bt_start_dates`.

    Examples
    --------
    >>> import pandas as pd, sitpy
    >>> days = pd.date_range("2020-01-01", periods=3)
    >>> b = {"A": pd.Series([1.0, 2, 3], index=days), "B": pd.Series([5.0, 6], index=days[:2])}
    >>> sitpy.bt_end_dates(b).dt.day.to_dict()
    {'B': 2, 'A': 3}

    References
    ----------
    SIT, ``bt.end.dates``.
    """
    return _edge_dates(b, -1).rename("End")


def _edge_dates(b: Prices | BacktestData, which: int) -> pd.Series:
    dates = {}
    for symbol, table in tables_of(b).items():
        there = np.flatnonzero(close_of(table, symbol).notna())
        if there.size == 0:
            raise InputError(f"{symbol} has no price at all; leave it out")
        dates[symbol] = dated(table)[there[which]]
    return pd.Series(dates).sort_values(kind="stable")
