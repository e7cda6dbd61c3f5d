"""Files that a study compares with and that the user downloads: found, read and checked."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from sitpy.errors import InputError

Array = np.ndarray


def read_text(file: Path) -> str:
    """All of a text file.

    Raises
    ------
    InputError
        It is not there, or not text.
    """
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise InputError(
            f"there is no file {file.name!r} in {str(file.parent)!r}; download it, or mend --path"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not a text file"
        raise InputError(f"cannot read {str(file)!r}: {reason}") from None


def read_numbers(file: Path) -> Array:
    """The numbers of a text file, in their order.

    Raises
    ------
    InputError
        It cannot be read, is empty, or holds a word that is not a finite number.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from sitpy.studies.downloads import read_numbers
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "numbers.txt"
    ...     _ = file.write_text(" 2\\n .001309 .043208")
    ...     print(read_numbers(file).tolist())
    [2.0, 0.001309, 0.043208]
    """
    words = read_text(file).split()
    if not words:
        raise InputError(f"{str(file)!r} is empty; download it again")
    values = np.array([_number(word) for word in words])
    wrong = np.flatnonzero(~np.isfinite(values))
    if wrong.size:
        raise InputError(
            f"{str(file)!r} holds {words[wrong[0]][:30]!r} (word {wrong[0] + 1}) where a number is expected"
        )
    return values


def read_number_table(file: Path) -> pd.DataFrame:
    """A CSV file of numbers under a line of names.

    Raises
    ------
    InputError
        It cannot be read, rows differ in length, or an entry is not a finite number.
    """
    lines = [line.split(",") for line in read_text(file).splitlines() if line.strip()]
    if len(lines) < 2:
        raise InputError(
            f"{str(file)!r} has {len(lines)} line(s); expected a line of names and lines of numbers below it"
        )
    names = [name.strip() for name in lines[0]]
    for number, line in enumerate(lines[1:], start=2):
        if len(line) != len(names):
            raise InputError(f"{str(file)!r} has {len(line)} entries in line {number}, but names {len(names)} columns")
    values = np.array([[_number(word) for word in line] for line in lines[1:]])
    if not np.isfinite(values).all():
        row, column = np.argwhere(~np.isfinite(values))[0]
        word = lines[row + 1][column].strip()[:30]
        raise InputError(
            f"{str(file)!r} holds {word!r} in line {row + 2}, column {names[column]!r}, where a number is expected"
        )
    return pd.DataFrame(values, columns=names)


def _number(word: str) -> float:
    try:
        return float(word)
    except ValueError:
        return float("nan")
