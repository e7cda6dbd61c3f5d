"""Controlling multiple risk measures during construction of efficient frontier (Systematic Investor blog, November 2011).

Frontiers of least risk, without a limit on another measure and with one.
"""

from __future__ import annotations

from collections.abc import Callable

from sitpy.constraints import Constraints
from sitpy.errors import InfeasibleError
from sitpy.frontier import MEASURES, MINIMISERS
from sitpy.inputs import InputAssumptions
from sitpy.risk_models import add_constraint_cvar, add_constraint_mad, add_constraint_maxloss
from sitpy.studies.frontiers import Construction, FrontierStudy, Page
from sitpy.studies.introduction import LONG_ONLY, long_only

LIMITS = {
    "MaxLoss": (add_constraint_maxloss, 0.12),
    "CVaR": (add_constraint_cvar, 0.08),
    "MAD": (add_constraint_mad, 0.029),
}
"""Measure -> its rows, and the limit per period."""


def limited(measure: str) -> Callable[[InputAssumptions], tuple[InputAssumptions, Constraints]]:
    """The long-only problem with the limit on this measure."""
    add_constraint, limit = LIMITS[measure]

    def build(ia: InputAssumptions) -> tuple[InputAssumptions, Constraints]:
        _, constraints = long_only(ia)
        least = float(MEASURES[measure](MINIMISERS[measure](ia, constraints), ia)[0])
        if least > limit:
            raise InfeasibleError(
                f"no long-only portfolio of these {ia.n} assets keeps {measure} at or below {limit:.3g} per period, the "
                f"least is {least:.3g}; the published limits suit monthly returns: give data of that kind"
            )
        return ia, add_constraint(ia, limit, "<=", constraints)

    return build


STUDY = FrontierStudy(
    name="risk-limits",
    title="Controlling multiple risk measures during construction of efficient frontier",
    source="Systematic Investor blog, November 2011",
    data_sets=("etf8-simulated", "bernstein-wilkinson"),
    constructions=(
        Construction("1_no_limit", "no limit", long_only, LONG_ONLY, ("Risk",)),
        Construction("2_maxloss", "MaxLoss to 12%", limited("MaxLoss"), "11_maxloss_limit", ("Risk",)),
        Construction("3_cvar", "CVaR to 8%", limited("CVaR"), "11_cvar_limit", ("Risk",)),
        Construction("4_mad", "MAD to 2.9%", limited("MAD"), "11_mad_limit", ("Risk",)),
    ),
    pages=(
        Page(
            "limits",
            "limits on one other measure",
            ("1_no_limit", "2_maxloss", "3_cvar", "4_mad"),
            ("Risk", "MaxLoss", "CVaR", "MAD"),
        ),
    ),
)
