"""Estimators that are handed something else."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import sitpy


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda ia: sitpy.cov_shrink(ia.history, shrinkage="x"),
            "the shrinkage is 'x'; give a weight of the target from 0 to 1",
        ),
        (
            lambda ia: sitpy.cov_shrink(ia.history, int),
            "prior is the type int; give a matrix, or a function of the history",
        ),
        (lambda ia: sitpy.exp_sample_shrinkage(ia.history, lam=True), "lam is True; the weight lam^age needs a number"),
        (lambda ia: sitpy.create_cov_matrix("x", ia.history), "value is 'x'; a correlation lies between -1 and 1"),
        (lambda ia: sitpy.make_positive_definite([[1, np.nan], [0, 1]]), "matrix[0, 1] is nan; give a finite number"),
        (
            lambda ia: sitpy.factor_model_shrinkage(ia.history, frac_var="x"),
            "frac_var is 'x'; the share of the variance lies above 0",
        ),
        (lambda ia: sitpy.shrink_diag("x"), "the shrinkage is 'x'; give a weight of the target from 0 to 1, or None"),
        (
            lambda ia: sitpy.shrink_single_index(roff_method=3),
            "roff_method is 3; use 0 (variances), 1 (constant correlation) or 2",
        ),
        (lambda ia: sitpy.shrink_diag(tawny="x"), "tawny is 'x'; give True or False"),
        (lambda ia: sitpy.sample_shrinkage("x"), "hist holds something that is not a number: could not convert"),
        (lambda ia: sitpy.make_positive_definite(np.eye(2), "x"), "tolerance is 'x'; give a small number, 0 or more"),
        (
            lambda ia: sitpy.sample_shrinkage(pd.DataFrame({"A": ["u", "v"]})),
            "hist holds something that is not a number",
        ),
    ],
)
def test_one_wrong_argument_is_named_with_its_remedy(
    ia_a: sitpy.InputAssumptions, call: Callable[..., Any], words: str
) -> None:
    with pytest.raises(sitpy.InputError, match="^" + re.escape(words)):
        call(ia_a)
