"""0/1 variables under limits of other risks: against every 0/1 choice solved by itself, and against the plain engine."""

from __future__ import annotations

from itertools import combinations, product
from typing import Any

import numpy as np
import pytest

import sitpy
from sitpy.solvers import model_for
from sitpy.solvers.binary_model import BinaryModel
from sitpy.solvers.projected_search import ProjectedSearch

ASSETS, PERIODS = 7, 70
CAPS = pytest.mark.parametrize(
    ("builder", "least", "measure"),
    [
        (sitpy.add_constraint_cvar, sitpy.min_cvar_portfolio, sitpy.portfolio_cvar_ru),
        (sitpy.add_constraint_mad, sitpy.min_mad_portfolio, sitpy.portfolio_mad),
        (sitpy.add_constraint_cdar, sitpy.min_cdar_portfolio, None),
        (sitpy.add_constraint_maxloss, sitpy.min_maxloss_portfolio, sitpy.portfolio_maxloss),
    ],
    ids=["CVaR", "MAD", "CDaR", "MaxLoss"],
)


def market(seed: int = 3) -> sitpy.InputAssumptions:
    """Returns with a common factor and fat tails."""
    rng = np.random.default_rng(seed)
    returns = 0.01 * rng.standard_t(4, (PERIODS, 1)) + 0.02 * rng.standard_t(4, (PERIODS, ASSETS)) + 0.002
    return sitpy.create_historical_ia(returns * np.linspace(0.6, 1.4, ASSETS), 12)


def long_only(ia: sitpy.InputAssumptions) -> sitpy.Constraints:
    constraints = sitpy.new_constraints(ia.n, lb=0, ub=0.6)
    return sitpy.add_constraints(np.ones(ia.n), 1, "=", constraints, "sum of weights")


def capped(ia: sitpy.InputAssumptions, constraints: sitpy.Constraints, builder: Any, least: Any, times: float) -> Any:
    """The constraints with a limit somewhat above what is the least without 0/1 variables."""
    lowest = least(ia, long_only(ia), details=True).value
    return builder(ia, times * lowest, "<=", constraints)


def best_of_all_choices(ia: sitpy.InputAssumptions, builder: Any, cap: float, most: int, smallest: float) -> float:
    """Least variance over every choice of at most so many assets, each of at least so much; inf where there is none."""
    best = np.inf
    for count in range(1, most + 1):
        for held in combinations(range(ia.n), count):
            lb, ub = np.zeros(ia.n), np.zeros(ia.n)
            lb[list(held)], ub[list(held)] = smallest, 0.6
            constraints = sitpy.new_constraints(ia.n, lb=lb, ub=ub)
            constraints = sitpy.add_constraints(np.ones(ia.n), 1, "=", constraints)
            constraints = builder(ia, cap, "<=", constraints)
            try:
                answer = sitpy.min_risk_portfolio(ia, constraints, details=True)
            except sitpy.InfeasibleError:
                continue
            best = min(best, answer.value)
    return best


@CAPS
@pytest.mark.parametrize("times", [1.02, 1.3])
def test_at_most_three_assets_under_a_cap_is_the_best_of_all_choices(
    builder: Any, least: Any, measure: Any, times: float
) -> None:
    ia = market()
    lowest = least(ia, long_only(ia), details=True).value
    constraints = builder(ia, times * lowest, "<=", sitpy.add_cardinality(long_only(ia), 3, 0.1))
    best = best_of_all_choices(ia, builder, times * lowest, 3, 0.1)
    if np.isinf(best):
        with pytest.raises(sitpy.InfeasibleError):
            sitpy.min_risk_portfolio(ia, constraints)
        return
    answer = sitpy.min_risk_portfolio(ia, constraints, details=True)
    assert answer.proven
    # rows that are projected out are met to 1e-9, and values of such points differ by as much
    assert answer.value == pytest.approx(best, rel=1e-8)
    assert answer.bound <= best * (1 + 1e-9)
    weights = answer.x[: ia.n]
    assert (weights > 1e-9).sum() <= 3 and weights[weights > 1e-9].min() >= 0.1 - 1e-9
    assert constraints.check().n == answer.x.size
    if measure is not None:
        assert float(measure(weights, ia)[0]) <= times * lowest + 1e-8


@CAPS
def test_a_frontier_keeps_its_rows_and_stays_true(builder: Any, least: Any, measure: Any) -> None:
    """The return asked for rises from point to point; the plain engine knows nothing of the points before."""
    ia = market(5)
    constraints = capped(ia, sitpy.add_cardinality(long_only(ia), 3, 0.1), builder, least, 1.4)
    fast = sitpy.portopt(ia, constraints, 4)
    plain = sitpy.portopt(ia, constraints, 4, engine="reference")
    assert fast.proven
    np.testing.assert_allclose(fast.risk, plain.risk, rtol=1e-6)
    np.testing.assert_allclose(fast.return_, plain.return_, rtol=1e-6)


def test_long_or_short_under_a_cap_goes_to_the_general_search() -> None:
    """Against the four signs' choices of two pairs of assets, each solved without 0/1 variables."""
    ia = market(9)
    n = ia.n
    constraints = sitpy.new_constraints(n, lb=-0.3, ub=0.6)
    constraints = sitpy.add_constraints(np.ones(n), 1, "=", constraints, "sum of weights")
    lowest = sitpy.min_cvar_portfolio(ia, constraints, details=True).value
    constraints = sitpy.add_variables(2, constraints, lb=0, ub=1)
    either = np.zeros((n + 2, 4))
    either[[0, 1, 2, 3], range(4)] = 1.0
    either[n, :2], either[n + 1, 2:] = 1.0, -1.0
    # asset 0 and 1 at least 0.2 less the first 0/1 variable; asset 2 and 3 at least 0.2 of the second
    with_switches = sitpy.add_constraints(either, [0.2, 0.2, -0.1, -0.1], ">=", constraints, "either")
    with_switches.binary_index = [n, n + 1]
    with_cap = sitpy.add_constraint_cvar(ia, 1.3 * lowest, "<=", with_switches)
    best = np.inf
    for choice in product((0.0, 1.0), repeat=2):
        fixed = sitpy.add_constraints(either, [0.2, 0.2, -0.1, -0.1], ">=", constraints)
        fixed.lb = np.concatenate([constraints.lb[:n], choice])
        fixed.ub = np.concatenate([constraints.ub[:n], choice])
        plain = sitpy.add_constraint_cvar(ia, 1.3 * lowest, "<=", fixed)
        try:
            best = min(best, sitpy.min_risk_portfolio(ia, plain, details=True).value)
        except sitpy.InfeasibleError:
            continue
    answer = sitpy.min_risk_portfolio(ia, with_cap, details=True)
    assert answer.proven and answer.value == pytest.approx(best, rel=1e-8)


def test_which_search_is_taken() -> None:
    from sitpy.portfolios.minimum import risk_program

    ia = market()
    counted = sitpy.add_constraint_cvar(ia, 0.1, "<=", sitpy.add_cardinality(long_only(ia), 3, 0.1))
    assert isinstance(model_for(risk_program(ia, counted)), ProjectedSearch)
    switched = sitpy.add_variables(1, long_only(ia), lb=0, ub=1)
    switched.binary_index = [ia.n]
    row = np.concatenate([[1.0, 1.0], np.zeros(ia.n - 2), [-0.5]])
    switched = sitpy.add_constraints(row, 0, ">=", switched)
    switched = sitpy.add_constraint_cvar(ia, 0.1, "<=", switched)
    assert isinstance(model_for(risk_program(ia, switched)), BinaryModel)


def test_a_limit_ends_the_search_and_says_what_is_known() -> None:
    ia = market(13)
    constraints = capped(
        ia, sitpy.add_cardinality(long_only(ia), 3, 0.1), sitpy.add_constraint_cvar, sitpy.min_cvar_portfolio, 1.15
    )
    best = sitpy.min_risk_portfolio(ia, constraints, details=True)
    assert best.nodes > 2
    with pytest.raises(sitpy.NotSolvedError, match=r"ended by the limit of 2 nodes .* before it had") as stopped:
        sitpy.min_risk_portfolio(ia, constraints, limits=sitpy.Limits(nodes=2))
    assert stopped.value.bound is not None and stopped.value.bound <= best.value * (1 + 1e-9)


def test_what_is_said_of_an_answer_are_plain_python_values() -> None:
    ia = market()
    answer = sitpy.min_risk_portfolio(ia, sitpy.add_cardinality(long_only(ia), 3, 0.1), details=True)
    assert answer.proven is True and type(answer.bound) is float and type(answer.value) is float
