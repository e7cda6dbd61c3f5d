"""Transition map: the stacks are as high as the weights, wherever one looks."""

from __future__ import annotations

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgba

from sitpy.errors import InputError
from sitpy.plots import asset_styles, layout, plot_transition_map, plot_transitopn_map


def stack_at(ax, x: float) -> tuple[float, float, dict[tuple[float, ...], float]]:
    """Highest and lowest edge of the areas at `x`, and the height of each colour (below zero: negative)."""
    top, bottom, heights = 0.0, 0.0, {}
    for area in ax.collections:
        crossings = []
        for path in area.get_paths():
            v = path.vertices
            for (x0, y0), (x1, y1) in pairwise(v):
                if min(x0, x1) < x < max(x0, x1):
                    crossings.append(y0 + (y1 - y0) * (x - x0) / (x1 - x0))
        if crossings:
            low, high = min(crossings), max(crossings)
            top, bottom = max(top, high), min(bottom, low)
            sign = -1 if low < -1e-9 else 1
            colour = tuple(np.round(area.get_facecolor()[0], 6))
            heights[colour] = heights.get(colour, 0.0) + sign * (high - low)
    return top, bottom, heights


def test_steps_hold_each_portfolio_until_the_next(ia, ef) -> None:
    ax = plot_transition_map(ef)
    x = 100 * ef.risk
    width = np.diff(x).mean()
    for i, at in enumerate(np.append(x[:-1] + np.diff(x) / 2, x[-1] + width / 2)):
        top, bottom, heights = stack_at(ax, at)
        weight = 100 * ef.weight[i]
        assert top == pytest.approx(weight[weight > 0].sum())
        assert bottom == pytest.approx(weight[weight < 0].sum())
        for j, (colour, _) in enumerate(asset_styles(ia.n)):
            assert heights.get(tuple(np.round(to_rgba(colour), 6)), 0.0) == pytest.approx(weight[j])
    assert ax.get_xlim() == pytest.approx((x[0], x[-1] + width))


def test_lines_join_the_portfolios(ef) -> None:
    ax = plot_transition_map(ef, type="l")
    x = 100 * ef.risk
    for i in range(len(x) - 1):
        top, bottom, _ = stack_at(ax, (x[i] + x[i + 1]) / 2)
        pair = 100 * ef.weight[i : i + 2]
        assert top == pytest.approx(np.maximum(pair, 0).sum(axis=1).mean())
        assert bottom == pytest.approx(np.minimum(pair, 0).sum(axis=1).mean())
    assert ax.get_xlim() == pytest.approx((x[0], x[-1]))


def test_words(ef) -> None:
    ax = plot_transition_map(ef)
    assert ax.get_title() == "Transition Map for Risk"
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("Risk", "Allocation %")
    ax = plot_transition_map(ef, ef.risk, "MAD", "Mine")
    assert ax.get_title() == "Transition Map for Mine"
    assert ax.get_xlabel() == "MAD"


def test_legend_is_in_the_order_of_the_stack_at_the_right(ia, ef) -> None:
    ax = plot_transition_map(ef)
    legend = ax.get_legend()
    assert [t.get_text() for t in legend.get_texts()] == ia.symbols[::-1]
    shown = [to_rgba(patch.get_facecolor()) for patch in legend.get_patches()]
    assert shown == [to_rgba(colour) for colour, _ in asset_styles(ia.n)][::-1]
    ax.figure.canvas.draw()
    assert legend.get_window_extent().x0 >= ax.get_window_extent().x1


def test_thirty_assets_fit_beside_the_axes(make_ia, make_ef) -> None:
    ia = make_ia(30)
    page = layout(2, 2)
    ax = plot_transition_map(make_ef(ia))
    page.canvas.draw()
    box = ax.get_legend().get_window_extent()
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ia.symbols[::-1]
    assert box.y0 >= 0 and box.height <= 1.1 * ax.get_window_extent().height
    drawn = {(tuple(a.get_facecolor()[0]), a.get_hatch() or "") for a in ax.collections}
    assert len(drawn) == 30


def test_auxiliary_columns_are_not_drawn(ia, make_ef) -> None:
    ax = plot_transition_map(make_ef(ia, auxiliary=5))
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ia.symbols[::-1]
    assert stack_at(ax, 6.0)[0] < 900


def test_a_frontier_without_n_assets_draws_all_columns(ia, make_ef) -> None:
    ef = make_ef(ia, auxiliary=2)
    del ef.n_assets
    assert len(plot_transition_map(ef).get_legend().get_texts()) == ia.n + 2


def test_portfolios_are_put_in_order_of_x() -> None:
    weights = pd.DataFrame({"A": [0.1, 0.2, 0.3], "B": [0.9, 0.8, 0.7]})
    ax = plot_transition_map(weights, [0.3, 0.1, 0.2])
    colour = tuple(np.round(to_rgba(asset_styles(1)[0][0]), 6))
    assert [stack_at(ax, at)[2][colour] for at in (15, 25, 35)] == pytest.approx([20, 30, 10])


def test_of_equal_x_the_last_holds() -> None:
    weights = np.array([[1.0, 0.0], [0.5, 0.5], [0.2, 0.8], [0.0, 1.0]])
    ax = plot_transition_map(weights, [0.1, 0.2, 0.2, 0.3])
    colour = tuple(np.round(to_rgba(asset_styles(1)[0][0]), 6))
    assert stack_at(ax, 25)[2][colour] == pytest.approx(20)
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["Asset 2", "Asset 1"]
    ax.figure.canvas.draw()


@pytest.mark.parametrize("kind", ["s", "l"])
@pytest.mark.parametrize("points", [1, 3])
@pytest.mark.filterwarnings("error")
def test_portfolios_all_at_one_place_are_a_block(points, kind) -> None:
    ax = plot_transition_map(np.tile([0.25, -0.5], (points, 1)), [0.1] * points, type=kind)
    top, bottom, _ = stack_at(ax, 10.5)
    assert (top, bottom) == pytest.approx((25, -50))
    ax.figure.canvas.draw()


def test_missing_x_is_left_out_and_missing_weights_are_a_gap() -> None:
    weights = np.array([[0.5], [0.6], [np.nan], [0.7], [0.8]])
    ax = plot_transition_map(weights, [0.1, np.nan, 0.2, 0.3, 0.4])
    assert stack_at(ax, 12)[0] == pytest.approx(50)
    assert stack_at(ax, 25)[0] == 0
    assert stack_at(ax, 35)[0] == pytest.approx(70)


def test_a_table_may_have_assets_called_like_fields() -> None:
    weights = pd.DataFrame({"risk": [0.5, 0.4], "name": [0.25, 0.3], "weight": [0.25, 0.3]})
    ax = plot_transition_map(weights, [0.1, 0.2])
    assert ax.get_title() == "Transition Map"
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["weight", "name", "risk"]
    with pytest.raises(InputError, match=r"weights without x, expected one number per row"):
        plot_transition_map(weights)


def test_given_axes_is_returned_and_inputs_are_unharmed(ef) -> None:
    before = ef.weights.copy()
    _, ax = plt.subplots()
    assert plot_transition_map(ef, ax=ax) is ax
    pd.testing.assert_frame_equal(ef.weights, before)
    assert not ef.risk.flags.writeable


def test_the_misspelt_name_is_the_same_function() -> None:
    assert plot_transitopn_map is plot_transition_map


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda ef: plot_transition_map(ef, [0.1, 0.2]), r"x has 2 numbers, expected 6: one for each row"),
        (lambda ef: plot_transition_map(ef, type="x"), r"type is 'x', expected \"s\" or \"l\""),
        (lambda ef: plot_transition_map(ef, [np.nan] * 6), r"x holds no finite number"),
        (lambda ef: plot_transition_map(np.zeros((0, 3)), []), r"shape \(0, 3\), expected points x assets"),
        (lambda ef: plot_transition_map(np.ones((2, 2, 2)), [1, 2]), r"shape \(2, 2, 2\), expected points x"),
    ],
)
def test_bad_input_is_refused_before_anything_is_drawn(ef, call, words) -> None:
    page = layout(1, 1)
    with pytest.raises(InputError, match=words):
        call(ef)
    assert page.axes == []
