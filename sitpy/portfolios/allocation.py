"""Weights that no programme is needed for: equal, fixed, and in inverse proportion to a risk.

Constructors of this package are functions ``f(ia, constraints) -> weights`` (ia.n assets). Those of this module take the
constraints for the sake of that form and do not read them; only assets with a risk above 0 get weight.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sitpy.arguments import function, numbers, shown
from sitpy.constraints import Constraints
from sitpy.covariance import working_covariance
from sitpy.errors import InfeasibleError, InputError
from sitpy.inputs import InputAssumptions, checked_assumptions, given_assumptions, labels_of
from sitpy.measures import depths
from sitpy.portfolios.factories import makes_constructor
from sitpy.sparse import column

Array = np.ndarray
Strategy = Callable[[InputAssumptions, Constraints], Array]
FreeStrategy = Callable[[InputAssumptions, Constraints | None], Array]  # one that does not read the constraints
RiskFunction = Callable[[InputAssumptions], ArrayLike]

_TAIL = 0.05  # SIT's compute.cvar and compute.cdar look at the worst 5 %, whatever parameters_alpha is


def get_risky_asset_index(ia: InputAssumptions) -> Array:
    """Which assets have a risk above 0.

    Parameters
    ----------
    ia : InputAssumptions
        n assets.

    Returns
    -------
    array of bool (n assets)

    Raises
    ------
    InputError
        Neither risk nor covariance is known.

    Examples
    --------
    >>> import sitpy
    >>> sitpy.get_risky_asset_index(sitpy.InputAssumptions(symbols=["A", "cash"], risk=[0.1, 0])).tolist()
    [True, False]

    References
    ----------
    SIT, ``get.risky.asset.index``.
    """
    return np.asarray(given_assumptions(ia).risk > 0)


def set_risky_asset(x: ArrayLike, risk_index: ArrayLike) -> Array:
    """Weights of the risky assets among zeros for the others.

    Parameters
    ----------
    x : number or array (risky assets)
        Their weights.
    risk_index : array of bool (n assets)
        Which assets they belong to.

    Returns
    -------
    array (n assets)

    Raises
    ------
    InputError
        As many weights as there are marked assets, or one for all, are needed.

    Examples
    --------
    >>> import sitpy
    >>> sitpy.set_risky_asset([0.4, 0.6], [True, False, True]).tolist()
    [0.4, 0.0, 0.6]

    References
    ----------
    SIT, ``set.risky.asset``.
    """
    values = np.atleast_1d(numbers("x", x))
    try:
        mask = np.array(risk_index)
    except ValueError:
        mask = np.zeros(0)
    if mask.dtype != bool or mask.ndim != 1:
        raise InputError(f"risk_index is {shown(risk_index)}; expected True or False for every asset")
    if not np.isfinite(values).all():
        raise InputError(f"x is {shown(x)}; give finite weights")
    count = int(mask.sum())
    if values.shape not in ((1,), (count,)):
        raise InputError(f"x has shape {values.shape} but risk_index marks {count} assets; give one weight for each")
    weights = np.zeros(mask.size)
    weights[mask] = values
    return weights


def risky_assets(ia: InputAssumptions) -> Array:
    """The mask of :func:`get_risky_asset_index`, of assumptions that are whole and hold at least one risky asset."""
    risky = get_risky_asset_index(checked_assumptions(ia))
    if not risky.any():
        raise InputError(
            f"no asset has a risk above 0 ({', '.join(ia.symbols[:3])}{', ...' if ia.n > 3 else ''}); "
            "this portfolio gives weight to risky assets only"
        )
    return risky


def risky_covariance(ia: InputAssumptions) -> tuple[Array, Array]:
    """The mask of :func:`risky_assets` and the covariance of these assets, their variances above 0 too."""
    risky = risky_assets(ia)
    cov = working_covariance(ia, ia.n)
    for i in np.flatnonzero(risky & ~(np.diag(cov) > 0)):
        raise InputError(
            f"the risk of {ia.symbols[i]!r} is {ia.risk[i]:g} but its variance in cov is {cov[i, i]:g}; make them agree"
        )
    return risky, cov[np.ix_(risky, risky)]


def riskless_at_zero(ia: InputAssumptions, constraints: Constraints) -> Constraints:
    """The same constraints with assets without risk held at weight 0 (SIT leaves them out of the programme)."""
    idle = np.flatnonzero(~risky_assets(ia))
    held = constraints.copy()
    for i in idle:
        if held.lb[i] > 0 or held.ub[i] < 0:
            raise InfeasibleError(
                f"{ia.symbols[i]!r} has no risk and gets weight 0 here, but its bounds are {held.lb[i]:g} to "
                f"{held.ub[i]:g}; let them include 0, or use min_risk_portfolio"
            )
    held.lb[idle] = held.ub[idle] = 0.0
    return held


def weight_sum(constraints: Constraints, counted: Array) -> float | None:
    """The sum of weights that an equality with one coefficient for all counted assets asks for, if there is one."""
    for j, limit in enumerate(constraints.b[: constraints.meq]):
        coefficients = column(constraints.matrix, j)
        of_assets = coefficients[: counted.size][counted]
        if of_assets[0] != 0 and (of_assets == of_assets[0]).all() and not coefficients[counted.size :].any():
            return float(limit / of_assets[0])
    return None


def numbers_and_names(value: Any, label: str) -> tuple[Array, list[str] | None]:
    """Finite numbers in a row, and the assets' names where a mapping or Series gives them."""
    labelled = pd.Series(dict(value)) if isinstance(value, Mapping) else value
    parts = np.atleast_1d(numbers(label, labelled))
    if parts.ndim != 1 or parts.size == 0 or not np.isfinite(parts).all():
        raise InputError(f"{label} is {shown(parts)}; give one finite number per asset")
    return parts, labels_of(labelled)


def in_proportion(x: Array, risky: Array) -> Array:
    """Weights of the risky assets in proportion to ``x``, with sum 1."""
    return set_risky_asset(x / x.sum(), risky)


def equal_weight_portfolio(ia: InputAssumptions, constraints: Constraints | None = None) -> Array:
    """The same weight for every asset with a risk above 0.

    Parameters
    ----------
    ia : InputAssumptions
        n assets.
    constraints : Constraints, optional
        Not used.

    Returns
    -------
    array (n assets)
        Sum 1.

    Raises
    ------
    InputError
        Assumptions that do not agree with themselves; no asset has a risk above 0.

    Examples
    --------
    >>> import sitpy
    >>> sitpy.equal_weight_portfolio(sitpy.InputAssumptions(risk=[0.1, 0.2, 0.0, 0.3, 0.1])).tolist()
    [0.25, 0.25, 0.0, 0.25, 0.25]

    References
    ----------
    SIT, ``equal.weight.portfolio``.
    """
    risky = risky_assets(ia)
    return in_proportion(np.ones(int(risky.sum())), risky)


@makes_constructor
def static_weight_portfolio(static_allocation: Mapping[str, float] | pd.Series[float] | ArrayLike) -> FreeStrategy:
    """Constructor of a portfolio with fixed proportions.

    Parameters
    ----------
    static_allocation : mapping or Series by asset name, or array
        Proportions, rescaled to sum 1 over the assets with a risk above 0. With names, assets left out get none. An array
        that is not as long as the assets belongs to the larger set from which they were taken: ``ia.index`` picks.

    Returns
    -------
    function (ia, constraints) -> array (n assets)
        The constraints are not used. It raises an InputError when a name is unknown, the lengths do not agree, or the
        proportions sum to 0.

    Raises
    ------
    InputError
        Missing numbers, or none at all.

    Examples
    --------
    >>> import sitpy
    >>> sixty_forty = sitpy.static_weight_portfolio({"stocks": 60, "bonds": 40})
    >>> sixty_forty(sitpy.InputAssumptions(symbols=["bonds", "gold", "stocks"], risk=[0.05, 0.2, 0.15])).tolist()
    [0.4, 0.0, 0.6]

    References
    ----------
    SIT, ``static.weight.portfolio``.
    """
    allocation, names = numbers_and_names(static_allocation, "static_allocation")

    def strategy(ia: InputAssumptions, constraints: Constraints | None = None) -> Array:
        risky = risky_assets(ia)
        x = _of_assets(allocation, names, ia)[risky]
        if abs(x.sum()) <= 1e-12 * np.abs(x).sum():
            raise InputError(
                "static_allocation sums to 0 over the assets with a risk above 0; it cannot be scaled to 1"
            )
        return in_proportion(x, risky)

    return strategy


def _of_assets(allocation: Array, names: list[str] | None, ia: InputAssumptions) -> Array:
    """The proportions in the order of the assets."""
    if names is not None:
        unknown = [name for name in names if name not in ia.symbols]
        if unknown:
            raise InputError(f"static_allocation names {unknown[0]!r}; the assets are {', '.join(ia.symbols)}")
        given = dict(zip(names, allocation))
        return np.array([given.get(symbol, 0.0) for symbol in ia.symbols])
    if allocation.size == ia.n:
        return allocation
    if allocation.size < ia.n or ia.index.size != ia.n or ia.index.max() >= allocation.size:
        raise InputError(f"static_allocation has {allocation.size} numbers for {ia.n} assets; give one per asset")
    return np.asarray(allocation[ia.index])


def inverse_variance_portfolio(ia: InputAssumptions, constraints: Constraints | None = None) -> Array:
    """Weights in inverse proportion to the variance.

    Parameters, return value and errors as in :func:`equal_weight_portfolio`.

    Examples
    --------
    >>> import sitpy
    >>> sitpy.inverse_variance_portfolio(sitpy.InputAssumptions(risk=[0.1, 0.2])).round(6).tolist()
    [0.8, 0.2]

    References
    ----------
    SIT, ``inverse.variance.portfolio``.
    """
    risky = risky_assets(ia)
    return in_proportion((ia.risk[risky].min() / ia.risk[risky]) ** 2, risky)


def risk_parity_portfolio_basic(ia: InputAssumptions, constraints: Constraints | None = None) -> Array:
    """Weights in inverse proportion to the standard deviation ("naive risk parity": correlations are not used).

    Parameters, return value and errors as in :func:`equal_weight_portfolio`.

    Examples
    --------
    >>> import sitpy
    >>> sitpy.risk_parity_portfolio_basic(sitpy.InputAssumptions(risk=[0.1, 0.4])).round(6).tolist()
    [0.8, 0.2]

    References
    ----------
    SIT, ``risk.parity.portfolio.basic``.
    """
    return risk_parity_portfolio()(ia, constraints)


@makes_constructor
def risk_parity_portfolio(risk_fn: str | RiskFunction = "risk") -> FreeStrategy:
    """Constructor of weights in inverse proportion to a risk of each asset.

    Parameters
    ----------
    risk_fn : {"risk", "cvar", "md", "cdar"} or function ia -> array (n assets)
        Standard deviation; mean of the returns below their 5 % quantile; maximum drawdown; mean of the episodes of
        drawdown below their 5 % quantile, both drawdowns on compounded equity from the end of the first period. Losses
        count as positive.

    Returns
    -------
    function (ia, constraints) -> array (n assets)
        Sum 1; the constraints are not used. An asset whose risk is not positive (one that never fell has no drawdown) gets
        no weight. It raises an InputError when a measure is missing, or positive for no asset.

    Raises
    ------
    InputError
        The word is not known.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.create_ia([[0.1, 0.2], [-0.1, -0.4], [0.1, 0.3]])
    >>> sitpy.risk_parity_portfolio("md")(ia, None).round(6).tolist()
    [0.8, 0.2]

    References
    ----------
    SIT, ``risk.parity.portfolio``.
    """
    if isinstance(risk_fn, str):
        if risk_fn.lower() not in RISK_FUNCTIONS:
            raise InputError(f"risk_fn {risk_fn!r} is not known; use {', '.join(RISK_FUNCTIONS)} or a function of ia")
        measure = RISK_FUNCTIONS[risk_fn.lower()]
    else:
        measure = function("risk_fn", risk_fn, f"use {', '.join(RISK_FUNCTIONS)} or a function of ia")

    def strategy(ia: InputAssumptions, constraints: Constraints | None = None) -> Array:
        risk = _measured(measure, ia)
        counted = risky_assets(ia) & (risk > 0)
        if not counted.any():
            raise InputError(f"risk_fn {risk_fn!r} is positive for no asset; there is nothing to weigh by")
        return in_proportion(risk[counted].min() / risk[counted], counted)

    return strategy


def _measured(measure: RiskFunction, ia: InputAssumptions) -> Array:
    """One number per asset, none missing."""
    risk = numbers("what risk_fn returns", measure(checked_assumptions(ia)))
    if risk.shape != (ia.n,):
        raise InputError(f"risk_fn returns shape {risk.shape}; expected one number for each of {ia.n} assets")
    missing = np.flatnonzero(np.isnan(risk))
    if missing.size:
        raise InputError(f"risk_fn of {ia.symbols[missing[0]]!r} is nan; give a number or leave the asset out")
    return risk


def _tail_loss(values: Array) -> float:
    """Minus the mean of what lies strictly below the 5 % quantile; where ties leave nothing there, the quantile."""
    level = np.quantile(values, _TAIL)
    below = values[values < level]
    return -float(below.mean() if below.size else level)


def _episodes(returns: Array) -> Array:
    """Depth of each drawdown of compounded equity, from one high to the next (negative numbers)."""
    equity = np.cumprod(1 + returns)
    return depths(equity / np.maximum.accumulate(equity) - 1)


def _drawdown_tail(returns: Array) -> float:
    depths = _episodes(returns)
    return _tail_loss(depths) if depths.size > 2 else -float(depths.min(initial=0.0))


def _by_asset(loss: Callable[[Array], float]) -> RiskFunction:
    return lambda ia: [loss(column) for column in ia.complete_history().T]


RISK_FUNCTIONS: dict[str, RiskFunction] = {
    "risk": lambda ia: ia.risk,
    "cvar": _by_asset(_tail_loss),
    "md": _by_asset(lambda returns: -float(_episodes(returns).min(initial=0.0))),
    "cdar": _by_asset(_drawdown_tail),
}
"""The words of :func:`risk_parity_portfolio`: a new measure of single assets is one line here."""
