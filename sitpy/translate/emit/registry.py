"""The table of calls that are known, and how the arguments of a call find their parameters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sitpy.translate.emit.code import Code
from sitpy.translate.nodes import Argument, Call, Node

if TYPE_CHECKING:
    from sitpy.translate.emit.emitter import Emitter

Translator = Callable[["Emitter", Call], Code]

CALLS: dict[str, Translator] = {}
"""R function -> what makes Python of a call of it."""


class Untranslated(Exception):
    """A construct that cannot be said in Python without a guess."""

    def __init__(self, reason: str, node: Node | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.node = node


def translates(*names: str) -> Callable[[Translator], Translator]:
    """Enter a function in the table under these R names."""

    def enter(function: Translator) -> Translator:
        for name in names:
            CALLS[name] = function
        return function

    return enter


@dataclass
class Given:
    """The arguments of a call by parameter, and those that went into ``...``."""

    by_name: dict[str, Node] = field(default_factory=dict)
    dots: list[Argument] = field(default_factory=list)

    def __contains__(self, name: str) -> bool:
        return name in self.by_name

    def __getitem__(self, name: str) -> Node:
        return self.by_name[name]

    def get(self, name: str) -> Node | None:
        """The argument, if it was given."""
        return self.by_name.get(name)


def matched(call: Call, *formals: str) -> Given:
    """The arguments by R's rules: whole names first, then beginnings of names, then the order.

    After a formal ``...`` only whole names count, and what is left over goes into it.
    """
    given, rest = Given(), []
    before = formals[: formals.index("...")] if "..." in formals else formals
    for argument in call.arguments:
        name = argument.name
        found = None
        if name is not None:
            near = [formal for formal in before if formal.startswith(name)]
            found = name if name in formals and name != "..." else near[0] if len(near) == 1 else None
        if found is not None and found not in given and argument.value is not None:
            given.by_name[found] = argument.value
        else:
            rest.append(argument)
    free = [formal for formal in before if formal not in given]
    for argument in rest:
        if argument.name is None and free and argument.value is not None:
            given.by_name[free.pop(0)] = argument.value
        elif "..." in formals:
            given.dots.append(argument)
        else:
            what = f"the argument {argument.name}" if argument.name else "so many arguments"
            raise Untranslated(f"{call.name} with {what} is not known", call)
    return given


def only(given: Given, call: Call, *known: str) -> None:
    """Refuse arguments that the translation would lose."""
    for name in given.by_name:
        if name not in known:
            raise Untranslated(f"{call.name} with the argument {name} is not known", call)


def plain_arguments(call: Call) -> Sequence[Node]:
    """The arguments of a call in which none may have a name or be empty."""
    values = [argument.value for argument in call.arguments if argument.name is None and argument.value is not None]
    if len(values) != len(call.arguments):
        raise Untranslated(f"{call.name} with named or empty arguments is not known", call)
    return values
