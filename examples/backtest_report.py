"""Back-tests on one page for a reader without Python: momentum, least variance and equal weights.

Seven country funds, simulated monthly returns that ship with sitpy (no market data). Each month momentum holds the two
funds that rose most over the last twelve months, and least variance the portfolio of least variance over the last three years;
trading costs 0.1 % of the value traded. The page, report.html, goes to the folder given as the first argument, else to the
current one.
"""

import sys
from pathlib import Path

import pandas as pd

from sitpy import (
    bt_prep,
    bt_run_share,
    bt_trim,
    create_basic_constraints,
    create_ia,
    data,
    min_var_portfolio,
    report,
)
from sitpy.r import ntop

folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")

returns = data.country7_simulated()
prices = 100 * (1 + returns).cumprod()
b = bt_prep(prices)
n = len(b.symbolnames)
months = prices.index[36:]

# weights known at the end of each month
constraints = create_basic_constraints(n, 0, 1, 1)
momentum = pd.DataFrame(ntop(prices / prices.shift(12) - 1, 2), index=prices.index, columns=prices.columns)
weights = {
    "Momentum": momentum.loc[months],
    "Least variance": pd.DataFrame(
        [min_var_portfolio(create_ia(returns.loc[:month].iloc[-36:]), constraints) for month in months],
        index=months,
        columns=prices.columns,
    ),
    "Equal weights": pd.DataFrame(1 / n, index=months, columns=prices.columns),
}

commission = {"percentage": 0.001}
models = {
    name: bt_run_share(b, weight=weight, clean_signal=False, commission=commission) for name, weight in weights.items()
}
models = bt_trim(models)

# beta to the average fund over the last two years
market = returns.mean(axis=1)
beta = {
    name: model.ret.rolling(24).cov(market.loc[model.dates]) / market.loc[model.dates].rolling(24).var()
    for name, model in models.items()
}

report(
    models,
    folder / "report.html",
    title="Three ways to hold seven countries",
    notes="Simulated monthly returns, 1990 to 2010. Weights are set at the end of each month from what was known then; "
    "trading costs 0.1 % of the value traded.",
    data=b,
    series={"Beta to the average country, 24 months": pd.DataFrame(beta)},
)
