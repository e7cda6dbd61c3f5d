"""What an account shows: shares, cash and equity by day, and where the day's change came from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from sitpy.backtest.model import BacktestModel, Commission
from sitpy.backtest.statistics import compute_cagr
from sitpy.record import Record

Array = np.ndarray

FLOWS = ("long", "short", "interest", "borrow", "costs")


@dataclass(frozen=True, repr=False)
class Account(Record):
    """Books of an account at each close, after the close's trade; rows are dates, oldest first, amounts are money.

    ``prices`` and ``shares`` (dates x symbols); ``cash`` and ``equity`` (dates); ``flows`` (dates x long, short, interest,
    borrow, costs) with ``equity[t] = equity[t - 1] + flows[t].sum()``, the first row from ``capital``: gains of long and of
    short positions, interest (negative where it is paid), borrow fee and trading costs (both 0 or negative). ``cost``
    (symbols) is the cost of trading as a fraction.
    """

    prices: pd.DataFrame
    shares: pd.DataFrame
    cash: pd.Series
    equity: pd.Series
    flows: pd.DataFrame
    capital: float
    cost: pd.Series

    @classmethod
    def of(
        cls, prices: pd.DataFrame, shares: Array, cash: Array, equity: Array, flows: Array, capital: float, cost: Array
    ) -> Account:
        """Arrays with the labels of ``prices``."""
        dates, symbols = prices.index, prices.columns
        return cls(
            prices,
            pd.DataFrame(shares.copy(), dates, symbols),
            pd.Series(cash.copy(), dates, name="cash"),
            pd.Series(equity.copy(), dates, name="equity"),
            pd.DataFrame(flows.copy(), dates, list(FLOWS)),
            capital,
            pd.Series(cost.copy(), symbols, name="cost"),
        )

    @property
    def value(self) -> pd.DataFrame:
        """Value of each position (dates x symbols), negative for a short one."""
        return self._table(np.where(self.shares != 0, self.shares * self.prices, 0.0))

    @property
    def longs(self) -> pd.Series:
        """Value of all long positions (dates)."""
        return self._series(np.maximum(self.value.to_numpy(), 0.0).sum(axis=1), "longs")

    @property
    def shorts(self) -> pd.Series:
        """Value of all short positions (dates), negative."""
        return self._series(np.minimum(self.value.to_numpy(), 0.0).sum(axis=1), "shorts")

    @property
    def exposures(self) -> pd.DataFrame:
        """Long, short (negative), net and gross positions (dates x 4) as fractions of equity."""
        long, short = self.longs / self.equity, self.shorts / self.equity
        return pd.DataFrame({"long": long, "short": short, "net": long + short, "gross": long - short})

    @property
    def traded(self) -> pd.DataFrame:
        """Value bought and sold (dates x symbols), positive."""
        shares = self.shares.to_numpy()
        change = np.abs(np.diff(shares, axis=0, prepend=np.zeros((1, shares.shape[1]))))
        return self._table(np.where(change > 0, change * self.prices, 0.0))

    @cached_property
    def turnover(self) -> pd.Series:
        """Value bought and sold over the equity before its costs (dates)."""
        before = self.equity.to_numpy() - self.flows["costs"].to_numpy()
        return self._series(self.traded.to_numpy().sum(axis=1) / before, "turnover")

    @property
    def ret(self) -> pd.Series:
        """Returns per row after all costs; the first is the cost of the opening trade."""
        return self._series(self.equity.to_numpy() / self._before() - 1, "ret")

    @property
    def model(self) -> BacktestModel:
        """The same as a back-test's result: ``weight`` is what was held over the day that ends at the row's close."""
        weight = self.value.div(self.equity, axis=0).shift(1, fill_value=0.0)
        ret, equity = self.ret, self.equity / self.capital
        return BacktestModel(
            weight=weight,
            type="weight",
            ret=ret,
            equity=equity,
            best=float(ret.max()),
            worst=float(ret.min()),
            cagr=compute_cagr(equity),
            dates_index=np.arange(len(ret)),
            capital=self.capital,
            commission=Commission(),
            costs=self._series(-self.flows["costs"].to_numpy() / self._before(), "costs"),
        )

    def _before(self) -> Array:
        """Equity at the last close."""
        return np.concatenate([[self.capital], self.equity.to_numpy()[:-1]])

    def _table(self, values: Array) -> pd.DataFrame:
        return pd.DataFrame(values, self.prices.index, self.prices.columns)

    def _series(self, values: Array, name: str) -> pd.Series:
        return pd.Series(values, self.prices.index, name=name)

    def __repr__(self) -> str:
        first, last = self.equity.index[0], self.equity.index[-1]
        return (
            f"<Account: {len(self.equity)} dates {first:%Y-%m-%d} to {last:%Y-%m-%d}, {self.prices.shape[1]} symbols, "
            f"equity {self.capital:,.2f} to {self.equity.iloc[-1]:,.2f}>"
        )
