"""Optional online price sources, each behind its own extra."""

from __future__ import annotations

import datetime
import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from sitpy.errors import InputError
from sitpy.files import write_whole

FIELDS = ("Close", "Volume")


def yahoo_prices(symbols: Sequence[str], start: str = "1970-01-01") -> pd.DataFrame:
    """Adjusted daily closing prices from Yahoo (days x symbols, oldest first); needs ``sitpy[yahoo]``."""
    return pd.DataFrame(_download(symbols, start, None)["Close"].dropna(how="all"))


def yahoo_history(
    symbols: Sequence[str],
    start: str = "1970-01-01",
    end: str | None = None,
    cache: str | os.PathLike[str] | None = None,
) -> pd.DataFrame:
    """Adjusted daily closes and volumes from Yahoo; needs ``sitpy[yahoo]`` for what has not been downloaded yet.

    Parameters
    ----------
    symbols : sequence of str
    start, end : str
        First day, and the day after the last one; today when not given, so that no unfinished session is among them.
    cache : path, optional
        A folder: what is downloaded is written there, and taken from there when the same is asked for again.

    Returns
    -------
    DataFrame (days x (field, symbol))
        Fields "Close" and "Volume"; oldest first.

    Raises
    ------
    InputError
        yfinance is not installed; no prices for one of the symbols; a file in the cache that cannot be read; no dates.
    """
    last = _day("end", end) if end is not None else f"{datetime.date.today():%Y-%m-%d}"
    first, wanted = _day("start", start), list(dict.fromkeys(symbols))
    path = None if cache is None else Path(cache) / cache_name(wanted, first, last)
    if path is not None and path.exists():
        return _read(path, wanted)
    table = _download(wanted, first, last)
    if any(field not in table for field in FIELDS):
        raise InputError(
            f"Yahoo gave no {' or '.join(field for field in FIELDS if field not in table)}; try again later"
        )
    table = table[list(FIELDS)].dropna(
        how="all", subset=[("Close", symbol) for symbol in wanted if symbol in table["Close"]]
    )
    empty = [symbol for symbol in wanted if symbol not in table["Close"] or table["Close"][symbol].isna().all()]
    if empty:
        raise InputError(f"Yahoo gave no prices for {', '.join(empty)}; check the symbols and the dates")
    table = table.loc[:, [(field, symbol) for field in FIELDS for symbol in wanted]]
    if path is not None:
        write_whole(path, table.to_csv)
    return pd.DataFrame(table)


def cache_name(symbols: Sequence[str], start: str, end: str) -> str:
    """Name of the file in which prices of these symbols, in any order, and dates are kept.

    Examples
    --------
    >>> from sitpy.data.online import cache_name
    >>> cache_name(["QQQ", "AAPL"], "2022-01-01", "2024-11-01")
    'AAPL_QQQ_2022-01-01_2024-11-01_94924717.csv'
    """
    names = sorted(symbols)
    digest = hashlib.sha256("\n".join([*names, start, end]).encode()).hexdigest()[:8]
    words = "_".join("".join(sign for sign in name if sign.isalnum()) for name in names)
    return f"{words[:60]}_{start}_{end}_{digest}.csv"


def _download(symbols: Sequence[str], start: str, end: str | None) -> pd.DataFrame:
    try:
        import yfinance
    except ImportError:
        raise InputError("source='yahoo' needs the package yfinance: python -m pip install 'sitpy[yahoo]'") from None
    until = {} if end is None else {"end": end}
    table = yfinance.download(list(symbols), start=start, auto_adjust=True, progress=False, **until)
    if table is None or table.empty:
        raise InputError(f"Yahoo gave no prices for {', '.join(symbols)}; check the symbols and the connection")
    return pd.DataFrame(table)


def _read(path: Path, symbols: list[str]) -> pd.DataFrame:
    """A file of the cache, in the order asked for."""
    try:
        table = pd.read_csv(path, header=[0, 1], index_col=0, dtype=str)  # Python's reading keeps every digit
        table = table.loc[:, [(field, symbol) for field in FIELDS for symbol in symbols]].astype(float)
        return table.set_axis(pd.DatetimeIndex(table.index, name=None), axis=0)
    except (OSError, ValueError, KeyError, TypeError) as error:
        words = " ".join(str(error).split())
        raise InputError(f"{str(path)!r} does not hold the prices that its name says: {words}; delete it") from None


def _day(label: str, text: str) -> str:
    try:
        return f"{datetime.date.fromisoformat(text):%Y-%m-%d}"
    except (TypeError, ValueError):
        raise InputError(f"{label} is {text!r}; give a date such as '2022-01-31'") from None
