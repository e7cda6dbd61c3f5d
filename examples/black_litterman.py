"""Black-Litterman: the example of He and Litterman (1999), table 4.

Seven countries in market weights; the view is that Germany will beat the rest of Europe by 5 % a year. The paper prints
expected returns of 4.3, 7.6, 9.3, 11.0, 4.5, 7.0 and 8.1 %. The figure goes to the folder given as the first argument, else to
the current one.
"""

import sys
from pathlib import Path

from numpy import array, outer
from pandas import DataFrame

from sitpy import bl_compute_eqret, bl_compute_optimal, bl_compute_posterior, layout
from sitpy.plots.comparison import plot_bars

folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")

countries = ["Australia", "Canada", "France", "Germany", "Japan", "UK", "USA"]
weight = array([1.6, 2.2, 5.2, 5.5, 11.6, 12.4, 61.5]) / 100
risk = array([16.0, 20.3, 24.8, 27.1, 21.0, 20.0, 18.7]) / 100
correlation = array(
    [
        [1, 0.488, 0.478, 0.515, 0.439, 0.512, 0.491],
        [0.488, 1, 0.664, 0.655, 0.310, 0.608, 0.779],
        [0.478, 0.664, 1, 0.861, 0.355, 0.783, 0.668],
        [0.515, 0.655, 0.861, 1, 0.354, 0.777, 0.653],
        [0.439, 0.310, 0.355, 0.354, 1, 0.405, 0.306],
        [0.512, 0.608, 0.783, 0.777, 0.405, 1, 0.652],
        [0.491, 0.779, 0.668, 0.653, 0.306, 0.652, 1],
    ]
)
cov = correlation * outer(risk, risk)
risk_aversion, tau = 2.5, 0.05

# expected returns at which the market holds what it holds
implied = bl_compute_eqret(risk_aversion, cov, weight)

# the view: Germany less France and the UK, which are weighted by their capitalization
pmat = array([[0, 0, -0.295, 1, 0, -0.705, 0]])
qmat = array([0.05])
posterior = bl_compute_posterior(implied, cov, pmat, qmat, tau)
best = bl_compute_optimal(risk_aversion, posterior.expected_return, posterior.cov)

returns = DataFrame({"implied by the market": implied, "with the view": posterior.expected_return}, countries)
weights = DataFrame({"market": weight, "with the view": best}, countries)
print((100 * returns).round(1))
print((100 * weights).round(1))

figure = layout(1, 2)
plot_bars(returns, "Expected returns")
plot_bars(weights, "Weights")
figure.savefig(folder / "black_litterman.png")
