"""What a run of an R script leaves: what it printed, its figures, its frontiers, and what ended it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sitpy.frontier import Frontier

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class RFigure:
    """A picture that the script drew.

    ``file``: name of its file, the script's own where it names one; ``pages``: its matplotlib figures, several only in a
    PDF.
    """

    file: str
    pages: tuple[Figure, ...]


@dataclass(frozen=True)
class RFrontier:
    """A frontier that the script made.

    ``name``: how the script calls it, in R's words (``ef.risk``, ``efs$Risk``); where a name stood for several frontiers,
    this is the ``which``-th ``of`` so many. ``also``: its other names. ``frontier``: as it was when its variable was assigned
    anew, or at the end. ``r_line``: the line that made it, 0 where none is known. ``files``: names of its files.
    """

    name: str
    which: int
    of: int
    also: tuple[str, ...]
    frontier: Frontier
    r_line: int
    files: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether the script changed the weights after they were solved."""
        return not np.array_equal(self.frontier.weight, self.frontier.solution)

    @property
    def title(self) -> str:
        """The name, and which of several it is."""
        return f"{self.name} ({self.which} of {self.of})" if self.of > 1 else self.name


@dataclass(frozen=True)
class RRun:
    """A run of an R script.

    ``printed``: what the script printed, in order; ``figures`` and ``frontiers``: what it drew and made, in order;
    ``notes``: what the translation left out, the warnings of the run with their lines, and what was named otherwise;
    ``files``: the files written; ``error``: what ended the script before its end, ``message`` that in words with the line
    in R, and ``r_line`` the line itself (0 where none is known).
    """

    printed: str
    figures: tuple[RFigure, ...]
    frontiers: tuple[RFrontier, ...]
    notes: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()
    error: BaseException | None = None
    message: str = ""
    r_line: int = 0

    @property
    def ok(self) -> bool:
        """Whether the script ran to its end."""
        return self.error is None
