"""What happened in each session of an algorithm's run, written down at its close."""

from __future__ import annotations

from typing import Any

import pandas as pd

_STATUS = ("open", "filled", "cancelled", "rejected", "held")  # zipline counts them


class Journal:
    """A metric in zipline's sense, called at each close.

    zipline's own table gives recorded variables and figures of one name (``beta``, ``orders``) a single column; here they are
    kept apart.
    """

    def __init__(self, symbols: pd.Index) -> None:
        self._symbols = symbols
        self._values: list[float] = []
        self._positions: list[dict[str, float]] = []
        self._recorded: list[dict[str, Any]] = []
        self._orders: dict[str, dict[str, Any]] = {}
        self._paid: dict[str, float] = {}

    def end_of_session(self, packet: Any, ledger: Any, session: Any, session_ix: int, data_portal: Any) -> None:
        """Called by zipline."""
        from zipline.utils.algo_instance import get_algo_instance

        self._values.append(float(ledger.portfolio.portfolio_value))
        held = ledger.positions
        self._positions.append({self._symbol(p["sid"]): p["amount"] * p["last_sale_price"] for p in held})
        self._recorded.append(get_algo_instance().recorded_vars)
        self._orders |= {order["id"]: order for order in ledger.orders()}
        for fill in ledger.transactions():
            name = fill["order_id"]
            self._paid[name] = self._paid.get(name, 0.0) + fill["amount"] * fill["price"]

    def equity(self, sessions: pd.DatetimeIndex) -> pd.Series:
        """The portfolio's value at each close."""
        return pd.Series(self._values, sessions, name="equity")

    def weights(self, sessions: pd.DatetimeIndex) -> pd.DataFrame:
        """Positions as fractions of the value (sessions x symbols)."""
        held = pd.DataFrame(self._positions, sessions, self._symbols, dtype=float).fillna(0.0)
        return held.div(self.equity(sessions), axis=0)

    def recorded(self, sessions: pd.DatetimeIndex) -> pd.DataFrame:
        """Recorded variables as they stood at each close."""
        names = dict.fromkeys(name for row in self._recorded for name in row)
        return pd.DataFrame(self._recorded, sessions, list(names))

    def orders(self) -> pd.DataFrame:
        """A row per order as it stood at the end."""
        rows = [
            {
                "placed": _day(order["created"]),
                "symbol": self._symbol(order["sid"]),
                "amount": order["amount"],
                "filled": order["filled"],
                "price": self._paid[name] / order["filled"] if order["filled"] else float("nan"),
                "commission": order["commission"],
                "status": _STATUS[int(order["status"])],
                "changed": _day(order["dt"]),
            }
            for name, order in self._orders.items()
        ]
        columns = ["placed", "symbol", "amount", "filled", "price", "commission", "status", "changed"]
        return pd.DataFrame(rows, columns=columns).rename_axis("order")

    def _symbol(self, asset: Any) -> str:
        """The name as the prices have it, which zipline writes in capital letters."""
        return str(self._symbols[int(asset.sid)])


def _day(time: pd.Timestamp) -> pd.Timestamp:
    """The session of a moment of trading."""
    return time.tz_convert("America/New_York").tz_localize(None).normalize()
