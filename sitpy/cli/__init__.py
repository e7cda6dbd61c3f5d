"""The command ``sitpy``. Here is its door, which is light: even while the rest is being loaded, Ctrl-C ends in one line."""

from __future__ import annotations

import _thread
import io
import os
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

INTERRUPTED = 130
"""The exit status after Ctrl-C."""


def app() -> None:
    """Run the command line on the arguments of this process."""
    sys.unraisablehook = _interrupt_again
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # names in signs that the terminal does not know
    try:
        from sitpy.cli.commands import app as commands

        commands()
    except KeyboardInterrupt:
        with suppress(OSError):
            sys.stdout.flush()
        print("interrupted; unfinished work has left no files", file=sys.stderr, flush=True)
        os._exit(INTERRUPTED)  # the interpreter's own end may be another one after an interruption


def _interrupt_again(unraisable: UnraisableHookArgs) -> None:
    """An interruption that fell into a callback, where Python drops it, comes again after it."""
    if unraisable.exc_type is KeyboardInterrupt:
        threading.Timer(0.01, _thread.interrupt_main).start()
    else:
        sys.__unraisablehook__(unraisable)
