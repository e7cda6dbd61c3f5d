"""Strategies of the calendar: positions around key days that are known ahead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sitpy.arguments import numbers, positions, whole
from sitpy.backtest.engine import bt_run_share
from sitpy.backtest.environment import BacktestData, aligned, environment_of
from sitpy.backtest.model import BacktestModel
from sitpy.backtest.weights import lagged, like, table_of, zeroed
from sitpy.errors import BankruptError, InputError

Array = np.ndarray


def calendar_signal(
    dates: pd.DataFrame | pd.Series | ArrayLike,
    offsets: Mapping[str, int | Sequence[int]] | Sequence[int] | int | None = None,
    /,
    **named: int | Sequence[int],
) -> dict[str, pd.DataFrame]:
    """Signals for the days around key days, such as the day before every month's end and the three after.

    Parameters
    ----------
    dates : DataFrame, Series or array of bool (dates, or dates x symbols)
        True on the key days.
    offsets : mapping of str to int or sequence of int, or plain numbers
        For each signal how many rows after the key day (before, when negative); plain numbers are named T0, T1, T_1, ....
    **named
        More of them: ``calendar_signal(dates, N3=range(3))``.

    Returns
    -------
    dict of str to DataFrame of bool (dates x symbols)
        True on the days that are so far from a key day.

    Raises
    ------
    InputError
        No offset, the same name twice, an offset that is not a whole number.

    Examples
    --------
    >>> import sitpy
    >>> signals = sitpy.calendar_signal([False, True, False, False, False], {"T0": 0, "N2": [1, 2]}, before=-1)
    >>> {name: signal[0].astype(int).tolist() for name, signal in signals.items()}
    {'T0': [0, 1, 0, 0, 0], 'N2': [0, 0, 1, 1, 0], 'before': [1, 0, 0, 0, 0]}

    References
    ----------
    SIT, ``calendar.signal``.
    """
    key = dates.to_frame() if isinstance(dates, pd.Series) else dates
    values = numbers("dates", key)
    marks = zeroed(table_of(values[:, None] if values.ndim == 1 else values)) != 0
    if offsets is None:
        offsets = {}
    elif not isinstance(offsets, Mapping):
        offsets = {f"T{number}".replace("-", "_"): number for number in np.atleast_1d(np.asarray(offsets)).tolist()}
    offsets = dict(offsets)
    if set(offsets) & set(named):
        raise InputError(f"{sorted(set(offsets) & set(named))} is there twice; give each signal its own name")
    signals = {}
    for name, rows in {**offsets, **named}.items():
        steps = np.atleast_1d(np.asarray(rows))
        if steps.size == 0 or not np.issubdtype(steps.dtype, np.integer):
            raise InputError(f"the offsets of {name!r} are {steps.tolist()}; give whole numbers of rows")
        shifted = [lagged(marks.astype(float), int(step)) == 1 for step in steps]
        signals[name] = like(key, np.logical_or.reduce(shifted))
    if not signals:
        raise InputError("no offsets are given; try calendar_signal(dates, {'T0': 0})")
    return signals


def calendar_strategy(
    data: BacktestData,
    signals: Mapping[str, pd.DataFrame | pd.Series | ArrayLike],
    universe: pd.DataFrame | ArrayLike | None = None,
    do_lag_universe: int = 1,
    close_all_positions_index: Sequence[int] | Array | None = None,
    silent: bool = True,
    **options: Any,
) -> dict[str, BacktestModel]:
    """Back-test signals of a calendar: hold all signalled symbols in equal parts at the close of signal days.

    A calendar is known ahead, so that the position of a signal day is taken at its own close and earns to the next one; to
    earn a key day itself, signal the day before it (offset -1).

    Parameters
    ----------
    data : BacktestData
    signals : mapping of str to DataFrame, Series or array of bool (dates, or dates x symbols)
        From :func:`calendar_signal`.
    universe : DataFrame or array of bool (dates x symbols), optional
        Which symbols may be held; those with a price above 0 when not given.
    do_lag_universe : int
        By how many rows the universe is lagged.
    close_all_positions_index : sequence of int, optional
        0-based rows at whose close everything is sold.
    silent : bool
        False prints each result in a line.
    **options
        Further arguments of :func:`bt_run_share`.

    Returns
    -------
    dict of str to BacktestModel

    Raises
    ------
    InputError
        Shapes that do not fit the prices, no signal.
    BankruptError
        As :func:`bt_run`; the message names the signal.

    Examples
    --------
    >>> import pandas as pd, sitpy
    >>> b = sitpy.bt_prep(pd.DataFrame({"A": [10.0, 10, 11, 22, 22]}, index=pd.date_range("2020-01-01", periods=5)))
    >>> signals = sitpy.calendar_signal([False, False, False, True, False], T_1=-1)
    >>> sitpy.calendar_strategy(b, signals)["T_1"].equity.tolist()
    [1.0, 1.0, 1.0, 2.0, 2.0]

    References
    ----------
    SIT, ``calendar.strategy``.
    """
    if not isinstance(signals, Mapping) or not signals:
        raise InputError("signals holds none; give a mapping of names to signals, as calendar_signal does")
    data, do_lag_universe = environment_of(data), whole("do_lag_universe", do_lag_universe)
    allowed = data.prices > 0 if universe is None else universe
    allowed_before = lagged(zeroed(aligned(allowed, data.prices, "universe").to_numpy()), do_lag_universe) == 1
    models = {}
    for name, signal in signals.items():
        marks = numbers(f"signal {name!r}", signal)
        marks = marks[:, None] if marks.ndim == 1 else marks
        if marks.shape not in ((len(data.prices), 1), data.prices.shape):
            raise InputError(
                f"signal {name!r} has shape {marks.shape}; expected one value per date of prices {data.prices.shape}"
            )
        held = (zeroed(marks) != 0) & allowed_before
        weight = held / np.maximum(held.sum(axis=1, keepdims=True), 1)
        if close_all_positions_index is not None:
            weight[positions("close_all_positions_index", close_all_positions_index, len(weight), "rows")] = 0.0
        try:
            models[name] = bt_run_share(data, weight=weight, silent=silent, **options)
        except BankruptError as error:
            raise BankruptError(f"{name}: {error}", error.path) from None
    return models
