"""What R's ``dput`` wrote, and scripts of such values: ``ef <- structure(list(...), ...)``."""

from __future__ import annotations

import math
from typing import NoReturn

from sitpy.errors import InputError
from sitpy.reference.rvalues import RValue, named_list
from sitpy.translate.nodes import (
    Argument,
    Assign,
    Binary,
    Call,
    Constant,
    Function,
    Name,
    Node,
    Number,
    Text,
    Unary,
    bare,
)
from sitpy.translate.parser import parse

_CONSTANTS: dict[str, float | bool | None] = {
    "TRUE": True,
    "FALSE": False,
    "T": True,
    "F": False,
    "NA": None,
    "NA_real_": None,
    "NA_integer_": None,
    "NA_character_": None,
    "NaN": math.nan,
    "Inf": math.inf,
}
_EMPTY = {"numeric", "integer", "character", "logical", "double"}
# as older versions of R write them
_ATTRIBUTE = {".Dim": "dim", ".Dimnames": "dimnames", ".Names": "names", ".Label": "levels"}


def read_dput(text: str) -> RValue:
    """The value that the text of ``dput`` stands for; of several assignments, a list of their names.

    Parameters
    ----------
    text : str

    Returns
    -------
    RValue

    Raises
    ------
    InputError
        What is no such text, with its line and column.

    Examples
    --------
    >>> from sitpy.reference.dput import read_dput
    >>> read_dput("structure(c(1, 2, NA, 4), dim = c(2L, 2L))").matrix("it").tolist()
    [[1.0, nan], [2.0, 4.0]]
    """
    statements = parse(text).statements
    if not statements:
        raise InputError("the text holds no value of R; expected what dput(...) printed")
    named = {node.target.name: _value(node.value) for node in statements if _is_named(node)}  # type: ignore[attr-defined]
    if len(named) == len(statements):
        return named_list(named)
    if len(statements) > 1:
        _refuse(statements[1], "a second value", "one value, or values with names: ef <- structure(...)")
    return _value(statements[0])


def _is_named(node: Node) -> bool:
    return isinstance(node, Assign) and isinstance(node.target, Name)


def _refuse(node: Node, found: str, expected: str) -> NoReturn:
    raise InputError(f"line {node.at.line}, column {node.at.column}: {found}; expected {expected}")


def _value(node: Node) -> RValue:
    node = bare(node)
    match node:
        case Number():
            return RValue([node.value])
        case Text():
            return RValue([node.value])
        case Constant(name="NULL") | Function():  # a function is no figure
            return RValue([])
        case Constant(name=name) | Name(name=name) if name in _CONSTANTS:
            return RValue([_CONSTANTS[name]])
        case Unary(operator="-", operand=operand):
            return RValue([-item for item in _value(operand).items])
        case Binary(operator=":", left=left, right=right):
            first, last = (int(_value(side).number("a range")) for side in (left, right))
            step = 1 if last >= first else -1
            return RValue([float(number) for number in range(first, last + step, step)])
        case Call():
            return _called(node)
    _refuse(node, "something that dput does not write", "c(...), list(...), structure(...), numbers or strings")


def _called(node: Call) -> RValue:
    if node.name in _EMPTY:
        return RValue([])
    if node.name == "list":
        return _with_names([_given(item, node) for item in node.arguments], node.arguments, True)
    if node.name == "c":
        parts = [_given(item, node) for item in node.arguments]
        if any(part.is_list or len(part.items) > 1 for part in parts):
            if any(part.is_list for part in parts) or any(item.name for item in node.arguments):
                _refuse(node, "c() of lists, or of named vectors", "c() of single values")
            return RValue([item for part in parts for item in part.items])
        return _with_names([part.items[0] for part in parts if part.items], node.arguments, False)
    if node.name == "structure" and node.arguments:
        first, *others = node.arguments
        value = _given(first, node)
        extra = {_ATTRIBUTE.get(item.name or "", item.name or ""): _given(item, node) for item in others}
        return RValue(value.items, value.is_list, value.attributes | extra)
    _refuse(node, f"a call of {node.name or 'a function'}", "c(...), list(...) or structure(...)")


def _given(argument: Argument, call: Call) -> RValue:
    if argument.value is None:
        _refuse(call, "an empty argument", "a value")
    return _value(argument.value)


def _with_names(items: list[object], arguments: tuple[Argument, ...], is_list: bool) -> RValue:
    names = [argument.name for argument in arguments]
    attributes = {"names": RValue([name or "" for name in names])} if any(names) else {}
    return RValue(items, is_list, attributes)
