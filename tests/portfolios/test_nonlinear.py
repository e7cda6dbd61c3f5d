"""Largest compounded return: bounds from linear programmes, sweeps, and what both smooth portfolios refuse."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.optimize import brentq, linprog, minimize_scalar
from smooth_cases import corners, limits, random_assumptions

import sitpy
from sitpy import InfeasibleError, InputAssumptions, InputError

Array = np.ndarray


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
        (np.nan, 0.1, r"min_risk is nan; give a standard deviation per year, such as 0\.1"),
        (0.1, np.nan, r"max_risk is nan; give a standard deviation per year, such as 0\.1"),
        ("low", 0.1, r"min_risk is 'low'; give a standard deviation per year, such as 0\.1"),
        (0.1, None, r"max_risk is None; give a standard deviation per year"),
    ],
)
def test_limits_that_mean_nothing(ia_a: InputAssumptions, low: Any, high: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        sitpy.max_geometric_return_portfolio(ia_a, limits(9), low, high)


def test_limits_that_no_portfolio_meets_name_what_is_attainable(ia_a: InputAssumptions) -> None:
    """The range is that of all corners, the largest risk proven."""
    least = float(sitpy.portfolio_risk(sitpy.min_risk_portfolio(ia_a, limits(9)), ia_a)[0])
    most = float(sitpy.portfolio_risk(corners(9, 0, 0.8), ia_a).max())
    allowed = f"the constraints allow risks from {least:.4%} to {most:.4%}"
    for low, high, words in (
        (0.0, 0.01, f"at most max_risk = 1.0000%: {allowed}; raise max_risk, or widen the constraints"),
        (0.9, 1.0, f"at least min_risk = 90.0000%: {allowed}; lower min_risk, or widen the constraints"),
        (
            most + 1e-6,
            np.inf,
            f"at least min_risk = {most + 1e-6:.4%}: {allowed}; lower min_risk, or widen the constraints",
        ),
    ):
        with pytest.raises(InfeasibleError) as caught:
            sitpy.max_geometric_return_portfolio(ia_a, limits(9), low, high)
        assert str(caught.value) == f"no portfolio has a risk of {words}"
    for risk in (least, most):  # the ends themselves are attainable
        x = sitpy.max_geometric_return_portfolio(ia_a, limits(9), risk, risk)
        assert sitpy.portfolio_risk(x, ia_a)[0] == pytest.approx(risk, rel=1e-6)


def test_a_risk_without_limit_is_said_to_be_one() -> None:
    """The short side has no bound, the expected return has: two assets that earn the same."""
    ia = sitpy.create_ia([[0.1, 0.02], [-0.05, 0.03], [0.02, 0.02]])
    ia.expected_return = np.array([0.02, 0.02])
    c = sitpy.add_constraints(np.ones(2), 1, "=", sitpy.new_constraints(2), "budget")
    words = (
        r"at most max_risk = 0\.1000%: the constraints allow risks from 0\.\d{4}% upwards without limit; raise max_risk"
    )
    with pytest.raises(InfeasibleError, match=words):
        sitpy.max_geometric_return_portfolio(ia, c, 0, 0.001)


def test_the_order_of_assets_has_no_part_at_a_risk_above_the_free_one() -> None:
    ia, order = random_assumptions(3, 6), [4, 2, 0, 5, 1, 3]
    c = limits(6, 0, 0.5)
    risk = 0.5 * sum(
        float(sitpy.portfolio_risk(x, ia).max())
        for x in (corners(6, 0, 0.5), sitpy.max_geometric_return_portfolio(ia, c))
    )
    here = sitpy.max_geometric_return_portfolio(ia, c, risk, risk)
    there = sitpy.max_geometric_return_portfolio(sitpy.create_ia_subset(ia, order), c, risk, risk)
    np.testing.assert_allclose(there, here[order], rtol=0, atol=1e-5)  # SLSQP stops at 1e-13 of a flat optimum


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


def test_a_history_is_needed_and_must_leave_something() -> None:
    ia = InputAssumptions(cov=np.diag([0.04, 0.01]), expected_return=[0.1, 0.02])
    with pytest.raises(InputError, match="have no hist_returns"):
        sitpy.max_geometric_return_portfolio(ia, limits(2))
    lost = sitpy.create_ia([[0.5, 0.2], [-1.0, -1.1], [0.2, 0.3]])
    words = r"the portfolio in row 0 of weight has a return of -100 % or less in one period .* lower its leverage"
    with pytest.raises(InputError, match=words):
        sitpy.max_geometric_return_portfolio(lost, limits(2, 0, 1))
