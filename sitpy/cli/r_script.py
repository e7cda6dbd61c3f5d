"""``sitpy run-r``: a script of R, translated and run."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sitpy.cli.terminal import console_of, print_error, print_table, print_todos
from sitpy.errors import UntranslatedError

if TYPE_CHECKING:
    from rich.console import Console

    from sitpy.running import RFigure, RFrontier


def run_r(
    script: Annotated[Path, typer.Argument(metavar="SCRIPT.R", help="The script, as it runs in R with SIT.")],
    prices: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.csv",
            help="Adjusted closes that stand in for the script's downloads: dates in the first column, then one column per "
            "symbol with its name in the first line.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Folder for the files; one with the script's name when left out. Files of an earlier run there are "
            "replaced or removed; yours stay.",
        ),
    ] = None,
) -> None:
    """Run an R script that uses SIT, and save what it draws and every frontier that it makes.

    \b
    Examples:
      sitpy run-r 130-30.R
      sitpy run-r momentum.R --prices prices.csv --out momentum

    DIR gets the figures, by the names that the script gives them or by number, a CSV and a JSON file per frontier, by the name
    of its variable, and the list of these in files.sha256. `sitpy compare` reads the JSON files.

    Exit status: 0 when the script ran to its end, 1 when it ended in an error or by Ctrl-C (what it had made until then is
    saved), 2 when it cannot be run; `sitpy translate` shows what is missing.
    """
    import matplotlib

    matplotlib.use("Agg")
    from sitpy.running import run_r as run_script

    console, began = console_of(), time.perf_counter()
    folder = Path(script.stem) if out is None else out
    try:
        run = run_script(script, prices, folder, check=False, echo=_show)
    except UntranslatedError as error:
        print_todos(error.todos)
        print_error(f"{script.name} was not run, because {len(error.todos)} statement(s) cannot be translated")
        raise typer.Exit(2) from None
    if run.printed and not run.printed.endswith("\n"):
        _show("\n")
    _print_figures(console, run.figures)
    _print_frontiers(console, run.frontiers)
    for note in run.notes:
        console.print(f"note: {note}", markup=False, soft_wrap=True)
    where = f"{len(run.files)} files in {folder}" if run.files else "no files: it drew nothing and made no frontier"
    console.print(f"{where}, {time.perf_counter() - began:.1f} s in all", markup=False, soft_wrap=True)
    if not run.ok:
        saved = "; what it had drawn and made until then is saved" if run.files else "; nothing was made until then"
        print_error(f"{run.message}{saved}")
        raise typer.Exit(1)


def _show(text: str) -> None:
    """What the script prints, as it prints it."""
    typer.echo(text, nl=False)


def _print_figures(console: Console, figures: Sequence[RFigure]) -> None:
    if figures:
        named = [f"{f.file} ({len(f.pages)} pages)" if len(f.pages) > 1 else f.file for f in figures]
        console.print(f"figures: {', '.join(named)}", markup=False)


def _print_frontiers(console: Console, frontiers: Sequence[RFrontier]) -> None:
    """One row per frontier; of how many points are proven, nothing where nothing is known of how they were solved."""
    import pandas as pd

    from sitpy.studies import StudyTable

    if not frontiers:
        return
    rows = []
    for one in frontiers:
        points = one.frontier.statistics
        rows.append(
            {
                "frontier": one.title,
                "R line": one.r_line or None,
                "measure": one.frontier.measure or one.frontier.name,
                "points": len(one.frontier.weight),
                "proven": sum(point.proven for point in points) if points else None,
                "weights": "changed by the script" if one.changed else "as solved",
                "files": f"{one.files[0]}, .json",
            }
        )
    frame = pd.DataFrame(rows).astype(object)
    print_table(
        console, StudyTable("frontiers, each as it was before its variable was assigned anew, or at the end:", frame)
    )
