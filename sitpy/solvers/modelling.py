"""The same linear programme through PuLP, for any solver that PuLP knows."""

from __future__ import annotations

import warnings

import numpy as np
import pulp

from sitpy.errors import InputError, NotSolvedError, UnboundedError
from sitpy.solvers.program import Program, Solution
from sitpy.sparse import entries


def pulp_solver(name: str | None) -> pulp.LpSolver:
    """PuLP's solver of that name ("CBC" and "CBC_CMD" both find PULP_CBC_CMD), or its default."""
    available = pulp.listSolvers(onlyAvailable=True)
    if not available:
        raise InputError("PuLP finds no solver on this machine; install one, such as CBC, or use solver='highs'")
    if name is None:
        return pulp.getSolver("PULP_CBC_CMD" if "PULP_CBC_CMD" in available else available[0], **_quiet(available[0]))
    wanted = name.upper()
    known = pulp.listSolvers()
    spellings = [wanted, f"{wanted}_CMD", f"PULP_{wanted}", f"PULP_{wanted}_CMD", f"COIN_{wanted}"]
    matches = [entry for entry in known if entry.upper() in spellings]
    if not matches:
        raise InputError(f"PuLP does not know a solver {name!r}; it knows {', '.join(known)}")
    usable = [entry for entry in matches if entry in available]
    if not usable:
        raise InputError(
            f"PuLP knows {', '.join(matches)} but does not find it here; available are {', '.join(available)}"
        )
    chosen = next((entry for entry in usable if "PULP" in entry), usable[0])
    return pulp.getSolver(chosen, **_quiet(chosen))


def _quiet(name: str) -> dict[str, object]:
    options: dict[str, object] = {"msg": False}
    if "CBC" in name:
        # CBC's own gaps (1e-10 absolute is its floor) and tolerances are too loose for portfolio weights
        options |= {"gapRel": 1e-9, "gapAbs": 1e-12, "threads": 1}
    return options


def solve_with_pulp(program: Program, name: str | None = None) -> Solution | None:
    """Optimum by PuLP; None where the solver says infeasible."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # PuLP 3 announces the names of PuLP 4
        return _solve(program, name)


def _solve(program: Program, name: str | None) -> Solution | None:
    problem = pulp.LpProblem("sitpy", pulp.LpMinimize)
    binary = set(program.binary.tolist())
    variables = [
        pulp.LpVariable(
            f"x{i}",
            None if np.isinf(program.lb[i]) else float(program.lb[i]),
            None if np.isinf(program.ub[i]) else float(program.ub[i]),
            cat="Integer" if i in binary else "Continuous",
        )
        for i in range(program.n)
    ]

    def expression(used: np.ndarray, coefficients: np.ndarray) -> pulp.LpAffineExpression:
        # pairs, not a sum of products: 20 times faster to build
        return pulp.LpAffineExpression([(variables[i], float(a)) for i, a in zip(used, coefficients)])

    costly = np.flatnonzero(program.c)
    problem += expression(costly, program.c[costly])
    for j in np.flatnonzero(np.isfinite(program.b)):
        sense = pulp.LpConstraintEQ if j < program.meq else pulp.LpConstraintGE
        problem += pulp.LpConstraint(expression(*entries(program.A, int(j))), sense, f"r{j}", float(program.b[j]))
    solver = pulp_solver(name)
    status = pulp.LpStatus[problem.solve(solver)]
    if status == "Infeasible":
        return None
    if status == "Unbounded":
        raise UnboundedError("the objective improves without limit; bound the variables that can grow")
    if status != "Optimal":
        raise NotSolvedError(f"PuLP's solver {solver.name} stopped with status {status!r}")
    x = np.array([0.0 if variable.varValue is None else variable.varValue for variable in variables])
    x[program.binary] = np.round(x[program.binary])
    value = program.value(x)
    return Solution(x, value, value, lp_count=1)
