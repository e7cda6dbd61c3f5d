"""The comparison of the published hedge and the back-test: its steps are accounts, its reasons carry the data's figures."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import sitpy
from sitpy.reference import read_reference
from sitpy.studies import StudyOptions, run_study
from sitpy.studies.hedge_comparison import block_rows, compare_hedges, hedge_study
from sitpy.studies.hedge_data import HedgeData, hedge_data
from sitpy.studies.hedge_published import PublishedRun, bridge, published_run
from sitpy.studies.hedge_reasons import reasons_of, reasons_table
from sitpy.studies.hedge_sweep import hedge_sweep, sweep_map
from sitpy.studies.hedge_words import grid_of, in_options, options_of, words_of

STORED = read_reference("beta_hedge_simulated_mag7")["runs"]
PRICES, VOLUMES = sitpy.data.mag7_simulated_prices(), sitpy.data.mag7_simulated_volumes()


def published(days: int = 30, cost: float = 0.001, **changes: Any) -> PublishedRun:
    options = {"capital": 1e6, "risk_free": 0.02} | changes
    shares = PRICES.drop(columns="QQQ")
    return published_run(shares, PRICES["QQQ"], VOLUMES, days=days, cost=cost, **options)


def short(rows: int = 150, start: int = 0) -> HedgeData:
    part = slice(start, start + rows)
    return HedgeData(PRICES.iloc[part], "QQQ", VOLUMES.iloc[part], "a part")


# ------------------------------------------------------------------------------------------------- the published run


@pytest.mark.parametrize("stored", STORED, ids=lambda run: f"{run['rebalancing_days']} days")
def test_a_run_is_the_stored_one(stored: dict[str, Any]) -> None:
    run = published(
        stored["rebalancing_days"],
        stored["transaction_cost"],
        capital=stored["portfolio_size"],
        risk_free=stored["risk_free_rate"],
    )
    # rounding of double precision
    np.testing.assert_allclose(run.values, stored["portfolio_values"], rtol=1e-10)
    assert run.sharpe == pytest.approx(stored["sharpe_ratio"], rel=1e-10)
    np.testing.assert_allclose(run.daily.loc[run.ends], run.values, rtol=1e-12)
    steps = bridge(run, run.daily, run.capital)
    assert steps["growth"].iloc[0] == pytest.approx(stored["report"]["annualized_returns_pct"] / 100, rel=1e-10)


def test_accounts_are_the_loop_where_nothing_costs() -> None:
    """An account of an inverse fund without costs is the published loop; of a short sale, the same with the sale's growth."""
    run = published(cost=0.0)
    fund, sale = (run.account(run.betas, short_sale=short) for short in (False, True))
    assert fund is not None and sale is not None
    np.testing.assert_allclose(fund.loc[run.ends], run.values, rtol=1e-12)
    growth = [(1 + leg).groupby(run.block).prod().to_numpy() for leg in (run.long, run.market)]
    legs = (growth[0] + run.traded * (2 - growth[1])) / (1 + run.traded)
    np.testing.assert_allclose(sale.loc[run.ends[1:]], 1e6 * np.cumprod(legs), rtol=1e-12)
    assert run.paid() == 0


def test_costs_are_those_of_what_is_traded() -> None:
    run = published()
    grown = run.values[:-1] / (1 + run.traded) * (1 + run.long).groupby(run.block).prod().to_numpy()
    legs = 2 * abs(run.values[1:-1] / (1 + run.traded[1:]) - grown[:-1])
    # the published values fall short of the account's by the costs on all that is held, 0.1 % at each of 24 blocks
    assert run.paid() == pytest.approx(0.001 * (1e6 + legs.sum()), rel=0.03)


def test_known_ratios_are_the_whole_ratio_of_the_past() -> None:
    run = published()
    known = run.known_ratios()
    assert np.isnan(known[0])
    np.testing.assert_allclose((known[1:] - 1) / 2, run.betas[1:], atol=1e-12)  # the published ones are half of it
    line = run.account(known, short_sale=True)
    assert line is not None and (line.iloc[:30] == 1e6).all()  # in cash until a block is over


def test_too_few_rows_say_how_many() -> None:
    with pytest.raises(sitpy.InputError, match=r"needs more than 30 \+ 20 rows .* there are 50"):
        published_run(
            PRICES.iloc[:50, :2], PRICES["QQQ"].iloc[:50], None, days=20, cost=0.0, capital=1.0, risk_free=0.0
        )


# --------------------------------------------------------------------------------------------------- the comparison


def test_the_bridge_leads_from_one_to_the_other() -> None:
    found = compare_hedges(short(), rebalance=10)
    steps = found.bridge
    assert steps["growth"].iloc[-1] == pytest.approx(found.result.statistics["hedged"]["CAGR"], rel=1e-12)
    assert steps["growth"].iloc[0] == found.published.report.annualized_returns_pct / 100
    assert steps["change"].sum() == pytest.approx(steps["growth"].iloc[-1] - steps["growth"].iloc[0], rel=1e-12)
    assert steps["fall"].iloc[-1] == pytest.approx(found.result.drawdowns["depth"]["hedged"], rel=1e-12)


def test_reasons_carry_the_figures_of_the_data() -> None:
    found = compare_hedges(hedge_data(), rebalance=30, cost_bps=10.0, capital=1e6, risk_free=0.02, compare=())
    reasons = reasons_of(found.published, found.result)
    assert len(reasons) == 6
    figures = reasons_table(reasons).set_index("figure")
    stored = STORED[0]
    assert f"The opening beta, {stored['betas'][0]:.3f}" in reasons[0].text
    assert figures.loc["mean beta after the opening", "published"] == pytest.approx(np.mean(stored["betas"][1:]))
    assert figures.loc["costs, money", "published"] > 4 * figures.loc["costs, money", "mended"]
    counted, years = figures.loc["years", ["published", "mended"]]
    assert counted == pytest.approx(stored["report"]["trimmed_length"] * 30 / 365) and years > 1.3 * counted
    published, every = figures.loc["deepest fall", ["published", "mended"]]
    assert every < published < 0  # more days, a deeper fall
    kept, ours = figures.loc["beta that is left", ["published", "mended"]]
    assert kept > 0.9 and abs(ours) < 0.05
    assert figures.loc["smallest beta", "published"] == pytest.approx(min(stored["betas"]))


def test_betas_below_minus_one_are_told_and_not_followed() -> None:
    found = compare_hedges(hedge_data(), rebalance=4, compare=())
    assert found.published.ruined and found.bridge["growth"].iloc[:-1].isna().all()
    assert found.bridge["growth"].iloc[-1] == pytest.approx(found.result.statistics["hedged"]["CAGR"])
    texts = " ".join(reason.text for reason in found.reasons)
    for words in (
        "loses everything",
        "no calendar makes a growth per year",
        "the negative number",
        "the money is gone",
    ):
        assert words in texts


def test_bounds_that_bind_are_told() -> None:
    found = compare_hedges(short(), beta_cap=1.2, beta_floor=1.19, compare=())
    (remark,) = found.remarks
    held = found.result.bound("cap")
    assert remark.startswith(
        f"the hedge ratio was held at its cap of 1.2 on {held} of {held} trade dates, first 2022-03-28"
    )
    assert "--beta-cap moves it" in remark


@pytest.mark.parametrize(
    ("weights", "remark"),
    [("equal", None), ("inverse.variance.portfolio", "weights by volume, not by inverse.variance.portfolio")],
)
def test_other_long_sides(weights: str, remark: str | None) -> None:
    found = compare_hedges(short(), weights, compare=())
    assert [remark] == [None] if remark is None else remark in found.remarks[0]
    rows = found.result.accounts["hedged"].value.iloc[0, :-1]
    assert (rows.nunique() > 1) == (weights != "equal") or np.ptp(rows) < 1e-6


def test_assets_that_end_early_are_left_out_of_the_published_run() -> None:
    data = short()
    prices = data.prices.copy()
    prices.iloc[100:, 5] = np.nan
    found = compare_hedges(HedgeData(prices, "QQQ", data.volumes, ""), delisted="sell", compare=())
    assert "leaves out 1 asset(s)" in found.remarks[0]
    np.testing.assert_allclose(
        found.published.long,
        published_run(
            prices.drop(columns=["QQQ", "NVDA"]),
            prices["QQQ"],
            data.volumes,
            days=20,
            cost=0.0005,
            capital=1e5,
        ).long,
    )


def test_blocks_of_the_calendar() -> None:
    assert [block_rows(when) for when in (20, 1, "weeks", "months", sitpy.Band(0.1))] == [20, 2, 5, 21, 20]


# -------------------------------------------------------------------------------------------------------- words


def test_words_become_options() -> None:
    words = {"rebalance": "12", "estimator": "1.5", "gross": "none", "cost_bps": "3", "window": None, "compare": "none"}
    assert options_of(words) == {"rebalance": 12, "estimator": 1.5, "gross": None, "cost_bps": 3.0, "compare": ()}
    assert grid_of(" window = 60 , 90  cost=0;--beta-cap=2,3") == {
        "window": [60, 90],
        "cost_bps": [0.0],
        "beta_cap": [2.0, 3.0],
    }
    for value, word in ((None, "none"), (5.0, "5"), ("weeks", "weeks"), (sitpy.Band(0.2), "band:0.2")):
        assert words_of(value) == word
    assert in_options("volume_window alone, do_lag=2") == "volume_window alone, --do-lag 2"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "--sweep is empty"),
        ("window=", "'window='; write each option as name=value,value"),
        ("=5", "knows no option ''; there are window,"),
        ("costs=5", "knows no option 'costs'; did you mean 'cost_bps'"),
        ("window=60 window=90", "'window' twice; give all its values at once"),
        ("window=60,60", "window=60 twice; give each value once"),
        ("window=6.5", "window in --sweep is '6.5'; give a whole number"),
        ("rebalance=20,fortnight", "rebalance in --sweep is 'fortnight'; give a number of rows"),
        ("estimator=ols,lasso", "estimator in --sweep 'lasso' is not known; use 'ols'"),
        ("cost=1,5 hedge=all", "hedge in --sweep 'all' is not known; use 'beta', 'dollar' or 'none'"),
        ("cost=ten", "cost in --sweep is 'ten'; give a number"),
    ],
)
def test_grids_that_make_no_sense(text: str, words: str) -> None:
    with pytest.raises(sitpy.InputError) as error:
        grid_of(text)
    assert words in str(error.value)


# -------------------------------------------------------------------------------------------------- data and files


def test_data_are_described(tmp_path: Path) -> None:
    data = hedge_data(start="2023-01-02", end="2023-06-30")
    assert "SIMULATED" in data.source and list(data.assets.columns) == [name for name in PRICES if name != "QQQ"]
    assert data.prices.index[0] == pd.Timestamp("2023-01-02") and data.prices.index[-1] == pd.Timestamp("2023-06-30")
    PRICES.to_csv(tmp_path / "p.csv")
    VOLUMES.to_csv(tmp_path / "v.csv")
    own = hedge_data(tmp_path / "p.csv", tmp_path / "v.csv")
    pd.testing.assert_frame_equal(own.prices, PRICES, check_names=False, check_freq=False, check_index_type=False)
    pd.testing.assert_frame_equal(own.volumes, VOLUMES, check_names=False, check_dtype=False, check_index_type=False)


def test_a_sweep_goes_on_from_its_cells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sketched: None) -> None:
    grid = grid_of("rebalance=5,weeks cost=0,10")
    told: list[tuple[str, int, int]] = []

    def stop(*call: Any) -> None:
        if call[1] == 3:
            raise KeyboardInterrupt

    study = hedge_sweep(short(), grid, None, {"window": 20}, tmp_path, None)
    with pytest.raises(KeyboardInterrupt):
        run_study(study, StudyOptions(out=tmp_path, progress=stop))
    assert [path.name for path in tmp_path.iterdir()] == ["cells"]  # no table, no half of a picture
    assert len(list((tmp_path / "cells").iterdir())) == 3
    result = run_study(study, StudyOptions(out=tmp_path, progress=lambda *call: told.append(call)))
    assert told == [("back-tests", 3, 4), ("back-tests", 4, 4)]
    assert {path.name for path in result.files} == {"sweep.csv", "sweep.png"}
    table = pd.read_csv(tmp_path / "sweep.csv")
    alone = sitpy.sweep_beta_hedge(short().prices, "QQQ", grid=grid, volumes=short().volumes, window=20)
    np.testing.assert_allclose(table["Sharpe"], alone["Sharpe"], rtol=1e-14)  # pandas reads the last digit its own way
    assert table["rebalance"].tolist() == ["5", "5", "weeks", "weeks"]
    # and a third run finds all of them
    monkeypatch.setattr("sitpy.beta_hedge.sweep._cell", None)
    assert run_study(study, StudyOptions(out=tmp_path)).files == result.files


def test_a_window_too_long_fails_alone_and_moves_no_other(sketched: None) -> None:
    study = hedge_sweep(short(), grid_of("window=20,500"), None, {}, Path("nowhere"), None)
    study = type(study)(**{**vars(study), "kept": None})
    with pytest.warns(sitpy.SitpyWarning, match="1 of 2 cells failed, see the column error; the first, window=500"):
        result = run_study(study)
    alone = sitpy.sweep_beta_hedge(short().prices, "QQQ", grid={"window": [20]}, volumes=short().volumes)
    np.testing.assert_array_equal(result.tables[0].frame["Sharpe"], alone["Sharpe"])


def test_a_map_has_the_longest_option_across() -> None:
    cells = pd.DataFrame(
        [(w, r, c, 100 * w + 10 * c + r) for w in (1, 2) for r in (3, 4, 5) for c in (0.0, 5.0)],
        columns=["window", "rebalance", "cost_bps", "Beta"],
    )
    found = sweep_map(cells, ["window", "rebalance", "cost_bps"], "Beta")
    assert found.columns.tolist() == ["3", "4", "5"] and found.columns.name == "rebalance"
    assert found.index.tolist() == [f"window {w}, cost_bps {c}" for w in (1, 2) for c in (0, 5)]
    assert found.loc["window 2, cost_bps 5", "4"] == 254


def test_the_study_says_what_it_did() -> None:
    result = run_study(hedge_study(short(), None, {"rebalance": 10, "compare": ("benchmark",)}))
    printed, statistics, steps = result.tables
    assert "150 dates, 2022-01-03 to 2022-07-29" in result.head[0] and "rebalanced every 10 rows" in result.head[1]
    assert printed.frame["figure"].tolist()[:2] == ["initial value", "final value"]
    assert list(statistics.frame) == ["figure", "hedged", "benchmark"]
    assert len(steps.frame) == 7 and not result.files
    assert [note[:2] for note in result.notes[1:7]] == ["1.", "2.", "3.", "4.", "5.", "6."]


def test_the_example_draws_its_map(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sketched: None) -> None:
    script = Path(__file__).resolve().parents[2] / "examples" / "hedge_sweep.py"
    monkeypatch.setattr(sys, "argv", [str(script), str(tmp_path)])
    table = runpy.run_path(str(script))["table"]
    assert len(table) == 18 and {path.name for path in tmp_path.iterdir()} == {"cells", "hedge_sweep.png"}
