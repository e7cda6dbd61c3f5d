"""Shortfall, Gini, Omega, drawdown, correlation, compounding, concentration, converters: by hand, by loops, by their laws."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from all_measures import ALL, OF_WEIGHTS, Measure
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import sitpy
from sitpy import InputAssumptions, InputError

Array = np.ndarray


def single(returns: Any, **parameters: float) -> InputAssumptions:
    """One asset with these returns: the portfolio [1] earns them."""
    ia = sitpy.create_ia(np.asarray(returns, dtype=float)[:, None])
    for name, number in parameters.items():
        setattr(ia, name, number)
    return ia


def value(measure: Measure, returns: Any, **parameters: float) -> float:
    return float(measure([1.0], single(returns, **parameters))[0])


# ---------------------------------------------------------------------------------------------------- by hand

SEVEN = [0.03, -0.02, -0.05, 0.04, 0.01, -0.01, 0.07]
# per cent, sorted: -5 -2 -1 1 3 4 7; mean 1
DOWN_UP = [0.1, -0.2, 0.3, -0.1, 0.05, 0.2, -0.5]
# equity 1.1 .88 1.144 1.0296 1.08108 1.297296 .648648: three falls, of 20 %, 10 % and (still open) 50 %


@pytest.mark.parametrize(
    ("measure", "parameters", "expected"),
    [
        # type 7: position 0.25 * 6 = 1.5 between -2 and -1; 0.05 * 6 = 0.3 between -5 and -2
        (sitpy.portfolio_var, {"parameters_alpha": 0.75}, 0.015),
        (sitpy.portfolio_var, {}, 0.041),
        # below the mean 1: by 3, 6 and 2; below 0: by 2, 5 and 1
        (sitpy.portfolio_mad_downside, {}, 0.11 / 7),
        (sitpy.portfolio_mad_downside, {"parameters_mar": 0.0}, 0.08 / 7),
        (sitpy.portfolio_risk_downside, {}, np.sqrt((9 + 36 + 4) / 7) / 100),
        (sitpy.portfolio_risk_downside, {"parameters_mar": 0.0}, np.sqrt((4 + 25 + 1) / 7) / 100),
        # ranks -6 -4 -2 0 2 4 6 times sorted returns: 30 + 8 + 2 + 0 + 6 + 16 + 42 = 104, over 21 pairs
        (sitpy.portfolio_gini_coefficient, {}, 1.04 / 21),
        # above 0: 3 + 4 + 1 + 7, below: 2 + 5 + 1; at the mean both are 11
        (sitpy.portfolio_omega, {}, 15 / 8),
        (sitpy.portfolio_omega, {"parameters_omega": 0.01}, 1.0),
    ],
)
def test_a_table_small_enough_for_paper(measure: Measure, parameters: dict[str, float], expected: float) -> None:
    assert value(measure, SEVEN, **parameters) == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize(
    ("alpha", "expected"),
    [
        (0.95, -0.35),  # sorted -.5 -.2 -.1, position 1.9: -0.11; below it -.5 and -.2
        (0.5, -0.5),  # the median is -.2: only -.5 is strictly below
    ],
)
def test_real_drawdown_by_hand(alpha: float, expected: float) -> None:
    assert value(sitpy.portfolio_cdar_real, DOWN_UP, parameters_alpha=alpha) == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize("returns", [[0.1, 0.1, 0.1], [0.1, -0.2, 0.1]])
def test_real_drawdown_is_nan_where_no_trough_is_below_the_quantile(returns: list[float]) -> None:
    """No fall at all, or a single one, which is its own quantile."""
    assert np.isnan(value(sitpy.portfolio_cdar_real, returns))


def test_drawdowns_by_hand() -> None:
    equity = np.cumprod(1 + np.array(DOWN_UP))
    np.testing.assert_allclose(sitpy.compute_drawdowns(equity), [-0.2, -0.1, -0.5], rtol=1e-13)
    assert sitpy.compute_drawdowns([1, 2, 2, 3]).size == 0
    assert sitpy.compute_drawdowns([5.0]).size == 0
    np.testing.assert_allclose(sitpy.compute_drawdowns(pd.Series([4, 2, 4, 3], index=list("abcd"))), [-0.5, -0.25])


def test_two_equally_risky_assets_have_the_average_correlation_of_the_textbook() -> None:
    """Each has covariance s^2 (1 + r)/2 with their mean, whose variance is s^2 (1 + r)/2."""
    for r in (-0.5, 0.0, 0.6):
        ia = InputAssumptions(risk=[0.3, 0.3], correlation=[[1, r], [r, 1]])
        assert sitpy.portfolio_avgcor([0.5, 0.5], ia)[0] == pytest.approx(np.sqrt((1 + r) / 2), rel=1e-14)
        np.testing.assert_allclose(sitpy.portfolio_risk_contribution([0.5, 0.5], ia), [[0.5, 0.5]], rtol=1e-14)
    ia = InputAssumptions(cov=np.diag([0.04, 0.01]))
    # variances 0.25 * 0.04 and 0.25 * 0.01: four fifths and one fifth
    np.testing.assert_allclose(sitpy.portfolio_risk_contribution([0.5, 0.5], ia), [[0.8, 0.2]], rtol=1e-14)


def test_correlations_come_from_cov_or_from_history_as_the_name_says() -> None:
    ia = InputAssumptions(cov=np.diag([0.04, 0.01]), hist_returns=[[0.1, 0.1], [-0.1, -0.1], [0.2, 0.2]])
    assert sitpy.portfolio_avgcor([0.5, 0.5], ia)[0] == pytest.approx((2 / np.sqrt(5) + 1 / np.sqrt(5)) / 2)
    assert sitpy.portfolio_avgcor_real([0.5, 0.5], ia)[0] == pytest.approx(1.0)


def test_compounded_returns_by_hand() -> None:
    ia = sitpy.create_ia([[0.5, 0.0], [-0.5, 0.1]])
    # rebalanced: 1.25 * 0.8 = 1; held: (1.5 * 0.5 + 1 * 1.1)/2 = 0.925
    assert sitpy.portfolio_geometric_return([0.5, 0.5], ia)[0] == pytest.approx(0.0, abs=1e-15)
    assert sitpy.portfolio_unrebalanced_return([0.5, 0.5], ia)[0] == pytest.approx(np.sqrt(0.925) - 1, rel=1e-13)
    assert sitpy.portfolio_unrebalanced_return([2, 2], ia)[0] == pytest.approx(np.sqrt(0.925) - 1, rel=1e-13)
    ia.annual_factor = 12  # two months are a sixth of a year
    assert sitpy.portfolio_unrebalanced_return([0.5, 0.5], ia)[0] == pytest.approx(0.925**6 - 1, rel=1e-13)
    assert sitpy.portfolio_geometric_return([1, 0], ia)[0] == pytest.approx(0.75**6 - 1, rel=1e-13)


def test_turnover_and_concentration_by_hand() -> None:
    weights = [[0.5, 0.3, 0.2], [0.5, 0.2, 0.3], [0, 1, 0], [1 / 3, 1 / 3, 1 / 3]]
    # changes: 0.1 + 0.1; 0.5 + 0.8 + 0.3; 1/3 + 2/3 + 1/3
    np.testing.assert_allclose(sitpy.portfolio_turnover(weights), [np.nan, 0.1, 0.8, 2 / 3], rtol=1e-14)
    # 0.38 = 0.25 + 0.09 + 0.04; (0.38 - 1/3)/(2/3) = 0.07
    expected = [0.07, 0.07, 1, 0]
    np.testing.assert_allclose(sitpy.portfolio_concentration_herfindahl_index(weights), expected, atol=1e-15)
    # 2 (0.2 + 2 * 0.3 + 3 * 0.5) = 4.6; (4.6 - 4)/2
    np.testing.assert_allclose(sitpy.portfolio_concentration_gini_coefficient(weights), [0.3, 0.3, 1, 0], atol=1e-15)
    # -0.2 0.5 0.7 is shifted to 0 0.7 0.9, sum 1.6: 2 (2 * 0.7 + 3 * 0.9)/1.6 = 5.125
    assert sitpy.portfolio_concentration_gini_coefficient([0.5, 0.7, -0.2])[0] == pytest.approx(0.5625, rel=1e-14)


# -------------------------------------------------------------------------------------------------- by loops

returns_lists = st.lists(st.integers(-3000, 3000).map(lambda k: k / 10000), min_size=2, max_size=30)
tables = arrays(
    float, st.tuples(st.integers(3, 15), st.just(3)), elements=st.integers(-3000, 3000).map(lambda k: k / 1e4)
)
weight_rows = arrays(float, 3, elements=st.integers(-200, 200).map(lambda k: k / 100))


@given(returns_lists)
@example([0.01, 0.01])
def test_gini_is_the_mean_over_all_pairs(returns: list[float]) -> None:
    pairs = [abs(one - other) for one, other in itertools.combinations(returns, 2)]
    assert value(sitpy.portfolio_gini_coefficient, returns) == pytest.approx(sum(pairs) / len(pairs), abs=1e-14)


@given(returns_lists, st.sampled_from([0.5, 0.75, 0.9, 0.95, 0.99]))
def test_var_is_the_quantile_of_type_seven(returns: list[float], alpha: float) -> None:
    """Between the order statistics at (T - 1)(1 - alpha), linearly (Hyndman and Fan)."""
    ordered, at = sorted(returns), (len(returns) - 1) * (1 - alpha)
    low = math.floor(at)
    high = min(low + 1, len(returns) - 1)
    quantile = ordered[low] + (at - low) * (ordered[high] - ordered[low])
    assert value(sitpy.portfolio_var, returns, parameters_alpha=alpha) == pytest.approx(-quantile, abs=1e-12)


def falls(equity: list[int]) -> list[float]:
    """One number per stretch below the highest value so far, by walking along."""
    high, deepest, result = equity[0], 0.0, []
    for now in equity[1:]:
        if now >= high:
            high = now
            if deepest < 0:
                result.append(deepest)
            deepest = 0.0
        else:
            deepest = min(deepest, now / high - 1)
    return [*result, deepest] if deepest < 0 else result


@given(st.lists(st.integers(1, 8), min_size=1, max_size=25))
@example([3, 2, 3, 3, 1])
def test_drawdowns_by_walking_along(equity: list[int]) -> None:
    np.testing.assert_allclose(sitpy.compute_drawdowns(equity), falls(equity), rtol=1e-13)


@settings(max_examples=25)
@given(tables, weight_rows)
def test_average_correlation_of_the_history_is_that_of_numpy(table: Array, w: Array) -> None:
    p = table @ w
    assume(min(table.std(axis=0).min(), p.std()) > 1e-3)
    expected = np.mean([np.corrcoef(asset, p)[0, 1] for asset in table.T])
    ia = sitpy.create_ia(table)
    assert sitpy.portfolio_avgcor_real(w, ia)[0] == pytest.approx(expected, abs=1e-9)
    assert sitpy.portfolio_avgcor(w, ia)[0] == pytest.approx(expected, abs=1e-9)  # cov is that of the history here


@settings(max_examples=25)
@given(arrays(float, st.tuples(st.integers(1, 4), st.integers(2, 6)), elements=st.integers(-50, 100).map(float)))
def test_concentration_is_the_mean_difference_of_the_shifted_weights(weights: Array) -> None:
    shifted = weights - np.minimum(weights.min(axis=1, keepdims=True), 0)
    assume((shifted.sum(axis=1) > 0).all())
    n = weights.shape[1]
    apart = np.abs(shifted[:, :, None] - shifted[:, None, :]).sum(axis=(1, 2))
    expected = apart / (2 * n * shifted.sum(axis=1)) * n / (n - 1)
    ours = sitpy.portfolio_concentration_gini_coefficient(weights)
    np.testing.assert_allclose(ours, expected, atol=1e-12)
    assert (ours >= -1e-12).all()
    assert (ours <= 1 + 1e-12).all()


# ------------------------------------------------------------------------------------------------------ laws


@pytest.mark.parametrize(
    "measure", [sitpy.portfolio_mad_downside, sitpy.portfolio_risk_downside, sitpy.portfolio_gini_coefficient]
)
@settings(max_examples=20)
@given(table=tables, w=weight_rows, factor=st.floats(0, 10))
def test_a_multiple_of_the_portfolio_has_that_multiple_of_the_dispersion(
    measure: Measure, table: Array, w: Array, factor: float
) -> None:
    ia = sitpy.create_ia(table)
    np.testing.assert_allclose(measure(factor * w, ia), factor * measure(w, ia), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    "measure", [sitpy.portfolio_avgcor, sitpy.portfolio_avgcor_real, sitpy.portfolio_risk_contribution]
)
@settings(max_examples=20)
@given(w=weight_rows, factor=st.floats(0.01, 100))
def test_a_multiple_of_the_portfolio_has_the_same_correlations(measure: Measure, w: Array, factor: float) -> None:
    table = np.array([[3, 1, -2], [-1, 4, 1], [2, -3, 5], [-4, 2, 2], [1, 1, -1]]) / 100
    ia = sitpy.create_ia(table)
    assume(sitpy.portfolio_risk(w, ia)[0] > 1e-4)
    np.testing.assert_allclose(measure(factor * w, ia), measure(w, ia), rtol=1e-9, atol=1e-12)
    if measure is sitpy.portfolio_risk_contribution:
        assert measure(w, ia).sum() == pytest.approx(1.0, abs=1e-12)
    else:
        assert abs(measure(w, ia)[0]) <= 1 + 1e-12
        np.testing.assert_allclose(measure(-w, ia), -measure(w, ia), rtol=1e-9)


@given(returns=returns_lists, shift=st.floats(-1, 1))
def test_certain_returns(returns: list[float], shift: float) -> None:
    """They lower VaR one for one, leave deviations alone, and move no Omega whose threshold moves with them."""
    moved = np.array(returns) + shift
    assert value(sitpy.portfolio_var, moved) == pytest.approx(value(sitpy.portfolio_var, returns) - shift, abs=1e-12)
    for measure in (
        sitpy.portfolio_gini_coefficient,
        sitpy.portfolio_mad_downside,
        sitpy.portfolio_risk_downside,
    ):
        assert value(measure, moved) == pytest.approx(value(measure, returns), abs=1e-12)
    for measure in (sitpy.portfolio_mad_downside, sitpy.portfolio_risk_downside):
        there = value(measure, moved, parameters_mar=shift + 0.01)
        assert there == pytest.approx(value(measure, returns, parameters_mar=0.01), abs=1e-12)


@given(returns_lists)
def test_relatives_of_the_mean_absolute_deviation(returns: list[float]) -> None:
    """Half of it is below the mean; Gini's mean lies between it and twice it; the square root is above the mean."""
    mad, T = value(sitpy.portfolio_mad, returns), len(returns)
    down = value(sitpy.portfolio_mad_downside, returns)
    gini = value(sitpy.portfolio_gini_coefficient, returns) * (T - 1) / T
    assert down == pytest.approx(mad / 2, abs=1e-13)
    assert mad - 1e-13 <= gini <= 2 * mad + 1e-13
    assert down <= value(sitpy.portfolio_risk_downside, returns) + 1e-13
    assert value(sitpy.portfolio_gini_coefficient, -np.array(returns)) * (T - 1) / T == pytest.approx(gini, abs=1e-13)


@given(returns_lists, st.floats(-0.25, 0.25))
def test_omega_is_one_plus_excess_per_shortfall(returns: list[float], threshold: float) -> None:
    below = value(sitpy.portfolio_mad_downside, returns, parameters_mar=threshold)
    assume(below > 1e-6)
    omega = value(sitpy.portfolio_omega, returns, parameters_omega=threshold)
    assert omega == pytest.approx(1 + (np.mean(returns) - threshold) / below, rel=1e-9, abs=1e-9)
    assert omega >= value(sitpy.portfolio_omega, returns, parameters_omega=threshold + 0.01)


def test_omega_without_shortfall_is_infinite_and_without_movement_undefined() -> None:
    ia = sitpy.create_ia([[0.1, 0.0], [-0.2, 0.1]])
    omega = sitpy.portfolio_omega([[0, 1], [0, 0], [1, 0]], ia)
    assert omega[0] == np.inf
    assert np.isnan(omega[1])
    assert omega[2] == pytest.approx(0.5)


@given(returns_lists, st.sampled_from([0.5, 0.9, 0.95]))
def test_var_is_no_more_than_the_tail_beyond_it(returns: list[float], alpha: float) -> None:
    """The type-7 quantile is not below the one that the tail's programme chooses among."""
    var, tail = (
        value(measure, returns, parameters_alpha=alpha) for measure in (sitpy.portfolio_var, sitpy.portfolio_cvar_ru)
    )
    assert var <= tail + 1e-12


def test_compounded_returns_of_single_assets_are_their_geometric_returns(ia_b: InputAssumptions) -> None:
    assert ia_b.geometric_return is not None
    for measure in (sitpy.portfolio_geometric_return, sitpy.portfolio_unrebalanced_return):
        np.testing.assert_allclose(measure(np.eye(ia_b.n), ia_b), ia_b.geometric_return, rtol=1e-12)


@settings(max_examples=25)
@given(tables, arrays(float, 3, elements=st.integers(0, 10).map(float)))
def test_compounding_never_earns_more_than_the_mean(table: Array, w: Array) -> None:
    assume(w.sum() > 0)
    ia = sitpy.create_ia(table)
    w = w / w.sum()
    assert sitpy.portfolio_geometric_return(w, ia)[0] <= (table @ w).mean() + 1e-12


@pytest.mark.parametrize("measure", [*ALL, *OF_WEIGHTS])
def test_the_order_of_assets_does_not_matter(ia_b: InputAssumptions, measure: Callable[..., Array]) -> None:
    weights = np.array([[0.3, -0.2, 0.4, 0.1, 0.1, 0.2, 0.3, -0.2], [0.125] * 8])
    order = [3, 0, 7, 1, 6, 2, 5, 4]
    if measure in OF_WEIGHTS:
        np.testing.assert_allclose(measure(weights[:, order]), measure(weights), rtol=1e-12, atol=1e-15)
        return
    other = sitpy.create_historical_ia(ia_b.history.iloc[:, order], 12)
    there, here = measure(weights[:, order], other), measure(weights, ia_b)
    np.testing.assert_allclose(there, here[:, order] if here.ndim == 2 else here, rtol=1e-10)


# ------------------------------------------------------------------------------------------------ converters

means = st.floats(-0.5, 2)
deviations = st.floats(0, 1.5)


@given(means, deviations, st.sampled_from([(1.0, 1.0), (1.0, 0.0), (0.5, 1.0)]))
def test_converters_are_inverses(mean: float, deviation: float, form: tuple[float, float]) -> None:
    a, b = form
    geometric = float(sitpy.aritm2geom(mean, deviation, a, b))
    assume(geometric > -0.99)
    assert float(sitpy.geom2aritm(geometric, deviation, a, b)) == pytest.approx(mean, rel=1e-9, abs=1e-12)
    arithmetic = float(sitpy.geom2aritm(mean, deviation, a, b))
    assert float(sitpy.aritm2geom(arithmetic, deviation, a, b)) == pytest.approx(mean, rel=1e-9, abs=1e-12)


@given(means, deviations)
def test_converters_of_formula_a4_are_inverses(mean: float, deviation: float) -> None:
    geometric = float(sitpy.aritm2geom4(mean, deviation))
    assert -1 < geometric <= mean + 1e-15
    assert float(sitpy.geom2aritm4(geometric, deviation)) == pytest.approx(mean, rel=1e-9, abs=1e-12)
    arithmetic = float(sitpy.geom2aritm4(mean, deviation))
    assert float(sitpy.aritm2geom4(arithmetic, deviation)) == pytest.approx(mean, rel=1e-9, abs=1e-12)


def test_converters_by_hand() -> None:
    assert float(sitpy.aritm2geom(0.1, 0.2)) == pytest.approx(0.1 - 0.04 / 2.2, rel=1e-14)
    assert float(sitpy.aritm2geom(0.1, 0.2, 1, 0)) == pytest.approx(0.08, rel=1e-14)
    assert float(sitpy.geom2aritm(0.08, 0.2, 1, 0)) == pytest.approx(0.1, rel=1e-14)
    for converter in (sitpy.aritm2geom, sitpy.geom2aritm, sitpy.aritm2geom4, sitpy.geom2aritm4):
        assert float(converter(0.07, 0.0)) == pytest.approx(0.07, rel=1e-14)  # without risk they are the same
    np.testing.assert_allclose(
        sitpy.aritm2geom(pd.Series([0.1, 0.2]), [0.2, 0.1]), [0.1 - 0.04 / 2.2, 0.2 - 0.01 / 2.4], rtol=1e-14
    )
    assert sitpy.aritm2geom4([[0.1, 0.2]], 0.1).shape == (1, 2)


@pytest.mark.parametrize(("location", "scale"), [(0.05, 0.2), (0.0, 0.6), (-0.1, 0.05)])
def test_formula_a4_is_exact_for_lognormal_growth(location: float, scale: float) -> None:
    """exp(N(m, s^2)): geometric mean exp(m), mean exp(m + s^2/2), variance mean^2 (exp(s^2) - 1)."""
    mean = math.exp(location + scale**2 / 2)
    deviation = mean * math.sqrt(math.expm1(scale**2))
    assert float(sitpy.aritm2geom4(mean - 1, deviation)) == pytest.approx(math.expm1(location), abs=1e-14)
    assert float(sitpy.geom2aritm4(math.expm1(location), deviation)) == pytest.approx(mean - 1, abs=1e-14)


@pytest.mark.parametrize(
    ("name", "converter"),
    [
        ("R", sitpy.aritm2geom),
        ("G", sitpy.geom2aritm),
        ("R", sitpy.aritm2geom4),
        ("G", sitpy.geom2aritm4),
    ],
)
@pytest.mark.parametrize(
    ("mean", "deviation", "words"),
    [
        (-1, 0.2, "{} is -1; the formula needs finite returns above -1 (-100 %)"),
        ([0.1, -2], 0.2, "{} is -2; the formula needs finite returns above -1 (-100 %)"),
        ([0.1, np.nan], 0.2, "{} is nan; the formula needs finite returns"),
        (0.1, -0.2, "V is -0.2; a standard deviation must be finite and cannot be negative"),
        (0.1, [0.2, np.inf], "V is inf; a standard deviation must be finite"),
        (0.1, np.nan, "V is nan; a standard deviation must be finite"),
        ("much", 0.2, "{} holds something that is not a number: could not convert"),
        ([0.1, 0.2], [0.1, 0.2, 0.3], "{} and V must be numbers, or arrays of one shape: shape mismatch"),
    ],
)
def test_converters_refuse_what_has_no_value(
    name: str, converter: Callable[..., Array], mean: Any, deviation: Any, words: str
) -> None:
    with pytest.raises(InputError, match=re.escape(words.format(name))):
        converter(mean, deviation)


def test_converters_refuse_forms_without_a_value() -> None:
    with pytest.raises(InputError, match="the formula has no value for these a and b; use 1 and 1, or 1 and 0"):
        sitpy.aritm2geom(0.5, 0.2, 1, -2)
    with pytest.raises(InputError, match="the formula has no value for these a and b"):
        sitpy.geom2aritm(0.1, 2.0, -1, 1)
