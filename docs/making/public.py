"""Which names the API reference lists, page by page: the topics of ``sitpy/__init__.pyi``, then modules of their own."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import sitpy

STUB = Path(sitpy.__file__).with_suffix(".pyi")
OWN = re.findall(r"^from \. import (\w+) as", STUB.read_text(encoding="utf-8"), re.MULTILINE)
MODULES = ("optimize", *OWN, "reference", "studies")
"""Modules of sitpy whose names are used through them, as in ``sitpy.data.etf8_simulated``; the stub lists some."""


def topics() -> dict[str, list[str]]:
    """Topic -> public names of sitpy, in the order of the stub."""
    found: dict[str, list[str]] = {}
    topic = ""
    for line in STUB.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            topic = line[2:]
        elif name := re.fullmatch(r"from \S+ import \w+ as (\w+)", line):
            found.setdefault(topic, []).append(name[1])
    return found


def names_of(module: ModuleType) -> list[str]:
    """What a module offers: its ``__all__``, or the functions and classes that are defined in it."""
    listed = getattr(module, "__all__", None)
    if listed is None:
        own = (name for name, value in vars(module).items() if getattr(value, "__module__", "") == module.__name__)
        listed = [name for name in own if not name.startswith("_")]
    return [name for name in listed if not isinstance(getattr(module, name), ModuleType)]


def pages() -> Iterator[tuple[str, str, str, list[str]]]:
    """File name, title, module and names of every page; a topic that is only a module has no other page than the module's."""
    for topic, names in topics().items():
        if set(names) <= set(MODULES):
            continue
        yield re.sub(r"\W+", "-", topic.lower()), topic[0].upper() + topic[1:], "sitpy", names
    for name in MODULES:
        module = importlib.import_module(f"sitpy.{name}")
        yield f"sitpy-{name}", f"sitpy.{name}", module.__name__, names_of(module)


def look_up(full_name: str) -> Any:
    """The object of a dotted name; None where there is none."""
    found: Any = sitpy
    for word in full_name.split(".")[1:]:
        if found is sitpy and word in MODULES:
            found = importlib.import_module(f"sitpy.{word}")
        else:
            found = getattr(found, word, None)
    return found
