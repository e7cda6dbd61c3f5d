"""Back-tests of several strategies side by side: equity, drawdowns and the figures they are judged by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import fill
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.dates import ConciseDateFormatter
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter, NullLocator, StrMethodFormatter

from sitpy.backtest.environment import BacktestData
from sitpy.backtest.losses import compute_drawdown
from sitpy.backtest.model import BacktestModel
from sitpy.backtest.report import bt_detail_summary, compute_turnover
from sitpy.errors import InputError
from sitpy.plots.page import dress, layout, next_axes, percent_ticks
from sitpy.plots.palette import line_styles

_PERCENT = ("Cagr", "Volatility", "MaxDD", "AvgDD", "VaR", "CVaR", "Exposure")
_PLAIN = ("Sharpe", "DVR")
_LETTERS = 60  # in a line of the table's head, all columns together
_FULL = 8  # columns that fit with letters of the usual size


def strategy_performance_snapshot(
    models: Mapping[str, BacktestModel] | Sequence[BacktestModel],
    one_page: bool = False,
    title: str | None = None,
    data: BacktestData | None = None,
) -> Figure:
    """Equity lines on a logarithmic axis, drawdowns, and a table of statistics with a column for each strategy.

    Parameters
    ----------
    models : mapping of str to BacktestModel, or sequence of BacktestModel
        Results of back-tests; a sequence is numbered from 1.
    one_page : bool
        True: an upright page, the table below the lines. False: a wide figure, the table beside them.
    title : str, optional
        Above the figure.
    data : BacktestData, optional
        What the models were run on; adds their turnover to the table.

    Returns
    -------
    matplotlib.figure.Figure
        Three axes: equity, drawdowns, table.

    Raises
    ------
    InputError
        No model, or something else among them.

    Examples
    --------
    >>> import pandas as pd, sitpy
    >>> prices = pd.Series([10.0, 11, 10, 12], index=pd.date_range("2020-01-30", periods=4))
    >>> figure = sitpy.strategy_performance_snapshot({"Buy and hold": sitpy.bt_simple(prices, [1, 1, 1, 1])})
    >>> len(figure.axes)
    3

    References
    ----------
    SIT, ``strategy.performance.snapshoot`` (spelled so there).
    """
    named = _named(models)
    cells, size = ([[1], [1], [2], [3]], (8.3, 10.5)) if one_page else ([[1, 3], [1, 3], [2, 3]], (12.5, 7.0))
    figure = layout(np.array(cells), figsize=size)
    if title is not None:
        figure.suptitle(title, fontweight="bold", fontsize="x-large")
    equity, fall = next_axes(), next_axes()
    for (name, model), (colour, dash) in zip(named.items(), line_styles(len(named)), strict=True):
        style: dict[str, Any] = {"color": colour, "linestyle": dash, "label": name}
        equity.plot(model.dates, model.equity.where(model.equity > 0), linewidth=1.3, **style)
        fall.plot(model.dates, 100 * compute_drawdown(model.equity), linewidth=0.8, **style)
    _dress_equity(equity)
    fall.sharex(equity)
    fall.xaxis.set_major_formatter(ConciseDateFormatter(fall.xaxis.get_major_locator()))  # type: ignore[no-untyped-call]
    dress(fall, "Drawdown", "", "Below the high")
    percent_ticks(fall.yaxis)
    fall.set_ylim(top=0)
    _draw_table(next_axes(), named, data)
    return figure


strategy_performance_snapshoot = strategy_performance_snapshot  # SIT's own spelling


def _named(models: Mapping[str, BacktestModel] | Sequence[BacktestModel]) -> dict[str, BacktestModel]:
    if isinstance(models, BacktestModel) or not isinstance(models, (Mapping, Sequence)):
        raise InputError(f"models is a {type(models).__name__}; give a mapping of names to results of bt_run")
    named = dict(models) if isinstance(models, Mapping) else {str(i + 1): model for i, model in enumerate(models)}
    if not named:
        raise InputError("models is empty; give at least one result of bt_run")
    for name, model in named.items():
        if not isinstance(model, BacktestModel):
            raise InputError(f"models[{name!r}] is a {type(model).__name__}; expected a result of bt_run")
    return {str(name): model for name, model in named.items()}


def _dress_equity(ax: Axes) -> None:
    """Logarithmic, with a few plain numbers however narrow the range is."""
    ax.set_yscale("log")
    low, high = ax.get_ylim()
    if high / low < 20:
        ax.yaxis.set_major_locator(
            MaxNLocator(6) if high / low < 3 else LogLocator(subs=[1, 1.5, 2, 3, 5, 7], numticks=8)
        )
        ax.yaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    ax.yaxis.set_minor_formatter(NullFormatter())
    dress(ax, "Equity", "", "Value of 1 invested, log scale")
    ax.legend(loc="best", fontsize="small", framealpha=0.85, handlelength=3.2)


def _draw_table(ax: Axes, named: dict[str, BacktestModel], data: BacktestData | None) -> None:
    columns = []
    for model in named.values():
        figures = bt_detail_summary(model)["System"]
        text = {key: _cell_text(figures[key], key in _PERCENT) for key in figures if key in (*_PERCENT, *_PLAIN)}
        if data is not None:
            text["Turnover"] = _cell_text(compute_turnover(model, data), False)
        first, last = (f"{date:%b %Y}" for date in (model.dates[0], model.dates[-1]))
        columns.append({"From": first, "To": last, **text})
    rows = list(columns[0])
    heads = [fill(name, max(6, _LETTERS // len(named))) for name in named]
    ax.set_axis_off()
    ax.set_title("Statistics", fontweight="bold")
    table = ax.table(
        [[column[row] for column in columns] for row in rows],
        rowLabels=rows,
        colLabels=heads,
        loc="upper center",
        cellLoc="right",
        colLoc="right",
        edges="horizontal",
    )
    table.auto_set_font_size(False)
    table.set_fontsize(9 * min(1.0, _FULL / len(named)))
    table.scale(1, 1.45)
    for (row, _), cell in table.get_celld().items():
        cell.set(linewidth=0.5, edgecolor="0.7")
        if row == 0:
            cell.set_height(cell.get_height() * (1 + 0.6 * max(head.count("\n") for head in heads)))
            cell.get_text().set_fontweight("bold")


def _cell_text(value: float, percent: bool) -> str:
    return "-" if np.isnan(value) else f"{value:.2f}{'%' if percent else ''}"
