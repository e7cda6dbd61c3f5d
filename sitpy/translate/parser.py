"""From words to a program: one function per construct, and binding powers for the operators, as in R's own grammar."""

from __future__ import annotations

from sitpy.errors import RSyntaxError
from sitpy.translate.lexer import Lexer, Token
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
    Parameter,
    Paren,
    Program,
    Repeat,
    Text,
    Unary,
    While,
)

# operator -> how tightly it binds to its left and to its right; more on the right groups from the left
BINDING: dict[str, tuple[int, int]] = {
    "?": (1, 2),
    "=": (4, 3),
    "<-": (6, 5),
    "<<-": (6, 5),
    "->": (7, 8),
    "->>": (7, 8),
    "~": (9, 10),
    "||": (11, 12),
    "|": (11, 12),
    "&&": (13, 14),
    "&": (13, 14),
    "==": (17, 18),
    "!=": (17, 18),
    "<": (17, 18),
    ">": (17, 18),
    "<=": (17, 18),
    ">=": (17, 18),
    "+": (19, 20),
    "-": (19, 20),
    "*": (21, 22),
    "/": (21, 22),
    "%%": (23, 24),
    "|>": (23, 24),
    ":": (25, 26),
    "^": (30, 29),
}
PREFIX = {"?": 2, "~": 10, "!": 15, "-": 27, "+": 27}
COMPARISONS = {"==", "!=", "<", ">", "<=", ">="}
ASSIGNMENTS = {"=", "<-", "<<-", "->", "->>"}
# what an argument of a call may be: anything but `name = value`, which names it
_ARGUMENT = 5
_STATEMENT = 0
_POSTFIX = {"(", "[", "[[", "$", "@"}


def binding(operator: str) -> tuple[int, int]:
    """How tightly an operator binds; all between percent signs bind alike."""
    return BINDING["%%" if operator.startswith("%") else operator]


def parse(source: str) -> Program:
    """Read an R program.

    Parameters
    ----------
    source : str
        The text of the script.

    Returns
    -------
    Program

    Raises
    ------
    RSyntaxError
        Where the text is not R: with line, column and what could have stood there.

    Examples
    --------
    >>> from sitpy.translate import deparse, parse
    >>> program = parse("x = -2 ^ 2  # minus four")
    >>> program.statements[0].value
    Unary(operator='-', operand=Binary(operator='^', left=Number(text='2'), right=Number(text='2')))
    >>> deparse(program.statements[0])
    'x = -2 ^ 2'
    """
    lexer = Lexer(source)
    tokens, comments = lexer.read()
    return Program(Parser(tokens).program(), tuple(comments), tuple(lexer.source.split("\n")))


class Parser:
    """Walks over the words once, from left to right."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._i = 0
        self._braces = 0

    # ------------------------------------------------------------------------------------------------ words

    @property
    def _now(self) -> Token:
        return self._tokens[self._i]

    @property
    def _last_line(self) -> int:
        return self._tokens[self._i - 1].line_end

    def _next(self) -> Token:
        token = self._now
        self._i += token.kind != "end"
        return token

    def _is(self, *values: str) -> bool:
        return self._now.kind in ("operator", "keyword") and self._now.value in values

    def _take(self, value: str, expected: str | None = None) -> Token:
        if not self._is(value):
            raise self._error(expected or repr(value))
        return self._next()

    def _skip_lines(self) -> None:
        while self._now.kind == "newline":
            self._next()

    def _error(self, expected: str) -> RSyntaxError:
        token = self._now
        return RSyntaxError(f"found {token}", token.at.line, token.at.column, expected)

    # ------------------------------------------------------------------------------------------- statements

    def program(self) -> tuple[Node, ...]:
        """All statements."""
        statements = self._statements("end")
        if self._now.kind != "end":
            raise self._error("a new statement")
        return statements

    def _statements(self, closing: str) -> tuple[Node, ...]:
        statements: list[Node] = []
        while True:
            while self._now.kind == "newline" or self._is(";"):
                self._next()
            if self._now.kind == "end" or self._is(closing):
                return tuple(statements)
            statements.append(self._expression(_STATEMENT))
            if not (self._now.kind in ("newline", "end") or self._is(";", closing)):
                raise self._error("an operator, or the end of the statement")

    def _block(self) -> Node:
        at = self._take("{").at
        self._braces += 1
        statements = self._statements("}")
        self._braces -= 1
        self._take("}")
        return Block(statements, at=at, end=self._last_line)

    # ------------------------------------------------------------------------------------------ expressions

    def _expression(self, least: int) -> Node:
        """An expression whose operators bind at least so tightly."""
        left = self._prefix()
        while True:
            operator = self._operator()
            if operator is None or binding(operator)[0] < least:
                return left
            left = self._infix(left, operator)

    def _operator(self) -> str | None:
        value = self._now.value
        known = self._now.kind == "operator" and (value in BINDING or value.startswith("%"))
        return value if known else None

    def _infix(self, left: Node, operator: str) -> Node:
        token = self._next()
        self._skip_lines()
        right = self._expression(binding(operator)[1])
        if operator in COMPARISONS and self._operator() in COMPARISONS:
            raise self._error("'&' between two comparisons, which R does not chain")
        if operator in ASSIGNMENTS:
            return self._assignment(left, operator, right, token)
        if operator == "|>":
            return self._pipe(left, right, token)
        return Binary(operator, left, right, at=left.at, end=self._last_line)

    def _assignment(self, left: Node, operator: str, right: Node, token: Token) -> Node:
        at = left.at
        if operator.startswith("-"):
            left, right, operator = right, left, "<<-" if operator == "->>" else "<-"
        if isinstance(left, Text):
            left = Name(left.value, at=left.at, end=left.end)
        root = left
        while isinstance(root, (Index, Field, Call)):
            below = root.arguments[0].value if isinstance(root, Call) and root.arguments else None
            root = root.object if isinstance(root, (Index, Field)) else below or Number("0")
        if not isinstance(root, (Name, Text)):
            raise RSyntaxError(
                f"found the assignment {token.value!r}", token.at.line, token.at.column, "a variable to assign to"
            )
        return Assign(operator, left, right, at=at, end=self._last_line)

    def _pipe(self, left: Node, right: Node, token: Token) -> Node:
        if not isinstance(right, Call):
            raise RSyntaxError("found '|>'", token.at.line, token.at.column, "a call such as f() to its right")
        return Call(right.function, (Argument(None, left, at=left.at), *right.arguments), at=left.at, end=right.end)

    def _prefix(self) -> Node:
        token = self._now
        if token.kind == "operator" and token.value in PREFIX:
            self._next()
            self._skip_lines()
            operand = self._expression(PREFIX[token.value])
            return Unary(token.value, operand, at=token.at, end=self._last_line)
        constructs = {
            "if": self._if,
            "for": self._for,
            "while": self._while,
            "repeat": self._repeat,
            "function": self._function,
            "\\": self._function,
        }
        if token.kind in ("keyword", "operator") and token.value in constructs:
            return constructs[token.value]()
        return self._postfix(self._primary())

    def _primary(self) -> Node:
        token = self._now
        if token.kind in ("number", "text", "constant", "name"):
            self._next()
            if token.kind in ("name", "text") and self._is("::", ":::"):
                operator = self._next().value
                if self._now.kind not in ("name", "text"):
                    raise self._error(f"a name after {operator!r}")
                return Namespace(token.value, self._next().value, operator, at=token.at, end=token.line_end)
            node: type[Number | Text | Constant | Name] = {
                "number": Number,
                "text": Text,
                "constant": Constant,
                "name": Name,
            }[token.kind]  # type: ignore[assignment]
            return node(token.value, at=token.at, end=token.line_end)
        if self._is("break", "next"):
            return Jump(self._next().value, at=token.at, end=token.line_end)
        if self._is("("):
            self._next()
            inner = self._expression(_STATEMENT)
            self._take(")", "')' or an operator")
            return Paren(inner, at=token.at, end=self._last_line)
        if self._is("{"):
            return self._block()
        if self._is("else"):
            raise self._error("an expression: outside of braces 'else' stands on the line on which its 'if' ends")
        raise self._error("an expression")

    def _postfix(self, node: Node) -> Node:
        while self._now.kind == "operator" and self._now.value in _POSTFIX:
            opening = self._next().value
            if opening in ("$", "@"):
                node = self._field(node, opening)
            else:
                closing = {"(": ")", "[": "]", "[[": "]]"}[opening]
                arguments = self._arguments(closing)
                end = self._last_line
                if opening == "(":
                    node = Call(node, arguments, at=node.at, end=end)
                else:
                    node = Index(node, arguments, opening == "[[", at=node.at, end=end)
        return node

    def _field(self, node: Node, operator: str) -> Node:
        self._skip_lines()
        token = self._now
        if token.kind in ("name", "text", "constant"):
            self._next()
            return Field(node, token.value, operator, at=node.at, end=token.line_end)
        if self._is("("):
            inner = self._primary()
            return Index(node, (Argument(None, inner, at=inner.at),), True, at=node.at, end=self._last_line)
        raise self._error(f"a name after {operator!r}")

    def _arguments(self, closing: str) -> tuple[Argument, ...]:
        arguments: list[Argument] = []
        while True:
            arguments.append(self._argument(closing))
            if self._is(","):
                self._next()
                continue
            self._take(closing, f"',' or {closing!r}")
            only_blank = len(arguments) == 1 and arguments[0] == Argument(None, None)
            return () if only_blank else tuple(arguments)

    def _argument(self, closing: str) -> Argument:
        token = self._now
        if self._is(",", closing):
            return Argument(None, None, at=token.at)
        following = self._tokens[self._i + 1] if token.kind != "end" else token
        if token.kind in ("name", "text", "constant") and (following.kind, following.value) == ("operator", "="):
            self._next()
            self._next()
            value = None if self._is(",", closing) else self._expression(_ARGUMENT)
            return Argument(token.value, value, at=token.at, end=self._last_line)
        return Argument(None, self._expression(_ARGUMENT), at=token.at, end=self._last_line)

    # -------------------------------------------------------------------------------------------- constructs

    def _condition(self) -> Node:
        self._take("(", "'(' and a condition")
        condition = self._expression(_STATEMENT)
        self._take(")", "')' or an operator")
        self._skip_lines()
        return condition

    def _if(self) -> Node:
        at = self._next().at
        condition = self._condition()
        then = self._expression(3)
        back = self._i
        if self._braces:
            self._skip_lines()
        if not self._is("else"):
            self._i = back
            return If(condition, then, at=at, end=self._last_line)
        self._next()
        self._skip_lines()
        return If(condition, then, self._expression(3), at=at, end=self._last_line)

    def _for(self) -> Node:
        at = self._next().at
        self._take("(")
        if self._now.kind != "name":
            raise self._error("the name of a variable")
        variable = self._next().value
        self._take("in")
        values = self._expression(_STATEMENT)
        self._take(")", "')' or an operator")
        self._skip_lines()
        return For(variable, values, self._expression(3), at=at, end=self._last_line)

    def _while(self) -> Node:
        at = self._next().at
        condition = self._condition()
        return While(condition, self._expression(3), at=at, end=self._last_line)

    def _repeat(self) -> Node:
        at = self._next().at
        self._skip_lines()
        return Repeat(self._expression(3), at=at, end=self._last_line)

    def _function(self) -> Node:
        at = self._next().at
        self._take("(", "'(' and the parameters")
        parameters: list[Parameter] = []
        while not self._is(")"):
            parameters.append(self._parameter({parameter.name for parameter in parameters}))
            if not self._is(")"):
                self._take(",", "',' or ')'")
                if self._is(")"):
                    raise self._error("the name of a parameter")
        self._next()
        self._skip_lines()
        return Function(tuple(parameters), self._expression(3), at=at, end=self._last_line)

    def _parameter(self, before: set[str]) -> Parameter:
        token = self._now
        if token.kind != "name" or token.value in before:
            raise self._error("the name of a parameter, each once")
        self._next()
        default = None
        if self._is("="):
            self._next()
            default = self._expression(_ARGUMENT)
        return Parameter(token.value, default, at=token.at, end=self._last_line)
