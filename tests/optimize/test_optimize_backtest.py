"""Optimal weights through time against a plain loop; nothing is known before its day, and the books close."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sitpy
import sitpy.optimize as opt

ASSETS = list("ABCD")
LIMITS = [
    opt.MaxGrossExposure(1.2),
    opt.NetExposure(-0.1, 0.6),
    opt.PositionConcentration.with_equal_bounds(-0.4, 0.5),
    opt.MaxTurnover(0.7),
]


def simulated(seed: int, days: int = 70) -> pd.DataFrame:
    moves = np.random.default_rng(seed).normal(0.0005, 0.02, (days, len(ASSETS)))
    return pd.DataFrame(100 * np.exp(moves.cumsum(axis=0)), pd.bdate_range("2021-01-04", periods=days), ASSETS)


def momentum(history: pd.DataFrame) -> opt.Objective:
    return opt.MaximizeAlpha(history.iloc[-1] / history.iloc[-min(len(history), 20)] - 1)


def wish(history: pd.DataFrame) -> opt.Objective:
    """Targets that every price so far has a part in."""
    return opt.TargetWeights(history.pct_change().fillna(0.0).mean() * 150)


def looped(
    objective_fn: Callable[[pd.DataFrame], opt.Objective], prices: pd.DataFrame, rows: list[int], bps: float
) -> tuple[pd.DataFrame, pd.Series]:
    """The same with shares and cash in a plain loop."""
    shares, cash = dict.fromkeys(ASSETS, 0.0), 1000.0
    weights, equity = {}, {}
    for row, date in enumerate(prices.index):
        price = prices.loc[date].to_dict()
        worth = cash + sum(shares[a] * price[a] for a in ASSETS)
        if row in rows:
            drifted = {a: shares[a] * price[a] / worth for a in ASSETS}
            w = opt.calculate_optimal_portfolio(objective_fn(prices.loc[:date]), LIMITS, drifted)
            new = {a: w.get(a, 0.0) * worth / price[a] for a in ASSETS}
            cash -= sum(
                (new[a] - shares[a]) * price[a] + abs(new[a] - shares[a]) * price[a] * bps / 1e4 for a in ASSETS
            )
            shares, weights[date] = new, w.reindex(ASSETS, fill_value=0.0)
        equity[date] = cash + sum(shares[a] * price[a] for a in ASSETS)
    return pd.DataFrame(weights).T, pd.Series(equity)


@pytest.mark.parametrize("objective_fn", [momentum, wish])
@pytest.mark.parametrize(
    ("schedule", "rows"),
    [
        ("weeks", [i for i in range(69) if simulated(0).index[i].weekday() == 4]),
        (9, [*range(0, 69, 9)]),
        ([simulated(0).index[5], "2021-03-01", simulated(0).index[-1]], [5, 40]),
    ],
    ids=["weeks", "every 9 rows", "dates"],
)
def test_a_plain_loop_agrees(objective_fn: Any, schedule: Any, rows: list[int]) -> None:
    prices = simulated(1)
    run = opt.backtest(objective_fn, prices, schedule, LIMITS, capital=1000, cost_bps=20)
    weights, equity = looped(objective_fn, prices, rows, 20)
    pd.testing.assert_frame_equal(run.weights, weights, check_freq=False, rtol=0, atol=1e-8)
    pd.testing.assert_series_equal(run.equity, equity, check_freq=False, check_names=False, rtol=1e-8)
    assert list(run.weights.index) == list(prices.index[rows]) and not run.held.size
    assert (
        run.turnover.max() <= 0.7 + 1e-7
    )  # of the drifted portfolio, which a turnover of the last targets would exceed


def test_turnover_counts_from_the_drifted_portfolio() -> None:
    """A doubles: of 0.5 becomes 2/3, and with no turnover allowed that is kept, not 0.5."""
    days = pd.date_range("2021-01-01", periods=4)
    prices = pd.DataFrame({"A": [1.0, 2, 2, 2], "B": [1.0, 1, 1, 1]}, days)
    run = opt.backtest(
        lambda history: (opt.TargetWeights({"A": 0.5, "B": 0.5}), [opt.MaxTurnover(float(len(history) == 1))]),
        prices,
        "days",
    )
    assert run.weights.to_numpy() == pytest.approx(np.array([[1 / 2, 1 / 2], [2 / 3, 1 / 3], [2 / 3, 1 / 3]]))
    assert run.turnover.to_list() == pytest.approx([1, 0, 0, 0])
    assert run.equity.to_list() == pytest.approx([100_000, 150_000, 150_000, 150_000])


@given(st.integers(0, 10**6), st.integers(12, 35), st.sampled_from([momentum, wish]), st.sampled_from(["weeks", 4]))
@settings(max_examples=8)
def test_nothing_is_known_before_its_day(seed: int, cut: int, objective_fn: Any, schedule: Any) -> None:
    """Other prices after a day, or none at all, change no bit of what was held and worth until then."""
    prices = simulated(seed, 40)
    other = prices.copy()
    other.iloc[cut + 1 :] = simulated(seed + 1, 40).iloc[cut + 1 :]
    runs = [opt.backtest(objective_fn, table, schedule, LIMITS) for table in (prices, other, prices.iloc[: cut + 1])]
    day = prices.index[cut]
    for run in runs[1:]:
        before = run.weights.index[run.weights.index < day]
        assert before.size
        assert run.weights.loc[before].equals(runs[0].weights.loc[before])
        assert run.account.shares.loc[before].equals(runs[0].account.shares.loc[before])
        assert run.equity[:day].iloc[:-1].equals(runs[0].equity[:day].iloc[:-1])
    shown = runs[1]
    assert shown.weights.loc[:day].equals(runs[0].weights.loc[:day])  # the day's own close is known


def test_functions_get_copies_that_end_on_the_date() -> None:
    prices, seen = simulated(2), []

    def spoil(history: pd.DataFrame) -> opt.Objective:
        answer = wish(history)
        seen.append(history.index[-1])
        history.iloc[:, :] = 1.0
        history.to_numpy(copy=False)
        return answer

    def limits(history: pd.DataFrame) -> list[opt.Constraint]:
        seen.append(history.index[-1])
        assert (history.to_numpy() != 1.0).all()
        return LIMITS

    before = prices.copy()
    run = opt.backtest(spoil, prices, "months", limits, warmup=30)
    pd.testing.assert_frame_equal(prices, before)
    assert seen == [date for date in run.weights.index for _ in range(2)]
    assert run.weights.equals(opt.backtest(wish, prices, "months", LIMITS, warmup=30).weights)
    assert list(run.weights.index) == [pd.Timestamp("2021-02-26"), pd.Timestamp("2021-03-31")]


def test_order_of_assets_changes_nothing() -> None:
    prices = simulated(3)
    plain, mixed = (opt.backtest(momentum, table, "weeks", LIMITS) for table in (prices, prices[["C", "A", "D", "B"]]))
    pd.testing.assert_frame_equal(plain.weights, mixed.weights[ASSETS], rtol=0, atol=1e-6)
    pd.testing.assert_series_equal(plain.equity, mixed.equity, rtol=1e-6)


def test_the_books_close_and_a_report_is_written(tmp_path: Path) -> None:
    prices = simulated(4)
    run = opt.backtest(momentum, prices, "weeks", LIMITS, cost_bps=10, borrow_bps=50, cash_rate=0.02, margin_rate=0.05)
    account = run.account
    assert (account.cash + account.value.sum(axis=1)).to_numpy() == pytest.approx(account.equity.to_numpy())
    steps = account.equity.diff().fillna(account.equity.iloc[0] - account.capital)
    assert steps.to_numpy() == pytest.approx(account.flows.sum(axis=1).to_numpy(), abs=1e-6)
    assert run.exposures.loc[run.weights.index, "gross"].to_numpy() == pytest.approx(
        run.weights.abs().sum(axis=1).to_numpy(), rel=5e-3
    )  # of the equity before the costs of the trade, and after them
    assert run.weights.notna().to_numpy().all()
    assert run.model.equity.iloc[-1] == pytest.approx(run.equity.iloc[-1] / 100_000)
    assert repr(run).startswith(f"<BacktestRun: {len(run.weights)} rebalancings, 0 of them held; <Account: 70 dates ")
    page = sitpy.report({"optimal": run.model}, tmp_path / "page.html")
    assert page is not None


def test_an_asset_is_not_held_before_its_prices_begin_or_after_they_end() -> None:
    prices = simulated(5, 30)
    prices.iloc[:10, 0] = np.nan
    prices.iloc[20:, 1] = np.nan
    even = opt.TargetWeights(dict.fromkeys(ASSETS, 0.25))
    run = opt.backtest(lambda history: even, prices, 5, delisted="sell")
    there = prices.loc[run.weights.index].notna()
    assert (run.weights.where(there, 0.0) == there * 0.25).to_numpy().all()
    with pytest.raises(sitpy.InputError, match=r"the prices of 'B' end on 2021-01-29 while it is held"):
        opt.backtest(lambda history: even, prices, 5)


# -------------------------------------------------------------------------------------------- where nothing is possible


def tight(history: pd.DataFrame) -> list[opt.Constraint]:
    return [opt.NetExposure(1.0, 2.0), opt.MaxGrossExposure(0.5 if len(history) == 7 else 1.0)]


def test_a_date_without_a_portfolio_is_named_or_held() -> None:
    prices = simulated(6, 20)
    with pytest.raises(
        opt.InfeasibleConstraints, match=r"^on 2021-01-12: no portfolio satisfies(.|\n)*MaxGrossExposure"
    ) as e:
        opt.backtest(momentum, prices, 3, tight)
    assert len(e.value.diagnostics.conflict) == 2
    run = opt.backtest(momentum, prices, 3, tight, on_infeasible="hold")
    (day,) = run.held
    assert day == prices.index[6]
    value = run.account.value.loc[day] / run.equity[day]
    assert run.weights.loc[day].to_numpy() == pytest.approx(value.to_numpy(), abs=1e-12)
    assert run.account.shares.loc[day].equals(run.account.shares.iloc[5]) and run.turnover[day] == 0
    assert len(run.weights) == 7 and run.weights.notna().to_numpy().all()


def test_what_grows_for_ever_is_no_reason_to_hold() -> None:
    with pytest.raises(opt.UnboundedObjective, match=r"^on 2021-01-04: the objective improves for ever"):
        opt.backtest(lambda history: opt.MaximizeAlpha({"A": 1.0}), simulated(0), "days", on_infeasible="hold")


def test_a_loss_of_everything_keeps_its_path() -> None:
    days = pd.date_range("2021-01-01", periods=3)
    prices = pd.DataFrame({"A": [10.0, 10, 4]}, days)
    with pytest.raises(sitpy.BankruptError, match="2021-01-03") as caught:
        opt.backtest(lambda history: opt.TargetWeights({"A": 2.0}), prices, "days")
    assert len(caught.value.path.equity) == 3


# ------------------------------------------------------------------------------------------------------ bad input

PRICES = simulated(0, 12)
EMPTY = opt.TargetWeights({})


def gives(answer: Any) -> Callable[[pd.DataFrame], Any]:
    return lambda history: answer


BAD: dict[str, tuple[dict[str, Any], type[Exception], str]] = {
    "objective itself": (
        {"objective_fn": EMPTY},
        TypeError,
        "objective_fn is .*; give a function of the prices so far",
    ),
    "class": (
        {"objective_fn": opt.MaximizeAlpha},
        TypeError,
        "objective_fn is the type MaximizeAlpha; give a function",
    ),
    "nothing": ({"objective_fn": gives(None)}, TypeError, "on 2021-01-04: objective is None; give MaximizeAlpha"),
    "three": ({"objective_fn": gives((EMPTY, [], 1))}, TypeError, "on 2021-01-04: objective is "),
    "own constraints": ({"objective_fn": gives((EMPTY, [1]))}, TypeError, r"on 2021-01-04: constraints\[0\] is 1"),
    "one constraint": (
        {"objective_fn": gives((EMPTY, LIMITS[0]))},
        TypeError,
        "on 2021-01-04: constraints is MaxGross",
    ),
    "constraints": ({"constraints": LIMITS[0]}, TypeError, r"^constraints is MaxGrossExposure\(1.2\); give a list"),
    "in constraints": ({"constraints": ["x"]}, TypeError, r"^constraints\[0\] is 'x'; give constraints such as"),
    "function": ({"constraints": gives(3)}, TypeError, "on 2021-01-04: constraints is 3; give a list"),
    "stranger": (
        {"objective_fn": gives(opt.TargetWeights({"Z": 0.1}))},
        ValueError,
        "on 2021-01-04: prices have no column for 'Z'; leave them out, or give their prices",
    ),
    "objective's error": (
        {"objective_fn": lambda history: opt.TargetWeights({"A": np.inf})},
        ValueError,
        r"on 2021-01-04: weights\['A'\] is inf; give a finite number",
    ),
    "prices": ({"prices": [1.0]}, ValueError, "prices is a list; expected a DataFrame"),
    "negative price": ({"prices": -PRICES}, ValueError, "prices of 'A' on 2021-01-04 is -.*; a price must be positive"),
    "gap": ({"prices": PRICES.drop(PRICES.index[4]).reindex(PRICES.index)}, ValueError, "'A' on 2021-01-08 is missing"),
    "word": ({"schedule": "fortnights"}, ValueError, "the periodicity 'fortnights' is not known; use 'days', 'weeks'"),
    "no schedule": (
        {"schedule": None},
        TypeError,
        "schedule is None; give 'days', 'weeks', 'months', a number of rows",
    ),
    "part of a row": ({"schedule": 1.5}, TypeError, "schedule is 1.5; give 'days'"),
    "truth": ({"schedule": True}, TypeError, "schedule is True; give 'days'"),
    "no rows": ({"schedule": 0}, ValueError, "schedule is 0; give a whole number, 1 or more"),
    "no dates": ({"schedule": []}, ValueError, "schedule is empty; give the dates on which to trade"),
    "other dates": ({"schedule": ["2021-01-05", "2021-01-09"]}, ValueError, "the date 2021-01-09, which prices do not"),
    "text": ({"schedule": ["soon"]}, ValueError, "the index cannot be read as dates"),
    "zone": ({"schedule": PRICES.tz_localize("UTC").index}, ValueError, "schedule has dates in the time zone UTC"),
    "last date": (
        {"schedule": [PRICES.index[-1]]},
        ValueError,
        "no date behind the first 0 rows and before the last of 12",
    ),
    "warmup": ({"warmup": -1}, ValueError, "warmup is -1; give a whole number, 0 or more"),
    "long warmup": (
        {"warmup": 11},
        ValueError,
        "no date behind the first 11 rows and before the last of 12; give more",
    ),
    "on_infeasible": (
        {"on_infeasible": "skip"},
        ValueError,
        "on_infeasible 'skip' is not known; use 'raise' or 'hold'",
    ),
    "capital": ({"capital": 0}, ValueError, "capital is 0; give a positive amount"),
    "cost_bps": ({"cost_bps": -1}, ValueError, "cost_bps of 'A' is -1; give 0 or more basis points"),
    "borrow_bps": ({"borrow_bps": {"A": 1}}, ValueError, "borrow_bps has nothing for 'B'"),
    "cash_rate": ({"cash_rate": np.nan}, ValueError, "cash_rate on 2021-01-04 is nan"),
    "margin_rate": ({"margin_rate": "x"}, ValueError, "margin_rate is 'x'; give a rate per year"),
    "delisted": ({"delisted": "keep"}, ValueError, "delisted 'keep' is not known; use 'refuse' or 'sell'"),
}


@pytest.mark.parametrize("what", BAD)
def test_bad_input(what: str) -> None:
    bad, kind, words = BAD[what]
    good: dict[str, Any] = {"objective_fn": gives(EMPTY), "prices": PRICES, "schedule": "days"}
    with pytest.raises(sitpy.SitpyError, match=words) as caught:
        opt.backtest(**{**good, **bad})
    assert isinstance(caught.value, kind)


def test_an_error_of_the_function_itself_carries_the_date() -> None:
    def absent(history: pd.DataFrame) -> opt.Objective:
        return opt.MaximizeAlpha({"A": history["Z"].mean()})

    with pytest.raises(KeyError) as caught:
        opt.backtest(absent, PRICES, 5)
    assert caught.value.__notes__ == ["while optimizing on 2021-01-04"]
