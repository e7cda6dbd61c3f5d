"""What every estimator needs: a complete history as numbers, its correlations, and the labels back on the answer."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sitpy.arguments import numbers
from sitpy.errors import InputError
from sitpy.inputs import labels_of

Array = np.ndarray
History = ArrayLike | pd.DataFrame
Matrix = Array | pd.DataFrame


def complete(hist: History, least: int = 2, argument: str = "hist") -> Array:
    """The history as numbers (T periods x n assets); refused when anything is missing or it is too short."""
    values = numbers(argument, hist)
    if values.ndim != 2 or values.shape[1] == 0:
        raise InputError(f"{argument} has shape {values.shape}; expected T periods x n assets")
    if len(values) < least:
        raise InputError(
            f"{argument} has {len(values)} period(s); this estimate needs at least {least}, lengthen the lookback"
        )
    bad = np.argwhere(~np.isfinite(values))
    if bad.size:
        row, column = (int(i) for i in bad[0])
        when = hist.index[row] if isinstance(hist, pd.DataFrame) else f"row {row}"
        raise InputError(
            f"{argument} of {asset_names(hist, values.shape[1])[column]!r} has {int((bad[:, 1] == column).sum())} missing "
            f"or infinite value(s), the first at {when}; drop these periods (dropna) or leave the asset out"
        )
    return values


def asset_names(hist: History, n: int) -> list[str]:
    """Labels of the history; "asset 1", ... where it has none."""
    return labels_of(hist) or [f"asset {i + 1}" for i in range(n)]


def labelled(cov: Array, hist: History) -> Matrix:
    """The covariance with the history's column labels, where it has any."""
    if isinstance(hist, pd.DataFrame):
        return pd.DataFrame(cov, index=hist.columns.copy(), columns=hist.columns.copy())
    return cov


def correlations(cov: Array, hist: History) -> Array:
    """Correlations of a covariance; an asset that never moves has none and is refused."""
    risk = np.sqrt(np.diag(cov))
    still = np.flatnonzero(np.ptp(np.asarray(hist, dtype=float), axis=0) == 0)
    if still.size:
        raise InputError(
            f"hist of {asset_names(hist, risk.size)[int(still[0])]!r} never changes, so it has no correlation with the "
            "others; leave the asset out, or use sample_shrinkage or diagonal_shrinkage"
        )
    return np.asarray(cov / np.outer(risk, risk))


def off_diagonal(matrix: Array) -> Array:
    """The entries beside the diagonal; a single zero for a matrix that has none."""
    n = len(matrix)
    return matrix[~np.eye(n, dtype=bool)] if n > 1 else np.zeros(1)


def with_correlation(value: float, variance: Array) -> Array:
    """Covariance of these variances in which every pair has the same correlation."""
    risk = np.sqrt(variance)
    cov = value * np.outer(risk, risk)
    np.fill_diagonal(cov, variance)
    return np.asarray(cov)
