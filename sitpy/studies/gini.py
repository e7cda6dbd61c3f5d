"""Gini efficient frontier (Systematic Investor blog): least mean difference between any two periods' returns.

Beside least risk; the measure is that of Yitzhaki (1982), "Stochastic Dominance, Mean Variance, and Gini's Mean
Difference", American Economic Review 72.
"""

from __future__ import annotations

from sitpy.studies.frontiers import Construction, FrontierStudy, Page
from sitpy.studies.introduction import LONG_ONLY, long_only

STUDY = FrontierStudy(
    name="gini",
    title="Gini efficient frontier",
    source="Systematic Investor blog",
    constructions=(
        Construction("1_risk", "least risk", long_only, LONG_ONLY, ("Risk",)),
        Construction("2_gini", "least mean difference", long_only, "01d_longonly_gini", ("Gini",)),
    ),
    pages=(Page("gini", "long only, at most 80% each", ("1_risk", "2_gini"), ("Risk", "Gini")),),
)
