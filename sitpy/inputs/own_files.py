"""The cells of a user's own file: what kind of file it is, its encoding, and the signs between its columns."""

from __future__ import annotations

import codecs
import io
import re
import zipfile
from pathlib import Path

import pandas as pd

from sitpy.errors import InputError, warn
from sitpy.files import separator_of

EXPECTED = "expected are dates in column 1 and one column of returns per asset, with the names in the first line"

_EXCEL = {".xlsx": "openpyxl", ".xlsm": "openpyxl", ".xls": "xlrd", ".ods": "odfpy"}
_PACKAGES = {".parquet": "pyarrow", ".pq": "pyarrow", **_EXCEL}
"""Ending of a file -> the package with which pandas reads it."""

_BEGINNINGS = {
    b"PK\x03\x04": "an Excel workbook or a zip archive",
    b"\xd0\xcf\x11\xe0": "an Excel workbook of the old kind",
    b"PAR1": "a Parquet file",
}
_MARKS = {  # the longer ones first: that of UTF-32 begins as that of UTF-16
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_AS_CSV = "save it as CSV in UTF-8"
_DECIMAL_COMMA = re.compile(r"\s*[-+]?\d*,\d+(?:[eE][-+]?\d+)?\s*")


def read_cells(path: Path) -> pd.DataFrame:
    """All cells of the file as they are, the header in the first row and the labels in the first column.

    Raises
    ------
    InputError
        A file that is not there, is empty, or is not of the kind that its ending says.

    Warns
    -----
    SitpyWarning
        Text that is not UTF-8, numbers with a decimal comma: as what they were read.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from sitpy.inputs.own_files import read_cells
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder) / "own.csv"
    ...     _ = path.write_text("year;A;B\\n2001;0.1;0.0\\n")
    ...     read_cells(path).to_numpy().tolist()
    [['year', 'A', 'B'], ['2001', '0.1', '0.0']]
    """
    where, ending = repr(str(path)), path.suffix.lower()
    if path.is_dir():
        raise InputError(f"{where} is a folder; give a file in it")
    kind, read = "CSV", _read_csv
    if ending in _PACKAGES:
        kind, read = ("Excel", _read_excel) if ending in _EXCEL else ("Parquet", _read_parquet)
    try:
        _refuse_other_kind(path, kind, where)
        cells = read(path)
    except OSError as error:
        raise InputError(f"cannot read {where}: {error.strerror or error}") from error
    except ImportError:
        package = _PACKAGES[ending]
        raise InputError(
            f"reading {where} needs the package {package}: python -m pip install {package}; or save it as CSV"
        ) from None
    except pd.errors.EmptyDataError:
        raise InputError(f"{where} is empty; {EXPECTED}") from None
    except InputError:
        raise
    except (ValueError, KeyError, zipfile.BadZipFile) as error:
        raise InputError(f"{where} cannot be read as {kind}: {' '.join(str(error).split())}") from error
    if cells.size == 0:
        raise InputError(f"{where} is empty; {EXPECTED}")
    return cells


def _refuse_other_kind(path: Path, kind: str, where: str) -> None:
    """Refuse a file that is not what its ending says, before a package has to be there to read it."""
    with path.open("rb") as file:
        head = file.read(64)
    found = next((what for mark, what in _BEGINNINGS.items() if head.startswith(mark)), None)
    if kind == "CSV" and found:
        raise InputError(
            f"{where} is {found}, not CSV; give it the ending of its kind (.xlsx, .xls, .parquet) or {_AS_CSV}"
        )
    begins = b"PAR1" if kind == "Parquet" else (b"PK", b"\xd0\xcf\x11\xe0")
    if kind != "CSV" and head and not head.startswith(begins):
        raise InputError(f"{where} does not hold {kind}; if it holds text, rename it to end in .csv")


# ------------------------------------------------------------------------------------------------------------ CSV


def _read_csv(path: Path) -> pd.DataFrame:
    where = repr(str(path))
    text = _text(path.read_bytes(), where)
    if not text.strip():
        raise pd.errors.EmptyDataError
    try:
        cells = pd.read_csv(io.StringIO(text), header=None, dtype=str, skipinitialspace=True, sep=separator_of(text))
    except pd.errors.ParserError as error:
        found = re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", str(error))
        if found is None:
            raise
        expected, line, saw = found.groups()
        raise InputError(
            f"{where} cannot be read as CSV: line {line} has {saw} columns, those before it {expected}; remove what is too "
            "much (commas at the end of lines, text above the table)"
        ) from None
    return _with_points(cells, where)


def _text(content: bytes, where: str) -> str:
    """The text of a file by the mark that it begins with, as UTF-8, or as Western European with a note."""
    for mark, encoding in _MARKS.items():
        if content.startswith(mark):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                raise InputError(
                    f"{where} begins as text in {encoding.upper()} and does not go on so; {_AS_CSV}"
                ) from None
    if b"\0" in content:
        raise InputError(f"{where} holds zero bytes: it is no text, or text in UTF-16 without a mark; {_AS_CSV}")
    try:
        return content.decode()
    except UnicodeDecodeError:
        pass
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        raise InputError(f"{where} is text neither in UTF-8 nor in Windows-1252; {_AS_CSV}") from None
    strange = next(word for word in re.split(r'[,;\t\r\n"]', text) if not word.isascii())
    warn(
        f"{where} is not in UTF-8; it was read as Windows-1252, which makes one name {strange.strip()!r}. If that is wrong, "
        f"{_AS_CSV}"
    )
    return text


def _with_points(cells: pd.DataFrame, where: str) -> pd.DataFrame:
    """Numbers with decimal commas, where none in the file has a point, as numbers with points."""
    numbers = cells.iloc[1:, 1:]
    comma = numbers.map(lambda cell: isinstance(cell, str) and bool(_DECIMAL_COMMA.fullmatch(cell)))
    point = numbers.map(lambda cell: isinstance(cell, str) and "." in cell)
    if not comma.to_numpy().any() or point.to_numpy().any():
        return cells
    example = numbers.to_numpy()[comma.to_numpy()][0]
    warn(f"the commas in the numbers of {where} were read as decimal points: {example} as {example.replace(',', '.')}")
    cells = cells.copy()
    cells.iloc[1:, 1:] = numbers.mask(comma, numbers.map(lambda cell: str(cell).replace(",", ".")))
    return cells


# ---------------------------------------------------------------------------------------------- other packages


def _read_excel(path: Path) -> pd.DataFrame:
    return pd.read_excel(path, header=None, dtype=object)


def _read_parquet(path: Path) -> pd.DataFrame:
    table = pd.read_parquet(path)
    if not isinstance(table.index, pd.RangeIndex):
        table = table.reset_index()
    head = pd.DataFrame([list(table.columns)], dtype=object)
    return pd.concat([head, table.astype(object).set_axis(head.columns, axis=1)], ignore_index=True)
