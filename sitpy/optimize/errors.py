"""What can go wrong, under the names of the original, as members of sitpy's family."""

from __future__ import annotations

from typing import Any

from sitpy.errors import InfeasibleError, InputError, SitpyError, UnboundedError


class WrongTypeError(SitpyError, TypeError):
    """An argument of another kind than expected."""


class OptimizationFailed(SitpyError, ValueError):
    """No portfolio came out; base of the two reasons below.

    Attributes
    ----------
    diagnostics : Diagnostics or None
        Which constraints the special portfolios break, and which constraints contradict each other.
    """

    def __init__(self, message: str, diagnostics: Any = None) -> None:
        super().__init__(message)
        self.diagnostics = diagnostics


class InfeasibleConstraints(OptimizationFailed, InfeasibleError):
    """No portfolio satisfies all constraints."""


class UnboundedObjective(OptimizationFailed, UnboundedError):
    """Some portfolio satisfies all constraints, and the objective improves for ever."""


class NoAlgorithmError(SitpyError, RuntimeError):
    """Orders were asked for where no algorithm runs."""


class AlgorithmError(SitpyError, RuntimeError):
    """An algorithm has stopped; the cause is what it raised.

    Attributes
    ----------
    line : int or None
        Where in its file, if the algorithm itself was at work.
    """

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


__all__ = [
    "AlgorithmError",
    "InfeasibleConstraints",
    "InputError",
    "NoAlgorithmError",
    "OptimizationFailed",
    "UnboundedObjective",
    "WrongTypeError",
]
