"""Shrinking the sample covariance towards a structured target, with Ledoit and Wolf's intensity."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from sitpy.arguments import flag, function, numbers, real
from sitpy.covariance import intensity
from sitpy.covariance.history import History, Matrix, correlations, labelled
from sitpy.covariance.targets import centred, cov_2param, cov_const_cor, cov_diag, cov_market
from sitpy.errors import InputError
from sitpy.inputs import labels_of
from sitpy.record import Record

Array = np.ndarray
Estimator = Callable[..., Matrix]
Prior = Callable[[History], Matrix]
Roff = Literal[0, 1, 2]

_OWN_R: dict[Prior, Callable[[Array, Array], float]] = {
    cov_diag: intensity.r_of_diagonal,
    cov_const_cor: intensity.r_of_constant_correlation,
    cov_market: intensity.r_of_market,
    cov_2param: intensity.r_of_two_parameters,
}
"""A new target is one line here."""


@dataclass(frozen=True)
class Shrinkage(Record):
    """Answer of :func:`cov_shrink`.

    ``sigma`` (n assets x n assets) = shrinkage * target + (1 - shrinkage) * sample, ``shrinkage`` (0 to 1), and the sums
    ``p``, ``r``, ``c`` that it was estimated from (None where the caller gave the intensity).
    """

    sigma: Matrix
    shrinkage: float
    p: float | None = None
    r: float | None = None
    c: float | None = None


def cov_shrink(
    h: History,
    prior: ArrayLike | Prior | None = None,
    shrinkage: float | None = None,
    roff_method: Roff = 1,
    *,
    tawny: bool = False,
) -> Shrinkage:
    """Shrink the sample covariance (divisor T) towards a target.

    The estimated intensity is ``max(0, min(1, (p - r) / c / T))``: p sums the variances of the sample's entries, r their
    covariances with the target's, c the squared differences of the two.

    Parameters
    ----------
    h : array or DataFrame (T periods x n assets)
        Returns per period.
    prior : function of ``h``, or array (n assets x n assets), optional
        The target: :func:`cov_const_cor` when not given, or :func:`cov_diag`, :func:`cov_market`, :func:`cov_2param`.
    shrinkage : float, optional
        Weight of the target, 0 to 1; estimated when not given.
    roff_method : {1, 0, 2}
        How r is found. 0: the noise of the variances only, right for :func:`cov_diag`. 1: that of the constant-correlation
        target, which SIT uses for every other target. 2: the target's own, which also knows the single-index and the
        two-parameter target; a target given as a matrix is taken as free of noise, so its r is zero.
    tawny : bool
        The intensity as SIT gets it from the R package tawny 2.1.7: its p and r divide one term by T once too often, and
        its r sums the upper triangle only, with a ratio upside down. It usually shrinks too much. Default: Ledoit and
        Wolf's own.

    Returns
    -------
    Shrinkage
        ``sigma``, ``shrinkage`` and, where it was estimated, ``p``, ``r`` and ``c``.

    Raises
    ------
    InputError
        Missing values, fewer than three periods where the intensity is estimated (two otherwise), a target of the wrong
        shape, an intensity outside 0..1, an asset that never moves where a correlation is needed.

    Examples
    --------
    >>> import sitpy
    >>> answer = sitpy.cov_shrink(sitpy.data.bernstein_wilkinson(), sitpy.cov_const_cor)
    >>> round(answer.shrinkage, 4)
    0.6135
    >>> round(float(answer.sigma.loc["SP500", "SmallUS"]), 4)
    0.0145

    References
    ----------
    SIT, ``cov.shrink``; Ledoit and Wolf (2003), Journal of Empirical Finance 10; Ledoit and Wolf (2004), "Honey, I shrunk
    the sample covariance matrix", Journal of Portfolio Management 30.
    """
    _check_choice(shrinkage, roff_method, tawny)
    x = centred(h, 2 if shrinkage is not None else 3)
    S = x.T @ x / len(x)
    chosen = cov_const_cor if prior is None else prior
    target = _target(chosen, h, len(S))
    if shrinkage is not None:
        return Shrinkage(labelled(shrinkage * target + (1 - shrinkage) * S, h), float(shrinkage))
    p = float(intensity.noise_of_sample(x, S, tawny).sum())
    r = _shared_noise(h, x, S, chosen, roff_method, tawny)
    c = float(((target - S) ** 2).sum())
    same = c <= 1e-24 * float((S**2).sum())  # every intensity then gives the sample
    weight = 0.0 if same else float(np.clip((p - r) / c / len(x), 0, 1))
    return Shrinkage(labelled(weight * target + (1 - weight) * S, h), weight, p, r, c)


def _check_choice(shrinkage: float | None, roff_method: Roff, tawny: bool) -> None:
    if shrinkage is not None:
        remedy = "give a weight of the target from 0 to 1, or None to estimate it"
        real("the shrinkage", shrinkage, remedy, lambda weight: 0 <= weight <= 1)
    remedy = "use 0 (variances), 1 (constant correlation) or 2 (the target's own)"
    real("roff_method", roff_method, remedy, (0, 1, 2).__contains__)
    if flag("tawny", tawny) and roff_method == 2:
        raise InputError("tawny knows no r of the target itself; use roff_method 0 or 1, or leave tawny=True out")


def _target(prior: ArrayLike | Prior, h: History, n: int) -> Array:
    found = (
        function("prior", prior, "give a matrix, or a function of the history such as cov_diag")(h)
        if callable(prior)
        else prior
    )
    labels, names = labels_of(found), labels_of(h)
    if labels and names and labels != names:
        raise InputError(
            f"the prior is labelled {', '.join(labels)} but h {', '.join(names)}; put them in the same order"
        )
    target = numbers("the prior", found)
    if target.shape != (n, n):
        raise InputError(f"the prior has shape {target.shape}; expected {(n, n)} for {n} assets")
    if not np.isfinite(target).all():
        raise InputError("the prior holds a missing or infinite number; a target needs finite ones")
    apart = float(np.abs(target - target.T).max())
    if apart > 1e-9 * float(np.abs(target).max()):
        raise InputError(f"the prior is not symmetric: entries differ from their mirror by up to {apart:g}")
    return target


def _shared_noise(h: History, x: Array, S: Array, prior: ArrayLike | Prior, roff_method: Roff, tawny: bool) -> float:
    """The r of the chosen method."""
    if roff_method == 0:
        return float(np.trace(intensity.noise_of_sample(x, S, tawny)))
    if roff_method == 1:
        correlations(S, h)  # refuses an asset that never moves by its name
        return intensity.r_of_tawny(x, S) if tawny else intensity.r_of_constant_correlation(x, S)
    if not callable(prior):
        return 0.0
    if prior not in _OWN_R:
        raise InputError(
            f"roff_method 2 has no formula for {getattr(prior, '__name__', prior)!r}; it knows "
            f"{', '.join(known.__name__ for known in _OWN_R)}, and a matrix as a target without noise"
        )
    return _OWN_R[prior](x, S)


# ------------------------------------------------------------------------------------------------ ready estimators


def ledoit_wolf_shrinkage(hist: History, hist_all: History | None = None) -> Matrix:
    """Shrinkage towards constant correlation with the intensity of Ledoit and Wolf (2004); divisor T.

    SIT calls the R package BurStFin, which follows the same paper. BurStFin also lifts small eigenvalues; here
    nothing is repaired: the mixture is positive semidefinite by itself, and definite unless the target is singular.

    Parameters
    ----------
    hist : array or DataFrame (T periods x n assets)
        Returns per period.
    hist_all : optional
        Not read.

    Returns
    -------
    array or DataFrame (n assets x n assets)
        Per period; labelled when ``hist`` is.

    Raises
    ------
    InputError
        Missing values, fewer than three periods, an asset that never moves.

    Examples
    --------
    >>> import sitpy
    >>> cov = sitpy.ledoit_wolf_shrinkage(sitpy.data.bernstein_wilkinson())
    >>> round(float(cov.loc["SP500", "SmallUS"]), 4)
    0.0145

    References
    ----------
    SIT, ``ledoit.wolf.shrinkage``; Ledoit and Wolf (2004), "Honey, I shrunk the sample covariance matrix".
    """
    return cov_shrink(hist, cov_const_cor).sigma


def _estimate(
    hist: History,
    hist_all: History | None = None,
    *,
    prior: Prior,
    shrinkage: float | None,
    roff_method: Roff,
    tawny: bool,
) -> Matrix:
    return cov_shrink(hist, prior, shrinkage, roff_method, tawny=tawny).sigma


def _estimator(prior: Prior, s: float | None, roff_method: Roff, tawny: bool) -> Estimator:
    """``f(hist, hist_all) -> covariance``; a partial of a named function, so that it can be sent to other processes."""
    _check_choice(s, roff_method, tawny)
    return partial(_estimate, prior=prior, shrinkage=s, roff_method=roff_method, tawny=tawny)


def shrink_diag(s: float | None = None, *, tawny: bool = False) -> Estimator:
    """Make the estimator that shrinks towards the sample's variances without correlation.

    Parameters
    ----------
    s : float, optional
        Weight of the target, 0 to 1; estimated from each history when not given.
    tawny : bool
        The intensity as SIT gets it from tawny 2.1.7, see :func:`cov_shrink`.

    Returns
    -------
    function
        ``f(hist, hist_all=None) -> covariance``, as :func:`sample_shrinkage`; divisor T.

    Raises
    ------
    InputError
        A weight outside 0..1; the estimator raises as :func:`cov_shrink` does.

    Examples
    --------
    >>> import sitpy
    >>> estimate = sitpy.shrink_diag(0.5)
    >>> estimate([[0.1, 0.0], [0.3, 0.1], [0.2, 0.2]]).round(4).tolist()
    [[0.0067, 0.0017], [0.0017, 0.0067]]

    References
    ----------
    SIT, ``shrink.diag``.
    """
    return _estimator(cov_diag, s, 0, tawny)


def shrink_const_cor(s: float | None = None, *, tawny: bool = False) -> Estimator:
    """Make the estimator that shrinks towards constant correlation.

    Parameters, return value and errors as in :func:`shrink_diag`.

    Examples
    --------
    >>> import sitpy
    >>> estimate = sitpy.shrink_const_cor()
    >>> cov = estimate(sitpy.data.bernstein_wilkinson())
    >>> round(float(cov.loc["SP500", "SmallUS"]), 4)
    0.0145

    References
    ----------
    SIT, ``shrink.const.cor``; Ledoit and Wolf (2004), "Honey, I shrunk the sample covariance matrix".
    """
    return _estimator(cov_const_cor, s, 1, tawny)


def shrink_single_index(s: float | None = None, *, roff_method: Roff = 1, tawny: bool = False) -> Estimator:
    """Make the estimator that shrinks towards the single-index covariance.

    Parameters
    ----------
    s, tawny
        As in :func:`shrink_diag`.
    roff_method : {1, 0, 2}
        As in :func:`cov_shrink`. SIT's choice, 1, takes the r of another target; 2 is that of Ledoit and Wolf (2003).

    Returns
    -------
    function
        ``f(hist, hist_all=None) -> covariance``, as :func:`sample_shrinkage`; divisor T.

    Raises
    ------
    InputError
        A weight outside 0..1; the estimator raises as :func:`cov_shrink` does.

    Examples
    --------
    >>> import sitpy
    >>> estimate = sitpy.shrink_single_index(roff_method=2)
    >>> cov = estimate(sitpy.data.bernstein_wilkinson())
    >>> round(float(cov.loc["SP500", "SmallUS"]), 4)
    0.0224

    References
    ----------
    SIT, ``shrink.single.index``; Ledoit and Wolf (2003), Journal of Empirical Finance 10.
    """
    return _estimator(cov_market, s, roff_method, tawny)


def shrink_two_parameter(s: float | None = None, *, roff_method: Roff = 1, tawny: bool = False) -> Estimator:
    """Make the estimator that shrinks towards one variance and one covariance.

    Parameters, return value and errors as in :func:`shrink_single_index`.

    Examples
    --------
    >>> import sitpy
    >>> estimate = sitpy.shrink_two_parameter(roff_method=2)
    >>> cov = estimate(sitpy.data.bernstein_wilkinson())
    >>> round(float(cov.loc["SP500", "SmallUS"]), 4)
    0.021

    References
    ----------
    SIT, ``shrink.two.parameter``.
    """
    return _estimator(cov_2param, s, roff_method, tawny)
