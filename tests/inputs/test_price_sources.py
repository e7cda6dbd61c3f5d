"""From daily prices, a CSV file, an online source or the shipped history to monthly input assumptions."""

from __future__ import annotations

import itertools
import re
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import sitpy
from sitpy import InputError
from sitpy.data.online import yahoo_prices
from sitpy.inputs import ETF8, monthly_returns, read_table

FIELDS = ("expected_return", "risk", "geometric_return", "correlation", "cov", "hist_returns")


@pytest.fixture
def daily() -> pd.DataFrame:
    """Prices on every business day of seven months, with a fixed seed."""
    days = pd.bdate_range("2020-01-01", "2020-07-31")
    steps = np.random.default_rng(7).normal(0.0003, 0.01, (len(days), 8))
    return pd.DataFrame(100 * np.cumprod(1 + steps, axis=0), index=days, columns=list(ETF8))


def month_ends(daily: pd.DataFrame) -> np.ndarray:
    """Month-end returns in plain loops, as the specification words them."""
    last: dict[tuple[int, int], np.ndarray] = {}
    for day, row in daily.sort_index().iterrows():
        last[day.year, day.month] = row.to_numpy()
    rows = list(last.values())
    return np.array([after / before - 1 for before, after in itertools.pairwise(rows)])


# -------------------------------------------------------------------------------------------------- the table


def test_prices_of_the_caller_are_read_at_month_ends(daily: pd.DataFrame) -> None:
    extra = daily.assign(CASH=1.0)[["CASH", *reversed(ETF8)]]  # another order, and a column too many
    ia = sitpy.aa_test_create_ia(extra)
    assert ia.symbols == list(ETF8)
    assert (ia.annual_factor, ia.nperiod, ia.source) == (12, 6, "prices given by the caller")
    expected = sitpy.create_historical_ia(month_ends(daily), 12)
    for name in FIELDS:
        # two divisions apart at most
        np.testing.assert_allclose(ia[name], expected[name], rtol=1e-12, atol=1e-15, err_msg=name)
    assert ia.dates is not None
    assert [str(date)[:10] for date in ia.dates] == [
        "2020-02-28",
        "2020-03-31",
        "2020-04-30",
        "2020-05-29",
        "2020-06-30",
        "2020-07-31",
    ]


@pytest.mark.parametrize("as_path", [str, Path])
def test_a_csv_file_gives_the_same(daily: pd.DataFrame, tmp_path: Path, as_path: Callable[[Any], Any]) -> None:
    path = tmp_path / "prices.csv"
    daily.to_csv(path)
    from_file, from_table = sitpy.aa_test_create_ia(as_path(path)), sitpy.aa_test_create_ia(daily)
    for name in FIELDS:
        np.testing.assert_allclose(from_file[name], from_table[name], rtol=1e-12, err_msg=name)


def test_the_order_of_days_does_not_matter(daily: pd.DataFrame) -> None:
    shuffled = daily.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(monthly_returns(shuffled), monthly_returns(daily))
    text = daily.set_axis([day.strftime("%Y-%m-%d") for day in daily.index])
    np.testing.assert_array_equal(monthly_returns(text), monthly_returns(daily))


def test_the_callers_table_is_not_changed(daily: pd.DataFrame) -> None:
    before = daily.copy()
    monthly_returns(daily)
    pd.testing.assert_frame_equal(daily, before)


def test_months_without_a_price_are_left_out_and_counted(daily: pd.DataFrame) -> None:
    daily.loc["2020-04-30", "GLD"] = np.nan  # spoils the returns of April and of May
    with pytest.warns(
        sitpy.SitpyWarning,
        match=r"2 of 6 months are left out because a price is missing \(most often GLD\)",
    ):
        ia = sitpy.aa_test_create_ia(daily)
    np.testing.assert_allclose(ia.hist_returns, month_ends(daily)[[0, 1, 4, 5]], rtol=1e-12)


# --------------------------------------------------------------------------------------------------- messages


def spoiled(daily: pd.DataFrame, how: str) -> pd.DataFrame:
    table = daily.copy()
    if how == "symbols":
        return table.drop(columns=["GLD", "TLT"])
    if how == "duplicate":
        return pd.concat([table, table.iloc[[3]]])
    if how == "text":
        return table.astype({"QQQ": object}).replace({"QQQ": {table["QQQ"].iloc[0]: "closed"}})
    if how == "dates":
        return table.set_axis([*(day.strftime("%Y-%m-%d") for day in table.index[:-1]), "the last day"])
    if how == "row numbers":
        return table.reset_index(drop=True)
    assert how == "short"
    return table.loc[:"2020-02-28"]


MESSAGES = [
    ("symbols", r"prices have no column for TLT, GLD; found SPY, QQQ, EEM, IWM, EFA, IYR"),
    ("duplicate", r"prices have the date 2020-01-06 00:00:00 twice; keep one row per date"),
    ("text", r"column 'QQQ' of .* is not numeric; remove it or mend its entries"),
    ("dates", r"the first column \(or index\) of prices must hold dates such as 2010-01-31: .*the last day"),
    ("row numbers", r"the first column \(or index\) of prices must hold dates such as 2010-01-31: found the number 0"),
    ("short", r"hist_returns has shape \(1, 8\); expected 2 or more periods"),
]


@pytest.mark.parametrize(("how", "words"), MESSAGES)
@pytest.mark.parametrize("as_file", [False, True], ids=["table", "file"])
def test_prices_that_cannot_be_used(daily: pd.DataFrame, tmp_path: Path, how: str, words: str, as_file: bool) -> None:
    prices: Any = spoiled(daily, how)
    if as_file:
        prices.to_csv(tmp_path / "p.csv")
        prices = tmp_path / "p.csv"
    with pytest.raises(InputError, match=words):
        sitpy.aa_test_create_ia(prices)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, r"cannot read '.*p\.csv': No such file or directory"),
        ("", r"'.*p\.csv' is not a CSV table: No columns"),
        ("date\n2020-01-31\n", r"'.*p\.csv' holds no table: expected labels in column 1 and one column per asset"),
        ("date,A\n", r"'.*p\.csv' holds no table"),
        ("date,A,B\n2020-01-31,1,two\n", r"column 'B' of '.*p\.csv' is not numeric; remove it or mend its entries"),
        ('date,A\n"2020', r"'.*p\.csv' is not a CSV table: "),
    ],
)
def test_files_that_hold_no_table(tmp_path: Path, content: str | None, words: str) -> None:
    path = tmp_path / "p.csv"
    if content is not None:
        path.write_text(content)
    with pytest.raises(InputError, match=words):
        read_table(path)


def test_a_table_keeps_labels_and_columns(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text("year,A,B\n1970,0.1,0.2\n1971,,0.3\n")
    table = read_table(path)
    assert table.columns.tolist() == ["A", "B"]
    assert table.index.tolist() == [1970, 1971]
    np.testing.assert_equal(table.to_numpy(), [[0.1, 0.2], [np.nan, 0.3]])


# ---------------------------------------------------------------------------------------------------- sources


def test_the_shipped_history_says_that_it_is_simulated() -> None:
    words = r"uses the shipped SIMULATED history \(not market data\); give prices= or source='yahoo' for real prices"
    with pytest.warns(sitpy.SimulatedDataWarning, match=words):
        ia = sitpy.aa_test_create_ia()
    assert ia.symbols == list(ETF8)
    assert issubclass(sitpy.SimulatedDataWarning, sitpy.SitpyWarning)


def test_an_unknown_source_and_two_sources(daily: pd.DataFrame) -> None:
    with pytest.raises(InputError, match="source 'bloomberg' is not known; use source='yahoo' or give prices="):
        sitpy.aa_test_create_ia(source="bloomberg")
    with pytest.raises(InputError, match="give prices or source, not both"):
        sitpy.aa_test_create_ia(daily, "yahoo")


def test_yahoo_without_its_package_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yfinance", None)  # as if it were not installed
    words = "source='yahoo' needs the package yfinance: python -m pip install 'sitpy[yahoo]'"
    with pytest.raises(InputError, match=re.escape(words)):
        sitpy.aa_test_create_ia(source="yahoo")


def test_yahoo_prices_are_used_as_any_others(monkeypatch: pytest.MonkeyPatch, daily: pd.DataFrame) -> None:
    asked: dict[str, Any] = {}

    def download(symbols: list[str], **options: Any) -> pd.DataFrame:
        asked.update(options, symbols=symbols)
        return pd.concat({"Close": daily, "Volume": daily * 0}, axis=1)

    monkeypatch.setitem(sys.modules, "yfinance", types.SimpleNamespace(download=download))
    ia = sitpy.aa_test_create_ia(source="yahoo")
    assert (asked["symbols"], asked["auto_adjust"], ia.source) == (list(ETF8), True, "Yahoo")
    np.testing.assert_array_equal(ia.hist_returns, sitpy.aa_test_create_ia(daily).hist_returns)


def test_an_empty_answer_of_yahoo_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yfinance", types.SimpleNamespace(download=lambda *_, **__: pd.DataFrame()))
    with pytest.raises(InputError, match="Yahoo gave no prices for SPY, GLD; check the symbols and the connection"):
        yahoo_prices(["SPY", "GLD"])
