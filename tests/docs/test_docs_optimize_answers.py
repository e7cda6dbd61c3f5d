"""The table of solvers on the page about other solvers: rows are best portfolios, and the solvers give best portfolios."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.optimize import linprog, minimize

Array = np.ndarray
PAGE = (Path(__file__).resolve().parents[2] / "docs" / "optimize-answers.md").read_text(encoding="utf-8")
ROWS = {
    solver: np.array([float(a), float(b)])
    for solver, a, b in re.findall(r"^\| (scipy.*?|cvxpy.*?) \| (-?[\d.]+) \| (-?[\d.]+) \|$", PAGE, re.MULTILINE)
}
ALPHA, GROSS, TOLERANCE = np.array([-0.5, 0.5]), 1.0, 0.4


def with_linprog() -> Array:
    found: Any = linprog(
        np.concatenate([-ALPHA, ALPHA]),
        [[1] * 4, [1, 1, -1, -1], [-1, -1, 1, 1]],
        [GROSS, TOLERANCE, TOLERANCE],
    )
    return np.asarray(found.x[:2] - found.x[2:])


def with_cvxpy(solver: str) -> Array:
    cvxpy: Any = pytest.importorskip("cvxpy", reason="the table shows cvxpy")
    if solver not in cvxpy.installed_solvers():
        pytest.skip(f"{solver} is not installed")
    w = cvxpy.Variable(2)
    limits = [cvxpy.norm1(w) <= GROSS, cvxpy.abs(cvxpy.sum(w)) <= TOLERANCE]
    cvxpy.Problem(cvxpy.Maximize(ALPHA @ w), limits).solve(solver=solver)
    return np.asarray(w.value)


def with_slsqp(start: list[float]) -> Array:
    limits: list[Callable[[Array], float]] = [
        lambda w: GROSS - np.abs(w).sum(),
        lambda w: TOLERANCE - w.sum(),
        lambda w: TOLERANCE + w.sum(),
    ]
    rules: list[Any] = [{"type": "ineq", "fun": limit} for limit in limits]
    found = minimize(lambda w: float(-ALPHA @ w), start, method="SLSQP", constraints=rules)  # type: ignore[call-overload]
    return np.asarray(found.x)


SOLVERS: dict[str, Callable[[], Array]] = {
    "scipy, `linprog`": with_linprog,
    **{f"cvxpy, {name}": lambda name=name: with_cvxpy(name) for name in ("HIGHS", "CLARABEL", "SCS")},  # type: ignore[misc]
    "scipy, `minimize` with SLSQP from (0, 0)": lambda: with_slsqp([0.0, 0.0]),
    "scipy, `minimize` with SLSQP from (-0.1, 0.2)": lambda: with_slsqp([-0.1, 0.2]),
}
MIDDLE = ("CLARABEL", "SCS", "(0, 0)")  # these go to the middle in every version; corners are chosen anew


def off(w: Array) -> float:
    """By how much weights break a limit, or fall short of the best value 0.5."""
    return float(max(np.abs(w).sum() - GROSS, abs(w.sum()) - TOLERANCE, 0.5 - ALPHA @ w))


def test_the_table_has_each_solver() -> None:
    assert list(ROWS) == list(SOLVERS)


@pytest.mark.parametrize("solver", SOLVERS)
def test_a_solver_gives_one_of_the_best_portfolios(solver: str) -> None:
    """Splitting solvers keep limits to about 1e-4 at their default settings."""
    assert off(ROWS[solver]) < 1e-12
    w = SOLVERS[solver]()
    assert off(w) < 1e-3
    if solver.endswith(MIDDLE):
        assert w == pytest.approx(ROWS[solver], abs=5e-3)
