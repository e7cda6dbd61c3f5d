"""Why the published beta-hedge study and the back-test differ: its six faults, in figures of the data at hand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sitpy.backtest.statistics import compute_nyears
from sitpy.beta_hedge import hedged_portfolio_performance_dynamic_beta, linreg
from sitpy.beta_hedge.result import BetaHedgeResult
from sitpy.studies.hedge_published import DAYS_OF_TRADING, PublishedRun

SHOCK = 0.05
"""How far the benchmark is moved on a later day, to show that an earlier position knows of it."""


@dataclass(frozen=True)
class Reason:
    """A fault, what it does in a sentence or two, and its figures: name -> (as published, as it should be)."""

    title: str
    text: str
    figures: dict[str, tuple[float, float]]


def reasons_of(run: PublishedRun, result: BetaHedgeResult) -> list[Reason]:
    """The six faults of the published study on these data, each beside the back-test."""
    return [
        _hindsight(run, result),
        _costs(run),
        _years(run),
        _inverse_fund(run, result),
        _block_ends(run, result),
        _unbounded(run, result),
    ]


def reasons_table(reasons: list[Reason]) -> pd.DataFrame:
    """One row per figure: number of the fault, its name, the figure, as published, as it should be."""
    rows = [
        {"fault": number, "what": reason.title, "figure": name, "published": published, "mended": mended}
        for number, reason in enumerate(reasons, 1)
        for name, (published, mended) in reason.figures.items()
    ]
    return pd.DataFrame(rows)


def _hindsight(run: PublishedRun, result: BetaHedgeResult) -> Reason:
    name, last = result.benchmark, run.closes[run.days]
    moved = run.market.copy()
    moved.iloc[run.days - 1] -= SHOCK
    other = hedged_portfolio_performance_dynamic_beta(run.capital, run.days, moved, run.long, -moved, run.cost)[1][0]
    short, otherwise = run.betas[0] / (1 + run.betas[0]), other / (1 + other)
    used, needed = run.betas[1:].mean(), run.needed.mean()
    kept, ours = _beta_of_days(run), float(result.statistics["hedged"]["Beta"])
    return Reason(
        "betas look ahead, then halve",
        f"The opening beta, {run.betas[0]:.3f}, is the slope of the {run.days} days that it then trades: had {name} "
        f"ended {SHOCK:.0%} lower on {last:%Y-%m-%d}, the short of {run.closes[0]:%Y-%m-%d} would be {otherwise:.1%} of the "
        f"money, not {short:.1%}. Each later beta is (hedge ratio - 1)/2: {used:.2f} on average where {needed:.2f} is needed. "
        f"What is left of {name} in the published hedge is a beta of {kept:.2f}; in the back-test {ours:z.2f}.",
        {
            "mean beta after the opening": (used, needed),
            "short on the first day, other close later": (otherwise, short),
            "beta that is left": (kept, ours),
        },
    )


def _beta_of_days(run: PublishedRun) -> float:
    """Beta of the daily returns of the split that each block begins with."""
    beta = run.betas[run.block]
    return linreg(run.market, (run.long - beta * run.market) / (1 + beta)).beta


def _costs(run: PublishedRun) -> Reason:
    charged = float((abs(run.values[1:]) / (1 - run.cost) * run.cost).sum())
    traded = run.paid()
    return Reason(
        "costs on all that is held",
        f"Each of the {len(run.values) - 1} blocks pays {run.cost:.2%} of both legs whole, traded or not: {charged:,.0f} in "
        "all. "
        + (
            "An account that pays for what it trades loses everything with these betas."
            if np.isnan(traded)
            else f"On what the same rebalancing buys and sells, the opening included, it is {traded:,.0f}."
        ),
        {"costs, money": (charged, traded)},
    )


def _years(run: PublishedRun) -> Reason:
    report = run.report
    end = run.ends[report.trimmed_length - 1]
    years = (
        compute_nyears(pd.Series(1.0, pd.DatetimeIndex([run.closes[0], end]))) if end > run.closes[0] else float("nan")
    )
    counted = report.trimmed_length * run.days / 365
    annual = 100 * ((report.final / report.initial) ** (1 / years) - 1) if report.final > 0 else float("nan")
    excess = run.values[1:] / run.values[:-1] - (1 + run.risk_free) ** (run.days / DAYS_OF_TRADING)
    sharpe = (
        float("nan") if np.isnan(run.sharpe) else excess.mean() / excess.std() * np.sqrt(DAYS_OF_TRADING / run.days)
    )
    left = len(run.values) - report.trimmed_length
    growth = (
        f": {report.annualized_returns_pct:.1f} % per year are {annual:.1f} % by the calendar, and the Sharpe ratio of "
        f"{run.sharpe:.2f} is {sharpe:.2f} with {DAYS_OF_TRADING} days."
        if report.final > 0
        else ", but the value ends below zero, and no calendar makes a growth per year of that."
    )
    return Reason(
        "trading days as days of a 365-day year",
        f"{run.closes[0]:%Y-%m-%d} to {end:%Y-%m-%d} are {years:.2f} years and count as {counted:.2f}{growth}"
        + (f" The last block, until {run.closes[-1]:%Y-%m-%d}, is left out of the figures." if left else ""),
        {
            "years": (counted, years),
            "growth per year, %": (report.annualized_returns_pct, annual),
            "Sharpe ratio": (run.sharpe, sharpe),
        },
    )


def _inverse_fund(run: PublishedRun, result: BetaHedgeResult) -> Reason:
    growth = (1 + run.market).groupby(run.block).prod()
    fund, sale = (1 - run.market).groupby(run.block).prod() - 1, 1 - growth
    worst = int((fund - sale).abs().to_numpy().argmax())
    lines = [run.account(run.betas, short_sale=short) for short in (False, True)]
    ends = [float("nan") if line is None else float(line.iloc[-1]) for line in lines]
    fee, capital = float(result.costs["borrow"].sum()), result.accounts["hedged"].capital
    total = (
        "With a short sale these betas lose everything." if np.isnan(ends).any()
        else f"Over all blocks {ends[0]:,.0f} with the fund, {ends[1]:,.0f} with the sale."
    )  # fmt: skip
    return Reason(
        "the short leg is an inverse fund",
        f"It compounds -r every day. From {run.ends[worst]:%Y-%m-%d} to {run.ends[worst + 1]:%Y-%m-%d} {result.benchmark} "
        f"moved by {growth.iloc[worst] - 1:+.1%}: the fund by {fund.iloc[worst]:+.1%}, a short sale by "
        f"{sale.iloc[worst]:+.1%}. {total} Nothing is paid for the borrowed shares; the "
        f"back-test pays {fee / capital:.2%} of its capital.",
        {"short leg of the worst block": (fund.iloc[worst], sale.iloc[worst]), "final value": (ends[0], ends[1])},
    )


def _block_ends(run: PublishedRun, result: BetaHedgeResult) -> Reason:
    daily, days = run.daily, len(run.long)
    title = "only ends of blocks are valued"
    ours = float(result.drawdowns["depth"]["hedged"])
    if run.ruined:
        gone = daily.index[int(np.argmax(daily.to_numpy() <= 0))]
        text = (
            f"Of {days + 1} closes {len(run.values)} are valued; with every close valued, the money is gone on "
            f"{gone:%Y-%m-%d}."
        )
        return Reason(title, text, {"values": (len(run.values), days + 1)})
    ends, every = (float((line / np.maximum.accumulate(line) - 1).min()) for line in (run.values, daily.to_numpy()))
    return Reason(
        title,
        f"Of {days + 1} closes {len(run.values)} are valued. The deepest fall among these is {-ends:.1%}; the same positions "
        f"valued every day fell by {-every:.1%}. The back-test is valued every day and fell by {-ours:.1%}.",
        {"values": (len(run.values), days + 1), "deepest fall": (ends, every)},
    )


def _unbounded(run: PublishedRun, result: BetaHedgeResult) -> Reason:
    traded, options = run.traded, result.options
    long = 1 / (1 + traded)
    worst = int(np.abs(long).argmax())
    gross = float(abs(long[worst]) + abs(1 - long[worst]))
    ruin = f" No growth per year is printed: {run.report.reason}." if run.report.reason else ""
    ours = float(result.exposures["gross"].max())
    return Reason(
        "nothing bounds beta",
        f"The smallest beta traded is {traded.min():.3f}; that of {run.ends[worst]:%Y-%m-%d} makes legs of {long[worst]:.2f} "
        f"and {1 - long[worst]:.2f} times the value, without limit as a beta comes near -1.{ruin} The back-test keeps its "
        f"ratio from {options['beta_floor']:g} to {options['beta_cap']:g} (held at the cap {result.bound('cap')}, at the "
        f"floor {result.bound('floor')} times of {len(result.rebalances)}); both sides together are at most {ours:.2f} times "
        "equity.",
        {
            "smallest beta": (float(traded.min()), float(result.rebalances["ratio"].min())),
            "both sides over equity": (gross, ours),
        },
    )
