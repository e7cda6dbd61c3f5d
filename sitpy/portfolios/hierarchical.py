"""Hierarchical risk parity, and the order in which R's ``hclust`` puts the leaves of a tree."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from sitpy.constraints import Constraints
from sitpy.errors import InputError
from sitpy.inputs import InputAssumptions
from sitpy.portfolios.allocation import risky_covariance, set_risky_asset

Array = np.ndarray


def r_merge(linkage: ArrayLike) -> Array:
    """The merges of a tree in R's convention.

    Parameters
    ----------
    linkage : array (n - 1 merges x 4)
        As ``scipy.cluster.hierarchy.linkage`` gives it.

    Returns
    -------
    array of int (n - 1 merges x 2)
        ``-k`` is observation k (counted from 1), ``k`` the cluster of merge k (from 1); single observations come first,
        two of them by number, two clusters by age.

    Raises
    ------
    InputError
        The shape is not that of a linkage.

    Notes
    -----
    Where distances tie, R and scipy may merge in another order; both trees are right. R takes, of the closest pairs, the
    one whose first observation comes first.
    """
    tree = np.array(linkage, dtype=float)
    if tree.ndim != 2 or tree.shape[1] != 4:
        raise InputError(
            f"linkage has shape {tree.shape}; expected merges x 4, as from scipy.cluster.hierarchy.linkage"
        )
    leaves = len(tree) + 1
    pairs = tree[:, :2].astype(int)
    merge = np.where(pairs < leaves, -pairs - 1, pairs - leaves + 1)
    both_single = np.all(merge < 0, axis=1, keepdims=True)
    return np.where(both_single, -np.sort(-merge, axis=1), np.sort(merge, axis=1))


def r_leaf_order(linkage: ArrayLike) -> Array:
    """Order of the leaves from left to right in R's drawing of a tree: each merge's first part, then its second.

    Parameters
    ----------
    linkage : array (n - 1 merges x 4)
        As ``scipy.cluster.hierarchy.linkage`` gives it.

    Returns
    -------
    array of int (n)
        0-based positions of the observations.

    Raises
    ------
    InputError
        The shape is not that of a linkage.

    Examples
    --------
    >>> from scipy.cluster.hierarchy import linkage
    >>> r_leaf_order(linkage([[0.0], [5.0], [5.5], [9.0]], "single")).tolist()
    [0, 3, 1, 2]
    """
    parts: list[list[int]] = []
    for first, second in r_merge(linkage):
        left, right = ([-k - 1] if k < 0 else parts[k - 1] for k in (int(first), int(second)))
        parts.append(left + right)
    return np.array(parts[-1] if parts else [0])


def hierarchical_risk_parity(ia: InputAssumptions, constraints: Constraints | None = None) -> Array:
    """Weights by recursive bisection of the assets, put in order by a tree of their correlations.

    The tree is single linkage on the Euclidean distance between rows of the correlation matrix; its leaves stand in R's
    order (:func:`~sitpy.portfolios.hierarchical.r_leaf_order`). Each group is cut in the middle, the first part rounded
    down, and the halves share its weight in inverse proportion to the variance of their inverse-variance portfolios.

    Parameters, return value and errors as in :func:`equal_weight_portfolio`.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> sitpy.hierarchical_risk_parity(ia).round(3).tolist()
    [0.015, 0.012, 0.009, 0.004, 0.004, 0.003, 0.025, 0.074, 0.854]

    References
    ----------
    SIT, ``hierarchical.risk.parity``; López de Prado (2016), "Building diversified portfolios that outperform out of
    sample", Journal of Portfolio Management 42.
    """
    risky, cov = risky_covariance(ia)
    correlation = ia.correlation[np.ix_(risky, risky)]
    return set_risky_asset(_bisection(_order(correlation), cov), risky)


def _order(correlation: Array) -> Array:
    from scipy.cluster.hierarchy import linkage

    return r_leaf_order(linkage(correlation, "single")) if len(correlation) > 1 else np.array([0])


def _bisection(order: Array, cov: Array) -> Array:
    weights = np.ones(order.size)
    groups = [order]
    while groups:
        halves = [(group[: group.size // 2], group[group.size // 2 :]) for group in groups if group.size > 1]
        for first, second in halves:
            variances = _group_variance(cov, first), _group_variance(cov, second)
            weights[first] *= variances[1] / sum(variances)
            weights[second] *= variances[0] / sum(variances)
        groups = [half for pair in halves for half in pair]
    return weights


def _group_variance(cov: Array, group: Array) -> float:
    """Variance of the inverse-variance portfolio of a group."""
    part = cov[np.ix_(group, group)]
    share = 1 / np.diag(part)
    share /= share.sum()
    return float(share @ part @ share)
