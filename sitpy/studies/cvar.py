"""Expected shortfall (CVaR) and Conditional Drawdown at Risk (CDaR) risk measures (Systematic Investor blog, October
2011).

Long-only portfolios of least risk, least expected shortfall in the worst 5 % of periods, and least mean of the worst 5 %
of drawdowns.
"""

from __future__ import annotations

from sitpy.studies.frontiers import Construction, FrontierStudy
from sitpy.studies.introduction import LONG_ONLY, long_only

STUDY = FrontierStudy(
    name="cvar",
    title="Expected shortfall (CVaR) and Conditional Drawdown at Risk (CDaR) risk measures",
    source="Systematic Investor blog, October 2011",
    constructions=(
        Construction("long_only", "long only, at most 80% each", long_only, LONG_ONLY, ("Risk", "CVaR", "CDaR")),
    ),
)
