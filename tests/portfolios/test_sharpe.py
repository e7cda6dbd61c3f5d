"""Largest Sharpe ratios: closed forms, a general optimiser, a fine frontier, negative ratios, what is refused."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

import sitpy
from sitpy.portfolios.sharpe import LOWER_BOUNDS

Array = np.ndarray


def ratio(x: Array, ia: sitpy.InputAssumptions, rf: float = 0.0) -> float:
    return float((ia.expected_return - rf) @ x / np.sqrt(x @ ia.cov @ x))


def random_ia(seed: int, n: int, shift: float = 0.05) -> sitpy.InputAssumptions:
    rng = np.random.default_rng(seed)
    loadings = rng.normal(size=(n, n + 2))
    scale = rng.uniform(0.05, 0.3, n)
    cov = loadings @ loadings.T / (n + 2) * np.outer(scale, scale)
    return sitpy.InputAssumptions(expected_return=shift + 0.06 * rng.normal(size=n), cov=cov)


def group_limits(ia: sitpy.InputAssumptions) -> sitpy.Constraints:
    """Weights -0.1..0.4 with sum 1, the first half at most 0.5, the last asset at least 0.05."""
    half = (np.arange(ia.n) < ia.n // 2).astype(float)
    constraints = sitpy.add_constraints(np.ones(ia.n), 1, "=", sitpy.new_constraints(ia.n, lb=-0.1, ub=0.4))
    constraints = sitpy.add_constraints(half, 0.5, "<=", constraints)
    return sitpy.add_constraints(np.eye(ia.n)[-1], 0.05, ">=", constraints)


def by_slsqp(ia: sitpy.InputAssumptions, constraints: sitpy.Constraints, rf: float, starts: int = 12) -> float:
    """Best ratio of a general optimiser from many random starts."""
    rng, meq = np.random.default_rng(0), constraints.meq
    rows = [
        {"type": "eq", "fun": lambda x: x @ constraints.A[:, :meq] - constraints.b[:meq]},
        {"type": "ineq", "fun": lambda x: x @ constraints.A[:, meq:] - constraints.b[meq:]},
    ]
    rows = [row for row, count in zip(rows, (meq, constraints.A.shape[1] - meq)) if count]
    best = -np.inf
    for _ in range(starts):
        found = minimize(
            lambda x: -ratio(x, ia, rf),
            rng.dirichlet(np.ones(ia.n)),
            bounds=list(zip(constraints.lb, constraints.ub)),
            constraints=rows,
            method="SLSQP",
            options={"ftol": 1e-13, "maxiter": 500},
        )
        slack = found.x @ constraints.A - constraints.b
        slack[:meq] = -np.abs(slack[:meq])
        if slack.min(initial=0.0) >= -1e-8:
            best = max(best, ratio(found.x, ia, rf))
    return best


# ------------------------------------------------------------------------------------------------- closed forms


def test_tangency_portfolio() -> None:
    """Long-short with sum 1: inverse covariance times excess return, scaled (Tobin 1958)."""
    ia = sitpy.aa_test_create_ia_rebal()
    for rf in (0.0, 0.02):
        direction = np.linalg.solve(ia.cov, ia.expected_return - rf)
        x = sitpy.max_sharpe_portfolio_helper(ia, "long-short", rf=rf)
        np.testing.assert_allclose(x, direction / direction.sum(), rtol=0, atol=1e-10)
        budget = sitpy.add_constraints(np.ones(9), 1, "=", sitpy.new_constraints(9))
        np.testing.assert_allclose(sitpy.max_sharpe_portfolio_axioma(ia, budget, rf), x, rtol=0, atol=1e-10)


def test_market_neutral_portfolio() -> None:
    """Inverse covariance times the return above the one that makes the sum 0; rf does not matter, nor all returns' sign."""
    ia = sitpy.aa_test_create_ia_rebal()
    one, mu = np.linalg.solve(ia.cov, np.ones(9)), np.linalg.solve(ia.cov, ia.expected_return)
    direction = mu - mu.sum() / one.sum() * one
    expected = 2 * direction / np.abs(direction).sum()
    for rf in (0.0, 0.03, 0.5):
        x = sitpy.max_sharpe_portfolio_helper(ia, "market-neutral", rf=rf)
        np.testing.assert_allclose(x, expected, rtol=0, atol=1e-10)
    assert x[x > 0].sum() == pytest.approx(1)


@pytest.mark.parametrize("const", LOWER_BOUNDS)
def test_sum_of_weights(const: str) -> None:
    ia = sitpy.aa_test_create_ia_rebal()
    one, three = (sitpy.max_sharpe_portfolio(const, total)(ia, None) for total in (1, 3))
    np.testing.assert_allclose(three, 3 * one, rtol=0, atol=1e-9)
    assert three[three > 0].sum() + (three[three < 0].sum() if const == "long-short" else 0) == pytest.approx(3)


def test_the_constraints_are_not_read_by_the_three_kinds() -> None:
    ia = sitpy.aa_test_create_ia_rebal()
    for const in LOWER_BOUNDS:
        constructor = sitpy.max_sharpe_portfolio(const)
        np.testing.assert_array_equal(constructor(ia, sitpy.create_basic_constraints(9, 0, 0.2)), constructor(ia, None))


# ---------------------------------------------------------------------------------------- general constraints


@pytest.mark.parametrize("rf", [0.0, 0.03, 0.08])
@pytest.mark.parametrize("seed", range(6))
def test_no_better_ratio_is_found_by_a_general_optimiser(seed: int, rf: float) -> None:
    """SLSQP from 12 starts stops within 1e-9 of its optimum; ours may only be above."""
    ia = random_ia(seed, 6)
    constraints = group_limits(ia)
    x = sitpy.max_sharpe_portfolio_axioma(ia, constraints, rf)
    slack = x @ constraints.A - constraints.b
    assert abs(slack[0]) <= 1e-11 and slack.min() >= -1e-11
    assert (x >= -0.1 - 1e-11).all() and (x <= 0.4 + 1e-11).all()
    assert ratio(x, ia, rf) == pytest.approx(by_slsqp(ia, constraints, rf), rel=1e-7)
    np.testing.assert_allclose(sitpy.max_sharpe_nlp_portfolio(ia, constraints, rf), x, rtol=0, atol=1e-9)


@pytest.mark.parametrize("rf", [0.0, 0.05, 0.1])
def test_the_best_point_of_a_fine_frontier(rf: float) -> None:
    """Frontier points one 20000th of the return range from the answer's return: the ratio there is flat to 1e-8."""
    ia = sitpy.aa_test_create_ia_rebal()
    constraints = group_limits(ia)
    x = sitpy.max_sharpe_portfolio_axioma(ia, constraints, rf)
    here = float(sitpy.portfolio_return(x, ia)[0])
    nearby = [
        sitpy.target_return_portfolio_helper(ia, constraints, here + step)
        for step in np.concatenate([np.linspace(-1e-5, 1e-5, 11), np.linspace(-0.02, 0.02, 11)])
    ]
    best = max(ratio(point, ia, rf) for point in nearby)
    assert ratio(x, ia, rf) == pytest.approx(best, rel=1e-8)
    assert ratio(x, ia, rf) >= best * (1 - 1e-12)


@given(seed=st.integers(0, 10**6), n=st.integers(2, 9), rf=st.floats(-0.02, 0.04))
@settings(max_examples=40)
def test_no_feasible_portfolio_is_better(seed: int, n: int, rf: float) -> None:
    ia = random_ia(seed, n)
    constraints = sitpy.create_basic_constraints(n, 0, 0.6)
    if (ia.expected_return <= rf + 1e-3).any():
        ia.expected_return = np.abs(ia.expected_return) + rf + 1e-3
    best = ratio(sitpy.max_sharpe_portfolio_axioma(ia, constraints, rf), ia, rf)
    rng = np.random.default_rng(seed)
    others = rng.dirichlet(np.full(n, 0.7), size=400)
    others = others[others.max(axis=1) <= 0.6]
    assert all(ratio(x, ia, rf) <= best * (1 + 1e-12) for x in others)


def test_constraints_without_a_sum() -> None:
    """Only bounds: the ratio is that of the direction, and the weights stay within."""
    ia = random_ia(1, 5)
    constraints = sitpy.new_constraints(5, lb=0.1, ub=0.4)
    x = sitpy.max_sharpe_portfolio_axioma(ia, constraints)
    assert (x >= 0.1 - 1e-12).all() and (x <= 0.4 + 1e-12).all()
    assert ratio(x, ia) == pytest.approx(by_slsqp(ia, constraints, 0.0), rel=1e-7)


def test_auxiliary_variables() -> None:
    """A turnover limit: |x - 1/n| <= v, sum v <= 0.3; the weights alone come back."""
    ia = random_ia(2, 4)
    unit = np.eye(4)
    constraints = sitpy.add_variables(4, sitpy.create_basic_constraints(4))
    constraints = sitpy.add_constraints(np.vstack([-unit, unit]), -0.25, ">=", constraints)
    constraints = sitpy.add_constraints(np.vstack([unit, unit]), 0.25, ">=", constraints)
    constraints = sitpy.add_constraints([0] * 4 + [1] * 4, 0.3, "<=", constraints)
    x = sitpy.max_sharpe_portfolio_axioma(ia, constraints)
    assert x.shape == (4,)
    assert np.abs(x - 0.25).sum() == pytest.approx(0.3, abs=1e-10)
    budget = sitpy.create_basic_constraints(4)
    signs = np.array(list(itertools.product([-1.0, 1.0], repeat=4))).T
    explicit = sitpy.add_constraints(signs, 0.3 + 0.25 * signs.sum(axis=0), "<=", budget)
    np.testing.assert_allclose(x, sitpy.max_sharpe_portfolio_axioma(ia, explicit), rtol=0, atol=1e-8)


def test_order_and_scale_of_returns_do_not_matter() -> None:
    ia = random_ia(4, 7)
    order = np.random.default_rng(0).permutation(7)
    constraints = sitpy.create_basic_constraints(7, 0, 0.3)
    x = sitpy.max_sharpe_portfolio_axioma(ia, constraints)
    shuffled = sitpy.create_ia_subset(ia, order.tolist())
    np.testing.assert_allclose(sitpy.max_sharpe_portfolio_axioma(shuffled, constraints), x[order], rtol=0, atol=1e-10)
    daily = sitpy.InputAssumptions(expected_return=ia.expected_return / 252, cov=ia.cov / 252)
    np.testing.assert_allclose(sitpy.max_sharpe_portfolio_axioma(daily, constraints), x, rtol=0, atol=1e-10)


def test_riskless_assets_get_nothing() -> None:
    ia = sitpy.InputAssumptions(expected_return=[0.02, 0.03, 0.06], cov=np.diag([0.01, 0, 0.01]))
    for x in (
        sitpy.max_sharpe_portfolio()(ia, None),
        sitpy.max_sharpe_portfolio_axioma(ia, sitpy.create_basic_constraints(3)),
        sitpy.max_sharpe_nlp_portfolio(ia, sitpy.new_constraints(3, lb=0)),
    ):
        np.testing.assert_allclose(x, [0.25, 0, 0.75], rtol=0, atol=1e-12)


# -------------------------------------------------------------------------------------------- negative ratios


def poor(seed: int, n: int = 5) -> sitpy.InputAssumptions:
    ia = random_ia(seed, n)
    ia.expected_return = -np.abs(ia.expected_return) - 0.01
    return ia


@pytest.mark.parametrize("seed", range(5))
def test_long_only_with_losers_is_the_best_single_asset(seed: int) -> None:
    """m'x / risk(x) >= (sum x m)/(sum x s) >= min m/s for m = -mu: a single asset is best; random portfolios agree."""
    ia = poor(seed)
    with pytest.warns(sitpy.SitpyWarning, match=r"no asset is expected to earn more than 0; all goes into 'asset \d'"):
        x = sitpy.max_sharpe_portfolio()(ia, None)
    assert sorted(x) == [0, 0, 0, 0, 1]
    others = np.random.default_rng(seed).dirichlet(np.full(5, 0.3), size=2000)
    assert max(ratio(other, ia) for other in others) <= ratio(x, ia)


def corners(n: int, limit: float) -> Array:
    """Corners of 0 <= x <= limit, sum x = 1, where 1/limit is not whole: some at the limit, one with the rest."""
    full = int(1 / limit)
    points = []
    for held in itertools.combinations(range(n), full):
        for rest in set(range(n)) - set(held):
            x = np.zeros(n)
            x[list(held)], x[rest] = limit, 1 - full * limit
            points.append(x)
    return np.array(points)


@pytest.mark.parametrize("seed", range(6))
def test_least_negative_ratio_is_the_best_of_all_corners(seed: int) -> None:
    ia = poor(seed, 6)
    with pytest.warns(sitpy.SitpyWarning, match="no portfolio within the constraints has an expected return above 0"):
        x = sitpy.max_sharpe_nlp_portfolio(ia, sitpy.new_constraints(6, lb=0, ub=0.4))
    best = max(ratio(corner, ia) for corner in corners(6, 0.4))
    assert ratio(x, ia) == pytest.approx(best, rel=1e-9)


def test_long_short_with_a_falling_market() -> None:
    """Scaling the best direction to sum 1 would turn its sign: SIT gives the worst portfolio, here it is refused."""
    ia = sitpy.InputAssumptions(expected_return=[-0.02, -0.06], cov=np.diag([0.01, 0.01]))
    with pytest.raises(sitpy.UnboundedError, match="grows with the size of the positions without end"):
        sitpy.max_sharpe_portfolio("long-short")(ia, None)


# ------------------------------------------------------------------------------------------------ what is refused


def refused(kind: type[Exception], message: str, constructor: Any, *arguments: Any, **options: Any) -> None:
    with pytest.raises(kind, match=message):
        constructor(*arguments, **options)


def test_bad_input_is_refused() -> None:
    ia, constraints = random_ia(0, 3), sitpy.create_basic_constraints(3)
    refused(
        sitpy.InputError,
        "const 'both' is not known; use 'long-only', 'long-short' or 'market-neutral'",
        sitpy.max_sharpe_portfolio,
        "both",
    )
    refused(sitpy.InputError, "const_sum is 0; give a positive sum", sitpy.max_sharpe_portfolio, "long-only", 0)
    refused(sitpy.InputError, "rf is nan", sitpy.max_sharpe_portfolio_helper, ia, rf=np.nan)
    for constructor in (sitpy.max_sharpe_portfolio_axioma, sitpy.max_sharpe_nlp_portfolio):
        refused(sitpy.InputError, "rf is inf", constructor, ia, constraints, np.inf)
        refused(
            sitpy.InputError, "have 2 variables but there are 3", constructor, ia, sitpy.create_basic_constraints(2)
        )
        binary = constraints.copy()
        binary.binary_index = [1]
        refused(sitpy.InputError, r"variables \[1\] may only be 0 or 1.*portopt", constructor, ia, binary)
        narrow = sitpy.create_basic_constraints(3, 0, 0.2)
        refused(sitpy.InfeasibleError, "sum of weights: sum of 3 variables = 1 needs 1", constructor, ia, narrow)
    refused(
        sitpy.InputError,
        "have no risk; give risk or cov",
        sitpy.max_sharpe_portfolio(),
        sitpy.InputAssumptions(expected_return=[1, 2]),
        None,
    )


def test_no_positive_excess_is_refused_by_the_exact_form() -> None:
    refused(
        sitpy.InfeasibleError, r"no portfolio .* above 0.5: the largest excess is -\d+\.\d+%.*max_sharpe_nlp_portfolio",
        sitpy.max_sharpe_portfolio_axioma, random_ia(0, 3), sitpy.create_basic_constraints(3), 0.5,
    )  # fmt: skip


def test_equal_returns_leave_nothing() -> None:
    ia = sitpy.InputAssumptions(expected_return=[0.05, 0.05], cov=np.diag([0.01, 0.04]))
    neutral = sitpy.max_sharpe_portfolio("market-neutral")
    refused(sitpy.InfeasibleError, "return of 0.05; a market-neutral portfolio earns nothing", neutral, ia, None)
    helper = sitpy.max_sharpe_portfolio_helper
    refused(sitpy.InfeasibleError, "the largest excess is 0.0000%", helper, ia, "long-short", rf=0.05)
    np.testing.assert_allclose(helper(ia, "long-short"), [0.8, 0.2], rtol=0, atol=1e-12)
