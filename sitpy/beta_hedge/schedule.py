"""When to rebalance: every so many rows, at the end of each week or month, or when the position's beta leaves a band."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sitpy.arguments import positive, real, whole
from sitpy.dates import endpoints

Array = np.ndarray


@dataclass(frozen=True)
class Band:
    """Rebalance when the beta of what is held is further than ``width`` from what it was after the last trade.

    Parameters
    ----------
    width : float
        Allowed distance of the position's beta: the values held times the assets' betas of the window that ends on the
        date, less the benchmark's short value, over equity.
    every : int
        Look every so many rows.

    Raises
    ------
    InputError
        A width that is not positive, a number of rows below 1.

    Examples
    --------
    >>> import sitpy
    >>> sitpy.Band(0.05)
    Band(width=0.05, every=1)
    """

    width: float = 0.1
    every: int = 1

    def __post_init__(self) -> None:
        real("width", self.width, "give a positive number such as 0.1", positive)
        whole("every", self.every, 1)


Rebalance = int | str | Band


def rows_to_look_at(dates: pd.DatetimeIndex, rebalance: Rebalance, first: int) -> Array:
    """Rows (bool) on which to rebalance, for a band on which to look; the last row never is one.

    Nothing that is decided on the last row is ever carried out, and whether it ends a week or month is not known.
    """
    chosen = np.zeros(len(dates), dtype=bool)
    if isinstance(rebalance, str):
        chosen[endpoints(dates, rebalance)] = True
        chosen[:first] = False
    else:
        step = whole("rebalance", rebalance.every if isinstance(rebalance, Band) else rebalance, 1)
        chosen[first::step] = True
    chosen[-1] = False
    return chosen
