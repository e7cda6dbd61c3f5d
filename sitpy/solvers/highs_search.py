"""HiGHS' own integer search, from an answer at hand, for linear programmes on which ours takes too long."""

from __future__ import annotations

import math
import time
from threading import Thread

import highspy
import numpy as np

from sitpy.errors import NotSolvedError
from sitpy.solvers.limits import Clock
from sitpy.solvers.linear import LinearModel
from sitpy.solvers.program import Program

Array = np.ndarray

_ENDED = {
    highspy.HighsModelStatus.kTimeLimit,
    highspy.HighsModelStatus.kSolutionLimit,
    highspy.HighsModelStatus.kInterrupt,
}
_PATIENCE = 0.1  # seconds between two looks at the keyboard


class HighsSearch(LinearModel):
    """One search. ``x`` (None: no answer), ``bound``, ``nodes`` and ``complete`` say what it knows in the end."""

    def __init__(self, program: Program, start: Array | None, gap: float) -> None:
        super().__init__(program, integer=True, gap=gap)
        if start is not None:
            answer = highspy.HighsSolution()
            answer.col_value = list(start)
            self._highs.setSolution(answer)
        self.x: Array | None = None
        self.bound = -math.inf
        self.nodes = 0
        self.complete = False

    def run(self, clock: Clock, nodes: int) -> None:
        """Search until proven, or until the clock ends it; ``nodes`` have been seen before."""
        highs, limits = self._highs, clock.limits
        if math.isfinite(clock.until):
            highs.setOptionValue("time_limit", max(0.0, clock.until - time.perf_counter()))
        if math.isfinite(limits.nodes):
            highs.setOptionValue("mip_max_nodes", max(0, math.ceil(limits.nodes - nodes)))
        highs.HandleUserInterrupt = True
        worker = Thread(target=highs.run, daemon=True)  # Ctrl-C does not reach HiGHS itself
        worker.start()
        try:
            wait(worker)
        except KeyboardInterrupt:
            clock.interrupted()
        finally:
            highs.cancelSolve()  # of no effect where it is done
            worker.join()
        status, info = highs.getModelStatus(), highs.getInfo()
        self.nodes = max(0, int(info.mip_node_count))
        self.complete = status in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kInfeasible)
        if status == highspy.HighsModelStatus.kInfeasible:
            self.bound = math.inf
            return
        if not self.complete and status not in _ENDED:
            raise NotSolvedError(f"HiGHS stopped with status {highs.modelStatusToString(status)!r}")
        if status == highspy.HighsModelStatus.kSolutionLimit:
            clock.stops(max(nodes + self.nodes, math.ceil(limits.nodes)))
        elif not self.complete:
            clock.stops(nodes + self.nodes)
        self.bound = float(info.mip_dual_bound)
        if info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
            self.x = np.array(highs.getSolution().col_value)


def wait(worker: Thread) -> None:
    """Until the worker is done, open to Ctrl-C."""
    while worker.is_alive():
        worker.join(_PATIENCE)
