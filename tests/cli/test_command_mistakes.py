"""A newcomer's mistakes and surroundings: words, exit statuses, Ctrl-C, pipes, narrow and plain terminals."""

from __future__ import annotations

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest
from rich.console import Console
from typer.testing import CliRunner

import sitpy
from sitpy.cli.commands import app
from sitpy.cli.terminal import print_table
from sitpy.studies import StudyTable

runner = CliRunner()


def said(*arguments: str, status: int = 2) -> str:
    """What standard error holds: one line."""
    result = runner.invoke(app, list(arguments))
    assert result.exit_code == status, result.stdout + result.stderr
    assert len(result.stderr.splitlines()) == 1
    return result.stderr.strip()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own to run in, with a file of returns."""
    monkeypatch.chdir(tmp_path)
    sitpy.data.etf8_simulated().to_csv("own.csv")
    return tmp_path


# ---------------------------------------------------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("frontieer",), "no such command 'frontieer'"),
        (("--foo",), "no such option: --foo"),
        (("frontier", "own.csv"), "missing option '--returns'; see: "),
        (("frontier", "--returns", "own.csv", "--foo"), "no such option: --foo"),
        (("frontier", "--returns"), "option '--returns' requires an argument"),
        (("reproduce", "gini", "cvar"), "(cvar); see: "),
        (("compare", "a.json"), "missing argument 'REFERENCE'; see: "),
    ],
)
def test_mistakes_in_use_are_one_line_that_says_where_to_read(arguments: tuple[str, ...], words: str) -> None:
    line = said(*arguments)
    assert line.startswith("error: ") and words in line and line.endswith(" --help")


@pytest.mark.parametrize(
    ("option", "text", "words"),
    [
        ("--points", "0", "--points is '0'; give a whole number of 2 or more, such as 50"),
        ("--points", "x", "--points is 'x'; give a whole number of 2 or more"),
        ("--points", "2.5", "--points is '2.5'; give a whole number of 2 or more"),
        ("--annual-factor", "-12", "--annual-factor is -12; give the number of periods per year: 1, 4, 12, 52 or 252"),
        ("--annual-factor", "nan", "--annual-factor is nan; give the number of periods per year"),
        ("--annual-factor", "monthly", "--annual-factor is 'monthly'; give a number"),
        ("--sum", "one", "--sum is 'one'; give a number"),
        ("--gross", "1,6", "--gross is '1,6'; give a number; with a decimal point: 1.6"),
        ("--alpha", "95%", "--alpha is '95%'; give a number"),
        ("--mar", "", "--mar is ''; give a number"),
        ("--measure", "foo", "there is no measure 'foo'; there are Risk, "),
    ],
)
def test_options_are_refused_before_the_file_is_read(option: str, text: str, words: str) -> None:
    assert f"error: {words}" in said("frontier", "--returns", "nowhere.csv", option, text)


@pytest.mark.parametrize("option", ["--points", "--annual-factor"])
def test_reproduce_reads_numbers_in_the_same_way(option: str) -> None:
    assert f"error: {option} is 'x'; give a " in said("reproduce", "130-30", option, "x")


def test_ten_assets_of_at_most_five_percent() -> None:
    table = pd.DataFrame({f"A{i}": [0.01 * i, -0.01, 0.02] for i in range(10)}, ["2001", "2002", "2003"])
    table.to_csv("ten.csv")
    result = runner.invoke(app, ["frontier", "--returns", "ten.csv", "--upper", "0.05", "--out", "out"])
    line = result.stderr.splitlines()[-1]
    assert result.exit_code == 2 and line.startswith("error: ")
    assert "the upper bounds 0.05 of 10 variables (A0, A1, A2, ...) make it at most 0.5: 0.5 too little" in line
    assert not Path("out").exists()


@pytest.mark.parametrize(("name", "nearest"), [("intro", "introduction"), ("13030", "130-30"), ("GINI", "gini")])
def test_an_unknown_study_suggests_the_nearest(name: str, nearest: str) -> None:
    assert f"there is no study {name!r}; did you mean {nearest!r}? There are introduction, 130-30," in said(
        "reproduce", name
    )


def test_an_unknown_data_set_or_reference_suggests_the_nearest() -> None:
    assert "'etf8simulated'; did you mean 'etf8-simulated'? There are bernstein-wilkinson" in said(
        "reproduce", "gini", "--data", "etf8simulated"
    )
    assert "did you mean 'A_01_longonly_0_80_Risk'?" in said(
        "compare", "A_01_longonly_0_80_risc", "A_01_longonly_0_80_Risk"
    )


def test_nothing_at_all_shows_how_to_begin() -> None:
    result = runner.invoke(app, [])
    assert result.exit_code == 2 and not result.stderr
    for words in (
        "sitpy frontier --returns returns.csv",
        "sitpy reproduce 130-30",
        "sitpy COMMAND --help",
        "Commands:",
    ):
        assert words in result.stdout
    assert runner.invoke(app, ["--help"]).stdout == result.stdout


@pytest.mark.parametrize("command", ["frontier", "reproduce", "compare"])
def test_help_is_plain_text_with_an_example_and_the_exit_statuses(command: str) -> None:
    text = runner.invoke(app, [command, "--help"]).stdout
    assert text.isascii() and f"  sitpy {command} " in text and "Exit status: 0 when" in text


# ---------------------------------------------------------------------------------------------------------- files


def test_results_of_another_measure_do_not_stay_beside_the_new_ones() -> None:
    Path("out").mkdir()
    Path("out/notes.txt").write_text("mine")
    for measure in ("cvar", "mad"):
        arguments = ["frontier", "--returns", "own.csv", "--points", "2", "--measure", measure, "--out", "out"]
        assert runner.invoke(app, arguments).exit_code == 0
    assert {path.name for path in Path("out").iterdir()} == {
        "frontier.png", "frontier_MAD.csv", "frontier_MAD.json", "summary.csv", "files.sha256", "notes.txt",
    }  # fmt: skip
    assert "yours stay" in runner.invoke(app, ["frontier", "--help"]).stdout.replace("\n", " ")


# --------------------------------------------------------------------------------------------------- a real process


def process(*arguments: str, code: str | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """``python -m sitpy``, or the code that calls it with the same arguments."""
    start = ["-m", "sitpy"] if code is None else ["-c", code]
    return subprocess.run(
        [sys.executable, *start, *arguments],
        capture_output=True, encoding="utf-8", env={**os.environ, **environment}, check=False, timeout=120,
    )  # fmt: skip


INTERRUPT = "import os, signal, sys, sitpy.cli\ndef interrupt(*_): os.kill(os.getpid(), signal.SIGINT)\n"
ENDS = {
    "while the framework is loaded": (
        "class Finder:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'typer': interrupt()\n"
        "sys.meta_path.insert(0, Finder())\n"
    ),
    "while the file is read": "import sitpy.inputs\nsitpy.inputs.own_history = interrupt\n",
    "while a file is written": (
        "import pandas\n"
        "def half(self, path, **_):\n"
        "    open(path, 'w').write('half')\n"
        "    interrupt()\n"
        "pandas.DataFrame.to_csv = half\n"
    ),
    "in a callback, where Python drops it": (
        "import time, sitpy.inputs\n"
        "class Dropped:\n"
        "    __del__ = interrupt\n"
        "def read(*_):\n"
        "    Dropped()\n"
        "    for _ in range(1000): time.sleep(0.01)\n"
        "sitpy.inputs.own_history = read\n"
    ),
}


@pytest.mark.skipif(sys.platform == "win32", reason="processes cannot send themselves Ctrl-C there")
@pytest.mark.parametrize("when", ENDS)
def test_an_interruption_is_one_line_and_leaves_no_file(when: str) -> None:
    code = f"{INTERRUPT}{ENDS[when]}sitpy.cli.app()"
    done = process("frontier", "--returns", "own.csv", "--points", "2", "--out", "out", code=code)
    assert done.stderr == "interrupted; unfinished work has left no files\n"
    assert done.returncode == 130
    assert {path.name for path in Path().iterdir()} == {"own.csv"}


def test_a_terminal_that_knows_ascii_only_and_names_that_are_not() -> None:
    history = sitpy.data.etf8_simulated()[["SPY", "TLT"]].set_axis(["Zürich [red]", "US$ bonds $x_{"], axis=1)
    history.to_csv("own $file.csv")
    done = process(
        "frontier", "--returns", "own $file.csv", "--points", "2", "--out", "out",
        PYTHONIOENCODING="ascii", LC_ALL="C", NO_COLOR="1", COLUMNS="40",
    )  # fmt: skip
    assert done.returncode == 0 and not done.stderr
    assert done.stdout.isascii() and "\x1b" not in done.stdout
    assert r"Z\xfcrich [red]" in done.stdout and "US$ bonds $x_{" in done.stdout
    assert (Path("out") / "frontier.png").stat().st_size > 20_000  # a dollar is no formula
    assert "Zürich" in (Path("out") / "frontier_Risk.csv").read_text(encoding="utf-8")


def test_a_reader_that_stops_early_is_no_error() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "sitpy", "reproduce", "--list"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdout and running.stderr
        running.stdout.close()
        assert b"Traceback" not in running.stderr.read()


def test_tables_keep_their_digits_in_a_narrow_terminal() -> None:
    stream = StringIO()
    console = Console(file=stream, width=20, force_terminal=True, no_color=True)
    frame = pd.DataFrame({"a long first column": ["name"], "value": [123.456], "other value": [0.00123456]})
    print_table(console, StudyTable("", frame, {"value": ".3f", "other value": ".8f"}))
    assert "123.456" in stream.getvalue() and "0.00123456" in stream.getvalue() and "…" not in stream.getvalue()
