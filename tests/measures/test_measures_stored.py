"""Measures of fixed weights against the figures of SIT (stored files ``A_06_measures`` and ``B_06_measures``)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import sitpy
from sitpy.files import numbers
from sitpy.reference import read_reference, reference_ia

MEASURES: dict[str, Callable[[Any, sitpy.InputAssumptions], np.ndarray]] = {
    "portfolio.return": sitpy.portfolio_return,
    "portfolio.risk": sitpy.portfolio_risk,
    "portfolio.mad": sitpy.portfolio_mad,
    "portfolio.maxloss": sitpy.portfolio_maxloss,
    "portfolio.cvar": sitpy.portfolio_cvar,
    "portfolio.cdar": sitpy.portfolio_cdar,
    "portfolio.cdar.real": sitpy.portfolio_cdar_real,
    "portfolio.var": sitpy.portfolio_var,
    "portfolio.mad.downside": sitpy.portfolio_mad_downside,
    "portfolio.risk.downside": sitpy.portfolio_risk_downside,
    "portfolio.gini.coefficient": sitpy.portfolio_gini_coefficient,
    "portfolio.omega": sitpy.portfolio_omega,
    "portfolio.avgcor": sitpy.portfolio_avgcor,
    "portfolio.avgcor.real": sitpy.portfolio_avgcor_real,
    "portfolio.geometric.return": sitpy.portfolio_geometric_return,
    "portfolio.unrebalanced.return": sitpy.portfolio_unrebalanced_return,
    "portfolio.risk.contribution": sitpy.portfolio_risk_contribution,
    "portfolio.cvar_rockafellar_uryasev": sitpy.portfolio_cvar_ru,
    "portfolio.cdar_rockafellar_uryasev": sitpy.portfolio_cdar_ru,
}
CASES = [(key, 0.95) for key in MEASURES] + [
    (key, alpha) for key in ("portfolio.cvar", "portfolio.cdar", "portfolio.var") for alpha in (0.9, 0.99)
]


@pytest.mark.parametrize("data", ["A", "B"])
@pytest.mark.parametrize(("key", "alpha"), CASES)
def test_measures_are_those_of_sit(data: str, key: str, alpha: float) -> None:
    """1e-10 relative: the same sums in another order; 1e-14 absolute for drawdowns that are zero."""
    outputs = read_reference(f"{data}_06_measures")["outputs"]
    expected = numbers(outputs[key if alpha == 0.95 else f"{key} (alpha {alpha:g})"])
    ia = reference_ia(data)
    ia.parameters_alpha = alpha
    ours = MEASURES[key](outputs["weight"], ia)
    assert len(ours) == 5
    np.testing.assert_allclose(ours, expected, rtol=1e-10, atol=1e-14, equal_nan=True)


@pytest.mark.parametrize("data", ["A", "B"])
def test_measures_with_a_threshold_are_those_of_sit(data: str) -> None:
    outputs = read_reference(f"{data}_06_measures")["outputs"]
    ia = reference_ia(data)
    ia.parameters_mar, ia.parameters_omega = outputs["mar"], outputs["omega_threshold"]
    for key, measure in (
        ("portfolio.mad.downside (mar)", sitpy.portfolio_mad_downside),
        ("portfolio.risk.downside (mar)", sitpy.portfolio_risk_downside),
        ("portfolio.omega (threshold)", sitpy.portfolio_omega),
    ):
        np.testing.assert_allclose(measure(outputs["weight"], ia), numbers(outputs[key]), rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("data", ["A", "B"])
@pytest.mark.parametrize(
    ("key", "measure"),
    [
        ("portfolio.turnover", sitpy.portfolio_turnover),
        ("portfolio.concentration.herfindahl.index", sitpy.portfolio_concentration_herfindahl_index),
        ("portfolio.concentration.gini.coefficient", sitpy.portfolio_concentration_gini_coefficient),
    ],
)
def test_measures_of_the_weights_alone_are_those_of_sit(
    data: str, key: str, measure: Callable[[Any], np.ndarray]
) -> None:
    """1e-14 absolute: equal weights are concentrated by rounding only."""
    outputs = read_reference(f"{data}_06_measures")["outputs"]
    np.testing.assert_allclose(measure(outputs["weight"]), numbers(outputs[key]), rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("data", ["A", "B"])
@pytest.mark.parametrize(
    ("key", "converter", "field", "options"),
    [
        ("aritm2geom", sitpy.aritm2geom, "expected_return", {}),
        ("geom2aritm", sitpy.geom2aritm, "geometric_return", {}),
        ("aritm2geom_a1_b0", sitpy.aritm2geom, "expected_return", {"a": 1, "b": 0}),
        ("geom2aritm_a1_b0", sitpy.geom2aritm, "geometric_return", {"a": 1, "b": 0}),
        ("aritm2geom4", sitpy.aritm2geom4, "expected_return", {}),
        ("geom2aritm4", sitpy.geom2aritm4, "geometric_return", {}),
    ],
)
def test_converters_are_those_of_sit(
    data: str, key: str, converter: Callable[..., np.ndarray], field: str, options: dict[str, float]
) -> None:
    ia = reference_ia(data)
    ours = converter(ia[field], ia.risk, **options)
    expected = numbers(read_reference(f"{data}_06_measures")["outputs"]["geom"][key])
    np.testing.assert_allclose(ours, expected, rtol=1e-10, atol=1e-15)


def test_the_stored_figures_hold_the_case_with_nothing_below_the_quantile() -> None:
    """SIT's CDaR of portfolios that are at their high nearly all the time is missing, while the programme's is zero."""
    outputs = read_reference("A_06_measures")["outputs"]
    assert np.isnan(numbers(outputs["portfolio.cdar"])).tolist() == [False, True, True, False, False]
    assert numbers(outputs["portfolio.cdar_rockafellar_uryasev"])[1:3].tolist() == [0, 0]


@pytest.mark.parametrize("name", ["A_01_longonly_0_80_CVaR", "A_01_longonly_0_80_CDaR", "B_01_longonly_0_80_CVaR"])
def test_the_value_a_linear_programme_reached_is_the_ru_measure(name: str) -> None:
    """R's lpSolve reports the optimum of each programme; it stops at about 1e-11, the stored weights carry as much."""
    content = read_reference(name)
    measure = {"CVaR": sitpy.portfolio_cvar_ru, "CDaR": sitpy.portfolio_cdar_ru}[content["measure"]]
    weight = numbers(content["outputs"]["weight"])[:-1]  # the largest-return end is another programme
    ours = measure(weight, reference_ia(content["inputs"]["ia"]))
    np.testing.assert_allclose(ours, numbers(content["outputs"]["solver_log"]["lp_objective"]), rtol=1e-9, atol=1e-9)
