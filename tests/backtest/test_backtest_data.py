"""Prices brought to common dates, parts of them, and functions of each symbol's table."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import sitpy

DAYS = pd.bdate_range("2020-01-30", periods=6)


def tables() -> dict[str, pd.DataFrame | pd.Series]:
    """SPY on all days with a full table; TLT from the second day; GLD on three days, its column named as R's quantmod does."""
    close = pd.Series([10.0, 11, 12, 13, 14, 15], index=DAYS)
    spy = pd.DataFrame({"Open": close - 0.5, "High": close + 1, "Low": close - 1, "Close": close, "Volume": 100.0})
    gld = pd.DataFrame({"GLD.Close": [7.0, 8, 9], "GLD.Volume": 5.0}, index=DAYS[[1, 3, 4]])
    return {"SPY": spy, "TLT": pd.Series([20.0, 21, 22, 23, 24], index=DAYS[1:]), "GLD": gld}


def test_all_dates_are_kept_and_gaps_are_missing() -> None:
    b = sitpy.bt_prep(tables())
    assert b.symbolnames == ["SPY", "TLT", "GLD"]
    assert b.dates.equals(DAYS)
    assert b.prices["GLD"].tolist() == pytest.approx([np.nan, 7, np.nan, 8, 9, np.nan], nan_ok=True)
    assert b.weight.shape == b.execution_price.shape == (6, 3)
    assert b.weight.isna().all(axis=None) and b.execution_price.isna().all(axis=None)


def test_only_common_dates_are_kept() -> None:
    b = sitpy.bt_prep(tables(), align="remove.na")
    assert b.dates.equals(DAYS[[1, 3, 4]])
    assert b["SPY"]["Open"].tolist() == [10.5, 12.5, 13.5]
    assert list(b["GLD"].columns) == ["GLD.Close", "GLD.Volume"]


def test_merged_dates_point_into_each_symbols_table() -> None:
    merged = sitpy.bt_merge(tables(), dates="2020-02")
    assert merged["all.dates"].equals(DAYS[2:])
    assert merged.date_map["TLT"].tolist() == [1, 2, 3, 4]
    assert merged.date_map["GLD"].isna().tolist() == [True, False, False, True]
    given = tables()
    for symbol, rows in merged.date_map.items():
        known = rows.dropna()
        assert given[str(symbol)].index[known.astype(int)].equals(pd.DatetimeIndex(known.index))


@pytest.mark.parametrize(
    ("span", "rows"),
    [
        (None, range(6)),
        ("2020-02::", range(2, 6)),
        ("::2020-01", range(2)),
        ("2020-02-04::2020-02-05", range(3, 5)),
        ("2020/2021", range(6)),
        ([0, 5], [0, 5]),
        (np.arange(6) > 3, [4, 5]),
    ],
)
def test_ranges_of_dates(span: Any, rows: Any) -> None:
    b = sitpy.bt_prep(tables())
    assert sitpy.bt_prep_trim(b, span).dates.equals(DAYS[list(rows)])


def test_fill_gaps_as_sit_does() -> None:
    """Gaps take the last close, also up to five rows at the end; Open, High, Low the close, Volume zero."""
    index = pd.bdate_range("2020-01-01", periods=9)
    spy = pd.DataFrame({"Open": 1.0, "Close": [1.0, 2, 3, 4, 5, 6, 7, 8, 9], "Volume": 5.0}, index=index)
    gap = spy.iloc[[0, 1, 4]]
    gone = spy.iloc[:3]
    b = sitpy.bt_prep({"SPY": spy, "GAP": gap, "GONE": gone}, fill_gaps=True)
    assert b.prices["GAP"].tolist() == [1, 2, 2, 2, 5, 5, 5, 5, 5]
    assert b["GAP"]["Open"].tolist() == [1, 1, 2, 2, 1, 5, 5, 5, 5]
    assert b["GAP"]["Volume"].tolist() == [5, 5, 0, 0, 5, 0, 0, 0, 0]
    assert b.prices["GONE"].tolist() == pytest.approx([1, 2, 3] + [np.nan] * 6, nan_ok=True)
    assert b.prices["SPY"].tolist() == spy["Close"].tolist()


def test_a_table_of_closing_prices_or_an_environment_will_do() -> None:
    table = pd.DataFrame({"A": [1.0, 2, 3], "B": [4.0, 5, 6]}, index=DAYS[:3])
    b = sitpy.bt_prep(table)
    pd.testing.assert_frame_equal(b.prices, table, check_freq=False)
    assert b["A"]["Close"].tolist() == [1, 2, 3]
    again = sitpy.bt_prep(b, dates="2020-02")
    assert again.prices["B"].tolist() == [6]
    env = {**tables(), "symbolnames": ["GLD", "SPY"], "prices": None}
    assert sitpy.bt_prep(env).symbolnames == ["GLD", "SPY"]  # type: ignore[arg-type]


def test_dates_out_of_order_are_sorted_as_in_xts() -> None:
    table = pd.DataFrame({"A": [3.0, 1, 2]}, index=DAYS[[2, 0, 1]])
    assert sitpy.bt_prep(table).prices["A"].tolist() == [1, 2, 3]


def test_texts_and_periods_serve_as_dates() -> None:
    texts = pd.DataFrame({"A": [1.0, 2]}, index=["2020-01-31", "2020-02-29"])
    months = pd.DataFrame({"A": [1.0, 2]}, index=pd.period_range("2020-01", periods=2, freq="M"))
    assert sitpy.bt_prep(texts).dates.equals(sitpy.bt_prep(months).dates)


def test_fields_answer_to_both_names_and_may_be_assigned() -> None:
    b = sitpy.bt_prep(tables())
    b["execution.price"] = b.prices + 1
    assert b.execution_price["TLT"].iloc[1] == 21
    b.weight = np.full((6, 3), 0.2)
    assert sitpy.bt_run(b, weight=np.zeros((6, 3))).equity.iloc[-1] == 1
    with pytest.raises(KeyError, match="no field 'XYZ'"):
        b["XYZ"]


def test_symbols_with_little_history_are_left_out() -> None:
    b = sitpy.bt_prep(tables())
    b.weight.iloc[0] = [0.5, 0.3, 0.2]
    shorter = sitpy.bt_prep_remove_symbols_min_history(b, 5)
    assert shorter.symbolnames == ["SPY", "TLT"]
    assert shorter.weight.iloc[0].tolist() == [0.5, 0.3]
    assert b.symbolnames == ["SPY", "TLT", "GLD"]
    with pytest.raises(sitpy.InputError, match="none of the 3 symbols would be left"):
        sitpy.bt_prep_remove_symbols_min_history(b)


@pytest.mark.parametrize("index", ["TLT", ["TLT"], [1], [-2]])
def test_symbols_can_be_left_out(index: Any) -> None:
    b = sitpy.bt_prep_remove_symbols(sitpy.bt_prep(tables()), index)
    assert b.symbolnames == ["SPY", "GLD"]
    assert "Open" in b["SPY"]


@pytest.mark.parametrize("index", ["XYZ", [3], [-4]])
def test_only_known_symbols_can_be_left_out(index: Any) -> None:
    with pytest.raises(sitpy.InputError, match=r"there is no symbol .*; the symbols are SPY, TLT, GLD"):
        sitpy.bt_prep_remove_symbols(sitpy.bt_prep(tables()), index)


def test_periodicity() -> None:
    b = sitpy.bt_prep(tables())
    b.weight.iloc[1] = 0.25
    monthly = sitpy.bt_change_periodicity(b, "months")
    assert monthly.dates.equals(DAYS[[1, 5]])
    assert monthly.weight.iloc[0].tolist() == [0.25] * 3
    assert monthly["SPY"]["High"].tolist() == [12, 16]
    moved = sitpy.bt_change_periodicity(b, period_ends=[1, 5], date_map_fn=lambda d: d + pd.offsets.MonthEnd(0))
    assert [f"{day:%m-%d}" for day in moved.dates] == ["01-31", "02-29"]
    assert moved["SPY"].index.equals(moved.dates)
    with pytest.raises(sitpy.InputError, match="give a periodicity such as 'months', or period_ends"):
        sitpy.bt_change_periodicity(b)


def test_first_and_last_dates() -> None:
    starts, ends = sitpy.bt_start_dates(tables()), sitpy.bt_end_dates(sitpy.bt_prep(tables()))
    assert starts.to_dict() == {"SPY": DAYS[0], "TLT": DAYS[1], "GLD": DAYS[1]}
    assert list(starts.index) == ["SPY", "TLT", "GLD"]
    assert list(ends.index) == ["GLD", "SPY", "TLT"]
    with pytest.raises(sitpy.InputError, match="B has no price at all"):
        sitpy.bt_start_dates(pd.DataFrame({"A": 1.0, "B": np.nan}, index=DAYS))


def test_functions_of_each_symbol() -> None:
    b = sitpy.bt_prep(tables())
    ranges = sitpy.bt_apply(sitpy.bt_prep_remove_symbols(b, [1, 2]), lambda x, k: (x["High"] - x["Low"]) * k, 10)
    assert ranges["SPY"].tolist() == [20] * 6
    pd.testing.assert_frame_equal(sitpy.bt_apply(b), b.prices, check_freq=False)
    total = sitpy.bt_apply_matrix(b.prices, np.cumsum)
    pd.testing.assert_frame_equal(total, b.prices.cumsum(), check_freq=False)
    assert sitpy.bt_apply_matrix([[1, 2], [3, 4]], lambda x: x - x.iloc[0]).to_numpy().tolist() == [[0, 0], [2, 2]]
    with pytest.raises(sitpy.InputError, match="the function gave 1 numbers for SPY; expected 6"):
        sitpy.bt_apply(b, lambda x: x["Close"].iloc[-1])


@pytest.mark.parametrize(
    ("b", "message"),
    [
        ({}, "expected prices of one symbol or more"),
        ({"A": pd.DataFrame({"Open": [1.0], "High": [2.0]}, index=DAYS[:1])}, "one must be called Close"),
        ({"A": pd.Series([1.0, 2.0])}, "expected dates in the index, found int64 labels"),
        ({"A": pd.Series([1.0, 2.0], index=["no", "date"])}, "the index cannot be read as dates"),
        ({"A": pd.Series([1.0, 2.0], index=DAYS[[0, 0]])}, "A has the date 2020-01-30 twice"),
        (pd.DataFrame({"A": ["x"]}, index=DAYS[:1]), "the column 'A' of prices holds something that is not a number"),
        (pd.DataFrame({"A": [np.inf]}, index=DAYS[:1]), "the price of 'A' on 2020-01-30 is infinite"),
    ],
)
def test_bad_tables_are_refused(b: Any, message: str) -> None:
    with pytest.raises(sitpy.InputError, match=message):
        sitpy.bt_prep(b)


def test_dates_in_common_must_exist() -> None:
    apart = {"A": pd.Series([1.0], index=DAYS[:1]), "B": pd.Series([1.0], index=DAYS[1:2])}
    with pytest.raises(sitpy.InputError, match="no date is common to A, B; use align='keep_all'"):
        sitpy.bt_prep(apart, align="remove_na")
    with pytest.raises(sitpy.InputError, match="align is 'inner'; known are 'keep_all' and 'remove_na'"):
        sitpy.bt_prep(apart, align="inner")  # type: ignore[arg-type]


def test_an_environment_refuses_unordered_dates() -> None:
    with pytest.raises(sitpy.InputError, match="the date 2020-01-30 comes after 2020-01-31; sort"):
        sitpy.BacktestData(pd.DataFrame({"A": [1.0, 2]}, index=DAYS[[1, 0]]))
    with pytest.raises(sitpy.InputError, match="prices is a list; expected a DataFrame"):
        sitpy.BacktestData([[1.0]])  # type: ignore[arg-type]
    with pytest.raises(sitpy.InputError, match=r"prices has shape \(0, 1\)"):
        sitpy.BacktestData(pd.DataFrame({"A": []}, index=DAYS[:0]))


# ------------------------------------------------------------------------------------------------------ periods


@pytest.mark.parametrize("on", ["days", "weeks", "months", "quarters", "years"])
def test_endpoints_are_the_last_rows_of_their_periods(on: str) -> None:
    """Checked against pandas' own grouping by calendar periods."""
    dates = pd.bdate_range("2019-12-20", "2021-01-08")
    letter = {"days": "D", "weeks": "W", "months": "M", "quarters": "Q", "years": "Y"}[on]
    expected = pd.Series(range(len(dates)), index=dates).groupby(dates.to_period(letter)).last()
    assert sitpy.endpoints(dates, on).tolist() == expected.tolist()
    assert sitpy.endpoints(pd.Series(1.0, index=dates), on).tolist() == expected.tolist()


def test_endpoints_refuse_what_they_cannot_read() -> None:
    with pytest.raises(
        sitpy.InputError, match="the periodicity 'fortnights' is not known; use 'days', 'weeks', 'months'"
    ):
        sitpy.endpoints(DAYS, "fortnights")
    with pytest.raises(sitpy.InputError, match="expected dates in the index, found none"):
        sitpy.endpoints([1, 2])  # type: ignore[arg-type]
    assert sitpy.endpoints(DAYS[:0]).tolist() == []
