"""Portfolios of least variance at an expected return or a risk that is asked for."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from sitpy.arguments import flag, real, yearly
from sitpy.constraints import Constraints, add_constraints
from sitpy.errors import InfeasibleError, InputError, warn
from sitpy.inputs import InputAssumptions
from sitpy.measures import asset_weights, portfolio_return, portfolio_risk
from sitpy.portfolios.allocation import Strategy, riskless_at_zero
from sitpy.portfolios.factories import makes_constructor
from sitpy.portfolios.minimum import max_return_portfolio
from sitpy.portfolios.problem import padded, solved
from sitpy.portfolios.variance import variance_program
from sitpy.solvers import model_for

Array = np.ndarray

_TIE = 1e-12  # of the largest return: what is given up so that ties in it end in the least risky portfolio
_NEAR = 1e-10  # relative: a target this close to an end is that end


class _Efficient:
    """Least variance at a return, one model for all returns."""

    def __init__(self, ia: InputAssumptions, constraints: Constraints) -> None:
        self.ia = ia
        program = variance_program(ia, constraints)
        self._held = riskless_at_zero(ia, constraints)
        self._mu = padded(ia.expected_return, constraints.n)
        self._model = model_for(program.with_row(self._mu, -math.inf, "expected return"))

    def at(self, target: float) -> Array:
        """Weights of least variance with an expected return of at least ``target``."""
        b = np.append(self._held.b, target)

        def asked() -> Constraints:
            if math.isinf(target):
                return self._held
            return add_constraints(self._mu, target, ">=", self._held, "expected return")

        return solved(self._model, self.ia, asked, b).x[: self.ia.n]

    def least(self) -> Array:
        """Weights of least variance at any return."""
        return self.at(-math.inf)

    def top(self) -> Array:
        """Weights of largest return; where several have it, those of least variance."""
        best = self.return_of(max_return_portfolio(self.ia, self._held))
        return self.at(best - _TIE * max(abs(best), 1e-12))

    def return_of(self, weight: ArrayLike) -> float:
        return float(portfolio_return(weight, self.ia)[0])

    def risk_of(self, weight: ArrayLike) -> float:
        return float(portfolio_risk(weight, self.ia)[0])


@makes_constructor
def ef_portfolio(percent: float = 0.5) -> Strategy:
    """Constructor of the portfolio a part of the way, in expected return, from least variance to largest return.

    Parameters
    ----------
    percent : float
        0 = least variance, 1 = largest return; values above 1 are percent.

    Returns
    -------
    function (ia, constraints) -> array (n assets)
        The asset weights alone. Its errors are those of :func:`min_var_portfolio` and :func:`max_return_portfolio`.

    Raises
    ------
    InputError
        Not between 0 and 100.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> weights = sitpy.ef_portfolio(50)(ia, sitpy.create_basic_constraints(ia.n, 0, 0.8))
    >>> round(float(sitpy.portfolio_return(weights, ia)[0]), 4)
    0.1382

    References
    ----------
    SIT, ``ef.portfolio``.
    """
    share = _fraction(percent, "percent")
    if not 0 <= share <= 1:
        raise InputError(f"percent is {percent!r}; give a part from 0 to 1, or a percentage up to 100")

    def strategy(ia: InputAssumptions, constraints: Constraints) -> Array:
        path = _Efficient(ia, constraints)
        low, top = path.least(), path.top()
        if share in (0.0, 1.0):
            return top if share else low
        return path.at((1 - share) * path.return_of(low) + share * path.return_of(top))

    return strategy


@makes_constructor
def target_return_portfolio(target_return: float, annual_factor: float = 252) -> Strategy:
    """Constructor of the portfolio of least variance with at least an expected return.

    Parameters
    ----------
    target_return : float
        Per year; values above 1 are percent.
    annual_factor : float
        Periods per year of the assumptions' returns: the target is divided by it (1 for assumptions per year).

    Returns
    -------
    function (ia, constraints) -> array (n assets)
        :func:`target_return_portfolio_helper` at this target.

    Raises
    ------
    InputError
        A target that is no number, a factor that is not positive.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> weights = sitpy.target_return_portfolio(14, 1)(ia, sitpy.create_basic_constraints(ia.n, 0, 0.8))
    >>> round(float(sitpy.portfolio_risk(weights, ia)[0]), 4)
    0.102

    References
    ----------
    SIT, ``target.return.portfolio``.
    """
    target = _fraction(target_return, "target_return") / yearly(annual_factor)
    return lambda ia, constraints: target_return_portfolio_helper(ia, constraints, target)


def target_return_portfolio_helper(ia: InputAssumptions, constraints: Constraints, target_return: float) -> Array:
    """Portfolio of least variance with an expected return of at least ``target_return``.

    Parameters
    ----------
    ia : InputAssumptions
        n assets.
    constraints : Constraints
        n or more variables, asset weights first; rows and bounds hold.
    target_return : float
        Per period of ``ia.expected_return``, a fraction.

    Returns
    -------
    array (n assets)
        The asset weights alone. Where no portfolio reaches the target, those of the one of largest return.

    Raises
    ------
    InputError, InfeasibleError, UnboundedError, NotSolvedError
        As :func:`min_var_portfolio`: the constraints themselves must leave a portfolio.

    Warns
    -----
    SitpyWarning
        The target is out of reach; the message says how far the constraints go.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.InputAssumptions(expected_return=[0.04, 0.08], cov=[[0.01, 0], [0, 0.04]])
    >>> sitpy.target_return_portfolio_helper(ia, sitpy.create_basic_constraints(2), 0.06).round(6).tolist()
    [0.5, 0.5]

    References
    ----------
    SIT, ``target.return.portfolio.helper``.
    """
    path, target_return = _Efficient(ia, constraints), real("target_return", target_return)
    try:
        return path.at(target_return)
    except InfeasibleError:
        low, top = path.least(), path.top()
        warn(
            f"no portfolio has an expected return of {target_return:.4%}: from least variance to largest return the "
            f"constraints allow {path.return_of(low):.4%} to {path.return_of(top):.4%}; the portfolio of largest return is "
            "given. Lower the target or widen the constraints"
        )
        return top


@makes_constructor
def target_risk_portfolio(target_risk: float, annual_factor: float = 252) -> Strategy:
    """Constructor of the portfolio of largest expected return at a risk.

    Parameters
    ----------
    target_risk : float
        Standard deviation per year; values above 1 are percent.
    annual_factor : float
        Periods per year of the assumptions' risks: the target is divided by its root (1 for assumptions per year).

    Returns
    -------
    function (ia, constraints) -> array (n assets)
        :func:`target_risk_portfolio_helper` at this target.

    Raises
    ------
    InputError
        A target that is negative or no number, a factor that is not positive.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> weights = sitpy.target_risk_portfolio(10, 1)(ia, sitpy.create_basic_constraints(ia.n, 0, 0.8))
    >>> round(float(sitpy.portfolio_risk(weights, ia)[0]), 8)
    0.1

    References
    ----------
    SIT, ``target.risk.portfolio``.
    """
    target = _fraction(_deviation(target_risk), "target_risk") / math.sqrt(yearly(annual_factor))
    return lambda ia, constraints: target_risk_portfolio_helper(ia, constraints, target)


def target_risk_portfolio_helper(
    ia: InputAssumptions,
    constraints: Constraints,
    target_risk: float,
    silent: bool = True,
    min_w: ArrayLike | None = None,
    max_w: ArrayLike | None = None,
) -> Array:
    """Portfolio of largest expected return among those of least variance whose risk is at most ``target_risk``.

    The root is found to machine accuracy (SIT stops within 1e-4 in return).

    Parameters
    ----------
    ia : InputAssumptions
        n assets.
    constraints : Constraints
        n or more variables, asset weights first; rows and bounds hold.
    target_risk : float
        Standard deviation per period of ``ia.risk``.
    silent : bool
        False prints how many programmes were solved.
    min_w, max_w : array (n assets), optional
        Portfolios of least variance and of largest return, if they are known.

    Returns
    -------
    array (n assets)
        The asset weights alone. Below the least risk those of the portfolio of least variance, above the efficient risks
        those of the one of largest return.

    Raises
    ------
    InputError, InfeasibleError, UnboundedError, NotSolvedError
        As :func:`min_var_portfolio` and :func:`max_return_portfolio`.

    Warns
    -----
    SitpyWarning
        The target is out of reach; the message says how far the constraints go.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.InputAssumptions(expected_return=[0.04, 0.08], cov=[[0.01, 0], [0, 0.04]])
    >>> weights = sitpy.target_risk_portfolio_helper(ia, sitpy.create_basic_constraints(2), 0.1)
    >>> round(float(sitpy.portfolio_risk(weights, ia)[0]), 10)
    0.1

    References
    ----------
    SIT, ``target.risk.portfolio.helper``.
    """
    flag("silent", silent)
    path, target_risk = _Efficient(ia, constraints), _deviation(target_risk)
    low = path.least() if min_w is None else asset_weights(min_w, ia, "min_w")[0]
    top = path.top() if max_w is None else asset_weights(max_w, ia, "max_w")[0]
    least, most = path.risk_of(low), path.risk_of(top)
    if not least * (1 - _NEAR) <= target_risk <= most * (1 + _NEAR):
        end, word = (low, "least variance") if target_risk < least else (top, "largest return")
        warn(
            f"no efficient portfolio has a risk of {target_risk:.4%}: the constraints allow {least:.4%} to "
            f"{most:.4%}; the portfolio of {word} is given. Move the target into that range or widen the constraints"
        )
        return end
    return _at_risk(path, target_risk, low, top, silent)


def _at_risk(path: _Efficient, target: float, low: Array, top: Array, silent: bool) -> Array:
    """The last portfolio on the way from ``low`` to ``top`` that is not riskier than ``target``."""
    from scipy.optimize import brentq

    tried = {path.return_of(low): low, path.return_of(top): top}

    def excess(goal: float) -> float:
        if goal not in tried:
            tried[goal] = path.at(goal)
        return path.risk_of(tried[goal]) ** 2 - target**2

    ends = min(tried), max(tried)
    if excess(ends[0]) < 0 < excess(ends[1]):
        brentq(excess, *ends, xtol=1e-300, rtol=4 * np.finfo(float).eps, maxiter=200)
    if not silent:
        print(f"target risk {target:.6g}: {len(tried)} portfolios")
    # 0/1 variables make the risk jump, so the bracket's safe side counts, not the root
    safe = [goal for goal, weight in tried.items() if path.risk_of(weight) <= target * (1 + _NEAR)]
    return tried[max(safe)] if safe else low


def _fraction(value: float, label: str) -> float:
    """A number of which SIT reads values above 1 as percent."""
    number = real(label, value)
    return number / 100 if number > 1 else number


def _deviation(target_risk: float) -> float:
    remedy = "give a finite standard deviation, not negative"
    return real("target_risk", target_risk, remedy, lambda risk: 0 <= risk < math.inf)
