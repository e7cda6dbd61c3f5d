"""R's ``format``: values as texts of one width."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sitpy.errors import InputError
from sitpy.r._vectors import flat, is_text, text_of, values_of

_MOST = 17
"""Significant digits that tell any two doubles apart."""


def format(
    x: Any, digits: int = 7, nsmall: int = 0, width: int = 0, big_mark: str = "", scientific: bool = False
) -> Any:
    """Numbers with as many decimals as the one that needs most for `digits` significant ones; texts filled with blanks.

    Examples
    --------
    >>> from sitpy.translate import like_r
    >>> like_r.format([1, 2.5, 10]).tolist(), like_r.format(3.14159, digits=3), like_r.format(1234567.8, big_mark=",")
    ([' 1.0', ' 2.5', '10.0'], '3.14', '1,234,568')
    """
    values = values_of(x).ravel(order="F")
    if isinstance(x, (pd.Index, pd.Timestamp)) or values.dtype.kind == "M":
        texts = [f"{date:%Y-%m-%d}" for date in pd.DatetimeIndex(np.atleast_1d(flat(x)))]
    elif is_text(values):
        wide = max([width, *(len(str(text)) for text in values)])
        texts = [str(text).ljust(wide) for text in values]
    elif values.dtype.kind == "b":
        texts = [str(text) for text in text_of(values)]
    else:
        texts = _numbers(values.astype(float), digits, nsmall, big_mark, scientific)
    wide = max([width, *map(len, texts)], default=0)
    texts = [text.rjust(wide) for text in texts]
    return texts[0] if np.ndim(x) == 0 else np.array(texts)


def _numbers(values: np.ndarray, digits: int, nsmall: int, big_mark: str, scientific: bool) -> list[str]:
    finite = values[np.isfinite(values)]
    shown = [_significant(value, digits) for value in finite]
    decimals = max([0, *(count for count, _, _ in shown)])
    fixed = max([0, *(len(f"{value:.{decimals}f}") for value in finite)])
    mantissa = max([0, *(count for _, count, _ in shown)])
    short = max([0, *(len(f"{value:.{mantissa}e}") for value in finite)])
    if scientific or fixed > short:
        if nsmall or big_mark:
            raise InputError("format of numbers that R writes as 1e+10, with nsmall or big.mark, is not known")
        return [f"{value:.{mantissa}e}" if np.isfinite(value) else _special(value) for value in values]
    sign = "," if big_mark else ""
    texts = [f"{value:{sign}.{max(decimals, nsmall)}f}" if np.isfinite(value) else _special(value) for value in values]
    return [text.replace(",", big_mark) if big_mark else text for text in texts]


def _special(value: float) -> str:
    return "NA" if np.isnan(value) else str(text_of(np.array([value]))[0])


def _significant(value: float, digits: int) -> tuple[int, int, int]:
    """Decimals that a number needs in plain and in scientific writing for so many significant digits, and its exponent."""
    if value == 0:
        return 0, 0, 0
    mantissa, _, power = f"{value:.{min(digits, _MOST) - 1}e}".partition("e")
    needed = len(mantissa.partition(".")[2].rstrip("0"))
    return max(0, needed - int(power)), needed, int(power)
