"""Back-tests side by side: lines through time, and the figures they are judged by."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, overload

import pandas as pd
from matplotlib.axes import Axes

from sitpy.arguments import choice, function
from sitpy.backtest.environment import Span, rows_between
from sitpy.backtest.model import BacktestModel, Models, listed_models
from sitpy.backtest.monthly import yearly_returns
from sitpy.backtest.report import bt_detail_summary
from sitpy.backtest.side_by_side import Metric, Summary, in_words, side_by_side
from sitpy.dates import dated
from sitpy.errors import InputError
from sitpy.plots.page import next_axes, percent_ticks
from sitpy.plots.tables import ROW_INCHES, draw_table
from sitpy.plots.timeline import draw_lines, dress_dates, highlight, log_axis, name_lines, say_nothing_to_show

Line = Callable[[BacktestModel], pd.Series]


def equity_of(model: BacktestModel) -> pd.Series:
    """The equity line, which :func:`plotbt` draws unless told otherwise."""
    return model.equity


def plotbt(
    *models: BacktestModel | Models,
    dates: Span = None,
    plottype: Literal["line", "12M"] = "line",
    xfun: Line = equity_of,
    main: str | None = None,
    plotX: bool = True,
    log: Literal["", "y"] = "",
    x_highlight: Span = None,
    LeftMargin: float = 0,
    ax: Axes | None = None,
) -> Axes:
    """A line through time for each back-test: the equity, or whatever is computed from the model.

    Parameters
    ----------
    *models : BacktestModel, or one mapping or sequence of them
        Names stand in the legend; models without names are numbered from 1.
    dates : str, rows or mask, optional
        The part to draw, such as "2000::2005"; equity keeps its level, see :func:`bt_trim` to begin at 1.
    plottype : {"line", "12M"}
        "12M" draws the return over the last twelve months, in percent.
    xfun : callable
        Model -> Series (dates).
    main : str, optional
        Title.
    plotX : bool
        Whether dates are written below the axes.
    log : {"", "y"}
        "y": a logarithmic axis, on which values of zero or less have no place and are left out.
    x_highlight : str, rows or mask, optional
        Dates to shade, those of the first model.
    LeftMargin : float
        R's margin, of no effect: labels find their room by themselves.
    ax : matplotlib.axes.Axes, optional
        Where to draw; default the next free cell of the current `layout`, or a new figure.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        No model, an unknown word, a function that gives no series with dates, no date within the range.

    Examples
    --------
    >>> import pandas as pd, sitpy
    >>> prices = pd.Series([10.0, 11, 10, 12], index=pd.date_range("2020-01-30", periods=4))
    >>> ax = sitpy.plotbt({"Buy and hold": sitpy.bt_simple(prices, [1, 1, 1, 1])}, main="Equity", log="y")
    >>> ax.get_title(), ax.get_legend().get_texts()[0].get_text()
    ('Equity', 'Buy and hold')

    References
    ----------
    SIT, ``plotbt``.
    """
    choice("plottype", plottype, ("line", "12M"))
    choice("log", log, ("", "y"))
    function("xfun", xfun, "give a function of a model that returns a Series with dates")
    named = listed_models(models)
    percent = plottype == "12M"
    lines = {name: _line(name, model, xfun, percent, dates) for name, model in named.items()}
    if log == "y":
        lines = {name: line.where(line > 0) for name, line in lines.items()}
    ax = next_axes(ax)
    draw_lines(ax, lines)
    if not any(line.notna().any() for line in lines.values()):
        say_nothing_to_show(ax, "less than a year of dates" if percent else "nothing to show")
    if log == "y":
        log_axis(ax)
    dress_dates(ax, main or "", "")
    if percent:
        ax.axhline(0, color="black", linewidth=0.8)
        percent_ticks(ax.yaxis)
    highlight(ax, pd.DatetimeIndex(next(iter(lines.values())).index), x_highlight)
    name_lines(ax, list(lines))
    ax.tick_params(labelbottom=plotX)
    return ax


def _line(name: str, model: BacktestModel, xfun: Line, percent: bool, dates: Span) -> pd.Series:
    line = xfun(model)
    if not isinstance(line, pd.Series):
        raise InputError(f"xfun gave a {type(line).__name__} for {name!r}; expected a Series with dates")
    line = line.set_axis(dated(line))
    try:
        line = 100 * yearly_returns(line) if percent else line.astype(float)
    except (TypeError, ValueError) as error:
        raise InputError(f"xfun gave something that is not a number for {name!r}: {error}") from None
    return line.iloc[rows_between(pd.DatetimeIndex(line.index), dates)]


@overload
def plotbt_strategy_sidebyside(
    *models: BacktestModel | Models,
    perfromance_metric: Metric = ...,
    perfromance_fn: Summary = ...,
    return_table: Literal[False] = ...,
    make_plot: bool = ...,
    ax: Axes | None = ...,
) -> Axes | None: ...


@overload
def plotbt_strategy_sidebyside(
    *models: BacktestModel | Models,
    perfromance_metric: Metric = ...,
    perfromance_fn: Summary = ...,
    return_table: Literal[True],
    make_plot: bool = ...,
    ax: Axes | None = ...,
) -> pd.DataFrame: ...


def plotbt_strategy_sidebyside(
    *models: BacktestModel | Models,
    perfromance_metric: Metric = "System",
    perfromance_fn: Summary = bt_detail_summary,
    return_table: bool = False,
    make_plot: bool = True,
    ax: Axes | None = None,
) -> Axes | pd.DataFrame | None:
    """A table of statistics with a column for each back-test.

    Parameters
    ----------
    *models : BacktestModel, or one mapping or sequence of them
        Names head the columns; models without names are numbered from 1.
    perfromance_metric : {"System", "Trade", "Period"}
        The group of figures (spelled so in SIT); "Trade" needs models that were run with ``trade_summary=True``.
    perfromance_fn : callable
        Model -> groups of figures.
    return_table : bool
        Return the figures in place of the axes.
    make_plot : bool
        Whether to draw.
    ax : matplotlib.axes.Axes, optional
        Where to draw; default the next free cell of the current `layout`, or a new figure.

    Returns
    -------
    matplotlib.axes.Axes, or DataFrame (figures x models) of numbers
        None when neither is asked for.

    Raises
    ------
    InputError
        No model, an unknown group, or one that no model has.

    Examples
    --------
    >>> import pandas as pd, sitpy
    >>> prices = pd.Series([10.0, 11, 9.9, 12], index=pd.date_range("2020-01-30", periods=4))
    >>> model = sitpy.bt_simple(prices, [1, 1, 1, 1])
    >>> sitpy.plotbt_strategy_sidebyside({"hold": model}, return_table=True, make_plot=False).loc["MaxDD", "hold"]
    -10.0

    References
    ----------
    SIT, ``plotbt.strategy.sidebyside``.
    """
    function("perfromance_fn", perfromance_fn, "give a function of a model, such as bt_detail_summary")
    table = side_by_side(listed_models(models), perfromance_metric, perfromance_fn)
    if make_plot:
        ax = next_axes(ax, (3.0 + 1.6 * table.shape[1], 1.0 + ROW_INCHES * (len(table) + 1)))
        draw_table(ax, in_words(table), "")
    return table if return_table else ax
