"""The house holds: light import, every public name there and documented, examples run, imports go downward only."""

from __future__ import annotations

import ast
import doctest
import importlib
import inspect
import os
import pkgutil
import re
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import sitpy

ROOT = Path(sitpy.__file__).parent
MODULES = sorted(
    {"sitpy"}
    | {
        module.name
        for module in pkgutil.walk_packages([str(ROOT)], "sitpy.")
        if not module.name.startswith("sitpy.reference_outputs") and not module.name.endswith("__main__")
    }
)

# ------------------------------------------------------------------------------------------------- light import

HEAVY = ("matplotlib", "pulp", "scipy.optimize", "scipy.cluster", "joblib", "sklearn", "typer", "rich", "click")


def run_fresh(code: str) -> str:
    """Run code in a new interpreter, with lazy loading as a user has it."""
    environment = {name: value for name, value in os.environ.items() if name != "EAGER_IMPORT"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_import_alone_loads_nothing_heavy() -> None:
    listing = run_fresh("import sys, sitpy; print(sorted(sys.modules))")
    loaded = set(ast.literal_eval(listing))
    assert "sitpy" in loaded
    assert loaded.isdisjoint(HEAVY)


def test_a_frontier_is_solved_without_pictures_and_command_line() -> None:
    listing = run_fresh(
        "import sys, sitpy\n"
        "ia = sitpy.aa_test_create_ia_rebal()\n"
        "sitpy.portopt(ia, sitpy.create_basic_constraints(ia.n), 3)\n"
        "print(sorted(sys.modules))"
    )
    loaded = set(ast.literal_eval(listing))
    assert "sitpy.frontier" in loaded
    assert loaded.isdisjoint({"matplotlib", "pulp", "typer", "rich", "click"})


# ------------------------------------------------------------------------------------------------ public names


@pytest.mark.parametrize("name", sitpy.__all__)
def test_every_public_name_resolves(name: str) -> None:
    value = getattr(sitpy, name)
    assert name in dir(sitpy)
    if not isinstance(value, ModuleType):
        assert value.__module__.startswith("sitpy.")
        # an alias keeps the spelling mistake of SIT
        assert value.__name__ == name or name in ("plot_transitopn_map", "strategy_performance_snapshoot")


def test_public_names_are_listed_once_and_unknown_ones_are_refused() -> None:
    assert len(set(sitpy.__all__)) == len(sitpy.__all__) > 50
    assert re.fullmatch(r"\d+\.\d+.*", sitpy.__version__)
    with pytest.raises(AttributeError, match="no_such_name"):
        sitpy.no_such_name  # noqa: B018


# --------------------------------------------------------------------------------------------------- documented

FUNCTIONS = [name for name in sitpy.__all__ if inspect.isfunction(getattr(sitpy, name))]
# functions of sitpy that no SIT function and no paper stands behind
OWN = {
    "certificate",
    "compare",
    "load_frontier",
    "layout",
    "calculate_weighted_returns",
    "hedged_portfolio_performance_dynamic_beta",
    "published_report",
    "run_r",
}
SOURCE = re.compile(r"SIT, ``|\(\d{4}\)|R package|R's ``")


def section(text: str, title: str) -> str:
    """The body of a numpydoc section, or nothing."""
    found = re.search(rf"^{title}\n-+\n(.*?)(?=^\w[\w ]*\n-+\n|\Z)", text, re.MULTILINE | re.DOTALL)
    return found.group(1).strip() if found else ""


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_public_function_is_documented(name: str) -> None:
    text = inspect.getdoc(getattr(sitpy, name)) or ""
    summary = text.split("\n\n")[0]
    assert summary.rstrip().endswith((".", ":")), "a first sentence"
    assert ">>>" in section(text, "Examples")
    if name not in OWN:
        assert SOURCE.search(section(text, "References")), "References must name SIT or a paper"
    parameters = inspect.signature(getattr(sitpy, name)).parameters
    if not section(text, "Parameters"):
        refers = re.search(r"[Pp]arameters.* as in :func:`(\w+)`", text)
        assert len(parameters) <= 1 or (
            refers and section(inspect.getdoc(getattr(sitpy, refers[1])) or "", "Parameters")
        )


@pytest.mark.parametrize("name", [name for name in sitpy.__all__ if inspect.isclass(getattr(sitpy, name))])
def test_every_public_class_says_what_it_is(name: str) -> None:
    assert len((getattr(sitpy, name).__doc__ or "").strip()) > 20


@pytest.mark.parametrize("name", MODULES)
def test_every_module_says_what_it_holds(name: str) -> None:
    assert (importlib.import_module(name).__doc__ or "").strip()


# ----------------------------------------------------------------------------------------------------- examples

FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


def examples(module: ModuleType) -> list[doctest.DocTest]:
    return [test for test in doctest.DocTestFinder().find(module) if test.examples]


@pytest.mark.parametrize("name", MODULES)
def test_examples_of_the_documentation_run(name: str) -> None:
    module = importlib.import_module(name)
    runner = doctest.DocTestRunner(optionflags=FLAGS)
    report: list[str] = []
    with warnings.catch_warnings():
        warnings.simplefilter("error", sitpy.SitpyWarning)
        for test in examples(module):
            runner.run(test, out=report.append)
    if module.__name__.startswith("sitpy.plots"):
        import matplotlib.pyplot as plt

        plt.close("all")
    assert runner.failures == 0, "".join(report)


def test_examples_are_found() -> None:
    """The runner above passes where there is nothing to run: most rooms must have something."""
    count = sum(len(test.examples) for name in MODULES for test in examples(importlib.import_module(name)))
    assert count >= 2 * len(FUNCTIONS)


# ------------------------------------------------------------------------------------------------------- floors

# a room may import from the rooms named here, and from itself
FLOOR_0 = {"_version", "errors", "arguments", "record", "files", "data", "dates", "progress", "sparse"}
FLOOR_1 = FLOOR_0 | {"constraints", "inputs"}
MODEL = FLOOR_1 | {"solvers", "risk_models", "measures", "covariance", "black_litterman"}
MAY_IMPORT: dict[str, set[str]] = {
    "_version": set(),
    "errors": set(),
    "arguments": {"errors"},
    "record": {"errors"},
    "sparse": set(),
    "files": {"errors", "arguments"},
    "progress": {"errors"},
    "data": {"errors", "files"},
    "dates": {"errors", "arguments"},
    "names": {"errors"},
    "constraints": FLOOR_0,
    "inputs": FLOOR_0,
    "solvers": {
        "errors",
        "record",
        "arguments",
        "sparse",
    },  # mathematics only: no constraints, no assumptions, no portfolios
    "risk_models": FLOOR_1,
    "measures": FLOOR_1,
    "covariance": FLOOR_1,
    "black_litterman": FLOOR_1,
    "portfolios": MODEL,
    "frontier": MODEL | {"portfolios"},
    "rolling": MODEL | {"portfolios", "frontier"},
    "backtest": MODEL | {"portfolios", "frontier", "rolling"},
    "optimize": FLOOR_0 | {"inputs", "backtest"},  # from inputs only how tables are read, from backtest the account
    "beta_hedge": MODEL | {"portfolios", "frontier", "rolling", "backtest"},
    "plots": MODEL | {"portfolios", "frontier", "rolling", "backtest", "beta_hedge"},
    "pages": MODEL | {"_version", "portfolios", "frontier", "rolling", "backtest", "plots", "reference"},
    "reference": MODEL
    | {"portfolios", "frontier", "translate"},  # from translate only the parser, for the text of dput
    "studies": MODEL | {"portfolios", "frontier", "rolling", "backtest", "beta_hedge", "plots", "pages", "reference"},
    # from studies only how files and tables are written, from r the list
    "running": {"errors", "arguments", "files", "frontier", "r", "studies", "translate"},
    "cli": MODEL
    | {"portfolios", "frontier", "rolling", "backtest", "beta_hedge", "plots", "reference", "studies", "optimize"}
    | {"translate", "running", "pages"},
    "r": FLOOR_0 | {"plots"},
    "translate": {
        "errors",
        "arguments",
        "files",
        "names",
        "r",
        "plots",
        "__init__",
    },  # from sitpy itself only the parameters' names
    "__main__": {"cli"},
    "__init__": {"_version"},
}
FILES = sorted(path for path in ROOT.rglob("*.py") if "reference_outputs" not in path.parts)


def room_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def is_type_checking(test: ast.expr) -> bool:
    return (isinstance(test, ast.Name) and test.id == "TYPE_CHECKING") or (
        isinstance(test, ast.Attribute) and test.attr == "TYPE_CHECKING"
    )


def running_code(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes, functions' bodies too, but not what only type checkers read."""
    yield node
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and is_type_checking(child.test):
            for other in child.orelse:
                yield from running_code(other)
        else:
            yield from running_code(child)


def rooms_imported(source: str, package: list[str]) -> set[str]:
    """Rooms of sitpy that a file imports; ``package`` is where the file lies, for relative imports."""
    rooms: set[str] = set()
    for node in running_code(ast.parse(source)):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            stem = ".".join([*base, *([node.module] if node.module else [])])
            names = [f"{stem}.{alias.name}" for alias in node.names] if stem == "sitpy" else [stem]
        for name in names:
            parts = name.split(".")
            if parts[0] == "sitpy":
                rooms.add(parts[1] if len(parts) > 1 else "__init__")
    return rooms


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_room_imports_from_below_only(path: Path) -> None:
    room = room_of(path)
    assert room in MAY_IMPORT, f"{room} has no floor in this test: say what it may import"
    package = ["sitpy", *path.relative_to(ROOT).parts[:-1]]
    rooms = rooms_imported(path.read_text(encoding="utf-8"), package) - {room}
    assert rooms <= MAY_IMPORT[room], f"{room} imports {sorted(rooms - MAY_IMPORT[room])}"


@pytest.mark.parametrize(
    ("source", "rooms"),
    [
        ("import sitpy", {"__init__"}),
        ("from sitpy import measures, data", {"measures", "data"}),
        ("from sitpy.solvers.linear import x", {"solvers"}),
        ("def f():\n    if x:\n        import sitpy.plots.page as p", {"plots"}),
        (
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import sitpy.cli\nelse:\n    import sitpy.files",
            {"files"},
        ),
        ("from . import linear", {"solvers"}),
        ("from ..plots import page\nfrom .. import measures", {"plots", "measures"}),
        ("import numpy, sitpyx\nfrom os import path", set()),
    ],
)
def test_the_reader_of_imports_sees_them_all(source: str, rooms: set[str]) -> None:
    assert rooms_imported(source, ["sitpy", "solvers"]) == rooms


def test_rooms_do_not_import_each_other_in_a_circle() -> None:
    """What a room may import never may import it."""

    def below(room: str, seen: frozenset[str] = frozenset()) -> set[str]:
        direct: Any = MAY_IMPORT[room] - seen
        return direct.union(*(below(other, seen | direct) for other in direct))

    for room in MAY_IMPORT:
        assert room not in below(room)
