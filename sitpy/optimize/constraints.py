"""Constraints of the whole portfolio, and what all constraints have in common."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

import pandas as pd

from sitpy.errors import InputError
from sitpy.optimize.reading import Asset, few, number, ordered
from sitpy.optimize.rows import Book, Demand, Distance, Rows, rows


class Constraint(ABC):
    """Something that every portfolio must satisfy.

    ``named`` are the assets that take part because the constraint names them. A subclass of your own gives :meth:`demand`.
    """

    named: tuple[Asset, ...] = ()
    max_error_display: int = 10

    @abstractmethod
    def demand(self, book: Book) -> Demand:
        """What the constraint asks of the weights of these assets."""

    def violation(self, book: Book, w: Any) -> str | None:
        """Why these weights break the constraint, or None."""
        broken = self.demand(book).violations(w)
        rest = len(broken) - self.max_error_display
        more = f"; and {rest} more" if rest > 0 else ""
        return "; ".join(broken[: max(self.max_error_display, 1)]) + more if broken else None

    @abstractmethod
    def __repr__(self) -> str:
        """As it was written."""


def call(name: str, *arguments: Any, **named: Any) -> str:
    """A constructor call as it is written."""
    parts = [*map(_short, arguments), *(f"{key}={_short(value)}" for key, value in named.items())]
    return f"{name}({', '.join(parts)})"


def _short(value: Any, most: int = 10) -> str:
    """A value in a constructor call; long maps and lists are cut."""
    if isinstance(value, Mapping):
        rest = f", and {len(value) - most} more" if len(value) > most else ""
        return "{" + ", ".join(f"{k!r}: {_short(v)}" for k, v in [*value.items()][:most]) + rest + "}"
    if isinstance(value, tuple):
        return f"[{few(value, most)}]"
    if isinstance(value, pd.DataFrame):
        return f"<{len(value)} assets x {few(value.columns, most)}>"
    return f"{value:g}" if isinstance(value, float) and math.isfinite(value) else repr(value)


# ------------------------------------------------------------------------------------------------- whole portfolio


class MaxGrossExposure(Constraint):
    """``sum |w_i| <= max``: long and short exposure together.

    Parameters
    ----------
    max : float
        As a fraction of the portfolio's value; 1.0 is no leverage.

    Raises
    ------
    WrongTypeError, InputError
        No number; nan or below 0.

    Examples
    --------
    >>> import sitpy.optimize as opt
    >>> opt.MaxGrossExposure(1.5)
    MaxGrossExposure(1.5)
    """

    def __init__(self, max: float) -> None:
        self.max = size("max", max)

    def demand(self, book: Book) -> Distance:
        return Distance(0.0 * book.old, self.max, "gross exposure")

    def __repr__(self) -> str:
        return call("MaxGrossExposure", self.max)


class MaxTurnover(Constraint):
    """``sum |w_i - old_i| <= max``: purchases and sales together.

    Replacing a position of 40 % by another costs 0.8. From an empty portfolio it limits gross exposure.

    Parameters
    ----------
    max : float

    Raises
    ------
    WrongTypeError, InputError
        No number; nan or below 0.

    Examples
    --------
    >>> import sitpy.optimize as opt
    >>> opt.MaxTurnover(0.95)
    MaxTurnover(0.95)
    """

    def __init__(self, max: float) -> None:
        self.max = size("max", max)

    def demand(self, book: Book) -> Distance:
        return Distance(book.old, self.max, "turnover")

    def __repr__(self) -> str:
        return call("MaxTurnover", self.max)


class NetExposure(Constraint):
    """``min <= sum w_i <= max``: long less short exposure.

    Parameters
    ----------
    min, max : float

    Raises
    ------
    WrongTypeError, InputError
        No numbers; nan, or min above max.

    Examples
    --------
    >>> import sitpy.optimize as opt
    >>> opt.NetExposure(min=-0.1, max=0.1)
    NetExposure(min=-0.1, max=0.1)
    """

    def __init__(self, min: float, max: float) -> None:
        self.min, self.max = number("min", min), number("max", max)
        ordered(self.min, self.max, "min", "max")

    def demand(self, book: Book) -> Rows:
        return rows(book, [dict.fromkeys(range(book.n), 1.0)], [self.min], [self.max], ["net exposure"])

    def __repr__(self) -> str:
        return call("NetExposure", min=self.min, max=self.max)


class DollarNeutral(NetExposure):
    """Long and short exposure are equal: ``-tolerance <= sum w_i <= tolerance``.

    Parameters
    ----------
    tolerance : float

    Raises
    ------
    WrongTypeError, InputError
        No number; nan or below 0.

    Examples
    --------
    >>> import sitpy.optimize as opt
    >>> opt.DollarNeutral()
    DollarNeutral(tolerance=0.0001)
    """

    def __init__(self, tolerance: float = 0.0001) -> None:
        self.tolerance = size("tolerance", tolerance)
        super().__init__(-self.tolerance, self.tolerance)

    def __repr__(self) -> str:
        return call("DollarNeutral", tolerance=self.tolerance)


def size(label: str, value: Any) -> float:
    """A number of 0 or more."""
    found = number(label, value)
    if found < 0:
        raise InputError(f"{label} is {found:g}; give 0 or more")
    return found
