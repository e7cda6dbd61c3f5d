"""Minimum correlation and minimum variance algorithms: weights by ranks of average correlations, no optimiser.

All give sum 1 and no negative weight, to assets with a risk above 0 only; the constraints are not used.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from sitpy.arguments import choice, real
from sitpy.constraints import Constraints
from sitpy.inputs import InputAssumptions
from sitpy.portfolios.allocation import FreeStrategy, in_proportion, risky_assets, risky_covariance
from sitpy.portfolios.factories import makes_constructor

Array = np.ndarray

FINAL_SCALES = {"risk": 1, "variance": 2, "none": 0}
"""Powers of the risk that :func:`min_corr_excel_portfolio` divides by at the end."""


def _upper_tail(values: Array, mean: float, deviation: float) -> Array:
    """Chance that a normal variable exceeds each value; one half for all where they do not differ."""
    from scipy.special import ndtr

    if not deviation > 1e-12 * max(1.0, abs(mean)):
        return np.full(values.shape, 0.5)
    return np.asarray(ndtr((mean - values) / deviation))


def _ranks(values: Array, power: float) -> Array:
    """Ranks from 1 (ties share their mean), raised to a power, with sum 1."""
    power = real("power_function", power, "give a finite power of the ranks")
    smaller = (values[:, None] > values).sum(axis=1)
    ranks = (smaller + (values[:, None] == values).sum(axis=1) / 2 + 0.5) ** power
    return np.asarray(ranks / ranks.sum())


def _dissimilarity(correlation: Array, power: float) -> Array:
    """Each asset's average upper tail of its correlations, averaged once more with the ranks as weights."""
    n = len(correlation)
    pairs = correlation[np.triu_indices(n, 1)]
    tail = _upper_tail(correlation, float(pairs.mean()), float(pairs.std(ddof=1)) if pairs.size > 1 else 0.0)
    np.fill_diagonal(tail, 0.0)
    return np.asarray(_ranks(-tail.sum(axis=1) / (n - 1), power) @ tail)


def min_corr_portfolio(
    ia: InputAssumptions, constraints: Constraints | None = None, power_function: float = 1
) -> Array:
    """Minimum correlation algorithm: correlations turned into tail chances of a normal law, averaged by rank, over risk.

    Parameters
    ----------
    ia : InputAssumptions
        n assets.
    constraints : Constraints, optional
        Not used.
    power_function : float
        Power of the ranks: above 1 the least correlated assets count more.

    Returns
    -------
    array (n assets)
        Sum 1. One or two risky assets, or equal correlations, leave only the risks: weights in inverse proportion to them.

    Raises
    ------
    InputError
        Assumptions that do not agree with themselves; no asset has a risk above 0.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> sitpy.min_corr_portfolio(ia).round(3).tolist()
    [0.021, 0.025, 0.021, 0.018, 0.027, 0.035, 0.069, 0.143, 0.639]

    References
    ----------
    SIT, ``min.corr.portfolio``; Varadi, Kapler, Bee and Rittenhouse (2012), "The minimum correlation algorithm".
    """
    return min_corr_excel_portfolio(ia, constraints, power_function)


def min_corr_excel_portfolio(
    ia: InputAssumptions,
    constraints: Constraints | None = None,
    power_function: float = 1,
    final_scale: str = "risk",
) -> Array:
    """The minimum correlation algorithm as in its authors' workbook, with a choice of the last division.

    Parameters
    ----------
    ia, constraints, power_function
        As in :func:`min_corr_portfolio`.
    final_scale : {"risk", "variance", "none"}
        What the averages are divided by before they are scaled to sum 1.

    Returns
    -------
    array (n assets)
        Sum 1.

    Raises
    ------
    InputError
        As :func:`min_corr_portfolio`; ``final_scale`` is not known.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.InputAssumptions(risk=[0.1, 0.2], correlation=[[1, 0.5], [0.5, 1]])
    >>> sitpy.min_corr_excel_portfolio(ia, final_scale="variance").round(6).tolist()
    [0.8, 0.2]

    References
    ----------
    SIT, ``min.corr.excel.portfolio``; Varadi, Kapler, Bee and Rittenhouse (2012), "The minimum correlation algorithm".
    """
    choice("final_scale", final_scale, tuple(FINAL_SCALES))
    risky = risky_assets(ia)
    risk = ia.risk[risky] / ia.risk[risky].min()
    share = np.ones(1)
    if risk.size > 1:
        share = _dissimilarity(ia.correlation[np.ix_(risky, risky)], power_function)
    return in_proportion(share / risk ** FINAL_SCALES[final_scale], risky)


def min_corr2_portfolio(
    ia: InputAssumptions, constraints: Constraints | None = None, power_function: float = 1
) -> Array:
    """Second minimum correlation algorithm: ranks of average correlations weigh ``1 - correlation``, over risk.

    Parameters, return value and errors as in :func:`min_corr_portfolio`.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> sitpy.min_corr2_portfolio(ia).round(3).tolist()
    [0.051, 0.038, 0.041, 0.029, 0.031, 0.031, 0.084, 0.154, 0.54]

    References
    ----------
    SIT, ``min.corr2.portfolio``; Varadi, Kapler, Bee and Rittenhouse (2012), "The minimum correlation algorithm".
    """
    risky = risky_assets(ia)
    correlation = ia.correlation[np.ix_(risky, risky)].copy()
    np.fill_diagonal(correlation, 0.0)
    share = _ranks(correlation.sum(axis=1), power_function) @ (1 - correlation)
    return in_proportion(share / ia.risk[risky], risky)


def min_var2_portfolio(
    ia: InputAssumptions, constraints: Constraints | None = None, power_function: float = 1
) -> Array:
    """Minimum correlation algorithm with the variances, not the risks, as last division.

    Parameters, return value and errors as in :func:`min_corr_portfolio`.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> sitpy.min_var2_portfolio(ia).round(3).tolist()
    [0.005, 0.004, 0.004, 0.002, 0.003, 0.003, 0.021, 0.077, 0.881]

    References
    ----------
    SIT, ``min.var2.portfolio``.
    """
    return min_corr_excel_portfolio(ia, constraints, power_function, final_scale="variance")


def min_var_excel_portfolio(ia: InputAssumptions, constraints: Constraints | None = None) -> Array:
    """Minimum variance algorithm: tail chances of the average covariances (own variance included), over variance.

    Parameters, return value and errors as in :func:`min_corr_portfolio`.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> sitpy.min_var_excel_portfolio(ia).round(3).tolist()
    [0.014, 0.005, 0.005, 0.0, 0.001, 0.001, 0.037, 0.119, 0.816]

    References
    ----------
    SIT, ``min.var.excel.portfolio``; Varadi and Kapler (2012), "A minimum variance algorithm".
    """
    risky, cov = risky_covariance(ia)
    cov = cov / np.diag(cov).max()
    average = cov.mean(axis=1)
    deviation = float(average.std(ddof=1)) if average.size > 1 else 0.0
    return in_proportion(_upper_tail(average, float(average.mean()), deviation) / np.diag(cov), risky)


@makes_constructor
def min_corr(power_function: float = 1) -> FreeStrategy:
    """Constructor of :func:`min_corr_portfolio` with a power of the ranks.

    Parameters
    ----------
    power_function : float
        Power of the ranks.

    Returns
    -------
    function (ia, constraints) -> array (n assets)

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.InputAssumptions(risk=[0.1, 0.4], correlation=[[1, 0.5], [0.5, 1]])
    >>> sitpy.min_corr(2)(ia, None).round(6).tolist()
    [0.8, 0.2]

    References
    ----------
    SIT, ``min.corr``.
    """
    return partial(min_corr_portfolio, power_function=power_function)


@makes_constructor
def min_corr2(power_function: float = 1) -> FreeStrategy:
    """Constructor of :func:`min_corr2_portfolio` with a power of the ranks.

    Parameters and return value as in :func:`min_corr`.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.InputAssumptions(risk=[0.1, 0.4], correlation=[[1, 0.5], [0.5, 1]])
    >>> sitpy.min_corr2(2)(ia, None).round(6).tolist()
    [0.8, 0.2]

    References
    ----------
    SIT, ``min.corr2``.
    """
    return partial(min_corr2_portfolio, power_function=power_function)


@makes_constructor
def min_corr_excel(power_function: float = 1, final_scale: str = "risk") -> FreeStrategy:
    """Constructor of :func:`min_corr_excel_portfolio` with its two choices.

    Parameters
    ----------
    power_function : float
        Power of the ranks.
    final_scale : {"risk", "variance", "none"}
        What the averages are divided by at the end.

    Returns
    -------
    function (ia, constraints) -> array (n assets)

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.InputAssumptions(risk=[0.1, 0.4], correlation=[[1, 0.5], [0.5, 1]])
    >>> sitpy.min_corr_excel(1, "none")(ia, None).round(6).tolist()
    [0.5, 0.5]

    References
    ----------
    SIT, ``min.corr.excel``.
    """
    return partial(min_corr_excel_portfolio, power_function=power_function, final_scale=final_scale)


@makes_constructor
def min_var2(power_function: float = 1) -> FreeStrategy:
    """Constructor of :func:`min_var2_portfolio` with a power of the ranks.

    Parameters and return value as in :func:`min_corr`.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.InputAssumptions(risk=[0.1, 0.2], correlation=[[1, 0.5], [0.5, 1]])
    >>> sitpy.min_var2()(ia, None).round(6).tolist()
    [0.8, 0.2]

    References
    ----------
    SIT, ``min.var2``.
    """
    return partial(min_var2_portfolio, power_function=power_function)


@makes_constructor
def min_var_excel() -> FreeStrategy:
    """Constructor of :func:`min_var_excel_portfolio`.

    Returns
    -------
    function (ia, constraints) -> array (n assets)

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.InputAssumptions(risk=[0.2, 0.2], correlation=[[1, 0.5], [0.5, 1]])
    >>> sitpy.min_var_excel()(ia, None).round(6).tolist()
    [0.5, 0.5]

    References
    ----------
    SIT, ``min.var.excel``.
    """
    return min_var_excel_portfolio
