"""The sample covariance with divisor T, and the structured targets that it is shrunk towards.

As in Ledoit and Wolf's papers (and in SIT) the divisor is T here, not T - 1.
"""

from __future__ import annotations

import numpy as np

from sitpy.covariance.history import History, Matrix, complete, correlations, labelled, off_diagonal, with_correlation
from sitpy.errors import InputError

Array = np.ndarray


def centred(h: History, least: int = 2) -> Array:
    """Returns less their means (T periods x n assets)."""
    values = complete(h, least, "h")
    return np.asarray(values - values.mean(axis=0))


def _sample(h: History) -> Array:
    x = centred(h)
    return np.asarray(x.T @ x / len(x))


def cov_sample(h: History, hist_all: History | None = None) -> Matrix:
    """Sample covariance with divisor T.

    Parameters
    ----------
    h : array or DataFrame (T periods x n assets)
        Returns per period.
    hist_all : optional
        Not read; every estimator can be called as ``f(hist, hist_all)``.

    Returns
    -------
    array or DataFrame (n assets x n assets)
        Per period; labelled when ``h`` is.

    Raises
    ------
    InputError
        Missing values, fewer than two periods, an asset that never moves where a correlation is needed.

    Examples
    --------
    >>> import sitpy
    >>> sitpy.cov_sample([[0.1, 0.0], [0.3, 0.1], [0.2, 0.2]]).round(4).tolist()
    [[0.0067, 0.0033], [0.0033, 0.0067]]

    References
    ----------
    SIT, ``cov.sample``.
    """
    return labelled(_sample(h), h)


def cov_diag(h: History, hist_all: History | None = None) -> Matrix:
    """Sample variances (divisor T), no correlation.

    Parameters, return value and errors as in :func:`cov_sample`.

    Examples
    --------
    >>> import sitpy
    >>> sitpy.cov_diag([[0.1, 0.0], [0.3, 0.1], [0.2, 0.2]]).round(4).tolist()
    [[0.0067, 0.0], [0.0, 0.0067]]

    References
    ----------
    SIT, ``cov.diag``.
    """
    return labelled(np.diag(np.diag(_sample(h))), h)


def cov_const_cor(h: History, hist_all: History | None = None) -> Matrix:
    """Sample variances (divisor T), and the average correlation for every pair.

    Parameters, return value and errors as in :func:`cov_sample`.

    Examples
    --------
    >>> import sitpy
    >>> hist = [[0.1, 0.0, 0.1], [0.3, 0.1, 0.0], [0.2, 0.2, 0.2]]
    >>> sitpy.cov_const_cor(hist).round(4).tolist()[0]
    [0.0067, 0.0011, 0.0011]

    References
    ----------
    SIT, ``cov.const.cor``; Ledoit and Wolf (2004), "Honey, I shrunk the sample covariance matrix".
    """
    S = _sample(h)
    return labelled(with_correlation(float(off_diagonal(correlations(S, h)).mean()), np.diag(S)), h)


def cov_market(h: History, hist_all: History | None = None) -> Matrix:
    """Single-index covariance: the market is the equally weighted mean of all assets, variances are the sample's.

    ``cov(i, market) cov(j, market) / var(market)`` beside the diagonal.

    Parameters, return value and errors as in :func:`cov_sample`; a market that never moves is refused too.

    Examples
    --------
    >>> import sitpy
    >>> sitpy.cov_market([[0.1, 0.0], [0.3, 0.1], [0.2, 0.2]]).round(4).tolist()
    [[0.0067, 0.005], [0.005, 0.0067]]

    References
    ----------
    SIT, ``cov.market``; Ledoit and Wolf (2003), "Improved estimation of the covariance matrix of stock returns with an
    application to portfolio selection", Journal of Empirical Finance 10.
    """
    x = centred(h)
    S = x.T @ x / len(x)
    with_market, variance = market(x)
    target = np.outer(with_market, with_market) / variance
    np.fill_diagonal(target, np.diag(S))
    return labelled(target, h)


def market(x: Array) -> tuple[Array, float]:
    """Covariances of the centred returns with their equally weighted mean, and its variance (divisor T)."""
    index = x.mean(axis=1)
    variance = float(index @ index) / len(x)
    if variance <= 1e-24 * float((x**2).mean()):
        raise InputError(
            "the equally weighted mean of all assets never changes, so there is no market to be an index of; "
            "use another target, or leave out the asset that mirrors the others"
        )
    return np.asarray(x.T @ index / len(x)), variance


def cov_2param(h: History, hist_all: History | None = None) -> Matrix:
    """One variance for all assets and one covariance for all pairs: the means of the sample's (divisor T).

    Parameters, return value and errors as in :func:`cov_sample`.

    Examples
    --------
    >>> import sitpy
    >>> sitpy.cov_2param([[0.1, 0.0], [0.3, 0.1], [0.2, 0.4]]).round(4).tolist()
    [[0.0178, 0.0033], [0.0033, 0.0178]]

    References
    ----------
    SIT, ``cov.2param``.
    """
    S = _sample(h)
    target = np.full(S.shape, float(off_diagonal(S).mean()))
    np.fill_diagonal(target, np.diag(S).mean())
    return labelled(target, h)
