"""Seconds per frontier of the 130/30 study beside the plain routes, measured in one process.

    python benchmarks/hundred_thirty.py [--repeat 5] [--cold]

Ratios say more than seconds: machines wander. Beside the fast engine stand

* quadprog: a bare loop of quadprog calls with everything built beforehand (no checks, no labels), where the
  problem is strictly convex;
* reference: the plain engine of sitpy (every point built and solved anew, HiGHS' own integer search, SIT's branch and
  bound), one run only.

``--cold`` also starts ``sitpy reproduce 130-30`` in a new interpreter and prints its time.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial

import numpy as np
import quadprog

import sitpy
from sitpy.frontier import MINIMISERS
from sitpy.studies import find_study

POINTS = 50


def seconds(call: Callable[[], object], repeat: int) -> float:
    """Median time of a call."""
    times = []
    for _ in range(repeat):
        began = time.perf_counter()
        call()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def bare_quadprog_loop(ef: sitpy.Frontier) -> Callable[[], object] | None:
    """The same points by quadprog alone; None where its matrix would have to be changed first."""
    c, n = ef.constraints, ef.constraints.n
    if n != ef.ia.n or np.linalg.eigvalsh(ef.ia.cov)[0] <= 0:
        return None
    unit, zero = np.eye(n), np.zeros(n)
    low, high = np.isfinite(c.lb), np.isfinite(c.ub)
    rows = np.ascontiguousarray(np.column_stack([c.A, unit[:, low], -unit[:, high], ef.ia.expected_return]))
    base = np.concatenate([c.b, c.lb[low], -c.ub[high]])
    # a hair below the targets: quadprog calls the largest return inconsistent
    sides = [np.append(base, -1e9 if np.isnan(t) else t - 1e-9) for t in ef.target_return]
    cov = ef.ia.cov
    return lambda: [quadprog.solve_qp(cov, zero, rows, side, c.meq) for side in sides]


def main() -> None:
    """Print one table."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--repeat", type=int, default=5)
    arguments.add_argument("--cold", action="store_true")
    given = arguments.parse_args()
    versions = ", ".join(
        f"{name} {importlib.metadata.version(name)}" for name in ("numpy", "scipy", "quadprog", "highspy")
    )
    print(f"sitpy {sitpy.__version__}, Python {sys.version.split()[0]}, {versions}; medians of {given.repeat}")
    print(f"{'frontier (9 assets, 50 points)':38}{'sitpy':>10}{'/ quadprog':>12}{'/ reference':>13}{'nodes':>8}")
    ia = sitpy.aa_test_create_ia_rebal()
    for construction in find_study("130-30").constructions:
        problem = construction.build(ia)
        for measure in ("Risk", "MAD"):
            trace = partial(sitpy.portopt, *problem, POINTS, measure, MINIMISERS[measure])
            ef = trace()
            fast = seconds(trace, given.repeat)
            plain = seconds(partial(trace, engine="reference"), 1)
            loop = bare_quadprog_loop(ef) if measure == "Risk" else None
            beside = "" if loop is None else f"{fast / seconds(loop, given.repeat):.1f}"
            nodes = int(ef.statistics_frame()["nodes"].sum())
            print(
                f"{construction.key + ' ' + measure:38}{1000 * fast:>7.0f} ms{beside:>12}{fast / plain:>13.2f}"
                f"{nodes or '':>8}"
            )
    if given.cold:
        command = [sys.executable, "-m", "sitpy", "reproduce", "130-30", "--out"]
        with tempfile.TemporaryDirectory() as folder:
            cold = seconds(lambda: subprocess.run([*command, folder], check=True, capture_output=True), 1)
        print(f"sitpy reproduce 130-30, cold start, pictures included: {cold:.1f} s")


if __name__ == "__main__":
    main()
