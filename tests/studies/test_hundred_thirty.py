"""The 130/30 study against the stored figures of R, on both data sets."""

from functools import cache

import numpy as np
import pytest

from sitpy.studies import StudyOptions, find_study, run_study
from sitpy.studies.frontiers import FrontierResult


@cache
def result(name: str) -> FrontierResult:
    found = run_study(find_study("130-30"), StudyOptions(data=name))
    assert isinstance(found, FrontierResult)
    return found


@pytest.mark.parametrize("name", ["bernstein-wilkinson", "etf8-simulated"])
def test_every_point_agrees_with_r_and_is_proven(name: str) -> None:
    table = result(name).summary
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


def test_progress_counts_every_point() -> None:
    calls: list[tuple[str, int, int]] = []
    run_study(find_study("130-30"), StudyOptions(points=3, progress=lambda *call: calls.append(call)))
    counts = [done for _, done, _ in calls]
    assert counts == sorted(counts) and counts[-1] == 30
    assert {total for _, _, total in calls} == {30}
    assert calls[0][0] == "-50% to 80% each, any leverage, Risk"
