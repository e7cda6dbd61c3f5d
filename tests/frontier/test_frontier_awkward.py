"""Properties that every frontier has, on assumptions and constraints chosen to be awkward."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import sitpy
from sitpy.frontier import MINIMISERS

Array = np.ndarray
Problem = tuple[sitpy.InputAssumptions, Array, Array]

KINDS = (
    "tied returns",
    "all returns equal",
    "duplicated assets",
    "covariance of rank one",
    "no covariance",
    "riskless asset",
    "one feasible point",
    "bounds that meet",
    "two assets",
)
MEASURES = ("Risk", "MAD", "MaxLoss", "CVaR", "CDaR")
EXACT = 1e-9
"""Of a measure, absolute: the solvers' tolerance of feasibility, on data of size 0.1."""


def assumptions(history: Array, expected_return: Array | None = None) -> sitpy.InputAssumptions:
    mean = history.mean(axis=0) if expected_return is None else expected_return
    return sitpy.InputAssumptions(
        symbols=[f"asset {i}" for i in range(history.shape[1])],
        expected_return=mean,
        cov=np.atleast_2d(np.cov(history.T)),
        hist_returns=history,
    )


def limits(lb: Array, ub: Array) -> sitpy.Constraints:
    return sitpy.add_constraints(np.ones(lb.size), 1, "=", sitpy.new_constraints(lb.size, lb=lb, ub=ub), "budget")


@st.composite
def problems(draw: Any, kind: str) -> Problem:
    """Returns on a grid of 5 %, so that ties are common, and bounds that leave a portfolio."""
    n = 2 if kind == "two assets" else draw(st.integers(3, 6))
    T = draw(st.integers(4, 9))
    steps = draw(st.lists(st.integers(-4, 5), min_size=n * T, max_size=n * T))
    history = 0.05 * np.array(steps, dtype=float).reshape(T, n)
    mean = None
    if kind == "tied returns":
        mean = 0.02 * np.array(draw(st.lists(st.integers(1, 2), min_size=n, max_size=n)), dtype=float)
    elif kind == "all returns equal":
        mean = np.full(n, 0.07)
    elif kind == "duplicated assets":
        history[:, 1:] = np.where(np.arange(1, n) % 2 == 0, history[:, :1], history[:, 1:2])
    elif kind == "covariance of rank one":
        history = np.outer(history[:, 0], np.linspace(0.5, 1.5, n))
    elif kind == "no covariance":
        history = np.repeat(history[:1], T, axis=0)
    elif kind == "riskless asset":
        history[:, 0] = 0.01
    lb = np.full(n, draw(st.sampled_from([0.0, -0.5])))
    ub = np.full(n, draw(st.sampled_from([0.6, 0.8, 1.0])))
    if kind == "one feasible point":
        lb, ub = np.zeros(n), np.full(n, 1 / n)
    elif kind == "bounds that meet":
        lb[0] = ub[0] = 0.25
    return assumptions(history, mean), lb, ub


few = settings(max_examples=25, phases=(Phase.explicit, Phase.generate))
"""No shrinking: that would solve thousands of frontiers to make a failing example smaller."""

each_kind = pytest.mark.parametrize("kind", KINDS)
each_measure = pytest.mark.parametrize("measure", ["Risk", "MAD"])


def convex(ef: sitpy.Frontier) -> Array:
    """The objective as the solver sees it: a variance rather than its root, whose error at zero is that of a root."""
    return ef.objective**2 if ef.measure in ("Risk", "RiskDown") else ef.objective


@each_measure
@each_kind
@few
@given(data=st.data())
def test_feasible_proven_rising_and_convex(kind: str, measure: str, data: st.DataObject) -> None:
    ia, lb, ub = data.draw(problems(kind))
    ef = sitpy.portopt(ia, limits(lb, ub), 6, min_risk_fn=MINIMISERS[measure])
    x = ef.solution
    assert x.shape == (6, ia.n)
    np.testing.assert_allclose(x.sum(axis=1), 1.0, rtol=0, atol=1e-8)
    assert (x >= lb - 1e-9).all() and (x <= ub + 1e-9).all()
    assert (ef.return_[1:] >= ef.target_return[1:] - 1e-9).all()
    assert ef.proven
    value = convex(ef)
    assert (np.diff(value) >= -EXACT).all()
    middle = (value[:-2] + value[2:]) / 2
    assert (value[1:-1] <= middle + EXACT).all()


@pytest.mark.parametrize("measure", MEASURES)
@each_kind
@few
@given(data=st.data())
def test_order_of_assets_does_not_matter(kind: str, measure: str, data: st.DataObject) -> None:
    ia, lb, ub = data.draw(problems(kind))
    order = np.array(data.draw(st.permutations(range(ia.n))))
    first = sitpy.portopt(ia, limits(lb, ub), 4, min_risk_fn=MINIMISERS[measure])
    targets = first.target_return[:3]  # the least-risk point may not be unique: compare at the same returns
    other = assumptions(ia.hist_returns[:, order], ia.expected_return[order])
    again = sitpy.portopt(other, limits(lb[order], ub[order]), min_risk_fn=MINIMISERS[measure], targets=targets - 1e-12)
    np.testing.assert_allclose(convex(again), convex(first)[:3], rtol=1e-7, atol=EXACT)


@pytest.mark.parametrize("measure", ["MADdown", "RiskDown", "Gini"])
@each_kind
@settings(few, max_examples=8)
@given(data=st.data())
def test_shortfall_and_mean_difference_behave_alike(kind: str, measure: str, data: st.DataObject) -> None:
    """Convex and rising, whatever the order of the assets; histories without movement have a mean difference of rounding."""
    ia, lb, ub = data.draw(problems(kind))
    ia.parameters_mar = data.draw(st.sampled_from([None, 0.0, 0.02]))
    ef = sitpy.portopt(ia, limits(lb, ub), 5, min_risk_fn=MINIMISERS[measure])
    assert ef.proven
    assert (ef.solution >= lb - 1e-9).all() and (ef.solution <= ub + 1e-9).all()
    value = convex(ef)
    assert (np.diff(value) >= -EXACT).all()
    assert (value[1:-1] <= (value[:-2] + value[2:]) / 2 + EXACT).all()
    order = np.array(data.draw(st.permutations(range(ia.n))))
    other = assumptions(ia.hist_returns[:, order], ia.expected_return[order])
    other.parameters_mar = ia.parameters_mar
    targets = ef.target_return[:4] - 1e-12
    again = sitpy.portopt(other, limits(lb[order], ub[order]), min_risk_fn=MINIMISERS[measure], targets=targets)
    np.testing.assert_allclose(convex(again), value[:4], rtol=1e-7, atol=EXACT)


@each_measure
@each_kind
@few
@given(data=st.data())
def test_tighter_bounds_are_never_below(kind: str, measure: str, data: st.DataObject) -> None:
    ia, lb, ub = data.draw(problems(kind))
    even = 1 / ia.n
    part = data.draw(st.sampled_from([0.25, 0.5, 0.9]))
    inner_lb, inner_ub = lb + part * np.minimum(even - lb, 0.5), ub - part * np.maximum(ub - even, 0.0)
    if kind == "bounds that meet":  # the fixed weight stays; the others keep room for the rest
        inner_lb, inner_ub = np.minimum(lb, inner_lb), np.maximum(inner_ub, (1 - lb[0]) / (ia.n - 1))
        inner_lb[0] = inner_ub[0] = lb[0]
        inner_ub[1:] = np.minimum(inner_ub[1:], ub[1:])
    tight = sitpy.portopt(ia, limits(inner_lb, inner_ub), 4, min_risk_fn=MINIMISERS[measure])
    wide = sitpy.portopt(ia, limits(lb, ub), min_risk_fn=MINIMISERS[measure], targets=tight.target_return - 1e-12)
    assert (convex(wide) <= convex(tight) + EXACT).all()


# ------------------------------------------------------------------------------ answers known without a solver


@pytest.mark.parametrize("measure", MEASURES)
def test_one_feasible_point_is_every_point(measure: str) -> None:
    rng = np.random.default_rng(5)
    ia = assumptions(rng.normal(0.01, 0.05, (12, 4)))
    ef = sitpy.portopt(ia, limits(np.zeros(4), np.full(4, 0.25)), 3, min_risk_fn=MINIMISERS[measure])
    np.testing.assert_allclose(ef.weight, 0.25, rtol=0, atol=1e-12)
    assert ef.proven


def test_duplicated_asset_shares_as_if_it_were_one() -> None:
    """Variances 1, 1 (one asset twice) and 1: half in the pair, half in the other; standard deviation sqrt(1/2)."""
    cov = [[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
    ia = sitpy.InputAssumptions(expected_return=[0.05, 0.05, 0.1], cov=cov)
    ef = sitpy.portopt(ia, limits(np.zeros(3), np.ones(3)), 5)
    assert ef.risk[0] == pytest.approx(np.sqrt(0.5), abs=1e-9)
    assert ef.weight[0, :2].sum() == pytest.approx(0.5, abs=1e-8)
    np.testing.assert_allclose(ef.weight[-1], [0, 0, 1], rtol=0, atol=1e-8)


def test_two_assets_have_the_frontier_of_the_formula() -> None:
    """Uncorrelated, risks 10 % and 20 %: least risk at weights 0.8 and 0.2; then the weight follows from the return."""
    ia = sitpy.InputAssumptions(expected_return=[0.05, 0.10], risk=[0.1, 0.2], correlation=np.eye(2))
    ef = sitpy.portopt(ia, limits(np.zeros(2), np.ones(2)), 5)
    second = np.linspace(0.2, 1.0, 5)
    np.testing.assert_allclose(ef.weight[:, 1], second, rtol=0, atol=1e-9)
    np.testing.assert_allclose(ef.risk, np.hypot(0.1 * (1 - second), 0.2 * second), rtol=1e-9)


def test_perfect_hedge_has_no_risk() -> None:
    """Rank one with loadings 0.2 and 0.3 and shorts down to -2: (3, -2) has no risk."""
    loading = np.array([0.2, 0.3])
    ia = sitpy.InputAssumptions(expected_return=[0.05, 0.08], cov=np.outer(loading, loading))
    ef = sitpy.portopt(ia, limits(np.full(2, -2.0), np.full(2, 3.0)), 4)
    np.testing.assert_allclose(ef.weight[0], [3, -2], rtol=0, atol=1e-6)
    assert ef.risk[0] == pytest.approx(0.0, abs=1e-7)


def test_no_covariance_reaches_the_largest_return_without_risk() -> None:
    ia = sitpy.InputAssumptions(expected_return=[0.05, 0.09, 0.07], cov=np.zeros((3, 3)))
    ef = sitpy.portopt(ia, limits(np.zeros(3), np.full(3, 0.6)), 4)
    np.testing.assert_allclose(ef.weight[-1], [0, 0.6, 0.4], rtol=0, atol=1e-9)  # greedy fill by return
    np.testing.assert_array_equal(ef.risk, 0.0)


def test_last_point_has_the_least_risk_among_equals() -> None:
    """Two assets tie for the largest return; uncorrelated of equal variance, they are held half and half."""
    ia = sitpy.InputAssumptions(expected_return=[0.1, 0.1, 0.02], cov=np.diag([0.04, 0.04, 0.01]))
    ef = sitpy.portopt(ia, limits(np.zeros(3), np.ones(3)), 4)
    np.testing.assert_allclose(ef.weight[-1], [0.5, 0.5, 0], rtol=0, atol=1e-8)


def test_upper_end_where_a_loose_solver_sees_no_room() -> None:
    """Two assets against the bounds 0 and 0.6: the largest return, 0.6 of the second, has exactly one portfolio."""
    history = 0.05 * np.array([[-2.0, 2.0], [5.0, -3.0], [-3.0, 4.0]])
    ef = sitpy.portopt(assumptions(history), limits(np.zeros(2), np.full(2, 0.6)), 6)
    np.testing.assert_allclose(ef.weight[-1], [0.4, 0.6], rtol=0, atol=1e-8)
    assert ef.proven
