"""Groups that correlations suggest: a tree, k-means in a plane, a threshold.

Group numbers count from 1 in the order in which the groups first appear, so another order of the assets changes no more
than the numbers (where several groupings are equally good, it may decide between them).
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pandas as pd

from sitpy.arguments import real
from sitpy.inputs import InputAssumptions, checked_assumptions
from sitpy.portfolios.factories import makes_group_function
from sitpy.portfolios.groups import GroupFunction, empty_group
from sitpy.portfolios.sampling import generator
from sitpy.solvers.regression import find_maximum_distance_point

Array = np.ndarray

_STARTS, _SWEEPS = 100, 100  # as SIT calls R's kmeans: nstart, iter.max
_ROOM = 2_000_000  # numbers that the starts may hold at once: large problems get fewer starts, 10 at least


def cluster_group_hclust(ia: InputAssumptions) -> Array:
    """Groups from a tree of the dissimilarities ``1 - correlation``, by Ward's rule.

    The tree is cut a third of the way from its lowest to its highest merge. R's ``hclust(method = "ward")`` (its
    "ward.D") works on the dissimilarities themselves, scipy's on their squares; given the square roots, scipy builds R's
    tree, with the square roots of R's heights. Two assets are always one group.

    Parameters, return value and errors as in :func:`empty_group`.

    Examples
    --------
    >>> import sitpy
    >>> sitpy.cluster_group_hclust(sitpy.aa_test_create_ia_rebal()).tolist()
    [1, 1, 1, 1, 2, 3, 4, 4, 5]

    References
    ----------
    SIT, ``cluster.group.hclust``; R's ``hclust``; Ward (1963), "Hierarchical grouping to optimize an objective function".
    """
    if checked_assumptions(ia).n == 1:
        return empty_group(ia)
    from scipy.cluster.hierarchy import fcluster

    tree = ward_tree(_dissimilarity(ia))
    low, high = tree[0, 2], tree[-1, 2]
    return _numbered(fcluster(tree, low + (high - low) / 3, "distance"))


def ward_tree(dissimilarity: Array) -> Array:
    """R's ``hclust(dissimilarity, method = "ward.D")`` as a linkage (n - 1 merges x 4) with R's heights."""
    from scipy.cluster.hierarchy import ward
    from scipy.spatial.distance import squareform

    tree = ward(squareform(np.sqrt(dissimilarity), checks=False))
    tree[:, 2] **= 2
    return np.asarray(tree)


def cluster_group_kmeans_90(ia: InputAssumptions, *, seed: int = 0) -> Array:
    """k-means groups: as few as explain more than 90 % of the spread between assets.

    Assets are points of a plane, placed by classical scaling of the dissimilarities ``1 - correlation``; a grouping
    explains 1 less the share of the sum of squares that stays within groups. From 2 up to two thirds as many groups as
    assets are tried; the last is taken if none explains enough. One or two assets are one group, and so are assets that
    all correlate perfectly.

    Parameters
    ----------
    ia : InputAssumptions
        n assets.
    seed : int
        Of the random starts, the best of 100 being taken. Points are sorted before, so the order of assets has no part.

    Returns
    -------
    array of int (n assets)
        Group numbers from 1, in the order in which groups first appear.

    Raises
    ------
    InputError
        The assumptions have no correlation.

    Examples
    --------
    >>> import sitpy
    >>> sitpy.cluster_group_kmeans_90(sitpy.aa_test_create_ia_rebal()).tolist()
    [1, 1, 1, 2, 2, 3, 4, 4, 5]

    References
    ----------
    SIT, ``cluster.group.kmeans.90``.
    """
    labels = np.zeros(checked_assumptions(ia).n)
    for partition, explained in _partitions(ia, seed):
        labels = partition
        if explained > 0.9:
            break
    return _numbered(labels)


def cluster_group_kmeans_elbow(ia: InputAssumptions, *, seed: int = 0) -> Array:
    """k-means groups, as many as the bend in the curve of explained spread says.

    The curve over the number of groups is as in :func:`cluster_group_kmeans_90`; its bend is the point farthest from
    the straight line between its ends.

    Parameters, return value and errors as in :func:`cluster_group_kmeans_90`.

    Examples
    --------
    >>> import sitpy
    >>> sitpy.cluster_group_kmeans_elbow(sitpy.aa_test_create_ia_rebal()).tolist()
    [1, 1, 1, 1, 1, 2, 3, 3, 2]

    References
    ----------
    SIT, ``cluster.group.kmeans.elbow``.
    """
    partitions = list(_partitions(checked_assumptions(ia), seed))
    if len(partitions) < 2:
        return _numbered(partitions[0][0] if partitions else np.zeros(ia.n))
    return _numbered(partitions[find_maximum_distance_point([explained for _, explained in partitions])][0])


@makes_group_function
def cluster_group_FTCA(threshold: float = 0.5) -> GroupFunction:
    """Groups by David Varadi's fast threshold clustering (a factory).

    As long as assets are left, the one with the highest average correlation to the others left and the one with the
    lowest are looked at. If these two correlate by more than the threshold, they open one group, and every asset left
    whose average correlation to the two exceeds it joins. Otherwise each opens a group of its own, first the highest,
    and the assets left that correlate with it by more than the threshold join.

    Parameters
    ----------
    threshold : float
        From -1 up to, but not, 1.

    Returns
    -------
    callable ``ia -> array of int (n assets)``
        Group numbers from 1, in the order in which groups first appear.

    Raises
    ------
    InputError
        A threshold outside that range.

    Examples
    --------
    >>> import sitpy
    >>> sitpy.cluster_group_FTCA(0.5)(sitpy.aa_test_create_ia_rebal()).tolist()
    [1, 1, 1, 1, 2, 3, 4, 4, 5]

    References
    ----------
    SIT, ``cluster.group.FTCA``; Varadi (2013), "Fast Threshold Clustering Algorithm (FTCA)", CSS Analytics,
    26 November 2013.
    """
    remedy = "give a correlation from -1 up to, but not, 1"
    threshold = real("threshold", threshold, remedy, lambda correlation: -1 <= correlation < 1)

    def groups(ia: InputAssumptions) -> Array:
        correlation = checked_assumptions(ia).correlation
        group, left = np.zeros(ia.n, dtype=int), np.arange(ia.n)
        while left.size:
            average = correlation[np.ix_(left, left)].mean(axis=1)  # each with itself too: the same 1 for all
            high, low = left[average.argmax()], left[average.argmin()]
            together = correlation[high, low] > threshold
            for founders in [[high, low]] if together else [[high], [low]]:
                joins = correlation[np.ix_(left, founders)].mean(axis=1) > threshold
                group[left[joins]] = group.max() + 1
                left = left[~joins]
        return _numbered(group)

    return groups


def _numbered(labels: Array) -> Array:
    """Labels as numbers from 1, in the order in which they first appear."""
    return np.asarray(pd.factorize(labels)[0] + 1)


def _partitions(ia: InputAssumptions, seed: int) -> Iterator[tuple[Array, float]]:
    """The best k-means grouping and the share of the spread that it explains, for 2, 3, ... groups; none if no spread."""
    points = _plane(_dissimilarity(ia))
    order = np.lexsort(points.round(9).T)
    points = points[order]
    total = float(((points - points.mean(axis=0)) ** 2).sum())
    distinct = len(np.unique(points.round(9), axis=0))
    most = min(math.ceil(2 * ia.n / 3), distinct) if ia.n > 2 and distinct > 1 else 1
    rng = generator(seed)
    for k in range(2, most + 1):
        labels, within = _kmeans(points, k, rng)
        yield labels[order.argsort()], 1 - within / total


def _plane(distance: Array) -> Array:
    """Classical scaling (R's ``cmdscale``): points of a plane (n x 2) about as far apart as ``distance`` says."""
    squares = distance**2
    centred = -(squares - squares.mean(axis=0) - squares.mean(axis=1)[:, None] + squares.mean()) / 2
    sizes, axes = np.linalg.eigh(centred)
    points = axes[:, :-3:-1] * np.sqrt(np.maximum(sizes[:-3:-1], 0.0))
    return np.asarray(points * np.where((points**3).sum(axis=0) < 0, -1.0, 1.0))  # the sign of an axis is arbitrary


def _kmeans(points: Array, k: int, rng: np.random.Generator) -> tuple[Array, float]:
    """Labels and sum of squares within groups: the best of many starts, which run side by side (scipy's has no such)."""
    centres = _spread_starts(points, k, rng)
    for _ in range(_SWEEPS):
        # squared distances (starts x n x k) but for the point's own square, which has no part in what is nearest
        apart = (centres**2).sum(axis=2)[:, None] - 2 * points @ centres.transpose(0, 2, 1)
        member = np.eye(k)[apart.argmin(axis=2)]
        count = member.sum(axis=1)[:, :, None]
        moved = np.where(count > 0, member.transpose(0, 2, 1) @ points / np.maximum(count, 1), centres)
        if np.array_equal(moved, centres):
            break
        centres = moved
    best = int(apart.min(axis=2).sum(axis=1).argmin())
    labels = apart[best].argmin(axis=1)
    return np.asarray(labels), float(((points - centres[best, labels]) ** 2).sum())


def _spread_starts(points: Array, k: int, rng: np.random.Generator) -> Array:
    """Centres (starts x k x 2) drawn one by one, with a chance in proportion to the squared distance to those before."""
    starts = min(_STARTS, max(10, _ROOM // (len(points) * k)))
    chosen = rng.integers(len(points), size=starts)
    centres = [points[chosen]]
    nearest = ((points - points[chosen][:, None]) ** 2).sum(axis=2)
    for _ in range(k - 1):
        with np.errstate(divide="ignore"):
            chosen = (np.log(nearest) + rng.gumbel(size=nearest.shape)).argmax(axis=1)
        centres.append(points[chosen])
        nearest = np.minimum(nearest, ((points - points[chosen][:, None]) ** 2).sum(axis=2))
    return np.stack(centres, axis=1)


def _dissimilarity(ia: InputAssumptions) -> Array:
    return np.asarray(np.maximum(1 - ia.correlation, 0.0))
