"""Resampled frontiers (Michaud 1998): the mean of the frontiers of 100 histories that might have been.

Nine asset classes, annual returns 1970-1996. Resampled portfolios hold more assets and change more slowly along the frontier.
The figure goes to the folder given as the first argument, else to the current one.
"""

import sys
from pathlib import Path

from sitpy import (
    aa_test_create_ia_rebal,
    create_basic_constraints,
    layout,
    plot_ef,
    plot_transition_map,
    portfolio_risk,
    portopt,
    portopt_resampled,
)

folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")

ia = aa_test_create_ia_rebal()

# 0 <= x.i <= 0.8, SUM x.i = 1
constraints = create_basic_constraints(ia.n, 0, 0.8, 1)

# create efficient frontier(s)
ef_plain = portopt(ia, constraints, 50, "plain")
ef_resampled = portopt_resampled(ia, constraints, 50, "resampled", nsamples=100, sample_len=27, seed=1)

# Plot multiple Efficient Frontiers and Transition Maps
figure = layout([[1, 2], [1, 3]])
plot_ef(ia, [ef_plain, ef_resampled], portfolio_risk, False)
plot_transition_map(ef_plain)
plot_transition_map(ef_resampled)
figure.savefig(folder / "resampling.png")
