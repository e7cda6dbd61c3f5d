"""Which function minimises which measure, and by which programme."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from sitpy import measures
from sitpy.constraints import Constraints
from sitpy.inputs import InputAssumptions
from sitpy.portfolios.downside import (
    mad_downside_program,
    min_mad_downside_portfolio,
    min_risk_downside_portfolio,
    risk_downside_program,
)
from sitpy.portfolios.gini import gini_program, min_gini_portfolio
from sitpy.portfolios.minimum import (
    MakeProgram,
    cdar_program,
    correlation_program,
    cvar_program,
    mad_program,
    maxloss_program,
    min_cdar_portfolio,
    min_cor_insteadof_cov_portfolio,
    min_cvar_portfolio,
    min_mad_portfolio,
    min_maxloss_portfolio,
    min_risk_portfolio,
    risk_program,
)

Array = np.ndarray


@dataclass(frozen=True)
class RiskMeasure:
    """A measure, the function that minimises it, and the programme that does: what a frontier keeps warm."""

    name: str
    of: Callable[[Any, InputAssumptions], Array]
    minimise: Callable[[InputAssumptions, Constraints], Any]
    program: MakeProgram


def correlation_risk(weight: Any, ia: InputAssumptions) -> Array:
    """``sqrt(x' correlation x)``: what :func:`min_cor_insteadof_cov_portfolio` minimises."""
    w = measures.asset_weights(weight, ia)
    return np.asarray(np.sqrt(np.maximum(((w @ ia.correlation) * w).sum(axis=1), 0.0)))


RISK_MEASURES = (
    RiskMeasure("Risk", measures.portfolio_risk, min_risk_portfolio, risk_program),
    RiskMeasure("MAD", measures.portfolio_mad, min_mad_portfolio, mad_program),
    RiskMeasure("MaxLoss", measures.portfolio_maxloss, min_maxloss_portfolio, maxloss_program),
    RiskMeasure("CVaR", measures.portfolio_cvar_ru, min_cvar_portfolio, cvar_program),
    RiskMeasure("MADdown", measures.portfolio_mad_downside, min_mad_downside_portfolio, mad_downside_program),
    RiskMeasure("RiskDown", measures.portfolio_risk_downside, min_risk_downside_portfolio, risk_downside_program),
    RiskMeasure("Gini", measures.portfolio_gini_coefficient, min_gini_portfolio, gini_program),
    RiskMeasure("CorRisk", correlation_risk, min_cor_insteadof_cov_portfolio, correlation_program),
    RiskMeasure("CDaR", measures.portfolio_cdar_ru, min_cdar_portfolio, cdar_program),
)
"""A new measure is one line here."""


def risk_measure(minimise: Callable[..., Any] | None) -> RiskMeasure | None:
    """The measure that a ``min_*_portfolio`` function minimises; None for a caller's own function."""
    return next((measure for measure in RISK_MEASURES if measure.minimise is minimise), None)
