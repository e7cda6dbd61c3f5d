"""Weights through time: every strategy at every rebalancing date, from data up to that date only."""

from sitpy.rolling.allocation import (
    portfolio_allocation_custom_stats,
    portfolio_allocation_helper,
    portfolio_allocation_helper_basic,
    portfolio_allocation_helper_parallel,
)
from sitpy.rolling.result import RollingWeights

__all__ = [
    "RollingWeights",
    "portfolio_allocation_custom_stats",
    "portfolio_allocation_helper",
    "portfolio_allocation_helper_basic",
    "portfolio_allocation_helper_parallel",
]
