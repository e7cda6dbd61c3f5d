"""Measures of the weights alone: turnover from row to row, and concentration."""

from __future__ import annotations

import numpy as np

from sitpy.errors import InputError
from sitpy.measures.weights import Weights, portfolio_rows

Array = np.ndarray


def portfolio_turnover(weight: Weights) -> Array:
    """Half of the absolute change of the weights from the row above.

    Parameters
    ----------
    weight : array (portfolios x assets)
        Weights in the order in which they are held.

    Returns
    -------
    array (portfolios)
        nan for the first row, which has none above.

    Raises
    ------
    InputError
        Something that is not a table of numbers.

    Examples
    --------
    >>> import sitpy
    >>> sitpy.portfolio_turnover([[1, 0], [0.5, 0.5]]).tolist()
    [nan, 0.5]

    References
    ----------
    SIT, ``portfolio.turnover``.
    """
    w = portfolio_rows(weight)
    return np.append(np.nan, np.abs(np.diff(w, axis=0)).sum(axis=1) / 2)


def portfolio_concentration_herfindahl_index(weight: Weights) -> Array:
    """Normalised Herfindahl index, ``(sum w^2 - 1/n)/(1 - 1/n)``: 0 for equal weights, 1 for a single asset.

    Parameters
    ----------
    weight : array (portfolios x assets)
        Weights of n assets, n at least 2.

    Returns
    -------
    array (portfolios)

    Raises
    ------
    InputError
        A single asset.

    Examples
    --------
    >>> import sitpy
    >>> sitpy.portfolio_concentration_herfindahl_index([[0.5, 0.5], [1, 0]]).tolist()
    [0.0, 1.0]

    References
    ----------
    SIT, ``portfolio.concentration.herfindahl.index``.
    """
    w = _several(weight)
    least = 1 / w.shape[1]
    return np.asarray(((w**2).sum(axis=1) - least) / (1 - least))


def portfolio_concentration_gini_coefficient(weight: Weights) -> Array:
    """Gini coefficient of the weights: 0 for equal weights, 1 for a single asset.

    Rows with negative weights are first shifted up until their smallest weight is 0, as SIT does.

    Parameters, return value and errors as in :func:`portfolio_concentration_herfindahl_index`; a row of weights must
    not sum to zero.

    Examples
    --------
    >>> import sitpy
    >>> sitpy.portfolio_concentration_gini_coefficient([[0.5, 0.5], [1, 0]]).tolist()
    [0.0, 1.0]

    References
    ----------
    SIT, ``portfolio.concentration.gini.coefficient``.
    """
    w = np.sort(_several(weight), axis=1)
    w = w - np.minimum(w[:, :1], 0.0)
    total = w.sum(axis=1)
    if (total == 0).any():
        raise InputError(
            f"the weights in row {int(np.argmin(total))} are all alike and sum to zero; their concentration is not defined"
        )
    n = w.shape[1]
    return np.asarray((2 * (w @ np.arange(1, n + 1)) / total - n - 1) / (n - 1))


def _several(weight: Weights) -> Array:
    w = portfolio_rows(weight)
    if w.shape[1] < 2:
        raise InputError("weight has a single column; concentration needs 2 or more assets")
    return w
