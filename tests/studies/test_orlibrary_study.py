"""The frontiers of Chang et al. (2000): the reader, a market with a formula, and the downloaded files where there are any."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sitpy
from sitpy import InputError
from sitpy.studies import StudyOptions, StudyResult, find_study, orlibrary, orlibrary_files, run_study

Array = np.ndarray

SHARED = Path(os.environ.get("SITPY_SHARED", Path(__file__).resolve().parents[3] / "shared"))
DOWNLOADED = SHARED / "data" / "orlibrary"
needs_files = pytest.mark.skipif(
    not (DOWNLOADED / "port1.txt").is_file(),
    reason="the files of the OR-Library are not there; set SITPY_SHARED to a folder with data/orlibrary/port1.txt ...",
)

MEAN, RISK, RHO = (0.002, 0.01), (0.03, 0.05), 0.4


def write_assets(file: Path, mean: tuple[float, ...] = MEAN, risk: tuple[float, ...] = RISK, rho: float = RHO) -> None:
    moments = "".join(f" {m} {s}\n" for m, s in zip(mean, risk))
    file.write_text(f" {len(mean)}\n{moments} 1 1 1\n 1 2 {rho}\n 2 2 1\n")


def two_asset_variance(return_: Array) -> Array:
    """The variance of the only portfolio of two assets with that return."""
    w = (return_ - MEAN[0]) / (MEAN[1] - MEAN[0])
    return ((1 - w) * RISK[0]) ** 2 + (w * RISK[1]) ** 2 + 2 * w * (1 - w) * RHO * RISK[0] * RISK[1]


def write_frontier(file: Path, points: int = 41) -> Array:
    """Printed as in the OR-Library: from the largest return to the least variance, nine decimals."""
    covariance = RHO * RISK[0] * RISK[1]
    w = (RISK[0] ** 2 - covariance) / (RISK[0] ** 2 + RISK[1] ** 2 - 2 * covariance)
    return_ = np.linspace(MEAN[1], MEAN[0] + w * (MEAN[1] - MEAN[0]), points)
    pairs = np.column_stack([return_, two_asset_variance(return_)]).round(9)
    file.write_text("".join(f"{r:.9f} {v:.9f}\n" for r, v in pairs))
    return pairs


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One market of two assets, whose frontier is known."""
    write_assets(tmp_path / "port1.txt")
    write_frontier(tmp_path / "portef1.txt")
    return tmp_path


def run(folder: Path, points: int | None = None, out: Path | None = None) -> StudyResult:
    return run_study(find_study("orlibrary"), StudyOptions(path=folder, points=points, out=out))


# ------------------------------------------------------------------------------------- a market with a formula


def test_assets_are_read_as_written(folder: Path) -> None:
    ia = orlibrary_files.read_assets(folder / "port1.txt")
    np.testing.assert_array_equal(ia.expected_return, MEAN)
    np.testing.assert_array_equal(ia.risk, RISK)
    np.testing.assert_array_equal(ia.correlation, [[1, RHO], [RHO, 1]])
    np.testing.assert_allclose(ia.cov[0, 1], RHO * RISK[0] * RISK[1], rtol=1e-15)


def test_a_frontier_with_a_formula_comes_out(folder: Path) -> None:
    result = run(folder)
    row = result.tables[0].frame.iloc[0]
    assert result.ok and (row["market"], row["assets"], row["points"], row["proven"]) == ("Hang Seng", 2, 41, 41)
    assert row["of rounding"] <= 1.0 + 1e-2  # correctly rounded here; the slope between points is an estimate
    assert result.notes[0].startswith("not in the folder: port2.txt (DAX 100), port3.txt (FTSE 100)")


def test_points_are_thinned_evenly_and_keep_their_ends(folder: Path) -> None:
    published = orlibrary_files.read_published(folder / "portef1.txt")
    chosen = orlibrary_files.thinned(published, 5)
    np.testing.assert_array_equal(chosen, published[[40, 30, 20, 10, 0]])
    np.testing.assert_array_equal(orlibrary_files.thinned(published, 1000), published[::-1])
    assert run(folder, points=5).tables[0].frame.loc[0, "points"] == 5
    with pytest.raises(InputError, match=r"1 point\(s\) of a frontier are asked for; ask for 2 or more"):
        run(folder, points=1)


def test_a_variance_that_is_off_is_seen(folder: Path) -> None:
    pairs = write_frontier(folder / "portef1.txt")
    pairs[20, 1] *= 1 - 1e-5
    (folder / "portef1.txt").write_text("".join(f"{r:.9f} {v:.12f}\n" for r, v in pairs))
    result = run(folder)
    assert not result.ok
    assert result.tables[0].frame.loc[0, "variance"] == pytest.approx(1e-5, rel=0.1)


def test_progress_and_files(folder: Path, sketched: None) -> None:
    calls: list[tuple[str, int, int]] = []
    out = folder / "out"
    options = StudyOptions(path=folder, points=4, out=out, progress=lambda *call: calls.append(call))
    result = run_study(find_study("orlibrary"), options)
    assert calls == [("Hang Seng", k, 4) for k in (1, 2, 3, 4)]
    assert [file.name for file in result.files] == ["hang_seng.csv", "frontiers.png"]
    table = pd.read_csv(out / "hang_seng.csv")
    np.testing.assert_allclose(table["published"], two_asset_variance(table["return"].to_numpy()), rtol=0, atol=1e-9)


# ------------------------------------------------------------------------------------------------- bad files


def spoiled(name: str, change: Callable[[str], str]) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_text(change((folder / name).read_text()))


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda folder: (folder / "port1.txt").unlink(), r"there is no port1.txt, ..., port5.txt in"),
        (lambda folder: (folder / "portef1.txt").unlink(), r"there is no file 'portef1.txt' in"),
        (spoiled("port1.txt", lambda text: text + " 3"), r"begins with 2 and holds 15 numbers; .* which is 14"),
        (spoiled("port1.txt", lambda text: text.replace(" 2\n", " 2.5\n", 1)), r"begins with 2.5 and holds 14 numbers"),
        (spoiled("port1.txt", lambda text: text.replace("1 2 0.4", "1 3 0.4")), r"has 1 pair\(s\) of assets outside 1 to 2"),
        (spoiled("port1.txt", lambda text: text.replace("1 2 0.4", "1 2 1.4")), r"1 correlation\(s\) outside -1 to 1"),
        (spoiled("port1.txt", lambda text: text.replace("0.05", "0")), r"1 standard deviation\(s\) not above 0"),
        (spoiled("port1.txt", lambda text: text.replace("1 2 0.4", "1 1 1")), r"no correlation of the assets 1 and 2"),
        (spoiled("port1.txt", lambda text: text.replace("0.4", "0,4")), r"port1.txt' holds '0,4' \(word 11\)"),
        (spoiled("portef1.txt", lambda text: text + "0.001"), r"holds 83 numbers that are not pairs of a return"),
        (spoiled("portef1.txt", lambda text: "\n".join(text.split("\n")[::-1])), r"falling from line to line"),
        (spoiled("portef1.txt", lambda text: "0.5 0.5\n" + text), r"ends at a return of 0.5, but the best asset .* 0.01;"),
    ],
)  # fmt: skip
def test_a_bad_file_is_one_clear_line(folder: Path, spoil: Callable[[Path], object], words: str) -> None:
    spoil(folder)
    with pytest.raises(InputError, match=words) as caught:
        run(folder)
    assert "\n" not in str(caught.value)


def test_without_a_folder_the_files_are_named() -> None:
    with pytest.raises(InputError, match=r"portK.txt and portefK.txt .* give their folder with --path"):
        run_study(find_study("orlibrary"))


# ------------------------------------------------------------------------------------------- downloaded files


@needs_files
def test_published_frontiers_come_out() -> None:
    """A thinned run over all five markets: relative 5e-6, which nine decimals of return and variance allow."""
    result = run(DOWNLOADED, points=15)
    frame = result.tables[0].frame
    assert result.ok and frame["assets"].tolist() == [31, 85, 89, 98, 225]
    assert frame["proven"].sum() == frame["points"].sum() == 75
    assert frame["variance"].max() <= 5e-6


@needs_files
def test_half_a_digit_explains_every_published_point_of_a_market_but_for_a_tenth() -> None:
    """All 2000 points of the first market. A tenth: the published returns themselves stray by more than their print."""
    published = orlibrary_files.read_published(DOWNLOADED / "portef1.txt")
    assert published.shape == (2000, 2)
    ia = orlibrary_files.read_assets(DOWNLOADED / "port1.txt")
    targets = orlibrary_files.thinned(published, 2000)
    ef = sitpy.portopt(ia, orlibrary.long_only(ia.n), name="Hang Seng", targets=targets[:, 0])
    points = orlibrary.Market("Hang Seng", targets, ef).points()
    assert points["rounding"].max() <= 1.1 and points["relative"].max() <= 1e-6


@needs_files
def test_the_example_script_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sketched: None) -> None:
    import runpy
    import sys

    script = Path(__file__).resolve().parents[2] / "examples" / "orlibrary.py"
    monkeypatch.setattr(sys, "argv", [str(script), str(DOWNLOADED), str(tmp_path)])
    names = runpy.run_path(str(script))
    assert np.abs(names["ef"].risk ** 2 / names["variance"] - 1).max() <= 5e-6
    assert (tmp_path / "orlibrary.png").is_file()


def test_the_example_script_asks_for_its_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    import runpy
    import sys

    script = Path(__file__).resolve().parents[2] / "examples" / "orlibrary.py"
    monkeypatch.setattr(sys, "argv", [str(script)])
    with pytest.raises(SystemExit, match=r"give the folder with port1.txt"):
        runpy.run_path(str(script))
