"""Check built pages: links and anchors inside lead somewhere, nothing comes from elsewhere, no path of the machine is told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

FETCHED = {"script": "src", "img": "src", "link": "href", "source": "src", "iframe": "src", "video": "src"}
"""Elements that a browser fetches something for, and the attribute that says what."""
NOT_FETCHED = {"canonical", "index", "search", "next", "prev", "author", "copyright", "top"}
STYLES = re.compile(r"""url\(\s*["']?((?:https?:)?//[^"')]+)|@import\s+["']?((?:https?:)?//[^"')]+)""")


@dataclass
class Page(HTMLParser):
    """What a page links to, fetches, and can be linked at."""

    links: list[str] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.anchors |= {found[name] for name in ("id", "name") if name in found}
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        elif FETCHED.get(tag) in found and found.get("rel") not in NOT_FETCHED:
            self.fetched.append(found[FETCHED[tag]])


def problems(site: Path) -> list[str]:
    """One line for everything that is wrong with a built site."""
    texts = {path: path.read_text(encoding="utf-8") for path in site.rglob("*.html")}
    pages = {}
    for path, text in texts.items():
        pages[path.resolve()] = page = Page()
        page.feed(text)
    found = [line for path, page in pages.items() for line in _of_page(path, page, pages, site.resolve())]
    for style in site.rglob("*.css"):
        for match in STYLES.finditer(style.read_text(encoding="utf-8")):
            found.append(f"{style.relative_to(site)}: fetches {match[1] or match[2]}")
    home = str(Path(__file__).resolve().parents[2])
    found += [f"{path.relative_to(site)}: names the folder {home}" for path, text in texts.items() if home in text]
    return found


def _of_page(path: Path, page: Page, pages: dict[Path, Page], site: Path) -> Iterator[str]:
    name = path.relative_to(site)
    for target in page.fetched:
        if urlsplit(target).netloc:
            yield f"{name}: fetches {target}"
    for target in page.links + page.fetched:
        parts = urlsplit(target)
        if parts.scheme or parts.netloc:
            continue  # an address elsewhere, or a picture inside the page
        file = (path.parent / unquote(parts.path)).resolve() if parts.path else path
        if not file.is_file():
            yield f"{name}: {target} leads to no file"
        elif parts.fragment and file in pages and unquote(parts.fragment) not in pages[file].anchors:
            yield f"{name}: {target} leads to no anchor"


def missing_names(site: Path, names: list[str]) -> list[str]:
    """Names of the API, those of modules too, that no page has an anchor for."""
    page = Page()
    for path in (site / "api").glob("*.html"):
        page.feed(path.read_text(encoding="utf-8"))
    return [name for name in names if not {name, f"module-{name}"} & page.anchors]
