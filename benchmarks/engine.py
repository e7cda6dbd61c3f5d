"""The engine beside other software, all in one process and on one thread: one table of medians and ratios.

    python benchmarks/engine.py [W1 W2 ...] [--repeat 5] [--page] [--orlibrary FOLDER] [--patience 60]

W1 the efficient frontier of 9 assets; W2 of the OR-Library's markets, 50 and 2000 points; W3 200/100 with a 0/1 variable per
asset; W4 at most 10 assets of at least 1 % each, every point proven; W5 mean absolute deviation and CVaR; W6 rolling minimum
variance. Everything of ours goes through the public calls, checks and proofs included. What is not installed is left out
(``pip install -e ".[bench]"`` installs it), and so are W2 and W4 without the OR-Library's files, which are not ours to ship.

Ratios say more than seconds: machines wander. "beside" is how many times as long the others take. "excess" is by how much,
relative, our worst point lies above the best objective that anybody found for it. ``--page`` writes the table, the versions
and a picture to docs/benchmarks.md. ``--patience`` is the most seconds that a competitor gets for one point of W4.
"""

# ruff: noqa: E402 (threads are limited before anything that has threads is imported)
from __future__ import annotations

import os

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import argparse
import importlib.metadata
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import problems
import rivals
from page import cells, write
from problems import Market

import sitpy

Array = np.ndarray
PACKAGES = ["sitpy", "numpy", "scipy", "pandas", "quadprog", "highspy", "clarabel", "cvxpy", "daqp"]
PACKAGES += ["PyPortfolioOpt", "skfolio", "gurobipy", "pulp"]
SLOW = 2.0  # seconds: what takes longer is measured once


@dataclass
class Row:
    """One line of the table: our time, what was asked for, the others' times, and how good the answers are."""

    work: str
    problem: str
    seconds: float
    at_most: float | None
    beside: dict[str, float] = field(default_factory=dict)
    excess: float | None = None
    nodes: list[int] = field(default_factory=list)
    point_seconds: list[float] = field(default_factory=list)
    note: str = ""

    def line(self) -> str:
        """The row as text."""
        work, problem, *figures, beside = cells(asdict(self))
        return f"{work:3} {problem:36}{''.join(f'{figure:>9}' for figure in figures)}  {beside}"


def timed(call: Callable[[], Any], repeat: int) -> tuple[float, Any]:
    """Median seconds of a call, and what it gives; a first call warms caches up unless it is slow."""
    began = time.perf_counter()
    result = call()
    first = time.perf_counter() - began
    if first > SLOW:
        return first, result
    times = []
    for _ in range(repeat):
        began = time.perf_counter()
        result = call()
        times.append(time.perf_counter() - began)
    return statistics.median(times), result


def excess_over(ours: Array, *others: Array | None) -> float:
    """By how much our worst point lies above the best known, relative."""
    best = np.nanmin(np.vstack([ours, *(other for other in others if other is not None)]), axis=0)
    return float(np.max((ours - best) / np.abs(best)))


def frontier_row(work: str, market: Market, points: int, at_most: float, names: list[str], repeat: int) -> Row:
    """A variance frontier beside the loops of other packages over the same targets."""
    trace = partial(sitpy.portopt, market.ia, market.constraints, points)
    seconds, ef = timed(trace, repeat)
    row = Row(work, f"{market.name}, {points} points", seconds, at_most)
    makers = {
        "quadprog": (rivals.quadprog_loop, "quadprog"),
        "DAQP": (rivals.daqp_loop, "daqp"),
        "cvxpy + Clarabel": (rivals.clarabel_loop, "cvxpy"),
        "skfolio": (rivals.skfolio_frontier, "skfolio"),
        "PyPortfolioOpt": (rivals.pypfopt_frontier, "pypfopt"),
    }
    found = []
    for name in names:
        make, package = makers[name]
        if rivals.installed(package):
            other, values = timed(make(market, ef.return_), repeat)
            row.beside[name] = other / seconds
            found.append(values)
    row.excess = excess_over(problems.halved_variances(ef.weight, market.ia), *found)
    return row


def w1(given: argparse.Namespace) -> Iterator[Row]:
    """Nine assets, 50 points."""
    names = ["quadprog", "DAQP", "cvxpy + Clarabel", "skfolio", "PyPortfolioOpt"]
    yield frontier_row("W1", problems.nine_assets(), 50, 0.003, names, given.repeat)


def w2(given: argparse.Namespace) -> Iterator[Row]:
    """The OR-Library's markets."""
    for k in range(1, 6):
        market = problems.published_market(k, given.orlibrary)
        names = ["quadprog", "DAQP", "skfolio"]
        yield frontier_row("W2", market, 50, 0.020 if k == 5 else 0.015, names, given.repeat)
        yield frontier_row("W2", market, 2000, 0.030, [], given.repeat)


def searched(work: str, market: Market, constraints: Any, at_most: float, given: argparse.Namespace, gap: float) -> Row:
    """A frontier with 0/1 variables, beside Gurobi on the same rows."""
    limits = sitpy.Limits(gap=gap)
    moments: list[float] = []

    def trace() -> sitpy.Frontier:
        moments[:] = [time.perf_counter()]
        report = lambda done, total: moments.append(time.perf_counter())  # noqa: E731
        return sitpy.portopt(market.ia, constraints, 50, limits=limits, progress=report)

    seconds, ef = timed(trace, given.repeat)
    row = Row(work, f"{market.name}, 50 points", seconds, at_most)
    row.nodes, row.point_seconds = [point.nodes for point in ef.statistics], np.diff(moments).tolist()
    proven = sum(point.proven for point in ef.statistics)
    row.note = "" if proven == 50 else f"({proven} of 50 proven)"
    ours = np.array([point.objective for point in ef.statistics])
    others = []
    if rivals.installed("gurobipy"):
        call = rivals.gurobi_rows(market.ia, constraints, ef.return_, given.patience)
        other, answer = timed(call, 1)
        if answer is None:
            row.note += "(too large for the licence of Gurobi here)"
        else:
            name = "Gurobi" if answer[1] == 50 else f"Gurobi (proves {answer[1]} of 50, {given.patience:g} s each)"
            row.beside[name] = other / seconds
            others.append(answer[0])
    row.excess = excess_over(ours, *others)
    return row


def w3(given: argparse.Namespace) -> Iterator[Row]:
    """200/100 with a 0/1 variable per asset."""
    market = problems.long_short()
    row = searched("W3", market, market.constraints, 0.1, given, 1e-9)
    row.beside["R (2.3 s, on another machine)"] = 2.3 / row.seconds
    yield row


def w4(given: argparse.Namespace) -> Iterator[Row]:
    """At most 10 assets of at least 1 %."""
    for k, limit in enumerate((0.1, 1.0, 8.0, 35.0, 1.0), 1):
        market = problems.published_market(k, given.orlibrary)
        yield searched("W4", market, problems.at_most(market, 10, 0.01), limit, given, 1e-6)


def w5(given: argparse.Namespace) -> Iterator[Row]:
    """Mean absolute deviation and CVaR."""
    for assets, periods, cbc_points in ((98, 290, 3), (225, 1000, 1)):
        market = problems.simulated_history(assets, periods)
        for measure, minimise in (("MAD", sitpy.min_mad_portfolio), ("CVaR", sitpy.min_cvar_portfolio)):
            trace = partial(sitpy.portopt, market.ia, market.constraints, 50, measure, minimise)
            seconds, ef = timed(trace, given.repeat)
            row = Row("W5", f"{measure}, {market.name}", seconds, None)
            targets = ef.return_
            other, values = timed(rivals.warm_highs(market, measure, targets), given.repeat)
            row.beside["bare warm HiGHS"] = other / seconds
            if rivals.installed("pulp"):
                few = targets[:: max(1, 50 // cbc_points)][:cbc_points]
                cbc = timed(rivals.pulp_cbc(market, measure, few), 1)[0] / few.size * 50
                row.beside[f"PuLP + CBC ({few.size} of 50 measured)"] = cbc / seconds
            row.excess = excess_over(np.array([point.objective for point in ef.statistics]), values)
            yield row


def w6(given: argparse.Namespace) -> Iterator[Row]:
    """Rolling minimum variance."""
    prices, window = problems.rolling_prices(), 120
    ends = list(range(window, len(prices)))
    call = partial(
        sitpy.portfolio_allocation_helper,
        prices,
        period_ends=ends,
        lookback_len=window,
        min_risk_fns="min_var_portfolio",
    )
    seconds, obj = timed(call, given.repeat)
    row = Row("W6", f"{len(ends)} dates, {prices.shape[1]} assets", seconds, 0.06)
    values = prices.to_numpy()
    returns = np.vstack([np.zeros(values.shape[1]), values[1:] / values[:-1] - 1])
    best = None
    for name, covariances_given in (("quadprog", False), ("quadprog, covariances given", True)):
        other, best = timed(rivals.quadprog_rolling(returns, window, ends, given=covariances_given), given.repeat)
        row.beside[name] = other / seconds
    covs = rivals.rolling_covariances(returns, window, ends)
    weights = obj.weights["min_var"].to_numpy()
    row.excess = excess_over(np.array([0.5 * x @ cov @ x for x, cov in zip(weights, covs)]), best)
    yield row


WORKS = {"W1": w1, "W2": w2, "W3": w3, "W4": w4, "W5": w5, "W6": w6}


def versions() -> dict[str, str]:
    """What is installed of the packages measured."""
    known = {"Python": sys.version.split()[0]}
    for package in PACKAGES:
        try:
            known[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return known


def main() -> None:
    """Print one table."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("works", nargs="*", metavar="WORK", help="W1 to W6; all by default")
    arguments.add_argument("--repeat", type=int, default=5)
    arguments.add_argument("--orlibrary", type=Path, default=problems.ORLIBRARY)
    arguments.add_argument("--patience", type=float, default=60.0)
    arguments.add_argument("--page", action="store_true")
    given = arguments.parse_args()
    wanted = [work.upper() for work in given.works] or list(WORKS)
    unknown = [work for work in wanted if work not in WORKS]
    if unknown:
        arguments.error(f"there is no work {', '.join(unknown)}; they are {', '.join(WORKS)}")
    print(", ".join(f"{name} {version}" for name, version in versions().items()))
    print(f"medians of {given.repeat}, one thread\n")
    print(f"{'':4}{'problem':36}{'sitpy':>9}{'at most':>9}{'excess':>9}{'nodes':>9}  beside (times as long as sitpy)")
    rows: list[Row] = []
    for work in wanted:
        if work in ("W2", "W4") and not given.orlibrary.is_dir():
            print(f"{work}  left out: no folder {given.orlibrary}; give --orlibrary with port1.txt to port5.txt")
            continue
        for row in WORKS[work](given):
            rows.append(row)
            print(row.line(), flush=True)
    if given.page:
        write([asdict(row) for row in rows], versions(), given.repeat)


if __name__ == "__main__":
    main()
