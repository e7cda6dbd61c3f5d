"""Tables of weights (dates x symbols) made ready to be held: lagged, carried forward, cleaned, rounded."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sitpy.arguments import numbers, real
from sitpy.errors import InputError

Array = np.ndarray


def lagged(values: Array, nlag: int = 1) -> Array:
    """The values of ``nlag`` dates before (after, when negative); nan where there is no such date."""
    result = np.full(values.shape, np.nan)
    if nlag == 0:
        result[:] = values
    elif abs(nlag) < len(values):
        result[max(nlag, 0) : len(values) + min(nlag, 0)] = values[max(-nlag, 0) : len(values) - max(nlag, 0)]
    return result


def carried(values: Array) -> Array:
    """Each missing value replaced by the last one before it in its column; nan where there is none."""
    if not np.isnan(values).any():
        return values
    return np.asarray(pd.DataFrame(values).ffill().to_numpy())


def zeroed(values: Array) -> Array:
    """Missing values replaced by zero."""
    return np.where(np.isnan(values), 0.0, values)


def changes(weight: Array) -> Array:
    """Weights that differ from the last one of their column, nan elsewhere; before the first date it was zero."""
    held = zeroed(carried(weight))
    before = np.zeros_like(held)
    before[1:] = held[:-1]
    return np.where(held != before, held, np.nan)


def bt_exrem(weight: pd.DataFrame | ArrayLike) -> pd.DataFrame:
    """Keep a weight only where it differs from the last one of its symbol.

    Parameters
    ----------
    weight : DataFrame or array (dates x symbols)
        nan means as before; before the first date everything is zero.

    Returns
    -------
    DataFrame (dates x symbols)
        nan where nothing changes.

    Raises
    ------
    InputError
        Something that is not a table of numbers.

    Examples
    --------
    >>> import sitpy
    >>> sitpy.bt_exrem([[0.5, 0], [0.5, 1], [0, 1]]).values.tolist()
    [[0.5, nan], [nan, 1.0], [0.0, nan]]

    References
    ----------
    SIT, ``bt.exrem``.
    """
    return like(weight, changes(table_of(weight)))


def exrem(x: pd.Series | ArrayLike) -> pd.Series:
    """Keep a signal only where it differs from the last one; :func:`bt_exrem` of one column.

    Parameters
    ----------
    x : Series or array (dates)
        nan means as before.

    Returns
    -------
    Series (dates)
        nan where nothing changes.

    Raises
    ------
    InputError
        Something that is not a series of numbers.

    Examples
    --------
    >>> import sitpy
    >>> sitpy.exrem([float("nan"), 1, 1, 0, 0, 1, 1, 0]).tolist()
    [nan, 1.0, nan, 0.0, nan, 1.0, nan, 0.0]

    References
    ----------
    SIT, ``exrem``.
    """
    return pd.Series(changes(numbers("x", x).reshape(-1, 1))[:, 0], index=x.index if isinstance(x, pd.Series) else None)


def bt_apply_min_weight(
    weight: pd.DataFrame | ArrayLike, long_min_weight: float = 0.1, short_min_weight: float | None = None
) -> pd.DataFrame:
    """Drop positions that are too small, and give what they had to the others of their side in proportion.

    Parameters
    ----------
    weight : DataFrame or array (dates x symbols)
    long_min_weight : float
        Smallest long position to keep.
    short_min_weight : float, optional
        Smallest short position (its size) to keep; as for longs when not given.

    Returns
    -------
    DataFrame (dates x symbols)
        The long weights of a date sum to what they did, and so do the short ones; a side of which nothing is large enough
        is empty. Missing weights stay missing.

    Raises
    ------
    InputError
        A limit that is negative.

    Examples
    --------
    >>> import sitpy
    >>> sitpy.bt_apply_min_weight([[0.05, 0.475, 0.475]]).round(4).values.tolist()
    [[0.0, 0.5, 0.5]]

    References
    ----------
    SIT, ``bt.apply.min.weight``.
    """
    values, short = table_of(weight), _step(long_min_weight, short_min_weight, "min_weight")
    longs = np.where(values >= long_min_weight, np.maximum(values, 0.0), 0.0)
    shorts = np.where(values <= -short, np.minimum(values, 0.0), 0.0)
    return like(weight, _side_kept(values, longs, shorts))


def bt_apply_round_weight(
    weight: pd.DataFrame | ArrayLike, long_round_weight: float = 0.05, short_round_weight: float | None = None
) -> pd.DataFrame:
    """Round positions to multiples, then scale each side to its former sum.

    Parameters
    ----------
    weight : DataFrame or array (dates x symbols)
    long_round_weight : float
        Round long positions to multiples of this.
    short_round_weight : float, optional
        The same for short positions; as for longs when not given.

    Returns
    -------
    DataFrame (dates x symbols)
        The long weights of a date sum to what they did, and so do the short ones; a side that is all rounded to zero is
        empty. Missing weights stay missing.

    Raises
    ------
    InputError
        A step that is not positive.

    Examples
    --------
    >>> import sitpy
    >>> sitpy.bt_apply_round_weight([[0.22, 0.78]]).round(4).values.tolist()
    [[0.2, 0.8]]

    References
    ----------
    SIT, ``bt.apply.round.weight``.
    """
    values, short = table_of(weight), _step(long_round_weight, short_round_weight, "round_weight", positive=True)
    longs = np.round(np.maximum(values, 0.0) / long_round_weight) * long_round_weight
    shorts = np.round(np.minimum(values, 0.0) / short) * short
    return like(weight, _side_kept(values, longs, shorts))


def table_of(weight: pd.DataFrame | ArrayLike) -> Array:
    """The numbers of a table of weights, or the error that says what is wrong with it."""
    values = numbers("weight", weight)
    if values.ndim != 2:
        raise InputError(f"weight has shape {values.shape}; expected dates x symbols")
    return values


def like(weight: pd.DataFrame | ArrayLike, values: Array) -> pd.DataFrame:
    """Numbers with the labels of ``weight``, where it has any."""
    if isinstance(weight, pd.DataFrame):
        return pd.DataFrame(values, index=weight.index, columns=weight.columns)
    return pd.DataFrame(values)


def _side_kept(values: Array, longs: Array, shorts: Array) -> Array:
    """New long and short positions scaled to the sums that the sides had."""
    result = np.where(np.isnan(values), np.nan, 0.0)
    for side, kept in ((np.maximum(values, 0.0), longs), (np.minimum(values, 0.0), shorts)):
        total, now = np.nansum(side, axis=1), np.nansum(kept, axis=1)
        scale = np.divide(total, now, out=np.ones_like(total), where=now != 0)
        result = result + kept * scale[:, None]
    return np.asarray(result)


def _step(long: float, short: float | None, name: str, positive: bool = False) -> float:
    remedy = f"give a {'positive' if positive else 'non-negative'} fraction"
    for side, value in (("long", long), ("short", short)):
        if value is not None or side == "long":
            real(f"{side}_{name}", value, remedy, lambda step: step > 0 or (step == 0 and not positive))
    return long if short is None else short
