"""Strategies from weights through time, from a target volatility, from a calendar."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import sitpy

DAYS = pd.bdate_range("2020-01-01", periods=70)


def prices() -> pd.DataFrame:
    moves = np.random.default_rng(5).normal(0.001, 0.01, (70, 3))
    return pd.DataFrame(100 * np.cumprod(1 + moves, axis=0), index=DAYS, columns=list("ABC"))


def allocation() -> sitpy.RollingWeights:
    ends = np.array([20, 40, 60])
    index = DAYS[ends]
    some = pd.DataFrame([[0.5, 0.5, 0.0], [0.45, 0.5, 0.05], [0.2, 0.3, 0.5]], index=index, columns=list("ABC"))
    return sitpy.RollingWeights({"some": some, "even": some * 0 + 1 / 3}, ends)


def test_each_strategy_is_a_back_test_of_its_weights() -> None:
    data, obj = sitpy.bt_prep(prices()), allocation()
    told: list[tuple[str, float]] = []
    out = sitpy.create_strategies(obj, data, log=lambda text, done: told.append((text, done)), prefix="p.", suffix=".x")
    assert out.models is not None and list(out.models) == ["p.some.x", "p.even.x"]
    assert told == [("some", 0.5), ("even", 1.0)]
    expected = sitpy.bt_run_share(data, clean_signal=False, weight=obj.weights["some"])
    pd.testing.assert_series_equal(out.models["p.some.x"].equity, expected.equity)
    pd.testing.assert_frame_equal(out.models["p.some.x"].period_weight, obj.weights["some"])
    assert obj.models is None and data.weight.isna().all(axis=None)


def test_leverage_limits_and_options() -> None:
    data, obj = sitpy.bt_prep(prices()), allocation()
    out = sitpy.create_strategies(obj, data, leverage=[2, 0.5], min_weight=0.15, silent=True, commission=0.01)
    assert out.weights["some"].iloc[1].round(6).tolist() == [round(0.9 / 0.95, 6), round(1 / 0.95, 6), 0.0]
    assert out.weights["some"].sum(axis=1).round(12).tolist() == [2, 2, 2]
    assert out.weights["even"].sum(axis=1).round(12).tolist() == [0.5] * 3
    assert out.models is not None and out.models["some"].commission.cps == 0.01
    rounded = sitpy.create_strategies(obj, data, round_weight=0.25)
    assert rounded.weights["some"].iloc[0].tolist() == [0.5, 0.5, 0]
    closed = sitpy.create_strategies(obj, data, close_all_positions_index=[50])
    assert closed.models is not None
    weight = closed.models["some"].weight
    assert (weight.iloc[51:61] == 0).all(axis=None) and (weight.iloc[61] != 0).all()
    dearer = sitpy.create_strategies(obj, data, execution_price=data.prices * 1.01)
    assert dearer.models is not None
    assert dearer.models["some"].equity.iloc[-1] != closed.models["some"].equity.iloc[-1]


def test_strategies_must_fit_the_prices() -> None:
    data, obj = sitpy.bt_prep(prices()), allocation()
    with pytest.raises(sitpy.InputError, match="leverage has 3 factors for 2 strategies"):
        sitpy.create_strategies(obj, data, leverage=[1, 2, 3])
    with pytest.raises(
        sitpy.InputError, match=r"the weights of 'some' are \(3, 3\) up to row 60, the prices \(30, 3\)"
    ):
        sitpy.create_strategies(obj, sitpy.bt_prep_trim(data, np.arange(30)))


# --------------------------------------------------------------------------------------------- target volatility


def test_target_volatility_by_the_formula() -> None:
    b = sitpy.bt_prep(prices())
    b.weight.iloc[0] = [0.3, 0.3, 0.3]
    model = sitpy.bt_run_share(b)
    scaled = sitpy.target_vol_strategy(model, model.weight, target=0.05, lookback_len=10, max_portfolio_leverage=1.5)
    assert scaled.index.equals(DAYS) and scaled.columns.tolist() == list("ABC")
    assert scaled.iloc[:10].isna().all(axis=None) and scaled.iloc[10:].notna().all(axis=None)
    log_returns = np.diff(np.log(model.equity))
    for t in (10, 33, 69):
        volatility = np.sqrt(252) * np.std(log_returns[t - 10 : t], ddof=1)
        wanted = model.weight.iloc[t] * 0.05 / volatility
        wanted /= max(1, wanted.abs().sum() / 1.5)
        np.testing.assert_allclose(scaled.iloc[t], wanted, rtol=1e-10)


def test_target_volatility_is_capped_and_knows_no_future() -> None:
    b = sitpy.bt_prep(prices())
    b.weight.iloc[0] = [0.3, 0.3, -0.3]
    model = sitpy.bt_run(b)
    capped = sitpy.target_vol_strategy(model, model.weight, target=10.0, lookback_len=5)
    np.testing.assert_allclose(capped.iloc[5:].abs().sum(axis=1), 1, rtol=1e-12)
    b.prices.iloc[40:] *= 3
    again = sitpy.target_vol_strategy(sitpy.bt_run(b), model.weight, target=10.0, lookback_len=5)
    pd.testing.assert_frame_equal(again.iloc[:40], capped.iloc[:40], check_exact=True)


def test_target_volatility_of_cash_stays_cash() -> None:
    b = sitpy.bt_prep(prices())
    model = sitpy.bt_run(b, weight=np.zeros((70, 3)))
    scaled = sitpy.target_vol_strategy(model, model.weight)
    assert (scaled.iloc[21:] == 0).all(axis=None)
    still = sitpy.target_vol_strategy(model, np.full((70, 3), 0.5), max_portfolio_leverage=0.9)
    np.testing.assert_allclose(still.iloc[21:], 0.3)  # no volatility at all: as much as the limit allows


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"target": 0}, "target is 0; give a positive number"),
        ({"max_portfolio_leverage": -1}, "max_portfolio_leverage is -1"),
        ({"annual_periods": 0}, "annual_periods is 0"),
        ({"lookback_len": 1}, "lookback_len is 1; give a whole number, 2 or more"),
        ({"weight": np.zeros((3, 3))}, "weight has 3 dates but the model has 70"),
    ],
)
def test_bad_targets_are_refused(arguments: dict[str, Any], message: str) -> None:
    b = sitpy.bt_prep(prices())
    model = sitpy.bt_run(b, weight=np.zeros((70, 3)))
    with pytest.raises(sitpy.InputError, match=message):
        sitpy.target_vol_strategy(model, **{"weight": model.weight, **arguments})


def test_a_ruined_strategy_has_no_volatility() -> None:
    b = sitpy.bt_prep(pd.DataFrame({"A": [10.0, 4, 40, 40]}, index=DAYS[:4]))
    b.weight.iloc[0] = 2
    with pytest.raises(sitpy.BankruptError, match="lost everything") as caught:
        sitpy.bt_run(b)
    model = caught.value.path
    with pytest.raises(sitpy.InputError, match=r"the equity of the model is -0\.2 at its lowest"):
        sitpy.target_vol_strategy(model, model.weight)


def test_a_strategy_that_loses_everything_is_named() -> None:
    table = prices()
    table.iloc[30:, 0] /= 50
    with pytest.raises(sitpy.BankruptError, match=r"^some: the portfolio has lost everything on 2020-02-12") as caught:
        sitpy.create_strategies(allocation(), sitpy.bt_prep(table), leverage=2.5)
    assert caught.value.path.dates[-1] == DAYS[30]
    with pytest.raises(sitpy.BankruptError, match=r"^all: the portfolio has lost everything on 2020-02-11"):
        sitpy.calendar_strategy(sitpy.bt_prep(table), {"all": DAYS[29] == DAYS}, commission={"fixed": 60000})


# ------------------------------------------------------------------------------------------------------- calendar


def key_days() -> pd.Series:
    key = pd.Series(False, index=DAYS[:8])
    key.iloc[[0, 4]] = True
    return key


def test_signals_around_key_days() -> None:
    signals = sitpy.calendar_signal(key_days(), {"T0": 0, "N2": range(3)}, before=-1)  # type: ignore[dict-item]
    rows = {name: np.flatnonzero(signal.iloc[:, 0]).tolist() for name, signal in signals.items()}
    assert rows == {"T0": [0, 4], "N2": [0, 1, 2, 4, 5, 6], "before": [3]}
    assert signals["T0"].index.equals(DAYS[:8])
    plain = sitpy.calendar_signal(key_days(), [-1, 0, 20])
    assert {name: int(signal.sum().sum()) for name, signal in plain.items()} == {"T_1": 1, "T0": 2, "T20": 0}
    two = sitpy.calendar_signal(pd.DataFrame({"A": key_days(), "B": False}), T1=1)["T1"]
    assert two.columns.tolist() == ["A", "B"] and two.sum().tolist() == [2, 0]


def test_a_calendar_strategy_holds_from_the_signals_close() -> None:
    table = prices().iloc[:8].copy()
    table.iloc[:3, 2] = np.nan
    b = sitpy.bt_prep(table)
    models = sitpy.calendar_strategy(b, sitpy.calendar_signal(key_days(), T0=0, N1=[0, 1]))
    once = models["N1"].weight
    # the universe is lagged by a day: nothing on the first one, C's first price is known on the fourth
    held = [[0, 0, 0], [0, 0, 0], [0.5, 0.5, 0], [0, 0, 0], [0, 0, 0], [1 / 3] * 3]
    np.testing.assert_allclose(once.iloc[:6], held, rtol=0, atol=1e-12)
    np.testing.assert_allclose(models["T0"].ret.iloc[5], (table.iloc[5] / table.iloc[4] - 1).mean(), rtol=1e-12)
    two = np.tile([True, True, False], (8, 1))
    chosen = sitpy.calendar_strategy(b, {"key": key_days()}, universe=two, do_lag_universe=0)
    np.testing.assert_allclose(chosen["key"].weight.iloc[[1, 5]], [[0.5, 0.5, 0]] * 2, rtol=0, atol=1e-12)
    closed = sitpy.calendar_strategy(b, {"all": np.ones(8)}, close_all_positions_index=[5])
    assert (closed["all"].weight.iloc[6] == 0).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: sitpy.calendar_signal(key_days()), "no offsets are given"),
        (lambda: sitpy.calendar_signal(key_days(), {"T": 1}, T=2), r"\['T'\] is there twice"),
        (lambda: sitpy.calendar_signal(key_days(), T=0.5), r"the offsets of 'T' are \[0.5\]; give whole numbers"),
        (lambda: sitpy.calendar_strategy(sitpy.bt_prep(prices()), {}), "signals holds none"),
        (lambda: sitpy.calendar_strategy(sitpy.bt_prep(prices()), {"a": [1]}), r"signal 'a' has shape \(1, 1\)"),
    ],
)
def test_bad_calendars_are_refused(call: Any, message: str) -> None:
    with pytest.raises(sitpy.InputError, match=message):
        call()
