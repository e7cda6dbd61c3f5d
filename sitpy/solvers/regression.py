"""Least squares: plain, under linear constraints, with errors on both sides; and the elbow of a curve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sitpy.arguments import flag, numbers, shown
from sitpy.errors import InfeasibleError, InputError, NotSolvedError
from sitpy.record import Record
from sitpy.solvers import Program, model_for
from sitpy.solvers.diagnosis import explain

Array = np.ndarray
Table = ArrayLike | pd.DataFrame | pd.Series


@runtime_checkable
class LinearConstraints(Protocol):
    """What :func:`lm_constraint` reads of a set of constraints; ``sitpy.Constraints`` has it all."""

    meq: int

    @property
    def A(self) -> Array: ...
    @property
    def b(self) -> Array: ...
    @property
    def lb(self) -> Array: ...
    @property
    def ub(self) -> Array: ...
    @property
    def binary_index(self) -> Array | None: ...
    @property
    def names(self) -> Sequence[str | None]: ...


@dataclass(frozen=True)
class Regression(Record):
    """Answer of :func:`ols` and :func:`lm_constraint`; also ``fit["r.squared"]``.

    ``coefficients`` (k columns of x, labelled when x is); ``r_squared`` = 1 - sum(residual^2) / sum((y - mean y)^2), None
    where it was not asked for or y never changes; ``seb`` (k) the standard errors of :func:`ols`; ``solution`` all
    variables of the constraints of :func:`lm_constraint`, the coefficients first.
    """

    coefficients: Array | pd.Series
    r_squared: float | None = None
    seb: Array | pd.Series | None = None
    solution: Array | None = None


def ols(x: Table, y: Table, computeR2: bool = False) -> Regression:
    """Ordinary least squares of y on the columns of x; there is no intercept but a column of ones.

    Parameters
    ----------
    x : array or DataFrame (T observations x k variables)
        A vector is one variable.
    y : array or Series (T observations)
    computeR2 : bool
        Also the standard errors of the coefficients and the share of the variance explained.

    Returns
    -------
    Regression
        ``coefficients``; with ``computeR2`` also ``seb`` (from residual variance with divisor T - k) and ``r_squared``.

    Raises
    ------
    InputError
        Missing values, lengths that differ, columns that repeat each other, too few observations.

    Examples
    --------
    >>> import sitpy
    >>> fit = sitpy.ols([[1, 0], [1, 1], [1, 2], [1, 3]], [1, 3, 5, 8], computeR2=True)
    >>> fit.coefficients.round(4).tolist(), round(fit["r.squared"], 4)
    ([0.8, 2.3], 0.9888)

    References
    ----------
    SIT, ``ols``.
    """
    X, target, names = _data(x, y)
    computeR2 = flag("computeR2", computeR2)
    T, k = X.shape
    if k + computeR2 > T:
        raise InputError(f"there are {T} observations for {k} coefficients; at least {k + computeR2} are needed")
    size = np.linalg.norm(X, axis=0)
    size[size == 0] = 1.0
    u, values, v = np.linalg.svd(X / size, full_matrices=False)
    if values[-1] <= 1e-12 * values[0]:
        involved = np.flatnonzero(np.abs(v[-1]) > 1e-6)
        columns = ", ".join(repr(names[j]) if names else str(j) for j in involved)
        raise InputError(f"columns {columns} of x are zero or repeat each other; leave one out, or constrain them")
    inverse = v.T / values  # of X / size: inverse @ u.T
    coefficients = inverse @ (u.T @ target) / size
    if not computeR2:
        return Regression(_labelled(coefficients, names))
    residual = target - X @ coefficients
    seb = np.sqrt(residual @ residual / (T - k) * (inverse**2).sum(axis=1)) / size
    return Regression(_labelled(coefficients, names), _r_squared(residual, target), _labelled(seb, names))


def lm_constraint(
    x: Table, y: Table, constraints: LinearConstraints | None = None, *, intercept: bool = False
) -> Regression:
    """Least squares of y on the columns of x under linear constraints on the coefficients, as a quadratic programme.

    Style analysis is the best known case: the weights of indices, none negative, summing to 1, that explain a fund.

    Parameters
    ----------
    x : array or DataFrame (T observations x k variables)
        A vector is one variable.
    y : array or Series (T observations)
    constraints : Constraints, optional
        On k or more variables, the coefficients first; the others cost nothing, and 0/1 variables among them may limit the
        number of coefficients. None: :func:`ols`.
    intercept : bool
        Whether a constant is fitted beside the coefficients, which minimises the variance of ``y - x b`` in place of its
        sum of squares. Sharpe's style analysis does.

    Returns
    -------
    Regression
        ``coefficients``, ``r_squared``, and ``solution`` (all variables of the constraints).

    Raises
    ------
    InputError
        Missing values, lengths that differ, fewer variables in the constraints than columns.
    InfeasibleError
        No coefficients satisfy the constraints; the message names those that contradict each other.

    Examples
    --------
    >>> import sitpy
    >>> history = sitpy.data.bernstein_wilkinson()
    >>> indices, fund = history[["SP500", "TBills"]], 0.7 * history["SP500"] + 0.3 * history["TBills"]
    >>> fit = sitpy.lm_constraint(indices, fund, sitpy.create_basic_constraints(2))
    >>> fit.coefficients.round(4).to_dict(), round(fit.r_squared, 4)
    ({'SP500': 0.7, 'TBills': 0.3}, 1.0)

    References
    ----------
    SIT, ``lm.constraint``; Sharpe (1992), "Asset allocation: management style and performance measurement", Journal of
    Portfolio Management 18.
    """
    X, target, names = _data(x, y)
    if flag("intercept", intercept):
        X, target = X - X.mean(axis=0), target - target.mean()
    if constraints is None:
        fit = ols(pd.DataFrame(X, columns=names), target, computeR2=len(X) > X.shape[1])
        return Regression(fit.coefficients, fit.r_squared)
    program = _program(X, target, constraints, names)
    solution = model_for(program).solve()
    if solution is None:
        conflict = explain(program)
        raise InfeasibleError(conflict.message, conflict)
    if not solution.proven:
        raise NotSolvedError(
            f"the search ended with gap {solution.gap:.2g}; the fit is not proven best", solution.x, solution.bound
        )
    coefficients = solution.x[: X.shape[1]]
    residual = target - X @ coefficients
    return Regression(_labelled(coefficients, names), _r_squared(residual, target), solution=solution.x)


def _program(X: Array, y: Array, constraints: LinearConstraints, names: list[Any] | None) -> Program:
    """``min (y - X b)'(y - X b)``, over ``y'y`` so that the value does not depend on the unit."""
    if not isinstance(constraints, LinearConstraints):
        raise InputError(
            f"constraints is {shown(constraints)}; give constraints: create_basic_constraints({X.shape[1]})"
        )
    k, n = X.shape[1], constraints.A.shape[0]
    if n < k:
        raise InputError(f"the constraints have {n} variables but x has {k} columns; the coefficients come first")
    unit = float(y @ y) or 1.0
    D, c = np.zeros((n, n)), np.zeros(n)
    D[:k, :k], c[:k] = X.T @ X / unit, -(X.T @ y) / unit
    binary = np.zeros(0, dtype=int) if constraints.binary_index is None else constraints.binary_index
    lb = np.where(np.isnan(constraints.lb), -np.inf, constraints.lb)
    ub = np.where(np.isnan(constraints.ub), np.inf, constraints.ub)
    lb[binary], ub[binary] = np.maximum(lb[binary], 0.0), np.minimum(ub[binary], 1.0)
    variables = [str(name) for name in names or [f"x{j + 1}" for j in range(k)]]
    variables += [f"aux.{j + 1}" for j in range(n - k)]
    A, b = constraints.A.copy(), constraints.b.copy()
    return Program(c, A, b, constraints.meq, lb, ub, D, binary, tuple(constraints.names), tuple(variables))


def tls(x: Table, y: Table) -> Array | pd.Series:
    """Total least squares of y on the columns of x: errors on both sides, all of one variance, and no intercept.

    The smallest change of ``[x, y]``, in sum of squares, after which ``x b = y`` holds exactly; for one variable the line
    through the origin with the least sum of squared perpendicular distances. Centre the columns first for an intercept.

    Parameters
    ----------
    x : array or DataFrame (T observations x k variables)
        A vector is one variable.
    y : array or Series (T observations)
        In units in which its errors are as large as those of x.

    Returns
    -------
    array or Series (k variables)
        Labelled when x is.

    Raises
    ------
    InputError
        Missing values, lengths that differ, too few observations, columns that repeat each other, a best plane that is
        vertical or not the only one.

    Examples
    --------
    >>> import sitpy
    >>> sitpy.tls([1, 2, 3, 4], [1, 3, 2, 4]).round(4).tolist()
    [1.0]

    References
    ----------
    SIT, ``tls``; Golub and Van Loan (1980), "An analysis of the total least squares problem", SIAM Journal on Numerical
    Analysis 17.
    """
    X, target, names = _data(x, y)
    T, k = X.shape
    if k > T:
        raise InputError(f"there are {T} observations for {k} coefficients; at least {k} are needed")
    triangle = np.linalg.qr(np.column_stack([X, target]), mode="r")  # the same singular values, few rows
    _, values, v = np.linalg.svd(triangle, full_matrices=True)
    gap = values[k - 1] - (values[k] if k < T else 0.0)
    if gap <= 1e-12 * values[0]:
        raise InputError("every plane fits equally well, so there is no best one; use ols, or other observations")
    if abs(v[k, k]) <= 1e-10:
        raise InputError(
            "the best plane is vertical: columns of x repeat each other, or vary too little beside y; "
            "leave one out, use ols, or put x and y in comparable units"
        )
    return _labelled(-v[k, :k] / v[k, k], names)


def find_maximum_distance_point(y: Table, x: Table | None = None) -> int:
    """Position of the point furthest from the straight line between the first and the last: the elbow of a curve.

    Parameters
    ----------
    y : array or Series (n points)
        Heights of the curve.
    x : array or Series (n points), optional
        Where they stand; 1, 2, ..., n when not given. The answer does not depend on the units of either.

    Returns
    -------
    int
        0-based; the first of several, and 0 for a straight line.

    Raises
    ------
    InputError
        Fewer than two points, lengths that differ, missing values, first and last point the same.

    Examples
    --------
    >>> import sitpy
    >>> sitpy.find_maximum_distance_point([0.40, 0.70, 0.88, 0.92, 0.95, 0.97, 1.0])
    2

    References
    ----------
    SIT, ``find.maximum.distance.point``.
    """
    heights = _numbers(y, "y").ravel()
    places = np.arange(1.0, heights.size + 1) if x is None else _numbers(x, "x").ravel()
    if heights.size < 2 or places.size != heights.size:
        raise InputError(f"y has {heights.size} and x {places.size} points; give two or more, as many of each")
    up, along = heights - heights[0], places - places[0]
    if up[-1] == 0 and along[-1] == 0:
        raise InputError("the first and the last point are the same, so no line joins them; give an open curve")
    distance = np.abs(along[-1] * up - up[-1] * along)  # times the length of the chord
    rounding = 1e-12 * (abs(along[-1]) * np.abs(heights).max() + abs(up[-1]) * np.abs(places).max())
    return int(np.argmax(distance >= float(distance.max()) - rounding))


def _numbers(values: Table, argument: str) -> Array:
    """A copy as numbers, none missing."""
    found = numbers(argument, values)
    bad = np.argwhere(~np.isfinite(found))
    if bad.size:
        raise InputError(
            f"{argument} has {len(bad)} missing or infinite value(s), the first in row {int(bad[0][0])}; "
            "drop these observations from x and y"
        )
    return found


def _data(x: Table, y: Table) -> tuple[Array, Array, list[Any] | None]:
    """Columns, target and column names; observations labelled otherwise are refused."""
    X, target = _numbers(x, "x"), _numbers(y, "y")
    X = X[:, None] if X.ndim == 1 else X
    target = target[:, 0] if target.ndim == 2 and target.shape[1] == 1 else target
    if X.ndim != 2 or target.ndim != 1 or len(X) != len(target) or X.size == 0:
        raise InputError(
            f"x has shape {np.shape(x)} and y {np.shape(y)}; expected T observations x k and T observations"
        )
    labelled = (pd.DataFrame, pd.Series)
    if isinstance(x, labelled) and isinstance(y, labelled) and not x.index.equals(y.index):
        raise InputError("x and y are labelled with other observations; align them first (y.reindex(x.index))")
    named = isinstance(x, pd.DataFrame) and not isinstance(x.columns, pd.RangeIndex)
    return X, target, list(x.columns) if named and isinstance(x, pd.DataFrame) else None


def _labelled(values: Array, names: list[Any] | None) -> Array | pd.Series:
    return values if names is None else pd.Series(values, index=names)


def _r_squared(residual: Array, y: Array) -> float | None:
    total = float(((y - y.mean()) ** 2).sum())
    return 1 - float(residual @ residual) / total if total > 0 else None
