"""Properties of the covariance estimators: labels, order, scale, special cases, factor models, and what is refused."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import sitpy
from sitpy.reference import reference_ia

Array = np.ndarray

ESTIMATORS: dict[str, Callable[..., Any]] = {
    name: getattr(sitpy, name)
    for name in (
        "sample_shrinkage",
        "sample_anchored_shrinkage",
        "sample_mix_shrinkage",
        "exp_sample_shrinkage",
        "diagonal_shrinkage",
        "average_shrinkage",
        "min_shrinkage",
        "max_shrinkage",
        "ledoit_wolf_shrinkage",
        "factor_model_shrinkage",
        "cov_sample",
        "cov_diag",
        "cov_const_cor",
        "cov_market",
        "cov_2param",
    )
} | {
    "shrink_diag": sitpy.shrink_diag(),
    "shrink_const_cor": sitpy.shrink_const_cor(),
    "shrink_single_index": sitpy.shrink_single_index(roff_method=2),
    "shrink_two_parameter": sitpy.shrink_two_parameter(0.4),
    "create_cov_matrix": lambda hist, hist_all=None: sitpy.create_cov_matrix(0.3, hist),
}
EACH = pytest.mark.parametrize("name", ESTIMATORS)


@pytest.fixture(scope="module")
def hist() -> Array:
    return reference_ia("B").hist_returns[:30]


@EACH
def test_labels_survive_and_nothing_is_changed(name: str, hist: Array) -> None:
    frame = pd.DataFrame(hist.copy(), columns=[f"fund {i}" for i in range(8)])
    before = frame.copy()
    cov = ESTIMATORS[name](frame, frame)
    assert list(cov.index) == list(cov.columns) == list(frame.columns)
    pd.testing.assert_frame_equal(frame, before)
    plain = ESTIMATORS[name](hist, hist)
    assert isinstance(plain, np.ndarray)
    np.testing.assert_array_equal(cov.to_numpy(), plain)
    np.testing.assert_array_equal(ESTIMATORS[name](hist.tolist()), plain)
    sitpy.InputAssumptions(cov=cov, expected_return=np.zeros(8))


@EACH
def test_order_and_scale(name: str, hist: Array) -> None:
    """Assets in another order, and all returns in percent: the same matrix rearranged and times 10 000."""
    cov, order = ESTIMATORS[name](hist), np.random.default_rng(3).permutation(8)
    np.testing.assert_allclose(ESTIMATORS[name](hist[:, order]), cov[np.ix_(order, order)], rtol=1e-10, atol=1e-16)
    np.testing.assert_allclose(ESTIMATORS[name](100 * hist), 1e4 * cov, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(ESTIMATORS[name](hist + 0.25), cov, rtol=1e-9, atol=1e-15)  # means do not matter
    np.testing.assert_array_equal(cov, cov.T)


KEEP_VARIANCES = [name for name in ESTIMATORS if not name.startswith(("exp_", "cov_2", "shrink_two"))]


@pytest.mark.parametrize("name", KEEP_VARIANCES)
def test_variances_stay_those_of_the_sample(name: str, hist: Array) -> None:
    """Divisor T in Ledoit and Wolf's family, T - 1 in the others."""
    ddof = 0 if name.startswith(("cov_", "shrink_", "ledoit")) else 1
    np.testing.assert_allclose(np.diag(ESTIMATORS[name](hist)), hist.var(axis=0, ddof=ddof), rtol=1e-12)


@EACH
def test_one_asset_is_its_variance(name: str, hist: Array) -> None:
    cov = ESTIMATORS[name](hist[:, :1])
    assert cov.shape == (1, 1)
    if not name.startswith("exp_"):
        ddof = 0 if name.startswith(("cov_", "shrink_", "ledoit")) else 1
        assert cov[0, 0] == pytest.approx(hist[:, 0].var(ddof=ddof), rel=1e-12)


@pytest.mark.parametrize(
    "name", ["ledoit_wolf_shrinkage", "factor_model_shrinkage", "shrink_diag", "shrink_const_cor", "average_shrinkage"]
)
def test_definite_with_fewer_periods_than_assets(name: str, hist: Array) -> None:
    """6 months of 8 assets: the sample has rank 5, these estimates have full rank."""
    window = hist[:6]
    assert np.linalg.matrix_rank(sitpy.sample_shrinkage(window)) == 5
    eigenvalues = np.linalg.eigvalsh(ESTIMATORS[name](window))
    assert eigenvalues[0] > 1e-4 * eigenvalues[-1]


def test_smallest_and_largest_correlation(hist: Array) -> None:
    """max and min over all pairs by a plain loop, also when all are negative."""
    falling = np.column_stack([hist[:, 0], -hist[:, 1]])
    for window in (hist, falling):
        n = window.shape[1]
        pairs = [np.corrcoef(window[:, i], window[:, j])[0, 1] for i in range(n) for j in range(i)]
        for name, value in (("min", min(pairs)), ("max", max(pairs)), ("average", sum(pairs) / len(pairs))):
            ours = ESTIMATORS[f"{name}_shrinkage"](window)
            np.testing.assert_allclose(ours, sitpy.create_cov_matrix(value, window), rtol=1e-10)
    assert max(pairs) < 0


def test_exponential_weights(hist: Array) -> None:
    """Equal weights are the sample; pandas' bias-corrected exponential covariance is the same estimate."""
    np.testing.assert_allclose(sitpy.exp_sample_shrinkage(hist, lam=1), sitpy.sample_shrinkage(hist), rtol=1e-12)
    peer = pd.DataFrame(hist).ewm(com=9).cov().loc[29].to_numpy()  # alpha = 1/(1 + com) = 0.1
    np.testing.assert_allclose(sitpy.exp_sample_shrinkage(hist), peer, rtol=1e-10, atol=1e-18)


def test_mix_is_between_window_and_whole(hist: Array) -> None:
    window, whole = hist[10:], hist
    np.testing.assert_allclose(sitpy.sample_anchored_shrinkage(window, whole), np.cov(hist.T), rtol=1e-12)
    half = (np.cov(window.T) + np.cov(whole.T)) / 2
    np.testing.assert_allclose(sitpy.sample_mix_shrinkage(window, whole), half, rtol=1e-12)
    np.testing.assert_array_equal(sitpy.sample_mix_shrinkage(window), sitpy.sample_shrinkage(window))


def test_a_given_weight_mixes_target_and_sample(hist: Array) -> None:
    target = np.diag(np.full(8, 0.01))
    answer = sitpy.cov_shrink(hist, target, 0.25)
    np.testing.assert_allclose(answer.sigma, 0.25 * target + 0.75 * sitpy.cov_sample(hist), rtol=1e-14)
    assert (answer.shrinkage, answer.p, answer.r, answer.c) == (0.25, None, None, None)
    for weight, end in ((0, sitpy.cov_sample), (1, sitpy.cov_market)):
        np.testing.assert_array_equal(sitpy.shrink_single_index(weight)(hist), end(hist))
    assert sitpy.cov_shrink(hist[:2], target, 0.25).sigma.shape == (8, 8)  # two periods do where nothing is estimated


def test_estimators_can_be_sent_to_other_processes(hist: Array) -> None:
    estimate = sitpy.shrink_const_cor(tawny=True)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(estimate))(hist), estimate(hist))


# ------------------------------------------------------------------------------------------------- factor model


@pytest.mark.parametrize("frac_var", [0.3, 0.5, 0.9, 1.0])
def test_factor_model_is_that_of_the_scores(frac_var: float, hist: Array) -> None:
    """By the singular value decomposition of the standardised returns: covariance of what the first components explain,
    plus the variance of what they leave of each asset."""
    risk = hist.std(axis=0, ddof=1)
    standard = (hist - hist.mean(axis=0)) / risk
    u, size, v = np.linalg.svd(standard, full_matrices=False)
    count = next(k for k in range(1, 9) if (size[:k] ** 2).sum() >= (frac_var - 1e-12) * (size**2).sum())
    common = (u[:, :count] * size[:count]) @ v[:count] * risk
    rest = hist - hist.mean(axis=0) - common
    expected = np.cov(common.T) + np.diag(rest.var(axis=0, ddof=1))
    np.testing.assert_allclose(sitpy.factor_model_shrinkage(hist, frac_var=frac_var), expected, rtol=1e-9, atol=1e-15)


def test_all_components_are_the_sample(hist: Array) -> None:
    ours = sitpy.factor_model_shrinkage(hist, frac_var=1)
    np.testing.assert_allclose(ours, sitpy.sample_shrinkage(hist), rtol=1e-10, atol=1e-16)


def test_returns_of_exact_factors_are_recovered() -> None:
    """Three factors and no specific risk: three components hold everything."""
    rng = np.random.default_rng(2)
    hist = rng.normal(size=(50, 3)) @ rng.normal(size=(3, 12))
    ours = sitpy.factor_model_shrinkage(hist, frac_var=1 - 1e-9)
    np.testing.assert_allclose(ours, sitpy.sample_shrinkage(hist), rtol=1e-9, atol=1e-9)
    assert np.linalg.matrix_rank(ours, tol=1e-6) == 3


def test_a_true_factor_model_serves_better_than_the_sample() -> None:
    """One factor and specific risk, 100 assets, 150 periods: the true variance of each estimate's minimum-variance
    portfolio, against the best possible. The sample's is about 1/(1 - n/T) = 3 times the best in theory."""
    rng = np.random.default_rng(7)
    beta, specific = rng.uniform(0.7, 1.3, 100), rng.uniform(0.3, 0.6, 100)
    truth = np.outer(beta, beta) + np.diag(specific**2)
    hist = rng.normal(size=(150, 1)) * beta + rng.normal(size=(150, 100)) * specific

    def variance(cov: Any) -> float:
        w = np.linalg.solve(cov, np.ones(100))
        w /= w.sum()
        return float(w @ truth @ w)

    best = variance(truth)
    assert variance(sitpy.factor_model_shrinkage(hist)) < 1.5 * best
    assert variance(sitpy.sample_shrinkage(hist)) > 2.5 * best


# ---------------------------------------------------------------------------------------------- what is refused


@EACH
def test_missing_values_are_named(name: str, hist: Array) -> None:
    dates = pd.date_range("2020-01-31", periods=30, freq="ME")
    frame = pd.DataFrame(hist.copy(), columns=list("ABCDEFGH"), index=dates)
    frame.iloc[4:6, 2] = np.nan
    with pytest.raises(sitpy.InputError, match=r"of 'C' has 2 missing.*first at 2020-05-31.*dropna"):
        ESTIMATORS[name](frame)
    broken = hist.copy()
    broken[3, 1] = np.inf
    with pytest.raises(
        sitpy.InputError, match=r"of 'asset 2' has 1 missing or infinite value\(s\), the first at row 3"
    ):
        ESTIMATORS[name](broken)


@EACH
def test_histories_that_are_none(name: str, hist: Array) -> None:
    for bad in (hist[:, 0], hist[None], np.zeros((5, 0))):
        with pytest.raises(sitpy.InputError, match="expected T periods x n assets"):
            ESTIMATORS[name](bad)
    with pytest.raises(sitpy.InputError, match="not a number"):
        ESTIMATORS[name]([["a", 1], ["b", 2]])
    with pytest.raises(sitpy.InputError, match=r"has 1 period\(s\); this estimate needs at least [23]"):
        ESTIMATORS[name](hist[:1])


NEED_THREE = [
    "ledoit_wolf_shrinkage",
    "factor_model_shrinkage",
    "shrink_diag",
    "shrink_const_cor",
    "shrink_single_index",
]


@pytest.mark.parametrize("name", NEED_THREE)
def test_two_periods_do_not_tell_an_intensity(name: str, hist: Array) -> None:
    with pytest.raises(sitpy.InputError, match=r"has 2 period\(s\); this estimate needs at least 3, lengthen"):
        ESTIMATORS[name](hist[:2])


NEED_CORRELATION = (
    "average_shrinkage",
    "min_shrinkage",
    "max_shrinkage",
    "ledoit_wolf_shrinkage",
    "factor_model_shrinkage",
    "cov_const_cor",
    "shrink_const_cor",
)


@EACH
def test_an_asset_that_never_moves(name: str, hist: Array) -> None:
    frame = pd.DataFrame(hist.copy(), columns=list("ABCDEFGH"))
    frame["E"] = 0.001
    if name in NEED_CORRELATION:
        with pytest.raises(sitpy.InputError, match=r"'E' never changes, so it has no correlation.*leave the asset out"):
            ESTIMATORS[name](frame)
    else:
        cov = ESTIMATORS[name](frame)
        assert np.isfinite(cov.to_numpy()).all()


def test_a_still_asset_is_named_where_only_the_intensity_needs_its_correlation(hist: Array) -> None:
    frame = pd.DataFrame(hist.copy(), columns=list("ABCDEFGH"))
    frame["E"] = 0.001
    for tawny in (False, True):
        with pytest.raises(sitpy.InputError, match="'E' never changes"):
            sitpy.shrink_single_index(tawny=tawny)(frame)


def test_a_market_that_never_moves(hist: Array) -> None:
    mirrored = np.column_stack([hist[:, 0], -hist[:, 0]])
    with pytest.raises(sitpy.InputError, match="no market to be an index of"):
        sitpy.cov_market(mirrored)


def test_other_words(hist: Array) -> None:
    with pytest.raises(sitpy.InputError, match=r"value is 1.5; a correlation lies between -1 and 1"):
        sitpy.create_cov_matrix(1.5, hist)
    with pytest.raises(sitpy.InputError, match="value is nan"):
        sitpy.create_cov_matrix(float("nan"), hist)
    for lam in (0, 1.01, float("nan")):
        with pytest.raises(sitpy.InputError, match=r"lam is .*above 0 and up to 1"):
            sitpy.exp_sample_shrinkage(hist, lam=lam)
    with pytest.raises(sitpy.InputError, match="all weight on the newest period"):
        sitpy.exp_sample_shrinkage(hist, lam=1e-12)
    for frac_var in (0, 1.5):
        with pytest.raises(sitpy.InputError, match="frac_var is"):
            sitpy.factor_model_shrinkage(hist, frac_var=frac_var)
    with pytest.raises(sitpy.InputError, match="hist_all has 7 assets but hist has 8"):
        sitpy.sample_mix_shrinkage(hist, hist[:, :7])
    with pytest.raises(sitpy.InputError, match="hist_all of 'asset 1' has 1 missing"):
        sitpy.sample_anchored_shrinkage(hist, np.vstack([np.full(8, np.nan), hist]))


def test_words_about_the_shrinkage(hist: Array) -> None:
    for factory in (sitpy.shrink_diag, sitpy.shrink_const_cor, sitpy.shrink_single_index, sitpy.shrink_two_parameter):
        with pytest.raises(sitpy.InputError, match=r"shrinkage is 1.2; give a weight of the target from 0 to 1"):
            factory(1.2)
    with pytest.raises(sitpy.InputError, match="roff_method is 3; use 0"):
        sitpy.shrink_single_index(roff_method=3)  # type: ignore[arg-type]
    with pytest.raises(sitpy.InputError, match="tawny knows no r of the target itself"):
        sitpy.shrink_two_parameter(roff_method=2, tawny=True)
    with pytest.raises(sitpy.InputError, match=r"prior has shape \(3, 3\); expected \(8, 8\)"):
        sitpy.cov_shrink(hist, np.eye(3))
    with pytest.raises(sitpy.InputError, match="prior holds a missing"):
        sitpy.cov_shrink(hist, np.full((8, 8), np.nan))
    with pytest.raises(sitpy.InputError, match=r"prior is not symmetric: .* by up to 1"):
        sitpy.cov_shrink(hist, np.triu(np.ones((8, 8))))
    with pytest.raises(sitpy.InputError, match="roff_method 2 has no formula for 'my_target'; it knows cov_diag"):
        sitpy.cov_shrink(hist, my_target, roff_method=2)
    assert 0 <= sitpy.cov_shrink(hist, my_target).shrinkage <= 1
    frame = pd.DataFrame(hist.copy(), columns=list("ABCDEFGH"))
    prior = sitpy.cov_diag(frame[list("BACDEFGH")])
    with pytest.raises(sitpy.InputError, match=r"prior is labelled B, A, C.*same order"):
        sitpy.cov_shrink(frame, prior)


def my_target(hist: Any) -> Any:
    """A user's own target."""
    return 2 * np.asarray(sitpy.cov_diag(hist))
