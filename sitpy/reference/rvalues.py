"""Values of R as they come out of any file: numbers, words or lists, with their attributes."""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sitpy.errors import InputError

Array = np.ndarray


@dataclass(frozen=True)
class RValue:
    """A vector, a list or NULL of R.

    ``items``: numbers, words, truth values, None for NA; values of R where ``is_list``. ``attributes``: names, dim,
    dimnames, class and whatever else, each a value of R.
    """

    items: list[Any]
    is_list: bool = False
    attributes: dict[str, RValue] = field(default_factory=dict)

    @property
    def is_null(self) -> bool:
        """Whether it is NULL, or as empty."""
        return not self.items

    @property
    def names(self) -> list[str]:
        """Names of the items; empty where there are none."""
        return _words(self.attributes.get("names"))

    @property
    def dim(self) -> tuple[int, ...]:
        """Numbers of rows and columns of a matrix; empty for a vector."""
        found = self.attributes.get("dim")
        return () if found is None else tuple(int(size) for size in found.items)

    @property
    def classes(self) -> list[str]:
        """Classes, such as "data.frame"."""
        return _words(self.attributes.get("class"))

    @property
    def columns(self) -> list[str]:
        """Names of the columns of a table, or of the items of a vector."""
        if len(self.dim) == 2:
            dimnames = self.attributes.get("dimnames")
            return [] if dimnames is None or len(dimnames.items) < 2 else _words(dimnames.items[1])
        return self.names

    @property
    def rows(self) -> list[str]:
        """Names of the rows of a table; the dates of an xts or zoo."""
        if "index" in self.attributes:
            return dates(self.attributes["index"])
        dimnames = self.attributes.get("dimnames")
        if dimnames is not None and dimnames.items:
            return _words(dimnames.items[0])
        return _words(self.attributes.get("row.names"))

    def get(self, name: str) -> RValue | None:
        """The item of a list by its name; None where there is none, or NULL."""
        if not self.is_list or name not in self.names:
            return None
        item = self.items[self.names.index(name)]
        return item if isinstance(item, RValue) and not item.is_null else None

    def numbers(self, what: str) -> Array:
        """The items as numbers, NA as nan."""
        return np.array([_number(item, what) for item in self.items], dtype=float)

    def matrix(self, what: str) -> Array:
        """A table of numbers: a matrix, the columns of a data frame, or a vector as one row."""
        if self.is_list:
            columns = [item.numbers(f"{what}${name}") for item, name in zip(self.items, self.names)]
            if not columns or len({column.size for column in columns}) > 1:
                raise InputError(
                    f"{what} has columns of {[column.size for column in columns]} rows; expected equal ones"
                )
            return np.column_stack(columns)
        values = self.numbers(what)
        if len(self.dim) != 2:
            return values[None, :]
        if values.size != math.prod(self.dim):
            raise InputError(f"{what} has {values.size} numbers for a matrix of {self.dim[0]} x {self.dim[1]}")
        return values.reshape(self.dim, order="F")

    def number(self, what: str) -> float:
        """The one number."""
        values = self.numbers(what)
        if values.size != 1:
            raise InputError(f"{what} has {values.size} numbers; expected one")
        return float(values[0])

    def words(self) -> list[str]:
        """The items as words; those of a factor as its levels."""
        if "levels" in self.attributes:
            levels = self.attributes["levels"].items
            return ["NA" if item is None else str(levels[int(item) - 1]) for item in self.items]
        return dates(self) if set(self.classes) & {"Date", "POSIXct"} else _words(self)


def named_list(items: dict[str, RValue]) -> RValue:
    """A list of R with these names."""
    return RValue(list(items.values()), True, {"names": RValue(list(items))})


def dates(value: RValue) -> list[str]:
    """Dates as text, whatever R counts them in: days for a Date, seconds in an xts."""
    if all(isinstance(item, str) for item in value.items):
        return [str(item) for item in value.items]
    unit = datetime.timedelta(days=1) if "Date" in value.classes else datetime.timedelta(seconds=1)
    begin = datetime.datetime(1970, 1, 1)
    moments = [None if item is None else begin + float(item) * unit for item in value.items]
    whole = all(moment is None or moment.time() == datetime.time() for moment in moments)
    return ["NA" if moment is None else str(moment.date() if whole else moment) for moment in moments]


def _words(value: RValue | None) -> list[str]:
    if value is None:
        return []
    return ["" if item is None else (f"{item:g}" if isinstance(item, float) else str(item)) for item in value.items]


def _number(item: Any, what: str) -> float:
    if item is None:
        return math.nan
    if isinstance(item, (bool, int, float)):
        return float(item)
    shown = "a list" if isinstance(item, RValue) else repr(item)
    raise InputError(f"{what} holds {shown}; expected numbers")
