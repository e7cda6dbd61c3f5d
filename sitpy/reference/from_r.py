"""R's ``ef``, ``ia``, ``constraints`` and weights, out of values of R."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from sitpy.constraints import Constraints
from sitpy.errors import InputError, there_are
from sitpy.frontier import MEASURES
from sitpy.inputs import InputAssumptions
from sitpy.reference.rvalues import RValue

Array = np.ndarray
_T = TypeVar("_T")

_IA_FIELDS = {"expected.return", "hist.returns", "cov", "correlation"}


def kind_of(value: RValue) -> str:
    """What a value of R is: "ef", "ia", "constraints", "weights", or nothing of these."""
    names = set(value.names) if value.is_list else set()
    if "weight" in names:
        return "ef"
    if {"A", "b", "meq"} <= names:
        return "constraints"
    if names & _IA_FIELDS:
        return "ia"
    of_numbers = bool(value.items) and all(isinstance(item, (float, int)) or item is None for item in value.items)
    return "weights" if "data.frame" in value.classes or (of_numbers and len(value.items) > 1) else ""


def parts_of(value: RValue, where: str) -> dict[str, RValue]:
    """The one object of each kind in a value of R: the value itself, or the items of a list."""
    kind = kind_of(value)
    if kind:
        return {kind: value}
    if not value.is_list or not value.names:
        raise InputError(f"{where!r} holds none of ef, ia, constraints and weights of R; see export_from_r.R")
    found: dict[str, list[str]] = {}
    for name, item in zip(value.names, value.items):
        found.setdefault(kind_of(item), []).append(name)
    found.pop("", None)
    if "ef" in found:  # whatever other numbers the session had
        found.pop("weights", None)
    for kind, names in found.items():
        if len(names) > 1:
            raise InputError(
                f"{where!r} holds {len(names)} objects that are {kind}: {', '.join(names)}; write one of them per file"
            )
    if not found:
        raise InputError(f"{where!r} holds {', '.join(value.names)}, none of which is ef, ia, constraints or weights")
    parts = {kind: value.get(names[0]) for kind, names in found.items()}
    return {kind: part for kind, part in parts.items() if part is not None}


def measure_of(ef: RValue, given: str | None) -> str | None:
    """The measure that a frontier is about: as the caller says, else its name where that is one."""
    known = {name.casefold(): name for name in MEASURES}
    if given is not None:
        if given.casefold() not in known:
            raise InputError(f"the measure {given!r} is not known; {there_are(given, MEASURES)}")
        return known[given.casefold()]
    name = ef.get("name")
    return None if name is None else known.get("".join(name.words()).casefold())


def ia_of_r(value: RValue, where: str) -> InputAssumptions:
    """Input assumptions of R."""
    symbols = value.get("symbols")
    fields: dict[str, Any] = {} if symbols is None else {"symbols": symbols.words()}
    vectors = ("expected.return", "risk", "arithmetic.return", "geometric.return")
    for name in (*vectors, "correlation", "cov", "cov.temp", "hist.returns"):
        item = value.get(name)
        if item is not None:
            what = f"{where}: ia${name}"
            fields[name.replace(".", "_")] = item.numbers(what) if name in vectors else item.matrix(what)
    for name in ("annual.factor", "parameters.alpha", "parameters.omega", "parameters.mar"):
        item = value.get(name)
        if item is not None:
            fields[name.replace(".", "_")] = item.number(f"{where}: ia${name}")
    if symbols is None and (history := value.get("hist.returns")) is not None and history.columns:
        fields["symbols"] = history.columns
    return _made(lambda: InputAssumptions(**fields), f"{where}: ia")


def constraints_of_r(value: RValue, where: str) -> Constraints:
    """Constraints of R, which counts binaries from 1 and has NA for no bound."""
    A, b, meq = value.get("A"), value.get("b"), value.get("meq")
    if A is None or b is None or meq is None:
        raise InputError(f"{where}: constraints have no rows (A, b or meq is NULL); there is nothing to compare")
    lower, upper, binary = value.get("lb"), value.get("ub"), value.get("binary.index")
    rows = A.matrix(f"{where}: constraints$A") if A.dim else A.numbers(f"{where}: constraints$A")[:, None]
    return _made(
        lambda: Constraints(
            rows,
            b.numbers(f"{where}: constraints$b"),
            int(meq.number(f"{where}: constraints$meq")),
            None if lower is None else _spread(lower.numbers(f"{where}: constraints$lb")),
            None if upper is None else _spread(upper.numbers(f"{where}: constraints$ub")),
            None if binary is None else binary.numbers(f"{where}: constraints$binary.index").astype(int) - 1,
            None,
            A.columns or None,
        ),
        f"{where}: constraints",
    )


def _spread(values: Array) -> Any:
    return values[0] if values.size == 1 else values


def _made(make: Callable[[], _T], where: str) -> _T:
    try:
        return make()
    except InputError as error:
        raise InputError(f"{where}: {error}") from error
