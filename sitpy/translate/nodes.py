"""The parts of an R program: what the parser makes, `deparse` writes and the emitter reads.

Two nodes are equal when they say the same; where they stood in the source is no part of that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Position:
    """Line and column in the source, both counted from 1."""

    line: int = 1
    column: int = 1


@dataclass(frozen=True, kw_only=True)
class Node:
    """A part of a program; ``at`` is where it begins and ``end`` the line on which it ends."""

    at: Position = field(default=Position(), compare=False, repr=False)
    end: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True)
class Number(Node):
    """A number as written: ``1``, ``1L``, ``1e-3``, ``0x1F``, ``2i``."""

    text: str

    @property
    def value(self) -> float:
        """The number, without R's mark of a whole one."""
        text = self.text.rstrip("L")
        return float(int(text, 16)) if text[:2] in ("0x", "0X") else float(text)

    @property
    def whole(self) -> bool:
        """Whether it is a whole number, written with ``L`` or not."""
        return not self.text.endswith("i") and self.value.is_integer() and abs(self.value) < 2**53


@dataclass(frozen=True)
class Text(Node):
    """A string, its escapes resolved."""

    value: str


@dataclass(frozen=True)
class Constant(Node):
    """One of R's reserved values: TRUE, FALSE, NULL, Inf, NaN, NA and its typed forms."""

    name: str


@dataclass(frozen=True)
class Name(Node):
    """A variable or a function."""

    name: str


@dataclass(frozen=True)
class Unary(Node):
    """An operator in front of an operand."""

    operator: str
    operand: Node


@dataclass(frozen=True)
class Binary(Node):
    """An operator between two operands, ``%op%`` and ``:`` among them."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Assign(Node):
    """``target <- value``: `operator` is ``=``, ``<-`` or ``<<-``, arrows to the right turned round."""

    operator: str
    target: Node
    value: Node


@dataclass(frozen=True)
class Argument(Node):
    """An argument of a call or an index; without a value where only a comma stands."""

    name: str | None
    value: Node | None


@dataclass(frozen=True)
class Call(Node):
    """``function(arguments)``."""

    function: Node
    arguments: tuple[Argument, ...]

    @property
    def name(self) -> str:
        """Name of the function, without its package; empty where it is something else than a name."""
        if isinstance(self.function, Namespace):
            return self.function.name
        if isinstance(self.function, Text):
            return self.function.value
        return self.function.name if isinstance(self.function, Name) else ""


@dataclass(frozen=True)
class Index(Node):
    """``object[arguments]``, or with two brackets."""

    object: Node
    arguments: tuple[Argument, ...]
    double: bool = False


@dataclass(frozen=True)
class Field(Node):
    """``object$name`` or ``object@name``."""

    object: Node
    name: str
    operator: str = "$"


@dataclass(frozen=True)
class Namespace(Node):
    """``package::name``."""

    package: str
    name: str
    operator: str = "::"


@dataclass(frozen=True)
class Paren(Node):
    """An expression in parentheses."""

    inner: Node


@dataclass(frozen=True)
class Block(Node):
    """Statements in braces."""

    statements: tuple[Node, ...]


@dataclass(frozen=True)
class Parameter(Node):
    """A parameter of a function and its default."""

    name: str
    default: Node | None = None


@dataclass(frozen=True)
class Function(Node):
    """``function(parameters) body``."""

    parameters: tuple[Parameter, ...]
    body: Node


@dataclass(frozen=True)
class If(Node):
    """``if (condition) then else otherwise``."""

    condition: Node
    then: Node
    otherwise: Node | None = None


@dataclass(frozen=True)
class For(Node):
    """``for (variable in values) body``."""

    variable: str
    values: Node
    body: Node


@dataclass(frozen=True)
class While(Node):
    """``while (condition) body``."""

    condition: Node
    body: Node


@dataclass(frozen=True)
class Repeat(Node):
    """``repeat body``."""

    body: Node


@dataclass(frozen=True)
class Jump(Node):
    """``break`` or ``next``."""

    word: str


@dataclass(frozen=True)
class Comment:
    """A comment with its ``#``; `alone` where nothing stands before it on its line."""

    text: str
    line: int
    alone: bool


@dataclass(frozen=True)
class Program:
    """A script: its statements, its comments in order, and its text line by line."""

    statements: tuple[Node, ...]
    comments: tuple[Comment, ...] = field(default=(), compare=False)
    lines: tuple[str, ...] = field(default=(), compare=False, repr=False)


def children(node: Node) -> Iterator[Node]:
    """The nodes directly below one."""
    names: tuple[str, ...] = node.__match_args__
    for name in names:  # without the positions
        value: Any = getattr(node, name)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple):
            yield from value


def walk(node: Node) -> Iterator[Node]:
    """A node and all below it."""
    yield node
    for child in children(node):
        yield from walk(child)


def bare(node: Node) -> Node:
    """The expression inside parentheses."""
    while isinstance(node, Paren):
        node = node.inner
    return node
