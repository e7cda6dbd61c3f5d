"""From geometric to arithmetic mean returns and back, for a given standard deviation.

R is an arithmetic mean return, G a geometric one, V the standard deviation, all of the same period.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from sitpy.arguments import numbers, real
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
        Something that is not a number, shapes that do not agree, a return of -1 (-100 %) or less, a negative standard
        deviation, or ``a`` and ``b`` for which the formula has no value.

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
    mean, deviation = _numbers("R", R, V)
    a, b = real("a", a), real("b", b)
    with np.errstate(divide="ignore", invalid="ignore"):
        return _finite(mean - a * deviation**2 / (2 * (1 + b * mean)))


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
        As in :func:`aritm2geom`.

    Examples
    --------
    >>> import sitpy
    >>> float(sitpy.geom2aritm(sitpy.aritm2geom(0.10, 0.20), 0.20).round(12))
    0.1

    References
    ----------
    SIT, ``geom2aritm``; Bernstein and Wilkinson (1997), page 8.
    """
    mean, deviation = _numbers("G", G, V)
    a, b = real("a", a), real("b", b)
    with np.errstate(divide="ignore", invalid="ignore"):
        root = np.sqrt((1 + b * mean) ** 2 + 2 * a * b * deviation**2)
        return _finite((2 * mean + a * deviation**2) / (1 - b * mean + root))


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
    mean, deviation = _numbers("R", R, V)
    return np.asarray((1 + mean) / np.sqrt(1 + (deviation / (1 + mean)) ** 2) - 1)


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
    mean, deviation = _numbers("G", G, V)
    inner = np.sqrt(1 + 4 * (deviation / (1 + mean)) ** 2)
    return np.asarray((1 + mean) * np.sqrt((1 + inner) / 2) - 1)


def _numbers(name: str, mean: ArrayLike, deviation: ArrayLike) -> tuple[Array, Array]:
    given = numbers(name, mean), numbers("V", deviation)
    try:
        means, deviations = np.broadcast_arrays(*given)
    except ValueError as error:
        raise InputError(f"{name} and V must be numbers, or arrays of one shape: {error}") from None
    bad = ~np.isfinite(means) | (means <= -1)
    if bad.any():
        raise InputError(f"{name} is {means[bad][0]:g}; the formula needs finite returns above -1 (-100 %)")
    bad = ~np.isfinite(deviations) | (deviations < 0)
    if bad.any():
        raise InputError(f"V is {deviations[bad][0]:g}; a standard deviation must be finite and cannot be negative")
    return means, deviations


def _finite(result: Array) -> Array:
    if not np.isfinite(result).all():
        raise InputError("the formula has no value for these a and b; use 1 and 1, or 1 and 0")
    return np.asarray(result)
