"""Which rows of 0/1 variables are recognised as holdings and counts of them, and what follows from them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from support_cases import support_program

import sitpy
from sitpy.portfolios.minimum import risk_program
from sitpy.solvers import Program
from sitpy.solvers.supports import holdings, recognised_support
from sitpy.studies.cardinality import exactly, held_or_not

Array = np.ndarray
D = np.diag([1.0, 2.0, 3.0]) + 0.1


def with_rows(program: Program, *rows: tuple[list[float], float]) -> Program:
    for row, side in rows:
        program = program.with_row(np.array(row, dtype=float), side)
    return program


def test_rows_of_any_scale_are_read() -> None:
    """x >= 0.1 b and x <= 0.6 b, at most 2 of 3, written in units of 1/250."""
    program = support_program(D, least=0.1, most=0.6, counts=[(None, "<=", 2)], scale=250.0)
    structure = recognised_support(program)
    assert structure is not None
    assert structure.held.tolist() == [0, 1, 2]
    assert structure.continuous.tolist() == [0, 1, 2]
    assert structure.rows.tolist() == [0]
    problem = holdings(program, structure, (program.b, program.lb, program.ub))
    assert problem is not None
    np.testing.assert_allclose(problem.least, 0.1)
    np.testing.assert_allclose(problem.most, 0.6)
    (count,) = problem.counts.all
    assert count.members.all() and (count.least, count.most) == (2, 2)  # two at least: each 0.6 at most


def test_least_holdings_limit_the_number_held() -> None:
    """Holdings of 30 % at least: three at most."""
    program = support_program(np.eye(5), least=0.3)
    structure = recognised_support(program)
    assert structure is not None
    problem = holdings(program, structure, (program.b, program.lb, program.ub))
    assert problem is not None
    assert [(count.least, count.most) for count in problem.counts.all] == [(1, 3)]


def test_the_rows_that_users_write_are_recognised() -> None:
    ia = sitpy.aa_test_create_ia_rebal()
    for constraints in (held_or_not(ia, 0.1)[1], exactly(ia, 3)[1]):
        structure = recognised_support(risk_program(ia, constraints))
        assert structure is not None
        assert structure.held.tolist() == list(range(ia.n))


def test_a_variable_without_a_binary_stays_as_it_is() -> None:
    """Four weights, of which the last is always there, and 0/1 variables in another order than the weights."""
    n = 4
    columns = [([1, 1, 1, 1, 0, 0, 0], 1.0)]
    for weight, binary in ((0, 5), (1, 4), (2, 6)):
        row = np.zeros(7)
        row[weight], row[binary] = -1.0, 0.5
        columns.append((row.tolist(), 0.0))
    big = np.zeros((7, 7))
    big[:n, :n] = np.eye(n)
    program = Program(
        np.zeros(7),
        np.array([row for row, _ in columns], dtype=float).T,
        np.array([side for _, side in columns]),
        1,
        np.zeros(7),
        np.ones(7),
        big,
        np.array([4, 5, 6]),
    )
    structure = recognised_support(program)
    assert structure is not None
    assert structure.held.tolist() == [1, 0, 2]


BASE = support_program(D, least=0.1, most=0.6, counts=[(None, "<=", 2)])
SHORT = support_program(D, least=-0.5, most=0.6)


@pytest.mark.parametrize(
    ("program", "why"),
    [
        (replace(BASE, D=None), "a linear objective"),
        (replace(BASE, binary=np.zeros(0, dtype=int)), "nothing is 0/1"),
        (replace(BASE, c=np.array([0, 0, 0, 0.1, 0, 0])), "holding an asset costs something"),
        (with_rows(BASE, ([0, 0, 0, 1, 2, 0], 0.0)), "0/1 variables count differently"),
        (with_rows(BASE, ([0, 0, 0, 1, -1, 0], 0.0)), "one may be held only with another"),
        (with_rows(BASE, ([1, 0, 0, 1, 1, 0], 0.0)), "a row of weights and several 0/1 variables"),
        (with_rows(BASE, ([0, -1, 0, 1, 0, 0], 0.0)), "a 0/1 variable that switches two weights"),
        (with_rows(BASE, ([-1, 0, 0, 0, 1, 0], 0.0)), "a weight that two 0/1 variables switch"),
        (replace(BASE, b=np.where(np.arange(BASE.m) == 2, -0.2, BASE.b)), "a weight that is not zero while off"),
        (replace(SHORT, b=np.where(np.arange(SHORT.m) == 1, -np.inf, SHORT.b)), "a weight without a lower limit"),
    ],
)
def test_anything_else_is_left_to_the_general_search(program: Program, why: str) -> None:
    assert recognised_support(program) is None, why


def test_a_quadratic_term_of_the_binaries_is_not_recognised() -> None:
    bent = BASE.D.copy()  # type: ignore[union-attr]
    bent[3, 3] = 1.0
    assert recognised_support(replace(BASE, D=bent)) is None
