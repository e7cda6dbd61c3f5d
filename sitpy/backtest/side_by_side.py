"""The figures of several models as one table, a column for each, and the words in which they are shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

import pandas as pd

from sitpy.backtest.model import BacktestModel
from sitpy.backtest.report import bt_detail_summary
from sitpy.errors import InputError

Metric = Literal["System", "Trade", "Period"]
Summary = Callable[[BacktestModel], Mapping[str, Mapping[str, Any]]]

_PERCENT = {"Cagr", "Volatility", "MaxDD", "AvgDD", "VaR", "CVaR", "Exposure", "Avg_Trade", "Avg_Win", "Avg_Loss"}
_LARGE = 1e6  # growth per year of a few days is a number that nobody reads
_PERCENT_STARTS = ("Win_Percent", "Best_", "Worst_")


def side_by_side(
    models: Mapping[str, BacktestModel], metric: str = "System", summary: Summary = bt_detail_summary
) -> pd.DataFrame:
    """One group of the figures of :func:`bt_detail_summary` for several models.

    Parameters
    ----------
    models : mapping of str to BacktestModel
    metric : {"System", "Trade", "Period"}
        The group. "Trade" needs models that were run with ``trade_summary=True``.
    summary : callable
        Model -> groups of figures.

    Returns
    -------
    DataFrame (figures x models) of object
        A figure that a model does not have is nan.

    Raises
    ------
    InputError
        An unknown group, or one that no model has.

    Examples
    --------
    >>> import pandas as pd, sitpy
    >>> from sitpy.backtest.side_by_side import side_by_side
    >>> prices = pd.Series([10.0, 11, 9.9, 12], index=pd.date_range("2020-01-30", periods=4))
    >>> side_by_side({"hold": sitpy.bt_simple(prices, [1, 1, 1, 1])}).loc["MaxDD", "hold"]
    -10.0
    """
    groups = {name: summary(model) for name, model in models.items()}
    known = next(iter(groups.values()))
    if metric not in known:
        raise InputError(f"the metric is {metric!r}; known are {', '.join(map(repr, known))}")
    if not any(group[metric] for group in groups.values()):
        raise InputError(f"no model has figures of {metric!r}; run them with trade_summary=True")
    rows = list(dict.fromkeys(figure for group in groups.values() for figure in group[metric]))
    columns = {name: [group[metric].get(row, float("nan")) for row in rows] for name, group in groups.items()}
    return pd.DataFrame(columns, index=rows, dtype=object)


def dates_in_words(models: Mapping[str, BacktestModel]) -> pd.DataFrame:
    """The months in which each model begins and ends, as rows "From" and "To" for a table of figures."""
    rows = [[f"{model.dates[at]:%b %Y}" for model in models.values()] for at in (0, -1)]
    return pd.DataFrame(rows, index=["From", "To"], columns=list(models), dtype=object)


def in_words(table: pd.DataFrame) -> pd.DataFrame:
    """The same table as text: two decimals, percent where the figure is one, "-" for none."""
    words = [[figure_text(str(row), value) for value in values] for row, values in zip(table.index, table.to_numpy())]
    return pd.DataFrame(words, index=table.index, columns=table.columns, dtype=object)


def figure_text(figure: str, value: Any) -> str:
    """A figure of :func:`bt_detail_summary` as it is shown."""
    if isinstance(value, str):
        return value
    if pd.isna(value):
        return "-"
    if isinstance(value, int):
        return f"{value:d}"
    number = f"{value:.2f}" if abs(value) < _LARGE else f"{value:.2g}"
    return f"{number}{'%' if figure in _PERCENT or figure.startswith(_PERCENT_STARTS) else ''}"
