"""Idzorek (2005): eight asset classes, three views, and how confident they are."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sitpy.black_litterman import bl_compute_eqret, bl_compute_optimal, bl_compute_posterior
from sitpy.reference import read_reference
from sitpy.studies.published import ROUNDED_INPUTS, PrintedTable, side_by_side

Array = np.ndarray

PAPER = read_reference("idzorek_2005")
ASSETS: list[str] = PAPER["assets"]
TAU = float(PAPER["tau"])
COV = np.array(PAPER["cov_table5"])
WEIGHT = np.array(PAPER["market_weight_pct"]) / 100
VARIANCE = float(WEIGHT @ COV @ WEIGHT)
DELTA = 0.03 / VARIANCE  # a market premium of 3 %; the paper prints it rounded to 3.07
P, Q = np.array(PAPER["P"]), np.array(PAPER["Q"])
ONE_ASSET_OF_EACH_VIEW = [6, 0, 2]


def equilibrium() -> Array:
    """Expected returns at which everybody holds the market."""
    return np.asarray(bl_compute_eqret(DELTA, COV, WEIGHT))


def with_views(omega: ArrayLike | None = None) -> tuple[Array, Array]:
    """Expected returns and best weights, both under the prior's covariance as in the paper; zero ``omega``: certain views."""
    mu = np.asarray(bl_compute_posterior(equilibrium(), COV, P, Q, TAU, omega).expected_return)
    return mu, np.asarray(bl_compute_optimal(DELTA, mu, COV))


def portfolio_statistics() -> pd.DataFrame:
    """Return and risk of the market and of the best weights, as printed and as found."""
    mu, best = with_views()
    risk, market_risk = float(np.sqrt(best @ COV @ best)), float(np.sqrt(VARIANCE))
    excess = best - WEIGHT
    market, views = PAPER["stats"]["market"], PAPER["stats"]["bl"]
    rows = {
        "market: excess return, %": (market["excess_return_pct"], 100 * DELTA * VARIANCE),
        "market: risk, %": (market["sd_pct"], 100 * market_risk),
        "with views: excess return, %": (views["excess_return_pct"], 100 * best @ mu),
        "with views: risk, %": (views["sd_pct"], 100 * risk),
        "active risk, %": (views["active_risk_pct"], 100 * float(np.sqrt(excess @ COV @ excess))),
    }
    return pd.DataFrame(rows, index=["printed", "ours"]).T


def tables() -> list[PrintedTable]:
    """Every printed column beside ours, in percent."""
    (mu, best), certain = with_views(), with_views(np.zeros(len(Q)))[1]
    columns: dict[str, tuple[ArrayLike, ArrayLike]] = {
        "implied": (PAPER["pi_pct"], 100 * equilibrium()),
        "with views": (PAPER["posterior_pct"], 100 * mu),
    }
    title = "Idzorek: expected returns implied by the market, and with views (%)"
    result = [side_by_side(title, "asset", ASSETS, columns, 2, ROUNDED_INPUTS)]
    columns = {
        "weight": (PAPER["new_weight_pct"], 100 * best),
        "if certain": (PAPER["weight_100pct_confidence_pct"], 100 * certain),
    }
    title = "Idzorek: best weights with views, and if the views were certain (%)"
    result.append(side_by_side(title, "asset", ASSETS, columns, 2, ROUNDED_INPUTS))
    share = ((best - WEIGHT) / (certain - WEIGHT))[ONE_ASSET_OF_EACH_VIEW]
    views = [f"view {i + 1}" for i in range(len(Q))]
    columns = {"confidence": (list(PAPER["implied_confidence_pct"].values()), 100 * share)}
    title = "Idzorek: the views' confidence that tau implies (%)"
    result.append(side_by_side(title, "what", views, columns, 2, ROUNDED_INPUTS))
    columns = {"variance": (PAPER["view_variance_pct"], 100 * ((P @ COV) * P).sum(axis=1))}
    result.append(side_by_side("Idzorek: the views' variance (%)", "what", views, columns, 3, ROUNDED_INPUTS))
    statistics = portfolio_statistics()
    pairs = {"value": (statistics["printed"], statistics["ours"])}
    title = "Idzorek: the market and the best weights with views"
    result.append(side_by_side(title, "what", list(statistics.index), pairs, 3, ROUNDED_INPUTS))
    return result
