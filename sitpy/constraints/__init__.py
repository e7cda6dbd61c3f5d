"""Linear constraints of a portfolio problem: the record, and the functions that build, extend, read and merge it."""

from sitpy.constraints.building import (
    SENSES,
    ConstraintType,
    add_constraints,
    add_variables,
    create_basic_constraints,
    new_constraints,
)
from sitpy.constraints.editing import delete_constraints, merge_constraints, type_constraints
from sitpy.constraints.integer import add_cardinality, add_long_short
from sitpy.constraints.record import Constraints, checked_constraints

__all__ = [
    "SENSES",
    "ConstraintType",
    "Constraints",
    "add_cardinality",
    "add_constraints",
    "add_long_short",
    "add_variables",
    "checked_constraints",
    "create_basic_constraints",
    "delete_constraints",
    "merge_constraints",
    "new_constraints",
    "type_constraints",
]
