"""The search over supports: which variables are on and which are off, branching on the one that matters most."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from sitpy.solvers.limits import Limits
from sitpy.solvers.perspective import Bounded, Perspective
from sitpy.solvers.splitting import Split, split
from sitpy.solvers.support_counts import FREE, OFF, ON

Array = np.ndarray

_SHRUNK = 0.85  # the split is renewed where this part of its free variables is left
_WORTH = 0.03  # part of the open gap that another step at the root must close
_FIRST_CUTS, _CUTS, _MOST_ROWS = 20, 2, 200  # rows that counts imply: at the root, at a node, and all rows
_CUT_MISS = 1e-3  # of one variable that is on: a row missed by less is not worth it
_EXCHANGES, _ENTERING = 5, 3  # rounds of exchanges at the root, and how many are tried for each variable
_NOTHING = 1e-13  # of what variables and values can be: this is zero, and so is a difference
_HELD = 1e-9  # of what a variable can be: more than this is held

Exact = Callable[[Array], tuple[Array, Array] | None]


@dataclass(frozen=True)
class Part:
    """A part of the space of supports that is still to be searched, with what its parent knew."""

    status: Array
    split: Split
    x: Array
    y: Array
    bound: float


class MoreRows(Protocol):
    """Rows ``column'x >= side`` that every answer satisfies, too many to write down."""

    def known(self) -> list[tuple[Array, float]]:
        """Those that have mattered so far."""
        ...

    def missed(self, x: Array) -> tuple[Array, float] | None:
        """One that this point misses; None where it satisfies them all."""
        ...


class SupportSearch:
    """One search. ``exact(status)`` solves the convex programme of these decisions by plain means (point and
    multipliers; None if infeasible), for the rare cases in which the active set does not settle. ``more_rows`` are not in
    the relaxation until a point misses them."""

    def __init__(
        self, relaxation: Perspective, exact: Exact, limits: Limits, more_rows: MoreRows | None = None
    ) -> None:
        self.relaxation, self._exact, self._more_rows = relaxation, exact, more_rows
        self._gap, self.clock = limits.gap, limits.clock()
        self._nothing, self._held = _NOTHING * relaxation.worth, _HELD * relaxation.unit
        self._counts, self._place = relaxation.holdings.counts, relaxation.holdings.place
        self._no_shares = np.zeros(relaxation.D.shape[0])
        self._tried: set[bytes] = set()
        self._open: list[Part] = []
        self._hints: list[Array] = []
        self._lowest = math.inf
        self._started = False
        self.value, self.x, self.on = math.inf, np.zeros(0), np.zeros(0, dtype=bool)
        self.nodes = self.solves = 0
        self.complete = True
        self.root: Part | None = None

    @property
    def bound(self) -> float:
        """No answer has a value below this."""
        return float(min([self.value, self._lowest, *(part.bound for part in self._open)]))

    @property
    def cutoff(self) -> float:
        """A part whose bound reaches this cannot hold a better answer; before there is one, none at all."""
        if math.isinf(self.value):
            return self.relaxation.ceiling
        return self.value - self._tolerance(self.value)

    @property
    def proven(self) -> bool:
        """Whether value and bound agree to the gap that is asked for."""
        return bool(self.value - self.bound <= self._tolerance(self.value) * (1 + 1e-6))

    def _tolerance(self, value: float) -> float:
        return max(self._gap * abs(value), self._nothing)

    def run(self, part: Part, renewals: int, hints: list[Array]) -> None:
        """Search this part of the space; at its root the split may be renewed that often, and the supports of ``hints``
        are tried."""
        self._open, self._hints = [part], hints
        try:
            while self._open:
                if self.clock.stops(self.nodes):
                    self.complete = False
                    return
                self._open[-1:] = self._visit(self._open[-1], renewals if self.root is None else 0)
        except KeyboardInterrupt:
            self.clock.interrupted()
            self.complete = False

    def attempt(self, chosen: Array, x: Array, y: Array) -> None:
        """The best point on this support (mask); the incumbent, if it is better."""
        key = chosen.tobytes()
        if key not in self._tried and self._counts.hold(chosen):
            self._tried.add(key)
            self._solved(np.where(chosen, ON, OFF), x, y)

    def _solved(self, status: Array, x: Array, y: Array) -> float:
        """Solve the programme of a support; its bound, inf where it is infeasible."""
        while True:
            self.solves += 1
            found = self.relaxation.relax(status, self._no_shares, x, y, self.cutoff)
            if found is None:
                return math.inf
            if found.bound >= self.cutoff:
                return found.bound
            x, y, bound = found.x, found.y, found.bound
            if not found.settled or self.relaxation.value(x) - bound > self._tolerance(bound):
                plain = self._plainly(status, self._no_shares)
                if plain is None:
                    return math.inf
                x, bound = plain.x, max(plain.bound, bound)
            if not self._asked_for_more(x):
                break
        value = self.relaxation.value(x)
        if value < self.value:
            self.value, self.x, self.on = value, x, status == ON
        return bound

    def _visit(self, part: Part, renewals: int) -> list[Part]:
        """Bound a part of the space: nothing is left of it, or two smaller parts."""
        if part.bound >= self.cutoff:
            return self._closed(part.bound)
        self.nodes += 1
        is_root = self.root is None
        cuts = _FIRST_CUTS if is_root else _CUTS
        while True:
            status = self._counts.decide(part.status)
            if status is None:
                return []
            if not (status == FREE).any():
                return self._closed(
                    self._solved(status, part.x, part.y) if self._counts.hold(status == ON) else math.inf
                )
            found = self._bounded(status, part)
            if found is None:
                return []
            gained = found.bound - part.bound
            open_before = self.cutoff - part.bound
            part = Part(status, part.split, found.x, found.y, max(part.bound, found.bound))
            if is_root:
                self.root = part
            self._round(status, found, part)
            if is_root and part.bound < self.cutoff:
                self._start(status, found)
            if part.bound >= self.cutoff:
                return self._closed(part.bound)
            if found.settled and cuts > 0 and (self._cut(found.x) or self._asked_for_more(found.x)):
                cuts -= 1
                continue
            status = self._fixed(status, found)
            part = replace(part, status=status)
            shrunk = (status == FREE).sum() <= _SHRUNK * part.split.free.size or not part.split.free.size
            worth = renewals > 0 and not gained < _WORTH * open_before
            if not (shrunk or worth) or not (status == FREE).any():
                return self._children(part, found)
            renewals -= 1
            part = replace(part, split=self._renewed(part, found))

    def _bounded(self, status: Array, part: Part) -> Bounded | None:
        """The relaxation of a part, by plain means where the active set does not settle; None where it is infeasible."""
        self.solves += 1
        found = self.relaxation.relax(status, part.split.shares, part.x, part.y, self.cutoff)
        if found is None or found.settled or found.bound >= self.cutoff:
            return found
        plain = self._plainly(status, part.split.shares)
        return plain if plain is None else replace(plain, bound=max(plain.bound, found.bound))

    def _plainly(self, status: Array, shares: Array) -> Bounded | None:
        """What the plain answer proves; None where it says that these decisions are infeasible."""
        answer = self._exact(status)
        return None if answer is None else self.relaxation.judged(status, shares, *answer)

    def _cut(self, x: Array) -> bool:
        """Require what counts with a lower limit say of the holdings, where this point misses it; whether it does.

        A variable on counts 1, and no more than x over its least holding: the sum of the smaller of both reaches the limit.
        """
        h = self.relaxation.holdings
        missed = False
        for count in self._counts.all:
            if count.least == 0 or not (h.least[count.members] > 0).all() or self.relaxation.b.size > _MOST_ROWS:
                continue
            place, least = self._place[count.members], h.least[count.members]
            small = x[place] < least
            side = count.least - float((~small).sum())
            if side - float((x[place] / least)[small].sum()) > _CUT_MISS:
                column = np.zeros(x.size)
                column[place[small]] = 1.0 / least[small]
                self.relaxation.require(column, side)
                missed = True
        return missed

    def _asked_for_more(self, x: Array) -> bool:
        """Whether a row was missed that the relaxation did not know; it knows it now."""
        row = None if self._more_rows is None else self._more_rows.missed(x)
        if row is not None:
            self.relaxation.require(*row)
        return row is not None

    def _too_little(self, x: Array) -> Array:
        """Which variables are held, but outside the range of what is on."""
        h, x = self.relaxation.holdings, x[self._place]
        return (x < h.least - self._held) | (x > h.most + self._held)

    def _closed(self, bound: float) -> list[Part]:
        self._lowest = min(self._lowest, bound)
        return []

    def _round(self, status: Array, found: Bounded, part: Part) -> None:
        """An incumbent near the relaxation: its own point, where that is an answer, or the best point on its support."""
        if part.bound >= self.cutoff:
            return
        chosen = self._promising(status, found, part.split)
        if found.settled and self._counts.hold(chosen):
            x = np.clip(found.x, *self.relaxation.ranges(np.where(chosen, ON, OFF)))
            value = self.relaxation.value(x)
            moved = np.abs(x - found.x).max() > _NOTHING * self.relaxation.unit
            if not moved and value - found.bound <= self._tolerance(value) and not self._asked_for_more(x):
                if value < self.value:
                    self.value, self.x, self.on = value, x, chosen
                return
        self.attempt(chosen, found.x, found.y)

    def _start(self, status: Array, found: Bounded) -> None:
        """First incumbents: the neighbours' supports, or the best that thinning out and exchanges lead to."""
        hints, self._hints = self._hints, []
        if self._started:
            return
        self._started = True
        for support in hints or self._thinned(status, found):
            self.attempt(support, found.x, found.y)
        if not hints:
            for _ in range(_EXCHANGES):
                before = self.value
                if math.isinf(before) or not self._exchanged(status, found.y):
                    break

    def _exchanged(self, status: Array, y: Array) -> bool:
        """Each variable of the incumbent in exchange for those that promise most without it; whether one was better."""
        best, x, before = self.on, self.x, self.value
        r = self.relaxation
        spread = r.spread[self._place]
        for leaving in np.flatnonzero(best & (status == FREE)):
            rest = best.copy()
            rest[leaving] = False
            self.solves += 1
            found = r.relax(np.where(rest, ON, OFF), self._no_shares, x, y, math.inf)
            if found is None or not found.settled:
                continue
            slope = (r.D @ found.x + r.c - r.A @ found.y)[self._place]
            promise = np.where((status == FREE) & ~best, -slope / spread, -math.inf)
            for entering in np.argsort(-promise, kind="stable")[:_ENTERING]:
                if promise[entering] > 0:
                    chosen = rest.copy()
                    chosen[entering] = True
                    self.attempt(chosen, found.x, found.y)
        return self.value < before

    def _thinned(self, status: Array, found: Bounded) -> list[Array]:
        """A support for want of a neighbour's: what the relaxation holds, one after the other taken out that matters least."""
        status = status.copy()
        while found.settled:
            held = (np.abs(found.x[self._place]) > self._held) & (status == FREE)
            rise = found.rise[self._place]
            chosen = self._counts.cheapest(np.where(held, -1.0 - rise, 1.0), status)
            if chosen is None:
                break
            too_many = np.flatnonzero(held & ~chosen)
            if not too_many.size:
                return [chosen]
            status[(status == FREE) & ~held & ~chosen] = OFF
            status[too_many[np.argmin(rise[too_many])]] = OFF
            self.solves += 1
            fewer = self.relaxation.relax(status, self._no_shares, found.x, found.y, math.inf)
            if fewer is None:
                break
            found = fewer
        return []

    def _promising(self, status: Array, found: Bounded, split: Split) -> Array:
        """The support that the relaxation points to: of what it holds, the largest sqrt(d) |x| that the counts allow."""
        x = np.abs(found.x[self._place])
        weight = np.sqrt(split.shares[self._place])
        size = x * (weight if split.free.size and weight.any() else self.relaxation.spread[self._place])
        wanted = (x > self._held) & (found.cost <= self._nothing)
        chosen = self._counts.cheapest(np.where(wanted, -size, np.maximum(found.cost, self._nothing)), status)
        return status == ON if chosen is None else chosen

    def _fixed(self, status: Array, found: Bounded) -> Array:
        """The status of variables that are decided, because the other way no better answer can be."""
        change = found.base + self._counts.changes(found.cost, status, found.chosen)
        decided = (status == FREE) & (change >= self.cutoff)
        if not decided.any():
            return status
        self._closed(float(change[decided].min()))
        status = status.copy()
        status[decided] = np.where(found.chosen[decided], ON, OFF)
        return status

    def _renewed(self, part: Part, found: Bounded) -> Split:
        """A better split for what is still free."""
        off = np.zeros(self._no_shares.size, dtype=bool)
        off[self._place[part.status == OFF]] = True
        shape = part.split.improved(found.worth)
        free = self._place[part.status == FREE]
        return split(self.relaxation.D, shape, np.flatnonzero(~off), free, part.split.steps + 1)

    def _children(self, part: Part, found: Bounded) -> list[Part]:
        """Off and on for the variable whose absence would cost most; on is searched first."""
        free = part.status == FREE
        if not free.any():
            return [part]
        x, rise = np.abs(found.x[self._place]), found.rise[self._place]
        held = free & (x > self._held)
        too_little = held & self._too_little(found.x)
        crowded = any(
            (held & pool.members).sum() + (part.status[pool.members] == ON).sum() > pool.most
            for pool in self._counts.pools
        )
        which = too_little if too_little.any() and not crowded else held
        if not which.any():
            which, rise = free, -found.cost
        elif not (rise[which] > 0).any():
            rise = x * self.relaxation.spread[self._place]
        rise = np.where(which, rise, -np.inf)
        off, on = part.status.copy(), part.status.copy()
        branch = int(np.argmax(rise))
        off[branch], on[branch] = OFF, ON
        return [replace(part, status=off), replace(part, status=on)]
