"""Efficient frontiers: the result (``Frontier``) and how it is traced (``portopt``)."""

from sitpy.frontier.path import FrontierPath, frontier_path
from sitpy.frontier.resampled import portopt_resampled
from sitpy.frontier.result import FORMAT, MEASURES, Frontier
from sitpy.frontier.statistics import PointStatistics
from sitpy.frontier.trace import portopt
from sitpy.portfolios.risk_measures import RISK_MEASURES

MINIMISERS = {measure.name: measure.minimise for measure in RISK_MEASURES}
"""``min_*_portfolio`` by the name of its measure."""

__all__ = [
    "FORMAT",
    "MEASURES",
    "MINIMISERS",
    "Frontier",
    "FrontierPath",
    "PointStatistics",
    "frontier_path",
    "portopt",
    "portopt_resampled",
]
