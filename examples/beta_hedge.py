"""The "Magnificent Seven" hedged with QQQ by a beta estimated block by block, as the study was published.

Seven shares weighted by volume, long; QQQ, short. The study downloads prices; this runs on the SIMULATED ones of sitpy.
What its figures are worth: docs/what-the-published-backtest-gets-wrong.md. The figure goes to the folder given as the first
argument, else to the current one.
"""

import sys
from pathlib import Path

from pandas import Series

from sitpy import (
    calculate_weighted_returns,
    data,
    get_sharpe_ratio,
    hedged_portfolio_performance_dynamic_beta,
    layout,
    linreg,
    published_report,
)
from sitpy.plots.through_time import plot_through_time

folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")

prices, volumes = data.mag7_simulated_prices(), data.mag7_simulated_volumes()
shares = ["AAPL", "AMZN", "GOOG", "META", "MSFT", "NVDA", "TSLA"]
window = 30

# volume-weighted returns of the shares, returns of the benchmark
avg_volume = volumes[shares].rolling(window).mean()
portfolio_returns = calculate_weighted_returns(prices[shares], avg_volume)[window:]
benchmark_returns = prices["QQQ"].pct_change()[window:]

# hedge the whole period with one beta: nothing of the benchmark is left
alpha, beta = linreg(benchmark_returns, portfolio_returns)
print(linreg(benchmark_returns, portfolio_returns), "\n")
hedged = portfolio_returns - beta * benchmark_returns
print(f"beta of the hedged portfolio: {abs(linreg(benchmark_returns, hedged).beta):.4f}\n")

# hedge with a beta that is estimated on each block of days
portfolio_size, rebalancing_days, transaction_cost, risk_free_rate = 1_000_000, 30, 0.001, 0.02
portfolio_values, betas = hedged_portfolio_performance_dynamic_beta(
    portfolio_size, rebalancing_days, benchmark_returns, portfolio_returns, -benchmark_returns, transaction_cost
)
print(published_report(portfolio_values, betas, rebalancing_days, benchmark_returns))
print(f"\nSharpe ratio {get_sharpe_ratio(risk_free_rate, portfolio_values, rebalancing_days):.4f}")

# value at the ends of blocks, and the beta with which the next one is traded
ends = prices.index[window - 1 :][::rebalancing_days].append(prices.index[-1:])
layout(2, 1)
plot_through_time({"value": Series(portfolio_values, ends)}, "Value at the ends of blocks", "Money")
figure = plot_through_time(
    {"beta": Series(betas, ends[: len(betas)])}, "Beta", "Short for each unit long", drawstyle="steps-post"
).figure
figure.savefig(folder / "beta_hedge.png")
