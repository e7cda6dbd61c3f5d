"""A line through returns: ``y = alpha + beta x`` with everything that is usually printed below it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sitpy.beta_hedge.series import Values, together
from sitpy.errors import InputError
from sitpy.record import Record
from sitpy.solvers.regression import ols

Array = np.ndarray


@dataclass(frozen=True)
class LinearRegression(Record):
    """Answer of :func:`linreg`; ``alpha, beta = fit`` takes it apart, ``print(fit)`` shows its :meth:`summary`.

    ``bse``, ``tvalues``, ``pvalues`` (2: of alpha, of beta): standard errors, their t and two-sided p with n - 2 degrees of
    freedom; ``rsquared``, ``rsquared_adj``; ``fvalue`` with ``f_pvalue`` (1 and n - 2 degrees of freedom); ``nobs``;
    ``durbin_watson`` of the residuals (None where the line goes through every point).
    """

    alpha: float
    beta: float
    bse: Array
    tvalues: Array
    pvalues: Array
    rsquared: float
    rsquared_adj: float
    fvalue: float
    f_pvalue: float
    nobs: int
    durbin_watson: float | None

    def __iter__(self) -> Iterator[float]:
        return iter((self.alpha, self.beta))

    def __str__(self) -> str:
        return self.summary()

    def summary(self) -> str:
        """The fit as a small table."""
        rows = zip(("alpha", "beta"), self, self.bse, self.tvalues, self.pvalues)
        around = "none, the fit is exact" if self.durbin_watson is None else f"{self.durbin_watson:.4f}"
        return "\n".join(
            [
                f"y = alpha + beta x, least squares, {self.nobs} observations",
                f"{'':5} {'estimate':>12} {'std error':>12} {'t':>10} {'p':>9}",
                *(f"{name:5} {value:12.6g} {error:12.6g} {t:10.3f} {p:9.2g}" for name, value, error, t, p in rows),
                f"R2 {self.rsquared:.4f}, adjusted {self.rsquared_adj:.4f}; "
                f"F(1, {self.nobs - 2}) {self.fvalue:.6g}, p {self.f_pvalue:.2g}; Durbin-Watson {around}",
            ]
        )


def linreg(x: Values, y: Values) -> LinearRegression:
    """Ordinary least squares of y on x and a constant: of a portfolio's returns on its benchmark's, alpha and beta.

    Parameters
    ----------
    x : array or Series (T observations)
        The benchmark's returns per period.
    y : array or Series (T observations)
        The portfolio's returns in the same periods, labelled alike where both are labelled.

    Returns
    -------
    LinearRegression
        ``alpha`` is per period, as the returns are.

    Raises
    ------
    InputError
        Missing values, lengths or labels that differ, fewer than three observations, an x or a y that never changes.

    Examples
    --------
    >>> import sitpy
    >>> print(sitpy.linreg([0.01, -0.02, 0.03, 0.00, 0.01], [0.02, -0.02, 0.05, 0.00, 0.00]))
    y = alpha + beta x, least squares, 5 observations
              estimate    std error          t         p
    alpha   0.00181818   0.00511574      0.355      0.75
    beta       1.36364     0.295357      4.617     0.019
    R2 0.8766, adjusted 0.8355; F(1, 3) 21.3158, p 0.019; Durbin-Watson 0.7895

    References
    ----------
    Durbin and Watson (1951), "Testing for serial correlation in least squares regression II", Biometrika 38.
    """
    from scipy.special import betainc

    across, target = together({"x": x, "y": y})
    n = len(across)
    if n < 3:
        raise InputError(f"x and y have {n} observation(s); a line and its errors need three or more")
    for name, values in (("x", across), ("y", target)):
        if np.ptp(values) == 0:
            raise InputError(f"{name} is {values[0]:g} in every observation; give a series that changes")
    X = np.column_stack([np.ones(n), across])
    fit = ols(X, target, computeR2=True)
    coefficients, bse = np.asarray(fit.coefficients), np.asarray(fit.seb)
    rsquared = float(fit["r.squared"])
    residual = target - X @ coefficients
    # through every point, a coefficient is certain: its t is infinite, that of a zero is zero
    certain = np.where(coefficients == 0, 0.0, np.copysign(np.inf, coefficients))
    t = np.divide(coefficients, bse, out=certain, where=bse > 0)
    p = betainc((n - 2) / 2, 0.5, (n - 2) / (n - 2 + t**2))  # two-sided, of Student's t
    squares = float(residual @ residual)
    return LinearRegression(
        alpha=float(coefficients[0]),
        beta=float(coefficients[1]),
        bse=bse,
        tvalues=t,
        pvalues=p,
        rsquared=rsquared,
        rsquared_adj=1 - (1 - rsquared) * (n - 1) / (n - 2),
        fvalue=float(t[1] ** 2),
        f_pvalue=float(p[1]),
        nobs=n,
        durbin_watson=float(np.diff(residual) @ np.diff(residual)) / squares if squares > 0 else None,
    )
