"""The reason at one point: who is optimal, who is feasible, and what is left."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property

import numpy as np
import pandas as pd

from sitpy.constraints import Constraints
from sitpy.errors import SitpyError
from sitpy.frontier import MEASURES, MINIMISERS, portopt
from sitpy.frontier.trace import margin
from sitpy.inputs import InputAssumptions
from sitpy.portfolios.minimum import max_return_portfolio
from sitpy.reference.comparing import NOT_OPTIMAL, OBJECTIVE, RETURN, WEIGHT
from sitpy.reference.definitions import digits_of, half_unit
from sitpy.reference.reading import assets_of
from sitpy.reference.stored import StoredFrontier

Array = np.ndarray

FEASIBLE = 1e-6  # to which another solver meets its rows
_ZERO = 1e-9


class Cause(Enum):
    """Why a point differs."""

    EQUAL = "equal"
    ROUNDING = "rounding"
    OTHER_WEIGHTS = "other weights"
    NOT_OPTIMAL = "reference not optimal"
    INFEASIBLE = "reference not feasible"
    DATA = "other data"
    OURS = "result not optimal"
    UNEXPLAINED = "unexplained"

    @property
    def harmless(self) -> bool:
        """Whether the result is right at such a point."""
        return self in (Cause.EQUAL, Cause.ROUNDING, Cause.OTHER_WEIGHTS, Cause.NOT_OPTIMAL, Cause.INFEASIBLE)


Found = tuple[Cause, str]


def rounded_points(ours: StoredFrontier, theirs: StoredFrontier, recomputed: StoredFrontier) -> Array:
    """Points at which the sides differ by no more than the digits that one of them was written with."""
    if ours.net_weight.shape != theirs.net_weight.shape:
        return np.zeros(len(theirs.net_weight), dtype=bool)

    def room(name: str, least: float) -> float:
        return max(half_unit(getattr(ours, name)), half_unit(getattr(theirs, name))) * (1 + 1e-6) + least

    weights = np.abs(ours.net_weight - theirs.net_weight).max(axis=1) <= room("net_weight", WEIGHT)
    alike, exact = weights, np.ones(len(weights), dtype=bool)
    for name, least, relative in (("return_", RETURN, 0.0), ("objective", _ZERO, OBJECTIVE)):
        one, two, own = (np.asarray(getattr(side, name)) for side in (ours, theirs, recomputed))
        tolerance = least + relative * np.abs(one)
        near = np.abs(one - two) <= room(name, 0.0) + tolerance
        of_weights = np.abs(two - own) <= tolerance + half_unit(two)  # the figure of the rounded weights themselves
        alike = alike & (near | of_weights)
        exact &= np.abs(one - two) <= tolerance
    exact &= np.abs(ours.net_weight - theirs.net_weight).max(axis=1) <= WEIGHT
    return np.asarray(alike & ~exact)


def _above(value: float, optimum: float) -> float:
    """By how much (relative) a value is above the optimum; values that are zero to every solver are equal."""
    if max(abs(value), abs(optimum)) < _ZERO:
        return 0.0
    return (value - optimum) / max(abs(optimum), _ZERO)


@dataclass
class Judge:
    """Looks for the reason at each point where both sides differ; solves a point again when that is needed."""

    ia: InputAssumptions | None
    constraints: Constraints | None
    ours: StoredFrontier
    theirs: StoredFrontier
    our_weight: Array | None
    their_weight: Array | None
    other_data: bool
    unknown_figures: bool
    resolved: bool
    _best: dict[float, float | None] = field(default_factory=dict)

    def rounding(self, i: int) -> Found:
        """The words for a point that is only rounded."""
        fields = ("net_weight", "return_", "objective")
        digits = [digits_of(getattr(side, name)) for side in (self.theirs, self.ours) for name in fields]
        least = min((count for count in digits if count is not None), default=8)
        apart = float(np.abs(self.ours.net_weight[i] - self.theirs.net_weight[i]).max())
        return Cause.ROUNDING, f"figures with {least} decimals; weights differ by {apart:.1e}, within the last digit"

    def cause(self, i: int, verdict: str, point: pd.Series[float]) -> Found:
        """The reason at one point, in words with the numbers that prove it."""
        if verdict == "equal":
            return Cause.EQUAL, ""
        missed = self._violation(self.their_weight, i)
        if missed is not None and missed[0] > FEASIBLE and not self.other_data:
            return Cause.INFEASIBLE, f"the reference misses {missed[1]} by {missed[0]:.2g}"
        if self.other_data:
            return Cause.DATA, self._of_own_data(i, point)
        if self.unknown_figures:
            return Cause.UNEXPLAINED, "the reference's figures are not those of its own weights"
        own = None if self.resolved else self._violation(self.our_weight, i)
        if own is not None and own[0] > FEASIBLE:
            return Cause.OURS, f"the result misses {own[1]} by {own[0]:.2g}"
        best = self._optimum(self._target(i))
        best_of_ours = best if self.resolved else self._optimum(float(point["return"]))
        if best is None or best_of_ours is None:
            return self._without_optimum(verdict, point)
        ours, theirs = self._objectives(i, point)
        above = [_above(ours, best_of_ours), _above(theirs, best)]
        return self._judged(above, best, missed is not None, point)

    def _judged(self, above: list[float], best: float, checked: bool, point: pd.Series[float]) -> Found:
        ours, theirs = above
        measure = self.ours.measure
        if ours > OBJECTIVE and not self.resolved:
            return Cause.OURS, f"the result's {measure} is {100 * ours:.2g} % above the optimum {best:.8g}"
        if theirs > NOT_OPTIMAL:
            return (
                Cause.NOT_OPTIMAL,
                f"the reference's {measure} is {100 * theirs:.2g} % above the optimum {best:.8g}",
            )
        if abs(theirs) <= OBJECTIVE * 2 and abs(ours) <= OBJECTIVE * 2:
            proof = "and both are feasible" if checked else "(the reference's auxiliary variables are not in its file)"
            return Cause.OTHER_WEIGHTS, (
                f"both have the optimal {measure} {best:.8g} to {max(abs(ours), abs(theirs)):.1e} {proof}; weights differ by "
                f"{point['weight_difference']:.2g}"
            )
        return Cause.UNEXPLAINED, (
            f"{measure} differs from the optimum {best:.8g} by {ours:+.1e} in the result and {theirs:+.1e} in the reference"
        )

    def _without_optimum(self, verdict: str, point: pd.Series[float]) -> Found:
        """What can be said where nothing can be solved again: the verdict of the comparison."""
        if verdict == "other weights":
            return Cause.OTHER_WEIGHTS, "the same objective; optimality is not proven: the inputs are in neither file"
        if verdict == "reference not optimal":
            return Cause.NOT_OPTIMAL, f"the result's objective is lower by {-point['excess']:.2g} (relative)"
        return Cause.UNEXPLAINED, "the inputs are in neither file, so nothing can be solved again"

    def _of_own_data(self, i: int, point: pd.Series[float]) -> str:
        return f"inputs differ; with them {self.ours.measure} by {point['excess']:+.2g} (relative)"

    def _target(self, i: int) -> float:
        """The return that the reference's point was asked for, and reaches."""
        target, reached = self.theirs.target[i], self.theirs.return_[i]
        return float(target if np.isnan(target) else min(target, reached))

    def _objectives(self, i: int, point: pd.Series[float]) -> tuple[float, float]:
        """Both objectives: the reference's by its own weights, where these are known."""
        theirs = float(point["reference_objective"])
        if self.ia is not None and self.their_weight is not None:
            weight = assets_of(self.their_weight, self.ia)
            if weight is not None:
                theirs = float(MEASURES[self.ours.measure](weight[i : i + 1], self.ia)[0])
        return float(point["objective"]), theirs

    def _optimum(self, target: float) -> float | None:
        """The least value of the measure at no less than a return; None where it cannot be found."""
        if self.ia is None or self.constraints is None or self.ours.measure not in MINIMISERS:
            return None
        key = -1.0 if np.isnan(target) else target
        if key not in self._best:
            self._best[key] = self._solved(target)
        return self._best[key]

    def _solved(self, target: float) -> float | None:
        assert self.ia is not None and self.constraints is not None
        minimise = MINIMISERS[self.ours.measure]
        try:
            wanted = np.minimum(target, self._top)
            ef = portopt(self.ia, self.constraints, name="again", min_risk_fn=minimise, targets=[wanted])
        except SitpyError:
            return None
        return float(ef.objective[0])

    @cached_property
    def _top(self) -> float:
        """The largest return, less what solvers may differ by."""
        assert self.ia is not None and self.constraints is not None
        best = max_return_portfolio(self.ia, self.constraints, details=True)
        return float(-best.value - margin(best.value))

    def _violation(self, weight: Array | None, i: int) -> tuple[float, str] | None:
        """By how much a portfolio misses its worst row or bound, and which; None where it cannot be told."""
        if self.constraints is None or weight is None or weight.shape[1] != self.constraints.n:
            return None
        c, x = self.constraints, weight[i]
        room = half_unit(weight) * np.abs(c.A).sum(axis=0)  # what rounded weights may miss a row by
        slack = x @ c.A - c.b
        missed = np.where(np.arange(c.m) < c.meq, np.abs(slack), -slack) - room
        below = np.where(np.isnan(c.lb), -np.inf, c.lb - x) - half_unit(weight)
        above = np.where(np.isnan(c.ub), -np.inf, x - c.ub) - half_unit(weight)
        worst = max(
            (
                (float(values.max(initial=-np.inf)), kind, values)
                for kind, values in (("row", missed), ("lb", below), ("ub", above))
            ),
            key=lambda item: item[0],
        )
        k = int(np.argmax(worst[2])) if worst[2].size else 0
        return max(worst[0], 0.0), self._place(worst[1], k)

    def _place(self, kind: str, k: int) -> str:
        c, names = self.constraints, [] if self.ia is None else self.ia.symbols
        assert c is not None
        if kind == "row":
            words = f"{'=' if k < c.meq else '>='} {c.b[k]:g}"
            return f"the row {c.names[k]!r} ({words})" if c.names[k] else f"row {k + 1} ({words})"
        name = names[k] if k < len(names) else f"variable {k + 1}"
        side, limit = ("lower", c.lb[k]) if kind == "lb" else ("upper", c.ub[k])
        return f"the {side} bound {limit:g} of {name}"
