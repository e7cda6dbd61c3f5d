"""Optional online price sources, each behind its own extra."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from sitpy.errors import InputError


def yahoo_prices(symbols: Sequence[str], start: str = "1970-01-01") -> pd.DataFrame:
    """Adjusted daily closing prices from Yahoo (days x symbols, oldest first); needs ``sitpy[yahoo]``."""
    try:
        import yfinance
    except ImportError:
        raise InputError("source='yahoo' needs the package yfinance: python -m pip install 'sitpy[yahoo]'") from None
    table = yfinance.download(list(symbols), start=start, auto_adjust=True, progress=False)
    if table is None or table.empty:
        raise InputError(f"Yahoo gave no prices for {', '.join(symbols)}; check the symbols and the connection")
    return pd.DataFrame(table["Close"].dropna(how="all"))
