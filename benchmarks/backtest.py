"""Seconds of processor time per back-test of 20 years and 500 symbols, beside plain pandas, measured in one process.

    python benchmarks/backtest.py [--repeat 3] [--years 20] [--symbols 500] [--check]

Prices are simulated, weights random, rebalanced at month ends. Ratios say more than seconds: machines wander. Beside each
call stands a loop over the dates as one writes it with pandas, without checks and without the call's other results; both must
end at the same equity. ``--check`` ends with an error where a call takes 1 s or more.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

import sitpy

COSTS = {"cps": 0.01, "fixed": 1.0}
LIMIT = 1.0


def environment(years: int, symbols: int) -> sitpy.BacktestData:
    """Random walks, and random weights at month ends."""
    rng = np.random.default_rng(0)
    dates = pd.bdate_range("2000-01-03", periods=252 * years)
    walk = np.cumsum(rng.normal(0, 0.01, (len(dates), symbols)), axis=0)
    b = sitpy.bt_prep(pd.DataFrame(100 * np.exp(walk), index=dates, columns=[f"S{i}" for i in range(symbols)]))
    weight = rng.random((len(dates), symbols))
    month_ends = sitpy.endpoints(b.prices, "months")
    b.weight.iloc[month_ends] = (weight / weight.sum(axis=1, keepdims=True))[month_ends]
    return b


def weights_loop(b: sitpy.BacktestData, cost: float = 0.0) -> float:
    """The equity of weights, date by date."""
    returns = b.prices.pct_change()
    held, equity = pd.Series(0.0, index=b.prices.columns), 1.0
    for at, date in enumerate(b.dates):
        ret = (held * returns.loc[date]).sum()
        wanted = b.weight.loc[date]
        if wanted.notna().any() and at + 1 < len(b.dates):
            new = wanted.fillna(held)
            ret -= cost * (new - held).abs().sum()
            held = new
        equity *= 1 + ret
    return equity


def shares_loop(b: sitpy.BacktestData, cps: float = 0.0, fixed: float = 0.0, capital: float = 100_000) -> float:
    """The equity of numbers of shares, date by date."""
    shares, cash, equity = pd.Series(0.0, index=b.prices.columns), capital, 1.0
    last = b.prices.iloc[0]
    for at, date in enumerate(b.dates):
        now = b.prices.loc[date]
        start, end = cash + (shares * last).sum(), cash + (shares * now).sum()
        wanted = b.weight.loc[date]
        if wanted.notna().any() and at + 1 < len(b.dates):
            new = (wanted * capital / now).fillna(shares)
            change = (new - shares).abs()
            end -= cps * change.sum() + fixed * (change > 0).sum()
            shares, cash = new, capital - (new * now).sum()
        equity *= end / start
        last = now
    return equity


def aligned_loop(frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Closing prices of many tables on common dates."""
    closes: pd.DataFrame = pd.DataFrame()
    for name, frame in frames.items():
        closes = closes.join(frame["Close"].rename(name), how="outer")
    return closes


def seconds(call: Callable[[], object], repeat: int) -> float:
    """Least processor time of a call."""
    times = []
    for _ in range(repeat):
        began = time.process_time()
        call()
        times.append(time.process_time() - began)
    return min(times)


def rows(b: sitpy.BacktestData) -> dict[str, tuple[Callable[[], object], Callable[[], object]]]:
    """Each call and the loop beside it."""
    fields = {"Open": b.prices, "High": b.prices, "Low": b.prices, "Close": b.prices, "Volume": b.prices * 0 + 1}
    frames = {name: pd.DataFrame({field: table[name] for field, table in fields.items()}) for name in b.symbolnames}
    shares = partial(shares_loop, b)
    costly = partial(shares_loop, b, **COSTS)
    align = partial(aligned_loop, frames)
    return {
        "bt_prep(one table)": (
            lambda: sitpy.bt_prep(b.prices),
            lambda: b.prices.sort_index().astype(float).dropna(how="all"),
        ),
        "bt_prep(tables)": (lambda: sitpy.bt_prep(frames), align),
        "bt_prep(tables, fill_gaps=True)": (lambda: sitpy.bt_prep(frames, fill_gaps=True), lambda: align().ffill()),
        "bt_run": (lambda: sitpy.bt_run(b), partial(weights_loop, b)),
        "bt_run, commission": (lambda: sitpy.bt_run(b, commission=0.001), partial(weights_loop, b, 0.001)),
        "bt_run, trade_summary": (lambda: sitpy.bt_run(b, trade_summary=True), partial(weights_loop, b)),
        "bt_run_weight_fast": (lambda: sitpy.bt_run_weight_fast(b), partial(weights_loop, b)),
        "bt_run_share, clean_signal": (lambda: sitpy.bt_run_share(b), shares),
        "bt_run_share, every date": (lambda: sitpy.bt_run_share(b, clean_signal=False), shares),
        "bt_run_share, commission": (lambda: sitpy.bt_run_share(b, clean_signal=False, commission=COSTS), costly),
        "bt_run_share, trade_summary": (lambda: sitpy.bt_run_share(b, trade_summary=True), shares),
    }


def main() -> None:
    """Print one table."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--repeat", type=int, default=3)
    arguments.add_argument("--years", type=int, default=20)
    arguments.add_argument("--symbols", type=int, default=500)
    arguments.add_argument("--check", action="store_true")
    given = arguments.parse_args()
    b = environment(given.years, given.symbols)
    versions = ", ".join(f"{module.__name__} {module.__version__}" for module in (sitpy, np, pd))
    print(f"{versions}, Python {sys.version.split()[0]}; least of {given.repeat}")
    print(f"{f'{len(b.dates)} dates x {given.symbols} symbols':38}{'sitpy':>10}{'pandas loop':>14}{'ratio':>8}")
    slow, beside = [], {}
    for name, (call, loop) in rows(b).items():
        ours = seconds(call, given.repeat)
        if loop not in beside:
            beside[loop] = seconds(loop, 1)
        print(f"{name:38}{ours:>8.3f} s{beside[loop]:>12.3f} s{ours / beside[loop]:>8.2f}")
        found, expected = call(), loop()
        if isinstance(found, sitpy.BacktestModel) and isinstance(expected, float):
            np.testing.assert_allclose(found.equity.iloc[-1], expected, rtol=1e-9)
        slow += [name] if ours >= LIMIT else []
    print(f"{'slower than' if slow else 'all under'} {LIMIT:g} s{': ' + ', '.join(slow) if slow else ''}")
    if slow and given.check:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
