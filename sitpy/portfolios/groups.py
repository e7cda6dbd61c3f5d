"""Groups of assets, and weights in two steps: within the groups, then across them.

A group function takes input assumptions (n assets) and returns a label for each. Those that find the groups themselves are
in :mod:`sitpy.portfolios.clusters`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sitpy.arguments import dimensions, function, listed, shown
from sitpy.constraints import Constraints, checked_constraints, create_basic_constraints
from sitpy.errors import InputError, warn
from sitpy.inputs import InputAssumptions, create_ia_subset, given_assumptions
from sitpy.portfolios.allocation import Strategy, risky_assets, set_risky_asset
from sitpy.portfolios.factories import makes_constructor, makes_group_function
from sitpy.portfolios.problem import answered, build
from sitpy.solvers.diagnosis import describe_row

Array = np.ndarray
GroupFunction = Callable[[InputAssumptions], Array]


def empty_group(ia: InputAssumptions) -> Array:
    """All assets in one group.

    Parameters
    ----------
    ia : InputAssumptions
        n assets.

    Returns
    -------
    array of int (n assets)
        Group numbers from 1, in the order in which groups first appear.

    Raises
    ------
    InputError
        The assumptions lack what the function looks at (most look at the correlation).

    Examples
    --------
    >>> import sitpy
    >>> sitpy.empty_group(sitpy.aa_test_create_ia_rebal()).tolist()
    [1, 1, 1, 1, 1, 1, 1, 1, 1]

    References
    ----------
    SIT, ``empty.group``.
    """
    return np.ones(given_assumptions(ia).n, dtype=int)


@makes_group_function
def static_group(group: ArrayLike | pd.Series) -> GroupFunction:
    """Groups known beforehand, such as sectors or countries (a factory).

    Parameters
    ----------
    group : array or Series (assets)
        A label for each asset: numbers or words. A Series goes by its asset names; an array by ``ia.index``, the asset's
        position in the table that the assumptions were taken from.

    Returns
    -------
    callable ``ia -> array (n assets)``
        The labels of the assets in ``ia``, as they were given.

    Raises
    ------
    InputError
        A missing label; when called, an asset without a label.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> sectors = sitpy.static_group(["stocks"] * 5 + ["gold"] + ["bonds"] * 3)
    >>> sectors(sitpy.create_ia_subset(ia, ["Gold", "Japan"])).tolist()
    ['gold', 'stocks']

    References
    ----------
    SIT, ``static.group``.
    """
    remedy = "give one label per asset, such as ['bonds', 'stocks'], or a Series by asset name"
    listing = group if isinstance(group, pd.Series) else listed("group", group, remedy)
    if any(dimensions(label) for label in listing):
        raise InputError(f"group is {shown(group)}; {remedy}")
    labels = pd.Series(listing)
    if labels.isna().any():
        raise InputError(f"group of {labels.index[labels.isna()][0]!r} is missing; give every asset a label")
    if labels.index.has_duplicates:
        raise InputError(f"group has {labels.index[labels.index.duplicated()][0]!r} twice; give every asset one label")
    by_name = not isinstance(labels.index, pd.RangeIndex)

    def groups(ia: InputAssumptions) -> Array:
        keys = ia.symbols if by_name else ia.index.tolist()
        unknown = [name for name, key in zip(ia.symbols, keys) if key not in labels.index]
        if unknown:
            raise InputError(f"group has no label for {unknown[0]!r}; it holds {len(labels)} labels, one per asset")
        return labels.loc[keys].to_numpy()

    return groups


@makes_constructor
def distribute_weights(fn: Strategy, group_fn: GroupFunction, fn_within: Strategy | None = None) -> Strategy:
    """Weights within groups of assets, then across the groups (a factory).

    ``fn_within`` shares one unit among the assets of each group. The groups' portfolios then stand as assets, with the
    returns and covariances that these weights give them, and ``fn`` shares one unit among them. An asset's weight is the
    product.

    Parameters
    ----------
    fn : callable ``(ia, constraints) -> weights``
        Constructor of the weights across groups.
    group_fn : callable ``ia -> group labels``
        Such as :func:`cluster_group_hclust`.
    fn_within : callable ``(ia, constraints) -> weights``, optional
        Constructor within each group; ``fn`` when not given.

    Returns
    -------
    callable ``(ia, constraints=None) -> array (n assets)``
        Assets without risk get weight 0. Both steps are long-only with sum 1: a bound on one asset says nothing to a
        group, so the caller's constraints are not handed on. When the answer misses one of them, a warning names it.

    Raises
    ------
    InputError
        Something that cannot be called; when called, no asset with risk, or as many labels as there are not assets.

    Warns
    -----
    SitpyWarning
        When called: the answer misses a constraint of the caller.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> fn = sitpy.distribute_weights(sitpy.equal_weight_portfolio, sitpy.cluster_group_hclust)
    >>> fn(ia, sitpy.create_basic_constraints(ia.n)).round(3).tolist()
    [0.05, 0.05, 0.05, 0.05, 0.2, 0.2, 0.1, 0.1, 0.2]

    References
    ----------
    SIT, ``distribute.weights``.
    """
    within = fn if fn_within is None else fn_within
    for name, value in (("fn", fn), ("group_fn", group_fn), ("fn_within", within)):
        function(name, value, "give a function; sitpy.get_algo and get_group find them by name")

    def portfolio(ia: InputAssumptions, constraints: Constraints | None = None) -> Array:
        risky = risky_assets(ia)
        part = create_ia_subset(ia, np.flatnonzero(risky))
        members = _members(group_fn(part), part)
        shares = np.zeros((len(members), part.n))
        for row, assets in zip(shares, members):
            row[assets] = _one_unit(within, create_ia_subset(part, assets))
        weights = set_risky_asset(_one_unit(fn, _as_assets(part, shares)) @ shares, risky)
        _warn_of_missed(weights, ia, constraints)
        return weights

    return portfolio


def _members(labels: ArrayLike, ia: InputAssumptions) -> list[Array]:
    """Positions of the assets of each group, in the order in which groups first appear."""
    values = np.asarray(labels, dtype=object)
    codes, groups = pd.factorize(values.ravel())
    if values.shape != (ia.n,) or (codes < 0).any():
        raise InputError(f"group_fn gives {shown(labels)}; expected one label for each of {ia.n} assets")
    return [np.flatnonzero(codes == i) for i in range(len(groups))]


def _one_unit(fn: Strategy, ia: InputAssumptions) -> Array:
    """The constructor's weights, long-only with sum 1; a single asset needs none."""
    if ia.n == 1:
        return np.ones(1)
    return answered(fn(ia, create_basic_constraints(ia.n, 0, 1, 1)), ia)


def _as_assets(ia: InputAssumptions, shares: Array) -> InputAssumptions:
    """The portfolios ``shares`` (groups x assets) as assets; a shrunk covariance stays shrunk."""
    cov = shares @ ia.cov @ shares.T
    result = InputAssumptions(
        symbols=[f"group {i + 1}" for i in range(len(shares))],
        cov=(cov + cov.T) / 2,
        annual_factor=ia.annual_factor,
        parameters_alpha=ia.parameters_alpha,
        parameters_omega=ia.parameters_omega,
        parameters_mar=ia.parameters_mar,
    )
    if "expected_return" in ia:
        result.expected_return = shares @ ia.expected_return
    if "hist_returns" in ia:
        # a gap in one asset's history is a gap in its own group only
        result.hist_returns = np.column_stack([ia.hist_returns[:, row != 0] @ row[row != 0] for row in shares])
        result.dates, result.nperiod = ia.dates, ia.nperiod
    return result


def _warn_of_missed(weights: Array, ia: InputAssumptions, constraints: Constraints | None) -> None:
    if constraints is None or checked_constraints(constraints).n != ia.n:
        return
    program = build(ia, constraints)
    below = -program.slack(weights)
    below[: program.meq] = np.abs(below[: program.meq])
    missed = np.concatenate([below, program.lb - weights, weights - program.ub])
    worst = int(missed.argmax())
    if missed[worst] <= 1e-6:
        return
    side, i = divmod(worst - program.m, ia.n)
    if worst < program.m:
        words = describe_row(program, worst)
    else:
        words = f"the {('lower', 'upper')[side]} bound {(program.lb, program.ub)[side][i]:.6g} of {ia.symbols[i]}"
    warn(
        f"distribute_weights knows no constraint but long-only and sum 1; its weights miss {words} by "
        f"{missed[worst]:.4g}. Loosen it, or minimise a risk under it (min_var_portfolio)"
    )
