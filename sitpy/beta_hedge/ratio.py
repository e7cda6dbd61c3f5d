"""Hedge ratios from the past only: betas of the assets on the benchmark, and what of them is hedged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd

from sitpy.arguments import choice, numbers, positive, real, shown, whole
from sitpy.errors import InputError

Array = np.ndarray
Method = Literal["ols", "ewma", "blume", "vasicek"]
Estimator = Method | float
Hedge = Literal["beta", "dollar", "none"]
Prior = tuple[float, float] | None

_FLAT = 1e-12  # of its sum of squares: what is left of a benchmark's variation that is rounding only


@dataclass(frozen=True)
class HedgeRule:
    """How the short side is sized: see :func:`sitpy.backtest_beta_hedge`, whose arguments these are."""

    window: int
    estimator: Estimator
    halflife: float | None
    prior: Prior
    hedge: Hedge
    cap: float
    floor: float
    gross: float | None

    def __post_init__(self) -> None:
        whole("window", self.window, 3)
        choice("hedge", self.hedge, get_args(Hedge))
        if not real("beta_floor", self.floor) <= real("beta_cap", self.cap):
            raise InputError(
                f"beta_floor is {self.floor:g} but beta_cap {self.cap:g}; give a floor that is not above the cap"
            )
        if self.gross is not None:
            real("gross", self.gross, "give a positive number, or None for a long side of all equity", positive)

    @property
    def needs(self) -> int:
        """Rows of prices before the first trade's row."""
        return 0 if is_fixed(self.estimator) else self.window

    def ratio(self, beta: float) -> tuple[float, str]:
        """What is sold short per unit of the long side, and whether a bound has made it so."""
        if self.hedge != "beta":
            return (1.0 if self.hedge == "dollar" else 0.0), ""
        if beta > self.cap:
            return float(self.cap), "cap"
        return (float(self.floor), "floor") if beta < self.floor else (float(beta), "")

    def sides(self, ratio: float) -> tuple[float, float]:
        """Long side and benchmark (negative when short) as fractions of equity."""
        long = 1.0 if self.gross is None else self.gross / (1 + abs(ratio))
        return long, -ratio * long


def rolling_betas(
    returns: pd.DataFrame | pd.Series,
    benchmark_returns: pd.Series,
    window: int = 60,
    estimator: Estimator = "ols",
    halflife: float | None = None,
    prior: Prior = None,
) -> pd.DataFrame:
    """Betas of each column on the benchmark, at each date from the returns up to that date.

    Parameters
    ----------
    returns : DataFrame or Series (dates x assets)
        Simple returns per period, oldest first; nan where there is none.
    benchmark_returns : Series (dates)
        On the same dates.
    window : int
        Returns per estimate; for "ewma" the least number of them.
    estimator : {"ols", "ewma", "blume", "vasicek"} or float
        "ols": least squares with a constant over the window. "ewma": covariance over variance with weights that fall by
        half every ``halflife`` returns, over all the past. "blume": 2/3 of ols + 1/3. "vasicek": ols drawn towards the
        prior by the share of its own sampling variance, ``(v b + s2 m)/(v + s2)``. A number: that beta, whatever the
        returns.
    halflife : float, optional
        Returns; half the window when not given.
    prior : (mean m, standard deviation sqrt(v)), optional
        Of "vasicek"; mean and standard deviation (divisor n - 1) of the assets' ols betas at the date when not given.

    Returns
    -------
    DataFrame (dates x assets)
        nan where an asset has not yet ``window`` returns in a row.

    Raises
    ------
    InputError
        Dates that differ, a benchmark's return that is missing, a benchmark that does not move within a window, a
        window shorter than 3, unknown words, one asset alone for "vasicek" without a prior.

    Examples
    --------
    >>> import pandas as pd, sitpy
    >>> days = pd.date_range("2020-01-01", periods=5)
    >>> market = pd.Series([0.01, -0.02, 0.03, 0.0, 0.01], index=days)
    >>> betas = sitpy.rolling_betas(pd.DataFrame({"A": 2 * market, "B": 0.5 * market + 0.001}), market, window=3)
    >>> betas.round(6).iloc[-1].tolist(), int(betas["A"].isna().sum())
    ([2.0, 0.5], 2)

    References
    ----------
    Blume (1971), "On the assessment of risk"; Vasicek (1973), "A note on using cross-sectional information in Bayesian
    estimation of security betas".
    """
    table = returns.to_frame() if isinstance(returns, pd.Series) else returns
    if not isinstance(table, pd.DataFrame) or not isinstance(benchmark_returns, pd.Series):
        raise InputError(
            "returns and benchmark_returns must be labelled; give a DataFrame and a Series with the same dates"
        )
    if not table.index.equals(benchmark_returns.index):
        raise InputError("returns and benchmark_returns have other dates; align them first (reindex)")
    bench = numbers("benchmark_returns", benchmark_returns)
    missing = np.flatnonzero(~np.isfinite(bench))
    if missing.size:
        raise InputError(
            f"benchmark_returns on {table.index[missing[0]]} is {bench[missing[0]]:g}; fill it or leave it out"
        )
    window = whole("window", window, 3)
    betas = betas_of(numbers("returns", table), bench, window, estimator, halflife, prior)
    flat = np.flatnonzero(flat_rows(bench, window))
    if flat.size and not is_fixed(estimator):
        raise InputError(flat_words(table.index[flat[0]], window))
    return pd.DataFrame(betas, index=table.index, columns=table.columns)


def betas_of(
    returns: Array, bench: Array, window: int, estimator: Estimator, halflife: float | None, prior: Prior
) -> Array:
    """Betas (rows x assets) of returns (rows x assets) on the benchmark (rows), each from its row and those before."""
    if is_fixed(estimator):
        return np.full(returns.shape, real("estimator", estimator, "a fixed beta must be finite"))
    choice("estimator", estimator, get_args(Method))
    if len(returns) < window:
        return np.full(returns.shape, np.nan)
    if estimator == "ewma":
        return _weighted(returns, bench, window, window / 2 if halflife is None else halflife)
    betas, sampling = _least_squares(returns, bench, window)
    if estimator == "blume":
        return 2 / 3 * betas + 1 / 3
    return _shrunk(betas, sampling, prior) if estimator == "vasicek" else betas


def is_fixed(estimator: Estimator) -> bool:
    """Whether the beta is given as a number."""
    return isinstance(estimator, (int, float, np.number)) and not isinstance(estimator, bool)


def window_sums(values: Array, window: int) -> Array:
    """Sums over the last ``window`` rows (rows x columns), nan before there are as many.

    A window is the end of one block of ``window`` rows and the start of the next, so that a sum is made of the window's
    own rows: no rounding is carried along from rows long gone, and no later row is touched.
    """
    T, n = values.shape
    blocks = np.zeros((-(-T // window), window, n))
    blocks.reshape(-1, n)[:T] = values
    starts = blocks.cumsum(axis=1).reshape(-1, n)[window - 1 : T]
    ends = blocks[:, ::-1].cumsum(axis=1)[:, ::-1].reshape(-1, n)[: T - window + 1]
    whole_block = np.arange(window, T + 1) % window == 0
    sums = np.full((T, n), np.nan)
    sums[window - 1 :] = np.where(whole_block[:, None], starts, starts + ends)
    return sums


def flat_rows(bench: Array, window: int) -> Array:
    """Rows up to which the benchmark has not moved for ``window`` returns (or always by the same)."""
    if len(bench) < window:
        return np.zeros(len(bench), dtype=bool)
    sums = window_sums(np.column_stack([bench, bench**2]), window)
    return np.asarray(sums[:, 1] - sums[:, 0] ** 2 / window <= _FLAT * sums[:, 1])


def flat_words(date: pd.Timestamp, window: int) -> str:
    """What is wrong where the benchmark does not move."""
    return (
        f"the benchmark does not change in the {window} returns up to {date:%Y-%m-%d}: there is no beta; lengthen the window, "
        "or give the hedge ratio as a number (estimator=1.0)"
    )


def _least_squares(returns: Array, bench: Array, window: int) -> tuple[Array, Array]:
    """Slopes and their sampling variances (rows x assets)."""
    x = bench[:, None]
    sx, sxx = window_sums(x, window), window_sums(x**2, window)
    sy, sxy, syy = (window_sums(part, window) for part in (returns, x * returns, returns**2))
    sxx, sxy, syy = sxx - sx**2 / window, sxy - sx * sy / window, syy - sy**2 / window
    with np.errstate(divide="ignore", invalid="ignore"):
        betas = sxy / sxx
        sampling = np.maximum(syy - betas * sxy, 0.0) / (window - 2) / sxx
    return betas, sampling


def _weighted(returns: Array, bench: Array, window: int, halflife: float) -> Array:
    """Exponentially weighted slopes; each asset with the benchmark's returns on its own dates."""
    halflife = real("halflife", halflife, "give a positive number of returns", positive)
    x = np.where(np.isfinite(returns), bench[:, None], np.nan)

    def mean(values: Array) -> Array:
        return np.asarray(pd.DataFrame(values).ewm(halflife=halflife, min_periods=window).mean().to_numpy())

    mx, my = mean(x), mean(returns)
    with np.errstate(divide="ignore", invalid="ignore"):
        betas = (mean(x * returns) - mx * my) / (mean(x**2) - mx**2)
    return np.where(np.isfinite(returns), betas, np.nan)


def _shrunk(betas: Array, sampling: Array, prior: Prior) -> Array:
    """Betas drawn towards the prior, the more the less certain they are."""
    known = np.isfinite(betas)
    count = known.sum(axis=1, keepdims=True)
    if prior is None:
        if betas.shape[1] < 2:
            raise InputError(
                "estimator 'vasicek' takes its prior from the cross-section of betas, and there is one asset; give "
                "prior=(mean, standard deviation), such as (1.0, 0.5)"
            )
        filled = np.where(known, betas, 0.0)
        mean = filled.sum(axis=1, keepdims=True) / np.maximum(count, 1)
        variance = np.where(known, betas - mean, 0.0)
        variance = (variance**2).sum(axis=1, keepdims=True) / np.maximum(count - 1, 1)
    else:
        about = numbers("prior", prior)
        if about.shape != (2,) or not np.isfinite(about).all() or not about[1] > 0:
            raise InputError(f"prior is {shown(prior)}; give a finite mean and a positive standard deviation")
        mean, variance = np.full(count.shape, about[0]), np.full(count.shape, about[1] ** 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        own = np.where(sampling > 0, variance / (variance + sampling), 1.0)
    return np.asarray(np.where(known, own * betas + (1 - own) * mean, np.nan))
