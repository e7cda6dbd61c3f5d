"""Measures of the worst outcomes: quantiles and tails of returns and of drawdowns."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from sitpy.arguments import numbers
from sitpy.errors import InputError
from sitpy.inputs import InputAssumptions
from sitpy.measures.returns import refuse_ruin
from sitpy.measures.weights import Weights, portfolio_returns

Array = np.ndarray


def portfolio_maxloss(weight: Weights, ia: InputAssumptions) -> Array:
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
    return np.asarray(-portfolio_returns(weight, ia).min(axis=0))


def portfolio_cvar(weight: Weights, ia: InputAssumptions) -> Array:
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
    return -_tail_means(portfolio_returns(weight, ia), 1 - ia.parameters_alpha)


def portfolio_cvar_ru(weight: Weights, ia: InputAssumptions) -> Array:
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
    return _rockafellar_uryasev(-portfolio_returns(weight, ia), ia.parameters_alpha)


def portfolio_cdar(weight: Weights, ia: InputAssumptions) -> Array:
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


def portfolio_cdar_ru(weight: Weights, ia: InputAssumptions) -> Array:
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


def _drawdowns(weight: Weights, ia: InputAssumptions) -> Array:
    """Cumulative sum less its high-water mark (T periods x portfolios), zero or negative."""
    cumulative = np.cumsum(portfolio_returns(weight, ia), axis=0)
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


def portfolio_var(weight: Weights, ia: InputAssumptions) -> Array:
    """Value at risk per period: minus the ``1 - ia.parameters_alpha`` quantile (type 7) of the returns.

    Parameters, return value and errors as in :func:`portfolio_return`; the history must be complete.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.create_ia([[0.1, 0.0], [-0.2, 0.1], [0.3, 0.1]])
    >>> sitpy.portfolio_var([1, 0], ia).round(6).tolist()
    [0.17]

    References
    ----------
    SIT, ``portfolio.var``; Hyndman and Fan (1996) for the type of quantile.
    """
    return np.asarray(-np.quantile(portfolio_returns(weight, ia), 1 - ia.parameters_alpha, axis=0))


def portfolio_cdar_real(weight: Weights, ia: InputAssumptions) -> Array:
    """Drawdown of the compounded equity, as SIT averages it: with the sign of a RETURN (negative).

    The mean of the troughs (see :func:`compute_drawdowns`) strictly below their ``ia.parameters_alpha`` quantile (type 7):
    nearly all of them, not the worst ones only. nan when there is no such trough.

    Parameters and return value as in :func:`portfolio_return`; the history must be complete.
    Errors as in :func:`portfolio_geometric_return`.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.create_ia([[0.1, 0.0], [-0.2, 0.1], [0.3, 0.1], [-0.1, 0.1]])
    >>> sitpy.portfolio_cdar_real([1, 0], ia).round(6).tolist()
    [-0.2]

    References
    ----------
    SIT, ``portfolio.cdar.real``.
    """
    growth = 1 + portfolio_returns(weight, ia)
    refuse_ruin(growth.min(axis=0), "a return of -100 % or less in one period")
    equity = np.cumprod(growth, axis=0)
    troughs = [compute_drawdowns(column) for column in equity.T]
    return np.array(
        [_tail_means(column[:, None], ia.parameters_alpha)[0] if column.size else np.nan for column in troughs]
    )


def compute_drawdowns(portfolio_equity: ArrayLike) -> Array:
    """The deepest fall of every drawdown: one number for each stretch below the high-water mark.

    Parameters
    ----------
    portfolio_equity : array (T periods)
        Compounded value of the portfolio; positive. The first value is the first high-water mark.

    Returns
    -------
    array (drawdowns)
        Falls as fractions of the high-water mark (negative), in order of time; a drawdown that is still open counts.

    Raises
    ------
    InputError
        Something that is not a number, missing values, or an equity of zero or less.

    Examples
    --------
    >>> import sitpy
    >>> sitpy.compute_drawdowns([1, 0.9, 0.8, 1.1, 1.2, 1.14]).round(4).tolist()
    [-0.2, -0.05]

    References
    ----------
    SIT, ``compute.drawdowns``.
    """
    equity = numbers("portfolio_equity", portfolio_equity)
    if equity.ndim != 1 or not equity.size:
        raise InputError(f"portfolio_equity has shape {equity.shape}; expected one value per period")
    bad = np.flatnonzero(~(np.isfinite(equity) & (equity > 0)))
    if bad.size:
        raise InputError(
            f"portfolio_equity is {equity[bad[0]]:g} at position {bad[0]}; drawdowns need positive values throughout"
        )
    return depths(equity / np.maximum.accumulate(equity) - 1)


def depths(drawdown: Array) -> Array:
    """The deepest value of every stretch below zero, in order of time."""
    below = np.concatenate([[False], drawdown < 0, [False]])
    first = np.flatnonzero(below[1:] & ~below[:-1])
    after = np.flatnonzero(~below[1:] & below[:-1])
    return np.array([drawdown[i:j].min() for i, j in zip(first, after)])
