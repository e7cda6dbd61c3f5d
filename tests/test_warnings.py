"""Every warning points at the caller's own line, however deep in the package it arises."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import sitpy
from sitpy import r

SMALL = sitpy.aa_test_create_ia_rebal()
LONG_ONLY = sitpy.create_basic_constraints(SMALL.n, 0, 0.8)

CALLS: list[Callable[[], Any]] = [
    lambda: sitpy.aa_test_create_ia().n,
    lambda: sitpy.portopt(sitpy.aa_test_create_ia_rebal(), None, 3),
    lambda: sitpy.new_constraints(3, lb=[0, 0], ub=1),
    lambda: sitpy.portopt(SMALL, LONG_ONLY, 3, targets=[0.1, np.nan, 9.0], on_failure="drop"),
    lambda: r.matrix([1, 2, 3], 2, 2),
]


@pytest.mark.parametrize("call", CALLS, ids=lambda call: inspect.getsource(call).split("lambda: ", 1)[1].split("(")[0])
def test_the_line_is_the_callers(call: Callable[[], Any]) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        call()
    assert caught
    line = inspect.getsourcelines(call)[1]
    assert {(one.filename, one.lineno) for one in caught if issubclass(one.category, sitpy.SitpyWarning)} == {
        (__file__, line)
    }
