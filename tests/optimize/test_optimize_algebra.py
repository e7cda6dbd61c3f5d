"""Each constraint against brute force, the tie-break against a second solver, and what must not change the answer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

import sitpy.optimize as opt
from sitpy.optimize.rows import Book, Distance

Array = np.ndarray
ASSETS = list("ABCDE")


def numbers(rng: np.random.Generator, low: float = -1, high: float = 1) -> dict[str, float]:
    """Two digits, none of them 0: a target of 0 would close the position."""
    return {asset: round(value, 2) or 0.01 for asset, value in zip(ASSETS, rng.uniform(low, high, 5).tolist())}


def kinds(rng: np.random.Generator) -> dict[str, opt.Constraint]:
    """One constraint of each kind; most allow the empty portfolio."""
    pick = [str(asset) for asset in rng.permutation(ASSETS)]
    loadings = pd.DataFrame({"beta": numbers(rng), "size": numbers(rng)})
    labels = dict(zip(ASSETS, rng.choice(["x", "y"], 5).tolist(), strict=True))
    low, high = -float(rng.uniform(0, 0.3)), float(rng.uniform(0, 0.3))
    lookthru = pd.DataFrame({pick[0]: {pick[1]: 0.6, pick[2]: 0.3, "other": 0.1}})
    return {
        "net": opt.NetExposure(low, high),
        "neutral": opt.DollarNeutral(high),
        "groups": opt.NetGroupExposure.with_equal_bounds(labels, low, high),
        "positions": opt.PositionConcentration({pick[0]: low}, {pick[0]: high, pick[1]: high}, -0.4, 0.5),
        "through": opt.PositionConcentration.with_equal_bounds(low - 0.1, high + 0.1, etf_lookthru=lookthru),
        "groups through": opt.NetGroupExposure.with_equal_bounds({**labels, "other": "x"}, low, high, lookthru),
        "factors": opt.FactorExposure(
            loadings, dict.fromkeys(loadings, low), {"beta": high, "size": opt.NotConstrained}
        ),
        "turnover": opt.MaxTurnover(float(rng.uniform(0.7, 1.5))),
        "pair": opt.Pair(pick[0], pick[1], float(rng.uniform(0.5, 2)), float(rng.uniform(0, 0.7))),
        "basket": opt.Basket(pick[:3], low, high),
        "frozen": opt.Frozen(pick[0]),
        "reduce": opt.ReduceOnly(pick[:2]),
        "long": opt.LongOnly(pick[:2]),
        "short": opt.ShortOnly(pick[3:]),
        "fixed": opt.FixedWeight(pick[4], round(low / 3, 3)),
        "none": opt.CannotHold(pick[2]),
    }


def breaks(constraint: opt.Constraint, w: Array, old: Array) -> float:
    """By how much weights break a constraint, written down again from its definition."""
    x, before = dict(zip(ASSETS, w.tolist(), strict=True)), dict(zip(ASSETS, old.tolist(), strict=True))

    def outside(value: float, low: float, high: float) -> float:
        return max(low - value, value - high, 0.0)

    def seen(lookthru: pd.DataFrame | None) -> dict[str, float]:
        if lookthru is None:
            return x
        found = {asset: weight for asset, weight in x.items() if asset not in lookthru}
        for fund in lookthru:
            for stock, share in lookthru[fund].items():
                found[str(stock)] = found.get(str(stock), 0.0) + share * x[str(fund)]
        return found

    c: Any = constraint
    match constraint:
        case opt.MaxGrossExposure():
            return outside(sum(map(abs, x.values())), 0, c.max)
        case opt.MaxTurnover():
            return outside(sum(abs(x[a] - before[a]) for a in ASSETS), 0, c.max)
        case opt.NetExposure():
            return outside(sum(x.values()), c.min, c.max)
        case opt.NetGroupExposure():
            held = seen(c.etf_lookthru)
            groups = set(c.labels.values())
            sums = {g: sum(v for a, v in held.items() if c.labels.get(a) == g) for g in groups}
            return max(outside(sums[g], c.min_weights[g], c.max_weights[g]) for g in groups)
        case opt.PositionConcentration():
            low, high = c.default_min_weight, c.default_max_weight
            held = seen(c.etf_lookthru)
            return max(outside(v, c.min_weights.get(a, low), c.max_weights.get(a, high)) for a, v in held.items())
        case opt.FactorExposure():
            sums = {f: sum(c.loadings.loc[a, f] * x[a] for a in ASSETS) for f in c.loadings}
            return max(outside(sums[f], c.min_exposures[f], c.max_exposures[f]) for f in sums)
        case opt.Pair():
            long, short = x[c.long], -x[c.short]
            ratio = outside(long, (c.hedge_ratio - c.tolerance) * short, (c.hedge_ratio + c.tolerance) * short)
            return max(-long, -short, ratio, 0.0)
        case opt.Basket():
            return outside(sum(x[a] for a in c.assets), c.min_net_exposure, c.max_net_exposure)
        case opt.Frozen():
            return max(abs(x[a] - before[a]) for a in c.assets)
        case opt.ReduceOnly():
            return max(outside(x[a], min(0, before[a]), max(0, before[a])) for a in c.assets)
        case opt.LongOnly():
            return max(outside(x[a], 0, np.inf) for a in c.assets)
        case opt.ShortOnly():
            return max(outside(x[a], -np.inf, 0) for a in c.assets)
        case opt.CannotHold():
            return max(abs(x[a]) for a in c.assets)
        case opt.FixedWeight():
            return abs(x[c.asset] - c.weight)
    raise AssertionError(constraint)


@pytest.mark.parametrize("kind", sorted(kinds(np.random.default_rng(0))))
def test_a_spot_check_agrees_with_the_definition(kind: str) -> None:
    """On weights within, on and beyond the limit, taken from answers and shifted."""
    rng = np.random.default_rng(sum(map(ord, kind)))
    verdicts = set()
    for _ in range(25):
        constraint = kinds(rng)[kind]
        old = np.array([*numbers(rng, -0.4, 0.4).values()])
        held = dict(zip(ASSETS, old.tolist(), strict=True))
        wish = opt.TargetWeights(numbers(rng))
        answer = opt.calculate_optimal_portfolio(wish, [constraint], held).reindex(ASSETS, fill_value=0.0).to_numpy()
        for w in (answer, answer + rng.normal(0, 0.05, 5), np.zeros(5), old, np.array([*wish.values.values()])):
            by_hand = breaks(constraint, w, old)
            if not 1e-10 < by_hand < 1e-8:  # the last digits decide there
                is_fine = constraint.violation(Book.of(ASSETS, held), w) is None
                assert is_fine == (by_hand <= 1e-10), (constraint, w, by_hand)
                verdicts.add(is_fine)
    assert verdicts == {True, False}


def problem(seed: int) -> tuple[list[opt.Constraint], dict[str, float], np.random.Generator]:
    rng = np.random.default_rng(seed)
    available = kinds(rng)
    chosen = [available[str(name)] for name in rng.choice(sorted(available), int(rng.integers(1, 5)), replace=False)]
    return [opt.MaxGrossExposure(float(rng.uniform(0.8, 2))), *chosen], numbers(rng, -0.3, 0.3), rng


@given(st.integers(0, 10**6))
@settings(max_examples=15)
def test_targets_are_projected(seed: int) -> None:
    """Against a second solver that knows the constraints from their definitions only; no feasible point is nearer."""
    constraints, held, rng = problem(seed)
    wish = numbers(rng)
    result = opt.run_optimization(opt.TargetWeights(wish), constraints, held)
    old, t = np.array([*held.values()]), np.array([*wish.values()])
    if result.new_weights is None:
        assert result.status == "infeasible"
        return
    w = result.new_weights.reindex(ASSETS, fill_value=0.0).to_numpy()
    assert max(breaks(c, w, old) for c in constraints) <= 1e-7
    for start in (w, 0 * w, old):
        other = minimize(
            lambda x: ((x - t) ** 2).sum() + 1e4 * sum(breaks(c, x, old) for c in constraints),
            start,
            method="Nelder-Mead",
            options={"maxiter": 300, "xatol": 1e-9, "fatol": 1e-12},
        ).x
        if max(breaks(c, other, old) for c in constraints) <= 1e-9:
            assert ((w - t) ** 2).sum() <= ((other - t) ** 2).sum() + 1e-7


@given(st.integers(0, 10**6))
@settings(max_examples=40)
def test_alphas_are_maximised_and_ties_are_least_in_norm(seed: int) -> None:
    """Against cvxpy: the same value, and of all weights with that value none of smaller norm."""
    cvxpy = pytest.importorskip("cvxpy", reason="the referee is cvxpy")
    constraints, held, rng = problem(seed)
    alphas = {asset: round(value, 1) for asset, value in numbers(rng).items()}  # rounded, so that ties are frequent
    result = opt.run_optimization(opt.MaximizeAlpha(alphas), constraints, held)
    old, alpha = np.array([*held.values()]), np.array([*alphas.values()])
    x = cvxpy.Variable(5)
    rows = [row for c in constraints for row in written(cvxpy, c, x, old)]
    best = cvxpy.Problem(cvxpy.Maximize(alpha @ x), rows)
    best.solve(solver="CLARABEL")
    if result.new_weights is None:
        assert (result.status, best.status) in {("infeasible", "infeasible"), ("infeasible", "infeasible_inaccurate")}
        return
    w = result.new_weights.reindex(ASSETS, fill_value=0.0).to_numpy()
    assert max(breaks(c, w, old) for c in constraints) <= 1e-7
    assert alpha @ w == pytest.approx(best.value, abs=1e-6)
    as_good = alpha @ x >= alpha @ w - 1e-9
    least = cvxpy.Problem(cvxpy.Minimize(cvxpy.sum_squares(x)), [*rows, as_good])
    least.solve(solver="CLARABEL")
    assert w @ w <= least.value + 2e-9 * as_good.dual_value + 1e-6  # what the slab of the referee is worth, twice


def written(cvxpy: Any, constraint: opt.Constraint, x: Any, old: Array) -> list[Any]:
    """A constraint for cvxpy, from the demand on a book of the five assets."""
    demand = constraint.demand(Book.of(ASSETS, dict(zip(ASSETS, old.tolist(), strict=True))))
    if isinstance(demand, Distance):
        return [cvxpy.norm1(x - demand.center) <= demand.high]
    matrix = demand.matrix.toarray()
    ends = [(matrix[np.isfinite(demand.low)], demand.low[np.isfinite(demand.low)], 1)]
    ends.append((matrix[np.isfinite(demand.high)], demand.high[np.isfinite(demand.high)], -1))
    return [side * (rows @ x) >= side * limit for rows, limit, side in ends if len(limit)]


@given(st.integers(0, 10**6))
@settings(max_examples=25)
def test_order_and_scale_change_nothing(seed: int) -> None:
    constraints, held, rng = problem(seed)
    alphas = {asset: round(value, 1) for asset, value in numbers(rng).items()}
    plain = opt.run_optimization(opt.MaximizeAlpha(alphas), constraints, held)
    mixed = [str(asset) for asset in rng.permutation(ASSETS)]
    other = opt.run_optimization(
        opt.MaximizeAlpha(pd.Series(alphas)[mixed] * 1000), constraints[::-1], pd.Series(held)[mixed]
    )
    assert plain.status == other.status
    if plain.new_weights is not None and other.new_weights is not None:
        pd.testing.assert_series_equal(plain.new_weights, other.new_weights[plain.new_weights.index], rtol=0, atol=1e-6)


@given(st.integers(0, 10**6))
@settings(max_examples=20)
def test_a_conflict_is_smallest(seed: int) -> None:
    """Removing any one of its members makes the rest feasible; all of it has no solution."""
    rng = np.random.default_rng(seed)
    available = kinds(rng)
    chosen = [available[str(name)] for name in rng.choice(sorted(available), 4, replace=False)]
    constraints = [*chosen, opt.NetExposure(0.5, 0.6), opt.MaxGrossExposure(0.55), opt.LongOnly(ASSETS)]
    wish = opt.TargetWeights(numbers(rng))
    result = opt.run_optimization(wish, constraints)
    if result.success:
        return
    conflict = result.diagnostics.conflict
    assert conflict
    named = opt.Basket(ASSETS, -100, 100)  # keeps all assets in the book
    assert not opt.run_optimization(wish, [*conflict, named]).success
    for constraint in conflict:
        assert opt.run_optimization(wish, [named, *(c for c in conflict if c is not constraint)]).success


def test_nearly_equal_alphas_are_no_tie() -> None:
    """A slab of 1e-8 around the best value would let a hundredth of the weight go to the second best."""
    alphas = opt.MaximizeAlpha({"A": 0.100001, "B": 0.1})
    found = opt.calculate_optimal_portfolio(alphas, [opt.MaxGrossExposure(1.0)])
    assert found.to_dict() == pytest.approx({"A": 1.0, "B": 0.0}, abs=1e-9)


def test_many_assets() -> None:
    """Optimality at 500 assets without a second solver: no exchange between two assets within all limits gains."""
    rng = np.random.default_rng(0)
    names = [f"S{i}" for i in range(500)]
    alpha = pd.Series(rng.normal(size=500), names)
    constraints = [
        opt.MaxGrossExposure(1.0),
        opt.DollarNeutral(0.0),
        opt.PositionConcentration.with_equal_bounds(-0.005, 0.005),
    ]
    w = opt.calculate_optimal_portfolio(opt.MaximizeAlpha(alpha), constraints)
    order = alpha.sort_values().index
    assert (w[order[:100]] == -0.005).all() and (w[order[-100:]] == 0.005).all() and (w[order[100:-100]] == 0).all()
