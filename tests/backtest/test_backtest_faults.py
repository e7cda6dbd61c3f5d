"""What the engine refuses in data and in arguments, in words that name column, date, number and remedy."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import sitpy

DAYS = pd.bdate_range("2020-01-01", periods=8)
NAN, INF = float("nan"), float("inf")


def prices() -> pd.DataFrame:
    return pd.DataFrame({"A": np.arange(10.0, 18), "B": np.arange(40.0, 32, -1)}, index=DAYS)


def put(value: float) -> pd.DataFrame:
    table = prices()
    table.iloc[3, 1] = value
    return table


def market() -> sitpy.BacktestData:
    b = sitpy.bt_prep(prices())
    b.weight.iloc[0] = 0.5
    return b


MODEL = sitpy.bt_run(market())
Make = Callable[[], Any]
POSITIVE = r"a price must be positive \(1 such in all; use nan where there is none\)"

DATA: dict[str, tuple[Make, str]] = {
    "zero": (lambda: sitpy.bt_prep(put(0.0)), rf"prices of 'B' on 2020-01-06 is 0; {POSITIVE}"),
    "negative": (lambda: sitpy.bt_prep(put(-37.6)), rf"prices of 'B' on 2020-01-06 is -37\.6; {POSITIVE}"),
    "negative in a table of its own": (lambda: sitpy.bt_prep({"B": put(-1)["B"]}), "prices of 'B' on 2020-01-06 is -1"),
    "without bt_prep": (lambda: sitpy.BacktestData(put(0)), "prices of 'B' on 2020-01-06 is 0"),
    "infinite": (lambda: sitpy.bt_prep(put(INF)), "price of 'B' on 2020-01-06 is infinite; use nan for none"),
    "text": (
        lambda: sitpy.bt_prep(prices().astype({"B": str})),
        "column 'B' of prices holds .* not a number: found text",
    ),
    "text, own table": (lambda: sitpy.bt_prep({"B": prices()["B"].astype(str)}), "column 'B' of prices holds"),
    "text, filled": (
        lambda: sitpy.bt_prep({"B": prices()["B"].astype(str)}, fill_gaps=True),
        "column 'Close' of 'B' holds",
    ),
    "symbol twice": (
        lambda: sitpy.bt_prep(prices()[["A", "B", "A"]]),
        "symbol 'A' is there twice; give each its own name",
    ),
    "close twice": (
        lambda: sitpy.bt_prep({"A": prices().set_axis(["Close"] * 2, axis=1)}),
        "A has the column 'Close' twice; keep one",
    ),
    "date twice": (lambda: sitpy.bt_prep(prices().iloc[[0, 1, 1, 2]]), "A has the date 2020-01-02 twice; keep one row"),
    "date missing": (
        lambda: sitpy.bt_prep(prices().set_axis(DAYS.where(DAYS[2] != DAYS))),
        r"1 of 8 dates are missing, the first in row 2; drop these rows",
    ),
    "unsorted": (
        lambda: sitpy.BacktestData(prices().iloc[::-1]),
        "2020-01-09 comes after 2020-01-10; sort, one row per",
    ),
    "no dates": (lambda: sitpy.bt_prep(prices().reset_index(drop=True)), "expected dates in the index, found int64"),
    "some with a zone": (
        lambda: sitpy.bt_prep({"A": prices()["A"], "B": prices()["B"].tz_localize("UTC")}),
        r"B has dates in the time zone UTC but A in None; bring them to one with tz_convert, or .* tz_localize\(None\)",
    ),
    "two zones": (
        lambda: sitpy.bt_prep(
            {"A": prices()["A"].tz_localize("America/New_York"), "B": prices()["B"].tz_localize("UTC")}
        ),
        "B has dates in the time zone UTC but A in America/New_York",
    ),
    "weights in a zone": (
        lambda: sitpy.bt_run(market(), weight=prices().tz_localize("UTC") * 0),
        "weight has dates in the time zone UTC but prices in None",
    ),
    "weights twice": (
        lambda: sitpy.bt_run(market(), weight=prices().iloc[[0, 0]] * 0),
        "weight has the date 2020-01-01 .*twice; keep one row",
    ),
    "weights as text": (lambda: sitpy.bt_run(market(), weight=[["0.5", "0.5"]] * 8), "weight holds .* found text"),
    "no table": (lambda: sitpy.bt_prep({"A": None}), "expected dates in the index, found none"),
}


@pytest.mark.parametrize("name", DATA)
def test_faults_in_the_data(name: str) -> None:
    make, words = DATA[name]
    with pytest.raises(sitpy.InputError, match=words):
        make()


@pytest.mark.parametrize("run", [sitpy.bt_run, sitpy.bt_run_share, sitpy.bt_run_weight_fast])
def test_prices_that_were_assigned_later_are_looked_at_again(run: Any) -> None:
    b = market()
    b.prices.iloc[3, 1] = -5
    with pytest.raises(sitpy.InputError, match=rf"prices of 'B' on 2020-01-06 is -5; {POSITIVE}"):
        run(b)
    b.prices = prices().iloc[::-1]
    with pytest.raises(sitpy.InputError, match="comes after"):
        run(b)


@pytest.mark.parametrize(("value", "words"), [(-1.0, "is -1; a price must be"), (0.0, "is 0; a"), (INF, "is infinite")])
def test_prices_to_trade_at(value: float, words: str) -> None:
    b = market()
    b.execution_price.iloc[0, 0] = value
    with pytest.raises(sitpy.InputError, match=rf"execution.price of 'A' on 2020-01-01 {words}"):
        sitpy.bt_run(b)
    if np.isfinite(value):
        with pytest.raises(sitpy.InputError, match=rf"prices of 'B' on 2020-01-06 {words}"):
            sitpy.bt_run_share(market(), prices=put(value))


def test_dates_may_be_in_any_order_and_zone_if_it_is_one() -> None:
    shuffled = prices().iloc[[3, 0, 7, 1, 2, 6, 4, 5]]
    pd.testing.assert_frame_equal(sitpy.bt_prep(shuffled).prices, prices(), check_freq=False)
    plain = sitpy.bt_run(market()).ret
    b = sitpy.bt_prep(prices().tz_localize("America/New_York"))
    b.weight.iloc[0] = 0.5
    assert sitpy.bt_run(b).ret.tolist() == plain.tolist() and str(b.dates.tz) == "America/New_York"


def test_a_delisted_symbol_earns_nothing_more_and_is_reported() -> None:
    table = prices()
    table.iloc[4:, 1] = NAN
    b = sitpy.bt_prep(table)
    b.weight.iloc[0] = [0.0, 1.0]
    words = r"B is held on 4 date\(s\) without a price, the first 2020-01-07: its return there counts as 0"
    with pytest.warns(sitpy.SitpyWarning, match=words):
        model = sitpy.bt_run(b)
    assert model.equity.iloc[-1] == pytest.approx(37 / 40) and (model.ret.iloc[4:] == 0).all()


def test_gaps_of_five_rows_at_the_end_are_filled_and_longer_ones_are_not() -> None:
    """SIT: ``if(last.n + 5 < n)`` the rest is missing."""
    table = pd.DataFrame({"five": [1.0, 2, 3] + [NAN] * 5, "six": [1.0, 2] + [NAN] * 6, "all": 1.0}, DAYS)
    filled = sitpy.bt_prep(table, fill_gaps=True).prices
    assert filled["five"].tolist() == [1, 2, 3, 3, 3, 3, 3, 3]
    assert filled["six"].tolist() == pytest.approx([1, 2] + [NAN] * 6, nan_ok=True)


def test_no_volume_at_all_and_gaps_of_the_other_columns() -> None:
    full = pd.DataFrame({"Close": prices()["A"], "Volume": 0.0, "Adjusted": prices()["A"] / 2, "High": 99.0})
    short = full.drop(DAYS[3])
    short.loc[DAYS[4], "Adjusted"] = NAN
    b = sitpy.bt_prep({"A": full, "B": short}, fill_gaps=True)
    assert (b["B"]["Volume"] == 0).all() and b["B"]["High"].iloc[3] == b["B"]["Close"].iloc[3] == 12
    assert b["B"]["Adjusted"].iloc[2:6].tolist() == [6, 6, 6, 7.5]
    assert len(short) == 7 and full.notna().all(axis=None)


# ------------------------------------------------------------------------------------------------------ arguments

ARGUMENTS: dict[str, tuple[Make, str]] = {
    "prep.fill_gaps": (lambda: sitpy.bt_prep(prices(), fill_gaps="yes"), "fill_gaps is 'yes'; give a whole number"),
    "prep.fill_gaps2": (
        lambda: sitpy.bt_prep(prices(), fill_gaps=-1),
        "fill_gaps is -1; give a whole number, 0 or more",
    ),
    "prep.b": (lambda: sitpy.bt_prep(3), "expected prices of one symbol or more, found int: 3"),
    "prep.dates": (lambda: sitpy.bt_prep(prices(), dates="soon"), "dates 'soon' is not a range such as"),
    "prep.dates2": (lambda: sitpy.bt_prep(prices(), dates=[]), "dates holds no row; give rising rows"),
    "prep.dates3": (lambda: sitpy.bt_prep(prices(), dates=[2, 1]), "dates holds rows that repeat or fall"),
    "prep.dates4": (lambda: sitpy.bt_prep(prices(), dates=[1.5]), r"dates is \[1\.5\]; expected whole numbers"),
    "prep.dates5": (lambda: sitpy.bt_prep(prices(), dates=[True, False]), r"dates is \[True, False\]; expected whole"),
    "prep.dates6": (lambda: sitpy.bt_prep(prices(), dates=DAYS[2]), "dates is a Timestamp; expected whole numbers"),
    "run.b": (lambda: sitpy.bt_run(prices()), "b is a DataFrame; give the environment that bt_prep makes"),
    "share.b": (lambda: sitpy.bt_run_share(None), "b is None; give the environment"),
    "fast.b": (lambda: sitpy.bt_run_weight_fast("b"), "b is 'b'; give the environment"),
    "run.commission": (
        lambda: sitpy.bt_run(market(), commission="x"),
        "commission percentage is 'x'; give a cost of 0 or",
    ),
    "run.commission2": (lambda: sitpy.bt_run(market(), commission=NAN), "commission percentage is nan; give a cost"),
    "run.commission3": (lambda: sitpy.bt_run(market(), commission=INF), "commission percentage is inf; give a cost"),
    "run.commission4": (lambda: sitpy.bt_run(market(), commission=None), "commission percentage is None; give a cost"),
    "run.commission5": (
        lambda: sitpy.bt_run_share(market(), commission={"fixed": "x"}),
        "commission fixed is 'x'; give a cost of 0 or more",
    ),
    "run.do_lag": (lambda: sitpy.bt_run(market(), do_lag="1"), "do_lag is '1'; give a whole number, 0 or more"),
    "run.do_lag2": (lambda: sitpy.bt_run_share(market(), do_lag=0.5), r"do_lag is 0\.5; give a whole number"),
    "run.do_lag3": (lambda: sitpy.bt_run_weight_fast(market(), do_lag=True), "do_lag is True; give a whole number"),
    "run.capital": (lambda: sitpy.bt_run(market(), capital="x"), "capital is 'x'; give a positive amount"),
    "run.capital2": (lambda: sitpy.bt_run_share(market(), capital=True), "capital is True; give a positive amount"),
    "run.type": (lambda: sitpy.bt_run(market(), 3), "type 3 is not known; use 'weight' or 'share'"),
    "run.silent": (lambda: sitpy.bt_run(market(), silent="no"), "silent is 'no'; give True or False"),
    "run.trades": (lambda: sitpy.bt_run(market(), trade_summary=2), "trade_summary is 2; give True or False"),
    "run.carry": (
        lambda: sitpy.bt_run(market(), do_CarryLastObservationForwardIfNA=None),
        "do_CarryLastObservationForwardIfNA is None; give True or False",
    ),
    "share.clean": (lambda: sitpy.bt_run_share(market(), clean_signal="x"), "clean_signal is 'x'; give True or False"),
    "simple.signal": (lambda: sitpy.bt_simple(prices()["A"], "x"), "signal holds something that is not a number"),
    "summary": (lambda: sitpy.bt_summary(prices() * 0, "x"), "weight holds something that is not a number"),
    "exrem": (lambda: sitpy.exrem(["1"]), "x holds something that is not a number: found text"),
    "bt_exrem": (lambda: sitpy.bt_exrem([["1"]]), "weight holds something that is not a number: found text"),
    "min": (lambda: sitpy.bt_apply_min_weight([[1.0]], "x"), "long_min_weight is 'x'; give a non-negative fraction"),
    "round": (
        lambda: sitpy.bt_apply_round_weight([[1.0]], 0.1, -1),
        "short_round_weight is -1; give a positive fraction",
    ),
    "round2": (
        lambda: sitpy.bt_apply_round_weight([[1.0]], None),
        "long_round_weight is None; give a positive fraction",
    ),
    "apply": (lambda: sitpy.bt_apply(market(), 3), "xfun is 3; give a function of a symbol's table, or None"),
    "apply.b": (lambda: sitpy.bt_apply(prices()), "b is a DataFrame; give the environment"),
    "matrix": (lambda: sitpy.bt_apply_matrix(prices(), 3), "xfun is 3; give a function of a column"),
    "matrix.b": (lambda: sitpy.bt_apply_matrix("x", len), r"b is 'x'; expected a table \(dates x symbols\)"),
    "trades.bt": (lambda: sitpy.bt_trade_summary(market(), None), "bt is None; give a result of bt_run"),
    "trades.b": (
        lambda: sitpy.bt_trade_summary(sitpy.bt_prep(prices().iloc[1:]), MODEL),
        "the model was not run on these prices: the dates differ",
    ),
    "var": (lambda: sitpy.compute_var([0.1], "x"), "probs is 'x'; a level of a quantile lies between 0 and 1"),
    "cagr": (lambda: sitpy.compute_cagr([1, 2], "x"), "nyears is 'x'; give years, above 0"),
    "exposure": (lambda: sitpy.compute_exposure("x"), "weight holds something that is not a number"),
    "stats": (lambda: sitpy.compute_stats(prices(), 3), "fns is 3; give functions of a series"),
    "stats2": (lambda: sitpy.compute_stats(prices(), [3]), r"fns\['3'\] is 3; give functions of a series"),
    "stats3": (lambda: sitpy.compute_stats(3, [len]), "data is a int; give a mapping of names to series"),
    "deviation": (
        lambda: sitpy.compute_max_deviation(MODEL, ["x", "y"]),
        "target_allocation holds something that is not",
    ),
    "deviation.bt": (lambda: sitpy.compute_max_deviation(None, [1]), "expected results of bt_run.*found NoneType"),
    "turnover": (lambda: sitpy.compute_turnover(MODEL, prices()), "b is a DataFrame; give the environment"),
    "detail": (lambda: sitpy.bt_detail_summary(3), "expected results of bt_run.*found int"),
    "remove": (
        lambda: sitpy.bt_prep_remove_symbols(market(), 3.5),
        r"index is 3\.5; give a list of symbols or positions",
    ),
    "remove2": (lambda: sitpy.bt_prep_remove_symbols(market(), [0.5]), r"index holds 0\.5; give symbols, or their pos"),
    "history": (
        lambda: sitpy.bt_prep_remove_symbols_min_history(market(), "x"),
        "min_history is 'x'; give a whole number",
    ),
    "period": (
        lambda: sitpy.bt_change_periodicity(market(), period_ends=[9]),
        "period_ends reaches from 9 to 9 but the 8",
    ),
    "map": (lambda: sitpy.bt_change_periodicity(market(), "weeks", date_map_fn=3), "date_map_fn is 3; give a function"),
    "trim": (lambda: sitpy.bt_prep_trim(prices(), "2020"), "b is a DataFrame; give the environment"),
    "target": (lambda: sitpy.target_vol_strategy(MODEL, prices(), "x"), "target is 'x'; give a positive number"),
    "target.model": (lambda: sitpy.target_vol_strategy(None, prices()), "model is a NoneType; give a result of bt_run"),
    "signal": (lambda: sitpy.calendar_signal("x", T=0), "dates holds something that is not a number"),
    "calendar": (lambda: sitpy.calendar_strategy(prices(), {"a": [1]}), "b is a DataFrame; give the environment"),
    "calendar.lag": (
        lambda: sitpy.calendar_strategy(market(), {"a": [1] * 8}, do_lag_universe="x"),
        "do_lag_universe is 'x'; give a whole number, 0 or more",
    ),
    "calendar.close": (
        lambda: sitpy.calendar_strategy(market(), {"a": [1] * 8}, close_all_positions_index=[8]),
        r"close_all_positions_index reaches from 8 to 8 but the 8 rows are counted 0\.\.7",
    ),
    "strategies": (
        lambda: sitpy.create_strategies(None, market()),
        "obj is None; give what portfolio_allocation_helper",
    ),
}


@pytest.mark.parametrize("name", ARGUMENTS)
def test_bad_arguments_end_in_words(name: str) -> None:
    make, words = ARGUMENTS[name]
    with pytest.raises(sitpy.InputError, match=words):
        make()


def test_a_missing_weight_is_no_fault() -> None:
    """Nothing before the first one, the last one after; a lag that is longer than the history holds nothing."""
    b = market()
    assert (sitpy.bt_run(b, weight=np.full((8, 2), NAN)).ret == 0).all()
    assert (sitpy.bt_run(b, do_lag=8).weight == 0).all(axis=None)
    assert (sitpy.bt_run_share(b, do_lag=50).ret == 0).all()


def test_a_commission_may_be_a_record_or_part_of_one() -> None:
    one = sitpy.bt_run(market(), commission={"percentage": 0.01, "fixed": 0.001})
    again = sitpy.bt_run(market(), commission=one.commission)
    assert again.ret.equals(one.ret) and one.commission.cps == 0
    assert re.search("percentage=0.01", repr(one.commission))
