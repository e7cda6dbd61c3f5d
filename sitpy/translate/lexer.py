"""The words of an R program: numbers, strings, names, operators, and the ends of lines where they end a statement."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sitpy.errors import RSyntaxError
from sitpy.translate.nodes import Comment, Position

CONSTANTS = {
    "TRUE",
    "FALSE",
    "NULL",
    "Inf",
    "NaN",
    "NA",
    "NA_integer_",
    "NA_real_",
    "NA_character_",
    "NA_complex_",
}
KEYWORDS = {"if", "else", "for", "while", "repeat", "function", "break", "next", "in"}

# longest first
_OPERATORS = (
    "<<-", "->>", ":::",
    "<-", "->", "<=", ">=", "==", "!=", "&&", "||", "|>", "::", "[[",
    "+", "-", "*", "/", "^", "<", ">", "=", "!", "&", "|", "~", "?", ":", "$", "@", "(", ")", "{", "}", "[", "]", ",",
    ";", "\\",
)  # fmt: skip
_NUMBER = re.compile(r"0[xX][0-9a-fA-F]+L?|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[Li]?")
_NAME = re.compile(r"(?:[^\W\d_]|\.(?!\d))[\w.]*")
_SPECIAL = re.compile(r"%[^%\n]*%")
_RAW = re.compile(r"[rR](['\"])(-*)([\[({])")
_CLOSING = {"(": ")", "[": "]", "{": "}", "[[": "]]"}
_ESCAPES = {
    "n": "\n", "t": "\t", "r": "\r", "0": "\0", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "\\": "\\", '"': '"',
    "'": "'", "`": "`", " ": " ", "\n": "\n",
}  # fmt: skip
_CODED = re.compile(r"x([0-9a-fA-F]{1,2})|u\{?([0-9a-fA-F]{1,4})\}?|U\{?([0-9a-fA-F]{1,8})\}?|([0-7]{1,3})")


# what somebody meant who wrote a sign that R does not know
_MEANT = {
    **dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb", "a straight quote, '\"'"),
    **dict.fromkeys("\u2018\u2019\u201a\u00b4", 'a straight quote, "\'"'),
    **dict.fromkeys("\u2013\u2014\u2212", "a minus sign, '-'"),
    "\u00d7": "'*'",
    "\u2264": "'<='",
    "\u2265": "'>='",
    "\u2260": "'!='",
    "\u2190": "'<-'",
    "%": "an operator with a second '%' on the same line, such as '%in%'",
    "_": "a name that begins with a letter or a dot",
}


@dataclass(frozen=True)
class Token:
    """A word: ``kind`` is number, text, name, constant, keyword, operator, newline or end."""

    kind: str
    value: str
    at: Position
    line_end: int

    def __str__(self) -> str:
        if self.kind in ("newline", "end"):
            return "the end of the line" if self.kind == "newline" else "the end of the script"
        return f"the text {self.value!r}" if self.kind == "text" else repr(self.value)


class Lexer:
    """Cuts a source into words, once, from its beginning to its end."""

    def __init__(self, source: str) -> None:
        self.source = source.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
        self.tokens: list[Token] = []
        self.comments: list[Comment] = []
        self._i = 0
        self._line, self._line_start = 1, 0
        self._open: list[Token] = []

    def read(self) -> tuple[list[Token], list[Comment]]:
        """All words and all comments."""
        while self._i < len(self.source):
            self._one()
        if self._open:
            opened = self._open[-1]
            raise RSyntaxError(
                f"{opened.value!r} is never closed", opened.at.line, opened.at.column, f"{_CLOSING[opened.value]!r}"
            )
        self._add("end", "", 0)
        return self.tokens, self.comments

    def _at(self) -> Position:
        return Position(self._line, self._i - self._line_start + 1)

    def _add(self, kind: str, value: str, length: int) -> None:
        """A word of so many letters of the source."""
        at, text = self._at(), self.source[self._i : self._i + length]
        self._i += length
        if "\n" in text and kind != "newline":
            self._line += text.count("\n")
            self._line_start = self._i - (len(text) - text.rindex("\n") - 1)
        self.tokens.append(Token(kind, value, at, self._line))

    def _one(self) -> None:
        sign = self.source[self._i]
        if sign == "\n":
            self._newline()
        elif sign in " \t\f\xa0":
            self._i += 1
        elif sign == "#":
            self._comment()
        elif raw := _RAW.match(self.source, self._i):
            self._raw_text(raw)
        elif sign in "'\"`":
            self._text(sign)
        elif sign == "%" and (special := _SPECIAL.match(self.source, self._i)):
            self._add("operator", special[0], len(special[0]))
        elif number := _NUMBER.match(self.source, self._i):
            self._number(number[0])
        elif name := _NAME.match(self.source, self._i):
            self._name(name[0])
        else:
            self._operator()

    def _newline(self) -> None:
        if not self._open or self._open[-1].value == "{":
            self._add("newline", "\n", 0)
        self._i += 1
        self._line, self._line_start = self._line + 1, self._i

    def _comment(self) -> None:
        end = self.source.find("\n", self._i)
        text = self.source[self._i : len(self.source) if end < 0 else end]
        alone = not self.source[self._line_start : self._i].strip()
        self.comments.append(Comment(text.rstrip(), self._line, alone))
        self._i += len(text)

    def _number(self, text: str) -> None:
        after = self.source[self._i + len(text) : self._i + len(text) + 1]
        if after and (after.isalnum() or after in "._"):
            at = self._at()
            raise RSyntaxError(
                f"found {text + after!r}", at.line, at.column, "a number, or a name that begins otherwise"
            )
        self._add("number", text, len(text))

    def _name(self, text: str) -> None:
        kind = "constant" if text in CONSTANTS else "keyword" if text in KEYWORDS else "name"
        self._add(kind, text, len(text))

    def _raw_text(self, opening: re.Match[str]) -> None:
        closing = _CLOSING[opening[3]] + opening[2] + opening[1]
        end = self.source.find(closing, opening.end())
        if end < 0:
            at = self._at()
            raise RSyntaxError("a raw string is never closed", at.line, at.column, repr(closing))
        self._add("text", self.source[opening.end() : end], end + len(closing) - self._i)

    def _text(self, quote: str) -> None:
        i, parts = self._i + 1, []
        while i < len(self.source) and self.source[i] != quote:
            if self.source[i] != "\\":
                parts.append(self.source[i])
                i += 1
                continue
            value, length = self._escape(i + 1)
            parts.append(value)
            i += 1 + length
        if i >= len(self.source):
            at = self._at()
            raise RSyntaxError("a string is never closed", at.line, at.column, repr(quote))
        self._add("name" if quote == "`" else "text", "".join(parts), i + 1 - self._i)

    def _escape(self, i: int) -> tuple[str, int]:
        """What an escape stands for, and its length behind the backslash."""
        if coded := _CODED.match(self.source, i):
            digits = coded[1] or coded[2] or coded[3]
            code = int(digits, 16) if digits else int(coded[4], 8)
            if code <= 0x10FFFF:
                return chr(code), coded.end() - i
        sign = self.source[i : i + 1]
        if sign not in _ESCAPES or not sign:
            before = self.source.rfind("\n", 0, i) + 1
            raise RSyntaxError(
                f"found the escape '\\{sign}'",
                self.source.count("\n", 0, i) + 1,
                i - before,
                r"one that R knows, such as \n, or \\ for a backslash",
            )
        return _ESCAPES[sign], 1

    def _operator(self) -> None:
        at = self._at()
        value = next((op for op in _OPERATORS if self.source.startswith(op, self._i)), None)
        if value is None:
            sign = self.source[self._i]
            raise RSyntaxError(f"found {sign!r}", at.line, at.column, _MEANT.get(sign, "an R expression"))
        if value in _CLOSING:
            self._open.append(Token("operator", value, at, self._line))
        elif value in (")", "}", "]"):
            value = self._close(value, at)
        self._add("operator", value, len(value))

    def _close(self, value: str, at: Position) -> str:
        """The closing bracket as it pairs with the last opened one."""
        expected = _CLOSING[self._open[-1].value] if self._open else ""
        if expected == "]]" and self.source.startswith("]]", self._i):
            value = "]]"
        if value != expected:
            opened = (
                f"{expected!r}, for {self._open[-1].value!r} of line {self._open[-1].at.line}" if self._open else ""
            )
            raise RSyntaxError(f"found {value!r}", at.line, at.column, opened or "an expression: no bracket is open")
        self._open.pop()
        return value
