"""Input assumptions from a history of returns, and from other assumptions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sitpy.arguments import listed, numbers, shown, text, yearly
from sitpy.errors import InputError
from sitpy.inputs.assumptions import InputAssumptions, checked_assumptions
from sitpy.inputs.labels import dates_of, symbols_of

Array = np.ndarray


def create_ia(
    hist_returns: ArrayLike | pd.DataFrame,
    index: Sequence[int] | Array | None = None,
    nperiod: int | None = None,
) -> InputAssumptions:
    """Plain sample estimates per period: mean, standard deviation (divisor T - 1), correlation of complete rows.

    Parameters
    ----------
    hist_returns : array or DataFrame (T periods x n assets)
        Returns per period; missing values are left out per asset, and per row for the correlation.
    index : sequence of int, optional
        Positions of the assets; 0..n-1 when not given.
    nperiod : int, optional
        Number of periods; T when not given.

    Returns
    -------
    InputAssumptions

    Raises
    ------
    InputError
        Fewer than two periods, or text among the numbers.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.create_ia([[0.1, 0.0], [0.2, 0.3], [0.0, 0.1]])
    >>> ia.expected_return.round(4).tolist(), ia.risk.round(4).tolist()
    ([0.1, 0.1333], [0.1, 0.1528])

    References
    ----------
    SIT, ``create.ia``.
    """
    values = _history(hist_returns)
    correlation = _correlation(values)
    risk = _standard_deviation(values)
    return InputAssumptions(
        symbols=symbols_of(None, (hist_returns,)),
        hist_returns=values,
        dates=dates_of(None, hist_returns),
        index=index,
        nperiod=nperiod,
        risk=risk,
        correlation=correlation,
        cov=correlation * np.outer(risk, risk),
        expected_return=np.nanmean(values, axis=0),
    )


def create_historical_ia(hist_returns: ArrayLike | pd.DataFrame, annual_factor: float = 252) -> InputAssumptions:
    """Annualised estimates from a history of returns per period.

    ``arithmetic_return = (1 + mean)^f - 1``, ``geometric_return = (prod(1 + r)^(1/T))^f - 1``,
    ``risk = sqrt(f) * sd`` (divisor T - 1; a zero risk becomes 1e-6), ``expected_return = arithmetic_return``.

    Parameters
    ----------
    hist_returns : array or DataFrame (T periods x n assets)
        Returns per period (fractions), oldest first.
    annual_factor : float
        Periods per year, ``f``: 1, 12, 52, 252.

    Returns
    -------
    InputAssumptions

    Raises
    ------
    InputError
        Fewer than two periods, text among the numbers, a factor that is not positive, a loss of more than 100 %.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.create_historical_ia(sitpy.data.bernstein_wilkinson(), 1)
    >>> round(float(ia.expected_return[0]), 4), round(float(ia.risk[0]), 4)
    (0.1346, 0.1615)

    References
    ----------
    SIT, ``create.historical.ia``.
    """
    values = _history(hist_returns)
    annual_factor = yearly(annual_factor)
    symbols = symbols_of(None, (hist_returns,))
    if (values < -1).any():
        row, column = (int(i) for i in np.argwhere(values < -1)[0])
        name = symbols[column] if symbols else f"asset {column + 1}"
        raise InputError(
            f"hist_returns of {name!r} is {values[row, column]:g} in row {row}: no asset loses more than 100 %; give returns "
            "as fractions (0.05 for 5 %), not percent or prices"
        )
    correlation = _correlation(values)
    counts = (~np.isnan(values)).sum(axis=0)
    arithmetic = (1 + np.nanmean(values, axis=0)) ** annual_factor - 1
    geometric = (np.nanprod(1 + values, axis=0) ** (1 / counts)) ** annual_factor - 1
    risk = np.sqrt(annual_factor) * _standard_deviation(values)
    risk = np.where(risk == 0, 1e-6, risk)
    return InputAssumptions(
        symbols=symbols,
        hist_returns=values,
        dates=dates_of(None, hist_returns),
        annual_factor=annual_factor,
        arithmetic_return=arithmetic,
        geometric_return=geometric,
        expected_return=arithmetic,
        risk=risk,
        correlation=correlation,
        cov=correlation * np.outer(risk, risk),
    )


def create_ia_subset(ia_base: InputAssumptions, index: Sequence[int | str] | Array | None = None) -> InputAssumptions:
    """The same assumptions for some of the assets.

    Parameters
    ----------
    ia_base : InputAssumptions
        Where to take them from; it is not changed.
    index : sequence of int or str, optional
        0-based positions, or names, of the assets to keep, in the order wanted; all when not given.

    Returns
    -------
    InputAssumptions

    Raises
    ------
    InputError
        A position or name that does not exist.

    Examples
    --------
    >>> import sitpy
    >>> sitpy.create_ia_subset(sitpy.aa_test_create_ia_rebal(), ["Gold", "TBills"]).symbols
    ['Gold', 'TBills']

    References
    ----------
    SIT, ``create.ia.subset``.
    """
    names = checked_assumptions(ia_base, "ia_base").symbols
    keep = []
    example = f"[{index!r}]" if isinstance(index, (str, int)) else f"[0, {names[-1]!r}]"
    remedy = f"give a list of positions or names, such as {example}"
    wanted = range(ia_base.n) if index is None else listed("index", index, remedy)
    if not wanted:
        raise InputError(f"index is empty; {remedy}")
    for item in wanted:
        if isinstance(item, str):
            if item not in names:
                raise InputError(f"there is no asset {item!r}; the assets are {', '.join(names)}")
            keep.append(names.index(item))
        elif not isinstance(item, (int, np.integer)) or isinstance(item, bool):
            raise InputError(
                f"index holds {shown(item)}; give positions or names (numpy.flatnonzero turns a mask into positions)"
            )
        elif not -ia_base.n <= item < ia_base.n:
            raise InputError(f"there is no asset {item}: the {ia_base.n} assets are counted 0..{ia_base.n - 1}")
        else:
            keep.append(int(item) % ia_base.n)
    result = ia_base.copy()
    result._arrays = {
        name: values[np.ix_(keep, keep)] if name in ("cov", "correlation", "cov_temp") else values[..., keep].copy()
        for name, values in ia_base._arrays.items()
    }
    result._symbols = [names[i] for i in keep]
    result.index = ia_base.index[keep]
    return result.check()


def update_ia(ia: InputAssumptions, name: str, cov: ArrayLike | pd.DataFrame) -> InputAssumptions:
    """The same assumptions with another estimate of the covariance; risk and correlation follow it.

    SIT keeps the old ``ia$risk`` beside the new covariance; here the two always agree.

    Parameters
    ----------
    ia : InputAssumptions
        n assets; not changed.
    name : str
        Name of the estimator; ``"sample"`` means that ``ia`` already holds its covariance.
    cov : array or DataFrame (n assets x n assets)
        Covariance, in the period of ``ia.cov``.

    Returns
    -------
    InputAssumptions

    Raises
    ------
    InputError
        Another shape or other labels, missing numbers, a matrix that is not symmetric, a negative variance.

    Examples
    --------
    >>> import numpy as np, sitpy
    >>> ia = sitpy.create_ia([[0.1, 0.0], [0.2, 0.3], [0.0, 0.1]])
    >>> sitpy.update_ia(ia, "diagonal", np.diag([0.01, 0.04])).risk.round(4).tolist()
    [0.1, 0.2]

    References
    ----------
    SIT, ``update.ia``.
    """
    result = checked_assumptions(ia).copy()
    if text("name", name) == "sample":
        return result
    result.cov = cov
    for derived in ("risk", "correlation"):
        result._arrays.pop(derived, None)
    return result.check()


def aa_test_ia_add_short(ia: InputAssumptions) -> InputAssumptions:
    """Double the assets: each long asset, then each again held short (returns with the sign turned).

    Parameters
    ----------
    ia : InputAssumptions
        Assumptions about n assets; not changed.

    Returns
    -------
    InputAssumptions
        2n assets: returns and means ``[x, -x]``, risk repeated, correlation and cov ``[[C, -C], [-C, C]]``.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> short = sitpy.aa_test_ia_add_short(ia)
    >>> short.n, bool(short.expected_return[9] == -ia.expected_return[0])
    (18, True)

    References
    ----------
    SIT, ``aa.test.ia.add.short``.
    """
    result = checked_assumptions(ia).copy()
    for name, values in ia._arrays.items():
        if name in ("cov", "correlation", "cov_temp"):
            result._arrays[name] = np.block([[values, -values], [-values, values]])
        else:
            opposite = values if name == "risk" else -values
            result._arrays[name] = np.concatenate([values, opposite], axis=-1)
    result._symbols = ia.symbols * 2
    result.index = np.concatenate([ia.index, ia.index])
    return result.check()


def _history(hist_returns: ArrayLike | pd.DataFrame) -> Array:
    values = numbers("hist_returns", hist_returns)
    if values.ndim != 2 or values.shape[0] < 2 or values.shape[1] < 1:
        raise InputError(f"hist_returns has shape {values.shape}; expected 2 or more periods x 1 or more assets")
    infinite = np.argwhere(np.isinf(values))
    if infinite.size:
        raise InputError(
            f"hist_returns[{int(infinite[0, 0])}, {int(infinite[0, 1])}] is infinite; returns are finite fractions"
        )
    return values


def _standard_deviation(values: Array) -> Array:
    """Sample standard deviation of what is there; exactly zero for an asset that never moves (its mean is rounded)."""
    moves = np.nanmax(values, axis=0) > np.nanmin(values, axis=0)
    return np.asarray(np.where(moves, np.nanstd(values, axis=0, ddof=1), 0.0))


def _correlation(values: Array) -> Array:
    """Pearson correlation of the complete rows; assets that never move correlate with nothing."""
    complete = values[~np.isnan(values).any(axis=1)]
    if len(complete) < 2:
        raise InputError(f"only {len(complete)} period(s) have a return for every asset; 2 or more are needed")
    moves = np.ptp(complete, axis=0) > 0
    deviation = np.where(moves, complete - complete.mean(axis=0), 0.0)
    norm = np.sqrt((deviation**2).sum(axis=0))
    deviation = deviation / np.where(norm > 0, norm, 1.0)
    correlation = deviation.T @ deviation
    correlation = (correlation + correlation.T) / 2
    np.fill_diagonal(correlation, 1.0)
    return np.asarray(np.clip(correlation, -1.0, 1.0))
