"""The "Magnificent Seven" hedged with QQQ by a beta estimated block by block, as the study was published.

Seven shares weighted by volume, long; their benchmark, short. The prices and volumes are simulated; every figure of the stored
runs must come out. What the figures are worth is said in docs/what-the-published-backtest-gets-wrong.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sitpy import data
from sitpy.beta_hedge import (
    LinearRegression,
    PublishedReport,
    calculate_weighted_returns,
    get_sharpe_ratio,
    hedged_portfolio_performance_dynamic_beta,
    linreg,
    published_report,
)
from sitpy.files import write_whole
from sitpy.reference import read_reference
from sitpy.studies.study import Study, StudyOptions, StudyResult, StudyTable, write_figure, write_table

REFERENCE = "beta_hedge_simulated_mag7"
BENCHMARK = "QQQ"
WINDOW = 30
"""Rows of which volumes are averaged; as many are left out at the start of portfolio and benchmark."""
SAME = 1e-10
"""Between a stored figure and ours, relative to the stored one where it is above 1: rounding of double precision."""


@dataclass(frozen=True, kw_only=True)
class HedgeRun:
    """One run of the study: its parameters as stored, values (1 + blocks) and betas (1 + full blocks), and what it prints."""

    stored: dict[str, Any]
    values: np.ndarray
    betas: np.ndarray
    sharpe_ratio: float
    report: PublishedReport

    @property
    def days(self) -> int:
        """Rows in a block."""
        return int(self.stored["rebalancing_days"])

    @property
    def name(self) -> str:
        """Block length and cost."""
        return f"{self.days} days, cost {self.stored['transaction_cost']:.2%}"

    def apart(self) -> float:
        """The largest difference of any figure of this run from the stored one."""
        ours: dict[str, ArrayLike] = {"portfolio_values": self.values, "betas": self.betas}
        ours["sharpe_ratio"] = self.sharpe_ratio
        stored = self.stored | self.stored["report"]
        ours |= {name: self.report[name] for name in self.stored["report"]}
        return max(difference(stored[name], value) for name, value in ours.items())


def study_returns() -> tuple[pd.Series, pd.Series]:
    """Returns per day of the volume-weighted shares and of the benchmark, once volumes could be averaged."""
    prices, volumes = data.mag7_simulated_prices(), data.mag7_simulated_volumes()
    shares = prices.columns.drop(BENCHMARK)
    portfolio = calculate_weighted_returns(prices[shares], volumes[shares].rolling(WINDOW).mean())
    return portfolio.iloc[WINDOW:], prices[BENCHMARK].pct_change().iloc[WINDOW:]


def study_run(stored: dict[str, Any], portfolio: pd.Series, benchmark: pd.Series) -> HedgeRun:
    """Run the study with the parameters of a stored run."""
    days = int(stored["rebalancing_days"])
    values, betas = hedged_portfolio_performance_dynamic_beta(
        stored["portfolio_size"], days, benchmark, portfolio, -benchmark, stored["transaction_cost"]
    )
    return HedgeRun(
        stored=stored,
        values=values,
        betas=betas,
        sharpe_ratio=get_sharpe_ratio(stored["risk_free_rate"], values, days),
        report=published_report(values, betas, days, benchmark),
    )


def difference(stored: ArrayLike, ours: ArrayLike) -> float:
    """The largest difference, over the stored figure where that is above 1; infinite where their number differs."""
    reference, found = np.atleast_1d(np.array(stored, dtype=float)), np.atleast_1d(np.array(ours, dtype=float))
    if reference.shape != found.shape:
        return float("inf")
    return float(np.max(np.abs(found - reference) / np.maximum(np.abs(reference), 1.0)))


@dataclass(frozen=True, kw_only=True)
class BetaHedgeStudy(Study):
    """The stored runs, the regression that the hedge stands on, and the printed report."""

    def run(self, options: StudyOptions) -> StudyResult:
        """All stored figures again."""
        reference = read_reference(REFERENCE)
        portfolio, benchmark = study_returns()
        runs = []
        for done, stored in enumerate(reference["runs"]):
            options.report("blocks of days", done, len(reference["runs"]))
            runs.append(study_run(stored, portfolio, benchmark))
        first, fit = runs[0], linreg(benchmark, portfolio)
        return StudyResult(
            head=(
                "data: SIMULATED daily prices and volumes of seven shares and QQQ (not market data); "
                f"{len(portfolio)} days, {portfolio.index[0]:%Y-%m-%d} to {portfolio.index[-1]:%Y-%m-%d}",
            ),
            tables=(
                regression_table(reference, fit, portfolio, benchmark, first.report),
                runs_table(runs),
                StudyTable(
                    f"the report of the first run, {first.name}:\n\n{first.report.figures()}\n",
                    first.report.table,
                    {"value": ",.2f", "beta": ".4f"},
                ),
            ),
            notes=(
                *(
                    f"{run.name}: the annualised return is not a number; {run.report.reason}"
                    for run in runs
                    if run.report.reason
                ),
                "what these figures are worth: docs/what-the-published-backtest-gets-wrong.md",
            ),
            files=_write(self.title, runs, benchmark, fit, options.out),
        )


def regression_table(
    reference: dict[str, Any],
    fit: LinearRegression,
    portfolio: pd.Series,
    benchmark: pd.Series,
    report: PublishedReport,
) -> StudyTable:
    """Returns, the line through them, and the benchmark alone: stored figures and ours."""
    hedged = linreg(benchmark, portfolio - fit.beta * benchmark)
    pairs: dict[str, tuple[ArrayLike, ArrayLike]] = {
        "portfolio returns": (reference["portfolio_returns"], portfolio),
        "benchmark returns": (reference["benchmark_returns"], benchmark),
    }
    for name, value in reference["ols"].items():
        if isinstance(value, list):
            pairs |= {f"{name}, {part}": (value[i], fit[name][i]) for i, part in enumerate(("alpha", "beta"))}
        else:
            pairs[name] = value, fit[name]
    pairs |= {f"hedged, {name}": (value, hedged[name]) for name, value in reference["hedged_ols"].items()}
    for name in ("benchmark_cumulative_return", "benchmark_annualized_return_pct"):
        pairs[name] = reference[name], report[name]
    rows = []
    for name, (stored, ours) in pairs.items():
        apart = difference(stored, ours)
        one = np.nan if np.ndim(stored) else stored
        rows.append({"figure": name, "stored": one, "difference": apart, "": apart <= SAME})
    title = "least squares of the portfolio's returns on the benchmark's, then of what the hedge leaves:"
    return StudyTable(title, pd.DataFrame(rows), {"stored": ".8g", "difference": ".1e"})


def runs_table(runs: list[HedgeRun]) -> StudyTable:
    """One row per stored run, as the study annualises it."""
    rows = []
    for run in runs:
        apart = run.apart()
        rows.append(
            {
                "run": run.name,
                "final": run.report.final,
                "total %": run.report.total_realized_returns_pct,
                "per year %": run.report.annualized_returns_pct,
                "Sharpe": run.sharpe_ratio,
                "difference": apart,
                "": apart <= SAME,
            }
        )
    formats = {"final": ",.2f", "total %": ".2f", "per year %": ".2f", "Sharpe": ".4f", "difference": ".1e"}
    return StudyTable("all values, betas and figures of a run against the stored ones:", pd.DataFrame(rows), formats)


def _write(
    title: str, runs: list[HedgeRun], benchmark: pd.Series, fit: LinearRegression, out: Path | None
) -> tuple[Path, ...]:
    if out is None:
        return ()
    from sitpy.plots import layout
    from sitpy.plots.through_time import plot_through_time

    dates = data.mag7_simulated_prices().index[WINDOW - 1 :]  # the start stands on the day before the first return
    values, betas, texts, files = {}, {}, {"regression": str(fit)}, []
    for run in runs:
        ends = dates[np.minimum(np.arange(len(run.values)) * run.days, len(benchmark))]
        values[run.name] = pd.Series(run.values / run.values[0], ends)
        betas[run.name] = pd.Series(run.betas, ends[: len(run.betas)])
        files.append(write_table(run.report.table, out / f"steps_{run.days}_days.csv"))
        texts[f"report_{run.days}_days"] = f"{run.name}\n\n{run.report}\n\nSharpe ratio {run.sharpe_ratio:.4f}"
    values[BENCHMARK] = pd.Series(np.append(1.0, (1 + benchmark).cumprod()), dates)
    figure = layout(2, 1, figsize=(9, 8))
    figure.suptitle(title)
    plot_through_time(values, "Value at the ends of blocks, as published", "Of 1 invested")
    plot_through_time(betas, "Beta that the next block is traded with", "Beta", drawstyle="steps-post")
    files += [_write_text(text, out / f"{name}.txt") for name, text in texts.items()]
    return (*files, write_figure(figure, out / "beta_hedge.png"))


def _write_text(text: str, path: Path) -> Path:
    return write_whole(path, lambda temporary: temporary.write_text(f"{text}\n", encoding="utf-8"))


STUDY = BetaHedgeStudy(
    name="beta-hedge",
    title="Magnificent Seven against QQQ: a beta-hedged portfolio",
    source="the study as published, on simulated prices",
)
