"""New constraints, in the current form of SIT and in that of 2011, and growing them: columns and variables."""

from __future__ import annotations

from typing import Any, Literal, overload

import numpy as np
from numpy.typing import ArrayLike

from sitpy.arguments import choice, dimensions, numbers, real, whole
from sitpy.constraints.record import Constraints, checked_constraints
from sitpy.constraints.shapes import Names, as_columns, first_decides, refuse_missing, spread, spread_names
from sitpy.errors import InputError
from sitpy.sparse import Matrix, beside, deeper, dense, values

Array = np.ndarray
ConstraintType = Literal["=", ">=", "<="]
SENSES = ("=", ">=", "<=")

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
        n = as_columns(A).shape[0]
    n = whole("n", n, 1)
    base = Constraints(np.zeros((n, 0)), np.zeros(0), 0, lb=given.get("lb", np.nan), ub=given.get("ub", np.nan))
    if A is None:
        return base
    return add_constraints(A, b, given.get("type", "="), base, given.get("names"))  # type: ignore[arg-type]


def add_constraints(
    A: Matrix,
    b: ArrayLike,
    type: ConstraintType = "=",
    constraints: Constraints | None = None,
    names: Names = None,
) -> Constraints:
    """Add rows to a set of constraints: ``=`` in front of all, ``>=`` at the end, ``<=`` negated at the end.

    Parameters
    ----------
    A : array (n variables) or (n variables x k constraints)
        Coefficients; a vector is one constraint. A scipy.sparse array is welcome.
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
    columns = as_columns(A)
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
    if not np.isfinite(values(columns)).all():
        refuse_missing("A", dense(columns))
    refuse_missing("b", rhs)
    new_names, old = spread_names(names, k), constraints
    if type == "=":
        result = old.replaced(beside(columns, old.matrix), np.append(rhs, old.b), new_names + old.names)
        result.meq = old.meq + k
        return result
    if type == "<=":
        columns, rhs = -1.0 * columns, -1.0 * rhs
    return old.replaced(beside(old.matrix, columns), np.append(old.b, rhs), old.names + new_names)


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
    old = checked_constraints(constraints)
    result = old.replaced(deeper(old.matrix, n), old.b.copy(), old.names)
    result._lb = np.append(constraints.lb, first_decides(spread(lb, n, "lb"), "lb"))
    result._ub = np.append(constraints.ub, first_decides(spread(ub, n, "ub"), "ub"))
    return result


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
