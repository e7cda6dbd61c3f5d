"""Measures of given weights: ``portfolio_X(weight, ia)``, one number per portfolio.

Rows of ``weight`` are portfolios (a vector is one row); columns past ``ia.n`` are auxiliary variables and ignored.
Measures on the history (MAD, MaxLoss, CVaR, CDaR, Gini, shortfall) are per period and with the sign of a loss; return and
risk are per year.
"""

from __future__ import annotations

from sitpy.measures.concentration import (
    portfolio_concentration_gini_coefficient,
    portfolio_concentration_herfindahl_index,
    portfolio_turnover,
)
from sitpy.measures.converters import (
    aritm2geom,
    aritm2geom4,
    geom2aritm,
    geom2aritm4,
)
from sitpy.measures.correlation import (
    portfolio_avgcor,
    portfolio_avgcor_real,
    portfolio_risk_contribution,
)
from sitpy.measures.dispersion import (
    portfolio_gini_coefficient,
    portfolio_mad,
    portfolio_mad_downside,
    portfolio_omega,
    portfolio_risk,
    portfolio_risk_downside,
)
from sitpy.measures.returns import (
    portfolio_geometric_return,
    portfolio_return,
    portfolio_unrebalanced_return,
)
from sitpy.measures.tails import (
    compute_drawdowns,
    depths,
    portfolio_cdar,
    portfolio_cdar_real,
    portfolio_cdar_ru,
    portfolio_cvar,
    portfolio_cvar_ru,
    portfolio_maxloss,
    portfolio_var,
)
from sitpy.measures.weights import (
    asset_weights,
    portfolio_returns,
)

__all__ = [
    "aritm2geom",
    "aritm2geom4",
    "asset_weights",
    "compute_drawdowns",
    "depths",
    "geom2aritm",
    "geom2aritm4",
    "portfolio_avgcor",
    "portfolio_avgcor_real",
    "portfolio_cdar",
    "portfolio_cdar_real",
    "portfolio_cdar_ru",
    "portfolio_concentration_gini_coefficient",
    "portfolio_concentration_herfindahl_index",
    "portfolio_cvar",
    "portfolio_cvar_ru",
    "portfolio_geometric_return",
    "portfolio_gini_coefficient",
    "portfolio_mad",
    "portfolio_mad_downside",
    "portfolio_maxloss",
    "portfolio_omega",
    "portfolio_return",
    "portfolio_returns",
    "portfolio_risk",
    "portfolio_risk_contribution",
    "portfolio_risk_downside",
    "portfolio_turnover",
    "portfolio_unrebalanced_return",
    "portfolio_var",
]
