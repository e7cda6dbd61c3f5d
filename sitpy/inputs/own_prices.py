"""The user's own file of prices or volumes: a table by date and asset, in which cells may be empty."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd

from sitpy.errors import InputError
from sitpy.inputs.own_files import read_cells
from sitpy.inputs.own_returns import dates_of, numbers_of, refuse_header


def read_prices(path: str | os.PathLike[str]) -> pd.DataFrame:
    """Prices or volumes from a file: dates in the first column, one column of numbers per asset.

    Parameters
    ----------
    path : path of a file
        CSV, Parquet or Excel, as in :func:`read_returns`.

    Returns
    -------
    DataFrame (dates x assets)
        Oldest first; nan where a cell is empty. What a price may be is for the one who uses it to say.

    Raises
    ------
    InputError
        A file that cannot be read; no header; names twice; text; a label that is no date; dates that
        repeat or fall, or that are of several time zones.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from sitpy.inputs import read_prices
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder) / "prices.csv"
    ...     _ = path.write_text("date,A,B\\n2024-01-02,10,\\n2024-01-03,11,20\\n")
    ...     read_prices(path)
                   A     B
    2024-01-02  10.0   NaN
    2024-01-03  11.0  20.0
    """
    where = repr(str(path))
    cells = read_cells(Path(path))
    refuse_header(cells, where)
    table = numbers_of(cells, where)
    labels = [str(label) for label in table.index]
    dates = dates_of(labels, where)
    if dates.isna().any():
        row = int(dates.isna().argmax())
        raise InputError(f"the label {labels[row]!r} in row {row + 2} of {where} is no date; write it as 2024-01-31")
    if dates.duplicated().any():
        raise InputError(
            f"{where} has the date {labels[int(dates.duplicated().argmax())]} twice; keep one row per date"
        )
    if not dates.is_monotonic_increasing:
        late = int((dates.diff() < pd.Timedelta(0)).argmax())
        raise InputError(
            f"the dates of {where} are not in order: {labels[late]} stands after {labels[late - 1]}; sort the rows, oldest "
            "first"
        )
    return table.set_axis(pd.DatetimeIndex(dates), axis=0)
