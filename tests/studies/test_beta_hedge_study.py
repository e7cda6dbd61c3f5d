"""The beta-hedge study: every stored figure is compared, a figure that is off is seen, and its files are whole."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import sitpy
from sitpy.reference import read_reference
from sitpy.studies import StudyOptions, beta_hedge, find_study, run_study


def test_every_stored_figure_has_a_verdict() -> None:
    calls: list[tuple[str, int, int]] = []
    result = run_study(find_study("beta-hedge"), StudyOptions(progress=lambda *call: calls.append(call)))
    stored = read_reference(beta_hedge.REFERENCE)
    regression, runs, steps = result.tables
    assert result.ok
    figures = sum(len(value) if isinstance(value, list) else 1 for value in stored["ols"].values())
    assert len(regression.verdicts()) == 2 + figures + len(stored["hedged_ols"]) + 2
    assert len(runs.verdicts()) == len(stored["runs"]) == 4
    assert max(regression.frame["difference"].max(), runs.frame["difference"].max()) <= beta_hedge.SAME
    assert [done for _, done, _ in calls] == [0, 1, 2, 3]
    assert "SIMULATED" in result.head[0] and "709 days, 2022-02-14 to 2024-10-31" in result.head[0]
    first = stored["runs"][0]
    np.testing.assert_allclose(steps.frame["value"], first["portfolio_values"][:24], rtol=1e-10)
    np.testing.assert_allclose(steps.frame["beta"], first["betas"][:24], rtol=1e-10)
    for words in ("final value              2,648,670.38", "annualised returns       63.85 %", "15.26 %"):
        assert words in steps.title


@pytest.mark.parametrize("name", ["portfolio_values", "betas", "sharpe_ratio", "final", "annualized_returns_pct"])
def test_a_figure_that_is_off_is_seen(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stored: dict[str, Any] = copy.deepcopy(read_reference(beta_hedge.REFERENCE))
    run = stored["runs"][2]
    fields = run if name in run else run["report"]
    if isinstance(fields[name], list):
        fields[name][-1] *= 1 + 1e-8
    else:
        fields[name] *= 1 + 1e-8
    monkeypatch.setattr(beta_hedge, "read_reference", lambda _: stored)
    result = run_study(find_study("beta-hedge"))
    assert result.tables[1].verdicts() == [True, True, False, True]
    assert not result.ok


def test_figures_of_another_number_are_infinitely_far() -> None:
    assert beta_hedge.difference([1.0, 2.0], [1.0]) == np.inf
    assert beta_hedge.difference([1e6, 0.0], [1e6 + 1, 1e-3]) == pytest.approx(1e-3)
    assert beta_hedge.difference(2.0, 3.0) == pytest.approx(0.5)


def test_a_run_without_annual_return_says_why() -> None:
    portfolio, benchmark = beta_hedge.study_returns()
    stored = {**read_reference(beta_hedge.REFERENCE)["runs"][3], "rebalancing_days": 4}
    with pytest.warns(sitpy.SitpyWarning, match="portfolio_values is negative"):
        run = beta_hedge.study_run(stored, portfolio, benchmark)
    assert "has no root" in run.report.reason and "not a number: " in run.report.figures()


@pytest.mark.usefixtures("sketched")
def test_files_of_the_study(tmp_path: Path) -> None:
    result = run_study(find_study("beta-hedge"), StudyOptions(out=tmp_path))
    assert {path.name for path in result.files} <= {path.name for path in tmp_path.iterdir()}
    assert len(result.files) == 4 + 4 + 1 + 1
    for run in read_reference(beta_hedge.REFERENCE)["runs"]:
        days, steps = run["rebalancing_days"], run["report"]["trimmed_length"]
        table = pd.read_csv(tmp_path / f"steps_{days}_days.csv")
        assert table.columns.tolist() == ["step", "value", "beta"]
        np.testing.assert_allclose(table["value"], run["portfolio_values"][:steps], rtol=1e-10)
        text = (tmp_path / f"report_{days}_days.txt").read_text(encoding="utf-8")
        assert f"{run['report']['final']:,.2f}" in text and f"Sharpe ratio {run['sharpe_ratio']:.4f}" in text
    assert "Durbin-Watson 1.9240" in (tmp_path / "regression.txt").read_text(encoding="utf-8")


def test_the_simulated_prices_and_volumes_belong_together() -> None:
    prices, volumes = sitpy.data.mag7_simulated_prices(), sitpy.data.mag7_simulated_volumes()
    assert prices.index.equals(volumes.index) and prices.columns.equals(volumes.columns)
    assert prices.shape == (739, 8) and isinstance(prices.index, pd.DatetimeIndex)
    assert prices.index.is_monotonic_increasing and prices.notna().all(axis=None) and volumes.min(axis=None) > 0
