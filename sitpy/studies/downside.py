"""Downside risk (Systematic Investor blog, 2011).

Long-only portfolios of least downside deviation, squared (RiskDown) and absolute (MADdown), below the portfolio's own mean
and below zero, beside those of least risk and least mean absolute deviation.
"""

from __future__ import annotations

import copy

from sitpy.constraints import Constraints
from sitpy.inputs import InputAssumptions
from sitpy.studies.frontiers import Construction, FrontierStudy, Page
from sitpy.studies.introduction import LONG_ONLY, long_only

DOWNSIDE = ("RiskDown", "MADdown")
ALL = ("Risk", "RiskDown", "MAD", "MADdown")


def below_mean(ia: InputAssumptions) -> tuple[InputAssumptions, Constraints]:
    """Shortfall counts from the mean of the portfolio's returns."""
    return below(ia, None)


def below_zero(ia: InputAssumptions) -> tuple[InputAssumptions, Constraints]:
    """Shortfall counts from a minimum acceptable return of 0."""
    return below(ia, 0.0)


def below(ia: InputAssumptions, mar: float | None) -> tuple[InputAssumptions, Constraints]:
    """The long-only problem with this minimum acceptable return per period."""
    ia = copy.copy(ia)
    ia.parameters_mar = mar
    return long_only(ia)


STUDY = FrontierStudy(
    name="downside",
    title="Downside risk",
    source="Systematic Investor blog, 2011",
    constructions=(
        Construction("1_both_sides", "both sides", long_only, LONG_ONLY),
        Construction("2_below_mean", "below the mean", below_mean, "01b_longonly_downside", DOWNSIDE),
        Construction("3_below_zero", "below zero", below_zero, "01c_longonly_downside_mar0", DOWNSIDE),
    ),
    pages=(
        Page("below_mean", "below the mean", ("1_both_sides", "2_below_mean"), ALL),
        Page("below_zero", "below zero", ("1_both_sides", "3_below_zero"), ALL),
    ),
)
