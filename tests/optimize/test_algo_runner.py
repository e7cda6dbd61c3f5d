"""Published algorithms run unchanged on a user's prices; nothing of the run stays behind; mistakes are named."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest
from algorithm_runs import constant_closes, needs_zipline, run_text, sessions, simulated_closes

import sitpy
import sitpy.optimize as opt

pytestmark = needs_zipline

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = Path(os.environ.get("PUBLISHED_ALGORITHMS", ROOT.parent / "shared" / "algorithms"))
needs_published = pytest.mark.skipif(not PUBLISHED.is_dir(), reason="the two files of the forum thread are not here")
OWN = Path(__file__).parent / "algorithms"
START = "2019-01-16"
DAYS = sessions()
DO_NOTHING = "def initialize(context):\n    pass\n"


def orders_of_a_week(days: pd.DatetimeIndex) -> dict[pd.Timestamp, float]:
    """The first and third session of each week, from the days alone, with the gross exposure that they order."""
    found = {}
    for _, week in days.groupby(days.to_period("W")).items():
        first, third = week[0], week[2] if len(week) > 2 else None
        found[first] = 1.0
        if third is not None:
            found[third] = 2.0
    return found


def ordered_on(start: str = START) -> dict[pd.Timestamp, float]:
    return {day: gross for day, gross in orders_of_a_week(DAYS).items() if day >= pd.Timestamp(start)}


def targets(ordered: dict[pd.Timestamp, float], days: pd.DatetimeIndex) -> pd.Series:
    """The gross exposure at each close: an order of one session is filled at the close of the next."""
    return pd.Series(ordered).reindex(days).ffill().shift(1).fillna(0.0)


# ------------------------------------------------------------------------------------------- published algorithms


LEVERAGE = [
    pytest.param(PUBLISHED / "leverage.py", marks=needs_published, id="published"),
    pytest.param(OWN / "pair_each_week.py", id="own"),
]


@pytest.mark.parametrize("file", LEVERAGE)
def test_leverage_is_one_and_two_in_turn_and_exposure_a_tenth(file: Path) -> None:
    """AAPL (G + 0.1) / 2 and IBM -(G - 0.1) / 2. Prices stay, so only whole shares, slippage and commission are left:
    5 basis points of at most twice the value, at most 22 times."""
    run = opt.run_algorithm_file(file, constant_closes(DAYS, AAPL=160.0, IBM=120.0), START)
    days = DAYS[DAYS >= START]
    assert run.performance.index.equals(days)
    ordered = ordered_on()
    # Monday 21 January 2019 was a holiday: that week orders on the 22nd and the 24th
    assert pd.Timestamp("2019-01-22") in ordered and pd.Timestamp("2019-01-24") in ordered
    assert sorted(set(run.orders["placed"])) == sorted(ordered)
    gross = targets(ordered, days)
    np.testing.assert_allclose(run.recorded["lev"], gross, atol=0.003)
    np.testing.assert_allclose(run.recorded["exp"], 0.1 * (gross > 0), atol=0.001)
    np.testing.assert_allclose(run.weights["AAPL"], (gross + 0.1) / 2 * (gross > 0), atol=0.003)
    np.testing.assert_allclose(run.weights["IBM"], -(gross - 0.1) / 2 * (gross > 0), atol=0.003)
    # the record's own figures are those that the algorithm recorded
    np.testing.assert_allclose(run.leverage, run.recorded["lev"], atol=1e-12)
    np.testing.assert_allclose(run.exposure, run.recorded["exp"], atol=1e-12)
    assert (run.orders["amount"] % 1 == 0).all()


@pytest.mark.parametrize("file", LEVERAGE)
def test_leverage_drifts_by_what_prices_do(file: Path) -> None:
    """A position of twice the value drifts by twice the moves: 0.5 % per day over at most three sessions, five sigma."""
    run = opt.run_algorithm_file(file, simulated_closes(DAYS), START)
    gross = targets(ordered_on(), DAYS[DAYS >= START])
    np.testing.assert_allclose(run.recorded["lev"], gross, atol=0.09)
    np.testing.assert_allclose(run.recorded["exp"], 0.1 * (gross > 0), atol=0.09)
    assert run.recorded["lev"].iloc[1:].min() > 0.9
    assert run.weights["KO"].abs().sum() == 0


@needs_published
def test_dollar_n_runs_to_one_point_three_and_both_sides_are_alike() -> None:
    """Adding 0.1 fourteen times gives more than 1.4 in binary, so 1.4 is never used; of all optima -G/2, G/2 is least."""
    run = opt.run_algorithm_file(PUBLISHED / "dollar_neutral.py", constant_closes(DAYS, AAPL=160.0, IBM=120.0), START)
    days = DAYS[DAYS >= START]
    np.testing.assert_allclose(run.recorded["dollar_n"], 0.1 * (np.arange(len(days)) % 13 + 1), atol=1e-12)
    assert round(run.recorded["dollar_n"].max(), 9) == 1.3
    gross = targets(ordered_on(), days)
    np.testing.assert_allclose(run.weights["AAPL"], -gross / 2, atol=0.003)
    np.testing.assert_allclose(run.weights["IBM"], gross / 2, atol=0.003)
    np.testing.assert_allclose(run.recorded["lev"], gross, atol=0.003)


def test_a_pipeline_looks_back_on_the_prices_before_the_start() -> None:
    prices = simulated_closes(DAYS)
    run = opt.run_algorithm_file(OWN / "ranks_by_pipeline.py", prices, START)
    # at the open of a session the last close is that of the day before
    np.testing.assert_allclose(run.recorded["last"], prices["AAPL"].shift(1).loc[START:], atol=1e-9)
    np.testing.assert_allclose(run.recorded["mean"], prices["AAPL"].rolling(5).mean().shift(1).loc[START:], atol=1e-9)
    # alphas -1, 0, 1 and at most 0.3 each: the lowest rank short, the highest long
    alpha = (prices.rolling(5).mean() / prices - 1).shift(1).rank(axis=1) - 2
    filled = alpha.loc[START:].shift(1).fillna(0.0)
    np.testing.assert_allclose(run.weights, 0.3 * filled, atol=0.01)
    assert run.log == () and len(run.orders) > 20


# ---------------------------------------------------------------------------------------------------- what stays


@pytest.mark.parametrize("ending", ["pass", "1 / 0"])
def test_nothing_stays_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str) -> None:
    from zipline.data.bundles import bundles
    from zipline.utils.algo_instance import get_algo_instance

    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))
    monkeypatch.setenv("HOME", str(tmp_path))
    mine = ModuleType("quantopian")
    monkeypatch.setitem(sys.modules, "quantopian", mine)
    before = dict(os.environ), set(sys.modules) - {"quantopian"}, set(bundles), set(vars(opt))
    text = f"""
    import quantopian.optimize as opt
    from quantopian.optimize import *
    import quantopian.pipeline.data.builtin
    opt.MaximizeAlpha = "a new meaning"

    def initialize(context):
        schedule_function(trade)

    def trade(context, data):
        {ending}
    """
    try:
        run_text(tmp_path, text, constant_closes(DAYS[:3], A=100.0))
        assert ending == "pass"
    except opt.AlgorithmError as error:
        assert ending == "1 / 0" and error.line == 11
    assert dict(os.environ) == before[0]
    assert sys.modules["quantopian"] is mine
    assert not [name for name in sys.modules if name.startswith("quantopian.")]
    assert set(bundles) == before[2] and set(vars(opt)) == before[3]
    assert opt.MaximizeAlpha is not None and not isinstance(opt.MaximizeAlpha, str)
    assert get_algo_instance() is None and opt.current_weights() == {}
    assert not list((tmp_path / "scratch").iterdir())
    assert {path.name for path in tmp_path.iterdir()} == {"scratch", "algorithm.py"}, "no ~/.zipline either"


def test_the_prices_are_not_changed_and_two_runs_are_alike() -> None:
    prices = simulated_closes(DAYS[:12])
    kept = prices.copy()
    first, second = (opt.run_algorithm_file(OWN / "pair_each_week.py", prices[::-1]) for _ in range(2))
    pd.testing.assert_frame_equal(prices, kept)
    first_figures, second_figures = (  # orders carry random names
        run.performance.drop(columns=["orders", "transactions"]) for run in (first, second)
    )
    pd.testing.assert_frame_equal(first_figures, second_figures)
    pd.testing.assert_frame_equal(first.orders, second.orders)
    pd.testing.assert_frame_equal(first.recorded, second.recorded)


def test_recorded_names_do_not_hide_what_zipline_counts(tmp_path: Path) -> None:
    text = """
    def initialize(context):
        at_no_cost()
        schedule_function(trade)

    def trade(context, data):
        order_target_percent(symbol("A"), 0.5)
        record(orders=3.0, positions=4.0, portfolio_value=5.0, beta=6.0)

    def handle_data(context, data):
        record(handled=1.0)

    def analyze(context, performance):
        log.warning("%d sessions", len(performance))
    """
    run = run_text(tmp_path, text, constant_closes(DAYS[:3], A=100.0))
    expected = {"handled": 1.0, "orders": 3.0, "positions": 4.0, "portfolio_value": 5.0, "beta": 6.0}
    assert run.recorded.iloc[-1].to_dict() == expected
    assert run.orders["amount"].tolist()[0] == 5000
    np.testing.assert_allclose(run.weights["A"], [0, 0.5, 0.5], atol=1e-12)
    np.testing.assert_allclose(run.equity, 1e6)
    assert run.log == ("2019-01-04 16:00 WARNING 3 sessions",)


def test_symbols_keep_the_letters_that_the_prices_have(tmp_path: Path) -> None:
    text = """
    def initialize(context):
        at_no_cost()
        schedule_function(trade)

    def trade(context, data):
        for name, weight in {"brk.b": 0.5, "Z_1": -0.25, "KO": 0.125}.items():
            order_target_percent(symbol(name), weight)
    """
    run = run_text(tmp_path, text, constant_closes(DAYS[:2], **{"ko": 10.0, "BRK.B": 100.0, "z_1": 50.0}))
    assert run.weights.iloc[-1].to_dict() == pytest.approx({"ko": 0.125, "BRK.B": 0.5, "z_1": -0.25})
    assert run.orders["symbol"].tolist() == ["BRK.B", "z_1", "ko"]


# ------------------------------------------------------------------------------------------------------ mistakes


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            {"start": "2019-02-01", "end": "2019-01-16"},
            r"start is 2019-02-01 and end is 2019-01-16; start must not be after",
        ),
        (
            {"start": "2018-12-03"},
            r"prices run from 2019-01-02 to 2019-02-28, but the run from 2018-12-03 to 2019-02-28",
        ),
        ({"end": "2019-03-01"}, r"prices run .*, but the run from 2019-01-02 to 2019-03-01; change start and end"),
        (
            {"start": "2019-01-19", "end": "2019-01-21"},
            r"the New York exchange was closed from 2019-01-19 to 2019-01-21",
        ),
        ({"start": "soon"}, r"start is 'soon'; give a date such as '2019-01-16'"),
        ({"end": 20190228}, r"end is 20190228; give a date"),
        ({"capital": 0}, r"capital is 0; give a positive amount of money"),
        ({"capital": -5.0}, r"capital is -5\.0; give a positive"),
        ({"capital": np.inf}, r"capital is inf; give a positive"),
        ({"capital": "much"}, r"capital is 'much'; give a positive"),
        ({"prices": "nowhere.csv"}, r"cannot read 'nowhere\.csv'"),
        ({"prices": 3}, r"prices is 3; give a DataFrame or the path of a CSV file"),
        ({"volumes": constant_closes(DAYS, AAPL=1e6)}, r"volumes have no column for IBM, KO; give the shares traded"),
        (
            {"volumes": simulated_closes(DAYS[1:])},
            r"volumes of 'AAPL': the number on 2019-01-02 is missing where there is",
        ),
        ({"volumes": -simulated_closes(DAYS)}, r"volumes of 'AAPL': the number on 2019-01-02, -160, is outside"),
        ({"volumes": "nowhere.csv"}, r"cannot read 'nowhere\.csv'"),
        ({"path": 3}, r"path is 3; give the path of an algorithm's Python file"),
        ({"path": "nowhere.py"}, r"cannot read 'nowhere\.py'"),
    ],
)
def test_arguments_that_cannot_be(arguments: dict[str, Any], words: str) -> None:
    given = {"path": OWN / "pair_each_week.py", "prices": simulated_closes(DAYS)} | arguments
    with pytest.raises(sitpy.InputError, match=words):
        opt.run_algorithm_file(**given)


def changed(row: str, column: str, value: float) -> pd.DataFrame:
    prices = simulated_closes(DAYS)
    prices.loc[row, column] = value
    return prices


@pytest.mark.parametrize(
    ("prices", "words"),
    [
        (
            simulated_closes(DAYS).drop(DAYS[3:8]),
            r"no row for 5 of 40 sessions .* \(2019-01-07, .*-08, .*-09, \.\.\.\); add",
        ),
        (
            changed("2019-01-17", "IBM", np.nan),
            r"prices of 'IBM': the number on 2019-01-17 is missing between other closes",
        ),
        (
            changed("2019-01-17", "IBM", -1.0),
            r"prices of 'IBM': the number on 2019-01-17, -1, is outside .*, 0\.001 to",
        ),
        (changed("2019-01-17", "IBM", 0.0), r"'IBM': the number on 2019-01-17, 0, is outside"),
        (changed("2019-01-17", "IBM", np.inf), r"'IBM': the number on 2019-01-17, inf, is outside"),
        (
            changed("2019-01-17", "IBM", 5e6),
            r"'IBM': the number on 2019-01-17, 5e\+06, is outside .* to 4,294,967; mend",
        ),
        (simulated_closes(DAYS).assign(X=np.nan), r"prices of X are all missing"),
        (simulated_closes(DAYS).assign(X="text"), r"column 'X' of prices is not numeric"),
        (simulated_closes(DAYS).reset_index(drop=True), r"must hold dates such as 2019-01-16: found the number 0"),
        (simulated_closes(DAYS)[[]], r"prices hold nothing"),
        (pd.concat([simulated_closes(DAYS)] * 2), r"prices have the date 2019-01-02 twice"),
        (simulated_closes(DAYS, ("A", "A")), r"prices have the column 'A' twice"),
        (simulated_closes(DAYS, ("A", "a")), r"prices have the column 'a' twice"),
        (
            simulated_closes(DAYS).set_axis(DAYS - pd.Timedelta(days=365 * 60)),
            r"sessions .* are known from 1990-01-02 to",
        ),
    ],
)
def test_prices_that_cannot_be_used(prices: pd.DataFrame, words: str) -> None:
    with pytest.raises(sitpy.InputError, match=words):
        opt.run_algorithm_file(OWN / "pair_each_week.py", prices)


def test_days_on_which_the_exchange_was_closed_are_left_out_with_a_warning(tmp_path: Path) -> None:
    prices = constant_closes(pd.date_range("2019-01-17", "2019-01-23"), A=100.0)
    with pytest.warns(sitpy.SitpyWarning, match=r"rows for 3 days .* closed \(2019-01-19, 2019-01-20, 2019-01-21\)"):
        run = run_text(tmp_path, DO_NOTHING, prices)
    assert [f"{day:%d}" for day in run.performance.index] == ["17", "18", "22", "23"]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (
            "def initialize(context):\n    print 'old'\n",
            2,
            r"line 2: this is not Python 3: Missing parentheses in call to",
        ),
        ("def initialize(context:\n", 1, r"line 1: this is not Python 3: "),
        ("import quantopian.optimize\n\n1 / 0\n", 3, r"line 3, in <module>: ZeroDivisionError: division by zero"),
        (
            "def initialize(context):\n    context.a = symbol('AAPLE')\n",
            2,
            r"line 2, in initialize: SymbolNotFound: .*no such column; did you mean 'AAPL'\? There are AAPL, IBM, KO",
        ),
        (
            "def initialize(context):\n    f()\ndef f():\n    g()\ndef g():\n    raise KeyError(1)\n",
            6,
            r"line 6, in g: KeyError: 1",
        ),
        (
            "from quantopian.pipeline.data import morningstar\n",
            1,
            r"line 1, in <module>: ImportError: .*morningstar.*; of Quantopian's modules there are quantopian, ",
        ),
        (
            "from quantopian.nothing import x\n",
            1,
            r"line 1.*No module named 'quantopian\.nothing'; of Quantopian's modules",
        ),
        ("import sitpy\nsitpy.new_constraints(0)\n", 2, r"line 2, in <module>: InputError: n is 0"),
    ],
)
def test_an_algorithm_that_stops_is_named_with_its_own_line(tmp_path: Path, text: str, line: int, words: str) -> None:
    path = tmp_path / "stops.py"
    path.write_text(text)
    with pytest.raises(opt.AlgorithmError, match=rf"stops\.py, {words}") as caught:
        opt.run_algorithm_file(path, simulated_closes(DAYS[:4]))
    assert caught.value.line == line and caught.value.__cause__ is not None


def test_a_file_without_initialize_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.py").write_text("x = 1\n")
    with pytest.raises(sitpy.InputError, match=r"empty\.py' has no function initialize\(context\), with which every"):
        opt.run_algorithm_file(tmp_path / "empty.py", simulated_closes(DAYS[:4]))


# ---------------------------------------------------------------------------------------------------------- page


def test_the_page_shows_what_is_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(OWN, tmp_path / OWN.relative_to(ROOT))  # where the page finds its file in a clone
    monkeypatch.chdir(tmp_path)
    spec = importlib.util.spec_from_file_location("build_pages", ROOT / "docs" / "build_pages.py")
    assert spec and spec.loader
    builder = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(builder)
    page = (ROOT / "docs" / "quantopian-algorithms.md").read_text(encoding="utf-8")
    assert builder.with_output(page) == page
    assert not [target for target in re.findall(r"\]\(([^)#]+)\)", page) if not (ROOT / "docs" / target).is_file()]
