"""The risk model's exposure with its preset limits, as ``quantopian.optimize.experimental`` had it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sitpy.errors import InputError, warn
from sitpy.optimize.constraints import call
from sitpy.optimize.errors import WrongTypeError
from sitpy.optimize.exposures import FactorExposure
from sitpy.optimize.reading import bound, few, table

SECTORS = (
    "basic_materials",
    "consumer_cyclical",
    "financial_services",
    "real_estate",
    "consumer_defensive",
    "health_care",
    "utilities",
    "communication_services",
    "energy",
    "industrials",
    "technology",
)
STYLES = ("momentum", "size", "value", "short_term_reversal", "volatility")
FACTORS = (*SECTORS, *STYLES)


class _Newest:
    """The type of :data:`Newest`."""

    def __repr__(self) -> str:
        return "Newest"


Newest = _Newest()
"""The latest version of the preset limits, at present 0."""

_LIMITS = {0: dict.fromkeys(SECTORS, 0.18) | dict.fromkeys(STYLES, 0.36)}


class RiskModelExposure(FactorExposure):
    """A :class:`FactorExposure` on the 16 factors of the risk model, with preset limits.

    Version 0 allows -0.18 to 0.18 of each sector and -0.36 to 0.36 of each style (momentum, size, value,
    short_term_reversal, volatility).

    Parameters
    ----------
    risk_model_loadings : DataFrame (assets x factors)
        Columns are names of factors; those that are missing are not constrained.
    version : int or Newest, optional
        Version of the limits. None means the latest too, with a warning.
    **limits : float or NotConstrained
        ``min_<factor>`` and ``max_<factor>`` replace one preset each; 0.0 is a limit.

    Raises
    ------
    WrongTypeError, InputError
        No frame or numbers, an argument or a column that is no factor, an unknown version, a lower bound above the upper.

    Warns
    -----
    UserWarning
        No version is given.

    Examples
    --------
    >>> import pandas as pd
    >>> import sitpy.optimize as opt
    >>> loadings = pd.DataFrame({"energy": [1.0], "momentum": [0.7]}, index=["XOM"])
    >>> limit = opt.experimental.RiskModelExposure(loadings, version=opt.Newest, max_energy=0.1)
    >>> limit.min_exposures, limit.max_exposures
    ({'energy': -0.18, 'momentum': -0.36}, {'energy': 0.1, 'momentum': 0.36})

    References
    ----------
    Quantopian API reference (2020), ``quantopian.optimize.experimental.RiskModelExposure``.
    """

    def __init__(self, risk_model_loadings: pd.DataFrame, *, version: Any = None, **limits: Any) -> None:
        loadings = table("risk_model_loadings", risk_model_loadings)
        unknown = [column for column in loadings.columns if column not in FACTORS]
        if unknown:
            raise InputError(
                f"risk_model_loadings has the columns {few(unknown)}; the factors are {', '.join(FACTORS)}"
            )
        preset = _preset(version)
        low = {factor: -preset[factor] for factor in FACTORS}
        high = {factor: preset[factor] for factor in FACTORS}
        for name, value in limits.items():
            side, _, factor = name.partition("_")
            if side not in ("min", "max") or factor not in FACTORS:
                raise WrongTypeError(
                    f"RiskModelExposure has no argument {name!r}; give min_<factor> or max_<factor>, with one of the "
                    f"factors {', '.join(FACTORS)}"
                )
            if value is not None:
                (low if side == "min" else high)[factor] = bound(name, value, -1 if side == "min" else 1)
        columns = [*loadings.columns]
        super().__init__(loadings, {f: low[f] for f in columns}, {f: high[f] for f in columns})
        self.version, self.limits = version, limits

    def __repr__(self) -> str:
        return call("RiskModelExposure", self.loadings, version=self.version, **self.limits)


def _preset(version: Any) -> dict[str, float]:
    """Limits of a version."""
    if version is None:
        warn(
            "RiskModelExposure without a version uses the latest limits, which may change; give version=Newest or a number",
            UserWarning,
        )
    if version is None or isinstance(version, _Newest):
        version = max(_LIMITS)
    if isinstance(version, bool) or not isinstance(version, int):
        raise WrongTypeError(f"version is {version!r}; give a whole number or Newest")
    if version not in _LIMITS:
        raise InputError(f"version is {version!r}; known are {', '.join(map(str, _LIMITS))} and Newest")
    return _LIMITS[version]


__all__ = ["FACTORS", "SECTORS", "STYLES", "Newest", "RiskModelExposure"]
