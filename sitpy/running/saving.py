"""Names for the files of a run, no two alike and none outside of its folder, and the files themselves."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sitpy.files import write_whole
from sitpy.running.devices import Picture
from sitpy.running.keeping import stem_of
from sitpy.running.result import RFigure, RFrontier
from sitpy.studies.folder import LISTING
from sitpy.studies.study import write_table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SUFFIXES = {
    "png": (".png",),
    "jpeg": (".jpeg", ".jpg"),
    "tiff": (".tiff", ".tif"),
    "svg": (".svg",),
    "pdf": (".pdf",),
    "bmp": (".png",),  # which matplotlib does not write
}
_DPI = 110


class Names:
    """File names of one folder; upper and lower case are the same, as on some systems."""

    def __init__(self) -> None:
        self._taken = {LISTING}

    def free(self, stem: str, *suffixes: str) -> str:
        """A stem with which all these suffixes make new names."""
        chosen, count = stem, 1
        while any(f"{chosen}{suffix}".casefold() in self._taken for suffix in suffixes):
            count += 1
            chosen = f"{stem}-{count}"
        self._taken.update(f"{chosen}{suffix}".casefold() for suffix in suffixes)
        return chosen


def named_figures(pictures: Sequence[Picture], names: Names, note: Callable[[str, int], None]) -> list[RFigure]:
    """The pictures by their files: those that the script names by that name, the others by number."""
    figures: list[RFigure] = []
    for picture in sorted(pictures, key=lambda picture: picture.file is None):  # the script's own names come first
        if picture.file is None:
            figures.append(RFigure(f"{names.free(f'figure-{_count(figures)}', '.png')}.png", picture.pages))
            continue
        stem, suffix = _plain(picture.file, _SUFFIXES[picture.kind])
        file = f"{names.free(stem, suffix)}{suffix}"
        if file != picture.file:
            note(f"{picture.file} is saved as {file}, in the folder of this run", picture.r_line)
        figures.append(RFigure(file, picture.pages))
    return figures


def _count(figures: Sequence[RFigure]) -> int:
    """The next number."""
    return 1 + sum(re.fullmatch(r"figure-\d+(-\d+)?\.png", figure.file) is not None for figure in figures)


def _plain(file: str, suffixes: tuple[str, ...]) -> tuple[str, str]:
    """Stem and suffix of a file's name: no folders, no signs that a system refuses, the suffix of its kind."""
    last = re.split(r"[/\\]", file)[-1]
    name = re.sub(r'[\x00-\x1f<>:"|?*]+', "_", last).strip(". ") or "figure"
    stem, suffix = Path(name).stem, Path(name).suffix
    if suffix.lower() in suffixes:
        return stem[:100], suffix
    return (stem if suffix.lower() == ".bmp" else name)[:100], suffixes[0]


def named_frontiers(frontiers: Sequence[RFrontier], names: Names) -> list[RFrontier]:
    """The frontiers with the names of their files."""
    named = []
    for one in frontiers:
        stem = stem_of(one.name) + (f"-{one.which}" if one.of > 1 else "")
        stem = names.free(stem, ".csv", ".json")
        named.append(replace(one, files=(f"{stem}.csv", f"{stem}.json")))
    return named


def write_all(folder: Path, figures: Sequence[RFigure], frontiers: Sequence[RFrontier]) -> None:
    """Every figure and, as CSV and JSON, every frontier."""
    for figure in figures:
        write_whole(folder / figure.file, lambda path, figure=figure: _draw(figure.pages, path))  # type: ignore[misc]
    for one in frontiers:
        table, stored = one.files
        write_table(one.frontier.to_frame(), folder / table, index=True)
        one.frontier.to_json(folder / stored)


def _draw(pages: Sequence[Figure], path: Path) -> None:
    """One page, or a PDF of several."""
    import matplotlib
    from matplotlib.backends.backend_pdf import PdfPages

    with matplotlib.rc_context({"text.parse_math": False}):
        if len(pages) == 1:
            pages[0].savefig(path, dpi=_DPI)
            return
        with PdfPages(path) as pdf:
            for page in pages:
                pdf.savefig(page)
