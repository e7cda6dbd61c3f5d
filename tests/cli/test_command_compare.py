"""``sitpy compare`` says why two frontiers differ, by words, exit status and a page."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import sitpy
from sitpy.cli.commands import app

runner = CliRunner()


def run(*arguments: object, status: int = 0) -> str:
    result = runner.invoke(app, ["compare", *map(str, arguments)])
    text = result.stdout + result.stderr
    assert result.exit_code == status, text
    return " ".join(text.split())


@pytest.fixture(scope="module")
def ef() -> sitpy.Frontier:
    ia = sitpy.aa_test_create_ia_rebal()
    return sitpy.portopt(ia, sitpy.create_basic_constraints(ia.n, 0, 0.8), 9)


@pytest.fixture(scope="module")
def file(ef: sitpy.Frontier, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ef.to_json(tmp_path_factory.mktemp("compare") / "risk.json")


def test_the_same_twice(file: Path) -> None:
    text = run(file, file)
    assert text.endswith("agrees")
    assert "9 points; largest difference in objective 0.0e+00" in text


def test_rounded_weights_agree(ef: sitpy.Frontier, file: Path, tmp_path: Path) -> None:
    ef.weights.round(3).to_csv(tmp_path / "rounded.csv")
    text = run(file, tmp_path / "rounded.csv")
    assert (
        "rounding at 8 points; at point" in text
    )  # the last point is 0.8 and 0.2 and "figures with 3 decimals" in text
    assert text.endswith("agrees")


def test_another_definition_differs(ef: sitpy.Frontier, file: Path, tmp_path: Path) -> None:
    table = ef.to_frame()
    table["return"] *= 100
    table.to_csv(tmp_path / "percent.csv")
    text = run(file, tmp_path / "percent.csv", status=1)
    assert "other definition: the reference's return is in percent, not a fraction" in text
    assert text.endswith("DIFFERS")


def test_other_data_differ(ef: sitpy.Frontier, file: Path, tmp_path: Path) -> None:
    ia = ef.ia.copy()
    ia.expected_return = ia.expected_return + np.array([0.01] + [0] * 8)
    other = sitpy.portopt(ia, ef.constraints, 9).to_json(tmp_path / "other.json")
    text = run(file, other, status=1)
    assert "other data: expected_return of SP500 is " in text and "(by +0.01)" in text
    assert text.endswith("DIFFERS")


def test_inputs_alone_are_compared(ef: sitpy.Frontier, file: Path, tmp_path: Path) -> None:
    words = ", ".join(repr(float(value)) for value in ef.ia.expected_return)
    names = ", ".join(json.dumps(name) for name in ef.ia.symbols)
    path = tmp_path / "ia.R"
    path.write_text(f"ia <- list(symbols = c({names}), expected.return = c({words}))")
    assert run(file, path).endswith("agrees")


def test_what_asks_for_a_report_differs(ef: sitpy.Frontier, file: Path, tmp_path: Path) -> None:
    table = ef.to_frame()
    table["risk"] *= np.linspace(1, 2, 9)
    table.to_csv(tmp_path / "strange.csv")
    text = run(file, tmp_path / "strange.csv", "--measure", "Risk", status=1)
    assert "none of the known reasons applies: please report it with both files" in text


def test_what_cannot_be_compared_is_one_line(file: Path, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("A,B\n0.5,x\n")
    result = runner.invoke(app, ["compare", str(file), str(path)])
    assert result.exit_code == 2
    (line,) = result.stderr.strip().splitlines()
    assert line.startswith("error: ") and line.endswith("line 2, column 'B': 'x'; expected a number")


def test_the_page(ef: sitpy.Frontier, file: Path, tmp_path: Path) -> None:
    ef.weights.round(3).to_csv(tmp_path / "a<b.csv")
    page = tmp_path / "new" / "page.html"
    assert "page: " in run(file, tmp_path / "a<b.csv", "--html", page)
    text = page.read_text(encoding="utf-8")
    assert "Risk against a&lt;b" in text and "a<b" not in text
    assert "Points that differ" in text and "figures with 3 decimals" in text
    assert text.count("<svg") == 3
    assert 'src="http' not in text and 'href="http' not in text
    assert [path.name for path in page.parent.iterdir()] == ["page.html"]
    again = tmp_path / "again.html"
    run(file, tmp_path / "a<b.csv", "--html", again)
    assert again.read_text(encoding="utf-8") == text


def test_the_page_of_files_without_portfolios(ef: sitpy.Frontier, file: Path, tmp_path: Path) -> None:
    path = tmp_path / "ia.R"
    path.write_text(f"list(expected.return = c({', '.join(['0.1'] * 9)}))")
    run(file, path, "--html", tmp_path / "page.html", status=1)
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "The data differ." in text and "<svg" not in text
