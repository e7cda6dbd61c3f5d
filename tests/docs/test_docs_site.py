"""What ``docs/build.py`` makes from the code, before Sphinx sees it, and the check of what was built."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import sitpy
from sitpy.studies import STUDIES, find_study

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def making(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Modules of docs/making, which is no part of the package."""
    monkeypatch.syspath_prepend(str(ROOT / "docs"))

    def load(name: str) -> ModuleType:
        return importlib.import_module(f"making.{name}")

    return load


# --------------------------------------------------------------------------------------------------- the API


def test_every_public_name_has_an_entry(making: Any, tmp_path: Path) -> None:
    making("api").write_api(tmp_path)
    texts = [page.read_text(encoding="utf-8") for page in (tmp_path / "api").glob("*.rst")]
    entries = re.findall(r"^\.\. auto(?:function|class|exception):: sitpy\.(\w+)$", "\n".join(texts), re.MULTILINE)
    modules = re.findall(r"^\.\. automodule:: sitpy\.(\w+)$", "\n".join(texts), re.MULTILINE)
    assert len(entries) == len(set(entries))
    assert {*entries, *modules} >= set(sitpy.__all__)
    index = (tmp_path / "api" / "index.rst").read_text(encoding="utf-8")
    assert {page.stem for page in (tmp_path / "api").glob("*.rst")} - {"index"} == set(
        re.findall(r"^   ([\w-]+)$", index, re.M)
    )


def test_the_source_of_a_name_is_its_file_and_line(making: Any) -> None:
    found = making("sources").source_of("sitpy.portopt")
    lines = (ROOT / found.path).read_text(encoding="utf-8").splitlines()
    assert found.path == "sitpy/frontier/trace.py" and lines[found.line - 1] == "def portopt("
    assert making("sources").source_of("sitpy.Frontier.weights").path == "sitpy/frontier/result.py"
    assert making("sources").source_of("sitpy.r.NA") is None
    assert making("public").look_up("sitpy.optimize.backtest") is importlib.import_module("sitpy.optimize").backtest


def test_first_sentences(making: Any) -> None:
    def function() -> None:
        """A sentence over
        two lines. Another.

        More.
        """

    assert making("api").first_sentence(function) == "A sentence over two lines"
    with pytest.raises(LookupError, match="has no docstring"):
        making("api").first_sentence(lambda: None)


# ------------------------------------------------------------------------------------------ studies and scripts


def test_every_study_and_every_script_has_a_page(making: Any, tmp_path: Path) -> None:
    making("studies").write_studies(tmp_path, {})
    making("scripts").write_gallery(tmp_path, {})
    assert {page.stem for page in (tmp_path / "studies").glob("*.rst")} == {*STUDIES, "index"}
    scripts = {script.stem for script in (ROOT / "examples").glob("*.py")}
    assert {page.stem for page in (tmp_path / "gallery").glob("*.rst")} == {*scripts, "index"}
    for name in STUDIES:
        page = (tmp_path / "studies" / f"{name}.rst").read_text(encoding="utf-8")
        assert find_study(name).title in page and f"   sitpy reproduce {name}" in page


def test_what_a_run_left_is_on_the_pages(making: Any, tmp_path: Path) -> None:
    for name in ("a.png", "report.html", "table.csv"):
        (tmp_path / name).write_bytes(b"x")
    run = making("runs").Run("said\n", tmp_path)
    script = ROOT / "examples" / "gini.py"
    page = making("scripts").page(script, run)
    assert (
        ".. figure:: gini/a.png" in page and ":download:`report.html <gini/report.html>`" in page and "   said" in page
    )
    page = making("studies").page(find_study("gini"), run)
    assert ".. figure:: gini/a.png" in page and "``report.html``, ``table.csv``" in page and "   said" in page


def test_scripts_and_studies_are_run_in_their_own_folder(making: Any, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        '"""T."""\nimport sys\nopen("a.png", "w").close()\nprint(sys.argv[1], __name__)\n', encoding="utf-8"
    )
    run = making("runs").run_script(script, tmp_path / "out")
    assert run.printed == ". __main__\n" and [path.name for path in run.pictures] == ["a.png"]
    with pytest.raises(RuntimeError, match=r"sitpy reproduce nope ended with 2:\n(.|\n)*there is no study 'nope'"):
        making("runs").run_study("nope", tmp_path / "nope")


# --------------------------------------------------------------------------------------------- written pages


def test_written_pages_are_all_in_the_menu(making: Any) -> None:
    tree = making("tree")
    names = {path.stem for path in (ROOT / "docs").glob("*.md")} | {"stored-figures", "changes"}
    menus = tree.menus(names)
    assert all(f"\n{name}\n" in menus for name in names - {"index"})
    assert "\nbenchmarks\n" not in tree.menus(names - {"benchmarks"})
    with pytest.raises(LookupError, match=r"docs/new\.md is not in the menu: add it to MENU"):
        tree.menus({*names, "new"})


def test_links_out_of_docs_lead_to_pages(making: Any) -> None:
    inside = making("sources").with_links_inside
    page, linked = inside(
        "[a](../sitpy/names.py) [b](../examples/gini.py) [c](../reference_outputs/README.md) [d](e.md)"
    )
    assert page == ('<a href="source/sitpy/names.py.html">a</a> [b](gallery/gini.rst) [c](stored-figures.md) [d](e.md)')
    assert linked == {"sitpy/names.py"}
    with pytest.raises(LookupError, match=r"\.\./sitpy/nothing\.py, which is no file"):
        inside("[a](../sitpy/nothing.py)")


# ------------------------------------------------------------------------------------------------- built pages

GOOD = '<html><body><p id="top"></p><a href="b.html#there">b</a><img src="data:image/png;base64,AA"></body></html>'


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Two pages without a fault."""
    (tmp_path / "index.html").write_text(GOOD, encoding="utf-8")
    (tmp_path / "b.html").write_text(
        '<a id="there" href="https://example.org/">a link is no fetch</a>', encoding="utf-8"
    )
    (tmp_path / "a.css").write_text("a { background: url(data:image/svg+xml;AA) }", encoding="utf-8")
    return tmp_path


def test_good_pages_have_no_problems(making: Any, site: Path) -> None:
    assert making("links").problems(site) == []


@pytest.mark.parametrize(
    ("file", "text", "problem"),
    [
        ("x.html", '<a href="c.html">c</a>', r"x\.html: c\.html leads to no file"),
        ("x.html", '<a href="b.html#gone">b</a>', r"x\.html: b\.html#gone leads to no anchor"),
        ("x.html", '<a href="#gone">here</a>', r"x\.html: #gone leads to no anchor"),
        ("x.html", '<img src="a.png">', r"x\.html: a\.png leads to no file"),
        ("x.html", '<script src="https://example.org/a.js"></script>', r"x\.html: fetches https://example\.org/a\.js"),
        ("x.html", '<link rel="stylesheet" href="//example.org/a.css">', r"x\.html: fetches //example\.org/a\.css"),
        ("x.css", "@import 'https://example.org/f.css';", r"x\.css: fetches https://example\.org/f\.css"),
        ("x.css", "a { src: url(https://example.org/f.woff2) }", r"x\.css: fetches https://example\.org/f\.woff2"),
        ("x.html", f"<p>{ROOT}/sitpy</p>", r"x\.html: names the folder "),
    ],
)
def test_a_fault_of_a_built_page_is_found(making: Any, site: Path, file: str, text: str, problem: str) -> None:
    (site / file).write_text(text, encoding="utf-8")
    (found,) = making("links").problems(site)
    assert re.match(problem, found)


def test_a_missing_entry_of_the_api_is_found(making: Any, site: Path) -> None:
    (site / "api").mkdir()
    (site / "api" / "a.html").write_text('<dt id="sitpy.portopt"></dt><section id="module-sitpy.r">', encoding="utf-8")
    names = ["sitpy.portopt", "sitpy.r", "sitpy.plot_ef"]
    assert making("links").missing_names(site, names) == ["sitpy.plot_ef"]
