"""Random weights and random price paths.

``seed`` is a whole number, a ``numpy.random.Generator``, or None for other draws every time.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from sitpy.arguments import finite, numbers, real, shown, whole
from sitpy.errors import InputError
from sitpy.inputs import labels_of

Array = np.ndarray
Seed = int | np.random.Generator | None


def generator(seed: Seed) -> np.random.Generator:
    """The random numbers of a seed: a whole number of 0 or more, a Generator, or None for a fresh start."""
    known = seed is None or isinstance(seed, np.random.Generator)
    if not known and (isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or seed < 0):
        raise InputError(f"seed is {shown(seed)}; give a whole number of 0 or more, or a numpy Generator")
    return np.random.default_rng(seed)


def randfixedsum(m: int, n: int, s: float, a: float = 0, b: float = 1, seed: Seed = None) -> Array:
    """Random vectors with a given sum and bounds, each as likely as any other.

    Parameters
    ----------
    m : int
        How many vectors.
    n : int
        How many numbers in each; 500 are no trouble.
    s : float
        Their sum, from ``n a`` to ``n b``.
    a, b : float
        Least and largest value of each number.
    seed : int or Generator, optional
        Of the draws.

    Returns
    -------
    array (m vectors x n)

    Raises
    ------
    InputError
        No such vector exists, or a count is not a whole number from 1 on.

    Notes
    -----
    The vectors fill a slice of a cube. Seen from its centre, the slice is made of cones over its facets, on which one
    number is at a bound and the others fill a smaller slice. Choosing a cone by its volume and a point of it, down to
    one dimension, and shuffling at the end gives every point the same chance. Volumes are kept as logarithms.

    Examples
    --------
    >>> import sitpy
    >>> x = sitpy.randfixedsum(1000, 3, 1, 0, 0.5, seed=1)
    >>> x.shape, bool(abs(x.sum(axis=1) - 1).max() < 1e-12), bool(x.max() <= 0.5)
    ((1000, 3), True, True)

    References
    ----------
    SIT, ``randfixedsum``; Stafford, R. (2006), "Random vectors with fixed sum", MATLAB Central File Exchange.
    """
    count, size = whole("m", m, 1), whole("n", n, 1)
    s, a, b = real("s", s), real("a", a), real("b", b)
    rounding = 1e-9 * size * max(abs(a), abs(b))
    if not (a <= b and size * a - rounding <= s <= size * b + rounding):
        raise InputError(
            f"{size} numbers from {a:g} to {b:g} sum to between {size * a:g} and {size * b:g}; s is {s:g}: change s, a or b"
        )
    if a == b:
        return np.full((count, size), float(a))
    x = _slice_of_cube(count, size, (s - size * a) / (b - a), generator(seed))
    return np.asarray(np.clip(a + (b - a) * x, a, b))  # rounding may leave the bounds by 1e-16


def _slice_of_cube(m: int, n: int, s: float, rng: np.random.Generator) -> Array:
    """Uniform points (m x n) of the unit cube's slice on which the coordinates sum to ``s``."""
    whole_part = int(min(max(math.floor(s), 0), n - 1))
    rest = min(max(s - whole_part, 0.0), 1.0)
    upper = _chances_of_upper_facet(n, rest)
    level, scale, base = np.full(m, whole_part), np.ones(m), np.zeros(m)
    x = np.empty((m, n))
    for d in range(n, 1, -1):  # d coordinates are left; they sum to rest + level within their own, smaller cube
        at_one = rng.random(m) < upper[d][level]
        shrink = rng.random(m) ** (1 / (d - 1))
        base += (1 - shrink) * scale * (rest + level) / d
        scale *= shrink
        x[:, d - 1] = base + scale * at_one
        level -= at_one
    x[:, 0] = base + scale * (rest + level)
    return rng.permuted(x, axis=1)


def _chances_of_upper_facet(n: int, rest: float) -> dict[int, Array]:
    """For d coordinates that sum to ``rest + level``: the share of the cones that stand on facets where one is 1.

    The volume of a slice of the d-cube at sum x is the density of the sum of d uniform numbers, f_d(x), with
    ``(d - 1) f_d(x) = x f_{d-1}(x) + (d - x) f_{d-1}(x - 1)``; its two terms are the lower and the upper cones.
    """
    chances: dict[int, Array] = {}
    density = np.zeros(1)  # logarithm of f_1 at rest + 0
    with np.errstate(divide="ignore", invalid="ignore"):
        for d in range(2, n + 1):
            x = rest + np.arange(d)
            lower = np.log(x) + np.append(density, -np.inf)
            upper = np.log(np.maximum(d - x, 0.0)) + np.insert(density, 0, -np.inf)
            density = np.logaddexp(lower, upper)
            chances[d] = np.exp(upper - density)
            chances[d][[0, -1]] = 0.0, 1.0  # at either end the other cones are flat, and both may be
    return chances


def asset_paths(
    s0: float | ArrayLike,
    mu: float | ArrayLike,
    sigma: float | ArrayLike,
    nsims: int = 10000,
    periods: float | ArrayLike = (0, 1),
    seed: Seed = None,
) -> Array:
    """Price paths of geometric Brownian motion, correlated where there are several assets.

    Parameters
    ----------
    s0 : float or array (n assets)
        Prices at time 0.
    mu : float or array (n assets)
        Drift: expected growth is ``exp(mu t)``.
    sigma : float or array (n assets x n assets)
        One asset: its volatility. Several: their covariance. Both per unit of time.
    nsims : int
        How many paths.
    periods : array (k times)
        Times at which prices are wanted, rising from 0 on.
    seed : int or Generator, optional
        Of the draws.

    Returns
    -------
    array (k times x nsims) for one asset, (n assets x k times x nsims) for several
        With a single time, its axis is left out, as in SIT.

    Raises
    ------
    InputError
        Shapes or labels that do not agree, a negative price or volatility, a matrix that is no covariance, times that
        fall.

    Examples
    --------
    >>> import numpy as np, sitpy
    >>> sitpy.asset_paths(100, 0.05, 0.0, 2, [0, 1, 2], seed=1).round(2).tolist()
    [[100.0, 100.0], [105.13, 105.13], [110.52, 110.52]]
    >>> cov = np.array([[0.04, 0.03], [0.03, 0.09]])
    >>> sitpy.asset_paths([100, 105], [0.05, 0.05], cov, 1000, range(11), seed=1).shape
    (2, 11, 1000)

    References
    ----------
    SIT, ``asset.paths``.
    """
    first, means, cov = np.atleast_1d(numbers("s0", s0)), finite("mu", mu), finite("sigma", sigma)
    n, runs = first.size, whole("nsims", nsims, 1)
    if n == 1 and cov.ndim == 0:
        if cov < 0:
            raise InputError(f"sigma is {float(cov):g}; a volatility cannot be negative")
        cov = cov.reshape(1, 1) ** 2
    if first.ndim != 1 or cov.shape != (n, n) or means.ndim > 1 or means.size not in (1, n):
        raise InputError(
            f"s0, mu and sigma have shapes {np.shape(s0)}, {np.shape(mu)} and {np.shape(sigma)}; give one price and drift "
            "per asset, and a volatility (one asset) or a covariance (several)"
        )
    labels = [names for names in map(labels_of, (s0, mu, sigma)) if names]
    if any(names != labels[0] for names in labels):
        raise InputError(f"s0, mu and sigma are labelled differently: {labels}; put them in the same order")
    times = np.atleast_1d(numbers("periods", periods))
    steps = np.diff(times, prepend=0.0) if times.ndim == 1 and times.size else np.array([np.nan])
    if not np.isfinite(steps).all() or (steps < 0).any():
        raise InputError(f"periods is {shown(times)}; give times that rise from 0 on")
    if not (np.isfinite(first).all() and (first >= 0).all()):
        raise InputError(f"s0 is {first.tolist()}; prices are finite and not negative")
    drift = np.broadcast_to(means, n) - np.diag(cov) / 2
    shocks = normal_draws(drift, cov, runs * times.size, generator(seed)) - drift
    moves = drift[:, None] * steps
    growth = moves[:, :, None] + np.sqrt(steps)[:, None] * shocks.T.reshape(n, times.size, runs)
    prices = first[:, None, None] * np.exp(growth.cumsum(axis=1))
    if times.size == 1:
        prices = prices[:, 0]
    return np.asarray(prices[0] if n == 1 else prices)


def normal_draws(mean: Array, cov: Array, size: int, rng: np.random.Generator) -> Array:
    """Draws (size x n) of a normal law; the same for another order of the assets.

    Chance goes along the principal axes, each turned so that the mean is on its positive side.
    """
    variances, axes = np.linalg.eigh(cov)
    if not np.isfinite(variances).all() or variances[0] < -1e-9 * max(float(variances[-1]), 1e-300):
        raise InputError(
            f"the covariance is not one: its smallest eigenvalue is {variances[0]:.3g}; make_positive_definite mends it"
        )
    deviations = np.sqrt(np.where(variances > 1e-14 * variances[-1], variances, 0.0))
    turned = axes * np.where(mean @ axes < 0, -1.0, 1.0) * deviations
    # axis by axis and from the largest: what is drawn does not depend on how many axes carry nothing
    chance = rng.standard_normal((len(mean), size))[::-1]
    return np.asarray(mean + chance.T @ turned.T)
