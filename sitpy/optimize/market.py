"""A user's prices as a market: checked against the sessions of the New York exchange, and handed to zipline."""

from __future__ import annotations

import os
import tempfile
import uuid
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sitpy.arguments import shown
from sitpy.errors import InputError, warn
from sitpy.inputs.tables import read_table, refuse_text

EXCHANGE = "XNYS"
MUCH = 1_000_000_000.0
"""Shares traded in a session where no volumes are given: enough for every order to be filled at once."""

_LARGEST = 2**32 - 1  # what the store holds: volumes, and prices in thousandths
_LOWEST, _HIGHEST = 0.001, _LARGEST // 1000
_NAMED = 3  # dates in a message

Table = pd.DataFrame | str | os.PathLike[str]


@dataclass(frozen=True)
class Market:
    """Closes and volumes (sessions x symbols), without gaps between a symbol's first and last close."""

    closes: pd.DataFrame
    volumes: pd.DataFrame

    @property
    def sessions(self) -> pd.DatetimeIndex:
        """The days on which the exchange was open."""
        return pd.DatetimeIndex(self.closes.index)

    def between(self, start: Any, end: Any) -> pd.DatetimeIndex:
        """The sessions from one date to another, those of the whole market where a date is None."""
        first, last = self.sessions[0], self.sessions[-1]
        begin, finish = date("start", start, first), date("end", end, last)
        if begin > finish:
            raise InputError(f"start is {begin:%Y-%m-%d} and end is {finish:%Y-%m-%d}; start must not be after end")
        if begin < first or finish > last:
            raise InputError(
                f"prices run from {first:%Y-%m-%d} to {last:%Y-%m-%d}, but the run from {begin:%Y-%m-%d} to "
                f"{finish:%Y-%m-%d}; change start and end, or give more prices"
            )
        chosen = self.sessions[(self.sessions >= begin) & (self.sessions <= finish)]
        if chosen.empty:
            raise InputError(
                f"the New York exchange was closed from {begin:%Y-%m-%d} to {finish:%Y-%m-%d}; move the dates"
            )
        return chosen


def market_of(prices: Table, volumes: Table | None = None) -> Market:
    """A market from tables or CSV files of closes and, optionally, of shares traded (dates x symbols).

    Raises
    ------
    InputError
        No table of numbers by date and symbol; a session of the exchange without a row; a close that is missing between two
        others, or that is not positive; volumes that do not fit.

    Warns
    -----
    SitpyWarning
        Rows on days on which the exchange was closed: they are left out.
    """
    closes = _on_sessions(_table("prices", prices), "prices")
    _refuse_gaps(closes)
    _refuse_range("prices", closes, _LOWEST, _HIGHEST)
    if volumes is None:
        return Market(closes, closes.notna() * MUCH)
    traded = _table("volumes", volumes)
    absent = closes.columns.difference(traded.columns)
    if len(absent):
        raise InputError(f"volumes have no column for {', '.join(absent)}; give the shares traded of every symbol")
    traded = traded.reindex(closes.index)[closes.columns]
    _refuse_first(
        "volumes", traded.isna() & closes.notna(), "is missing where there is a close; give the number of shares traded"
    )
    _refuse_range("volumes", traded, 0, _LARGEST)
    return Market(closes, traded)


def date(label: str, value: Any, default: pd.Timestamp) -> pd.Timestamp:
    """A day, without a time zone."""
    if value is None:
        return default
    try:
        day = None if isinstance(value, (int, float)) else pd.Timestamp(value)
    except (TypeError, ValueError):
        day = None
    if day is None or pd.isna(day):
        raise InputError(f"{label} is {shown(value)}; give a date such as '2019-01-16'")
    return day.tz_localize(None).normalize()


# ------------------------------------------------------------------------------------------------------ checks


def _table(label: str, given: Table) -> pd.DataFrame:
    """Numbers by day, oldest first, and by symbol."""
    if isinstance(given, pd.DataFrame):
        table = given.copy()
        refuse_text(table, label)
    else:
        table = read_table(given, label)
    if table.shape[1] == 0 or table.empty:
        raise InputError(f"{label} hold nothing; give one row per session and one column per symbol")
    table.columns = [str(name).strip() for name in table.columns]
    is_twice = table.columns.str.upper().duplicated()  # zipline knows symbols in capital letters
    if is_twice.any():
        raise InputError(f"{label} have the column {table.columns[is_twice][0]!r} twice; keep one of them")
    try:
        if pd.api.types.is_numeric_dtype(table.index):
            raise TypeError(f"found the number {table.index[0]}")
        days = pd.DatetimeIndex(pd.to_datetime(table.index)).tz_localize(None).normalize()
    except (ValueError, TypeError) as error:
        raise InputError(
            f"the first column (or index) of {label} must hold dates such as 2019-01-16: {error}"
        ) from None
    if days.hasnans or days.has_duplicates:
        fault = "a row without a date" if days.hasnans else f"the date {days[days.duplicated()][0]:%Y-%m-%d} twice"
        raise InputError(f"{label} have {fault}; keep one row per session")
    return table.set_axis(days).sort_index().astype(float)


def _on_sessions(table: pd.DataFrame, label: str) -> pd.DataFrame:
    """The rows of the exchange's sessions, of which none may be missing."""
    calendar = calendar_of_exchange()
    first, last = table.index[0], table.index[-1]
    if first < calendar.first_session or last > calendar.last_session:
        raise InputError(
            f"{label} run from {first:%Y-%m-%d} to {last:%Y-%m-%d}, but sessions of the New York exchange are known from "
            f"{calendar.first_session:%Y-%m-%d} to {calendar.last_session:%Y-%m-%d}; give prices of that time"
        )
    sessions = calendar.sessions_in_range(first, last)
    missing, extra = sessions.difference(table.index), table.index.difference(sessions)
    if len(missing):
        raise InputError(
            f"{label} have no row for {len(missing)} of {len(sessions)} sessions of the New York exchange "
            f"({_days(missing)}); add the rows"
        )
    if len(extra):
        warn(
            f"{label} have rows for {len(extra)} days on which the New York exchange was closed ({_days(extra)}); they are "
            "left out"
        )
    if sessions.empty:
        raise InputError(f"{label} have no row for a session of the New York exchange; give prices of trading days")
    kept: pd.DataFrame = table.loc[sessions].rename_axis(index="date")
    return kept


def _days(days: pd.Index) -> str:
    listed = ", ".join(f"{day:%Y-%m-%d}" for day in days[:_NAMED])
    return listed + (", ..." if len(days) > _NAMED else "")


def _refuse_gaps(closes: pd.DataFrame) -> None:
    """Closes may begin late (not listed yet) and end early (delisted), and nothing else."""
    empty = closes.columns[closes.isna().all()]
    if len(empty):
        raise InputError(f"prices of {', '.join(empty)} are all missing; give closes or remove the column")
    gap = closes.isna() & closes.ffill().notna() & closes.bfill().notna()
    _refuse_first("prices", gap, "is missing between other closes; give a close for every session")


def _refuse_range(label: str, table: pd.DataFrame, low: float, high: float) -> None:
    outside = (table < low) | (table > high)
    _refuse_first(label, outside, f"is outside what can be traded, {low:g} to {high:,}; mend it", table)


def _refuse_first(label: str, fault: pd.DataFrame, words: str, values: pd.DataFrame | None = None) -> None:
    """Say where the first fault is, and how many there are."""
    rows, columns = np.nonzero(fault.to_numpy())
    if not len(rows):
        return
    i, j = int(rows[0]), int(columns[0])
    number = "" if values is None else f", {values.to_numpy()[i, j]:g},"
    more = f" ({len(rows)} such numbers in all)" if len(rows) > 1 else ""
    day = pd.DatetimeIndex(fault.index)[i]
    symbol = str(fault.columns[j])
    raise InputError(f"{label} of {symbol!r}: the number on {day:%Y-%m-%d}{number} {words}{more}")


# ----------------------------------------------------------------------------------------------------- zipline


def calendar_of_exchange() -> Any:
    """The sessions of the New York exchange as zipline knows them."""
    from zipline.utils.calendar_utils import get_calendar

    return get_calendar(EXCHANGE)


@contextmanager
def bundle(market: Market) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The market in zipline's store: a name, and the environment in which zipline finds it; both are gone afterwards."""
    from zipline.data import bundles

    name = f"sitpy-{uuid.uuid4().hex}"
    with tempfile.TemporaryDirectory(prefix="sitpy-zipline-", ignore_cleanup_errors=True) as scratch:
        environment = {"ZIPLINE_ROOT": scratch}
        first, last = market.sessions[[0, -1]]
        bundles.register(name, _ingest(market), calendar_name=EXCHANGE, start_session=first, end_session=last)
        try:
            with old_ways_allowed():
                bundles.ingest(name, environ=environment)
            yield name, environment
        finally:
            bundles.unregister(name)


@contextmanager
def old_ways_allowed() -> Iterator[None]:
    """Without the warnings that zipline and what it stands on give each other: no user can mend these."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=r"(zipline|bcolz|empyrical|exchange_calendars|pandas|numpy)\b")
        yield


def _ingest(market: Market) -> Any:
    """The function that zipline calls to fill its store."""

    def ingest(environ, asset_db_writer, minute_bar_writer, daily_bar_writer, adjustment_writer, *_: Any) -> None:  # type: ignore[no-untyped-def]
        asset_db_writer.write(
            equities=_listings(market.closes),
            exchanges=pd.DataFrame({"exchange": [EXCHANGE], "canonical_name": [EXCHANGE], "country_code": ["US"]}),
        )
        daily_bar_writer.write(_bars(market))
        adjustment_writer.write()

    return ingest


def _listings(closes: pd.DataFrame) -> pd.DataFrame:
    """When each symbol could be traded."""
    first = [closes[symbol].first_valid_index() for symbol in closes]
    last = pd.DatetimeIndex([closes[symbol].last_valid_index() for symbol in closes])
    return pd.DataFrame(
        {
            "symbol": closes.columns,
            "asset_name": closes.columns,
            "start_date": first,
            "end_date": last,
            "auto_close_date": last + pd.Timedelta(days=1),
            "exchange": EXCHANGE,
        }
    )


def _bars(market: Market) -> Iterator[tuple[int, pd.DataFrame]]:
    """The sessions of each symbol: one price for the whole session."""
    for sid, symbol in enumerate(market.closes):
        close = market.closes[symbol].dropna()
        prices = dict.fromkeys(("open", "high", "low", "close"), close)
        yield sid, pd.DataFrame({**prices, "volume": market.volumes[symbol].loc[close.index]})
