"""Every piece of Python in docs/ and in the README is run by a test, and prints what stands below it.

README.md is run by tests/test_readme.py, the pages that ``docs/build_pages.py`` writes by test_docs_pages.py, the page on
zipline by tests/optimize/test_algo_runner.py, where zipline is installed; all others here.
"""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ELSEWHERE = {"README.md": "tests/test_readme.py", "quantopian-algorithms.md": "tests/optimize/test_algo_runner.py"}
SPEC = importlib.util.spec_from_file_location("build_pages", ROOT / "docs" / "build_pages.py")
assert SPEC and SPEC.loader
BUILD = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(BUILD)


def with_python() -> list[Path]:
    """Pages with Python on them."""
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    return [page for page in pages if re.search(r"^```python$", page.read_text(encoding="utf-8"), re.MULTILINE)]


HERE = [page.name for page in with_python() if page.name not in {*ELSEWHERE, *BUILD.PAGES}]


def test_each_page_with_python_is_run_somewhere() -> None:
    assert "index.md" in HERE
    for page, test in ELSEWHERE.items():
        assert page in (ROOT / test).read_text(encoding="utf-8")
    assert {page.name for page in with_python()} <= {*HERE, *ELSEWHERE, *BUILD.PAGES}


@pytest.mark.parametrize("page", HERE)
def test_python_prints_what_is_shown(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shown = (ROOT / "docs" / page).read_text(encoding="utf-8")
    assert BUILD.PIECE.search(shown)
    assert BUILD.page_again(page) == shown
