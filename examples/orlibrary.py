"""A published frontier of Chang, Meade, Beasley and Sharaiha (2000), from files of the OR-Library that you download.

    python orlibrary.py FOLDER_WITH_PORT1_AND_PORTEF1 [FOLDER_FOR_THE_FIGURE]

portK.txt holds the number of assets, their means and standard deviations, and their correlations; portefK.txt the frontier:
returns and variances. Here the least variance at every 20th published return is compared with the published one.
"""

import sys
from pathlib import Path

from numpy import abs, loadtxt, ones, sqrt, zeros

from sitpy import InputAssumptions, add_constraints, layout, new_constraints, portopt
from sitpy.plots.comparison import plot_curves

if len(sys.argv) < 2:
    sys.exit("give the folder with port1.txt and portef1.txt as the first argument")
source = Path(sys.argv[1])
folder = Path(sys.argv[2] if len(sys.argv) > 2 else ".")

words = [float(word) for word in (source / "port1.txt").read_text().split()]
n = int(words[0])
mean, risk = words[1 : 2 * n + 1 : 2], words[2 : 2 * n + 2 : 2]
correlation = zeros((n, n))
for i, j, value in zip(words[2 * n + 1 :: 3], words[2 * n + 2 :: 3], words[2 * n + 3 :: 3]):
    correlation[int(i) - 1, int(j) - 1] = correlation[int(j) - 1, int(i) - 1] = value
ia = InputAssumptions(expected_return=mean, risk=risk, correlation=correlation)
return_, variance = loadtxt(source / "portef1.txt")[::-20].T

# x.i >= 0, SUM x.i = 1
constraints = new_constraints(n, lb=0)
constraints = add_constraints(ones(n), 1, "=", constraints)

ef = portopt(ia, constraints, name="Risk", targets=return_)
print(f"{len(return_)} points, largest relative difference {abs(ef.risk**2 / variance - 1).max():.1e}")

figure = layout(1, 1)
plot_curves({"sitpy": (ef.risk, ef.return_)}, "Hang Seng, weekly", "Risk", "Return", (sqrt(variance), return_))
figure.savefig(folder / "orlibrary.png")
