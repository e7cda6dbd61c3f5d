"""Views and numbers that are none."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

import sitpy


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda ia: sitpy.bl_views(3, ["A"]), "text is 3; give a view such as"),
        (lambda ia: sitpy.bl_views("A = 1%", 3), "symbols is 3; give a list with the name of each asset"),
        (lambda ia: sitpy.bl_views(["A = 1%", 3], ["A"]), "text is ['A = 1%', 3]; give a view such as"),
        (lambda ia: sitpy.bl_compute_optimal(1, [[1], [1, 2]], ia.cov), "mu holds something that is not a number"),
        (
            lambda ia: sitpy.bl_compute_posterior([0.1] * 9, ia.cov, symbols=3),
            "symbols is 3; give a list with the name",
        ),
    ],
)
def test_one_wrong_argument_is_named_with_its_remedy(
    ia_a: sitpy.InputAssumptions, call: Callable[..., Any], words: str
) -> None:
    with pytest.raises(sitpy.InputError, match="^" + re.escape(words)):
        call(ia_a)
