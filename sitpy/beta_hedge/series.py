"""Series of returns that are read together: numbers, none missing, as many of each, with the same dates."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sitpy.arguments import numbers
from sitpy.errors import InputError

Array = np.ndarray
Values = ArrayLike | pd.Series


def day(label: object) -> str:
    """A row's label for a message: a date without its midnight."""
    return f"{label:%Y-%m-%d}" if isinstance(label, pd.Timestamp) else str(label)


def observations(values: Values, name: str) -> Array:
    """A copy as numbers, one per observation; a missing one is an error that says where."""
    found = numbers(name, values)
    if found.ndim != 1 or not found.size:
        raise InputError(f"{name} has shape {found.shape}; give one series, a number per observation")
    missing = np.flatnonzero(~np.isfinite(found))
    if missing.size:
        at = day(values.index[missing[0]]) if isinstance(values, pd.Series) else f"row {missing[0]}"
        raise InputError(
            f"{name} has {missing.size} missing or infinite value(s), the first at {at}; "
            "fill or drop these observations in every series"
        )
    return found


def together(series: Mapping[str, Values]) -> list[Array]:
    """Several series by name as numbers, of one length and with the dates of the first that has some."""
    found = [observations(values, name) for name, values in series.items()]
    if len({len(values) for values in found}) > 1:
        lengths = ", ".join(f"{name} {len(values)}" for name, values in zip(series, found))
        raise InputError(f"the series have different numbers of observations: {lengths}; give the same dates of each")
    labelled = {name: values for name, values in series.items() if isinstance(values, pd.Series)}
    for name, values in labelled.items():
        first = next(iter(labelled))
        index, other = labelled[first].index, values.index
        if not index.equals(other):
            at = int(np.flatnonzero(np.asarray(index != other))[0])
            raise InputError(
                f"{first} and {name} have different dates: row {at} is {day(index[at])} in {first} and "
                f"{day(other[at])} in {name}; align them first"
            )
    return found
