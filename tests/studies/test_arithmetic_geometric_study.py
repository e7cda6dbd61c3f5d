"""The study of arithmetic and geometric frontiers: R's figures, formulas against compounding, a second optimiser."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import minimize

import sitpy
from sitpy.studies import StudyOptions, arithmetic_geometric, find_study, run_study


@pytest.mark.parametrize("data", ["bernstein-wilkinson", "etf8-simulated"])
def test_r_is_hit_and_what_must_hold_holds(data: str) -> None:
    calls: list[tuple[str, int, int]] = []
    options = StudyOptions(data=data, points=5, progress=lambda *call: calls.append(call))
    result = run_study(find_study("arithmetic-geometric"), options)
    assert result.ok and len(result.tables[2].verdicts()) == 4 + 8
    assert calls[0] == ("largest compounded return", 0, 5) and len(calls) == 5
    along = result.tables[0].frame
    assert (np.diff(along["most"]) > -1e-8).all()  # more risk allowed never costs


def test_most_compounded_return_against_a_second_optimiser() -> None:
    """Mean log growth is concave: SLSQP from two starts must end at the same compounded return."""
    result = run_study(find_study("arithmetic-geometric"), StudyOptions(points=4))
    ia = sitpy.aa_test_create_ia_rebal()
    history, n = ia.hist_returns, ia.n
    for risk, most in zip(result.tables[0].frame["risk"], result.tables[0].frame["most"]):
        found = []
        for start in (np.full(n, 1 / n), np.append(np.zeros(n - 1), 1.0)):
            answer = minimize(
                lambda x: -10 * np.log1p(history @ x).mean(),
                start,
                jac=lambda x: -10 * (history / (1 + history @ x)[:, None]).mean(axis=0),
                bounds=[(0, 0.8)] * n,
                constraints=[
                    {"type": "eq", "fun": lambda x: x.sum() - 1},
                    {"type": "ineq", "fun": lambda x, risk=risk: 100 * (risk**2 - x @ ia.cov @ x)},
                ],
                options={"maxiter": 1000, "ftol": 1e-14},
            )
            found.append(np.expm1(-answer.fun / 10))
        # 1e-7: how closely SLSQP keeps the limit on the risk
        assert max(found) == pytest.approx(most, abs=1e-7)


def test_compounded_returns_of_constant_growth_are_exact() -> None:
    """Without variation every formula is the identity, and holding earns what rebalancing earns."""
    ia = sitpy.create_historical_ia(np.full((24, 2), 0.01), 12)
    kinds = arithmetic_geometric.compounded(np.array([[0.3, 0.7]]), ia)
    np.testing.assert_allclose(kinds.to_numpy(), 1.01**12 - 1, rtol=1e-12)


def test_formulas_are_close_where_returns_vary_little() -> None:
    """The error of all three is of the third order in the returns: a tenth of them, about a thousandth of it."""
    ia = sitpy.aa_test_create_ia_rebal()
    small = sitpy.create_historical_ia(ia.hist_returns / 10, 1)
    weights = np.full((1, ia.n), 1 / ia.n)
    # the formulas' variance has divisor T, that of the study T - 1 as in SIT: allow for it, V^2/2/T
    slack = float(sitpy.portfolio_risk(weights, small)[0]) ** 2 / 2 / len(ia.hist_returns)
    kinds = arithmetic_geometric.compounded(weights, small).iloc[0]
    for name in ("page 8", "A4"):
        assert abs(kinds[name] - kinds["rebalanced"]) <= slack + 1e-5


def test_a_worse_geometric_frontier_is_seen() -> None:
    """The arithmetic frontier's last points earn less compounded than others of less risk."""
    ia = sitpy.aa_test_create_ia_rebal()
    constraints = sitpy.create_basic_constraints(ia.n, 0, arithmetic_geometric.LARGEST)
    ef = sitpy.portopt(ia, constraints, 5)
    assert [row[3] for row in arithmetic_geometric.between(ef, ef)] == [True] * 4
    wrong = sitpy.Frontier(ef.solution[[0, 1, 2, 4, 4]] * 1.01, "wrong", ia, constraints)
    assert [row[3] for row in arithmetic_geometric.between(ef, wrong)] == [True, False, False, False]


def test_a_figure_of_r_that_differs_is_seen() -> None:
    ia = sitpy.aa_test_create_ia_rebal()
    assert all(row[3] for row in arithmetic_geometric.stored(ia, "A"))
    moved = ia.copy()
    moved.risk = ia.risk * (1 + 1e-9)
    assert [row[3] for row in arithmetic_geometric.stored(moved, "A")] == [False] * 6 + [True] * 2
    assert arithmetic_geometric.stored(ia, None) == []


@pytest.mark.usefixtures("sketched")
def test_files_are_written(tmp_path: Path) -> None:
    result = run_study(find_study("arithmetic-geometric"), StudyOptions(points=3, out=tmp_path))
    assert [file.name for file in result.files] == [
        "along.csv", "arithmetic.csv", "geometric.csv", "arithmetic_geometric.png",
    ]  # fmt: skip
    assert all(file.is_file() for file in result.files)
