"""What a translation gathers: names, imports, notes, open points, and what is known of variables and functions."""

from __future__ import annotations

import builtins
import keyword
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from sitpy.names import R_NAMES
from sitpy.translate.emit import uses
from sitpy.translate.emit.kinds import ANY, Kind, join
from sitpy.translate.nodes import Comment, Function, Program

_TAKEN = (
    {"np", "pd", "plt", "r", "like_r", "deepcopy", "prices", "rng", "warnings"}
    | set(dir(builtins))
    | set(keyword.kwlist)
)


def python_names(program: Program, names: Counter[str], functions: Iterable[str]) -> dict[str, str]:
    """A Python name for every variable of the script: dots become underscores, and no two share one."""
    own = set(functions)
    toolbox = {name.replace(".", "_") for names in R_NAMES.values() for name in names}
    chosen: dict[str, str] = {}
    for name in sorted(names):
        python = re.sub(r"\W", "_", name.replace(".", "_")) or "_"
        python = f"x{python}" if python[0].isdigit() or python.startswith("_") else python
        if python in _TAKEN or (python in toolbox and name not in own):
            python += "_"
        while python in chosen.values():
            python += "_"
        chosen[name] = python
    return chosen


@dataclass
class FunctionFacts:
    """A function of the script: what its arguments were where it is called, and what it returns."""

    node: Function
    arguments: dict[str, Kind] = field(default_factory=dict)
    result: Kind | None = None
    escapes: bool = False

    def see(self, parameter: str, kind: Kind) -> None:
        """Note an argument of a call."""
        known = self.arguments.get(parameter)
        self.arguments[parameter] = kind if known is None else join(known, kind)


@dataclass
class Facts:
    """What one pass over the script found out and the next may rely on."""

    functions: dict[str, FunctionFacts] = field(default_factory=dict)
    globals: dict[str, Kind] = field(default_factory=dict)

    def see_global(self, name: str, kind: Kind) -> None:
        """Note what a variable at the top is given."""
        known = self.globals.get(name)
        self.globals[name] = kind if known is None else join(known, kind)

    def agree(self, other: Facts) -> bool:
        """Whether another pass found the same."""
        mine, theirs = (
            {name: (f.arguments, f.result, f.escapes) for name, f in facts.functions.items()} for facts in (self, other)
        )
        return mine == theirs and self.globals == other.globals


@dataclass
class Script:
    """The state of one pass over a script."""

    program: Program
    names: dict[str, str]
    counts: Counter[str]
    filled: set[str]
    changed: set[str]
    shared: set[str]
    known: Facts
    prices: str | None
    devices: bool = False
    connections: frozenset[str] = frozenset()
    """The variables that hold a connection to the toolbox."""
    found: Facts = field(default_factory=Facts)
    imports: set[str] = field(default_factory=set)
    toolbox: set[str] = field(default_factory=set)
    todos: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)
    symbols: dict[str, tuple[str, ...]] = field(default_factory=dict)
    market: tuple[str, ...] | None = None
    downloads: set[str] = field(default_factory=set)
    market_text: str = ""
    prices_read: bool = False
    unbuilt: set[str] = field(default_factory=set)
    unsaved: bool = False
    saving: str | None = None
    hoisted: dict[int, str] = field(default_factory=dict)
    begun_empty: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.comments = list(self.program.comments)
        self.begun_empty = uses.begun_empty(self.program.statements)
        self.found.functions = {name: FunctionFacts(facts.node) for name, facts in self.known.functions.items()}

    def note(self, line: int, text: str) -> None:
        """Something the reader should know, once."""
        full = f"R line {line}: {text}"
        if full not in self.notes:
            self.notes.append(full)

    def mark(self) -> Mark:
        """Where to come back to when a part is translated again."""
        return Mark(list(self.todos), list(self.notes), list(self.comments), dict(self.hoisted))

    def back(self, mark: Mark) -> None:
        """Forget what a part has added."""
        self.todos, self.notes, self.comments = list(mark.todos), list(mark.notes), list(mark.comments)
        self.hoisted = dict(mark.hoisted)


@dataclass(frozen=True)
class Mark:
    """What a part may add to, as it was before."""

    todos: list[str]
    notes: list[str]
    comments: list[Comment]
    hoisted: dict[int, str]


class Scope:
    """What is known of the variables at one place; fields are entered as ``x$name``.

    In an `immediate` scope, that of a function called where it stands, what is known outside holds within too.
    """

    def __init__(
        self, script: Script, parent: Scope | None = None, local: Iterable[str] = (), immediate: bool = False
    ) -> None:
        self.script = script
        self.immediate = immediate
        self.parent = parent
        self.local = set(local)
        self.kinds: dict[str, Kind] = {}
        self.with_fields: set[str] = set()
        self.renamed: dict[str, str] = {}
        self.zero_based: set[str] = set()
        self.outer: set[str] = set()
        self.lows: dict[str, float] = {}
        self.owner: str | None = None if parent is None else parent.owner

    def has(self, name: str) -> bool:
        """Whether a variable has a value here."""
        if name in self.kinds:
            return True
        if self.parent is None:
            return False
        return self.parent.has(name) or (self.parent.parent is None and self.script.counts[name] > 0)

    def kind(self, name: str) -> Kind:
        """What is known of a variable; of one outside of this function only what always holds."""
        if self.parent is None and name in self.script.shared:
            return self.script.known.globals.get(name, ANY)
        if name in self.kinds:
            return self.kinds[name]
        if self.parent is None:
            return ANY
        if self.immediate:
            return self.parent.kind(name)
        if self.parent.parent is None:
            return self.script.known.globals.get(name, ANY)
        return ANY

    def python(self, name: str) -> str | None:
        """The other name that a variable has in Python here, where it is a function's own copy of an outer one."""
        if name in self.renamed:
            return self.renamed[name]
        inherited = self.parent is not None and name not in self.local
        return self.parent.python(name) if inherited and self.parent is not None else None

    def low(self, name: str, kind: Kind) -> float:
        """What a whole number is never below."""
        if name in self.lows:
            return self.lows[name]
        if self.immediate and self.parent is not None and name not in self.kinds:
            return self.parent.low(name, kind)
        return 1 if kind.positive else float("-inf")

    def is_zero_based(self, name: str) -> bool:
        """Whether the Python variable counts from 0 where R's counts from 1."""
        if name in self.kinds or self.parent is None:
            return name in self.zero_based
        return self.parent.is_zero_based(name)

    def set(self, name: str, kind: Kind) -> None:
        """A variable got a value; what was known of its fields is gone."""
        if name in self.with_fields:
            for other in [key for key in self.kinds if key.startswith(f"{name}$")]:
                del self.kinds[other]
        self.kinds[name] = kind
        self.lows.pop(name, None)
        if self.parent is None:
            self.script.found.see_global(name, kind)

    def set_field(self, key: str, kind: Kind) -> None:
        """A field got a value."""
        self.kinds[key] = kind
        self.with_fields.add(key.partition("$")[0])
