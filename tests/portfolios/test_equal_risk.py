"""Equal risk contributions: published tables, optimality conditions, an independent algorithm, what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq, minimize

import sitpy
from sitpy.solvers.risk_budget import risk_budget_weights

Array = np.ndarray

THREE = (sitpy.equal_risk_contribution_portfolio, sitpy.find_erc_portfolio, sitpy.find_erc_portfolio_simple)
VOLATILITY = [0.1, 0.2, 0.3, 0.4]
BLOCKS = [[1, 0.8, 0, 0], [0.8, 1, 0, 0], [0, 0, 1, -0.5], [0, 0, -0.5, 1]]


def assumptions(risk: Any, correlation: Any) -> sitpy.InputAssumptions:
    return sitpy.InputAssumptions(risk=risk, correlation=correlation)


def contributions(x: Array, ia: sitpy.InputAssumptions) -> Array:
    return x * (ia.cov @ x) / (x @ ia.cov @ x)


def random_ia(seed: int, n: int) -> sitpy.InputAssumptions:
    """Few factors with loadings of both signs, volatilities over a decade."""
    rng = np.random.default_rng(seed)
    loadings = rng.normal(size=(n, max(1, n // 3)))
    cov = loadings @ loadings.T + np.diag(rng.uniform(0.02, 1.0, n))
    scale = rng.uniform(0.01, 0.1, n)
    return sitpy.InputAssumptions(cov=cov * np.outer(scale, scale))


# ------------------------------------------------------------------------------------------------ published tables


@pytest.mark.parametrize("constructor", THREE)
@pytest.mark.parametrize("rho", [0.0, 0.3, 0.9])
def test_maillard_roncalli_teiletche_constant_correlation(constructor: Any, rho: float) -> None:
    """Maillard, Roncalli and Teiletche (2010), section 4.1, volatilities 10..40 %: 48, 24, 16, 12 %, whatever rho is."""
    correlation = np.full((4, 4), rho) + (1 - rho) * np.eye(4)
    x = constructor(assumptions(VOLATILITY, correlation), sitpy.create_basic_constraints(4))
    np.testing.assert_allclose(x, [0.48, 0.24, 0.16, 0.12], rtol=0, atol=1e-14)


@pytest.mark.parametrize("constructor", THREE)
def test_maillard_roncalli_teiletche_two_blocks(constructor: Any) -> None:
    """The same paper's second example: 38.4, 19.2, 24.3, 18.2 % (three digits are printed)."""
    ia = assumptions(VOLATILITY, BLOCKS)
    x = constructor(ia)
    np.testing.assert_allclose(100 * x, [38.4, 19.2, 24.3, 18.2], rtol=0, atol=0.05)
    np.testing.assert_allclose(contributions(x, ia), 0.25, rtol=1e-13)


def test_two_assets_have_inverse_volatilities_whatever_their_correlation() -> None:
    """Equation of the same paper for two assets: x_1 = s_2/(s_1 + s_2)."""
    for rho in (-0.999, -0.5, 0.0, 0.999, 1.0):
        x = sitpy.find_erc_portfolio(assumptions([0.1, 0.3], [[1, rho], [rho, 1]]))
        np.testing.assert_allclose(x, [0.75, 0.25], rtol=1e-9)


def test_budgets_of_uncorrelated_assets() -> None:
    """x_i in proportion to sqrt(b_i)/s_i (Bruder and Roncalli 2012)."""
    budget, risk = np.array([1.0, 2.0, 5.0]), np.array([0.1, 0.2, 0.4])
    expected = np.sqrt(budget) / risk
    x = sitpy.find_erc_portfolio(assumptions(risk, np.eye(3)), risk_budget=budget)
    np.testing.assert_allclose(x, expected / expected.sum(), rtol=1e-13)


# ------------------------------------------------------------------------------------- conditions of the problem


@given(seed=st.integers(0, 10**6), n=st.integers(1, 25), skew=st.floats(0, 3))
@settings(max_examples=40)
def test_contributions_are_the_budgets(seed: int, n: int, skew: float) -> None:
    ia = random_ia(seed, n)
    budget = np.exp(skew * np.random.default_rng(seed + 1).normal(size=n))
    x = sitpy.equal_risk_contribution_portfolio(ia, sitpy.new_constraints(n, lb=0), risk_budget=budget)
    assert x.sum() == pytest.approx(1, abs=1e-14)
    assert (x > 0).all()
    np.testing.assert_allclose(contributions(x, ia), budget / budget.sum(), rtol=0, atol=1e-12)


@given(seed=st.integers(0, 10**6), n=st.integers(3, 12))
@settings(max_examples=40)
def test_bounded_weights_meet_the_conditions(seed: int, n: int) -> None:
    """Inside the bounds contributions per budget are equal, at an upper bound smaller, at a lower bound larger."""
    ia, rng = random_ia(seed, n), np.random.default_rng(seed)
    plain = sitpy.find_erc_portfolio(ia)
    upper = np.quantile(plain, 0.7) + rng.uniform(0, 0.02, n)
    lower = np.full(n, np.quantile(plain, 0.2) * rng.uniform(0.5, 1))
    if upper.sum() < 1 or lower.sum() > 1:
        return
    try:
        x = sitpy.find_erc_portfolio(
            ia, sitpy.add_constraints(np.ones(n), 1, "=", sitpy.new_constraints(n, lb=lower, ub=upper))
        )
    except sitpy.InfeasibleError as error:  # a lower bound that hedges: see its own test
        assert "hedged by the others" in str(error)
        return
    check_bounded(x, ia, lower, upper, 1e-11)


def test_bounds_and_budgets_together_are_the_minimum_that_the_docstring_names() -> None:
    """Found again by a quasi-Newton method within the bounds, at the lambda of the assets that are free."""
    ia, budget = random_ia(3, 8), np.array([1, 2, 1, 3, 1, 1, 2, 1]) / 12
    plain = sitpy.find_erc_portfolio(ia, risk_budget=budget)
    lower, upper = np.where(plain < 0.08, 0.09, 0.0), np.where(plain > 0.2, 0.17, 1.0)
    c = sitpy.add_constraints(np.ones(8), 1, "=", sitpy.new_constraints(8, lb=lower, ub=upper))
    x = sitpy.find_erc_portfolio(ia, c, budget)
    low, high = x <= lower * (1 + 1e-9), x >= upper * (1 - 1e-9)
    assert low.any() and high.any() and (~(low | high)).sum() >= 2
    part = x * (ia.cov @ x) / budget
    level = part[~(low | high)]
    np.testing.assert_allclose(level, level[0], rtol=1e-9)
    assert (part[high] < level[0] * (1 - 1e-3)).all()  # truly held back, not there by chance
    assert (part[low] > level[0] * (1 + 1e-3)).all()
    size = level[0]  # of x' cov x: in its units the function is of size 1

    def barrier(y: Array) -> tuple[float, Array]:
        return float(y @ ia.cov @ y / size / 2 - budget @ np.log(y)), ia.cov @ y / size - budget / y

    found = minimize(
        barrier,
        np.clip(np.full(8, 0.12), lower, upper),
        jac=True,
        method="L-BFGS-B",
        bounds=list(zip(np.maximum(lower, 1e-6), upper)),
        options={"ftol": 1e-15, "gtol": 1e-10, "maxiter": 2000},
    )
    np.testing.assert_allclose(found.x, x, rtol=0, atol=1e-6)  # half the digits of a flat minimum


def check_bounded(x: Array, ia: sitpy.InputAssumptions, lower: Array, upper: Array, tolerance: float) -> None:
    assert x.sum() == pytest.approx(1, abs=tolerance)
    assert (x >= lower).all() and (x <= upper).all()
    share = contributions(x, ia)
    inside = (x > lower * (1 + 1e-9)) & (x < upper * (1 - 1e-9))
    assert inside.any()
    level = share[inside].mean()
    np.testing.assert_allclose(share[inside], level, rtol=0, atol=tolerance)
    assert (share[x >= upper * (1 - 1e-9)] <= level + tolerance).all()
    assert (share[x <= lower * (1 + 1e-9)] >= level - tolerance).all()


@pytest.mark.parametrize("seed", [306, 379, 438, 577, 666, 1237, 1458, 1474])
def test_assets_that_nearly_cancel_each_other(seed: int) -> None:
    """One to three factors with loadings of both signs and hardly any risk of their own: cut-off Newton steps lead nowhere
    between such bounds. The variance is 1e-6 of its terms, and so is the accuracy of its parts: 1e-16/1e-6, say 1e-8.
    """
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 9))
    loadings = rng.normal(size=(n, int(rng.integers(1, 4))))
    own = 10.0 ** rng.uniform(-6, 0) * rng.uniform(0.1, 1, n)
    ia = sitpy.InputAssumptions(cov=(loadings @ loadings.T + np.diag(own)) * np.outer(*(2 * [rng.uniform(0.01, 1, n)])))
    np.testing.assert_allclose(contributions(sitpy.find_erc_portfolio(ia), ia), 1 / n, rtol=0, atol=1e-8)
    lower = rng.uniform(0, 1 / n, n) * rng.uniform(0, 1)
    upper = lower + rng.uniform(0.05, 1.2, n) * (2 / n)
    try:
        x = sitpy.find_erc_portfolio(ia, sitpy.new_constraints(n, lb=lower, ub=upper))
    except sitpy.InfeasibleError:
        assert least_variance_sum(ia, lower, upper) > 1
        return
    check_bounded(x, ia, lower, upper, 1e-8)


def least_variance_sum(ia: sitpy.InputAssumptions, lower: Array, upper: Array) -> float:
    """Sum of weights of the least variance between bounds: with more than 1, lambda would have to be negative."""
    return float(sitpy.min_var_portfolio(ia, sitpy.new_constraints(ia.n, lb=lower, ub=upper)).sum())


def coordinate_descent(V: Array, budget: Array, lower: Array, upper: Array) -> Array:
    """Griveau-Billion, Richard and Roncalli (2013): each weight in turn solves its own quadratic equation."""
    x = np.clip(1 / np.sqrt(np.diag(V)), lower, upper)
    for _ in range(20000):
        before = x.copy()
        for i in range(x.size):
            others = V[i] @ x - V[i, i] * x[i]
            x[i] = (np.sqrt(others**2 + 4 * V[i, i] * budget[i]) - others) / (2 * V[i, i])
            x[i] = min(max(x[i], lower[i]), upper[i])
        if np.abs(x - before).max() <= 1e-16:
            break
    return x


@pytest.mark.parametrize(("lower", "upper"), [(0.0, 0.3), (0.22, 0.35), (0.0, 0.26)])
@pytest.mark.parametrize("budget", [None, [0.1, 0.2, 0.3, 0.4]])
def test_a_coordinate_descent_ends_at_the_same_weights(lower: float, upper: float, budget: Any) -> None:
    """The other published algorithm, with bisection on lambda for the sum; it converges linearly, hence 1e-9."""
    ia = assumptions(VOLATILITY, BLOCKS)
    parts = np.full(4, 0.25) if budget is None else np.array(budget)
    ends = np.full(4, lower), np.full(4, upper)

    def weights(log_lambda: float) -> Array:
        return coordinate_descent(ia.cov, np.exp(log_lambda) * parts, *ends)

    expected = weights(brentq(lambda t: weights(t).sum() - 1, -15, 15, xtol=1e-14))
    x = sitpy.find_erc_portfolio(ia, sitpy.create_basic_constraints(4, lower, upper), risk_budget=budget)
    np.testing.assert_allclose(x, expected, rtol=0, atol=1e-9)
    assert (np.isclose(x, lower) | np.isclose(x, upper)).any()


def test_a_general_optimiser_finds_no_better_logarithms() -> None:
    """Of all long-only portfolios with the variance of the answer, none has a larger sum of logarithms (Maillard et al.)."""
    ia = sitpy.aa_test_create_ia_rebal()
    x = sitpy.find_erc_portfolio(ia)
    scale = 1 / x
    found = minimize(
        lambda z: -np.log(z).sum(),
        np.ones(9),
        jac=lambda z: -1 / z,
        bounds=[(1e-3, None)] * 9,
        constraints={"type": "ineq", "fun": lambda z: 1 - (z / scale) @ ia.cov @ (z / scale) / (x @ ia.cov @ x)},
        method="SLSQP",
        options={"ftol": 1e-14, "maxiter": 500},
    )
    assert found.success
    np.testing.assert_allclose(found.x, 1, rtol=0, atol=1e-5)


# ---------------------------------------------------------------------------------------------- how it is called


def test_the_three_names_agree() -> None:
    ia = sitpy.aa_test_create_ia_rebal()
    constraints = sitpy.create_basic_constraints(9, 0.02, 0.3)
    first, *others = (constructor(ia, constraints) for constructor in THREE)
    for other in others:
        np.testing.assert_array_equal(first, other)


def test_sum_of_the_constraints() -> None:
    ia = assumptions(VOLATILITY, BLOCKS)
    one = sitpy.find_erc_portfolio(ia)
    for total in (0.5, 2.0):
        x = sitpy.find_erc_portfolio(ia, sitpy.create_basic_constraints(4, 0, 3, total))
        np.testing.assert_allclose(x, total * one, rtol=1e-13)
    doubled = sitpy.add_constraints(np.full(4, 2.0), 1, "=", sitpy.new_constraints(4))
    np.testing.assert_allclose(sitpy.find_erc_portfolio(ia, doubled), one / 2, rtol=1e-13)


def test_bounds_as_rows_and_as_bounds_are_the_same() -> None:
    ia = assumptions(VOLATILITY, BLOCKS)
    rows = sitpy.add_constraints(np.eye(4), 0.3, "<=", sitpy.new_constraints(4))
    rows = sitpy.add_constraints(3 * np.eye(4), 0.66, ">=", rows)
    bounds = sitpy.new_constraints(4, lb=0.22, ub=0.3)
    np.testing.assert_allclose(
        sitpy.find_erc_portfolio(ia, rows), sitpy.find_erc_portfolio(ia, bounds), rtol=0, atol=1e-12
    )
    pinned = sitpy.add_constraints([1, 0, 0, 0], 0.3, "=", sitpy.new_constraints(4))
    assert sitpy.find_erc_portfolio(ia, pinned)[0] == pytest.approx(0.3, abs=1e-15)


def test_short_bounds_do_not_make_it_short() -> None:
    ia = assumptions(VOLATILITY, BLOCKS)
    x = sitpy.find_erc_portfolio(ia, sitpy.create_basic_constraints(4, -0.5, 1))
    np.testing.assert_array_equal(x, sitpy.find_erc_portfolio(ia))


def test_bounds_that_leave_one_portfolio() -> None:
    ia = assumptions(VOLATILITY, BLOCKS)
    for lower, upper in ((0.25, 1.0), (0.0, 0.25), (0.25, 0.25), (0.0, 0.25 * (1 - 5e-10)), (0.25 * (1 + 5e-10), 1.0)):
        x = sitpy.find_erc_portfolio(ia, sitpy.create_basic_constraints(4, lower, upper))
        np.testing.assert_allclose(x, 0.25, rtol=0, atol=1e-9)


def test_order_and_size_do_not_matter() -> None:
    ia = random_ia(3, 8)
    order = np.random.default_rng(0).permutation(8)
    x = sitpy.find_erc_portfolio(ia, sitpy.new_constraints(8, ub=0.2))
    shuffled = sitpy.create_ia_subset(ia, order.tolist())
    again = sitpy.find_erc_portfolio(shuffled, sitpy.new_constraints(8, ub=0.2))
    np.testing.assert_allclose(again, x[order], rtol=0, atol=1e-13)
    for factor in (1e-12, 1e12):
        scaled = sitpy.InputAssumptions(cov=factor * ia.cov)
        np.testing.assert_allclose(sitpy.find_erc_portfolio(scaled, sitpy.new_constraints(8, ub=0.2)), x, rtol=1e-11)


def test_budgets_by_name_and_in_any_order() -> None:
    ia = sitpy.InputAssumptions(symbols=["a", "b", "c"], risk=[0.1, 0.2, 0.4], correlation=np.eye(3))
    expected = sitpy.find_erc_portfolio(ia, risk_budget=[1, 2, 5])
    for budget in ({"c": 5, "a": 1, "b": 2}, pd.Series({"b": 2.0, "c": 5.0, "a": 1.0})):
        np.testing.assert_array_equal(sitpy.find_erc_portfolio(ia, risk_budget=budget), expected)


def test_riskless_assets_get_nothing() -> None:
    ia = sitpy.InputAssumptions(symbols=["a", "cash", "b"], cov=np.diag([0.01, 0, 0.04]))
    np.testing.assert_allclose(
        sitpy.find_erc_portfolio(ia, sitpy.create_basic_constraints(3)), [2 / 3, 0, 1 / 3], rtol=1e-13
    )


def test_fewer_periods_than_assets() -> None:
    """A singular covariance is no obstacle as long as no long-only portfolio is riskless: here all share a factor."""
    rng = np.random.default_rng(5)
    ia = sitpy.create_ia(0.01 * rng.normal(size=(20, 60)) + 0.02 * rng.normal(size=(20, 1)))
    assert np.linalg.matrix_rank(ia.cov) < 60
    x = sitpy.find_erc_portfolio(ia, sitpy.create_basic_constraints(60))
    np.testing.assert_allclose(contributions(x, ia), 1 / 60, rtol=0, atol=1e-12)


def test_nothing_is_changed_in_place() -> None:
    ia, constraints = random_ia(1, 5), sitpy.create_basic_constraints(5, 0.1, 0.3)
    cov, bounds, budget = ia.cov.copy(), constraints.ub.copy(), np.arange(1.0, 6.0)
    sitpy.find_erc_portfolio(ia, constraints, risk_budget=budget)
    np.testing.assert_array_equal(ia.cov, cov)
    np.testing.assert_array_equal(constraints.ub, bounds)
    np.testing.assert_array_equal(budget, np.arange(1.0, 6.0))


# ------------------------------------------------------------------------------------------------ what is refused


def refused(
    message: str,
    *,
    ia: sitpy.InputAssumptions | None = None,
    kind: type[Exception] = sitpy.InputError,
    **arguments: Any,
) -> None:
    with pytest.raises(kind, match=message):
        sitpy.equal_risk_contribution_portfolio(assumptions(VOLATILITY, BLOCKS) if ia is None else ia, **arguments)


def test_perfect_hedges_are_refused_by_name() -> None:
    ia = sitpy.InputAssumptions(
        symbols=["x", "up", "down"], risk=[0.1, 0.1, 0.2], correlation=[[1, 0, 0], [0, 1, -1], [0, -1, 1]]
    )
    refused("long positions in up, down cancel each other's risk wholly", ia=ia)
    rng = np.random.default_rng(0)
    refused(r"asset 5 and \d+ more cancel", ia=sitpy.create_ia(rng.normal(size=(5, 40))))


def test_bad_budgets_are_refused() -> None:
    refused("risk_budget of 'asset 2' is 0; every part of the risk must be positive", risk_budget=[1, 0, 1, 1])
    refused("risk_budget holds 2 numbers; give a part to each of asset 1, asset 2", risk_budget=[1, 2])
    refused("risk_budget is .*nan.*; give one finite number per asset", risk_budget=[1, np.nan, 1, 1])
    refused("risk_budget holds a, b; give a part to each of asset 1", risk_budget={"a": 1, "b": 1})
    refused("risk_budget holds something that is not a number: .*'half'", risk_budget=["half", 1, 1, 1])


def test_bad_constraints_are_refused() -> None:
    infeasible = sitpy.InfeasibleError
    refused(
        "must sum to 1, but their bounds allow 0 to 0.8", kind=infeasible, constraints=sitpy.new_constraints(4, ub=0.2)
    )
    refused("bounds allow 1.2 to inf", kind=infeasible, constraints=sitpy.new_constraints(4, lb=0.3))
    refused("'asset 1' is held between 0 and 0", kind=infeasible, constraints=sitpy.new_constraints(4, ub=[0, 1, 1, 1]))
    refused("must sum to 0; .* positive sum", constraints=sitpy.create_basic_constraints(4, -1, 1, 0))
    refused("5 variables for 4 assets", constraints=sitpy.create_basic_constraints(5))
    binary = sitpy.create_basic_constraints(4)
    binary.binary_index = [0]
    refused("or 0/1 variables", constraints=binary)
    group = sitpy.add_constraints([1, 1, 0, 0], 0.3, "<=", sitpy.create_basic_constraints(4), names="bonds")
    refused(
        "honour bounds and the sum of weights only, and their portfolio misses 'bonds' by 0.2754",
        kind=infeasible,
        constraints=group,
    )
    refused("4 variables but there are 5 assets", ia=random_ia(0, 5), constraints=sitpy.create_basic_constraints(4))


def test_a_row_that_holds_anyway_is_no_obstacle() -> None:
    group = sitpy.add_constraints([1, 1, 0, 0], 0.6, "<=", sitpy.create_basic_constraints(4), names="bonds")
    ia = assumptions(VOLATILITY, BLOCKS)
    np.testing.assert_array_equal(sitpy.find_erc_portfolio(ia, group), sitpy.find_erc_portfolio(ia))


def test_bounds_that_allow_no_proportion_are_refused() -> None:
    """Half in the wild asset: what is left, half in its hedge, lessens the risk, and no lambda > 0 fits."""
    ia = assumptions([1, 0.1], [[1, -0.9], [-0.9, 1]])
    held = sitpy.new_constraints(2, lb=[0.5, 0])
    assert contributions(np.array([0.5, 0.5]), ia)[1] < 0
    refused("no weights with the sum 1 .* lower that bound", ia=ia, kind=sitpy.InfeasibleError, constraints=held)


def test_riskless_only_and_bounds_on_riskless_assets_are_refused() -> None:
    refused("no asset has a risk above 0", ia=sitpy.InputAssumptions(cov=np.zeros((2, 2))))
    ia = sitpy.InputAssumptions(symbols=["a", "cash"], cov=np.diag([0.01, 0]))
    refused("'cash' has no risk and gets weight 0 here, but its bounds are 0.1 to", ia=ia, kind=sitpy.InfeasibleError,
            constraints=sitpy.create_basic_constraints(2, 0.1))  # fmt: skip
    disagree = sitpy.InputAssumptions(risk=[0.1, 0.2], cov=np.diag([0.01, 0]))
    refused("the risk of 'asset 2' is 0.2 but its variance in cov is 0", ia=disagree)


def test_the_kernel_alone() -> None:
    """The middle of three equal assets held at a tenth leaves 0.45 for each of the others; all pinned; no number."""
    third, upper = np.full(3, 1 / 3), np.array([1, 0.1, 1])
    x = risk_budget_weights(np.eye(3), third, np.zeros(3), upper, 1.0)
    assert x is not None
    np.testing.assert_allclose(x, [0.45, 0.1, 0.45], rtol=0, atol=1e-13)
    pinned = np.array([0.2, 0.3, 0.5])
    np.testing.assert_allclose(risk_budget_weights(np.eye(3), third, pinned, pinned, 1.0), pinned)  # type: ignore[arg-type]
    with pytest.raises(sitpy.NotSolvedError, match="the search for risk budgets ended nan of the variance away"):
        risk_budget_weights(np.full((3, 3), np.nan), third, np.zeros(3), upper, 1.0)
