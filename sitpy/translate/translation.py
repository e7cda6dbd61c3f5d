"""The whole way from R text to Python text."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sitpy.arguments import shown
from sitpy.errors import InputError, UntranslatedError
from sitpy.translate.emit.script import emit
from sitpy.translate.parser import parse
from sitpy.translate.refusal import refuse


@dataclass(frozen=True)
class Translation:
    """A script in Python.

    ``code``: its text; ``todos``: what could not be said, each with its line in R; ``notes``: what was left out or is
    otherwise than in R; ``r_lines``: for each line of the text the line of R behind it, 0 where there is none;
    ``r_names``: R's names of the variables.
    """

    code: str
    todos: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    r_lines: tuple[int, ...] = ()
    r_names: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def complete(self) -> bool:
        """Whether nothing is left to do."""
        return not self.todos


def translate(
    source: str,
    *,
    prices: str | os.PathLike[str] | None = None,
    strict: bool = False,
    name: str = "script.R",
) -> Translation:
    """An R script in Python, as a person would write it.

    Parameters
    ----------
    source : str
        Text of the script.
    prices : path, optional
        A CSV file with dates in the first column and one column of adjusted closes per symbol, which stands in for the
        script's downloads. Without it they are made with yfinance.
    strict : bool
        Raise where something cannot be translated, instead of marking it.
    name : str
        Name of the script, for the first line.

    Returns
    -------
    Translation
        With a mark, ``# TODO(R line 12)``, wherever something could not be said without a guess, and an error raised
        there where its value is needed.

    Raises
    ------
    RSyntaxError
        The text is not R.
    InputError
        The script writes or deletes files or runs other programs; or, with `strict`, something could not be translated.

    Examples
    --------
    >>> import sitpy
    >>> print(sitpy.translate.translate("x <- c(3, 1, 2)\\ny = x[-1] * 2  # all but the first").code)
    \"""script.R, translated from R.\"""
    <BLANKLINE>
    import numpy as np
    <BLANKLINE>
    x = np.array([3, 1, 2])
    y = x[1:] * 2  # all but the first
    <BLANKLINE>

    References
    ----------
    R's language definition, for the grammar and the rules of indexing and recycling.
    """
    if not isinstance(source, str):
        raise InputError(f"source is {shown(source)}; give the text of an R script")
    made = _translated(source, prices, name)
    if strict and made.todos:
        raise UntranslatedError(made.todos)
    return made


def runnable(source: str, prices: str | os.PathLike[str] | None = None, name: str = "script.R") -> Translation:
    """As :func:`translate`, but the Python tells ``_devices``, which its runner provides, where its pictures go.

    ``_devices.open(file, kind)`` is R's ``png(file)`` and its like, ``_devices.close()`` is ``dev.off()``, and
    ``_devices.screen()`` is ``dev.new()``.
    """
    return _translated(source, prices, name, devices=True)


def _translated(source: str, prices: str | os.PathLike[str] | None, name: str, devices: bool = False) -> Translation:
    program = parse(source)
    refuse(program)
    made = emit(program, Path(name).name, None if prices is None else os.fspath(prices), devices)
    return Translation(made.code, made.todos, made.notes, made.r_lines, made.r_names)


def read_script(path: str | os.PathLike[str]) -> str:
    """The text of a script, in UTF-8 or else in Latin-1, as older ones are.

    Raises
    ------
    InputError
        There is no such file, or it cannot be read.
    """
    file = Path(path)
    if not file.is_file():
        raise InputError(f"there is no file {str(path)!r}; give a script of R")
    try:
        held = file.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read {str(path)!r}: {error.strerror or error}") from error
    try:
        return held.decode("utf-8")
    except UnicodeDecodeError:
        return held.decode("latin-1")
