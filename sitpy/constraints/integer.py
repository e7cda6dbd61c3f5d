"""Rows with 0/1 variables: how many assets are held and how much of each, and which are long and which are short."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from sitpy.arguments import choice, finite, positions, positive, real, shown, whole
from sitpy.constraints.building import SENSES, ConstraintType, add_constraints, add_variables
from sitpy.constraints.editing import delete_constraints
from sitpy.constraints.record import Constraints, checked_constraints
from sitpy.errors import InputError

Array = np.ndarray
Groups = Mapping[str, tuple[ArrayLike, int]]

_COUNTS = {"<=": "at most", "=": "exactly", ">=": "at least"}
_SAME_SUM = 1e-12


def add_cardinality(
    constraints: Constraints,
    k: int | None = None,
    min_weight: ArrayLike = 0.0,
    max_weight: ArrayLike | None = None,
    groups: Groups | None = None,
    *,
    type: ConstraintType = "<=",
    n: int | None = None,
) -> Constraints:
    """Limit how many assets are held, and how little and how much of one that is held.

    Each asset gets a 0/1 variable ``b``, which is 1 where the asset may be held::

        min_weight b <= x <= max_weight b,    sum b <= k,    sum of b over a group <= its limit

    An asset that may be short (lower bound below zero) has its lower bound in place of a ``min_weight`` of 0.

    Parameters
    ----------
    constraints : Constraints
        The set to extend, asset weights first; it is not changed.
    k : int, optional
        Number of assets held, or its limit; None for no such row.
    min_weight : number or array (n assets)
        Least weight of an asset that is held; 0 for no such limit.
    max_weight : number or array (n assets), optional
        Largest weight of an asset that is held; by default the upper bounds of the constraints.
    groups : mapping of str to (members, int), optional
        Name of a group -> its assets (positions counted from 0, or a mask with True or False for each asset) and the largest
        number of them that may be held.
    type : {"<=", "=", ">="}
        At most, exactly or at least ``k`` assets. The last two need a ``min_weight`` above 0: without one an asset could
        count as held with nothing in it.
    n : int, optional
        Number of assets; by default all variables of the constraints that are not 0/1. Give it where other variables (those
        of a risk model) follow the weights.

    Returns
    -------
    Constraints
        With n more variables at the end; ``binary_index`` holds their positions too.

    Raises
    ------
    InputError
        Nothing is asked for, a number of assets or a weight that cannot be, an asset whose weight is not limited, members
        that do not exist.

    Examples
    --------
    >>> import numpy as np, sitpy
    >>> constraints = sitpy.add_constraints(np.ones(9), 1, "=", sitpy.new_constraints(9, lb=0, ub=0.8), "sum of weights")
    >>> constraints = sitpy.add_cardinality(constraints, 4, 0.1, groups={"equities": ([0, 1, 2], 1)}, type="=")
    >>> constraints
    <Constraints: 18 variables (9 binary), 2 equalities, 19 inequalities>
    >>> x = sitpy.min_risk_portfolio(sitpy.aa_test_create_ia_rebal(), constraints)
    >>> x[:9].round(3).tolist(), int(x[9:12].sum())
    ([0.1, 0.0, 0.0, 0.0, 0.0, 0.0, 0.1, 0.1, 0.7], 1)

    References
    ----------
    Chang, Meade, Beasley and Sharaiha (2000), "Heuristics for cardinality constrained portfolio optimisation", Computers
    & Operations Research 27; SIT, ``constraints$binary.index`` in "Minimum Investment and Number of Assets".
    """
    n = _assets(constraints, n)
    choice("type", type, SENSES)
    most = _largest(constraints, max_weight, n)
    least = _smallest(constraints, min_weight, most, n)
    members = _groups(groups, n)
    if k is None and not members and not (least > 0).any():
        raise InputError("nothing is asked for; give k, min_weight above 0, or groups")
    if k is not None:
        k = whole("k", k)
        if type != "<=" and (least <= 0).any():
            i = int(np.argmax(least <= 0))
            raise InputError(
                f"{_COUNTS[type]} {k} assets cannot be told from fewer, because asset {i} may count as held with nothing in "
                "it; give min_weight above 0, such as 0.00001 (where it may be short, split it with add_long_short first)"
            )
    first = constraints.n
    result = _with_binaries(constraints, n)
    unit = np.eye(result.n)
    x, held = unit[:, :n], unit[:, first:]
    result = add_constraints(held * most - x, 0, ">=", result, _named("maximum holding", most))
    limited = np.flatnonzero((least != 0) | ~(constraints.lb[:n] >= 0))
    names = [_holding(limit) for limit in least[limited]]
    result = add_constraints((x - held * least)[:, limited], 0, ">=", result, names)
    for name, (which, limit) in members.items():
        result = add_constraints(held[:, which].sum(axis=1), limit, "<=", result, f"at most {limit} assets of {name}")
    if k is not None:
        result = add_constraints(held.sum(axis=1), k, type, result, f"{_COUNTS[type]} {k} assets")
    return result


def add_long_short(
    constraints: Constraints, long: float = 1.3, short: float = 0.3, *, n: int | None = None
) -> Constraints:
    """Fix the totals of long and of short weights (130/30), each asset either long or short.

    The weights ``x`` are split: the new variables are ``long`` (n), ``short`` (n), the other variables of the constraints,
    and a 0/1 variable ``b`` for each asset that may be either, 1 for long::

        x = long - short,    long <= ub b,    short <= -lb (1 - b),    sum(long) = 1.3,    sum(short) = 0.3

    It is the layout of SIT's 200/100 portfolio, so the assumptions that go with it are
    :func:`aa_test_ia_add_short` of those for ``x``.

    Parameters
    ----------
    constraints : Constraints
        Limits on the weights ``x``: an upper bound is the most that may be long, a negative lower bound the most that may be
        short; where there is none, ``long`` and ``short`` are. Its rows hold for ``long - short``. A row that fixes
        the sum of all weights is no longer needed, and left out.
    long, short : float
        Sums of the long and of the short weights (1.3 for 130 %).
    n : int, optional
        Number of assets; by default all variables of the constraints that are not 0/1. Give it where other variables (those
        of a risk model) follow the weights.

    Returns
    -------
    Constraints

    Raises
    ------
    InputError
        Totals that are not positive; a row of the constraints that asks for another sum of weights.

    Examples
    --------
    >>> import numpy as np, sitpy
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> constraints = sitpy.add_long_short(sitpy.new_constraints(9, lb=-0.2, ub=0.8), 1.3, 0.3)
    >>> constraints
    <Constraints: 27 variables (9 binary), 2 equalities, 18 inequalities>
    >>> x = sitpy.min_risk_portfolio(sitpy.aa_test_ia_add_short(ia), constraints)
    >>> weight = x[:9] - x[9:18]
    >>> [round(float(weight[weight > 0].sum()), 6), round(float(weight[weight < 0].sum()), 6)]
    [1.3, -0.3]

    References
    ----------
    SIT, ``aa.test.ia.add.short``; Systematic Investor blog, "130/30 Portfolio Construction" (2011).
    """
    n = _assets(constraints, n)
    long = real("long", long, "give the sum of the long weights, above 0 (1.3 for 130 %)", positive)
    short = real("short", short, "give the sum of the short weights, above 0 (0.3 for 30 %)", positive)
    split = _without_sum(_split(constraints, n), n, long - short)
    lb, ub = _or_infinite(constraints.lb[:n], -np.inf), _or_infinite(constraints.ub[:n], np.inf)
    most = np.minimum(np.concatenate([np.maximum(ub, 0), np.maximum(-lb, 0)]), np.repeat([long, short], n))
    split.lb = np.concatenate([np.maximum(lb, 0), np.maximum(-ub, 0), constraints.lb[n:]])
    split.ub = np.concatenate([np.maximum(most, split.lb[: 2 * n]), constraints.ub[n:]])
    either = np.flatnonzero((most[:n] > 0) & (most[n:] > 0))
    first = split.n
    result = _with_binaries(split, either.size)
    unit = np.eye(result.n)
    b = unit[:, first:]
    for position, total, side in ((n, short, "short"), (0, long, "long")):
        row = unit[:, position : position + n].sum(axis=1)
        result = add_constraints(row, total, "=", result, f"{100 * total:g}% {side}")
    result = add_constraints(b * most[either] - unit[:, either], 0, ">=", result, "long or short")
    shorts = -b * most[n + either] - unit[:, n + either]
    return add_constraints(shorts, -most[n + either], ">=", result, "long or short")


# ------------------------------------------------------------------------------------------------------- pieces


def _assets(constraints: Constraints, n: int | None) -> int:
    """How many of the first variables are asset weights."""
    checked_constraints(constraints)
    binary = () if constraints.binary_index is None else constraints.binary_index
    weights = np.setdiff1d(np.arange(constraints.n), binary).size
    if n is None:
        n = weights
        if np.any(np.asarray(binary) < n):
            raise InputError(f"0/1 variables stand among the first {n} variables; the asset weights come first: give n")
    n = whole("n", n, 1)
    if n > weights:
        raise InputError(
            f"n is {n}, but {weights} of the {constraints.n} variables are not 0/1; give the number of assets"
        )
    return n


def _with_binaries(constraints: Constraints, count: int) -> Constraints:
    result = add_variables(count, constraints, lb=0, ub=1)
    old = np.zeros(0, dtype=int) if constraints.binary_index is None else constraints.binary_index
    result.binary_index = np.concatenate([old, np.arange(constraints.n, result.n)])
    return result


def _or_infinite(bound: Array, infinity: float) -> Array:
    return np.where(np.isnan(bound), infinity, bound)


def _per_asset(label: str, value: ArrayLike, n: int) -> Array:
    values = finite(label, value)
    if values.ndim > 1 or values.size not in (1, n):
        raise InputError(f"{label} has shape {values.shape}; give one number, or one for each of {n} assets")
    return np.broadcast_to(values.ravel(), n)


def _largest(constraints: Constraints, max_weight: ArrayLike | None, n: int) -> Array:
    """Largest weight of each asset that is held."""
    if max_weight is not None:
        most = _per_asset("max_weight", max_weight, n)
        if (most <= 0).any():
            i = int(np.argmax(most <= 0))
            raise InputError(f"max_weight of asset {i} is {most[i]:g}; give a weight above 0")
        return most
    most = _or_infinite(constraints.ub[:n], np.inf)
    if np.isinf(most).any():
        i = int(np.argmax(np.isinf(most)))
        raise InputError(
            f"asset {i} has no upper bound, so no 0/1 variable can switch it off; give max_weight, or ub in new_constraints"
        )
    return most


def _smallest(constraints: Constraints, min_weight: ArrayLike, most: Array, n: int) -> Array:
    """Least weight of each asset that is held: its lower bound where that is below zero."""
    least = _per_asset("min_weight", min_weight, n)
    lb = _or_infinite(constraints.lb[:n], -np.inf)
    problems = (
        (least < 0, "is below 0: give 0 or more (short limits are lower bounds of the constraints)"),
        (least > most, "is above the largest weight {most:g}; exchange or widen them"),
        (
            (least > 0) & (lb < 0) & np.isfinite(lb),
            "is above 0 although the asset may be short (lower bound {lb:g}); give lb = 0, or use add_long_short first",
        ),
    )
    for wrong, words in problems:
        if wrong.any():
            i = int(np.argmax(wrong))
            raise InputError(f"min_weight of asset {i}, {least[i]:g}, " + words.format(most=most[i], lb=lb[i]))
    unlimited = np.isinf(lb) & (least == 0)
    if unlimited.any():
        i = int(np.argmax(unlimited))
        raise InputError(
            f"asset {i} has no lower bound, so no 0/1 variable can switch it off; give min_weight above 0, or lb in "
            "new_constraints (0 for no short positions)"
        )
    return np.where(least > 0, least, np.minimum(lb, 0))


def _groups(groups: Groups | None, n: int) -> dict[str, tuple[Array, int]]:
    """Members and limit of each group."""
    remedy = 'give a mapping of names to (members, limit), such as {"banks": ([0, 3, 5], 2)}'
    if groups is None:
        return {}
    if not isinstance(groups, Mapping):
        raise InputError(f"groups is {shown(groups)}; {remedy}")
    found = {}
    for name, group in groups.items():
        if not isinstance(group, (tuple, list)) or len(group) != 2:
            raise InputError(f"group {name!r} is {shown(group)}; {remedy}")
        which = _members(f"members of group {name!r}", group[0], n)
        if which.size == 0:
            raise InputError(f"group {name!r} has no members; leave it out, or name its assets")
        found[str(name)] = which, whole(f"limit of group {name!r}", group[1])
    return found


def _members(label: str, value: Any, n: int) -> Array:
    """Positions from positions, or from a mask with one truth value per asset."""
    try:
        mask = np.asarray(value)
    except ValueError:
        mask = np.zeros(0)
    if mask.dtype == bool and mask.shape == (n,):
        return np.flatnonzero(mask)
    return np.unique(positions(label, value, n))


def _named(what: str, limits: Array) -> list[str | None]:
    return [f"{what} {100 * limit:.6g}%" for limit in limits]


def _holding(limit: float) -> str:
    return f"minimum holding {100 * limit:.6g}%" if limit >= 0 else f"maximum short {-100 * limit:.6g}%"


def _split(constraints: Constraints, n: int) -> Constraints:
    """Each of the first n variables as a difference of two."""
    split = constraints.copy()
    A = constraints.A
    split.A = np.vstack([A[:n], -A[:n], A[n:]])
    if constraints.binary_index is not None:
        split.binary_index = constraints.binary_index + n
    if constraints.x0 is not None and np.size(constraints.x0) >= n:
        x = np.ravel(constraints.x0)
        split.x0 = np.concatenate([np.maximum(x[:n], 0), np.maximum(-x[:n], 0), x[n:]])
    split.differences = tuple(
        (np.hstack([returns, -returns]), variable + n) for returns, variable in constraints.differences
    )
    return split


def _without_sum(split: Constraints, n: int, total: float) -> Constraints:
    """Without the rows that fix the sum of all weights, which the two totals fix already."""
    ones = np.concatenate([np.ones(n), -np.ones(n), np.zeros(split.n - 2 * n)])
    keep = np.ones(split.A.shape[1], dtype=bool)
    for j in range(split.meq):
        size = split.A[0, j]
        if size != 0 and (split.A[:, j] == size * ones).all():
            asked = split.b[j] / size
            if abs(asked - total) > _SAME_SUM * max(1.0, abs(asked)):
                raise InputError(
                    f"the constraints ask for a sum of weights of {asked:g}, but long less short is {total:g}; change long, "
                    "short, or that constraint"
                )
            keep[j] = False
    return delete_constraints(np.flatnonzero(~keep), split)
