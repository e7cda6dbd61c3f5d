"""How far to shrink: Ledoit and Wolf's estimate of the best intensity, and tawny's figure for it.

With x the centred returns (T x n), S their covariance (divisor T), F the target, and AsyCov the limit of T times a
covariance of estimates, the intensity is ``(p - r) / c / T``, kept between 0 and 1:

- ``p`` = sum over i, j of AsyVar(s_ij), the noise of the sample;
- ``r`` = sum over i, j of AsyCov(f_ij, s_ij), the noise that the target shares with it;
- ``c`` = sum over i, j of (f_ij - s_ij)^2, how far apart they are.
"""

from __future__ import annotations

import numpy as np

from sitpy.covariance.history import correlations, off_diagonal
from sitpy.covariance.targets import market

Array = np.ndarray


def noise_of_sample(x: Array, S: Array, tawny: bool = False) -> Array:
    """AsyVar(s_ij): mean over time of ``(x_i x_j - s_ij)^2`` (n x n)."""
    squares = x**2
    return np.asarray(squares.T @ squares / len(x) - _share(len(x), tawny) * S**2)


def _share(T: int, tawny: bool) -> float:
    """Expanding the square leaves ``- 2 s^2 + s^2``; tawny divides the last term by T once too often."""
    return 2 - 1 / T if tawny else 1.0


def r_of_diagonal(x: Array, S: Array) -> float:
    """Where the target keeps the variances alone: the variances' own noise."""
    return float(np.trace(noise_of_sample(x, S)))


def r_of_constant_correlation(x: Array, S: Array) -> float:
    """Ledoit and Wolf (2004), appendix B: the full sum, diagonal and both triangles."""
    shared = _shared_with_constant_correlation(x, S)
    return r_of_diagonal(x, S) + float(shared.sum() - np.trace(shared))


def r_of_tawny(x: Array, S: Array) -> float:
    """R package tawny 2.1.7: the upper triangle only, the ratio of risks upside down, and the slip of ``_share``."""
    return float(np.triu(_shared_with_constant_correlation(x, S, tawny=True), 1).sum())


def _shared_with_constant_correlation(x: Array, S: Array, tawny: bool = False) -> Array:
    """``mean correlation / 2 * (sqrt(s_jj/s_ii) AsyCov(s_ii, s_ij) + sqrt(s_ii/s_jj) AsyCov(s_jj, s_ij))`` (n x n)."""
    variance = np.diag(S)
    theta = (x**3).T @ x / len(x) - _share(len(x), tawny) * variance[:, None] * S  # AsyCov(s_ii, s_ij)
    ratio = np.sqrt(variance[None, :] / variance[:, None])
    half = theta / ratio if tawny else theta * ratio
    return np.asarray(off_diagonal(correlations(S, x)).mean() / 2 * (half + half.T))


def r_of_market(x: Array, S: Array) -> float:
    """Ledoit and Wolf (2003), for ``f_ij = s_i0 s_j0 / s_00`` with 0 the equally weighted market."""
    with_market, variance = market(x)
    T, scaled = len(x), x * x.mean(axis=1)[:, None]  # scaled: x_i x_0
    with_covariance = (scaled * x).T @ x / T - with_market[:, None] * S  # AsyCov(s_i0, s_ij)
    with_variance = scaled.T @ scaled / T - variance * S  # AsyCov(s_00, s_ij)
    first = with_covariance * with_market[None, :] / variance
    shared = first + first.T - np.outer(with_market, with_market) / variance**2 * with_variance
    return r_of_diagonal(x, S) + float(shared.sum() - np.trace(shared))


def r_of_two_parameters(x: Array, S: Array) -> float:
    """For one variance and one covariance: n AsyVar(mean variance) + n (n - 1) AsyVar(mean covariance)."""
    n = len(S)
    squares = (x**2).sum(axis=1)
    pairs = x.sum(axis=1) ** 2 - squares  # sum over i != j of x_i x_j, each period
    return float(np.var(squares) / n + (np.var(pairs) / (n * (n - 1)) if n > 1 else 0.0))
