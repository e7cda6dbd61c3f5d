"""Which definition somebody else's figures follow, found by what turns ours into theirs at all points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np

from sitpy import measures
from sitpy.frontier import MEASURES
from sitpy.inputs import InputAssumptions
from sitpy.record import Record
from sitpy.reference.stored import StoredFrontier

Array = np.ndarray

_SAME = 1e-6  # relative: what two programs agree to
_PERIODS = {12: "months", 52: "weeks", 252: "trading days", 4: "quarters", 250: "trading days", 365: "days"}
# as numpy calls the nine types of R's quantile()
_QUANTILES = (
    "inverted_cdf",
    "averaged_inverted_cdf",
    "closest_observation",
    "interpolated_inverted_cdf",
    "hazen",
    "weibull",
    "linear",
    "median_unbiased",
    "normal_unbiased",
)


@dataclass(frozen=True)
class OtherDefinition(Record):
    """A figure of the reference ("return", "risk", the measure) and the words for how it is defined there."""

    figure: str
    words: str

    def __str__(self) -> str:
        return f"the reference's {self.figure} is {self.words}"


def digits_of(values: Array) -> int | None:
    """To how many decimals all values are rounded; None where they have nine or more, or are fewer than two."""
    finite = values[np.isfinite(values)]
    if np.unique(finite).size < 2:
        return None
    for digits in range(2, 9):
        if (np.abs(finite - np.round(finite, digits)) <= 1e-12 * np.maximum(1.0, np.abs(finite))).all():
            return digits
    return None


def half_unit(values: Array) -> float:
    """Half of the last digit that all values have; 0 where they have them all."""
    digits = digits_of(values)
    return 0.0 if digits is None else 0.5 * 10.0**-digits


def translated(
    theirs: StoredFrontier, weight: Array, ia: InputAssumptions
) -> tuple[StoredFrontier, list[OtherDefinition], list[str]]:
    """The reference with its figures by our definitions; how it defines them; figures that no definition known here explains.

    ``weight`` (points x variables) are its own weights, for ``ia``.
    """
    found: list[OtherDefinition] = []
    unknown: list[str] = []
    changed: dict[str, Any] = {}
    figures: list[tuple[str, str, Array, Array]] = [
        ("return_", "return", theirs.return_, measures.portfolio_return(weight, ia)),
        ("risk", "risk", theirs.risk, measures.portfolio_risk(weight, ia)),
    ]
    if theirs.measure:
        figures.append(("objective", theirs.measure, theirs.objective, MEASURES[theirs.measure](weight, ia)))
    for field, name, stated, ours in figures:
        if _agree(stated, ours, rounding_room(name, weight, ia)):
            continue
        words = _definition(name, stated, ours, weight, ia)
        if words is None:
            unknown.append(name)
            continue
        found.append(OtherDefinition(name, words))
        changed[field] = ours
    if "return_" in changed:
        changed["target"] = np.where(np.isnan(theirs.target), np.nan, changed["return_"])
    same = [item for item in found if not (item.figure == "Risk" and OtherDefinition("risk", item.words) in found)]
    return replace(theirs, **changed), same, unknown


def rounding_room(name: str, weight: Array, ia: InputAssumptions) -> float:
    """By how much a figure can differ because the weights that it is computed from are rounded."""
    half = half_unit(weight[:, : ia.n])
    if not half:
        return 0.0
    if name == "return":
        return half * float(np.abs(ia.expected_return).sum())
    if name.casefold() == "risk":
        return half * float(ia.risk.sum())
    if "hist_returns" not in ia:
        return half * ia.n  # correlations are at most 1
    size = np.abs(ia.hist_returns).sum(axis=0) if name == "CDaR" else np.abs(ia.hist_returns).max(axis=0)
    return max(half * ia.n if name == "CorRisk" else 0.0, 2 * half * float(size.sum()))


def _agree(stated: Array, ours: Array, of_weights: float) -> bool:
    """Whether figures are the same, but for the digits that they have; missing ones are not compared."""
    known = np.isfinite(stated)
    if not known.any():
        return True
    room = _SAME * np.abs(ours) + half_unit(stated) * (1 + 1e-9) + of_weights + 1e-9
    return bool((np.abs(stated - ours) <= room)[known].all())


def _definition(name: str, stated: Array, ours: Array, weight: Array, ia: InputAssumptions) -> str | None:
    known, of_weights = np.isfinite(stated), rounding_room(name, weight, ia)
    for words, figures in _candidates(name, ours, weight, ia):
        scale = np.abs(figures) / np.maximum(np.abs(ours), 1e-12)  # what rounded weights may do, in the other unit
        room = 10 * _SAME * np.abs(figures) + half_unit(stated) * (1 + 1e-9) + of_weights * scale
        if np.isfinite(figures[known]).all() and bool((np.abs(stated - figures) <= room)[known].all()):
            return words
    return None


def _candidates(name: str, ours: Array, weight: Array, ia: InputAssumptions) -> Iterator[tuple[str, Array]]:
    """Every other definition, the likely ones first, with its figures."""
    yield from _own_formulas(name, weight, ia)
    scales = list(_scales(name, ia))
    for words, factor in scales:
        yield words, ours * factor
    if name not in ("return",):
        yield "a variance, not a standard deviation", ours**2
        yield "half a variance, as a quadratic programme has it", ours**2 / 2
        yield "a standard deviation, not a variance", np.sqrt(np.maximum(ours, 0.0))
        for words, factor in scales:
            yield f"a variance, not a standard deviation, and that {words}", ours**2 * factor
    for (one, first), (two, second) in combinations(scales, 2):
        if abs(first * second - 1) > 1e-3:
            yield f"{one}, and {two}", ours * first * second


def _scales(name: str, ia: InputAssumptions) -> Iterator[tuple[str, float]]:
    """Factors between two definitions of the same thing."""
    yield "in percent, not a fraction", 100.0
    yield "with the sign turned", -1.0
    periods = len(ia.hist_returns) if "hist_returns" in ia else 0
    if periods > 1 and name != "return":
        less = (periods - 1) / periods
        power = 0.5 if name.casefold().startswith("risk") else 1.0
        yield f"with the divisor T = {periods}, not T - 1", less**power
        yield f"with the divisor T - 1 = {periods - 1}, not T", less**-power
    if name in ("MAD", "MADdown", "Gini"):
        yield "of half the size (one side of the mean, or each pair once)", 0.5
        yield "of twice the size (both sides of the mean, or each pair twice)", 2.0
    factors = _PERIODS if ia.annual_factor in _PERIODS else {ia.annual_factor: "periods"} | _PERIODS
    for factor, what in factors.items():
        own = " (the annual factor of the assumptions)" if factor == ia.annual_factor else ""
        if factor == 1:
            continue
        for words, power in (("sqrt({})", 0.5), ("{}", 1.0)):
            said = words.format(f"{factor:g}")
            yield f"times {said}, as {factor:g} {what} a year are annualised{own}", factor**power
            yield f"divided by {said}, as one of {factor:g} {what} a year{own}", factor**-power


def _own_formulas(name: str, weight: Array, ia: InputAssumptions) -> Iterator[tuple[str, Array]]:
    """Definitions that are more than a factor."""
    assets = weight[:, : ia.n]
    if "hist_returns" not in ia or not np.isfinite(ia.hist_returns).all():
        return
    if name == "return":
        mean, factor = ia.hist_returns.mean(axis=0), ia.annual_factor
        growth = np.expm1(np.log1p(ia.hist_returns).mean(axis=0) * factor) if (ia.hist_returns > -1).all() else None
        for words, returns in (
            ("the mean per period", mean),
            ("the mean per period times the annual factor (not compounded)", mean * factor),
            ("the mean compounded over a year", (1 + mean) ** factor - 1),
            ("the geometric return per year", growth),
        ):
            if returns is not None:
                yield words, assets @ returns
    elif name in ("CVaR", "CDaR"):
        yield from _tails(name, weight, ia)


def _tails(name: str, weight: Array, ia: InputAssumptions) -> Iterator[tuple[str, Array]]:
    """Other means of the worst outcomes: SIT's, of other quantiles, at other levels, and the quantile itself."""
    drawdown = name == "CDaR"
    outcomes = measures.portfolio_returns(weight, ia)
    if drawdown:
        total = np.cumsum(outcomes, axis=0)
        outcomes = total - np.maximum.accumulate(total, axis=0)
    own = ia.parameters_alpha
    exact = MEASURES[name]
    for alpha in dict.fromkeys((own, 0.9, 0.95, 0.975, 0.99, 1 - own)):
        at = "" if alpha == own else f" at the level {alpha:g}, not {own:g}"
        if at:
            other = ia.copy()
            other.parameters_alpha = alpha
            yield f"the same mean{at}", exact(weight, other)
        for number in (7, 1, 2, 3, 4, 5, 6, 8, 9):
            limit = np.quantile(outcomes, 1 - alpha, axis=0, method=_QUANTILES[number - 1])  # type: ignore[call-overload]
            sit = ", as SIT's portfolio.cvar and portfolio.cdar have it" if number == 7 and not at else ""
            for words, worst in (("strictly below", outcomes < limit), ("at or below", outcomes <= limit)):
                count = worst.sum(axis=0)
                mean = np.where(worst, outcomes, 0.0).sum(axis=0) / np.maximum(count, 1)
                yield f"the mean {words} the quantile of type {number}{at}{sit}", np.where(count > 0, -mean, np.nan)
            yield f"the quantile of type {number} itself{at} (a value at risk)", -limit


def one_asset(stated: Array, weight: Array, ia: InputAssumptions) -> tuple[str, float, float] | None:
    """The asset whose expected return alone, with which value, explains returns that are not ours: name, ours, theirs."""
    assets = weight[:, : ia.n]
    gap = stated - assets @ ia.expected_return
    room = _SAME * np.maximum(np.abs(stated), 1e-3) + half_unit(stated) + rounding_room("return", weight, ia)
    for j, name in enumerate(ia.symbols):
        column = assets[:, j]
        if column @ column <= 1e-12:
            continue
        change = float(column @ gap / (column @ column))
        if (np.abs(gap - change * column) <= room).all():
            return name, float(ia.expected_return[j]), float(ia.expected_return[j]) + change
    return None
