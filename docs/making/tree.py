"""The written pages: their order in the menu, and their way into the folder that is built."""

from __future__ import annotations

import shutil
from pathlib import Path

from making.sources import ELSEWHERE, ROOT, with_links_inside

DOCS = ROOT / "docs"
MENU = {
    "Begin": ("tutorial-prices-to-report", "studies/index", "gallery/index"),
    "From R": ("migration", "comparing-with-r", "r-names", "differences-from-sit"),
    "Topics": (
        "optimize-answers",
        "quantopian-algorithms",
        "what-the-published-backtest-gets-wrong",
        "benchmarks",
    ),
    "Reference": ("api/index", "stored-figures", "design", "changes"),
}
"""The menu. A page that is not there yet is left out; a page that is missing here stops the build."""


def write_tree(folder: Path) -> set[str]:
    """Copy the written pages and their pictures, with the menu below the first; returns the files that they link to."""
    shutil.copytree(DOCS / "images", folder / "images")
    written = {path: path.name for path in DOCS.glob("*.md")} | {ROOT / path: name for path, name in ELSEWHERE.items()}
    linked: set[str] = set()
    for path, name in written.items():
        page, files = with_links_inside(path.read_text(encoding="utf-8"))
        linked |= files
        if name == "index.md":
            page += menus({Path(name).stem for name in written.values()})
        (folder / name).write_text(page, encoding="utf-8")
    return linked


def menus(written: set[str]) -> str:
    """The menu of the pages that are there."""
    listed = {name for names in MENU.values() for name in names}
    if missing := sorted(written - listed - {"index"}):
        raise LookupError(f"docs/{missing[0]}.md is not in the menu: add it to MENU in docs/making/tree.py")
    text = ""
    for caption, names in MENU.items():
        there = [name for name in names if "/" in name or name in written]
        text += "\n```{toctree}\n:hidden:\n:caption: " + caption + "\n\n" + "\n".join(there) + "\n```\n"
    return text
