"""The beta-hedge study as published: every stored figure, the loop in other words, its faults, and wrong arguments."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sitpy
from sitpy import data
from sitpy.beta_hedge import hedged_portfolio_performance_dynamic_beta as hedge
from sitpy.reference import read_reference

Array = np.ndarray

STORED = read_reference("beta_hedge_simulated_mag7")
WINDOW = 30
# closed formulas in double precision; what is near zero is compared absolutely
SAME = {"rtol": 1e-10, "atol": 1e-10}


def returns() -> tuple[pd.Series, pd.Series]:
    """The study's portfolio and benchmark, by the recipe of its description."""
    prices, volumes = data.mag7_simulated_prices(), data.mag7_simulated_volumes()
    shares = [name for name in prices if name != "QQQ"]
    portfolio = sitpy.calculate_weighted_returns(prices[shares], volumes[shares].rolling(WINDOW).mean())
    return portfolio.iloc[WINDOW:], prices["QQQ"].pct_change().iloc[WINDOW:]


PORTFOLIO, BENCHMARK = returns()


def literally(
    size: float, days: int, market: Array, long: Array, short: Array, cost: float
) -> tuple[list[float], list[float]]:
    """The loop as it is told: two allocations of money that grow, pay, are summed and split again."""

    def slope(x: Array, y: Array) -> float:
        return float(np.polyfit(x, y, 1)[0])

    betas, values = [slope(market[:days], long[:days])], [size]
    long_money, short_money = size / (1 + betas[0]), size * betas[0] / (1 + betas[0])
    for i in range(0, len(market), days):
        one, other = long[i : i + days], short[i : i + days]
        if len(one) == days:
            betas.append(slope(market[i : i + days], (one + other) / 2))
            long_share, short_share = 1 / (1 + betas[-1]), betas[-1] / (1 + betas[-1])
        else:
            long_share, short_share = long_money / values[-1], short_money / values[-1]
        for r, q in zip(one, other):
            long_money, short_money = long_money * (1 + r), short_money * (1 + q)
        long_money, short_money = long_money * (1 - cost), short_money * (1 - cost)
        values.append(long_money + short_money)
        long_money, short_money = values[-1] * long_share, values[-1] * short_share
    return values, betas


# ----------------------------------------------------------------------------------------------- stored figures


def test_the_stored_returns_come_out() -> None:
    assert len(PORTFOLIO) == len(BENCHMARK) == STORED["n_obs"]
    assert f"{PORTFOLIO.index[0]:%Y-%m-%d}" == f"{BENCHMARK.index[0]:%Y-%m-%d}" == STORED["first_date"]
    assert f"{PORTFOLIO.index[-1]:%Y-%m-%d}" == STORED["last_date"]
    np.testing.assert_allclose(PORTFOLIO, STORED["portfolio_returns"], **SAME)
    np.testing.assert_allclose(BENCHMARK, STORED["benchmark_returns"], **SAME)


def test_the_stored_regressions_come_out() -> None:
    fit = sitpy.linreg(BENCHMARK, PORTFOLIO)
    for name, stored in STORED["ols"].items():
        np.testing.assert_allclose(fit[name], stored, rtol=1e-10, atol=0)  # p of 3e-184 too
    hedged = sitpy.linreg(BENCHMARK, PORTFOLIO - fit.beta * BENCHMARK)
    np.testing.assert_allclose(list(hedged), [STORED["hedged_ols"]["alpha"], STORED["hedged_ols"]["beta"]], **SAME)


@pytest.mark.parametrize("run", STORED["runs"], ids=lambda run: f"{run['rebalancing_days']} days")
def test_every_stored_run_comes_out(run: dict[str, Any]) -> None:
    days = run["rebalancing_days"]
    values, betas = hedge(run["portfolio_size"], days, BENCHMARK, PORTFOLIO, -BENCHMARK, run["transaction_cost"])
    np.testing.assert_allclose(values, run["portfolio_values"], **SAME)
    np.testing.assert_allclose(betas, run["betas"], **SAME)
    sharpe = sitpy.get_sharpe_ratio(run["risk_free_rate"], values, days)
    np.testing.assert_allclose(sharpe, run["sharpe_ratio"], **SAME)
    report = sitpy.published_report(values, betas, days, BENCHMARK)
    for name, stored in run["report"].items():
        np.testing.assert_allclose(report[name], stored, **SAME)
    for name in ("benchmark_cumulative_return", "benchmark_annualized_return_pct"):
        np.testing.assert_allclose(report[name], STORED[name], **SAME)
    assert report.reason == "" and len(report.table) == run["report"]["trimmed_length"]


# --------------------------------------------------------------------------------------------- weighted returns


def test_weights_are_those_of_yesterday() -> None:
    """By hand, cell by cell."""
    prices, volumes = data.mag7_simulated_prices().iloc[:8, :3], data.mag7_simulated_volumes().iloc[:8, :3]
    average = volumes.rolling(2).mean()
    ours = sitpy.calculate_weighted_returns(prices, average)
    expected = []
    for t in range(8):
        value = 0.0
        if t >= 2:  # the first average stands in row 1 and is used in row 2
            volume = [(volumes.iloc[t - 1, j] + volumes.iloc[t - 2, j]) / 2 for j in range(3)]
            gains = [prices.iloc[t, j] / prices.iloc[t - 1, j] - 1 for j in range(3)]
            value = sum(v * gain for v, gain in zip(volume, gains)) / sum(volume)
        expected.append(value)
    np.testing.assert_allclose(ours, expected, rtol=1e-12, atol=1e-15)
    assert ours.index.equals(prices.index)


def test_the_order_of_assets_and_the_unit_of_volume_do_not_matter() -> None:
    prices, volumes = data.mag7_simulated_prices(), data.mag7_simulated_volumes().astype(float)
    before = prices.copy(), volumes.copy()
    ours = sitpy.calculate_weighted_returns(prices, volumes)
    turned = sitpy.calculate_weighted_returns(prices[prices.columns[::-1]], 1e-6 * volumes)
    np.testing.assert_allclose(ours, turned, rtol=1e-9, atol=1e-15)
    arrays = sitpy.calculate_weighted_returns(prices.to_numpy(), volumes.to_numpy().tolist())  # type: ignore[arg-type]
    np.testing.assert_array_equal(arrays, ours)
    pd.testing.assert_frame_equal(prices, before[0])
    pd.testing.assert_frame_equal(volumes, before[1])


def test_a_missing_product_counts_as_nothing_and_a_gap_is_said() -> None:
    prices = pd.DataFrame({"A": [1.0, 2.0, 3.0, 3.0], "B": [1.0, 1.0, 2.0, 3.0]})
    volumes = pd.DataFrame({"A": [np.nan, 1.0, 1.0, 1.0], "B": [np.nan, np.nan, 3.0, 1.0]})
    ours = sitpy.calculate_weighted_returns(prices, volumes)  # averages that begin later are no gap
    np.testing.assert_allclose(ours, [0, 0, 0.5, 3 / 4 * 0.5])
    volumes.loc[2, "A"] = np.nan
    with pytest.warns(
        sitpy.SitpyWarning, match=r"avg_volume misses 1 value\(s\) .*, the first of A at 2; .* no weight"
    ):
        ours = sitpy.calculate_weighted_returns(prices, volumes)
    np.testing.assert_allclose(ours, [0, 0, 0.5, 0.5])


def changed(table: pd.DataFrame, value: float) -> pd.DataFrame:
    table = table.astype(float)
    table.loc["2022-03-01", "META"] = value
    return table


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda p, v: (changed(p, np.nan), v), r"price_data: META at 2022-03-01 is missing \(1 such value\(s\)\)"),
        (lambda p, v: (changed(p, 0.0), v), r"price_data: META at 2022-03-01 is 0 .*must be above 0: fill it"),
        (lambda p, v: (changed(p, np.inf), v), r"price_data: META at 2022-03-01 is inf"),
        (lambda p, v: (p, changed(v, -1.0)), r"avg_volume: META at 2022-03-01 is -1 .*0 or above"),
        (lambda p, v: (p, changed(v, np.inf)), r"avg_volume: META at 2022-03-01 is inf"),
        (lambda p, v: (p, v.drop(columns="META")), r"different assets: META in one of them only"),
        (lambda p, v: (p, v.iloc[1:]), r"price_data has 739 days and avg_volume 738"),
        (lambda p, v: (p, v.set_axis(v.index + pd.Timedelta(days=1))), r"or other ones; give the same days"),
        (lambda p, v: (p, 0 * v), r"avg_volume is 0 for every asset at 2022-01-03"),
        (lambda p, v: (p.astype(str) + "x", v), r"price_data holds something that is not a number"),
        (lambda p, v: (p.iloc[:0], v), r"price_data is empty or repeats"),
        (lambda p, v: (p["META"], v), r"price_data has shape \(739,\); give a table of days x assets"),
        (lambda p, v: (p, pd.concat([v, v["META"]], axis=1)), r"avg_volume is empty or repeats a day or an asset"),
    ],
)
def test_prices_and_volumes_that_cannot_be_used(change: Callable[..., Any], words: str) -> None:
    with pytest.raises(sitpy.InputError, match=words):
        sitpy.calculate_weighted_returns(*change(data.mag7_simulated_prices(), data.mag7_simulated_volumes()))


# ---------------------------------------------------------------------------------------------------- the loop


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.integers(2, 25), st.integers(25, 60), st.sampled_from([0.0, 0.001, 0.02]))
def test_the_loop_is_the_one_that_is_told(seed: int, days: int, T: int, cost: float) -> None:
    """Any legs, not only an inverse fund; full and broken last blocks. 1e-9: polyfit, and betas near -1."""
    rng = np.random.default_rng(seed)
    market, long, short = rng.normal(0, 0.02, (3, T))
    values, betas = hedge(500.0, days, market, long + market, short - market, cost)
    expected, slopes = literally(500.0, days, market, long + market, short - market, cost)
    np.testing.assert_allclose(betas, slopes, rtol=1e-9, atol=1e-9)
    if np.abs(1 + betas).min() > 1e-3:
        np.testing.assert_allclose(values, expected, rtol=1e-9)
    assert len(values) == 1 + math.ceil(T / days) and len(betas) == 1 + T // days


def test_values_grow_with_the_size_and_fall_with_the_cost() -> None:
    plain = hedge(1000, 30, BENCHMARK, PORTFOLIO, -BENCHMARK, 0)[0]
    np.testing.assert_allclose(hedge(3000, 30, BENCHMARK, PORTFOLIO, -BENCHMARK, 0)[0], 3 * plain, rtol=1e-12)
    costly, betas = hedge(1000, 30, BENCHMARK, PORTFOLIO, -BENCHMARK, 0.01)
    np.testing.assert_allclose(costly, plain * 0.99 ** np.arange(len(plain)), rtol=1e-12)  # on everything, each time
    np.testing.assert_array_equal(betas, hedge(1000, 30, BENCHMARK, PORTFOLIO, -BENCHMARK, 0)[1])


def test_arrays_and_lists_are_as_good_as_series_and_stay_as_they_are() -> None:
    market, long = BENCHMARK.to_numpy(), PORTFOLIO.to_numpy()
    before = market.copy(), long.copy()
    values, betas = hedge(1000, 20, market, long, -market, 0.001)
    listed = hedge(1000, 20, market.tolist(), PORTFOLIO, -BENCHMARK, 0.001)
    np.testing.assert_array_equal(values, listed[0])
    np.testing.assert_array_equal(betas, listed[1])
    np.testing.assert_array_equal((market, long), before)


def test_one_block_may_be_the_whole_history() -> None:
    market, long = BENCHMARK.iloc[:40], PORTFOLIO.iloc[:40]
    values, betas = hedge(1000, 40, market, long, -market, 0)
    assert len(values) == len(betas) == 2
    assert sitpy.published_report(values, betas, 40, market).final == values[-1]  # nothing to trim


# ---------------------------------------------------------------------------------------------------- its faults


@pytest.mark.parametrize("days", [7, 20, 30, 60])
def test_later_betas_are_half_of_what_is_needed(days: int) -> None:
    """The slope of (long - benchmark)/2 is (slope of long - 1)/2, block by block."""
    betas = hedge(1000, days, BENCHMARK, PORTFOLIO, -BENCHMARK, 0)[1]
    for k, beta in enumerate(betas[1:]):
        rows = slice(k * days, (k + 1) * days)
        needed = sitpy.linreg(BENCHMARK.iloc[rows], PORTFOLIO.iloc[rows]).beta
        assert beta == pytest.approx((needed - 1) / 2, abs=1e-12)
    # so most of the market is left: the equity's beta of days is near 0.8 * 1.54 - 0.2
    share = 1 / (1 + betas)[np.arange(len(BENCHMARK)) // days]
    left = sitpy.linreg(BENCHMARK, share * PORTFOLIO - (1 - share) * BENCHMARK).beta
    assert left > 0.5


def test_the_opening_split_knows_the_block_that_it_trades() -> None:
    later = BENCHMARK.copy()
    later.iloc[29] -= 0.05
    assert hedge(1000, 30, later, PORTFOLIO, -later, 0)[1][0] != pytest.approx(1.6729, abs=0.1)
    later = BENCHMARK.copy()
    later.iloc[30] -= 0.05
    assert hedge(1000, 30, later, PORTFOLIO, -later, 0)[1][0] == pytest.approx(1.6729, abs=1e-4)


def falls_below() -> tuple[Array, Array]:
    """Three blocks of 7 days: the long leg follows the benchmark, then opposes it, then both rise."""
    market = np.tile([0.01, -0.01, 0.01, -0.01, 0.01, -0.01, 0.01], 3)
    return market, np.concatenate([1.5 * market[:7], -1.1 * market[7:14], 1.5 * market[14:] + 0.01])


def test_a_beta_below_minus_one_ends_in_words() -> None:
    market, long = falls_below()
    values, betas = hedge(1000, 7, market, long, -market, 0.0005)
    np.testing.assert_allclose(betas, [1.5, 0.25, -1.05, 0.25], rtol=1e-12)
    grown = np.prod(1 + long[14:]), np.prod(1 - market[14:])
    assert values[3] == pytest.approx(values[2] * 0.9995 * (-20 * grown[0] + 21 * grown[1]), rel=1e-9)
    assert values[3] < 0
    report = sitpy.published_report(values, betas, 7, market)
    assert math.isnan(report.annualized_returns_pct)
    assert report.total_realized_returns_pct == pytest.approx(100 * (values[3] / 1000 - 1))
    assert "ends at -950.41, and the negative number -0.9504 = final / initial has no root" in report.reason
    assert "the smallest beta is -1.05" in report.reason
    assert f"annualised returns       not a number: {report.reason}" in str(report)
    with pytest.warns(sitpy.SitpyWarning, match=r"portfolio_values is negative from step 3 on .*means nothing"):
        sitpy.get_sharpe_ratio(0.02, values, 7)


def test_blocks_of_four_days_go_below_zero_on_the_shipped_data() -> None:
    values, betas = hedge(1_000_000, 4, BENCHMARK, PORTFOLIO, -BENCHMARK, 0.0005)
    assert betas.min() < -1 and values.min() < 0
    expected = literally(
        1e6, 4, BENCHMARK.to_numpy(), PORTFOLIO.to_numpy(), -BENCHMARK.to_numpy(), 0.0005
    )  # 1e-7: one beta is -0.967, which magnifies rounding
    np.testing.assert_allclose(values, expected[0], rtol=1e-7)


# ------------------------------------------------------------------------------------------- Sharpe and report


def test_the_sharpe_ratio_by_hand() -> None:
    values = [100.0, 110.0, 99.0, 108.9]  # +10 %, -10 %, +10 %
    free = 1.05 ** (30 / 365) - 1
    mean, deviation = 0.1 / 3 - free, math.sqrt(((0.1 - 0.1 / 3) ** 2 * 2 + (-0.1 - 0.1 / 3) ** 2) / 3)
    assert sitpy.get_sharpe_ratio(0.05, values, 30) == pytest.approx(mean / deviation * math.sqrt(365 / 30), rel=1e-12)
    assert sitpy.get_sharpe_ratio(0.05, pd.Series(values) * 7, 30) == pytest.approx(
        sitpy.get_sharpe_ratio(0.05, values, 30), rel=1e-12
    )


def test_the_report_by_hand_and_in_print() -> None:
    report = sitpy.published_report([100.0, 110.0, 121.0, 90.0], [1.5, 0.25, 0.125], 20, [0.01] * 50)
    assert (report.trimmed_length, report.initial, report.final) == (3, 100.0, 121.0)
    assert report.annualized_returns_pct == pytest.approx(100 * (1.21 ** (365 / 60) - 1), rel=1e-12)
    assert report.benchmark_annualized_return_pct == pytest.approx(100 * (1.01**365 - 1), rel=1e-12)
    lines = str(report).splitlines()
    assert lines[0].split() == ["initial", "value", "100.00"]
    assert lines[2].split() == ["total", "realised", "returns", "21.00", "%"]
    assert [line.split() for line in lines[-3:]] == [
        ["0", "100.00", "1.5000"],
        ["1", "110.00", "0.2500"],
        ["2", "121.00", "0.1250"],
    ]
    assert report["annualized_returns_pct"] == report.annualized_returns_pct


def test_a_value_of_zero_is_a_loss_of_everything() -> None:
    report = sitpy.published_report([100.0, 0.0], [1.5, 0.25], 20, [0.01] * 40)
    assert report.annualized_returns_pct == -100 and report.reason == ""


# --------------------------------------------------------------------------------------------- wrong arguments

GOOD: dict[str, Any] = {
    "portfolio_size": 1000,
    "rebalancing_days": 30,
    "benchmark_returns": BENCHMARK,
    "long_returns": PORTFOLIO,
    "short_returns": -BENCHMARK,
    "transaction_cost": 0.001,
}


def missing(series: pd.Series) -> pd.Series:
    series = series.copy()
    series.iloc[5] = np.nan
    return series


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"portfolio_size": 0}, "portfolio_size is 0; give an amount of money above 0"),
        ({"portfolio_size": -5}, "portfolio_size is -5"),
        ({"portfolio_size": math.nan}, "portfolio_size is nan"),
        ({"portfolio_size": math.inf}, "portfolio_size is inf"),
        ({"portfolio_size": "1e6"}, "portfolio_size is '1e6'; give an amount"),
        ({"rebalancing_days": 0}, "rebalancing_days is 0; give a whole number, 2 or more"),
        ({"rebalancing_days": 1}, "rebalancing_days is 1; give a whole number, 2 or more"),
        ({"rebalancing_days": -3}, "rebalancing_days is -3"),
        ({"rebalancing_days": 7.5}, r"rebalancing_days is 7\.5; give a whole number"),
        (
            {"rebalancing_days": 710},
            "rebalancing_days is 710 but there are 709 rows; the opening beta needs a full block",
        ),
        ({"transaction_cost": -0.1}, r"transaction_cost is -0\.1; give a fraction from 0 to below 1"),
        ({"transaction_cost": 1}, "transaction_cost is 1"),
        ({"transaction_cost": math.nan}, "transaction_cost is nan"),
        ({"long_returns": PORTFOLIO.iloc[1:]}, "benchmark_returns 709, long_returns 708, short_returns 709"),
        ({"long_returns": missing(PORTFOLIO)}, r"long_returns has 1 missing .* the first at 2022-02-21"),
        ({"short_returns": missing(BENCHMARK).to_numpy()}, r"short_returns has 1 missing .* the first at row 5"),
        (
            {"long_returns": PORTFOLIO.shift(freq="D")},
            "benchmark_returns and long_returns have different dates: row 0 is 2022-02-14 in benchmark_returns and "
            "2022-02-15 in long_returns",
        ),
        ({"benchmark_returns": [["a"]]}, "benchmark_returns holds something that is not a number"),
        ({"benchmark_returns": BENCHMARK.to_frame()}, r"benchmark_returns has shape \(709, 1\); give one series"),
        ({"benchmark_returns": []}, r"benchmark_returns has shape \(0,\)"),
        ({"benchmark_returns": 0 * BENCHMARK}, "benchmark_returns is 0 in all of the rows 0 to 29, .* has no beta"),
    ],
)
def test_wrong_arguments_of_the_loop(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(sitpy.InputError, match=words):
        hedge(**{**GOOD, **wrong})


def test_a_beta_of_exactly_minus_one_has_no_split() -> None:
    market = [0.5, -0.5, 0.5, -0.5]
    with pytest.raises(sitpy.InputError, match=r"the beta that block 0 is traded with is -1: 1 \+ beta is 0"):
        hedge(1000, 2, market, [-0.5, 0.5, 0.5, 0.5], [0.0] * 4, 0)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((0.02, [100, 110], 30), "portfolio_values has 2 values, 0 of them 0; give three or more"),
        ((0.02, [100, 0, 110], 30), "portfolio_values has 3 values, 1 of them 0"),
        ((0.02, [100, math.nan, 110], 30), "portfolio_values has 1 missing"),
        ((0.02, [100, 110, 121], 30), r"grows by the same 10\.0000% in each block: no risk"),
        ((-1, [100, 110, 120], 30), "risk_free_rate is -1; give a fraction per year above -1"),
        ((math.nan, [100, 110, 120], 30), "risk_free_rate is nan"),
        (("2%", [100, 110, 120], 30), "risk_free_rate is '2%'; give a fraction"),
        ((0.02, [100, 110, 120], 0), "rebalancing_days is 0"),
        ((0.02, [100, 110, 120], "x"), "rebalancing_days is 'x'; give a whole number"),
    ],
)
def test_wrong_arguments_of_the_sharpe_ratio(arguments: tuple[Any, ...], words: str) -> None:
    with pytest.raises(sitpy.InputError, match=words):
        sitpy.get_sharpe_ratio(*arguments)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (([0.0, 1.0], [1.0], 30, [0.01]), "portfolio_values begins with 0 .*; the first must be above 0"),
        (([1.0, 1.0], [1.0], 30, [-1.5]), "the benchmark grows to -0.5 of its start"),
        (([1.0, 1.0], [math.nan], 30, [0.01]), "betas has 1 missing"),
        (([1.0, 1.0], [1.0], 0, [0.01]), "rebalancing_days is 0"),
    ],
)
def test_wrong_arguments_of_the_report(arguments: tuple[Any, ...], words: str) -> None:
    with pytest.raises(sitpy.InputError, match=words):
        sitpy.published_report(*arguments)
