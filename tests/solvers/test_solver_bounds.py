"""A bound is never above the optimum: the optimum in exact arithmetic, of problems whose numbers are exact, as the referee.

A point that satisfies every row and bound exactly has a value that no true bound exceeds. Such a point is found from the
conditions of optimality, solved in fractions for the constraints that are active at the solver's answer.
"""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from problems import program

from sitpy.solvers import Program, ReferenceModel, model_for
from sitpy.solvers.presolve import Presolve
from sitpy.solvers.quadratic_model import QuadraticModel
from sitpy.solvers.working_set import solve_on_working_set

KINDS = ("strict", "singular", "duplicate", "zero", "hedged", "absolute", "split")
SCALES = (2.0**-20, 2.0**-7, 1.0, 2.0**13)


def fractions(values: Any) -> list[Fraction]:
    return [Fraction(float(value)) for value in values]


def solved(matrix: list[list[Fraction]], right: list[Fraction], guess: list[Fraction]) -> list[Fraction] | None:
    """A solution of linear equations, unknowns without a pivot being those of the guess; None where there is none."""
    rows, pivots, n = [[*row, value] for row, value in zip(matrix, right)], [], len(guess)
    for j in range(n):
        k = len(pivots)
        best = max(range(k, len(rows)), key=lambda i: abs(rows[i][j]), default=None)
        if best is None or rows[best][j] == 0:
            continue
        rows[k], rows[best] = rows[best], rows[k]
        for row in rows[k + 1 :]:
            factor = row[j] / rows[k][j]
            if factor:
                row[:] = [a - factor * b for a, b in zip(row, rows[k])]
        pivots.append(j)
    if any(row[n] for row in rows[len(pivots) :]):
        return None
    x = list(guess)
    for row, j in reversed(list(zip(rows, pivots))):
        x[j] = (row[n] - sum(row[t] * x[t] for t in range(j + 1, n))) / row[j]
    return x


def exact_optimum(problem: Program, x: np.ndarray) -> Fraction | None:
    """The least value of an exactly feasible point that the active sets near ``x`` give."""
    found = [exact_value(problem, x, near) for near in (0.0, 1e-13, 1e-11, 1e-9, 1e-7)]
    return min((value for value in found if value is not None), default=None)


def exact_value(problem: Program, x: np.ndarray, near: float) -> Fraction | None:
    assert problem.D is not None
    n = problem.n
    lb, ub, A, D = problem.lb, problem.ub, [fractions(row) for row in problem.A], [fractions(row) for row in problem.D]
    rest = {i: Fraction(float(lb[i] if x[i] - lb[i] <= near else ub[i])) for i in range(n)
            if x[i] - lb[i] <= near or ub[i] - x[i] <= near}  # fmt: skip
    slack = problem.slack(x)
    used = [j for j in range(problem.m) if np.isfinite(problem.b[j])]
    active = [j for j in used if j < problem.meq or slack[j] <= near]
    free = [i for i in range(n) if i not in rest]
    b, c, none = {j: Fraction(float(problem.b[j])) for j in used}, fractions(problem.c), [Fraction(0)] * len(active)
    matrix = [[D[i][j] for j in free] + [-A[i][k] for k in active] for i in free]
    matrix += [[A[i][k] for i in free] + none for k in active]
    right = [-c[i] - sum(D[i][j] * value for j, value in rest.items()) for i in free]
    right += [b[k] - sum(A[i][k] * value for i, value in rest.items()) for k in active]
    answer = solved(matrix, right, fractions(x[free]) + none)
    if answer is None:
        return None
    point = {**rest, **dict(zip(free, answer))}
    values = {j: sum(A[i][j] * point[i] for i in range(n)) - b[j] for j in used}
    if any(value < 0 or (value != 0 and j < problem.meq) for j, value in values.items()):
        return None
    if any(point[i] < lb[i] or point[i] > ub[i] for i in range(n)):
        return None
    gradient = [sum(D[i][j] * point[j] for j in range(n)) / 2 + c[i] for i in range(n)]
    return sum((gradient[i] * point[i] for i in range(n)), Fraction(0))


def awkward_risk(kind: str, seed: int) -> Program:
    """Least variance, sometimes with a cost, of numbers that floats hold exactly (short binary fractions)."""
    rng = np.random.default_rng([KINDS.index(kind), seed])
    n = int(rng.integers(2, 7))
    count = n + 2 if kind == "strict" else int(rng.integers(1, n + 1))
    factors = np.round(rng.normal(size=(n, count)) * 64) / 64
    if kind == "duplicate":
        factors[1] = factors[0]
    elif kind == "zero":
        factors[0] = 0.0
    elif kind == "hedged":
        factors = np.hstack([factors, np.eye(n) * 2.0 ** -rng.integers(4, 11)])
    scale = SCALES[seed % len(SCALES)]
    S = factors @ factors.T * scale
    returns = np.round(rng.normal(size=n) * 100) / 1024
    target = float(np.quantile(returns, 0.25 * (seed % 4)))
    cost = np.round(rng.normal(size=n) * 64) / 64 * scale * (seed % 3)
    unit, ones, zeros = np.eye(n), np.ones(n), np.zeros(n)
    rows: list[Any] = [(ones, "=", 1.0), (returns, ">=", target), (unit[0] - unit[1], "<=", 0.25)]
    if kind == "absolute":
        rows = [(np.append(a, zeros), sense, b) for a, sense, b in rows[:2]] + [(np.append(zeros, ones), "<=", 1.625)]
        rows += [(np.append(sign * line, line), ">=", 0.0) for line in unit for sign in (1, -1)]
        D = np.block([[S, np.zeros((n, n))], [np.zeros((n, 2 * n))]])
        return program(rows, 2 * n, D=D, c=np.append(cost, zeros), lb=np.append(zeros - 0.5, zeros), ub=2.0)
    if kind == "split":
        rows = [(np.append(a, -a), sense, b) for a, sense, b in rows[:2]] + [(np.ones(2 * n), "<=", 1.625)]
        return program(rows, 2 * n, D=np.block([[S, -S], [-S, S]]), c=np.append(cost, -cost), ub=1.0)
    lb, ub = ((0.0, 1.0), (-0.5, 1.0), (-4.0, 4096.0))[int(rng.integers(3))]
    return program(rows, n, D=S, c=cost, lb=lb, ub=ub)


def check(problem: Program, answer: Any) -> bool:
    """Whether the referee could judge; that the bound is true, and close to the optimum."""
    optimum = None if answer is None else exact_optimum(problem, answer.x)
    if optimum is None:
        return False
    terms = float(0.5 * np.abs(answer.x) @ np.abs(problem.D) @ np.abs(answer.x) + np.abs(problem.c) @ np.abs(answer.x))
    assert Fraction(float(answer.bound)) <= optimum
    assert answer.bound >= float(optimum) - 1e-9 * abs(float(optimum)) - 1e-13 * max(terms, np.abs(problem.D).max())
    return True


@pytest.mark.parametrize("kind", KINDS)
def test_no_bound_is_above_the_optimum(kind: str) -> None:
    problems = [awkward_risk(kind, seed) for seed in range(40)]
    assert sum(check(problem, QuadraticModel(problem).solve()) for problem in problems) >= 20


@pytest.mark.parametrize("kind", KINDS)
def test_nor_is_that_of_a_working_set(kind: str) -> None:
    problems = [awkward_risk(kind, seed) for seed in range(40)]
    assert sum(check(problem, solve_on_working_set(problem)) for problem in problems) >= 15


@pytest.mark.parametrize("kind", ["strict", "singular", "duplicate", "hedged"])
@pytest.mark.parametrize("solve", [model_for, ReferenceModel], ids=["fast", "reference"])
def test_nor_is_that_of_a_search(kind: str, solve: Any) -> None:
    """Long and short positions with a 0/1 variable each: the exact optimum of the choice that was found."""
    judged = 0
    for seed in range(12):
        risk = awkward_risk(kind, seed)
        n = risk.n
        assert risk.D is not None
        unit, zeros = np.eye(n), np.zeros(n)
        rows: list[Any] = [(np.concatenate([np.ones(n), -np.ones(n), zeros]), "=", 1.0)]
        rows += [(np.concatenate([np.ones(2 * n), zeros]), "<=", 1.625)]
        rows += [(np.concatenate([line, zeros, -line]), "<=", 0.0) for line in unit]
        rows += [(np.concatenate([zeros, line, line]), "<=", 1.0) for line in unit]
        D = np.block([[risk.D, -risk.D, np.zeros((n, n))], [-risk.D, risk.D, np.zeros((n, n))], [np.zeros((n, 3 * n))]])
        problem = program(rows, 3 * n, D=D, binary=np.arange(2 * n, 3 * n))
        answer = solve(problem).solve()
        assert answer.proven
        lb, ub = problem.lb.copy(), problem.ub.copy()
        lb[problem.binary] = ub[problem.binary] = np.round(answer.x[problem.binary])
        optimum = exact_optimum(replace(problem, lb=lb, ub=ub), answer.x)
        if optimum is not None:
            judged += 1
            assert Fraction(float(answer.bound)) <= optimum
    assert judged >= 6


def test_what_presolve_fixes_may_still_move_a_little() -> None:
    """1e-11 of room in a row that forces its variables to their bounds: the bound knows that they could use it."""
    problem = program([([1.0, 1.0, 0.0], ">=", 1.0 - 2.0**-37), ([0.0, 1.0, 1.0], "=", 0.75)], 3, D=np.eye(3), ub=0.5)
    answer = QuadraticModel(problem).solve()
    assert answer is not None and answer.x[:2] == pytest.approx([0.5, 0.5], abs=1e-10)
    reduced = Presolve(problem)(problem.b, problem.lb, problem.ub)
    assert reduced is not None and reduced.play[:2] == pytest.approx([2.0**-37] * 2)
    assert check(problem, answer)
