"""Growth, risk and ratios of an equity line (starts near 1) or of its returns per period, as SIT defines them.

``x`` and ``equity`` are a Series with dates. A missing number is an error: drop it first (``x.dropna()``), as
:func:`compute_stats` does.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sitpy.arguments import numbers, positive, real
from sitpy.backtest.losses import compute_max_drawdown, values_of
from sitpy.dates import dated
from sitpy.errors import InputError

Array = np.ndarray

_ANNUAL_FACTORS = (252, 52, 26, 13, 12, 6, 4, 3, 2, 1)


class HasReturns(Protocol):
    """What a model must have to be judged: returns and the equity line."""

    @property
    def ret(self) -> pd.Series: ...
    @property
    def equity(self) -> pd.Series: ...


def compute_nyears(x: pd.Series | pd.DataFrame | pd.Index) -> float:
    """Years from the first date to the last (days / 365).

    Parameters
    ----------
    x : Series, DataFrame or Index
        With dates.

    Returns
    -------
    float

    Raises
    ------
    InputError
        No dates.

    Examples
    --------
    >>> import pandas as pd, sitpy
    >>> sitpy.compute_nyears(pd.DatetimeIndex(["2021-01-01", "2023-01-01"]))
    2.0

    References
    ----------
    SIT, ``compute.nyears``.
    """
    dates = dated(x)
    if len(dates) == 0:
        raise InputError("there are no dates; give at least one")
    return float((dates.max().normalize() - dates.min().normalize()).days) / 365


def compute_cagr(equity: pd.Series | ArrayLike, nyears: float | None = None) -> float:
    """Compound annual growth rate, ``(last equity)^(1/years) - 1``; the line is taken to start at 1.

    Parameters
    ----------
    equity : Series (dates), or array when ``nyears`` is given
    nyears : float, optional
        Years; those between the first date and the last when not given.

    Returns
    -------
    float
        Fraction per year.

    Raises
    ------
    InputError
        Missing numbers, no dates, or no time between them.

    Examples
    --------
    >>> import sitpy
    >>> round(sitpy.compute_cagr([1.0, 1.1, 1.21], nyears=2), 6)
    0.1

    References
    ----------
    SIT, ``compute.cagr``.
    """
    last = values_of(equity, "equity")[-1]
    years = compute_nyears(equity) if nyears is None else real("nyears", nyears, "give years, above 0", positive)  # type: ignore[arg-type]
    if not years > 0:
        raise InputError(f"equity spans {years:g} years; a growth rate needs two different dates")
    return float(np.sign(last) * np.abs(last) ** (1 / years) - 1)


def compute_raw_annual_factor(x: pd.Series | pd.DataFrame | pd.Index) -> int:
    """Rows per year, rounded.

    Parameters
    ----------
    x : Series, DataFrame or Index
        With dates, at least two different ones.

    Returns
    -------
    int

    Raises
    ------
    InputError
        No dates, or no time between them.

    Examples
    --------
    >>> import pandas as pd, sitpy
    >>> sitpy.compute_raw_annual_factor(pd.date_range("2020-01-31", periods=25, freq="ME"))
    12

    References
    ----------
    SIT, ``compute.raw.annual.factor``.
    """
    years = compute_nyears(x)
    if not years > 0:
        raise InputError("all rows have the same date; the number of rows per year needs two different dates")
    return round(len(x) / years)


def compute_annual_factor(x: pd.Series | pd.DataFrame | pd.Index) -> int:
    """Periods per year: whichever of 252, 52, 26, 13, 12, 6, 4, 3, 2, 1 is nearest to the rows per year.

    Parameters, return value and errors as in :func:`compute_raw_annual_factor`.

    Examples
    --------
    >>> import pandas as pd, sitpy
    >>> sitpy.compute_annual_factor(pd.bdate_range("2020-01-01", periods=300))
    252

    References
    ----------
    SIT, ``compute.annual.factor``.
    """
    raw = compute_raw_annual_factor(x)
    return min(_ANNUAL_FACTORS, key=lambda factor: abs(raw - factor))


def compute_risk(x: pd.Series) -> float:
    """Standard deviation (divisor T - 1) of returns, per year.

    Parameters
    ----------
    x : Series (dates)
        Returns per period.

    Returns
    -------
    float
        ``sqrt(annual factor) * sd``; nan for a single return.

    Raises
    ------
    InputError
        Missing numbers, no dates.

    Examples
    --------
    >>> import pandas as pd, sitpy
    >>> months = pd.date_range("2020-01-31", periods=60, freq="ME")
    >>> round(sitpy.compute_risk(pd.Series([0.01, -0.01] * 30, index=months)), 4)
    0.0349

    References
    ----------
    SIT, ``compute.risk``.
    """
    values = values_of(x, "x")
    return float(np.sqrt(compute_annual_factor(x)) * _deviation(values))


def compute_sharpe(x: pd.Series) -> float:
    """Mean return over its standard deviation, per year, without a risk-free rate.

    Parameters
    ----------
    x : Series (dates)
        Returns per period.

    Returns
    -------
    float
        ``sqrt(annual factor) * mean / sd``; nan when the returns never change.

    Raises
    ------
    InputError
        Missing numbers, no dates.

    Examples
    --------
    >>> import pandas as pd, sitpy
    >>> months = pd.date_range("2020-01-31", periods=60, freq="ME")
    >>> round(sitpy.compute_sharpe(pd.Series([0.03, -0.01] * 30, index=months)), 4)
    1.7176

    References
    ----------
    SIT, ``compute.sharpe``.
    """
    values = values_of(x, "x")
    deviation = _deviation(values)
    return float(np.sqrt(compute_annual_factor(x)) * values.mean() / deviation) if deviation > 0 else float("nan")


def compute_calmar(x: pd.Series) -> float:
    """Growth rate over the deepest drawdown: negative for a line that grew, because SIT's drawdowns are negative.

    Parameters
    ----------
    x : Series (dates)
        Equity line.

    Returns
    -------
    float
        nan for a line that never fell.

    Raises
    ------
    InputError
        As :func:`compute_cagr`.

    Examples
    --------
    >>> import pandas as pd, sitpy
    >>> days = pd.DatetimeIndex(["2021-01-01", "2021-06-01", "2022-01-01"])
    >>> round(sitpy.compute_calmar(pd.Series([1, 0.8, 1.1], index=days)), 4)
    -0.5

    References
    ----------
    SIT, ``compute.calmar``.
    """
    growth, depth = compute_cagr(x), compute_max_drawdown(x)
    return growth / depth if depth < 0 else float("nan")


def compute_R2(equity: pd.Series) -> float:
    """Squared correlation of the equity line with the dates: 1 for a straight line.

    Parameters
    ----------
    equity : Series (dates)

    Returns
    -------
    float
        nan for a line that does not move.

    Raises
    ------
    InputError
        Missing numbers, no dates.

    Examples
    --------
    >>> import pandas as pd, sitpy
    >>> sitpy.compute_R2(pd.Series([1.0, 2, 3], index=pd.date_range("2020-01-01", periods=3)))
    1.0

    References
    ----------
    SIT, ``compute.R2``.
    """
    y = values_of(equity, "equity")
    dates = dated(equity)
    days = np.asarray((dates - dates[0]) / pd.Timedelta(days=1))
    x, y = days - days.mean(), y - y.mean()
    size = (x @ x) * (y @ y)
    return float((x @ y) ** 2 / size) if size > 0 else float("nan")


def compute_DVR(bt: HasReturns) -> float:
    """Sharpe ratio times R2 of the equity line.

    Parameters
    ----------
    bt : BacktestModel

    Returns
    -------
    float

    Raises
    ------
    InputError
        As :func:`compute_sharpe`.

    Examples
    --------
    >>> import pandas as pd, sitpy
    >>> prices = pd.Series([10.0, 11, 12, 12], index=pd.date_range("2020-01-01", periods=4))
    >>> model = sitpy.bt_simple(prices, [1, 1, 1, 1])
    >>> bool(abs(sitpy.compute_DVR(model) - sitpy.compute_sharpe(model.ret) * sitpy.compute_R2(model.equity)) < 1e-12)
    True

    References
    ----------
    SIT, ``compute.DVR``.
    """
    return compute_sharpe(bt.ret) * compute_R2(bt.equity)


def compute_exposure(weight: pd.DataFrame | ArrayLike) -> float:
    """Fraction of the dates on which anything is held.

    Parameters
    ----------
    weight : DataFrame or array (dates x symbols)

    Returns
    -------
    float

    Raises
    ------
    InputError
        Missing numbers.

    Examples
    --------
    >>> import sitpy
    >>> sitpy.compute_exposure([[0, 0], [0.5, 0.5], [0, 1], [0, 0]])
    0.5

    References
    ----------
    SIT, ``compute.exposure``.
    """
    values = numbers("weight", weight)
    values = values[:, None] if values.ndim == 1 else values
    if values.ndim != 2 or values.size == 0 or np.isnan(values).any():
        raise InputError(
            f"weight has shape {values.shape} and {int(np.isnan(values).sum())} missing number(s); "
            "expected dates x symbols without any"
        )
    return float((values != 0).any(axis=1).mean())


def _deviation(values: Array) -> float:
    """Standard deviation; exactly zero where nothing moves, nan for one value."""
    if values.size < 2:
        return float("nan")
    return float(values.std(ddof=1)) if np.ptp(values) > 0 else 0.0
