"""Back-tests and their statistics against the figures of SIT (stored: ``bt_01_small``, ``A_06_measures``, ``B_06_measures``).

1e-10 relative throughout: the same sums in another order; R's own rounding of 260 compounded returns is about 1e-14.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import sitpy
from sitpy.files import numbers
from sitpy.reference import read_reference, reference_ia

Array = np.ndarray
Run = Callable[[sitpy.BacktestData], sitpy.BacktestModel]
LIST_COSTS = {"cps": 0.005, "fixed": 1, "percentage": 0.0005}

RUNS: dict[str, Run] = {
    "weight_default": sitpy.bt_run,
    "weight_lag0": lambda b: sitpy.bt_run(b, do_lag=0),
    "weight_lag2_commission": lambda b: sitpy.bt_run(b, do_lag=2, commission=0.001),
    # SIT loses the fixed part (0.0002) of this list: what it computed is the list without it
    "weight_fixed": lambda b: sitpy.bt_run(b, commission={"cps": 0, "fixed": 0, "percentage": 0.0005}),
    "weight_fast": sitpy.bt_run_weight_fast,
    "share_clean_off": lambda b: sitpy.bt_run_share(b, clean_signal=False, capital=100000),
    "share_clean_on": lambda b: sitpy.bt_run_share(b, clean_signal=True),
    "share_commission": lambda b: sitpy.bt_run_share(b, clean_signal=False, commission=0.01),
    "share_commission_list": lambda b: sitpy.bt_run_share(b, clean_signal=False, commission=LIST_COSTS),
}

STATS: dict[str, Callable[[sitpy.BacktestModel, sitpy.BacktestData], float]] = {
    "cagr": lambda m, b: m.cagr,
    "best": lambda m, b: m.best,
    "worst": lambda m, b: m.worst,
    "compute.cagr": lambda m, b: sitpy.compute_cagr(m.equity),
    "compute.nyears": lambda m, b: sitpy.compute_nyears(m.equity),
    "compute.annual.factor": lambda m, b: sitpy.compute_annual_factor(m.equity),
    "compute.raw.annual.factor": lambda m, b: sitpy.compute_raw_annual_factor(m.equity),
    "compute.sharpe": lambda m, b: sitpy.compute_sharpe(m.ret),
    "compute.risk": lambda m, b: sitpy.compute_risk(m.ret),
    "compute.max.drawdown": lambda m, b: sitpy.compute_max_drawdown(m.equity),
    "compute.avg.drawdown": lambda m, b: sitpy.compute_avg_drawdown(m.equity),
    "compute.cdar": lambda m, b: sitpy.compute_cdar(m.equity),
    "compute.calmar": lambda m, b: sitpy.compute_calmar(m.equity),
    "compute.R2": lambda m, b: sitpy.compute_R2(m.equity),
    "compute.DVR": lambda m, b: sitpy.compute_DVR(m),
    "compute.exposure": lambda m, b: sitpy.compute_exposure(m.weight),
    "compute.var": lambda m, b: sitpy.compute_var(m.ret),
    "compute.cvar": lambda m, b: sitpy.compute_cvar(m.ret),
    "compute.turnover": sitpy.compute_turnover,
    "compute.turnover_first_trade_included": lambda m, b: sitpy.compute_turnover(m, b, exclude_first_trade=False),
}


@functools.cache
def stored() -> dict[str, Any]:
    return read_reference("bt_01_small")


def environment() -> sitpy.BacktestData:
    given = stored()["inputs"]
    table = pd.DataFrame(given["prices"], columns=given["symbols"], index=pd.to_datetime(given["dates"]))
    b = sitpy.bt_prep(table)
    b.weight.iloc[np.array(given["weight_rows_1based"]) - 1] = given["weight_values"]
    return b


def test_every_stored_run_and_figure_is_looked_at() -> None:
    outputs = stored()["outputs"]
    assert set(RUNS) == set(outputs)
    assert len(SERIES) == 4 * 3 + 2 + 4 * 4  # equity, ret, weight; the fast run without weight; share too
    for content in outputs.values():
        assert set(content) <= {"call", "equity", "ret", "weight", "share", "stats"}
        assert set(content.get("stats", STATS)) == set(STATS)


SERIES = [(name, series) for name in RUNS for series in stored()["outputs"][name] if series not in ("call", "stats")]


@pytest.mark.parametrize(("name", "series"), SERIES)
def test_series_are_those_of_sit(name: str, series: str) -> None:
    b = environment()
    ours = RUNS[name](b)[series]
    assert ours.index.equals(b.dates)
    np.testing.assert_allclose(ours.to_numpy(), numbers(stored()["outputs"][name][series]), rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("name", [name for name in RUNS if name != "weight_fast"])
@pytest.mark.parametrize("figure", STATS)
def test_statistics_are_those_of_sit(name: str, figure: str) -> None:
    b = environment()
    ours = STATS[figure](RUNS[name](b), b)
    assert ours == pytest.approx(stored()["outputs"][name]["stats"][figure], rel=1e-10)


def test_the_fixed_commission_that_sit_loses_is_charged() -> None:
    """0.0002 for each symbol whose weight changes, at the close at which it does; nothing else differs from SIT."""
    b = environment()
    charged = sitpy.bt_run(b, commission={"cps": 0, "fixed": 0.0002, "percentage": 0.0005})
    given = stored()["inputs"]
    before, cost = np.zeros(3), np.zeros(260)
    for row, weight in zip(given["weight_rows_1based"][:-1], given["weight_values"], strict=False):
        cost[row - 1] = 0.0002 * np.count_nonzero(np.array(weight) != before)
        before = np.array(weight)
    assert np.count_nonzero(cost) == 10  # twelve dates, one repeats its weights, one is the last date
    expected = numbers(stored()["outputs"]["weight_fixed"]["ret"]) - cost
    np.testing.assert_allclose(charged.ret.to_numpy(), expected, rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("data", ["A", "B"])
@pytest.mark.parametrize(
    ("figure", "measure", "of_equity"),
    [
        ("compute.var", sitpy.compute_var, False),
        ("compute.cvar", sitpy.compute_cvar, False),
        ("compute.cdar_of_equity", sitpy.compute_cdar, True),
        ("compute.max.drawdown_of_equity", sitpy.compute_max_drawdown, True),
    ],
)
def test_figures_of_single_assets_are_those_of_sit(
    data: str, figure: str, measure: Callable[[pd.Series], float], of_equity: bool
) -> None:
    ia = reference_ia(data)
    returns = pd.DataFrame(ia.hist_returns, columns=ia.symbols)
    expected = numbers(read_reference(f"{data}_06_measures")["outputs"]["compute_assetwise"][figure])
    # T-bills never fall: SIT takes the minimum of no drawdown at all, which R calls infinite; ours is 0
    expected = np.where(np.isposinf(expected), 0.0, expected)
    ours = ((1 + returns).cumprod() if of_equity else returns).apply(measure)
    assert ours.index.tolist() == ia.symbols
    np.testing.assert_allclose(ours.to_numpy(), expected, rtol=1e-10, atol=1e-14)
