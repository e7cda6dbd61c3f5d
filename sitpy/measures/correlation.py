"""How much the portfolio and its assets move together: average correlation, and each asset's share of the risk."""

from __future__ import annotations

import numpy as np

from sitpy.errors import InputError
from sitpy.inputs import InputAssumptions
from sitpy.measures.weights import Weights, asset_weights

Array = np.ndarray


def portfolio_avgcor(weight: Weights, ia: InputAssumptions) -> Array:
    """Average over the assets of their correlation with the portfolio, from ``ia.cov``.

    Parameters and return value as in :func:`portfolio_return`.

    Raises
    ------
    InputError
        Fewer columns than assets; an asset or a portfolio without variance, whose correlation is not defined.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.InputAssumptions(cov=[[0.04, 0], [0, 0.04]])
    >>> sitpy.portfolio_avgcor([0.5, 0.5], ia).round(4).tolist()
    [0.7071]

    References
    ----------
    SIT, ``portfolio.avgcor``; Varadi and others (2012), "The minimum correlation algorithm".
    """
    return _average_correlation(asset_weights(weight, ia), ia.cov, ia.symbols)


def portfolio_avgcor_real(weight: Weights, ia: InputAssumptions) -> Array:
    """As :func:`portfolio_avgcor`, from the history instead of ``ia.cov``.

    Parameters, return value and errors as in :func:`portfolio_return`, and those of an asset without variance; the history
    must be complete.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.create_ia([[0.1, 0.0], [-0.1, 0.0], [0.0, 0.1], [0.0, -0.1]])
    >>> sitpy.portfolio_avgcor_real([0.5, 0.5], ia).round(4).tolist()
    [0.7071]

    References
    ----------
    SIT, ``portfolio.avgcor.real``.
    """
    weights, history = asset_weights(weight, ia), ia.complete_history()
    centred = history - history.mean(axis=0)
    return _average_correlation(weights, centred.T @ centred, ia.symbols)


def _average_correlation(weights: Array, cov: Array, symbols: list[str]) -> Array:
    variance = np.diag(cov)
    if (variance <= 0).any():
        raise InputError(
            f"{symbols[int(np.argmin(variance))]!r} has no variance, so its correlation with a portfolio is not defined; "
            "leave the asset out"
        )
    covariance = weights @ cov
    return np.asarray((covariance / (_risk(weights, cov)[:, None] * np.sqrt(variance))).mean(axis=1))


def _risk(weights: Array, cov: Array) -> Array:
    """Standard deviation of each portfolio, which must not be zero."""
    variance = ((weights @ cov) * weights).sum(axis=1)
    if (variance <= 0).any():
        raise InputError(
            f"the portfolio in row {int(np.argmin(variance))} of weight has no variance; "
            "correlations with it and shares of its risk are not defined"
        )
    return np.asarray(np.sqrt(variance))


def portfolio_risk_contribution(weight: Weights, ia: InputAssumptions) -> Array:
    """Share of each asset in the variance of the portfolio, ``x * cov x / x'cov x``.

    Parameters
    ----------
    weight : array (portfolios x assets) or (assets)
        Weights; columns past ``ia.n`` are ignored.
    ia : InputAssumptions

    Returns
    -------
    array (portfolios x ia.n)
        Each row sums to 1.

    Raises
    ------
    InputError
        Fewer columns than assets; a portfolio without variance.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.InputAssumptions(cov=[[0.04, 0], [0, 0.04]])
    >>> sitpy.portfolio_risk_contribution([0.8, 0.2], ia).round(4).tolist()
    [[0.9412, 0.0588]]

    References
    ----------
    SIT, ``portfolio.risk.contribution``; Maillard, Roncalli and Teiletche (2010).
    """
    w = asset_weights(weight, ia)
    return np.asarray(w * (w @ ia.cov) / _risk(w, ia.cov)[:, None] ** 2)
