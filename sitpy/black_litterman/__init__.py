"""Black-Litterman: expected returns that the market implies, moved by views."""

from sitpy.black_litterman.market import bl_compute_eqret, bl_compute_optimal, bl_compute_risk_aversion
from sitpy.black_litterman.posterior import Posterior, bl_compute_posterior, bl_confidence_omega
from sitpy.black_litterman.views import Views, bl_views

__all__ = [
    "Posterior",
    "Views",
    "bl_compute_eqret",
    "bl_compute_optimal",
    "bl_compute_posterior",
    "bl_compute_risk_aversion",
    "bl_confidence_omega",
    "bl_views",
]
