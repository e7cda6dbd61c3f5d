"""Printed figures beside ours, and the files that a user downloads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from sitpy import InputError
from sitpy.studies.downloads import read_number_table, read_numbers
from sitpy.studies.published import HALF_A_DIGIT, ROUNDED_INPUTS, side_by_side


@pytest.mark.parametrize(
    ("ours", "units", "verdict"),
    [
        (48.05, HALF_A_DIGIT, True),  # an exact half may be rounded either way
        (48.0502, HALF_A_DIGIT, False),
        (47.9498, HALF_A_DIGIT, False),
        (48.149, ROUNDED_INPUTS, True),
        (48.151, ROUNDED_INPUTS, False),
    ],
)
def test_verdict_goes_by_the_last_printed_digit(ours: float, units: float, verdict: bool) -> None:
    table = side_by_side("weights", "asset", ["A"], {"ERC": ([48.0], [ours])}, 1, units)
    assert table.verdicts() == [verdict]


def test_one_column_that_is_off_decides_the_row() -> None:
    columns = {"return": ([1.0, 2.0], [1.0, 2.0]), "weight": ([np.nan, 3.0], [9.0, 3.2])}
    table = side_by_side("", "asset", ["A", "B"], columns, 1)
    assert table.verdicts() == [True, False]  # nothing is printed for A's weight
    np.testing.assert_allclose(table.frame["difference"], [0, 0.2], atol=1e-12)
    assert table.cells[["row", "column"]].to_numpy().tolist() == [["A", "return"], ["B", "return"], ["B", "weight"]]
    np.testing.assert_allclose(table.cells["units"], [0, 0, 2], atol=1e-9)


def test_a_zero_is_printed_without_sign_but_not_rounded_away() -> None:
    table = side_by_side("", "asset", ["A", "B"], {"w": ([0.0, 0.0], [-1e-15, -0.04])}, 1)
    shown = [format(value, table.formats["w here"]) for value in table.frame["w here"]]
    assert shown == ["0.00", "-0.04"]


# -------------------------------------------------------------------------------------------------- user's files


def test_numbers_are_read_in_order(tmp_path: Path) -> None:
    file = tmp_path / "port1.txt"
    file.write_text(" 2\n .001309 .043208\n 1e-3\t-5\n")
    assert read_numbers(file).tolist() == [2, 0.001309, 0.043208, 0.001, -5]


def test_a_table_has_names_and_numbers(tmp_path: Path) -> None:
    file = tmp_path / "problem.csv"
    file.write_text("X1, X2\n1.5,2\n\n-3,4e-1\n")
    table = read_number_table(file)
    assert list(table.columns) == ["X1", "X2"] and table.to_numpy().tolist() == [[1.5, 2], [-3, 0.4]]


@pytest.mark.parametrize("read", [read_numbers, read_number_table])
def test_a_file_that_is_not_there_is_named(read: Callable[[Path], object], tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"there is no file 'port9.txt' in .*download it, or mend --path"):
        read(tmp_path / "port9.txt")
    with pytest.raises(InputError, match="cannot read"):
        read(tmp_path)


@pytest.mark.parametrize("read", [read_numbers, read_number_table])
def test_a_file_that_is_not_text_is_refused(read: Callable[[Path], object], tmp_path: Path) -> None:
    (tmp_path / "picture.txt").write_bytes(b"\x89PNG\xff\xfe")
    with pytest.raises(InputError, match=r"cannot read .*picture.txt': it is not a text file"):
        read(tmp_path / "picture.txt")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("  \n", "is empty; download it again"),
        ("1 2 <html>", r"holds '<html>' \(word 3\) where a number is expected"),
        ("1 nan", r"holds 'nan' \(word 2\)"),
        ("inf", r"holds 'inf' \(word 1\)"),
    ],
)
def test_what_is_no_list_of_numbers(content: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "port1.txt").write_text(content)
    with pytest.raises(InputError, match=words):
        read_numbers(tmp_path / "port1.txt")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("X1,X2\n", r"has 1 line\(s\); expected a line of names"),
        ("X1,X2\n1,2\n1\n", "has 1 entries in line 3, but names 2 columns"),
        ("X1,X2\n1,2\n3,four\n", "holds 'four' in line 3, column 'X2', where a number is expected"),
    ],
)
def test_what_is_no_table_of_numbers(content: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "problem.csv").write_text(content)
    with pytest.raises(InputError, match=words):
        read_number_table(tmp_path / "problem.csv")
