"""One rebalancing date: the returns before it, the assets that may be held, and every strategy's answer."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sitpy.arguments import choice, flag, function, numbers, positions, shown, whole
from sitpy.constraints import create_basic_constraints
from sitpy.covariance import make_positive_definite, sample_shrinkage
from sitpy.dates import endpoints
from sitpy.errors import InputError, SitpyError
from sitpy.inputs import InputAssumptions, create_ia, given_assumptions, labels_of, update_ia
from sitpy.inputs.tables import finite_prices, positive_prices
from sitpy.portfolios.minimum import min_risk_portfolio
from sitpy.portfolios.problem import answered
from sitpy.portfolios.variance import min_var_portfolio
from sitpy.rolling.least_variance import LeastVariance
from sitpy.solvers import Engine

Array = np.ndarray
Function = Callable[..., Any]
OnFailure = Literal["raise", "carry"]

_RUN, _QUICK_RUN = 8, 64  # dates: long enough to profit from each other, short enough to share out


@dataclass(frozen=True)
class Methods:
    """What is done with the data of a date: strategies and estimators by name, and how assumptions are made."""

    strategies: dict[str, Function]
    estimators: dict[str, Function]
    create_ia_fn: Function
    update_ia_fn: Function
    custom_stats_fn: Function | None
    adjust2positive_definite: bool
    on_failure: OnFailure
    engine: Engine = "fast"

    def __post_init__(self) -> None:
        function("create_ia_fn", self.create_ia_fn, "give a function (hist_returns, index, nperiod), such as create_ia")
        function("update_ia_fn", self.update_ia_fn, "give a function (ia, name, cov), such as update_ia")
        if self.custom_stats_fn is not None:
            function("custom_stats_fn", self.custom_stats_fn, "give a function (x, ia), or None")
        flag("adjust2positive_definite", self.adjust2positive_definite)
        choice("on_failure", self.on_failure, ("raise", "carry"))
        choice("engine", self.engine, ("fast", "reference"))

    def pairs(self) -> list[tuple[str, str, str]]:
        """Estimator, strategy and the name of the two together; the estimator is named where there are several."""
        several = len(self.estimators) > 1
        return [(c, f, f"{f}.{c}" if several else f) for f in self.strategies for c in self.estimators]

    @property
    def least_variance(self) -> bool:
        """Whether all that is asked for is the least variance under sample covariances."""
        return (
            self.engine == "fast"
            and set(self.strategies.values()) <= {min_var_portfolio, min_risk_portfolio}
            and set(self.estimators.values()) == {sample_shrinkage}
            and (self.create_ia_fn, self.update_ia_fn, self.custom_stats_fn) == (create_ia, update_ia, None)
        )


@dataclass
class DateResult:
    """Answers for the rebalancing date number ``j``: weights (all assets) and figures by strategy, and what went wrong."""

    j: int
    weights: dict[str, Array] = field(default_factory=dict)
    figures: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    held: Array = field(default_factory=lambda: np.zeros(0, dtype=bool))
    failures: list[str] = field(default_factory=list)
    notices: list[tuple[str, type[Warning]]] = field(default_factory=list)


@dataclass(frozen=True)
class Window:
    """The data of all rebalancing dates; ``solve`` looks at those of one.

    ``missing`` counts the missing returns of each asset (columns) in the first 0, 1, 2, ... rows.
    """

    returns: pd.DataFrame
    missing: Array
    ends: Array
    usable: Array
    universe: Array
    lookback_len: int
    lb: Array
    ub: Array
    const_sum: float | None
    methods: Methods

    def label(self, j: int) -> str:
        """The date as a text."""
        when = self.returns.index[self.ends[j]]
        return f"{when:%Y-%m-%d}" if isinstance(when, pd.Timestamp) else f"row {when}"

    def empty_table(self) -> pd.DataFrame:
        """Rebalancing dates x assets, all nan."""
        return pd.DataFrame(np.nan, index=self.returns.index[self.ends], columns=self.returns.columns)

    def blocks(self) -> list[Array]:
        """The usable dates in runs that are solved in one go, each date from the last one's answer.

        The runs do not depend on the number of workers, so neither do the answers, to the last bit.
        """
        run = _QUICK_RUN if self.methods.least_variance else _RUN
        return np.split(self.usable, range(run, self.usable.size, run))

    def held(self, j: int) -> Array:
        """Which assets may be held at the rebalancing date number ``j``: in the universe, and no return missing."""
        row = self.ends[j]
        missing = self.missing[row + 1] - self.missing[row + 1 - self.lookback_len]
        return np.asarray(self.universe[j] & (missing == 0))

    def least_variances(self, which: Sequence[int]) -> dict[int, tuple[Array, Array]]:
        """Weights (all assets) of the dates that need no strategy's own search, and which assets may be held there.

        They are found for stretches that hold the same assets.
        """
        found: dict[int, tuple[Array, Array]] = {}
        if not self.methods.least_variance or self.const_sum is None or np.isnan(self.const_sum):
            return found
        stretches: list[tuple[Array, list[int]]] = []
        for j in which:
            held = self.held(j)
            if stretches and np.array_equal(stretches[-1][0], held):
                stretches[-1][1].append(j)
            elif held.any():
                stretches.append((held, [j]))
        for held, dates in stretches:
            rows = [int(self.ends[j]) for j in dates]
            lane = LeastVariance(
                self.returns.to_numpy()[: rows[-1] + 1, held],
                self.lookback_len,
                np.nan_to_num(self.lb[held], nan=-np.inf),
                np.nan_to_num(self.ub[held], nan=np.inf),
                self.const_sum,
                self.methods.adjust2positive_definite,
            )
            for j, x in zip(dates, lane.weights(rows)):
                if x is not None:
                    weights = np.zeros(held.size)
                    weights[held] = x
                    found[j] = weights, held
        return found

    def solve(self, j: int, last: Mapping[str, Array] | None = None) -> DateResult:
        """All strategies at the rebalancing date number ``j``; ``last`` weights (all assets) are where to start from."""
        row = int(self.ends[j])
        hist = self.returns.iloc[row - self.lookback_len + 1 : row + 1]
        held = self.held(j)
        result = DateResult(j, held=held)
        if not held.any():
            result.weights = {name: np.zeros(held.size) for _, _, name in self.methods.pairs()}
            return result
        index = np.flatnonzero(held)
        constraints = create_basic_constraints(index.size, self.lb[index], self.ub[index], self.const_sum)
        known: dict[str, InputAssumptions | SitpyError] = {}
        for estimator, strategy, name in self.methods.pairs():
            try:
                if estimator not in known:
                    known[estimator] = self._assumptions(estimator, hist.iloc[:, index], index, row)
                ia = known[estimator]
                if isinstance(ia, SitpyError):
                    raise ia
                constraints.x0 = last[name][index] if last and name in last else None
                x = answered(self.methods.strategies[strategy](ia, constraints), ia)
                if self.methods.custom_stats_fn is not None:
                    figures: Any = self.methods.custom_stats_fn(x, ia)
                    if not isinstance(figures, Mapping):
                        raise InputError(f"custom_stats_fn gave {shown(figures)}; give a mapping from names to figures")
                    result.figures[name] = figures
                result.weights[name] = np.zeros(held.size)
                result.weights[name][index] = x
            except SitpyError as error:
                if self.methods.on_failure == "raise":
                    error.args = (f"{self.label(j)}, {name}: {error}", *error.args[1:])
                    raise
                known.setdefault(estimator, error)
                result.failures.append(f"{self.label(j)}, {name}: {error}")
        return result

    def solve_many(self, which: Sequence[int]) -> list[DateResult]:
        """As :meth:`solve` for several dates, each from the last one's answer; warnings come back with the results."""
        results: list[DateResult] = []
        known = self.least_variances(which)
        names = [name for _, _, name in self.methods.pairs()]
        for j in which:
            if j in known:
                weights, held = known[j]
                results.append(DateResult(j, dict.fromkeys(names, weights), held=held))
                continue
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                result = self.solve(j, results[-1].weights if results else None)
            result.notices = [(str(item.message), item.category) for item in caught]
            results.append(result)
        return results

    def _assumptions(self, estimator: str, hist: pd.DataFrame, index: Array, row: int) -> InputAssumptions:
        methods = self.methods
        before = self.returns.iloc[1 : row + 1, index]
        missing = before.isna().any(axis=1).to_numpy()
        cov = methods.estimators[estimator](hist, before[~missing] if missing.any() else before)
        ia = given_assumptions(methods.create_ia_fn(hist, index, row + 1), "what create_ia_fn gave")
        ia = given_assumptions(methods.update_ia_fn(ia, estimator, cov), "what update_ia_fn gave")
        if methods.adjust2positive_definite:
            cov, correlation = ia.cov, ia.correlation
            ia.cov, ia.correlation = make_positive_definite(cov), make_positive_definite(correlation)
        return ia


def window_of(
    prices: pd.DataFrame | ArrayLike,
    periodicity: str | None,
    period_ends: Sequence[int] | Array | None,
    lookback_len: int,
    n_skip: int,
    universe: pd.DataFrame | ArrayLike | None,
    bounds: tuple[float | ArrayLike, float | ArrayLike],
    const_sum: float | None,
    methods: Methods,
) -> Window:
    """The data made ready, or the error that says which argument is wrong."""
    table = _table(prices)
    create_basic_constraints(1, const_sum=const_sum)  # refuses what is no sum before any date is solved
    lookback_len, n_skip = whole("lookback_len", lookback_len, 2), whole("n_skip", n_skip, 1)
    ends = _ends(table, periodicity, period_ends)
    usable = np.flatnonzero(ends >= lookback_len + n_skip - 1)
    if usable.size == 0:
        raise InputError(
            f"no rebalancing date has lookback_len = {lookback_len} returns before it (n_skip = {n_skip}): the last one is "
            f"row {ends[-1]} of {len(table)}; shorten lookback_len or give more prices"
        )
    values = table.to_numpy()
    returns = np.concatenate([np.full((1, values.shape[1]), np.nan), values[1:] / values[:-1] - 1])
    return Window(
        pd.DataFrame(returns, index=table.index, columns=table.columns),
        np.vstack([np.zeros(values.shape[1], dtype=int), np.cumsum(np.isnan(returns), axis=0)]),
        ends,
        usable,
        _universe(universe, table, ends),
        lookback_len,
        _bound(bounds[0], table, "const_lb"),
        _bound(bounds[1], table, "const_ub"),
        const_sum,
        methods,
    )


def _table(prices: pd.DataFrame | ArrayLike) -> pd.DataFrame:
    values = numbers("prices", prices)
    if values.ndim != 2 or values.size == 0:
        raise InputError(f"prices has shape {values.shape}; expected dates x assets")
    table = prices.astype(float) if isinstance(prices, pd.DataFrame) else pd.DataFrame(values)
    if not table.index.is_monotonic_increasing or table.index.has_duplicates:
        raise InputError("the dates of prices repeat or fall; sort them, one row per date")
    if table.columns.has_duplicates:
        twice = table.columns[table.columns.duplicated()][0]
        raise InputError(f"prices have the asset {twice!r} twice; give each its own name")
    return positive_prices(finite_prices(table))


def _ends(table: pd.DataFrame, periodicity: str | None, period_ends: Sequence[int] | Array | None) -> Array:
    if period_ends is None:
        if periodicity is None:
            raise InputError("give a periodicity such as 'months', or period_ends, the rows to rebalance at")
        return endpoints(table, periodicity)
    ends = positions("period_ends", period_ends)
    if ends.size == 0:
        raise InputError("period_ends is empty; give the rows of prices to rebalance at")
    if (np.diff(ends) <= 0).any() or not 0 <= ends[0] <= ends[-1] < len(table):
        raise InputError(
            f"period_ends must rise within 0..{len(table) - 1}, the rows of prices; found {ends[0]}..{ends[-1]}"
        )
    return ends


def _universe(universe: pd.DataFrame | ArrayLike | None, table: pd.DataFrame, ends: Array) -> Array:
    """Which assets may be held at each rebalancing date; a missing entry means no."""
    if universe is None:
        return np.asarray(table.iloc[ends].to_numpy() > 0)
    names = labels_of(universe)
    if names and names != [str(name) for name in table.columns]:
        raise InputError(f"universe has the columns {', '.join(names)}; put them in the order of prices")
    values = numbers("universe", universe)
    if values.shape == table.shape and len(table) != ends.size:
        values = values[ends]
    if values.shape != (ends.size, table.shape[1]):
        raise InputError(
            f"universe has shape {values.shape}; expected {(ends.size, table.shape[1])} (rebalancing dates x assets) or "
            f"{table.shape} (all dates x assets)"
        )
    return np.asarray(np.nan_to_num(values) != 0)


def _bound(bound: float | ArrayLike, table: pd.DataFrame, name: str) -> Array:
    names = labels_of(bound)
    if names and names != [str(column) for column in table.columns]:
        raise InputError(f"{name} is labelled {', '.join(names)}; put the assets in the order of prices")
    values = numbers(name, np.nan if bound is None else bound)
    if values.ndim > 1 or (values.ndim == 1 and values.size not in (1, table.shape[1])):
        raise InputError(
            f"{name} has shape {values.shape}; give one number, or one for each of {table.shape[1]} assets"
        )
    return np.array(np.broadcast_to(values, (table.shape[1],)))
