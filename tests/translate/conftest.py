"""Shared by the tests of translated scripts: the published post, run once by the command and read by many."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from reading import POST, PostRun
from typer.testing import CliRunner

import sitpy
import sitpy.running
from sitpy.cli.commands import app


@pytest.fixture(scope="session")
def post_run(tmp_path_factory: pytest.TempPathFactory) -> PostRun:
    """The published post by the command."""
    if not POST.is_file():
        pytest.skip("the published post is not at hand")
    folder, runs, run_r = tmp_path_factory.mktemp("post"), [], sitpy.running.run_r

    def kept(*given: Any, **named: Any) -> sitpy.RRun:
        runs.append(run_r(*given, **named))
        return runs[-1]

    with contextlib.chdir(folder), pytest.MonkeyPatch.context() as patch:
        patch.setattr(sitpy.running, "run_r", kept)
        done = CliRunner().invoke(app, ["run-r", str(POST)])
    assert done.exit_code == 0, done.stderr
    return PostRun(runs[0], done.stdout, folder)
