"""``sitpy hedge``: a portfolio hedged by its beta, as published and as an account; or a sweep over its options."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sitpy.cli.running import run_and_print
from sitpy.cli.terminal import console_of
from sitpy.errors import BankruptError, InputError

if TYPE_CHECKING:
    from sitpy.studies import Study
    from sitpy.studies.hedge_data import HedgeData

_RESULTS = Path("sitpy-results")


def _option(metavar: str, words: str) -> typer.models.OptionInfo:
    info: typer.models.OptionInfo = typer.Option(metavar=metavar, help=words)
    return info


def hedge(
    prices: Annotated[
        Path | None,
        _option(
            "FILE",
            "Closes of the assets and their benchmark (CSV, Parquet or Excel): dates in the first column, one column each; the "
            "shipped simulated set when left out.",
        ),
    ] = None,
    volumes: Annotated[
        Path | None, _option("FILE", "Shares traded, like the closes: the long side is weighted by them.")
    ] = None,
    benchmark: Annotated[str | None, _option("NAME", "Column of the closes that is sold short. [QQQ]")] = None,
    source: Annotated[
        str | None, _option("yahoo", "Download the closes and volumes instead; needs sitpy[yahoo].")
    ] = None,
    tickers: Annotated[str | None, _option("NAMES", "The long side of a source, with commas.")] = None,
    start: Annotated[str | None, _option("DATE", "First date of the prices.")] = None,
    end: Annotated[str | None, _option("DATE", "Last date of the prices; with a source the day after it.")] = None,
    cache: Annotated[
        Path | None, _option("DIR", "Where downloaded prices are kept and found again. [sitpy-results/yahoo]")
    ] = None,
    weights: Annotated[
        str | None,
        _option(
            "WORD",
            "The long side: volume, equal, or a portfolio such as min.var.portfolio. [volume; equal without volumes]",
        ),
    ] = None,
    window: Annotated[str | None, _option("N", "Returns that a beta is estimated from. [60]")] = None,
    rebalance: Annotated[
        str | None,
        _option(
            "WHEN", "Every so many rows, or weeks, months, quarters, years, or band:0.1 when beta is so far off. [20]"
        ),
    ] = None,
    estimator: Annotated[
        str | None, _option("WORD", "How: ols, ewma, blume, vasicek, or a number that is the beta. [ols]")
    ] = None,
    halflife: Annotated[str | None, _option("N", "Of ewma, in returns. [half the window]")] = None,
    hedge: Annotated[str | None, _option("WORD", "Short per unit long: beta, dollar (1) or none. [beta]")] = None,
    beta_cap: Annotated[str | None, _option("NUMBER", "Largest hedge ratio. [3]")] = None,
    beta_floor: Annotated[str | None, _option("NUMBER", "Smallest hedge ratio. [0]")] = None,
    gross: Annotated[str | None, _option("NUMBER", "Both sides over equity; none: all of equity long. [1]")] = None,
    volume_window: Annotated[str | None, _option("N", "Rows of which volumes are averaged. [30]")] = None,
    cost_bps: Annotated[str | None, _option("NUMBER", "Cost of trading, basis points of the value traded. [5]")] = None,
    benchmark_cost_bps: Annotated[str | None, _option("NUMBER", "The same for the benchmark. [as the assets]")] = None,
    borrow_bps: Annotated[str | None, _option("NUMBER", "Fee on the short side, basis points per year. [30]")] = None,
    cash_rate: Annotated[str | None, _option("NUMBER", "Interest earned on cash per year, 0.03 is 3 %. [0]")] = None,
    margin_rate: Annotated[str | None, _option("NUMBER", "Interest paid on cash owed. [0]")] = None,
    capital: Annotated[str | None, _option("NUMBER", "Money at the start. [100000]")] = None,
    risk_free: Annotated[str | None, _option("NUMBER", "Rate per year, for the ratios. [0]")] = None,
    do_lag: Annotated[str | None, _option("N", "1: traded at the close that decides; 2: a row later. [1]")] = None,
    unlisted: Annotated[
        str | None, _option("WORD", "Prices that begin late: refuse, or wait for them. [refuse]")
    ] = None,
    delisted: Annotated[
        str | None, _option("WORD", "Prices that end early: refuse, or sell at the last. [refuse]")
    ] = None,
    compare: Annotated[
        str | None,
        _option("NAMES", "What else to show: unhedged, static, benchmark, with commas, or none. [all three]"),
    ] = None,
    sweep: Annotated[
        str | None,
        _option("GRID", 'Options and what to try for each: "rebalance=5,20 window=60,120 cost=0,10".'),
    ] = None,
    jobs: Annotated[str | None, _option("N", "Processes of a sweep, -1 for one per processor. [1]")] = None,
    out: Annotated[
        Path | None,
        _option(
            "DIR",
            "Folder for the files; sitpy-results/hedge (or hedge-sweep) when left out. Files of an earlier run there are "
            "replaced or removed; yours stay.",
        ),
    ] = None,
) -> None:
    """Long some assets, short their benchmark: the study as published beside the back-test, and why they differ.

    \b
    Examples:
      sitpy hedge
      sitpy hedge --prices prices.csv --volumes volumes.csv --benchmark QQQ --out hedge
      sitpy hedge --source yahoo --tickers AAPL,MSFT,NVDA --start 2020-01-01
      sitpy hedge --sweep "rebalance=5,20,60 window=60,120 cost=0,10" --jobs -1

    DIR gets tables as CSV, pictures, one page (report.html), and the list of these in files.sha256; of a sweep a table of
    all cells and a map. A sweep that is interrupted goes on where it was when the same command is given again: finished
    cells stay in DIR/cells.

    Exit status: 0 when everything ran, 2 when there is something to mend; the message says what.
    """
    words = {
        "window": window, "rebalance": rebalance, "estimator": estimator, "halflife": halflife, "hedge": hedge,
        "beta_cap": beta_cap, "beta_floor": beta_floor, "gross": gross, "volume_window": volume_window,
        "cost_bps": cost_bps, "benchmark_cost_bps": benchmark_cost_bps, "borrow_bps": borrow_bps, "cash_rate": cash_rate,
        "margin_rate": margin_rate, "capital": capital, "risk_free": risk_free, "do_lag": do_lag, "unlisted": unlisted,
        "delisted": delisted, "compare": compare,
    }  # fmt: skip
    from sitpy.studies.hedge_comparison import hedge_study
    from sitpy.studies.hedge_data import hedge_data
    from sitpy.studies.hedge_sweep import CELLS, hedge_sweep
    from sitpy.studies.hedge_words import count_of, grid_of, options_of

    # all words before any file is read
    arguments, grid = options_of(words), None if sweep is None else grid_of(sweep)
    count = None if jobs is None else count_of(jobs, "--jobs", least=-1)
    if grid is None and count is not None:
        raise InputError("--jobs is for a sweep; give --sweep too, or leave it out")
    names = [name.strip() for name in (tickers or "").split(",") if name.strip()]
    kept = cache or (None if source is None else _RESULTS / "yahoo")
    data: HedgeData = hedge_data(
        prices, volumes, benchmark, source=source, tickers=names, start=start, end=end, cache=kept
    )
    if grid is None:
        _run(hedge_study(data, weights, arguments), out or _RESULTS / "hedge")
    else:
        folder = out or _RESULTS / "hedge-sweep"
        study = hedge_sweep(data, grid, weights, arguments, folder, count)
        try:
            _run(study, folder)
        except KeyboardInterrupt:
            _say_what_is_kept(folder / CELLS)
            if count is not None:
                _end_processes()
            raise


def _run(study: Study, out: Path) -> None:
    """Run and print; of an account that loses everything, its path is kept."""
    import matplotlib

    matplotlib.use("Agg")
    from sitpy.studies import StudyOptions
    from sitpy.studies.hedge_comparison import keep_path
    from sitpy.studies.hedge_words import in_options

    try:
        run_and_print(console_of(), study, StudyOptions(out=out))
    except BankruptError as error:
        raise BankruptError(in_options(keep_path(error, out)), error.path) from None
    except InputError as error:
        raise InputError(in_options(str(error))) from None


def _say_what_is_kept(cells: Path) -> None:
    done = len(list(cells.glob("*.json")))
    if done:
        words = (
            f"{done} finished cell{'s stay' if done > 1 else ' stays'} in {cells}: the same command goes on from there"
        )
        console_of(stderr=True).print(words, markup=False, soft_wrap=True)


def _end_processes() -> None:
    """End the processes of a sweep, so that they leave nothing behind and say nothing after us."""
    from multiprocessing.util import _exit_function  # type: ignore[attr-defined]

    from joblib.externals.loky import get_reusable_executor

    get_reusable_executor().shutdown(wait=True, kill_workers=True)
    _exit_function()  # what the interpreter's own end would do; it is not waited for after an interruption
