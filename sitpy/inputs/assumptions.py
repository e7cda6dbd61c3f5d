"""What is believed of the assets' returns, risks and correlations."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sitpy.errors import InputError
from sitpy.record import Record

Array = np.ndarray


class InputAssumptions(Record):
    """Assumptions about ``n`` assets; what is not given is derived from what is.

    The number of assets comes from whatever is given; ``cov`` from ``correlation`` and ``risk``, and these two from
    ``cov``. Fields may be assigned later, as R users do with ``ia = list(); ia$cov = ...``.

    Parameters
    ----------
    symbols : sequence of str, optional
        Asset names; taken from a labelled array when not given.
    expected_return : array (n assets), optional
        Expected return per year (fractions).
    risk : array (n assets), optional
        Standard deviation per year.
    correlation, cov : array (n assets x n assets), optional
        Correlation, and covariance per year.
    hist_returns : array or DataFrame (T periods x n assets), optional
        Returns per period, oldest first; the measures MAD, MaxLoss, CVaR and CDaR work on these.
    annual_factor : float
        Periods per year of ``hist_returns``.
    arithmetic_return, geometric_return : array (n assets), optional
        Annualised means.
    parameters_alpha : float
        Confidence level of CVaR and CDaR.
    parameters_omega : float
        Threshold of Omega, per period.
    parameters_mar : float, optional
        Minimum acceptable return of the downside measures, per period; None means the portfolio's own mean.
    cov_temp : array (n x n), optional
        A covariance to optimise with instead of ``cov``; risk is always reported with ``cov``.
    dates : sequence, optional
        Labels of the periods.
    index : sequence of int, optional
        Positions of the assets in the table they were taken from.

    Raises
    ------
    InputError
        Shapes that do not agree, missing numbers, a covariance that is not symmetric; the message names the asset.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.InputAssumptions(symbols=["A", "B"], risk=[0.1, 0.2], correlation=[[1, 0.5], [0.5, 1]],
    ...                             expected_return=[0.05, 0.08])
    >>> ia.cov.round(4).tolist()
    [[0.01, 0.01], [0.01, 0.04]]
    >>> ia["expected.return"].tolist()
    [0.05, 0.08]
    """

    annual_factor: float
    parameters_alpha: float
    parameters_omega: float
    parameters_mar: float | None
    dates: list[Any] | None
    nperiod: int | None
    source: str | None

    def __init__(
        self,
        *,
        symbols: Sequence[str] | None = None,
        expected_return: ArrayLike | None = None,
        risk: ArrayLike | None = None,
        correlation: ArrayLike | None = None,
        cov: ArrayLike | None = None,
        hist_returns: ArrayLike | pd.DataFrame | None = None,
        annual_factor: float = 1.0,
        arithmetic_return: ArrayLike | None = None,
        geometric_return: ArrayLike | None = None,
        parameters_alpha: float = 0.95,
        parameters_omega: float = 0.0,
        parameters_mar: float | None = None,
        cov_temp: ArrayLike | None = None,
        dates: Sequence[Any] | None = None,
        index: Sequence[int] | Array | None = None,
        nperiod: int | None = None,
        source: str | None = None,
    ) -> None:
        labelled = (expected_return, hist_returns, cov, correlation, risk)
        self._arrays: dict[str, Array] = {}
        self._symbols = symbols_of(symbols, labelled)
        self.dates = dates_of(dates, hist_returns)
        for name, value in (
            ("expected_return", expected_return),
            ("risk", risk),
            ("correlation", correlation),
            ("cov", cov),
            ("hist_returns", hist_returns),
            ("arithmetic_return", arithmetic_return),
            ("geometric_return", geometric_return),
            ("cov_temp", cov_temp),
        ):
            if value is not None:
                setattr(self, name, value)
        self.annual_factor = float(annual_factor)
        self.parameters_alpha = float(parameters_alpha)
        self.parameters_omega = float(parameters_omega)
        self.parameters_mar = None if parameters_mar is None else float(parameters_mar)
        self.index = np.arange(self.n) if index is None else np.array(index, dtype=int)
        self.nperiod = nperiod if nperiod is not None or "hist_returns" not in self._arrays else len(self.hist_returns)
        self.source = source
        self.check()

    # -------------------------------------------------------------------------------------------- fields

    @property
    def n(self) -> int:
        """Number of assets."""
        if self._symbols is not None:
            return len(self._symbols)
        for values in self._arrays.values():
            return int(values.shape[-1])
        raise InputError("the input assumptions are empty; give symbols, or expected_return and cov")

    @property
    def symbols(self) -> list[str]:
        """Asset names; "asset 1", ... when none were given."""
        return list(self._symbols) if self._symbols else [f"asset {i + 1}" for i in range(self.n)]

    @symbols.setter
    def symbols(self, value: Sequence[str]) -> None:
        self._symbols = [str(name) for name in value]

    def _get(self, name: str, remedy: str) -> Array:
        try:
            return self._arrays[name]
        except KeyError:
            raise InputError(f"the input assumptions have no {name}; {remedy}") from None

    def _set(self, name: str, value: Any) -> None:
        if value is None:
            self._arrays.pop(name, None)
            return
        try:
            values = np.array(value, dtype=float)
        except (TypeError, ValueError) as error:
            raise InputError(f"{name} holds something that is not a number: {error}") from None
        labels = labels_of(value)
        if labels and self._symbols and labels != self._symbols and set(labels) & set(self._symbols):
            raise InputError(
                f"{name} is labelled {', '.join(labels)} but the assets are {', '.join(self._symbols)}; "
                "put them in the same order, or hand over the numbers alone (.to_numpy())"
            )
        self._arrays[name] = np.atleast_1d(values)

    @property
    def expected_return(self) -> Array:
        """Expected return per year (n assets)."""
        return self._get("expected_return", "give expected_return, one number per asset")

    @expected_return.setter
    def expected_return(self, value: ArrayLike) -> None:
        self._set("expected_return", value)

    @property
    def cov(self) -> Array:
        """Covariance per year (n assets x n assets)."""
        if "cov" not in self._arrays and {"correlation", "risk"} <= set(self._arrays):
            return self.correlation * np.outer(self.risk, self.risk)
        return self._get("cov", "give cov, or risk and correlation")

    @cov.setter
    def cov(self, value: ArrayLike) -> None:
        self._set("cov", value)

    @property
    def risk(self) -> Array:
        """Standard deviation per year (n assets)."""
        if "risk" not in self._arrays and "cov" in self._arrays:
            return np.asarray(np.sqrt(np.diag(self.cov)))
        return self._get("risk", "give risk or cov")

    @risk.setter
    def risk(self, value: ArrayLike) -> None:
        self._set("risk", value)

    @property
    def correlation(self) -> Array:
        """Correlation (n assets x n assets)."""
        if "correlation" not in self._arrays and "cov" in self._arrays:
            scale = np.where(self.risk > 0, self.risk, 1.0)
            result = self.cov / np.outer(scale, scale)
            np.fill_diagonal(result, 1.0)
            return np.asarray(result)
        return self._get("correlation", "give correlation or cov")

    @correlation.setter
    def correlation(self, value: ArrayLike) -> None:
        self._set("correlation", value)

    @property
    def hist_returns(self) -> Array:
        """Returns per period (T periods x n assets)."""
        return self._get("hist_returns", "this needs a history: create_historical_ia(returns, annual_factor)")

    @hist_returns.setter
    def hist_returns(self, value: ArrayLike | pd.DataFrame) -> None:
        self._set("hist_returns", value)

    @property
    def history(self) -> pd.DataFrame:
        """Returns per period with their labels (T periods x n assets)."""
        return pd.DataFrame(self.hist_returns.copy(), index=self.dates, columns=self.symbols)

    @property
    def arithmetic_return(self) -> Array | None:
        """Annualised arithmetic mean (n assets), or None."""
        return self._arrays.get("arithmetic_return")

    @arithmetic_return.setter
    def arithmetic_return(self, value: ArrayLike | None) -> None:
        self._set("arithmetic_return", value)

    @property
    def geometric_return(self) -> Array | None:
        """Annualised geometric mean (n assets), or None."""
        return self._arrays.get("geometric_return")

    @geometric_return.setter
    def geometric_return(self, value: ArrayLike | None) -> None:
        self._set("geometric_return", value)

    @property
    def cov_temp(self) -> Array | None:
        """Covariance to optimise with, when it is not ``cov``."""
        return self._arrays.get("cov_temp")

    @cov_temp.setter
    def cov_temp(self, value: ArrayLike | None) -> None:
        self._set("cov_temp", value)

    # ------------------------------------------------------------------------------------------- checks

    def check(self) -> InputAssumptions:
        """Return self when all fields agree; otherwise raise an InputError that names the asset."""
        n, names = self.n, self.symbols
        for name, values in self._arrays.items():
            square = name in ("correlation", "cov", "cov_temp")
            if name == "hist_returns":
                if values.ndim != 2 or values.shape[1] != n:
                    raise InputError(
                        f"hist_returns has shape {values.shape}; expected periods x {n} assets "
                        f"({', '.join(names[:3])}...)"
                    )
            elif values.shape != ((n, n) if square else (n,)):
                raise InputError(
                    f"{name} has shape {values.shape}; expected {(n, n) if square else (n,)} for {n} assets"
                )
            if name != "hist_returns":
                _refuse_missing(name, values, names)
            if square:
                _refuse_asymmetry(name, values, names)
            if name == "correlation" and np.abs(values).max(initial=0.0) > 1 + 1e-9:
                i, j = (int(k) for k in np.unravel_index(int(np.argmax(np.abs(values))), values.shape))
                raise InputError(
                    f"correlation is {values[i, j]:g} for ({names[i]}, {names[j]}); it lies between -1 and 1 (a covariance "
                    "is given as cov)"
                )
        for name in ("risk", "cov"):
            if name in self._arrays:
                values = self._arrays[name] if name == "risk" else np.diag(self._arrays[name])
                if (values < 0).any():
                    i = int(np.argmin(values))
                    raise InputError(f"{name} of {names[i]!r} is {values[i]:g}; risk and variance cannot be negative")
        self.check_parameters()
        return self

    def check_parameters(self) -> None:
        """Refuse a confidence level or a threshold that is no such number."""
        alpha, omega, mar = self.parameters_alpha, self.parameters_omega, self.parameters_mar
        if not (_is_finite(alpha) and 0 < alpha < 1):
            raise InputError(f"parameters_alpha is {_shown(alpha)}; a confidence level lies between 0 and 1")
        if not _is_finite(omega):
            raise InputError(f"parameters_omega is {_shown(omega)}; give a finite return per period")
        if not (mar is None or _is_finite(mar)):
            raise InputError(
                f"parameters_mar is {_shown(mar)}; give a finite return per period, or None for the portfolio's own mean"
            )

    def complete_history(self) -> Array:
        """``hist_returns`` when nothing is missing in it; otherwise an InputError that names asset and period."""
        values = self.hist_returns
        bad = np.argwhere(~np.isfinite(values))
        if bad.size:
            row, column = (int(i) for i in bad[0])
            when = self.dates[row] if self.dates is not None else f"row {row}"
            raise InputError(
                f"hist_returns of {self.symbols[column]!r} has {int((bad[:, 1] == column).sum())} missing value(s), "
                f"the first at {when}; drop these periods or fill them before optimising on the history"
            )
        return values

    def copy(self) -> InputAssumptions:
        """An independent copy."""
        return copy.deepcopy(self)

    def to_frame(self) -> pd.DataFrame:
        """Assets x (expected_return, risk and, when known, geometric_return), per year."""
        columns = {"expected_return": self.expected_return, "risk": self.risk}
        if self.geometric_return is not None:
            columns["geometric_return"] = self.geometric_return
        return pd.DataFrame(columns, index=pd.Index(self.symbols, name="asset"))

    def __repr__(self) -> str:
        periods = f", {len(self.hist_returns)} periods of history" if "hist_returns" in self._arrays else ""
        names = ", ".join(self.symbols[:3]) + (", ..." if self.n > 3 else "")
        return f"<InputAssumptions: {self.n} assets ({names}){periods}>"


def symbols_of(symbols: Sequence[str] | None, labelled: Sequence[Any]) -> list[str] | None:
    """Asset names: the given ones, or the labels of the first labelled array."""
    if symbols is not None:
        return [str(name) for name in symbols]
    return next((labels for labels in map(labels_of, labelled) if labels), None)


def labels_of(value: Any) -> list[str] | None:
    """Asset names that a table or series carries; plain row numbers are none."""
    names = value.columns if isinstance(value, pd.DataFrame) else value.index if isinstance(value, pd.Series) else None
    return None if names is None or isinstance(names, pd.RangeIndex) else [str(name) for name in names]


def dates_of(dates: Sequence[Any] | None, hist_returns: Any) -> list[Any] | None:
    """Labels of the periods: the given ones, or the index of a history with labels."""
    if dates is not None:
        return list(dates)
    return list(hist_returns.index) if isinstance(hist_returns, pd.DataFrame) else None


def _is_finite(value: Any) -> bool:
    return isinstance(value, (int, float, np.number)) and bool(np.isfinite(value))


def _shown(value: Any) -> str:
    return f"{value:g}" if isinstance(value, (int, float, np.number)) else repr(value)


def _refuse_missing(name: str, values: Array, names: list[str]) -> None:
    bad = np.argwhere(~np.isfinite(values))
    if bad.size:
        assets = " and ".join(repr(names[int(i)]) for i in dict.fromkeys(bad[0].tolist()))
        raise InputError(f"{name} of {assets} is {values[tuple(bad[0])]}; give a finite number or leave the asset out")


def _refuse_asymmetry(name: str, values: Array, names: list[str]) -> None:
    apart = np.abs(values - values.T)
    i, j = (int(k) for k in np.unravel_index(int(np.argmax(apart)), apart.shape))
    if apart[i, j] > 1e-9 * max(1e-12, float(np.abs(values).max())):
        raise InputError(
            f"{name} is not symmetric: {values[i, j]:g} for ({names[i]}, {names[j]}) but {values[j, i]:g} for "
            f"({names[j]}, {names[i]}); use ({name} + {name}.T) / 2 if the difference is rounding"
        )
