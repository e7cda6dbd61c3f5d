"""``sitpy translate``: a script of R in Python."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sitpy.cli.terminal import console_of, print_todos


def translate(
    script: Annotated[Path, typer.Argument(metavar="SCRIPT.R", help="The script, as it runs in R with SIT.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="OUT.py", help="File for the Python; the screen when left out."),
    ] = None,
    prices: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.csv",
            help="Adjusted closes that stand in for the script's downloads: dates in the first column, then one column per "
            "symbol with its name in the first line. yfinance downloads them when left out.",
        ),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Write nothing unless everything can be translated.")
    ] = False,
) -> None:
    """Turn an R script that uses SIT into Python.

    \b
    Example:
      sitpy translate 130-30.R -o hundred_thirty.py

    What cannot be said in Python without a guess is marked in place (# TODO(R line 12)) and listed. A script that writes
    or deletes files or runs other programs is refused.

    Exit status: 0 when everything was translated, 2 when something is left to do or the script cannot be translated.
    """
    from sitpy.files import write_whole
    from sitpy.translate import translate as translated
    from sitpy.translate.translation import read_script

    made = translated(read_script(script), prices=prices, strict=strict, name=script.name)
    notes = console_of(stderr=True)
    if out is None:
        typer.echo(made.code, nl=False)
    else:
        write_whole(out, lambda temporary: temporary.write_text(made.code, encoding="utf-8"))
    for note in made.notes:
        notes.print(f"note: {note}", markup=False, soft_wrap=True)
    print_todos(made.todos)
    if made.todos:
        raise typer.Exit(2)
