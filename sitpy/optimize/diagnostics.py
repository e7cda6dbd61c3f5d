"""Why no portfolio came out: what the special portfolios break, and which constraints contradict each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from sitpy.optimize.constraints import Constraint
from sitpy.optimize.rows import Book

Array = np.ndarray


@dataclass(frozen=True)
class Violation:
    """A constraint (the caller's object) that a portfolio breaks, and why."""

    constraint: Constraint
    message: str

    def __str__(self) -> str:
        return f"{self.constraint!r}: {self.message}"


@dataclass(frozen=True)
class Diagnostics:
    """What went wrong.

    ``violations``: for the portfolios "target" (with :class:`TargetWeights` only), "current" and "empty" the constraints that
    each breaks; empty on success. ``conflict``: a smallest list of constraints without a solution; None unless infeasible.
    """

    violations: dict[str, list[Violation]] = field(default_factory=dict)
    conflict: list[Constraint] | None = None

    def __str__(self) -> str:
        if self.conflict is None and not any(self.violations.values()):
            return "No violations."
        lines = []
        if self.conflict is not None:
            one = len(self.conflict) == 1
            lines.append("This constraint cannot be satisfied:" if one else "These constraints contradict each other:")
            lines += [f"    {constraint!r}" for constraint in self.conflict]
            if not one:
                lines.append("Without any one of them the others can be satisfied.")
        for name, broken in self.violations.items():
            lines.append(
                f"{name.capitalize()} portfolio breaks:" if broken else f"{name.capitalize()} portfolio: nothing"
            )
            lines += [f"    {violation}" for violation in broken]
        return "\n".join(lines)


def spot_checks(
    book: Book, constraints: Sequence[Constraint], portfolios: dict[str, Array]
) -> dict[str, list[Violation]]:
    """For each portfolio the constraints that it breaks, in the order of the constraints."""
    return {
        name: [Violation(c, message) for c in constraints if (message := c.violation(book, w)) is not None]
        for name, w in portfolios.items()
    }


def smallest_conflict(
    constraints: Sequence[Constraint], is_feasible: Callable[[list[Constraint]], bool]
) -> list[Constraint]:
    """A list that has no solution while it has one without any of its members, found by deletion."""
    kept = list(constraints)
    for constraint in constraints:
        without = [other for other in kept if other is not constraint]
        if not is_feasible(without):
            kept = without
    return kept
