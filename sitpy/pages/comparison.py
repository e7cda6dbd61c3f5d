"""A page that says why two frontiers differ, for a reader without Python."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sitpy._version import __version__
from sitpy.files import write_whole
from sitpy.pages.markup import definitions, document, figures, text
from sitpy.pages.pictures import Pictures
from sitpy.plots.comparison import plot_curves
from sitpy.plots.palette import ASSET_COLOURS
from sitpy.reference import Explanation
from sitpy.reference.causes import Cause

MEANINGS = {
    Cause.EQUAL: "objective, return and weights agree to the accuracy of the solvers",
    Cause.ROUNDING: "one of the files was written with few digits; nothing differs by more than the last of them",
    Cause.OTHER_WEIGHTS: "several portfolios are optimal; the two found different ones",
    Cause.NOT_OPTIMAL: "the reference has a worse portfolio than there is",
    Cause.INFEASIBLE: "the reference's portfolio breaks a constraint",
    Cause.DATA: "the two were solved from different inputs",
    Cause.OURS: "the result has a worse portfolio than there is, or breaks a constraint",
    Cause.UNEXPLAINED: "none of these: please report it, with both files",
}


def comparison_page(explanation: Explanation, out: str | os.PathLike[str] = "comparison.html") -> Path:
    """Write one HTML page with the reasons, the points that differ, and pictures of both frontiers.

    The page is a single file with everything inside. It opens without a network.

    Parameters
    ----------
    explanation : Explanation
        What :func:`sitpy.reference.explain` gave.
    out : str or path
        File to write, replaced if it is there; its folder is made.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    InputError
        A file that cannot be written.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from sitpy.pages.comparison import comparison_page
    >>> from sitpy.reference import explain
    >>> same = explain("A_01_longonly_0_80_Risk", "A_01_longonly_0_80_Risk")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     page = comparison_page(same, pathlib.Path(folder) / "page.html").read_text(encoding="utf-8")
    >>> "50 of 50 points are equal" in page
    True
    """
    title = f"{explanation.name} against {explanation.reference_name}"
    page = document(title, _body(title, explanation))
    return write_whole(out, lambda temporary: temporary.write_text(page, encoding="utf-8", newline="\n"))


def _body(title: str, explanation: Explanation) -> list[str]:
    points = explanation.points
    if points.empty:
        summary = "The data are the same." if explanation.ok else "The data differ."
    else:
        equal = int((points["cause"] == Cause.EQUAL.value).sum())
        summary = f"{equal} of {len(points)} points are equal."
    right = "agrees: the result is right wherever the two differ"
    verdict = "agrees" if explanation.agrees else (right if explanation.ok else "differs")
    said = [*map(str, explanation.data), *map(str, explanation.definitions), *explanation.notes]
    items = "".join(f"<li>{text(words)}</li>" for words in said)
    known = f"<section>\n<h2>In sum</h2>\n<ul>{items}</ul>\n</section>" if said else ""
    return [
        f'<header><div>\n<h1>{text(title)}</h1>\n<p class="soft">{text(verdict)}</p>\n<p>{text(summary)}</p>\n</div></header>',
        "<main>",
        *([_reasons(explanation)] if explanation.causes else []),
        known,
        *([] if points.empty else [_pictures(explanation), _points(points)]),
        "</main>",
        f"<footer>Made with sitpy {text(__version__)}.</footer>",
    ]


def _reasons(explanation: Explanation) -> str:
    meanings = [
        (f"{cause}: {count} points" if count != 1 else f"{cause}: 1 point", MEANINGS[Cause(cause)])
        for cause, count in explanation.causes.items()
    ]
    return f"<section>\n<h2>Reasons</h2>\n{definitions(meanings)}\n</section>"


def _pictures(explanation: Explanation) -> str:
    points, pictures = explanation.points, Pictures()
    result, reference = explanation.result, explanation.reference
    assert result is not None and reference is not None
    theirs = (points["reference_objective"], points["return"] - points["return_difference"])

    def both(axes: Axes) -> None:
        ours = (points["objective"], points["return"])
        plot_curves({"result": ours, "reference": theirs}, "", result.measure, "Expected return per year", ax=axes)

    def apart(column: str, ylab: str) -> Callable[[Axes], object]:
        def draw(axes: Axes) -> None:
            axes.bar(points.index, np.asarray(points[column], dtype=float), color=ASSET_COLOURS[0])
            axes.axhline(0, color="black", linewidth=0.8)
            axes.set_xlabel("Point, from the least risk to the largest return")
            axes.set_ylabel(ylab)

        return draw

    drawn = [pictures.figure("Both frontiers", both)]
    for column, caption, ylab in (
        ("excess", "Objective of the result less that of the reference", "Relative"),
        ("weight_difference", "Largest difference of a weight", "Fraction of the portfolio"),
    ):
        drawn.append(pictures.figure(caption, apart(column, ylab)))
    pieces = "\n".join(drawn)
    return f'<section>\n<h2>Pictures</h2>\n<div class="grid">\n{pieces}\n</div>\n</section>'


def _points(points: pd.DataFrame) -> str:
    """The points that differ, and why."""
    different = points[points["cause"] != Cause.EQUAL.value]
    if different.empty:
        return ""
    formats = {
        "return": "{:.4%}",
        "objective": "{:.8g}",
        "reference_objective": "{:.8g}",
        "excess": "{:+.1e}",
        "weight_difference": "{:.1e}",
    }
    words = pd.DataFrame({name: different[name].map(form.format) for name, form in formats.items()})
    words["cause"], words["why"] = different["cause"], different["why"]
    heads = ("return", "objective", "reference", "excess", "weights", "cause", "why")
    return f'<section class="reasons">\n<h2>Points that differ</h2>\n{figures([("", words)], heads)}\n</section>'
