"""``sitpy algo``: files and words."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from algorithm_runs import needs_zipline, sessions, simulated_closes
from typer.testing import CliRunner

from sitpy.cli.commands import app

pytestmark = needs_zipline

ALGORITHM = str(Path(__file__).parents[1] / "optimize" / "algorithms" / "pair_each_week.py")
runner = CliRunner()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own to run in, with closes."""
    monkeypatch.chdir(tmp_path)
    simulated_closes(sessions()).to_csv("prices.csv", index_label="date")
    return tmp_path


def test_the_command_writes_tables_log_and_figure(folder: Path) -> None:
    arguments = ["algo", ALGORITHM, "--prices", "prices.csv", "--start", "2019-01-16", "--end", "2019-01-31"]
    result = runner.invoke(app, [*arguments, "--capital", "250000", "--out", "out"])
    assert result.exit_code == 0, result.stderr
    text = " ".join(result.stdout.split())
    assert text.startswith("pair_each_week.py 11 sessions from 2019-01-16 to 2019-01-31, 10 orders, 10 of them filled")
    assert "recorded lev 0.0000 0.0000 2." in text and "equity 250,000" in text and "6 files in out" in text
    names = {
        "performance.csv",
        "recorded.csv",
        "weights.csv",
        "orders.csv",
        "log.txt",
        "pair_each_week.png",
        "files.sha256",
    }
    assert {path.name for path in (folder / "out").iterdir()} == names
    recorded = pd.read_csv("out/recorded.csv", index_col="date", parse_dates=True)
    assert list(recorded) == ["lev", "exp"] and len(recorded) == 11
    performance = pd.read_csv("out/performance.csv", index_col="date")
    assert performance["portfolio_value"].iloc[0] == 250_000
    assert "orders" not in performance and list(performance) == sorted(performance)
    weights = pd.read_csv("out/weights.csv", index_col="date", parse_dates=True)
    pd.testing.assert_series_equal(weights.abs().sum(axis=1), recorded["lev"], check_names=False, atol=1e-9)
    assert len(pd.read_csv("out/orders.csv")) == 10
    assert (folder / "out" / "log.txt").read_text().splitlines()[0] == "2019-01-16 16:00 INFO 2 orders for gross 2.0"
    assert (folder / "out" / "pair_each_week.png").stat().st_size > 20_000


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere.py", "--prices", "prices.csv"], "there is no file 'nowhere.py'"),
        ([ALGORITHM, "--prices", "nowhere.csv"], "cannot read 'nowhere.csv'"),
        ([ALGORITHM], "missing option '--prices'"),
        ([ALGORITHM, "--prices", "prices.csv", "--capital", "1,5"], "--capital is '1,5'; give a number"),
        ([ALGORITHM, "--prices", "prices.csv", "--capital", "0"], "capital is 0.0; give a positive amount of money"),
        ([ALGORITHM, "--prices", "prices.csv", "--start", "2019-03-01"], "start is 2019-03-01 and end is 2019-02-28"),
        (["stops.py", "--prices", "prices.csv"], "stops.py, line 2, in initialize: ZeroDivisionError"),
    ],
)
def test_mistakes_are_one_line_and_leave_no_folder(folder: Path, arguments: list[str], words: str) -> None:
    (folder / "stops.py").write_text("def initialize(context):\n    1 / 0\n")
    result = runner.invoke(app, ["algo", *arguments])
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1 and words in result.stderr
    assert not (folder / "sitpy-results").exists()
