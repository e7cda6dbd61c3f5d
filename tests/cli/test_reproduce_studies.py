"""``sitpy reproduce``: the list of studies, all of them in one go, tables and exit statuses of any study."""

from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import sitpy
from sitpy import studies
from sitpy.cli.commands import app
from sitpy.studies import STUDIES, Study, StudyOptions, StudyResult, StudyTable, find_study

runner = CliRunner()


def lines(*arguments: str, status: int = 0) -> list[str]:
    result = runner.invoke(app, ["reproduce", *map(str, arguments)])
    text = result.stdout + result.stderr
    assert result.exit_code == status, text
    return [line.rstrip() for line in text.splitlines()]


@dataclass(frozen=True, kw_only=True)
class Made(Study):
    """A study with the result it is given, or an error."""

    result: StudyResult | Exception

    def run(self, options: StudyOptions) -> StudyResult:
        if isinstance(self.result, Exception):
            raise self.result
        return self.result


def made(name: str, result: StudyResult | Exception | None = None, files: str = "") -> Made:
    return Made(name=name, title=f"Title of {name}", source="nowhere", files=files, result=result or StudyResult())


def verdict(value: bool) -> StudyResult:
    return StudyResult(tables=(StudyTable("", pd.DataFrame({"what": ["x"], "": [value]})),))


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """An empty table of studies."""
    entries: dict[str, str] = {}
    monkeypatch.setattr(studies, "STUDIES", entries)
    monkeypatch.setattr(studies, "import_module", lambda made: SimpleNamespace(STUDY=made))
    return entries


def test_list_has_one_line_per_study() -> None:
    listed = lines("--list")
    assert len(listed) == len(STUDIES)
    for name, line in zip(STUDIES, listed):
        study = find_study(name)
        assert line.startswith(f"{name}: {study.title} ({study.source}); ")
        assert all(data in line for data in study.data_sets)
    assert (
        "(Systematic Investor blog, 18 October 2011); data: bernstein-wilkinson, etf8-simulated or a CSV" in listed[1]
    )


def test_list_says_what_must_be_downloaded(table: dict[str, object]) -> None:
    table |= {"own": made("own"), "reads": made("reads", files="port1.txt of the OR-Library")}
    assert lines("--list") == [
        "own: Title of own (nowhere); its own data",
        "reads: Title of reads (nowhere); --path with port1.txt of the OR-Library",
    ]
    asked = lines(status=2)  # no study named
    assert asked[:2] == lines("--list")
    assert asked[2] == "error: no study is named; run one of those above, such as: sitpy reproduce 130-30"


def test_all_runs_every_study_into_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(studies, "STUDIES", {name: STUDIES[name] for name in ("introduction", "gini")})
    text = lines("--all", "--out", tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"introduction", "gini"}
    assert (tmp_path / "gini" / "gini.png").is_file()
    at = next(i for i, line in enumerate(text) if line.startswith("studies, each in its folder in"))
    at = next(i for i in range(at, len(text)) if text[i].endswith(":"))  # a long path goes on in the next line
    summary = [line.split() for line in text[at + 4 : at + 6]]
    assert [row[:4] for row in summary] == [["introduction", "3", "8", "ok"], ["gini", "2", "6", "ok"]]


@pytest.mark.parametrize(
    ("results", "status", "words"),
    [
        ([verdict(True), verdict(True)], 0, ["ok", "ok"]),
        ([verdict(True), verdict(False)], 1, ["ok", "OUT"]),
        ([verdict(False), StudyResult()], 1, ["OUT", "ok"]),
        ([sitpy.InputError("broken"), verdict(True)], 2, ["OUT", "ok"]),
        ([sitpy.InfeasibleError("broken"), verdict(False)], 2, ["OUT", "OUT"]),
    ],
)
def test_all_goes_on_after_a_failure(
    table: dict[str, object], tmp_path: Path, results: list[object], status: int, words: list[str]
) -> None:
    table |= {f"study{i}": made(f"study{i}", result) for i, result in enumerate(results)}  # type: ignore[arg-type]
    text = lines("--all", "--out", tmp_path, status=status)
    summary = [line for line in text if line.startswith(" study")][1:]  # without the heading
    assert [line.split()[0] for line in summary] == ["study0", "study1"]
    assert [line.split()[3] for line in summary] == words
    assert ("error: broken" in text) == (status == 2)


def test_all_leaves_out_what_needs_a_download_and_says_so(table: dict[str, object], tmp_path: Path) -> None:
    table |= {"reads": made("reads", files="port1.txt"), "own": made("own", verdict(True))}
    text = lines("--all", "--out", tmp_path)
    assert "reads: left out, it reads port1.txt (--path)" in text
    assert f"studies, each in its folder in {tmp_path}:".replace(" ", "") in "".join(text).replace(" ", "")


@pytest.mark.parametrize(
    "more", [("130-30",), ("--points", "5"), ("--data", "etf8-simulated"), ("--annual-factor", "12"), ("--path", ".")]
)
def test_all_takes_no_options_of_single_studies(more: tuple[str, ...]) -> None:
    assert "--all runs every study as it was published" in lines("--all", *more, status=2)[0]


def test_tables_are_printed_as_they_are_formatted(table: dict[str, object], tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "asset": ["[Gold]", "Bonds"],  # no markup
            "share": [0.125, np.nan],
            "count": [3, 40],
            "day": [None, pd.Timestamp("2020-02-29")],
            "": [True, None],
        }
    )
    formats = {"share": ".1%", "day": lambda day: f"{day:%d %b}"}
    result = StudyResult(head=("first [line]",), tables=(StudyTable("title:", frame, formats),), notes=("last",))
    table["own"] = made("own", result)  # type: ignore[assignment]
    text = lines("own", "--out", tmp_path)
    assert text[:4] == ["Title of own (nowhere)", "first [line]", "", "title:"]
    assert text[5].split() == ["asset", "share", "count", "day"]
    assert [line.split() for line in text[7:9]] == [["[Gold]", "12.5%", "3", "ok"], ["Bonds", "40", "29", "Feb"]]
    assert text[7].startswith(" [Gold]  ") and text[8].startswith(" Bonds ")
    assert text[10] == "last" and text[11].startswith("0 files in ")


@pytest.mark.parametrize(("value", "status"), [(True, 0), (False, 1)])
def test_the_verdicts_are_the_exit_status(table: dict[str, object], tmp_path: Path, value: bool, status: int) -> None:
    table["own"] = made("own", verdict(value))  # type: ignore[assignment]
    text = lines("own", "--out", tmp_path, status=status)
    assert ("out of tolerance: see the rows that are not 'ok'" in text) == (status == 1)


def test_options_that_a_study_does_not_take_are_refused(table: dict[str, object]) -> None:
    table["own"] = made("own")  # type: ignore[assignment]
    table["reads"] = made("reads", files="port1.txt")  # type: ignore[assignment]
    assert "error: the study 'own' brings its own data" in lines("own", "--data", "etf8-simulated", status=2)[-1]
    assert "give their folder with --path DIR" in lines("reads", status=2)[-1]
