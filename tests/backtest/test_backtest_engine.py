"""The accounts of a back-test against a day-by-day referee, and what must hold for any prices and weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sitpy

Array = np.ndarray


def market(seed: int, T: int = 40, n: int = 3, gross: float = 1.0) -> sitpy.BacktestData:
    """Random prices, and weights (long and short) on about a quarter of the dates, some entries missing."""
    rng = np.random.default_rng(seed)
    prices = 50 * np.exp(np.cumsum(rng.normal(0, 0.02, (T, n)), axis=0))
    index = pd.bdate_range("2020-01-01", periods=T)
    b = sitpy.bt_prep(pd.DataFrame(prices, index=index, columns=[f"S{i}" for i in range(n)]))
    weight = gross * rng.uniform(-0.3, 0.6, (T, n))
    weight[rng.random(T) > 0.25] = np.nan
    weight[rng.random((T, n)) < 0.1] = np.nan
    b.weight.iloc[:] = weight
    return b


def referee_weight(b: sitpy.BacktestData, costs: dict[str, float]) -> list[float]:
    """Each day: earn with what was decided yesterday at the latest, then decide and pay."""
    prices, weight = b.prices.to_numpy(), b.weight.to_numpy()
    held = [0.0] * prices.shape[1]
    returns = []
    for t in range(len(prices)):
        ret = sum(held[i] * (prices[t, i] / prices[t - 1, i] - 1) for i in range(len(held))) if t else 0.0
        new = [held[i] if np.isnan(weight[t, i]) else weight[t, i] for i in range(len(held))]
        if t + 1 < len(prices):  # a decision on the last day is never carried out
            ret -= sum(costs["percentage"] * abs(a - c) + costs["fixed"] * (a != c) for a, c in zip(new, held))
        held = new
        returns.append(ret)
    return returns


def referee_share(b: sitpy.BacktestData, capital: float, costs: dict[str, float]) -> list[float]:
    """A book of ``capital`` that is opened anew at every trade; the day's return is its gain over its worth."""
    prices, weight = b.prices.to_numpy(), b.weight.to_numpy()
    n = prices.shape[1]
    share, cash = [0.0] * n, capital
    returns = []
    for t in range(len(prices)):
        before = cash + sum(share[i] * prices[max(t - 1, 0), i] for i in range(n))
        after = cash + sum(share[i] * prices[t, i] for i in range(n))
        new = [share[i] if np.isnan(weight[t, i]) else capital * weight[t, i] / prices[t, i] for i in range(n)]
        if new != share and t + 1 < len(prices):
            traded = [abs(a - c) for a, c in zip(new, share)]
            after_costs = after - sum(
                costs["cps"] * size + costs["fixed"] * (size > 0) + costs["percentage"] * size * prices[t, i]
                for i, size in enumerate(traded)
            )
            share, cash = new, capital - sum(new[i] * prices[t, i] for i in range(n))
        else:
            after_costs = after
        returns.append(after_costs / before - 1)
    return returns


COSTS = {"cps": 0.003, "fixed": 0.4, "percentage": 0.001}


@given(st.integers(0, 10**6))
@settings(max_examples=20)
def test_weights_agree_with_the_day_by_day_referee(seed: int) -> None:
    b = market(seed)
    costs = {"fixed": 0.0003, "percentage": 0.001}
    model = sitpy.bt_run(b, commission=costs)
    np.testing.assert_allclose(model.ret, referee_weight(b, costs), rtol=0, atol=1e-14)
    np.testing.assert_allclose(model.equity, np.cumprod(1 + model.ret), rtol=1e-14)


@given(st.integers(0, 10**6))
@settings(max_examples=20)
def test_shares_agree_with_the_day_by_day_referee(seed: int) -> None:
    """1e-12: the referee sums in another order, on amounts of 1000."""
    b = market(seed)
    model = sitpy.bt_run_share(b, clean_signal=False, capital=1000, commission=COSTS)
    np.testing.assert_allclose(model.ret, referee_share(b, 1000, COSTS), rtol=0, atol=1e-12)


@given(st.integers(0, 10**6), st.sampled_from([1, 2, 3]), st.booleans())
@settings(max_examples=20)
def test_the_future_changes_nothing_of_the_past(seed: int, do_lag: int, share: bool) -> None:
    b, other = market(seed), market(seed)
    cut = 25
    other.prices.iloc[cut:] *= np.linspace(0.5, 2, len(b.dates) - cut)[:, None]
    other.weight.iloc[cut:] = 0.7
    run: Any = sitpy.bt_run_share if share else sitpy.bt_run
    ours, theirs = run(b, do_lag=do_lag), run(other, do_lag=do_lag)
    assert ours.ret.iloc[:cut].equals(theirs.ret.iloc[:cut])
    # a weight known at the last common close is the first that may show on the day after
    assert ours.weight.iloc[: cut + 1].equals(theirs.weight.iloc[: cut + 1])


def test_a_lag_of_one_earns_from_the_close_at_which_a_weight_is_known() -> None:
    b = sitpy.bt_prep(pd.DataFrame({"A": [10.0, 20, 20, 30, 30]}, index=pd.bdate_range("2020-01-01", periods=5)))
    b.weight.iloc[:, 0] = [0, 0, 1, 0, 0]
    assert sitpy.bt_run(b).ret.tolist() == [0, 0, 0, 0.5, 0]
    assert sitpy.bt_run(b, do_lag=2).ret.tolist() == [0, 0, 0, 0, 0]
    b.weight.iloc[:, 0] = [0, 1, 0, 0, 0]
    assert sitpy.bt_run(b, do_lag=0).ret.tolist() == [0, 1, 0, 0, 0]  # hindsight


@pytest.mark.parametrize("run", [sitpy.bt_run, sitpy.bt_run_share, sitpy.bt_run_weight_fast])
def test_symbols_may_stand_in_any_order(run: Any) -> None:
    b = market(1)
    order = ["S2", "S0", "S1"]
    other = sitpy.BacktestData(b.prices[order], weight=b.weight[order])
    ours, theirs = run(b), run(other)
    np.testing.assert_allclose(ours.ret, theirs.ret, rtol=0, atol=1e-15)
    pd.testing.assert_frame_equal(ours.weight[order], theirs.weight, rtol=1e-13)


def test_shares_do_not_depend_on_the_capital_without_costs_per_trade() -> None:
    """Homogeneity: ten times the money buys ten times the shares and earns the same."""
    b = market(2)
    small, large = sitpy.bt_run_share(b, capital=1000), sitpy.bt_run_share(b, capital=10000)
    np.testing.assert_allclose(small.ret, large.ret, rtol=0, atol=1e-13)
    pd.testing.assert_frame_equal(10 * small.share, large.share)  # type: ignore[operator, arg-type]


def test_nothing_is_changed_in_place_and_labels_survive() -> None:
    b = market(3)
    prices, weight = b.prices.copy(), b.weight.copy()
    for model in (sitpy.bt_run(b, commission=0.001), sitpy.bt_run_share(b, commission=COSTS)):
        assert model.weight.columns.tolist() == ["S0", "S1", "S2"]
        assert model.equity.index.equals(prices.index)
        assert model.dates.equals(prices.index)
    pd.testing.assert_frame_equal(b.prices, prices)
    pd.testing.assert_frame_equal(b.weight, weight)


def test_weights_may_be_given_as_a_table_of_rebalancing_dates() -> None:
    b = market(4)
    some = b.weight.iloc[[3, 17, 30]]
    b.weight.iloc[:] = np.nan
    b.weight.loc[some.index] = some
    pd.testing.assert_series_equal(sitpy.bt_run(b).ret, sitpy.bt_run(b, weight=some).ret)
    pd.testing.assert_series_equal(sitpy.bt_run_share(b).ret, sitpy.bt_run_share(b, weight=some).ret)


def test_missing_weights_can_mean_nothing_held() -> None:
    b = sitpy.bt_prep(pd.DataFrame({"A": [10.0, 11, 22, 44]}, index=pd.bdate_range("2020-01-01", periods=4)))
    b.weight.iloc[1] = 1
    assert sitpy.bt_run(b).ret.tolist() == [0, 0, 1, 1]
    assert sitpy.bt_run(b, do_CarryLastObservationForwardIfNA=False).ret.tolist() == [0, 0, 1, 0]


def test_a_purchase_on_the_first_date_is_charged() -> None:
    """SIT charges no commission there: its difference of weights has no row before the first."""
    b = sitpy.bt_prep(pd.DataFrame({"A": [10.0, 10, 10]}, index=pd.bdate_range("2020-01-01", periods=3)))
    b.weight.iloc[0] = 1
    assert sitpy.bt_run(b, commission=0.01).ret.tolist() == [-0.01, 0, 0]
    assert sitpy.bt_run_share(b, capital=100, commission=0.1).ret.round(12).tolist() == [-0.01, 0, 0]


def test_trades_are_done_at_the_execution_price() -> None:
    """Bought at 12 instead of 10: the position gains 10/12 - 1 ... from 12 on, and later days do not change."""
    b = sitpy.bt_prep(pd.DataFrame({"A": [10.0, 10, 15, 30]}, index=pd.bdate_range("2020-01-01", periods=4)))
    b.weight.iloc[1] = 1
    b.execution_price.iloc[1] = 12
    b.execution_price.iloc[2] = 99  # nothing is traded there
    assert sitpy.bt_run(b).ret.tolist() == [0, 0, 0.25, 1]
    model = sitpy.bt_run_share(b, prices=b.execution_price.fillna(b.prices), capital=120)
    assert model.share is not None and model.share["A"].tolist() == [0, 0, 10, 10]
    assert sitpy.bt_run_weight_fast(b).ret.tolist() == [0, 0, 0.5, 1]  # closing prices only


def test_accounts_of_shares_add_up() -> None:
    b = market(5)
    model = sitpy.bt_run_share(b, capital=1000)
    assert model.share is not None and model.cash is not None and model.value is not None
    holdings = (model.share * b.prices).sum(axis=1)
    np.testing.assert_allclose(model.value, model.cash + holdings, rtol=1e-13)
    start = model.cash + (model.share * b.prices.shift()).sum(axis=1)
    np.testing.assert_allclose(model.ret, model.value / start - 1, rtol=0, atol=1e-14)
    np.testing.assert_allclose(model.weight.sum(axis=1), 1 - model.cash / start, rtol=0, atol=1e-13)


def test_a_range_of_dates_starts_anew_at_one() -> None:
    b = market(6)
    whole, part = sitpy.bt_run(b), sitpy.bt_run(b, dates="2020-01-15::2020-02-10")
    assert part.dates[0] == pd.Timestamp("2020-01-15") and part.dates[-1] == pd.Timestamp("2020-02-10")
    assert part.equity.iloc[0] == 1 and part.ret.iloc[0] == 0
    rows = part.dates_index
    np.testing.assert_allclose(part.equity, whole.equity.iloc[rows] / whole.equity.iloc[rows[0]], rtol=1e-14)
    np.testing.assert_allclose(part.equity, np.cumprod(1 + part.ret), rtol=1e-13)
    assert part.best == part.ret.max() and part.worst == part.ret.min()
    shares = sitpy.bt_run_share(b, dates=rows)
    assert shares.share is not None and len(shares.share) == len(rows)


def test_one_symbol_and_a_signal() -> None:
    prices = market(7).prices["S1"]
    signal = np.where(np.arange(len(prices)) % 7 < 4, 1.0, np.nan)
    b = sitpy.bt_prep(prices.to_frame())
    b.weight.iloc[:, 0] = signal
    pd.testing.assert_series_equal(sitpy.bt_simple(prices, signal).ret, sitpy.bt_run(b).ret)


def test_the_accounts_can_be_kept_of_positions_that_are_already_lagged() -> None:
    b = market(8)
    model = sitpy.bt_run(b, commission=0.002)
    ret = (b.prices / b.prices.shift() - 1).fillna(0)
    again = sitpy.bt_summary(model.weight, ret, commission=0.002)
    np.testing.assert_allclose(again.ret, model.ret, rtol=0, atol=1e-15)
    shares = sitpy.bt_run_share(b)
    assert shares.share is not None
    pd.testing.assert_series_equal(sitpy.bt_summary(shares.share, b.prices, "share", b.prices).ret, shares.ret)


def test_result_is_a_record_and_says_what_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    b = market(9)
    model = sitpy.bt_run(b, silent=False, trade_summary=True)
    assert "40 dates 2020-01-01 to 2020-02-25, 3 symbols" in capsys.readouterr().out
    assert model["dates.index"].tolist() == list(range(40))
    assert model["trade.summary"].ntrades == len(model.trade_summary.trades)  # type: ignore[union-attr]
    assert "40 dates 2020-01-01 to 2020-02-25, S0, S1, S2" in repr(b)


# ---------------------------------------------------------------------------------------------- loss and gaps


@pytest.mark.parametrize("run", [sitpy.bt_run, sitpy.bt_run_share, sitpy.bt_run_weight_fast])
def test_a_portfolio_that_loses_everything_stops_with_the_path(run: Any) -> None:
    """20 of A for 10 and 10 owed: at 4 that is 0.8 less 1."""
    b = sitpy.bt_prep(pd.DataFrame({"A": [10.0, 10, 4, 40]}, index=pd.bdate_range("2020-01-01", periods=4)))
    b.weight.iloc[0] = 2
    match = (
        r"lost everything on 2020-01-03: the return is -120\.0%, equity -0\.2 of 1 at the start; use smaller weights"
    )
    with pytest.raises(sitpy.BankruptError, match=match) as caught:
        run(b)
    model = caught.value.path
    assert isinstance(model, sitpy.BacktestModel) and model.dates.equals(b.dates[:3])
    assert model.equity.round(12).tolist() == [1, 1, -0.2] and model.cagr == -1
    assert round(model.worst, 12) == -1.2 and model.dates_index.tolist() == [0, 1, 2]
    tables = [table for table in (model.weight, model.share, model.cash, model.value, model.costs) if table is not None]
    assert {len(table) for table in tables} == {3}


def test_equity_of_exactly_nothing_stops_too_and_a_hair_above_does_not() -> None:
    b = sitpy.bt_prep(pd.DataFrame({"A": [10.0, 5, 5]}, index=pd.bdate_range("2020-01-01", periods=3)))
    b.weight.iloc[0] = 2
    with pytest.raises(sitpy.BankruptError, match=r"2020-01-02: the return is -100\.0%, equity 0 of 1"):
        sitpy.bt_run(b)
    b.weight.iloc[0] = 1.999
    assert sitpy.bt_run(b).equity.iloc[-1] == pytest.approx(0.0005)


def test_a_cost_may_take_everything_on_the_first_date() -> None:
    b = market(0)
    b.weight.iloc[0] = 1.0
    with pytest.raises(sitpy.BankruptError, match=r"lost everything on 2020-01-01") as caught:
        sitpy.bt_run(b, commission=0.5)
    assert len(caught.value.path.equity) == 1


def test_accounts_given_by_hand_stop_as_well() -> None:
    days = pd.bdate_range("2020-01-01", periods=3)
    with pytest.raises(sitpy.BankruptError, match="lost everything on 2020-01-02") as caught:
        sitpy.bt_summary(pd.DataFrame({"A": [0.0, -1, -1]}, days), [[0.0], [1.5], [0.0]])
    assert caught.value.path.ret.tolist() == [0, -1.5]


def test_a_symbol_held_without_a_price_is_reported() -> None:
    table = pd.DataFrame({"A": [10.0, np.nan, 20, 20], "B": 1.0}, index=pd.bdate_range("2020-01-01", periods=4))
    b = sitpy.bt_prep(table)
    b.weight.iloc[0] = [1, 0]
    match = r"A is held on 2 date\(s\) without a price, the first 2020-01-02: its return there counts as 0"
    with pytest.warns(sitpy.SitpyWarning, match=match):
        assert sitpy.bt_run(b).ret.tolist() == [0, 0, 0, 0]  # SIT's number: the return over the gap is lost
    filled = sitpy.bt_prep(table, fill_gaps=True)
    filled.weight.iloc[0] = [1, 0]
    assert sitpy.bt_run(filled).ret.tolist() == [0, 0, 1, 0]
    assert sitpy.bt_run_share(b).ret.tolist() == [0, 0, 1, 0]  # shares keep their last price over a gap


def test_a_weight_before_the_first_price_buys_nothing_and_is_reported() -> None:
    table = pd.DataFrame({"A": [np.nan, 10, 20], "B": 1.0}, index=pd.bdate_range("2020-01-01", periods=3))
    b = sitpy.bt_prep(table)
    b.weight.iloc[0] = [0.5, 0.5]
    with pytest.warns(
        sitpy.SitpyWarning, match=r"A is given a weight on 1 date\(s\) without a price.*nothing is bought"
    ):
        assert sitpy.bt_run_share(b).ret.tolist() == [0, 0, 0]


# -------------------------------------------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"type": "weights"}, "type 'weights' is not known; use 'weight' or 'share'"),
        ({"do_lag": -1}, "do_lag is -1; give a whole number, 0 or more"),
        ({"do_lag": 1.5}, r"do_lag is 1\.5"),
        ({"capital": 0}, "capital is 0; give a positive amount"),
        ({"commission": -0.1}, r"commission percentage is -0\.1; give a cost of 0 or more"),
        ({"commission": {"cps": 0.01}}, "commission cps is 0.01 but weights are no numbers of shares"),
        ({"commission": {"tax": 1}}, r"commission has \['tax'\]; known are 'cps', 'fixed' and 'percentage'"),
        ({"weight": [[1.0, 0.0, 0.0]]}, r"weight has shape \(1, 3\); expected \(40, 3\)"),
        ({"weight": np.full((40, 3), np.inf)}, "the weight of S0 on 2020-01-01 is infinite"),
        ({"weight": np.full((40, 3), "much")}, "weight holds something that is not a number"),
        ({"dates": "1999"}, "nothing within dates '1999'"),
        ({"dates": [50]}, r"dates reaches from 50 to 50 but the 40 rows are counted 0\.\.39"),
    ],
)
def test_bad_arguments_are_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(sitpy.InputError, match=message):
        sitpy.bt_run(market(0), **arguments)


def test_weights_of_other_symbols_or_dates_are_refused() -> None:
    b = market(0)
    with pytest.raises(
        sitpy.InputError, match="weight has the columns S1, S0, S2 but prices have S0, S1, S2; put them in"
    ):
        sitpy.bt_run(b, weight=b.weight[["S1", "S0", "S2"]])
    with pytest.raises(sitpy.InputError, match=r"weight has the date 2020-02-26.*take dates from prices"):
        sitpy.bt_run(b, weight=b.weight.shift(freq="B"))


def test_a_return_that_is_no_number_is_reported_with_date_and_symbol() -> None:
    days = pd.bdate_range("2020-01-01", periods=3)
    held = pd.DataFrame({"A": [0.0, 0.5, 0.5], "B": 0.5}, days)
    with pytest.raises(
        sitpy.InputError, match=r"the return on 2020-01-03 is inf because of A; look for prices of zero"
    ):
        sitpy.bt_summary(held, [[0.0, 0], [0, 0], [np.inf, 0]])


def test_one_symbol_needs_prices_with_dates() -> None:
    with pytest.raises(sitpy.InputError, match="data is a list; expected the prices of one symbol"):
        sitpy.bt_simple([1.0, 2.0], [1, 1])  # type: ignore[arg-type]
    with pytest.raises(sitpy.InputError, match="expected dates in the index"):
        sitpy.bt_simple(pd.Series([1.0, 2.0]), [1, 1])


def test_accounts_need_dates_and_equal_shapes() -> None:
    with pytest.raises(sitpy.InputError, match="none of weight, ret and close_prices has dates"):
        sitpy.bt_summary([[1.0]], [[0.1]])
    b = market(0)
    with pytest.raises(sitpy.InputError, match=r"weight has shape \(40, 2\), ret \(40, 3\)"):
        sitpy.bt_summary(b.weight.iloc[:, :2], b.prices)
    with pytest.raises(sitpy.InputError, match="missing"):
        sitpy.bt_summary(b.weight.shift(), b.prices)
