"""The whole efficient frontier of risk as formulas: between two turning points weights are affine in the return."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sitpy.arguments import numbers, real
from sitpy.constraints import Constraints
from sitpy.errors import InfeasibleError, InputError, NotSolvedError, UnboundedError
from sitpy.frontier.statistics import PointStatistics
from sitpy.inputs import InputAssumptions
from sitpy.portfolios.minimum import min_risk_portfolio, risk_program
from sitpy.portfolios.problem import checked, padded, variable_names
from sitpy.record import Record
from sitpy.solvers import Solution
from sitpy.solvers.parametric import Path, trace_path

Array = np.ndarray
Point = tuple[Array, PointStatistics]

_FEASIBLE = 1e-9  # what a point may miss a constraint by, per unit of its largest coefficient


def points_of(path: Path, targets: Array) -> list[Point | None]:
    """Points at no less than these returns (nan: at any), None where the path does not vouch for one."""
    points = path.at_all(targets)
    np.clip(points.x, path.program.lb, path.program.ub, out=points.x)  # of rounding
    missed = path.program.violations(points.x)
    gaps = np.maximum(points.values - points.bounds, 0.0) / np.maximum(np.abs(points.values), 1e-12)
    known = points.known & (missed <= _FEASIBLE)
    return [
        (x, PointStatistics(target, value, bound, gap, True, 0, 0, 0, miss)) if sure else None
        for x, target, value, bound, gap, miss, sure in zip(
            points.x,
            targets.tolist(),
            points.values.tolist(),
            points.bounds.tolist(),
            gaps.tolist(),
            missed.tolist(),
            known.tolist(),
        )
    ]


def frontier_path(ia: InputAssumptions, constraints: Constraints) -> FrontierPath:
    """The efficient frontier of risk as exact formulas, from the least risk to the largest return.

    Parameters
    ----------
    ia : InputAssumptions
        n assets.
    constraints : Constraints
        n or more variables, asset weights first, none of them 0/1.

    Returns
    -------
    FrontierPath

    Raises
    ------
    InputError
        Data that do not agree; 0/1 variables or a Gini limit, under which weights are not affine in the return.
    InfeasibleError
        No portfolio satisfies the constraints.
    UnboundedError
        The least risk has no limit.
    NotSolvedError
        Some part of the path cannot be vouched for; :func:`portopt` solves such points one by one.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> path = sitpy.frontier_path(ia, sitpy.create_basic_constraints(ia.n, 0, 0.8))
    >>> path
    <FrontierPath: 13 turning points, return 7.74% to 19.90%>
    >>> path.weights(0.12).round(3).tolist()
    [0.0, 0.142, 0.001, 0.0, 0.095, 0.081, 0.0, 0.577, 0.104]
    >>> round(float(path.of_risk(0.1) @ ia.expected_return), 4)
    0.1389

    References
    ----------
    Markowitz (1956), "The optimization of a quadratic function subject to linear constraints", Naval Research Logistics
    Quarterly 3; Best (1996), "An algorithm for the solution of the parametric quadratic programming problem".
    """
    checked(ia, constraints)
    binaries = 0 if constraints.binary_index is None else constraints.binary_index.size
    if binaries or constraints.differences:
        what = f"{binaries} 0/1 variables" if binaries else "a Gini limit"
        raise InputError(
            f"the constraints have {what}, so weights are not affine in the return; use portopt, which solves every point"
        )
    program = risk_program(ia, constraints)
    path = trace_path(program, padded(ia.expected_return, program.n))
    if not path.targets.size:
        min_risk_portfolio(ia, constraints)  # says why there is no point, if there is none
    sure = path.targets.size and path.complete and path.vouched.all() and _feasible(path)
    if not sure:
        raise NotSolvedError(
            "the frontier's path cannot be vouched for in all its parts (numbers of very different size, or many constraints "
            "that meet in a point); use portopt, which solves such points one by one"
        )
    return FrontierPath(ia, constraints, path)


def _feasible(path: Path) -> bool:
    return bool((path.program.violations(path.x) <= _FEASIBLE).all())


class FrontierPath(Record):
    """The efficient frontier of risk as formulas (see :func:`frontier_path`).

    Attributes
    ----------
    ia : InputAssumptions
    constraints : Constraints
        The inputs.
    return_, risk : array (turning points)
        Expected return and standard deviation per year, from the least risk up; ``path["return"]`` is the same.
    weight : array (turning points x variables)
        Weights there. Between two turning points they are affine in the return.
    unlimited : bool
        Whether the return has no upper limit: the last segment then goes on for ever.
    """

    def __init__(self, ia: InputAssumptions, constraints: Constraints, path: Path) -> None:
        self.ia, self.constraints, self._path = ia, constraints, path
        self.return_, self.weight = path.targets, path.x
        self.risk = np.sqrt(np.maximum(2 * path.values, 0.0))
        self.unlimited = path.unlimited

    @property
    def turning_points(self) -> pd.DataFrame:
        """Return, risk and the weight of each variable at the turning points (rows, from the least risk up)."""
        names = list(variable_names(self.ia, self.constraints.n))
        index = pd.RangeIndex(1, len(self.weight) + 1, name="turning point")
        table = pd.DataFrame(self.weight, columns=names, index=index)
        table.insert(0, "risk", self.risk, allow_duplicates=True)
        table.insert(0, "return", self.return_, allow_duplicates=True)
        return table

    @property
    def segments(self) -> pd.DataFrame:
        """Each segment (rows): returns where it begins and ends, and of each variable ``at`` its begin and ``per`` return.

        The weights at a return r are ``at + (r - begins) * per``.
        """
        path, names = self._path, variable_names(self.ia, self.constraints.n)
        ends = np.append(path.targets[1:], [np.inf] * self.unlimited)
        parts = {
            "": pd.DataFrame({"begins": path.targets[: ends.size], "ends": ends}),
            "at": pd.DataFrame(path.x[: ends.size], columns=list(names)),
            "per": pd.DataFrame(path.direction[1:], columns=list(names)),
        }
        return pd.concat(parts, axis=1)

    def weights(self, target: ArrayLike) -> Array:
        """Weights of least risk at no less than a return per year: (variables), or (returns x variables) for several.

        Raises
        ------
        InfeasibleError
            A return above the largest.
        """
        wanted = numbers("target", target)
        if wanted.ndim > 1:
            raise InputError(f"target has {wanted.ndim} dimensions; give a return or a list of returns")
        points = self._path.at_all(np.atleast_1d(wanted))
        beyond = np.flatnonzero(~points.known)
        if beyond.size:
            asked, largest = float(np.atleast_1d(wanted)[beyond[0]]), float(self.return_[-1])
            raise InfeasibleError(
                f"no portfolio has an expected return of {asked:.4%}: the constraints allow {float(self.return_[0]):.4%} (at "
                f"the least risk) to {largest:.4%}; choose the target within that range"
            )
        return points.x if wanted.ndim else points.x[0]

    def of_risk(self, risk: float) -> Array:
        """Weights of largest return at a standard deviation per year (variables).

        Raises
        ------
        InfeasibleError
            A risk below the least of all, or above that of the largest return.
        """
        risk = real("risk", risk, "give a standard deviation per year, 0 or more", lambda value: 0 <= value < np.inf)
        solution = self._path.of_risk(risk**2)
        if solution is None and abs(risk - self.risk[0]) <= 1e-12 * self.risk[0]:
            return np.asarray(self.weight[0].copy())
        if solution is None:
            most = "" if self.unlimited else f" to {self.risk[-1]:.4%} (at the largest return)"
            raise InfeasibleError(
                f"no efficient portfolio has a risk of {risk:.4%}: they have {self.risk[0]:.4%}{most}; choose a risk in between"
            )
        return solution.x

    def max_sharpe(self, rf: float = 0.0) -> Array:
        """Weights of the largest ratio of expected return above ``rf`` (per year) to risk (variables).

        Raises
        ------
        InfeasibleError
            No portfolio is expected to earn more than ``rf``.
        UnboundedError
            The ratio rises for ever with the return.
        """
        rf = real("rf", rf, "give a return per year")
        solution: Solution | None = self._path.tangency(rf)
        if solution is not None:
            return solution.x
        if self.unlimited:
            raise UnboundedError("the ratio of return to risk rises for ever with the return; limit the weights")
        raise InfeasibleError(
            f"no portfolio is expected to earn more than rf = {rf:.4%}; the largest return is {self.return_[-1]:.4%}. Lower rf"
        )

    def __repr__(self) -> str:
        last = "without limit" if self.unlimited else f"to {self.return_[-1]:.2%}"
        return f"<FrontierPath: {self.return_.size} turning points, return {self.return_[0]:.2%} {last}>"
