"""``sitpy frontier``: the user's own file in, frontiers out; every message in its words."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from typer.testing import CliRunner

import sitpy
from sitpy.cli.commands import app
from sitpy.frontier import MINIMISERS
from sitpy.inputs import periods_per_year, read_returns

runner = CliRunner()
Change = Callable[[pd.DataFrame], pd.DataFrame]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own to run in; messages then name short paths."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def returns() -> pd.DataFrame:
    return sitpy.data.etf8_simulated()


def run(*arguments: object, status: int = 0) -> str:
    """What the command prints, in one line."""
    result = runner.invoke(app, ["frontier", *(str(argument) for argument in arguments)])
    text = result.stdout + result.stderr
    assert result.exit_code == status, text + repr(result.exception)
    return " ".join(text.split())


def own(returns: pd.DataFrame, change: Change | None = None, **options: Any) -> str:
    """The (changed) history as own.csv."""
    (change(returns) if change else returns).to_csv("own.csv", **options)
    return "own.csv"


def frontier(measure: str = "Risk") -> pd.DataFrame:
    return pd.read_csv(f"out/frontier_{measure}.csv", index_col=0)


# ------------------------------------------------------------------------------------------------------- results


def test_the_command_of_the_guide(returns: pd.DataFrame) -> None:
    text = run(
        "--returns", own(returns), "--annual-factor", 12, "--lower", 0, "--upper", 0.8, "--measure", "cvar",
        "--points", 50, "--out", "out",
    )  # fmt: skip
    assert {path.name for path in Path("out").iterdir()} == {
        "frontier.png",
        "frontier_CVaR.csv",
        "frontier_CVaR.json",
        "summary.csv",
        "files.sha256",
    }
    assert "Efficient frontiers (0 <= x <= 0.8; sum x = 1)" in text
    assert "data: own.csv, 12 period(s) per year; 8 assets, 72 periods" in text
    assert "CVaR: 50 points, some of them" in text and "50 points, 50 proven optimal" in text
    png = Path("out/frontier.png").read_bytes()
    assert png.startswith(b"\x89PNG") and len(png) > 20_000
    table = frontier("CVaR")
    assert table.columns.tolist() == ["return", "risk", "CVaR", *returns.columns] and len(table) == 50
    weights = table[list(returns.columns)]
    np.testing.assert_allclose(weights.sum(axis=1), 1, atol=1e-9)
    assert weights.to_numpy().min() > -1e-9 and weights.to_numpy().max() < 0.8 + 1e-9
    ia = sitpy.create_historical_ia(returns, 12)
    np.testing.assert_allclose(table["CVaR"], sitpy.portfolio_cvar_ru(weights, ia), rtol=1e-12)
    np.testing.assert_allclose(table["return"], weights @ ia.expected_return, rtol=1e-12)
    # the largest return by hand: as much as allowed of the best asset, the rest of the second best
    best = np.sort(ia.expected_return)[::-1]
    np.testing.assert_allclose(table["return"].iloc[-1], 0.8 * best[0] + 0.2 * best[1], rtol=1e-9)
    read = sitpy.Frontier.from_json("out/frontier_CVaR.json")
    np.testing.assert_allclose(read.weight, weights, atol=1e-12)  # CSV prints 17 digits
    summary = pd.read_csv("out/summary.csv")
    assert summary[["measure", "points", "proven"]].to_numpy().tolist() == [["CVaR", 50, 50]]


def test_the_table_shows_the_ends_of_the_frontier(returns: pd.DataFrame) -> None:
    text = run("--returns", own(returns), "--points", 30, "--measure", "mad", "--out", "out")
    table = frontier("MAD")
    for number in (1, 30):
        row = table.loc[number]
        assert f"{number} {row['return']:.2%} {row['risk']:.2%} {row['MAD']:.2%} ok" in text
    largest = table.drop(columns=["return", "risk", "MAD"]).iloc[0].sort_values(ascending=False)
    assert f"{largest.index[0]} {largest.iloc[0]:.0%}, {largest.index[1]} {largest.iloc[1]:.0%}" in text


def test_every_measure_in_any_case_and_each_once(returns: pd.DataFrame) -> None:
    names = list(MINIMISERS)
    few = own(returns, lambda t: t[["SPY", "TLT", "GLD"]])
    text = run(
        "--returns", few, "--measure", ",".join(names).lower(), "--measure", "RISK", "--points", 2, "--out", "out"
    )
    assert pd.read_csv("out/summary.csv")["measure"].tolist() == names
    assert all(f"{name}: 2 points" in text for name in names)
    for name in names:
        json.loads(Path(f"out/frontier_{name}.json").read_text())


def test_bounds_of_single_assets(returns: pd.DataFrame) -> None:
    run(
        "--returns", own(returns), "--upper", "0.6", "--upper", "SPY=0.05", "--lower", "GLD=0.25", "--points", 8, "--out",
        "out",
    )  # fmt: skip
    weights = frontier()
    assert weights["SPY"].max() < 0.05 + 1e-9 and weights["GLD"].min() > 0.25 - 1e-9
    assert weights.drop(columns=["return", "risk", "SPY", "GLD"]).to_numpy().min() > -1e-9  # 0 where nothing is said


def test_the_sum_may_be_another(returns: pd.DataFrame) -> None:
    text = run(
        "--returns", own(returns), "--lower", "-0.5", "--upper", "0.5", "--sum", "0", "--points", 3, "--out", "out"
    )
    assert "(-0.5 <= x <= 0.5; sum x = 0)" in text
    np.testing.assert_allclose(frontier()[list(returns.columns)].sum(axis=1), 0, atol=1e-9)


def test_leverage_is_capped_as_a_second_solver_has_it(returns: pd.DataFrame) -> None:
    """130/30: the least risk in the long and short form by SLSQP, which knows nothing of the v form."""
    text = run(
        "--returns", own(returns), "--lower", -0.5, "--upper", 0.8, "--gross", 1.6, "--points", 6, "--out", "out"
    )  # fmt: skip
    assert "sum |x| <= 1.6" in text
    table = frontier()
    assert table.columns.tolist() == ["return", "risk", *returns.columns]
    gross = table[list(returns.columns)].abs().sum(axis=1)
    assert gross.max() < 1.6 + 1e-8
    cov = sitpy.create_historical_ia(returns, 12).cov
    n = len(cov)
    long_short = np.vstack([np.eye(n), -np.eye(n)])
    referee = minimize(
        lambda y: y @ long_short @ cov @ long_short.T @ y,
        np.full(2 * n, 1 / n),
        bounds=[(0, 0.8)] * n + [(0, 0.5)] * n,
        constraints=[
            {"type": "eq", "fun": lambda y: (long_short.T @ y).sum() - 1},
            {"type": "ineq", "fun": lambda y: 1.6 - y.sum()},
        ],
        options={"maxiter": 500, "ftol": 1e-14},
    )
    assert referee.success
    # SLSQP stops some 1e-6 above the optimum
    np.testing.assert_allclose(table["risk"].iloc[0], np.sqrt(referee.fun), rtol=1e-5)
    free = sitpy.min_risk_portfolio(
        sitpy.create_historical_ia(returns, 12), sitpy.create_basic_constraints(n, -0.5, 0.8), details=False
    )
    assert np.abs(free).sum() > 1.6, "the cap binds"


def test_alpha_and_mar_reach_the_measures(returns: pd.DataFrame) -> None:
    run(
        "--returns", own(returns), "--alpha", 0.8, "--mar", 0.01, "--measure", "cvar,maddown", "--points", 3, "--out", "out"
    )  # fmt: skip
    ia = sitpy.create_historical_ia(returns, 12)
    ia.parameters_alpha, ia.parameters_mar = 0.8, 0.01
    columns = list(returns.columns)
    cvar, down = frontier("CVaR"), frontier("MADdown")
    np.testing.assert_allclose(cvar["CVaR"], sitpy.portfolio_cvar_ru(cvar[columns], ia), rtol=1e-12)
    np.testing.assert_allclose(down["MADdown"], sitpy.portfolio_mad_downside(down[columns], ia), rtol=1e-12)
    stored = json.loads(Path("out/frontier_CVaR.json").read_text())["ia"]
    assert (stored["parameters_alpha"], stored["parameters_mar"]) == (0.8, 0.01)


def test_files_go_to_a_folder_of_their_own_by_default(returns: pd.DataFrame) -> None:
    assert "4 files in sitpy-results/frontier" in run("--returns", own(returns), "--points", 2)
    assert Path("sitpy-results/frontier/frontier_Risk.csv").is_file()


def test_an_asset_may_have_the_name_of_a_column(returns: pd.DataFrame) -> None:
    run(
        "--returns",
        own(returns, lambda t: t.rename(columns={"SPY": "MAD"})),
        "--measure",
        "mad",
        "--points",
        2,
        "--out",
        "out",
    )
    assert Path("out/frontier_MAD.csv").read_text().startswith("point,return,risk,MAD,MAD,QQQ")


# ---------------------------------------------------------------------------------------------- what needs mending


def holed(t: pd.DataFrame) -> pd.DataFrame:
    t = t.copy()
    t.iloc[[3, 9], 2] = np.nan
    return t


def infinite(t: pd.DataFrame) -> pd.DataFrame:
    t = t.copy()
    t.iloc[5, 1] = np.inf
    return t


def worded(t: pd.DataFrame) -> pd.DataFrame:
    t = t.astype(object)
    t.iloc[4, 7] = "1.2%"
    return t


FILES: list[tuple[Change, str]] = [
    (holed, "hist_returns of 'EEM' has 2 missing value(s), the first at 2005-04-30; drop these periods or fill them"),
    (lambda t: pd.concat([t, t.iloc[[3]]]), "'own.csv' has the date 2005-04-30 twice; keep one row per date"),
    (
        worded,
        "column 'GLD' of 'own.csv' is not numeric: it holds '1.2%' at 2005-05-31; write percent as fractions (1.2%",
    ),
    (lambda t: t[["SPY"]], "'own.csv' holds one asset, 'SPY'; a portfolio needs two or more"),
    (
        lambda t: 100 * (1 + t).cumprod(),
        "'own.csv' holds 96.6632 for 'SPY' at 2005-01-31 (above 5, which is 500 %); expected returns per period as "
        "fractions, not prices or percent (0.05 is 5 %)",
    ),
    (lambda t: 50 * t.clip(upper=0.02), "(below -1, more than all is lost); expected returns per period as fractions"),
    (
        lambda t: 1.2 * (1 + t).cumprod(),
        "the mean of 'EEM' in 'own.csv' is 2.09 per period (above 1, which is 100 %); expected returns per period",
    ),
    (infinite, "'QQQ' is infinite at 2005-06-30 (1 such value(s) in 'own.csv'); a price of 0 does this to a return"),
    (lambda t: t.set_axis([*"ABCDEFGA"], axis=1), "'own.csv' has two columns 'A'; rename or remove one"),
    (lambda t: t.rename(columns={"EEM": " "}), "column 4 of 'own.csv' has no name; name it in the first line"),
    (lambda t: t.iloc[:0], "'own.csv' has a header and no periods below it; expected are dates in column 1"),
    (lambda t: t.iloc[:1], "'own.csv' holds one period, 2005-01-31; a frontier needs two or more"),
    (
        lambda t: t.set_axis(["start", *t.index[1:]]),
        "the label 'start' in row 2 of 'own.csv' is neither a year nor a date, which most others are (such as '2005-02-28",
    ),
    (
        lambda t: t.set_axis([None, *t.index[1:]]),
        "row 2 of 'own.csv' has no date in column 1; give one or remove the row",
    ),
]


@pytest.mark.parametrize(("change", "words"), FILES, ids=[words[:40] for _, words in FILES])
def test_a_file_that_needs_mending(returns: pd.DataFrame, change: Change, words: str) -> None:
    text = run("--returns", own(returns, change), "--points", 2, "--out", "out", status=2)
    assert text.startswith("error: ") and words in text
    assert not Path("out").exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "cannot read 'own.csv': No such file or directory"),
        (
            b"",
            "'own.csv' is empty; expected are dates in column 1 and one column of returns per asset, with the names in",
        ),
        (b"\n\n", "'own.csv' is empty"),
        (
            b"2005-01-31,0.1,0.2\n2005-02-28,0.1,0.2\n",
            "'own.csv' has no header: its first line is 2005-01-31, 0.1, 0.2; put the assets' names there",
        ),
        (b"1,0.1,0.2,0.3\n2,0.1,0.2,0.1\n", "'own.csv' has no header: its first line is 1, 0.1, 0.2, ...; put"),
        (b"date A B\n2005-01-31 0.1 0.2\n", "'own.csv' has one column; expected are dates in column 1 and one column"),
        (b"date A B\n2005-01-31 0.1 0.2\n", "with commas, semicolons or tabs between the columns of a CSV file"),
        (
            b"date,A,B\n2005-01-31,0.1,0.2,\n",
            "'own.csv' cannot be read as CSV: line 2 has 4 columns, those before it 3;",
        ),
    ],
)
def test_a_file_that_holds_no_table(content: bytes | None, words: str) -> None:
    if content is not None:
        Path("own.csv").write_bytes(content)
    assert words in run("--returns", "own.csv", "--points", 2, "--out", "out", status=2)
    assert not Path("out").exists()


OPTIONS: list[tuple[tuple[object, ...], str]] = [
    (
        ("--upper", 0.1),
        "sum x = 1: sum of 8 variables = 1 needs 1, but the upper bounds 0.1 of 8 variables (SPY, QQQ, EEM",
    ),
    (
        ("--lower", 0.3),
        "but the lower bounds 0.3 of 8 variables (SPY, QQQ, EEM, ...) make it at least 2.4: 1.4 too much",
    ),
    (("--upper", "SPX=0.3"), "there is no asset 'SPX' for --upper; did you mean 'SPY'? There are SPY, QQQ, EEM, IWM"),
    (
        ("--lower", "Bonds=0.3"),
        "there is no asset 'Bonds' for --lower; there are SPY, QQQ, EEM, IWM, EFA, TLT, IYR, GLD",
    ),
    (("--upper", "80%"), "--upper '80%' is not a number or asset=number, such as 0.8 or SPY=0.3 (0.8 is 80 %)"),
    (("--upper", "nan"), "--upper 'nan' is not a number or asset=number"),
    (("--lower", "SPY="), "--lower 'SPY=' is not a number or asset=number"),
    (("--upper", "=0.3"), "--upper '=0.3' names no asset before the '='"),
    (("--upper", 0.8, "--upper", 0.7), "--upper has two numbers for all assets; leave out one"),
    (("--upper", "SPY=0.8", "--upper", "SPY=0.7"), "--upper has two numbers for 'SPY'; leave out one"),
    (("--lower", 0.5, "--upper", 0.3), "--lower of 'SPY' is 0.5, above its --upper of 0.3; exchange or widen them"),
    (("--measure", "foo"), f"there is no measure 'foo'; there are {', '.join(MINIMISERS)}"),
    (("--measure", "risk,cvr"), f"there is no measure 'cvr'; did you mean 'CVaR'? There are {', '.join(MINIMISERS)}"),
    (("--measure", ","), "--measure names no measure; there are Risk, MAD"),
    (("--gross", 0.5), "sum v = sum |x| <= 0.5"),
    (("--gross", "nan"), "--gross is nan; give a finite number"),
    (("--sum", "inf"), "--sum is inf; give a finite number"),
    (("--alpha", 1), "--alpha is 1; a confidence level lies between 0 and 1, such as 0.95"),
    (("--alpha", "nan"), "--alpha is nan; a confidence level lies between 0 and 1"),
    (("--mar", "nan"), "--mar is nan; give a return per period as a finite fraction, such as 0.005"),
    (
        ("--annual-factor", 0),
        "--annual-factor is 0; give the number of periods per year: 1, 4, 12, 52 or 252 for years",
    ),
    (("--points", 1), "--points is '1'; give a whole number of 2 or more, such as 50"),
]


@pytest.mark.parametrize(("arguments", "words"), OPTIONS, ids=[" ".join(map(str, case[0])) for case in OPTIONS])
def test_options_that_cannot_be_met(returns: pd.DataFrame, arguments: tuple[object, ...], words: str) -> None:
    assert words in run("--returns", own(returns), "--points", 2, "--out", "out", *arguments, status=2)
    assert not Path("out").exists()


def test_an_out_that_is_a_file_is_left_alone(returns: pd.DataFrame) -> None:
    Path("out").write_text("mine")
    text = run("--returns", own(returns), "--points", 2, "--out", "out", status=2)
    assert "error: cannot write to 'out': it is a file, not a folder; give another one with --out" in text
    assert Path("out").read_text() == "mine"


# --------------------------------------------------------------------------------------------------------- notes


def test_fewer_periods_than_assets_is_said_and_solved(returns: pd.DataFrame) -> None:
    text = run("--returns", own(returns, lambda t: t.iloc[:5]), "--points", 3, "--out", "out")
    # five returns, less their mean: rank 4
    assert "note: 5 periods for 8 assets: the covariance has rank 4 of 8, so that some portfolios look riskless" in text
    assert "3 points, 3 proven optimal" in text and len(frontier()) == 3


def test_dates_out_of_order_are_sorted_and_said(returns: pd.DataFrame) -> None:
    text = run("--returns", own(returns), "--measure", "cdar", "--points", 3, "--out", "out")
    assert "note:" not in text
    ordered = frontier("CDaR")
    text = run("--returns", own(returns, lambda t: t.iloc[::-1]), "--measure", "cdar", "--points", 3, "--out", "out")
    assert (
        "note: the dates of 'own.csv' are not in order (2010-11-30 stands after 2010-12-31); the rows were sorted, "
        "oldest first" in text
    )
    pd.testing.assert_frame_equal(frontier("CDaR"), ordered)  # drawdowns depend on the order of time


def test_returns_that_look_like_percent_are_asked_about(returns: pd.DataFrame) -> None:
    bills = own(returns, lambda t: (0.4 + 0.1 * t)[["SPY", "TLT"]])
    text = run("--returns", bills, "--points", 2, "--out", "out")
    assert "per year with 12 period(s) per year; is the file in percent? Expected are fractions (0.05 is 5 %)" in text


# ---------------------------------------------------------------------------------------------------- other files


def test_labels_need_no_dates_when_the_factor_is_given(returns: pd.DataFrame) -> None:
    numbered = own(returns, lambda t: t.reset_index(drop=True))
    assert "is neither a year nor a date" in run("--returns", numbered, "--points", 2, "--out", "out", status=2)
    run("--returns", numbered, "--annual-factor", 12, "--points", 2, "--out", "out")
    again = frontier()
    run("--returns", own(returns), "--points", 2, "--out", "out")
    pd.testing.assert_frame_equal(frontier(), again)


@pytest.mark.parametrize(
    ("labels", "periods"),
    [
        (["196307", "196308", "196309"], 12),  # year and month without a sign between, which pandas reads as days
        (["20050103", "20050104", "20050105"], 252),
        (["2005-01", "2005-02", "2005-03"], 12),
        (["Jan 2005", "Feb 2005"], 12),
        (["2005Q1", "2005Q2"], 4),
        (["1970", "1971"], 1),
    ],
)
def test_periods_per_year_of_labels_without_days(labels: list[str], periods: float) -> None:
    assert periods_per_year(pd.Index(labels)) == periods


def test_every_digit_is_read(returns: pd.DataFrame) -> None:
    table = read_returns(own(returns / 3))
    np.testing.assert_array_equal(table, returns / 3)
    assert table.index.tolist() == [f"{day:%Y-%m-%d}" for day in returns.index]


@pytest.mark.parametrize(
    ("ending", "package"), [("parquet", "pyarrow"), ("pq", "pyarrow"), ("xlsx", "openpyxl"), ("xls", "xlrd")]
)
def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch, ending: str, package: str) -> None:
    def missing(*_: Any, **__: Any) -> pd.DataFrame:
        raise ImportError("Missing optional dependency")

    monkeypatch.setattr(pd, "read_excel", missing)
    monkeypatch.setattr(pd, "read_parquet", missing)
    Path(f"own.{ending}").write_bytes(b"PK" if package != "pyarrow" else b"PAR1")
    text = run("--returns", f"own.{ending}", "--out", "out", status=2)
    assert (
        f"reading 'own.{ending}' needs the package {package}: python -m pip install {package}; or save it as CSV"
        in text
    )


def test_parquet_as_pandas_gives_it(monkeypatch: pytest.MonkeyPatch, returns: pd.DataFrame) -> None:
    from_csv = read_returns(own(returns))
    Path("own.parquet").write_bytes(b"PAR1")
    for table in (returns, returns.rename_axis("date").reset_index()):
        monkeypatch.setattr(pd, "read_parquet", lambda path, table=table: table.copy())
        pd.testing.assert_frame_equal(read_returns("own.parquet"), from_csv)


def test_excel_as_pandas_gives_it(monkeypatch: pytest.MonkeyPatch, returns: pd.DataFrame) -> None:
    from_csv = read_returns(own(returns))
    head = [[None, *returns.columns]]
    cells = pd.DataFrame(head + [[day.to_pydatetime(), *row] for day, row in zip(returns.index, returns.to_numpy())])
    Path("own.xlsx").write_bytes(b"PK")
    monkeypatch.setattr(pd, "read_excel", lambda path, header, dtype: cells.astype(dtype))
    pd.testing.assert_frame_equal(read_returns("own.xlsx"), from_csv)

    def broken(*_: Any, **__: Any) -> pd.DataFrame:
        raise zipfile.BadZipFile("File is not a zip file")

    monkeypatch.setattr(pd, "read_excel", broken)
    assert "'own.xlsx' cannot be read as Excel: File is not a zip file" in run("--returns", "own.xlsx", status=2)


@pytest.mark.parametrize("ending", ["parquet", "xlsx"])
def test_files_of_the_packages_themselves(returns: pd.DataFrame, ending: str) -> None:
    pytest.importorskip({"parquet": "pyarrow", "xlsx": "openpyxl"}[ending])
    write = returns.to_parquet if ending == "parquet" else returns.to_excel
    write(f"own.{ending}")
    pd.testing.assert_frame_equal(read_returns(f"own.{ending}"), read_returns(own(returns)))


def test_the_words_of_help() -> None:
    text = run("--help")
    for option in (
        "--returns",
        "--annual-factor",
        "--lower",
        "--upper",
        "--sum",
        "--gross",
        "--measure",
        "--alpha",
        "--mar",
    ):
        assert option in text
    assert all(name.lower() in text for name in MINIMISERS)
    assert "error: missing option '--returns'; see: " in run(status=2)
