"""What a beta-hedged back-test gives: tables by day, and one page that says how it went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from sitpy.backtest.book import Account
from sitpy.backtest.model import BacktestModel
from sitpy.beta_hedge.figures import PERCENT
from sitpy.record import Record


@dataclass(frozen=True, repr=False)
class BetaHedgeResult(Record):
    """Result of :func:`sitpy.backtest_beta_hedge`; rows are dates from the first trade on, oldest first.

    ``equity`` and ``returns`` (dates x variants: hedged, unhedged, static, benchmark): money, and returns after all
    costs, the first row's that of the opening trade. Of the hedged one: ``exposures`` (dates x long, short, net,
    gross), fractions of equity at the close; ``beta`` (dates x ratio, long, ex_ante, realised): the hedge ratio in
    force, the beta of the long positions per unit of their value, that of all positions over equity, both from returns
    up to the date, and the slope of the last ``window`` returns of equity on the benchmark's, missing until there are
    as many; ``rebalances`` (trade dates x decided, estimate, ratio, bound, long, short, turnover, cost): date of the
    decision, the beta estimated for the long side, the ratio taken, "cap" or "floor" where that made it so, both sides
    as fractions of equity, value traded over equity, money paid; ``turnover`` (dates); ``costs`` (dates x long,
    benchmark, borrow, interest), money, negative where interest is earned.

    ``statistics`` (figures x variants), fractions per year where they have a time; ``drawdowns`` (variants x depth,
    peak, trough, recovery); ``notes`` says why a figure is missing. ``accounts`` has the books of each variant,
    ``models`` the same as back-tests of the engine, ``options`` what was asked for.
    """

    accounts: dict[str, Account]
    benchmark: str
    equity: pd.DataFrame
    returns: pd.DataFrame
    exposures: pd.DataFrame
    beta: pd.DataFrame
    rebalances: pd.DataFrame
    turnover: pd.Series
    costs: pd.DataFrame
    statistics: pd.DataFrame
    drawdowns: pd.DataFrame
    notes: tuple[str, ...]
    options: dict[str, Any]

    @property
    def models(self) -> dict[str, BacktestModel]:
        """Each variant as a back-test's result, for :func:`sitpy.bt_detail_summary`, pictures and reports."""
        return {name: account.model for name, account in self.accounts.items()}

    def bound(self, which: str) -> int:
        """On how many trade dates the ratio was held at its "cap" or "floor"."""
        return int((self.rebalances["bound"] == which).sum())

    def summary(self) -> str:
        """All on one page."""
        dates, ratio, capital = self.equity.index, self.rebalances["ratio"], self.accounts["hedged"].capital
        paid = 100 * self.costs.sum() / capital
        lines = [
            f"Beta-hedged back-test against {self.benchmark}: {dates[0]:%Y-%m-%d} to {dates[-1]:%Y-%m-%d}, {len(dates)} dates, "
            f"{len(ratio)} trades",
            f"hedge ratio {ratio.min():.3f} to {ratio.max():.3f}, mean {ratio.mean():.3f}; at the cap {self.bound('cap')}, at "
            f"the floor {self.bound('floor')} times",
            f"paid in % of the capital: trading the long side {paid['long']:.2f}, the benchmark {paid['benchmark']:.2f}, "
            f"borrowing {paid['borrow']:.2f}, interest {paid['interest']:.2f}",
            "",
            _table(self.statistics),
            "",
            _depths(self.drawdowns),
        ]
        return "\n".join([*lines, *(["", *self.notes] if self.notes else [])])

    def __str__(self) -> str:
        return self.summary()

    def __repr__(self) -> str:
        first, last, worth = self.equity.index[0], self.equity.index[-1], self.equity["hedged"].iloc[-1]
        return f"<BetaHedgeResult: {first:%Y-%m-%d} to {last:%Y-%m-%d}, {len(self.rebalances)} trades, equity {worth:,.2f}>"


def _table(statistics: pd.DataFrame) -> str:
    """Figures by variant, rates in percent, a dash where a figure is not defined."""
    width = max(12, *(len(str(name)) + 2 for name in statistics.columns))
    lines = [f"{'':20}" + "".join(f"{name:>{width}}" for name in statistics.columns)]
    for figure, row in statistics.iterrows():
        scale, label = (100, f"{figure} %") if figure in PERCENT else (1, str(figure))
        cells = ("-" if pd.isna(value) else f"{scale * value:.2f}" for value in row)
        lines.append(f"{label:20}" + "".join(f"{cell:>{width}}" for cell in cells))
    return "\n".join(lines)


def _depths(drawdowns: pd.DataFrame) -> str:
    lines = [f"{'Deepest drawdown':20}{'peak':>12}{'trough':>12}{'recovery':>12}"]
    for name, row in drawdowns.iterrows():
        when = ("not yet" if pd.isna(row[what]) else f"{row[what]:%Y-%m-%d}" for what in ("peak", "trough", "recovery"))
        lines.append(f"{name:20}" + "".join(f"{cell:>12}" for cell in when))
    return "\n".join(lines)
