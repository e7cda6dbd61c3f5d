"""The 25 cardinality optima of OR-Library port1-port5: at most 10 assets of at least 1 % each, least variance at a return.

Source: ../shared/reference/cardinality_orlibrary.json, each proven there to a relative gap of 1e-6, some also by Gurobi and
CPLEX. Data: Chang, Meade, Beasley and Sharaiha (2000), OR-Library. The search must not be above a known optimum by more than
1e-6 relative, and no bound of ours may be above it at all (but for that gap).

The largest trees (port3, port4) are searched to their end only with SITPY_LONG_TESTS=1; otherwise they may end at a number
of nodes, and their bound is checked.
"""

from __future__ import annotations

import functools
import json
import os
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sitpy

SHARED = Path(__file__).parents[3] / "shared"
STORED = SHARED / "reference" / "cardinality_orlibrary.json"
GAP = 1e-6
LONG = os.environ.get("SITPY_LONG_TESTS") == "1"
NODES = 2000
"""Nodes after which a search ends, unless all trees are asked for."""

pytestmark = pytest.mark.skipif(not STORED.exists(), reason="the OR-Library optima are not in this checkout")


def points() -> list[Any]:
    if not STORED.exists():
        return []
    cases = json.loads(STORED.read_text())["cases"]
    return [pytest.param(name, point, id=f"{name}-{point['idx']}") for name, known in cases.items() for point in known]


@functools.cache
def assumptions(name: str) -> sitpy.InputAssumptions:
    """n, then mean and deviation of each asset, then i, j and their correlation (counted from 1)."""
    numbers = np.array((SHARED / "data" / "orlibrary" / f"{name}.txt").read_text().split(), dtype=float)
    n = int(numbers[0])
    mean, risk = numbers[1 : 1 + 2 * n].reshape(n, 2).T
    entries = numbers[1 + 2 * n :].reshape(-1, 3)
    correlation = np.eye(n)
    i, j = entries[:, 0].astype(int) - 1, entries[:, 1].astype(int) - 1
    correlation[i, j] = correlation[j, i] = entries[:, 2]
    return sitpy.InputAssumptions(expected_return=mean, risk=risk, correlation=correlation)


@functools.cache
def at_most_ten(name: str) -> sitpy.Constraints:
    n = assumptions(name).n
    budget = sitpy.add_constraints(np.ones(n), 1, "=", sitpy.new_constraints(n, lb=0, ub=1), "budget")
    return sitpy.add_cardinality(budget, 10, 0.01)


@pytest.mark.parametrize(("name", "point"), points())
def test_known_optimum(name: str, point: dict[str, Any]) -> None:
    ia = assumptions(name)
    limits = None if LONG else sitpy.Limits(nodes=NODES)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore" if limits else "error", sitpy.SitpyWarning)
        ef = sitpy.portopt(ia, at_most_ten(name), targets=[point["target"]], limits=limits)
    found = ef.statistics_frame().iloc[0]
    value, bound, known = 2 * found["objective"], 2 * found["bound"], point["variance"]
    assert bound <= known * (1 + GAP)
    assert value >= point["lower_bound"] * (1 - GAP)
    assert ef.proven or name in ("port3", "port4")
    if ef.proven:
        assert value <= known * (1 + GAP)
    weight = ef.weight[0, : ia.n]
    assert weight.sum() == pytest.approx(1, abs=1e-8) and ia.expected_return @ weight >= point["target"] - 1e-9
    held = weight[weight > 1e-9]
    assert held.size <= 10 and held.min() >= 0.01 - 1e-9


@pytest.mark.parametrize(("name", "point"), points())
def test_known_weights_are_feasible_and_have_the_known_variance(name: str, point: dict[str, Any]) -> None:
    """The stored answer in the rows that add_cardinality writes: the problem is the published one."""
    ia, constraints = assumptions(name), at_most_ten(name)
    x = np.zeros(constraints.n)
    for i, weight in point["x"].items():
        x[int(i)], x[ia.n + int(i)] = weight, 1.0
    slack = constraints.A.T @ x - constraints.b
    assert np.abs(slack[: constraints.meq]).max() <= 1e-7 and slack[constraints.meq :].min() >= -1e-7
    assert x[: ia.n] @ ia.cov @ x[: ia.n] == pytest.approx(point["variance"], rel=1e-6)
