"""SIT's ``solve_QP`` and ``solve_QP_bounds``: quadratic programmes in quadprog's own form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from sitpy.arguments import flag, numbers, whole
from sitpy.errors import InfeasibleError, InputError, NotSolvedError
from sitpy.record import Record
from sitpy.solvers.binary_model import BinaryModel
from sitpy.solvers.certificate import Certificate, certificate, fit_multipliers
from sitpy.solvers.linear import binary_positions, bound_array
from sitpy.solvers.program import Program, Solution
from sitpy.solvers.quadratic_model import QuadraticModel

Array = np.ndarray


@dataclass(frozen=True)
class QPSolution(Record):
    """Answer of :func:`solve_QP` and :func:`solve_QP_bounds`.

    ``solution`` (n variables), ``value``, ``unconstrained_solution`` (nan where there is none), ``Lagrangian`` (m
    multipliers of the rows), ``bound_multipliers`` (n; positive at a lower bound, negative at an upper), ``iact``
    (0-based positions of the rows with a multiplier), and for 0/1 problems ``counter`` (quadratic programmes solved),
    ``flag`` (1 = solved), ``bound`` and ``gap``; ``certificate`` holds the residuals.
    """

    solution: Array
    value: float
    unconstrained_solution: Array
    Lagrangian: Array
    iact: Array
    bound_multipliers: Array
    counter: int = 1
    flag: int = 1
    bound: float = np.nan
    gap: float = 0.0
    certificate: Certificate | None = None


def solve_QP(
    Dmat: ArrayLike,
    dvec: ArrayLike,
    Amat: ArrayLike,
    bvec: ArrayLike | None = None,
    meq: int = 0,
    factorized: bool = False,
) -> QPSolution:
    """Minimise ``x'Dx/2 - d'x`` subject to ``A'x >= b``, the first ``meq`` rows being equalities.

    Parameters
    ----------
    Dmat : array (n variables x n variables)
        Quadratic term; with ``factorized`` the inverse of its upper Cholesky factor.
    dvec : array (n variables)
        Linear term.
    Amat : array (n variables x m constraints)
        One column per constraint.
    bvec : array (m constraints), optional
        Right-hand sides; zeros when not given.
    meq : int
        Number of leading equalities.
    factorized : bool
        Whether ``Dmat`` holds R^-1 with D = R'R.

    Returns
    -------
    QPSolution

    Raises
    ------
    InputError
        Shapes that do not agree, missing numbers, a matrix that is not symmetric or not convex.
    InfeasibleError, UnboundedError
        There is no optimum.

    Examples
    --------
    The example of the original quadprog manual (Turlach and Weingessel):

    >>> import numpy as np, sitpy
    >>> A = np.array([[-4.0, -3, 0], [2, 1, 0], [0, -2, 1]]).T
    >>> sitpy.solve_QP(np.eye(3), [0, 5, 0], A, [-8, 2, 0]).solution.round(4).tolist()
    [0.4762, 1.0476, 2.0952]

    References
    ----------
    Goldfarb, D. and Idnani, A. (1983), "A numerically stable dual method for solving strictly convex quadratic
    programs", Mathematical Programming 27, 1-33.
    """
    return solve_QP_bounds(Dmat, dvec, Amat, bvec, meq, factorized)


def solve_QP_bounds(
    Dmat: ArrayLike,
    dvec: ArrayLike,
    Amat: ArrayLike,
    bvec: ArrayLike | None = None,
    meq: int = 0,
    factorized: bool = False,
    binary_vec: Sequence[int] | Array | None = None,
    lb: ArrayLike | None = np.nan,
    ub: ArrayLike | None = np.nan,
) -> QPSolution:
    """Quadratic programme of :func:`solve_QP` with bounds and 0/1 variables.

    Variables that rows or bounds already decide are removed first, exactly: their covariances with the others and
    their own cost stay in the problem. Where quadprog fails, a second solver decides. ``Dmat`` may be singular.

    Parameters
    ----------
    Dmat, dvec, Amat, bvec, meq, factorized
        As in :func:`solve_QP`.
    binary_vec : sequence of int, optional
        0-based positions of the 0/1 variables.
    lb, ub : number or array (n variables)
        Bounds; ``nan`` or None means none.

    Returns
    -------
    QPSolution

    Raises
    ------
    InputError, InfeasibleError, UnboundedError, NotSolvedError
        As in :func:`solve_QP`; the message names the constraints that contradict each other.

    Examples
    --------
    A variable fixed by its bounds keeps its covariance with the others (SIT forgets it):

    >>> import numpy as np, sitpy
    >>> D = [[0.04, 0.01, 0.002], [0.01, 0.09, 0.003], [0.002, 0.003, 0.0225]]
    >>> answer = sitpy.solve_QP_bounds(D, np.zeros(3), np.ones((3, 1)), [1], 1, lb=[0, 0.3, 0], ub=[1, 0.3, 1])
    >>> answer.solution.round(6).tolist()
    [0.209402, 0.3, 0.490598]

    References
    ----------
    SIT, ``solve.QP.bounds``.
    """
    program = _qp_program(Dmat, dvec, Amat, bvec, meq, factorized, binary_vec, lb, ub)
    answer = _solve(program)
    if answer is None:
        from sitpy.solvers.diagnosis import explain

        conflict = explain(program)
        raise InfeasibleError(conflict.message, conflict)
    gradient = program.gradient(answer.x)
    rows, bounds = fit_multipliers(program, answer.x, gradient)
    assert program.D is not None
    checked = certificate(program, answer.x, answer.bound if program.binary.size else None, (rows, bounds))
    if program.binary.size == 0 and checked.primal_residual > 1e-7:
        raise NotSolvedError("the answer misses a constraint by more than 1e-7; rescale the constraints", answer.x)
    return QPSolution(
        answer.x,
        answer.value,
        _unconstrained(program),
        rows,
        np.flatnonzero(rows != 0),
        bounds,
        answer.qp_count,
        1,
        answer.bound,
        answer.gap,
        checked,
    )


def _solve(program: Program) -> Solution | None:
    if program.binary.size:
        return BinaryModel(program, QuadraticModel).solve()
    assert program.D is not None
    smallest, largest = np.linalg.eigvalsh(program.D)[[0, -1]]
    if smallest < -1e-9 * max(float(largest), abs(float(smallest))):
        from sitpy.solvers.nonconvex import solve_indefinite

        return solve_indefinite(program)
    return QuadraticModel(program).solve()


def _unconstrained(program: Program) -> Array:
    assert program.D is not None
    try:
        return np.linalg.solve(program.D, -program.c)
    except np.linalg.LinAlgError:
        return np.full(program.n, np.nan)


def _qp_program(
    Dmat: ArrayLike,
    dvec: ArrayLike,
    Amat: ArrayLike,
    bvec: ArrayLike | None,
    meq: int,
    factorized: bool,
    binary_vec: Sequence[int] | Array | None,
    lb: ArrayLike | None,
    ub: ArrayLike | None,
) -> Program:
    D, A = numbers("Dmat", Dmat), numbers("Amat", Amat)
    d = np.atleast_1d(numbers("dvec", dvec))
    n = d.size
    if d.ndim != 1 or D.shape != (n, n):
        raise InputError(f"Dmat has shape {D.shape} but dvec has {n} values; Dmat must be {n} x {n}")
    A = A[:, None] if A.ndim == 1 else A
    if A.ndim != 2 or A.shape[0] != n:
        raise InputError(f"Amat has shape {A.shape}; expected {n} variables x constraints (one column each)")
    b = np.zeros(A.shape[1]) if bvec is None else np.atleast_1d(numbers("bvec", bvec)).ravel()
    if b.size != A.shape[1]:
        raise InputError(f"bvec has {b.size} values but Amat has {A.shape[1]} columns")
    meq = whole("meq", meq)
    if meq > b.size:
        raise InputError(f"meq is {meq} but there are {b.size} constraints; it must lie in 0..{b.size}")
    for label, values in (("Dmat", D), ("dvec", d), ("Amat", A), ("bvec", b)):
        if not np.isfinite(values).all():
            raise InputError(f"{label} holds a missing or infinite number; a quadratic programme needs finite ones")
    if flag("factorized", factorized):
        try:
            root = np.linalg.inv(D)
        except np.linalg.LinAlgError:
            raise InputError(
                "Dmat is singular; with factorized=True it must hold the inverse of an upper Cholesky factor"
            ) from None
        D = root.T @ root
    apart = float(np.abs(D - D.T).max(initial=0.0))
    if apart > 1e-9 * max(1e-12, float(np.abs(D).max(initial=0.0))):
        raise InputError(f"Dmat is not symmetric: entries differ from their mirror by up to {apart:g}")
    binary = binary_positions(binary_vec, n, "binary_vec")
    lower, upper = bound_array(lb, n, -np.inf, "lb"), bound_array(ub, n, np.inf, "ub")
    lower[binary], upper[binary] = np.maximum(lower[binary], 0.0), np.minimum(upper[binary], 1.0)
    return Program(-d, A, b, meq, lower, upper, D=(D + D.T) / 2, binary=binary)
