"""Many beta-hedged back-tests on the same data: a grid of options, in parallel, each finished cell kept on disk."""

from __future__ import annotations

import hashlib
import inspect
import itertools
import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from sitpy._version import __version__
from sitpy.arguments import choice
from sitpy.beta_hedge.backtest import backtest_beta_hedge
from sitpy.beta_hedge.figures import NAMES
from sitpy.beta_hedge.market import shipped
from sitpy.errors import InputError, SitpyError, SitpyWarning, there_are, warn
from sitpy.files import numbers, read_json, write_json
from sitpy.progress import Progress, reporting

Array = np.ndarray
OnFailure = Literal["raise", "record"]
Cell = dict[str, Any]

_COUNTS = ("trades", "at_cap", "at_floor")


def sweep_beta_hedge(
    prices: pd.DataFrame | None = None,
    benchmark: pd.Series | pd.DataFrame | str | None = None,
    *,
    grid: Mapping[str, Sequence[Any]],
    out: str | os.PathLike[str] | None = None,
    n_jobs: int | None = None,
    progress: Progress | None = None,
    on_failure: OnFailure = "raise",
    **options: Any,
) -> pd.DataFrame:
    """Figures of the hedged portfolio for every combination of options.

    All cells begin on the same date, the first on which the longest of their windows is full, so that they are judged
    on the same days; ``start`` moves it.

    Parameters
    ----------
    prices, benchmark
        As in :func:`backtest_beta_hedge`.
    grid : mapping of str to sequence
        Options of :func:`backtest_beta_hedge` and what to try for each, such as ``{"window": [60, 120], "cost_bps": [0, 5]}``.
    out : path, optional
        A folder: each finished cell is written there as a file, whole or not at all. A later call takes from there what
        was made from the same data, options and version, and works out the rest; files of other data or options are
        left alone.
    n_jobs : int, optional
        Processes, -1 for as many as there are cores. When not given, what ``joblib.parallel_config`` says, else 1; with
        its backend "dask" the cells run on that cluster. The results are the same to the last bit.
    progress : bool or callable, optional
        True shows a bar; a function is called as ``progress(cells done, cells)``.
    on_failure : {"raise", "record"}
        When a cell fails: raise its error, or keep it in the column ``error``, with a warning.
    **options
        The same for all cells, data too (``volumes=``, ``weights=``, ...).

    Returns
    -------
    DataFrame (cells x options and figures)
        Columns of the grid; the hedged one's ``statistics`` as in :class:`BetaHedgeResult`; ``equity`` at the end,
        ``trades``, ``at_cap``, ``at_floor`` (how often the ratio was bounded), ``notes`` (why a figure is missing),
        ``error``.

    Raises
    ------
    InputError
        A grid that is empty or holds data, a function without a name of its own together with ``out``, a file that is
        no cell; and as :func:`backtest_beta_hedge`.
    BankruptError
        As :func:`backtest_beta_hedge`.

    Warns
    -----
    SitpyWarning
        Cells failed, or warned.

    Examples
    --------
    >>> import sitpy
    >>> from sitpy.data import mag7_simulated_prices, mag7_simulated_volumes
    >>> data = {"prices": mag7_simulated_prices(), "benchmark": "QQQ", "volumes": mag7_simulated_volumes()}
    >>> table = sitpy.sweep_beta_hedge(**data, grid={"window": [60, 120], "cost_bps": [0, 20]})
    >>> table[["window", "cost_bps", "trades"]].values.tolist(), bool(table["CAGR"][0] > table["CAGR"][1])
    ([[60, 0, 31], [60, 20, 31], [120, 0, 31], [120, 20, 31]], True)

    References
    ----------
    SIT, ``bt.run.share``.
    """
    choice("on_failure", on_failure, get_args(OnFailure))
    if prices is None and options.get("long_returns") is None:
        given = (benchmark, options.get("volumes"), options.get("benchmark_returns"))
        prices, benchmark, options["volumes"] = shipped(*given)
    data = {"prices": prices, "benchmark": benchmark}
    cells = _cells(grid, options)
    _common_start(cells, prices, options)
    store = None if out is None else _Store(Path(out), data, options)
    rows: dict[int, Cell] = {} if store is None else store.read(cells)
    todo = [i for i in range(len(cells)) if i not in rows]
    with reporting(progress, "back-tests") as report:
        if rows:
            report(len(rows), len(cells))
        for i, row in _worked_out(data, options, cells, todo, n_jobs, on_failure):
            rows[i] = row
            if store is not None:
                store.write(cells[i], row)
            report(len(rows), len(cells))
    ordered = [rows[i] for i in range(len(cells))]
    _warn(cells, ordered, list(grid))
    return _table(cells, ordered, list(grid))


def _cells(grid: Mapping[str, Sequence[Any]], options: Mapping[str, Any]) -> list[Cell]:
    """Every combination of the grid's options."""
    if not isinstance(grid, Mapping) or not grid:
        raise InputError("grid is empty; give options and what to try, such as {'window': [60, 120]}")
    known = inspect.signature(backtest_beta_hedge).parameters
    for name in (*grid, *options):
        if name not in known:
            raise InputError(f"backtest_beta_hedge has no option {name!r}; {there_are(str(name), known)}")
    for name, values in grid.items():
        if name in ("prices", "benchmark", "volumes", "long_returns", "benchmark_returns"):
            raise InputError(f"grid has the data {name!r}; a sweep is over options on the same data")
        if isinstance(values, str) or not isinstance(values, (Sequence, np.ndarray, pd.Series)) or len(values) == 0:
            raise InputError(f"grid has {values!r} for {name!r}; give a list of one value or more")
        if name in options:
            raise InputError(f"{name} is in the grid and given beside it; give it once")
    return [dict(zip(grid, values)) for values in itertools.product(*grid.values())]


def _common_start(cells: list[Cell], prices: pd.DataFrame | None, options: dict[str, Any]) -> None:
    """Put the date at which the longest window is full into the options."""
    if "start" in options or any("start" in cell for cell in cells):
        return
    table = options["long_returns"] if prices is None else prices
    if isinstance(table, (pd.Series, pd.DataFrame)):
        # a window that is longer than the data fails alone, and moves no other cell
        rows = [row for cell in cells if (row := _longest(options | cell)) < len(table)]
        if rows:
            options["start"] = table.index[max(rows)]


def _longest(options: Mapping[str, Any]) -> int:
    """Rows before the first decision that a cell's windows ask for; what is no number is refused by the back-test."""
    lengths = [options.get("window", _default("window"))]
    if options.get("constructor") is not None:
        lengths.append(options.get("constructor_window"))
    elif options.get("weights") is None and options.get("volumes") is not None:
        lengths.append(options.get("volume_window", _default("volume_window")))
    return max([int(length) for length in lengths if isinstance(length, (int, np.integer))], default=0)


def _default(name: str) -> Any:
    return inspect.signature(backtest_beta_hedge).parameters[name].default


def _worked_out(
    data: Mapping[str, Any],
    options: Mapping[str, Any],
    cells: list[Cell],
    todo: list[int],
    n_jobs: int | None,
    on_failure: OnFailure,
) -> Iterator[tuple[int, Cell]]:
    """The missing cells in the order in which they are finished."""
    if not todo:
        return
    from joblib import Parallel, delayed

    tasks = (delayed(_cell)(i, data, {**options, **cells[i]}, on_failure) for i in todo)
    yield from Parallel(n_jobs=n_jobs, return_as="generator_unordered")(tasks)


def _cell(number: int, data: Mapping[str, Any], options: Mapping[str, Any], on_failure: OnFailure) -> tuple[int, Cell]:
    """One back-test in figures."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = backtest_beta_hedge(**data, **{"compare": (), **options})
        except SitpyError as error:
            if on_failure == "raise":
                error.args = (f"{_words(options)}: {error}", *error.args[1:])
                raise
            nothing = dict.fromkeys((*NAMES, "equity"), float("nan")) | dict.fromkeys(_COUNTS, 0)
            return number, {**nothing, "notes": [], "warnings": [], "error": str(error)}
    figures = {str(name): float(value) for name, value in result.statistics["hedged"].items()}
    counts = dict(zip(_COUNTS, (len(result.rebalances), result.bound("cap"), result.bound("floor"))))
    said = sorted({str(item.message) for item in caught if issubclass(item.category, SitpyWarning)})
    equity = {"equity": float(result.equity["hedged"].iloc[-1])}
    return number, {**figures, **equity, **counts, "notes": list(result.notes), "warnings": said, "error": ""}


class _Store:
    """A folder with a file for each finished cell, named by what it was made from."""

    def __init__(self, folder: Path, data: Mapping[str, Any], options: Mapping[str, Any]) -> None:
        if folder.exists() and not folder.is_dir():
            raise InputError(f"out is the file {str(folder)!r}; give a folder, a file is written there for each cell")
        self.folder, self.common = folder, fingerprint([__version__, dict(data), dict(options)])

    def _mark(self, cell: Cell) -> str:
        return fingerprint([self.common, cell])

    def read(self, cells: list[Cell]) -> dict[int, Cell]:
        """The cells that are there, by number."""
        found = {}
        for i, cell in enumerate(cells):
            mark = self._mark(cell)
            path = self.folder / f"{mark[:24]}.json"
            if path.exists():
                content = read_json(path)
                if content.get("fingerprint") != mark or not isinstance(content.get("row"), dict):
                    raise InputError(
                        f"{str(path)!r} is not the cell that its name says; delete it to have it worked out again"
                    )
                row = content["row"]
                found[i] = row | {name: float(numbers(row[name])) for name in (*NAMES, "equity")}
        return found

    def write(self, cell: Cell, row: Cell) -> None:
        """One cell, whole or not at all."""
        mark = self._mark(cell)
        write_json(self.folder / f"{mark[:24]}.json", {"fingerprint": mark, "cell": _words(cell), "row": row})


def fingerprint(value: Any) -> str:
    """A digest of data and options that changes when any of them does."""
    digest = hashlib.sha256()
    for part in _parts(value):
        digest.update(part)
        digest.update(b"\0")
    return digest.hexdigest()


def _parts(value: Any) -> Iterator[bytes]:
    """The bytes that make a value what it is."""
    if isinstance(value, pd.DataFrame):
        yield from (b"table", *_parts(value.index), *_parts(list(map(str, value.columns))))
        yield from _parts(value.to_numpy(dtype=float, na_value=np.nan))
    elif isinstance(value, pd.Series):
        yield from (b"series", *_parts(value.index), *_parts(value.name), *_parts(value.to_numpy()))
    elif isinstance(value, pd.Index):
        yield from (str(value.dtype).encode(), *_parts([str(item) for item in value]))
    elif isinstance(value, np.ndarray) and value.dtype != object:
        yield from (str((value.dtype, value.shape)).encode(), np.ascontiguousarray(value).tobytes())
    elif isinstance(value, Mapping):
        yield b"mapping"
        for key in sorted(value, key=str):
            yield from (str(key).encode(), *_parts(value[key]))
    elif isinstance(value, (list, tuple, np.ndarray)):
        yield from (b"list", *(part for item in value for part in _parts(item)), b"end")
    elif is_dataclass(value) and not isinstance(value, type):
        yield type(value).__name__.encode()
        yield from _parts({item.name: getattr(value, item.name) for item in fields(value)})
    elif callable(value):
        yield from _function(value)
    else:
        yield repr(value.item() if isinstance(value, np.generic) else value).encode()


def _function(value: Any) -> Iterator[bytes]:
    name = f"{getattr(value, '__module__', '')}.{getattr(value, '__qualname__', '')}"
    code = getattr(value, "__code__", None)
    if code is None or "<" in name:
        raise InputError(
            f"{value!r} has no name of its own by which a later run could know it; with out= give a function that a module "
            "defines (no lambda, no partial), or leave out= away"
        )
    yield from (
        name.encode(),
        code.co_code,
        repr([item for item in code.co_consts if not hasattr(item, "co_code")]).encode(),
    )


def _words(cell: Mapping[str, Any]) -> str:
    """A cell's options as a text."""
    known = {name: value for name, value in cell.items() if not isinstance(value, (pd.DataFrame, pd.Series))}
    return ", ".join(
        f"{name}={getattr(value, '__name__', value)}" for name, value in known.items() if value is not None
    )


def _warn(cells: list[Cell], rows: list[Cell], names: list[str]) -> None:
    failed = [i for i, row in enumerate(rows) if row["error"]]
    if failed:
        first = {name: cells[failed[0]][name] for name in names}
        warn(
            f"{len(failed)} of {len(rows)} cells failed, see the column error; the first, {_words(first)}: "
            f"{rows[failed[0]]['error']}"
        )
    for text in dict.fromkeys(text for row in rows for text in row["warnings"]):
        warn(text)


def _table(cells: list[Cell], rows: list[Cell], names: list[str]) -> pd.DataFrame:
    columns: dict[str, Any] = {name: [cell[name] for cell in cells] for name in names}
    for name in (*NAMES, "equity", *_COUNTS):
        columns[name] = [row[name] for row in rows]
    return pd.DataFrame(
        columns | {"notes": ["; ".join(row["notes"]) for row in rows], "error": [row["error"] for row in rows]}
    )
