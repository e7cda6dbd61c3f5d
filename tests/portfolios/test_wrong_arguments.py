"""Arguments in the wrong place, as they happen when a script is carried over."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import sitpy
import sitpy.r as r


@pytest.fixture
def constraints() -> sitpy.Constraints:
    return sitpy.create_basic_constraints(9, 0, 0.8)


def test_things_that_are_not_what_they_should_be(ia_a: sitpy.InputAssumptions, constraints: sitpy.Constraints) -> None:
    wrong: Any = constraints
    with pytest.raises(sitpy.InputError, match="ia is a Constraints; give input assumptions: create_ia"):
        sitpy.portopt(wrong, constraints)
    with pytest.raises(sitpy.InputError, match="ia is a DataFrame; give input assumptions"):
        sitpy.min_risk_portfolio(pd.DataFrame(np.eye(9)), constraints)  # type: ignore[call-overload]
    with pytest.raises(sitpy.InputError, match="ia is a NamedList; give input assumptions"):
        sitpy.min_mad_portfolio(r.list(cov=ia_a.cov), constraints)  # type: ignore[call-overload]
    with pytest.raises(sitpy.InputError, match="constraints is a InputAssumptions; give constraints: new_constraints"):
        sitpy.min_risk_portfolio(ia_a, ia_a)  # type: ignore[call-overload]
    with pytest.raises(sitpy.InputError, match="min_risk_fn is 'min_cvar_portfolio'; give a function"):
        sitpy.portopt(ia_a, constraints, 5, "CVaR", "min_cvar_portfolio")  # type: ignore[arg-type]


def test_a_maker_of_constructors_says_that_it_is_one(ia_a: sitpy.InputAssumptions) -> None:
    for maker in (sitpy.risk_parity_portfolio, sitpy.max_sharpe_portfolio):
        with pytest.raises(sitpy.InputError, match=r"makes a constructor: write \w+\(\)\(ia, constraints\)"):
            maker(ia_a)  # type: ignore[operator]


def test_bounds_that_are_rows_too_are_told_in_one_sentence(ia_a: sitpy.InputAssumptions) -> None:
    """create_basic_constraints writes every bound twice."""
    with pytest.raises(
        sitpy.InfeasibleError, match=r"sum of weights: sum of 9 variables = 1 needs 1, but the upper bounds"
    ):
        sitpy.portopt(ia_a, sitpy.create_basic_constraints(9, 0, 0.1), 5)


@pytest.mark.parametrize(
    "name", ["risk_parity_portfolio_basic", "max.sharpe.portfolio.axioma", "find_erc_portfolio_simple"]
)
def test_full_names_are_strategies_too(ia_a: sitpy.InputAssumptions, constraints: sitpy.Constraints, name: str) -> None:
    (strategy,) = sitpy.map_min_risk_fns(f"X,{name}").values()
    own = getattr(sitpy, name.replace(".", "_"))
    np.testing.assert_array_equal(strategy(ia_a, constraints), own(ia_a, constraints))


def test_the_list_of_r_names_what_it_hands_over() -> None:
    prices = pd.DataFrame({"A": np.linspace(1, 2, 300), "B": 1 + 0.1 * np.sin(np.arange(300))})
    prices.index = pd.bdate_range("2020-01-01", periods=300)
    named = r.list(EW=sitpy.equal_weight_portfolio, RP=sitpy.risk_parity_portfolio())
    assert dict(named) == {"EW": named.EW, "RP": named.RP} and [*named] == [named.EW, named.RP]
    weights = sitpy.portfolio_allocation_helper(prices, min_risk_fns=named, periodicity="months").weights
    assert [*weights] == ["EW", "RP"]
    data = sitpy.bt_prep(r.list(A=prices.A, B=prices.B))
    data.weight = prices * 0 + 0.5
    costs = {"cps": 0.01, "fixed": 1.0, "percentage": 0.0}
    same = [sitpy.bt_run_share(data, commission=given).equity for given in (costs, r.list(**costs))]
    np.testing.assert_array_equal(*same)
    table = sitpy.compute_stats(r.list(a=prices.A, b=prices.B), r.list(top=np.max, low=np.min))
    assert table.loc["top", "a"] == 2 and [*table.columns] == ["a", "b"]


nan, inf = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda ia, c: sitpy.min_cvar("x"), "alpha is 'x'; a confidence level lies between 0 and 1"),
        (lambda ia, c: sitpy.min_cdar(True), "alpha is True; a confidence level"),
        (
            lambda ia, c: sitpy.min_mad_downside([0.1, 0.2]),
            r"mar is \[0.1, 0.2\]; give a finite return per period, or None",
        ),
        (lambda ia, c: sitpy.cluster_group_FTCA("a"), "threshold is 'a'; give a correlation from -1 up to, but not, 1"),
        (
            lambda ia, c: sitpy.map_min_risk_fns(3),
            "strategys is 3; give text such as 'MV,Min.Var;EW,Equal.Weight', or a list",
        ),
        (lambda ia, c: sitpy.map_min_risk_fns(["MV", 3]), r"strategys is \['MV', 3\]; give text such as"),
        (lambda ia, c: sitpy.get_algo(None), "algo_name is None; give text"),
        (lambda ia, c: sitpy.get_group(c), "group_name is a Constraints; give text"),
        (lambda ia, c: sitpy.randfixedsum(3, 3, "a"), "s is 'a'; give a finite number"),
        (
            lambda ia, c: sitpy.randfixedsum(3, 3, 1, seed=True),
            "seed is True; give a whole number of 0 or more, or a numpy",
        ),
        (lambda ia, c: sitpy.asset_paths(1, nan, 0.2), "mu is nan; give a finite number"),
        (lambda ia, c: sitpy.rso_portfolio("EW", 3, 2), "weight_fn is 'EW'; give a constructor"),
        (
            lambda ia, c: sitpy.rso_portfolio(len, "3", 2),
            "k is '3'; give a number of assets, or a share of them below 1",
        ),
        (lambda ia, c: sitpy.random_hist(None), "portfolio_fn is None; give a constructor"),
        (sitpy.random_hist(lambda ia, c: None, 2), "run 1 of 2: what the strategy gave .* found None"),
        (lambda ia, c: sitpy.target_return_portfolio("a"), "target_return is 'a'; give a finite number"),
        (lambda ia, c: sitpy.target_risk_portfolio(0.1, 0), "annual_factor is 0; give the number of periods per year"),
        (
            lambda ia, c: sitpy.max_sharpe_portfolio("long-only", "1"),
            "const_sum is '1'; give a positive sum of weights",
        ),
        (lambda ia, c: sitpy.max_sharpe_portfolio_axioma(ia, c, None), "rf is None; give a finite riskless rate"),
        (sitpy.min_corr("2"), "power_function is '2'; give a finite power of the ranks"),
        (lambda ia, c: sitpy.set_risky_asset([nan], [True]), "x is .nan.; give finite weights"),
        (lambda ia, c: sitpy.risk_parity_portfolio(3), "risk_fn is 3; use risk, cvar, md, cdar or a function of ia"),
        (sitpy.risk_parity_portfolio(lambda ia: "x"), "what risk_fn returns holds something"),
        (
            lambda ia, c: sitpy.min_te_portfolio(ia, c, [nan] * 9),
            "index_weight of 'SP500' is nan; give a finite number",
        ),
        (
            lambda ia, c: sitpy.min_portfolio(ia, c, "mad"),
            "add_constraint_fn is 'mad'; give a function, such as add_constraint",
        ),
        (lambda ia, c: sitpy.lp_obj_portfolio(ia, c, [nan] * 9), r"f_obj\[0\] is nan; give a finite number"),
        (lambda ia, c: sitpy.min_risk_portfolio(ia, c, details="yes"), "details is 'yes'; give True or False"),
        (lambda ia, c: sitpy.static_group([["a", "b"], ["c"]]), "group is .*; give one label per asset, such as"),
        (lambda ia, c: sitpy.portopt(ia, c, True), "nportfolios is True; give a whole number, 2 or more"),
        (lambda ia, c: sitpy.portopt(ia, c, 3, progress="bar"), "progress is 'bar'; give "),
        (lambda ia, c: sitpy.portopt(ia, c, 3, 7), "name is 7; give text"),
        (
            lambda ia, c: sitpy.portopt(ia, c, 3, min_risk_fn=lambda ia, c: None),
            "what min_risk_fn returns .* found None",
        ),
        (
            lambda ia, c: sitpy.portopt(ia, c, 3, min_risk_fn=lambda ia, c: [nan] * 9),
            "min_risk_fn returns an array of shape",
        ),
        (lambda ia, c: sitpy.portopt(ia, c, 3, engine=None), "engine None is not known; use 'fast' or 'reference'"),
        (lambda ia, c: sitpy.portopt_resampled(ia, c, 3, n_jobs=0), "n_jobs is 0; give a number of processes, or -1"),
        (lambda ia, c: sitpy.plot_ef(sitpy.portopt(ia, c, 2), ia), "ia is a Frontier; give input assumptions"),
        (lambda ia, c: sitpy.plot_ef(ia, ia), "efs is a InputAssumptions; pass portopt.*plot_ef.ia, efs"),
        (lambda ia, c: sitpy.plot_ef(ia, [c]), "efs holds a Constraints, which is no frontier; pass portopt"),
    ],
)
def test_one_wrong_argument_is_named_with_its_remedy(
    ia_a: sitpy.InputAssumptions, constraints: sitpy.Constraints, call: Any, words: str
) -> None:
    with pytest.raises(sitpy.InputError, match="^" + words):
        call(ia_a, constraints)
