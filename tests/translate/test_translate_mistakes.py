"""Forty scripts that are no R: each is refused with its line, its column and what could have stood there."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

import sitpy
from sitpy.translate import parse, translate

AN_OPERATOR = "an operator, or the end of the statement"
NO_BRACKET = "an expression: no bracket is open"
ELSE = "an expression: outside of braces 'else' stands on the line on which its 'if' ends"
NUMBER = "a number, or a name that begins otherwise"

MISTAKES = [
    ("x = (1 + 2", 1, 5, "'(' is never closed", "')'"),
    ("x = 1 # fine\n y = (2", 2, 6, "'(' is never closed", "')'"),
    ("f <- function(x) { x\n", 1, 18, "'{' is never closed", "'}'"),
    ("x = a[1", 1, 6, "'[' is never closed", "']'"),
    ("x = 1 + ) 2", 1, 9, "found ')'", NO_BRACKET),
    ("x = a[1]]", 1, 9, "found ']'", NO_BRACKET),
    ("f <- function(x)\n  x }", 2, 5, "found '}'", NO_BRACKET),
    ("x = c(1, 2]", 1, 11, "found ']'", "')', for '(' of line 1"),
    ("x = c(1 2)", 1, 9, "found '2'", "',' or ')'"),
    ("f(a = b = c)", 1, 9, "found '='", "',' or ')'"),
    ("x = [1, 2]", 1, 5, "found '['", "an expression"),
    ("x = {1, 2}", 1, 7, "found ','", AN_OPERATOR),
    ("x = 100,000", 1, 8, "found ','", AN_OPERATOR),
    ("y = 1\nx y = 3", 2, 3, "found 'y'", AN_OPERATOR),
    ("print x", 1, 7, "found 'x'", AN_OPERATOR),
    ("def f(x):", 1, 5, "found 'f'", AN_OPERATOR),
    ("if (x) y elseif (z) w", 1, 10, "found 'elseif'", AN_OPERATOR),
    ("if (x) {\n y\n}\n\nelse {\n z\n}", 5, 1, "found 'else'", ELSE),
    ("if (a) else b", 1, 8, "found 'else'", ELSE),
    ("while x > 1 y", 1, 7, "found 'x'", "'(' and a condition"),
    ("for i in 1:3 x", 1, 5, "found 'i'", "'('"),
    ("for (i = 1:3) x", 1, 8, "found '='", "'in'"),
    ("for (i in) x", 1, 10, "found ')'", "an expression"),
    ("function f(x) { x }", 1, 10, "found 'f'", "'(' and the parameters"),
    ("function(x y) x", 1, 12, "found 'y'", "',' or ')'"),
    ("function(1) x", 1, 10, "found '1'", "the name of a parameter, each once"),
    ("repeat", 1, 7, "found the end of the script", "an expression"),
    ("x <- ", 1, 6, "found the end of the script", "an expression"),
    ("x += 1", 1, 4, "found '='", "an expression"),
    ("x == == 2", 1, 6, "found '=='", "an expression"),
    ("a == b == c", 1, 8, "found '=='", "'&' between two comparisons, which R does not chain"),
    ("x = a$1", 1, 7, "found '1'", "a name after '$'"),
    ("x = a::", 1, 8, "found the end of the script", "a name after '::'"),
    ("1 = x", 1, 3, "found the assignment '='", "a variable to assign to"),
    ("x = 'it's'", 1, 10, "a string is never closed", '"\'"'),
    ("x = c('a',\n 'b)", 2, 2, "a string is never closed", '"\'"'),
    (r"x = 'C:\data'", 1, 8, r"found the escape '\d'", r"one that R knows, such as \n, or \\ for a backslash"),
    ("x = 1_000", 1, 5, "found '1_'", NUMBER),
    ("x = 1.2.3", 1, 5, "found '1.2.'", NUMBER),
    ("_x = 1", 1, 1, "found '_'", "a name that begins with a letter or a dot"),
    ("x = 5%", 1, 6, "found '%'", "an operator with a second '%' on the same line, such as '%in%'"),
    ("x = “a”", 1, 5, "found '“'", "a straight quote, '\"'"),  # from a word processor
    ("x = a – b", 1, 7, "found '–'", "a minus sign, '-'"),  # noqa: RUF001
    ("x = a ≤ b", 1, 7, "found '≤'", "'<='"),
]


def test_there_are_forty() -> None:
    assert len(MISTAKES) >= 40


@pytest.mark.parametrize(
    ("source", "line", "column", "found", "expected"), MISTAKES, ids=[each[0] for each in MISTAKES]
)
def test_a_mistake_is_said_with_its_place(source: str, line: int, column: int, found: str, expected: str) -> None:
    with pytest.raises(
        sitpy.RSyntaxError, match=re.escape(f"line {line}, column {column}: {found}; expected {expected}") + "$"
    ) as error:
        translate(source)
    assert (error.value.line, error.value.column, error.value.expected) == (line, column, expected)


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R's Rscript is not installed")
def test_r_refuses_them_too() -> None:
    """All but the assignment to a number, which R reads and refuses when it runs."""
    judged = "inherits(try(parse(text = gsub('<n>', '\\n', s)), silent = TRUE), 'try-error')"
    asked = f"for (s in readLines(file('stdin'))) cat({judged}, '')"
    sources = [source.replace("\n", "<n>") for source, *_ in MISTAKES if source != "1 = x"]
    done = subprocess.run(
        ["Rscript", "--vanilla", "-e", asked], input="\n".join(sources), capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["TRUE"] * len(sources)


@pytest.mark.parametrize(
    "source",
    [
        "x = c(1,, 2)",
        "f(,)",
        "x = 1e5L",
        "end",
        "x = a ? b",
        "x[, , 1]",
        "if (a) b else\n c",
        "-1 -> x",
        "'f' -> g",
        "`if`(a, b)",
    ],
)
def test_what_only_looks_wrong_is_read(source: str) -> None:
    assert len(parse(source).statements) == 1
