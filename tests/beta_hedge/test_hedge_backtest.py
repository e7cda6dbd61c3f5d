"""The beta-hedged back-test: against a loop written out, blind to the future, its books, its figures."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hedge_market import Sample, sample
from hypothesis import given, settings
from hypothesis import strategies as st

import sitpy
from sitpy.data import mag7_simulated_prices, mag7_simulated_volumes

Array = np.ndarray
FREE = {"cost_bps": 0.0, "borrow_bps": 0.0}
SMALL: dict[str, Any] = {"window": 20, "volume_window": 10, "rebalance": 10}
SCHEDULES = [1, 7, "weeks", "months", sitpy.Band(0.05)]
ESTIMATORS = ["ols", "ewma", "blume", "vasicek", 1.3]


def test_everything_by_a_loop_written_out() -> None:
    """Volume weights, betas, sizes and books, a day and an asset at a time."""
    data = sample(11)
    result = sitpy.backtest_beta_hedge(
        **data.given(), **SMALL, cost_bps=8, benchmark_cost_bps=2, borrow_bps=40, cash_rate=0.02, capital=1000
    )
    p, b, v = data.prices.to_numpy(), data.benchmark.to_numpy(), data.volumes.to_numpy()
    dates, n, first = data.prices.index, p.shape[1], 20
    cash, shares, short, worth, ratios = 1000.0, [0.0] * n, 0.0, [], []
    for t in range(first, len(p)):
        if t > first:
            year = (dates[t] - dates[t - 1]).days / 365
            cash += cash * 0.02 * year + short * b[t - 1] * 0.0040 * year  # short is negative
        equity = cash + sum(shares[i] * p[t, i] for i in range(n)) + short * b[t]
        if (t - first) % 10 == 0 and t < len(p) - 1:
            mean = [v[t - 9 : t + 1, i].mean() for i in range(n)]
            weight = [m / sum(mean) for m in mean]
            x = b[t - 19 : t + 1] / b[t - 20 : t] - 1
            y = sum(weight[i] * (p[t - 19 : t + 1, i] / p[t - 20 : t, i] - 1) for i in range(n))
            beta = np.polyfit(x, y, 1)[0]
            ratios.append(beta)
            long = 1 / (1 + beta)
            for i in range(n):
                wanted = long * weight[i] * equity / p[t, i]
                cash -= (wanted - shares[i]) * p[t, i] + abs(wanted - shares[i]) * p[t, i] * 0.0008
                shares[i] = wanted
            wanted = -beta * long * equity / b[t]
            cash -= (wanted - short) * b[t] + abs(wanted - short) * b[t] * 0.0002
            short = wanted
        worth.append(cash + sum(shares[i] * p[t, i] for i in range(n)) + short * b[t])
    assert result.equity.index.equals(dates[first:])
    np.testing.assert_allclose(result.equity["hedged"], worth, rtol=1e-12)
    np.testing.assert_allclose(result.rebalances["ratio"], ratios, rtol=1e-10)


@pytest.mark.parametrize("rebalance", SCHEDULES, ids=str)
def test_without_costs_it_is_the_engine_on_the_same_weights(rebalance: Any) -> None:
    data = sample(12)
    result = sitpy.backtest_beta_hedge(**data.given(), **SMALL | {"rebalance": rebalance}, **FREE)
    account = result.accounts["hedged"]
    traded = result.rebalances.index
    target = account.value.div(account.equity, axis=0).loc[traded]
    table = pd.concat([data.prices, data.benchmark], axis=1).loc[account.equity.index]
    model = sitpy.bt_run_share(sitpy.BacktestData(table, weight=target.reindex(table.index)), clean_signal=False)
    np.testing.assert_allclose(result.models["hedged"].equity, model.equity, rtol=0, atol=1e-12)
    np.testing.assert_allclose(target.abs().sum(axis=1), 1.0, rtol=1e-12)
    net = (target * np.append([0.0] * 4, 1.0)).sum(axis=1) + result.rebalances["estimate"] * target.iloc[:, :-1].sum(
        axis=1
    )
    np.testing.assert_allclose(net, 0.0, atol=1e-12)  # beta neutral at every trade


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=str)
@pytest.mark.parametrize("rebalance", SCHEDULES, ids=str)
def test_what_comes_later_changes_nothing_before(estimator: Any, rebalance: Any) -> None:
    data = sample(13)
    options = SMALL | {"estimator": estimator, "rebalance": rebalance, "cash_rate": 0.03, "compare": ["static"]}
    before = sitpy.backtest_beta_hedge(**data.given(), **options)
    at = data.prices.index.get_loc(before.rebalances.index[before.rebalances.index <= data.prices.index[70]][-1])
    other = sample(14)
    for mine, yours in ((data.prices, other.prices), (data.volumes, other.volumes), (data.benchmark, other.benchmark)):
        mine.iloc[at + 1 :] = yours.iloc[at + 1 :]
    after = sitpy.backtest_beta_hedge(**data.given(), **options)
    last = data.prices.index[at]
    for name in ("equity", "returns", "exposures", "beta", "costs", "rebalances"):
        one, two = before[name].loc[:last], after[name].loc[:last]
        assert len(one) > 0
        pd.testing.assert_frame_equal(one, two, check_exact=True)
    assert not before.equity.iloc[-1].equals(after.equity.iloc[-1])


@given(st.integers(0, 10**6), st.integers(45, 88), st.sampled_from(["prices", "volumes", "benchmark"]))
@settings(max_examples=10)
def test_a_single_later_value_changes_nothing_before(seed: int, at: int, where: str) -> None:
    data = sample(seed % 50)
    calls: dict[str, Any] = {"compare": ()}
    if seed % 2 and where != "volumes":
        calls |= {"constructor": "min.var.portfolio", "rebalance": "weeks"}
    before = sitpy.backtest_beta_hedge(**data.given(), **SMALL | calls)
    table = getattr(data, where)
    if table.ndim == 1:
        table.iloc[at] *= 1.5
    else:
        table.iloc[at, seed % 4] *= 1.5
    after = sitpy.backtest_beta_hedge(**data.given(), **SMALL | calls)
    until = data.prices.index[at - 1]
    pd.testing.assert_frame_equal(before.equity.loc[:until], after.equity.loc[:until], check_exact=True)
    pd.testing.assert_frame_equal(before.beta.loc[:until], after.beta.loc[:until], check_exact=True)


@pytest.mark.parametrize("rebalance", SCHEDULES, ids=str)
def test_history_cut_short_is_the_same_until_the_cut(rebalance: Any) -> None:
    """A month that the data end in the middle of does not look like one that is over."""
    data, at = sample(15), 70
    options = SMALL | {"rebalance": rebalance, "compare": ()}
    whole = sitpy.backtest_beta_hedge(**data.given(), **options)
    short = sitpy.backtest_beta_hedge(
        data.prices.iloc[: at + 1], data.benchmark.iloc[: at + 1], volumes=data.volumes.iloc[: at + 1], **options
    )
    pd.testing.assert_frame_equal(whole.equity.loc[: short.equity.index[-2]], short.equity.iloc[:-1], check_exact=True)


def test_the_books_of_every_variant_close() -> None:
    result = sitpy.backtest_beta_hedge(**sample(16).given(), **SMALL, cash_rate=0.03, margin_rate=0.07, gross=None)
    for name, account in result.accounts.items():
        parts = account.flows.sum(axis=1)
        np.testing.assert_allclose(
            account.equity.diff().iloc[1:], parts.iloc[1:], rtol=0, atol=1e-9 * 100_000, err_msg=name
        )
        np.testing.assert_allclose(account.cash + account.longs + account.shorts, account.equity, rtol=1e-13)
    hedged = result.accounts["hedged"].flows
    np.testing.assert_allclose(result.costs[["long", "benchmark"]].sum(axis=1), -hedged["costs"], atol=1e-9)
    np.testing.assert_allclose(result.costs["borrow"], -hedged["borrow"], atol=0)
    assert (result.costs[["long", "benchmark"]].iloc[0] > 0).all()


def test_order_of_assets_does_not_matter_and_labels_survive() -> None:
    data, order = sample(17), ["A3", "A1", "A0", "A2"]
    one = sitpy.backtest_beta_hedge(**data.given(), **SMALL, estimator="vasicek")
    two = sitpy.backtest_beta_hedge(
        data.prices[order], data.benchmark, volumes=data.volumes.iloc[:, ::-1], **SMALL, estimator="vasicek"
    )
    pd.testing.assert_frame_equal(one.equity, two.equity, rtol=1e-12)
    assert list(two.accounts["hedged"].shares) == [*order, "IDX"]
    assert one.benchmark == "IDX" and one.equity.index.equals(data.prices.index[20:])


def test_nothing_given_is_changed() -> None:
    data, kept = sample(18), sample(18)
    sitpy.backtest_beta_hedge(**data.given(), **SMALL)
    pd.testing.assert_frame_equal(data.prices, kept.prices)
    pd.testing.assert_frame_equal(data.volumes, kept.volumes)
    pd.testing.assert_series_equal(data.benchmark, kept.benchmark)


# ------------------------------------------------------------------------------------------------ the long side


def test_the_ways_to_name_the_long_side_agree() -> None:
    data = sample(19)
    equal = dict.fromkeys(data.prices, 0.25)
    table = pd.DataFrame(0.25, data.prices.index[::5], data.prices.columns)
    options: dict[str, Any] = {**SMALL, "compare": ()}
    by = {
        "mapping": {"weights": equal},
        "series": {"weights": pd.Series(equal)},
        "table": {"weights": table},
        "constructor": {"constructor": lambda ia, constraints: np.full(ia.n, 1 / ia.n)},
        "name": {"constructor": "equal.weight.portfolio"},
    }
    runs = {name: sitpy.backtest_beta_hedge(data.prices, data.benchmark, **options, **how) for name, how in by.items()}
    for one, two in pairwise(runs.values()):
        pd.testing.assert_frame_equal(one.equity, two.equity, rtol=1e-12)
    inside = sitpy.backtest_beta_hedge(
        pd.concat([data.prices, data.benchmark], axis=1), "IDX", weights=equal, **options
    )
    pd.testing.assert_frame_equal(inside.equity, runs["mapping"].equity, check_exact=True)


def test_weights_in_force_are_the_last_ones_not_after_the_date() -> None:
    data = sample(20)
    table = pd.DataFrame(0.0, data.prices.index[[22, 43]] - pd.Timedelta(hours=1), data.prices.columns)
    table.iloc[0, 0], table.iloc[1, 1] = 1.0, 1.0
    result = sitpy.backtest_beta_hedge(data.prices, data.benchmark, weights=table, **SMALL | {"rebalance": 7})
    held = result.accounts["hedged"].shares
    assert held.index[0] == data.prices.index[22]
    # rebalanced at rows 22, 29, 36, 43, ...: the first is the 22nd, and the second row of weights is in force from the 43rd
    assert (held["A0"].iloc[:21] > 0).all() and (held["A0"].iloc[21:] == 0).all()
    assert (held["A1"].iloc[:21] == 0).all() and (held["A1"].iloc[21:] > 0).all()


def test_constructor_sees_its_window_only() -> None:
    data, seen = sample(21), []

    def spy(ia: sitpy.InputAssumptions, constraints: sitpy.Constraints) -> Array:
        seen.append((len(ia.hist_returns), ia.dates[-1]))
        return sitpy.min_var_portfolio(ia, constraints)

    result = sitpy.backtest_beta_hedge(
        data.prices, data.benchmark, constructor=spy, constructor_window=30, **SMALL, compare=()
    )
    assert {length for length, _ in seen} == {30}
    assert pd.DatetimeIndex([when for _, when in seen]).equals(pd.DatetimeIndex(result.rebalances["decided"]))


def test_returns_in_place_of_prices() -> None:
    data = sample(22)
    by_price = sitpy.backtest_beta_hedge(data.prices[["A0"]], data.benchmark, **SMALL)
    by_return = sitpy.backtest_beta_hedge(
        long_returns=data.prices["A0"].pct_change().fillna(0.0),
        benchmark_returns=data.benchmark.pct_change().fillna(0.0),
        **SMALL,
    )
    pd.testing.assert_frame_equal(by_price.equity, by_return.equity, rtol=1e-11)
    assert list(by_return.accounts["hedged"].shares) == ["A0", "IDX"]


# --------------------------------------------------------------------------------------------- when, how much


def test_calendar_dates_and_lag() -> None:
    data = sample(23)
    months = sitpy.backtest_beta_hedge(**data.given(), **SMALL | {"rebalance": "months"}).rebalances
    assert months.index.strftime("%Y-%m-%d").tolist() == ["2021-01-29", "2021-02-26", "2021-03-31", "2021-04-30"]
    later = sitpy.backtest_beta_hedge(**data.given(), **SMALL | {"rebalance": "months"}, do_lag=3)
    assert (later.rebalances["decided"].to_numpy() == months.index[: len(later.rebalances)].to_numpy()).all()
    assert later.rebalances.index[0] == pd.Timestamp("2021-02-02")
    assert (later.equity["hedged"].iloc[:2] == 100_000).all()
    np.testing.assert_array_equal(later.rebalances["ratio"], months["ratio"].iloc[: len(later.rebalances)])
    begun = sitpy.backtest_beta_hedge(**data.given(), **SMALL, start="2021-02-15")
    assert begun.equity.index[0] == pd.Timestamp("2021-02-15")


@pytest.mark.parametrize("lag", [1, 2, 5])
def test_trading_every_day_trades_every_day(lag: int) -> None:
    result = sitpy.backtest_beta_hedge(**sample(24).given(), **SMALL | {"rebalance": 1}, do_lag=lag)
    assert result.rebalances.index.equals(result.equity.index[lag - 1 : -1])


def test_a_band_trades_only_when_left() -> None:
    data = sample(25, T=160)
    result = sitpy.backtest_beta_hedge(**data.given(), **SMALL | {"rebalance": sitpy.Band(0.04)}, **FREE)
    beta, trades = result.beta["ex_ante"], result.rebalances.index
    assert 2 < len(trades) < len(beta) / 2
    account = result.accounts["hedged"]
    returns = data.prices.pct_change().iloc[1:]
    betas = sitpy.rolling_betas(returns, data.benchmark.pct_change().iloc[1:], 20).reindex(beta.index)
    drifted = (account.shares.shift(1) * account.prices).fillna(0.0)  # as held when the close is reached
    net = ((drifted.iloc[:, :-1] * betas).sum(axis=1) + drifted.iloc[:, -1]) / account.equity
    left = net.abs() > 0.04
    assert left.index[left].difference(trades).empty or left.index[left].difference(trades).tolist() == [beta.index[-1]]
    assert set(trades[1:]) <= set(left.index[left])
    assert (beta.drop(beta.index[-1]).abs() <= 0.04 + 1e-12).all()


def test_cap_and_floor_bind_and_are_told() -> None:
    data = sample(26)
    result = sitpy.backtest_beta_hedge(**data.given(), **SMALL, beta_cap=1.0, beta_floor=0.9)
    bound = result.rebalances["bound"]
    assert ((result.rebalances["estimate"] > 1.0) == (bound == "cap")).all()
    assert ((result.rebalances["estimate"] < 0.9) == (bound == "floor")).all()
    assert result.bound("cap") == (bound == "cap").sum() > 0
    assert f"at the cap {result.bound('cap')}, at the floor {result.bound('floor')} times" in str(result)
    assert result.rebalances["ratio"].between(0.9, 1.0).all()


def test_a_block_of_wild_betas_never_turns_the_account_over() -> None:
    """What makes the published study negative: very short windows, a long side that moves against its benchmark."""
    data = sample(27, T=200)
    against = 2 - data.prices / data.prices.shift(1)
    data.prices = 40 * against.fillna(1.0).cumprod()
    result = sitpy.backtest_beta_hedge(**data.given(), window=3, volume_window=1, rebalance=7, delisted="refuse")
    assert (result.rebalances["estimate"] < -1).any()
    assert (result.equity > 0).all().all()
    assert np.isfinite(result.statistics.drop(columns="benchmark")).all().all()


@pytest.mark.parametrize("floor", [0.0, -3.0])
def test_a_negative_floor_buys_the_benchmark(floor: float) -> None:
    data = sample(28)
    result = sitpy.backtest_beta_hedge(**data.given(), **SMALL, estimator=-0.5, beta_floor=floor)
    bench = result.accounts["hedged"].shares["IDX"]
    assert (bench == 0).all() if floor == 0 else (bench > 0).all()


def test_hedges_by_dollar_and_none() -> None:
    data = sample(29)
    dollar = sitpy.backtest_beta_hedge(**data.given(), **SMALL, hedge="dollar")
    assert (dollar.rebalances[["long", "short"]].to_numpy() == [0.5, -0.5]).all()
    none = sitpy.backtest_beta_hedge(**data.given(), **SMALL, hedge="none")
    np.testing.assert_array_equal(none.equity["hedged"], none.equity["unhedged"])
    static = sitpy.backtest_beta_hedge(**data.given(), **SMALL)
    fixed = sitpy.backtest_beta_hedge(
        **data.given(), **SMALL, estimator=static.rebalances["ratio"].iloc[0], start=static.equity.index[0]
    )
    np.testing.assert_allclose(static.equity["static"], fixed.equity["hedged"], rtol=1e-13)


def test_losing_everything_names_variant_and_date() -> None:
    data = sample(30)
    data.benchmark.iloc[40:] *= 4
    with pytest.raises(sitpy.BankruptError, match=r"^hedged: the account has lost everything on 2021-02-26") as caught:
        sitpy.backtest_beta_hedge(**data.given(), **SMALL, gross=None)
    assert caught.value.path.equity.index[-1] == pd.Timestamp("2021-02-26")
    assert caught.value.path.equity.iloc[-1] < 0 < caught.value.path.equity.iloc[-2]


# ----------------------------------------------------------------------------------------------------- figures


def test_figures_by_their_formulae() -> None:
    result = sitpy.backtest_beta_hedge(**sample(31, T=150).given(), **SMALL, risk_free=0.02)
    rf = 1.02 ** (1 / 252) - 1
    line = result.equity / 100_000
    ret = line.pct_change().iloc[1:]
    ret.iloc[0] = line.iloc[1] - 1
    years = (line.index[-1] - line.index[0]).days / 365
    for name in line:
        s, r, b = result.statistics[name], ret[name], ret["benchmark"]
        assert s["CAGR"] == pytest.approx(line[name].iloc[-1] ** (1 / years) - 1)
        assert s["Volatility"] == pytest.approx(r.std() * 252**0.5)
        assert s["Sharpe"] == pytest.approx((r - rf).mean() / r.std() * 252**0.5)
        assert s["Sortino"] == pytest.approx((r - rf).mean() / ((r - rf).clip(upper=0) ** 2).mean() ** 0.5 * 252**0.5)
        high = line[name].cummax().clip(lower=1)
        assert s["Max drawdown"] == pytest.approx((line[name] / high - 1).min())
        assert s["Calmar"] == pytest.approx(s["CAGR"] / -s["Max drawdown"])
        assert s["Hit rate"] == pytest.approx((r > 0).mean())
        assert s["Tracking error"] == pytest.approx((r - b).std() * 252**0.5)
        depth = result.drawdowns.loc[name]
        assert line[name][depth["trough"]] / max(line[name][depth["peak"]], 1) - 1 == pytest.approx(s["Max drawdown"])
        if name != "benchmark":
            fit = sitpy.linreg(b - rf, r - rf)
            assert [s["Alpha"], s["Beta"], s["t of alpha"]] == pytest.approx(
                [252 * fit.alpha, fit.beta, fit.tvalues[0]]
            )
            assert s["Information ratio"] == pytest.approx((r - b).mean() / (r - b).std() * 252**0.5)
    assert result.statistics["benchmark"][["Alpha", "Beta", "Tracking error"]].tolist() == [0, 1, 0]
    undefined = result.statistics.isna().sum().sum()
    assert undefined == len(result.notes) == 2 and all("benchmark" in note for note in result.notes)
    assert all(note in str(result) for note in result.notes)


def test_beta_by_day() -> None:
    data = sample(32)
    result = sitpy.backtest_beta_hedge(**data.given(), **SMALL, **FREE)
    equity, bench = result.equity["hedged"], data.benchmark.loc[result.equity.index]
    r, b = equity.pct_change(), bench.pct_change()
    assert result.beta["realised"].iloc[:20].isna().all()
    assert result.beta["realised"].iloc[-1] == pytest.approx(np.polyfit(b.iloc[-20:], r.iloc[-20:], 1)[0])
    held, returns = result.accounts["hedged"].value.iloc[-1], data.prices.pct_change()
    x = data.benchmark.pct_change().iloc[-20:]
    position = sum(held[name] * returns[name].iloc[-20:] for name in data.prices) + held["IDX"] * x
    assert result.beta["ex_ante"].iloc[-1] == pytest.approx(np.polyfit(x, position / equity.iloc[-1], 1)[0])
    assert result.beta.loc[result.rebalances.index, "ex_ante"].abs().max() < 1e-12
    np.testing.assert_array_equal(result.beta.loc[result.rebalances.index, "ratio"], result.rebalances["ratio"])


def test_a_hedge_that_is_exact_earns_nothing_and_says_what_is_undefined() -> None:
    data = sample(33)
    twin = data.benchmark.rename("twin").to_frame()
    result = sitpy.backtest_beta_hedge(twin, data.benchmark, window=20, estimator=1.0, **FREE)
    np.testing.assert_allclose(result.equity["hedged"], 100_000, rtol=1e-12)
    assert np.isfinite(result.statistics["hedged"].dropna()).all()
    named = [
        note for note in result.notes if " of hedged is not defined" in note or " of hedged are not defined" in note
    ]
    assert (len(named) > 0) == bool(result.statistics["hedged"].isna().any())


def test_models_serve_the_engines_reports() -> None:
    result = sitpy.backtest_beta_hedge(**sample(34, T=150).given(), **SMALL)
    assert list(result.models) == ["hedged", "unhedged", "static", "benchmark"]
    for name, model in result.models.items():
        np.testing.assert_allclose(model.equity, (1 + model.ret).cumprod(), rtol=1e-12)
        assert sitpy.bt_detail_summary(model)["System"]["MaxDD"] == round(
            100 * result.statistics[name]["Max drawdown"], 2
        )
    assert isinstance(sitpy.bt_trim(result.models), dict)


def test_the_page_and_the_short_form() -> None:
    text = str(sitpy.backtest_beta_hedge(**sample(35).given(), **SMALL))
    assert "Beta-hedged back-test against IDX: 2021-01-29 to 2021-05-06, 70 dates, 7 trades" in text
    for word in ("Sharpe", "Information ratio", "Deepest drawdown", "borrowing", "static"):
        assert word in text
    assert "nan" not in text.lower()
    only = sitpy.backtest_beta_hedge(**sample(35).given(), **SMALL, compare="benchmark")
    assert list(only.equity) == ["hedged", "benchmark"] and "static" not in str(only)


def test_shipped_data_by_default() -> None:
    with pytest.warns(sitpy.SimulatedDataWarning, match="shipped SIMULATED"):
        result = sitpy.backtest_beta_hedge()
    same = sitpy.backtest_beta_hedge(mag7_simulated_prices(), "QQQ", volumes=mag7_simulated_volumes())
    pd.testing.assert_frame_equal(result.equity, same.equity, check_exact=True)
    assert abs(result.statistics["hedged"]["Beta"]) < 0.1 < result.statistics["unhedged"]["Beta"]


def test_sample_is_what_it_says() -> None:
    assert isinstance(sample(), Sample) and sample().prices.shape == (90, 4)
