"""What a rolling allocation gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from sitpy.record import Record

Array = np.ndarray


@dataclass(frozen=True, repr=False)
class RollingWeights(Record):
    """Weights of several strategies at the rebalancing dates, oldest first.

    ``weights`` maps each strategy to a DataFrame (rebalancing dates x assets): nan before there is history enough, zero for
    an asset that is not in the universe or lacks history, rows that sum as the constraints ask. ``period_ends`` (rebalancing
    dates) holds their 0-based rows in the prices; ``periodicity`` and ``lookback_len`` are what was asked for. ``custom``
    maps each figure of ``custom_stats_fn`` to one table or series per strategy; each is a field too
    (``obj.risk_contributions``). ``failures`` says what could not be solved when failures are carried. ``models`` (strategy
    to back-test) is filled in by :func:`sitpy.create_strategies`.
    """

    weights: dict[str, pd.DataFrame]
    period_ends: Array
    periodicity: str | None = None
    lookback_len: int | None = None
    custom: dict[str, dict[str, Any]] = field(default_factory=dict)
    failures: tuple[str, ...] = ()
    models: dict[str, Any] | None = None

    def __getattr__(self, name: str) -> Any:
        custom = self.__dict__.get("custom", {})
        if name in custom:
            return custom[name]
        raise AttributeError(f"{type(self).__name__} has no field {name!r}")

    def __repr__(self) -> str:
        return f"<RollingWeights: {', '.join(self.weights)} at {len(self.period_ends)} dates>"
