"""A lower bound for programmes in which variables are off (zero) or on (in their range), and counts of those that are on.

The covariance is split, ``D = (D - diag(d)) + diag(d)`` with both parts convex. For a free variable the share ``d x^2/2``
may then be counted as ``d x^2/(2z)``, where ``z`` between 0 and 1 says how much of it is on (the perspective, Frangioni and
Gentile 2006). Where a count allows ``sum z <= K``, the best ``z`` are full for the largest ``sqrt(d) |x|`` and proportional to
it for the rest, by water-filling; the rest together cost ``(sum sqrt(d) |x|)^2 / (2R)`` with R the count that is left, which
is a matrix of rank one. So the relaxation is a quadratic programme by pieces, and an active set that knows the piece solves it.

Whatever point and multipliers the active set stops at, they prove a bound: the curved part lies above its tangent, and what
remains is separable, so that the counts pick the cheapest variables exactly.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from sitpy.solvers.support_counts import FREE, OFF, ON
from sitpy.solvers.supports import Holdings

Array = np.ndarray

_MOST_STEPS = 60
_MOST_ENTERING = 6  # variables that leave a bound in one step
_FEASIBLE, _STATIONARY = 1e-11, 1e-10  # variables and rows, gradients: of the largest that they can be
_ROW, _NEARLY = (
    1e-12,
    1e-10,
)  # by how much rows that bind may be missed, and where they contradict each other by rounding
_FAR = 1e6  # times the last change: multipliers that prove a contradiction
_DUAL = 1e-11  # keeps rows that depend on each other apart
_ROUNDING = 8 * np.finfo(float).eps
_FLAT = 1e-8  # smallest eigenvalue of the correlations below which steps are damped
_DAMPING = 1e-7
_NEAR = 1e-9  # a damped step this short has arrived


@dataclass(frozen=True)
class Bounded:
    """What a relaxation shows.

    No point has a value below ``bound``. ``x`` and the multipliers ``y``: where it stopped, the relaxation's optimum if
    ``settled``; then ``piece`` is the active set there. With the counts' ``chosen`` variables, each at its ``cost``, the
    point proves the bound ``base``.
    """

    bound: float
    x: Array
    y: Array
    cost: Array
    chosen: Array
    base: float
    settled: bool = False
    piece: _ActiveSet | None = None

    @cached_property
    def worth(self) -> Array:
        """What more share for each variable would bring."""
        return np.zeros_like(self.x) if self.piece is None else self.piece.worth_of_shares()

    @cached_property
    def rise(self) -> Array:
        """By about how much the value would rise without each variable."""
        return np.zeros_like(self.x) if self.piece is None else self.piece.rise_without_each()


class Perspective:
    """Relaxations of one programme for any decisions about its switched variables.

    D and c come in units in which they are of order 1. ``unit``, ``steep`` and ``worth``: how large variables, gradients and
    objectives can be.
    """

    def __init__(self, D: Array, c: Array, holdings: Holdings, dent: float, is_flat: bool) -> None:
        norms = np.linalg.norm(holdings.A, axis=0)
        self._row_scale = 1.0 / np.where(norms > 0, norms, 1.0)
        self.D, self.c, self.holdings = D, c, holdings
        self.A, self.b, self.meq = holdings.A * self._row_scale, holdings.b * self._row_scale, holdings.meq
        self._size_A, self._size_b, self._size_c = np.abs(self.A), np.abs(self.b), np.abs(c)
        self.spread = np.sqrt(np.maximum(D.diagonal(), 1e-12))
        self.damping = _DAMPING if is_flat else 0.0
        self._dent = dent
        reach = np.maximum(np.abs(holdings.low), np.abs(holdings.high))
        self.unit = float(reach.max()) or 1.0
        self.steep = max(self.unit, float(self._size_c.max()))
        self.worth = self.unit * self.steep
        self.ceiling = 1.001 * float(0.5 * reach @ np.abs(D) @ reach + np.abs(c) @ reach) + self.worth

    def value(self, x: Array) -> float:
        """Objective at ``x``."""
        return 0.5 * float(x @ self.D @ x) + float(self.c @ x)

    def require(self, column: Array, side: float) -> None:
        """Add a row ``column'x >= side`` that every answer satisfies; multipliers from before count it as not binding."""
        norm = float(np.linalg.norm(column))
        self.A = np.column_stack([self.A, column / norm])
        self.b = np.append(self.b, side / norm)
        self._size_A, self._size_b = np.abs(self.A), np.abs(self.b)

    def ranges(self, status: Array) -> tuple[Array, Array]:
        """Bounds of all variables, zero included where it is free to be off."""
        h = self.holdings
        low, high = h.low.copy(), h.high.copy()
        free, on = status == FREE, status == ON
        low[h.place] = np.where(on, h.least, np.where(free, np.minimum(h.least, 0.0), 0.0))
        high[h.place] = np.where(on, h.most, np.where(free, np.maximum(h.most, 0.0), 0.0))
        return low, high

    def relax(self, status: Array, shares: Array, x: Array, y: Array, cutoff: float) -> Bounded | None:
        """Bound for these decisions, with ``shares`` (d) counted by the perspective; None where the counts allow nothing.

        Starts at ``x`` and the multipliers ``y`` and stops as soon as the bound reaches ``cutoff``.
        """
        guess = _ActiveSet(self, status, shares, x, y)
        best: Bounded | None = None
        seen: set[bytes] = set()
        last_missed = np.inf
        for _ in range(_MOST_STEPS):
            guess.find_pieces()
            key = guess.key()
            if key in seen and not guess.careful:
                guess.careful = True
                seen.clear()
            if key in seen or not guess.step():
                break
            seen.add(key)
            bounded = self._bound(status, shares, guess)
            if bounded is None:
                return None
            if best is None or bounded.bound > best.bound:
                best = bounded
            if best.bound >= cutoff:
                return best
            if guess.revise():
                continue
            arrived, missed = guess.recentre(), guess.missed() / self.unit
            if not arrived or (missed > _ROW and missed <= 0.5 * last_missed):
                last_missed = missed
                seen.clear()
                continue
            if missed > _ROW:
                if guess.let_go():
                    continue
                if missed > _NEARLY:
                    return self._contradicted(status, shares, guess, best)
            return replace(bounded, bound=best.bound, settled=True, piece=guess)
        return best if best is not None else self._nothing_known(status, x, y)

    def judged(self, status: Array, shares: Array, x: Array, y: Array) -> Bounded | None:
        """What a point and multipliers from elsewhere prove; None where the counts allow nothing."""
        guess = _ActiveSet(self, status, shares, x, y)
        guess.along = self.D @ guess.x
        bounded = self._bound(status, shares, guess)
        return None if bounded is None else replace(bounded, settled=True)

    def _bound(self, status: Array, shares: Array, guess: _ActiveSet) -> Bounded | None:
        """The bound that a point and its multipliers prove (weak duality, with the counts kept whole)."""
        h, x, along, low, high = self.holdings, guess.x, guess.along, guess.least, guess.most
        y = guess.y.copy()
        np.maximum(y[self.meq :], 0.0, out=y[self.meq :])
        slope = along + self.c - self.A @ y - shares * x
        rest = np.where(slope > 0, low, high)
        curved = guess.curved
        if curved.size:
            rest[curved] = np.minimum(np.maximum(-slope[curved] / shares[curved], low[curved]), high[curved])
        each = slope * rest + 0.5 * shares * rest * rest
        cost = each[h.place]
        chosen = h.counts.cheapest(cost, status)
        if chosen is None:
            return None
        left_out = (status == FREE) & ~chosen
        fixed = -0.5 * float(x @ along - shares @ (x * x)) + float(self.b @ y)
        taken = float(each.sum() - cost[left_out].sum())
        size = np.abs(y)
        terms = float(guess.reach @ (np.abs(along) + self._size_c + self._size_A @ size) + self._size_b @ size)
        allowance = _ROUNDING * (terms + abs(fixed))
        if self._dent:
            allowance += 0.5 * self._dent * float((np.maximum(high - x, x - low) ** 2).sum())
        bound = fixed + taken - allowance
        return Bounded(bound, x, y, cost, chosen, bound)

    def _contradicted(self, status: Array, shares: Array, guess: _ActiveSet, best: Bounded) -> Bounded | None:
        """What multipliers far along the direction in which rows contradict each other prove, if anything."""
        far = self._bound(status, shares, guess)
        return best if far is not None and far.bound < best.bound else far

    def _nothing_known(self, status: Array, x: Array, y: Array) -> Bounded:
        return Bounded(-np.inf, x, y, np.zeros(status.size), status == ON, -np.inf)


class _ActiveSet:
    """A guess of the relaxation's piece: which variables are between their limits, which rows bind, what is shared.

    All guesses that turn out wrong are corrected at once (the primal-dual active set method, Hintermüller, Ito and Kunisch
    2003), so that a guess may come from any other problem, feasible here or not.
    """

    def __init__(self, owner: Perspective, status: Array, shares: Array, x: Array, y: Array) -> None:
        self._owner = owner
        self._shares, self._root = shares, np.sqrt(shares)
        h, on = owner.holdings, status != OFF
        self.low, self.high = owner.ranges(status)
        self.least, self.most = self.low.copy(), self.high.copy()  # of what is on, or free and then on
        self.least[h.place[on]], self.most[h.place[on]] = h.least[on], h.most[on]
        self.reach = np.maximum(np.abs(self.least), np.abs(self.most))
        self.curved = shares.nonzero()[0]
        self._pools: list[tuple[Array, int]] = []
        self._pooled = np.zeros(x.size, dtype=bool)
        for count in owner.holdings.counts.pools:
            members = owner.holdings.place[count.members & (status == FREE)]
            members = members[shares[members] > 0]
            room = count.most - int(np.count_nonzero(count.members & (status == ON)))
            if members.size > room > 0:
                self._pools.append((members, room))
                self._pooled[members] = True
        self.x = np.clip(x, self.low, self.high)
        self._centre = self.x
        self.careful = False  # whether few corrections are made at a time, because many led back
        self._inside = (self.x > self.low) & (self.x < self.high) & ~(self._pooled & (self.x == 0))
        self._sign = np.sign(self.x)
        self.y = np.concatenate([y, np.zeros(owner.b.size - y.size)])
        self._binds = self.y > 0
        self._binds[: owner.meq] = True

    def key(self) -> bytes:
        """What tells this guess from others."""
        at_rest = np.where(self._inside, self._sign, self.x)
        return b"".join(part.tobytes() for part in (self._inside, self._binds, self._proportional, at_rest))

    def find_pieces(self) -> None:
        """Water-filling: which members of each pool are full, and which share what is left in proportion."""
        self._proportional = np.zeros(self.x.size, dtype=bool)
        self._shared: list[tuple[Array, int] | None] = []
        for members, room in self._pools:
            used = members[self._inside[members] | (self.x[members] != 0)]
            if used.size <= room:
                self._shared.append(None)
                continue
            size = self._root[used] * np.abs(self.x[used])
            order = (-size).argsort(kind="stable")
            size = size[order]
            tail = np.cumsum(size[::-1])[::-1]
            enough = size[: room - 1] * (room - np.arange(room - 1)) >= tail[: room - 1]
            full = room - 1 if enough.all() else int(np.argmin(enough))
            self._shared.append((used[order[full:]], room - full))
            self._proportional[used[order[full:]]] = True

    def step(self) -> bool:
        """Newton's step: the optimum if the guess is right. False where its equations have no answer."""
        owner = self._owner
        inside, rows = self._inside.nonzero()[0], self._binds.nonzero()[0]
        n, m = inside.size, rows.size
        x = np.where(self._inside, 0.0, self.x)
        equations = np.zeros((n + m, n + m))
        H = equations[:n, :n]
        H[:] = owner.D[inside[:, None], inside]
        equations.ravel()[: n * (n + m) : n + m + 1] += owner.damping - (self._shares * self._proportional)[inside]
        target = owner.damping * self._centre[inside] - (owner.c + owner.D @ x)[inside]
        for members, left in filter(None, self._shared):
            weight = np.zeros(x.size)
            weight[members] = self._root[members] * self._sign[members]
            within = weight[inside]
            H += within[:, None] * (within / left)
            target -= within * (weight @ x / left)
        equations[:n, n:] = owner.A[inside[:, None], rows]
        equations[n:, :n] = equations[:n, n:].T
        equations.ravel()[n * (n + m + 1) :: n + m + 1] = -_DUAL
        sides = owner.b[rows] - x @ owner.A[:, rows] + _DUAL * self.y[rows]
        self._equations = equations
        try:
            answer = np.linalg.solve(self._equations, np.concatenate([target, sides]))
        except np.linalg.LinAlgError:
            return False
        x[inside] = answer[:n]
        self._y_before = self.y
        self.x, self.y = x, np.zeros(owner.b.size)
        self.y[rows] = -answer[n:]
        self.along = owner.D @ x
        self._find_levels()
        return bool(np.isfinite(answer).all())

    def _find_levels(self) -> None:
        """For each pool, the size above which a variable is full: what a variable at zero must promise to enter."""
        self._level = np.zeros(self.x.size)
        size = self._root * np.abs(self.x)
        for (members, room), shared in zip(self._pools, self._shared):
            if shared is not None:
                self._level[members] = size[shared[0]].sum() / shared[1]
            else:
                used = members[self._inside[members] | (self.x[members] != 0)]
                self._level[members] = size[used].min() if used.size == room else 0.0

    def revise(self) -> bool:
        """Correct what the step shows to be wrong; False where nothing is."""
        owner, x, inside = self._owner, self.x, self._inside
        unit, steep = owner.unit, owner.steep
        slope = self.along + owner.c - owner.A @ self.y
        threshold = self._level * self._root
        zero = self._pooled & ~inside & (x == 0)
        slope[self._proportional] += (threshold * self._sign - self._shares * x)[self._proportional]
        up = ~inside & (x < self.high) & (slope < -_STATIONARY * steep - np.where(zero, threshold, 0.0))
        down = ~inside & (x > self.low) & (slope > _STATIONARY * steep + np.where(zero, threshold, 0.0))
        enter = ((up & (zero | (x <= self.low))) | (down & (zero | (x >= self.high)))).nonzero()[0]
        below, above = inside & (x < self.low - _FEASIBLE * unit), inside & (x > self.high + _FEASIBLE * unit)
        crossed = inside & self._pooled & (x * self._sign < -_FEASIBLE * unit)
        most = _MOST_ENTERING if not self.careful else 0 if (below | above | crossed).any() else 1
        if enter.size > most:
            excess = (np.abs(slope) - np.where(zero, threshold, 0.0))[enter] / owner.spread[enter]
            enter = enter[np.argsort(-excess, kind="stable")[:most]]
        slack = x @ owner.A - owner.b
        adds, drops = ~self._binds & (slack < -_FEASIBLE * unit), self._binds & (self.y < -_STATIONARY * steep)
        drops[: owner.meq] = False
        if adds.any():  # rows that say nearly the same would make each other's multipliers huge
            adds = np.arange(slack.size) == np.where(adds, slack, np.inf).argmin()
        wrong_piece = self._wrong_pieces()
        if not (enter.size or below.any() or above.any() or crossed.any() or adds.any() or drops.any() or wrong_piece):
            return False
        self.x = np.where(crossed, 0.0, np.clip(x, self.low, self.high))
        self._inside = inside & ~below & ~above & ~crossed
        self._inside[enter] = True
        self._sign = np.sign(self.x)
        self._sign[enter] = np.where(up[enter], 1.0, -1.0)
        self._binds = (self._binds | adds) & ~drops
        return True

    def _wrong_pieces(self) -> bool:
        """Whether a member of a pool has more than its piece allows, or less."""
        size = self._root * np.abs(self.x)
        above = self._level + _STATIONARY * self._owner.unit
        if (self._proportional & (size > above)).any():
            return True
        for (members, _), shared in zip(self._pools, self._shared):
            full = members[(self.x[members] != 0) & ~self._proportional[members]]
            if shared is not None and (size[full] < 2 * self._level[full] - above[full]).any():
                return True
        return False

    def missed(self) -> float:
        """By how much the rows that should bind do not; the step allows for rows that depend on each other."""
        slack = (self.x @ self._owner.A - self._owner.b)[self._binds]
        return float(np.abs(slack).max(initial=0.0))

    def let_go(self) -> bool:
        """Rows that should bind contradict each other: drop the first inequality whose multiplier falls to zero on the way.

        Where none does, the multipliers are left far out on that way.
        """
        change = self.y - self._y_before
        falling = np.flatnonzero(self._binds & (change < 0) & (np.arange(self.y.size) >= self._owner.meq))
        if not falling.size:
            self.y = self.y + _FAR * change
            return False
        steps = -self.y[falling] / change[falling]
        first = int(np.argmin(steps))
        self.y = self.y + max(0.0, float(steps[first])) * change
        self.y[falling[first]] = 0.0
        self._binds[falling[first]] = False
        return True

    def recentre(self) -> bool:
        """Whether damping no longer matters; damp around the present point from now on."""
        near = float(np.abs(self.x - self._centre).max(initial=0.0)) <= _NEAR * self._owner.unit
        self._centre = self.x
        return near or not self._owner.damping

    def worth_of_shares(self) -> Array:
        """Slope of the relaxation's value in the logarithm of each share, times 2."""
        size = self._root * np.abs(self.x)
        part = np.where(self._proportional, size / np.maximum(self._level, 1e-300), 1.0)
        return np.where(size > 0, size**2 / np.maximum(part, 1e-9) - size**2, 0.0)

    def rise_without_each(self) -> Array:
        """By about how much the value would rise if a variable had to be zero, nothing else on this piece changing."""
        rise = np.zeros(self.x.size)
        inside = np.flatnonzero(self._inside)
        try:
            inverse = np.linalg.inv(self._equations).diagonal()[: inside.size]
        except np.linalg.LinAlgError:
            return rise
        rise[inside] = self.x[inside] ** 2 / np.maximum(inverse, 1e-30)
        return rise
