"""Groups found from correlations: against plain loops, against every grouping there is, and in awkward cases."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sitpy
from sitpy import InputError
from sitpy.portfolios.clusters import _kmeans, _partitions, _plane, ward_tree

Array = np.ndarray
GroupFunction = Callable[[sitpy.InputAssumptions], Array]

FUNCTIONS: dict[str, GroupFunction] = {
    "hclust": sitpy.cluster_group_hclust,
    "kmeans_90": sitpy.cluster_group_kmeans_90,
    "kmeans_elbow": sitpy.cluster_group_kmeans_elbow,
    "FTCA": sitpy.cluster_group_FTCA(0.5),
}


def assumptions(seed: int, n: int, periods: int = 40, common: float = 0.7) -> sitpy.InputAssumptions:
    """Random returns, driven by two factors."""
    rng = np.random.default_rng(seed)
    factors = rng.standard_normal((periods, 2)) @ rng.standard_normal((2, n))
    noise = rng.standard_normal((periods, n))
    return sitpy.create_ia(pd.DataFrame(common * factors + noise, columns=[f"A{i}" for i in range(n)]))


def of_correlation(correlation: object) -> sitpy.InputAssumptions:
    matrix = np.array(correlation, dtype=float)
    return sitpy.InputAssumptions(correlation=matrix, risk=np.full(len(matrix), 0.2))


def as_sets(labels: Array) -> set[frozenset[int]]:
    return {frozenset(np.flatnonzero(labels == label).tolist()) for label in np.unique(labels)}


# ------------------------------------------------------------------------------------------------- Ward's tree


def lance_williams(dissimilarity: Array) -> list[tuple[float, frozenset[int]]]:
    """R's hclust(method = "ward.D") in plain loops: the formula of Lance and Williams on the dissimilarities as they are.

    d(k, i+j) = ((n_i + n_k) d(k,i) + (n_j + n_k) d(k,j) - n_k d(i,j)) / (n_i + n_j + n_k)
    """
    groups = [frozenset([i]) for i in range(len(dissimilarity))]
    apart = {frozenset([a, b]): float(dissimilarity[min(a), min(b)]) for a, b in itertools.combinations(groups, 2)}
    merges = []
    while len(groups) > 1:
        a, b = min(itertools.combinations(groups, 2), key=lambda pair: apart[frozenset(pair)])
        height, union = apart[frozenset([a, b])], a | b
        for c in groups:
            if c not in (a, b):
                apart[frozenset([c, union])] = (
                    (len(a) + len(c)) * apart[frozenset([c, a])]
                    + (len(b) + len(c)) * apart[frozenset([c, b])]
                    - len(c) * height
                ) / (len(a) + len(b) + len(c))
        groups = [group for group in groups if group not in (a, b)] + [union]
        merges.append((height, union))
    return merges


def clusters_of(tree: Array) -> list[frozenset[int]]:
    n = len(tree) + 1
    parts = [frozenset([i]) for i in range(n)]
    for row in tree:
        parts.append(parts[int(row[0])] | parts[int(row[1])])
    return parts[n:]


@pytest.mark.parametrize(("seed", "n"), [(0, 2), (1, 3), (2, 6), (3, 12), (4, 25)])
def test_wards_tree_is_that_of_r(seed: int, n: int) -> None:
    """Heights and merges of the formula that R documents; no ties, so the tree is unique."""
    dissimilarity = 1 - assumptions(seed, n).correlation
    tree, plain = ward_tree(dissimilarity), lance_williams(dissimilarity)
    np.testing.assert_allclose(tree[:, 2], [height for height, _ in plain], rtol=1e-10)
    assert clusters_of(tree) == [union for _, union in plain]


def test_scipys_own_ward_is_another_tree() -> None:
    """Why the square root is there: scipy on the dissimilarities themselves has other heights."""
    from scipy.cluster.hierarchy import ward
    from scipy.spatial.distance import squareform

    dissimilarity = 1 - assumptions(3, 12).correlation
    other = ward(squareform(dissimilarity, checks=False))
    assert np.abs(other[:, 2] / ward_tree(dissimilarity)[:, 2] - 1).max() > 0.05


@pytest.mark.parametrize("seed", range(6))
def test_hclust_cuts_a_third_of_the_way_up(seed: int) -> None:
    ia = assumptions(seed, 9)
    merges = lance_williams(1 - ia.correlation)
    low, high = merges[0][0], merges[-1][0]
    groups = {frozenset([i]) for i in range(9)}
    for height, union in merges:
        if height <= low + (high - low) / 3:
            groups = {group for group in groups if not group <= union} | {union}
    assert as_sets(sitpy.cluster_group_hclust(ia)) == groups


# ------------------------------------------------------------------------------------------------------ k-means


def groupings(n: int, k: int) -> Iterator[Array]:
    """Every way to put n points into exactly k groups, as labels."""
    for labels in itertools.product(range(k), repeat=n):
        if len(set(labels)) == k and all(labels.index(i) < labels.index(i + 1) for i in range(k - 1)):
            yield np.array(labels)


def within(points: Array, labels: Array) -> float:
    return sum(
        float(((points[labels == label] - points[labels == label].mean(axis=0)) ** 2).sum()) for label in set(labels)
    )


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("k", [2, 3, 4])
def test_k_means_finds_the_best_of_all_groupings(seed: int, k: int) -> None:
    points = np.random.default_rng(seed).standard_normal((7, 2))
    labels, found = _kmeans(points, k, np.random.default_rng(0))
    assert found == pytest.approx(within(points, labels), rel=1e-12)
    assert found == pytest.approx(min(within(points, other) for other in groupings(7, k)), rel=1e-12)


def test_scaling_gives_planar_points_back() -> None:
    """Distances of points of a plane are met exactly."""
    points = np.random.default_rng(4).standard_normal((8, 2))
    distance = np.linalg.norm(points[:, None] - points[None], axis=2)
    placed = _plane(distance)
    np.testing.assert_allclose(np.linalg.norm(placed[:, None] - placed[None], axis=2), distance, atol=1e-12)
    np.testing.assert_allclose(placed.mean(axis=0), 0, atol=1e-12)


@pytest.mark.parametrize("seed", range(4))
def test_kmeans_90_takes_the_fewest_groups_that_explain_enough(seed: int) -> None:
    """From the definition, over every grouping of 8 assets."""
    ia = assumptions(seed, 8)
    points = _plane(1 - ia.correlation)
    total = within(points, np.zeros(8))
    for k in range(2, 7):  # two thirds of 8, rounded up
        best = min(groupings(8, k), key=lambda labels: within(points, labels))
        if 1 - within(points, best) / total > 0.9:
            break
    found = sitpy.cluster_group_kmeans_90(ia)
    assert found.max() == k
    assert as_sets(found) == as_sets(best)


@pytest.mark.parametrize("seed", range(4))
def test_kmeans_elbow_is_the_point_farthest_from_the_chord(seed: int) -> None:
    ia = assumptions(seed, 12)
    explained = np.array([share for _, share in _partitions(ia, 0)])
    assert len(explained) == 7  # 2 to 8 groups
    start, end = np.array([0.0, explained[0]]), np.array([6.0, explained[-1]])
    away = [
        abs((end - start)[0] * (share - start[1]) - (end - start)[1] * i) / np.linalg.norm(end - start)
        for i, share in enumerate(explained)
    ]
    assert sitpy.cluster_group_kmeans_elbow(ia).max() == 2 + int(np.argmax(away))


def test_more_groups_explain_more() -> None:
    explained = [share for _, share in _partitions(assumptions(9, 20), 0)]
    assert (np.diff(explained) > 0).all() and explained[0] > 0 and explained[-1] <= 1


def test_the_seed_is_an_argument_and_hardly_matters() -> None:
    ia = assumptions(1, 10)
    for name in ("kmeans_90", "kmeans_elbow"):
        first = FUNCTIONS[name](ia)
        np.testing.assert_array_equal(FUNCTIONS[name](ia), first)
        function = {"kmeans_90": sitpy.cluster_group_kmeans_90, "kmeans_elbow": sitpy.cluster_group_kmeans_elbow}[name]
        for seed in (1, 2, 3):
            np.testing.assert_array_equal(function(ia, seed=seed), first)


def test_a_large_problem_has_fewer_starts_and_still_an_answer() -> None:
    groups = sitpy.cluster_group_kmeans_90(assumptions(2, 250))
    assert groups.shape == (250,) and 2 <= groups.max() <= 167


# --------------------------------------------------------------------------------------------------------- FTCA


def threshold_clusters(correlation: Array, threshold: float) -> set[frozenset[int]]:
    """Varadi's description, sentence by sentence, on sets of numbers."""
    left, result = set(range(len(correlation))), set()
    while left:
        if len(left) == 1:
            return result | {frozenset(left)}
        averages = {i: sum(correlation[i, j] for j in left if j != i) / (len(left) - 1) for i in left}
        high, low = max(averages, key=averages.__getitem__), min(averages, key=averages.__getitem__)
        if correlation[high, low] > threshold:
            group = {i for i in left if (correlation[i, high] + correlation[i, low]) / 2 > threshold} | {high, low}
            result.add(frozenset(group))
            left -= group
        else:
            for founder in (high, low):
                group = {i for i in left if correlation[i, founder] > threshold} | {founder}
                result.add(frozenset(group))
                left -= group
    return result


@settings(max_examples=30)
@given(seed=st.integers(0, 10_000), n=st.integers(1, 12), threshold=st.sampled_from([-0.2, 0.0, 0.3, 0.5, 0.8]))
def test_ftca_follows_its_description(seed: int, n: int, threshold: float) -> None:
    ia = assumptions(seed, n)
    assert as_sets(sitpy.cluster_group_FTCA(threshold)(ia)) == threshold_clusters(ia.correlation, threshold)


def test_ftca_by_hand() -> None:
    """A and B correlate by 0.9, C and D by 0.8, all others by 0.1: average correlations 0.367 and 0.333.

    The highest (A) and lowest (C) correlate by 0.1 only, so each opens a group, and its partner joins.
    """
    correlation = np.full((4, 4), 0.1)
    correlation[0, 1] = correlation[1, 0] = 0.9
    correlation[2, 3] = correlation[3, 2] = 0.8
    np.fill_diagonal(correlation, 1)
    ia = of_correlation(correlation)
    assert sitpy.cluster_group_FTCA(0.5)(ia).tolist() == [1, 1, 2, 2]
    assert sitpy.cluster_group_FTCA(0.85)(ia).tolist() == [1, 1, 2, 3]
    assert sitpy.cluster_group_FTCA(0.05)(ia).tolist() == [1, 1, 1, 1]
    assert sitpy.cluster_group_FTCA()(ia).tolist() == [1, 1, 2, 2]


@pytest.mark.parametrize("threshold", [1, 1.5, -1.01, float("nan")])
def test_a_threshold_is_a_correlation(threshold: float) -> None:
    with pytest.raises(InputError, match=r"threshold is .*; give a correlation from -1 up to, but not, 1"):
        sitpy.cluster_group_FTCA(threshold)


# ------------------------------------------------------------------------------------------------ common to all


@pytest.mark.parametrize("name", FUNCTIONS)
@settings(max_examples=12)
@given(seed=st.integers(0, 10_000), n=st.integers(1, 12), data=st.data())
def test_another_order_of_the_assets_changes_the_numbers_only(
    name: str, seed: int, n: int, data: st.DataObject
) -> None:
    ia = assumptions(seed, n)
    order = data.draw(st.permutations(range(n)))
    groups, again = FUNCTIONS[name](ia), FUNCTIONS[name](sitpy.create_ia_subset(ia, order))
    assert {frozenset(order[i] for i in group) for group in as_sets(again)} == as_sets(groups)
    for labels in (groups, again):  # numbered from 1 by first appearance
        assert list(dict.fromkeys(labels.tolist())) == list(range(1, labels.max() + 1))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_one_asset_is_one_group(name: str) -> None:
    assert FUNCTIONS[name](of_correlation([[1]])).tolist() == [1]


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("rho", [-0.9, 0.0, 0.9])
def test_two_assets_are_one_group_unless_a_threshold_parts_them(name: str, rho: float) -> None:
    expected = [1, 2] if name == "FTCA" and rho < 0.5 else [1, 1]
    assert FUNCTIONS[name](of_correlation([[1, rho], [rho, 1]])).tolist() == expected


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("n", [3, 5])
def test_perfectly_correlated_assets_are_one_group(name: str, n: int) -> None:
    assert FUNCTIONS[name](of_correlation(np.ones((n, n)))).tolist() == [1] * n


@pytest.mark.parametrize("name", FUNCTIONS)
def test_two_bundles_of_perfectly_correlated_assets_are_two_groups(name: str) -> None:
    correlation = np.kron([[1, 0.2], [0.2, 1]], np.ones((3, 3)))
    shuffled = [0, 3, 1, 4, 2, 5]
    assert FUNCTIONS[name](of_correlation(correlation)).tolist() == [1, 1, 1, 2, 2, 2]
    assert FUNCTIONS[name](of_correlation(correlation[np.ix_(shuffled, shuffled)])).tolist() == [1, 2] * 3


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_asset_that_never_moves_stands_alone_or_with_the_unrelated(name: str) -> None:
    """It correlates with nothing: four assets that correlate by 0.95 or more do not take it in."""
    rng = np.random.default_rng(6)
    moving = rng.standard_normal((60, 1)) + 0.1 * rng.standard_normal((60, 4))
    ia = sitpy.create_ia(np.column_stack([moving, np.full(60, 0.001)]))
    groups = FUNCTIONS[name](ia)
    assert groups[:4].max() < groups[4]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_assumptions_without_correlation_are_refused(name: str) -> None:
    ia = sitpy.InputAssumptions(risk=[0.1, 0.2, 0.3])
    with pytest.raises(InputError, match="no correlation; give correlation or cov"):
        FUNCTIONS[name](ia)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_assumptions_are_not_changed(name: str) -> None:
    ia = assumptions(1, 6)
    before = ia.copy()
    FUNCTIONS[name](ia)
    np.testing.assert_array_equal(ia.correlation, before.correlation)
