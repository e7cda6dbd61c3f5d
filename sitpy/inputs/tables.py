"""Tables of prices and returns: read, checked, taken to month ends."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from sitpy.arguments import shown, text
from sitpy.errors import InputError, warn


def monthly_returns(
    prices: pd.DataFrame | str | os.PathLike[str], symbols: Sequence[str] | None = None, dates: str | None = None
) -> pd.DataFrame:
    """Discrete month-end returns from prices at any frequency (months x symbols, oldest first); ``dates`` as in xts."""
    if isinstance(prices, pd.DataFrame):
        table = prices.copy()
        refuse_text(table, "prices")
    else:
        table = read_table(prices, "prices")
    if symbols is not None:
        missing = [symbol for symbol in symbols if symbol not in table.columns]
        if missing:
            raise InputError(
                f"prices have no column for {', '.join(missing)}; found {', '.join(map(str, table.columns))}"
            )
        table = table[list(symbols)]
    try:
        if pd.api.types.is_numeric_dtype(table.index):
            raise TypeError(f"found the number {table.index[0]}")
        table.index = pd.to_datetime(table.index)
    except (ValueError, TypeError) as error:
        raise InputError(f"the first column (or index) of prices must hold dates such as 2010-01-31: {error}") from None
    if table.index.has_duplicates:
        raise InputError(
            f"prices have the date {table.index[table.index.duplicated()][0]} twice; keep one row per date"
        )
    table = table.sort_index()
    last = between(table.groupby(pd.DatetimeIndex(table.index).to_period("M")).tail(1), dates)
    returns = last.pct_change(fill_method=None).iloc[1:]
    complete = returns.dropna()
    if len(complete) < len(returns):
        worst = returns.isna().sum().idxmax()
        warn(
            f"{len(returns) - len(complete)} of {len(returns)} months are left out because a price is missing "
            f"(most often {worst})"
        )
    return complete


def between(table: pd.DataFrame, dates: str | None) -> pd.DataFrame:
    """The rows of a range of dates as R's xts writes it: "1990::2010", "2008-03::", "::2010" or "2005"; all for None."""
    if dates is None or table.empty:
        return table
    first, separator, last = (part.strip() for part in text("dates", dates).replace("/", "::").partition("::"))
    try:
        rows = table.loc[first or None : (last if separator else first) or None]
    except (TypeError, ValueError, KeyError):
        raise InputError(f"dates {dates!r} is not a range such as '1990::2010', '2008-03::' or '2005'") from None
    if rows.empty:
        raise InputError(
            f"there is nothing within dates {dates!r}: the table runs from {table.index[0]:%Y-%m-%d} to "
            f"{table.index[-1]:%Y-%m-%d}"
        )
    return rows


def read_table(path: str | os.PathLike[str], label: str = "path") -> pd.DataFrame:
    """A CSV file with labels in its first column and one numeric column per asset."""
    if not isinstance(path, (str, os.PathLike)):
        raise InputError(f"{label} is {shown(path)}; give a DataFrame or the path of a CSV file")
    try:
        table = pd.read_csv(Path(path), index_col=0)
    except OSError as error:
        raise InputError(f"cannot read {str(path)!r}: {error.strerror or error}") from error
    except (ValueError, pd.errors.ParserError) as error:
        raise InputError(f"{str(path)!r} is not a CSV table: {error}") from error
    if table.shape[1] == 0 or table.empty:
        raise InputError(f"{str(path)!r} holds no table: expected labels in column 1 and one column per asset")
    refuse_text(table, repr(str(path)))
    return table


def refuse_text(table: pd.DataFrame, where: str) -> None:
    """Only numbers may be in the columns."""
    for column, kind in table.dtypes.items():
        if not pd.api.types.is_numeric_dtype(kind):
            raise InputError(f"column {column!r} of {where} is not numeric; remove it or mend its entries")


def finite_prices(table: pd.DataFrame, name: str = "price") -> pd.DataFrame:
    """The same table, nothing in it infinite (nan may be); or the error that names the guilty one."""
    infinite = np.isinf(table.to_numpy())
    if infinite.any():
        row, column = np.argwhere(infinite)[0]
        raise InputError(
            f"the {name} of {table.columns[column]!r} on {_day(table.index[row])} is infinite; use nan for none"
        )
    return table


def positive_prices(table: pd.DataFrame, name: str = "prices") -> pd.DataFrame:
    """The same table, all its numbers above 0 (nan may be among them); or the error that names the guilty one."""
    values = table.to_numpy()
    low = values <= 0
    if low.any():
        row, column = np.argwhere(low)[0]
        raise InputError(
            f"{name} of {table.columns[column]!r} on {_day(table.index[row])} is {values[row, column]:g}; "
            f"a price must be positive ({int(low.sum())} such in all; use nan where there is none)"
        )
    return table


def _day(when: object) -> str:
    return f"{when:%Y-%m-%d}" if isinstance(when, pd.Timestamp) else f"row {when}"
