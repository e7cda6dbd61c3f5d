"""Convex quadratic programmes: quadprog behind an exact presolve, with a second route where quadprog gives up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import quadprog

from sitpy.errors import InputError, NotSolvedError
from sitpy.solvers.linear import LinearModel
from sitpy.solvers.presolve import FEASIBLE, Presolve, Reduced, implied_bounds, tightens
from sitpy.solvers.program import Program, Solution, dense

Array = np.ndarray

_LIFT = 1e-7  # curvature, relative to the largest, given to directions that have none
_LIFT_OF_NOTHING = 1e-2  # where no direction has any: relative to the steepest cost, so that steps are about 100 long
_PROXIMAL_STEPS = 50
_MOST_PARTS = 5000  # presolved nodes kept by one model
_SETTLED, _STALLED = 1e-11, 1e-8  # relative gaps: good enough at once; good enough when rounding stops progress
_NO_PULL = 1e-15  # rounding of M times a step, in units of the largest curvature


class QuadraticModel:
    """One convex programme, solved again and again with other right-hand sides or bounds.

    quadprog needs a positive definite matrix. Directions without curvature (auxiliary variables, a long and a short
    position in the same asset) are given a small one, ``M``, around the last answer, and the solve is repeated until
    the answer stays (the proximal point method, Rockafellar 1976; a few steps, because the programme is polyhedral
    there). So the optimum is that of the programme as posed, not of one with a ridge; the first step starts from zero
    and so prefers the smallest of several optimal pairs.
    """

    def __init__(self, program: Program) -> None:
        self.program = program = replace(program, A=dense(program.A))
        assert program.D is not None
        self._presolve = Presolve(program)
        self._parts: dict[bytes, _Part] = {}
        values, vectors = np.linalg.eigh(program.D)
        top = max(float(values[-1]), 0.0)
        if values[0] < -1e-9 * max(top, abs(float(values[0]))):
            raise InputError(
                f"the quadratic term is not convex: its smallest eigenvalue is {values[0]:.3g}, the largest "
                f"{top:.3g}; a covariance has none below 0 (make_positive_definite gives the nearest one)"
            )
        steepest = float(np.abs(program.c).max(initial=0.0))
        self._scale = 1.0 / (top or steepest or 1.0)
        least = _LIFT if top > 0 else _LIFT_OF_NOTHING
        flat = values * self._scale < least
        lift = least - np.maximum(values[flat], 0.0) * self._scale
        self._M = (vectors[:, flat] * lift) @ vectors[:, flat].T
        self._D = program.D * self._scale + self._M
        self._c = program.c * self._scale
        self._is_strict = not flat.any()
        self._implied = implied_bounds(program) if flat.any() else (program.lb, program.ub)
        norms = np.linalg.norm(program.A, axis=0)
        self._row_scale = 1.0 / np.where(norms > 0, norms, 1.0)
        self._A = program.A * self._row_scale

    def solve(
        self,
        b: Array | None = None,
        lb: Array | None = None,
        ub: Array | None = None,
        start: Array | None = None,
    ) -> Solution | None:
        """Optimum for these right-hand sides and bounds (the programme's own where None); None if infeasible.

        ``start``: where the proximal steps begin; without it they begin at zero.
        """
        return self.relax(b, lb, ub, start)

    def relax(
        self,
        b: Array | None = None,
        lb: Array | None = None,
        ub: Array | None = None,
        state: Array | None = None,
        until: float | None = None,
    ) -> Solution | None:
        """As :meth:`solve`, the proximal steps beginning at ``state``; stops as soon as ``bound`` reaches ``until``."""
        program = self.program
        part = self._part(*program.limits(b, lb, ub))
        if part is None:
            return None
        x = part.fixed.copy()
        if part.free.size == 0:
            value = program.value(x)
            return Solution(x, value, value, state=x)
        center = x.copy()
        center[part.free] = 0.0 if state is None else state[part.free]
        count, bound, open_gap = 0, -np.inf, np.inf
        multipliers = np.zeros(part.rows.size)
        for step in range(_PROXIMAL_STEPS):
            answer = part.solve(center)
            count += part.count
            if answer is None:
                return None
            x[part.free], of_step = answer
            value = program.value(x)
            proven = value - self._slack_of_proximal_step(x, center, part)
            if proven >= bound:  # multipliers belong to the bound that they prove
                bound, multipliers = proven, of_step
            open_gap, last = (value - bound) / max(abs(value), 1e-6 / self._scale), open_gap
            stalled = last / 2 < open_gap <= _STALLED
            if open_gap <= _SETTLED or stalled or (until is not None and bound >= until):
                break
            # a long flat slope: any centre is allowed, so look ahead, ever farther, at every other step
            ahead = 4.0 ** (step // 2) if step >= 3 and step % 2 else 0.0
            center = x + ahead * (x - center)
        else:
            self._refuse_unbounded()
            raise NotSolvedError(
                f"the proximal steps of a singular quadratic programme did not settle in {_PROXIMAL_STEPS}; "
                "bound all variables",
                x,
                bound,
            )
        rows = self._all_rows(part.rows, multipliers)
        return Solution(x, value, min(value, bound), qp_count=count, row_multipliers=rows, state=x)

    def _part(self, b: Array, lb: Array, ub: Array) -> _Part | None:
        """What presolve leaves, kept from the last time where only tighter right-hand sides are new."""
        key = lb.tobytes() + ub.tobytes()
        known = self._parts.get(key)
        if known is not None and known.adopt(b):
            return known
        reduced = self._presolve(b, lb, ub)
        if reduced is None:
            return None
        if len(self._parts) >= _MOST_PARTS:
            self._parts.clear()
        part = self._parts[key] = _Part(self, reduced, b)
        return part

    def implied(self, b: Array, lb: Array, ub: Array) -> tuple[Array, Array]:
        """Bounds that the rows imply: the programme's own where this problem only tightens it."""
        program = self.program
        if self._is_strict or tightens((program.b, program.lb, program.ub), (b, lb, ub), program.meq):
            return self._implied
        return implied_bounds(replace(program, b=b, lb=lb, ub=ub))

    def _all_rows(self, rows: Array, multipliers: Array) -> Array:
        """Multipliers of the programme's rows from those of the rows that presolve left, in the caller's scale."""
        result = np.zeros(self.program.m)
        result[rows] = multipliers[: rows.size] * self._row_scale[rows] / self._scale
        return result

    def _refuse_unbounded(self) -> None:
        """Raise an UnboundedError when the objective falls forever along a direction without curvature."""
        program = self.program
        assert program.D is not None
        values, vectors = np.linalg.eigh(program.D)
        curved = vectors[:, values > 1e-12 * max(values[-1], 1e-300)]
        LinearModel(
            replace(
                program,
                D=None,
                A=np.hstack([curved, program.A]),
                b=np.concatenate([np.zeros(curved.shape[1]), np.where(np.isfinite(program.b), 0.0, -np.inf)]),
                meq=curved.shape[1] + program.meq,
                lb=np.where(np.isfinite(program.lb), 0.0, -np.inf),
                ub=np.where(np.isfinite(program.ub), 0.0, np.inf),
                row_names=(),
            )
        ).solve()

    def _slack_of_proximal_step(self, x: Array, center: Array, part: _Part) -> float:
        """By how much the proximal term can have kept the step from the true optimum.

        At the step's answer the gradient g satisfies (g + M(x - center))'(y - x) >= 0 for all feasible y, so the
        optimum is not below value - max over the bounds of (M(x - center))'(y - x).
        """
        if self._is_strict:
            return 0.0
        pull = (self._M @ (x - center))[part.free]
        pull[np.abs(pull) < _NO_PULL] = 0.0
        used = np.flatnonzero(pull)
        far = np.where(pull[used] > 0, part.most[used], part.least[used]) - x[part.free[used]]
        return float(pull[used] @ far) / self._scale


class _Part:
    """What presolve left of a programme: the fixed values, the free variables, and the rows that restrict them."""

    def __init__(self, model: QuadraticModel, reduced: Reduced, b: Array) -> None:
        self._model, self._b = model, b.copy()
        free, rows = reduced.free, reduced.rows
        self.free, self.rows = free, rows
        self.fixed = reduced.lb.copy()
        self.fixed[free] = 0.0
        self._lb, self._ub = reduced.lb[free], reduced.ub[free]
        least, most = model.implied(b, reduced.lb, reduced.ub)
        self.least, self.most = np.maximum(self._lb, least[free]), np.minimum(self._ub, most[free])
        self._D = model._D[np.ix_(free, free)]
        self._gradient_of_fixed = model._D[free] @ self.fixed + model._c[free]
        A = model._A[:, rows]
        self._of_fixed = self.fixed @ A
        self._kept = np.zeros(b.size, dtype=bool)
        self._kept[rows] = True
        self._meq = int((rows < model.program.meq).sum())
        low, high = np.flatnonzero(np.isfinite(self._lb)), np.flatnonzero(np.isfinite(self._ub))
        unit = np.eye(free.size)
        self._C = np.ascontiguousarray(np.hstack([A[free], unit[:, low], -unit[:, high]]))
        self._rhs = np.concatenate([self._rows_rhs(b), self._lb[low], -self._ub[high]])
        self.count = 0

    def _rows_rhs(self, b: Array) -> Array:
        return np.asarray(b[self.rows] * self._model._row_scale[self.rows] - self._of_fixed)

    def adopt(self, b: Array) -> bool:
        """Take other right-hand sides, if what presolve concluded from the old ones still holds: they only tighten
        inequalities that it kept."""
        moved = b != self._b
        if (moved & ~self._kept).any() or (b < self._b).any() or moved[: self._model.program.meq].any():
            return False
        self._rhs[: self.rows.size] = self._rows_rhs(b)
        return True

    def solve(self, center: Array) -> tuple[Array, Array] | None:
        """Minimum of the lifted objective around ``center`` and the multipliers of the inequalities; None if infeasible.

        quadprog drops the sign of the multipliers of equalities; those are left at zero here.
        """
        model = self._model
        linear = (model._M @ center)[self.free] - self._gradient_of_fixed
        self.count = 1
        multipliers = np.zeros(self._rhs.size)
        if self._rhs.size == 0:  # nothing restricts what is free; quadprog wants at least one row
            return np.linalg.solve(self._D, linear), multipliers
        try:
            y, _, _, _, found, _ = quadprog.solve_qp(self._D, linear, self._C, self._rhs, self._meq)
            if self._misses(y) > FEASIBLE:
                y = self._second_route(linear)
            else:
                multipliers[self._meq :] = found[self._meq :]
        except ValueError:
            y = self._second_route(linear)
        return None if y is None else (np.clip(y, self._lb, self._ub), multipliers)

    def _misses(self, y: Array) -> float:
        slack = y @ self._C - self._rhs
        slack[: self._meq] = -np.abs(slack[: self._meq])
        return float(-slack.min(initial=0.0))

    def _second_route(self, linear: Array) -> Array | None:
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
                shifted = quadprog.solve_qp(
                    self._D,
                    linear - self._D @ origin,
                    np.ascontiguousarray(self._C[:, keep]),
                    rhs[keep] - relax * (keep >= self._meq),
                    meq,
                )[0]
            except ValueError:
                continue
            if self._misses(origin + shifted) <= FEASIBLE:
                return np.asarray(origin + shifted)
        return _highs_qp(self._D, linear, self._C, self._rhs, self._meq)


def _independent(columns: Array) -> Array:
    """Positions of a largest set of linearly independent columns."""
    if columns.shape[1] == 0:
        return np.zeros(0, dtype=int)
    from scipy.linalg import qr

    _, upper, order = qr(columns, mode="economic", pivoting=True)
    size = np.abs(np.diag(upper))
    return np.sort(order[: int((size > 1e-10 * size[0]).sum())])


def _highs_qp(D: Array, linear: Array, C: Array, rhs: Array, meq: int) -> Array:
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
    return np.array(highs.getSolution().col_value)
