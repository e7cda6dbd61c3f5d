"""Least average correlation and largest compounded return: corners one by one, bounds from linear programmes, sweeps."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.optimize import brentq, linprog, minimize_scalar

import sitpy
from sitpy import Constraints, InfeasibleError, InputAssumptions, InputError, NotSolvedError

Array = np.ndarray


def limits(n: int, lb: float = 0.0, ub: float = 0.8) -> Constraints:
    return sitpy.add_constraints(np.ones(n), 1, "=", sitpy.new_constraints(n, lb=lb, ub=ub), "budget")


def corners(n: int, lb: float, ub: float) -> Array:
    """Every corner of "bounds and sum 1": all but one weight at a bound, that one what is left."""
    found = []
    for free in range(n):
        for pattern in itertools.product([lb, ub], repeat=n - 1):
            weights = np.insert(np.array(pattern), free, 1 - sum(pattern))
            if lb - 1e-12 <= weights[free] <= ub + 1e-12:
                found.append(weights)
    return np.array(found)


def random_assumptions(seed: int, n: int | None = None) -> InputAssumptions:
    rng = np.random.default_rng(seed)
    n = n or int(rng.integers(3, 9))
    factors = int(rng.integers(1, 4))
    loadings = rng.normal(0.6, 0.6, (factors, n))
    history = 0.01 + rng.normal(0, 0.03, (40, factors)) @ loadings
    return sitpy.create_ia(history + rng.normal(0, 0.03, (40, n)) * rng.uniform(0.3, 2, n))


# ------------------------------------------------------------------------------------------- average correlation


def moving_together(weights: Array, ia: InputAssumptions) -> Array:
    """Numerator of the average correlation: linear in the weights."""
    return np.asarray(weights @ (ia.cov @ (1 / ia.risk)))


@pytest.mark.parametrize("seed", range(12))
def test_least_average_correlation_of_all_corners(seed: int) -> None:
    """Linear over a norm: where the numerator is positive everywhere, the least ratio is at a corner."""
    ia = random_assumptions(seed)
    lb, ub = ((0.0, 0.8), (0.0, 0.5), (-0.3, 0.7))[seed % 3]
    candidates = corners(ia.n, lb, ub)
    weights = sitpy.min_avgcor_portfolio(ia, limits(ia.n, lb, ub))
    ours = float(sitpy.portfolio_avgcor(weights, ia)[0])
    best = float(sitpy.portfolio_avgcor(candidates, ia).min())
    if moving_together(candidates, ia).min() > 0:
        assert ours == pytest.approx(best, abs=1e-8)  # SLSQP's own step at the end
    else:
        assert ours <= best + 1e-8
    assert weights.sum() == pytest.approx(1, abs=1e-8)
    assert weights.min() >= lb - 1e-12
    assert weights.max() <= ub + 1e-12


def test_both_kinds_are_among_the_cases_above() -> None:
    """So that the test above means something."""
    kinds = []
    for seed in range(12):
        ia = random_assumptions(seed)
        bounds = ((0.0, 0.8), (0.0, 0.5), (-0.3, 0.7))[seed % 3]
        kinds.append(bool(moving_together(corners(ia.n, *bounds), ia).min() > 0))
    assert kinds.count(True) >= 3
    assert kinds.count(False) >= 2


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


# --------------------------------------------------------------------------------------------- compounded return


def no_more_than(ia: InputAssumptions, x: Array, lb: float, ub: float, charge: float, cap: float) -> float:
    """What no portfolio's mean log growth exceeds: that of x, plus what its tangent allows over all portfolios.

    With a charge on the variance above the cap's square, the concave function is the Lagrangian; any charge gives a bound.
    """
    growth = 1 + ia.hist_returns @ x
    slope = (ia.hist_returns / growth[:, None]).mean(axis=0) - 2 * charge * (ia.cov @ x)
    answer = linprog(-slope, A_eq=np.ones((1, ia.n)), b_eq=[1.0], bounds=[(lb, ub)] * ia.n, method="highs")
    here = np.log(growth).mean() - charge * (x @ ia.cov @ x - cap**2 if charge else 0.0)
    return float(here - answer.fun - slope @ x)


def log_growth(ia: InputAssumptions, x: Array) -> float:
    return float(np.log(1 + ia.hist_returns @ x).mean())


@pytest.mark.parametrize("seed", range(6))
def test_without_limits_the_tangent_proves_the_optimum(seed: int) -> None:
    ia = random_assumptions(seed)
    lb, ub = (0.0, 0.8) if seed % 2 else (-0.5, 1.5)
    x = sitpy.max_geometric_return_portfolio(ia, limits(ia.n, lb, ub))
    assert no_more_than(ia, x, lb, ub, 0.0, np.inf) - log_growth(ia, x) <= 1e-8  # SLSQP stops at about 1e-9 here
    assert x.sum() == pytest.approx(1, abs=1e-8)
    assert lb - 1e-12 <= x.min() and x.max() <= ub + 1e-12


@pytest.mark.parametrize("share", [0.02, 0.3, 0.8])
@pytest.mark.parametrize("letter", ["A", "B"])
def test_an_upper_limit_of_risk_has_a_price_that_proves_the_optimum(letter: str, share: float) -> None:
    from sitpy.reference import reference_ia

    ia = reference_ia(letter)
    c = limits(ia.n)
    least = float(sitpy.portfolio_risk(sitpy.min_risk_portfolio(ia, c), ia)[0])
    most = float(sitpy.portfolio_risk(sitpy.max_geometric_return_portfolio(ia, c), ia)[0])
    cap = least + share * (most - least)
    x = sitpy.max_geometric_return_portfolio(ia, c, max_risk=cap)
    assert sitpy.portfolio_risk(x, ia)[0] == pytest.approx(cap, rel=1e-6)
    bound = minimize_scalar(
        lambda charge: no_more_than(ia, x, 0, 0.8, max(charge, 0.0), cap), bounds=(0, 100), options={"xatol": 1e-10}
    )
    assert bound.fun - log_growth(ia, x) <= 1e-7  # a limit missed by 1e-8 of the variance is worth that much
    equal = sitpy.max_geometric_return_portfolio(ia, c, cap, cap)
    assert log_growth(ia, equal) == pytest.approx(log_growth(ia, x), abs=1e-7)
    assert sitpy.portfolio_risk(equal, ia)[0] == pytest.approx(cap, rel=1e-6)


def along_the_ring(ia: InputAssumptions, risk: float, ub: float) -> float:
    """Largest log growth of three assets at exactly this risk: a ring around the least-risk portfolio, in small steps.

    With the points at which it crosses the edges, where one weight is at a bound.
    """

    def crossed(start: Array, direction: Array) -> list[Array]:
        a, b = direction @ ia.cov @ direction, direction @ ia.cov @ start
        root = np.emath.sqrt(b**2 - a * (start @ ia.cov @ start - risk**2))
        return [start + (sign * root - b) / a * direction for sign in (1, -1) if np.isreal(root)]

    inverse = np.linalg.inv(ia.cov)
    centre = inverse.sum(axis=1) / inverse.sum()
    points = []
    for angle in np.linspace(0, np.pi, 10001):
        points += crossed(centre, np.array([np.cos(angle), np.sin(angle), -np.cos(angle) - np.sin(angle)]))
    for i, bound in itertools.product(range(3), (0.0, ub)):
        start, direction = np.full(3, (1 - bound) / 2), np.array([1.0, -1.0])
        start[i] = bound
        points += crossed(start, np.insert(direction, i, 0.0))
    return max(log_growth(ia, x) for x in points if x.min() >= -1e-12 and x.max() <= ub + 1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_more_risk_than_growth_wants(seed: int) -> None:
    """A lower limit that binds leaves a ring, which is not convex: three assets by sweeping it."""
    ia = random_assumptions(seed, 3)
    c = limits(3, 0, 0.9)
    free = sitpy.max_geometric_return_portfolio(ia, c)
    reach = max(float(sitpy.portfolio_risk(x, ia)[0]) for x in corners(3, 0, 0.9))
    risk = 0.4 * float(sitpy.portfolio_risk(free, ia)[0]) + 0.6 * reach
    x = sitpy.max_geometric_return_portfolio(ia, c, risk, risk)
    assert sitpy.portfolio_risk(x, ia)[0] == pytest.approx(risk, rel=1e-6)
    best = along_the_ring(ia, risk, 0.9)
    assert log_growth(ia, x) >= best - 1e-9
    assert log_growth(ia, x) == pytest.approx(best, abs=1e-6)  # the sweep's own steps
    above = sitpy.max_geometric_return_portfolio(ia, c, min_risk=risk)
    assert sitpy.portfolio_risk(above, ia)[0] >= risk * (1 - 1e-6)
    assert log_growth(ia, above) >= log_growth(ia, x) - 1e-9


def test_at_every_risk_of_the_frontier_it_compounds_at_least_as_well(ia_a: InputAssumptions) -> None:
    """Bernstein and Wilkinson's geometric mean frontier lies above the arithmetic one's compounded returns."""
    c = limits(9)
    ef = sitpy.portopt(ia_a, c, 6)
    compounded = sitpy.portfolio_geometric_return(ef.weight, ia_a)
    for x, risk, rival in zip(ef.weight[1:], ef.risk[1:], compounded[1:]):
        best = sitpy.max_geometric_return_portfolio(ia_a, c, risk, risk)
        assert sitpy.portfolio_geometric_return(best, ia_a)[0] >= rival - 1e-7
        assert best.shape == x.shape


def test_a_history_of_two_outcomes_has_the_bet_of_kelly() -> None:
    """Even money, won 60 of 100 times, or cash: the stake is 0.6 - 0.4 = 20 %."""
    ia = sitpy.create_ia(np.c_[np.repeat([1.0, -1.0], [60, 40]), np.zeros(100)])
    x = sitpy.max_geometric_return_portfolio(ia, limits(2, 0, 1))
    np.testing.assert_allclose(x, [0.2, 0.8], atol=1e-5)  # flat at the top: 1e-10 of growth
    at = brentq(lambda stake: 0.6 / (1 + stake) - 0.4 / (1 - stake), 0, 0.9)
    assert at == pytest.approx(0.2)


# ------------------------------------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (0.2, 0.1, r"min_risk is 0\.2 and max_risk 0\.1; they must be positive, the lower one first"),
        (-0.1, 0.1, r"min_risk is -0\.1 and max_risk 0\.1; they must be positive"),
        (np.nan, 0.1, r"min_risk is nan and max_risk 0\.1; they must be positive"),
        (0.1, np.nan, r"min_risk is 0\.1 and max_risk nan; they must be positive"),
        ("low", 0.1, r"min_risk is 'low'; give a standard deviation per year, such as 0\.1"),
        (0.1, None, r"max_risk is None; give a standard deviation per year"),
    ],
)
def test_limits_that_mean_nothing(ia_a: InputAssumptions, low: Any, high: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        sitpy.max_geometric_return_portfolio(ia_a, limits(9), low, high)


def test_limits_that_no_portfolio_meets_name_what_is_attainable(ia_a: InputAssumptions) -> None:
    least = float(sitpy.portfolio_risk(sitpy.min_risk_portfolio(ia_a, limits(9)), ia_a)[0])
    most = float(sitpy.portfolio_risk(corners(9, 0, 0.8), ia_a).max())
    with pytest.raises(NotSolvedError) as caught:
        sitpy.max_geometric_return_portfolio(ia_a, limits(9), max_risk=0.01)
    assert str(caught.value) == f"max_risk is 1.0000% but no portfolio has less than {least:.4%}; raise max_risk"
    assert caught.value.best.shape == (9,)
    with pytest.raises(NotSolvedError) as caught:
        sitpy.max_geometric_return_portfolio(ia_a, limits(9), 0.9, 1.0)
    assert str(caught.value) == (
        "no portfolio was found with a risk between 90.0000% and 100.0000%; the constraints allow from "
        f"{least:.4%} to about {most:.4%}: choose limits within that range"
    )


@pytest.mark.parametrize("function", [sitpy.min_avgcor_portfolio, sitpy.max_geometric_return_portfolio])
def test_constraints_that_cannot_be_taken(ia_a: InputAssumptions, function: Callable[..., Any]) -> None:
    c = limits(9)
    c.binary_index = [0]
    words = f"{function.__name__} takes no 0/1 variables .* fix the others at zero by their bounds"
    with pytest.raises(InputError, match=words):
        function(ia_a, c)
    with pytest.raises(InfeasibleError, match=r"budget: .* make it at most 0\.9: 0\.1 too little"):
        function(ia_a, limits(9, 0, 0.1))
    with pytest.raises(InputError, match="the constraints have 4 variables but there are 9 assets"):
        function(ia_a, limits(4))


def test_an_asset_without_variance() -> None:
    ia = InputAssumptions(symbols=["share", "cash"], cov=np.diag([0.04, 0.0]), expected_return=[0.1, 0.02])
    words = "'cash' has no variance, so its correlation with a portfolio is not defined; leave the asset out"
    with pytest.raises(InputError, match=words):
        sitpy.min_avgcor_portfolio(ia, limits(2))


def test_a_history_is_needed_and_must_leave_something() -> None:
    ia = InputAssumptions(cov=np.diag([0.04, 0.01]), expected_return=[0.1, 0.02])
    with pytest.raises(InputError, match="have no hist_returns"):
        sitpy.max_geometric_return_portfolio(ia, limits(2))
    lost = sitpy.create_ia([[0.5, 0.2], [-1.0, -1.1], [0.2, 0.3]])
    words = r"the portfolio in row 0 of weight has a return of -100 % or less in one period .* lower its leverage"
    with pytest.raises(InputError, match=words):
        sitpy.max_geometric_return_portfolio(lost, limits(2, 0, 1))
