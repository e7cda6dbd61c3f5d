"""Other software on the same problems, each as its users would write it. What is not installed is left out.

Every function takes a problem and targets and gives the objective at each target (None where it reports no such thing).
Models are built outside the loop where the package lets one do that.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from typing import Any

import numpy as np
from problems import Market
from scipy import sparse

Array = np.ndarray
Loop = Callable[[], Array | None]


def installed(package: str) -> bool:
    """Whether a package can be imported."""
    return importlib.util.find_spec(package) is not None


# --------------------------------------------------------------------------------- variance, long only


def quadprog_loop(market: Market, targets: Array) -> Loop:
    """quadprog with everything prebuilt; where it calls a target inconsistent, which is attainable, a hair below it."""
    import quadprog

    n, c = market.ia.n, market.constraints
    cov, zero, unit = market.ia.cov, np.zeros(n), np.eye(n)
    rows = np.ascontiguousarray(np.column_stack([np.ones(n), unit, -unit, market.ia.expected_return]))
    reach = max(1e-12, float(np.ptp(market.ia.expected_return)))

    def accepted(target: float) -> Array:
        for hair in (0.0, 1e-15, 1e-14, 1e-13, 1e-12, 1e-11, 1e-10, 1e-9):
            side = np.concatenate([[1.0], c.lb, -c.ub, [target - hair * reach]])
            try:
                quadprog.solve_qp(cov, zero, rows, side, 1)
                return side
            except ValueError:
                continue
        raise ValueError(f"quadprog finds no portfolio with a return of {target}")

    sides = [accepted(target) for target in targets]
    return lambda: np.array([quadprog.solve_qp(cov, zero, rows, side, 1)[1] for side in sides])


def daqp_loop(market: Market, targets: Array) -> Loop:
    """DAQP, one call a point."""
    import daqp

    n, c = market.ia.n, market.constraints
    cov, zero = np.ascontiguousarray(market.ia.cov), np.zeros(n)
    rows = np.ascontiguousarray(np.vstack([np.ones(n), market.ia.expected_return]))
    sense = np.zeros(n + 2, dtype=np.int32)
    sense[n] = 5  # an equality
    lower = [np.concatenate([c.lb, [1.0, t]]) for t in targets]
    upper = np.concatenate([c.ub, [1.0, 1e30]])
    return lambda: np.array([daqp.solve(cov, zero, rows, upper, side, sense)[1] for side in lower])


def clarabel_loop(market: Market, targets: Array) -> Loop:
    """cvxpy with a parameter for the target, solved by Clarabel."""
    import cvxpy as cp

    n, c = market.ia.n, market.constraints
    x, target = cp.Variable(n), cp.Parameter()
    factor = np.linalg.cholesky(market.ia.cov).T
    limits = [cp.sum(x) == 1, x >= c.lb, x <= c.ub, market.ia.expected_return @ x >= target]
    problem = cp.Problem(cp.Minimize(0.5 * cp.sum_squares(factor @ x)), limits)

    def run() -> Array:
        values = []
        for t in targets:
            target.value = t
            values.append(problem.solve(solver=cp.CLARABEL))
        return np.array(values, dtype=float)

    return run


def history_of(market: Market) -> Any:
    """A history whose sample mean and covariance are the market's, for packages that ask for returns."""
    import pandas as pd

    n = market.ia.n
    noise = np.random.default_rng(0).normal(size=(2 * n + 5, n))
    noise -= noise.mean(axis=0)
    white = np.linalg.solve(np.linalg.cholesky(np.cov(noise.T)), noise.T).T
    factor = np.linalg.cholesky(market.ia.cov)
    return pd.DataFrame(market.ia.expected_return + white @ factor.T, columns=market.ia.symbols)


def skfolio_frontier(market: Market, targets: Array) -> Loop:
    """skfolio's efficient frontier with as many points."""
    from skfolio.optimization import MeanRisk

    history = history_of(market)
    model = MeanRisk(
        efficient_frontier_size=targets.size, min_weights=0.0, max_weights=float(market.constraints.ub.max())
    )

    def run() -> None:
        model.fit(history)

    return run


def pypfopt_frontier(market: Market, targets: Array) -> Loop:
    """PyPortfolioOpt's critical line with as many points."""
    from pypfopt import CLA

    bounds = (0.0, float(market.constraints.ub.max()))

    def run() -> None:
        CLA(market.ia.expected_return, market.ia.cov, bounds).efficient_frontier(targets.size)

    return run


# ------------------------------------------------------------------------------------------ 0/1 variables


def _gurobi() -> Any:
    import gurobipy as gp

    env = gp.Env(empty=True)
    env.setParam("OutputFlag", 0)
    env.start()
    model = gp.Model(env=env)
    for name, value in (("Threads", 1), ("MIPGap", 1e-6), ("MIPGapAbs", 0.0), ("FeasibilityTol", 1e-9)):
        model.setParam(name, value)
    return gp, model


def gurobi_rows(
    ia: Any, constraints: Any, targets: Array, seconds: float = np.inf
) -> Callable[[], tuple[Array, int] | None]:
    """Gurobi on the rows of a set of constraints, one thread, one model; the last row's right-hand side moves.

    None where its licence does not allow the problem.
    """

    def run() -> tuple[Array, int] | None:
        gp, model = _gurobi()
        if np.isfinite(seconds):
            model.setParam("TimeLimit", seconds)
        n = constraints.n
        lb = np.where(np.isnan(constraints.lb), -gp.GRB.INFINITY, constraints.lb)
        ub = np.where(np.isnan(constraints.ub), gp.GRB.INFINITY, constraints.ub)
        binary = np.zeros(n, dtype=bool)
        binary[constraints.binary_index] = True
        lb[binary], ub[binary] = 0.0, 1.0
        x = model.addMVar(n, lb=lb, ub=ub, vtype=np.where(binary, "B", "C"))
        A, b, meq = sparse.csr_matrix(constraints.A.T), constraints.b, constraints.meq
        model.addMConstr(A[:meq], x, "=", b[:meq])
        model.addMConstr(A[meq:], x, ">", b[meq:])
        cov = ia.cov if ia.cov_temp is None else ia.cov_temp
        mean = np.concatenate([ia.expected_return, np.zeros(n - ia.n)])
        row = model.addMConstr(sparse.csr_matrix(mean), x, ">", np.array([targets[0]]))
        model.setObjective(0.5 * (x[: len(cov)] @ cov @ x[: len(cov)]))
        values, proven = [], 0
        for t in targets:
            row.RHS = np.array([t])
            try:
                model.optimize()
            except gp.GurobiError:  # the licence that comes with the package ends at problems of this size
                return None
            proven += model.Status == gp.GRB.OPTIMAL
            values.append(model.ObjVal if model.SolCount else np.nan)
        return np.array(values), proven

    return run


# -------------------------------------------------------------------------------------- linear measures


def shortfall_rows(market: Market, measure: str) -> tuple[Array, Any, Array, Array, Array]:
    """MAD or CVaR as cost, sparse rows (>=, the first of them = 1) and bounds: the model that papers print."""
    R = market.ia.hist_returns
    T, n = R.shape
    alpha = market.ia.parameters_alpha
    c = market.constraints
    if measure == "MAD":
        first = sparse.csr_matrix(R - R.mean(axis=0))
        rows = sparse.hstack([first, sparse.identity(T)])
        cost = np.concatenate([np.zeros(n), np.full(T, 2 / T)])
        lower = np.concatenate([c.lb, np.zeros(T)])
    else:
        rows = sparse.hstack([sparse.csr_matrix(R), sparse.csr_matrix(np.ones((T, 1))), sparse.identity(T)])
        cost = np.concatenate([np.zeros(n), [1.0], np.full(T, 1 / (T * (1 - alpha)))])
        lower = np.concatenate([c.lb, [-np.inf], np.zeros(T)])
    upper = np.concatenate([c.ub, np.full(lower.size - n, np.inf)])
    extra = rows.shape[1] - n
    budget = sparse.csr_matrix(np.concatenate([np.ones(n), np.zeros(extra)]))
    target = sparse.csr_matrix(np.concatenate([market.ia.expected_return, np.zeros(extra)]))
    matrix = sparse.vstack([budget, rows, target]).tocsc()
    return cost, matrix, np.concatenate([[1.0], np.zeros(T), [-np.inf]]), lower, upper


def warm_highs(market: Market, measure: str, targets: Array) -> Loop:
    """One HiGHS model, presolve off, one row bound changed per point."""
    import highspy

    cost, matrix, side, lower, upper = shortfall_rows(market, measure)
    m, n = matrix.shape

    def run() -> Array:
        highs = highspy.Highs()
        for option, value in (("output_flag", False), ("threads", 1), ("presolve", "off")):
            highs.setOptionValue(option, value)
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_, lp.col_cost_, lp.col_lower_, lp.col_upper_ = n, m, cost, lower, upper
        lp.row_lower_, lp.row_upper_ = side, np.concatenate([[1.0], np.full(m - 1, np.inf)])
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
        highs.passModel(lp)
        values = []
        for t in targets:
            highs.changeRowBounds(m - 1, float(t - 1e-12), highspy.kHighsInf)
            highs.run()
            values.append(highs.getInfo().objective_function_value)
        return np.array(values)

    return run


def pulp_cbc(market: Market, measure: str, targets: Array) -> Loop:
    """PuLP with CBC, a model for every point, written with pairs (sums of products take 20 times as long to write)."""
    import pulp

    cost, matrix, side, lower, upper = shortfall_rows(market, measure)
    rows = matrix.tocsr()

    def point(target: float) -> float:
        problem = pulp.LpProblem("point", pulp.LpMinimize)
        bound = [(None if np.isinf(lo) else lo, None if np.isinf(hi) else hi) for lo, hi in zip(lower, upper)]
        x = [pulp.LpVariable(f"x{j}", *ends) for j, ends in enumerate(bound)]
        problem += pulp.LpAffineExpression((x[j], cost[j]) for j in np.flatnonzero(cost))
        for i, rhs in enumerate([*side[:-1], target - 1e-12]):
            span = slice(rows.indptr[i], rows.indptr[i + 1])
            terms = pulp.LpAffineExpression(
                (x[j], v) for j, v in zip(rows.indices[span].tolist(), rows.data[span].tolist())
            )
            problem += terms == rhs if i == 0 else terms >= rhs
        problem.solve(pulp.PULP_CBC_CMD(msg=False))
        return float(pulp.value(problem.objective))

    return lambda: np.array([point(t) for t in targets])


# ------------------------------------------------------------------------------------------- rolling


def rolling_covariances(returns: Array, window: int, ends: list[int]) -> list[Array]:
    """A sample covariance for every window."""
    return [np.cov(returns[end - window + 1 : end + 1].T) for end in ends]


def quadprog_rolling(returns: Array, window: int, ends: list[int], *, given: bool) -> Loop:
    """Least variance at every date; ``given``: the covariances are there already and not timed."""
    import quadprog

    n = returns.shape[1]
    rows = np.ascontiguousarray(np.column_stack([np.ones(n), np.eye(n), -np.eye(n)]))
    side, zero = np.concatenate([[1.0], np.zeros(n), -np.ones(n)]), np.zeros(n)
    covs = rolling_covariances(returns, window, ends)

    def run() -> Array:
        matrices = covs if given else rolling_covariances(returns, window, ends)
        return np.array([quadprog.solve_qp(cov, zero, rows, side, 1)[1] for cov in matrices])

    return run
