"""From the market to expected returns and back: risk aversion, equilibrium returns, best weights. S is the covariance."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sitpy.black_litterman.arguments import Matrix, Vector, as_series, common_labels, covariance, finite, number, vector
from sitpy.errors import InputError

Array = np.ndarray


def bl_compute_risk_aversion(bench: Vector, risk_free: Vector = 0) -> float:
    """Risk aversion of an investor who holds the benchmark: mean excess return over its variance.

    Parameters
    ----------
    bench : array (T periods)
        Returns of the benchmark per period.
    risk_free : number or array (T periods)
        Risk-free return per period.

    Returns
    -------
    float
        ``mean(bench - risk_free) / var(bench - risk_free)``, divisor T - 1. It holds for every length of period alike.

    Raises
    ------
    InputError
        Fewer than two periods, missing numbers, lengths that differ, a benchmark that never moves.

    Examples
    --------
    >>> import sitpy
    >>> round(sitpy.bl_compute_risk_aversion([0.02, -0.01, 0.03, 0.01], 0.001), 4)
    39.4286

    References
    ----------
    SIT, ``bl.compute.risk.aversion``; Black and Litterman (1992).
    """
    returns = np.atleast_1d(np.squeeze(finite(bench, "bench")))
    if returns.ndim != 1 or returns.size < 2:
        raise InputError(
            f"bench has shape {np.shape(bench)}; expected the returns of one benchmark, two periods or more"
        )
    if isinstance(bench, pd.Series) and isinstance(risk_free, pd.Series) and not bench.index.equals(risk_free.index):
        raise InputError("bench and risk_free are labelled with other periods; align them first")
    free = finite(risk_free, "risk_free")
    excess = returns - (free if free.ndim == 0 else vector(free, "risk_free", returns.size, "period"))
    if np.ptp(excess) == 0:
        raise InputError("bench less risk_free never changes, so no risk aversion explains it; use another benchmark")
    return float(excess.mean() / excess.var(ddof=1))


def bl_compute_eqret(risk_aversion: float, cov: Matrix, cap_weight: Vector, risk_free: float = 0) -> Array | pd.Series:
    """Expected returns at which the market portfolio is the best one: ``risk_aversion S w + risk_free``.

    Parameters
    ----------
    risk_aversion : float
        Positive; see :func:`bl_compute_risk_aversion`.
    cov : array or DataFrame (n assets x n assets)
        Covariance; the returns are for its period.
    cap_weight : array or Series (n assets)
        Market weights (fractions).
    risk_free : float
        Risk-free return for the same period.

    Returns
    -------
    array or Series (n assets)
        Labelled when an input is.

    Raises
    ------
    InputError
        Shapes or labels that do not agree, missing numbers, a matrix that is not a covariance.

    Examples
    --------
    >>> import sitpy
    >>> sitpy.bl_compute_eqret(2.5, [[0.04, 0.01], [0.01, 0.09]], [0.6, 0.4]).round(4).tolist()
    [0.07, 0.105]

    References
    ----------
    SIT, ``bl.compute.eqret``; He and Litterman (1999), "The intuition behind Black-Litterman model portfolios".
    """
    delta = number(risk_aversion, "risk_aversion", above=0)
    S = covariance(cov)
    weight = vector(cap_weight, "cap_weight", len(S), "asset")
    names = common_labels(("cov", cov), ("cap_weight", cap_weight))
    return as_series(delta * S @ weight + number(risk_free, "risk_free"), names)


def bl_compute_optimal(risk_aversion: float, mu: Vector, cov: Matrix) -> Array | pd.Series:
    """Weights that maximise ``mu'w - risk_aversion/2 w'S w`` without constraints: ``S^-1 mu / risk_aversion``.

    Parameters
    ----------
    risk_aversion : float
        Positive.
    mu : array or Series (n assets)
        Expected returns in excess of the risk-free return.
    cov : array or DataFrame (n assets x n assets)
        Covariance for the same period.

    Returns
    -------
    array or Series (n assets)
        Fractions of the wealth; they need not sum to 1, the rest is lent or borrowed. Labelled when an input is.

    Raises
    ------
    InputError
        Shapes or labels that do not agree, missing numbers, a singular covariance.

    Examples
    --------
    >>> import sitpy
    >>> sitpy.bl_compute_optimal(2.5, [0.07, 0.105], [[0.04, 0.01], [0.01, 0.09]]).round(4).tolist()
    [0.6, 0.4]

    References
    ----------
    SIT, ``bl.compute.optimal``; He and Litterman (1999), "The intuition behind Black-Litterman model portfolios".
    """
    delta = number(risk_aversion, "risk_aversion", above=0)
    S = covariance(cov)
    returns = vector(mu, "mu", len(S), "asset")
    risk = np.sqrt(np.diag(S))
    smallest = float(np.linalg.eigvalsh(S / np.outer(risk, risk))[0]) if (risk > 0).all() else 0.0
    if smallest < 1e-14:
        raise InputError(
            "cov is singular: some portfolio has no risk, so no best weights exist; drop assets that repeat each other, "
            "or use an estimate that is definite (shrink_const_cor, factor_model_shrinkage)"
        )
    names = common_labels(("mu", mu), ("cov", cov))
    return as_series(np.linalg.solve(S, returns) / delta, names)
