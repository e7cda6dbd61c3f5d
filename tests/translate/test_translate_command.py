"""``sitpy translate``: files, notes, marks and exit status."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from sitpy.cli.commands import app

RUNNER = CliRunner()


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "script.R"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_the_python_goes_to_the_screen_or_into_a_file(tmp_path: Path) -> None:
    script = write(tmp_path, "library(quantmod)\nx = c(1, 2)[1]\n")
    shown = RUNNER.invoke(app, ["translate", str(script)])
    assert shown.exit_code == 0
    assert "x = np.array([1, 2])[0]" in shown.stdout
    assert "note: R line 1: library is left out" in shown.stderr
    out = tmp_path / "new" / "out.py"
    written = RUNNER.invoke(app, ["translate", str(script), "-o", str(out)])
    assert written.exit_code == 0 and written.stdout == ""
    assert out.read_text(encoding="utf-8") == shown.stdout


def test_what_is_left_to_do_is_listed_and_the_status_is_2(tmp_path: Path) -> None:
    script, out = write(tmp_path, "a = 1\nx = foo(a)\n"), tmp_path / "out.py"
    done = RUNNER.invoke(app, ["translate", str(script), "--out", str(out)])
    assert done.exit_code == 2
    assert "left to do: R line 2: sitpy does not know foo: x = foo(a)" in done.stderr
    assert "# TODO(R line 2)" in out.read_text(encoding="utf-8")


def test_strict_writes_nothing(tmp_path: Path) -> None:
    script, out = write(tmp_path, "x = foo(1)\n"), tmp_path / "out.py"
    done = RUNNER.invoke(app, ["translate", str(script), "-o", str(out), "--strict"])
    assert done.exit_code == 2 and not out.exists()
    assert "error: 1 statement(s) cannot be translated" in done.stderr


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = (1", "error: line 1, column 5: '(' is never closed; expected ')'"),
        ("x = 1\nunlink('a')", "error: line 2: unlink deletes, moves or makes files"),
    ],
)
def test_mistakes_are_one_line(tmp_path: Path, text: str, message: str) -> None:
    done = RUNNER.invoke(app, ["translate", str(write(tmp_path, text)), "-o", str(tmp_path / "out.py")])
    assert done.exit_code == 2 and message in done.stderr.replace("\n", " ")
    assert not (tmp_path / "out.py").exists()


def test_a_script_that_is_not_there(tmp_path: Path) -> None:
    done = RUNNER.invoke(app, ["translate", str(tmp_path / "none.R")])
    assert done.exit_code == 2 and "there is no file" in done.stderr


def test_prices_go_into_the_script_and_old_letters_are_read(tmp_path: Path) -> None:
    script = write(tmp_path, "# ann\xe9e\nia = aa.test.create.ia()\n".encode("latin-1"))
    done = RUNNER.invoke(app, ["translate", str(script), "--prices", "own.csv"])
    assert done.exit_code == 0
    assert 'prices = pd.read_csv("own.csv", index_col=0, parse_dates=True)' in done.stdout
    assert "# année" in done.stdout
