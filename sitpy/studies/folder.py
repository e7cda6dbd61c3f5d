"""The folder of a study's files: it holds one whole run, beside what else the user keeps there."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sitpy.errors import InputError, warn
from sitpy.files import write_whole

LISTING = "files.sha256"
"""The list of a run's files and what is in them, which ``sha256sum -c`` checks."""


@contextmanager
def run_folder(out: Path) -> Iterator[Path]:
    """A folder to write files to, which come to ``out`` together once the block ends without an error.

    Until then ``out`` stays as it was, so that a run that fails or is interrupted leaves no file. Then files of an earlier
    run are removed: those that its list ``files.sha256`` names and that are still as it wrote them. All other files stay,
    unless they have the name of a new one.

    Raises
    ------
    InputError
        ``out`` is a file, or a folder in which nothing can be written; before the block, not after its work.

    Warns
    -----
    SitpyWarning
        A file of an earlier run was changed since, so that it stays although this run did not write it.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from sitpy.studies.folder import run_folder
    >>> def run(out, name):
    ...     with run_folder(out) as folder:
    ...         _ = (folder / name).write_text("1")
    ...     return sorted(path.name for path in out.iterdir())
    >>> with tempfile.TemporaryDirectory() as scratch:
    ...     out = pathlib.Path(scratch)
    ...     _ = (out / "mine.txt").write_text("2")
    ...     run(out, "cvar.csv"), run(out, "risk.csv")
    (['cvar.csv', 'files.sha256', 'mine.txt'], ['files.sha256', 'mine.txt', 'risk.csv'])
    """
    if out.exists() and not out.is_dir():
        raise InputError(f"cannot write to {str(out)!r}: it is a file, not a folder; give another one with --out")
    made = [folder for folder in (out, *out.parents) if not folder.exists()]
    try:
        with _said(out):
            out.mkdir(parents=True, exist_ok=True)
            unfinished = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=out))
        try:
            yield unfinished
            with _said(out):
                _publish(unfinished, out)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    finally:
        for folder in made:
            with suppress(OSError):  # it is not empty
                folder.rmdir()


@contextmanager
def _said(out: Path) -> Iterator[None]:
    """What the system refuses, in the words of the command."""
    try:
        yield
    except OSError as error:
        raise InputError(
            f"cannot write to the folder {str(out)!r}: {error.strerror or error}; give another one with --out"
        ) from error


def _publish(unfinished: Path, out: Path) -> None:
    """Files of the earlier run out, those of this one in: the list first, so that no file is ever without one."""
    new = {path.name: _digest(path) for path in sorted(unfinished.iterdir())}
    if not new:
        return
    for name, digest in _listed(out).items():
        path = out / name
        if not path.is_file():
            continue
        if _digest(path) == digest:
            path.unlink()
        elif name not in new:
            warn(f"{str(path)!r} is of an earlier run and was changed since; it stays beside the new files")
    lines = "".join(f"{digest}  {name}\n" for name, digest in new.items())
    write_whole(out / LISTING, lambda temporary: temporary.write_text(lines, encoding="utf-8"))
    for name in new:
        os.replace(unfinished / name, out / name)


def _listed(out: Path) -> dict[str, str]:
    """Names of files of the earlier run -> their digests; nothing that is no plain name."""
    try:
        text = (out / LISTING).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return {}
    return {name: digest for digest, name in re.findall(r"^([0-9a-f]{64})  ([^/\\\n]+)$", text, re.MULTILINE)}


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
