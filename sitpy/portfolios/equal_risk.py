"""Portfolios to whose risk the assets contribute equally, or as a budget says."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from sitpy.constraints import Constraints
from sitpy.errors import InfeasibleError, InputError
from sitpy.inputs import InputAssumptions
from sitpy.portfolios.allocation import (
    numbers_and_names,
    riskless_at_zero,
    risky_covariance,
    set_risky_asset,
    weight_sum,
)
from sitpy.portfolios.problem import checked
from sitpy.solvers import Program, model_for
from sitpy.solvers.risk_budget import risk_budget_weights
from sitpy.sparse import counts, entries

Array = np.ndarray

_RISKLESS = 1e-12  # variance, where each asset has 1, that is taken for none
_HOLDS = 1e-9  # by how much the answer may miss the sum or a row


def equal_risk_contribution_portfolio(
    ia: InputAssumptions, constraints: Constraints | None = None, risk_budget: ArrayLike | None = None
) -> Array:
    """Portfolio to whose variance every asset contributes the same part, or the part that ``risk_budget`` gives it.

    Without bounds that bind, ``x_i (cov x)_i / x' cov x = b_i`` for every asset, to about 1e-14 (at worst, for assets that
    nearly cancel each other's risk, to 1e-8). Bounds that bind make this impossible; solved is then constrained risk
    budgeting, a convex problem: ``x`` minimises ``x' cov x / 2 - lambda sum b_i log x_i`` over ``lb <= x <= ub``, with a
    ``lambda > 0`` for which the weights have the required sum (there is no row for it). The answer is what this condition
    says: ``x_i (cov x)_i`` is ``lambda b_i`` for every asset strictly between its bounds, at most ``lambda b_i`` at an upper
    bound and at least that at a lower one. So shares of the risk are in proportion to the budgets but for assets at a bound.

    Parameters
    ----------
    ia : InputAssumptions
        n assets; those with a risk above 0 get weight.
    constraints : Constraints, optional
        Read are the bounds, the rows with one coefficient (as bounds) and the equality for the sum of weights (1 without
        it); other rows are only checked. A lower bound below 0 counts as 0. Without auxiliary or 0/1 variables.
    risk_budget : array, Series or mapping by asset name (n assets), optional
        Positive parts of the risk, scaled to sum 1; equal when not given.

    Returns
    -------
    array (n assets)

    Raises
    ------
    InputError
        Data that do not agree; a budget that is not positive; a sum that is not positive; variables that are not weights;
        a riskless combination of assets, to which no asset contributes.
    InfeasibleError
        The bounds exclude the sum, or every portfolio with contributions in proportion; the answer misses another row.
    NotSolvedError
        Rounding stopped the search.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> x = sitpy.equal_risk_contribution_portfolio(ia, sitpy.create_basic_constraints(ia.n))
    >>> (x * (ia.cov @ x) / (x @ ia.cov @ x) * ia.n).round(8).tolist()
    [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]

    References
    ----------
    SIT, ``equal.risk.contribution.portfolio``; Maillard, Roncalli and Teiletche (2010), "The properties of equally
    weighted risk contribution portfolios", Journal of Portfolio Management 36; Spinu (2013), "An algorithm for computing
    risk parity weights"; Griveau-Billion, Richard and Roncalli (2013), "A fast algorithm for computing high-dimensional
    risk parity portfolios"; Richard and Roncalli (2019), "Constrained risk budgeting portfolios".
    """
    if constraints is None:
        constraints = Constraints(np.zeros((ia.n, 0)), np.zeros(0))
    checked(ia, constraints)
    if constraints.n != ia.n or (constraints.binary_index is not None and constraints.binary_index.size):
        raise InputError(
            f"the constraints have {constraints.n} variables for {ia.n} assets, or 0/1 variables; equal risk contributions "
            "take the asset weights only"
        )
    risky, cov = risky_covariance(ia)
    budget = _budget(ia, risk_budget, risky)
    total = weight_sum(constraints, risky)
    total = 1.0 if total is None else total
    lower, upper = _bounds(ia, riskless_at_zero(ia, constraints), risky)
    _refuse_sum(lower, upper, total)
    _refuse_riskless(cov, [ia.symbols[i] for i in np.flatnonzero(risky)])
    x = risk_budget_weights(cov, budget, lower, upper, total)
    if x is None:
        raise InfeasibleError(
            f"no weights with the sum {total:g} within the bounds have contributions to risk in proportion where they may "
            "move: the assets held at a lower bound are hedged by the others; lower that bound"
        )
    weights = set_risky_asset(x, risky)
    _refuse_missed_rows(constraints, weights)
    return weights


def find_erc_portfolio(
    ia: InputAssumptions, constraints: Constraints | None = None, risk_budget: ArrayLike | None = None
) -> Array:
    """Portfolio of equal risk contributions: :func:`equal_risk_contribution_portfolio` under its older name.

    Parameters, return value and errors as in :func:`equal_risk_contribution_portfolio`.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.InputAssumptions(risk=[0.1, 0.3], correlation=[[1, 0.4], [0.4, 1]])
    >>> sitpy.find_erc_portfolio(ia).round(6).tolist()
    [0.75, 0.25]

    References
    ----------
    SIT, ``find.erc.portfolio`` (which needs an optimiser that is no longer published).
    """
    return equal_risk_contribution_portfolio(ia, constraints, risk_budget)


def find_erc_portfolio_simple(
    ia: InputAssumptions, constraints: Constraints | None = None, risk_budget: ArrayLike | None = None
) -> Array:
    """Portfolio of equal risk contributions: :func:`equal_risk_contribution_portfolio` under a third name.

    Parameters, return value and errors as in :func:`equal_risk_contribution_portfolio`.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.InputAssumptions(risk=[0.1, 0.3], correlation=[[1, 0], [0, 1]])
    >>> sitpy.find_erc_portfolio_simple(ia, risk_budget=[1, 9]).round(6).tolist()
    [0.5, 0.5]

    References
    ----------
    SIT, ``find.erc.portfolio.simple``.
    """
    return equal_risk_contribution_portfolio(ia, constraints, risk_budget)


# ------------------------------------------------------------------------------------------ what is asked for


def _budget(ia: InputAssumptions, risk_budget: ArrayLike | None, risky: Array) -> Array:
    """Parts of the risk of the risky assets, with sum 1."""
    budget = np.ones(ia.n)
    if risk_budget is not None:
        budget, names = numbers_and_names(risk_budget, "risk_budget")
        if budget.size != ia.n or (names is not None and set(names) != set(ia.symbols)):
            given = f"{budget.size} numbers" if names is None else ", ".join(names)
            raise InputError(f"risk_budget holds {given}; give a part to each of {', '.join(ia.symbols)}")
        budget = budget if names is None else budget[[names.index(symbol) for symbol in ia.symbols]]
    short = np.flatnonzero(risky & (budget <= 0))
    if short.size:
        i = int(short[0])
        raise InputError(
            f"risk_budget of {ia.symbols[i]!r} is {budget[i]:g}; every part of the risk must be positive "
            "(leave the asset out, or hold it at 0, to give it none)"
        )
    return np.asarray(budget[risky] / budget[risky].sum())


def _bounds(ia: InputAssumptions, constraints: Constraints, risky: Array) -> tuple[Array, Array]:
    """Bounds of the risky assets: those of the constraints and those of rows with one coefficient; no shorts."""
    lower = np.where(np.isnan(constraints.lb), 0.0, np.maximum(constraints.lb, 0.0))
    upper = np.where(np.isnan(constraints.ub), np.inf, constraints.ub)
    for j in np.flatnonzero(counts(constraints.matrix) == 1):
        (i,), (coefficient,) = entries(constraints.matrix, int(j))
        limit = constraints.b[j] / coefficient
        if j < constraints.meq or coefficient > 0:
            lower[i] = max(lower[i], limit)
        if j < constraints.meq or coefficient < 0:
            upper[i] = min(upper[i], limit)
    for wrong in np.flatnonzero(risky & ((upper <= 0) | (lower > upper))):
        i = int(wrong)
        raise InfeasibleError(
            f"{ia.symbols[i]!r} is held between {lower[i]:g} and {upper[i]:g}, but every risky asset needs a positive "
            "weight; widen its bounds or leave it out"
        )
    return lower[risky], upper[risky]


def _refuse_sum(lower: Array, upper: Array, total: float) -> None:
    if total <= 0:
        raise InputError(f"the weights must sum to {total:g}; equal risk contributions need a positive sum")
    if lower.sum() > total * (1 + _HOLDS) or upper.sum() < total * (1 - _HOLDS):
        raise InfeasibleError(
            f"the weights of {lower.size} risky assets must sum to {total:g}, but their bounds allow "
            f"{lower.sum():g} to {upper.sum():g}; widen them or change the sum"
        )


def _refuse_riskless(cov: Array, names: list[str]) -> None:
    """Without risk there is nothing to contribute to: the logarithms would then grow without end."""
    scale = np.sqrt(np.diag(cov))
    correlation = cov / np.outer(scale, scale)
    if np.linalg.eigvalsh(correlation)[0] > _RISKLESS:
        return
    n = len(names)
    program = Program(np.zeros(n), np.ones((n, 1)), np.ones(1), 1, np.zeros(n), np.full(n, np.inf), correlation)
    least = model_for(program).solve()
    if least is None or 2 * least.value > _RISKLESS:
        return
    held = [name for name, weight in zip(names, least.x) if weight > 1e-6]
    shown = ", ".join(held[:5]) + (f" and {len(held) - 5} more" if len(held) > 5 else "")
    raise InputError(
        f"long positions in {shown} cancel each other's risk wholly, and no asset contributes to a risk of 0; "
        "leave one out, or use a shrunk covariance"
    )


def _refuse_missed_rows(constraints: Constraints, weights: Array) -> None:
    slack = weights @ constraints.matrix - constraints.b
    slack[: constraints.meq] = -np.abs(slack[: constraints.meq])
    if slack.size and slack.min() < -_HOLDS * max(1.0, float(np.abs(constraints.b).max())):
        j = int(np.argmin(slack))
        raise InfeasibleError(
            f"equal risk contributions honour bounds and the sum of weights only, and their portfolio misses "
            f"{constraints.names[j] or f'column {j}'!r} by {-slack[j]:.4g}; widen it, or minimise a risk under it"
        )
