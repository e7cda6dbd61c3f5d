"""R source from the parts of a program: parentheses are added where the operators would group otherwise."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sitpy.translate.lexer import CONSTANTS, KEYWORDS
from sitpy.translate.nodes import (
    Argument,
    Assign,
    Binary,
    Block,
    Call,
    Constant,
    Field,
    For,
    Function,
    If,
    Index,
    Jump,
    Name,
    Namespace,
    Node,
    Number,
    Paren,
    Program,
    Repeat,
    Text,
    Unary,
    While,
)
from sitpy.translate.parser import COMPARISONS, PREFIX, binding

_PLAIN = re.compile(r"(?:[^\W\d_]|\.(?!\d))[\w.]*")
_ATOM = 100
_GREEDY = 3  # if, for, while, repeat, function: they take all that follows


def deparse(node: Node | Program) -> str:
    """R source that reads as the same program.

    Parameters
    ----------
    node : Node or Program

    Returns
    -------
    str

    Examples
    --------
    >>> from sitpy.translate import deparse
    >>> from sitpy.translate.nodes import Binary, Name
    >>> deparse(Binary("*", Binary("+", Name("a"), Name("b")), Name("my name")))
    '(a + b) * `my name`'
    """
    if isinstance(node, Program):
        return "".join(f"{deparse(statement)}\n" for statement in node.statements)
    return _write(node)


def _write(node: Node) -> str:
    match node:
        case Number(text=text):
            return text
        case Text(value=value):
            return _quoted(value)
        case Constant(name=name) | Jump(word=name):
            return name
        case Name(name=name):
            return _named(name)
        case Namespace(package=package, name=name, operator=operator):
            return f"{_named(package)}{operator}{_named(name)}"
        case Paren(inner=inner):
            return f"({_write(inner)})"
        case Unary(operator=operator, operand=operand):
            return f"{operator}{_at_least(operand, PREFIX[operator])}"
        case Binary(operator=operator, left=left, right=right):
            return _infix(operator, left, right)
        case Assign(operator=operator, target=target, value=value):
            return _infix(operator, target, value)
        case Call(function=function, arguments=arguments):
            return f"{_callee(function)}({_listed(arguments)})"
        case Index(object=base, arguments=arguments, double=double):
            opening, closing = ("[[", "]]") if double else ("[", "]")
            return f"{_callee(base)}{opening}{_listed(arguments)}{closing}"
        case Field(object=base, name=name, operator=operator):
            return f"{_callee(base)}{operator}{_named(name)}"
        case _:
            return _construct(node)


def _construct(node: Node) -> str:
    match node:
        case Block(statements=statements):
            inside = "".join(f"  {line}\n" for each in statements for line in _write(each).split("\n"))
            return f"{{\n{inside}}}"
        case If(condition=condition, then=then, otherwise=None):
            return f"if ({_write(condition)}) {_at_least(then, _GREEDY)}"
        case If(condition=condition, then=then, otherwise=Node() as otherwise):
            closed = f"({_write(then)})" if _open_if(then) else _at_least(then, _GREEDY)
            return f"if ({_write(condition)}) {closed} else {_at_least(otherwise, _GREEDY)}"
        case For(variable=variable, values=values, body=body):
            return f"for ({_named(variable)} in {_write(values)}) {_at_least(body, _GREEDY)}"
        case While(condition=condition, body=body):
            return f"while ({_write(condition)}) {_at_least(body, _GREEDY)}"
        case Repeat(body=body):
            return f"repeat {_at_least(body, _GREEDY)}"
        case Function(parameters=parameters, body=body):
            given = (f"{_named(p.name)}{'' if p.default is None else f' = {_value(p.default)}'}" for p in parameters)
            return f"function({', '.join(given)}) {_at_least(body, _GREEDY)}"
    raise TypeError(f"{type(node).__name__} is no part of an R program")


def strength(node: Node) -> int:
    """How tightly the parts of a node hold together."""
    match node:
        case Binary(operator=operator) | Assign(operator=operator):
            return min(binding(operator))
        case Unary(operator=operator):
            return PREFIX[operator]
        case If() | For() | While() | Repeat() | Function():
            return _GREEDY
    return _ATOM


def _ends_open(node: Node) -> int:
    """The least strength along the right edge of a node: an operator after it must bind no tighter than that."""
    match node:
        case Unary(operand=last) | Binary(right=last) | Assign(value=last):
            return min(strength(node), _ends_open(last))
        case If(then=then, otherwise=otherwise):
            return min(_GREEDY, _ends_open(otherwise or then))
        case For() | While() | Repeat() | Function():
            return _GREEDY
    return _ATOM


def _open_if(node: Node) -> bool:
    """Whether an ``else`` after a node would be taken by an ``if`` within it."""
    match node:
        case If(otherwise=None):
            return True
        case If(otherwise=Node() as last):
            return _open_if(last)
        case Unary(operand=last) | Binary(right=last) | Assign(value=last):
            return _open_if(last)
        case For(body=last) | While(body=last) | Repeat(body=last) | Function(body=last):
            return _open_if(last)
    return False


def _at_least(node: Node, least: int) -> str:
    """A right operand, in parentheses where it holds together less tightly than the operator.

    What begins with a word or a prefix needs none: nothing stands to its left that could tear it apart.
    """
    text = _write(node)
    prefixed = isinstance(node, (Unary, If, For, While, Repeat, Function))
    return text if prefixed or strength(node) >= least else f"({text})"


def _infix(operator: str, left: Node, right: Node) -> str:
    to_left, to_right = binding(operator)
    first, chained = _write(left), operator in COMPARISONS and _compares(left)
    tight = isinstance(left, (Binary, Assign)) and _left_strength(left) < to_left
    if chained or tight or _ends_open(left) < to_left:
        first = f"({first})"
    second = _at_least(right, to_right)
    space = "" if operator == ":" else " "
    return f"{first}{space}{operator}{space}{second}"


def _compares(node: Node) -> bool:
    return isinstance(node, Binary) and node.operator in COMPARISONS


def _left_strength(node: Node) -> int:
    match node:
        case Binary(operator=operator) | Assign(operator=operator):
            return max(binding(operator)) if binding(operator)[0] < binding(operator)[1] else binding(operator)[1]
    return _ATOM


def _callee(node: Node) -> str:
    text = _write(node)
    return text if strength(node) == _ATOM and not isinstance(node, Block) else f"({text})"


def _listed(arguments: Sequence[Argument]) -> str:
    texts = []
    for argument in arguments:
        value = "" if argument.value is None else _value(argument.value)
        name = "" if argument.name is None else f"{_named(argument.name)} = "
        texts.append((name + value).rstrip() if value == "" else name + value)
    alone = len(texts) == 1 and texts[0] == ""
    return "," if alone else ", ".join(texts)


def _value(node: Node) -> str:
    """What an argument is given, where ``=`` would name it and ``?`` is weaker still."""
    text = _write(node)
    return f"({text})" if isinstance(node, (Assign, Binary)) and strength(node) < 5 else text


def _named(name: str) -> str:
    if _PLAIN.fullmatch(name) and name not in CONSTANTS | KEYWORDS:
        return name
    return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"


def _quoted(value: str) -> str:
    signs = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0"}
    return '"' + "".join(signs.get(sign, sign) for sign in value) + '"'
