"""What a script does with its variables: which it assigns, which it changes in parts, which are positions only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from sitpy.translate.nodes import (
    Argument,
    Assign,
    Binary,
    Call,
    Field,
    For,
    Function,
    Index,
    Name,
    Node,
    Number,
    Paren,
    Text,
    Unary,
    children,
    walk,
)


def root(target: Node) -> str:
    """The variable that an assignment to a part of it changes."""
    while True:
        match target:
            case Index(object=inner) | Field(object=inner) | Paren(inner=inner):
                target = inner
            case Call(arguments=(Argument(value=Node() as inner), *_)):
                target = inner
            case Name(name=name) | Text(value=name):
                return name
            case _:
                return ""


def assigned(nodes: Iterable[Node], deep: bool = True) -> Counter[str]:
    """How often each variable gets a value as a whole; with `deep` within functions too, parameters included."""
    found: Counter[str] = Counter()
    for node in nodes:
        if isinstance(node, Assign) and isinstance(node.target, Name):
            found[node.target.name] += deep or node.operator != "<<-"
        elif isinstance(node, For):
            found[node.variable] += 1
        elif isinstance(node, Function):
            if not deep:
                continue
            found.update(parameter.name for parameter in node.parameters)
        found.update(assigned(children(node), deep))
    return +found


def changed(nodes: Iterable[Node]) -> set[str]:
    """The variables of which some part is assigned anywhere."""
    return {root(node.target) for node in _partly(nodes)}


def shared(nodes: Iterable[Node]) -> set[str]:
    """The variables that functions assign from within, by ``<<-``."""
    return {
        root(node.target) for top in nodes for node in walk(top) if isinstance(node, Assign) and node.operator == "<<-"
    }


def filled(nodes: Iterable[Node]) -> set[str]:
    """The variables of which values are assigned by position, and not only by field."""
    return {root(node.target) for node in _partly(nodes) if not _by_field(node.target) and not _renames(node.target)}


_EMPTY = ("numeric", "double", "integer", "character", "logical", "vector")


def begun_empty(nodes: Iterable[Node]) -> set[str]:
    """The variables that are somewhere a vector without values: what is put into one makes it longer."""
    return {
        node.target.name
        for top in nodes
        for node in walk(top)
        if isinstance(node, Assign)
        and isinstance(node.target, Name)
        and isinstance(node.value, Call)
        and node.value.name in _EMPTY
        and all(isinstance(a.value, Text) or a.value in (Number("0"), Number("0L")) for a in node.value.arguments)
    }


def _renames(target: Node) -> bool:
    return isinstance(target, Call) and target.name in ("names", "colnames", "rownames")


def _by_field(target: Node) -> bool:
    while isinstance(target, (Index, Call)):
        below = target.object if isinstance(target, Index) else target.arguments[0].value if target.arguments else None
        target = below or Name("")
    return isinstance(target, Field)


def _partly(nodes: Iterable[Node]) -> Iterator[Assign]:
    for top in nodes:
        for node in walk(top):
            if isinstance(node, Assign) and not isinstance(node.target, Name):
                yield node


def functions(nodes: Iterable[Node]) -> dict[str, Function]:
    """The functions that are assigned to a name once, at the top."""
    tops = list(nodes)
    counts = assigned(tops)
    return {
        node.target.name: node.value
        for node in tops
        if isinstance(node, Assign)
        and isinstance(node.target, Name)
        and isinstance(node.value, Function)
        and counts[node.target.name] == 1
    }


def position_only(nodes: Iterable[Node], name: str) -> bool:
    """Whether every use of a variable is as a position, or in a sum that is one."""
    return all(_as_position(node, name, False) for node in nodes)


def _as_position(node: Node, name: str, inside: bool) -> bool:
    match node:
        case Name(name=other):
            return inside or other != name
        case Index(object=base, arguments=arguments):
            return _as_position(base, name, False) and all(_as_position(part, name, True) for part in arguments)
        case Argument(value=value):
            return value is None or _as_position(value, name, inside)
        case Paren() | Unary(operator="-") | Binary(operator="+" | "-" | ":"):
            return all(_as_position(part, name, inside) for part in children(node))
        case Assign(target=Name(), value=value):
            return _as_position(value, name, False)
        case Function(parameters=parameters) if any(parameter.name == name for parameter in parameters):
            return True
    return all(_as_position(part, name, False) for part in children(node))


def reads_outside(nodes: Iterable[Node], name: str) -> bool:
    """Whether a loop's variable is used outside of the loops over it."""
    for node in nodes:
        if isinstance(node, Function) and any(parameter.name == name for parameter in node.parameters):
            continue
        if isinstance(node, For) and node.variable == name:
            if reads_outside([node.values], name):
                return True
        elif (isinstance(node, Name) and node.name == name) or reads_outside(children(node), name):
            return True
    return False
