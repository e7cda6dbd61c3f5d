"""A beta-hedged portfolio twice on the same data: the study as published, and the back-test; and why they differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from sitpy.beta_hedge.backtest import backtest_beta_hedge
from sitpy.beta_hedge.figures import PERCENT
from sitpy.beta_hedge.result import BetaHedgeResult
from sitpy.errors import BankruptError, InputError
from sitpy.studies.folder import run_folder
from sitpy.studies.hedge_data import HedgeData
from sitpy.studies.hedge_published import PublishedRun, bridge, figures_of, published_run
from sitpy.studies.hedge_reasons import Reason, reasons_of
from sitpy.studies.hedge_words import words_of
from sitpy.studies.study import Study, StudyOptions, StudyResult, StudyTable, write_table

ROWS = {"days": 5, "weeks": 5, "months": 21, "quarters": 63, "years": 252}
"""Rows in a block of the published study where the back-test rebalances by the calendar; it knows no shorter ones."""
_BAND = 20  # the same where it rebalances by a band
WEIGHTS = ("volume", "equal")


@dataclass(frozen=True)
class HedgeComparison:
    """The back-test, the published study on the same data, the growth per year from one to the other, and the reasons.

    ``bridge`` as :func:`sitpy.studies.hedge_published.bridge` gives it; ``remarks`` are what a reader should know besides.
    """

    result: BetaHedgeResult
    published: PublishedRun
    bridge: pd.DataFrame
    reasons: list[Reason]
    remarks: tuple[str, ...] = ()


def compare_hedges(data: HedgeData, weights: str | None = None, **options: Any) -> HedgeComparison:
    """Run the back-test and the published study on the same data, with the same costs and block length.

    Parameters
    ----------
    data : HedgeData
    weights : str, optional
        The long side: "volume", "equal", or the name of a portfolio constructor, such as "min.var.portfolio"; by volume
        when not given, and equal where there are no volumes. The published study knows volumes and equal weights only.
    **options
        As :func:`sitpy.backtest_beta_hedge`.

    Returns
    -------
    HedgeComparison

    Raises
    ------
    InputError
        As :func:`sitpy.backtest_beta_hedge`; no asset with a price on every date.
    BankruptError
        As :func:`sitpy.backtest_beta_hedge`.

    Examples
    --------
    >>> from sitpy.studies.hedge_comparison import compare_hedges
    >>> from sitpy.studies.hedge_data import hedge_data
    >>> found = compare_hedges(hedge_data(), rebalance=30, cost_bps=10.0)
    >>> found.bridge["growth"].round(3).iloc[[0, -1]].tolist()
    [0.639, 0.144]
    """
    result = backtest_beta_hedge(data.prices, data.benchmark, **long_side(data, weights), **options)
    used, remarks = result.options, []
    complete = data.assets.dropna(axis=1)
    left = len(data.assets.columns) - len(complete.columns)
    if complete.empty:
        raise InputError(
            "no asset has a price on every date, which the study as published needs; give --start or --end"
        )
    if left:
        remarks.append(f"the study as published leaves out {left} asset(s) without a price on every date")
    by_volume = weights == "volume" or (weights is None and data.volumes is not None)
    if weights is not None and weights not in WEIGHTS:
        by_volume = data.volumes is not None
        remarks.append(
            f"the study as published weights by {'volume' if by_volume else 'equal parts'}, not by {weights}"
        )
    run = published_run(
        complete,
        data.prices[data.benchmark],
        data.volumes if by_volume else None,
        days=block_rows(used["rebalance"]),
        cost=float(used["cost_bps"]) / 1e4,
        capital=float(used["capital"]),
        risk_free=float(used["risk_free"]),
        window=int(used["volume_window"]),
    )
    steps = bridge(run, result.equity["hedged"], run.capital)
    return HedgeComparison(result, run, steps, reasons_of(run, result), (*remarks, *bounds_told(result)))


def long_side(data: HedgeData, weights: str | None) -> dict[str, Any]:
    """The arguments of the back-test that say how the long side is weighted."""
    if weights == "volume" and data.volumes is None:
        raise InputError("--weights is volume but there are no volumes; give --volumes, or --weights equal")
    if weights == "equal" or (weights is None and data.volumes is None):
        names = data.assets.columns
        return {"weights": dict.fromkeys(names, 1 / len(names))}
    return {"volumes": data.volumes} if weights in (None, "volume") else {"constructor": weights}


def block_rows(rebalance: Any) -> int:
    """Rows in a block of the published study for a back-test's rebalancing."""
    if isinstance(rebalance, str):
        return ROWS[rebalance]
    return max(2, int(rebalance)) if isinstance(rebalance, int) else _BAND


def bounds_told(result: BetaHedgeResult) -> tuple[str, ...]:
    """What to say of trades whose ratio a bound has made."""
    told = []
    for which in ("cap", "floor"):
        held = result.rebalances[result.rebalances["bound"] == which]
        if len(held):
            limit = result.options[f"beta_{which}"]
            told.append(
                f"the hedge ratio was held at its {which} of {limit:g} on {len(held)} of {len(result.rebalances)} trade dates, "
                f"first {held.index[0]:%Y-%m-%d} (estimate {held['estimate'].iloc[0]:.2f}); the hedge is not whole there: "
                f"--beta-{which} moves it"
            )
    return tuple(told)


# ------------------------------------------------------------------------------------------------------ the study


@dataclass(frozen=True, kw_only=True)
class HedgeStudy(Study):
    """Both on the user's data, in tables, files, pictures and a page."""

    data: HedgeData
    weights: str | None = None
    arguments: Mapping[str, Any] = field(default_factory=dict)

    def run(self, options: StudyOptions) -> StudyResult:
        """Compare, and write everything."""
        options.report("published study and back-test", 0, 2)
        found = compare_hedges(self.data, self.weights, **self.arguments)
        files: tuple[Path, ...] = ()
        if options.out is not None:
            from sitpy.studies.hedge_files import write_comparison

            options.report("files and pictures", 1, 2)
            files = write_comparison(found, self.data, self.head(found), options.out)
        notes = [f"{number}. {reason.title}: {reason.text}" for number, reason in enumerate(found.reasons, 1)]
        return StudyResult(
            head=self.head(found),
            tables=(
                published_table(found, self.data.benchmark),
                statistics_table(found.result),
                bridge_table(found.bridge),
            ),
            notes=("why they differ:", *notes, "", *found.remarks, *found.result.notes),
            files=files,
        )

    def head(self, found: HedgeComparison) -> tuple[str, ...]:
        """The data and how the hedge is made, a line each."""
        prices, used = self.data.prices, found.result.options
        sides = "all of equity long" if used["gross"] is None else f"both sides together {used['gross']:g} times equity"
        return (
            f"data: {self.data.source}; {prices.shape[1] - 1} assets and {self.data.benchmark}, {len(prices)} dates, "
            f"{prices.index[0]:%Y-%m-%d} to {prices.index[-1]:%Y-%m-%d}",
            f"back-test: beta by {words_of(used['estimator'])} over {used['window']} returns, hedge {used['hedge']}, "
            f"rebalanced {rebalancing(used['rebalance'])}, {sides}, costs {used['cost_bps']:g} bps of the value traded, "
            f"borrow fee {used['borrow_bps']:g} bps per year",
        )


def hedge_study(data: HedgeData, weights: str | None, arguments: Mapping[str, Any]) -> HedgeStudy:
    """The comparison on these data."""
    return HedgeStudy(
        name="hedge",
        title=f"Beta-hedged portfolio against {data.benchmark}",
        source="as published, and as an account",
        data=data,
        weights=weights,
        arguments=arguments,
    )


def published_table(found: HedgeComparison, benchmark: str) -> StudyTable:
    """What the study prints."""
    run = found.published
    figures = figures_of(run, benchmark)
    title = f"as published: blocks of {run.days} rows, {run.cost:.2%} of all that is held at each"
    return StudyTable(title, pd.DataFrame({"figure": list(figures), "value": list(figures.values())}))


def statistics_table(result: BetaHedgeResult) -> StudyTable:
    """The back-test's figures, rates in percent, with the dates of the deepest fall."""
    rows = []
    for figure, row in result.statistics.iterrows():
        percent = figure in PERCENT
        cells = {
            name: "" if pd.isna(value) else f"{(100 if percent else 1) * value:z.2f}" for name, value in row.items()
        }
        rows.append({"figure": f"{figure} %" if percent else str(figure), **cells})
    for what in ("peak", "trough", "recovery"):
        dates = {name: "not yet" if pd.isna(day) else f"{day:%Y-%m-%d}" for name, day in result.drawdowns[what].items()}
        rows.append({"figure": f"deepest fall, {what}", **dates})
    first, last = result.equity.index[0], result.equity.index[-1]
    title = f"the back-test: {first:%Y-%m-%d} to {last:%Y-%m-%d}, {len(result.rebalances)} trades"
    return StudyTable(title, pd.DataFrame(rows))


def bridge_table(steps: pd.DataFrame) -> StudyTable:
    """From the one growth per year to the other."""
    frame = steps.rename_axis("step").reset_index()
    frame.columns = pd.Index(["step", "growth per year", "change", "beta", "deepest fall"])
    formats = {"growth per year": "z.1%", "change": "+.1%", "beta": "z.2f", "deepest fall": "z.1%"}
    return StudyTable("from one to the other, a fault mended at each step:", frame, formats)


def rebalancing(rebalance: Any) -> str:
    """When a back-test trades, in words.

    Examples
    --------
    >>> from sitpy.studies.hedge_comparison import rebalancing
    >>> rebalancing(20), rebalancing("months")
    ('every 20 rows', 'at the ends of months')
    """
    if isinstance(rebalance, str):
        return f"at the ends of {rebalance}"
    return f"every {rebalance} rows" if isinstance(rebalance, int) else f"when beta is {rebalance.width:g} off"


def keep_path(error: BankruptError, out: Path) -> str:
    """Write what an account was until it was bankrupt, and say where."""
    if error.path is None:
        return str(error)
    with run_folder(out) as folder:
        account = error.path
        table = account.flows.assign(cash=account.cash, equity=account.equity)
        write_table(table.join(account.value.add_prefix("value of ")), folder / "bankrupt_account.csv", index=True)
    return f"{error}; the account until then is in {out / 'bankrupt_account.csv'}"
