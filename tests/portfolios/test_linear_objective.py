"""A linear objective of one's own, the generic helpers behind min_*_portfolio, and strategies with a parameter held fast."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import sitpy
from sitpy.files import numbers
from sitpy.reference import read_reference, reference_constraints, reference_ia

Array = np.ndarray

BUILDERS: dict[str, tuple[Any, Any]] = {
    "min.mad": (sitpy.add_constraint_mad, sitpy.portfolio_mad),
    "min.maxloss": (sitpy.add_constraint_maxloss, sitpy.portfolio_maxloss),
    "min.cvar": (sitpy.add_constraint_cvar, sitpy.portfolio_cvar),
    "min.cdar": (sitpy.add_constraint_cdar, sitpy.portfolio_cdar),
    "min.mad.downside.mean": (sitpy.add_constraint_mad_downside, sitpy.portfolio_mad_downside),
}
EXACT: dict[str, Any] = {"min.cvar": sitpy.portfolio_cvar_ru, "min.cdar": sitpy.portfolio_cdar_ru}


def stored(letter: str) -> tuple[sitpy.InputAssumptions, sitpy.Constraints, dict[str, Any]]:
    content = read_reference(f"{letter}_05_single_portfolios")
    return reference_ia(letter), reference_constraints(content["constraints_plain"]), content["outputs"]


def rebal() -> sitpy.InputAssumptions:
    return sitpy.aa_test_create_ia_rebal()


# ------------------------------------------------------------------------------------------------ generic helpers


@pytest.mark.parametrize("letter", ["A", "B"])
@pytest.mark.parametrize("case", BUILDERS)
def test_value_of_the_programme_is_that_of_lpsolve(case: str, letter: str) -> None:
    """R's lpSolve stops at about 1e-9 relative."""
    ia, constraints, outputs = stored(letter)
    builder, measure = BUILDERS[case]
    for x in (
        sitpy.min_portfolio(ia, constraints, builder, measure),
        sitpy.optimize_portfolio(ia, constraints, builder, measure, "min"),
    ):
        assert x.shape == (constraints.n,)
        value = EXACT.get(case, measure)(x, ia)[0]
        assert value == pytest.approx(outputs[case]["lp_objective"], rel=1e-8, abs=1e-12)


def test_largest_omega() -> None:
    """The gain of the linear-fractional programme is to be maximised; weights are the values over t, its last variable."""
    ia, constraints, outputs = stored("A")
    ia.parameters_omega = 0.05
    model = sitpy.add_constraint_omega(ia, 0, ">=", constraints)
    gain = model.A[:, -1]
    values = sitpy.lp_obj_portfolio(ia, sitpy.delete_constraints(-1, model), gain, "max")
    case = outputs["max.omega.lp.threshold"]
    assert gain @ values == pytest.approx(case["lp_objective"], rel=1e-8)
    np.testing.assert_allclose(values[:9] / values[-1], case["weight"], rtol=0, atol=1e-6)
    short = sitpy.optimize_portfolio(ia, constraints, sitpy.add_constraint_omega, direction="max")
    np.testing.assert_allclose(short / short.sum(), case["weight"], rtol=0, atol=1e-6)


def test_a_builder_of_ones_own() -> None:
    """The largest weight as a measure: w >= x_i; the least is 1/n."""

    def largest_weight(
        ia: sitpy.InputAssumptions, value: float, type: Any, constraints: sitpy.Constraints
    ) -> sitpy.Constraints:
        grown = sitpy.add_variables(1, constraints)
        rows = np.vstack([-np.eye(ia.n), np.ones((1, ia.n))])
        grown = sitpy.add_constraints(rows, 0, ">=", grown)
        return sitpy.add_constraints(np.eye(ia.n + 1)[-1], value, type, grown)

    x = sitpy.min_portfolio(rebal(), sitpy.create_basic_constraints(9), largest_weight)
    np.testing.assert_allclose(x, 1 / 9, rtol=0, atol=1e-12)


def test_losses_have_no_largest_value() -> None:
    with pytest.raises(sitpy.UnboundedError):
        sitpy.optimize_portfolio(rebal(), sitpy.create_basic_constraints(9), sitpy.add_constraint_mad, direction="max")


# ------------------------------------------------------------------------------------------------ linear objective


def test_return_is_the_objective_unless_another_is_given() -> None:
    ia, constraints = rebal(), sitpy.create_basic_constraints(9, 0, 0.3)
    largest = sitpy.lp_obj_portfolio(ia, constraints, direction="max")
    np.testing.assert_array_equal(largest, sitpy.lp_obj_portfolio(ia, constraints, -ia.expected_return))
    np.testing.assert_allclose(largest, sitpy.max_return_portfolio(ia, constraints), rtol=0, atol=1e-12)
    order = np.argsort(ia.expected_return)
    least = sitpy.lp_obj_portfolio(ia, constraints)
    np.testing.assert_allclose(least[order], [0.3, 0.3, 0.3, 0.1, 0, 0, 0, 0, 0], rtol=0, atol=1e-12)


def test_costs_of_auxiliary_and_binary_variables() -> None:
    """Two holdings at a fee each: the cheapest pair covers the budget; all variables come back."""
    ia = sitpy.InputAssumptions(expected_return=[0.1, 0.2, 0.3])
    constraints = sitpy.add_variables(3, sitpy.create_basic_constraints(3, 0, 0.5), lb=0, ub=1)
    constraints.binary_index = [3, 4, 5]
    constraints = sitpy.add_constraints(np.vstack([-np.eye(3), np.eye(3)]), 0, ">=", constraints)
    x = sitpy.lp_obj_portfolio(ia, constraints, [0, 0, 0, 3, 2, 1])
    np.testing.assert_allclose(x, [0, 0.5, 0.5, 0, 1, 1], rtol=0, atol=1e-9)


def test_bad_input_is_refused() -> None:
    ia, constraints = rebal(), sitpy.create_basic_constraints(9)
    mad = sitpy.add_constraint_mad
    calls: list[tuple[Any, str]] = [
        (
            lambda: sitpy.lp_obj_portfolio(ia, constraints, [1, 2]),
            r"f_obj has shape \(2,\); expected numbers for 9 assets or 9",
        ),
        (lambda: sitpy.lp_obj_portfolio(ia, constraints, [np.nan] * 9), r"f_obj\[\d\] is nan"),
        (
            lambda: sitpy.lp_obj_portfolio(ia, constraints, direction="up"),
            "direction 'up' is not known; use 'min' or 'max'",
        ),
        (
            lambda: sitpy.lp_obj_portfolio(ia, sitpy.create_basic_constraints(3)),
            "have 3 variables but there are 9 assets",
        ),
        (lambda: sitpy.optimize_portfolio(ia, constraints, mad, direction="MAX"), "direction 'MAX' is not known"),
        (
            lambda: sitpy.optimize_portfolio(ia, constraints, "mad"),
            "(add_constraint|min_risk)_fn is .*; give a function",
        ),
        (
            lambda: sitpy.optimize_portfolio(ia, constraints, mad, "mad"),
            "min_risk_fn is 'mad'; give a function, such as portfolio_mad",
        ),
        (
            lambda: sitpy.min_portfolio(ia, constraints, lambda *_: constraints),
            "returned no further constraint; its last",
        ),
        (lambda: sitpy.min_portfolio(ia, constraints, lambda *_: None), "returned no further constraint"),
    ]
    for call, words in calls:
        with pytest.raises(sitpy.InputError, match=words):
            call()


# ------------------------------------------------------------------------------------- a parameter held fast


@pytest.mark.parametrize("letter", ["A", "B"])
@pytest.mark.parametrize(
    ("strategy", "case", "measure"),
    [
        (sitpy.min_cvar(), "min.cvar", sitpy.portfolio_cvar_ru),
        (sitpy.min_cdar(), "min.cdar", sitpy.portfolio_cdar_ru),
        (sitpy.min_mad_downside(None), "min.mad.downside.mean", sitpy.portfolio_mad_downside),
        (sitpy.min_risk_downside(None), "min.risk.downside.mean", sitpy.portfolio_risk_downside),
        (sitpy.min_mad_downside(), "min.mad.downside.mar_0", sitpy.portfolio_mad_downside),
        (sitpy.min_risk_downside(), "min.risk.downside.mar_0", sitpy.portfolio_risk_downside),
    ],
)
def test_least_value_is_that_of_sit(strategy: Any, case: str, measure: Any, letter: str) -> None:
    """The other parameters of ia are of no account. Objectives to 1e-6 as the notes of R's figures say; CVaR by the LP's."""
    ia, constraints, outputs = stored(letter)
    value = outputs[case]["lp_objective" if case in EXACT else "measure"]
    confused = ia.copy()
    confused.parameters_alpha, confused.parameters_mar = 0.5, 0.3
    x = strategy(confused, constraints)
    assert x.shape == (ia.n,)
    assert confused.parameters_alpha == 0.5 and confused.parameters_mar == 0.3
    ia.parameters_mar = 0.0 if case.endswith("mar_0") else None
    assert measure(x, ia)[0] == pytest.approx(value, rel=1e-6, abs=1e-9)


def test_weights_that_are_unique_are_those_of_sit() -> None:
    """Unique in B, as its frontier files say; 1e-5 as for all weights of R (measured: see the tolerance below)."""
    ia, constraints, outputs = stored("B")
    for strategy, case in (
        (sitpy.min_cvar(), "min.cvar"),
        (sitpy.min_cdar(), "min.cdar"),
        (sitpy.min_mad_downside(None), "min.mad.downside.mean"),
        (sitpy.min_risk_downside(None), "min.risk.downside.mean"),
        (sitpy.min_risk_downside(0), "min.risk.downside.mar_0"),
    ):
        np.testing.assert_allclose(strategy(ia, constraints), numbers(outputs[case]["weight"]), rtol=0, atol=1e-5)


@pytest.mark.parametrize(
    ("factory", "portfolio", "parameter", "value"),
    [
        (sitpy.min_cvar, sitpy.min_cvar_portfolio, "parameters_alpha", 0.8),
        (sitpy.min_cdar, sitpy.min_cdar_portfolio, "parameters_alpha", 0.8),
        (sitpy.min_risk_downside, sitpy.min_risk_downside_portfolio, "parameters_mar", 0.05),
        (sitpy.min_mad_downside, sitpy.min_mad_downside_portfolio, "parameters_mar", 0.05),
    ],
)
def test_the_parameter_is_the_factory_s(factory: Any, portfolio: Any, parameter: str, value: float) -> None:
    ia, constraints = rebal(), sitpy.create_basic_constraints(9, 0, 0.5)
    setattr(ia, parameter, value)
    np.testing.assert_allclose(factory(value)(rebal(), constraints), portfolio(ia, constraints), rtol=0, atol=1e-9)


@pytest.mark.parametrize(
    ("factory", "measure"),
    [
        (sitpy.min_cvar, sitpy.portfolio_cvar_ru),
        (sitpy.min_cdar, sitpy.portfolio_cdar_ru),
        (sitpy.min_risk_downside, sitpy.portfolio_risk_downside),
        (sitpy.min_mad_downside, sitpy.portfolio_mad_downside),
    ],
)
def test_assets_without_risk_get_no_weight(factory: Any, measure: Any) -> None:
    """As if they were not there, wherever they stand; the portfolio functions of the same measures take them."""
    risky = rebal()
    history = np.insert(risky.hist_returns, [0, 4], 0.01, axis=1)
    names = ["cash", *risky.symbols[:4], "bill", *risky.symbols[4:]]
    ia = sitpy.create_ia(pd.DataFrame(history, columns=names))
    risky.parameters_mar = ia.parameters_mar = 0.0
    x = factory()(ia, sitpy.create_basic_constraints(11, 0, 0.5))
    assert x[0] == x[5] == 0
    same = factory()(risky, sitpy.create_basic_constraints(9, 0, 0.5))
    # weights are not unique in these data, the least value is
    assert measure(np.delete(x, [0, 5]), risky)[0] == pytest.approx(measure(same, risky)[0], rel=1e-6, abs=1e-9)
    plain = getattr(sitpy, f"{factory.__name__}_portfolio")(ia, sitpy.create_basic_constraints(11, 0, 0.5))
    assert plain[[0, 5]].sum() > 0.1
    asked = sitpy.create_basic_constraints(11, np.eye(11)[0] * 0.1, 0.5)
    with pytest.raises(
        sitpy.InfeasibleError, match=r"'cash' has no risk and gets weight 0 here, but its bounds are 0\.1 to"
    ):
        factory()(ia, asked)
    idle = sitpy.InputAssumptions(symbols=["cash", "bill"], hist_returns=np.full((5, 2), 0.01), risk=[0, 0])
    with pytest.raises(sitpy.InputError, match=r"no asset has a risk above 0 \(cash, bill\)"):
        factory()(idle, sitpy.create_basic_constraints(2))


@pytest.mark.parametrize("alpha", [0, 1, -0.5, 95, np.nan])
@pytest.mark.parametrize("factory", [sitpy.min_cvar, sitpy.min_cdar])
def test_levels_that_are_none_are_refused(factory: Any, alpha: float) -> None:
    with pytest.raises(sitpy.InputError, match=r"alpha is .*; a confidence level lies between 0 and 1"):
        factory(alpha)


@pytest.mark.parametrize("factory", [sitpy.min_risk_downside, sitpy.min_mad_downside])
def test_returns_that_are_none_are_refused(factory: Any) -> None:
    for mar in (np.nan, np.inf):
        with pytest.raises(sitpy.InputError, match=r"mar is (nan|inf); give a finite return per period, or None"):
            factory(mar)
