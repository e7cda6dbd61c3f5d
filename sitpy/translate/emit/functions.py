"""Functions: written, handed over as values, and called."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sitpy.translate.deparse import deparse
from sitpy.translate.emit import uses
from sitpy.translate.emit.code import ATOM, LAMBDA, Code, quoted
from sitpy.translate.emit.kinds import ANY, FUNCTION, Kind
from sitpy.translate.emit.registry import Given, Untranslated, matched
from sitpy.translate.emit.state import Scope
from sitpy.translate.nodes import (
    Argument,
    Assign,
    Block,
    Call,
    Constant,
    Function,
    Name,
    Node,
    Number,
    Text,
    Unary,
    bare,
    walk,
)

if TYPE_CHECKING:
    from sitpy.translate.emit.emitter import Emitter
    from sitpy.translate.emit.statements import Statements

DOTS = "*dots, **named"


def scope_of(emitter: Emitter, node: Function, name: str | None = None, immediate: bool = False) -> Scope:
    """The scope within a function, with what its calls tell of its parameters."""
    own = set(uses.assigned([node.body], deep=False)) | {parameter.name for parameter in node.parameters}
    scope = Scope(emitter.script, emitter.scope, own, immediate)
    scope.owner = name or scope.owner
    facts = emitter.script.known.functions.get(name or "")
    known = {} if facts is None or facts.escapes or facts.node is not node else facts.arguments
    for parameter in node.parameters:
        scope.kinds[parameter.name] = known.get(parameter.name, ANY)
    return scope


def parameters(emitter: Emitter, node: Function, python: str) -> str:
    """The first line of a ``def``."""
    return f"def {python}({_signature(emitter, node)}):"


def _signature(emitter: Emitter, node: Function) -> str:
    asked = {
        bare(call.arguments[0].value)
        for call in walk(node.body)
        if isinstance(call, Call) and call.name == "missing" and call.arguments and call.arguments[0].value is not None
    }
    texts, optional = [], False
    dotted = any(parameter.name == "..." for parameter in node.parameters)
    for parameter in node.parameters:
        if parameter.name == "...":
            texts.append("*dots")
            continue
        python = emitter.python(parameter.name)
        if parameter.default is not None:
            texts.append(f"{python}={_inline_default(emitter, parameter.default) or 'None'}")
        elif Name(parameter.name) in asked or optional:
            texts.append(f"{python}=None")
        else:
            texts.append(python)
        optional = optional or "=" in texts[-1]
    return ", ".join([*texts, *(["**named"] if dotted else [])])


def _inline_default(emitter: Emitter, node: Node) -> str | None:
    """A default that is the same whenever it is evaluated."""
    inner = bare(node)
    operand = inner.operand if isinstance(inner, Unary) and inner.operator == "-" else inner
    constant = isinstance(operand, (Number, Text, Constant)) or operand in (Name("T"), Name("F"))
    toolbox = isinstance(operand, Name) and not emitter.scope.has(operand.name)
    return emitter.code(inner).text if constant or toolbox else None


def first_lines(emitter: Emitter, node: Function) -> list[str]:
    """Defaults that are evaluated at the call, and copies of what the function changes."""
    lines = []
    for parameter in node.parameters:
        python, kind = emitter.python(parameter.name), emitter.scope.kinds[parameter.name]
        if parameter.default is not None and _inline_default(emitter, parameter.default) is None:
            _judge_lateness(node, parameter.name, parameter.default)
            lines.append(f"if {python} is None:\n    {python} = {emitter.code(parameter.default)}")
        if parameter.name not in _changed(node):
            continue
        if kind.array and kind.of == "number":
            lines.append(f"{python} = np.array({python}, dtype=float)")
            emitter.scope.kinds[parameter.name] = kind.with_(whole=False, positive=False)
        elif kind.rank != 0:
            lines.append(f"{python} = deepcopy({python})")
    return lines


def _judge_lateness(node: Function, name: str, default: Node) -> None:
    """R evaluates a default where it is first used: what it is made of must not have changed by then."""
    needed = {part.name for part in walk(default) if isinstance(part, Name)}
    statements = node.body.statements if isinstance(node.body, Block) else (node.body,)
    for statement in statements:
        used = any(part == Name(name) for part in walk(statement))
        if needed & set(uses.assigned([statement])) and not (used and isinstance(statement, Assign)):
            raise Untranslated(
                f"the default of {name} is evaluated late in R, after what it is made of has changed", node
            )
        if used:
            return


def _changed(node: Function) -> set[str]:
    return uses.changed([node.body])


def anonymous(emitter: Emitter, node: Function, kinds: Sequence[Kind] = (), immediate: bool = False) -> Code:
    """A function as a value: a lambda, or a ``def`` before the statement where it takes more."""
    body = node.body
    while isinstance(body, Block) and len(body.statements) == 1:
        body = body.statements[0]
    if isinstance(body, Call) and body.name == "return" and len(body.arguments) == 1 and body.arguments[0].value:
        body = body.arguments[0].value
    inner = type(emitter)(emitter.script, scope_of(emitter, node, immediate=immediate))
    for parameter, kind in zip(node.parameters, kinds):
        inner.scope.kinds[parameter.name] = kind
    mark, pending = emitter.script.mark(), list(emitter.script.pending)
    try:
        if first_lines(inner, node):
            raise Untranslated("more than one expression")
        result = inner.code(body)
    except Untranslated:
        emitter.script.back(mark)
        emitter.script.pending = pending
        return _hoisted(emitter, node)
    head = _signature(inner, node)
    forwarded = re.fullmatch(r"([\w.]+)\((\w+)\)", result.text)
    if forwarded and forwarded[2] == head and forwarded[1] not in emitter.script.names.values():
        return Code(forwarded[1], FUNCTION)
    return Code(f"lambda {head}: {result}".replace("lambda :", "lambda:"), FUNCTION, LAMBDA)


def _hoisted(emitter: Emitter, node: Function) -> Code:
    """The name of a function that is defined before the statement in which it stands."""
    from sitpy.translate.emit.statements import Statements

    script = emitter.script
    if id(node) in script.hoisted:
        return Code(script.hoisted[id(node)], FUNCTION)
    python = f"function_{len(script.hoisted) + 1}"
    while python in script.names.values():
        python += "_"
    before, script.pending = script.pending, []
    todos = len(script.todos)
    lines = Statements(script, emitter.scope, [node]).definition(python, node)
    script.pending = before
    if len(script.todos) > todos:
        reason = script.todos[todos].split(": ", 2)[1]
        del script.todos[todos:]
        raise Untranslated(reason, node)
    script.hoisted[id(node)] = python
    script.pending.extend(["", "", *lines, "", ""])
    return Code(python, FUNCTION)


# -------------------------------------------------------------------------------------------------------- calls


def call_of_own(emitter: Emitter, name: str, node: Call) -> Code:
    """A call of a function that the script defines."""
    facts = emitter.script.found.functions[name]
    formals = [parameter.name for parameter in facts.node.parameters]
    python = emitter.python(name)
    if any(argument.value == Name("...") for argument in node.arguments):
        for formal in formals:
            facts.see(formal, ANY)
        return Code(f"{python}({_in_order(emitter, node.arguments)})", ANY)
    given = matched(node, *formals)
    before = emitter.script.known.functions.get(name)
    recursive = emitter.scope.owner == name and (before is None or not before.arguments)
    for parameter in facts.node.parameters:
        if parameter.name == "..." or recursive:  # a call of itself tells nothing before another one does
            continue
        value = given.get(parameter.name)
        kind = ANY if value is None and parameter.default is None else kind_of(emitter, value or parameter.default)
        facts.see(parameter.name, kind if value is not None or is_constant(parameter.default) else ANY)
    known = emitter.script.known.functions.get(name)
    result = known.result if known is not None and known.result is not None else ANY
    return Code(f"{python}({legal_arguments(emitter, given, formals)})", result, fresh=result.rank == 0)


def is_constant(node: Node | None) -> bool:
    return isinstance(node, (Number, Text, Constant)) or node in (Name("T"), Name("F"))


def kind_of(emitter: Emitter, node: Node | None) -> Kind:
    try:
        return ANY if node is None else emitter.code(node).kind
    except Untranslated:
        return ANY


def legal_arguments(emitter: Emitter, given: Given, formals: Sequence[str]) -> str:
    """Positional arguments as far as they go, then those with names."""
    texts, positional = [], True
    for formal in formals:
        if formal == "...":
            texts += [dot_argument(emitter, argument) for argument in given.dots if argument.name is None]
            positional = False
            continue
        value = given.get(formal)
        if value is None:
            positional = False
        else:
            text = emitter.code(value).text
            texts.append(text if positional else f"{emitter.python(formal)}={text}")
    texts += [dot_argument(emitter, argument) for argument in given.dots if argument.name is not None]
    return ", ".join(texts)


def dot_argument(emitter: Emitter, argument: Argument) -> str:
    if argument.value is None:
        raise Untranslated("an empty argument is not known", argument)
    if argument.value == Name("..."):
        return DOTS
    text = emitter.code(argument.value).text
    return text if argument.name is None else f"{argument.name.replace('.', '_')}={text}"


def _in_order(emitter: Emitter, arguments: Sequence[Argument]) -> str:
    """Arguments of a function whose parameters are not known: as they stand, which must be legal."""
    named = False
    for argument in arguments:
        if named and argument.name is None:
            raise Untranslated("an argument without a name follows one with a name, of a function that is not known")
        named = argument.name is not None
    return ", ".join(dot_argument(emitter, argument) for argument in arguments)


def call_of_value(emitter: Emitter, function: Code, node: Call) -> Code:
    """A call of a function that is a value: a parameter, a field, the result of another call."""
    return Code(f"{function.at(ATOM)}({_in_order(emitter, node.arguments)})", ANY)


def statement(writer: Statements, node: Call) -> bool:
    """Calls that are statements in Python."""
    emitter = writer.emitter
    if node.name in ("stop", "warning"):
        words = [argument for argument in node.arguments if argument.name is None]
        message = emitter.code(Call(Name("paste0"), tuple(words), at=node.at)) if words else Code('""')
        writer.line(f"raise RuntimeError({message})" if node.name == "stop" else f"warnings.warn({message})")
        return True
    if node.name == "stopifnot":
        for argument in node.arguments:
            if argument.value is not None:
                test = emitter.condition(argument.value)
                writer.line(f"if not {test.at(ATOM) if ' ' in test.text else test}:")
                writer.line(f"    raise RuntimeError({quoted(f'{deparse(argument.value)} is not TRUE')})")
        return True
    return False
