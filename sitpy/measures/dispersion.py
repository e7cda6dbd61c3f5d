"""Measures of dispersion: standard deviation, mean absolute deviation, shortfall, Gini's mean difference, Omega."""

from __future__ import annotations

import numpy as np

from sitpy.errors import InputError
from sitpy.inputs import InputAssumptions
from sitpy.measures.weights import Weights, asset_weights, portfolio_returns

Array = np.ndarray


def portfolio_risk(weight: Weights, ia: InputAssumptions) -> Array:
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
    w, cov = asset_weights(weight, ia), ia.cov
    held = np.flatnonzero(w.any(axis=0))  # a long frontier of many assets holds few of them
    if held.size < w.shape[1]:
        w, cov = w[:, held], cov[np.ix_(held, held)]
    return np.asarray(np.sqrt(np.maximum(np.einsum("ij,ij->i", w @ cov, w), 0.0)))


def portfolio_mad(weight: Weights, ia: InputAssumptions) -> Array:
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
    p = portfolio_returns(weight, ia)
    return np.asarray(np.abs(p - p.mean(axis=0)).mean(axis=0))


def portfolio_mad_downside(weight: Weights, ia: InputAssumptions) -> Array:
    """Mean shortfall per period, ``mean max(m - p, 0)``: m is ``ia.parameters_mar``, or the portfolio's mean if None.

    Parameters, return value and errors as in :func:`portfolio_return`; the history must be complete.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.create_ia([[0.1, 0.0], [-0.1, 0.0]])
    >>> sitpy.portfolio_mad_downside([1, 0], ia).tolist()
    [0.05]

    References
    ----------
    SIT, ``portfolio.mad.downside``.
    """
    return np.asarray(_shortfall(weight, ia).mean(axis=0))


def portfolio_risk_downside(weight: Weights, ia: InputAssumptions) -> Array:
    """Downside deviation per period, ``sqrt(mean max(m - p, 0)^2)``, m as in :func:`portfolio_mad_downside`.

    Parameters, return value and errors as in :func:`portfolio_return`; the history must be complete.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.create_ia([[0.1, 0.0], [-0.1, 0.0]])
    >>> sitpy.portfolio_risk_downside([1, 0], ia).round(6).tolist()
    [0.070711]

    References
    ----------
    SIT, ``portfolio.risk.downside``; Sortino and van der Meer (1991), "Downside risk".
    """
    return np.asarray(np.sqrt((_shortfall(weight, ia) ** 2).mean(axis=0)))


def _shortfall(weight: Weights, ia: InputAssumptions) -> Array:
    """How far each return is below the minimum acceptable one (T periods x portfolios)."""
    p = portfolio_returns(weight, ia)
    least = p.mean(axis=0) if ia.parameters_mar is None else ia.parameters_mar
    return np.asarray(np.maximum(least - p, 0.0))


def portfolio_gini_coefficient(weight: Weights, ia: InputAssumptions) -> Array:
    """Gini's mean difference per period: the mean of ``|p_j - p_k|`` over all pairs of periods.

    Parameters, return value and errors as in :func:`portfolio_return`; the history must be complete, with 2 or more
    periods.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.create_ia([[0.1, 0.0], [-0.1, 0.0]])
    >>> sitpy.portfolio_gini_coefficient([1, 0], ia).tolist()
    [0.2]

    References
    ----------
    SIT, ``portfolio.gini.coefficient``; Yitzhaki (1982), "Stochastic dominance, mean variance, and Gini's mean
    difference".
    """
    p = np.sort(portfolio_returns(weight, ia), axis=0)
    T = len(p)
    if T < 2:
        raise InputError(f"hist_returns has {T} period(s); Gini's mean difference needs 2 or more")
    rank = np.arange(1, T + 1)
    return np.asarray((2 * rank - T - 1) @ p * 2 / (T * (T - 1)))


def portfolio_omega(weight: Weights, ia: InputAssumptions) -> Array:
    """Omega at the threshold L = ``ia.parameters_omega``: ``mean max(p - L, 0) / mean max(L - p, 0)``.

    ``inf`` for a portfolio that is never below the threshold; nan for one that never leaves it.

    Parameters, return value and errors as in :func:`portfolio_return`; the history must be complete.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.create_ia([[0.3, 0.0], [-0.1, 0.0]])
    >>> sitpy.portfolio_omega([1, 0], ia).round(6).tolist()
    [3.0]

    References
    ----------
    SIT, ``portfolio.omega``; Keating and Shadwick (2002), "A universal performance measure".
    """
    above = portfolio_returns(weight, ia) - ia.parameters_omega
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.maximum(above, 0.0).sum(axis=0) / np.maximum(-above, 0.0).sum(axis=0))
