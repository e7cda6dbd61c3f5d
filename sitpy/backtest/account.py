"""A self-financing account: what is bought is paid for, what is sold short is owed, and every day's books close.

Weights known at the close of a date are traded at that close and earn from there to the next one, as everywhere in SIT.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sitpy.arguments import choice, numbers, positive, real
from sitpy.backtest.book import Account
from sitpy.backtest.environment import aligned, checked_prices
from sitpy.errors import BankruptError, InputError, SitpyError
from sitpy.inputs.tables import positive_prices

Array = np.ndarray
Rates = float | Mapping[str, float] | pd.Series
Delisted = Literal["refuse", "sell"]
# row, equity before the trade, value of each position -> fractions of that equity (nan: leave alone), or no trade
Decision = Callable[[int, float, Array], Array | None]

_CLOSES = 1e-9  # of the capital: how far the books may be from closing


@dataclass(frozen=True)
class Terms:
    """What trading and holding cost, per symbol, and what cash earns until the next row, per year."""

    cost: Array
    borrow: Array
    cash: Array
    margin: Array


def bt_account(
    prices: pd.DataFrame,
    weight: pd.DataFrame | ArrayLike,
    *,
    capital: float = 100000,
    cost_bps: Rates = 0.0,
    borrow_bps: Rates = 0.0,
    cash_rate: float | pd.Series = 0.0,
    margin_rate: float | pd.Series = 0.0,
    delisted: Delisted = "refuse",
) -> Account:
    """An account that trades to target weights on given dates and leaves its shares alone between them.

    On a trade date, ``weight * equity / price`` shares are held from the close on, of the equity before the costs of that
    trade. Costs, fees and interest go through cash, so that cash + longs + shorts = equity at every close, and
    the day's change of equity is price gains of longs and shorts + interest - borrow fee - costs. Both are checked each
    day.

    Parameters
    ----------
    prices : DataFrame (dates x symbols)
        Closing prices, oldest first; nan before a symbol's first price and after its last, never between.
    weight : DataFrame or array (dates x symbols)
        Fractions of equity, negative for a short position; a DataFrame may hold the trade dates only. nan leaves a
        symbol's shares alone. Weights of the last date are never carried out.
    capital : float
        Money at the start.
    cost_bps : float, or mapping or Series by symbol
        Cost of trading in basis points (1/10000) of the value that is actually bought or sold.
    borrow_bps : float, or mapping or Series by symbol
        Fee for borrowed shares, basis points per year of the short value at the last close, for calendar days of 365.
    cash_rate, margin_rate : float, or Series (dates)
        Simple interest per year on cash at the last close, for calendar days of 365: ``cash_rate`` where it is positive,
        proceeds of short sales included, ``margin_rate`` where it is owed. Of a series, the rate of the last close counts.
    delisted : {"refuse", "sell"}
        What to do with a position whose prices end: refuse, or sell it at its last price on the first date without one.

    Returns
    -------
    Account

    Raises
    ------
    InputError
        A price that is missing in the middle, not positive or not finite, dates that repeat or fall, a weight for a symbol
        without a price, a position whose prices end, negative costs.
    BankruptError
        Equity is 0 or less: the date, and the account so far as ``path``.

    Examples
    --------
    >>> import pandas as pd, sitpy
    >>> prices = pd.DataFrame({"A": [10.0, 11, 12], "B": [20.0, 20, 22]}, index=pd.date_range("2020-01-01", periods=3))
    >>> account = sitpy.bt_account(prices, [[0.5, -0.5], [float("nan")] * 2, [0, 0]], capital=1000, cost_bps=10)
    >>> account.equity.round(6).tolist(), account.flows.costs.round(6).tolist()
    ([999.0, 1049.0, 1049.0], [-1.0, 0.0, 0.0])

    References
    ----------
    SIT, ``bt.run.share``, whose returns these are where nothing costs anything.
    """
    table = listed(checked_prices(prices), "prices")
    wanted = aligned(weight, table, "weight").to_numpy()
    trades = ~np.isnan(wanted).all(axis=1)
    return keep_account(
        table,
        lambda row, equity, value: wanted[row] if trades[row] else None,
        terms_of(table, cost_bps, borrow_bps, cash_rate, margin_rate),
        capital,
        delisted,
    )


def listed(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """Prices that are positive and without a gap from the first to the last; or the error that names the guilty one."""
    values = table.to_numpy()
    there = ~np.isnan(values)
    empty = np.flatnonzero(~there.any(axis=0))
    if empty.size:
        raise InputError(f"{name} of {table.columns[empty[0]]!r} are all missing; leave the column out")
    positive_prices(table, name)
    began = np.maximum.accumulate(there, axis=0)
    goes_on = np.maximum.accumulate(there[::-1], axis=0)[::-1]
    gaps = np.argwhere(began & goes_on & ~there)
    if gaps.size:
        row, column = gaps[0]
        raise InputError(
            f"{name} of {table.columns[column]!r} on {table.index[row]:%Y-%m-%d} is missing ({len(gaps)} such in all); "
            "fill gaps with bt_prep(fill_gaps=True), or leave out the date or the column"
        )
    return table


def terms_of(
    table: pd.DataFrame,
    cost_bps: Rates,
    borrow_bps: Rates,
    cash_rate: float | pd.Series,
    margin_rate: float | pd.Series,
) -> Terms:
    """Costs as fractions per symbol, rates per row; or the error that says which is wrong."""
    return Terms(
        by_symbol(cost_bps, table.columns, "cost_bps") / 1e4,
        by_symbol(borrow_bps, table.columns, "borrow_bps") / 1e4,
        _by_date(cash_rate, table.index, "cash_rate"),
        _by_date(margin_rate, table.index, "margin_rate"),
    )


def by_symbol(rates: Rates, symbols: pd.Index, name: str) -> Array:
    """One number for each symbol, none of them negative."""
    if isinstance(rates, (Mapping, pd.Series)):
        known = dict(rates)
        missing = [symbol for symbol in symbols if symbol not in known]
        if missing:
            raise InputError(f"{name} has nothing for {missing[0]!r}; give a number for each symbol, or one for all")
        values = numbers(name, [known[symbol] for symbol in symbols])
    else:
        values = np.full(len(symbols), real(name, rates, "give basis points, one number or one by symbol", _anything))
    bad = np.flatnonzero(~((values >= 0) & np.isfinite(values)))
    if bad.size:
        raise InputError(f"{name} of {symbols[bad[0]]!r} is {values[bad[0]]:g}; give 0 or more basis points")
    return values


def keep_account(table: pd.DataFrame, decide: Decision, terms: Terms, capital: float, delisted: Delisted) -> Account:
    """The account of decisions taken at each close but the last; ``table`` has passed :func:`listed`."""
    choice("delisted", delisted, get_args(Delisted))
    walk = _Walk(table, terms, real("capital", capital, "give a positive amount", positive), delisted)
    for row in range(len(table)):
        walk.step(row, decide)
    return walk.account(len(table))


class _Walk:
    """The books while days go by."""

    def __init__(self, table: pd.DataFrame, terms: Terms, capital: float, delisted: Delisted) -> None:
        self.table, self.terms, self.capital, self.delisted = table, terms, capital, delisted
        there: Array = table.notna().to_numpy()
        goes_on = np.maximum.accumulate(there[::-1], axis=0)[::-1]
        self.there = there
        self.some_ended: Array = np.logical_not(goes_on.all(axis=1))
        # a symbol that has gone keeps its last price, one that has not begun is worth 1: no change, no gain
        self.price = table.ffill().fillna(1.0).to_numpy()
        days = pd.DatetimeIndex(table.index).tz_localize(None).normalize()
        self.years = np.diff(days.to_numpy(), prepend=days[0].to_datetime64()) / np.timedelta64(1, "D") / 365
        T, n = self.price.shape
        self.shares, self.cash, self.equity, self.flows = np.zeros((T, n)), np.zeros(T), np.zeros(T), np.zeros((T, 5))
        self.money = self.worth = capital
        self._hold(np.zeros(n))

    def step(self, row: int, decide: Decision) -> None:
        """One day: prices move, interest and fees accrue, then the close's trade."""
        price, flow = self.price[row], self.flows[row]
        if row:
            self._accrue(row, flow)
        before = self.money + _product(self.held, price)
        if before > 0:
            new = self._new_shares(row, before, decide)
            if new is not None:
                trade = (new - self.held) * price
                flow[4] = -_product(self.terms.cost, np.abs(trade))
                self.money += flow[4] - trade.sum()
                self._hold(new)
        longs, shorts = _product(self.long, price), _product(self.short, price)
        after = self.money + longs + shorts
        off = abs(after - self.worth - flow.sum())
        if not off <= _CLOSES * max(self.capital, longs - shorts):
            raise SitpyError(
                f"the books of {self._date(row)} do not close: they are {off:g} apart; prices or weights overflow"
            )
        self.shares[row], self.cash[row], self.equity[row], self.worth = self.held, self.money, after, after
        if after <= 0:
            raise BankruptError(
                f"the account has lost everything on {self._date(row)}: equity is {after:,.2f} of {self.capital:,.2f}; use "
                "smaller weights or trade more often",
                self.account(row + 1),
            )

    def account(self, rows: int) -> Account:
        """The first so many rows as a result."""
        return Account.of(
            self.table.iloc[:rows].ffill(),
            self.shares[:rows],
            self.cash[:rows],
            self.equity[:rows],
            self.flows[:rows],
            self.capital,
            self.terms.cost,
        )

    def _hold(self, shares: Array) -> None:
        self.held, self.long, self.short = shares, np.maximum(shares, 0.0), np.minimum(shares, 0.0)
        self.lent = self.short * self.terms.borrow

    def _accrue(self, row: int, flow: Array) -> None:
        last = self.price[row - 1]
        change = self.price[row] - last
        rate = self.terms.cash[row - 1] if self.money > 0 else self.terms.margin[row - 1]
        flow[:4] = (
            _product(self.long, change),
            _product(self.short, change),
            self.money * rate * self.years[row],
            _product(self.lent, last) * self.years[row],
        )
        self.money += flow[2] + flow[3]

    def _new_shares(self, row: int, equity: float, decide: Decision) -> Array | None:
        """What is held after the close's trade; None when nothing is traded."""
        kept = self._without_ended(row) if self.some_ended[row] else self.held
        wanted = decide(row, equity, self.held * self.price[row]) if row + 1 < len(self.price) else None
        if wanted is None:
            return None if kept is self.held else kept
        there: Array = np.asarray(self.there[row])
        bad = np.flatnonzero(np.isinf(wanted) | (~there & ~np.isnan(wanted) & (wanted != 0)))
        if bad.size:
            column = int(bad[0])
            why = "give a finite number" if there[column] else "it has no price there; give it a weight of 0"
            raise InputError(
                f"the weight of {self.table.columns[column]!r} on {self._date(row)} is {wanted[column]:g}: {why}"
            )
        return np.where(np.isnan(wanted), kept, wanted * equity / self.price[row])

    def _without_ended(self, row: int) -> Array:
        """The shares held, less those whose prices have ended."""
        ended = np.logical_and(~np.asarray(self.there[row]), self.held != 0)
        if not ended.any():
            return self.held
        if self.delisted == "refuse":
            column = int(np.flatnonzero(ended)[0])
            raise InputError(
                f"the prices of {self.table.columns[column]!r} end on {self._date(row - 1)} while it is held; use "
                "delisted='sell' to sell it at its last price, or leave it out"
            )
        return np.where(ended, 0.0, self.held)

    def _date(self, row: int) -> str:
        return f"{self.table.index[row]:%Y-%m-%d}"


def _product(left: Array, right: Array) -> float:
    """Sum of products in an order that no number of threads changes."""
    return float(np.einsum("i,i", left, right))


def _by_date(rate: float | pd.Series, dates: pd.Index, name: str) -> Array:
    """One rate for each date."""
    if isinstance(rate, pd.Series):
        missing = dates.difference(rate.index)
        if len(missing):
            raise InputError(f"{name} has nothing for {missing[0]:%Y-%m-%d}; give a rate for each date of the prices")
        values = numbers(name, rate.reindex(dates))
    else:
        values = np.full(
            len(dates), real(name, rate, "give a rate per year, one number or a Series by date", _anything)
        )
    bad = np.flatnonzero(~np.isfinite(values))
    if bad.size:
        raise InputError(f"{name} on {dates[bad[0]]:%Y-%m-%d} is {values[bad[0]]:g}; give a finite rate per year")
    return values


def _anything(value: float) -> bool:
    """What is wrong with a number is said later, with its symbol or date."""
    return True
