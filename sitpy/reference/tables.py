"""Weights in a CSV file: one row per portfolio, one column per asset."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sitpy.errors import InputError

Array = np.ndarray

_FIGURES = ("return", "risk", "objective")


@dataclass(frozen=True)
class Table:
    """``weight`` (points x columns), names of its columns, and the columns return, risk and objective where there are such."""

    weight: Array
    columns: list[str]
    figures: dict[str, Array]


def read_table(path: Path) -> Table:
    """Read a table; a first column that counts the rows, as ``write.csv`` has it, is left out.

    Raises
    ------
    InputError
        No table, or a cell that is no number, with its line and column.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"cannot read {str(path)!r}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{str(path)!r} is not a table in text: {error}") from error
    first = text.partition("\n")[0]
    semicolons = ";" in first and "," not in first  # as write.csv2 has it, with decimal commas
    lines = [row for row in csv.reader(text.splitlines(), delimiter=";" if semicolons else ",") if row]
    if len(lines) < 2 or len(lines[0]) < 2:
        raise InputError(f"{str(path)!r} has no table: expected names of assets, then one line per portfolio")
    head = [name.strip() for name in lines[0]]
    values = np.empty((len(lines) - 1, len(head)))
    for i, row in enumerate(lines[1:]):
        if len(row) != len(head):
            raise InputError(
                f"{str(path)!r}, line {i + 2}: {len(row)} cells; expected {len(head)}, as in the first line"
            )
        for j, cell in enumerate(row):
            values[i, j] = _number(
                cell.replace(",", ".") if semicolons else cell, f"{str(path)!r}, line {i + 2}", head[j]
            )
    counted = head[0].casefold() in ("", "point", "points") and bool(np.isin(np.diff(values[:, 0]), (1.0,)).all())
    kept = [j for j in range(int(counted), len(head)) if head[j].casefold() not in _FIGURES]
    figures = {head[j].casefold(): values[:, j] for j in range(len(head)) if head[j].casefold() in _FIGURES}
    if not kept:
        raise InputError(f"{str(path)!r} has the columns {', '.join(head)}, none of which is an asset")
    return Table(values[:, kept], [head[j] for j in kept], figures)


def _number(cell: str, where: str, column: str) -> float:
    text = cell.strip()
    if text in ("", "NA"):
        return float("nan")
    try:
        return float(text)
    except ValueError:
        raise InputError(f"{where}, column {column!r}: {cell!r}; expected a number") from None
