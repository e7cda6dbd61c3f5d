"""What an algorithm's file finds around it: names without an import, the modules of Quantopian, a log."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import sitpy.optimize

_TOP = "quantopian"
_NEW_YORK = "America/New_York"


class AlgorithmLog(logging.Handler):
    """The lines that an algorithm logs, with the time in the simulation."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.logger = logging.Logger("algorithm")
        self.logger.addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Called by the logger."""
        from zipline.utils.algo_instance import get_algo_instance

        algorithm = get_algo_instance()
        when = "" if algorithm is None else f"{algorithm.get_datetime(_NEW_YORK):%Y-%m-%d %H:%M} "
        self.lines.append(f"{when}{record.levelname} {self.format(record)}")


def names_of(path: Path, log: AlgorithmLog) -> dict[str, Any]:
    """The names that a file finds without importing them: those of zipline's API, orders, the log."""
    api = _api()
    return {
        **{name: getattr(api, name) for name in api.__all__},
        "log": log.logger,
        "__name__": path.stem,
        "__file__": str(path),
    }


@contextmanager
def quantopian_modules() -> Iterator[None]:
    """Modules of Quantopian that can be imported while the block runs, and not afterwards."""
    before = _present()
    _forget(before)
    sys.modules.update(_modules())
    try:
        yield
    finally:
        _forget(_present())
        sys.modules.update(before)


def available() -> list[str]:
    """Names of these modules."""
    return sorted(_modules())


def _present() -> dict[str, ModuleType]:
    return {name: module for name, module in sys.modules.items() if name.split(".")[0] == _TOP}


def _forget(modules: dict[str, ModuleType]) -> None:
    for name in modules:
        del sys.modules[name]


def _modules() -> dict[str, ModuleType]:
    """Each name with a module that hands on what another one has."""
    from zipline import pipeline
    from zipline.pipeline import classifiers, data, domain, factors, filters

    sources: dict[str, ModuleType | None] = {
        "": None,
        "algorithm": _api(),
        "optimize": sitpy.optimize,
        "optimize.experimental": sitpy.optimize.experimental,
        "experimental": None,
        "experimental.optimize": sitpy.optimize,
        "pipeline": pipeline,
        "pipeline.classifiers": classifiers,
        "pipeline.data": data,
        "pipeline.data.builtin": data,
        "pipeline.domain": domain,
        "pipeline.factors": factors,
        "pipeline.filters": filters,
    }
    modules = {
        f"{_TOP}.{name}".rstrip("."): _stand_in(f"{_TOP}.{name}".rstrip("."), of) for name, of in sources.items()
    }
    for name, module in modules.items():
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(modules[parent], child, module)
    return modules


def _stand_in(name: str, source: ModuleType | None) -> ModuleType:
    """A module of this name with the public names of another one, which it cannot change."""
    module = ModuleType(name, "Stands in for a module of Quantopian.")
    found = {} if source is None else vars(source)
    public = list(found.get("__all__", [word for word in found if not word.startswith("_")]))
    module.__dict__.update({word: getattr(source, word) for word in public}, __path__=[], __all__=public)
    if "__getattr__" in found:  # old names, with their warnings
        module.__dict__["__getattr__"] = found["__getattr__"]
    return module


def _api() -> ModuleType:
    """zipline's API with the one function that it lacks."""
    from zipline import api  # filled when zipline itself is loaded

    whole = ModuleType("api")
    whole.__dict__.update({name: getattr(api, name) for name in api.__all__})
    whole.__dict__["order_optimal_portfolio"] = sitpy.optimize.order_optimal_portfolio
    whole.__dict__["__all__"] = sorted({*api.__all__, "order_optimal_portfolio"})
    return whole
