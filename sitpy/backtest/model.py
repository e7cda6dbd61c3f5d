"""The result of a back-test, and the accounts it is made of: returns of the positions less the cost of trading."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, cast, get_args

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sitpy.arguments import choice, positive, real
from sitpy.backtest.statistics import compute_cagr
from sitpy.backtest.weights import carried, lagged, table_of, zeroed
from sitpy.dates import dated
from sitpy.errors import BankruptError, InputError
from sitpy.record import Record

Array = np.ndarray
Kind = Literal["weight", "share"]


@dataclass(frozen=True)
class Commission(Record):
    """What trading costs.

    ``percentage`` is a fraction of the value traded; ``cps`` is money per share; ``fixed`` is charged for each symbol traded
    on a date: a fraction of the portfolio with weights, money with shares.
    """

    cps: float = 0.0
    fixed: float = 0.0
    percentage: float = 0.0


Costs = float | Mapping[str, float] | Commission


@dataclass(frozen=True, repr=False)
class BacktestModel(Record):
    """The result of a back-test; rows are dates, oldest first.

    ``weight`` (dates x symbols) is what was held over the day that ends at the row's close, as fractions of the portfolio at
    the day's start. ``ret`` (dates) are the returns after costs, ``equity`` (dates) compounds them from 1. ``best`` and
    ``worst`` are the extreme returns, ``cagr`` is the growth per year. ``dates_index`` holds the rows of the environment that
    are shown. ``costs`` (dates) is what trading took off each return.

    With shares: ``share`` (dates x symbols), and the accounts of one round of ``capital``, which begins anew at every trade:
    ``cash`` beside the shares and ``value`` of both at the close.

    ``trade_summary`` and ``period_weight`` are there when they were asked for.
    """

    weight: pd.DataFrame
    type: Kind
    ret: pd.Series
    equity: pd.Series
    best: float
    worst: float
    cagr: float
    dates_index: Array
    capital: float
    commission: Commission
    share: pd.DataFrame | None = None
    cash: pd.Series | None = None
    value: pd.Series | None = None
    trade_summary: TradeSummary | None = None
    period_weight: pd.DataFrame | None = None
    costs: pd.Series | None = None

    @property
    def dates(self) -> pd.DatetimeIndex:
        """The dates of the rows."""
        return pd.DatetimeIndex(self.equity.index)

    def __repr__(self) -> str:
        first, last = self.dates[0], self.dates[-1]
        return (
            f"<BacktestModel: {len(self.dates)} dates {first:%Y-%m-%d} to {last:%Y-%m-%d}, {self.weight.shape[1]} symbols, "
            f"{self.cagr:.2%} per year>"
        )


@dataclass(frozen=True)
class TradeSummary(Record):
    """``ntrades``, ``trades`` (one row each) and ``stats`` (figures x All, Long, Short)."""

    ntrades: int
    trades: pd.DataFrame
    stats: pd.DataFrame


Models = Mapping[str, BacktestModel] | Sequence[BacktestModel]


def commission_of(costs: Costs, kind: Kind) -> Commission:
    """A number is a percentage with weights and money per share with shares."""
    if isinstance(costs, Commission):
        result = costs
    elif isinstance(costs, Mapping):
        costs = dict(costs)
        unknown = set(costs) - {"cps", "fixed", "percentage"}
        if unknown:
            raise InputError(f"commission has {sorted(unknown)}; known are 'cps', 'fixed' and 'percentage'")
        result = Commission(**costs)
    else:
        result = Commission(percentage=costs) if kind == "weight" else Commission(cps=costs)
    parts = ("cps", "fixed", "percentage")
    known = {name: real(f"commission {name}", result[name], "give a cost of 0 or more", _cost) for name in parts}
    result = Commission(**known)
    if kind == "weight" and result.cps:
        raise InputError(
            f"commission cps is {result.cps:g} but weights are no numbers of shares; use bt_run_share, or percentage"
        )
    return result


def _cost(value: float) -> bool:
    return 0 <= value < np.inf


def bt_summary(
    weight: pd.DataFrame | ArrayLike,
    ret: pd.DataFrame | ArrayLike,
    type: Kind = "weight",
    close_prices: pd.DataFrame | None = None,
    capital: float = 100000,
    commission: Costs = 0.0,
) -> BacktestModel:
    """The accounts of positions that are already lagged and carried forward: what :func:`bt_run` ends with.

    Parameters
    ----------
    weight : DataFrame or array (dates x symbols)
        Weights, or numbers of shares, held over the day that ends at the row's close.
    ret : DataFrame or array (dates x symbols)
        With weights the returns of the symbols; with shares the prices at which they are traded.
    type : {"weight", "share"}
    close_prices : DataFrame (dates x symbols), optional
        With shares: closing prices, which the cash beside them is worked out with; ``ret`` when not given.
    capital, commission
        As in :func:`bt_run`.

    Returns
    -------
    BacktestModel

    Raises
    ------
    InputError
        No table has dates, shapes that differ, a return that is not a number.
    BankruptError
        A return of -100% or below: equity would be 0 or less. ``path`` is the model up to that date, that date included.

    Examples
    --------
    >>> import pandas as pd, sitpy
    >>> days = pd.date_range("2020-01-01", periods=2)
    >>> sitpy.bt_summary(pd.DataFrame({"A": [0.0, 0.5]}, index=days), [[0.0], [0.1]]).ret.tolist()
    [0.0, 0.05]

    References
    ----------
    SIT, ``bt.summary``, which goes on after a loss of everything.
    """
    check_kind(type, capital)
    labels = next((table for table in (close_prices, ret, weight) if isinstance(table, pd.DataFrame)), None)
    if labels is None:
        raise InputError("none of weight, ret and close_prices has dates; give one of them as a DataFrame")
    labels = labels.set_axis(dated(labels), axis=0)
    held, figures = table_of(weight), table_of(ret)
    close = figures if close_prices is None else table_of(close_prices)
    if not held.shape == figures.shape == close.shape:
        raise InputError(
            f"weight has shape {held.shape}, ret {figures.shape}, close_prices {close.shape}; make them equal"
        )
    costs = commission_of(commission, type)
    accounts = (
        _weight_accounts(held, figures, costs)
        if type == "weight"
        else _share_accounts(held, figures, close, capital, costs)
    )
    lost = np.flatnonzero(accounts.ret <= -1)
    end = int(lost[0]) + 1 if lost.size else len(held)
    _refuse_strange(accounts.ret[:end], held, figures, labels)
    returns = accounts.ret[:end]

    def series(values: Array) -> pd.Series:
        return pd.Series(values[:end], index=labels.index[:end])

    def table(values: Array) -> pd.DataFrame:
        return pd.DataFrame(values[:end], index=labels.index[:end], columns=labels.columns)

    equity = series(np.cumprod(1 + returns))
    model = BacktestModel(
        weight=table(accounts.weight),
        type=type,
        ret=series(returns),
        equity=equity,
        best=float(returns.max()),
        worst=float(returns.min()),
        cagr=-1.0 if lost.size else compute_cagr(equity),
        dates_index=np.arange(end),
        capital=float(capital),
        commission=costs,
        share=None if type == "weight" else table(held),
        cash=None if accounts.cash is None else series(accounts.cash),
        value=None if accounts.value is None else series(accounts.value),
        costs=series(accounts.costs),
    )
    if lost.size:
        raise BankruptError(
            f"the portfolio has lost everything on {labels.index[end - 1]:%Y-%m-%d}: the return is {returns[-1]:.1%}, equity "
            f"{equity.iloc[-1]:.4g} of 1 at the start; use smaller weights (the error's path is the model until then)",
            model,
        )
    return model


def check_kind(type: str, capital: float) -> None:
    """Refuse an unknown word and a capital of nothing."""
    choice("type", type, get_args(Kind))
    real("capital", capital, "give a positive amount", positive)


@dataclass(frozen=True)
class _Accounts:
    ret: Array
    weight: Array
    costs: Array
    cash: Array | None = None
    value: Array | None = None


def _row_sums(left: Array, right: Array) -> Array:
    return np.asarray(np.einsum("ij,ij->i", left, right))


def _weight_accounts(weight: Array, ret: Array, costs: Commission) -> _Accounts:
    """Returns of the weights less the costs of changing them, charged at the close at which they change."""
    paid = np.zeros(len(weight))
    if costs != Commission():
        change = np.abs(np.diff(weight, axis=0))
        paid[:-1] = costs.percentage * change.sum(axis=1) + costs.fixed * (change > 0).sum(axis=1)
    return _Accounts(_row_sums(weight, zeroed(ret)) - paid, weight, paid)


def _share_accounts(share: Array, prices: Array, close: Array, capital: float, costs: Commission) -> _Accounts:
    """Cash is what ``capital`` leaves at each trade; the day's return is on cash and shares at the last close."""
    known = carried(prices)
    now, last = zeroed(known), zeroed(lagged(known))
    last_close = last if close is prices else zeroed(lagged(carried(close)))
    change = np.diff(share, axis=0)
    traded = np.concatenate([[True], (change != 0).any(axis=1)])
    since = np.maximum.accumulate(np.where(traded, np.arange(len(share)), 0))
    cash = (capital - _row_sums(share, last_close))[since]
    start, end = cash + _row_sums(share, last), cash + _row_sums(share, now)
    paid = np.zeros(len(share))
    if costs != Commission():
        change = np.abs(change)
        paid[:-1] = costs.cps * change.sum(axis=1) + costs.fixed * (change > 0).sum(axis=1)
        paid[:-1] += costs.percentage * _row_sums(change, now[:-1])
    with np.errstate(divide="ignore", invalid="ignore"):
        returns = (end - paid) / start - 1
        weight = share * last / start[:, None]
        costs_taken = paid / start
    weight[~np.isfinite(weight)] = 0.0
    return _Accounts(returns, weight, costs_taken, cash, end)


def _refuse_strange(returns: Array, held: Array, figures: Array, labels: pd.DataFrame) -> None:
    """An error where a return is not a number."""
    strange = np.flatnonzero(~np.isfinite(returns))
    if strange.size:
        row = int(strange[0])
        guilty = np.flatnonzero(~np.isfinite(held[row]) | (~np.isfinite(figures[row]) & (held[row] != 0)))
        names = ", ".join(str(labels.columns[i]) for i in guilty[:3]) or "the cost of a trade"
        raise InputError(
            f"the return on {labels.index[row]:%Y-%m-%d} is {returns[row]:g} because of {names}; look for prices of zero and "
            "weights that are missing or infinite"
        )


def trim_rows(model: BacktestModel, rows: Array) -> BacktestModel:
    """The model on some of its rows, equity starting at 1 on the first of them."""
    ret = model.ret.iloc[rows].copy()
    ret.iloc[0] = 0.0
    start = model.equity.iloc[rows[0]]
    equity = model.equity.iloc[rows] / start if start > 0 else model.equity.iloc[rows]
    return replace(
        model,
        weight=model.weight.iloc[rows],
        ret=ret,
        equity=equity,
        best=float(ret.max()),
        worst=float(ret.min()),
        cagr=compute_cagr(equity),
        dates_index=model.dates_index[rows],
        share=None if model.share is None else model.share.iloc[rows],
        cash=None if model.cash is None else model.cash.iloc[rows],
        value=None if model.value is None else model.value.iloc[rows],
        costs=None if model.costs is None else model.costs.iloc[rows].where(np.arange(len(rows)) > 0, 0.0),
    )


def named_models(models: Models) -> dict[str, BacktestModel]:
    """Models by name; a sequence is numbered from 1."""
    if isinstance(models, BacktestModel) or not isinstance(models, (Mapping, Sequence)):
        raise InputError(f"models is a {type(models).__name__}; give a mapping of names to results of bt_run")
    pairs = list(models.items()) if isinstance(models, Mapping) else list(enumerate(models, 1))
    if not pairs:
        raise InputError("models is empty; give at least one result of bt_run")
    named: dict[str, BacktestModel] = {}
    for key, model in pairs:
        name = str(key)
        if not isinstance(model, BacktestModel):
            raise InputError(f"models[{name!r}] is a {type(model).__name__}; expected a result of bt_run")
        if name in named:
            raise InputError(f"two models are called {name!r}; give each a name of its own")
        named[name] = model
    return named


def listed_models(models: Sequence[BacktestModel | Models]) -> dict[str, BacktestModel]:
    """Models by name from the arguments of a call: models one by one, or all of them in one mapping or sequence."""
    one = models[0] if len(models) == 1 else None
    return named_models(cast(Models, models if one is None or isinstance(one, BacktestModel) else one))
