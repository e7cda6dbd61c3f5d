"""Weights cleaned, dropped and rounded."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import sitpy
from sitpy.backtest.weights import carried, lagged, zeroed

NAN = np.nan
WEIGHTS = arrays(float, (6, 3), elements=st.sampled_from([NAN, -0.4, -0.05, 0.0, 0.03, 0.2, 0.5, 0.77]))


@given(WEIGHTS)
@settings(max_examples=40)
def test_cleaned_weights_are_the_same_weights_without_repetition(weight: Any) -> None:
    clean = sitpy.bt_exrem(weight).to_numpy()
    np.testing.assert_array_equal(zeroed(carried(clean)), zeroed(carried(weight)))
    for column in clean.T:
        kept = np.concatenate([[0.0], column[~np.isnan(column)]])
        assert (np.diff(kept) != 0).all()
    np.testing.assert_array_equal(sitpy.exrem(weight[:, 0]).to_numpy(), clean[:, 0])


def test_labels_survive() -> None:
    table = pd.DataFrame({"A": [0.5, 0.5], "B": [0.5, 0.04]}, index=pd.bdate_range("2020-01-01", periods=2))
    for answer in (sitpy.bt_exrem(table), sitpy.bt_apply_min_weight(table), sitpy.bt_apply_round_weight(table)):
        assert answer.index.equals(table.index) and answer.columns.equals(table.columns)
    assert sitpy.exrem(table["A"]).index.equals(table.index)
    assert table.iloc[1, 1] == 0.04


@given(WEIGHTS)
@settings(max_examples=40)
def test_small_weights_go_to_the_others_of_their_side(weight: Any) -> None:
    kept = sitpy.bt_apply_min_weight(weight, 0.1, 0.2).to_numpy()
    np.testing.assert_array_equal(np.isnan(kept), np.isnan(weight))
    weight, kept = zeroed(weight), zeroed(kept)
    assert (kept[(weight > 0) & (weight < 0.1)] == 0).all() and (kept[(weight < 0) & (weight > -0.2)] == 0).all()
    for row, now in zip(weight, kept, strict=True):
        if (row >= 0.1).any():
            assert now[now > 0].sum() == pytest.approx(row[row > 0].sum())
            large = row >= 0.1
            np.testing.assert_allclose(now[large] / now[large].sum(), row[large] / row[large].sum())
        else:
            assert (now <= 0).all()


@given(WEIGHTS)
@settings(max_examples=40)
def test_rounded_weights_keep_the_sums_of_both_sides(weight: Any) -> None:
    rounded = zeroed(sitpy.bt_apply_round_weight(weight, 0.1).to_numpy())
    for row, now in zip(zeroed(weight), rounded, strict=True):
        for side in (1, -1):
            before, after = row[side * row > 0], now[side * now > 0]
            if (np.abs(before) >= 0.06).any():
                assert after.sum() == pytest.approx(before.sum())
                steps = np.round(before / 0.1)
                np.testing.assert_allclose(after, steps[steps != 0] * before.sum() / steps.sum())
            else:
                assert after.size == 0


def test_rounding_by_hand() -> None:
    """0.33 and 0.67 to 0.1: 0.3 and 0.7; -0.12 and -0.38 to 0.25: -0 and -0.5 scaled to the same sum."""
    assert sitpy.bt_apply_round_weight([[0.33, 0.67]], 0.1).round(12).to_numpy().tolist() == [[0.3, 0.7]]
    answer = sitpy.bt_apply_round_weight([[1.5, -0.12, -0.38]], 0.5, 0.25)
    assert answer.round(12).to_numpy().tolist() == [[1.5, 0, -0.5]]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: sitpy.bt_apply_min_weight([[0.1]], -0.1), r"long_min_weight is -0\.1; give a non-negative fraction"),
        (lambda: sitpy.bt_apply_min_weight([[0.1]], 0.1, -1), "short_min_weight is -1"),
        (lambda: sitpy.bt_apply_round_weight([[0.1]], 0), "long_round_weight is 0; give a positive fraction"),
        (lambda: sitpy.bt_apply_round_weight([[0.1]], 0.1, NAN), "short_round_weight is nan"),
        (lambda: sitpy.bt_exrem([0.1, 0.2]), r"weight has shape \(2,\); expected dates x symbols"),
        (lambda: sitpy.bt_exrem([["a"]]), "weight holds something that is not a number"),
    ],
)
def test_bad_arguments_are_refused(call: Any, message: str) -> None:
    with pytest.raises(sitpy.InputError, match=message):
        call()


@pytest.mark.parametrize("nlag", range(-4, 5))
def test_lags_are_those_of_pandas(nlag: int) -> None:
    values = np.arange(6.0).reshape(3, 2)
    np.testing.assert_array_equal(lagged(values, nlag), pd.DataFrame(values).shift(nlag))
