"""The one problem that every solver here takes, and the one answer that it gives."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Protocol

import numpy as np

from sitpy.solvers.mean_difference import MeanDifference
from sitpy.sparse import Matrix, beside, is_sparse
from sitpy.sparse import dense as dense

Array = np.ndarray

_NOTHING, _CANCELLED = 1e-12, 1e-6  # a value that is zero; the part of its terms that rounding leaves of zero


@dataclass(frozen=True)
class Program:
    """Minimise ``x'Dx/2 + c'x`` subject to ``A'x = b`` (first ``meq`` columns), ``A'x >= b``, ``lb <= x <= ub``.

    ``D`` is None for a linear programme. Variables in ``binary`` may only be 0 or 1. A ``b`` of ``-inf`` switches an
    inequality off. Infinite bounds mean none. ``A`` is a numpy array or a ``scipy.sparse.csc_array``. The names serve
    messages only. Each of the ``differences`` holds a variable above a mean difference of observations.
    """

    c: Array
    A: Matrix
    b: Array
    meq: int
    lb: Array
    ub: Array
    D: Array | None = None
    binary: Array = field(default_factory=lambda: np.zeros(0, dtype=int))
    row_names: tuple[str | None, ...] = ()
    variable_names: tuple[str, ...] = ()
    differences: tuple[MeanDifference, ...] = ()

    @property
    def n(self) -> int:
        """Number of variables."""
        return int(self.c.size)

    @property
    def m(self) -> int:
        """Number of rows."""
        return int(self.b.size)

    @cached_property
    def nothing(self) -> float:
        """A value this close to zero is zero but for rounding: the terms of a hedge are of the size of its coefficients."""
        if self.D is None:
            return _NOTHING
        size = max(float(self.D.diagonal().max(initial=0.0)), float(np.abs(self.c).max(initial=0.0)))
        return max(_NOTHING, _CANCELLED * size)

    def limits(self, b: Array | None, lb: Array | None, ub: Array | None) -> tuple[Array, Array, Array]:
        """Right-hand sides and bounds, the programme's own where None."""
        return self.b if b is None else b, self.lb if lb is None else lb, self.ub if ub is None else ub

    def value(self, x: Array) -> float:
        """Objective at ``x``."""
        linear = float(self.c @ x)
        return linear if self.D is None else 0.5 * float(x @ self.D @ x) + linear

    def gradient(self, x: Array) -> Array:
        """Gradient of the objective at ``x``."""
        return self.c if self.D is None else self.D @ x + self.c

    def slack(self, x: Array, b: Array | None = None) -> Array:
        """``A'x - b``: zero for equalities, not negative for inequalities, at a feasible ``x``."""
        taken = self._rows @ x if is_sparse(self.A) else x @ self.A
        return np.asarray(taken - (self.b if b is None else b))

    @cached_property
    def _rows(self) -> Matrix:
        """``A'`` without zeros: scipy is slow to turn it round for every product."""
        return self.A.T

    def violation(self, x: Array, b: Array | None = None) -> float:
        """Largest amount by which ``x`` misses a row, a bound or a binary."""
        slack = self.slack(x, b)
        parts = [np.abs(slack[: self.meq]), -slack[self.meq :], self.lb - x, x - self.ub]
        parts.append(np.array([difference.missed(x) for difference in self.differences]))
        parts.append(np.minimum(np.abs(x[self.binary]), np.abs(1 - x[self.binary])))
        return float(max([0.0, *(part.max() for part in parts if part.size)]))

    def violations(self, points: Array) -> Array:
        """Largest amount by which each of the points (points x variables) misses a row or a bound."""
        slack = np.asarray((self._rows @ points.T).T if is_sparse(self.A) else points @ self.A) - self.b
        parts = [np.abs(slack[:, : self.meq]), -slack[:, self.meq :]]
        if (points.min(axis=0, initial=np.inf) < self.lb).any() or (
            points.max(axis=0, initial=-np.inf) > self.ub
        ).any():
            parts += [self.lb - points, points - self.ub]
        return np.asarray(np.max([part.max(axis=1, initial=0.0) for part in parts], axis=0))

    def with_row(self, column: Array, rhs: float, name: str | None = None) -> Program:
        """The same programme with one more inequality ``column'x >= rhs`` at the end."""
        return replace(
            self,
            A=beside(self.A, column[:, None]),
            b=np.append(self.b, rhs),
            row_names=(*self.row_names, name) if self.row_names else self.row_names,
        )


@dataclass(frozen=True)
class Solution:
    """An answer of a solver, with what is known of its quality.

    ``bound``: no feasible point has a lower objective. ``proven``: ``value`` and ``bound`` agree to the gap that was
    asked for. Multipliers, where the solver gives them: of the rows (not negative for inequalities) and of the bounds
    (positive at a lower, negative at an upper bound). ``state``: what the same model can start from next time.
    ``certificate``: residuals recomputed from outside the solver, where the caller asked for details. ``stopped_by``: the
    limit that ended the search, in words; empty where it ended by itself. ``primal_residual``: the largest violation of a
    row, a bound or a binary, where it has been looked at. ``nothing``: a value this close to zero is zero but for rounding.
    """

    x: Array
    value: float
    bound: float
    proven: bool = True
    row_multipliers: Array | None = None
    bound_multipliers: Array | None = None
    qp_count: int = 0
    lp_count: int = 0
    nodes: int = 0
    state: Any = None
    certificate: Any = None
    stopped_by: str = ""
    primal_residual: float = float("nan")
    nothing: float = _NOTHING

    @property
    def gap(self) -> float:
        """Distance between value and bound, relative to the value or to what counts as nothing."""
        return max(0.0, self.value - self.bound) / max(abs(self.value), self.nothing)


class Model(Protocol):
    """A programme made ready for repeated solving with other right-hand sides and bounds."""

    program: Program

    def solve(
        self,
        b: Array | None = None,
        lb: Array | None = None,
        ub: Array | None = None,
        start: Array | None = None,
    ) -> Solution | None:
        """The optimum, or None where no point is feasible (proven, not merely not found)."""
        ...


class Relaxation(Protocol):
    """A continuous model that a search over binaries solves at its nodes."""

    def relax(
        self,
        b: Array | None = None,
        lb: Array | None = None,
        ub: Array | None = None,
        state: Any = None,
        until: float | None = None,
    ) -> Solution | None:
        """As ``Model.solve``; may start from the ``state`` of an earlier solution and stop when ``bound`` reaches ``until``."""
        ...
