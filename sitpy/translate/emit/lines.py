"""Lines of Python with the script's comments where they stood, each line knowing the line of R that it was made of."""

from __future__ import annotations

from collections.abc import Iterable

from sitpy.translate.emit.code import wrapped
from sitpy.translate.emit.state import Script


class Line(str):
    """A line of Python, and the line of R behind it (0 where there is none)."""

    r_line: int

    def __new__(cls, text: str, r_line: int = 0) -> Line:
        """The text as it is, with its origin."""
        made = super().__new__(cls, text)
        made.r_line = r_line
        return made

    def as_(self, text: str) -> Line:
        """Another text of the same origin."""
        return Line(text, self.r_line)

    def shifted(self, columns: int) -> Line:
        """The line further to the right."""
        return self.as_(" " * columns + self if self else "")


class Lines:
    """The lines of one scope as they are written, from the top down."""

    def __init__(self, script: Script, indent: int = 0) -> None:
        self.script = script
        self.indent = indent
        self.lines: list[Line] = []

    def line(self, text: str) -> None:
        """A line of code; what must stand before it goes first."""
        pending, self.script.pending = self.script.pending, []
        self.lines.extend(as_line(before).shifted(self.indent) for before in pending)
        for part in text.split("\n"):
            self.lines.extend(map(Line, wrapped(part, self.indent)))

    def comment(self, text: str) -> None:
        """A comment of ours."""
        self.lines.append(Line(" " * self.indent + text))

    def come_from(self, begin: int, r_line: int) -> None:
        """The lines from `begin` on are made of this line of R, where nothing within has said more."""
        self.lines[begin:] = [line if line.r_line else Line(line, r_line) for line in self.lines[begin:]]

    def comments_before(self, line: int) -> None:
        """The comments of the script that stand before a line."""
        comments = self.script.comments
        while comments and comments[0].line < line:
            comment = comments.pop(0)
            self.blank_before(comment.line)
            self.comment(_as_comment(comment.text))

    def blank_before(self, line: int) -> None:
        """A blank line where the script has one."""
        source = self.script.program.lines
        blank = 2 <= line <= len(source) and not source[line - 2].strip()
        if blank and self.lines and self.lines[-1] != "" and not self.lines[-1].rstrip().endswith(":"):
            self.lines.append(Line(""))

    def comment_after(self, line: int) -> None:
        """The comment at the end of a statement's last line."""
        comments = self.script.comments
        if comments and comments[0].line == line and not comments[0].alone and self.lines:
            comment, last = _as_comment(comments.pop(0).text), self.lines[-1]
            if len(last) + 2 + len(comment) > 120:
                self.lines.insert(-1, Line(" " * self.indent + comment))
            else:
                self.lines[-1] = last.as_(f"{last}  {comment}")

    def own_comments(self) -> int:
        """How many comment lines stand right above."""
        count = 0
        while count < len(self.lines) and self.lines[-1 - count].startswith("#"):
            count += 1
        return count


def as_line(text: str) -> Line:
    """A line, of no origin where it has none."""
    return text if isinstance(text, Line) else Line(text)


def origins(parts: Iterable[str]) -> tuple[int, ...]:
    """The line of R behind each line of a text that is made of these parts, 0 where there is none."""
    return tuple(as_line(part).r_line for part in parts for _ in part.split("\n"))


def _as_comment(text: str) -> str:
    """R's comment as Python's, with a blank after the sign."""
    body = text.lstrip("#")
    signs = text[: len(text) - len(body)]
    return text if not body or body[0] in " \t" else f"{signs} {body}"
