"""The prior meets the views. S is the covariance, P and q are the views, Omega holds their variances."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sitpy.arguments import dimensions
from sitpy.black_litterman.arguments import (
    Matrix,
    Vector,
    as_frame,
    as_series,
    common_labels,
    covariance,
    finite,
    number,
    vector,
)
from sitpy.black_litterman.views import Views, bl_views
from sitpy.errors import InputError
from sitpy.inputs import names_of
from sitpy.record import Record

Array = np.ndarray


@dataclass(frozen=True)
class Posterior(Record):
    """Answer of :func:`bl_compute_posterior`; also ``posterior["expected.return"]``.

    ``expected_return`` (n assets) and ``cov`` (n assets x n assets), labelled where the inputs are; ``pmat`` (views x
    assets), ``qmat`` (views) and ``omega`` (views: their variances) as they were used, None without views.
    """

    expected_return: Array | pd.Series
    cov: Array | pd.DataFrame
    pmat: Array | None = None
    qmat: Array | None = None
    omega: Array | None = None


def bl_compute_posterior(
    mu: Vector,
    cov: Matrix,
    pmat: Matrix | str | Sequence[str] | Views | None = None,
    qmat: Vector | None = None,
    tau: float = 0.025,
    confidences: Vector | None = None,
    *,
    symbols: Sequence[str] | None = None,
) -> Posterior:
    """Expected returns and covariance after the views: the prior ``N(mu, tau S)`` meets ``P mu ~ N(q, Omega)``.

    ``expected_return = mu + tau S P' (P tau S P' + Omega)^-1 (q - P mu)`` and ``cov = S + M``, where M is the variance of
    that estimate, ``tau S - tau S P' (P tau S P' + Omega)^-1 P tau S``. These equal SIT's formulas with inverses of
    ``tau S`` and ``Omega``, and also hold for views that are certain and for a singular covariance.

    Parameters
    ----------
    mu : array or Series (n assets)
        Expected returns before the views, usually :func:`bl_compute_eqret`.
    cov : array or DataFrame (n assets x n assets)
        Covariance for the period of ``mu``.
    pmat : array or DataFrame (k views x n assets), or text, optional
        Portfolios that the views are about; one vector is one view. Text is read by :func:`bl_views`, whose answer is
        welcome too: ``"Germany > France by 5%"``. None: no views.
    qmat : number or array (k views)
        Their returns; text holds these itself.
    tau : float
        Uncertainty of ``mu`` relative to ``cov``, positive.
    confidences : array (k views), optional
        Variances of the views, the diagonal of Omega; 0 is certain. When not given ``diag(tau P S P')``, or what the
        confidence named in the text says (see :func:`bl_confidence_omega`).
    symbols : sequence of str (n assets), optional
        Names for the text of the views, where neither ``mu`` nor ``cov`` is labelled.

    Returns
    -------
    Posterior
        ``expected_return``, ``cov`` and the views as used.

    Raises
    ------
    InputError
        Shapes or labels that do not agree, missing numbers, text that is no view, a view without assets, views that are
        certain and contradict each other or a return that has no risk.

    Examples
    --------
    >>> import pandas as pd, sitpy
    >>> cov = pd.DataFrame([[0.04, 0.01], [0.01, 0.09]], index=["A", "B"], columns=["A", "B"])
    >>> posterior = sitpy.bl_compute_posterior([0.07, 0.105], cov, "B > A by 5%")
    >>> posterior.expected_return.round(4).to_dict()
    {'A': 0.068, 'B': 0.1105}
    >>> posterior["expected.return"] is posterior.expected_return
    True

    References
    ----------
    SIT, ``bl.compute.posterior``; He and Litterman (1999), "The intuition behind Black-Litterman model portfolios".
    """
    S = covariance(cov)
    prior, scale = vector(mu, "mu", len(S), "asset"), number(tau, "tau", above=0)
    names = common_labels(
        ("mu", mu), ("cov", cov), ("symbols", None if symbols is None else pd.Series(0, names_of(symbols)))
    )
    if names is not None and len(names) != len(S):
        raise InputError(f"symbols names {len(names)} assets but cov has {len(S)}; name each asset once")
    if pmat is None:
        if qmat is not None or confidences is not None:
            raise InputError("qmat and confidences belong to views, but pmat is missing; give all or none")
        return Posterior(as_series(prior, names), as_frame((1 + scale) * S, names))
    views = _views(pmat, qmat, names)
    P, q = _portfolios(views[0], len(S), names), views[1]
    q = vector(q, "qmat", len(P), "view")
    omega = _omega(views[2], confidences, scale * S, P)
    spread = scale * S @ P.T  # covariance of the prior's returns with the views' (n x k)
    size = np.sqrt((np.abs(P) @ np.sqrt(scale * np.diag(S))) ** 2 + omega)
    size[size == 0] = 1.0
    gain = spread @ _inverse(P @ spread + np.diag(omega), size, q, P @ prior)
    posterior = prior + gain @ (q - P @ prior)
    error = scale * S - gain @ spread.T
    return Posterior(as_series(posterior, names), as_frame(S + (error + error.T) / 2, names), P, q, omega)


def _views(
    pmat: Matrix | str | Sequence[str] | Views, qmat: Vector | None, names: list[str] | None
) -> tuple[Matrix, Vector, Array | None]:
    """P, q and the shares of certainty, out of arrays or text."""
    text = isinstance(pmat, str) or (
        isinstance(pmat, Sequence) and bool(pmat) and all(isinstance(item, str) for item in pmat)
    )
    if text:
        if names is None:
            raise InputError("views in words need the names of the assets; label mu or cov, or give symbols=")
        pmat = bl_views(pmat, names)  # type: ignore[arg-type]
    if isinstance(pmat, Views):
        if qmat is not None:
            raise InputError("the views hold their returns already; leave qmat out")
        return pmat.pmat, pmat.qmat, pmat.confidence.to_numpy(dtype=float)
    if qmat is None:
        raise InputError("qmat is missing; give the return of each view in pmat")
    return pmat, qmat, None


def _portfolios(pmat: Matrix, n: int, names: list[str] | None) -> Array:
    """P as numbers (views x assets)."""
    P = np.atleast_2d(finite(pmat, "pmat"))
    if P.ndim != 2 or P.shape[1] != n or len(P) == 0:
        raise InputError(f"pmat has shape {np.shape(pmat)}; expected views x {n} assets")
    if names is not None:
        common_labels(("mu and cov", pd.Series(0.0, names)), ("pmat", pmat))
    empty = np.flatnonzero(~P.any(axis=1))
    if empty.size:
        raise InputError(f"view {empty[0] + 1} has only zero coefficients; a view must be about some asset")
    return P


def _omega(shares: Array | None, confidences: Vector | None, prior_cov: Array, P: Array) -> Array:
    """Variances of the views."""
    if confidences is None:
        return _omega_of_shares(np.full(len(P), np.nan) if shares is None else shares, prior_cov, P)
    if shares is not None and np.isfinite(shares).any():
        raise InputError("the text names a confidence already; leave it out there, or leave confidences out")
    omega = vector(confidences, "confidences", len(P), "view")
    if (omega < 0).any():
        k = int(np.argmin(omega))
        raise InputError(f"the variance of view {k + 1} in confidences is {omega[k]:g}; it cannot be negative")
    return omega


def _omega_of_shares(shares: Array, prior_cov: Array, P: Array) -> Array:
    """``(1 - share)/share`` times the prior variance of the view's portfolio; half where no share is named."""
    share = np.where(np.isnan(shares), 0.5, shares)
    return np.asarray((1 - share) / share * np.maximum(((P @ prior_cov) * P).sum(axis=1), 0.0))


def bl_confidence_omega(confidence: Vector, cov: Matrix, pmat: Matrix, tau: float = 0.025) -> Array:
    """Variances of views from the share of certainty that each has, as Idzorek means it.

    A confidence of 60 % is the variance with which the view, held alone, moves the expected returns (and the best
    weights) by 60 % of what a certain view does: ``(1 - confidence)/confidence * tau p S p'``. SIT's default variance,
    ``tau p S p'``, is a confidence of 50 %.

    Parameters
    ----------
    confidence : number or array (k views)
        Above 0 and up to 1 (certain, variance 0). At 0 the variance is without limit: leave such a view out.
    cov : array or DataFrame (n assets x n assets)
    pmat : array or DataFrame (k views x n assets)
        Portfolios that the views are about; one vector is one view.
    tau : float
        As in :func:`bl_compute_posterior`; the posterior's expected return does not depend on it then.

    Returns
    -------
    array (k views)
        For ``confidences`` of :func:`bl_compute_posterior`.

    Raises
    ------
    InputError
        Shapes or labels that do not agree, missing numbers, a confidence outside its range.

    Examples
    --------
    >>> import sitpy
    >>> cov, pmat = [[0.04, 0.01], [0.01, 0.09]], [[1, 0], [-1, 1]]
    >>> sitpy.bl_confidence_omega([0.5, 0.8], cov, pmat).round(6).tolist()
    [0.001, 0.000687]

    References
    ----------
    Idzorek (2005), "A step-by-step guide to the Black-Litterman model", which searches for the variance; Walters (2007),
    "The Black-Litterman model in detail", for the closed form.
    """
    S = covariance(cov)
    common_labels(("cov", cov), ("pmat", pmat))
    P = _portfolios(pmat, len(S), None)
    share = vector(
        np.full(len(P), confidence) if dimensions(confidence) == 0 else confidence, "confidence", len(P), "view"
    )
    wrong = np.flatnonzero((share <= 0) | (share > 1))
    if wrong.size:
        raise InputError(
            f"the confidence of view {wrong[0] + 1} is {share[wrong[0]]:g}; give a share above 0 and up to 1 (certain), such "
            "as 0.6 for 60 %. A view of confidence 0 has a variance without limit: leave it out"
        )
    return _omega_of_shares(share, number(tau, "tau", above=0) * S, P)


def _inverse(V: Array, size: Array, q: Array, prior: Array) -> Array:
    """Inverse of the views' variance; where certain views repeat each other, on what they say together.

    ``size`` is the risk of each view if nothing in it offset anything: what counts as zero is measured against it.
    """
    values, vectors = np.linalg.eigh(V / np.outer(size, size))
    keep = values > 1e-13
    gap = (q - prior) / size
    for k in np.flatnonzero(~keep):
        if abs(vectors[:, k] @ gap) > 1e-7 * float(np.abs(gap).max()):
            raise _contradiction(vectors[:, k], size, q, prior)
    return np.asarray((vectors[:, keep] / values[keep]) @ vectors[:, keep].T / np.outer(size, size))


def _contradiction(direction: Array, size: Array, q: Array, prior: Array) -> InputError:
    """The error that names the views whose combination has no uncertainty, and what the others say of the last."""
    combination = direction / size
    involved = np.flatnonzero(np.abs(direction) > 1e-6)
    last = int(involved[-1])
    implied = q[last] - combination @ (q - prior) / combination[last]
    if involved.size == 1:
        return InputError(
            f"view {last + 1} says {q[last]:.4%} of a portfolio without risk, whose expected return is {implied:.4%} "
            "for certain; give it a variance in confidences, or leave it out"
        )
    listed = ", ".join(str(k + 1) for k in involved[:-1])
    return InputError(
        f"views {listed} and {last + 1} are certain and contradict each other: view {last + 1} says {q[last]:.4%}, the "
        f"others imply {implied:.4%}; give one of them a variance above zero, or leave it out"
    )
