"""Risk measures as linear rows: each ``add_constraint_*`` appends auxiliary variables, the rows that tie them to the
asset weights, and, as the LAST constraint, "measure type value".

The same builders serve as caps ("minimum risk with MaxLoss <= 12 %") and, by their last row, as objectives of the
``min_*_portfolio`` functions. R = ``ia.hist_returns`` (T periods x n assets), p = R x.
"""

from __future__ import annotations

import numpy as np

from sitpy.arguments import choice, flag, real
from sitpy.constraints import (
    SENSES,
    Constraints,
    ConstraintType,
    add_constraints,
    add_variables,
    checked_constraints,
    new_constraints,
)
from sitpy.errors import InputError
from sitpy.inputs import InputAssumptions, checked_assumptions

Array = np.ndarray
_ALL_PAIRS = 10  # periods: for quadratic objectives more pairs cost far more time, for linear ones little


def _model(ia: InputAssumptions, value: float, type: ConstraintType, constraints: Constraints) -> tuple[Array, float]:
    """The history, padded with zero columns for variables beyond the assets (T x constraints.n), and the limit."""
    limit = real("value", value, "give the limit as a finite number")
    choice("constraint type", type, SENSES)
    returns = checked_assumptions(ia).complete_history()
    extra = checked_constraints(constraints).n - ia.n
    if extra < 0:
        raise InputError(
            f"the constraints have {constraints.n} variables but there are {ia.n} assets; "
            "the first variables must be the asset weights"
        )
    return np.hstack([returns, np.zeros((len(returns), extra))]), limit


def _cap(
    coefficients: Array, value: float, type: ConstraintType, constraints: Constraints, measure: str
) -> Constraints:
    return add_constraints(coefficients, value, type, constraints, names=f"{measure} {type} {value:g}")


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
    R, value = _model(ia, value, type, constraints)
    T = len(R)
    constraints = add_variables(1, constraints)
    constraints = add_constraints(np.vstack([R.T, np.ones((1, T))]), 0.0, ">=", constraints, "MaxLoss model")
    return _cap(np.append(np.zeros(constraints.n - 1), 1.0), value, type, constraints, "MaxLoss")


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
    R, value = _model(ia, value, type, constraints)
    T, n = R.shape
    unit = np.eye(T)
    deviation = R - R.mean(axis=0)
    constraints = add_variables(2 * T, constraints, lb=0)
    constraints = add_constraints(np.vstack([deviation.T, -unit, unit]), 0.0, "=", constraints, "MAD model")
    return _cap(np.concatenate([np.zeros(n), np.full(2 * T, 1 / T)]), value, type, constraints, "MAD")


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
    R, value = _model(ia, value, type, constraints)
    T, n = R.shape
    constraints = add_variables(T + 1, constraints, lb=np.append(np.zeros(T), -np.inf))
    rows = np.vstack([R.T, np.eye(T), np.ones((1, T))])
    constraints = add_constraints(rows, 0.0, ">=", constraints, "CVaR model")
    return _cap(_tail_mean(ia, n, T), value, type, constraints, "CVaR")


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
    R, value = _model(ia, value, type, constraints)
    T, n = R.shape
    cumulative, unit, none = np.cumsum(R, axis=0).T, np.eye(T), np.zeros((T, T))
    lb = np.concatenate([np.zeros(T), np.full(T + 1, -np.inf)])
    constraints = add_variables(2 * T + 1, constraints, lb=lb)
    tail = np.vstack([cumulative, unit, np.ones((1, T)), -unit])
    above = np.vstack([-cumulative, none, np.zeros((1, T)), unit])
    rising = np.vstack([np.zeros((n + T + 1, T - 1)), (unit[1:] - unit[:-1]).T])
    for rows in (tail, above, rising):
        constraints = add_constraints(rows, 0.0, ">=", constraints, "CDaR model")
    return _cap(np.append(_tail_mean(ia, n, T), np.zeros(T)), value, type, constraints, "CDaR")


def _tail_mean(ia: InputAssumptions, n: int, T: int) -> Array:
    """Coefficients of ``sum(w)/((1 - alpha) T) + E`` after n weights."""
    return np.concatenate([np.zeros(n), np.full(T, 1 / ((1 - ia.parameters_alpha) * T)), [1.0]])


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
    R, value = _model(ia, value, type, constraints)
    T, n = R.shape
    mar = ia.parameters_mar
    returns = R - R.mean(axis=0) if mar is None else R
    constraints = add_variables(T, constraints, lb=0)
    constraints = add_constraints(
        np.vstack([returns.T, np.eye(T)]), mar or 0.0, ">=", constraints, "downside MAD model"
    )
    return _cap(np.concatenate([np.zeros(n), np.full(T, 1 / T)]), value, type, constraints, "downside MAD")


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
    R, value = _model(ia, value, type, constraints)
    T, n = R.shape
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
        constraints.differences = (*constraints.differences, (R[:, : ia.n], n))
        mean = np.append(np.zeros(n), 1.0)
        name = f"Gini {type} {value:g} (a mean of {value / count:.6g} over {count} pairs)"
        return add_constraints(mean, value / count, type, constraints, name)
    first, second = np.triu_indices(T, 1)
    unit = np.eye(count)
    constraints = add_variables(2 * count, constraints, lb=0)
    rows = np.vstack([(R[first] - R[second]).T, -unit, unit])
    constraints = add_constraints(rows, 0.0, "=", constraints, "Gini model")
    return _cap(np.concatenate([np.zeros(n), np.ones(2 * count)]), value, type, constraints, "Gini")


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
    R, value = _model(ia, value, type, constraints)
    T, n = R.shape
    if flag("as_limit", as_limit):
        return _omega_limit(R, ia.parameters_omega, value, type, constraints)
    meq, unit = constraints.meq, np.eye(n)
    upper, lower = np.isfinite(constraints.ub), np.isfinite(constraints.lb)

    def homogeneous(columns: Array, rhs: Array) -> Array:
        """Rows ``a'x - rhs t``."""
        return np.vstack([columns, np.zeros((2 * T, columns.shape[1])), -rhs[None, :]])

    fields = new_constraints(
        n + 2 * T + 1,
        lb=np.concatenate([np.full(n, -np.inf), np.zeros(2 * T), [-np.inf]]),
        ub=np.concatenate([np.full(n, np.inf), np.full(2 * T + 1, np.nan)]),
    )
    gains = np.vstack([R.T, -np.eye(T), np.eye(T), np.full((1, T), -ia.parameters_omega)])
    mean = np.full(T, 1 / T)
    A, b, names = constraints.A, constraints.b, constraints.names
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
    return _cap(gain, value, type, fields, "Omega")


def _omega_limit(
    R: Array, threshold: float, value: float, type: ConstraintType, constraints: Constraints
) -> Constraints:
    """``mean p - (value - 1) mean z >= L`` with ``z >= L - p``."""
    if type != ">=" or value < 1:
        raise InputError(
            f"a limit Omega {type} {value:g} is not convex; ask for an Omega of at least 1 (type '>=', value 1 or more)"
        )
    T = len(R)
    constraints = add_variables(T, constraints, lb=0)
    constraints = add_constraints(np.vstack([R.T, np.eye(T)]), threshold, ">=", constraints, "Omega model")
    gain = np.concatenate([R.mean(axis=0), np.full(T, -(value - 1) / T)])
    return add_constraints(gain, threshold, ">=", constraints, f"Omega >= {value:g}")
