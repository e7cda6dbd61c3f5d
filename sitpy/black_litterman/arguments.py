"""Numbers and labels of the Black-Litterman functions: read once, agreed once, put back once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sitpy.arguments import numbers
from sitpy.errors import InputError
from sitpy.inputs import labels_of

Array = np.ndarray
Vector = ArrayLike | pd.Series
Matrix = ArrayLike | pd.DataFrame


def finite(value: Any, argument: str) -> Array:
    """A copy as numbers, none missing."""
    values = numbers(argument, value)
    if not np.isfinite(values).all():
        where = np.argwhere(~np.isfinite(values))[0]
        names = labels_of(value)
        at = names[int(where[-1])] if names else f"position {', '.join(str(i) for i in where)}" if where.size else "it"
        raise InputError(f"{argument} holds a missing or infinite number at {at}; give finite ones")
    return values


def number(value: float, argument: str, *, above: float | None = None) -> float:
    """One finite number, above a limit where there is one."""
    found = finite(value, argument)
    if found.ndim:
        raise InputError(f"{argument} has shape {found.shape}; give one number")
    if above is not None and found <= above:
        raise InputError(f"{argument} is {float(found):g}; give a number above {above:g}")
    return float(found)


def vector(value: ArrayLike | pd.Series, argument: str, n: int, of: str) -> Array:
    """n numbers; a single column or row counts as a vector, as R's matrices do."""
    found = finite(value, argument)
    values = np.atleast_1d(np.squeeze(found) if found.ndim == 2 else found)
    if values.shape != (n,):
        raise InputError(f"{argument} has shape {found.shape}; expected {n} numbers, one per {of}")
    return values


def covariance(cov: ArrayLike | pd.DataFrame) -> Array:
    """The covariance: square, symmetric, no negative variance."""
    values = finite(cov, "cov")
    if values.ndim != 2 or values.shape[0] != values.shape[1] or values.size == 0:
        raise InputError(f"cov has shape {values.shape}; expected n assets x n assets")
    apart = float(np.abs(values - values.T).max())
    if apart > 1e-9 * float(np.abs(values).max()):
        raise InputError(f"cov is not symmetric: entries differ from their mirror by up to {apart:g}")
    smallest, largest = np.linalg.eigvalsh(values)[[0, -1]]
    if smallest < -1e-9 * abs(float(largest)):
        raise InputError(
            f"cov is not a covariance: its smallest eigenvalue is {smallest:.3g}; "
            "make_positive_definite(cov) gives the nearest one"
        )
    return values


def common_labels(*arguments: tuple[str, Any]) -> list[str] | None:
    """The asset names that labelled arguments share; refused when they name or order the assets differently."""
    first: tuple[str, list[str]] | None = None
    for argument, value in arguments:
        names = labels_of(value)
        if names is None:
            continue
        if first is None:
            first = argument, names
        elif names != first[1]:
            raise InputError(
                f"{argument} is labelled {', '.join(names)} but {first[0]} {', '.join(first[1])}; "
                "put them in the same order, or hand over the numbers alone (.to_numpy())"
            )
    return None if first is None else first[1]


def as_series(values: Array, names: Sequence[str] | None) -> Array | pd.Series:
    """Labelled where there are names."""
    return values if names is None else pd.Series(values, index=list(names))


def as_frame(values: Array, names: Sequence[str] | None) -> Array | pd.DataFrame:
    """Labelled on both sides where there are names."""
    return values if names is None else pd.DataFrame(values, index=list(names), columns=list(names))
