"""How many of some 0/1 variables may be on: what that decides, and the cheapest choice that it allows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Array = np.ndarray

OFF, ON, FREE = 0, 1, 2


@dataclass(frozen=True)
class Count:
    """Of the ``members`` (a mask) at least ``least`` and at most ``most`` are on."""

    members: Array
    least: int
    most: int


class Counts:
    """All counts of a programme.

    ``nested``, the smallest first: sets of which any two are disjoint or one holds the other. Over these the cheapest
    choice is found by taking the cheapest again and again; a count that crosses others is left out of it (so that costs
    are bounded from below) and watched by :meth:`decide`.
    """

    def __init__(self, n: int, counts: list[Count]) -> None:
        merged: dict[bytes, Count] = {}
        for count in counts:
            key = count.members.tobytes()
            old = merged.get(key, count)
            merged[key] = Count(count.members, max(old.least, count.least), min(old.most, count.most))
        told = [count for count in merged.values() if count.least > 0 or count.most < count.members.sum()]
        self.all = sorted(told, key=lambda count: int(count.members.sum()))
        self.nested: list[Count] = []
        for count in reversed(self.all):
            if all(_fits(count.members, other.members) for other in self.nested):
                self.nested.insert(0, count)
        self.pools = self._strictest()

    def _strictest(self) -> list[Count]:
        """Disjoint upper limits: a count, or those within it where they together allow no more."""
        tops: list[tuple[Array, int, list[Count]]] = []  # members, how many may be on, by which limits
        for count in self.nested:
            within = [top for top in tops if (top[0] & count.members).any()]
            tops = [top for top in tops if not (top[0] & count.members).any()]
            size = int(count.members.sum())
            allowed = size - sum(int(members.sum()) - most for members, most, _ in within)
            pools = [pool for *_, limits in within for pool in limits]
            if count.most < allowed:
                allowed, pools = count.most, [count]
            tops.append((count.members, allowed, pools))
        return [pool for *_, limits in tops for pool in limits]

    def decide(self, status: Array) -> Array | None:
        """The status of each variable with all that follows from the counts; None where a count cannot be met."""
        status = status.copy()
        changed = True
        while changed:
            changed = False
            for count in self.all:
                inside = status[count.members]
                on, free = np.count_nonzero(inside == ON), np.count_nonzero(inside == FREE)
                if on > count.most or on + free < count.least:
                    return None
                if free and (on == count.most or on + free == count.least):
                    inside[inside == FREE] = OFF if on == count.most else ON
                    status[count.members] = inside
                    changed = True
        return status

    def hold(self, chosen: Array) -> bool:
        """Whether these being on, and no others, meets every count."""
        return all(count.least <= np.count_nonzero(chosen[count.members]) <= count.most for count in self.all)

    def cheapest(self, cost: Array, status: Array) -> Array | None:
        """Mask of the cheapest choice that the nested counts allow; None where there is none."""
        must, may = status == ON, status == FREE
        for count in self.nested:
            on = np.count_nonzero(must & count.members)
            inside = (may & count.members).nonzero()[0]
            missing, room = count.least - on, count.most - on
            if room < 0 or missing > inside.size:
                return None
            if missing > 0 or inside.size > room:
                inside = inside[cost[inside].argsort(kind="stable")]
                must[inside[: max(missing, 0)]] = True
                may[inside[: max(missing, 0)]] = False
                may[inside[room:]] = False
        chosen: Array = must | (may & (cost < 0))
        return chosen

    def changes(self, cost: Array, status: Array, chosen: Array) -> Array:
        """By how much at least the cheapest choice gets dearer when each free variable is turned the other way.

        A choice under nested counts is changed at the least cost by one exchange.
        """
        free = status == FREE
        taken, left = free & chosen, free & ~chosen
        dearest, cheapest = cost[taken].max(initial=0.0), cost[left].min(initial=0.0)
        change: Array = np.where(chosen, cheapest - cost, cost - dearest)
        for count in self.nested:
            on = np.count_nonzero(chosen & count.members)
            if on == count.most:  # to turn one on, one of these must go
                inside = left & count.members
                dearest = cost[taken & count.members].max(initial=-np.inf)
                change[inside] = np.maximum(change[inside], cost[inside] - dearest)
            if on == count.least:
                inside = taken & count.members
                cheapest = cost[left & count.members].min(initial=np.inf)
                change[inside] = np.maximum(change[inside], cheapest - cost[inside])
        return change


def _fits(one: Array, other: Array) -> bool:
    """Whether two sets are disjoint or one holds the other."""
    both = int((one & other).sum())
    return both in (0, int(one.sum()), int(other.sum()))
