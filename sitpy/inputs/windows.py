"""Which part of the past an estimate looks at: another frequency, several windows at once, several horizons."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sitpy.arguments import listed, numbers, positions, whole
from sitpy.dates import dated, endpoints
from sitpy.errors import InputError
from sitpy.inputs.assumptions import InputAssumptions
from sitpy.inputs.estimates import create_ia
from sitpy.inputs.tables import refuse_text

Array = np.ndarray
CreateIa = Callable[..., InputAssumptions]
"""What a rolling allocation calls: ``(returns of the window, positions of the assets, rows of data so far)``."""


def create_ia_period(prices: pd.DataFrame, periodicity: str = "weeks", lookback_len: int = 52) -> CreateIa:
    """Estimates from weekly, monthly, ... returns, whatever the frequency of the prices (a factory).

    Parameters
    ----------
    prices : DataFrame (dates x n assets)
        Prices, oldest first, with dates as index.
    periodicity : {"days", "weeks", "months", "quarters", "years"}
        Frequency of the returns; weeks end on Sunday. The table's last row ends a period, as in R.
    lookback_len : int
        How many returns of that frequency an estimate uses, 2 or more.

    Returns
    -------
    callable ``(hist_returns=None, index=None, nperiod=None) -> InputAssumptions``
        A ``create_ia_fn`` for the rolling allocation: :func:`create_ia` of the last ``lookback_len`` returns whose
        period has ended within the first ``nperiod`` rows of ``prices`` (None: all rows), for the assets at positions
        ``index`` (None: all). Returns come from ``prices``; ``hist_returns`` is not used.

    Raises
    ------
    InputError
        An unknown periodicity, text among the prices, an index without dates or not rising; when called, fewer returns
        than ``lookback_len`` or a position that does not exist.

    Examples
    --------
    >>> import numpy as np, pandas as pd, sitpy
    >>> days = pd.bdate_range("2024-01-01", periods=30)
    >>> prices = pd.DataFrame({"A": np.arange(1.0, 31.0), "B": np.arange(30.0, 0.0, -1)}, index=days)
    >>> estimate = sitpy.create_ia_period(prices, "weeks", 3)
    >>> estimate(nperiod=22).hist_returns.round(3).tolist()
    [[1.0, -0.192], [0.5, -0.238], [0.333, -0.312]]

    References
    ----------
    SIT, ``create.ia.period``.
    """
    lookback_len = whole("lookback_len", lookback_len, 2)
    table = _dated_prices(prices)
    ends = endpoints(table, periodicity)
    returns = table.iloc[ends].pct_change(fill_method=None)

    def estimate(
        hist_returns: ArrayLike | pd.DataFrame | None = None,
        index: Sequence[int] | Array | None = None,
        nperiod: int | None = None,
    ) -> InputAssumptions:
        rows = len(table) if nperiod is None else whole("nperiod", nperiod, 1)
        known = int((ends < rows).sum())
        if known <= lookback_len:
            raise InputError(
                f"{max(known - 1, 0)} {periodicity} of returns have ended within the first {rows} rows of prices; "
                f"lookback_len is {lookback_len}: start later, or shorten it"
            )
        n = table.shape[1]
        keep = positions("index", np.arange(n) if index is None else index, n).tolist()
        return create_ia(returns.iloc[known - lookback_len : known, keep], keep, nperiod)

    return estimate


def ia_build_hist(
    hist_returns: ArrayLike | pd.DataFrame, lookbacks: Sequence[int] | int, n_lag: int = 0
) -> Array | pd.DataFrame:
    """Stack several windows of a history that all end ``n_lag`` periods ago.

    Recent periods are in every window and so count more than old ones.

    Parameters
    ----------
    hist_returns : array or DataFrame (T periods x n assets)
        Returns per period, oldest first.
    lookbacks : sequence of int
        Lengths of the windows, in periods.
    n_lag : int
        How many of the last periods to leave out.

    Returns
    -------
    array or DataFrame (sum of lookbacks x n assets)
        The windows one below the other, in the order of ``lookbacks``; a DataFrame if one was given.

    Raises
    ------
    InputError
        A window that does not fit into the history, no window, a length below 1.

    Examples
    --------
    >>> import sitpy
    >>> sitpy.ia_build_hist([[0.1], [0.2], [0.3], [0.4]], [1, 2], n_lag=1).tolist()
    [[0.3], [0.2], [0.3]]

    References
    ----------
    SIT, ``ia.build.hist``.
    """
    table = _table(hist_returns, "hist_returns")
    windows = _lengths(lookbacks, "(20, 60, 120)")
    end = len(table) - whole("n_lag", n_lag, 0)
    if max(windows) > end:
        raise InputError(
            f"a window of {max(windows)} periods that ends {n_lag} ago needs {max(windows) + n_lag} periods; hist_returns "
            f"has {len(table)}: shorten lookbacks or n_lag"
        )
    stacked = pd.concat([table.iloc[end - length : end] for length in windows])
    return stacked if isinstance(hist_returns, pd.DataFrame) else stacked.to_numpy()


def create_ia_averaged(lookbacks: Sequence[int] | int, n_lag: int = 0) -> CreateIa:
    """Estimates from several windows of the history at once (a factory).

    Parameters
    ----------
    lookbacks : sequence of int
        Lengths of the windows, in periods.
    n_lag : int
        How many of the last periods to leave out.

    Returns
    -------
    callable ``(hist_returns, index=None, nperiod=None) -> InputAssumptions``
        A ``create_ia_fn`` for the rolling allocation: :func:`create_ia` of :func:`ia_build_hist`.

    Raises
    ------
    InputError
        When called: a window that does not fit into the history, or what :func:`create_ia` refuses.

    Examples
    --------
    >>> import sitpy
    >>> estimate = sitpy.create_ia_averaged([1, 2], n_lag=1)
    >>> estimate([[0.1], [0.2], [0.3], [0.4]]).expected_return.round(4).tolist()
    [0.2667]

    References
    ----------
    SIT, ``create.ia.averaged``.
    """

    def estimate(
        hist_returns: ArrayLike | pd.DataFrame,
        index: Sequence[int] | Array | None = None,
        nperiod: int | None = None,
    ) -> InputAssumptions:
        return create_ia(ia_build_hist(hist_returns, lookbacks, n_lag), index, nperiod)

    return estimate


def momentum_averaged(
    prices: ArrayLike | pd.DataFrame, lookbacks: Sequence[int] | int = (20, 60, 120, 250), n_skip: int = 3
) -> Array | pd.DataFrame:
    """Momentum averaged over several horizons, each put on a year of 252 days.

    The mean over the lookbacks k of ``252/k * (price n_skip days ago / price n_skip + k days ago - 1)``.

    Parameters
    ----------
    prices : array or DataFrame (T days x n assets)
        Prices, oldest first.
    lookbacks : sequence of int
        Lengths of the horizons, in days.
    n_skip : int
        How many of the last days to leave out.

    Returns
    -------
    array or DataFrame (T days x n assets)
        Momentum known at each day's close; nan until the longest horizon is there. A DataFrame if one was given.

    Raises
    ------
    InputError
        No horizon, a length below 1, a negative ``n_skip``, text among the prices.

    Examples
    --------
    >>> import sitpy
    >>> sitpy.momentum_averaged([[100.0], [110.0], [121.0]], [1, 2], n_skip=0)[-1].round(2).tolist()
    [25.83]

    References
    ----------
    SIT, ``momentum.averaged``.
    """
    table = _table(prices, "prices")
    skipped = table.shift(whole("n_skip", n_skip, 0))
    horizons = _lengths(lookbacks, "(20, 60, 120, 250)")
    parts = [252 / length * (skipped / skipped.shift(length) - 1) for length in horizons]
    momentum = sum(parts[1:], parts[0]) / len(parts)
    return momentum if isinstance(prices, pd.DataFrame) else momentum.to_numpy()


def _lengths(lookbacks: Any, example: str) -> list[int]:
    """Lengths of windows: one number, or one or more of them."""
    several = np.ndim(lookbacks) > 0 if isinstance(lookbacks, np.ndarray) else isinstance(lookbacks, Iterable)
    lengths = listed("lookbacks", lookbacks, f"give lengths such as {example}") if several else [lookbacks]
    if not lengths:
        raise InputError(f"lookbacks is empty; give at least one length, such as {example}")
    return [whole("lookbacks", length, 1) for length in lengths]


def _dated_prices(prices: pd.DataFrame) -> pd.DataFrame:
    if not isinstance(prices, pd.DataFrame):
        raise InputError(f"prices is a {type(prices).__name__}; give a DataFrame with dates as index")
    refuse_text(prices, "prices")
    table = prices.set_axis(dated(prices), axis=0)
    if not (table.index.is_monotonic_increasing and table.index.is_unique):
        raise InputError(
            "the dates of prices do not rise, oldest first without repeats; sort them (prices.sort_index())"
        )
    return table


def _table(values: Any, label: str) -> pd.DataFrame:
    """A table of numbers, periods x assets; nan may be among them."""
    if isinstance(values, pd.DataFrame):
        refuse_text(values, label)
        return values
    found = numbers(label, values)
    if found.ndim != 2:
        raise InputError(f"{label} has shape {found.shape}; expected periods x assets")
    return pd.DataFrame(found)
