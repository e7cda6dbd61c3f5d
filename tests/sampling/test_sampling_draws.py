"""Random vectors with a fixed sum, and random price paths: their laws, and what is refused.

Seeds are fixed, so a test passes or fails for good. Right code would miss the level 0.0001 once in ten thousand comparisons
with other seeds, and there are about a hundred.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import sitpy
from sitpy import InputError
from sitpy.portfolios.sampling import normal_draws

Array = np.ndarray
LEVEL = 0.0001


# ---------------------------------------------------------------------------------------------- sum and bounds


@settings(max_examples=40)
@given(
    n=st.integers(1, 60),
    part=st.floats(0, 1),
    low=st.floats(-5, 5),
    width=st.floats(0.01, 10),
    seed=st.integers(0, 1000),
)
def test_every_vector_has_the_sum_and_the_bounds(n: int, part: float, low: float, width: float, seed: int) -> None:
    high = low + width
    s = min(max(n * (low + part * width), n * low), n * high)
    x = sitpy.randfixedsum(20, n, s, low, high, seed)
    assert x.shape == (20, n)
    assert low <= x.min() and x.max() <= high
    np.testing.assert_allclose(x.sum(axis=1), s, rtol=0, atol=1e-12 * n * max(1, abs(low), abs(high)))


@pytest.mark.parametrize("s", [0.0, 1e-9, 1.0, 5.0, 250.0, 499.0, 500 - 1e-9, 500.0])
def test_five_hundred_numbers_neither_underflow_nor_overflow(s: float) -> None:
    """Slices near a corner have volumes of about 1/499!, far below the smallest double."""
    x = sitpy.randfixedsum(50, 500, s, 0, 1, seed=3)
    assert np.isfinite(x).all() and x.min() >= 0 and x.max() <= 1
    np.testing.assert_allclose(x.sum(axis=1), s, rtol=0, atol=1e-10)
    if 1 <= s <= 499:
        assert np.unique(x.round(12)).size > 20_000  # no coordinate is stuck


def test_the_same_seed_gives_the_same_vectors() -> None:
    first = sitpy.randfixedsum(5, 4, 1, 0, 0.5, seed=7)
    np.testing.assert_array_equal(sitpy.randfixedsum(5, 4, 1, 0, 0.5, seed=7), first)
    assert np.abs(sitpy.randfixedsum(5, 4, 1, 0, 0.5, seed=8) - first).max() > 0.01
    generator = np.random.default_rng(7)
    np.testing.assert_array_equal(sitpy.randfixedsum(5, 4, 1, 0, 0.5, generator), first)
    assert np.abs(sitpy.randfixedsum(5, 4, 1, 0, 0.5, generator) - first).max() > 0.01  # it has gone on
    assert np.abs(sitpy.randfixedsum(5, 4, 1) - sitpy.randfixedsum(5, 4, 1)).max() > 0


def test_bounds_in_other_units_give_the_same_vectors_in_these_units() -> None:
    unit = sitpy.randfixedsum(100, 6, 2.3, 0, 1, seed=5)
    np.testing.assert_allclose(sitpy.randfixedsum(100, 6, 6 * -3 + 2.3 * 4, -3, 1, seed=5), 4 * unit - 3, atol=1e-12)


# --------------------------------------------------------------------------------------------------- uniformity


@pytest.mark.parametrize("n", [2, 3, 8, 500])
def test_without_a_cap_the_law_is_dirichlets(n: int) -> None:
    """Uniform on the simplex: every number has the Beta(1, n - 1) law."""
    x = sitpy.randfixedsum(4000, n, 1, 0, 1, seed=n)
    for i in (0, n - 1):
        assert stats.kstest(x[:, i], stats.beta(1, n - 1).cdf).pvalue > LEVEL
    # and the largest of them: P(max <= c) by inclusion and exclusion
    for c in np.quantile(x.max(axis=1), [0.1, 0.5, 0.9]):
        chance = sum((-1) ** j * math.comb(n, j) * max(0.0, 1 - j * c) ** (n - 1) for j in range(min(n, 60) + 1))
        if n <= 8:  # with 500 the sum loses its digits
            found = (x.max(axis=1) <= c).sum()
            assert stats.binomtest(int(found), 4000, min(max(chance, 0), 1)).pvalue > LEVEL


@pytest.mark.parametrize(("n", "s", "cap"), [(3, 1.0, 0.5), (4, 1.3, 0.5), (5, 2.0, 0.6), (3, 0.9, 0.35)])
def test_with_a_cap_it_agrees_with_rejection(n: int, s: float, cap: float) -> None:
    """Referee: Dirichlet draws, those above the cap thrown away."""
    referee = s * np.random.default_rng(11).dirichlet(np.ones(n), 400_000)
    referee = referee[referee.max(axis=1) <= cap][:20_000]
    assert len(referee) > 10_000
    x = sitpy.randfixedsum(20_000, n, s, 0, cap, seed=2)
    directions = [*np.eye(n), np.arange(n) - 1.3]
    for direction in directions:
        assert stats.ks_2samp(x @ direction, referee @ direction).pvalue > LEVEL
    for measure in (np.max, np.min, np.var):
        assert stats.ks_2samp(measure(x, axis=1), measure(referee, axis=1)).pvalue > LEVEL


def test_two_numbers_are_uniform_on_their_interval() -> None:
    x = sitpy.randfixedsum(5000, 2, 1.4, 0, 1, seed=1)
    assert stats.kstest(x[:, 0], stats.uniform(0.4, 0.6).cdf).pvalue > LEVEL


def test_three_numbers_fill_the_hexagon_evenly() -> None:
    """Sum 1.5 in the unit cube: a regular hexagon; its six triangles are equally likely."""
    x = sitpy.randfixedsum(6000, 3, 1.5, 0, 1, seed=4)
    order = x.argsort(axis=1) @ [1, 3, 9]
    counts = np.unique(order, return_counts=True)[1]
    assert counts.size == 6 and stats.chisquare(counts).pvalue > LEVEL
    # the inner hexagon of half the size has a quarter of the area
    inside = int((np.abs(x - 0.5).max(axis=1) <= 0.25).sum())
    assert stats.binomtest(inside, 6000, 0.25).pvalue > LEVEL


def test_large_capped_vectors_follow_the_tilted_law() -> None:
    """500 weights of at most 1 % that sum to 1.

    Each then follows an exponential law cut off at the cap, with mean 0.002, up to terms of the order 1/500 (equivalence of
    ensembles): 1 % of the standard deviation, and the smoothness of 0.02 in the distribution function, cover these.
    """
    x = sitpy.randfixedsum(400, 500, 1, 0, 0.01, seed=9).ravel() / 0.01
    low, high = -50.0, 50.0
    for _ in range(200):  # tilt whose law on [0, 1] has the mean 0.2
        tilt = (low + high) / 2
        mean = 1 / tilt - 1 / math.expm1(tilt) if tilt else 0.5
        low, high = (tilt, high) if mean > 0.2 else (low, tilt)
    grid = np.linspace(0, 1, 11)
    expected = -np.expm1(-tilt * grid) / -math.expm1(-tilt)
    np.testing.assert_allclose([(x <= g).mean() for g in grid], expected, atol=0.02)
    variance = 1 / tilt**2 - math.exp(tilt) / math.expm1(tilt) ** 2
    assert x.std() == pytest.approx(math.sqrt(variance), rel=0.01)


def test_the_complement_has_the_law_of_the_complement() -> None:
    x, y = sitpy.randfixedsum(5000, 4, 1.2, 0, 1, seed=1), 1 - sitpy.randfixedsum(5000, 4, 2.8, 0, 1, seed=2)
    assert stats.ks_2samp(x[:, 1], y[:, 1]).pvalue > LEVEL
    assert stats.ks_2samp(x.max(axis=1), y.max(axis=1)).pvalue > LEVEL


# ------------------------------------------------------------------------------------------- what does not exist


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((1, 9, 1, 0, 0.1), r"9 numbers from 0 to 0\.1 sum to between 0 and 0\.9; s is 1: change s, a or b"),
        ((1, 3, -1, 0, 1), "3 numbers from 0 to 1 sum to between 0 and 3; s is -1"),
        ((1, 3, 1, 1, 0), "3 numbers from 1 to 0 sum to"),
        ((1, 3, float("nan"), 0, 1), "s is nan"),
        ((1, 3, 1, 0, float("inf")), "b is inf; give a finite number"),
        ((0, 3, 1, 0, 1), "m is 0; give a whole number, 1 or more"),
        ((2.5, 3, 1, 0, 1), r"m is 2\.5; give a whole number"),
        ((2, 0, 1, 0, 1), "n is 0; give a whole number, 1 or more"),
    ],
)
def test_vectors_that_do_not_exist(arguments: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        sitpy.randfixedsum(*arguments)


def test_a_single_vector_that_exists() -> None:
    """To rounding: powers of random numbers times nothing."""
    for seed in range(20):
        np.testing.assert_array_equal(sitpy.randfixedsum(2, 3, 0.6, 0.2, 0.2, seed), np.full((2, 3), 0.2))
        np.testing.assert_allclose(sitpy.randfixedsum(2, 1, 0.3, 0, 1, seed), 0.3, rtol=1e-15)
        np.testing.assert_allclose(sitpy.randfixedsum(2, 3, 3, 0, 1, seed), np.ones((2, 3)), rtol=1e-15)
        np.testing.assert_allclose(sitpy.randfixedsum(2, 3, 0, 0, 1, seed), np.zeros((2, 3)), atol=1e-15)


# -------------------------------------------------------------------------------------------------- price paths

RISKS = np.array([0.11, 0.16])
COV = np.outer(RISKS, RISKS) * np.array([[1, 0.63], [0.63, 1]])  # the two assets of SIT's own example


def test_shapes_are_those_of_sit() -> None:
    assert sitpy.asset_paths(100, 0.05, 0.11, 30, range(11), 1).shape == (11, 30)
    assert sitpy.asset_paths([100, 105], [0.05, 0.05], COV, 30, range(11), 1).shape == (2, 11, 30)
    assert sitpy.asset_paths(100, 0.05, 0.11, 30, 0.5, 1).shape == (30,)
    assert sitpy.asset_paths([100, 105], 0.05, COV, 30, 0.5, 1).shape == (2, 30)
    assert sitpy.asset_paths(100, 0.05, 0.11, seed=1).shape == (2, 10000)


def test_one_asset_grows_with_drift_and_volatility() -> None:
    """log S(t) - log S(u) is normal with mean (mu - sigma^2/2)(t - u) and variance sigma^2 (t - u)."""
    times = np.array([0.0, 0.25, 1.0, 3.0])
    paths = sitpy.asset_paths(100, 0.07, 0.2, 8000, times, seed=2)
    np.testing.assert_allclose(paths[0], 100, rtol=1e-12)
    steps = np.diff(np.log(paths), axis=0)
    for step, dt in zip(steps, np.diff(times)):
        law = stats.norm((0.07 - 0.02) * dt, 0.2 * math.sqrt(dt))
        assert stats.kstest(step, law.cdf).pvalue > LEVEL
    for i, j in ((0, 1), (1, 2), (0, 2)):
        assert stats.pearsonr(steps[i], steps[j]).pvalue > LEVEL  # steps are independent
    error = paths[-1].std() / math.sqrt(8000)
    assert abs(paths[-1].mean() - 100 * math.exp(0.21)) < 4 * error


def test_several_assets_move_together() -> None:
    paths = sitpy.asset_paths([100, 105], [0.05, 0.03], COV, 20_000, [0.0, 2.0], seed=3)
    growth = np.log(paths[:, 1] / paths[:, 0])
    deviation = np.sqrt(2 * np.diag(COV))
    expected = 2 * (np.array([0.05, 0.03]) - np.diag(COV) / 2)
    assert (np.abs(growth.mean(axis=1) - expected) < 4 * deviation / math.sqrt(20_000)).all()
    # standard errors: of a variance sqrt(2/m) of itself, of a correlation (1 - rho^2)/sqrt(m)
    np.testing.assert_allclose(growth.var(axis=1), 2 * np.diag(COV), rtol=4 * math.sqrt(2 / 20_000))
    assert abs(np.corrcoef(growth)[0, 1] - 0.63) < 4 * (1 - 0.63**2) / math.sqrt(20_000)


def test_no_volatility_is_compound_growth() -> None:
    paths = sitpy.asset_paths([100, 50], [0.05, -0.1], np.zeros((2, 2)), 3, [1, 2, 5], seed=1)
    expected = np.array([[100], [50]]) * np.exp(np.outer([0.05, -0.1], [1, 2, 5]))
    np.testing.assert_allclose(paths, np.repeat(expected[:, :, None], 3, axis=2), rtol=1e-12)


def test_a_covariance_of_one_asset_is_its_squared_volatility() -> None:
    first = sitpy.asset_paths(100, 0.05, 0.2, 50, range(4), 1)
    np.testing.assert_allclose(sitpy.asset_paths([100], [0.05], [[0.04]], 50, range(4), 1), first, rtol=1e-12)


def test_another_order_of_assets_gives_the_same_paths() -> None:
    cov = np.cov(np.random.default_rng(1).standard_normal((4, 20)))
    s0, mu, order = np.array([1.0, 2, 3, 4]), np.array([0.1, 0.2, 0.3, 0.4]), [2, 0, 3, 1]
    paths = sitpy.asset_paths(s0, mu, cov, 10, range(3), 1)
    again = sitpy.asset_paths(s0[order], mu[order], cov[np.ix_(order, order)], 10, range(3), 1)
    np.testing.assert_allclose(again, paths[order], rtol=1e-9)


def test_labels_must_agree() -> None:
    s0 = pd.Series([100.0, 105.0], index=["A", "B"])
    cov = pd.DataFrame(COV, index=["A", "B"], columns=["A", "B"])
    assert sitpy.asset_paths(s0, 0.05, cov, 3, 1).shape == (2, 3)
    with pytest.raises(InputError, match=r"labelled differently: .*put them in the same order"):
        sitpy.asset_paths(s0[::-1], 0.05, cov, 3, 1)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((100, 0.05, -0.1), r"sigma is -0\.1; a volatility cannot be negative"),
        (([100, 100], 0.05, 0.1), r"have shapes \(2,\), \(\) and \(\); give one price and drift per asset"),
        (([100, 100], [0.1, 0.1, 0.1], COV), r"have shapes \(2,\), \(3,\) and \(2, 2\)"),
        (([100, 100], 0.05, [[1, 2], [2, 1]]), "its smallest eigenvalue is -1; make_positive_definite mends it"),
        ((-5, 0.05, 0.1), r"s0 is \[-5\.0\]; prices are finite and not negative"),
        ((100, 0.05, 0.1, 0), "nsims is 0; give a whole number, 1 or more"),
        ((100, 0.05, 0.1, 5, [1, 0.5]), r"periods is \[1\.0, 0\.5\]; give times that rise from 0 on"),
        ((100, 0.05, 0.1, 5, [-1, 0]), "give times that rise from 0 on"),
        ((100, 0.05, 0.1, 5, [0, np.inf]), "give times that rise from 0 on"),
    ],
)
def test_paths_that_cannot_be_drawn(arguments: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        sitpy.asset_paths(*arguments)


# ------------------------------------------------------------------------------------------------- normal draws


def test_normal_draws_have_the_mean_and_the_covariance() -> None:
    cov = np.cov(np.random.default_rng(2).standard_normal((3, 10)))
    mean = np.array([0.5, -1, 2])
    x = normal_draws(mean, cov, 40_000, np.random.default_rng(3))
    assert (np.abs(x.mean(axis=0) - mean) < 4 * np.sqrt(np.diag(cov) / 40_000)).all()
    spread = np.sqrt((cov**2 + np.outer(np.diag(cov), np.diag(cov))) / 40_000)  # standard error of a covariance
    assert (np.abs(np.cov(x.T) - cov) < 4 * spread).all()


def test_opposite_assets_are_drawn_as_opposites_and_as_without_them() -> None:
    """Each asset and itself held short: the singular covariance adds axes that carry nothing."""
    cov, mean = np.cov(np.random.default_rng(2).standard_normal((3, 10))), np.array([0.5, -1, 2])
    plain = normal_draws(mean, cov, 100, np.random.default_rng(3))
    doubled = normal_draws(
        np.concatenate([mean, -mean]), np.block([[cov, -cov], [-cov, cov]]), 100, np.random.default_rng(3)
    )
    np.testing.assert_allclose(doubled, np.hstack([plain, -plain]), atol=1e-7)
    np.testing.assert_allclose(doubled[:, 3:], -doubled[:, :3], atol=1e-14)


@pytest.mark.parametrize("seed", [-1, "a", 1.5])
def test_a_seed_that_is_none(seed: Any) -> None:
    ia = sitpy.aa_test_create_ia_rebal()
    words = r"seed is .*; give a whole number of 0 or more, or a numpy Generator"
    for call in (
        lambda: sitpy.randfixedsum(3, 3, 1, seed=seed),
        lambda: sitpy.asset_paths(1.0, 0.1, 0.2, 2, [1.0], seed=seed),
        lambda: sitpy.cluster_group_kmeans_90(ia, seed=seed),
        lambda: sitpy.portopt_resampled(ia, sitpy.create_basic_constraints(9), 3, nsamples=2, seed=seed),
        lambda: sitpy.rso_portfolio(sitpy.min_var_portfolio, 3, 2, seed=seed)(ia, sitpy.create_basic_constraints(9)),
    ):
        with pytest.raises(InputError, match=words):
            call()
