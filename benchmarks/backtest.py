"""How long back-tests of 20 years and 500 symbols take (simulated prices, monthly rebalancing).

Run as ``python benchmarks/backtest.py``.
"""

from __future__ import annotations

import time

import numpy as np
import pandas as pd

import sitpy

YEARS, SYMBOLS = 20, 500


def environment() -> sitpy.BacktestData:
    """Random walks, and random weights at month ends."""
    rng = np.random.default_rng(0)
    dates = pd.bdate_range("2000-01-03", periods=252 * YEARS)
    walk = np.cumsum(rng.normal(0, 0.01, (len(dates), SYMBOLS)), axis=0)
    b = sitpy.bt_prep(pd.DataFrame(100 * np.exp(walk), index=dates, columns=[f"S{i}" for i in range(SYMBOLS)]))
    weight = rng.random((len(dates), SYMBOLS))
    month_ends = sitpy.endpoints(b.prices, "months")
    b.weight.iloc[month_ends] = (weight / weight.sum(axis=1, keepdims=True))[month_ends]
    return b


def main() -> None:
    b = environment()
    print(f"{len(b.dates)} dates x {SYMBOLS} symbols")
    for name, run in {
        "weights": lambda: sitpy.bt_run(b),
        "weights, commission": lambda: sitpy.bt_run(b, commission=0.001),
        "shares": lambda: sitpy.bt_run_share(b, clean_signal=False),
        "shares, commission": lambda: sitpy.bt_run_share(b, commission={"cps": 0.01, "fixed": 1}),
    }.items():
        seconds = []
        for _ in range(3):
            start = time.perf_counter()
            run()
            seconds.append(time.perf_counter() - start)
        print(f"{name:20s} {min(seconds):.3f} s")


if __name__ == "__main__":
    main()
