"""Equal, fixed and inverse-risk weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import sitpy
from sitpy.portfolios.allocation import RISK_FUNCTIONS

Array = np.ndarray


def named() -> sitpy.InputAssumptions:
    return sitpy.InputAssumptions(
        symbols=["bonds", "cash", "gold", "stocks"], risk=[0.05, 0, 0.2, 0.15], correlation=np.eye(4)
    )


# -------------------------------------------------------------------------------------------------- risky assets


def test_risky_assets() -> None:
    assert sitpy.get_risky_asset_index(named()).tolist() == [True, False, True, True]
    assert sitpy.set_risky_asset([1, 2, 3], sitpy.get_risky_asset_index(named())).tolist() == [1, 0, 2, 3]
    assert sitpy.set_risky_asset(0.5, [True, False, True]).tolist() == [0.5, 0, 0.5]


def test_a_missing_risk_is_no_risk() -> None:
    ia = named()
    ia.risk = [0.1, np.nan, 0.2, 0.3]
    assert sitpy.get_risky_asset_index(ia).tolist() == [True, False, True, True]


@pytest.mark.parametrize("index", [[0, 2], [[True, False]]])
def test_a_mask_is_needed(index: Any) -> None:
    with pytest.raises(sitpy.InputError, match=r"risk_index is .*; expected True or False for every asset"):
        sitpy.set_risky_asset([0.5, 0.5], index)


def test_as_many_weights_as_risky_assets_are_needed() -> None:
    with pytest.raises(sitpy.InputError, match=r"x has shape \(3,\) but risk_index marks 2 assets"):
        sitpy.set_risky_asset([1, 2, 3], [True, True, False])


@pytest.mark.parametrize(
    ("constructor", "expected"),
    [
        (sitpy.equal_weight_portfolio, [1 / 3, 0, 1 / 3, 1 / 3]),
        (sitpy.risk_parity_portfolio_basic, np.array([12, 0, 3, 4]) / 19),  # 1/0.05, 1/0.2, 1/0.15
        (sitpy.risk_parity_portfolio(), np.array([12, 0, 3, 4]) / 19),
        (sitpy.inverse_variance_portfolio, np.array([144, 0, 9, 16]) / 169),
    ],
)
def test_riskless_assets_get_nothing(constructor: Any, expected: Any) -> None:
    np.testing.assert_allclose(constructor(named(), sitpy.create_basic_constraints(4)), expected, rtol=1e-13)


@pytest.mark.parametrize(
    "constructor",
    [
        sitpy.equal_weight_portfolio,
        sitpy.inverse_variance_portfolio,
        sitpy.risk_parity_portfolio_basic,
        sitpy.risk_parity_portfolio(),
        sitpy.static_weight_portfolio([1, 1]),
    ],
)
def test_riskless_assets_alone_are_refused(constructor: Any) -> None:
    ia = sitpy.InputAssumptions(symbols=["cash", "deposit"], risk=[0, 0])
    with pytest.raises(sitpy.InputError, match=r"no asset has a risk above 0 \(cash, deposit\)"):
        constructor(ia, None)
    with pytest.raises(sitpy.InputError, match="no risk; give risk or cov"):
        constructor(sitpy.InputAssumptions(expected_return=[0.1, 0.2]), None)


# ------------------------------------------------------------------------------------------------- fixed weights


@pytest.mark.parametrize(
    "allocation",
    [
        [40, 1, 10, 50],
        {"stocks": 5, "bonds": 4, "gold": 1, "cash": 7},
        pd.Series({"gold": 0.1, "stocks": 0.5, "bonds": 0.4}),
        np.array([0.4, 0, 0.1, 0.5]),
    ],
)
def test_fixed_weights_by_position_and_by_name(allocation: Any) -> None:
    """Cash has no risk: its part goes to the others in proportion."""
    x = sitpy.static_weight_portfolio(allocation)(named(), None)
    np.testing.assert_allclose(x, [0.4, 0, 0.1, 0.5], rtol=1e-14)


def test_fixed_weights_of_a_part_of_the_assets() -> None:
    """In a rolling allocation some assets may not be there yet; ``ia.index`` says which of the whole set are."""
    ia = sitpy.aa_test_create_ia_rebal()
    whole = np.arange(1.0, 10.0)
    part = sitpy.create_ia_subset(ia, [8, 0, 3])
    x = sitpy.static_weight_portfolio(whole)(part, None)
    np.testing.assert_allclose(x, np.array([9, 1, 4]) / 14, rtol=1e-14)


def test_the_allocation_is_copied() -> None:
    allocation = np.array([1.0, 1.0, 1.0, 1.0])
    constructor = sitpy.static_weight_portfolio(allocation)
    allocation[0] = 100
    np.testing.assert_allclose(constructor(named(), None), [1 / 3, 0, 1 / 3, 1 / 3], rtol=1e-14)


@pytest.mark.parametrize("allocation", [[1, np.nan], [], np.ones((2, 2)), {"a": np.inf}])
def test_numbers_that_are_no_allocation_are_refused(allocation: Any) -> None:
    with pytest.raises(sitpy.InputError, match=r"static_allocation is .*; give one finite number per asset"):
        sitpy.static_weight_portfolio(allocation)


def test_text_is_refused() -> None:
    with pytest.raises(sitpy.InputError, match=r"static_allocation holds something that is not a number: .*'half'"):
        sitpy.static_weight_portfolio(["half", "half"])


@pytest.mark.parametrize(
    ("allocation", "words"),
    [
        ({"stocks": 1, "bnods": 1}, "static_allocation names 'bnods'; the assets are bonds, cash"),
        ([1, 2, 3], "static_allocation has 3 numbers for 4 assets"),
        ([1, 5, -2, 1], "sums to 0 over the assets with a risk above 0"),
    ],
)
def test_an_allocation_that_does_not_fit_is_refused(allocation: Any, words: str) -> None:
    with pytest.raises(sitpy.InputError, match=words):
        sitpy.static_weight_portfolio(allocation)(named(), None)


# -------------------------------------------------------------------------------------------------- inverse risk


def history(*columns: Any) -> sitpy.InputAssumptions:
    return sitpy.create_ia(np.column_stack(columns))


def test_measures_of_single_assets_by_hand() -> None:
    """Equity 1.1, 0.88, 0.968, 0.9196, 1.2, 1.08: falls of 20 % (until the new high) and 10 %; two episodes, so CDaR is
    the deeper one. CVaR: the 5 % quantile of six returns lies above the smallest only.
    """
    equity = np.array([1.1, 0.88, 0.968, 0.9196, 1.2, 1.08])
    ia = history(equity / np.concatenate([[1], equity[:-1]]) - 1, np.full(6, 0.01) + np.arange(6) / 100)
    risks = {word: RISK_FUNCTIONS[word](ia) for word in RISK_FUNCTIONS}
    np.testing.assert_allclose(risks["md"], [0.2, 0], rtol=0, atol=1e-15)
    np.testing.assert_allclose(risks["cdar"], [0.2, 0], rtol=0, atol=1e-15)
    np.testing.assert_allclose(risks["cvar"], [0.2, -0.01], rtol=0, atol=1e-15)
    np.testing.assert_allclose(risks["risk"], ia.risk)


def test_cdar_of_many_episodes_is_the_mean_below_their_quantile() -> None:
    """Depths 1..40 %, each fall followed by a new high: the 5 % quantile of 40 is between the 2nd and the 3rd deepest."""
    depths = np.arange(1, 41) / 100
    returns = np.column_stack([-depths, 1 / (1 - depths) - 1 + 1e-6]).ravel()
    ia = history(np.concatenate([[0.0], returns]), np.concatenate([[0.0], -returns]))
    assert RISK_FUNCTIONS["cdar"](ia)[0] == pytest.approx((0.40 + 0.39) / 2, rel=1e-12)  # type: ignore[index]
    assert RISK_FUNCTIONS["md"](ia)[0] == pytest.approx(0.40, rel=1e-12)  # type: ignore[index]


def test_ties_leave_the_quantile_itself() -> None:
    """Nothing is strictly below the quantile when a tenth of the returns share the worst value."""
    returns = np.tile([-0.1] + [0.02] * 9, 4)
    ia = history(returns, -returns)
    assert RISK_FUNCTIONS["cvar"](ia)[0] == pytest.approx(0.1)  # type: ignore[index]


def test_assets_that_never_fell_get_nothing() -> None:
    ia = history([0.1, -0.2, 0.1], [0.01, 0.02, 0.03], [0.1, -0.1, 0.1])
    for word in ("cvar", "md", "cdar"):
        np.testing.assert_allclose(sitpy.risk_parity_portfolio(word)(ia, None), [1 / 3, 0, 2 / 3], rtol=1e-12)


def test_a_risk_of_ones_own() -> None:
    constructor = sitpy.risk_parity_portfolio(lambda ia: pd.Series([1, 1, 2, np.inf]))
    np.testing.assert_allclose(constructor(named(), None), [2 / 3, 0, 1 / 3, 0], rtol=1e-14)


def test_small_and_large_risks() -> None:
    for factor in (1e-200, 1e150):
        ia = sitpy.InputAssumptions(risk=factor * np.array([1.0, 2.0]))
        np.testing.assert_allclose(sitpy.inverse_variance_portfolio(ia), [0.8, 0.2], rtol=1e-12)
        np.testing.assert_allclose(sitpy.risk_parity_portfolio_basic(ia), [2 / 3, 1 / 3], rtol=1e-12)


@pytest.mark.parametrize("word", ["var", "", 5, None])
def test_unknown_risks_are_refused(word: Any) -> None:
    with pytest.raises(
        sitpy.InputError, match=r"risk_fn .*; ?use risk, cvar, md, cdar or a function|is not known; use risk"
    ):
        sitpy.risk_parity_portfolio(word)


@pytest.mark.parametrize(
    ("risk_fn", "words"),
    [
        (lambda ia: [1, 2], r"risk_fn returns shape \(2,\); expected one number for each of 4 assets"),
        (lambda ia: [1, 2, np.nan, 4], "risk_fn of 'gold' is nan"),
        (lambda ia: [0, 1, -1, 0], "is positive for no asset"),
        ("cvar", "have no hist_returns"),
    ],
)
def test_risks_that_are_not_there_are_refused(risk_fn: Any, words: str) -> None:
    with pytest.raises(sitpy.InputError, match=words):
        sitpy.risk_parity_portfolio(risk_fn)(named(), None)


def test_missing_history_is_refused_by_asset() -> None:
    ia = history([0.1, -0.2, 0.1], [0.01, 0.02, 0.03])
    ia.hist_returns = [[0.1, 0.2], [0.1, np.nan], [0.1, 0.1]]
    with pytest.raises(sitpy.InputError, match="hist_returns of 'asset 2' has 1 missing"):
        sitpy.risk_parity_portfolio("md")(ia, None)


def test_order_does_not_matter_and_nothing_is_changed() -> None:
    ia = sitpy.aa_test_create_ia_rebal()
    before, order = ia.hist_returns.copy(), [3, 1, 8, 0, 2, 7, 5, 6, 4]
    for constructor in (
        sitpy.equal_weight_portfolio,
        sitpy.inverse_variance_portfolio,
        sitpy.static_weight_portfolio(dict(zip(ia.symbols, range(1, 10)))),
        *(sitpy.risk_parity_portfolio(word) for word in RISK_FUNCTIONS),
    ):
        x = constructor(ia, None)
        np.testing.assert_allclose(constructor(sitpy.create_ia_subset(ia, order), None), x[order], rtol=1e-13)
    np.testing.assert_array_equal(ia.hist_returns, before)
