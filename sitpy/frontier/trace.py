"""``portopt``: least risk at equally spaced expected returns, one model kept warm from point to point."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from sitpy import measures
from sitpy.arguments import choice, flag, function, numbers, shown, text, whole
from sitpy.constraints import Constraints, add_constraints, new_constraints
from sitpy.errors import InfeasibleError, InputError, NotSolvedError, UnboundedError, warn
from sitpy.frontier.path import Point, points_of
from sitpy.frontier.result import Frontier, MinRiskFunction
from sitpy.frontier.statistics import PointStatistics
from sitpy.inputs import InputAssumptions, checked_assumptions
from sitpy.portfolios.minimum import max_return_portfolio, min_risk_portfolio
from sitpy.portfolios.problem import build, checked, padded, solved
from sitpy.portfolios.risk_measures import risk_measure
from sitpy.solvers import Engine, Limits, Model, Program, Solution, limits_of, model_for
from sitpy.solvers.limits import INTERRUPTED
from sitpy.solvers.parametric import Path, trace_path
from sitpy.solvers.projection import suits_projection

Array = np.ndarray
Progress = Callable[[int, int], None]

_LONG = 1000  # variables and rows
_TOP = 1e-12  # by how much, relative, the last point may fall short of the largest return


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
    limits: Limits | None = None,
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
    limits : Limits, optional
        When the search at a point over 0/1 variables may end without a proof; ``ef.statistics`` says which points are not
        proven, and how far each can be from its optimum.
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
        A point was dropped (``on_failure="drop"``), ``constraints`` was left out, a search was ended by its limits, or
        Ctrl-C ended the work: the frontier then holds the points solved so far.

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
    nportfolios = whole("nportfolios", nportfolios, 2)
    choice("on_failure", on_failure, ("raise", "drop"))
    function("min_risk_fn", min_risk_fn, "give a function, such as sitpy.min_cvar_portfolio")
    flag("equally_spaced_risk", equally_spaced_risk)
    checked_progress(progress)
    text("name", name)
    no_limit = constraints is None
    if constraints is None:
        constraints = sum_of_weights(checked_assumptions(ia).n)
    checked(ia, constraints)
    run = _Run(ia, constraints, min_risk_fn, engine, limits_of(limits), on_failure, progress)
    try:
        if targets is not None:
            run.solve_all(_targets(targets))
        else:
            _whole(run, nportfolios, no_limit, equally_spaced_risk)
    except KeyboardInterrupt:
        if not run.points:
            raise
        warn(f"Ctrl-C ended the frontier after {len(run.points)} of {run.total} points; the others are missing")
    if not run.points:
        raise NotSolvedError("no point of the frontier could be solved; see the warnings for each target")
    solution = np.concatenate([x for x, _ in run.points]).reshape(len(run.points), -1)
    ef = Frontier(
        solution[:, : constraints.n],
        name,
        ia,
        constraints,
        [statistics for _, statistics in run.points],
        time.perf_counter() - began,
        measure=None if run.measure is None else run.measure.name,
    )
    ef._min_risk_fn, ef._full = min_risk_fn, solution
    return ef


def _whole(run: _Run, nportfolios: int, no_limit: bool, equally_spaced_risk: bool) -> None:
    """From the least risk to the largest return."""
    run.total = nportfolios
    path = run.path
    if path is not None and path.complete and not path.unlimited and path.vouched[[0, -1]].all():
        first, last = float(path.targets[0]), float(path.targets[-1])
        run.solve_all(np.concatenate([[np.nan], _between(first, last, nportfolios), [last - margin(last)]]))
    else:
        last, top = _largest_return(run, no_limit)
        run.points.append(run.point_of(np.nan))
        run.report()
        first = float(measures.portfolio_return(run.points[0][0], run.ia)[0])
        run.solve_all(_between(first, last, nportfolios))
        run.points.append(top())  # far from the first, so not before the others
        run.report()
    if equally_spaced_risk:
        _space_by_risk(run)


def _between(first: float, last: float, nportfolios: int) -> Array:
    """The targets between both ends."""
    # where all returns are alike but for rounding, the range is less than the last point's own margin
    return np.minimum(np.linspace(first, last, nportfolios)[1:-1], last - margin(last))


def sum_of_weights(n: int) -> Constraints:
    """What holds without constraints: weights sum to 1."""
    return add_constraints(np.ones(n), 1.0, "=", new_constraints(n), "sum of weights")


def checked_progress(progress: Progress | None) -> None:
    """Refuse what cannot be told how far the work is."""
    if progress is not None:
        function("progress", progress, "give a function (done, all), or None")


def _targets(targets: ArrayLike) -> Array:
    """The caller's targets as a vector; nan asks for the least risk."""
    values = np.atleast_1d(numbers("targets", targets))
    if values.ndim != 1 or values.size == 0 or np.isinf(values).any():
        raise InputError(
            f"targets has shape {values.shape} and {int(np.isinf(values).sum())} infinite value(s); expected a list of "
            "expected returns per year (nan: the least risk)"
        )
    return values


class _Run:
    """One frontier in the making: the model kept warm, or the caller's function, and the points so far."""

    def __init__(
        self,
        ia: InputAssumptions,
        constraints: Constraints,
        min_risk_fn: MinRiskFunction,
        engine: Engine,
        limits: Limits,
        on_failure: str,
        progress: Progress | None,
    ) -> None:
        self.ia, self.constraints, self.min_risk_fn = ia, constraints, min_risk_fn
        self.on_failure, self.progress = on_failure, progress
        self.total = self.dropped = 0
        self.interrupted = False
        self.points: list[Point] = []
        self.mu = padded(ia.expected_return, constraints.n)
        self.measure = risk_measure(min_risk_fn)
        self.engine, self.limits = engine, limits
        self.path: Path | None = None
        self.program: Program | None = None
        choice("engine", engine, ("fast", "reference"))
        if self.measure is not None:
            self.program = self.measure.program(ia, constraints)
            if engine == "fast" and _has_path(self.program):
                self.path = trace_path(self.program, padded(ia.expected_return, self.program.n))

    @cached_property
    def model(self) -> Model:
        """The model kept warm from point to point, the return asked for in its last row."""
        assert self.program is not None
        mu = padded(self.ia.expected_return, self.program.n)
        return model_for(self.program.with_row(mu, -np.inf, "target return"), self.engine, self.limits)

    def solve_all(self, targets: Array) -> None:
        """Solve for every target in turn: by the exact path where it is known, else one by one."""
        self.total = self.total or targets.size
        known = [None] * targets.size if self.path is None else points_of(self.path, targets)
        for target, point in zip(targets, known):
            if point is None:
                self.solve(float(target))
            else:
                self.points.append(point)
                self.report()

    def solve(self, target: float) -> None:
        """Add the point of least risk at no less than this return."""
        try:
            self.points.append(self.point(target))
        except (InfeasibleError, NotSolvedError) as error:
            if self.on_failure == "raise":
                raise
            self.dropped += 1
            at = "least risk" if np.isnan(target) else f"target return {target:.6g}"
            warn(f"the point at {at} is left out of the frontier: {error}")
        self.report()

    def report(self) -> None:
        """Tell the caller how far we are; go no further where the caller has ended a search."""
        if self.progress is not None:
            self.progress(min(len(self.points) + self.dropped, self.total), self.total)
        if self.interrupted:
            raise KeyboardInterrupt

    def point_of(self, target: float) -> Point:
        """As :meth:`point`, by the exact path where it is known."""
        known = None if self.path is None else points_of(self.path, np.array([target]))[0]
        return self.point(target) if known is None else known

    def point(self, target: float) -> Point:
        """The point of least risk at no less than this return (nan: at any return)."""
        if self.program is None:
            limited = self._limited(target)
            program = build(self.ia, limited)
            x = numbers("what min_risk_fn returns", self.min_risk_fn(self.ia, limited)).ravel()
            if x.size < program.n or not np.isfinite(x).all():
                raise InputError(
                    f"min_risk_fn returns {shown(x)}; give a function (ia, constraints) -> a finite value of each of "
                    f"{program.n} variables"
                )
            return x, _own_statistics(target, program.violation(x[: program.n]))
        b = self.model.program.b.copy()
        b[-1] = -np.inf if np.isnan(target) else target
        start = self.points[-1][0] if self.points and self.program.binary.size else None
        solution = solved(self.model, self.ia, lambda: self._limited(target), b, start)
        self.interrupted = solution.stopped_by == INTERRUPTED
        return solution.x, _statistics(target, solution)

    def _limited(self, target: float) -> Constraints:
        if np.isnan(target):
            return self.constraints
        return add_constraints(self.mu, target, ">=", self.constraints, "target return")


def _has_path(program: Program) -> bool:
    """Whether the exact path is worth tracing: not among thousands of rows that a risk model brings."""
    if program.D is None or program.binary.size or program.differences:
        return False
    return not (program.n + program.m > _LONG and suits_projection(program))


def _own_statistics(target: float, residual: float) -> PointStatistics:
    """A caller's own function says nothing of how it was solved."""
    return PointStatistics(target, np.nan, np.nan, np.nan, False, 0, 0, 0, residual)


def _statistics(target: float, solution: Solution) -> PointStatistics:
    return PointStatistics(
        target,
        solution.value,
        solution.bound,
        solution.gap,
        solution.proven,
        solution.qp_count,
        solution.lp_count,
        solution.nodes,
        solution.primal_residual,
    )


def _largest_return(run: _Run, no_limit: bool) -> tuple[float, Callable[[], Point]]:
    """The upper end: the largest return and, among several portfolios that have it, how to find that of least risk."""
    ia, constraints = run.ia, run.constraints
    try:
        best = max_return_portfolio(ia, constraints)
    except UnboundedError as error:
        if not no_limit:
            raise UnboundedError(f"the constraints do not limit the expected return: {error}") from None
        target = float(ia.expected_return.max())
        warn(
            "portopt without constraints: weights need only sum to 1, so the expected return has no upper limit; the "
            f"frontier ends at the largest expected return of a single asset, {target:.4%}. Give constraints for another"
        )
        return target, lambda: run.point_of(target)
    target = float(run.mu @ best)
    if run.program is None:
        return target, lambda: (best, _own_statistics(target, build(ia, constraints).violation(best)))
    return target, lambda: run.point_of(target - margin(target))


def margin(largest_return: float) -> float:
    """By how much the last point may fall short of the largest return: solvers leave it no more room than rounding."""
    return _TOP * max(1.0, abs(largest_return))


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
