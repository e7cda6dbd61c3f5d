"""Portfolios averaged over random subsets of the assets and over random histories."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import sitpy
from sitpy import InputError
from sitpy.inputs import InputAssumptions

Array = np.ndarray


def inverse_variances(n: int) -> InputAssumptions:
    return sitpy.InputAssumptions(
        symbols=[f"A{i}" for i in range(n)], cov=np.diag(np.arange(1.0, n + 1)), expected_return=np.zeros(n)
    )


# ---------------------------------------------------------------------------------------------- random subspaces


def test_one_subset_is_the_portfolio_of_that_subset() -> None:
    """Least variance with a diagonal covariance is known for every subset."""
    ia = inverse_variances(7)
    seen = set()
    for seed in range(60):
        weights = sitpy.rso_portfolio(sitpy.min_var_portfolio, 3, 1, seed=seed)(ia)
        chosen = np.flatnonzero(weights)
        inverse = 1 / (chosen + 1)
        np.testing.assert_allclose(weights[chosen], inverse / inverse.sum(), rtol=1e-6)
        seen.add(tuple(chosen))
    assert len(seen) > 25  # of the 35 subsets
    assert all(len(chosen) == 3 for chosen in seen)


def test_many_subsets_come_near_the_mean_over_all_subsets() -> None:
    ia = inverse_variances(5)
    total = np.zeros(5)
    for chosen in itertools.combinations(range(5), 2):
        inverse = 1 / (np.array(chosen) + 1)
        total[list(chosen)] += inverse / inverse.sum()
    weights = sitpy.rso_portfolio(sitpy.inverse_variance_portfolio, 2, 2000, seed=1)(ia)
    # a weight lies between 0 and 1: its mean of 2000 has a standard error of at most 0.5/sqrt(2000) = 0.011
    np.testing.assert_allclose(weights, total / 10, atol=0.033)
    assert weights.sum() == pytest.approx(1, abs=1e-12)


def test_the_whole_set_is_the_plain_portfolio(ia_a: InputAssumptions) -> None:
    constraints = sitpy.create_basic_constraints(9, 0, 0.5)
    for k in (9, 0.95):
        found = sitpy.rso_portfolio(sitpy.min_risk_portfolio, k, 3, 0, 0.5, seed=1)(ia_a, constraints)
        np.testing.assert_allclose(found, sitpy.min_risk_portfolio(ia_a, constraints), atol=1e-9)


def test_the_order_of_assets_has_no_part(ia_a: InputAssumptions) -> None:
    order = [3, 8, 1, 0, 5, 7, 2, 6, 4]
    fn = sitpy.rso_portfolio(sitpy.risk_parity_portfolio(), 4, 15, seed=2)
    np.testing.assert_allclose(fn(sitpy.create_ia_subset(ia_a, order)), fn(ia_a)[order], rtol=1e-12)


def test_bounds_of_the_subsets_are_its_own_arguments(ia_a: InputAssumptions) -> None:
    """SIT's rso.portfolio builds its constraints from const.lb, const.ub and const.sum, not from the caller's."""
    seen: list[sitpy.Constraints] = []

    def spy(ia: InputAssumptions, constraints: sitpy.Constraints) -> Array:
        seen.append(constraints)
        return sitpy.equal_weight_portfolio(ia)

    sitpy.rso_portfolio(spy, 0.3, 4, -0.1, 0.7, 1.2, seed=1)(ia_a, sitpy.create_basic_constraints(9))
    assert len(seen) == 4
    expected = sitpy.create_basic_constraints(3, -0.1, 0.7, 1.2)  # 0.3 of 9, rounded up
    for constraints in seen:
        np.testing.assert_array_equal(constraints.A, expected.A)
        np.testing.assert_array_equal(constraints.b, expected.b)


def test_a_seed_is_the_same_at_every_call_and_a_generator_goes_on(ia_a: InputAssumptions) -> None:
    fixed = sitpy.rso_portfolio(sitpy.risk_parity_portfolio(), 3, 2, seed=5)
    np.testing.assert_array_equal(fixed(ia_a), fixed(ia_a))
    moving = sitpy.rso_portfolio(sitpy.risk_parity_portfolio(), 3, 2, seed=np.random.default_rng(5))
    np.testing.assert_array_equal(moving(ia_a), fixed(ia_a))
    assert np.abs(moving(ia_a) - fixed(ia_a)).max() > 1e-3


def test_subsets_that_cannot_be(ia_a: InputAssumptions) -> None:
    fn = sitpy.equal_weight_portfolio
    for k in (0, -1, 2.5, float("nan")):
        with pytest.raises(InputError, match=r"k is .*; give a number of assets, or a share of them below 1"):
            sitpy.rso_portfolio(fn, k, 3)
    with pytest.raises(InputError, match="s is 0; give a whole number, 1 or more"):
        sitpy.rso_portfolio(fn, 3, 0)
    with pytest.raises(
        InputError, match=r"k is 10 but there are 9 assets with a risk above 0; give k as a share of them, such as 0\.5"
    ):
        sitpy.rso_portfolio(fn, 10, 3)(ia_a)


def test_subsets_are_drawn_from_the_assets_with_risk() -> None:
    """Whatever the seed: as if the others were not there, and never a subset of riskless assets alone."""
    risky = inverse_variances(4)
    ia = sitpy.InputAssumptions(
        symbols=["cash", "A0", "bill", "A1", "A2", "note", "A3", "deposit"],
        cov=np.diag([0.0, 1, 0, 2, 3, 0, 4, 0]),
        expected_return=np.zeros(8),
    )
    held = [1, 3, 4, 6]
    for seed, k in itertools.product(range(8), (1, 2, 0.5)):
        fn = sitpy.rso_portfolio(sitpy.min_var_portfolio, k, 3, seed=seed)
        x = fn(ia)
        np.testing.assert_allclose(x[held], fn(risky), rtol=0, atol=1e-12)
        assert x.sum() == pytest.approx(1, abs=1e-9)
        assert not np.delete(x, held).any()
    with pytest.raises(
        InputError, match="k is 5 but there are 4 assets with a risk above 0; give k as a share of them"
    ):
        sitpy.rso_portfolio(sitpy.min_var_portfolio, 5, 3)(ia)
    idle = sitpy.InputAssumptions(symbols=["cash", "bill"], risk=[0, 0])
    with pytest.raises(InputError, match=r"no asset has a risk above 0 \(cash, bill\)"):
        sitpy.rso_portfolio(sitpy.min_var_portfolio, 0.5, 3)(idle)


def test_a_subset_without_a_portfolio_is_named(ia_a: InputAssumptions) -> None:
    fn = sitpy.rso_portfolio(sitpy.min_risk_portfolio, 2, 3, 0, 0.4, seed=1)
    with pytest.raises(sitpy.InfeasibleError, match=r"^subset 1 of 3 \(\w+, \w+\): no point satisfies") as caught:
        fn(ia_a)
    assert caught.value.conflict is not None


# ---------------------------------------------------------------------------------------------- random histories


class Spy:
    """A constructor that keeps what it was given."""

    def __init__(self) -> None:
        self.seen: list[InputAssumptions] = []

    def __call__(self, ia: InputAssumptions, constraints: Any) -> Array:
        self.seen.append(ia)
        return ia.expected_return


MAKERS: dict[str, Callable[..., Any]] = {"plain": sitpy.random_hist, "weighted": sitpy.random_hist_weight}


@pytest.mark.parametrize("name", MAKERS)
def test_histories_are_made_of_periods_of_the_history(ia_b: InputAssumptions, name: str) -> None:
    spy = Spy()
    weights = MAKERS[name](spy, 7, 30, seed=1)(ia_b, None)
    np.testing.assert_allclose(weights, np.mean([ia.expected_return for ia in spy.seen], axis=0), rtol=1e-14)
    assert len(spy.seen) == 7
    known = {tuple(row) for row in ia_b.hist_returns}
    for ia in spy.seen:
        assert ia.hist_returns.shape == (30, 8)
        assert {tuple(row) for row in ia.hist_returns} <= known
        np.testing.assert_allclose(ia.cov, 12 * np.cov(ia.hist_returns.T), rtol=1e-10)
        np.testing.assert_allclose(ia.risk, np.sqrt(np.diag(ia.cov)), rtol=1e-12)
        shift = ia.hist_returns.mean(axis=0) - ia_b.hist_returns.mean(axis=0)
        np.testing.assert_allclose(ia.expected_return, ia_b.expected_return + 12 * shift, rtol=1e-12)
        assert (ia.symbols, ia.annual_factor, ia.parameters_alpha) == (ia_b.symbols, 12, ia_b.parameters_alpha)
    assert np.abs(spy.seen[0].hist_returns - spy.seen[1].hist_returns).max() > 0
    MAKERS[name](spy, 1, seed=1)(ia_b, None)
    assert spy.seen[-1].hist_returns.shape == (72, 8)  # as long as the history when not given


def test_periods_are_drawn_evenly_or_by_weight() -> None:
    """20 periods numbered by their return; 3000 draws of each."""
    ia = sitpy.create_ia(np.arange(20.0)[:, None])

    def counts(make: Callable[..., Any], **options: Any) -> Array:
        spy = Spy()
        make(spy, 60, 1000, seed=4, **options)(ia, None)
        drawn = np.concatenate([ia.hist_returns[:, 0] for ia in spy.seen]).astype(int)
        return np.bincount(drawn, minlength=20)

    from scipy import stats

    assert stats.chisquare(counts(sitpy.random_hist)).pvalue > 0.001
    assert stats.chisquare(counts(sitpy.random_hist_weight, weight=1)).pvalue > 0.001
    chances = 0.9 ** np.arange(20)[::-1]
    found = counts(sitpy.random_hist_weight, weight=0.9)
    assert stats.chisquare(found, 60_000 * chances / chances.sum()).pvalue > 0.001
    given = np.r_[np.zeros(15), 1, 2, 3, 4, 5]
    found = counts(sitpy.random_hist_weight, weight=given)
    assert found[:15].sum() == 0
    assert stats.chisquare(found[15:], 60_000 * given[15:] / 15).pvalue > 0.001


@pytest.mark.parametrize("name", MAKERS)
def test_linear_constraints_hold_for_the_mean(ia_a: InputAssumptions, name: str) -> None:
    constraints = sitpy.create_basic_constraints(9, 0, 0.3)
    constraints = sitpy.add_constraints([1, 1, 1, 1, 1, 0, 0, 0, 0], 0.4, ">=", constraints, "stocks")
    weights = MAKERS[name](sitpy.min_risk_portfolio, 10, seed=3)(ia_a, constraints)
    slack = weights @ constraints.A - constraints.b
    assert abs(slack[0]) < 1e-9 and slack[1:].min() > -1e-9


@pytest.mark.parametrize("name", MAKERS)
def test_the_same_seed_gives_the_same_weights(ia_a: InputAssumptions, name: str) -> None:
    fn = MAKERS[name](sitpy.risk_parity_portfolio(), 3, seed=3)
    np.testing.assert_array_equal(fn(ia_a, None), fn(ia_a, None))
    order = [3, 8, 1, 0, 5, 7, 2, 6, 4]
    np.testing.assert_allclose(fn(sitpy.create_ia_subset(ia_a, order), None), fn(ia_a, None)[order], rtol=1e-12)


def test_opposite_assets_stay_opposite(ia_b: InputAssumptions) -> None:
    spy = Spy()
    sitpy.random_hist(spy, 2, seed=1)(sitpy.aa_test_ia_add_short(ia_b), None)
    for ia in spy.seen:
        np.testing.assert_allclose(ia.expected_return[8:], -ia.expected_return[:8], rtol=1e-12)
        np.testing.assert_allclose(ia.cov[:8, 8:], -ia.cov[:8, :8], rtol=1e-10)


def test_histories_that_cannot_be_drawn(ia_a: InputAssumptions) -> None:
    fn = sitpy.equal_weight_portfolio
    with pytest.raises(InputError, match="nruns is 0; give a whole number, 1 or more"):
        sitpy.random_hist(fn, 0)
    with pytest.raises(InputError, match="nsamples is 1; give a whole number, 2 or more"):
        sitpy.random_hist_weight(fn, 5, 1)
    with pytest.raises(InputError, match="have no hist_returns"):
        sitpy.random_hist(fn, 2)(sitpy.InputAssumptions(cov=np.eye(2)), None)
    holed = ia_a.hist_returns.copy()
    holed[3, 2] = np.nan
    with pytest.raises(InputError, match="hist_returns of 'Europe' has 1 missing"):
        sitpy.random_hist(fn, 2)(sitpy.create_ia(pd.DataFrame(holed, columns=ia_a.symbols)), None)
    for weight in (-1, float("nan"), np.ones(5), np.zeros(27)):
        with pytest.raises(InputError, match=r"for each of 27 periods a number that is not negative"):
            sitpy.random_hist_weight(fn, 2, weight=weight)(ia_a, None)


def test_a_run_without_a_portfolio_is_named(ia_a: InputAssumptions) -> None:
    fn = sitpy.random_hist(sitpy.min_risk_portfolio, 4, seed=1)
    with pytest.raises(sitpy.InfeasibleError, match=r"^run 1 of 4: no point satisfies all constraints"):
        fn(ia_a, sitpy.create_basic_constraints(9, 0, 0.1))
