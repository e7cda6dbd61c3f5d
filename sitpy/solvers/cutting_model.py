"""Programmes with Gini's mean difference, solved through the few pairs of observations that matter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from sitpy.errors import NotSolvedError, UnboundedError
from sitpy.solvers.linear import LinearModel, ray
from sitpy.solvers.mean_difference import ALL_PAIRS, Cut, MeanDifference, Piece, localised, proofs
from sitpy.solvers.program import Model, Program, Solution
from sitpy.solvers.quadratic_model import QuadraticModel
from sitpy.sparse import touched

Array = np.ndarray

_EXACT = 1e-10  # by how much, relative, a mean difference may exceed its variable
_NEAR = 1e-6  # from here on a piece pays: it is then around the answer
_STILL = 1e-13  # a point that moves less after a cut satisfies it as well as the solver can tell
_TIGHT = 1e-6
_FEW = 4  # variables per asset: more make Newton's steps dearer than cuts
_CANCELLED = 1e-12  # second derivatives this small, relative, are what rounding leaves of none
_KEPT = 400  # cuts that are tight at one answer, for the next


class CuttingModel:
    """A programme whose variables bound mean differences from above.

    It solves ordinary programmes with a cut for every order of the observations met so far and, near the answer, a
    :class:`Piece`. Each is a relaxation, so the answer of the last one, which satisfies the mean differences, is the
    optimum. For quadratic objectives cuts alone converge quickly, and keep the programme small.
    """

    def __init__(self, program: Program, model_for: Callable[[Program], Model], most: int = 5000) -> None:
        self.program = program
        self._model_for = model_for
        self._most = most
        self.cuts: list[Cut] = []
        self._last: Array | None = None

    def solve(
        self,
        b: Array | None = None,
        lb: Array | None = None,
        ub: Array | None = None,
        start: Array | None = None,
    ) -> Solution | None:
        """Optimum for these right-hand sides and bounds; None where no point is feasible."""
        b, lb, ub = self.program.limits(b, lb, ub)
        program = replace(self.program, b=b, lb=lb, ub=ub)
        pieces = self._first_pieces(program)
        counts = np.zeros(3, dtype=int)
        model: Model | None = None
        bound, before = -np.inf, np.full(program.n, np.inf)
        for _ in range(self._most):
            if model is None:
                model = self._model_for(localised(program, list(pieces.values()), self.cuts))
                first = program.m + len(self.cuts)
            extra = np.zeros(model.program.n - program.n)
            try:
                answer = model.solve(start=None if start is None else np.append(start[: program.n], extra))
            except UnboundedError:
                if not self._limit(model.program):
                    raise
                model = None
                continue
            if answer is None:
                return None
            bound = answer.bound
            counts += (answer.qp_count, answer.lp_count, answer.nodes)
            x = answer.x[: program.n]
            missed = exceeded(program, x)
            if not missed or np.abs(x - before).max() <= _STILL:
                self._last = x
                self.cuts = [cut for cut in self.cuts if cut.slack(x) <= _TIGHT][-_KEPT:]
                if answer.row_multipliers is not None:
                    self.cuts += proofs(list(pieces.values()), answer.row_multipliers[first:])
                return self._finished(program, answer, x, counts)
            before = x
            cuts = [Cut.at(difference, x) for difference in missed]
            self.cuts += cuts
            refined = [self._refine(pieces, difference, x) for difference in missed]
            if any(refined) or not isinstance(model, LinearModel):
                model = None
                continue
            for cut in cuts:
                model.add_row(np.append(cut.column(program.n), extra), 0.0, "Gini model")
        raise NotSolvedError(
            f"after {self._most} relaxations a mean difference still exceeds its variable by "
            f"{max(difference.missed(x) for difference in program.differences):.2g}; use fewer assets or periods",
            x,
            bound,
        )

    def _limit(self, relaxed: Program) -> bool:
        """Cuts along which an unbounded relaxation cannot go on; none where the mean differences do not limit it either."""
        if relaxed.D is not None:
            return False
        direction = ray(relaxed)[: self.program.n]  # a sum of absolute values grows along it as it is
        cuts = [Cut.at(difference, direction) for difference in exceeded(self.program, direction)]
        self.cuts += cuts
        return bool(cuts)

    def _first_pieces(self, program: Program) -> dict[MeanDifference, Piece]:
        """All pairs where there are few; else those around the minimum of the smoothed objective, where that is known."""
        if program.D is not None:
            return {}
        pieces = {}
        for difference in program.differences:
            T = len(difference.returns)
            if T * (T - 1) // 2 <= ALL_PAIRS:
                pieces[difference] = Piece.around(difference, np.zeros(program.n))
            elif _is_objective(program, difference) and program.n <= _FEW * difference.returns.shape[1]:
                centre = smoothed_minimum(program, difference, self._last)
                if centre is not None:
                    pieces[difference] = Piece.around(difference, centre)
        return pieces

    def _refine(self, pieces: dict[MeanDifference, Piece], difference: MeanDifference, x: Array) -> bool:
        """Bring in the pairs that have changed places, or the first ones where that pays now."""
        if difference in pieces:
            pieces[difference] = pieces[difference].extended(x)
            return True
        if self.program.D is None and difference.missed(x) < _NEAR * difference.value(x):
            pieces[difference] = Piece.around(difference, x)
            return True
        return False

    def _finished(self, program: Program, answer: Solution, x: Array, counts: Array) -> Solution:
        rows, bounds = answer.row_multipliers, answer.bound_multipliers
        return Solution(
            x,
            program.value(x),
            min(answer.bound, program.value(x)),
            answer.proven,
            None if rows is None else rows[: program.m],  # the others are those of cuts and pieces
            None if bounds is None else bounds[: program.n],
            qp_count=int(counts[0]),
            lp_count=int(counts[1]),
            nodes=int(counts[2]),
            nothing=program.nothing,
        )


def exceeded(program: Program, x: Array) -> list[MeanDifference]:
    """The mean differences that are above their variables by more than rounding."""
    return [d for d in program.differences if d.missed(x) > max(_EXACT * d.value(x), d.rounding(x))]


def _is_objective(program: Program, difference: MeanDifference) -> bool:
    """Whether the difference is all that is minimised, over an ordinary polyhedron."""
    only = np.flatnonzero(program.c).tolist() == [difference.variable]
    unused = not touched(program.A, difference.variable)
    return only and unused and program.c[difference.variable] > 0 and not program.binary.size


def smoothed_minimum(program: Program, difference: MeanDifference, x: Array | None) -> Array | None:
    """A point close to the least mean difference: Newton's method on pairs rounded off within a shrinking width.

    ``|d|`` becomes ``d^2/(2 width) + width/2`` where it is below the width. None where no point is feasible.
    """
    n = difference.returns.shape[1]
    plain = replace(program, c=np.zeros(program.n), D=np.zeros((program.n, program.n)), differences=())

    def newton(point: Array, width: float) -> Array | None:
        """Where the smoothed difference's second-order expansion at the point is least."""
        _, slope, curvature = _smoothed(difference, point, width)
        size = float(np.abs(curvature).max(initial=0.0)) or 1.0
        D, c = np.zeros((program.n, program.n)), np.zeros(program.n)
        D[:n, :n], c[:n] = curvature / size, (slope - curvature @ point[:n]) / size
        answer = QuadraticModel(replace(plain, D=D, c=c)).solve()
        return None if answer is None else answer.x

    origin = np.zeros(program.n)
    scale = float(difference.returns.std()) or 1.0
    # a width that no pair exceeds makes it the variance; a last answer need not be feasible now
    x = newton(origin, 1e3 * scale) if x is None else newton(x, 0.3 * scale)
    for share in (0.3, 0.1, 0.03, 0.01):
        for _ in range(8):
            if x is None:
                return None
            width = share * (float(difference.observations(x).std()) or scale)
            target = newton(x, width)
            if target is None:
                return None
            value, slope, _ = _smoothed(difference, x, width)
            gain = float(slope @ (x - target)[:n])
            length = 1.0
            while (
                length > 1e-3
                and _smoothed(difference, x + length * (target - x), width)[0] > value - 1e-4 * length * gain
            ):
                length /= 2
            x = x + length * (target - x)
            if length <= 1e-3 or gain <= 1e-7 * value:
                break
    return x


def _smoothed(difference: MeanDifference, x: Array, width: float) -> tuple[float, Array, Array]:
    """Value, gradient and second derivatives by the asset weights (each pair counted twice), by sums over sorted windows."""
    y = difference.observations(x)
    order = np.argsort(y, kind="stable")
    y, R = y[order], difference.returns[order]
    T = y.size
    last = np.searchsorted(y, y + width, "right")
    first = np.searchsorted(
        last, np.arange(T), "right"
    )  # y - width may round otherwise, and pairs must be near both ways
    sums, squares = _prefix(y), _prefix(y**2)
    near, near_sum = last - first, sums[last] - sums[first]
    far = first * y - sums[first] + sums[T] - sums[last] - (T - last) * y - 0.5 * width * (T - near)
    within = near * y**2 - 2 * y * near_sum + squares[last] - squares[first]
    slopes = first - (T - last) + (near * y - near_sum) / width
    rows = _prefix(R)
    curvature = R.T @ (near[:, None] * R - (rows[last] - rows[first]))
    if np.abs(curvature).max() <= _CANCELLED * (R**2).sum():
        curvature = np.zeros_like(curvature)
    return float((far + within / (2 * width)).sum()), np.asarray(2 * slopes @ R), np.asarray(curvature * (2 / width))


def _prefix(values: Array) -> Array:
    """Sums of the first 0, 1, ..., T rows."""
    return np.concatenate([np.zeros((1, *values.shape[1:])), np.cumsum(values, axis=0)])
