"""Pages about back-tests: several pictures and tables on one figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sitpy.backtest.environment import BacktestData, Span
from sitpy.backtest.losses import compute_drawdown
from sitpy.backtest.model import BacktestModel, Models, TradeSummary, listed_models, named_models
from sitpy.backtest.monthly import monthly_returns
from sitpy.backtest.report import bt_trim, compute_turnover
from sitpy.backtest.side_by_side import dates_in_words, figure_text, in_words, side_by_side
from sitpy.errors import InputError
from sitpy.plots.backtest import plotbt
from sitpy.plots.holdings import plotbt_transition_map
from sitpy.plots.monthly import plotbt_monthly_table
from sitpy.plots.page import layout, next_axes, percent_ticks
from sitpy.plots.tables import ROW_INCHES, draw_table

_WIDTH, _EQUITY, _SMALL = 8.3, 2.9, 1.9  # inches
_LAST_TRADES = 20


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
    named = named_models(models)
    cells, size = ([[1], [1], [2], [3]], (8.3, 10.5)) if one_page else ([[1, 3], [1, 3], [2, 3]], (12.5, 7.0))
    figure = layout(np.array(cells), figsize=size)
    if title is not None:
        figure.suptitle(title, fontweight="bold", fontsize="x-large", parse_math=False)
    equity = plot_equity(named)
    _below(equity, plot_drawdown(named))
    draw_table(next_axes(), _snapshot_words(named, data), "Statistics")
    return figure


strategy_performance_snapshoot = strategy_performance_snapshot  # SIT's own spelling


def plotbt_custom_report(
    *models: BacktestModel | Models,
    dates: Span = None,
    main: str = "",
    trade_summary: bool = False,
    x_highlight: Span = None,
) -> Figure:
    """A page about one strategy and those it is compared with: lines, statistics, and what the first one held and earned.

    Parameters
    ----------
    *models : BacktestModel, or one mapping or sequence of them
        The first is the subject: the transition map, the monthly table and the trades are its own.
    dates : str, rows or mask, optional
        The part to report on, such as "2000::2005"; equity begins at 1 there.
    main : str
        Title of the page.
    trade_summary : bool
        Add the last 20 trades; needs a first model that was run with ``trade_summary=True``.
    x_highlight : str, rows or mask, optional
        Dates to shade.

    Returns
    -------
    matplotlib.figure.Figure
        Equity, returns over twelve months, drawdowns, transition map, monthly table, statistics side by side, trades.

    Raises
    ------
    InputError
        No model, nothing within the range, trades asked for and not known.

    Examples
    --------
    >>> import pandas as pd, sitpy
    >>> prices = pd.Series([10.0, 11, 10, 12], index=pd.date_range("2020-01-30", periods=4))
    >>> figure = sitpy.plotbt_custom_report({"Buy and hold": sitpy.bt_simple(prices, [1, 1, 1, 1])}, main="Report")
    >>> len(figure.axes)
    6

    References
    ----------
    SIT, ``plotbt.custom.report``, which draws three pages.
    """
    named = listed_models(models)
    name, first = next(iter(named.items()))
    trades = first.trade_summary
    if trade_summary and trades is None:
        raise InputError(f"the trades of {name!r} are not known; run it with trade_summary=True")
    if dates is not None:
        named = bt_trim(named, dates=dates)
        first = named[name]
    statistics, years = in_words(side_by_side(named)), len(monthly_returns(first)) + 1
    heights = [_EQUITY, _SMALL, _SMALL, _EQUITY, 0.6 + 0.21 * years, 0.75 + ROW_INCHES * len(statistics)]
    last = last_trades(trades, _LAST_TRADES) if trade_summary and trades is not None else None
    heights += [] if last is None else [0.75 + ROW_INCHES * len(last)]
    figure = layout(len(heights), figsize=(_WIDTH, sum(heights)), heights=heights)
    figure.suptitle(main, fontweight="bold", fontsize="x-large", parse_math=False)
    equity = plot_equity(named, x_highlight)
    _below(equity, plotbt(named, plottype="12M", main="Return over 12 months", x_highlight=x_highlight))
    _below(equity, plot_drawdown(named, x_highlight))
    plotbt_transition_map(first.weight, name, x_highlight=x_highlight)
    plotbt_monthly_table(first, smain=f"Monthly returns of {name}, %")
    draw_table(next_axes(), statistics, "Statistics")
    if last is not None:
        draw_table(next_axes(), last, f"Last trades of {name}", 8)
    return figure


def plot_equity(models: Mapping[str, BacktestModel], x_highlight: Span = None, *, ax: Axes | None = None) -> Axes:
    """Equity of models by name, on a logarithmic axis."""
    ax = plotbt(models, log="y", main="Equity", x_highlight=x_highlight, ax=ax)
    ax.set_ylabel("Value of 1 invested, log scale")
    return ax


def plot_drawdown(models: Mapping[str, BacktestModel], x_highlight: Span = None, *, ax: Axes | None = None) -> Axes:
    """How far models are below their highest equity so far, in percent."""
    ax = plotbt(
        models, xfun=lambda model: 100 * compute_drawdown(model.equity), main="Drawdown", x_highlight=x_highlight, ax=ax
    )
    for line in ax.get_lines():
        line.set_linewidth(1.0)
    ax.set_ylabel("Below the high")
    percent_ticks(ax.yaxis)
    ax.set_ylim(top=0)
    return ax


def last_trades(trades: TradeSummary, count: int) -> pd.DataFrame:
    """The trades that were closed last, latest first, in words."""
    table = trades.trades.sort_values("exit_date", kind="stable", ascending=False).head(count)
    return pd.DataFrame(
        {
            "Weight": [f"{value:.1f}%" for value in table["weight"]],
            "Opened": [f"{date:%Y-%m-%d}" for date in table["entry_date"]],
            "Closed": [f"{date:%Y-%m-%d}" for date in table["exit_date"]],
            "Days": [f"{days}" for days in table["nhold"]],
            "Entry": [f"{price:.2f}" for price in table["entry_price"]],
            "Exit": [f"{price:.2f}" for price in table["exit_price"]],
            "Return": [f"{value:.2f}%" for value in table["return"]],
        },
        index=[str(symbol) for symbol in table["symbol"]],
        dtype=object,
    )


def _below(equity: Axes, ax: Axes) -> None:
    """The same dates as the equity, whose legend is for both."""
    ax.sharex(equity)
    legend = ax.get_legend()
    if legend is not None:
        legend.remove()


def _snapshot_words(named: dict[str, BacktestModel], data: BacktestData | None) -> pd.DataFrame:
    """Statistics in words: from, to, the figures of the system, turnover when the prices are known."""
    words = in_words(side_by_side(named)).drop(index=["Period", "Profit_Factor"], errors="ignore")
    parts = [dates_in_words(named), words]
    if data is not None:
        turnover = [figure_text("Turnover", compute_turnover(model, data)) for model in named.values()]
        parts.append(pd.DataFrame([turnover], index=["Turnover"], columns=words.columns, dtype=object))
    return pd.concat(parts)
