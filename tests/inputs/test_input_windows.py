"""Estimates from other windows of the past, another covariance, and the ready-made sets of countries."""

from __future__ import annotations

import re
import sys
import types
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import sitpy
from sitpy import InputError
from sitpy.inputs import COUNTRY_FUNDS, ETF8
from sitpy.reference import read_reference

# ------------------------------------------------------------------------------------------------- update_ia


def test_another_covariance_takes_risk_and_correlation_along(ia_a: sitpy.InputAssumptions) -> None:
    cov = ia_a.cov * 0.7 + np.diag(np.diag(ia_a.cov)) * 0.6
    new = sitpy.update_ia(ia_a, "mine", cov)
    np.testing.assert_array_equal(new.cov, cov)
    np.testing.assert_allclose(new.risk, ia_a.risk * np.sqrt(1.3), rtol=1e-14)
    scale = 1 / np.sqrt(np.diag(cov))
    np.testing.assert_allclose(new.correlation, cov * np.outer(scale, scale), rtol=1e-12)
    np.testing.assert_array_equal(new.expected_return, ia_a.expected_return)
    np.testing.assert_array_equal(ia_a.cov, sitpy.aa_test_create_ia_rebal().cov)  # the caller's is not changed


def test_the_sample_estimator_changes_nothing(ia_a: sitpy.InputAssumptions) -> None:
    same = sitpy.update_ia(ia_a, "sample", np.eye(9))
    np.testing.assert_array_equal(same.cov, ia_a.cov)
    assert same is not ia_a


def test_a_variance_of_zero_has_no_correlation() -> None:
    ia = sitpy.InputAssumptions(symbols=["A", "B"], cov=np.eye(2), expected_return=[0.1, 0.2])
    new = sitpy.update_ia(ia, "flat", [[0.04, 0.0], [0.0, 0.0]])
    assert new.risk.tolist() == [0.2, 0.0]
    assert new.correlation.tolist() == [[1.0, 0.0], [0.0, 1.0]]


@pytest.mark.parametrize(
    ("cov", "words"),
    [
        (np.eye(2), r"cov has shape \(2, 2\); expected \(3, 3\)"),
        ([[1, 0, 0], [0, -1, 0], [0, 0, 1]], r"cov of 'B' is -1"),
        ([[1, 0.5, 0], [0, 1, 0], [0, 0, 1]], r"cov is not symmetric: 0\.5 for \(A, B\) but 0 for \(B, A\)"),
        (np.full((3, 3), np.nan), r"cov of 'A' is nan"),
        (
            pd.DataFrame(np.eye(3), index=list("CBA"), columns=list("CBA")),
            r"cov is labelled C, B, A but the assets are",
        ),
    ],
)
def test_a_covariance_that_cannot_be_used(cov: Any, words: str) -> None:
    ia = sitpy.InputAssumptions(symbols=["A", "B", "C"], cov=np.eye(3))
    with pytest.raises(InputError, match=words):
        sitpy.update_ia(ia, "bad", cov)


# ------------------------------------------------------------------------------------------- stacked windows


@pytest.fixture
def returns() -> pd.DataFrame:
    values = np.random.default_rng(3).normal(0.001, 0.02, (50, 3))
    return pd.DataFrame(values, index=pd.bdate_range("2024-01-01", periods=50), columns=["A", "B", "C"])


def test_windows_are_stacked_as_the_formula_says(returns: pd.DataFrame) -> None:
    """R: rows (T - lookback - lag + 1):(T - lag), counted from 1, one window below the other."""
    values = returns.to_numpy()
    expected = []
    for lookback in (10, 25):
        expected += [values[row - 1] for row in range(50 - lookback - 2 + 1, 50 - 2 + 1)]
    stacked = sitpy.ia_build_hist(returns, (10, 25), 2)
    assert isinstance(stacked, pd.DataFrame)
    np.testing.assert_array_equal(stacked.to_numpy(), expected)
    assert stacked.index[0] == returns.index[38] and list(stacked.columns) == ["A", "B", "C"]
    np.testing.assert_array_equal(sitpy.ia_build_hist(values, [10, 25], 2), expected)
    np.testing.assert_array_equal(sitpy.ia_build_hist(values, 50), values)


def test_averaged_estimates_are_those_of_the_stack(returns: pd.DataFrame) -> None:
    ia = sitpy.create_ia_averaged((10, 25), 2)(returns, [4, 7, 9], 123)
    stacked = np.vstack([returns.to_numpy()[38:48], returns.to_numpy()[23:48]])
    np.testing.assert_allclose(ia.expected_return, stacked.mean(axis=0), rtol=1e-14)
    np.testing.assert_allclose(ia.cov, np.cov(stacked.T), rtol=1e-12)
    assert (ia.symbols, ia.index.tolist(), ia.nperiod) == (["A", "B", "C"], [4, 7, 9], 123)


def test_a_single_whole_window_is_the_plain_estimate(returns: pd.DataFrame) -> None:
    one, plain = sitpy.create_ia_averaged(50)(returns), sitpy.create_ia(returns)
    for field in ("expected_return", "risk", "correlation", "cov", "hist_returns"):
        np.testing.assert_array_equal(one[field], plain[field])


@pytest.mark.parametrize(
    ("lookbacks", "n_lag", "words"),
    [
        ([10, 49], 2, r"a window of 49 periods that ends 2 ago needs 51 periods; hist_returns has 50: shorten"),
        ([], 0, "lookbacks is empty"),
        ([0], 0, "lookbacks is 0; give a whole number, 1 or more"),
        ([2.5], 0, r"lookbacks is 2\.5; give a whole number, 1 or more"),
        ([5], -1, "n_lag is -1; give a whole number, 0 or more"),
    ],
)
def test_windows_that_do_not_fit(returns: pd.DataFrame, lookbacks: Any, n_lag: int, words: str) -> None:
    with pytest.raises(InputError, match=words):
        sitpy.ia_build_hist(returns, lookbacks, n_lag)
    with pytest.raises(InputError, match=words):
        sitpy.create_ia_averaged(lookbacks, n_lag)(returns)


# ------------------------------------------------------------------------------------------- other frequencies


@pytest.fixture
def daily() -> pd.DataFrame:
    """Two assets on business days of 2024, with a fixed seed."""
    days = pd.bdate_range("2024-01-01", "2024-12-31")
    steps = np.random.default_rng(5).normal(0.0003, 0.01, (len(days), 2))
    return pd.DataFrame(100 * np.cumprod(1 + steps, axis=0), index=days, columns=["A", "B"])


@pytest.mark.parametrize(
    ("periodicity", "label"),
    [
        ("days", lambda day: day),
        ("weeks", lambda day: day.isocalendar()[:2]),
        ("months", lambda day: day.month),
        ("quarters", lambda day: (day.month - 1) // 3),
    ],
)
def test_returns_of_another_frequency(daily: pd.DataFrame, periodicity: str, label: Any) -> None:
    """Period ends by Python's own calendar: the last day before the label changes, and the last row."""
    days = list(daily.index)
    ends = [i for i in range(len(days)) if i + 1 == len(days) or label(days[i]) != label(days[i + 1])]
    at_ends = daily.to_numpy()[ends]
    plain = at_ends[1:] / at_ends[:-1] - 1
    ia = sitpy.create_ia_period(daily, periodicity, 3)()
    np.testing.assert_allclose(ia.hist_returns, plain[-3:], rtol=1e-12)
    assert ia.dates == [days[i] for i in ends[-3:]]
    np.testing.assert_allclose(ia.cov, np.cov(plain[-3:].T), rtol=1e-10)


def test_nothing_after_the_given_row_is_used(daily: pd.DataFrame) -> None:
    later_changed = daily.copy()
    later_changed.iloc[150:] *= 3
    for rows in (150, 148, 140):
        first = sitpy.create_ia_period(daily, "weeks", 10)(None, None, rows)
        again = sitpy.create_ia_period(later_changed, "weeks", 10)(None, None, rows)
        np.testing.assert_array_equal(first.hist_returns, again.hist_returns)
        assert first.dates is not None and first.dates[-1] <= daily.index[rows - 1]
        assert first.nperiod == rows


def test_a_week_counts_only_once_it_has_ended(daily: pd.DataFrame) -> None:
    """With Thursday's row the last week is the one before; with Friday's row its own week has ended."""
    estimate = sitpy.create_ia_period(daily, "weeks", 2)
    friday = int(np.flatnonzero(daily.index == pd.Timestamp("2024-01-26"))[0])
    for row, last in ((friday - 5, "2024-01-19"), (friday - 1, "2024-01-19"), (friday, "2024-01-26")):
        dates = estimate(nperiod=row + 1).dates
        assert dates is not None and dates[-1] == pd.Timestamp(last)


def test_the_assets_asked_for(daily: pd.DataFrame) -> None:
    estimate = sitpy.create_ia_period(daily, "months", 5)
    ia = estimate(daily.iloc[:3], [1], None)
    assert ia.symbols == ["B"] and ia.index.tolist() == [1]
    np.testing.assert_array_equal(ia.hist_returns[:, 0], estimate().hist_returns[:, 1])
    with pytest.raises(InputError, match=r"index reaches from 0 to 2 but the 2 assets are counted 0\.\.1"):
        estimate(index=[0, 2])


def test_the_callers_prices_are_kept_as_they_were(daily: pd.DataFrame) -> None:
    before = daily.copy()
    estimate = sitpy.create_ia_period(daily, "months", 5)
    first = estimate().hist_returns
    pd.testing.assert_frame_equal(daily, before)
    daily.iloc[:] = 1.0  # what the caller does later does not reach in
    np.testing.assert_array_equal(estimate().hist_returns, first)


def test_prices_that_have_no_periods(daily: pd.DataFrame) -> None:
    make = sitpy.create_ia_period
    with pytest.raises(InputError, match="the periodicity 'fortnights' is not known; use 'days', 'weeks', 'months'"):
        make(daily, "fortnights")
    with pytest.raises(InputError, match="expected dates in the index, found int64 labels"):
        make(daily.reset_index(drop=True))
    with pytest.raises(InputError, match="prices is a ndarray; give a DataFrame with dates as index"):
        make(daily.to_numpy())  # type: ignore[arg-type]
    with pytest.raises(InputError, match=r"the dates of prices do not rise, .* sort them"):
        make(daily.iloc[::-1])
    with pytest.raises(InputError, match="column 'B' of prices is not numeric"):
        make(daily.assign(B="x"))
    with pytest.raises(InputError, match="lookback_len is 1; give a whole number, 2 or more"):
        make(daily, "weeks", 1)
    with pytest.raises(InputError, match=r"11 months of returns have ended within the first 262 rows .* is 12: start"):
        make(daily, "months", 12)()
    with pytest.raises(InputError, match=r"0 months of returns have ended within the first 3 rows"):
        make(daily, "months", 2)(nperiod=3)


# --------------------------------------------------------------------------------------------------- momentum


def test_momentum_as_the_formula_says() -> None:
    prices = np.exp(np.random.default_rng(8).normal(0, 0.01, (40, 2)).cumsum(axis=0))
    expected = np.full_like(prices, np.nan)
    for t in range(2 + 10, 40):
        expected[t] = sum(252 / k * (prices[t - 2] / prices[t - 2 - k] - 1) for k in (4, 7, 10)) / 3
    frame = pd.DataFrame(prices, columns=["A", "B"], index=pd.bdate_range("2024-01-01", periods=40))
    before = frame.copy()
    found = sitpy.momentum_averaged(frame, (4, 7, 10), 2)
    assert isinstance(found, pd.DataFrame) and found.columns.equals(frame.columns) and found.index.equals(frame.index)
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    np.testing.assert_array_equal(sitpy.momentum_averaged(prices, (4, 7, 10), 2), found)
    pd.testing.assert_frame_equal(frame, before)


def test_momentum_of_steady_growth_is_its_growth() -> None:
    """1 % a day: each horizon k adds 252/k (1.01^k - 1); the defaults need 253 days of prices."""
    prices = 1.01 ** np.arange(260)[:, None]
    momentum = np.asarray(sitpy.momentum_averaged(prices))[:, 0]
    assert np.isnan(momentum[:253]).all()
    expected = np.mean([252 / k * (1.01**k - 1) for k in (20, 60, 120, 250)])
    np.testing.assert_allclose(momentum[253:], expected, rtol=1e-10)


def test_momentum_refuses() -> None:
    with pytest.raises(InputError, match="lookbacks is empty"):
        sitpy.momentum_averaged(np.ones((5, 1)), [])
    with pytest.raises(InputError, match="lookbacks is -3"):
        sitpy.momentum_averaged(np.ones((5, 1)), [-3])
    with pytest.raises(InputError, match="n_skip is -1; give a whole number, 0 or more"):
        sitpy.momentum_averaged(np.ones((5, 1)), [1], -1)
    with pytest.raises(InputError, match="column 'A' of prices is not numeric"):
        sitpy.momentum_averaged(pd.DataFrame({"A": ["x", "y"]}), [1])


# -------------------------------------------------------------------------------------------------- countries


@pytest.fixture
def fund_prices() -> pd.DataFrame:
    days = pd.date_range("2005-01-31", "2007-12-31", freq="ME")
    steps = np.random.default_rng(11).normal(0.005, 0.04, (len(days), 7))
    return pd.DataFrame(100 * np.cumprod(1 + steps, axis=0), index=days, columns=list(COUNTRY_FUNDS))


def test_countries_from_the_callers_prices(fund_prices: pd.DataFrame, tmp_path: Path) -> None:
    ia = sitpy.aa_test_create_ia_country("2006::2007", fund_prices)
    assert ia.symbols == ["Australia", "Canada", "France", "Germany", "Japan", "UK", "USA"]
    assert (ia.annual_factor, ia.source) == (12, "prices given by the caller")
    values = fund_prices.to_numpy()[12:]  # month ends of 2006 and 2007: the first of them has no return
    np.testing.assert_allclose(ia.hist_returns, values[1:] / values[:-1] - 1, rtol=1e-12)
    fund_prices.to_csv(tmp_path / "prices.csv")
    from_file = sitpy.aa_test_create_ia_country("2006::2007", tmp_path / "prices.csv")
    np.testing.assert_allclose(from_file.cov, ia.cov, rtol=1e-10)


@pytest.mark.parametrize(
    ("dates", "months"),
    [("2006", 11), ("2006::", 23), ("::2005", 11), ("2006-03::2006-05", 2), ("2006/2007", 23), (None, 35)],
)
def test_ranges_of_dates(fund_prices: pd.DataFrame, dates: str | None, months: int) -> None:
    assert len(sitpy.aa_test_create_ia_country(dates, fund_prices).hist_returns) == months


def test_ranges_that_cannot_be_read(fund_prices: pd.DataFrame) -> None:
    with pytest.raises(InputError, match=r"nothing within dates '1999': the table runs from 2005-01-31 to 2007-12-31"):
        sitpy.aa_test_create_ia_country("1999", fund_prices)
    with pytest.raises(InputError, match="dates 'last year' is not a range such as '1990::2010'"):
        sitpy.aa_test_create_ia_country("last year", fund_prices)


def test_the_shipped_country_history_is_flagged_and_has_the_published_moments() -> None:
    """Drawn with the risks and correlations of He & Litterman (1999): 252 months estimate them to 15 % and 0.15."""
    with pytest.warns(sitpy.SimulatedDataWarning, match="aa_test_create_ia_country uses the shipped SIMULATED history"):
        ia = sitpy.aa_test_create_ia_country()
    published = read_reference("he_litterman_1999")
    assert ia.symbols == published["countries"]
    np.testing.assert_allclose(ia.risk * 100, published["sigma_pct"], rtol=0.15)
    np.testing.assert_allclose(ia.correlation, published["corr"], rtol=0, atol=0.15)
    assert ia.source == "simulated 7-country monthly history shipped with sitpy"


def test_custom_symbols(fund_prices: pd.DataFrame) -> None:
    ia = sitpy.aa_test_create_ia_custom("SPY, EWJ", "US, Japan", prices=fund_prices)
    assert ia.symbols == ["US", "Japan"]
    country = sitpy.aa_test_create_ia_country(None, fund_prices)
    np.testing.assert_array_equal(ia.hist_returns, country.hist_returns[:, [6, 4]])
    assert sitpy.aa_test_create_ia_custom(["SPY"], prices=fund_prices, dates="2006").symbols == ["SPY"]


def test_custom_symbols_of_the_shipped_histories() -> None:
    with pytest.warns(sitpy.SimulatedDataWarning, match="aa_test_create_ia_custom uses the shipped SIMULATED"):
        ia = sitpy.aa_test_create_ia_custom(["GLD", "SPY"])
    np.testing.assert_array_equal(ia.hist_returns, sitpy.data.etf8_simulated()[["GLD", "SPY"]])
    with pytest.warns(sitpy.SimulatedDataWarning):
        ia = sitpy.aa_test_create_ia_custom("EWU,SPY", dates="2000")
    np.testing.assert_array_equal(ia.hist_returns, sitpy.data.country7_simulated().loc["2000", ["EWU", "SPY"]])


def test_custom_symbols_that_cannot_be_had(fund_prices: pd.DataFrame) -> None:
    words = f"no shipped history has all of SPY, XYZ; give prices= or source='yahoo', or choose among {', '.join(ETF8)}"
    with pytest.raises(InputError, match=re.escape(words)):
        sitpy.aa_test_create_ia_custom(["SPY", "XYZ"])
    with pytest.raises(InputError, match="give at least one symbol"):
        sitpy.aa_test_create_ia_custom(" ")
    with pytest.raises(InputError, match=r"symbol_names has 1 name\(s\) for 2 symbol\(s\)"):
        sitpy.aa_test_create_ia_custom("SPY,EWJ", ["US"], prices=fund_prices)
    with pytest.raises(InputError, match="prices have no column for GLD"):
        sitpy.aa_test_create_ia_custom("GLD", prices=fund_prices)
    with pytest.raises(InputError, match="give prices or source, not both"):
        sitpy.aa_test_create_ia_country(None, fund_prices, "yahoo")
    with pytest.raises(InputError, match="source 'fred' is not known"):
        sitpy.aa_test_create_ia_custom("SPY", source="fred")


def test_countries_are_downloaded_by_their_funds(monkeypatch: pytest.MonkeyPatch, fund_prices: pd.DataFrame) -> None:
    asked: list[str] = []

    def download(symbols: list[str], **_: Any) -> pd.DataFrame:
        asked.extend(symbols)
        return pd.concat({"Close": fund_prices}, axis=1)

    monkeypatch.setitem(sys.modules, "yfinance", types.SimpleNamespace(download=download))
    ia = sitpy.aa_test_create_ia_country(source="yahoo")
    assert asked == list(COUNTRY_FUNDS)
    assert ia.source == "Yahoo" and ia.symbols[-1] == "USA"


# --------------------------------------------------------------------------------------------- capitalisation


def test_published_market_weights_are_used_without_a_table() -> None:
    with pytest.warns(sitpy.SitpyWarning, match=r"one row, the market weights \(percent\) of He & Litterman"):
        caps = sitpy.aa_test_hist_capitalization()
    published = read_reference("he_litterman_1999")
    assert caps.columns.tolist() == published["countries"]
    assert caps.iloc[0].tolist() == published["weq_pct"]


def test_capitalisation_of_the_caller(tmp_path: Path) -> None:
    table = pd.DataFrame({"UK": [2.0, 1.0], "USA": [6.0, 3.0]}, index=pd.Index([2010, 2009], name="year"))
    before = table.copy()
    caps = sitpy.aa_test_hist_capitalization(table)
    pd.testing.assert_frame_equal(caps, table.sort_index())
    pd.testing.assert_frame_equal(table, before)
    table.to_csv(tmp_path / "caps.csv")
    pd.testing.assert_frame_equal(sitpy.aa_test_hist_capitalization(str(tmp_path / "caps.csv")), caps)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (pd.DataFrame({"UK": [1.0, -2.0]}), "capitalization of 'UK' at 1 is -2; give a number that is not negative"),
        (pd.DataFrame({"UK": [np.nan]}), "capitalization of 'UK' at 0 is nan"),
        (pd.DataFrame({"UK": ["big"]}), "column 'UK' of capitalization is not numeric"),
        (pd.DataFrame({"UK": [1.0, 2.0]}, index=[2009, 2009]), "capitalization has the row 2009 twice; keep one"),
        (pd.DataFrame({"UK": [0.0], "USA": [0.0]}, index=[1990]), "capitalization at 1990 sums to 0"),
    ],
)
def test_capitalisation_that_cannot_be_used(table: pd.DataFrame, words: str) -> None:
    with pytest.raises(InputError, match=words):
        sitpy.aa_test_hist_capitalization(table)
