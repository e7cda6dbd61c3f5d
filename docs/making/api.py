"""Pages of the API: a table of the names of a topic, then the docstring of each."""

from __future__ import annotations

import inspect
from pathlib import Path
from types import ModuleType

from making import public
from making.rst import menu, title

HEAD = """\
Everything is importable from ``sitpy`` itself; the last pages are modules of their own. Types, defaults, units and errors are
said with each name, and every example is run by the tests. A name that you know from R: :doc:`/r-names`.
"""


def write_api(folder: Path) -> None:
    """A page per topic and module, and the page that lists them."""
    (folder / "api").mkdir()
    found = list(public.pages())
    for file, heading, module, names in found:
        (folder / "api" / f"{file}.rst").write_text(page(heading, module, names), encoding="utf-8")
    index = "\n".join([title("API reference"), HEAD, menu((file for file, *_ in found), "maxdepth: 1")])
    (folder / "api" / "index.rst").write_text(f"{index}\n", encoding="utf-8")


def page(heading: str, module: str, names: list[str]) -> str:
    """The page of a topic of sitpy, or of a module of its own."""
    values = {name: public.look_up(f"{module}.{name}") for name in names}
    parts = [title(heading)]
    parts.append(f".. currentmodule:: {module}\n" if module == "sitpy" else f".. automodule:: {module}\n")
    rows = [
        f"   * - :py:obj:`{name}`\n     - {first_sentence(value)}" for name, value in values.items() if callable(value)
    ]
    parts.append("\n".join([".. list-table::", "   :widths: 35 65", "", *rows]) + "\n")
    parts += [entry(module, name, value) for name, value in values.items()]
    return "\n".join(parts)


def entry(module: str, name: str, value: object) -> str:
    """A name with its docstring; a module's are on a page of its own."""
    if isinstance(value, ModuleType):
        return f"And a module: :mod:`{value.__name__}`.\n"
    if not callable(value):
        shown = f"\n   :value: {value!r}" if isinstance(value, int | float | None) else ""
        return f".. py:data:: {name}{shown}\n"
    if not inspect.isclass(value):
        return f".. autofunction:: {module}.{name}\n"
    if issubclass(value, BaseException):
        return f".. autoexception:: {module}.{name}\n"
    return f".. autoclass:: {module}.{name}\n   :members:\n"


def first_sentence(value: object) -> str:
    """What a name is, for a table."""
    text = " ".join((inspect.getdoc(value) or "").partition("\n\n")[0].split())
    if not text:
        raise LookupError(f"{value!r} has no docstring")
    return text.partition(". ")[0].rstrip(".:")
