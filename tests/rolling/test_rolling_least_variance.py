"""Minimum variance from date to date: the same weights as the strategy's own search, on awkward tables too."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import quadprog
from hypothesis import given, settings
from hypothesis import strategies as st

import sitpy
from sitpy.rolling.least_variance import LeastVariance

Array = np.ndarray


def table(seed: int, T: int = 160, n: int = 6, noise: float = 0.006) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    moves = rng.normal(0.0004, 0.01, (T, 1)) * rng.uniform(0.3, 1.5, n) + rng.normal(0, noise, (T, n))
    return pd.DataFrame(100 * np.cumprod(1 + moves, axis=0), index=pd.bdate_range("2020-01-01", periods=T))


def both(prices: pd.DataFrame, **options: Any) -> tuple[pd.DataFrame, pd.DataFrame]:
    results = [
        sitpy.portfolio_allocation_helper(prices, engine=engine, **options).weights for engine in ("fast", "reference")
    ]
    assert results[0].keys() == results[1].keys() and len(results[0]) == 1
    return next(iter(results[0].values())), next(iter(results[1].values()))


@given(
    st.integers(0, 10**6),
    st.sampled_from(["days", "weeks", "months"]),
    st.sampled_from([(0.0, 1.0), (0.0, 0.25), (-0.3, 0.6), (0.1, 0.5), (np.nan, np.nan), (0.0, np.nan)]),
    st.sampled_from([1.0, 0.7, 1.5]),
    st.booleans(),
)
@settings(max_examples=15)
def test_both_engines_give_the_same_weights(
    seed: int, periodicity: str, bounds: tuple[float, float], total: float, adjusted: bool
) -> None:
    fast, plain = both(
        table(seed),
        periodicity=periodicity,
        lookback_len=30,
        const_lb=bounds[0],
        const_ub=bounds[1],
        const_sum=total,
        adjust2positive_definite=adjusted,
    )
    pd.testing.assert_frame_equal(fast, plain, rtol=0, atol=1e-9)


@given(st.integers(0, 10**6))
@settings(max_examples=5)
def test_assets_that_come_and_go_and_shorter_windows_than_assets(seed: int) -> None:
    """Missing prices, a universe that changes, a covariance without full rank: what needs the strategy itself gets it."""
    prices = table(seed)
    prices.iloc[:50, 1] = np.nan
    prices.iloc[90:100, 3] = np.nan
    universe = np.random.default_rng(seed).random(prices.shape) > 0.1
    fast, plain = both(prices, periodicity="weeks", lookback_len=20, universe=universe)
    pd.testing.assert_frame_equal(fast, plain, rtol=0, atol=1e-9)
    # 5 returns of 6 assets: singular, and lifted by 2e-9; with nearly no curvature weights agree to 1e-6 only
    fast, plain = both(prices, periodicity="months", lookback_len=5)
    pd.testing.assert_frame_equal(fast, plain, rtol=0, atol=1e-6)


def test_a_constant_price_has_no_risk_and_a_contradiction_is_named() -> None:
    prices = table(3)
    prices[2] = 100.0
    fast, plain = both(prices, periodicity="months", lookback_len=40, adjust2positive_definite=False)
    pd.testing.assert_frame_equal(fast, plain, rtol=0, atol=1e-9)
    assert (fast[2].dropna() == 0).all()
    with pytest.raises(sitpy.InfeasibleError, match=r"sum of weights.*needs 1, but the upper bounds 0\.1"):
        sitpy.portfolio_allocation_helper(table(3), "months", const_ub=0.1)
    with pytest.raises(sitpy.InputError, match="engine"):
        sitpy.portfolio_allocation_helper(table(3), "months", engine="slow")  # type: ignore[arg-type]


def test_by_names_of_other_strategies_and_estimators() -> None:
    """The lane serves min_risk too, and steps aside for a caller's own functions."""
    prices = table(5)
    fast, plain = both(prices, periodicity="weeks", min_risk_fns="min.risk.portfolio")
    pd.testing.assert_frame_equal(fast, plain, rtol=0, atol=1e-9)
    halved, _ = both(prices, periodicity="weeks", shrinkage_fns={"own": lambda hist, _: np.diag(np.var(hist, axis=0))})
    assert np.abs(halved - fast).max(axis=None) > 0.01


def test_against_quadprog_alone() -> None:
    """A solver that shares nothing with the lane: 40 assets, rolling by one row and by ten."""
    prices = table(11, T=330, n=40, noise=0.02)
    returns = prices.pct_change().to_numpy()
    rows = np.ascontiguousarray(np.column_stack([np.ones(40), np.eye(40), -np.eye(40)]))
    side = np.concatenate([[1.0], np.zeros(40), np.full(40, -0.08)])
    for step in (1, 10):
        ends = list(range(130, 330, step))
        lane = LeastVariance(returns, 120, np.zeros(40), np.full(40, 0.08), 1.0, True)
        answers = list(lane.weights(ends))
        assert not any(x is None for x in answers)
        for end, x in zip(ends, answers):
            cov = np.cov(returns[end - 119 : end + 1].T)
            best = quadprog.solve_qp(cov, np.zeros(40), rows, side, 1)[0]
            np.testing.assert_allclose(x, best, rtol=0, atol=1e-10)
