"""Settings of Sphinx for the pages that ``python docs/build.py`` assembles."""

from __future__ import annotations

import inspect
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from docutils import nodes
from making.public import look_up, topics
from making.sources import source_of
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx

import sitpy

project = "sitpy"
version = release = sitpy.__version__
extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.linkcode",
    "myst_parser",
]
default_role = "code"

autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
autodoc_typehints = "none"  # the parameters' text says what each may be
napoleon_google_docstring = False
napoleon_use_ivar = True
napoleon_use_rtype = False
maximum_signature_line_length = 88
add_module_names = False
toc_object_entries = (
    False  # the table at the top of a page lists its names; building the menu takes a third of the time
)

myst_heading_anchors = 3

html_theme = "furo"
html_title = f"sitpy {release}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_copyright = False
html_show_sphinx = False


def linkcode_resolve(domain: str, info: dict[str, str]) -> str | None:
    """The page with the source of a public object, seen from a page of the API."""
    if domain != "py":
        return None
    found = source_of(f"{info['module']}.{info['fullname']}")
    return found and f"../source/{found.path}.html#L-{found.line}"


CLASSES = {name for names in topics().values() for name in names if inspect.isclass(look_up(f"sitpy.{name}"))}


def words_are_no_links(app: Sphinx, doctree: nodes.document) -> None:
    """In the type of a parameter, "array (dates x assets)", only our classes are links, not every word that is some name."""
    for word in list(doctree.findall(pending_xref)):
        if word.get("refspecific") and word["reftype"] == "class" and word["reftarget"] not in CLASSES:
            word.replace_self(word.children)


TOGETHER = re.compile(r"^(\w+(?:, \w+)+)( : .*)?\n((?:[ ]{4}.*\n|\n)*)", re.MULTILINE)


def an_entry_per_attribute(app: Sphinx, what: str, name: str, value: object, options: object, lines: list[str]) -> None:
    """Attributes that are described together, "return_, risk : array", get an entry each: napoleon takes one for a type."""
    if what == "class":
        text = "\n".join(lines) + "\n"
        lines[:] = TOGETHER.sub(
            lambda m: "".join(f"{each}{m[2] or ''}\n{m[3]}" for each in m[1].split(", ")), text
        ).splitlines()


def setup(app: Sphinx) -> None:
    app.connect("autodoc-process-docstring", an_entry_per_attribute, priority=100)  # before napoleon's 500
    app.connect("doctree-read", words_are_no_links)
