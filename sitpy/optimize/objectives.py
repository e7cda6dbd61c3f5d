"""What a portfolio is chosen for: the largest expected gain, or the least distance from a wish."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import pandas as pd

from sitpy.optimize.reading import Asset, Weights, few, weights


class Objective:
    """What a portfolio is chosen for; :class:`MaximizeAlpha` and :class:`TargetWeights` are the two there are.

    ``values`` holds a number for each asset that takes part, in the order given.
    """

    _label: ClassVar[str] = "values"

    def __init__(self, values: Weights) -> None:
        self.values = weights(self._label, values, missing=True)

    def __repr__(self) -> str:
        cut = few(self.values) if self.values else "no assets"
        return f"{type(self).__name__}({cut})"


class MaximizeAlpha(Objective):
    """Maximise ``sum alpha_i * w_i``.

    Only the ratios of the alphas matter: they rank, and the constraints size. Without a limit on gross exposure or on each
    position a nonzero alpha is unbounded; without a limit on positions the capital goes to the largest ``|alpha|``. Of several
    optimal portfolios it is the one of least Euclidean norm, so the answer depends on neither solver nor order of assets.

    Parameters
    ----------
    alphas : Series or dict, asset -> float
        Expected gain per unit of weight. Assets with a missing alpha (nan, None) are left out.

    Raises
    ------
    WrongTypeError
        No map, or a value that is no number (a TypeError).
    InputError
        An infinite alpha, an asset that comes twice or is missing (a ValueError).

    Examples
    --------
    >>> import sitpy.optimize as opt
    >>> alphas = opt.MaximizeAlpha({"AAPL": 1.0, "IBM": -0.5})
    >>> opt.calculate_optimal_portfolio(alphas, [opt.MaxGrossExposure(1.0), opt.DollarNeutral(0.1)]).round(6).to_dict()
    {'AAPL': 0.55, 'IBM': -0.45}

    References
    ----------
    Quantopian API reference (2020), ``quantopian.optimize.MaximizeAlpha``.
    """

    _label = "alphas"

    def __init__(self, alphas: Weights) -> None:
        super().__init__(alphas)

    @property
    def alphas(self) -> pd.Series:
        """The alphas that take part."""
        return _series(self.values)


class TargetWeights(Objective):
    """Minimise the Euclidean distance ``sum (w_i - t_i)^2`` from target weights.

    A target that satisfies all constraints is the answer. A target of exactly 0 counts only for an asset that is held; a held
    asset without a target has target 0, so ``TargetWeights({})`` closes everything.

    Parameters
    ----------
    weights : Series or dict, asset -> float
        Targets as fractions of the portfolio's value, negative for short positions. Assets with a missing target (nan, None)
        are left out.

    Raises
    ------
    WrongTypeError
        No map, or a value that is no number (a TypeError).
    InputError
        An infinite target, an asset that comes twice or is missing (a ValueError).

    Examples
    --------
    >>> import sitpy.optimize as opt
    >>> wish = opt.TargetWeights({"A": 0.8, "B": 0.6, "C": -0.4})
    >>> opt.calculate_optimal_portfolio(wish, [opt.MaxGrossExposure(1.2)]).round(6).to_dict()
    {'A': 0.6, 'B': 0.4, 'C': -0.2}

    References
    ----------
    Quantopian API reference (2020), ``quantopian.optimize.TargetWeights``.
    """

    _label = "weights"

    def __init__(self, weights: Weights) -> None:
        super().__init__(weights)

    @property
    def weights(self) -> pd.Series:
        """The targets that take part."""
        return _series(self.values)


def _series(values: Mapping[Asset, float]) -> pd.Series:
    return pd.Series([*values.values()], index=pd.Index([*values], tupleize_cols=False), dtype=float)
