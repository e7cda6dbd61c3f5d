"""A whole script: passes until what is known of its functions settles, then the lines with their imports on top."""

from __future__ import annotations

import ast
import textwrap
from dataclasses import dataclass

from sitpy.translate.emit import chance, drawing, numbers, sizes, texts, toolbox, uses, vectors
from sitpy.translate.emit.lines import Line, origins
from sitpy.translate.emit.openings import connections_of, is_dropped
from sitpy.translate.emit.state import Facts, FunctionFacts, Scope, Script, python_names
from sitpy.translate.emit.statements import Statements
from sitpy.translate.nodes import Program

TABLES = (chance, drawing, numbers, sizes, texts, toolbox, vectors)
"""The modules that enter calls into the registry when they are loaded."""

_PASSES = 8
_IMPORTS = {
    "warnings": "import warnings",
    "deepcopy": "from copy import deepcopy",
    "plt": "import matplotlib.pyplot as plt",
    "np": "import numpy as np",
    "pd": "import pandas as pd",
    "r": "import sitpy.r as r",
}


@dataclass(frozen=True)
class Emitted:
    """The Python of a script, its open points, its notes, the line of R behind each line, and R's name of each variable."""

    code: str
    todos: tuple[str, ...]
    notes: tuple[str, ...]
    r_lines: tuple[int, ...]
    r_names: dict[str, str]


def emit(program: Program, title: str, prices: str | None = None, devices: bool = False) -> Emitted:
    """Make Python of an R program; with `devices` it tells ``_devices`` where its pictures go, and saves none itself."""
    statements = program.statements
    counts = uses.assigned(statements)
    functions = uses.functions(statements)
    names = python_names(program, counts, functions)
    filled, changed, shared = uses.filled(statements), uses.changed(statements), uses.shared(statements)
    connections = connections_of(statements)
    known = Facts({name: FunctionFacts(node) for name, node in functions.items()})

    def one_pass(known: Facts) -> tuple[Script, Statements]:
        """All statements, with what the pass before has found out."""
        script = Script(program, names, counts, filled, changed, shared, known, prices, devices, connections)
        writer = Statements(script, Scope(script), statements)
        writer.write(statements)
        return script, writer

    script, writer = one_pass(known)
    for _ in range(_PASSES):
        if script.found.agree(known):
            break
        known = script.found
        script, writer = one_pass(known)
    else:
        for facts in known.functions.values():
            facts.arguments, facts.result, facts.escapes = {}, None, True
        script, writer = one_pass(Facts(known.functions))
    writer.comments_before(len(program.lines) + 1)
    parts = _assembled(script, writer, title)
    r_names = {python: name for name, python in names.items()}
    return Emitted("\n".join(parts) + "\n", tuple(script.todos), tuple(script.notes), origins(parts), r_names)


def _assembled(script: Script, writer: Statements, title: str) -> list[str]:
    """The parts of the text from the first line to the last; a part may be several lines."""
    if script.unsaved and not script.devices:
        writer.lines += map(Line, ("", "plt.show()"))
    if script.todos:
        writer.lines += map(Line, ("", "# Not translated:", *(f"#   {todo}" for todo in script.todos)))
    body = _tidied(writer.lines)
    imports = _imports(script, body)
    head = _leading_comments(script, body)
    parts: list[str] = [_docstring(script, title), *([""] if head else []), *body[:head]]
    if imports:
        parts += ([""] if not body[:head] else []) + imports
    code = next((line for line in body[head:] if not line.startswith("#")), "")
    parts += [""] if code.startswith("def ") and body[head : head + 1] != [""] else []
    parts += [""] if body[head:] and body[head : head + 1] != [""] else []
    parts += body[head:]
    while parts[-1] == "":
        parts.pop()
    return parts


def _docstring(script: Script, title: str) -> str:
    lines = [f'"""{title}, translated from R.']
    if script.notes:
        lines += ["", *(line for note in script.notes for line in textwrap.wrap(note, 116, initial_indent="- ",
                                                                               subsequent_indent="  "))]  # fmt: skip
        return "\n".join(lines).replace("\\", "\\\\") + '\n"""'
    return lines[0] + '"""'


def _leading_comments(script: Script, body: list[Line]) -> int:
    """How many lines go before the imports: the comment over the loading of the toolbox."""
    first = script.program.statements[:1]
    if not first or not is_dropped(first[0], script.connections):
        return 0
    count = 0
    while count < len(body) and body[count].startswith("#"):
        count += 1
    own = script.program.comments[:count]
    return count if own and own[-1].line < first[0].at.line else 0


def _tidied(lines: list[Line]) -> list[Line]:
    """No blank lines at the beginning, at most two anywhere, and one before an indented line."""
    tidy: list[Line] = []
    for i, line in enumerate(lines):
        if line == "":
            following = next((other for other in lines[i:] if other), "")
            most = 1 if following.startswith(" ") else 2
            if not tidy or (len(tidy) >= most and all(other == "" for other in tidy[-most:])):
                continue
        tidy.append(line)
    while tidy and tidy[-1] == "":
        tidy.pop()
    return tidy


def _imports(script: Script, body: list[Line]) -> list[str]:
    """The imports of what the lines use."""
    tree = ast.parse("\n".join(body))
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    plain = [text for name, text in _IMPORTS.items() if name in used]
    standard = [text for text in plain if text in (_IMPORTS["warnings"], _IMPORTS["deepcopy"])]
    third = [text for text in plain if text not in standard and "sitpy" not in text]
    own = [text for text in plain if "sitpy" in text]
    toolbox_names = sorted(script.toolbox & used)
    if toolbox_names:
        own.append(_from_sitpy(toolbox_names))
    if "yahoo_prices" in used:
        own.append("from sitpy.data.online import yahoo_prices")
    if "like_r" in used:
        own.append("from sitpy.translate import like_r")
    groups = [group for group in (standard, third, own) if group]
    return [line for i, group in enumerate(groups) for line in ([""] if i else []) + group]


def _from_sitpy(names: list[str]) -> str:
    line = f"from sitpy import {', '.join(names)}"
    if len(line) <= 120:
        return line
    return "from sitpy import (\n" + "".join(f"    {name},\n" for name in names) + ")"
