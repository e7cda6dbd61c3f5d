"""Stored outputs: read those of R and our own, compare a result with one, explain what differs."""

from __future__ import annotations

from sitpy.reference.comparing import NOT_OPTIMAL, OBJECTIVE, RETURN, WEIGHT, Comparison, compare
from sitpy.reference.explaining import Explanation, explain
from sitpy.reference.reading import Held, load_frontier, read_held
from sitpy.reference.stored import (
    StoredFrontier,
    net_weight,
    read_reference,
    reference_constraints,
    reference_ia,
    stored,
)

__all__ = [
    "NOT_OPTIMAL",
    "OBJECTIVE",
    "RETURN",
    "WEIGHT",
    "Comparison",
    "Explanation",
    "Held",
    "StoredFrontier",
    "compare",
    "explain",
    "load_frontier",
    "net_weight",
    "read_held",
    "read_reference",
    "reference_constraints",
    "reference_ia",
    "stored",
]
