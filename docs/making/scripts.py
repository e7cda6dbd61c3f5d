"""The gallery: every script of examples/ with its text, its pictures, what it prints, and its code."""

from __future__ import annotations

import ast
import inspect
import shutil
from collections.abc import Mapping
from pathlib import Path
from textwrap import indent

from making.rst import code, figure, menu, title
from making.runs import Run
from making.sources import ROOT

HEAD = """\
Scripts as a user would write them, from ``examples/``: one for each study, and some more. Pictures go to the folder given as
the script's argument, else to the current one.
"""


def examples() -> list[Path]:
    """The scripts, by name."""
    return sorted((ROOT / "examples").glob("*.py"))


def text_of(script: Path) -> tuple[str, str]:
    """First paragraph of a script's docstring in one line, without its full stop, and the rest."""
    text = ast.get_docstring(ast.parse(script.read_text(encoding="utf-8")))
    if not text:
        raise LookupError(f"examples/{script.name} has no docstring")
    head, _, rest = inspect.cleandoc(text).partition("\n\n")
    # a line that is indented from the start is a command
    rest = "\n\n".join(
        code(part.strip(), "console") if part.startswith("    ") else part for part in rest.split("\n\n")
    )
    return " ".join(head.split()).rstrip("."), rest


def write_gallery(folder: Path, runs: Mapping[str, Run]) -> None:
    """A page per script, and the page of pictures that lead to them."""
    gallery = folder / "gallery"
    gallery.mkdir()
    cards = []
    for script in examples():
        run = runs.get(script.name)
        for file in run.files if run else ():
            (gallery / script.stem).mkdir(exist_ok=True)
            shutil.copy(file, gallery / script.stem)
        (gallery / f"{script.stem}.rst").write_text(page(script, run), encoding="utf-8")
        cards.append(card(script, run))
    box = ".. container:: gallery\n\n" + indent("\n".join(cards), "   ")
    pages = menu((f"{script.stem} <{script.stem}>" for script in examples()), "hidden:")
    index = "\n".join([title("Gallery"), HEAD, box, "", pages])
    (gallery / "index.rst").write_text(f"{index}\n", encoding="utf-8")


def page(script: Path, run: Run | None) -> str:
    """Text, pictures, output and code of one script."""
    head, rest = text_of(script)
    parts = [title(head), f"{rest}\n"]
    for file in run.files if run else ():
        if file.suffix == ".png":
            parts.append(figure(f"{script.stem}/{file.name}", f"{file.name}, drawn by {script.name}"))
        elif file.suffix == ".html":
            parts.append(f":download:`{file.name} <{script.stem}/{file.name}>`, the page that it writes.\n")
    if run and run.printed:
        parts += ["It prints\n", code(run.printed, "text")]
    parts += [f"The script, ``examples/{script.name}``:\n", code(script.read_text(encoding="utf-8"), "python")]
    return "\n".join(parts)


def card(script: Path, run: Run | None) -> str:
    """The script's last picture, where it has one, and its title; both lead to its page."""
    words = f":doc:`{text_of(script)[0]} <{script.stem}>`"
    if run is None or not run.pictures:
        return f".. container:: card\n\n   {words}\n"
    picture = f"{script.stem}/{run.pictures[-1].name}"
    return figure(picture, f"the last picture of {script.name}", caption=words, target=f"{script.stem}.html")
