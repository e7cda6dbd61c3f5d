"""Constructors averaged over random subsets of the assets or over random histories.

``seed`` is a whole number, with which a constructor draws the same whenever it is called, a ``numpy.random.Generator``, which
goes on from call to call, or None.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sitpy.arguments import function, numbers, real, shown, whole
from sitpy.constraints import Constraints, create_basic_constraints
from sitpy.errors import InputError, SitpyError
from sitpy.inputs import InputAssumptions, checked_assumptions, create_ia, create_ia_subset
from sitpy.portfolios.allocation import risky_assets
from sitpy.portfolios.factories import makes_constructor
from sitpy.portfolios.problem import answered
from sitpy.portfolios.sampling import Seed, generator

Array = np.ndarray
Constructor = Callable[..., Any]
"""``(ia, constraints) -> weights``"""


@makes_constructor
def rso_portfolio(
    weight_fn: Constructor,
    k: float,
    s: int,
    const_lb: float = 0,
    const_ub: float = 1,
    const_sum: float = 1,
    seed: Seed = None,
) -> Constructor:
    """Random subspace optimisation: a constructor's weights averaged over random subsets of the assets (a factory).

    Parameters
    ----------
    weight_fn : callable ``(ia, constraints) -> weights``
        Constructor for each subset.
    k : float
        Assets in a subset; a number below 1 is a share, rounded up, of those with a risk above 0.
    s : int
        How many subsets.
    const_lb, const_ub, const_sum : float
        Bounds and sum of the weights in a subset, as in :func:`create_basic_constraints`.
    seed : int or Generator, optional
        Of the subsets. They are drawn from the assets with a risk above 0, by name, so that the order of assets has no part.

    Returns
    -------
    callable ``(ia, constraints=None) -> array (n assets)``
        Mean of the weights, those outside a subset being 0, so that assets without risk get none. The caller's constraints
        are not used, as in SIT.

    Raises
    ------
    InputError
        ``k`` or ``s`` is not positive; when called, no asset has a risk above 0, or fewer than ``k`` have. What ``weight_fn``
        raises names the subset.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> weights = sitpy.rso_portfolio(sitpy.min_risk_portfolio, 4, 20, seed=1)(ia)
    >>> weights.shape, round(float(weights.sum()), 6)
    ((9,), 1.0)

    References
    ----------
    SIT, ``rso.portfolio``; Ho (1998), "The random subspace method for constructing decision forests".
    """
    subsets = whole("s", s, 1)
    remedy = "give a number of assets, or a share of them below 1"
    k = real("k", k, remedy, lambda k: 0 < k < math.inf and (k <= 1 or k % 1 == 0))
    function("weight_fn", weight_fn, "give a constructor, a function (ia, constraints) -> weights")

    def portfolio(ia: InputAssumptions, constraints: Constraints | None = None) -> Array:
        pool = np.flatnonzero(risky_assets(checked_assumptions(ia)))
        size = int(k) if k >= 1 else math.ceil(k * pool.size)
        if size > pool.size:
            raise InputError(
                f"k is {size} but there are {pool.size} assets with a risk above 0; give k as a share of them, such as 0.5"
            )
        rng = generator(seed)
        by_name = pool[np.argsort(np.array(ia.symbols)[pool], kind="stable")]
        limits = create_basic_constraints(size, const_lb, const_ub, const_sum)
        weights = np.zeros((subsets, ia.n))
        for i, row in enumerate(weights):
            chosen = by_name[np.sort(rng.choice(pool.size, size, replace=False))]
            with naming(f"subset {i + 1} of {subsets} ({', '.join(ia.symbols[j] for j in chosen)})"):
                part = create_ia_subset(ia, chosen)
                row[chosen] = answered(weight_fn(part, limits), part)
        return np.asarray(weights.mean(axis=0))

    return portfolio


@makes_constructor
def random_hist(
    portfolio_fn: Constructor, nruns: int = 100, nsamples: int | None = None, seed: Seed = None
) -> Constructor:
    """A constructor's weights averaged over histories drawn from the history (bootstrap; a factory).

    Parameters
    ----------
    portfolio_fn : callable ``(ia, constraints) -> weights``
        Constructor for each drawn history.
    nruns : int
        How many histories.
    nsamples : int, optional
        Periods in each, drawn with replacement; as many as the history has when not given.
    seed : int or Generator, optional
        Of the draws.

    Returns
    -------
    callable ``(ia, constraints) -> array (variables)``
        Mean of the weights: linear constraints hold for it as they do for each. Covariance and risk of a drawn history are
        its sample's, per year; its expected return is that of ``ia`` plus the sample's mean less the history's, per year.

    Raises
    ------
    InputError
        A count that is not a whole number; when called, no history or gaps in it. What ``portfolio_fn`` raises names the
        run.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> steady = sitpy.random_hist(sitpy.min_risk_portfolio, 20, seed=1)
    >>> round(float(steady(ia, sitpy.create_basic_constraints(ia.n)).sum()), 6)
    1.0

    References
    ----------
    SIT, ``random.hist``; Efron (1979), "Bootstrap methods: another look at the jackknife".
    """
    return _over_histories(portfolio_fn, nruns, nsamples, None, seed)


@makes_constructor
def random_hist_weight(
    portfolio_fn: Constructor,
    nruns: int = 100,
    nsamples: int | None = None,
    weight: float | ArrayLike = 0.98,
    seed: Seed = None,
) -> Constructor:
    """As :func:`random_hist`, with some periods drawn more often than others: by default recent ones.

    Parameters
    ----------
    portfolio_fn, nruns, nsamples, seed
        As in :func:`random_hist`.
    weight : float or array (T periods)
        Chances of the periods, up to a factor. A number is what a period's chance is of the next one's: 1 for equal
        chances, 0.98 for a half every 34 periods back.

    Returns
    -------
    callable ``(ia, constraints) -> array (variables)``
        Mean of the weights.

    Raises
    ------
    InputError
        As :func:`random_hist`; a chance that is negative or missing, or not one for each period.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> recent = sitpy.random_hist_weight(sitpy.min_risk_portfolio, 20, weight=0.9, seed=1)
    >>> round(float(recent(ia, sitpy.create_basic_constraints(ia.n)).sum()), 6)
    1.0

    References
    ----------
    SIT, ``random.hist.weight``.
    """
    return _over_histories(portfolio_fn, nruns, nsamples, weight, seed)


def _over_histories(
    portfolio_fn: Constructor, nruns: int, nsamples: int | None, weight: float | ArrayLike | None, seed: Seed
) -> Constructor:
    function("portfolio_fn", portfolio_fn, "give a constructor, a function (ia, constraints) -> weights")
    runs = whole("nruns", nruns, 1)
    length = None if nsamples is None else whole("nsamples", nsamples, 2)

    def portfolio(ia: InputAssumptions, constraints: Constraints | None = None) -> Array:
        rng = generator(seed)
        periods = len(checked_assumptions(ia).complete_history())
        chances = None if weight is None else _chances(weight, periods)
        weights = []
        for i in range(runs):
            rows = rng.choice(periods, length or periods, p=chances)
            with naming(f"run {i + 1} of {runs}"):
                found = portfolio_fn(bootstrapped(ia, rows), constraints)
                answered(found, ia)
                weights.append(np.asarray(found, dtype=float))
        return np.asarray(np.mean(weights, axis=0))

    return portfolio


def _chances(weight: float | ArrayLike, periods: int) -> Array:
    values = numbers("weight", weight)
    if values.ndim == 0:
        values = values ** np.arange(periods)[::-1]
    if values.shape != (periods,) or not (np.isfinite(values).all() and (values >= 0).all() and values.sum() > 0):
        raise InputError(
            f"weight is {shown(weight)}; give a positive number, or for each of {periods} periods a number that is "
            "not negative"
        )
    return np.asarray(values / values.sum())


def bootstrapped(ia: InputAssumptions, rows: Array) -> InputAssumptions:
    """The assumptions as these periods of the history alone would have them."""
    history = ia.complete_history()
    shift = history[rows].mean(axis=0) - history.mean(axis=0)
    return redrawn(ia, history[rows], ia.expected_return + ia.annual_factor * shift)


def redrawn(ia: InputAssumptions, history: Array, expected_return: Array) -> InputAssumptions:
    """The same assets with another history: its sample covariance, per year, and the given expected returns per year."""
    sample, factor = create_ia(pd.DataFrame(history, columns=ia.symbols)), ia.annual_factor
    return InputAssumptions(
        symbols=ia.symbols,
        hist_returns=history,
        expected_return=expected_return,
        risk=math.sqrt(factor) * sample.risk,
        correlation=sample.correlation,
        cov=factor * sample.cov,
        annual_factor=factor,
        parameters_alpha=ia.parameters_alpha,
        parameters_omega=ia.parameters_omega,
        parameters_mar=ia.parameters_mar,
        index=ia.index,
    )


@contextmanager
def naming(which: str) -> Iterator[None]:
    """Say in the message of an error which of many similar problems it comes from."""
    try:
        yield
    except SitpyError as error:
        error.args = (f"{which}: {error}",)
        raise
