"""Known groups, and weights within groups and across them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import sitpy
from sitpy import InputError
from sitpy.inputs import InputAssumptions

Array = np.ndarray

CONSTRUCTORS = {
    "equal": sitpy.equal_weight_portfolio,
    "parity": sitpy.risk_parity_portfolio(),
    "min var": sitpy.min_var_portfolio,
    "max div": sitpy.max_div_portfolio,
    "erc": sitpy.equal_risk_contribution_portfolio,
    "hrp": sitpy.hierarchical_risk_parity,
}


@pytest.fixture
def returns() -> pd.DataFrame:
    rng = np.random.default_rng(21)
    values = rng.standard_normal((80, 6)) * [1, 2, 1, 3, 1, 2] / 100 + rng.standard_normal((80, 1)) / 100
    return pd.DataFrame(values, columns=list("ABCDEF"))


SECTORS = ["x", "y", "x", "y", "y", "z"]


def plain(returns: pd.DataFrame, labels: list[str], fn: Any, within: Any) -> Array:
    """SIT's two steps in loops: estimates of each group's own history, then of the histories of the groups' portfolios."""
    weights, histories, names = np.zeros(returns.shape[1]), [], list(dict.fromkeys(labels))
    for name in names:
        members = [i for i, label in enumerate(labels) if label == name]
        part = returns.iloc[:, members]
        shares = np.ones(1)
        if len(members) > 1:
            shares = within(sitpy.create_ia(part), sitpy.create_basic_constraints(len(members), 0, 1, 1))
        weights[members] = shares
        histories.append(part.to_numpy() @ shares)
    across = fn(sitpy.create_ia(np.column_stack(histories)), sitpy.create_basic_constraints(len(names), 0, 1, 1))
    for name, weight in zip(names, across):
        weights[[i for i, label in enumerate(labels) if label == name]] *= weight
    return weights


@pytest.mark.parametrize("across", CONSTRUCTORS)
@pytest.mark.parametrize("within", [None, "equal", "min var"])
def test_two_steps_in_plain_loops(returns: pd.DataFrame, across: str, within: str | None) -> None:
    fn, inner = CONSTRUCTORS[across], None if within is None else CONSTRUCTORS[within]
    found = sitpy.distribute_weights(fn, sitpy.static_group(SECTORS), inner)(sitpy.create_ia(returns))
    # 1e-7: what the optimisers stop at, for the groups' covariance is computed in two ways
    np.testing.assert_allclose(found, plain(returns, SECTORS, fn, inner or fn), rtol=0, atol=1e-7)
    assert found.sum() == pytest.approx(1, abs=1e-9)


def test_equal_weights_by_hand(returns: pd.DataFrame) -> None:
    fn = sitpy.distribute_weights(sitpy.equal_weight_portfolio, sitpy.static_group(SECTORS))
    np.testing.assert_allclose(fn(sitpy.create_ia(returns)), np.array([3, 2, 3, 2, 2, 6]) / 18, rtol=1e-12)


def test_one_group_is_the_constructor_within(returns: pd.DataFrame) -> None:
    ia = sitpy.create_ia(returns)
    constraints = sitpy.create_basic_constraints(6)
    for fn in CONSTRUCTORS.values():
        found = sitpy.distribute_weights(fn, sitpy.empty_group)(ia, constraints)
        np.testing.assert_allclose(found, fn(ia, constraints), rtol=0, atol=1e-9)


def test_a_group_for_each_asset_is_the_constructor_across(returns: pd.DataFrame) -> None:
    ia = sitpy.create_ia(returns)
    constraints = sitpy.create_basic_constraints(6)
    for fn in CONSTRUCTORS.values():
        found = sitpy.distribute_weights(fn, sitpy.static_group(range(6)))(ia, constraints)
        np.testing.assert_allclose(found, fn(ia, constraints), rtol=0, atol=1e-7)


# but for hierarchical risk parity, whose leaf order depends on the order of assets, as in R
@pytest.mark.parametrize("name", [name for name in CONSTRUCTORS if name != "hrp"])
def test_the_order_of_assets_does_not_matter(returns: pd.DataFrame, name: str) -> None:
    fn = sitpy.distribute_weights(CONSTRUCTORS[name], sitpy.cluster_group_hclust, sitpy.min_var_portfolio)
    ia = sitpy.create_ia(returns)
    order = [4, 0, 5, 2, 1, 3]
    np.testing.assert_allclose(fn(sitpy.create_ia_subset(ia, order)), fn(ia)[order], rtol=0, atol=1e-7)


def test_annual_figures_and_weights_without_a_scale(returns: pd.DataFrame) -> None:
    """The same history as daily and as annual assumptions: least variance and equal risk do not depend on the unit."""
    for fn in (sitpy.min_var_portfolio, sitpy.equal_risk_contribution_portfolio):
        two_steps = sitpy.distribute_weights(fn, sitpy.static_group(SECTORS))
        annual = two_steps(sitpy.create_historical_ia(returns, 252))
        np.testing.assert_allclose(annual, two_steps(sitpy.create_ia(returns)), rtol=0, atol=1e-6)


def test_a_shrunk_covariance_is_used_within_and_across(returns: pd.DataFrame) -> None:
    """A diagonal covariance: least variance is inverse variance, and of a group 1 / sum(1 / variance)."""
    variance = np.array([1.0, 2, 4, 1, 3, 5])
    ia = sitpy.update_ia(sitpy.create_ia(returns), "diagonal", np.diag(variance))
    found = sitpy.distribute_weights(sitpy.min_var_portfolio, sitpy.static_group(SECTORS))(ia)
    np.testing.assert_allclose(found, 1 / variance / (1 / variance).sum(), rtol=0, atol=1e-8)


def test_groups_carry_what_a_constructor_may_ask_for(returns: pd.DataFrame) -> None:
    seen: list[InputAssumptions] = []

    def spy(ia: InputAssumptions, constraints: sitpy.Constraints) -> Array:
        seen.append(ia)
        return sitpy.equal_weight_portfolio(ia)

    ia = sitpy.create_historical_ia(returns, 252)
    ia.parameters_alpha = 0.9
    sitpy.distribute_weights(spy, sitpy.static_group(SECTORS), sitpy.equal_weight_portfolio)(ia)
    (groups,) = seen
    assert groups.n == 3 and groups.symbols == ["group 1", "group 2", "group 3"]
    assert (groups.parameters_alpha, groups.annual_factor) == (0.9, 252)
    shares = np.array([[1, 0, 1, 0, 0, 0], [0, 1, 0, 1, 1, 0], [0, 0, 0, 0, 0, 1]]) / np.array([[2], [3], [1]])
    np.testing.assert_allclose(groups.hist_returns, returns.to_numpy() @ shares.T, atol=1e-15)
    np.testing.assert_allclose(groups.expected_return, sitpy.portfolio_return(shares, ia), rtol=1e-12)
    np.testing.assert_allclose(groups.risk, sitpy.portfolio_risk(shares, ia), rtol=1e-12)
    np.testing.assert_allclose(groups.cov, np.cov((returns.to_numpy() @ shares.T).T) * 252, rtol=1e-10)


def test_a_gap_in_one_history_stays_in_its_group(returns: pd.DataFrame) -> None:
    holed = returns.copy()
    holed.iloc[3, 0] = np.nan  # A is in group x
    seen: list[InputAssumptions] = []

    def spy(ia: InputAssumptions, constraints: sitpy.Constraints) -> Array:
        seen.append(ia)
        return sitpy.equal_weight_portfolio(ia)

    sitpy.distribute_weights(spy, sitpy.static_group(SECTORS), sitpy.equal_weight_portfolio)(sitpy.create_ia(holed))
    assert np.argwhere(np.isnan(seen[0].hist_returns)).tolist() == [[3, 0]]


def test_assets_without_risk_get_nothing(returns: pd.DataFrame) -> None:
    idle = returns.assign(B=0.001)
    ia = sitpy.create_ia(idle)
    groups = sitpy.static_group(pd.Series(SECTORS, index=list("ABCDEF")))
    found = sitpy.distribute_weights(sitpy.equal_weight_portfolio, groups)(ia)
    np.testing.assert_allclose(found, np.array([3, 0, 3, 3, 3, 6]) / 18, rtol=1e-12)
    with pytest.raises(InputError, match="no asset has a risk above 0"):
        sitpy.distribute_weights(sitpy.equal_weight_portfolio, sitpy.empty_group)(
            sitpy.InputAssumptions(symbols=["cash"], cov=[[0.0]])
        )


def test_no_history_is_needed() -> None:
    ia = sitpy.InputAssumptions(symbols=["A", "B", "C"], cov=np.diag([0.01, 0.04, 0.04]))
    found = sitpy.distribute_weights(sitpy.min_var_portfolio, sitpy.static_group([1, 2, 2]))(ia)
    np.testing.assert_allclose(found, [2 / 3, 1 / 6, 1 / 6], atol=1e-8)


# ---------------------------------------------------------------------------------------- constraints of the caller


def test_constraints_that_hold_raise_no_warning(returns: pd.DataFrame) -> None:
    fn = sitpy.distribute_weights(sitpy.equal_weight_portfolio, sitpy.static_group(SECTORS))
    found = fn(sitpy.create_ia(returns), sitpy.create_basic_constraints(6, 0, 1 / 3 + 1e-9))
    assert found.max() <= 1 / 3 + 1e-9


@pytest.mark.parametrize(
    ("constraints", "words"),
    [
        (sitpy.new_constraints(6, lb=0, ub=0.3), r"miss the upper bound 0\.3 of F by 0\.03333\. Loosen it"),
        (sitpy.new_constraints(6, lb=[0.2, 0, 0, 0, 0, 0], ub=1), r"miss the lower bound 0\.2 of A by 0\.03333"),
        (
            sitpy.add_constraints(np.ones(6), 1.5, "=", sitpy.new_constraints(6), "leverage"),
            r"miss leverage: .* = 1\.5 by 0\.5",
        ),
        (
            sitpy.add_constraints([0, 0, 0, 0, 0, 1], 0.25, "<=", sitpy.new_constraints(6), "cap of F"),
            r"miss cap of F: F <= 0\.25 by 0\.08333",
        ),
    ],
)
def test_a_constraint_that_is_missed_is_named(
    returns: pd.DataFrame, constraints: sitpy.Constraints, words: str
) -> None:
    fn = sitpy.distribute_weights(sitpy.equal_weight_portfolio, sitpy.static_group(SECTORS))
    with pytest.warns(sitpy.SitpyWarning, match=words):
        fn(sitpy.create_ia(returns), constraints)


# ------------------------------------------------------------------------------------------------- known groups


def test_static_groups_follow_the_assets(ia_a: InputAssumptions) -> None:
    by_position = sitpy.static_group(["s"] * 5 + ["g"] + ["b"] * 3)
    by_name = sitpy.static_group(pd.Series(["s"] * 5 + ["g"] + ["b"] * 3, index=ia_a.symbols)[::-1])
    part = sitpy.create_ia_subset(ia_a, [8, 5, 0])
    for groups in (by_position, by_name):
        assert groups(ia_a).tolist() == ["s"] * 5 + ["g"] + ["b"] * 3
        assert groups(part).tolist() == ["b", "g", "s"]


def test_static_groups_are_the_callers_labels_at_the_time() -> None:
    labels = np.array([3, 3, 7])
    groups = sitpy.static_group(labels)
    labels[:] = 0
    found = groups(sitpy.InputAssumptions(risk=[0.1, 0.1, 0.1]))
    assert found.tolist() == [3, 3, 7] and np.issubdtype(found.dtype, np.integer)


def test_static_groups_that_do_not_fit(ia_a: InputAssumptions) -> None:
    with pytest.raises(InputError, match="group has no label for 'TBills'; it holds 8 labels"):
        sitpy.static_group([1] * 8)(ia_a)
    with pytest.raises(InputError, match="group has no label for 'SmallUS'; it holds 1 labels"):
        sitpy.static_group(pd.Series({"SP500": 1}))(ia_a)
    with pytest.raises(InputError, match="group of 'SP500' is missing; give every asset a label"):
        sitpy.static_group(pd.Series({"SP500": None}))
    with pytest.raises(InputError, match="group has 'SP500' twice"):
        sitpy.static_group(pd.Series([1, 2], index=["SP500", "SP500"]))


def test_an_empty_group_holds_all(ia_a: InputAssumptions) -> None:
    assert sitpy.empty_group(ia_a).tolist() == [1] * 9


# --------------------------------------------------------------------------------------------------- bad input


def test_what_cannot_be_called_is_refused() -> None:
    good = sitpy.equal_weight_portfolio
    for arguments, name in (
        (("min.var", sitpy.empty_group), "fn is 'min.var'"),
        ((good, "hclust"), "group_fn is 'hclust'"),
        ((good, sitpy.empty_group, "equal.weight"), "fn_within is 'equal.weight'"),
    ):
        with pytest.raises(InputError, match=f"{name}; give a function; sitpy.get_algo and get_group"):
            sitpy.distribute_weights(*arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize("labels", [[1, 2], [1, 1, 2, 2, 3, None], [[1, 1, 1], [2, 2, 2]]])
def test_group_functions_must_label_every_asset(returns: pd.DataFrame, labels: Any) -> None:
    fn = sitpy.distribute_weights(sitpy.equal_weight_portfolio, lambda ia: labels)
    with pytest.raises(InputError, match="expected one label for each of 6 assets"):
        fn(sitpy.create_ia(returns))
