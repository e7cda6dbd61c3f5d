"""Simulated closes on the sessions of the New York exchange, and algorithms' files to run on them."""

from __future__ import annotations

import importlib.util
import textwrap
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sitpy.optimize import AlgorithmRun, run_algorithm_file

needs_zipline = pytest.mark.skipif(
    importlib.util.find_spec("zipline") is None, reason='zipline is not installed: pip install "sitpy[zipline]"'
)

# holidays of the exchange (its published calendar for 2019)
HOLIDAYS = pd.DatetimeIndex(["2019-01-01", "2019-01-21", "2019-02-18"])


def sessions(start: str = "2019-01-02", end: str = "2019-02-28") -> pd.DatetimeIndex:
    """Weekdays that are no holidays."""
    return pd.bdate_range(start, end).difference(HOLIDAYS)


def simulated_closes(days: pd.DatetimeIndex, symbols: tuple[str, ...] = ("AAPL", "IBM", "KO")) -> pd.DataFrame:
    """Random walks of 0.5 % per day from 160, 120, 80, ..., in cents."""
    steps = np.random.default_rng(7).normal(0, 0.005, (len(days), len(symbols)))
    starts = 160.0 - 40.0 * np.arange(len(symbols))
    return pd.DataFrame(starts * np.exp(np.cumsum(steps, axis=0)), days, list(symbols)).round(2)


def constant_closes(days: pd.DatetimeIndex, **price: float) -> pd.DataFrame:
    """The same close in each session, so that what was bought stays worth it."""
    return pd.DataFrame(price, index=days, dtype=float)


# fills at the close itself and costs nothing, so that positions can be counted by hand
FREE = """
def at_no_cost():
    set_slippage(slippage.FixedSlippage(spread=0.0))
    set_commission(commission.PerShare(cost=0.0))
"""


def run_text(folder: Path, text: str, prices: pd.DataFrame, **arguments: Any) -> AlgorithmRun:
    """Run an algorithm that is written in a test."""
    path = folder / "algorithm.py"
    path.write_text(textwrap.dedent(text) + FREE, encoding="utf-8")
    return run_algorithm_file(path, prices, **arguments)
