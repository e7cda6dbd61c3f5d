"""The user's own file of returns: read as CSV, Parquet or Excel, checked in plain words, annualised by its dates."""

from __future__ import annotations

import os
import re
import warnings
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sitpy.errors import InputError, warn
from sitpy.inputs.assumptions import InputAssumptions
from sitpy.inputs.estimates import create_historical_ia
from sitpy.inputs.own_files import EXPECTED, read_cells

_FRACTIONS = "expected returns per period as fractions, not prices or percent (0.05 is 5 %)"
_MUCH = 3.0  # an expected return per year above which we ask whether the returns are in percent


def own_history(path: str | os.PathLike[str], annual_factor: float | None = None) -> InputAssumptions:
    """Annualised input assumptions from a file of returns.

    Parameters
    ----------
    path : path of a file
        As in :func:`read_returns`.
    annual_factor : float, optional
        Periods per year; read off the dates when left out.

    Returns
    -------
    InputAssumptions
        With a complete history, oldest period first.

    Raises
    ------
    InputError
        As in :func:`read_returns` and :func:`periods_per_year`.

    Warns
    -----
    SitpyWarning
        As in :func:`read_returns`; fewer periods than assets; an expected return that looks like percent.

    References
    ----------
    SIT, ``create.historical.ia``.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from sitpy.inputs import own_history
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder) / "own.csv"
    ...     _ = path.write_text("year,A,B\\n2001,0.1,0.0\\n2002,0.0,0.2\\n2003,0.1,0.1\\n")
    ...     own_history(path)
    <InputAssumptions: 2 assets (A, B), 3 periods of history>
    """
    returns = read_returns(path)
    factor = annual_factor if annual_factor is not None else periods_per_year(returns.index)
    ia = create_historical_ia(returns, factor)
    ia.source = f"{path}, {factor:g} period(s) per year"
    periods = len(returns)
    if periods <= ia.n:
        rank = int(np.linalg.matrix_rank(ia.cov))
        warn(
            f"{periods} periods for {ia.n} assets: the covariance has rank {rank} of {ia.n}, so that some portfolios "
            "look riskless and are not; give more periods or fewer assets"
        )
    best = int(np.argmax(ia.expected_return))
    if ia.expected_return[best] > _MUCH:
        warn(
            f"the expected return of {ia.symbols[best]!r} is {ia.expected_return[best]:.0%} per year with {factor:g} "
            "period(s) per year; is the file in percent? Expected are fractions (0.05 is 5 %)"
        )
    return ia


def read_returns(path: str | os.PathLike[str]) -> pd.DataFrame:
    """Returns per period from a file: dates in the first column, one column of fractions per asset.

    Parameters
    ----------
    path : path of a file
        Parquet (.parquet) or Excel (.xlsx, its first sheet) by its ending, with the package that pandas needs for it;
        otherwise CSV: commas, semicolons or tabs between the columns, UTF-8 or what a mark at its beginning says.

    Returns
    -------
    DataFrame (T periods x n assets)
        Labelled by the dates as they are written in the file, oldest first.

    Raises
    ------
    InputError
        A file that cannot be read; no header; names or dates twice; text, missing or infinite values; one asset only;
        a label that is no date where most are; one period only; values that are no fractions.

    Warns
    -----
    SitpyWarning
        Dates that are not in order: the rows are sorted. Text that is not UTF-8, numbers with a decimal comma: as what
        they were read.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from sitpy.inputs import read_returns
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder) / "own.csv"
    ...     _ = path.write_text("date,A,B\\n2001-01-31,0.1,0.0\\n2001-02-28,0.0,0.2\\n")
    ...     read_returns(path)
                  A    B
    2001-01-31  0.1  0.0
    2001-02-28  0.0  0.2
    """
    where = repr(str(path))
    cells = read_cells(Path(path))
    refuse_header(cells, where)
    table = numbers_of(cells, where)
    if table.shape[1] == 1:
        raise InputError(f"{where} holds one asset, {table.columns[0]!r}; a portfolio needs two or more")
    if len(table) == 1:
        raise InputError(f"{where} holds one period, {table.index[0]}; a frontier needs two or more, and better many")
    _refuse_infinite(table, where)
    InputAssumptions(hist_returns=table).complete_history()
    _refuse_other_units(table, where)
    return _in_order(table, where)


def periods_per_year(index: pd.Index) -> float:
    """Periods per year from the labels of a history: years, or dates at a regular pace.

    Parameters
    ----------
    index : Index (T periods)
        Dates, or text such as 2005, 200501, 2005-01 or 2005-01-31.

    Returns
    -------
    float
        252, 52, 12, 4 or 1.

    Raises
    ------
    InputError
        A label that is neither a year nor a date.

    Examples
    --------
    >>> import pandas as pd
    >>> from sitpy.inputs import periods_per_year
    >>> periods_per_year(pd.Index([1970, 1971])), periods_per_year(pd.Index(["2020-01-31", "2020-02-29"]))
    (1.0, 12.0)
    """
    labels = [str(label) for label in index]
    dates = dates_of(labels)
    if dates.isna().any():
        raise InputError(
            f"the label {labels[int(dates.isna().argmax())]!r} is neither a year nor a date, so the number of periods "
            "per year is not known; give it with --annual-factor"
        )
    days = float(dates.diff().dt.days.abs().median())
    for limit, periods in ((4, 252.0), (10, 52.0), (45, 12.0), (120, 4.0)):
        if days <= limit:
            return periods
    return 1.0


def dates_of(labels: list[str], where: str = "the file") -> pd.Series[pd.Timestamp]:
    """The labels as dates, missing where they are none."""
    if all(re.fullmatch(r"\d{4}-?Q[1-4]", label) for label in labels):
        return pd.Series(pd.PeriodIndex(labels, freq="Q").to_timestamp())
    if all(re.fullmatch(r"\d{1,2}([./-])\d{1,2}\1\d{4}", label) for label in labels):
        return _day_and_month(labels)
    pattern = None
    for digits, form in ((4, "%Y"), (6, "%Y%m"), (8, "%Y%m%d")):
        if all(len(label) == digits and label.isdigit() for label in labels):
            pattern = form
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pandas guesses the format of each date, and says so
        try:
            dates = pd.to_datetime(pd.Series(labels, dtype=object), errors="coerce", format=pattern)
            if dates.dtype != object:
                return dates
        except ValueError:  # pandas 3 refuses several time zones, pandas 2 leaves objects
            pass
    raise InputError(
        f"the dates of {where} are of several time zones, such as {labels[0]} and {labels[-1]}; write them without one: "
        "2024-01-31"
    )


# ------------------------------------------------------------------------------------------------------ reading


def _day_and_month(labels: list[str]) -> pd.Series[pd.Timestamp]:
    """Dates such as 01/02/2010, in the reading that is possible; of two, in the one with the more even steps."""
    plain = pd.Series(labels, dtype=object).str.replace("[.-]", "/", regex=True)
    day, month = (pd.to_datetime(plain, errors="coerce", format=form) for form in ("%d/%m/%Y", "%m/%d/%Y"))
    if day.isna().any() or month.isna().any() or day.equals(month):
        return month if day.isna().sum() > month.isna().sum() else day
    uneven = []
    for dates in (day, month):
        steps = dates.sort_values().diff().dt.days.iloc[1:]
        uneven.append(float(steps.std(ddof=0) / steps.mean()) if len(steps) and steps.mean() > 0 else np.inf)
    if abs(uneven[0] - uneven[1]) <= 0.05:
        raise InputError(
            f"the dates {labels[0]}, {labels[min(1, len(labels) - 1)]}, ... may begin with the day or with the month; write "
            "them as 2010-01-31"
        )
    return day if uneven[0] < uneven[1] else month


# ------------------------------------------------------------------------------------------------------- checks


def refuse_header(cells: pd.DataFrame, where: str) -> None:
    """Refuse a first line that does not name every asset once."""
    first = [_label(cell) for cell in cells.iloc[0]]
    if len(first) < 2:
        raise InputError(
            f"{where} has one column; {EXPECTED}, with commas, semicolons or tabs between the columns of a CSV file"
        )
    numeric = pd.to_numeric(pd.Series(first, dtype=object), errors="coerce").notna()
    if numeric[1:].all() and (numeric[0] or bool(dates_of(first[:1]).notna().all())):
        raise InputError(
            f"{where} has no header: its first line is {', '.join(first[:3])}{', ...' if len(first) > 3 else ''}; put the "
            "assets' names there"
        )
    for number, name in enumerate(first[1:], 2):
        if not name:
            raise InputError(
                f"column {number} of {where} has no name; name it in the first line, or remove the comma at the end of "
                "the lines"
            )
        if name in first[1 : number - 1]:
            raise InputError(f"{where} has two columns {name!r}; rename or remove one")
    if len(cells) == 1:
        raise InputError(f"{where} has a header and no periods below it; {EXPECTED}")


def numbers_of(cells: pd.DataFrame, where: str) -> pd.DataFrame:
    """The cells as a table of floating numbers, labelled by what stands in the first column; nan where a cell is empty."""
    labels = [_label(cell) for cell in cells.iloc[1:, 0]]
    if "" in labels:
        raise InputError(f"row {labels.index('') + 2} of {where} has no date in column 1; give one or remove the row")
    if all(re.fullmatch(r"[-+]?\d*\.\d+(e[-+]?\d+)?", label, re.IGNORECASE) for label in labels):
        raise InputError(
            f"column 1 ({_label(cells.iat[0, 0])!r}) of {where} holds numbers such as {labels[0]}, not dates; put the dates "
            "or the numbers of the periods in front of the assets"
        )
    columns = {}
    for j in range(1, cells.shape[1]):
        name, column = _label(cells.iat[0, j]), cells.iloc[1:, j].reset_index(drop=True)
        numbers = pd.to_numeric(column, errors="coerce")
        text = np.flatnonzero(numbers.isna() & column.notna())
        if text.size:
            i = int(text[0])
            raise InputError(
                f"column {name!r} of {where} is not numeric: it holds {str(column[i])!r} at {labels[i]}; "
                f"{_remedy(str(column[i]).strip())}"
            )
        columns[name] = column.to_numpy(dtype=float, na_value=np.nan)  # Python's reading keeps every digit
    return pd.DataFrame(columns, index=pd.Index(labels, dtype=object))


def _remedy(cell: str) -> str:
    """What to do about a cell that is no number."""
    if re.fullmatch(r"[-+]?[\d.,]+ ?%", cell):
        return "write percent as fractions (1.2% is 0.012)"
    if re.fullmatch(r"[-+]?[\d.]*,\d+", cell):
        return "write all numbers with a decimal point, and none between thousands"
    return "remove it or mend its entries"


def _label(cell: Any) -> str:
    """A cell of the header or of the first column as text: whole numbers without a point, dates without a time."""
    if pd.isna(cell):
        return ""
    if isinstance(cell, (float, np.floating)) and float(cell).is_integer():
        return str(int(cell))
    if isinstance(cell, date):
        text: str = cell.isoformat()
        return text.removesuffix("T00:00:00")
    return str(cell).strip()


def _refuse_infinite(table: pd.DataFrame, where: str) -> None:
    place = np.argwhere(np.isinf(table.to_numpy()))
    if len(place):
        i, j = place[0]
        raise InputError(
            f"{table.columns[j]!r} is infinite at {table.index[i]} ({len(place)} such value(s) in {where}); a price of 0 "
            "does this to a return: mend or remove the period"
        )


def _refuse_other_units(table: pd.DataFrame, where: str) -> None:
    """Refuse what cannot be returns as fractions: above 500 %, below -100 %, a mean above 100 % per period."""
    values = table.to_numpy()
    remedy = "these look like percent: divide them by 100"
    if (values > 0).all():
        remedy = "these look like prices: take each over the one before, less 1 (pandas: prices.pct_change().iloc[1:])"
    for wrong, why in ((values > 5, "above 5, which is 500 %"), (values < -1, "below -1, more than all is lost")):
        if wrong.any():
            i, j = np.argwhere(wrong)[0]
            raise InputError(
                f"{where} holds {values[i, j]:g} for {table.columns[j]!r} at {table.index[i]} ({why}); {_FRACTIONS}; {remedy}"
            )
    mean = values.mean(axis=0)
    j = int(np.argmax(mean))
    if mean[j] > 1:
        raise InputError(
            f"the mean of {table.columns[j]!r} in {where} is {mean[j]:.3g} per period (above 1, which is 100 %); "
            f"{_FRACTIONS}; {remedy}"
        )


def _in_order(table: pd.DataFrame, where: str) -> pd.DataFrame:
    """The periods, each once, oldest first; labels that are no dates keep the order of the file."""
    labels = [str(label) for label in table.index]
    dates = dates_of(labels)
    known = bool(dates.notna().all())
    if not known and dates.notna().mean() > 0.5:
        i = int(dates.isna().argmax())
        raise InputError(
            f"the label {labels[i]!r} in row {i + 2} of {where} is neither a year nor a date, which most others are (such as "
            f"{labels[int(dates.notna().argmax())]!r}); mend it or remove the row"
        )
    twice = dates.duplicated() if known else pd.Series(labels).duplicated()
    if twice.any():
        raise InputError(f"{where} has the date {labels[int(twice.argmax())]} twice; keep one row per date")
    if not known or dates.is_monotonic_increasing:
        return table
    late = int((dates.diff().dt.total_seconds() < 0).argmax())
    warn(
        f"the dates of {where} are not in order ({labels[late]} stands after {labels[late - 1]}); the rows were sorted, "
        "oldest first"
    )
    return table.iloc[np.argsort(dates.to_numpy(), kind="stable")]
