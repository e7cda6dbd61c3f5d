"""Pieces of Python: text with its precedence and what is known of its value, and whole-number arithmetic made simple."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from itertools import pairwise

from sitpy.translate.emit.kinds import ANY, Kind

# Python's levels, from loose to tight
LAMBDA, TERNARY, OR, AND, NOT, COMPARE, BITOR, BITAND, ADD, MULTIPLY, UNARY, POWER, ATOM = range(13)


UNKNOWN = float("-inf")


@dataclass(frozen=True)
class Term:
    """A multiple of a Python expression that is never below ``low``."""

    name: str
    factor: int = 1
    low: float = UNKNOWN


@dataclass(frozen=True)
class Linear:
    """A sum of whole multiples of Python expressions, and a constant: what positions are made of."""

    terms: tuple[Term, ...] = ()
    constant: int = 0

    def plus(self, other: Linear, times: int = 1) -> Linear:
        """The sum with a multiple of another."""
        sums = {term.name: term for term in self.terms}
        for term in other.terms:
            before = sums.get(term.name, Term(term.name, 0, term.low))
            sums[term.name] = replace(before, factor=before.factor + times * term.factor)
        kept = tuple(term for term in sums.values() if term.factor)
        return Linear(kept, self.constant + times * other.constant)

    def times(self, factor: int) -> Linear:
        """A multiple."""
        return Linear().plus(self, factor)

    def __add__(self, constant: int) -> Linear:
        return replace(self, constant=self.constant + constant)

    @property
    def least(self) -> float:
        """A number that the sum is never below."""
        if any(term.factor < 0 for term in self.terms):
            return UNKNOWN
        return sum(term.factor * term.low for term in self.terms) + self.constant

    @property
    def level(self) -> int:
        """How tightly its text holds together."""
        parts = len(self.terms) + (self.constant != 0)
        if parts > 1:
            return ADD
        if not self.terms:
            return UNARY if self.constant < 0 else ATOM
        return {1: ATOM, -1: UNARY}.get(self.terms[0].factor, MULTIPLY)

    def __str__(self) -> str:
        parts = sorted(self.terms, key=lambda term: term.factor < 0)
        texts = [(t.factor < 0, t.name if abs(t.factor) == 1 else f"{abs(t.factor)} * {t.name}") for t in parts]
        if self.constant or not texts:
            texts.append((self.constant < 0, str(abs(self.constant))))
        first = ("-" if texts[0][0] else "") + texts[0][1]
        return first + "".join(f" {'-' if minus else '+'} {text}" for minus, text in texts[1:])


@dataclass(frozen=True)
class Code:
    """A Python expression.

    ``zero``: the same positions counted from 0; ``items``: the entries, where the value is a vector written out;
    ``linear``: the value as a sum, where it is a whole number; ``fresh``: nothing else holds the value.
    """

    text: str
    kind: Kind = ANY
    level: int = ATOM
    zero: Code | None = None
    items: tuple[Code, ...] | None = None
    linear: Linear | None = None
    fresh: bool = False

    def at(self, level: int) -> str:
        """The text, in parentheses where it holds together less tightly than that."""
        return self.text if self.level >= level else f"({self.text})"

    def as_(self, kind: Kind) -> Code:
        """The same expression, of which more is known."""
        return replace(self, kind=kind)

    def __str__(self) -> str:
        return self.text


def from_linear(linear: Linear, kind: Kind) -> Code:
    """A whole number."""
    return Code(str(linear), kind, linear.level, linear=linear)


def atom(text: str, kind: Kind) -> Linear:
    """A whole number that Python computes, as a sum of one term."""
    return Linear((Term(text, 1, 1 if kind.positive else UNKNOWN),))


def quoted(text: str) -> str:
    """A string as Python writes it, between the quotes that need fewer escapes, the double ones if in doubt."""
    quote = "'" if text.count('"') > text.count("'") else '"'
    inside = json.dumps(text, ensure_ascii=False)[1:-1].replace('\\"', '"')
    return quote + inside.replace(quote, f"\\{quote}") + quote


def bracketed(items: tuple[Code, ...]) -> str:
    """A Python list."""
    return f"[{', '.join(str(item) for item in items)}]"


def slice_text(start: Linear | None, stop: Linear | None) -> str:
    """``start:stop``, with blanks around the colon where an end is a sum, as formatters write it."""
    first = "" if start is None or start == Linear() else str(start)
    last = "" if stop is None else str(stop)
    simple = all(re.fullmatch(r"[\w.]*|-\d+", text) for text in (first, last))
    return f"{first}:{last}" if simple else f"{first} : {last}".strip()


_WIDTH = 120


def wrapped(line: str, indent: int) -> list[str]:
    """A statement in lines of at most 120 letters, broken at the outermost brackets that help."""
    margin = " " * indent
    if len(margin + line) <= _WIDTH or "\n" in line:
        return [margin + line]
    opened = _outermost(line)
    if opened is None:
        return [margin + line]
    start, end, commas = opened
    cuts = [start, *commas, end]
    parts = [line[a + 1 : b].strip() for a, b in pairwise(cuts)]
    inner = ", ".join(part for part in parts if part)
    if len(margin) + 4 + len(inner) <= _WIDTH:
        middle = [f"{margin}    {inner}"]
    else:
        if _is_comprehension(inner):
            parts = [inner]
        comma = "," if _takes_last_comma(line, start, inner) else ""
        ended = [*(f"{part}," for part in parts[:-1]), f"{parts[-1]}{comma}"]
        middle = [text for part in ended if part not in ("", ",") for text in wrapped(part, indent + 4)]
    return [f"{margin}{line[: start + 1]}", *middle, f"{margin}{line[end:]}"]


def _takes_last_comma(line: str, start: int, inner: str) -> bool:
    """Whether a comma before the closing bracket changes nothing: in parentheses that only group it makes a tuple."""
    grouping = line[start] == "(" and not re.search(r"[\w)\]]$", line[:start])
    return not grouping and not _is_comprehension(inner)


def _is_comprehension(inner: str) -> bool:
    """Whether ``for`` stands directly within the brackets."""
    rest = re.sub(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'", "", inner)
    before = ""
    while rest != before:
        before, rest = rest, re.sub(r"[(\[{][^()\[\]{}]*[)\]}]", "", rest)
    return " for " in rest


def _outermost(line: str) -> tuple[int, int, list[int]] | None:
    """The last outermost pair of brackets with something within, and the commas directly within it."""
    depth, quote, start = 0, "", 0
    commas: list[int] = []
    found: tuple[int, int, list[int]] | None = None
    skip = False
    for i, sign in enumerate(line):
        if skip:
            skip = False
        elif quote:
            skip = sign == "\\"
            quote = "" if sign == quote else quote
        elif sign in "\"'":
            quote = sign
        elif sign in "([{":
            depth += 1
            if depth == 1:
                start, commas = i, []
        elif sign in ")]}":
            depth -= 1
            if depth == 0 and i > start + 1:
                found = (start, i, commas)
        elif sign == "," and depth == 1:
            commas.append(i)
        elif sign == "#" and depth == 0:
            break
    return found
