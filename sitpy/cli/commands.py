"""The commands of ``sitpy``: arguments in, functions called, tables and files out."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from sitpy._version import __version__
from sitpy.cli.algo import algo
from sitpy.cli.comparing import compare
from sitpy.cli.hedge import hedge
from sitpy.cli.r_script import run_r
from sitpy.cli.running import run_and_print
from sitpy.cli.terminal import (
    Commands,
    console_of,
    count_of_points,
    number,
    periods_per_year,
    print_error,
    print_table,
)
from sitpy.cli.translating import translate
from sitpy.errors import InputError, SitpyError

if TYPE_CHECKING:
    from sitpy.studies import Study

# plain help, which needs no colours, no frames and no width
app = typer.Typer(cls=Commands, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)

_OUT = "Files of an earlier run there are replaced or removed; yours stay."


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"sitpy {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def main(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Portfolio construction with the names and the numbers of R's Systematic Investor Toolbox.

    \b
    To begin:
      sitpy frontier --returns returns.csv    frontiers of your own returns
      sitpy reproduce                         the published studies that can be run
      sitpy reproduce 130-30                  one of them, compared with R's figures
      sitpy hedge                             a beta-hedged portfolio, as published and done properly
      sitpy run-r SCRIPT.R                    an R script that uses SIT, run here: its figures and frontiers
      sitpy translate SCRIPT.R                the same script in Python
      sitpy COMMAND --help                    all options of a command
    """
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
        raise typer.Exit(2)


@app.command(short_help="Run a published study.")
def reproduce(
    study: Annotated[
        str | None, typer.Argument(metavar="STUDY", help="Name of the study; the list of them when left out.")
    ] = None,
    data: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="A data set (see --list) or a file of returns, as `sitpy frontier` takes it; the study's own choice "
            "when left out.",
        ),
    ] = None,
    points: Annotated[
        str | None, typer.Option(metavar="N", help="Points per frontier; as many as R's figures have when left out.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help=f"Folder for the files; sitpy-results/STUDY when left out. {_OUT}"),
    ] = None,
    annual_factor: Annotated[
        str | None, typer.Option(metavar="N", help="Periods per year of your file; read off its dates when left out.")
    ] = None,
    path: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder with files that you downloaded, for studies that need some."),
    ] = None,
    list_studies: Annotated[bool, typer.Option("--list", help="List the studies and end.")] = False,
    every: Annotated[
        bool, typer.Option("--all", help="Run every study that needs no download, each into a folder of its own.")
    ] = False,
) -> None:
    """Run a published study, write its figures and files, and compare it with published figures.

    \b
    Examples:
      sitpy reproduce --list
      sitpy reproduce 130-30
      sitpy reproduce gini --data returns.csv --points 20 --out gini

    Exit status: 0 when everything agrees, 1 when something is out of tolerance, 2 when a study cannot be run.
    """
    from sitpy.studies import STUDIES, StudyOptions, find_study

    console = console_of()
    options = StudyOptions(data, periods_per_year(annual_factor), count_of_points(points), path=path)
    if every and (study is not None or options != StudyOptions()):
        raise InputError(
            "--all runs every study as it was published: leave out the study's name, --data, --annual-factor, "
            "--points and --path"
        )
    if list_studies or (study is None and not every):
        _print_studies(console, [find_study(name) for name in STUDIES])
        if list_studies:
            return
        raise InputError("no study is named; run one of those above, such as: sitpy reproduce 130-30")
    import matplotlib

    matplotlib.use("Agg")
    results = Path("sitpy-results")
    if study is None:
        raise typer.Exit(_run_all(console, [find_study(name) for name in STUDIES], out or results))
    if not run_and_print(console, find_study(study), replace(options, out=out or results / study)).ok:
        console.print("out of tolerance: see the rows that are not 'ok'", style="bold red")
        raise typer.Exit(1)


@app.command(short_help="Trace efficient frontiers of your own returns.")
def frontier(
    returns: Annotated[
        Path,
        typer.Option(
            metavar="FILE",
            help="Returns per period (CSV, Parquet or Excel): dates in the first column, then one column per asset with its "
            "name in the first line; fractions, 0.05 is 5 %.",
        ),
    ],
    annual_factor: Annotated[
        str | None, typer.Option(metavar="N", help="Periods per year; read off the dates when left out.")
    ] = None,
    lower: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NUMBER", help="Least weight, for all or as ASSET=NUMBER; may be repeated. 0 when left out."
        ),
    ] = None,
    upper: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NUMBER", help="Largest weight, for all or as ASSET=NUMBER; may be repeated. 1 when left out."
        ),
    ] = None,
    total: Annotated[str, typer.Option("--sum", metavar="NUMBER", help="Sum of the weights.")] = "1",
    gross: Annotated[
        str | None,
        typer.Option(
            metavar="NUMBER",
            help="Most leverage, the sum of |weights|: 1.6 for 130/30 (needs a negative --lower).",
        ),
    ] = None,
    measure: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAMES",
            help="What to minimise: risk, mad, maxloss, cvar, cdar, maddown, riskdown, gini or corrisk; several with commas. "
            "risk when left out.",
        ),
    ] = None,
    alpha: Annotated[str, typer.Option(metavar="NUMBER", help="Confidence level of CVaR and CDaR.")] = "0.95",
    mar: Annotated[
        str | None,
        typer.Option(
            metavar="NUMBER",
            help="Least acceptable return per period of downside measures; the mean when left out.",
        ),
    ] = None,
    points: Annotated[str, typer.Option(metavar="N", help="Points per frontier, 2 or more.")] = "50",
    out: Annotated[Path, typer.Option(metavar="DIR", help=f"Folder for the files. {_OUT}")] = Path(
        "sitpy-results/frontier"
    ),
) -> None:
    """Trace efficient frontiers of your own returns and write their figure and files.

    \b
    Examples:
      sitpy frontier --returns returns.csv
      sitpy frontier --returns returns.csv --upper 0.3 --measure cvar --out cvar
      sitpy frontier --returns returns.xlsx --lower -0.3 --gross 1.6 --upper SPY=0.1

    DIR gets a figure, a CSV and a JSON file per frontier, a summary, and the list of these in files.sha256.

    Exit status: 0 when every point is proven optimal, 2 when there is something to mend; the message says what.
    """
    from sitpy.inputs import own_history
    from sitpy.studies import StudyOptions
    from sitpy.studies.own_data import Limits, measure_names, own_frontiers, with_parameters

    # all words before the file is read
    wanted, factor = count_of_points(points), periods_per_year(annual_factor)
    measures = measure_names(measure or ["risk"])
    leverage = None if gross is None else number(gross, "--gross")
    limits = Limits(lower or (), upper or (), number(total, "--sum"), leverage)
    level, least = number(alpha, "--alpha"), None if mar is None else number(mar, "--mar")
    ia = with_parameters(own_history(returns, factor), level, least)
    study = own_frontiers(ia, limits, measures)
    import matplotlib

    matplotlib.use("Agg")
    run_and_print(console_of(), study, StudyOptions(ia, points=wanted, out=out))


app.command(short_help="Compare two frontiers, and say why they differ.")(compare)
app.command(short_help="Run a published algorithm on your own prices.")(algo)
app.command(short_help="Back-test a portfolio that is hedged by its beta.")(hedge)
app.command(short_help="Turn an R script that uses SIT into Python.")(translate)
app.command(name="run-r", short_help="Run an R script that uses SIT.")(run_r)


def _print_studies(console: Console, studies: list[Study]) -> None:
    """One line per study: name, title, source, and what it runs on."""
    for study in studies:
        takes = f"data: {', '.join(study.data_sets)} or a CSV file" if study.data_sets else "its own data"
        takes = f"--path with {study.files}" if study.files else takes
        console.print(f"{study.name}: {study.title} ({study.source}); {takes}", markup=False, soft_wrap=True)


def _run_all(console: Console, studies: list[Study], folder: Path) -> int:
    """Run all studies that need no download; the exit status: 2 where one could not be run, else 1 where one is out."""
    import pandas as pd

    from sitpy.studies import StudyOptions, StudyTable

    rows, failed = [], False
    for study in studies:
        if study.files:
            console.print(f"{study.name}: left out, it reads {study.files} (--path)", markup=False)
            continue
        began = time.perf_counter()
        try:
            result = run_and_print(console, study, StudyOptions(out=folder / study.name))
        except SitpyError as error:
            failed = True
            print_error(str(error))
            outcome = {"compared": 0, "files": 0, "": False}
        else:
            verdicts = [verdict for table in result.tables for verdict in table.verdicts()]
            outcome = {"compared": len(verdicts), "files": len(result.files), "": result.ok}
        rows.append({"study": study.name, **outcome, "seconds": time.perf_counter() - began})
        console.print()
    table = StudyTable(f"studies, each in its folder in {folder}:", pd.DataFrame(rows), {"seconds": ".1f"})
    print_table(console, table)
    return 2 if failed else int(not all(table.verdicts()))
