"""Run studies and scripts side by side, each in a folder of its own, and keep what they print and draw."""

from __future__ import annotations

import contextlib
import io
import multiprocessing
import os
import re
import runpy
import sys
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path


@dataclass(frozen=True)
class Run:
    """What was printed, and the folder with the files that were written."""

    printed: str
    folder: Path

    @property
    def pictures(self) -> list[Path]:
        """In the order of their names."""
        return sorted(self.folder.glob("*.png"))

    @property
    def files(self) -> list[Path]:
        """All but folders, in the order of their names."""
        return sorted(path for path in self.folder.iterdir() if path.is_file())


def run_all(studies: Iterable[str], scripts: Iterable[Path], work: Path) -> dict[str, Run]:
    """Runs by the study's name or the script's file name; the first that fails ends the build."""
    os.environ.update(MPLBACKEND="Agg", OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1")  # a core per worker
    jobs = {name: partial(run_study, name, work / name) for name in studies}
    jobs |= {script.name: partial(run_script, script, work / script.name) for script in scripts}
    with ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("spawn")) as workers:
        waiting = {name: workers.submit(job) for name, job in jobs.items()}
        return {name: future.result() for name, future in waiting.items()}


def run_study(name: str, folder: Path) -> Run:
    """``sitpy reproduce NAME``, without the seconds that it takes."""
    from typer.testing import CliRunner

    from sitpy.cli.commands import app

    folder.mkdir(parents=True)
    with contextlib.chdir(folder):
        result = CliRunner().invoke(app, ["reproduce", name])
    if result.exit_code:
        raise RuntimeError(f"sitpy reproduce {name} ended with {result.exit_code}:\n{result.output}") from (
            result.exception
        )
    printed = re.sub(r", [\d.]+ s in all", "", result.output)
    return Run("\n".join(line.rstrip() for line in printed.splitlines()), folder / "sitpy-results" / name)


def run_script(script: Path, folder: Path) -> Run:
    """A script of examples/, as ``python script.py .`` would run it."""
    import matplotlib.pyplot as plt

    folder.mkdir(parents=True)
    printed, arguments = io.StringIO(), sys.argv
    sys.argv = [script.name, "."]
    try:
        with contextlib.chdir(folder), contextlib.redirect_stdout(printed), contextlib.redirect_stderr(io.StringIO()):
            runpy.run_path(str(script), run_name="__main__")
    finally:
        sys.argv = arguments
        plt.close("all")
    return Run(printed.getvalue(), folder)
