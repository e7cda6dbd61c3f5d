"""Every frontier that R's toolbox made, against R's figures and against the best objectives known."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.optimize import linprog
from stored_cases import CASES, CONSTRUCTIONS, NOT_UNIQUE, SIT_NOT_OPTIMAL, at_stored_targets, case, net, rebuilt

import sitpy
from sitpy.reference import read_reference

BEST = 1e-6
"""Relative: what the reference notes trust optimality_check to."""
BEST_0_1_LINEAR = 1e-5
"""Relative: there the stored best comes from an integer solver that accepts binaries off by 1e-6 or so, which with the
row x >= 0.00001 b is worth more than 1e-6 of a small MAD. `test_exactly_three_mad_by_enumeration` proves our values."""
ZERO = 1e-9
"""Absolute: an objective that is zero (CDaR without any drawdown) has no relative error."""
ZERO_SQUARE = 1e-12
"""Absolute, of a mean squared shortfall: the stored best comes from an interior point method, which leaves 5e-13 and 7e-13
(roots of 7e-7 and 8e-7) at two points where R reaches 1e-27; `test_objective_is_never_above_that_of_sit` holds us to R's
there."""
SETTINGS = 1e-5
"""Weights, returns and risks of a rebuilt frontier: R runs with a ridge of 2e-9 on auxiliary variables, which moves its
least-risk point and with it the grid of returns."""

LEVERAGE = {"02b_130_30_vi": 1.6, "02c_130_30_split": 1.6, "02d_200_100_split": 3.0, "02e_200_100_binary": 3.0}


def names(*parts: str) -> list[str]:
    return [name for name in CASES if any(part in name for part in parts)]


def test_every_stored_frontier_is_covered() -> None:
    assert set(CASES) == set(read_reference("optimality_check")["cases"])


# ---------------------------------------------------------------------------- at the returns that R asked for


@pytest.mark.parametrize("name", CASES)
def test_objective_is_the_best_known(name: str) -> None:
    this, ours = case(name), at_stored_targets(name).objective
    relative = BEST_0_1_LINEAR if "04b_exactly_3_MAD" in name else BEST
    assert ours.shape == this.best.shape
    if this.measure == "RiskDown":  # compared as it was minimised
        np.testing.assert_allclose(ours**2, this.best**2, rtol=2 * relative, atol=ZERO_SQUARE)
        return
    np.testing.assert_allclose(ours, this.best, rtol=relative, atol=ZERO)


@pytest.mark.parametrize("name", CASES)
def test_objective_is_never_above_that_of_sit(name: str) -> None:
    this, ours = case(name), at_stored_targets(name).objective
    rounding = 1e-12  # of T products in a CVaR, CDaR or largest loss that is almost zero
    assert (ours <= this.sit + 1e-9 * np.abs(this.sit) + rounding).all()


@pytest.mark.parametrize("name", CASES)
def test_targets_are_reached(name: str) -> None:
    this, ef = case(name), at_stored_targets(name)
    assert (ef.return_[1:] >= this.stored_target[1:] - 1e-9).all()
    np.testing.assert_array_equal(ef.target_return, this.stored_target)


@pytest.mark.parametrize(("name", "count", "most"), [(SIT_NOT_OPTIMAL[0], 27, 0.15), (SIT_NOT_OPTIMAL[1], 8, 0.058)])
def test_where_sit_loses_branches_we_are_below(name: str, count: int, most: float) -> None:
    """Counts and percentages are those of the reference notes (27 points, 15 %; 8 points, 5.8 %)."""
    this, ours = case(name), at_stored_targets(name).objective
    excess = this.sit / ours - 1
    assert np.flatnonzero(excess > 1e-5).tolist() == this.not_optimal.tolist()
    assert this.not_optimal.size == count
    assert excess.max() == pytest.approx(most, abs=0.002)


def least_mad(ia: sitpy.InputAssumptions, held: tuple[int, ...], target: float) -> float:
    """Least MAD of a portfolio of exactly these assets, each 0.001 % to 80 %, written down from the definition."""
    deviation = 100 * (ia.hist_returns - ia.hist_returns.mean(axis=0))[:, held]  # percent, for the solver's tolerances
    T, k = deviation.shape
    upper = np.vstack([np.hstack([deviation, -np.eye(T)]), np.hstack([-deviation, -np.eye(T)])])
    limits = np.zeros(2 * T)
    if np.isfinite(target):
        upper = np.vstack([upper, np.append(-ia.expected_return[list(held)], np.zeros(T))])
        limits = np.append(limits, -target)
    answer = linprog(
        np.append(np.zeros(k), np.full(T, 1 / T)),
        upper,
        limits,
        np.append(np.ones(k), np.zeros(T))[None],
        [1.0],
        bounds=[(1e-5, 0.8)] * k + [(0, None)] * T,
        method="highs",
    )
    assert answer.status in (0, 2)
    return float(answer.fun) / 100 if answer.status == 0 else np.inf


@pytest.mark.parametrize("name", ["A_04b_exactly_3_MAD", "B_04b_exactly_3_MAD"])
def test_exactly_three_mad_by_enumeration(name: str) -> None:
    """Every choice of three assets as a linear programme of its own: the first, the least agreeing and a late point."""
    this, ef = case(name), at_stored_targets(name)
    worst = int(np.argmax(np.abs(ef.objective / this.best - 1)))
    for point in {0, worst, 40}:
        target = this.stored_target[point]
        least = min(least_mad(this.ia, held, target) for held in itertools.combinations(range(this.ia.n), 3))
        assert ef.objective[point] == pytest.approx(least, rel=1e-7)  # linprog's feasibility tolerance


# ----------------------------------------------------------------------------------- with R's own settings


@pytest.mark.parametrize("name", [name for name in CASES if name not in (*SIT_NOT_OPTIMAL, *NOT_UNIQUE)])
def test_rebuilt_frontier_has_the_figures_of_r(name: str) -> None:
    this, ef = case(name), rebuilt(name)
    stored = this.stored
    assert len(ef.solution) == this.points == stored.return_.size
    np.testing.assert_allclose(ef.return_, stored.return_, rtol=0, atol=SETTINGS)
    np.testing.assert_allclose(ef.risk, stored.risk, rtol=0, atol=SETTINGS)
    np.testing.assert_allclose(ef.objective, stored.objective, rtol=BEST, atol=ZERO)
    np.testing.assert_allclose(net(ef), stored.net_weight, rtol=0, atol=SETTINGS)


@pytest.mark.parametrize("name", SIT_NOT_OPTIMAL)
def test_rebuilt_frontier_where_sit_is_not_optimal(name: str) -> None:
    """R's least-risk point is optimal, so the grids agree; where it loses points our risk is lower, else it is R's."""
    this, ef = case(name), rebuilt(name)
    stored = this.stored
    alike = np.setdiff1d(np.arange(this.points), this.not_optimal)
    np.testing.assert_allclose(ef.target_return[1:-1], this.stored_target[1:], rtol=0, atol=SETTINGS)
    np.testing.assert_allclose(ef.return_[alike], stored.return_[alike], rtol=0, atol=SETTINGS)
    np.testing.assert_allclose(ef.objective[alike], stored.objective[alike], rtol=BEST)
    np.testing.assert_allclose(net(ef)[alike], stored.net_weight[alike], rtol=0, atol=SETTINGS)
    np.testing.assert_allclose(ef.objective[this.not_optimal], this.best[this.not_optimal], rtol=BEST)
    assert (ef.objective[this.not_optimal] < stored.objective[this.not_optimal] * (1 - 1e-5)).all()


@pytest.mark.parametrize("name", NOT_UNIQUE)
def test_rebuilt_frontier_where_the_first_point_is_not_unique(name: str) -> None:
    """Only what every optimal choice of the first portfolio has in common: no drawdown there, and the upper end."""
    this, ef = case(name), rebuilt(name)
    assert len(ef.solution) == this.points
    assert ef.objective[0] == pytest.approx(0.0, abs=ZERO)
    assert this.stored.objective[0] == pytest.approx(0.0, abs=ZERO)
    np.testing.assert_allclose(net(ef)[-1], this.stored.net_weight[-1], rtol=0, atol=SETTINGS)
    assert sitpy.compare(ef, name).ok


@pytest.mark.parametrize("name", CASES)
def test_targets_are_equally_spaced_up_to_the_largest_return(name: str) -> None:
    this, ef = case(name), rebuilt(name)
    most = float(this.ia.expected_return @ sitpy.max_return_portfolio(this.ia, this.constraints)[: this.ia.n])
    assert ef.return_[-1] == pytest.approx(most, rel=1e-10)  # the last point may be 1e-12 below, by design
    assert ef.return_.max() == ef.return_[-1]
    assert np.isnan(ef.target_return[0])
    targets = np.concatenate([[ef.return_[0]], ef.target_return[1:]])
    np.testing.assert_allclose(np.diff(targets), (most - ef.return_[0]) / (this.points - 1), rtol=1e-9)
    assert (ef.return_[1:] >= ef.target_return[1:] - 1e-9).all()
    if this.constraints.binary_index is None:  # a convex frontier rises from its first point: targets are met exactly
        np.testing.assert_allclose(ef.return_[1:], ef.target_return[1:], rtol=0, atol=1e-9)


@pytest.mark.parametrize("name", CASES)
def test_every_point_is_proven_with_small_residuals(name: str) -> None:
    """The checker rebuilds multipliers and residuals from the constraints, without the solver."""
    for ef in (rebuilt(name), at_stored_targets(name)):
        assert ef.proven
        assert (ef.statistics_frame()["gap"] <= 1e-8).all()
        residuals = ef.certificates()
        assert len(residuals) == len(ef.solution)
        assert residuals["primal_residual"].max() <= 1e-9  # the solvers' own tolerance of feasibility
        assert residuals["dual_residual"].max() <= 1e-8
        assert residuals["complementarity"].max() <= 1e-7
        assert residuals["gap"].max() <= 1e-7


# ----------------------------------------------------------------------------------------- the constructions


@pytest.mark.parametrize("name", names("02b_"))
def test_gross_exposure_of_the_v_form(name: str) -> None:
    ef = rebuilt(name)
    n = ef.ia.n
    x, v = ef.solution[:, :n], ef.solution[:, n:]
    np.testing.assert_allclose(v.sum(axis=1), 1.6, rtol=0, atol=1e-8)
    np.testing.assert_allclose(x.sum(axis=1), 1.0, rtol=0, atol=1e-8)
    assert (np.abs(x) <= v + 1e-8).all()
    assert np.abs(x[-1]).sum() == pytest.approx(1.6, abs=1e-8)  # the largest return uses all the leverage


@pytest.mark.parametrize("name", names("02c_", "02d_", "02e_"))
def test_gross_exposure_of_the_split_form(name: str) -> None:
    ef = rebuilt(name)
    n = ef.ia.n // 2
    gross = LEVERAGE[name[2:].rsplit("_", 1)[0]]
    long, short = ef.solution[:, :n], ef.solution[:, n : 2 * n]
    np.testing.assert_allclose(long.sum(axis=1) + short.sum(axis=1), gross, rtol=0, atol=1e-8)
    np.testing.assert_allclose(long.sum(axis=1) - short.sum(axis=1), 1.0, rtol=0, atol=1e-8)
    assert long.min() >= -1e-9 and long.max() <= 0.8 + 1e-9
    assert short.min() >= -1e-9 and short.max() <= 0.5 + 1e-9


@pytest.mark.parametrize("name", names("02d_"))
def test_without_binaries_leverage_is_not_used_up_at_low_risk(name: str) -> None:
    """The published study's point: long and short overlap, so the net portfolio has less than 200/100."""
    leverage = np.abs(net(rebuilt(name))).sum(axis=1)
    assert leverage[0] < 2.6
    assert leverage[-1] == pytest.approx(3.0, abs=1e-8)


@pytest.mark.parametrize("name", names("02e_"))
def test_with_binaries_leverage_is_exact_and_no_asset_is_long_and_short(name: str) -> None:
    ef = rebuilt(name)
    n = ef.ia.n // 2
    long, short, b = np.split(ef.solution, [n, 2 * n], axis=1)
    assert np.isin(b, (0.0, 1.0)).all()
    assert np.minimum(long, short).max() <= 1e-9  # rounding of a bound at zero
    np.testing.assert_allclose(np.abs(net(ef)).sum(axis=1), 3.0, rtol=0, atol=1e-8)


@pytest.mark.parametrize("name", names("02a_"))
def test_leverage_grows_along_the_unlimited_frontier(name: str) -> None:
    """The stored corner of largest return: 80 % in the best assets against -50 % in the others."""
    ef = rebuilt(name)
    leverage = np.abs(ef.solution).sum(axis=1)
    assert leverage[-1] > leverage[0] + 2
    assert leverage[-1] == pytest.approx(np.abs(case(name).stored.net_weight[-1]).sum(), abs=1e-6)


@pytest.mark.parametrize("name", names("04a_"))
def test_minimum_investment(name: str) -> None:
    ef = rebuilt(name)
    n = ef.ia.n
    x, b = ef.solution[:, :n], ef.solution[:, n:]
    assert np.isin(b, (0.0, 1.0)).all()
    assert (x[b == 0] <= 1e-9).all()
    assert (x[b == 1] >= 0.1 - 1e-9).all()
    assert x.max() <= 0.8 + 1e-9


@pytest.mark.parametrize("name", names("04b_"))
def test_exactly_three_assets(name: str) -> None:
    ef = rebuilt(name)
    n = ef.ia.n
    x, b = ef.solution[:, :n], ef.solution[:, n:]
    assert np.isin(b, (0.0, 1.0)).all()
    assert (b.sum(axis=1) == 3).all()
    assert (x[b == 1] >= 1e-5 - 1e-9).all()
    assert np.abs(x[b == 0]).max() <= 1e-9


def test_the_published_constructions_are_the_stored_ones() -> None:
    """The studies' builders pose the very problems that R was given (columns may come in another order)."""
    from sitpy.studies import find_study

    for construction in find_study("130-30").constructions:
        assert construction.reference in CONSTRUCTIONS
        for letter in "AB":
            this = case(f"{letter}_{construction.reference}_Risk")
            base = this.ia if "02a" in this.name or "02b" in this.name else case(f"{letter}_02a_bounds_m50_80_Risk").ia
            ia, built = construction.build(base)
            np.testing.assert_array_equal(ia.cov, this.ia.cov)
            assert built.meq == this.constraints.meq
            for lower, ours in ((this.constraints.lb, built.lb), (this.constraints.ub, built.ub)):
                n = ia.n
                np.testing.assert_array_equal(ours[:n], lower[:n])
            assert columns(built) == columns(this.constraints)


def columns(constraints: sitpy.Constraints) -> list[tuple[float, ...]]:
    kinds = np.arange(constraints.b.size) < constraints.meq
    return sorted(tuple(np.r_[kind, a, b] + 0.0) for kind, a, b in zip(kinds, constraints.A.T, constraints.b))


# ------------------------------------------------------------------------------------- equally spaced risk


@pytest.mark.parametrize("measure", ["Risk", "MAD"])
@pytest.mark.parametrize("letter", ["A", "B"])
def test_equally_spaced_risk(letter: str, measure: str) -> None:
    """Rows, returns and risks of R's portopt(..., equally.spaced.risk = TRUE); 1e-7 is ten times R's accuracy here."""
    content = read_reference(f"{letter}_10_equally_spaced_risk_{measure}")
    this = case(f"{letter}_01_longonly_0_80_{measure}")
    assert content["constraints"]["ub"] == this.constraints.ub.tolist()
    outputs = content["outputs"]
    ef = sitpy.portopt(
        this.ia, this.constraints, content["nportfolios"], min_risk_fn=this.min_risk_fn, equally_spaced_risk=True
    )
    assert len(ef.return_) == outputs["n_points"]
    np.testing.assert_allclose(ef.return_, outputs["return"], rtol=0, atol=1e-7)
    np.testing.assert_allclose(ef.risk, outputs["risk"], rtol=0, atol=1e-7)
    assert ef.proven
    assert ef.certificates()["gap"].max() <= 1e-7


def test_equally_spaced_risk_halves_the_largest_step() -> None:
    """What it is for: the coarse steps at the top become finer."""
    this = case("A_01_longonly_0_80_Risk")
    finer = sitpy.portopt(this.ia, this.constraints, 50, equally_spaced_risk=True)
    assert np.diff(finer.risk).max() < 0.6 * np.diff(rebuilt(this.name).risk).max()
