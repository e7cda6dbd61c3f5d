"""Hierarchical risk parity and R's order of leaves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.cluster.hierarchy import linkage

import sitpy
from sitpy.portfolios.hierarchical import r_leaf_order, r_merge

Array = np.ndarray


def random_ia(seed: int, n: int) -> sitpy.InputAssumptions:
    rng = np.random.default_rng(seed)
    scale = rng.uniform(0.05, 0.4, n)
    cov = np.cov(rng.normal(size=(n + 5, n)) @ rng.normal(size=(n, n)), rowvar=False).reshape(n, n)
    return sitpy.InputAssumptions(cov=cov * np.outer(scale, scale))


# ------------------------------------------------------------------------------------------------- R's convention


def test_a_tree_by_hand() -> None:
    """Points 10, 0, 3, 11, 1.5 on a line: 1 and 4 join first, then 2 and 5, then 3 joins these, then both groups.

    R writes two single observations by number, a single one before a cluster, and an older cluster before a younger one.
    """
    tree = linkage(np.array([[10.0], [0.0], [3.0], [11.0], [1.4]]), "single")
    assert r_merge(tree).tolist() == [[-1, -4], [-2, -5], [-3, 2], [1, 3]]
    assert r_leaf_order(tree).tolist() == [0, 3, 2, 1, 4]


@given(seed=st.integers(0, 10**6), n=st.integers(2, 30), method=st.sampled_from(["single", "ward", "complete"]))
@settings(max_examples=40)
def test_rules_of_merge_and_order(seed: int, n: int, method: str) -> None:
    """Those that ?hclust states: every observation and cluster is merged once, and each cluster's leaves stand together."""
    tree = linkage(np.random.default_rng(seed).normal(size=(n, 3)), method)
    merge, order = r_merge(tree), r_leaf_order(tree).tolist()
    assert sorted(order) == list(range(n))
    assert sorted(merge.ravel()) == [*range(-n, 0), *range(1, n - 1)]
    members: list[set[int]] = []
    for first, second in merge:
        assert second > 0 or first > second  # a cluster is never first beside a single; -1 comes before -2
        assert first < 0 or first < second
        left, right = ({-int(k) - 1} if k < 0 else members[k - 1] for k in (first, second))
        members.append(left | right)
        places = [sorted(order.index(leaf) for leaf in part) for part in (left, right)]
        assert places[0][-1] + 1 == places[1][0]  # the first part stands just left of the second
        assert len(left | right) == places[1][-1] - places[0][0] + 1


@pytest.mark.parametrize("bad", [np.zeros((2, 3)), np.zeros(4)])
def test_what_is_no_linkage_is_refused(bad: Array) -> None:
    for function in (r_merge, r_leaf_order):
        with pytest.raises(sitpy.InputError, match=r"linkage has shape .*; expected merges x 4"):
            function(bad)


# ---------------------------------------------------------------------------------------------------- the weights


def recursive(order: list[int], cov: Array) -> dict[int, float]:
    """Shares within a group by recursion: another way to write the bisection."""

    def variance(group: list[int]) -> float:
        inverse = np.array([1 / cov[i, i] for i in group])
        inverse /= inverse.sum()
        return sum(a * b * cov[i, j] for a, i in zip(inverse, group) for b, j in zip(inverse, group))

    if len(order) == 1:
        return {order[0]: 1.0}
    left, right = order[: len(order) // 2], order[len(order) // 2 :]
    share = 1 - variance(left) / (variance(left) + variance(right))
    return {i: share * w for i, w in recursive(left, cov).items()} | {
        i: (1 - share) * w for i, w in recursive(right, cov).items()
    }


@given(seed=st.integers(0, 10**6), n=st.integers(1, 20))
@settings(max_examples=40)
def test_weights_are_those_of_the_recursion(seed: int, n: int) -> None:
    ia = random_ia(seed, n)
    rows = ia.correlation
    order = r_leaf_order(linkage(rows, "single")).tolist() if n > 1 else [0]
    expected = recursive(order, ia.cov)
    x = sitpy.hierarchical_risk_parity(ia)
    np.testing.assert_allclose(x, [expected[i] for i in range(n)], rtol=1e-12)
    assert x.sum() == pytest.approx(1, abs=1e-14)
    assert (x > 0).all()


def test_the_distance_is_between_rows_of_the_correlation_matrix() -> None:
    """Assets 1 and 2 have the largest correlation, but 1 and 3 the nearest rows (squared distances 0.92 and 0.70).

    Then 4 joins 1 and 3 (0.88), then 2 (0.92): from left to right 2, 4, 1, 3.
    """
    correlation = [[1, 0.5, 0.45, 0.4], [0.5, 1, 0.2, -0.2], [0.45, 0.2, 1, 0.4], [0.4, -0.2, 0.4, 1]]
    ia = sitpy.InputAssumptions(risk=[0.1, 0.2, 0.3, 0.4], correlation=correlation)
    expected = recursive([1, 3, 0, 2], ia.cov)
    np.testing.assert_allclose(sitpy.hierarchical_risk_parity(ia), [expected[i] for i in range(4)], rtol=1e-12)


def test_uncorrelated_assets_have_inverse_variances_in_equal_halves() -> None:
    """Four uncorrelated assets: each half's variance is 1/(sum of inverse variances), so the result is inverse variance."""
    ia = sitpy.InputAssumptions(risk=[0.1, 0.2, 0.3, 0.4], correlation=np.eye(4))
    np.testing.assert_allclose(sitpy.hierarchical_risk_parity(ia), sitpy.inverse_variance_portfolio(ia), rtol=1e-12)


def test_riskless_assets_and_the_scale() -> None:
    ia = random_ia(2, 6)
    cov = np.zeros((7, 7))
    keep = [0, 1, 2, 4, 5, 6]
    cov[np.ix_(keep, keep)] = 1e-8 * ia.cov
    x = sitpy.hierarchical_risk_parity(sitpy.InputAssumptions(cov=cov), sitpy.create_basic_constraints(7))
    assert x[3] == 0
    np.testing.assert_allclose(x[keep], sitpy.hierarchical_risk_parity(ia), rtol=1e-11)


def test_nothing_to_weigh_is_refused() -> None:
    with pytest.raises(sitpy.InputError, match="no asset has a risk above 0"):
        sitpy.hierarchical_risk_parity(sitpy.InputAssumptions(cov=np.zeros((2, 2))))
