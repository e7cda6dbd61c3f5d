"""What every measure starts from: the asset weights among all variables, and the returns that they earn."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sitpy.arguments import numbers
from sitpy.errors import InputError
from sitpy.inputs import InputAssumptions, given_assumptions, labels_of, unique_names

Array = np.ndarray
Weights = ArrayLike | pd.DataFrame


def portfolio_rows(weight: Weights, names: Sequence[str] | None = None, label: str = "weight") -> Array:
    """Weights as numbers (portfolios x variables), at least those of the named assets; a vector is one row.

    Raises
    ------
    InputError
        Something that is not a number, another shape, an asset's weight that is missing or infinite.

    Examples
    --------
    >>> from sitpy.measures.weights import portfolio_rows
    >>> portfolio_rows([0.4, 0.6]).tolist()
    [[0.4, 0.6]]
    """
    given = numbers(label, weight)
    values = np.atleast_2d(given)
    assets = None if names is None else len(names)
    if given.ndim not in (1, 2) or values.size == 0 or values.shape[1] < (assets or 0):
        expected = "assets (or one vector)" if assets is None else f"{assets} assets (or one vector of {assets})"
        raise InputError(f"{label} has shape {given.shape}; expected portfolios x {expected}")
    finite = np.isfinite(values[:, :assets])
    if not finite.all():
        row, column = (int(i) for i in np.argwhere(~finite)[0])
        known = names or labels_of(weight)
        asset = repr(known[column]) if known else f"asset {column + 1}"
        portfolio = weight.index[row] if isinstance(weight, pd.DataFrame) else row
        where = f" in portfolio {portfolio}" if len(values) > 1 else ""
        raise InputError(
            f"{label} of {asset}{where} is {values[row, column]:g}; give a finite number (0 where the asset is not held), or "
            "leave the portfolio out"
        )
    return values


def asset_weights(weight: Weights, ia: InputAssumptions, label: str = "weight") -> Array:
    """The asset weights among all variables (portfolios x ia.n)."""
    names = given_assumptions(ia).symbols
    values = portfolio_rows(weight, names, label)
    labels = (labels_of(weight) or names)[: len(names)]
    if labels != names and labels != unique_names(names):
        raise InputError(
            f"{label} is labelled {', '.join(labels)} but the assets are {', '.join(names)}; "
            "put them in the same order, or hand over the numbers alone (.to_numpy())"
        )
    return values[:, : len(names)]


def portfolio_returns(weight: Weights, ia: InputAssumptions) -> Array:
    """Returns per period (T periods x portfolios); what measures of them depend on is checked too."""
    weights = asset_weights(weight, ia)
    ia.check_parameters()
    return np.asarray(ia.complete_history() @ weights.T)
