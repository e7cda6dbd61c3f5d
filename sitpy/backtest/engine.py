"""From weights to an equity line, with the weights' returns or with numbers of shares.

Weights known at the close of a date earn from that date to the next (``do_lag=1``); a missing weight carries the last one
forward. Rows are dates, oldest first.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sitpy.arguments import flag, numbers, whole
from sitpy.backtest.environment import (
    BacktestData,
    Span,
    aligned,
    close_of,
    environment_of,
    executed,
    rows_between,
)
from sitpy.backtest.model import BacktestModel, Costs, Kind, bt_summary, check_kind, commission_of, trim_rows
from sitpy.backtest.trades import bt_trade_summary
from sitpy.backtest.weights import carried, changes, lagged, zeroed
from sitpy.errors import InputError, warn
from sitpy.inputs.tables import positive_prices

Array = np.ndarray
Weight = pd.DataFrame | ArrayLike | None


def bt_run(
    b: BacktestData,
    type: Kind = "weight",
    do_lag: int = 1,
    capital: float = 100000,
    commission: Costs = 0.0,
    *,
    trade_summary: bool = False,
    do_CarryLastObservationForwardIfNA: bool = True,
    silent: bool = True,
    weight: Weight = None,
    dates: Span = None,
) -> BacktestModel:
    """Back-test of weights, or of numbers of shares.

    Parameters
    ----------
    b : BacktestData
        Prices, and the weights when ``weight`` is not given.
    type : {"weight", "share"}
        What the numbers in ``weight`` are: fractions of the portfolio, kept at these fractions every day by free
        rebalancing between trades; or numbers of shares.
    do_lag : int
        1: a weight known at a close earns from that close to the next. 2: it earns one date later. 0 is hindsight.
    capital : float
        Money behind the shares; of no effect with weights.
    commission : float, or mapping with any of ``cps``, ``fixed``, ``percentage``
        A number means percentage with weights, and cps with shares. ``percentage`` is a fraction of the value traded;
        ``cps`` is money per share; ``fixed`` is charged for each symbol traded on a date: a fraction of the portfolio
        with weights, money with shares.
    trade_summary : bool
        Also list the trades, see :func:`bt_trade_summary`.
    do_CarryLastObservationForwardIfNA : bool
        Whether a missing weight means the last one (the default) or nothing.
    silent : bool
        False prints the result in a line.
    weight : DataFrame or array (dates x symbols), optional
        Used instead of ``b.weight``; a DataFrame may hold the rebalancing dates only.
    dates : str, rows or mask, optional
        Part of the dates that the result shall show.

    Returns
    -------
    BacktestModel
        ``ret``, ``equity`` (starts at 1), ``weight`` (held over the day that ends at the row's close), ``cagr``, ``best``,
        ``worst``; with shares also ``share``, ``cash``, ``value``.

    Raises
    ------
    InputError
        Shapes or time zones that differ, unknown words, negative lag, capital or commission, a price that is not positive.
    BankruptError
        The portfolio loses everything, on any date: that date; ``path`` is the model up to it, that date included.

    Warns
    -----
    SitpyWarning
        A symbol is held on a date without a price (its return is 0 there).

    Examples
    --------
    >>> import pandas as pd, sitpy
    >>> b = sitpy.bt_prep(pd.DataFrame({"A": [10.0, 11, 11, 22]}, index=pd.date_range("2020-01-01", periods=4)))
    >>> b.weight.iloc[1] = 0.5
    >>> sitpy.bt_run(b).equity.tolist()
    [1.0, 1.0, 1.0, 1.5]

    References
    ----------
    SIT, ``bt.run``. SIT loses the fixed commission with weights, charges nothing for a purchase on the first date, and goes
    on after a loss of everything.
    """
    b = environment_of(b)
    check_kind(type, capital)
    costs = commission_of(commission, type)
    trade_summary, silent = flag("trade_summary", trade_summary), flag("silent", silent)
    wanted = lagged(_wanted(b, weight), whole("do_lag", do_lag))
    carry = flag("do_CarryLastObservationForwardIfNA", do_CarryLastObservationForwardIfNA)
    held = zeroed(carried(wanted) if carry else wanted)
    prices = executed(b, held)
    figures = _returns(prices, held, b.prices) if type == "weight" else prices
    model = bt_summary(held, figures, type, b.prices, capital, costs)
    if dates is not None:
        model = trim_rows(model, rows_between(b.dates, dates))
    if trade_summary:
        model = replace(model, trade_summary=bt_trade_summary(b, model))
    if not silent:
        print(model)
    return model


def bt_run_share(
    b: BacktestData,
    prices: pd.DataFrame | None = None,
    clean_signal: bool = True,
    trade_summary: bool = False,
    do_lag: int = 1,
    do_CarryLastObservationForwardIfNA: bool = True,
    silent: bool = True,
    capital: float = 100000,
    commission: Costs = 0.0,
    weight: Weight = None,
    dates: Span = None,
) -> BacktestModel:
    """Back-test that buys, at each date with a weight, ``weight * capital / price`` shares and leaves them alone after.

    Between trades the weights drift with the prices. Every trade is made with the same ``capital``; the equity line
    compounds the returns.

    Parameters
    ----------
    b, trade_summary, do_lag, do_CarryLastObservationForwardIfNA, silent, capital, commission, weight, dates
        As in :func:`bt_run` with ``type="share"``.
    prices : DataFrame (dates x symbols), optional
        Prices to turn weights into shares, instead of ``b.prices``.
    clean_signal : bool
        Drop a weight that repeats the one before, see :func:`bt_exrem`; otherwise repeating it is a rebalancing.

    Returns
    -------
    BacktestModel

    Raises
    ------
    InputError, BankruptError
        As :func:`bt_run`.

    Warns
    -----
    SitpyWarning
        As :func:`bt_run`; a weight is given to a symbol that has no price yet (nothing is bought).

    Examples
    --------
    >>> import pandas as pd, sitpy
    >>> table = pd.DataFrame({"A": [10.0, 20, 40], "B": [10.0, 10, 10]}, index=pd.date_range("2020-01-01", periods=3))
    >>> b = sitpy.bt_prep(table)
    >>> b.weight.iloc[0] = 0.5
    >>> model = sitpy.bt_run_share(b)
    >>> model.equity.tolist(), model.weight["A"].round(4).tolist()
    ([1.0, 1.5, 2.5], [0.0, 0.5, 0.6667])

    References
    ----------
    SIT, ``bt.run.share``.
    """
    b = environment_of(b)
    check_kind("share", capital)
    clean_signal = flag("clean_signal", clean_signal)
    paid = carried((b.prices if prices is None else positive_prices(aligned(prices, b.prices, "prices"))).to_numpy())
    wanted = lagged(_wanted(b, weight), whole("do_lag", do_lag) - 1)
    _warn_unpriced(
        (wanted != 0) & ~np.isnan(wanted) & np.isnan(paid), b.prices, "is given a weight", "nothing is bought"
    )
    wanted = changes(wanted) if clean_signal else wanted
    return bt_run(
        b,
        "share",
        1,
        capital,
        commission,
        trade_summary=trade_summary,
        do_CarryLastObservationForwardIfNA=do_CarryLastObservationForwardIfNA,
        silent=silent,
        weight=capital / paid * wanted,
        dates=dates,
    )


def bt_run_weight_fast(
    b: BacktestData, do_lag: int = 1, do_CarryLastObservationForwardIfNA: bool = True
) -> BacktestModel:
    """As :func:`bt_run` with weights, without commission and execution prices.

    Parameters
    ----------
    b, do_lag, do_CarryLastObservationForwardIfNA
        As in :func:`bt_run`.

    Returns
    -------
    BacktestModel

    Raises
    ------
    InputError, BankruptError
        As :func:`bt_run`.

    Examples
    --------
    >>> import pandas as pd, sitpy
    >>> b = sitpy.bt_prep(pd.DataFrame({"A": [10.0, 11, 22]}, index=pd.date_range("2020-01-01", periods=3)))
    >>> b.weight.iloc[1] = 1
    >>> sitpy.bt_run_weight_fast(b).ret.tolist()
    [0.0, 0.0, 1.0]

    References
    ----------
    SIT, ``bt.run.weight.fast``.
    """
    b = environment_of(b)
    plain = BacktestData(b.prices, weight=b.weight)
    return bt_run(plain, do_lag=do_lag, do_CarryLastObservationForwardIfNA=do_CarryLastObservationForwardIfNA)


def bt_simple(data: pd.Series | pd.DataFrame, signal: ArrayLike | pd.Series, silent: bool = True) -> BacktestModel:
    """Back-test of one symbol and a signal that is known at the close.

    Parameters
    ----------
    data : Series, or DataFrame with a column Close
        Prices, with dates.
    signal : array (dates)
        Fraction of the portfolio to hold from each close on; nan carries the last one forward.
    silent : bool
        False prints the result in a line.

    Returns
    -------
    BacktestModel

    Raises
    ------
    InputError, BankruptError
        As :func:`bt_run`.

    Examples
    --------
    >>> import pandas as pd, sitpy
    >>> prices = pd.Series([10.0, 11, 22], index=pd.date_range("2020-01-01", periods=3))
    >>> sitpy.bt_simple(prices, [0, 1, 1]).equity.tolist()
    [1.0, 1.0, 2.0]

    References
    ----------
    SIT, ``bt.simple``.
    """
    if not isinstance(data, (pd.Series, pd.DataFrame)):
        raise InputError(f"data is a {data.__class__.__name__}; expected the prices of one symbol with their dates")
    close = close_of(data, "data")
    b = BacktestData(close.to_frame("data"))
    return bt_run(b, weight=numbers("signal", signal).reshape(-1, 1), silent=silent)


def _wanted(b: BacktestData, weight: Weight) -> Array:
    """The weights of the call or of the environment (dates x symbols), none of them infinite."""
    values = aligned(b.weight if weight is None else weight, b.prices, "weight").to_numpy()
    infinite = np.argwhere(np.isinf(values))
    if infinite.size:
        row, column = infinite[0]
        raise InputError(f"the weight of {b.symbolnames[column]} on {b.dates[row]:%Y-%m-%d} is infinite; use a number")
    return values


def _returns(prices: Array, held: Array, labels: pd.DataFrame) -> Array:
    """Returns from the date before (dates x symbols); zero for what is not held, and where a price is missing."""
    with np.errstate(divide="ignore", invalid="ignore"):
        returns = np.where(held != 0, prices / lagged(prices) - 1, 0.0)
    missing = np.isnan(returns)
    missing[0] = False
    _warn_unpriced(missing, labels, "is held", "its return there counts as 0")
    return zeroed(returns)


def _warn_unpriced(missing: Array, labels: pd.DataFrame, what: str, effect: str) -> None:
    if missing.any():
        column = int(np.argmax(missing.sum(axis=0)))
        rows = np.flatnonzero(missing[:, column])
        warn(
            f"{labels.columns[column]} {what} on {rows.size} date(s) without a price, the first "
            f"{labels.index[rows[0]]:%Y-%m-%d}: {effect} ({int(missing.any(axis=0).sum())} symbol(s) in all); fill gaps with "
            "bt_prep(fill_gaps=True) or set the weight to 0"
        )
