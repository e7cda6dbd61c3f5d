"""Why limits on Gini's mean difference leave no solution, and what they leave attainable."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from mean_difference_cases import ALIKE, by_hand, problem, referee, written_out
from problems import by_linprog

from sitpy.solvers import Program
from sitpy.solvers.diagnosis import attainable_range, explain

SEEDS = st.integers(0, 10**6)


def part(program: Program, rows: list[int], lower: list[int], upper: list[int], kept: list[int]) -> Program:
    """Only these rows, bounds and differences, the bounds as rows; a 0/1 variable stays between 0 and 1."""
    n, unit = program.n, np.eye(program.n)
    lb, ub = np.full(n, -np.inf), np.full(n, np.inf)
    lb[program.binary], ub[program.binary] = 0.0, 1.0
    return replace(
        program,
        c=np.zeros(n),
        D=None,
        A=np.column_stack([program.A[:, rows], unit[:, lower], -unit[:, upper]]),
        b=np.concatenate([program.b[rows], program.lb[lower], -program.ub[upper]]),
        meq=sum(row < program.meq for row in rows),
        lb=lb,
        ub=ub,
        differences=tuple(program.differences[i] for i in kept),
    )


def least_violation(program: Program) -> float:
    """Least sum of what rows and differences of a part must be missed by."""
    plain, m, n = written_out(program), program.m, program.n
    j = int(np.sum([len(d.returns) * (len(d.returns) - 1) // 2 for d in program.differences]))
    ends = m + np.cumsum([len(d.returns) * (len(d.returns) - 1) + 1 for d in program.differences], dtype=int) - 1
    elastic = [*range(m), *ends]  # a difference is missed where its variable is below the sum
    assert plain.n == n + j
    slack = np.eye(plain.m)[elastic]
    short = -slack[: program.meq]
    extra = len(slack) + len(short)
    answer = by_linprog(
        replace(
            plain,
            c=np.append(np.zeros(plain.n), np.ones(extra)),
            A=np.vstack([plain.A, slack, short]),
            lb=np.append(plain.lb, np.zeros(extra)),
            ub=np.append(plain.ub, np.full(extra, np.inf)),
        )
    )
    assert answer is not None
    return answer


@pytest.mark.parametrize("kind", ["cap", "quadratic", "two", "free", "binary"])
@settings(max_examples=8)
@given(seed=SEEDS)
def test_the_set_that_is_blamed_is_a_smallest_one(kind: str, seed: int) -> None:
    program = problem(seed, kind)
    program = replace(program, b=np.where(program.b < 0, 0.6 * program.b, program.b))  # tighter limits
    assume(referee(replace(program, c=np.zeros(program.n))) is None)
    conflict = explain(program)
    members = [part.tolist() for part in (conflict.rows, conflict.lower, conflict.upper, conflict.differences)]
    assert referee(part(program, *members)) is None
    for k, member in enumerate(members):
        for item in member:
            fewer = [[one for one in other if one != item] if i == k else other for i, other in enumerate(members)]
            assert referee(part(program, *fewer)) is not None, (k, item)
    if not conflict.integer:
        alone = replace(part(program, *members), binary=np.zeros(0, dtype=int))
        assert conflict.distance == pytest.approx(least_violation(alone), abs=1e-7)
        assert conflict.distance > 0
    for i in conflict.differences:
        T = len(program.differences[i].returns)
        variable = program.differences[i].variable
        assert f"variable {variable} being at least Gini's mean difference of {T} periods" in conflict.message


def test_a_contradiction_without_the_difference_does_not_blame_it() -> None:
    program = problem(11, "cap", periods=50, assets=3)
    upper = np.append(np.full(3, 0.3), program.ub[3:])
    conflict = explain(replace(program, ub=upper))
    assert conflict.differences.size == 0
    assert conflict.rows.tolist() == [0]
    assert "make it at most 0.9: 0.1 too little" in conflict.message


@pytest.mark.parametrize("periods", [8, 50])
def test_the_difference_alone_against_bounds(periods: int) -> None:
    """Weights that are fixed, and a variable that may not be as large as their mean difference."""
    program = problem(4, "objective", periods=periods, assets=3)
    weight = np.array([0.5, 0.2, 0.3])
    value = by_hand(program.differences[0], weight)
    program = replace(program, A=np.zeros((4, 0)), b=np.zeros(0), meq=0)
    fixed = replace(program, lb=np.append(weight, 0.0), ub=np.append(weight, 0.9 * value))
    conflict = explain(fixed)
    assert conflict.differences.tolist() == [0]
    assert conflict.rows.size == 0
    assert 3 in conflict.upper
    assert f"(1) variable 3 being at least Gini's mean difference of {periods} periods; (2) the " in conflict.message
    with pytest.raises(ValueError, match="the programme is feasible; there is no conflict to explain"):
        explain(replace(fixed, ub=np.append(weight, 1.001 * value)))


@pytest.mark.parametrize("kind", ["cap", "two", "binary"])
@settings(max_examples=6)
@given(seed=SEEDS)
def test_attainable_range_under_limits_on_differences(kind: str, seed: int) -> None:
    program = problem(seed, kind)
    direction = np.append(
        program.differences[0].returns[0], np.zeros(program.n - program.differences[0].returns.shape[1])
    )
    least = referee(replace(program, c=direction))
    assume(least is not None)
    most = referee(replace(program, c=-direction))
    assert least is not None
    assert most is not None
    np.testing.assert_allclose(attainable_range(program, direction), [least, -most], rtol=0, atol=ALIKE)
