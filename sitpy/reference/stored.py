"""Stored outputs in common terms: those of R and our own."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import numpy as np

from sitpy import data
from sitpy.constraints import Constraints
from sitpy.errors import InputError, there_are
from sitpy.files import numbers, read_json
from sitpy.frontier import FORMAT, MEASURES, Frontier
from sitpy.inputs import InputAssumptions, aa_test_ia_add_short, create_historical_ia
from sitpy.record import Record

Array = np.ndarray


def read_reference(name: str) -> dict[str, Any]:
    """One stored reference file by its name (with or without ``.json``), as it is.

    Examples
    --------
    >>> from sitpy.reference import read_reference
    >>> read_reference("ia_A")["n"]
    9
    """
    folder = files("sitpy.reference_outputs")
    entry = folder / f"{name.removesuffix('.json')}.json"
    if not entry.is_file():
        known = sorted(item.name.removesuffix(".json") for item in folder.iterdir() if item.name.endswith(".json"))
        raise InputError(f"there is no stored reference {name!r}; {there_are(name, known)}")
    return read_json(str(entry))


def reference_ia(inputs: str | dict[str, Any]) -> InputAssumptions:
    """The input assumptions that a reference file names (``"A"``, ``"B"``, or one of them transformed)."""
    fields = {"base": inputs} if isinstance(inputs, str) else inputs
    tables = {"A": (data.bernstein_wilkinson, 1), "B": (data.etf8_simulated, 12)}
    if fields.get("base") not in tables:
        raise InputError(f"the reference names input assumptions {fields.get('base')!r}; known are A and B")
    load, annual_factor = tables[fields["base"]]
    ia = create_historical_ia(load(), annual_factor)
    if "transform" in fields:
        ia = aa_test_ia_add_short(ia)
    if fields.get("parameters_alpha") is not None:
        ia.parameters_alpha = float(fields["parameters_alpha"])
    if fields.get("parameters_mar") is not None:
        ia.parameters_mar = float(fields["parameters_mar"])
    return ia


def reference_constraints(fields: dict[str, Any]) -> Constraints:
    """Constraints of a reference file; R counts binaries from 1."""
    n = int(fields["n"])
    binary = fields.get("binary_index")
    return Constraints(
        np.array(fields["A"], dtype=float).reshape(n, -1),
        numbers(fields["b"]),
        int(fields["meq"]),
        numbers(fields["lb"]),
        numbers(fields["ub"]),
        None if binary is None else np.array(binary) - 1,
    )


@dataclass(frozen=True)
class StoredFrontier(Record):
    """A frontier read from a file, in the terms that two files can share.

    ``net_weight`` (points x assets; long less short where the assets were doubled), ``return_``, ``risk``,
    ``objective`` (points), ``target`` (points: the return asked for; nan where none was), ``measure``, ``symbols``,
    ``frontier`` (our own files only: everything needed to solve again).
    """

    name: str
    measure: str
    symbols: list[str]
    net_weight: Array
    return_: Array
    risk: Array
    objective: Array
    target: Array
    frontier: Frontier | None = None


def stored(frontier: Frontier) -> StoredFrontier:
    """A frontier in the terms of :class:`StoredFrontier`."""
    net = net_weight(frontier.solution, frontier.ia)
    return StoredFrontier(
        frontier.name,
        frontier.measure or frontier.name,
        frontier.ia.symbols[: net.shape[1]],
        net,
        frontier.return_,
        frontier.risk,
        frontier.objective,
        frontier.target_return if frontier.statistics else frontier.return_,
        frontier,
    )


def net_weight(solution: Array, ia: InputAssumptions) -> Array:
    """Asset weights (points x assets): long less short where the second half of the assets repeats the first."""
    half, odd = divmod(ia.n, 2)
    if not odd and half and ia.symbols[:half] == ia.symbols[half:]:
        return np.asarray(solution[:, :half] - solution[:, half : ia.n])
    return np.asarray(solution[:, : ia.n])


def from_reference(name: str, content: dict[str, Any]) -> StoredFrontier:
    """The frontier in a file that was made by R and has the form of the stored ones."""
    outputs = content.get("outputs")
    if not isinstance(outputs, dict) or "weight" not in outputs or "measure" not in content:
        raise InputError(
            f"{name!r} holds no frontier: expected a file of sitpy ({FORMAT!r}) or a reference file of R with "
            "'measure' and 'outputs.weight'"
        )
    if "net_weight" in outputs:
        net = numbers(outputs["net_weight"])
    else:
        net = numbers(outputs["weight"])[:, [column != "(auxiliary)" for column in outputs["weight_columns"]]]
    return StoredFrontier(
        content.get("case", name),
        content["measure"],
        [str(symbol) for symbol in outputs["weight_columns"][: net.shape[1]]],
        net,
        numbers(outputs["return"]),
        numbers(outputs["risk"]),
        _objective_of_r(content),
        _targets_of_r(outputs),
    )


def _objective_of_r(content: dict[str, Any]) -> Array:
    """What R minimised at each point; the file of CorRisk has the portfolios' risk, which is not that."""
    outputs = content["outputs"]
    if content["measure"] == "CorRisk" and outputs.get("objective_name") == "portfolio.risk":
        return MEASURES["CorRisk"](outputs["weight"], reference_ia(content["inputs"]["ia"]))
    return numbers(outputs.get("objective_exact", outputs["objective"]))


def _targets_of_r(outputs: dict[str, Any]) -> Array:
    """Returns asked for at each point: R logs all but the last, which is the largest return."""
    returns = numbers(outputs["return"])
    logged = numbers(outputs.get("solver_log", {}).get("target_return", []))
    if logged.size != returns.size - 1:  # re-spaced, or not logged
        return np.asarray(returns)
    return np.append(logged, returns[-1])
