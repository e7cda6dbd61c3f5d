"""Equity lines, drawdowns and statistics of several strategies on one figure."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest

import sitpy


def data() -> sitpy.BacktestData:
    moves = np.random.default_rng(2).normal(0.0005, 0.01, (300, 2))
    index = pd.bdate_range("2020-01-01", periods=300)
    return sitpy.bt_prep(pd.DataFrame(np.cumprod(1 + moves, axis=0), index=index, columns=["A", "B"]))


def models(b: sitpy.BacktestData) -> dict[str, sitpy.BacktestModel]:
    even = np.full((300, 2), np.nan)
    even[0] = 0.5
    return {"Even": sitpy.bt_run_share(b, weight=even), "Nothing at all": sitpy.bt_run(b, weight=0 * b.prices)}


def cells(figure: Any) -> dict[tuple[int, int], str]:
    table = figure.axes[2].tables[0]
    return {place: cell.get_text().get_text() for place, cell in table.get_celld().items()}


def test_lines_are_the_models_and_the_axis_is_logarithmic() -> None:
    shown = models(data())
    figure = sitpy.strategy_performance_snapshot(shown, title="Both")
    equity, fall, _ = figure.axes
    assert equity.get_yscale() == "log" and fall.get_yscale() == "linear"
    assert figure.get_suptitle() == "Both"
    for line, drop, model in zip(equity.get_lines(), fall.get_lines(), shown.values(), strict=True):
        np.testing.assert_allclose(line.get_ydata(), model.equity)
        np.testing.assert_allclose(drop.get_ydata(), 100 * sitpy.compute_drawdown(model.equity))
    assert [text.get_text() for text in equity.get_legend().get_texts()] == ["Even", "Nothing at all"]
    ticks = [tick for tick in equity.get_yticks() if equity.get_ylim()[0] <= tick <= equity.get_ylim()[1]]
    assert len(ticks) >= 3  # a narrow range has readable numbers too
    assert fall.get_ylim()[1] == 0


def test_table_has_a_column_for_each_strategy() -> None:
    b = data()
    shown = models(b)
    figure = sitpy.strategy_performance_snapshot(shown, data=b)
    text = cells(figure)
    rows = {text[row, -1]: row for row, column in text if column == -1}
    assert list(rows) == [
        "From",
        "To",
        "Cagr",
        "Sharpe",
        "DVR",
        "Volatility",
        "MaxDD",
        "AvgDD",
        "VaR",
        "CVaR",
        "Exposure",
        "Turnover",
    ]
    assert text[0, 0] == "Even" and text[0, 1] == "Nothing at all"
    assert text[rows["From"], 0] == "Jan 2020"
    assert text[rows["Cagr"], 0] == f"{100 * shown['Even'].cagr:.2f}%"
    assert text[rows["Sharpe"], 0] == f"{sitpy.compute_sharpe(shown['Even'].ret):.2f}"
    assert text[rows["Sharpe"], 1] == "-"
    assert text[rows["Exposure"], 1] == "0.00%"
    assert text[rows["Turnover"], 0] == f"{sitpy.compute_turnover(shown['Even'], b):.2f}"
    assert "Turnover" not in cells(sitpy.strategy_performance_snapshot(shown)).values()


@pytest.mark.parametrize("one_page", [False, True])
def test_the_page_is_upright_or_wide_and_nothing_overlaps(one_page: bool) -> None:
    b = data()
    many = {f"A strategy with words {i}": models(b)["Even"] for i in range(8)}
    figure = sitpy.strategy_performance_snapshot(many, one_page)
    width, height = figure.get_size_inches()
    assert bool(height > width) is one_page
    figure.canvas.draw()
    table = figure.axes[2].tables[0]
    whole = figure.bbox
    row = [table.get_celld()[1, column].get_text().get_window_extent() for column in range(8)]
    assert all(left.x1 <= right.x0 for left, right in pairwise(row))
    heads = [table.get_celld()[0, column].get_text().get_window_extent() for column in range(8)]
    assert all(left.x1 <= right.x0 for left, right in pairwise(heads))
    assert all(whole.x0 <= box.x0 and box.x1 <= whole.x1 and whole.y0 <= box.y0 for box in row + heads)


def test_a_ruined_strategy_ends_where_its_equity_does() -> None:
    b = sitpy.bt_prep(pd.DataFrame({"A": [10.0, 11, 4, 40]}, index=pd.bdate_range("2020-01-01", periods=4)))
    b.weight.iloc[0] = 2
    with pytest.raises(sitpy.BankruptError, match="lost everything") as caught:
        sitpy.bt_run(b)
    figure = sitpy.strategy_performance_snapshot([caught.value.path])
    assert np.isnan(figure.axes[0].get_lines()[0].get_ydata()).tolist() == [False, False, True]
    assert cells(figure)[0, 0] == "1"


def test_the_name_that_sit_spells() -> None:
    assert sitpy.strategy_performance_snapshoot is sitpy.strategy_performance_snapshot


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "models is empty"),
        (3, "models is a int; give a mapping"),
        ({"a": 1}, r"models\['a'\] is a int; expected a result of bt_run"),
    ],
)
def test_other_things_are_refused(given: Any, message: str) -> None:
    with pytest.raises(sitpy.InputError, match=message):
        sitpy.strategy_performance_snapshot(given)
    with pytest.raises(sitpy.InputError, match="models is a BacktestModel"):
        sitpy.strategy_performance_snapshot(models(data())["Even"])  # type: ignore[arg-type]
