"""From what a user writes ("min.var.portfolio,EW", a function, a mapping) to named functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sitpy import covariance
from sitpy.arguments import function, listed, text
from sitpy.errors import InputError
from sitpy.portfolios.strategy_names import get_algo, map_min_risk_fns

Function = Callable[..., Any]
Functions = str | Function | Sequence[str | Function] | Mapping[str, str | Function]

_ESTIMATORS = [name for name in covariance.__all__ if name.endswith("_shrinkage")]


def strategies(fns: Functions, prefix: str = "") -> dict[str, Function]:
    """Constructors by name; a final "portfolio" is left out of the name, as in SIT."""
    text("prefix", prefix)
    if isinstance(fns, str) and ";" in fns:
        return {prefix + name: fn for name, fn in map_min_risk_fns(fns).items()}
    found = _named(fns, "min_risk_fns", _constructor)
    return {prefix + _without_portfolio(name): fn for name, fn in found.items()}


def estimators(fns: Functions) -> dict[str, Function]:
    """Covariance estimators ``f(hist, hist_all)`` by name."""
    return _named(fns, "shrinkage_fns", _estimator)


def _named(fns: Functions, argument: str, find: Callable[[str], Function]) -> dict[str, Function]:
    if isinstance(fns, str):
        fns = [word.strip() for word in fns.split(",") if word.strip()]
    elif callable(fns):
        fns = [fns]
    remedy = "give a function or a name, several of them, or a mapping of names to them"
    if isinstance(fns, Mapping):
        pairs = list(fns.items())
    else:
        pairs = [(_name_of(fn), fn) for fn in listed(argument, fns, remedy)]
    result: dict[str, Function] = {}
    for name, fn in pairs:
        if name in result:
            raise InputError(f"{argument} has {name!r} twice; use a mapping that gives each its own name")
        named = find(fn) if isinstance(fn, str) else fn
        result[str(name)] = function(f"{argument}[{name!r}]", named, "give a function or a name")
    if not result:
        raise InputError(f"{argument} is empty; give at least one function or name")
    return result


def _name_of(fn: str | Function) -> str:
    return fn if isinstance(fn, str) else getattr(fn, "__name__", repr(fn))


def _without_portfolio(name: str) -> str:
    return name.replace(".portfolio", "").replace("_portfolio", "")


def _constructor(name: str) -> Function:
    """By name, "min.var.portfolio", or by name and parameter, "target.return.portfolio_0.1"."""
    head, _, parameter = name.rpartition("_")
    if head and parameter.replace(".", "").isdigit():
        return map_min_risk_fns(f"{name},{head},{parameter}")[name]
    return get_algo(name)


def _estimator(name: str) -> Function:
    key = name.replace(".", "_")
    if key not in _ESTIMATORS:
        raise InputError(f"there is no covariance estimator {name!r}; known are {', '.join(_ESTIMATORS)}")
    estimator: Function = getattr(covariance, key)
    return estimator
