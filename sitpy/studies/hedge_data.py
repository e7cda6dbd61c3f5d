"""The data of a beta-hedge comparison: the shipped simulated set, the user's own files, or Yahoo's prices."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sitpy.data import mag7_simulated_prices, mag7_simulated_volumes
from sitpy.data.online import yahoo_history
from sitpy.errors import InputError, there_are
from sitpy.inputs import read_prices


@dataclass(frozen=True)
class HedgeData:
    """Prices (dates x assets and the benchmark), volumes (dates x assets) or None, and where they are from, in a line."""

    prices: pd.DataFrame
    benchmark: str
    volumes: pd.DataFrame | None
    source: str

    @property
    def assets(self) -> pd.DataFrame:
        """Prices of the long side."""
        return self.prices.drop(columns=self.benchmark)


def hedge_data(
    prices: Path | None = None,
    volumes: Path | None = None,
    benchmark: str | None = None,
    *,
    source: str | None = None,
    tickers: Sequence[str] = (),
    start: str | None = None,
    end: str | None = None,
    cache: str | os.PathLike[str] | None = None,
) -> HedgeData:
    """The data that the options of the command describe.

    Parameters
    ----------
    prices, volumes : path of a file, optional
        As :func:`sitpy.inputs.read_prices` takes it; the shipped simulated set when neither these nor a source are given.
    benchmark : str, optional
        A column of the prices, "QQQ" when not given.
    source : {"yahoo"}, optional
        With ``tickers`` of the long side, and the folder ``cache`` in which what is downloaded is kept.
    start, end : str, optional
        Dates: the first one, and the last one (of Yahoo's prices the day after it).

    Raises
    ------
    InputError
        Options that do not go together; a benchmark that is no column; no rows between the dates; and as those above.
    """
    if source is not None:
        return _online(source, prices, volumes, benchmark or "QQQ", tickers, start, end, cache)
    for name, given in (("--tickers", bool(tickers)), ("--cache", cache is not None)):
        if given:
            raise InputError(f"{name} is for prices of a source; give --source yahoo too, or leave it out")
    name = benchmark or "QQQ"
    table: pd.DataFrame
    traded: pd.DataFrame | None
    if prices is None:
        if volumes is not None:
            raise InputError("--volumes are given without --prices; give the prices that they belong to")
        table, traded = mag7_simulated_prices(), mag7_simulated_volumes()
        where = "SIMULATED prices and volumes of seven shares and QQQ (not market data)"
    else:
        table, traded, where = read_prices(prices), None if volumes is None else read_prices(volumes), str(prices)
    if name not in table.columns:
        raise InputError(
            f"the prices have no column {name!r} for the benchmark (--benchmark); {there_are(name, map(str, table))}"
        )
    table = _between(table, start, end)
    return HedgeData(table, name, traded, where)


def _online(
    source: str,
    prices: Path | None,
    volumes: Path | None,
    benchmark: str,
    tickers: Sequence[str],
    start: str | None,
    end: str | None,
    cache: str | os.PathLike[str] | None,
) -> HedgeData:
    if source != "yahoo":
        raise InputError(f"--source is {source!r}; use yahoo, or give a file with --prices")
    if prices is not None or volumes is not None:
        raise InputError("--source and files are given; leave out --source, or --prices and --volumes")
    names = [name for name in dict.fromkeys(tickers) if name != benchmark]
    if not names:
        raise InputError("--tickers names no asset of the long side; give some with commas, such as AAPL,MSFT,NVDA")
    table = yahoo_history([*names, benchmark], start or "1970-01-01", end, cache)
    closes, traded = (pd.DataFrame(table[field]) for field in ("Close", "Volume"))
    first, last = table.index[0], table.index[-1]
    where = f"Yahoo, {first:%Y-%m-%d} to {last:%Y-%m-%d}" + ("" if cache is None else f"; kept in {cache}")
    return HedgeData(closes, benchmark, traded[names].where(closes[names].notna()), where)


def _between(table: pd.DataFrame, start: str | None, end: str | None) -> pd.DataFrame:
    """The rows from one date to another, both counted."""
    dates, kept = pd.DatetimeIndex(table.index), pd.Series(True, table.index).to_numpy()
    for option, text in (("--start", start), ("--end", end)):
        if text is None:
            continue
        try:
            day = pd.Timestamp(text).tz_localize(dates.tz)
        except (ValueError, TypeError):
            raise InputError(f"{option} is {text!r}; give a date such as 2022-01-31") from None
        kept = kept & ((dates >= day) if option == "--start" else (dates < day + pd.Timedelta(days=1)))
    if not kept.any():
        raise InputError(
            f"there are no prices from {start or 'the start'} to {end or 'the end'}: they run from {dates.min():%Y-%m-%d} to "
            f"{dates.max():%Y-%m-%d}; change --start and --end"
        )
    return table.loc[kept]
