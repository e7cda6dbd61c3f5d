"""The trades of a back-test, one row each, and their statistics."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sitpy.arguments import instance
from sitpy.backtest.environment import BacktestData, environment_of, executed
from sitpy.backtest.model import BacktestModel, TradeSummary
from sitpy.backtest.weights import carried
from sitpy.errors import InputError

Array = np.ndarray


def bt_trade_summary(b: BacktestData, bt: BacktestModel) -> TradeSummary:
    """Every position from the close at which it was taken to the close at which it changed.

    Changing a weight (or a number of shares) ends one trade and begins another; what is open at the end is closed at the last
    price.

    Parameters
    ----------
    b : BacktestData
    bt : BacktestModel
        A result of :func:`bt_run` on ``b``.

    Returns
    -------
    record
        ``ntrades``; ``trades``: symbol, weight (percent of the portfolio when taken), entry_date, exit_date, nhold (days),
        entry_price, exit_price, return (percent, of the symbol); ``stats``: figures for All, Long and Short trades, where pnl
        is weight x return in percent of the portfolio and len is in days.

    Raises
    ------
    InputError
        The model has other symbols or dates than ``b``.

    Examples
    --------
    >>> import pandas as pd, sitpy
    >>> b = sitpy.bt_prep(pd.DataFrame({"A": [10.0, 11, 22, 20]}, index=pd.date_range("2020-01-01", periods=4)))
    >>> b.weight.iloc[1], b.weight.iloc[2] = 0.5, 0
    >>> out = sitpy.bt_trade_summary(b, sitpy.bt_run(b))
    >>> out.trades[["symbol", "weight", "entry_price", "exit_price", "return"]].values.tolist()
    [['A', 50.0, 11.0, 22.0, 100.0]]

    References
    ----------
    SIT, ``bt.trade.summary``.
    """
    b, bt = environment_of(b), instance("bt", bt, BacktestModel, "give a result of bt_run")
    held = bt.weight if bt.share is None else bt.share
    if list(held.columns) != list(b.prices.columns):
        raise InputError(
            f"the model has the symbols {', '.join(map(str, held.columns))} but the prices have {', '.join(b.symbolnames)}"
        )
    if bt.dates_index[-1] >= len(b.dates) or not b.dates[bt.dates_index].equals(bt.dates):
        raise InputError("the model was not run on these prices: the dates differ; pass what bt_run was given")
    shown = b if len(bt.dates) == len(b.dates) else b.take(rows=bt.dates_index)
    position = held.to_numpy()
    prices = carried(executed(shown, position))
    symbol, entry, leave = _spans(position)
    taken = np.maximum(entry - 1, 0)
    trades = pd.DataFrame(
        {
            "symbol": np.array(b.symbolnames, dtype=object)[symbol],
            "weight": 100 * bt.weight.to_numpy()[entry, symbol],
            "entry_date": bt.dates[taken],
            "exit_date": bt.dates[leave],
            "nhold": (bt.dates[leave] - bt.dates[taken]).days,
            "entry_price": prices[taken, symbol],
            "exit_price": prices[leave, symbol],
        }
    )
    trades["return"] = 100 * (trades["exit_price"] / trades["entry_price"] - 1)
    side = trades["weight"]
    stats = {"All": _stats(trades), "Long": _stats(trades[side >= 0]), "Short": _stats(trades[side < 0])}
    return TradeSummary(len(trades), trades, pd.DataFrame(stats))


def _spans(position: Array) -> tuple[Array, Array, Array]:
    """Symbol, first and last row of each run of an unchanged position other than zero, symbol by symbol."""
    edge = np.zeros((1, position.shape[1]))
    change = np.diff(position, axis=0, prepend=edge, append=edge) != 0
    symbol, entry = np.nonzero((change[:-1] & (position != 0)).T)
    _, leave = np.nonzero((change[1:] & (position != 0)).T)
    return symbol, entry, leave


def _stats(trades: pd.DataFrame) -> dict[str, float]:
    pnl = (trades["return"] * trades["weight"] / 100).to_numpy()
    days = trades["nhold"].to_numpy()
    win, loss = pnl > 0, pnl < 0
    win_prob = _mean(win)
    win_pnl, loss_pnl = win_prob * _mean(pnl[win], 0.0), (1 - win_prob) * _mean(pnl[loss], 0.0)
    return {
        "ntrades": len(pnl),
        "avg_pnl": _mean(pnl),
        "len": _mean(days),
        "win_prob": win_prob,
        "win_avg_pnl": _mean(pnl[win]),
        "win_len": _mean(days[win]),
        "loss_prob": 1 - win_prob,
        "loss_avg_pnl": _mean(pnl[loss]),
        "loss_len": _mean(days[loss]),
        "expectancy": (win_pnl + loss_pnl) / 100,
        "profitability": -win_pnl / loss_pnl if loss_pnl else float("nan"),
    }


def _mean(values: Array, nothing: float = float("nan")) -> float:
    return float(values.mean()) if values.size else nothing
