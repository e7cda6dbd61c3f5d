"""How one point of a frontier was solved."""

from __future__ import annotations

from dataclasses import dataclass

from sitpy.record import Record


@dataclass  # not frozen: a frontier may have thousands of them, and each would take five times as long to make
class PointStatistics(Record):
    """How one point of a frontier was solved.

    ``target``: return asked for (nan at the least-risk end); ``objective``: what was minimised (a variance is halved), or
    the Omega, which was maximised; ``bound``: no feasible portfolio is below it (above it: Omega); ``gap`` relative;
    ``proven``; ``qp_count``, ``lp_count``: programmes solved (0 where the exact path of the
    frontier is a formula); ``nodes`` of the 0/1 search; ``primal_residual``: largest
    violation of a constraint.
    """

    target: float
    objective: float
    bound: float
    gap: float
    proven: bool
    qp_count: int
    lp_count: int
    nodes: int
    primal_residual: float
