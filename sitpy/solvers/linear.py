"""Linear programmes: HiGHS kept warm between solves, and SIT's ``solve_LP_bounds`` over any solver PuLP knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import highspy
import numpy as np
from numpy.typing import ArrayLike

from sitpy.arguments import choice, listed, numbers, positions, real, shown, text
from sitpy.errors import InfeasibleError, InputError, NotSolvedError, UnboundedError
from sitpy.record import Record
from sitpy.solvers.program import Program, Solution
from sitpy.solvers.weak_duality import Proof, proof
from sitpy.sparse import sparse

Array = np.ndarray

_INFEASIBLE = {highspy.HighsModelStatus.kInfeasible}
_ASTRAY = {highspy.HighsModelStatus.kUnknown, highspy.HighsModelStatus.kSolveError}
_UNBOUNDED = {highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kUnboundedOrInfeasible}

_REFINEMENTS = 2  # steps
_CLOSED, _ROUNDING, _PROVEN = 1e-9, 1e-12, 1e-6  # gaps, relative to the terms of the objective
_NOTHING = 1e-15  # what rounding makes of objectives that are zero


def ray(program: Program) -> Array:
    """The direction in which a linear objective falls most while rows and bounds stay satisfied (no entry beyond 1)."""
    finite = np.isfinite(program.lb), np.isfinite(program.ub)
    probe = Program(
        program.c,
        program.A,
        np.where(np.isfinite(program.b), 0.0, -np.inf),
        program.meq,
        np.where(finite[0], 0.0, -1.0),
        np.where(finite[1], 0.0, 1.0),
    )
    answer = LinearModel(probe).solve()
    assert answer is not None  # staying put is feasible
    return answer.x


class LinearModel:
    """One HiGHS model, solved again and again by warm simplex after changes of right-hand sides or bounds.

    With ``integer=True`` the binaries are handed to HiGHS' own search, with gaps scaled to the objective: its default
    absolute gap of 1e-6 is too loose for objectives of 0.01.
    """

    def __init__(self, program: Program, *, integer: bool = False, gap: float = 1e-9) -> None:
        self.program = program
        self._integer = integer and program.binary.size > 0
        self._highs = highs = highspy.Highs()
        for option, value in (
            ("output_flag", False),
            ("threads", 1),
            ("presolve", "on" if self._integer else "off"),
            ("simplex_scale_strategy", 2 if self._integer else 0),  # portfolio rows are of one scale: half the time
            ("primal_feasibility_tolerance", 1e-9),
            ("dual_feasibility_tolerance", 1e-9),
            ("mip_feasibility_tolerance", 1e-9),
            ("mip_rel_gap", gap),
            ("mip_abs_gap", 1e-13),
        ):
            highs.setOptionValue(option, value)
        self._pass_model()
        self._b, self._lb, self._ub = program.b.copy(), program.lb.copy(), program.ub.copy()

    def _pass_model(self) -> None:
        """The whole programme at once; our columns are HiGHS' rows."""
        program = self.program
        rows = sparse(program.A)
        kinds = np.zeros(program.n, dtype=np.int32)
        if self._integer:
            kinds[program.binary] = int(highspy.HighsVarType.kInteger)
        self._highs.passModel(
            program.n,
            program.m,
            rows.nnz,
            int(highspy.MatrixFormat.kRowwise),
            int(highspy.ObjSense.kMinimize),
            0.0,
            program.c,
            program.lb,
            program.ub,
            program.b,
            np.where(np.arange(program.m) < program.meq, program.b, np.inf),
            rows.indptr.astype(np.int32, copy=False),
            rows.indices.astype(np.int32, copy=False),
            rows.data,
            kinds,
        )

    def solve(
        self,
        b: Array | None = None,
        lb: Array | None = None,
        ub: Array | None = None,
        start: Array | None = None,
    ) -> Solution | None:
        """Optimum for these right-hand sides and bounds (the programme's own where None); None if infeasible.

        ``start`` is not needed: the simplex basis of the last solve is the start.
        """
        return self.relax(b, lb, ub)

    def relax(
        self,
        b: Array | None = None,
        lb: Array | None = None,
        ub: Array | None = None,
        state: Any = None,
        until: float | None = None,
    ) -> Solution | None:
        """As :meth:`solve`, from the basis ``state`` of an earlier solution where one is given."""
        program, highs = self.program, self._highs
        self._change(*program.limits(b, lb, ub))
        if state is not None:
            highs.setBasis(state)
        status = self._run()
        if status in _UNBOUNDED and not self._feasible():
            return None
        if status in _INFEASIBLE:
            return None
        if status in _UNBOUNDED:
            from sitpy.solvers.diagnosis import describe_ray

            raise UnboundedError(describe_ray(program))
        if status != highspy.HighsModelStatus.kOptimal:
            raise NotSolvedError(f"HiGHS stopped with status {highs.modelStatusToString(status)!r}")
        answer = highs.getSolution()
        x = np.clip(np.array(answer.col_value), self._lb, self._ub)
        value = float(program.c @ x)
        if self._integer:
            info = highs.getInfo()
            return Solution(x, value, min(value, info.mip_dual_bound), lp_count=1, nodes=info.mip_node_count)
        proved = proof(program, x, np.array(answer.row_dual), (self._b, self._lb, self._ub))
        for _ in range(_REFINEMENTS):
            if value - proved.bound <= max(_CLOSED * proved.size, _NOTHING):
                break
            proved = self._refined(x, proved)
        open_gap = value - proved.bound
        bound = value if open_gap <= max(_ROUNDING * proved.size, _NOTHING) else proved.bound
        basis = highs.getBasis() if state is not None or until is not None else None
        proven = open_gap <= max(_PROVEN * proved.size, _NOTHING)
        return Solution(x, value, bound, proven, proved.rows, proved.price, lp_count=1, state=basis)

    def _refined(self, x: Array, proved: Proof) -> Proof:
        """One step of iterative refinement: after many warm starts the basic variables' prices are not quite zero."""
        status, basic = self._highs.getBasicVariables()
        if status != highspy.HighsStatus.kOk:
            return proved
        columns = basic >= 0
        off = np.zeros(proved.rows.size)
        off[columns] = proved.price[basic[columns]]
        off[~columns] = -proved.rows[-basic[~columns] - 1]
        rows = proved.rows + self._highs.getBasisTransposeSolve(off)[1]
        better = proof(self.program, x, rows, (self._b, self._lb, self._ub))
        return better if better.bound > proved.bound else proved

    def add_row(self, column: Array, rhs: float, name: str | None = None) -> None:
        """One more inequality ``column'x >= rhs``; the basis of the last solve stays the start."""
        self.program = self.program.with_row(column, rhs, name)
        used = np.flatnonzero(column).astype(np.int32)
        self._highs.addRow(float(rhs), highspy.kHighsInf, used.size, used, column[used])
        self._b = np.append(self._b, rhs)

    def price(self, c: Array) -> None:
        """Other costs from now on; the basis of the last solve stays the start."""
        self.program = replace(self.program, c=c)
        self._highs.changeColsCost(c.size, np.arange(c.size, dtype=np.int32), c)

    def _run(self) -> Any:
        """Solve; where the warm start goes astray, once more from nothing with other choices."""
        highs = self._highs
        highs.run()
        for option, value in (("simplex_scale_strategy", 2), ("presolve", "on"), ("solver", "ipm")):
            status = highs.getModelStatus()
            if status not in _ASTRAY:
                break
            highs.clearSolver()
            default = highs.getOptionValue(option)[1]
            highs.setOptionValue(option, value)
            highs.run()
            highs.setOptionValue(option, default)
        return highs.getModelStatus()

    def _change(self, b: Array, lb: Array, ub: Array) -> None:
        """Hand HiGHS only what differs from its present state."""
        rows = np.flatnonzero(b != self._b).astype(np.int32)
        if rows.size:
            self._highs.changeRowsBounds(rows.size, rows, b[rows], np.where(rows < self.program.meq, b[rows], np.inf))
            self._b = b.copy()
        moved = np.flatnonzero((lb != self._lb) | (ub != self._ub)).astype(np.int32)
        if moved.size:
            self._highs.changeColsBounds(moved.size, moved, lb[moved], ub[moved])
            self._lb, self._ub = lb.copy(), ub.copy()

    def _feasible(self) -> bool:
        """Feasibility by its own solve: "unbounded or infeasible" must be told apart."""
        program = self.program
        probe = Program(
            np.zeros(program.n),
            program.A,
            self._b,
            program.meq,
            self._lb,
            self._ub,
            binary=program.binary,
        )
        return LinearModel(probe, integer=self._integer).solve() is not None


# ------------------------------------------------------------------------------------------- SIT's signature


@dataclass(frozen=True)
class LPSolution(Record):
    """Answer of :func:`solve_LP_bounds`.

    ``solution`` (n variables), ``value`` in the caller's direction, ``status`` 0 = solved, and, for programmes without
    binaries, ``row_duals`` (m constraints) and ``reduced_costs`` (n variables) of the minimisation; ``certificate`` holds the
    residuals, recomputed from outside the solver.
    """

    solution: Array
    value: float
    status: int = 0
    row_duals: Array | None = None
    reduced_costs: Array | None = None
    solver: str = "highs"
    certificate: Any = None


def solve_LP_bounds(
    direction: str,
    objective_in: ArrayLike,
    const_mat: ArrayLike,
    const_dir: Sequence[str],
    const_rhs: ArrayLike,
    binary_vec: Sequence[int] | Array | None = None,
    lb: ArrayLike | None = 0.0,
    ub: ArrayLike | None = np.inf,
    default_lb: float | None = None,
    solver: str = "highs",
) -> LPSolution:
    """Linear programme with bounds and 0/1 variables.

    Parameters
    ----------
    direction : {"min", "max"}
    objective_in : array (n variables)
        Objective.
    const_mat : array (m constraints x n variables)
        Coefficients; here each ROW is a constraint.
    const_dir : sequence of {"=", ">=", "<="} (m constraints)
        Senses ("==" is also read).
    const_rhs : number or array (m constraints)
        Right-hand sides.
    binary_vec : sequence of int, optional
        0-based positions of the 0/1 variables.
    lb, ub : number or array (n variables)
        Bounds; ``nan`` or None means none.
    default_lb : float, optional
        Lower bound of variables that have none. SIT uses -100 here; when left out, such variables are truly free.
    solver : str
        ``"highs"``; or ``"pulp"`` (the first solver that PuLP finds) or ``"pulp:NAME"`` with a name of PuLP's list
        (CBC, GLPK, CPLEX, GUROBI, ...).

    Returns
    -------
    LPSolution

    Raises
    ------
    InputError
        Shapes that do not agree, an unknown direction, sense or solver.
    InfeasibleError, UnboundedError, NotSolvedError
        There is no optimum, or the solver did not reach it.

    Examples
    --------
    >>> import sitpy
    >>> answer = sitpy.solve_LP_bounds("max", [0.1, 0.12, 0.07], [[1, 1, 1]], ["="], 1, lb=-0.2, ub=0.7)
    >>> answer.solution.round(6).tolist()
    [0.5, 0.7, -0.2]

    References
    ----------
    SIT, ``solve.LP.bounds``.
    """
    choice("direction", direction, ("min", "max"))
    sign = 1.0 if direction == "min" else -1.0
    program = _lp_program(objective_in, const_mat, const_dir, const_rhs, binary_vec, lb, ub, default_lb, sign)
    if text("solver", solver) == "highs":
        answer = LinearModel(program, integer=True).solve()
    elif solver == "pulp" or solver.startswith("pulp:"):
        from sitpy.solvers.modelling import solve_with_pulp

        answer = solve_with_pulp(program, solver.partition(":")[2] or None)
    else:
        raise InputError(
            f"solver {shown(solver)} is not known; use 'highs', 'pulp' or 'pulp:NAME' (such as 'pulp:CBC')"
        )
    if answer is None:
        from sitpy.solvers.diagnosis import explain

        conflict = explain(program)
        raise InfeasibleError(conflict.message, conflict)
    duals = answer.row_multipliers
    from sitpy.solvers.certificate import certificate

    checked = certificate(program, answer)
    rows = _unsorted(duals, const_dir)
    return LPSolution(answer.x, sign * answer.value + 0.0, 0, rows, answer.bound_multipliers, solver, checked)


def _lp_program(
    objective_in: ArrayLike,
    const_mat: ArrayLike,
    const_dir: Sequence[str],
    const_rhs: ArrayLike,
    binary_vec: Sequence[int] | Array | None,
    lb: ArrayLike | None,
    ub: ArrayLike | None,
    default_lb: float | None,
    sign: float,
) -> Program:
    c, rows = sign * np.atleast_1d(numbers("objective_in", objective_in)), numbers("const_mat", const_mat)
    n = c.size
    if c.ndim != 1 or n == 0:
        raise InputError(f"objective_in has shape {c.shape}; give one coefficient per variable")
    rows = rows.reshape(-1, n) if rows.size % n == 0 else rows
    if rows.ndim != 2 or rows.shape[1] != n:
        raise InputError(f"const_mat has shape {rows.shape}; expected constraints x {n} variables (one row each)")
    m = rows.shape[0]
    senses = [const_dir] * m if isinstance(const_dir, str) else listed("const_dir", const_dir, "give a sense per row")
    rhs = np.atleast_1d(numbers("const_rhs", const_rhs))
    rhs = np.repeat(rhs, m) if rhs.size == 1 else rhs
    if len(senses) != m or rhs.size != m:
        raise InputError(f"const_mat has {m} rows, const_dir {len(senses)} senses and const_rhs {rhs.size} values")
    for sense in senses:
        choice("constraint type", sense, ("=", "==", ">=", "<="))
    flip = np.array([-1.0 if sense == "<=" else 1.0 for sense in senses])
    order = _equalities_first(senses)
    lower, upper = bound_array(lb, n, -np.inf, "lb"), bound_array(ub, n, np.inf, "ub")
    if default_lb is not None:
        lower[np.isneginf(lower)] = real("default_lb", default_lb, "give a lower bound", lambda bound: bound < np.inf)
    binary = binary_positions(binary_vec, n, "binary_vec")
    lower[binary], upper[binary] = np.maximum(lower[binary], 0.0), np.minimum(upper[binary], 1.0)
    for label, values in (("objective_in", c), ("const_mat", rows), ("const_rhs", rhs)):
        if not np.isfinite(values).all():
            raise InputError(f"{label} holds a missing or infinite number; a linear programme needs finite ones")
    names = tuple(f"row {j}" for j in order)
    return Program(
        c,
        (flip[:, None] * rows)[order].T,
        (flip * rhs)[order],
        sum(sense in ("=", "==") for sense in senses),
        lower,
        upper,
        binary=binary,
        row_names=names,
    )


def _equalities_first(senses: Sequence[str]) -> Array:
    return np.argsort([sense not in ("=", "==") for sense in senses], kind="stable")


def _unsorted(duals: Array | None, const_dir: Sequence[str]) -> Array | None:
    """Multipliers in the caller's order of rows, for the caller's senses."""
    if duals is None:
        return None
    senses = [const_dir] * duals.size if isinstance(const_dir, str) else list(const_dir)
    result = np.empty(duals.size)
    result[_equalities_first(senses)] = duals
    return np.asarray(result * np.array([-1.0 if sense == "<=" else 1.0 for sense in senses]))


def binary_positions(value: Any, n: int, label: str) -> Array:
    """0-based positions of the 0/1 variables, in order, each once."""
    return np.zeros(0, dtype=int) if value is None else np.unique(positions(label, value, n, "variables"))


def bound_array(value: Any, n: int, missing: float, label: str) -> Array:
    """Bounds as an array of n numbers in which None and nan have become ``missing`` (minus or plus infinity)."""
    values = np.atleast_1d(numbers(label, np.nan if value is None else value)).ravel()
    if values.size not in (1, n):
        raise InputError(f"{label} has {values.size} values for {n} variables; give 1 or {n}")
    if (values == -missing).any():
        raise InputError(
            f"{label} is {-missing:g} for a variable, which leaves it no value; use {missing:g} for no bound"
        )
    values = np.repeat(values, n) if values.size == 1 else values
    return np.where(np.isnan(values), missing, values)
