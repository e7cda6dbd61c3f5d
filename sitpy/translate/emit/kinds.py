"""What is known of a value: its type, its number of dimensions, and what indexing must know of its numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Kind:
    """What is known of a value.

    ``of`` is number, logical, text, list, null, function, prices (a table by date), ia, constraints, frontier, data, or
    any where it is not known. ``rank``: 0 one value, 1 vector, 2 matrix, None not known. ``whole``: whole numbers only;
    ``positive``: all of them 1 or more. ``labelled``: a Series or DataFrame. ``missing``: NA may be among the values.
    ``some``: there is at least one value; ``size``: how many the script says there are.
    """

    of: str = "any"
    rank: int | None = None
    whole: bool = False
    positive: bool = False
    labelled: bool = False
    missing: bool = False
    some: bool = False
    size: int | None = None

    @property
    def plain(self) -> bool:
        """One number, or an unlabelled array of numbers or truth values: what NumPy treats as R does."""
        return self.of in ("number", "logical") and self.rank is not None and not self.labelled

    @property
    def array(self) -> bool:
        """An unlabelled vector or matrix of numbers or truth values."""
        return self.plain and bool(self.rank)

    @property
    def scalar(self) -> bool:
        """One number or truth value."""
        return self.plain and self.rank == 0

    def with_(self, **changes: object) -> Kind:
        """The same, but for some properties; with another rank the number of values is another one."""
        if changes.get("rank", self.rank) != self.rank:
            changes.setdefault("size", None)
        return replace(self, **changes)  # type: ignore[arg-type]


ANY = Kind(missing=True)
NULL = Kind("null")
FUNCTION = Kind("function")
LIST = Kind("list", 1)
WHOLE = Kind("number", 0, whole=True)
COUNT = Kind("number", 0, whole=True, positive=True)
NUMBER = Kind("number", 0)
LOGICAL = Kind("logical", 0)
TEXT = Kind("text", 0)
VECTOR = Kind("number", 1)
POSITIONS = Kind("number", 1, whole=True, positive=True)
LOGICALS = Kind("logical", 1)
TEXTS = Kind("text", 1)
MATRIX = Kind("number", 2)
PRICES = Kind("prices", 2, labelled=True, missing=True)
SERIES = Kind("number", 1, labelled=True, missing=True)
IA = Kind("ia")
CONSTRAINTS = Kind("constraints")
FRONTIER = Kind("frontier")
DATA = Kind("data")
OHLC = Kind("ohlc", 2, labelled=True, missing=True)
STRATEGIES = Kind("strategies")

RECORDS = {"ia", "constraints", "frontier", "data", "list"}
FIELDS: dict[tuple[str, str], Kind] = {
    ("ia", "n"): COUNT,
    ("ia", "symbols"): TEXTS.with_(some=True),
    ("ia", "annual.factor"): NUMBER,
    **{
        ("ia", name): VECTOR.with_(some=True)
        for name in ("expected.return", "risk", "arithmetic.return", "geometric.return")
    },
    **{("ia", name): MATRIX for name in ("correlation", "cov", "hist.returns")},
    ("constraints", "n"): COUNT,
    ("constraints", "meq"): WHOLE,
    ("constraints", "A"): MATRIX,
    **{("constraints", name): VECTOR.with_(missing=True) for name in ("b", "lb", "ub")},
    ("frontier", "weight"): MATRIX,
    **{("frontier", name): VECTOR.with_(some=True) for name in ("risk", "return")},
    ("frontier", "name"): TEXT,
    ("strategies", "models"): Kind("models"),
    ("allocation", "weights"): Kind("models"),
    ("data", "prices"): PRICES,
    ("data", "weight"): PRICES,
}
"""Fields of the records whose kind is known; all others are not."""


def join(first: Kind | None, second: Kind | None) -> Kind:
    """What holds whichever of two values it is."""
    if first is None or second is None:
        return first or second or ANY
    if first == second:
        return first
    if first.of != second.of:
        numeric = {first.of, second.of} == {"number", "logical"}
        if not numeric or first.rank != second.rank:
            return ANY
    return Kind(
        first.of if first.of == second.of else "number",
        first.rank if first.rank == second.rank else None,
        first.whole and second.whole,
        first.positive and second.positive,
        first.labelled or second.labelled,
        first.missing or second.missing or first.rank != second.rank,
        first.some and second.some,
        first.size if first.size == second.size else None,
    )
