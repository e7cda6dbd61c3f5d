"""The same sweep on a cluster: every bit as on one process."""

from __future__ import annotations

from pathlib import Path

import joblib
import pandas as pd
import pytest
from hedge_market import sample

import sitpy

pytest.importorskip("dask")
distributed = pytest.importorskip("distributed")


def test_a_cluster_gives_the_same_bits(tmp_path: Path) -> None:
    data = sample().given()
    grid = {"rebalance": [5, "weeks"], "cost_bps": [0.0, 20.0], "estimator": ["ols", "vasicek"]}
    options = {"window": 20, "volume_window": 10}
    alone = sitpy.sweep_beta_hedge(**data, grid=grid, **options)
    told: list[int] = []
    # threads in this process: what is sent is the same, and nothing has to be started
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None) as cluster,
        distributed.Client(cluster),
        joblib.parallel_config(backend="dask"),
    ):
        spread = sitpy.sweep_beta_hedge(
            **data, grid=grid, **options, out=tmp_path, progress=lambda done, _: told.append(done)
        )
    pd.testing.assert_frame_equal(spread, alone, check_exact=True)
    assert told == list(range(1, len(alone) + 1))
    assert len(list(tmp_path.iterdir())) == len(alone)  # the cells are written here, not where they are worked out
    pd.testing.assert_frame_equal(sitpy.sweep_beta_hedge(**data, grid=grid, **options, out=tmp_path), alone)
