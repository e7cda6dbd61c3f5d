"""Largest Omega: R's figures, every pattern of periods below the threshold as referee, and the frontier over targets."""

from __future__ import annotations

import copy
import functools
import itertools
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.optimize import linprog

import sitpy
from sitpy import Constraints, InfeasibleError, InputAssumptions, InputError, NotSolvedError, UnboundedError
from sitpy.reference import load_frontier, read_reference, reference_ia, stored
from sitpy.solvers import Solution
from sitpy.solvers.shortfall_ratio import ShortfallRatio

Array = np.ndarray


def long_only(n: int, most: float = 0.8) -> Constraints:
    return sitpy.add_constraints(np.ones(n), 1, "=", sitpy.new_constraints(n, lb=0, ub=most), "budget")


def assumptions(history: Array, threshold: float) -> InputAssumptions:
    ia = sitpy.create_ia(history)
    ia.parameters_omega = threshold
    return ia


# ------------------------------------------------------------------------------------------------------- referees


def fractional(R: Array, L: float, below: Array | None, most: float = 0.8, target: float = np.inf) -> float:
    """Largest ``1 + (m - L)/D`` as one linear programme over y = t x, D = 1 (Charnes and Cooper).

    With ``below`` None, D is pushed down by the objective, which is right where m can exceed L. Otherwise D is linear, because
    just the periods of ``below`` are at or below the threshold.
    """
    T, n = R.shape
    mean = np.append(R.mean(axis=0), -L)  # of y and t
    excess = np.hstack([R, np.full((T, 1), -L)])
    if below is None:
        cost = np.concatenate([-mean, np.zeros(T)])
        upper = np.hstack([-excess, -np.eye(T)])
        shortfall = np.concatenate([np.zeros(n + 1), np.full(T, 1 / T)])
        bounds = [(None, None)] * n + [(0, None)] * (T + 1)
    else:
        cost = -mean
        upper = np.where(below[:, None], excess, -excess)
        shortfall = -(excess * below[:, None]).sum(axis=0) / T
        bounds = [(None, None)] * n + [(0, None)]
    extra = cost.size - n - 1

    def wide(rows: Array) -> Array:
        return np.hstack([rows, np.zeros((len(rows), extra))])

    limits = wide(np.vstack([np.c_[np.eye(n), -np.full(n, most)], np.c_[-np.eye(n), np.zeros(n)]]))
    rows = np.vstack([upper, limits])
    if np.isfinite(target):
        rows = np.vstack([rows, wide(np.append(R.mean(axis=0), -target)[None])])
    budget = wide(np.append(np.ones(n), -1.0)[None])
    answer = linprog(
        100 * cost,  # per cent, for the solver's absolute tolerances
        100 * rows,
        np.zeros(len(rows)),
        np.vstack([budget, 100 * shortfall]),
        [0.0, 1.0],  # D is 1 %
        bounds=bounds,
        method="highs",
    )
    assert answer.status in (0, 2), answer.message
    return 1 - float(answer.fun) if answer.status == 0 else -np.inf


def over_all_patterns(R: Array, L: float, most: float = 0.8, target: float = np.inf) -> float:
    """The best of all choices of periods that are below the threshold."""
    patterns = itertools.product([False, True], repeat=len(R))
    return max(fractional(R, L, np.array(below), most, target) for below in patterns if any(below))


def small_history(seed: int) -> Array:
    """Six periods and three assets, in hundredths: 63 patterns."""
    return np.asarray(np.random.default_rng(seed).integers(-9, 11, (6, 3)) / 100)


# ----------------------------------------------------------------------------------------------------- R's figures


@pytest.mark.parametrize("letter", ["A", "B"])
@pytest.mark.parametrize("case", ["max.omega.lp", "max.omega.lp.threshold"])
@pytest.mark.parametrize("form", ["plain", "basic"])
def test_figures_of_r(letter: str, case: str, form: str) -> None:
    """lpSolve's optimum (it stops at about 1e-11) and weights, files A_05 and B_05. At 0, A is unbounded (status 3)."""
    theirs = read_reference(f"{letter}_05_single_portfolios")["outputs"][case]
    ia = reference_ia(letter)
    ia.parameters_omega = float(theirs["description"].split("threshold ")[1])
    c = long_only(ia.n) if form == "plain" else sitpy.create_basic_constraints(ia.n, 0, 0.8)
    if theirs["lp_status"] == 3:
        with pytest.raises(UnboundedError):
            sitpy.max_omega_portfolio(ia, c)
        return
    weights = sitpy.max_omega_portfolio(ia, c)
    np.testing.assert_allclose(weights, theirs["weight"], rtol=0, atol=1e-9)
    assert sitpy.portfolio_omega(weights, ia)[0] == pytest.approx(theirs["lp_objective"], rel=1e-10)


# -------------------------------------------------------------------------------------------------------- optimal


@pytest.mark.parametrize("seed", range(8))
def test_best_of_all_patterns_on_both_sides_of_one(seed: int) -> None:
    """Thresholds below the best mean (Omega above 1) and above it (Omega below 1, where the problem is not convex)."""
    R = small_history(seed)
    best = R.mean(axis=0).max()
    for threshold in (best - 0.01, best + 0.01, best + 0.03):
        ia = assumptions(R, threshold)
        expected = over_all_patterns(R, threshold)
        solution = sitpy.max_omega_portfolio(ia, long_only(3), details=True)
        omega = float(sitpy.portfolio_omega(solution.x[:3], ia)[0])
        assert omega == pytest.approx(expected, rel=1e-6)  # linprog's tolerance, of a shortfall of 1
        assert -solution.value == pytest.approx(omega, rel=1e-12)
        assert -solution.bound >= -solution.value - 1e-12
        assert solution.gap <= 1e-6
        weights = solution.x[:3]
        assert weights.sum() == pytest.approx(1, abs=1e-9)
        assert weights.min() >= -1e-9
        assert weights.max() <= 0.8 + 1e-9


def test_both_sides_are_among_the_cases_above() -> None:
    """So that the test above means something; the convex programme alone would be wrong on the lower side."""
    sides, fooled = set(), 0
    for seed in range(8):
        R = small_history(seed)
        for shift in (-0.01, 0.01, 0.03):
            threshold = R.mean(axis=0).max() + shift
            omega = float(-sitpy.max_omega_portfolio(assumptions(R, threshold), long_only(3), details=True).value)
            sides.add(omega > 1)
            if omega < 1:
                relaxed = fractional(R, threshold, None)  # shortfalls are free to exceed what they stand for
                fooled += relaxed > omega + 1e-3
    assert sides == {True, False}
    assert fooled > 5


@pytest.mark.parametrize("threshold", [0.06, 0.08, 0.1])
def test_27_years_against_the_fractional_programme(ia_a: InputAssumptions, threshold: float) -> None:
    ia_a.parameters_omega = threshold
    omega = sitpy.portfolio_omega(sitpy.max_omega_portfolio(ia_a, long_only(9)), ia_a)[0]
    assert omega == pytest.approx(fractional(ia_a.hist_returns, threshold, None), rel=1e-6)


def test_72_months_below_one_beat_every_portfolio_that_is_tried(ia_b: InputAssumptions) -> None:
    """20000 random portfolios and all corners; the search's own bound says that no other is better."""
    ia_b.parameters_omega = 0.02
    solution = sitpy.max_omega_portfolio(ia_b, long_only(8), details=True)
    assert solution.proven
    assert solution.gap <= 1e-9
    rng = np.random.default_rng(0)
    tried = rng.dirichlet(np.full(8, 0.3), 20000)
    tried = tried[tried.max(axis=1) <= 0.8]
    corners = [0.8 * np.eye(8)[i] + 0.2 * np.eye(8)[j] for i, j in itertools.permutations(range(8), 2)]
    best = sitpy.portfolio_omega(np.vstack([tried, corners]), ia_b).max()
    assert best <= -solution.value + 1e-12
    assert best >= -solution.value - 0.1  # they come near, so the comparison is not empty


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("shift", [-0.01, 0.01])
def test_exactly_two_assets_by_enumeration(seed: int, shift: float) -> None:
    """Each pair of four assets by all its patterns."""
    R = np.random.default_rng(seed).integers(-9, 11, (5, 4)) / 100
    threshold = R.mean(axis=0).max() + shift
    c = sitpy.add_variables(4, long_only(4), lb=0, ub=1)
    c.binary_index = np.arange(4, 8)
    c = sitpy.add_constraints(np.repeat([0.0, 1.0], 4), 2, "=", c)
    c = sitpy.add_constraints(np.vstack([-np.eye(4), 0.8 * np.eye(4)]), 0, ">=", c)
    ia = assumptions(R, threshold)
    answer = sitpy.max_omega_portfolio(ia, c)
    assert answer.shape == (8,)
    assert np.isin(answer[4:], (0, 1)).all()
    pairs = itertools.combinations(range(4), 2)
    expected = max(over_all_patterns(R[:, list(pair)], threshold) for pair in pairs)
    assert sitpy.portfolio_omega(answer, ia)[0] == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("threshold", [0.005, 0.02])
def test_types_engines_and_order_of_assets_do_not_matter(ia_b: InputAssumptions, threshold: float) -> None:
    """A year and a half; 0.005 and 0.02 are on the two sides of the best mean return."""
    part = sitpy.create_historical_ia(ia_b.history.iloc[:18], 12)
    part.parameters_omega = threshold
    c = long_only(8)
    weights = sitpy.max_omega_portfolio(part, c)
    omega = sitpy.portfolio_omega(weights, part)[0]
    answers = [sitpy.max_omega_portfolio(part, c, type) for type in ("mixed", "lp", "nlp")]
    answers.append(sitpy.max_omega_portfolio(part, c, engine="reference"))
    for answer in answers:
        assert sitpy.portfolio_omega(answer, part)[0] == pytest.approx(omega, rel=1e-8)
    order = [3, 0, 7, 1, 6, 2, 5, 4]
    other = sitpy.create_historical_ia(part.history.iloc[:, order], 12)
    other.parameters_omega = threshold
    there = sitpy.max_omega_portfolio(other, c)
    assert sitpy.portfolio_omega(there, other)[0] == pytest.approx(omega, rel=1e-8)
    # and a shift or another unit of all returns moves nothing
    for history, level in ((part.hist_returns + 0.1, threshold + 0.1), (100 * part.hist_returns, 100 * threshold)):
        moved = assumptions(history, level)
        assert sitpy.portfolio_omega(sitpy.max_omega_portfolio(moved, c), moved)[0] == pytest.approx(omega, rel=1e-7)


def test_a_higher_threshold_never_has_a_larger_omega(ia_a: InputAssumptions) -> None:
    values = []
    for ia_a.parameters_omega in (0.05, 0.06, 0.08, 0.12):
        values.append(float(sitpy.portfolio_omega(sitpy.max_omega_portfolio(ia_a, long_only(9)), ia_a)[0]))
    assert (np.diff(values) < 0).all()


def test_details_and_nothing_changed_in_place(ia_a: InputAssumptions) -> None:
    ia_a.parameters_omega, ia_a.parameters_mar = 0.08, 0.03
    c = long_only(9)
    before = copy.deepcopy((vars(ia_a), vars(c)))
    solution = sitpy.max_omega_portfolio(ia_a, c, details=True)
    np.testing.assert_equal((vars(ia_a), vars(c)), before)
    assert isinstance(solution, Solution)
    assert solution.proven
    assert solution.lp_count >= 2
    np.testing.assert_array_equal(solution.x[:9], sitpy.max_omega_portfolio(ia_a, c))


def months(T: int = 30) -> InputAssumptions:
    """Eight assets; low returns on average, so that most points of the frontier are below 1."""
    rng = np.random.default_rng(2)
    R = rng.normal(size=(T, 8)) * 0.04 + rng.normal(size=(T, 1)) * 0.02 + rng.normal(size=8) * 0.004
    ia = sitpy.create_historical_ia(R, 12)
    ia.parameters_omega = 0.0
    return ia


def corners_of_halves(mu: Array, target: float) -> Array:
    """Of weights from 0 to 0.5 that sum to 1 and return no more than the target: two halves, or two parts at the target."""
    eye, found = np.eye(mu.size), []
    for i, j in itertools.combinations(range(mu.size), 2):
        found.append((eye[i] + eye[j]) / 2)
        rest = [np.zeros(mu.size)] + [eye[k] / 2 for k in range(mu.size) if k not in (i, j)]
        for other in rest:
            part = (target - mu @ other - mu[j] * (1 - other.sum())) / (mu[i] - mu[j])
            found.append(other + part * eye[i] + (1 - other.sum() - part) * eye[j])
    x = np.array(found)
    return x[(x.min(axis=1) >= -1e-12) & (x.max(axis=1) <= 0.5 + 1e-12) & (x @ mu <= target + 1e-11)]


def test_ten_points_of_which_most_are_below_one() -> None:
    """Below 1 the largest Omega is at a corner, and there are few enough to look at all."""
    ia = months()
    ef = sitpy.portopt_omega(ia, sitpy.create_basic_constraints(8, 0, 0.5), 10)
    below = ef.objective < 1
    assert below.sum() >= 5
    assert ef.proven
    for omega, target in zip(ef.objective[below], ef.target_return[below]):
        every = sitpy.portfolio_omega(corners_of_halves(ia.expected_return, target), ia)
        assert omega == pytest.approx(every.max(), abs=1e-9)
    frame = ef.statistics_frame()
    assert (frame["bound"] >= frame["objective"]).all()
    assert frame["gap"].max() <= 1e-9


def test_a_search_cut_short_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    ia, c = months(), sitpy.create_basic_constraints(8, 0, 0.5)
    ia.parameters_omega = 0.02
    best = sitpy.max_omega_portfolio(ia, c, details=True)
    assert best.nodes > 5
    monkeypatch.setattr("sitpy.portfolios.omega.ShortfallRatio", functools.partial(ShortfallRatio, most=3))
    words = r"after \d parts of the constraints the largest Omega found is 0\.\d+, and none exceeds \d\.\d+; give fewer"
    with pytest.raises(NotSolvedError, match=words) as caught:
        sitpy.max_omega_portfolio(ia, c, details=True)
    error = caught.value
    assert error.bound < best.value - 1e-3
    assert error.gap > 1e-3
    assert sitpy.portfolio_omega(error.best, ia)[0] <= -best.value + 1e-9


def test_weights_without_limits_whose_returns_have_some() -> None:
    """An asset twice, one long and one short as far as one likes: only their sum counts."""
    R = small_history(2)
    threshold = R.mean(axis=0).max() + 0.01
    twice = assumptions(np.column_stack([R, R[:, 0]]), threshold)
    c = sitpy.new_constraints(4, lb=[-np.inf, 0, 0, -np.inf], ub=[np.inf, 0.8, 0.8, np.inf])
    c = sitpy.add_constraints(np.ones(4), 1, "=", c)
    for limit, sense in ((0.0, ">="), (0.8, "<=")):
        c = sitpy.add_constraints(np.array([1.0, 0, 0, 1.0]), limit, sense, c)
    answer = sitpy.max_omega_portfolio(twice, c)
    assert sitpy.portfolio_omega(answer, twice)[0] == pytest.approx(over_all_patterns(R, threshold), rel=1e-6)


# ------------------------------------------------------------------------------------------- where there is none


def test_a_portfolio_never_below_the_threshold(ia_a: InputAssumptions) -> None:
    words = (
        r"Omega has no largest value: the portfolio .*% 5Y_Treas is never below the threshold 0 in 27 periods; raise "
        "parameters_omega above its worst return"
    )
    with pytest.raises(UnboundedError, match=words):
        sitpy.max_omega_portfolio(ia_a, long_only(9))
    best = sitpy.min_maxloss_portfolio(ia_a, long_only(9))
    worst = -float(sitpy.portfolio_maxloss(best, ia_a)[0])
    for step, raises in ((-1e-5, True), (1e-5, False)):
        ia_a.parameters_omega = worst + step
        if raises:
            with pytest.raises(UnboundedError, match="Omega has no largest value"):
                sitpy.max_omega_portfolio(ia_a, long_only(9))
        else:
            assert sitpy.max_omega_portfolio(ia_a, long_only(9)).sum() == pytest.approx(1)


@pytest.mark.parametrize("shift", [0.0, -0.05])
def test_cash_that_pays_just_the_threshold_changes_nothing(shift: float) -> None:
    """Any part of cash leaves Omega as it is, and all cash has none (0/0): the answer is that without cash."""
    R = small_history(3) + shift
    level = 0.005
    c = sitpy.create_basic_constraints(4)
    ia = assumptions(np.column_stack([R, np.full(6, level)]), level)
    weights = sitpy.max_omega_portfolio(ia, c)
    assert sitpy.portfolio_omega(weights, ia)[0] == pytest.approx(over_all_patterns(R, level, most=1.0), rel=1e-6)
    ia.parameters_omega = level - 0.001
    words = "the portfolio .* is never below the threshold 0.004 in 6 periods"
    with pytest.raises(UnboundedError, match=words):
        sitpy.max_omega_portfolio(ia, c)


def test_portfolios_that_never_leave_the_threshold_have_no_omega() -> None:
    ia = assumptions(np.full((5, 2), 0.01), 0.01)
    words = "every portfolio returns the threshold 0.01 in every period, so no Omega is defined; choose another"
    with pytest.raises(InputError, match=words):
        sitpy.max_omega_portfolio(ia, sitpy.create_basic_constraints(2))


def test_no_limits_and_no_portfolio(ia_a: InputAssumptions) -> None:
    ia_a.parameters_omega = 0.05
    with pytest.raises(UnboundedError, match=r"nothing bounds .* Give upper or lower bounds"):
        sitpy.max_omega_portfolio(ia_a, sitpy.new_constraints(9, lb=0))
    for function in (sitpy.max_omega_portfolio, sitpy.portopt_omega):
        with pytest.raises(InfeasibleError, match=r"make it at most 0.9: 0.1 too little\. Raise these bounds"):
            function(ia_a, long_only(9, 0.1))


@pytest.mark.parametrize("function", [sitpy.max_omega_portfolio, sitpy.portopt_omega])
def test_inputs_that_cannot_be_used(ia_a: InputAssumptions, function: Any) -> None:
    with pytest.raises(InputError, match="the constraints have 4 variables but there are 9 assets"):
        function(ia_a, long_only(4))
    with pytest.raises(InputError, match="engine 'quick' is not known; use 'fast' or 'reference'"):
        function(ia_a, long_only(9), engine="quick")
    for bad in (np.nan, "low", None):
        ia_a.parameters_omega = bad
        with pytest.raises(InputError, match=r"parameters_omega is .*; give a finite return per period"):
            function(ia_a, long_only(9))
    ia_a.parameters_omega = 0.1
    ia_a.hist_returns[3, 2] = np.nan
    with pytest.raises(InputError, match=r"hist_returns of 'Europe' has 1 missing .* first at 1973"):
        function(ia_a, long_only(9))
    with pytest.raises(InputError, match="have no hist_returns"):
        function(InputAssumptions(expected_return=[0.1, 0.2], cov=np.eye(2)), long_only(2))


def test_an_unknown_type(ia_a: InputAssumptions) -> None:
    with pytest.raises(InputError, match="type 'qp' is not known; use 'mixed', 'lp' or 'nlp'"):
        sitpy.max_omega_portfolio(ia_a, long_only(9), "qp")


# ------------------------------------------------------------------------------------------------------ the frontier


@pytest.fixture
def small() -> InputAssumptions:
    """Six periods, three assets; expected returns are the means."""
    return assumptions(small_history(8), 0.0)


def test_every_point_is_the_largest_omega_up_to_its_target(small: InputAssumptions) -> None:
    calls: list[tuple[int, int]] = []
    mu = small.expected_return
    low = float(sitpy.portfolio_return(sitpy.min_risk_portfolio(small, long_only(3)), small)[0])
    high = float(np.sort(mu)[-1] * 0.8 + np.sort(mu)[-2] * 0.2)
    small.parameters_omega = (low + high) / 2  # low targets are below 1, high ones above
    ef = sitpy.portopt_omega(small, long_only(3), 4, "mine", progress=lambda *at: calls.append(at))
    assert calls == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert (ef.name, ef.measure) == ("mine", "Omega")
    np.testing.assert_allclose(ef.target_return, np.linspace(low, high, 4), rtol=0, atol=1e-9)
    assert (ef.return_ <= ef.target_return + 1e-9).all()
    np.testing.assert_allclose(ef.objective, sitpy.portfolio_omega(ef.weight, small), rtol=1e-12)
    assert (np.diff(ef.objective) >= -1e-9).all()
    expected = [over_all_patterns(small.hist_returns, small.parameters_omega, target=t) for t in ef.target_return]
    np.testing.assert_allclose(ef.objective, expected, rtol=1e-6)
    assert ef.objective[0] < 1 < ef.objective[-1]
    assert ef.proven
    frame = ef.statistics_frame()
    np.testing.assert_allclose(frame["objective"], ef.objective, rtol=1e-9)
    assert (frame["bound"] >= frame["objective"] - 1e-12).all()
    assert frame["primal_residual"].max() <= 1e-9
    assert (frame["lp_count"] >= 1).all()


def test_the_frontier_of_the_plain_engine_is_the_same(small: InputAssumptions) -> None:
    fast, plain = (sitpy.portopt_omega(small, long_only(3), 3, engine=engine) for engine in ("fast", "reference"))
    np.testing.assert_allclose(plain.objective, fast.objective, rtol=1e-8)


def test_auxiliary_variables_are_kept(ia_a: InputAssumptions) -> None:
    """130/30 with v >= |x|, sum v = 1.6."""
    n = ia_a.n
    c = sitpy.add_variables(n, sitpy.add_constraints(np.ones(n), 1, "=", sitpy.new_constraints(n, lb=-0.5, ub=0.8)))
    for sign in (1.0, -1.0):
        c = sitpy.add_constraints(np.vstack([sign * np.eye(n), np.eye(n)]), 0, ">=", c)
    c = sitpy.add_constraints(np.r_[np.zeros(n), np.ones(n)], 1.6, "=", c)
    ia_a.parameters_omega = 0.1
    ef = sitpy.portopt_omega(ia_a, c, 3)
    assert ef.weight.shape == (3, 18)
    np.testing.assert_allclose(ef.weight[:, n:].sum(axis=1), 1.6, atol=1e-8)
    assert (np.abs(ef.weight[:, :n]) <= ef.weight[:, n:] + 1e-8).all()


@pytest.mark.parametrize("nportfolios", [1, 0, 2.5, "many", None])
def test_fewer_than_two_points_are_refused(small: InputAssumptions, nportfolios: Any) -> None:
    words = f"nportfolios is {nportfolios!r}; give a whole number, 2 or more"
    with pytest.raises(InputError, match=re.escape(words)):
        sitpy.portopt_omega(small, long_only(3), nportfolios)


def test_the_file_and_the_comparison(small: InputAssumptions, tmp_path: Path) -> None:
    """A larger Omega is the better one, at no more than the return that was asked for."""
    ef = sitpy.portopt_omega(small, long_only(3), 3)
    path = ef.to_json(tmp_path / "ef.json")
    back = sitpy.Frontier.from_json(path)
    np.testing.assert_array_equal(back.objective, ef.objective)
    assert back.measure == "Omega"
    assert sitpy.compare(path, ef).points["verdict"].tolist() == ["equal"] * 3
    ours = stored(ef)
    for factor, verdict in ((0.99, "reference not optimal"), (1.01, "different")):
        theirs = load_frontier(path)
        theirs.objective[1] *= factor
        assert sitpy.compare(ours, theirs).points["verdict"].tolist() == ["equal", verdict, "equal"]


def test_what_the_frontier_does_not_know(small: InputAssumptions) -> None:
    with pytest.raises(InputError, match="does not know the programme it minimised"):
        sitpy.portopt_omega(small, long_only(3), 2).certificates()
    assert "Omega" not in sitpy.frontier.MINIMISERS
