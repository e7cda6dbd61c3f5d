"""What every measure starts from: the asset weights among all variables, and the returns that they earn."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sitpy.errors import InputError
from sitpy.inputs import InputAssumptions, labels_of

Array = np.ndarray
Weights = ArrayLike | pd.DataFrame


def portfolio_rows(weight: Weights, assets: int | None = None) -> Array:
    """Weights as numbers (portfolios x variables), with columns for so many assets at least; a vector is one row."""
    try:
        values = np.atleast_2d(np.array(weight, dtype=float))
    except (TypeError, ValueError) as error:
        raise InputError(f"weight holds something that is not a number: {error}") from None
    if values.ndim != 2 or values.shape[1] < (assets or 0):
        expected = "assets (or one vector)" if assets is None else f"{assets} assets (or one vector of {assets})"
        raise InputError(f"weight has shape {np.shape(weight)}; expected portfolios x {expected}")
    return values


def asset_weights(weight: Weights, ia: InputAssumptions) -> Array:
    """The asset weights among all variables (portfolios x ia.n)."""
    values = portfolio_rows(weight, ia.n)
    labels = (labels_of(weight) or [])[: ia.n]
    if labels != ia.symbols and set(labels) == set(ia.symbols):
        raise InputError(
            f"weight is labelled {', '.join(labels)} but the assets are {', '.join(ia.symbols)}; "
            "put them in the same order"
        )
    return values[:, : ia.n]


def portfolio_returns(weight: Weights, ia: InputAssumptions) -> Array:
    """Returns per period (T periods x portfolios); what measures of them depend on is checked too."""
    ia.check_parameters()
    return np.asarray(ia.complete_history() @ asset_weights(weight, ia).T)
