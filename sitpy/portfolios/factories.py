"""Functions that make constructors, and what happens when one is called as if it were a constructor itself."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from sitpy.errors import InputError
from sitpy.inputs import InputAssumptions

P = ParamSpec("P")
Made = TypeVar("Made")


def _makes(what: str, arguments: str) -> Callable[[Callable[P, Made]], Callable[P, Made]]:
    """Mark a maker of functions that take these arguments; handed input assumptions, it says how it is called.

    Examples
    --------
    >>> import sitpy
    >>> from sitpy.portfolios.factories import makes_constructor
    >>> @makes_constructor
    ... def of_power(power, scale=1):
    ...     return lambda ia, constraints: scale * ia.risk**power
    >>> of_power(sitpy.aa_test_create_ia_rebal(), None)
    Traceback (most recent call last):
        ...
    sitpy.errors.InputError: of_power makes a constructor: write of_power(power)(ia, constraints)
    """

    def mark(maker: Callable[P, Made]) -> Callable[P, Made]:
        parameters = inspect.signature(maker).parameters.values()
        needed = ", ".join(parameter.name for parameter in parameters if parameter.default is parameter.empty)

        @wraps(maker)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> Made:
            if any(isinstance(value, InputAssumptions) for value in (*args, *kwargs.values())):
                name = maker.__name__
                raise InputError(f"{name} makes {what}: write {name}({needed})({arguments})")
            return maker(*args, **kwargs)

        return guarded

    return mark


makes_constructor = _makes("a constructor", "ia, constraints")
makes_group_function = _makes("a group function", "ia")
