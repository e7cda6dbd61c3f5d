"""A page that compares back-tests, for a reader without Python."""

from __future__ import annotations

import datetime
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from sitpy._version import __version__
from sitpy.arguments import listed
from sitpy.backtest.environment import BacktestData
from sitpy.backtest.model import BacktestModel, Models, named_models
from sitpy.dates import dated
from sitpy.errors import InputError
from sitpy.files import write_whole
from sitpy.pages.markup import definitions, document, line_sample, text
from sitpy.pages.pictures import Pictures
from sitpy.pages.sections import MEANINGS, lines_section, model_section, statistics_section
from sitpy.plots.palette import line_styles

MOST_MODELS = 8


def report(
    models: Models,
    out: str | os.PathLike[str] = "report.html",
    *,
    title: str = "Back-test report",
    date: str | datetime.date | None = None,
    notes: str | Sequence[str] = (),
    data: BacktestData | None = None,
    series: Mapping[str, pd.Series | pd.DataFrame] | None = None,
) -> Path:
    """Write one HTML page that compares back-tests: pictures, statistics side by side, and what each held and earned.

    The page is a single file with everything inside. It opens without a network, in any browser, and prints.

    Parameters
    ----------
    models : mapping of str to BacktestModel, or sequence of BacktestModel
        One to eight results of back-tests; a sequence is numbered from 1. They may have different dates, see :func:`bt_trim`.
    out : str or path
        File to write, replaced if it is there; its folder is made.
    title : str
    date : str or date, optional
        Shown below the title. Nothing else on the page depends on the day on which it is made.
    notes : str or sequence of str
        Paragraphs below the title.
    data : BacktestData, optional
        What the models were run on: adds turnover and the trades of each.
    series : mapping of str to Series or DataFrame (dates x lines), optional
        A further picture each, by title: a rolling beta, exposures. A line with the name of a model looks as that model's.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    InputError
        No model or too many, a model with a single date, prices that the models were not run on, series without dates, a file
        that cannot be written.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import pandas as pd, sitpy
    >>> prices = pd.Series([10.0, 11, 10, 12], index=pd.date_range("2020-01-30", periods=4))
    >>> model = sitpy.bt_simple(prices, [1, 1, 1, 1])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     page = sitpy.report({"Buy & hold": model}, pathlib.Path(folder) / "report.html").read_text(encoding="utf-8")
    >>> "Buy &amp; hold" in page
    True

    References
    ----------
    The pictures and tables of SIT, ``plotbt.custom.report``, for several models and for the browser.
    """
    named = _checked(models)
    paragraphs = [notes] if isinstance(notes, str) else listed("notes", notes, "give text, or a list of paragraphs")
    body = _body(named, title, date, paragraphs, data, _lines({} if series is None else series))
    page = document(title, body)
    return write_whole(out, lambda temporary: temporary.write_text(page, encoding="utf-8", newline="\n"))


def _body(
    named: dict[str, BacktestModel],
    title: str,
    date: str | datetime.date | None,
    notes: Sequence[str],
    data: BacktestData | None,
    series: Mapping[str, Mapping[str, pd.Series]],
) -> list[str]:
    pictures = Pictures()
    styles = dict(zip(named, line_styles(len(named)), strict=True))
    samples = {name: line_sample(*style) for name, style in styles.items()}
    return [
        _header(named, title, date, notes),
        "<main>",
        lines_section(named, series, styles, pictures),
        statistics_section(named, samples, data),
        *(
            model_section(number, name, model, samples[name], data, pictures)
            for number, (name, model) in enumerate(named.items(), 1)
        ),
        f"<section>\n<h2>How to read the figures</h2>\n{definitions(MEANINGS)}\n</section>",
        "</main>",
        f"<footer>Made with sitpy {text(__version__)}. What a strategy would have earned in the past is no promise.</footer>",
    ]


def _header(
    named: dict[str, BacktestModel],
    title: str,
    date: str | datetime.date | None,
    notes: Sequence[str],
) -> str:
    first = min(model.dates[0] for model in named.values())
    last = max(model.dates[-1] for model in named.values())
    count = "1 strategy" if len(named) == 1 else f"{len(named)} strategies"
    facts = [count, f"{first:%d %b %Y} to {last:%d %b %Y}", *([] if date is None else [str(date)])]
    paragraphs = "\n".join(f"<p>{text(note)}</p>" for note in notes)
    return (
        f'<header><div>\n<h1>{text(title)}</h1>\n<p class="soft">{" · ".join(map(text, facts))}</p>\n{paragraphs}\n'
        "</div></header>"
    )


def _checked(models: Models) -> dict[str, BacktestModel]:
    named = named_models(models)
    if len(named) > MOST_MODELS:
        raise InputError(f"there are {len(named)} models; a page compares at most {MOST_MODELS}, choose among them")
    for name, model in named.items():
        if len(model.dates) < 2:
            raise InputError(f"{name!r} has {len(model.dates)} date; a report needs two or more")
    return named


def _lines(series: Mapping[str, pd.Series | pd.DataFrame]) -> dict[str, dict[str, pd.Series]]:
    """Lines by name for each title."""
    if not isinstance(series, Mapping):
        raise InputError(f"series is a {type(series).__name__}; give a mapping of titles to Series or DataFrames")
    found = {}
    for title, values in series.items():
        if not isinstance(values, (pd.Series, pd.DataFrame)) or values.empty:
            raise InputError(f"series[{title!r}] is a {type(values).__name__}; give a Series or DataFrame with dates")
        if isinstance(values, pd.Series):
            values = values.to_frame(title if values.name is None else values.name)
        try:
            table = values.astype(float).set_axis(dated(values), axis=0)
        except (TypeError, ValueError) as error:
            raise InputError(f"series[{title!r}] holds something that is not a number: {error}") from None
        found[str(title)] = {str(name): column for name, column in table.items()}
    return found
