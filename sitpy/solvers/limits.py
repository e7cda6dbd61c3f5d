"""How long a search may take, and who may end it: the caller's limits and the caller's Ctrl-C."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

from sitpy.arguments import instance, real
from sitpy.record import Record

INTERRUPTED = "the interruption (Ctrl-C)"


@dataclass(frozen=True)
class Limits(Record):
    """When the search for one answer may end: a search that reaches a limit gives its best answer with a bound.

    Parameters
    ----------
    seconds : float
        Most seconds for one answer (one point of a frontier).
    nodes : float
        Most nodes of its search over the 0/1 variables.
    gap : float
        Relative distance between an answer and its bound at which it counts as proven.

    Raises
    ------
    InputError
        A limit that is not above 0 (``nodes``: below 1; ``gap``: outside 0 to 1).

    Examples
    --------
    >>> import sitpy
    >>> sitpy.Limits(seconds=10, gap=1e-6)
    Limits(seconds=10.0, nodes=inf, gap=1e-06)
    """

    seconds: float = math.inf
    nodes: float = math.inf
    gap: float = 1e-9

    def __post_init__(self) -> None:
        seconds = real("seconds", self.seconds, "give seconds above 0", lambda value: value > 0)
        nodes = real("nodes", self.nodes, "give a number of nodes, 1 or more", lambda value: value >= 1)
        gap = real("gap", self.gap, "give a small relative distance, such as 1e-6", lambda value: 0 <= value < 1)
        for name, value in (("seconds", seconds), ("nodes", nodes), ("gap", gap)):
            object.__setattr__(self, name, value)

    def clock(self) -> Clock:
        """A clock that starts now."""
        return Clock(self, time.perf_counter() + self.seconds)


@dataclass
class Clock:
    """Tells a search when to end, and remembers why."""

    limits: Limits
    until: float
    reason: str = ""

    def stops(self, nodes: int) -> bool:
        """Whether a search that has seen this many nodes must end."""
        if nodes >= self.limits.nodes:
            self.reason = f"the limit of {self.limits.nodes:g} nodes"
        elif math.isfinite(self.until) and time.perf_counter() >= self.until:
            self.reason = f"the limit of {self.limits.seconds:g} seconds"
        return bool(self.reason)

    def interrupted(self) -> None:
        """The caller has pressed Ctrl-C."""
        self.reason = INTERRUPTED


UNLIMITED = Limits()


def limits_of(value: Limits | None) -> Limits:
    """The caller's limits; None means none."""
    return UNLIMITED if value is None else instance("limits", value, Limits, "give sitpy.Limits(seconds=10), or None")
