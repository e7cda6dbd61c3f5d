"""One reader for whatever a frontier comes in: our files, stored references, exports of R, dput, CSV, .rds and .RData."""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from sitpy import measures
from sitpy.constraints import Constraints
from sitpy.errors import InputError, SimulatedDataWarning
from sitpy.files import numbers, read_json
from sitpy.frontier import FORMAT, MEASURES, Frontier
from sitpy.inputs import InputAssumptions
from sitpy.record import Record
from sitpy.reference.from_r import constraints_of_r, ia_of_r, measure_of, parts_of
from sitpy.reference.rfiles import BINARY, EXPORT, read_binary, read_export
from sitpy.reference.rvalues import RValue
from sitpy.reference.stored import (
    StoredFrontier,
    from_reference,
    net_weight,
    read_reference,
    reference_constraints,
    reference_ia,
    stored,
)
from sitpy.reference.tables import read_table

Array = np.ndarray
Source = str | os.PathLike[str] | Frontier | StoredFrontier

_TEXT = (".r", ".txt", ".dput")


@dataclass(frozen=True)
class Held(Record):
    """What a file holds: a frontier or other portfolios, and what they were solved from, each or None.

    ``weight`` (points x variables) has the auxiliary variables too; ``columns`` are their names, empty for auxiliary ones.
    Figures that the file does not have are nan in ``frontier``, its measure then may be "".
    """

    name: str
    frontier: StoredFrontier | None = None
    ia: InputAssumptions | None = None
    constraints: Constraints | None = None
    weight: Array | None = None
    columns: tuple[str, ...] = ()


def load_frontier(source: str | os.PathLike[str], measure: str | None = None) -> StoredFrontier:
    """Read a frontier: a file that :meth:`Frontier.to_json` wrote, a reference file made by R, or R's own objects.

    Parameters
    ----------
    source : path, or the name of a stored reference
        JSON; also what ``export_from_r.R`` or ``dput`` wrote, CSV (points x assets), .rds and .RData.
    measure : str, optional
        What the weights are the least of, where the file does not say.

    Returns
    -------
    StoredFrontier

    Raises
    ------
    InputError
        The file cannot be read or holds no frontier.

    Examples
    --------
    >>> import sitpy
    >>> stored = sitpy.load_frontier("A_01_longonly_0_80_Risk")
    >>> stored.measure, stored.net_weight.shape
    ('Risk', (50, 9))
    """
    held = read_held(source, measure)
    if held.frontier is None:
        raise InputError(f"{str(source)!r} holds no frontier, only input assumptions or constraints")
    return held.frontier


def read_held(source: Source, measure: str | None = None) -> Held:
    """Everything that a file holds: portfolios, input assumptions, constraints.

    Parameters and errors as in :func:`load_frontier`; a frontier of sitpy is taken as it is.
    """
    if isinstance(source, Frontier):
        return _of_frontier(source)
    if isinstance(source, StoredFrontier):
        return Held(source.name, source, weight=source.net_weight, columns=tuple(source.symbols))
    path = Path(source)
    suffix = path.suffix.casefold()
    if suffix in BINARY:
        return _of_r(read_binary(path), path.stem, str(path), measure)
    if suffix in _TEXT:
        return _of_r(_dput(path), path.stem, str(path), measure)
    if suffix == ".csv":
        return _of_table(path, measure)
    if isinstance(source, str) and not path.is_file() and suffix != ".json":
        return _of_reference(source, read_reference(source))
    content = read_json(source)
    if content.get("format") == FORMAT:
        return _of_frontier(Frontier.from_json(source))
    if content.get("format") == EXPORT:
        return _of_r(read_export(content, str(path)), path.stem, str(path), measure or content.get("measure"))
    return _of_reference(path.stem, content)


def _of_frontier(frontier: Frontier) -> Held:
    frontier_of = stored(frontier)
    symbols = frontier.ia.symbols
    columns = symbols + [""] * (frontier.solution.shape[1] - len(symbols))
    return Held(frontier_of.name, frontier_of, frontier.ia, frontier.constraints, frontier.solution, tuple(columns))


def _of_reference(name: str, content: dict[str, Any]) -> Held:
    """A file in the form of the stored references; what it was solved from where that is known."""
    frontier = from_reference(name, content)
    outputs = content["outputs"]
    columns = ["" if column == "(auxiliary)" else str(column) for column in outputs["weight_columns"]]
    ia = constraints = None
    inputs = content.get("inputs", {}).get("ia")
    if inputs is not None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SimulatedDataWarning)  # the same data on both sides
            ia = reference_ia(inputs)
    if "constraints" in content:
        constraints = reference_constraints(content["constraints"])
    return Held(frontier.name, frontier, ia, constraints, numbers(outputs["weight"]), tuple(columns))


def _dput(path: Path) -> RValue:
    from sitpy.reference.dput import read_dput  # and the parser of scripts with it

    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"cannot read {str(path)!r}: {error.strerror or error}") from error
    except UnicodeDecodeError:
        text = path.read_text(encoding="latin-1")  # as older sessions wrote
    try:
        return read_dput(text)
    except InputError as error:
        raise InputError(f"{str(path)!r}, {error}") from error


def _of_r(value: RValue, name: str, where: str, measure: str | None) -> Held:
    parts = parts_of(value, where)
    ia = ia_of_r(parts["ia"], where) if "ia" in parts else None
    constraints = constraints_of_r(parts["constraints"], where) if "constraints" in parts else None
    ef = parts.get("ef")
    if ef is None and "weights" not in parts:
        return Held(name, None, ia, constraints)
    table = parts["weights"] if ef is None else ef.get("weight")
    if table is None:
        raise InputError(f"{where}: ef$weight is NULL; expected points x assets")
    figures = {}
    for field in () if ef is None else ("return", "risk", "objective"):
        item = ef.get(field) if ef is not None else None
        if item is not None:
            figures[field] = item.numbers(f"{where}: ef${field}")
    known = measure_of(RValue([]) if ef is None else ef, measure)
    own = None if ef is None or known is None else ef.get(known)
    if own is not None:
        figures["objective"] = own.numbers(f"{where}: ef${known}")
    what = "weights" if ef is None else "ef$weight"
    weight = table.matrix(f"{where}: {what}")
    return _of_weight(name, weight, list(table.columns), figures, Held(name, None, ia, constraints), known, where)


def _of_table(path: Path, measure: str | None) -> Held:
    table = read_table(path)
    known = measure_of(RValue([]), measure)
    return _of_weight(path.stem, table.weight, table.columns, table.figures, Held(path.stem), known, str(path))


def _of_weight(
    name: str,
    weight: Array,
    columns: list[str],
    figures: dict[str, Array],
    rest: Held,
    measure: str | None,
    where: str,
) -> Held:
    points, variables = weight.shape
    if not np.isfinite(weight).all():
        row, column = (int(i) for i in np.argwhere(~np.isfinite(weight))[0])
        raise InputError(
            f"{where}: the weight of variable {column + 1} at point {row + 1} is missing; expected numbers"
        )
    if not columns and rest.ia is not None:
        columns = rest.ia.symbols + [""] * (variables - rest.ia.n)
    columns = [*columns, *[""] * (variables - len(columns))]
    for field, values in figures.items():
        if values.shape != (points,):
            raise InputError(
                f"{where}: {field} has {values.size} numbers for {points} points of weight; give one for each"
            )
    net, symbols = _net(weight, columns)
    missing = np.full(points, np.nan)
    returns, risk = figures.get("return", missing), figures.get("risk", missing)
    objective = figures.get("objective", risk if measure == "Risk" else missing)
    frontier = StoredFrontier(name, measure or "", symbols, net, returns, risk, objective, returns)
    held = replace(rest, frontier=frontier, weight=weight, columns=tuple(columns))
    return with_figures(held, rest.ia) if rest.ia is not None else held


def _net(weight: Array, columns: list[str]) -> tuple[Array, list[str]]:
    """Long less short where the second half of the assets repeats the first; all columns where none has a name."""
    assets = [name for name in columns if name] or [f"asset {i + 1}" for i in range(len(columns))]
    named = [i for i, name in enumerate(columns) if name] or list(range(len(columns)))
    half, odd = divmod(len(assets), 2)
    if not odd and assets[:half] == [name.removesuffix(".1") for name in assets[half:]]:
        return weight[:, named[:half]] - weight[:, named[half:]], assets[:half]
    return weight[:, named], assets


def with_figures(held: Held, ia: InputAssumptions) -> Held:
    """The same, with the figures that its file does not have computed from the weights and these assumptions."""
    frontier, weight = held.frontier, held.weight
    if frontier is None or weight is None:
        return held
    own = assets_of(weight, ia)
    if own is None:
        return held
    figures = {
        "return_": measures.portfolio_return(own, ia),
        "risk": measures.portfolio_risk(own, ia),
        "objective": MEASURES[frontier.measure](own, ia) if frontier.measure else frontier.objective,
    }
    filled: dict[str, Any] = {
        name: np.where(np.isnan(getattr(frontier, name)), values, getattr(frontier, name))
        for name, values in figures.items()
    }
    filled["target"] = np.where(np.isnan(frontier.return_), filled["return_"], frontier.target)
    return replace(held, frontier=replace(frontier, **filled))


def assets_of(weight: Array, ia: InputAssumptions) -> Array | None:
    """The weights that the assumptions can be asked about: their assets', or None where there are others."""
    if weight.shape[1] >= ia.n:
        return np.asarray(weight[:, : ia.n])
    half, odd = divmod(ia.n, 2)
    if not odd and weight.shape[1] == half and net_weight(np.zeros((1, ia.n)), ia).shape[1] == half:
        return np.hstack([weight, np.zeros_like(weight)])  # net weights of doubled assets
    return None
