"""The long side: what fraction of it each asset has at a rebalancing date, from data up to that date."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd

from sitpy.arguments import numbers, shown, whole
from sitpy.beta_hedge.market import Market, same_zone
from sitpy.dates import dated
from sitpy.errors import InputError
from sitpy.inputs import create_ia, update_ia
from sitpy.rolling.naming import estimators, strategies
from sitpy.rolling.window import Methods, Window, window_of

Array = np.ndarray
Constructor = str | Callable[..., Any]
Weights = pd.DataFrame | pd.Series | Mapping[str, float]

_SUM = 1e-6  # how far the weights of the long side may be from 1


class LongSide(Protocol):
    """Weights of the assets at a row, from what is known at its close; ``needs`` rows of prices before the first one."""

    @property
    def needs(self) -> int: ...
    def at(self, row: int) -> Array: ...


@dataclass(frozen=True)
class GivenWeights:
    """The caller's weights: those of the last of their dates that is not after the row's."""

    values: Array
    since: Array
    needs: int

    def at(self, row: int) -> Array:
        """The weights in force."""
        return np.asarray(self.values[self.since[row]])


@dataclass(frozen=True)
class VolumeWeights:
    """Each asset by its mean volume in the window that ends on the row."""

    dates: pd.DatetimeIndex
    volumes: Array
    eligible: Array
    window: int

    @property
    def needs(self) -> int:
        """The row itself counts."""
        return self.window - 1

    def at(self, row: int) -> Array:
        """Mean volumes over their sum."""
        part = self.volumes[row - self.window + 1 : row + 1]
        mean = np.where(self.eligible[row] & np.isfinite(part).all(axis=0), part.mean(axis=0), 0.0)
        total = mean.sum()
        if not total > 0:
            raise InputError(
                f"no asset has both history and volume in the {self.window} rows up to {self.dates[row]:%Y-%m-%d}; lengthen "
                "volume_window, correct the volumes, or give weights"
            )
        return np.asarray(mean / total)


@dataclass(frozen=True)
class Constructed:
    """A portfolio constructor on the returns of the window that ends on the row."""

    window: Window
    name: str

    @property
    def needs(self) -> int:
        """As many returns need one row more."""
        return self.window.lookback_len

    def at(self, row: int) -> Array:
        """The constructor's answer, 0 for an asset without history."""
        return np.asarray(self.window.solve(row).weights[self.name])


def long_side(
    market: Market,
    weights: Weights | None,
    constructor: Constructor | None,
    volume_window: int,
    constructor_window: int,
    shrinkage: str | Callable[..., Any],
    bounds: tuple[float, float],
    history: int,
) -> LongSide:
    """The one way that the arguments describe; ``history`` is how many returns an asset must have to be held."""
    n = len(market.names)
    given = [name for name, value in (("weights", weights), ("constructor", constructor)) if value is not None]
    if len(given) > 1:
        raise InputError("both weights and constructor are given; the long side needs one of them")
    eligible = market.history(history) if history else market.assets.notna().to_numpy()
    if weights is not None:
        return _given(weights, market)
    if constructor is not None:
        return _constructed(constructor, market, constructor_window, shrinkage, bounds, eligible)
    if market.volumes is not None:
        window = whole("volume_window", volume_window, 1)
        return VolumeWeights(market.dates, market.volumes.to_numpy(), eligible, window)
    if n == 1:
        return GivenWeights(np.ones((1, 1)), np.zeros(len(market.dates), dtype=int), 0)
    raise InputError(
        f"nothing says how the {n} assets are weighted; give volumes, weights (such as dict.fromkeys(prices, 1 / {n})) or a "
        "constructor"
    )


def checked_weights(weights: Array, eligible: Array, market: Market, row: int) -> Array:
    """Weights that are finite, sum to 1 and want nothing that has no history; or the error that says what is wrong."""
    date, names = f"{market.dates[row]:%Y-%m-%d}", market.names
    bad = np.flatnonzero(~np.isfinite(weights))
    if bad.size:
        raise InputError(f"the weight of {names[bad[0]]!r} on {date} is {weights[bad[0]]:g}; give finite numbers")
    total = float(weights.sum())
    if not abs(total - 1) <= _SUM:
        raise InputError(f"the weights of the long side on {date} sum to {total:g}; divide them by their sum")
    bad = np.flatnonzero((weights != 0) & ~eligible)
    if bad.size:
        raise InputError(
            f"{names[bad[0]]!r} has the weight {weights[bad[0]]:g} on {date} but no price or too little history for its beta "
            "there; give it 0 until then, or shorten the window"
        )
    return weights


def _given(weights: Weights, market: Market) -> GivenWeights:
    names = market.names
    if isinstance(weights, pd.DataFrame):
        table, when = weights, dated(weights)
        same_zone(market.dates, when, "weights")
        if not when.is_monotonic_increasing or when.has_duplicates:
            raise InputError("the dates of weights repeat or fall; sort them, one row per date")
        since = np.searchsorted(when.to_numpy(), market.dates.to_numpy(), side="right") - 1
        if since[-1] < 0:
            raise InputError(f"weights begin on {when[0]:%Y-%m-%d}, after the last price; give earlier ones")
    elif isinstance(weights, (pd.Series, Mapping)):
        table, since = pd.DataFrame([dict(weights)]), np.zeros(len(market.dates), dtype=int)
    else:
        raise InputError(f"weights is {shown(weights)}; give a DataFrame (dates x assets), or one weight by asset")
    if table.columns.has_duplicates:
        raise InputError(f"weights have {table.columns[table.columns.duplicated()][0]!r} twice; give each asset once")
    odd = [*(name for name in names if name not in table), *(name for name in table if name not in names)]
    if odd:
        which = "prices have no" if odd[0] in table else "weights have no"
        raise InputError(f"{which} column {odd[0]!r}; give one weight for each asset of prices")
    return GivenWeights(numbers("weights", table[list(names)]), since, int(np.argmax(since >= 0)))


def _constructed(
    constructor: Constructor,
    market: Market,
    length: int,
    shrinkage: str | Callable[..., Any],
    bounds: tuple[float, float],
    eligible: Array,
) -> Constructed:
    found = strategies(constructor)
    if len(found) != 1:
        raise InputError(f"constructor names {len(found)} portfolios ({', '.join(found)}); give one")
    length = whole("constructor_window", length, 2)
    if len(market.dates) <= length:
        raise InputError(
            f"constructor_window = {length} needs {length + 1} rows of prices before the first trade; there are "
            f"{len(market.dates)}"
        )
    limits = numbers("bounds", bounds)
    if limits.shape != (2,) or not limits[0] <= limits[1]:
        raise InputError(f"bounds is {shown(bounds)}; give the smallest and the largest weight, such as (0.0, 1.0)")
    low, high = limits.tolist()
    methods = Methods(found, estimators(shrinkage), create_ia, update_ia, None, True, "raise")
    rows = np.arange(len(market.dates))
    window = window_of(market.assets, None, rows, length, 1, eligible, (low, high), 1.0, methods)
    return Constructed(window, methods.pairs()[0][2])
