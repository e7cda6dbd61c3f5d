"""Options of the beta-hedged back-test as words of a command line, one by one or as the grid of a sweep."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, get_args

from sitpy.arguments import choice
from sitpy.backtest.account import Delisted
from sitpy.beta_hedge.backtest import VARIANTS
from sitpy.beta_hedge.market import Unlisted
from sitpy.beta_hedge.ratio import Hedge, Method
from sitpy.beta_hedge.schedule import Band
from sitpy.errors import InputError, there_are

Value = int | float | str | Band | tuple[str, ...] | None

PERIODS = ("days", "weeks", "months", "quarters", "years")
_METHODS = get_args(Method)


def options_of(words: Mapping[str, str | None]) -> dict[str, Value]:
    """Options of :func:`sitpy.backtest_beta_hedge` from the words given for them; those not given are left out.

    Raises
    ------
    InputError
        A word that its option does not take.

    Examples
    --------
    >>> from sitpy.studies.hedge_words import options_of
    >>> options_of({"window": "60", "rebalance": "band:0.1", "gross": "none", "cost_bps": None})
    {'window': 60, 'rebalance': Band(width=0.1, every=1), 'gross': None}
    """
    return {name: OPTIONS[name](text, option_of(name)) for name, text in words.items() if text is not None}


def grid_of(text: str) -> dict[str, list[Value]]:
    """The grid of a sweep from ``"name=value,value name=value"``; names as in the options of the command, dashes or not.

    Raises
    ------
    InputError
        No name or value, an unknown or repeated name, a repeated value, a word that the option does not take.

    Examples
    --------
    >>> from sitpy.studies.hedge_words import grid_of
    >>> grid_of("rebalance=5,weeks cost=0,10")
    {'rebalance': [5, 'weeks'], 'cost_bps': [0.0, 10.0]}
    """
    parts = [part for part in re.split(r"[\s;]+", re.sub(r"\s*([=,])\s*", r"\1", text.strip())) if part]
    if not parts:
        raise InputError('--sweep is empty; give options and what to try, such as "rebalance=5,20 window=60,120"')
    grid: dict[str, list[Value]] = {}
    for part in parts:
        word, sign, values = part.partition("=")
        if not sign or not values.strip(","):
            raise InputError(f"--sweep has {part!r}; write each option as name=value,value, such as window=60,120")
        name = _name(word)
        if name in grid:
            raise InputError(f"--sweep has {word!r} twice; give all its values at once, with commas")
        found = [OPTIONS[name](value, f"{word} in --sweep") for value in values.split(",") if value]
        twice = [value for i, value in enumerate(found) if value in found[:i]]
        if twice:
            raise InputError(f"--sweep has {word}={twice[0]} twice; give each value once")
        grid[name] = found
    return grid


def count_of(text: str, option: str, least: int = 0) -> int:
    """A whole number."""
    if not re.fullmatch(r"\s*-?\d+\s*", text) or int(text) < least:
        raise InputError(f"{option} is {text!r}; give a whole number, such as 60")
    return int(text)


def option_of(name: str) -> str:
    """The option of the command line for an argument of the back-test."""
    return f"--{name.replace('_', '-')}"


def in_options(message: str) -> str:
    """A message of the back-test with its arguments written as options of the command.

    Examples
    --------
    >>> from sitpy.studies.hedge_words import in_options
    >>> in_options("window = 90 is too long; use delisted='sell'")
    '--window 90 is too long; use --delisted sell'
    """
    names = "|".join(OPTIONS)
    return re.sub(rf"\b({names})\s?=\s?'?([\w.]+)'?", lambda found: f"{option_of(found[1])} {found[2]}", message)


def words_of(value: Any) -> str:
    """A value as it would be written for the command."""
    if isinstance(value, Band):
        return f"band:{value.width:g}"
    return "none" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


# ------------------------------------------------------------------------------------------------------ words


def _name(word: str) -> str:
    """The argument that a name in a sweep stands for: its own, with dashes, or short."""
    plain = word.strip().lstrip("-").replace("-", "_").lower()
    name = _SHORT.get(plain, plain)
    known = [option for option in OPTIONS if option != "compare"]
    if name not in known:
        raise InputError(f"--sweep knows no option {word!r}; {there_are(plain, known)}")
    return name


def _number(text: str, option: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise InputError(f"{option} is {text!r}; give a number, such as 0.5 or 10") from None


def _number_or_none(text: str, option: str) -> float | None:
    return None if text.lower() == "none" else _number(text, option)


def _rebalance(text: str, option: str) -> Value:
    kind, colon, width = text.partition(":")
    if colon and kind == "band":
        return Band(_number(width, option))
    if text in PERIODS:
        return text
    if re.fullmatch(r"\d+", text):
        return int(text)
    raise InputError(
        f"{option} is {text!r}; give a number of rows, such as 20, one of {', '.join(PERIODS)}, or band:0.1 to trade when the "
        "position's beta is that far off"
    )


def _estimator(text: str, option: str) -> Value:
    try:
        return float(text)
    except ValueError:
        return choice(option, text, (*_METHODS, "a number"))


def _unlisted(text: str, option: str) -> str:
    return choice(option, text, get_args(Unlisted))


def _delisted(text: str, option: str) -> str:
    return choice(option, text, get_args(Delisted))


def _compare(text: str, option: str) -> tuple[str, ...]:
    names = () if text == "none" else tuple(part.strip() for part in text.split(",") if part.strip())
    return tuple(choice(option, name, VARIANTS) for name in names)


def _hedge(text: str, option: str) -> str:
    return choice(option, text, get_args(Hedge))


OPTIONS: dict[str, Callable[[str, str], Value]] = {
    "window": count_of,
    "rebalance": _rebalance,
    "estimator": _estimator,
    "halflife": _number,
    "hedge": _hedge,
    "beta_cap": _number,
    "beta_floor": _number,
    "gross": _number_or_none,
    "volume_window": count_of,
    "cost_bps": _number,
    "benchmark_cost_bps": _number,
    "borrow_bps": _number,
    "cash_rate": _number,
    "margin_rate": _number,
    "capital": _number,
    "risk_free": _number,
    "do_lag": count_of,
    "unlisted": _unlisted,
    "delisted": _delisted,
    "compare": _compare,
}
"""Argument of the back-test -> how a word becomes its value."""

_SHORT = {
    "cost": "cost_bps",
    "benchmark_cost": "benchmark_cost_bps",
    "borrow": "borrow_bps",
    "cap": "beta_cap",
    "floor": "beta_floor",
    "lag": "do_lag",
}
