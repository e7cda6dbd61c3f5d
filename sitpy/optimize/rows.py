"""What a constraint asks of the weights: linear rows with limits, or a limit on a sum of absolute differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from sitpy.optimize.reading import Asset

Array = np.ndarray

TOLERANCE = 1e-9  # of a spot check


@dataclass(frozen=True)
class Book:
    """The assets that take part, in order, and the portfolio before the trade (a weight for each)."""

    assets: tuple[Asset, ...]
    old: Array
    index: Mapping[Asset, int]

    @classmethod
    def of(cls, assets: Sequence[Asset], held: Mapping[Asset, float]) -> Book:
        """A book of these assets."""
        old = np.array([held.get(asset, 0.0) for asset in assets], dtype=float)
        return cls(tuple(assets), old, {asset: i for i, asset in enumerate(assets)})

    @property
    def n(self) -> int:
        """Number of assets."""
        return len(self.assets)


@dataclass(frozen=True)
class Rows:
    """``low <= matrix w <= high``; ``names`` says what each row measures ("net exposure")."""

    matrix: sparse.csr_array
    low: Array
    high: Array
    names: Sequence[str]

    def violations(self, w: Array, tolerance: float = TOLERANCE) -> list[str]:
        """A sentence for each row that the weights break."""
        found = self.matrix @ w
        broken = np.flatnonzero((found < self.low - tolerance) | (found > self.high + tolerance))
        return [self._sentence(int(i), float(found[i])) for i in broken]

    def _sentence(self, i: int, value: float) -> str:
        low, high = float(self.low[i]), float(self.high[i])
        if low == high:
            return f"{self.names[i]} is {value:.6g} and must be {low:.6g}"
        if value < low:
            return f"{self.names[i]} is {value:.6g}, below the minimum {low:.6g}"
        return f"{self.names[i]} is {value:.6g}, above the maximum {high:.6g}"


@dataclass(frozen=True)
class Distance:
    """``sum |w - center| <= high``."""

    center: Array
    high: float
    name: str

    def violations(self, w: Array, tolerance: float = TOLERANCE) -> list[str]:
        """A sentence if the weights break it."""
        value = float(np.abs(w - self.center).sum())
        return (
            [f"{self.name} is {value:.6g}, above the maximum {self.high:.6g}"] if value > self.high + tolerance else []
        )


Demand = Rows | Distance


def rows(
    book: Book,
    entries: Sequence[Mapping[int, float]],
    low: Sequence[float],
    high: Sequence[float],
    names: Sequence[str],
) -> Rows:
    """Rows from their entries: for each row a map of asset number to coefficient."""
    lengths = [len(entry) for entry in entries]
    matrix = sparse.csr_array(
        (
            np.array([value for entry in entries for value in entry.values()], dtype=float),
            np.array([i for entry in entries for i in entry], dtype=np.int64),
            np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        ),
        shape=(len(entries), book.n),
    )
    return Rows(matrix, np.array(low, dtype=float), np.array(high, dtype=float), list(names))


def positions(book: Book, assets: Sequence[Asset], low: Sequence[float], high: Sequence[float]) -> Rows:
    """Limits of single weights."""
    return rows(book, [{book.index[asset]: 1.0} for asset in assets], low, high, [f"weight of {a!r}" for a in assets])
