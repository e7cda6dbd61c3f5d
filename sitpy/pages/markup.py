"""Pieces of a page: everything that comes from outside passes through :func:`text`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

import pandas as pd

from sitpy.pages.style import CSS
from sitpy.plots.monthly import heat_colours, ink_for, month_words
from sitpy.plots.palette import Dash

# no script, no font and no picture from anywhere: the page is whole as it is
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def text(words: object) -> str:
    """Words as they shall be read, whatever signs they have; no number is a dash."""
    return "\N{EN DASH}" if words == "-" else escape(str(words))


def document(title: str, body: Iterable[str]) -> str:
    """The whole page."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<link rel="icon" href="data:,">\n<title>{text(title)}</title>\n<style>{CSS}</style>\n</head>\n<body>\n'
        + "\n".join(body)
        + "\n</body>\n</html>\n"
    )


def line_sample(colour: str, dash: Dash) -> str:
    """A short piece of a model's line, to stand before its name."""
    pattern = "" if isinstance(dash, str) else f' stroke-dasharray="{" ".join(f"{2 * part:g}" for part in dash[1])}"'
    return (
        '<svg class="sample" viewBox="0 0 30 10" aria-hidden="true">'
        f'<path d="M0 5H30" stroke="{colour}" stroke-width="2.6" fill="none"{pattern}/></svg>'
    )


def figures(groups: Iterable[tuple[str, pd.DataFrame]], heads: Sequence[str]) -> str:
    """One table of several groups of words; the heads are markup."""
    head = "".join(f'<th scope="col">{cell}</th>' for cell in heads)
    rows = []
    for name, words in groups:
        if name:
            rows.append(f'<tr><th class="group" colspan="{len(heads) + 1}" scope="colgroup">{text(name)}</th></tr>')
        for label, row in zip(words.index, words.to_numpy()):
            cells = "".join(f"<td>{text(cell)}</td>" for cell in row)
            rows.append(f'<tr><th scope="row">{text(label)}</th>{cells}</tr>')
    body = "\n".join(rows)
    return (
        f'<div class="scroll"><table><thead><tr><td></td>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>'
    )


def heat_table(table: pd.DataFrame) -> str:
    """A monthly table in the colours of its picture."""
    apart = ['class="apart"' if column == "Year" else "" for column in table.columns]
    head = "".join(f'<th scope="col" {kind}>{text(column)}</th>' for column, kind in zip(table.columns, apart))
    rows = []
    for label, words, colours in zip(table.index, month_words(table), heat_colours(table)):
        cells = "".join(
            f'<td {kind} style="background-color:{colour};color:{ink_for(colour)}">{text(word)}</td>'
            for word, colour, kind in zip(words, colours, apart)
        )
        rows.append(f'<tr><th scope="row">{text(label)}</th>{cells}</tr>')
    body = "\n".join(rows)
    return (
        f'<div class="scroll"><table class="heat"><thead><tr><td></td>{head}</tr></thead>\n'
        f"<tbody>\n{body}\n</tbody></table></div>"
    )


def definitions(words: Iterable[tuple[str, str]]) -> str:
    """A list of words and what they mean."""
    return f"<dl>{''.join(f'<dt>{text(word)}</dt><dd>{text(meaning)}</dd>' for word, meaning in words)}</dl>"
