"""The study of resampled frontiers: its invariants hold, and would be seen not to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sitpy
from sitpy.studies import StudyOptions, find_study, resampling, run_study

NAMES = ["plain", "resampled, normal", "resampled, bootstrap"]


@pytest.fixture(autouse=True)
def few_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resampling, "SAMPLES", 8)
    monkeypatch.setattr(resampling, "CHECKED", 3)


@pytest.mark.parametrize("data", ["bernstein-wilkinson", "etf8-simulated"])
def test_what_must_hold_holds(data: str) -> None:
    calls: list[tuple[str, int, int]] = []
    result = run_study(
        find_study("resampling"), StudyOptions(data=data, points=6, progress=lambda *call: calls.append(call))
    )
    assert result.ok and len(result.tables[0].verdicts()) == 8
    assert result.tables[1].frame["frontier"].tolist() == NAMES
    assert [done for _, done, _ in calls] == list(range(1, 17)) and {total for *_, total in calls} == {16}


@pytest.mark.parametrize("draw", resampling.DRAWS)
def test_the_frontier_is_the_mean_and_a_broken_one_is_seen(draw: Any) -> None:
    """Weights moved by 1e-6 break their sum and a bound; less risk than possible breaks the last invariant."""
    ia = sitpy.aa_test_create_ia_rebal()
    constraints = sitpy.create_basic_constraints(ia.n, 0, resampling.LARGEST)
    plain = sitpy.portopt(ia, constraints, 5)
    ef = sitpy.portopt_resampled(ia, constraints, 5, nsamples=3, sample_len=27, draw=draw, seed=resampling.SEED)
    assert all(row[3] for row in resampling.invariants(ia, constraints, plain, ef, draw))
    mean = resampling.plain_loop(ia, constraints, 5, 3, draw)
    np.testing.assert_allclose(ef.weight, mean, rtol=0, atol=1e-8)
    ef.weight = ef.weight + 1e-6
    ef.risk = ef.risk - 0.05
    broken = resampling.invariants(ia, constraints, plain, ef, draw)
    assert [row[3] for row in broken] == [True, False, False, False]


def test_other_inputs_and_no_history(tmp_path: Path) -> None:
    ia = sitpy.InputAssumptions(expected_return=[0.1, 0.2], risk=[0.1, 0.2], correlation=np.eye(2))
    with pytest.raises(sitpy.InputError, match="history"):
        run_study(find_study("resampling"), StudyOptions(data=ia, points=3))


@pytest.mark.usefixtures("sketched")
def test_files_are_written(tmp_path: Path) -> None:
    result = run_study(find_study("resampling"), StudyOptions(points=3, out=tmp_path))
    assert sorted(file.name for file in result.files) == [
        "checks.csv", "plain.csv", "resampled_bootstrap.csv", "resampled_normal.csv", "resampling.png",
    ]  # fmt: skip
    assert all(file.is_file() for file in result.files)
