"""Names of assets and dates of periods, wherever a table, a series or the caller gives them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from sitpy.arguments import dimensions, listed, shown
from sitpy.errors import InputError


def symbols_of(symbols: Sequence[str] | None, labelled: Sequence[Any]) -> list[str] | None:
    """Asset names: the given ones, or the labels of the first labelled array."""
    if symbols is not None:
        return names_of(symbols)
    return next((labels for labels in map(labels_of, labelled) if labels), None)


def names_of(symbols: Any) -> list[str]:
    """Asset names as text, one or more."""
    names = listed("symbols", symbols, "give a list with the name of each asset")
    if not names or any(name is None or dimensions(name) or name != name for name in names):
        raise InputError(f"symbols is {shown(names)}; give a list with the name of each asset")
    return [str(name) for name in names]


def unique_names(symbols: Sequence[str]) -> list[str]:
    """The names, a repeated one with ".1", ".2" behind it, as in pandas."""
    names: list[str] = []
    seen: dict[str, int] = {}
    for symbol in symbols:
        count = seen.get(symbol, 0)
        seen[symbol] = count + 1
        names.append(f"{symbol}.{count}" if count else symbol)
    return names


def labels_of(value: Any) -> list[str] | None:
    """Asset names that a table or series carries; plain row numbers are none."""
    names = value.columns if isinstance(value, pd.DataFrame) else value.index if isinstance(value, pd.Series) else None
    return None if names is None or isinstance(names, pd.RangeIndex) else [str(name) for name in names]


def dates_of(dates: Sequence[Any] | None, hist_returns: Any) -> list[Any] | None:
    """Labels of the periods: the given ones, or the index of a history with labels."""
    if dates is not None:
        return listed("dates", dates, "give a list with the label of each period")
    return list(hist_returns.index) if isinstance(hist_returns, pd.DataFrame) else None
