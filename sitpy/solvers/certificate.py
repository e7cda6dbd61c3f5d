"""The one checker: how far is an answer from feasible and from optimal, computed from outside the solver."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sitpy.arguments import instance, listed, numbers, real
from sitpy.errors import InputError
from sitpy.record import Record
from sitpy.solvers.mean_difference import MeanDifference, Piece, localised
from sitpy.solvers.presolve import implied_bounds
from sitpy.solvers.program import Program, Solution
from sitpy.sparse import dense, lengths

Array = np.ndarray

_ROUNDING = 1e-7  # of the gradient's size
_CANCELLED = 1e-6  # an objective or gradient below this part of its terms is zero, but for their rounding


@dataclass(frozen=True)
class Certificate(Record):
    """Residuals of an answer ``x`` to ``min x'Dx/2 + c'x, A'x = b | A'x >= b, lb <= x <= ub``.

    Attributes
    ----------
    primal_residual : float
        Largest violation of a row, a bound or a binary.
    dual_residual : float
        Largest entry of ``Dx + c - A lambda - mu``, relative to the gradient's size.
    complementarity : float
        Sum of multiplier times slack, relative to the objective's size.
    gap : float
        Objective less the lower bound that the multipliers prove, relative to the objective's size; with binaries the
        bound is the search's.
    objective, bound : float
        Value at ``x`` and what no feasible point can go below.
    row_multipliers, bound_multipliers : array or None
        The multipliers used: of rows (m), of bounds (n; positive at a lower, negative at an upper bound).
    """

    primal_residual: float
    dual_residual: float
    complementarity: float
    gap: float
    objective: float
    bound: float
    row_multipliers: Array | None = None
    bound_multipliers: Array | None = None

    def is_optimal(self, tolerance: float = 1e-6) -> bool:
        """Whether every residual is within ``tolerance``."""
        worst = max(self.primal_residual, self.dual_residual, self.complementarity, self.gap)
        return bool(worst <= tolerance)


def certificate(
    program: Program,
    solution: Solution | Array,
    bound: float | None = None,
    multipliers: tuple[Array, Array] | None = None,
) -> Certificate:
    """Residuals, multipliers and gap of an answer, found without the solver that gave it.

    Multipliers are the non-negative least-squares fit of the gradient by the constraints that are active at ``x``
    (Lawson & Hanson), unless the caller hands in a pair (rows, bounds).

    Parameters
    ----------
    program : Program
        The problem.
    solution : Solution or array (n variables)
        The answer to check.
    bound : float, optional
        A proven lower bound from a search over binaries; without it, the binaries are taken as fixed and the gap is
        infinite, because a local check cannot prove a 0/1 choice.
    multipliers : (array (m rows), array (n variables)), optional
        Known multipliers.

    Returns
    -------
    Certificate

    Raises
    ------
    InputError
        When the answer has not one finite number per variable.

    Examples
    --------
    >>> import numpy as np
    >>> from sitpy.solvers import Program, certificate
    >>> program = Program(D=np.eye(2), c=np.zeros(2), A=np.ones((2, 1)), b=np.ones(1), meq=1,
    ...                   lb=np.zeros(2), ub=np.ones(2))
    >>> certificate(program, np.array([0.5, 0.5])).is_optimal(1e-9)
    True
    >>> certificate(program, np.array([0.4, 0.6])).is_optimal(1e-3)
    False

    References
    ----------
    Lawson, C. L. and Hanson, R. J. (1974), "Solving Least Squares Problems", chapter 23.
    """
    instance("program", program, Program, "give a programme, such as Frontier.certificates makes")
    x = numbers("the answer", solution.x if isinstance(solution, Solution) else solution)
    if x.shape != (program.n,) or not np.isfinite(x).all():
        raise InputError(
            f"the answer has shape {x.shape} and {int((~np.isfinite(x)).sum())} missing numbers; "
            f"expected {program.n} finite numbers"
        )
    if program.differences:  # exact where no pair further apart than this changes places
        pieces = [Piece.around(d, x, 1e-6 * _spread(d, x)) for d in program.differences]
        corrections = [piece.corrections(x) for piece in pieces]
        return certificate(localised(program, pieces), np.concatenate([x, *corrections]), bound)
    if isinstance(solution, Solution):
        if bound is None and program.binary.size:
            bound = solution.bound
        if multipliers is None and solution.row_multipliers is not None and solution.bound_multipliers is not None:
            multipliers = (solution.row_multipliers, solution.bound_multipliers)
    if bound is not None:
        real("bound", bound, "give a number, or None", lambda bound: bound == bound)
    objective, gradient = program.value(x), program.gradient(x)
    if multipliers is None:
        rows, bounds = fit_multipliers(program, x, gradient)
    else:
        rows, bounds = _given(multipliers, program)
    lb, ub = program.lb.copy(), program.ub.copy()
    lb[program.binary] = ub[program.binary] = x[program.binary]
    rows, bounds = _carried(replace(program, lb=lb, ub=ub), rows, bounds)
    lower, upper = np.maximum(bounds, 0.0), np.maximum(-bounds, 0.0)
    residual = gradient - program.A @ rows - bounds
    size, terms = _sizes(program, x, gradient)
    scale = max(1.0, abs(objective)) if program.D is None else max(abs(objective), terms)
    used_rows, at_lower, at_upper = rows != 0, lower > 0, upper > 0
    slack = program.slack(x)[used_rows] @ rows[used_rows]
    slack += (x - lb)[at_lower] @ lower[at_lower] + (ub - x)[at_upper] @ upper[at_upper]
    complementarity = abs(float(slack))
    if program.binary.size:
        proven = -np.inf if bound is None else bound
        gap = max(0.0, objective - proven) / max(abs(objective), program.nothing)
    else:
        proven = objective - float(slack) - _charge(program, x, residual, size)
        gap = max(0.0, objective - proven) / scale
    return Certificate(
        program.violation(x),
        float(np.abs(residual).max(initial=0.0)) / size,
        complementarity / scale,
        gap,
        objective,
        float(proven),
        rows,
        bounds,
    )


def _given(multipliers: tuple[Array, Array], program: Program) -> tuple[Array, Array]:
    """The caller's multipliers, one per row and one per variable."""
    remedy = f"give multipliers of {program.m} rows and of the bounds of {program.n} variables"
    pair = [numbers("multipliers", part) for part in listed("multipliers", multipliers, remedy)]
    if [part.shape for part in pair] != [(program.m,), (program.n,)] or not all(
        np.isfinite(part).all() for part in pair
    ):
        raise InputError(f"multipliers have shapes {[part.shape for part in pair]}; {remedy}, all finite")
    return pair[0], pair[1]


def _spread(difference: MeanDifference, x: Array) -> float:
    """How far apart the observations are, or a small part of their terms where these cancel in every period."""
    weight = x[: difference.returns.shape[1]]
    terms = float((np.abs(difference.returns) @ np.abs(weight)).max())
    return max(float(np.ptp(difference.observations(x))), 1e-3 * terms)


def _carried(program: Program, rows: Array, bounds: Array) -> tuple[Array, Array]:
    """The multipliers that constraints can carry: not negative on inequalities, none where there is no constraint."""
    rows, bounds = np.array(rows, dtype=float), np.array(bounds, dtype=float)
    rows[program.meq :] = np.maximum(rows[program.meq :], 0.0)
    rows[~np.isfinite(program.b)] = 0.0
    bounds[np.isinf(program.lb)] = np.minimum(bounds[np.isinf(program.lb)], 0.0)
    bounds[np.isinf(program.ub)] = np.maximum(bounds[np.isinf(program.ub)], 0.0)
    return rows, bounds


def _sizes(program: Program, x: Array, gradient: Array) -> tuple[float, float]:
    """What is large for the gradient's entries, and for a quadratic objective, whose terms cancel in a hedge."""
    reach = np.abs(x)
    curved = np.zeros(program.n) if program.D is None else np.abs(program.D) @ reach
    slope = np.abs(program.c)
    size = max(float(np.abs(gradient).max(initial=0.0)), _CANCELLED * float((slope + curved).max(initial=0.0)))
    return max(size, 1e-12), max(_CANCELLED * float(slope @ reach + 0.5 * reach @ curved), 1e-12)


def _charge(program: Program, x: Array, residual: Array, size: float) -> float:
    """How far below the Lagrangian bound the optimum can be because of what the multipliers leave unexplained.

    A residual within rounding counts at the variable's own size, a larger one over all that the variable can move.
    """
    large = np.flatnonzero(np.abs(residual) > _ROUNDING * size)
    reach = np.maximum(1.0, np.abs(x))
    if large.size:
        far = np.where(residual > 0, x - program.lb, program.ub - x)
        if np.isinf(far[large]).any():
            lb, ub = implied_bounds(program)
            far = np.where(residual > 0, x - lb, ub - x)
        reach[large] = np.maximum(0.0, far[large])
    return float(np.abs(residual) @ reach)


def fit_multipliers(program: Program, x: Array, gradient: Array, active: float = 1e-7) -> tuple[Array, Array]:
    """Multipliers of rows and bounds that best explain the gradient at ``x`` by what is active there."""
    from scipy.optimize import nnls

    tolerance = active * max(1.0, float(np.abs(x).max(initial=0.0)))
    norms = lengths(program.A)
    norms[norms == 0] = 1.0
    slack = program.slack(x) / norms
    fixed = np.isin(np.arange(program.n), program.binary)
    tight = np.flatnonzero(np.isfinite(program.b) & (np.arange(program.m) >= program.meq) & (slack <= tolerance))
    at_lower = np.flatnonzero(fixed | (x - program.lb <= tolerance))
    at_upper = np.flatnonzero(fixed | (program.ub - x <= tolerance))
    equal, unit = np.arange(program.meq), np.eye(program.n)
    equalities, active_rows = (dense(program.A[:, which]) / norms[which] for which in (equal, tight))
    columns = np.column_stack(
        [
            equalities,
            -equalities,
            active_rows,
            unit[:, at_lower],
            -unit[:, at_upper],
        ]
    )
    rows, bounds = np.zeros(program.m), np.zeros(program.n)
    size = float(np.abs(gradient).max(initial=0.0))
    if columns.shape[1] == 0 or size == 0.0:
        return rows, bounds
    fit = size * nnls(columns, gradient / size, maxiter=50 * columns.shape[1])[0]
    ends = np.cumsum([equal.size, equal.size, tight.size, at_lower.size])
    plus, minus, inequality, lower, upper = np.split(fit, ends)
    rows[equal] = (plus - minus) / norms[equal]
    rows[tight] = inequality / norms[tight]
    bounds[at_lower] += lower
    bounds[at_upper] -= upper
    return rows, bounds
