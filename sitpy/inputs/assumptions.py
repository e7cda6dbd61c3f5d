"""What is believed of the assets' returns, risks and correlations."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any, Never

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sitpy.arguments import instance, minimum_return, numbers, positions, probability, real, text, whole, yearly
from sitpy.errors import InputError
from sitpy.inputs.labels import dates_of, labels_of, names_of, symbols_of
from sitpy.record import Record, field_name

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
        **unknown: Never,
    ) -> None:
        _refuse_unknown(unknown)
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
                renamed = symbols is not None and not set(labels_of(value) or ()) & set(self.symbols)
                setattr(self, name, np.asarray(value) if renamed and labels_of(value) else value)
        self.annual_factor = yearly(annual_factor)
        self.parameters_alpha = probability("parameters_alpha", parameters_alpha)
        self.parameters_omega = real("parameters_omega", parameters_omega, "give a finite return per period")
        self.parameters_mar = minimum_return("parameters_mar", parameters_mar)
        self.index = np.arange(self.n) if index is None else positions("index", index)
        periods = len(self.hist_returns) if "hist_returns" in self._arrays else None
        self.nperiod = periods if nperiod is None else whole("nperiod", nperiod)
        self.source = None if source is None else text("source", source)
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
        self._symbols = names_of(value)

    def _get(self, name: str, remedy: str) -> Array:
        try:
            return self._arrays[name]
        except KeyError:
            raise InputError(f"the input assumptions have no {name}; {remedy}") from None

    def _set(self, name: str, value: Any) -> None:
        if value is None:
            self._arrays.pop(name, None)
            return
        values = numbers(name, value)
        labels = labels_of(value)
        if labels and self._symbols and labels != self._symbols:
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
            # make_positive_definite lifts a correlation of 1 by up to 2e-9
            if name == "correlation" and np.abs(values).max(initial=0.0) > 1 + 1e-8:
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
        if self.dates is not None and "hist_returns" in self._arrays and len(self.dates) != len(self.hist_returns):
            raise InputError(
                f"dates has {len(self.dates)} labels for {len(self.hist_returns)} periods of hist_returns; give one for each"
            )
        self.check_parameters()
        return self

    def check_parameters(self) -> None:
        """Refuse a confidence level or a threshold that is no such number."""
        probability("parameters_alpha", self.parameters_alpha)
        real("parameters_omega", self.parameters_omega, "give a finite return per period")
        minimum_return("parameters_mar", self.parameters_mar)

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
        result = copy.copy(self)
        for name, value in vars(self).items():
            known = isinstance(value, list) and all(isinstance(item, (str, pd.Timestamp)) for item in value)
            setattr(result, name, list(value) if known else copy.deepcopy(value))  # labels never change, and are many
        return result

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


def given_assumptions(ia: Any, label: str = "ia") -> InputAssumptions:
    """The assumptions, if they are such."""
    remedy = (
        "give input assumptions: create_ia(returns), create_historical_ia(returns, 12) or "
        "InputAssumptions(expected_return=..., cov=...)"
    )
    return instance(label, ia, InputAssumptions, remedy)


def checked_assumptions(ia: Any, label: str = "ia") -> InputAssumptions:
    """The assumptions, if they are such and agree with themselves."""
    return given_assumptions(ia, label).check()


def _refuse_unknown(fields: Iterable[str]) -> None:
    """Refuse fields that there are not, and name the one that was meant."""
    known = inspect.signature(InputAssumptions).parameters.keys() - {"unknown"}
    for field in fields:
        name = field_name(field)
        near = [word for word in known if word.startswith(name) or name.startswith(word)]
        near = near or get_close_matches(name, known, 1, 0.7)
        hint = f"did you mean {near[0]}?" if near else f"they are {', '.join(sorted(known))}"
        raise InputError(f"input assumptions have no field {field!r}; {hint}")


def _refuse_missing(name: str, values: Array, names: list[str]) -> None:
    if np.isfinite(values).all():
        return
    bad = np.argwhere(~np.isfinite(values))[0]
    assets = " and ".join(repr(names[int(i)]) for i in dict.fromkeys(bad.tolist()))
    raise InputError(f"{name} of {assets} is {values[tuple(bad)]}; give a finite number or leave the asset out")


def _refuse_asymmetry(name: str, values: Array, names: list[str]) -> None:
    if (values == values.T).all():
        return
    apart = np.abs(values - values.T)
    i, j = (int(k) for k in np.unravel_index(int(np.argmax(apart)), apart.shape))
    if apart[i, j] > 1e-9 * max(1e-12, float(np.abs(values).max())):
        raise InputError(
            f"{name} is not symmetric: {values[i, j]:g} for ({names[i]}, {names[j]}) but {values[j, i]:g} for "
            f"({names[j]}, {names[i]}); use ({name} + {name}.T) / 2 if the difference is rounding"
        )
