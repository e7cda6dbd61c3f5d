"""One quadratic programme by its few free variables: solve on a small set, price the others, add those that would help."""

from __future__ import annotations

import numpy as np
import quadprog

from sitpy.solvers.active_set import FEASIBLE, STATIONARY, ActiveSet, Basis, System, active_set_at
from sitpy.solvers.parametric_walk import Walk
from sitpy.solvers.program import Program, Solution
from sitpy.solvers.weak_duality import proof

Array = np.ndarray

_SMALL = 40  # up to so many variables, the first working set is all of them
_FIRST = 24  # variables of the first working set of more
_MOST_ADDED = 12
_ROUNDS = 60
_LIFT = 1e-8  # curvature given to all directions where some have none, relative to the largest diagonal entry
_OFF, _ROUNDING = 1e-9, 1e-13  # of the value, of its terms: a bound farther below the value is worth another way


@np.errstate(divide="ignore", invalid="ignore", over="ignore")  # a singular system shows in its answer
def solve_on_working_set(program: Program, state: Basis | None = None) -> Solution | None:
    """Optimum of a convex quadratic programme without binaries, or None where it cannot be vouched for.

    None says nothing of feasibility. ``state``: that of the solution of a similar programme (as many variables and rows).
    Where its active set is still optimal, one small linear system is all the work; where its point is still feasible, the
    active set is changed step by step; otherwise it says which variables are probably free.
    """
    if program.D is None or program.binary.size or program.differences:
        return None
    system = System(program)
    if not system.empty_rows_hold():
        return None
    start = None
    if state is not None and state.inside.size == system.low.size:
        start = ActiveSet.of(system, state)
        watched = walked_to_optimum(start, state.x) if _is_feasible(system, state.x) else _optimum(start)
        if watched is not None:
            return _solution(start, watched, 0)
    found = optimal_set(system, start)
    return None if found is None else _solution(*found)


def optimal_set(system: System, start: ActiveSet | None = None) -> tuple[ActiveSet, Array, int] | None:
    """An optimal active set, what is watched there, and how many programmes were solved; None where none was found."""
    guess = _Guess(system)
    if start is not None:
        guess.support = np.union1d(np.flatnonzero(start.inside[: system.n]), guess.support[: _FIRST // 2])
    try:
        x = guess.run()
    except _NotStrict:
        x = guess.lifted()
    if x is None:
        return None
    if guess.watched is not None:
        return guess.active, guess.watched, guess.count
    active = active_set_at(system, x)
    watched = walked_to_optimum(active, x)
    return None if watched is None else (active, watched, guess.count)


class _NotStrict(Exception):
    """quadprog found a direction without curvature."""


class _Guess:
    """A working set that grows until nothing outside it would help."""

    active: ActiveSet

    def __init__(self, system: System) -> None:
        self.system, self.count = system, 0
        self.watched: Array | None = None
        n, lb, ub = system.n, system.program.lb, system.program.ub
        rest = np.where(np.abs(lb) <= np.abs(ub), lb, ub)
        needed = rest != 0.0  # only at a bound of zero may a variable be left out unseen
        self._rest = np.where(np.isfinite(rest), rest, 0.0)
        order = np.flatnonzero(lb != ub)
        if order.size > _SMALL:
            score = 0.5 * system.M.diagonal()[:n] + system.cost[:n]
            order = order[np.argsort(np.where(needed, -np.inf, score)[order], kind="stable")]
        self._order = order
        self._size = order.size if order.size <= _SMALL else max(_FIRST, int(needed[order].sum()))
        self.support = order[: self._size]

    def run(self) -> Array | None:
        """The point at which the working set stops; ``watched`` is there if it is vouched for."""
        x = None
        for _ in range(_ROUNDS):
            answer = self._solve(0.0)
            if answer is None:  # too few variables to satisfy the rows
                if self.support.size == self._order.size:
                    break
                self._size = min(2 * self._size, self._order.size)
                self.support = np.union1d(self.support, self._order[: self._size])
                continue
            self.active, x = answer
            lines = self.active.solve()
            if lines is None or not np.isfinite(lines).all():
                break
            if self.active.is_optimal(lines[0]):
                self.watched = lines[0]
                break
            helpful = self._helpful(lines[0])
            if not helpful.size:
                break
            self.support = np.union1d(np.flatnonzero(self.active.inside[: self.system.n]), helpful)
        return x

    def lifted(self) -> Array | None:
        """A point near the optimum where some directions have no curvature."""
        self.support = self._order
        answer = self._solve(_LIFT)
        return None if answer is None else answer[1]

    def _helpful(self, watched: Array) -> Array:
        """Variables outside the working set whose bound has the wrong multiplier, the worst of them."""
        active, n = self.active, self.system.n
        apart = np.maximum(active.low[:n] - watched[:n], watched[:n] - active.high[:n])
        apart[active.inside[:n]] = apart[self.support] = 0.0
        worst = np.argsort(-apart)[:_MOST_ADDED]
        return np.asarray(worst[apart[worst] > STATIONARY])

    def _solve(self, lift: float) -> tuple[ActiveSet, Array] | None:
        """Optimum where the variables outside the working set rest: its active set and point; None where infeasible."""
        self.count += 1
        system, support, program = self.system, self.support, self.system.program
        n, x = system.n, self._rest.copy()
        x[support] = 0.0
        base = system.cost + x @ system.M[:n]
        inside = np.zeros(system.low.size, dtype=bool)
        inside[support] = True
        low, high, unit = program.lb[support], program.ub[support], np.eye(support.size)
        below, above = np.flatnonzero(low > -np.inf), np.flatnonzero(high < np.inf)
        part = system.M.take(support, 0)
        C = np.concatenate([part[:, n:], unit[:, below], -unit[:, above]], axis=1)
        if C.size == 0:  # quadprog wants a row and a variable
            return ActiveSet(system, inside, x), x
        D = part.take(support, 1)
        if lift:
            D += lift * unit
        rhs = np.concatenate([system.goal[n:] - base[n:], low[below], -high[above]])
        try:
            x[support], _, _, _, _, tight = quadprog.solve_qp(D, -base[support], C, rhs, system.meq)
        except ValueError as error:
            if "positive definite" in str(error):
                raise _NotStrict from None
            return None
        tight = tight - 1 - (system.low.size - n)  # rows are negative now, then bounds
        inside[tight[tight < 0]] = True
        at_low = below[tight[(tight >= 0) & (tight < below.size)]]
        at_high = above[tight[tight >= below.size] - below.size]
        inside[support[at_low]] = inside[support[at_high]] = False
        x[support[at_low]], x[support[at_high]] = low[at_low], high[at_high]
        return ActiveSet(system, inside, x), x


def walked_to_optimum(active: ActiveSet, x: Array) -> Array | None:
    """What is watched at the optimum, the active set of the feasible point ``x`` having been changed until it is optimal.

    The cost is first made one for which ``x`` is optimal, and then walks to the cost that is asked for.
    """
    system, n = active.system, active.system.n
    lines = active.solve()
    if lines is None or not np.isfinite(lines).all():
        return None
    if active.is_optimal(lines[0]):
        return np.asarray(lines[0])
    q = np.where(active.inside[n:], np.clip(lines[0, n:], active.low[n:], active.high[n:]), 0.0)
    x = np.where(active.inside[:n], x, active.rest)
    gradient = system.M[:n, :n] @ x + system.M[:n, n:] @ q + system.cost[:n]
    allowed = np.where(active.inside[:n], 0.0, np.clip(gradient, active.low[:n], active.high[:n]))
    slope = np.zeros(system.low.size)
    slope[:n] = gradient - allowed
    active.charge(-slope)
    walk = Walk(active, slope)
    if not walk.run(1.0) or walk.ray is not None:  # a ray: the objective falls for ever
        return None
    active.charge(slope)
    watched = walk.pieces[-1].lines.sum(axis=0)
    return watched if np.isfinite(watched).all() and active.is_optimal(watched) else None


def _optimum(active: ActiveSet) -> Array | None:
    """What is watched if the active set is optimal."""
    lines = active.solve()
    return lines[0] if lines is not None and np.isfinite(lines).all() and active.is_optimal(lines[0]) else None


def _is_feasible(system: System, x: Array) -> bool:
    """Whether a point satisfies rows and bounds."""
    values = np.concatenate([x, x @ system.M[: system.n, system.n :]])
    return bool((np.maximum(system.low - values, values - system.high) <= FEASIBLE).all())


def _solution(active: ActiveSet, watched: Array, count: int) -> Solution | None:
    """The answer, with the bound that its multipliers prove; None where that is far off."""
    system, program = active.system, active.system.program
    x = np.clip(active.values(watched), program.lb, program.ub)
    value = program.value(x)
    rows, bounds = system.multipliers(watched, active.inside)
    proved = proof(program, x, rows, (program.b, program.lb, program.ub))
    bound = min(value, proved.bound)
    if value - bound > max(_OFF * abs(value), _ROUNDING * proved.size):
        return None
    return Solution(x, value, bound, True, rows, bounds, count, state=active.basis(x), nothing=program.nothing)
