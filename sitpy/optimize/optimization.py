"""From an objective and constraints to weights, or to the reason why there are none."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from sitpy.optimize.constraints import Constraint
from sitpy.optimize.diagnostics import Diagnostics, smallest_conflict, spot_checks
from sitpy.optimize.errors import InfeasibleConstraints, OptimizationFailed, UnboundedObjective, WrongTypeError
from sitpy.optimize.objectives import MaximizeAlpha, Objective, TargetWeights
from sitpy.optimize.reading import Weights, few, weights
from sitpy.optimize.rows import Book, Demand
from sitpy.optimize.solve import growing, minimum, nearest, sharpened
from sitpy.optimize.system import System, assembled

Array = np.ndarray
Status = Literal["optimal", "infeasible", "unbounded", "failed"]

_NOTHING = 1e-9  # weights below are 0
_CHECK = 1e-7  # how far an answer may be from the limits, and from the best value
_ERRORS = {"infeasible": InfeasibleConstraints, "unbounded": UnboundedObjective, "failed": OptimizationFailed}


@dataclass(frozen=True)
class OptimizationResult:
    """What :func:`run_optimization` found.

    ``success``; ``status`` ("optimal", "infeasible", "unbounded", "failed"); ``old_weights`` and ``new_weights``, Series over
    the same assets (``new_weights`` is None without success); ``diagnostics``; ``message``, in words, when there is no
    portfolio.
    """

    success: bool
    status: Status
    old_weights: pd.Series
    new_weights: pd.Series | None
    diagnostics: Diagnostics
    message: str = ""

    def print_diagnostics(self) -> None:
        """Print which constraints are broken, or "No violations."."""
        print(self.message if self.status == "unbounded" else self.diagnostics)

    def raise_for_status(self) -> None:
        """Raise the matching exception unless a portfolio was found.

        Raises
        ------
        InfeasibleConstraints, UnboundedObjective, OptimizationFailed
        """
        if not self.success:
            raise _ERRORS[self.status](self.message, self.diagnostics)


def calculate_optimal_portfolio(
    objective: Objective, constraints: Iterable[Constraint], current_portfolio: Weights | None = None
) -> pd.Series:
    """The optimal weights.

    Parameters, and errors for bad input, as in :func:`run_optimization`.

    Returns
    -------
    Series
        A weight per asset: those of the objective in their order, then held ones, then those that constraints name. A weight
        is a signed fraction of the portfolio's value; the weights need not sum to 1, the rest is cash.

    Raises
    ------
    InfeasibleConstraints
        No portfolio satisfies all constraints; the message names a smallest set that contradicts itself, and what the
        target, current and empty portfolios break.
    UnboundedObjective
        The objective improves for ever; the message names the assets that can grow.
    OptimizationFailed
        No solver gave an answer that passes the check.

    Examples
    --------
    >>> import sitpy.optimize as opt
    >>> pair = [opt.MaxGrossExposure(1.5), opt.Pair("A", "B", hedge_ratio=2.0)]
    >>> opt.calculate_optimal_portfolio(opt.MaximizeAlpha({"A": 0.4, "B": 0.1}), pair).round(6).to_dict()
    {'A': 1.0, 'B': -0.5}

    References
    ----------
    Quantopian API reference (2020), ``quantopian.optimize.calculate_optimal_portfolio``.
    """
    result = run_optimization(objective, constraints, current_portfolio)
    result.raise_for_status()
    assert result.new_weights is not None
    return result.new_weights


def run_optimization(
    objective: Objective, constraints: Iterable[Constraint], current_portfolio: Weights | None = None
) -> OptimizationResult:
    """Look for the optimal weights; a problem without a solution is reported in the result, not raised.

    A held asset that the objective does not list, or lists with target 0, is closed, unless a constraint names it; only
    where that is impossible may it be reduced instead.

    Parameters
    ----------
    objective : MaximizeAlpha or TargetWeights
    constraints : iterable of Constraint
    current_portfolio : Series or dict, asset -> weight, optional
        The portfolio before the trade; inside an algorithm the algorithm's own, elsewhere nothing.

    Returns
    -------
    OptimizationResult

    Raises
    ------
    WrongTypeError
        No objective, something else among the constraints, a portfolio that is no map of numbers (a TypeError).
    InputError
        A held weight that is missing or infinite (a ValueError).

    Examples
    --------
    >>> import sitpy.optimize as opt
    >>> result = opt.run_optimization(opt.TargetWeights({"A": 0.2}), [opt.CannotHold("A"), opt.FixedWeight("A", 0.2)])
    >>> result.print_diagnostics()
    These constraints contradict each other:
        CannotHold(['A'])
        FixedWeight('A', 0.2)
    Without any one of them the others can be satisfied.
    Target portfolio breaks:
        CannotHold(['A']): weight of 'A' is 0.2 and must be 0
    Current portfolio breaks:
        FixedWeight('A', 0.2): weight of 'A' is 0 and must be 0.2
    Empty portfolio breaks:
        FixedWeight('A', 0.2): weight of 'A' is 0 and must be 0.2

    References
    ----------
    Quantopian API reference (2020), ``quantopian.optimize.run_optimization``.
    """
    problem = problem_of(objective, constraints, current_portfolio)
    closed, reduced = problem.ranges(closing=True), problem.ranges(closing=False)
    for lb, ub in (closed, reduced) if problem.exits.any() else (closed,):
        status, w, message = _answer(problem, lb, ub)
        if status != "infeasible":
            return problem.result(status, w, message)
    return problem.infeasible(*reduced)


@dataclass(frozen=True)
class _Problem:
    """A book of assets, a wish or an alpha for each, and the demands of the constraints."""

    objective: Objective
    constraints: list[Constraint]
    book: Book
    values: Array
    exits: Array
    demands: list[Demand]

    @property
    def aims(self) -> bool:
        """Whether the values are targets, not alphas."""
        return isinstance(self.objective, TargetWeights)

    def ranges(self, closing: bool) -> tuple[Array, Array]:
        """Bounds of the weights: exiting assets at 0, or, where that is impossible, as free as the objective leaves them."""
        n, old = self.book.n, self.book.old
        lb, ub = np.full(n, -math.inf), np.full(n, math.inf)
        if closing:
            lb[self.exits] = ub[self.exits] = 0.0
        elif not self.aims:
            lb[self.exits], ub[self.exits] = np.minimum(old, 0.0)[self.exits], np.maximum(old, 0.0)[self.exits]
        return lb, ub

    def series(self, w: Array) -> pd.Series:
        """A weight for each asset."""
        return pd.Series(w, index=pd.Index(list(self.book.assets), tupleize_cols=False), dtype=float)

    def result(
        self, status: Status, w: Array | None, message: str, diagnostics: Diagnostics | None = None
    ) -> OptimizationResult:
        """The record of an answer."""
        new = None if w is None else self.series(np.where(np.abs(w) < _NOTHING, 0.0, w))
        old = self.series(self.book.old)
        return OptimizationResult(w is not None, status, old, new, diagnostics or Diagnostics(), message)

    def infeasible(self, lb: Array, ub: Array) -> OptimizationResult:
        """The record of a contradiction, with its reasons."""
        wish = {"target": self.values} if self.aims else {}
        portfolios = {**wish, "current": self.book.old, "empty": 0.0 * self.book.old}
        by_constraint = dict(zip(map(id, self.constraints), self.demands, strict=True))

        def is_feasible(some: list[Constraint]) -> bool:
            system = assembled([by_constraint[id(constraint)] for constraint in some], lb, ub)
            return system is not None and _feasible(system)

        diagnostics = Diagnostics(
            spot_checks(self.book, self.constraints, portfolios), smallest_conflict(self.constraints, is_feasible)
        )
        return self.result("infeasible", None, f"no portfolio satisfies all constraints.\n{diagnostics}", diagnostics)


def problem_of(objective: Objective, constraints: Iterable[Constraint], current: Weights | None) -> _Problem:
    """The problem, or the error that says what is wrong with the arguments."""
    if not isinstance(objective, (MaximizeAlpha, TargetWeights)):
        raise WrongTypeError(f"objective is {objective!r}; give MaximizeAlpha(alphas) or TargetWeights(weights)")
    given = listed_constraints(constraints)
    unique = list({id(constraint): constraint for constraint in given}.values())
    portfolio = _portfolio_of_algorithm() if current is None else current
    held = {asset: w for asset, w in weights("current_portfolio", portfolio).items() if w != 0.0}
    aims = isinstance(objective, TargetWeights)
    values = {asset: v for asset, v in objective.values.items() if not aims or v != 0.0 or asset in held}
    named = dict.fromkeys(asset for constraint in unique for asset in constraint.named)
    book = Book.of([*dict.fromkeys([*values, *held, *named])], held)
    listed = {asset for asset, v in values.items() if not aims or v != 0.0}
    exits = np.array([asset not in listed and asset not in named for asset in book.assets], dtype=bool)
    wanted = np.array([values.get(asset, 0.0) for asset in book.assets], dtype=float)
    return _Problem(objective, unique, book, wanted, exits, [constraint.demand(book) for constraint in unique])


def listed_constraints(constraints: Iterable[Constraint]) -> list[Constraint]:
    """The constraints as a list, or the error that says which of them is none."""
    try:
        entries = iter(constraints)
    except TypeError:
        raise WrongTypeError(f"constraints is {constraints!r}; give a list of constraints") from None
    given = list(entries)
    for i, constraint in enumerate(given):
        if not isinstance(constraint, Constraint):
            made = " (a class: call it)" if isinstance(constraint, type) else ""
            raise WrongTypeError(
                f"constraints[{i}] is {constraint!r}{made}; give constraints such as NetExposure(-0.1, 0.1)"
            )
    return given


def _portfolio_of_algorithm() -> Weights:
    """The portfolio of the algorithm that is running, if one is."""
    from sitpy.optimize.algorithm import running_portfolio

    return running_portfolio()


def _answer(problem: _Problem, lb: Array, ub: Array) -> tuple[Status, Array | None, str]:
    """Weights within these ranges, or why there are none."""
    if problem.aims and _satisfies(problem, problem.values, lb, ub):
        return "optimal", problem.values, ""
    system = assembled(problem.demands, lb, ub)
    if system is None:
        return "infeasible", None, ""
    wish, size = problem.values, 0.0
    if not problem.aims:  # first the best value; then, of the weights that have it, those nearest to nothing
        wish, size = 0.0 * problem.values, float(np.abs(problem.values).max(initial=0.0))
    gain = problem.values / size if size > 0 else wish
    optimum = minimum(system, -(system.M.T @ gain)) if size > 0 else None
    if size > 0 and optimum is None:
        if not _feasible(system):
            return "infeasible", None, ""
        return "unbounded", None, _unlimited(problem, growing(system, -(system.M.T @ gain)))
    best = -math.inf if optimum is None else float(gain @ system.weights(optimum.x))
    face = system if optimum is None else system.tightened(optimum.row_side, optimum.column_side)
    w = nearest(face, wish)
    if w is not None:
        w = sharpened(w, wish, problem.demands, *face.ranges())
        if _satisfies(problem, w, lb, ub, _CHECK) and gain @ w >= best - _CHECK * max(1.0, abs(best)):
            return "optimal", w, ""
    if not _feasible(system):
        return "infeasible", None, ""
    return "failed", None, "no solver gave weights that pass the check; rescale constraints of very different sizes"


def _feasible(system: System) -> bool:
    """Whether the system has a solution, by a solve of its own: a presolve may call an unbounded problem infeasible."""
    return minimum(system, np.zeros(system.lb.size)) is not None


def _satisfies(problem: _Problem, w: Array, lb: Array, ub: Array, tolerance: float = 0.0) -> bool:
    inside = bool((w >= lb - tolerance).all() and (w <= ub + tolerance).all())
    return inside and not any(demand.violations(w, max(tolerance, 1e-9)) for demand in problem.demands)


def _unlimited(problem: _Problem, direction: Array) -> str:
    grown = [asset for asset, step in zip(problem.book.assets, direction, strict=True) if abs(step) > 1e-9]
    return (
        f"the objective improves for ever: nothing limits the weights of {few(grown)}; "
        "add MaxGrossExposure(1.0), or PositionConcentration for these assets"
    )
