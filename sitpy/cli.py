"""The command ``sitpy``: arguments in, functions called, tables and files out."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from sitpy._version import __version__
from sitpy.errors import SitpyError, SitpyWarning

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
            errors.print(f"error: {error}", style="bold red", markup=False, soft_wrap=True)
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
        str, typer.Option(help="bernstein-wilkinson, etf8-simulated, or a CSV file of returns per period.")
    ] = "bernstein-wilkinson",
    points: Annotated[int, typer.Option(min=2, help="Points per frontier.")] = 50,
    out: Annotated[Path | None, typer.Option(help="Folder for the files; sitpy-results/STUDY when left out.")] = None,
    annual_factor: Annotated[
        float | None, typer.Option(help="Periods per year of a CSV file; read off its dates when left out.")
    ] = None,
    list_studies: Annotated[bool, typer.Option("--list", help="List the studies and end.")] = False,
) -> None:
    """Run a published study, write its figures and files, and compare it with the figures of R.

    Exit status: 0 when everything agrees, 1 when a frontier is out of tolerance, 2 when the study cannot be run.
    """
    with _said_plainly():
        from sitpy.studies import STUDIES, find_study, run_study
        from sitpy.studies.study import study_data

        console = _console()
        if list_studies or study is None:
            for name in STUDIES:
                found = find_study(name)
                console.print(f"{name}: {found.title} ({found.source})")
            raise typer.Exit(0 if list_studies else 2)
        import matplotlib

        matplotlib.use("Agg")
        began = time.perf_counter()
        plan = find_study(study)
        ia, letter = study_data(data, annual_factor)
        folder = out if out is not None else Path("sitpy-results") / study
        console.print(f"{plan.title} ({plan.source})", style="bold")
        console.print(f"data: {ia.source or data}; {ia.n} assets, {len(ia.hist_returns)} periods")
        with _progress(console) as report:
            result = run_study(plan, ia, letter, points, folder, report)
        _print_study(console, result)
        console.print(f"{len(result.files)} files in {folder}, {time.perf_counter() - began:.1f} s in all")
        if not result.ok:
            console.print("out of tolerance: see the rows that are not 'ok'", style="bold red")
            raise typer.Exit(1)


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
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("starting", total=None)

        def report(what: str, done: int, total: int) -> None:
            bar.update(task, description=what, completed=done, total=total)

        yield report


def _print_study(console: Console, result: Any) -> None:
    """The comparison table: one row per frontier."""
    rows = result.table()
    compared = "ok" in rows
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    names = ["frontier", "proven", "leverage"]
    if compared:
        console.print("largest differences from R's figures (objective relative, return and net weights absolute):")
        names += ["objective", "return", "weights", "R not optimal", ""]
    for name in [*names, "ms"]:
        table.add_column(name, justify="left" if name == "frontier" else "right", no_wrap=True)
    for row in rows.to_dict("records"):
        cells = [
            f"{row['construction']} {row['measure']}",
            f"{row['proven']}/{row['points']}",
            f"{row['leverage_min']:.2f}-{row['leverage_max']:.2f}",
        ]
        if compared:
            cells += [f"{row[name]:.1e}" for name in ("objective", "return", "weights")]
            cells += [str(row["reference_not_optimal"]), "ok" if row["ok"] else "[bold red]OUT[/]"]
        table.add_row(*cells, f"{1000 * row['seconds']:.0f}")
    console.print(table)
    console.print(
        f"{int(rows['points'].sum())} points, {int(rows['proven'].sum())} proven optimal; checked from outside the "
        f"solvers: largest violation of a constraint {rows['violation'].max():.0e}, largest gap {rows['gap'].max():.0e}"
    )
