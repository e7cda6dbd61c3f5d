"""Data sets that ship with the package: one loader each, offline.

``bernstein_wilkinson``: real annual returns 1970-1996 of nine asset classes.
``etf8_simulated``: SIMULATED monthly returns that carry the names of eight ETFs.
``country7_simulated``: SIMULATED monthly returns that carry the names of seven country funds.
``mag7_simulated_prices``, ``mag7_simulated_volumes``: SIMULATED daily prices and volumes of seven shares and QQQ.
``he_litterman_market_weights``: real market weights of seven countries, as published in 1999.
"""

from __future__ import annotations

from importlib.resources import files

import pandas as pd


def _read(name: str) -> pd.DataFrame:
    with (files(__name__) / name).open(encoding="utf-8") as stream:
        return pd.read_csv(stream, index_col=0)


def bernstein_wilkinson() -> pd.DataFrame:
    """Annual returns 1970-1996 of nine asset classes (27 years x 9 assets, fractions, oldest year first).

    Examples
    --------
    >>> from sitpy.data import bernstein_wilkinson
    >>> bernstein_wilkinson().shape
    (27, 9)

    References
    ----------
    Bernstein, W. J. and Wilkinson, D. (1997), "Diversification, Rebalancing, and the Geometric Mean Frontier";
    the table that SIT embeds in ``aa.test.create.ia.rebal``.
    """
    return _read("bernstein_wilkinson_1970_1996.csv")


def etf8_simulated() -> pd.DataFrame:
    """SIMULATED monthly returns (72 months x 8 series, fractions, oldest month first); not market data.

    Examples
    --------
    >>> from sitpy.data import etf8_simulated
    >>> list(etf8_simulated().columns)[:3]
    ['SPY', 'QQQ', 'EEM']
    """
    return _dated(_read("simulated_etf8_monthly.csv"))


def country7_simulated() -> pd.DataFrame:
    """SIMULATED monthly returns 1990-2010 (252 months x 7 country funds, fractions, oldest first); not market data.

    Normal draws with the volatilities, correlations and equilibrium returns of He and Litterman (1999) for the
    countries that EWA, EWC, EWQ, EWG, EWJ, EWU and SPY stand for.

    Examples
    --------
    >>> from sitpy.data import country7_simulated
    >>> country7_simulated().shape
    (252, 7)
    """
    return _dated(_read("simulated_country7_monthly.csv"))


def mag7_simulated_prices() -> pd.DataFrame:
    """SIMULATED daily adjusted closes 2022-01-03 to 2024-10-31 (739 business days x 8 tickers, oldest first); not market data.

    Seven large shares (AAPL, AMZN, GOOG, META, MSFT, NVDA, TSLA) and their benchmark QQQ, in alphabetical order: one market
    factor with clustered volatility, Student-t noise of each share.

    Examples
    --------
    >>> from sitpy.data import mag7_simulated_prices
    >>> mag7_simulated_prices()["QQQ"].iloc[[0, -1]].round(2).tolist()
    [392.0, 493.92]
    """
    return _dated(_read("simulated_mag7_prices.csv"))


def mag7_simulated_volumes() -> pd.DataFrame:
    """SIMULATED daily volumes in shares, days and tickers of :func:`mag7_simulated_prices`; not market data.

    Their logarithms revert to a mean.

    Examples
    --------
    >>> from sitpy.data import mag7_simulated_volumes
    >>> mag7_simulated_volumes().shape
    (739, 8)
    """
    return _dated(_read("simulated_mag7_volumes.csv"))


def he_litterman_market_weights() -> pd.DataFrame:
    """Market weights of seven countries (1 year x 7 countries, percent), as published.

    Examples
    --------
    >>> from sitpy.data import he_litterman_market_weights
    >>> float(he_litterman_market_weights().loc[1999, "USA"])
    61.5

    References
    ----------
    He, G. and Litterman, R. (1999), "The Intuition Behind Black-Litterman Model Portfolios", Table 1.
    """
    return _read("he_litterman_1999_market_weights.csv")


def _dated(table: pd.DataFrame) -> pd.DataFrame:
    table.index = pd.to_datetime(table.index)
    return table
