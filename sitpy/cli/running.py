"""Running a study for a reader at a terminal."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from rich.console import Console

from sitpy.cli.terminal import print_table, progress

if TYPE_CHECKING:
    from sitpy.studies import Study, StudyOptions, StudyResult


def run_and_print(console: Console, study: Study, options: StudyOptions) -> StudyResult:
    """Run one study with its title before, and tables, notes and the number of files after it."""
    from sitpy.studies import run_study

    began = time.perf_counter()
    console.print(f"{study.title} ({study.source})", style="bold", markup=False)
    with progress(console) as report:
        result = run_study(study, replace(options, progress=report))
    for line in (*result.head, ""):
        console.print(line, markup=False)
    for table in result.tables:
        print_table(console, table)
    for line in result.notes:
        console.print(line, markup=False)
    console.print(
        f"{len(result.files)} files in {options.out}, {time.perf_counter() - began:.1f} s in all", markup=False
    )
    return result
