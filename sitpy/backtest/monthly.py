"""An equity line by calendar: returns of months and years, and of the last year at every date."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from sitpy.backtest.losses import compute_max_drawdown, values_of
from sitpy.backtest.statistics import HasReturns
from sitpy.dates import dated, endpoints
from sitpy.errors import InputError

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NEAR = pd.Timedelta(days=4)  # ends of a month or week differ by less from year to year


def monthly_returns(equity: pd.Series | HasReturns) -> pd.DataFrame:
    """Returns of each month and year, and the deepest drawdown within each year.

    Parameters
    ----------
    equity : Series (dates), or BacktestModel
        Equity line with ascending dates.

    Returns
    -------
    DataFrame (years x Jan, ..., Dec, Year, MaxDD)
        Fractions, oldest year first. A month's return is from the last date before it to its own last date, so that the first
        month has none (nan), as a month without a date. A year's is from the last date of the year before; the first
        year's from the first date. MaxDD (zero or negative) counts from the same date. A first year of a single date has no
        row, unless there is no other. From where equity is 0 on, there is no return.

    Raises
    ------
    InputError
        Missing numbers, no dates, dates that repeat or fall.

    Examples
    --------
    >>> import pandas as pd
    >>> from sitpy.backtest.monthly import monthly_returns
    >>> equity = pd.Series([1, 1.1, 1.21, 0.605], index=pd.date_range("2020-10-31", periods=4, freq="ME"))
    >>> monthly_returns(equity)[["Oct", "Nov", "Dec", "Year", "MaxDD"]].round(2).loc[2020].tolist()
    [nan, 0.1, 0.1, 0.21, 0.0]

    References
    ----------
    SIT, ``plotbt.monthly.table``.
    """
    line = equity_line(equity)
    values, dates = line.to_numpy(), pd.DatetimeIndex(line.index)
    ends, last = endpoints(dates, "months"), endpoints(dates, "years")
    before = np.concatenate([[0], last[:-1]])
    if len(last) > 1 and last[0] == 0:
        last, before = last[1:], before[1:]
    months = np.full((len(last), 12), np.nan)
    for start, end in pairwise(ends):
        months[np.searchsorted(last, end), dates.month[end] - 1] = _change(values[start], values[end])
    table = pd.DataFrame(months, index=dates.year[last], columns=list(MONTHS))
    table["Year"] = [_change(values[i], values[j]) if j > i else np.nan for i, j in zip(before, last, strict=True)]
    table["MaxDD"] = [
        compute_max_drawdown(values[i : j + 1] / values[i]) if j > i and values[i] > 0 else np.nan
        for i, j in zip(before, last, strict=True)
    ]
    return table


def with_averages(table: pd.DataFrame) -> pd.DataFrame:
    """The table of :func:`monthly_returns` with the mean of each column below it, labelled "Avg"."""
    labels = [str(year) for year in table.index]
    return pd.concat([table.set_axis(labels, axis=0), table.mean().to_frame("Avg").T])


def yearly_returns(equity: pd.Series | HasReturns) -> pd.Series:
    """Return over the last twelve months at every date: from the date nearest to the same day a year before.

    Parameters and errors as in :func:`monthly_returns`. Fractions (dates); nan where no date lies within four days of that
    day, as during the first year, and after a loss of everything.

    Examples
    --------
    >>> import pandas as pd
    >>> from sitpy.backtest.monthly import yearly_returns
    >>> equity = pd.Series([1.0, 1.1, 1.32], index=pd.to_datetime(["2020-12-31", "2021-12-31", "2022-12-30"]))
    >>> yearly_returns(equity).round(4).tolist()
    [nan, 0.1, 0.2]
    """
    line = equity_line(equity)
    dates = pd.DatetimeIndex(line.index)
    at = dates.get_indexer(dates - pd.DateOffset(years=1), method="nearest", tolerance=_NEAR)
    start = np.where(at >= 0, line.to_numpy()[at], np.nan)
    return pd.Series(line.to_numpy() / np.where(start > 0, start, np.nan) - 1, index=dates)


def equity_line(equity: pd.Series | HasReturns) -> pd.Series:
    """The equity of a model, or an equity line: floats with ascending dates."""
    line = equity if isinstance(equity, (pd.Series, pd.DataFrame)) else getattr(equity, "equity", None)
    if line is None:
        raise InputError(f"equity is a {type(equity).__name__}; give a Series with dates, or a result of bt_run")
    dates = dated(line)
    values = values_of(line, "equity")
    if not dates.is_monotonic_increasing or dates.has_duplicates:
        at = int(np.argmax(np.diff(dates.asi8) <= 0)) + 1
        raise InputError(f"the date {dates[at]:%Y-%m-%d} comes after {dates[at - 1]:%Y-%m-%d}; sort, one row per date")
    return pd.Series(values, index=dates)


def _change(start: float, end: float) -> float:
    return end / start - 1 if start > 0 else float("nan")
