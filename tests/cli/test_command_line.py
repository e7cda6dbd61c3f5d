"""The command line: exit statuses, words on failure, files written."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import sitpy
from sitpy.cli.commands import app

runner = CliRunner()


def run(*arguments: str, status: int = 0) -> str:
    result = runner.invoke(app, [str(argument) for argument in arguments])
    text = result.stdout + result.stderr
    assert result.exit_code == status, text
    return " ".join(text.split())


def test_reproduce_writes_every_file_and_draws_every_figure(tmp_path: Path) -> None:
    text = run("reproduce", "130-30", "--points", "4", "--out", tmp_path)
    keys = [
        "1_unlimited_leverage",
        "2_130-30_absolute",
        "3_130-30_split",
        "4_200-100_split",
        "5_200-100_binary",
    ]
    expected = {"summary.csv", "files.sha256"} | {f"{key}.png" for key in keys}
    expected |= {f"{key}_{measure}.{kind}" for key in keys for measure in ("Risk", "MAD") for kind in ("csv", "json")}
    assert {path.name for path in tmp_path.iterdir()} == expected
    assert "40 points, 40 proven optimal" in text
    assert "R not optimal" not in text  # 4 points have no stored figures
    for path in tmp_path.glob("*.png"):
        assert path.read_bytes().startswith(b"\x89PNG") and path.stat().st_size > 20_000
    frame = pd.read_csv(tmp_path / "5_200-100_binary_Risk.csv", index_col=0)
    net = frame.drop(columns=["return", "risk"])
    assert net.shape == (4, 9)
    np.testing.assert_allclose(np.abs(net).sum(axis=1), 3, atol=1e-8)  # long 200 %, short 100 %
    np.testing.assert_allclose(net.sum(axis=1), 1, atol=1e-8)
    read = sitpy.Frontier.from_json(tmp_path / "5_200-100_binary_Risk.json")
    np.testing.assert_allclose(read.weight, net, atol=1e-12)  # CSV prints 17 digits


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("reproduce", "nope"), "there is no study 'nope'; there are introduction, 130-30,"),
        (("reproduce", "130-30", "--data", "nope.csv"), "there is no data set or file 'nope.csv'"),
        (("compare", "nope.json", "A_01_longonly_0_80_Risk"), "cannot read 'nope.json'"),
        (
            ("compare", "A_01_longonly_0_80_Risk", "A_01_longonly_0_80_MAD"),
            "the result minimises Risk, the reference MAD",
        ),
        (("compare", "A_01_longonly_0_80_Risk", "nothing"), "there is no stored reference 'nothing'"),
    ],
)
def test_what_cannot_be_run_says_so_with_status_2(arguments: tuple[str, ...], words: str) -> None:
    assert words in run(*arguments, status=2)


def test_out_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    assert "cannot write" in run("reproduce", "130-30", "--points", "2", "--out", tmp_path / "file", status=2)
    assert (tmp_path / "file").read_text() == "mine"


def test_list_and_version() -> None:
    assert "130-30: 130/30 Portfolio Construction" in run("reproduce", "--list")
    assert run("--version") == f"sitpy {sitpy.__version__}"


# ------------------------------------------------------------------------------------------ the user's own data


def own_returns(tmp_path: Path, change: object = None) -> Path:
    history = sitpy.data.etf8_simulated()
    if callable(change):
        history = change(history)
    history.to_csv(tmp_path / "own.csv")
    return tmp_path / "own.csv"


def test_own_returns_are_annualised_by_their_dates(tmp_path: Path) -> None:
    out = tmp_path / "out"
    text = run("reproduce", "130-30", "--points", "2", "--data", own_returns(tmp_path), "--out", out)
    assert "12 period(s) per year" in text
    stored = json.loads((out / "1_unlimited_leverage_Risk.json").read_text())
    np.testing.assert_allclose(
        stored["ia"]["expected_return"], sitpy.reference.read_reference("ia_B")["expected_return"]
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t: t.mask(t["EEM"] == t["EEM"].iloc[3]), "hist_returns of 'SPY' has 1 missing value(s)"),
        (lambda t: 100 * (1 + t).cumprod(), "expected returns per period as fractions, not prices or percent"),
        (lambda t: t.assign(GLD="gold"), "column 'GLD'"),
        (lambda t: t.rename(index=str).rename(index={"2005-01-31 00:00:00": "start"}), "is neither a year nor a date"),
    ],
)
def test_own_returns_that_cannot_be_used(tmp_path: Path, change: object, words: str) -> None:
    path = own_returns(tmp_path, change)
    assert words in run("reproduce", "130-30", "--data", path, "--out", tmp_path / "out", status=2)
    assert not (tmp_path / "out").exists()


def test_too_few_assets_for_200_100_names_the_contradiction(tmp_path: Path) -> None:
    path = own_returns(tmp_path, lambda t: t[["SPY", "TLT", "GLD"]])
    text = run("reproduce", "130-30", "--points", "3", "--data", path, "--out", tmp_path / "out", status=2)
    assert "sum(long + short) = 3" in text


# ------------------------------------------------------------------------------------------------------ compare


@pytest.fixture(scope="module")
def frontier_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    case = sitpy.reference.read_reference("A_01_longonly_0_80_Risk")
    constraints = sitpy.reference.reference_constraints(case["constraints"])
    ef = sitpy.portopt(sitpy.aa_test_create_ia_rebal(), constraints, 50, "Risk")
    return ef.to_json(tmp_path_factory.mktemp("compare") / "risk.json")


def test_compare_agrees(frontier_file: Path) -> None:
    assert run("compare", frontier_file, "A_01_longonly_0_80_Risk").endswith("agrees")


def changed(frontier_file: Path, tmp_path: Path, from_: int, to: int) -> Path:
    """The same file with 1 % moved from one asset to another at point 8."""
    content = json.loads(frontier_file.read_text())
    content["solution"][7][from_] -= 0.01
    content["solution"][7][to] += 0.01
    other = tmp_path / "changed.json"
    other.write_text(json.dumps(content))
    return other


def test_compare_with_a_worse_reference_says_so(frontier_file: Path, tmp_path: Path) -> None:
    text = run("compare", frontier_file, changed(frontier_file, tmp_path, 1, 0))
    assert "reference not optimal at 1" in text


def test_compare_finds_a_result_that_is_not_optimal(frontier_file: Path, tmp_path: Path) -> None:
    text = run("compare", changed(frontier_file, tmp_path, 1, 0), frontier_file, status=1)
    assert "1 point(s) of the result are not the optimum" in text and text.endswith("DIFFERS")


def test_compare_other_grid_is_solved_again(tmp_path: Path) -> None:
    case = sitpy.reference.read_reference("A_01_longonly_0_80_MAD")
    constraints = sitpy.reference.reference_constraints(case["constraints"])
    ef = sitpy.portopt(sitpy.aa_test_create_ia_rebal(), constraints, 20, "MAD", sitpy.min_mad_portfolio)
    text = run("compare", ef.to_json(tmp_path / "mad.json"), "A_01_longonly_0_80_MAD")
    assert "solved again at the reference's targets" in text and text.endswith("agrees")
