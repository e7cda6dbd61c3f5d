"""The problems that the engine is measured on: published markets, simulated histories, the 130/30 study."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

import sitpy
from sitpy.studies import find_study
from sitpy.studies.orlibrary_files import read_assets

Array = np.ndarray
ORLIBRARY = Path(__file__).parents[2] / "shared" / "data" / "orlibrary"


@dataclass(frozen=True)
class Market:
    """Assumptions and long-only constraints, with a name for the table."""

    name: str
    ia: sitpy.InputAssumptions
    constraints: sitpy.Constraints


def long_only(n: int, upper: float = 1.0) -> sitpy.Constraints:
    """Weights from 0 to ``upper`` that sum to 1."""
    constraints = sitpy.new_constraints(n, lb=0, ub=upper)
    return sitpy.add_constraints(np.ones(n), 1, "=", constraints, "sum of weights")


def nine_assets() -> Market:
    """The nine asset classes of the 130/30 study, at most 80 % each."""
    ia = sitpy.aa_test_create_ia_rebal()
    return Market("9 assets", ia, long_only(ia.n, 0.8))


def published_market(k: int, folder: Path) -> Market:
    """``portK`` of the OR-Library, long only."""
    ia = read_assets(folder / f"port{k}.txt")
    return Market(f"port{k}, {ia.n} assets", ia, long_only(ia.n))


def at_most(market: Market, most: int, least_weight: float) -> sitpy.Constraints:
    """At most so many assets, each held with at least so much."""
    return sitpy.add_cardinality(market.constraints, most, least_weight)


def long_short() -> Market:
    """200/100 with a 0/1 variable per asset: exactly 200 % long and 100 % short."""
    ia = sitpy.aa_test_create_ia_rebal()
    construction = next(c for c in find_study("130-30").constructions if c.key == "5_200-100_binary")
    return Market("200/100, 9 assets", *construction.build(ia))


def simulated_history(assets: int, periods: int, seed: int = 0) -> Market:
    """Returns with three factors and fat tails, long only, at most 20 % each."""
    rng = np.random.default_rng(seed)
    factors = rng.standard_t(5, (periods, 3)) * 0.01
    own = rng.standard_t(5, (periods, assets)) * 0.015
    returns = 0.003 * rng.random(assets) + factors @ rng.normal(0.5, 0.4, (3, assets)) + own
    ia = sitpy.create_historical_ia(pd.DataFrame(returns, columns=[f"A{i}" for i in range(assets)]), 52)
    return Market(f"{assets} assets, {periods} periods", ia, long_only(assets, 0.2))


def rolling_prices(assets: int = 50, dates: int = 500, window: int = 120, seed: int = 0) -> pd.DataFrame:
    """Prices for so many rebalancing dates after the first window."""
    rng = np.random.default_rng(seed)
    factors = rng.normal(0, 0.01, (dates + window, 3))
    returns = factors @ rng.normal(0.5, 0.5, (3, assets)) + rng.normal(0, 0.015, (dates + window, assets))
    index = pd.bdate_range("2018-01-01", periods=dates + window)
    return pd.DataFrame(100 * np.cumprod(1 + returns, axis=0), index=index)


def halved_variances(weights: Array, ia: sitpy.InputAssumptions) -> Array:
    """``x' cov x / 2`` of each row."""
    return 0.5 * np.einsum("pi,ij,pj->p", weights, ia.cov, weights)
