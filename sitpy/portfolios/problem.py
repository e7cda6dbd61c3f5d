"""From assumptions and constraints to a programme, and from "no solution" to words about assets and returns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from sitpy.arguments import numbers
from sitpy.constraints import Constraints, checked_constraints
from sitpy.errors import InfeasibleError, InputError, NotSolvedError, warn
from sitpy.inputs import InputAssumptions, checked_assumptions, unique_names
from sitpy.solvers import Engine, Limits, MeanDifference, Model, Program, Solution, limits_of, model_for
from sitpy.solvers.diagnosis import Range, attainable_range, explain, without_row
from sitpy.sparse import column

Array = np.ndarray

_RANGE_SECONDS = 0.3  # for the attainable returns of a contradiction with 0/1 variables


def checked(ia: InputAssumptions, constraints: Constraints) -> None:
    """Refuse assumptions and constraints that do not agree with themselves or with each other."""
    checked_assumptions(ia)
    checked_constraints(constraints)
    if constraints.n < ia.n:
        raise InputError(
            f"the constraints have {constraints.n} variables but there are {ia.n} assets "
            f"({', '.join(ia.symbols[:3])}, ...); the first variables must be the asset weights"
        )


def answered(weights: Any, ia: InputAssumptions) -> Array:
    """What a strategy of the caller's gave, if it is a finite weight for each asset; more variables are left out."""
    found = numbers("what the strategy gave", weights).ravel()
    if found.size < ia.n:
        raise InputError(f"the strategy gave {found.size} weight(s) for {ia.n} assets; give one for each")
    strange = np.flatnonzero(~np.isfinite(found[: ia.n]))
    if strange.size:
        i = int(strange[0])
        raise InputError(f"the strategy's weight of {ia.symbols[i]!r} is {found[i]}; expected finite numbers")
    return found[: ia.n]


def variable_names(ia: InputAssumptions, n: int) -> tuple[str, ...]:
    """Unique names of all variables: the assets (a repeated one gets ".1", as in pandas), then aux.1, aux.2, ..."""
    names = unique_names(ia.symbols[:n])
    return tuple(names + [f"aux.{i + 1}" for i in range(n - len(names))])


def build(ia: InputAssumptions, constraints: Constraints, cost: Array | None = None, D: Array | None = None) -> Program:
    """The programme of these constraints with the given objective (none: feasibility only)."""
    n = constraints.n
    lb = np.where(np.isnan(constraints.lb), -np.inf, constraints.lb)
    ub = np.where(np.isnan(constraints.ub), np.inf, constraints.ub)
    binary = np.zeros(0, dtype=int) if constraints.binary_index is None else constraints.binary_index
    lb[binary], ub[binary] = np.maximum(lb[binary], 0.0), np.minimum(ub[binary], 1.0)
    return Program(
        np.zeros(n) if cost is None else cost,
        constraints.matrix,
        constraints.b,
        constraints.meq,
        lb,
        ub,
        D,
        binary,
        tuple(constraints.names),
        variable_names(ia, n),
        tuple(MeanDifference(returns, variable, _per_pair(returns)) for returns, variable in constraints.differences),
    )


def _per_pair(returns: Array) -> float:
    """One over the number of pairs of periods."""
    return 2.0 / (len(returns) * (len(returns) - 1))


def padded(values: Array, n: int) -> Array:
    """Asset figures as coefficients of all n variables."""
    return np.concatenate([values, np.zeros(n - values.size)])


def optimum(
    program: Program,
    ia: InputAssumptions,
    constraints: Constraints,
    engine: Engine = "fast",
    limits: Limits | None = None,
) -> Solution:
    """The optimum of a programme, proven unless the caller's limits ended the search, or the error that says why there is
    none."""
    return solved(
        model_for(program, engine, limits_of(limits)), ia, lambda: constraints, start=_start(constraints, program.n)
    )


def _start(constraints: Constraints, n: int) -> Array | None:
    """``constraints.x0`` with zeros for the variables that a measure has added; None where it is no start."""
    if constraints.x0 is None:
        return None
    x0 = np.asarray(constraints.x0, dtype=float)
    return None if x0.size > n or not np.isfinite(x0).all() else padded(x0, n)


def solved(
    model: Model,
    ia: InputAssumptions,
    constraints: Callable[[], Constraints],
    b: Array | None = None,
    start: Array | None = None,
) -> Solution:
    """As :func:`optimum` for a model at hand and right-hand sides ``b``; ``constraints()`` serves the diagnosis only."""
    solution = model.solve(b, start=start)
    if solution is None:
        raise infeasible(ia, constraints())
    if not solution.proven:
        found = (
            f"value {solution.value:.8g} and bound {solution.bound:.8g} (gap {solution.gap:.2g}); "
            "the answer is not proven optimal"
        )
        if not solution.stopped_by:
            raise NotSolvedError(f"the search ended with {found}", solution.x, solution.bound, solution.gap)
        warn(f"{solution.stopped_by} ended the search after {solution.nodes} nodes with {found}")
    violation = model.program.violation(solution.x, b)
    if violation > 1e-6:
        raise NotSolvedError(
            f"the solver's answer misses a constraint by {violation:.2g}; rescale constraints whose coefficients differ "
            "by many orders of magnitude",
            solution.x,
        )
    return replace(solution, primal_residual=violation)


def infeasible(ia: InputAssumptions, constraints: Constraints) -> InfeasibleError:
    """The error that names a smallest contradicting set, and the attainable return where a return row is in it."""
    program = build(ia, constraints)
    try:
        conflict = explain(program)
    except ValueError:
        return InfeasibleError(
            "the solver found no feasible point although the constraints do not contradict each other exactly; "
            "they leave a region narrower than 1e-9: widen it"
        )
    target = _return_row(ia, constraints, conflict.rows)
    if target is not None:
        mu = padded(ia.expected_return, constraints.n)
        try:
            low, high = attainable_range(without_row(program, target), mu, _RANGE_SECONDS)
        except (InfeasibleError, NotSolvedError):
            return InfeasibleError(conflict.message, conflict)
        words = f"an expected return from {low:.4%} to {high:.4%}; choose the target within that range"
        conflict = replace(
            conflict,
            message=f"{conflict.message}. The other constraints allow {words}",
            ranges=(*conflict.ranges, Range(target, low, high, f"{program.b[target]:.6g}", "return")),
        )
    return InfeasibleError(conflict.message, conflict)


def _return_row(ia: InputAssumptions, constraints: Constraints, rows: Array) -> int | None:
    """Which of the rows asks for an expected return, if one does."""
    try:
        mu = padded(ia.expected_return, constraints.n)
    except InputError:
        return None
    size = np.linalg.norm(mu)
    for j in rows:
        coefficients = column(constraints.matrix, int(j))
        length = np.linalg.norm(coefficients) * size
        if length > 0 and abs(abs(coefficients @ mu) - length) <= 1e-12 * length and np.ptp(ia.expected_return) > 0:
            return int(j)
    return None
