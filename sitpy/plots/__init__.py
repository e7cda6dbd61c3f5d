"""Every picture: frontiers, transition maps, input assumptions, back-tests. Plots take results and never solve.

Each function draws on the ``ax`` it is given; without one it takes the next free cell of the current
:func:`layout`, or begins a new figure. Nothing is shown on screen: call ``matplotlib.pyplot.show()`` or
``figure.savefig(...)`` yourself.
"""

from __future__ import annotations

from sitpy.plots.backtest import plotbt, plotbt_strategy_sidebyside
from sitpy.plots.custom_report import (
    plotbt_custom_report,
    strategy_performance_snapshoot,
    strategy_performance_snapshot,
)
from sitpy.plots.frontier import plot_add_portfolios, plot_ef
from sitpy.plots.holdings import plotbt_holdings, plotbt_holdings_time, plotbt_transition_map
from sitpy.plots.inputs import plot_ia
from sitpy.plots.monthly import plotbt_monthly_table
from sitpy.plots.omega import plot_omega
from sitpy.plots.page import layout, next_axes
from sitpy.plots.palette import asset_styles, line_styles
from sitpy.plots.transition import plot_transition_map, plot_transitopn_map

__all__ = [
    "asset_styles",
    "layout",
    "line_styles",
    "next_axes",
    "plot_add_portfolios",
    "plot_ef",
    "plot_ia",
    "plot_omega",
    "plot_transition_map",
    "plot_transitopn_map",
    "plotbt",
    "plotbt_custom_report",
    "plotbt_holdings",
    "plotbt_holdings_time",
    "plotbt_monthly_table",
    "plotbt_strategy_sidebyside",
    "plotbt_transition_map",
    "strategy_performance_snapshoot",
    "strategy_performance_snapshot",
]
