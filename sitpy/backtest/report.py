"""Models beside each other and in figures: trimmed to where they trade, tables of statistics, turnover, a summary."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, overload

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sitpy.arguments import function, instance, listed, numbers
from sitpy.backtest.environment import BacktestData, Span, rows_between
from sitpy.backtest.losses import compute_avg_drawdown, compute_cvar, compute_max_drawdown, compute_var
from sitpy.backtest.model import BacktestModel, TradeSummary, trim_rows
from sitpy.backtest.statistics import compute_cagr, compute_DVR, compute_exposure, compute_risk, compute_sharpe
from sitpy.backtest.weights import lagged, zeroed
from sitpy.dates import endpoints
from sitpy.errors import InputError

Array = np.ndarray
Figure = Callable[[Any], Any]


@overload
def bt_trim(models: Mapping[str, BacktestModel], /, *, dates: Span = ...) -> dict[str, BacktestModel]: ...


@overload
def bt_trim(*models: BacktestModel, dates: Span = ...) -> list[BacktestModel]: ...


def bt_trim(
    *models: BacktestModel | Mapping[str, BacktestModel], dates: Span = None
) -> list[BacktestModel] | dict[str, BacktestModel]:
    """Begin each model on the date before its equity first moves, and keep a range of dates.

    Parameters
    ----------
    *models : BacktestModel, or one mapping of them
    dates : str, rows or mask, optional
        A range such as "2000::2005", of what is left.

    Returns
    -------
    list of BacktestModel, or dict when a mapping was given
        New ones, equity starting at 1. A model that never moves keeps all its dates.

    Raises
    ------
    InputError
        Nothing is left within the range.

    Examples
    --------
    >>> import pandas as pd, sitpy
    >>> prices = pd.Series([10.0, 11, 12, 24], index=pd.date_range("2020-01-01", periods=4))
    >>> model, = sitpy.bt_trim(sitpy.bt_simple(prices, [0, 0, 1, 1]))
    >>> model.equity.tolist()
    [1.0, 2.0]

    References
    ----------
    SIT, ``bt.trim``.
    """
    if len(models) == 1 and isinstance(models[0], Mapping):
        return {name: _trimmed(model, dates) for name, model in models[0].items()}
    return [_trimmed(_model(model), dates) for model in models]


def compute_stats(
    data: Mapping[str, Any], fns: Mapping[str, Figure] | Sequence[Figure], do_na_omit: bool = True
) -> pd.DataFrame:
    """Several figures of several series.

    Parameters
    ----------
    data : mapping of str to Series, or DataFrame
        Whatever the functions take; one column of the answer each.
    fns : mapping of str to callable, or sequence of callables
        One row of the answer each.
    do_na_omit : bool
        Drop missing numbers of a Series first.

    Returns
    -------
    DataFrame (figures x series)

    Raises
    ------
    InputError
        As the functions do.

    Examples
    --------
    >>> import pandas as pd, sitpy
    >>> data = {"A": pd.Series([float("nan"), 1.0, 2.0]), "B": pd.Series([3.0, 5.0, 7.0])}
    >>> sitpy.compute_stats(data, {"mean": lambda x: x.mean(), "n": len}).loc["mean"].tolist()
    [1.5, 5.0]

    References
    ----------
    SIT, ``compute.stats``.
    """
    remedy = "give functions of a series"
    if not isinstance(fns, Mapping):
        fns = {getattr(fn, "__name__", str(fn)): fn for fn in listed("fns", fns, remedy)}
    named = {label: function(f"fns[{label!r}]", fn, remedy) for label, fn in dict(fns).items()}
    if not hasattr(data, "keys"):
        raise InputError(f"data is a {type(data).__name__}; give a mapping of names to series, or a DataFrame")
    columns = {}
    for name in data.keys():  # noqa: SIM118  # iterating sitpy.r's list gives its values
        values = data[name]
        values = values.dropna() if do_na_omit and isinstance(values, (pd.Series, pd.DataFrame)) else values
        columns[str(name)] = {label: fn(values) for label, fn in named.items()}
    return pd.DataFrame(columns, index=list(named))


def compute_turnover(bt: BacktestModel, b: BacktestData, exclude_first_trade: bool = True) -> float:
    """Value traded per year over the portfolio's mean value, averaged over calendar years; buying and selling both count.

    Parameters
    ----------
    bt : BacktestModel
    b : BacktestData
        What the model was run on.
    exclude_first_trade : bool
        Leave out the purchase of a portfolio that is there from the start (trades that show in the first two rows).

    Returns
    -------
    float
        1 is the whole portfolio, bought or sold once per year. With weights, over the mean sum of absolute weights. With
        shares the portfolio is worth cash plus shares, where SIT counts the cash anew at purchases only: one that has sold
        everything is worth what cash was left at the last purchase.

    Raises
    ------
    InputError
        The model does not fit the prices.

    Examples
    --------
    >>> import pandas as pd, sitpy
    >>> b = sitpy.bt_prep(pd.DataFrame({"A": [10.0] * 5}, index=pd.date_range("2020-01-01", periods=5)))
    >>> b.weight.iloc[:, 0] = [0, 1, 0, 1, 1]
    >>> sitpy.compute_turnover(sitpy.bt_run(b), b)
    6.0

    References
    ----------
    SIT, ``compute.turnover``.
    """
    bt, b = _model(bt), instance("b", b, BacktestData, "give the environment that bt_prep makes")
    if bt.dates_index[-1] >= len(b.dates) or not b.dates[bt.dates_index].equals(bt.dates):
        raise InputError("the model was not run on these prices: the dates differ; pass what bt_run was given")
    value, traded = _weights_traded(bt) if bt.share is None else _shares_traded(bt, bt.share, b)
    if exclude_first_trade:
        traded[:2] = 0.0
    year_ends = endpoints(bt.equity, "years")
    starts = np.concatenate([[0], year_ends[:-1]]) + 1
    yearly = []
    for first, last in zip(starts, year_ends, strict=True):
        worth = value[first : last + 1]
        worth = worth[~np.isnan(worth)]
        if worth.size and worth.mean() > 0:
            yearly.append(traded[first : last + 1].sum() / worth.mean())
    return float(np.mean(yearly)) if yearly else 0.0


def compute_max_deviation(bt: BacktestModel, target_allocation: ArrayLike) -> float:
    """How far any weight has ever drifted from the target.

    Parameters
    ----------
    bt : BacktestModel
    target_allocation : array (symbols)
        The weights that were meant.

    Returns
    -------
    float
        Largest absolute difference, the first date left out.

    Raises
    ------
    InputError
        One weight per symbol is needed.

    Examples
    --------
    >>> import pandas as pd, sitpy
    >>> b = sitpy.bt_prep(pd.DataFrame({"A": [1.0, 3, 3], "B": [1.0, 1, 1]}, index=pd.date_range("2020-01-01", periods=3)))
    >>> b.weight.iloc[0] = 0.5
    >>> sitpy.compute_max_deviation(sitpy.bt_run_share(b), [0.5, 0.5])
    0.25

    References
    ----------
    SIT, ``compute.max.deviation``.
    """
    bt, target = _model(bt), numbers("target_allocation", target_allocation)
    if target.shape != (bt.weight.shape[1],):
        raise InputError(
            f"target_allocation has shape {target.shape}; expected {bt.weight.shape[1]} weights, one per symbol"
        )
    return float(np.abs(bt.weight.to_numpy()[1:] - target).max())


def bt_detail_summary(bt: BacktestModel, trade_summary: TradeSummary | None = None) -> dict[str, dict[str, Any]]:
    """The figures by which a strategy is judged, in percent, rounded as SIT prints them.

    Parameters
    ----------
    bt : BacktestModel
    trade_summary : record, optional
        From :func:`bt_trade_summary`; the model's own when not given.

    Returns
    -------
    dict of dict
        "System": Period; Sharpe, DVR and, with trades, Profit_Factor as they are; Cagr, Volatility, MaxDD, AvgDD, VaR, CVaR and
        Exposure in percent. "Trade": empty without a trade summary. "Period": best, worst and winning days, months and years
        in percent; the first month and year, whose start is not known, do not count.

    Raises
    ------
    InputError
        As the statistics do.

    Examples
    --------
    >>> import pandas as pd, sitpy
    >>> prices = pd.Series([10.0, 11, 9.9, 12], index=pd.date_range("2020-01-30", periods=4))
    >>> out = sitpy.bt_detail_summary(sitpy.bt_simple(prices, [1, 1, 1, 1]))
    >>> out["System"]["Period"], out["System"]["MaxDD"], out["Period"]["Win_Percent_Month"]
    ('Jan2020 - Feb2020', -10.0, 100.0)

    References
    ----------
    SIT, ``bt.detail.summary``.
    """
    bt = _model(bt)
    trades = bt.trade_summary if trade_summary is None else trade_summary
    return {"System": _system(bt, trades), "Trade": {} if trades is None else _trade(trades), "Period": _period(bt)}


def _system(bt: BacktestModel, trades: TradeSummary | None) -> dict[str, Any]:
    fractions = {
        "Cagr": compute_cagr(bt.equity),
        "Sharpe": compute_sharpe(bt.ret) / 100,
        "DVR": compute_DVR(bt) / 100,
        "Volatility": compute_risk(bt.ret),
        "MaxDD": compute_max_drawdown(bt.equity),
        "AvgDD": compute_avg_drawdown(bt.equity),
        **({} if trades is None else {"Profit_Factor": float(trades.stats["All"]["profitability"]) / 100}),
        "VaR": compute_var(bt.ret),
        "CVaR": compute_cvar(bt.ret),
        "Exposure": compute_exposure(bt.weight),
    }
    period = f"{bt.dates[0]:%b%Y} - {bt.dates[-1]:%b%Y}"
    return {"Period": period} | {name: round(100 * value, 2) for name, value in fractions.items()}


def _trade(trades: TradeSummary) -> dict[str, Any]:
    all_trades = {str(name): float(value) for name, value in trades.stats["All"].items()}
    win, loss = all_trades["win_avg_pnl"], all_trades["loss_avg_pnl"]
    returns = trades.trades["return"]
    return {
        "Win_Percent": round(100 * all_trades["win_prob"], 1),
        "Avg_Trade": round(all_trades["avg_pnl"], 1),
        "Avg_Win": round(win, 1),
        "Avg_Loss": round(loss, 1),
        "Best_Trade": float(returns.max()),
        "Worst_Trade": float(returns.min()),
        "WinLoss_Ratio": round(-win / loss, 2) if loss else float("nan"),
        "Avg_Len": round(all_trades["len"], 2),
        "Num_Trades": trades.ntrades,
    }


def _period(bt: BacktestModel) -> dict[str, float]:
    figures = {"Win_Percent_Day": float((bt.ret > 0).mean()), "Best_Day": bt.best, "Worst_Day": bt.worst}
    for name, on in (("Month", "months"), ("Year", "years")):
        change = bt.equity.iloc[endpoints(bt.equity, on)].pct_change().iloc[1:]
        figures[f"Win_Percent_{name}"] = float((change > 0).mean())
        figures[f"Best_{name}"] = float(change.max())
        figures[f"Worst_{name}"] = float(change.min())
    return {name: round(100 * value, 1) for name, value in figures.items()}


def _model(model: Any) -> BacktestModel:
    if not isinstance(model, BacktestModel):
        raise InputError(f"expected results of bt_run, or one mapping of them; found {type(model).__name__}")
    return model


def _trimmed(model: BacktestModel, dates: Span) -> BacktestModel:
    moves = np.flatnonzero(model.equity.to_numpy() != 1)
    rows = np.arange(max(moves[0] - 1, 0) if moves.size else 0, len(model.equity))
    return trim_rows(model, rows[rows_between(model.dates[rows], dates)])


def _weights_traded(bt: BacktestModel) -> tuple[Array, Array]:
    """Sum of absolute weights, and of their changes, by date."""
    weight = bt.weight.to_numpy()
    return np.abs(weight).sum(axis=1), zeroed(np.abs(weight - lagged(weight)).sum(axis=1))


def _shares_traded(bt: BacktestModel, share_table: pd.DataFrame, b: BacktestData) -> tuple[Array, Array]:
    """Value of cash and shares, and of the shares traded, by date at the close before; nan before the first purchase."""
    share = share_table.to_numpy()
    prices = lagged(b.prices.to_numpy()[bt.dates_index])
    worth = zeroed(share * prices).sum(axis=1)
    after = lagged(share, -1)
    bought = ((share != after) & (after != 0) & ~np.isnan(after)).any(axis=1)
    cash = np.where(np.concatenate([[False], bought[:-1]]), bt.capital - worth, np.nan)
    value = pd.Series(cash).ffill().to_numpy() + worth
    return value, zeroed(prices * np.abs(share - lagged(share))).sum(axis=1)
