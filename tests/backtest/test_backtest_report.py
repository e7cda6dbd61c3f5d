"""Trades, turnover, tables of statistics and summaries, checked by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sitpy

DAYS = pd.bdate_range("2020-01-27", periods=8)


def example() -> sitpy.BacktestData:
    """A is bought, doubled and sold; B is sold short and still open at the end."""
    prices = {"A": [10.0, 10, 11, 12, 12, 9, 9, 9], "B": [5.0, 5, 5, 5, 4, 4, 6, 5]}
    b = sitpy.bt_prep(pd.DataFrame(prices, index=DAYS))
    b.weight.iloc[[1, 3, 5]] = [[0.3, 0], [0.6, -0.2], [0, -0.2]]
    return b


def test_trades_by_hand() -> None:
    b = example()
    out = sitpy.bt_trade_summary(b, sitpy.bt_run(b))
    assert out.ntrades == 3
    trades = out.trades
    assert trades["symbol"].tolist() == ["A", "A", "B"]
    np.testing.assert_allclose(trades["weight"], [30, 60, -20])
    assert trades["entry_date"].tolist() == [DAYS[1], DAYS[3], DAYS[3]]
    assert trades["exit_date"].tolist() == [DAYS[3], DAYS[5], DAYS[7]]
    assert trades["nhold"].tolist() == [2, 4, 6]  # calendar days: a weekend lies between
    np.testing.assert_allclose(trades[["entry_price", "exit_price"]], [[10, 12], [12, 9], [5, 5]])
    np.testing.assert_allclose(trades["return"], [20, -25, 0])
    # pnl: 6, -15 and 0 percent of the portfolio
    stats = out["stats"]
    assert stats.columns.tolist() == ["All", "Long", "Short"]
    expected = {
        "ntrades": [3, 2, 1],
        "avg_pnl": [-3, -4.5, 0],
        "len": [4, 3, 6],
        "win_prob": [1 / 3, 0.5, 0],
        "win_avg_pnl": [6, 6, np.nan],
        "win_len": [2, 2, np.nan],
        "loss_prob": [2 / 3, 0.5, 1],
        "loss_avg_pnl": [-15, -15, np.nan],
        "loss_len": [4, 4, np.nan],
        "expectancy": [(6 / 3 - 15 * 2 / 3) / 100, -0.045, 0],
        "profitability": [(6 / 3) / (15 * 2 / 3), 0.4, np.nan],
    }
    for name, values in expected.items():
        np.testing.assert_allclose(stats.loc[name].to_numpy(dtype=float), values, rtol=1e-12, atol=1e-15, err_msg=name)
    assert len(stats) == len(expected)


def test_trades_at_execution_prices_and_on_part_of_the_dates() -> None:
    b = example()
    b.execution_price.iloc[3, 0] = 13
    trades = sitpy.bt_run(b, trade_summary=True, dates=np.arange(2, 7)).trade_summary
    assert trades is not None
    # what is held on the first row shown counts as taken there
    np.testing.assert_allclose(trades.trades[["entry_price", "exit_price"]], [[11, 13], [13, 9], [5, 6]])


@given(st.integers(0, 10**6))
@settings(max_examples=15)
def test_trades_of_shares_earn_what_the_shares_earned(seed: int) -> None:
    """In money: the gains of all trades are the sum over days of shares times price changes."""
    rng = np.random.default_rng(seed)
    prices = 20 * np.exp(np.cumsum(rng.normal(0, 0.03, (25, 3)), axis=0))
    b = sitpy.bt_prep(pd.DataFrame(prices, index=pd.bdate_range("2020-01-01", periods=25), columns=list("ABC")))
    weight = rng.choice([0.0, 0.3, -0.2, 0.5], (25, 3))
    weight[rng.random(25) < 0.6] = np.nan
    model = sitpy.bt_run_share(b, weight=weight, capital=1000, trade_summary=True)
    assert model.share is not None and model.trade_summary is not None
    trades = model.trade_summary.trades
    size = [model.share.loc[model.dates[model.dates > row.entry_date][0], row.symbol] for row in trades.itertuples()]
    gains = (np.array(size) * (trades["exit_price"] - trades["entry_price"])).sum() if len(trades) else 0.0
    assert gains == pytest.approx((model.share * b.prices.diff()).to_numpy()[1:].sum(), rel=1e-9, abs=1e-9)


def test_no_trades() -> None:
    b = example()
    model = sitpy.bt_run(b, weight=np.zeros((8, 2)), trade_summary=True)
    assert model.trade_summary is not None and model.trade_summary.ntrades == 0
    assert np.isnan(model.trade_summary.stats.loc["avg_pnl", "All"])  # type: ignore[arg-type]
    summary = sitpy.bt_detail_summary(model)
    assert summary["Trade"]["Num_Trades"] == 0 and summary["System"]["Exposure"] == 0
    assert np.isnan(summary["System"]["Sharpe"])


def test_trades_of_another_model_are_refused() -> None:
    b = example()
    with pytest.raises(sitpy.InputError, match="the model has the symbols A, B but the prices have A"):
        sitpy.bt_trade_summary(sitpy.bt_prep_remove_symbols(b, "B"), sitpy.bt_run(b))


# ------------------------------------------------------------------------------------------------------ turnover


def test_turnover_is_the_mean_of_calendar_years() -> None:
    """First year: 0.5 bought after the start, 1 traded when 0.5 turns to -0.5; second year: half of that sold."""
    days = pd.DatetimeIndex(["2020-12-28", "2020-12-29", "2020-12-30", "2020-12-31", "2021-01-04", "2021-01-05"])
    b = sitpy.bt_prep(pd.DataFrame({"A": [10.0] * 6}, index=days))
    b.weight.iloc[:, 0] = [0, 0.5, -0.5, -0.5, -0.25, -0.25]
    model = sitpy.bt_run(b)
    assert model.weight["A"].tolist() == [0, 0, 0.5, -0.5, -0.5, -0.25]
    first = 1.5 / np.mean([0, 0.5, 0.5])  # SIT leaves the very first row out of the mean
    assert sitpy.compute_turnover(model, b) == pytest.approx((first + 0.25 / 0.375) / 2)


def test_a_portfolio_that_is_there_from_the_start_was_not_traded() -> None:
    b = sitpy.bt_prep(pd.DataFrame({"A": [10.0] * 5}, index=DAYS[:5]))
    b.weight.iloc[0] = 1
    model = sitpy.bt_run_share(b)
    assert sitpy.compute_turnover(model, b) == 0
    assert sitpy.compute_turnover(model, b, exclude_first_trade=False) == pytest.approx(1)
    assert sitpy.compute_turnover(sitpy.bt_run(b, weight=np.zeros((5, 1))), b) == 0


def test_turnover_of_part_of_the_dates_uses_the_prices_of_these_dates() -> None:
    b = example()
    whole = sitpy.bt_run_share(b, dates=np.arange(1, 8))
    trimmed = sitpy.bt_prep_trim(b, np.arange(1, 8))
    np.testing.assert_allclose(
        sitpy.compute_turnover(whole, b), sitpy.compute_turnover(sitpy.bt_run_share(trimmed), trimmed), rtol=1e-12
    )
    with pytest.raises(sitpy.InputError, match="the model was not run on these prices"):
        sitpy.compute_turnover(whole, trimmed)


def test_largest_deviation_from_the_target() -> None:
    b = sitpy.bt_prep(pd.DataFrame({"A": [1.0, 1, 4], "B": [1.0, 1, 1]}, index=DAYS[:3]))
    b.weight.iloc[0] = [0.5, 0.5]
    model = sitpy.bt_run_share(b)
    assert sitpy.compute_max_deviation(model, [0.4, 0.6]) == pytest.approx(0.1)
    with pytest.raises(sitpy.InputError, match=r"target_allocation has shape \(1,\); expected 2 weights"):
        sitpy.compute_max_deviation(model, [1.0])


# ------------------------------------------------------------------------------------------------ trim and tables


def test_models_are_trimmed_to_where_they_move() -> None:
    b = example()
    first, never = sitpy.bt_run(b), sitpy.bt_run(b, weight=np.zeros((8, 2)))
    trimmed = sitpy.bt_trim({"first": first, "never": never})
    assert trimmed["first"].dates[0] == DAYS[1] and trimmed["first"].equity.iloc[0] == 1
    assert len(trimmed["never"].dates) == 8
    np.testing.assert_allclose(trimmed["first"].equity, first.equity.iloc[1:])
    part = sitpy.bt_trim(first, never, dates="2020-02::")
    assert [len(model.dates) for model in part] == [3, 3]
    assert part[0].equity.iloc[0] == 1 and part[0].dates_index.tolist() == [5, 6, 7]
    assert len(part[0].weight) == 3
    with pytest.raises(sitpy.InputError, match="expected results of bt_run"):
        sitpy.bt_trim("model")  # type: ignore[call-overload]


def test_table_of_statistics() -> None:
    data = pd.DataFrame({"A": [np.nan, 0.1, -0.1], "B": [0.1, 0.2, 0.3]}, index=DAYS[:3])
    table = sitpy.compute_stats(data, [sitpy.compute_var, len])
    assert table.index.tolist() == ["compute_var", "len"] and table.columns.tolist() == ["A", "B"]
    assert table.loc["len"].tolist() == [2, 3]
    assert table.loc["compute_var"].round(4).tolist() == [-0.09, 0.11]
    assert sitpy.compute_stats({"A": data["A"]}, {"n": len}, do_na_omit=False).loc["n", "A"] == 3


def test_detail_summary_by_hand() -> None:
    """Equity 1, 1.1, 0.99, 0.99, 1.188 at the ends of January, February, March 2020, and of two years."""
    days = pd.DatetimeIndex(["2020-01-31", "2020-02-28", "2020-03-31", "2020-12-31", "2021-12-31"])
    prices = pd.Series([10, 11, 9.9, 9.9, 11.88], index=days)
    model = sitpy.bt_simple(prices, np.ones(5))
    out = sitpy.bt_detail_summary(model)
    assert out["Trade"] == {}
    system = out["System"]
    assert system["Period"] == "Jan2020 - Dec2021"
    assert system["MaxDD"] == system["AvgDD"] == -10
    assert system["Exposure"] == 80  # the first day's close is when it is bought
    assert system["Cagr"] == round(100 * (1.188 ** (365 / 700) - 1), 2)
    assert out["Period"] == {
        "Win_Percent_Day": 40.0,
        "Best_Day": 20.0,
        "Worst_Day": -10.0,
        "Win_Percent_Month": 50.0,
        "Best_Month": 20.0,
        "Worst_Month": -10.0,
        "Win_Percent_Year": 100.0,
        "Best_Year": 20.0,
        "Worst_Year": 20.0,
    }


def test_detail_summary_of_trades() -> None:
    b = example()
    out = sitpy.bt_detail_summary(sitpy.bt_run(b, trade_summary=True))
    assert out["System"]["Profit_Factor"] == 0.2
    assert out["Trade"] == {
        "Win_Percent": 33.3,
        "Avg_Trade": -3.0,
        "Avg_Win": 6.0,
        "Avg_Loss": -15.0,
        "Best_Trade": pytest.approx(20),
        "Worst_Trade": -25.0,
        "WinLoss_Ratio": 0.4,
        "Avg_Len": 4.0,
        "Num_Trades": 3,
    }
    given_summary = sitpy.bt_trade_summary(b, sitpy.bt_run(b))
    assert repr(sitpy.bt_detail_summary(sitpy.bt_run(b), given_summary)) == repr(out)  # nan is not equal to itself
