"""The exact path: published turning points, closed forms, and a solver of single points as referee all along it."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path as File

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from problems import AWKWARD, awkward, problems, program

from sitpy.errors import InputError, NotSolvedError, UnboundedError
from sitpy.frontier import MINIMISERS
from sitpy.portfolios.risk_measures import risk_measure
from sitpy.reference import read_reference, reference_constraints, reference_ia
from sitpy.solvers import Program, ReferenceModel, certificate
from sitpy.solvers.parametric import Path, trace_path
from sitpy.studies.markowitz_ten import read_problem, read_turning_points
from sitpy.studies.orlibrary_files import read_assets, read_published

Array = np.ndarray

DATA = File(os.environ.get("SITPY_SHARED", File(__file__).resolve().parents[3] / "shared")) / "data"
needs_ten = pytest.mark.skipif(
    not (DATA / "markowitz10" / "problem.csv").is_file(), reason="no ten-asset example there"
)
needs_library = pytest.mark.skipif(not (DATA / "orlibrary" / "port1.txt").is_file(), reason="no OR-Library files there")
STORED = [
    f"{letter}_{name}_Risk"
    for letter in "AB"
    for name in ("01_longonly_0_80", "02a_bounds_m50_80", "02b_130_30_vi", "02c_130_30_split", "02d_200_100_split")
] + ["B_11_mad_limit_Risk", "B_11_cvar_limit_Risk", "B_11_maxloss_limit_Risk"]


def long_only(D: Array, most: float = np.inf) -> Program:
    """Weights that sum to 1."""
    n = len(D)
    return program([([1.0] * n, "=", 1.0)], n, D=D, ub=most)


def agree(made: Program, mu: Array, *, points: int = 7) -> Path:
    """Trace a path, and hold turning points, midpoints and more to the certificate, about 15 of them to the plain solver.

    1e-8: the plain solver's own accuracy for singular matrices, relative to the value or, where that is zero, a millionth of
    the largest variance and cost. It is as far off where it misses a constraint, so it may also lie below.
    """
    path = trace_path(made, mu)
    ends = path.targets[-1] + np.array([0.5, 2.0]) if path.unlimited else path.targets[-1:]
    middle = (path.targets[1:] + path.targets[:-1]) / 2
    asked = np.concatenate([[np.nan], path.targets, middle, np.linspace(path.targets[0], ends[-1], points)])
    full = made.with_row(mu, -np.inf)
    assert made.D is not None
    small = 1e-6 * max(float(made.D.diagonal().max()), 10 * float(np.abs(made.c).max()), 1e-6)
    found = path.at_all(asked)
    assert found.known.all() and path.complete
    for k, target in enumerate(asked):
        point = path.at(float(target))
        assert point is not None
        side = np.append(made.b, -np.inf if np.isnan(target) else target)
        np.testing.assert_array_equal(point.x, found.x[k])
        assert point.value == found.values[k] and point.bound == found.bounds[k] <= point.value
        assert point.value == pytest.approx(made.value(point.x), rel=1e-9, abs=small * 1e-8)
        assert full.violation(point.x, side) <= 1e-9 * max(1.0, float(np.abs(point.x).max()))
        checked = certificate(replace(full, b=side), point)
        assert checked.is_optimal(1e-7) or abs(point.value) < 1e-9 * small, (target, checked)
        if k % (1 + asked.size // 15) == 0 and (path.unlimited or not target >= path.targets[-1] - 1e-7):
            answer = ReferenceModel(replace(full, b=side)).solve()
            assert answer is not None
            accuracy = 1e-8 * max(abs(answer.value), small) + 10 * full.violation(answer.x, side)
            assert abs(point.value - answer.value) <= accuracy, target
            assert point.bound <= answer.value + accuracy
    if not path.unlimited:
        top = replace(full, b=np.append(made.b, path.targets[-1] + 1e-6 * max(1.0, abs(path.targets[-1]))))
        assert ReferenceModel(top).solve() is None
        assert path.at(float(top.b[-1])) is None
    return path


# --------------------------------------------------------------------------------------------------- published


@needs_ten
def test_published_turning_points_are_the_turning_points() -> None:
    """Another method's ten points with all digits: 1e-12 is the rounding of both; the last multiplier is 58.3."""
    ia, _ = read_problem(DATA / "markowitz10" / "problem.csv")
    published = read_turning_points(DATA / "markowitz10" / "turning_points_published.csv", ia.symbols)
    path = trace_path(long_only(ia.cov, 1.0), ia.expected_return)
    assert path.complete and path.vouched.all() and path.targets.size == 10
    np.testing.assert_allclose(path.x, published[ia.symbols], rtol=0, atol=1e-12)
    np.testing.assert_allclose(path.multipliers, published["lambda"], rtol=1e-12, atol=1e-15)
    best = path.tangency()
    assert best is not None
    held = np.flatnonzero(best.x > 1e-9)
    alone = np.linalg.solve(
        ia.cov[np.ix_(held, held)], ia.expected_return[held]
    )  # weights of the largest ratio among these
    np.testing.assert_allclose(best.x[held], alone / alone.sum(), rtol=1e-11)
    # README of the data: Sharpe ratio 4.4535334766464 at sd 0.2273644678; found by search, near the top the ratio is flat
    risk = float(np.sqrt(best.x @ ia.cov @ best.x))
    assert risk == pytest.approx(0.2273644678, abs=1e-9)
    assert float(best.x @ ia.expected_return) / risk == pytest.approx(4.4535334766464, abs=5e-14)


@needs_library
@pytest.mark.parametrize("market", [1, 2, 3, 4, 5])
def test_published_frontiers_come_out_at_all_points(market: int) -> None:
    """5e-6 relative: nine printed decimals are up to 4e-6 of the smallest variances."""
    ia = read_assets(DATA / "orlibrary" / f"port{market}.txt")
    published = read_published(DATA / "orlibrary" / f"portef{market}.txt")
    path = trace_path(long_only(ia.cov), ia.expected_return)
    points = path.at_all(published[:, 0])
    assert published.shape == (2000, 2) and points.known.all() and path.complete
    np.testing.assert_allclose(2 * points.values, published[:, 1], rtol=5e-6)
    assert (points.bounds <= points.values).all() and ((points.values - points.bounds) <= 1e-10 * points.values).all()
    middle = (path.targets[1:] + path.targets[:-1]) / 2
    full = path.program.with_row(path.mu, 0.0)
    for target in np.concatenate([path.targets, middle]):
        point = path.at(float(target))
        assert point is not None
        side = np.append(path.program.b, target)
        assert full.violation(point.x, side) <= 1e-12
        assert certificate(replace(full, b=side), point).is_optimal(1e-9)


@pytest.mark.parametrize("name", STORED)
def test_stored_problems(name: str) -> None:
    content = read_reference(name)
    ia, constraints = reference_ia(content["inputs"]["ia"]), reference_constraints(content["constraints"])
    measure = risk_measure(MINIMISERS["Risk"])
    assert measure is not None
    made = measure.program(ia, constraints)
    mu = np.zeros(made.n)
    mu[: ia.n] = ia.expected_return
    assert agree(made, mu).targets.size > 2


# ------------------------------------------------------------------------------------------------- closed forms

TWO = np.diag([0.01, 0.04])
RETURNS = np.array([0.1, 0.2])


def two_assets() -> Path:
    """Weight of the second: 1/5 + 2 lambda, so that t = 0.12 + 0.2 lambda, up to lambda = 0.4; variance 0.008 + lambda^2/5."""
    return trace_path(long_only(TWO), RETURNS)


def test_two_assets_have_a_formula() -> None:
    path = two_assets()
    np.testing.assert_allclose(path.targets, [0.12, 0.2], rtol=1e-15)
    np.testing.assert_allclose(path.multipliers, [0, 0.4], rtol=1e-14)
    points = path.at_all(np.array([np.nan, 0.0, 0.12, 0.14, 0.2, 0.21]))
    np.testing.assert_array_equal(points.known, [True] * 5 + [False])
    np.testing.assert_allclose(points.x[:5, 1], [0.2, 0.2, 0.2, 0.4, 1.0], rtol=1e-14)
    np.testing.assert_allclose(points.multipliers[:5], [0, 0, 0, 0.1, 0.4], rtol=1e-14)
    np.testing.assert_allclose(2 * points.values[:5], [0.008, 0.008, 0.008, 0.01, 0.04], rtol=1e-13)
    assert path.at(0.21) is None


def test_the_point_of_a_risk_and_the_largest_ratio() -> None:
    """variance 0.01 at t = 0.14; with a rate of 0.08 the best has weights proportional to (0.02/0.01, 0.12/0.04) = 2 : 3."""
    path = two_assets()
    for variance, target in ((0.008, 0.12), (0.01, 0.14), (0.04, 0.2)):
        point = path.of_risk(variance)
        assert point is not None and float(RETURNS @ point.x) == pytest.approx(target, rel=1e-12)
    assert path.of_risk(0.0079) is None and path.of_risk(0.041) is None and path.of_risk(np.nan) is None
    best = path.tangency(0.08)
    assert best is not None
    np.testing.assert_allclose(best.x, [0.4, 0.6], rtol=1e-13)
    top = path.tangency(0.1999)  # steeper and steeper: the end
    assert top is not None and top.x[1] == pytest.approx(1.0)
    assert path.tangency(0.2) is None
    costly = trace_path(replace(long_only(TWO), c=np.array([0.0, 0.1])), RETURNS)
    with pytest.raises(InputError, match="the objective has a linear cost, so its value is no variance"):
        costly.of_risk(0.01)
    with pytest.raises(InputError, match="trace the path of a programme without one"):
        costly.tangency()


def test_the_largest_ratio_beats_a_fine_grid() -> None:
    rng = np.random.default_rng(3)
    root = rng.normal(size=(12, 8)) * 0.05
    path = trace_path(long_only(root.T @ root / 12, 0.4), rng.normal(0.1, 0.05, 8))
    for rate in (-0.05, 0.0, 0.08):
        grid = path.at_all(np.linspace(path.targets[0], path.targets[-1], 2001))
        ratio = (grid.x @ path.mu - rate) / np.sqrt(2 * grid.values)
        best = path.tangency(rate)
        assert best is not None
        ours = (float(best.x @ path.mu) - rate) / np.sqrt(2 * best.value)
        assert ratio.max() <= ours <= ratio.max() * (1 + 1e-5)


def test_a_return_without_limit_ends_in_a_ray() -> None:
    """Free weights that sum to 1: w2 = 1/5 + 2 lambda for ever."""
    path = trace_path(program([([1.0, 1.0], "=", 1.0)], 2, D=TWO, lb=-np.inf, ub=np.inf), RETURNS)
    assert path.complete and path.unlimited and path.targets.tolist() == pytest.approx([0.12])
    point = path.at(10.12)
    assert point is not None
    np.testing.assert_allclose(point.x, [-99.2, 100.2], rtol=1e-12)
    assert point.row_multipliers is not None and point.row_multipliers[-1] == pytest.approx(50.0)
    far = path.of_risk(0.008 + 50.0**2 / 5)
    assert far is not None
    np.testing.assert_allclose(far.x, point.x, rtol=1e-12)
    best = path.tangency(0.08)
    assert best is not None
    np.testing.assert_allclose(best.x, [0.4, 0.6], rtol=1e-12)
    assert path.tangency(0.13) is None  # rises for ever
    agree(path.program, RETURNS)


def test_a_gap_is_no_answer() -> None:
    path = two_assets()
    gap = replace(path, vouched=np.array([True, False]))
    assert gap.at(0.15) is None and gap.at(np.nan) is not None
    np.testing.assert_array_equal(gap.at_all(np.array([0.1, 0.15])).known, [True, False])
    assert gap.tangency(0.08) is None and gap.of_risk(0.01) is None


# ------------------------------------------------------------------------------------------------ awkward input


def test_equal_returns_make_one_point() -> None:
    path = agree(long_only(np.diag([1.0, 2.0, 4.0])), np.full(3, 0.07))
    assert path.targets.size == 1
    np.testing.assert_allclose(path.x, [[4 / 7, 2 / 7, 1 / 7]], rtol=1e-12)


def test_of_several_least_risks_the_first_point_has_the_most_return() -> None:
    """Two riskless assets of 2 % and 3 %, and one with risk of 8 %."""
    path = agree(long_only(np.diag([0.0, 0.0, 0.04])), np.array([0.02, 0.03, 0.08]))
    np.testing.assert_allclose(path.x, [[0, 1, 0], [0, 0, 1]], atol=1e-12)


def test_of_several_largest_returns_the_last_point_has_the_least_risk() -> None:
    path = agree(long_only(np.diag([0.01, 0.02, 0.03, 0.06])), np.array([0.01, 0.05, 0.08, 0.08]))
    np.testing.assert_allclose(path.x[-1], [0, 0, 2 / 3, 1 / 3], rtol=1e-12, atol=1e-12)


def test_duplicated_assets_share_as_they_like() -> None:
    """Assets 0, 3 and 5 are one: the sum of their weights is that of the asset alone."""
    rng = np.random.default_rng(11)
    root = rng.normal(size=(30, 5)) * 0.1
    D, mu = root.T @ root / 30, rng.normal(0.1, 0.05, 5)
    keep = np.array([0, 1, 2, 0, 3, 0, 4])
    path, alone = agree(long_only(D[np.ix_(keep, keep)]), mu[keep]), agree(long_only(D), mu)
    targets = np.linspace(alone.targets[0], alone.targets[-1], 9)
    merged = np.zeros((9, 5))
    np.add.at(merged.T, keep, path.at_all(targets).x.T)
    np.testing.assert_allclose(merged, alone.at_all(targets).x, atol=1e-9)


def test_no_risk_at_all_leaves_the_largest_return() -> None:
    path = agree(long_only(np.zeros((3, 3)), 0.6), np.array([0.05, 0.09, 0.07]))
    np.testing.assert_allclose(path.x, [[0, 0.6, 0.4]], atol=1e-12)


def test_a_cost_without_risk_has_corners() -> None:
    """A linear programme: costs 0, 1, 3 and returns 0, 1, 2: along the two edges of the convex hull."""
    made = replace(long_only(np.zeros((3, 3))), c=np.array([0.0, 1.0, 3.0]))
    path = agree(made, np.array([0.0, 1.0, 2.0]))
    np.testing.assert_allclose(path.x, np.eye(3), atol=1e-12)
    np.testing.assert_allclose(path.slope[1:], [1.0, 2.0], rtol=1e-12)


def test_fixed_and_grouped_weights() -> None:
    rng = np.random.default_rng(7)
    root = rng.normal(size=(4, 9)) * 0.1  # fewer observations than assets
    group = np.repeat([1.0, 0.0], [4, 5])
    rows = [
        ([1.0] * 9, "=", 1.0),
        (list(group), "=", 0.45),
        (list(1 - group), "=", 0.55),
        (list(group[::-1]), ">=", 0.2),
    ]
    lb, ub = np.full(9, -0.1), np.full(9, 0.4)
    lb[2] = ub[2] = 0.125
    path = agree(program(rows, 9, D=root.T @ root, lb=lb, ub=ub), rng.normal(0.1, 0.05, 9))
    np.testing.assert_allclose(path.x[:, 2], 0.125, rtol=1e-15)
    np.testing.assert_allclose(path.x[:, :4].sum(axis=1), 0.45, rtol=1e-12)


def test_the_order_of_variables_does_not_matter() -> None:
    rng = np.random.default_rng(2)
    root, mu, order = rng.normal(size=(20, 8)) * 0.1, rng.normal(0.1, 0.05, 8), rng.permutation(8)
    D = root.T @ root
    path, turned = trace_path(long_only(D), mu), trace_path(long_only(D[np.ix_(order, order)]), mu[order])
    np.testing.assert_allclose(turned.targets, path.targets, rtol=1e-11)
    np.testing.assert_allclose(turned.x, path.x[:, order], atol=1e-11)


@pytest.mark.parametrize("status", ["infeasible", "unbounded"])
def test_without_an_optimum_the_path_is_empty(status: str) -> None:
    for problem in problems(status, binary=False):
        path = trace_path(problem.program, np.ones(problem.program.n))
        assert path.targets.size == 0 and not path.complete, problem.name
        assert path.at(np.nan) is None and path.of_risk(1.0) is None if not problem.program.c.any() else True
        assert not path.at_all(np.array([np.nan, 0.1])).known.any()


def test_binaries_are_for_a_search() -> None:
    for problem in problems(binary=True):
        assert trace_path(problem.program, np.ones(problem.program.n)).targets.size == 0


@pytest.mark.parametrize(
    "problem", [p for p in problems(binary=False) if p.program.D is not None], ids=lambda p: p.name
)
def test_the_zoo(problem) -> None:  # type: ignore[no-untyped-def]
    n = problem.program.n
    path = agree(problem.program, np.arange(n) % 3 / 4 - 0.25)
    assert problem.optimum is not None
    assert path.values[0] == pytest.approx(problem.optimum, rel=1e-9, abs=1e-12)


@given(
    st.integers(0, 10**6),
    st.sets(st.sampled_from(AWKWARD)),
    st.integers(3, 7),
    st.sampled_from(["grid", "normal", "equal"]),
)
def test_random_programmes(seed: int, kinds: set[str], n: int, returns: str) -> None:
    made = awkward(seed, frozenset(kinds), n=n)
    rng = np.random.default_rng(seed)
    mu = np.zeros(made.n)
    mu[:n] = {"grid": rng.integers(-4, 5, n) / 4, "normal": rng.normal(size=n), "equal": np.ones(n)}[returns]
    path = trace_path(made, mu)
    if not path.complete or not path.vouched.all():  # allowed, if the points are not claimed
        known = path.at_all(np.append(path.targets, np.inf)).known
        assert not known[-1]
        return
    try:
        agree(made, mu, points=3)
    except (NotSolvedError, UnboundedError):
        pytest.skip("the referee gives up")


def test_nearly_all_random_programmes_have_a_whole_path() -> None:
    """Fallback is for the exception: of 100 programmes at most 2 may need a solver."""
    whole = 0
    for seed in range(100):
        rng = np.random.default_rng(seed)
        made = awkward(seed, frozenset(kind for kind in AWKWARD if rng.random() < 0.3), n=6)
        mu = np.zeros(made.n)
        mu[:6] = rng.integers(-4, 5, 6) / 4
        path = trace_path(made, mu)
        whole += path.complete and bool(path.vouched.all())
    assert whole >= 98
