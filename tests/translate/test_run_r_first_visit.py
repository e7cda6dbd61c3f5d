"""What a first visitor's scripts need: R's own pictures, prices in any usual form, quick translation, lines in every note."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex

import sitpy
from sitpy.translate import like_r, translate
from sitpy.translate.prices_file import reading_options

HEAD = "ia = aa.test.create.ia.rebal()\n"
PRICES = pd.DataFrame(
    {"SPY": [10.0, 10.5, 11.0, 10.8], "TLT": [20.0, 20.5, 20.25, 21.0]},
    pd.DatetimeIndex(["2024-01-03", "2024-01-04", "2024-02-05", "2024-02-13"], name="Date"),
)


@pytest.fixture(autouse=True)
def no_figure_stays() -> Iterator[None]:
    yield
    plt.close("all")


def said(source: str) -> str:
    return sitpy.run_r(source).printed


def drawn(source: str) -> list[Axes]:
    """The pictures of a script."""
    return [axes for figure in sitpy.run_r(source).figures for page in figure.pages for axes in page.axes]


# ------------------------------------------------------------------------------------------------------------- prices


@pytest.mark.parametrize(
    ("form", "options"),
    [
        ({}, {}),
        ({"encoding": "utf-8-sig"}, {}),
        ({"lineterminator": "\r\n"}, {}),
        ({"sep": "\t"}, {"sep": "\t"}),
        ({"sep": ";", "decimal": ","}, {"sep": ";", "decimal": ","}),
        ({"date_format": "%d.%m.%Y"}, {"date_format": "%d.%m.%Y"}),
        ({"date_format": "%d/%m/%Y"}, {"date_format": "%d/%m/%Y"}),
        ({"date_format": "%m/%d/%Y"}, {"date_format": "%m/%d/%Y"}),
        ({"date_format": "%Y%m%d"}, {"date_format": "%Y%m%d"}),
        ({"sep": ";", "decimal": ",", "date_format": "%d.%m.%Y"}, {"sep": ";", "decimal": ",", "date_format": "%d.%m.%Y"}),
    ],
)  # fmt: skip
def test_prices_are_read_in_the_form_that_they_have(
    form: dict[str, str], options: dict[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "my prices.csv"
    PRICES.to_csv(path, **form)  # type: ignore[call-overload]
    assert reading_options(path) == options
    source = (
        "getSymbols(c('SPY', 'TLT'), from = '2000-01-01')\nx = merge(SPY, TLT)['2024-02']\ncat(nrow(x), sum(x[, 1]))\n"
    )
    assert sitpy.run_r(source, path).printed == "2 21.8"
    pd.testing.assert_frame_equal(
        pd.read_csv(path, index_col=0, parse_dates=True, **options), PRICES, check_index_type=False
    )


def test_dates_that_fit_two_forms_are_those_that_go_forwards(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text("Date,SPY\n03/01/2024,1\n04/01/2024,2\n05/01/2024,3\n01/02/2024,4\n")
    assert reading_options(path) == {"date_format": "%d/%m/%Y"}
    path.write_text("Date,SPY\n03/01/2024,1\n04/01/2024,2\n")
    with pytest.raises(
        sitpy.InputError, match=r"can be read in 2 ways, such as '03/01/2024' by .*write them as 2024-01-31"
    ):
        reading_options(path)


@pytest.mark.parametrize("text", ["", "Date,SPY\n", "SPY,TLT\n1.5,2\n1.6,3\n", "Date,SPY\n,1\n"])
def test_a_file_without_dated_prices_is_refused_before_anything_runs(text: str, tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text(text)
    with pytest.raises(
        sitpy.InputError, match=r"expected are dates in the first column and one column of prices per symbol"
    ):
        sitpy.run_r("getSymbols('SPY')\ncat('ran')\n", tmp_path / "p.csv")


def test_a_symbol_that_is_not_in_the_prices_is_named(tmp_path: Path) -> None:
    PRICES.to_csv(tmp_path / "p.csv")
    for symbols, missing in (("'SPY', 'QQQ'", "'QQQ'"), ("'QQQ', 'EEM'", "'QQQ', 'EEM'")):
        source = f"data = new.env()\ngetSymbols(c({symbols}), env = data)\nbt.prep(data)\n"
        with pytest.raises(sitpy.RScriptError, match=rf"^R line [23]: there is no column {missing} in the table$"):
            sitpy.run_r(source, tmp_path / "p.csv")


# ----------------------------------------------------------------------------------------------------------- pictures


def test_a_plot_has_its_data_titles_and_colours() -> None:
    source = (
        "x = c(1, 2, 4)\nplot(x, x^2, type = 'l', col = 'red', lty = 2, lwd = 3, main = 'Square', ylim = c(0, 20))\n"
    )
    (axes,) = drawn(source + "lines(x, x, col = 'steelblue')\nabline(h = 5, v = c(1, 2), col = 'gray50')\n")
    first, second = axes.lines[:2]
    np.testing.assert_allclose(first.get_xydata(), [[1, 1], [2, 4], [4, 16]])
    assert (first.get_color(), first.get_linestyle(), first.get_linewidth()) == ("red", "--", 3)
    assert second.get_color() == "steelblue" and len(axes.lines) == 5 and axes.lines[2].get_color() == "0.5"
    assert (axes.get_title(), axes.get_ylim()) == ("Square", (0, 20))


def test_what_is_added_goes_into_the_picture_of_the_frontier() -> None:
    source = (
        f"{HEAD}ef = portopt(ia, create.basic.constraints(ia$n), 3)\nplot.ef(ia, list(ef), portfolio.risk, F)\n"
        "points(5, 10, pch = 19, col = 2)\ntext(5, 10, 'here', pos = 4)\n"
        "legend('topleft', c('a$b', 'c'), col = c('red', 'blue'), lty = 1, bty = 'n')\n"
    )
    (axes,) = drawn(source)
    assert axes.get_title() == "Risk vs Return" and "here" in [text.get_text() for text in axes.texts]
    legend = axes.get_legend()
    assert legend is not None and [text.get_text() for text in legend.get_texts()] == ["a$b", "c"]
    assert np.allclose(axes.collections[-1].get_offsets(), [[5, 10]])


def test_each_plot_takes_a_cell_of_the_page() -> None:
    source = "par(mfrow = c(1, 3))\nplot(1:3)\nbarplot(c(a = 1, b = -2), main = 'bars')\npie(c(1, 2), labels = c('p', 'q'))\n"
    (figure,) = sitpy.run_r(source).figures
    points, bars, _ = figure.pages[0].axes
    assert points.collections[0].get_offsets().tolist() == [[1, 1], [2, 2], [3, 3]]  # type: ignore[union-attr]
    assert [bar.get_height() for bar in bars.patches] == [1, -2]  # type: ignore[attr-defined]
    assert [text.get_text() for text in bars.get_xticklabels()] == ["a", "b"]


def test_bars_of_a_matrix_are_stacked_or_stand_beside_one_another() -> None:
    source = "m = rbind(c(1, 2), c(3, 4))\nbarplot(m{})\n"
    stacked, beside = (drawn(source.format(more))[0].patches for more in ("", ", beside = TRUE"))
    assert [bar.get_y() for bar in stacked] == [0, 0, 1, 2]  # type: ignore[attr-defined]
    assert [bar.get_y() for bar in beside] == [0, 0, 0, 0]  # type: ignore[attr-defined]
    assert len({bar.get_x() for bar in beside}) == 4  # type: ignore[attr-defined]


def test_matplot_draws_every_column() -> None:
    (axes,) = drawn("matplot(cbind(1:3, 3:1), type = 'l')\n")
    assert [line.get_ydata().tolist() for line in axes.lines[1:]] == [[1, 2, 3], [3, 2, 1]]  # type: ignore[union-attr]


def test_series_are_drawn_by_their_dates() -> None:
    like_r.plota(PRICES["SPY"], main="SPY", col=4)
    like_r.plota_legend("SPY,TLT", "blue,red")
    axes = plt.gca()
    assert list(pd.DatetimeIndex(axes.lines[0].get_xdata(orig=True))) == list(PRICES.index)
    assert to_hex(axes.lines[0].get_color()) == "#2297e6"
    legend = axes.get_legend()
    assert legend is not None and [text.get_text() for text in legend.get_texts()] == ["SPY", "TLT"]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("lines(1:3)", "R line 1: nothing is drawn yet that this could be added to"),
        ("x = 1:3\nplot(x, 1:4)", "R line 2: x has 3 values and y has 4"),
        ("plot(1:3, col = 'nocolour')", "R line 1: the colour 'nocolour' is not known"),
    ],
)
def test_what_cannot_be_drawn_says_why(source: str, message: str) -> None:
    with pytest.raises(sitpy.RScriptError, match=message):
        sitpy.run_r(source + "\n")


def test_a_logarithmic_axis_has_plain_numbers() -> None:
    (axes,) = drawn("plot(c(1, 10, 100), log = 'y')\n")
    axes.figure.canvas.draw()  # type: ignore[union-attr]
    words = [text.get_text() for text in axes.get_yticklabels() if text.get_text()]
    assert axes.get_yscale() == "log" and {"1", "10", "100"} <= set(words)


def test_plot_ia_takes_no_page_with_one_cell() -> None:
    """In SIT plot.ia lays out its own page."""
    (figure,) = sitpy.run_r(f"{HEAD}png('ia.png')\nlayout(1)\nplot.ia(ia)\ndev.off()\n").figures
    assert figure.file == "ia.png" and len(figure.pages) == 1
    assert translate("ia = aa.test.create.ia.rebal()\nplot.ia(ia, layout = T)\n").complete


def test_weights_too_small_to_be_seen_are_not_drawn() -> None:
    weights = np.array([[0.5, 0.5, 1e-12, -1e-14], [0.4, 0.6, 1e-13, 0.0]])
    axes = sitpy.plot_transition_map(weights, [0.1, 0.2])
    assert len(axes.collections) == 2
    legend = axes.get_legend()
    assert legend is not None and len(legend.get_texts()) == 4


@pytest.mark.parametrize("closed", ["dev.off()\n", ""])
def test_notes_of_a_file_have_the_line_that_opens_it(closed: str) -> None:
    draw = "plot(1:3)\n" * 2
    notes = sitpy.run_r(f"x = 1\npng('../a.png')\n{draw}{closed}").notes
    assert notes == (
        "R line 2: ../a.png: 2 pages were drawn, of which R keeps the last; the others are saved beside it",
        "R line 2: ../a-page1.png is saved as a-page1.png, in the folder of this run",
        "R line 2: ../a.png is saved as a.png, in the folder of this run",
    )


def test_the_parts_of_the_report_are_drawn(tmp_path: Path) -> None:
    source = (
        "data = new.env()\ngetSymbols(c('SPY', 'TLT'), env = data)\nbt.prep(data)\ndata$weight[] = 0.5\n"
        "models = list(half = bt.run.share(data, clean.signal = F))\nplotbt.custom.report.part1(models)\n"
        "x = bt.detail.summary(models$half)$System\n"
    )
    PRICES.to_csv(tmp_path / "p.csv")
    run = sitpy.run_r(source, tmp_path / "p.csv")
    assert len(run.figures) == 1
    assert "R line 6: plotbt.custom.report.part1: sitpy draws all parts of the report on one page" in run.notes


# -------------------------------------------------------------------------------------------------------------- values


def test_another_correlation_is_not_taken_for_pearsons() -> None:
    (todo,) = translate("x = cbind(c(1, 2, 4), c(2, 1, 5))\ny = cor(x, method = 'spearman')\n").todos
    assert "another method than Pearson's" in todo


@pytest.mark.parametrize(
    ("source", "printed"),  # as Rscript prints them
    [
        ("cat(format(c(1, 2.5, 10)))", " 1.0  2.5 10.0"),
        ("cat(format(3.14159, digits = 3), format(1234567.8, big.mark = ','))", "3.14 1,234,568"),
        ("cat(format(c(0.001234, 123.4)), format(1e5), format(123456))", "1.234e-03 1.234e+02 1e+05 123456"),
        ("cat(format(2, nsmall = 2), format(c(1.123456789, 2.1), digits = 3, nsmall = 2))", "2.00 1.12 2.10"),
        ("cat(format('a', width = 5), format(c('a', 'bbb')), format(c(TRUE, FALSE)))", "a     a   bbb  TRUE FALSE"),
        ("cat(format(c(1, NA, 3.5)), format(5, width = 4), format(0.0001))", "1.0  NA 3.5    5 1e-04"),
        ("cat(format(round(5.678, 1), nsmall = 2), format(1234.5678, big.mark = ',', nsmall = 2))", "5.70 1,234.568"),
        ("cat(unlist(lapply(c(1, 2, 3), function(i) i^2)))", "1 4 9"),
        ("l = lapply(1:2, function(i) i * 10)\nnames(l) = c('u', 'v')\ncat(l$u, l$v, names(l))", "10 20 u v"),
        ("m = t(sapply(1:3, function(i) c(i, i * 2)))\ncat(dim(m), m)", "3 2 1 2 3 2 4 6"),
        ("m = sapply(1:3, function(i) c(i, i * 2))\ncolnames(m) = c('a', 'b', 'c')\ncat(m[, 'b'])", "2 4"),
        ("x = c(1, NA, 3)\nif (any(x > 2)) cat('some')\nif (all(x[c(1, 3)] > 0)) cat(' all')", "some all"),
        (
            "x = cbind(c(1, 2, 4, NA), c(2, 1, 5, 3))\ncat(round(cor(x, use = 'complete.obs', method = 'pearson')[1, 2], 6))",
            "0.838628",
        ),
        ("x = c(b = 3, a = 1, c = 2)\ncat(order(x), order(x, decreasing = TRUE))", "2 3 1 1 3 2"),
    ],
)
def test_values_are_those_of_r(source: str, printed: str) -> None:
    assert said(source + "\n") == printed


def test_a_function_changes_its_own_copy_of_an_outer_variable() -> None:
    """Only where every call makes the copy; R prints 5 7 and 3."""
    source = (
        "x = list(a = 1, b = 2)\nf = function(k) {\n  x$a = k\n  x$a + x$b\n}\ncat(sapply(c(3, 5), f), x$a + x$b)\n"
    )
    assert [float(word) for word in said(source).split()] == [5, 7, 3]
    alphas = (
        f"{HEAD}w = rep(1/ia$n, ia$n)\n"
        "x = sapply(c(0.9, 0.95), function(a) { ia$parameters.alpha = a; portfolio.cvar(w, ia) })\ncat(x, ia$n)\n"
    )
    ia = sitpy.aa_test_create_ia_rebal()
    expected = []
    for alpha in (0.9, 0.95):
        ia.parameters_alpha = alpha
        expected.append(float(sitpy.portfolio_cvar(np.full(9, 1 / 9), ia)[0]))
    np.testing.assert_allclose([float(word) for word in said(alphas).split()], [*expected, 9])
    (todo,) = translate("y = c(1, 2)\nf = function(x) {\n  if (x) y[1] = 2\n  y\n}\n").todos
    assert "changes a copy of the outer y" in todo


def test_a_long_script_takes_time_in_proportion_to_its_length() -> None:
    def seconds(count: int) -> float:
        began = time.process_time()
        translate(
            "".join(f"f{i} = function(x) {{\n  if (x > {i}) sum(x) else x\n}}\ncat(f{i}(2))\n" for i in range(count))
        )
        return time.process_time() - began

    seconds(5)
    assert seconds(200) < 12 * max(seconds(40), 0.02)
