"""The worst period and the mean of the worst: largest loss, CVaR, CDaR."""

from __future__ import annotations

import numpy as np

from sitpy.constraints import (
    Constraints,
    ConstraintType,
    add_constraints,
    add_variables,
)
from sitpy.inputs import InputAssumptions
from sitpy.risk_models.rows import cap, history_and_limit
from sitpy.sparse import lines

Array = np.ndarray


def add_constraint_maxloss(
    ia: InputAssumptions, value: float, type: ConstraintType, constraints: Constraints
) -> Constraints:
    """Limit the largest loss of any period: one variable ``w`` with ``w >= -p_j`` for every period j.

    Parameters
    ----------
    ia : InputAssumptions
        Its history holds T periods x n assets.
    value : float
        Limit, per period (0.12 = a loss of 12 %).
    type : {"<=", ">=", "="}
        Sense of the last constraint. As in SIT, that row limits the model's own variables, and they are only held above
        the measure: "<=" limits the measure itself, "=" comes to the same, and ">=" is satisfied by raising them and
        limits nothing. It is there for models as objectives: "measure >= 0" is the row whose coefficients are minimised.
    constraints : Constraints
        The set to extend; it is not changed.

    Returns
    -------
    Constraints
        With 1 more variable and T + 1 more constraints.

    Raises
    ------
    InputError
        Missing values in the history, or fewer variables than assets.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> sitpy.add_constraint_maxloss(ia, 0.12, "<=", sitpy.create_basic_constraints(ia.n)).n
    10

    References
    ----------
    SIT, ``add.constraint.maxloss``; Young (1998), "A minimax portfolio selection rule", Management Science 44.
    """
    R, value = history_and_limit(ia, value, type, constraints)
    n = constraints.n
    constraints = add_variables(1, constraints)
    constraints = add_constraints(lines(R, n + 1, (n, 1.0)), 0.0, ">=", constraints, "MaxLoss model")
    return cap(np.append(np.zeros(constraints.n - 1), 1.0), value, type, constraints, "MaxLoss")


def add_constraint_cvar(
    ia: InputAssumptions, value: float, type: ConstraintType, constraints: Constraints
) -> Constraints:
    """Limit the conditional value at risk at ``ia.parameters_alpha``: ``E + sum(w)/((1 - alpha) T)``, ``w >= -E - p``.

    Parameters
    ----------
    ia, type, constraints
        As in :func:`add_constraint_maxloss`.
    value : float
        Limit, per period.

    Returns
    -------
    Constraints
        With T + 1 more variables (T tail losses, then the threshold E) and T + 1 more constraints.

    Raises
    ------
    InputError
        Missing values in the history, or fewer variables than assets.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> sitpy.add_constraint_cvar(ia, 0.1, "<=", sitpy.create_basic_constraints(ia.n)).n
    37

    References
    ----------
    SIT, ``add.constraint.cvar``; Rockafellar and Uryasev (2000), "Optimization of conditional value-at-risk".
    """
    R, value = history_and_limit(ia, value, type, constraints)
    T, n = len(R), constraints.n
    constraints = add_variables(T + 1, constraints, lb=np.append(np.zeros(T), -np.inf))
    rows = lines(R, n + T + 1, (n + np.arange(T), 1.0), (n + T, 1.0))
    constraints = add_constraints(rows, 0.0, ">=", constraints, "CVaR model")
    return cap(_tail_mean(ia, n, T), value, type, constraints, "CVaR")


def add_constraint_cdar(
    ia: InputAssumptions, value: float, type: ConstraintType, constraints: Constraints
) -> Constraints:
    """Limit the conditional drawdown at risk of the cumulative sum of p, at ``ia.parameters_alpha``.

    High-water marks ``u_j`` do not decrease and are at least the cumulative return; ``w_j >= u_j - cum_j - E``.

    Parameters
    ----------
    ia, type, constraints
        As in :func:`add_constraint_maxloss`.
    value : float
        Limit, as a fraction of the invested capital.

    Returns
    -------
    Constraints
        With 2 T + 1 more variables (T tail drawdowns, the threshold E, T high-water marks) and 3 T more constraints.

    Raises
    ------
    InputError
        Missing values in the history, or fewer variables than assets.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> sitpy.add_constraint_cdar(ia, 0.1, "<=", sitpy.create_basic_constraints(ia.n)).n
    64

    References
    ----------
    SIT, ``add.constraint.cdar``; Chekhlov, Uryasev and Zabarankin (2005), "Drawdown measure in portfolio optimization".
    """
    R, value = history_and_limit(ia, value, type, constraints)
    T, n = len(R), constraints.n
    lb = np.concatenate([np.zeros(T), np.full(T + 1, -np.inf)])
    constraints = add_variables(2 * T + 1, constraints, lb=lb)
    cumulative, w, E = np.cumsum(R, axis=0), n + np.arange(T), n + T
    u = E + 1 + np.arange(T)
    tail = lines(cumulative, constraints.n, (w, 1.0), (E, 1.0), (u, -1.0))
    above = lines(-cumulative, constraints.n, (u, 1.0))
    rising = lines(np.zeros((T - 1, 0)), constraints.n, (u[:-1], -1.0), (u[1:], 1.0))
    for rows in (tail, above, rising):
        constraints = add_constraints(rows, 0.0, ">=", constraints, "CDaR model")
    return cap(np.append(_tail_mean(ia, n, T), np.zeros(T)), value, type, constraints, "CDaR")


def _tail_mean(ia: InputAssumptions, n: int, T: int) -> Array:
    """Coefficients of ``sum(w)/((1 - alpha) T) + E`` after n weights."""
    return np.concatenate([np.zeros(n), np.full(T, 1 / ((1 - ia.parameters_alpha) * T)), [1.0]])
