"""Files of a beta-hedge comparison: tables as CSV, pictures, and one page for a reader without Python."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pandas as pd

from sitpy.beta_hedge.result import BetaHedgeResult
from sitpy.studies.hedge_data import HedgeData
from sitpy.studies.hedge_published import PublishedRun
from sitpy.studies.hedge_reasons import reasons_table
from sitpy.studies.study import write_figure, write_table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sitpy.studies.hedge_comparison import HedgeComparison

PUBLISHED = "as published"
_WIDE = (8.6, 4.8)  # inches


def write_comparison(found: HedgeComparison, data: HedgeData, head: tuple[str, ...], out: Path) -> tuple[Path, ...]:
    """Everything into a folder: the paths written."""
    tables = tables_of(found)
    written = [write_table(table, out / f"{name}.csv", index=index) for name, (table, index) in tables.items()]
    written += [write_figure(draw(), out / f"{name}.png") for name, draw in pictures_of(found, data.benchmark).items()]
    return (*written, write_page(found, data.benchmark, head, out / "report.html"))


def tables_of(found: HedgeComparison) -> dict[str, tuple[pd.DataFrame, bool]]:
    """Every table by the name of its file, and whether its rows have names."""
    result, run = found.result, found.published
    hedged = result.accounts["hedged"]
    account = hedged.flows.assign(cash=hedged.cash, longs=hedged.longs, shorts=hedged.shorts, equity=hedged.equity)
    steps = pd.DataFrame({"value": run.values, "beta": pd.Series(run.betas).reindex(range(len(run.values)))})
    return {
        "equity": (result.equity.join(run.daily.rename(PUBLISHED), how="outer"), True),
        "exposures": (result.exposures.assign(turnover=result.turnover), True),
        "beta": (result.beta, True),
        "costs": (result.costs, True),
        "statistics": (result.statistics.rename_axis("figure"), True),
        "drawdowns": (result.drawdowns.rename_axis("variant"), True),
        "rebalances": (result.rebalances.rename_axis("traded"), True),
        "account": (account, True),
        "published": (steps.set_axis(run.ends).rename_axis("date"), True),
        "bridge": (found.bridge.rename_axis("step"), True),
        "reasons": (reasons_table(found.reasons), False),
    }


def pictures_of(found: HedgeComparison, benchmark: str) -> dict[str, Callable[[], Figure]]:
    """Every picture by the name of its file."""
    from sitpy.plots import layout, plotbt_monthly_table
    from sitpy.plots.custom_report import plot_drawdown
    from sitpy.plots.through_time import plot_through_time
    from sitpy.plots.timeline import log_axis

    result, run = found.result, found.published

    def equity() -> Figure:
        page = layout(1, 1, figsize=_WIDE)
        log_axis(
            plot_through_time(
                grown(found), f"Value of 1 invested; the benchmark is {benchmark}", "Log scale", below=True
            )
        )
        return page

    def drawdown() -> Figure:
        page = layout(1, 1, figsize=_WIDE)
        plot_drawdown(result.models).title.set_text("Below the high so far")
        return page

    def beta() -> Figure:
        page = layout(2, 1, figsize=(_WIDE[0], 1.5 * _WIDE[1]))
        plot_through_time(
            ratios_of(result, run),
            f"{benchmark} sold short per unit of the long side",
            "",
            drawstyle="steps-post",
            below=True,
        )
        left = plot_through_time(left_of(result), f"Beta to {benchmark} that is left, back-test", "", below=True)
        left.axhline(0, color="0.3", linewidth=0.8, zorder=1)
        return page

    def exposures() -> Figure:
        page = layout(1, 1, figsize=_WIDE)
        lines = {str(name): line for name, line in result.exposures.items()}
        ax = plot_through_time(lines, "Positions of the hedged portfolio", "Times equity", below=True)
        ax.axhline(0, color="0.3", linewidth=0.8, zorder=1)
        return page

    def monthly() -> Figure:
        ax = plotbt_monthly_table(result.models["hedged"], smain="Hedged: returns by month, %")
        return cast("Figure", ax.get_figure(root=True))

    return {"equity": equity, "drawdown": drawdown, "beta": beta, "exposures": exposures, "monthly": monthly}


def grown(found: HedgeComparison) -> dict[str, pd.Series]:
    """Each equity line of 1; that of the published study, valued daily, of 1 where the back-test begins."""
    result, daily = found.result, found.published.daily
    lines = {str(name): line / result.accounts[str(name)].capital for name, line in result.equity.items()}
    part = daily.loc[result.equity.index[0] :]
    return lines if found.published.ruined or part.empty else lines | {PUBLISHED: part / part.iloc[0]}


def ratios_of(result: BetaHedgeResult, run: PublishedRun) -> dict[str, pd.Series]:
    """The hedge ratio in force on each day, the back-test's and the published one."""
    published = pd.Series(run.traded, run.ends[:-1]).reindex(run.closes).ffill()
    return {"back-test": result.beta["ratio"], PUBLISHED: published.loc[result.equity.index[0] :]}


def left_of(result: BetaHedgeResult) -> dict[str, pd.Series]:
    """Beta of all positions, and of the last returns of equity where there are enough of them."""
    lines = {"estimated of what is held": result.beta["ex_ante"], "realised": result.beta["realised"].dropna()}
    return {name: line for name, line in lines.items() if len(line)}


def write_page(found: HedgeComparison, benchmark: str, head: tuple[str, ...], path: Path) -> Path:
    """The back-test's variants beside each other, the published study's line, and the reasons in words."""
    from sitpy.pages import report

    result, lines = found.result, grown(found)
    beside = {name: lines[name] for name in ("hedged", PUBLISHED) if name in lines}
    return report(
        result.models,
        path,
        title=f"Beta-hedged portfolio against {benchmark}",
        notes=[
            *(f"{line[:1].upper()}{line[1:]}." for line in (*head, *found.remarks)),
            in_short(found.bridge),
            *(
                f"{number}. {reason.title.capitalize()}. {reason.text}"
                for number, reason in enumerate(found.reasons, 1)
            ),
        ],
        series={
            "Hedged, and the study as published, value of 1": pd.DataFrame(beside),
            f"{benchmark} sold short per unit of the long side": pd.DataFrame(ratios_of(result, found.published)),
            f"Beta to {benchmark} that is left": pd.DataFrame(left_of(result)),
            "Positions of the hedged portfolio, times equity": result.exposures,
        },
    )


def in_short(steps: pd.DataFrame) -> str:
    """The way from one growth per year to the other in a sentence."""
    growth = steps["growth"]
    ours = f"{growth.iloc[-1]:.1%} per year"
    if growth.isna().any():
        return f"The study as published has no growth per year with these betas; the back-test has {ours}. Why:"
    parts = "; ".join(f"{name} {change:+.1%}" for name, change in steps["change"].iloc[1:].items())
    return f"The study as published claims {growth.iloc[0]:.1%} per year, the back-test has {ours}. On the way: {parts}. Why:"
