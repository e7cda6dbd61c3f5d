"""The monthly table as a picture, and pages of several pictures."""

from __future__ import annotations

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb

import sitpy
from sitpy.backtest.monthly import monthly_returns
from sitpy.plots.monthly import heat_colours, ink_for, month_words
from sitpy.plots.palette import relative_luminance


def model(seed: int = 1, trades: bool = True) -> sitpy.BacktestModel:
    moves = np.random.default_rng(seed).normal(0.0005, 0.02, (700, 2))
    b = sitpy.bt_prep(
        pd.DataFrame(np.cumprod(1 + moves, axis=0), index=pd.bdate_range("2018-03-01", periods=700), columns=["A", "B"])
    )
    return sitpy.bt_run(b, weight=np.repeat(np.eye(2), 350, axis=0), trade_summary=trades)


def test_numbers_are_percent_and_losses_are_red() -> None:
    one = model()
    ax = sitpy.plotbt_monthly_table(one, smain="One")
    words = np.array([text.get_text() for text in ax.texts]).reshape(-1, 14)
    table = monthly_returns(one)
    for shown, row in zip(words, table.to_numpy(), strict=False):
        assert list(shown) == ["" if np.isnan(x) else f"{100 * x:z.1f}" for x in row]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["2018", "2019", "2020", "Avg"]
    assert [label.get_text() for label in ax.get_xticklabels()][-2:] == ["Year", "MaxDD"]
    assert ax.get_title() == "One"
    red, _, blue = np.moveaxis(np.asarray(ax.images[0].get_array()), -1, 0)
    values = sitpy.plotbt_monthly_table(one, make_plot=False).to_numpy()
    assert (red > blue)[values < -0.01].all() and (blue > red)[values > 0.01].all()


def test_the_picture_is_not_drawn_when_only_the_numbers_are_wanted() -> None:
    table = sitpy.plotbt_monthly_table(model().equity, make_plot=False)
    assert not plt.get_fignums() and list(table.index) == ["2018", "2019", "2020", "Avg"]


def test_numbers_are_readable_on_every_colour_and_no_number_is_white() -> None:
    row = np.linspace(-1, 1, 12)
    table = pd.DataFrame([[*row, 0.5, -0.5], [np.nan] * 14], columns=monthly_returns(model()).columns)
    colours = heat_colours(table)
    for colour in colours[0]:
        lighter, darker = sorted((relative_luminance(to_rgb(colour)), relative_luminance(to_rgb(ink_for(colour)))))[
            ::-1
        ]
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5  # WCAG 2.1, contrast of text
    assert set(colours[1]) == {"#ffffff"}
    assert month_words(pd.DataFrame([[-0.0001, 0.1234, np.nan]])) == [["0.0", "12.3", ""]]


def test_letters_fit_their_cells() -> None:
    figure, ax = plt.subplots(figsize=(4, 2))
    sitpy.plotbt_monthly_table(model(), ax=ax)
    figure.canvas.draw()
    boxes = [text.get_window_extent() for text in ax.texts[14:28]]
    assert all(left.x1 <= right.x0 for left, right in pairwise(boxes))


def test_one_month_and_one_date() -> None:
    for periods in (1, 15):
        equity = pd.Series(np.linspace(1, 1.1, periods), index=pd.bdate_range("2020-03-02", periods=periods))
        ax = sitpy.plotbt_monthly_table(equity)
        ax.figure.canvas.draw()
        assert [label.get_text() for label in ax.get_yticklabels()] == ["2020", "Avg"]


def test_other_things_are_no_equity() -> None:
    with pytest.raises(sitpy.InputError, match="equity is a int"):
        sitpy.plotbt_monthly_table(3)  # type: ignore[call-overload]


# ---------------------------------------------------------------------------------------------------- the report


def test_the_page_tells_of_all_models_and_of_what_the_first_held() -> None:
    models = {"First": model(), "Second": model(2)}
    figure = sitpy.plotbt_custom_report(models, main="Page", trade_summary=True, x_highlight="2019")
    titles = [ax.get_title() for ax in figure.axes]
    assert titles == [
        "Equity",
        "Return over 12 months",
        "Drawdown",
        "Transition Map for First",
        "Monthly returns of First, %",
        "Statistics",
        "Last trades of First",
    ]
    assert figure.get_suptitle() == "Page"
    last = figure.axes[-1].tables[0].get_celld()
    trades = models["First"].trade_summary
    assert trades is not None
    assert last[1, -1].get_text().get_text() == str(trades.trades.sort_values("exit_date").iloc[-1]["symbol"])
    assert [line.get_label() for line in figure.axes[0].get_lines()] == ["First", "Second"]
    figure.canvas.draw()
    for above, below in pairwise(figure.axes):
        assert above.get_window_extent().y0 >= below.get_window_extent().y1


def test_a_range_of_dates_begins_at_one() -> None:
    figure = sitpy.plotbt_custom_report(model(), dates="2019::")
    line = figure.axes[0].get_lines()[0]
    assert line.get_ydata()[0] == 1 and len(figure.axes) == 6
    assert len(figure.axes[4].get_yticklabels()) == 3  # 2019, 2020, Avg


def test_trades_that_are_not_known_are_an_error() -> None:
    with pytest.raises(sitpy.InputError, match="the trades of '1' are not known; run it with trade_summary=True"):
        sitpy.plotbt_custom_report(model(trades=False), trade_summary=True)


@pytest.mark.parametrize("heights", [[1, 2], [1, 0, 1], [1, -1, 2]])
def test_heights_of_a_layout(heights: list[float]) -> None:
    with pytest.raises(sitpy.InputError, match="expected 3 positive numbers"):
        sitpy.layout(3, heights=heights)
