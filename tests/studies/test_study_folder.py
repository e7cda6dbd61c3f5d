"""The folder of a study: whole runs, nothing stale beside them, nothing of the user's removed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

import sitpy
from sitpy.files import write_whole
from sitpy.studies import Study, StudyOptions, StudyResult, run_study
from sitpy.studies.folder import LISTING, run_folder


def run(out: Path, contents: dict[str, str]) -> None:
    with run_folder(out) as folder:
        for name, text in contents.items():
            (folder / name).write_text(text)


def names(out: Path) -> set[str]:
    return {path.name for path in out.iterdir()}


def test_files_come_together_and_are_listed_with_what_they_hold(tmp_path: Path) -> None:
    out = tmp_path / "a" / "b"
    with run_folder(out) as folder:
        (folder / "one.csv").write_text("1")
        assert not (out / "one.csv").exists()
    assert names(out) == {"one.csv", LISTING}
    assert (out / LISTING).read_text() == f"{hashlib.sha256(b'1').hexdigest()}  one.csv\n"


def test_what_an_earlier_run_left_goes_and_what_is_the_users_stays(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("mine")
    run(tmp_path, {"cvar.csv": "1", "summary.csv": "1"})
    run(tmp_path, {"risk.csv": "2", "summary.csv": "2"})
    assert names(tmp_path) == {"mine.csv", "risk.csv", "summary.csv", LISTING}
    assert (tmp_path / "summary.csv").read_text() == "2" and (tmp_path / "mine.csv").read_text() == "mine"


def test_a_file_changed_since_stays_and_is_said(tmp_path: Path) -> None:
    run(tmp_path, {"cvar.csv": "1"})
    (tmp_path / "cvar.csv").write_text("1, and my notes")
    with pytest.warns(
        sitpy.SitpyWarning, match=r"cvar.csv' is of an earlier run and was changed since; it stays beside"
    ):
        run(tmp_path, {"risk.csv": "2"})
    assert (tmp_path / "cvar.csv").read_text() == "1, and my notes"
    run(tmp_path, {"mad.csv": "3"})  # of which the list knows nothing more: no second note
    assert names(tmp_path) == {"cvar.csv", "mad.csv", LISTING}


@pytest.mark.parametrize("name", ["../mine.txt", "/mine.txt", "sub/mine.txt", "..", "."])
def test_a_list_names_nothing_outside_its_folder(tmp_path: Path, name: str) -> None:
    out = tmp_path / "out"
    (out / "sub").mkdir(parents=True)
    for folder in (tmp_path, out / "sub"):
        (folder / "mine.txt").write_text("mine")
    (out / LISTING).write_text(f"{hashlib.sha256(b'mine').hexdigest()}  {name}\n")
    run(out, {"new.csv": "1"})
    assert (tmp_path / "mine.txt").exists() and (out / "sub" / "mine.txt").exists()


@pytest.mark.parametrize("content", [b"\xff\xfe", b"no list at all\n", b""])
def test_a_broken_list_removes_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "old.csv").write_text("1")
    (tmp_path / LISTING).write_bytes(content)
    run(tmp_path, {"new.csv": "1"})
    assert names(tmp_path) == {"old.csv", "new.csv", LISTING}


@pytest.mark.parametrize("error", [sitpy.InfeasibleError("none"), KeyboardInterrupt(), RuntimeError("defect")])
def test_a_run_that_fails_leaves_all_as_it_was(tmp_path: Path, error: BaseException) -> None:
    def fail(out: Path) -> None:
        with run_folder(out) as folder:
            (folder / "new.csv").write_text("half")
            raise error

    run(tmp_path / "kept", {"old.csv": "1"})
    before = names(tmp_path / "kept")
    with pytest.raises(type(error)):
        fail(tmp_path / "kept")
    assert names(tmp_path / "kept") == before and (tmp_path / "kept" / "old.csv").read_text() == "1"
    with pytest.raises(type(error)):
        fail(tmp_path / "new" / "deep")
    assert names(tmp_path) == {"kept"}


def test_a_folder_that_cannot_be_written_is_refused_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    for out, words in (
        (tmp_path / "file", "it is a file, not a folder"),
        (tmp_path / "file" / "sub", "Not a directory"),
    ):
        with pytest.raises(sitpy.InputError, match=f"cannot write to .*{words}; give another one with --out"):  # noqa: SIM117
            with run_folder(out):
                pytest.fail("the work began")
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_folder_without_permission_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(sitpy.InputError, match="Permission denied; give another one with --out"):
        run(tmp_path / "out", {"a": "1"})


def test_a_disk_that_is_full_is_one_message(tmp_path: Path) -> None:
    def full(_: Path) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(sitpy.InputError, match=r"cannot write '.*table.csv': No space left on device"):
        write_whole(tmp_path / "table.csv", full)
    assert not names(tmp_path)


@dataclass(frozen=True, kw_only=True)
class Writes(Study):
    """Writes files of these names."""

    wanted: Iterable[str]

    def run(self, options: StudyOptions) -> StudyResult:
        assert options.out is not None
        return StudyResult(
            files=tuple(write_whole(options.out / name, lambda path: path.touch()) for name in self.wanted)
        )


def test_a_study_names_its_files_where_they_are(tmp_path: Path) -> None:
    study = Writes(name="writes", title="Writes", source="nowhere", wanted=("a.csv", "b.csv"))
    result = run_study(study, StudyOptions(out=tmp_path / "out"))
    assert result.files == (tmp_path / "out" / "a.csv", tmp_path / "out" / "b.csv")
    assert all(path.is_file() for path in result.files)


def test_a_study_without_files_makes_no_folder(tmp_path: Path) -> None:
    study = Writes(name="writes", title="Writes", source="nowhere", wanted=())
    assert run_study(study, StudyOptions(out=tmp_path / "out")).files == ()
    assert not names(tmp_path)
