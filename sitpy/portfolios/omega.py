"""The portfolio of largest Omega: gains above a threshold per shortfall below it.

With D the mean shortfall and m the mean return, ``Omega = 1 + (m - L)/D``. For a trial ratio k, the programme
``max (m - L) - k D`` has a value above zero exactly if some portfolio's ratio ``(m - L)/D`` is above k; the ratio of its
answer is the next k (Dinkelbach's method), until nothing is gained. Where k is positive (some portfolio earns more than the
threshold on average), D is pushed down and a linear programme does. Where every portfolio earns less, the largest Omega
wants a LARGE shortfall and is at a corner of the constraints; :mod:`sitpy.solvers.shortfall_ratio` searches those. The
reference engine, caps on Gini's measure (whose corners are too many) and weights without limits take a 0/1 variable for each
``max(L - p_j, 0)``.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sitpy.arguments import choice, flag
from sitpy.constraints import Constraints
from sitpy.errors import InputError, NotSolvedError, UnboundedError
from sitpy.inputs import InputAssumptions
from sitpy.portfolios.minimum import measure_program, portfolio_function
from sitpy.portfolios.problem import build, checked, optimum, padded, solved
from sitpy.risk_models import add_constraint_mad_downside
from sitpy.solvers import Engine, Program, Solution, model_for
from sitpy.solvers.shortfall_ratio import ShortfallRatio
from sitpy.sparse import dense

Array = np.ndarray

_ROUNDING = 1e-13  # of a mean return
_NO_LOSS = 1e-6  # a shortfall that is only the solver's tolerance, as part of the gain


@portfolio_function
def max_omega_portfolio(
    ia: InputAssumptions,
    constraints: Constraints,
    type: str = "mixed",
    *,
    details: bool = False,
    engine: Engine = "fast",
) -> Array | Solution:
    """Portfolio of largest Omega at the threshold ``ia.parameters_omega``.

    Parameters
    ----------
    ia : InputAssumptions
        n assets, with a complete history.
    constraints : Constraints
        n or more variables, asset weights first; 0/1 variables are welcome.
    type : {"mixed", "lp", "nlp"}
        SIT's choice of a method; here all three give the same proven optimum.
    details : bool
        Return the :class:`~sitpy.solvers.Solution` instead of the weights: its ``value`` is minus the Omega, and no
        portfolio's Omega exceeds minus its ``bound``.
    engine : {"fast", "reference"}

    Returns
    -------
    array (constraints.n variables) or Solution

    Raises
    ------
    InputError
        Data that do not agree, missing numbers, an unknown ``type``.
    InfeasibleError
        No portfolio satisfies the constraints; the message names those that contradict each other.
    UnboundedError
        A portfolio is never below the threshold: its Omega is infinite.
    NotSolvedError
        Where no portfolio earns the threshold on average: the search reached its limit. It carries the best portfolio.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> ia.parameters_omega = 0.05
    >>> weights = sitpy.max_omega_portfolio(ia, sitpy.create_basic_constraints(ia.n, 0, 0.8))
    >>> round(float(sitpy.portfolio_omega(weights, ia)[0]), 3)
    37.597

    References
    ----------
    SIT, ``max.omega.portfolio``; Keating and Shadwick (2002), "A universal performance measure"; Dinkelbach (1967), "On
    nonlinear fractional programming", Management Science 13.
    """
    choice("type", type, ("mixed", "lp", "nlp"))  # the answer is the same
    checked(ia, constraints)
    problem = _Problem(ia, constraints, engine)
    solution = problem.largest()
    return solution if flag("details", details) else solution.x[: constraints.n]


class _Problem:
    """The portfolios, their mean returns m and their shortfalls, ready for one trial ratio after another."""

    def __init__(self, ia: InputAssumptions, constraints: Constraints, engine: Engine) -> None:
        self.ia, self.constraints, self.engine = ia, constraints, engine
        self.threshold = float(ia.parameters_omega)
        below = ia.copy()
        below.parameters_mar = self.threshold
        self.program = measure_program(below, constraints, add_constraint_mad_downside)
        self.shortfall = self.program.c
        self.mean = np.zeros(self.program.n)
        self.mean[: ia.n] = ia.complete_history().mean(axis=0)
        self.counts = np.zeros(2, dtype=int)
        self.either = np.zeros(0, dtype=int)  # periods that can end above and below the threshold
        self.corners: list[Array] = []  # portfolios of largest and smallest return in single periods

    def largest(self) -> Solution:
        """Raise the trial ratio until no portfolio has a larger one."""
        x = self._best(self.program, 0.0).x
        least = self._best(self.program, np.inf)
        if self._gain(x) > _ROUNDING:
            program = self.program
            if least.value <= _ROUNDING:
                self._refuse_infinite(least.value)
        else:
            x = x if self._below(x) > _ROUNDING else self._losing()  # at the threshold in every period: 0/0
            if self.engine == "fast" and not self.program.differences:
                try:
                    return self._searched(x, least.value)
                except UnboundedError:
                    pass  # weights without limits, although Omega has one
            program = self._exact()
            x = self._climbed(max([x, *self.corners], key=self._ratio))
        for _ in range(100):
            ratio = self._ratio(x)
            answer = self._best(program, ratio, x)
            excess = -answer.bound - self.threshold
            if self._gain(answer.x) - ratio * self._below(answer.x) <= _ROUNDING:
                break
            x = answer.x
        omega = 1.0 + ratio
        above = max(0.0, excess) / max(least.value, _ROUNDING)
        return Solution(x, -omega, -(omega + above), True, lp_count=int(self.counts[0]), nodes=int(self.counts[1]))

    def _searched(self, x: Array, least: float) -> Solution:
        """The search through the corners of the constraints, where no portfolio earns more than the threshold."""
        program = build(self.ia, self.constraints)
        search = ShortfallRatio(program, self.ia.complete_history(), self.threshold, x)
        answer = search.solve(least)
        omega, most = 1.0 - answer.value, 1.0 - answer.bound
        self.counts += (answer.lp_count, answer.nodes)
        if not answer.proven:
            raise NotSolvedError(
                f"after {answer.nodes} parts of the constraints the largest Omega found is {omega:.8g}, and none exceeds "
                f"{most:.8g}; give fewer assets or tighter bounds, or lower parameters_omega to where a portfolio earns it",
                answer.x,
                -most,
                (most - omega) / abs(omega),
            )
        return Solution(answer.x, -omega, -most, True, lp_count=int(self.counts[0]), nodes=int(self.counts[1]))

    def _best(self, program: Program, ratio: float, start: Array | None = None) -> Solution:
        """The optimum of ``max m - ratio D``, from a portfolio near it; of ``min D`` for an infinite ratio."""
        cost = self.shortfall if np.isinf(ratio) else ratio * self.shortfall - self.mean
        program = replace(program, c=np.append(cost, np.zeros(program.n - cost.size)))
        if start is not None:
            start = np.concatenate([start[: self.program.n], self._excess(start)[self.either] < 0])
        answer = solved(model_for(program, self.engine), self.ia, lambda: self.constraints, start=start)
        self.counts += (answer.lp_count, answer.nodes)
        return answer

    def _climbed(self, x: Array) -> Array:
        """A portfolio whose Omega no other beats while the same periods are below the threshold: a start for the search."""
        while True:
            slope = np.zeros(self.program.n)
            slope[: self.ia.n] = -self.ia.complete_history()[self._excess(x) < 0].sum(axis=0) / len(
                self.ia.hist_returns
            )
            step = replace(self.program, c=self._ratio(x) * slope - self.mean)
            better = optimum(step, self.ia, self.constraints, self.engine).x
            if self._ratio(better) <= self._ratio(x) + _ROUNDING:
                return x
            x = better

    def _excess(self, x: Array) -> Array:
        return np.asarray(self.ia.complete_history() @ x[: self.ia.n] - self.threshold)

    def _gain(self, x: Array) -> float:
        """``m - L``."""
        return float(self._excess(x).mean())

    def _ratio(self, x: Array) -> float:
        below = self._below(x)
        return self._gain(x) / below if below > _ROUNDING else -np.inf

    def _below(self, x: Array) -> float:
        """``D``."""
        return float(np.maximum(-self._excess(x), 0.0).mean())

    def _losing(self) -> Array:
        """A portfolio that is below the threshold in some period."""
        program = build(self.ia, self.constraints)
        for returns in self.ia.complete_history():
            x = optimum(replace(program, c=padded(returns, program.n)), self.ia, self.constraints, self.engine).x
            if self._below(x) > _ROUNDING:
                return x
        raise InputError(
            f"every portfolio returns the threshold {self.threshold:g} in every period, so no Omega is defined; choose "
            "another parameters_omega"
        )

    def _refuse_infinite(self, least: float) -> None:
        """Refuse a portfolio without shortfall that gains something; one that stays at the threshold has no Omega at all."""
        x = self._best(self.program.with_row(-self.shortfall, -least), 0.0).x
        if self._gain(x) <= _ROUNDING or self._below(x) > _NO_LOSS * self._gain(x):
            return
        held = np.flatnonzero(np.abs(x[: self.ia.n]) > 1e-6)
        names = ", ".join(f"{x[i]:.1%} {self.ia.symbols[i]}" for i in held[:4]) + (", ..." if held.size > 4 else "")
        raise UnboundedError(
            f"Omega has no largest value: the portfolio {names} is never below the threshold {self.threshold:g} in "
            f"{len(self.ia.hist_returns)} periods; raise parameters_omega above its worst return"
        )

    def _exact(self) -> Program:
        """The programme in which ``z_j = max(L - p_j, 0)``, by one 0/1 variable for each period that may go either way."""
        program, n = self.program, self.constraints.n
        history = self.ia.complete_history()
        T = len(history)
        program = replace(program, lb=program.lb.copy(), ub=program.ub.copy())
        highest, lowest = (self._extremes(sign) for sign in (1.0, -1.0))
        self.either = either = np.flatnonzero((highest > 0) & (lowest < 0))
        A = np.vstack([dense(program.A), np.zeros((either.size, program.m))])
        columns, rhs = [], []
        for j in range(T):
            position = np.flatnonzero(either == j)
            row = np.zeros(len(A))  # z_j + p_j <= L + highest_j (1 - s_j)
            row[: self.ia.n], row[n + j] = -history[j], -1.0
            if position.size:
                s = program.n + int(position[0])
                switch = np.zeros(len(A))  # z_j <= -lowest_j s_j
                switch[n + j], switch[s] = -1.0, -lowest[j]
                row[s] = -highest[j]
                columns += [row, switch]
                rhs += [-self.threshold - highest[j], 0.0]
            elif highest[j] <= 0:
                columns.append(row)
                rhs.append(-self.threshold)
            else:
                program.ub[n + j] = 0.0
        grown = either.size
        return replace(
            program,
            c=np.append(program.c, np.zeros(grown)),
            A=np.column_stack([A, *columns]) if columns else A,
            b=np.append(program.b, rhs),
            lb=np.append(program.lb, np.zeros(grown)),
            ub=np.append(program.ub, np.ones(grown)),
            binary=np.append(program.binary, program.n + np.arange(grown)),
            row_names=(*program.row_names, *["Omega model"] * len(rhs)),
            variable_names=(*program.variable_names, *[f"period.{j + 1}" for j in either]),
        )

    def _extremes(self, sign: float) -> Array:
        """Largest (smallest for -1) ``p_j - L`` of every period over all portfolios; 0/1 variables may be fractions here."""
        relaxed = replace(self.program, binary=self.program.binary[:0])
        result = np.zeros(len(self.ia.hist_returns))
        for j, returns in enumerate(self.ia.complete_history()):
            cost = np.zeros(relaxed.n)
            cost[: self.ia.n] = -sign * returns
            answer = model_for(replace(relaxed, c=cost)).solve()
            assert answer is not None  # a portfolio was found before
            result[j] = -sign * answer.value - self.threshold
            if not self.program.binary.size:
                self.corners.append(answer.x)
        return result
