"""The pages of docs/ that are made from the code are what the code makes, and every name that R users look for is there."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import io
import keyword
import re
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any

import pytest
from matplotlib.figure import Figure

import sitpy
from sitpy import names
from sitpy.names import HELPERS, NOT_YET, R_NAMES, module_of, python_name, r_names

DOCS = Path(__file__).resolve().parents[2] / "docs"
THERE = [name for name in r_names() if name not in NOT_YET]


def builder() -> ModuleType:
    """docs/build_pages.py, which is no part of the package."""
    spec = importlib.util.spec_from_file_location("build_pages", DOCS / "build_pages.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


BUILD = builder()
PAGES = {name: (DOCS / name).read_text(encoding="utf-8") for name in BUILD.PAGES}
DIFFERENCES = PAGES["differences-from-sit.md"]
SECTIONS = re.findall(r"^### (.*?)\n(.*?)(?=^##|\Z)", DIFFERENCES, re.MULTILINE | re.DOTALL)

# ----------------------------------------------------------------------------------------------- names that exist


@pytest.mark.parametrize("r_name", THERE)
def test_every_name_is_a_function_with_a_docstring(r_name: str) -> None:
    module = importlib.import_module(module_of(r_name))
    assert python_name(r_name) in module.__all__
    function = getattr(module, python_name(r_name))
    assert callable(function)
    assert inspect.getdoc(function), f"{r_name} has no docstring"


def test_names_that_are_not_there_yet_are_listed_as_such() -> None:
    """A name that has been finished must leave the list, and only reports of back-tests may be on it."""
    assert not [name for name in NOT_YET if hasattr(sitpy, python_name(name))]
    assert set(NOT_YET) <= set(R_NAMES["backtest and reports"])
    assert all(name.startswith("plotbt") for name in NOT_YET)


def test_the_list_is_that_of_the_specification() -> None:
    """Counts per topic as the list of names that was agreed on gives them; no name twice."""
    assert {topic: len(listed) for topic, listed in R_NAMES.items()} == {
        "constraints, inputs, frontiers, measures": 76,
        "solvers": 9,
        "Black-Litterman": 4,
        "constructors, estimators, groups, rolling allocation": 84,
        "backtest and reports": 48,
        HELPERS: 29,
    }
    assert len(set(r_names())) == len(r_names()) == 250
    assert isinstance(R_NAMES, MappingProxyType)


def test_python_names_follow_the_one_rule() -> None:
    for r_name in r_names():
        assert python_name(r_name) == r_name.replace(".", "_")
        assert python_name(r_name).isidentifier() and not keyword.iskeyword(python_name(r_name))
        assert module_of(r_name) == ("sitpy.r" if r_name in R_NAMES[HELPERS] else "sitpy")


def test_other_names_are_refused_with_the_nearest_ones() -> None:
    with pytest.raises(
        sitpy.InputError, match=r"'min\.riskk\.portfolio' is no name .* did you mean 'min\.risk\.portfolio'"
    ):
        python_name("min.riskk.portfolio")
    with pytest.raises(sitpy.InputError, match=r"'min_risk_portfolio' is no name"):
        python_name("min_risk_portfolio")
    with pytest.raises(sitpy.InputError, match=r"'zzz' is no name of SIT that sitpy knows; sitpy\.names\.r_names\(\)"):
        module_of("zzz")
    with pytest.raises(
        sitpy.InputError, match=r"there is no topic 'solver'; the topics are constraints, .*; solvers; "
    ):
        r_names("solver")


# ------------------------------------------------------------------------------------------------ pages as made


@pytest.fixture
def sketched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures that a page's pieces draw are not rendered: that takes most of the time and prints nothing."""

    def savefig(figure: Figure, to: Any, **options: Any) -> None:
        if isinstance(to, io.StringIO):
            to.write('<svg viewBox="0 0 1 1"></svg>')
        else:
            Path(to).write_bytes(b"")

    monkeypatch.setattr(Figure, "savefig", savefig)


@pytest.mark.usefixtures("sketched")
@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_what_the_code_makes(page: str) -> None:
    assert BUILD.PAGES[page]() == PAGES[page], f"docs/{page} is out of date: run python docs/build_pages.py"


def test_every_name_has_a_line_of_its_own() -> None:
    lines = PAGES["r-names.md"].splitlines()
    for r_name in r_names():
        (line,) = [line for line in lines if line.startswith(f"| `{r_name}` |")]
        assert ("not yet" in line) == (r_name in NOT_YET)
        assert f"`{module_of(r_name)}.{python_name(r_name)}`" in line or r_name in NOT_YET


def test_a_missing_function_and_a_missing_docstring_stop_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "R_NAMES", {**R_NAMES, "solvers": ("solve.nothing",)})
    with pytest.raises(LookupError, match=r"solve\.nothing: sitpy has no function solve_nothing; finish it, or list"):
        BUILD.importable("solve.nothing")
    with pytest.raises(LookupError, match=r"<lambda> has no docstring"):
        BUILD.summary(lambda: None)


def test_a_summary_is_the_first_sentence_without_marks_of_sphinx() -> None:
    def function() -> None:
        """As :func:`portopt`, ``|p|`` over
        two lines.

        More.
        """

    assert BUILD.summary(function) == r"As `portopt`, `\|p\|` over two lines"


def test_output_is_what_a_piece_prints_now() -> None:
    code = "```python\nprint(a + 1)\n```\n"
    page = f"```python\na = 1\n```\n\nText.\n\n{code}\n```text\nstale\n```\n\n```python\na = 5\n```\n\n{code}"
    fresh = BUILD.with_output(page)
    assert "stale" not in fresh
    assert fresh.count(f"{code}\n```text\n2\n```\n") == 2  # a piece sees the first piece's names, not another's
    assert BUILD.with_output(fresh) == fresh


def test_commands_print_without_their_seconds() -> None:
    page = "```console\nsitpy --version\nsitpy reproduce nope --out x\n```\n"
    fresh = BUILD.with_output(page)
    assert f"{page}\n```text\nsitpy {sitpy.__version__}\n\nerror: there is no study 'nope'; " in fresh
    assert BUILD.with_output(fresh) == fresh
    with pytest.raises(LookupError, match="'rm -r x' is no command of sitpy"):
        BUILD.said_by("rm -r x\n")


def test_pictures_of_a_page_are_there() -> None:
    for page, pictures in BUILD.PICTURES.items():
        for image in pictures.values():
            assert f"(images/{image})" in PAGES[page] and (DOCS / "images" / image).stat().st_size > 20_000


def test_warnings_and_a_final_error_are_part_of_the_output() -> None:
    code = "import sitpy\nsitpy.new_constraints(3, lb=[0, 1])\nsitpy.r_names\n"
    with pytest.raises(AttributeError, match="r_names"):  # only errors of the family are output
        BUILD.output_of(code, {})
    code = "import sitpy\nsitpy.new_constraints(3, lb=[0, 1])\nsitpy.new_constraints(0)\nprint('not reached')\n"
    assert re.fullmatch(
        r"SitpyWarning: lb has 2 values for 3 variables; .*\nInputError: n is 0; .*\n", BUILD.output_of(code, {})
    )


# ---------------------------------------------------------------------------------------------------- evidence


def test_differences_are_numbered_in_order() -> None:
    assert [title.split(".")[0] for title, _ in SECTIONS] == [str(i + 1) for i in range(len(SECTIONS))]
    assert len(SECTIONS) > 20


@pytest.mark.parametrize(("title", "text"), SECTIONS, ids=[title for title, _ in SECTIONS])
def test_every_difference_carries_its_evidence(title: str, text: str) -> None:
    pieces = BUILD.PIECE.findall(text)
    assert pieces and text.count("```text\n") == len(pieces), "each piece of code must print something"
    assert re.search(r"^Seen in: ", text, re.MULTILINE)


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    prose = re.sub(r"^```.*?^```$", "", PAGES[page], flags=re.MULTILINE | re.DOTALL)
    targets = re.findall(r"\]\(([^)#]+)\)", prose)
    assert targets
    assert not [target for target in targets if not (DOCS / target).is_file()]


def test_tests_that_are_cited_exist() -> None:
    cited = re.findall(r"\]\(\.\./(tests/[^)]+)\)\s+\(([^)]*)\)", DIFFERENCES)
    assert len(cited) > 30
    for path, functions in cited:
        source = (DOCS.parent / path).read_text(encoding="utf-8")
        for function in re.findall(r"`(\w+)`", functions):
            assert f"def {function}(" in source, f"{path} has no {function}"


def test_prose_and_code_keep_to_the_width() -> None:
    """What is printed may be wider, and tables must be."""
    written = re.sub(r"^```text\n.*?^```\n", "", DIFFERENCES, flags=re.MULTILINE | re.DOTALL)
    assert not [line for line in written.splitlines() if len(line) > 128 and not line.startswith("|")]
