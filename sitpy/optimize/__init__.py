"""The Optimize API of Quantopian: ``import sitpy.optimize as opt`` in place of ``import quantopian.optimize as opt``.

A weight is a signed fraction of the portfolio's value: long 100 % is 1.0. Weights need not sum to 1; the rest is cash. One
objective and any number of constraints make a convex problem, and every constraint is hard.
"""

from __future__ import annotations

from typing import Any

from sitpy.errors import warn as _warn
from sitpy.optimize import experimental
from sitpy.optimize.backtest import BacktestRun, backtest
from sitpy.optimize.constraints import (
    Constraint,
    DollarNeutral,
    MaxGrossExposure,
    MaxTurnover,
    NetExposure,
)
from sitpy.optimize.diagnostics import Diagnostics, Violation
from sitpy.optimize.errors import (
    AlgorithmError,
    InfeasibleConstraints,
    NoAlgorithmError,
    OptimizationFailed,
    UnboundedObjective,
    WrongTypeError,
)
from sitpy.optimize.experimental import Newest
from sitpy.optimize.exposures import FactorExposure, NetGroupExposure, PositionConcentration
from sitpy.optimize.named_assets import (
    Basket,
    CannotHold,
    FixedWeight,
    Frozen,
    LongOnly,
    Pair,
    ReduceOnly,
    ShortOnly,
)
from sitpy.optimize.objectives import MaximizeAlpha, Objective, TargetWeights
from sitpy.optimize.optimization import OptimizationResult, calculate_optimal_portfolio, run_optimization
from sitpy.optimize.reading import NotConstrained
from sitpy.optimize.runner import AlgorithmRun, run_algorithm_file
from sitpy.optimize.zipline import current_weights, order_optimal_portfolio

__all__ = [
    "AlgorithmError",
    "AlgorithmRun",
    "BacktestRun",
    "Basket",
    "CannotHold",
    "Constraint",
    "Diagnostics",
    "DollarNeutral",
    "FactorExposure",
    "FixedWeight",
    "Frozen",
    "InfeasibleConstraints",
    "LongOnly",
    "MaxGrossExposure",
    "MaxTurnover",
    "MaximizeAlpha",
    "NetExposure",
    "NetGroupExposure",
    "Newest",
    "NoAlgorithmError",
    "NotConstrained",
    "Objective",
    "OptimizationFailed",
    "OptimizationResult",
    "Pair",
    "PositionConcentration",
    "ReduceOnly",
    "ShortOnly",
    "TargetWeights",
    "UnboundedObjective",
    "Violation",
    "WrongTypeError",
    "backtest",
    "calculate_optimal_portfolio",
    "current_weights",
    "experimental",
    "order_optimal_portfolio",
    "run_algorithm_file",
    "run_optimization",
]

_OLD_NAMES = {
    "MaxGrossLeverage": MaxGrossExposure,
    "TargetPortfolioWeights": TargetWeights,
    "NetPartitionExposure": NetGroupExposure,
    "WeightedExposure": FactorExposure,
}


def __getattr__(name: str) -> Any:
    if name in _OLD_NAMES:
        new = _OLD_NAMES[name]
        _warn(f"{name} is the old name of {new.__name__}", DeprecationWarning)
        return new
    raise AttributeError(f"module 'sitpy.optimize' has no attribute {name!r}")
