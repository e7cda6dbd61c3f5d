"""The beta-hedge study of the "Magnificent Seven" against QQQ as it was published, number for number.

What is wrong with it is kept here on purpose and shown, with numbers, in docs/what-the-published-backtest-gets-wrong.md.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sitpy.arguments import numbers, positive, real, whole
from sitpy.beta_hedge.series import Array, Values, day, observations, together
from sitpy.errors import InputError, warn
from sitpy.record import Record

DAYS_PER_YEAR = 365
"""The study's year, although its blocks are counted in trading days."""


def calculate_weighted_returns(price_data: pd.DataFrame, avg_volume: pd.DataFrame) -> pd.Series:
    """Daily returns of a portfolio whose weights are yesterday's average volumes over their sum.

    Parameters
    ----------
    price_data : DataFrame (days x assets)
        Adjusted closing prices, oldest first.
    avg_volume : DataFrame (days x assets)
        Average volumes of the same days and assets, such as ``volumes.rolling(30).mean()``. Where one is missing the
        asset has no weight that day and the others share the whole; where all are, the next day's return is 0.

    Returns
    -------
    Series (days)
        Simple returns per day, fractions; 0 on the first day.

    Raises
    ------
    InputError
        A price that is missing or not positive, a volume that is negative or infinite, a day without any volume, days or
        assets that differ.

    Warns
    -----
    SitpyWarning
        An average volume is missing after the asset's first one.

    Examples
    --------
    >>> import pandas as pd, sitpy
    >>> prices = pd.DataFrame({"A": [10.0, 11.0, 11.0], "B": [20.0, 20.0, 24.0]})
    >>> volumes = pd.DataFrame({"A": [3.0, 1.0, 1.0], "B": [1.0, 3.0, 1.0]})
    >>> sitpy.calculate_weighted_returns(prices, volumes).round(4).tolist()
    [0.0, 0.075, 0.15]

    References
    ----------
    The published study; docs/what-the-published-backtest-gets-wrong.md.
    """
    prices, volumes = _table(price_data, "price_data"), _table(avg_volume, "avg_volume")
    if set(prices.columns) != set(volumes.columns):
        only = sorted(map(str, set(prices.columns) ^ set(volumes.columns)))
        raise InputError(f"price_data and avg_volume hold different assets: {', '.join(only)} in one of them only")
    if not prices.index.equals(volumes.index):
        raise InputError(
            f"price_data has {len(prices)} days and avg_volume {len(volumes)}, or other ones; give the same days of each"
        )
    volumes = volumes[prices.columns]
    _refuse(prices, ~((prices > 0) & (prices < np.inf)), "price_data", "a price must be above 0")
    _refuse(volumes, (volumes < 0) | (volumes == np.inf), "avg_volume", "a volume must be 0 or above")
    total = volumes.sum(axis=1)
    idle = (total == 0) & volumes.notna().any(axis=1)
    if idle.any():
        raise InputError(f"avg_volume is 0 for every asset at {day(idle.idxmax())}; leave that day out")
    gap = volumes.isna() & volumes.notna().cummax()
    if gap.to_numpy().any():
        row, column = np.argwhere(gap.to_numpy())[0]
        warn(
            f"avg_volume misses {int(gap.to_numpy().sum())} value(s) after an asset's first one, the first of "
            f"{gap.columns[column]} at {day(gap.index[row])}; an asset without an average has no weight on the next day"
        )
    weights = volumes.div(total.where(total > 0), axis=0)
    weighted: pd.Series = (prices.pct_change() * weights.shift(1)).sum(axis=1)
    return weighted


def hedged_portfolio_performance_dynamic_beta(
    portfolio_size: float,
    rebalancing_days: int,
    benchmark_returns: Values,
    long_returns: Values,
    short_returns: Values,
    transaction_cost: float,
) -> tuple[Array, Array]:
    """Value of a portfolio with a long and a short leg that is rebalanced by a beta estimated on each block of days.

    The value is split ``1 : beta`` between the legs, at the start by the slope of the long returns in the first block.
    Then block by block: each leg compounds its returns and pays the cost on all that it holds, the value is their sum, and
    it is split anew by the slope, in that block, of the mean of both legs' returns on the benchmark's. A last block that
    is not full is traded with the split it finds, and has no slope.

    Parameters
    ----------
    portfolio_size : float
        Money at the start.
    rebalancing_days : int
        Rows in a block, 2 or more.
    benchmark_returns, long_returns, short_returns : array or Series (T days)
        Simple returns per day. The short leg's are those of an inverse fund: ``-benchmark_returns``.
    transaction_cost : float
        Fraction of each leg that every block costs.

    Returns
    -------
    portfolio_values : array (1 + number of blocks)
        Money at the start and at the end of each block; negative where a beta below -1 made it so.
    betas : array (1 + number of full blocks)
        The opening beta, then the slope of each full block.

    Raises
    ------
    InputError
        Missing returns, series of different length or dates, a block longer than they are, a size that is not positive, a
        cost outside 0 to 1, a block in which the benchmark never moves, a beta of exactly -1.

    Examples
    --------
    >>> import sitpy
    >>> benchmark = [0.01, -0.01, 0.02, 0.00, 0.01]
    >>> values, betas = sitpy.hedged_portfolio_performance_dynamic_beta(
    ...     1000, 2, benchmark, [0.02, -0.02, 0.04, 0.01, 0.00], [-0.01, 0.01, -0.02, 0.00, -0.01], 0.001
    ... )
    >>> values.round(2).tolist(), betas.round(4).tolist()
    ([1000.0, 998.8, 1024.68, 1021.6], [2.0, 0.5, 0.25])

    References
    ----------
    The published study; docs/what-the-published-backtest-gets-wrong.md.
    """
    size = real("portfolio_size", portfolio_size, "give an amount of money above 0", positive)
    cost = real("transaction_cost", transaction_cost, "give a fraction from 0 to below 1 (0.001 is 0.1 %)", _part)
    series = {"benchmark_returns": benchmark_returns, "long_returns": long_returns, "short_returns": short_returns}
    market, long, short = together(series)
    length = whole("rebalancing_days", rebalancing_days, 2)  # one row has no slope
    if length > len(market):
        raise InputError(
            f"rebalancing_days is {length} but there are {len(market)} rows; the opening beta needs a full block"
        )
    beta = _slope(market[:length], long[:length], 0)
    values, betas = [size], [beta]
    for start in range(0, len(market), length):
        rows = slice(start, start + length)
        grown = np.prod(1 + long[rows]) + beta * np.prod(1 + short[rows])
        values.append(values[-1] * grown / _parts(beta, len(betas) - 1) * (1 - cost))
        if start + length <= len(market):
            beta = _slope(market[rows], (long[rows] + short[rows]) / 2, start)
            betas.append(beta)
    return np.array(values), np.array(betas)


def get_sharpe_ratio(risk_free_rate: float, portfolio_values: Values, rebalancing_days: int) -> float:
    """Sharpe ratio per year of 365 days of the values at the ends of blocks; standard deviation with divisor n.

    Parameters
    ----------
    risk_free_rate : float
        Fraction per year.
    portfolio_values : array or Series (n + 1)
        Money at the start and after each block.
    rebalancing_days : int
        Days in a block.

    Returns
    -------
    float

    Raises
    ------
    InputError
        Fewer than three values, a missing one or one of zero, returns that never change, a rate of -1 or below.

    Warns
    -----
    SitpyWarning
        A value is negative: a return from or to it is no gain or loss.

    Examples
    --------
    >>> import sitpy
    >>> round(sitpy.get_sharpe_ratio(0.02, [1000, 1040, 1030, 1090], 30), 4)
    3.3957

    References
    ----------
    Sharpe (1994), "The Sharpe ratio", Journal of Portfolio Management 21, and the published study.
    """
    values, length = observations(portfolio_values, "portfolio_values"), whole("rebalancing_days", rebalancing_days, 1)
    rate = real("risk_free_rate", risk_free_rate, "give a fraction per year above -1 (0.02 is 2 %)", _above_minus_one)
    if len(values) < 3 or np.any(values[:-1] == 0):
        raise InputError(
            f"portfolio_values has {len(values)} values, {int((values == 0).sum())} of them 0; "
            "give three or more that are not 0"
        )
    if np.any(values < 0):
        warn(
            f"portfolio_values is negative from step {int(np.argmax(values < 0))} on (at first {values.min():,.2f} at the "
            "lowest); a return across zero is no gain or loss, and this Sharpe ratio means nothing"
        )
    excess = values[1:] / values[:-1] - 1 - ((1 + rate) ** (length / DAYS_PER_YEAR) - 1)
    deviation = float(excess.std())
    if deviation <= 1e-14:  # rounding of returns that are the same
        raise InputError(f"portfolio_values grows by the same {values[1] / values[0] - 1:.4%} in each block: no risk")
    return float(excess.mean()) / deviation * math.sqrt(DAYS_PER_YEAR / length)


@dataclass(frozen=True)
class PublishedReport(Record):
    """Answer of :func:`published_report`; ``print(report)`` prints it, :meth:`figures` is it without the table.

    ``table`` (step, value, beta) has ``trimmed_length`` rows, of which the figures are made: money ``initial`` and
    ``final``, ``total_realized_returns_pct``, ``annualized_returns_pct``. ``benchmark_cumulative_return`` is a fraction.
    ``reason`` says in words why an annualised return is not a number, and is empty otherwise.
    """

    trimmed_length: int
    initial: float
    final: float
    total_realized_returns_pct: float
    annualized_returns_pct: float
    benchmark_cumulative_return: float
    benchmark_annualized_return_pct: float
    table: pd.DataFrame
    reason: str = ""

    def figures(self) -> str:
        """The figures, a line each, without the table."""
        annual = f"not a number: {self.reason}" if self.reason else f"{self.annualized_returns_pct:.2f} %"
        return (
            f"initial value            {self.initial:,.2f}\n"
            f"final value              {self.final:,.2f}\n"
            f"total realised returns   {self.total_realized_returns_pct:.2f} %\n"
            f"annualised returns       {annual}\n"
            f"benchmark, annualised    {self.benchmark_annualized_return_pct:.2f} %"
        )

    def __str__(self) -> str:
        rows = self.table.itertuples(index=False, name=None)
        steps = "\n".join(f"{step:4} {value:18,.2f} {beta:9.4f}" for step, value, beta in rows)
        return f"{self.figures()}\n\n{'step':>4} {'value':>18} {'beta':>9}\n{steps}"


def published_report(
    portfolio_values: Values, betas: Values, rebalancing_days: int, benchmark_returns: Values
) -> PublishedReport:
    """What the study prints of a run: values and betas are trimmed to the shorter, so that a last block may be missing.

    Parameters
    ----------
    portfolio_values, betas : array or Series
        As :func:`hedged_portfolio_performance_dynamic_beta` returns them.
    rebalancing_days : int
        Days in a block.
    benchmark_returns : array or Series (T days)

    Returns
    -------
    PublishedReport
        Years are ``trimmed_length * rebalancing_days / 365`` for the portfolio and ``T / 365`` for the benchmark.

    Raises
    ------
    InputError
        Missing values, an initial value of 0 or less, a benchmark that loses more than everything.

    Examples
    --------
    >>> import sitpy
    >>> print(sitpy.published_report([1000, 1010, 1030], [1.2, 0.3], 30, [0.001] * 60))
    initial value            1,000.00
    final value              1,010.00
    total realised returns   1.00 %
    annualised returns       6.24 %
    benchmark, annualised    44.03 %
    <BLANKLINE>
    step              value      beta
       0           1,000.00    1.2000
       1           1,010.00    0.3000

    References
    ----------
    The published study; docs/what-the-published-backtest-gets-wrong.md.
    """
    values, slopes = observations(portfolio_values, "portfolio_values"), observations(betas, "betas")
    market, days = observations(benchmark_returns, "benchmark_returns"), whole("rebalancing_days", rebalancing_days, 1)
    growth = float(np.prod(1 + market))
    if values[0] <= 0 or growth < 0:
        raise InputError(
            f"portfolio_values begins with {values[0]:g} and the benchmark grows to {growth:g} of its start; "
            "the first must be above 0 and the second not below"
        )
    steps = min(len(values), len(slopes))
    initial, final = float(values[0]), float(values[steps - 1])
    ratio = final / initial
    annual, reason = math.nan, ""
    if ratio >= 0:
        annual = 100 * (ratio ** (DAYS_PER_YEAR / (steps * days)) - 1)
    else:
        reason = (
            f"the value ends at {final:,.2f}, and the negative number {ratio:.4g} = final / initial has no root; "
            f"the smallest beta is {slopes[:steps].min():.4g}"
        )
    return PublishedReport(
        trimmed_length=steps,
        initial=initial,
        final=final,
        total_realized_returns_pct=100 * (ratio - 1),
        annualized_returns_pct=annual,
        benchmark_cumulative_return=growth - 1,
        benchmark_annualized_return_pct=100 * (growth ** (DAYS_PER_YEAR / len(market)) - 1),
        table=pd.DataFrame({"step": range(steps), "value": values[:steps], "beta": slopes[:steps]}),
        reason=reason,
    )


def _table(data: pd.DataFrame, name: str) -> pd.DataFrame:
    """A copy as numbers, days x assets."""
    found = numbers(name, data)
    if found.ndim != 2:
        raise InputError(f"{name} has shape {found.shape}; give a table of days x assets")
    labels = (data.index, data.columns) if isinstance(data, pd.DataFrame) else (None, None)
    table = pd.DataFrame(found, *labels)
    if table.empty or not (table.index.is_unique and table.columns.is_unique):
        raise InputError(f"{name} is empty or repeats a day or an asset; give days x assets, each once")
    return table


def _refuse(table: pd.DataFrame, wrong: pd.DataFrame, name: str, rule: str) -> None:
    found = np.argwhere(wrong.to_numpy())
    if found.size:
        row, column = found[0]
        value = table.to_numpy()[row, column]
        raise InputError(
            f"{name}: {table.columns[column]} at {day(table.index[row])} is "
            f"{'missing' if np.isnan(value) else f'{value:g}'} ({len(found)} such value(s)); {rule}: "
            "fill it, or leave that day or asset out"
        )


def _part(cost: float) -> bool:
    return 0 <= cost < 1


def _above_minus_one(rate: float) -> bool:
    return -1 < rate < math.inf


def _slope(x: Array, y: Array, row: int) -> float:
    """Least squares slope of y on x and a constant."""
    centred = x - x.mean()
    if np.ptp(x) == 0:
        raise InputError(
            f"benchmark_returns is {x[0] + 0.0:g} in all of the rows {row} to {row + len(x) - 1}, so that block has no beta; "
            "use longer blocks"
        )
    return float(centred @ (y - y.mean()) / (centred @ centred))


def _parts(beta: float, block: int) -> float:
    """In how many parts the value is split: one to the long leg, beta to the short one."""
    if beta == -1:
        raise InputError(f"the beta that block {block} is traded with is -1: 1 + beta is 0, and no split is defined")
    return 1 + beta
