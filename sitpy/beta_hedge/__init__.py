"""The beta-hedged portfolio: long some shares, short their benchmark; the study as published, and as it should be done."""

from __future__ import annotations

from sitpy.beta_hedge.published import (
    PublishedReport,
    calculate_weighted_returns,
    get_sharpe_ratio,
    hedged_portfolio_performance_dynamic_beta,
    published_report,
)
from sitpy.beta_hedge.regression import LinearRegression, linreg

__all__ = [
    "LinearRegression",
    "PublishedReport",
    "calculate_weighted_returns",
    "get_sharpe_ratio",
    "hedged_portfolio_performance_dynamic_beta",
    "linreg",
    "published_report",
]
