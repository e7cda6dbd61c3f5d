"""How long a search may take, and who may end it: the caller's limits and the caller's Ctrl-C."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

from sitpy.record import Record


@dataclass(frozen=True)
class Limits(Record):
    """Most seconds and most nodes of the search for one answer; a search that reaches one gives its best with a bound."""

    seconds: float = math.inf
    nodes: float = math.inf

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
        self.reason = "the interruption"


UNLIMITED = Limits()
