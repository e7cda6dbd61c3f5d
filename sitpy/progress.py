"""How far long work is: a bar in the terminal, or whatever the caller makes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sitpy.errors import InputError

Progress = Callable[[int, int], None] | bool


@contextmanager
def reporting(progress: Progress | None, what: str) -> Iterator[Callable[[int, int], None]]:
    """The function to call as ``report(done, all)``: the caller's own, a bar for True, silence for None and False.

    Raises
    ------
    InputError
        Something else.

    Examples
    --------
    >>> from sitpy.progress import reporting
    >>> with reporting(lambda done, all: print(done, "of", all), "dates") as report:
    ...     report(1, 2)
    1 of 2
    """
    if progress is None or progress is False:
        yield lambda done, all: None
    elif progress is True:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True)) as bar:
            task = bar.add_task(what, total=None)
            yield lambda done, all: bar.update(task, completed=done, total=all)
    elif callable(progress):
        yield progress
    else:
        raise InputError(f"progress is {progress!r}; give True for a bar, or a function of (done, all)")
