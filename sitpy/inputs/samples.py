"""The ready-made assumptions of SIT: real tables that ship, prices of the caller, or a history that says it is simulated."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from sitpy import data
from sitpy.arguments import listed, shown
from sitpy.errors import InputError, SimulatedDataWarning, warn
from sitpy.inputs.assumptions import InputAssumptions
from sitpy.inputs.estimates import create_historical_ia
from sitpy.inputs.tables import between, monthly_returns, read_table, refuse_text

Table = pd.DataFrame | str | os.PathLike[str]

ETF8 = ("SPY", "QQQ", "EEM", "IWM", "EFA", "TLT", "IYR", "GLD")
COUNTRY_FUNDS = {
    "EWA": "Australia",
    "EWC": "Canada",
    "EWQ": "France",
    "EWG": "Germany",
    "EWJ": "Japan",
    "EWU": "UK",
    "SPY": "USA",
}

# the simulated histories that ship: the symbols, the loader, the words for it
_SIMULATED: tuple[tuple[Sequence[str], Callable[[], pd.DataFrame], str], ...] = (
    (ETF8, data.etf8_simulated, "simulated 8-ETF monthly history shipped with sitpy"),
    (tuple(COUNTRY_FUNDS), data.country7_simulated, "simulated 7-country monthly history shipped with sitpy"),
)


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


def aa_test_create_ia(prices: Table | None = None, source: str | None = None) -> InputAssumptions:
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
    return _monthly("aa_test_create_ia", ETF8, ETF8, None, prices, source)


def aa_test_create_ia_country(
    dates: str | None = "1990::2010", prices: Table | None = None, source: str | None = None
) -> InputAssumptions:
    """Seven countries, monthly, by the funds EWA EWC EWQ EWG EWJ EWU SPY; the assets carry the countries' names.

    Parameters
    ----------
    dates : str or None
        Range of month ends to use, as R's xts writes it: "1990::2010", "2008-03::", "2005"; None for all.
    prices : DataFrame or path of a CSV file, optional
        Prices, one column per fund, dates in the index (first column of the file).
    source : {"yahoo"}, optional
        Download the prices instead; needs the extra ``sitpy[yahoo]``.

    Returns
    -------
    InputAssumptions

    Raises
    ------
    InputError
        As in :func:`aa_test_create_ia`, and for a range of dates that cannot be read or is empty.

    Warns
    -----
    SimulatedDataWarning
        When neither is given: the shipped history is simulated, with the moments of He and Litterman (1999).
    SitpyWarning
        When months are left out because a price is missing.

    Examples
    --------
    >>> import warnings, sitpy
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore", sitpy.SimulatedDataWarning)
    ...     sitpy.aa_test_create_ia_country("2001::2010")
    <InputAssumptions: 7 assets (Australia, Canada, France, ...), 120 periods of history>

    References
    ----------
    SIT, ``aa.test.create.ia.country``.
    """
    names = tuple(COUNTRY_FUNDS.values())
    return _monthly("aa_test_create_ia_country", tuple(COUNTRY_FUNDS), names, dates, prices, source)


def aa_test_create_ia_custom(
    symbols: Sequence[str] | str,
    symbol_names: Sequence[str] | str | None = None,
    dates: str | None = None,
    prices: Table | None = None,
    source: str | None = None,
) -> InputAssumptions:
    """Symbols of the caller's choice, monthly.

    Parameters
    ----------
    symbols : sequence of str, or str
        Columns of ``prices`` or tickers to download; ``"SPY,TLT"`` is the same as ``["SPY", "TLT"]``.
    symbol_names : sequence of str, or str, optional
        Names for the assets, one per symbol; the symbols themselves when not given.
    dates : str, optional
        Range of month ends to use, as R's xts writes it: "1990::2010", "2008-03::", "2005".
    prices : DataFrame or path of a CSV file, optional
        Prices, one column per symbol, dates in the index (first column of the file).
    source : {"yahoo"}, optional
        Download the prices instead; needs the extra ``sitpy[yahoo]``.

    Returns
    -------
    InputAssumptions

    Raises
    ------
    InputError
        As in :func:`aa_test_create_ia_country`; no symbol, or a symbol without a shipped history when neither
        ``prices`` nor ``source`` is given; another number of names than symbols.

    Warns
    -----
    SimulatedDataWarning
        When neither is given: the shipped histories are simulated.
    SitpyWarning
        When months are left out because a price is missing.

    Examples
    --------
    >>> import pandas as pd, sitpy
    >>> days = pd.to_datetime(["2020-01-31", "2020-02-28", "2020-03-31"])
    >>> prices = pd.DataFrame({"A": [100, 110, 99], "B": [50, 50, 60]}, index=days)
    >>> sitpy.aa_test_create_ia_custom("A,B", prices=prices).hist_returns.round(4).tolist()
    [[0.1, 0.0], [-0.1, 0.2]]

    References
    ----------
    SIT, ``aa.test.create.ia.custom``.
    """
    wanted = _words("symbols", symbols)
    names = wanted if symbol_names is None else _words("symbol_names", symbol_names)
    if not wanted:
        raise InputError(f"symbols is {shown(symbols)}; give at least one symbol")
    if len(names) != len(wanted):
        raise InputError(f"symbol_names has {len(names)} name(s) for {len(wanted)} symbol(s); give one for each")
    return _monthly("aa_test_create_ia_custom", wanted, names, dates, prices, source)


def aa_test_hist_capitalization(capitalization: Table | None = None) -> pd.DataFrame:
    """Market capitalisation of countries through time, for the weights of the market portfolio.

    Divide each row by its sum to get market weights.

    Parameters
    ----------
    capitalization : DataFrame or path of a CSV file, optional
        One row per date or year, one column per country, in any currency. SIT carries a table of its own for the
        countries of :func:`aa_test_create_ia_country`; here it is the caller's.

    Returns
    -------
    DataFrame (dates x countries)
        The caller's table, oldest row first; without one, a single row with the market weights (percent) that He and
        Litterman published in 1999 for the same seven countries.

    Raises
    ------
    InputError
        Text, missing or negative numbers, a row that sums to zero, a date that is there twice.

    Warns
    -----
    SitpyWarning
        When no table is given: one published row of weights is no history of capitalisations.

    Examples
    --------
    >>> import pandas as pd, sitpy
    >>> table = pd.DataFrame({"UK": [1.0, 2.0], "USA": [3.0, 6.0]}, index=[2009, 2010])
    >>> caps = sitpy.aa_test_hist_capitalization(table)
    >>> caps.div(caps.sum(axis=1), axis=0).loc[2010].tolist()
    [0.25, 0.75]

    References
    ----------
    SIT, ``aa.test.hist.capitalization``; He and Litterman (1999), "The Intuition Behind Black-Litterman Model
    Portfolios".
    """
    if capitalization is None:
        warn(
            "aa_test_hist_capitalization has no history of its own: it gives one row, the market weights (percent) of "
            "He & Litterman (1999); give capitalization= for a history"
        )
        return data.he_litterman_market_weights()
    table = (
        capitalization.copy()
        if isinstance(capitalization, pd.DataFrame)
        else read_table(capitalization, "capitalization")
    )
    refuse_text(table, "capitalization")
    if table.empty:
        raise InputError(f"capitalization has shape {table.shape}; give one row or more, a column per country")
    values = table.to_numpy(dtype=float)
    bad = np.argwhere(~(np.isfinite(values) & (values >= 0)))
    if bad.size:
        row, column = (int(i) for i in bad[0])
        raise InputError(
            f"capitalization of {table.columns[column]!r} at {table.index[row]} is {values[row, column]:g}; "
            "give a number that is not negative, or leave the row out"
        )
    if table.index.has_duplicates:
        raise InputError(f"capitalization has the row {table.index[table.index.duplicated()][0]} twice; keep one")
    empty = table.index[table.sum(axis=1) == 0]
    if len(empty):
        raise InputError(f"capitalization at {empty[0]} sums to 0, so there are no market weights; leave the row out")
    return table.sort_index()


def _words(label: str, names: Sequence[str] | str) -> tuple[str, ...]:
    """``"a, b"`` or ``["a", "b"]`` as names."""
    words = names.split(",") if isinstance(names, str) else listed(label, names, "give names such as 'SPY,TLT'")
    if not all(isinstance(word, str) for word in words):
        raise InputError(f"{label} is {shown(words)}; give names such as 'SPY,TLT'")
    return tuple(word.strip() for word in words if word.strip())


def _monthly(
    caller: str,
    symbols: Sequence[str],
    names: Sequence[str],
    dates: str | None,
    prices: Table | None,
    source: str | None,
) -> InputAssumptions:
    """Monthly assumptions from the caller's prices, an online source, or a shipped simulated history."""
    if source is not None and not (isinstance(source, str) and source == "yahoo"):
        raise InputError(f"source {shown(source)} is not known; use source='yahoo' or give prices=")
    if prices is not None and source is not None:
        raise InputError("give prices or source, not both")
    if source == "yahoo":
        from sitpy.data.online import yahoo_prices

        prices = yahoo_prices(symbols)
    if prices is None:
        returns, where = _simulated(caller, symbols)
        returns = between(returns, dates)
    else:
        returns, where = monthly_returns(prices, symbols, dates), "Yahoo" if source else "prices given by the caller"
    ia = create_historical_ia(returns.set_axis(list(names), axis=1), 12)
    ia.source = where
    return ia


def _simulated(caller: str, symbols: Sequence[str]) -> tuple[pd.DataFrame, str]:
    for known, load, words in _SIMULATED:
        if set(symbols) <= set(known):
            warn(
                f"{caller} uses the shipped SIMULATED history (not market data); "
                "give prices= or source='yahoo' for real prices",
                SimulatedDataWarning,
            )
            return load()[list(symbols)], words
    sets = "; ".join(", ".join(known) for known, _, _ in _SIMULATED)
    raise InputError(
        f"no shipped history has all of {', '.join(symbols)}; give prices= or source='yahoo', or choose among {sets}"
    )
