"""Constraints that name their assets: pairs, baskets, and limits of single positions.

An asset that such a constraint names takes part, even where the objective does not list it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, ClassVar

from sitpy.errors import InputError
from sitpy.optimize.constraints import Constraint, call, size
from sitpy.optimize.reading import Asset, asset, assets_of, few, finite, number, ordered
from sitpy.optimize.rows import Book, Rows, positions, rows


class Pair(Constraint):
    """One asset long and one short, their sizes in a given ratio, or neither.

    ``w_long >= 0``, ``w_short <= 0``, and ``|w_long|`` from ``hedge_ratio - tolerance`` to ``hedge_ratio + tolerance`` times
    ``|w_short|``.

    Parameters
    ----------
    long, short : asset
    hedge_ratio : float
        Above 0.
    tolerance : float
        0 or more.

    Raises
    ------
    WrongTypeError, InputError
        No assets or numbers, the same asset twice; a ratio that is not positive, a negative tolerance.

    Examples
    --------
    >>> import sitpy.optimize as opt
    >>> opt.Pair("KO", "PEP", hedge_ratio=1.2)
    Pair('KO', 'PEP', hedge_ratio=1.2, tolerance=0)
    """

    def __init__(self, long: Asset, short: Asset, hedge_ratio: float = 1.0, tolerance: float = 0.0) -> None:
        self.long, self.short = asset("long", long), asset("short", short)
        self.hedge_ratio, self.tolerance = finite("hedge_ratio", hedge_ratio), size("tolerance", tolerance)
        if self.long == self.short:
            raise InputError(f"long and short are both {long!r}; give two assets")
        if self.hedge_ratio <= 0:
            raise InputError(f"hedge_ratio is {self.hedge_ratio:g}; give a positive number")
        self.named = (self.long, self.short)

    def demand(self, book: Book) -> Rows:
        i, j = book.index[self.long], book.index[self.short]
        least, most = self.hedge_ratio - self.tolerance, self.hedge_ratio + self.tolerance
        names = [f"weight of {self.long!r}", f"weight of {self.short!r}"]
        entries: list[dict[int, float]] = [{i: 1.0}, {j: 1.0}]
        low, high = [0.0, -math.inf], [math.inf, 0.0]
        if math.isfinite(most):
            entries.append({i: 1.0, j: most})
            low, high = [*low, -math.inf], [*high, 0.0]
            names.append(f"{names[0]} less {most:g} times the size of {self.short!r}")
        if least > 0:
            entries.append({i: 1.0, j: least})
            low, high = [*low, 0.0], [*high, math.inf]
            names.append(f"{names[0]} less {least:g} times the size of {self.short!r}")
        return rows(book, entries, low, high, names)

    def __repr__(self) -> str:
        return call("Pair", self.long, self.short, hedge_ratio=self.hedge_ratio, tolerance=self.tolerance)


class Basket(Constraint):
    """``min_net_exposure <= sum of w over the basket <= max_net_exposure``.

    Parameters
    ----------
    assets : iterable of assets
    min_net_exposure, max_net_exposure : float

    Raises
    ------
    WrongTypeError, InputError
        No assets or numbers; nan, a lower bound above the upper one.

    Examples
    --------
    >>> import sitpy.optimize as opt
    >>> opt.Basket(["KO", "PEP"], -0.1, 0.2)
    Basket(['KO', 'PEP'], min_net_exposure=-0.1, max_net_exposure=0.2)
    """

    def __init__(self, assets: Iterable[Asset], min_net_exposure: float, max_net_exposure: float) -> None:
        self.assets = self.named = assets_of("assets", assets)
        self.min_net_exposure = number("min_net_exposure", min_net_exposure)
        self.max_net_exposure = number("max_net_exposure", max_net_exposure)
        ordered(self.min_net_exposure, self.max_net_exposure, "min_net_exposure", "max_net_exposure")

    def demand(self, book: Book) -> Rows:
        members = {book.index[name]: 1.0 for name in self.assets}
        name = f"net exposure of the basket {few(self.assets)}"
        return rows(book, [members], [self.min_net_exposure], [self.max_net_exposure], [name])

    def __repr__(self) -> str:
        low, high = self.min_net_exposure, self.max_net_exposure
        return call("Basket", self.assets, min_net_exposure=low, max_net_exposure=high)


class FixedWeight(Constraint):
    """``w = weight`` for one asset.

    Parameters
    ----------
    asset : asset
    weight : float

    Raises
    ------
    WrongTypeError, InputError
        No asset or number; nan or infinite.

    Examples
    --------
    >>> import sitpy.optimize as opt
    >>> opt.FixedWeight("SPY", -0.25)
    FixedWeight('SPY', -0.25)
    """

    def __init__(self, asset: Asset, weight: float) -> None:
        self.asset, self.weight = _asset(asset), finite("weight", weight)
        self.named = (self.asset,)

    def demand(self, book: Book) -> Rows:
        return positions(book, self.named, [self.weight], [self.weight])

    def __repr__(self) -> str:
        return call("FixedWeight", self.asset, self.weight)


def _asset(value: Any) -> Asset:
    return asset("asset", value)


class _OfAssets(Constraint):
    """A limit of each weight, which may depend on the weight before the trade."""

    sides: ClassVar[tuple[float, float]]

    def __init__(self, asset_or_assets: Asset | Iterable[Asset], max_error_display: int = 10) -> None:
        self.named = self.assets = assets_of("asset_or_assets", asset_or_assets)
        most = number("max_error_display", max_error_display)
        if most < 0 or most % 1:
            raise InputError(f"max_error_display is {max_error_display!r}; give a whole number of 0 or more")
        self.max_error_display = int(most)

    def limits(self, old: float) -> tuple[float, float]:
        """Lowest and highest weight of an asset that had the weight ``old``."""
        return self.sides

    def demand(self, book: Book) -> Rows:
        limits = [self.limits(float(book.old[book.index[name]])) for name in self.assets]
        return positions(book, self.assets, [low for low, _ in limits], [high for _, high in limits])

    def __repr__(self) -> str:
        return f"{type(self).__name__}([{few(self.assets, self.max_error_display)}])"


class Frozen(_OfAssets):
    """``w_i = old_i``: these positions stay as they are, at 0 when not held.

    Parameters
    ----------
    asset_or_assets : asset or iterable of assets
        Text is one asset.
    max_error_display : int
        How many assets an error message lists.

    Raises
    ------
    WrongTypeError, InputError
        No assets; a number of assets to list that is no whole number of 0 or more.

    Examples
    --------
    >>> import sitpy.optimize as opt
    >>> opt.Frozen(["SPY", "QQQ"])
    Frozen(['SPY', 'QQQ'])
    """

    def limits(self, old: float) -> tuple[float, float]:
        return old, old


class ReduceOnly(_OfAssets):
    """``w_i`` between 0 and ``old_i``: these positions may only shrink.

    Parameters and errors as in :class:`Frozen`.

    Examples
    --------
    >>> import sitpy.optimize as opt
    >>> opt.ReduceOnly("SPY")
    ReduceOnly(['SPY'])
    """

    def limits(self, old: float) -> tuple[float, float]:
        return min(0.0, old), max(0.0, old)


class LongOnly(_OfAssets):
    """``w_i >= 0``: these assets cannot be held short.

    Parameters and errors as in :class:`Frozen`.

    Examples
    --------
    >>> import sitpy.optimize as opt
    >>> opt.LongOnly(["SPY"])
    LongOnly(['SPY'])
    """

    sides = 0.0, math.inf


class ShortOnly(_OfAssets):
    """``w_i <= 0``: these assets cannot be held long.

    Parameters and errors as in :class:`Frozen`.

    Examples
    --------
    >>> import sitpy.optimize as opt
    >>> opt.ShortOnly(["SPY"])
    ShortOnly(['SPY'])
    """

    sides = -math.inf, 0.0


class CannotHold(_OfAssets):
    """``w_i = 0``: these assets cannot be held.

    Parameters and errors as in :class:`Frozen`.

    Examples
    --------
    >>> import sitpy.optimize as opt
    >>> opt.CannotHold(["SPY"])
    CannotHold(['SPY'])
    """

    sides = 0.0, 0.0
