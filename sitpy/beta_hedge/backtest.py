"""The beta-hedged portfolio as an account: long some assets, short their benchmark, hedged from what was known at the time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from sitpy.arguments import choice, listed, real, whole
from sitpy.backtest.account import Delisted, Rates, Terms, by_symbol, keep_account, terms_of
from sitpy.backtest.book import Account
from sitpy.beta_hedge.figures import drawdowns_of, period_returns, statistics_of
from sitpy.beta_hedge.longs import Constructor, Weights, long_side
from sitpy.beta_hedge.market import Market, Unlisted, market_of
from sitpy.beta_hedge.ratio import Estimator, Hedge, HedgeRule, Prior, rolling_betas
from sitpy.beta_hedge.result import BetaHedgeResult
from sitpy.beta_hedge.schedule import Rebalance
from sitpy.beta_hedge.strategy import Strategy, strategy_of
from sitpy.errors import BankruptError, InputError

Array = np.ndarray
VARIANTS = ("unhedged", "static", "benchmark")


def backtest_beta_hedge(
    prices: pd.DataFrame | None = None,
    benchmark: pd.Series | pd.DataFrame | str | None = None,
    *,
    volumes: pd.DataFrame | None = None,
    weights: Weights | None = None,
    long_returns: pd.Series | None = None,
    constructor: Constructor | None = None,
    benchmark_returns: pd.Series | None = None,
    window: int = 60,
    rebalance: Rebalance = 20,
    estimator: Estimator = "ols",
    halflife: float | None = None,
    prior: Prior = None,
    hedge: Hedge = "beta",
    beta_cap: float = 3.0,
    beta_floor: float = 0.0,
    gross: float | None = 1.0,
    volume_window: int = 30,
    constructor_window: int | None = None,
    shrinkage: str | Callable[..., Any] = "sample_shrinkage",
    bounds: tuple[float, float] = (0.0, 1.0),
    cost_bps: Rates = 5.0,
    benchmark_cost_bps: float | None = None,
    borrow_bps: Rates = 30.0,
    cash_rate: float | pd.Series = 0.0,
    margin_rate: float | pd.Series = 0.0,
    capital: float = 100_000,
    risk_free: float = 0.0,
    do_lag: int = 1,
    start: str | pd.Timestamp | None = None,
    unlisted: Unlisted = "refuse",
    delisted: Delisted = "refuse",
    compare: Sequence[str] = VARIANTS,
) -> BetaHedgeResult:
    """Long some assets, short their benchmark: hedge ratios from the past only, traded in an account that closes every day.

    At the close of a rebalancing date the weights of the long side and the beta of what is about to be held are worked
    out from data up to that close; both sides are traded at the same close (``do_lag=1``, as everywhere in SIT) and
    earn from there to the next. Between trades the shares are left alone.

    Parameters
    ----------
    prices : DataFrame (dates x assets), optional
        Closing prices, oldest first, without gaps. The shipped SIMULATED shares when neither these nor ``long_returns``
        are given.
    benchmark : Series (dates) or str
        Prices on at least the dates of ``prices``, or the name of a column of ``prices``, which then is no asset.
    volumes : DataFrame (dates x assets), optional
        The long side by mean volume over the last ``volume_window`` rows; not used with ``weights`` or ``constructor``.
    weights : DataFrame (some dates x assets), or Series or mapping by asset, optional
        The long side as given: rows that sum to 1; at a rebalancing date the last row not after it.
    long_returns : Series (dates), optional
        Simple returns of the long side itself, instead of ``prices``; the first only marks the start.
    constructor : callable or str, optional
        ``f(ia, constraints) -> weights`` or its name ("min.var.portfolio"), on the ``constructor_window`` returns
        (``window`` when not given) up to each rebalancing date, with covariances by ``shrinkage`` and each weight
        within ``bounds``.
    benchmark_returns : Series (dates), optional
        Simple returns, instead of ``benchmark``.
    window, estimator, halflife, prior
        How betas are estimated, see :func:`rolling_betas`: the beta of the long side is the sum of weight x asset's beta.
    rebalance : int, {"days", "weeks", "months", "quarters", "years"} or Band
        Every so many rows from the first possible one on, on the last row of each period, or by :class:`Band`. Not on
        the last row.
    hedge : {"beta", "dollar", "none"}
        Short per unit of the long side: its beta, 1, or nothing.
    beta_cap, beta_floor : float
        Bounds of a ratio by beta; the result says when they bind.
    gross : float or None
        Long and short side together over equity: long ``gross/(1 + ratio)`` and short ``ratio`` times that, the published
        study's convention at 1. None: long all of equity, short ``ratio`` times equity.
    volume_window, constructor_window : int
        Rows.
    shrinkage, bounds
        For ``constructor``.
    cost_bps : float, or mapping or Series by asset
        Costs of trading, basis points of the value traded.
    benchmark_cost_bps : float, optional
        The same for the benchmark; ``cost_bps`` when not given and that is one number.
    borrow_bps, cash_rate, margin_rate, capital
        As in :func:`bt_account`, in which the benchmark is one of the symbols.
    risk_free : float
        Per year, of the ratios in the table.
    do_lag : int
        1: traded at the close at which it is decided. 2: one date later, and so on.
    start : date, optional
        No decision before it.
    unlisted : {"refuse", "wait"}
        What to do with an asset whose prices begin late: refuse, or leave it out until it has ``window`` returns.
    delisted : {"refuse", "sell"}
        What to do with an asset whose prices end early: refuse, or sell it at its last price on the first date without one.
    compare : sequence of {"unhedged", "static", "benchmark"}
        What else to show: the long side alone (``gross`` of equity), the hedge ratio of the first trade kept, both
        traded on the same dates; and the benchmark, bought once without costs.

    Returns
    -------
    BetaHedgeResult

    Raises
    ------
    InputError
        Data that are missing, not positive, not finite or on other dates or in another time zone; too little history;
        unknown words. The message names the column and the date.
    BankruptError
        An account has lost everything: the variant and the date; ``path`` is the account so far.

    Warns
    -----
    SimulatedDataWarning
        When no data are given: the shipped ones are simulated.

    Examples
    --------
    >>> import sitpy
    >>> from sitpy.data import mag7_simulated_prices, mag7_simulated_volumes
    >>> prices, volumes = mag7_simulated_prices(), mag7_simulated_volumes()
    >>> result = sitpy.backtest_beta_hedge(prices, "QQQ", volumes=volumes, rebalance="months")
    >>> result
    <BetaHedgeResult: 2022-03-31 to 2024-10-31, 31 trades, equity 139,320.81>
    >>> result.statistics.loc["Beta"].round(2).to_dict()
    {'hedged': 0.01, 'unhedged': 1.53, 'static': -0.04, 'benchmark': 1.0}

    References
    ----------
    SIT, ``bt.run.share``; Vasicek (1973), "A note on using cross-sectional information in Bayesian estimation of security
    betas".
    """
    options = {name: value for name, value in locals().items() if name not in _DATA}
    window, risk_free = (
        whole("window", window, 3),
        real("risk_free", risk_free, "give a rate above -1", lambda r: r > -1),
    )
    market = market_of(prices, benchmark, volumes, long_returns, benchmark_returns, unlisted, delisted)
    rule = HedgeRule(window, estimator, halflife, prior, hedge, beta_cap, beta_floor, gross)
    longs = long_side(
        market,
        weights,
        constructor,
        volume_window,
        window if constructor_window is None else constructor_window,
        shrinkage,
        bounds,
        rule.needs,
    )
    others = _variants(compare)
    plan = strategy_of(market, longs, rule, rebalance, do_lag, _first_row(market, start))
    costs = _costs(market, cost_bps, benchmark_cost_bps)
    table = market.prices.iloc[plan.first :]
    terms = terms_of(table, costs, borrow_bps, cash_rate, margin_rate)
    accounts = {"hedged": _kept("hedged", table, plan.decide, terms, capital, delisted)}
    fixed = plan.done()[0].ratio
    for name, ratio in (("unhedged", 0.0), ("static", fixed)):
        if name in others:
            accounts[name] = _kept(name, table, plan.again(ratio), terms, capital, delisted)
    alone = keep_account(
        table.iloc[:, -1:],
        lambda row, equity, value: np.ones(1) if row == 0 else None,
        terms_of(table.iloc[:, -1:], 0.0, 0.0, 0.0, 0.0),
        capital,
        delisted,
    )
    if "benchmark" in others:
        accounts["benchmark"] = alone
    return _result(accounts, alone, market, plan, window, risk_free, options)


_DATA = ("prices", "benchmark", "volumes", "weights", "long_returns", "benchmark_returns")


def _variants(compare: Sequence[str]) -> tuple[str, ...]:
    names = [compare] if isinstance(compare, str) else listed("compare", compare, "give a list of names")
    return tuple(choice("compare", name, VARIANTS) for name in names)


def _first_row(market: Market, start: str | pd.Timestamp | None) -> int:
    """The first row that is not before ``start``."""
    if start is None:
        return 0
    dates = market.dates
    try:
        when = pd.Timestamp(start)
        when = when.tz_localize(dates.tz) if when.tz is None else when.tz_convert(dates.tz)
        if pd.isna(when):
            raise ValueError("it is missing")
        row = int(dates.searchsorted(when))
    except (ValueError, TypeError) as error:
        raise InputError(f"start is {start!r}, which is no date of the prices: {error}") from None
    if row >= len(dates):
        raise InputError(f"start is {when:%Y-%m-%d}, after the last date {dates[-1]:%Y-%m-%d}; give an earlier one")
    return row


def _costs(market: Market, cost_bps: Rates, benchmark_cost_bps: float | None) -> pd.Series:
    """Basis points by symbol, the benchmark last."""
    names, own = market.names, benchmark_cost_bps
    assets = by_symbol(cost_bps, names, "cost_bps")
    if own is None:
        if isinstance(cost_bps, (Mapping, pd.Series)):
            raise InputError("cost_bps is given by asset; say what the benchmark costs: benchmark_cost_bps=1.0")
        own = float(cost_bps)
    last = by_symbol(own, market.prices.columns[-1:], "benchmark_cost_bps")
    return pd.Series(np.concatenate([assets, last]), index=market.prices.columns)


def _kept(name: str, table: pd.DataFrame, decide: Any, terms: Terms, capital: float, delisted: Delisted) -> Account:
    try:
        return keep_account(table, decide, terms, capital, delisted)
    except BankruptError as error:
        remedy = "" if name == "hedged" else f", or leave {name!r} out of compare"
        raise BankruptError(f"{name}: {error}{remedy}", error.path) from None


def _result(
    accounts: dict[str, Account],
    alone: Account,
    market: Market,
    plan: Strategy,
    window: int,
    risk_free: float,
    options: dict[str, Any],
) -> BetaHedgeResult:
    hedged = accounts["hedged"]
    bench = period_returns(alone)
    statistics, notes = statistics_of(accounts, bench, risk_free)
    realised = rolling_betas(period_returns(hedged), bench, window, "ols").iloc[:, 0]
    paid = hedged.traded * hedged.cost
    return BetaHedgeResult(
        accounts=accounts,
        benchmark=market.benchmark,
        equity=pd.DataFrame({name: account.equity for name, account in accounts.items()}),
        returns=pd.DataFrame({name: account.ret for name, account in accounts.items()}),
        exposures=hedged.exposures,
        beta=plan.betas_held(hedged).assign(realised=realised),
        rebalances=plan.table(hedged),
        turnover=hedged.turnover,
        costs=pd.DataFrame(
            {
                "long": paid.iloc[:, :-1].sum(axis=1),
                "benchmark": paid.iloc[:, -1],
                "borrow": -hedged.flows["borrow"],
                "interest": -hedged.flows["interest"],
            }
        ),
        statistics=statistics,
        drawdowns=drawdowns_of(accounts),
        notes=notes,
        options=options,
    )
