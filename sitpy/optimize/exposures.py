"""Constraints of groups of assets, of factors and of each position."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from sitpy.errors import InputError
from sitpy.optimize.constraints import Constraint, call
from sitpy.optimize.reading import Asset, bound, bounds, by_asset, hashable, is_missing, ordered, table
from sitpy.optimize.rows import Book, Rows, rows

Bounds = Mapping[Any, Any] | pd.Series


class _SeenThrough(Constraint):
    """Limits of what a portfolio holds, its funds seen through where a table of their constituents is given."""

    etf_lookthru: pd.DataFrame | None

    def _through(self) -> dict[str, pd.DataFrame]:
        """What a constructor call says of it."""
        return {} if self.etf_lookthru is None else {"etf_lookthru": self.etf_lookthru}


class NetGroupExposure(_SeenThrough):
    """``min_weights[g] <= sum of w over the assets labelled g <= max_weights[g]`` for each label g.

    Parameters
    ----------
    labels : Series or dict, asset -> label
        Assets without a label, or with a missing one, are not constrained.
    min_weights, max_weights : Series or dict, label -> float or NotConstrained
        Both need an entry for each label; entries for other labels are ignored.
    etf_lookthru : DataFrame (constituents x ETFs), optional
        Each ETF's weight is replaced by its constituents' before the limits apply.

    Raises
    ------
    WrongTypeError, InputError
        No maps or numbers; nan, a lower bound above the upper one, a label without a bound.

    Examples
    --------
    >>> import sitpy.optimize as opt
    >>> opt.NetGroupExposure.with_equal_bounds({"A": "tech", "B": "energy"}, min=-0.1, max=0.1)
    NetGroupExposure.with_equal_bounds({'A': 'tech', 'B': 'energy'}, min=-0.1, max=0.1)
    """

    def __init__(
        self, labels: Bounds, min_weights: Bounds, max_weights: Bounds, etf_lookthru: pd.DataFrame | None = None
    ) -> None:
        self.labels = _labels(labels)
        self.min_weights = bounds("min_weights", min_weights, -1)
        self.max_weights = bounds("max_weights", max_weights, 1)
        self.etf_lookthru = None if etf_lookthru is None else table("etf_lookthru", etf_lookthru)
        self._groups = [*dict.fromkeys(self.labels.values())]
        _both(self._groups, self.min_weights, self.max_weights, ("min_weights", "max_weights"), "label")
        self._equal: tuple[float, float] | None = None

    @classmethod
    def with_equal_bounds(
        cls, labels: Bounds, min: float, max: float, etf_lookthru: pd.DataFrame | None = None
    ) -> NetGroupExposure:
        """The same bounds for every label."""
        low, high = bound("min", min, -1), bound("max", max, 1)
        ordered(low, high, "min", "max")
        groups = _labels(labels).values()
        made = cls(labels, dict.fromkeys(groups, low), dict.fromkeys(groups, high), etf_lookthru)
        made._equal = low, high
        return made

    def demand(self, book: Book) -> Rows:
        entries: dict[Any, dict[int, float]] = {group: {} for group in self._groups}
        for stock, held in _seen_through(book, self.etf_lookthru).items():
            if stock in self.labels:
                into = entries[self.labels[stock]]
                for i, share in held.items():
                    into[i] = into.get(i, 0.0) + share
        return rows(
            book,
            [*entries.values()],
            [self.min_weights[group] for group in entries],
            [self.max_weights[group] for group in entries],
            [f"exposure of group {group!r}" for group in entries],
        )

    def __repr__(self) -> str:
        if self._equal is not None:
            low, high = self._equal
            return call("NetGroupExposure.with_equal_bounds", self.labels, min=low, max=high, **self._through())
        return call("NetGroupExposure", self.labels, self.min_weights, self.max_weights, **self._through())


class PositionConcentration(_SeenThrough):
    """``min_weights[i] <= w_i <= max_weights[i]`` for each asset that takes part.

    The defaults are 0: an asset missing from both maps cannot be held. A minimum of 0 means long only, a maximum of 0 short
    only; a positive minimum forces a position.

    Parameters
    ----------
    min_weights, max_weights : Series or dict, asset -> float or NotConstrained
    default_min_weight, default_max_weight : float or NotConstrained
        For assets missing in a map.
    etf_lookthru : DataFrame (constituents x ETFs), optional
        Each ETF's weight is replaced by its constituents' before the limits apply; the ETF itself then has no limit.

    Raises
    ------
    WrongTypeError, InputError
        No maps or numbers; nan, a lower bound above the upper one.

    Examples
    --------
    >>> import sitpy.optimize as opt
    >>> opt.PositionConcentration.with_equal_bounds(min=-0.3, max=0.3)
    PositionConcentration.with_equal_bounds(min=-0.3, max=0.3)
    """

    def __init__(
        self,
        min_weights: Bounds,
        max_weights: Bounds,
        default_min_weight: float = 0.0,
        default_max_weight: float = 0.0,
        etf_lookthru: pd.DataFrame | None = None,
    ) -> None:
        self.min_weights = bounds("min_weights", by_asset("min_weights", min_weights), -1)
        self.max_weights = bounds("max_weights", by_asset("max_weights", max_weights), 1)
        self.default_min_weight = bound("default_min_weight", default_min_weight, -1)
        self.default_max_weight = bound("default_max_weight", default_max_weight, 1)
        self.etf_lookthru = None if etf_lookthru is None else table("etf_lookthru", etf_lookthru)
        ordered(self.default_min_weight, self.default_max_weight, "default_min_weight", "default_max_weight")
        for name in dict.fromkeys([*self.min_weights, *self.max_weights]):
            ordered(*self._limits(name), f"the minimum of {name!r}", "its maximum")

    @classmethod
    def with_equal_bounds(
        cls, min: float, max: float, etf_lookthru: pd.DataFrame | None = None
    ) -> PositionConcentration:
        """The same bounds for every asset."""
        ordered(bound("min", min, -1), bound("max", max, 1), "min", "max")
        return cls({}, {}, min, max, etf_lookthru)

    def _limits(self, name: Asset) -> tuple[float, float]:
        low = self.min_weights.get(name, self.default_min_weight)
        return low, self.max_weights.get(name, self.default_max_weight)

    def demand(self, book: Book) -> Rows:
        seen = _seen_through(book, self.etf_lookthru)
        low, high = zip(*map(self._limits, seen)) if seen else ((), ())
        return rows(book, [*seen.values()], low, high, [f"weight of {stock!r}" for stock in seen])

    def __repr__(self) -> str:
        low, high = self.default_min_weight, self.default_max_weight
        if not self.min_weights and not self.max_weights:
            return call("PositionConcentration.with_equal_bounds", min=low, max=high, **self._through())
        defaults = {"default_min_weight": low, "default_max_weight": high} if low or high else {}
        return call("PositionConcentration", self.min_weights, self.max_weights, **defaults, **self._through())


class FactorExposure(Constraint):
    """``min_exposures[f] <= sum loadings[i, f] * w_i <= max_exposures[f]`` for each factor f.

    Parameters
    ----------
    loadings : DataFrame (assets x factors)
        An asset without a row, or with a missing entry, counts 0.
    min_exposures, max_exposures : Series or dict, factor -> float or NotConstrained
        Both need an entry for each column of the loadings.

    Raises
    ------
    WrongTypeError, InputError
        No frame, maps or numbers; nan, a lower bound above the upper one, a factor without a bound.

    Examples
    --------
    >>> import pandas as pd
    >>> import sitpy.optimize as opt
    >>> beta = pd.DataFrame({"beta": [1.5, 0.5]}, index=["A", "B"])
    >>> opt.FactorExposure(beta, {"beta": 0.0}, {"beta": 0.8})
    FactorExposure(<2 assets x 'beta'>, {'beta': 0}, {'beta': 0.8})
    """

    def __init__(self, loadings: pd.DataFrame, min_exposures: Bounds, max_exposures: Bounds) -> None:
        self.loadings = table("loadings", loadings)
        self.min_exposures = bounds("min_exposures", min_exposures, -1)
        self.max_exposures = bounds("max_exposures", max_exposures, 1)
        sides = ("min_exposures", "max_exposures")
        _both(self.loadings.columns, self.min_exposures, self.max_exposures, sides, "factor")

    def demand(self, book: Book) -> Rows:
        values = self.loadings.to_numpy()
        known = [(book.index[name], k) for k, name in enumerate(self.loadings.index) if name in book.index]
        factors = [*self.loadings.columns]
        return rows(
            book,
            [{i: float(values[k, f]) for i, k in known if values[k, f]} for f in range(len(factors))],
            [self.min_exposures[factor] for factor in factors],
            [self.max_exposures[factor] for factor in factors],
            [f"exposure to factor {factor!r}" for factor in factors],
        )

    def __repr__(self) -> str:
        return call("FactorExposure", self.loadings, self.min_exposures, self.max_exposures)


def _labels(value: Any) -> dict[Asset, Any]:
    """A label for each asset that has one."""
    given = by_asset("labels", value).items()
    return {name: hashable(f"labels[{name!r}]", label, "a group") for name, label in given if not is_missing(label)}


def _both(
    keys: Iterable[Any], low: Mapping[Any, float], high: Mapping[Any, float], sides: tuple[str, str], what: str
) -> None:
    for key in keys:
        for side, given in zip(sides, (low, high), strict=True):
            if key not in given:
                raise InputError(f"{side} has no bound for the {what} {key!r}; give one, or NotConstrained")
        ordered(low[key], high[key], f"{sides[0]}[{key!r}]", f"{sides[1]}[{key!r}]")


def _seen_through(book: Book, lookthru: pd.DataFrame | None) -> dict[Asset, dict[int, float]]:
    """For each stock, what its exposure is made of: its own weight, and its share of each ETF's."""
    if lookthru is None:
        return {name: {i: 1.0} for i, name in enumerate(book.assets)}
    funds = {fund: book.index[fund] for fund in lookthru.columns if fund in book.index}
    seen = {name: {i: 1.0} for i, name in enumerate(book.assets) if name not in funds}
    for fund, i in funds.items():
        shares = lookthru[fund]
        for stock, share in zip(shares.index, shares.tolist(), strict=True):
            if share and stock not in funds:
                seen.setdefault(stock, {})[i] = share
    return seen
