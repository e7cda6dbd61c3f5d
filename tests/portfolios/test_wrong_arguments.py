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
