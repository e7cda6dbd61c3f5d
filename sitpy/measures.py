"""Measures of given weights: ``portfolio_X(weight, ia)``, one number per portfolio.

Rows of ``weight`` are portfolios (a vector is one row); columns past ``ia.n`` are auxiliary variables and ignored.
Measures on the history (MAD, MaxLoss, CVaR, CDaR) are per period and with the sign of a loss; return and risk are per
year.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sitpy.errors import InputError
from sitpy.inputs import InputAssumptions, labels_of

Array = np.ndarray


def asset_weights(weight: ArrayLike | pd.DataFrame, ia: InputAssumptions) -> Array:
    """The asset weights among all variables (portfolios x ia.n)."""
    values = np.atleast_2d(np.array(weight, dtype=float))
    if values.ndim != 2 or values.shape[1] < ia.n:
        raise InputError(
            f"weight has shape {np.shape(weight)}; expected portfolios x {ia.n} assets (or one vector of {ia.n})"
        )
    labels = (labels_of(weight) or [])[: ia.n]
    if labels != ia.symbols and set(labels) == set(ia.symbols):
        raise InputError(
            f"weight is labelled {', '.join(labels)} but the assets are {', '.join(ia.symbols)}; "
            "put them in the same order"
        )
    return values[:, : ia.n]


def _portfolio_returns(weight: ArrayLike | pd.DataFrame, ia: InputAssumptions) -> Array:
    """Returns per period (T periods x portfolios)."""
    return np.asarray(ia.complete_history() @ asset_weights(weight, ia).T)


def portfolio_return(weight: ArrayLike | pd.DataFrame, ia: InputAssumptions) -> Array:
    """Expected return per year, ``w'mu``.

    Parameters
    ----------
    weight : array (portfolios x assets) or (assets)
        Weights; columns past ``ia.n`` are ignored.
    ia : InputAssumptions

    Returns
    -------
    array (portfolios)

    Raises
    ------
    InputError
        Fewer columns than assets.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> sitpy.portfolio_return([1, 0, 0, 0, 0, 0, 0, 0, 0], ia).round(4).tolist()
    [0.1346]

    References
    ----------
    SIT, ``portfolio.return``.
    """
    return np.asarray(asset_weights(weight, ia) @ ia.expected_return)


def portfolio_risk(weight: ArrayLike | pd.DataFrame, ia: InputAssumptions) -> Array:
    """Standard deviation per year, ``sqrt(w' cov w)``.

    Parameters, return value and errors as in :func:`portfolio_return`.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> sitpy.portfolio_risk([1, 0, 0, 0, 0, 0, 0, 0, 0], ia).round(4).tolist()
    [0.1615]

    References
    ----------
    SIT, ``portfolio.risk``.
    """
    w = asset_weights(weight, ia)
    return np.asarray(np.sqrt(np.maximum(((w @ ia.cov) * w).sum(axis=1), 0.0)))


def portfolio_mad(weight: ArrayLike | pd.DataFrame, ia: InputAssumptions) -> Array:
    """Mean absolute deviation per period, ``mean |p - mean p|`` (divisor T).

    Parameters, return value and errors as in :func:`portfolio_return`; the history must be complete.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.create_ia([[0.1, 0.0], [-0.1, 0.0]])
    >>> sitpy.portfolio_mad([1, 0], ia).tolist()
    [0.1]

    References
    ----------
    SIT, ``portfolio.mad``; Konno and Yamazaki (1991).
    """
    p = _portfolio_returns(weight, ia)
    return np.asarray(np.abs(p - p.mean(axis=0)).mean(axis=0))


def portfolio_maxloss(weight: ArrayLike | pd.DataFrame, ia: InputAssumptions) -> Array:
    """Largest loss of any period, ``-min p``.

    Parameters, return value and errors as in :func:`portfolio_return`; the history must be complete.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.create_ia([[0.1, 0.0], [-0.2, 0.1]])
    >>> sitpy.portfolio_maxloss([1, 0], ia).tolist()
    [0.2]

    References
    ----------
    SIT, ``portfolio.maxloss``; Young (1998).
    """
    return np.asarray(-_portfolio_returns(weight, ia).min(axis=0))


def portfolio_cvar(weight: ArrayLike | pd.DataFrame, ia: InputAssumptions) -> Array:
    """Conditional value at risk per period, as SIT defines it.

    Minus the mean of the returns strictly below their ``1 - ia.parameters_alpha`` quantile (type 7); nan when none is
    below. The value that a CVaR programme minimises is :func:`portfolio_cvar_ru`.

    Parameters, return value and errors as in :func:`portfolio_return`; the history must be complete.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.create_ia([[0.1, 0.0], [-0.2, 0.1], [0.3, 0.1]])
    >>> sitpy.portfolio_cvar([1, 0], ia).tolist()
    [0.2]

    References
    ----------
    SIT, ``portfolio.cvar``.
    """
    return -_tail_means(_portfolio_returns(weight, ia), 1 - ia.parameters_alpha)


def portfolio_cvar_ru(weight: ArrayLike | pd.DataFrame, ia: InputAssumptions) -> Array:
    """Conditional value at risk per period, ``min over E of E + sum(max(-p - E, 0))/((1 - alpha) T)``.

    Parameters, return value and errors as in :func:`portfolio_return`; the history must be complete.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.create_ia([[0.1, 0.0], [-0.2, 0.1], [0.3, 0.1]])
    >>> sitpy.portfolio_cvar_ru([1, 0], ia).round(6).tolist()
    [0.2]

    References
    ----------
    Rockafellar and Uryasev (2000), "Optimization of conditional value-at-risk", Journal of Risk 2.
    """
    return _rockafellar_uryasev(-_portfolio_returns(weight, ia), ia.parameters_alpha)


def portfolio_cdar(weight: ArrayLike | pd.DataFrame, ia: InputAssumptions) -> Array:
    """Conditional drawdown at risk of the cumulative sum of returns, as SIT defines it.

    Minus the mean of the drawdowns strictly below their ``1 - ia.parameters_alpha`` quantile (type 7); nan when none is
    below, as for a portfolio that is at its high most of the time. The high-water mark starts at the first period. The
    value that a CDaR programme minimises is :func:`portfolio_cdar_ru`.

    Parameters, return value and errors as in :func:`portfolio_return`; the history must be complete.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.create_ia([[0.1, 0.0], [-0.2, 0.1], [0.3, 0.1]])
    >>> sitpy.portfolio_cdar([1, 0], ia).round(6).tolist()
    [0.2]

    References
    ----------
    SIT, ``portfolio.cdar``.
    """
    return -_tail_means(_drawdowns(weight, ia), 1 - ia.parameters_alpha)


def portfolio_cdar_ru(weight: ArrayLike | pd.DataFrame, ia: InputAssumptions) -> Array:
    """Conditional drawdown at risk, ``min over E of E + sum(max(drawdown - E, 0))/((1 - alpha) T)``.

    Parameters, return value and errors as in :func:`portfolio_return`; the history must be complete.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.create_ia([[0.1, 0.0], [-0.2, 0.1], [0.3, 0.1]])
    >>> sitpy.portfolio_cdar_ru([1, 0], ia).round(6).tolist()
    [0.2]

    References
    ----------
    Chekhlov, Uryasev and Zabarankin (2005), "Drawdown measure in portfolio optimization".
    """
    return _rockafellar_uryasev(-_drawdowns(weight, ia), ia.parameters_alpha)


def _drawdowns(weight: ArrayLike | pd.DataFrame, ia: InputAssumptions) -> Array:
    """Cumulative sum less its high-water mark (T periods x portfolios), zero or negative."""
    cumulative = np.cumsum(_portfolio_returns(weight, ia), axis=0)
    return np.asarray(cumulative - np.maximum.accumulate(cumulative, axis=0))


def _tail_means(values: Array, level: float) -> Array:
    """Mean of each column strictly below its quantile of that level (type 7); nan when nothing is."""
    below = values < np.quantile(values, level, axis=0)
    count = below.sum(axis=0)
    total = np.where(below, values, 0.0).sum(axis=0)
    return np.asarray(np.where(count > 0, total / np.maximum(count, 1), np.nan))


def _rockafellar_uryasev(losses: Array, alpha: float) -> Array:
    """``min over E`` for each column: a convex piecewise linear function with its kinks at the losses."""
    ordered = np.sort(losses, axis=0)[::-1]
    T = len(ordered)
    above = np.cumsum(ordered, axis=0) - ordered * np.arange(1, T + 1)[:, None]  # sum of (loss - E) over larger losses
    return np.asarray((ordered + above / ((1 - alpha) * T)).min(axis=0))
