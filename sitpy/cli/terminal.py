"""What the command prints: errors and notes of one line, tables, a bar; in any width, with or without colours."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import typer
from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text
from typer.core import TyperGroup

from sitpy.cli import INTERRUPTED
from sitpy.errors import InputError, SitpyError, SitpyWarning

if TYPE_CHECKING:
    from sitpy.studies import StudyTable
    from sitpy.studies.study import Format

_WIDTH = 100  # of text that does not go to a terminal
_ENDLESS = 10_000
# the base of all mistakes in use; its module is another one in each version of the framework
_UsageError = cast("type[Exception]", typer.BadParameter.__mro__[1])


def console_of(*, stderr: bool = False) -> Console:
    """The terminal, or a page of a fixed width where the output goes elsewhere."""
    console = Console(stderr=stderr, highlight=False)
    return console if console.is_terminal else Console(stderr=stderr, highlight=False, width=_WIDTH)


# ------------------------------------------------------------------------------------------------------ mistakes


class Commands(TyperGroup):
    """Commands whose errors, notes and mistakes in use are one line each."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run, and end the process with the exit status; an interruption goes on to the caller."""
        with _said_plainly():
            try:
                status = super().main(*args, **extra | {"standalone_mode": False})
            except typer.Abort:  # what an interruption was to earlier versions of the framework
                status = INTERRUPTED
        if status == INTERRUPTED:
            raise KeyboardInterrupt
        sys.exit(status)


@contextmanager
def _said_plainly() -> Iterator[None]:
    """Errors of sitpy and mistakes in use: one line and exit status 2; its warnings: one line each."""
    notes = console_of(stderr=True)

    def show(message: Any, category: Any, *_: Any) -> None:
        if issubclass(category, SitpyWarning):
            notes.print(f"note: {message}", style="yellow", markup=False)

    with warnings.catch_warnings():
        warnings.simplefilter("default", SitpyWarning)
        warnings.showwarning = show  # type: ignore[assignment]
        try:
            yield
        except SitpyError as error:
            print_error(str(error))
            sys.exit(2)
        except _UsageError as error:
            print_error(_in_use(error))
            sys.exit(2)


def _in_use(error: Any) -> str:
    """The framework's message as part of a line, and where to read more."""
    message = " ".join(error.format_message().split()).rstrip(".")
    command = "sitpy" if error.ctx is None else error.ctx.command_path
    return f"{message[:1].lower()}{message[1:]}{'' if message.endswith('?') else ';'} see: {command} --help"


def print_todos(todos: Iterable[str]) -> None:
    """What of a script of R is left to do."""
    console = console_of(stderr=True)
    for todo in todos:
        console.print(f"left to do: {todo}", style="bold red", markup=False, soft_wrap=True)


def print_error(message: str) -> None:
    """One line on standard error."""
    console_of(stderr=True).print(f"error: {message}", style="bold red", markup=False, soft_wrap=True)


def number(text: str, option: str) -> float:
    """The number that an option was given.

    Examples
    --------
    >>> from sitpy.cli.terminal import number
    >>> number("0.95", "--alpha")
    0.95
    """
    try:
        return float(text)
    except ValueError:
        hint = f"; with a decimal point: {text.replace(',', '.')}" if "," in text else ""
        raise InputError(f"{option} is {text!r}; give a number{hint}") from None


def periods_per_year(text: str | None) -> float | None:
    """The number of periods per year that ``--annual-factor`` was given, if any."""
    if text is None:
        return None
    factor = number(text, "--annual-factor")
    if not 0 < factor < np.inf:
        raise InputError(
            f"--annual-factor is {text}; give the number of periods per year: 1, 4, 12, 52 or 252 for years, quarters, "
            "months, weeks or trading days"
        )
    return factor


def count_of_points(text: str | None) -> int | None:
    """The number of points that ``--points`` was given, if any."""
    if text is None:
        return None
    try:
        points = int(text)
    except ValueError:
        points = 0
    if points < 2:
        raise InputError(f"--points is {text!r}; give a whole number of 2 or more, such as 50")
    return points


# ------------------------------------------------------------------------------------------------ tables and bars


@contextmanager
def progress(console: Console) -> Iterator[Callable[[str, int, int], None]]:
    """A bar in a terminal, nothing elsewhere."""
    columns = (TextColumn("{task.description:<42}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("starting", total=None)

        def report(what: str, done: int, total: int) -> None:
            bar.update(task, description=what, completed=done, total=total)

        yield report


def print_table(console: Console, table: StudyTable) -> None:
    """The one table printer: the first column to the left, verdicts as words, missing cells empty, nothing cut off."""
    if table.title:
        console.print(table.title, markup=False)
    shown = Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    for number, name in enumerate(table.frame):
        shown.add_column(Text(str(name)), justify="right" if number else "left", no_wrap=True)
    for row in table.frame.astype(object).itertuples(index=False, name=None):
        shown.add_row(*(_cell(value, table.formats.get(str(name), "")) for name, value in zip(table.frame, row)))
    # in a narrow terminal lines go on in the next, which is better than cells without their digits
    shown.width = console.measure(shown, options=console.options.update(max_width=_ENDLESS)).maximum
    console.print(shown, crop=False, no_wrap=True, overflow="ignore")


def _cell(value: Any, form: Format) -> Text:
    if isinstance(value, (bool, np.bool_)):
        return Text("ok") if value else Text("OUT", style="bold red")
    if value is None or value != value:  # nan is not equal to itself
        return Text()
    return Text(form(value) if callable(form) else format(value, form))
