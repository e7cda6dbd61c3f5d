"""Reading R: programs come back from their own source, grouping is R's, and what is no R is said with its place."""

from __future__ import annotations

import dataclasses
import re
import subprocess
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import RSCRIPT

import sitpy
from sitpy.translate import deparse, parse
from sitpy.translate.lexer import Lexer
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

# ------------------------------------------------------------------------------------------------ random programs

NAMES = st.sampled_from(["x", "y.z", "ef.risk", "f", ".hidden", "my name", "if", "n2", "T"])
BINARY = ["+", "-", "*", "/", "^", ":", "%%", "%in%", "%*%", "==", "<", ">=", "&", "&&", "|", "||", "~"]
ATOMS = st.one_of(
    st.builds(Name, NAMES),
    st.sampled_from(["0", "1", "2.5", "1e-3", "0x1F", "10L", ".5"]).map(Number),
    st.text("ab\"'\\\n\t#%é", max_size=4).map(Text),
    st.sampled_from(["TRUE", "NULL", "NA", "Inf"]).map(Constant),
)


def compound(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    argument = st.builds(Argument, st.none() | NAMES, inner)
    arguments = st.lists(argument, max_size=3).map(tuple)
    places = st.lists(st.builds(Argument, st.none(), st.none() | inner), min_size=2, max_size=3).map(tuple)
    block = st.lists(inner, max_size=3).map(lambda statements: Block(tuple(statements)))
    parameters = st.lists(
        st.builds(Parameter, NAMES, st.none() | inner), max_size=2, unique_by=lambda parameter: parameter.name
    )
    return st.one_of(
        st.builds(Binary, st.sampled_from(BINARY), inner, inner),
        st.builds(Unary, st.sampled_from(["-", "+", "!", "~"]), inner),
        st.builds(Call, st.builds(Name, NAMES), arguments),
        st.builds(Call, inner, arguments),
        st.builds(Index, inner, places, st.booleans()),
        st.builds(Field, inner, NAMES),
        st.builds(Paren, inner),
        st.builds(Assign, st.sampled_from(["=", "<-", "<<-"]), st.builds(Name, NAMES), inner),
        st.builds(If, inner, inner | block, st.none() | inner | block),
        st.builds(For, NAMES, inner, inner | block),
        st.builds(While, inner, block),
        st.builds(Repeat, st.just(Block((Jump("break"),)))),
        st.builds(Function, parameters.map(tuple), inner | block),
        block,
    )


EXPRESSIONS = st.recursive(ATOMS, compound, max_leaves=12)
PROGRAMS = st.lists(EXPRESSIONS, max_size=4).map(lambda statements: Program(tuple(statements)))


def without_parens(part: Any) -> Any:
    """A program without the parentheses that only group."""
    if isinstance(part, Paren):
        return without_parens(part.inner)
    if isinstance(part, tuple):
        return tuple(without_parens(each) for each in part)
    if dataclasses.is_dataclass(part) and isinstance(part, (Node, Program)):
        kept = {field.name: without_parens(getattr(part, field.name)) for field in dataclasses.fields(part)}
        return type(part)(**kept)
    return part


@settings(max_examples=120)
@given(PROGRAMS)
def test_a_program_comes_back_from_its_source(program: Program) -> None:
    again = parse(deparse(program))
    assert without_parens(again) == without_parens(program)
    assert parse(deparse(again)) == again


def interrupted(source: str, draw: Any) -> str:
    """The same program with blanks, ends of lines and comments wherever R allows them."""
    tokens, _ = Lexer(source).read()
    starts = [0]
    for line in source.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    parts, last, opened = [], 0, []
    for token in tokens:
        at = starts[token.at.line - 1] + token.at.column - 1
        within = bool(opened) and opened[-1] != "{"
        gap = draw(st.sampled_from(["", " ", "\t", "\n", " # a (note\n  "] if within else ["", " "]))
        parts += [source[last:at], gap if token.kind not in ("newline", "end") else ""]
        last = at
        if token.kind == "operator" and token.value in ("(", "[", "[[", "{"):
            opened.append(token.value)
        elif token.kind == "operator" and token.value in (")", "]", "]]", "}"):
            opened.pop()
    return "".join([*parts, source[last:]])


@settings(max_examples=80)
@given(PROGRAMS, st.data())
def test_blanks_lines_and_comments_change_nothing(program: Program, data: st.DataObject) -> None:
    source = deparse(program)
    noisy = interrupted(source, data.draw)
    again = parse(noisy)
    assert again == parse(source)
    assert len(again.comments) == noisy.count("# a (note")


TREE = r"""
.tree <- function(e) {
  if (missing(e)) return('')
  if (is.null(e)) return('NULL')
  if (is.name(e)) return(as.character(e))
  if (is.character(e)) return('text')
  if (is.pairlist(e)) return(paste0('(', paste(names(e), sapply(e, .tree), collapse = ' '), ')'))
  if (!is.call(e)) return(format(e, digits = 15))
  parts <- as.list(e)
  if (identical(parts[[1]], as.name('function'))) parts <- parts[1:3]
  if (identical(parts[[1]], as.name('('))) return(.tree(parts[[2]]))
  paste0('(', paste(lapply(seq_along(parts), function(i) .tree(parts[[i]])), collapse = ' '), ')')
}
con <- file('stdin')
for (line in readLines(con)) cat(.tree(parse(text = line)[[1]]), '\n', sep = '')
"""


def tree(node: Any) -> str:
    """R's own form of an expression, as `TREE` writes it."""
    match node:
        case Name(name=name):
            return str(name)
        case Number(text=text):
            return str(text)
        case Paren(inner=inner):
            return tree(inner)
        case Binary(operator=operator, left=left, right=right):
            return f"({operator} {tree(left)} {tree(right)})"
        case Unary(operator=operator, operand=operand):
            return f"({operator} {tree(operand)})"
        case Call(function=function, arguments=arguments):
            return f"({tree(function)} {tree(arguments[0].value)})"
        case Index(object=base, arguments=arguments):
            return f"([ {tree(base)} {tree(arguments[0].value)})"
        case Field(object=base, name=name):
            return f"($ {tree(base)} {name})"
        case If(condition=condition, then=then, otherwise=otherwise):
            return f"(if {' '.join(tree(part) for part in (condition, then, otherwise) if part is not None)})"
    raise AssertionError(node)


@pytest.mark.skipif(RSCRIPT is None, reason="R's Rscript is not installed")
def test_operators_group_as_in_r() -> None:
    """Random operands without parentheses: the text alone decides, in R and here."""
    import random

    draw = random.Random(1)
    operators = [*BINARY, "- -", "* -", "^ -", ": -", "& !", "%in% -", "<-"]
    lines = []
    for _ in range(400):
        parts = [draw.choice(["x", "-x", "!x", "f(x)", "x$a", "-x[1]"])]
        compared = False
        for _ in range(draw.randint(1, 4)):
            operator = draw.choice(operators)
            if operator in ("==", "<", ">=") and compared:
                continue
            compared = compared or operator in ("==", "<", ">=")
            if operator == "<-":
                continue
            parts += [operator, draw.choice(["y", "2", "f(y)", "y$a"])]
        lines.append(" ".join(parts))
    done = subprocess.run(
        [str(RSCRIPT), "--vanilla", "-e", TREE], input="\n".join(lines), capture_output=True, text=True, check=True
    )
    assert [tree(parse(line).statements[0]) for line in lines] == done.stdout.splitlines()


# ------------------------------------------------------------------------------------------------- small readings


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("5 -> x", "x <- 5"),
        ("x ->> y", "y <<- x"),
        ("-2^2", "-2 ^ 2"),
        ("(1:3)[2]", "(1:3)[2]"),
        ("\\(x) x + 1", "function(x) x + 1"),
        ("x |> f(2) |> g()", "g(f(x, 2))"),
        ("a[b[[1]]]", "a[b[[1]]]"),
        ("'it\\'s'", '"it\'s"'),
        (r"r'(a\b)'", r'"a\\b"'),
        ('"\\u00e9\\x41"', '"éA"'),
        ("f(a = , b)", "f(a =, b)"),
        ("x[, 1]", "x[, 1]"),
        ("quantmod::Ad(x)", "quantmod::Ad(x)"),
        ("if (a) b else if (c) d else e", "if (a) b else if (c) d else e"),
        ("function(x, ...) x", "function(x, ...) x"),
        ("f(function(x) x, 2)", "f(function(x) x, 2)"),
        ("x = y <- 1", "x = y <- 1"),
    ],
)
def test_what_is_read_is_written(source: str, expected: str) -> None:
    assert deparse(parse(source).statements[0]) == expected


def test_lines_end_statements_only_where_r_ends_them() -> None:
    source = "x = 1 +\n  2\ny = f(1,\n  2)\n{\n  if (a) b\n  else c\n}\nz = (1\n+ 2)"
    statements = parse(source).statements
    assert [deparse(node).split("\n")[0] for node in statements] == ["x = 1 + 2", "y = f(1, 2)", "{", "z = (1 + 2)"]
    assert [node.at.line for node in statements] == [1, 3, 5, 9]


def test_comments_are_kept_with_their_places() -> None:
    program = parse("# one\nx = '# no comment' # two\n")
    assert [(comment.text, comment.line, comment.alone) for comment in program.comments] == [
        ("# one", 1, True),
        ("# two", 2, False),
    ]


def test_lines_may_end_as_on_any_system() -> None:
    assert len(parse("\ufeffx = 1\r\ny = 2\rz = 3").statements) == 3


# ------------------------------------------------------------------------------------------------------- mistakes


@pytest.mark.parametrize(
    ("source", "line", "column", "found", "expected"),
    [
        ("x = c(1,\n2", 1, 6, r"'\(' is never closed", r"'\)'"),
        ("x = )", 1, 5, r"found '\)'", "no bracket is open"),
        ("f(1]", 1, 4, r"found ']'", r"'\)', for '\(' of line 1"),
        ("x = 1\ny = 2 3", 2, 7, "found '3'", "an operator, or the end of the statement"),
        ("if a", 1, 4, "found 'a'", "'\\(' and a condition"),
        ("for (1 in x) y", 1, 6, "found '1'", "the name of a variable"),
        ("for (i of x) y", 1, 8, "found 'of'", "'in'"),
        ("x = 'abc", 1, 5, "a string is never closed", '"\'"'),
        ("x = r'(abc'", 1, 5, "a raw string is never closed", r"\)'"),
        ("if (a) {\n}\nelse b", 3, 1, "found 'else'", "an expression"),
        ("a < b < c", 1, 7, "found '<'", "between two comparisons"),
        ("f(a b)", 1, 5, "found 'b'", r"',' or '\)'"),
        ("x = 5 *", 1, 8, "found the end of the script", "an expression"),
        ("x = '\\q'", 1, 6, r"found the escape '\\q'", "one that R knows"),
        ("5x = 1", 1, 1, "found '5x'", "a number"),
        ("5 = x", 1, 3, "found the assignment '='", "a variable to assign to"),
        ("function(x, x) x", 1, 13, "found 'x'", "each once"),
        ("function(x,) x", 1, 12, r"found '\)'", "the name of a parameter"),
        ("x$5", 1, 3, "found '5'", r"a name after '\$'"),
        ("x |> y", 1, 3, r"found '\|>'", "a call"),
        ("a\n  § b", 2, 3, "found '§'", "an R expression"),
        ("x[[1]", 1, 5, "found ']'", r"']]', for '\[\[' of line 1"),
    ],
)
def test_what_is_no_r_is_said_with_its_place(source: str, line: int, column: int, found: str, expected: str) -> None:
    with pytest.raises(
        sitpy.RSyntaxError, match=f"line {line}, column {column}: {found}; expected .*{expected}"
    ) as info:
        parse(source)
    assert (info.value.line, info.value.column) == (line, column)
    assert re.search(expected, info.value.expected)


@given(st.text("xf1+-(){}[],;\n'\"#$=<>!&|%:^ ", max_size=25))
def test_any_text_is_read_or_refused_with_a_place(text: str) -> None:
    try:
        parse(text)
    except sitpy.RSyntaxError as error:
        lines = text.replace("\r", "\n").split("\n")
        assert 1 <= error.line <= len(lines) and 1 <= error.column <= len(lines[error.line - 1]) + 1
