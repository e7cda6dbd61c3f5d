"""Constructors of the portfolios of least tail or downside risk, with the parameter of the measure held fast.

As of every constructor, only assets with a risk above 0 get weight; :func:`min_cvar_portfolio` and its like may hold any.
"""

from __future__ import annotations

import numpy as np

from sitpy.arguments import minimum_return, probability
from sitpy.constraints import Constraints
from sitpy.inputs import InputAssumptions
from sitpy.portfolios.allocation import Strategy, riskless_at_zero
from sitpy.portfolios.downside import min_mad_downside_portfolio, min_risk_downside_portfolio
from sitpy.portfolios.factories import makes_constructor
from sitpy.portfolios.minimum import PortfolioFunction, min_cdar_portfolio, min_cvar_portfolio
from sitpy.portfolios.problem import checked

Array = np.ndarray


@makes_constructor
def min_cvar(alpha: float = 0.95) -> Strategy:
    """Constructor of the portfolio of least conditional value at risk at a confidence level.

    Parameters
    ----------
    alpha : float
        Confidence level, between 0 and 1; ``ia.parameters_alpha`` is not read.

    Returns
    -------
    function (ia, constraints) -> array (n assets)
        As :func:`min_cvar_portfolio`, but only assets with a risk above 0 get weight; its errors, an InputError where no asset
        has any risk, and an InfeasibleError where a bound wants weight in one without.

    Raises
    ------
    InputError
        Not between 0 and 1.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> weights = sitpy.min_cvar(0.9)(ia, sitpy.create_basic_constraints(ia.n, 0, 0.8))
    >>> round(float(weights.sum()), 6)
    1.0

    References
    ----------
    SIT, ``min.cvar``.
    """
    return _with(min_cvar_portfolio, "parameters_alpha", _level(alpha))


@makes_constructor
def min_cdar(alpha: float = 0.95) -> Strategy:
    """Constructor of the portfolio of least conditional drawdown at risk at a confidence level.

    Parameters, return value and errors as in :func:`min_cvar`.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> weights = sitpy.min_cdar(0.9)(ia, sitpy.create_basic_constraints(ia.n, 0, 0.8))
    >>> round(float(weights.sum()), 6)
    1.0

    References
    ----------
    SIT, ``min.cdar``.
    """
    return _with(min_cdar_portfolio, "parameters_alpha", _level(alpha))


@makes_constructor
def min_risk_downside(mar: float | None = 0) -> Strategy:
    """Constructor of the portfolio of least downside deviation below a minimum acceptable return.

    Parameters
    ----------
    mar : float or None
        Minimum acceptable return per period; None means the portfolio's own mean. ``ia.parameters_mar`` is not read.

    Returns
    -------
    function (ia, constraints) -> array (n assets)
        As :func:`min_risk_downside_portfolio`, but only assets with a risk above 0 get weight; its errors, an InputError where
        no asset has any risk, and an InfeasibleError where a bound wants weight in one without.

    Raises
    ------
    InputError
        No finite number.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.create_ia([[0.1, 0.0], [-0.1, 0.02], [0.2, -0.01]])
    >>> weights = sitpy.min_risk_downside(0)(ia, sitpy.create_basic_constraints(2))
    >>> round(float(weights.sum()), 6)
    1.0

    References
    ----------
    SIT, ``min.risk.downside``.
    """
    return _with(min_risk_downside_portfolio, "parameters_mar", _mar(mar))


@makes_constructor
def min_mad_downside(mar: float | None = 0) -> Strategy:
    """Constructor of the portfolio of least mean shortfall below a minimum acceptable return.

    Parameters, return value and errors as in :func:`min_risk_downside`.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.create_ia([[0.1, 0.0], [-0.1, 0.02], [0.2, -0.01]])
    >>> weights = sitpy.min_mad_downside(0)(ia, sitpy.create_basic_constraints(2))
    >>> round(float(weights.sum()), 6)
    1.0

    References
    ----------
    SIT, ``min.mad.downside``.
    """
    return _with(min_mad_downside_portfolio, "parameters_mar", _mar(mar))


def _with(minimise: PortfolioFunction, parameter: str, value: float | None) -> Strategy:
    def strategy(ia: InputAssumptions, constraints: Constraints) -> Array:
        checked(ia, constraints)
        fixed = ia.copy()
        setattr(fixed, parameter, value)
        return minimise(fixed, riskless_at_zero(ia, constraints))[: ia.n]

    return strategy


def _level(alpha: float) -> float:
    return probability("alpha", alpha)


def _mar(mar: float | None) -> float | None:
    return minimum_return("mar", mar)
