"""What ``pd.read_csv`` must be told of a file of prices: its separator, its letters, its decimal sign and its dates."""

from __future__ import annotations

import csv
import io
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from sitpy.errors import InputError
from sitpy.files import separator_of

if TYPE_CHECKING:
    import pandas as pd

_FORMATS = ("%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%Y%m%d", "%d-%b-%Y", "%d.%m.%y")
_DECIMAL_COMMA = re.compile(r"\s*[-+]?\d+,\d+\s*")
_WANTED = "expected are dates in the first column and one column of prices per symbol, with the names in the first line"


def reading_options(path: str | os.PathLike[str]) -> dict[str, str]:
    """The arguments with which ``pd.read_csv`` reads the prices of a file, beside the first column as dates.

    Nothing where the file is as expected, or where there is none yet.

    Raises
    ------
    InputError
        The file holds no table with dates, or dates that can be read in two ways.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from sitpy.translate.prices_file import reading_options
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder) / "prices.csv"
    ...     _ = path.write_text("Date;SPY\\n30.01.2024;10,5\\n31.01.2024;10,6\\n")
    ...     reading_options(path)
    {'sep': ';', 'decimal': ',', 'date_format': '%d.%m.%Y'}
    """
    if not Path(path).is_file():
        return {}
    where, options = repr(os.fspath(path)), {}
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise InputError(f"cannot read {where}: {error.strerror or error}") from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text, options["encoding"] = content.decode("latin-1"), "latin-1"
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) < 2:
        raise InputError(f"{where} holds no prices; {_WANTED}")
    separator = separator_of(text)
    rows = [row for row in csv.reader(io.StringIO("\n".join(lines[1:])), delimiter=separator) if row]
    if separator != ",":
        options["sep"] = separator
        if any(_DECIMAL_COMMA.fullmatch(cell) for row in rows for cell in row[1:]):
            options["decimal"] = ","
    form = _date_format([row[0] for row in rows if row[0].strip()], where)
    return options if form is None else {**options, "date_format": form}


def _date_format(cells: list[str], where: str) -> str | None:
    """How the dates are written; None where pandas finds that out."""
    if not cells:
        raise InputError(f"the first column of {where} is empty; {_WANTED}")
    if re.fullmatch(r"\d{4}-\d\d?-\d\d?([ T].*)?", cells[0].strip()):
        return None
    possible = {form: dates for form in _FORMATS if (dates := _dates(cells, form)) is not None}
    if len(possible) > 1:  # a history goes forwards or backwards
        ordered = {
            form: dates
            for form, dates in possible.items()
            if dates.is_monotonic_increasing or dates.is_monotonic_decreasing
        }
        if len(ordered) != 1:
            raise InputError(
                f"the dates of {where} can be read in {len(possible)} ways, such as {cells[0]!r} by "
                f"{' or '.join(possible)}; write them as 2024-01-31"
            )
        possible = ordered
    if not possible:
        raise InputError(f"{where} has {cells[0]!r} in its first column, which is no date; {_WANTED}")
    return next(iter(possible))


def _dates(cells: list[str], form: str) -> pd.DatetimeIndex | None:
    """All as dates, None where one is none."""
    import pandas as pd

    try:
        return pd.to_datetime(pd.Index(cells, dtype=object).str.strip(), format=form)
    except (ValueError, TypeError):
        return None
