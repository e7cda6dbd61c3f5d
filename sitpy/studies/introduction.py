"""Introduction to Asset Allocation (Systematic Investor blog, October 2011).

Long-only portfolios with at most 80 % in one asset: least risk, least largest loss, least mean absolute deviation.
"""

from __future__ import annotations

import numpy as np

from sitpy.constraints import Constraints, add_constraints, new_constraints
from sitpy.inputs import InputAssumptions
from sitpy.studies.frontiers import Construction, FrontierStudy

MOST = 0.8
LONG_ONLY = "01_longonly_0_80"
"""Stored figures of the long-only frontiers."""


def long_only(ia: InputAssumptions) -> tuple[InputAssumptions, Constraints]:
    """``0 <= x <= 0.8``, ``sum x = 1``."""
    constraints = new_constraints(ia.n, lb=0, ub=MOST)
    return ia, add_constraints(np.ones(ia.n), 1, "=", constraints, "sum x = 1")


STUDY = FrontierStudy(
    name="introduction",
    title="Introduction to Asset Allocation",
    source="Systematic Investor blog, October 2011",
    constructions=(
        Construction("long_only", "long only, at most 80% each", long_only, LONG_ONLY, ("Risk", "MaxLoss", "MAD")),
    ),
)
