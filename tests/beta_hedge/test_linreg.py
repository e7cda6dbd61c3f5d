"""A regression on one variable against scipy's, numpy's and the textbook."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import sitpy

Array = np.ndarray


def sample(seed: int, T: int = 60) -> tuple[Array, Array]:
    rng = np.random.default_rng(seed)
    x = rng.normal(0.001, 0.02, T)
    return x, 0.002 + 1.3 * x + rng.normal(0, 0.01, T)


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.integers(3, 80))
def test_it_is_that_of_scipy(seed: int, T: int) -> None:
    """1e-8 relative: both sides round, and three observations leave residuals near zero."""
    x, y = sample(seed, T)
    fit, theirs = sitpy.linreg(x, y), stats.linregress(x, y)
    tight: dict[str, Any] = {"rtol": 1e-8}
    np.testing.assert_allclose(list(fit), [theirs.intercept, theirs.slope], **tight, atol=1e-14)
    np.testing.assert_allclose(fit.bse, [theirs.intercept_stderr, theirs.stderr], **tight)
    np.testing.assert_allclose(fit.pvalues[1], theirs.pvalue, **tight)
    np.testing.assert_allclose(fit.rsquared, theirs.rvalue**2, **tight)


def test_every_figure_by_the_textbook() -> None:
    x, y = sample(1)
    fit, n = sitpy.linreg(x, y), len(x)
    residual = y - fit.alpha - fit.beta * x
    variation = ((y - y.mean()) ** 2).sum()
    assert fit.nobs == n
    assert fit.rsquared_adj == pytest.approx(1 - (residual @ residual / (n - 2)) / (variation / (n - 1)), rel=1e-12)
    explained = variation - residual @ residual
    assert fit.fvalue == pytest.approx(explained / (residual @ residual / (n - 2)), rel=1e-10)
    assert fit.f_pvalue == pytest.approx(stats.f.sf(fit.fvalue, 1, n - 2), rel=1e-8)
    np.testing.assert_allclose(fit.tvalues, np.array(list(fit)) / fit.bse, rtol=1e-12)
    np.testing.assert_allclose(fit.pvalues, 2 * stats.t.sf(np.abs(fit.tvalues), n - 2), rtol=1e-8)
    steps = sum((residual[i] - residual[i - 1]) ** 2 for i in range(1, n))
    assert fit.durbin_watson == pytest.approx(steps / sum(residual**2), rel=1e-12)


def test_durbin_watson_sees_the_order() -> None:
    """2(1 - first autocorrelation of the residuals), but for the ends: below 2 where errors last, above where they turn."""
    x = np.tile([1.0, -1.0, 2.0, -2.0], 50)
    wave = np.sin(np.arange(200) / 10) / 10
    assert (sitpy.linreg(x, x + wave).durbin_watson or 0) < 0.1
    assert (sitpy.linreg(np.arange(200.0), np.tile([1.0, -1.0], 100)).durbin_watson or 0) > 3.9


def test_what_is_hedged_has_no_beta_left() -> None:
    x, y = sample(2)
    fit = sitpy.linreg(x, y)
    hedged = sitpy.linreg(x, y - fit.beta * x)
    assert hedged.beta == pytest.approx(0, abs=1e-14)
    assert hedged.alpha == pytest.approx(fit.alpha, rel=1e-10)
    np.testing.assert_allclose(hedged.bse, fit.bse, rtol=1e-10)


def test_it_comes_apart_and_prints() -> None:
    x, y = sample(3)
    fit = sitpy.linreg(pd.Series(x), pd.Series(y))
    alpha, beta = fit
    assert (alpha, beta) == (fit["alpha"], fit["beta"])
    lines = str(fit).splitlines()
    assert lines[0].endswith("60 observations") and lines[1].split() == ["estimate", "std", "error", "t", "p"]
    assert lines[2].split()[:3] == ["alpha", f"{alpha:.6g}", f"{fit.bse[0]:.6g}"]
    assert lines[3].split()[:3] == ["beta", f"{beta:.6g}", f"{fit.bse[1]:.6g}"]
    assert f"F(1, 58) {fit.fvalue:.6g}" in lines[4] and f"Durbin-Watson {fit.durbin_watson:.4f}" in lines[4]
    with pytest.raises(AttributeError):
        fit.beta = 1.0  # type: ignore[misc]


def test_units_of_x_and_y() -> None:
    x, y = sample(4)
    fit, other = sitpy.linreg(x, y), sitpy.linreg(100 * x, 1e4 * y)
    np.testing.assert_allclose([other.alpha, other.beta], [1e4 * fit.alpha, 100 * fit.beta], rtol=1e-10)
    np.testing.assert_allclose(other.tvalues, fit.tvalues, rtol=1e-10)
    assert other.durbin_watson == pytest.approx(fit.durbin_watson, rel=1e-10)


def test_a_line_through_every_point() -> None:
    fit = sitpy.linreg([-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0])
    assert fit.beta == pytest.approx(2, rel=1e-12) and fit.alpha == pytest.approx(0, abs=1e-12)
    assert fit.rsquared == pytest.approx(1, rel=1e-12)
    assert fit.tvalues[1] > 1e12 and fit.pvalues[1] < 1e-10 and not math.isnan(fit.tvalues[0])


@pytest.mark.parametrize(
    ("x", "y", "words"),
    [
        ([1, 2], [1, 2], r"x and y have 2 observation\(s\); a line and its errors need three"),
        ([1, 2, 3], [1, 2], "different numbers of observations: x 3, y 2"),
        ([1, 1, 1], [1, 2, 3], "x is 1 in every observation; give a series that changes"),
        ([1, 2, 3], [4, 4, 4], "y is 4 in every observation"),
        ([1, 2, np.nan], [1, 2, 3], r"x has 1 missing or infinite value\(s\), the first at row 2"),
        ([1, 2, 3], [1, 2, np.inf], "y has 1 missing or infinite"),
        ([1, 2, 3], ["a", "b", "c"], "y holds something that is not a number"),
        ([[1, 2, 3]], [1, 2, 3], r"x has shape \(1, 3\); give one series"),
        (
            pd.Series([1.0, 2, 3], pd.date_range("2024-01-01", periods=3)),
            pd.Series([1.0, 2, 4], pd.date_range("2024-01-02", periods=3)),
            "x and y have different dates: row 0 is 2024-01-01 in x and 2024-01-02 in y; align them first",
        ),
    ],
)
def test_wrong_arguments_of_linreg(x: Any, y: Any, words: str) -> None:
    with pytest.raises(sitpy.InputError, match=words):
        sitpy.linreg(x, y)
