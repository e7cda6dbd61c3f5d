"""Least average correlation: all corners one by one, the tangent's proof for hedges, sweeps, what is not proven."""

from __future__ import annotations

import copy
import itertools
import re

import numpy as np
import pytest
from scipy.optimize import linprog
from smooth_cases import corners, limits, random_assumptions

import sitpy
from sitpy import Constraints, InfeasibleError, InputAssumptions, InputError, SitpyWarning, UnboundedError

Array = np.ndarray


def moving_together(weights: Array, ia: InputAssumptions) -> Array:
    """Numerator of the average correlation: linear in the weights."""
    return np.asarray(weights @ (ia.cov @ (1 / ia.risk)))


def all_corners(c: Constraints) -> Array:
    """Every corner of any rows and bounds: all choices of as many of them as there are variables, solved as equations."""
    n, rows = c.n, c.A.shape[1]
    G, g = np.column_stack([c.A, np.eye(n), -np.eye(n)]), np.r_[c.b, c.lb, -c.ub]
    others = np.array(list(itertools.combinations(range(c.meq, g.size), n - c.meq)))
    bound = np.sort(np.where(others >= rows, (others - rows) % n, -1), axis=1)
    both = ((bound[:, 1:] == bound[:, :-1]) & (bound[:, 1:] >= 0)).any(axis=1)  # no weight is at both its bounds
    chosen = np.hstack([np.tile(np.arange(c.meq), ((~both).sum(), 1)), others[~both]])
    matrices, limits_of = G.T[chosen], g[chosen]
    regular = np.abs(np.linalg.det(matrices)) > 1e-9
    points = np.linalg.solve(matrices[regular], limits_of[regular][:, :, None])[:, :, 0]
    slack = points @ G - g
    slack[:, : c.meq] = 0.0
    return points[(slack >= -1e-9).all(axis=1)]


def random_constraints(seed: int, n: int) -> Constraints:
    """Caps that bind or not, short positions, and in every third case two groups."""
    lb, ub = ((0.0, 0.6), (0.0, 0.3), (0.0, 0.5), (0.0, 1.0), (-0.5, 0.8), (-0.3, 0.5))[seed % 6]
    c = limits(n, lb, ub)
    if seed % 3 == 2:
        c = sitpy.add_constraints((np.arange(n) < n // 2).astype(float), 0.5, "<=", c, "first half")
        c = sitpy.add_constraints((np.arange(n) >= n - 2).astype(float), 0.1, ">=", c, "last two")
    return c


def first_order_gain(ia: InputAssumptions, c: Constraints, x: Array) -> float:
    """How far the tangent of the average correlation falls within the constraints; nowhere at an optimum.

    Where the numerator is negative the ratio has no stationary point but its minimum, so that this is a proof.
    """
    towards, risk = ia.cov @ (1 / ia.risk) / ia.n, np.sqrt(x @ ia.cov @ x)
    slope = towards / risk - (towards @ x) / risk**3 * (ia.cov @ x)
    A, b = -c.A.T, -c.b
    best = linprog(slope, A[c.meq :], b[c.meq :], A[: c.meq], b[: c.meq], list(zip(c.lb, c.ub)), method="highs")
    return float(slope @ x - best.fun)


@pytest.mark.parametrize("seed", range(24))
def test_least_average_correlation_is_that_of_the_best_corner_or_of_a_hedge(seed: int) -> None:
    """Linear over a norm: where the numerator is positive everywhere, the least ratio is at a corner."""
    ia = random_assumptions(seed)
    c = random_constraints(seed, ia.n)
    candidates = all_corners(c)
    weights = sitpy.min_avgcor_portfolio(ia, c)
    ours = float(sitpy.portfolio_avgcor(weights, ia)[0])
    best = float(sitpy.portfolio_avgcor(candidates, ia).min())
    if moving_together(candidates, ia).min() > 0:
        assert ours == pytest.approx(best, abs=1e-11)
        assert np.abs(candidates - weights).max(axis=1).min() < 1e-8
    else:
        assert ours <= best + 1e-11
        assert first_order_gain(ia, c, weights) <= 1e-10
    slack = weights @ c.A - c.b
    assert np.abs(slack[: c.meq]).max() <= 1e-8 and slack[c.meq :].min(initial=0.0) >= -1e-8
    assert (weights >= c.lb).all() and (weights <= c.ub).all()


def test_both_kinds_are_among_the_cases_above() -> None:
    """So that the test above means something."""
    kinds = []
    for seed in range(24):
        ia = random_assumptions(seed)
        kinds.append(bool(moving_together(all_corners(random_constraints(seed, ia.n)), ia).min() > 0))
    assert kinds.count(True) >= 10
    assert kinds.count(False) >= 2


@pytest.mark.parametrize("seed", [1, 4, 5, 8])
def test_the_order_of_assets_has_no_part_in_the_least_average_correlation(seed: int) -> None:
    ia = random_assumptions(seed, 7)
    c = random_constraints(seed, 7)
    order = np.random.default_rng(seed).permutation(7)
    turned = c.copy()
    turned.A, turned.lb, turned.ub = c.A[order], c.lb[order], c.ub[order]
    there = sitpy.min_avgcor_portfolio(sitpy.create_ia_subset(ia, order), turned)
    np.testing.assert_allclose(there, sitpy.min_avgcor_portfolio(ia, c)[order], rtol=0, atol=1e-8)


def test_what_is_not_proven_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """One step instead of thousands: the bound holds, and the corners that the tangent leads to are good ones."""
    from sitpy.portfolios import nonlinear

    monkeypatch.setattr(nonlinear, "_WORK", 1.0)
    missed = 0.0
    for seed in (0, 1, 2, 3, 6, 7, 8):
        ia = random_assumptions(seed, 8)
        c = random_constraints(seed, 8)
        candidates = all_corners(c)
        assert moving_together(candidates, ia).min() > 0
        best = float(sitpy.portfolio_avgcor(candidates, ia).min())
        with pytest.warns(SitpyWarning, match="least that was found, but not proven .* after 1 steps") as caught:
            x = sitpy.min_avgcor_portfolio(ia, c)
        found, bound = (float(number) for number in re.findall(r"0\.\d{6}", str(caught[0].message)))
        assert bound <= best + 1e-6
        assert found == pytest.approx(float(sitpy.portfolio_avgcor(x, ia)[0]), abs=1e-6)
        assert caught[0].filename == __file__
        missed = max(missed, found - best)
    assert missed <= 0.01


def test_uncorrelated_assets_in_any_size() -> None:
    """Of n uncorrelated assets each alone has 1/n. The average knows no size, so no sum is needed and 0 may be allowed."""
    ia = InputAssumptions(cov=np.diag([0.04, 0.01, 0.09]))
    for c in (limits(3, 0, 1), sitpy.new_constraints(3, lb=0, ub=0.5)):
        x = sitpy.min_avgcor_portfolio(ia, c)
        assert sitpy.portfolio_avgcor(x, ia)[0] == pytest.approx(1 / 3, abs=1e-9)
        assert (x > 1e-9).sum() == 1


def test_no_correlation_at_all() -> None:
    """A row forbids what moves against the assets; what the row leaves at its edge has an average of 0."""
    ia = InputAssumptions(cov=np.diag([0.04, 0.01, 0.09]))
    c = sitpy.add_constraints(1 / ia.risk * np.diag(ia.cov), 0, ">=", limits(3, -1, 1.5), "no hedge")
    x = sitpy.min_avgcor_portfolio(ia, c)
    assert sitpy.portfolio_avgcor(x, ia)[0] == pytest.approx(0, abs=1e-9)


def test_positions_without_limit() -> None:
    """Two alike assets: long the one, short the other, and the more of both the less the sum counts."""
    ia = InputAssumptions(risk=[0.1, 0.3, 0.2], correlation=[[1, 0.5, 0.2], [0.5, 1, 0.4], [0.2, 0.4, 1]])
    words = "no portfolio has the least average correlation: it falls as long as the positions grow. Bound the weights"
    with pytest.raises(UnboundedError, match=words):
        sitpy.min_avgcor_portfolio(ia, sitpy.add_constraints(np.ones(3), 1, "=", sitpy.new_constraints(3), "budget"))


def test_nothing_but_cash_has_no_correlation() -> None:
    ia = InputAssumptions(cov=np.diag([0.04, 0.01]))
    words = "every portfolio within the constraints is without risk, .* ask for a positive sum of weights"
    with pytest.raises(InfeasibleError, match=words):
        sitpy.min_avgcor_portfolio(ia, sitpy.new_constraints(2, lb=0, ub=0))


@pytest.mark.parametrize("letter", ["A", "B"])
def test_least_average_correlation_of_the_shipped_data(letter: str) -> None:
    from sitpy.reference import reference_ia

    ia = reference_ia(letter)
    weights = sitpy.min_avgcor_portfolio(ia, limits(ia.n))
    best = sitpy.portfolio_avgcor(corners(ia.n, 0.0, 0.8), ia).min()
    assert sitpy.portfolio_avgcor(weights, ia)[0] == pytest.approx(best, abs=1e-9)
    rng = np.random.default_rng(0)
    tried = rng.dirichlet(np.full(ia.n, 0.4), 20000)
    assert sitpy.portfolio_avgcor(tried[tried.max(axis=1) <= 0.8], ia).min() >= best


@pytest.mark.parametrize("seed", range(1, 6))
def test_a_hedge_that_is_no_corner_is_found(seed: int) -> None:
    """Below zero the problem is convex, the answer may lie on an edge (seed 2), and nothing that is tried is better."""
    rng = np.random.default_rng(seed)
    common = rng.normal(0, 0.05, (60, 1))
    history = np.hstack([common + rng.normal(0, 0.02, (60, 2)), -common + rng.normal(0, 0.04, (60, 2))])
    ia = sitpy.create_ia(history)
    lb, ub = -1.0, 1.5
    weights = sitpy.min_avgcor_portfolio(ia, limits(4, lb, ub))
    ours = float(sitpy.portfolio_avgcor(weights, ia)[0])
    best_corner = float(sitpy.portfolio_avgcor(corners(4, lb, ub), ia).min())
    assert ours < 0
    assert (ours < best_corner - 1e-3) == (seed == 2)
    tried = rng.uniform(lb, ub, (40000, 4))
    near = np.clip(weights + 0.01 * rng.normal(size=(20000, 4)), lb, ub)
    both = np.vstack([tried, near])
    both[:, 3] = 1 - both[:, :3].sum(axis=1)
    both = both[(both[:, 3] >= lb) & (both[:, 3] <= ub)]
    assert len(both) > 10000
    assert sitpy.portfolio_avgcor(both, ia).min() >= ours - 1e-9


def test_two_assets_by_sweeping() -> None:
    ia = InputAssumptions(risk=[0.1, 0.3], correlation=[[1, 0.2], [0.2, 1]], expected_return=[0.1, 0.1])
    share = np.linspace(0, 1, 10001)
    best = sitpy.portfolio_avgcor(np.c_[share, 1 - share], ia).min()
    ours = sitpy.portfolio_avgcor(sitpy.min_avgcor_portfolio(ia, limits(2, 0, 1)), ia)[0]
    assert ours == pytest.approx(best, abs=1e-8)
    assert ours == pytest.approx(0.6, abs=1e-8)  # one asset alone: its correlations 1 and 0.2


def test_other_rows_and_variables_and_the_order_of_assets(ia_b: InputAssumptions) -> None:
    """At most half in the first four, gross exposure 1.6 by v >= |x|: the answer holds v too."""
    n = ia_b.n
    c = sitpy.add_variables(n, limits(n, -0.5, 0.8))
    for sign in (1.0, -1.0):
        c = sitpy.add_constraints(np.vstack([sign * np.eye(n), np.eye(n)]), 0, ">=", c)
    c = sitpy.add_constraints(np.r_[np.zeros(n), np.ones(n)], 1.6, "=", c)
    c = sitpy.add_constraints(np.r_[np.ones(4), np.zeros(2 * n - 4)], 0.5, "<=", c)
    before = copy.deepcopy((vars(ia_b), vars(c)))
    answer = sitpy.min_avgcor_portfolio(ia_b, c)
    np.testing.assert_equal((vars(ia_b), vars(c)), before)
    assert answer.shape == (2 * n,)
    slack = answer @ c.A - c.b
    assert np.abs(slack[: c.meq]).max() <= 1e-8
    assert slack[c.meq :].min() >= -1e-8
    np.testing.assert_array_equal(sitpy.min_avgcor_portfolio(ia_b, c), answer)  # fixed starts
    order = [3, 0, 7, 1, 6, 2, 5, 4]
    other = sitpy.create_historical_ia(ia_b.history.iloc[:, order], 12)
    for minimise, measure in (
        (sitpy.min_avgcor_portfolio, sitpy.portfolio_avgcor),
        (sitpy.max_geometric_return_portfolio, sitpy.portfolio_geometric_return),
    ):
        here, there = minimise(ia_b, limits(n)), minimise(other, limits(n))
        assert measure(there, other)[0] == pytest.approx(measure(here, ia_b)[0], rel=1e-7, abs=1e-9)


def test_an_asset_without_variance() -> None:
    ia = InputAssumptions(symbols=["share", "cash"], cov=np.diag([0.04, 0.0]), expected_return=[0.1, 0.02])
    words = "'cash' has no variance, so its correlation with a portfolio is not defined; leave the asset out"
    with pytest.raises(InputError, match=words):
        sitpy.min_avgcor_portfolio(ia, limits(2))
