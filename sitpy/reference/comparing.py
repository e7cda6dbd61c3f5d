"""A result against a reference: point by point, and whose optimum is better."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sitpy.errors import InputError
from sitpy.frontier import MINIMISERS, Frontier, portopt
from sitpy.frontier.trace import margin
from sitpy.portfolios.minimum import max_return_portfolio
from sitpy.record import Record
from sitpy.reference.reading import load_frontier
from sitpy.reference.stored import StoredFrontier, stored

Array = np.ndarray

OBJECTIVE, RETURN, WEIGHT, NOT_OPTIMAL = 1e-6, 1e-6, 1e-5, 1e-5
"""Tolerances: objective (relative), return (absolute), net weights (absolute, the reference run's own accuracy with its
ridge of 2e-9), and by how much (relative) a reference must be beaten to be called not optimal."""
_ZERO = 1e-9  # objectives below this are zero to both solvers


@dataclass(frozen=True)
class Comparison(Record):
    """A result against a reference, point by point and in sum.

    Attributes
    ----------
    points : DataFrame (points)
        return, objective, reference_objective, excess (relative; positive: the reference is better), return_difference,
        weight_difference (largest over assets), leverage, verdict ("equal", "other weights", "reference not optimal",
        "different").
    resolved : bool
        The result's grid of returns differed, so its problem was solved again at the reference's targets.
    not_reproduced : int
        When solved again: how many of the result's own points are not the optimum of the inputs that it carries.
    name, reference : str
    """

    name: str
    reference: str
    points: pd.DataFrame
    resolved: bool = False
    not_reproduced: int = 0

    @property
    def ok(self) -> bool:
        """Whether no point is worse than, or unexplainedly different from, the reference."""
        return self.not_reproduced == 0 and bool((self.points["verdict"] != "different").all())

    @property
    def summary(self) -> dict[str, Any]:
        """Counts, and largest differences: of objectives where both are optimal, of the rest where weights should agree too."""
        points = self.points
        alike = points[points["verdict"] != "reference not optimal"]
        same = points[points["verdict"].isin(["equal", "different"])]
        return {
            "points": len(points),
            "objective": _largest(alike["excess"]),
            "return": _largest(same["return_difference"]),
            "weights": _largest(same["weight_difference"]),
            "leverage_min": float(points["leverage"].min()),
            "leverage_max": float(points["leverage"].max()),
            "other_weights": int((points["verdict"] == "other weights").sum()),
            "reference_not_optimal": int((points["verdict"] == "reference not optimal").sum()),
            "different": int((points["verdict"] == "different").sum()),
            "not_reproduced": self.not_reproduced,
            "ok": self.ok,
        }


def _largest(values: pd.Series[float]) -> float:
    return float(np.abs(values.to_numpy()).max(initial=0.0))


def compare(
    result: Frontier | StoredFrontier | str | os.PathLike[str],
    reference: Frontier | StoredFrontier | str | os.PathLike[str],
) -> Comparison:
    """Compare a frontier with a reference.

    A point is *equal* when objective (1e-6 relative), return (1e-6) and net weights (1e-5) agree. It has *other weights*
    when a linear measure has the same optimum at several portfolios. The *reference is not optimal* when the result's
    objective is lower by more than 1e-5 relative at the return that was asked for. Anything else is *different*. When the
    two grids of returns differ and the result carries its inputs, its problem is solved again at the reference's targets.

    Parameters
    ----------
    result, reference : Frontier, StoredFrontier, or what :func:`load_frontier` reads

    Returns
    -------
    Comparison

    Raises
    ------
    InputError
        Different measures or assets, or different grids without the inputs to solve again.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> constraints = sitpy.new_constraints(ia.n, lb=0, ub=0.8)
    >>> constraints = sitpy.add_constraints([1] * ia.n, 1, "=", constraints)
    >>> ef = sitpy.portopt(ia, constraints, 50, "Risk")
    >>> sitpy.compare(ef, "A_01_longonly_0_80_Risk").ok
    True
    """
    ours, theirs = _stored(result), _stored(reference)
    if ours.measure != theirs.measure:
        raise InputError(f"the result minimises {ours.measure}, the reference {theirs.measure}; compare like with like")
    if ours.symbols != theirs.symbols:
        raise InputError(
            f"the result has the assets {', '.join(ours.symbols)}; the reference has {', '.join(theirs.symbols)}"
        )
    grids_differ = ours.return_.size != theirs.return_.size or bool(
        (np.abs(ours.return_ - theirs.return_) > RETURN).any()
    )
    if not grids_differ:
        return Comparison(ours.name, theirs.name, point_by_point(ours, theirs))
    # what is solved again says nothing of the result's own points: check these against their own inputs
    optimum = _solved_at(ours, ours.return_)
    not_reproduced = int((ours.objective > optimum.objective + np.maximum(OBJECTIVE * optimum.objective, _ZERO)).sum())
    again = _solved_at(ours, np.minimum(theirs.target, theirs.return_))  # a reference may miss its own target
    return Comparison(ours.name, theirs.name, point_by_point(again, theirs), True, not_reproduced)


def _stored(source: Frontier | StoredFrontier | str | os.PathLike[str]) -> StoredFrontier:
    if isinstance(source, StoredFrontier):
        return source
    return stored(source) if isinstance(source, Frontier) else load_frontier(source)


def _solved_at(result: StoredFrontier, returns: Array) -> StoredFrontier:
    """The result's own problem at other returns."""
    frontier = result.frontier
    if frontier is None or result.measure not in MINIMISERS:
        raise InputError(
            f"the grids of returns differ and the result ({result.return_.size} points from {result.return_[0]:.6g} to "
            f"{result.return_[-1]:.6g}) does not carry its inputs; solve it again with portopt(..., targets=returns of the "
            "reference)"
        )
    # a target may not exceed the largest return by the rounding of another solver
    best = max_return_portfolio(frontier.ia, frontier.constraints, details=True)
    targets = np.minimum(returns, -best.value - margin(best.value))
    again = portopt(
        frontier.ia,
        frontier.constraints,
        name=frontier.name,
        min_risk_fn=MINIMISERS[result.measure],
        targets=targets,
    )
    return stored(again)


def point_by_point(ours: StoredFrontier, theirs: StoredFrontier) -> pd.DataFrame:
    """Differences at each point of two frontiers with the same grid, and the verdict."""
    size = np.maximum(np.abs(theirs.objective), _ZERO)
    sign = -1.0 if ours.measure == "Omega" else 1.0  # largest at no more than a return; all others least at no less
    excess = sign * (ours.objective - theirs.objective) / size
    tiny = np.maximum(np.abs(ours.objective), np.abs(theirs.objective)) < _ZERO
    excess = np.where(tiny, 0.0, excess)
    return_difference = ours.return_ - theirs.return_
    weight_difference = np.abs(ours.net_weight - theirs.net_weight).max(axis=1)
    same_objective = np.abs(excess) <= OBJECTIVE
    same_return = np.abs(return_difference) <= RETURN
    limit = np.minimum(sign * theirs.target, sign * theirs.return_)
    reached = np.isnan(theirs.target) | (sign * ours.return_ >= limit - RETURN)
    verdict = np.full(size.size, "different", dtype=object)
    verdict[same_objective & same_return & (weight_difference <= WEIGHT)] = "equal"
    if ours.measure != "Risk":  # a variance has one optimum in the net weights, a linear measure may have several
        other = same_objective & reached & (weight_difference > WEIGHT)
        verdict[other] = "other weights"
    verdict[(excess < -NOT_OPTIMAL) & reached] = "reference not optimal"
    return pd.DataFrame(
        {
            "return": ours.return_,
            "objective": ours.objective,
            "reference_objective": theirs.objective,
            "excess": excess,
            "return_difference": return_difference,
            "weight_difference": weight_difference,
            "leverage": np.abs(ours.net_weight).sum(axis=1),
            "verdict": verdict,
        },
        index=pd.RangeIndex(1, size.size + 1, name="point"),
    )
