"""``sitpy run-r``: the account, the files, the exit status, and Ctrl-C."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from reading import PostRun
from typer.testing import CliRunner

import sitpy
from sitpy.cli.commands import app

RUNNER = CliRunner()
HEAD = "ia = aa.test.create.ia.rebal()\ncs = create.basic.constraints(ia$n, 0, 0.8, 1)\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own to run in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(source: str, *options: str, status: int = 0) -> tuple[str, str]:
    """Both outputs of the command for a script named study.R."""
    Path("study.R").write_text(source, encoding="utf-8")
    done = RUNNER.invoke(app, ["run-r", "study.R", *options])
    assert done.exit_code == status, done.stdout + done.stderr
    return done.stdout, done.stderr


def files(folder: str | Path = "study") -> set[str]:
    return {path.name for path in Path(folder).iterdir()}


def test_the_account_says_what_was_printed_drawn_and_made() -> None:
    source = (
        f"library(SIT)\n{HEAD}cat('nine assets')\nef.risk = portopt(ia, cs, 3)\nef.risk = portopt(ia, cs, 4)\n"
        "ef.risk$weight = ef.risk$weight[, 1:2]\npdf('two.pdf')\nplot.transition.map(ef.risk)\n"
        "plot.transition.map(ef.risk)\ndev.off()\n"
    )
    out, errors = run(source)
    words = " ".join(out.split())
    assert out.startswith("nine assets\nfigures: two.pdf (2 pages)\nfrontiers, each as it was before its variable")
    assert "ef.risk (1 of 2) 5 Risk 3 3 as solved ef.risk-1.csv, .json" in words
    assert "ef.risk (2 of 2) 6 Risk 4 4 changed by the script ef.risk-2.csv, .json" in words
    assert "note: R line 1: library is left out" in words and "5 files in study, " in words
    assert errors == ""
    made = {f"ef.risk-{i}.{kind}" for i in (1, 2) for kind in ("csv", "json")}
    assert files() == made | {"two.pdf", "files.sha256"}


def test_what_is_saved_can_be_compared_with_r() -> None:
    """A_01: R's own run of this frontier, 50 points."""
    build = "cs = add.constraints(rep(1, ia$n), 1, type = '=', new.constraints(ia$n, lb = 0, ub = 0.8))\n"
    run(f"{HEAD}{build}ef = portopt(ia, cs, 50, 'CVaR', min.cvar.portfolio)\n", "--out", "made")
    assert files("made") == {"ef.csv", "ef.json", "files.sha256"}
    done = RUNNER.invoke(app, ["compare", "made/ef.json", "A_01_longonly_0_80_CVaR"])
    assert done.exit_code == 0, done.stdout


def test_a_script_that_makes_nothing_leaves_no_folder() -> None:
    out, _ = run("cat('only words', '\\n')\n")
    assert out.startswith("only words") and "no files: it drew nothing and made no frontier" in out
    assert not Path("study").exists()


def test_what_is_left_to_do_is_listed_and_nothing_is_run() -> None:
    out, errors = run(f"{HEAD}cat('ran')\nx = foo(1)\ny = bar(2)\n", status=2)
    assert out == "" and not Path("study").exists()
    assert "left to do: R line 4: sitpy does not know foo: x = foo(1)\n" in errors
    assert "left to do: R line 5: sitpy does not know bar: y = bar(2)\n" in errors
    assert errors.endswith("error: study.R was not run, because 2 statement(s) cannot be translated\n")


@pytest.mark.parametrize(
    ("source", "options", "message"),
    [
        ("x = 1\nunlink('a')\n", (), "error: line 2: unlink deletes"),
        ("x = (1\n", (), "error: line 1, column 5"),
        ("x = 1\n", ("--prices", "none.csv"), "error: there is no file of prices 'none.csv'"),
        ("x = 1\n", ("--out", "study.R"), "error: cannot write to 'study.R': it is a file, not a folder"),
    ],
)
def test_what_cannot_be_run_is_one_line_and_status_2(source: str, options: tuple[str, ...], message: str) -> None:
    out, errors = run(source, *options, status=2)
    assert out == "" and message in errors and len(errors.splitlines()) == 1
    assert not Path("study").exists()


def test_a_script_that_is_not_there() -> None:
    done = RUNNER.invoke(app, ["run-r", "none.R"])
    assert done.exit_code == 2 and "there is no file 'none.R'" in done.stderr


def test_an_error_has_its_line_in_r_and_what_was_made_is_saved_and_said() -> None:
    own = "f = function(ub) {\n  portopt(ia, new.constraints(ia$n, lb = 0.5, ub = ub), 3)\n}\ng = f(0.1)\n"
    source = f"{HEAD}ef = portopt(ia, cs, 3)\n{own}"
    out, errors = run(source, status=1)
    line = " ".join(errors.split())
    assert line.startswith(
        "error: R line 5, called from R line 7: variable 0: lower bound 0.5 is above upper bound 0.1"
    )
    assert line.endswith("what it had drawn and made until then is saved") and "Traceback" not in errors
    assert files() == {"ef.csv", "ef.json", "files.sha256"} and "2 files in study" in out
    _, errors = run("stop('at once')\n", "--out", "other", status=1)
    assert errors == "error: R line 1: at once; nothing was made until then\n"


def test_an_interruption_saves_what_was_made() -> None:
    Path("study.R").write_text(f"{HEAD}ef = portopt(ia, cs, 3)\ncat('waiting\\n')\nwhile (TRUE) x = 1\n")
    code = (
        "import builtins, os, signal, sys, threading\n"
        "def interrupt(text):\n"
        "    if 'waiting' in text: threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()\n"
        "import sitpy.cli, sitpy.cli.r_script as command\n"
        "command._show = interrupt\n"
        "sys.argv = ['sitpy', 'run-r', 'study.R']\n"
        "sitpy.cli.app()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1, done.stderr
    assert "error: R line 5: interrupted; what it had drawn and made until then is saved" in done.stderr
    assert files() == {"ef.csv", "ef.json", "files.sha256"}


def test_the_published_post_runs_verbatim(post_run: PostRun) -> None:
    stems = [f"{name}-{i}" for name in ("ef.risk", "ef.mad") for i in range(1, 5)]
    expected = {f"{stem}.{kind}" for stem in stems for kind in ("csv", "json")}
    made = post_run.folder / "130-30"
    assert files(made) == expected | {f"figure-{i}.png" for i in range(1, 5)} | {"files.sha256"}
    assert "ef.mad (4 of 4) 156 MAD 50 50 changed by the script ef.mad-4.csv, .json" in " ".join(
        post_run.printed.split()
    )
    for i in range(1, 5):
        picture = (made / f"figure-{i}.png").read_bytes()
        assert picture.startswith(b"\x89PNG") and len(picture) > 50_000
    assert sitpy.Frontier.from_json(made / "ef.risk-4.json").proven


def test_the_help_begins_with_both_commands_for_scripts() -> None:
    text = RUNNER.invoke(app, ["--help"]).stdout
    assert "sitpy run-r SCRIPT.R" in text and "sitpy translate SCRIPT.R" in text
    assert "Exit status: 0 when the script ran to its end" in " ".join(
        RUNNER.invoke(app, ["run-r", "--help"]).stdout.split()
    )


def test_a_reader_that_stops_early_loses_no_file(tmp_path: Path) -> None:
    script = tmp_path / "long.R"
    script.write_text(
        "for (i in 1:20000) print(i)\nia = aa.test.create.ia.rebal()\n"
        "ef = portopt(ia, create.basic.constraints(ia$n, 0, 0.8, 1), 3)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-m", "sitpy", "run-r", str(script), "--out", str(tmp_path / "out")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as running:
        assert running.stdout and running.stderr
        assert running.stdout.readline().strip() == b"1"
        running.stdout.close()
        assert b"Traceback" not in running.stderr.read()
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"ef.csv", "ef.json", "files.sha256"}
