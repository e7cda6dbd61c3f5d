"""``sitpy hedge``: files and words of both back-tests, sweeps that go on, and every fault one line with status 2."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import types
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import sitpy
from sitpy.cli.commands import app
from sitpy.reference import read_reference

runner = CliRunner()
PRICES, VOLUMES = sitpy.data.mag7_simulated_prices(), sitpy.data.mag7_simulated_volumes()
ROWS = 130
Change = Callable[[pd.DataFrame], pd.DataFrame]


def run(*arguments: object, status: int = 0) -> str:
    result = runner.invoke(app, ["hedge", *map(str, arguments)])
    assert result.exit_code == status, result.output
    return " ".join(result.stdout.split())


def said(*arguments: object) -> str:
    """The one line on standard error."""
    result = runner.invoke(app, ["hedge", *map(str, arguments)])
    assert result.exit_code == 2, result.output
    lines = result.stderr.splitlines()
    assert len(lines) == 1 and lines[0].startswith("error: "), result.stderr
    return lines[0]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own to run in, with files of prices and volumes."""
    monkeypatch.chdir(tmp_path)
    PRICES.iloc[:ROWS].to_csv("p.csv")
    VOLUMES.iloc[:ROWS].to_csv("v.csv")
    return tmp_path


# ---------------------------------------------------------------------------------------------------- both at once


def test_without_a_word_it_runs_on_the_shipped_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sitpy.studies.hedge_files.pictures_of", lambda *_: {})  # drawn in the next test
    monkeypatch.setattr("sitpy.studies.hedge_files.write_page", lambda *call: call[-1])
    text = run("--rebalance", "30", "--cost-bps", "10", "--capital", "1000000", "--risk-free", "0.02")
    stored = read_reference("beta_hedge_simulated_mag7")["runs"][0]
    report = stored["report"]
    for words in (
        "SIMULATED",
        f"annualised returns % {report['annualized_returns_pct']:.2f}",
        f"final value {report['final']:,.2f}",
        f"Sharpe ratio {stored['sharpe_ratio']:.2f}",
        "why they differ: 1. betas look ahead, then halve: The opening beta, 1.673, is the slope of the 30 days",
        "6. nothing bounds beta",
        "files in sitpy-results/hedge",
    ):
        assert words in text, words
    steps = pd.read_csv("sitpy-results/hedge/published.csv")
    np.testing.assert_allclose(steps["value"], stored["portfolio_values"], rtol=1e-10)
    equity = pd.read_csv("sitpy-results/hedge/equity.csv", index_col=0, parse_dates=True)
    result = sitpy.backtest_beta_hedge(
        PRICES, "QQQ", volumes=VOLUMES, rebalance=30, cost_bps=10.0, capital=1e6, risk_free=0.02
    )
    np.testing.assert_allclose(equity["hedged"].dropna(), result.equity["hedged"], rtol=1e-12)


def test_files_of_own_prices_are_whole_and_listed() -> None:
    text = run(
        "--prices",
        "p.csv",
        "--volumes",
        "v.csv",
        "--window",
        "40",
        "--rebalance",
        "months",
        "--compare",
        "benchmark",
        "--out",
        "out",
    )
    assert "rebalanced at the ends of months" in text and "p.csv; 7 assets and QQQ, 130 dates" in text
    names = {path.name for path in Path("out").iterdir()}
    tables = {
        "account", "beta", "bridge", "costs", "drawdowns", "equity", "exposures", "published", "reasons", "rebalances",
        "statistics",
    }  # fmt: skip
    pictures = {"beta", "drawdown", "equity", "exposures", "monthly"}
    assert names == (
        {f"{name}.csv" for name in tables} | {f"{name}.png" for name in pictures} | {"report.html", "files.sha256"}
    )
    for line in Path("out/files.sha256").read_text().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256(Path("out", name).read_bytes()).hexdigest() == digest
    for name in pictures:
        assert Path(f"out/{name}.png").stat().st_size > 10_000
    account = pd.read_csv("out/account.csv", index_col=0)
    flows = account[["long", "short", "interest", "borrow", "costs"]].sum(axis=1)
    # the books close: to 1e-9 of the capital
    np.testing.assert_allclose(account["equity"].diff().iloc[1:], flows.iloc[1:], atol=1e-4)
    np.testing.assert_allclose(account["equity"], account[["cash", "longs", "shorts"]].sum(axis=1), atol=1e-4)
    page = Path("out/report.html").read_text(encoding="utf-8")
    assert "The study as published claims" in page and "6. Nothing bounds beta." in page and "<svg" in page


def test_a_beta_at_its_cap_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sitpy.studies.hedge_files.write_comparison", lambda *_: ())
    text = run("--prices", "p.csv", "--beta-cap", "1.1", "--out", "out")
    assert "the hedge ratio was held at its cap of 1.1 on 4 of 4 trade dates, first 2022-03-28 (estimate 1." in text


# ----------------------------------------------------------------------------------------------------------- faults


def gap(t: pd.DataFrame) -> pd.DataFrame:
    return t.mask(t["GOOG"] == t["GOOG"].iloc[50], t.assign(GOOG=np.nan))


def part(column: str, rows: slice, value: float) -> Change:
    def change(t: pd.DataFrame) -> pd.DataFrame:
        t = t.copy()
        t.loc[t.index[rows], column] = value
        return t

    return change


DATE = f"{PRICES.index[50]:%Y-%m-%d}"
FAULTS: list[tuple[Change, str]] = [
    (gap, f"prices of 'GOOG' on {DATE} is missing (1 such in all); fill gaps"),
    (part("NVDA", slice(100, None), np.nan), f"the prices of 'NVDA' end before the table's {PRICES.index[129]:%Y-%m-%d}, on "
     f"{PRICES.index[99]:%Y-%m-%d}; use --delisted sell to sell"),
    (part("NVDA", slice(0, 50), np.nan), f"the prices of 'NVDA' begin after the table's 2022-01-03, on {DATE}; use --unlisted "
     "wait"),
    (part("AMZN", slice(50, 51), 0.0), f"prices of 'AMZN' on {DATE} is 0; a price must be positive"),
    (part("AMZN", slice(50, 51), -3.0), f"prices of 'AMZN' on {DATE} is -3; a price must be positive"),
    (part("QQQ", slice(50, 52), np.nan), f"benchmark 'QQQ' has no value on {DATE}, a date of the prices (2 such in all)"),
    (lambda t: t.drop(columns="QQQ"), "the prices have no column 'QQQ' for the benchmark (--benchmark); there are AAPL, "),
    (lambda t: pd.concat([t.iloc[:51], t.iloc[50:]]), f"'own.csv' has the date {DATE} twice; keep one row per date"),
    (lambda t: t.iloc[::-1], "the dates of 'own.csv' are not in order: "),
    (lambda t: t.tz_localize("UTC"), "volumes has dates in the time zone None but the prices in UTC; use one for all"),
    (lambda t: t.tz_localize("America/New_York"), "the dates of 'own.csv' are of several time zones, such as 2022-01-03 00:"),
    (lambda t: t.iloc[:40], "there is no date to trade at: --window 60 and the long side need 61 rows of prices"),
    (lambda t: t.assign(TSLA="high"), "column 'TSLA' of 'own.csv' is not numeric: it holds 'high' at 2022-01-03"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "words"), FAULTS, ids=[words[:40] for _, words in FAULTS])
def test_faults_of_prices_are_one_line_that_names_the_place(change: Change, words: str) -> None:
    change(PRICES.iloc[:ROWS]).to_csv("own.csv")
    assert words in said("--prices", "own.csv", "--volumes", "v.csv", "--out", "out")
    assert not Path("out").exists()


def test_volumes_that_are_all_zero() -> None:
    (0 * VOLUMES.iloc[:ROWS]).to_csv("v.csv")
    words = "no asset has both history and volume in the 30 rows up to 2022-03-28; lengthen volume_window"
    assert words in said("--prices", "p.csv", "--volumes", "v.csv")


@pytest.mark.parametrize("arguments", [(), ("--hedge", "dollar")])
def test_an_account_that_loses_everything_leaves_its_path(arguments: tuple[str, ...]) -> None:
    table = PRICES.iloc[:ROWS].copy()
    table.loc[table.index[100] :, "QQQ"] *= 4
    table.to_csv("jump.csv")
    line = said("--prices", "jump.csv", "--volumes", "v.csv", "--out", "out", *arguments)
    date = f"{PRICES.index[100]:%Y-%m-%d}"
    assert f"error: hedged: the account has lost everything on {date}: equity is -" in line
    assert line.endswith("the account until then is in out/bankrupt_account.csv")
    assert {path.name for path in Path("out").iterdir()} == {"bankrupt_account.csv", "files.sha256"}
    account = pd.read_csv("out/bankrupt_account.csv", index_col=0)
    assert account.index[-1] == date and account["equity"].iloc[-1] < 0 < account["equity"].iloc[-2]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--window", "sixty"), "--window is 'sixty'; give a whole number"),
        (("--cost-bps", "1,5"), "--cost-bps is '1,5'; give a number"),
        (("--rebalance", "fortnight"), "--rebalance is 'fortnight'; give a number of rows, such as 20, one of days, weeks"),
        (("--estimator", "lasso"), "--estimator 'lasso' is not known; use 'ols', 'ewma', 'blume', 'vasicek' or 'a number'"),
        (("--compare", "market"), "--compare 'market' is not known; use 'unhedged', 'static' or 'benchmark'"),
        (("--sweep", "windows=60"), "--sweep knows no option 'windows'; did you mean 'window'? There are window, rebalance"),
        (("--sweep", "window=60,x"), "window in --sweep is 'x'; give a whole number"),
        (("--sweep", "window=60", "--window", "90"), "window is in --sweep and given beside it; give it once"),
        (("--jobs", "2"), "--jobs is for a sweep; give --sweep too"),
        (("--volumes", "v.csv"), "--volumes are given without --prices"),
        (("--source", "bloomberg"), "--source is 'bloomberg'; use yahoo, or give a file with --prices"),
        (("--source", "yahoo"), "--tickers names no asset of the long side"),
        (("--source", "yahoo", "--prices", "p.csv", "--tickers", "A"), "leave out --source, or --prices and --volumes"),
        (("--tickers", "AAPL"), "--tickers is for prices of a source; give --source yahoo too"),
        (("--benchmark", "SPY"), "the prices have no column 'SPY' for the benchmark (--benchmark)"),
        (("--prices", "p.csv", "--weights", "volume"), "--weights is volume but there are no volumes"),
        (("--start", "2030-01-01"), "there are no prices from 2030-01-01 to the end: they run from 2022-01-03 to 2024-10-31"),
        (("--start", "soon"), "--start is 'soon'; give a date such as 2022-01-31"),
        (("--window", "5000"), "--window 5000 and the long side need 5001 rows of prices"),
        (("--beta-cap", "-1"), "beta_floor is 0 but beta_cap -1; give a floor that is not above the cap"),
        (("--prices", "nowhere.csv"), "cannot read 'nowhere.csv': No such file or directory"),
        (("--sweep", "window=5000,6000", "--out", "out"), "every cell of the sweep failed; the first: there is no date"),
    ],
)  # fmt: skip
def test_options_that_make_no_sense(arguments: tuple[str, ...], words: str) -> None:
    assert words in said(*arguments)


# ------------------------------------------------------------------------------------------------------------ Yahoo


def test_yahoo_without_its_package_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yfinance", None)
    line = said("--source", "yahoo", "--tickers", "AAPL,NVDA", "--end", "2022-05-01")
    assert line == "error: source='yahoo' needs the package yfinance: python -m pip install 'sitpy[yahoo]'"


def test_yahoo_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []

    def download(symbols: list[str], **_: object) -> pd.DataFrame:
        asked.append(symbols)
        return pd.concat({"Close": PRICES.iloc[:ROWS][symbols], "Volume": VOLUMES.iloc[:ROWS][symbols]}, axis=1)

    monkeypatch.setitem(sys.modules, "yfinance", types.SimpleNamespace(download=download))
    monkeypatch.setattr("sitpy.studies.hedge_files.write_comparison", lambda *_: ())
    words = ("--source", "yahoo", "--tickers", "AAPL, NVDA", "--start", "2022-01-01", "--end", "2022-07-02")
    first, second = run(*words), run(*words)
    assert asked == [["AAPL", "NVDA", "QQQ"]] and re.sub(r"[\d.]+ s in all", "", first) == re.sub(
        r"[\d.]+ s in all", "", second
    )
    assert "data: Yahoo, 2022-01-03 to 2022-07-01; kept in sitpy-results/yahoo" in first
    (kept,) = Path("sitpy-results/yahoo").iterdir()
    assert kept.name.startswith("AAPL_NVDA_QQQ_2022-01-01_2022-07-02_")


# ----------------------------------------------------------------------------------------------------------- sweeps


def test_a_sweep_that_is_interrupted_goes_on() -> None:
    """Ctrl-C after the second cell, in a process of its own."""
    code = (
        "import os, signal, sitpy.cli\n"
        "from sitpy.beta_hedge.sweep import _Store\n"
        "write, written = _Store.write, []\n"
        "def stop(self, *cell):\n"
        "    write(self, *cell)\n"
        "    written.append(1)\n"
        "    if len(written) == 2: os.kill(os.getpid(), signal.SIGINT)\n"
        "_Store.write = stop\n"
        "sitpy.cli.app()"
    )
    words = ["--prices", "p.csv", "--sweep", "rebalance=5,10 cost=0,10", "--window", "20", "--out", "out"]
    done = subprocess.run(
        [sys.executable, "-c", code, "hedge", *words],
        capture_output=True,
        encoding="utf-8",
        env=os.environ,
        check=False,
    )
    assert done.returncode == 130
    assert done.stderr.splitlines() == [
        "2 finished cells stay in out/cells: the same command goes on from there",
        "interrupted; unfinished work has left no files",
    ]
    assert [path.name for path in Path("out").iterdir()] == ["cells"]
    before = {path: path.stat().st_mtime_ns for path in Path("out/cells").iterdir()}
    text = run(*words)
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert "4 cells: 2 of rebalance, 2 of cost_bps" in text and "all cells, by Sharpe ratio:" in text
    assert {path.name for path in Path("out").iterdir()} == {"cells", "sweep.csv", "sweep.png", "files.sha256"}
    table = pd.read_csv("out/sweep.csv")
    names = PRICES.columns.drop("QQQ")
    alone = sitpy.sweep_beta_hedge(
        PRICES.iloc[:ROWS],
        "QQQ",
        grid={"rebalance": [5, 10], "cost_bps": [0.0, 10.0]},
        window=20,
        weights=dict.fromkeys(names, 1 / len(names)),
    )
    for name in ("Sharpe", "CAGR", "Beta"):
        np.testing.assert_allclose(table[name], alone[name], rtol=1e-12)


def test_help_is_plain_text_with_examples_and_exit_statuses() -> None:
    text = runner.invoke(app, ["hedge", "--help"]).stdout
    assert text.isascii() and "  sitpy hedge --sweep " in text and "Exit status: 0 when" in text
    for option in (
        "--window",
        "--rebalance",
        "--estimator",
        "--hedge",
        "--borrow-bps",
        "--gross",
        "--cache",
        "--sweep",
    ):
        assert option in text
