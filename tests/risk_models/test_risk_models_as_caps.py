"""Each ``add_constraint_*`` is an exact model: with fixed weights, the least value of its last row is the measure."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

import sitpy
from sitpy import Constraints, InputAssumptions, InputError

Builder = Callable[[InputAssumptions, float, Any, Constraints], Constraints]


def returns(w: np.ndarray, ia: InputAssumptions) -> np.ndarray:
    return np.asarray(ia.hist_returns @ w)


def mad_downside(w: np.ndarray, ia: InputAssumptions) -> float:
    p = returns(w, ia)
    m = p.mean() if ia.parameters_mar is None else ia.parameters_mar
    return float(np.maximum(m - p, 0).mean())


def gini_sum(w: np.ndarray, ia: InputAssumptions) -> float:
    p = returns(w, ia)
    return float(sum(abs(p[j] - p[k]) for j in range(len(p)) for k in range(j)))


def of(measure: Callable[..., np.ndarray]) -> Callable[[np.ndarray, InputAssumptions], float]:
    return lambda w, ia: float(measure(w, ia)[0])


# builder, measure, name in messages, and how many variables and constraints T periods add (spec, section 4)
MODELS: dict[str, tuple[Builder, Callable[..., float], str, Callable[[int], int], Callable[[int], int]]] = {
    "maxloss": (
        sitpy.add_constraint_maxloss,
        of(sitpy.portfolio_maxloss),
        "MaxLoss",
        lambda T: 1,
        lambda T: T + 1,
    ),
    "mad": (sitpy.add_constraint_mad, of(sitpy.portfolio_mad), "MAD", lambda T: 2 * T, lambda T: T + 1),
    "cvar": (sitpy.add_constraint_cvar, of(sitpy.portfolio_cvar_ru), "CVaR", lambda T: T + 1, lambda T: T + 1),
    "cdar": (sitpy.add_constraint_cdar, of(sitpy.portfolio_cdar_ru), "CDaR", lambda T: 2 * T + 1, lambda T: 3 * T),
    "mad_downside": (
        sitpy.add_constraint_mad_downside,
        mad_downside,
        "downside MAD",
        lambda T: T,
        lambda T: T + 1,
    ),
    "gini": (
        partial(sitpy.add_constraint_gini, pairs=True),
        gini_sum,
        "Gini",
        lambda T: T * (T - 1),
        lambda T: T * (T - 1) // 2 + 1,
    ),
}
BUILDERS: dict[str, Builder] = {name: model[0] for name, model in MODELS.items()} | {
    "omega": sitpy.add_constraint_omega
}

WEIGHTS = {
    "equal": [0.125] * 8,
    "long-short": [0.4, -0.3, 0.2, 0.1, 0.3, 0.5, -0.4, 0.2],
    "one": [0, 0, 1, 0, 0, 0, 0, 0],
}


@pytest.fixture
def ia(ia_b: InputAssumptions) -> InputAssumptions:
    """Two years of the simulated history: Gini's pairs stay few."""
    part = sitpy.create_historical_ia(ia_b.history.iloc[:24], 12)
    part.parameters_alpha = 0.9
    return part


def fixed(weights: list[float]) -> Constraints:
    """Room for the weights given and nothing else."""
    return sitpy.new_constraints(len(weights), lb=weights, ub=weights)


def least_value(model: Constraints) -> sitpy.solvers.linear.LPSolution:
    """Least value of the last row under all other rows."""
    return solve(sitpy.delete_constraints(-1, model), model.A[:, -1])


def solve(c: Constraints, objective: Any, direction: str = "min") -> sitpy.solvers.linear.LPSolution:
    return sitpy.solve_LP_bounds(
        direction, objective, c.A.T, sitpy.type_constraints(c), c.b, c.binary_index, lb=c.lb, ub=c.ub
    )


@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize("name", MODELS)
def test_least_value_of_the_last_row_is_the_measure(ia: InputAssumptions, name: str, weights: str) -> None:
    """HiGHS works to 1e-9 per row; the sum over Gini's 276 pairs may collect that."""
    build, measure, _, _, _ = MODELS[name]
    w = np.array(WEIGHTS[weights])
    answer = least_value(build(ia, 0, ">=", fixed(WEIGHTS[weights])))
    assert answer.value == pytest.approx(measure(w, ia), rel=1e-8, abs=1e-8)
    np.testing.assert_array_equal(answer.solution[:8], w)


@pytest.mark.parametrize("mar", [0.0, 0.02, -0.05])
def test_downside_below_a_given_return(ia: InputAssumptions, mar: float) -> None:
    ia.parameters_mar = mar
    w = WEIGHTS["long-short"]
    answer = least_value(sitpy.add_constraint_mad_downside(ia, 0, ">=", fixed(w)))
    assert answer.value == pytest.approx(mad_downside(np.array(w), ia), abs=1e-9)


@pytest.mark.parametrize("name", MODELS)
def test_a_cap_admits_a_portfolio_just_above_its_measure_and_refuses_it_just_below(
    ia: InputAssumptions, name: str
) -> None:
    build, measure, label, _, _ = MODELS[name]
    ia = sitpy.create_historical_ia(ia.history.iloc[:10], 12)
    w = WEIGHTS["long-short"]
    limit = measure(np.array(w), ia)
    nothing = np.zeros(build(ia, 0, "<=", fixed(w)).n)
    # 1e-5 relative is far above the solver's 1e-9 and far below any effect of a wrong model
    solve(build(ia, limit * (1 + 1e-5), "<=", fixed(w)), nothing)
    with pytest.raises(sitpy.InfeasibleError):
        solve(build(ia, limit * (1 - 1e-5), "<=", fixed(w)), nothing)
    assert label in str(build(ia, 0.5, "<=", fixed(w)).names[-1])


@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize("name", MODELS)
def test_a_lower_limit_limits_nothing_and_an_equality_is_an_upper_one(
    ia: InputAssumptions, name: str, weights: str
) -> None:
    """SIT's rows hold the model's variables above the measure only: the docstring says so."""
    build, measure, _, _, _ = MODELS[name]
    ia = sitpy.create_historical_ia(ia.history.iloc[:10], 12)
    w = WEIGHTS[weights]
    value, size = measure(np.array(w), ia), max(abs(measure(np.array(w), ia)), 0.01)
    nothing = np.zeros(build(ia, 0, "<=", fixed(w)).n)
    for type in (">=", "="):
        solve(build(ia, value + 0.5 * size, type, fixed(w)), nothing)  # the measure is not there, and this is feasible
    with pytest.raises(sitpy.InfeasibleError):
        solve(build(ia, value - 0.5 * size, "=", fixed(w)), nothing)


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("type", ["<=", ">="])
def test_shape_and_names_of_the_rows(ia: InputAssumptions, name: str, type: str) -> None:
    build, _, label, variables, rows = MODELS[name]
    T = len(ia.hist_returns)
    before = sitpy.add_constraints(np.ones(8), 1, "=", sitpy.new_constraints(8, lb=0, ub=0.8), "budget")
    before.binary_index = [3]
    kept = before.copy()
    after = build(ia, 0.125, type, before)
    assert after.n == 8 + variables(T)
    assert after.A.shape[1] == 1 + rows(T)
    assert after.names[-1] == f"{label} {type} 0.125"
    sign = -1 if type == "<=" else 1
    assert after.b[-1] == sign * 0.125
    assert (sign * after.A[:, -1] >= 0).all()
    assert not after.A[:8, -1].any()
    assert sorted(set(map(str, after.names))) == sorted({"budget", f"{label} model", f"{label} {type} 0.125"})
    assert after.A[:8, after.names.index("budget")].tolist() == [1] * 8
    assert after.lb[:8].tolist() == [0] * 8
    assert after.ub[:8].tolist() == [0.8] * 8
    assert np.isnan(after.ub[8:]).all()
    assert after.binary_index is not None
    assert after.binary_index.tolist() == [3]
    assert after.check() is after
    for field in ("A", "b", "meq", "lb", "ub", "names"):
        np.testing.assert_equal(before[field], kept[field])


@pytest.mark.parametrize("name", MODELS)
def test_an_equality_on_the_measure_goes_to_the_front(ia: InputAssumptions, name: str) -> None:
    build, _, label, _, _ = MODELS[name]
    c = build(ia, 0.25, "=", fixed(WEIGHTS["equal"]))
    assert c.names[0] == f"{label} = 0.25"
    assert sitpy.type_constraints(c)[0] == "="


@pytest.mark.parametrize("name", MODELS)
def test_variables_that_are_there_already_take_no_part(ia: InputAssumptions, name: str) -> None:
    """The v of a 130/30 set: the model skips it and puts its own variables behind."""
    build, measure, _, variables, _ = MODELS[name]
    w = WEIGHTS["long-short"]
    grown = sitpy.add_variables(8, fixed(w), lb=1, ub=1)
    model = build(ia, 0, ">=", grown)
    assert model.n == 16 + variables(24)
    assert not model.A[8:16].any()
    assert least_value(model).value == pytest.approx(measure(np.array(w), ia), rel=1e-8, abs=1e-8)


def test_two_caps_hold_together(ia: InputAssumptions) -> None:
    c = sitpy.add_constraint_maxloss(ia, 0.06, "<=", sitpy.create_basic_constraints(8, 0, 0.8))
    c = sitpy.add_constraint_mad(ia, 0.024, "<=", c)
    w = sitpy.max_return_portfolio(ia, c)
    assert sitpy.portfolio_maxloss(w, ia)[0] <= 0.06 + 1e-9
    assert sitpy.portfolio_mad(w, ia)[0] <= 0.024 + 1e-9
    free = sitpy.max_return_portfolio(ia, sitpy.create_basic_constraints(8, 0, 0.8))
    assert sitpy.portfolio_maxloss(free, ia)[0] > 0.06
    assert sitpy.portfolio_mad(free, ia)[0] > 0.024


# ------------------------------------------------------------------------------------------------------ Omega


@pytest.mark.parametrize("threshold", [0.0, 0.005])
@pytest.mark.parametrize("weights", ["equal", "one"])
def test_omega_of_fixed_weights(ia: InputAssumptions, weights: str, threshold: float) -> None:
    """For the value to be Omega, a period may not have both gain and shortfall (binaries here), and t must be positive.

    SIT leaves t without a bound, and so does the model (stored case "add.constraint.omega"); a set of long-only bounds
    implies t >= 0, fixed weights do not: with t < 0 gains and shortfalls change places.
    """
    ia.parameters_omega = threshold
    w = np.array(WEIGHTS[weights])
    p = returns(w, ia) - threshold
    omega = np.maximum(p, 0).mean() / np.maximum(-p, 0).mean()
    T, n = 24, 8
    model = sitpy.add_constraint_omega(ia, 0, ">=", fixed(WEIGHTS[weights]))
    assert model.n == n + 2 * T + 1
    assert model.names[-1] == "Omega >= 0"
    # one binary per period: u_j <= M b_j, d_j <= M (1 - b_j)
    large = 10 * np.abs(p).max() / np.maximum(-p, 0).mean()
    model.lb[-1] = 0
    exact = sitpy.add_variables(T, sitpy.delete_constraints(-1, model), lb=0, ub=1)
    exact.binary_index = np.arange(n + 2 * T + 1, exact.n)
    one, none = np.eye(T), np.zeros((T, T))
    head, t = np.zeros((n, T)), np.zeros((1, T))
    exact = sitpy.add_constraints(np.vstack([head, one, none, t, -large * one]), 0, "<=", exact)
    exact = sitpy.add_constraints(np.vstack([head, none, one, t, large * one]), large, "<=", exact)
    gain = np.append(model.A[:, -1], np.zeros(T))
    for direction in ("min", "max"):  # nothing is left to choose: both ends are Omega
        answer = solve(exact, gain, direction)
        assert answer.value == pytest.approx(omega, rel=1e-7)
        scale = answer.solution[n + 2 * T]
        np.testing.assert_allclose(answer.solution[:n] / scale, w, atol=1e-7)


# --------------------------------------------------------------------------------------------------- messages


@pytest.mark.parametrize("name", BUILDERS)
def test_gaps_in_the_history_are_refused_by_asset_and_period(ia: InputAssumptions, name: str) -> None:
    ia.hist_returns[4:6, 7] = np.nan
    words = "hist_returns of 'GLD' has 2 missing value(s), the first at 2005-05-31 00:00:00; drop these periods or fill"
    with pytest.raises(InputError, match=re.escape(words)):
        BUILDERS[name](ia, 0.1, "<=", sitpy.create_basic_constraints(8))


@pytest.mark.parametrize("name", BUILDERS)
def test_fewer_variables_than_assets(ia: InputAssumptions, name: str) -> None:
    words = "the constraints have 5 variables but there are 8 assets; the first variables must be the asset weights"
    with pytest.raises(InputError, match=words):
        BUILDERS[name](ia, 0.1, "<=", sitpy.create_basic_constraints(5))


@pytest.mark.parametrize("name", BUILDERS)
def test_limits_and_senses_that_mean_nothing(ia: InputAssumptions, name: str) -> None:
    with pytest.raises(InputError, match=r"value is nan; give the limit as a finite number"):
        BUILDERS[name](ia, np.nan, "<=", sitpy.create_basic_constraints(8))
    with pytest.raises(InputError, match="constraint type '<' is not known; use '=', '>=' or '<='"):
        BUILDERS[name](ia, 0.1, "<", sitpy.create_basic_constraints(8))


@pytest.mark.parametrize("name", BUILDERS)
def test_a_history_is_needed(name: str) -> None:
    with pytest.raises(InputError, match="have no hist_returns; this needs a history"):
        BUILDERS[name](InputAssumptions(cov=np.eye(2)), 0.1, "<=", sitpy.create_basic_constraints(2))


def test_long_only_bounds_keep_the_scale_of_omega_from_being_negative(ia: InputAssumptions) -> None:
    model = sitpy.add_constraint_omega(ia, 0, ">=", sitpy.create_basic_constraints(8, 0, 0.8))
    scale = np.eye(model.n)[8 + 2 * 24]
    assert solve(model, scale).value == pytest.approx(0, abs=1e-9)
