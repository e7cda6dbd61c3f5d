"""The ten assets of Markowitz and Todd, and the turning points that Bailey and Lopez de Prado (2013) publish.

    python markowitz_ten.py FOLDER_WITH_THE_FILES [FOLDER_FOR_THE_FIGURE]

problem.csv, which you download, holds a line of names, then means, lower bounds, upper bounds and the covariance;
turning_points_published.csv the multiplier of the mean and the weights of each turning point.
"""

import sys
from pathlib import Path

from numpy import abs, ones
from pandas import read_csv

from sitpy import (
    InputAssumptions,
    add_constraints,
    layout,
    new_constraints,
    plot_ef,
    plot_transition_map,
    portfolio_return,
    portfolio_risk,
    portopt,
)

if len(sys.argv) < 2:
    sys.exit("give the folder with problem.csv and turning_points_published.csv as the first argument")
source = Path(sys.argv[1])
folder = Path(sys.argv[2] if len(sys.argv) > 2 else ".")

problem = read_csv(source / "problem.csv")
mean, lower, upper = problem.to_numpy()[:3]
ia = InputAssumptions(symbols=list(problem.columns), expected_return=mean, cov=problem.to_numpy()[3:])
published = read_csv(source / "turning_points_published.csv")[ia.symbols].to_numpy()

# bounds of the problem, SUM x.i = 1
constraints = new_constraints(ia.n, lb=lower, ub=upper)
constraints = add_constraints(ones(ia.n), 1, "=", constraints)

turning = portopt(ia, constraints, targets=portfolio_return(published, ia))
print(f"{len(published)} turning points, largest difference of a weight {abs(turning.weight - published).max():.0e}")

figure = layout(1, 2)
ef = portopt(ia, constraints, 200, "Risk")
ax = plot_ef(ia, ef, portfolio_risk, False)
ax.plot(100 * turning.risk, 100 * turning.return_, "D")
plot_transition_map(ef, type="l")
figure.savefig(folder / "markowitz_ten.png")
