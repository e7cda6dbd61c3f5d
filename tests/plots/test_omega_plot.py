"""Omega against its threshold: the curves are the logarithm of gains over shortfalls, in percent, one line per portfolio."""

from __future__ import annotations

import copy
import re
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

import sitpy
from sitpy import InputAssumptions, InputError
from sitpy.plots import layout, plot_omega

Array = np.ndarray

WEIGHTS = pd.DataFrame(
    [[0.125] * 8, [0.3, -0.2, 0.4, 0.1, 0.1, 0.2, 0.3, -0.2]], index=["even", "long-short"], dtype=float
)


def curves(ax: Any) -> list[Any]:
    """The portfolios' lines, without the marks of Omega 1 and of the threshold."""
    return [line for line in ax.lines if len(line.get_xdata()) > 2]


def by_hand(weights: Array, ia: InputAssumptions, threshold: float) -> float:
    p = ia.hist_returns @ weights
    return float(
        np.log(p[p > threshold].sum() - threshold * (p > threshold).sum())
        - np.log((threshold - p)[p < threshold].sum())
    )


def test_curves_are_the_logarithm_of_omega_in_percent(ia_b: InputAssumptions) -> None:
    ax = plot_omega(WEIGHTS, ia_b)
    p = ia_b.hist_returns @ WEIGHTS.to_numpy().T
    low, high = np.quantile(p, [0.05, 0.95])
    assert len(curves(ax)) == 2
    for line, weights in zip(curves(ax), WEIGHTS.to_numpy(), strict=True):
        np.testing.assert_allclose(line.get_xdata(), 100 * np.linspace(low, high, 100), rtol=1e-12)
        expected = [by_hand(weights, ia_b, threshold) for threshold in line.get_xdata() / 100]
        np.testing.assert_allclose(line.get_ydata(), expected, rtol=1e-9, atol=1e-12)
        assert (np.diff(line.get_ydata()) < 0).all()  # a higher threshold is met less
    assert [line.get_label() for line in curves(ax)] == ["even", "long-short"]
    assert (ax.get_title(), ax.get_xlabel(), ax.get_ylabel()) == ("Portfolio Omega", "Threshold", "Log(Omega)")
    assert ax.xaxis.get_major_formatter()(0.5) == "0.5%"


def test_the_curve_is_zero_at_the_mean_return(ia_b: InputAssumptions) -> None:
    ax = plot_omega(WEIGHTS.iloc[0], ia_b)
    (line,) = curves(ax)
    mean = 100 * float((ia_b.hist_returns @ WEIGHTS.iloc[0].to_numpy()).mean())
    assert np.interp(mean, line.get_xdata(), line.get_ydata()) == pytest.approx(
        0, abs=1e-2
    )  # between two of 100 points


def test_the_threshold_of_the_assumptions_and_omega_one_are_marked(ia_b: InputAssumptions) -> None:
    ia_b.parameters_omega = 0.005
    ax = plot_omega(WEIGHTS, ia_b)
    marks = [line for line in ax.lines if len(line.get_xdata()) == 2]
    assert [list(mark.get_ydata()) for mark in marks if list(mark.get_xdata()) != [0.5, 0.5]] == [[0, 0]]
    assert [0.5, 0.5] in [list(mark.get_xdata()) for mark in marks]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["even", "long-short", "threshold of ia"]


def test_lines_can_be_told_apart(ia_b: InputAssumptions) -> None:
    rng = np.random.default_rng(0)
    lines = curves(plot_omega(rng.dirichlet(np.ones(8), 12), ia_b))
    assert len({(to_hex(line.get_color()), repr(line._dash_pattern)) for line in lines}) == 12
    assert [line.get_label() for line in lines][:2] == ["portfolio 1", "portfolio 2"]


def test_nothing_is_drawn_where_nothing_is_below(ia_a: InputAssumptions) -> None:
    """T-bills never lose: below their worst year Omega is infinite; the other line goes on."""
    ax = plot_omega(np.vstack([np.eye(9)[8], np.eye(9)[0]]), ia_a)
    bills, shares = curves(ax)
    worst = 100 * float(ia_a.hist_returns[:, 8].min())
    best = 100 * float(ia_a.hist_returns[:, 8].max())
    finite = np.isfinite(bills.get_ydata())
    x = bills.get_xdata()
    np.testing.assert_array_equal(finite, (x > worst) & (x < best))
    assert 0 < finite.sum() < 100
    assert np.isfinite(shares.get_ydata()).all()


def test_a_vector_and_auxiliary_columns(ia_b: InputAssumptions) -> None:
    (one,) = curves(plot_omega([0.125] * 8, ia_b))
    (other,) = curves(plot_omega(np.append(np.full(8, 0.125), [7.0, 8.0]), ia_b))
    np.testing.assert_allclose(one.get_ydata(), other.get_ydata(), rtol=1e-12)
    assert one.get_label() == "portfolio 1"


def test_own_axes_the_next_cell_and_nothing_changed_in_place(ia_b: InputAssumptions) -> None:
    before = copy.deepcopy((WEIGHTS, vars(ia_b)))
    _, ax = plt.subplots()
    assert plot_omega(WEIGHTS, ia_b, ax=ax) is ax
    figure = layout(2)
    cells = [plot_omega(WEIGHTS, ia_b) for _ in range(2)]
    assert all(cell.figure is cells[0].figure for cell in cells)
    assert cells[0] is not cells[1]
    assert figure is None or figure is cells[0].figure
    pd.testing.assert_frame_equal(WEIGHTS, before[0])
    np.testing.assert_equal(vars(ia_b), before[1])


@pytest.mark.parametrize(
    ("weight", "words"),
    [
        (np.ones((13, 8)), "weight has 13 portfolios; at most 12 lines can be told apart, choose some rows"),
        (np.ones((2, 7)), "weight has shape (2, 7); expected portfolios x 8 assets (or one vector of 8)"),
        ([["a"] * 8], "weight holds something that is not a number"),
        (np.zeros(8), "all portfolios return 0 in every period; Omega has no thresholds to range over"),
    ],
)
def test_portfolios_that_cannot_be_drawn(ia_b: InputAssumptions, weight: Any, words: str) -> None:
    with pytest.raises(InputError, match=re.escape(words)):
        plot_omega(weight, ia_b)
    assert not plt.get_fignums()  # refused before anything is drawn


def test_assumptions_that_cannot_be_drawn(ia_b: InputAssumptions) -> None:
    with pytest.raises(InputError, match="have no hist_returns"):
        plot_omega([1, 0], InputAssumptions(cov=np.eye(2)))
    ia_b.parameters_omega = np.nan
    with pytest.raises(InputError, match="parameters_omega is nan; give a finite return per period"):
        plot_omega(WEIGHTS, ia_b)
    ia_b.parameters_omega = 0.0
    ia_b.hist_returns[2, 5] = np.nan
    with pytest.raises(InputError, match="hist_returns of 'TLT' has 1 missing value"):
        plot_omega(WEIGHTS, ia_b)
    assert "plot_omega" in sitpy.__all__
