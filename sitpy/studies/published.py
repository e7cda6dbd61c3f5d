"""Tables with verdicts: published figures beside ours, and what must hold whatever the figures are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sitpy.studies.study import StudyTable

HALF_A_DIGIT = 0.5 + 1e-6
"""Units of the last printed digit: what rounding explains where the inputs are printed in full."""
ROUNDED_INPUTS = 1.5
"""The same where the inputs are printed rounded too: the neighbouring digit."""


@dataclass(frozen=True, kw_only=True)
class PrintedTable(StudyTable):
    """A table of printed figures and ours.

    ``cells`` has one row per printed figure: table, row, column, published, ours, and how many units of the last printed
    digit are between them.
    """

    cells: pd.DataFrame


def side_by_side(
    title: str,
    of: str,
    labels: Sequence[str],
    columns: Mapping[str, tuple[ArrayLike, ArrayLike]],
    decimals: int,
    units: float = HALF_A_DIGIT,
) -> PrintedTable:
    """A table of printed figures and ours.

    Parameters
    ----------
    title : str
    of : str
        What a row is for: the first column's name.
    labels : sequence of str (rows)
    columns : mapping of name to (published, ours), each array (rows)
        Both in the unit that is printed; nan where nothing is printed.
    decimals : int
        How many decimals are printed.
    units : float
        By how many units of the last printed digit ours may differ.

    Returns
    -------
    PrintedTable
        With the columns "NAME" (published), "NAME here", the largest "difference" of the row, and the verdict.

    Examples
    --------
    >>> from sitpy.studies.published import side_by_side
    >>> table = side_by_side("weights, %", "asset", ["A", "B"], {"ERC": ([75.0, 25.0], [75.04, 24.94])}, 1)
    >>> table.verdicts(), table.frame["difference"].round(2).tolist()
    ([True, False], [0.04, 0.06])
    """
    frame = pd.DataFrame({of: list(labels)})
    formats = {"difference": f".{decimals + 1}f"}
    cells = []
    for name, (published, ours) in columns.items():
        printed, found = np.array(published, dtype=float), np.array(ours, dtype=float)
        # rounded so that a zero with a sign is not printed as one
        frame[name], frame[f"{name} here"] = printed, found.round(decimals + 3) + 0.0
        formats |= {name: f".{decimals}f", f"{name} here": f".{decimals + 1}f"}
        apart = np.abs(found - printed) * 10.0**decimals
        cells.append(
            pd.DataFrame({"row": list(labels), "column": name, "published": printed, "ours": found, "units": apart})
        )
    every = pd.concat(cells).dropna()
    worst = every.groupby("row", sort=False)["units"].max().reindex(list(labels)).to_numpy()
    frame["difference"] = worst * 10.0**-decimals
    frame[""] = worst <= units
    every.insert(0, "table", title)
    return PrintedTable(title, frame, formats, cells=every)


Check = tuple[str, float, float, bool]
"""What must hold, how far it is from holding, how far is allowed, and the verdict."""


def check(what: str, apart: ArrayLike, allowed: float) -> Check:
    """The verdict on some numbers that should not be above zero, or no further than allowed.

    Examples
    --------
    >>> from sitpy.studies.published import check
    >>> check("weights are not negative", [-0.2, 1e-12], 1e-9)
    ('weights are not negative', 1e-12, 1e-09, True)
    """
    worst = float(np.max(np.append(np.array(apart, dtype=float), 0.0)))
    return what, worst, allowed, worst <= allowed


def check_table(checks: Sequence[Check]) -> StudyTable:
    """One row per check."""
    frame = pd.DataFrame(checks, columns=["what must hold", "apart", "tolerance", ""])
    return StudyTable("", frame, {"apart": ".1e", "tolerance": ".0e"})
