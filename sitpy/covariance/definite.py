"""Covariance matrices: nearest positive definite one, and padding for auxiliary variables."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from sitpy.arguments import finite, real
from sitpy.errors import InputError, warn
from sitpy.inputs import InputAssumptions

Array = np.ndarray

_ROUNDING = 1e-9  # of the largest eigenvalue: an eigenvalue that far below 0 is 0


def make_positive_definite(matrix: ArrayLike, tolerance: float = 1e-9) -> Array:
    """Nearest matrix (Frobenius norm) whose eigenvalues are at least ``2 tolerance``.

    Parameters
    ----------
    matrix : array (n x n)
        Symmetric.
    tolerance : float
        Half of the smallest eigenvalue of the result.

    Returns
    -------
    array (n x n)

    Raises
    ------
    InputError
        When the matrix is not square.

    Examples
    --------
    >>> import numpy as np
    >>> from sitpy.covariance import make_positive_definite
    >>> bool(np.linalg.eigvalsh(make_positive_definite([[1, 2], [2, 1]])).min() > 0)
    True

    References
    ----------
    Higham, N. J. (1988), "Computing a nearest symmetric positive semidefinite matrix", Linear Algebra and its
    Applications 103; R package corpcor, ``make.positive.definite``, which SIT calls with 1e-9.
    """
    values = finite("matrix", matrix)
    tolerance = real("tolerance", tolerance, "give a small number, 0 or more", lambda size: 0 <= size < np.inf)
    if values.ndim != 2 or values.shape[0] != values.shape[1]:
        raise InputError(f"the matrix has shape {values.shape}; expected as many rows as columns")
    eigenvalues, vectors = np.linalg.eigh((values + values.T) / 2)
    lift = np.maximum(2 * tolerance - eigenvalues, 0.0)
    return np.asarray(values + (vectors * lift) @ vectors.T)


def working_covariance(ia: InputAssumptions, n: int) -> Array:
    """``ia.cov_temp`` or ``ia.cov``, padded with zeros to n variables; nearest positive definite if it is indefinite.

    Semidefinite matrices are left as they are: the quadratic solver handles them exactly.
    """
    cov = ia.cov if ia.cov_temp is None else ia.cov_temp
    if not _nearly_semidefinite(cov):
        eigenvalues = np.linalg.eigvalsh(cov)
        if eigenvalues[0] < -_ROUNDING * max(float(eigenvalues[-1]), 1e-300):
            warn(
                f"the covariance is not one: its smallest eigenvalue is {eigenvalues[0]:.3g}; the nearest positive "
                "definite matrix is used for the optimisation (risk is reported with the covariance as given)"
            )
            cov = make_positive_definite(cov)
    padded = np.zeros((n, n))
    padded[: len(cov), : len(cov)] = (cov + cov.T) / 2
    return padded


def _nearly_semidefinite(cov: Array) -> bool:
    """Whether no eigenvalue is below 0 by more than rounding: a Cholesky factor says so 20 times as fast as eigenvalues."""
    lifted = (cov + cov.T) / 2
    lifted.ravel()[:: len(cov) + 1] += 0.5 * _ROUNDING * max(float(np.diag(cov).max(initial=0.0)), 1e-300)
    try:
        np.linalg.cholesky(lifted)
    except np.linalg.LinAlgError:
        return False
    return True
