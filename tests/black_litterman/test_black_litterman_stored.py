"""Black-Litterman functions against the figures of SIT (stored file ``08_black_litterman``)."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pandas as pd
import pytest

import sitpy
from sitpy.reference import read_reference

CASES = ("he_litterman", "he_litterman_two_views", "idzorek", "idzorek_confidences")


@functools.cache
def content() -> dict[str, Any]:
    return read_reference("08_black_litterman")


def inputs(case: str) -> dict[str, Any]:
    """Inputs of a case; the variants name only what differs."""
    stored = content()["inputs"]
    if case == "he_litterman_two_views":
        return {**stored["he_litterman"], **stored[case]}
    if case == "idzorek_confidences":
        return {**stored["idzorek"], "confidences": stored[case]}
    return dict(stored[case])


def agree(ours: Any, theirs: Any) -> None:
    """1e-10 relative, as the reference notes ask: the same closed formulas, other order of operations."""
    np.testing.assert_allclose(ours, np.array(theirs, dtype=float), rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("case", CASES)
def test_the_chain_is_that_of_sit(case: str) -> None:
    given, out = inputs(case), content()["outputs"][case]
    cov = np.array(out["cov"])
    if "corr" in given:
        agree(np.array(given["corr"]) * np.outer(given["stdev"], given["stdev"]), cov)
        mu = sitpy.bl_compute_eqret(given["risk_aversion"], cov, given["market_weight"])
        delta = given["risk_aversion"]
    else:
        mu, delta = given["mu"], given["risk_aversion_for_optimal"]
    agree(mu, out["eqret"])
    posterior = sitpy.bl_compute_posterior(mu, cov, given["P"], given["Q"], given["tau"], given.get("confidences"))
    agree(posterior.expected_return, out["posterior_expected_return"])
    agree(posterior.cov, out["posterior_cov"])
    weight = sitpy.bl_compute_optimal(delta, posterior.expected_return, posterior.cov)
    agree(weight, out["optimal_weight"])


@pytest.mark.parametrize("case", CASES)
def test_without_views(case: str) -> None:
    given, out = inputs(case), content()["outputs"][case]
    posterior = sitpy.bl_compute_posterior(out["eqret"], out["cov"], tau=given["tau"])
    agree(posterior["expected.return"], out["no_views"]["expected_return"])
    agree(posterior["cov"], out["no_views"]["cov"])
    delta = given.get("risk_aversion", given.get("risk_aversion_for_optimal"))
    agree(sitpy.bl_compute_optimal(delta, *list_of(posterior)), out["no_views"]["optimal_weight"])
    assert posterior.pmat is posterior.qmat is posterior.omega is None


def list_of(posterior: Any) -> tuple[Any, Any]:
    return posterior.expected_return, posterior.cov


def test_risk_aversion_of_a_benchmark() -> None:
    given = content()["inputs"]["risk_aversion"]
    stored = content()["outputs"]["risk_aversion"]
    ours = sitpy.bl_compute_risk_aversion(given["bench"], given["risk_free"])
    assert ours == pytest.approx(stored, rel=1e-10)
    periods = pd.period_range("2001-01", periods=len(given["bench"]), freq="M")
    bench, free = pd.Series(given["bench"], periods), pd.Series(given["risk_free"], periods)
    assert sitpy.bl_compute_risk_aversion(bench, free) == ours
    assert sitpy.bl_compute_risk_aversion(bench.to_frame(), free.to_numpy()) == ours


def test_equilibrium_return_above_the_risk_free_return() -> None:
    given = inputs("he_litterman")
    cov, weight = content()["outputs"]["he_litterman"]["cov"], given["market_weight"]
    free = content()["inputs"]["eqret_with_rf"]["risk_free"]
    agree(sitpy.bl_compute_eqret(given["risk_aversion"], cov, weight, free), content()["outputs"]["eqret_with_rf"])


@pytest.mark.parametrize(
    ("case", "text"),
    [
        ("he_litterman", "Germany > 0.295*France + 0.705*UK by 5%"),
        ("he_litterman_two_views", "Germany > 29.5% France + 70.5% UK by 5%\nCanada - USA = 3%"),
        (
            "idzorek",
            """Int'l Dev. Equity = 5.25%
            Int'l Bonds > US Bonds by 0.25%
            0.9*US Large Growth + 0.1*US Small Growth > 0.9*US Large Value + 0.1*US Small Value by 2%""",
        ),
    ],
)
def test_the_same_views_in_words(case: str, text: str) -> None:
    given, out = inputs(case), content()["outputs"][case]
    names = given.get("assets") or read_reference("idzorek_2005")["assets"]
    mu = pd.Series(out["eqret"], names)
    posterior = sitpy.bl_compute_posterior(mu, out["cov"], text, tau=given["tau"])
    np.testing.assert_allclose(posterior.pmat, given["P"], rtol=0, atol=1e-15)
    agree(posterior.expected_return, out["posterior_expected_return"])
    agree(posterior.cov, out["posterior_cov"])
    assert list(posterior.expected_return.index) == list(posterior.cov.index) == list(posterior.cov.columns) == names
