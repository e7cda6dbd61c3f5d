"""Covariances of a sample, and of a sample whose correlations are replaced by one number.

Every estimator is ``f(hist, hist_all) -> covariance``: ``hist`` is the window of the rolling allocation, ``hist_all``
everything known up to the same day. Covariances are per period of the history, with divisor T - 1.
"""

from __future__ import annotations

import numpy as np

from sitpy.arguments import real
from sitpy.covariance.history import History, Matrix, complete, correlations, labelled, off_diagonal, with_correlation
from sitpy.errors import InputError

Array = np.ndarray


def _sample(values: Array) -> Array:
    return np.atleast_2d(np.cov(values, rowvar=False))


def sample_shrinkage(hist: History, hist_all: History | None = None) -> Matrix:
    """Sample covariance of the window, divisor T - 1.

    Parameters
    ----------
    hist : array or DataFrame (T periods x n assets)
        Returns per period in the window, oldest first.
    hist_all : array or DataFrame (T_all periods x n assets), optional
        Returns of all periods so far; only the anchored estimators read it, and take ``hist`` when it is not given.

    Returns
    -------
    array or DataFrame (n assets x n assets)
        Per period; labelled when ``hist`` is.

    Raises
    ------
    InputError
        Missing values, too few periods, an asset that never moves where a correlation is needed.

    Examples
    --------
    >>> import sitpy
    >>> sitpy.sample_shrinkage([[0.1, 0.0], [0.3, 0.1], [0.2, 0.2]]).round(4).tolist()
    [[0.01, 0.005], [0.005, 0.01]]

    References
    ----------
    SIT, ``sample.shrinkage``.
    """
    return labelled(_sample(complete(hist)), hist)


def sample_anchored_shrinkage(hist: History, hist_all: History | None = None) -> Matrix:
    """Sample covariance of the whole history, divisor T_all - 1.

    Parameters, return value and errors as in :func:`sample_shrinkage`.

    Examples
    --------
    >>> import sitpy
    >>> whole = [[0.1, 0.0], [0.3, 0.1], [0.2, 0.2], [0.2, 0.1]]
    >>> sitpy.sample_anchored_shrinkage(whole[1:], whole).round(4).tolist()
    [[0.0067, 0.0033], [0.0033, 0.0067]]

    References
    ----------
    SIT, ``sample.anchored.shrinkage``.
    """
    n = complete(hist).shape[1]
    if hist_all is None:
        return sample_shrinkage(hist)
    values = complete(hist_all, argument="hist_all")
    if values.shape[1] != n:
        raise InputError(f"hist_all has {values.shape[1]} assets but hist has {n}; give both the same columns")
    return labelled(_sample(values), hist)


def sample_mix_shrinkage(hist: History, hist_all: History | None = None) -> Matrix:
    """Half the sample covariance of the window, half that of the whole history.

    Parameters, return value and errors as in :func:`sample_shrinkage`.

    Examples
    --------
    >>> import sitpy
    >>> whole = [[0.1, 0.0], [0.3, 0.1], [0.2, 0.2], [0.2, 0.1]]
    >>> sitpy.sample_mix_shrinkage(whole[1:], whole).round(4).tolist()
    [[0.005, 0.0008], [0.0008, 0.005]]

    References
    ----------
    SIT, ``sample.mix.shrinkage``.
    """
    window, whole = np.asarray(sample_shrinkage(hist)), np.asarray(sample_anchored_shrinkage(hist, hist_all))
    return labelled(0.5 * window + 0.5 * whole, hist)


def exp_sample_shrinkage(hist: History, hist_all: History | None = None, *, lam: float = 0.9) -> Matrix:
    """Sample covariance with exponential weights ``lam^age``, unbiased for weights that sum to 1.

    Parameters
    ----------
    hist, hist_all
        As in :func:`sample_shrinkage`; the newest period has age 0.
    lam : float
        Weight of a period relative to the next one, above 0 and up to 1 (all alike).

    Returns
    -------
    array or DataFrame (n assets x n assets)
        ``sum w (r - m)(r - m)' / (1 - sum w^2)``, m being the weighted mean.

    Raises
    ------
    InputError
        As in :func:`sample_shrinkage`, and for a ``lam`` outside its range.

    Examples
    --------
    >>> import sitpy
    >>> sitpy.exp_sample_shrinkage([[0.1, 0.0], [0.3, 0.1], [0.2, 0.2]]).round(4).tolist()
    [[0.0095, 0.0045], [0.0045, 0.01]]

    References
    ----------
    SIT, ``exp.sample.shrinkage``; R's ``cov.wt``.
    """
    values = complete(hist)
    lam = real("lam", lam, "the weight lam^age needs a number above 0 and up to 1", lambda lam: 0 < lam <= 1)
    weight = lam ** np.arange(len(values) - 1.0, -1.0, -1.0)
    weight /= weight.sum()
    spread = 1 - float(weight @ weight)
    if spread < 1e-9:
        raise InputError(
            f"lam is {lam!r}, which leaves all weight on the newest period; a covariance needs more than one"
        )
    scaled = (values - weight @ values) * np.sqrt(weight)[:, None]
    return labelled(scaled.T @ scaled / spread, hist)


def create_cov_matrix(value: float, hist: History) -> Matrix:
    """Covariance with the sample's variances and one correlation for every pair.

    Parameters
    ----------
    value : float
        The correlation, from -1 to 1. Below ``-1/(n - 1)`` the result is no longer positive semidefinite.
    hist : array or DataFrame (T periods x n assets)
        Returns per period.

    Returns
    -------
    array or DataFrame (n assets x n assets)

    Raises
    ------
    InputError
        As in :func:`sample_shrinkage`, and for a correlation outside -1..1.

    Examples
    --------
    >>> import sitpy
    >>> sitpy.create_cov_matrix(0.25, [[0.1, 0.0], [0.3, 0.1], [0.2, 0.2]]).round(4).tolist()
    [[0.01, 0.0025], [0.0025, 0.01]]

    References
    ----------
    SIT, ``create.cov.matrix``.
    """
    value = real("value", value, "a correlation lies between -1 and 1", lambda value: -1 <= value <= 1)
    return labelled(with_correlation(value, np.diag(_sample(complete(hist)))), hist)


def _one_correlation(hist: History, choose: str) -> Matrix:
    """Replace the correlations by their mean, min or max."""
    cov = _sample(complete(hist))
    value = float(getattr(off_diagonal(correlations(cov, hist)), choose)())
    return labelled(with_correlation(value, np.diag(cov)), hist)


def diagonal_shrinkage(hist: History, hist_all: History | None = None) -> Matrix:
    """Sample variances, no correlation.

    Parameters, return value and errors as in :func:`sample_shrinkage`.

    Examples
    --------
    >>> import sitpy
    >>> sitpy.diagonal_shrinkage([[0.1, 0.0], [0.3, 0.1], [0.2, 0.2]]).round(4).tolist()
    [[0.01, 0.0], [0.0, 0.01]]

    References
    ----------
    SIT, ``diagonal.shrinkage``.
    """
    return labelled(np.diag(np.diag(_sample(complete(hist)))), hist)


def average_shrinkage(hist: History, hist_all: History | None = None) -> Matrix:
    """Sample variances, and the average correlation for every pair.

    Parameters, return value and errors as in :func:`sample_shrinkage`.

    Examples
    --------
    >>> import sitpy
    >>> sitpy.average_shrinkage([[0.1, 0.0], [0.3, 0.1], [0.2, 0.2]]).round(4).tolist()
    [[0.01, 0.005], [0.005, 0.01]]

    References
    ----------
    SIT, ``average.shrinkage``; Elton and Gruber (1973), "Estimating the dependence structure of share prices".
    """
    return _one_correlation(hist, "mean")


def min_shrinkage(hist: History, hist_all: History | None = None) -> Matrix:
    """Sample variances, and the smallest correlation for every pair.

    The result need not be positive semidefinite: it is not when the smallest correlation is below ``-1/(n - 1)``.

    Parameters, return value and errors as in :func:`sample_shrinkage`.

    Examples
    --------
    >>> import sitpy
    >>> hist = [[0.1, 0.0, 0.1], [0.3, 0.1, 0.0], [0.2, 0.2, 0.2]]
    >>> sitpy.min_shrinkage(hist).round(4).tolist()[0]
    [0.01, -0.005, -0.005]

    References
    ----------
    SIT, ``min.shrinkage``.
    """
    return _one_correlation(hist, "min")


def max_shrinkage(hist: History, hist_all: History | None = None) -> Matrix:
    """Sample variances, and the largest correlation for every pair.

    Parameters, return value and errors as in :func:`sample_shrinkage`.

    Examples
    --------
    >>> import sitpy
    >>> hist = [[0.1, 0.0, 0.1], [0.3, 0.1, 0.0], [0.2, 0.2, 0.2]]
    >>> sitpy.max_shrinkage(hist).round(4).tolist()[0]
    [0.01, 0.005, 0.005]

    References
    ----------
    SIT, ``max.shrinkage``.
    """
    return _one_correlation(hist, "max")
