"""Lines of back-tests through time, and the table of their figures."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import sitpy
from sitpy.backtest.monthly import yearly_returns


def model(seed: int, start: str = "2018-01-01", periods: int = 500) -> sitpy.BacktestModel:
    moves = np.random.default_rng(seed).normal(0.0005, 0.01, periods)
    return sitpy.bt_simple(
        pd.Series(np.cumprod(1 + moves), index=pd.bdate_range(start, periods=periods)), np.ones(periods)
    )


MODELS = {"Even": model(1), "Late": model(2, "2018-07-02", 300)}


def texts(ax: Any) -> list[str]:
    return [text.get_text() for text in ax.get_legend().get_texts()]


def test_lines_are_equity_on_dates_and_are_named() -> None:
    ax = sitpy.plotbt(MODELS, main="Two")
    for line, one in zip(ax.get_lines(), MODELS.values(), strict=True):
        np.testing.assert_array_equal(line.get_ydata(), one.equity)
        assert pd.DatetimeIndex(line.get_xdata()).equals(one.dates)
    assert ax.get_title() == "Two" and texts(ax) == ["Even", "Late"]
    assert len({line.get_color() for line in ax.get_lines()}) == 2


def test_models_one_by_one_in_a_sequence_or_alone_are_numbered() -> None:
    assert texts(sitpy.plotbt(*MODELS.values())) == ["1", "2"]
    assert texts(sitpy.plotbt(list(MODELS.values()))) == ["1", "2"]
    assert texts(sitpy.plotbt(MODELS["Even"])) == ["1"]


def test_names_are_text_whatever_they_are() -> None:
    name = r"_cost $5 or $\alpha"
    figure, ax = plt.subplots()
    assert sitpy.plotbt({name: MODELS["Even"]}, main="50$ or $x", ax=ax) is ax
    figure.canvas.draw()
    assert texts(ax) == [name]


def test_xfun_range_log_and_axis() -> None:
    ax = sitpy.plotbt(
        MODELS, xfun=lambda one: sitpy.compute_drawdown(one.equity) - 1, dates="2018-09::2018-10", log="y", plotX=False
    )
    for line, one in zip(ax.get_lines(), MODELS.values(), strict=True):
        assert len(line.get_xdata()) == len(one.equity["2018-09":"2018-10"])  # type: ignore[misc]
        assert np.isnan(line.get_ydata()).all()  # nothing of it is above zero
    assert ax.get_yscale() == "log" and not ax.xaxis.get_tick_params()["labelbottom"]
    assert "nothing to show" in [text.get_text() for text in ax.texts]


def test_returns_over_twelve_months_are_in_percent() -> None:
    ax = sitpy.plotbt(MODELS["Even"], plottype="12M")
    np.testing.assert_array_equal(ax.get_lines()[0].get_ydata(), 100 * yearly_returns(MODELS["Even"]))
    short = sitpy.plotbt(model(3, periods=20), plottype="12M")
    assert [text.get_text() for text in short.texts] == ["less than a year of dates"]


@pytest.mark.parametrize("span", ["2018-03::2018-04", np.arange(43, 86)], ids=["range", "rows"])
def test_dates_are_shaded(span: Any) -> None:
    plain, shaded = sitpy.plotbt(MODELS), sitpy.plotbt(MODELS, x_highlight=span)
    (patch,) = [patch for patch in shaded.patches if patch not in plain.patches]
    assert len(plain.patches) == 0
    days = MODELS["Even"].dates
    left, right = (patch.get_x(), patch.get_x() + patch.get_width())  # type: ignore[attr-defined]
    chosen = days[(days > pd.Timestamp("1970-01-01") + pd.Timedelta(days=left))]
    assert chosen[0] == days[43] and right == pytest.approx((days[85] - pd.Timestamp(0)).days)


def test_one_date_is_a_dot() -> None:
    ax = sitpy.plotbt(MODELS["Even"], dates="2018-03-05")
    assert ax.get_lines()[0].get_marker() == "o"


def test_a_ruined_model_ends_on_a_log_axis() -> None:
    b = sitpy.bt_prep(pd.DataFrame({"A": [10.0, 11, 4, 40]}, index=pd.bdate_range("2020-01-01", periods=4)))
    with pytest.raises(sitpy.BankruptError, match="lost everything") as caught:
        sitpy.bt_run(b, weight=np.full((4, 1), 2.0))
    ruined = caught.value.path
    assert np.isnan(sitpy.plotbt(ruined, log="y").get_lines()[0].get_ydata()).tolist() == [False, False, True]
    assert sitpy.plotbt(ruined).get_lines()[0].get_ydata().tolist() == ruined.equity.tolist()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"plottype": "24M"}, "plottype '24M' is not known; use 'line' or '12M'"),
        ({"log": "x"}, "log 'x' is not known; use '' or 'y'"),
        ({"xfun": lambda one: 3}, "xfun gave a int for 'Even'; expected a Series"),
        ({"xfun": 3}, "xfun is 3; give a function of a model"),
        ({"xfun": lambda one: pd.Series("x", index=one.dates)}, "xfun gave something that is not a number for 'Even'"),
        ({"dates": "1999"}, "nothing within dates '1999'"),
        ({"x_highlight": "never"}, "dates 'never' is not a range"),
        ({"ax": 3}, "ax is a int"),
    ],
)
def test_other_arguments_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(sitpy.InputError, match=message):
        sitpy.plotbt(MODELS, **options)


@pytest.mark.parametrize("draw", [sitpy.plotbt, sitpy.plotbt_strategy_sidebyside, sitpy.plotbt_custom_report])
def test_what_is_no_model_is_refused(draw: Any) -> None:
    for given, message in (
        ((), "models is empty"),
        ((3,), "models is a int"),
        (({"a": 1},), r"models\['a'\] is a int"),
    ):
        with pytest.raises(sitpy.InputError, match=message):
            draw(*given)


# ---------------------------------------------------------------------------------------------------- side by side


def cells(ax: Any) -> dict[tuple[int, int], str]:
    return {place: cell.get_text().get_text() for place, cell in ax.tables[0].get_celld().items()}


def test_the_table_has_the_figures_of_each_model() -> None:
    ax = sitpy.plotbt_strategy_sidebyside(MODELS)
    text = cells(ax)
    rows = {text[row, -1]: row for row, column in text if column == -1}
    assert [text[0, 0], text[0, 1]] == ["Even", "Late"]
    for column, one in enumerate(MODELS.values()):
        assert text[rows["Cagr"], column] == f"{100 * sitpy.compute_cagr(one.equity):.2f}%"
        assert text[rows["Volatility"], column] == f"{100 * sitpy.compute_risk(one.ret):.2f}%"
        assert text[rows["DVR"], column] == f"{sitpy.compute_DVR(one):.2f}"


def test_numbers_come_back_in_place_of_the_picture() -> None:
    table = sitpy.plotbt_strategy_sidebyside(MODELS, return_table=True, make_plot=False, perfromance_metric="Period")
    assert not plt.get_fignums()
    assert table["Late"].to_dict() == sitpy.bt_detail_summary(MODELS["Late"])["Period"]
    own = sitpy.plotbt_strategy_sidebyside(
        MODELS, perfromance_fn=lambda one: {"System": {"days": len(one.dates)}}, return_table=True
    )
    assert own.loc["days"].tolist() == [500, 300] and len(plt.get_fignums()) == 1
    assert sitpy.plotbt_strategy_sidebyside(MODELS, make_plot=False) is None


def test_words_of_the_side_by_side_errors() -> None:
    with pytest.raises(sitpy.InputError, match="no model has figures of 'Trade'"):
        sitpy.plotbt_strategy_sidebyside(MODELS, perfromance_metric="Trade")
    with pytest.raises(sitpy.InputError, match=r"perfromance_fn is 'bt\.detail\.summary'; give a function of a model"):
        sitpy.plotbt_strategy_sidebyside(MODELS, perfromance_fn="bt.detail.summary")  # type: ignore[call-overload]
    with pytest.raises(sitpy.InputError, match="the metric is 'x'"):
        sitpy.plotbt_strategy_sidebyside(MODELS, perfromance_metric="x")  # type: ignore[call-overload]
