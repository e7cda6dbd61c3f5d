"""Weights for every strategy and covariance estimator at every rebalancing date."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sitpy.arguments import flag, function, processes, whole
from sitpy.errors import InputError, warn
from sitpy.inputs import InputAssumptions, create_ia, update_ia
from sitpy.measures import (
    asset_weights,
    portfolio_concentration_gini_coefficient,
    portfolio_risk,
    portfolio_risk_contribution,
)
from sitpy.progress import Progress, reporting
from sitpy.record import field_name
from sitpy.rolling.naming import Functions, estimators, strategies
from sitpy.rolling.result import RollingWeights
from sitpy.rolling.window import DateResult, Methods, OnFailure, Window, window_of
from sitpy.solvers import Engine

Array = np.ndarray
Log = Callable[[str, float], None]
CreateIa = Callable[..., InputAssumptions]
UpdateIa = Callable[[InputAssumptions, str, Any], InputAssumptions]
CustomStats = Callable[[Array, InputAssumptions], Mapping[str, Any]]


def portfolio_allocation_helper(
    prices: pd.DataFrame | ArrayLike,
    periodicity: str | None = "weeks",
    period_ends: Sequence[int] | Array | None = None,
    lookback_len: int = 60,
    n_skip: int = 1,
    universe: pd.DataFrame | ArrayLike | None = None,
    prefix: str = "",
    min_risk_fns: Functions = "min_var_portfolio",
    custom_stats_fn: CustomStats | str | None = None,
    shrinkage_fns: Functions = "sample_shrinkage",
    create_ia_fn: CreateIa = create_ia,
    update_ia_fn: UpdateIa = update_ia,
    adjust2positive_definite: bool = True,
    silent: bool = False,
    log: Log | None = None,
    log_frequency: int = 10,
    const_lb: float | ArrayLike = 0.0,
    const_ub: float | ArrayLike = 1.0,
    const_sum: float | None = 1.0,
    *,
    on_failure: OnFailure = "raise",
    cores: int | None = None,
    progress: Progress | None = None,
    engine: Engine = "fast",
) -> RollingWeights:
    """Weights of every strategy with every covariance estimator at every rebalancing date.

    The weights of a date depend on the prices up to its close and never on later ones. ``constraints.x0`` holds the last
    date's weights: a search begins there, and ends where it would without them.

    Parameters
    ----------
    prices : DataFrame or array (dates x assets)
        Closing prices, oldest first; nan where there is none.
    periodicity : {"days", "weeks", "months", "quarters", "years"}
        How often to rebalance; the last date of each period. Not used when ``period_ends`` is given.
    period_ends : sequence of int, optional
        0-based rows of the rebalancing dates.
    lookback_len : int
        Returns per estimate, in rows. An asset with a return missing among them gets no weight.
    n_skip : int
        Leave out rebalancing dates before row ``lookback_len + n_skip`` (counted from 1); the first return needs 1.
    universe : DataFrame or array of bool (rebalancing dates, or all dates, x assets), optional
        Which assets may be held; those with a price on the date when not given.
    prefix : str
        Put before the strategies' names.
    min_risk_fns : str, callable, sequence or mapping of str to callable
        Constructors ``f(ia, constraints) -> weights``. In a text, names as in :func:`get_algo` with commas between them
        ("min.var.portfolio,EW"), or, with semicolons, what :func:`map_min_risk_fns` reads.
    custom_stats_fn : callable, optional
        ``f(weights, ia)`` gives a mapping of figures (a number or one per asset) to keep; see
        :func:`portfolio_allocation_custom_stats`, which "portfolio_allocation_custom_stats" names too.
    shrinkage_fns : str, callable, sequence or mapping of str to callable
        Estimators ``f(hist, hist_all) -> covariance``: returns of the window, and all complete rows so far. In a text,
        names with commas between them ("sample.shrinkage,ledoit.wolf.shrinkage").
    create_ia_fn : callable
        ``f(hist, index, nperiod)``: the window's returns, the positions of its assets, and how many rows of prices are
        known (the date's own row is ``nperiod - 1``).
    update_ia_fn : callable
        ``f(ia, name, cov)`` puts an estimate of the covariance into the assumptions.
    adjust2positive_definite : bool
        Move covariance and correlation to the nearest matrices with eigenvalues of at least 2e-9.
    silent : bool
        Do not call ``log``.
    log : callable, optional
        ``log(text, fraction done)``, called every ``log_frequency`` rebalancing dates.
    log_frequency : int
    const_lb, const_ub : float or array (assets)
        Bounds of each weight.
    const_sum : float or None
        Sum of the weights; None for no such constraint.
    on_failure : {"raise", "carry"}
        When a strategy cannot be solved on a date: raise the error, or leave the weights of that date missing (a back-test
        carries the last ones forward) with a warning.
    cores : int, optional
        Number of processes, see :func:`portfolio_allocation_helper_parallel`.
    progress : bool or callable, optional
        True shows a bar; a function is called as ``progress(dates done, dates)``.
    engine : {"fast", "reference"}
        ``"reference"`` calls every strategy at every date, also where the least variance follows from the last date's: the
        same weights, more time.

    Returns
    -------
    RollingWeights
        ``weights`` by strategy, "min_var" with one estimator and "min_var.sample_shrinkage" with several; and ``period_ends``,
        ``periodicity``, ``lookback_len``, figures of ``custom_stats_fn``.

    Raises
    ------
    InputError
        Tables of other shapes, prices that are infinite, zero or negative, unknown names, too little history for any date,
        weights that are not numbers.
    InfeasibleError, UnboundedError, NotSolvedError
        As the constructors do; the message names the date and the strategy.

    Warns
    -----
    SitpyWarning
        A failure was carried.

    Examples
    --------
    >>> import numpy as np, pandas as pd, sitpy
    >>> wave = np.sin(np.arange(300)[:, None] * [1.0, 1.7, 2.9])
    >>> prices = pd.DataFrame(100 + wave, columns=list("ABC"), index=pd.bdate_range("2020-01-01", periods=300))
    >>> obj = sitpy.portfolio_allocation_helper(prices, "quarters", min_risk_fns="EW,min.var.portfolio")
    >>> obj.weights["EW"].round(4).iloc[-1].tolist(), obj.period_ends.tolist()
    ([0.3333, 0.3333, 0.3333], [64, 129, 195, 261, 299])
    >>> bool(abs(obj["weights"]["min.var"].iloc[-1].sum() - 1) < 1e-9)
    True

    References
    ----------
    SIT, ``portfolio.allocation.helper``. An asset that leaves the universe gets a weight of 0.
    """
    flag("silent", silent)
    log_frequency = whole("log_frequency", log_frequency, 1)
    if log is not None:
        function("log", log, "give a function (date, share done), or None")
    window = window_of(
        prices,
        periodicity,
        period_ends,
        lookback_len,
        n_skip,
        universe,
        (const_lb, const_ub),
        const_sum,
        Methods(
            strategies(min_risk_fns, prefix),
            estimators(shrinkage_fns),
            create_ia_fn,
            update_ia_fn,
            _stats_of(custom_stats_fn),
            adjust2positive_definite,
            on_failure,
            engine,
        ),
    )
    results: list[DateResult] = []
    with reporting(progress, "rebalancing dates") as report:
        for result in _solved(window, cores):
            results.append(result)
            report(len(results), len(window.usable))
            if log is not None and not silent and len(results) % log_frequency == 0:
                log(window.label(result.j), len(results) / len(window.usable))
            for text, category in result.notices:
                warn(text, category)
            for text in result.failures:
                warn(f"{text}: the last weights are carried")
    return RollingWeights(
        weights=_weights(window, results),
        period_ends=window.ends,
        periodicity=periodicity if period_ends is None else None,
        lookback_len=lookback_len,
        custom=_custom(window, results),
        failures=tuple(text for result in results for text in result.failures),
    )


def portfolio_allocation_helper_parallel(
    prices: pd.DataFrame | ArrayLike, *arguments: Any, cores: int | None = -1, **options: Any
) -> RollingWeights:
    """As :func:`portfolio_allocation_helper`, on several processes or machines; the weights are the same to the last bit.

    With ``cores=None`` the work goes wherever joblib is told to send it. On a Dask cluster (``pip install sitpy[dask]``)::

        from dask.distributed import Client
        from joblib import parallel_config

        with Client("scheduler:8786"), parallel_config(backend="dask"):
            obj = sitpy.portfolio_allocation_helper_parallel(prices, "months", cores=None)

    Parameters
    ----------
    prices : DataFrame or array (dates x assets)
    *arguments, **options
        As in :func:`portfolio_allocation_helper`.
    cores : int or None
        Number of processes; -1 for as many as the machine has cores; None: joblib's own setting (``parallel_config``), one
        process where nothing is set.

    Returns
    -------
    RollingWeights

    Raises
    ------
    InputError
        As :func:`portfolio_allocation_helper`; a number of processes that is 0 or below -1.

    Examples
    --------
    >>> import numpy as np, pandas as pd, sitpy
    >>> wave = np.sin(np.arange(200)[:, None] * [1.0, 1.7, 2.9])
    >>> prices = pd.DataFrame(100 + wave, columns=list("ABC"), index=pd.bdate_range("2020-01-01", periods=200))
    >>> obj = sitpy.portfolio_allocation_helper_parallel(prices, "quarters", min_risk_fns="EW", cores=1)
    >>> obj.weights["EW"].round(4).iloc[-1].tolist()
    [0.3333, 0.3333, 0.3333]

    References
    ----------
    SIT, ``portfolio.allocation.helper.parallel``.
    """
    return portfolio_allocation_helper(prices, *arguments, cores=cores, **options)


def portfolio_allocation_helper_basic(
    prices: pd.DataFrame | ArrayLike,
    periodicity: str | None = "weeks",
    period_ends: Sequence[int] | Array | None = None,
    lookback_len: int = 60,
    prefix: str = "",
    universe: pd.DataFrame | ArrayLike | None = None,
    min_risk_fns: Functions = "min_var_portfolio",
    silent: bool = False,
) -> RollingWeights:
    """As :func:`portfolio_allocation_helper`, long only with sample estimates and nothing else.

    Parameters
    ----------
    prices, periodicity, period_ends, lookback_len, prefix, universe, min_risk_fns, silent
        As in :func:`portfolio_allocation_helper`.

    Returns
    -------
    RollingWeights

    Raises
    ------
    InputError
        As :func:`portfolio_allocation_helper`.

    Examples
    --------
    >>> import numpy as np, pandas as pd, sitpy
    >>> wave = np.sin(np.arange(200)[:, None] * [1.0, 1.7, 2.9])
    >>> prices = pd.DataFrame(100 + wave, columns=list("ABC"), index=pd.bdate_range("2020-01-01", periods=200))
    >>> obj = sitpy.portfolio_allocation_helper_basic(prices, "quarters", min_risk_fns="EW")
    >>> obj.weights["EW"].round(4).iloc[-1].tolist()
    [0.3333, 0.3333, 0.3333]

    References
    ----------
    SIT, ``portfolio.allocation.helper.basic``.
    """
    return portfolio_allocation_helper(
        prices,
        periodicity,
        period_ends,
        lookback_len,
        universe=universe,
        prefix=prefix,
        min_risk_fns=min_risk_fns,
        adjust2positive_definite=False,
        silent=silent,
    )


def portfolio_allocation_custom_stats(x: ArrayLike, ia: InputAssumptions) -> dict[str, Any]:
    """How well a portfolio is spread: for ``custom_stats_fn`` of :func:`portfolio_allocation_helper`.

    Parameters
    ----------
    x : array (n assets)
        Weights.
    ia : InputAssumptions

    Returns
    -------
    dict
        ``risk_contributions`` (n assets, sum 1); ``degree_diversification``, 1 less the portfolio's risk over the weighted
        risks of its assets; ``risk_gini``, 1 less the Gini coefficient of the risk contributions (nan for one asset).

    Raises
    ------
    InputError
        A portfolio without variance.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.InputAssumptions(cov=[[0.04, 0], [0, 0.04]])
    >>> stats = sitpy.portfolio_allocation_custom_stats([0.5, 0.5], ia)
    >>> stats["risk_contributions"].tolist(), round(stats["degree_diversification"], 4), stats["risk_gini"]
    ([0.5, 0.5], 0.2929, 1.0)

    References
    ----------
    SIT, ``portfolio.allocation.custom.stats``.
    """
    rows = asset_weights(x, ia, "x")
    if len(rows) > 1:
        raise InputError(f"x has {len(rows)} rows; give the weights of one portfolio")
    weights = rows[0]
    shares = portfolio_risk_contribution(weights, ia)[0]
    spread = 1 - portfolio_risk(weights, ia)[0] / (np.abs(weights[: ia.n]) @ ia.risk)
    gini = portfolio_concentration_gini_coefficient(shares)[0] if ia.n > 1 else np.nan
    return {
        "risk_contributions": shares,
        "degree_diversification": float(spread),
        "risk_gini": float(1 - gini),
    }


def _stats_of(custom_stats_fn: CustomStats | str | None) -> CustomStats | None:
    if isinstance(custom_stats_fn, str):
        if custom_stats_fn.replace(".", "_") != portfolio_allocation_custom_stats.__name__:
            raise InputError(
                f"custom_stats_fn is {custom_stats_fn!r}; give a function, or 'portfolio_allocation_custom_stats'"
            )
        return portfolio_allocation_custom_stats
    return custom_stats_fn


def _solved(window: Window, cores: int | None) -> Iterator[DateResult]:
    """The results in the order of the dates; without a number of processes joblib's own choice decides."""
    cores = None if cores is None else processes("cores", cores)
    from joblib import Parallel, delayed

    tasks = (delayed(window.solve_many)([int(j) for j in run]) for run in window.blocks())
    for results in Parallel(n_jobs=cores, return_as="generator")(tasks):
        yield from results


def _weights(window: Window, results: Sequence[DateResult]) -> dict[str, pd.DataFrame]:
    tables = {}
    for _, _, name in window.methods.pairs():
        table = window.empty_table()
        values = table.to_numpy(copy=True)
        for result in results:
            if name in result.weights:
                values[result.j] = result.weights[name]
        tables[name] = pd.DataFrame(values, index=table.index, columns=table.columns)
    return tables


def _custom(window: Window, results: Sequence[DateResult]) -> dict[str, dict[str, Any]]:
    """Figure by figure and strategy by strategy: a table for one number per asset, a series for one number."""
    custom: dict[str, dict[str, Any]] = {}
    for result in results:
        for name, figures in result.figures.items():
            for figure, value in figures.items():
                values = np.asarray(value, dtype=float).ravel()
                tables = custom.setdefault(field_name(str(figure)), {})
                if name not in tables:
                    tables[name] = (
                        window.empty_table() if np.ndim(value) else window.empty_table().iloc[:, 0].rename(name)
                    )
                if np.ndim(value) and values.size != result.held.sum():
                    raise InputError(
                        f"custom_stats_fn gave {values.size} numbers for {figure!r}; expected one, or one for each of "
                        f"{result.held.sum()} assets"
                    )
                row: Any = (result.j, np.flatnonzero(result.held)) if np.ndim(value) else result.j
                tables[name].iloc[row] = values if np.ndim(value) else values[0]
    return custom
