"""Least variance, least tracking error, most diversified; portfolios at a return or a risk that is asked for."""

from __future__ import annotations

import warnings
from typing import Any

import clarabel
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

import sitpy
from sitpy.portfolios.minimum import min_risk_portfolio

Array = np.ndarray


def random_ia(seed: int, n: int) -> sitpy.InputAssumptions:
    rng = np.random.default_rng(seed)
    scale = rng.uniform(0.05, 0.3, n)
    loadings = rng.normal(size=(n, n + 3))
    cov = loadings @ loadings.T / (n + 3) * np.outer(scale, scale)
    return sitpy.InputAssumptions(expected_return=0.06 + 0.05 * rng.normal(size=n), cov=cov)


def rebal() -> sitpy.InputAssumptions:
    return sitpy.aa_test_create_ia_rebal()


def risk(x: Any, ia: sitpy.InputAssumptions) -> float:
    return float(sitpy.portfolio_risk(x, ia)[0])


def expected(x: Any, ia: sitpy.InputAssumptions) -> float:
    return float(sitpy.portfolio_return(x, ia)[0])


def by_clarabel(P: Array, q: Array, constraints: sitpy.Constraints) -> Array:
    """An interior-point solver as referee: minimise x'Px/2 + q'x."""
    n, meq = constraints.n, constraints.meq
    A, b = constraints.A.T, constraints.b
    upper, lower = np.isfinite(constraints.ub), np.isfinite(constraints.lb)
    rows = np.vstack([A[:meq], -A[meq:], np.eye(n)[upper], -np.eye(n)[lower]])
    rhs = np.concatenate([b[:meq], -b[meq:], constraints.ub[upper], -constraints.lb[lower]])
    cones = [clarabel.ZeroConeT(meq), clarabel.NonnegativeConeT(len(rhs) - meq)]
    options = clarabel.DefaultSettings()
    options.verbose = False
    options.tol_gap_abs = options.tol_gap_rel = options.tol_feas = 1e-12
    solver = clarabel.DefaultSolver(sparse.csc_matrix(np.triu(P)), q, sparse.csc_matrix(rows), rhs, cones, options)
    return np.array(solver.solve().x)


# ------------------------------------------------------------------------------------------------- least variance


@given(seed=st.integers(0, 10**6), n=st.integers(2, 10))
@settings(max_examples=25)
def test_bounds_hold_and_the_optimum_is_that_of_another_solver(seed: int, n: int) -> None:
    """Bounds in lb/ub only, which SIT would not see. Clarabel stops at 1e-12 of the objective: weights to about 1e-6."""
    ia = random_ia(seed, n)
    rng = np.random.default_rng(seed)
    constraints = sitpy.new_constraints(n, lb=rng.uniform(-0.3, 0.0, n), ub=rng.uniform(1.5 / n, 1.0, n))
    constraints = sitpy.add_constraints(np.ones(n), 1, "=", constraints)
    x = sitpy.min_var_portfolio(ia, constraints)
    assert (x >= constraints.lb - 1e-12).all() and (x <= constraints.ub + 1e-12).all()
    other = by_clarabel(ia.cov, np.zeros(n), constraints)
    np.testing.assert_allclose(x, other, rtol=0, atol=2e-6)
    assert x @ ia.cov @ x <= other @ ia.cov @ other + 1e-12
    np.testing.assert_allclose(x, min_risk_portfolio(ia, constraints), rtol=0, atol=1e-10)


def test_closed_form() -> None:
    """Only the sum: inverse covariance times ones, scaled."""
    ia = rebal()
    direction = np.linalg.solve(ia.cov, np.ones(9))
    x = sitpy.min_var_portfolio(ia, sitpy.add_constraints(np.ones(9), 1, "=", sitpy.new_constraints(9)))
    np.testing.assert_allclose(x, direction / direction.sum(), rtol=0, atol=1e-11)


def test_another_matrix_and_a_linear_part() -> None:
    ia = rebal()
    constraints = sitpy.create_basic_constraints(9, 0, 0.5)
    x = sitpy.min_var_portfolio(ia, constraints, cov_matrix=np.diag(np.diag(ia.cov)), dvec=0.001 * ia.expected_return)
    other = by_clarabel(np.diag(np.diag(ia.cov)), -0.001 * ia.expected_return, constraints)
    np.testing.assert_allclose(x, other, rtol=0, atol=2e-6)


def test_riskless_assets_get_nothing() -> None:
    ia = sitpy.InputAssumptions(
        symbols=["a", "cash", "b"], cov=np.diag([0.01, 0, 0.03]), expected_return=[0.02, 0.01, 0.05]
    )
    constraints = sitpy.create_basic_constraints(3)
    np.testing.assert_allclose(sitpy.min_var_portfolio(ia, constraints), [0.75, 0, 0.25], rtol=0, atol=1e-14)
    np.testing.assert_allclose(sitpy.ef_portfolio(1)(ia, constraints), [0, 0, 1], rtol=0, atol=1e-9)
    assert sitpy.target_risk_portfolio(0.12, 1)(ia, constraints)[1] == 0
    with pytest.raises(
        sitpy.InfeasibleError, match=r"'cash' has no risk and gets weight 0 here, but its bounds are 0.1 to 1"
    ):
        sitpy.min_var_portfolio(ia, sitpy.create_basic_constraints(3, 0.1))


def test_auxiliary_and_binary_variables() -> None:
    """At most two of four assets: the best pair of all, and the weights alone come back."""
    ia = random_ia(5, 4)
    constraints = sitpy.add_variables(4, sitpy.create_basic_constraints(4), lb=0, ub=1)
    constraints.binary_index = [4, 5, 6, 7]
    constraints = sitpy.add_constraints(np.vstack([-np.eye(4), np.eye(4)]), 0, ">=", constraints)
    constraints = sitpy.add_constraints([0] * 4 + [1] * 4, 2, "<=", constraints)
    x = sitpy.min_var_portfolio(ia, constraints)
    pairs = [(i, j) for i in range(4) for j in range(i)]
    best = min(
        risk(
            sitpy.min_var_portfolio(ia, sitpy.create_basic_constraints(4, 0, [float(k in pair) for k in range(4)])), ia
        )
        for pair in pairs
    )
    assert x.shape == (4,) and (x > 1e-9).sum() <= 2
    assert risk(x, ia) == pytest.approx(best, rel=1e-9)


def test_least_tracking_error() -> None:
    ia = rebal()
    index = np.array([0.3, 0.2, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.05])
    np.testing.assert_allclose(
        sitpy.min_te_portfolio(ia, sitpy.create_basic_constraints(9), index), index, rtol=0, atol=1e-9
    )
    constraints = sitpy.create_basic_constraints(9, 0.02, 0.15)
    x = sitpy.min_te_portfolio(ia, constraints, index)
    np.testing.assert_allclose(x, by_clarabel(ia.cov, -ia.cov @ index, constraints), rtol=0, atol=2e-6)


def test_most_diversified() -> None:
    """Without bounds that bind it has the largest ratio of average risk to risk (Choueifaty and Coignard 2008)."""
    ia = rebal()
    x = sitpy.max_div_portfolio(ia, sitpy.new_constraints(9, np.ones(9), 1, "=", lb=0))
    ratio = ia.risk @ x / risk(x, ia)
    rng = np.random.default_rng(0)
    near = np.abs(x + 0.02 * rng.normal(size=(500, 9)))
    far = rng.dirichlet(np.full(9, 0.5), size=500)
    for other in np.vstack([near, far]):
        assert ia.risk @ other / risk(other, ia) <= ratio * (1 + 1e-12)


def test_most_diversified_bounds_hold_before_the_division() -> None:
    ia = rebal()
    x = sitpy.max_div_portfolio(ia, sitpy.add_constraints(np.ones(9), 1, "=", sitpy.new_constraints(9, lb=0, ub=0.2)))
    before = x * ia.risk / (x @ ia.risk)
    assert before.max() == pytest.approx(0.2, abs=1e-12)
    assert x.max() > 0.5


# -------------------------------------------------------------------------------------------------------- targets


def test_the_parts_of_the_way() -> None:
    ia, constraints = rebal(), sitpy.create_basic_constraints(9, 0, 0.8)
    low, top = sitpy.min_var_portfolio(ia, constraints), sitpy.max_return_portfolio(ia, constraints)
    np.testing.assert_allclose(sitpy.ef_portfolio(0)(ia, constraints), low, rtol=0, atol=1e-13)
    np.testing.assert_allclose(sitpy.ef_portfolio(1)(ia, constraints), top, rtol=0, atol=1e-9)
    for percent in (0.1, 0.25, 0.9):
        x = sitpy.ef_portfolio(percent)(ia, constraints)
        assert expected(x, ia) == pytest.approx(
            expected(low, ia) * (1 - percent) + expected(top, ia) * percent, rel=1e-10
        )
        np.testing.assert_array_equal(sitpy.ef_portfolio(100 * percent)(ia, constraints), x)


def test_ties_in_return_end_in_the_least_risky() -> None:
    ia = sitpy.InputAssumptions(expected_return=[0.08, 0.08, 0.02], cov=np.diag([0.04, 0.01, 0.001]))
    constraints = sitpy.create_basic_constraints(3)
    for constructor in (sitpy.ef_portfolio(1), sitpy.target_return_portfolio(0.08, 1)):
        np.testing.assert_allclose(constructor(ia, constraints), [0.2, 0.8, 0], rtol=0, atol=1e-8)


@pytest.mark.parametrize("target", [0.026, 0.05, 0.1, 0.2, 0.35])
def test_the_risk_is_reached_to_machine_accuracy(target: float) -> None:
    ia, constraints = rebal(), sitpy.create_basic_constraints(9, 0, 0.8)
    x = sitpy.target_risk_portfolio(target, 1)(ia, constraints)
    assert risk(x, ia) == pytest.approx(target, rel=1e-10)
    best = sitpy.target_return_portfolio_helper(ia, constraints, expected(x, ia))
    np.testing.assert_allclose(x, best, rtol=0, atol=1e-8)


def test_no_portfolio_of_that_risk_earns_more() -> None:
    """Clarabel on the other form of the problem: largest return with a risk of at most 10 %, as a cone."""
    ia = rebal()
    x = sitpy.target_risk_portfolio(0.1, 1)(ia, sitpy.create_basic_constraints(9, 0, 0.8))
    root = np.linalg.cholesky(ia.cov).T
    rows = np.vstack([np.ones((1, 9)), np.eye(9), -np.eye(9), np.zeros((1, 9)), -root])
    rhs = np.concatenate([[1], np.full(9, 0.8), np.zeros(9), [0.1], np.zeros(9)])
    cones = [clarabel.ZeroConeT(1), clarabel.NonnegativeConeT(18), clarabel.SecondOrderConeT(10)]
    options = clarabel.DefaultSettings()
    options.verbose = False
    options.tol_gap_abs = options.tol_gap_rel = options.tol_feas = 1e-12
    nothing = sparse.csc_matrix((9, 9))
    solver = clarabel.DefaultSolver(nothing, -ia.expected_return, sparse.csc_matrix(rows), rhs, cones, options)
    assert expected(x, ia) == pytest.approx(-solver.solve().obj_val, rel=1e-9)


def test_units_of_the_targets() -> None:
    """Per year, percent above 1: 14 % a year are 14/252 % a day, 10 % risk a year are 10/sqrt(252) %."""
    ia = rebal()
    daily = sitpy.InputAssumptions(expected_return=ia.expected_return / 252, cov=ia.cov / 252)
    constraints = sitpy.create_basic_constraints(9, 0, 0.8)
    for factory, value in ((sitpy.target_return_portfolio, 0.14), (sitpy.target_risk_portfolio, 0.1)):
        yearly = factory(value, 1)(ia, constraints)
        np.testing.assert_allclose(factory(value)(daily, constraints), yearly, rtol=0, atol=1e-9)
        np.testing.assert_allclose(factory(100 * value)(daily, constraints), yearly, rtol=0, atol=1e-9)


def test_words_of_the_ends() -> None:
    ia, constraints = rebal(), sitpy.create_basic_constraints(9, 0, 0.8)
    with pytest.warns(sitpy.SitpyWarning) as caught:
        sitpy.target_return_portfolio_helper(ia, constraints, 0.25)
        sitpy.target_risk_portfolio_helper(ia, constraints, 0.01)
    assert [str(item.message) for item in caught] == [
        "no portfolio has an expected return of 25.0000%: from least variance to largest return the constraints allow 7.7379% "
        "to 19.9029%; the portfolio of largest return is given. Lower the target or widen the constraints",
        "no efficient portfolio has a risk of 1.0000%: the constraints allow 2.5796% to 35.8872%; the portfolio of least "
        "variance is given. Move the target into that range or widen the constraints",
    ]


def test_known_ends_are_used(capsys: pytest.CaptureFixture[str]) -> None:
    ia, constraints = rebal(), sitpy.create_basic_constraints(9, 0, 0.8)
    low, top = sitpy.min_var_portfolio(ia, constraints), sitpy.max_return_portfolio(ia, constraints)
    again = sitpy.target_risk_portfolio_helper(ia, constraints, 0.1, False, low, top)
    assert "target risk 0.1: " in capsys.readouterr().out
    np.testing.assert_allclose(again, sitpy.target_risk_portfolio_helper(ia, constraints, 0.1), rtol=0, atol=1e-9)


def test_unlimited_return_is_no_obstacle_to_a_target_return() -> None:
    ia = rebal()
    budget = sitpy.add_constraints(np.ones(9), 1, "=", sitpy.new_constraints(9))
    x = sitpy.target_return_portfolio(0.5, 1)(ia, budget)
    assert expected(x, ia) == pytest.approx(0.5, rel=1e-10)
    with pytest.raises(sitpy.UnboundedError):
        sitpy.target_risk_portfolio(0.5, 1)(ia, budget)


def test_a_jump_of_the_risk_ends_on_its_safe_side() -> None:
    """All of one asset: risks 10, 20 and 30 % only; asked for 25 %, the second is the best that is not riskier."""
    ia = sitpy.InputAssumptions(expected_return=[0.02, 0.05, 0.09], risk=[0.1, 0.2, 0.3], correlation=np.eye(3))
    constraints = sitpy.create_basic_constraints(3)
    constraints.binary_index = [0, 1, 2]
    x = sitpy.target_risk_portfolio(0.25, 1)(ia, constraints)
    np.testing.assert_allclose(x, [0, 1, 0], rtol=0, atol=1e-9)


def test_one_feasible_portfolio() -> None:
    ia, constraints = random_ia(0, 4), sitpy.create_basic_constraints(4, 0.25, 0.25)
    np.testing.assert_allclose(sitpy.ef_portfolio(0.3)(ia, constraints), 0.25)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        here = risk(np.full(4, 0.25), ia)
        np.testing.assert_allclose(sitpy.target_risk_portfolio(here, 1)(ia, constraints), 0.25)


def test_order_does_not_matter() -> None:
    ia = random_ia(8, 7)
    order = np.random.default_rng(1).permutation(7).tolist()
    shuffled, constraints = sitpy.create_ia_subset(ia, order), sitpy.create_basic_constraints(7, 0, 0.4)
    middle = risk(sitpy.ef_portfolio(0.4)(ia, constraints), ia)
    for constructor in (
        sitpy.min_var_portfolio,
        sitpy.max_div_portfolio,
        sitpy.ef_portfolio(0.7),
        sitpy.target_risk_portfolio(middle, 1),
    ):
        np.testing.assert_allclose(
            constructor(shuffled, constraints), constructor(ia, constraints)[order], rtol=0, atol=1e-9
        )


# ------------------------------------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    "constructor",
    [
        sitpy.min_var_portfolio,
        sitpy.max_div_portfolio,
        sitpy.ef_portfolio(),
        sitpy.target_return_portfolio(0.1, 1),
        sitpy.target_risk_portfolio(0.1, 1),
        lambda ia, constraints: sitpy.min_te_portfolio(ia, constraints, np.ones(9) / 9),
    ],
)
def test_contradicting_constraints_are_named(constructor: Any) -> None:
    with pytest.raises(
        sitpy.InfeasibleError, match=r"sum of weights: sum of 9 variables = 1 needs 1, but the upper bounds 0.1 of 9"
    ):
        constructor(rebal(), sitpy.create_basic_constraints(9, 0, 0.1))
    with pytest.raises(sitpy.InputError, match="have 5 variables but there are 9 assets"):
        constructor(rebal(), sitpy.create_basic_constraints(5))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: sitpy.ef_portfolio(101), "percent is 101; give a part from 0 to 1, or a percentage up to 100"),
        (lambda: sitpy.ef_portfolio(-0.1), "percent is -0.1"),
        (lambda: sitpy.ef_portfolio("much"), "percent is 'much'; give a finite number"),  # type: ignore[arg-type]
        (lambda: sitpy.target_return_portfolio(np.nan), "target_return is nan"),
        (lambda: sitpy.target_return_portfolio(0.1, 0), "annual_factor is 0; give the number of periods per year"),
        (lambda: sitpy.target_risk_portfolio(np.inf), "target_risk is inf"),
        (
            lambda: sitpy.target_risk_portfolio(-0.1),
            "target_risk is -0.1; give a finite standard deviation, not negative",
        ),
        (lambda: sitpy.target_risk_portfolio(0.1, np.nan), "annual_factor is nan"),
    ],
)
def test_bad_parameters_of_factories_are_refused_at_once(make: Any, words: str) -> None:
    with pytest.raises(sitpy.InputError, match=words):
        make()


def test_bad_arrays_are_refused() -> None:
    ia, constraints = rebal(), sitpy.create_basic_constraints(9)
    for call, words in (
        (lambda: sitpy.min_var_portfolio(ia, constraints, np.eye(3)), r"cov has shape \(3, 3\); expected \(9, 9\)"),
        (lambda: sitpy.min_var_portfolio(ia, constraints, dvec=[1, 2]), r"shape \(2,\); expected .*9 assets"),
        (
            lambda: sitpy.min_var_portfolio(ia, constraints, dvec=[np.nan] * 9),
            "dvec of 'SP500' is nan; give a finite number",
        ),
        (lambda: sitpy.min_te_portfolio(ia, constraints, np.ones((2, 9))), "index_weight has 2 rows"),
        (lambda: sitpy.target_return_portfolio_helper(ia, constraints, np.nan), "target_return is nan"),
        (lambda: sitpy.target_risk_portfolio_helper(ia, constraints, -1.0), "target_risk is -1.0"),
        (lambda: sitpy.target_risk_portfolio_helper(ia, constraints, 0.1, min_w=[1]), "expected .*9 assets"),
        (lambda: sitpy.max_div_portfolio(ia, sitpy.create_basic_constraints(9, -1, 1, 0)), "sum to .*scaled to 1"),
    ):
        with pytest.raises(sitpy.InputError, match=words):
            call()  # type: ignore[no-untyped-call]


def test_nothing_is_changed_in_place() -> None:
    ia, constraints = rebal(), sitpy.create_basic_constraints(9, 0, 0.8)
    cov, A, ub = ia.cov.copy(), constraints.A.copy(), constraints.ub.copy()
    for constructor in (sitpy.min_var_portfolio, sitpy.max_div_portfolio, sitpy.target_risk_portfolio(0.1, 1)):
        constructor(ia, constraints)
    np.testing.assert_array_equal(ia.cov, cov)
    np.testing.assert_array_equal(constraints.A, A)
    np.testing.assert_array_equal(constraints.ub, ub)
