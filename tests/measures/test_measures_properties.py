"""Measures by hand, by brute force, and by the laws they obey."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import sitpy
from sitpy import InputAssumptions, InputError

Measure = Callable[[Any, InputAssumptions], np.ndarray]

HISTORICAL: list[Measure] = [
    sitpy.portfolio_mad,
    sitpy.portfolio_maxloss,
    sitpy.portfolio_cvar,
    sitpy.portfolio_cvar_ru,
    sitpy.portfolio_cdar,
    sitpy.portfolio_cdar_ru,
]
ALL: list[Measure] = [sitpy.portfolio_return, sitpy.portfolio_risk, *HISTORICAL]


def single(returns: Any, alpha: float = 0.95) -> InputAssumptions:
    """One asset with these returns: the portfolio [1] earns them."""
    ia = sitpy.create_ia(np.asarray(returns, dtype=float)[:, None])
    ia.parameters_alpha = alpha
    return ia


def value(measure: Measure, returns: Any, alpha: float = 0.95) -> float:
    return float(measure([1.0], single(returns, alpha))[0])


# ---------------------------------------------------------------------------------------------------- by hand

SEVEN = [0.03, -0.02, -0.05, 0.04, 0.01, -0.01, 0.07]
# sorted: -5 -2 -1 1 3 4 7 (per cent), sum 7, mean 1; deviations 2 -3 -6 3 0 -2 6, absolute sum 22
# cumulative: 3 1 -4 0 1 0 7; high-water marks 3 3 3 3 3 3 7; drawdowns 0 2 7 3 2 3 0


@pytest.mark.parametrize(
    ("measure", "alpha", "expected"),
    [
        (sitpy.portfolio_return, 0.95, 0.01),
        (sitpy.portfolio_risk, 0.95, np.sqrt((4 + 9 + 36 + 9 + 0 + 4 + 36) / 6) / 100),
        (sitpy.portfolio_mad, 0.95, 0.22 / 7),
        (sitpy.portfolio_maxloss, 0.95, 0.05),
        # type 7 quantile at 0.25: position 1.5, between -2 and -1: -1.5; below it -5 and -2
        (sitpy.portfolio_cvar, 0.75, 0.035),
        # at 0.05: position 0.3 between -5 and -2: only -5 is below
        (sitpy.portfolio_cvar, 0.95, 0.05),
        # (1 - 0.75) 7 = 1.75 periods: 5 and three quarters of 2
        (sitpy.portfolio_cvar_ru, 0.75, (5 + 0.75 * 2) / 1.75 / 100),
        (sitpy.portfolio_cvar_ru, 0.95, 0.05),
        # drawdowns sorted -7 -3 -3 -2 -2 0 0, position 1.5: -3; strictly below it only -7
        (sitpy.portfolio_cdar, 0.75, 0.07),
        (sitpy.portfolio_cdar_ru, 0.75, (7 + 0.75 * 3) / 1.75 / 100),
        (sitpy.portfolio_cdar, 0.5, (7 + 3 + 3) / 3 / 100),  # median -2: -7, -3 and -3 are below
        (sitpy.portfolio_cdar_ru, 0.5, (7 + 3 + 3 + 0.5 * 2) / 3.5 / 100),
    ],
)
def test_a_table_small_enough_for_paper(measure: Measure, alpha: float, expected: float) -> None:
    assert value(measure, SEVEN, alpha) == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        (sitpy.portfolio_return, 0.5 * 0.05 + 0.5 * 0.1),
        (sitpy.portfolio_risk, np.sqrt(0.25 * 0.01 + 2 * 0.25 * 0.01 + 0.25 * 0.04)),
    ],
)
def test_return_and_risk_come_from_the_assumptions_and_not_from_the_history(measure: Measure, expected: float) -> None:
    ia = InputAssumptions(
        expected_return=[0.05, 0.1], cov=[[0.01, 0.01], [0.01, 0.04]], hist_returns=[[0.9, 0.1], [-0.9, 0.1]]
    )
    assert measure([0.5, 0.5], ia)[0] == pytest.approx(expected, rel=1e-14)


def test_a_fall_in_the_first_period_is_no_drawdown() -> None:
    """The high-water mark starts at the first period's return, as in SIT."""
    assert value(sitpy.portfolio_cdar_ru, [-0.5, 0.1, 0.1, 0.1]) == 0
    assert value(sitpy.portfolio_cdar_ru, [0.1, -0.5, 0.1, 0.1]) == pytest.approx(0.5)


def test_risk_of_a_rounded_covariance_is_never_the_root_of_a_negative_number() -> None:
    ia = InputAssumptions(cov=[[1, 1 + 1e-12], [1 + 1e-12, 1]])
    assert sitpy.portfolio_risk([1, -1], ia).tolist() == [0]


@pytest.mark.parametrize(
    ("measure", "returns"),
    [
        (sitpy.portfolio_cvar, [0.01] * 5),  # all equal
        (sitpy.portfolio_cvar, [-0.02, -0.02, 0.1]),  # the two smallest equal, and the quantile between them
        (sitpy.portfolio_cdar, [0.01, 0.02, 0.01]),  # always at the high
    ],
)
def test_nothing_strictly_below_the_quantile_is_nan(measure: Measure, returns: list[float]) -> None:
    assert np.isnan(value(measure, returns, 0.75))


def test_one_portfolio_without_a_tail_does_not_spoil_the_others() -> None:
    ia = sitpy.create_ia([[0.1, 0.01], [-0.2, 0.01], [0.3, 0.01]])
    cdar = sitpy.portfolio_cdar([[0, 1], [1, 0]], ia)
    assert np.isnan(cdar[0])
    assert cdar[1] == pytest.approx(0.2)


# ------------------------------------------------------------------------------------------------ brute force

# hundredths of a per cent: large enough to differ visibly, exact enough for ties to happen
returns_lists = st.lists(st.integers(-3000, 3000).map(lambda k: k / 10000), min_size=2, max_size=30)
alphas = st.sampled_from([0.5, 0.75, 0.9, 0.95, 0.99])


def drawdowns(returns: list[float]) -> np.ndarray:
    cumulative = np.cumsum(returns)
    return np.array([max(cumulative[: j + 1]) - cumulative[j] for j in range(len(returns))])


def brute_force(losses: np.ndarray, alpha: float) -> float:
    """The least value over E: convex and piecewise linear, it bends only at the losses; no grid can win."""

    def at(E: float) -> float:
        return E + np.maximum(losses - E, 0).sum() / ((1 - alpha) * losses.size)

    kinks = min(map(at, losses))
    grid = min(map(at, np.linspace(losses.min() - 0.1, losses.max() + 0.1, 101)))
    assert kinks <= grid + 1e-12
    return kinks


@given(returns_lists, alphas)
@example([0.01, 0.01], 0.95)
def test_ru_measures_are_minima_over_the_threshold(returns: list[float], alpha: float) -> None:
    # sums of at most 30 numbers below 0.3, divided by (1 - alpha) T: roundings stay below 1e-12
    cvar = value(sitpy.portfolio_cvar_ru, returns, alpha)
    assert cvar == pytest.approx(brute_force(-np.array(returns), alpha), abs=1e-12)
    cdar = value(sitpy.portfolio_cdar_ru, returns, alpha)
    assert cdar == pytest.approx(brute_force(drawdowns(returns), alpha), abs=1e-12)


@given(returns_lists, alphas)
def test_ru_measures_average_the_worst_fraction(returns: list[float], alpha: float) -> None:
    """Another definition altogether: the mean of the worst (1 - alpha) T periods, the last one counted in part."""
    worst = np.sort(-np.array(returns))[::-1]
    count = (1 - alpha) * worst.size
    share = np.clip(count - np.arange(worst.size), 0, 1)
    assert value(sitpy.portfolio_cvar_ru, returns, alpha) == pytest.approx(worst @ share / count, abs=1e-11)


@pytest.mark.parametrize(
    ("measure", "minimise"),
    [
        (sitpy.portfolio_mad, sitpy.min_mad_portfolio),
        (sitpy.portfolio_maxloss, sitpy.min_maxloss_portfolio),
        (sitpy.portfolio_cvar_ru, sitpy.min_cvar_portfolio),
        (sitpy.portfolio_cdar_ru, sitpy.min_cdar_portfolio),
    ],
)
@pytest.mark.parametrize("alpha", [0.8, 0.95])
def test_a_programme_with_fixed_weights_reaches_the_measure(
    ia_b: InputAssumptions, measure: Measure, minimise: Callable[..., Any], alpha: float
) -> None:
    """With lb = ub = weights only the auxiliary variables are free; HiGHS works to 1e-9."""
    ia_b.parameters_alpha = alpha
    weights = np.array([0.3, -0.2, 0.4, 0.1, 0.1, 0.2, 0.3, -0.2])
    fixed = sitpy.new_constraints(ia_b.n, lb=weights, ub=weights)
    assert minimise(ia_b, fixed, details=True).value == pytest.approx(float(measure(weights, ia_b)[0]), abs=1e-8)


# ------------------------------------------------------------------------------------------------------- laws

tables = arrays(
    float, st.tuples(st.integers(3, 15), st.just(3)), elements=st.integers(-3000, 3000).map(lambda k: k / 1e4)
)
weight_rows = arrays(float, 3, elements=st.integers(-200, 200).map(lambda k: k / 100))


@pytest.mark.parametrize(
    "measure", [sitpy.portfolio_risk, sitpy.portfolio_mad, sitpy.portfolio_cvar_ru, sitpy.portfolio_cdar_ru]
)
@settings(max_examples=20)
@given(table=tables, w=weight_rows, factor=st.floats(0, 10))
def test_a_multiple_of_the_portfolio_has_that_multiple_of_the_risk(
    measure: Measure, table: np.ndarray, w: np.ndarray, factor: float
) -> None:
    ia = sitpy.create_ia(table)
    # a risk of exactly zero is the root of a rounding, at most about 1e-8
    atol = 1e-7 if measure is sitpy.portfolio_risk else 1e-11
    np.testing.assert_allclose(measure(factor * w, ia), factor * measure(w, ia), rtol=1e-9, atol=atol)


@pytest.mark.parametrize("measure", [sitpy.portfolio_cvar_ru, sitpy.portfolio_maxloss])
@given(returns=returns_lists, alpha=alphas, shift=st.floats(-1, 1))
def test_certain_returns_lower_the_loss_one_for_one(
    measure: Measure, returns: list[float], alpha: float, shift: float
) -> None:
    shifted = value(measure, np.array(returns) + shift, alpha)
    assert shifted == pytest.approx(value(measure, returns, alpha) - shift, abs=1e-11)


@given(returns=returns_lists, shift=st.floats(-1, 1))
def test_certain_returns_leave_deviations_alone(returns: list[float], shift: float) -> None:
    for measure in (sitpy.portfolio_mad, sitpy.portfolio_risk):
        assert value(measure, np.array(returns) + shift) == pytest.approx(value(measure, returns), abs=1e-8)


@given(returns_lists)
def test_mad_is_at_most_the_standard_deviation_with_divisor_t(returns: list[float]) -> None:
    """Jensen: mean |d| <= sqrt(mean d^2) = sd sqrt((T - 1)/T)."""
    T = len(returns)
    assert value(sitpy.portfolio_mad, returns) <= value(sitpy.portfolio_risk, returns) * np.sqrt((T - 1) / T) + 1e-12


@given(returns_lists, alphas)
def test_the_tail_lies_between_the_mean_and_the_worst(returns: list[float], alpha: float) -> None:
    worst, cvar_ru = value(sitpy.portfolio_maxloss, returns), value(sitpy.portfolio_cvar_ru, returns, alpha)
    assert -np.mean(returns) - 1e-11 <= cvar_ru <= worst + 1e-11
    cvar = value(sitpy.portfolio_cvar, returns, alpha)
    assume(not np.isnan(cvar))
    assert -np.mean(returns) - 1e-11 <= cvar <= worst + 1e-11


@pytest.mark.parametrize("measure", ALL)
@settings(max_examples=15)
@given(table=tables, w=weight_rows, order=st.permutations(range(3)))
def test_the_order_of_assets_does_not_matter(
    measure: Measure, table: np.ndarray, w: np.ndarray, order: list[int]
) -> None:
    if measure in (sitpy.portfolio_cvar, sitpy.portfolio_cdar):
        table = (
            table * 0 + np.linspace(-0.1, 0.12, table.size).reshape(table.shape) ** 3
        )  # no ties for rounding to break
        w = np.abs(w) + 0.5
    atol = 1e-7 if measure is sitpy.portfolio_risk else 1e-12
    np.testing.assert_allclose(
        measure(w[order], sitpy.create_ia(table[:, order])), measure(w, sitpy.create_ia(table)), rtol=1e-9, atol=atol
    )


# ----------------------------------------------------------------------------------------- shapes and messages


@pytest.mark.parametrize("measure", ALL)
def test_vectors_tables_and_auxiliary_columns(ia_b: InputAssumptions, measure: Measure) -> None:
    weights = np.array([[0.3, -0.2, 0.4, 0.1, 0.1, 0.2, 0.3, -0.2], [0.125] * 8])
    both = measure(weights, ia_b)
    assert both.shape == (2,)
    assert np.isfinite(both).all()
    assert both[0] != both[1]
    # one row or two take different routes through BLAS: rounding only
    for row, expected in zip(weights, both):
        for alike in (row, list(row), pd.Series(row, index=ia_b.symbols), row[None, :]):
            assert measure(alike, ia_b).shape == (1,)
            assert measure(alike, ia_b)[0] == pytest.approx(expected, rel=1e-12)
    np.testing.assert_allclose(measure(pd.DataFrame(weights, columns=ia_b.symbols), ia_b), both, rtol=1e-12)
    np.testing.assert_allclose(measure(np.hstack([weights, 99 * np.ones((2, 5))]), ia_b), both, rtol=1e-12)
    np.testing.assert_allclose(measure(np.append(weights[0], [7, 8]), ia_b), both[:1], rtol=1e-12)


@pytest.mark.parametrize("measure", ALL)
@pytest.mark.parametrize(
    ("weight", "shape"),
    [([0.5, 0.5], "(2,)"), (np.ones((4, 7)), "(4, 7)"), (1.0, "()"), (np.ones((1, 1, 8)), "(1, 1, 8)")],
)
def test_too_few_columns(ia_b: InputAssumptions, measure: Measure, weight: Any, shape: str) -> None:
    words = f"weight has shape {shape}; expected portfolios x 8 assets (or one vector of 8)"
    with pytest.raises(InputError, match=re.escape(words)):
        measure(weight, ia_b)


@pytest.mark.parametrize("measure", ALL)
def test_weights_labelled_in_another_order_are_refused(ia_b: InputAssumptions, measure: Measure) -> None:
    series = pd.Series(np.arange(8) / 28, index=ia_b.symbols)
    words = "weight is labelled GLD, IYR, TLT, EFA, IWM, EEM, QQQ, SPY but the assets are SPY, QQQ, EEM"
    for weight in (series[::-1], series[::-1].to_frame().T):
        with pytest.raises(InputError, match=words):
            measure(weight, ia_b)
    assert measure(series[::-1][ia_b.symbols], ia_b)[0] == pytest.approx(measure(series, ia_b)[0], nan_ok=True)


def test_names_of_a_long_short_frontier_are_no_other_order(ia_b: InputAssumptions) -> None:
    both = sitpy.aa_test_ia_add_short(ia_b)
    names = [*ia_b.symbols, *(f"{symbol}.1" for symbol in ia_b.symbols), "aux.1"]
    weights = pd.DataFrame(np.ones((1, 17)), columns=names)
    assert sitpy.portfolio_return(weights, both)[0] == pytest.approx(0, abs=1e-15)


@pytest.mark.parametrize("measure", HISTORICAL)
def test_a_gap_in_the_history_is_named(ia_b: InputAssumptions, measure: Measure) -> None:
    ia_b.hist_returns[2, 5] = np.nan
    words = "hist_returns of 'TLT' has 1 missing value(s), the first at 2005-03-31 00:00:00; drop these periods or fill"
    with pytest.raises(InputError, match=re.escape(words)):
        measure([0.125] * 8, ia_b)


@pytest.mark.parametrize("measure", HISTORICAL)
def test_no_history_at_all(measure: Measure) -> None:
    with pytest.raises(InputError, match="have no hist_returns; this needs a history: create_historical_ia"):
        measure([1, 0], InputAssumptions(cov=np.eye(2)))
