"""The ten-asset example: the reader, a problem with a formula, and the downloaded files where there are any."""

from __future__ import annotations

import os
import runpy
import sys
from pathlib import Path

import numpy as np
import pytest

from sitpy import InputError
from sitpy.studies import StudyOptions, StudyResult, find_study, markowitz_ten, run_study

SHARED = Path(os.environ.get("SITPY_SHARED", Path(__file__).resolve().parents[3] / "shared"))
DOWNLOADED = SHARED / "data" / "markowitz10"
EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "markowitz_ten.py"
needs_files = pytest.mark.skipif(
    not (DOWNLOADED / "problem.csv").is_file(),
    reason="the ten-asset example is not there; set SITPY_SHARED to a folder with data/markowitz10/problem.csv ...",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two assets without correlation, variances 0.01 and 0.04, means 0.1 and 0.2.

    On the frontier ``w2 = 0.2 + 2 lambda``, from the least variance (lambda 0, w2 = 1/5) to the second asset alone
    (lambda 0.4).
    """
    (tmp_path / "problem.csv").write_text("A,B\n0.1,0.2\n0,0\n1,1\n0.01,0\n0,0.04\n")
    (tmp_path / "turning_points_published.csv").write_text("lambda,A,B\n0.4,0,1\n0.2,0.4,0.6\n0,0.8,0.2\n")
    return tmp_path


def run(folder: Path, out: Path | None = None) -> StudyResult:
    return run_study(find_study("markowitz-ten"), StudyOptions(path=folder, out=out))


def test_a_problem_with_a_formula_comes_out(folder: Path) -> None:
    result = run(folder)
    frame = result.tables[0].frame
    assert result.ok and len(frame) == 3
    np.testing.assert_allclose(frame["return"], [0.12, 0.16, 0.2], rtol=0, atol=1e-10)
    np.testing.assert_allclose(frame["risk"] ** 2, [0.008, 0.016, 0.04], rtol=0, atol=1e-12)
    assert frame["lambda apart"].isna().tolist() == [False, False, True]  # many multipliers fit one asset alone


@pytest.mark.parametrize(
    ("line", "wrong", "column"),
    [("0.2,0.4,0.6", "0.21,0.4,0.6", "lambda apart"), ("0,0.8,0.2", "0,0.81,0.19", "weights apart")],
)
def test_a_turning_point_that_is_off_is_seen(folder: Path, line: str, wrong: str, column: str) -> None:
    file = folder / "turning_points_published.csv"
    file.write_text(file.read_text().replace(line, wrong))
    result = run(folder)
    assert not result.ok
    assert result.tables[0].frame[column].max() == pytest.approx(0.01, rel=1e-6)


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        ("problem.csv", "0,0.04\n", "", r"has 4 lines of numbers for 2 assets; expected means, .* 5 in all"),
        ("problem.csv", "0.01,0\n", "0.01,0.001\n", r"the rows below the bounds are no covariance, they are not symmetric"),
        ("problem.csv", "0.1,0.2", "0.1,high", r"holds 'high' in line 2, column 'B'"),
        ("turning_points_published.csv", "lambda,A,B", "lambda,A,C", r"has the columns lambda, A, C; expected lambda, A, B"),
        ("turning_points_published.csv", "0,0.8,0.2", "0,0.8,0.1", r"the weights of turning point 3 sum to 0.9, not to 1"),
    ],
)  # fmt: skip
def test_a_bad_file_is_one_clear_line(folder: Path, name: str, old: str, new: str, words: str) -> None:
    (folder / name).write_text((folder / name).read_text().replace(old, new))
    with pytest.raises(InputError, match=words) as caught:
        run(folder)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["problem.csv", "turning_points_published.csv"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(InputError, match=f"there is no file '{name}' in"):
        run(folder)


def test_files_are_written(folder: Path, sketched: None) -> None:
    result = run(folder, folder / "out")
    assert [file.name for file in result.files] == ["turning_points.csv", "weights.csv", "markowitz_ten.png"]
    assert all(file.is_file() for file in result.files)


@needs_files
def test_published_turning_points_come_out() -> None:
    """The file prints all digits of another method's result: agreement to rounding."""
    result = run(DOWNLOADED)
    frame = result.tables[0].frame
    assert result.ok and len(frame) == 10
    # as printed in the paper, from the least risk up; return and risk in three decimals
    np.testing.assert_allclose(
        frame["return"], [0.803, 0.950, 0.973, 1.015, 1.022, 1.108, 1.111, 1.160, 1.180, 1.190], rtol=0, atol=5.1e-4
    )
    np.testing.assert_allclose(
        frame["risk"], [0.205, 0.216, 0.220, 0.228, 0.230, 0.265, 0.267, 0.417, 0.546, 0.952], rtol=0, atol=5.1e-4
    )
    assert frame["weights apart"].max() <= 1e-12


@needs_files
def test_the_example_script_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sketched: None) -> None:
    monkeypatch.setattr(sys, "argv", [str(EXAMPLE), str(DOWNLOADED), str(tmp_path)])
    names = runpy.run_path(str(EXAMPLE))
    np.testing.assert_allclose(names["turning"].weight, names["published"], rtol=0, atol=1e-12)
    assert (tmp_path / "markowitz_ten.png").is_file()


def test_the_example_script_asks_for_its_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", [str(EXAMPLE)])
    with pytest.raises(SystemExit, match=r"give the folder with problem.csv"):
        runpy.run_path(str(EXAMPLE))


def test_bounds_of_the_problem_are_kept(folder: Path) -> None:
    (folder / "problem.csv").write_text("A,B\n0.1,0.2\n0.1,0.2\n0.7,0.8\n0.01,0\n0,0.04\n")
    ia, constraints = markowitz_ten.read_problem(folder / "problem.csv")
    assert ia.symbols == ["A", "B"]
    np.testing.assert_array_equal(constraints.lb, [0.1, 0.2])
    np.testing.assert_array_equal(constraints.ub, [0.7, 0.8])
    assert constraints.meq == 1 and constraints.b.tolist() == [1.0]
