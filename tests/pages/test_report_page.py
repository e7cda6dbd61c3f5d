"""The page: its words, that its numbers are those of compute_*, that it needs nothing else, and that it is the same again."""

from __future__ import annotations

import os
import re
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import sitpy
from sitpy.backtest.monthly import monthly_returns

Models = dict[str, sitpy.BacktestModel]


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def percent(value: float) -> str:
    return f"{100 * value:.2f}%"


def test_headings_captions_and_names_are_text(page: Any, models: Models) -> None:
    assert page.texts["h1"] == ["Two <i>strategies</i>"] == page.texts["title"]
    assert page.texts["h2"] == ["Performance", "Statistics", *models, "How to read the figures"]
    assert page.texts["figcaption"][:5] == [
        "Equity, value of 1 invested (log scale)",
        "Drawdown, below the high so far",
        "Return over 12 months",
        "Beta, <24> months",
        "Exposure",
    ]
    assert page.texts["p"][:3] == [
        "2 strategies · 01 May 2018 to 17 Aug 2020 · 2021-02-03",
        "First note.",
        "R&D <script>alert(1)</script>",
    ]
    assert "script" not in page.texts and page.texts["a"] == list(models)
    for name, raw in (("<b>", "</b>"), ("<script", "<i>")):
        assert name not in page.source and raw not in page.source


def test_numbers_are_those_of_the_statistics(page: Any, models: Models, data: sitpy.BacktestData) -> None:
    def both(figure: Any) -> list[str]:
        return [figure(model) for model in models.values()]

    assert page.rows[0][1:] == list(models)
    assert page.row("From") == ["May 2018", "Jun 2019"]
    assert page.row("Growth per year") == both(lambda m: percent(sitpy.compute_cagr(m.equity)))
    assert page.row("Volatility per year") == both(lambda m: percent(sitpy.compute_risk(m.ret)))
    assert page.row("Sharpe ratio") == both(lambda m: f"{sitpy.compute_sharpe(m.ret):.2f}")
    assert page.row("DVR") == both(lambda m: f"{sitpy.compute_DVR(m):.2f}")
    assert page.row("Deepest drawdown") == both(lambda m: percent(sitpy.compute_max_drawdown(m.equity)))
    assert page.row("Average drawdown") == both(lambda m: percent(sitpy.compute_avg_drawdown(m.equity)))
    assert page.row("Value at risk, one period") == both(lambda m: percent(sitpy.compute_var(m.ret)))
    assert page.row("Expected shortfall, one period") == both(lambda m: percent(sitpy.compute_cvar(m.ret)))
    assert page.row("Time invested") == both(lambda m: percent(sitpy.compute_exposure(m.weight)))
    assert page.row("Turnover per year") == both(lambda m: f"{sitpy.compute_turnover(m, data):.2f}")
    assert page.row("Best year") == both(
        lambda m: f"{sitpy.bt_detail_summary(m)['Period']['Best_Year']:.2f}%".replace("nan%", "\N{EN DASH}")
    )
    # bought once and changed twice, each time 1 % of all: by hand 0.05 over the years of the run
    assert page.row("Trading costs per year") == [percent(0.05 / sitpy.compute_nyears(models["First"].equity)), "0.00%"]


def test_monthly_tables_and_trades_are_those_of_each_model(page: Any, models: Models, data: sitpy.BacktestData) -> None:
    for number, model in enumerate(models.values()):
        table = monthly_returns(model)
        years = [year for year in table.index if number == 0 or year in table.index]
        for year in years:
            shown = page.row(str(year), number if year in (2019, 2020) else 0)
            assert shown == ["" if np.isnan(x) else f"{100 * x:z.1f}" for x in table.loc[year]]
        stats = sitpy.bt_trade_summary(data, model)
        assert page.row("Number of trades", number) == [str(stats.ntrades)]
        assert page.row("Winning trades", number) == [f"{stats.stats.loc['win_prob', 'All']:.1%}"]


def test_nothing_comes_from_elsewhere(page: Any) -> None:
    for tag, name, value in page.attributes:
        if name in ("src", "href", "xlink:href", "action", "srcset", "data"):
            assert value.startswith(("#", "data:")), (tag, name, value)
        assert not name.startswith("on")
    assert "url(" not in re.sub(r"url\(#", "", page.source) and "@import" not in page.source


def test_parts_of_pictures_have_names_of_their_own_that_are_there(page: Any) -> None:
    names = [value for _, name, value in page.attributes if name == "id"]
    assert len(names) == len(set(names)) > 100
    used = {value[1:] for _, name, value in page.attributes if name == "href" and value.startswith("#")}
    used |= set(re.findall(r"url\(#([^)]*)\)", page.source))
    assert used <= set(names)
    pictures = [value for tag, name, value in page.attributes if name == "aria-label" and tag == "svg"]
    assert pictures == page.texts["figcaption"]


def test_the_same_again_whatever_the_settings_and_no_figure_is_left(models: Models, tmp_path: Path) -> None:
    first = sitpy.report(models, tmp_path / "first.html")
    with matplotlib.rc_context({"font.size": 20, "axes.facecolor": "red", "svg.hashsalt": "x", "text.usetex": True}):
        second = sitpy.report(models, tmp_path / "second.html")
    assert first.read_bytes() == second.read_bytes()
    assert not plt.get_fignums()
    assert "dc:date" not in read(first) and "<metadata" not in read(first)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["first.html", "second.html"]


def test_the_same_in_another_process(tmp_path: Path) -> None:
    code = (
        "import sys, pandas as pd, sitpy\n"
        "prices = pd.Series([10.0, 11, 10, 12], index=pd.date_range('2020-01-30', periods=4))\n"
        "sitpy.report({'A': sitpy.bt_simple(prices, [1, 1, 1, 1])}, sys.argv[1])"
    )
    for seed in ("1", "2"):
        command = [sys.executable, "-c", code, str(tmp_path / seed)]
        subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": seed, "MPLBACKEND": "agg"}, check=True)
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()


def test_a_page_that_cannot_be_made_leaves_the_old_one(models: Models, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("old")
    with pytest.raises(sitpy.InputError, match="the dates differ"):
        sitpy.report(
            models, path, data=sitpy.bt_prep(pd.DataFrame({"A": [1.0, 2]}, index=pd.bdate_range("2020", periods=2)))
        )
    assert read(path) == "old" and len(list(tmp_path.iterdir())) == 1


def test_a_short_and_a_ruined_model(tmp_path: Path) -> None:
    b = sitpy.bt_prep(pd.DataFrame({"A": [10.0, 11, 4, 40]}, index=pd.bdate_range("2020-01-06", periods=4)))
    with pytest.raises(sitpy.BankruptError, match="lost everything") as caught:
        sitpy.bt_run(b, weight=np.full((4, 1), 2.0))
    ruined = caught.value.path
    two = sitpy.bt_simple(b.prices["A"].iloc[:2], [1, 1])
    page = read(
        sitpy.report([ruined, two, sitpy.bt_run(b, weight=np.zeros((4, 1)), trade_summary=True)], tmp_path / "p")
    )
    assert "-100.00%" in page and "Return over 12 months" not in page and "There were none." in page
    assert (
        "Profit factor</th>" not in page and "Turnover per year" not in page and "nan" not in page.replace("nano", "")
    )


def test_a_long_run_of_many_assets_is_dots(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    days = pd.bdate_range("2010-01-01", periods=1500)
    prices = pd.DataFrame(np.cumprod(1 + rng.normal(0, 0.01, (1500, 14)), axis=0), index=days).add_prefix("Fund ")
    model = sitpy.bt_run(sitpy.bt_prep(prices), weight=rng.dirichlet(np.ones(14), 1500))
    page = read(sitpy.report([model], tmp_path / "report.html"))
    assert page.count('<img src="data:image/png;base64,') == 1 and 'alt="Holdings through time"' in page
    assert len(page) < 2_000_000


def test_one_model_and_eight(models: Models, tmp_path: Path) -> None:
    for count, (model,) in ((1, sitpy.bt_trim(models["First"])), (8, sitpy.bt_trim(models["First"], dates="2018-05"))):
        page = read(sitpy.report([model] * count, tmp_path / "report.html"))
        assert page.count('class="model"') == count
        assert ("1 strategy" in page) == (count == 1)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"models": {}}, "models is empty"),
        ({"models": 3}, "models is a int"),
        ({"models": {"a": 3}}, r"models\['a'\] is a int"),
        ({"notes": 3}, "notes is 3; give text, or a list of paragraphs"),
        ({"series": 3}, "series is a int; give a mapping"),
        ({"series": {"Beta": [1, 2]}}, r"series\['Beta'\] is a list; give a Series or DataFrame with dates"),
        ({"series": {"Beta": pd.Series([1.0])}}, "expected dates in the index"),
        ({"series": {"Beta": pd.Series(["x"], index=pd.DatetimeIndex(["2020"]))}}, r"series\['Beta'\] holds something"),
    ],
)
def test_other_arguments_are_refused(change: dict[str, Any], message: str, models: Models, tmp_path: Path) -> None:
    with pytest.raises(sitpy.InputError, match=message):
        sitpy.report(**{"models": models, "out": tmp_path / "report.html", **change})
    assert not list(tmp_path.iterdir())


def test_the_example_writes_its_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = Path(__file__).resolve().parents[2] / "examples" / "backtest_report.py"
    monkeypatch.setattr(sys, "argv", [str(path), str(tmp_path)])
    names = runpy.run_path(str(path))
    page = read(tmp_path / "report.html")
    for model in names["models"].values():
        assert f"<td>{percent(sitpy.compute_cagr(model.equity))}</td>" in page
    # the first weights stand on the twelve months before them
    first = names["weights"]["Momentum"].iloc[0]
    before = names["prices"].iloc[36] / names["prices"].iloc[24]
    assert set(first[first > 0].index) == set(before.nlargest(2).index)


def test_too_many_models_and_a_place_that_is_none(models: Models, tmp_path: Path) -> None:
    with pytest.raises(sitpy.InputError, match="there are 9 models; a page compares at most 8, choose among them"):
        sitpy.report([models["First"]] * 9, tmp_path / "report.html")
    (tmp_path / "file").write_text("")
    with pytest.raises(sitpy.InputError, match="cannot write"):
        sitpy.report([models["First"]], tmp_path / "file" / "report.html")
