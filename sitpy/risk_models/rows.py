"""What all risk models begin and end with: the history, and the row that limits the measure."""

from __future__ import annotations

import numpy as np

from sitpy.arguments import choice, real
from sitpy.constraints import (
    SENSES,
    Constraints,
    ConstraintType,
    add_constraints,
    checked_constraints,
)
from sitpy.errors import InputError
from sitpy.inputs import InputAssumptions, checked_assumptions

Array = np.ndarray


def history_and_limit(
    ia: InputAssumptions, value: float, type: ConstraintType, constraints: Constraints
) -> tuple[Array, float]:
    """The history (T x assets, the first variables) and the limit."""
    limit = real("value", value, "give the limit as a finite number")
    choice("constraint type", type, SENSES)
    returns = checked_assumptions(ia).complete_history()
    if checked_constraints(constraints).n < ia.n:
        raise InputError(
            f"the constraints have {constraints.n} variables but there are {ia.n} assets; "
            "the first variables must be the asset weights"
        )
    return returns, limit


def cap(coefficients: Array, value: float, type: ConstraintType, constraints: Constraints, measure: str) -> Constraints:
    """The last row: "measure type value"."""
    return add_constraints(coefficients, value, type, constraints, names=f"{measure} {type} {value:g}")
