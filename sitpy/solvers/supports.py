"""Programmes in which each 0/1 variable only says whether one asset is held: minimum holdings and numbers of assets.

They are recognised from their rows. What is left without the 0/1 variables is a continuous programme in which each of some
variables is zero ("off") or in its range ("on"), and counts of those that are on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sitpy.solvers.presolve import FEASIBLE, implied_bounds, tightens
from sitpy.solvers.program import Program, dense
from sitpy.solvers.support_counts import Count, Counts

Array = np.ndarray
Sides = tuple[Array, Array, Array]  # right-hand sides, lower and upper bounds

_SAME = 1e-12  # coefficients of a count, relative to their size
_WHOLE = 1e-7  # a number this close to a whole one is that
_FAR = 1e6  # a variable that may be larger than this, relative to the largest holding, counts as not bounded


@dataclass(frozen=True)
class SupportStructure:
    """Which part of a programme is what.

    ``held[j]`` is the variable that the j-th 0/1 variable switches. ``rows`` concern the continuous variables only,
    ``links`` one 0/1 variable (``link_of``) and its own variable, ``counts`` 0/1 variables only.
    """

    binary: Array
    held: Array
    continuous: Array
    rows: Array
    links: Array
    link_of: Array
    counts: Array
    reach: tuple[Array, Array]  # bounds of all variables that the programme's rows imply


@dataclass(frozen=True)
class Holdings:
    """A programme without its 0/1 variables, for given right-hand sides and bounds.

    ``rows``: the rows of ``A`` and ``b`` that the continuous variables must satisfy, valid ones that follow from the counts
    included. ``low``, ``high``: their bounds whatever is on. ``least``, ``most``: the range of each switched variable that
    is on. ``place``: where they are among the continuous variables. ``may_off``, ``may_on``: what each 0/1 variable may be.
    """

    A: Array
    b: Array
    meq: int
    low: Array
    high: Array
    place: Array
    least: Array
    most: Array
    may_off: Array
    may_on: Array
    counts: Counts


def recognised_support(program: Program) -> SupportStructure | None:
    """How the 0/1 variables of this programme switch others; None where they do anything else.

    Every 0/1 variable without cost, in rows with one variable of its own that hold it at zero while the 0/1 variable is
    zero, and otherwise only in rows that count 0/1 variables. All variables bounded.
    """
    binary = program.binary
    if program.D is None or program.differences or not binary.size or binary.size == program.n:
        return None
    if program.c[binary].any() or program.D[binary].any() or program.D[:, binary].any():
        return None
    A = dense(program.A)
    continuous = np.setdiff1d(np.arange(program.n), binary)
    used = A != 0
    switches, others = used[binary].sum(axis=0), used[continuous].sum(axis=0)
    links, counts = np.flatnonzero((switches == 1) & (others == 1)), np.flatnonzero((switches > 0) & (others == 0))
    if ((switches > 0).sum() != links.size + counts.size) or not _alike(A[binary][:, counts]):
        return None
    link_of = np.argmax(used[binary][:, links], axis=0)
    partner = continuous[np.argmax(used[continuous][:, links], axis=0)]
    held = np.full(binary.size, -1)
    held[link_of] = partner
    if (held < 0).any() or (held[link_of] != partner).any() or np.unique(held).size < held.size:
        return None
    structure = SupportStructure(
        binary, held, continuous, np.flatnonzero(switches == 0), links, link_of, counts, implied_bounds(program)
    )
    return None if holdings(program, structure, (program.b, program.lb, program.ub)) is None else structure


def _alike(coefficients: Array) -> bool:
    """Whether each column has one value besides zero."""
    size = np.abs(coefficients).max(axis=0, initial=0.0)
    largest = coefficients.max(axis=0, initial=0.0)
    value = np.where(largest > 0, largest, -size)
    return bool((np.abs(np.where(coefficients != 0, coefficients - value, 0.0)) <= _SAME * size).all())


def holdings(program: Program, structure: SupportStructure, limits: Sides) -> Holdings | None:
    """The programme without its 0/1 variables for these right-hand sides and bounds; None where a variable is not held at
    zero, or not bounded."""
    b, lb, ub = limits
    A = dense(program.A)
    held, binary = structure.held, structure.binary
    (off_low, off_high), (least, most) = (_range(program, A, structure, limits, on) for on in (0.0, 1.0))
    may_off = (lb[binary] <= FEASIBLE) & (off_low <= FEASIBLE) & (off_high >= -FEASIBLE)
    may_on = (ub[binary] >= 1 - FEASIBLE) & (least <= most + FEASIBLE)
    if (may_off & ((off_low < -FEASIBLE) | (off_high > FEASIBLE))).any():
        return None
    base = (program.b, program.lb, program.ub)
    same = tightens(base, limits, program.meq)
    low, high = structure.reach if same else implied_bounds(replace(program, b=b, lb=lb, ub=ub))
    low, high = np.maximum(low, lb), np.minimum(high, ub)
    least, most = np.where(may_on, least, 0.0), np.where(may_on, np.maximum(least, most), 0.0)
    low[held] = np.where(may_on, np.where(may_off, np.minimum(least, 0.0), least), 0.0)
    high[held] = np.where(may_on, np.where(may_off, np.maximum(most, 0.0), most), 0.0)
    low, high = low[structure.continuous], high[structure.continuous]
    largest = max(np.abs(least).max(), np.abs(most).max()) or 1.0
    if not (np.abs(np.concatenate([low, high])) <= _FAR * largest).all():
        return None
    kept = structure.rows[np.isfinite(b[structure.rows])]
    place = np.searchsorted(structure.continuous, held)
    meq = int((kept < program.meq).sum())
    rows, sides = A[np.ix_(structure.continuous, kept)], b[kept]
    counts = [*_counts(program, A, structure, b), *_implied(rows, sides, meq, low, high, place, least, most)]
    family = Counts(held.size, counts)
    extra, extra_sides = _of_counts(family, place, least, most, rows.shape[0])
    return Holdings(
        np.hstack([rows, extra]),
        np.concatenate([sides, extra_sides]),
        meq,
        low,
        high,
        place,
        least,
        most,
        may_off,
        may_on,
        family,
    )


def with_sides(problem: Holdings, structure: SupportStructure, b: Array) -> Holdings:
    """The same problem with higher sides of inequalities without 0/1 variables: what followed from the old ones still does."""
    sides = problem.b.copy()
    kept = structure.rows[np.isfinite(b[structure.rows])]
    sides[: kept.size] = b[kept]
    return replace(problem, b=sides)


def _range(program: Program, A: Array, structure: SupportStructure, limits: Sides, on: float) -> tuple[Array, Array]:
    """Range of each switched variable while its 0/1 variable is 0 or 1."""
    b, lb, ub = limits
    low, high = lb[structure.held].copy(), ub[structure.held].copy()
    links, of = structure.links, structure.link_of
    a = A[structure.held[of], links]
    side = (b[links] - on * A[structure.binary[of], links]) / a
    equal = links < program.meq
    lower, upper = equal | (a > 0), equal | (a < 0)
    given = np.isfinite(side)
    np.maximum.at(low, of[lower & given], side[lower & given])
    np.minimum.at(high, of[upper & given], side[upper & given])
    return low + 0.0, high + 0.0


def _counts(program: Program, A: Array, structure: SupportStructure, b: Array) -> list[Count]:
    """The rows that count, as whole numbers."""
    found = []
    for row in structure.counts[np.isfinite(b[structure.counts])]:
        column = A[structure.binary, row]
        members = column != 0
        value = column[members][0]
        side, size = b[row] / value, int(members.sum())
        equal = row < program.meq
        least = np.ceil(side - _WHOLE) if equal or value > 0 else 0
        most = np.floor(side + _WHOLE) if equal or value < 0 else size
        found.append(Count(members, int(np.clip(least, 0, size + 1)), int(np.clip(most, -1, size))))
    return found


def _implied(
    rows: Array, sides: Array, meq: int, low: Array, high: Array, place: Array, least: Array, most: Array
) -> list[Count]:
    """What the rows say of the number that are on: of holdings of 10 % at least, weights of 1 can be 10 at most.

    Each row is read as ``a'x >= side``, equalities both ways. What is on adds ``gain`` at most; a negative one is a burden
    that the others must make up for, and enough positive ones must be on to reach the side.
    """
    found = []
    both = np.hstack([rows, -rows[:, :meq]])
    for a, side in zip(both.T, np.concatenate([sides, -sides[:meq]])):
        gain = np.maximum(a[place] * least, a[place] * most)
        ends = np.maximum(a * low, a * high)
        wanted = side - np.delete(ends, place).sum()  # what the switched variables must add up to
        allowance = FEASIBLE * max(1.0, float(np.abs(a).max()), abs(float(side)))
        helps, burdens = np.sort(gain[gain > 0])[::-1], np.sort(-gain[gain < 0])
        most_on = int((np.cumsum(burdens) <= helps.sum() - wanted + allowance).sum())
        least_on = int((np.cumsum(helps) < wanted - allowance).sum()) + 1 if wanted > allowance else 0
        found += [Count(gain < 0, 0, most_on), Count(gain > 0, least_on, helps.size)]
    return [count for count in found if count.members.any() or count.least > 0]


def _of_counts(counts: Counts, place: Array, least: Array, most: Array, n: int) -> tuple[Array, Array]:
    """Rows of the continuous variables that follow from counts: at most K with ``0 <= x <= u b`` have ``sum x/u <= K``."""
    columns, sides = [], []
    for count in counts.all:
        within = place[count.members]
        low, high = least[count.members], most[count.members]
        if count.most < within.size and (low >= 0).all() and (high > 0).all():
            columns.append(_column(n, within, -1.0 / high))
            sides.append(-float(count.most))
        if count.least > 0 and (low > 0).all():
            columns.append(_column(n, within, 1.0 / low))
            sides.append(float(count.least))
    return np.array(columns).reshape(len(columns), n).T, np.array(sides)


def _column(n: int, where: Array, values: Array) -> Array:
    column = np.zeros(n)
    column[where] = values
    return column
