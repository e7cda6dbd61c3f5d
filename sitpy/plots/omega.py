"""Omega as a function of its threshold."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from sitpy.errors import InputError
from sitpy.inputs import InputAssumptions
from sitpy.measures import portfolio_omega, portfolio_returns
from sitpy.plots.page import dress, next_axes, percent_ticks
from sitpy.plots.palette import line_styles

_POINTS = 100
_MOST_LINES = 12


def plot_omega(weight: ArrayLike | pd.DataFrame, ia: InputAssumptions, *, ax: Axes | None = None) -> Axes:
    """Logarithm of each portfolio's Omega against the threshold, between the 5 % and 95 % quantiles of all returns.

    Parameters
    ----------
    weight : array or DataFrame (portfolios x assets)
        Up to 12 portfolios; their row labels name the lines. Columns past ``ia.n`` are ignored.
    ia : InputAssumptions
        With a complete history; ``ia.parameters_omega`` is marked.
    ax : matplotlib.axes.Axes, optional
        Where to draw; default the next free cell of the current `layout`, or a new figure.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        Fewer columns than assets, a history with gaps, more than 12 portfolios, returns that are all alike.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> sitpy.plot_omega([1 / 9] * 9, ia).get_title()
    'Portfolio Omega'

    References
    ----------
    SIT, ``plot.omega``; Keating and Shadwick (2002), "A universal performance measure".
    """
    returns = portfolio_returns(weight, ia)
    ax = None if ax is None else next_axes(ax)
    lines = returns.shape[1]
    if lines > _MOST_LINES:
        raise InputError(
            f"weight has {lines} portfolios; at most {_MOST_LINES} lines can be told apart, choose some rows"
        )
    low, high = np.quantile(returns, [0.05, 0.95])
    if low >= high:
        raise InputError(f"all portfolios return {low:g} in every period; Omega has no thresholds to range over")
    thresholds = np.linspace(low, high, _POINTS)
    moved = ia.copy()
    omega = np.empty((_POINTS, lines))
    for row, threshold in zip(omega, thresholds):
        moved.parameters_omega = float(threshold)
        row[:] = portfolio_omega(weight, moved)
    with np.errstate(divide="ignore"):
        logarithm = np.log(omega)
    logarithm[~np.isfinite(logarithm)] = np.nan  # infinite where nothing is below the threshold: no point to draw
    names = [str(label) for label in weight.index] if isinstance(weight, pd.DataFrame) else []
    names = names or [f"portfolio {i + 1}" for i in range(lines)]
    ax = next_axes() if ax is None else ax
    for name, column, (color, dash) in zip(names, logarithm.T, line_styles(lines)):
        ax.plot(100 * thresholds, column, color=color, linestyle=dash, linewidth=1.6, label=name)
    ax.axhline(0, color="0.5", linewidth=0.8)
    ax.axvline(100 * ia.parameters_omega, color="tab:orange", linewidth=1.2, label="threshold of ia")
    dress(ax, "Portfolio Omega", "Threshold", "Log(Omega)")
    percent_ticks(ax.xaxis)
    ax.legend(loc="upper right", fontsize=9)
    return ax
