"""Ledoit and Wolf's intensities against plain loops over their formulas, scikit-learn, and simulation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sitpy
from sitpy.reference import reference_ia

Array = np.ndarray


def histories() -> list[Array]:
    rng = np.random.default_rng(11)
    skewed = rng.exponential(size=(40, 5)) @ rng.normal(size=(5, 5)) / 50
    return [reference_ia("A").hist_returns, reference_ia("B").hist_returns[:36], skewed]


HISTORIES = histories()
EACH_HISTORY = pytest.mark.parametrize("hist", HISTORIES, ids=["A", "B", "skewed"])


def average(values: Any) -> float:
    return float(sum(values) / len(values))


class Loops:
    """The sums of Ledoit and Wolf, one number at a time, from the definitions of the asymptotic covariances."""

    def __init__(self, hist: Array) -> None:
        self.T, self.n = hist.shape
        self.x = [[float(hist[t, i] - hist[:, i].mean()) for i in range(self.n)] for t in range(self.T)]
        self.market = [average(row) for row in self.x]
        self.assets = range(self.n)

    def product(self, i: int, j: int) -> list[float]:
        """``x_i x_j`` of each period; asset -1 is the market."""
        pick = [[*row, index] for row, index in zip(self.x, self.market)]
        return [row[i] * row[j] for row in pick]

    def s(self, i: int, j: int) -> float:
        return average(self.product(i, j))

    def asy(self, i: int, j: int, k: int, m: int) -> float:
        """AsyCov(s_ij, s_km)."""
        first, second = self.s(i, j), self.s(k, m)
        return average([(a - first) * (b - second) for a, b in zip(self.product(i, j), self.product(k, m))])

    def p(self) -> float:
        return sum(self.asy(i, j, i, j) for i in self.assets for j in self.assets)

    def variances(self) -> float:
        return sum(self.asy(i, i, i, i) for i in self.assets)

    def constant_correlation(self) -> float:
        """Ledoit and Wolf (2004), appendix B, estimate of rho."""
        pairs = [(i, j) for i in self.assets for j in self.assets if i != j]
        mean = average([self.s(i, j) / np.sqrt(self.s(i, i) * self.s(j, j)) for i, j in pairs])
        total = 0.0
        for i, j in pairs:
            ratio = np.sqrt(self.s(j, j) / self.s(i, i))
            total += mean / 2 * (ratio * self.asy(i, i, i, j) + self.asy(j, j, i, j) / ratio)
        return self.variances() + total

    def single_index(self) -> float:
        """Ledoit and Wolf (2003), lemma 2: the derivative of ``s_i0 s_j0 / s_00`` times AsyCov with s_ij."""
        total, s00 = self.variances(), self.s(-1, -1)
        for i in self.assets:
            for j in self.assets:
                if i != j:
                    si, sj = self.s(i, -1), self.s(j, -1)
                    total += sj / s00 * self.asy(i, -1, i, j) + si / s00 * self.asy(j, -1, i, j)
                    total -= si * sj / s00**2 * self.asy(-1, -1, i, j)
        return total

    def two_parameters(self) -> float:
        """AsyCov of the mean variance (the mean covariance) with every variance (covariance)."""
        total = sum(self.asy(k, k, i, i) for i in self.assets for k in self.assets) / self.n
        pairs = [(i, j) for i in self.assets for j in self.assets if i != j]
        return total + sum(self.asy(*one, *other) for one in pairs for other in pairs) / len(pairs)


R_OF = {
    (sitpy.cov_diag, 0): Loops.variances,
    (sitpy.cov_diag, 2): Loops.variances,
    (sitpy.cov_const_cor, 1): Loops.constant_correlation,
    (sitpy.cov_const_cor, 2): Loops.constant_correlation,
    (sitpy.cov_market, 1): Loops.constant_correlation,
    (sitpy.cov_market, 2): Loops.single_index,
    (sitpy.cov_2param, 2): Loops.two_parameters,
}


@pytest.mark.parametrize("hist", [history[:, :4] for history in HISTORIES], ids=["A", "B", "skewed"])
@pytest.mark.parametrize(("target", "method"), R_OF, ids=lambda value: getattr(value, "__name__", str(value)))
def test_intensity_is_that_of_plain_loops(hist: Array, target: Any, method: Any) -> None:
    """The same sums one number at a time: 1e-9 allows for cancellation in the products of small numbers."""
    loops = Loops(hist)
    answer = sitpy.cov_shrink(hist, target, roff_method=method)
    F, S = target(hist), sitpy.cov_sample(hist)
    assert answer.p == pytest.approx(loops.p(), rel=1e-9)
    assert answer.r == pytest.approx(R_OF[target, method](loops), rel=1e-9, abs=1e-9 * loops.p())
    assert answer.c == pytest.approx(sum((F[i, j] - S[i, j]) ** 2 for i in range(4) for j in range(4)), rel=1e-9)
    weight = max(0.0, min(1.0, (loops.p() - R_OF[target, method](loops)) / answer.c / loops.T))
    assert answer.shrinkage == pytest.approx(weight, rel=1e-9, abs=1e-9)
    np.testing.assert_allclose(answer.sigma, weight * F + (1 - weight) * S, rtol=0, atol=1e-9 * S.max())


@EACH_HISTORY
def test_a_fixed_scaled_identity_gives_the_intensity_of_scikit_learn(hist: Array) -> None:
    """scikit-learn shrinks to mean variance times the identity and calls it free of noise: our r of a matrix."""
    covariance = pytest.importorskip("sklearn.covariance")
    peer = covariance.LedoitWolf().fit(hist)
    identity = np.trace(sitpy.cov_sample(hist)) / hist.shape[1] * np.eye(hist.shape[1])
    answer = sitpy.cov_shrink(hist, identity, roff_method=2)
    assert answer.r == 0
    assert answer.shrinkage == pytest.approx(peer.shrinkage_, rel=1e-9)
    np.testing.assert_allclose(answer.sigma, peer.covariance_, rtol=0, atol=1e-9 * np.abs(hist).max() ** 2)


@EACH_HISTORY
def test_a_fixed_scaled_identity_gives_the_published_intensity(hist: Array) -> None:
    """Ledoit and Wolf (2004), well-conditioned estimator: min(b2, d2)/d2, b2 = mean ||x x' - S||^2 / T, norms over n."""
    x = hist - hist.mean(axis=0)
    S = sitpy.cov_sample(hist)
    target = np.trace(S) / len(S) * np.eye(len(S))
    d2 = ((S - target) ** 2).sum()
    b2 = sum(((np.outer(row, row) - S) ** 2).sum() for row in x) / len(x) ** 2
    answer = sitpy.cov_shrink(hist, target, roff_method=2)
    assert answer.shrinkage == pytest.approx(min(b2, d2) / d2, rel=1e-9)


@EACH_HISTORY
def test_ready_estimators_are_cov_shrink_with_their_target(hist: Array) -> None:
    for factory, target, method in (
        (sitpy.shrink_diag, sitpy.cov_diag, 0),
        (sitpy.shrink_const_cor, sitpy.cov_const_cor, 1),
        (sitpy.shrink_single_index, sitpy.cov_market, 1),
        (sitpy.shrink_two_parameter, sitpy.cov_2param, 1),
    ):
        np.testing.assert_array_equal(factory()(hist, hist), sitpy.cov_shrink(hist, target, None, method).sigma)
    for factory, target in (
        (sitpy.shrink_single_index, sitpy.cov_market),
        (sitpy.shrink_two_parameter, sitpy.cov_2param),
    ):
        own = factory(roff_method=2)(hist)
        np.testing.assert_array_equal(own, sitpy.cov_shrink(hist, target, roff_method=2).sigma)
    np.testing.assert_array_equal(sitpy.ledoit_wolf_shrinkage(hist), sitpy.cov_shrink(hist).sigma)
    np.testing.assert_array_equal(sitpy.ledoit_wolf_shrinkage(hist), sitpy.shrink_const_cor()(hist))


def test_the_sums_tend_to_those_of_the_normal_distribution() -> None:
    """For normal returns AsyCov(s_ij, s_km) = s_ik s_jm + s_im s_jk exactly, so p and r are known.

    200 000 periods leave an error of about 1 % (the standard error of fourth moments); tawny's p loses every s_ij^2,
    a third of it here, and nearly all of r.
    """
    rng = np.random.default_rng(5)
    root = rng.normal(size=(4, 4)) + 1.0
    S = root @ root.T + np.diag([1.0, 2.0, 3.0, 4.0])
    v, off = np.diag(S), ~np.eye(4, dtype=bool)
    p = float((np.outer(v, v) + S**2).sum())
    mean = float((S / np.sqrt(np.outer(v, v)))[off].mean())
    theta = 2 * v[:, None] * S  # AsyCov(s_ii, s_ij)
    half = np.sqrt(v[None, :] / v[:, None]) * theta
    r = float((2 * v**2).sum() + mean / 2 * (half + half.T)[off].sum())
    hist = rng.multivariate_normal(np.zeros(4), S, 200_000)
    ours = sitpy.cov_shrink(hist, sitpy.cov_const_cor)
    assert ours.p == pytest.approx(p, rel=0.02)
    assert ours.r == pytest.approx(r, rel=0.02)
    tawny = sitpy.cov_shrink(hist, sitpy.cov_const_cor, tawny=True)
    assert tawny.p == pytest.approx(float(np.outer(v, v).sum()), rel=0.02)
    assert tawny.p is not None and tawny.p < 0.7 * p
    assert tawny.r is not None and tawny.r < 0.1 * r


def test_two_assets_are_their_own_target() -> None:
    """The average of one correlation is that correlation: target and sample agree, whatever the intensity."""
    hist = HISTORIES[0][:, :2]
    answer = sitpy.cov_shrink(hist, sitpy.cov_const_cor)
    assert answer.shrinkage == 0
    np.testing.assert_allclose(answer.sigma, sitpy.cov_sample(hist), rtol=1e-12)
