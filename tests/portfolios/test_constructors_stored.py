"""Every constructor against the figures of SIT (stored files ``A_05_single_portfolios`` and ``B_05_single_portfolios``)."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.cluster.hierarchy import linkage

import sitpy
from sitpy.files import numbers
from sitpy.portfolios.allocation import RISK_FUNCTIONS
from sitpy.portfolios.hierarchical import r_leaf_order, r_merge
from sitpy.reference import read_reference, reference_constraints, reference_ia

Array = np.ndarray
Constructor = Callable[[sitpy.InputAssumptions, sitpy.Constraints], Any]

SAME_SUMS = 1e-12  # the same closed form, summed in another order
SAME_OPTIMUM = 1e-11  # the same programme; quadprog in R and here
LAST_POINT = 1e-9  # the largest return less 1e-12 of it, against R's corner
SIT_STOPS = 5e-8  # nlminb: contributions equal to about 1e-9, as the file says
SOLNP_STOPS = 1e-6  # Rsolnp's own tolerance is 1e-8 of the objective, which is flat at its optimum
UNIROOT = 2e-5  # uniroot with tol 1e-4 in return: the risk reached is 1.8e-6 off in A
BOBYQA = 1.5e-3  # nloptr stops with contributions 1.5e-3 off, as the file says


def between_0_and_1(constructor: Constructor) -> Constructor:
    """The stored ERC portfolios have bounds 0..1 and nothing else."""
    return lambda ia, _: constructor(ia, sitpy.new_constraints(ia.n, lb=0, ub=1))


def largest_return(ia: sitpy.InputAssumptions, constraints: sitpy.Constraints) -> Array:
    return sitpy.lp_obj_portfolio(ia, constraints, direction="max")


def least(builder: Any, measure: Any) -> Constructor:
    return lambda ia, constraints: sitpy.min_portfolio(ia, constraints, builder, measure)


def with_rate(ia: sitpy.InputAssumptions, _: sitpy.Constraints) -> Array:
    return sitpy.max_sharpe_portfolio_helper(ia, "long-only", rf=0.03)


CASES: dict[str, tuple[Constructor, float]] = {
    "max.return": (largest_return, SAME_OPTIMUM),
    "min.mad": (least(sitpy.add_constraint_mad, sitpy.portfolio_mad), SAME_OPTIMUM),
    "min.maxloss": (least(sitpy.add_constraint_maxloss, sitpy.portfolio_maxloss), 1e-8),  # lpSolve stops at 1e-11
    "target.risk": (sitpy.target_risk_portfolio(0.1, 1), UNIROOT),
    "min.var": (sitpy.min_var_portfolio, SAME_OPTIMUM),
    "max.div": (sitpy.max_div_portfolio, SAME_OPTIMUM),
    "erc.simple": (between_0_and_1(sitpy.find_erc_portfolio_simple), SIT_STOPS),
    "erc.nloptr": (between_0_and_1(sitpy.equal_risk_contribution_portfolio), BOBYQA),
    "max.sharpe.long": (sitpy.max_sharpe_portfolio("long-only"), SAME_OPTIMUM),
    "max.sharpe.longshort": (sitpy.max_sharpe_portfolio("long-short"), SAME_OPTIMUM),
    "max.sharpe.neutral": (sitpy.max_sharpe_portfolio("market-neutral"), SAME_OPTIMUM),
    "max.sharpe.long.rf": (with_rate, SAME_OPTIMUM),
    "max.sharpe.nlp": (sitpy.max_sharpe_nlp_portfolio, SOLNP_STOPS),
    "risk.parity": (sitpy.risk_parity_portfolio(), SAME_SUMS),
    "risk.parity.basic": (sitpy.risk_parity_portfolio_basic, SAME_SUMS),
    "risk.parity.cvar": (sitpy.risk_parity_portfolio("cvar"), SAME_SUMS),
    "risk.parity.md": (sitpy.risk_parity_portfolio("md"), SAME_SUMS),
    "risk.parity.cdar": (sitpy.risk_parity_portfolio("CDaR"), SAME_SUMS),
    "min.corr": (sitpy.min_corr_portfolio, SAME_SUMS),
    "min.corr2": (sitpy.min_corr2_portfolio, SAME_SUMS),
    "min.corr.power2": (sitpy.min_corr(2), SAME_SUMS),
    "min.corr.excel": (sitpy.min_corr_excel_portfolio, SAME_SUMS),
    "min.var2": (sitpy.min_var2_portfolio, SAME_SUMS),
    "min.var.excel": (sitpy.min_var_excel_portfolio, SAME_SUMS),
    "hierarchical.risk.parity": (sitpy.hierarchical_risk_parity, SAME_SUMS),
    "equal.weight": (sitpy.equal_weight_portfolio, SAME_SUMS),
    "inverse.variance": (sitpy.inverse_variance_portfolio, SAME_SUMS),
    "ef.portfolio.50": (sitpy.ef_portfolio(0.5), SAME_OPTIMUM),
}
# factories without parameters of their own give the same as the constructor itself
FACTORIES: dict[str, Constructor] = {
    "min.corr": sitpy.min_corr(),
    "min.corr2": sitpy.min_corr2(),
    "min.corr.excel": sitpy.min_corr_excel(),
    "min.var2": sitpy.min_var2(),
    "min.var.excel": sitpy.min_var_excel(),
    "erc.simple": between_0_and_1(sitpy.find_erc_portfolio),
    "ef.portfolio.50": sitpy.ef_portfolio(50),
    "target.risk": sitpy.target_risk_portfolio(10, 1),
}


@functools.cache
def stored(letter: str) -> dict[str, Any]:
    return read_reference(f"{letter}_05_single_portfolios")


def inputs(letter: str, rows: str) -> tuple[sitpy.InputAssumptions, sitpy.Constraints]:
    return reference_ia(letter), reference_constraints(stored(letter)[f"constraints_{rows}"])


def weight(letter: str, case: str) -> Array:
    return numbers(stored(letter)["outputs"][case]["weight"])


@pytest.mark.parametrize("rows", ["plain", "basic"])
@pytest.mark.parametrize("letter", ["A", "B"])
@pytest.mark.parametrize("case", CASES)
def test_weights_of_sit(case: str, letter: str, rows: str) -> None:
    """The bounds are 0..0.8: as rows and bounds ("basic"), and as bounds only ("plain"), with the same true optimum."""
    constructor, tolerance = CASES[case]
    found = constructor(*inputs(letter, rows))
    assert found.shape == weight(letter, case).shape
    np.testing.assert_allclose(found, weight(letter, case), rtol=0, atol=tolerance)


@pytest.mark.parametrize("letter", ["A", "B"])
@pytest.mark.parametrize("case", FACTORIES)
def test_factories_give_the_same(case: str, letter: str) -> None:
    found = FACTORIES[case](*inputs(letter, "basic"))
    np.testing.assert_allclose(found, weight(letter, case), rtol=0, atol=CASES[case][1])


@pytest.mark.parametrize(("letter", "target"), [("A", 0.14), ("B", 0.1)])
@pytest.mark.parametrize("rows", ["plain", "basic"])
def test_target_return_of_sit(letter: str, target: float, rows: str) -> None:
    ia, constraints = inputs(letter, rows)
    found = sitpy.target_return_portfolio(100 * target if target > 0.1 else target, 1)(ia, constraints)
    np.testing.assert_allclose(found, weight(letter, "target.return"), rtol=0, atol=SAME_OPTIMUM)


@pytest.mark.parametrize(
    ("case", "constructor", "words", "tolerance"),
    [
        ("target.return.too.high", sitpy.target_return_portfolio(0.9, 1), "return of 90.0000%", LAST_POINT),
        ("target.risk.low", sitpy.target_risk_portfolio(0.001, 1), "risk of 0.1000%: .* least variance", SAME_OPTIMUM),
        ("target.risk.high", sitpy.target_risk_portfolio(0.99, 1), "risk of 99.0000%: .* largest return", LAST_POINT),
    ],
)
@pytest.mark.parametrize("letter", ["A", "B"])
def test_targets_out_of_reach_end_at_the_ends(
    case: str, constructor: Constructor, words: str, tolerance: float, letter: str
) -> None:
    with pytest.warns(sitpy.SitpyWarning, match=words):
        found = constructor(*inputs(letter, "basic"))
    np.testing.assert_allclose(found, weight(letter, case), rtol=0, atol=tolerance)


@pytest.mark.parametrize("letter", ["A", "B"])
def test_the_tree_of_r(letter: str) -> None:
    """Merges, heights and leaf order of R's hclust on the same distances; no heights tie here."""
    outputs = stored(letter)["outputs"]["hierarchical.risk.parity"]
    tree = linkage(reference_ia(letter).correlation, "single")
    np.testing.assert_array_equal(r_merge(tree), outputs["hclust_merge"])
    np.testing.assert_array_equal(r_leaf_order(tree) + 1, outputs["hclust_order"])
    np.testing.assert_allclose(tree[:, 2], outputs["hclust_height"], rtol=1e-12)


@pytest.mark.parametrize("letter", ["A", "B"])
@pytest.mark.parametrize(
    ("word", "key"),
    [("cvar", "compute.cvar"), ("cdar", "compute.cdar_of_equity"), ("md", "compute.max.drawdown_of_equity")],
)
def test_risks_of_single_assets_are_those_of_sit(word: str, key: str, letter: str) -> None:
    """SIT's losses are negative, and infinite (here 0) for the CDaR of an asset that never fell."""
    losses = numbers(read_reference(f"{letter}_06_measures")["outputs"]["compute_assetwise"][key])
    expected = np.where(np.isinf(losses), 0.0, -losses)
    np.testing.assert_allclose(RISK_FUNCTIONS[word](reference_ia(letter)), expected, rtol=1e-12, atol=1e-15)
