"""Covariance estimators against the figures of SIT (stored files ``A_10_...`` and ``B_10_covariance_shrinkage``)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import sitpy
from sitpy.reference import read_reference, reference_ia

Array = np.ndarray

ESTIMATORS: dict[str, Callable[..., Any]] = {
    "sample.shrinkage": sitpy.sample_shrinkage,
    "sample.anchored.shrinkage": sitpy.sample_anchored_shrinkage,
    "sample.mix.shrinkage": sitpy.sample_mix_shrinkage,
    "exp.sample.shrinkage": sitpy.exp_sample_shrinkage,
    "diagonal.shrinkage": sitpy.diagonal_shrinkage,
    "average.shrinkage": sitpy.average_shrinkage,
    "min.shrinkage": sitpy.min_shrinkage,
    "max.shrinkage": sitpy.max_shrinkage,
    "cov.sample": sitpy.cov_sample,
    "cov.const.cor": sitpy.cov_const_cor,
    "cov.diag": sitpy.cov_diag,
    "cov.market": sitpy.cov_market,
    "cov.2param": sitpy.cov_2param,
}
SHRINKERS: dict[str, tuple[Callable[..., Any], Callable[..., Any], str]] = {
    "shrink.diag": (sitpy.shrink_diag, sitpy.cov_diag, "c_diag"),
    "shrink.const.cor": (sitpy.shrink_const_cor, sitpy.cov_const_cor, "c_const_cor"),
    "shrink.single.index": (sitpy.shrink_single_index, sitpy.cov_market, "c_single_index"),
    "shrink.two.parameter": (sitpy.shrink_two_parameter, sitpy.cov_2param, "c_two_parameter"),
}


def stored(data: str) -> tuple[dict[str, Any], Array, Array]:
    """Outputs, window and whole history; of B the first 36 months are the window."""
    content = read_reference(f"{data}_10_covariance_shrinkage")
    whole = reference_ia(data).hist_returns
    return content["outputs"], whole[:36] if "window" in content["inputs"] else whole, whole


def agree(ours: Any, theirs: Any) -> None:
    """The same sums in another order: 1e-10 relative as the reference notes ask, and of the largest entry near zero."""
    theirs = np.array(theirs, dtype=float)
    np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-13 * np.abs(theirs).max())


@pytest.mark.parametrize("data", ["A", "B"])
@pytest.mark.parametrize("name", ESTIMATORS)
def test_estimators_are_those_of_sit(data: str, name: str) -> None:
    outputs, window, whole = stored(data)
    agree(ESTIMATORS[name](window, whole), outputs[name])


@pytest.mark.parametrize("data", ["A", "B"])
@pytest.mark.parametrize("name", SHRINKERS)
def test_tawny_gives_the_shrinkage_of_sit(data: str, name: str) -> None:
    outputs, window, whole = stored(data)
    factory, target, c = SHRINKERS[name]
    agree(factory(tawny=True)(window, whole), outputs[name]["sigma"])
    agree(factory(0.3)(window, whole), outputs[f"{name} (shrinkage 0.3)"])
    parts = outputs["intensity_parts"]
    answer = sitpy.cov_shrink(window, target, roff_method=0 if name == "shrink.diag" else 1, tawny=True)
    assert answer.shrinkage == pytest.approx(outputs[name]["shrinkage"], rel=1e-10)
    assert answer.p == pytest.approx(parts["p_sum"], rel=1e-10)
    r = sum(parts["p_diags"]) if name == "shrink.diag" else parts["r_as_tawny_2.1.7"]
    assert answer.r == pytest.approx(r, rel=1e-10)
    assert answer.c == pytest.approx(parts[c], rel=1e-10)
    agree(answer["sigma"], outputs[name]["sigma"])
    assert len(window) == parts["T"]
