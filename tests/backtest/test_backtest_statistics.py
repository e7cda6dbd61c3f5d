"""Figures of small series that can be checked by hand, and what must hold for any series."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import sitpy

YEAR = pd.DatetimeIndex(["2021-01-01", "2021-04-01", "2021-07-01", "2021-10-01", "2022-01-01"])
RETURNS = arrays(float, st.integers(3, 60), elements=st.floats(-0.2, 0.3))


def line(values: list[float]) -> pd.Series:
    return pd.Series(values, index=YEAR)


def days(values: Any) -> pd.Series:
    return pd.Series(np.asarray(values, dtype=float), index=pd.bdate_range("2020-01-01", periods=len(values)))


HAND: list[tuple[Callable[..., float], Any, float]] = [
    (sitpy.compute_nyears, line([1.0] * 5), 1.0),
    (sitpy.compute_cagr, line([1, 1.1, 1.2, 1.1, 1.25]), 0.25),
    (sitpy.compute_cagr, line([1, 1, 1, 1, 0.0]), -1.0),
    (sitpy.compute_raw_annual_factor, line([1.0] * 5), 5),
    (sitpy.compute_annual_factor, line([1.0] * 5), 6),  # 4 and 6 are as near; SIT's list has 6 first
    (sitpy.compute_R2, line([1, 1, 1, 1, 1.0]), np.nan),
    (sitpy.compute_max_drawdown, [1, 2, 1, 3, 2.4], -0.5),
    (sitpy.compute_max_drawdown, [0.8, 0.9], -0.2),  # below 1 from the start
    (sitpy.compute_max_drawdown, [1, 1, 2.0], 0.0),
    (sitpy.compute_avg_drawdown, [1, 2, 1, 3, 2.4], -0.35),
    (sitpy.compute_avg_drawdown, [1, 1, 2.0], 0.0),
    (sitpy.compute_cdar, [1, 2, 1, 3, 2.4], -0.5),  # two drawdowns: the deeper
    (sitpy.compute_cdar, [1, 0.5, 2, 1.8, 3, 2.7], -0.5),  # three: below the 5 % quantile is one
    (sitpy.compute_cdar, [1, 0.5, 2, 1, 3, 1.5], np.nan),  # all alike: none strictly below
    (sitpy.compute_cdar, [1, 1, 2.0], 0.0),
    (sitpy.compute_calmar, line([1, 1, 0.5, 1, 1.5]), -1.0),
    (sitpy.compute_calmar, line([1, 1, 1, 1, 1.5]), np.nan),
    (sitpy.compute_var, [-0.1, 0.0, 0.1, 0.2, 0.3], -0.08),
    (sitpy.compute_cvar, [-0.1, 0.0, 0.1, 0.2, 0.3], -0.1),
    (sitpy.compute_cvar, [0.0, 0.0, 0.0], np.nan),
    (sitpy.compute_risk, days([0.1]).set_axis(YEAR[:1]).reindex(YEAR[:2]).fillna(0.1), 0.0),
    (sitpy.compute_sharpe, days([0.01] * 5), np.nan),
    (sitpy.compute_exposure, [[0, 0], [0, -1], [1, 0]], 2 / 3),
    (sitpy.compute_exposure, [0, 1], 0.5),
]


@pytest.mark.parametrize(("measure", "x", "expected"), HAND)
def test_small_series(measure: Callable[..., float], x: Any, expected: float) -> None:
    assert measure(x) == pytest.approx(expected, rel=1e-12, abs=1e-15, nan_ok=True)


def test_risk_and_sharpe_of_a_year_of_days() -> None:
    """253 business days of 2021 make 254 per year: factor 252; +1 % and -0.5 % in turn."""
    x = pd.Series(np.where(np.arange(253) % 2, -0.005, 0.01), index=pd.bdate_range("2021-01-01", periods=253))
    deviation = 0.0075 * np.sqrt((1 - 1 / 253**2) * 253 / 252)  # 127 up, 126 down
    assert sitpy.compute_risk(x) == pytest.approx(np.sqrt(252) * deviation, rel=1e-12)
    mean = (127 * 0.01 - 126 * 0.005) / 253
    assert sitpy.compute_sharpe(x) == pytest.approx(np.sqrt(252) * mean / deviation, rel=1e-12)


@pytest.mark.parametrize(
    ("freq", "periods", "factor"),
    [("B", 1000, 252), ("W", 300, 52), ("ME", 60, 12), ("QE", 61, 4), ("YE", 31, 1), ("2W", 260, 26), ("6ME", 41, 2)],
)
def test_annual_factors_of_usual_frequencies(freq: str, periods: int, factor: int) -> None:
    assert sitpy.compute_annual_factor(pd.date_range("2000-01-01", periods=periods, freq=freq)) == factor


@given(RETURNS)
@settings(max_examples=40)
def test_losses_agree_with_each_other(returns: Any) -> None:
    equity = days(np.cumprod(1 + returns))
    drawdown = sitpy.compute_drawdown(equity)
    assert drawdown.index.equals(equity.index)
    assert ((drawdown <= 0) & (drawdown > -1)).all()
    deepest = sitpy.compute_max_drawdown(equity)
    assert deepest == drawdown.min()
    # the same episodes as compute_drawdowns finds, which starts at the first value instead of 1
    episodes = sitpy.compute_drawdowns(np.concatenate([[1.0], equity]))
    average = episodes.mean() if episodes.size else 0.0
    assert sitpy.compute_avg_drawdown(equity) == pytest.approx(average, rel=1e-12)
    assert deepest <= sitpy.compute_avg_drawdown(equity) <= 0
    tail = sitpy.compute_cdar(equity)
    assert np.isnan(tail) or deepest <= tail <= 0
    cvar = sitpy.compute_cvar(returns)
    assert np.isnan(cvar) or returns.min() - 1e-15 <= cvar < sitpy.compute_var(returns)


@given(RETURNS, st.floats(0.5, 3))
@settings(max_examples=20)
def test_risk_is_homogeneous_and_the_sharpe_ratio_is_not_moved(returns: Any, factor: float) -> None:
    x = days(returns)
    assert sitpy.compute_risk(factor * x) == pytest.approx(factor * sitpy.compute_risk(x), rel=1e-9, abs=1e-12)
    if x.std() > 1e-9:
        assert sitpy.compute_sharpe(factor * x) == pytest.approx(sitpy.compute_sharpe(x), rel=1e-6)


def test_a_straight_line_has_an_r2_of_one_whatever_its_slope() -> None:
    dates = pd.DatetimeIndex(["2020-01-01", "2020-01-05", "2020-02-01", "2021-01-01"])
    elapsed = np.asarray((dates - dates[0]) / pd.Timedelta(days=1))
    for slope in (-0.001, 0.002):
        assert sitpy.compute_R2(pd.Series(1 + slope * elapsed, index=dates)) == pytest.approx(1, rel=1e-12)


def test_tables_of_strategies_go_column_by_column() -> None:
    table = pd.DataFrame({"A": [1, 1.1, 1.0, 1.1, 1.2], "B": [1, 0.9, 1.0, 1.1, 1.3]}, index=YEAR)
    figures = table.apply(sitpy.compute_max_drawdown)
    assert figures.index.tolist() == ["A", "B"]
    assert figures.round(4).tolist() == [-0.0909, -0.1]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: sitpy.compute_sharpe(line([1, np.nan, 1, np.nan, 1])),
            r"x has 2 number\(s\) missing.*2021-04-01.*dropna",
        ),
        (lambda: sitpy.compute_var([0.1, np.inf]), "the first at position 1"),
        (lambda: sitpy.compute_var(["a"]), "x holds something that is not a number"),
        (lambda: sitpy.compute_cvar([[0.1, 0.2]]), r"x has shape \(1, 2\); expected one series"),
        (lambda: sitpy.compute_cvar([]), r"x has shape \(0,\)"),
        (lambda: sitpy.compute_var([0.1], probs=2), "probs is 2; a level of a quantile lies between 0 and 1"),
        (lambda: sitpy.compute_cagr([1.0, 1.1]), "expected dates in the index, found none"),
        (
            lambda: sitpy.compute_cagr([1.0, 1.1], nyears=0),
            "nyears is 0; give years, above 0",
        ),
        (lambda: sitpy.compute_raw_annual_factor(YEAR[:1]), "all rows have the same date"),
        (lambda: sitpy.compute_nyears(YEAR[:0]), "there are no dates"),
        (lambda: sitpy.compute_exposure([[np.nan, 1]]), r"1 missing number\(s\); expected dates x symbols without any"),
    ],
)
def test_bad_series_are_refused(call: Any, message: str) -> None:
    with pytest.raises(sitpy.InputError, match=message):
        call()
