"""Rows with 0/1 variables written for the user: what they mean, what is refused, and the problems they pose."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sitpy
from sitpy.reference import load_frontier, net_weight
from sitpy.solvers.signs import recognised_signs
from sitpy.studies import find_study

Array = np.ndarray


def budget(n: int, lb: Any = 0.0, ub: Any = 1.0) -> sitpy.Constraints:
    return sitpy.add_constraints(np.ones(n), 1, "=", sitpy.new_constraints(n, lb=lb, ub=ub), "budget")


def holds(constraints: sitpy.Constraints, x: Any) -> bool:
    x = np.asarray(x, dtype=float)
    slack = constraints.A.T @ x - constraints.b
    within = (x >= np.nan_to_num(constraints.lb, nan=-np.inf) - 1e-12) & (
        x <= np.nan_to_num(constraints.ub, nan=np.inf) + 1e-12
    )
    equal = (np.abs(slack[: constraints.meq]) <= 1e-12).all()
    return bool(within.all() and equal and (slack[constraints.meq :] >= -1e-12).all())


# ------------------------------------------------------------------------------------------------- cardinality


def test_every_row_of_a_cardinality_by_hand() -> None:
    c = sitpy.add_cardinality(budget(3, ub=0.8), 2, [0.1, 0.0, 0.2], groups={"first two": ([0, 1], 1)})
    assert (c.n, c.meq, c.binary_index.tolist()) == (6, 1, [3, 4, 5])
    rows = {(name, tuple(c.A[:, j].round(12)), c.b[j]) for j, name in enumerate(c.names)}
    assert rows == {
        ("budget", (1, 1, 1, 0, 0, 0), 1),
        ("maximum holding 80%", (-1, 0, 0, 0.8, 0, 0), 0),
        ("maximum holding 80%", (0, -1, 0, 0, 0.8, 0), 0),
        ("maximum holding 80%", (0, 0, -1, 0, 0, 0.8), 0),
        ("minimum holding 10%", (1, 0, 0, -0.1, 0, 0), 0),
        ("minimum holding 20%", (0, 0, 1, 0, 0, -0.2), 0),
        ("at most 1 assets of first two", (0, 0, 0, -1, -1, 0), -1),
        ("at most 2 assets", (0, 0, 0, -1, -1, -1), -2),
    }
    np.testing.assert_array_equal(c.lb[3:], 0)
    np.testing.assert_array_equal(c.ub[3:], 1)


@pytest.mark.parametrize(
    ("type", "name", "equalities"), [("<=", "at most", 1), ("=", "exactly", 2), (">=", "at least", 1)]
)
def test_sense_of_the_count(type: Any, name: str, equalities: int) -> None:
    c = sitpy.add_cardinality(budget(4), 2, 0.1, type=type)
    assert f"{name} 2 assets" in c.names and c.meq == equalities
    for held in itertools.product((0, 1), repeat=4):
        count = sum(held)
        if count:
            expected = {"<=": count <= 2, "=": count == 2, ">=": count >= 2}[type]
            assert holds(c, [h / count for h in held] + list(held)) == expected


@settings(max_examples=40)
@given(st.integers(0, 10**6))
def test_a_point_is_feasible_where_its_meaning_is(seed: int) -> None:
    """Against the words of the docstring, asset by asset."""
    rng = np.random.default_rng(seed)
    n, k = 5, int(rng.integers(0, 6))
    lb = rng.choice([-0.25, 0.0], n)
    least = np.where(lb < 0, 0.0, rng.choice([0.0, 0.125], n))
    most = rng.choice([0.25, 0.5], n)
    groups = {"odd": (np.arange(n) % 2 == 1, 1)}
    c = sitpy.add_cardinality(sitpy.new_constraints(n, lb=lb, ub=1.0), k, least, most, groups)
    x = rng.choice([-0.25, 0.0, 0.0, 0.0625, 0.125, 0.25, 0.5], n)
    held = x != 0
    meant = (
        held.sum() <= k
        and held[1::2].sum() <= 1
        and (x <= most).all()
        and (x[held] >= np.where(lb < 0, lb, least)[held]).all()
    )
    assert holds(c, np.concatenate([x, held])) == meant


def test_minimum_holding_alone_and_bounds_of_the_constraints_as_largest_weights() -> None:
    c = sitpy.add_cardinality(budget(2, ub=[0.5, 0.75]), min_weight=0.25)
    assert (c.n, c.A.shape[1]) == (4, 5)
    assert "maximum holding 75%" in c.names and not any("assets" in (name or "") for name in c.names)
    assert (
        sitpy.add_cardinality(sitpy.new_constraints(2), None, 0.1, 0.6).n == 4
    )  # the blog's form: no bounds of x at all


def test_sits_own_posts_written_by_the_helper() -> None:
    """ "Minimum Investment" and "exactly three" (Systematic Investor blog): the same feasible set as the study's rows."""
    ia = sitpy.aa_test_create_ia_rebal()
    built = {item.key: item.build(ia)[1] for item in find_study("cardinality").constructions}
    plain = sitpy.add_constraints(np.ones(9), 1, "=", sitpy.new_constraints(9), "sum x = 1")
    ours = {
        "1_at_least_10": sitpy.add_cardinality(plain, None, 0.1, 0.8),
        "2_exactly_three": sitpy.add_cardinality(plain, 3, 0.00001, 0.8, type="="),
    }
    for key, other in ours.items():
        theirs = built[key]
        assert sorted(map(tuple, np.vstack([other.A, other.b]).T)) == sorted(
            map(tuple, np.vstack([theirs.A, theirs.b]).T)
        )
        np.testing.assert_array_equal(other.binary_index, theirs.binary_index)


def test_auxiliary_variables_and_earlier_binaries_stay() -> None:
    ia = sitpy.aa_test_create_ia_rebal()
    capped = sitpy.add_constraint_maxloss(ia, 0.1, "<=", budget(9))
    c = sitpy.add_cardinality(capped, 3, 0.05, n=9)
    assert c.n == 9 + 1 + 9 and c.binary_index.tolist() == list(range(10, 19))
    twice = sitpy.add_cardinality(c, n=9, groups={"equities": (range(3), 1)})
    assert twice.n == 28 and twice.binary_index.tolist() == [*range(10, 19), *range(19, 28)]
    x = sitpy.min_risk_portfolio(ia, twice)
    held = x[:9] > 1e-9
    assert held.sum() <= 3 and held[:3].sum() <= 1 and x[:9][held].min() >= 0.05 - 1e-9
    assert sitpy.portfolio_maxloss(x, ia)[0] <= 0.1 + 1e-9


def test_short_positions_count_as_held() -> None:
    ia = sitpy.InputAssumptions(expected_return=[0.1, 0.1], cov=[[0.04, 0.054], [0.054, 0.09]])  # correlation 0.9
    free = sitpy.min_risk_portfolio(ia, budget(2, lb=-0.5, ub=1.5))
    assert free[1] < -0.1
    one = sitpy.min_risk_portfolio(ia, sitpy.add_cardinality(budget(2, lb=-0.5, ub=1.5), 1))
    np.testing.assert_allclose(one, [1, 0, 1, 0], atol=1e-9)


def test_inputs_stay_as_they_are() -> None:
    c = budget(3)
    untouched = c.copy()
    least, most, groups = np.full(3, 0.1), pd.Series([0.5, 0.6, 0.7]), {"a": ([0], 1)}
    sitpy.add_cardinality(c, 2, least, most, groups)
    sitpy.add_long_short(c, 1.2, 0.2)
    for field, value in vars(c).items():
        np.testing.assert_equal(value, vars(untouched)[field])
    assert groups == {"a": ([0], 1)} and (least == 0.1).all()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({}, "nothing is asked for; give k, min_weight above 0, or groups"),
        ({"k": 1.5}, "k is 1.5; give a whole number, 0 or more"),
        ({"k": -1}, "k is -1; give a whole number, 0 or more"),
        ({"k": 2, "type": "<"}, "type '<' is not known; use '=', '>=' or '<='"),
        (
            {"k": 2, "type": "="},
            "exactly 2 assets cannot be told from fewer, because asset 0 may count as held with nothing",
        ),
        ({"k": 2, "type": ">="}, "at least 2 assets cannot be told from fewer"),
        (
            {"k": 2, "min_weight": [0.1, 0.2]},
            r"min_weight has shape \(2,\); give one number, or one for each of 3 assets",
        ),
        ({"k": 2, "min_weight": -0.1}, "min_weight of asset 0, -0.1, is below 0: give 0 or more"),
        ({"k": 2, "min_weight": [0, 0.9, 0]}, "min_weight of asset 1, 0.9, is above the largest weight 0.8; exchange"),
        ({"k": 2, "min_weight": np.nan}, "min_weight is nan; give a finite number"),
        ({"k": 2, "max_weight": [0.1, 0, 0.2]}, "max_weight of asset 1 is 0; give a weight above 0"),
        ({"k": 2, "max_weight": "all"}, "max_weight holds something that is not a number"),
        ({"groups": ["a"]}, r"groups is \['a'\]; give a mapping of names to \(members, limit\)"),
        ({"groups": {"a": 2}}, r"group 'a' is 2; give a mapping of names to \(members, limit\)"),
        ({"groups": {"a": ([0, 3], 1)}}, "members of group 'a' reaches from 0 to 3 but the 3 assets are counted 0..2"),
        ({"groups": {"a": ([], 1)}}, "group 'a' has no members; leave it out, or name its assets"),
        ({"groups": {"a": ([True, False], 1)}}, "members of group 'a' is .*expected whole numbers"),
        ({"groups": {"a": ([0], 0.5)}}, "limit of group 'a' is 0.5; give a whole number, 0 or more"),
        ({"k": 1, "n": 4}, "n is 4, but 3 of the 3 variables are not 0/1; give the number of assets"),
        ({"k": 1, "n": 0}, "n is 0; give a whole number, 1 or more"),
    ],
)
def test_cardinality_that_cannot_be_is_refused(arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(sitpy.InputError, match=words):
        sitpy.add_cardinality(budget(3, ub=0.8), **arguments)


def test_assets_without_limits_are_refused_by_position() -> None:
    with pytest.raises(
        sitpy.InputError, match="asset 1 has no upper bound, so no 0/1 variable can switch it off; give max_w"
    ):
        sitpy.add_cardinality(budget(2, ub=[1, np.nan]), 1)
    with pytest.raises(
        sitpy.InputError, match="asset 0 has no lower bound, so no 0/1 variable can switch it off; give min_w"
    ):
        sitpy.add_cardinality(budget(2, lb=np.nan), 1)
    with pytest.raises(
        sitpy.InputError, match=r"min_weight of asset 1, 0.1, is above 0 although the asset may be short"
    ):
        sitpy.add_cardinality(budget(2, lb=[0, -0.2]), 1, 0.1)
    with pytest.raises(sitpy.InputError, match="constraints is None; give constraints: new_constraints"):
        sitpy.add_cardinality(None, 1)  # type: ignore[arg-type]


# --------------------------------------------------------------------------------------------------- long and short


def test_every_row_of_long_and_short_by_hand() -> None:
    """Asset 0 long to 0.8 or short to 0.5, asset 1 long only, asset 2 short only; 0.2 x0 - x1 >= 0.1."""
    c = sitpy.new_constraints(3, lb=[-0.5, 0, -0.4], ub=[0.8, 1, 0])
    c = sitpy.add_long_short(sitpy.add_constraints([0.2, -1, 0], 0.1, ">=", c, "own"), 1.3, 0.3)
    assert (c.n, c.meq, c.binary_index.tolist()) == (7, 2, [6])
    np.testing.assert_array_equal(c.lb, 0)
    np.testing.assert_array_equal(c.ub, [0.8, 1, 0, 0.3, 0, 0.3, 1])  # shorts of at most the whole 0.3
    rows = {(name, tuple(c.A[:, j].round(12)), c.b[j]) for j, name in enumerate(c.names)}
    assert rows == {
        ("130% long", (1, 1, 1, 0, 0, 0, 0), 1.3),
        ("30% short", (0, 0, 0, 1, 1, 1, 0), 0.3),
        ("own", (0.2, -1, 0, -0.2, 1, 0, 0), 0.1),
        ("long or short", (-1, 0, 0, 0, 0, 0, 0.8), 0),
        ("long or short", (0, 0, 0, -1, 0, 0, -0.3), -0.3),
    }


def test_weights_without_bounds_may_reach_the_totals() -> None:
    c = sitpy.add_long_short(sitpy.new_constraints(2), 1.5, 0.5)
    np.testing.assert_array_equal(c.ub[:4], [1.5, 1.5, 0.5, 0.5])


def test_required_holdings_stay_required() -> None:
    c = sitpy.add_long_short(sitpy.new_constraints(3, lb=[0.1, -0.3, -0.3], ub=[1, 1, -0.05]), 1.2, 0.2)
    np.testing.assert_array_equal(c.lb[:6], [0.1, 0, 0, 0, 0, 0.05])
    np.testing.assert_array_equal(c.ub[:6], [1, 1, 0, 0, 0.2, 0.2])
    assert c.binary_index.size == 1


def test_budget_of_the_caller_is_said_by_the_totals() -> None:
    c = sitpy.add_long_short(budget(4, lb=-0.5), 1.3, 0.3)
    assert c.names[:2] == ["130% long", "30% short"] and "budget" not in c.names
    doubled = sitpy.add_constraints(np.full(4, -2.0), -2.0, "=", sitpy.new_constraints(4, lb=-0.5, ub=1))
    assert sitpy.add_long_short(doubled, 1.3, 0.3).meq == 2
    with pytest.raises(
        sitpy.InputError, match=r"ask for a sum of weights of 1, but long less short is 0\.9; change long"
    ):
        sitpy.add_long_short(budget(4, lb=-0.5), 1.3, 0.4)


def test_published_200_100_by_the_helper() -> None:
    """Stored frontier A_02e: bounds 0.8 and 0.5, totals 2 and 1; R's own weights (its tolerance 1e-5)."""
    ia = sitpy.aa_test_create_ia_rebal()
    constraints = sitpy.add_long_short(sitpy.new_constraints(9, lb=-0.5, ub=0.8), 2, 1)
    ef = sitpy.portopt(sitpy.aa_test_ia_add_short(ia), constraints, 50)
    stored = load_frontier("A_02e_200_100_binary_Risk")
    assert ef.proven
    np.testing.assert_allclose(ef.risk, stored.risk, rtol=1e-6)
    np.testing.assert_allclose(net_weight(ef.solution, ef.ia), stored.net_weight, rtol=0, atol=1e-5)


def test_written_rows_are_those_that_the_sign_search_looks_for() -> None:
    from sitpy.portfolios.minimum import risk_program

    ia = sitpy.aa_test_ia_add_short(sitpy.aa_test_create_ia_rebal())
    found = recognised_signs(risk_program(ia, sitpy.add_long_short(sitpy.new_constraints(9, lb=-0.5, ub=0.8))))
    assert found is not None
    np.testing.assert_array_equal(found.long, np.arange(9))
    np.testing.assert_array_equal(found.short, np.arange(9, 18))
    np.testing.assert_allclose(found.most_short, 0.3)


def test_risk_models_and_cardinality_go_with_it_in_either_order() -> None:
    """At most five positions with a cap on the largest loss: the same optimum whichever helper comes first."""
    ia = sitpy.aa_test_create_ia_rebal()
    both = sitpy.aa_test_ia_add_short(ia)
    plain = sitpy.add_constraint_maxloss(ia, 0.2, "<=", sitpy.new_constraints(9, lb=-0.3, ub=0.9))
    first = sitpy.add_cardinality(sitpy.add_long_short(plain, n=9), 5, n=18)
    second = sitpy.add_long_short(sitpy.add_cardinality(plain, 5, n=9), n=9)
    answers = [sitpy.min_risk_portfolio(both, c, details=True) for c in (first, second)]
    assert answers[0].value == pytest.approx(answers[1].value, rel=1e-8)
    for answer in answers:
        weight = answer.x[:9] - answer.x[9:18]
        assert weight[weight > 0].sum() == pytest.approx(1.3, abs=1e-8)
        assert weight[weight < 0].sum() == pytest.approx(-0.3, abs=1e-8)
        assert (np.abs(weight) > 1e-9).sum() <= 5
        assert -float((ia.hist_returns @ weight).min()) <= 0.2 + 1e-9


def test_start_and_gini_limits_are_split_as_well() -> None:
    history = np.random.default_rng(2).normal(0.01, 0.05, (12, 3))
    ia = sitpy.create_ia(history)
    c = sitpy.add_constraint_gini(ia, 3.0, "<=", sitpy.new_constraints(3, lb=-0.5, ub=1), pairs=False)
    c.x0 = np.array([0.7, 0.5, -0.2, 0.0])
    split = sitpy.add_long_short(c, 1.2, 0.2, n=3)
    np.testing.assert_array_equal(split.x0, [0.7, 0.5, 0, 0, 0, 0.2, 0])
    (returns, variable), *_ = split.differences
    np.testing.assert_array_equal(returns, np.hstack([history, -history]))
    assert variable == 6
    x = sitpy.min_risk_portfolio(sitpy.aa_test_ia_add_short(ia), split)
    assert x[:3].sum() == pytest.approx(1.2) and x[3:6].sum() == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"long": 0}, r"long is 0; give the sum of the long weights, above 0 \(1.3 for 130 %\)"),
        ({"long": "1.3"}, "long is '1.3'; give the sum of the long weights"),
        ({"short": -0.3}, r"short is -0.3; give the sum of the short weights, above 0 \(0.3 for 30 %\)"),
        ({"short": np.inf}, "short is inf; give the sum of the short weights"),
        ({"n": 5}, "n is 5, but 4 of the 4 variables are not 0/1"),
    ],
)
def test_totals_that_cannot_be_are_refused(arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(sitpy.InputError, match=words):
        sitpy.add_long_short(sitpy.new_constraints(4, lb=-0.5, ub=1), **arguments)


def test_binaries_among_the_first_variables_are_refused() -> None:
    c = sitpy.new_constraints(4, lb=0, ub=1)
    c.binary_index = [0]
    with pytest.raises(
        sitpy.InputError, match="0/1 variables stand among the first 3 variables; the asset weights come first"
    ):
        sitpy.add_long_short(c)
