"""Optimal weights through time on a table of prices, carried out by sitpy's own account: no zipline is needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from sitpy.arguments import choice, shown, whole
from sitpy.backtest.account import Delisted, Rates, keep_account, listed, terms_of
from sitpy.backtest.book import Account
from sitpy.backtest.environment import checked_prices, refuse_other_zone
from sitpy.backtest.model import BacktestModel
from sitpy.dates import dated, endpoints
from sitpy.errors import InputError, SitpyError
from sitpy.optimize.constraints import Constraint
from sitpy.optimize.errors import WrongTypeError
from sitpy.optimize.named_assets import CannotHold
from sitpy.optimize.objectives import Objective
from sitpy.optimize.optimization import listed_constraints, run_optimization
from sitpy.optimize.reading import Asset, few

Array = np.ndarray
Limits = Iterable[Constraint] | Callable[[pd.DataFrame], Iterable[Constraint]]
Wish = Callable[[pd.DataFrame], Objective | tuple[Objective, Iterable[Constraint]]]
Schedule = str | int | Iterable[Any]
OnInfeasible = Literal["raise", "hold"]


@dataclass(frozen=True, eq=False, repr=False)
class BacktestRun:
    """What :func:`backtest` did.

    ``weights`` (rebalancing dates x assets): what was held from each date's close on, 0 for nothing; on the dates ``held``, on
    which no portfolio satisfied all constraints, what was left as it was. ``account``: shares, cash and flows of each day.
    """

    weights: pd.DataFrame
    held: pd.DatetimeIndex
    account: Account

    @property
    def equity(self) -> pd.Series:
        """Money at each close, after the close's trade."""
        return self.account.equity

    @property
    def exposures(self) -> pd.DataFrame:
        """Long, short (negative), net and gross positions (dates x 4) as fractions of equity."""
        return self.account.exposures

    @property
    def turnover(self) -> pd.Series:
        """Value bought and sold over the equity before its costs (dates)."""
        return self.account.turnover

    @property
    def model(self) -> BacktestModel:
        """The same as a back-test's result, for :func:`sitpy.report` and the plots."""
        return self.account.model

    def __repr__(self) -> str:
        return f"<BacktestRun: {len(self.weights)} rebalancings, {len(self.held)} of them held; {self.account!r}>"


def backtest(
    objective_fn: Wish,
    prices: pd.DataFrame,
    schedule: Schedule,
    constraints: Limits = (),
    *,
    warmup: int = 0,
    on_infeasible: OnInfeasible = "raise",
    capital: float = 100000,
    cost_bps: Rates = 0.0,
    borrow_bps: Rates = 0.0,
    cash_rate: float | pd.Series = 0.0,
    margin_rate: float | pd.Series = 0.0,
    delisted: Delisted = "refuse",
) -> BacktestRun:
    """Optimize at the close of each date of a schedule, trade at that close, and leave the shares alone until the next.

    Each optimization starts from what the prices have made of the portfolio since the last trade. Nothing is traded at the
    last row. Assets without a price on a date cannot be held from it on.

    Parameters
    ----------
    objective_fn : function of a DataFrame (dates x assets)
        Gets a copy of the prices up to and including the date; gives the objective, or the objective and constraints of this
        date, which hold beside the others.
    prices : DataFrame (dates x assets)
        Closing prices, oldest first; nan before an asset's first price and after its last, never between.
    schedule : {"days", "weeks", "months", "quarters", "years"}, int or iterable of dates
        Last row of each period, or every so many rows beginning with the first, or dates that the prices have.
    constraints : iterable of Constraint, or function of a DataFrame (dates x assets)
        For all dates, or made from the prices up to and including the date.
    warmup : int
        Rows that must come before a date; earlier dates of the schedule are left out, and counting of rows begins behind them.
    on_infeasible : {"raise", "hold"}
        Whether a date on which no portfolio satisfies all constraints ends the run, or leaves all shares as they are.
    capital, cost_bps, borrow_bps, cash_rate, margin_rate, delisted
        As in :func:`sitpy.bt_account`.

    Returns
    -------
    BacktestRun

    Raises
    ------
    WrongTypeError
        No function, no constraints or no schedule; what a function gives is no objective or no constraints.
    InputError
        Prices, dates or costs that cannot be used, an asset that prices do not have, an empty schedule.
    InfeasibleConstraints, UnboundedObjective, OptimizationFailed
        As in :func:`calculate_optimal_portfolio`; this and every other error of a date names the date.
    BankruptError
        The account has lost everything.

    Examples
    --------
    >>> import pandas as pd
    >>> import sitpy.optimize as opt
    >>> days = pd.date_range("2020-01-30", periods=4)
    >>> prices = pd.DataFrame({"A": [10.0, 11, 22, 22], "B": [10.0, 10, 10, 8]}, index=days)
    >>> run = opt.backtest(
    ...     lambda history: opt.MaximizeAlpha(history.iloc[-1] / history.iloc[0] - 1),
    ...     prices,
    ...     "days",
    ...     [opt.MaxGrossExposure(1.0), opt.DollarNeutral(0.0)],
    ...     warmup=1,
    ... )
    >>> run.weights.round(4).to_numpy().tolist(), run.equity.round().tolist()
    ([[0.5, -0.5], [0.5, -0.5]], [100000.0, 100000.0, 150000.0, 165000.0])

    References
    ----------
    Quantopian API reference (2020), ``quantopian.algorithm.order_optimal_portfolio``; SIT, ``bt.run.share``.
    """
    table = listed(checked_prices(prices), "prices")
    rows = _rows_of(schedule, pd.DatetimeIndex(table.index), whole("warmup", warmup))
    choice("on_infeasible", on_infeasible, get_args(OnInfeasible))
    if not callable(objective_fn) or isinstance(objective_fn, (type, Objective)):
        raise WrongTypeError(
            f"objective_fn is {shown(objective_fn)}; give a function of the prices so far that gives an objective"
        )
    limits = constraints if callable(constraints) else listed_constraints(constraints)
    trader = _Trader(table, objective_fn, limits, frozenset(rows.tolist()), on_infeasible == "hold")
    terms = terms_of(table, cost_bps, borrow_bps, cash_rate, margin_rate)
    account = keep_account(table, trader.decide, terms, capital, delisted)
    weights = np.array([trader.weights[row] for row in rows.tolist()])
    return BacktestRun(
        pd.DataFrame(weights, table.index[rows], table.columns), pd.DatetimeIndex(table.index[trader.held]), account
    )


class _Trader:
    """Optimizes on the rows of the schedule, and writes down what came of it."""

    def __init__(
        self,
        table: pd.DataFrame,
        objective_fn: Wish,
        limits: list[Constraint] | Callable[[pd.DataFrame], Iterable[Constraint]],
        rows: frozenset[int],
        holds: bool,
    ) -> None:
        self.table, self.objective_fn, self.limits, self.rows, self.holds = table, objective_fn, limits, rows, holds
        self.assets: list[Asset] = list(table.columns)
        self.there: Array = table.notna().to_numpy()
        self.weights: dict[int, Array] = {}
        self.held: list[int] = []

    def decide(self, row: int, equity: float, value: Array) -> Array | None:
        """Fractions of equity to hold from this close on; None where nothing is traded."""
        if row not in self.rows:
            return None
        # what has ended is sold at this close
        current = np.where(self.there[row], value, 0.0) / equity
        with _named(f"{self.table.index[row]:%Y-%m-%d}"):
            wanted = self._optimal(row, current)
        if wanted is None:
            self.held.append(row)
        self.weights[row] = current if wanted is None else wanted
        return wanted

    def _optimal(self, row: int, current: Array) -> Array | None:
        """The optimal weights; None where the shares are to be left alone."""
        answer = self.objective_fn(self._history(row))
        objective, own = answer if isinstance(answer, tuple) and len(answer) == 2 else (answer, [])
        limits = listed_constraints(self.limits(self._history(row))) if callable(self.limits) else self.limits
        absent = [asset for asset, there in zip(self.assets, self.there[row], strict=True) if not there]
        demands = [*limits, *listed_constraints(own), *([CannotHold(absent)] if absent else [])]
        result = run_optimization(objective, demands, dict(zip(self.assets, current.tolist(), strict=True)))
        strangers = [asset for asset in result.old_weights.index if asset not in self.assets]
        if strangers:
            raise InputError(f"prices have no column for {few(strangers)}; leave them out, or give their prices")
        if result.status == "infeasible" and self.holds:
            return None
        result.raise_for_status()
        assert result.new_weights is not None
        found = result.new_weights.to_dict()
        return np.array([found.get(asset, 0.0) for asset in self.assets])

    def _history(self, row: int) -> pd.DataFrame:
        """A copy of what is known at the close of a row."""
        return self.table.iloc[: row + 1].copy()


@contextmanager
def _named(date: str) -> Iterator[None]:
    """Every error of a date says which date it was."""
    try:
        yield
    except SitpyError as error:
        error.args = (f"on {date}: {error}", *error.args[1:])
        raise
    except Exception as error:
        error.add_note(f"while optimizing on {date}")
        raise


def _rows_of(schedule: Any, dates: pd.DatetimeIndex, warmup: int) -> Array:
    """Rising rows on which to trade: none of the first ones, and not the last, behind which nothing is earned."""
    if isinstance(schedule, str):
        rows = endpoints(dates, schedule)
    elif isinstance(schedule, (int, np.integer)) and not isinstance(schedule, bool):
        rows = np.arange(warmup, len(dates), whole("schedule", schedule, 1))
    elif isinstance(schedule, Iterable) and not isinstance(schedule, bytes):
        rows = _rows_at(schedule, dates)
    else:
        raise WrongTypeError(
            f"schedule is {shown(schedule)}; give 'days', 'weeks', 'months', a number of rows, or a list of dates"
        )
    found: Array = rows[(rows >= warmup) & (rows < len(dates) - 1)]
    if not found.size:
        raise InputError(
            f"schedule has no date behind the first {warmup} rows and before the last of {len(dates)}; give more prices, or an "
            "earlier date"
        )
    return found


def _rows_at(schedule: Iterable[Any], dates: pd.DatetimeIndex) -> Array:
    """Rows of dates that are given one by one."""
    given = schedule if isinstance(schedule, pd.Index) else pd.Index(list(schedule))
    if not len(given):
        raise InputError("schedule is empty; give the dates on which to trade")
    asked = dated(given)
    refuse_other_zone(asked, "schedule", dates, "prices")
    unknown = asked.difference(dates)
    if len(unknown):
        raise InputError(
            f"schedule has the date {unknown[0]:%Y-%m-%d}, which prices do not have; take dates from prices"
        )
    return np.unique(dates.get_indexer(asked))
