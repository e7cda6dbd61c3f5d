"""Dates and units of a user's own file: what can be read in two ways is read in the even one, or refused."""

from __future__ import annotations

from pathlib import Path

import pytest

import sitpy
from sitpy.inputs import own_history, periods_per_year


def written(path: Path, labels: list[str]) -> Path:
    rows = [f"{label},{0.01 * (i % 5)},{0.02 * (i % 3) - 0.01}" for i, label in enumerate(labels)]
    path.write_text("\n".join(["date,A,B", *rows]) + "\n")
    return path


MONTHS = [(year, month) for year in (2010, 2011) for month in range(1, 13)]


@pytest.mark.parametrize("mark", ["/", ".", "-"])
def test_day_before_month_and_month_before_day(tmp_path: Path, mark: str) -> None:
    """First days of months can be read both ways; only one reading has even steps."""
    for form in (f"01{mark}{{month:02d}}{mark}{{year}}", f"{{month:02d}}{mark}01{mark}{{year}}"):
        labels = [form.format(year=year, month=month) for year, month in MONTHS]
        assert own_history(written(tmp_path / "own.csv", labels)).annual_factor == 12


def test_a_day_above_twelve_settles_it() -> None:
    assert periods_per_year(["28/01/2010", "28/02/2010", "28/03/2010"]) == 12  # type: ignore[arg-type]
    assert periods_per_year(["01/28/2010", "02/28/2010", "03/28/2010"]) == 12  # type: ignore[arg-type]


def test_dates_that_stay_ambiguous_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "own.csv", ["01/02/2010", "02/03/2010", "03/04/2010"])
    with pytest.raises(sitpy.InputError, match=r"may begin with the day or with the month; write them as 2010-01-31"):
        own_history(path)


@pytest.mark.parametrize("factor", [None, 12])
def test_a_file_without_dates_loses_no_asset(tmp_path: Path, factor: float | None) -> None:
    path = tmp_path / "own.csv"
    path.write_text("A,B,C\n0.01,0.02,0.03\n-0.01,0.0,0.01\n0.02,0.01,0.0\n0.0,0.03,-0.02\n")
    with pytest.raises(
        sitpy.InputError, match=r"column 1 \('A'\) of .* holds numbers such as 0.01, not dates; put the dates"
    ):
        own_history(path, factor)


def test_a_correlation_above_one_is_refused() -> None:
    with pytest.raises(sitpy.InputError, match=r"correlation is 2 for \(asset 1, asset 2\); it lies between -1 and 1"):
        sitpy.InputAssumptions(correlation=[[1, 2], [2, 1]], risk=[0.1, 0.2])


def test_a_loss_of_more_than_everything_is_refused() -> None:
    with pytest.raises(
        sitpy.InputError, match=r"hist_returns of 'asset 2' is -5 in row 1: no asset loses more than 100 %"
    ):
        sitpy.create_historical_ia([[0.1, 0.1], [0.2, -5.0], [0.1, 0.0]], 12)
