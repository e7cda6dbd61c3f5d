"""Random markets for the tests of the beta-hedged back-test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd


@dataclass
class Sample:
    """Prices (dates x assets), volumes alike, and the benchmark's prices."""

    prices: pd.DataFrame
    volumes: pd.DataFrame
    benchmark: pd.Series

    def given(self) -> dict[str, Any]:
        return {"prices": self.prices, "benchmark": self.benchmark, "volumes": self.volumes}


def sample(seed: int = 0, T: int = 90, n: int = 4) -> Sample:
    """Betas between 0.5 and 2, daily moves of 1% of the market and 1.5% of the assets' own."""
    rng = np.random.default_rng(seed)
    market = rng.normal(0.0005, 0.01, T)
    moves = market[:, None] * rng.uniform(0.5, 2.0, n) + rng.normal(0, 0.015, (T, n))
    dates, names = pd.bdate_range("2021-01-01", periods=T), [f"A{i}" for i in range(n)]
    return Sample(
        pd.DataFrame(40 * np.exp(moves.cumsum(axis=0)), dates, names),
        pd.DataFrame(rng.integers(1_000, 9_000, (T, n)).astype(float), dates, names),
        pd.Series(300 * np.exp(market.cumsum()), dates, name="IDX"),
    )
