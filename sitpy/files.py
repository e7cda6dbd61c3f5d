"""Writing and reading files: whole or not at all, and every number of IEEE 754 in JSON."""

from __future__ import annotations

import csv
import json
import math
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from sitpy.arguments import shown
from sitpy.errors import InputError


def write_whole(path: str | os.PathLike[str], write: Callable[[Path], object]) -> Path:
    """Let ``write`` fill a temporary file beside ``path``, then rename it: no half-written file is ever seen.

    Raises
    ------
    InputError
        The system refuses: a file where a folder is needed, no permission, no space left.
    """
    target = Path(path)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.stem}.", suffix=target.suffix or ".tmp")
        os.close(handle)
        temporary = Path(name)
        try:
            write(temporary)
            os.chmod(temporary, 0o666 & ~_umask())
            os.replace(temporary, target)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise InputError(f"cannot write {str(target)!r}: {error.strerror or error}") from error
    return target


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def write_json(path: str | os.PathLike[str], content: dict[str, Any]) -> Path:
    """Write ``content`` as JSON; infinities are the strings "Inf" and "-Inf", a missing number is null."""
    text = json.dumps(_plain(content), indent=1, allow_nan=False)
    return write_whole(path, lambda temporary: temporary.write_text(text + "\n", encoding="utf-8"))


def read_json(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Read a JSON object written by :func:`write_json` or by the reference runs of R."""
    if not isinstance(path, (str, os.PathLike)):
        raise InputError(f"the file is {shown(path)}; give a path")
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"cannot read {str(path)!r}: {error.strerror or error}") from error
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{str(path)!r} is not JSON: {error}") from error
    if not isinstance(content, dict):
        raise InputError(f"{str(path)!r} holds a JSON {type(content).__name__}; expected an object with named fields")
    return content


def numbers(values: Any) -> np.ndarray:
    """Array of float from JSON lists in which null is nan and "Inf", "-Inf", "NaN" are words."""
    if isinstance(values, list):
        if values and isinstance(values[0], list):
            return np.array([numbers(row) for row in values], dtype=float)
        return np.array([_number(value) for value in values], dtype=float)
    return np.array(_number(values))


def _number(value: Any) -> float:
    return math.nan if value is None else float(value)


def _plain(value: Any) -> Any:
    """The same content in types that JSON knows."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, np.generic):
        return _plain(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else ("Inf" if value > 0 else "-Inf")
    return value


def separator_of(text: str) -> str:
    """The sign of comma, semicolon and tab that makes most columns of the first line of a table.

    Examples
    --------
    >>> from sitpy.files import separator_of
    >>> separator_of("Date;SPY;TLT\\n2024-01-31;10,5;9,1\\n")
    ';'
    """
    first = next(line for line in text.splitlines() if line.strip())
    return max(",;\t", key=lambda sign: len(next(csv.reader([first], delimiter=sign))))
