"""What presolve leaves of a convex quadratic programme: solved by quadprog, refined, and judged by weak duality."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import quadprog

from sitpy.errors import NotSolvedError
from sitpy.solvers.certificate import fit_multipliers
from sitpy.solvers.linear import LinearModel
from sitpy.solvers.presolve import FEASIBLE, Reduced
from sitpy.solvers.program import Program
from sitpy.solvers.weak_duality import ROUNDING, gain, quadratic_terms

if TYPE_CHECKING:
    from sitpy.solvers.quadratic_model import QuadraticModel

Array = np.ndarray

_CLOSED = 16.0  # of the rounding: a gap that is no more
_FARTHEST = 1e3  # as if variables without a bound went no farther, where rounding of their prices is measured
_NEAR = 1e-9  # a row or bound this close may have a multiplier
_NO_WORSE = 1e-13  # a refined point may miss rows by this much more


class Answer(NamedTuple):
    """The free variables, multipliers of the rows and of the finite bounds (lower, then upper), and the rows' slack."""

    y: Array
    rows: Array
    bounds: Array
    slack: Array


class Judged(NamedTuple):
    """An answer in all variables, its value, and the bound that its multipliers prove; whether it differs from the value
    by more than rounding."""

    answer: Answer
    x: Array
    value: float
    bound: float
    is_open: bool


class Part:
    """What presolve left of a programme: the fixed values, the free variables, and the rows that restrict them."""

    def __init__(self, model: QuadraticModel, reduced: Reduced, b: Array) -> None:
        self._model, self._b = model, b.copy()
        free, rows = reduced.free, reduced.rows
        self.free, self.rows = free, rows
        self.fixed = reduced.lb.copy()
        self.fixed[free] = 0.0
        self._play = reduced.play if reduced.play.any() else None
        self._lb, self._ub = reduced.lb[free], reduced.ub[free]
        least, most = model.implied(b, reduced.lb, reduced.ub)
        self._least, self._most = np.maximum(self._lb, least[free]), np.minimum(self._ub, most[free])
        square = np.ix_(free, free)
        self._D = model.lifted[square]
        self._M = None if model.is_strict else model.lift[square]
        assert model.program.D is not None
        self._gradient_of_fixed = (model.program.D[free] @ self.fixed + model.program.c[free]) * (1.0 / model.unit)
        A = model.A[:, rows]
        self._of_fixed = self.fixed @ A
        self._kept = np.zeros(b.size, dtype=bool)
        self._kept[rows] = True
        self._meq = int((rows < model.program.meq).sum())
        self._low, self._high = np.flatnonzero(np.isfinite(self._lb)), np.flatnonzero(np.isfinite(self._ub))
        unit = np.eye(free.size)
        self._A = A[free]
        self._C = np.ascontiguousarray(np.hstack([self._A, unit[:, self._low], -unit[:, self._high]]))
        self._rhs = np.concatenate([self._rows_rhs(b), self._lb[self._low], -self._ub[self._high]])
        self.count = 0

    def _rows_rhs(self, b: Array) -> Array:
        return np.asarray(b[self.rows] * self._model.row_scale[self.rows] - self._of_fixed)

    def adopt(self, b: Array) -> bool:
        """Take other right-hand sides, if what presolve concluded from the old ones still holds: they only tighten
        inequalities that it kept."""
        moved = b != self._b
        if (moved & ~self._kept).any() or (b < self._b).any() or moved[: self._model.program.meq].any():
            return False
        self._rhs[: self.rows.size] = self._rows_rhs(b)
        return True

    def solve(self, center: Array) -> Answer | None:
        """Minimum of the objective lifted around ``center``; None if infeasible."""
        linear = -self._gradient_of_fixed if self._M is None else self._M @ center - self._gradient_of_fixed
        self.count = int(self.free.size > 0)
        if self._rhs.size == 0:  # nothing restricts what is free; quadprog wants at least one row
            return self._answer(np.linalg.solve(self._D, linear), np.zeros(0), np.zeros(0))
        try:
            y, _, _, _, multipliers, _ = quadprog.solve_qp(self._D, linear, self._C, self._rhs, self._meq)
        except ValueError:
            return self._second_route(linear)
        answer = self._answer(y, *np.split(multipliers, [self.rows.size]))
        return answer if self._missed(answer) <= FEASIBLE else self._second_route(linear)

    def _answer(self, y: Array, rows: Array, bounds: Array) -> Answer:
        """The point, moved into its bounds, with the multipliers that inequalities can carry."""
        y = np.minimum(np.maximum(y, self._lb), self._ub)
        np.maximum(rows[self._meq :], 0.0, out=rows[self._meq :])
        return Answer(y, rows, bounds, y @ self._A - self._rhs[: rows.size])

    def _missed(self, answer: Answer) -> float:
        """The most that a row is missed by."""
        if not self.rows.size:
            return 0.0
        equal = float(np.abs(answer.slack[: self._meq]).max(initial=0.0))
        return max(equal, -float(answer.slack.min()))

    def judged(self, answer: Answer) -> Judged:
        """The answer with what its multipliers prove."""
        model, program = self._model, self._model.program
        assert program.D is not None
        x = self.fixed.copy()
        x[self.free] = answer.y
        gradient = program.D @ x
        value, terms = 0.5 * float(x @ gradient), quadratic_terms(model.spread, x)
        if model.size_c is not None:
            value += float(program.c @ x)
            gradient += program.c
            terms += float(model.size_c @ np.abs(x))
        gradient /= model.unit
        price = gradient[self.free] - self._A @ answer.rows
        rounding = ROUNDING * (terms / model.unit + float(np.abs(answer.rows) @ np.abs(self._rhs[: answer.rows.size])))
        left = float(answer.rows @ answer.slack) + self._gain_of_fixed(gradient, answer.rows)
        if model.is_strict:
            gap = left + gain(price, answer.y, self._lb, self._ub, curvature=model.curvature)
        else:
            at_rest = _CLOSED * ROUNDING * min(max(1.0, float(np.abs(answer.y).max(initial=0.0))), _FARTHEST)
            gap = left + gain(price, answer.y, self._least, self._most, at_rest)
        is_open = gap > _CLOSED * rounding
        if is_open and not model.is_strict:  # unless it is rounding over wide bounds
            price[np.abs(price) <= at_rest] = 0.0
            is_open = left + gain(price, answer.y, self._least, self._most, at_rest) > _CLOSED * rounding
        return Judged(answer, x, value, value - (gap + rounding) * model.unit, bool(is_open))

    def _gain_of_fixed(self, gradient: Array, rows: Array) -> float:
        """The most that the variables can gain that presolve took for fixed."""
        if self._play is None:
            return 0.0
        return float(np.abs(gradient - self._model.A[:, self.rows] @ rows) @ self._play)

    def refined(self, answer: Answer) -> Answer | None:
        """The next proximal step if the same constraints stay active: one linear system, exact but for rounding.

        Without lift it is a step of iterative refinement. None where the system is singular or its point misses a constraint.
        """
        at_low, at_high = np.split(answer.bounds > 0, [self._low.size])
        low, high = self._low[at_low], self._high[at_high]
        y = answer.y.copy()
        y[low], y[high] = self._lb[low], self._ub[high]
        moves = np.delete(np.arange(y.size), np.concatenate([low, high]))
        active = np.flatnonzero((answer.rows > 0) | (np.arange(answer.rows.size) < self._meq))
        normal, n = self._A[np.ix_(moves, active)], moves.size
        matrix = np.zeros((n + active.size, n + active.size))
        matrix[:n, :n], matrix[:n, n:], matrix[n:, :n] = self._D[np.ix_(moves, moves)], -normal, normal.T
        model = self._model
        x = self.fixed.copy()
        x[self.free] = y
        price = model.program.gradient(x)[self.free[moves]] / model.unit - self._A[moves] @ answer.rows
        try:
            step = np.linalg.solve(matrix, -np.concatenate([price, y @ self._A[:, active] - self._rhs[active]]))
        except np.linalg.LinAlgError:
            return None
        rows = answer.rows.copy()
        y[moves] += step[:n]
        rows[active] += step[n:]
        if not ((y >= self._lb - _NO_WORSE).all() and (y <= self._ub + _NO_WORSE).all()):
            return None
        refined = self._answer(y, rows, answer.bounds)
        return refined if self._missed(refined) <= max(_NO_WORSE, self._missed(answer)) else None

    def refitted(self, judged: Judged) -> Answer:
        """The same point with the multipliers that explain its gradient best, where quadprog's are rounded too much."""
        answer = judged.answer
        rows, cost = self._rhs[: self.rows.size], np.zeros(self.free.size)
        part = Program(cost, self._A, rows, self._meq, self._lb, self._ub)
        gradient = self._model.program.gradient(judged.x)[self.free] / self._model.unit
        return answer._replace(rows=fit_multipliers(part, answer.y, gradient, _NEAR)[0])

    def _second_route(self, linear: Array) -> Answer | None:
        """quadprog said "inconsistent" (or erred): let an LP decide, and start again from its feasible point.

        Measured from a feasible point, active rows have right-hand sides of exactly zero, and equalities that depend
        on others can be left out: the two causes of quadprog's false alarms are gone. HiGHS' own QP is the last resort.
        """
        n = self.free.size
        nowhere = np.full(n, -np.inf)
        feasible = LinearModel(Program(np.zeros(n), self._C, self._rhs, self._meq, nowhere, -nowhere)).solve()
        if feasible is None:
            return None
        origin = np.clip(feasible.x, self._lb, self._ub)
        rhs = np.minimum(self._rhs - origin @ self._C, 0.0)
        rhs[: self._meq] = 0.0
        keep = np.concatenate([_independent(self._C[:, : self._meq]), np.arange(self._meq, self._rhs.size)])
        meq = int((keep < self._meq).sum())
        self.count += 1
        for relax in (0.0, 1e-12, 1e-10):
            try:
                shifted, _, _, _, found, _ = quadprog.solve_qp(
                    self._D,
                    linear - self._D @ origin,
                    np.ascontiguousarray(self._C[:, keep]),
                    rhs[keep] - relax * (keep >= self._meq),
                    meq,
                )
            except ValueError:
                continue
            multipliers = np.zeros(self._rhs.size)
            multipliers[keep] = found
            answer = self._answer(origin + shifted, *np.split(multipliers, [self.rows.size]))
            if self._missed(answer) <= FEASIBLE:
                return answer
        y, multipliers = _highs_qp(self._D, linear, self._C, self._rhs, self._meq)
        return self._answer(y, *np.split(multipliers, [self.rows.size]))


def _independent(columns: Array) -> Array:
    """Positions of a largest set of linearly independent columns."""
    if columns.shape[1] == 0:
        return np.zeros(0, dtype=int)
    from scipy.linalg import qr

    _, upper, order = qr(columns, mode="economic", pivoting=True)
    size = np.abs(np.diag(upper))
    return np.sort(order[: int((size > 1e-10 * size[0]).sum())])


def _highs_qp(D: Array, linear: Array, C: Array, rhs: Array, meq: int) -> tuple[Array, Array]:
    """HiGHS' active-set QP solver, for what quadprog cannot finish."""
    import highspy
    from scipy import sparse

    model = highspy.HighsModel()
    lp, hessian = model.lp_, model.hessian_
    n, m = C.shape
    rows = sparse.csc_matrix(C.T)
    lp.num_col_, lp.num_row_, lp.col_cost_ = n, m, -linear
    lp.col_lower_, lp.col_upper_ = np.full(n, -np.inf), np.full(n, np.inf)
    lp.row_lower_, lp.row_upper_ = rhs, np.where(np.arange(m) < meq, rhs, np.inf)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = rows.indptr, rows.indices, rows.data
    lower = sparse.csc_matrix(np.tril(D))
    hessian.dim_, hessian.format_ = n, highspy.HessianFormat.kTriangular
    hessian.start_, hessian.index_, hessian.value_ = lower.indptr, lower.indices, lower.data
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    highs.passModel(model)
    highs.run()
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise NotSolvedError(
            "neither quadprog nor HiGHS finished a quadratic programme that is feasible; "
            "check the scale of the constraints (coefficients of very different size)"
        )
    answer = highs.getSolution()
    return np.array(answer.col_value), np.array(answer.row_dual)
