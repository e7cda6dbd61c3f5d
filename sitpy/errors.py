"""The error family: every failure of sitpy is a :class:`SitpyError`, every notice a :class:`SitpyWarning`.

A message names the constraint or asset, the number found, the limit and the remedy.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any


class SitpyError(Exception):
    """Base of all errors that sitpy raises on purpose."""


class InputError(SitpyError, ValueError):
    """The caller's data cannot be used: wrong shape, missing number, unknown word."""


class RSyntaxError(InputError):
    """An R script that cannot be read.

    Attributes
    ----------
    line, column : int
        Where, both counted from 1.
    expected : str
        What could have stood there.
    """

    def __init__(self, found: str, line: int, column: int, expected: str) -> None:
        super().__init__(f"line {line}, column {column}: {found}; expected {expected}")
        self.line = line
        self.column = column
        self.expected = expected


class UntranslatedError(InputError):
    """An R script that cannot run, because parts of it cannot be translated.

    Attributes
    ----------
    todos : tuple of str
        What is left to do, each with its line in R.
    """

    def __init__(self, todos: tuple[str, ...]) -> None:
        super().__init__(f"{len(todos)} statement(s) cannot be translated: {'; '.join(todos)}")
        self.todos = todos


class RScriptError(SitpyError):
    """A running R script that ended in an error.

    Attributes
    ----------
    line : int
        Where in the script, counted from 1; 0 where it is not known.
    run : sitpy.RRun
        What it had printed, drawn and made until then.
    """

    def __init__(self, message: str, line: int, run: Any) -> None:
        super().__init__(message)
        self.line = line
        self.run = run


class InfeasibleError(SitpyError):
    """No portfolio satisfies all constraints.

    Attributes
    ----------
    conflict : sitpy.solvers.diagnosis.Conflict or None
        A smallest set of constraints that contradict each other.
    """

    def __init__(self, message: str, conflict: Any = None) -> None:
        super().__init__(message)
        self.conflict = conflict


class UnboundedError(SitpyError):
    """The objective can be improved without limit under the constraints."""


class NotSolvedError(SitpyError):
    """A limit was reached, or no solver gave an answer that passes the check.

    Attributes
    ----------
    best : numpy.ndarray or None
        Best answer found, if any.
    bound : float
        No feasible answer is below this value.
    gap : float
        Relative distance between the best answer's value and ``bound``.
    """

    def __init__(self, message: str, best: Any = None, bound: float = float("-inf"), gap: float = float("inf")) -> None:
        super().__init__(message)
        self.best = best
        self.bound = bound
        self.gap = gap


class BankruptError(SitpyError):
    """An account has lost all that it had.

    Attributes
    ----------
    path : sitpy.BacktestModel, sitpy.Account or None
        The back-test or the account up to the date, that date included.
    """

    def __init__(self, message: str, path: Any = None) -> None:
        super().__init__(message)
        self.path = path


class SitpyWarning(UserWarning):
    """Something the caller should know, although an answer is given."""


class SimulatedDataWarning(SitpyWarning):
    """The data set in use is simulated, not market data."""


def warn(message: str | Warning, category: type[Warning] = SitpyWarning) -> None:
    """Warn at the line of the caller's own that led here: the nearest one outside of sitpy."""
    frame, level = sys._getframe(1), 2
    while frame.f_back is not None and frame.f_globals.get("__name__", "").split(".")[0] == "sitpy":
        frame, level = frame.f_back, level + 1
    warnings.warn(message, category, stacklevel=level)


def there_are(name: str, names: Iterable[str]) -> str:
    """The end of a message about an unknown name: the nearest one, in upper or lower case, and all that there are.

    Examples
    --------
    >>> from sitpy.errors import there_are
    >>> there_are("cvr", ["Risk", "CVaR"])
    "did you mean 'CVaR'? There are Risk, CVaR"
    >>> there_are("foo", ["Risk", "CVaR"])
    'there are Risk, CVaR'
    """
    known, asked = list(names), name.casefold()
    folded = {other.casefold(): other for other in known}
    near = [other for other in folded if asked and other.startswith(asked)] + get_close_matches(asked, folded, 1, 0.6)
    listed = ", ".join(known)
    return f"did you mean {folded[near[0]]!r}? There are {listed}" if near else f"there are {listed}"
