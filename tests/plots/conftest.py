"""Fakes for the pictures: plots take results, so these tests need no solver."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest


@pytest.fixture(autouse=True)
def no_figures_left() -> Iterator[None]:
    """Every test starts and ends without figures, so that none finds the page of another."""
    plt.close("all")
    yield
    plt.close("all")


def locked(values: Any) -> Any:
    """A float array that nobody may write to, as pandas 3 hands them out."""
    array = np.array(values, dtype=float)
    array.setflags(write=False)
    return array


def portfolio_risk(weight: Any, ia: Any) -> Any:
    w = np.atleast_2d(weight)[:, : ia.n]
    return np.sqrt(np.einsum("pi,ij,pj->p", w, ia.cov, w))


def portfolio_mad(weight: Any, ia: Any) -> Any:
    p = np.atleast_2d(weight)[:, : ia.n] @ ia.hist_returns.T
    return np.abs(p - p.mean(axis=1, keepdims=True)).mean(axis=1)


@pytest.fixture
def make_ia() -> Callable[..., Any]:
    def make(n: int = 4, seed: int = 7) -> Any:
        rng = np.random.default_rng(seed)
        history = 0.08 + 0.02 * rng.normal(size=n) + rng.normal(size=(60, n)) * np.linspace(0.05, 0.3, n)
        cov = np.cov(history.T)
        risk = np.sqrt(np.diag(cov))
        return SimpleNamespace(
            n=n,
            symbols=[f"Asset_{i:02d}" for i in range(n)],
            expected_return=locked(history.mean(axis=0)),
            risk=locked(risk),
            cov=locked(cov),
            correlation=locked(cov / np.outer(risk, risk)),
            hist_returns=locked(history),
            geometric_return=None,
        )

    return make


@pytest.fixture
def make_ef() -> Callable[..., Any]:
    def make(ia: Any, points: int = 6, name: str = "Risk", auxiliary: int = 0, seed: int = 3) -> Any:
        """A long-short frontier whose assets' weights sum to 1; auxiliary columns hold 9."""
        rng = np.random.default_rng(seed)
        assets = rng.normal(size=(points, ia.n))
        assets += (1 - assets.sum(axis=1, keepdims=True)) / ia.n
        weight = np.hstack([assets, np.full((points, auxiliary), 9.0)])
        columns = [*ia.symbols, *(f"v{i}" for i in range(auxiliary))]
        return SimpleNamespace(
            weight=locked(weight),
            weights=pd.DataFrame(weight, columns=columns),
            risk=locked(np.linspace(0.05, 0.3, points)),
            return_=locked(np.linspace(0.04, 0.15, points)),
            name=name,
            n_assets=ia.n,
        )

    return make


@pytest.fixture
def ia(make_ia: Callable[..., Any]) -> Any:
    return make_ia()


@pytest.fixture
def ef(ia: Any, make_ef: Callable[..., Any]) -> Any:
    return make_ef(ia)


@pytest.fixture
def risk_fn() -> Callable[[Any, Any], Any]:
    return portfolio_risk


@pytest.fixture
def mad_fn() -> Callable[[Any, Any], Any]:
    return portfolio_mad
