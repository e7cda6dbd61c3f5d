"""The published beta-hedge study on any prices, and what each of its choices is worth on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sitpy.backtest.account import bt_account
from sitpy.backtest.book import Account
from sitpy.backtest.losses import compute_max_drawdown
from sitpy.backtest.statistics import compute_cagr
from sitpy.beta_hedge import (
    PublishedReport,
    calculate_weighted_returns,
    get_sharpe_ratio,
    hedged_portfolio_performance_dynamic_beta,
    linreg,
    published_report,
)
from sitpy.errors import BankruptError, InputError

Array = np.ndarray

DAYS_OF_TRADING = 252
"""Per year."""


@dataclass(frozen=True, kw_only=True)
class PublishedRun:
    """The study as published: returns per day of both legs, and what it makes of them.

    ``closes`` are the start and the end of each day of ``long`` and ``market``; ``days`` rows make a block; ``cost`` is a
    fraction of all that is held. ``values`` (1 + blocks) and ``betas`` as
    :func:`sitpy.hedged_portfolio_performance_dynamic_beta` returns them; ``sharpe`` is nan where it is not defined.
    """

    long: pd.Series
    market: pd.Series
    closes: pd.DatetimeIndex
    days: int
    cost: float
    risk_free: float
    values: Array
    betas: Array
    report: PublishedReport
    sharpe: float

    @property
    def capital(self) -> float:
        """Money at the start."""
        return float(self.values[0])

    @property
    def block(self) -> Array:
        """Number of the block of each day."""
        return np.arange(len(self.long)) // self.days

    @property
    def ends(self) -> pd.DatetimeIndex:
        """The dates of ``values``."""
        return self.closes[np.minimum(np.arange(len(self.values)) * self.days, len(self.long))]

    @property
    def ruined(self) -> bool:
        """Whether the value is ever zero or below."""
        return bool((self.daily <= 0).any())

    @property
    def daily(self) -> pd.Series:
        """The same positions valued at every close; a block pays its cost on its last day, as published."""
        block, beta = self.block, self.betas[self.block]
        legs = _so_far(self.long, block) + beta * _so_far(-self.market, block)
        ends = np.append(np.diff(block) > 0, True)
        value = self.values[block] * legs / (1 + beta) * np.where(ends, 1 - self.cost, 1.0)
        return pd.Series(np.append(self.capital, value), self.closes, name="published")

    @property
    def traded(self) -> Array:
        """The beta of each block."""
        return self.betas[: len(self.values) - 1]

    @property
    def needed(self) -> Array:
        """The hedge ratio of each full block: the slope of the long leg on the benchmark."""
        count = len(self.long) // self.days
        rows = [slice(k * self.days, (k + 1) * self.days) for k in range(count)]
        return np.array([linreg(self.market.iloc[part], self.long.iloc[part]).beta for part in rows])

    def paid(self) -> float:
        """What the published rebalancing costs when only what is traded costs something; nan when all is lost."""
        account = self._account(self.betas, short_sale=False)
        return float("nan") if account is None else -float(account.flows["costs"].sum())

    def account(self, ratios: Array, *, short_sale: bool) -> pd.Series | None:
        """Equity with these ratios from block to block (nan: not invested), costs on what is traded; None when all is lost.

        The short leg is an inverse fund, as published, or a short sale of the benchmark.
        """
        account = self._account(ratios, short_sale=short_sale)
        return None if account is None else account.equity

    def _account(self, ratios: Array, *, short_sale: bool) -> Account | None:
        other = self.market if short_sale else -self.market
        levels = [np.append(1.0, np.cumprod(1 + leg.to_numpy())) for leg in (self.long, other)]
        prices = pd.DataFrame(np.column_stack(levels), self.closes, ["long", "short"])
        rows = np.arange(len(self.values) - 1)
        ratio = ratios[rows]
        sides = np.column_stack([1 / (1 + ratio), ratio / (1 + ratio) * (-1 if short_sale else 1)])
        weight = pd.DataFrame(np.nan_to_num(sides), self.closes[rows * self.days], prices.columns)
        try:
            return bt_account(prices, weight, capital=self.capital, cost_bps=1e4 * self.cost)
        except (BankruptError, InputError):  # the prices of a leg may fall to zero, too
            return None

    def known_ratios(self) -> Array:
        """For each block the hedge ratio of the one before: all of it, and nothing from the future."""
        return np.append(np.nan, self.needed)


def published_run(
    prices: pd.DataFrame,
    benchmark: pd.Series,
    volumes: pd.DataFrame | None,
    *,
    days: int,
    cost: float,
    capital: float,
    risk_free: float = 0.0,
    window: int = 30,
) -> PublishedRun:
    """The published study on these prices.

    Parameters
    ----------
    prices : DataFrame (dates x assets)
        Complete.
    benchmark : Series (dates)
        Prices on the same dates.
    volumes : DataFrame (dates x assets) or None
        None weights all assets alike.
    days : int
        Rows in a block.
    cost : float
        Fraction of all that is held, paid at every block.
    capital, risk_free : float
    window : int
        Rows of which volumes are averaged; the study begins behind them.

    Returns
    -------
    PublishedRun

    Raises
    ------
    InputError
        As :func:`sitpy.calculate_weighted_returns` and :func:`sitpy.hedged_portfolio_performance_dynamic_beta`.
    """
    if len(prices) <= window + days:
        raise InputError(
            f"the study as published needs more than {window} + {days} rows of prices (volume window and a block); there "
            f"are {len(prices)}: give more, or shorten them"
        )
    traded = prices * 0 + 1.0 if volumes is None else volumes.loc[prices.index, prices.columns]
    long = calculate_weighted_returns(prices, traded.rolling(window).mean()).iloc[window:]
    market = benchmark.pct_change().iloc[window:]
    values, betas = hedged_portfolio_performance_dynamic_beta(capital, days, market, long, -market, cost)
    return PublishedRun(
        long=long,
        market=market,
        closes=pd.DatetimeIndex(prices.index[window - 1 :]),
        days=days,
        cost=cost,
        risk_free=risk_free,
        values=values,
        betas=betas,
        report=published_report(values, betas, days, market),
        sharpe=_sharpe(values, days, risk_free),
    )


def bridge(run: PublishedRun, equity: pd.Series, capital: float) -> pd.DataFrame:
    """From the published growth per year to that of a back-test, one mended fault at a time.

    Parameters
    ----------
    run : PublishedRun
    equity : Series (dates)
        Of the back-test that began with ``capital``.
    capital : float

    Returns
    -------
    DataFrame (steps x growth, change, beta, fall)
        Growth per year, its change from the step before, beta of the daily returns to the benchmark, and the deepest fall
        from a high; fractions, nan where they are not defined. Each step keeps what those before it have mended.
    """
    since = equity.index[0]
    fund, sale = (run.account(run.betas, short_sale=short) for short in (False, True))
    known = run.account(run.known_ratios(), short_sale=True)
    first = {"growth": run.report.annualized_returns_pct / 100, "beta": np.nan, "fall": _fall(pd.Series(run.values))}
    lines = {
        "years of the calendar, to the last row": run.daily,
        "costs on what is traded, not on all that is held": fund,
        "a short sale in place of an inverse fund": sale,
        f"the days of the back-test only, from {since:%Y-%m-%d}": _from(sale, since),
        "the whole hedge ratio, of the block before": _from(known, since),
    }
    rows = {"as published": first} | {name: _row(line, None, run.market) for name, line in lines.items()}
    rows["the back-test: its own days, ratio, bounds and fees"] = _row(equity, capital, run.market)
    table = pd.DataFrame.from_dict(rows, orient="index")
    table.insert(1, "change", table["growth"].diff())
    return table


def _row(line: pd.Series | None, capital: float | None, market: pd.Series) -> dict[str, float]:
    if line is None or (line <= 0).any():
        return dict.fromkeys(("growth", "beta", "fall"), float("nan"))
    returns = line.pct_change().iloc[1:]
    common = returns.index.intersection(market.index)
    fit = linreg(market.loc[common], returns.loc[common])
    start = line.iloc[0] if capital is None else capital
    return {"growth": compute_cagr(line / start), "beta": fit.beta, "fall": _fall(line)}


def _fall(line: pd.Series) -> float:
    """The deepest fall from a high; nan where there is nothing to fall from."""
    return float("nan") if (line <= 0).any() else float(compute_max_drawdown(line / line.iloc[0]))


def _from(line: pd.Series | None, since: pd.Timestamp) -> pd.Series | None:
    return None if line is None else line.loc[since:]


def _so_far(returns: pd.Series, block: Array) -> Array:
    """Of 1 since the block began, day by day."""
    return np.asarray((1 + returns).groupby(block).cumprod().to_numpy())


def _sharpe(values: Array, days: int, risk_free: float) -> float:
    if (values <= 0).any() or len(values) < 3:
        return float("nan")
    return get_sharpe_ratio(risk_free, values, days)


def figures_of(run: PublishedRun, benchmark: str) -> dict[str, Any]:
    """What the study prints, by name; None where it is no number."""
    report = run.report
    annual = None if report.reason else report.annualized_returns_pct
    return {
        "initial value": f"{report.initial:,.2f}",
        "final value": f"{report.final:,.2f}",
        "total realised returns %": f"{report.total_realized_returns_pct:.2f}",
        "annualised returns %": "not a number" if annual is None else f"{annual:.2f}",
        f"{benchmark}, annualised %": f"{report.benchmark_annualized_return_pct:.2f}",
        "Sharpe ratio": "-" if np.isnan(run.sharpe) else f"{run.sharpe:.2f}",
        "blocks valued": f"{report.trimmed_length - 1}",
        "betas traded": f"{run.traded.min():.3f} to {run.traded.max():.3f}",
    }
