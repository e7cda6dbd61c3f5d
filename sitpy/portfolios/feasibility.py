"""Whether any portfolio satisfies the constraints, and if none does, why."""

from __future__ import annotations

from sitpy.constraints import Constraints
from sitpy.inputs import InputAssumptions
from sitpy.portfolios.problem import build, checked, infeasible
from sitpy.solvers.diagnosis import Conflict, is_feasible


def why_infeasible(ia: InputAssumptions, constraints: Constraints) -> Conflict | None:
    """Which constraints contradict each other, by how much, and what the others leave; None where a portfolio exists.

    The same that the error of a ``min_*_portfolio`` says and carries (``InfeasibleError.conflict``), without an error.

    Parameters
    ----------
    ia : InputAssumptions
        n assets; their names are used in the words.
    constraints : Constraints
        n or more variables, asset weights first. For a target return, give it as a row
        (``add_constraints(ia.expected_return, target, ">=", constraints)``).

    Returns
    -------
    Conflict or None
        ``print`` shows the words. ``rows`` (0-based columns of ``constraints.A``), ``lower`` and ``upper`` (variables whose
        bounds take part) are a smallest set that contradicts itself, ``integer`` says whether the 0/1 condition is needed
        for that, ``distance`` by how much in total they are missed at least. ``ranges`` has, for rows that limit a
        number of assets, a sum of weights, a leverage, a risk or the expected return, the values ``low`` to ``high`` that the
        other constraints allow.

    Raises
    ------
    InputError
        Data that do not agree.

    Examples
    --------
    >>> import numpy as np, sitpy
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> constraints = sitpy.add_constraints(np.ones(9), 1, "=", sitpy.new_constraints(9, lb=0, ub=0.2), "budget")
    >>> sitpy.why_infeasible(ia, constraints) is None
    True
    >>> conflict = sitpy.why_infeasible(ia, sitpy.add_cardinality(constraints, 3))
    >>> print(str(conflict).split(". ")[-1])
    The other constraints allow a count of 5 to 9 in 'at most 3 assets' (asked: at most 3), a sum of 0 to 0.6 in 'budget'
    (asked: 1)

    References
    ----------
    Chinneck and Dravnieks (1991), "Locating minimal infeasible constraint sets in linear programs", ORSA Journal on
    Computing 3.
    """
    checked(ia, constraints)
    program = build(ia, constraints)
    if program.binary.size and is_feasible(
        program
    ):  # what cannot be settled in a part of a second counts as a contradiction
        return None
    conflict: Conflict | None = infeasible(ia, constraints).conflict
    return conflict
