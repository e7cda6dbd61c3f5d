"""Views written as text: "Germany > 0.295*France + 0.705*UK by 5%" becomes a row of P and a number of q.

    view       = sum (">" | "<") sum "by" number [confidence]
               | sum "=" sum [confidence]
    confidence = "with" number "confidence" | "with" "confidence" number
    sum        = product {("+" | "-") product}
    product    = factor {("*" | "/") factor}
    factor     = number [factor] | asset | "(" sum ")" | "-" factor

Numbers may carry a per cent sign, as a share (50% A) and as a return (5%).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sitpy.arguments import listed, shown
from sitpy.black_litterman.words import Token, error_at, tokens
from sitpy.errors import InputError
from sitpy.inputs import names_of
from sitpy.record import Record

Array = np.ndarray


_TEXT = 'give a view such as "A > B by 2%", or a list of them'


@dataclass(frozen=True)
class Views(Record):
    """Views as :func:`bl_compute_posterior` takes them: portfolios and their returns.

    ``pmat`` (views x assets) and ``qmat`` (views) are labelled by the text of each view; ``confidence`` (views) is the
    share of certainty that the text names, nan where it names none.
    """

    pmat: pd.DataFrame
    qmat: pd.Series
    confidence: pd.Series


def bl_views(text: str | Sequence[str], symbols: Sequence[str]) -> Views:
    """Read views about returns from text.

    ``A > B by 2%`` says that A returns 2 % more than B, ``A < B by 2%`` 2 % less; ``A = 12%`` and ``A - B = 3%`` name the
    return itself. Either side may be a sum of assets with coefficients: ``0.3*A + 0.7 B``, ``50% A``, ``(A + B)/2``.
    ``with 65% confidence`` at the end gives the confidence, above 0 and up to 100 % (certain).

    Asset names may hold spaces, dots, apostrophes, hyphens and digits; the longest name that fits is taken. Put a name in
    quotes where it can be read in two ways, or is a number or one of the words by, with, confidence.

    Parameters
    ----------
    text : str or sequence of str
        One view each; several in one string are parted by new lines or semicolons.
    symbols : sequence of str (n assets)
        The assets, in the order of the covariance.

    Returns
    -------
    Views
        ``pmat`` (views x assets), ``qmat`` (views), ``confidence`` (views), labelled.

    Raises
    ------
    InputError
        An unknown asset (the message suggests close ones), text that is not a view (it marks the place), a view without
        assets or without an amount, the same view twice, a return of 100 % or more without a per cent sign.

    Examples
    --------
    >>> import sitpy
    >>> views = sitpy.bl_views("Germany > 0.3*France + 0.7*UK by 5%; USA = 8% with 25% confidence",
    ...                        ["France", "Germany", "UK", "USA"])
    >>> views.pmat.to_numpy().tolist()
    [[-0.3, 1.0, -0.7, 0.0], [0.0, 0.0, 0.0, 1.0]]
    >>> views.qmat.tolist()
    [0.05, 0.08]

    References
    ----------
    Black and Litterman (1992), "Global portfolio optimization", Financial Analysts Journal 48.
    """
    names = names_of(symbols)
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise InputError(f"the asset {twice!r} is named twice; views need different names")
    lines = text.replace(";", "\n").splitlines() if isinstance(text, str) else listed("text", text, _TEXT)
    if not all(isinstance(line, str) for line in lines):
        raise InputError(f"text is {shown(lines)}; {_TEXT}")
    lines = [" ".join(line.split()) for line in lines if line.strip()]
    if not lines:
        raise InputError('there is no view in the text; write one such as "A > B by 2%"')
    rows = [_read(k + 1, line, names) for k, line in enumerate(lines)]
    _refuse_repeats(rows, lines)
    index = pd.Index(lines, name="view")
    return Views(
        pd.DataFrame([row.assets for row in rows], index=index, columns=names),
        pd.Series([row.amount for row in rows], index=index),
        pd.Series([row.confidence for row in rows], index=index),
    )


@dataclass(frozen=True)
class _View:
    assets: Array
    amount: float
    confidence: float


@dataclass(frozen=True)
class _Sum:
    """Assets times coefficients, plus a number; ``plain``: some of that number has no per cent sign."""

    assets: Array
    number: float = 0.0
    plain: bool = False

    @property
    def is_number(self) -> bool:
        return not self.assets.any()

    def plus(self, other: _Sum, sign: float = 1.0) -> _Sum:
        return _Sum(self.assets + sign * other.assets, self.number + sign * other.number, self.plain or other.plain)

    def times(self, share: float) -> _Sum:
        return _Sum(share * self.assets, share * self.number, self.plain)


def _read(k: int, line: str, names: list[str]) -> _View:
    try:
        return _Reader(line, names).view()
    except InputError as error:
        raise InputError(f"view {k}: {error}") from None


class _Reader:
    """Reads one view, a rule of the grammar per method."""

    def __init__(self, text: str, names: list[str]) -> None:
        self.text, self.names = text, names
        self.tokens = tokens(text, names)
        self.place = 0

    @property
    def next(self) -> Token:
        return self.tokens[self.place]

    def take(self) -> Token:
        token = self.next
        self.place += 1
        return token

    def accept(self, *kinds: str) -> Token | None:
        """The next piece if it is one of these signs or words."""
        return (
            self.take() if self.next.kind in kinds or (self.next.kind == "word" and self.next.text in kinds) else None
        )

    def error(self, message: str, token: Token | None = None) -> InputError:
        return error_at(self.text, (token or self.next).start, message)

    def view(self) -> _View:
        left = self.sum()
        sign = self.accept("<", ">", "=")
        if sign is None:
            raise self.error(f'expected ">", "<" or "=" but found {self.next.text}')
        right = self.sum()
        difference = left.plus(right, -1) if sign.kind != "<" else right.plus(left, -1)
        amount = -difference.number if sign.kind == "=" else self.amount(sign, difference)
        confidence = self.confidence()
        if self.next.kind != "end":
            raise self.error(f"the view is complete before {self.next.text}; one view per line, or semicolons between")
        if difference.is_number:
            raise self.error("the coefficients of all assets are zero, so this says nothing about any", self.tokens[0])
        if difference.plain and abs(amount) >= 1:
            raise self.error(f"a return of {amount:g} is {amount:.0%}; write {amount:g}% or {amount / 100:g}", sign)
        return _View(difference.assets, amount, confidence)

    def amount(self, sign: Token, difference: _Sum) -> float:
        """The number after "by"."""
        if difference.number:
            raise self.error('a number beside the assets needs "=", as in A - B = 3%', sign)
        if self.accept("by") is None:
            raise self.error('expected "by" and a number: by how much, as in A > B by 2%')
        token = self.take()
        if token.kind != "number":
            raise self.error(f'expected a positive number after "by" but found {token.text}', token)
        if token.value <= 0:
            raise self.error('the number after "by" must be positive; write A = B where there is no difference', token)
        if token.value >= 1 and not token.percent:
            raise self.error(
                f"a return of {token.value:g} is {token.value:.0%}; write {token.value:g}% or {token.value / 100:g}",
                token,
            )
        return token.value

    def confidence(self) -> float:
        """The share after "with", or nan."""
        if self.accept("with") is None:
            return float("nan")
        first = self.accept("confidence")
        token = self.take()
        if token.kind != "number" or (first is None and self.accept("confidence") is None):
            raise self.error('expected a confidence after "with", as in with 65% confidence', token)
        if not 0 < token.value <= 1:
            raise self.error(
                f"a confidence of {token.value:.4g} is not above 0 and up to 1 (100%); leave a view without any out",
                token,
            )
        return token.value

    def sum(self) -> _Sum:
        total = self.product()
        while sign := self.accept("+", "-"):
            total = total.plus(self.product(), 1.0 if sign.kind == "+" else -1.0)
        return total

    def product(self) -> _Sum:
        total = self.factor()
        while sign := self.accept("*", "/"):
            other = self.factor()
            if sign.kind == "/" and not (other.is_number and other.number):
                raise self.error("only a number that is not zero can stand below a division sign", sign)
            if not (total.is_number or other.is_number):
                raise self.error("two assets cannot be multiplied", sign)
            if sign.kind == "/":
                total = total.times(1 / other.number)
            else:
                total = other.times(total.number) if total.is_number else total.times(other.number)
        return total

    def factor(self) -> _Sum:
        token = self.take()
        if token.kind == "-":
            return self.factor().times(-1.0)
        if token.kind == "name":
            return _Sum(np.array([float(name == token.text) for name in self.names]))
        if token.kind == "number":
            if self.next.kind in ("name", "("):
                return self.factor().times(token.value)
            return _Sum(np.zeros(len(self.names)), token.value, not token.percent and token.value != 0)
        if token.kind == "(":
            inner = self.sum()
            if self.accept(")") is None:
                raise self.error(f'expected ")" but found {self.next.text}')
            return inner
        raise self.error(f"expected an asset or a number but found {token.text}", token)


def _refuse_repeats(rows: list[_View], lines: list[str]) -> None:
    """Refuse two views that say the same: together they would count twice."""
    scaled = []
    for row in rows:
        largest = row.assets[np.argmax(np.abs(row.assets))]
        scaled.append(np.append(row.assets, row.amount) / largest)
    for k, one in enumerate(scaled):
        for j, other in enumerate(scaled[:k]):
            if np.allclose(one, other, rtol=1e-12, atol=1e-12):
                raise InputError(
                    f'views {j + 1} and {k + 1} say the same ("{lines[j]}", "{lines[k]}") and would count twice; '
                    "keep one, and give it more confidence if that is meant"
                )
