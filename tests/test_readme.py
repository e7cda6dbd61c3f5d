"""The README's examples run and print what it says they print."""

import contextlib
import io
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")


def test_python_examples_print_what_is_shown() -> None:
    pairs = re.findall(r"```python\n(.*?)```\n+```text\n(.*?)```", TEXT, re.S)
    assert len(pairs) == 5
    names: dict[str, object] = {}
    for code, shown in pairs:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(code, names)  # the examples share one session
        assert printed.getvalue() == shown


def test_links_and_pictures_exist() -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", TEXT)
    assert targets
    for target in targets:
        assert (ROOT / target).exists(), target


def test_ci_runs_the_command_that_the_readme_shows() -> None:
    block = re.search(r"<!-- test command -->\n```console\n(.*?)\n```", TEXT, re.S)
    assert block and block.group(1) == 'python -m pip install -e ".[test]" && python -m pytest -n auto'
