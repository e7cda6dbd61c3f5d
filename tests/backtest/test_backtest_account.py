"""The account against the engine and a loop written out in full; its books; what it refuses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sitpy

Array = np.ndarray
SEEDS = st.integers(0, 10**6)


def market(seed: int, T: int = 40, n: int = 4, gross: float = 1.0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Random prices with weekends between, and long and short weights on some dates, nan on the others."""
    rng = np.random.default_rng(seed)
    prices = 50 * np.exp(np.cumsum(rng.normal(0, 0.02, (T, n)), axis=0))
    index, names = pd.bdate_range("2020-01-01", periods=T), [f"S{i}" for i in range(n)]
    weight = gross * rng.uniform(-0.4, 0.6, (T, n))
    weight[rng.random(T) > 0.3] = np.nan
    return pd.DataFrame(prices, index, names), pd.DataFrame(weight, index, names)


def referee(
    prices: Array, weight: Array, days: Array, capital: float, bps: Array, fee: Array, cash: float, owed: float
) -> Array:
    """Money day by day, one position at a time, with nothing but the rules in words."""
    n, money, held, worth = prices.shape[1], capital, [0.0] * prices.shape[1], []
    for t in range(len(prices)):
        if t:
            year = days[t] / 365
            interest = money * (cash if money > 0 else owed) * year
            borrowed = sum(-held[i] * prices[t - 1, i] * fee[i] / 10000 * year for i in range(n) if held[i] < 0)
            money += interest - borrowed
        equity = money + sum(held[i] * prices[t, i] for i in range(n))
        if t + 1 < len(prices):
            for i in range(n):
                if not np.isnan(weight[t, i]):
                    wanted = weight[t, i] * equity / prices[t, i]
                    money -= (wanted - held[i]) * prices[t, i] + abs(wanted - held[i]) * prices[t, i] * bps[i] / 10000
                    held[i] = wanted
        worth.append(money + sum(held[i] * prices[t, i] for i in range(n)))
    return np.array(worth)


@given(SEEDS)
@settings(max_examples=20)
def test_without_costs_it_is_the_engine_with_shares(seed: int) -> None:
    prices, weight = market(seed)
    account = sitpy.bt_account(prices, weight, capital=5000)
    model = sitpy.bt_run_share(sitpy.BacktestData(prices, weight=weight), clean_signal=False)
    np.testing.assert_allclose(account.equity / 5000, model.equity, rtol=0, atol=1e-12)
    np.testing.assert_allclose(account.model.ret, model.ret, rtol=0, atol=1e-12)
    np.testing.assert_allclose(account.model.weight, model.weight, rtol=0, atol=1e-12)


@given(SEEDS)
@settings(max_examples=10)
def test_traded_every_day_it_is_the_engine_with_weights(seed: int) -> None:
    prices, weight = market(seed)
    daily = weight.ffill().fillna(0.0)
    model = sitpy.bt_run(sitpy.BacktestData(prices, weight=daily))
    np.testing.assert_allclose(sitpy.bt_account(prices, daily, capital=1).equity, model.equity, rtol=0, atol=1e-12)


@given(SEEDS)
@settings(max_examples=20)
def test_costs_fees_and_interest_agree_with_the_loop(seed: int) -> None:
    prices, weight = market(seed, gross=2.0)
    bps, fee = np.array([5.0, 0.0, 20.0, 1.0]), np.array([0.0, 100.0, 300.0, 50.0])
    rates = {"cash_rate": 0.03, "margin_rate": 0.08}
    account = sitpy.bt_account(
        prices,
        weight,
        capital=1000,
        cost_bps=dict(zip(prices, bps)),
        borrow_bps=pd.Series(fee, prices.columns),
        **rates,
    )
    days = np.diff(prices.index.to_numpy(), prepend=prices.index[:1].to_numpy()) / np.timedelta64(1, "D")
    expected = referee(prices.to_numpy(), weight.to_numpy(), days, 1000, bps, fee, 0.03, 0.08)
    np.testing.assert_allclose(account.equity, expected, rtol=0, atol=1e-9)


@given(SEEDS, st.floats(0.5, 3.0))
@settings(max_examples=20)
def test_the_books_close_at_every_step(seed: int, gross: float) -> None:
    prices, weight = market(seed, gross=gross)
    rate = pd.Series(np.linspace(-0.01, 0.05, len(prices)), prices.index)
    account = sitpy.bt_account(prices, weight, cost_bps=7, borrow_bps=90, cash_rate=rate, margin_rate=0.06)
    close = {"rtol": 0, "atol": 1e-9 * account.capital}
    np.testing.assert_allclose(account.cash + account.longs + account.shorts, account.equity, **close)
    np.testing.assert_allclose(account.equity.diff().iloc[1:], account.flows.sum(axis=1).iloc[1:], **close)
    np.testing.assert_allclose(account.equity.iloc[0] - account.capital, account.flows.iloc[0].sum(), **close)
    np.testing.assert_allclose((account.traded * account.cost).sum(axis=1), -account.flows["costs"], **close)
    np.testing.assert_allclose(account.capital * (1 + account.ret).cumprod(), account.equity, **close)
    assert (account.flows[["borrow", "costs"]] <= 0).all().all()
    assert account.model.costs is not None
    np.testing.assert_allclose(account.model.costs.iloc[0], -account.flows["costs"].iloc[0] / account.capital)


def test_a_hand_counted_week() -> None:
    """Friday to Monday: 100 long of 10, 50 short of 20, three days of interest and fee."""
    days = pd.DatetimeIndex(["2024-01-05", "2024-01-08"])
    prices = pd.DataFrame({"L": [10.0, 11.0], "S": [20.0, 19.0]}, days)
    account = sitpy.bt_account(
        prices, [[1.0, -1.0], [0, 0]], capital=1000, cost_bps=10, borrow_bps=365, cash_rate=0.0365
    )
    # 100 shares of L, -50 of S; costs 2; cash 1000 - 1000 + 1000 - 2 = 998
    assert account.cash.iloc[0] == pytest.approx(998)
    flows = account.flows.iloc[1]
    assert flows["long"] == pytest.approx(100) and flows["short"] == pytest.approx(50)
    assert flows["interest"] == pytest.approx(998 * 0.0365 * 3 / 365)
    assert flows["borrow"] == pytest.approx(-1000 * 0.0365 * 3 / 365)
    assert account.exposures.iloc[0].round(6).to_dict() == {
        "long": round(1000 / 998, 6),
        "short": round(-1000 / 998, 6),
        "net": 0.0,
        "gross": round(2000 / 998, 6),
    }
    assert account.turnover.iloc[0] == pytest.approx(2.0)
    assert "2024-01-05 to 2024-01-08, 2 symbols" in repr(account)


def test_a_missing_weight_leaves_the_shares_alone() -> None:
    prices, weight = market(1)
    weight[:] = np.nan
    weight.iloc[0], weight.iloc[5, 0] = 0.25, 0.5
    shares = sitpy.bt_account(prices, weight).shares
    assert shares.iloc[5, 0] != shares.iloc[4, 0]
    assert (shares.iloc[5, 1:] == shares.iloc[4, 1:]).all()


def test_what_ends_is_refused_or_sold_at_its_last_price() -> None:
    prices, weight = market(2)
    weight[:] = np.nan
    weight.iloc[0] = 0.25
    prices.iloc[20:, 1] = np.nan
    with pytest.raises(sitpy.InputError, match=r"'S1' end on 2020-01-28 while it is held; use delisted='sell'"):
        sitpy.bt_account(prices, weight)
    account = sitpy.bt_account(prices, weight, cost_bps=10, delisted="sell")
    value = account.value["S1"]
    assert value.iloc[19] > 0 and (value.iloc[20:] == 0).all()
    assert account.flows["costs"].iloc[20] == pytest.approx(-value.iloc[19] * 0.001)
    assert account.cash.iloc[20] == pytest.approx(account.cash.iloc[19] + value.iloc[19] * 0.999)
    weight.iloc[25] = 0.25
    with pytest.raises(sitpy.InputError, match=r"weight of 'S1' on 2020-02-05 is 0\.25: it has no price there"):
        sitpy.bt_account(prices, weight, delisted="sell")


def test_lost_equity_stops_with_the_date_and_the_path() -> None:
    days = pd.bdate_range("2024-01-01", periods=4)
    prices = pd.DataFrame({"A": [10.0, 11.0, 40.0, 10.0]}, days)
    with pytest.raises(
        sitpy.BankruptError, match=r"lost everything on 2024-01-03: equity is -2,000\.00 of 1,000\.00"
    ) as caught:
        sitpy.bt_account(prices, [[-1.0], [np.nan], [np.nan], [np.nan]], capital=1000)
    path = caught.value.path
    assert isinstance(caught.value, sitpy.SitpyError)
    assert path.equity.tolist() == [1000.0, 900.0, -2000.0]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"capital": 0}, "capital is 0"),
        ({"cost_bps": -1}, "cost_bps of 'S0' is -1"),
        ({"cost_bps": {"S0": 1, "S1": 2}}, "cost_bps has nothing for 'S2'"),
        ({"borrow_bps": "much"}, "borrow_bps is 'much'; give basis points"),
        ({"cash_rate": np.nan}, "cash_rate on 2020-01-01 is nan"),
        ({"margin_rate": pd.Series([0.1], pd.DatetimeIndex(["2020-01-01"]))}, "margin_rate has nothing for 2020-01-02"),
        ({"delisted": "keep"}, "delisted 'keep' is not known"),
    ],
)
def test_terms_that_make_no_sense(change: dict[str, Any], words: str) -> None:
    with pytest.raises(sitpy.InputError, match=words):
        sitpy.bt_account(*market(3), **change)


@pytest.mark.parametrize(
    ("row", "value", "words"),
    [
        (5, np.nan, r"prices of 'S2' on 2020-01-08 is missing \(1 such in all\); fill gaps"),
        (5, 0.0, r"prices of 'S2' on 2020-01-08 is 0; a price must be positive"),
        (5, -3.0, r"prices of 'S2' on 2020-01-08 is -3"),
        (5, np.inf, r"the price of 'S2' on 2020-01-08 is infinite"),
        (slice(None), np.nan, r"prices of 'S2' are all missing"),
    ],
)
def test_prices_that_make_no_sense(row: Any, value: float, words: str) -> None:
    prices, weight = market(4)
    prices.iloc[row, 2] = value
    with pytest.raises(sitpy.InputError, match=words):
        sitpy.bt_account(prices, weight)


def test_infinite_weights_and_dates_out_of_order() -> None:
    prices, weight = market(5)
    weight.iloc[3] = np.inf
    with pytest.raises(sitpy.InputError, match=r"weight of 'S0' on 2020-01-06 is inf: give a finite number"):
        sitpy.bt_account(prices, weight)
    with pytest.raises(sitpy.InputError, match="comes after"):
        sitpy.bt_account(prices.iloc[::-1], weight)


def test_order_of_symbols_does_not_matter_and_nothing_given_is_changed() -> None:
    prices, weight = market(6)
    kept = prices.copy(), weight.copy()
    one = sitpy.bt_account(prices, weight, cost_bps=5, borrow_bps=30)
    order = ["S2", "S0", "S3", "S1"]
    two = sitpy.bt_account(prices[order], weight[order], cost_bps=5, borrow_bps=30)
    np.testing.assert_allclose(one.equity, two.equity, rtol=1e-13)
    pd.testing.assert_frame_equal(one.shares[order], two.shares, rtol=1e-12)
    pd.testing.assert_frame_equal(prices, kept[0])
    pd.testing.assert_frame_equal(weight, kept[1])


def test_time_zones_count_calendar_days_over_the_change_of_clocks() -> None:
    prices, weight = market(7)
    index = pd.bdate_range("2024-03-01", periods=len(prices))
    plain = sitpy.bt_account(prices.set_axis(index), weight.set_axis(index), cash_rate=0.05)
    zoned = index.tz_localize("America/New_York")
    there = sitpy.bt_account(prices.set_axis(zoned), weight.set_axis(zoned), cash_rate=0.05)
    np.testing.assert_array_equal(plain.equity.to_numpy(), there.equity.to_numpy())
