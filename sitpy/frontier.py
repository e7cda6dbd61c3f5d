"""Efficient frontiers: least risk at equally spaced expected returns."""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sitpy import measures
from sitpy.constraints import Constraints, add_constraints, new_constraints
from sitpy.errors import InfeasibleError, InputError, NotSolvedError, SitpyWarning, UnboundedError
from sitpy.files import numbers, read_json, write_json
from sitpy.inputs import InputAssumptions
from sitpy.portfolios.minimum import (
    PROGRAMS,
    max_return_portfolio,
    min_cdar_portfolio,
    min_cvar_portfolio,
    min_mad_portfolio,
    min_maxloss_portfolio,
    min_risk_portfolio,
)
from sitpy.portfolios.problem import build, checked, padded, solved, variable_names
from sitpy.record import Record
from sitpy.solvers import Engine, Model, Solution, certificate, model_for

Array = np.ndarray
MinRiskFunction = Callable[[InputAssumptions, Constraints], Any]
Progress = Callable[[int, int], None]

MEASURES: dict[str, Callable[[Any, InputAssumptions], Array]] = {
    "Risk": measures.portfolio_risk,
    "MAD": measures.portfolio_mad,
    "MaxLoss": measures.portfolio_maxloss,
    "CVaR": measures.portfolio_cvar_ru,
    "CDaR": measures.portfolio_cdar_ru,
}
"""The measure that each minimiser minimises, exactly."""

_MEASURE_OF: dict[Callable[..., Any], str] = {
    min_risk_portfolio: "Risk",
    min_mad_portfolio: "MAD",
    min_maxloss_portfolio: "MaxLoss",
    min_cvar_portfolio: "CVaR",
    min_cdar_portfolio: "CDaR",
}

MINIMISERS: dict[str, MinRiskFunction] = {name: function for function, name in _MEASURE_OF.items()}  # type: ignore[misc]

FORMAT = "sitpy frontier 1"
_TOP = 1e-12  # by how much, relative, the last point may fall short of the largest return


@dataclass(frozen=True)
class PointStatistics(Record):
    """How one point of a frontier was solved.

    ``target``: return asked for (nan at the least-risk end); ``objective``: what was minimised (a variance is halved);
    ``bound``: no feasible portfolio is below it; ``gap`` relative; ``proven``; ``qp_count``, ``lp_count``: programmes
    solved; ``nodes`` of the 0/1 search; ``primal_residual``: largest violation of a constraint.
    """

    target: float
    objective: float
    bound: float
    gap: float
    proven: bool
    qp_count: int
    lp_count: int
    nodes: int
    primal_residual: float


class Frontier(Record):
    """Portfolios of least risk, from the least risk to the largest return.

    Attributes
    ----------
    weight : array (points x variables)
        Weights, auxiliary variables included; may be assigned (``ef.weight = ef.weight[:, :n]``), which changes what is
        shown and drawn but not ``solution``.
    solution : array (points x variables)
        What the solver gave, as it was.
    return_, risk : array (points)
        Expected return and standard deviation per year of the first ``ia.n`` variables; ``ef["return"]`` is the same.
    name : str
        The label given to :func:`portopt`.
    ia : InputAssumptions
    constraints : Constraints
        The inputs.
    measure : str or None
        Name of the measure that was minimised ("Risk", "MAD", "MaxLoss", "CVaR", "CDaR"); None for a caller's own.
    statistics : list of PointStatistics
        One per point.
    seconds : float
        Time that the whole frontier took.
    """

    def __init__(
        self,
        solution: Array,
        name: str,
        ia: InputAssumptions,
        constraints: Constraints,
        statistics: Sequence[PointStatistics] = (),
        seconds: float = float("nan"),
        weight: Array | None = None,
        measure: str | None = None,
    ) -> None:
        self.measure = measure
        self.solution = np.array(solution, dtype=float)
        self.weight = self.solution if weight is None else weight
        self.name = name
        self.ia = ia
        self.constraints = constraints
        self.statistics = list(statistics)
        self.seconds = seconds
        self.return_ = measures.portfolio_return(self.solution, ia)
        self.risk = measures.portfolio_risk(self.solution, ia)

    @property
    def weight(self) -> Array:
        """Weights (points x variables)."""
        return self._weight

    @weight.setter
    def weight(self, value: ArrayLike) -> None:
        values = np.array(value, dtype=float)
        if values.ndim != 2 or values.shape[0] != self.solution.shape[0]:
            raise InputError(
                f"weight has shape {values.shape}; expected {self.solution.shape[0]} points x variables"
            )
        self._weight = values

    @property
    def n_assets(self) -> int:
        """How many leading columns of ``weight`` are assets."""
        return min(self.ia.n, self.weight.shape[1])

    @property
    def weights(self) -> pd.DataFrame:
        """Weights with their names (points x variables); repeated assets are "X", "X.1", auxiliary ones "aux.1"."""
        names = variable_names(self.ia, self.weight.shape[1])
        return pd.DataFrame(self.weight.copy(), columns=list(names), index=self._points())

    @property
    def objective(self) -> Array:
        """What was minimised, as a measure of each point: the standard deviation for a variance, CVaR for CVaR.

        The values reported by the function itself where it is not one of sitpy's.
        """
        if self.measure is None:
            return np.array([point.objective for point in self.statistics])
        return MEASURES[self.measure](self.solution, self.ia)

    @property
    def target_return(self) -> Array:
        """Expected return asked for at each point; nan at the least-risk end."""
        return np.array([point.target for point in self.statistics])

    @property
    def proven(self) -> bool:
        """Whether every point is a proven optimum."""
        return bool(self.statistics) and all(point.proven for point in self.statistics)

    def _points(self) -> pd.RangeIndex:
        return pd.RangeIndex(1, len(self.weight) + 1, name="point")

    def to_frame(self) -> pd.DataFrame:
        """One row per point: return, risk, then the weights.

        Examples
        --------
        >>> import sitpy
        >>> ia = sitpy.aa_test_create_ia_rebal()
        >>> ef = sitpy.portopt(ia, sitpy.create_basic_constraints(ia.n), 3)
        >>> ef.to_frame().columns[:3].tolist()
        ['return', 'risk', 'SP500']
        """
        head = pd.DataFrame({"return": self.return_, "risk": self.risk}, index=self._points())
        return pd.concat([head, self.weights], axis=1)

    def statistics_frame(self) -> pd.DataFrame:
        """One row per point: target, objective, bound, gap, proof, counts and residual."""
        return pd.DataFrame([vars(point) for point in self.statistics], index=self._points())

    def certificates(self) -> pd.DataFrame:
        """Residuals of every point, computed anew from its constraints (see :func:`sitpy.certificate`).

        Least-risk functions of the caller's own have no programme here and raise an InputError.
        """
        make = PROGRAMS.get(self._min_risk_fn) if self._min_risk_fn is not None else None
        if make is None:
            raise InputError(
                "this frontier does not know the programme it minimised (own min_risk_fn, or read from a file)"
            )
        program = make(self.ia, self.constraints)
        program = program.with_row(padded(self.ia.expected_return, program.n), -np.inf)
        rows = []
        for x, point in zip(self._full, self.statistics):
            target = -np.inf if np.isnan(point.target) else point.target
            b = np.append(program.b[:-1], target - 1e-12 * abs(target) if np.isfinite(target) else target)
            check = certificate(replace(program, b=b), x, point.bound if program.binary.size else None)
            rows.append(
                {
                    "primal_residual": check.primal_residual,
                    "dual_residual": check.dual_residual,
                    "complementarity": check.complementarity,
                    "gap": check.gap,
                }
            )
        return pd.DataFrame(rows, index=self._points())

    _min_risk_fn: MinRiskFunction | None = None
    _full: Array

    def to_json(self, path: str | os.PathLike[str]) -> Path:
        """Write everything (weights, inputs, constraints, statistics) as one JSON file, whole or not at all."""
        ia, c = self.ia, self.constraints
        return write_json(
            path,
            {
                "format": FORMAT,
                "name": self.name,
                "measure": self.measure,
                "symbols": list(variable_names(ia, self.weight.shape[1])),
                "weight": self.weight,
                "solution": self.solution,
                "return": self.return_,
                "risk": self.risk,
                "statistics": [vars(point) for point in self.statistics],
                "seconds": self.seconds,
                "ia": {
                    "symbols": ia.symbols,
                    "expected_return": ia.expected_return,
                    "cov": ia.cov,
                    "cov_temp": ia.cov_temp,
                    "hist_returns": ia.hist_returns if "hist_returns" in ia._arrays else None,
                    "annual_factor": ia.annual_factor,
                    "parameters_alpha": ia.parameters_alpha,
                    "parameters_omega": ia.parameters_omega,
                    "parameters_mar": ia.parameters_mar,
                    "dates": None if ia.dates is None else [str(date) for date in ia.dates],
                    "source": ia.source,
                },
                "constraints": {
                    "A": c.A,
                    "b": c.b,
                    "meq": c.meq,
                    "lb": c.lb,
                    "ub": c.ub,
                    "binary_index": c.binary_index,
                    "names": c.names,
                },
            },
        )

    @staticmethod
    def from_json(path: str | os.PathLike[str]) -> Frontier:
        """Read a frontier that :meth:`to_json` wrote.

        Raises
        ------
        InputError
            When the file cannot be read or is no frontier of sitpy.
        """
        content = read_json(path)
        if content.get("format") != FORMAT:
            raise InputError(
                f"{str(path)!r} is not a sitpy frontier: its format is {content.get('format')!r}, expected {FORMAT!r}"
            )
        try:
            ia = content["ia"]
            c = content["constraints"]
            arrays = ("expected_return", "cov", "cov_temp", "hist_returns")
            assumptions = InputAssumptions(
                **{key: numbers(value) if key in arrays and value else value for key, value in ia.items()}
            )
            A = numbers(c["A"]).reshape(len(c["A"]), -1)
            constraints = Constraints(
                A, numbers(c["b"]), c["meq"], numbers(c["lb"]), numbers(c["ub"]), c["binary_index"], None, c["names"]
            )
            points = [
                PointStatistics(
                    **{key: value if isinstance(value, bool) else _number(value) for key, value in point.items()}
                )
                for point in content["statistics"]
            ]
            return Frontier(
                numbers(content["solution"]),
                content["name"],
                assumptions,
                constraints,
                points,
                _number(content["seconds"]),
                numbers(content["weight"]),
                content["measure"],
            )
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise InputError(f"{str(path)!r} is an incomplete sitpy frontier: {error}") from error

    def __repr__(self) -> str:
        state = "" if not self.statistics else (", all proven" if self.proven else ", NOT all proven")
        return (
            f"<Frontier {self.name!r}: {len(self.weight)} points, return {self.return_.min():.2%} to "
            f"{self.return_.max():.2%}{state}>"
        )


def _number(value: Any) -> Any:
    return float("nan") if value is None else (float(value) if isinstance(value, str) else value)


# ------------------------------------------------------------------------------------------------- portopt


def portopt(
    ia: InputAssumptions,
    constraints: Constraints | None = None,
    nportfolios: int = 50,
    name: str = "Risk",
    min_risk_fn: MinRiskFunction = min_risk_portfolio,
    equally_spaced_risk: bool = False,
    *,
    targets: ArrayLike | None = None,
    on_failure: Literal["raise", "drop"] = "raise",
    engine: Engine = "fast",
    progress: Progress | None = None,
) -> Frontier:
    """Efficient frontier: portfolios of least risk at equally spaced expected returns.

    The last portfolio has the largest return (among several, the one of least risk), the first the least risk; between
    them each has the least risk at no less than its target return.

    Parameters
    ----------
    ia : InputAssumptions
        n assets.
    constraints : Constraints, optional
        n or more variables, asset weights first. When left out, weights need only sum to 1; the frontier then has no
        upper end and stops at the largest expected return of a single asset, with a warning.
    nportfolios : int
        Number of points, 2 or more.
    name : str
        Label of the frontier.
    min_risk_fn : callable
        ``min_*_portfolio``, or any function ``(ia, constraints) -> weights``.
    equally_spaced_risk : bool
        Space the steep upper part of the curve equally in risk instead (the number of points changes).
    targets : array, optional
        Expected returns per year to solve for, in place of the equally spaced ones; nan asks for the least risk.
    on_failure : {"raise", "drop"}
        What to do at a point without a solution: raise its error, or leave the point out with a warning.
    engine : {"fast", "reference"}
        ``"reference"`` solves each point by itself through ``min_risk_fn``: the same answers, more time.
    progress : callable, optional
        Called as ``progress(points done, points)``.

    Returns
    -------
    Frontier
        Points from the least risk to the largest return.

    Raises
    ------
    InputError
        Data that do not agree, fewer than 2 points.
    InfeasibleError
        No portfolio satisfies the constraints, or none reaches a target; the message says why.
    UnboundedError
        The constraints do not limit the expected return.
    NotSolvedError
        A point could not be proven.

    Warns
    -----
    SitpyWarning
        A point was dropped (``on_failure="drop"``), or ``constraints`` was left out.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> sitpy.portopt(ia, sitpy.create_basic_constraints(ia.n, 0, 0.8), 50, "Risk")
    <Frontier 'Risk': 50 points, return 7.74% to 19.90%, all proven>

    References
    ----------
    SIT, ``portopt``.
    """
    began = time.perf_counter()
    if not isinstance(nportfolios, (int, float, np.number)) or nportfolios % 1 != 0 or nportfolios < 2:
        raise InputError(f"nportfolios is {nportfolios!r}; a frontier needs 2 or more points")
    if on_failure not in ("raise", "drop"):
        raise InputError(f"on_failure {on_failure!r} is not known; use 'raise' or 'drop'")
    no_limit = constraints is None
    if constraints is None:
        constraints = new_constraints(ia.n)
        constraints = add_constraints(np.ones(ia.n), 1.0, "=", constraints, "sum of weights")
    checked(ia, constraints)
    run = _Run(ia, constraints, min_risk_fn, engine, on_failure, progress)
    if targets is not None:
        run.solve_all(_targets(targets))
    else:
        run.total = int(nportfolios)
        top, last = _largest_return(run, no_limit)
        run.points.append(run.point(np.nan))
        first = float(measures.portfolio_return(run.points[0][0], ia)[0])
        run.solve_all(np.linspace(first, last, run.total)[1:-1])
        run.points.append(top)
        run.report()
        if equally_spaced_risk:
            _space_by_risk(run)
    if not run.points:
        raise NotSolvedError("no point of the frontier could be solved; see the warnings for each target")
    ef = Frontier(
        np.array([x[: constraints.n] for x, _ in run.points]),
        name,
        ia,
        constraints,
        [statistics for _, statistics in run.points],
        time.perf_counter() - began,
        measure=_MEASURE_OF.get(min_risk_fn),
    )
    ef._min_risk_fn = min_risk_fn
    ef._full = np.array([x for x, _ in run.points])
    return ef


def _targets(targets: ArrayLike) -> Array:
    """The caller's targets as a vector; nan asks for the least risk."""
    try:
        values = np.atleast_1d(np.array(targets, dtype=float))
    except (TypeError, ValueError) as error:
        raise InputError(f"targets holds something that is not a number: {error}") from None
    if values.ndim != 1 or values.size == 0 or np.isinf(values).any():
        raise InputError(
            f"targets has shape {values.shape} and {int(np.isinf(values).sum())} infinite value(s); expected a list of "
            "expected returns per year (nan: the least risk)"
        )
    return values


Point = tuple[Array, PointStatistics]


class _Run:
    """One frontier in the making: the model kept warm, or the caller's function, and the points so far."""

    def __init__(
        self,
        ia: InputAssumptions,
        constraints: Constraints,
        min_risk_fn: MinRiskFunction,
        engine: Engine,
        on_failure: str,
        progress: Progress | None,
    ) -> None:
        self.ia, self.constraints, self.min_risk_fn = ia, constraints, min_risk_fn
        self.on_failure, self.progress = on_failure, progress
        self.total = self.dropped = 0
        self.points: list[Point] = []
        self.mu = padded(ia.expected_return, constraints.n)
        make = PROGRAMS.get(min_risk_fn)
        self.model: Model | None = None
        if make is not None:
            program = make(ia, constraints)
            self.model = model_for(
                program.with_row(padded(ia.expected_return, program.n), -np.inf, "target return"), engine
            )

    def solve_all(self, targets: Array) -> None:
        """Solve for every target in turn."""
        self.total = self.total or targets.size
        for target in targets:
            self.solve(float(target))

    def solve(self, target: float) -> None:
        """Add the point of least risk at no less than this return."""
        try:
            self.points.append(self.point(target))
        except (InfeasibleError, NotSolvedError) as error:
            if self.on_failure == "raise":
                raise
            self.dropped += 1
            at = "least risk" if np.isnan(target) else f"target return {target:.6g}"
            warnings.warn(f"the point at {at} is left out of the frontier: {error}", SitpyWarning, stacklevel=4)
        self.report()

    def report(self) -> None:
        """Tell the caller how far we are."""
        if self.progress is not None:
            self.progress(min(len(self.points) + self.dropped, self.total), self.total)

    def point(self, target: float) -> Point:
        """The point of least risk at no less than this return (nan: at any return)."""
        if self.model is None:
            limited = self._limited(target)
            x = np.array(self.min_risk_fn(self.ia, limited), dtype=float)
            program = build(self.ia, limited)
            return x, _statistics(target, None, program.violation(x[: program.n]), np.nan)
        b = self.model.program.b.copy()
        b[-1] = -np.inf if np.isnan(target) else target
        start = self.points[-1][0] if self.points and self.model.program.binary.size else None
        solution = solved(self.model, self.ia, lambda: self._limited(target), b, start)
        return solution.x, _statistics(target, solution, self.model.program.violation(solution.x, b))

    def _limited(self, target: float) -> Constraints:
        if np.isnan(target):
            return self.constraints
        return add_constraints(self.mu, target, ">=", self.constraints, "target return")


def _statistics(
    target: float, solution: Solution | None, residual: float, objective: float = np.nan
) -> PointStatistics:
    if solution is None:
        return PointStatistics(target, objective, np.nan, np.nan, False, 0, 0, 0, residual)
    return PointStatistics(
        target,
        solution.value,
        solution.bound,
        solution.gap,
        solution.proven,
        solution.qp_count,
        solution.lp_count,
        solution.nodes,
        residual,
    )


def _largest_return(run: _Run, no_limit: bool) -> tuple[Point, float]:
    """The upper end: the largest return and, among several portfolios that have it, the least risk."""
    ia, constraints = run.ia, run.constraints
    try:
        best = max_return_portfolio(ia, constraints, details=True)
    except UnboundedError as error:
        if not no_limit:
            raise UnboundedError(f"the constraints do not limit the expected return: {error}") from None
        target = float(ia.expected_return.max())
        warnings.warn(
            "portopt without constraints: weights need only sum to 1, so the expected return has no upper limit; the "
            f"frontier ends at the largest expected return of a single asset, {target:.4%}. Give constraints for another",
            SitpyWarning,
            stacklevel=3,
        )
        return run.point(target), target
    target = float(run.mu @ best.x)
    if run.model is None:
        return (best.x, _statistics(target, None, build(ia, constraints).violation(best.x))), target
    return run.point(target - _TOP * max(1.0, abs(target))), target


def _space_by_risk(run: _Run) -> None:
    """Re-space the part of the curve where risk steps are unusually large, with targets equally spaced in risk.

    It begins at the first step of at least median + mad (R's mad). Targets come from a natural cubic spline of return
    on risk, at the grid of as many points as the frontier over its whole range of risk (which need not begin at the
    first point where another measure is minimised); where the spline overshoots the largest return there is no point.
    """
    from scipy.interpolate import CubicSpline

    weights = np.array([x for x, _ in run.points])
    risk, return_ = measures.portfolio_risk(weights, run.ia), measures.portfolio_return(weights, run.ia)
    steps = np.diff(risk)
    median = np.median(steps)
    large = np.flatnonzero(steps >= median + 1.4826 * np.median(np.abs(steps - median)))
    if large.size == 0:
        return
    begin = int(large[0])
    knots, first = np.unique(risk, return_index=True)
    if knots.size < 3:
        return
    spline = CubicSpline(knots, return_[first], bc_type="natural")
    grid = np.linspace(risk.min(), risk.max(), risk.size)
    targets = spline(grid[grid > risk[begin]][:-1])
    targets = targets[targets < return_[-1]]
    top = run.points[-1]
    del run.points[begin + 1 :]
    run.total = begin + 2 + targets.size
    run.solve_all(targets)
    run.points.append(top)
    run.report()
