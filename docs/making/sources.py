"""Pages that show files of the repository: the code behind the API, and what the prose links to."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from pathlib import Path

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_for_filename

from making import public

ROOT = Path(__file__).resolve().parents[2]
OUTWARD = re.compile(r"\[([^\]]+)\]\(\.\./([\w./-]+?)\)")
"""A link of a page in docs/ to a file elsewhere in the repository."""
ELSEWHERE = {"reference_outputs/README.md": "stored-figures.md", "CHANGELOG.md": "changes.md"}
"""Files that have a page of another name."""
PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{path}</title>
<link rel="stylesheet" href="{home}_static/source.css">
</head>
<body>
<p><a href="{home}index.html">sitpy</a></p>
<h1>{path}</h1>
{code}
</body>
</html>
"""


@dataclass(frozen=True)
class Source:
    """Where something is defined: the file, seen from the repository's root, and the first line."""

    path: str
    line: int


def source_of(full_name: str) -> Source | None:
    """Where a public object is defined; None for what is no function, class or method of ours."""
    found = public.look_up(full_name)
    found = found.fget if isinstance(found, property) else inspect.unwrap(found) if callable(found) else None
    try:
        path = Path(inspect.getsourcefile(found) or "").resolve() if found else ROOT
        line = inspect.getsourcelines(found)[1] if found else 0
    except (TypeError, OSError):  # made by a call, such as the fields of a dataclass
        return None
    return Source(path.relative_to(ROOT).as_posix(), line) if path.is_relative_to(ROOT / "sitpy") else None


def sources_of_api() -> set[str]:
    """Every file that defines a public name or a member of a public class."""
    found = set()
    for _, _, module, names in public.pages():
        for name in names:
            full_name = f"{module}.{name}"
            members = [f"{full_name}.{member}" for member in dir(public.look_up(full_name)) if member[0] != "_"]
            found |= {source.path for each in (full_name, *members) if (source := source_of(each))}
    return found


def with_links_inside(page: str) -> tuple[str, set[str]]:
    """A page with its links to files of the repository turned to their pages here, and these files."""
    linked: set[str] = set()

    def inside(link: re.Match[str]) -> str:
        words, path = link.groups()
        if path in ELSEWHERE:
            return f"[{words}]({ELSEWHERE[path]})"
        if not (ROOT / path).is_file():
            raise LookupError(f"a page links to ../{path}, which is no file of the repository")
        if path.startswith("examples/"):
            return f"[{words}](gallery/{Path(path).stem}.rst)"
        linked.add(path)
        return f'<a href="source/{path}.html">{words}</a>'  # no page of Sphinx, which would want to know it

    return OUTWARD.sub(inside, page), linked


def write_sources(paths: set[str], site: Path) -> None:
    """A plain page per file beside the built ones, with an anchor per line: L-1, L-2, ..."""
    form = HtmlFormatter(linenos="inline", lineanchors="L")
    for path in sorted(paths):
        page = site / "source" / f"{path}.html"
        page.parent.mkdir(parents=True, exist_ok=True)
        code = highlight((ROOT / path).read_text(encoding="utf-8"), get_lexer_for_filename(path), form)
        home = "../" * (path.count("/") + 1)
        page.write_text(PAGE.format(path=path, home=home, code=code), encoding="utf-8")
