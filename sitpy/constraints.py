"""Linear constraints of a portfolio problem, with SIT's layout: one row per variable, one column per constraint."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Sequence
from typing import Any, Literal, overload

import numpy as np
from numpy.typing import ArrayLike

from sitpy.arguments import choice, dimensions, instance, listed, numbers, positions, real, shown, whole
from sitpy.errors import InputError, SitpyWarning
from sitpy.record import Record

Array = np.ndarray
ConstraintType = Literal["=", ">=", "<="]
SENSES = ("=", ">=", "<=")
Names = str | Sequence[str | None] | None


class Constraints(Record):
    """Linear constraints ``A'x = b`` (first ``meq`` columns) and ``A'x >= b`` (the others), with bounds.

    Every function of this module returns a new object, but fields may be assigned, as SIT scripts do:
    ``constraints.A = numpy.vstack([constraints.A, numpy.zeros((k, m))])`` adds ``k`` variables without bounds.

    Parameters
    ----------
    A : array (n variables x m constraints)
        Coefficients; each column is a constraint.
    b : array (m constraints)
        Right-hand sides.
    meq : int
        Number of leading equality columns.
    lb, ub : array (n variables) or number
        Bounds; ``nan`` means none.
    binary_index : sequence of int, optional
        0-based positions of the variables that may only be 0 or 1.
    x0 : array (n variables), optional
        Start value; only a hint.
    names : sequence of str or None, optional
        One name per constraint, used in messages.

    Attributes
    ----------
    differences : tuple of (array (T periods x assets), int)
        Histories, each with the variable that is at least the mean of the absolute differences of the portfolio's returns
        over all pairs of periods: what :func:`add_constraint_gini` adds for a long history.

    Raises
    ------
    InputError
        When the shapes do not agree or ``A`` or ``b`` holds a missing number.

    Examples
    --------
    >>> import numpy as np, sitpy
    >>> constraints = sitpy.new_constraints(3, lb=0, ub=0.8)
    >>> constraints = sitpy.add_constraints(np.ones(3), 1, "=", constraints, names="budget")
    >>> constraints.n, constraints.meq, constraints.names
    (3, 1, ['budget'])
    """

    meq: int
    x0: Array | None
    differences: tuple[tuple[Array, int], ...]
    _lb: Array
    _ub: Array

    def __init__(
        self,
        A: ArrayLike,
        b: ArrayLike,
        meq: int = 0,
        lb: ArrayLike | None = np.nan,
        ub: ArrayLike | None = np.nan,
        binary_index: Sequence[int] | Array | None = None,
        x0: ArrayLike | None = None,
        names: Names = None,
    ) -> None:
        self._A = _coefficients(A)
        self.b = b
        self.meq = whole("meq", meq)
        self.lb = lb
        self.ub = ub
        self.binary_index = binary_index
        self.x0 = None if x0 is None else numbers("x0", x0)
        self.names = names
        self.differences = ()
        self.check()

    @property
    def A(self) -> Array:
        """Coefficients (n variables x m constraints)."""
        return self._A

    @A.setter
    def A(self, value: ArrayLike) -> None:
        grown = _coefficients(value)
        extra = grown.shape[0] - self.n
        if extra > 0:
            self._lb = np.append(self._lb, np.full(extra, np.nan))
            self._ub = np.append(self._ub, np.full(extra, np.nan))
        self._A = grown

    @property
    def n(self) -> int:
        """Number of variables."""
        return int(self._A.shape[0])

    @property
    def b(self) -> Array:
        """Right-hand sides (m constraints)."""
        return self._b

    @b.setter
    def b(self, value: ArrayLike) -> None:
        self._b = np.atleast_1d(numbers("b", value))

    @property
    def lb(self) -> Array:
        """Lower bounds (n variables), nan where there is none."""
        return self._lb

    @lb.setter
    def lb(self, value: ArrayLike | None) -> None:
        self._lb = _spread(value, self.n, "lb")

    @property
    def ub(self) -> Array:
        """Upper bounds (n variables), nan where there is none."""
        return self._ub

    @ub.setter
    def ub(self, value: ArrayLike | None) -> None:
        self._ub = _spread(value, self.n, "ub")

    @property
    def binary_index(self) -> Array | None:
        """0-based positions of the 0/1 variables, or None."""
        return self._binary_index

    @binary_index.setter
    def binary_index(self, value: Sequence[int] | Array | None) -> None:
        self._binary_index = None if value is None else np.unique(positions("binary_index", value))

    @property
    def names(self) -> list[str | None]:
        """One name (or None) per constraint."""
        m = self.A.shape[1]
        return (self._names + [None] * m)[:m]

    @names.setter
    def names(self, value: Names) -> None:
        self._names = _spread_names(value, self.A.shape[1])

    def copy(self) -> Constraints:
        """An independent copy."""
        return copy.deepcopy(self)

    def check(self) -> Constraints:
        """Return self when all fields agree; otherwise raise an InputError that says which do not."""
        n, m = self.A.shape
        if self.b.shape != (m,):
            raise InputError(
                f"b has {self.b.size} values but A has {m} columns; give one right-hand side per constraint"
            )
        for label, bound in (("lb", self.lb), ("ub", self.ub)):
            if bound.shape != (n,):
                raise InputError(f"{label} has {bound.size} values but A has {n} rows; give one bound per variable")
        if not 0 <= self.meq <= m:
            raise InputError(f"meq is {self.meq} but there are {m} constraints; it must lie in 0..{m}")
        _refuse_missing("A", self.A)
        _refuse_missing("b", self.b)
        crossed = np.flatnonzero(self.lb > self.ub)
        if crossed.size:
            i = int(crossed[0])
            raise InputError(
                f"variable {i}: lower bound {self.lb[i]:g} is above upper bound {self.ub[i]:g}; exchange or widen them"
            )
        if self.binary_index is not None and self.binary_index.size:
            low, high = int(self.binary_index[0]), int(self.binary_index[-1])
            if low < 0 or high >= n:
                raise InputError(
                    f"binary_index reaches from {low} to {high} but the {n} variables are counted 0..{n - 1}"
                )
        for returns, variable in self.differences:
            if not returns.shape[1] <= variable < n:
                raise InputError(
                    f"a Gini limit over {returns.shape[1]} assets stands in variable {variable}, but the {n} variables are "
                    f"counted 0..{n - 1}; keep that variable, or empty differences"
                )
        return self

    def __repr__(self) -> str:
        binaries = 0 if self.binary_index is None else self.binary_index.size
        return (
            f"<Constraints: {self.n} variables ({binaries} binary), {self.meq} equalities, "
            f"{self.A.shape[1] - self.meq} inequalities>"
        )


# ------------------------------------------------------------------------------------------------ builders

_SUM = "give a finite sum of weights, or None for no such constraint"
_FORM_CURRENT = ("n", "A", "b", "type", "lb", "ub", "names")
_FORM_2011 = ("A", "b", "type", "lb", "ub", "names")


@overload
def new_constraints(
    n: int,
    A: ArrayLike | None = ...,
    b: ArrayLike | None = ...,
    type: ConstraintType = ...,
    lb: ArrayLike | None = ...,
    ub: ArrayLike | None = ...,
    names: Names = ...,
) -> Constraints: ...


@overload
def new_constraints(
    A: ArrayLike,
    b: ArrayLike,
    type: ConstraintType = ...,
    lb: ArrayLike | None = ...,
    ub: ArrayLike | None = ...,
    names: Names = ...,
) -> Constraints: ...


def new_constraints(*args: Any, **fields: Any) -> Constraints:
    """Start a set of constraints.

    Two forms, told apart by the first argument (a whole number, or a vector or matrix)::

        new_constraints(n, A=None, b=None, type="=", lb=nan, ub=nan, names=None)
        new_constraints(A, b, type="=", lb=nan, ub=nan, names=None)          # the form of 2011

    Parameters
    ----------
    n : int
        Number of variables.
    A : array (n variables) or (n variables x k constraints), optional
        Coefficients; a vector is one constraint.
    b : number or array (k constraints)
        Right-hand sides; a number is repeated for every column of ``A``.
    type : {"=", ">=", "<="}
        ``<=`` is stored with its sign turned.
    lb, ub : number or array (n variables)
        Bounds of the variables; ``nan`` or None means none.
    names : str or sequence of str, optional
        Names of the constraints, for messages.

    Returns
    -------
    Constraints

    Raises
    ------
    InputError
        Unknown type word, or shapes that do not agree.

    Warns
    -----
    SitpyWarning
        When ``lb`` or ``ub`` has neither 1 nor n values: only its first is used then, as in SIT.

    Examples
    --------
    >>> import numpy as np, sitpy
    >>> sitpy.new_constraints(3, lb=0, ub=0.8)
    <Constraints: 3 variables (0 binary), 0 equalities, 0 inequalities>
    >>> sitpy.new_constraints(np.eye(3), np.repeat(-0.5, 3), type=">=")
    <Constraints: 3 variables (0 binary), 0 equalities, 3 inequalities>

    References
    ----------
    SIT, ``new.constraints``.
    """
    first_is_matrix = dimensions(args[0]) > 0 if args else "n" not in fields
    order = _FORM_2011 if first_is_matrix else _FORM_CURRENT
    if len(args) > len(order):
        raise InputError(f"new_constraints takes at most {len(order)} arguments; {len(args)} were given")
    given = dict(zip(order, args))
    unknown = sorted(set(fields) - set(_FORM_CURRENT))
    twice = sorted(set(fields) & set(given))
    if unknown or twice:
        word = "does not know" if unknown else "was given twice"
        raise InputError(f"new_constraints {word} {', '.join(unknown or twice)}; it takes {', '.join(order)}")
    given.update(fields)
    A, b = given.get("A"), given.get("b")
    if (A is None) != (b is None):
        raise InputError("A and b go together: give both or neither")
    n = given.get("n")
    if n is None:
        if A is None:
            raise InputError("new_constraints needs n, the number of variables, or A and b")
        n = _columns(A).shape[0]
    n = whole("n", n, 1)
    base = Constraints(np.zeros((n, 0)), np.zeros(0), 0, lb=given.get("lb", np.nan), ub=given.get("ub", np.nan))
    if A is None:
        return base
    return add_constraints(A, b, given.get("type", "="), base, given.get("names"))  # type: ignore[arg-type]


def add_constraints(
    A: ArrayLike,
    b: ArrayLike,
    type: ConstraintType = "=",
    constraints: Constraints | None = None,
    names: Names = None,
) -> Constraints:
    """Add rows to a set of constraints: ``=`` in front of all, ``>=`` at the end, ``<=`` negated at the end.

    Parameters
    ----------
    A : array (n variables) or (n variables x k constraints)
        Coefficients; a vector is one constraint.
    b : number or array (k constraints)
        Right-hand sides; a number is repeated for every column of ``A``.
    type : {"=", ">=", "<="}
        Sense of the new constraints.
    constraints : Constraints
        The set to extend; it is not changed.
    names : str or sequence of str, optional
        Names of the new constraints, for messages.

    Returns
    -------
    Constraints

    Raises
    ------
    InputError
        Unknown type word, wrong number of rows or right-hand sides, missing numbers.

    Examples
    --------
    >>> import numpy as np, sitpy
    >>> constraints = sitpy.new_constraints(2, lb=0)
    >>> constraints = sitpy.add_constraints([1, 2], 0.5, "<=", constraints)
    >>> constraints.A.tolist(), constraints.b.tolist()
    ([[-1.0], [-2.0]], [-0.5])

    References
    ----------
    SIT, ``add.constraints``.
    """
    if constraints is None:
        raise InputError(
            "add_constraints needs the set to extend: add_constraints(A, b, type, constraints); "
            "begin one with new_constraints"
        )
    choice("constraint type", type, SENSES)
    checked_constraints(constraints)
    columns = _columns(A)
    if columns.shape[0] != constraints.n:
        raise InputError(
            f"A has {columns.shape[0]} rows but the constraints have {constraints.n} variables; "
            "give one row per variable and one column per constraint"
        )
    k = columns.shape[1]
    rhs = np.atleast_1d(numbers("b", b)).ravel()
    if rhs.size not in {1, k}:
        raise InputError(f"b has {rhs.size} values for {k} constraints; give one number, or one per column of A")
    rhs = np.repeat(rhs, k) if rhs.size == 1 else rhs
    _refuse_missing("A", columns)
    _refuse_missing("b", rhs)
    new_names = _spread_names(names, k)
    result = constraints.copy()
    at = 0 if type == "=" else constraints.A.shape[1]
    sign = -1.0 if type == "<=" else 1.0
    result._A = np.insert(constraints.A, [at] * k, sign * columns, axis=1)
    result._b = np.insert(constraints.b, [at] * k, sign * rhs)
    result._names = constraints.names[:at] + new_names + constraints.names[at:]
    result.meq = constraints.meq + (k if type == "=" else 0)
    return result


def add_variables(
    n: int, constraints: Constraints, lb: ArrayLike | None = np.nan, ub: ArrayLike | None = np.nan
) -> Constraints:
    """Add ``n`` variables that no existing constraint touches.

    Parameters
    ----------
    n : int
        Number of new variables.
    constraints : Constraints
        The set to extend; it is not changed.
    lb, ub : number or array (n new variables)
        Their bounds. As in SIT, bounds that begin with a missing value count as missing altogether.

    Returns
    -------
    Constraints

    Raises
    ------
    InputError
        When ``n`` is negative.

    Examples
    --------
    >>> import sitpy
    >>> sitpy.add_variables(2, sitpy.new_constraints(3, lb=0), lb=-1).lb.tolist()
    [0.0, 0.0, 0.0, -1.0, -1.0]

    References
    ----------
    SIT, ``add.variables``.
    """
    n = whole("n", n)
    result = checked_constraints(constraints).copy()
    result.A = np.vstack([constraints.A, np.zeros((n, constraints.A.shape[1]))])
    result.lb = np.append(constraints.lb, _first_decides(_spread(lb, n, "lb"), "lb"))
    result.ub = np.append(constraints.ub, _first_decides(_spread(ub, n, "ub"), "ub"))
    return result


def delete_constraints(index: int | Sequence[int] | Array, constraints: Constraints) -> Constraints:
    """Drop constraints by their 0-based column positions; ``meq`` falls by the number of dropped equalities.

    Parameters
    ----------
    index : int or sequence of int
        Columns of ``A``; negative positions count from the end.
    constraints : Constraints
        The set to shorten; it is not changed.

    Returns
    -------
    Constraints

    Raises
    ------
    InputError
        When a position does not exist.

    Examples
    --------
    >>> import sitpy
    >>> constraints = sitpy.create_basic_constraints(2)
    >>> sitpy.delete_constraints(0, constraints).meq
    0

    References
    ----------
    SIT, ``delete.constraints``; SIT makes ``meq`` negative when column 1 of a set without equalities goes.
    """
    m = checked_constraints(constraints).A.shape[1]
    drop = positions("index", index)
    if drop.size and (drop.min() < -m or drop.max() >= m):
        raise InputError(f"there is no constraint {drop.tolist()} to delete: the {m} columns are counted 0..{m - 1}")
    drop = np.unique(drop % m) if m else drop
    keep = np.setdiff1d(np.arange(m), drop)
    result = constraints.copy()
    result._A, result._b = constraints.A[:, keep].copy(), constraints.b[keep].copy()
    result._names = [constraints.names[j] for j in keep]
    result.meq = constraints.meq - int((drop < constraints.meq).sum())
    return result


def type_constraints(constraints: Constraints) -> list[str]:
    """Sense of every constraint, ``=`` or ``>=``, in column order.

    Examples
    --------
    >>> import sitpy
    >>> sitpy.type_constraints(sitpy.create_basic_constraints(1))
    ['=', '>=', '>=']

    References
    ----------
    SIT, ``type.constraints``.
    """
    checked_constraints(constraints)
    return ["="] * constraints.meq + [">="] * (constraints.A.shape[1] - constraints.meq)


def create_basic_constraints(
    n: int, const_lb: ArrayLike = 0.0, const_ub: ArrayLike = 1.0, const_sum: float | None = 1.0
) -> Constraints:
    """Bounds, both as ``lb``/``ub`` and as constraints, and the sum of all variables.

    Parameters
    ----------
    n : int
        Number of variables.
    const_lb, const_ub : number or array (n variables)
        Bounds of each variable.
    const_sum : float or None
        Required sum; None or nan for no such constraint.

    Returns
    -------
    Constraints

    Examples
    --------
    >>> import sitpy
    >>> sitpy.create_basic_constraints(3, 0, 0.8)
    <Constraints: 3 variables (0 binary), 1 equalities, 6 inequalities>

    References
    ----------
    SIT, ``create.basic.constraints``.
    """
    constraints = new_constraints(n, lb=const_lb, ub=const_ub)
    for bound, sense in ((constraints.lb, ">="), (constraints.ub, "<=")):
        limited = np.isfinite(bound)
        constraints = add_constraints(np.eye(constraints.n)[:, limited], bound[limited], sense, constraints)  # type: ignore[arg-type]
    total = (
        np.nan
        if const_sum is None
        else real("const_sum", const_sum, _SUM, lambda total: abs(total) < np.inf or total != total)
    )
    if not np.isnan(total):
        constraints = add_constraints(np.ones(constraints.n), total, "=", constraints, "sum of weights")
    return constraints


def merge_constraints(constraints1: Constraints, constraints2: Constraints) -> Constraints:
    """Both sets at once: equalities first (the second set's in front), tightest bounds.

    Parameters
    ----------
    constraints1, constraints2 : Constraints
        Two sets over the same variables; neither is changed.

    Returns
    -------
    Constraints

    Raises
    ------
    InputError
        When the two sets have different numbers of variables.

    Examples
    --------
    >>> import sitpy
    >>> a, b = sitpy.new_constraints(2, lb=0, ub=1), sitpy.new_constraints(2, lb=0.1)
    >>> sitpy.merge_constraints(a, b).lb.tolist()
    [0.1, 0.1]

    References
    ----------
    SIT, ``merge.constraints``.
    """
    checked_constraints(constraints1, "constraints1")
    checked_constraints(constraints2, "constraints2")
    if constraints1.n != constraints2.n:
        raise InputError(
            f"merge_constraints: the first set has {constraints1.n} variables, the second {constraints2.n}; "
            "both must be based on the same assets (add_variables can fill up the smaller)"
        )
    second, meq = constraints2, constraints2.meq
    merged = add_constraints(second.A[:, :meq], second.b[:meq], "=", constraints1, second.names[:meq])
    merged = add_constraints(second.A[:, meq:], second.b[meq:], ">=", merged, second.names[meq:])
    merged.lb = np.fmax(constraints1.lb, second.lb)
    merged.ub = np.fmin(constraints1.ub, second.ub)
    binaries = [c.binary_index for c in (constraints1, second) if c.binary_index is not None]
    merged.binary_index = np.concatenate(binaries) if binaries else None
    merged.differences = constraints1.differences + second.differences
    return merged


# ------------------------------------------------------------------------------------------------- shapes


def checked_constraints(constraints: Any, label: str = "constraints") -> Constraints:
    """The constraints, if they are such and agree with themselves."""
    remedy = "give constraints: new_constraints(n, ...) or create_basic_constraints(n)"
    return instance(label, constraints, Constraints, remedy).check()


def _coefficients(A: ArrayLike) -> Array:
    matrix = numbers("A", A)
    if matrix.ndim != 2:
        raise InputError(f"A has {matrix.ndim} dimension(s); expected a matrix, variables x constraints")
    return matrix


def _columns(A: ArrayLike) -> Array:
    """Coefficients as a matrix; a vector is one column."""
    matrix = numbers("A", A)
    if matrix.ndim == 1:
        return matrix[:, None]
    return _coefficients(matrix)


def _spread(value: ArrayLike | None, n: int, label: str) -> Array:
    """A bound per variable from a number, None or an array."""
    values = np.atleast_1d(numbers(label, np.nan if value is None else value)).ravel()
    if values.size == n:
        return values
    if values.size != 1:
        first = values[0] if values.size else np.nan
        warnings.warn(
            f"{label} has {values.size} values for {n} variables; as in SIT only the first, {first:g}, "
            f"is used for all. Give 1 or {n} values",
            SitpyWarning,
            stacklevel=3,
        )
        values = np.array([first])
    return np.repeat(values, n)


def _first_decides(values: Array, label: str) -> Array:
    """SIT reads bounds of added variables as missing when the first one is."""
    if values.size and np.isnan(values[0]) and not np.isnan(values).all():
        warnings.warn(
            f"{label} of the added variables begins with a missing value; as in SIT all {values.size} then have no "
            "bound. Use -inf or inf for 'no bound' in the first place",
            SitpyWarning,
            stacklevel=3,
        )
        return np.full(values.size, np.nan)
    return values


def _spread_names(names: Names, k: int) -> list[str | None]:
    if names is None or isinstance(names, str):
        return [names] * k
    remedy = "give one name each, or one for all"
    given = listed("names", names, remedy)
    if len(given) != k:
        raise InputError(f"{len(given)} names for {k} constraints; {remedy}")
    if not all(name is None or isinstance(name, str) for name in given):
        raise InputError(f"names is {shown(given)}; {remedy}, as text")
    return given


def _refuse_missing(label: str, values: Array) -> None:
    bad = np.argwhere(~np.isfinite(values))
    if bad.size:
        place = ", ".join(str(int(i)) for i in bad[0])
        raise InputError(
            f"{label}[{place}] is {values[tuple(bad[0])]}; constraints need finite numbers "
            "(leave a constraint out, or use lb/ub = nan, where there is no limit)"
        )
