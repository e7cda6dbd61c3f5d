"""``run_r``: an R script translated and run, with the lines of R in every message."""

from __future__ import annotations

import io
import os
import re
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, redirect_stdout
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from sitpy.arguments import shown
from sitpy.errors import InputError, RScriptError, SitpyError, UntranslatedError
from sitpy.frontier import Frontier
from sitpy.running.devices import Devices
from sitpy.running.hooks import MADE, NAMED, hooked
from sitpy.running.keeping import LOCAL, VARIABLE, Keeper
from sitpy.running.result import RRun
from sitpy.running.saving import Names, named_figures, named_frontiers, write_all
from sitpy.studies.folder import run_folder
from sitpy.translate.translation import Translation, read_script, runnable

PathLike = str | os.PathLike[str]


def run_r(
    script: PathLike,
    prices: PathLike | None = None,
    out: PathLike | None = None,
    *,
    check: bool = True,
    echo: Callable[[str], Any] | None = None,
) -> RRun:
    """Run an R script that uses SIT, and keep every figure that it draws and every frontier that it makes.

    Parameters
    ----------
    script : path or str
        The script's file, or its text.
    prices : path, optional
        A CSV file with dates in the first column and one column of adjusted closes per symbol, which stands in for the
        script's downloads.
    out : path, optional
        Folder for the files: each figure by the name that the script gives it, else as figure-1.png and so on, and each
        frontier as CSV and as JSON by the name of its variable. Files of an earlier run there are replaced or removed,
        others stay. Nothing is written without it.
    check : bool
        Raise where the script ends in an error or is interrupted, after what it had made was saved; otherwise the result
        says so.
    echo : callable, optional
        Called with each piece of text as the script prints it.

    Returns
    -------
    RRun
        What was printed, figures, frontiers, notes and files. Nothing is shown on a screen, and the caller's own figures
        and settings of matplotlib stay as they are.

    Raises
    ------
    RSyntaxError
        The text is not R.
    UntranslatedError
        Parts of the script cannot be translated; nothing was run.
    InputError
        The script writes or deletes files or runs other programs, it downloads prices and there are none, or `out` cannot
        be written.
    RScriptError
        The script ended in an error; the message names the line in R, and ``run`` is what there was until then.

    Examples
    --------
    >>> import sitpy
    >>> run = sitpy.run_r('''
    ... ia = aa.test.create.ia.rebal()
    ... ef = portopt(ia, create.basic.constraints(ia$n), 5, 'Risk')
    ... plot.ef(ia, list(ef), portfolio.risk, F)
    ... cat('assets:', ia$n)
    ... ''')
    >>> run.printed, [figure.file for figure in run.figures]
    ('assets: 9', ['figure-1.png'])
    >>> run.frontiers[0].name, run.frontiers[0].frontier
    ('ef', <Frontier 'Risk': 5 points, return 7.38% to 20.14%, all proven>)

    References
    ----------
    R's language definition, for what the script says; ``Rscript``, for what becomes of it.
    """
    text, name = _text_of(script)
    if prices is not None and not Path(prices).is_file():
        raise InputError(
            f"there is no file of prices {os.fspath(prices)!r}; give a CSV file with dates and adjusted closes"
        )
    translation = runnable(text, prices, name)
    if translation.todos:
        raise UntranslatedError(translation.todos)
    if prices is not None and "pd.read_csv(" not in translation.code:
        unread = f"{os.fspath(prices)} was not read: nothing in the script takes prices"
        translation = replace(translation, notes=(*translation.notes, unread))
    _refuse_download(translation)
    folder = nullcontext() if out is None else run_folder(Path(out))
    with folder as where:
        run = _Run(translation, name, echo).go()
        if where is not None:
            write_all(where, run.figures, run.frontiers)
    if out is not None:
        files = [figure.file for figure in run.figures] + [file for one in run.frontiers for file in one.files]
        run = replace(run, files=tuple(Path(out) / file for file in files))
    if check and isinstance(run.error, Exception):
        raise RScriptError(run.message, run.r_line, run) from run.error
    if check and run.error is not None:
        raise run.error
    return run


def _text_of(script: PathLike) -> tuple[str, str]:
    """The text of a script and its name."""
    if not isinstance(script, (str, os.PathLike)):
        raise InputError(f"script is {shown(script)}; give the path of an R script, or its text")
    text = isinstance(script, str) and ("\n" in script or (not Path(script).is_file() and set(script) & set("(=<")))
    if text:
        return str(script), "script.R"
    return read_script(script), Path(script).name


def _refuse_download(translation: Translation) -> None:
    """Say before anything is run that there are no prices."""
    if find_spec("yfinance") is not None:
        return
    for line, r_line in zip(translation.code.split("\n"), translation.r_lines, strict=False):
        if line.lstrip().startswith("prices = yahoo_prices("):
            raise InputError(
                f"R line {r_line}: the script downloads prices; give them in a CSV file (--prices FILE.csv, or prices= in "
                "Python) with dates in the first column and one column of adjusted closes per symbol, or install yfinance "
                "with the extra sitpy[yahoo]"
            )


class _Printed(io.TextIOBase):
    """Standard output of the script."""

    def __init__(self, echo: Callable[[str], Any] | None) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._echo = echo
        self._before = sys.stdout

    def write(self, text: str) -> int:
        """Keep the text, and pass it on."""
        self.parts.append(text)
        if self._echo is not None:
            try:
                with redirect_stdout(self._before):
                    self._echo(text)
            except BrokenPipeError:  # nobody reads on; the script goes on for its files
                self._echo = None
        return len(text)


class _Run:
    """One run of a translation."""

    def __init__(self, translation: Translation, name: str, echo: Callable[[str], Any] | None) -> None:
        self._translation = translation
        self._file = f"<{name}>"
        self._printed = _Printed(echo)
        self._keeper = Keeper()
        self._notes = list(translation.notes)
        self._devices = Devices(self._note, self._line_now)
        self._interrupted = False

    def go(self) -> RRun:
        """Run it to its end, or to the error that ends it."""
        code = compile(hooked(self._translation.code, self._translation.r_names), self._file, "exec")
        with self._devices.on():
            error = self._error_of(code)
        names = Names()
        figures = named_figures(self._devices.pictures, names, self._note)
        frontiers = named_frontiers(self._keeper.kept(), names)
        lines = self._lines_of(error)
        return RRun(
            "".join(self._printed.parts),
            tuple(figures),
            tuple(frontiers),
            tuple(self._notes),
            error=error,
            message="" if error is None else _message(error, lines),
            r_line=lines[-1] if lines else 0,
        )

    def _error_of(self, code: CodeType) -> BaseException | None:
        variables = {"__name__": self._file, "_devices": self._devices, MADE: self._made, NAMED: self._named}
        try:
            with redirect_stdout(self._printed), self._warned(), self._interruptible():
                exec(code, variables)
        except (Exception, KeyboardInterrupt) as error:
            return error
        return None

    # ------------------------------------------------------------------------------------------------------- hooks

    def _made(self, value: Any) -> Any:
        """The value of a call."""
        if isinstance(value, Frontier):
            self._keeper.made(value, self._line_now())
        if self._interrupted:  # during a search, which gave the best that it had
            raise KeyboardInterrupt
        return value

    def _named(self, value: Any, name: str, local: bool) -> Any:
        """What a variable is about to hold."""
        self._keeper.named(value, name, LOCAL if local else VARIABLE, self._line_now())
        return value

    # ------------------------------------------------------------------------------------------------- lines of R

    def _r_line(self, line: int) -> int:
        lines = self._translation.r_lines
        return lines[line - 1] if 0 < line <= len(lines) else 0

    def _line_now(self) -> int:
        """The line of R that is being run."""
        frame = sys._getframe(1)
        while frame is not None and frame.f_code.co_filename != self._file:
            frame = frame.f_back  # type: ignore[assignment]
        return 0 if frame is None else self._r_line(frame.f_lineno)

    def _lines_of(self, error: BaseException | None) -> list[int]:
        """The lines of R in which an error came up, from that at the top to the innermost."""
        trace = None if error is None else error.__traceback__
        lines = []
        while trace is not None:
            if trace.tb_frame.f_code.co_filename == self._file:
                lines.append(self._r_line(trace.tb_lineno))
            trace = trace.tb_next
        return [line for line in lines if line]

    def _note(self, text: str, line: int | None = None) -> None:
        """Something to tell, once, with its line of R: the one that is being run, where none is given."""
        line = self._line_now() if line is None else line
        note = f"R line {line}: {text}" if line else text
        if note not in self._notes:
            self._notes.append(note)

    @contextmanager
    def _interruptible(self) -> Iterator[None]:
        """See Ctrl-C even where a search takes it for its own end only."""
        before = signal.getsignal(signal.SIGINT)
        if threading.current_thread() is not threading.main_thread() or not callable(before):
            yield
            return

        def interrupt(number: int, frame: FrameType | None) -> None:
            self._interrupted = True
            before(number, frame)

        signal.signal(signal.SIGINT, interrupt)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    @contextmanager
    def _warned(self) -> Iterator[None]:
        """Warnings of sitpy and of the script become notes; others go where they go."""
        with warnings.catch_warnings():
            warnings.simplefilter("always", UserWarning)
            elsewhere = warnings.showwarning

            def show(message: Any, category: Any, *rest: Any, **named: Any) -> None:
                if issubclass(category, UserWarning):
                    self._note(str(message))
                else:
                    elsewhere(message, category, *rest, **named)

            warnings.showwarning = show
            yield


def _sought(error: KeyError) -> str:
    """What was looked up: columns of a table by their names, anything else as it is."""
    words = " ".join(map(str, error.args))
    found = re.search(r"\[([^\[\]]*)\](, dtype='\w+'\)\])? (?:not in index|are in the \[columns\])", words)
    return f"column {found[1]} in the table" if found else " ".join(map(shown, error.args))


def _message(error: BaseException, lines: list[int]) -> str:
    """What ended the script, and where: one line, in the words of the error."""
    calls = list(dict.fromkeys(reversed(lines)))
    where = ", called from R line ".join(map(str, calls))
    if isinstance(error, KeyboardInterrupt):
        words = "interrupted"
    elif isinstance(error, SitpyError) or type(error) is RuntimeError:
        words = str(error)
    elif isinstance(error, KeyError):
        words = f"there is no {_sought(error)}"
    else:
        words = f"{' '.join(str(error).split()) or 'an error'} ({type(error).__name__})"
    return f"R line {where}: {words}" if calls else words
