"""What the helpers share: values of anything vector-like, recycling, text of numbers, and labels put back."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from sitpy import arguments
from sitpy.errors import InputError

Array = np.ndarray


def values_of(x: Any) -> Array:
    """An own array of the values: numbers where they can be (None is then nan), text, or objects."""
    if isinstance(x, dict):
        raise InputError(
            "found a dict, whose values have no order to rely on; give a vector, a Series or list(**values)"
        )
    if isinstance(x, Iterable) and not isinstance(x, (str, bytes, Sequence, np.ndarray, pd.Index, pd.Series)):
        x = x.to_numpy() if isinstance(x, pd.DataFrame) else [*x]
    try:
        values = np.array(x)
    except ValueError:
        raise InputError("the values form no vector or matrix: their parts have different lengths") from None
    if values.dtype != object:
        return values
    missing = np.asarray(pd.isna(values))
    held = values[~missing]
    if held.size and all(isinstance(value, str) for value in held):
        values[missing] = None
        return values if missing.any() else values.astype(str)
    try:
        values[missing] = np.nan
        return values.astype(float)
    except (TypeError, ValueError):
        return values


def flat(x: Any) -> Array:
    """All values as one vector, a matrix column by column."""
    return values_of(x).ravel(order="F")


def is_text(values: Array) -> bool:
    """Whether an array holds text, possibly beside missing entries."""
    return values.dtype.kind == "U" or (
        values.dtype == object and values.size > 0 and all(v is None or isinstance(v, str) for v in values.ravel())
    )


def in_one_type(arrays: Sequence[Array]) -> list[Array]:
    """The arrays in the one type that R would coerce them to: text if there is any, otherwise as NumPy has it."""
    if any(is_text(values) for values in arrays):
        return [values if is_text(values) else text_of(values) for values in arrays]
    if len({values.dtype.kind in "mM" for values in arrays}) > 1:
        raise InputError("dates and numbers do not go together; write the dates as text (dates.astype(str))")
    return [*arrays]


def text_of(values: Array) -> Array:
    """R's ``as.character``, entry by entry."""
    texts = [_text(value) for value in values.ravel()]
    return np.array(texts, dtype=str).reshape(values.shape)


def _text(value: Any) -> str:
    if isinstance(value, (bool, np.bool_)):
        return "TRUE" if value else "FALSE"
    if value is None or value is pd.NaT:
        return "NA"
    if not isinstance(value, (float, np.floating)):
        return str(value)
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("Inf" if value > 0 else "-Inf")
    digits, exponent = significant(float(value), 15)
    fixed = f"{value:.{max(0, digits - 1 - exponent)}f}"
    scientific = f"{value:.{digits - 1}e}"
    return fixed if len(fixed) <= len(scientific) else scientific


def significant(value: float, digits: int) -> tuple[int, int]:
    """How many significant digits a number needs when `digits` are enough, and its power of ten."""
    mantissa, exponent = f"{abs(value):.{digits - 1}e}".split("e")
    return max(1, len(mantissa.replace(".", "").rstrip("0"))), int(exponent)


def recycled(values: Array, n: int) -> Array:
    """The vector repeated from its beginning, or cut, to n entries."""
    return values[np.arange(n) % values.size] if values.size else np.full(n, np.nan)


def labels(index: pd.Index) -> pd.Index | None:
    """The index, unless it only counts."""
    return None if isinstance(index, pd.RangeIndex) else index


def like(template: Any, values: Array) -> Any:
    """The values with the labels of `template`, where it has any and the shape is the same."""
    if isinstance(template, pd.DataFrame) and template.shape == values.shape:
        return pd.DataFrame(values, index=template.index, columns=template.columns)
    if isinstance(template, pd.Series) and template.shape == values.shape:
        return pd.Series(values, index=template.index, name=template.name)
    return values


def whole(value: Any, name: str, least: int = 0) -> int:
    """A count: the first of several, cut to a whole number, as R does."""
    try:
        number: Any = int(flat(value)[0])
    except (TypeError, ValueError, IndexError, OverflowError):
        number = value
    return arguments.whole(name, number, least)
