"""``portopt_resampled``: the mean of the frontiers of many drawn histories, rank by rank."""

from __future__ import annotations

import re
import time
import warnings
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Literal

import numpy as np

from sitpy.arguments import choice, processes, text, whole
from sitpy.constraints import Constraints
from sitpy.errors import warn
from sitpy.frontier.result import Frontier, MinRiskFunction
from sitpy.frontier.trace import Progress, checked_progress, portopt, sum_of_weights
from sitpy.inputs import InputAssumptions, checked_assumptions
from sitpy.portfolios.averaged import bootstrapped, naming, redrawn
from sitpy.portfolios.minimum import min_risk_portfolio
from sitpy.portfolios.problem import checked
from sitpy.portfolios.risk_measures import risk_measure
from sitpy.portfolios.sampling import Seed, generator, normal_draws
from sitpy.solvers import Engine

Array = np.ndarray
Draw = Literal["normal", "bootstrap"]
Redraw = Callable[[InputAssumptions, int, np.random.Generator], InputAssumptions]
Told = tuple[str, type[Warning]]


def portopt_resampled(
    ia: InputAssumptions,
    constraints: Constraints | None = None,
    nportfolios: int = 50,
    name: str = "Risk",
    nsamples: int = 100,
    sample_len: int = 60,
    *,
    min_risk_fn: MinRiskFunction = min_risk_portfolio,
    draw: Draw = "normal",
    seed: Seed = None,
    n_jobs: int = 1,
    engine: Engine = "fast",
    progress: Progress | None = None,
) -> Frontier:
    """Resampled frontier: for many histories that might have been, frontiers are traced, and their portfolios averaged.

    The k-th portfolio is the mean of the k-th portfolios of all samples (equal rank, from least risk to largest return).
    Its return and risk are those under ``ia``. Weights vary less from point to point, and no asset is left out for a
    difference that chance explains; the curve lies below the frontier of ``ia``.

    Parameters
    ----------
    ia : InputAssumptions
        n assets: what the histories are drawn from.
    constraints : Constraints, optional
        As in :func:`portopt`. Auxiliary variables are averaged too. Rows and bounds hold for the mean as for each portfolio;
        0/1 variables do not stay 0/1, of which a warning tells.
    nportfolios : int
        Number of points, 2 or more.
    name : str
        Label of the frontier.
    nsamples : int
        How many histories.
    sample_len : int
        Periods in each (of ``ia.annual_factor`` in a year), 2 or more.
    min_risk_fn : callable
        What each frontier minimises, as in :func:`portopt`.
    draw : {"normal", "bootstrap"}
        Periods from a normal law with mean ``expected_return / annual_factor`` and covariance ``cov / annual_factor``, the
        sample's mean and covariance times ``annual_factor`` being its assumptions; or periods of ``ia.hist_returns``, drawn
        with replacement as in :func:`random_hist`.
    seed : int or Generator, optional
        Of the draws. Each sample has its own stream, so ``n_jobs`` makes no difference to any digit.
    n_jobs : int
        How many processes share the samples; -1 for as many as there are processors.
    engine : {"fast", "reference"}
        As in :func:`portopt`.
    progress : callable, optional
        Called as ``progress(samples done, samples)``.

    Returns
    -------
    Frontier
        ``nportfolios`` points. It has no statistics: no point is the optimum of a programme.

    Raises
    ------
    InputError
        Data that do not agree, a word or number out of range, no history or gaps in it (bootstrap).
    InfeasibleError, UnboundedError, NotSolvedError
        What :func:`portopt` raises for a sample; the message begins with the sample's number.

    Warns
    -----
    SitpyWarning
        0/1 variables are averaged; what :func:`portopt` warns of, once, with the number of samples.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> constraints = sitpy.create_basic_constraints(ia.n, 0, 0.8)
    >>> ef = sitpy.portopt_resampled(ia, constraints, 5, nsamples=20, seed=1)
    >>> ef.weight.shape, bool(abs(ef.weight.sum(axis=1) - 1).max() < 1e-9)
    ((5, 9), True)

    References
    ----------
    SIT, ``portopt.resampled``; Michaud (1998), "Efficient Asset Management".
    """
    began = time.perf_counter()
    samples, length = whole("nsamples", nsamples, 1), whole("sample_len", sample_len, 2)
    points = whole("nportfolios", nportfolios, 2)
    choice("draw", draw, tuple(_DRAWS))
    n_jobs = processes("n_jobs", n_jobs)
    checked_progress(progress)
    text("name", name)
    shown = constraints if constraints is not None else sum_of_weights(checked_assumptions(ia).n)
    checked(ia, shown)
    _warn_of_binaries(shown)
    trace = partial(portopt, constraints=constraints, nportfolios=points, min_risk_fn=min_risk_fn, engine=engine)
    one = partial(_sample, ia, _DRAWS[draw], length, trace, samples)
    weights, told = _all(one, generator(seed).spawn(samples), n_jobs, progress)
    for message, category, count in told:
        warn(f"in {count} of {samples} samples: {message}", category)
    measure = risk_measure(min_risk_fn)
    return Frontier(
        weights.mean(axis=0),
        name,
        ia,
        shown,
        seconds=time.perf_counter() - began,
        measure=None if measure is None else measure.name,
    )


def _normal(ia: InputAssumptions, length: int, rng: np.random.Generator) -> InputAssumptions:
    factor = ia.annual_factor
    history = normal_draws(ia.expected_return / factor, ia.cov / factor, length, rng)
    return redrawn(ia, history, factor * history.mean(axis=0))


def _bootstrap(ia: InputAssumptions, length: int, rng: np.random.Generator) -> InputAssumptions:
    return bootstrapped(ia, rng.integers(len(ia.hist_returns), size=length))


_DRAWS: dict[str, Redraw] = {"normal": _normal, "bootstrap": _bootstrap}


def _sample(
    ia: InputAssumptions,
    redraw: Redraw,
    length: int,
    trace: Callable[[InputAssumptions], Frontier],
    samples: int,
    number: int,
    rng: np.random.Generator,
) -> tuple[Array, list[Told]]:
    """Weights (points x variables) of one sample's frontier, and the warnings on the way, which another process would lose."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with naming(f"sample {number} of {samples} ({length} periods; longer ones stray less)"):
            weights = trace(redraw(ia, length, rng)).solution
    return weights, [(str(item.message), item.category) for item in caught]


def _all(
    one: Callable[[int, np.random.Generator], tuple[Array, list[Told]]],
    streams: list[np.random.Generator],
    n_jobs: int,
    progress: Progress | None,
) -> tuple[Array, list[tuple[str, type[Warning], int]]]:
    """Weights (samples x points x variables) of all samples; each warning once, with the number of samples it came from."""
    from joblib import Parallel, delayed

    run = Parallel(n_jobs=n_jobs, return_as="generator")
    weights: list[Array] = []
    first: dict[Told, str] = {}
    count: Counter[Told] = Counter()
    for solution, told in run(delayed(one)(i + 1, rng) for i, rng in enumerate(streams)):
        weights.append(solution)
        alike = {(re.sub(r"[-+.\d]+", "#", message), category): message for message, category in told}
        first = alike | first
        count.update(alike.keys())
        if progress is not None:
            progress(len(weights), len(streams))
    return np.array(weights), [(first[key], key[1], times) for key, times in count.items()]


def _warn_of_binaries(constraints: Constraints) -> None:
    if constraints.binary_index is not None and constraints.binary_index.size:
        warn(
            f"the mean of portfolios keeps rows and bounds, but its {constraints.binary_index.size} 0/1 variables become "
            "fractions: what they choose (a number of assets, a least position) need not hold for it"
        )
