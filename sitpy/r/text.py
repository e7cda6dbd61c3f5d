"""Text cut, joined and trimmed; numbers as text."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd

from sitpy import arguments
from sitpy.errors import InputError
from sitpy.r._vectors import flat, is_text, like, significant, text_of, values_of

Array = np.ndarray

_DIGITS = 7  # that R's format prints of a number


def spl(s: Any, delim: str = ",") -> Array:
    """The pieces of a text between delimiters.

    As in R the delimiter is a regular expression (``"\\\\."`` for a dot, ``"[|]"`` for a bar), nothing follows a
    delimiter at the end, and an empty delimiter gives single characters.

    Parameters
    ----------
    s : str, or vector of str
        The pieces of several texts follow each other.
    delim : str

    Returns
    -------
    array of str

    Raises
    ------
    InputError
        Something other than text, or a delimiter that is no regular expression.

    Examples
    --------
    >>> import sitpy.r as r
    >>> r.spl("SPY,QQQ,EEM").tolist(), r.spl("a;b;", ";").tolist()
    (['SPY', 'QQQ', 'EEM'], ['a', 'b'])

    References
    ----------
    SIT, ``spl`` (base R's ``strsplit``).
    """
    texts = flat(s)
    if texts.size and not is_text(texts):
        raise InputError(f"spl splits text; found {s!r}")
    try:
        pattern = re.compile(arguments.text("delim", delim))
    except re.error as error:
        raise InputError(f"delim {delim!r} is no regular expression: {error}; put a \\ before special signs") from None
    return np.array([piece for text in texts for piece in _pieces(str(text), pattern)], dtype=str)


def _pieces(text: str, pattern: re.Pattern[str]) -> list[str]:
    pieces: list[str] = []
    while text:
        found = pattern.search(text)
        if found is None:
            return [*pieces, text]
        start, end = found.span() if found.end() > 0 else (1, 1)  # R takes one character where nothing matches first
        pieces.append(text[:start])
        text = text[end:]
    return pieces


def trim(s: Any) -> Any:
    """Text without the blanks around it.

    Parameters
    ----------
    s : str, vector, Series or DataFrame of str

    Returns
    -------
    as given

    Raises
    ------
    InputError
        Something other than text.

    Examples
    --------
    >>> import sitpy.r as r
    >>> r.trim("  SPY "), r.trim([" a", "b "]).tolist()
    ('SPY', ['a', 'b'])

    References
    ----------
    SIT, ``trim``.
    """
    values = values_of(s)
    if values.size and not is_text(values):
        raise InputError(f"trim takes text; found {s!r}")
    if values.ndim == 0:
        return str(values).strip()
    trimmed = [value if value is None else str(value).strip() for value in values.ravel()]
    return like(s, np.array(trimmed, dtype=values.dtype).reshape(values.shape))


def join(v: Any, delim: str = "") -> str:
    """All values as one text.

    Numbers are written as R does, with up to 15 digits: 0.1, 1e+05, TRUE, NaN.

    Parameters
    ----------
    v : vector
    delim : str
        What stands between the values.

    Returns
    -------
    str

    Examples
    --------
    >>> import sitpy.r as r
    >>> r.join(["SPY", "QQQ"], ","), r.join([1, 2.5], " + ")
    ('SPY,QQQ', '1 + 2.5')

    References
    ----------
    SIT, ``join`` (base R's ``paste(v, collapse = delim)``).
    """
    return arguments.text("delim", delim).join(text_of(flat(v)).tolist())


def to_nice(out: Any, nround: int = 2, sprefix: str = "", eprefix: str = "") -> Any:
    """Numbers as text for a table: rounded, thousands with commas, all with the same decimals and width.

    As R's ``format`` does, there are only as many decimals as some number needs, and 7 significant digits suffice.

    Parameters
    ----------
    out : number, vector, matrix, Series or DataFrame
        Text that is no number stays as it is; a missing value becomes "".
    nround : int
        Decimals to round to.
    sprefix, eprefix : str
        Text before and after each number.

    Returns
    -------
    str, or text in the shape and with the labels of `out`

    Examples
    --------
    >>> import sitpy.r as r
    >>> r.to_nice([1234.567, 0.5, float("nan")]).tolist(), r.to_nice(1000, sprefix="$")
    (['1,234.57', '    0.50', ''], '$1,000')

    References
    ----------
    SIT, ``to.nice``.
    """
    values = values_of(out)
    entries = pd.Series(values.ravel(), dtype=object)
    numbers = (
        pd.to_numeric(entries, errors="coerce").to_numpy(dtype=float).round(_places(nround)) + 0.0
    )  # no minus zero
    finite = numbers[np.isfinite(numbers)]
    needed = [significant(number, _DIGITS) for number in finite]
    decimals = max((digits - 1 - exponent for digits, exponent in needed), default=0)
    written = [f"{number:,.{max(0, decimals)}f}".replace("inf", "Inf") for number in numbers]
    width = max((len(text) for text, number in zip(written, numbers) if not np.isnan(number)), default=0)
    texts = [
        ("" if pd.isna(entry) else str(entry)) if np.isnan(number) else f"{sprefix}{text:>{width}}{eprefix}"
        for entry, number, text in zip(entries, numbers, written)
    ]
    result = np.array(texts, dtype=str).reshape(values.shape)
    return str(result) if values.ndim == 0 else like(out, result)


def _places(nround: Any) -> int:
    """Decimals to round to; negative ones round to tens, hundreds, ..."""
    number = arguments.real(
        "nround", nround, "give a whole number of decimals", lambda places: places % 1 == 0 and abs(places) < 400
    )
    return int(number)


def to_percent(x: Any, nround: int = 2) -> Any:
    """Fractions as text in percent.

    Parameters
    ----------
    x : number, vector, matrix, Series or DataFrame
        Fractions: 0.05 is 5 %.
    nround : int
        Decimals of the percentage to round to.

    Returns
    -------
    str, or text in the shape and with the labels of `x`

    Raises
    ------
    InputError
        Text among the numbers.

    Examples
    --------
    >>> import sitpy.r as r
    >>> r.to_percent([0.1234, 0.05]).tolist()
    ['12.34%', ' 5.00%']

    References
    ----------
    SIT, ``to.percent``.
    """
    values = values_of(x)
    if values.dtype.kind not in "biuf":
        raise InputError(f"to_percent takes fractions such as 0.05; found {x!r}")
    result = to_nice(100 * values.astype(float), nround, eprefix="%")
    return result if isinstance(result, str) else like(x, result)
