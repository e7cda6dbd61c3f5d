"""Files as other programs write them: encodings, separators, decimal commas, other kinds than their ending says."""

from __future__ import annotations

import codecs
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sitpy
from sitpy.inputs import read_returns

VALUES = np.array([[0.0125, -0.5], [1e-3, 0.25], [0.0, 0.125]])
DATES = ["2001-01-31", "2001-02-28", "2001-03-31"]


def text(separator: str = ",", decimal: str = ".", names: tuple[str, str] = ("A", "B")) -> str:
    rows = [[day, *(f"{value:g}".replace(".", decimal) for value in row)] for day, row in zip(DATES, VALUES)]
    if separator == decimal:
        rows = [[row[0], *(f'"{cell}"' for cell in row[1:])] for row in rows]
    return "\n".join(separator.join(row) for row in [["date", *names], *rows]) + "\n"


def written(folder: Path, content: str | bytes, name: str = "own.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def assert_read(path: Path, names: tuple[str, str] = ("A", "B")) -> None:
    pd.testing.assert_frame_equal(read_returns(path), pd.DataFrame(VALUES, pd.Index(DATES, dtype=object), list(names)))


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_sign_between_columns_is_found(tmp_path: Path, separator: str, end: str) -> None:
    assert_read(written(tmp_path, text(separator).replace("\n", end)))


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_decimal_commas_are_read_and_said(tmp_path: Path, separator: str) -> None:
    path = written(tmp_path, text(separator, ","))
    with pytest.warns(sitpy.SitpyWarning, match=r"commas in the numbers of .* decimal points: 0,0125 as 0.0125"):
        assert_read(path)


def test_points_and_commas_together_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "date;A;B\n2001-01-31;0.1;0,2\n2001-02-28;0.1;0,2\n")
    with pytest.raises(
        sitpy.InputError, match=r"'B' .* holds '0,2' at 2001-01-31; write all numbers with a decimal point"
    ):
        read_returns(path)


def test_a_name_may_hold_the_other_signs(tmp_path: Path) -> None:
    names = ("Bonds, long", "Shares")
    assert_read(written(tmp_path, text(";", names=names)), names)
    quoted = ('"Bonds; long, safe"', "Shares")
    assert_read(written(tmp_path, text(names=quoted)), ("Bonds; long, safe", "Shares"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_text_in_unicode_is_read_without_a_word(tmp_path: Path, encoding: str) -> None:
    names = ("Zürich", "東京")
    assert_read(written(tmp_path, text(names=names).encode(encoding)), names)


def test_utf_16_of_the_other_end(tmp_path: Path) -> None:
    assert_read(written(tmp_path, codecs.BOM_UTF16_BE + text().encode("utf-16-be")))


def test_western_european_text_is_read_and_said(tmp_path: Path) -> None:
    names = ("Zürich", "5 € Fund")
    path = written(tmp_path, text(names=names).encode("cp1252"))
    with pytest.warns(
        sitpy.SitpyWarning,
        match=r"not in UTF-8; it was read as Windows-1252, which makes one name 'Zürich'\. If that is wrong",
    ):
        assert_read(path, names)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            text().encode("utf-16-le"),
            r"holds zero bytes: it is no text, or text in UTF-16 without a mark; save it as CSV",
        ),
        (codecs.BOM_UTF16_LE + b"\x00\xd8", r"begins as text in UTF-16 and does not go on so; save it as CSV in UTF-8"),
        (b"date,A\x81,B\n", r"is text neither in UTF-8 nor in Windows-1252; save it as CSV in UTF-8"),
        (b"PK\x03\x04rest", r"is an Excel workbook or a zip archive, not CSV; give it the ending of its kind"),
        (b"\xd0\xcf\x11\xe0rest", r"is an Excel workbook of the old kind, not CSV"),
        (
            b"PAR1rest",
            r"is a Parquet file, not CSV; give it the ending of its kind \(.xlsx, .xls, .parquet\) or save it",
        ),
        ("My returns\n\n" + text(), r"line 3 has 3 columns, those before it 1; remove what is too much \(commas"),
        ("date,A,B\n", r"has a header and no periods below it"),
        ("date,A,B\n2001-01-31,0.1,0.2\n", r"holds one period, 2001-01-31; a frontier needs two or more"),
        (
            "date,A,B\n2001-01-31,1.2%,0.2\n",
            r"holds '1.2%' at 2001-01-31; write percent as fractions \(1.2% is 0.012\)",
        ),
        (" \n", r"is empty; expected are dates in column 1"),
    ],
)
def test_what_cannot_be_read_is_said(tmp_path: Path, content: str | bytes, words: str) -> None:
    with pytest.raises(sitpy.InputError, match=words):
        read_returns(written(tmp_path, content))


@pytest.mark.parametrize(
    ("ending", "kind"),
    [("xlsx", "Excel"), ("xls", "Excel"), ("ods", "Excel"), ("parquet", "Parquet"), ("pq", "Parquet")],
)
def test_text_with_another_ending_needs_no_package_to_be_refused(tmp_path: Path, ending: str, kind: str) -> None:
    path = written(tmp_path, text(), f"own.{ending}")
    with pytest.raises(sitpy.InputError, match=f"does not hold {kind}; if it holds text, rename it to end in .csv"):
        read_returns(path)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(sitpy.InputError, match="is a folder; give a file in it"):
        read_returns(tmp_path)


@pytest.mark.parametrize("label", ["2001-02-30", "total", "28.2."])
def test_one_label_among_dates_that_is_none(tmp_path: Path, label: str) -> None:
    path = written(tmp_path, text().replace("2001-02-28", label))
    with pytest.raises(
        sitpy.InputError,
        match=rf"the label '{label}' in row 3 of .* is neither a year nor a date, which most others are \(such as '2001-01-31'",
    ):
        read_returns(path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda values: 100 + 50 * values, r"these look like prices: take each over the one before, less 1"),
        (lambda values: 100 * values, r"these look like percent: divide them by 100"),
        (lambda values: 1.2 + values, r"the mean of 'A' .* per period .*; these look like prices"),
    ],
)
def test_prices_and_percent_are_told_apart(tmp_path: Path, change: object, words: str) -> None:
    assert callable(change)
    path = tmp_path / "own.csv"
    pd.DataFrame(change(VALUES), DATES, ["A", "B"]).to_csv(path)
    with pytest.raises(sitpy.InputError, match=words):
        read_returns(path)
