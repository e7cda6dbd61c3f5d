"""The data of a beta-hedged back-test, checked once: prices of the long side, its benchmark, volumes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd

from sitpy.arguments import choice, instance, shown
from sitpy.backtest.account import Delisted, listed
from sitpy.backtest.environment import checked_prices
from sitpy.data import mag7_simulated_prices, mag7_simulated_volumes
from sitpy.dates import dated
from sitpy.errors import InputError, SimulatedDataWarning, warn

Array = np.ndarray
Unlisted = Literal["refuse", "wait"]


@dataclass(frozen=True)
class Market:
    """Prices (dates x assets and, last, the benchmark) and volumes (dates x assets) on common dates, oldest first."""

    prices: pd.DataFrame
    volumes: pd.DataFrame | None
    returns: Array

    @property
    def dates(self) -> pd.DatetimeIndex:
        """The common dates."""
        return pd.DatetimeIndex(self.prices.index)

    @property
    def names(self) -> pd.Index:
        """The assets of the long side."""
        return self.prices.columns[:-1]

    @property
    def assets(self) -> pd.DataFrame:
        """Prices of the long side (dates x assets)."""
        return self.prices.iloc[:, :-1]

    @property
    def benchmark(self) -> str:
        """Name of the benchmark."""
        return str(self.prices.columns[-1])

    def history(self, window: int) -> Array:
        """Which assets have a price and ``window`` returns up to each row (dates x assets)."""
        there = np.isfinite(self.returns[:, :-1])
        count = np.cumsum(there, axis=0)
        count[window:] -= count[:-window].copy()
        return np.asarray((count >= window) & np.isfinite(self.assets.to_numpy()))


def market_of(
    prices: pd.DataFrame | None,
    benchmark: pd.Series | pd.DataFrame | str | None,
    volumes: pd.DataFrame | None,
    long_returns: pd.Series | None,
    benchmark_returns: pd.Series | None,
    unlisted: Unlisted,
    delisted: Delisted,
) -> Market:
    """Everything on the dates of the long side, or the error that names the table, the column and the date."""
    choice("unlisted", unlisted, get_args(Unlisted))
    choice("delisted", delisted, get_args(Delisted))
    if prices is None and long_returns is None:
        prices, benchmark, volumes = shipped(benchmark, volumes, benchmark_returns)
    if (prices is None) == (long_returns is None):
        raise InputError("both prices and long_returns are given; the long side is made from one of them")
    if (benchmark is None) == (benchmark_returns is None):
        found = "neither" if benchmark is None else "both"
        raise InputError(f"{found} of benchmark (prices) and benchmark_returns given; exactly one is needed")
    assets = _levels(long_returns, "long_returns", "long") if prices is None else checked_prices(prices)
    if isinstance(benchmark, str):
        if benchmark not in assets.columns:
            raise InputError(f"prices have no column {benchmark!r} for the benchmark; give its prices as a Series")
        market, assets = assets[benchmark], assets.drop(columns=benchmark)
        if assets.empty:
            raise InputError(f"prices have no column beside the benchmark {benchmark!r}; nothing is left to be long of")
    else:
        market = _series(benchmark, benchmark_returns)
    assets = _ends_kept(listed(assets, "prices"), unlisted, delisted)
    market = _on_dates(market, assets)
    if market.name in assets.columns or assets.columns.has_duplicates:
        twice = [*assets.columns[assets.columns.duplicated()], market.name][0]
        raise InputError(f"prices have {twice!r} twice, the benchmark counted; drop one, or give benchmark={twice!r}")
    together = pd.concat([assets, market], axis=1)
    values = together.to_numpy()
    returns = np.full(values.shape, np.nan)
    returns[1:] = values[1:] / values[:-1] - 1
    return Market(together, None if volumes is None else _volumes(volumes, assets), returns)


def same_zone(dates: pd.Index, others: pd.Index, name: str) -> None:
    """Refuse dates of another time zone than those of the prices."""
    ours, theirs = dated(dates).tz, dated(others).tz
    if str(ours) != str(theirs):
        raise InputError(
            f"{name} has dates in the time zone {theirs} but the prices in {ours}; use one for all: "
            "tz_localize(None) takes a zone away, tz_convert changes it"
        )


def shipped(
    benchmark: object, volumes: object, benchmark_returns: object
) -> tuple[pd.DataFrame, str, pd.DataFrame | None]:
    """The simulated prices, their benchmark and volumes, where the caller gives none of them."""
    known = benchmark is None or (isinstance(benchmark, str) and benchmark == "QQQ")
    if not known or volumes is not None or benchmark_returns is not None:
        raise InputError("prices are missing; give those that benchmark and volumes belong to, or none of the three")
    warn(
        "prices and volumes are the shipped SIMULATED ones with the names of seven shares and QQQ (not market data); give "
        "prices=, benchmark= and volumes= for real ones",
        SimulatedDataWarning,
    )
    return mag7_simulated_prices(), "QQQ", mag7_simulated_volumes()


def _series(benchmark: object, benchmark_returns: pd.Series | None) -> pd.Series:
    """The benchmark's prices with a name."""
    if benchmark is None:
        return _levels(benchmark_returns, "benchmark_returns", "benchmark").iloc[:, 0]
    table = benchmark.to_frame() if isinstance(benchmark, pd.Series) else benchmark
    if not isinstance(table, pd.DataFrame) or table.shape[1] != 1:
        raise InputError(
            f"benchmark is {shown(benchmark)}; give a Series of prices with dates, or the name of a column of prices"
        )
    name = table.columns[0]
    named = table.set_axis(["benchmark" if isinstance(name, int) or name is None else str(name)], axis=1)
    return _checked(named, "benchmark").iloc[:, 0]


def _levels(returns: object, name: str, fallback: str) -> pd.DataFrame:
    """Prices that have these returns; the first return only sets where they begin."""
    returns = instance(name, returns, pd.Series, "give a Series of simple returns with dates")
    label = fallback if returns.name is None else str(returns.name)
    table = _checked(returns.to_frame(label), name)
    values = table.to_numpy()
    bad = np.flatnonzero(~(values[:, 0] > -1))
    if bad.size:
        raise InputError(
            f"{name} on {table.index[bad[0]]:%Y-%m-%d} is {values[bad[0], 0]:g}; give finite simple returns above -1"
        )
    return (1 + table).cumprod()


def _checked(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """As :func:`checked_prices`, the name of the argument in front of what is wrong."""
    try:
        return checked_prices(table)
    except InputError as error:
        raise InputError(f"{name}: {error}") from None


def _ends_kept(assets: pd.DataFrame, unlisted: Unlisted, delisted: Delisted) -> pd.DataFrame:
    """Refuse prices that begin late or end early unless that is allowed."""
    there = assets.notna().to_numpy()
    for row, allowed, what, remedy in (
        (0, unlisted == "wait", "begin after", "unlisted='wait' to leave it out until it has history enough"),
        (-1, delisted == "sell", "end before", "delisted='sell' to sell it at its last price"),
    ):
        gone = np.flatnonzero(~there[row])
        if gone.size and not allowed:
            own = assets.index[np.flatnonzero(there[:, gone[0]])[row]]
            raise InputError(
                f"the prices of {assets.columns[gone[0]]!r} {what} the table's {assets.index[row]:%Y-%m-%d}, on "
                f"{own:%Y-%m-%d}; use {remedy}, or leave the column or the dates out"
            )
    return assets


def _on_dates(market: pd.Series, assets: pd.DataFrame) -> pd.Series:
    """The benchmark on the dates of the assets; it may be longer, but within their span neither has a date alone."""
    same_zone(assets.index, market.index, "benchmark")
    missing = assets.index.difference(market.dropna().index)
    if len(missing):
        raise InputError(
            f"benchmark {market.name!r} has no value on {missing[0]:%Y-%m-%d}, a date of the prices ({len(missing)} such in "
            "all); fill it, or leave these dates out of prices"
        )
    within = market.loc[assets.index[0] : assets.index[-1]]
    alone = within.index.difference(assets.index)
    if len(alone):
        raise InputError(
            f"prices have no row on {alone[0]:%Y-%m-%d}, a date of the benchmark {market.name!r} ({len(alone)} such in all); "
            "leave these dates out of the benchmark, or add them to prices"
        )
    return listed(within.to_frame(), "benchmark").iloc[:, 0]


def _volumes(volumes: pd.DataFrame, assets: pd.DataFrame) -> pd.DataFrame:
    """Volumes of the assets on their dates; missing only where the price is."""
    table = _checked(instance("volumes", volumes, pd.DataFrame, "give a DataFrame (dates x assets)"), "volumes")
    same_zone(assets.index, table.index, "volumes")
    absent = [name for name in assets.columns if name not in table.columns]
    if absent:
        raise InputError(f"volumes have no column {absent[0]!r}; give one for each asset of prices")
    missing = assets.index.difference(table.index)
    if len(missing):
        raise InputError(f"volumes have no row on {missing[0]:%Y-%m-%d}, a date of the prices; give one for each")
    table = table.loc[assets.index, assets.columns]
    values, there = table.to_numpy(), assets.notna().to_numpy()
    bad = np.argwhere(there & ~(values >= 0))
    if bad.size:
        row, column = bad[0]
        found = "missing" if np.isnan(values[row, column]) else f"{values[row, column]:g}"
        raise InputError(
            f"the volume of {table.columns[column]!r} on {table.index[row]:%Y-%m-%d} is {found}; give 0 or more shares"
        )
    return table
