"""The decisions of a beta-hedged portfolio, each from what is known at the close at which it is taken."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from sitpy.arguments import whole
from sitpy.backtest.account import Decision
from sitpy.backtest.book import Account
from sitpy.beta_hedge.longs import LongSide, checked_weights
from sitpy.beta_hedge.market import Market
from sitpy.beta_hedge.ratio import HedgeRule, betas_of, flat_rows, flat_words, is_fixed
from sitpy.beta_hedge.schedule import Band, Rebalance, rows_to_look_at
from sitpy.errors import InputError

Array = np.ndarray


@dataclass(frozen=True)
class Trade:
    """A decision: rows of the market at which it is taken and traded, the long side's weights (sum 1), the hedge."""

    decided: int
    traded: int
    weights: Array
    estimate: float
    ratio: float
    bound: str


@dataclass
class Strategy:
    """Decisions from row ``first`` of the market on; ``trades`` fills while the account is kept."""

    market: Market
    longs: LongSide
    rule: HedgeRule
    betas: Array
    eligible: Array
    looks: Array
    band: float | None
    lag: int
    first: int
    trades: dict[int, Trade] = field(default_factory=dict)
    waiting_for: int = -1
    aim: float = 0.0

    def decide(self, row: int, equity: float, value: Array) -> Array | None:
        """Weights of all symbols to be traded at this row of the account, or None; see :func:`keep_account`."""
        row += self.first
        if self.looks[row] and (self.band is None or self._has_left(row, equity, value)):
            self._decide(row)
        trade = self.trades.get(row)
        return None if trade is None else self._symbols(trade, trade.ratio)

    def again(self, ratio: float) -> Decision:
        """The same trades with another hedge ratio."""

        def decide(row: int, equity: float, value: Array) -> Array | None:
            trade = self.trades.get(row + self.first)
            return None if trade is None else self._symbols(trade, ratio)

        return decide

    def done(self) -> list[Trade]:
        """The trades that were carried out: what is due on the last row or later never is."""
        return [trade for trade in self.trades.values() if trade.traded < len(self.market.dates) - 1]

    def table(self, account: Account) -> pd.DataFrame:
        """One row per trade."""
        dates, done = self.market.dates, self.done()
        when = dates[[trade.traded for trade in done]]
        sides = np.array([self.rule.sides(trade.ratio) for trade in done])
        return pd.DataFrame(
            {
                "decided": dates[[trade.decided for trade in done]],
                "estimate": [trade.estimate for trade in done],
                "ratio": [trade.ratio for trade in done],
                "bound": [trade.bound for trade in done],
                "long": sides[:, 0],
                "short": sides[:, 1],
                "turnover": account.turnover.loc[when].to_numpy(),
                "cost": -account.flows["costs"].loc[when].to_numpy(),
            },
            index=when,
        )

    def betas_held(self, account: Account) -> pd.DataFrame:
        """The ratio in force, beta of the long side's positions and of all positions, by date."""
        value = account.value.to_numpy()
        assets, bench = value[:, :-1], value[:, -1]
        weighted = np.where(assets != 0, assets * self.betas[self.first :], 0.0).sum(axis=1)
        ratio = pd.Series({self.market.dates[trade.traded]: trade.ratio for trade in self.done()})
        long = assets.sum(axis=1)
        return pd.DataFrame(
            {
                "ratio": ratio.reindex(account.equity.index).ffill(),
                "long": np.divide(weighted, long, out=np.full(len(long), np.nan), where=long != 0),
                "ex_ante": (weighted + bench) / account.equity.to_numpy(),
            },
            index=account.equity.index,
        )

    def _decide(self, row: int) -> None:
        weights = checked_weights(self.longs.at(row), self.eligible[row], self.market, row)
        estimate = self._beta(weights, row)
        ratio, bound = self.rule.ratio(estimate)
        long, short = self.rule.sides(ratio)
        self.aim = long * estimate + short
        self.waiting_for = row + self.lag
        self.trades[self.waiting_for] = Trade(row, self.waiting_for, weights, estimate, ratio, bound)

    def _has_left(self, row: int, equity: float, value: Array) -> bool:
        """Whether the beta of what is held has left the band; at the first row, and never while a trade is due."""
        if not self.trades or row <= self.waiting_for:
            return not self.trades
        now = (self._beta(value[:-1], row) + float(value[-1])) / equity
        return self.band is not None and abs(now - self.aim) > self.band

    def _beta(self, positions: Array, row: int) -> float:
        held = positions != 0
        return float((positions[held] * self.betas[row, held]).sum())

    def _symbols(self, trade: Trade, ratio: float) -> Array:
        long, short = self.rule.sides(ratio)
        return np.append(long * trade.weights, short)


def strategy_of(
    market: Market, longs: LongSide, rule: HedgeRule, rebalance: Rebalance, do_lag: int, start: int
) -> Strategy:
    """A strategy at its first decision, or the error that says what history it lacks."""
    lag, T = whole("do_lag", do_lag, 1) - 1, len(market.dates)
    needs = max(rule.needs, longs.needs)
    looks = rows_to_look_at(market.dates, rebalance, max(needs, start))
    rows = np.flatnonzero(looks)
    if rows.size == 0 or rows[0] + lag >= T - 1:
        raise InputError(
            f"there is no date to trade at: window = {rule.window} and the long side need {needs + 1} rows of prices up to the "
            f"first decision, then a rebalancing date and {lag + 1} row(s) more; there are {T} rows, {T - start} of them from "
            "start on; shorten the windows, rebalance more often or give more prices"
        )
    returns, bench = market.returns[:, :-1], market.returns[:, -1]
    betas = np.full(returns.shape, np.nan)
    betas[1:] = betas_of(returns[1:], bench[1:], rule.window, rule.estimator, rule.halflife, rule.prior)
    if is_fixed(rule.estimator):
        betas[0] = float(rule.estimator)
    else:
        flat = np.flatnonzero(flat_rows(bench[1:], rule.window)) + 1
        if (flat >= rows[0]).any():
            raise InputError(flat_words(market.dates[flat[flat >= rows[0]][0]], rule.window))
    eligible = market.history(rule.needs) if rule.needs else market.assets.notna().to_numpy()
    band = rebalance.width if isinstance(rebalance, Band) else None
    return Strategy(market, longs, rule, betas, eligible, looks, band, lag, int(rows[0]))
