"""Convex quadratic programmes: quadprog behind an exact presolve, with a second route where quadprog gives up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sitpy.errors import InputError, NotSolvedError
from sitpy.solvers.linear import LinearModel
from sitpy.solvers.presolve import Presolve, implied_bounds, tightens
from sitpy.solvers.program import Program, Solution, dense
from sitpy.solvers.quadratic_part import Judged, Part

Array = np.ndarray

_LIFT = 1e-7  # curvature, relative to the largest, given to directions that have none
_LIFT_OF_NOTHING = 1e-2  # where no direction has any: relative to the steepest cost, so that steps are about 100 long
_PROXIMAL_STEPS = 50
_MOST_PARTS = 5000  # presolved nodes kept by one model
_SETTLED, _STALLED = 1e-11, 1e-8  # relative gaps: good enough at once; good enough when rounding stops progress
_REFINEMENTS = 3


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
        self._parts: dict[bytes, Part] = {}
        values, vectors = np.linalg.eigh(program.D)
        top = max(float(values[-1]), 0.0)
        if values[0] < -1e-9 * max(top, abs(float(values[0]))):
            raise InputError(
                f"the quadratic term is not convex: its smallest eigenvalue is {values[0]:.3g}, the largest "
                f"{top:.3g}; a covariance has none below 0 (make_positive_definite gives the nearest one)"
            )
        steepest = float(np.abs(program.c).max(initial=0.0))
        self.unit = top or steepest or 1.0
        least = _LIFT if top > 0 else _LIFT_OF_NOTHING
        values = values / self.unit
        flat = values < least
        self.lift = (vectors[:, flat] * (least - np.maximum(values[flat], 0.0))) @ vectors[:, flat].T
        self.lifted = program.D * (1.0 / self.unit) + self.lift
        self.is_strict = not flat.any()
        self.curvature = float(values[0])
        self.spread = np.sqrt(np.maximum(program.D.diagonal(), 0.0))
        self.size_c = np.abs(program.c) if steepest else None
        self._implied = (program.lb, program.ub) if self.is_strict else implied_bounds(program)
        norms = np.linalg.norm(program.A, axis=0)
        self.row_scale = 1.0 / np.where(norms > 0, norms, 1.0)
        self.A = program.A * self.row_scale

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
        center = np.zeros(part.free.size) if state is None else state[part.free]
        count, last, best = 0, np.inf, -np.inf
        multipliers = np.zeros(part.rows.size)
        for step in range(_PROXIMAL_STEPS):
            answer = part.solve(center)
            count += part.count
            if answer is None:
                return None
            judged = self._refined(part, part.judged(answer), until)
            if (self.is_strict or step) and not self._is_enough(judged, until):
                judged = max(judged, part.judged(part.refitted(judged)), key=lambda judged: judged.bound)
            if judged.bound >= best:  # multipliers belong to the bound that they prove
                best, multipliers = judged.bound, judged.answer.rows
            open_gap = self._gap(judged.value, best)
            settled = open_gap <= _SETTLED or last / 2 < open_gap <= _STALLED or not judged.is_open
            if self.is_strict or settled or (until is not None and best >= until):
                break
            # a long flat slope: any centre is allowed, so look ahead, ever farther, at every other step
            ahead = 4.0 ** (step // 2) if step >= 3 and step % 2 else 0.0
            y = judged.answer.y
            center, last = y + ahead * (y - center), open_gap
        else:
            self._refuse_unbounded()
            raise NotSolvedError(
                f"the proximal steps of a singular quadratic programme did not settle in {_PROXIMAL_STEPS}; "
                "bound all variables",
                judged.x,
                best,
            )
        x, value = judged.x, judged.value
        rows = self._all_rows(part.rows, multipliers)
        return Solution(
            x, value, min(value, best), qp_count=count, row_multipliers=rows, state=x, nothing=program.nothing
        )

    def _refined(self, part: Part, judged: Judged, until: float | None) -> Judged:
        """The answer with steps that keep its active constraints, as long as its bound gets better and is not good enough."""
        for _ in range(_REFINEMENTS):
            if self._is_enough(judged, until):
                break
            answer = part.refined(judged.answer)
            if answer is None or (finer := part.judged(answer)).bound <= judged.bound:
                break
            judged = finer
        return judged

    def _is_enough(self, judged: Judged, until: float | None) -> bool:
        """Whether a better bound would serve nothing."""
        settled = self._gap(judged.value, judged.bound) <= _SETTLED or not judged.is_open
        return settled or (until is not None and judged.bound >= until)

    def _gap(self, value: float, bound: float) -> float:
        """Relative distance of a value from its bound."""
        return (value - bound) / max(abs(value), 1e-6 * self.unit)

    def _part(self, b: Array, lb: Array, ub: Array) -> Part | None:
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
        part = self._parts[key] = Part(self, reduced, b)
        return part

    def implied(self, b: Array, lb: Array, ub: Array) -> tuple[Array, Array]:
        """Bounds that the rows imply: the programme's own where this problem only tightens it."""
        program = self.program
        if self.is_strict or tightens((program.b, program.lb, program.ub), (b, lb, ub), program.meq):
            return self._implied
        return implied_bounds(replace(program, b=b, lb=lb, ub=ub))

    def _all_rows(self, rows: Array, multipliers: Array) -> Array:
        """Multipliers of the programme's rows from those of the rows that presolve left, in the caller's scale."""
        result = np.zeros(self.program.m)
        result[rows] = multipliers * self.row_scale[rows] * self.unit
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
