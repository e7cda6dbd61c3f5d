"""Portfolios of least variance among the risky assets, and what is one step away: least tracking error, most diversified."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sitpy.constraints import Constraints
from sitpy.covariance import working_covariance
from sitpy.errors import InputError
from sitpy.inputs import InputAssumptions
from sitpy.measures import asset_weights
from sitpy.portfolios.allocation import in_proportion, riskless_at_zero, risky_assets
from sitpy.portfolios.problem import build, checked, optimum, padded
from sitpy.solvers import Program

Array = np.ndarray


def variance_program(
    ia: InputAssumptions,
    constraints: Constraints,
    cov_matrix: ArrayLike | pd.DataFrame | None = None,
    dvec: ArrayLike | None = None,
) -> Program:
    """Minimise ``x' cov x / 2 - dvec' x``, riskless assets held at 0."""
    checked(ia, constraints)
    held = riskless_at_zero(ia, constraints)
    believed = ia if cov_matrix is None else InputAssumptions(symbols=ia.symbols, cov=cov_matrix)
    linear = None if dvec is None else -padded(asset_weights(dvec, ia, "dvec")[0], held.n)
    return build(ia, held, cost=linear, D=working_covariance(believed, held.n))


def min_var_portfolio(
    ia: InputAssumptions,
    constraints: Constraints,
    cov_matrix: ArrayLike | pd.DataFrame | None = None,
    dvec: ArrayLike | None = None,
) -> Array:
    """Portfolio of least variance among the assets with a risk above 0.

    Rows, bounds and 0/1 variables of the constraints all hold (SIT reads the rows only).

    Parameters
    ----------
    ia : InputAssumptions
        n assets.
    constraints : Constraints
        n or more variables, asset weights first.
    cov_matrix : array (n assets x n assets), optional
        A matrix to use instead of the covariance.
    dvec : array (n assets), optional
        Adds ``-dvec'x`` to the objective ``x' cov x / 2``.

    Returns
    -------
    array (n assets)
        The asset weights alone, as of every constructor; :func:`min_risk_portfolio` gives all variables of the constraints.

    Raises
    ------
    InputError
        Data that do not agree, missing numbers, no asset with a risk above 0.
    InfeasibleError
        No portfolio satisfies the constraints; the message names those that contradict each other.
    UnboundedError, NotSolvedError
        The objective has no limit; no solver reached a proven answer.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.InputAssumptions(cov=[[0.01, 0.0], [0.0, 0.03]])
    >>> sitpy.min_var_portfolio(ia, sitpy.create_basic_constraints(2)).round(6).tolist()
    [0.75, 0.25]

    References
    ----------
    SIT, ``min.var.portfolio``.
    """
    program = variance_program(ia, constraints, cov_matrix, dvec)
    return optimum(program, ia, constraints).x[: ia.n]


def min_te_portfolio(ia: InputAssumptions, constraints: Constraints, index_weight: ArrayLike | pd.DataFrame) -> Array:
    """Portfolio of least tracking error: it minimises ``(x - w)' cov (x - w)`` for the weights ``w`` of an index.

    Parameters
    ----------
    ia, constraints
        As in :func:`min_var_portfolio`.
    index_weight : array (n assets)
        Weights of the index.

    Returns
    -------
    array (n assets)
        The asset weights alone.

    Raises
    ------
    InputError, InfeasibleError, UnboundedError, NotSolvedError
        As :func:`min_var_portfolio`.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.InputAssumptions(cov=[[0.01, 0, 0], [0, 0.01, 0], [0, 0, 0.01]])
    >>> constraints = sitpy.create_basic_constraints(3, 0, 0.4)
    >>> sitpy.min_te_portfolio(ia, constraints, [0.6, 0.3, 0.1]).round(6).tolist()
    [0.4, 0.4, 0.2]

    References
    ----------
    SIT, ``min.te.portfolio``.
    """
    checked(ia, constraints)
    weight = asset_weights(index_weight, ia, "index_weight")
    if len(weight) != 1:
        raise InputError(f"index_weight has {len(weight)} rows; give the weights of one index")
    cov = working_covariance(ia, ia.n)
    return min_var_portfolio(ia, constraints, dvec=cov @ weight[0])


def max_div_portfolio(ia: InputAssumptions, constraints: Constraints) -> Array:
    """Most diversified portfolio: least variance with correlations as covariances, then divided by risk, sum 1.

    As in SIT the constraints hold for the weights before the division.

    Parameters, return value and errors as in :func:`min_var_portfolio`; an InputError also where the weights sum to 0 after
    the division.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> sitpy.max_div_portfolio(ia, sitpy.create_basic_constraints(ia.n)).round(3).tolist()
    [0.0, 0.047, 0.011, 0.005, 0.049, 0.038, 0.116, 0.021, 0.713]

    References
    ----------
    SIT, ``max.div.portfolio``; Choueifaty and Coignard (2008), "Toward maximum diversification", Journal of Portfolio
    Management 35.
    """
    risky = risky_assets(ia)
    x = min_var_portfolio(ia, constraints, ia.correlation)[risky] / ia.risk[risky]
    if x.sum() <= 1e-12 * np.abs(x).sum():
        raise InputError(
            f"divided by their risks the weights sum to {x.sum():.3g}, which cannot be scaled to 1; ask for a positive sum"
        )
    return in_proportion(x, risky)
