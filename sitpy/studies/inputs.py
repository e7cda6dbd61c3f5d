"""The data that a study runs on: a data set that ships, or the user's own CSV file of returns."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sitpy import data
from sitpy.errors import InputError, there_are
from sitpy.inputs import (
    InputAssumptions,
    aa_test_create_ia_rebal,
    create_historical_ia,
    own_history,
    periods_per_year,
)

__all__ = ["DATA_SETS", "periods_per_year", "study_data"]


def _etf8() -> InputAssumptions:
    ia = create_historical_ia(data.etf8_simulated(), 12)
    ia.source = "SIMULATED monthly history with the names of eight ETFs (not market data)"
    return ia


DATA_SETS: dict[str, tuple[Callable[[], InputAssumptions], str | None]] = {
    "bernstein-wilkinson": (aa_test_create_ia_rebal, "A"),
    "etf8-simulated": (_etf8, "B"),
}
"""Name -> loader, and the letter that its stored figures begin with (None: none are stored)."""


def study_data(
    source: str, annual_factor: float | None = None, data_sets: tuple[str, ...] = tuple(DATA_SETS)
) -> tuple[InputAssumptions, str | None]:
    """Input assumptions from a data set's name or a CSV file of returns, and the letter of its stored figures.

    Raises
    ------
    InputError
        Neither one of ``data_sets`` nor a readable CSV file; prices instead of returns; an annual factor for a data set
        that has its own.

    Examples
    --------
    >>> from sitpy.studies.inputs import study_data
    >>> ia, letter = study_data("bernstein-wilkinson")
    >>> ia.n, letter
    (9, 'A')
    """
    if source in data_sets:
        if annual_factor is not None:
            raise InputError(f"{source!r} has its own number of periods per year: leave out --annual-factor")
        load, letter = DATA_SETS[source]
        return load(), letter
    if not Path(source).is_file():
        raise InputError(
            f"there is no data set or file {source!r}; {there_are(source, data_sets)}, or give a CSV file of returns"
        )
    return own_history(source, annual_factor), None
