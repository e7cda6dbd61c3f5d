"""The checker: small residuals at optima, large ones elsewhere, bounds that hold, input that is refused."""

from dataclasses import replace

import numpy as np
import pytest
from problems import (
    NONE,
    binary_with_cost,
    bounded_minimum_variance,
    endless_growth,
    hedge_of_rank_one,
    problems,
    program,
    quadprog_manual,
)

import sitpy
from sitpy.solvers import certificate, model_for
from sitpy.solvers.linear import LinearModel

OPTIMAL = problems()


@pytest.mark.parametrize("engine", ["fast", "reference"])
@pytest.mark.parametrize("problem", OPTIMAL, ids=lambda problem: problem.name)
def test_every_answer_on_the_zoo_passes(problem, engine):
    answer = model_for(problem.program, engine).solve()
    found = certificate(problem.program, answer)
    assert found.is_optimal(1e-6), found
    assert found.objective == pytest.approx(problem.optimum, abs=1e-8)
    # the bound holds, but for rounding in the size of the objective's terms
    assert found.bound <= problem.optimum + 1e-9 * max(1.0, abs(problem.optimum))


@pytest.mark.parametrize("problem", [p for p in OPTIMAL if p.x is not None], ids=lambda problem: problem.name)
def test_known_optimal_points_pass_without_any_solver(problem):
    """Residuals of the known point; a 0/1 choice needs the search's bound, here the known optimum."""
    bound = problem.optimum if problem.program.binary.size else None
    found = certificate(problem.program, np.array(problem.x), bound=bound)
    assert found.primal_residual <= 1e-9
    assert found.dual_residual <= 1e-7 and found.complementarity <= 1e-7 and found.gap <= 1e-7
    assert found.is_optimal(1e-6)


SINGLE = [p for p in OPTIMAL if p.x is not None and (p.program.lb < p.program.ub).all()]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("problem", SINGLE, ids=lambda problem: problem.name)
def test_perturbed_points_fail_and_bounds_still_hold(problem, seed):
    """Every optimum here is the only one, so any point 1 % away is infeasible or worse."""
    rng = np.random.default_rng(seed)
    away = rng.normal(size=problem.program.n)
    x = np.array(problem.x) + 0.01 * away / np.abs(away).max()
    found = certificate(problem.program, x, bound=problem.optimum if problem.program.binary.size else None)
    assert not found.is_optimal(1e-6)
    if not problem.program.binary.size:
        assert found.bound <= problem.optimum + 1e-9


@pytest.mark.parametrize("x", [[0.5, 0.25, 0.25], [1.0, 0.0, 0.0], [0.0, 0.5, 0.5]])
def test_feasible_but_not_optimal(x):
    problem = bounded_minimum_variance()
    loose = replace(problem.program, ub=np.ones(3))
    found = certificate(loose, np.array(x))
    assert found.primal_residual <= 1e-12 and found.gap > 1e-3 and not found.is_optimal(1e-4)
    # 0.0071383 without upper bounds: 09_solver_units, "min variance, no bounds"
    assert found.bound <= 0.007138290098648154


@pytest.mark.parametrize("start", [-100.0, 0.0, 0.5, 9.99, 300.0])
def test_bound_holds_far_from_the_optimum_without_any_constraint(start):
    """min x^2/2 - 10x: optimum -50 at 10. A point far away proves nothing better than that."""
    free = program([], 1, D=[[1.0]], c=[-10], lb=-np.inf, ub=np.inf)
    assert certificate(free, np.array([start])).bound <= -50
    assert certificate(free, np.array([10.0])).is_optimal(1e-12)


def test_bound_uses_what_the_rows_imply():
    """min -x with x + y = 1, x, y >= 0: no upper bounds are given, the rows give them. The bound at (0, 1) is -1."""
    capped = program([([1.0, 1.0], "=", 1.0)], 2, c=[-1, 0], ub=np.inf)
    found = certificate(capped, np.array([0.0, 1.0]), multipliers=(np.zeros(1), np.zeros(2)))
    assert found.bound == pytest.approx(-1, abs=1e-12)


def test_multipliers_of_highs_and_fitted_ones_agree():
    """A vertex with as many active constraints as variables: the multipliers are unique."""
    lp = program([([1.0] * 3, "=", 1.0)], 3, c=[1, 2, -1], lb=[-0.5, -0.3, -0.2], ub=[0.8, 0.8, 0.6])
    answer = LinearModel(lp).solve()
    given = certificate(lp, answer)
    fitted = certificate(lp, answer.x)
    assert given.is_optimal(1e-9) and fitted.is_optimal(1e-9)
    assert given.row_multipliers == pytest.approx(fitted.row_multipliers, abs=1e-9)
    assert given.bound_multipliers == pytest.approx(fitted.bound_multipliers, abs=1e-9)
    # the budget costs 1, the price of asset 0 between its bounds
    assert fitted.row_multipliers == pytest.approx([1], abs=1e-9)
    assert fitted.bound_multipliers == pytest.approx([0, 1, -2], abs=1e-9)


def test_multipliers_of_the_wrong_sign_prove_nothing():
    """max x is not min x: at the upper row a negative multiplier would explain the gradient."""
    lp = program([([1.0], "<=", 3.0)], 1, c=[1], lb=-5.0, ub=5.0)
    found = certificate(lp, np.array([3.0]), multipliers=(np.array([-1.0]), np.zeros(1)))
    assert not found.is_optimal(1e-2) and found.bound <= -5
    wrong_end = certificate(
        replace(lp, b=np.array([-np.inf])), np.array([5.0]), multipliers=(np.zeros(1), np.array([1.0]))
    )
    assert not wrong_end.is_optimal(1e-2) and wrong_end.bound <= -5


def test_multipliers_on_constraints_that_are_not_there():
    """A row that is switched off and bounds at infinity carry nothing, not even infinity."""
    lp = replace(program([([1.0], ">=", 0.0)], 1, c=[1], lb=-np.inf, ub=np.inf), b=np.array([-np.inf]))
    found = certificate(lp, np.array([0.0]), multipliers=(np.array([1.0]), np.array([1.0])))
    assert not found.is_optimal(1e-2)
    assert found.complementarity == 0 and found.dual_residual == pytest.approx(1)


def test_inactive_row_with_a_multiplier_shows_in_the_complementarity():
    lp = program([([1.0], ">=", -4.0)], 1, c=[1], lb=-5.0, ub=5.0)
    found = certificate(lp, np.array([0.0]), multipliers=(np.array([1.0]), np.zeros(1)))
    assert (
        found.complementarity == pytest.approx(4) and found.gap == pytest.approx(4) and found.bound == pytest.approx(-4)
    )


def test_infeasible_point_shows_in_the_primal_residual():
    problem = bounded_minimum_variance()
    found = certificate(problem.program, np.array([0.5, 0.5, 0.25]))
    assert found.primal_residual == pytest.approx(0.25) and not found.is_optimal(0.1)
    assert certificate(problem.program, np.array([-0.1, 0.6, 0.5])).primal_residual == pytest.approx(0.1)


def test_primal_residual_is_never_negative():
    """Inside all constraints the violation is zero, not minus the distance to the nearest one."""
    inside = program([([1.0, 1.0], ">=", -1.0)], 2, D=np.eye(2), lb=-1.0, ub=1.0)
    assert certificate(inside, np.zeros(2)).primal_residual == 0
    free = program([], 1, D=[[1.0]], lb=-np.inf, ub=np.inf)
    assert certificate(free, np.zeros(1)).primal_residual == 0


def test_fractional_binary_shows_in_the_primal_residual():
    lp = program([([1.0, 1.0], ">=", 0.5)], 2, c=[1, 2], binary=[0])
    assert certificate(lp, np.array([0.5, 0.0]), bound=0.5).primal_residual == pytest.approx(0.5)


def test_binaries_without_a_bound_of_a_search_prove_nothing():
    problem = binary_with_cost()
    x = model_for(problem.program).solve().x
    assert certificate(problem.program, x).gap == np.inf
    assert certificate(problem.program, x, bound=problem.optimum).is_optimal(1e-6)
    assert not certificate(problem.program, x, bound=problem.optimum - 0.01).is_optimal(1e-3)


def test_another_choice_of_binaries_is_not_optimal():
    """Locally best for its 0/1 choice (three held: 1/6 + 0.3), but the search's bound is 0.45."""
    problem = binary_with_cost()
    x = np.array([1 / 3] * 3 + [1.0] * 3)
    found = certificate(problem.program, x, bound=problem.optimum)
    assert found.dual_residual <= 1e-9 and found.gap == pytest.approx((0.3 + 1 / 6 - 0.45) / (0.3 + 1 / 6))
    assert not found.is_optimal(1e-3)


@pytest.mark.parametrize("size", [1e-8, 1e-4, 1e4, 1e8])
def test_scale_of_rows_does_not_matter(size):
    """Example of the quadprog manual with its rows in other units; the multipliers take the inverse unit."""
    problem = quadprog_manual()
    scales = np.array([size, 1.0, 1 / size])
    scaled = replace(problem.program, A=problem.program.A * scales, b=problem.program.b * scales)
    found = certificate(scaled, np.array(problem.x))
    assert found.dual_residual <= 1e-9 and found.complementarity <= 1e-9 and found.gap <= 1e-9
    plain = certificate(problem.program, np.array(problem.x))
    assert found.row_multipliers * scales == pytest.approx(plain.row_multipliers, abs=1e-8)


def test_perfect_hedge_has_objective_zero_and_no_false_alarm():
    """Terms of size 1 cancel to 1e-17: that is zero, not a relative gap."""
    problem = hedge_of_rank_one()
    found = certificate(problem.program, np.array(problem.x))
    assert found.is_optimal(1e-9)


@pytest.mark.parametrize(
    "answer", [np.zeros(2), np.zeros(4), np.zeros((3, 1)), np.array([0.5, np.nan, 0.5]), np.array([np.inf, 0, 0]), 0.5]
)
def test_answers_of_wrong_length_or_with_missing_numbers_are_refused(answer):
    with pytest.raises(sitpy.InputError, match="expected 3 finite numbers"):
        certificate(bounded_minimum_variance().program, answer)


def test_no_multiplier_makes_an_unbounded_programme_optimal():
    found = certificate(endless_growth().program, np.array([5.0, 5.0]))
    assert found.bound == -np.inf and not found.is_optimal(1.0)


def test_no_gradient_needs_no_multipliers():
    anywhere = program([([1.0, 1.0], "=", 1.0)], 2)
    found = certificate(anywhere, np.array([0.25, 0.75]))
    assert found.is_optimal(0.0) and not found.row_multipliers.any()
    assert anywhere.binary.size == NONE.size
