"""A page for every study that ``sitpy reproduce`` knows: what it repeats, how to run it, what it prints and draws."""

from __future__ import annotations

import importlib
import inspect
import shutil
from collections.abc import Mapping
from pathlib import Path

from making.rst import code, figure, menu, title
from making.runs import Run
from making.scripts import examples
from sitpy.studies import STUDIES, Study, find_study

HEAD = """\
Published studies that one command repeats, compared with the figures that R printed or that stand in a paper::

   sitpy reproduce NAME
   sitpy reproduce --all

writes pictures, tables and a list of all files to a folder, and ends with 0 where everything agrees. From Python:
:func:`sitpy.studies.run_study`.
"""


def write_studies(folder: Path, runs: Mapping[str, Run]) -> None:
    """A page per study, and the page that lists them."""
    studies = folder / "studies"
    studies.mkdir()
    for name in STUDIES:
        run = runs.get(name)
        for picture in run.pictures if run else ():
            (studies / name).mkdir(exist_ok=True)
            shutil.copy(picture, studies / name)
        (studies / f"{name}.rst").write_text(page(find_study(name), run), encoding="utf-8")
    index = "\n".join([title("Studies"), HEAD, table(), "", menu((f"{name} <{name}>" for name in STUDIES), "hidden:")])
    (studies / "index.rst").write_text(f"{index}\n", encoding="utf-8")


def table() -> str:
    """Name, title and source of all studies."""
    rows = ["   * - name\n     - what\n     - source"]
    for study in map(find_study, STUDIES):
        rows.append(f"   * - :doc:`{study.name}`\n     - {study.title}\n     - {study.source}")
    return "\n".join([".. list-table::", "   :header-rows: 1", "   :widths: 20 45 35", "", *rows]) + "\n"


def page(study: Study, run: Run | None) -> str:
    """One study: text, command, options, output, pictures, files, script."""
    parts = [title(study.title), f"Source: {study.source}.\n", f"{text_of(study)}\n"]
    parts += [code(command(study), "console"), " ".join(options(study)) + "\n"]
    if run:
        parts += [title("What it prints", "-"), code(run.printed, "text"), title("What it draws", "-")]
        for picture in run.pictures:
            parts.append(
                figure(f"{study.name}/{picture.name}", f"{picture.name} of {study.name}", caption=picture.name)
            )
        others = ", ".join(f"``{file.name}``" for file in run.files if file not in run.pictures)
        parts.append(f"Beside the pictures it writes {others}.\n")
    return "\n".join(parts)


def text_of(study: Study) -> str:
    """The docstring of the study's module, without a first paragraph that only repeats title and source."""
    text = inspect.getdoc(importlib.import_module(STUDIES[study.name])) or ""
    head, _, rest = text.partition("\n\n")
    return rest if " ".join(head.split()).startswith(f"{study.title} (") and rest and "):" not in head else text


def command(study: Study) -> str:
    """How it is run."""
    return f"sitpy reproduce {study.name}" + (" --path DIR" if study.files else "")


def options(study: Study) -> list[str]:
    """Sentences about what can be chosen, and where the script is."""
    said = []
    if study.files:
        said.append(f"It reads {study.files}, which you download; ``DIR`` is their folder.")
    if study.data_sets:
        names = ", ".join(f"``{name}``" for name in study.data_sets)
        said.append(f"Data sets: {names} (the first unless ``--data`` names another, or a file of your returns).")
    if study.takes_points:
        said.append("``--points N`` chooses the number of points per frontier.")
    module = STUDIES[study.name]
    script = module.rpartition(".")[2]
    if script in {example.stem for example in examples()}:
        said.append(f"The same as a script: :doc:`examples/{script}.py </gallery/{script}>`.")
    path = f"{module.replace('.', '/')}.py"
    return [*said, f"The study's own module: `{path} <../source/{path}.html>`__."]
