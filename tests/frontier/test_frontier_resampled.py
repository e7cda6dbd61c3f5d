"""Resampled frontiers: a mean over drawn histories, in plain loops, in parallel, and where it tends to."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pytest

import sitpy
from sitpy import InputError
from sitpy.inputs import InputAssumptions
from sitpy.portfolios.sampling import normal_draws
from sitpy.studies import find_study

Array = np.ndarray


@functools.cache
def assumptions() -> InputAssumptions:
    return sitpy.aa_test_create_ia_rebal()


@functools.cache
def long_only() -> sitpy.Constraints:
    return sitpy.add_constraints(np.ones(9), 1, "=", sitpy.new_constraints(9, lb=0, ub=0.8))


@functools.cache
def monthly() -> InputAssumptions:
    """Monthly assumptions of four of the simulated funds."""
    return sitpy.create_historical_ia(sitpy.data.etf8_simulated()[["SPY", "TLT", "IYR", "GLD"]], 12)


# ------------------------------------------------------------------------------------------------- what it means


@pytest.mark.parametrize("draw", ["normal", "bootstrap"])
@pytest.mark.parametrize("ia", [assumptions(), monthly()], ids=["annual", "monthly"])
def test_it_is_the_mean_of_the_frontiers_of_the_samples(ia: InputAssumptions, draw: Any) -> None:
    """The same draws in a plain loop: period moments, sample moments per year, one frontier each, the mean by rank."""
    constraints = sitpy.create_basic_constraints(ia.n, 0, 0.8)
    ef = sitpy.portopt_resampled(ia, constraints, 7, nsamples=6, sample_len=25, draw=draw, seed=11)
    factor = ia.annual_factor
    total = np.zeros((7, ia.n))
    for stream in np.random.SeedSequence(11).spawn(6):
        rng = np.random.default_rng(stream)
        if draw == "normal":
            history = normal_draws(ia.expected_return / factor, ia.cov / factor, 25, rng)
            mean = factor * history.mean(axis=0)
        else:
            history = ia.hist_returns[rng.integers(len(ia.hist_returns), size=25)]
            mean = ia.expected_return + factor * (history.mean(axis=0) - ia.hist_returns.mean(axis=0))
        sample = sitpy.InputAssumptions(expected_return=mean, cov=factor * np.cov(history.T))
        total += sitpy.portopt(sample, constraints, 7).weight
    np.testing.assert_allclose(ef.weight, total / 6, rtol=0, atol=1e-8)
    np.testing.assert_allclose(ef.return_, sitpy.portfolio_return(ef.weight, ia), rtol=1e-13)
    np.testing.assert_allclose(ef.risk, sitpy.portfolio_risk(ef.weight, ia), rtol=1e-13)


def test_the_result_is_a_frontier_without_statistics(tmp_path: Any) -> None:
    ef = sitpy.portopt_resampled(assumptions(), long_only(), 4, "Resampled", 3, seed=1)
    assert (ef.name, ef.measure, ef.statistics, ef.proven) == ("Resampled", "Risk", [], False)
    assert repr(ef).startswith("<Frontier 'Resampled': 4 points") and "proven" not in repr(ef)
    assert ef.weights.columns.tolist() == assumptions().symbols
    np.testing.assert_allclose(ef.objective, ef.risk, rtol=1e-12)
    assert len(ef.to_frame()) == 4 and ef.seconds > 0
    with pytest.raises(InputError, match="does not know the programme"):
        ef.certificates()
    again = sitpy.Frontier.from_json(ef.to_json(tmp_path / "ef.json"))
    np.testing.assert_array_equal(again.weight, ef.weight)
    np.testing.assert_array_equal(again.return_, ef.return_)


@pytest.mark.parametrize("draw", ["normal", "bootstrap"])
def test_long_histories_give_the_plain_frontier(draw: Any) -> None:
    """Drawn moments stray by 1/sqrt(sample_len): 1600 times the length brings weights 40 times as near (here: 10).

    Three assets with means apart, so that the upper end does not change from one asset to another.
    """
    rng = np.random.default_rng(1)
    returns = rng.standard_normal((50, 3)) @ [[0.05, 0.02, 0.0], [0.0, 0.1, 0.05], [0.0, 0.0, 0.2]]
    ia = sitpy.create_ia(returns - returns.mean(axis=0) + [0.02, 0.06, 0.12])
    constraints = sitpy.create_basic_constraints(3)
    plain = sitpy.portopt(ia, constraints, 6)

    def away(length: int) -> float:
        ef = sitpy.portopt_resampled(ia, constraints, 6, nsamples=5, sample_len=length, draw=draw, seed=3)
        return float(np.abs(ef.weight - plain.weight).max())

    assert away(160_000) < min(away(100) / 10, 0.01)


def test_the_curve_lies_below_the_frontier() -> None:
    """Michaud's portfolios are feasible, so at their return none has less risk than the frontier's."""
    ia = assumptions()
    ef = sitpy.portopt_resampled(ia, long_only(), 8, nsamples=10, sample_len=27, seed=4)
    best = sitpy.portopt(ia, long_only(), targets=ef.return_)
    assert (ef.risk >= best.risk - 1e-9).all()
    assert ef.risk[1:-1].max() > best.risk[1:-1].max() + 1e-4
    # and they hold more assets
    assert (ef.weight > 1e-3).sum() > (best.weight > 1e-3).sum()


# ---------------------------------------------------------------------------------------------------- constraints


@pytest.mark.parametrize("key", ["1_unlimited_leverage", "2_130-30_absolute", "3_130-30_split"])
def test_rows_and_bounds_hold_for_the_mean(key: str) -> None:
    """The constructions of the 130/30 study without 0/1 variables; auxiliary variables are averaged too."""
    study = find_study("130-30")
    build = next(item for item in study.constructions if item.key == key).build
    ia, constraints = build(assumptions())
    ef = sitpy.portopt_resampled(ia, constraints, 5, nsamples=5, seed=2)
    assert ef.weight.shape == (5, constraints.n)
    slack = ef.weight @ constraints.A - constraints.b
    assert np.abs(slack[:, : constraints.meq]).max() < 1e-7
    assert slack[:, constraints.meq :].min(initial=0.0) > -1e-7
    assert np.nanmin(ef.weight - constraints.lb, initial=0.0) > -1e-7
    assert np.nanmin(constraints.ub - ef.weight, initial=0.0) > -1e-7


def test_opposite_assets_draw_opposite_histories() -> None:
    """Long and short positions in one asset: the same mean portfolio as with weights of either sign."""
    study = find_study("130-30")
    (ia, split), (plain_ia, plain) = (
        next(item for item in study.constructions if item.key == key).build(assumptions())
        for key in ("3_130-30_split", "2_130-30_absolute")
    )
    first = sitpy.portopt_resampled(ia, split, 4, nsamples=4, seed=2).weight
    second = sitpy.portopt_resampled(plain_ia, plain, 4, nsamples=4, seed=2).weight
    # both forms say: the sum of |x| is at most 1.6, because long and short may overlap and v may exceed |x|
    np.testing.assert_allclose(first[:, :9] - first[:, 9:18], second[:, :9], atol=1e-5)


def test_an_average_of_choices_is_none() -> None:
    """At most three of nine assets: the mean of different choices holds more, of which the warning tells."""
    constraints = sitpy.add_variables(9, long_only(), lb=0, ub=1)
    constraints.binary_index = np.arange(9, 18)
    own = np.vstack([-np.eye(9), np.eye(9)])
    constraints = sitpy.add_constraints(own, 0, ">=", constraints)
    constraints = sitpy.add_constraints(np.r_[np.zeros(9), np.ones(9)], 3, "<=", constraints)
    with pytest.warns(sitpy.SitpyWarning, match="its 9 0/1 variables become fractions"):
        ef = sitpy.portopt_resampled(assumptions(), constraints, 2, nsamples=4, sample_len=10, seed=3)
    assert (ef.weight[0, :9] > 1e-6).sum() > 3
    assert ef.weight[:, 9:].sum(axis=1).max() <= 3 + 1e-9


def test_no_constraints_ask_for_the_sum_only_and_say_so_once() -> None:
    with pytest.warns(sitpy.SitpyWarning, match="portopt without constraints") as caught:
        ef = sitpy.portopt_resampled(monthly(), None, 3, nsamples=4, seed=1)
    # each sample's warning has another number in it
    assert len(caught) == 1 and str(caught[0].message).startswith("in 4 of 4 samples: ")
    np.testing.assert_allclose(ef.weight.sum(axis=1), 1, atol=1e-9)
    assert ef.constraints.names == ["sum of weights"]


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_the_same_warning_of_several_samples_is_given_once(n_jobs: int) -> None:
    def tells(ia: InputAssumptions, constraints: sitpy.Constraints) -> Array:
        import warnings

        warnings.warn("a word about this", sitpy.SitpyWarning, stacklevel=1)
        return sitpy.min_risk_portfolio(ia, constraints)

    with pytest.warns(sitpy.SitpyWarning, match="^in 3 of 3 samples: a word about this$") as caught:
        sitpy.portopt_resampled(assumptions(), long_only(), 3, nsamples=3, min_risk_fn=tells, seed=1, n_jobs=n_jobs)
    assert len(caught) == 1


# ------------------------------------------------------------------------------------------------- other measures


def test_other_measures_use_the_drawn_history() -> None:
    ef = sitpy.portopt_resampled(
        monthly(), sitpy.create_basic_constraints(4), 3, nsamples=3, min_risk_fn=sitpy.min_mad_portfolio, seed=5
    )
    assert ef.measure == "MAD"
    np.testing.assert_allclose(ef.objective, sitpy.portfolio_mad(ef.weight, monthly()), rtol=1e-12)
    risk = sitpy.portopt_resampled(monthly(), sitpy.create_basic_constraints(4), 3, nsamples=3, seed=5)
    assert np.abs(ef.weight - risk.weight).max() > 1e-4


# ------------------------------------------------------------------------------------------- seeds and processes


def test_processes_make_no_difference_to_any_digit() -> None:
    seen: list[tuple[int, int]] = []
    one = sitpy.portopt_resampled(assumptions(), long_only(), 5, nsamples=6, seed=7)
    two = sitpy.portopt_resampled(
        assumptions(), long_only(), 5, nsamples=6, seed=7, n_jobs=2, progress=lambda done, of: seen.append((done, of))
    )
    np.testing.assert_array_equal(one.weight, two.weight)
    assert seen == [(i, 6) for i in range(1, 7)]


def test_seeds() -> None:
    def run(seed: Any) -> Array:
        return sitpy.portopt_resampled(assumptions(), long_only(), 3, nsamples=2, seed=seed).weight

    np.testing.assert_array_equal(run(7), run(7))
    assert np.abs(run(7) - run(8)).max() > 1e-3
    assert np.abs(run(None) - run(None)).max() > 1e-6
    generator = np.random.default_rng(7)
    np.testing.assert_array_equal(run(generator), run(7))
    assert np.abs(run(generator) - run(7)).max() > 1e-3  # it has gone on


def test_more_samples_keep_the_first_ones() -> None:
    """Each sample has its own stream: the mean of four is made of the first two and two more."""
    means = [
        sitpy.portopt_resampled(monthly(), sitpy.create_basic_constraints(4), 3, nsamples=m, seed=7).weight
        for m in (1, 2)
    ]
    second = 2 * means[1] - means[0]
    np.testing.assert_allclose(second.sum(axis=1), 1, atol=1e-8)
    assert second.min() > -1e-8 and np.abs(second - means[0]).max() > 1e-3


@pytest.mark.parametrize("draw", ["normal", "bootstrap"])
def test_the_order_of_assets_has_no_part(draw: Any) -> None:
    order = [3, 8, 1, 0, 5, 7, 2, 6, 4]
    first = sitpy.portopt_resampled(assumptions(), long_only(), 4, nsamples=3, draw=draw, seed=1)
    moved = sitpy.create_ia_subset(assumptions(), order)
    again = sitpy.portopt_resampled(moved, long_only(), 4, nsamples=3, draw=draw, seed=1)
    np.testing.assert_allclose(again.weight, first.weight[:, order], atol=1e-7)


def test_the_engines_agree() -> None:
    first = sitpy.portopt_resampled(assumptions(), long_only(), 3, nsamples=2, seed=1)
    again = sitpy.portopt_resampled(assumptions(), long_only(), 3, nsamples=2, seed=1, engine="reference")
    np.testing.assert_allclose(again.weight, first.weight, atol=1e-7)


def test_inputs_are_not_changed() -> None:
    ia, constraints = assumptions().copy(), long_only().copy()
    for draw in ("normal", "bootstrap"):
        sitpy.portopt_resampled(ia, constraints, 3, nsamples=2, draw=draw, seed=1)  # type: ignore[arg-type]
    for now, before in ((ia, assumptions()), (constraints, long_only())):
        for field, value in vars(before).items():
            np.testing.assert_equal(vars(now)[field], value)


# --------------------------------------------------------------------------------------------------- what fails


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_a_sample_without_a_frontier_is_named(n_jobs: int) -> None:
    """A return of 18 % by the drawn means, which not every draw of 20 years offers."""

    def strict(ia: InputAssumptions, constraints: sitpy.Constraints) -> Array:
        return sitpy.min_risk_portfolio(
            ia, sitpy.add_constraints(ia.expected_return, 0.18, ">=", constraints, "at least 18 %")
        )

    sitpy.portopt(assumptions(), long_only(), 3, min_risk_fn=strict)
    words = r"^sample \d+ of 40 \(20 periods; longer ones stray less\): .*at least 18 %"
    with pytest.raises(sitpy.InfeasibleError, match=words) as caught:
        sitpy.portopt_resampled(
            assumptions(), long_only(), 3, nsamples=40, sample_len=20, min_risk_fn=strict, seed=1, n_jobs=n_jobs
        )
    assert caught.value.conflict is not None


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"nsamples": 0}, "nsamples is 0; give a whole number, 1 or more"),
        ({"sample_len": 1}, "sample_len is 1; give a whole number, 2 or more"),
        ({"nportfolios": 1}, "nportfolios is 1; give a whole number, 2 or more"),
        ({"nportfolios": 2.5}, r"nportfolios is 2\.5; give a whole number"),
        ({"draw": "uniform"}, "draw 'uniform' is not known; use 'normal' or 'bootstrap'"),
        ({"n_jobs": 0}, "n_jobs is 0; give a number of processes, or -1"),
        ({"n_jobs": 1.5}, r"n_jobs is 1\.5; give a number of processes"),
        ({"engine": "quick"}, "engine 'quick' is not known"),
    ],
)
def test_options_out_of_range(options: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        sitpy.portopt_resampled(assumptions(), long_only(), **{"nportfolios": 3, "nsamples": 2, "seed": 1, **options})


def test_assumptions_that_cannot_be_drawn_from() -> None:
    no_history = sitpy.InputAssumptions(expected_return=[0.1, 0.05], cov=np.diag([0.04, 0.01]))
    constraints = sitpy.create_basic_constraints(2)
    sitpy.portopt_resampled(no_history, constraints, 3, nsamples=2, seed=1)  # the normal law needs none
    with pytest.raises(InputError, match="have no hist_returns"):
        sitpy.portopt_resampled(no_history, constraints, 3, nsamples=2, draw="bootstrap", seed=1)
    indefinite = sitpy.InputAssumptions(expected_return=[0.1, 0.05], cov=[[0.04, 0.05], [0.05, 0.04]])
    with pytest.raises(InputError, match=r"smallest eigenvalue is -0\.01; make_positive_definite mends it"):
        sitpy.portopt_resampled(indefinite, constraints, 3, nsamples=2, seed=1)
    with pytest.raises(InputError, match="the constraints have 2 variables but there are 9 assets"):
        sitpy.portopt_resampled(assumptions(), constraints, 3, nsamples=2, seed=1)
