"""``portopt_omega``: the largest Omega at each expected return."""

from __future__ import annotations

import time

import numpy as np

from sitpy import measures
from sitpy.arguments import text, whole
from sitpy.constraints import Constraints, add_constraints
from sitpy.frontier.result import Frontier
from sitpy.frontier.statistics import PointStatistics
from sitpy.frontier.trace import Progress, checked_progress, margin
from sitpy.inputs import InputAssumptions
from sitpy.portfolios.minimum import max_return_portfolio, min_risk_portfolio
from sitpy.portfolios.omega import max_omega_portfolio
from sitpy.portfolios.problem import build, checked, padded
from sitpy.solvers import Engine


def portopt_omega(
    ia: InputAssumptions,
    constraints: Constraints,
    nportfolios: int = 50,
    name: str = "Omega",
    *,
    engine: Engine = "fast",
    progress: Progress | None = None,
) -> Frontier:
    """Portfolios of largest Omega among those with no more than a target return.

    The targets are equally spaced from the expected return of the portfolio of least variance to the largest one.

    Parameters
    ----------
    ia : InputAssumptions
        n assets, with a complete history; the threshold is ``ia.parameters_omega``, per period.
    constraints : Constraints
        n or more variables, asset weights first.
    nportfolios : int
        Number of points, 2 or more.
    name : str
        Label of the frontier.
    engine : {"fast", "reference"}
    progress : callable, optional
        Called as ``progress(points done, points)``.

    Returns
    -------
    Frontier
        Points from the lowest to the highest target; ``objective`` is the Omega of each.

    Raises
    ------
    InputError
        Data that do not agree, fewer than 2 points.
    InfeasibleError
        No portfolio satisfies the constraints.
    UnboundedError
        The constraints do not limit the return, or a portfolio is never below the threshold.
    NotSolvedError
        A point could not be proven.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> ia.parameters_omega = 0.08
    >>> ef = sitpy.portopt_omega(ia, sitpy.create_basic_constraints(ia.n, 0, 0.8), 5)
    >>> ef.objective.round(1).tolist()
    [0.8, 3.8, 4.6, 4.6, 4.6]

    References
    ----------
    SIT, ``portopt.omega``; Keating and Shadwick (2002).
    """
    began = time.perf_counter()
    nportfolios = whole("nportfolios", nportfolios, 2)
    checked_progress(progress)
    text("name", name)
    checked(ia, constraints)
    ends = [fn(ia, constraints) for fn in (min_risk_portfolio, max_return_portfolio)]
    low, high = (float(measures.portfolio_return(x, ia)[0]) for x in ends)
    mu = padded(ia.expected_return, constraints.n)
    weights, statistics = [], []
    for done, target in enumerate(np.linspace(low, high, nportfolios), start=1):
        limited = add_constraints(mu, target + margin(target), "<=", constraints, "target return")
        answer = max_omega_portfolio(ia, limited, details=True, engine=engine)
        x = answer.x[: constraints.n]
        weights.append(x)
        residual = build(ia, limited).violation(x)
        statistics.append(
            PointStatistics(
                float(target),
                -answer.value,
                -answer.bound,
                answer.gap,
                True,
                0,
                answer.lp_count,
                answer.nodes,
                residual,
            )
        )
        if progress is not None:
            progress(done, nportfolios)
    seconds = time.perf_counter() - began
    return Frontier(np.array(weights), name, ia, constraints, statistics, seconds, measure="Omega")
