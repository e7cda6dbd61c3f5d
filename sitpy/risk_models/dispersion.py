"""Distances from a mean, from a threshold and between periods: MAD, downside MAD, Gini."""

from __future__ import annotations

import numpy as np

from sitpy.arguments import flag
from sitpy.constraints import (
    Constraints,
    ConstraintType,
    add_constraints,
    add_variables,
)
from sitpy.errors import InputError
from sitpy.inputs import InputAssumptions
from sitpy.risk_models.rows import cap, history_and_limit
from sitpy.sparse import lines

Array = np.ndarray
_ALL_PAIRS = 10  # periods: for quadratic objectives more pairs cost far more time, for linear ones little


def add_constraint_mad(
    ia: InputAssumptions, value: float, type: ConstraintType, constraints: Constraints
) -> Constraints:
    """Limit the mean absolute deviation: ``u+ - u- = p - mean p``, ``mean(u+ + u-)``.

    Parameters
    ----------
    ia, type, constraints
        As in :func:`add_constraint_maxloss`.
    value : float
        Limit, per period.

    Returns
    -------
    Constraints
        With 2 T more variables and T + 1 more constraints.

    Raises
    ------
    InputError
        Missing values in the history, or fewer variables than assets.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> sitpy.add_constraint_mad(ia, 0.05, "<=", sitpy.create_basic_constraints(ia.n)).n
    63

    References
    ----------
    SIT, ``add.constraint.mad``; Konno and Yamazaki (1991), "Mean-absolute deviation portfolio optimization model and
    its applications to Tokyo stock market", Management Science 37.
    """
    R, value = history_and_limit(ia, value, type, constraints)
    T, n = len(R), constraints.n
    constraints = add_variables(2 * T, constraints, lb=0)
    above = n + np.arange(T)
    rows = lines(R - R.mean(axis=0), constraints.n, (above, -1.0), (above + T, 1.0))
    constraints = add_constraints(rows, 0.0, "=", constraints, "MAD model")
    return cap(np.concatenate([np.zeros(n), np.full(2 * T, 1 / T)]), value, type, constraints, "MAD")


def add_constraint_mad_downside(
    ia: InputAssumptions, value: float, type: ConstraintType, constraints: Constraints
) -> Constraints:
    """Limit the mean shortfall below m: ``z >= m - p``, m = ``ia.parameters_mar``, or the portfolio's mean if None.

    Parameters
    ----------
    ia, type, constraints
        As in :func:`add_constraint_maxloss`.
    value : float
        Limit, per period.

    Returns
    -------
    Constraints
        With T more variables and T + 1 more constraints.

    Raises
    ------
    InputError
        Missing values in the history, or fewer variables than assets.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> sitpy.add_constraint_mad_downside(ia, 0.05, "<=", sitpy.create_basic_constraints(ia.n)).n
    36

    References
    ----------
    SIT, ``add.constraint.mad.downside``.
    """
    R, value = history_and_limit(ia, value, type, constraints)
    T, n = len(R), constraints.n
    mar = ia.parameters_mar
    returns = R - R.mean(axis=0) if mar is None else R
    constraints = add_variables(T, constraints, lb=0)
    rows = lines(returns, constraints.n, (n + np.arange(T), 1.0))
    constraints = add_constraints(rows, mar or 0.0, ">=", constraints, "downside MAD model")
    return cap(np.concatenate([np.zeros(n), np.full(T, 1 / T)]), value, type, constraints, "downside MAD")


def add_constraint_gini(
    ia: InputAssumptions, value: float, type: ConstraintType, constraints: Constraints, *, pairs: bool | None = None
) -> Constraints:
    """Limit Gini's mean difference: ``u+ - u- = p_j - p_k`` for every pair of periods j < k, ``sum(u+ + u-)``.

    A long history has too many pairs to write down. One variable then stands for the mean over all pairs
    (``Constraints.differences``), and the solvers bring in the few pairs that matter: the same optimum, for 500 periods
    in seconds.

    Parameters
    ----------
    ia, constraints
        As in :func:`add_constraint_maxloss`.
    value : float
        Limit of the sum over all pairs, as in SIT. For a :func:`portfolio_gini_coefficient` (the mean over the pairs) of at
        most g over T periods, give g T (T - 1) / 2.
    type : {"<=", ">=", "="}
        As in :func:`add_constraint_maxloss`. A lower limit or an equality above 0 is not convex and no model holds it; it
        is refused unless ``pairs=True`` asks for SIT's rows, in which ">=" limits nothing and "=" is "<=".
    pairs : bool, optional
        Write every pair down, as SIT does; by default up to 10 periods.

    Returns
    -------
    Constraints
        With T (T - 1) more variables and T (T - 1)/2 + 1 more constraints, or with 1 more of each.

    Raises
    ------
    InputError
        Missing values in the history, fewer variables than assets, a single period; a limit above 0 that is not "<=",
        without ``pairs=True``.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.create_ia([[0.1, 0.05], [-0.2, 0.02], [0.3, -0.01]])
    >>> sitpy.add_constraint_gini(ia, 1, "<=", sitpy.create_basic_constraints(2)).n
    8
    >>> sitpy.add_constraint_gini(ia, 1, "<=", sitpy.create_basic_constraints(2), pairs=False).n
    3

    A mean difference of at most 10 %, over 3 pairs of periods:

    >>> limited = sitpy.add_constraint_gini(ia, 0.1 * 3, "<=", sitpy.create_basic_constraints(2))
    >>> weights = sitpy.max_return_portfolio(ia, limited)[:2]
    >>> round(float(sitpy.portfolio_gini_coefficient(weights, ia)[0]), 6)
    0.1

    References
    ----------
    SIT, ``add.constraint.gini``; Yitzhaki (1982), "Stochastic dominance, mean variance, and Gini's mean difference".
    """
    R, value = history_and_limit(ia, value, type, constraints)
    T, n = len(R), constraints.n
    count = T * (T - 1) // 2
    if not count:
        raise InputError(f"hist_returns has {T} period(s); Gini's mean difference needs 2 or more")
    written = T <= _ALL_PAIRS if pairs is None else flag("pairs", pairs)
    if type != "<=" and value > 0 and not pairs:
        raise InputError(
            f"a limit Gini {type} {value:g} is not convex, so no model holds it; give an upper limit (type '<='), or "
            "pairs=True for SIT's rows, whose variables are only held above Gini"
        )
    if not written:
        constraints = add_variables(1, constraints, lb=0)
        constraints.differences = (*constraints.differences, (R.copy(), n))
        mean = np.append(np.zeros(n), 1.0)
        name = f"Gini {type} {value:g} (a mean of {value / count:.6g} over {count} pairs)"
        return add_constraints(mean, value / count, type, constraints, name)
    first, second = np.triu_indices(T, 1)
    constraints = add_variables(2 * count, constraints, lb=0)
    above = n + np.arange(count)
    rows = lines(R[first] - R[second], constraints.n, (above, -1.0), (above + count, 1.0))
    constraints = add_constraints(rows, 0.0, "=", constraints, "Gini model")
    return cap(np.concatenate([np.zeros(n), np.ones(2 * count)]), value, type, constraints, "Gini")
