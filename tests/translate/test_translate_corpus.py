"""Small R scripts, one construct each and awkward mixes, with the Python that they become and the values that R finds.

The lines ``#> name: values`` at the end of a script were computed by R 4.2.2; where Rscript is installed they are computed
again. Not stated are variables that hold positions only, which count from 0 in Python, and products of a matrix and a
vector, which R makes a matrix of one column.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from reading import CORPUS, RSCRIPT, STATED, run, run_in_r, same, stated, words

from sitpy.translate import parse, translate
from sitpy.translate.emit import uses
from sitpy.translate.emit.state import python_names

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
