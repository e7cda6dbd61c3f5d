"""What every published study is: a name, the data it takes, and a run that ends in tables, notes and files."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sitpy.errors import InputError
from sitpy.files import write_whole
from sitpy.inputs import InputAssumptions
from sitpy.studies.folder import run_folder
from sitpy.studies.inputs import study_data

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Format = str | Callable[[Any], str]


@dataclass(frozen=True)
class StudyOptions:
    """How a study is to be run; what is left out is the study's own choice.

    ``data``: a data set's name, a CSV file of returns, or input assumptions; ``annual_factor``: periods per year of a CSV
    file; ``points`` per frontier; ``out``: folder for files, none are written without it, see
    :func:`sitpy.studies.folder.run_folder`; ``path``: folder with files that the user downloaded; ``progress``: called as
    ``progress(what, done, all)``.
    """

    data: str | InputAssumptions | None = None
    annual_factor: float | None = None
    points: int | None = None
    out: Path | None = None
    path: Path | None = None
    progress: Callable[[str, int, int], None] | None = None

    def report(self, what: str, done: int, total: int) -> None:
        """Tell the caller how far we are."""
        if self.progress is not None:
            self.progress(what, done, total)


@dataclass(frozen=True)
class StudyTable:
    """A table to print: its title, its columns (not its index), and how the cells of a column are written.

    A format is a specification such as ``".2%"`` or a function of the cell; missing cells stay empty. The first column
    stands at the left. True and False are verdicts ("ok", "OUT") and decide whether the study came out.
    """

    title: str
    frame: pd.DataFrame
    formats: Mapping[str, Format] = field(default_factory=dict)

    def verdicts(self) -> list[bool]:
        """All cells that are True or False."""
        cells = self.frame.astype(object).to_numpy().ravel()
        return [bool(cell) for cell in cells if isinstance(cell, (bool, np.bool_))]


@dataclass(frozen=True, kw_only=True)
class StudyResult:
    """What a study found: ``head`` lines, then tables, then ``notes``; and the files it wrote."""

    head: tuple[str, ...] = ()
    tables: tuple[StudyTable, ...] = ()
    notes: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether every comparison that could be made came out: no verdict of any table is False."""
        return all(verdict for table in self.tables for verdict in table.verdicts())


@dataclass(frozen=True, kw_only=True)
class Study(ABC):
    """A published study.

    ``name`` on the command line, ``title`` and ``source`` of the publication; ``data_sets`` that it takes, its default
    first (none: it brings its own data); ``files``: what the user has to download for it ("" for nothing);
    ``takes_points``: whether the number of points per frontier can be chosen.
    """

    name: str
    title: str
    source: str
    data_sets: tuple[str, ...] = ()
    files: str = ""
    takes_points: bool = False

    @abstractmethod
    def run(self, options: StudyOptions) -> StudyResult:
        """Run the study; :func:`run_study` has seen to it that the options are ones that it takes."""

    def inputs(self, options: StudyOptions) -> tuple[InputAssumptions, str | None]:
        """The input assumptions to use, and the letter of their stored figures (None: nothing is stored)."""
        if isinstance(options.data, InputAssumptions):
            return options.data, None
        return study_data(options.data or self.data_sets[0], options.annual_factor, self.data_sets)


def run_study(study: Study, options: StudyOptions | None = None) -> StudyResult:
    """Run a study, once it is clear that it takes the options given and that its folder can be written.

    Its files come to ``options.out`` together at the end, in place of those of an earlier run.

    Raises
    ------
    InputError
        Data, points or a folder for a study that takes none, or no folder for one that needs it; ``out`` cannot be written.

    Examples
    --------
    >>> from sitpy.studies import StudyOptions, find_study, run_study
    >>> run_study(find_study("130-30"), StudyOptions(points=2)).ok
    True
    """
    options = options or StudyOptions()
    what = f"the study {study.name!r}"
    if not study.data_sets and (options.data is not None or options.annual_factor is not None):
        raise InputError(f"{what} brings its own data: leave out --data and --annual-factor")
    if not study.takes_points and options.points is not None:
        raise InputError(f"{what} has no number of points to choose: leave out --points")
    if not study.files and options.path is not None:
        raise InputError(f"{what} reads no files of yours: leave out --path")
    if study.files and options.path is None:
        raise InputError(f"{what} reads {study.files}: download them and give their folder with --path DIR")
    if options.path is not None and not options.path.is_dir():
        raise InputError(f"{str(options.path)!r} is not a folder; {what} reads {study.files} from it")
    if options.out is None:
        return study.run(options)
    import matplotlib

    # a dollar in a name is no formula
    with run_folder(options.out) as folder, matplotlib.rc_context({"text.parse_math": False}):
        result = study.run(replace(options, out=folder))
    return replace(result, files=tuple(options.out / path.name for path in result.files))


# --------------------------------------------------------------------------------------------------- for studies


def data_line(ia: InputAssumptions) -> str:
    """What the study ran on, for the head of its result."""
    return f"data: {ia.source or 'given'}; {ia.n} assets, {len(ia.hist_returns)} periods"


def write_table(frame: pd.DataFrame, path: Path, *, index: bool = False) -> Path:
    """Write a table as CSV, whole or not at all."""
    return write_whole(path, lambda temporary: frame.to_csv(temporary, index=index))


def write_figure(figure: Figure, path: Path) -> Path:
    """Write a figure as PNG, whole or not at all, and close it."""
    import matplotlib.pyplot as plt

    try:
        return write_whole(path, lambda temporary: figure.savefig(temporary, dpi=110))
    finally:
        plt.close(figure)
