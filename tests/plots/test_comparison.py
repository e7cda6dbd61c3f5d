"""Bars and curves: what is drawn is what was given, in percent."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sitpy.errors import InputError
from sitpy.plots import layout
from sitpy.plots.comparison import plot_bars, plot_curves


@pytest.fixture
def table() -> pd.DataFrame:
    return pd.DataFrame({"before": [0.6, -0.1, np.nan], "after": [0.5, 0.2, 0.3]}, index=["Australia", "B", "C"])


def test_bars_have_the_heights_of_the_table(table: pd.DataFrame) -> None:
    ax = plot_bars(table, "Weights", "Weight")
    heights = [[bar.get_height() for bar in bars] for bars in ax.containers]
    np.testing.assert_allclose(heights, 100 * table.to_numpy().T)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["before", "after"]
    assert [label.get_text() for label in ax.get_xticklabels()] == list(table.index)
    assert (ax.get_title(), ax.get_ylabel()) == ("Weights", "Weight")


def test_bars_of_a_group_stand_side_by_side_around_its_label(table: pd.DataFrame) -> None:
    first, second = plot_bars(table, "").containers
    for place, (left, right) in enumerate(zip(first, second)):
        assert left.get_x() + left.get_width() == pytest.approx(right.get_x()) == pytest.approx(place)
    assert right.get_x() + right.get_width() < 2 + 0.5  # room between the groups


def test_one_series_has_no_legend_and_long_labels_are_turned(table: pd.DataFrame) -> None:
    long = table[["after"]].rename(index="the {} of a very long name".format)
    ax = plot_bars(long, "")
    assert ax.get_legend() is None
    assert {label.get_rotation() for label in ax.get_xticklabels()} == {30.0}


def test_curves_and_published_points_in_percent() -> None:
    x, y = [0.1, 0.2], [0.05, 0.06]
    ax = plot_curves({"ours": (x, y), "theirs": (y, x)}, "Frontier", "Risk", "Return", ([0.1], [0.05]))
    drawn = {line.get_label(): line.get_xydata() for line in ax.lines}
    np.testing.assert_allclose(drawn["ours"], [[10, 5], [20, 6]])
    np.testing.assert_allclose(drawn["theirs"], [[5, 10], [6, 20]])
    np.testing.assert_allclose(drawn["published"], [[10, 5]])
    assert ax.lines[0].get_linestyle() == "None" and ax.get_legend() is not None
    assert plot_curves({"ours": (x, y)}, "", "", "").get_legend() is None


def test_they_take_the_next_cell_or_the_axes_given(table: pd.DataFrame) -> None:
    page = layout(1, 2)
    first, second = plot_bars(table, ""), plot_curves({"a": ([1], [2])}, "", "", "")
    assert page.axes == [first, second]
    assert plot_bars(table, "again", ax=first) is first


def test_nothing_to_draw_is_refused(table: pd.DataFrame) -> None:
    with pytest.raises(InputError, match=r"the table for 'Weights' has shape \(0, 2\); there is nothing to draw"):
        plot_bars(table.iloc[:0], "Weights")
    with pytest.raises(InputError, match="no curve was given for 'Frontier', expected one or more by name"):
        plot_curves({}, "Frontier", "", "")
    with pytest.raises(InputError, match="'ours' has 2 values of x and 1 of y; expected as many of each"):
        plot_curves({"ours": ([1, 2], [1])}, "", "", "")
