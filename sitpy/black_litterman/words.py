"""Cutting the text of a view into asset names, numbers, signs and words."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from sitpy.errors import InputError

WORDS = ("by", "with", "confidence")
_SPACE = re.compile(r"\s*")
_NUMBER = re.compile(r"((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(%?)(?![\w.])")
_WORD = re.compile(rf"({'|'.join(WORDS)})\b", re.IGNORECASE)
_SIGN = re.compile(r"[-+*/()<>=]")
_AFTER_NAME = re.compile(r"[\s\-+*/()<>=]|$")
_UNKNOWN = re.compile(rf"[^+*/()<>=]+?(?=\s+(?:{'|'.join(WORDS)})\b|\s+-|[+*/()<>=]|$)", re.IGNORECASE)
_QUOTES = "\"'`"


@dataclass(frozen=True)
class Token:
    """A piece of a view: ``kind`` is "name", "number", "word", "end" or the sign itself; ``start`` is where it begins."""

    kind: str
    text: str
    start: int
    value: float = 0.0
    percent: bool = False


def error_at(text: str, start: int, message: str) -> InputError:
    """The message, the text, and a mark below the place."""
    return InputError(f"{message}\n    {text}\n    {' ' * start}^")


def tokens(text: str, names: Sequence[str]) -> list[Token]:
    """The pieces of a view, the last of kind "end"; an unknown asset is an error that suggests the nearest ones."""
    found: list[Token] = []
    position = _skip(text, 0)
    while position < len(text):
        token, position = _next(text, position, names)
        found.append(token)
        position = _skip(text, position)
    return [*found, Token("end", "the end", len(text))]


def _skip(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def _next(text: str, start: int, names: Sequence[str]) -> tuple[Token, int]:
    """The piece at ``start`` and where it ends. Names come first: one may begin with a digit or hold a sign."""
    if text[start] in _QUOTES:
        return _quoted(text, start, names)
    if (name := _bare_name(text, start, names)) is not None:
        return Token("name", name[0], start), name[1]
    if match := _NUMBER.match(text, start):
        percent = bool(match[2])
        return Token("number", match[0], start, float(match[1]) / (100 if percent else 1), percent), match.end()
    if match := _WORD.match(text, start):
        return Token("word", match[1].lower(), start), match.end()
    if match := _SIGN.match(text, start):
        return Token(match[0], match[0], start), match.end()
    unknown = _UNKNOWN.match(text, start)
    raise _unknown_asset(text, start, (unknown[0] if unknown else text[start:]).strip(), names)


def _bare_name(text: str, start: int, names: Sequence[str]) -> tuple[str, int] | None:
    """The longest name that stands here without quotes, and where it ends."""
    for name in sorted(names, key=len, reverse=True):
        if _needs_quotes(name):
            continue
        pattern = r"\s+".join(re.escape(part) for part in name.split())
        match = re.compile(pattern).match(text, start)
        if match and _AFTER_NAME.match(text, match.end()):
            _refuse_other_reading(text, start, match[0], name, names)
            return name, match.end()
    return None


def _needs_quotes(name: str) -> bool:
    """Names that are numbers, words of the language, or nothing at all."""
    return not name.strip() or name.lower() in WORDS or _NUMBER.fullmatch(name.strip()) is not None


def _refuse_other_reading(text: str, start: int, piece: str, name: str, names: Sequence[str]) -> None:
    """Refuse "A-B" where that is an asset but so are A and B."""
    if not re.search(r"[-+*/()<>=]|^\d", name):
        return
    try:
        parts = tokens(piece, [other for other in names if other != name])
    except InputError:
        return
    if any(part.kind == "name" for part in parts):
        raise error_at(
            text,
            start,
            f'"{piece}" is an asset, but it can also be read as {" ".join(part.text for part in parts[:-1])}; '
            f'write the asset in quotes ("{name}"), or spaces around the signs',
        )


def _quoted(text: str, start: int, names: Sequence[str]) -> tuple[Token, int]:
    """A name in quotes; it may itself hold the quote that surrounds it."""
    quote, inside = text[start], start + 1
    for name in sorted(names, key=len, reverse=True):
        if text.startswith(name + quote, inside):
            return Token("name", name, start), inside + len(name) + 1
    end = text.find(quote, inside)
    if end < 0:
        raise error_at(text, start, f"the quote {quote} is not closed")
    raise _unknown_asset(text, start, text[inside:end], names)


def _unknown_asset(text: str, start: int, word: str, names: Sequence[str]) -> InputError:
    folded = {name.casefold(): name for name in names}
    close = [folded[found] for found in difflib.get_close_matches(word.casefold(), folded, n=3, cutoff=0.6)]
    hint = f"did you mean {' or '.join(close)}? " if close else ""
    listed = ", ".join(names[:10]) + (f", ... ({len(names)} in all)" if len(names) > 10 else "")
    return error_at(text, start, f'"{word}" is not an asset; {hint}The assets are {listed}')
