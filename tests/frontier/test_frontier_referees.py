"""Both engines against each other, and random problems against solvers that share nothing with ours."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog
from stored_cases import CASES, NOT_UNIQUE, case, net, rebuilt

import sitpy
from sitpy.frontier import MINIMISERS
from sitpy.reference import net_weight

Array = np.ndarray


# -------------------------------------------------------------------------------------------- both engines


@pytest.mark.parametrize("name", CASES)
def test_reference_engine_gives_the_same_frontier(name: str) -> None:
    """Four points of every construction, each by the plain route; 1e-9 is for objectives that are zero."""
    this, fast = case(name), rebuilt(name)
    chosen = [0, this.points // 10, this.points // 2, this.points - 2]
    plain = sitpy.portopt(
        this.ia,
        this.constraints,
        min_risk_fn=this.min_risk_fn,
        targets=fast.target_return[chosen],
        engine="reference",
    )
    assert plain.proven
    np.testing.assert_allclose(plain.objective, fast.objective[chosen], rtol=1e-7, atol=1e-9)
    if name not in NOT_UNIQUE:
        np.testing.assert_allclose(net(plain), net_weight(fast.solution[chosen], fast.ia), rtol=0, atol=1e-5)


@pytest.mark.parametrize("measure", MINIMISERS)
def test_reference_engine_builds_the_same_grid(measure: str) -> None:
    ia = random_assumptions(11)
    _, _, constraints = random_limits(ia, 11)
    fast = sitpy.portopt(ia, constraints, 5, min_risk_fn=MINIMISERS[measure])
    plain = sitpy.portopt(ia, constraints, 5, min_risk_fn=MINIMISERS[measure], engine="reference")
    np.testing.assert_allclose(plain.return_, fast.return_, rtol=0, atol=1e-9)
    np.testing.assert_allclose(plain.objective, fast.objective, rtol=1e-7)
    np.testing.assert_allclose(plain.weight, fast.weight, rtol=0, atol=1e-5)


# ---------------------------------------------------------------------------------------- independent solvers


def random_assumptions(seed: int) -> sitpy.InputAssumptions:
    rng = np.random.default_rng(seed)
    n, T = int(rng.integers(3, 12)), int(rng.integers(20, 50))
    common = rng.normal(0.0, 0.03, (T, 1))
    history = common * rng.uniform(0, 1.5, n) + rng.normal(rng.uniform(-0.005, 0.02, n), 0.04, (T, n))
    return sitpy.create_historical_ia(history, 12)


def random_limits(ia: sitpy.InputAssumptions, seed: int) -> tuple[Array, Array, sitpy.Constraints]:
    """Bounds (short sales for odd seeds), the budget, and at most 60 % in the first half of the assets."""
    n = ia.n
    lb, ub = np.full(n, -0.3 if seed % 2 else 0.0), np.full(n, 0.7)
    group = (np.arange(n) < n // 2).astype(float)
    constraints = sitpy.new_constraints(n, lb=lb, ub=ub)
    constraints = sitpy.add_constraints(np.ones(n), 1, "=", constraints)
    return lb, ub, sitpy.add_constraints(group, 0.6, "<=", constraints)


@pytest.mark.parametrize("seed", range(12))
def test_least_variance_of_clarabel(seed: int) -> None:
    clarabel = pytest.importorskip("clarabel")
    from scipy import sparse

    ia = random_assumptions(seed)
    lb, ub, constraints = random_limits(ia, seed)
    ef = sitpy.portopt(ia, constraints, 5)
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = 1e-11
    n = ia.n
    group = (np.arange(n) < n // 2).astype(float)
    scale = 1 / np.abs(ia.cov).max()
    for x, target in zip(ef.weight, ef.target_return):
        rows = np.vstack([np.ones(n), group, np.eye(n), -np.eye(n), -ia.expected_return])
        limit = np.concatenate([[1.0, 0.6], ub, -lb, [-target if np.isfinite(target) else 10.0]])
        cones = [clarabel.ZeroConeT(1), clarabel.NonnegativeConeT(len(limit) - 1)]
        answer = clarabel.DefaultSolver(
            sparse.csc_matrix(np.triu(scale * ia.cov)), np.zeros(n), sparse.csc_matrix(rows), limit, cones, settings
        ).solve()
        assert str(answer.status) == "Solved"
        variance = float(np.array(answer.x) @ ia.cov @ np.array(answer.x))
        assert float(x @ ia.cov @ x) == pytest.approx(variance, rel=1e-7)  # an interior point's own accuracy
        np.testing.assert_allclose(x, answer.x, rtol=0, atol=1e-5)


Auxiliary = list[tuple[float | None, None]]


def linear_model(ia: sitpy.InputAssumptions, measure: str) -> tuple[Array, Array, Array, Auxiliary]:
    """Cost and ``rows @ (x, auxiliaries) <= limit`` of a measure, written down from its definition."""
    R, alpha = 100 * ia.hist_returns, ia.parameters_alpha  # percent, for linprog's absolute tolerances
    T, n = R.shape
    unit, one, none = np.eye(T), np.ones((T, 1)), np.zeros((T, 1))
    if measure == "MAD":
        D = R - R.mean(axis=0)
        rows = np.vstack([np.hstack([D, -unit]), np.hstack([-D, -unit])])
        return np.r_[np.zeros(n), np.full(T, 1 / T)], rows, np.zeros(2 * T), [(0, None)] * T
    if measure == "MaxLoss":
        return np.r_[np.zeros(n), 1.0], np.hstack([-R, -one]), np.zeros(T), [(None, None)]
    tail = np.full(T, 1 / ((1 - alpha) * T))
    if measure == "CVaR":
        rows = np.hstack([-R, -one, -unit])
        return np.r_[np.zeros(n), 1.0, tail], rows, np.zeros(T), [(None, None)] + [(0, None)] * T
    cumulative = np.cumsum(R, axis=0)
    blank = np.zeros((T, T))
    rising = unit[:-1] - unit[1:]
    rows = np.vstack(
        [
            np.hstack([-cumulative, -one, -unit, unit]),  # high-water mark less the level less E is in the tail
            np.hstack([cumulative, none, blank, -unit]),
            np.hstack([np.zeros((T - 1, n + 1 + T)), rising]),
        ]
    )
    free: Auxiliary = [(None, None)]
    return np.r_[np.zeros(n), 1.0, tail, np.zeros(T)], rows, np.zeros(len(rows)), free + [(0, None)] * T + free * T


@pytest.mark.parametrize("measure", ["MAD", "MaxLoss", "CVaR", "CDaR"])
@pytest.mark.parametrize("seed", range(8))
def test_least_linear_measure_of_linprog(seed: int, measure: str) -> None:
    ia = random_assumptions(100 + seed)
    lb, ub, constraints = random_limits(ia, seed)
    ef = sitpy.portopt(ia, constraints, 4, min_risk_fn=MINIMISERS[measure])
    cost, rows, limit, auxiliary = linear_model(ia, measure)
    n, extra = ia.n, len(auxiliary)
    group = np.r_[(np.arange(n) < n // 2).astype(float), np.zeros(extra)]
    wanted = np.r_[-ia.expected_return, np.zeros(extra)]
    for value, target in zip(ef.objective, ef.target_return):
        answer = linprog(
            cost,
            np.vstack([rows, group, wanted]),
            np.r_[limit, 0.6, -target if np.isfinite(target) else 10.0],
            np.r_[np.ones(n), np.zeros(extra)][None],
            [1.0],
            bounds=[*zip(lb, ub), *auxiliary],
            method="highs",
        )
        assert answer.status == 0
        assert value == pytest.approx(answer.fun / 100, rel=1e-7, abs=1e-9)  # linprog's feasibility tolerance


def test_largest_return_of_linprog() -> None:
    for seed in range(8):
        ia = random_assumptions(200 + seed)
        lb, ub, constraints = random_limits(ia, seed)
        group = (np.arange(ia.n) < ia.n // 2).astype(float)
        answer = linprog(
            -ia.expected_return, group[None], [0.6], np.ones((1, ia.n)), [1.0], bounds=[*zip(lb, ub)], method="highs"
        )
        ours = sitpy.max_return_portfolio(ia, constraints)
        assert float(ia.expected_return @ ours) == pytest.approx(-answer.fun, rel=1e-9)


# -------------------------------------------------------------------------------------------- caps on measures

CAPS = {
    "B_11_mad_limit_Risk": (sitpy.add_constraint_mad, 0.029, sitpy.portfolio_mad),
    "B_11_cvar_limit_Risk": (sitpy.add_constraint_cvar, 0.08, sitpy.portfolio_cvar_ru),
    "B_11_maxloss_limit_Risk": (sitpy.add_constraint_maxloss, 0.12, sitpy.portfolio_maxloss),
}
"""Stored case -> builder, limit (both from the case's description), measure that is capped."""


@pytest.mark.parametrize("name", CAPS)
def test_cap_built_by_ourselves_has_the_stored_optimum(name: str) -> None:
    add, limit, measure = CAPS[name]
    this, stored = case(name), rebuilt(name)
    plain = sitpy.new_constraints(this.ia.n, lb=0, ub=0.8)
    plain = sitpy.add_constraints(np.ones(this.ia.n), 1, "=", plain)
    built = add(this.ia, limit, "<=", plain)
    assert built.n == this.constraints.n
    ef = sitpy.portopt(this.ia, built, this.points)
    np.testing.assert_allclose(ef.objective, stored.objective, rtol=1e-7)
    np.testing.assert_allclose(ef.return_, stored.return_, rtol=0, atol=1e-8)
    np.testing.assert_allclose(net(ef), net(stored), rtol=0, atol=1e-5)
    for frontier in (ef, stored):
        assert (measure(frontier.solution, this.ia) <= limit + 1e-9).all()  # the cap holds, measured on the weights
    assert measure(ef.solution, this.ia).max() == pytest.approx(limit, abs=1e-7)  # and it limits the upper end
    free = sitpy.portopt(this.ia, plain, this.points)
    assert ef.return_[-1] < free.return_[-1]
    assert measure(free.solution[-1], this.ia)[0] > limit
