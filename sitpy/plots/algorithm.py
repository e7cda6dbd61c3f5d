"""An algorithm's run in one picture: equity, leverage, exposure."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import StrMethodFormatter

from sitpy.plots.page import layout
from sitpy.plots.through_time import plot_through_time


def plot_algorithm(equity: pd.Series, leverage: pd.Series, exposure: pd.Series, title: str) -> Figure:
    """Equity above leverage (gross exposure) above net exposure, each at every close.

    Parameters
    ----------
    equity, leverage, exposure : Series (sessions)
        As :class:`sitpy.optimize.AlgorithmRun` has them.
    title : str
        Above the equity.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    InputError
        A series without dates.

    Examples
    --------
    >>> import pandas as pd
    >>> from sitpy.plots.algorithm import plot_algorithm
    >>> value = pd.Series([1.0, 1.1, 1.05], index=pd.date_range("2024-01-31", periods=3, freq="B"))
    >>> figure = plot_algorithm(1e6 * value, value, 0 * value, "an algorithm")
    >>> [ax.get_ylabel() for ax in figure.axes]
    ['value', 'of the value', 'of the value']
    """
    page = layout(3, 1, figsize=(8.0, 8.4), heights=[1.5, 1, 1])
    for line, words, unit in (
        (equity, title, "value"),
        (leverage, "Leverage (gross exposure)", "of the value"),
        (exposure, "Net exposure", "of the value"),
    ):
        plot_through_time({words: line}, words, unit).title.set_parse_math(False)
    page.axes[0].yaxis.set_major_formatter(StrMethodFormatter("{x:,.6g}"))
    return page
