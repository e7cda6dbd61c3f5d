"""Portfolios of largest Sharpe ratio: expected return above the riskless rate, per unit of risk.

The ratio does not change with the size of a portfolio. So with ``y = kappa x`` and ``kappa > 0``, least variance of ``y``
with an expected excess return of 1 and all constraints multiplied by ``kappa`` is the same problem as the largest ratio of
``x``, and it is convex.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sitpy.arguments import choice, positive, real
from sitpy.constraints import Constraints, add_constraints, add_variables, new_constraints
from sitpy.covariance import working_covariance
from sitpy.errors import InfeasibleError, InputError, UnboundedError, warn
from sitpy.inputs import InputAssumptions
from sitpy.portfolios.allocation import FreeStrategy, riskless_at_zero, risky_assets, weight_sum
from sitpy.portfolios.factories import makes_constructor
from sitpy.portfolios.problem import build, checked, optimum, padded
from sitpy.solvers import Program
from sitpy.sparse import stacked

Array = np.ndarray

MARKET_NEUTRAL = "market-neutral"
LOWER_BOUNDS = {"long-only": 0.0, "long-short": np.nan, MARKET_NEUTRAL: np.nan}
"""The words of :func:`max_sharpe_portfolio` and the lower bound of every weight that each means."""

_VANISHED = 1e-9  # kappa this small: the ratio only grows as the portfolio does


@makes_constructor
def max_sharpe_portfolio(const: str = "long-only", const_sum: float = 1) -> FreeStrategy:
    """Constructor of the portfolio of largest Sharpe ratio of one of three kinds, with a riskless rate of 0.

    Parameters
    ----------
    const : {"long-only", "long-short", "market-neutral"}
        No negative weight; any weights; any weights with sum 0.
    const_sum : float
        The sum of weights; market-neutral: the sum of the long positions and that of the short ones.

    Returns
    -------
    function (ia, constraints) -> array (n assets)
        :func:`max_sharpe_portfolio_helper`. As in SIT the constraints are not used: :func:`max_sharpe_portfolio_axioma` and
        :func:`max_sharpe_nlp_portfolio` honour them.

    Raises
    ------
    InputError
        The word is not known, or the sum is not positive.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.InputAssumptions(expected_return=[0.02, 0.06], cov=[[0.01, 0], [0, 0.01]])
    >>> sitpy.max_sharpe_portfolio("long-only")(ia, None).round(6).tolist()
    [0.25, 0.75]
    >>> sitpy.max_sharpe_portfolio("market-neutral")(ia, None).round(6).tolist()
    [-1.0, 1.0]

    References
    ----------
    SIT, ``max.sharpe.portfolio``.
    """
    _check_kind(const, const_sum)

    def strategy(ia: InputAssumptions, constraints: Constraints | None = None) -> Array:
        return max_sharpe_portfolio_helper(ia, const, const_sum)

    return strategy


def max_sharpe_portfolio_helper(
    ia: InputAssumptions, const: str = "long-only", const_sum: float = 1, rf: float = 0
) -> Array:
    """Portfolio of largest Sharpe ratio of one of three kinds.

    Parameters
    ----------
    ia : InputAssumptions
        n assets; those with a risk above 0 get weight.
    const, const_sum
        As in :func:`max_sharpe_portfolio`.
    rf : float
        Riskless rate in the period of ``ia.expected_return``.

    Returns
    -------
    array (n assets)
        Long-only, where no asset is expected to earn more than ``rf``: the one asset of largest (least negative) ratio.

    Raises
    ------
    InputError
        The word is not known, the sum is not positive, or the data do not agree.
    InfeasibleError
        All expected returns are equal: market-neutral, or none above ``rf``.
    UnboundedError
        Long-short, and the ratio grows with the size of the positions, so that no portfolio with that sum has the largest
        one.

    Warns
    -----
    SitpyWarning
        Long-only, and no asset is expected to earn more than ``rf``.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.InputAssumptions(expected_return=[0.03, 0.05], cov=[[0.01, 0], [0, 0.02]])
    >>> sitpy.max_sharpe_portfolio_helper(ia, rf=0.01).round(6).tolist()
    [0.5, 0.5]

    References
    ----------
    SIT, ``max.sharpe.portfolio.helper``.
    """
    _check_kind(const, const_sum)
    risky = risky_assets(ia)
    excess = _excess(ia, rf)
    if const == "long-only" and (excess[risky] <= 0).all():
        best = int(np.argmax(np.where(risky, excess / np.where(risky, ia.risk, 1.0), -np.inf)))
        warn(
            f"no asset is expected to earn more than {rf:g}; all goes into {ia.symbols[best]!r}, which misses it by least "
            "for its risk"
        )
        return np.asarray(const_sum * np.eye(ia.n)[best])
    if const == MARKET_NEUTRAL:
        y = _market_neutral(ia, excess, risky)
        return np.asarray(2 * const_sum * y / np.abs(y).sum())
    budget = new_constraints(ia.n, lb=LOWER_BOUNDS[const])
    return max_sharpe_portfolio_axioma(ia, add_constraints(np.ones(ia.n), const_sum, "=", budget, "sum of weights"), rf)


def max_sharpe_portfolio_axioma(ia: InputAssumptions, constraints: Constraints, rf: float = 0) -> Array:
    """Portfolio of largest Sharpe ratio under general constraints, by the homogenised programme.

    It minimises ``y' cov y`` with an excess return ``(mu - rf)'y = 1``, ``A'y >= b kappa`` (equalities likewise) and
    ``lb kappa <= y <= ub kappa``; the weights are ``y / kappa``. The largest ratio is exact.

    Parameters
    ----------
    ia : InputAssumptions
        n assets; those with a risk above 0 get weight.
    constraints : Constraints
        n or more variables, asset weights first, none of them 0/1.
    rf : float
        Riskless rate in the period of ``ia.expected_return``; a portfolio's excess return is ``(mu - rf)'x``.

    Returns
    -------
    array (n assets)
        The asset weights alone, as of every constructor, whatever other variables the constraints have.

    Raises
    ------
    InputError
        Data that do not agree, or 0/1 variables.
    InfeasibleError
        The constraints contradict each other, or no portfolio has an expected return above ``rf``.
    UnboundedError
        The ratio grows with the size of the positions; bound them.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> x = sitpy.max_sharpe_portfolio_axioma(ia, sitpy.create_basic_constraints(ia.n, 0, 0.3))
    >>> round(float(sitpy.portfolio_return(x, ia)[0] / sitpy.portfolio_risk(x, ia)[0]), 4)
    1.77

    References
    ----------
    SIT, ``max.sharpe.portfolio.axioma`` (which asks for two returns at once and cannot be solved); Cornuejols and Tütüncü
    (2006), "Optimization Methods in Finance", section 8.2.
    """
    constraints = _continuous(ia, constraints)
    best = _largest_excess(ia, constraints, _excess(ia, rf))
    if best <= 0:
        raise InfeasibleError(
            f"no portfolio within the constraints has an expected return above {rf:g}: the largest excess is {best:.4%}. "
            "Widen the constraints or lower rf; max_sharpe_nlp_portfolio takes the least negative ratio"
        )
    return _divided(*_least_risky(ia, constraints, _excess(ia, rf)))[: ia.n]


def max_sharpe_nlp_portfolio(ia: InputAssumptions, constraints: Constraints, rf: float = 0) -> Array:
    """Portfolio of largest Sharpe ratio under general constraints and with weights of sum 1.

    Where some portfolio is expected to earn more than ``rf`` this is :func:`max_sharpe_portfolio_axioma`, exact. Elsewhere
    all ratios are negative and the problem has many local optima, the corners of the constraints: the best of searches
    from the corners of least and largest weight of every asset is given.

    Parameters
    ----------
    ia, constraints, rf
        As in :func:`max_sharpe_portfolio_axioma`; the sum is added if it is not among the constraints.

    Returns
    -------
    array (n assets)
        The asset weights alone, as of every constructor, whatever other variables the constraints have.

    Raises
    ------
    InputError, InfeasibleError, UnboundedError
        As :func:`max_sharpe_portfolio_axioma`.

    Warns
    -----
    SitpyWarning
        No portfolio has an expected return above ``rf``.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.InputAssumptions(expected_return=[0.03, 0.05], cov=[[0.01, 0], [0, 0.02]])
    >>> sitpy.max_sharpe_nlp_portfolio(ia, sitpy.new_constraints(2, lb=0, ub=0.6), rf=0.01).round(6).tolist()
    [0.5, 0.5]

    References
    ----------
    SIT, ``max.sharpe.nlp.portfolio``.
    """
    constraints = _continuous(ia, constraints)
    if weight_sum(constraints, np.ones(ia.n, dtype=bool)) != 1:
        constraints = add_constraints(padded(np.ones(ia.n), constraints.n), 1, "=", constraints, "sum of weights")
    excess = _excess(ia, rf)
    best = _largest_excess(ia, constraints, excess)
    if best > 0:
        return _divided(*_least_risky(ia, constraints, excess))[: ia.n]
    warn(
        f"no portfolio within the constraints has an expected return above {rf:g} (the largest excess is {best:.4%}); the "
        "least negative ratio that local searches found is given"
    )
    return _least_negative(ia, constraints, excess)[: ia.n]


# ------------------------------------------------------------------------------------------------ how it is done


def _check_kind(const: str, const_sum: float) -> None:
    choice("const", const, tuple(LOWER_BOUNDS))
    real("const_sum", const_sum, "give a positive sum of weights", positive)


def _excess(ia: InputAssumptions, rf: float) -> Array:
    return np.asarray(ia.expected_return - real("rf", rf, "give a finite riskless rate"))


def _continuous(ia: InputAssumptions, constraints: Constraints) -> Constraints:
    """The constraints with riskless assets at 0; 0/1 variables cannot be multiplied by kappa."""
    checked(ia, constraints)
    if constraints.binary_index is not None and constraints.binary_index.size:
        raise InputError(
            f"variables {constraints.binary_index.tolist()} may only be 0 or 1, which the homogenised programme cannot hold; "
            "trace the frontier with portopt and take its point of largest ratio"
        )
    return riskless_at_zero(ia, constraints)


def _largest_excess(ia: InputAssumptions, constraints: Constraints, excess: Array) -> float:
    """The most that a portfolio is expected to earn above the riskless rate; infinite where nothing limits it."""
    try:
        return 0.0 - optimum(build(ia, constraints, cost=-padded(excess, constraints.n)), ia, constraints).value
    except UnboundedError:
        return float("inf")


def homogenised(ia: InputAssumptions, constraints: Constraints, gain: Array) -> tuple[Program, Constraints]:
    """Least variance of ``y`` with ``gain'y = 1``, in units of the largest gain; ``kappa`` is the last variable.

    And the constraints of this programme, for the words about it.
    """
    n, meq = constraints.n, constraints.meq
    held = riskless_at_zero(ia, constraints)
    homogeneous = stacked(held.matrix, -held.b[None, :])
    lower, upper = np.isfinite(held.lb), np.isfinite(held.ub)
    unit = np.eye(n)
    scaled = add_variables(1, new_constraints(n, lb=np.where(held.lb == 0, 0.0, np.nan)), lb=0)
    scaled = add_constraints(homogeneous[:, :meq], 0.0, "=", scaled)
    scaled = add_constraints(padded(gain / np.abs(gain).max(), n + 1), 1.0, "=", scaled)
    scaled = add_constraints(homogeneous[:, meq:], 0.0, ">=", scaled)
    scaled = add_constraints(np.vstack([unit, -held.lb])[:, lower & (held.lb != 0)], 0.0, ">=", scaled)
    scaled = add_constraints(np.vstack([-unit, held.ub])[:, upper], 0.0, ">=", scaled)
    return build(ia, scaled, D=working_covariance(ia, n + 1)), scaled


def _least_risky(ia: InputAssumptions, constraints: Constraints, excess: Array) -> tuple[Array, float]:
    """Least variance of ``y`` with an expected excess return of 1, in units of the largest, and its ``kappa``."""
    program, scaled = homogenised(ia, constraints, excess)
    x = optimum(program, ia, scaled).x
    return x[:-1], float(x[-1])


def _market_neutral(ia: InputAssumptions, excess: Array, risky: Array) -> Array:
    """Least variance with an expected excess return of 1, in units of the largest, and sum 0: no kappa is needed."""
    if np.ptp(excess[risky]) == 0:
        raise InfeasibleError(
            f"all risky assets have an expected return of {ia.expected_return[risky][0]:g}; a market-neutral portfolio "
            "earns nothing"
        )
    constraints = add_constraints(np.ones(ia.n), 0.0, "=", new_constraints(ia.n))
    return _least_risky(ia, constraints, excess)[0]


def _divided(y: Array, kappa: float) -> Array:
    """The weights ``y / kappa``."""
    if kappa <= _VANISHED * max(1.0, float(np.abs(y).max())):
        raise UnboundedError(
            "no portfolio has the largest Sharpe ratio: it grows with the size of the positions without end. Bound the "
            "weights, or ask for a market-neutral portfolio"
        )
    return y / kappa


def _least_negative(ia: InputAssumptions, constraints: Constraints, excess: Array) -> Array:
    """The best corner that is found by following the linearised risk from the corners of every single weight."""
    n = constraints.n
    program, cov, mu = build(ia, constraints), working_covariance(ia, n), padded(excess, n)

    def corner(gain: Array) -> Array:
        return optimum(replace(program, c=-gain), ia, constraints).x

    def risk(x: Array) -> float:
        return max(float(np.sqrt(max(x @ cov @ x, 0.0))), 1e-150)

    def climbed(x: Array) -> Array:
        while True:
            ratio = float(mu @ x) / risk(x)
            other = corner(mu - ratio * (cov @ x) / risk(x))
            if float(mu @ other) / risk(other) <= ratio + 1e-12 * abs(ratio):
                return x
            x = other

    starts = [sign * row for row in np.eye(n)[: ia.n] for sign in (1.0, -1.0)]
    return max((climbed(corner(start)) for start in starts), key=lambda x: float(mu @ x) / risk(x))
