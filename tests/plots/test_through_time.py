"""Lines over dates: all of them, in order, with a legend where there are several."""

import pandas as pd
import pytest

import sitpy
from sitpy.plots.through_time import plot_through_time

DAYS = pd.date_range("2024-01-01", periods=4)


def test_lines_keep_their_own_dates() -> None:
    lines = {"a": pd.Series([1.0, 2.0, 3.0, 4.0], DAYS), "b": pd.Series([1.0, 0.5], DAYS[[0, 3]])}
    ax = plot_through_time(lines, "Title", "Of 1")
    assert [line.get_label() for line in ax.lines] == ["a", "b"]
    assert [len(line.get_ydata()) for line in ax.lines] == [4, 2]  # type: ignore[arg-type]
    assert ax.lines[1].get_xdata()[-1] == ax.lines[0].get_xdata()[-1]  # type: ignore[index]
    assert (ax.get_title(), ax.get_ylabel()) == ("Title", "Of 1")
    legend = ax.get_legend()
    assert legend and [text.get_text() for text in legend.get_texts()] == ["a", "b"]


def test_steps_hold_until_the_next_date_and_one_line_needs_no_legend() -> None:
    ax = plot_through_time({"a": pd.Series([1.0, 2.0], DAYS[:2])}, "", "", drawstyle="steps-post")
    assert ax.lines[0].get_drawstyle() == "steps-post" and ax.get_legend() is None


def test_what_cannot_be_drawn_through_time() -> None:
    with pytest.raises(sitpy.InputError, match=r"no line was given for 'Empty'"):
        plot_through_time({}, "Empty", "")
    with pytest.raises(sitpy.InputError, match=r"'a' has int64 labels; give a Series with a DatetimeIndex"):
        plot_through_time({"a": pd.Series([1.0])}, "", "")
