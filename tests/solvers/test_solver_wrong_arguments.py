"""Arrays, words and functions that are none."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import sitpy


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda ia: sitpy.solve_QP([["a"]], [1], [[1]]), "Dmat holds something that is not a number"),
        (lambda ia: sitpy.solve_QP([[1]], [1], [[1]], meq="1"), "meq is '1'; give a whole number, 0 or more"),
        (
            lambda ia: sitpy.solve_LP_bounds("min", [1], [[1]], [">="], [1], lb=np.inf),
            "lb is inf for a variable, which leaves",
        ),
        (lambda ia: sitpy.solve_LP_bounds("min", [1], [[1]], 3, [1]), "const_dir is 3; give a sense per row"),
        (lambda ia: sitpy.bbb_control(itermax="many"), "itermax is 'many'; give 1 or more"),
        (
            lambda ia: sitpy.binary_branch_bound([0], {"lb": 0, "ub": 1}, 3),
            "bbb_solve is 3; give a function of bbb_data",
        ),
        (lambda ia: sitpy.certificate(3, [1]), "program is 3; give a programme"),
        (
            lambda ia: sitpy.lm_constraint([1, 2], [1, 2], "x"),
            "constraints is 'x'; give constraints: create_basic_constraints(1)",
        ),
        (lambda ia: sitpy.solve_LP_bounds("min", [1], [[1]], [">="], [1], solver=3), "solver is 3; give text"),
        (
            lambda ia: sitpy.solve_LP_bounds("min", [1], [[1]], [">="], [1], [0.5]),
            "binary_vec is [0.5]; expected whole numbers",
        ),
        (
            lambda ia: sitpy.solve_LP_bounds("min", [1], [[1]], [">="], [1], [3]),
            "binary_vec reaches from 3 to 3 but the 1 variables",
        ),
        (lambda ia: sitpy.solve_QP([[1]], [1], [[1]], factorized="no"), "factorized is 'no'; give True or False"),
        (lambda ia: sitpy.ols([1, 2], [1, 2], "yes"), "computeR2 is 'yes'; give True or False"),
        (
            lambda ia: sitpy.binary_branch_bound([0], {"lb": 0, "ub": [1, 2]}, len),
            "lb and ub of bbb_data have shapes (1,) and (2,)",
        ),
        (
            lambda ia: sitpy.binary_branch_bound([0], {"lb": 0, "ub": 1}, lambda data: 3),
            "the answer of bbb_solve is 3 and has no 'ok'",
        ),
        (
            lambda ia: sitpy.binary_branch_bound([0], {"lb": 0, "ub": 1}, lambda data: {"ok": 1}),
            "the answer of bbb_solve is {'ok': 1} and has",
        ),
    ],
)
def test_one_wrong_argument_is_named_with_its_remedy(call: Callable[..., Any], words: str) -> None:
    with pytest.raises(sitpy.InputError, match="^" + re.escape(words)):
        call(None)
