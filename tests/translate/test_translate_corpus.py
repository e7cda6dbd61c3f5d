"""Small R scripts, one construct each and awkward mixes, with the Python that they become and the values that R finds.

The lines ``#> name: values`` at the end of a script were computed by R 4.2.2; where Rscript is installed they are computed
again. Not stated are variables that hold positions only, which count from 0 in Python, and products of a matrix and a
vector, which R makes a matrix of one column.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from reading import CORPUS, RSCRIPT, STATED, run, run_in_r, same, stated, words

from sitpy.translate import parse, translate
from sitpy.translate.emit import uses
from sitpy.translate.emit.state import python_names
from sitpy.translate.nodes import (
    Assign,
    Binary,
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
    Repeat,
    Text,
    Unary,
    While,
    walk,
)

SCRIPTS = sorted(CORPUS.glob("*.R"))


def source_of(path: Path) -> str:
    """The script without the values that it states."""
    return STATED.sub("", path.read_text(encoding="utf-8")).rstrip("\n") + "\n"


def test_there_are_scripts_and_each_has_its_python() -> None:
    assert len(SCRIPTS) >= 20
    assert {path.stem for path in SCRIPTS} == {path.stem for path in CORPUS.glob("*.py")}


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_a_script_becomes_this_python(path: Path) -> None:
    made = translate(source_of(path), name=path.name)
    assert made.code == path.with_suffix(".py").read_text(encoding="utf-8")
    assert made.complete


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_the_python_of_a_script_finds_the_values_of_r(path: Path) -> None:
    expected = stated(path.read_text(encoding="utf-8"))
    assert expected
    program = parse(source_of(path))
    python = python_names(program, uses.assigned(program.statements), uses.functions(program.statements))
    variables = run(translate(source_of(path)).code)
    found = {name: words(variables[python[name]]) for name in expected}
    assert {name: found[name] for name in expected if not same(found[name], expected[name])} == {}


@pytest.mark.skipif(RSCRIPT is None, reason="R's Rscript is not installed")
def test_r_finds_the_stated_values() -> None:
    expected = {path.stem: stated(path.read_text(encoding="utf-8")) for path in SCRIPTS}
    found = run_in_r({path.stem: (source_of(path), list(expected[path.stem])) for path in SCRIPTS})
    for name in expected:
        assert found[name] == expected[name], name


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_every_comment_is_kept(path: Path) -> None:
    source = source_of(path)
    code = translate(source).code
    for comment in parse(source).comments:
        assert comment.text.lstrip("# ") in code


def calls(node: Node, *names: str) -> bool:
    return isinstance(node, Call) and node.name in names


# what a script of R is made of, and how to know it
CONSTRUCTS: dict[str, Callable[[Node], bool]] = {
    "=": lambda node: isinstance(node, Assign) and node.operator == "=",
    "<-": lambda node: isinstance(node, Assign) and node.operator == "<-",
    "x$name": lambda node: isinstance(node, Field),
    "x$name = ": lambda node: isinstance(node, Assign) and isinstance(node.target, Field),
    "x[i]": lambda node: isinstance(node, Index) and not node.double and len(node.arguments) == 1,
    "x[i, j]": lambda node: isinstance(node, Index) and len(node.arguments) == 2,
    "x[, j]": lambda node: isinstance(node, Index) and len(node.arguments) == 2 and node.arguments[0].value is None,
    "x[[i]]": lambda node: isinstance(node, Index) and node.double,
    "x[i] = ": lambda node: isinstance(node, Assign) and isinstance(node.target, Index) and not node.target.double,
    "x[[i]] = ": lambda node: isinstance(node, Assign) and isinstance(node.target, Index) and node.target.double,
    "x[-i]": lambda node: isinstance(node, Index) and any(isinstance(a.value, Unary) for a in node.arguments),
    "x[x > 0]": lambda node: (
        isinstance(node, Index)
        and any(isinstance(a.value, Binary) and a.value.operator in "<>" for a in node.arguments)
    ),
    "drop = FALSE": lambda node: isinstance(node, Index) and any(a.name == "drop" for a in node.arguments),
    **{
        operator: lambda node, operator=operator: isinstance(node, Binary) and node.operator == operator
        for operator in (
            *("+", "-", "*", "/", "^", "%%", "%/%", "%*%", "%in%", "%o%", ":", "==", "!=", "<", ">", "<=", ">="),
            *("&", "&&", "|", "||"),
        )
    },
    "-x": lambda node: isinstance(node, Unary) and node.operator == "-",
    "!x": lambda node: isinstance(node, Unary) and node.operator == "!",
    "function": lambda node: isinstance(node, Function),
    "a default": lambda node: isinstance(node, Function) and any(p.default is not None for p in node.parameters),
    "...": lambda node: isinstance(node, Function) and any(p.name == "..." for p in node.parameters),
    "for": lambda node: isinstance(node, For),
    "while": lambda node: isinstance(node, While),
    "repeat": lambda node: isinstance(node, Repeat),
    "break": lambda node: node == Jump("break"),
    "next": lambda node: node == Jump("next"),
    "if": lambda node: isinstance(node, If) and node.otherwise is None,
    "if else": lambda node: isinstance(node, If) and node.otherwise is not None,
    **{
        name: lambda node, name=name: calls(node, name)
        for name in (
            *(
                "sapply",
                "lapply",
                "apply",
                "do.call",
                "list",
                "c",
                "matrix",
                "cbind",
                "rbind",
                "seq",
                "seq_len",
                "rep",
                "diag",
            ),
            *(
                "paste",
                "paste0",
                "sprintf",
                "round",
                "cat",
                "print",
                "ifelse",
                "which",
                "order",
                "sort",
                "is.na",
                "is.null",
            ),
            *(
                "length",
                "nrow",
                "ncol",
                "sum",
                "mean",
                "max",
                "sd",
                "cumsum",
                "rowSums",
                "t",
                "solve",
                "names",
                "colnames",
            ),
        )
    },
    "colnames(x) = ": lambda node: isinstance(node, Assign) and calls(node.target, "colnames"),
    "names(x) = ": lambda node: isinstance(node, Assign) and calls(node.target, "names"),
    "text": lambda node: isinstance(node, Text),
    **{name: lambda node, name=name: node == Constant(name) for name in ("TRUE", "FALSE", "NA", "NULL", "Inf")},
    "T": lambda node: node == Name("T"),
    "1L": lambda node: isinstance(node, Number) and node.text.endswith("L"),
    "1e-3": lambda node: isinstance(node, Number) and "e" in node.text,
}


def test_the_scripts_have_every_construct() -> None:
    nodes = [node for path in SCRIPTS for top in parse(source_of(path)).statements for node in walk(top)]
    assert [name for name, judge in CONSTRUCTS.items() if not any(map(judge, nodes))] == []
    assert any("->" in line for path in SCRIPTS for line in source_of(path).splitlines())
