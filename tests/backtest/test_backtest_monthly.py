"""Returns by calendar against a plain loop, tables side by side, and what trading cost."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sitpy
from sitpy.backtest.monthly import MONTHS, monthly_returns, with_averages, yearly_returns
from sitpy.backtest.side_by_side import dates_in_words, figure_text, in_words, side_by_side

Line = list[tuple[datetime.date, float]]


def by_loop(line: Line) -> dict[int, dict[str, float]]:
    """The table by hand: one pass over the dates, months closed when the next one begins."""
    table: dict[int, dict[str, float]] = {}
    for year in sorted({day.year for day, _ in line}):
        inside = [value for day, value in line if day.year == year]
        earlier = [value for day, value in line if day.year < year]
        if not earlier and len(inside) == 1 and line[-1][0].year > year:
            continue
        start = earlier[-1] if earlier else inside[0]
        high, depth = start, 0.0
        for value in inside:
            high = max(high, value)
            depth = min(depth, value / high - 1)
        table[year] = {"Year": inside[-1] / start - 1, "MaxDD": depth}
        for month in range(1, 13):
            own = [value for day, value in line if (day.year, day.month) == (year, month)]
            before = [value for day, value in line if (day.year, day.month) < (year, month)]
            table[year][MONTHS[month - 1]] = own[-1] / before[-1] - 1 if own and before else float("nan")
    return table


def series(line: Line) -> pd.Series:
    return pd.Series([value for _, value in line], index=pd.DatetimeIndex([day for day, _ in line]))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(0, 1500), min_size=2, max_size=60, unique=True),
    st.integers(0, 2**31 - 1),
)
def test_the_table_is_that_of_a_plain_loop(offsets: list[int], seed: int) -> None:
    days = [datetime.date(1998, 11, 20) + datetime.timedelta(days=offset) for offset in sorted(offsets)]
    values = np.cumprod(1 + np.random.default_rng(seed).normal(0, 0.1, len(days)).clip(-0.9))
    line = list(zip(days, values.tolist()))
    found, expected = monthly_returns(series(line)), by_loop(line)
    assert list(found.index) == list(expected) and list(found.columns) == [*MONTHS, "Year", "MaxDD"]
    for year, row in expected.items():
        np.testing.assert_allclose(found.loc[year], [row[name] for name in found.columns], rtol=0, atol=1e-12)


def test_months_compound_to_the_year_and_a_model_gives_its_own() -> None:
    days = pd.date_range("2003-12-31", periods=25, freq="ME")
    model = sitpy.bt_simple(pd.Series(np.linspace(10, 30, 25), index=days), np.ones(25))
    table = monthly_returns(model)
    assert list(table.index) == [2004, 2005]  # 2003 has one date only: nothing to tell
    np.testing.assert_allclose((1 + table[list(MONTHS)]).prod(axis=1) - 1, table["Year"], atol=1e-12)
    pd.testing.assert_frame_equal(table, monthly_returns(model.equity))
    average = with_averages(table)
    assert list(average.index) == ["2004", "2005", "Avg"]
    np.testing.assert_allclose(average.loc["Avg"], table.to_numpy().mean(axis=0))


def test_a_line_that_ends_at_nothing_has_no_returns_after() -> None:
    days = ["2019-11-30", "2019-12-31", "2020-01-31", "2020-02-29", "2020-11-30", "2021-01-31"]
    equity = pd.Series([1, 1.5, 0, 0, 0, 0], index=pd.DatetimeIndex(days))
    table = monthly_returns(equity)
    assert table.loc[2020, "Jan"] == table.loc[2020, "Year"] == table.loc[2020, "MaxDD"] == -1
    assert np.isnan(table.loc[2020, "Feb"]) and table.loc[2021].isna().all()
    assert yearly_returns(equity).iloc[4] == -1 and np.isnan(yearly_returns(equity).iloc[5])


@pytest.mark.parametrize("day", ["2020-05-06", "2020-12-31"])
def test_a_single_date_is_a_year_without_returns(day: str) -> None:
    table = monthly_returns(pd.Series([1.0], index=pd.DatetimeIndex([day])))
    assert table.shape == (1, 14) and table.isna().all(axis=None)


@pytest.mark.parametrize("freq", ["ME", "BME", "B", "W", "YE"])
def test_a_year_back_is_the_nearest_date(freq: str) -> None:
    days = pd.date_range("2003-01-31", periods=30 if freq.endswith("E") else 400, freq=freq)
    values = np.random.default_rng(1).uniform(1, 2, len(days))
    found = yearly_returns(pd.Series(values, index=days))
    for row, day in enumerate(days):
        before = np.datetime64(f"{day.year - 1}-{day:%m}-{28 if (day.month, day.day) == (2, 29) else day.day:02d}")
        away = np.abs(days.to_numpy() - before)
        near = np.flatnonzero((away == away.min()) & (away <= np.timedelta64(4, "D")))
        if near.size:
            assert np.abs(values[row] / values[near] - 1 - found.iloc[row]).min() < 1e-12
        else:
            assert np.isnan(found.iloc[row])
    assert found.notna().any()


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        ([1.0, 2.0], "equity is a list; give a Series with dates, or a result of bt_run"),
        (pd.Series([1.0, 2.0]), "expected dates in the index"),
        (pd.Series([1.0, np.nan], index=pd.date_range("2020", periods=2)), "equity has 1 number"),
        (
            pd.Series([1.0, 2], index=pd.DatetimeIndex(["2020-01-02", "2020-01-01"])),
            "2020-01-01 comes after 2020-01-02",
        ),
    ],
)
def test_other_things_are_refused(given_: Any, message: str) -> None:
    with pytest.raises(sitpy.InputError, match=message):
        monthly_returns(given_)


# -------------------------------------------------------------------------------------------------- side by side


def model(values: list[float], **options: Any) -> sitpy.BacktestModel:
    b = sitpy.bt_prep(pd.DataFrame({"A": values}, index=pd.date_range("2020-01-30", periods=len(values))))
    return sitpy.bt_run(b, weight=np.ones((len(values), 1)), **options)


def test_figures_are_those_of_the_summary() -> None:
    models = {"one": model([10, 11, 9, 12]), "two": model([5, 4, 6, 7, 6.5], trade_summary=True)}
    table = side_by_side(models)
    for name, one in models.items():
        figures = sitpy.bt_detail_summary(one)["System"]
        pd.testing.assert_series_equal(table.loc[list(figures), name], pd.Series(figures, dtype=object, name=name))
    assert np.isnan(table.loc["Profit_Factor", "one"])
    words = in_words(table)
    assert words.loc["MaxDD", "one"] == f"{100 * sitpy.compute_max_drawdown(models['one'].equity):.2f}%"
    assert words.loc["Sharpe", "two"] == f"{sitpy.compute_sharpe(models['two'].ret):.2f}"
    assert words.loc["Profit_Factor", "one"] == "-"
    assert dates_in_words(models).to_numpy().tolist() == [["Jan 2020"] * 2, ["Feb 2020"] * 2]
    assert in_words(side_by_side(models, "Trade")).loc["Num_Trades"].tolist() == ["-", "1"]


def test_a_group_that_nobody_has_is_refused() -> None:
    with pytest.raises(sitpy.InputError, match="no model has figures of 'Trade'; run them with trade_summary=True"):
        side_by_side({"one": model([10, 11, 9, 12])}, "Trade")
    with pytest.raises(sitpy.InputError, match="the metric is 'Systems'; known are 'System', 'Trade', 'Period'"):
        side_by_side({"one": model([10, 11, 9, 12])}, "Systems")


def test_a_number_that_nobody_can_read_is_shortened() -> None:
    assert figure_text("Cagr", 1.28e17) == "1.3e+17%"
    assert figure_text("own", 3.14159) == "3.14"


# --------------------------------------------------------------------------------------------------------- costs


@pytest.mark.parametrize("share", [False, True])
def test_costs_are_what_a_run_without_them_earned_more(share: bool) -> None:
    rng = np.random.default_rng(3)
    prices = pd.DataFrame(
        np.cumprod(1 + rng.normal(0, 0.02, (30, 2)), axis=0), index=pd.bdate_range("2020", periods=30)
    )
    b = sitpy.bt_prep(prices.set_axis(["A", "B"], axis=1))
    weight = rng.dirichlet([1, 1], 30)
    run: Any = sitpy.bt_run_share if share else sitpy.bt_run
    paid = run(b, weight=weight, commission={"percentage": 0.002})
    free = run(b, weight=weight)
    np.testing.assert_allclose(free.ret - paid.ret, paid.costs, atol=1e-14)
    assert (paid.costs.iloc[1:-1] > 0).all() and (free.costs == 0).all()
    assert paid.costs.index.equals(paid.ret.index)
    (cut,) = sitpy.bt_trim(paid, dates=np.arange(5, 20))
    assert cut.costs is not None and cut.costs.iloc[0] == 0 and len(cut.costs) == 15


def test_costs_end_with_the_portfolio() -> None:
    with pytest.raises(sitpy.BankruptError, match="lost everything") as caught:
        sitpy.bt_run(
            sitpy.bt_prep(pd.DataFrame({"A": [10.0, 11, 4, 40]}, index=pd.date_range("2020", periods=4))),
            weight=[[2.0], [2], [2], [0]],
            commission=0.01,
        )
    assert caught.value.path.costs.tolist() == [0.02, 0, 0]


def test_two_models_of_one_name_are_refused() -> None:
    one = model([10, 11, 9, 12])
    with pytest.raises(sitpy.InputError, match="two models are called '1'"):
        sitpy.plotbt({1: one, "1": one})  # type: ignore[dict-item]
