"""The doors for arguments: maps of assets to numbers, bounds, sets of assets; each gives back what may be used."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from sitpy.errors import InputError
from sitpy.optimize.errors import WrongTypeError

Asset = Hashable
Weights = Mapping[Any, float] | pd.Series


class _NotConstrained:
    """The type of :data:`NotConstrained`."""

    def __repr__(self) -> str:
        return "NotConstrained"

    def __reduce__(self) -> str:
        return "NotConstrained"


NotConstrained = _NotConstrained()
"""No bound on this side, in maps of bounds."""


def few(items: Iterable[Any], most: int = 10) -> str:
    """The items, the first ``most`` of them when there are more."""
    listed = list(items)
    rest = len(listed) - most
    return ", ".join(map(repr, listed[:most])) + (f", and {rest} more" if rest > 0 else "")


def mapping(label: str, value: Any) -> dict[Asset, Any]:
    """A Series or a dict as a dict, in its order.

    Raises
    ------
    WrongTypeError
        Something else, or a Series with several levels of labels.
    InputError
        A label that comes twice.
    """
    if isinstance(value, pd.Series):
        if not value.index.is_unique:
            twice = value.index[value.index.duplicated()].unique()
            raise InputError(f"{label} has {few(twice)} more than once; give each asset once")
        return dict(zip(value.index, value.tolist(), strict=True))
    if isinstance(value, Mapping):
        return dict(value)
    raise WrongTypeError(f"{label} is a {type(value).__name__}; give a Series or a dict from asset to number")


def number(label: str, value: Any) -> float:
    """A number that is not nan.

    Raises
    ------
    WrongTypeError
        No number at all, a truth value.
    InputError
        Not a number (nan).
    """
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Real):
        raise WrongTypeError(f"{label} is {value!r} (a {type(value).__name__}); give a number")
    if math.isnan(value):
        raise InputError(f"{label} is nan; give a number")
    return float(value)


def finite(label: str, value: Any) -> float:
    """A number that is neither nan nor infinite."""
    found = number(label, value)
    if math.isinf(found):
        raise InputError(f"{label} is {found}; give a finite number")
    return found


def weights(label: str, value: Any, missing: bool = False) -> dict[Asset, float]:
    """Numbers by asset; where ``missing`` are allowed (nan, None), their assets are left out.

    Raises
    ------
    WrongTypeError
        No map, or a value that is no number.
    InputError
        An infinite number, a missing one where none is allowed, an asset that comes twice.
    """
    found = {}
    for asset, entry in mapping(label, value).items():
        is_missing = entry is None or entry is pd.NA or (isinstance(entry, Real) and math.isnan(entry))
        if not (missing and is_missing):
            found[asset] = finite(f"{label}[{asset!r}]", np.nan if is_missing else entry)
    return found


def bound(label: str, value: Any, side: int) -> float:
    """A bound; :data:`NotConstrained` is an infinite one on this ``side`` (-1 or 1)."""
    return side * math.inf if value is NotConstrained else number(label, value)


def ordered(low: float, high: float, low_label: str, high_label: str) -> None:
    """Refuse a lower bound above the upper one, or bounds that nothing can lie between."""
    if low > high:
        raise InputError(f"{low_label} is {low:g} and {high_label} is {high:g}; the lower bound must not be above")
    if low == math.inf or high == -math.inf:
        raise InputError(f"{low_label} is {low:g} and {high_label} is {high:g}; no number lies between them")


def bounds(label: str, value: Any, side: int) -> dict[Any, float]:
    """A map of bounds on one side."""
    return {key: bound(f"{label}[{key!r}]", entry, side) for key, entry in mapping(label, value).items()}


def assets_of(label: str, value: Any) -> tuple[Asset, ...]:
    """One asset, or each of several once; text is one asset.

    Raises
    ------
    WrongTypeError
        Something that cannot name an asset.
    """
    several = [value] if isinstance(value, (str, bytes)) or not isinstance(value, Iterable) else [*value]
    return tuple(dict.fromkeys(asset(f"{label}[{i}]", entry) for i, entry in enumerate(several)))


def asset(label: str, value: Any) -> Asset:
    """Anything that can be a key and is not missing."""
    if value is None or (isinstance(value, Real) and not isinstance(value, bool) and math.isnan(value)):
        raise WrongTypeError(f"{label} is {value!r}; give an asset")
    if not isinstance(value, Hashable):
        raise WrongTypeError(
            f"{label} is a {type(value).__name__}, which cannot name an asset; give text or any other hashable"
        )
    return value


def table(label: str, value: Any) -> pd.DataFrame:
    """A frame of numbers whose rows and columns are named once; missing entries count 0.

    Raises
    ------
    WrongTypeError
        No frame, or entries that are no numbers.
    InputError
        A row or column that comes twice, an infinite entry.
    """
    if not isinstance(value, pd.DataFrame):
        raise WrongTypeError(f"{label} is a {type(value).__name__}; give a DataFrame")
    for what, names in (("rows", value.index), ("columns", value.columns)):
        if not names.is_unique:
            raise InputError(f"{label} has the {what} {few(names[names.duplicated()].unique())} more than once")
    try:
        numbers = value.astype(float).fillna(0.0)
    except (TypeError, ValueError):
        raise WrongTypeError(f"{label} holds something that is not a number") from None
    if not np.isfinite(numbers.to_numpy()).all():
        raise InputError(f"{label} holds an infinite number; give finite ones")
    return numbers
