"""Returns of portfolios: expected, compounded, and without rebalancing."""

from __future__ import annotations

import numpy as np

from sitpy.errors import InputError
from sitpy.inputs import InputAssumptions
from sitpy.measures.weights import Weights, asset_weights, portfolio_returns

Array = np.ndarray


def portfolio_return(weight: Weights, ia: InputAssumptions) -> Array:
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


def portfolio_geometric_return(weight: Weights, ia: InputAssumptions) -> Array:
    """Compounded return per year, rebalanced every period: ``prod(1 + p)^(f/T) - 1``, f = ``ia.annual_factor``.

    Parameters and return value as in :func:`portfolio_return`; the history must be complete.

    Raises
    ------
    InputError
        Fewer columns than assets; a portfolio that loses all it has (or more) in a period.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.create_historical_ia([[0.1, 0.0], [-0.1, 0.0]], 1)
    >>> sitpy.portfolio_geometric_return([1, 0], ia).round(6).tolist()
    [-0.005013]

    References
    ----------
    SIT, ``portfolio.geometric.return``; Bernstein and Wilkinson (1997).
    """
    growth = 1 + portfolio_returns(weight, ia)
    refuse_ruin(growth.min(axis=0), "a return of -100 % or less in one period")
    return np.asarray(np.exp(np.log(growth).mean(axis=0) * ia.annual_factor) - 1)


def portfolio_unrebalanced_return(weight: Weights, ia: InputAssumptions) -> Array:
    """Compounded return per year of a portfolio that is bought once and held.

    Parameters and return value as in :func:`portfolio_return`; the history must be complete. Weights are taken in
    proportion to their sum.

    Raises
    ------
    InputError
        Fewer columns than assets; weights that sum to zero; a portfolio that ends with nothing or with debts.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.create_historical_ia([[0.2, 0.0], [0.2, 0.0]], 1)
    >>> sitpy.portfolio_unrebalanced_return([0.5, 0.5], ia).round(6).tolist()
    [0.104536]

    References
    ----------
    SIT, ``portfolio.unrebalanced.return``; Bernstein and Wilkinson (1997).
    """
    weights, history = asset_weights(weight, ia), ia.complete_history()
    total = weights.sum(axis=1)
    if (total == 0).any():
        raise InputError(
            f"the weights in row {int(np.argmax(total == 0))} sum to zero; what is bought and held must cost something"
        )
    wealth = weights @ np.prod(1 + history, axis=0) / total
    refuse_ruin(wealth, "final wealth of zero or less")
    return np.asarray(wealth ** (ia.annual_factor / len(history)) - 1)


def refuse_ruin(growth: Array, what: str) -> None:
    """Refuse portfolios whose growth factor is zero or less: nothing is left to compound."""
    if (growth <= 0).any():
        raise InputError(
            f"the portfolio in row {int(np.argmin(growth))} of weight has {what} (growth factor {growth.min():.4g}); "
            "its compounded return is not defined: lower its leverage"
        )
