"""Statements line by line: control flow, functions, comments where they stood, and marks where nothing can be said."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sitpy.translate.deparse import deparse
from sitpy.translate.emit import functions, openings, plots, uses
from sitpy.translate.emit.assigning import assign
from sitpy.translate.emit.code import Code, quoted, wrapped
from sitpy.translate.emit.emitter import Emitter
from sitpy.translate.emit.kinds import ANY, COUNT, Kind, join
from sitpy.translate.emit.lines import Line, Lines
from sitpy.translate.emit.operators import range_ends
from sitpy.translate.emit.registry import Untranslated
from sitpy.translate.emit.state import Scope, Script
from sitpy.translate.nodes import (
    Assign,
    Block,
    Call,
    Constant,
    For,
    Function,
    If,
    Jump,
    Name,
    Node,
    Repeat,
    While,
    bare,
)

INDENT = 4


class Statements(Lines):
    """Writes the statements of one scope."""

    def __init__(self, script: Script, scope: Scope, body: Sequence[Node], indent: int = 0) -> None:
        super().__init__(script, indent)
        self.emitter = Emitter(script, scope)
        self.body = list(body)
        self.results: list[Kind] = []

    @property
    def at_top_of_function(self) -> bool:
        """Whether what is written now is run whenever the function is."""
        return self.indent == INDENT and self.emitter.scope.parent is not None

    # ------------------------------------------------------------------------------------------------- statements

    def write(self, statements: Sequence[Node], tail: bool = False) -> None:
        """Statements one after the other; with `tail` the value of the last is returned."""
        for i, node in enumerate(statements):
            self.comments_before(node.at.line)
            self.blank_before(node.at.line)
            before = len(self.lines)
            last = tail and i == len(statements) - 1
            try:
                self.statement(node, last)
            except Untranslated as error:
                del self.lines[before:]
                self.script.pending = []
                self.todo(node, error)
            self.come_from(before, node.at.line)
            if len(self.lines) > before:
                self.comment_after(node.end)

    def statement(self, node: Node, tail: bool) -> None:
        """One statement."""
        inner = bare(node)
        writers: dict[type[Node], Callable[..., None]] = {
            If: self._if,
            For: self._for,
            While: self._while,
            Repeat: self._repeat,
            Block: lambda block, tail: self.write(block.statements, tail),
            Jump: lambda jump, tail: self.line({"next": "continue"}.get(jump.word, jump.word)),
            Assign: self._assign,
            Call: self._call,
        }
        if type(inner) in writers:
            writers[type(inner)](inner, tail)
        elif tail:
            self.give_back(self.emitter.code(node))
        elif isinstance(inner, (Name, Constant)) or not isinstance(inner, Function):
            self._shown(node)

    def _shown(self, node: Node) -> None:
        """R prints what stands alone at the top."""
        code = self.emitter.code(node)
        top = self.emitter.scope.parent is None and self.indent == 0
        self.line(f"print({code})" if top else code.text)

    def give_back(self, code: Code) -> None:
        """The value of a function."""
        self.results.append(code.kind)
        self.line("return" if code.text == "None" else f"return {code}")

    def _assign(self, node: Assign, tail: bool) -> None:
        if _has_statements(bare(node.value)) and isinstance(node.target, Name) and not _is_choice(bare(node.value)):
            self.statement(_pushed(node, bare(node.value)), tail)
            return
        assign(self, node)
        if tail:
            target = node.target
            name = uses.root(target)
            whole = isinstance(target, Name)
            self.give_back(self.emitter.variable(name) if whole else self.emitter.code(node.value))

    def _call(self, node: Call, tail: bool) -> None:
        name = node.name
        if name in ("return", "invisible") and len(node.arguments) <= 1:
            value = node.arguments[0].value if node.arguments else None
            if name == "return" and self.emitter.scope.parent is None:
                raise Untranslated("return stands outside of any function", node)
            if name == "return" or tail:
                self._return(value)
            elif value is not None:
                self.statement(value, False)
            return
        if openings.statement(self, node) or plots.statement(self, node) or functions.statement(self, node):
            return
        code = self.emitter.code(node)
        if tail:
            self.give_back(code)
        elif self.emitter.scope.parent is None and self.indent == 0 and prints(node, code):
            self.line(f"print({code})")
        else:
            self.line(code.text)

    def _return(self, value: Node | None) -> None:
        if value is None:
            self.results.append(Kind("null"))
            self.line("return")
        elif isinstance(bare(value), (If, Block)) and _has_statements(bare(value)):
            self.statement(bare(value), True)
        else:
            self.give_back(self.emitter.code(value))

    # --------------------------------------------------------------------------------------------------- branches

    def block(self, node: Node, tail: bool = False) -> None:
        """The body of a construct, one step to the right."""
        before = len(self.lines)
        self.indent += INDENT
        self.write(node.statements if isinstance(node, Block) else [node], tail)
        if isinstance(node, Block):
            self.comments_before(node.end)
        if not any(line.strip() and not line.strip().startswith("#") for line in self.lines[before:]):
            self.line("pass")
        self.indent -= INDENT

    def _if(self, node: If, tail: bool) -> None:
        scope = self.emitter.scope
        test = self.emitter.condition(node.condition)
        self.line(f"if {test}:")
        before = dict(scope.kinds)
        self.block(node.then, tail)
        after_then, scope.kinds = scope.kinds, dict(before)
        otherwise = node.otherwise
        if otherwise is not None:
            self._else(otherwise, tail, tail and self._leaves())
        elif tail:
            self.results.append(Kind("null"))
        names = after_then.keys() | scope.kinds.keys()
        scope.kinds = {name: join(after_then.get(name), scope.kinds.get(name)) for name in names}
        scope.lows = {name: low for name, low in scope.lows.items() if name in before}

    def _leaves(self) -> bool:
        """Whether the branch just written ends the function on all its ways."""
        within = " " * (self.indent + INDENT)
        return self.lines[-1].startswith((f"{within}return", f"{within}raise"))

    def _else(self, node: Node, tail: bool, flat: bool) -> None:
        """The other branch; not indented where the first one ends in a return."""
        at = len(self.lines)
        if flat and isinstance(node, Block):
            self.write(node.statements, tail)
            self.comments_before(node.end)
        elif flat:
            self.write([node], tail)
        elif isinstance(node, If):
            self._if(node, tail)
            self.lines[at] = Line(f"{' ' * self.indent}el{self.lines[at].lstrip()}", node.at.line)
        else:
            self.line("else:")
            self.block(node, tail)

    # ------------------------------------------------------------------------------------------------------ loops

    def repeated(self, write: Callable[[], None]) -> None:
        """A loop's body, written with what holds in every round."""
        scope, at, mark = self.emitter.scope, len(self.lines), self.script.mark()
        start = dict(scope.kinds)
        for _ in range(6):
            entry = dict(scope.kinds)
            write()
            merged = {name: join(entry[name], scope.kinds.get(name)) if name in entry else kind
                      for name, kind in scope.kinds.items()}  # fmt: skip
            if all(merged.get(name) == kind for name, kind in entry.items()):
                scope.kinds = merged
                return
            del self.lines[at:]
            self.script.back(mark)
            scope.kinds = {name: merged.get(name, kind) for name, kind in start.items()}
            for name in start:
                scope.lows.pop(name, None)
        raise Untranslated("what a variable holds changes from round to round")

    def _for(self, node: For, tail: bool) -> None:
        if openings.adjustment_loop(self, node):
            return

        def body() -> None:
            text = self._loop_head(node)
            self.line(f"for {self.emitter.python(node.variable)} in {text}:")
            self.block(node.body)

        self.repeated(body)
        self.emitter.scope.zero_based.discard(node.variable)

    def _loop_head(self, node: For) -> str:
        """What a loop goes through; sets what is known of its variable."""
        emitter, scope = self.emitter, self.emitter.scope
        name = node.variable
        ends = range_ends(emitter, node.values)
        if ends is not None:
            only_positions = (
                uses.position_only([node.body], name)
                and not uses.assigned([node.body])[name]
                and not uses.reads_outside(self.body, name)
            )
            scope.set(name, COUNT)
            scope.lows[name] = ends[0].least
            scope.zero_based.discard(name)
            first, last = ends[0] + -1 if only_positions else ends[0], ends[1] if only_positions else ends[1] + 1
            if only_positions:
                scope.zero_based.add(name)
            return f"range({last})" if str(first) == "0" else f"range({first}, {last})"
        values = emitter.code(node.values)
        scope.zero_based.discard(name)
        kind = values.kind
        element = ANY
        if kind.of in ("number", "logical", "text") and kind.rank is not None:
            element = kind.with_(rank=0, labelled=False)
        scope.set(name, element)
        if kind.rank == 1 and (kind.plain or kind.of == "text"):
            return f"[{', '.join(map(str, values.items))}]" if values.items else values.text
        if kind.of == "list":
            return values.text
        return f"like_r.each({values})"

    def _while(self, node: While, tail: bool) -> None:
        def body() -> None:
            self.line(f"while {self.emitter.condition(node.condition)}:")
            self.block(node.body)

        self.repeated(body)

    def _repeat(self, node: Repeat, tail: bool) -> None:
        def body() -> None:
            self.line("while True:")
            self.block(node.body)

        self.repeated(body)

    # -------------------------------------------------------------------------------------------------- functions

    def function(self, name: str, node: Function) -> None:
        """``name = function(...) ...``."""
        scope = self.emitter.scope
        python = self.emitter.python(name)
        scope.set(name, Kind("function"))
        if self.indent == 0:
            while self.lines and self.lines[-1] == "":
                self.lines.pop()
            head = self.own_comments()
            apart = [Line("")] * 2 if len(self.lines) > head else []
            self.lines[len(self.lines) - head : len(self.lines) - head] = apart
        self.lines.extend(line.shifted(self.indent) for line in self.definition(python, node, name))
        if self.indent == 0:
            self.lines.extend([Line("")] * 2)

    def definition(self, python: str, node: Function, name: str | None = None) -> list[Line]:
        """The lines of a ``def``."""
        inner = Statements(self.script, functions.scope_of(self.emitter, node, name), [node.body])
        head = functions.parameters(inner.emitter, node, python)
        inner.indent = INDENT
        for line in functions.first_lines(inner.emitter, node):
            inner.line(line)
        inner.come_from(0, node.at.line)
        body = node.body
        inner.write(body.statements if isinstance(body, Block) else [body], tail=True)
        if isinstance(body, Block):
            inner.comments_before(body.end)
        if inner.emitter.scope.outer:
            outer = ", ".join(sorted(self.emitter.python(other) for other in inner.emitter.scope.outer))
            inner.lines.insert(0, Line(f"{' ' * INDENT}global {outer}"))
        if not any(line.strip() and not line.strip().startswith("#") for line in inner.lines):
            inner.lines.append(Line(f"{' ' * INDENT}pass"))
        if name in self.script.found.functions:
            results = inner.results or [Kind("null")]
            total = results[0]
            for kind in results[1:]:
                total = join(total, kind)
            facts = self.script.found.functions[name]
            facts.result = total
        return [*(Line(line, node.at.line) for line in wrapped(head, 0)), *inner.lines]

    # ------------------------------------------------------------------------------------------------------ TODOs

    def todo(self, node: Node, error: Untranslated) -> None:
        """A mark where a statement could not be said."""
        line = (error.node or node).at.line
        source = " ".join(deparse(node).split())
        short = source if len(source) <= 80 else f"{source[:77]}..."
        self.script.todos.append(f"R line {line}: {error.reason}: {short}")
        self.comment(f"# TODO(R line {line}): {error.reason}: {short}")
        needed = not isinstance(node, Call) or self.emitter.scope.parent is not None
        if needed:
            mark = f"raise NotImplementedError({quoted(f'R line {line}: {short}')})"
            self.lines.append(Line(" " * self.indent + mark, line))
            self.results.append(ANY)
        for part in uses.assigned([node], deep=False):
            self.emitter.scope.set(part, ANY)


def _has_statements(node: Node) -> bool:
    return isinstance(node, If) or (isinstance(node, Block) and len(node.statements) > 1)


def _is_choice(node: Node) -> bool:
    """Whether an ``if`` is one expression in Python."""
    parts = [node.then, node.otherwise] if isinstance(node, If) else []
    bodies = [part.statements if isinstance(part, Block) else (part,) for part in parts if part is not None]
    return bool(parts) and all(len(body) == 1 and not isinstance(body[0], Assign) for body in bodies)


def _pushed(node: Assign, value: Node | None) -> Node:
    """``x = if (...) {...}`` as an ``if`` whose branches assign to x last."""
    match value:
        case If(condition=condition, then=then, otherwise=otherwise):
            return If(condition, _pushed(node, then), _pushed(node, otherwise), at=node.at, end=node.end)
        case Block(statements=(*first, last)):
            return Block((*first, _pushed(node, last)), at=value.at, end=value.end)
        case None:
            return Assign(node.operator, node.target, Constant("NULL"), at=node.at, end=node.end)
    return Assign(node.operator, node.target, value, at=value.at, end=value.end)


def prints(node: Call, code: Code) -> bool:
    """Whether R would print the value of a call that stands alone."""
    silent = code.kind.of in ("null", "any", "function") or code.text.startswith(("print(", "plot"))
    return not silent and node.name not in ("print", "cat", "layout")
