"""Shortfall, Gini, Omega, drawdown, correlation, compounding, concentration: shapes, labels, and what is refused."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from all_measures import ALL, HISTORICAL, OF_WEIGHTS, Measure

import sitpy
from sitpy import InputAssumptions, InputError

Array = np.ndarray


@pytest.mark.parametrize("measure", ALL)
def test_vectors_tables_and_auxiliary_columns(ia_b: InputAssumptions, measure: Measure) -> None:
    weights = np.array([[0.3, -0.2, 0.4, 0.1, 0.1, 0.2, 0.3, -0.2], [0.125] * 8])
    before = copy.deepcopy((weights, vars(ia_b)))
    both = measure(weights, ia_b)
    assert both.shape == ((2, 8) if measure is sitpy.portfolio_risk_contribution else (2,))
    assert np.isfinite(both).all()
    assert not np.allclose(both[0], both[1])
    for row, expected in zip(weights, both):
        for alike in (row, list(row), pd.Series(row, index=ia_b.symbols), row[None, :], np.append(row, [7, 8])):
            np.testing.assert_allclose(measure(alike, ia_b), expected[None], rtol=1e-12)
    np.testing.assert_allclose(measure(pd.DataFrame(weights, columns=ia_b.symbols), ia_b), both, rtol=1e-12)
    np.testing.assert_equal((weights, vars(ia_b)), before)  # nothing is changed in place


@pytest.mark.parametrize("measure", ALL)
@pytest.mark.parametrize(
    ("weight", "words"),
    [
        ([0.5, 0.5], "weight has shape (2,); expected portfolios x 8 assets (or one vector of 8)"),
        (np.ones((1, 1, 8)), "weight has shape (1, 1, 8); expected portfolios x 8 assets"),
        (["a"] * 8, "weight holds something that is not a number: could not convert string to float: 'a'"),
        ([[1], [1, 2]], "weight holds something that is not a number"),
    ],
)
def test_weights_that_cannot_be_read(ia_b: InputAssumptions, measure: Measure, weight: Any, words: str) -> None:
    with pytest.raises(InputError, match=re.escape(words)):
        measure(weight, ia_b)


@pytest.mark.parametrize("measure", ALL)
def test_weights_labelled_in_another_order_are_refused(ia_b: InputAssumptions, measure: Measure) -> None:
    series = pd.Series(np.arange(1, 9) / 36, index=ia_b.symbols)
    with pytest.raises(InputError, match=r"weight is labelled GLD, IYR, .* but the assets are SPY, QQQ, EEM"):
        measure(series[::-1], ia_b)


@pytest.mark.parametrize("measure", HISTORICAL)
def test_a_gap_in_the_history_is_named(ia_b: InputAssumptions, measure: Measure) -> None:
    ia_b.hist_returns[2, 5] = np.nan
    with pytest.raises(InputError, match=r"hist_returns of 'TLT' has 1 missing value\(s\), the first at 2005-03-31"):
        measure([0.125] * 8, ia_b)


@pytest.mark.parametrize("measure", HISTORICAL)
def test_no_history_at_all(measure: Measure) -> None:
    with pytest.raises(InputError, match="have no hist_returns; this needs a history: create_historical_ia"):
        measure([1, 0], InputAssumptions(cov=np.eye(2)))


@pytest.mark.parametrize(
    ("name", "number", "words"),
    [
        ("parameters_alpha", 1.5, "parameters_alpha is 1.5; a confidence level lies between 0 and 1"),
        ("parameters_alpha", "high", "parameters_alpha is 'high'; a confidence level"),
        ("parameters_alpha", None, "parameters_alpha is None; a confidence level"),
        (
            "parameters_mar",
            np.nan,
            "parameters_mar is nan; give a finite return per period, or None for the portfolio's",
        ),
        ("parameters_mar", "low", "parameters_mar is 'low'; give a finite return"),
        ("parameters_omega", np.inf, "parameters_omega is inf; give a finite return per period"),
        ("parameters_omega", None, "parameters_omega is None; give a finite return"),
    ],
)
@pytest.mark.parametrize("measure", [sitpy.portfolio_var, sitpy.portfolio_mad_downside, sitpy.portfolio_omega])
def test_parameters_that_are_no_such_number(
    ia_b: InputAssumptions, measure: Measure, name: str, number: Any, words: str
) -> None:
    setattr(ia_b, name, number)
    with pytest.raises(InputError, match=re.escape(words)):
        measure([0.125] * 8, ia_b)


def test_assets_and_portfolios_without_variance() -> None:
    still = InputAssumptions(symbols=["share", "cash"], cov=np.diag([0.04, 0.0]))
    for weight in ([1, 0], [0.5, 0.5]):
        words = "'cash' has no variance, so its correlation with a portfolio is not defined; leave the asset out"
        with pytest.raises(InputError, match=words):
            sitpy.portfolio_avgcor(weight, still)
    history = sitpy.create_ia(pd.DataFrame({"share": [0.1, -0.1, 0.2], "cash": [0.01] * 3}))
    with pytest.raises(InputError, match="'cash' has no variance"):
        sitpy.portfolio_avgcor_real([1, 0], history)
    words = r"the portfolio in row 1 of weight has no variance; correlations with it and shares of its risk are not"
    risky = InputAssumptions(cov=np.diag([0.04, 0.01]))
    for measure in (sitpy.portfolio_avgcor, sitpy.portfolio_risk_contribution):
        with pytest.raises(InputError, match=words):
            measure([[1, 0], [0, 0]], risky)


def test_ruin_has_no_compounded_return() -> None:
    ia = sitpy.create_ia([[0.1, 0.0], [-0.2, 0.1]])
    words = (
        r"the portfolio in row 1 of weight has a return of -100 % or less in one period \(growth factor -0.2\); its "
        "compounded return is not defined: lower its leverage"
    )
    with pytest.raises(InputError, match=words):
        sitpy.portfolio_geometric_return([[1, 0], [6, 0]], ia)
    with pytest.raises(InputError, match=words):
        sitpy.portfolio_cdar_real([[1, 0], [6, 0]], ia)
    with pytest.raises(InputError, match="the portfolio in row 0 of weight has final wealth of zero or less"):
        sitpy.portfolio_unrebalanced_return([[10, -9]], ia)
    words = "the weights in row 1 sum to zero; what is bought and held must cost something"
    with pytest.raises(InputError, match=words):
        sitpy.portfolio_unrebalanced_return([[1, 0], [1, -1]], ia)


@pytest.mark.parametrize(
    ("equity", "words"),
    [
        ([], "portfolio_equity has shape (0,); expected one value per period"),
        (1.0, "portfolio_equity has shape (); expected one value per period"),
        ([[1.0, 2.0]], "portfolio_equity has shape (1, 2); expected one value per period"),
        ([1, 0, 2], "portfolio_equity is 0 at position 1; drawdowns need positive values throughout"),
        ([1, np.nan], "portfolio_equity is nan at position 1; drawdowns need positive values throughout"),
        ([1, np.inf], "portfolio_equity is inf at position 1"),
        (["a"], "portfolio_equity holds something that is not a number: could not convert string to float: 'a'"),
    ],
)
def test_equity_without_drawdowns(equity: Any, words: str) -> None:
    with pytest.raises(InputError, match=re.escape(words)):
        sitpy.compute_drawdowns(equity)


def test_measures_of_the_weights_alone_refuse_what_they_cannot_read() -> None:
    for measure in OF_WEIGHTS:
        with pytest.raises(InputError, match="weight holds something that is not a number"):
            measure([["a", "b"]])
        with pytest.raises(InputError, match=r"weight has shape \(1, 1, 2\); expected portfolios x assets"):
            measure(np.ones((1, 1, 2)))
    for measure in OF_WEIGHTS[1:]:
        with pytest.raises(InputError, match="weight has a single column; concentration needs 2 or more assets"):
            measure([[1.0], [1.0]])
    words = "the weights in row 1 are all alike and sum to zero; their concentration is not defined"
    with pytest.raises(InputError, match=words):
        sitpy.portfolio_concentration_gini_coefficient([[1, 0], [0, 0]])


@pytest.mark.parametrize("measure", OF_WEIGHTS)
def test_measures_of_the_weights_alone_read_frames_vectors_and_change_nothing(measure: Callable[..., Array]) -> None:
    weights = np.array([[0.5, 0.3, 0.2], [-0.2, 0.7, 0.5]])
    before = weights.copy()
    expected = measure(weights)
    assert expected.shape == (2,)
    np.testing.assert_array_equal(measure(pd.DataFrame(weights, columns=list("abc"))), expected)
    np.testing.assert_array_equal(measure(weights.tolist()), expected)
    np.testing.assert_array_equal(measure(weights[0]), expected[:1])
    np.testing.assert_array_equal(weights, before)


@pytest.mark.parametrize("measure", ALL)
@pytest.mark.parametrize(
    ("weight", "words"),
    [
        (
            [0.5, float("nan"), 0, 0, 0, 0, 0, 0.5],
            "weight of 'QQQ' is nan; give a finite number (0 where the asset is not held)",
        ),
        ([[0.125] * 8, [0.125] * 7 + [np.inf]], "weight of 'GLD' in portfolio 1 is inf; give a finite number"),
        (
            pd.DataFrame([[0.125] * 8, [np.nan] * 8], index=["a", "b"]),
            "weight of 'SPY' in portfolio b is nan; give a finite",
        ),
        (
            pd.Series([0.125] * 8, index=list("STUVWXYZ")),
            "weight is labelled S, T, U, V, W, X, Y, Z but the assets are SPY, QQQ",
        ),
        (
            pd.Series([0.125] * 8, index=["SPY", *"TUVWXYZ"]),
            "weight is labelled SPY, T, U, V, W, X, Y, Z but the assets are",
        ),
        (0.5, "weight has shape (); expected portfolios x 8 assets (or one vector of 8)"),
        (None, "weight holds something that is not a number: found None"),
        (["0.125"] * 8, "weight holds something that is not a number: found text"),
    ],
)
def test_weights_of_nothing(ia_b: InputAssumptions, measure: Measure, weight: Any, words: str) -> None:
    with pytest.raises(InputError, match=re.escape(words)):
        measure(weight, ia_b)


def test_labels_of_repeated_assets_are_those_of_a_frontier(ia_a: InputAssumptions) -> None:
    doubled = sitpy.aa_test_ia_add_short(ia_a)
    ef = sitpy.portopt(doubled, sitpy.create_basic_constraints(18, 0, 0.8), 2)
    assert "SP500.1" in ef.weights.columns
    np.testing.assert_array_equal(sitpy.portfolio_risk(ef.weights, doubled), ef.risk)


def test_measures_of_the_weights_alone_name_what_is_missing() -> None:
    table = pd.DataFrame([[0.5, 0.5], [0.4, np.nan]], columns=["A", "B"], index=["may", "june"])
    for measure in OF_WEIGHTS:
        with pytest.raises(InputError, match="weight of 'B' in portfolio june is nan"):
            measure(table)
        with pytest.raises(InputError, match="weight of asset 2 in portfolio 1 is nan"):
            measure(table.to_numpy())
