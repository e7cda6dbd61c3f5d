"""The frontiers that R's toolbox made, each solved once for all tests of this folder."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np

import sitpy
from sitpy.frontier import MINIMISERS
from sitpy.reference import (
    StoredFrontier,
    load_frontier,
    net_weight,
    read_reference,
    reference_constraints,
    reference_ia,
)

Array = np.ndarray

MEASURES_01 = ("Risk", "MAD", "MaxLoss", "CVaR", "CDaR")
CONSTRUCTIONS = (
    "02a_bounds_m50_80",
    "02b_130_30_vi",
    "02c_130_30_split",
    "02d_200_100_split",
    "02e_200_100_binary",
    "04a_mininvest_10",
    "04b_exactly_3",
)
OTHER_MEASURES = (
    "A_01b_longonly_downside_MADdown",
    "A_01b_longonly_downside_RiskDown",
    "A_01c_longonly_downside_mar0_MADdown",
    "A_01c_longonly_downside_mar0_RiskDown",
    "A_01d_longonly_gini_Gini",
    "A_01e_longonly_correlation_CorRisk",
)
CAPS = ("B_11_mad_limit_Risk", "B_11_cvar_limit_Risk", "B_11_maxloss_limit_Risk")
CASES = (
    *(f"{letter}_01_longonly_0_80_{measure}" for letter in "AB" for measure in MEASURES_01),
    *(f"{letter}_{name}_{measure}" for letter in "AB" for name in CONSTRUCTIONS for measure in ("Risk", "MAD")),
    *OTHER_MEASURES,
    *CAPS,
)
"""Every stored frontier whose points have a best known objective in optimality_check."""

SIT_NOT_OPTIMAL = ("A_04b_exactly_3_Risk", "B_04b_exactly_3_Risk")
NOT_UNIQUE = (
    "A_01_longonly_0_80_CDaR",
    "A_01c_longonly_downside_mar0_MADdown",
    "A_01c_longonly_downside_mar0_RiskDown",
)
"""Reference notes: several portfolios have the least CDaR (no shortfall below 0) at 13 (5, 2) points, the first, which sets
the grid, among them."""


@dataclass(frozen=True)
class Case:
    """A stored case: its problem, R's frontier, and the best objectives known at R's targets."""

    name: str
    measure: str
    ia: sitpy.InputAssumptions
    constraints: sitpy.Constraints
    points: int
    stored: StoredFrontier
    stored_target: Array
    best: Array
    sit: Array
    not_optimal: Array

    @property
    def min_risk_fn(self) -> Any:
        return MINIMISERS[self.measure]


def numbers_or_nan(values: list[float | None]) -> Array:
    return np.array([np.nan if value is None else value for value in values], dtype=float)


@functools.cache
def case(name: str) -> Case:
    content = read_reference(name)
    known = read_reference("optimality_check")["cases"][name]
    return Case(
        name,
        content["measure"],
        reference_ia(content["inputs"]["ia"]),
        reference_constraints(content["constraints"]),
        content["nportfolios"],
        load_frontier(name),
        numbers_or_nan(content["outputs"]["solver_log"]["target_return"]),
        np.array(known["best"], dtype=float),
        np.array(known["sit"], dtype=float),
        np.array(known["suboptimal_points"], dtype=int) - 1,
    )


@functools.cache
def at_stored_targets(name: str) -> sitpy.Frontier:
    """Our optimum at every return that R asked for."""
    this = case(name)
    return sitpy.portopt(this.ia, this.constraints, name=name, min_risk_fn=this.min_risk_fn, targets=this.stored_target)


@functools.cache
def rebuilt(name: str) -> sitpy.Frontier:
    """Our whole frontier with R's settings."""
    this = case(name)
    return sitpy.portopt(this.ia, this.constraints, this.points, name, this.min_risk_fn)


def net(frontier: sitpy.Frontier) -> Array:
    """Asset weights, long less short."""
    return net_weight(frontier.solution, frontier.ia)
