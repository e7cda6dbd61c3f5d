"""Input assumptions: what is believed of the assets' returns, risks and correlations."""

from __future__ import annotations

import copy
import os
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sitpy import data
from sitpy.errors import InputError, SimulatedDataWarning, SitpyWarning
from sitpy.record import Record

Array = np.ndarray

ETF8 = ("SPY", "QQQ", "EEM", "IWM", "EFA", "TLT", "IYR", "GLD")


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
        self._symbols = _symbols(symbols, labelled)
        self.dates = _dates(dates, hist_returns)
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
        for name in ("risk", "cov"):
            if name in self._arrays:
                values = self._arrays[name] if name == "risk" else np.diag(self._arrays[name])
                if (values < 0).any():
                    i = int(np.argmin(values))
                    raise InputError(f"{name} of {names[i]!r} is {values[i]:g}; risk and variance cannot be negative")
        if not 0 < self.parameters_alpha < 1:
            raise InputError(f"parameters_alpha is {self.parameters_alpha:g}; a confidence level lies between 0 and 1")
        return self

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


# ------------------------------------------------------------------------------------------------ builders


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
        symbols=_symbols(None, (hist_returns,)),
        hist_returns=values,
        dates=_dates(None, hist_returns),
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
        Fewer than two periods, text among the numbers, a factor that is not positive.

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
    if not annual_factor > 0:
        raise InputError(f"annual_factor is {annual_factor!r}; give the number of periods per year (1, 12, 52, 252)")
    correlation = _correlation(values)
    counts = (~np.isnan(values)).sum(axis=0)
    arithmetic = (1 + np.nanmean(values, axis=0)) ** annual_factor - 1
    geometric = (np.nanprod(1 + values, axis=0) ** (1 / counts)) ** annual_factor - 1
    risk = np.sqrt(annual_factor) * _standard_deviation(values)
    risk = np.where(risk == 0, 1e-6, risk)
    return InputAssumptions(
        symbols=_symbols(None, (hist_returns,)),
        hist_returns=values,
        dates=_dates(None, hist_returns),
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
    names = ia_base.symbols
    keep = []
    if isinstance(index, str):
        raise InputError(f"index is {index!r}; give a list of positions or names, such as [{index!r}]")
    for item in range(ia_base.n) if index is None else index:
        if isinstance(item, str):
            if item not in names:
                raise InputError(f"there is no asset {item!r}; the assets are {', '.join(names)}")
            keep.append(names.index(item))
        elif not isinstance(item, (int, np.integer)) or isinstance(item, bool):
            raise InputError(
                f"index holds {item!r}; give positions or names (numpy.flatnonzero turns a mask into positions)"
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


def aa_test_create_ia_rebal() -> InputAssumptions:
    """Nine asset classes, annual returns 1970-1996: the real data of Bernstein & Wilkinson (1997), shipped.

    Examples
    --------
    >>> import sitpy
    >>> sitpy.aa_test_create_ia_rebal()
    <InputAssumptions: 9 assets (SP500, SmallUS, Europe, ...), 27 periods of history>

    References
    ----------
    SIT, ``aa.test.create.ia.rebal``; Bernstein and Wilkinson (1997).
    """
    ia = create_historical_ia(data.bernstein_wilkinson(), 1)
    ia.source = "Bernstein & Wilkinson (1997), annual returns 1970-1996"
    return ia


def aa_test_create_ia(
    prices: pd.DataFrame | str | os.PathLike[str] | None = None, source: str | None = None
) -> InputAssumptions:
    """Eight ETFs, monthly: SPY QQQ EEM IWM EFA TLT IYR GLD.

    Parameters
    ----------
    prices : DataFrame or path of a CSV file, optional
        Prices, one column per symbol, dates in the index (first column of the file). Month ends are taken.
    source : {"yahoo"}, optional
        Download the prices instead; needs the extra ``sitpy[yahoo]``.

    Returns
    -------
    InputAssumptions

    Raises
    ------
    InputError
        A symbol is missing from ``prices``, the dates cannot be read, or the source is not known.

    Warns
    -----
    SimulatedDataWarning
        When neither is given: the shipped history is simulated, not market data.
    SitpyWarning
        When months are left out because a price is missing (SIT's ``na.omit``).

    Examples
    --------
    >>> import warnings, sitpy
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore", sitpy.SimulatedDataWarning)
    ...     sitpy.aa_test_create_ia()
    <InputAssumptions: 8 assets (SPY, QQQ, EEM, ...), 72 periods of history>

    References
    ----------
    SIT, ``aa.test.create.ia``.
    """
    if source not in (None, "yahoo"):
        raise InputError(f"source {source!r} is not known; use source='yahoo' or give prices=")
    if prices is not None and source is not None:
        raise InputError("give prices or source, not both")
    if source == "yahoo":
        from sitpy.data.online import yahoo_prices

        prices = yahoo_prices(ETF8)
    if prices is None:
        warnings.warn(
            "aa_test_create_ia uses the shipped SIMULATED history (not market data); "
            "give prices= or source='yahoo' for real prices",
            SimulatedDataWarning,
            stacklevel=2,
        )
        ia = create_historical_ia(data.etf8_simulated(), 12)
        ia.source = "simulated 8-ETF monthly history shipped with sitpy"
        return ia
    ia = create_historical_ia(monthly_returns(prices, ETF8), 12)
    ia.source = "Yahoo" if source else "prices given by the caller"
    return ia


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
    result = ia.copy()
    for name, values in ia._arrays.items():
        if name in ("cov", "correlation", "cov_temp"):
            result._arrays[name] = np.block([[values, -values], [-values, values]])
        else:
            opposite = values if name == "risk" else -values
            result._arrays[name] = np.concatenate([values, opposite], axis=-1)
    result._symbols = ia.symbols * 2
    result.index = np.concatenate([ia.index, ia.index])
    return result.check()


def monthly_returns(
    prices: pd.DataFrame | str | os.PathLike[str], symbols: Sequence[str] | None = None
) -> pd.DataFrame:
    """Discrete month-end returns from prices at any frequency (months x symbols, oldest first)."""
    if isinstance(prices, pd.DataFrame):
        table = prices.copy()
        _refuse_text(table, "prices")
    else:
        table = read_table(prices)
    if symbols is not None:
        missing = [symbol for symbol in symbols if symbol not in table.columns]
        if missing:
            raise InputError(
                f"prices have no column for {', '.join(missing)}; found {', '.join(map(str, table.columns))}"
            )
        table = table[list(symbols)]
    try:
        if pd.api.types.is_numeric_dtype(table.index):
            raise TypeError(f"found the number {table.index[0]}")
        table.index = pd.to_datetime(table.index)
    except (ValueError, TypeError) as error:
        raise InputError(f"the first column (or index) of prices must hold dates such as 2010-01-31: {error}") from None
    if table.index.has_duplicates:
        raise InputError(
            f"prices have the date {table.index[table.index.duplicated()][0]} twice; keep one row per date"
        )
    table = table.sort_index()
    last = table.groupby(pd.DatetimeIndex(table.index).to_period("M")).tail(1)
    returns = last.pct_change(fill_method=None).iloc[1:]
    complete = returns.dropna()
    if len(complete) < len(returns):
        worst = returns.isna().sum().idxmax()
        warnings.warn(
            f"{len(returns) - len(complete)} of {len(returns)} months are left out because a price is missing "
            f"(most often {worst})",
            SitpyWarning,
            stacklevel=3,
        )
    return complete


def read_table(path: str | os.PathLike[str]) -> pd.DataFrame:
    """A CSV file with labels in its first column and one numeric column per asset."""
    try:
        table = pd.read_csv(Path(path), index_col=0)
    except OSError as error:
        raise InputError(f"cannot read {str(path)!r}: {error.strerror or error}") from error
    except (ValueError, pd.errors.ParserError) as error:
        raise InputError(f"{str(path)!r} is not a CSV table: {error}") from error
    if table.shape[1] == 0 or table.empty:
        raise InputError(f"{str(path)!r} holds no table: expected labels in column 1 and one column per asset")
    _refuse_text(table, repr(str(path)))
    return table


def _refuse_text(table: pd.DataFrame, where: str) -> None:
    for column, kind in table.dtypes.items():
        if not pd.api.types.is_numeric_dtype(kind):
            raise InputError(f"column {column!r} of {where} is not numeric; remove it or mend its entries")


# ------------------------------------------------------------------------------------------------- shapes


def _history(hist_returns: ArrayLike | pd.DataFrame) -> Array:
    try:
        values = np.array(hist_returns, dtype=float)
    except (TypeError, ValueError) as error:
        raise InputError(f"hist_returns holds something that is not a number: {error}") from None
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


def _symbols(symbols: Sequence[str] | None, labelled: Sequence[Any]) -> list[str] | None:
    if symbols is not None:
        return [str(name) for name in symbols]
    return next((labels for labels in map(labels_of, labelled) if labels), None)


def labels_of(value: Any) -> list[str] | None:
    """Asset names that a table or series carries; plain row numbers are none."""
    names = value.columns if isinstance(value, pd.DataFrame) else value.index if isinstance(value, pd.Series) else None
    return None if names is None or isinstance(names, pd.RangeIndex) else [str(name) for name in names]


def _dates(dates: Sequence[Any] | None, hist_returns: Any) -> list[Any] | None:
    if dates is not None:
        return list(dates)
    return list(hist_returns.index) if isinstance(hist_returns, pd.DataFrame) else None


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
