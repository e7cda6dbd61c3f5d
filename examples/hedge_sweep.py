"""A sweep of the beta-hedged portfolio over its options, each back-test kept on disk, and a map of what came out.

Seven shares by volume, long; QQQ, short. The prices are the SIMULATED ones of sitpy. The figure and the folder "cells" go to
the folder given as the first argument, else to the current one; run again, the finished back-tests are taken from there. With
``joblib.parallel_config(backend="dask")`` around the call, and a ``distributed.Client``, the same sweep runs on a cluster.
"""

import sys
from pathlib import Path

from sitpy import data, layout, sweep_beta_hedge
from sitpy.plots.heat_map import plot_heat_map

folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")

table = sweep_beta_hedge(
    data.mag7_simulated_prices(),
    "QQQ",
    volumes=data.mag7_simulated_volumes(),
    grid={"estimator": ["ols", "blume"], "window": [30, 60, 120], "rebalance": [5, 20, 60]},
    out=folder / "cells",
)
figures = ["CAGR", "Volatility", "Sharpe", "Max drawdown", "Beta", "Turnover"]
print(table.set_index(["estimator", "window", "rebalance"])[figures].round(3).to_string())

# rows: estimator and window; columns: days between trades
layout(1, 3, figsize=(12.5, 3.6))
for name, title, form, good in (
    ("Sharpe", "Sharpe ratio", ".2f", "high"),
    ("CAGR", "Growth per year, %", ".1f", "high"),
    ("Beta", "Beta to QQQ", ".3f", "zero"),
):
    cells = table.assign(row=table["estimator"] + ", window " + table["window"].astype(str))
    values = cells.pivot(index="row", columns="rebalance", values=name).loc[cells["row"].unique()]
    ax = plot_heat_map(values.rename_axis(index="") * (100 if name == "CAGR" else 1), title, form, good=good)
    if name != "Sharpe":
        ax.set_yticklabels([])
ax.figure.savefig(folder / "hedge_sweep.png", dpi=110)
