"""Values that get names, and a table turned over, where the script does not say what they are."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd

import sitpy.r as r
from sitpy.errors import InputError
from sitpy.r._vectors import flat, values_of
from sitpy.r.lists import List


def named(x: Any, names: Any) -> Any:
    """R's ``names(x) = names``: of a list its values by name, of a table its columns, of a vector a Series.

    Examples
    --------
    >>> import sitpy.r as r
    >>> from sitpy.translate import like_r
    >>> like_r.named(r.list(1, 2), ["a", "b"])
    list(a=1, b=2)
    """
    words = [str(name) for name in flat(names)]
    size = x.shape[1] if isinstance(x, pd.DataFrame) else len(x) if isinstance(x, List) else values_of(x).size
    if size != len(words):
        raise InputError(f"names has {len(words)} values for {size}; give as many")
    if isinstance(x, List):
        made = r.list()
        for word, value in zip(words, x, strict=True):
            made[word] = value
        return made
    return x.set_axis(words, axis=1) if isinstance(x, pd.DataFrame) else pd.Series(flat(x), index=words)


def labelled(x: Any, names: Any, axis: Literal[0, 1]) -> pd.DataFrame:
    """R's ``rownames(x) = names`` (axis 0) or ``colnames(x) = names`` (axis 1) of a matrix.

    Examples
    --------
    >>> from sitpy.translate import like_r
    >>> like_r.labelled([[1, 2], [3, 4]], ["a", "b"], axis=1).columns.tolist()
    ['a', 'b']
    """
    table = x if isinstance(x, pd.DataFrame) else values_of(x)
    words = [str(name) for name in flat(names)]
    if np.ndim(table) != 2 or table.shape[axis] != len(words):
        what = ("rows", "columns")[axis]
        raise InputError(f"{len(words)} names do not fit the {what} of something of shape {np.shape(table)}")
    return pd.DataFrame(table).set_axis(words, axis=axis)


def t(x: Any) -> Any:
    """R's ``t``: a matrix turned over, a vector as one row.

    Examples
    --------
    >>> from sitpy.translate import like_r
    >>> like_r.t([[1, 2], [3, 4]]).tolist(), like_r.t([1, 2]).shape
    ([[1, 3], [2, 4]], (1, 2))
    """
    if isinstance(x, pd.DataFrame):
        return x.T
    if isinstance(x, pd.Series):
        return x.to_frame().T.reset_index(drop=True)
    values = values_of(x)
    return values.T if values.ndim == 2 else values.reshape(1, -1)


def dim(x: Any) -> Any:
    """R's ``dim``: rows and columns of a matrix, None for a vector.

    Examples
    --------
    >>> from sitpy.translate import like_r
    >>> like_r.dim([[1, 2, 3]]).tolist(), like_r.dim([1, 2, 3])
    ([1, 3], None)
    """
    shape = () if isinstance(x, List) else np.shape(x)
    return np.array(shape) if len(shape) > 1 else None


def every(x: Any) -> bool | float:
    """R's ``all``, which is NA where no value is false and one is missing.

    Examples
    --------
    >>> from sitpy.translate import like_r
    >>> like_r.every([True, True]), like_r.every([True, None]), like_r.every([False, None])
    (True, nan, False)
    """
    values = flat(x)
    missing = np.asarray(pd.isna(values))
    if not values[~missing].astype(bool).all():
        return False
    return np.nan if missing.any() else True


def some(x: Any) -> bool | float:
    """R's ``any``, which is NA where no value is true and one is missing.

    Examples
    --------
    >>> from sitpy.translate import like_r
    >>> like_r.some([False, True]), like_r.some([False, None]), like_r.some([True, None])
    (True, nan, True)
    """
    values = flat(x)
    missing = np.asarray(pd.isna(values))
    if values[~missing].astype(bool).any():
        return True
    return np.nan if missing.any() else False
