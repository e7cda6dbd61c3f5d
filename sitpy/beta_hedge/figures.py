"""What accounts have earned and risked beside each other, and why a figure is missing where one is."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sitpy.backtest.book import Account
from sitpy.backtest.losses import compute_drawdown
from sitpy.backtest.statistics import compute_annual_factor, compute_cagr, compute_nyears
from sitpy.beta_hedge.regression import linreg
from sitpy.errors import InputError

Array = np.ndarray

NAMES = (
    "CAGR",
    "Volatility",
    "Sharpe",
    "Sortino",
    "Calmar",
    "Max drawdown",
    "Alpha",
    "Beta",
    "t of alpha",
    "Information ratio",
    "Tracking error",
    "Hit rate",
    "Turnover",
    "Costs",
)
PERCENT = ("CAGR", "Volatility", "Max drawdown", "Alpha", "Tracking error", "Hit rate", "Turnover", "Costs")


def period_returns(account: Account) -> pd.Series:
    """Returns from close to close; the cost of the opening trade counts on the first."""
    equity = account.equity.to_numpy()
    before = np.concatenate([[account.capital], equity[1:-1]])
    return pd.Series(equity[1:] / before - 1, index=account.equity.index[1:], name="ret")


def statistics_of(
    accounts: Mapping[str, Account], benchmark: pd.Series, risk_free: float
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Figures x accounts, and a note for each figure that is not defined."""
    notes: list[str] = []
    columns = {name: _figures(name, account, benchmark, risk_free, notes) for name, account in accounts.items()}
    return pd.DataFrame(columns, index=list(NAMES)), tuple(notes)


def drawdowns_of(accounts: Mapping[str, Account]) -> pd.DataFrame:
    """The deepest drawdown of each account: depth, peak, trough, recovery (NaT: not yet)."""
    rows = {}
    for name, account in accounts.items():
        line = compute_drawdown(account.equity / account.capital)
        trough = line.idxmin()
        before, after = line.loc[:trough], line.loc[trough:]
        high = before.index[before >= 0]
        back = after.index[after >= 0]
        rows[name] = {
            "depth": float(line.min()),
            "peak": high[-1] if len(high) else line.index[0],
            "trough": trough,
            "recovery": back[0] if len(back) else pd.NaT,
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def _figures(name: str, account: Account, benchmark: pd.Series, risk_free: float, notes: list[str]) -> dict[str, float]:
    line = account.equity / account.capital
    ret = period_returns(account)
    per_year, years = compute_annual_factor(line), compute_nyears(line)
    riskless = (1 + risk_free) ** (1 / per_year) - 1
    excess, active = ret - riskless, (ret - benchmark).to_numpy()
    root = np.sqrt(per_year)
    deviation, tracking = _deviation(ret.to_numpy()), _deviation(active)
    downside = float(np.sqrt(np.mean(np.minimum(excess, 0.0) ** 2)))
    depth, growth = float(compute_drawdown(line).min()), compute_cagr(line)

    def over(value: float, size: float, figure: str, why: str) -> float:
        if size > 0:
            return float(value / size)
        notes.append(f"{figure} of {name} is not defined: {why}")
        return float("nan")

    alpha, beta, t = _line(name, excess, benchmark - riskless, notes)
    return {
        "CAGR": growth,
        "Volatility": float(root * deviation),
        "Sharpe": over(root * excess.mean(), deviation, "Sharpe", "its returns never change"),
        "Sortino": over(root * excess.mean(), downside, "Sortino", "no return is below the risk-free rate"),
        "Calmar": over(growth, -depth, "Calmar", "its equity never fell"),
        "Max drawdown": depth,
        "Alpha": alpha * per_year,
        "Beta": beta,
        "t of alpha": t,
        "Information ratio": over(
            root * active.mean(), tracking, "Information ratio", "it earns the benchmark's returns"
        ),
        "Tracking error": float(root * tracking),
        "Hit rate": float((ret > 0).mean()),
        "Turnover": float(account.turnover.sum()) / years,
        "Costs": -float((account.flows["costs"] + account.flows["borrow"]).sum() / account.equity.mean()) / years,
    }


def _line(name: str, excess: pd.Series, market: pd.Series, notes: list[str]) -> tuple[float, float, float]:
    """Alpha per period, beta, and t of alpha."""
    if np.array_equal(excess.to_numpy(), market.to_numpy()):
        notes.append(f"t of alpha of {name} is not defined: it is the benchmark itself")
        return 0.0, 1.0, float("nan")
    try:
        fit = linreg(market, excess)
    except InputError as error:
        notes.append(f"Alpha, Beta and t of alpha of {name} are not defined: {error}")
        return float("nan"), float("nan"), float("nan")
    return fit.alpha, fit.beta, float(fit.tvalues[0])


def _deviation(values: Array) -> float:
    """Standard deviation (divisor T - 1); exactly zero where nothing moves."""
    return float(values.std(ddof=1)) if values.size > 1 and np.ptp(values) > 0 else 0.0
