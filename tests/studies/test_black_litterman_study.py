"""The study of Black-Litterman: all printed tables, and its own inputs against the stored ones.

That the entries one digit away follow from rounded inputs is shown in tests/black_litterman.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sitpy.studies import StudyOptions, find_study, he_litterman, idzorek, run_study
from sitpy.studies.published import HALF_A_DIGIT


@pytest.fixture(scope="module")
def cells(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    tables = [*he_litterman.tables(), *idzorek.tables()]
    return pd.concat([table.cells for table in tables], ignore_index=True)


def test_every_printed_figure_comes_out(cells: pd.DataFrame) -> None:
    result = run_study(find_study("black-litterman"))
    assert result.ok
    # counted by hand in the papers: 7 x (3 + 4 x 3 + 2) + 9 + 10 + 8 x 4 + 3 + 3 + 5
    assert len(cells) == 7 * 17 + 10 + 9 + 32 + 3 + 3 + 5
    assert result.notes[0].startswith(f"{len(cells)} printed entries")


def test_the_entries_one_digit_away_are_the_known_ones(cells: pd.DataFrame) -> None:
    off = cells[(cells["units"] > HALF_A_DIGIT) & cells["table"].str.startswith("He and Litterman")]
    found = {
        (table.split(":")[0][-1], row, column) for table, row, column in off[["table", "row", "column"]].to_numpy()
    }
    assert found == {
        ("4", "France", "weight"),
        ("5", "Germany", "added"),
        ("7", "USA", "return"),
        ("8", "Canada", "return"),
        ("8", "France", "return"),
        ("8", "USA", "return"),
    }


def test_views_come_out_of_the_posterior_when_they_are_certain() -> None:
    """Idzorek: with zero variance the posterior returns hold the views exactly."""
    mu, _ = idzorek.with_views(np.zeros(3))
    np.testing.assert_allclose(idzorek.P @ mu, idzorek.Q, rtol=0, atol=1e-12)


def test_weights_outside_the_views_stay_the_markets() -> None:
    """He and Litterman: best weights differ from the market's (over 1 + tau) by the views' portfolios alone."""
    for name in he_litterman.VIEWS:
        P, _, _ = he_litterman.view_inputs(name)
        added = (1 + he_litterman.TAU) * he_litterman.with_views(name)["dw"].to_numpy()
        np.testing.assert_allclose(P.T @ he_litterman.on_views(name), added, rtol=0, atol=1e-12)


def test_a_wrong_digit_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(idzorek.PAPER, "pi_pct", [0.10, *idzorek.PAPER["pi_pct"][1:]])
    assert not run_study(find_study("black-litterman")).ok


@pytest.mark.usefixtures("sketched")
def test_files_are_written(tmp_path: Path) -> None:
    result = run_study(find_study("black-litterman"), StudyOptions(out=tmp_path))
    assert [file.name for file in result.files] == ["tables.csv", "black_litterman.png"]
    assert len(pd.read_csv(tmp_path / "tables.csv")) == 181
