"""From weights through time to back-tests of strategies side by side, and weights scaled to a target volatility."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sitpy.arguments import flag, function, instance, numbers, positions, positive, real, text, whole
from sitpy.backtest.engine import bt_run_share
from sitpy.backtest.environment import BacktestData, environment_of
from sitpy.backtest.statistics import HasReturns
from sitpy.backtest.weights import bt_apply_min_weight, bt_apply_round_weight, like, table_of
from sitpy.errors import BankruptError, InputError
from sitpy.rolling import RollingWeights

Array = np.ndarray
Log = Callable[[str, float], None]


def create_strategies(
    obj: RollingWeights,
    data: BacktestData,
    leverage: float | Sequence[float] = 1,
    min_weight: float | None = None,
    round_weight: float | None = None,
    execution_price: pd.DataFrame | ArrayLike | None = None,
    close_all_positions_index: Sequence[int] | Array | None = None,
    silent: bool = False,
    log: Log | None = None,
    prefix: str = "",
    suffix: str = "",
    clean_signal: bool = False,
    **options: Any,
) -> RollingWeights:
    """Back-test every strategy of a rolling allocation, with numbers of shares.

    Parameters
    ----------
    obj : RollingWeights
        From :func:`portfolio_allocation_helper`.
    data : BacktestData
        Prices on the dates that the allocation was made with; its own weights are not used.
    leverage : float or sequence of float
        Factor on the weights, one for all strategies or one for each.
    min_weight, round_weight : float, optional
        Drop weights below, round weights to multiples of: see :func:`bt_apply_min_weight`, :func:`bt_apply_round_weight`.
    execution_price : DataFrame or array (dates x symbols), optional
        Prices to trade at; closing prices when not given.
    close_all_positions_index : sequence of int, optional
        0-based rows at whose close everything is sold.
    silent : bool
        Do not call ``log``.
    log : callable, optional
        ``log(strategy, fraction done)``.
    prefix, suffix : str
        Put before and after the strategies' names.
    clean_signal : bool
        As in :func:`bt_run_share`; False rebalances at every date.
    **options
        Further arguments of :func:`bt_run_share`: ``commission``, ``do_lag``, ``capital``, ``dates``, ``trade_summary``.

    Returns
    -------
    RollingWeights
        A new one, ``weights`` changed as asked and ``models`` filled in: strategy to :class:`BacktestModel`, each with its
        ``period_weight``.

    Raises
    ------
    InputError
        Weights that do not fit the prices; as many factors as strategies are needed.
    BankruptError
        As :func:`bt_run`; the message names the strategy.

    Examples
    --------
    >>> import numpy as np, pandas as pd, sitpy
    >>> wave = np.sin(np.arange(200)[:, None] * [1.0, 1.7, 2.9])
    >>> prices = pd.DataFrame(100 + wave, columns=list("ABC"), index=pd.bdate_range("2020-01-01", periods=200))
    >>> obj = sitpy.portfolio_allocation_helper(prices, "quarters", min_risk_fns="EW,MV")
    >>> obj = sitpy.create_strategies(obj, sitpy.bt_prep(prices))
    >>> list(obj.models), obj.models["EW"].weight.iloc[65].round(4).tolist()
    (['EW', 'MV'], [0.3333, 0.3333, 0.3333])

    References
    ----------
    SIT, ``create.strategies``.
    """
    instance("obj", obj, RollingWeights, "give what portfolio_allocation_helper gives")
    data, silent = environment_of(data), flag("silent", silent)
    if log is not None:
        function("log", log, "give a function (strategy, share done), or None")
    prefix, suffix = text("prefix", prefix), text("suffix", suffix)
    factors = np.atleast_1d(numbers("leverage", leverage))
    if factors.shape not in ((1,), (len(obj.weights),)):
        raise InputError(
            f"leverage has {factors.size} factors for {len(obj.weights)} strategies; give one, or one for each"
        )
    factors = np.broadcast_to(factors, (len(obj.weights),))
    market = BacktestData(
        data.prices, execution_price=data.execution_price if execution_price is None else execution_price
    )
    weights, models = {}, {}
    for count, ((name, table), factor) in enumerate(zip(obj.weights.items(), factors, strict=True)):
        if log is not None and not silent:
            log(name, (count + 1) / len(obj.weights))
        table = _shaped(float(factor) * table, min_weight, round_weight)
        wanted = _on_dates(table, obj.period_ends, market, name)
        if close_all_positions_index is not None:
            wanted[positions("close_all_positions_index", close_all_positions_index, len(wanted), "rows")] = 0.0
        try:
            model = bt_run_share(market, clean_signal=clean_signal, weight=wanted, **options)
        except BankruptError as error:
            raise BankruptError(f"{name}: {error}", error.path) from None
        weights[name] = table
        models[f"{prefix}{name}{suffix}"] = replace(model, period_weight=table)
    return replace(obj, weights=weights, models=models)


def target_vol_strategy(
    model: HasReturns,
    weight: pd.DataFrame | ArrayLike,
    target: float = 10 / 100,
    lookback_len: int = 21,
    max_portfolio_leverage: float = 100 / 100,
    annual_periods: int = 252,
) -> pd.DataFrame:
    """Scale weights day by day so that the strategy's past volatility would have been the target.

    Parameters
    ----------
    model : BacktestModel
        The strategy that is scaled: its equity line gives the volatility, the standard deviation of the last
        ``lookback_len`` log returns.
    weight : DataFrame or array (dates x symbols)
        Weights to scale, on all dates of the model.
    target : float
        Volatility per year.
    lookback_len : int
        Returns per estimate.
    max_portfolio_leverage : float
        Largest sum of absolute weights.
    annual_periods : int
        Returns per year.

    Returns
    -------
    DataFrame (dates x symbols)
        nan until there are returns enough. The weights of a date use returns up to its close.

    Raises
    ------
    InputError
        Shapes that differ, a target, length or leverage that is not positive.

    Examples
    --------
    >>> import pandas as pd, sitpy
    >>> prices = pd.Series([100.0, 101, 100, 101, 100], index=pd.date_range("2020-01-01", periods=5))
    >>> model = sitpy.bt_simple(prices, [1, 1, 1, 1, 1])
    >>> sitpy.target_vol_strategy(model, model.weight, 0.1, lookback_len=2).iloc[:, 0].round(4).tolist()
    [nan, nan, 0.4477, 0.4477, 0.4477]

    References
    ----------
    SIT, ``target.vol.strategy``.
    """
    for name, value in (
        ("target", target),
        ("max_portfolio_leverage", max_portfolio_leverage),
        ("annual_periods", annual_periods),
    ):
        real(name, value, "give a positive number", positive)
    lookback_len = whole("lookback_len", lookback_len, 2)
    values = table_of(weight)
    if not isinstance(getattr(model, "equity", None), pd.Series):
        raise InputError(f"model is a {type(model).__name__}; give a result of bt_run")
    if len(values) != len(model.equity):
        raise InputError(f"weight has {len(values)} dates but the model has {len(model.equity)}; give the same dates")
    if not (model.equity > 0).all():
        raise InputError(
            f"the equity of the model is {model.equity.min():g} at its lowest; its log returns need more than 0"
        )
    returns = np.log(model.equity).diff()
    volatility = np.sqrt(annual_periods) * returns.rolling(lookback_len).std().to_numpy()
    size = np.nansum(np.abs(values), axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.minimum(target / volatility, max_portfolio_leverage / np.where(size > 0, size, np.nan))
    scale = np.where(size > 0, scale, np.where(np.isnan(volatility), np.nan, 1.0))
    return like(weight, values * scale[:, None])


def _shaped(table: pd.DataFrame, min_weight: float | None, round_weight: float | None) -> pd.DataFrame:
    if min_weight:
        table = bt_apply_min_weight(table, min_weight)
    return bt_apply_round_weight(table, round_weight) if round_weight else table


def _on_dates(table: pd.DataFrame, period_ends: Array, market: BacktestData, name: str) -> Array:
    """The weights on all dates, nan between rebalancing dates."""
    if (
        table.shape[1] != market.prices.shape[1]
        or len(table) != len(period_ends)
        or period_ends[-1] >= len(market.prices)
    ):
        raise InputError(
            f"the weights of {name!r} are {table.shape} up to row {period_ends[-1]}, the prices {market.prices.shape}; use the "
            "prices that the allocation was made with"
        )
    wanted = np.full(market.prices.shape, np.nan)
    wanted[period_ends] = table.to_numpy()
    return wanted
