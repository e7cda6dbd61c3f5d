"""What the tests of the translator share: scripts run in Python and in R, and their values written alike."""

from __future__ import annotations

import re
import shutil
import subprocess
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import sitpy

CORPUS = Path(__file__).parent / "corpus"
POST = Path(__file__).parents[3] / "shared" / "scripts-r" / "130-30.R"
RSCRIPT = shutil.which("Rscript")
STATED = re.compile(r"^#> ([\w.]+): ?(.*)$", re.MULTILINE)


@dataclass(frozen=True)
class PostRun:
    """What ``sitpy run-r`` made of the post: the run itself, what the command printed, and the folder in which it stood."""

    run: sitpy.RRun
    printed: str
    folder: Path


def stated(source: str) -> dict[str, str]:
    """The values that a script says its variables have."""
    return dict(STATED.findall(source))


def run(code: str, **given: Any) -> dict[str, Any]:
    """The variables of a script of Python."""
    import matplotlib.pyplot as plt

    variables: dict[str, Any] = {"__name__": "script", **given}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            exec(compile(code, "script.py", "exec"), variables)
        finally:
            plt.close("all")
    return variables


def words(value: Any) -> str:
    """A value as the scripts state it: entries column by column, behind a bar the sizes of a matrix."""
    if value is None:
        return "NULL"
    if isinstance(value, (pd.Series, pd.DataFrame)):
        value = value.to_numpy()
    values = np.asarray(value, dtype=object if isinstance(value, (list, str)) else None)
    text = " ".join(word(entry) for entry in values.ravel(order="F"))
    return f"{text} | {values.shape[0]} {values.shape[1]}" if values.ndim == 2 else text


def word(entry: Any) -> str:
    """One entry."""
    if isinstance(entry, (bool, np.bool_)):
        return "TRUE" if entry else "FALSE"
    if isinstance(entry, str):
        return entry
    if entry is None or np.isnan(entry):
        return "NA"
    if np.isinf(entry):
        return "Inf" if entry > 0 else "-Inf"
    return f"{float(entry):.10g}"


def same(found: str, expected: str) -> bool:
    """Whether two statements of values agree; truth values may be numbers where NA is among them."""
    numbers = {"TRUE": "1", "FALSE": "0"}
    return found == expected or (
        "NA" in expected
        and [numbers.get(part, part) for part in found.split()]
        == [numbers.get(part, part) for part in expected.split()]
    )


_DUMP = r"""
.word <- function(x) {
  if (is.null(x)) return('NULL')
  if (is.logical(x)) s <- ifelse(is.na(x), 'NA', ifelse(x, 'TRUE', 'FALSE'))
  else if (is.character(x)) s <- ifelse(is.na(x), 'NA', x)
  else s <- ifelse(is.na(x), 'NA', ifelse(is.infinite(x), ifelse(x > 0, 'Inf', '-Inf'), formatC(as.numeric(x), digits = 10,
    format = 'g', width = 1)))
  s <- paste(s, collapse = ' ')
  if (is.matrix(x)) s <- paste(s, '|', nrow(x), ncol(x))
  s
}
for (.name in %s) cat('#> ', .name, ': ', .word(get(.name)), '\n', sep = '')
"""


def run_in_r(scripts: dict[str, tuple[str, list[str]]]) -> dict[str, dict[str, str]]:
    """For each of several scripts the values that R finds for these names, as the scripts state them; one R for all."""
    parts = []
    for key, (source, names) in scripts.items():
        listed = f"c({', '.join(map(repr, names))})"
        parts.append(f"local({{\n{source}\ncat('\\n#>>> {key}\\n')\n{_DUMP % listed}\n}})")
    done = subprocess.run(
        [str(RSCRIPT), "--vanilla", "-"], input="\n".join(parts), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, dict[str, str]] = {}
    for part in done.stdout.split("\n#>>> ")[1:]:
        key, _, rest = part.partition("\n")
        found[key] = dict(STATED.findall(rest))
    return found
