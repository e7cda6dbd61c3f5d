"""The environment of a back-test: prices of all symbols on common dates, and the weights to be held."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sitpy.arguments import instance, numbers, positions
from sitpy.dates import dated
from sitpy.errors import InputError
from sitpy.inputs.tables import between, finite_prices, positive_prices
from sitpy.record import Record, field_name

Array = np.ndarray
Span = str | Sequence[int] | Array | None
Prices = pd.DataFrame | Mapping[str, pd.DataFrame | pd.Series]

_BOOKKEEPING = {"prices", "weight", "execution_price", "dates", "symbolnames"}


class BacktestData(Record):
    """Prices, weights and execution prices (dates x symbols); the fields may be assigned, as in R's environment.

    Parameters
    ----------
    prices : DataFrame (dates x symbols)
        Closing prices, oldest first; nan where there is none.
    weight : DataFrame or array (dates x symbols), optional
        What to hold from each date on; nan carries the last weight forward. Everything nan by default.
    execution_price : DataFrame or array (dates x symbols), optional
        At what price trades are done; nan (default) means the closing price.
    frames : mapping of str to DataFrame, optional
        Open, High, Low, Close, Volume per symbol, as :func:`sitpy.bt_apply` hands them over.

    Raises
    ------
    InputError
        No dates, dates that repeat, fall or are missing, a symbol twice, text among the prices (also text that reads as
        a number), prices that are infinite, zero or negative, shapes or time zones that differ.

    Examples
    --------
    >>> import pandas as pd, sitpy
    >>> days = pd.date_range("2020-01-01", periods=3)
    >>> b = sitpy.BacktestData(pd.DataFrame({"A": [10.0, 11, 12], "B": [5.0, 5, 6]}, index=days))
    >>> b["execution.price"].shape, b.symbolnames, list(b["A"].columns)
    ((3, 2), ['A', 'B'], ['Close'])
    """

    prices: pd.DataFrame
    weight: Any
    execution_price: Any

    def __init__(
        self,
        prices: pd.DataFrame,
        *,
        weight: pd.DataFrame | ArrayLike | None = None,
        execution_price: pd.DataFrame | ArrayLike | None = None,
        frames: Mapping[str, pd.DataFrame] | None = None,
    ) -> None:
        self.prices = positive_prices(checked_prices(prices))
        nothing = pd.DataFrame(np.nan, index=self.prices.index, columns=self.prices.columns)
        self.weight = nothing if weight is None else aligned(weight, self.prices, "weight")
        self.execution_price = (
            nothing.copy() if execution_price is None else aligned(execution_price, self.prices, "execution_price")
        )
        self.frames = dict(frames or {})

    @property
    def dates(self) -> pd.DatetimeIndex:
        """The common dates."""
        return pd.DatetimeIndex(self.prices.index)

    @property
    def symbolnames(self) -> list[str]:
        """The symbols, in the order of the columns."""
        return [str(name) for name in self.prices.columns]

    def __getitem__(self, name: str) -> Any:
        """A field by its R or Python name, or the table of one symbol."""
        if name not in self.symbolnames:
            return super().__getitem__(name)
        if name in self.frames:
            return self.frames[name]
        return self.prices.iloc[:, self.symbolnames.index(name)].to_frame("Close")

    def __repr__(self) -> str:
        names = ", ".join(self.symbolnames[:3]) + (", ..." if len(self.symbolnames) > 3 else "")
        first, last = self.dates[0], self.dates[-1]
        return f"<BacktestData: {len(self.dates)} dates {first:%Y-%m-%d} to {last:%Y-%m-%d}, {names}>"

    def take(self, rows: Array | None = None, symbols: Sequence[int] | None = None) -> BacktestData:
        """The same for some of the rows and some of the symbols (0-based positions)."""
        at = np.arange(len(self.prices)) if rows is None else rows
        keep = list(range(self.prices.shape[1])) if symbols is None else list(symbols)
        symbols_there = self.symbolnames
        names = [symbols_there[i] for i in keep]
        return BacktestData(
            self.prices.iloc[at, keep],
            weight=aligned(self.weight, self.prices, "weight").iloc[at, keep],
            execution_price=aligned(self.execution_price, self.prices, "execution_price").iloc[at, keep],
            frames={name: self.frames[name].iloc[at] for name in names if name in self.frames},
        )


def checked_prices(prices: pd.DataFrame) -> pd.DataFrame:
    """A copy as floats with ascending, unique dates; or the error that says what is wrong with the table."""
    if not isinstance(prices, pd.DataFrame):
        raise InputError(f"prices is a {type(prices).__name__}; expected a DataFrame (dates x symbols)")
    dates = dated(prices)
    _refuse_twice(prices)
    for name, kind in prices.dtypes.items():
        if not pd.api.types.is_numeric_dtype(kind):
            numbers(f"the column {str(name)!r} of prices", prices[name])
    table = prices.astype(float).set_axis(dates, axis=0)
    if table.empty:
        raise InputError(f"prices has shape {table.shape}; expected at least one date and one symbol")
    if not dates.is_monotonic_increasing or dates.has_duplicates:
        at = int(np.argmax(np.diff(dates.asi8) <= 0)) + 1
        raise InputError(f"the date {dates[at]:%Y-%m-%d} comes after {dates[at - 1]:%Y-%m-%d}; sort, one row per date")
    return finite_prices(table)


def _refuse_twice(table: pd.DataFrame) -> None:
    names = pd.Index([str(name) for name in table.columns])
    if names.has_duplicates:
        raise InputError(f"the symbol {names[names.duplicated()][0]!r} is there twice; give each its own name")


def environment_of(b: Any) -> BacktestData:
    """An environment whose prices may be traded at: its fields may have been assigned since it was made."""
    found = instance("b", b, BacktestData, "give the environment that bt_prep makes")
    positive_prices(checked_prices(found.prices))
    return found


def refuse_other_zone(dates: pd.DatetimeIndex, name: str, others: pd.DatetimeIndex, than: str) -> None:
    """Refuse dates in two time zones: one calendar day would become two rows."""
    if str(dates.tz) != str(others.tz):
        raise InputError(
            f"{name} has dates in the time zone {dates.tz} but {than} in {others.tz}; bring them to one with tz_convert, or "
            "leave the zones out with tz_localize(None)"
        )


def aligned(values: pd.DataFrame | pd.Series | ArrayLike, prices: pd.DataFrame, name: str) -> pd.DataFrame:
    """Numbers (dates x symbols) on the dates of ``prices``; a labelled table may leave dates out: they become nan."""
    if isinstance(values, pd.DataFrame):
        if [str(column) for column in values.columns] != [str(column) for column in prices.columns]:
            raise InputError(
                f"{name} has the columns {', '.join(map(str, values.columns))} but prices have "
                f"{', '.join(map(str, prices.columns))}; put them in the same order"
            )
        if not values.index.equals(prices.index):
            values = values.set_axis(dated(values), axis=0)
            refuse_other_zone(dated(values), name, dated(prices), "prices")
            if values.index.has_duplicates:
                raise InputError(
                    f"{name} has the date {values.index[values.index.duplicated()][0]} twice; keep one row"
                )
            unknown = values.index.difference(prices.index)
            if len(unknown):
                raise InputError(f"{name} has the date {unknown[0]}, which prices do not have; take dates from prices")
            values = values.reindex(prices.index)
    table = numbers(name, values)
    if table.ndim == 1 and prices.shape[1] == 1:
        table = table[:, None]
    if table.shape != prices.shape:
        raise InputError(f"{name} has shape {table.shape}; expected {prices.shape} (dates x symbols), as prices")
    return pd.DataFrame(table, index=prices.index, columns=prices.columns)


def rows_between(dates: pd.DatetimeIndex, span: Span, name: str = "dates") -> Array:
    """Rows of a range such as "2000::2005-06", or rising rows given as positions or as a mask; all for None."""
    everything = np.arange(len(dates))
    if span is None:
        return everything
    if isinstance(span, str):
        return np.asarray(between(pd.DataFrame({"row": everything}, index=dates), span)["row"])
    mask = np.asarray(span).dtype == bool and np.shape(span) == (len(dates),)
    rows = positions(name, np.flatnonzero(span) if mask else span, len(dates), "rows")
    if rows.size == 0 or (np.diff(rows) <= 0).any():
        raise InputError(f"{name} holds {'no row' if rows.size == 0 else 'rows that repeat or fall'}; give rising rows")
    return rows


def executed(b: BacktestData, held: Array) -> Array:
    """Prices (dates x symbols) at which positions are valued: the execution price where a position changes, else the close."""
    prices = np.asarray(b.prices.to_numpy())
    table = aligned(b.execution_price, b.prices, "execution_price")
    execution = table.to_numpy()
    there = ~np.isnan(execution)
    if not there.any():
        return prices
    positive_prices(finite_prices(table, "execution price"), "execution_price")
    there[:-1] &= held[1:] != held[:-1]
    there[-1] = False
    return np.where(there, execution, prices)


def close_of(table: pd.DataFrame | pd.Series, symbol: str) -> pd.Series:
    """The closing prices: the column called Close (R's "SPY.Close" too), or the only column."""
    if isinstance(table, pd.Series):
        return table
    column = column_of(table, "Close")
    if column is None and table.shape[1] == 1:
        column = table.columns[0]
    if column is None:
        raise InputError(f"{symbol} has the columns {', '.join(map(str, table.columns))}; one must be called Close")
    if list(table.columns).count(column) > 1:
        raise InputError(f"{symbol} has the column {column!r} twice; keep one")
    series: pd.Series = table[column]
    return series


def tables_of(b: Prices | BacktestData) -> dict[str, pd.DataFrame | pd.Series]:
    """A table per symbol, whatever was given; R's bookkeeping names in an environment are no symbols."""
    if isinstance(b, BacktestData):
        return {symbol: b[symbol] for symbol in b.symbolnames}
    if isinstance(b, pd.DataFrame):
        dates = dated(b)
        _refuse_twice(b)
        return {str(name): b.iloc[:, i].set_axis(dates) for i, name in enumerate(b.columns)}
    if not isinstance(b, Mapping) or not b:
        raise InputError(f"expected prices of one symbol or more, found {type(b).__name__}: {b!r:.60}")
    b = dict(b)
    names: Any = b.get("symbolnames", [name for name in b if field_name(name) not in _BOOKKEEPING])
    return {str(name): b[name] for name in names}


def column_of(table: pd.DataFrame, field: str) -> Any:
    """The column of a field, "Close", "close" or "SPY.Close"; None when there is none."""
    for column in table.columns:
        if str(column).rpartition(".")[2].lower() == field.lower():
            return column
    return None
