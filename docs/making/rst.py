"""Pieces of reStructuredText."""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import indent


def title(words: str, line: str = "=") -> str:
    """A heading."""
    return f"{words}\n{line * len(words)}\n"


def code(text: str, language: str) -> str:
    """Text as it is."""
    return f".. code-block:: {language}\n\n{indent(text.rstrip(), '   ')}\n"


def figure(file: str, words: str, *, caption: str = "", target: str = "") -> str:
    """A picture, with words for who cannot see it."""
    lines = [f".. figure:: {file}", f"   :alt: {words}", "   :loading: lazy"]
    if target:
        lines.append(f"   :target: {target}")
    return "\n".join(lines) + "\n" + (f"\n   {caption}\n" if caption else "")


def menu(pages: Iterable[str], *options: str) -> str:
    """The pages below this one; options as in ``maxdepth: 1``."""
    return "\n".join([".. toctree::", *(f"   :{option}" for option in options), "", *(f"   {page}" for page in pages)])
