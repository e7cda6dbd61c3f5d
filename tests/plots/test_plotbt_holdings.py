"""What is held: maps through time, bars at the last date, and how much is invested."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pandas as pd
import pytest

import sitpy
from sitpy.plots import asset_styles

DAYS = pd.DatetimeIndex(["2020-01-31", "2020-02-29", "2020-03-31"])
HELD = pd.DataFrame({"A": [0, 0.5, 0], "B": [0, 0.7, 1.2], "C": [0, -0.2, -0.2], "Never": 0.0}, index=DAYS)


def areas(ax: Any) -> dict[str, list[tuple[float, float, float]]]:
    """Colour -> the (middle date, bottom, top) of each piece of its areas, read from the drawn corners."""
    found: dict[str, list[tuple[float, float, float]]] = {}
    for area in ax.collections:
        colour = tuple(np.round(area.get_facecolor()[0][:3], 4))
        for path in area.get_paths():
            corners = path.vertices
            for left, right in itertools.pairwise(DAYS):
                middle = (left + (right - left) / 2 - pd.Timestamp(0)).days
                edges = [a[1] for a, b in itertools.pairwise(corners) if min(a[0], b[0]) < middle < max(a[0], b[0])]
                if edges and max(edges) - min(edges) > 1e-12:
                    found.setdefault(str(colour), []).append((middle, min(edges), max(edges)))
    return found


def colour_of(column: int) -> str:
    rgb = tuple(int(asset_styles(4)[column][0][i : i + 2], 16) / 255 for i in (1, 3, 5))
    return str(tuple(np.round(np.array(rgb), 4)))


def names(ax: Any) -> list[str]:
    return [text.get_text() for text in ax.get_legend().get_texts()]


def test_a_row_fills_the_time_since_the_row_before() -> None:
    ax = sitpy.plotbt_transition_map(HELD, "Three", sort_asset=False)
    found = areas(ax)
    february, march = ((DAYS[i] + (DAYS[i + 1] - DAYS[i]) / 2 - pd.Timestamp(0)).days for i in (0, 1))
    assert found[colour_of(0)] == [pytest.approx((february, 0, 50))]
    assert found[colour_of(1)] == [pytest.approx((february, 50, 120)), pytest.approx((march, 0, 120))]
    assert found[colour_of(2)] == [pytest.approx((february, -20, 0)), pytest.approx((march, -20, 0))]
    assert ax.get_title() == "Transition Map for Three" and ax.get_ylabel() == "Allocation %"
    assert names(ax) == ["C", "B", "A"]  # as the stack, and without the one never held


def test_what_is_held_most_often_is_at_the_bottom() -> None:
    assert names(sitpy.plotbt_transition_map(HELD))[::-1] == ["B", "C", "A"]
    swapped = HELD[["Never", "C", "A", "B"]]
    assert set(names(sitpy.plotbt_transition_map(swapped))[::-1][:2]) == {"B", "C"}


def test_own_colours_and_shading() -> None:
    ax = sitpy.plotbt_transition_map(HELD, col=["red", "blue", "green", "grey"], x_highlight="2020-03")
    assert str((1.0, 0.0, 0.0)) in {str(tuple(map(float, area.get_facecolor()[0][:3]))) for area in ax.collections}
    assert len(ax.patches) == 1


def test_a_missing_weight_is_none_and_nothing_is_changed_in_place() -> None:
    given = HELD.replace(0, np.nan)
    before = given.copy()
    assert areas(sitpy.plotbt_transition_map(given)) == areas(sitpy.plotbt_transition_map(HELD))
    pd.testing.assert_frame_equal(given, before)


def test_many_assets_are_drawn_as_others() -> None:
    weight = pd.DataFrame(np.tile(np.arange(40.0) / 780, (3, 1)), index=DAYS).add_prefix("Asset ")
    ax = sitpy.plotbt_transition_map(weight)
    assert len(names(ax)) == 16 and names(ax)[0] == "24 others"
    top = max(path.vertices[:, 1].max() for area in ax.collections for path in area.get_paths())
    assert top == pytest.approx(100)
    bars = sitpy.plotbt_holdings(weight)
    assert [label.get_text() for label in bars.get_yticklabels()][-1] == "24 others"
    assert sum(bar.get_width() for bar in bars.patches) == pytest.approx(100)  # type: ignore[attr-defined]


def test_bars_are_the_last_weights_largest_first_in_the_colours_of_the_map() -> None:
    ax = sitpy.plotbt_holdings(HELD)
    assert ax.get_title() == "Allocation for 31-Mar-2020"
    assert [label.get_text() for label in ax.get_yticklabels()] == ["B", "C"]
    assert [bar.get_width() for bar in ax.patches] == pytest.approx([120, -20])  # type: ignore[attr-defined]
    assert [str(tuple(np.round(bar.get_facecolor()[:3], 4))) for bar in ax.patches] == [colour_of(1), colour_of(2)]
    assert [text.get_text() for text in ax.texts] == ["120%", "-20%"]
    assert sitpy.plotbt_holdings(HELD, "today").get_title() == "Allocation for today"


def test_sizes_of_both_sides_add_up() -> None:
    ax = sitpy.plotbt_holdings_time(HELD)
    np.testing.assert_allclose(ax.get_lines()[0].get_ydata(), [140, 140, 140, 140])
    assert names(ax) == ["Long and short", "Long", "Short"]
    assert names(sitpy.plotbt_holdings_time(HELD[["A"]])) == ["Long"]


@pytest.mark.parametrize("draw", [sitpy.plotbt_transition_map, sitpy.plotbt_holdings, sitpy.plotbt_holdings_time])
class TestAll:
    def test_one_date(self, draw: Any) -> None:
        ax = draw(HELD.iloc[1:2])
        ax.figure.canvas.draw()
        assert ax.get_title()

    def test_nothing_held(self, draw: Any) -> None:
        ax = draw(0 * HELD)
        ax.figure.canvas.draw()
        if draw is not sitpy.plotbt_holdings_time:
            assert "nothing is held" in [text.get_text() for text in ax.texts]

    def test_a_page_and_own_axes(self, draw: Any) -> None:
        page = sitpy.layout(1, 2)
        assert draw(HELD).figure is page
        ax = page.add_subplot()
        assert draw(HELD, ax=ax) is ax

    @pytest.mark.parametrize(
        ("weight", "message"),
        [
            (HELD.to_numpy(), "weight is a ndarray; give a DataFrame"),
            (HELD.iloc[:0], r"weight has shape \(0, 4\)"),
            (HELD.reset_index(drop=True), "expected dates in the index"),
            (HELD.iloc[::-1], "the dates of weight repeat or fall"),
            (HELD.astype(object).replace(1.2, "x"), "weight holds something that is not a number"),
            (HELD.replace(1.2, np.inf), "the weight of B on 2020-03-31 is infinite"),
        ],
    )
    def test_other_weights_are_refused(self, draw: Any, weight: Any, message: str) -> None:
        with pytest.raises(sitpy.InputError, match=message):
            draw(weight)


def test_colours_that_are_none_or_too_few() -> None:
    with pytest.raises(sitpy.InputError, match="'reddish' in col is no colour"):
        sitpy.plotbt_transition_map(HELD, col=["red", "blue", "green", "reddish"])
    with pytest.raises(sitpy.InputError, match="col has 2 colours for 4 symbols"):
        sitpy.plotbt_transition_map(HELD, col=["red", "blue"])
