"""Pictures inside a page: drawn by the room of plots, the same bytes every time."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable
from itertools import count
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.style import context

from sitpy.pages.markup import text

_SIZE = (6.0, 3.7)  # inches; half of a wide page, so that letters have the size of the text
_LONGEST = 400_000  # letters of SVG; a picture with more marks than that is smaller as dots
_DOTS_PER_INCH = 200
_SETTINGS: Any = {
    "svg.hashsalt": "sitpy",
    "svg.fonttype": "path",
    "axes.spines.top": False,
    "axes.spines.right": False,
}
_NO_METADATA = dict.fromkeys(("Date", "Creator", "Format", "Type"))


class Pictures:
    """Draws the pictures of one page, each with names of its own inside."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def figure(self, caption: str, draw: Callable[[Axes], object], size: tuple[float, float] = _SIZE) -> str:
        """A picture with its caption above, whatever the user's settings of matplotlib are."""
        with context("default"), matplotlib.rc_context(_SETTINGS):
            figure = Figure(figsize=size, layout="constrained")
            axes = figure.add_subplot()
            draw(axes)
            axes.set_title("")  # the caption says it
            picture = _svg(figure, f"p{next(self._numbers)}-", caption)
            if len(picture) > _LONGEST:
                picture = _png(figure, caption)
        return f"<figure><figcaption>{text(caption)}</figcaption>\n{picture}</figure>"


def _svg(figure: Figure, prefix: str, caption: str) -> str:
    """The picture as an element of the page: without a head, a fixed size, a style for all, or names that others use."""
    stream = io.StringIO()
    figure.savefig(stream, format="svg", metadata=_NO_METADATA)
    whole = stream.getvalue()
    whole = re.sub(r"<metadata>.*?</metadata>|<style .*?</style>|<!--.*?-->", "", whole, flags=re.DOTALL)
    element = whole[whole.index("<svg") :]
    head, _, rest = element.partition(">")
    box = re.search(r'viewBox="[^"]*"', head)
    assert box is not None
    rest = re.sub(r'\bid="|xlink:href="#|url\(#', lambda found: found[0] + prefix, rest)
    rest = rest.replace("xlink:href", "href")
    return f'<svg {box[0]} role="img" aria-label="{text(caption)}">{rest}'


def _png(figure: Figure, caption: str) -> str:
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=_DOTS_PER_INCH, metadata={"Software": None})
    code = base64.b64encode(stream.getvalue()).decode("ascii")
    return f'<img src="data:image/png;base64,{code}" alt="{text(caption)}">'
