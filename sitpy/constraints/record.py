"""The record of linear constraints, with SIT's layout: one row per variable, one column per constraint."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from sitpy.arguments import instance, numbers, positions, whole
from sitpy.constraints.shapes import Names, coefficients, refuse_missing, spread, spread_names
from sitpy.errors import InputError
from sitpy.record import Record
from sitpy.sparse import Matrix, dense, values

Array = np.ndarray


class Constraints(Record):
    """Linear constraints ``A'x = b`` (first ``meq`` columns) and ``A'x >= b`` (the others), with bounds.

    Every function of this module returns a new object, but fields may be assigned, as SIT scripts do:
    ``constraints.A = numpy.vstack([constraints.A, numpy.zeros((k, m))])`` adds ``k`` variables without bounds.

    Parameters
    ----------
    A : array (n variables x m constraints)
        Coefficients; each column is a constraint. A scipy.sparse array stays one.
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
    matrix : array or scipy.sparse.csc_array (n variables x m constraints)
        ``A`` as it is stored. Long risk models are stored without their zeros until ``A`` is asked for, which is a plain
        array from then on.
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
    _A: Matrix
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
        self._A = coefficients(A)
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
        if not isinstance(self._A, np.ndarray):
            self._A = dense(self._A)  # the caller may write into it
        return self._A

    @A.setter
    def A(self, value: ArrayLike) -> None:
        grown = coefficients(value)
        extra = grown.shape[0] - self.n
        if extra > 0:
            self._lb = np.append(self._lb, np.full(extra, np.nan))
            self._ub = np.append(self._ub, np.full(extra, np.nan))
        self._A = grown

    @property
    def matrix(self) -> Matrix:
        """``A`` as it is stored: a numpy array, or a ``scipy.sparse.csc_array``."""
        return self._A

    @property
    def m(self) -> int:
        """Number of constraints."""
        return int(self._A.shape[1])

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
        self._lb = spread(value, self.n, "lb")

    @property
    def ub(self) -> Array:
        """Upper bounds (n variables), nan where there is none."""
        return self._ub

    @ub.setter
    def ub(self, value: ArrayLike | None) -> None:
        self._ub = spread(value, self.n, "ub")

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
        return (self._names + [None] * self.m)[: self.m]

    @names.setter
    def names(self, value: Names) -> None:
        self._names = spread_names(value, self.m)

    def copy(self) -> Constraints:
        """An independent copy."""
        return copy.deepcopy(self)

    def replaced(self, A: Matrix, b: Array, names: Sequence[str | None]) -> Constraints:
        """A copy with other columns."""
        result = copy.deepcopy(self, {id(self._A): A})  # the old coefficients need not be copied first
        result._b, result._names = b, list(names)
        return result

    def check(self) -> Constraints:
        """Return self when all fields agree; otherwise raise an InputError that says which do not."""
        n, m = self._A.shape
        if self.b.shape != (m,):
            raise InputError(
                f"b has {self.b.size} values but A has {m} columns; give one right-hand side per constraint"
            )
        for label, bound in (("lb", self.lb), ("ub", self.ub)):
            if bound.shape != (n,):
                raise InputError(f"{label} has {bound.size} values but A has {n} rows; give one bound per variable")
        if not 0 <= self.meq <= m:
            raise InputError(f"meq is {self.meq} but there are {m} constraints; it must lie in 0..{m}")
        if not np.isfinite(values(self._A)).all():
            refuse_missing("A", dense(self._A))
        refuse_missing("b", self.b)
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
            f"{self.m - self.meq} inequalities>"
        )


# ------------------------------------------------------------------------------------------------ builders


def checked_constraints(constraints: Any, label: str = "constraints") -> Constraints:
    """The constraints, if they are such and agree with themselves."""
    remedy = "give constraints: new_constraints(n, ...) or create_basic_constraints(n)"
    return instance(label, constraints, Constraints, remedy).check()
