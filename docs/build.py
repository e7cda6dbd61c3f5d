"""Build the documentation: ``python docs/build.py [--out site] [--quick]``.

It needs ``pip install -e ".[docs]"`` and no network, neither now nor when the pages are read. Studies and scripts are run for
their pictures; ``--quick`` runs only some of them and leaves the pictures of the others out. A warning of Sphinx, a link that
leads nowhere, or anything that a page would fetch from elsewhere is an error.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

from making import api, links, public, scripts, sources, studies, tree
from making.runs import run_all
from sphinx.cmd.build import build_main

import sitpy
from sitpy.studies import STUDIES, find_study

QUICK = {"erc", "black-litterman"}
"""The studies of a quick build; it runs their scripts, and no others."""


def main() -> int:
    """Make the pages, build them, check what was built."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--out", type=Path, default=Path("site"), help="folder of the pages; it is replaced")
    parser.add_argument("--quick", action="store_true", help="run only some of the studies and scripts")
    options = parser.parse_args()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as work:
        pages, site = Path(work, "pages"), Path(work, "site")
        linked = assemble(pages, Path(work, "runs"), options.quick)
        made = time.perf_counter()
        settings = ["-c", str(tree.DOCS), "-d", str(Path(work, "doctrees")), "-j", "auto"]
        status = build_main(["-b", "html", "-W", "--keep-going", "-q", *settings, str(pages), str(site)])
        sources.write_sources(linked | sources.sources_of_api(), site)
        wrong = ["the build failed"] if status else check(site)
        for line in wrong:
            print(line, file=sys.stderr)
        if wrong:
            return 1
        count = sum(1 for _ in site.rglob("*.html"))
        shutil.rmtree(options.out, ignore_errors=True)
        shutil.copytree(site, options.out, ignore=shutil.ignore_patterns(".buildinfo", "objects.inv"))
    seconds, of_runs = time.perf_counter() - began, made - began
    print(f"{count} pages in {options.out}; {seconds:.0f} s in all, {of_runs:.0f} s of them for studies and scripts")
    return 0


def assemble(pages: Path, work: Path, quick: bool) -> set[str]:
    """Every page that Sphinx builds, in one folder; returns the files of the repository that they link to."""
    names = {name for name in STUDIES if not find_study(name).files} & (QUICK if quick else set(STUDIES))
    of_study = {module.rpartition(".")[2]: name for name, module in STUDIES.items()}
    chosen = [s for s in scripts.examples() if (of_study[s.stem] in names if s.stem in of_study else not quick)]
    runs = run_all(sorted(names), chosen, work)
    pages.mkdir(parents=True)
    linked = tree.write_tree(pages)
    api.write_api(pages)
    scripts.write_gallery(pages, runs)
    studies.write_studies(pages, runs)
    return linked | {f"{module.replace('.', '/')}.py" for module in STUDIES.values()}


def check(site: Path) -> list[str]:
    """What is wrong with the built pages: links, what they fetch, names of the API that are missing."""
    names = [f"{module}.{name}" for _, _, module, names in public.pages() for name in names]
    names += [f"sitpy.{name}" for name in sitpy.__all__]
    return links.problems(site) + [f"api: no entry for {name}" for name in links.missing_names(site, names)]


if __name__ == "__main__":
    raise SystemExit(main())
