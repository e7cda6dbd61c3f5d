"""Write the pages that are made from the code, for maintainers: ``python docs/build_pages.py``.

``r-names.md`` is made from ``sitpy.names`` and the first sentences of the docstrings. The others are prose with code, and what
stands below each piece of code is what it prints: here the pieces are run again, commands of ``sitpy`` too.
"""

from __future__ import annotations

import contextlib
import importlib
import inspect
import io
import re
import shlex
import shutil
import tempfile
import textwrap
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import sitpy
from sitpy.names import NOT_YET, R_NAMES, module_of, python_name

DOCS = Path(__file__).resolve().parent
WIDTH = 116  # of messages

# ------------------------------------------------------------------------------------------------------- R names

NAMES_HEAD = """\
# R names

Every name of R's Systematic Investor Toolbox (SIT) that sitpy carries, what it is and where it lives. Made from the code by
`python docs/build_pages.py`. What behaves otherwise than in R: [Differences from SIT](differences-from-sit.md). Scripts of R
and Python side by side: [From SIT to sitpy](migration.md).

- A dot becomes an underscore, in the names of functions, arguments and fields, and nothing else changes: `solve.QP.bounds`
  is `sitpy.solve_QP_bounds`. A name that Python keeps for itself gets an underscore at its end: `ef$return` is `ef.return_`.
- `ia$expected.return` is `ia.expected_return`; every record also answers `ia["expected.return"]`.
- Positions count from 0 (`binary_index`, `delete_constraints`, `create_ia_subset`).
- `NA` and `NULL` are `nan` or `None`; a missing bound is no bound.
- Nothing is changed in place: `constraints = sitpy.add_constraints(..., constraints)`, as in R.
- What draws random numbers takes a `seed`; R's own streams of them are not repeated.
- R's small helpers are in `sitpy.r`, so that a pasted script needs few edits.
"""


def r_names_page() -> str:
    """One table per topic; a listed name that is missing is an error, not a row."""
    parts = [NAMES_HEAD]
    for topic, names in R_NAMES.items():
        parts.append(f"\n## {topic[0].upper()}{topic[1:]}\n\n| R | Python | what it is | where |\n|---|---|---|---|\n")
        parts += [name_row(name) for name in names]
    return "".join(parts)


def name_row(r_name: str) -> str:
    """A line of a table."""
    if r_name in NOT_YET:
        return f"| `{r_name}` | not yet | | |\n"
    function = importable(r_name)
    source = source_of(function)
    return (
        f"| `{r_name}` | `{module_of(r_name)}.{python_name(r_name)}` | {summary(function)} | "
        f"[{source}](../sitpy/{source}) |\n"
    )


def importable(r_name: str) -> Callable[..., Any]:
    """The function of an R name."""
    module = importlib.import_module(module_of(r_name))
    function: Callable[..., Any] | None = getattr(module, python_name(r_name), None)
    if not callable(function):
        raise LookupError(
            f"{r_name}: {module.__name__} has no function {python_name(r_name)}; finish it, or list it in NOT_YET"
        )
    return function


def source_of(function: Callable[..., Any]) -> str:
    """The file below sitpy/ that defines it."""
    path = Path(inspect.getsourcefile(inspect.unwrap(function)) or "")
    return path.resolve().relative_to(Path(sitpy.__file__).resolve().parent).as_posix()


def summary(function: Callable[..., Any]) -> str:
    """The first sentence of a docstring, for a table."""
    text = " ".join((inspect.getdoc(function) or "").split("\n\n")[0].split())
    if not text:
        raise LookupError(f"{function.__module__}.{function.__name__} has no docstring")
    text = re.sub(r":\w+:`~?([^`]+)`", r"`\1`", text).replace("``", "`")
    return text.replace("|", r"\|").rstrip(".:")


# --------------------------------------------------------------------------------------------- code and its output

PIECE = re.compile(r"^(```(?:python|console)\n(.*?)^```\n)(?:\n```text\n.*?^```\n)?", re.MULTILINE | re.DOTALL)
# pictures of a page, made by its pieces: file that a piece writes -> name below images/
PICTURES = {
    "tutorial-prices-to-report.md": {"hedge/equity.png": "hedge_equity.png", "sweep/sweep.png": "hedge_sweep.png"},
}


def page_again(name: str, pictures: Path | None = None) -> str:
    """The page as it is on disk, its pieces run again in a folder of their own; what they draw goes to ``pictures``."""
    page = (DOCS / name).read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as scratch, contextlib.chdir(scratch):
        again = with_output(with_translations(page))
        for made, image in PICTURES.get(name, {}).items():
            if pictures is not None:
                shutil.copyfile(made, pictures / image)
    return again


def with_output(page: str) -> str:
    """The page with each piece of code followed by what it prints now.

    The first piece prepares names for all; every other piece sees these names and its own.
    """
    shared: dict[str, Any] = {}

    def again(piece: re.Match[str]) -> str:
        if piece[1].startswith("```console"):
            printed = said_by(piece[2])
        else:
            printed = output_of(piece[2], dict(shared) if shared else shared)
        return f"{piece[1]}\n```text\n{printed}```\n" if printed else piece[1]

    return PIECE.sub(again, page)


PAIR = re.compile(r"^```r\n(?P<r>.*?)^```\n\n```python\n(?P<python>.*?)^```\n", re.MULTILINE | re.DOTALL)


def with_translations(page: str) -> str:
    """The page with each piece of Python that follows one of R as ``sitpy translate`` makes it now, without its docstring."""

    def again(pair: re.Match[str]) -> str:
        return f"```r\n{pair['r']}```\n\n```python\n{translated(pair['r'])}```\n"

    return PAIR.sub(again, page)


def translated(source: str) -> str:
    """The Python of a script in R; what is left to do is an error."""
    made = sitpy.translate.translate(source, prices="prices.csv", strict=True)
    return made.code.split('"""', 2)[2].lstrip("\n")


def output_of(code: str, names: dict[str, Any]) -> str:
    """What a piece of code prints; sitpy's warnings, and an error of sitpy at its end, are shown by name and words."""
    page = io.StringIO()

    def show(category: type, message: object) -> None:
        words = f"{category.__name__}: {message}"
        page.write(textwrap.fill(words, WIDTH, break_long_words=False, break_on_hyphens=False) + "\n")

    with contextlib.redirect_stdout(page), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", sitpy.SitpyWarning)
        warnings.showwarning = lambda message, category, *_: show(category, message)
        try:
            exec(code, names)
        except sitpy.SitpyError as error:
            show(type(error), error)
    return page.getvalue()


def said_by(commands: str) -> str:
    """What commands of ``sitpy``, a line each, print, without the seconds that they take."""
    from typer.testing import CliRunner

    from sitpy.cli.commands import app

    said = []
    for line in commands.splitlines():
        program, *words = shlex.split(line)
        if program != "sitpy":
            raise LookupError(f"{line!r} is no command of sitpy; only those are run")
        said.append(CliRunner().invoke(app, words).output)
    printed = re.sub(r", [\d.]+ s in all", "", "\n".join(said))
    return "".join(f"{line.rstrip()}\n" for line in printed.splitlines())


WITH_CODE = (
    "differences-from-sit.md",
    "migration.md",
    "optimize-answers.md",
    "tutorial-prices-to-report.md",
    "what-the-published-backtest-gets-wrong.md",
)
PAGES: dict[str, Callable[[], str]] = {
    "r-names.md": r_names_page,
    **{name: partial(page_again, name) for name in WITH_CODE},
}


def main() -> None:
    for name, make in PAGES.items():
        page = page_again(name, DOCS / "images") if name in WITH_CODE else make()
        (DOCS / name).write_text(page, encoding="utf-8", newline="\n")
        print(f"docs/{name}")


if __name__ == "__main__":
    main()
