"""What the beta-hedged back-test refuses, with the words that name column and date; late and early assets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hedge_market import Sample, sample

import sitpy

SMALL: dict[str, Any] = {"window": 20, "volume_window": 10, "rebalance": 10}


def run(data: Sample, **change: Any) -> sitpy.BetaHedgeResult:
    return sitpy.backtest_beta_hedge(**{**data.given(), **SMALL, **change})


def put(table: str, row: Any, value: float, column: int = 1) -> Callable[[Sample], None]:
    def change(data: Sample) -> None:
        values = getattr(data, table)
        if values.ndim == 1:
            values.iloc[row] = value
        else:
            values.iloc[row, column] = value

    return change


def swap(table: str, change: Callable[[Any], Any]) -> Callable[[Sample], None]:
    return lambda data: setattr(data, table, change(getattr(data, table)))


def twice(table: Any) -> Any:
    return pd.concat([table.iloc[:31], table.iloc[30:]])


FAULTS: list[tuple[str, Callable[[Sample], None], str]] = [
    ("a gap", put("prices", 30, np.nan), r"prices of 'A1' on 2021-02-12 is missing .* fill gaps"),
    ("zero", put("prices", 30, 0.0), r"prices of 'A1' on 2021-02-12 is 0; a price must be positive"),
    ("negative", put("prices", 30, -1.0), r"prices of 'A1' on 2021-02-12 is -1"),
    ("infinite", put("prices", 30, np.inf), r"price of 'A1' on 2021-02-12 is infinite"),
    (
        "late",
        put("prices", slice(0, 5), np.nan),
        r"'A1' begin after the table's 2021-01-01, on 2021-01-08; use unlisted='wait'",
    ),
    (
        "early",
        put("prices", slice(50, None), np.nan),
        r"'A1' end before the table's 2021-05-06, on 2021-03-11; use delisted='sell'",
    ),
    ("repeated date", swap("prices", twice), r"2021-02-12 comes after 2021-02-12; sort, one row per date"),
    ("unsorted", swap("prices", lambda t: t.iloc[::-1]), "comes after"),
    (
        "zones",
        swap("prices", lambda t: t.tz_localize("UTC")),
        "benchmark has dates in the time zone None but the prices in UTC",
    ),
    ("zone of volumes", swap("volumes", lambda t: t.tz_localize("UTC")), "volumes has dates in the time zone UTC"),
    ("no dates", swap("prices", lambda t: t.reset_index(drop=True)), "expected dates in the index"),
    ("benchmark gap", put("benchmark", 30, np.nan), r"benchmark 'IDX' has no value on 2021-02-12"),
    (
        "benchmark shorter",
        swap("benchmark", lambda t: t.drop(t.index[[30, 40]])),
        r"on 2021-02-12, a date of the prices \(2 such",
    ),
    ("benchmark zero", put("benchmark", 30, 0.0), r"benchmark of 'IDX' on 2021-02-12 is 0"),
    ("benchmark twice", swap("benchmark", twice), r"benchmark: the date 2021-02-12 comes after"),
    (
        "date missing",
        swap("prices", lambda t: t.drop(t.index[30])),
        r"prices have no row on 2021-02-12, a date of the benchmark 'IDX'",
    ),
    ("benchmark still", put("benchmark", slice(10, 50), 300.0), r"does not change in the 20 returns up to 2021-02-12"),
    (
        "benchmark among assets",
        swap("benchmark", lambda t: t.rename("A1")),
        r"prices have 'A1' twice, the benchmark counted",
    ),
    ("volume missing", put("volumes", 30, np.nan), r"volume of 'A1' on 2021-02-12 is missing"),
    ("volume negative", put("volumes", 30, -5.0), r"volume of 'A1' on 2021-02-12 is -5"),
    ("volume row", swap("volumes", lambda t: t.drop(t.index[30])), r"volumes have no row on 2021-02-12"),
    ("volume column", swap("volumes", lambda t: t.drop(columns="A1")), r"volumes have no column 'A1'"),
    (
        "volume twice",
        swap("volumes", lambda t: pd.concat([t, t[["A1"]]], axis=1)),
        r"volumes: the symbol 'A1' is there twice",
    ),
    (
        "volumes zero",
        swap("volumes", lambda t: t * 0),
        r"volume in the 10 rows up to 2021-01-29; lengthen volume_window",
    ),
    (
        "too short",
        swap("prices", lambda t: t.iloc[:20]),
        r"window = 20 and the long side need 21 rows of prices .* there are 20 rows",
    ),
]


@pytest.mark.parametrize(("fault", "words"), [item[1:] for item in FAULTS], ids=[item[0] for item in FAULTS])
def test_faults_in_the_data(fault: Callable[[Sample], None], words: str) -> None:
    data = sample(1)
    fault(data)
    with pytest.raises(sitpy.InputError, match=words):
        run(data)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"rebalance": "fortnights"}, "periodicity 'fortnights' is not known"),
        ({"rebalance": 0}, "rebalance is 0"),
        ({"window": 90}, "window = 90 and the long side need 91 rows"),
        ({"volume_window": 0}, "volume_window is 0"),
        ({"volume_window": 200}, "the long side need 200 rows"),
        ({"do_lag": 0}, "do_lag is 0"),
        ({"do_lag": 80}, "there is no date to trade at"),
        ({"start": "2021-05-06"}, "there is no date to trade at"),
        ({"start": "2031-01-01"}, "start is 2031-01-01, after the last date 2021-05-06"),
        ({"start": "soon"}, "start is 'soon'"),
        ({"start": pd.NaT}, "start is NaT"),
        ({"compare": 5}, "compare is 5; give a list of names"),
        ({"constructor": "EW", "bounds": (0, 1, 2)}, r"bounds is \(0, 1, 2\)"),
        ({"risk_free": -2}, "risk_free is -2; give a rate above -1"),
        ({"hedge": "delta"}, "hedge 'delta' is not known"),
        ({"beta_cap": -1}, "beta_floor is 0 but beta_cap -1"),
        ({"capital": -5}, "capital is -5"),
        ({"cost_bps": -5}, "cost_bps of 'A0' is -5"),
        ({"cost_bps": dict.fromkeys(["A0", "A1", "A2", "A3"], 1.0)}, "say what the benchmark costs"),
        ({"benchmark_cost_bps": -1}, "benchmark_cost_bps of 'IDX' is -1"),
        ({"compare": ("hedged",)}, "compare 'hedged' is not known"),
        ({"unlisted": "skip"}, "unlisted 'skip' is not known"),
        ({"delisted": "skip"}, "delisted 'skip' is not known"),
        ({"benchmark": None}, "neither of benchmark"),
        ({"benchmark": "SPY"}, "prices have no column 'SPY'"),
        ({"benchmark": [1, 2]}, r"benchmark is \[1, 2\]"),
        ({"volumes": None}, "nothing says how the 4 assets are weighted"),
        ({"volumes": [1]}, "volumes is a list"),
        ({"prices": [1]}, "prices is a list"),
        ({"prices": None}, "prices are missing"),
        ({"weights": {"A0": 1.0}}, "weights have no column 'A1'"),
        ({"weights": {"A0": 1.0, "A1": 0, "A2": 0, "A3": 0, "A9": 0}}, "prices have no column 'A9'"),
        ({"weights": {"A0": 0.5, "A1": 0, "A2": 0, "A3": 0}}, r"weights of the long side on 2021-01-29 sum to 0\.5"),
        ({"weights": {"A0": np.nan, "A1": 0, "A2": 0, "A3": 0}}, r"weight of 'A0' on 2021-01-29 is nan"),
        ({"weights": [0.25] * 4}, r"weights is \[0"),
        ({"constructor": "no.such.portfolio"}, "no.such|no_such"),
        ({"constructor": "min.var.portfolio,EW"}, "constructor names 2 portfolios"),
        ({"constructor": "EW", "constructor_window": 95}, "constructor_window = 95 needs 96 rows"),
        ({"constructor": "EW", "weights": {}}, "both weights and constructor"),
        ({"constructor": lambda ia, constraints: [0.5] * ia.n}, "sum to 2"),
    ],
)
def test_options_that_make_no_sense(change: dict[str, Any], words: str) -> None:
    with pytest.raises(sitpy.InputError, match=words):
        run(sample(2), **change)


def test_returns_that_make_no_sense() -> None:
    data = sample(3)
    returns = data.prices["A0"].pct_change().fillna(0.0)
    options = {"benchmark": data.benchmark, **SMALL}
    bad = returns.copy()
    bad.iloc[5] = -1.0
    with pytest.raises(
        sitpy.InputError, match=r"long_returns on 2021-01-08 is -1; give finite simple returns above -1"
    ):
        sitpy.backtest_beta_hedge(long_returns=bad, **options)
    bad.iloc[5] = np.nan
    with pytest.raises(sitpy.InputError, match=r"long_returns on 2021-01-08 is nan"):
        sitpy.backtest_beta_hedge(long_returns=bad, **options)
    with pytest.raises(sitpy.InputError, match="both prices and long_returns"):
        sitpy.backtest_beta_hedge(data.prices, long_returns=returns, **options)
    with pytest.raises(sitpy.InputError, match="both of benchmark"):
        sitpy.backtest_beta_hedge(long_returns=returns, benchmark_returns=returns, **options)
    with pytest.raises(sitpy.InputError, match="long_returns is a list"):
        sitpy.backtest_beta_hedge(long_returns=[0.1], **options)  # type: ignore[arg-type]


def test_one_time_zone_for_all_is_as_none() -> None:
    data = sample(8)
    plain = run(data, start="2021-02-15")
    for name in ("prices", "volumes", "benchmark"):
        setattr(data, name, getattr(data, name).tz_localize("Asia/Tokyo"))
    zoned = run(data, start="2021-02-15")
    np.testing.assert_array_equal(plain.equity.to_numpy(), zoned.equity.to_numpy())
    assert str(zoned.equity.index.tz) == "Asia/Tokyo"


def test_bands_that_make_no_sense() -> None:
    with pytest.raises(sitpy.InputError, match="width is 0"):
        sitpy.Band(0)
    with pytest.raises(sitpy.InputError, match="every is 0"):
        sitpy.Band(0.1, every=0)


def test_a_longer_benchmark_and_further_volumes_are_cut() -> None:
    data = sample(4)
    later = sitpy.backtest_beta_hedge(data.prices.iloc[10:], data.benchmark, volumes=data.volumes, **SMALL)
    cut = sitpy.backtest_beta_hedge(
        data.prices.iloc[10:], data.benchmark.iloc[10:], volumes=data.volumes.iloc[10:], **SMALL
    )
    pd.testing.assert_frame_equal(later.equity, cut.equity, check_exact=True)


@pytest.mark.parametrize(
    "how", [{}, {"volumes": None, "constructor": "min.var.portfolio"}], ids=["volumes", "constructor"]
)
def test_late_assets_wait_for_their_history(how: dict[str, Any]) -> None:
    data = sample(5)
    data.prices.iloc[:30, 1] = data.volumes.iloc[:30, 1] = np.nan
    result = run(data, unlisted="wait", **how)
    held = result.accounts["hedged"].shares["A1"]
    bought = held.index[held != 0]
    # prices from row 30, 20 returns up to row 50: a rebalancing date
    assert bought[0] == data.prices.index[50] and np.isfinite(result.equity).all().all()
    without = sitpy.backtest_beta_hedge(
        data.prices.drop(columns="A1"), data.benchmark, **{**SMALL, "volumes": data.volumes.drop(columns="A1"), **how}
    )
    until = data.prices.index[49]
    pd.testing.assert_frame_equal(result.equity.loc[:until], without.equity.loc[:until], rtol=1e-12)
    with pytest.raises(
        sitpy.InputError, match=r"'A1' has the weight 0\.25 on 2021-01-29 but no price or too little history"
    ):
        run(data, unlisted="wait", weights=dict.fromkeys(data.prices, 0.25))


@pytest.mark.parametrize(
    "how", [{}, {"volumes": None, "constructor": "min.var.portfolio"}], ids=["volumes", "constructor"]
)
def test_ended_assets_are_sold_at_the_last_price(how: dict[str, Any]) -> None:
    data = sample(6)
    end = 55
    data.prices.iloc[end:, 1] = data.volumes.iloc[end:, 1] = np.nan
    result = run(data, delisted="sell", **how)
    account = result.accounts["hedged"]
    held = account.shares["A1"]
    assert held.loc[data.prices.index[end - 1]] > 0
    assert (held.loc[data.prices.index[end] :] == 0).all()
    assert np.isfinite(result.statistics["hedged"]).all()
    assert account.flows["costs"].loc[data.prices.index[end]] < 0
    known = run(sample(6), **how)  # nothing before the end knows of it
    until = data.prices.index[end - 1]
    pd.testing.assert_frame_equal(result.equity.loc[:until], known.equity.loc[:until], check_exact=True)
