"""The study of Omega: R's portfolios, and what must hold between the two frontiers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import sitpy
from sitpy.studies import StudyOptions, find_study, omega, run_study


def test_r_is_hit_and_what_must_hold_holds() -> None:
    calls: list[tuple[str, int, int]] = []
    result = run_study(find_study("omega"), StudyOptions(points=5, progress=lambda *call: calls.append(call)))
    assert result.ok
    checks = result.tables[1].frame
    assert len(checks) == 3 + 2
    # R's LP and ours are both exact; the stored Omega at a threshold of 5 %
    assert checks["what must hold"].str.contains("Omega 37.5966").any()
    assert calls[-1] == ("largest Omega", 5, 5)
    along = result.tables[0].frame
    assert len(along) == 5 and (along["at return"] <= along["target return"] + 1e-9).all()


def test_r_on_the_simulated_funds() -> None:
    ia = sitpy.create_historical_ia(sitpy.data.etf8_simulated(), 12)
    rows = omega.stored(ia, "B")
    assert len(rows) == 4 and all(row[3] for row in rows)
    assert omega.stored(ia, None) == []


def test_a_frontier_that_is_not_the_best_is_seen() -> None:
    """The frontier of least variance, forwards and backwards, pretends to have the largest Omega."""
    ia = omega.with_threshold(sitpy.aa_test_create_ia_rebal(), 0.05)
    constraints = sitpy.create_basic_constraints(ia.n, 0, omega.LARGEST)
    risk, best = sitpy.portopt(ia, constraints, 4), sitpy.portopt_omega(ia, constraints, 4)

    def verdicts(solution: np.ndarray) -> list[bool]:
        pretender = sitpy.Frontier(solution, "", ia, constraints, best.statistics, measure="Omega")
        return [row[3] for row in omega.between(pretender, risk)]

    assert verdicts(best.solution) == [True, True, True]
    assert verdicts(risk.solution) == [True, False, False]  # its Omega falls towards the largest return
    assert verdicts(risk.solution[::-1]) == [False, True, False]


def test_omega_of_the_frontier_beats_random_portfolios() -> None:
    """A referee without a solver: none of 2000 random long-only portfolios under the target has a larger Omega."""
    ia = omega.with_threshold(sitpy.aa_test_create_ia_rebal(), 0.1)
    constraints = sitpy.create_basic_constraints(ia.n, 0, 1)
    ef = sitpy.portopt_omega(ia, constraints, 3)
    draws = np.random.default_rng(3).dirichlet(np.full(ia.n, 0.5), 2000)
    excess = draws @ ia.hist_returns.T - 0.1
    ratio = np.maximum(excess, 0).mean(axis=1) / np.maximum(-excess, 0).mean(axis=1)
    for target, largest in zip(ef.target_return, ef.objective):
        allowed = draws @ ia.expected_return <= target
        assert not allowed.any() or ratio[allowed].max() <= largest + 1e-9
    assert ratio.max() > 0.5 * ef.objective[-1]  # the draws come near


@pytest.mark.usefixtures("sketched")
def test_files_are_written(tmp_path: Path) -> None:
    result = run_study(find_study("omega"), StudyOptions(points=3, out=tmp_path))
    assert [file.name for file in result.files] == ["along.csv", "omega.csv", "least_variance.csv", "omega.png"]
    assert all(file.is_file() for file in result.files)
