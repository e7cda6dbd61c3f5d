"""Losses of an equity line: its drawdowns, and the tail of its returns per period, with SIT's signs (negative).

An equity line starts near 1. A missing number is an error: drop it first (``x.dropna()``).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sitpy.arguments import numbers, real
from sitpy.errors import InputError
from sitpy.measures import depths

Array = np.ndarray


def compute_drawdown(x: pd.Series | ArrayLike) -> pd.Series:
    """How far the equity line is below its highest value so far, which is 1 or more.

    Parameters
    ----------
    x : Series or array (dates)
        Equity line.

    Returns
    -------
    Series (dates)
        Fractions, zero or negative.

    Raises
    ------
    InputError
        Missing numbers.

    Examples
    --------
    >>> import sitpy
    >>> sitpy.compute_drawdown([0.9, 1.2, 0.6]).round(4).tolist()
    [-0.1, 0.0, -0.5]

    References
    ----------
    SIT, ``compute.drawdown``.
    """
    values = values_of(x, "x")
    high = np.maximum(np.maximum.accumulate(values), 1.0)
    return pd.Series(values / high - 1, index=x.index if isinstance(x, pd.Series) else None)


def compute_max_drawdown(x: pd.Series | ArrayLike) -> float:
    """The deepest drawdown, zero or negative.

    Parameters
    ----------
    x : Series or array (dates)
        Equity line.

    Returns
    -------
    float

    Raises
    ------
    InputError
        Missing numbers.

    Examples
    --------
    >>> import sitpy
    >>> sitpy.compute_max_drawdown([1.0, 0.5, 2.0, 1.5])
    -0.5

    References
    ----------
    SIT, ``compute.max.drawdown``.
    """
    return float(compute_drawdown(x).min())


def compute_avg_drawdown(x: pd.Series | ArrayLike) -> float:
    """Mean depth of the drawdowns, each counted once at its deepest; 0 when there is none.

    Parameters, return value and errors as in :func:`compute_max_drawdown`.

    Examples
    --------
    >>> import sitpy
    >>> sitpy.compute_avg_drawdown([1.0, 0.5, 2.0, 1.5])
    -0.375

    References
    ----------
    SIT, ``compute.avg.drawdown``.
    """
    found = depths(compute_drawdown(x).to_numpy())
    return float(found.mean()) if found.size else 0.0


def compute_cdar(x: pd.Series | ArrayLike, probs: float = 0.05) -> float:
    """Mean depth of the deepest drawdowns.

    Parameters
    ----------
    x : Series or array (dates)
        Equity line.
    probs : float
        Level of the quantile (type 7) of all depths below which a drawdown counts.

    Returns
    -------
    float
        Zero or negative. With one or two drawdowns the deeper; 0 when there is none; nan when none lies strictly below the
        quantile.

    Raises
    ------
    InputError
        Missing numbers, a level outside 0..1.

    Examples
    --------
    >>> import sitpy
    >>> sitpy.compute_cdar([1.0, 0.5, 2.0, 1.5, 4.0, 3.6])
    -0.5

    References
    ----------
    SIT, ``compute.cdar``.
    """
    found = depths(compute_drawdown(x).to_numpy())
    if found.size <= 2:
        return float(found.min(initial=0.0))
    return _mean_below(found, probs)


def compute_var(x: pd.Series | ArrayLike, probs: float = 0.05) -> float:
    """Quantile (type 7) of returns: what is lost in the worst periods, negative.

    Parameters
    ----------
    x : Series or array (periods)
        Returns per period.
    probs : float
        Level of the quantile.

    Returns
    -------
    float

    Raises
    ------
    InputError
        Missing numbers, a level outside 0..1.

    Examples
    --------
    >>> import sitpy
    >>> sitpy.compute_var([-0.3, -0.1, 0.0, 0.1, 0.2], probs=0.25)
    -0.1

    References
    ----------
    SIT, ``compute.var``.
    """
    return float(np.quantile(values_of(x, "x"), _level(probs)))


def compute_cvar(x: pd.Series | ArrayLike, probs: float = 0.05) -> float:
    """Mean of the returns strictly below their quantile; nan when none is.

    Parameters, return value and errors as in :func:`compute_var`.

    Examples
    --------
    >>> import sitpy
    >>> sitpy.compute_cvar([-0.3, -0.1, 0.0, 0.1, 0.2], probs=0.25)
    -0.3

    References
    ----------
    SIT, ``compute.cvar``.
    """
    return _mean_below(values_of(x, "x"), probs)


def values_of(x: pd.Series | ArrayLike, name: str) -> Array:
    """The numbers of a series (rows), none of them missing."""
    values = numbers(name, x)
    if values.ndim == 2 and values.shape[1] == 1:
        values = values[:, 0]
    if values.ndim != 1 or values.size == 0:
        raise InputError(
            f"{name} has shape {values.shape}; expected one series (frame.apply(...) takes a table's columns)"
        )
    missing = np.flatnonzero(~np.isfinite(values))
    if missing.size:
        where = x.index[missing[0]] if isinstance(x, pd.Series) else f"position {missing[0]}"
        raise InputError(
            f"{name} has {missing.size} number(s) missing or infinite, the first at {where}; drop them with dropna()"
        )
    return values


def _level(probs: float) -> float:
    return real("probs", probs, "a level of a quantile lies between 0 and 1", lambda level: 0 <= level <= 1)


def _mean_below(values: Array, probs: float) -> float:
    below = values[values < np.quantile(values, _level(probs))]
    return float(below.mean()) if below.size else float("nan")
