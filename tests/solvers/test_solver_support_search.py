"""Limits, interruption and kept state of the support search."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from support_cases import every_support, support_program

from sitpy.errors import InputError, NotSolvedError
from sitpy.solvers import Program
from sitpy.solvers.binary_model import BinaryModel
from sitpy.solvers.limits import UNLIMITED, Limits
from sitpy.solvers.quadratic_model import QuadraticModel
from sitpy.solvers.support_model import SupportModel
from sitpy.solvers.support_search import SupportSearch
from sitpy.solvers.supports import recognised_support

Array = np.ndarray


def hard_program(n: int = 30, k: int = 6) -> Program:
    rng = np.random.default_rng(5)
    loadings = rng.normal(size=(n, 12))
    D = loadings @ loadings.T / 12 + np.diag(rng.uniform(0.05, 0.5, n))
    mu = rng.uniform(0, 1, n)
    return support_program(D, least=0.05, counts=[(None, "<=", k)], rows=[(mu, ">=", -np.inf)])


def model_of(program: Program, limits: Limits = UNLIMITED) -> SupportModel:
    structure = recognised_support(program)
    assert structure is not None
    return SupportModel(program, structure, limits)


def test_a_limit_gives_the_best_answer_with_a_bound() -> None:
    program = hard_program()
    best = model_of(program).solve()
    assert best is not None and best.proven and best.nodes > 5
    stopped = model_of(program, Limits(nodes=3)).solve()
    assert stopped is not None
    assert not stopped.proven
    assert stopped.stopped_by == "the limit of 3 nodes"
    assert stopped.nodes == 3
    assert stopped.bound <= best.value <= stopped.value + 1e-12
    assert stopped.bound > 0.5 * best.value  # the root's bound is kept
    assert program.violation(stopped.x) <= 1e-9


def test_a_limit_before_any_answer_is_an_error_with_what_is_known() -> None:
    with pytest.raises(
        NotSolvedError, match=r"ended by the limit of 1e-09 seconds after 0 nodes, before it had an answer"
    ):
        model_of(hard_program(), Limits(seconds=1e-9)).solve()


def test_ctrl_c_gives_the_best_answer_with_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    program = hard_program()
    best = model_of(program).solve()
    plain = SupportSearch._children

    def interrupted(self: SupportSearch, *arguments: Any) -> Any:
        if self.nodes >= 4:
            raise KeyboardInterrupt
        return plain(self, *arguments)

    monkeypatch.setattr(SupportSearch, "_children", interrupted)
    stopped = model_of(program).solve()
    assert best is not None and stopped is not None
    assert stopped.stopped_by.startswith("the interruption") and not stopped.proven
    assert stopped.bound <= best.value <= stopped.value + 1e-12


def test_a_wider_gap_is_honoured_and_told() -> None:
    program = hard_program()
    best, near = model_of(program).solve(), model_of(program, Limits(gap=0.05)).solve()
    assert best is not None and near is not None
    assert near.nodes < best.nodes
    assert near.proven and near.gap <= 0.05 * (1 + 1e-5)
    assert near.bound <= best.value <= near.value * (1 + 1e-12)


def test_neighbours_help_and_change_nothing() -> None:
    """A frontier up and down through one model, against a model for each point; right-hand sides changed in place."""
    program = hard_program(25)
    mu = program.A[:25, -1]
    kept, b, start = model_of(program), program.b.copy(), None
    for target in (-np.inf, 0.5, 0.8 * mu.max(), 0.6, 0.95 * mu.max(), -np.inf):
        b[-1] = target
        found, alone = kept.solve(b, start=start), model_of(program).solve(b)
        assert found is not None and alone is not None
        assert found.value == pytest.approx(alone.value, rel=2e-9)
        start = found.x


def test_other_bounds_and_sides_of_the_switches() -> None:
    """An asset that must be held, one that must not, a larger count, and links switched off."""
    program = hard_program(8, 3)
    model = model_of(program)
    lb, ub = program.lb.copy(), program.ub.copy()
    lb[8 + 2], ub[8 + 5] = 1.0, 0.0
    found = model.solve(lb=lb, ub=ub)
    assert found is not None and found.x[10] == 1 and found.x[2] >= 0.05 - 1e-12 and found.x[5] == 0
    assert found.value == pytest.approx(every_support(replace(program, lb=lb, ub=ub)), rel=2e-9)
    b = program.b.copy()
    b[1 : 1 + 16] = -np.inf  # no link: the 0/1 variables switch nothing any more
    free, general = model.solve(b), BinaryModel(program, QuadraticModel).solve(b)
    assert free is not None and general is not None
    assert free.value == pytest.approx(general.value, rel=1e-9)


def test_the_order_of_assets_does_not_matter() -> None:
    program = hard_program(20)
    order = np.random.default_rng(0).permutation(20)
    both = np.concatenate([order, 20 + order])
    assert program.D is not None
    turned = Program(
        program.c[both],
        program.A[both],
        program.b,
        program.meq,
        program.lb[both],
        program.ub[both],
        program.D[np.ix_(both, both)],
        program.binary,
    )
    first, second = model_of(program).solve(), model_of(turned).solve()
    assert first is not None and second is not None
    np.testing.assert_allclose(second.x, first.x[both], atol=1e-9)


@pytest.mark.parametrize("unit", [1e-4, 1e6])
def test_the_unit_of_risk_does_not_matter(unit: float) -> None:
    program = hard_program(20)
    assert program.D is not None
    first, second = model_of(program).solve(), model_of(replace(program, D=program.D * unit)).solve()
    assert first is not None and second is not None
    assert second.value == pytest.approx(unit * first.value, rel=1e-9)
    assert second.proven and second.bound == pytest.approx(unit * first.bound, rel=1e-9)


@pytest.mark.parametrize("total", [1e-3, 1e6])
def test_the_unit_of_money_does_not_matter(total: float) -> None:
    """Holdings in money, of a budget in money, in place of weights."""
    rng = np.random.default_rng(7)
    loadings = rng.normal(size=(15, 5))
    D = loadings @ loadings.T / 5 + np.diag(rng.uniform(0.05, 0.5, 15))
    first = model_of(support_program(D, least=0.05, counts=[(None, "<=", 4)])).solve()
    program = support_program(D, least=0.05 * total, most=total, counts=[(None, "<=", 4)], total=total)
    second = model_of(program).solve()
    assert first is not None and second is not None and second.proven and second.nodes == first.nodes
    assert second.value == pytest.approx(total**2 * first.value, rel=1e-9)
    assert program.violation(second.x) <= 1e-9 * max(1.0, total)


def test_what_is_not_convex_is_refused() -> None:
    program = hard_program(6, 3)
    bent = program.D.copy()  # type: ignore[union-attr]
    bent[0, 0] = -1.0
    structure = recognised_support(program)
    assert structure is not None
    with pytest.raises(InputError, match="not convex: its smallest eigenvalue is"):
        SupportModel(replace(program, D=bent), structure)
