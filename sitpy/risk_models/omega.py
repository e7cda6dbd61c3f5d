"""Gains above a threshold per shortfall below it."""

from __future__ import annotations

import numpy as np

from sitpy.arguments import flag
from sitpy.constraints import (
    Constraints,
    ConstraintType,
    add_constraints,
    add_variables,
    new_constraints,
)
from sitpy.errors import InputError
from sitpy.inputs import InputAssumptions
from sitpy.risk_models.rows import cap, history_and_limit
from sitpy.sparse import Matrix, deeper, lines, stacked

Array = np.ndarray


def add_constraint_omega(
    ia: InputAssumptions, value: float, type: ConstraintType, constraints: Constraints, *, as_limit: bool = False
) -> Constraints:
    """Limit the gain of the linear-fractional Omega programme at threshold ``ia.parameters_omega``.

    All variables and right-hand sides are multiplied by a new variable t, so that the mean shortfall is 1: the gains
    ``u`` and shortfalls ``d`` satisfy ``u - d = p - L t``, ``mean d = 1``, and Omega is ``mean u``. Divide the weights of
    an answer by t to read them. That is SIT's model; because it scales the weights, it cannot limit another frontier.
    With ``as_limit=True`` the weights stay as they are: ``z >= L - p``, ``mean p - L >= (value - 1) mean z``.

    Parameters
    ----------
    ia, constraints
        As in :func:`add_constraint_maxloss`.
    value : float
        Limit of Omega.
    type : {"<=", ">=", "="}
        Sense of the last constraint. The model's Omega may be below that of the portfolio where that is above 1: so ">="
        limits Omega itself for values of 1 or more, the other senses do not.
    as_limit : bool
        Ask for an Omega of at least ``value``, 1 or more, of whatever portfolio these constraints are for.

    Returns
    -------
    Constraints
        With 2 T + 1 more variables (T gains, T shortfalls, t), bounds having become rows; or with T more variables
        (shortfalls) and T + 1 more constraints.

    Raises
    ------
    InputError
        Missing values in the history, fewer variables than assets; a limit that is not convex ("<=", or below 1).

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> sitpy.add_constraint_omega(ia, 0, ">=", sitpy.create_basic_constraints(ia.n)).n
    64

    References
    ----------
    SIT, ``add.constraint.omega``; Mausser, Saunders and Seco (2006), "Optimising Omega", Risk.
    """
    R, value = history_and_limit(ia, value, type, constraints)
    T, n = len(R), constraints.n
    if flag("as_limit", as_limit):
        return _omega_limit(R, ia.parameters_omega, value, type, constraints)
    meq, unit = constraints.meq, np.eye(n)
    upper, lower = np.isfinite(constraints.ub), np.isfinite(constraints.lb)

    def homogeneous(columns: Matrix, rhs: Array) -> Matrix:
        """Rows ``a'x - rhs t``."""
        return stacked(deeper(columns, 2 * T), -rhs[None, :])

    fields = new_constraints(
        n + 2 * T + 1,
        lb=np.concatenate([np.full(n, -np.inf), np.zeros(2 * T), [-np.inf]]),
        ub=np.concatenate([np.full(n, np.inf), np.full(2 * T + 1, np.nan)]),
    )
    u = n + np.arange(T)
    gains = lines(R, fields.n, (u, -1.0), (u + T, 1.0), (fields.n - 1, -ia.parameters_omega))
    mean = np.full(T, 1 / T)
    A, b, names = constraints.matrix, constraints.b, constraints.names
    fields = add_constraints(homogeneous(A[:, :meq], b[:meq]), 0.0, "=", fields, names[:meq])
    fields = add_constraints(gains, 0.0, "=", fields, "Omega model")
    shortfall = np.concatenate([np.zeros(n + T), mean, [0.0]])
    fields = add_constraints(shortfall, 1.0, "=", fields, "Omega model")
    for columns, rhs, name in (
        (A[:, meq:], b[meq:], names[meq:]),
        (-unit[:, upper], -constraints.ub[upper], "upper bound"),
        (unit[:, lower], constraints.lb[lower], "lower bound"),
    ):
        fields = add_constraints(homogeneous(columns, rhs), 0.0, ">=", fields, name)
    fields.binary_index = constraints.binary_index
    fields.differences = constraints.differences  # multiplied by t like everything else
    gain = np.concatenate([np.zeros(n), mean, np.zeros(T + 1)])
    return cap(gain, value, type, fields, "Omega")


def _omega_limit(
    R: Array, threshold: float, value: float, type: ConstraintType, constraints: Constraints
) -> Constraints:
    """``mean p - (value - 1) mean z >= L`` with ``z >= L - p``."""
    if type != ">=" or value < 1:
        raise InputError(
            f"a limit Omega {type} {value:g} is not convex; ask for an Omega of at least 1 (type '>=', value 1 or more)"
        )
    T, n = len(R), constraints.n
    constraints = add_variables(T, constraints, lb=0)
    rows = lines(R, constraints.n, (n + np.arange(T), 1.0))
    constraints = add_constraints(rows, threshold, ">=", constraints, "Omega model")
    gain = np.zeros(constraints.n)
    gain[: R.shape[1]], gain[n:] = R.mean(axis=0), -(value - 1) / T
    return add_constraints(gain, threshold, ">=", constraints, f"Omega >= {value:g}")
