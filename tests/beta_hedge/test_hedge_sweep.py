"""Sweeps: every cell is the back-test it names, on any number of workers, resumed from what is on disk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
import pytest
from hedge_market import sample

import sitpy
from sitpy.beta_hedge.sweep import fingerprint

GRID = {"rebalance": [10, "weeks"], "cost_bps": [0.0, 20.0], "estimator": ["ols", 1.2]}
SMALL: dict[str, Any] = {"window": 20, "volume_window": 10}


def sweep(seed: int = 0, grid: Any = GRID, **options: Any) -> pd.DataFrame:
    return sitpy.sweep_beta_hedge(**sample(seed).given(), grid=grid, **SMALL, **options)


def half(ia: sitpy.InputAssumptions, constraints: Any) -> np.ndarray:
    return np.full(ia.n, 1 / ia.n)


def test_every_cell_is_its_back_test() -> None:
    table = sweep()
    assert len(table) == 8 and (table["error"] == "").all()
    assert table["rebalance"].tolist() == [10] * 4 + ["weeks"] * 4
    for _, row in table.iterrows():
        options = {name: row[name] for name in GRID}
        alone = sitpy.backtest_beta_hedge(**sample().given(), **SMALL, **options, start=sample().prices.index[20])
        np.testing.assert_array_equal(row[list(alone.statistics.index)].astype(float), alone.statistics["hedged"])
        assert row["equity"] == alone.equity["hedged"].iloc[-1] and row["trades"] == len(alone.rebalances)


def test_all_cells_see_the_same_days() -> None:
    grid = {"window": [10, 40], "volume_window": [5, 50]}
    table = sitpy.sweep_beta_hedge(**sample().given(), grid=grid, rebalance=5)
    assert (table["trades"] == table["trades"].iloc[0]).all()
    alone = sitpy.backtest_beta_hedge(
        **sample().given(), window=10, volume_window=5, rebalance=5, start=sample().prices.index[50]
    )
    assert table["equity"].iloc[0] == alone.equity["hedged"].iloc[-1]


@pytest.mark.parametrize("workers", [2, 3])
def test_any_number_of_workers_gives_the_same_bits(workers: int) -> None:
    with joblib.parallel_config(backend="threading"):
        pd.testing.assert_frame_equal(sweep(), sweep(n_jobs=workers), check_exact=True)


def test_processes_and_the_users_own_settings_give_the_same_bits() -> None:
    grid = {"window": [20, 30], "cost_bps": [0.0, 9.0]}
    alone = sitpy.sweep_beta_hedge(**sample().given(), grid=grid)
    with joblib.parallel_config(backend="loky", n_jobs=2):
        pd.testing.assert_frame_equal(alone, sitpy.sweep_beta_hedge(**sample().given(), grid=grid), check_exact=True)


def test_an_interrupted_sweep_goes_on(tmp_path: Path) -> None:
    class Stop(Exception):
        pass

    def stop(done: int, cells: int) -> None:
        if done == 3:
            raise Stop

    with pytest.raises(Stop):
        sweep(out=tmp_path, progress=stop)
    written = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    assert len(written) == 3
    told: list[tuple[int, int]] = []
    table = sweep(out=tmp_path, progress=lambda done, cells: told.append((done, cells)))
    pd.testing.assert_frame_equal(table, sweep(), check_exact=True)
    assert told == [(done, 8) for done in range(3, 9)]
    assert {path: path.stat().st_mtime_ns for path in written} == written
    assert len(list(tmp_path.iterdir())) == 8


def test_a_finished_sweep_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = sweep(out=tmp_path)
    monkeypatch.setattr("sitpy.beta_hedge.sweep._cell", None)
    pd.testing.assert_frame_equal(sweep(out=tmp_path), first, check_exact=True)


@pytest.mark.parametrize("change", [{"seed": 1}, {"borrow_bps": 31.0}, {"hedge": "dollar"}, {"start": "2021-02-10"}])
def test_other_data_or_options_are_worked_out_anew(tmp_path: Path, change: dict[str, Any]) -> None:
    grid = {"cost_bps": [1.0]}
    sweep(grid=grid, out=tmp_path)
    again = sweep(grid=grid, out=tmp_path, **change)
    assert len(list(tmp_path.iterdir())) == 2
    pd.testing.assert_frame_equal(again, sweep(grid=grid, **change), check_exact=True)


def test_a_file_that_is_no_cell_is_refused(tmp_path: Path) -> None:
    grid = {"cost_bps": [1.0]}
    sweep(grid=grid, out=tmp_path)
    (path,) = tmp_path.iterdir()
    content = json.loads(path.read_text())
    path.write_text(json.dumps(content | {"fingerprint": "other"}))
    with pytest.raises(sitpy.InputError, match="is not the cell that its name says; delete it"):
        sweep(grid=grid, out=tmp_path)
    path.write_text("{")
    with pytest.raises(sitpy.InputError, match="is not JSON"):
        sweep(grid=grid, out=tmp_path)


def test_functions_are_known_by_name_and_content(tmp_path: Path) -> None:
    data = {"prices": sample().prices, "benchmark": sample().benchmark}
    for _ in range(2):
        sitpy.sweep_beta_hedge(**data, grid={"constructor": [half]}, window=20, out=tmp_path)
    assert len(list(tmp_path.iterdir())) == 1
    with pytest.raises(sitpy.InputError, match="has no name of its own"):
        sitpy.sweep_beta_hedge(**data, grid={"constructor": [lambda ia, _: half(ia, None)]}, window=20, out=tmp_path)


def test_fingerprints_tell_apart() -> None:
    data = sample()
    values = [
        1, 1.5, "1.5", None, True, [1, 2], [[1], 2], {"a": 1}, {"b": 1}, sitpy.Band(0.1), sitpy.Band(0.2), data.prices,
        data.prices * 2, data.prices.rename(columns={"A0": "B0"}), data.prices.tz_localize("UTC"), data.benchmark,
        data.benchmark.rename("other"), data.benchmark.iloc[1:], np.arange(3), np.arange(3.0), half, fingerprint,
    ]  # fmt: skip
    assert len({fingerprint(value) for value in values}) == len(values)
    assert fingerprint(data.prices) == fingerprint(sample().prices)
    assert fingerprint({"a": 1, "b": np.float64(2.0)}) == fingerprint({"b": 2.0, "a": 1})


def test_a_cell_that_fails(tmp_path: Path) -> None:
    grid = {"beta_cap": [3.0, -1.0]}
    with pytest.raises(sitpy.InputError, match=r"beta_cap=-1\.0.*: beta_floor is 0 but beta_cap -1"):
        sweep(grid=grid)
    with pytest.warns(
        sitpy.SitpyWarning, match=r"1 of 2 cells failed, see the column error; the first, beta_cap=-1\.0"
    ):
        table = sweep(grid=grid, on_failure="record", out=tmp_path)
    assert table["error"].str.contains("beta_cap -1").tolist() == [False, True]
    assert np.isnan(table["CAGR"].iloc[1]) and np.isfinite(table["CAGR"].iloc[0])
    with pytest.warns(sitpy.SitpyWarning, match="1 of 2 cells failed"):
        pd.testing.assert_frame_equal(sweep(grid=grid, on_failure="record", out=tmp_path), table, check_exact=True)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"grid": {}}, "grid is empty"),
        ({"grid": {"window": []}}, r"grid has \[\] for 'window'"),
        ({"grid": {"estimator": "ols"}}, "grid has 'ols' for 'estimator'; give a list"),
        ({"grid": {"volumes": [1]}}, "grid has the data 'volumes'"),
        ({"grid": {"window": [20]}}, "window is in the grid and given beside it"),
        ({"on_failure": "skip"}, "on_failure 'skip' is not known"),
        ({"grid": {"rebalanse": [20]}}, "no option 'rebalanse'; did you mean 'rebalance'"),
    ],
)
def test_sweeps_that_make_no_sense(change: dict[str, Any], words: str) -> None:
    with pytest.raises(sitpy.InputError, match=words):
        sweep(**change)


def test_out_must_be_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(sitpy.InputError, match="give a folder"):
        sweep(out=tmp_path / "file")


def test_a_bar_and_the_shipped_data() -> None:
    with pytest.warns(sitpy.SimulatedDataWarning):
        table = sitpy.sweep_beta_hedge(grid={"rebalance": ["months"]}, progress=True)
    assert table["trades"].tolist() == [31]
