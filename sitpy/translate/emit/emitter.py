"""Expressions: every node of R becomes a piece of Python, or an `Untranslated` says why not."""

from __future__ import annotations

import re
from collections.abc import Callable

from sitpy.names import HELPERS, R_NAMES
from sitpy.translate.deparse import deparse
from sitpy.translate.emit import applying, functions, indexing, operators
from sitpy.translate.emit.code import (
    AND,
    ATOM,
    COMPARE,
    LAMBDA,
    NOT,
    OR,
    TERNARY,
    Code,
    Linear,
    Term,
    atom,
    from_linear,
    quoted,
)
from sitpy.translate.emit.kinds import (
    ANY,
    FIELDS,
    FUNCTION,
    LOGICAL,
    NULL,
    NUMBER,
    RECORDS,
    SERIES,
    TEXT,
    WHOLE,
    Kind,
    join,
)
from sitpy.translate.emit.registry import CALLS, Untranslated
from sitpy.translate.emit.state import Scope, Script
from sitpy.translate.nodes import (
    Binary,
    Block,
    Call,
    Constant,
    Field,
    Function,
    If,
    Index,
    Name,
    Namespace,
    Node,
    Number,
    Paren,
    Text,
    Unary,
    bare,
    walk,
)

TOOLBOX = {name for names in R_NAMES.values() for name in names}
RESERVED_FIELDS = {"return": "return_", "lambda": "lambda_"}

CONSTANTS: dict[str, Code] = {
    "TRUE": Code("True", LOGICAL),
    "FALSE": Code("False", LOGICAL),
    "T": Code("True", LOGICAL),
    "F": Code("False", LOGICAL),
    "NULL": Code("None", NULL),
    "Inf": Code("np.inf", NUMBER),
    "NaN": Code("np.nan", NUMBER.with_(missing=True)),
    "pi": Code("np.pi", NUMBER),
    "NA": Code("np.nan", NUMBER.with_(missing=True)),
    "NA_real_": Code("np.nan", NUMBER.with_(missing=True)),
    "NA_integer_": Code("np.nan", NUMBER.with_(missing=True)),
    "NA_character_": Code("None", TEXT.with_(missing=True)),
}


class Emitter:
    """Makes Python of expressions, in one scope of one pass."""

    def __init__(self, script: Script, scope: Scope) -> None:
        self.script = script
        self.scope = scope

    # -------------------------------------------------------------------------------------------- what is needed

    def from_toolbox(self, name: str) -> str:
        """The Python name of a function of SIT, imported."""
        python = name.replace(".", "_")
        if name in R_NAMES[HELPERS] and name != "layout":
            return f"r.{python}"
        self.script.toolbox.add(python)
        return python

    def python(self, name: str) -> str:
        """The Python name of a variable."""
        return self.scope.python(name) or self.script.names.get(name, name.replace(".", "_"))

    # ------------------------------------------------------------------------------------------------- expressions

    def code(self, node: Node) -> Code:
        """The Python of an expression."""
        kinds: dict[type[Node], Callable[..., Code]] = {
            Number: self._number,
            Text: lambda text: Code(quoted(text.value), TEXT),
            Constant: lambda constant: CONSTANTS[constant.name],
            Name: self._name,
            Paren: lambda paren: self.code(paren.inner),
            Unary: lambda unary: operators.unary(self, unary),
            Binary: lambda binary: operators.binary(self, binary),
            Index: lambda index: indexing.read(self, index),
            Field: self._field,
            Call: self._call,
            If: self._choice,
            Function: lambda function: functions.anonymous(self, function),
            Block: self._block,
        }
        if type(node) not in kinds:
            raise Untranslated(f"{deparse(node)} has no value in Python", node)
        return kinds[type(node)](node)

    def _number(self, node: Number) -> Code:
        if node.text.endswith("i"):
            raise Untranslated("complex numbers are not known", node)
        if not node.whole:
            return Code(node.text, NUMBER)
        value = int(node.value)
        plain = node.text.rstrip("L")
        text = str(value) if plain.isdigit() or abs(value) < 10**6 else plain
        positive = value >= 1
        made = from_linear(Linear((), value), WHOLE.with_(positive=positive))
        return made if text == str(value) else Code(text, made.kind, ATOM, linear=None)

    def _name(self, node: Name) -> Code:
        name, scope = node.name, self.scope
        if scope.has(name):
            return self.variable(name)
        if name in CONSTANTS:
            return CONSTANTS[name]
        market = self.market_column(name)
        if market is not None:
            return market
        if name in TOOLBOX:
            return Code(self.from_toolbox(name), FUNCTION)
        if name in applying.AS_VALUES:
            text = applying.AS_VALUES[name]
            return Code(text, FUNCTION, LAMBDA if text.startswith("lambda") else ATOM)
        raise Untranslated(f"nothing in the script assigns {name}", node)

    def variable(self, name: str) -> Code:
        """A variable with a value."""
        kind, python = self.scope.kind(name), self.python(name)
        if name in self.script.found.functions:
            self.script.found.functions[name].escapes = True
            return Code(python, FUNCTION)
        zero_based = self.scope.is_zero_based(name)
        if kind.scalar and kind.whole:
            low = self.scope.low(name, kind)
            return from_linear(Linear((Term(python, 1, low - zero_based),), int(zero_based)), kind)
        if zero_based:
            zero = Code(python, kind)
            return operators.after_zero(zero, kind)
        return Code(python, kind)

    def _field(self, node: Field) -> Code:
        if isinstance(node.object, Name) and not self.scope.has(node.object.name):
            if node.object.name in self.script.downloads:
                return self.price_of(node.name)
            raise Untranslated(f"nothing in the script assigns {node.object.name}", node)
        base = self.code(node.object)
        if base.kind.of == "env":
            return self.price_of(node.name)
        if base.kind.labelled or base.kind.of == "models":
            return Code(f"{base.at(ATOM)}[{quoted(node.name)}]", SERIES if base.kind.rank == 2 else ANY)
        kind = self.scope.kinds.get(deparse(node)) or FIELDS.get((base.kind.of, node.name), ANY)
        name = RESERVED_FIELDS.get(node.name, node.name.replace(".", "_"))
        if not name.isidentifier():
            return Code(f"{base.at(ATOM)}[{quoted(node.name)}]", kind)
        text = f"{base.at(ATOM)}.{name}"
        if (base.kind.of, node.name) == ("ia", "symbols"):
            return Code(f"np.array({text})", kind)
        if kind.scalar and kind.whole:
            return from_linear(atom(text, kind), kind)
        return Code(text, kind)

    def _block(self, node: Block) -> Code:
        if len(node.statements) != 1:
            raise Untranslated("several statements in braces have no place within an expression", node)
        return self.code(node.statements[0])

    def _choice(self, node: If) -> Code:
        test, then = self.condition(node.condition), self.code(node.then)
        otherwise = Code("None", NULL) if node.otherwise is None else self.code(node.otherwise)
        kind = join(then.kind, otherwise.kind)
        return Code(f"{then.at(OR)} if {test.at(OR)} else {otherwise.at(TERNARY)}", kind, TERNARY)

    # ------------------------------------------------------------------------------------------------------- calls

    def _call(self, node: Call) -> Code:
        name = node.name
        if not name:
            return functions.call_of_value(self, self.code(node.function), node)
        if isinstance(node.function, (Name, Text)):
            if name in self.script.found.functions:
                return functions.call_of_own(self, name, node)
            if self.scope.has(name) and self._holds_function(name):
                return functions.call_of_value(self, self.variable(name), node)
        elif isinstance(node.function, Namespace) and name not in CALLS and name not in TOOLBOX:
            raise Untranslated(f"sitpy does not know {deparse(node.function)}", node)
        if name in CALLS:
            return CALLS[name](self, node)
        if name in TOOLBOX:
            return CALLS["*toolbox*"](self, node)
        raise Untranslated(f"sitpy does not know {name}", node)

    def _holds_function(self, name: str) -> bool:
        """R looks for functions only where a name is called."""
        kind = self.scope.kind(name)
        return kind.of == "function" or (kind.of == "any" and name not in CALLS and name not in TOOLBOX)

    # -------------------------------------------------------------------------------------------------- conditions

    def condition(self, node: Node) -> Code:
        """A truth value for ``if`` and ``while``, which R refuses when it is missing."""
        inner = bare(node)
        if isinstance(inner, Binary) and inner.operator in ("&&", "||"):
            left, right = self.condition(inner.left), self.condition(inner.right)
            word, level = ("and", AND) if inner.operator == "&&" else ("or", OR)
            if word == "or":  # which reads more easily with parentheses around "and"
                left, right = (Code(f"({s})", s.kind) if s.level == AND else s for s in (left, right))
            return Code(f"{left.at(level)} {word} {right.at(level + 1)}", LOGICAL, level)
        if isinstance(inner, Unary) and inner.operator == "!":
            test = self.condition(inner.operand)
            asked = re.fullmatch(r"(.+?) (is None|not in [\w.]+)", test.text)
            if asked and test.level == COMPARE:
                turned = {"is None": "is not None"}.get(asked[2], asked[2].removeprefix("not "))
                return Code(f"{asked[1]} {turned}", LOGICAL, COMPARE)
            return Code(f"not {test.at(NOT)}", LOGICAL, NOT)
        made = self.code(node)
        if made.kind.scalar and not made.kind.missing:
            return made
        return Code(f"like_r.true({made})", LOGICAL)

    # ------------------------------------------------------------------------------------------------------ market

    def market_column(self, name: str) -> Code | None:
        """The prices of a symbol that was downloaded under its own name."""
        if self.script.market is None or name not in self.script.market:
            return None
        return self.price_of(name)

    def price_of(self, symbol: str) -> Code:
        """The prices of a symbol."""
        return Code(f"prices[{quoted(symbol)}]", SERIES.with_(of="number"))

    # --------------------------------------------------------------------------------------------------- little ones

    def own(self, node: Node) -> str:
        """A value that is kept in a list, its own where a part of a variable in it is changed somewhere."""
        made = self.code(node)
        if made.fresh or made.kind.rank == 0 or made.kind.of in ("null", "function"):
            return made.text
        names = {part.name for part in walk(node) if isinstance(part, Name)}
        if not names & self.script.changed:
            return made.text
        return f"{made.at(ATOM)}.copy()" if made.kind.array or made.kind.labelled else f"deepcopy({made})"

    def array(self, made: Code) -> str:
        """The values as a NumPy array, whatever they are now."""
        if made.kind.plain:
            return made.text
        if made.kind.labelled and made.kind.of in ("number", "logical", "prices"):
            return f"{made.at(ATOM)}.to_numpy()"
        return f"np.asarray({made})"

    def is_record(self, kind: Kind) -> bool:
        """Whether ``$`` reads a field."""
        return kind.of in RECORDS
