"""The sections of a report. Figures come from the room of back-tests, pictures from the room of plots."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num

from sitpy.backtest.environment import BacktestData
from sitpy.backtest.model import BacktestModel, TradeSummary
from sitpy.backtest.monthly import monthly_returns, with_averages
from sitpy.backtest.report import compute_turnover
from sitpy.backtest.side_by_side import dates_in_words, in_words, side_by_side
from sitpy.backtest.statistics import compute_nyears
from sitpy.backtest.trades import bt_trade_summary
from sitpy.pages.markup import figures, heat_table, line_sample, text
from sitpy.pages.pictures import Pictures
from sitpy.plots.backtest import plotbt
from sitpy.plots.custom_report import last_trades, plot_drawdown, plot_equity
from sitpy.plots.holdings import plotbt_holdings, plotbt_transition_map
from sitpy.plots.palette import line_styles
from sitpy.plots.timeline import Style, draw_lines, dress_dates, name_lines

_SYSTEM = {
    "Cagr": "Growth per year",
    "Volatility": "Volatility per year",
    "Sharpe": "Sharpe ratio",
    "DVR": "DVR",
    "MaxDD": "Deepest drawdown",
    "AvgDD": "Average drawdown",
    "VaR": "Value at risk, one period",
    "CVaR": "Expected shortfall, one period",
    "Exposure": "Time invested",
    "Profit_Factor": "Profit factor",
}
_PERIOD = {
    "Win_Percent_Day": "Winning periods",
    "Best_Day": "Best period",
    "Worst_Day": "Worst period",
    "Win_Percent_Month": "Winning months",
    "Best_Month": "Best month",
    "Worst_Month": "Worst month",
    "Win_Percent_Year": "Winning years",
    "Best_Year": "Best year",
    "Worst_Year": "Worst year",
}
_TRADES = {
    "ntrades": ("Number of trades", "{:.0f}"),
    "len": ("Average length, days", "{:.0f}"),
    "win_prob": ("Winning trades", "{:.1%}"),
    "avg_pnl": ("Average result, of the portfolio", "{:.2f}%"),
    "win_avg_pnl": ("Average gain", "{:.2f}%"),
    "loss_avg_pnl": ("Average loss", "{:.2f}%"),
    "profitability": ("Profit factor", "{:.2f}"),
}
_LAST_TRADES = 10
_STEPS = 1000  # in a map of holdings

MEANINGS = (
    ("Growth per year", "The constant yearly return that leads from the first value to the last (CAGR), after trading costs."),
    ("Volatility per year", "Standard deviation of the returns per period, scaled to a year."),
    ("Sharpe ratio", "Mean return over its standard deviation, scaled to a year, without a risk-free rate."),
    ("DVR", "Sharpe ratio times R², how close the equity line is to a straight one."),
    ("Drawdown", "How far the equity is below its highest value so far; the average counts each drawdown at its deepest."),
    ("Value at risk", "The return per period that 5 % of the periods fall below; expected shortfall is the mean of those."),
    ("Time invested", "Part of the dates on which anything is held."),
    ("Period", "From one date of the back-test to the next: a day or a month, as the prices are."),
    ("Profit factor", "Sum of the gains of winning trades over the sum of the losses of losing ones."),
    ("Turnover", "Value bought and sold per year over the mean value of the portfolio, the first purchase left out."),
    ("Monthly returns", "In percent. The first month, whose start is not known, has none; Year and MaxDD, the deepest drawdown "
     "within the year, count from the end of the year before, in the first year from the first date."),
)  # fmt: skip


def lines_section(
    named: Mapping[str, BacktestModel],
    series: Mapping[str, Mapping[str, pd.Series]],
    styles: Mapping[str, Style],
    pictures: Pictures,
) -> str:
    """Equity, drawdowns, returns over twelve months if there are as many, and the caller's own lines."""
    draws: dict[str, Callable[[Axes], object]] = {
        "Equity, value of 1 invested (log scale)": lambda ax: plot_equity(named, ax=ax),
        "Drawdown, below the high so far": lambda ax: plot_drawdown(named, ax=ax),
    }
    if max(compute_nyears(model.equity) for model in named.values()) >= 1:
        draws["Return over 12 months"] = lambda ax: plotbt(named, plottype="12M", ax=ax)
    drawn = [pictures.figure(caption, partial(_on_all_dates, named, draw)) for caption, draw in draws.items()]
    for title, lines in series.items():
        draw = partial(_draw_series, lines=lines, styles=styles)
        drawn.append(pictures.figure(title, partial(_on_all_dates, named, draw)))
    body = "\n".join(drawn)
    legend = "\n".join(
        f'<a href="#model-{number}">{line_sample(*styles[name])}{text(name)}</a>'
        for number, name in enumerate(named, 1)
    )
    return (
        f'<section>\n<h2>Performance</h2>\n<nav class="legend">{legend}</nav>\n'
        f'<div class="grid">\n{body}\n</div>\n</section>'
    )


def _on_all_dates(named: Mapping[str, BacktestModel], draw: Callable[[Axes], object], ax: Axes) -> None:
    """Draw, without what the page says beside it, on an axis that has the dates of all models."""
    draw(ax)
    ax.set_ylabel("")
    legend = ax.get_legend()
    if legend is not None and {line.get_text() for line in legend.get_texts()} <= set(named):
        legend.remove()
    dates = [date for model in named.values() for date in (model.dates[0], model.dates[-1])]
    ends = date2num(dates)  # type: ignore[no-untyped-call]
    drawn = ax.dataLim.intervalx
    first, last = min(*ends, drawn[0]), max(*ends, drawn[1])
    ax.set_xlim(first - 0.02 * (last - first), last + 0.02 * (last - first))


def _draw_series(ax: Axes, lines: Mapping[str, pd.Series], styles: Mapping[str, Style]) -> None:
    others = [name for name in lines if name not in styles]
    taken = len(styles) if len(others) < len(lines) else 0
    draw_lines(ax, lines, 1.3, {**dict(zip(others, line_styles(taken + len(others))[taken:])), **styles})
    dress_dates(ax, "", "")
    if len(lines) > 1:
        name_lines(ax, list(lines))


def statistics_section(named: dict[str, BacktestModel], samples: Mapping[str, str], data: BacktestData | None) -> str:
    """All statistics, a column for each model."""
    system = in_words(side_by_side(named).dropna(how="all"))
    order = [row for row in _SYSTEM if row in system.index]
    groups = [("Growth and risk", pd.concat([dates_in_words(named), system.loc[order].rename(index=_SYSTEM)]))]
    trading = _trading(named, data)
    if len(trading):
        groups.append(("Trading", trading))
    groups.append(("Single periods", in_words(side_by_side(named, "Period")).rename(index=_PERIOD)))
    heads = [f"{samples[name]}{text(name)}" for name in named]
    return f'<section class="statistics">\n<h2>Statistics</h2>\n{figures(groups, heads)}\n</section>'


def _trading(named: Mapping[str, BacktestModel], data: BacktestData | None) -> pd.DataFrame:
    """Turnover where the prices are known, costs where there are any."""
    rows: dict[str, list[str]] = {}
    if data is not None:
        rows["Turnover per year"] = [f"{compute_turnover(model, data):.2f}" for model in named.values()]
    paid = [_costs_per_year(model) for model in named.values()]
    if any(paid):
        rows["Trading costs per year"] = [f"{100 * cost:.2f}%" for cost in paid]
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(named), dtype=object)


def _costs_per_year(model: BacktestModel) -> float:
    return 0.0 if model.costs is None else float(model.costs.sum()) / compute_nyears(model.costs)


def model_section(
    number: int, name: str, model: BacktestModel, sample: str, data: BacktestData | None, pictures: Pictures
) -> str:
    """What one model held, earned and traded."""
    last = f"{model.dates[-1]:%d %b %Y}"
    trades = model.trade_summary if data is None else bt_trade_summary(data, model)
    parts = [
        f'<section class="model" id="model-{number}">\n<h2>{sample}{text(name)}</h2>',
        f'<p class="soft">{text(_facts(model))}</p>',
        '<div class="grid">',
        pictures.figure("Holdings through time", lambda ax: plotbt_transition_map(_coarser(model.weight), ax=ax)),
        pictures.figure(f"Allocation on {last}", lambda ax: plotbt_holdings(model.weight, ax=ax)),
        "</div>",
        f"<h3>Monthly returns, %</h3>\n{heat_table(with_averages(monthly_returns(model)))}",
        "" if trades is None else _trades(trades),
        "</section>",
    ]
    return "\n".join(part for part in parts if part)


def _coarser(weight: pd.DataFrame) -> pd.DataFrame:
    """Means over neighbouring dates where there are more of them than a picture has room for."""
    dates = len(weight)
    if dates <= _STEPS:
        return weight
    group = np.arange(dates) * _STEPS // dates
    last = np.append(np.flatnonzero(np.diff(group)), dates - 1)
    return weight.groupby(group).mean().set_axis(weight.index[last], axis=0)


def _facts(model: BacktestModel) -> str:
    commission = model.commission
    terms = [
        f"{commission.percentage:.2%} of the value traded" if commission.percentage else "",
        f"{commission.cps:g} per share" if commission.cps else "",
        f"{commission.fixed:g} {'of the portfolio ' if model.type == 'weight' else ''}per trade"
        if commission.fixed
        else "",
    ]
    paid = _costs_per_year(model)  # of an account, which has terms of its own
    costs = ", ".join(term for term in terms if term) or (f"{paid:.2%} per year" if paid else "")
    return (
        f"{model.dates[0]:%d %b %Y} to {model.dates[-1]:%d %b %Y}, {len(model.dates)} dates, {model.weight.shape[1]} "
        f"symbol{'s' if model.weight.shape[1] > 1 else ''}. "
        + (f"Trading costs {costs}." if costs else "No trading costs.")
    )


def _trades(trades: TradeSummary) -> str:
    if not trades.ntrades:
        return "<h3>Trades</h3>\n<p>There were none.</p>"
    there = trades.stats.columns[trades.stats.loc["ntrades"].to_numpy() > 0]
    sides = list(there[:1] if len(there) == 2 else there)  # all are long, or all short
    stats = [
        ["-" if np.isnan(value) else pattern.format(value) for value in trades.stats.loc[[key], sides].to_numpy()[0]]
        for key, (_, pattern) in _TRADES.items()
    ]
    table = pd.DataFrame(stats, index=[label for label, _ in _TRADES.values()], columns=sides, dtype=object)
    last = last_trades(trades, _LAST_TRADES)
    return (
        '<div class="trades">\n'
        f"<div><h3>Trades</h3>\n{figures([('', table)], [text(side) for side in sides])}</div>\n"
        f"<div><h3>Last trades</h3>\n{figures([('', last)], [text(column) for column in last.columns])}</div>\n</div>"
    )
