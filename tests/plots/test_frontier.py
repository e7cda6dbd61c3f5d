"""Frontier pictures: what is drawn equals measure and return, in percent."""

from __future__ import annotations

from functools import partial
from itertools import combinations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.text import Text

from sitpy.errors import InputError
from sitpy.plots import layout, plot_add_portfolios, plot_ef


def names(ax) -> list[str]:
    return [text.get_text() for text in ax.texts]


def label_boxes(ax):
    ax.figure.canvas.draw()
    return [Text.get_window_extent(text) for text in ax.texts]


def overlaps(a, b) -> bool:
    return min(a.x1, b.x1) - max(a.x0, b.x0) > 0 and min(a.y1, b.y1) - max(a.y0, b.y0) > 0


def test_lines_are_measure_and_return_in_percent(ia, make_ef, mad_fn) -> None:
    efs = [make_ef(ia, 6, "Risk", auxiliary=3), make_ef(ia, 9, "MAD", seed=5)]
    ax = plot_ef(ia, efs, mad_fn, False)
    assert len(ax.lines) == 2
    for line, ef in zip(ax.lines, efs, strict=True):
        np.testing.assert_allclose(line.get_xdata(), 100 * mad_fn(ef.weight, ia))
        np.testing.assert_allclose(line.get_ydata(), 100 * ef.return_)
    assert ax.get_title() == "MAD vs Return"
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("MAD", "Return")
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["Risk", "MAD"]
    assert to_hex(ax.lines[0].get_color()) != to_hex(ax.lines[1].get_color())
    assert [line.is_dashed() for line in ax.lines] == [False, True]


def test_assets_are_labelled_points(ia, ef, risk_fn) -> None:
    ax = plot_ef(ia, ef, risk_fn, False)
    points = ax.collections[0].get_offsets()
    np.testing.assert_allclose(points, 100 * np.column_stack([ia.risk, ia.expected_return]))
    assert names(ax) == ia.symbols
    np.testing.assert_allclose([text.xy for text in ax.texts], points)
    assert ax.get_legend() is None


def test_ticks_are_percent_and_the_origin_is_in_view(ia, ef, risk_fn) -> None:
    ax = plot_ef(ia, ef, risk_fn, False)
    assert ax.xaxis.get_major_formatter()(2.5) == "2.5%"
    assert ax.yaxis.get_major_formatter()(10.0) == "10%"
    assert ax.get_xlim()[0] <= 0 < ax.get_xlim()[1]
    assert ax.get_ylim()[0] <= 0 < ax.get_ylim()[1]


def test_legend_stands_outside_the_data(ia, make_ef, risk_fn) -> None:
    ax = plot_ef(ia, [make_ef(ia, name="One"), make_ef(ia, name="Two", seed=8)], risk_fn, False)
    ax.figure.canvas.draw()
    assert ax.get_legend().get_window_extent().x0 >= ax.get_window_extent().x1


def test_given_axes_is_returned_and_gets_no_transition_map(ia, ef, risk_fn) -> None:
    figure, axes = plt.subplots(1, 2)
    assert plot_ef(ia, ef, risk_fn, ax=axes[0]) is axes[0]
    assert len(figure.axes) == 2 and not axes[1].has_data()
    assert len(plt.get_fignums()) == 1


def test_transition_map_of_the_first_frontier_below(ia, make_ef, risk_fn) -> None:
    ax = plot_ef(ia, [make_ef(ia, name="First"), make_ef(ia, name="Second")], risk_fn)
    top, bottom = ax.figure.axes
    assert top is ax
    assert bottom.get_title() == "Transition Map for First"
    assert plt.gca() is ax


def test_frontier_and_map_take_the_next_two_cells(ia, ef, risk_fn) -> None:
    page = layout(2, 2)
    first = plot_ef(ia, ef, risk_fn, False)
    second = plot_ef(ia, ef, risk_fn)
    assert first.figure is page and second.figure is page
    titles = [ax.get_title() for ax in page.axes]
    assert titles == ["Risk vs Return", "Risk vs Return", "Transition Map for Risk"]


def test_missing_measure_leaves_a_gap_and_lonely_points_a_marker(ia, ef, risk_fn) -> None:
    def portfolio_cdar(weight, ia):
        value = risk_fn(weight, ia)
        value[1::2] = np.nan
        return value

    ax = plot_ef(ia, ef, portfolio_cdar, False)
    assert ax.get_title() == "CDaR vs Return"
    assert np.isnan(ax.lines[0].get_xdata()).tolist() == [False, True] * 3
    assert ax.lines[0].get_markevery() == [0, 2, 4]
    assert names(ax) == ia.symbols[::2]  # the others have no place on the picture
    ax.figure.canvas.draw()


def test_a_measure_that_is_always_missing_is_an_empty_picture(ia, ef) -> None:
    ax = plot_ef(ia, ef, lambda weight, ia: np.full(len(weight), np.nan), False)
    ax.figure.canvas.draw()
    assert names(ax) == []
    assert ax.get_title() == "Measure vs Return"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("portfolio_risk", "Risk"),
        ("portfolio_mad", "MAD"),
        ("portfolio_maxloss", "MaxLoss"),
        ("portfolio_cvar", "CVaR"),
        ("portfolio_cdar", "CDaR"),
        ("portfolio_gini_coefficient", "Gini coefficient"),
        ("my_own_measure", "My own measure"),
    ],
)
def test_title_names_the_measure(ia, ef, name, shown) -> None:
    def measure(weight, ia):
        return np.ones(len(weight))

    measure.__name__ = name
    assert plot_ef(ia, ef, measure, False).get_title() == f"{shown} vs Return"
    assert plot_ef(ia, ef, partial(measure), False).get_title() == f"{shown} vs Return"


def test_thirty_labels_are_all_there_and_none_covers_another(make_ia, make_ef, risk_fn) -> None:
    ia = make_ia(30)
    ax = plot_ef(ia, make_ef(ia), risk_fn, False)
    boxes = label_boxes(ax)
    assert names(ax) == ia.symbols
    assert not any(overlaps(a, b) for a, b in combinations(boxes, 2))
    frame = ax.get_window_extent()
    assert all(frame.x0 <= b.x0 and b.x1 <= frame.x1 and frame.y0 <= b.y0 and b.y1 <= frame.y1 for b in boxes)


def test_labels_stand_alike_each_time(make_ia, make_ef, risk_fn) -> None:
    ia = make_ia(12)
    places = []
    for _ in range(2):
        ax = plot_ef(ia, make_ef(ia), risk_fn, False)
        plot_add_portfolios(ia, risk_fn, ax=ax, Equal=np.full(12, 1 / 12))
        for _ in range(2):
            label_boxes(ax)
            places.append([text.get_position() for text in ax.texts])
    for other in places[1:]:
        np.testing.assert_allclose(other, places[0])


def test_inputs_are_unharmed(ia, ef, risk_fn) -> None:
    before = [ef.weight.copy(), ef.weights.copy(), ia.expected_return.copy()]
    plot_ef(ia, ef, risk_fn)
    np.testing.assert_array_equal(ef.weight, before[0])
    pd.testing.assert_frame_equal(ef.weights, before[1])
    np.testing.assert_array_equal(ia.expected_return, before[2])


def test_added_portfolios_stand_at_their_risk_and_return(ia, ef, risk_fn) -> None:
    ax = plot_ef(ia, ef, risk_fn)
    equal, first = np.full(ia.n, 1 / ia.n), np.eye(ia.n)[0]
    assert plot_add_portfolios(ia, risk_fn, Equal=equal, **{"Only first": np.append(first, 5.0)}) is ax
    expected = [
        [100 * risk_fn(equal, ia)[0], 100 * ia.expected_return.mean()],
        [100 * ia.risk[0], 100 * ia.expected_return[0]],
    ]
    np.testing.assert_allclose(ax.collections[-1].get_offsets(), expected)
    assert names(ax)[-2:] == ["Equal", "Only first"]
    boxes = label_boxes(ax)
    assert not any(overlaps(a, b) for a, b in combinations(boxes, 2))


def test_a_series_is_matched_by_name(ia, ef, risk_fn) -> None:
    ax = plot_ef(ia, ef, risk_fn, False)
    weight = pd.Series(0.0, index=ia.symbols)
    weight[ia.symbols[2]] = 1.0
    plot_add_portfolios(ia, risk_fn, ax=ax, Third=weight[::-1])
    np.testing.assert_allclose(ax.collections[-1].get_offsets()[0], [100 * ia.risk[2], 100 * ia.expected_return[2]])


def test_no_frontiers_is_refused_and_takes_no_cell(ia, risk_fn) -> None:
    page = layout(1, 1)
    with pytest.raises(InputError, match=r"no frontiers to draw, expected one or more"):
        plot_ef(ia, [], risk_fn)
    assert page.axes == []
    with pytest.raises(InputError, match=r"no frontiers to draw with ax given"):
        plot_ef(ia, [], risk_fn, ax=plt.gca())


def test_a_frontier_of_other_assets_is_refused(make_ia, ef, risk_fn) -> None:
    with pytest.raises(InputError, match=r"'Risk' has weights of shape \(6, 4\).* at least 7 columns"):
        plot_ef(make_ia(7), ef, risk_fn)


def test_a_measure_of_the_wrong_length_is_refused(ia, ef) -> None:
    with pytest.raises(InputError, match=r"gave 1 numbers for frontier 'Risk', expected 6, one per portfolio"):
        plot_ef(ia, ef, lambda weight, ia: 0.1)


@pytest.mark.parametrize(
    ("weight", "words"),
    [
        (np.ones(2), r"'P' has weights of shape \(2,\), expected one row of 4"),
        (np.ones((2, 4)), r"'P' has weights of shape \(2, 4\), expected one row of 4"),
        (1.0, r"'P' has weights of shape \(1,\), expected one row of 4"),
        (pd.Series({"Asset_00": 1.0}), r"'P' has no weight for Asset_01, Asset_02, Asset_03"),
    ],
)
def test_bad_portfolios_are_refused(ia, risk_fn, weight, words) -> None:
    with pytest.raises(InputError, match=words):
        plot_add_portfolios(ia, risk_fn, P=weight)


def test_no_portfolio_is_refused(ia, risk_fn) -> None:
    with pytest.raises(InputError, match=r"no portfolio was given, expected weights by name"):
        plot_add_portfolios(ia, risk_fn)
