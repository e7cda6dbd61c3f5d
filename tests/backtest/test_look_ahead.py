"""What happens after a date changes nothing up to that date, bit for bit, in any public call that goes through time.

``CALLS`` holds the calls; ``WITHOUT_TIME`` what has no dates in its answer, or knows them ahead by its meaning, and why.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import sitpy

Array = np.ndarray
NAMES, T = list("ABCD"), 150
CUTS = (61, 84, 117)  # the last date that is known
TOPICS = ("backtests", "the beta-hedged portfolio", "weights through time")


@dataclass(frozen=True)
class Sample:
    """Prices with a late and an early symbol and a gap, weights on some dates, all of (dates x symbols)."""

    prices: pd.DataFrame
    weight: pd.DataFrame
    volume: pd.DataFrame
    benchmark: pd.Series

    @property
    def whole(self) -> pd.DataFrame:
        """Prices without a gap."""
        return self.prices.ffill().bfill()

    @property
    def returns(self) -> pd.DataFrame:
        return self.whole.pct_change().fillna(0.0)

    @property
    def b(self) -> sitpy.BacktestData:
        return sitpy.BacktestData(self.whole, weight=self.weight, execution_price=self.whole * 1.001)

    @property
    def gappy(self) -> dict[str, pd.DataFrame]:
        """A table per symbol, without the rows that have no price."""
        frames = {}
        for name, close in self.prices.items():
            close = close.dropna()
            fields = {"Open": close * 0.99, "Close": close, "Volume": self.volume[name].reindex(close.index)}
            frames[str(name)] = pd.DataFrame(fields)
        return frames


def sample(seed: int) -> Sample:
    rng = np.random.default_rng(seed)
    dates = pd.bdate_range("2020-01-01", periods=T)
    market = rng.normal(0.0005, 0.01, T)
    moves = market[:, None] * rng.uniform(0.5, 1.5, 4) + rng.normal(0, 0.01, (T, 4))
    prices = pd.DataFrame(30 * np.exp(moves.cumsum(axis=0)), dates, NAMES)
    prices.iloc[:7, 1] = prices.iloc[140:, 2] = prices.iloc[50:53, 3] = np.nan
    weight = pd.DataFrame(rng.uniform(-0.2, 0.4, (T, 4)), dates, NAMES)
    weight[rng.random(T) > 0.3] = np.nan
    weight.iloc[[0, 9]] = 0.25
    weight.iloc[:95, 3] = np.nan  # of which nothing is known until then
    return Sample(
        prices,
        weight,
        pd.DataFrame(rng.integers(1_000, 9_000, (T, 4)).astype(float), dates, NAMES),
        pd.Series(200 * np.exp(market.cumsum()), dates, name="IDX"),
    )


def other_future(given: Sample, cut: int, seed: int, kept_weights: int = 1) -> Sample:
    """Everything otherwise from row ``cut + 1`` on; weights from row ``cut + kept_weights`` on."""
    rng = np.random.default_rng([seed, cut])
    after, later = slice(cut + 1, None), slice(cut + kept_weights, None)
    prices, weight, volume = given.prices.copy(), given.weight.copy(), given.volume.copy()
    benchmark = given.benchmark.copy()
    prices.iloc[after] = 30 * np.exp(rng.normal(0, 0.02, (T - cut - 1, 4)).cumsum(axis=0))
    prices.iloc[cut + 5 : cut + 9, 0] = np.nan
    weight.iloc[later] = rng.uniform(-0.2, 0.4, weight.iloc[later].shape)
    volume.iloc[after] = rng.integers(1, 9_000_000, (T - cut - 1, 4)).astype(float)
    benchmark.iloc[after] = 200 * np.exp(rng.normal(0, 0.02, T - cut - 1).cumsum())
    return Sample(prices, weight, volume, benchmark)


# ------------------------------------------------------------------------------------- answers as tables with dates


def model(found: sitpy.BacktestModel) -> dict[str, Any]:
    fields = ("ret", "equity", "weight", "share", "cash", "value", "costs")
    return {name: found[name] for name in fields if found[name] is not None}


def account(found: sitpy.Account) -> dict[str, Any]:
    fields = ("equity", "cash", "shares", "flows", "exposures", "ret", "turnover")
    return {name: getattr(found, name) for name in fields}


def environment(found: sitpy.BacktestData) -> dict[str, Any]:
    return {"prices": found.prices, "weight": found.weight, **{name: found[name] for name in found.symbolnames}}


def trades(given: Sample) -> dict[str, Any]:
    """Those that are over, by the date on which they were."""
    table = sitpy.bt_trade_summary(given.b, sitpy.bt_run(given.b)).trades
    return {"trades": table.set_index("exit_date").sort_index(kind="stable")}


def newest(ia: sitpy.InputAssumptions, constraints: sitpy.Constraints) -> Array:
    """All in the asset with the best newest return."""
    return np.asarray(ia.hist_returns[-1] == ia.hist_returns[-1].max(), dtype=float)


def allocation(given: Sample, helper: Callable[..., sitpy.RollingWeights], **options: Any) -> sitpy.RollingWeights:
    strategies = {"MV": "min.var.portfolio", "newest": newest, "EW": "EW"}
    return helper(given.whole, "weeks", lookback_len=25, min_risk_fns=strategies, **options)


def hedge(given: Sample) -> dict[str, Any]:
    found = sitpy.backtest_beta_hedge(
        given.whole, given.benchmark, volumes=given.volume, window=20, volume_window=10, rebalance=7, estimator="ewma"
    )
    tables = {f"{name} {key}": table for name, one in found.accounts.items() for key, table in account(one).items()}
    return {**tables, "equity": found.equity, "returns": found.returns}


def key_days(given: Sample) -> pd.DataFrame:
    """Known at the close: a symbol that has risen by more than 1 %."""
    return given.returns > 0.01


ANCHORED = {"shrinkage_fns": "sample_anchored_shrinkage"}  # which reads all rows so far, not the window's alone

CALLS: dict[str, Callable[[Sample], Mapping[str, Any]]] = {
    "bt_account": lambda s: account(sitpy.bt_account(s.whole, s.weight, cost_bps=5, borrow_bps=50, cash_rate=0.02)),
    "bt_apply": lambda s: {"": sitpy.bt_apply(s.b, lambda table: table["Close"].rolling(5).mean())},
    "bt_apply_matrix": lambda s: {"": sitpy.bt_apply_matrix(s.whole, lambda column: column.cummax())},
    "bt_apply_min_weight": lambda s: {"": sitpy.bt_apply_min_weight(s.weight, 0.1)},
    "bt_apply_round_weight": lambda s: {"": sitpy.bt_apply_round_weight(s.weight, 0.05)},
    "bt_change_periodicity": lambda s: environment(sitpy.bt_change_periodicity(s.b, "weeks")),
    "bt_exrem": lambda s: {"": sitpy.bt_exrem(s.weight)},
    "bt_merge": lambda s: {"": sitpy.bt_merge(s.gappy).date_map},
    "bt_prep": lambda s: environment(sitpy.bt_prep(s.gappy)) | {"few": sitpy.bt_prep(s.gappy, fill_gaps=2).prices},
    "bt_prep_remove_symbols": lambda s: environment(sitpy.bt_prep_remove_symbols(s.b, "B")),
    "bt_prep_trim": lambda s: environment(sitpy.bt_prep_trim(s.b, "2020-02::")),
    "bt_run": lambda s: model(sitpy.bt_run(s.b, commission={"fixed": 0.0001, "percentage": 0.001})),
    "bt_run, two days late": lambda s: model(sitpy.bt_run(s.b, do_lag=2)),
    "bt_run, shares": lambda s: model(sitpy.bt_run(s.b, "share", commission=0.01)),
    "bt_run_share": lambda s: model(sitpy.bt_run_share(s.b, commission={"cps": 0.01, "fixed": 2, "percentage": 0.001})),
    "bt_run_share, every date": lambda s: model(sitpy.bt_run_share(s.b, prices=s.whole, clean_signal=False)),
    "bt_run_weight_fast": lambda s: model(sitpy.bt_run_weight_fast(s.b)),
    "bt_simple": lambda s: model(sitpy.bt_simple(s.whole["A"], s.weight["A"])),
    "bt_summary": lambda s: model(sitpy.bt_summary(s.weight.ffill().shift().fillna(0.0), s.returns)),
    "bt_trade_summary": trades,
    "bt_trim": lambda s: model(sitpy.bt_trim(sitpy.bt_run(s.b), dates="2020-02::")[0]),
    "backtest_beta_hedge": hedge,
    "calculate_weighted_returns": lambda s: {"": sitpy.calculate_weighted_returns(s.whole, s.volume.rolling(9).mean())},
    "calendar_signal": lambda s: dict(sitpy.calendar_signal(key_days(s), [0, 1, 3])),
    "calendar_strategy": lambda s: model(sitpy.calendar_strategy(s.b, {"up": key_days(s)})["up"]),
    "compute_drawdown": lambda s: {"": sitpy.compute_drawdown(s.whole["A"] / 30)},
    "create_strategies": lambda s: model(
        sitpy.create_strategies(allocation(s, sitpy.portfolio_allocation_helper), s.b)["models"]["newest"]
    ),
    "exrem": lambda s: {"": sitpy.exrem(s.weight["A"])},
    "portfolio_allocation_helper": lambda s: allocation(s, sitpy.portfolio_allocation_helper, **ANCHORED).weights,
    "portfolio_allocation_helper_basic": lambda s: allocation(s, sitpy.portfolio_allocation_helper_basic).weights,
    "portfolio_allocation_helper_parallel": lambda s: (
        allocation(s, sitpy.portfolio_allocation_helper_parallel, cores=1, **ANCHORED).weights
    ),
    "rolling_betas": lambda s: {
        str(how): sitpy.rolling_betas(s.returns, s.benchmark.pct_change().fillna(0.0), 20, how)  # type: ignore[arg-type]
        for how in ("ols", "ewma", "blume", "vasicek", 1.2)
    },
    "target_vol_strategy": lambda s: {"": sitpy.target_vol_strategy(sitpy.bt_run(s.b), s.weight.ffill())},
}

ONE_FIGURE = "one figure or table of a whole history, which is given to it"
WITHOUT_TIME = {
    "bt_detail_summary": ONE_FIGURE,
    "bt_end_dates": "its answer is when prices end",
    "bt_prep_remove_symbols_min_history": "chooses by how much history there is in all, as its name says",
    "bt_start_dates": "one date for each symbol",
    "endpoints": "looks at dates only, which a calendar knows ahead",
    "get_sharpe_ratio": ONE_FIGURE,
    "hedged_portfolio_performance_dynamic_beta": "opens with the slope of the block it then holds: the published study's "
    "own look-ahead, kept number for number; backtest_beta_hedge has none",
    "linreg": "one regression on the data given to it",
    "portfolio_allocation_custom_stats": "one portfolio at one date",
    "published_report": "figures of a whole run of the published study",
    "sweep_beta_hedge": "figures of whole runs of backtest_beta_hedge",
}


def is_one_figure(name: str) -> bool:
    """``compute_*`` give a figure of the line that they are given; the one that goes through time is in ``CALLS``."""
    return name.startswith("compute_") and name not in CALLS


def test_every_public_call_is_in_one_of_the_tables() -> None:
    """All functions of the topics in ``__init__.pyi``; a new one has to be put here."""
    text = (Path(sitpy.__file__).parent / "__init__.pyi").read_text(encoding="utf-8")
    topics = {part.partition("\n")[0]: part for part in text.split("\n\n# ")[1:]}
    names = {name for topic in TOPICS for name in re.findall(r" as (\w+)$", topics[topic], re.MULTILINE)}
    functions = {name for name in names if inspect.isfunction(getattr(sitpy, name))}
    functions -= {name for name in functions if is_one_figure(name)}
    tried = {name.partition(",")[0] for name in CALLS}
    assert len(functions) > 40
    assert tried | set(WITHOUT_TIME) == functions and not tried & set(WITHOUT_TIME)


def test_one_figure_is_one_figure() -> None:
    """What is left out as a figure gives one number, or a table of them, for any history."""
    given = sample(0)
    line, b = given.whole["A"] / 30, given.b
    run = sitpy.bt_run(b)
    for name in filter(is_one_figure, sitpy.__all__):
        first = next(iter(inspect.signature(getattr(sitpy, name)).parameters))
        arguments: dict[str, Any] = {"bt": run, "weight": run.weight}
        more = {
            "compute_turnover": (b,),
            "compute_max_deviation": ([0.25] * 4,),
            "compute_stats": ({"mean": np.mean},),
        }.get(name, ())
        if name != "compute_drawdowns":  # a measure of tables of weights
            answer = getattr(sitpy, name)({"A": line} if name == "compute_stats" else arguments.get(first, line), *more)
            assert np.size(answer) == 1, name


def assert_same_until(ours: Any, theirs: Any, last: pd.Timestamp, what: str) -> None:
    """Bit for bit, nan where there is nan."""
    ours, theirs = ours[ours.index <= last], theirs[theirs.index <= last]
    assert len(ours) > 5, what
    check = pd.testing.assert_frame_equal if isinstance(ours, pd.DataFrame) else pd.testing.assert_series_equal
    check(ours, theirs, check_exact=True, check_freq=False, obj=what)


@pytest.mark.filterwarnings("ignore::sitpy.SitpyWarning")
@pytest.mark.parametrize("name", CALLS)
def test_the_future_changes_nothing_of_the_past(name: str) -> None:
    changed = False
    for seed, cut in enumerate(CUTS):
        given = sample(seed)
        ours, theirs = CALLS[name](given), CALLS[name](other_future(given, cut, seed))
        assert set(ours) == set(theirs)
        for key in ours:
            assert_same_until(ours[key], theirs[key], given.prices.index[cut], f"{name} {key}")
            changed |= not ours[key].equals(theirs[key])
    assert changed, "the other future changes nothing at all, so that this tests nothing"


def closing(given: Sample) -> sitpy.BacktestData:
    """Traded at closing prices: another execution price is a cost of the close at which it is paid."""
    return sitpy.BacktestData(given.whole, weight=given.weight)


EARNING: dict[str, Callable[[Sample], Mapping[str, Any]]] = {
    "bt_account": lambda s: account(sitpy.bt_account(s.whole, s.weight)),
    "bt_run": lambda s: model(sitpy.bt_run(closing(s))),
    "bt_run, two days late": lambda s: model(sitpy.bt_run(closing(s), do_lag=2)),
    "bt_run_share": lambda s: model(sitpy.bt_run_share(closing(s))),
    "bt_run_share, every date": lambda s: model(sitpy.bt_run_share(closing(s), clean_signal=False)),
    "bt_run_weight_fast": CALLS["bt_run_weight_fast"],
    "bt_simple": CALLS["bt_simple"],
}


@pytest.mark.parametrize("name", EARNING)
def test_a_weight_earns_only_after_the_close_at_which_it_is_known(name: str) -> None:
    """The weights of the last known date are others too: without costs nothing shows up to its own close."""
    for seed, cut in enumerate(CUTS):
        given = sample(seed)
        other = replace(other_future(given, cut, seed, kept_weights=0), prices=given.prices)
        ours, theirs = EARNING[name](given), EARNING[name](other)
        apart = np.abs(ours["ret"] - theirs["ret"]).to_numpy()
        # money goes through the account's cash when it trades, and is rounded there
        known = cut + (2 if "two days" in name else 1)
        assert apart[:known].max() <= (1e-15 if name == "bt_account" else 0.0)
        assert apart[known] > 1e-6, "the next day's return is the first that it earns"


def test_a_run_that_ends_earlier_gives_the_same_past() -> None:
    """Stopping the clock is the strictest form of it. On the last date itself nothing can be traded any more: no cost."""
    given = sample(3)
    for run in (sitpy.bt_run, sitpy.bt_run_share):
        whole = run(given.b, commission=0.001)
        short = run(given.b.take(rows=np.arange(80)), commission=0.001)
        pd.testing.assert_series_equal(whole.ret.iloc[:79], short.ret.iloc[:79], check_exact=True)
        pd.testing.assert_frame_equal(whole.weight.iloc[:80], short.weight.iloc[:80], check_exact=True)


def test_gaps_filled_as_sit_does_know_whether_prices_come_back_and_a_number_does_not() -> None:
    """The one place where SIT's definition looks ahead, said in the words of ``bt_prep``."""
    days = pd.bdate_range("2020-01-01", periods=20)
    back = pd.DataFrame({"A": [1.0, 2] + [np.nan] * 16 + [3, 3], "B": 1.0}, days)
    gone = back.copy()
    gone.iloc[18:, 0] = np.nan
    assert sitpy.bt_prep(back, fill_gaps=True).prices["A"].iloc[2:18].eq(2).all()
    assert sitpy.bt_prep(gone, fill_gaps=True).prices["A"].iloc[2:18].isna().all()
    for table in (back, gone):
        filled = sitpy.bt_prep(table, fill_gaps=4).prices["A"].iloc[:18]
        assert filled.tolist() == pytest.approx([1] + [2] * 5 + [np.nan] * 12, nan_ok=True)
    assert "look-ahead" in str(sitpy.bt_prep.__doc__)
