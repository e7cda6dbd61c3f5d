"""The doors for arguments: maps of assets to numbers, bounds, sets of assets; each gives back what may be used."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from sitpy.arguments import shown
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
        _one_level(label, "labels", value.index)
        if not value.index.is_unique:
            twice = value.index[value.index.duplicated()].unique()
            raise InputError(f"{label} has {few(twice)} more than once; give each asset once")
        return dict(zip(value.index, value.tolist(), strict=True))
    if isinstance(value, Mapping):
        return dict(value)
    raise WrongTypeError(f"{label} is a {type(value).__name__}; give a Series or a dict from asset to number")


def is_missing(value: Any) -> bool:
    """Whether a value stands for none: None, nan, pandas' NA and NaT."""
    return bool(pd.api.types.is_scalar(value) and pd.isna(value))


def number(label: str, value: Any) -> float:
    """A number that is not nan.

    Raises
    ------
    WrongTypeError
        No number at all, a truth value.
    InputError
        Not a number (nan), or one that is too large.
    """
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Real):
        raise WrongTypeError(f"{label} is {shown(value)}; give a number")
    try:
        found = float(value)
    except OverflowError:
        raise InputError(f"{label} is too large for a number of the machine; give a smaller one") from None
    if math.isnan(found):
        raise InputError(f"{label} is nan; give a number")
    return found


def finite(label: str, value: Any) -> float:
    """A number that is neither nan nor infinite."""
    found = number(label, value)
    if math.isinf(found):
        raise InputError(f"{label} is {found}; give a finite number")
    return found


def by_asset(label: str, value: Any) -> dict[Asset, Any]:
    """As :func:`mapping`, where each key is an asset."""
    return {asset(f"a key of {label}", name): entry for name, entry in mapping(label, value).items()}


def weights(label: str, value: Any, missing: bool = False) -> dict[Asset, float]:
    """Numbers by asset; where ``missing`` are allowed (nan, None), their assets are left out.

    Raises
    ------
    WrongTypeError
        No map, or a value that is no number.
    InputError
        An infinite number, a missing one where none is allowed, an asset that comes twice or is missing.
    """
    found = {}
    for name, entry in by_asset(label, value).items():
        none = is_missing(entry)
        if not (missing and none):
            found[name] = finite(f"{label}[{name!r}]", np.nan if none else entry)
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
    InputError
        A missing one.
    """
    if isinstance(value, pd.DataFrame):
        raise WrongTypeError(f"{label} is a DataFrame; give its index or its columns")
    if isinstance(value, (str, bytes)) or not isinstance(value, Iterable) or getattr(value, "ndim", 1) == 0:
        return (asset(label, value),)
    return tuple(dict.fromkeys(asset(f"{label}[{i}]", entry) for i, entry in enumerate(value)))


def asset(label: str, value: Any) -> Asset:
    """Anything that can be a key and is not missing.

    Raises
    ------
    WrongTypeError
        None, or something that cannot be a key.
    InputError
        A missing one (nan).
    """
    key = hashable(label, value, "an asset")
    if value is None:
        raise WrongTypeError(f"{label} is None; give an asset")
    if is_missing(value):
        raise InputError(f"{label} is {value!r}; give an asset")
    return key


def hashable(label: str, value: Any, what: str) -> Hashable:
    """Anything that can be a key."""
    try:
        hash(value)
    except TypeError:
        raise WrongTypeError(
            f"{label} is a {type(value).__name__}, which cannot name {what}; give text or any other hashable"
        ) from None
    return value  # type: ignore[no-any-return]


def table(label: str, value: Any) -> pd.DataFrame:
    """A frame of numbers whose rows and columns are named once; missing entries count 0.

    Raises
    ------
    WrongTypeError
        No frame, names of several levels, or entries that are no numbers.
    InputError
        A row or column that comes twice or has no name, an infinite entry.
    """
    if not isinstance(value, pd.DataFrame):
        raise WrongTypeError(f"{label} is a {type(value).__name__}; give a DataFrame")
    for what, names in (("rows", value.index), ("columns", value.columns)):
        _one_level(label, what, names)
        if not names.is_unique:
            raise InputError(f"{label} has the {what} {few(names[names.duplicated()].unique())} more than once")
        if names.hasnans:
            raise InputError(f"{label} has {what} without a name; leave them out, or name them")
    columns = [_entries(label, value.iloc[:, k]) for k in range(value.shape[1])]
    numbers = pd.DataFrame(dict(enumerate(columns)), index=value.index, dtype=float).set_axis(value.columns, axis=1)
    infinite = np.argwhere(np.isinf(numbers.to_numpy()))
    if len(infinite):
        row, column = infinite[0]
        raise InputError(f"{label}[{value.index[row]!r}, {value.columns[column]!r}] is infinite; give a finite number")
    return numbers.fillna(0.0)


def _entries(label: str, column: pd.Series) -> np.ndarray:
    """The numbers of a column of a table, nan for missing ones."""
    if column.dtype.kind in "biuf":
        return column.to_numpy(dtype=float, na_value=np.nan)
    if column.dtype != object:
        raise WrongTypeError(f"{label} has {column.dtype} in the column {column.name!r}; give numbers")
    entries = [(f"{label}[{name!r}, {column.name!r}]", entry) for name, entry in column.items()]
    return np.array([np.nan if is_missing(entry) else number(place, entry) for place, entry in entries], dtype=float)


def _one_level(label: str, what: str, names: pd.Index) -> None:
    if names.nlevels > 1:
        raise WrongTypeError(
            f"{label} has {what} of {names.nlevels} levels; take one of them, as with .xs(date), or give a dict whose keys are "
            "tuples"
        )
