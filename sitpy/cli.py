"""The command ``sitpy``: arguments in, functions called, tables and files out."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import typer
from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from sitpy._version import __version__
from sitpy.errors import InputError, SitpyError, SitpyWarning

if TYPE_CHECKING:
    from sitpy.studies import Study, StudyOptions, StudyResult, StudyTable
    from sitpy.studies.study import Format

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Portfolio construction with the names and the numbers of R's Systematic Investor Toolbox.",
)
_WIDTH = 100  # of tables that do not go to a terminal


def _console(*, stderr: bool = False) -> Console:
    console = Console(stderr=stderr, highlight=False)
    return console if console.is_terminal else Console(stderr=stderr, highlight=False, width=_WIDTH)


def _print_error(error: SitpyError) -> None:
    _console(stderr=True).print(f"error: {error}", style="bold red", markup=False, soft_wrap=True)


@contextmanager
def _said_plainly() -> Iterator[None]:
    """Turn errors of sitpy into one line and exit status 2, and its warnings into one line each."""
    errors = _console(stderr=True)

    def show(message: Any, category: Any, *_: Any) -> None:
        if issubclass(category, SitpyWarning):
            errors.print(f"note: {message}", style="yellow", markup=False)

    with warnings.catch_warnings():
        warnings.simplefilter("default", SitpyWarning)
        warnings.showwarning = show  # type: ignore[assignment]
        try:
            yield
        except SitpyError as error:
            _print_error(error)
            raise typer.Exit(2) from None
        except KeyboardInterrupt:
            errors.print("stopped; files already written are whole", style="yellow")
            raise typer.Exit(130) from None


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"sitpy {__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Portfolio construction with the names and the numbers of R's Systematic Investor Toolbox."""


@app.command()
def reproduce(
    study: Annotated[str | None, typer.Argument(help="Name of the study; see --list.")] = None,
    data: Annotated[
        str | None,
        typer.Option(
            help="A data set's name (see --list) or a CSV file of returns per period; the study's own choice "
            "when left out."
        ),
    ] = None,
    points: Annotated[
        int | None, typer.Option(min=2, help="Points per frontier; as many as R's figures have when left out.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the files; sitpy-results/STUDY when left out.")] = None,
    annual_factor: Annotated[
        float | None, typer.Option(help="Periods per year of a CSV file; read off its dates when left out.")
    ] = None,
    path: Annotated[
        Path | None, typer.Option(help="Folder with files that you downloaded, for studies that need some.")
    ] = None,
    list_studies: Annotated[bool, typer.Option("--list", help="List the studies and end.")] = False,
    every: Annotated[
        bool, typer.Option("--all", help="Run every study that needs no download, each into a folder of its own.")
    ] = False,
) -> None:
    """Run a published study, write its figures and files, and compare it with published figures.

    Exit status: 0 when everything agrees, 1 when something is out of tolerance, 2 when a study cannot be run.
    """
    with _said_plainly():
        from sitpy.studies import STUDIES, StudyOptions, find_study

        console = _console()
        options = StudyOptions(data, annual_factor, points, path=path)
        if every and (study is not None or options != StudyOptions()):
            raise InputError(
                "--all runs every study as it was published: leave out the study's name, --data, --annual-factor, "
                "--points and --path"
            )
        if list_studies or (study is None and not every):
            _print_studies(console, [find_study(name) for name in STUDIES])
            raise typer.Exit(0 if list_studies else 2)
        import matplotlib

        matplotlib.use("Agg")
        results = Path("sitpy-results")
        if study is None:
            raise typer.Exit(_run_all(console, [find_study(name) for name in STUDIES], out or results))
        if not _run_study(console, find_study(study), replace(options, out=out or results / study)).ok:
            console.print("out of tolerance: see the rows that are not 'ok'", style="bold red")
            raise typer.Exit(1)


@app.command()
def frontier(
    returns: Annotated[
        Path, typer.Option(help="File of returns per period (CSV, Parquet, Excel): dates, then one column per asset.")
    ],
    annual_factor: Annotated[
        float | None, typer.Option(help="Periods per year; read off the dates when left out.")
    ] = None,
    lower: Annotated[
        list[str] | None,
        typer.Option(help="Least weight: a number for all, or ASSET=NUMBER; may be repeated. 0 when left out."),
    ] = None,
    upper: Annotated[
        list[str] | None,
        typer.Option(help="Largest weight: a number for all, or ASSET=NUMBER; may be repeated. 1 when left out."),
    ] = None,
    total: Annotated[float, typer.Option("--sum", help="Sum of the weights.")] = 1.0,
    gross: Annotated[
        float | None,
        typer.Option(help="Most leverage, the sum of |weights|: 1.6 for 130/30 (needs a negative --lower)."),
    ] = None,
    measure: Annotated[
        list[str] | None,
        typer.Option(help="What to minimise: risk, mad, cvar, cdar, ...; several with commas. risk when left out."),
    ] = None,
    alpha: Annotated[float, typer.Option(help="Confidence level of CVaR and CDaR.")] = 0.95,
    mar: Annotated[
        float | None,
        typer.Option(help="Least acceptable return per period of downside measures; the mean when left out."),
    ] = None,
    points: Annotated[int, typer.Option(min=2, help="Points per frontier.")] = 50,
    out: Annotated[Path, typer.Option(help="Folder for the files.")] = Path("sitpy-results/frontier"),
) -> None:
    """Trace efficient frontiers of your own returns and write their figure and files.

    Exit status: 0 when every point is proven optimal, 2 when there is something to mend; the message says what.
    """
    with _said_plainly():
        from sitpy.inputs import own_history
        from sitpy.studies import StudyOptions
        from sitpy.studies.own_data import Limits, measure_names, own_frontiers, with_parameters

        measures = measure_names(measure or ["risk"])
        ia = with_parameters(own_history(returns, annual_factor), alpha, mar)
        study = own_frontiers(ia, Limits(lower or (), upper or (), total, gross), measures)
        import matplotlib

        matplotlib.use("Agg")
        _run_study(_console(), study, StudyOptions(ia, points=points, out=out))


@app.command()
def compare(
    result: Annotated[str, typer.Argument(help="A frontier in JSON, as `reproduce` or Frontier.to_json writes it.")],
    reference: Annotated[str, typer.Argument(help="Another one, a reference file of R, or a stored reference's name.")],
) -> None:
    """Compare two stored frontiers point by point.

    Exit status: 0 when they agree (or the reference is not optimal), 1 when they differ, 2 when they cannot be compared.
    """
    with _said_plainly():
        from sitpy.reference import compare as compare_frontiers

        comparison = compare_frontiers(result, reference)
        console = _console()
        if comparison.resolved:
            console.print("the grids of returns differ: the problem was solved again at the reference's targets")
        if comparison.not_reproduced:
            console.print(
                f"{comparison.not_reproduced} point(s) of the result are not the optimum of the inputs that it carries",
                style="bold red",
            )
        summary = comparison.summary
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for name in ("point", "return", "objective", "reference", "excess", "weights", "verdict"):
            table.add_column(name, justify="right" if name != "verdict" else "left")
        points = comparison.points
        for number, row in points[points["verdict"] != "equal"].iterrows():
            table.add_row(
                str(number),
                f"{row['return']:.4%}",
                f"{row['objective']:.8g}",
                f"{row['reference_objective']:.8g}",
                f"{row['excess']:+.1e}",
                f"{row['weight_difference']:.1e}",
                str(row["verdict"]),
            )
        if table.row_count:
            console.print(table)
        console.print(
            f"{summary['points']} points; largest difference in objective {summary['objective']:.1e} (relative), "
            f"return {summary['return']:.1e}, net weights {summary['weights']:.1e}; "
            f"reference not optimal at {summary['reference_not_optimal']}, other weights with the same objective at "
            f"{summary['other_weights']}, different at {summary['different']}"
        )
        console.print("agrees" if comparison.ok else "DIFFERS", style="bold green" if comparison.ok else "bold red")
        if not comparison.ok:
            raise typer.Exit(1)


@contextmanager
def _progress(console: Console) -> Iterator[Callable[[str, int, int], None]]:
    columns = (TextColumn("{task.description:<42}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("starting", total=None)

        def report(what: str, done: int, total: int) -> None:
            bar.update(task, description=what, completed=done, total=total)

        yield report


def _print_studies(console: Console, studies: list[Study]) -> None:
    """One line per study: name, title, source, and what it runs on."""
    for study in studies:
        takes = f"data: {', '.join(study.data_sets)} or a CSV file" if study.data_sets else "its own data"
        takes = f"--path with {study.files}" if study.files else takes
        console.print(f"{study.name}: {study.title} ({study.source}); {takes}", markup=False, soft_wrap=True)


def _run_study(console: Console, study: Study, options: StudyOptions) -> StudyResult:
    """Run one study with its title before, and tables, notes and the number of files after it."""
    from sitpy.studies import run_study

    began = time.perf_counter()
    console.print(f"{study.title} ({study.source})", style="bold", markup=False)
    with _progress(console) as report:
        result = run_study(study, replace(options, progress=report))
    for line in (*result.head, ""):
        console.print(line, markup=False)
    for table in result.tables:
        _print_table(console, table)
    for line in result.notes:
        console.print(line, markup=False)
    console.print(
        f"{len(result.files)} files in {options.out}, {time.perf_counter() - began:.1f} s in all", markup=False
    )
    return result


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
            result = _run_study(console, study, StudyOptions(out=folder / study.name))
        except SitpyError as error:
            failed = True
            _print_error(error)
            outcome = {"compared": 0, "files": 0, "": False}
        else:
            verdicts = [verdict for table in result.tables for verdict in table.verdicts()]
            outcome = {"compared": len(verdicts), "files": len(result.files), "": result.ok}
        rows.append({"study": study.name, **outcome, "seconds": time.perf_counter() - began})
        console.print()
    table = StudyTable(f"studies, each in its folder in {folder}:", pd.DataFrame(rows), {"seconds": ".1f"})
    _print_table(console, table)
    return 2 if failed else int(not all(table.verdicts()))


def _print_table(console: Console, table: StudyTable) -> None:
    """The one table printer: the first column to the left, verdicts as words, missing cells empty."""
    if table.title:
        console.print(table.title, markup=False)
    shown = Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    for number, name in enumerate(table.frame):
        shown.add_column(Text(str(name)), justify="right" if number else "left", no_wrap=True)
    for row in table.frame.astype(object).itertuples(index=False, name=None):
        shown.add_row(*(_cell(value, table.formats.get(str(name), "")) for name, value in zip(table.frame, row)))
    console.print(shown)


def _cell(value: Any, form: Format) -> Text:
    if isinstance(value, (bool, np.bool_)):
        return Text("ok") if value else Text("OUT", style="bold red")
    if value is None or value != value:  # nan is not equal to itself
        return Text()
    return Text(form(value) if callable(form) else format(value, form))
