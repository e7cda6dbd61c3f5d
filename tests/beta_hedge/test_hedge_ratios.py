"""Rolling betas against least squares written out, from the past only, on hard numbers; bounds and sides."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hedge_market import sample
from hypothesis import given, settings
from hypothesis import strategies as st

import sitpy
from sitpy.beta_hedge.ratio import HedgeRule, window_sums

Array = np.ndarray


def returns(seed: int = 0, T: int = 80, n: int = 4) -> tuple[pd.DataFrame, pd.Series]:
    data = sample(seed, T + 1, n)
    return data.prices.pct_change().iloc[1:], data.benchmark.pct_change().iloc[1:]


def line(x: Array, y: Array) -> tuple[float, float]:
    """Slope and its sampling variance, by numpy's own least squares."""
    X = np.column_stack([np.ones(len(x)), x])
    coefficients, squares, *_ = np.linalg.lstsq(X, y, rcond=None)
    return coefficients[1], squares[0] / (len(x) - 2) * np.linalg.inv(X.T @ X)[1, 1]


@given(st.integers(0, 1000), st.integers(3, 40))
@settings(max_examples=15)
def test_least_squares_of_every_window(seed: int, window: int) -> None:
    y, x = returns(seed)
    betas = sitpy.rolling_betas(y, x, window)
    assert betas.iloc[: window - 1].isna().all().all()
    for t in (window - 1, window, 2 * window - 1, len(x) - 1):
        for name in y:
            expected = line(x.iloc[t - window + 1 : t + 1].to_numpy(), y[name].iloc[t - window + 1 : t + 1].to_numpy())[
                0
            ]
            assert betas[name].iloc[t] == pytest.approx(expected, rel=1e-9, abs=1e-10)


def test_a_wild_return_long_ago_leaves_no_rounding_behind() -> None:
    y, x = returns(3, T=400)
    y.iloc[50], x.iloc[50] = 1e7, 1e6
    after = sitpy.rolling_betas(y, x, 60).iloc[111:]
    alone = sitpy.rolling_betas(y.iloc[51:], x.iloc[51:], 60).iloc[60:]
    np.testing.assert_allclose(after, alone, rtol=1e-11)


@given(st.integers(1, 12), st.integers(1, 40))
@settings(max_examples=30)
def test_sums_of_windows(window: int, T: int) -> None:
    values = np.random.default_rng(T).normal(size=(max(T, window), 2))
    expected = pd.DataFrame(values).rolling(window).sum().to_numpy()
    np.testing.assert_allclose(window_sums(values, window), expected, atol=1e-12)


def test_exponential_weights_written_out() -> None:
    y, x = returns(1)
    betas = sitpy.rolling_betas(y, x, 20, "ewma", halflife=10)
    for t in (19, 45, 79):
        w = 0.5 ** (np.arange(t, -1, -1) / 10)
        expected = np.polyfit(x.iloc[: t + 1], y.iloc[: t + 1], 1, w=np.sqrt(w))[0]
        np.testing.assert_allclose(betas.iloc[t], expected, rtol=1e-9)
    assert betas.iloc[:19].isna().all().all() and betas.iloc[19].notna().all()
    pd.testing.assert_frame_equal(sitpy.rolling_betas(y, x, 20, "ewma"), betas)  # half of 20 when not given


def test_blume_and_a_number() -> None:
    y, x = returns(2)
    ols = sitpy.rolling_betas(y, x, 30)
    np.testing.assert_allclose(sitpy.rolling_betas(y, x, 30, "blume"), 2 / 3 * ols + 1 / 3, rtol=1e-14)
    assert (sitpy.rolling_betas(y, x, 30, 1.25) == 1.25).all().all()


def test_vasicek_by_the_formula_and_between_own_beta_and_prior() -> None:
    y, x = returns(4)
    ols, shrunk = sitpy.rolling_betas(y, x, 30), sitpy.rolling_betas(y, x, 30, "vasicek")
    own, noise = np.array([line(x.iloc[-30:].to_numpy(), y[name].iloc[-30:].to_numpy()) for name in y]).T
    prior, v = own.mean(), own.var(ddof=1)
    np.testing.assert_allclose(shrunk.iloc[-1], (v * own + noise * prior) / (v + noise), rtol=1e-9)
    towards = (shrunk - ols) * (ols.mean(axis=1).to_numpy()[:, None] - ols)
    assert (towards.iloc[29:] > 0).all().all()
    given_prior = sitpy.rolling_betas(y, x, 30, "vasicek", prior=(1.0, 0.5)).iloc[-1]
    np.testing.assert_allclose(given_prior, (0.25 * own + noise) / (0.25 + noise), rtol=1e-9)


def test_vasicek_keeps_a_certain_beta() -> None:
    _, x = returns(5)
    exact = pd.DataFrame({"double": 2 * x, "half": 0.5 * x})
    np.testing.assert_allclose(sitpy.rolling_betas(exact, x, 20, "vasicek").iloc[-1], [2.0, 0.5], rtol=1e-9)


def test_an_asset_that_comes_late_waits_for_its_window() -> None:
    y, x = returns(6)
    whole = sitpy.rolling_betas(y, x, 20)
    y.iloc[:30, 1] = np.nan
    late = sitpy.rolling_betas(y, x, 20)
    assert late["A1"].first_valid_index() == y.index[49]
    np.testing.assert_allclose(late["A1"].iloc[49:], whole["A1"].iloc[49:], rtol=1e-12)
    pd.testing.assert_frame_equal(late.drop(columns="A1"), whole.drop(columns="A1"))


@pytest.mark.parametrize("estimator", ["ols", "ewma", "blume", "vasicek"])
def test_betas_know_nothing_of_later_rows_nor_of_the_order(estimator: Any) -> None:
    y, x = returns(7)
    before = sitpy.rolling_betas(y, x, 15, estimator)
    changed, market = y.copy(), x.copy()
    changed.iloc[50:], market.iloc[50:] = 0.5, np.linspace(-0.9, 3, 30)
    after = sitpy.rolling_betas(changed, market, 15, estimator)
    pd.testing.assert_frame_equal(before.iloc[:50], after.iloc[:50], check_exact=True)
    pd.testing.assert_frame_equal(
        before.iloc[:50], sitpy.rolling_betas(y.iloc[:50], x.iloc[:50], 15, estimator), check_exact=True
    )
    reversed_ = sitpy.rolling_betas(y.iloc[:, ::-1], x, 15, estimator)
    pd.testing.assert_frame_equal(reversed_[list(y)], before, rtol=1e-12)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"window": 2}, "window is 2; give a whole number, 3 or more"),
        ({"window": 20.5}, "window is 20.5"),
        ({"estimator": "kalman"}, "estimator 'kalman' is not known; use 'ols', 'ewma', 'blume' or 'vasicek'"),
        ({"estimator": True}, "estimator True is not known"),
        ({"estimator": np.nan}, "a fixed beta must be finite"),
        ({"estimator": "ewma", "halflife": 0}, "halflife is 0"),
        ({"estimator": "vasicek", "prior": (1.0, 0.0)}, r"prior is \(1.0, 0.0\)"),
    ],
)
def test_options_that_make_no_sense(change: dict[str, Any], words: str) -> None:
    with pytest.raises(sitpy.InputError, match=words):
        sitpy.rolling_betas(*returns(), **change)


def test_data_that_make_no_sense() -> None:
    y, x = returns()
    with pytest.raises(sitpy.InputError, match="one asset; give prior="):
        sitpy.rolling_betas(y[["A0"]], x, 20, "vasicek")
    with pytest.raises(sitpy.InputError, match="have other dates"):
        sitpy.rolling_betas(y, x.iloc[1:])
    with pytest.raises(sitpy.InputError, match="must be labelled"):
        sitpy.rolling_betas(y, x.to_numpy())  # type: ignore[arg-type]
    still = x.copy()
    still.iloc[10:40] = 0.001
    with pytest.raises(sitpy.InputError, match=r"does not change in the 20 returns up to 2021-02-12: there is no beta"):
        sitpy.rolling_betas(y, still, 20)
    x.iloc[3] = np.nan
    with pytest.raises(sitpy.InputError, match=r"benchmark_returns on 2021-01-07 .* is nan"):
        sitpy.rolling_betas(y, x)


def rule(**change: Any) -> HedgeRule:
    options = {
        "window": 20,
        "estimator": "ols",
        "halflife": None,
        "prior": None,
        "hedge": "beta",
        "cap": 2.0,
        "floor": 0.0,
    }
    return HedgeRule(**{**options, "gross": 1.0, **change})


@given(st.floats(-5, 5), st.floats(0.2, 3), st.floats(-2, 0))
@settings(max_examples=40)
def test_sides_use_the_gross_and_hedge_the_ratio(beta: float, gross: float, floor: float) -> None:
    bounded = rule(gross=gross, floor=floor)
    ratio, bound = bounded.ratio(beta)
    assert floor <= ratio <= 2 and bound == ("cap" if beta > 2 else "floor" if beta < floor else "")
    long, short = bounded.sides(ratio)
    assert long > 0
    assert long + abs(short) == pytest.approx(gross)
    assert long * ratio + short == pytest.approx(0, abs=1e-12)
    assert rule(gross=None).sides(1.5) == (1.0, -1.5)


def test_dollar_and_no_hedge_do_not_look_at_beta() -> None:
    assert rule(hedge="dollar").ratio(7.0) == (1.0, "")
    assert rule(hedge="none").ratio(7.0) == (0.0, "")
    assert rule(hedge="none").sides(0.0)[0] == 1.0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"hedge": "delta"}, "hedge 'delta' is not known"),
        ({"floor": 3.0}, "beta_floor is 3 but beta_cap 2"),
        ({"cap": np.inf}, "beta_cap is inf"),
        ({"gross": 0.0}, "gross is 0.0"),
    ],
)
def test_rules_that_make_no_sense(change: dict[str, Any], words: str) -> None:
    with pytest.raises(sitpy.InputError, match=words):
        rule(**change)
