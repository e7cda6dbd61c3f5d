"""A statistical factor model of the correlations."""

from __future__ import annotations

import numpy as np

from sitpy.arguments import real
from sitpy.covariance.history import History, Matrix, complete, correlations, labelled

Array = np.ndarray


def factor_model_shrinkage(hist: History, hist_all: History | None = None, *, frac_var: float = 0.5) -> Matrix:
    """Covariance of a factor model: principal components of the correlations, and specific risk for the rest.

    The first components that together hold ``frac_var`` of the total variance of the standardised returns are the
    factors. With loadings B (eigenvectors times the roots of their eigenvalues) the correlations are those of
    ``B B'``, and what the factors leave of each asset's own variance is specific to it: the diagonal stays the sample's.
    The result is positive definite wherever every asset has specific risk, even with fewer periods than assets.

    SIT calls ``factor.model.stat`` of the R package BurStFin with equal weights. That function can also iterate and
    floors small specific variances, which changes the variances; neither is done here.

    Parameters
    ----------
    hist : array or DataFrame (T periods x n assets)
        Returns per period.
    hist_all : optional
        Not read.
    frac_var : float
        Least share of the total variance that the factors must hold, above 0 and up to 1 (the sample itself).

    Returns
    -------
    array or DataFrame (n assets x n assets)
        Per period, divisor T - 1; labelled when ``hist`` is.

    Raises
    ------
    InputError
        Missing values, fewer than three periods, an asset that never moves, ``frac_var`` outside its range.

    Examples
    --------
    >>> import sitpy
    >>> cov = sitpy.factor_model_shrinkage(sitpy.data.bernstein_wilkinson())
    >>> round(float(cov.loc["SP500", "SmallUS"]), 4)
    0.0241

    References
    ----------
    SIT, ``factor.model.shrinkage``; R package BurStFin, ``factor.model.stat``; Connor and Korajczyk (1986), "Performance
    measurement with the arbitrage pricing theory", Journal of Financial Economics 15.
    """
    remedy = "the share of the variance lies above 0 and up to 1"
    frac_var = real("frac_var", frac_var, remedy, lambda share: 0 < share <= 1)
    values = complete(hist, 3)
    S = np.atleast_2d(np.cov(values, rowvar=False))
    variance, vectors = np.linalg.eigh(correlations(S, hist))
    share = np.cumsum(variance[::-1]) / variance.sum()
    count = int(np.searchsorted(share, frac_var - 1e-12)) + 1
    loadings = vectors[:, -count:] * np.sqrt(np.maximum(variance[-count:], 0.0))
    risk = np.sqrt(np.diag(S))
    cov = loadings @ loadings.T * np.outer(risk, risk)
    np.fill_diagonal(cov, np.diag(S))
    return labelled(cov, hist)
