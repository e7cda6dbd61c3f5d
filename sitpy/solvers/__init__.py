"""Mathematics only: arrays in, answers with bounds and residuals out.

``model_for`` is the one door: it makes a :class:`Program` ready for repeated solving, on the fast engine or on the plain
one that serves as its referee.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Literal

import numpy as np

from sitpy.arguments import choice
from sitpy.errors import InputError
from sitpy.solvers.binary_model import BinaryModel
from sitpy.solvers.branch_and_bound import binary_branch_bound
from sitpy.solvers.certificate import Certificate, certificate
from sitpy.solvers.cutting_model import CuttingModel
from sitpy.solvers.cutting_search import CuttingSearch
from sitpy.solvers.limits import UNLIMITED, Limits, limits_of
from sitpy.solvers.linear import LinearModel
from sitpy.solvers.mean_difference import MeanDifference, Piece, localised
from sitpy.solvers.program import Model, Program, Solution
from sitpy.solvers.projected_model import ProjectedModel
from sitpy.solvers.projected_search import search_projected
from sitpy.solvers.projection import suits_projection
from sitpy.solvers.quadratic_model import QuadraticModel
from sitpy.solvers.search import Control
from sitpy.solvers.sign_model import SignModel
from sitpy.solvers.signs import recognised_signs
from sitpy.solvers.support_model import SupportModel
from sitpy.solvers.supports import recognised_support
from sitpy.solvers.working_set_model import WorkingSetModel, suits_working_set

__all__ = [
    "Certificate",
    "Engine",
    "Limits",
    "MeanDifference",
    "Model",
    "Program",
    "ReferenceModel",
    "Solution",
    "certificate",
    "limits_of",
    "model_for",
]

Array = np.ndarray
Engine = Literal["fast", "reference"]
_MOST_PAIRS = 10_000
_PROVEN = 1e-6  # relative gap of a finished search


def model_for(program: Program, engine: Engine = "fast", limits: Limits = UNLIMITED) -> Model:
    """The model that solves ``program`` again and again with other right-hand sides and bounds.

    Parameters
    ----------
    program : Program
    engine : {"fast", "reference"}
        The reference engine builds every problem anew and uses the plain methods: HiGHS cold, HiGHS' own integer search,
        SIT's branch and bound without roundings. Same answers, more time.
    limits : Limits
        When a search over 0/1 variables may end without a proof; the reference engine has no limits.
    """
    if choice("engine", engine, ("fast", "reference")) == "reference":
        return ReferenceModel(program)
    if program.differences and program.binary.size and program.D is None:
        return CuttingSearch(program, model_for, limits)
    if program.differences:
        return CuttingModel(program, lambda part: model_for(part, limits=limits))
    if program.binary.size and suits_projection(program):
        return search_projected(program, limits)
    if recognised_signs(program) is not None:
        return SignModel(program, limits)
    structure = recognised_support(program)
    if structure is not None:
        return SupportModel(program, structure, limits)
    if program.binary.size:
        return BinaryModel(program, LinearModel if program.D is None else QuadraticModel, limits=limits)
    if program.D is None:
        return LinearModel(program)
    if suits_projection(program):
        return ProjectedModel(program)
    return WorkingSetModel(program) if suits_working_set(program) else QuadraticModel(program)


class ReferenceModel:
    """The plain route: each problem by itself, nothing kept from the last one."""

    def __init__(self, program: Program) -> None:
        self.program = program

    def solve(
        self,
        b: Array | None = None,
        lb: Array | None = None,
        ub: Array | None = None,
        start: Array | None = None,
    ) -> Solution | None:
        """Optimum for these right-hand sides and bounds; None if infeasible. ``start`` is not used."""
        b, lb, ub = self.program.limits(b, lb, ub)
        program = _all_pairs(replace(self.program, b=b, lb=lb, ub=ub))
        if program.binary.size == 0:
            model: Model = LinearModel(program) if program.D is None else QuadraticModel(program)
            answer = model.solve()
        else:
            answer = _integer_linear(program) if program.D is None else _integer_quadratic(program)
        if answer is None or not self.program.differences:
            return answer
        return replace(answer, x=answer.x[: self.program.n], row_multipliers=None, bound_multipliers=None)


def _all_pairs(program: Program) -> Program:
    """Every pair of every mean difference written down."""
    pairs = sum(len(d.returns) * (len(d.returns) - 1) // 2 for d in program.differences)
    if pairs > _MOST_PAIRS:
        raise InputError(
            f"the reference engine writes down all {pairs} pairs of observations, and {_MOST_PAIRS} is its limit; use the fast "
            "engine, or a shorter history"
        )
    if not pairs:
        return program
    origin = np.zeros(program.n)
    return localised(program, [Piece.around(difference, origin, np.inf) for difference in program.differences])


def _integer_linear(program: Program) -> Solution | None:
    """HiGHS' own search; then the linear programme of its 0/1 choice, because its binaries are 0.9999999."""
    found = LinearModel(program, integer=True).solve()
    if found is None:
        return None
    settled = LinearModel(_with_choice(program, found.x)).solve()
    if settled is None:
        return found
    bound = min(found.bound, settled.value)
    return replace(found, x=settled.x, value=settled.value, bound=bound)


def _integer_quadratic(program: Program) -> Solution | None:
    """SIT's general branch and bound over quadratic relaxations."""
    continuous = replace(program, binary=program.binary[:0])

    def relaxation(data: dict[str, Array]) -> dict[str, object]:
        answer = QuadraticModel(replace(continuous, lb=data["lb"], ub=data["ub"])).solve()
        if answer is None:
            return {"ok": False}
        return {"ok": True, "x": answer.x, "fval": answer.value, "bound": answer.bound}

    least = _PROVEN * program.nothing
    control = Control(itermax=math.inf, branchvar="max", searchdir="best", precisioneps=1e-3 * least)
    found = binary_branch_bound(program.binary, {"lb": program.lb, "ub": program.ub}, relaxation, control)
    if found.flag == 7:
        return None
    proven = found.proven or found.fmin - found.bound <= least
    return Solution(
        found.xmin,
        found.fmin,
        found.bound,
        proven,
        qp_count=found.counter,
        nodes=found.counter,
        nothing=program.nothing,
    )


def _with_choice(program: Program, x: Array) -> Program:
    """The continuous programme in which the binaries have the values they are nearest to in ``x``."""
    lb, ub = program.lb.copy(), program.ub.copy()
    lb[program.binary] = ub[program.binary] = np.round(x[program.binary])
    return replace(program, lb=lb, ub=ub, binary=program.binary[:0])
