"""Single portfolios: min_*_portfolio and max_return_portfolio."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import sitpy
from sitpy.frontier import MEASURES, MINIMISERS
from sitpy.portfolios.problem import variable_names
from sitpy.reference import load_frontier, net_weight, read_reference, reference_constraints, reference_ia
from sitpy.solvers import Solution
from sitpy.studies import find_study

Array = np.ndarray

FUNCTIONS: dict[str, Callable[..., Any]] = {**MINIMISERS, "return": sitpy.max_return_portfolio}
HISTORICAL = ("MAD", "MaxLoss", "CVaR", "CDaR", "MADdown", "RiskDown", "Gini")
QUADRATIC = ("Risk", "RiskDown", "CorRisk")
"""Their programmes minimise half the square of the measure."""


@functools.cache
def assumptions() -> sitpy.InputAssumptions:
    return sitpy.aa_test_create_ia_rebal()


@functools.cache
def long_only() -> sitpy.Constraints:
    return sitpy.add_constraints(np.ones(9), 1, "=", sitpy.new_constraints(9, lb=0, ub=0.8))


def stored_problem(name: str) -> tuple[sitpy.InputAssumptions, sitpy.Constraints]:
    content = read_reference(name)
    return reference_ia(content["inputs"]["ia"]), reference_constraints(content["constraints"])


@pytest.mark.parametrize("letter", ["A", "B"])
@pytest.mark.parametrize("measure", ["Risk", "MAD", "MaxLoss", "CVaR"])
def test_least_risk_end_of_the_stored_frontiers(letter: str, measure: str) -> None:
    """First row of 01_longonly: weights unique there (CDaR's are not); objective to 1e-6, weights to R's 1e-5."""
    name = f"{letter}_01_longonly_0_80_{measure}"
    ia, constraints = stored_problem(name)
    x = MINIMISERS[measure](ia, constraints)
    stored = load_frontier(name)
    np.testing.assert_allclose(x, stored.net_weight[0], rtol=0, atol=1e-5)
    assert MEASURES[measure](x, ia)[0] == pytest.approx(stored.objective[0], rel=1e-6)


@pytest.mark.parametrize("letter", ["A", "B"])
def test_largest_return_end_of_the_stored_frontiers(letter: str) -> None:
    for construction in ("01_longonly_0_80", "02a_bounds_m50_80", "02c_130_30_split", "02e_200_100_binary"):
        name = f"{letter}_{construction}_Risk"
        ia, constraints = stored_problem(name)
        x = sitpy.max_return_portfolio(ia, constraints)
        np.testing.assert_allclose(net_weight(x[None], ia)[0], load_frontier(name).net_weight[-1], rtol=0, atol=1e-5)


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize(
    "case", ["A_02b_130_30_vi_Risk", "A_02c_130_30_split_Risk", "A_02e_200_100_binary_Risk", "A_04b_exactly_3_Risk"]
)
def test_answer_holds_all_variables(name: str, case: str) -> None:
    ia, constraints = stored_problem(case)
    x = FUNCTIONS[name](ia, constraints)
    assert x.shape == (constraints.n,)
    slack = constraints.A.T @ x - constraints.b
    assert np.abs(slack[: constraints.meq]).max() <= 1e-8
    assert slack[constraints.meq :].min(initial=0.0) >= -1e-8
    if constraints.binary_index is not None:
        assert np.isin(x[constraints.binary_index], (0.0, 1.0)).all()


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("engine", ["fast", "reference"])
@pytest.mark.parametrize("case", ["A_01_longonly_0_80_Risk", "A_02e_200_100_binary_Risk"])
def test_details(name: str, engine: str, case: str) -> None:
    ia, constraints = stored_problem(case)
    solution = FUNCTIONS[name](ia, constraints, details=True, engine=engine)
    assert isinstance(solution, Solution)
    assert solution.proven
    assert solution.bound <= solution.value + 1e-15
    assert solution.gap <= 1e-8
    assert solution.qp_count + solution.lp_count >= 1
    if name in QUADRATIC:
        assert solution.qp_count >= 1
    if constraints.binary_index is not None and engine == "reference" and name in QUADRATIC:
        assert solution.nodes > 1
    x = solution.x[: constraints.n]
    np.testing.assert_allclose(
        portfolio_value(name, x, ia), {"return": -1.0}.get(name, 1.0) * solution.value, rtol=1e-9, atol=1e-12
    )


def portfolio_value(name: str, x: Array, ia: sitpy.InputAssumptions) -> float:
    if name == "return":
        return float(sitpy.portfolio_return(x, ia)[0])
    value = float(MEASURES[name](x, ia)[0])
    return value**2 / 2 if name in QUADRATIC else value


@pytest.mark.parametrize("name", FUNCTIONS)
def test_unknown_engine_is_refused(name: str) -> None:
    with pytest.raises(sitpy.InputError, match="engine 'quick' is not known"):
        FUNCTIONS[name](assumptions(), long_only(), engine="quick")


# ---------------------------------------------------------------------------------------------- the covariance


def test_indefinite_covariance_warns_with_its_smallest_eigenvalue() -> None:
    """Variances 0.04 with covariance 0.05: eigenvalues 0.09 and -0.01."""
    ia = sitpy.InputAssumptions(expected_return=[0.1, 0.05], cov=[[0.04, 0.05], [0.05, 0.04]])
    constraints = sitpy.create_basic_constraints(2)
    with pytest.warns(sitpy.SitpyWarning, match=r"smallest eigenvalue is -0\.01; the nearest positive definite"):
        x = sitpy.min_risk_portfolio(ia, constraints)
    np.testing.assert_allclose(x, [0.5, 0.5], rtol=0, atol=1e-6)  # symmetry
    with pytest.warns(sitpy.SitpyWarning, match=r"smallest eigenvalue is -0\.01"):
        ef = sitpy.portopt(ia, constraints, 3)
    assert ef.risk[-1] == pytest.approx(0.2, abs=1e-9)  # all in the first asset, by the covariance as given


def test_semidefinite_covariance_is_used_as_it_is() -> None:
    """The doubled assets of a long-short portfolio have a singular covariance; no warning and no repair."""
    ia, constraints = stored_problem("A_02d_200_100_split_Risk")
    assert abs(np.linalg.eigvalsh(ia.cov)[0]) < 1e-12
    x = sitpy.min_risk_portfolio(ia, constraints)
    stored = load_frontier("A_02d_200_100_split_Risk")
    np.testing.assert_allclose(net_weight(x[None], ia)[0], stored.net_weight[0], rtol=0, atol=1e-5)


def test_cov_temp_is_what_is_optimised_and_cov_what_is_reported() -> None:
    """With a diagonal cov_temp and only the budget the weights are inverse variances."""
    ia = assumptions().copy()
    ia.cov_temp = np.diag(np.diag(ia.cov))
    budget = sitpy.add_constraints(np.ones(9), 1, "=", sitpy.new_constraints(9, lb=0, ub=1))
    inverse = 1 / np.diag(ia.cov)
    expected = inverse / inverse.sum()
    np.testing.assert_allclose(sitpy.min_risk_portfolio(ia, budget), expected, rtol=0, atol=1e-8)
    ef = sitpy.portopt(ia, budget, 3)
    np.testing.assert_allclose(ef.weight[0], expected, rtol=0, atol=1e-8)
    assert ef.risk[0] == pytest.approx(float(np.sqrt(expected @ ia.cov @ expected)), rel=1e-8)
    assert ef.proven and ef.certificates()["gap"].max() <= 1e-7


# ---------------------------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize("name", HISTORICAL)
def test_missing_history_is_refused_by_asset_and_period(name: str) -> None:
    ia = assumptions().copy()
    history = ia.hist_returns.copy()
    history[3, 2] = np.nan
    ia.hist_returns = history
    for call in (
        lambda: FUNCTIONS[name](ia, long_only()),
        lambda: sitpy.portopt(ia, long_only(), 3, min_risk_fn=FUNCTIONS[name]),
    ):
        with pytest.raises(sitpy.InputError, match=r"hist_returns of 'Europe' has 1 missing .* first at 1973"):
            call()


@pytest.mark.parametrize("name", ["Risk", "CorRisk", "return"])
def test_a_gap_in_the_history_does_not_matter_to_risk_and_return(name: str) -> None:
    ia = assumptions().copy()
    history = ia.hist_returns.copy()
    history[3, 2] = np.nan
    ia.hist_returns = history
    np.testing.assert_array_equal(FUNCTIONS[name](ia, long_only()), FUNCTIONS[name](assumptions(), long_only()))


@pytest.mark.parametrize("name", HISTORICAL)
def test_no_history_is_refused(name: str) -> None:
    ia = sitpy.InputAssumptions(expected_return=[0.1, 0.05], cov=np.diag([0.04, 0.01]))
    with pytest.raises(sitpy.InputError, match="have no hist_returns"):
        FUNCTIONS[name](ia, sitpy.create_basic_constraints(2))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_fewer_variables_than_assets_are_refused(name: str) -> None:
    with pytest.raises(sitpy.InputError) as caught:
        FUNCTIONS[name](assumptions(), sitpy.create_basic_constraints(5))
    assert str(caught.value) == (
        "the constraints have 5 variables but there are 9 assets (SP500, SmallUS, Europe, ...); the first variables "
        "must be the asset weights"
    )


def test_missing_assumptions_are_refused() -> None:
    constraints = sitpy.create_basic_constraints(2)
    with pytest.raises(sitpy.InputError, match="no cov; give cov, or risk and correlation"):
        sitpy.min_risk_portfolio(sitpy.InputAssumptions(expected_return=[0.1, 0.2]), constraints)
    with pytest.raises(sitpy.InputError, match="no expected_return"):
        sitpy.max_return_portfolio(sitpy.InputAssumptions(cov=np.eye(2)), constraints)


def test_unbounded_return_says_what_is_missing() -> None:
    ia = assumptions()
    with pytest.raises(sitpy.UnboundedError, match=r"nothing bounds .* Give upper or lower bounds"):
        sitpy.max_return_portfolio(ia, sitpy.new_constraints(ia.n, lb=0))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_inputs_are_not_modified(name: str) -> None:
    ia, constraints = stored_problem("A_02b_130_30_vi_Risk")
    untouched = stored_problem("A_02b_130_30_vi_Risk")
    FUNCTIONS[name](ia, constraints)
    for now, before in zip((ia, constraints), untouched):
        for field, value in vars(before).items():
            np.testing.assert_equal(vars(now)[field], value)


def test_variable_names() -> None:
    ia = sitpy.InputAssumptions(symbols=["X", "Y", "X"], expected_return=[0.1, 0.1, 0.1], cov=np.eye(3))
    assert variable_names(ia, 5) == ("X", "Y", "X.1", "aux.1", "aux.2")


# ------------------------------------------------------------------------------ two ways to write the same problem


def as_rows_of_2011(constraints: sitpy.Constraints) -> sitpy.Constraints:
    """The form of the published posts: the bounds of the assets as rows, started from a matrix."""
    n = constraints.n
    lower, upper = np.isfinite(constraints.lb), np.isfinite(constraints.ub)
    unit = np.eye(n)
    rows = sitpy.new_constraints(unit[:, lower], constraints.lb[lower], ">=")
    rows = sitpy.add_constraints(unit[:, upper], constraints.ub[upper], "<=", rows)
    meq = constraints.meq
    rows = sitpy.add_constraints(constraints.A[:, :meq], constraints.b[:meq], "=", rows)
    rows = sitpy.add_constraints(constraints.A[:, meq:], constraints.b[meq:], ">=", rows)
    rows.binary_index = constraints.binary_index
    return rows


@pytest.mark.parametrize("measure", ["Risk", "MAD"])
@pytest.mark.parametrize("construction", [item.key for item in find_study("130-30").constructions])
def test_rows_of_2011_and_bounds_give_the_same_frontier(construction: str, measure: str) -> None:
    build = next(item for item in find_study("130-30").constructions if item.key == construction).build
    ia, bounds = build(assumptions())
    rows = as_rows_of_2011(bounds)
    assert np.isnan(rows.lb).all() and np.isnan(rows.ub).all()
    first = sitpy.portopt(ia, bounds, 6, min_risk_fn=MINIMISERS[measure])
    again = sitpy.portopt(ia, rows, 6, min_risk_fn=MINIMISERS[measure])
    assert first.proven and again.proven
    np.testing.assert_allclose(net_weight(again.solution, ia), net_weight(first.solution, ia), rtol=0, atol=1e-7)
    np.testing.assert_allclose(again.objective, first.objective, rtol=1e-8)


def test_basic_constraints_say_the_same_as_bounds() -> None:
    """create_basic_constraints has every bound twice; the frontier is that of the bounds alone."""
    basic = sitpy.portopt(assumptions(), sitpy.create_basic_constraints(9, 0, 0.8), 6)
    plain = sitpy.portopt(assumptions(), long_only(), 6)
    np.testing.assert_allclose(basic.weight, plain.weight, rtol=0, atol=1e-8)
