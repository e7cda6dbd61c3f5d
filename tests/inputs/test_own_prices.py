"""Files of prices: what is read, what is refused in one line; and Yahoo's prices, kept on disk."""

from __future__ import annotations

import datetime
import re
import sys
import types
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import sitpy
from sitpy.data.online import cache_name, yahoo_history
from sitpy.inputs import read_prices

PRICES = sitpy.data.mag7_simulated_prices().iloc[:40, :3]


def test_what_is_written_is_read(tmp_path: Path) -> None:
    table = PRICES.copy()
    table.iloc[:5, 1] = np.nan
    table.to_csv(tmp_path / "p.csv")
    pd.testing.assert_frame_equal(
        read_prices(tmp_path / "p.csv"),
        table,
        check_exact=True,
        check_names=False,
        check_freq=False,
        check_index_type=False,
    )


def test_a_time_zone_stays(tmp_path: Path) -> None:
    PRICES.tz_localize("UTC").to_csv(tmp_path / "p.csv")
    assert str(pd.DatetimeIndex(read_prices(tmp_path / "p.csv").index).tz) == "UTC"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t: pd.concat([t.iloc[:3], t.iloc[2:]]), "has the date 2022-01-05 twice; keep one row per date"),
        (lambda t: t.iloc[[0, 2, 1]], "not in order: 2022-01-04 stands after 2022-01-05; sort the rows, oldest first"),
        (lambda t: t.rename(index={t.index[1]: "then"}), "the label 'then' in row 3 of .* is no date"),
        (lambda t: t.astype(object).replace(t.iloc[2, 0], "n.a."), "column 'AAPL' of .* holds 'n.a.' at 2022-01-05"),
        (lambda t: t.tz_localize("America/New_York").iloc[:30], None),
        (lambda t: t.set_axis(["A", "A", "B"], axis=1), "has two columns 'A'"),
    ],
)
def test_what_is_refused(change: Any, words: str | None, tmp_path: Path) -> None:
    change(PRICES).to_csv(tmp_path / "p.csv")
    if words is None:  # one offset from UTC all the time is a time zone
        assert pd.DatetimeIndex(read_prices(tmp_path / "p.csv").index).tz is not None
        return
    with pytest.raises(sitpy.InputError, match=words):
        read_prices(tmp_path / "p.csv")


def test_offsets_that_change_are_no_time_zone(tmp_path: Path) -> None:
    sitpy.data.mag7_simulated_prices().tz_localize("America/New_York").to_csv(tmp_path / "p.csv")
    with pytest.raises(
        sitpy.InputError, match=r"several time zones, such as 2022-01-03 00:00:00-05:00 and .*-04:00; write"
    ):
        read_prices(tmp_path / "p.csv")


# ------------------------------------------------------------------------------------------------------- Yahoo


class Yahoo:
    """Counts what is asked of it, and answers with the shipped prices in an order of its own."""

    def __init__(self) -> None:
        self.asked: list[tuple[list[str], dict[str, Any]]] = []

    def download(self, symbols: list[str], **options: Any) -> pd.DataFrame:
        self.asked.append((symbols, options))
        prices = sitpy.data.mag7_simulated_prices()
        known = sorted(set(symbols) & set(prices))
        closes = (
            prices[known]
            .loc[options["start"] : pd.Timestamp(options["end"]) - pd.Timedelta(days=1)]
            .reindex(columns=sorted(symbols))
        )
        volumes = sitpy.data.mag7_simulated_volumes()[known].loc[closes.index].reindex(columns=sorted(symbols))
        table = pd.concat({"Close": closes, "High": closes, "Volume": volumes}, axis=1)
        return table.rename_axis(columns=["Price", "Ticker"], index="Date")


@pytest.fixture
def yahoo(monkeypatch: pytest.MonkeyPatch) -> Yahoo:
    service = Yahoo()
    monkeypatch.setitem(sys.modules, "yfinance", types.SimpleNamespace(download=service.download))
    return service


SPAN = ("2022-01-01", "2022-04-01")


def test_a_second_call_reads_the_file(yahoo: Yahoo, tmp_path: Path) -> None:
    first = yahoo_history(["QQQ", "AAPL"], *SPAN, cache=tmp_path)
    assert yahoo.asked == [
        (["QQQ", "AAPL"], {"start": SPAN[0], "end": SPAN[1], "auto_adjust": True, "progress": False})
    ]
    assert first.columns.tolist() == [(field, name) for field in ("Close", "Volume") for name in ("QQQ", "AAPL")]
    again = yahoo_history(["QQQ", "AAPL"], *SPAN, cache=tmp_path)
    other = yahoo_history(["AAPL", "QQQ"], *SPAN, cache=tmp_path)  # in another order
    assert len(yahoo.asked) == 1 and len(list(tmp_path.iterdir())) == 1
    np.testing.assert_array_equal(again, first)  # every bit
    np.testing.assert_array_equal(other["Close"][["QQQ", "AAPL"]], first["Close"])
    assert again.index.equals(pd.DatetimeIndex(first.index))
    yahoo_history(["QQQ", "AAPL"], SPAN[0], "2022-03-01", cache=tmp_path)  # other dates
    assert len(yahoo.asked) == 2 and len(list(tmp_path.iterdir())) == 2


def test_the_file_is_read_without_the_package(yahoo: Yahoo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    yahoo_history(["QQQ"], *SPAN, cache=tmp_path)
    monkeypatch.setitem(sys.modules, "yfinance", None)
    assert len(yahoo_history(["QQQ"], *SPAN, cache=tmp_path)) == 64
    with pytest.raises(sitpy.InputError, match=re.escape("python -m pip install 'sitpy[yahoo]'")):
        yahoo_history(["AAPL"], *SPAN, cache=tmp_path)


def test_nothing_is_kept_of_an_answer_that_is_not_whole(yahoo: Yahoo, tmp_path: Path) -> None:
    with pytest.raises(sitpy.InputError, match="Yahoo gave no prices for NOPE; check the symbols"):
        yahoo_history(["QQQ", "NOPE"], *SPAN, cache=tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_spoilt_file_says_so(yahoo: Yahoo, tmp_path: Path) -> None:
    (tmp_path / cache_name(["QQQ"], *SPAN)).write_text("spoilt")
    with pytest.raises(sitpy.InputError, match=r"does not hold the prices that its name says: .*; delete it"):
        yahoo_history(["QQQ"], *SPAN, cache=tmp_path)


def test_the_last_day_is_over(yahoo: Yahoo) -> None:
    yahoo_history(["QQQ"], "2022-01-01")
    assert yahoo.asked[0][1]["end"] == f"{datetime.date.today():%Y-%m-%d}"  # which Yahoo leaves out
    with pytest.raises(sitpy.InputError, match="start is '01/02/2022'; give a date such as '2022-01-31'"):
        yahoo_history(["QQQ"], "01/02/2022")
