"""Values that a variable has for itself: R copies where a part is changed, Python must be told to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sitpy.translate.emit.code import ATOM, Code, bracketed
from sitpy.translate.emit.registry import Untranslated
from sitpy.translate.nodes import Assign, Call, Field, If, Index, Name, Node, bare, walk

if TYPE_CHECKING:
    from sitpy.translate.emit.statements import Statements


def owned(writer: Statements, name: str, node: Node, value: Code) -> Code:
    """The value, its own where a later change of a part must not be seen elsewhere, and with room for any number."""
    script, kind = writer.script, value.kind
    filled = name in script.filled
    if filled and kind.array and kind.of == "number":
        return _floats(writer, value)
    if filled and kind.of == "text" and kind.rank == 1 and not kind.labelled:
        texts = bracketed(value.items) if value.items is not None else value.text
        if "dtype=object" in texts:
            return value
        return Code(f"np.array({texts}, dtype=object)", kind, fresh=True)
    if value.fresh or kind.rank == 0 or kind.of in ("null", "function"):
        return value
    roots = {name} | _named_in(writer, node)
    if kind.array or kind.labelled or kind.of in ("text", "prices"):
        return Code(f"{value.at(ATOM)}.copy()", kind, fresh=True) if roots & script.filled else value
    return Code(f"deepcopy({value})", kind, fresh=True) if roots & script.changed and _may_share(node) else value


def _may_share(node: Node) -> bool:
    return isinstance(bare(node), (Name, Field, Index, If, Call))


def _named_in(writer: Statements, node: Node) -> set[str]:
    """The variables of an expression, and those of the functions of the script that it calls."""
    names = {part.name for part in walk(node) if isinstance(part, Name)}
    functions = writer.script.found.functions
    for name in names & functions.keys():
        names = names | {part.name for part in walk(functions[name].node) if isinstance(part, Name)}
    return names


def _floats(writer: Statements, value: Code) -> Code:
    """An array that takes any number: R's vectors become what they must hold."""
    kind = value.kind.with_(whole=False, positive=False)
    if (
        re.match(r"np\.(zeros|ones|linspace|sqrt|float_power|full\(.*(\.\d+|np\.nan)\)$)", value.text)
        or " / " in value.text
    ):
        return Code(value.text, kind, value.level, fresh=value.fresh)
    own = [writer.emitter.python(name) for name in writer.script.filled]
    if value.text in own:
        return Code(f"{value.at(ATOM)}.copy()", kind, fresh=True)
    if value.fresh and value.level == ATOM and value.text.endswith("]") and value.text.partition("[")[0] in own:
        return Code(value.text, kind, fresh=True)
    if value.items is not None and value.text.startswith("np.array("):
        items = ", ".join(f"{item}.0" if item.text.lstrip("-").isdigit() else item.text for item in value.items)
        return Code(f"np.array([{items}])" if "." in items else f"np.array([{items}], dtype=float)", kind, fresh=True)
    if re.fullmatch(r"np\.arange\([^()]*\)|np\.array\(\[[^()]*\]\)", value.text):
        return Code(f"{value.text[:-1]}, dtype=float)", kind, fresh=True)
    if value.fresh and value.level == ATOM:
        return Code(f"{value}.astype(float)", kind, fresh=True)
    return Code(f"np.array({value}, dtype=float)", kind, fresh=True)


def own_copy(writer: Statements, name: str, node: Assign) -> None:
    """The function's own variable, which begins as a copy of the outer one."""
    scope = writer.emitter.scope
    if not writer.at_top_of_function or name in scope.local:
        raise Untranslated(f"the function changes a copy of the outer {name}; give it as an argument", node)
    outer, kind = writer.emitter.python(name), scope.kind(name)
    scope.renamed[name] = f"own_{outer}"
    while scope.renamed[name] in writer.script.names.values():
        scope.renamed[name] += "_"
    copied = f"{outer}.copy()" if kind.array or kind.labelled else f"deepcopy({outer})"
    writer.line(f"{scope.renamed[name]} = {copied}")
    scope.set(name, kind)
