"""R scripts that run: translated, run, and everything saved that they drew and every frontier that they made."""

from sitpy.running.result import RFigure, RFrontier, RRun
from sitpy.running.script import run_r

__all__ = ["RFigure", "RFrontier", "RRun", "run_r"]
