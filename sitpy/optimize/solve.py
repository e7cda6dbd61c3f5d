"""The two solves: a linear programme for the best value, and the point of an optimal set that is nearest to a wish."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import highspy
import numpy as np
from scipy import sparse

from sitpy.optimize.rows import Demand, Rows
from sitpy.optimize.system import System

Array = np.ndarray

_DUAL = 1e-9  # multipliers above it are prices, those below are rounding (costs are at most 1)
_SLACK = 1e-9  # of a row, for the last step
_NEAR = (1e-8, 1e-7, 1e-6)  # how close to a limit the interior point's answer counts as there


@dataclass(frozen=True)
class Optimum:
    """The answer of a linear programme and the sides of rows and columns that every optimum shares."""

    x: Array
    row_side: Array
    column_side: Array


def minimum(system: System, cost: Array) -> Optimum | None:
    """A vertex where ``cost'x`` is least (costs at most 1 in size); None if there is none."""
    if system.lb.size == 0:  # no asset takes part: HiGHS has no answer to an empty model
        sides = np.zeros(system.low.size, dtype=int)
        return Optimum(system.lb, sides, sides[:0]) if (system.low <= 0).all() and (system.high >= 0).all() else None
    highs = highspy.Highs()
    for option, value in (
        ("output_flag", False),
        ("threads", 1),
        ("primal_feasibility_tolerance", 1e-10),
        ("dual_feasibility_tolerance", 1e-10),
    ):
        highs.setOptionValue(option, value)
    matrix = sparse.csc_array(system.A)
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = system.A.shape
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = cost, system.lb, system.ub
    lp.row_lower_, lp.row_upper_ = system.low, system.high
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
    highs.passModel(lp)
    highs.run()
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    answer = highs.getSolution()
    rows, columns = np.array(answer.row_dual), np.array(answer.col_dual)
    return Optimum(
        np.array(answer.col_value), _side(rows, system.low, system.high), _side(columns, system.lb, system.ub)
    )


def _side(dual: Array, low: Array, high: Array) -> Array:
    """The side that a price holds: positive at the lower, negative at the upper."""
    side = np.where(dual > _DUAL, -1, np.where(dual < -_DUAL, 1, 0))
    end = np.where(side < 0, low, np.where(side > 0, high, 0.0))
    return np.where(np.isfinite(end), side, 0)


def growing(system: System, cost: Array) -> Array:
    """A direction of the weights in which ``cost'x`` falls for ever (0 if there is none)."""
    homogeneous = replace(
        system,
        low=np.where(np.isfinite(system.low), 0.0, -np.inf),
        high=np.where(np.isfinite(system.high), 0.0, np.inf),
        lb=np.where(np.isfinite(system.lb), 0.0, -1.0),
        ub=np.where(np.isfinite(system.ub), 0.0, 1.0),
    )
    answer = minimum(homogeneous, cost)
    return np.zeros(system.base.size) if answer is None else system.M @ answer.x


def nearest(system: System, wish: Array) -> Array | None:
    """The weights nearest to ``wish`` within the system, by an interior point method; None where it does not settle."""
    import clarabel

    fixed = system.lb == system.ub
    equal = system.low == system.high
    A, unit = system.A, sparse.eye_array(system.lb.size, format="csr")

    def sided(matrix: sparse.csr_array, low: Array, high: Array) -> tuple[list[sparse.csr_array], list[Array]]:
        above, below = np.isfinite(high), np.isfinite(low)
        return [matrix[above], -matrix[below]], [high[above], -low[below]]

    row_blocks, row_limits = sided(A[~equal], system.low[~equal], system.high[~equal])
    bound_blocks, bound_limits = sided(unit[~fixed], system.lb[~fixed], system.ub[~fixed])
    stacked = sparse.vstack([A[equal], unit[fixed], *row_blocks, *bound_blocks])
    limits = np.concatenate([system.low[equal], system.lb[fixed], *row_limits, *bound_limits])
    equations = int(equal.sum() + fixed.sum())
    settings = clarabel.DefaultSettings()
    settings.verbose, settings.max_threads = False, 1
    settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = 1e-11
    answer = clarabel.DefaultSolver(
        sparse.csc_matrix(sparse.triu(system.M.T @ system.M)),
        system.M.T @ (system.base - wish),
        sparse.csc_matrix(stacked),
        limits,
        [clarabel.ZeroConeT(equations), clarabel.NonnegativeConeT(stacked.shape[0] - equations)],
        settings,
    ).solve()
    settled = answer.status in (clarabel.SolverStatus.Solved, clarabel.SolverStatus.AlmostSolved)
    return system.weights(np.array(answer.x)) if settled else None


def sharpened(w: Array, wish: Array, demands: Sequence[Demand], lb: Array, ub: Array) -> Array:
    """The interior point's answer made exact: the nearest point to the wish on the limits that the answer has come to.

    The answer itself comes back where that point breaks a demand or is farther from the wish.
    """
    value = float(((w - wish) ** 2).sum())
    for near in _NEAR:
        found = _on_limits(w, wish, demands, lb, ub, near)
        is_better = ((found - wish) ** 2).sum() <= value + 1e-10 * (1 + value)
        if (
            is_better
            and np.abs(found - w).max(initial=0.0) <= 100 * near
            and (found >= lb - _SLACK).all()
            and (found <= ub + _SLACK).all()
            and not any(demand.violations(found) for demand in demands)
        ):
            return np.asarray(np.clip(found, lb, ub))
    return w


def _on_limits(w: Array, wish: Array, demands: Sequence[Demand], lb: Array, ub: Array, near: float) -> Array:
    """The point nearest to the wish where all that is within ``near`` of a limit is held there."""
    held = np.full(w.size, np.nan)
    for end in (lb, ub):
        held = np.where(np.abs(w - end) <= near, end, held)
    coefficients, values = [np.zeros((0, w.size))], [np.zeros(0)]
    for demand in demands:
        if isinstance(demand, Rows):
            found = demand.matrix @ w
            for end in (demand.low, demand.high):
                tight = np.flatnonzero(np.abs(found - end) <= near)
                coefficients.append(demand.matrix[tight].toarray())
                values.append(end[tight])
        elif np.abs(w - demand.center).sum() >= demand.high - near:
            off = w - demand.center
            held = np.where(np.isnan(held) & (np.abs(off) <= near), demand.center, held)
            sign = np.where(np.abs(off) <= near, 0.0, np.sign(off))
            coefficients.append(sign[None, :])
            values.append(np.array([demand.high + sign @ demand.center]))
    free = np.isnan(held)
    point = np.where(free, wish, held)
    C, d = np.vstack(coefficients), np.concatenate(values)
    prices = np.linalg.lstsq(C[:, free] @ C[:, free].T, d - C @ point, rcond=None)[0]
    point[free] += C[:, free].T @ prices
    return point
