"""The 130/30 study against the stored figures of R, on both data sets."""

import runpy
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import sitpy
from sitpy.studies import STUDIES, StudyResult, find_study, run_study
from sitpy.studies.study import periods_per_year, study_data

ROOT = Path(__file__).resolve().parents[2]


@cache
def result(name: str) -> StudyResult:
    ia, letter = study_data(name)
    return run_study(find_study("130-30"), ia, letter)


@pytest.mark.parametrize("name", ["bernstein-wilkinson", "etf8-simulated"])
def test_every_point_agrees_with_r_and_is_proven(name: str) -> None:
    table = result(name).table()
    assert len(table) == 10 and table["points"].sum() == 500
    assert table["ok"].all() and result(name).ok
    assert table["proven"].sum() == 500
    # tolerances: reference_outputs/README.md
    assert table["objective"].max() <= 1e-6 and table["weights"].max() <= 1e-5 and table["return"].max() <= 1e-6
    # found by the checker, from outside the solvers
    assert table["violation"].max() <= 1e-8 and table["gap"].max() <= 1e-6


@pytest.mark.parametrize("name", ["bernstein-wilkinson", "etf8-simulated"])
def test_leverage_is_what_the_construction_promises(name: str) -> None:
    for item in result(name).traced:
        gross = np.abs(item.frontier.weight).sum(axis=1)
        np.testing.assert_allclose(item.frontier.weight.sum(axis=1), 1, atol=1e-8)
        if item.construction.key.startswith("5"):
            np.testing.assert_allclose(gross, 3, atol=1e-8)
        elif "130-30" in item.construction.key:
            assert gross.max() <= 1.6 + 1e-8
        if "split" in item.construction.key:  # long + short use up the leverage, though they may overlap
            promised = 1.6 if "130" in item.construction.key else 3.0
            n = item.frontier.ia.n
            np.testing.assert_allclose(item.frontier.solution[:, :n].sum(axis=1), promised, atol=1e-8)


def test_no_objective_is_above_r() -> None:
    for name in ("bernstein-wilkinson", "etf8-simulated"):
        for item in result(name).traced:
            assert item.comparison is not None
            points = item.comparison.points
            # the first point's target is free, so compare at equal returns only (1e-9: rounding of both solvers)
            same = points["return_difference"].abs() < 1e-11
            assert points.loc[same, "excess"].max() <= 1e-9


def test_the_example_script_draws_the_same_frontiers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names = runpy.run_path(str(ROOT / "examples" / "hundred_thirty.py"))
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "1_unlimited_leverage.png",
        "2_130-30_absolute.png",
        "3_130-30_split.png",
        "4_200-100_split.png",
        "5_200-100_binary.png",
    ]
    last = {item.measure: item.frontier for item in result("bernstein-wilkinson").traced[-2:]}
    for measure, ef in (("Risk", names["ef_risk"]), ("MAD", names["ef_mad"])):
        # rows in place of bounds: the same problem, so the same portfolios (1e-6: two presolves, one optimum)
        np.testing.assert_allclose(ef.weight, last[measure].weight, atol=1e-6)


def test_progress_counts_every_point() -> None:
    calls: list[tuple[str, int, int]] = []
    run_study(
        find_study("130-30"), sitpy.aa_test_create_ia_rebal(), points=3, progress=lambda *call: calls.append(call)
    )
    counts = [done for _, done, _ in calls]
    assert counts == sorted(counts) and counts[-1] == 30
    assert {total for _, _, total in calls} == {30}
    assert calls[0][0] == "-50% to 80% each, any leverage, Risk"


def test_every_study_is_found() -> None:
    for name in STUDIES:
        assert find_study(name).name == name


@pytest.mark.parametrize(
    ("labels", "periods"),
    [
        (["1970", "1971", "1972"], 1),
        (["2020-01-31", "2020-02-29", "2020-03-31"], 12),
        (["2020-03-31", "2020-06-30", "2020-09-30"], 4),
        (["2020-01-03", "2020-01-10", "2020-01-17"], 52),
        (["2020-01-02", "2020-01-03", "2020-01-06"], 252),
        (["2018-12-31", "2019-12-31", "2020-12-31"], 1),
    ],
)
def test_periods_per_year(labels: list[str], periods: float) -> None:
    import pandas as pd

    assert periods_per_year(pd.Index(labels)) == periods
