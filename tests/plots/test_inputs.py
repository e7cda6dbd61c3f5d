"""The table and the heat map hold the figures of the input assumptions, readable on every colour."""

from __future__ import annotations

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from sitpy.errors import InputError
from sitpy.plots import layout, plot_ia
from sitpy.plots.palette import relative_luminance


@pytest.mark.parametrize("n", [2, 9, 30])
def test_every_figure_is_printed(make_ia, n) -> None:
    ia = make_ia(n)
    table, heat_map = plot_ia(ia)
    cells = [text.get_text() for text in table.texts]
    assert cells[: n + 1] == ["Asset", *ia.symbols]
    assert cells[n + 1 : 2 * n + 2] == ["Return", *(f"{100 * r:.1f}%" for r in ia.expected_return)]
    assert cells[2 * n + 2 :] == ["Risk", *(f"{100 * r:.1f}%" for r in ia.risk)]
    assert len(heat_map.texts) == n * n
    for text in heat_map.texts:
        j, i = text.get_position()
        assert float(text.get_text()) == pytest.approx(ia.correlation[i, j], abs=0.0051)
    assert [t.get_text() for t in heat_map.get_yticklabels()] == ia.symbols
    assert [t.get_text() for t in heat_map.get_xticklabels()] == ia.symbols


@pytest.mark.parametrize("n", [2, 9, 30])
def test_numbers_fit_their_cells_and_columns(make_ia, n) -> None:
    table, heat_map = plot_ia(make_ia(n))
    table.figure.canvas.draw()
    cell = heat_map.get_window_extent().width / n
    assert max(text.get_window_extent().width for text in heat_map.texts) < cell
    frame = table.get_window_extent()
    names, last = table.texts[: n + 1], table.texts[-(n + 1) :]
    assert min(text.get_window_extent().x0 for text in names) >= frame.x0
    assert max(text.get_window_extent().x1 for text in last) <= frame.x1
    first_figures = table.texts[n + 1 : 2 * n + 2]
    assert max(t.get_window_extent().x1 for t in names) < min(t.get_window_extent().x0 for t in first_figures)


def test_long_names_do_not_run_into_the_figures(ia) -> None:
    ia.symbols = ["A remarkably long name of an index fund"] * ia.n
    table, _ = plot_ia(ia)
    table.figure.canvas.draw()
    columns = [table.texts[k * (ia.n + 1) : (k + 1) * (ia.n + 1)] for k in range(3)]
    for left, right in pairwise(columns):
        for a, b in zip(left, right, strict=True):
            assert a.get_window_extent().x1 < b.get_window_extent().x0


def test_colours_are_centred_at_zero(ia) -> None:
    image = plot_ia(ia)[1].images[0]
    assert image.get_clim() == (-1, 1)
    assert image.cmap.name == "RdBu"
    assert len(image.figure.axes) == 3 and image.colorbar is not None


def test_numbers_contrast_with_every_colour_of_the_map(make_ia) -> None:
    ia = make_ia(21)
    ia.correlation = np.linspace(-1, 1, 441).reshape(21, 21)
    _, heat_map = plot_ia(ia)
    image = heat_map.images[0]
    for text in heat_map.texts:
        j, i = text.get_position()
        paper = relative_luminance(to_rgb(image.cmap(image.norm(ia.correlation[i, j]))))
        ink = relative_luminance(to_rgb(text.get_color()))
        assert (max(paper, ink) + 0.05) / (min(paper, ink) + 0.05) >= 4.5


def test_geometric_return_has_its_column(ia) -> None:
    ia.geometric_return = 0.9 * ia.expected_return
    table, _ = plot_ia(ia)
    assert [t.get_text() for t in table.texts[-(ia.n + 1) :]] == [
        "Geometric",
        *(f"{90 * r:.1f}%" for r in ia.expected_return),
    ]


def test_missing_correlation_is_an_empty_cell(ia) -> None:
    ia.correlation = np.where(np.eye(ia.n) == 1, 1.0, np.nan)
    _, heat_map = plot_ia(ia)
    heat_map.figure.canvas.draw()
    assert len(heat_map.texts) == ia.n


def test_axes_given_are_returned(ia) -> None:
    _, axes = plt.subplots(1, 2)
    pair = plot_ia(ia, axes=axes)
    assert isinstance(pair, np.ndarray)
    assert pair[0] is axes[0] and pair[1] is axes[1]


def test_next_two_cells_of_the_page_are_taken(ia) -> None:
    page = layout(2, 2)
    pair = plot_ia(ia)
    assert [ax.get_subplotspec().rowspan.start for ax in pair] == [0, 1]
    assert all(ax.figure is page for ax in pair)


def test_a_small_negative_correlation_is_not_minus_zero(ia) -> None:
    ia.correlation = np.full((ia.n, ia.n), -0.001)
    assert {text.get_text() for text in plot_ia(ia)[1].texts} == {"0.00"}


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("risk", None, r"ia\.risk is missing, expected an array of shape \(4,\)"),
        ("correlation", np.eye(3), r"ia\.correlation has shape \(3, 3\), expected \(4, 4\)"),
        ("expected_return", np.ones(5), r"ia\.expected_return has shape \(5,\), expected \(4,\)"),
    ],
)
def test_bad_inputs_are_refused(ia, field, value, words) -> None:
    setattr(ia, field, value)
    with pytest.raises(InputError, match=words):
        plot_ia(ia)


def test_three_axes_are_refused(ia) -> None:
    with pytest.raises(InputError, match=r"axes has length 3, expected 2"):
        plot_ia(ia, axes=plt.subplots(1, 3)[1])
