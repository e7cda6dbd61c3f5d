"""Long programmes without their zeros: the same answers as with them, proven by their own multipliers, in little memory."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from problems import by_linprog
from scipy import sparse

import sitpy
from sitpy.portfolios.problem import padded
from sitpy.portfolios.risk_measures import risk_measure
from sitpy.solvers import Program, certificate, model_for
from sitpy.solvers.linear import LinearModel
from sitpy.solvers.modelling import solve_with_pulp
from sitpy.solvers.presolve import implied_bounds
from sitpy.solvers.projected_model import ProjectedModel
from sitpy.solvers.projection import suits_projection
from sitpy.solvers.quadratic_model import QuadraticModel
from sitpy.solvers.weak_duality import proof
from sitpy.sparse import dense, is_sparse

Array = np.ndarray
MEASURES = (
    sitpy.min_mad_portfolio,
    sitpy.min_mad_downside_portfolio,
    sitpy.min_maxloss_portfolio,
    sitpy.min_cvar_portfolio,
    sitpy.min_cdar_portfolio,
)
by_measure = pytest.mark.parametrize("minimise", MEASURES, ids=lambda function: function.__name__)


def assumptions(n: int, periods: int, seed: int = 3) -> sitpy.InputAssumptions:
    """One factor and noise of assets that differ."""
    rng = np.random.default_rng(seed)
    market = 0.03 * rng.normal(size=(periods, 1))
    own = rng.normal(size=(periods, n)) * rng.uniform(0.01, 0.04, n)
    return sitpy.create_ia(market * rng.uniform(0.5, 1.5, n) + own + rng.uniform(0, 0.005, n))


def programmes(minimise: Any, n: int = 15, periods: int = 120) -> tuple[Program, Program, Array]:
    """The programme of a measure with a return row at the end, without its zeros and with them, and the returns."""
    ia, measure = assumptions(n, periods), risk_measure(minimise)
    assert measure is not None
    program = measure.program(ia, sitpy.create_basic_constraints(n, 0, 0.25))
    returns = padded(ia.expected_return, program.n)
    program = replace(program, A=sparse.csc_array(program.A)).with_row(returns, -np.inf, "return")
    assert is_sparse(program.A)
    return program, replace(program, A=dense(program.A)), ia.expected_return


@by_measure
def test_answers_are_those_of_plain_arrays_and_of_another_road_to_highs(minimise: Any) -> None:
    compact, plain, returns = programmes(minimise)
    most = np.sort(returns)[-4:].mean()
    model, same = model_for(compact), model_for(plain)
    b = compact.b.copy()
    for target in (-np.inf, *np.linspace(returns.mean(), most - 1e-9, 4)):
        b[-1] = target
        answer, other = model.solve(b), same.solve(b)
        assert answer is not None and other is not None
        referee = by_linprog(replace(plain, b=b))
        assert referee is not None
        # HiGHS may miss rows by 1e-9
        assert answer.value == pytest.approx(referee, rel=1e-7, abs=1e-9)
        assert answer.value == pytest.approx(other.value, rel=1e-9, abs=1e-11)
        checked = certificate(replace(compact, b=b), answer)
        assert checked.is_optimal(1e-8) and checked.primal_residual <= 2e-9
        fitted = certificate(replace(compact, b=b), answer.x)
        assert fitted.is_optimal(1e-6)
    b[-1] = 2 * abs(most) + 1
    assert model.solve(b) is None


@by_measure
def test_the_bound_follows_from_the_multipliers_alone(minimise: Any) -> None:
    """Weak duality, written out: b'y + min over the bounds of (c - Ay)'x, whatever y >= 0 is."""
    compact, _, returns = programmes(minimise)
    model = LinearModel(compact)
    b = compact.b.copy()
    for target in np.linspace(returns.mean(), returns.max() / 2, 6):
        b[-1] = target
        answer = model.solve(b)
        assert answer is not None and answer.proven and answer.row_multipliers is not None
        y = answer.row_multipliers
        assert (y[compact.meq :] >= 0).all()
        price = compact.c - compact.A @ y
        np.testing.assert_allclose(price, answer.bound_multipliers, atol=1e-15)
        free = np.isinf(np.where(price > 0, compact.lb, compact.ub))
        assert np.abs(price[free]).max(initial=0.0) <= 1e-9
        price[free] = 0.0
        dual = float(b @ y + np.where(price > 0, price * np.where(price > 0, compact.lb, 0), 0).sum())
        dual += float(np.where(price < 0, price * np.where(price < 0, compact.ub, 0), 0).sum())
        assert answer.bound <= answer.value
        assert answer.value == pytest.approx(dual, rel=1e-8, abs=1e-11)
        assert answer.gap <= 1e-8


def test_multipliers_that_are_a_little_off_are_refined_and_never_believed() -> None:
    compact, _, _ = programmes(sitpy.min_cvar_portfolio)
    model = LinearModel(compact)
    answer = model.solve()
    assert answer is not None and answer.row_multipliers is not None
    noise = np.random.default_rng(0).normal(size=compact.m) * 1e-9
    sides = compact.b, compact.lb, compact.ub
    off = proof(compact, answer.x, answer.row_multipliers + noise * (answer.row_multipliers != 0), sides)
    assert off.bound < answer.value - 1e-11
    refined = model._refined(answer.x, off)
    assert answer.value - refined.bound <= 1e-12
    wrong = proof(compact, answer.x, 2 * answer.row_multipliers, sides)
    assert wrong.bound == -np.inf, "the threshold of CVaR is free: nothing is proven where its price is not zero"


def test_programmes_answer_alike() -> None:
    compact, plain, _ = programmes(sitpy.min_cdar_portfolio)
    rng = np.random.default_rng(2)
    x, row = rng.normal(size=compact.n), rng.normal(size=compact.n)
    for one, two in ((compact, plain), (compact.with_row(row, 0.3), plain.with_row(row, 0.3))):
        np.testing.assert_allclose(one.slack(x), two.slack(x), atol=1e-13)
        assert one.violation(x, np.zeros(one.m)) == pytest.approx(two.violation(x, np.zeros(two.m)), rel=1e-13)
        for left, right in zip(implied_bounds(one), implied_bounds(two)):
            np.testing.assert_allclose(left, right, atol=1e-13)


def test_rows_that_are_added_later_count() -> None:
    compact, plain, _ = programmes(sitpy.min_mad_portfolio)
    column = np.zeros(compact.n)
    column[:3] = 1.0
    model = LinearModel(compact)
    model.solve()
    model.add_row(column, 0.5, "three")
    answer = model.solve()
    assert answer is not None and answer.x[:3].sum() >= 0.5 - 1e-9
    assert answer.value == pytest.approx(by_linprog(plain.with_row(column, 0.5)), rel=1e-8)


def test_pulp_reads_the_same_programme() -> None:
    compact, _, _ = programmes(sitpy.min_cvar_portfolio, 6, 30)
    one, two = solve_with_pulp(compact, "CBC"), LinearModel(compact).solve()
    assert one is not None and two is not None and one.value == pytest.approx(two.value, rel=1e-7)


# ------------------------------------------------------------------------------------------------ whole frontiers


@by_measure
def test_frontiers_are_the_same_with_and_without_zeros(minimise: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ia, constraints = assumptions(30, 260), sitpy.create_basic_constraints(30, 0, 0.3)
    long = sitpy.portopt(ia, constraints, 6, "long", minimise)
    monkeypatch.setattr("sitpy.sparse.LARGE", 10**9)
    plain = sitpy.portopt(ia, constraints, 6, "plain", minimise)
    for one, two in zip(long.statistics, plain.statistics):
        assert one.objective == pytest.approx(two.objective, rel=1e-8, abs=1e-10)
        assert one.proven and one.gap <= 1e-8 and one.primal_residual <= 2e-9
        assert one.bound <= one.objective


@by_measure
def test_no_zeros_are_written_out_on_the_way(minimise: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """No matrix is made plain, and at no time is there memory for half of one."""
    n, periods = 30, 1200 if minimise is sitpy.min_cvar_portfolio else 400
    ia, constraints = assumptions(n, periods), sitpy.create_basic_constraints(n, 0, 0.3)
    measure = risk_measure(minimise)
    assert measure is not None
    program = measure.program(ia, constraints)
    if minimise is not sitpy.min_maxloss_portfolio:  # which has one variable more, and no zeros
        assert is_sparse(program.A)

        def refused(self: Any, *args: Any, **options: Any) -> Array:
            raise AssertionError(f"an array of {self.shape} was written out")

        monkeypatch.setattr(sparse.csc_array, "toarray", refused)
        monkeypatch.setattr(sparse.csc_array, "todense", refused)
    tracemalloc.start()
    try:
        sitpy.portopt(ia, constraints, 4, "x", minimise)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    if periods == 1200:
        assert peak < 0.4 * 8 * program.n * program.m


def test_a_long_programme_without_solution_is_explained() -> None:
    ia, constraints = assumptions(40, 300), sitpy.create_basic_constraints(40, 0, 0.2)
    capped = sitpy.add_constraint_cvar(ia, 0.2 * sitpy.portfolio_cvar_ru(np.full(40, 1 / 40), ia)[0], "<=", constraints)
    assert is_sparse(capped.matrix)
    with pytest.raises(sitpy.InfeasibleError, match="CVaR"):
        sitpy.min_maxloss_portfolio(ia, capped)
    with pytest.raises(sitpy.InfeasibleError, match="CVaR"):
        sitpy.min_risk_portfolio(ia, capped)


CAPS = pytest.mark.parametrize(
    ("builder", "measure"),
    [
        (sitpy.add_constraint_mad, sitpy.portfolio_mad),
        (sitpy.add_constraint_cvar, sitpy.portfolio_cvar_ru),
        (sitpy.add_constraint_cdar, sitpy.portfolio_cdar_ru),
    ],
    ids=["MAD", "CVaR", "CDaR"],
)


def capped_by(builder: Callable[..., Any], measure: Callable[..., Any]) -> tuple[Any, Any, float]:
    """Assumptions, constraints with a cap halfway from the least variance to what equal weights have, and the cap."""
    n = 12
    ia, constraints = assumptions(n, 60), sitpy.create_basic_constraints(n, 0, 0.5)
    least = getattr(sitpy, f"min_{builder.__name__.removeprefix('add_constraint_')}_portfolio")(ia, constraints)
    ends = [abs(float(measure(x, ia)[0])) for x in (least, sitpy.min_risk_portfolio(ia, constraints))]
    value = 0.5 * sum(ends)
    return ia, builder(ia, value, "<=", constraints), value


@CAPS
def test_least_variance_under_a_long_cap(
    builder: Callable[..., Any], measure: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With zeros left out, and with all written out."""
    ia, plain, value = capped_by(builder, measure)
    before = sitpy.min_risk_portfolio(ia, plain, details=True, engine="reference")
    monkeypatch.setattr("sitpy.sparse.LARGE", 10)
    ia, compact, _ = capped_by(builder, measure)
    assert is_sparse(compact.matrix) and not is_sparse(plain.matrix)
    after = sitpy.min_risk_portfolio(ia, compact, details=True)
    assert abs(float(measure(after.x[: ia.n], ia)[0])) <= value + 1e-9
    assert after.value == pytest.approx(before.value, rel=1e-8)
    assert after.certificate.is_optimal(1e-6)


# ------------------------------------------------------------------------------------------ projected variables


def capped_programme(builder: Any, measure: Any) -> Program:
    """Least variance under a cap, as a programme."""
    ia, constraints, _ = capped_by(builder, measure)
    program = risk_measure(sitpy.min_risk_portfolio).program(ia, constraints)  # type: ignore[union-attr]
    assert suits_projection(program)
    return program.with_row(padded(ia.expected_return, program.n), -np.inf, "return")


@CAPS
def test_projected_variables_change_nothing_whatever_moves(builder: Any, measure: Any) -> None:
    """The return asked for, the cap itself, bounds of weights: rows found for other sides stay true."""
    program = capped_programme(builder, measure)
    model = ProjectedModel(program)
    cap = program.row_names.index(next(name for name in program.row_names if name and "<=" in name))
    most = float(program.A[:12, -1].toarray().max() if is_sparse(program.A) else program.A[:12, -1].max())
    seen = set()
    for share, scale, upper in ((0.0, 1, 0.5), (0.3, 1, 0.5), (0.5, 0.98, 0.5), (0.2, 1.02, 0.3), (0.0, 1, 0.5)):
        b, ub = program.b.copy(), program.ub.copy()
        b[-1] = share * most if share else -np.inf
        b[cap] = scale * program.b[cap]
        ub[:12] = upper
        answer, plain = model.solve(b, None, ub), QuadraticModel(replace(program, b=b, ub=ub)).solve()
        assert (answer is None) == (plain is None)
        seen.add(answer is None)
        if answer is None or plain is None:
            continue
        assert replace(program, b=b, ub=ub).violation(answer.x) <= 3e-9
        assert answer.value == pytest.approx(plain.value, rel=1e-7)
        assert answer.bound <= plain.value * (1 + 1e-9) and answer.gap <= 1e-8
        assert answer.lp_count >= 1
    assert False in seen


@CAPS
def test_no_portfolio_under_a_cap_is_said_with_proof(builder: Any, measure: Any) -> None:
    program = capped_programme(builder, measure)
    cap = program.row_names.index(next(name for name in program.row_names if name and "<=" in name))
    b = program.b.copy()
    b[cap] *= 0.1
    assert ProjectedModel(program).solve(b) is None
    assert by_linprog(replace(program, A=dense(program.A), b=b, D=None)) is None


def test_projection_is_for_variables_that_only_carry_rows() -> None:
    program = capped_programme(sitpy.add_constraint_mad, sitpy.portfolio_mad)
    assert isinstance(model_for(program), ProjectedModel)
    assert not suits_projection(replace(program, D=None))
    assert not suits_projection(replace(program, c=np.ones(program.n)))
    assert not suits_projection(replace(program, D=np.eye(program.n)))
    kept = np.arange(12, program.n)
    assert not suits_projection(replace(program, binary=kept))  # a search fixes them


@pytest.mark.parametrize("longest", [0, 10**6], ids=["point by point", "by the path"])
def test_a_frontier_under_a_cap_is_that_of_the_plain_road(longest: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sitpy.frontier.trace._LONG", longest)
    ia, constraints, value = capped_by(sitpy.add_constraint_cvar, sitpy.portfolio_cvar_ru)
    fast = sitpy.portopt(ia, constraints, 5)
    plain = sitpy.portopt(ia, constraints, 5, engine="reference")
    assert fast.proven
    np.testing.assert_allclose(fast.risk, plain.risk, rtol=1e-6)
    np.testing.assert_allclose(fast.return_, plain.return_, rtol=1e-6)
    assert (np.abs(sitpy.portfolio_cvar_ru(fast.weight[:, : ia.n], ia)) <= value + 1e-8).all()
