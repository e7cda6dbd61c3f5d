"""Where the pictures of a script go: R's devices, over pyplot's figures, none of which are the caller's."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NUMBERED = re.compile(r"%0?\d*d")


@dataclass(frozen=True)
class Picture:
    """Pages for one file: the file's name and kind in the script, no name for what was drawn on the screen.

    ``r_line``: the line that opened the file, 0 for the screen.
    """

    file: str | None
    kind: str
    pages: tuple[Figure, ...]
    r_line: int = 0


@dataclass(frozen=True)
class _Device:
    """An open device: its file, the line that opened it, and the number of the blank figure behind which its pages come."""

    file: str | None
    kind: str
    r_line: int
    blank: int


class Devices:
    """R's devices: a screen, and over it the files that are open.

    A device begins with a blank figure, so that its first picture takes no free cell of an earlier page; its pages are the
    figures that come after that one. When these are closed, pyplot goes back to the figure that was current before.
    """

    def __init__(self, note: Callable[[str, int], None], line_now: Callable[[], int]) -> None:
        self.pictures: list[Picture] = []
        self._note = note
        self._line_now = line_now
        self._stack: list[_Device] = []

    def open(self, file: object, kind: str) -> None:
        """``png(file)`` and its like."""
        self._begin(str(file), kind, self._line_now())

    def screen(self) -> None:
        """``dev.new()``: another page on the screen."""
        import matplotlib.pyplot as plt

        plt.figure()

    def close(self) -> None:
        """``dev.off()``: the file is done; on the screen, the page is."""
        if self._stack[-1].file is None:
            self.screen()
        else:
            self._end()

    def _begin(self, file: str | None, kind: str, r_line: int = 0) -> None:
        import matplotlib.pyplot as plt

        plt.figure()
        self._stack.append(_Device(file, kind, r_line, plt.get_fignums()[-1]))

    def _end(self) -> None:
        """Take the pages of the last device, and go back to the one before."""
        import matplotlib.pyplot as plt
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        device = self._stack.pop()
        pages = []
        for number in [number for number in plt.get_fignums() if number >= device.blank]:
            figure = plt.figure(number)
            if figure.axes:
                pages.append(figure)
            plt.close(figure)
            FigureCanvasAgg(figure)
        self._take(device, pages)

    def _take(self, device: _Device, pages: list[Figure]) -> None:
        file, kind, line = device.file, device.kind, device.r_line
        if file is None:
            self.pictures += [Picture(None, kind, (page,)) for page in pages]
        elif not pages:
            self._note(f"nothing was drawn for {file}", line)
        elif len(NUMBERED.findall(file)) == 1 == file.count("%"):
            self.pictures += [Picture(file % count, kind, (page,), line) for count, page in enumerate(pages, 1)]
        elif kind == "pdf":
            self.pictures.append(Picture(file, kind, tuple(pages), line))
        else:
            *earlier, last = pages
            if earlier:
                self._note(
                    f"{file}: {len(pages)} pages were drawn, of which R keeps the last; the others are saved beside it",
                    line,
                )
            self.pictures += [Picture(_page(file, count), kind, (page,), line) for count, page in enumerate(earlier, 1)]
            self.pictures.append(Picture(file, kind, (last,), line))

    @contextmanager
    def on(self) -> Iterator[None]:
        """The screen; at the end every device is closed, and the caller's figures are as they were."""
        import matplotlib
        import matplotlib.pyplot as plt

        # a dollar in a name is no formula
        with matplotlib.rc_context({"text.parse_math": False, "figure.max_open_warning": 0}), plt.ioff():
            self._begin(None, "png")
            try:
                yield
            finally:
                while self._stack:
                    self._end()


def _page(file: str, count: int) -> str:
    """The name of an earlier page."""
    stem, dot, suffix = file.rpartition(".")
    return f"{stem}-page{count}.{suffix}" if dot else f"{file}-page{count}"
