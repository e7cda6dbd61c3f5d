"""Weights through time: each date against a portfolio built by hand, no look at the future, missing history, failures."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sitpy

Array = np.ndarray
NAMES = list("ABCDE")
ESTIMATORS = "sample.shrinkage,ledoit_wolf_shrinkage,sample_anchored_shrinkage"


def prices(seed: int = 0, T: int = 180, n: int = 5) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    moves = rng.normal(0.0004, 0.01, (T, 1)) * rng.uniform(0.3, 1.5, n) + rng.normal(0, 0.006, (T, n))
    return pd.DataFrame(
        100 * np.cumprod(1 + moves, axis=0), index=pd.bdate_range("2020-01-01", periods=T), columns=NAMES[:n]
    )


def inverse_risk(ia: sitpy.InputAssumptions, constraints: sitpy.Constraints) -> Array:
    return np.asarray((1 / ia.risk) / (1 / ia.risk).sum())


def last_return(ia: sitpy.InputAssumptions, constraints: sitpy.Constraints) -> Array:
    """All in the asset with the best last return of the window: sees what the newest row is."""
    return np.asarray(ia.hist_returns[-1] == ia.hist_returns[-1].max(), dtype=float)


def test_each_date_is_the_portfolio_of_the_window_before_it() -> None:
    """By hand: the last 60 returns up to the date's close, covariance repaired as SIT does, the same constructor."""
    table = prices()
    obj = sitpy.portfolio_allocation_helper(table, "months", min_risk_fns="EW,min.var.portfolio", const_ub=0.6)
    assert obj.period_ends.tolist() == sitpy.endpoints(table, "months").tolist()
    assert obj.periodicity == "months" and obj["lookback.len"] == 60
    weights = obj.weights["min.var"]
    assert weights.columns.tolist() == NAMES and weights.index.equals(table.index[obj.period_ends])
    returns = table.pct_change()
    constraints = sitpy.create_basic_constraints(5, 0, 0.6)
    for j, row in enumerate(obj.period_ends):
        if row < 60:
            assert weights.iloc[j].isna().all()
            continue
        ia = sitpy.create_ia(returns.iloc[row - 59 : row + 1])
        ia.cov = sitpy.make_positive_definite(ia.cov)
        np.testing.assert_allclose(weights.iloc[j], sitpy.min_var_portfolio(ia, constraints), rtol=0, atol=1e-12)
    assert (obj.weights["EW"].iloc[3:] == 0.2).all(axis=None)


def test_the_basic_form_needs_no_estimator() -> None:
    table = prices()
    basic = sitpy.portfolio_allocation_helper_basic(table, "months", min_risk_fns="min.var.portfolio", prefix="B.")
    full = sitpy.portfolio_allocation_helper(table, "months", min_risk_fns="min.var.portfolio")
    assert list(basic.weights) == ["B.min.var"]
    np.testing.assert_allclose(basic.weights["B.min.var"], full.weights["min.var"], rtol=0, atol=1e-9)


@given(st.integers(0, 10**6), st.integers(90, 170), st.sampled_from(["scale", "nan", "shuffle"]))
@settings(max_examples=5)
def test_later_prices_change_nothing_of_earlier_weights(seed: int, cut: int, change: str) -> None:
    """Bit for bit, for every estimator (the anchored one reads all rows so far) and for a strategy of the newest row."""
    table = prices(seed)
    other = table.copy()
    if change == "scale":
        other.iloc[cut:] *= np.random.default_rng(1).uniform(0.3, 3, (180 - cut, 5))
    elif change == "nan":
        other.iloc[cut:, 2] = np.nan
    else:
        other.iloc[cut:] = other.iloc[cut:].to_numpy()[:, ::-1]
    arguments: dict[str, Any] = {
        "lookback_len": 40,
        "min_risk_fns": {"MV": "min.var.portfolio", "last": last_return, "ERC": "ERC"},
        "shrinkage_fns": ESTIMATORS,
    }
    ours = sitpy.portfolio_allocation_helper(table, "weeks", **arguments)
    theirs = sitpy.portfolio_allocation_helper(other, "weeks", **arguments)
    past = ours.period_ends < cut
    assert past.sum() > 5
    for name, weights in ours.weights.items():
        assert weights[past].equals(theirs.weights[name][past]), name
    if change == "scale":
        assert not ours.weights["last.sample.shrinkage"].equals(theirs.weights["last.sample.shrinkage"])


def test_a_shorter_history_gives_the_same_weights() -> None:
    """Stopping the clock at a rebalancing date is the strictest form of not knowing the future."""
    table = prices(3)
    whole = sitpy.portfolio_allocation_helper(table, period_ends=[100, 130, 160], min_risk_fns="min.var.portfolio")
    short = sitpy.portfolio_allocation_helper(
        table.iloc[:131], period_ends=[100, 130], min_risk_fns="min.var.portfolio"
    )
    assert whole.weights["min.var"].iloc[:2].equals(short.weights["min.var"])
    assert whole.periodicity is None


def test_several_processes_give_the_same_bits() -> None:
    table = prices(4)
    arguments: dict[str, Any] = {
        "min_risk_fns": {
            "MV": "min.var.portfolio",
            "mine": inverse_risk,
            "lambda": lambda ia, c: np.full(ia.n, 1 / ia.n),
        },
        "shrinkage_fns": ESTIMATORS,
        "custom_stats_fn": "portfolio.allocation.custom.stats",
    }
    told: list[float] = []
    one = sitpy.portfolio_allocation_helper(table, "weeks", **arguments)
    two = sitpy.portfolio_allocation_helper_parallel(
        table, "weeks", cores=2, log=lambda text, done: told.append(done), log_frequency=5, **arguments
    )
    assert list(one.weights) == list(two.weights) and len(one.weights) == 9
    for name in one.weights:
        pd.testing.assert_frame_equal(one.weights[name], two.weights[name], check_exact=True)
        pd.testing.assert_frame_equal(one.risk_contributions[name], two.risk_contributions[name], check_exact=True)
    assert told == [5 / 25, 10 / 25, 15 / 25, 20 / 25, 25 / 25]


def test_a_cluster_gives_the_same_bits() -> None:
    """A Dask cluster of two workers, chosen by joblib's own setting."""
    distributed = pytest.importorskip("distributed", reason="needs sitpy[dask]")
    from joblib import parallel_config

    table = prices(4)
    arguments: dict[str, Any] = {"min_risk_fns": "MV,ERC", "shrinkage_fns": ESTIMATORS}
    one = sitpy.portfolio_allocation_helper(table, "weeks", **arguments)
    cluster = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    )
    with cluster, distributed.Client(cluster), parallel_config(backend="dask"):
        two = sitpy.portfolio_allocation_helper_parallel(table, "weeks", cores=None, **arguments)
    assert list(one.weights) == list(two.weights) and len(one.weights) == 6
    for name in one.weights:
        pd.testing.assert_frame_equal(one.weights[name], two.weights[name], check_exact=True)


def test_each_date_starts_from_the_last_answer() -> None:
    """As a start only: the first date of a run has none, and the answers are those without it."""
    starts: list[Array | None] = []

    def watched(ia: sitpy.InputAssumptions, constraints: sitpy.Constraints) -> Array:
        starts.append(None if constraints.x0 is None else np.array(constraints.x0))
        return sitpy.min_var_portfolio(ia, constraints)

    def cold(ia: sitpy.InputAssumptions, constraints: sitpy.Constraints) -> Array:
        constraints.x0 = None
        return sitpy.min_var_portfolio(ia, constraints)

    obj = sitpy.portfolio_allocation_helper(prices(5), "weeks", min_risk_fns={"watched": watched, "cold": cold})
    found = obj.weights["watched"].dropna().to_numpy()
    assert len(starts) == len(found) > 16 and starts[0] is None
    followed = [i for i, start in enumerate(starts) if start is not None]
    assert len(followed) >= 0.8 * len(starts)
    for i in followed:
        np.testing.assert_array_equal(starts[i], found[i - 1])
    np.testing.assert_allclose(found, obj.weights["cold"].dropna().to_numpy(), rtol=0, atol=1e-12)


def test_assets_may_stand_in_any_order() -> None:
    table = prices(5)
    order = list("DBEAC")
    ours = sitpy.portfolio_allocation_helper(table, "months", min_risk_fns="min.var.portfolio,RP,HRP")
    theirs = sitpy.portfolio_allocation_helper(table[order], "months", min_risk_fns="min.var.portfolio,RP,HRP")
    for name in ours.weights:
        if name != "HRP":  # its tree's leaf order is that of R, which depends on the order of the assets
            np.testing.assert_allclose(ours.weights[name][order], theirs.weights[name], rtol=0, atol=1e-8)


def test_nothing_is_changed_in_place() -> None:
    table = prices(6)
    before = table.copy()
    universe = pd.DataFrame(True, index=table.index, columns=table.columns)
    sitpy.portfolio_allocation_helper(table, "months", universe=universe)
    pd.testing.assert_frame_equal(table, before)
    assert universe.all(axis=None)


# ---------------------------------------------------------------------------------------- history and universe


def test_assets_without_a_full_window_get_no_weight() -> None:
    table = prices(7)
    table.iloc[:50, 1] = np.nan  # B begins late
    table.iloc[100, 3] = np.nan  # D has a gap
    obj = sitpy.portfolio_allocation_helper(
        table, period_ends=[70, 110, 111, 130, 170], min_risk_fns="EW", lookback_len=40
    )
    held = obj.weights["EW"] > 0
    assert held["B"].tolist() == [False, True, True, True, True]
    assert held["D"].tolist() == [True, False, False, False, True]
    assert (obj.weights["EW"].sum(axis=1).round(12) == 1).all()
    assert obj.weights["EW"].notna().all(axis=None)  # zero, not missing: a back-test closes the position


def test_the_window_begins_after_lookback_and_skip() -> None:
    """SIT: the first rebalancing row (from 1) at or after lookback + n.skip."""
    table = prices(8)
    for n_skip, first in ((1, 61), (2, 62), (30, 90)):
        obj = sitpy.portfolio_allocation_helper(table, "days", min_risk_fns="EW", n_skip=n_skip)
        assert obj.weights["EW"].notna().any(axis=1).to_numpy().argmax() == first - 1
    # the first window holds a return for every row: the very first row of prices has none
    windows: list[Any] = []

    def spy(hist: pd.DataFrame, index: Array, nperiod: int) -> sitpy.InputAssumptions:
        windows.append((hist, index, nperiod))
        return sitpy.create_ia(hist, index, nperiod)

    sitpy.portfolio_allocation_helper(table, period_ends=[60, 61], min_risk_fns="EW", create_ia_fn=spy)
    hist, index, nperiod = windows[0]
    assert hist.index.equals(table.index[1:61]) and index.tolist() == [0, 1, 2, 3, 4] and nperiod == 61
    np.testing.assert_allclose(hist, table.pct_change().iloc[1:61], rtol=0, atol=1e-15)


@pytest.mark.parametrize("rows", ["all", "ends"])
@pytest.mark.parametrize("kind", ["frame", "array"])
def test_a_universe_limits_the_assets(rows: str, kind: str) -> None:
    table = prices(9)
    universe = pd.DataFrame(1.0, index=table.index, columns=table.columns)
    universe.loc[table.index[120] :, "A"] = 0.0
    universe.iloc[:, 4] = np.nan
    ends = [90, 125, 170]
    given_universe: Any = universe if rows == "all" else universe.iloc[ends]
    given_universe = given_universe if kind == "frame" else given_universe.to_numpy()
    obj = sitpy.portfolio_allocation_helper(table, period_ends=ends, universe=given_universe, min_risk_fns="EW")
    np.testing.assert_allclose(obj.weights["EW"], [[0.25] * 4 + [0], [0, *[1 / 3] * 3, 0], [0, *[1 / 3] * 3, 0]])


def test_a_date_without_any_asset_holds_nothing() -> None:
    table = prices(10)
    obj = sitpy.portfolio_allocation_helper(
        table, period_ends=[90, 170], universe=[[0] * 5, [1] * 5], min_risk_fns="EW,RP"
    )
    assert (obj.weights["RP"].iloc[0] == 0).all() and obj.weights["RP"].iloc[1].sum() == pytest.approx(1)


def test_bounds_and_sum_go_with_their_assets() -> None:
    table = prices(11)
    table.iloc[:170, 0] = np.nan
    upper = pd.Series([0.1, 0.2, 0.3, 0.4, 0.5], index=NAMES)
    obj = sitpy.portfolio_allocation_helper(
        table, period_ends=[175], min_risk_fns="max.return.portfolio", const_ub=upper, const_lb=0.05, const_sum=0.9
    )
    x = obj.weights["max.return"].iloc[0]
    assert x["A"] == 0 and x.sum() == pytest.approx(0.9)
    assert (x[1:] <= upper[1:] + 1e-9).all() and (x[1:] >= 0.05 - 1e-9).all()


def test_prices_without_labels_will_do() -> None:
    values = prices(12).to_numpy()
    obj = sitpy.portfolio_allocation_helper(values, period_ends=[90, 120], min_risk_fns="EW")
    assert obj.weights["EW"].index.tolist() == [90, 120]


# ------------------------------------------------------------------------------------------------------- naming


@pytest.mark.parametrize(
    ("fns", "names"),
    [
        ("min.var.portfolio", ["min.var"]),
        ("min_var_portfolio, EW", ["min_var", "EW"]),
        ("EW;MV,Min.Var;C.EW,Cluster,hclust:equal.weight", ["EW", "MV", "C.EW"]),
        ("target.return.portfolio_0.01", ["target.return_0.01"]),
        (inverse_risk, ["inverse_risk"]),
        (["EW", inverse_risk], ["EW", "inverse_risk"]),
        ({"one": "min.risk.portfolio", "two": sitpy.equal_weight_portfolio}, ["one", "two"]),
    ],
)
def test_strategies_by_name_or_as_functions(fns: Any, names: list[str]) -> None:
    table = prices(13)
    obj = sitpy.portfolio_allocation_helper(table, period_ends=[170], min_risk_fns=fns, prefix="p ")
    assert list(obj.weights) == [f"p {name}" for name in names]
    assert all(weights.sum(axis=1).iloc[0] == pytest.approx(1) for weights in obj.weights.values())
    assert repr(obj).startswith(f"<RollingWeights: p {names[0]}")


def test_every_strategy_meets_every_estimator() -> None:
    fns = {"D": sitpy.diagonal_shrinkage, "S": "sample.shrinkage"}
    obj = sitpy.portfolio_allocation_helper(
        prices(14), period_ends=[170], min_risk_fns="EW,min.var.portfolio", shrinkage_fns=fns
    )
    assert list(obj.weights) == ["EW.D", "EW.S", "min.var.D", "min.var.S"]
    # without correlations, least variance is inverse variance
    returns = prices(14).pct_change().iloc[111:171]
    expected = (1 / returns.var()) / (1 / returns.var()).sum()
    np.testing.assert_allclose(obj.weights["min.var.D"].iloc[0], expected, rtol=0, atol=1e-8)


def test_an_estimate_of_the_whole_history_drops_incomplete_rows() -> None:
    table = prices(15)
    table.iloc[:80, 2] = np.nan
    seen: list[pd.DataFrame] = []

    def spy(hist: pd.DataFrame, hist_all: pd.DataFrame) -> Any:
        seen.append(hist_all)
        return sitpy.sample_anchored_shrinkage(hist, hist_all)

    sitpy.portfolio_allocation_helper(table, period_ends=[100, 170], shrinkage_fns=spy)
    assert seen[0].columns.tolist() == list("ABDE") and seen[0].index.equals(table.index[1:101])
    assert seen[1].columns.tolist() == NAMES and seen[1].index.equals(table.index[81:171])


def test_figures_of_the_weights() -> None:
    table = prices(16)
    table.iloc[:110, 4] = np.nan

    def mine(x: Array, ia: sitpy.InputAssumptions) -> dict[str, Any]:
        return {**sitpy.portfolio_allocation_custom_stats(x, ia), "largest.weight": x.max()}

    obj = sitpy.portfolio_allocation_helper(
        table, period_ends=[50, 100, 175], min_risk_fns="ERC,EW", custom_stats_fn=mine
    )
    assert set(obj.custom) == {"risk_contributions", "degree_diversification", "risk_gini", "largest_weight"}
    shares = obj["risk.contributions"]["ERC"]
    np.testing.assert_allclose(shares.iloc[1], [0.25] * 4 + [np.nan], rtol=1e-6)
    np.testing.assert_allclose(shares.iloc[2], 0.2, rtol=1e-6)
    assert shares.iloc[0].isna().all()
    np.testing.assert_allclose(obj.risk_gini["ERC"].iloc[1:], 1, rtol=1e-6)
    np.testing.assert_allclose(obj["largest.weight"]["EW"], [np.nan, 0.25, 0.2])
    with pytest.raises(AttributeError, match="RollingWeights has no field 'nothing'"):
        obj.nothing  # noqa: B018


def test_figures_of_one_portfolio_by_hand() -> None:
    """Risks 0.1 and 0.2 uncorrelated, weights 0.8 and 0.2: variance 0.0064 + 0.0016."""
    ia = sitpy.InputAssumptions(cov=[[0.01, 0], [0, 0.04]])
    stats = sitpy.portfolio_allocation_custom_stats([0.8, 0.2], ia)
    np.testing.assert_allclose(stats["risk_contributions"], [0.8, 0.2])
    assert stats["degree_diversification"] == pytest.approx(1 - np.sqrt(0.008) / 0.12)
    assert stats["risk_gini"] == pytest.approx(1 - 0.6)
    alone = sitpy.portfolio_allocation_custom_stats([1.0], sitpy.InputAssumptions(cov=[[0.01]]))
    assert alone["degree_diversification"] == pytest.approx(0) and np.isnan(alone["risk_gini"])


# ----------------------------------------------------------------------------------------------------- failures


def test_a_failure_names_the_date_and_the_strategy() -> None:
    arguments: dict[str, Any] = {"period_ends": [100, 170], "min_risk_fns": "min.var.portfolio", "const_ub": 0.1}
    with pytest.raises(sitpy.InfeasibleError, match=r"2020-05-20, min\.var: .*") as caught:
        sitpy.portfolio_allocation_helper(prices(), **arguments)
    assert caught.value.conflict is not None


@pytest.mark.parametrize("cores", [1, 2])
def test_a_failure_can_be_carried(cores: int) -> None:
    table = prices()
    table.iloc[:120, 1:] = np.nan  # one asset only, which may have half
    with pytest.warns(sitpy.SitpyWarning, match=r"2020-05-20, min\.var: .*: the last weights are carried"):
        obj = sitpy.portfolio_allocation_helper(
            table,
            period_ends=[100, 175],
            min_risk_fns="min.var.portfolio",
            const_ub=0.5,
            lookback_len=50,
            on_failure="carry",
            cores=cores,
        )
    assert obj.weights["min.var"].iloc[0].isna().all() and obj.weights["min.var"].iloc[1].sum() == pytest.approx(1)
    assert len(obj.failures) == 1 and obj.failures[0].startswith("2020-05-20, min.var")


def test_an_estimator_that_fails_fails_each_strategy() -> None:
    def broken(hist: pd.DataFrame, hist_all: pd.DataFrame) -> Any:
        raise sitpy.InputError("no estimate today")

    with pytest.raises(sitpy.InputError, match=r"2020-05-20, EW: no estimate today"):
        sitpy.portfolio_allocation_helper(prices(), period_ends=[100], min_risk_fns="EW,RP", shrinkage_fns=broken)
    with pytest.warns(sitpy.SitpyWarning, match="no estimate today"):
        obj = sitpy.portfolio_allocation_helper(
            prices(), period_ends=[100], min_risk_fns="EW,RP", shrinkage_fns=broken, on_failure="carry"
        )
    assert obj.failures == ("2020-05-20, EW: no estimate today", "2020-05-20, RP: no estimate today")


def test_notices_of_other_processes_arrive() -> None:
    def noisy(ia: sitpy.InputAssumptions, constraints: sitpy.Constraints) -> Array:
        import warnings

        import sitpy as toolbox

        warnings.warn("something to know", toolbox.SitpyWarning, stacklevel=1)
        return np.full(ia.n, 1 / ia.n)

    with pytest.warns(sitpy.SitpyWarning, match="something to know"):
        sitpy.portfolio_allocation_helper_parallel(prices(), "months", min_risk_fns=noisy, cores=2)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"periodicity": None}, "give a periodicity such as 'months', or period_ends"),
        ({"periodicity": "moons"}, "the periodicity 'moons' is not known; use 'days', 'weeks'"),
        ({"period_ends": [0.5]}, r"period_ends is \[0\.5\]; expected whole numbers, positions counted from 0"),
        ({"period_ends": [100, 100]}, r"period_ends must rise within 0\.\.179"),
        ({"period_ends": [180]}, r"period_ends must rise within 0\.\.179.*found 180"),
        ({"lookback_len": 1}, "lookback_len is 1; give a whole number, 2 or more"),
        ({"n_skip": 0}, "n_skip is 0; give a whole number, 1 or more"),
        ({"lookback_len": 180}, "no rebalancing date has lookback_len = 180 returns before it"),
        ({"universe": [[1] * 5]}, r"universe has shape \(1, 5\); expected \(9, 5\)"),
        ({"universe": [["x"] * 5] * 9}, "universe holds something that is not a number"),
        ({"universe": pd.DataFrame(1, index=range(9), columns=list("BACDE"))}, "universe has the columns B, A, C"),
        ({"min_risk_fns": "nonsense"}, "there is no algorithm 'nonsense'"),
        ({"min_risk_fns": {}}, "min_risk_fns is empty"),
        ({"min_risk_fns": "EW,EW"}, "min_risk_fns has 'EW' twice"),
        ({"min_risk_fns": {"a": 3}}, r"min_risk_fns\['a'\] is 3; give a function or a name"),
        ({"min_risk_fns": 3}, "min_risk_fns is 3; give a function or a name, several of them"),
        ({"shrinkage_fns": int}, r"shrinkage_fns\['int'\] is the type int; give a function or a name"),
        ({"prefix": 3}, "prefix is 3; give text"),
        (
            {"create_ia_fn": "create_ia"},
            r"create_ia_fn is 'create_ia'; give a function \(hist_returns, index, nperiod\)",
        ),
        ({"create_ia_fn": lambda *a: None}, "what create_ia_fn gave is None; give input assumptions"),
        ({"update_ia_fn": None}, r"update_ia_fn is None; give a function \(ia, name, cov\), such as update_ia"),
        ({"custom_stats_fn": lambda x, ia: 3}, "custom_stats_fn gave 3; give a mapping from names to figures"),
        ({"silent": "no"}, "silent is 'no'; give True or False"),
        ({"log": "file"}, r"log is 'file'; give a function \(date, share done\), or None"),
        ({"log_frequency": 0}, "log_frequency is 0; give a whole number, 1 or more"),
        ({"const_sum": "1"}, "const_sum is '1'; give a finite sum of weights, or None"),
        (
            {"min_risk_fns": lambda ia, c: [1.0]},
            r"2020-\d\d-\d\d, <lambda>: the strategy gave 1 weight\(s\) for 5 assets",
        ),
        ({"min_risk_fns": lambda ia, c: [np.nan] * 5}, "the strategy's weight of 'A' is nan; expected finite numbers"),
        ({"shrinkage_fns": "cov"}, "there is no covariance estimator 'cov'; known are average_shrinkage"),
        ({"custom_stats_fn": "stats"}, "custom_stats_fn is 'stats'; give a function"),
        (
            {"custom_stats_fn": lambda x, ia: {"two": [1, 2]}},
            "custom_stats_fn gave 2 numbers for 'two'; expected one, or",
        ),
        ({"const_ub": [0.5, 0.5]}, r"const_ub has shape \(2,\); give one number, or one for each of 5 assets"),
        ({"const_lb": pd.Series(0.0, index=list("BACDE"))}, "const_lb is labelled B, A, C, D, E"),
        ({"on_failure": "ignore"}, "on_failure 'ignore' is not known; use 'raise' or 'carry'"),
        ({"cores": 0}, "cores is 0; give a number of processes, or -1 for one per processor"),
        ({"prices": [["x"]]}, "prices holds something that is not a number"),
        ({"prices": []}, r"prices has shape"),
        ({"prices": prices().iloc[::-1]}, "the dates of prices repeat or fall"),
        (
            {"prices": prices().replace(prices().iloc[9, 1], 0.0)},
            r"prices of 'B' on 2020-01-14 is 0; a price must be pos",
        ),
        ({"prices": -prices()}, r"prices of 'A' on 2020-01-01 is -\d.*must be positive \(900 such in all; use nan"),
        ({"prices": prices().replace(prices().iloc[9, 1], np.inf)}, "price of 'B' on 2020-01-14 is infinite; use nan"),
        ({"prices": -prices().to_numpy(), "period_ends": [90]}, "prices of 0 on row 0 is -"),
        ({"prices": prices().set_axis(list("AABCD"), axis=1)}, "prices have the asset 'A' twice"),
    ],
)
def test_bad_arguments_are_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(sitpy.InputError, match=message):
        sitpy.portfolio_allocation_helper(**{"prices": prices(), "periodicity": "months", **arguments})


def test_progress_can_be_shown(capsys: pytest.CaptureFixture[str]) -> None:
    counts: list[tuple[int, int]] = []
    arguments: dict[str, Any] = {"period_ends": [80, 100, 120], "min_risk_fns": "EW"}
    sitpy.portfolio_allocation_helper(prices(), **arguments, progress=lambda done, all: counts.append((done, all)))
    assert counts == [(1, 3), (2, 3), (3, 3)]
    sitpy.portfolio_allocation_helper(prices(), **arguments, progress=True)
    assert "rebalancing dates" in (shown := capsys.readouterr().err) and "3/3" in shown
    with pytest.raises(
        sitpy.InputError, match=r"progress is 'yes'; give True for a bar, or a function of \(done, all\)"
    ):
        sitpy.portfolio_allocation_helper(prices(), **arguments, progress="yes")  # type: ignore[arg-type]


def test_progress_is_told() -> None:
    told: list[tuple[str, float]] = []
    arguments: dict[str, Any] = {"min_risk_fns": "EW", "log": lambda text, done: told.append((text, done))}
    sitpy.portfolio_allocation_helper(prices(), period_ends=[80, 100, 120, 140], log_frequency=2, **arguments)
    assert told == [("2020-05-20", 0.5), ("2020-07-15", 1.0)]
    told.clear()
    sitpy.portfolio_allocation_helper(prices(), period_ends=[80, 100], silent=True, log_frequency=1, **arguments)
    assert told == []
