"""Heat maps: every number stands in its cell, the best is framed, what is missing is a dash."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.patches import Rectangle

import sitpy
from sitpy.plots.heat_map import plot_heat_map

TABLE = pd.DataFrame(
    [[0.5, -0.25, np.nan], [1.5, 0.125, -2.0]],
    index=pd.Index(["60", "$x$"], name="window"),
    columns=pd.Index(["5", "10", "20"], name="rebalance"),
)


@pytest.fixture(autouse=True)
def closed() -> object:
    yield
    plt.close("all")


def framed(ax: plt.Axes) -> tuple[int, int]:
    (frame,) = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    return round(frame.get_y() + frame.get_height() / 2), round(frame.get_x() + frame.get_width() / 2)


def test_words_and_labels() -> None:
    ax = plot_heat_map(TABLE, "Sharpe ratio", ".2f")
    assert [text.get_text() for text in ax.texts] == ["0.50", "-0.25", "\N{EN DASH}", "1.50", "0.12", "-2.00"]
    assert [(round(text.get_position()[1]), round(text.get_position()[0])) for text in ax.texts] == list(
        np.ndindex(2, 3)
    )
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("rebalance", "window")
    assert [label.get_text() for label in ax.get_yticklabels()] == ["60", "$x$"]
    assert not any(label.get_parse_math() for label in ax.get_yticklabels())


def test_the_best_is_framed_and_bold() -> None:
    for good, place in (("high", (1, 0)), ("zero", (1, 1))):
        ax = plot_heat_map(TABLE, "map", good=good)
        assert framed(ax) == place
        bold = [i for i, text in enumerate(ax.texts) if text.get_fontweight() == "bold"]
        assert bold == [3 * place[0] + place[1]]


def test_colours_rise_with_the_number_or_are_white_at_zero() -> None:
    high = plot_heat_map(TABLE, "map").images[0].get_array()
    order = [high[0, 0].sum(), high[1, 0].sum(), high[1, 2].sum()]
    assert order[2] < order[0] < order[1]
    zero = plot_heat_map(pd.DataFrame([[-1.0, 0.0, 1.0]]), "map", good="zero").images[0].get_array()
    np.testing.assert_allclose(zero[0, 1], 0.97, atol=0.02)
    assert zero[0, 0, 0] > zero[0, 0, 2] and zero[0, 2, 2] > zero[0, 2, 0]  # orange, purple


@pytest.mark.parametrize("values", [[[1.0]], [[np.nan]], [[2.0, 2.0]], [[0.0, np.nan]]])
def test_maps_with_little_in_them(values: list[list[float]]) -> None:
    for good in ("high", "zero"):
        plot_heat_map(pd.DataFrame(values), "map", good=good).figure.canvas.draw()


def test_what_is_refused() -> None:
    with pytest.raises(sitpy.InputError, match=r"the table for 'map' has shape \(0, 0\); there is nothing to draw"):
        plot_heat_map(pd.DataFrame(), "map")
    with pytest.raises(sitpy.InputError, match="good 'low' is not known; use 'high' or 'zero'"):
        plot_heat_map(TABLE, "map", good="low")
    with pytest.raises(sitpy.InputError, match="table is a list"):
        plot_heat_map([[1]], "map")
