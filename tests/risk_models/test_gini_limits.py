"""Limits on Gini's mean difference: with all pairs written down or brought in as they matter; kept, stored, and explained."""

from __future__ import annotations

import copy
import itertools
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sitpy
from sitpy import Constraints, InfeasibleError, InputAssumptions, InputError
from sitpy.portfolios.problem import build
from sitpy.solvers import model_for
from sitpy.solvers.linear import LinearModel
from sitpy.sparse import dense

Array = np.ndarray


@pytest.fixture
def ia(ia_b: InputAssumptions) -> InputAssumptions:
    """One year of the simulated history: 66 pairs, which the quadratic solver can still take one by one."""
    return sitpy.create_historical_ia(ia_b.history.iloc[:12], 12)


def long_only(n: int) -> Constraints:
    return sitpy.add_constraints(np.ones(n), 1, "=", sitpy.new_constraints(n, lb=0, ub=0.8), "budget")


def with_binaries(n: int, held: int) -> Constraints:
    """Exactly so many assets, each at most 80 %."""
    c = sitpy.add_variables(n, long_only(n), lb=0, ub=1)
    c.binary_index = np.arange(n, 2 * n)
    c = sitpy.add_constraints(np.r_[np.zeros(n), np.ones(n)], held, "=", c, "number of assets")
    return sitpy.add_constraints(np.vstack([-np.eye(n), 0.8 * np.eye(n)]), 0, ">=", c, "switch")


def gini(weights: Array, ia: InputAssumptions) -> Array:
    """The mean over all pairs, one by one."""
    p = np.atleast_2d(weights)[:, : ia.n] @ ia.hist_returns.T
    pairs = list(itertools.combinations(range(p.shape[1]), 2))
    return np.array([np.mean([abs(row[j] - row[k]) for j, k in pairs]) for row in p])


def least(ia: InputAssumptions, constraints: Constraints) -> float:
    return float(gini(sitpy.min_gini_portfolio(ia, constraints), ia)[0])


def limited(ia: InputAssumptions, mean: float, constraints: Constraints, pairs: bool | None = False) -> Constraints:
    """At most this mean difference; the builder's limit is that of the sum, as in SIT."""
    T = len(ia.hist_returns)
    return sitpy.add_constraint_gini(ia, mean * T * (T - 1) / 2, "<=", constraints, pairs=pairs)


# ------------------------------------------------------------------------------------- the same optimum both ways


@pytest.mark.parametrize(
    "minimise", [sitpy.min_risk_portfolio, sitpy.min_cvar_portfolio, sitpy.min_risk_downside_portfolio]
)
def test_a_frontier_under_a_limit_is_the_same_with_and_without_pairs(
    ia: InputAssumptions, minimise: Callable[..., Any]
) -> None:
    """Both are exact; the solvers' tolerance is 1e-9, of objectives of 0.01 to 0.1."""
    n = ia.n
    limit = 1.5 * least(ia, long_only(n))
    few = sitpy.portopt(ia, limited(ia, limit, long_only(n)), 5, min_risk_fn=minimise)
    all_pairs = sitpy.portopt(ia, limited(ia, limit, long_only(n), True), 5, min_risk_fn=minimise)
    free = sitpy.portopt(ia, long_only(n), 5, min_risk_fn=minimise)
    assert few.proven
    assert all_pairs.proven
    np.testing.assert_allclose(few.objective, all_pairs.objective, rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(few.return_, all_pairs.return_, rtol=0, atol=1e-7)
    assert few.solution.shape == (5, n + 1)
    assert all_pairs.solution.shape == (5, n + 12 * 11)
    values = gini(few.solution, ia)
    assert (values <= limit * (1 + 1e-9)).all()
    assert values[-1] == pytest.approx(limit, rel=1e-8)  # it ends the frontier early
    assert few.return_[-1] < free.return_[-1] - 1e-4
    assert (few.certificates()[["primal_residual", "dual_residual", "gap"]] <= 1e-7).all(axis=None)


def test_linear_frontiers_over_27_years_are_the_same_with_and_without_pairs(ia_a: InputAssumptions) -> None:
    limit = 2 * least(ia_a, long_only(9))
    fronts = [
        sitpy.portopt(ia_a, limited(ia_a, limit, long_only(9), pairs), 4, min_risk_fn=minimise)
        for minimise in (sitpy.min_cvar_portfolio, sitpy.min_mad_portfolio)
        for pairs in (True, False)
    ]
    for one, other in (fronts[:2], fronts[2:]):
        np.testing.assert_allclose(one.objective, other.objective, rtol=1e-7, atol=1e-9)
        assert gini(other.solution, ia_a)[-1] == pytest.approx(limit, rel=1e-8)


def test_exactly_three_assets_under_a_limit(ia: InputAssumptions) -> None:
    c = with_binaries(8, 3)
    limit = 1.3 * least(ia, c)
    few, all_pairs = (sitpy.portopt(ia, limited(ia, limit, c, pairs), 3) for pairs in (False, True))
    assert few.proven
    np.testing.assert_allclose(few.objective, all_pairs.objective, rtol=1e-6)
    assert ((few.solution[:, :8] > 1e-9).sum(axis=1) <= 3).all()
    assert (gini(few.solution, ia) <= limit * (1 + 1e-8)).all()


@pytest.mark.parametrize("engine", ["fast", "reference"])
def test_both_engines_know_the_limit(ia: InputAssumptions, engine: Any) -> None:
    c = limited(ia, 1.2 * least(ia, long_only(8)), long_only(8))
    best = sitpy.max_return_portfolio(ia, c, details=True, engine=engine)
    written = limited(ia, 1.2 * least(ia, long_only(8)), long_only(8), True)
    assert best.value == pytest.approx(sitpy.max_return_portfolio(ia, written, details=True).value, rel=1e-9)


def test_two_limits_on_different_histories_hold_together(ia: InputAssumptions, ia_b: InputAssumptions) -> None:
    """The first year and all six years."""
    c = long_only(8)
    first, whole = 1.05 * least(ia, c), 1.2 * least(ia_b, c)
    both = limited(ia_b, whole, limited(ia, first, c))
    assert both.n == 10
    x = sitpy.max_return_portfolio(ia_b, both)
    assert gini(x, ia)[0] <= first * (1 + 1e-9)
    assert gini(x, ia_b)[0] <= whole * (1 + 1e-9)
    for alone in (limited(ia, first, c), limited(ia_b, whole, c)):
        assert ia_b.expected_return @ sitpy.max_return_portfolio(ia_b, alone)[:8] > ia_b.expected_return @ x[:8] + 1e-6


def test_the_limit_bounds_the_return_where_no_bound_does(ia_b: InputAssumptions) -> None:
    """Long and short without limits: the mean difference grows with every position."""
    budget = sitpy.add_constraints(np.ones(8), 1, "=", sitpy.new_constraints(8), "budget")
    ef = sitpy.portopt(ia_b, limited(ia_b, 0.03, budget), 4, min_risk_fn=sitpy.min_mad_portfolio)
    assert gini(ef.solution, ia_b)[-1] == pytest.approx(0.03, rel=1e-8)
    assert np.abs(ef.solution[-1, :8]).max() > 0.8
    # a portfolio of larger return in the plane of the last two violates the limit
    beyond = 2 * ef.solution[-1] - ef.solution[-2]
    assert gini(beyond, ia_b)[0] > 0.03


@pytest.mark.parametrize("pairs", [True, False])
def test_largest_omega_under_a_limit(ia_a: InputAssumptions, pairs: bool) -> None:
    """By Dinkelbach's method and by SIT's fractional programme, which multiplies weights and limit by t."""
    ia_a.parameters_omega = 0.06
    c = limited(ia_a, 0.04, long_only(9), pairs)
    weights = sitpy.max_omega_portfolio(ia_a, c)
    assert gini(weights, ia_a)[0] <= 0.04 * (1 + 1e-9)
    omega = float(sitpy.portfolio_omega(weights, ia_a)[0])
    free = float(sitpy.portfolio_omega(sitpy.max_omega_portfolio(ia_a, long_only(9)), ia_a)[0])
    assert 1 < omega < free - 1e-3
    model = sitpy.add_constraint_omega(ia_a, 0, ">=", c)
    program = build(ia_a, sitpy.delete_constraints(-1, model), cost=-model.A[:, -1])
    answer = model_for(program).solve()
    assert answer is not None
    assert -answer.value == pytest.approx(omega, rel=1e-7)


def test_smooth_programmes_without_a_solver_for_it_say_so(ia_b: InputAssumptions) -> None:
    c = limited(ia_b, 0.04, long_only(8))
    for function in (sitpy.min_avgcor_portfolio, sitpy.max_geometric_return_portfolio):
        with pytest.raises(
            InputError, match=f"{function.__name__} takes no 0/1 variables and no Gini limit over a long"
        ):
            function(ia_b, c)


# ----------------------------------------------------------------------------------------------------- the record


def test_long_histories_have_one_variable_and_short_ones_all_pairs(ia_b: InputAssumptions) -> None:
    for periods, variables in ((10, 10 * 9), (11, 1)):
        part = sitpy.create_historical_ia(ia_b.history.iloc[:periods], 12)
        c = limited(part, 0.05, long_only(8), None)
        assert c.n == 8 + variables
        assert len(c.differences) == (variables == 1)
    c = limited(ia_b, 0.05, long_only(8))
    assert c.names == ["budget", "Gini <= 127.8 (a mean of 0.05 over 2556 pairs)"]
    assert c.lb[-1] == 0
    returns, variable = c.differences[0]
    assert variable == 8
    np.testing.assert_array_equal(returns, ia_b.hist_returns)
    assert repr(c) == "<Constraints: 9 variables (0 binary), 1 equalities, 1 inequalities>"


def same_differences(c: Constraints, *expected: tuple[Array, int]) -> None:
    assert [variable for _, variable in c.differences] == [variable for _, variable in expected]
    for (returns, _), (others, _) in zip(c.differences, expected):
        np.testing.assert_array_equal(returns, others)


def test_every_function_on_constraints_keeps_the_limit(ia: InputAssumptions, ia_b: InputAssumptions) -> None:
    c = limited(ia, 0.05, long_only(8))
    before = copy.deepcopy(c)
    own = (ia.hist_returns, 8)
    for grown in (
        c.copy(),
        sitpy.add_variables(3, c, lb=0),
        sitpy.add_constraints(np.eye(9)[0], 0.1, ">=", c),
        sitpy.delete_constraints(0, c),
        sitpy.add_constraint_cvar(ia, 0.1, "<=", c),
        sitpy.add_constraint_omega(ia, 1, ">=", c),
    ):
        same_differences(grown, own)
        assert grown.check() is grown
    other = sitpy.add_variables(1, long_only(8))
    for merged in (sitpy.merge_constraints(c, other), sitpy.merge_constraints(other, c)):
        same_differences(merged, own)
    second = limited(ia_b, 0.05, other)
    both = sitpy.merge_constraints(sitpy.add_variables(1, c), second)
    same_differences(both, own, (ia_b.hist_returns, 9))
    assert sitpy.max_return_portfolio(ia_b, both).shape == (10,)
    grown = c.copy()
    grown.A = np.vstack([c.A, np.zeros((2, c.A.shape[1]))])  # as SIT scripts add variables
    same_differences(grown, own)
    c.copy().differences[0][0][:] = 0
    for field in ("A", "b", "lb", "ub", "names"):
        np.testing.assert_array_equal(c[field], before[field])
    same_differences(c, *before.differences)


def test_the_variable_of_a_limit_may_not_be_cut_off(ia: InputAssumptions) -> None:
    c = limited(ia, 0.05, long_only(8))
    c.A, c.lb, c.ub = c.A[:8], c.lb[:8], c.ub[:8]
    words = (
        "a Gini limit over 8 assets stands in variable 8, but the 8 variables are counted 0..7; keep that variable, or "
        "empty differences"
    )
    with pytest.raises(InputError, match=re.escape(words)):
        sitpy.min_risk_portfolio(ia, c)
    c.differences = ()
    c = sitpy.delete_constraints(-1, c)
    np.testing.assert_allclose(sitpy.min_risk_portfolio(ia, c), sitpy.min_risk_portfolio(ia, long_only(8)), atol=1e-9)


def test_a_frontier_under_a_limit_comes_back_from_its_file(ia_b: InputAssumptions, tmp_path: Path) -> None:
    c = limited(ia_b, 1.3 * least(ia_b, long_only(8)), long_only(8))
    ef = sitpy.portopt(ia_b, c, 3)
    path = ef.to_json(tmp_path / "ef.json")
    back = sitpy.Frontier.from_json(path)
    same_differences(back.constraints, *c.differences)
    assert back.to_json(tmp_path / "again.json").read_text() == path.read_text()
    again = sitpy.portopt(back.ia, back.constraints, 3)
    np.testing.assert_allclose(again.objective, ef.objective, rtol=1e-9)
    assert sitpy.compare(back, ef).ok
    # the same file before there were such limits
    content = json.loads(path.read_text())
    del content["constraints"]["differences"]
    path.write_text(json.dumps(content))
    assert sitpy.Frontier.from_json(path).constraints.differences == ()
    content["constraints"]["differences"] = [{"returns": [[1.0]]}]
    path.write_text(json.dumps(content))
    with pytest.raises(InputError, match="is an incomplete sitpy frontier: 'variable'"):
        sitpy.Frontier.from_json(path)


@pytest.mark.parametrize("periods", [8, 20])
@pytest.mark.parametrize("type", [">=", "="])
def test_only_upper_limits_hold(ia_b: InputAssumptions, type: Any, periods: int) -> None:
    """At 0 a lower limit holds anyway (it is how the measure becomes an objective), and equality is an upper limit."""
    ia = sitpy.create_historical_ia(ia_b.history.iloc[:periods], 12)
    words = (
        f"a limit Gini {type} 2.5 is not convex, so no model holds it; give an upper limit (type '<='), or pairs=True for "
        "SIT's rows, whose variables are only held above Gini"
    )
    for pairs in (None, False):
        with pytest.raises(InputError, match=re.escape(words)):
            sitpy.add_constraint_gini(ia, 2.5, type, long_only(8), pairs=pairs)
    assert sitpy.add_constraint_gini(ia, 2.5, type, long_only(8), pairs=True).n == 8 + periods * (periods - 1)
    assert sitpy.add_constraint_gini(ia, 0, type, long_only(8), pairs=False).n == 9


def test_the_measure_as_an_objective_of_any_builder(ia_b: InputAssumptions) -> None:
    weights = sitpy.optimize_portfolio(ia_b, long_only(8), sitpy.add_constraint_gini)
    assert gini(weights, ia_b)[0] == pytest.approx(least(ia_b, long_only(8)), rel=1e-9)


@pytest.mark.parametrize("pairs", [True, False, None])
def test_a_single_period_has_no_differences(pairs: bool | None) -> None:
    ia = InputAssumptions(hist_returns=[[0.1, 0.2]], expected_return=[0.1, 0.2], cov=np.eye(2))
    with pytest.raises(InputError, match=r"hist_returns has 1 period\(s\); Gini's mean difference needs 2 or more"):
        sitpy.add_constraint_gini(ia, 1, "<=", long_only(2), pairs=pairs)
    with pytest.raises(InputError, match="Gini's mean difference needs 2 or more"):
        sitpy.min_gini_portfolio(ia, long_only(2))
    with pytest.raises(InputError, match="Gini's mean difference needs 2 or more"):
        sitpy.portfolio_gini_coefficient([1, 0], ia)


# -------------------------------------------------------------------------------------------- where there is none


@pytest.mark.parametrize("share", [0.9, 0.9999])
@pytest.mark.parametrize("minimise", [sitpy.min_risk_portfolio, sitpy.min_cvar_portfolio, sitpy.min_gini_portfolio])
def test_a_limit_below_the_least_is_explained_in_the_callers_words(
    ia_b: InputAssumptions, minimise: Callable[..., Any], share: float
) -> None:
    limit = share * least(ia_b, long_only(8))
    with pytest.raises(InfeasibleError) as caught:
        minimise(ia_b, limited(ia_b, limit, long_only(8)))
    words = str(caught.value)
    assert words.startswith(
        "no point satisfies all constraints. These contradict each other: (1) budget: sum of 8 variables = 1; "
    )
    given = limit * 72 * 71 / 2
    assert f"(2) Gini <= {given:g} (a mean of {limit:.6g} over 2556 pairs): aux.1 <= {limit:.6g}; " in words
    assert "(3) aux.1 being at least Gini's mean difference of 72 periods; (4) the lower bound" in words
    assert words.endswith("Relax or remove one of them")
    assert "pair." not in words  # a correction variable
    conflict = caught.value.conflict
    assert (conflict.rows.tolist(), conflict.differences.tolist()) == ([0, 1], [0])
    assert conflict.distance <= limit / share - limit + 1e-12  # raising the limit by this is one way out
    with pytest.raises(InfeasibleError, match=r"aux.1 being at least Gini's mean difference of 72 periods"):
        sitpy.portopt(ia_b, limited(ia_b, limit, long_only(8)), 3, min_risk_fn=minimise)


def test_long_models_are_explained_without_leaving_out_each_of_their_rows(
    ia_a: InputAssumptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """351 pairs of 27 years: multipliers that can be no others show at once that all the rows are needed."""
    c = limited(ia_a, 0.9 * least(ia_a, long_only(9)), long_only(9), True)
    solves = []
    relax = LinearModel.relax
    monkeypatch.setattr(LinearModel, "relax", lambda model, *args: solves.append(model) or relax(model, *args))
    with pytest.raises(InfeasibleError, match=r"\d+ rows named 'Gini model'; .*Gini <= ") as caught:
        sitpy.min_cvar_portfolio(ia_a, c)
    assert len(solves) < 10
    conflict = caught.value.conflict
    rows, lower, upper = conflict.rows, conflict.lower, conflict.upper
    kept = len(rows) + len(lower) + len(upper)
    assert kept > 300
    program = build(ia_a, c)
    unit = np.eye(program.n)
    G = np.column_stack([dense(program.A)[:, rows], unit[:, lower], -unit[:, upper]])
    g = np.concatenate([program.b[rows], program.lb[lower], -program.ub[upper]])
    for left_out in (0, len(rows) - 1, kept // 2, kept - 1):
        others = np.delete(np.arange(kept), left_out)
        equal = others < np.sum(rows < program.meq)
        sense = np.where(equal, "=", ">=").tolist()
        sitpy.solve_LP_bounds(
            "min", np.zeros(program.n), G[:, others].T, sense, g[others], lb=np.nan, ub=np.nan
        )  # feasible


def test_all_pairs_written_down_are_told_as_one(ia: InputAssumptions) -> None:
    limit = 0.9 * least(ia, long_only(8))
    with pytest.raises(InfeasibleError, match=r"rows named 'Gini model'; .*Gini <= "):
        sitpy.min_cvar_portfolio(ia, limited(ia, limit, long_only(8), True))


def test_a_target_beyond_the_limit_names_the_range_that_is_left(ia_b: InputAssumptions) -> None:
    """The upper end is the largest return under the limit, which is another programme's optimum."""
    c = limited(ia_b, 1.1 * least(ia_b, long_only(8)), long_only(8))
    best = float(sitpy.portfolio_return(sitpy.max_return_portfolio(ia_b, c), ia_b)[0])
    worst = sitpy.lp_obj_portfolio(ia_b, c)
    low = float(sitpy.portfolio_return(worst, ia_b)[0])
    words = f"The other constraints allow an expected return from {low:.4%} to {best:.4%}; choose the target within"
    for target in (best + 1e-3, 0.3):
        with pytest.raises(InfeasibleError, match=re.escape(words)):
            sitpy.portopt(ia_b, c, targets=[target])
    at_best = sitpy.portopt(ia_b, c, targets=[best - 1e-9])
    assert at_best.proven
    with pytest.raises(InfeasibleError) as caught:
        sitpy.portopt(ia_b, c, targets=[best + 1e-3])
    assert "(3) target return: " in str(caught.value)
    assert " over 2556 pairs): aux.1 <= " in str(caught.value)


def test_bounds_that_contradict_are_told_without_the_limit(ia_b: InputAssumptions) -> None:
    c = sitpy.add_constraints(np.ones(8), 1, "=", sitpy.new_constraints(8, lb=0, ub=0.1), "budget")
    with pytest.raises(InfeasibleError) as caught:
        sitpy.min_risk_portfolio(ia_b, limited(ia_b, 0.05, c))
    assert str(caught.value) == (
        "no point satisfies all constraints. budget: sum of 8 variables = 1 needs 1, but the upper bounds 0.1 of 8 "
        "variables (SPY, QQQ, EEM, ...) make it at most 0.8: 0.2 too little. Raise these bounds or change this constraint"
    )


def test_a_limit_that_only_the_number_of_assets_contradicts(ia: InputAssumptions) -> None:
    """Between the least of all portfolios and the least of two assets."""
    two = with_binaries(8, 2)
    limit = (least(ia, long_only(8)) + least(ia, two)) / 2
    with pytest.raises(InfeasibleError) as caught:
        sitpy.min_risk_portfolio(ia, limited(ia, limit, two))
    words = str(caught.value)
    assert "number of assets: sum of 8 variables = 2" in words
    assert "aux.9 being at least Gini's mean difference of 12 periods" in words
    assert "the binary variables being 0 or 1" in words
    assert caught.value.conflict.integer


def test_a_dropped_point_is_told_with_its_target(ia_b: InputAssumptions) -> None:
    c = limited(ia_b, 1.1 * least(ia_b, long_only(8)), long_only(8))
    with pytest.warns(sitpy.SitpyWarning, match="the point at target return 0.3 is left out of the frontier: no point"):
        ef = sitpy.portopt(ia_b, c, targets=[0.3, 0.06], on_failure="drop")
    assert ef.target_return.tolist() == [0.06]
