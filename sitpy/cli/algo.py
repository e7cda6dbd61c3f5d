"""``sitpy algo``: a published algorithm's file on a user's own prices."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sitpy.cli.terminal import console_of, number, print_table
from sitpy.errors import InputError

if TYPE_CHECKING:
    from sitpy.optimize import AlgorithmRun
    from sitpy.studies import StudyTable


def algo(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The algorithm: a Python file, as it was published.")],
    prices: Annotated[
        Path,
        typer.Option(
            metavar="FILE",
            help="Closes (CSV): dates in the first column, then one column per symbol with its name in the first line; a row "
            "for every session of the New York exchange.",
        ),
    ],
    volumes: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Shares traded (CSV, like the closes); every order is filled at once when left out."
        ),
    ] = None,
    start: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="First day, such as 2019-01-16; that of the prices when left out."),
    ] = None,
    end: Annotated[str | None, typer.Option(metavar="DATE", help="Last day; that of the prices when left out.")] = None,
    capital: Annotated[str, typer.Option(metavar="NUMBER", help="Cash at the start.")] = "1000000",
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Folder for the files; sitpy-results/NAME-OF-THE-FILE when left out. Files of an earlier run there are "
            "replaced or removed; yours stay.",
        ),
    ] = None,
) -> None:
    """Run an algorithm written for Quantopian or zipline, unchanged, on your own prices.

    \b
    Example:
      sitpy algo leverage.py --prices prices.csv --start 2019-01-16 --out leverage

    DIR gets performance, recorded variables, weights and orders as CSV, the log, a figure, and the list of these in
    files.sha256. It needs zipline: pip install "sitpy[zipline]"

    Exit status: 0 when the run went through, 2 when there is something to mend; the message says what.
    """
    import matplotlib

    matplotlib.use("Agg")
    from sitpy.optimize import run_algorithm_file
    from sitpy.plots.algorithm import plot_algorithm
    from sitpy.studies.folder import run_folder
    from sitpy.studies.study import write_figure

    began, console = time.perf_counter(), console_of()
    if not file.is_file():
        raise InputError(f"there is no file {str(file)!r}; give the Python file of an algorithm")
    cash, folder = number(capital, "--capital"), out or Path("sitpy-results") / file.stem
    with run_folder(folder) as unfinished:
        run = run_algorithm_file(file, prices, start, end, cash, volumes)
        count = len(run.write(unfinished)) + 1
        title = f"{file.name}: value of {cash:,.0f} at the start"
        figure = plot_algorithm(run.equity, run.leverage, run.exposure, title)
        write_figure(figure, unfinished / f"{file.stem}.png")
    for line in (file.name, _head(run)):
        console.print(line, markup=False)
    print_table(console, _figures(run))
    seconds = time.perf_counter() - began
    console.print(f"{count} files in {folder}, {seconds:.1f} s in all", markup=False, soft_wrap=True)


def _head(run: AlgorithmRun) -> str:
    sessions, filled = run.performance.index, int((run.orders["status"] == "filled").sum())
    return (
        f"{len(sessions)} sessions from {sessions[0]:%Y-%m-%d} to {sessions[-1]:%Y-%m-%d}, {len(run.orders)} orders, "
        f"{filled} of them filled"
    )


def _figures(run: AlgorithmRun) -> StudyTable:
    """First, smallest, largest and last number of the equity, of leverage and exposure, and of what was recorded."""
    import pandas as pd

    from sitpy.studies import StudyTable

    lines = {"equity": run.equity, "leverage": run.leverage, "net exposure": run.exposure}
    numbers = run.recorded.select_dtypes("number")
    lines |= {f"recorded {name}": numbers[name] for name in numbers}
    rows = [
        {"": name, "first": line.iloc[0], "smallest": line.min(), "largest": line.max(), "last": line.iloc[-1]}
        for name, line in lines.items()
    ]
    return StudyTable("", pd.DataFrame(rows), dict.fromkeys(("first", "smallest", "largest", "last"), _money_or_ratio))


def _money_or_ratio(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4f}"
