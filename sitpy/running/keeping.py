"""The frontiers of a script: every one that is made, and the best name that it ever had."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sitpy.frontier import Frontier
from sitpy.r.lists import List
from sitpy.running.result import RFrontier

VARIABLE, PLACE, LOCAL, LABEL = range(4)
"""A name at the top of the script, a place in a list or a field there, a name within a function, the frontier's label."""

_DEEP = 4


@dataclass(eq=False)
class _Seen:
    """A frontier, the line that made it, and its names in the order in which it got them."""

    frontier: Frontier
    r_line: int
    names: list[tuple[int, str]] = field(default_factory=list)

    def enter(self, rank: int, name: str) -> None:
        """A name, once."""
        if (rank, name) not in self.names:
            self.names.append((rank, name))

    def family(self) -> tuple[Any, ...]:
        """What a frontier shares with its copies, whatever the script did to their weights."""
        ef = self.frontier
        return ef.name, repr(ef.seconds), ef.solution.tobytes()

    def state(self) -> tuple[Any, ...]:
        """What two frontiers share that are the same."""
        return *self.family(), self.frontier.weight.shape, self.frontier.weight.tobytes()


class Keeper:
    """Holds on to the frontiers of a running script.

    A script changes a frontier only through the variable that holds it, so that at the end each is as it was when its
    variable was assigned anew.
    """

    def __init__(self) -> None:
        self._seen: dict[int, _Seen] = {}

    def made(self, frontier: Frontier, r_line: int) -> None:
        """A function gave this frontier."""
        self._seen.setdefault(id(frontier), _Seen(frontier, r_line))

    def named(self, value: Any, name: str, rank: int, r_line: int) -> None:
        """A variable or a field was assigned."""
        if isinstance(value, Frontier):
            self.made(value, r_line)
            self._seen[id(value)].enter(rank, name)
            return
        for place, frontier in _within(value, name):
            self.made(frontier, r_line)
            self._seen[id(frontier)].enter(max(rank, PLACE), place)

    def kept(self) -> list[RFrontier]:
        """All that differ, in the order in which they were made, each by its best name."""
        seen = _merged(list(self._seen.values()))
        kept = []
        for one in seen:
            rank, name = _best(one, seen)
            alike = _holders(seen, rank, name)
            also = dict.fromkeys(other for kind, other in one.names if other != name and kind < LOCAL)
            kept.append(RFrontier(name, alike.index(one) + 1, len(alike), tuple(also), one.frontier, one.r_line))
        return kept


def _within(value: Any, name: str, depth: int = 0) -> Iterator[tuple[str, Frontier]]:
    """The frontiers in a list, with their places in R's words."""
    if isinstance(value, Frontier):
        yield name, value
    elif depth < _DEEP and isinstance(value, List):
        fields = value.names()
        unnamed = len(value) - len(fields)
        places = [f"{name}[[{i + 1}]]" for i in range(unnamed)] + [f"{name}${part}" for part in fields]
        for place, entry in zip(places, value, strict=True):
            yield from _within(entry, place, depth + 1)
    elif depth < _DEEP and isinstance(value, (list, tuple)):
        for i, entry in enumerate(value):
            yield from _within(entry, f"{name}[[{i + 1}]]", depth + 1)
    elif depth < _DEEP and isinstance(value, dict):
        for key, entry in value.items():
            yield from _within(entry, f"{name}${key}", depth + 1)


def _merged(seen: list[_Seen]) -> list[_Seen]:
    """Each frontier once: copies that are the same are one; where a copy has a name, the nameless ones are left out."""
    states: dict[tuple[Any, ...], _Seen] = {}
    for one in seen:
        first = states.setdefault(one.state(), one)
        for rank, name in one.names:
            first.enter(rank, name)
    by_name = {one.family() for one in states.values() if one.names}
    kept = [one for one in states.values() if one.names or one.family() not in by_name]
    for one in kept:
        if not one.names:
            one.enter(LABEL, f"frontier {one.frontier.name}")
    return kept


def _holders(seen: list[_Seen], rank: int, name: str) -> list[_Seen]:
    """All that had a name, in the order in which they were made."""
    return [one for one in seen if (rank, name) in one.names]


def _best(one: _Seen, seen: list[_Seen]) -> tuple[int, str]:
    """A variable that stood for nothing else; then a place in a list where all that a variable stood for have one; then any."""
    first: dict[int, tuple[int, str]] = {}
    for rank, name in one.names:
        first.setdefault(rank, (rank, name))
        if rank == VARIABLE and len(_holders(seen, rank, name)) == 1:
            return rank, name
    if VARIABLE in first and PLACE in first:
        listed = all(any(rank == PLACE for rank, _ in other.names) for other in _holders(seen, *first[VARIABLE]))
        return first[PLACE if listed else VARIABLE]
    return first[min(first)]


def stem_of(name: str) -> str:
    """A name as that of a file: ``efs[[1]]`` is efs-1, ``efs$Risk`` is efs.Risk.

    Examples
    --------
    >>> from sitpy.running.keeping import stem_of
    >>> stem_of("ef.risk"), stem_of("efs[[2]]"), stem_of("all$long only")
    ('ef.risk', 'efs-2', 'all.long_only')
    """
    plain = re.sub(r"\[\[(\d+)\]\]", r"-\1", name).replace("$", ".")
    return re.sub(r"[^\w.-]+", "_", plain).strip("._")[:100] or "frontier"
