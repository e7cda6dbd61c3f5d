"""Data sets that ship with the package: one loader each, offline.

``bernstein_wilkinson``: real annual returns 1970-1996 of nine asset classes.
``etf8_simulated``: SIMULATED monthly returns that carry the names of eight ETFs.
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
    returns = _read("simulated_etf8_monthly.csv")
    returns.index = pd.to_datetime(returns.index)
    return returns
