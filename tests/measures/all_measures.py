"""The measures beyond risk and loss, by what they are made from, for the tests that hold for all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import sitpy
from sitpy import InputAssumptions

Array = np.ndarray
Measure = Callable[[Any, InputAssumptions], Array]

HISTORICAL: list[Measure] = [
    sitpy.portfolio_var,
    sitpy.portfolio_cdar_real,
    sitpy.portfolio_mad_downside,
    sitpy.portfolio_risk_downside,
    sitpy.portfolio_gini_coefficient,
    sitpy.portfolio_omega,
    sitpy.portfolio_avgcor_real,
    sitpy.portfolio_geometric_return,
    sitpy.portfolio_unrebalanced_return,
]
ALL: list[Measure] = [sitpy.portfolio_avgcor, sitpy.portfolio_risk_contribution, *HISTORICAL]
OF_WEIGHTS = [
    sitpy.portfolio_turnover,
    sitpy.portfolio_concentration_herfindahl_index,
    sitpy.portfolio_concentration_gini_coefficient,
]
