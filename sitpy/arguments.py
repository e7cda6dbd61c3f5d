"""The doors for arguments, one per kind: each gives back what may be used, or says what was found and what is allowed."""

from __future__ import annotations

import math
import numbers as kinds
import reprlib
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np

from sitpy.errors import InputError

Array = np.ndarray
Kind = TypeVar("Kind")
Function = TypeVar("Function", bound=Callable[..., Any])

_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = 60


def shown(value: Any) -> str:
    """A value as a message shows it: numbers, words and short vectors themselves, larger things by type and shape."""
    if (isinstance(value, np.ndarray) and value.ndim < 2 and value.size <= _SHORT.maxlist) or isinstance(
        value, np.generic
    ):
        value = value.tolist()
    if value is None or isinstance(value, (str, bytes, kinds.Number, list, tuple, dict)):
        return _SHORT.repr(value)
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple):
        return f"{'an array' if isinstance(value, np.ndarray) else f'a {type(value).__name__}'} of shape {shape}"
    return f"the {type(value).__name__} {value.__name__}" if hasattr(value, "__name__") else f"a {type(value).__name__}"


def whole(label: str, value: Any, least: int = 0) -> int:
    """A count, ``least`` or more, as an int.

    Raises
    ------
    InputError
        Anything else: a part of one, a truth value, text, a vector.

    Examples
    --------
    >>> from sitpy.arguments import whole
    >>> whole("n", 3.0)
    3
    """
    number = _single(value)
    if number is None or not math.isfinite(number) or number % 1 != 0 or number < least or abs(number) > 2**53:
        raise InputError(f"{label} is {shown(value)}; give a whole number, {least} or more")
    return int(number)


def processes(label: str, value: Any) -> int:
    """A number of processes, or -1 for one per processor."""
    number = _single(value)
    if number is None or number % 1 != 0 or not (number == -1 or 1 <= number <= 10**6):
        raise InputError(f"{label} is {shown(value)}; give a number of processes, or -1 for one per processor")
    return int(number)


def positive(number: float) -> bool:
    """Above 0 and finite: for :func:`real`."""
    return 0 < number < math.inf


def real(
    label: str,
    value: Any,
    remedy: str = "give a finite number",
    allowed: Callable[[float], bool] = math.isfinite,
) -> float:
    """A number that is ``allowed``, as a float; a vector of one counts, as the measures give it.

    Raises
    ------
    InputError
        Anything else; the message ends in the remedy.

    Examples
    --------
    >>> from sitpy.arguments import real
    >>> real("share", 1, "give a part from 0 to 1", lambda share: 0 <= share <= 1)
    1.0
    """
    number = _single(value)
    if number is None or not allowed(number):
        raise InputError(f"{label} is {shown(value)}; {remedy}")
    return number


def probability(label: str, value: Any) -> float:
    """A confidence level, strictly between 0 and 1."""
    return real(label, value, "a confidence level lies between 0 and 1", lambda level: 0 < level < 1)


def yearly(annual_factor: Any) -> float:
    """A positive factor between returns per period and per year."""
    return real("annual_factor", annual_factor, "give the number of periods per year (1, 12, 52, 252)", positive)


def minimum_return(label: str, value: Any) -> float | None:
    """A minimum acceptable return, or None."""
    remedy = "give a finite return per period, or None for the portfolio's own mean"
    return None if value is None else real(label, value, remedy)


def _single(value: Any) -> float | None:
    """The one number that a value is or holds; None where it is something else."""
    if isinstance(value, np.ndarray) and value.size == 1:
        value = value.ravel()[0]
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, kinds.Real):
        return None
    try:
        return float(value)
    except OverflowError:
        return None


def numbers(label: str, value: Any) -> Array:
    """A copy as numbers, in one layout, so that tables and arrays give the same last digit; nan may be among them.

    Raises
    ------
    InputError
        Text (also text that reads as a number), dates, complex numbers, None, parts of different lengths.

    Examples
    --------
    >>> from sitpy.arguments import numbers
    >>> numbers("weight", [1, 0.5]).tolist()
    [1.0, 0.5]
    """
    try:
        if value is None:
            raise TypeError("found None")
        found = np.asarray(value)
        if found.dtype.kind in "cmMV":
            raise TypeError(f"found {found.dtype}")
        if found.dtype.kind in "US" or (found.dtype == object and any(isinstance(x, (str, bytes)) for x in found.flat)):
            np.array(value, dtype=float)  # which says what it cannot read
            raise TypeError("found text")
        return np.array(value, dtype=float, order="C")
    except (TypeError, ValueError, OverflowError) as error:
        raise InputError(f"{label} holds something that is not a number: {error}") from None


def finite(label: str, value: Any) -> Array:
    """As :func:`numbers`, none of them missing or infinite; the message says where."""
    found = numbers(label, value)
    bad = np.argwhere(~np.isfinite(found))
    if len(bad):
        place = ", ".join(str(int(i)) for i in bad[0])
        raise InputError(f"{label}{f'[{place}]' if place else ''} is {found[tuple(bad[0])]:g}; give a finite number")
    return found


def positions(label: str, value: Any, n: int | None = None, of: str = "assets") -> Array:
    """Positions counted from 0 (below ``n``) as a vector of whole numbers, in the order given.

    Raises
    ------
    InputError
        Text, parts of numbers, truth values (which would be read as the positions 0 and 1), a matrix, positions that do
        not exist.

    Examples
    --------
    >>> from sitpy.arguments import positions
    >>> positions("index", [2, 0], 3).tolist()
    [2, 0]
    """
    try:
        found = np.atleast_1d(np.array(value))
    except ValueError:
        found = np.array([None])
    if found.ndim != 1 or (
        found.size and (found.dtype.kind not in "iuf" or not (np.isfinite(found) & (np.floor(found) == found)).all())
    ):
        raise InputError(
            f"{label} is {shown(value)}; expected whole numbers, positions counted from 0 "
            "(numpy.flatnonzero turns a mask into positions)"
        )
    found = found.astype(int)
    if n is not None and found.size and (found.min() < 0 or found.max() >= n):
        raise InputError(f"{label} reaches from {found.min()} to {found.max()} but the {n} {of} are counted 0..{n - 1}")
    return found


def choice(label: str, value: Any, words: Sequence[str]) -> str:
    """One of the words.

    Raises
    ------
    InputError
        Anything else; the message lists the words.

    Examples
    --------
    >>> from sitpy.arguments import choice
    >>> choice("direction", "min", ("min", "max"))
    'min'
    """
    if isinstance(value, str) and value in words:
        return value
    *most, last = map(repr, words)
    raise InputError(f"{label} {shown(value)} is not known; use {', '.join(most)}{' or ' if most else ''}{last}")


def text(label: str, value: Any) -> str:
    """A word or a sentence."""
    if not isinstance(value, str):
        raise InputError(f"{label} is {shown(value)}; give text")
    return value


def dimensions(value: Any) -> int:
    """How many dimensions a value has; parts of different lengths count as one."""
    try:
        return int(np.ndim(value))
    except ValueError:
        return 1


def flag(label: str, value: Any) -> bool:
    """True or False; 1 and 0 mean the same."""
    if _single(value) not in (0.0, 1.0) and not isinstance(value, (bool, np.bool_)):
        raise InputError(f"{label} is {shown(value)}; give True or False")
    return bool(value)


def function(label: str, value: Function, remedy: str) -> Function:
    """Something that can be called."""
    if not callable(value) or isinstance(value, type):
        raise InputError(f"{label} is {shown(value)}; {remedy}")
    return value


def instance(label: str, value: Any, kind: type[Kind], remedy: str) -> Kind:
    """Something of one kind."""
    if not isinstance(value, kind):
        plain = value is None or isinstance(value, (str, kinds.Number))
        found = shown(value) if plain else f"a {type(value).__name__}"
        raise InputError(f"{label} is {found}; {remedy}")
    return value


def listed(label: str, value: Any, remedy: str) -> list[Any]:
    """The entries of a list, a tuple, an array, an index or another finite row of things; text is no row of letters."""
    if isinstance(value, (str, bytes)) or not hasattr(value, "__iter__") or isinstance(value, type):
        raise InputError(f"{label} is {shown(value)}; {remedy}")
    return list(value)
