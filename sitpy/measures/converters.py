"""From geometric to arithmetic mean returns and back, for a given standard deviation.

R is an arithmetic mean return, G a geometric one, V the standard deviation, all of the same period.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from sitpy.errors import InputError

Array = np.ndarray


def aritm2geom(R: ArrayLike, V: ArrayLike, a: float = 1.0, b: float = 1.0) -> Array:
    """Geometric mean from an arithmetic one, ``G = R - a V^2 / (2 (1 + b R))``.

    Parameters
    ----------
    R : array (any shape)
        Arithmetic mean returns.
    V : array (same shape)
        Standard deviations.
    a, b : float
        1 and 1 for the most exact form of the paper's page 8, 1 and 0 for the usual ``R - V^2/2``.

    Returns
    -------
    array (same shape)

    Raises
    ------
    InputError
        A negative standard deviation, or a return for which the formula has no value.

    Examples
    --------
    >>> import sitpy
    >>> float(sitpy.aritm2geom(0.10, 0.20).round(6))
    0.081818

    References
    ----------
    SIT, ``aritm2geom``; Bernstein and Wilkinson (1997), "Diversification, rebalancing, and the geometric mean
    frontier", page 8.
    """
    mean, deviation = _numbers(R, V)
    return np.asarray(_finite(mean - a * deviation**2 / (2 * (1 + b * mean)), "R", mean))


def geom2aritm(G: ArrayLike, V: ArrayLike, a: float = 1.0, b: float = 1.0) -> Array:
    """Arithmetic mean from a geometric one: the inverse of :func:`aritm2geom`.

    Parameters
    ----------
    G : array (any shape)
        Geometric mean returns.
    V, a, b
        As in :func:`aritm2geom`.

    Returns
    -------
    array (same shape)

    Raises
    ------
    InputError
        A negative standard deviation, or a return for which the formula has no value.

    Examples
    --------
    >>> import sitpy
    >>> float(sitpy.geom2aritm(sitpy.aritm2geom(0.10, 0.20), 0.20).round(12))
    0.1

    References
    ----------
    SIT, ``geom2aritm``; Bernstein and Wilkinson (1997), page 8.
    """
    mean, deviation = _numbers(G, V)
    with np.errstate(invalid="ignore"):
        root = np.sqrt((1 + b * mean) ** 2 + 2 * a * b * deviation**2)
    return np.asarray(_finite((2 * mean + a * deviation**2) / (1 - b * mean + root), "G", mean))


def aritm2geom4(R: ArrayLike, V: ArrayLike) -> Array:
    """Geometric mean from an arithmetic one, ``G = (1 + R) / sqrt(1 + V^2/(1 + R)^2) - 1``.

    Parameters, return value and errors as in :func:`aritm2geom`.

    Examples
    --------
    >>> import sitpy
    >>> float(sitpy.aritm2geom4(0.10, 0.20).round(6))
    0.082257

    References
    ----------
    SIT, ``aritm2geom4``; Mindlin (2011), "On the relationship between arithmetic and geometric returns", formula A4.
    """
    mean, deviation = _numbers(R, V)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(_finite((1 + mean) / np.sqrt(1 + (deviation / (1 + mean)) ** 2) - 1, "R", mean))


def geom2aritm4(G: ArrayLike, V: ArrayLike) -> Array:
    """Arithmetic mean from a geometric one: the inverse of :func:`aritm2geom4`.

    Parameters, return value and errors as in :func:`aritm2geom` with G in place of R.

    Examples
    --------
    >>> import sitpy
    >>> float(sitpy.geom2aritm4(sitpy.aritm2geom4(0.10, 0.20), 0.20).round(12))
    0.1

    References
    ----------
    SIT, ``geom2aritm4``; Mindlin (2011), formula A4.
    """
    mean, deviation = _numbers(G, V)
    with np.errstate(divide="ignore", invalid="ignore"):
        inner = np.sqrt(1 + 4 * (deviation / (1 + mean)) ** 2)
        return np.asarray(_finite((1 + mean) * np.sqrt((1 + inner) / 2) - 1, "G", mean))


def _numbers(mean: ArrayLike, deviation: ArrayLike) -> tuple[Array, Array]:
    means, deviations = np.array(mean, dtype=float), np.array(deviation, dtype=float)
    if (deviations < 0).any():
        raise InputError(f"V is {deviations.min():g}; a standard deviation cannot be negative")
    return means, deviations


def _finite(result: Array, name: str, mean: Array) -> Array:
    if not np.isfinite(result).all():
        worst = float(np.min(mean))
        raise InputError(f"{name} is {worst:g}; the formula needs finite returns above -1 (-100 %)")
    return result
