"""Least shortfall, least Gini mean difference, least correlation: R's figures, other solvers, and the laws of the measures."""

from __future__ import annotations

import copy
import functools
import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from problems import by_clarabel
from scipy import sparse
from scipy.optimize import linprog

import sitpy
from sitpy import Constraints, InfeasibleError, InputAssumptions, InputError
from sitpy.frontier import MEASURES, MINIMISERS
from sitpy.reference import read_reference, reference_ia
from sitpy.solvers import Program, Solution

Array = np.ndarray
NEW = ("MADdown", "RiskDown", "Gini", "CorRisk")
SQUARED = ("RiskDown", "CorRisk")
new = pytest.mark.parametrize("name", NEW)


def long_only(n: int, most: float = 0.8) -> Constraints:
    return sitpy.add_constraints(np.ones(n), 1, "=", sitpy.new_constraints(n, lb=0, ub=most), "budget")


def value(name: str, weights: Any, ia: InputAssumptions) -> float:
    return float(MEASURES[name](weights, ia)[0])


# ----------------------------------------------------------------------------------------------------- R's figures

STORED = [
    (letter, case, name, mar)
    for letter in "AB"
    for case, name, mar in (
        ("min.mad.downside.mean", "MADdown", None),
        ("min.risk.downside.mean", "RiskDown", None),
        ("min.mad.downside.mar_0", "MADdown", 0.0),
        ("min.risk.downside.mar_0", "RiskDown", 0.0),
        ("min.cor.insteadof.cov", "CorRisk", None),
        ("min.gini", "Gini", None),
    )
    if (letter, case) != ("B", "min.gini")  # SIT's 2556 pairs were too many to run
]


@pytest.mark.parametrize(("letter", "case", "name", "mar"), STORED)
def test_figures_of_r(letter: str, case: str, name: str, mar: float | None) -> None:
    """Files A_05 and B_05: the same corners and active sets, so that both are held to rounding (1e-10 and 1e-9).

    Not the weights on A below 0, where many portfolios have no shortfall at all.
    """
    theirs = read_reference(f"{letter}_05_single_portfolios")["outputs"][case]
    ia = reference_ia(letter)
    ia.parameters_mar = mar
    best = value(name, theirs["weight"], ia)
    if "measure" in theirs:
        assert theirs["measure"] == pytest.approx(best, rel=1e-10, abs=1e-14)
    for c in (long_only(ia.n), sitpy.create_basic_constraints(ia.n, 0, 0.8)):
        ours = MINIMISERS[name](ia, c)
        assert value(name, ours, ia) == pytest.approx(best, rel=1e-10, abs=1e-13)
        if (letter, mar) != ("A", 0.0):
            np.testing.assert_allclose(ours, theirs["weight"], rtol=0, atol=1e-9)


# -------------------------------------------------------------------------------------------------- other solvers


def random_assumptions(seed: int) -> InputAssumptions:
    rng = np.random.default_rng(seed)
    n, T = int(rng.integers(3, 9)), int(rng.integers(15, 30))
    history = rng.normal(0.005, 0.03, (T, 1)) * rng.uniform(0, 1.5, n) + rng.normal(0.005, 0.04, (T, n))
    ia = sitpy.create_historical_ia(history, 12)
    ia.parameters_mar = (None, 0.0, 0.01)[seed % 3]
    return ia


def referee(name: str, ia: InputAssumptions, lb: float, ub: float, target: float) -> float:
    """The measure's programme written down from its definition: linear ones by linprog, squares by Clarabel; in per cent."""
    R = 100 * ia.hist_returns
    T, n = R.shape
    first, second = np.triu_indices(T, 1)
    mar = ia.parameters_mar
    below = R - R.mean(axis=0) if mar is None else R
    level = 0.0 if mar is None else 100 * mar
    # rows'x + z >= limit, z >= 0: shortfalls, or pairs, where sum |d| is sum (2 max(-d, 0) + d)
    rows, limit, cost, slope = {
        "MADdown": (below, level, 1 / T, np.zeros(n)),
        "RiskDown": (below, level, 0.0, np.zeros(n)),
        "Gini": (R[first] - R[second], 0.0, 2 / first.size, (R[first] - R[second]).mean(axis=0)),
        "CorRisk": (np.zeros((0, n)), 0.0, 0.0, np.zeros(n)),
    }[name]
    k = len(rows)
    A = np.vstack([np.c_[np.ones(n), ia.expected_return, rows.T], np.c_[np.zeros((k, 2)), np.eye(k)]])
    b = np.concatenate([[1.0, target], np.full(k, limit)])
    D = None
    if name in SQUARED:
        D = np.zeros((n + k, n + k))
        D[:n, :n] = ia.correlation if name == "CorRisk" else 0.0
        D[n:, n:] = 2 * np.eye(k) / T
        if name == "CorRisk":
            D = 2 * D
    lower, upper = np.r_[np.full(n, lb), np.zeros(k)], np.r_[np.full(n, ub), np.full(k, np.inf)]
    c = np.concatenate([slope, np.full(k, cost)])
    if D is not None:
        square = by_clarabel(Program(c, A, b, 1, lower, upper, D))
        assert square is not None
        return float(np.sqrt(max(square, 0.0))) / (1 if name == "CorRisk" else 100)
    answer = linprog(
        c,
        -A[:, 1:].T if np.isfinite(target) else -A[:, 2:].T,
        -b[1:] if np.isfinite(target) else -b[2:],
        A[:, :1].T,
        b[:1],
        bounds=list(zip(lower, upper)),
        method="highs",
    )
    assert answer.status == 0
    return float(answer.fun) / 100


@pytest.mark.parametrize("seed", range(6))
@new
def test_frontiers_of_other_solvers(name: str, seed: int) -> None:
    """Long-only and short sales; 1e-6 relative: Clarabel is asked for 1e-10 of squares, linprog for rows to 1e-7 per cent."""
    ia = random_assumptions(seed)
    lb, ub = (0.0, 0.7) if seed % 2 else (-0.3, 0.8)
    c = sitpy.add_constraints(np.ones(ia.n), 1, "=", sitpy.new_constraints(ia.n, lb=lb, ub=ub))
    ef = sitpy.portopt(ia, c, 4, min_risk_fn=MINIMISERS[name])
    assert ef.measure == name
    expected = [referee(name, ia, lb, ub, t if np.isfinite(t) else -np.inf) for t in ef.target_return[:-1]]
    np.testing.assert_allclose(ef.objective[:-1], expected, rtol=1e-6, atol=1e-8)
    assert (ef.certificates()[["dual_residual", "gap"]] <= 1e-7).all(axis=None)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("name", ["MADdown", "RiskDown", "Gini", "CorRisk"])
def test_two_assets_by_walking_along_the_line(name: str, seed: int) -> None:
    """One weight: the measure bends only where two periods, or a period and the threshold, tie; a square is a parabola between.

    Trying every such weight, and every parabola's lowest point, leaves nothing out.
    """
    rng = np.random.default_rng(seed)
    T = 40
    history = rng.normal(0.005, 0.04, (T, 2)) * [1, 1.5]
    ia = sitpy.create_historical_ia(history, 12)
    ia.parameters_mar = (None, 0.0)[seed % 2]
    slope, level = history[:, 0] - history[:, 1], history[:, 1]
    if name == "Gini":
        i, j = np.triu_indices(T, 1)
        slope, level = slope[i] - slope[j], level[i] - level[j]
    elif ia.parameters_mar is None:
        slope, level = slope - slope.mean(), level - level.mean()
    kinks = np.unique(np.clip(-level / slope, 0, 1))
    tried = [0.0, 1.0, *kinks]
    if name in SQUARED:  # three points of a piece give its parabola
        for low, high in itertools.pairwise(np.unique([0.0, *kinks, 1.0])):
            at = np.array([low, (low + high) / 2, high])
            a, b, _ = np.polyfit(at - low, MEASURES[name](np.c_[at, 1 - at], ia) ** 2, 2)
            tried.append(float(np.clip(low - b / (2 * a), low, high)) if a > 0 else low)
    weights = np.array(tried)
    best = MEASURES[name](np.c_[weights, 1 - weights], ia).min()
    ours = value(name, MINIMISERS[name](ia, long_only(2, 1.0)), ia)
    assert ours == pytest.approx(best, rel=1e-8, abs=1e-12)


@functools.cache
def gini_of_72_months() -> float:
    """All 2556 pairs in sparse rows, one-sided, by HiGHS with 1e-9 for its tolerances; in per cent."""
    R = 100 * sitpy.data.etf8_simulated().to_numpy(dtype=float)
    T, n = R.shape
    first, second = np.triu_indices(T, 1)
    apart = R[first] - R[second]
    k = first.size
    answer = linprog(
        np.append(apart.mean(axis=0), np.full(k, 2 / k)),
        sparse.hstack([-sparse.csr_matrix(apart), -sparse.eye(k)]),
        np.zeros(k),
        sparse.csr_matrix(np.append(np.ones(n), np.zeros(k))),
        [1.0],
        bounds=[(0, 0.8)] * n + [(0, None)] * k,
        method="highs",
        options={"primal_feasibility_tolerance": 1e-9, "dual_feasibility_tolerance": 1e-9},
    )
    assert answer.status == 0
    return float(answer.fun) / 100


@pytest.mark.parametrize("engine", ["fast", "reference"])
def test_gini_of_72_months(ia_b: InputAssumptions, engine: Any) -> None:
    solution = sitpy.min_gini_portfolio(ia_b, long_only(8), details=True, engine=engine)
    assert solution.value == pytest.approx(gini_of_72_months(), rel=1e-9)
    assert value("Gini", solution.x, ia_b) == pytest.approx(gini_of_72_months(), rel=1e-9)
    assert solution.proven
    assert solution.certificate.is_optimal(1e-9)


# ---------------------------------------------------------------------------------------------------------- laws

tables = st.integers(0, 10**6).map(lambda seed: np.random.default_rng(seed).integers(-8, 11, (7, 3)) / 100)


@settings(max_examples=12)
@given(table=tables, factor=st.sampled_from([0.01, 0.5, 100.0]), mar=st.sampled_from([None, 0.0, 0.01]))
@pytest.mark.parametrize("name", ["MADdown", "RiskDown", "Gini"])
def test_another_unit_of_the_returns_is_another_unit_of_the_least_value(
    name: str, table: Array, factor: float, mar: float | None
) -> None:
    def least(history: Array, level: float | None) -> float:
        ia = sitpy.create_ia(history)
        ia.parameters_mar = level
        return value(name, MINIMISERS[name](ia, long_only(3)), ia)

    expected = least(table, mar)
    # zero is the root of a rounding for the squares
    assert least(factor * table, None if mar is None else factor * mar) / factor == pytest.approx(
        expected, rel=1e-6, abs=1e-8
    )
    # a certain return of 1 % moves the threshold with it, and nothing else
    assert least(table + 0.01, None if mar is None else mar + 0.01) == pytest.approx(expected, rel=1e-6, abs=1e-8)


@settings(max_examples=12)
@given(table=tables)
def test_relatives(table: Array) -> None:
    """Half the MAD is below the mean; a higher threshold is missed by more; the square is above the mean."""
    ia = sitpy.create_ia(table)
    c = long_only(3)
    least = {name: value(name, MINIMISERS[name](ia, c), ia) for name in ("MAD", "MADdown", "RiskDown")}
    assert least["MADdown"] == pytest.approx(least["MAD"] / 2, abs=1e-10)
    assert least["MADdown"] <= least["RiskDown"] + 1e-10
    rising = []
    for mar in (-0.05, 0.0, 0.02, 0.05):
        ia.parameters_mar = mar
        rising.append(value("MADdown", sitpy.min_mad_downside_portfolio(ia, c), ia))
    assert (np.diff(rising) >= -1e-10).all()


def test_a_threshold_below_every_loss_costs_nothing(ia_a: InputAssumptions) -> None:
    ia_a.parameters_mar = -1.0
    for name in ("MADdown", "RiskDown"):
        solution = MINIMISERS[name](ia_a, long_only(9), details=True)
        assert solution.value == pytest.approx(0.0, abs=1e-15)
        assert solution.proven


def test_a_threshold_above_every_gain_is_missed_by_the_mean(ia_a: InputAssumptions) -> None:
    """Then the mean shortfall is the threshold less the mean return: the portfolio of largest mean is best."""
    ia_a.parameters_mar = 3.0
    weights = sitpy.min_mad_downside_portfolio(ia_a, long_only(9))
    means = np.sort(ia_a.hist_returns.mean(axis=0))
    assert value("MADdown", weights, ia_a) == pytest.approx(3.0 - 0.8 * means[-1] - 0.2 * means[-2], rel=1e-12)


def test_equal_risks_make_correlation_and_covariance_the_same() -> None:
    correlation = np.array([[1, 0.5, -0.2], [0.5, 1, 0.1], [-0.2, 0.1, 1]])
    ia = InputAssumptions(expected_return=[0.1, 0.1, 0.2], risk=[0.2] * 3, correlation=correlation)
    c = long_only(3)
    np.testing.assert_allclose(
        sitpy.min_cor_insteadof_cov_portfolio(ia, c), sitpy.min_risk_portfolio(ia, c), rtol=0, atol=1e-9
    )
    other = InputAssumptions(expected_return=[0.1, 0.1, 0.2], risk=[0.1, 0.5, 0.3], correlation=correlation)
    other.cov_temp = np.eye(3)  # belongs to the covariance, which takes no part here
    np.testing.assert_allclose(
        sitpy.min_cor_insteadof_cov_portfolio(other, c), sitpy.min_risk_portfolio(ia, c), rtol=0, atol=1e-9
    )


@new
def test_order_of_assets_bounds_and_a_convex_frontier(ia_b: InputAssumptions, name: str) -> None:
    order = [3, 0, 7, 1, 6, 2, 5, 4]
    other = sitpy.create_historical_ia(ia_b.history.iloc[:, order], 12)
    c = sitpy.add_constraints(np.ones(8), 1, "=", sitpy.new_constraints(8, lb=-0.2, ub=0.6))
    ef = sitpy.portopt(ia_b, c, 7, min_risk_fn=MINIMISERS[name])
    there = sitpy.portopt(other, c, 7, min_risk_fn=MINIMISERS[name])
    np.testing.assert_allclose(there.objective, ef.objective, rtol=1e-8)
    np.testing.assert_allclose(there.weight, ef.weight[:, order], rtol=0, atol=1e-6)
    assert ef.weight.min() >= -0.2 - 1e-9
    assert ef.weight.max() <= 0.6 + 1e-9
    np.testing.assert_allclose(ef.weight.sum(axis=1), 1, atol=1e-9)
    assert (np.diff(ef.objective) > 0).all()
    assert (ef.objective[1:-1] <= (ef.objective[:-2] + ef.objective[2:]) / 2 + 1e-10).all()
    for other_name in NEW:  # each is best at its own measure, at the same returns
        rival = sitpy.portopt(ia_b, c, min_risk_fn=MINIMISERS[other_name], targets=ef.target_return[1:])
        assert (MEASURES[name](rival.weight, ia_b) >= ef.objective[1:] - 1e-9).all()


# ----------------------------------------------------------------------------------------------- shapes and words


@new
def test_details_labels_and_nothing_changed_in_place(ia_a: InputAssumptions, name: str) -> None:
    c = long_only(9)
    ia_a.parameters_mar = 0.01
    before = copy.deepcopy((vars(ia_a), vars(c)))
    solution = MINIMISERS[name](ia_a, c, details=True)
    np.testing.assert_equal((vars(ia_a), vars(c)), before)
    assert isinstance(solution, Solution)
    assert solution.certificate.is_optimal(1e-8)
    measure = value(name, solution.x[:9], ia_a)
    assert solution.value == pytest.approx(measure**2 / 2 if name in SQUARED else measure, rel=1e-9)
    assert solution.bound == pytest.approx(solution.value, rel=1e-8)
    ef = sitpy.portopt(ia_a, c, 3, min_risk_fn=MINIMISERS[name])
    assert list(ef.weights.columns) == ia_a.symbols
    assert ef.measure == name


@new
def test_infeasible_constraints_are_explained(ia_a: InputAssumptions, name: str) -> None:
    words = r"budget: sum of 9 variables = 1 needs 1, but the upper bounds 0\.1 of 9 variables .*: 0\.1 too little"
    with pytest.raises(InfeasibleError, match=words):
        MINIMISERS[name](ia_a, long_only(9, 0.1))
    with pytest.raises(InfeasibleError, match=r"choose the target within that range"):
        sitpy.portopt(ia_a, long_only(9), targets=[0.5], min_risk_fn=MINIMISERS[name])


@pytest.mark.parametrize("name", ["MADdown", "RiskDown"])
@pytest.mark.parametrize("mar", [np.nan, np.inf, "low"])
def test_a_threshold_that_is_no_number(ia_a: InputAssumptions, name: str, mar: Any) -> None:
    ia_a.parameters_mar = mar
    with pytest.raises(InputError, match=r"parameters_mar is .*; give a finite return per period, or None for the"):
        MINIMISERS[name](ia_a, long_only(9))


@pytest.mark.parametrize("function", [sitpy.min_gini_portfolio, sitpy.min_mad_downside_portfolio])
def test_exactly_three_assets_by_enumeration(ia_b: InputAssumptions, function: Callable[..., Any]) -> None:
    """Every three of five assets over two years, each at most 60 %."""
    ia = sitpy.create_historical_ia(ia_b.history.iloc[:24, :5], 12)
    name = "Gini" if function is sitpy.min_gini_portfolio else "MADdown"
    c = sitpy.add_variables(5, long_only(5, 0.6), lb=0, ub=1)
    c.binary_index = np.arange(5, 10)
    c = sitpy.add_constraints(np.repeat([0.0, 1.0], 5), 3, "=", c)
    c = sitpy.add_constraints(np.vstack([-np.eye(5), 0.6 * np.eye(5)]), 0, ">=", c)
    c = sitpy.add_constraints(np.vstack([np.eye(5), -0.1 * np.eye(5)]), 0, ">=", c)  # at least 10 % where held
    found = function(ia, c, details=True)
    assert found.proven
    values = []
    for held in itertools.combinations(range(5), 3):
        lb, ub = np.zeros(5), np.zeros(5)
        lb[list(held)], ub[list(held)] = 0.1, 0.6
        part = sitpy.add_constraints(np.ones(5), 1, "=", sitpy.new_constraints(5, lb=lb, ub=ub))
        values.append(value(name, function(ia, part), ia))
    assert found.value == pytest.approx(min(values), rel=1e-7)
    assert (found.x[:5] >= 0.1 - 1e-9).sum() == 3
