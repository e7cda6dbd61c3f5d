"""Least squares, plain and constrained and total, against numpy, scipy and enumeration; the elbow of a curve."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import lsq_linear, minimize

import sitpy

Array = np.ndarray


def data(seed: int, T: int = 40, k: int = 5) -> tuple[Array, Array]:
    rng = np.random.default_rng(seed)
    x = rng.normal(0.01, 0.05, (T, k)) @ (np.eye(k) + 0.3)
    return x, x @ rng.normal(size=k) + rng.normal(0, 0.03, T)


def frame(x: Array) -> pd.DataFrame:
    return pd.DataFrame(x, columns=[f"index {j}" for j in range(x.shape[1])])


# ------------------------------------------------------------------------------------------------------- plain


@pytest.mark.parametrize("seed", range(3))
def test_ols_is_that_of_numpy(seed: int) -> None:
    x, y = data(seed)
    np.testing.assert_allclose(sitpy.ols(x, y).coefficients, np.linalg.lstsq(x, y, rcond=None)[0], rtol=1e-10)
    assert sitpy.ols(x, y).seb is sitpy.ols(x, y).r_squared is None


def test_standard_errors_and_r_squared_of_a_line() -> None:
    """Textbook formulas of a regression on one variable and a constant, by hand on four points."""
    x, y = np.array([1.0, 2, 3, 5]), np.array([2.0, 3, 5, 7])
    n, dx, dy = 4, x - x.mean(), y - y.mean()
    slope = (dx @ dy) / (dx @ dx)
    residual = dy - slope * dx
    variance = residual @ residual / (n - 2)
    fit = sitpy.ols(np.column_stack([np.ones(4), x]), y, computeR2=True)
    np.testing.assert_allclose(fit.coefficients, [y.mean() - slope * x.mean(), slope], rtol=1e-12)
    expected = np.sqrt(variance * np.array([1 / n + x.mean() ** 2 / (dx @ dx), 1 / (dx @ dx)]))
    np.testing.assert_allclose(fit.seb, expected, rtol=1e-12)
    assert fit["r.squared"] == pytest.approx(np.corrcoef(x, y)[0, 1] ** 2, rel=1e-12)


def test_standard_errors_by_repetition() -> None:
    """Coefficients of 2000 samples with known noise spread as the mean standard error says (3 %: 1/sqrt(2 * 2000))."""
    rng = np.random.default_rng(1)
    x = data(0)[0]
    fits = [sitpy.ols(x, rng.normal(size=40), computeR2=True) for _ in range(2000)]
    spread = np.std([fit.coefficients for fit in fits], axis=0)
    np.testing.assert_allclose(np.mean([fit.seb for fit in fits], axis=0), spread, rtol=0.05)


def test_labels_and_shapes() -> None:
    x, y = data(1)
    before = x.copy()
    table = frame(x)
    fit = sitpy.ols(table, pd.Series(y), computeR2=True)
    assert list(fit.coefficients.index) == list(fit.seb.index) == list(table.columns)
    one = sitpy.ols(x[:, 0], y[:, None])
    assert one.coefficients.shape == (1,)
    assert one.coefficients[0] == pytest.approx(x[:, 0] @ y / (x[:, 0] @ x[:, 0]), rel=1e-12)
    assert list(sitpy.tls(table, y).index) == list(table.columns)
    labelled = sitpy.lm_constraint(table, y, sitpy.create_basic_constraints(5))
    assert list(labelled.coefficients.index) == list(table.columns)
    np.testing.assert_array_equal(x, before)
    assert isinstance(sitpy.lm_constraint(x, y).coefficients, np.ndarray)


# ------------------------------------------------------------------------------------------------- constrained


@pytest.mark.parametrize("seed", range(6))
def test_bounds_alone_are_those_of_scipy(seed: int) -> None:
    x, y = data(seed)
    fit = sitpy.lm_constraint(x, y, sitpy.new_constraints(5, lb=-0.2, ub=0.5))
    peer = lsq_linear(x, y, (-0.2, 0.5), method="bvls", tol=1e-14)
    np.testing.assert_allclose(fit.coefficients, peer.x, rtol=0, atol=1e-8)
    residual = y - x @ fit.coefficients
    assert fit.r_squared == pytest.approx(1 - residual @ residual / ((y - y.mean()) ** 2).sum(), rel=1e-12)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("intercept", [False, True])
def test_style_weights_are_those_of_slsqp(seed: int, intercept: bool) -> None:
    """Weights that sum to 1, between 0 and 0.6: scipy's SLSQP on the sum of squares, or on the variance."""
    x, y = data(seed)
    constraints = sitpy.create_basic_constraints(5, 0, 0.6, 1)
    fit = sitpy.lm_constraint(x, y, constraints, intercept=intercept)
    x0, y0 = (x - x.mean(axis=0), y - y.mean()) if intercept else (x, y)
    unit = y0 @ y0
    peer = minimize(
        lambda b: ((y0 - x0 @ b) ** 2).sum() / unit,
        np.full(5, 0.2),
        jac=lambda b: -2 * x0.T @ (y0 - x0 @ b) / unit,
        bounds=[(0, 0.6)] * 5,
        constraints={"type": "eq", "fun": lambda b: b.sum() - 1},
        options={"ftol": 1e-15, "maxiter": 1000},
    )
    ours = ((y0 - x0 @ fit.coefficients) ** 2).sum() / unit
    assert ours <= peer.fun + 1e-12
    np.testing.assert_allclose(fit.coefficients, peer.x, rtol=0, atol=1e-5)  # SLSQP stops near 1e-7
    assert fit.coefficients.sum() == pytest.approx(1, abs=1e-10)


def test_constraints_that_do_not_bind_change_nothing() -> None:
    x, y = data(2)
    free = sitpy.ols(x, y, computeR2=True)
    loose = sitpy.lm_constraint(x, y, sitpy.new_constraints(5, lb=-50, ub=50))
    np.testing.assert_allclose(loose.coefficients, free.coefficients, rtol=1e-8)
    assert loose.r_squared == pytest.approx(free.r_squared, rel=1e-10)
    none = sitpy.lm_constraint(x, y)
    np.testing.assert_array_equal(none.coefficients, free.coefficients)
    assert none.r_squared == free.r_squared
    centred = sitpy.lm_constraint(x, y, intercept=True)
    with_ones = np.linalg.lstsq(np.column_stack([np.ones(40), x]), y, rcond=None)[0]
    np.testing.assert_allclose(centred.coefficients, with_ones[1:], rtol=1e-9)


def test_an_equality_is_that_of_lagrange() -> None:
    """``sum b = 1`` alone: the textbook correction of the free coefficients."""
    x, y = data(3)
    constraints = sitpy.add_constraints(np.ones(5), 1, "=", sitpy.new_constraints(5))
    inverse, one = np.linalg.inv(x.T @ x), np.ones(5)
    free = inverse @ x.T @ y
    expected = free - inverse @ one * (free.sum() - 1) / (one @ inverse @ one)
    np.testing.assert_allclose(sitpy.lm_constraint(x, y, constraints).coefficients, expected, rtol=0, atol=1e-9)


def test_true_style_weights_are_found() -> None:
    history = sitpy.data.bernstein_wilkinson()
    weight = np.array([0.4, 0.0, 0.1, 0.0, 0.2, 0.0, 0.3, 0.0, 0.0])
    fit = sitpy.lm_constraint(history, history @ weight, sitpy.create_basic_constraints(9))
    np.testing.assert_allclose(fit.coefficients, weight, rtol=0, atol=1e-8)
    assert fit.r_squared == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_the_best_two_of_five_by_binaries(seed: int) -> None:
    """Binaries in the constraints: ``-3 b <= x <= 3 b``, two of them on; every pair tried by hand."""
    x, y = data(seed, T=25)
    unit = np.eye(5)
    constraints = sitpy.add_variables(5, sitpy.new_constraints(5), lb=0, ub=1)
    constraints.binary_index = range(5, 10)
    for sign in (1, -1):
        constraints = sitpy.add_constraints(np.vstack([sign * unit, 3 * unit]), 0, ">=", constraints)
    constraints = sitpy.add_constraints(np.append(np.zeros(5), np.ones(5)), 2, "=", constraints)
    fit = sitpy.lm_constraint(x, y, constraints)
    best = min(
        ((y - x[:, pair] @ lsq_linear(x[:, pair], y, (-3, 3)).x) ** 2).sum()
        for pair in map(list, itertools.combinations(range(5), 2))
    )
    assert ((y - x @ fit.coefficients) ** 2).sum() == pytest.approx(best, rel=1e-7)
    assert fit.solution.shape == (10,)
    assert fit.solution[5:].sum() == 2
    np.testing.assert_array_equal(fit.solution[:5], fit.coefficients)


def test_columns_that_repeat_each_other_are_welcome_under_constraints() -> None:
    x, y = data(4)
    twice = np.column_stack([x, x[:, 0]])
    fit = sitpy.lm_constraint(twice, y, sitpy.new_constraints(6, lb=-0.2, ub=0.5))
    peer = lsq_linear(twice, y, (-0.2, 0.5), method="bvls", tol=1e-14)
    assert ((y - twice @ fit.coefficients) ** 2).sum() == pytest.approx(2 * peer.cost, rel=1e-9)


def test_order_and_unit_do_not_matter() -> None:
    x, y = data(5)
    constraints, order = sitpy.create_basic_constraints(5, 0, 0.5), np.array([3, 1, 4, 0, 2])
    fit = sitpy.lm_constraint(x, y, constraints)
    np.testing.assert_allclose(
        sitpy.lm_constraint(x[:, order], y, constraints).coefficients, fit.coefficients[order], rtol=0, atol=1e-9
    )
    percent = sitpy.lm_constraint(1e4 * x, 1e4 * y, constraints)
    np.testing.assert_allclose(percent.coefficients, fit.coefficients, rtol=0, atol=1e-9)
    assert percent.r_squared == pytest.approx(fit.r_squared, rel=1e-9)


# ------------------------------------------------------------------------------------------------------- total


@pytest.mark.parametrize("seed", range(3))
def test_total_least_squares_of_a_line(seed: int) -> None:
    """One variable: the angle that minimises perpendicular distances, by its closed form."""
    x, y = data(seed, k=1)
    sxx, syy, sxy = float(x[:, 0] @ x[:, 0]), float(y @ y), float(x[:, 0] @ y)
    slope = (syy - sxx + np.sqrt((syy - sxx) ** 2 + 4 * sxy**2)) / (2 * sxy)
    ours = sitpy.tls(x, y)
    assert ours[0] == pytest.approx(slope, rel=1e-10)
    assert sitpy.tls(y, x[:, 0])[0] == pytest.approx(1 / slope, rel=1e-10)  # x and y are alike


@pytest.mark.parametrize("seed", range(3))
def test_total_least_squares_has_the_least_distance(seed: int) -> None:
    """The sum of squared distances from the plane, ``|y - x b|^2 / (1 + b'b)``, by scipy from several starts."""
    x, y = data(seed, k=3)

    def distance(b: Array) -> float:
        return float(((y - x @ b) ** 2).sum() / (1 + b @ b))

    ours = sitpy.tls(x, y)
    starts = [sitpy.ols(x, y).coefficients, np.zeros(3), np.ones(3)]
    peers = [minimize(distance, start, method="BFGS", options={"gtol": 1e-12}) for start in starts]
    assert distance(ours) <= min(peer.fun for peer in peers) * (1 + 1e-12)
    np.testing.assert_allclose(ours, peers[0].x, rtol=0, atol=1e-4)


def test_total_least_squares_of_exact_data() -> None:
    x, b = data(0)[0], np.array([1.0, -2, 0.5, 0, 3])
    np.testing.assert_allclose(sitpy.tls(x, x @ b), b, rtol=0, atol=1e-9)
    np.testing.assert_allclose(sitpy.tls(x[:5], x[:5] @ b), b, rtol=0, atol=1e-8)  # as many observations as variables


# ------------------------------------------------------------------------------------------------------- elbow


def by_projection(y: Array, x: Array) -> Array:
    """Distances from the chord by projecting on it."""
    points = np.column_stack([x, y])
    chord = (points[-1] - points[0]) / np.linalg.norm(points[-1] - points[0])
    away = points - points[0]
    return np.asarray(np.linalg.norm(away - np.outer(away @ chord, chord), axis=1))


@given(st.lists(st.integers(-1000, 1000), min_size=2, max_size=12), st.integers(1, 1000), st.integers(1, 1000))
@settings(max_examples=40)
def test_elbow_is_the_largest_distance_in_any_unit(heights: list[int], a: int, b: int) -> None:
    y, x = np.array(heights, dtype=float), np.arange(1.0, len(heights) + 1)
    ours = sitpy.find_maximum_distance_point(heights)
    distance = by_projection(y, x)
    assert distance[ours] == pytest.approx(distance.max(), abs=1e-9)
    assert sitpy.find_maximum_distance_point(a * y, b * x / 7) == ours


def test_elbow_by_hand() -> None:
    assert sitpy.find_maximum_distance_point([0, 0, 0, 1]) == 2
    assert sitpy.find_maximum_distance_point([0, 5, 0, -5, 0]) == 1  # the first of two
    assert sitpy.find_maximum_distance_point(pd.Series([0.1, 0.2, 0.3, 0.4])) == 0  # straight
    assert sitpy.find_maximum_distance_point([1, 2]) == 0
    assert sitpy.find_maximum_distance_point([0, 1, 2], x=[0, 3, 4]) == 1
    assert isinstance(sitpy.find_maximum_distance_point([0, 0, 1]), int)


# ---------------------------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize("function", [sitpy.ols, sitpy.tls, sitpy.lm_constraint])
def test_bad_data(function: Any) -> None:
    x, y = data(0)
    for bad in (x[:-1], x[None], np.zeros((0, 5))):
        with pytest.raises(sitpy.InputError, match="expected T observations x k and T observations"):
            function(bad, y)
    with pytest.raises(sitpy.InputError, match=r"y \(40, 5\)"):
        function(x, x)
    broken = x.copy()
    broken[7, 2] = np.nan
    with pytest.raises(sitpy.InputError, match=r"x has 1 missing or infinite value\(s\), the first in row 7; drop"):
        function(broken, y)
    with pytest.raises(sitpy.InputError, match="y has 40 missing"):
        function(x, np.full(40, np.inf))
    with pytest.raises(sitpy.InputError, match="x holds something that is not a number"):
        function([["a"]], y)
    with pytest.raises(sitpy.InputError, match="x and y are labelled with other observations; align them"):
        function(frame(x), pd.Series(y, index=range(1, 41)))
    with pytest.raises(sitpy.InputError, match="there are 3 observations for 5 coefficients; at least 5 are needed"):
        function(x[:3], y[:3])


def test_repeated_columns_are_named() -> None:
    x, y = data(0)
    table = frame(x)
    table["copy"] = -2 * table["index 1"]
    with pytest.raises(
        sitpy.InputError, match="columns 'index 1', 'copy' of x are zero or repeat each other; leave one out"
    ):
        sitpy.ols(table, y)
    with pytest.raises(sitpy.InputError, match="columns 1, 5 of x"):
        sitpy.ols(table.to_numpy(), y)
    table["copy"] = 0.0
    with pytest.raises(sitpy.InputError, match="columns 'copy' of x are zero"):
        sitpy.ols(table, y)
    with pytest.raises(sitpy.InputError, match="the best plane is vertical: columns of x repeat each other"):
        sitpy.tls(table, y)
    with pytest.raises(sitpy.InputError, match="there are 5 observations for 5 coefficients; at least 6 are needed"):
        sitpy.ols(x[:5], y[:5], computeR2=True)


def test_lines_that_are_none() -> None:
    with pytest.raises(sitpy.InputError, match="the best plane is vertical"):
        sitpy.tls([1, -1, 0.5, -0.5], [2, 2, 2, 2])
    with pytest.raises(sitpy.InputError, match="every plane fits equally well"):
        sitpy.tls([1, 0, -1, 0], [0, 1, 0, -1])
    assert sitpy.ols([1, 2, 3], [2, 2, 2], computeR2=True).r_squared is None  # nothing to explain


def test_constraints_that_cannot_hold() -> None:
    x, y = data(0)
    with pytest.raises(sitpy.InputError, match="the constraints have 4 variables but x has 5 columns"):
        sitpy.lm_constraint(x, y, sitpy.create_basic_constraints(4))
    low = sitpy.add_constraints(np.ones(5), 1, "=", sitpy.new_constraints(5, lb=0, ub=0.1), names="budget")
    with pytest.raises(sitpy.InfeasibleError, match="budget") as caught:
        sitpy.lm_constraint(frame(x), y, low)
    assert "index 0" in str(caught.value) and caught.value.conflict is not None


def test_words_of_the_elbow() -> None:
    with pytest.raises(sitpy.InputError, match="y has 1 and x 1 points; give two or more, as many of each"):
        sitpy.find_maximum_distance_point([1])
    with pytest.raises(sitpy.InputError, match="y has 3 and x 2 points"):
        sitpy.find_maximum_distance_point([1, 2, 3], [1, 2])
    with pytest.raises(sitpy.InputError, match="first and the last point are the same"):
        sitpy.find_maximum_distance_point([1, 2, 1], [0, 1, 0])
    with pytest.raises(sitpy.InputError, match=r"y has 1 missing or infinite value\(s\), the first in row 1"):
        sitpy.find_maximum_distance_point([1, np.nan, 3])
