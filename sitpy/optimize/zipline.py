"""Inside an algorithm that zipline runs: its portfolio as weights, and the orders that lead to the optimal one."""

from __future__ import annotations

import importlib.util
import math
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from sitpy.errors import BankruptError, warn
from sitpy.optimize.constraints import Constraint
from sitpy.optimize.errors import NoAlgorithmError, WrongTypeError
from sitpy.optimize.named_assets import Frozen
from sitpy.optimize.objectives import Objective
from sitpy.optimize.optimization import calculate_optimal_portfolio, problem_of
from sitpy.optimize.reading import Asset, few

INSTALL = 'pip install "sitpy[zipline]"'
"""What a user types to get zipline."""


def order_optimal_portfolio(
    objective: Objective, constraints: Iterable[Constraint], universe: object = None
) -> pd.Series:
    """Order what leads from the algorithm's portfolio to the optimal one; for functions that an algorithm schedules.

    Open orders count as filled, so that calling twice before a fill orders once. Assets that cannot trade now keep their
    position, or stay out. Target positions are whole shares, cut toward 0.

    Parameters
    ----------
    objective : MaximizeAlpha or TargetWeights
        Of assets of the algorithm, such as ``symbol("AAPL")``.
    constraints : iterable of Constraint
    universe : iterable of assets, optional
        What an early version asked for; ignored.

    Returns
    -------
    Series
        The id of each order by its asset; assets that need no order are not in it.

    Raises
    ------
    NoAlgorithmError
        No algorithm is running, or it is still in ``initialize`` (a RuntimeError).
    WrongTypeError
        No objective, no constraints, or assets that are none of the algorithm's (a TypeError).
    InfeasibleConstraints, UnboundedObjective, OptimizationFailed
        As in :func:`calculate_optimal_portfolio`; nothing is ordered.
    BankruptError
        The portfolio is worth nothing or less.

    Warns
    -----
    DeprecationWarning
        A universe was given.

    Examples
    --------
    In an algorithm's file::

        def rebalance(context, data):
            alphas = pd.Series([1.0, -0.5], index=symbols("AAPL", "IBM"))
            order_optimal_portfolio(opt.MaximizeAlpha(alphas), [opt.MaxGrossExposure(1.0), opt.DollarNeutral(0.1)])

    References
    ----------
    Quantopian API reference (2020), ``quantopian.algorithm.order_optimal_portfolio``.
    """
    if universe is not None:
        warn(
            "order_optimal_portfolio ignores universe; leave it out, the assets are those of the objective",
            DeprecationWarning,
        )
    account = _account()
    problem = problem_of(objective, constraints, account.weights())
    account.refuse_strangers(problem.book.assets)
    closed = [asset for asset in problem.book.assets if not account.can_trade(asset)]
    demands = [*problem.constraints, Frozen(closed)] if closed else problem.constraints
    weights = calculate_optimal_portfolio(objective, demands, account.weights()).drop(closed)
    amounts = account.amounts()
    ids = {asset: account.order(asset, weight, amounts.get(asset, 0.0)) for asset, weight in weights.items()}
    placed = {asset: name for asset, name in ids.items() if name is not None}
    return pd.Series(list(placed.values()), index=pd.Index(list(placed), tupleize_cols=False), dtype=object)


def current_weights() -> dict[Asset, float]:
    """Weights of the running algorithm's portfolio, open orders counted as filled; nothing where no algorithm runs.

    Returns
    -------
    dict
        Asset -> signed fraction of the portfolio's value, at the last known prices.

    Raises
    ------
    BankruptError
        The portfolio is worth nothing or less.

    Examples
    --------
    >>> from sitpy.optimize import current_weights
    >>> current_weights()
    {}
    """
    algorithm = _running()
    return _Account(algorithm).weights() if algorithm is not None and algorithm.initialized else {}


@dataclass(frozen=True)
class _Account:
    """What an algorithm holds and has ordered."""

    algorithm: Any

    @property
    def data(self) -> Any:
        """Prices now."""
        return self.algorithm.trading_client.current_data

    @property
    def value(self) -> float:
        """Of all positions and cash."""
        value = float(self.algorithm.portfolio.portfolio_value)
        if value <= 0:
            raise BankruptError(
                f"the portfolio is worth {value:,.2f}, and weights are fractions of its value; limit its leverage with "
                "MaxGrossExposure"
            )
        return value

    def amounts(self) -> dict[Asset, float]:
        """Shares held and still to come from open orders."""
        amounts = {asset: float(p.amount) for asset, p in self.algorithm.portfolio.positions.items()}
        for asset, orders in self.algorithm.get_open_orders().items():
            amounts[asset] = amounts.get(asset, 0.0) + sum(order.amount - order.filled for order in orders)
        return {asset: amount for asset, amount in amounts.items() if amount != 0}

    def weights(self) -> dict[Asset, float]:
        """The same as fractions of the value."""
        amounts = self.amounts()
        value = self.value if amounts else math.nan
        return {asset: amount * self.price(asset) / value for asset, amount in amounts.items()}

    def price(self, asset: Any) -> float:
        """What a share is worth: the last known close, and once an asset has ended that of its last trade."""
        price = float(self.data.current(asset, "price"))
        held = self.algorithm.portfolio.positions
        if math.isnan(price) and asset in held:
            price = float(held[asset].last_sale_price)
        return price * float(asset.price_multiplier)

    def can_trade(self, asset: Any) -> bool:
        """Whether an order would be accepted now."""
        return bool(self.data.can_trade(asset))

    def refuse_strangers(self, assets: Iterable[Asset]) -> None:
        """Refuse what zipline does not know as an asset."""
        from zipline.assets import Asset as Tradable

        strangers = [asset for asset in assets if not isinstance(asset, Tradable)]
        if strangers:
            raise WrongTypeError(
                f"{few(strangers)} cannot be ordered: an algorithm's assets are what symbol('AAPL') or symbols('AAPL', 'IBM') "
                "give"
            )

    def order(self, asset: Any, weight: float, amount: float) -> str | None:
        """The id of the order that brings this amount to a weight; None where none is needed."""
        target = self.algorithm.round_order(weight * self.value / self.price(asset))
        return None if target == amount else self.algorithm.order(asset, target - amount)


def _running() -> Any:
    """The algorithm that is running in this thread, or None: none runs where zipline is not even loaded."""
    module = sys.modules.get("zipline.utils.algo_instance")
    return None if module is None else module.get_algo_instance()


def _account() -> _Account:
    """The account of the running algorithm, or the error that says that there is none."""
    algorithm = _running()
    if algorithm is None:
        missing = "" if importlib.util.find_spec("zipline") else f", which needs zipline: {INSTALL}"
        raise NoAlgorithmError(
            "no algorithm is running, so nothing can be ordered; calculate_optimal_portfolio gives the weights alone, and "
            f"`sitpy algo FILE.py --prices PRICES.csv` runs an algorithm{missing}"
        )
    if not algorithm.initialized:
        raise NoAlgorithmError(
            "order_optimal_portfolio cannot be called in initialize; call it in a function that is given to schedule_function"
        )
    return _Account(algorithm)
